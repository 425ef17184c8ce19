(** * The zeros of a nonzero real polynomial are a null set

    Lebesgue measure on R^n is the n-fold product of Lebesgue measure on R, as MathComp-Analysis has
    it.  THEORY 3.3: "the zero set of a nonzero polynomial has Lebesgue measure zero". *)

From HB Require Import structures.
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap poly.
From mathcomp.classical Require Import boolp classical_sets functions cardinality fsbigop mathcomp_extra.
From mathcomp.analysis Require Import reals ereal signed topology normedtype sequences measure.
From mathcomp.analysis Require Import lebesgue_measure lebesgue_integral numfun esum.
From SsrMultinomials Require Import mpoly.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Def Num.Theory.
Import numFieldTopology.Exports.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

(** ** One point *)

Canonical unit_pointedType := PointedType unit tt.

Section Unit.

Let mU (F : (set unit)^nat) : (forall i, [set: set unit] (F i)) -> [set: set unit] (\bigcup_i F i).
Proof. by []. Qed.

HB.instance Definition _ := @isMeasurable.Build default_measure_display unit
  (Pointed.class _) [set: set unit] (I : [set: set unit] set0) (fun _ _ => I) mU.

End Unit.

(** ** R^n and its measure *)

Section Euclid.

Variable R : realType.

Definition line : measurableType _ := [the measurableType _ of measurableTypeR R].
Definition lebesgue1 : {measure set line -> \bar R} :=
  [the {measure set line -> \bar R} of @lebesgue_measure R].

Lemma lebesgue1_sigma_finite : sigma_finite [set: line] lebesgue1.
Proof.
exact: (Hahn_ext_sigma_finite (@hlength_sigma_sub_additive R) (@hlength_sigma_finite R)).
Qed.

Record space := Space {
  display : measure_display;
  carrier : measurableType display;
  volume : {measure set carrier -> \bar R} }.

