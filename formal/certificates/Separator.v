(** * Separating sets of networks: a forward pass, which computes (THEORY 9) *)

From mathcomp Require Import all_ssreflect.
From Overlap Require Import Network Geometry.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Definition vertex : Type := nat * nat * nat.   (* layer, row, column; layer 0 is the grid *)
Definition sel (A : Type) (sd : bool) (x : A * A) : A := if sd then x.1 else x.2.

(** What is known of a vertex: its number in S; the side that it runs on; the numbers of paths down
    to the vertices of S, all of them and those that start on each side; whether all sites below
    are in P, in Q; whether all is well below. *)
Record info := Info {
  i_num : option nat; i_side : bool; i_deg : seq nat; i_part : seq nat * seq nat;
  i_pure : bool * bool; i_free : bool; i_ok : bool }.

Fixpoint dadd (a b : seq nat) : seq nat :=
  match a, b with
  | [::], _ => b
  | _, [::] => a
  | x :: a', y :: b' => (x + y) :: dadd a' b'
  end.
Definition vunit (k : nat) : seq nat := ncons k 0 [:: 1].

(** ** Marks: what is known of the places of a layer, found by place and not by search *)

Definition mark (A : Type) (x0 : A) (x : A) (r c : nat) (t : seq (seq A)) : seq (seq A) :=
  set_nth [::] t r (set_nth x0 (nth [::] t r) c x).

Lemma nth_mark (A : Type) (x0 x : A) r c t r' c' :
  nth x0 (nth [::] (mark x0 x r c t) r') c'
  = if (r' == r) && (c' == c) then x else nth x0 (nth [::] t r') c'.
Proof.
rewrite /mark nth_set_nth /=; case: eqP => // ->.
by rewrite nth_set_nth /=; case: eqP.
Qed.

(** The numbers in S of the places of layer l, from k on; the places of layer l in a list. *)
Fixpoint numbers_from (l k : nat) (S : seq vertex) : seq (seq (option nat)) :=
  if S is v :: S' then
    let t := numbers_from l k.+1 S' in
    if v.1.1 == l then mark None (Some k) v.1.2 v.2 t else t
  else [::].

Definition places_of (l : nat) (vs : seq vertex) : seq (seq bool) :=
  foldr (fun v : vertex => if v.1.1 == l then mark false true v.1.2 v.2 else id) [::] vs.

Lemma nth_numbers l k S r c :
  nth None (nth [::] (numbers_from l k S) r) c
  = if index (l, r, c) S < size S then Some (k + index (l, r, c) S) else None.
Proof.
elim: S k => [|v S IH] k /=; first by rewrite !nth_nil.
have vE : (v == (l, r, c)) = (v.1.1 == l) && ((r == v.1.2) && (c == v.2)).
  by case: v => [[l' r'] c']; rewrite !xpair_eqE /= -andbA [r == _]eq_sym [c == _]eq_sym.
rewrite vE; case: (v.1.1 == l) => /=; rewrite ?nth_mark; last by rewrite IH ltnS addnS addSn.
by case: (_ && _); rewrite ?addn0 // IH ltnS addnS addSn.
Qed.

Lemma nth_places l vs r c : nth false (nth [::] (places_of l vs) r) c = ((l, r, c) \in vs).
Proof.
elim: vs => [|v vs IH] /=; first by rewrite !nth_nil.
have vE : ((l, r, c) == v) = (v.1.1 == l) && ((r == v.1.2) && (c == v.2)).
  by case: v => [[l' r'] c']; rewrite !xpair_eqE /= -andbA [l == _]eq_sym.
rewrite inE vE; case: (v.1.1 == l) => //=; rewrite nth_mark IH.
by case: (_ && _).
Qed.

(** ** The forward pass *)

Definition itable : Type := seq (seq info).
Definition no_info : info := Info None true [::] ([::], [::]) (false, false) false false.
Definition info_look (t : itable) (r c : nat) : info := nth no_info (nth [::] t r) c.

Section Checker.

Variables (S on_Q : seq vertex) (P : nat -> nat -> bool).

Definition number (v : vertex) : option nat := if index v S < size S then Some (index v S) else None.
Definition side_of (v : vertex) : bool := if v.1.1 is 0 then P v.1.2 v.2 else v \notin on_Q.

(** Seen from above only through S, or on a side that will do. *)
Definition cut_off (will_do : pred bool) (x : info) : bool :=
  (i_num x != None) || i_free x || will_do (i_side x).

Definition contribution (x : info) : seq nat := if i_num x is Some k then vunit k else i_deg x.
Definition total (xs : seq info) : seq nat := foldr (fun x => dadd (contribution x)) [::] xs.

Definition site_info_of (num : option nat) (in_P : bool) : info :=
  Info num in_P [::] ([::], [::]) (in_P, ~~ in_P) false true.
Definition site_info (r c : nat) : info := site_info_of (number (0, r, c)) (P r c).

(** The vertices that location (u, v) sees. *)
Definition children (s : gshape) (h w : nat) (t : itable) (u v : nat) : seq info :=
  flatten [seq [seq info_look t (seen_h s u i - pad_h s) (seen_w s v j - pad_w s)
               | j <- iota 0 (win_w s) & within_w s w (seen_w s v j)]
          | i <- iota 0 (win_h s) & within_h s h (seen_h s u i)].

Definition location_info_of (num : option nat) (sd : bool) (s : gshape) (h w : nat) (t : itable)
    (u v : nat) : info :=
  let xs := children s h w t u v in
  Info num sd (total xs)
    (total [seq x <- xs | i_side x == true], total [seq x <- xs | i_side x == false])
    (all (fun x => (i_pure x).1) xs, all (fun x => (i_pure x).2) xs)
    (all (cut_off (fun=> false)) xs)
    (all i_ok xs && (if num is Some _ then true else all (cut_off (pred1 sd)) xs)).

Definition location_info (l : nat) (s : gshape) (h w : nat) (t : itable) (u v : nat) : info :=
  location_info_of (number (l, u, v)) (side_of (l, u, v)) s h w t u v.

Definition next_table (l : nat) (s : gshape) (h w : nat) (t : itable) : itable :=
  let numbers := numbers_from l 0 S in
  let labels := places_of l on_Q in
  [seq let nums := nth [::] numbers u in
       let on_Qs := nth [::] labels u in
       [seq location_info_of (nth None nums v) (~~ nth false on_Qs v) s h w t u v
       | v <- iota 0 (out_w s w)]
  | u <- iota 0 (out_h s h)].

Lemma next_tableE l s h w t : next_table l.+1 s h w t
  = [seq [seq location_info l.+1 s h w t u v | v <- iota 0 (out_w s w)]
    | u <- iota 0 (out_h s h)].
Proof.
by apply: eq_map => u; apply: eq_map => v; rewrite nth_numbers nth_places.
Qed.

Definition site_table (H W : nat) : itable :=
  let numbers := numbers_from 0 0 S in
  [seq let nums := nth [::] numbers r in
       [seq site_info_of (nth None nums c) (P r c) | c <- iota 0 W]
  | r <- iota 0 H].

Lemma site_tableE H W : site_table H W = [seq [seq site_info r c | c <- iota 0 W] | r <- iota 0 H].
Proof. by apply: eq_map => r; apply: eq_map => c; rewrite nth_numbers. Qed.

Fixpoint tables (l : nat) (ss : seq gshape) (h w : nat) (t : itable) : seq itable :=
  t :: if ss is s :: ss' then
         tables l.+1 ss' (out_h s h) (out_w s w) (next_table l.+1 s h w t)
       else [::].

End Checker.
