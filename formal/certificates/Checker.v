(** * A checker of lower bounds, in Gallina

    Evaluates a network at an explicit assignment as a product of functions of blocks of sites, and
    checks that the table of every block is invertible modulo p.  Nothing here is proved: see
    Sound.v.  Tables are kept in normal form (what does not depend on a choice is listed once), so that
    equal functions have equal tables.  No big operator, no finite type: all of it runs with vm_compute and extracts. *)

From Coq Require Import NArith ZArith.
From mathcomp Require Import all_ssreflect.
From Overlap Require Import Network Compute Geometry.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Functions of two choices: rows i, columns j *)

Inductive dep (A : Type) := Same of A | Dep of seq A.
Arguments Same {A} a.
Arguments Dep {A} s.

Section Dep.
Variables (A B C : Type).
Fixpoint zipw (op : A -> B -> C) s t :=
  match s, t with a :: s', b :: t' => op a b :: zipw op s' t' | _, _ => [::] end.
Definition map2 (op : A -> B -> C) (f : dep A) (g : dep B) : dep C :=
  match f, g with
  | Same a, Same b => Same (op a b)
  | Same a, Dep s => Dep (map (op a) s)
  | Dep s, Same b => Dep (map (op^~ b) s)
  | Dep s, Dep t => Dep (zipw op s t)
  end.
Definition at_ (a0 : A) (f : dep A) (i : nat) : A :=
  match f with Same a => a | Dep s => nth a0 s i end.
Definition inner (f : dep A) : seq A := match f with Same a => [:: a] | Dep s => s end.
Definition sized (r : nat) (f : dep A) : bool := if f is Dep s then size s == r else true.
End Dep.

Section DepEq.
Variable A : eqType.
Definition dep_code (f : dep A) : A + seq A := match f with Same a => inl a | Dep s => inr s end.
Definition dep_decode (x : A + seq A) : dep A := match x with inl a => Same a | inr s => Dep s end.
Lemma dep_codeK : cancel dep_code dep_decode. Proof. by case. Qed.
Definition dep_eqMixin := CanEqMixin dep_codeK.
Canonical dep_eqType := Eval hnf in EqType (dep A) dep_eqMixin.
(** Constant functions are written as such. *)
Definition shrink (f : dep A) : dep A :=
  if f is Dep (a :: s) then if all (pred1 a) s then Same a else f else f.
End DepEq.

(** ** Certificates *)

Definition span : Type := nat * nat.
Definition box : Type := span * span.
Definition in_span (s : span) (n : nat) : bool := (s.1 <= n) && (n < s.2).
Definition in_box (b : box) (r c : nat) : bool := in_span b.1 r && in_span b.2 c.
Definition in_boxes (bs : seq box) (r c : nat) : bool := has (fun b => in_box b r c) bs.

(** Channels, offsets, locations (ignored if shared), weights, bias; as docs/certificate.md. *)
Record entry := Entry {
  e_channels : span; e_offsets : box; e_locations : box; e_weights : seq (nat * Z); e_bias : Z }.

(** A site shows one template, or one of r, chosen by the row or column index of its block. *)
Inductive leaf := Fixed of nat | Free of N & seq nat.

Record network := Net {
  n_shared : bool; n_H : nat; n_W : nat; n_M : nat; n_shapes : seq gshape; n_P : seq box }.

(** The numbers of the assignment are over one denominator. *)
Record evidence := Evidence {
  ev_den : Z;
  ev_layers : seq (seq entry);     (* the assignment *)
  ev_leaves : seq (seq leaf);      (* by row and column of the grid *)
  ev_ranks : seq nat }.            (* by block *)

(** ** Arithmetic, over any representation T of residues *)

Section Arithmetic.

Variables (T : eqType) (t0 t1 : T) (tadd tmul : T -> T -> T) (tz : Z -> T).
(** x - h * y, entry by entry. *)
Variable tsub : T -> seq T -> seq T -> seq T.
(** Not trusted: the inverse of a number. *)
Variable invert : T -> T.