Fixpoint euclid (n : nat) : space :=
  if n is n'.+1 then
    Space [the {measure set (carrier (euclid n') * line)%type -> \bar R}
           of product_measure1 (volume (euclid n')) lebesgue1_sigma_finite]
  else Space [the {measure set unit -> \bar R} of dirac tt].

(** Coordinates: the last one is the last factor. *)
Definition snoc (n : nat) (v : 'I_n -> R) (y : R) : 'I_n.+1 -> R :=
  fun i => oapp v y (unlift ord_max i).

Fixpoint coords (n : nat) : carrier (euclid n) -> 'I_n -> R :=
  match n return carrier (euclid n) -> 'I_n -> R with
  | 0%N => fun _ _ => 0
  | n'.+1 => fun x => snoc (@coords n' x.1) x.2
  end.

(** ** Polynomials in n + 1 variables as polynomials in the last one *)

Section LastVariable.

Variable n : nat.
Implicit Types (p : {mpoly R[n.+1]}) (v : 'I_n -> R) (y : R).
Local Notation widen := (widen_ord (leqnSn n)).

Lemma snoc_widen v y (i : 'I_n) : snoc v y (widen i) = v i.
Proof.
rewrite /snoc (_ : widen i = lift ord_max i) ?liftK //.
by apply: val_inj; rewrite /= /bump leqNgt ltn_ord.
Qed.

Lemma snoc_max v y : snoc v y ord_max = y.
Proof. by rewrite /snoc unlift_none. Qed.

(** The polynomial in the last variable, for given values of the others. *)
Definition section_poly p v : {poly R} := map_poly (meval v) (muni p).

Lemma section_polyE p v y : p.@[snoc v y] = (section_poly p v).[y].
Proof.
rewrite /section_poly muniE raddf_sum horner_sum mevalE; apply: eq_bigr => m _ /=.
rewrite map_polyZ /= map_polyXn hornerZ hornerXn mevalZ.
rewrite big_ord_recr /= snoc_max mulrA; congr (_ * _ * _).
rewrite mevalX; apply: eq_bigr => i _.
by rewrite snoc_widen mnmE.
Qed.

Lemma muni_neq0 p : p != 0 -> exists k, (muni p)`_k != 0.
Proof.
rewrite -msupp_eq0; case E: (msupp p) => [//|m s] _.
have pm : m \in msupp p by rewrite E mem_head.
exists (m ord_max); apply/eqP => /(congr1 (mcoeff [multinom m (widen i) | i < n])).
rewrite mcoeff0 muniE coef_sum raddf_sum /=; apply/eqP; move: (pm); rewrite mcoeff_msupp.
rewrite (bigD1_seq m) ?msupp_uniq //= coefZ coefXn eqxx mulr1 mcoeffZ mcoeffX eqxx mulr1.
rewrite big1_seq ?addr0 // => m' /andP[/eqP ne _] /=.
rewrite coefZ coefXn; case: eqP => [em|]; last by rewrite mulr0 mcoeff0.
rewrite mulr1 mcoeffZ mcoeffX; case: eqP => [em'|]; last by rewrite mulr0.
case: ne; apply/mnmP => i; case: (unliftP ord_max i) => [j ->|-> //].
rewrite (_ : lift ord_max j = widen j); last first.
  by apply: val_inj; rewrite /= /bump leqNgt ltn_ord.
by have /mnmP/(_ j) := em'; rewrite !mnmE.
Qed.

End LastVariable.

(** ** Finite sets *)

Lemma poly_roots (q : {poly R}) : q != 0 -> exists s : seq R, forall y, root q y -> y \in s.
Proof.
move: {2}(size q) (leqnn (size q)) => k; elim: k q => [|k IH] q.
  by rewrite leqn0 size_poly_eq0 => /eqP->; rewrite eqxx.
move=> qk q0; have [[a /factor_theorem[r qr]]|no] := pselect (exists a, root q a); last first.
  by exists [::] => y qy; case: no; exists y.
have r0 : r != 0 by apply: contraNneq q0 => r0; rewrite qr r0 mul0r.
have rk : (size r <= k)%N.
  by move: qk; rewrite qr size_Mmonic ?monicXsubC // size_XsubC addn2.
have [s sP] := IH r rk r0; exists (a :: s) => y.
by rewrite qr rootM root_XsubC inE => /orP[/sP->|->]; rewrite ?orbT.
Qed.

Lemma null_finite (A : set line) (s : seq R) :
  measurable A -> A `<=` [set y | y \in s] -> lebesgue1 A = 0%E.
Proof.
move=> mA As; apply/eqP; rewrite eq_le measure_ge0 andbT.
pose B (i : nat) : set line := if (i < size s)%N then [set nth 0 s i] else set0.
have mB i : measurable (B i).
  by rewrite /B; case: ifP => _; [exact: measurable_set1 | exact: measurable0].
have AB : A `<=` \bigcup_i B i.
  move=> y /As /= ys; exists (index y s) => //.
  by rewrite /B index_mem ys nth_index.
apply: le_trans (le_measure lebesgue1 _ _ AB) _; rewrite ?inE //.
  exact: bigcup_measurable.
apply: le_trans (measure_sigma_sub_additive lebesgue1 mB _ (@subset_refl _ _)) _.
  exact: bigcup_measurable.
rewrite (eq_nneseries (g := fun=> 0%E)) ?nneseries0 // => i _.
rewrite /B; case: ifP => _; [exact: lebesgue_measure_set1 | exact: measure0].
Qed.

(** ** Measurability *)

Lemma measurable_coords n (i : 'I_n) :
  measurable_fun setT (fun x : carrier (euclid n) => coords x i : line).
Proof.
elim: n i => [[]//|n IH] i; case: (unliftP ord_max i) => [j|] -> /=; rewrite /snoc.
  rewrite liftK /=; apply: measurable_fun_comp (IH j) _.
  by have [] := (prod_measurable_funP (@id (carrier (euclid n) * line))).1 (@measurable_fun_id _ _ _).
rewrite unlift_none /=.
by have [] := (prod_measurable_funP (@id (carrier (euclid n) * line))).1 (@measurable_fun_id _ _ _).
Qed.

Section Sums.

Variables (d : measure_display) (T : measurableType d) (I : Type) (r : seq I) (F : I -> T -> R).
Hypothesis mF : forall i, measurable_fun setT (F i).

Lemma measurable_fun_sum_seq : measurable_fun setT (fun x => \sum_(i <- r) F i x).
Proof.
elim: r => [|i s IH].
  by under eq_fun do rewrite big_nil; apply: measurable_fun_cst.
by under eq_fun do rewrite big_cons; apply: measurable_funD.
Qed.

Lemma measurable_fun_prod_seq : measurable_fun setT (fun x => \prod_(i <- r) F i x).
Proof.
elim: r => [|i s IH].
  by under eq_fun do rewrite big_nil; apply: measurable_fun_cst.
by under eq_fun do rewrite big_cons; apply: measurable_funM.
Qed.

End Sums.

Lemma measurable_meval n (p : {mpoly R[n]}) :
  measurable_fun setT (fun x : carrier (euclid n) => p.@[coords x]).
Proof.
under eq_fun do rewrite mevalE; apply: measurable_fun_sum_seq => m.
apply: measurable_funrM; apply: measurable_fun_prod_seq => i.
by apply: measurable_fun_exprn; apply: measurable_coords.
Qed.

(** ** The measure is the usual one: the unit cube has volume 1 *)

Definition cube n : set (carrier (euclid n)) :=
  [set x | forall i, (coords x i \in `[0%R, 1%R])].
Arguments cube : clear implicits.

Lemma cubeS n : cube n.+1 = cube n `*` [set y | y \in `[0%R, 1%R]].
Proof.
apply/seteqP; split=> -[x y] /=.
  move=> xy; split=> [i|]; first by have := xy (lift ord_max i); rewrite /= /snoc liftK.
  by have := xy ord_max; rewrite /= /snoc unlift_none.
move=> [xc yc] i; case: (unliftP ord_max i) => [j|] ->; rewrite /= /snoc.
  by rewrite liftK; apply: xc.
by rewrite unlift_none; apply: yc.
Qed.

Theorem volume_cube n : measurable (cube n) /\ volume (euclid n) (cube n) = 1%E.
Proof.
elim: n => [|n [mc IH]].
  by split=> //; rewrite /= /dirac indicE mem_set // => -[].
have mI : measurable ([set y | y \in `[0%R, 1%R]] : set line) by apply: measurable_itv.
rewrite cubeS; split; first exact: measurableM.
rewrite /= product_measure1E // IH mul1e.
rewrite [LHS](lebesgue_measure_itv `[0%R, 1%R]) /= hlength_itv /= lte_fin ltr01.
by rewrite -EFinB subr0.
Qed.

(** ** The theorem *)

Definition zeros n (p : {mpoly R[n]}) : set (carrier (euclid n)) := [set x | p.@[coords x] = 0].

Lemma measurable_zeros n (p : {mpoly R[n]}) : measurable (zeros p).
Proof.
rewrite -[zeros p]setTI; apply: (measurable_meval p _ (measurable_set1 0)).
exact: measurableT.
Qed.

(** The zeros above a point x where some coefficient is not zero. *)
Lemma null_section n (p : {mpoly R[n.+1]}) k (x : carrier (euclid n)) :
  ((muni p)`_k).@[coords x] != 0 -> lebesgue1 (xsection (zeros p) x) = 0%E.
Proof.
move=> nz; have q0 : section_poly p (coords x) != 0.
  by apply: contraNneq nz => q0; rewrite -coef_map /= -/(section_poly p _) q0 coef0.
have [s sP] := poly_roots q0.
apply: (null_finite (s := s)); first exact: (measurable_xsection R x (measurable_zeros p)).
move=> y; rewrite /xsection /= inE => zy; apply: sP.
by rewrite /root -section_polyE; apply/eqP.
Qed.

Theorem null_zeros n (p : {mpoly R[n]}) : p != 0 -> volume (euclid n) (zeros p) = 0%E.
Proof.
elim: n p => [|n IH] p p0.
  rewrite (_ : zeros p = set0) ?measure0 //; apply/seteqP; split=> // x.
  rewrite /zeros /= (nvar0_mpolyC p) mevalC => c0.
  by move/eqP: p0; apply; rewrite (nvar0_mpolyC p) c0.
have [k qk] := muni_neq0 p0; have mz := measurable_zeros p.
rewrite /= /product_measure1 (negligible_integral (measurable_zeros (muni p)`_k)) //.
- rewrite (eq_integral (cst 0%E)) ?integral0 // => x; rewrite inE => -[_ nz].
  by apply: (null_section (k := k)); apply/eqP => z; apply: nz.
- by apply: measurable_fun_xsection; [apply: lebesgue1_sigma_finite | rewrite inE].
- exact: IH.
Qed.

End Euclid.
