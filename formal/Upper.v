(** * The upper bound

    For the networks "R/1:D, HxW/HxW:1", every choice of parameters, shared or unshared, over any
    field, and every cut: the rank is at most (D+1)^(H min(R-1, C)) and at most
    M^(H min(R-1, C, W-C)).  THEORY 8.2, "Upper bound", for a cut at any column.
    Only the locations in the R-1 columns before the cut straddle it; all others scale the rows or
    the columns of the matricization. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Overlap Require Import Rank2 Network Evaluation.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(** ** Bands of columns *)

Definition band (H W a b : nat) : pred (site H W) := fun s => (a <= s.2 < b)%N.

Lemma card_interval W a b : (b <= W)%N -> #|[pred j : 'I_W | (a <= j < b)%N]| = (b - a)%N.
Proof.
move=> bW; rewrite -sum1_card (eq_bigl (fun j : 'I_W => (a <= j) && (j < b))%N) //.
by rewrite (big_ord_narrow_cond bW) -[RHS]muln1 -sum_nat_const_nat big_geq_mkord.
Qed.

Lemma card_band H W a b : (b <= W)%N -> #|{: {s : site H W | band a b s}}| = (H * (b - a))%N.
Proof.
move=> bW; rewrite card_sig -(card_interval a bW) -[in RHS](card_ord H) -cardX.
by apply: eq_card => s; rewrite !inE.
Qed.

Lemma prod_sig (K : comRingType) (S : finType) (Q : pred S) (F : S -> K) :
  \prod_(s | Q s) F s = \prod_(s : {s | Q s}) F (val s).
Proof.
rewrite (reindex_omap (val : {s | Q s} -> S) insub) => [|s Qs]; last by rewrite insubT.
by apply: eq_bigl => s; rewrite valK eqxx (valP s).
Qed.

Section Upper.

Variables (K : fieldType) (H W M Rh Rw D C : nat) (l1 l2 : layer K).
Hypothesis shape1 : shape_of l1 = Shape Rh Rw 1 1 D.
Hypothesis shape2 : shape_of l2 = Shape H W H W 1.
Hypothesis C_le_W : (C <= W)%N.

Let P : pred (site H W) := cut C.
Let loc := @location K H W M D l1 l2.
Let straddles : pred (site H W) := band (C - Rw.-1) C.
Implicit Types (p : left_part M P) (q : right_part M P).

(** The product over the straddling locations, on the two parts of the sites. *)
Definition core (p : left_part M P) (q : right_part M P) : K :=
  \prod_(s | straddles s) loc (glue p q) s.

(** ** Locations that do not straddle are one-sided *)

Lemma location_left p q q' (s : site H W) :
  (s.2 < C)%N -> ~~ straddles s -> loc (glue p q) s = loc (glue p q') s.
Proof.
move=> sC; rewrite /straddles /band sC andbT -ltnNge => far.
apply: (location_local _ shape1) => s' /andP[_ le_s']; apply: glue_left.
by apply: leq_ltn_trans le_s' _; rewrite addnC -ltn_subRL.
Qed.

Lemma location_right p p' q (s : site H W) :
  ~~ (s.2 < C)%N -> loc (glue p q) s = loc (glue p' q) s.
Proof.
rewrite -leqNgt => Cs; apply: (location_local _ shape1) => s' /andP[le_s' _].
by apply: glue_right; rewrite /P /cut -leqNgt (leq_trans Cs).
Qed.

Lemma mat_rank_core : (mat_rank P (grid_tensor [:: l1; l2] H W M) <= rank2 core)%N.
Proof.
apply: rank2_inhabited => p0 q0.
pose a p := \prod_(s : site H W | (s.2 < C)%N && ~~ straddles s) loc (glue p q0) s.
pose b q := \prod_(s : site H W | ~~ (s.2 < C)%N) loc (glue p0 q) s.
rewrite /mat_rank -(@rank2_ext _ _ _ (fun p q => a p * b q * core p q)).
  exact: rank2_scale.
move=> p q; rewrite (grid_tensor_locations shape1 shape2).
rewrite (bigID (fun s : site H W => (s.2 < C)%N)) /=.
rewrite (bigID straddles (fun s : site H W => (s.2 < C)%N)) /= mulrC mulrA.
congr (_ * _ * _).
- by apply: eq_bigl => s; rewrite /straddles /band; case: (s.2 < C)%N; rewrite ?andbF ?andbT.
- by apply: eq_bigr => s /andP[sC st]; apply: location_left.
- by apply: eq_bigr => s; apply: location_right.
Qed.

(** ** The bound by the channels: each straddling location has rank at most D + 1 *)

Lemma core_channels : (rank2 core <= D.+1 ^ (H * minn Rw.-1 C))%N.
Proof.
apply: rank2_inhabited => p0 q0; rewrite minnC minnE -(@card_band H W) // -[X in (X ^ _)%N]card_ord.
pose keep c := (c < C)%N.
pose f (s : {s | straddles s}) (t : 'I_D.+1) (p : left_part M P) : K :=
  if unlift ord0 t is Some c then side Rh Rw l1 keep (glue p q0) (val s) c else 1.
pose g (s : {s | straddles s}) (t : 'I_D.+1) (q : right_part M P) : K :=
  if unlift ord0 t is Some c then
    weight l2 0 0 (val s).1 (val s).2 0 c * side Rh Rw l1 (predC keep) (glue p0 q) (val s) c
  else bias l2 0 0 (val s).1 (val s).2 0.
rewrite -(@rank2_ext _ _ _ (fun p q => \prod_s \sum_t f s t p * g s t q)).
  exact: rank2_prod_sum.
move=> p q; rewrite /core prod_sig; apply: eq_bigr => s _.
rewrite big_ord_recl {1}/f {1}/g unlift_none mul1r addrC; congr (_ + _).
apply: eq_bigr => c _; rewrite /f /g liftK mulrCA; congr (_ * _).
rewrite (gc_sides shape1 keep); congr (_ * _); apply: (side_local shape1) => s' ks'.
- exact: glue_left.
- exact: glue_right.
Qed.

(** ** The bound by the templates: only sites close to the cut occur in the core *)

Lemma core_local p p' q q' :
  (forall s : site H W, C - Rw.-1 <= s.2 < C + Rw.-1 -> glue p q s = glue p' q' s)%N ->
  core p q = core p' q'.
Proof.
move=> eqd; apply: eq_bigr => s /andP[s1 s2]; apply: (location_local _ shape1).
move=> s' /andP[le1 le2]; apply: eqd; rewrite (leq_trans s1) //=.
by apply: leq_ltn_trans le2 _; rewrite ltn_add2r.
Qed.

Lemma core_left : (rank2 core <= M ^ (H * minn Rw.-1 C))%N.
Proof.
apply: rank2_inhabited => p0 q0; rewrite minnC minnE -(@card_band H W) //.
rewrite -[X in (X ^ _)%N]card_ord -card_ffun.
pose u (p : left_part M P) := [ffun s : {s | straddles s} => glue p q0 (val s)].
apply: (rank2_depL (u := u)) => p p' q eq_u; apply: core_local => s /andP[s1 _].
have [sC|nsC] := boolP (P s); last exact: glue_right.
have st : straddles s by rewrite /straddles /band s1.
have /ffunP/(_ (exist _ s st)) := eq_u; rewrite ffunE [RHS]ffunE.
by rewrite (glue_left p q q0 sC) (glue_left p' q q0 sC).
Qed.

Lemma core_right : (rank2 core <= M ^ (H * minn Rw.-1 (W - C)))%N.
Proof.
apply: rank2_inhabited => p0 q0.
have eq_m : (minn Rw.-1 (W - C) = minn W (C + Rw.-1) - C)%N.
  by rewrite subn_minl addKn minnC.
rewrite eq_m -(@card_band H W) ?geq_minl // -[X in (X ^ _)%N]card_ord -card_ffun.
pose v (q : right_part M P) :=
  [ffun s : {s | band C (minn W (C + Rw.-1)) s} => glue p0 q (val s)].
apply: (rank2_depR (v := v)) => p q q' eq_v; apply: core_local => s /andP[_ s2].
have [sC|nsC] := boolP (P s); first exact: glue_left.
have st : band C (minn W (C + Rw.-1)) s.
  by rewrite /band leq_min ltn_ord s2 leqNgt nsC.
have /ffunP/(_ (exist _ s st)) := eq_v; rewrite ffunE [RHS]ffunE.
by rewrite (glue_right p p0 q nsC) (glue_right p p0 q' nsC).
Qed.

End Upper.

(** ** The theorem *)

Theorem upper_bound (K : fieldType) (H W M Rh Rw D C : nat) (net : seq (layer K)) :
  (C <= W)%N -> shapes net = overlap_shapes H W Rh Rw D ->
  (mat_rank (cut C) (grid_tensor net H W M)
     <= minn (D.+1 ^ (H * minn Rw.-1 C)) (M ^ (H * minn Rw.-1 (minn C (W - C)))))%N.
Proof.
move=> CW /two_layers[l1 [l2 [-> s1 s2]]]; apply: leq_trans (mat_rank_core M C s1 s2) _.
rewrite leq_min (core_channels _ _ _ s1 CW) /=; case: (leqP C (W - C)) => _.
- exact: core_left s1 CW.
- exact: core_right s1.
Qed.