Definition fn : Type := dep (dep T).
Definition fn_eqType : eqType := [eqType of dep (dep T)].
Definition bop (op : T -> T -> T) : fn -> fn -> fn := map2 (map2 op).
Definition fn_at (f : fn) (i j : nat) : T := at_ t0 (at_ (Same t0) f i) j.
Definition fn_const (a : T) : fn := Same (Same a).
Definition fn_wf (r : nat) (f : fn) : bool := sized r f && all (sized r) (inner f).
Definition fn_shrink (f : fn) : fn :=
  shrink (match f with Same g => Same (shrink g) | Dep s => Dep (map (@shrink T) s) end).

(** A scalar, times functions of blocks; blocks ascend. *)
Definition factors : Type := seq (N * fn).
Record value := Val { scal : T; facs : factors }.
Definition one : value := Val t1 [::].
Definition zero : value := Val t0 [::].

Fixpoint insert (k : N) (f : fn) (fs : factors) : factors :=
  match fs with
  | [::] => [:: (k, f)]
  | (l, g) :: fs' => match N.compare k l with
                     | Lt => (k, f) :: fs
                     | Eq => (l, fn_shrink (bop tmul f g)) :: fs'
                     | Gt => (l, g) :: insert k f fs'
                     end
  end.

(** Constant factors go into the scalar. *)
Definition tidy (v : value) : value :=
  foldr (fun kf acc => if kf.2 is Same (Same a) then Val (tmul a (scal acc)) (facs acc)
                       else Val (scal acc) (kf :: facs acc)) (Val (scal v) [::]) (facs v).

Definition vmul (a b : value) : value :=
  if (scal a == t0) || (scal b == t0) then zero
  else tidy (Val (tmul (scal a) (scal b)) (foldr (fun kf acc => insert kf.1 kf.2 acc) (facs b) (facs a))).

Definition attach (k : N) (f : fn) (fs : factors) : value :=
  match fn_shrink f with
  | Same (Same a) => Val a fs
  | f' => Val t1 ((k, f') :: fs)
  end.

Definition push (kf : N * fn) (v : option value) : option value :=
  if v is Some v then Some (Val (scal v) (kf :: facs v)) else None.

(** sa * a + sb * b, if they differ in one block only. *)
Definition linear (sa sb : T) (f g : fn) : fn := bop tadd (bop tmul (fn_const sa) f) (bop tmul (fn_const sb) g).

Definition facs_eqb (a b : factors) : bool :=
  all2 (fun x y : N * fn => N.eqb x.1 y.1 && ((x.2 : fn_eqType) == y.2)) a b.

Fixpoint add_facs (sa sb : T) (a b : factors) {struct a} : option value :=
  match a, b with
  | [::], [::] => Some (Val (tadd sa sb) [::])
  | (k, f) :: a', [::] =>
      if a' is [::] then Some (attach k (linear sa sb f (fn_const t1)) [::]) else None
  | [::], (l, g) :: b' =>
      if b' is [::] then Some (attach l (linear sa sb (fn_const t1) g) [::]) else None
  | (k, f) :: a', (l, g) :: b' =>
      match N.compare k l with
      | Eq => if (f : fn_eqType) == g then push (k, f) (add_facs sa sb a' b')
              else if facs_eqb a' b' then Some (attach k (linear sa sb f g) a') else None
      | Lt => if facs_eqb a' b then Some (attach k (linear sa sb f (fn_const t1)) a') else None
      | Gt => if facs_eqb a b' then Some (attach l (linear sa sb (fn_const t1) g) b') else None
      end
  end.

Definition vadd (a b : value) : option value :=
  if scal a == t0 then Some b else if scal b == t0 then Some a
  else add_facs (scal a) (scal b) (facs a) (facs b).

(** Sums collect equal products first. *)
Fixpoint gather (v : value) (gs : seq value) : seq value :=
  match gs with
  | [::] => [:: v]
  | g :: gs' => if facs_eqb (facs g) (facs v) then Val (tadd (scal v) (scal g)) (facs g) :: gs'
                else g :: gather v gs'
  end.

