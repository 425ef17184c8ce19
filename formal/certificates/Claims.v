(** * Claims: what a generated file states, and what it has to compute

    A value is given as powers, [v = b_1 ^ e_1 * ...], and compared in binary; nothing here unfolds it. *)

From Coq Require Import NArith ZArith Lia.
From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Parameters Generic Compute Geometry.
From Overlap Require Import Checker Sound Certified Exact.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Delimit Scope Z_scope with coqZ.

(** ** Values *)

Definition powers : Type := seq (nat * nat).

Definition powersN (gs : powers) : N :=
  foldr (fun g acc => N.mul (N.pow (N.of_nat g.1) (N.of_nat g.2)) acc) 1%num gs.

Definition is_value (v : nat) (gs : powers) : Prop := v = \prod_(g <- gs) g.1 ^ g.2.

Lemma value_one : is_value 1 [::].
Proof. by rewrite /is_value big_nil. Qed.

Lemma value_power b e : is_value (b ^ e) [:: (b, e)].
Proof. by rewrite /is_value big_seq1. Qed.

Lemma value_times b e v gs : is_value v gs -> is_value (b ^ e * v) ((b, e) :: gs).
Proof. by move=> ->; rewrite /is_value big_cons. Qed.

Lemma pow_nat (b e : nat) : N.to_nat (N.pow (N.of_nat b) (N.of_nat e)) = b ^ e.
Proof.
elim: e => [|e IH] //; rewrite Nat2N.inj_succ N.pow_succ_r' N2Nat.inj_mul Nat2N.id IH.
by rewrite expnS.
Qed.

Lemma powersN_prod gs : N.to_nat (powersN gs) = \prod_(g <- gs) g.1 ^ g.2.
Proof.
elim: gs => [|g gs IH]; first by rewrite big_nil.
by rewrite big_cons -IH /= N2Nat.inj_mul pow_nat.
Qed.

Lemma leb_nat (a b : N) : N.leb a b -> N.to_nat a <= N.to_nat b.
Proof. by move/N.leb_spec0 => ab; apply/leP; lia. Qed.

(** ** Lower bounds *)

Section Claims.

Variables (n : network) (v : nat) (vs : powers).
Hypothesis v_is : is_value v vs.

Lemma at_least_le (r : nat) : v <= r -> generic_rank_at_least n r -> generic_rank_at_least n v.
Proof.
move=> vr ge K char0; have [q [q0 qP]] := ge K char0; exists q; split=> // x /qP.
exact: leq_trans.
Qed.

(** An assignment with blocks of ranks gs, at least vs of them, proves the bound v. *)
Theorem certified_lower (p den : Z) (layers : seq (seq entry)) (leaves : seq (seq leaf)) (gs : powers) :
  [&& Z.ltb 1%coqZ p, check_mod p n (Evidence den layers leaves (ranks_of gs)) &
      N.leb (powersN vs) (powersN gs)] ->
  generic_rank_at_least n v.
Proof.
move=> /and3P[p1 ok /leb_nat le]; apply: (@at_least_le (\prod_(g <- gs) g.1 ^ g.2)).
  by rewrite v_is -!powersN_prod.
by apply: (@certified p den n layers leaves gs); rewrite p1.
Qed.

(** The same at that assignment. *)
Theorem certified_lower_point (p den : Z) (layers : seq (seq entry)) (leaves : seq (seq leaf)) (gs : powers) :
  [&& Z.ltb 1%coqZ p, check_mod p n (Evidence den layers leaves (ranks_of gs)) &
      N.leb (powersN vs) (powersN gs)] ->
  point_rank_at_least n den layers v.
Proof.
move=> /and3P[p1 ok /leb_nat le] K char0.
apply: leq_trans (@certified_point p den n layers leaves gs _ K char0); last by rewrite p1.
by rewrite v_is -!powersN_prod.
Qed.

(** ** Upper bounds, for all parameters over any field: by the size of the matrix *)

Definition rank_at_most (r : nat) : Prop :=
  forall (K : fieldType) (net : seq (glayer K)), gshapes net = n_shapes n ->
  mat_rank (@partition_of n) (ggrid_tensor net (n_H n) (n_W n) (n_M n)) <= r.

Definition sizeN : N :=
  N.pow (N.of_nat (n_M n)) (N.of_nat (minn (count_sites n true) (count_sites n false))).

Theorem certified_size : N.leb sizeN (powersN vs) -> rank_at_most v.
Proof.
move=> /leb_nat; rewrite pow_nat powersN_prod -v_is => le K net _.
exact: leq_trans (mat_rank_size _) le.
Qed.

(** ** Both *)

(** Over every field of characteristic 0 the rank at an assignment is at most r; is r. *)
Definition point_rank_at_most (den : Z) (layers : seq (seq entry)) (r : nat) : Prop :=
  forall K : fieldType, ([char K] =i pred0)%R ->
  mat_rank (@partition_of n) (point_tensor K den layers) <= r.
Definition point_rank_is (den : Z) (layers : seq (seq entry)) (r : nat) : Prop :=
  forall K : fieldType, ([char K] =i pred0)%R ->
  mat_rank (@partition_of n) (point_tensor K den layers) = r.

Theorem at_most_point (den : Z) (layers : seq (seq entry)) :
  rank_at_most v -> point_rank_at_most den layers v.
Proof. by move=> le K _; apply: le; apply: entry_net_shapes. Qed.

Theorem certified_equal_point (den : Z) (layers : seq (seq entry)) :
  point_rank_at_least n den layers v -> point_rank_at_most den layers v -> point_rank_is den layers v.
Proof. by move=> ge le K char0; apply/eqP; rewrite eqn_leq le // ge. Qed.

Theorem certified_equal : generic_rank_at_least n v -> rank_at_most v -> generic_rank_is n v.
Proof. exact: generic_rank_meet. Qed.

End Claims.
