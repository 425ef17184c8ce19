(** * False variants, refuted

    Each statement of Upper.v, Lower.v, Law.v, Generic.v and Transpose.v with one number changed, and
    the proof of its negation.  A variant of a lower bound contradicts the upper bound at some sizes,
    and conversely; so none of the numbers can be improved, nor misprinted unnoticed. *)

From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Upper Lower Law Parameters Generic Transpose.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

Local Notation tensor net H W M := (grid_tensor net H W M).

Section Refuted.

Variable K : fieldType.
Implicit Types (net : seq (layer K)).

(** ** Variants of the upper bound *)

Definition upper_variant (f : nat -> nat -> nat -> nat -> nat -> nat -> nat) : Prop :=
  forall H W M Rh Rw D C net, (C <= W)%N -> shapes net = overlap_shapes H W Rh Rw D ->
    (mat_rank (cut C) (tensor net H W M) <= f H W M Rw D C)%N.

(** The variants are of this form: it holds for the bound itself. *)
Lemma upper_unchanged : upper_variant (fun H W M Rw D C =>
  minn (D.+1 ^ (H * minn Rw.-1 C)) (M ^ (H * minn Rw.-1 (minn C (W - C)))))%N.
Proof. by move=> H W M Rh Rw D C net CW sh; apply: upper_bound CW sh. Qed.

Lemma refute_upper f H W M R D C :
  (0 < M)%N -> (0 < R)%N -> (C <= W)%N ->
  (f H W M R D C < minn M D.+1 ^ (H * minn R.-1 (minn C (W - C))))%N -> ~ upper_variant f.
Proof.
move=> M0 R0 CW lt bad; have [net [sh _ ge]] := @lower_bound K H W M R R D C M0 R0 R0 CW.
by have := leq_ltn_trans (leq_trans ge (bad _ _ _ _ _ _ _ _ CW sh)) lt; rewrite ltnn.
Qed.

Theorem not_upper_D : ~ upper_variant (fun H W M Rw D C =>
  minn (D ^ (H * minn Rw.-1 C)) (M ^ (H * minn Rw.-1 (minn C (W - C)))))%N.
Proof. exact: (@refute_upper _ 1 2 2 2 1 1). Qed.

Theorem not_upper_window : ~ upper_variant (fun H W M Rw D C =>
  minn (D.+1 ^ (H * minn Rw.-2 C)) (M ^ (H * minn Rw.-1 (minn C (W - C)))))%N.
Proof. exact: (@refute_upper _ 1 2 2 2 1 1). Qed.

Theorem not_upper_columns : ~ upper_variant (fun H W M Rw D C =>
  minn (D.+1 ^ (H * minn Rw.-1 C)) (M ^ (H * minn Rw.-1 (minn C (W - C)).-1)))%N.
Proof. exact: (@refute_upper _ 1 2 2 2 1 1). Qed.

(** ** Variants of the lower bound *)

Definition lower_variant (f : nat -> nat -> nat -> nat -> nat -> nat -> nat) : Prop :=
  forall H W M Rh Rw D C, (0 < M)%N -> (0 < Rh)%N -> (0 < Rw)%N -> (C <= W)%N ->
  exists net, [/\ shapes net = overlap_shapes H W Rh Rw D, shared_net net &
    (f H W M Rw D C <= mat_rank (cut C) (tensor net H W M))%N].

Lemma lower_unchanged : lower_variant (fun H W M Rw D C =>
  minn M D.+1 ^ (H * minn Rw.-1 (minn C (W - C))))%N.
Proof. by move=> H W M Rh Rw D C; apply: lower_bound. Qed.

Lemma refute_lower f H W M R D C :
  (0 < M)%N -> (0 < R)%N -> (C <= W)%N ->
  (minn (D.+1 ^ (H * minn R.-1 C)) (M ^ (H * minn R.-1 (minn C (W - C)))) < f H W M R D C)%N ->
  ~ lower_variant f.
Proof.
move=> M0 R0 CW lt bad; have [net [sh _ ge]] := bad H W M R R D C M0 R0 R0 CW.
by have := leq_ltn_trans (leq_trans ge (upper_bound M CW sh)) lt; rewrite ltnn.
Qed.

Theorem not_lower_window : ~ lower_variant (fun H W M Rw D C =>
  minn M D.+1 ^ (H * minn Rw (minn C (W - C))))%N.
Proof. exact: (@refute_lower _ 1 2 2 1 1 1). Qed.

Theorem not_lower_D : ~ lower_variant (fun H W M Rw D C =>
  minn M D.+2 ^ (H * minn Rw.-1 (minn C (W - C))))%N.
Proof. exact: (@refute_lower _ 1 2 2 2 0 1). Qed.

