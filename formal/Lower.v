(** * The lower bound

    For the shapes "R/1:D, HxW/HxW:1" and every cut there are shared parameters, with coefficients
    0 and 1, of rank at least min(M, D+1)^(H min(R-1, C, W-C)), over any field.
    THEORY 8.1 for K = 1, stride 1 and one final layer; the base uses one channel less than THEORY
    3.1.  Every site outside the crossing pairs shows template m = min(M-1, D); then each location
    that is not the near site of a crossing pair contributes exactly 1, whatever the
    characteristic, and the others contribute the pair table J + diag(1, ..., 1, 0). *)

From mathcomp Require Import all_ssreflect all_algebra.
From Overlap Require Import Rank2 Network Evaluation Upper.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(** ** The pair table and its inverse *)

Section PairTable.

Variables (K : comRingType) (m : nat).
Implicit Types a b : 'I_m.+1.

Definition pair_table a b : K := 1 + ((a == b) && (a < m)%N)%:R.

Definition pair_inverse a b : K :=
  if b == ord_max then if a == ord_max then m.+1%:R else - 1
  else (a == b)%:R - (a == ord_max)%:R.

Lemma ltn_max a : (a < m)%N = (a != ord_max).
Proof. by rewrite -val_eqE /= ltn_neqAle -ltnS ltn_ord andbT. Qed.

Lemma sum_indicator b : \sum_a (a == b)%:R = 1 :> K.
Proof. by rewrite (bigD1 b) //= eqxx big1 ?addr0 // => a /negbTE->. Qed.

(** The columns of the inverse sum up to the last unit vector. *)
Lemma pair_inverse_sum b : \sum_a pair_inverse a b = (b == ord_max)%:R.
Proof.
rewrite /pair_inverse; case: eqP => _; last by rewrite sumrB !sum_indicator subrr.
rewrite big_ord_recr /= eqxx (eq_bigr (fun _ => - 1)) => [|a _]; last first.
  by rewrite -val_eqE /= ltn_eqF.
by rewrite sumr_const card_ord mulNrn mulrSr addrA addNr add0r.
Qed.

