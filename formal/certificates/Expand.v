(** * Expansion in monomials, and the bound N(S) for abstract circuits (THEORY 9)

    Functions of a row p and a column q that are built from functions of one side and from the
    channels of vertices v of a set, with a bound on the degree in the channels of each v. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Overlap Require Import Rank2 Monomials.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(** ** Classes of functions *)

Section Classes.

Variables (K : fieldType) (PX QX : finType) (V : eqType) (D : V -> nat).
Variable z : V -> nat -> PX -> QX -> K.
Implicit Types (f g A B : PX -> QX -> K) (U : seq V) (a b : V -> nat) (v w : V) (s t u : seq nat).

(** Functions of the side [sd] only: true for rows. *)
Definition one_sided (sd : bool) f : Prop :=
  if sd then forall p q q', f p q = f p q' else forall p p' q, f p q = f p' q.

Definition drop_deg v a : V -> nat := fun w => if w == v then 0%N else a w.

(** Built from functions of one side and channels of vertices in U, of degree at most a. *)
Inductive cls (sd : bool) U : (V -> nat) -> (PX -> QX -> K) -> Prop :=
| cls_side a f of one_sided sd f : cls sd U a f
| cls_chan a v c of v \in U & (0 < a v)%N & (c < D v)%N : cls sd U a (z v c)
| cls_add a f g of cls sd U a f & cls sd U a g : cls sd U a (fun p q => f p q + g p q)
| cls_mul a b f g of cls sd U a f & cls sd U b g :
    cls sd U (fun w => a w + b w)%N (fun p q => f p q * g p q)
| cls_ext a b f g of (forall w, a w <= b w)%N & f =2 g & cls sd U a f : cls sd U b g.

Lemma one_sided_cst sd (c : K) : one_sided sd (fun _ _ => c). Proof.
by case: sd.
Qed.

Lemma cls_cst sd U a (c : K) : cls sd U a (fun _ _ => c).
Proof.
exact: cls_side (one_sided_cst _ _).
Qed.

Lemma cls_sum sd U a (I : Type) (r : seq I) (F : I -> PX -> QX -> K) :
  (forall i, cls sd U a (F i)) -> cls sd U a (fun p q => \sum_(i <- r) F i p q).
Proof.
move=> clsF; elim: r => [|i r IH].
  by apply: cls_ext (cls_cst sd U a 0) => // p q; rewrite big_nil.
by apply: cls_ext (cls_add (clsF i) IH) => // p q; rewrite big_cons.
Qed.

Lemma cls_if sd U a (b : bool) f : cls sd U a f -> cls sd U a (fun p q => b%:R * f p q).
Proof.
by move=> clsf; apply: cls_ext (cls_mul (cls_cst sd U (fun=> 0%N) b%:R) clsf).
Qed.

Definition mono v s p q : K := \prod_(c <- s) z v c p q.

Lemma mono_cat v s t p q : mono v (s ++ t) p q = mono v s p q * mono v t p q.
Proof.
exact: big_cat.
Qed.

Lemma mono_sort v s p q : mono v (sort leq s) p q = mono v s p q.
Proof.
by apply: perm_big; rewrite perm_sort.
Qed.

(** Expansion in the channels of one vertex. *)
Lemma sum_select (L : seq (seq nat)) s0 (F : seq nat -> K) :
  uniq L -> s0 \in L -> \sum_(s <- L) (s == s0)%:R * F s = F s0.
Proof.
move=> uL sL; rewrite (bigD1_seq s0) //= eqxx mul1r big1 ?addr0 // => s /negbTE ->.
exact: mul0r.
Qed.

Lemma expand sd U a f v : cls sd U a f -> uniq U ->
  exists F : seq nat -> PX -> QX -> K,
    (forall s, cls sd (rem v U) (drop_deg v a) (F s)) /\
    forall p q, f p q = \sum_(s <- monomials_upto (D v) (a v)) F s p q * mono v s p q.
Proof.
move=> + uU; elim=> {a f} [a f side|a w c wU aw cD|a f g _ [F [Fc Ff]] _ [G [Gc Gg]]|a b f g _ [F [Fc Ff]] _ [G [Gc Gg]]|a b f g ab fg _ [F [Fc Ff]]].
- exists (fun s p q => (s == [::])%:R * f p q); split=> [s|p q]; first exact/cls_if/cls_side.
  under eq_bigr do rewrite -mulrA.
  by rewrite (sum_select (fun s => f p q * mono v s p q)) ?uniq_upto ?nil_upto // /mono big_nil mulr1.
- have [wv|wv] := eqVneq w v.
    rewrite wv in aw cD *; exists (fun s _ _ => (s == [:: c])%:R); split=> [s|p q]; first exact: cls_cst.
    rewrite (sum_select (fun s => mono v s p q)) ?uniq_upto ?mem_upto //=; last by rewrite aw cD.
    by rewrite /mono big_seq1.
  exists (fun s p q => (s == [::])%:R * z w c p q); split=> [s|p q].
    apply/cls_if/cls_chan => //; first by rewrite mem_rem_uniq // inE wv.
    by rewrite /drop_deg (negbTE wv).
  under eq_bigr do rewrite -mulrA.
  by rewrite (sum_select (fun s => z w c p q * mono v s p q)) ?uniq_upto ?nil_upto // /mono big_nil mulr1.
- exists (fun s p q => F s p q + G s p q); split=> [s|p q]; first exact: cls_add.
  by rewrite Ff Gg -big_split; apply: eq_bigr => s _; rewrite mulrDl.
- pose L k := monomials_upto (D v) k.
  exists (fun u p q => \sum_(s <- L (a v)) \sum_(t <- L (b v)) (u == sort leq (s ++ t))%:R * (F s p q * G t p q)).
  split=> [u|p q].
    apply: cls_sum => s; apply: cls_sum => t; apply: cls_if.
    by apply: cls_ext (cls_mul (Fc s) (Gc t)) => // w; rewrite /drop_deg; case: ifP.
  transitivity (\sum_(s <- L (a v)) \sum_(t <- L (b v)) \sum_(u <- L (a v + b v)%N)
      (u == sort leq (s ++ t))%:R * (F s p q * G t p q * mono v u p q)).
    rewrite Ff Gg big_distrlr; apply: eq_big_seq => s sa; apply: eq_big_seq => t tb /=.
    rewrite (sum_select (fun u => F s p q * G t p q * mono v u p q)) ?uniq_upto //.
      by rewrite mono_sort mono_cat mulrACA.
    move: sa tb; rewrite !mem_upto => /and3P[s1 s2 _] /and3P[t1 t2 _].
    by rewrite size_sort size_cat leq_add // all_sort all_cat s2 t2 sort_sorted //; apply: leq_total.
  symmetry; under eq_bigr => u _ do rewrite mulr_suml.
  rewrite exchange_big; apply: eq_bigr => s _ /=; under eq_bigr => u _ do rewrite mulr_suml.
  rewrite exchange_big; apply: eq_bigr => t _ /=; apply: eq_bigr => u _.
  by rewrite -mulrA.
exists (fun s p q => (s \in monomials_upto (D v) (a v))%:R * F s p q); split=> [s|p q].
  by apply/cls_if/(cls_ext _ _ (Fc s)) => // w; rewrite /drop_deg; case: ifP.
rewrite -fg Ff; rewrite [RHS](bigID (mem (monomials_upto (D v) (a v)))) /= [X in _ = _ + X]big1 ?addr0.
  rewrite -[RHS]big_filter; rewrite (perm_big [seq s <- monomials_upto (D v) (b v) | s \in monomials_upto (D v) (a v)]).
    by rewrite !big_filter; apply: eq_bigr => s ->; rewrite mul1r.
  apply: uniq_perm; rewrite ?filter_uniq ?uniq_upto // => s; rewrite mem_filter !mem_upto.
  case: and3P => //= -[sa -> ->]; by rewrite (leq_trans sa).
by move=> s /negbTE ->; rewrite !mul0r.
Qed.

(** ** The bound *)

Inductive kind := Mixed | Pure of bool | OneHot of bool.

Variables (kd : V -> kind) (zP zQ : V -> nat -> PX -> QX -> K) (eP eQ : V -> V -> nat).

(** What the vertex v, whose channels are functions of sites and of the vertices in U, has to be. *)
Definition good_vertex v U : Prop :=
  match kd v with
  | Mixed => forall c, (c < D v)%N ->
      [/\ cls true U (eP v) (zP v c), cls false U (eQ v) (zQ v c) &
          forall p q, z v c p q = zP v c p q * zQ v c p q]
  | Pure sd => forall c, (c < D v)%N -> one_sided sd (z v c)
  | OneHot sd => (forall c, (c < D v)%N -> one_sided sd (z v c)) /\
      forall p q, exists2 c0, (c0 < D v)%N & forall c, (c < D v)%N -> z v c p q = (c0 == c)%:R
  end.

Fixpoint good_order U : Prop := if U is v :: U' then good_vertex v U' /\ good_order U' else True.

Definition shift n (e a : V -> nat) : V -> nat := fun w => (a w + n * e w)%N.

(** Sums of products of numbers of monomials, the vertices in the order of U. *)
Fixpoint bound U (aP aQ : V -> nat) : nat :=
  if U is v :: U' then
    match kd v with
    | Mixed => \sum_(i <- iota 0 (aP v).+1) \sum_(j <- iota 0 (aQ v).+1)
        'C(D v + i - 1, i) * 'C(D v + j - 1, j) * bound U' (shift (i + j) (eP v) aP) (shift (i + j) (eQ v) aQ)
    | Pure sd => (\sum_(j <- iota 0 (if sd then aQ v else aP v).+1) 'C(D v + j - 1, j)) * bound U' aP aQ
    | OneHot sd => (if (if sd then aQ v else aP v) == 0 then 1 else D v) * bound U' aP aQ
    end%N
  else 1%N.

Lemma rank2_add (f g : PX -> QX -> K) : (rank2 (fun p q => (f p q + g p q)%R) <= rank2 f + rank2 g)%N.
Proof.
rewrite /rank2 (_ : table _ = table f + table g) ?mxrank_add //.
by apply/matrixP => i j; rewrite !mxE.
Qed.

Lemma rank2_sum_le (I : eqType) (r : seq I) (F : I -> PX -> QX -> K) (N : I -> nat) :
  (forall i, i \in r -> rank2 (F i) <= N i)%N ->
  (rank2 (fun p q => (\sum_(i <- r) F i p q)%R) <= \sum_(i <- r) N i)%N.
Proof.
elim: r => [|i r IH] le.
  rewrite big_nil (_ : rank2 _ = 0%N) // /rank2 (_ : table _ = 0) ?mxrank0 //.
  by apply/matrixP => x y; rewrite !mxE big_nil.
rewrite big_cons (rank2_ext (g := fun p q => F i p q + \sum_(j <- r) F j p q)); last first.
  by move=> p q; rewrite big_cons.
apply: leq_trans (rank2_add _ _) _; apply: leq_add; first by apply: le; rewrite mem_head.
by apply: IH => j jr; apply: le; rewrite inE jr orbT.
Qed.

Lemma sum_upto (R : Type) (idx : R) (op : Monoid.law idx) k n (F : seq nat -> R) :
  \big[op/idx]_(s <- monomials_upto n k) F s
    = \big[op/idx]_(i <- iota 0 k.+1) \big[op/idx]_(s <- monomials n i) F s.
Proof.
by rewrite /monomials_upto big_flatten big_map.
Qed.

Lemma cls_mono sd U v s (y : V -> nat -> PX -> QX -> K) (e : V -> nat) :
  all (fun c => c < D v)%N s -> (forall c, (c < D v)%N -> cls sd U e (y v c)) ->
  cls sd U (fun w => size s * e w)%N (fun p q => \prod_(c <- s) y v c p q).
Proof.
move=> al clsy; elim: s al => [_|c s IH /= /andP[cD /IH clss]].
  by apply: cls_ext (cls_cst sd U (fun=> 0%N) 1) => // p q; rewrite big_nil.
by apply: cls_ext (cls_mul (clsy c cD) clss) => // p q; rewrite big_cons.
Qed.

(** Channels that are functions of one side need no degree there. *)
Lemma cls_pure sd U v a f : (forall c, (c < D v)%N -> one_sided sd (z v c)) -> uniq U ->
  cls sd U a f -> cls sd (rem v U) a f.
Proof.
move=> pure uU; elim=> {a f} [a f side|a w c wU aw cD|a f g _ cf _ cg|a b f g _ cf _ cg|a b f g ab fg _ cf].
- exact: cls_side.
- have [wv|wv] := eqVneq w v; first by apply: cls_side; rewrite wv; apply: pure; rewrite -wv.
  by apply: cls_chan => //; rewrite mem_rem_uniq // inE wv.
- exact: cls_add.
- exact: cls_mul.
exact: cls_ext cf.
Qed.

Lemma drop_le v a w : (drop_deg v a w <= a w)%N.
Proof.
by rewrite /drop_deg; case: ifP.
Qed.

Lemma cls_drop sd U v a f : cls sd U (drop_deg v a) f -> cls sd U a f.
Proof.
by apply: cls_ext => // w; apply: drop_le.
Qed.

Lemma one_sided_mono sd v s : all (fun c => c < D v)%N s ->
  (forall c, (c < D v)%N -> one_sided sd (z v c)) -> one_sided sd (mono v s).
Proof.
move=> /allP al pure; rewrite /mono; case: sd pure => pure; move=> p p' q.
  by apply: eq_big_seq => c /al cD; apply: (pure c cD).
by apply: eq_big_seq => c /al cD; apply: (pure c cD).
Qed.

Lemma cls_times_side sd U a f g : one_sided sd g -> cls sd U a f -> cls sd U a (fun p q => g p q * f p q).
Proof.
by move=> side clsf; apply: cls_ext (cls_mul (cls_side U (fun=> 0%N) side) clsf).
Qed.

Lemma shuffle1 (a g y d : K) : a * (g * (y * d)) = (y * a) * (d * g).
Proof.
by rewrite [RHS]mulrACA [LHS]mulrA [LHS]mulrC.
Qed.

Lemma shuffle2 (f y d b : K) : f * (y * d) * b = (d * f) * (y * b).
Proof.
by rewrite [RHS]mulrACA [LHS]mulrAC [LHS]mulrC [y * d]mulrC.
Qed.

(** A function of degree at most k in a one-hot vector is a combination of its D channels. *)
Lemma one_hot_mono v s p q : all (fun c => c < D v)%N s ->
  (exists2 c0, (c0 < D v)%N & forall c, (c < D v)%N -> z v c p q = (c0 == c)%:R) ->
  mono v s p q = \sum_(c <- iota 0 (D v)) z v c p q * (all (pred1 c) s)%:R.
Proof.
move=> al [c0 c0D zc]; have e : mono v s p q = (all (pred1 c0) s)%:R.
  rewrite /mono; elim: s al => [|c s IH] /=; first by rewrite big_nil.
  by move=> /andP[cD /IH{}IH]; rewrite big_cons IH zc // -natrM mulnb eq_sym.
rewrite (bigD1_seq c0) ?iota_uniq ?mem_iota //= zc // eqxx mul1r -e big_seq_cond big1 ?addr0 //.
move=> c /andP[]; rewrite mem_iota => /= cD ne; rewrite zc // eq_sym (negbTE ne).
exact: mul0r.
Qed.

Lemma rank2_prod_ext A B C D' : (forall p q, A p q * B p q = C p q * D' p q) ->
  rank2 (fun p q => (A p q * B p q)%R) = rank2 (fun p q => (C p q * D' p q)%R).
Proof.
exact: rank2_ext.
Qed.

Lemma cls_nil sd a f : cls sd [::] a f -> one_sided sd f.
Proof.
move: {1 3}[::] (erefl ([::] : seq V)) => U U0 cf.
elim: cf U0 => {a f} [a f side|a w c wU _ _|a f g _ cf _ cg|a b f g _ cf _ cg|a b f g _ fg _ cf] U0 //.
- by move: wU; rewrite U0.
- move: (cf U0) (cg U0); case: sd {cf cg} => sf sg p p' q; [rewrite (sf p p' q) (sg p p' q) // | rewrite (sf p p' q) (sg p p' q) //].
- move: (cf U0) (cg U0); case: sd {cf cg} => sf sg p p' q; [rewrite (sf p p' q) (sg p p' q) // | rewrite (sf p p' q) (sg p p' q) //].
by move: (cf U0); case: sd {cf} => sf p p' q; rewrite -!fg; apply: sf.
Qed.

Lemma upto0 n : monomials_upto n 0 = [:: [::]].
Proof.
rewrite /monomials_upto /= cats0; have := size_monomials n 0; rewrite bin0.
case E: (monomials n 0) => [|s [|]] //= _; congr [:: _].
have : s \in monomials n 0 by rewrite E mem_head.
by rewrite mem_monomials => /and3P[/nilP].
Qed.

Lemma sum_nat_seq_const (I : Type) (r : seq I) n : (\sum_(i <- r) n)%N = (size r * n)%N.
Proof.
by rewrite big_const_seq count_predT iter_addn_0 mulnC.
Qed.

Theorem rank_bound U aP aQ A B : uniq U -> good_order U -> cls true U aP A -> cls false U aQ B ->
  (rank2 (fun p q => (A p q * B p q)%R) <= bound U aP aQ)%N.
Proof.
elim: U aP aQ A B => [|v U IH] aP aQ A B /=.
  move=> _ _ /cls_nil sA /cls_nil sB; apply: rank2_inhabited => p0 q0.
  rewrite (rank2_ext (g := fun p q => \sum_(t : unit) A p q0 * B p0 q)).
    by apply: leq_trans (rank2_sum _ _) _; rewrite card_unit.
  by move=> p q; rewrite (big_pred1 tt) => [|[]//]; rewrite (sA p q q0) (sB p p0 q).
move=> /andP[vU uU] [good gU] cA cB; have uvU : uniq (v :: U) by rewrite /= vU.
have [FA [cFA eA]] := expand v cA uvU; have [FB [cFB eB]] := expand v cB uvU.
rewrite /= eqxx in cFA cFB; rewrite /good_vertex in good; case: (kd v) good => [mixed|sd pure|sd [pure hot]].
- rewrite (rank2_ext (g := fun p q => \sum_(s <- monomials_upto (D v) (aP v))
     \sum_(t <- monomials_upto (D v) (aQ v)) (FA s p q * mono v s p q) * (FB t p q * mono v t p q))); last first.
    by move=> p q; rewrite eA eB big_distrlr.
  pose N i j := bound U (shift (i + j) (eP v) aP) (shift (i + j) (eQ v) aQ).
  apply: (@leq_trans (\sum_(s <- monomials_upto (D v) (aP v))
     \sum_(t <- monomials_upto (D v) (aQ v)) N (size s) (size t))).
    apply: rank2_sum_le => s; rewrite mem_upto => /and3P[_ als _].
    apply: rank2_sum_le => t; rewrite mem_upto => /and3P[_ alt _].
    have al : all (fun c => c < D v)%N (s ++ t) by rewrite all_cat als.
    rewrite (rank2_prod_ext (C := fun p q => (\prod_(c <- s ++ t) zP v c p q) * FA s p q)
                            (D' := fun p q => FB t p q * \prod_(c <- s ++ t) zQ v c p q)).
      apply: IH => //.
        apply: cls_ext (cls_mul (cls_mono al (fun c cD => _)) (cFA s)) => // [w|c cD].
          by rewrite /shift size_cat addnC leq_add // drop_le.
        by case: (mixed c cD).
      apply: cls_ext (cls_mul (cFB t) (cls_mono al (fun c cD => _))) => // [w|c cD].
        by rewrite /shift size_cat leq_add // drop_le.
      by case: (mixed c cD).
    move=> p q; rewrite mulrACA -mono_cat /mono.
    have -> : \prod_(c <- s ++ t) z v c p q
        = \prod_(c <- s ++ t) zP v c p q * \prod_(c <- s ++ t) zQ v c p q.
      rewrite -big_split; apply: eq_big_seq => c /(allP al) cD /=.
      by have [_ _ ->] := mixed c cD.
    by rewrite mulrACA [FA s p q * _]mulrC.
  rewrite sum_upto leq_eqVlt; apply/orP; left; apply/eqP; apply: eq_bigr => i _.
  rewrite (eq_big_seq (fun=> \sum_(j <- iota 0 (aQ v).+1) 'C(D v + j - 1, j) * N i j)%N); last first.
    move=> s; rewrite mem_monomials => /and3P[/eqP-> _ _]; rewrite sum_upto; apply: eq_bigr => j _.
    rewrite (eq_big_seq (fun=> N i j)) ?sum_nat_seq_const ?size_monomials //.
    by move=> t; rewrite mem_monomials => /and3P[/eqP-> _ _].
  rewrite sum_nat_seq_const size_monomials big_distrr; apply: eq_bigr => j _ /=.
  by rewrite mulnA.
- case: sd pure => pure.
    have cA' := cls_pure pure uvU cA; rewrite /= eqxx in cA'.
    rewrite (rank2_ext (g := fun p q => \sum_(t <- monomials_upto (D v) (aQ v))
       (mono v t p q * A p q) * FB t p q)); last first.
      by move=> p q; rewrite eB mulr_sumr; apply: eq_bigr => t _; rewrite mulrA mulrAC [A p q * _]mulrC.
    apply: (@leq_trans (\sum_(t <- monomials_upto (D v) (aQ v)) bound U aP aQ)).
      apply: rank2_sum_le => t; rewrite mem_upto => /and3P[_ alt _]; apply: IH => //.
        exact: cls_times_side (one_sided_mono alt pure) cA'.
      exact: cls_drop (cFB t).
    rewrite sum_upto big_distrl leq_eqVlt; apply/orP; left; apply/eqP; apply: eq_bigr => j _.
    by rewrite sum_nat_seq_const size_monomials.
  have cB' := cls_pure pure uvU cB; rewrite /= eqxx in cB'.
  rewrite (rank2_ext (g := fun p q => \sum_(t <- monomials_upto (D v) (aP v))
     FA t p q * (mono v t p q * B p q))); last first.
    by move=> p q; rewrite eA mulr_suml; apply: eq_bigr => t _; rewrite mulrA.
  apply: (@leq_trans (\sum_(t <- monomials_upto (D v) (aP v)) bound U aP aQ)).
    apply: rank2_sum_le => t; rewrite mem_upto => /and3P[_ alt _]; apply: IH => //.
      exact: cls_drop (cFA t).
    exact: cls_times_side (one_sided_mono alt pure) cB'.
  rewrite sum_upto big_distrl leq_eqVlt; apply/orP; left; apply/eqP; apply: eq_bigr => j _.
  by rewrite sum_nat_seq_const size_monomials.

case: sd pure => pure.
  have cA' := cls_pure pure uvU cA; rewrite /= eqxx in cA'.
  case: eqP => [a0|_].
    rewrite mul1n; apply: leq_trans (IH aP aQ A (FB [::]) uU gU cA' (cls_drop (cFB _))).
    rewrite leq_eqVlt; apply/orP; left; apply/eqP; apply: rank2_ext => p q.
    by rewrite eB a0 (_ : monomials_upto _ _ = [:: [::]]) ?big_seq1 /mono ?big_nil ?mulr1 // upto0.
  rewrite (rank2_ext (g := fun p q => \sum_(c <- iota 0 (D v)) (z v c p q * A p q) *
      \sum_(t <- monomials_upto (D v) (aQ v)) (all (pred1 c) t)%:R * FB t p q)).
    apply: (@leq_trans (\sum_(c <- iota 0 (D v)) bound U aP aQ)).
      apply: rank2_sum_le => c; rewrite mem_iota => /= cD; apply: IH => //.
        exact: cls_times_side (pure c cD) cA'.
      by apply: cls_sum => t; apply: cls_if; apply: cls_drop.
    by rewrite sum_nat_seq_const size_iota.
  move=> p q; rewrite eB mulr_sumr.
  transitivity (\sum_(t <- monomials_upto (D v) (aQ v)) \sum_(c <- iota 0 (D v))
      A p q * (FB t p q * (z v c p q * (all (pred1 c) t)%:R))).
    apply: eq_big_seq => t; rewrite mem_upto => /and3P[_ alt _].
    by rewrite (one_hot_mono alt (hot p q)) !mulr_sumr.
  rewrite exchange_big; apply: eq_bigr => c _ /=; rewrite mulr_sumr; apply: eq_bigr => t _.
  by rewrite shuffle1.
have cB' := cls_pure pure uvU cB; rewrite /= eqxx in cB'.
case: eqP => [a0|_].
  rewrite mul1n; apply: leq_trans (IH aP aQ (FA [::]) B uU gU (cls_drop (cFA _)) cB').
  rewrite leq_eqVlt; apply/orP; left; apply/eqP; apply: rank2_ext => p q.
  by rewrite eA a0 (_ : monomials_upto _ _ = [:: [::]]) ?big_seq1 /mono ?big_nil ?mulr1 // upto0.
rewrite (rank2_ext (g := fun p q => \sum_(c <- iota 0 (D v))
    (\sum_(t <- monomials_upto (D v) (aP v)) (all (pred1 c) t)%:R * FA t p q) * (z v c p q * B p q))).
  apply: (@leq_trans (\sum_(c <- iota 0 (D v)) bound U aP aQ)).
    apply: rank2_sum_le => c; rewrite mem_iota => /= cD; apply: IH => //.
      by apply: cls_sum => t; apply: cls_if; apply: cls_drop.
    exact: cls_times_side (pure c cD) cB'.
  by rewrite sum_nat_seq_const size_iota.
move=> p q; rewrite eA mulr_suml.
transitivity (\sum_(t <- monomials_upto (D v) (aP v)) \sum_(c <- iota 0 (D v))
    FA t p q * (z v c p q * (all (pred1 c) t)%:R) * B p q).
  apply: eq_big_seq => t; rewrite mem_upto => /and3P[_ alt _].
  by rewrite (one_hot_mono alt (hot p q)) mulr_sumr mulr_suml.
rewrite exchange_big; apply: eq_bigr => c _ /=; rewrite mulr_suml; apply: eq_bigr => t _.
by rewrite shuffle2.
Qed.

(** Vertices of degree 0 do not occur. *)
Lemma cls_restrict sd U U' a f : (forall w, w \in U -> (0 < a w)%N -> w \in U') ->
  cls sd U a f -> cls sd U' a f.
Proof.
move=> + cf; elim: cf => {a f} [a f side|a w c wU aw cD|a f g _ cf _ cg|a b f g _ cf _ cg|a b f g ab fg _ cf] sub.
- exact: cls_side.
- by apply: cls_chan => //; apply: sub.
- by apply: cls_add; [apply: cf | apply: cg].
- apply: cls_mul; [apply: cf | apply: cg] => w wU pos; apply: sub => //.
    exact: leq_trans pos (leq_addr _ _).
  exact: leq_trans pos (leq_addl _ _).
apply: cls_ext (cf _) => // w wU pos; apply: sub => //; exact: leq_trans pos (ab w).
Qed.

End Classes.
