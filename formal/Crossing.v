(** * Crossing pairs

    Near and far sites of the locations of layer K, gap columns apart, one on each side of the cut.
    The product over the locations of 1, or 2 where near and far site show the same label below m,
    has rank (m + 1)^(number of crossing pairs): sites outside the pairs show template m, so that
    the other factors are 1, and the crossing ones are pair tables (THEORY 8.1). *)

From mathcomp Require Import all_ssreflect all_algebra.
From Overlap Require Import Rank2 Network Evaluation Upper Lower Parameters Routes.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

Section Pairs.

Variables (K : comRingType) (H W M m C : nat) (Sh Sw gap : nat).
Hypothesis m_lt_M : (m < M)%N.
Hypothesis Sh_gt0 : (0 < Sh)%N.
Hypothesis Sw_gt0 : (0 < Sw)%N.
Implicit Types d : {ffun site H W -> 'I_M}.

(** Near and far site of location (u, v) show the same label below m. *)
Definition agree d (u v : nat) : K :=
  \sum_(c < m) one_hot d (Sh * u)%N (Sw * v)%N c * one_hot d (Sh * u)%N (Sw * v + gap)%N c.

Definition pair_product d : K :=
  \prod_(u < ceil_div H Sh) \prod_(v < ceil_div W Sw) (1 + agree d u v).

(** The near site is left of the cut, the far site right of it, and inside. *)
Definition crosses (v : nat) : bool := (Sw * v < C <= Sw * v + gap)%N && (Sw * v + gap < W)%N.
Definition crossing : finType :=
  [finType of 'I_(ceil_div H Sh) * {v : 'I_W | crosses v}].

Lemma near_h (p : crossing) : (Sh * p.1 < H)%N.
Proof. by rewrite -ceil_div_lt. Qed.
Lemma far_w (p : crossing) : (Sw * val p.2 + gap < W)%N.
Proof. by case/andP: (valP p.2). Qed.
Lemma near_w (p : crossing) : (Sw * val p.2 < W)%N.
Proof. exact: leq_ltn_trans (leq_addr _ _) (far_w p). Qed.

Definition near (p : crossing) : site H W := (Ordinal (near_h p), Ordinal (near_w p)).
Definition far (p : crossing) : site H W := (Ordinal (near_h p), Ordinal (far_w p)).

Lemma near_left p : cut C (near p).
Proof. by case/andP: (valP p.2) => /andP[]. Qed.

Lemma far_right p : ~~ cut C (far p).
Proof. by rewrite /cut /= -leqNgt; case/andP: (valP p.2) => /andP[]. Qed.

