(** * False variants of the cut law, refuted

    Each statement of CutUpper.v and CutLaw.v with one number or hypothesis changed, and the proof
    of its negation, on a grid of one row and two columns with one location that sees both. *)

From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Parameters Generic CutFlow CutUpper CutLaw.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(** ** The flow: the left site is in P *)

Local Notation two_sites := (@cut 1 2 1).
Local Notation seen := (in_window 1 2 1 2 1 2).

Definition one_location : cut_location 1 2 1 2 := (@ord0 0, @ord0 0).

Lemma only_location (t : cut_location 1 2 1 2) : t = one_location.
Proof. by case: t => i j; rewrite (ord1 i) (ord1 j). Qed.

Lemma seen_all t s : seen t s.
Proof. by rewrite (only_location t) /in_window /= !add0n !ltn_ord. Qed.

Lemma sum_two_sites (n : nat) (p : pred nat) : 
  (\sum_(s : site 1 2 | p s.2) n = p 0 * n + p 1 * n)%N.
Proof.
rewrite big_mkcond -(pair_bigA _ (fun (_ : 'I_1) (j : 'I_2) => if p j then n else 0)%N) /=.
by rewrite !big_ord_recl !big_ord0 /= !addn0; case: (p 0%N); case: (p 1%N); rewrite ?mul1n ?mul0n.
Qed.

Lemma one_flow n cx cy : (n <= cx)%N -> (n <= cy)%N -> (n <= max_flow two_sites seen cx cy)%N.
Proof.
move=> ncx ncy; have one t (F : cut_location 1 2 1 2 -> nat) : (\sum_t F t = F t)%N.
  by rewrite (bigD1 t) //= big1 ?addn0 // => t'; rewrite (only_location t) (only_location t') eqxx.
have fl : cut_flow two_sites seen cx cy (fun _ _ => n).
  apply/cut_flowP; split=> [s t _|t|s|t]; first exact: seen_all.
  - rewrite (sum_two_sites n (fun c => (c < 1)%N)) (sum_two_sites n (fun c => ~~ (c < 1)%N)).
    by rewrite /= addn0.
  - by rewrite (one one_location).
  - by rewrite (sum_two_sites n (fun c => (c < 1)%N)) /= mul0n mul1n addn0.
have := flow_le_max fl; rewrite /flow_value (one one_location).
by rewrite (sum_two_sites n (fun c => (c < 1)%N)) /= mul0n mul1n addn0.
Qed.

Lemma separating_location : separating two_sites seen set0 setT.
Proof. by apply/separatingP => s t s' *; rewrite in_setT orbT. Qed.

Lemma separating_site : separating two_sites seen [set s | two_sites s] set0.
Proof. by apply/separatingP => s t s' Ps *; rewrite inE Ps. Qed.

Lemma card_locations : #|[set: cut_location 1 2 1 2]| = 1%N.
Proof. by rewrite cardsT card_prod !card_ord. Qed.

Lemma card_site : #|[set s : site 1 2 | two_sites s]| = 1%N.
Proof.
rewrite -sum1_card (eq_bigl (fun s : site 1 2 => (s.2 < 1)%N)) => [|s]; last by rewrite inE.
by rewrite (sum_two_sites 1 (fun c => (c < 1)%N)).
Qed.

Lemma one_flow_le cx cy : (max_flow two_sites seen cx cy <= minn cx cy)%N.
Proof.
rewrite leq_min; apply/andP; split.
- by have := max_flow_le cx cy separating_site; rewrite card_site cards0 muln1 muln0 addn0.
- by have := max_flow_le cx cy separating_location; rewrite card_locations cards0 muln1 muln0.
Qed.

Section Refuted.

Variable K : fieldType.
Implicit Types (net : seq (layer K)).
Local Notation tensor net H W M := (grid_tensor net H W M).
Local Notation small_shapes D := (cut_shapes 1 2 1 2 1 2 D).

