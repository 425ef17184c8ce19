(** * The lower bound of the cut law

    Paths P-site -> location -> site outside P, so many at each site that b to their number is at
    most M, and at each location at most D+1: some unshared parameters, with coefficients 0 and 1,
    have rank at least b to the number of paths, over any field (THEORY 8.5, "Lower bound").
    The templates at a site are the choices of a label below b for each of its paths, and the
    channels of a location those for its paths, but for the choice "absent" (b - 1) throughout,
    which is the bias of layer 2. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Overlap Require Import Rank2 Network Evaluation Lower CutFlow CutUpper.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(** ** Unshared weights: each location multiplies any functions of the sites that it sees *)

Section Unshared.

Variables (K : comRingType) (H W M Rh Rw Sh Sw D : nat).
Local Notation loc := (cut_location H W Sh Sw).
Local Notation sees := (in_window H W Rh Rw Sh Sw).
Variables (phi : loc -> nat -> site H W -> nat -> K) (alpha : loc -> nat -> K).
Implicit Types (d : {ffun site H W -> 'I_M}) (s : site H W) (t : loc).

(** The place (r, c) of an H x W grid. *)
Definition place (h w r c : nat) : option (site h w) :=
  if insub r is Some r' then omap (pair r') (insub c) else None.

Lemma place_val h w (s : site h w) : place h w s.1 s.2 = Some s.
Proof. by rewrite /place !valK /= -surjective_pairing. Qed.

Lemma placeP h w r c (s : site h w) :
  (place h w r c == Some s) = (s.1 == r :> nat) && (s.2 == c :> nat).
Proof.
apply/eqP/andP => [|[/eqP<- /eqP<-]]; last exact: place_val.
rewrite /place; case: insubP => // r' _ <-; case: insubP => // c' _ <- [<-] /=.
by rewrite !eqxx.
Qed.

Definition local1 : layer K :=
  Layer (Shape Rh Rw Sh Sw D)
    (fun u v i j c k =>
       if place (ceil_div H Sh) (ceil_div W Sw) u v is Some t then
         if place H W (Sh * u + i) (Sw * v + j) is Some s then phi t c s k else 0
       else 0)
    (fun u v i j c => (place H W (Sh * u + i) (Sw * v + j) == None)%:R).

Definition local2 : layer K :=
  Layer (Shape (ceil_div H Sh) (ceil_div W Sw) (ceil_div H Sh) (ceil_div W Sw) 1)
    (fun u v i j c k =>
       if place (ceil_div H Sh) (ceil_div W Sw) i j is Some t then alpha t k else 0)
    (fun u v i j c => 1).

Definition local_net : seq (layer K) := [:: local1; local2].

Lemma local_shapes : shapes local_net = cut_shapes H W Rh Rw Sh Sw D.
Proof. by []. Qed.

Lemma one_hot_place d r c k :
  one_hot d r c k = (if place H W r c is Some s then (d s == k :> nat)%:R else 0) :> K.
Proof. by rewrite /one_hot /place; case: insub => // r'; case: insub. Qed.

Lemma local_factor d t i j c :
  factor local1 H W M (one_hot d) t.1 t.2 i j c
    = \prod_s if place H W (Sh * t.1 + i) (Sw * t.2 + j) == Some s then phi t c s (d s) else 1.
Proof.
rewrite /factor /= place_val; under eq_bigr do rewrite pad_one_hot one_hot_place.
case: place => [s|]; last by rewrite !big1 ?add0r // => k _; rewrite mul0r.
rewrite addr0 (bigD1 s) //= eqxx [X in _ = _ * X]big1 ?mulr1 => [|s' ss']; last first.
  by case: eqP => // -[e]; rewrite e eqxx in ss'.
rewrite (@sum_ord_at _ _ (d s) (fun k => phi t c s k * (d s == k :> nat)%:R)) //.
  by rewrite eqxx mulr1.
by move=> k; rewrite eq_sym => /negbTE->; rewrite mulr0.
Qed.

(** A site is seen at one offset, or at none. *)
Lemma window_offset (F : K) t s :
  \prod_(i < Rh) \prod_(j < Rw)
      (if place H W (Sh * t.1 + i) (Sw * t.2 + j) == Some s then F else 1)
    = if sees t s then F else 1.
Proof.
rewrite pair_bigA /=; under eq_bigr do rewrite placeP.
case: ifP => [/andP[/andP[h1 h2] /andP[w1 w2]]|no]; last first.
  apply: big1 => -[i j] _ /=; case: ifP => // /andP[/eqP e1 /eqP e2].
  by rewrite (offset_window e1 e2) in no.
have iR : (s.1 - Sh * t.1 < Rh)%N by rewrite ltn_subLR.
have jR : (s.2 - Sw * t.2 < Rw)%N by rewrite ltn_subLR.
rewrite (bigD1 (Ordinal iR, Ordinal jR)) //= !subnKC // !eqxx big1 ?mulr1 // => -[i j] /= ne.
case: ifP => // /andP[/eqP e1 /eqP e2]; case/eqP: ne.
by congr pair; apply: val_inj; rewrite /= ?e1 ?e2 addKn.
Qed.

Lemma local_channel d t c :
  cut_channel local1 d t c = \prod_(s | sees t s) phi t c s (d s).
Proof.
rewrite /cut_channel /gc /=; under eq_bigr do under eq_bigr do rewrite local_factor.
under eq_bigr do rewrite exchange_big.
by rewrite exchange_big [RHS]big_mkcond; apply: eq_bigr => s _; rewrite window_offset.
Qed.

Lemma local_tensor d : grid_tensor local_net H W M d
  = \prod_t (1 + \sum_(c < D) alpha t c * \prod_(s | sees t s) phi t c s (d s)).
Proof.
rewrite (@cut_tensor _ H W M Rh Rw Sh Sw D) //; apply: eq_bigr => t _.
rewrite /cut_value addrC; congr (_ + _); apply: eq_bigr => c _.
by rewrite local_channel /= place_val.
Qed.

End Unshared.

(** ** Labels of the paths *)

Section Labels.

Variables (I : finType) (m : nat).
Local Notation labels := {ffun I -> 'I_m.+1}.
Implicit Types (A : pred I) (z : labels).

Definition absent : labels := [ffun _ => ord_max].

(** The labels of the paths in A, with "absent" elsewhere. *)
Definition choices A : seq labels := enum (pffun_on ord_max A predT).
Definition choice_at A (k : nat) : labels := nth absent (choices A) k.

Lemma size_choices A : size (choices A) = (m.+1 ^ #|A|)%N.
Proof. by rewrite -cardE card_pffun_on card_ord. Qed.

Definition only A z : labels := [ffun i => if A i then z i else ord_max].

Lemma only_choice A z : only A z \in choices A.
Proof.
rewrite mem_enum; apply/pffun_onP; split=> //; apply/supportP => i.
by rewrite ffunE unfold_in => /negbTE->.
Qed.

Definition number_of A z : nat := index (only A z) (choices A).

Lemma number_lt A z n : (m.+1 ^ #|A| <= n)%N -> (number_of A z < n)%N.
Proof. by apply: leq_trans; rewrite -size_choices index_mem only_choice. Qed.

Lemma numberK A z i : A i -> choice_at A (number_of A z) i = z i.
Proof. by move=> Ai; rewrite /choice_at nth_index ?only_choice // ffunE Ai. Qed.

(** The channels: all choices but "absent" throughout. *)
Definition present A : seq labels := [seq z <- choices A | z != absent].

Lemma absent_choice A : absent \in choices A.
Proof.
suff {1}-> : absent = only A absent by exact: only_choice.
by apply/ffunP => i; rewrite !ffunE if_same.
Qed.

Lemma size_present A D : (m.+1 ^ #|A| <= D.+1)%N -> (size (present A) <= D)%N.
Proof.
rewrite -size_choices -(count_predC (pred1 absent) (choices A)) (count_uniq_mem _ (enum_uniq _)).
by rewrite absent_choice /present size_filter.
Qed.

Lemma sum_present (K : comRingType) A (G : labels -> K) :
  G absent + \sum_(z <- present A) G z = \sum_(z in pffun_on ord_max A predT) G z.
Proof.
rewrite big_filter big_enum_cond /= [RHS](bigD1 absent) //=.
by rewrite -mem_enum absent_choice.
Qed.

Lemma sum_nth (K : comRingType) (T : Type) (x0 : T) (r : seq T) (G : T -> K) D : (size r <= D)%N ->
  \sum_(c < D) (c < size r)%N%:R * G (nth x0 r c) = \sum_(z <- r) G z.
Proof.
move=> rD; rewrite (big_nth x0) big_mkord (big_ord_widen D (fun c => G (nth x0 r c))) //.
rewrite [RHS]big_mkcond; apply: eq_bigr => c _.
by case: ltnP; rewrite ?mul1r ?mul0r.
Qed.

(** The pair table is a sum over the labels. *)
Definition label_shown (K : comRingType) (k a : 'I_m.+1) : K := ((k == ord_max) || (a == k))%:R.

Lemma pair_table_labels (K : comRingType) (a b : 'I_m.+1) :
  \sum_k label_shown K k a * label_shown K k b = pair_table K a b.
Proof.
rewrite (bigD1 ord_max) //= /label_shown eqxx mul1r /pair_table; congr (_ + _).
rewrite (eq_bigr (fun k => (a == k)%:R * ((b == k) && (k != ord_max))%:R)) => [|k /negbTE k_max].
  rewrite big_mkcond /= (bigD1 a) //= eqxx mul1r big1 ?addr0 => [|k ka]; last first.
    by rewrite [a == k]eq_sym (negbTE ka) mul0r if_same.
  by rewrite ltn_max [b == a]eq_sym; case: (a != ord_max); rewrite ?andbT ?andbF.
by rewrite k_max andbT.
Qed.

End Labels.

(** ** The witness *)

Section Witness.

Variables (K : fieldType) (H W M Rh Rw Sh Sw D m : nat) (P : pred (site H W)).
Local Notation loc := (cut_location H W Sh Sw).
Local Notation sees := (in_window H W Rh Rw Sh Sw).
Variables (I : finType) (src dst : I -> site H W) (mid : I -> loc).
Hypothesis src_P : forall i, P (src i).
Hypothesis dst_P : forall i, ~~ P (dst i).
Hypothesis sees_src : forall i, sees (mid i) (src i).
Hypothesis sees_dst : forall i, sees (mid i) (dst i).
Implicit Types (s : site H W) (t : loc) (i : I) (z : {ffun I -> 'I_m.+1}).

(** The paths at a site, and at a location. *)
Definition at_site s : pred I := fun i => (src i == s) || (dst i == s).
Definition at_location t : pred I := fun i => mid i == t.

Hypothesis site_room : forall s, (m.+1 ^ #|at_site s| <= M)%N.
Hypothesis location_room : forall t, (m.+1 ^ #|at_location t| <= D.+1)%N.

(** The label that template k at site s shows for path i. *)
Definition label s (k : nat) i : 'I_m.+1 := choice_at m (at_site s) k i.

Definition witness_phi t (c : nat) s (k : nat) : K :=
  \prod_(i | (mid i == t) && at_site s i)
     label_shown K (nth (absent I m) (present m (at_location t)) c i) (label s k i).
Definition witness_alpha t (c : nat) : K := (c < size (present m (at_location t)))%N%:R.
Definition cut_witness : seq (layer K) := local_net Rh Rw D witness_phi witness_alpha.

Lemma src_dst i : src i != dst i.
Proof. by apply: contraNneq (dst_P i) => <-. Qed.

Lemma witness_value (d : {ffun site H W -> 'I_M}) t :
  1 + \sum_(c < D) witness_alpha t c * \prod_(s | sees t s) witness_phi t c s (d s)
    = \prod_(i | mid i == t)
        pair_table K (label (src i) (d (src i)) i) (label (dst i) (d (dst i)) i).
Proof.
pose G z : K := \prod_(i | mid i == t) (label_shown K (z i) (label (src i) (d (src i)) i)
                                        * label_shown K (z i) (label (dst i) (d (dst i)) i)).
have channel c : \prod_(s | sees t s) witness_phi t c s (d s)
    = G (nth (absent I m) (present m (at_location t)) c).
  rewrite (exchange_big_dep (fun i => mid i == t)) /=; last by move=> s i _ /andP[].
  apply: eq_bigr => i /eqP <-; rewrite eqxx /=.
  rewrite (bigD1 (src i)) ?sees_src /at_site ?eqxx //=; congr (_ * _).
  rewrite (bigD1 (dst i)) ?sees_dst ?eqxx ?orbT ?(eq_sym (dst i)) ?src_dst //= big1 ?mulr1 // => s.
  by case/andP=> /andP[/andP[_ /orP[]/eqP->]]; rewrite eqxx ?andbF.
have rD := size_present (location_room t).
rewrite (eq_bigr _ (fun (c : 'I_D) _ => congr1 _ (channel c))) sum_nth //.
have G1 : G (absent I m) = 1 by rewrite /G big1 // => i _; rewrite /label_shown ffunE eqxx mulr1.
rewrite -[X in X + _]G1 sum_present -(big_distr_big ord_max (at_location t) predT (fun i k =>
  label_shown K k (label (src i) (d (src i)) i) * label_shown K k (label (dst i) (d (dst i)) i))).
by apply: eq_bigr => i _; apply: pair_table_labels.
Qed.

Lemma witness_product (d : {ffun site H W -> 'I_M}) : grid_tensor cut_witness H W M d
  = \prod_i pair_table K (label (src i) (d (src i)) i) (label (dst i) (d (dst i)) i).
Proof.
rewrite local_tensor (eq_bigr _ (fun t _ => witness_value d t)).
rewrite (exchange_big_dep predT) //=; apply: eq_bigr => i _.
by rewrite (big_pred1 (mid i)) // => t; rewrite eq_sym.
Qed.

(** At every site the template that shows the labels z of its paths. *)
Definition labelled z : {ffun site H W -> 'I_M} := [ffun s => Ordinal (number_lt z (site_room s))].

Lemma label_labelled z s i : at_site s i -> label s (labelled z s) i = z i.
Proof. by move=> si; rewrite /label ffunE numberK. Qed.

Lemma cut_witness_rank : (m.+1 ^ #|I| <= mat_rank P (grid_tensor cut_witness H W M))%N.
Proof.
have := @rank2_kronecker K I _ _ _ _ (@pair_table_inverse K m).
rewrite card_ord => /leq_trans; apply.
pose row x := restrict_left P (labelled x); pose col y := restrict_right P (labelled y).
rewrite (@rank2_ext _ _ _ _ (fun x y => grid_tensor cut_witness H W M (glue (row x) (col y)))).
  exact: rank2_subst.
move=> x y; rewrite witness_product; apply: eq_bigr => i _.
rewrite !glue_restrict src_P (negbTE (dst_P i)).
by rewrite !label_labelled // /at_site eqxx ?orbT.
Qed.

End Witness.