Theorem not_lower_exponent : ~ lower_variant (fun H W M Rw D C =>
  minn M D.+1 ^ (H * minn Rw.-1 (minn C (W - C))).+1)%N.
Proof. exact: (@refute_lower _ 1 2 2 2 1 1). Qed.

(** ** Variants of the overlap law: of the rank that is attained, and of the bound on all ranks *)

Definition attained_variant (f : nat -> nat -> nat -> nat -> nat -> nat) : Prop :=
  forall H W M R D C, (C <= W - C)%N -> (0 < M)%N -> (0 < R)%N ->
  exists net, [/\ shapes net = overlap_shapes H W R R D, shared_net net &
    mat_rank (cut C) (tensor net H W M) = f H M R D C].

Lemma attained_unchanged : attained_variant (fun H M R D C => minn M D.+1 ^ (H * minn R.-1 C))%N.
Proof. by move=> H W M R D C; apply: overlap_law_attained. Qed.

Lemma refute_attained f H W M R D C :
  (C <= W - C)%N -> (0 < M)%N -> (0 < R)%N ->
  (minn M D.+1 ^ (H * minn R.-1 C) < f H M R D C)%N -> ~ attained_variant f.
Proof.
move=> CW M0 R0 lt bad; have [net [sh _ eq]] := bad H W M R D C CW M0 R0.
by have := leq_ltn_trans (overlap_law_upper M CW sh) lt; rewrite eq ltnn.
Qed.

Theorem not_attained_D : ~ attained_variant (fun H M R D C => minn M D.+2 ^ (H * minn R.-1 C))%N.
Proof. exact: (@refute_attained _ 1 2 2 2 0 1). Qed.

Theorem not_attained_exponent :
  ~ attained_variant (fun H M R D C => minn M D.+1 ^ (H * minn R.-1 C).+1)%N.
Proof. exact: (@refute_attained _ 1 2 2 2 1 1). Qed.

Theorem not_attained_window : ~ attained_variant (fun H M R D C => minn M D.+1 ^ (H * minn R C))%N.
Proof. exact: (@refute_attained _ 1 2 2 1 1 1). Qed.

Definition law_variant (f : nat -> nat -> nat -> nat -> nat -> nat) : Prop :=
  forall H W M R D C net, (C <= W - C)%N -> shapes net = overlap_shapes H W R R D ->
    (mat_rank (cut C) (tensor net H W M) <= f H M R D C)%N.

Lemma law_unchanged : law_variant (fun H M R D C => minn M D.+1 ^ (H * minn R.-1 C))%N.
Proof. by move=> H W M R D C net CW sh; apply: overlap_law_upper CW _ sh. Qed.

Lemma refute_law f H W M R D C :
  (C <= W - C)%N -> (0 < M)%N -> (0 < R)%N ->
  (f H M R D C < minn M D.+1 ^ (H * minn R.-1 C))%N -> ~ law_variant f.
Proof.
move=> CW M0 R0 lt bad; have [net [sh _ eq]] := @overlap_law_attained K H W M R D C CW M0 R0.
by have := leq_ltn_trans (bad _ _ _ _ _ _ _ CW sh) lt; rewrite eq ltnn.
Qed.

Theorem not_law_D : ~ law_variant (fun H M R D C => minn M D ^ (H * minn R.-1 C))%N.
Proof. exact: (@refute_law _ 1 2 2 2 1 1). Qed.

Theorem not_law_exponent : ~ law_variant (fun H M R D C => minn M D.+1 ^ (H * minn R.-1 C).-1)%N.
Proof. exact: (@refute_law _ 1 2 2 2 1 1). Qed.

Theorem not_law_window : ~ law_variant (fun H M R D C => minn M D.+1 ^ (H * minn R.-2 C))%N.
Proof. exact: (@refute_law _ 1 2 2 2 1 1). Qed.

(** ** Variants of the headline: smaller windows, fewer channels *)

Definition headline_variant (window channels : nat -> nat) : Prop :=
  forall w M D, (0 < M)%N -> (channels M <= D)%N ->
  exists net,
    [/\ shapes net = overlap_shapes (2 * w) (2 * w) (window w) (window w) D, shared_net net &
        mat_rank (cut w) (tensor net (2 * w) (2 * w) M) = M ^ (2 * w * w)]%N.

Lemma headline_unchanged : headline_variant succn predn.
Proof. by move=> w M D; apply: headline. Qed.

Theorem not_headline_window : ~ headline_variant id predn.
Proof.
move=> bad; have [net [sh _ eq]] := bad 1%N 2%N 1%N isT isT.
by case: (@headline_sharp K 1 2 1 1 net isT isT sh eq).
Qed.

Theorem not_headline_channels : ~ headline_variant succn (fun M => M.-2).
Proof.
move=> bad; have [net [sh _ eq]] := bad 1%N 2%N 0%N isT isT.
by case: (@headline_sharp K 1 2 2 0 net isT isT sh eq).
Qed.

