(** * The overlap law and the headline

    The two bounds meet: networks "R/1:D, HxW/HxW:1" cut at a column C <= W - C have rank at most
    min(M, D+1)^(H min(R-1, C)), and some shared parameters attain it (THEORY 8.2).  At the middle
    cut of a 2w x 2w grid the full rank M^(2w w) is attained if R >= w + 1 and D >= M - 1, and
    only then (THEORY 3, corollary, in the sharp form of section 8).  Any field. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Overlap Require Import Rank2 Network Evaluation Upper Lower.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Powers and minima *)

Lemma min_exp a b n : minn (a ^ n) (b ^ n) = minn a b ^ n.
Proof.
case: n => [|n]; first by rewrite !expn0.
by rewrite /minn ltn_exp2r //; case: ltnP.
Qed.

(** ** The overlap law *)

Section OverlapLaw.

Variables (K : fieldType) (H W M R D C : nat).
Hypothesis C_le_half : (C <= W - C)%N.

Definition law_exponent := (H * minn R.-1 C)%N.

Theorem overlap_law_upper (net : seq (layer K)) :
  shapes net = overlap_shapes H W R R D ->
  (mat_rank (cut C) (grid_tensor net H W M) <= minn M D.+1 ^ law_exponent)%N.
Proof.
move=> sh; have CW : (C <= W)%N by apply: leq_trans C_le_half (leq_subr _ _).
have := upper_bound M CW sh.
by rewrite (minn_idPl C_le_half) min_exp minnC.
Qed.

Theorem overlap_law_attained :
  (0 < M)%N -> (0 < R)%N ->
  exists net : seq (layer K),
    [/\ shapes net = overlap_shapes H W R R D, shared_net net &
        mat_rank (cut C) (grid_tensor net H W M) = minn M D.+1 ^ law_exponent].
Proof.
move=> M0 R0; have CW : (C <= W)%N by apply: leq_trans C_le_half (leq_subr _ _).
have [net [sh shd ge]] := @lower_bound K H W M R R D C M0 R0 R0 CW.
exists net; split=> //; apply/eqP; rewrite eqn_leq overlap_law_upper //=.
by rewrite (minn_idPl C_le_half) in ge.
Qed.

End OverlapLaw.

(** ** The headline: 2w x 2w sites, cut in the middle *)

Section Headline.

Variables (K : fieldType) (w M R D : nat).

Lemma half_double : (w <= 2 * w - w)%N.
Proof. by rewrite mul2n -addnn addnK. Qed.

(** One overlapping layer with R = w + 1 and D >= M - 1 attains the full rank. *)
Theorem headline :
  (0 < M)%N -> (M.-1 <= D)%N ->
  exists net : seq (layer K),
    [/\ shapes net = overlap_shapes (2 * w) (2 * w) w.+1 w.+1 D, shared_net net &
        mat_rank (cut w) (grid_tensor net (2 * w) (2 * w) M) = M ^ (2 * w * w)].
Proof.
move=> M0 MD; have [net [sh shd eq]] :=
  @overlap_law_attained K (2 * w) (2 * w) M w.+1 D w half_double M0 (ltn0Sn w).
exists net; split=> //; rewrite eq /law_exponent /= minnn; congr (_ ^ _).
by apply/minn_idPl; rewrite -(prednK M0) ltnS.
Qed.

(** No parameters, shared or not, attain it with a smaller window or with fewer channels. *)
Theorem headline_sharp (net : seq (layer K)) :
  (0 < w)%N -> (1 < M)%N ->
  shapes net = overlap_shapes (2 * w) (2 * w) R R D ->
  mat_rank (cut w) (grid_tensor net (2 * w) (2 * w) M) = M ^ (2 * w * w) ->
  (w.+1 <= R)%N /\ (M.-1 <= D)%N.
Proof.
move=> w0 M1 sh eq; have M0 : (0 < M)%N by apply: ltnW.
have := overlap_law_upper M half_double sh; rewrite eq /law_exponent => le.
have w2 : (0 < 2 * w)%N by rewrite muln_gt0.
have le_w : (w <= minn R.-1 w)%N.
  rewrite -(leq_pmul2l w2) -(leq_exp2l _ _ M1); apply: leq_trans le _.
  by rewrite -min_exp geq_minl.
have wR : (w <= R.-1)%N by apply: leq_trans le_w (geq_minl _ _).
split; first by case: (R) wR => // le0; move: (leq_trans w0 le0).
move: le; rewrite (minn_idPr wR) leq_exp2r ?muln_gt0 ?w0 //.
by rewrite leq_min leqnn /= -{1}(prednK M0) ltnS.
Qed.

End Headline.
