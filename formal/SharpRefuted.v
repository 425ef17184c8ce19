(** * The deeper lower bounds: examples, and false variants refuted

    Networks that meet the hypotheses of Sharp.v, Theorem1.v and HalfFree.v, with the numbers; and these
    theorems with one number changed or one hypothesis left out, and proofs of their negations. *)

From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Upper Lower Parameters Generic.
From Overlap Require Import Routes Tail Leading Crossing Sharp Theorem1 HalfFree.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Local Notation tensor net H W M := (grid_tensor net H W M).

(** ** Examples *)

(** The layers 3/1:2, 2/2:3, 2/2:1 on a 4 x 4 grid: rank at least 2^8, for shared parameters over
    every field. *)
Definition example_1 : widths := [:: (Shape 3 3 1 1 2, 3)].
Definition example_1_tail : seq shape := [:: Shape 2 2 2 2 3; Shape 2 2 2 2 1].

Example example_1_ok : [&& widths_ok example_1, attained_field example_1 == 3,
  tail_ok 4 4 example_1 example_1_tail & separable_tail 4 4 example_1 example_1_tail].
Proof. by []. Qed.

Example example_1_bound :
  theorem_1_base 2 example_1 = 2 /\ theorem_1_exponent 4 2 example_1 = 8.
Proof. by []. Qed.

(** The layers 2/1:3, 2/1:4, 2/2:2, 1/1:2, 2/2:1, 4/4:1, 2/2:1 on a 20 x 20 grid, K = 4, with widths
    1, 2, 2, 1: a stride below layer K, one channel for each label in the first layer, and a tail
    that reads outside with one channel: for shared parameters over infinite fields. *)
Definition example_2 : widths :=
  [:: (Shape 2 2 1 1 3, 1); (Shape 2 2 1 1 4, 2); (Shape 2 2 2 2 2, 2); (Shape 1 1 1 1 2, 1)].
Definition example_2_tail : seq shape :=
  [:: Shape 2 2 2 2 1; Shape 4 4 4 4 1; Shape 2 2 2 2 1].

Example example_2_ok : [&& widths_ok example_2, attained_field example_2 == 3,
  tail_ok 20 20 example_2 example_2_tail & ~~ separable_tail 20 20 example_2 example_2_tail].
Proof. by []. Qed.

Example example_2_bound :
  (capacity false 2 example_2).+1 = 3 /\ sharp_exponent 20 20 10 example_2 = 10.
Proof. by []. Qed.

(** The layers 2/1:1, 2/1:1, 4/4:1 on a 4 x 4 grid: with two channels a label 8.1 says nothing, with
    one the rank is at least 2^8, which is full for M = 2. *)
Definition example_3 : widths := [:: (Shape 2 2 1 1 1, 2); (Shape 2 2 1 1 1, 2)].

Example example_3_ok : [&& widths_ok example_3, attained_field example_3 == 3
  & tail_ok 4 4 example_3 [:: Shape 4 4 4 4 1]].
Proof. by []. Qed.

Example example_3_bound : [/\ (capacity false 1 example_3).+1 = 1,
  (least_channels 1 example_3).+1 = 2 & sharp_exponent 4 4 2 example_3 = 8].
Proof. by []. Qed.

(** ** Variants of the sharp bound *)

Section Refuted.

Variable K : fieldType.
Implicit Types (net : seq (layer K)).

Definition sharp_bound_variant (base : nat -> widths -> nat)
    (expo : nat -> nat -> nat -> widths -> nat) (windows : widths -> bool)
    (tail : nat -> nat -> widths -> seq shape -> bool) : Prop :=
  forall H W M C ws ss, 0 < M -> windows ws -> 1 < attained_field ws -> tail H W ws ss ->
    exists net, shapes net = map fst ws ++ ss /\
      base M ws ^ expo H W C ws <= mat_rank (cut C) (tensor net H W M).

Definition sharp_base (M : nat) (ws : widths) : nat := (capacity false M.-1 ws).+1.