Definition sharp_variant (least : nat) (window channels : nat -> nat) : Prop :=
  forall w M R D net, (0 < w)%N -> (least < M)%N ->
  shapes net = overlap_shapes (2 * w) (2 * w) R R D ->
  mat_rank (cut w) (tensor net (2 * w) (2 * w) M) = (M ^ (2 * w * w))%N ->
  (window w <= R)%N /\ (channels M <= D)%N.

Lemma sharp_unchanged : sharp_variant 1 succn predn.
Proof. by move=> w M R D net; apply: headline_sharp. Qed.

Theorem not_sharp_channels : ~ sharp_variant 1 succn id.
Proof.
move=> bad; have [net [sh _ eq]] := @headline K 1%N 2%N 1%N isT isT.
by case: (bad 1%N 2%N _ _ _ isT isT sh eq).
Qed.

Theorem not_sharp_window : ~ sharp_variant 1 (fun w => w.+2) predn.
Proof.
move=> bad; have [net [sh _ eq]] := @headline K 1%N 2%N 1%N isT isT.
by case: (bad 1%N 2%N _ _ _ isT isT sh eq).
Qed.

(** With one template every rank is at most 1, with any window. *)
Theorem not_sharp_one_template : ~ sharp_variant 0 succn predn.
Proof.
move=> bad; have [net [sh _ eq]] := @overlap_law_attained K 2 2 1 1 1 1 isT isT isT.
by case: (bad 1%N 1%N _ _ _ isT isT sh eq).
Qed.

(** ** Variants of the generic law *)

Definition generic_variant (sh : bool) (f : nat -> nat -> nat -> nat -> nat -> nat) : Prop :=
  forall H W M R D C, (0 < H)%N -> (0 < W)%N -> (0 < M)%N -> (0 < R)%N -> (C <= W - C)%N ->
  exists q : {mpoly K[#|params sh (overlap_shapes H W R R D) H W M|]},
    nonzero_somewhere q /\ forall x, poly_at q x != 0 ->
      mat_rank (cut C) (grid_tensor (net_of x) H W M) = f H M R D C.

Lemma generic_unchanged sh :
  generic_variant sh (fun H M R D C => minn M D.+1 ^ (H * minn R.-1 C))%N.
Proof. by move=> H W M R D C; apply: overlap_law_generic. Qed.

Lemma refute_generic sh f H W M R D C :
  (0 < H)%N -> (0 < W)%N -> (0 < M)%N -> (0 < R)%N -> (C <= W - C)%N ->
  (minn M D.+1 ^ (H * minn R.-1 C) < f H M R D C)%N -> ~ generic_variant sh f.
Proof.
move=> H0 W0 M0 R0 CW lt bad; have [q [[x qx] qP]] := bad H W M R D C H0 W0 M0 R0 CW.
have := overlap_law_upper M CW (net_of_shapes x); rewrite qP // => ge.
by have := leq_ltn_trans ge lt; rewrite ltnn.
Qed.

Theorem not_generic_D sh : ~ generic_variant sh (fun H M R D C => minn M D.+2 ^ (H * minn R.-1 C))%N.
Proof. exact: (@refute_generic _ _ 1 2 2 2 0 1). Qed.

Theorem not_generic_window sh : ~ generic_variant sh (fun H M R D C => minn M D.+1 ^ (H * minn R C))%N.
Proof. exact: (@refute_generic _ _ 1 2 2 1 1 1). Qed.

(** ** Variants of the top-bottom headline *)

Definition rows_variant (window channels : nat -> nat) : Prop :=
  forall w M D, (0 < M)%N -> (channels M <= D)%N ->
  exists net,
    [/\ shapes net = overlap_shapes (2 * w) (2 * w) (window w) (window w) D, shared_net net &
        mat_rank (@cut_row (2 * w) (2 * w) w) (tensor net (2 * w) (2 * w) M) = M ^ (2 * w * w)]%N.

Lemma rows_unchanged : rows_variant succn predn.
Proof. by move=> w M D; apply: headline_top_bottom. Qed.

Theorem not_rows_window : ~ rows_variant id predn.
Proof.
move=> bad; have [net [sh _ eq]] := bad 1%N 2%N 1%N isT isT.
by case: (@headline_sharp_top_bottom K 1 2 1 1 net isT isT sh eq).
Qed.

Theorem not_rows_channels : ~ rows_variant succn (fun M => M.-2).
Proof.
move=> bad; have [net [sh _ eq]] := bad 1%N 2%N 0%N isT isT.
by case: (@headline_sharp_top_bottom K 1 2 2 0 net isT isT sh eq).
Qed.

End Refuted.
