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

Definition site_info (r c : nat) : info :=
  Info (number (0, r, c)) (P r c) [::] ([::], [::]) (P r c, ~~ P r c) false true.

(** The vertices that location (u, v) sees. *)
Definition children (s : gshape) (h w : nat) (t : itable) (u v : nat) : seq info :=
  flatten [seq [seq info_look t (seen_h s u i - pad_h s) (seen_w s v j - pad_w s)
               | j <- iota 0 (win_w s) & within_w s w (seen_w s v j)]
          | i <- iota 0 (win_h s) & within_h s h (seen_h s u i)].

Definition location_info (l : nat) (s : gshape) (h w : nat) (t : itable) (u v : nat) : info :=
  let xs := children s h w t u v in
  let sd := side_of (l, u, v) in
  let num := number (l, u, v) in
  Info num sd (total xs)
    (total [seq x <- xs | i_side x == true], total [seq x <- xs | i_side x == false])
    (all (fun x => (i_pure x).1) xs, all (fun x => (i_pure x).2) xs)
    (all (cut_off (fun=> false)) xs)
    (all i_ok xs && (if num is Some _ then true else all (cut_off (pred1 sd)) xs)).

Definition next_table (l : nat) (s : gshape) (h w : nat) (t : itable) : itable :=
  [seq [seq location_info l s h w t u v | v <- iota 0 (out_w s w)] | u <- iota 0 (out_h s h)].

Definition site_table (H W : nat) : itable := [seq [seq site_info r c | c <- iota 0 W] | r <- iota 0 H].

Fixpoint tables (l : nat) (ss : seq gshape) (h w : nat) (t : itable) : seq itable :=
  t :: if ss is s :: ss' then
         tables l.+1 ss' (out_h s h) (out_w s w) (next_table l.+1 s h w t)
       else [::].

End Checker.