Lemma pair_table_sum a (F : 'I_m.+1 -> K) :
  \sum_t pair_table a t * F t = \sum_t F t + (a < m)%N%:R * F a.
Proof.
have -> : F a = \sum_t (a == t)%:R * F t.
  rewrite (bigD1 a) //= eqxx mul1r big1 ?addr0 // => t.
  by rewrite eq_sym => /negbTE->; rewrite mul0r.
rewrite mulr_sumr -big_split; apply: eq_bigr => t _ /=.
by rewrite mulrDl mul1r mulrA -natrM mulnb andbC.
Qed.

End PairTable.

Lemma pair_table_inverse (K : fieldType) m : right_inverse2 (@pair_table K m) (@pair_inverse K m).
Proof.
move=> a b; rewrite /compose pair_table_sum pair_inverse_sum ltn_max /pair_inverse.
have [eb|nb] := eqVneq b ord_max; have [ea|na] := eqVneq a ord_max.
- by rewrite mul0r addr0 ea eb eqxx.
- by rewrite mul1r subrr eb (negbTE na).
- by rewrite mul0r addr0 ea eq_sym (negbTE nb).
- by rewrite mul1r subr0 add0r.
Qed.

(** ** Sums and products that reduce to one index *)

Section OneIndex.

Variable K : comRingType.

Lemma prod_ord_at n a (F : nat -> K) :
  (a < n)%N -> (forall i, i != a -> F i = 1) -> \prod_(i < n) F i = F a.
Proof.
move=> an F1; rewrite (bigD1 (Ordinal an)) //= big1 ?mulr1 // => i.
by rewrite -val_eqE; apply: F1.
Qed.

Lemma sum_ord_at n a (F : nat -> K) :
  (a < n)%N -> (forall i, i != a -> F i = 0) -> \sum_(i < n) F i = F a.
Proof.
move=> an F0; rewrite (bigD1 (Ordinal an)) //= big1 ?addr0 // => i.
by rewrite -val_eqE; apply: F0.
Qed.

End OneIndex.

(** ** The witness: offsets (0, 0) and (0, e) select the channel, the others are neutral *)

Section Witness.

Variables (K : comRingType) (H W M Rh Rw D m e : nat).
Hypothesis m_le_D : (m <= D)%N.
Hypothesis Rh_gt0 : (0 < Rh)%N.
Hypothesis e_lt_Rw : (e < Rw)%N.
Implicit Types d : {ffun site H W -> 'I_M}.

Definition selects (i j : nat) : bool := (i == 0)%N && ((j == 0)%N || (j == e)).

Definition witness1 : layer K :=
  Layer (Shape Rh Rw 1 1 D)
    (fun u v i j c k => (selects i j && (c == k))%:R)
    (fun u v i j c => (~~ selects i j)%:R).

Definition witness2 : layer K :=
  Layer (Shape H W H W 1) (fun u v i j c k => (k < m)%N%:R) (fun u v i j c => 1).

Definition witness : seq (layer K) := [:: witness1; witness2].

Lemma witness_shapes : shapes witness = overlap_shapes H W Rh Rw D.
Proof. by []. Qed.

Lemma witness_shared : shared_net witness.
Proof. by []. Qed.

Lemma one_hot_bool d r c k : one_hot d r c k = (one_hot d r c k != 0 :> K)%:R :> K.
Proof.
rewrite /one_hot; case: insub => [r'|]; last by rewrite eqxx.
case: insub => [c'|]; last by rewrite eqxx.
by case: (d _ == k :> nat); rewrite ?oner_eq0 ?eqxx.
Qed.

Lemma one_hot_sq d r c k : one_hot d r c k * one_hot d r c k = one_hot d r c k :> K.
Proof. by rewrite one_hot_bool -natrM mulnb andbb. Qed.

Lemma one_hot_sum d r c k :
  \sum_(k' < M) (k == k' :> nat)%:R * one_hot d r c k' = one_hot d r c k :> K.
Proof.
have [kM|Mk] := ltnP k M.
  rewrite (@sum_ord_at _ _ k (fun k' => (k == k')%:R * one_hot d r c k')) //.
    by rewrite eqxx mul1r.
  by move=> k'; rewrite eq_sym => /negbTE->; rewrite mul0r.
have -> : one_hot d r c k = 0 :> K.
  rewrite /one_hot; case: insub => // r'; case: insub => // c'.
  by rewrite ltn_eqF // (leq_trans (ltn_ord _)).
by apply: big1 => k' _; rewrite gtn_eqF ?mul0r // (leq_trans (ltn_ord _)).
Qed.

Lemma witness_factor d u v i j c :
  factor witness1 H W M (one_hot d) u v i j c
    = if selects i j then one_hot d (u + i)%N (v + j)%N c else 1.
Proof.
rewrite /factor /= !mul1n; case: (selects i j) => /=; last first.
  by rewrite big1 ?add0r // => k _; rewrite mul0r.
rewrite addr0 -[RHS]one_hot_sum; apply: eq_bigr => k _.
by rewrite pad_one_hot.
Qed.

(** Layer 1 multiplies the near and the far indicator. *)
Lemma witness_channel d u v c :
  gc witness1 H W M (one_hot d) u v c = one_hot d u v c * one_hot d u (v + e)%N c.
Proof.
pose F i j := factor witness1 H W M (one_hot d) u v i j c.
rewrite /gc /= (@prod_ord_at _ _ 0%N (fun i => \prod_(j < Rw) F i j)) //; last first.
  move=> i ni; apply: big1 => j _.
  by rewrite /F witness_factor /selects (negbTE ni).
pose G a j : K := if j == a then one_hot d u (v + a)%N c else 1.
rewrite (eq_bigr (fun j : 'I_Rw => G 0%N j * G e j)) => [|j _]; last first.
  rewrite /F witness_factor /selects eqxx addn0 /G /=.
  have [->|_] /= := eqVneq (j : nat) 0%N; have [->|_] /= := eqVneq _ e; rewrite ?mulr1 ?mul1r //.
  by rewrite one_hot_sq.
rewrite big_split (prod_ord_at (leq_ltn_trans (leq0n e) e_lt_Rw)) ?(prod_ord_at e_lt_Rw).
- by rewrite /G !eqxx addn0.
- by move=> j /negbTE nj; rewrite /G nj.
- by move=> j /negbTE nj; rewrite /G nj.
Qed.

(** ** The values at the locations *)

Local Notation loc := (@location K H W M D witness1 witness2).

Lemma witness_location d (s : site H W) :
  loc d s = 1 + \sum_(c < D) (c < m)%N%:R * (one_hot d s.1 s.2 c * one_hot d s.1 (s.2 + e)%N c).
Proof.
by rewrite /location addrC; congr (_ + _); apply: eq_bigr => c _; rewrite witness_channel.
Qed.

Lemma location_pair d (s s' : site H W) :
  s'.1 = s.1 -> s'.2 = (s.2 + e)%N :> nat ->
  loc d s = 1 + ((d s == d s') && (d s < m)%N)%:R.
Proof.
move=> e1 e2; rewrite witness_location; congr (_ + _).
pose F c : K := (c < m)%N%:R * ((d s == c :> nat)%:R * (d s' == c :> nat)%:R).
rewrite (eq_bigr (fun c : 'I_D => F c)) => [|c _]; last first.
  by rewrite -e2 -{2}e1 !one_hot_at.
have F0 (c : nat) : c != d s -> F c = 0.
  by rewrite eq_sym /F => /negbTE->; rewrite mul0r mulr0.
have [dm|md] := ltnP (d s) m; last first.
  rewrite andbF big1 // => c _; have [cd|] := eqVneq (c : nat) (d s); last exact: F0.
  by rewrite /F cd ltnNge md mul0r.
rewrite (sum_ord_at (leq_trans dm m_le_D) F0) /F dm eqxx !mul1r andbT.
by rewrite eq_sym.
Qed.

(** A location is 1 unless both of its sites show a template below m. *)
Lemma location_near d (s : site H W) : (m <= d s)%N -> loc d s = 1.
Proof.
move=> md; rewrite witness_location big1 ?addr0 // => c _; rewrite one_hot_at.
have [cm|] := ltnP c m; last by rewrite mul0r.
by rewrite gtn_eqF ?mul0r ?mulr0 // (leq_trans cm).
Qed.

Lemma location_far d (s : site H W) :
  (forall s' : site H W, s.2 + e <= s'.2 -> m <= d s')%N -> loc d s = 1.
Proof.
move=> md; have [sW|Ws] := ltnP (s.2 + e) W.
  pose s' : site H W := (s.1, Ordinal sW).
  have ms' : (m <= d s')%N by apply: md.
  rewrite (@location_pair d s s') //; case: eqP => [ds|_]; last by rewrite addr0.
  by rewrite ds ltnNge ms' addr0.
rewrite witness_location big1 ?addr0 // => c _.
by rewrite [X in _ * (_ * X)]one_hot_out ?mulr0 // -leqNgt.
Qed.

(** ** The restricted assignments *)

Variable C : nat.
Hypothesis m_lt_M : (m < M)%N.
Hypothesis e_le_C : (e <= C)%N.
Hypothesis Ce_le_W : (C + e <= W)%N.

Definition pairs : finType := [finType of 'I_H * 'I_e].

(** Entry k of row r; template m where there is none. *)
Definition entry (x : {ffun pairs -> 'I_m.+1}) (r : 'I_H) (k : nat) : 'I_m.+1 :=
  if (insub k : option 'I_e) is Some k' then x (r, k') else ord_max.

Lemma entry_ord x (t : pairs) : entry x t.1 t.2 = x t.
Proof. by rewrite /entry valK -surjective_pairing. Qed.

Lemma entry_out x r k : (e <= k)%N -> entry x r k = ord_max.
Proof. by move=> ek; rewrite /entry insubN // -leqNgt. Qed.

(** Near sites fill the e columns before the cut, far sites the e columns after it. *)
Definition near_part (x : {ffun pairs -> 'I_m.+1}) : {ffun site H W -> 'I_M} :=
  [ffun s : site H W =>
     widen_ord m_lt_M (if (C - e <= s.2)%N then entry x s.1 (s.2 - (C - e)) else ord_max)].

Definition far_part (y : {ffun pairs -> 'I_m.+1}) : {ffun site H W -> 'I_M} :=
  [ffun s : site H W => widen_ord m_lt_M (entry y s.1 (s.2 - C))].

Definition rows (x : {ffun pairs -> 'I_m.+1}) : left_part M (@cut H W C) :=
  restrict_left _ (near_part x).
Definition cols (y : {ffun pairs -> 'I_m.+1}) : right_part M (@cut H W C) :=
  restrict_right _ (far_part y).

Lemma near_lt_W k : (k < e)%N -> (C - e + k < W)%N.
Proof.
move=> ke; apply: leq_trans (leq_trans (leq_addr e C) Ce_le_W).
by rewrite -{2}(subnK e_le_C) ltn_add2l.
Qed.

Lemma far_lt_W k : (k < e)%N -> (C + k < W)%N.
Proof. by move=> ke; apply: leq_trans Ce_le_W; rewrite ltn_add2l. Qed.

Definition near_site (t : pairs) : site H W := (t.1, Ordinal (near_lt_W (ltn_ord t.2))).
Definition far_site (t : pairs) : site H W := (t.1, Ordinal (far_lt_W (ltn_ord t.2))).
Definition pair_of (s : site H W) : option pairs := omap (pair s.1) (insub (s.2 - (C - e))%N).

Lemma near_site_left t : ((near_site t).2 < C)%N.
Proof. by rewrite /= -{2}(subnK e_le_C) ltn_add2l ltn_ord. Qed.

Lemma near_siteK t : pair_of (near_site t) = Some t.
Proof. by rewrite /pair_of /= addKn valK /= -surjective_pairing. Qed.

Lemma pair_ofK s : band (C - e) C s -> omap near_site (pair_of s) = Some s.
Proof.
case: s => i j /andP[/= le_j j_lt].
have k_lt : (j - (C - e) < e)%N by rewrite ltn_subLR // subnK.
rewrite /pair_of /= insubT /=; congr Some; congr pair; apply: val_inj.
by rewrite /= subnKC.
Qed.

Variables x y : {ffun pairs -> 'I_m.+1}.
Let d := glue (rows x) (cols y).

Lemma glue_near t : d (near_site t) = widen_ord m_lt_M (x t).
Proof.
rewrite /d glue_restrict /cut near_site_left ffunE /= leq_addr addKn.
by rewrite entry_ord.
Qed.

Lemma glue_far t : d (far_site t) = widen_ord m_lt_M (y t).
Proof. by rewrite /d glue_restrict /cut /= ltnNge leq_addr /= ffunE /= addKn entry_ord. Qed.

Lemma location_crossing t : loc d (near_site t) = pair_table K (x t) (y t).
Proof.
rewrite (@location_pair d _ (far_site t)) //=; last first.
  by rewrite addnAC subnK.
by rewrite glue_near glue_far /pair_table -!val_eqE.
Qed.

Lemma location_other s : ~~ band (C - e) C s -> loc d s = 1.
Proof.
rewrite negb_and -ltnNge -leqNgt => /orP[s_lt|Cs].
  apply: location_near; rewrite /d glue_restrict /cut (leq_trans s_lt (leq_subr _ _)).
  by rewrite ffunE /= [(C - e <= _)%N]leqNgt s_lt.
apply: location_far => s' le_s'; have Ce : (C + e <= s'.2)%N.
  by apply: leq_trans le_s'; rewrite leq_add2r.
rewrite /d glue_restrict /cut ltnNge (leq_trans (leq_addr e C) Ce) /= ffunE.
by rewrite entry_out // leq_subRL // (leq_trans (leq_addr e C) Ce).
Qed.

(** The tensor at these assignments is a Kronecker power of the pair table. *)
Lemma witness_tensor : grid_tensor witness H W M d = \prod_t pair_table K (x t) (y t).
Proof.
rewrite (grid_tensor_locations (D := D) (Rh := Rh) (Rw := Rw)) //.
rewrite (bigID (band (C - e) C)) /= [X in _ * X]big1 ?mulr1; last exact: location_other.
rewrite (reindex_omap near_site pair_of pair_ofK).
apply: eq_big => [t|t _]; last exact: location_crossing.
rewrite near_siteK eqxx andbT /band near_site_left andbT.
by rewrite /= leq_addr.
Qed.

End Witness.

(** ** The theorem *)

Lemma witness_rank (K : fieldType) (H W M Rh Rw D m e C : nat) :
  (m <= D)%N -> (m < M)%N -> (0 < Rh)%N -> (e < Rw)%N -> (e <= C)%N -> (C + e <= W)%N ->
  (m.+1 ^ (H * e) <= mat_rank (cut C) (grid_tensor (witness K H W Rh Rw D m e) H W M))%N.
Proof.
move=> mD mM Rh0 eR eC CeW.
have := @rank2_kronecker K (pairs H e) _ _ _ _ (@pair_table_inverse K m).
rewrite card_prod !card_ord => /leq_trans; apply.
rewrite (@rank2_ext _ _ _ _ (fun x y =>
  grid_tensor (witness K H W Rh Rw D m e) H W M (glue (rows W C mM x) (cols W C mM y)))).
  exact: rank2_subst.
by move=> x y; rewrite witness_tensor.
Qed.

Theorem lower_bound (K : fieldType) (H W M Rh Rw D C : nat) :
  (0 < M)%N -> (0 < Rh)%N -> (0 < Rw)%N -> (C <= W)%N ->
  exists net : seq (layer K),
    [/\ shapes net = overlap_shapes H W Rh Rw D, shared_net net &
        (minn M D.+1 ^ (H * minn Rw.-1 (minn C (W - C)))
           <= mat_rank (cut C) (grid_tensor net H W M))%N].
Proof.
move=> M0 Rh0 Rw0 CW; set e := minn Rw.-1 _; exists (witness K H W Rh Rw D (minn M.-1 D) e).
split=> //; rewrite -{1}(prednK M0) minnSS; apply: witness_rank => //.
- exact: geq_minr.
- by rewrite -[X in (_ < X)%N](prednK M0) ltnS geq_minl.
- by rewrite -[X in (_ < X)%N](prednK Rw0) ltnS geq_minl.
- by rewrite (leq_trans (geq_minr _ _)) ?geq_minl.
- by rewrite -leq_subRL // (leq_trans (geq_minr _ _)) ?geq_minr.
Qed.