Definition vsum (vs : seq value) : option value :=
  foldr (fun v acc => if acc is Some w then vadd v w else None) (Some zero) (foldr gather [::] vs).

Definition omul (a b : option value) : option value :=
  match a, b with Some v, Some w => Some (vmul v w) | _, _ => None end.

(** ** Layers *)

Definition affine (e : entry) (xs : seq (option value)) : option value :=
  let terms := foldr (fun (kw : nat * Z) acc =>
      match nth (Some zero) xs kw.1, acc with
      | Some v, Some vs => Some (Val (tmul (tz kw.2) (scal v)) (facs v) :: vs)
      | _, _ => None
      end) (Some [:: Val (tz (e_bias e)) [::]]) (e_weights e) in
  if terms is Some vs then vsum vs else None.

Definition vmap : Type := seq (seq (seq (option value))).
Definition look (x : vmap) (r c : nat) : seq (option value) := nth [::] (nth [::] x r) c.
Definition seen (s : gshape) (h w : nat) (x : vmap) (r c : nat) : seq (option value) :=
  if within_h s h r && within_w s w c then look x (r - pad_h s) (c - pad_w s) else [::].

Definition active (sh : bool) (es : seq entry) (u v c : nat) : seq entry :=
  [seq e <- es | (sh || in_box (e_locations e) u v) && in_span (e_channels e) c].
Definition in_row (es : seq entry) (i : nat) : seq entry :=
  [seq e <- es | in_span (e_offsets e).1 i].
Definition in_col (es : seq entry) (j : nat) : seq entry :=
  [seq e <- es | in_span (e_offsets e).2 j].

(** The weights of the channels from first on, so many. *)
Definition in_group (first size : nat) (e : entry) : entry :=
  Entry (e_channels e) (e_offsets e) (e_locations e)
    [seq kw <- e_weights e | (first <= kw.1) && (kw.1 < first + size)] (e_bias e).

Definition cell (sh : bool) (s : gshape) (es : seq entry) (h w cin : nat) (x : vmap) (u v c : nat)
    : option value :=
  let act := active sh es u v c in
  if act is [::] then Some one else
  let first := group_first s cin c in
  let size := group_size s cin in
  foldr (fun i acc =>
    let act' := in_row act i in
    if act' is [::] then acc else
    foldr (fun j acc =>
      if in_col act' j is e :: _
      then omul (affine (in_group first size e) (seen s h w x (seen_h s u i) (seen_w s v j))) acc
      else acc) acc (iota 0 (win_w s))) (Some one) (iota 0 (win_h s)).

Definition eval_layer sh (s : gshape) (es : seq entry) (h w cin : nat) (x : vmap) : vmap :=
  [seq [seq [seq cell sh s es h w cin x u v c | c <- iota 0 (channels s)]
       | v <- iota 0 (out_w s w)] | u <- iota 0 (out_h s h)].

Fixpoint eval_net sh (ss : seq gshape) (ess : seq (seq entry)) (h w cin : nat) (x : vmap) : vmap :=
  if ss is s :: ss' then
    eval_net sh ss' (behead ess) (out_h s h) (out_w s w) (channels s)
      (eval_layer sh s (head [::] ess) h w cin x)
  else x.

(** ** Sites *)

Definition leaf_at (ls : seq (seq leaf)) (r c : nat) : leaf := nth (Fixed 0) (nth [::] ls r) c.
Definition template (l : leaf) (z : N -> nat) : nat :=
  match l with Fixed t => t | Free k ts => nth 0 ts (z k) end.
Definition bit (b : bool) : T := if b then t1 else t0.
Definition leaf_value (inP : bool) (l : leaf) (c : nat) : option value :=
  Some match l with
  | Fixed t => Val (bit (t == c)) [::]
  | Free k ts =>
      attach k (if inP then Dep [seq Same (bit (t == c)) | t <- ts]
                else Same (Dep [seq bit (t == c) | t <- ts])) [::]
  end.