Lemma crossing_inj (p p' : crossing) :
  (Sh * p.1 = Sh * p'.1)%N -> (Sw * val p.2 = Sw * val p'.2)%N -> p = p'.
Proof.
move=> /eqP; rewrite eqn_mul2l eqn0Ngt Sh_gt0 /= => /eqP/val_inj e1.
move=> /eqP; rewrite eqn_mul2l eqn0Ngt Sw_gt0 /= => /eqP/val_inj/val_inj e2.
by rewrite [p]surjective_pairing e1 e2 -surjective_pairing.
Qed.

Lemma near_inj : injective near.
Proof. by move=> p p' [e1 e2]; apply: crossing_inj. Qed.

Lemma far_inj : injective far.
Proof. by move=> p p' [e1 /addIn e2]; apply: crossing_inj. Qed.

(** Sites of pairs show an entry, all others template m. *)
Definition pick_entry (site_of : crossing -> site H W) (x : {ffun crossing -> 'I_m.+1}) :
    {ffun site H W -> 'I_M} :=
  [ffun z => widen_ord m_lt_M (if [pick p | site_of p == z] is Some p then x p else ord_max)].

Lemma pick_at site_of x p :
  injective site_of -> pick_entry site_of x (site_of p) = widen_ord m_lt_M (x p).
Proof.
move=> inj; rewrite ffunE; case: pickP => [p' /eqP/inj->//|/(_ p)].
by rewrite eqxx.
Qed.

Lemma pick_none site_of x z : (forall p, site_of p != z) -> pick_entry site_of x z = m :> nat.
Proof.
by move=> no; rewrite ffunE; case: pickP => // p /eqP e; have := no p; rewrite e eqxx.
Qed.

Definition row_of x : left_part M (@cut H W C) := restrict_left _ (pick_entry near x).
Definition col_of y : right_part M (@cut H W C) := restrict_right _ (pick_entry far y).

Lemma label_template d (z : site H W) c :
  d z = m :> nat -> (c < m)%N -> one_hot d z.1 z.2 c = 0 :> K.
Proof. by move=> dz cm; rewrite one_hot_at dz gtn_eqF. Qed.

Lemma agree_zero d u v : (forall c, (c < m)%N -> one_hot d (Sh * u)%N (Sw * v)%N c = 0 :> K \/
    one_hot d (Sh * u)%N (Sw * v + gap)%N c = 0 :> K) -> agree d u v = 0.
Proof.
by move=> zero; apply: big1 => c _; case: (zero c (ltn_ord c)) => ->; rewrite ?mul0r ?mulr0.
Qed.

Variables x y : {ffun crossing -> 'I_m.+1}.
Let d := glue (row_of x) (col_of y).

Lemma glue_near p : d (near p) = widen_ord m_lt_M (x p).
Proof. by rewrite /d glue_restrict near_left pick_at //; apply: near_inj. Qed.

Lemma glue_far p : d (far p) = widen_ord m_lt_M (y p).
Proof. by rewrite /d glue_restrict (negbTE (far_right p)) pick_at //; apply: far_inj. Qed.

Lemma agree_crossing (p : crossing) : 1 + agree d p.1 (val p.2) = pair_table K (x p) (y p).
Proof.
congr (_ + _); rewrite /agree.
pose F c : K := (x p == c :> nat)%:R * (y p == c :> nat)%:R.
rewrite (eq_bigr (fun c : 'I_m => F c)) => [|c _]; last first.
  have := @one_hot_at K H W M d (far p) c; rewrite glue_far /= => ->.
  by have := @one_hot_at K H W M d (near p) c; rewrite glue_near /= => ->.
have [lt|ge] := ltnP (x p) m; last first.
  by rewrite andbF big1 // => c _; rewrite /F gtn_eqF ?mul0r // (leq_trans (ltn_ord c)).
rewrite (sum_ord_at lt) /F; first by rewrite eqxx mul1r andbT eq_sym.
by move=> c; rewrite eq_sym => /negbTE->; rewrite mul0r.
Qed.

(** All other locations contribute 1. *)
Lemma agree_other (u v : nat) :
  (u < ceil_div H Sh)%N -> (v < ceil_div W Sw)%N -> ~~ crosses v -> agree d u v = 0.
Proof.
rewrite !ceil_div_lt // => uh vw cr; apply: agree_zero => c cm.
have [out|fw] := leqP W (Sw * v + gap); first by right; rewrite one_hot_out // -leqNgt.
have cr0 := cr; rewrite /crosses fw andbT negb_and -leqNgt -ltnNge in cr0.
have vW : (v < W)%N by apply: leq_ltn_trans vw; rewrite leq_pmull.
have v_crosses (p : crossing) : (Sw * val p.2 = Sw * v)%N -> crosses v.
  by move=> /eqP; rewrite eqn_mul2l eqn0Ngt Sw_gt0 /= => /eqP <-; apply: (valP p.2).
case/orP: cr0 (cr) => [Cn|fC] /negP ncr; [right|left].
  apply: (@label_template d (Ordinal uh, Ordinal fw)) => //; rewrite /d glue_restrict /cut /=.
  rewrite ltnNge (leq_trans Cn (leq_addr _ _)) /=; apply: pick_none => p.
  by apply/eqP => -[_ /addIn /v_crosses].
apply: (@label_template d (Ordinal uh, Ordinal vw)) => //; rewrite /d glue_restrict /cut /=.
rewrite (leq_ltn_trans (leq_addr gap _) fC); apply: pick_none => p.
by apply/eqP => -[_ /v_crosses].
Qed.

(** At these assignments the product is a Kronecker power of the pair table. *)
Lemma crossing_product : pair_product d = \prod_p pair_table K (x p) (y p).
Proof.
transitivity (\prod_(u < ceil_div H Sh) \prod_(v : {v : 'I_W | crosses v})
    (1 + agree d u (val v))); last first.
  by rewrite pair_bigA; apply: eq_bigr => p _; apply: agree_crossing.
apply: eq_bigr => u _.
rewrite -(prod_sig (fun v : 'I_W => crosses v) (fun v : 'I_W => 1 + agree d u v)).
rewrite (big_ord_widen W (fun v => 1 + agree d u v) (ceil_div_le W Sw_gt0)).
rewrite big_mkcond [RHS]big_mkcond; apply: eq_bigr => v _.
have [cr|ncr] := boolP (crosses v); last by case: ifP => // lt; rewrite agree_other ?addr0.
by rewrite ceil_div_lt // (leq_ltn_trans (leq_addr gap _)) //; case/andP: cr.
Qed.

End Pairs.

Lemma card_count n (p : pred nat) : #|[pred v : 'I_n | p v]| = count p (iota 0 n).
Proof.
rewrite -sum1_card -sum1_count -[X in iota _ X]subn0 -/(index_iota 0 n).
by rewrite (big_mkord p (fun _ => 1%N)).
Qed.

(** Its rank, over a field. *)
Lemma pair_product_rank (K : fieldType) (H W M m C Sh Sw gap : nat) :
  (m < M)%N -> (0 < Sh)%N -> (0 < Sw)%N ->
  (m.+1 ^ (ceil_div H Sh * count (crosses W C Sw gap) (iota 0 W))
     <= mat_rank (@cut H W C) (@pair_product K H W M m Sh Sw gap))%N.
Proof.
move=> mM Sh0 Sw0.
have := @rank2_kronecker K (crossing H W C Sh Sw gap) _ _ _ _ (@pair_table_inverse K m).
rewrite card_prod card_sig card_count !card_ord => /leq_trans; apply.
rewrite (@rank2_ext _ _ _ _ (fun x y => @pair_product K H W M m Sh Sw gap
  (glue (row_of mM Sh0 x) (col_of mM Sh0 y)))).
  exact: rank2_subst.
by move=> x y; rewrite crossing_product.
Qed.