(** The variants are of this form: it holds for the theorem itself. *)
Lemma sharp_bound_unchanged : sharp_bound_variant sharp_base sharp_exponent widths_ok tail_ok.
Proof.
move=> H W M C ws ss M0 ok wide tl.
have [//|net [sh _ ge]] := @sharp_bound K false H W M C ws ss M0 ok wide tl.
by exists net.
Qed.

(** The opposite bound for layers R/1:D, HxW/HxW:1. *)
Lemma refute_sharp base expo (windows : pred widths)
    (tail : nat -> nat -> widths -> seq shape -> bool) H W M R D t C :
  let ws := [:: (Shape R R 1 1 D, t)] in
  0 < M -> C <= W -> windows ws -> 1 < t -> tail H W ws [:: Shape H W H W 1] ->
  minn (D.+1 ^ (H * minn R.-1 C)) (M ^ (H * minn R.-1 (minn C (W - C))))
    < base M ws ^ expo H W C ws ->
  ~ sharp_bound_variant base expo windows tail.
Proof.
move=> ws M0 CW ok t1 tl lt bad.
have wide : 1 < attained_field ws by rewrite /attained_field /= muln0 addn0 prednK // ltnW.
have [net [sh ge]] := bad H W M C ws _ M0 ok wide tl.
by have := leq_ltn_trans (leq_trans ge (upper_bound M CW sh)) lt; rewrite ltnn.
Qed.

Lemma one_pair R D : sharp_exponent 1 2 1 [:: (Shape R R 1 1 D, 2)] = 1.
Proof. by []. Qed.

Theorem not_sharp_base :
  ~ sharp_bound_variant (fun M ws => (sharp_base M ws).+1) sharp_exponent widths_ok tail_ok.
Proof. by apply: (@refute_sharp _ _ _ _ 1 2 3 2 1 2 1) => //; rewrite one_pair. Qed.

Theorem not_sharp_exponent :
  ~ sharp_bound_variant sharp_base (fun H W C ws => (sharp_exponent H W C ws).+1) widths_ok tail_ok.
Proof. by apply: (@refute_sharp _ _ _ _ 1 2 2 2 1 2 1) => //; rewrite one_pair. Qed.

(** The labels are one fewer than the templates. *)
Theorem not_sharp_templates :
  ~ sharp_bound_variant (fun M ws => (capacity false M ws).+1) sharp_exponent widths_ok tail_ok.
Proof. by apply: (@refute_sharp _ _ _ _ 1 2 1 2 1 2 1) => //; rewrite one_pair. Qed.

(** Widths have to be within the windows. *)
Theorem not_sharp_windows :
  ~ sharp_bound_variant sharp_base sharp_exponent (all (fun w => proper w.1 && (0 < w.2))) tail_ok.
Proof. by apply: (@refute_sharp _ _ _ _ 1 2 2 1 1 2 1) => //; rewrite one_pair. Qed.

(** Without the tail condition a crossing pair may be lost: 1x2/1:1, 1x1/1x3:1 on 1 x 3 sites, cut
    at column 2, sees the columns 0 and 1 only. *)
Theorem not_sharp_tail :
  ~ sharp_bound_variant sharp_base sharp_exponent widths_ok (fun H W ws ss =>
      let: (h, w) := out_size (map fst ws) H W in
      [&& 0 < size ss, all proper ss & out_size ss h w == (1, 1)]).
Proof.
move=> bad; pose ws : widths := [:: (Shape 1 2 1 1 1, 2)].
have [net [sh ge]] := bad 1 3 2 2 ws [:: Shape 1 1 1 3 1] isT isT isT isT.
have e1 : sharp_exponent 1 3 2 ws = 1 by [].
rewrite e1 in ge; suff : mat_rank (@cut 1 3 2) (tensor net 1 3 2) <= #|[finType of unit]|.
  by rewrite card_unit => /(leq_trans ge).
apply: (@rank2_depR K _ [finType of unit] _ (fun _ => tt)) => p q q' _.
case: net sh {ge} => [|l1 [|l2 []]] //= [s1 s2]; rewrite /grid_tensor /= /gc s1 s2 /=.
apply: eq_bigr => i _; apply: eq_bigr => j _; congr (_ + _)%R; apply: eq_bigr => k _.
rewrite s2 !ord1 /=; congr (_ * _)%R; rewrite /pad /=; apply: eq_bigr => i' _.
apply: eq_bigr => j' _; apply: factor_local => s _; rewrite s1 /= => e.
by apply: glue_left; rewrite /cut e; apply: ltn_ord j'.
Qed.

(** A layer above layer K is needed: 1x2/1x2:1 on 1 x 2 sites is a product of one-sided
    functions. *)
Theorem not_sharp_last :
  ~ sharp_bound_variant sharp_base sharp_exponent widths_ok (fun H W ws ss =>
      let: (h, w) := out_size (map fst ws) H W in
      [&& all proper ss, out_size ss h w == (1, 1) & tail_condition ss h w]).
Proof.
move=> bad; pose ws : widths := [:: (Shape 1 2 1 2 1, 2)].
have [net [sh ge]] := bad 1 2 2 1 ws [::] isT isT isT isT.
have e1 : sharp_exponent 1 2 1 ws = 1 by [].
rewrite e1 in ge; suff : mat_rank (@cut 1 2 1) (tensor net 1 2 2) <= 1 by move/(leq_trans ge).
apply: rank2_inhabited => p0 q0; case: net sh {ge} => [|l []] //= [s1].
pose f (d : {ffun site 1 2 -> 'I_2}) (j : nat) : K := factor l 1 2 2 (one_hot d) 0 0 0 j 0.
apply: (@leq_trans #|[finType of unit]|); last by rewrite card_unit.
have le := @rank2_sum K (left_part 2 (@cut 1 2 1)) [finType of unit] (right_part 2 (@cut 1 2 1))
  (fun p _ => f (glue p q0) 0) (fun _ q => f (glue p0 q) 1).
apply: leq_trans le.
rewrite leq_eqVlt; apply/orP; left; apply/eqP; apply: rank2_ext => p q.
rewrite big_const card_unit /= GRing.addr0 /grid_tensor /= /gc s1 /= big_ord1.
rewrite !big_ord_recl big_ord0 GRing.mulr1; congr (_ * _)%R; apply: factor_local => s _.
  by rewrite s1 /= => e; apply: glue_left; rewrite /cut e.
by rewrite s1 /= => e; apply: glue_right; rewrite /cut e.
Qed.

(** ** Variants of the bound without the half *)

Lemma half_free_unchanged : infinite K ->
  sharp_bound_variant (fun M ws => (least_channels M.-1 ws).+1) sharp_exponent widths_ok tail_ok.
Proof.
move=> inf H W M C ws ss M0 ok wide tl.
by have [net [sh _ ge]] := half_free false C M0 ok wide tl inf; exists net.
Qed.

Theorem not_half_free_base : ~ sharp_bound_variant
  (fun M ws => (least_channels M.-1 ws).+2) sharp_exponent widths_ok tail_ok.
Proof. by apply: (@refute_sharp _ _ _ _ 1 2 3 2 1 2 1) => //; rewrite one_pair. Qed.

Theorem not_half_free_templates : ~ sharp_bound_variant
  (fun M ws => (least_channels M ws).+1) sharp_exponent widths_ok tail_ok.
Proof. by apply: (@refute_sharp _ _ _ _ 1 2 1 2 1 2 1) => //; rewrite one_pair. Qed.

(** ** Variants of Theorem 1 *)

Definition theorem_1_variant (base : nat -> widths -> nat) (expo : nat -> nat -> widths -> nat)
    (field : nat -> widths -> bool) : Prop :=
  forall H w M ws ss, 0 < H -> 0 < w -> 0 < M -> widths_ok ws -> field w ws ->
    tail_ok H (2 * w) ws ss ->
    exists q : {mpoly K[#|params false (map fst ws ++ ss) H (2 * w) M|]},
      nonzero_somewhere q /\ forall x, poly_at q x != 0%R ->
        base M ws ^ expo H w ws <= mat_rank (@cut H (2 * w) w) (tensor (net_of x) H (2 * w) M).

Definition past_half (w : nat) (ws : widths) : bool := w < attained_field ws.

Lemma theorem_1_unchanged : theorem_1_variant theorem_1_base theorem_1_exponent past_half.
Proof. by move=> H w M ws ss H0 w0 M0 ok wT tl; apply: theorem_1. Qed.

Lemma refute_theorem_1 base expo (field : nat -> widths -> bool) H w M R D t :
  let ws := [:: (Shape R R 1 1 D, t)] in
  0 < H -> 0 < w -> 0 < M -> widths_ok ws -> field w ws ->
  tail_ok H (2 * w) ws [:: Shape H (2 * w) H (2 * w) 1] ->
  minn (D.+1 ^ (H * minn R.-1 w)) (M ^ (H * minn R.-1 (minn w (2 * w - w))))
    < base M ws ^ expo H w ws ->
  ~ theorem_1_variant base expo field.
Proof.
move=> ws H0 w0 M0 ok fl tl lt bad.
have [q [[x qx] qP]] := bad H w M ws _ H0 w0 M0 ok fl tl.
have ww : w <= 2 * w by rewrite leq_pmull.
have := leq_ltn_trans (leq_trans (qP x qx) (upper_bound M ww (net_of_shapes x))) lt.
by rewrite ltnn.
Qed.

Lemma one_column R D H w t : theorem_1_exponent H w [:: (Shape R R 1 1 D, t)]
  = (if t.-1 < 2 * w then 2 * w - t.-1.+1 + 1 else 0) * H.
Proof.
rewrite /theorem_1_exponent /attained_field /= muln0 addn0 !muln1.
by rewrite divn1 ceil_div1.
Qed.

(** With M = 4 and D_1 = 1 the rank is at most 2. *)
Theorem not_theorem_1_base :
  ~ theorem_1_variant (fun M ws => (theorem_1_base M ws).+2) theorem_1_exponent past_half.
Proof. by apply: (@refute_theorem_1 _ _ _ 1 1 4 2 1 2) => //; rewrite one_column. Qed.

Theorem not_theorem_1_exponent :
  ~ theorem_1_variant theorem_1_base (fun H w ws => (theorem_1_exponent H w ws).+1) past_half.
Proof. by apply: (@refute_theorem_1 _ _ _ 1 1 2 2 2 2) => //; rewrite one_column. Qed.

(** A field of exactly half of the width is not enough. *)
Theorem not_theorem_1_half :
  ~ theorem_1_variant theorem_1_base theorem_1_exponent (fun w ws => w <= attained_field ws).
Proof. by apply: (@refute_theorem_1 _ _ _ 1 2 2 2 2 2) => //; rewrite one_column. Qed.

End Refuted.