Definition leaf_ok (M : nat) (rs : seq nat) (l : leaf) : bool :=
  match l with
  | Fixed t => t < M
  | Free k ts => (size ts == nth 1 rs (N.to_nat k)) && all (fun t => t < M) ts
  end.

Definition inputs (H W M : nat) (P : seq box) (ls : seq (seq leaf)) : vmap :=
  [seq [seq [seq leaf_value (in_boxes P r c) (leaf_at ls r c) k | k <- iota 0 M]
       | c <- iota 0 W] | r <- iota 0 H].

(** ** Blocks *)

Definition table_of (r : nat) (f : fn) : seq (seq T) :=
  [seq [seq fn_at f i j | j <- iota 0 r] | i <- iota 0 r].

(** Elimination by the first row, whose first entry has to have an inverse, and so on: the generator
    orders the rows. *)
Fixpoint regular (r : nat) (m : seq (seq T)) : bool :=
  if r is r'.+1 then
    if m is (a :: y) :: m' then
      let h := invert a in
      (tmul a h == t1) && regular r' [seq tsub (tmul (head t0 x) h) (behead x) y | x <- m']
    else false
  else true.

Definition invertible (r : nat) (f : fn) : bool := fn_wf r f && regular r (table_of r f).

Fixpoint blocks (k : nat) (rs : seq nat) (fs : factors) : bool :=
  match rs, fs with
  | [::], [::] => true
  | r :: rs', (l, f) :: fs' => (N.to_nat l == k) && invertible r f && blocks k.+1 rs' fs'
  | _, _ => false
  end.

Definition value_of (n : network) (ev : evidence) : option value :=
  nth (Some zero) (look (eval_net (n_shared n) (n_shapes n) (ev_layers ev) (n_H n) (n_W n) (n_M n)
     (inputs (n_H n) (n_W n) (n_M n) (n_P n) (ev_leaves ev))) 0 0) 0.

Definition check (n : network) (ev : evidence) : bool :=
  [&& 0 < n_H n, 0 < n_W n, 0 < n_M n, 0 < last (n_M n) (map channels (map base_of (n_shapes n))),
      gout_size (n_shapes n) (n_H n) (n_W n) == (1, 1),
      all (all (leaf_ok (n_M n) (ev_ranks ev))) (ev_leaves ev) &
      if value_of n ev is Some v then
        (tmul (scal v) (invert (scal v)) == t1) && blocks 0 (ev_ranks ev) (facs v)
      else false].

End Arithmetic.

(** ** Residues modulo p, as integers of the standard library *)

Section Residues.

Variable p : Z.

Definition madd (a b : Z) : Z := Z.modulo (Z.add a b) p.
Definition mmul (a b : Z) : Z := Z.modulo (Z.mul a b) p.
Definition mz (a : Z) : Z := Z.modulo a p.
(** Not trusted: extended Euclid with fuel. *)
Fixpoint egcd (fuel : nat) (a b x y : Z) : Z :=
  if fuel is fuel'.+1 then
    if Z.eqb b Z0 then x else egcd fuel' b (Z.modulo a b) y (Z.sub x (Z.mul (Z.div a b) y))
  else x.
Definition minvert (a : Z) : Z := mz (egcd 200 (mz a) p 1%Z 0%Z).

Definition msub_mul (h : Z) (row pivot : seq Z) : seq Z :=
  zipw (fun x y => Z.modulo (Z.sub x (Z.mul h y)) p) row pivot.

(** A number over the denominator whose inverse is i. *)
Definition over (i a : Z) : Z := mmul a i.

Definition check_mod (n : network) (ev : evidence) : bool :=
  let i := minvert (ev_den ev) in
  [&& Z.ltb 0%Z (ev_den ev), Z.eqb (mmul (ev_den ev) i) (mz 1%Z) &
      @check Z_eqType (mz 0%Z) (mz 1%Z) madd mmul (over i) msub_mul minvert n ev].

End Residues.