Lemma small_rank n M D : (0 < n)%N -> (n <= M)%N -> (n <= D.+1)%N ->
  exists2 net : seq (layer K), shapes net = small_shapes D &
    (n <= mat_rank two_sites (tensor net 1 2 M))%N.
Proof.
move=> n0 nM nD; have [||net sh ge] := @flow_attained K 1 2 M 1 2 1 2 D two_sites n 1 1 n0.
- by rewrite expn1.
- by rewrite expn1.
exists net => //; apply: leq_trans ge; rewrite -{1}[n]expn1 leq_pexp2l //.
exact: one_flow.
Qed.

Lemma small_rank_M M D net :
  shapes net = small_shapes D -> (mat_rank two_sites (tensor net 1 2 M) <= M)%N.
Proof.
move=> sh; have := cut_law_upper M sh separating_site.
by rewrite card_site cards0 expn1 expn0 muln1.
Qed.

Lemma small_rank_D M D net :
  shapes net = small_shapes D -> (mat_rank two_sites (tensor net 1 2 M) <= D.+1)%N.
Proof.
move=> sh; have := cut_law_upper M sh separating_location.
by rewrite card_locations cards0 expn1 expn0 mul1n.
Qed.

(** ** Variants of the upper bound *)

Definition cut_upper_variant (f : nat -> nat -> nat -> nat -> nat) : Prop :=
  forall H W M Rh Rw Sh Sw D net (P : pred (site H W)) A B,
  shapes net = cut_shapes H W Rh Rw Sh Sw D -> separating P (in_window H W Rh Rw Sh Sw) A B ->
  (mat_rank P (tensor net H W M) <= f M D #|A| #|B|)%N.

Lemma cut_upper_unchanged : cut_upper_variant (fun M D m n => M ^ m * D.+1 ^ n)%N.
Proof. by move=> H W M Rh Rw Sh Sw D net P A B; apply: cut_law_upper. Qed.

Theorem not_cut_upper_D : ~ cut_upper_variant (fun M D m n => M ^ m * D ^ n)%N.
Proof.
move=> bad; have [net sh ge] := @small_rank 2 2 1 isT isT isT.
have := leq_trans ge (bad _ _ 2%N _ _ _ _ _ _ _ _ _ sh separating_location).
by rewrite card_locations cards0.
Qed.

Theorem not_cut_upper_M : ~ cut_upper_variant (fun M D m n => M.-1 ^ m * D.+1 ^ n)%N.
Proof.
move=> bad; have [net sh ge] := @small_rank 2 2 1 isT isT isT.
have := leq_trans ge (bad _ _ 2%N _ _ _ _ _ _ _ _ _ sh separating_site).
by rewrite card_site cards0.
Qed.

(** Any set, separating or not. *)
Theorem not_cut_upper_set : ~ (forall H W M Rh Rw Sh Sw D net (P : pred (site H W))
    (A : {set site H W}) (B : {set cut_location H W Sh Sw}),
  shapes net = cut_shapes H W Rh Rw Sh Sw D ->
  (mat_rank P (tensor net H W M) <= M ^ #|A| * D.+1 ^ #|B|)%N).
Proof.
move=> bad; have [net sh ge] := @small_rank 2 2 1 isT isT isT.
have := leq_trans ge (bad _ _ 2%N _ _ _ _ _ _ _ set0 set0 sh).
by rewrite !cards0.
Qed.

(** ** Variants of the lower bound *)

Definition cut_lower_variant (f : nat -> nat -> nat -> (nat -> nat -> nat) -> nat) : Prop :=
  forall H W M Rh Rw Sh Sw D (P : pred (site H W)) b, (1 < b)%N -> (0 < M)%N ->
  exists2 net : seq (layer K), shapes net = cut_shapes H W Rh Rw Sh Sw D &
    (f b M D (max_flow P (in_window H W Rh Rw Sh Sw)) <= mat_rank P (tensor net H W M))%N.

Lemma cut_lower_unchanged :
  cut_lower_variant (fun b M D flow => b ^ flow (trunc_log b M) (trunc_log b D.+1))%N.
Proof. by move=> H W M Rh Rw Sh Sw D P b; apply: cut_law_lower. Qed.

Theorem not_cut_lower_D :
  ~ cut_lower_variant (fun b M D flow => b ^ flow (trunc_log b M) (trunc_log b D.+2))%N.
Proof.
move=> bad; have [net sh ge] := bad 1%N 2%N 4%N 1%N 2%N 1%N 2%N 2%N two_sites 2%N isT isT.
have f2 := @one_flow 2 (trunc_log 2 4) (trunc_log 2 4) isT isT.
have := leq_trans ge (small_rank_D 4 sh); rewrite leqNgt; case/negP.
by apply: (@leq_trans (2 ^ 2)); rewrite ?leq_pexp2l.
Qed.

Theorem not_cut_lower_M :
  ~ cut_lower_variant (fun b M D flow => b ^ flow (trunc_log b M.+1) (trunc_log b D.+1))%N.
Proof.
move=> bad; have [net sh ge] := bad 1%N 2%N 3%N 1%N 2%N 1%N 2%N 3%N two_sites 2%N isT isT.
have f2 := @one_flow 2 (trunc_log 2 4) (trunc_log 2 4) isT isT.
have := leq_trans ge (small_rank_M 3 sh); rewrite leqNgt; case/negP.
by apply: (@leq_trans (2 ^ 2)); rewrite ?leq_pexp2l.
Qed.

Theorem not_cut_lower_exponent :
  ~ cut_lower_variant (fun b M D flow => b ^ (flow (trunc_log b M) (trunc_log b D.+1)).+1)%N.
Proof.
move=> bad; have [net sh ge] := bad 1%N 2%N 2%N 1%N 2%N 1%N 2%N 1%N two_sites 2%N isT isT.
have := leq_trans ge (small_rank_M 2 sh); rewrite leqNgt; case/negP.
have f1 := @one_flow 1 (trunc_log 2 2) (trunc_log 2 2) isT isT.
by apply: (@leq_trans (2 ^ 2)); rewrite ?leq_pexp2l.
Qed.

(** ** Variants of the equality *)

Definition flow_upper_variant (f : nat -> nat -> nat)
    (powers : nat -> nat -> nat -> nat -> nat -> Prop) : Prop :=
  forall H W M Rh Rw Sh Sw D (P : pred (site H W)) b s l net, powers M D b s l ->
  shapes net = cut_shapes H W Rh Rw Sh Sw D ->
  (mat_rank P (tensor net H W M) <= f b (max_flow P (in_window H W Rh Rw Sh Sw) s l))%N.

Definition both_powers (M D b s l : nat) : Prop := M = (b ^ s)%N /\ D.+1 = (b ^ l)%N.

Lemma flow_upper_unchanged : flow_upper_variant expn both_powers.
Proof. by move=> H W M Rh Rw Sh Sw D P b s l net [Ms Dl]; apply: cut_law_flow_upper. Qed.

Theorem not_flow_upper_exponent : ~ flow_upper_variant (fun b f => b ^ f.-1)%N both_powers.
Proof.
move=> bad; have [net sh ge] := @small_rank 2 2 1 isT isT isT.
have := leq_trans ge (bad _ _ 2%N _ _ _ _ _ _ 2%N 1%N 1%N net (conj erefl erefl) sh).
have /leq_trans/(_ (geq_minl _ _)) := one_flow_le 1 1.
by case: (max_flow _ _ _ _) => [|[]].
Qed.

(** Powers of b only up to rounding down. *)
Theorem not_flow_upper_powers : ~ flow_upper_variant expn
  (fun M D b s l => s = trunc_log b M /\ l = trunc_log b D.+1).
Proof.
move=> bad; have [net sh ge] := @small_rank 3 3 2 isT isT isT.
have := leq_trans ge (bad _ _ 3%N _ _ _ _ 2%N _ 2%N 1%N 1%N net (conj erefl erefl) sh).
have /leq_trans/(_ (geq_minl _ _)) := one_flow_le 1 1.
by case: (max_flow _ _ _ _) => [|[]].
Qed.

(** ** Variants of the generic law *)

Definition cut_generic_variant (f : nat -> nat -> nat -> (nat -> nat -> nat) -> nat) : Prop :=
  forall H W M Rh Rw Sh Sw D (P : pred (site H W)) b,
  (0 < H)%N -> (0 < W)%N -> (1 < b)%N -> (0 < M)%N ->
  exists q : {mpoly K[#|params false (cut_shapes H W Rh Rw Sh Sw D) H W M|]},
    nonzero_somewhere q /\ forall x, poly_at q x != 0 ->
      (f b M D (max_flow P (in_window H W Rh Rw Sh Sw)) <= mat_rank P (tensor (net_of x) H W M))%N.

Lemma cut_generic_unchanged :
  cut_generic_variant (fun b M D flow => b ^ flow (trunc_log b M) (trunc_log b D.+1))%N.
Proof.
move=> H W M Rh Rw Sh Sw D P b H0 W0 b1 M0.
have [q [q0 qP]] := cut_law_generic K Rh Rw Sh Sw D P H0 W0 b1 M0.
by exists q; split=> // x /qP[].
Qed.

Theorem not_cut_generic_D :
  ~ cut_generic_variant (fun b M D flow => b ^ flow (trunc_log b M) (trunc_log b D.+2))%N.
Proof.
move=> bad; have [q [[x qx] qP]] :=
  bad 1%N 2%N 4%N 1%N 2%N 1%N 2%N 2%N two_sites 2%N isT isT isT isT.
have f2 := @one_flow 2 (trunc_log 2 4) (trunc_log 2 4) isT isT.
have := leq_trans (qP x qx) (small_rank_D 4 (net_of_shapes x)); rewrite leqNgt; case/negP.
by apply: (@leq_trans (2 ^ 2)); rewrite ?leq_pexp2l.
Qed.

Definition cut_exact_variant (f : nat -> nat -> nat) : Prop :=
  forall H W M Rh Rw Sh Sw D (P : pred (site H W)) b s l, (0 < H)%N -> (0 < W)%N -> (0 < b)%N ->
  M = (b ^ s)%N -> D.+1 = (b ^ l)%N ->
  exists q : {mpoly K[#|params false (cut_shapes H W Rh Rw Sh Sw D) H W M|]},
    nonzero_somewhere q /\ forall x, poly_at q x != 0 ->
      mat_rank P (tensor (net_of x) H W M) = f b (max_flow P (in_window H W Rh Rw Sh Sw) s l).

Lemma cut_exact_unchanged : cut_exact_variant expn.
Proof.
move=> H W M Rh Rw Sh Sw D P b s l H0 W0 b0 Ms Dl.
exact: (cut_law_exact K Rh Rw Sh Sw P H0 W0 b0 Ms Dl).
Qed.

Theorem not_cut_exact_exponent : ~ cut_exact_variant (fun b f => b ^ f.+1)%N.
Proof.
move=> bad; have [q [[x qx] qP]] :=
  bad 1%N 2%N 2%N 1%N 2%N 1%N 2%N 1%N two_sites 2%N 1%N 1%N isT isT isT erefl erefl.
have := small_rank_M 2 (net_of_shapes x); rewrite qP // leqNgt; case/negP.
have f1 := @one_flow 1 1 1 isT isT.
by apply: (@leq_trans (2 ^ 2)); rewrite ?leq_pexp2l.
Qed.

End Refuted.
