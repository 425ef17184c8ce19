(** * Triangular products are nonsingular

    THEORY 8.10, lemma: a product of factors g_0, ..., g_(n-1) of two families of entries, x of the
    rows and y of the columns, in which factor k depends on entries of x from k on and on entries of
    y up to k, has full rank if each factor that stands at an entry is nonsingular in the two
    entries there, and the others do not vanish. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Overlap Require Import Rank2.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

Section Free.

Variable K : fieldType.

(** The rows of the table of f are linearly independent. *)
Definition free (X Y : finType) (f : X -> Y -> K) : Prop :=
  forall w : X -> K, (forall y, \sum_x w x * f x y = 0) -> forall x, w x = 0.

Lemma free_rank (X Y : finType) (f : X -> Y -> K) : free f -> (#|X| <= rank2 f)%N.
Proof.
move=> fr; suff : row_free (table f) by rewrite /row_free /rank2 => /eqP->.
rewrite -kermx_eq0; apply/eqP/row_matrixP => i; rewrite row0; apply/rowP => j.
have ker : row i (kermx (table f)) *m table f = 0.
  by rewrite -row_mul mulmx_ker row0.
set r := row i _ in ker *; rewrite [RHS]mxE -[j]enum_valK.
apply: (fr (fun x => r 0 (enum_rank x))) => y.
have := congr1 (fun A : 'rV_#|Y| => A 0 (enum_rank y)) ker; rewrite !mxE; apply: etrans.
rewrite [RHS](reindex (@enum_rank X)) /=; last exact/onW_bij/enum_rank_bij.
by apply: eq_bigr => x _; rewrite [table f _ _]mxE !enum_rankK.
Qed.

Section Triangular.

Variables (I X : finType) (n : nat) (pos : I -> nat).
Variable g : nat -> {ffun I -> X} -> {ffun I -> X} -> K.
Implicit Types (x y : {ffun I -> X}) (i j : I).

(** Entry i becomes a. *)
Definition put x i (a : X) : {ffun I -> X} := [ffun j => if j == i then a else x j].

Lemma put_at x i a : put x i a i = a. Proof. by rewrite ffunE eqxx. Qed.
Lemma put_same x i : put x i (x i) = x.
Proof. by apply/ffunP => j; rewrite ffunE; case: eqP => // ->. Qed.
Lemma put_put x i a b : put (put x i a) i b = put x i b.
Proof. by apply/ffunP => j; rewrite !ffunE; case: eqP. Qed.
Lemma put_other x i a j : j != i -> put x i a j = x j.
Proof. by move=> ne; rewrite ffunE (negbTE ne). Qed.

Hypothesis pos_inj : injective pos.
Hypothesis pos_lt : forall i, (pos i < n)%N.
Hypothesis rows_from : forall k x x' y,
  (k < n)%N -> (forall i, (k <= pos i)%N -> x i = x' i) -> g k x y = g k x' y.
Hypothesis cols_to : forall k x y y',
  (k < n)%N -> (forall i, (pos i <= k)%N -> y i = y' i) -> g k x y = g k x y'.
Hypothesis nonzero : forall k x y, (k < n)%N -> (forall i, pos i != k) -> g k x y != 0.
Hypothesis nonsingular : forall i x y, free (fun a b => g (pos i) (put x i a) (put y i b)).

(** The entries before k. *)
Let same k x y : bool := [forall i, (pos i < k)%N ==> (x i == y i)].

Lemma sameP k x y : reflect (forall i, (pos i < k)%N -> x i = y i) (same k x y).
Proof.
apply: (iffP forallP) => e i; first by move/implyP: (e i) => ei /ei/eqP.
by apply/implyP => /e/eqP.
Qed.

Lemma same_nat k x y : (forall i, pos i != k) -> same k.+1 x y = same k x y.
Proof.
move=> nk; apply/sameP/sameP => e i lt; apply: e; first exact: ltnW.
by move: lt; rewrite ltnS leq_eqVlt (negbTE (nk i)).
Qed.

Lemma triangular_from k (w : {ffun I -> X} -> K) : (k <= n)%N ->
  (forall y, \sum_(x | same k x y) w x * \prod_(k <= j < n) g j x y = 0) -> forall x, w x = 0.
Proof.
move=> kn; rewrite -(subKn kn); move: (n - k)%N (leq_subr k n) => d.
elim: d w => [|d IH] w dn sum0 x.
  have := sum0 x; rewrite subn0 (big_pred1 x) => [|x']; last first.
    apply/sameP/eqP => [e|-> //]; apply/ffunP => i; exact: e.
  by rewrite big_geq ?mulr1.
set k' := (n - d.+1)%N in sum0.
have kn' : (k' < n)%N by rewrite /k' ltn_subrL (leq_ltn_trans _ dn).
have ks : (n - d)%N = k'.+1 by rewrite /k' -subSn // subSS.
have IH' w' : (forall y, \sum_(x | same k'.+1 x y) w' x * \prod_(k'.+1 <= j < n) g j x y = 0) ->
    forall x, w' x = 0 by rewrite -ks; apply: IH (ltnW dn).
case: (pickP (fun i => pos i == k')) => [i /eqP pi|nk].
  pose w' x := \sum_a w (put x i a) * g k' (put x i a) x.
  have w'0 : forall x, w' x = 0.
    apply: IH' => y; rewrite -[RHS](sum0 y).
    rewrite [RHS](partition_big (fun x => put x i (y i)) (same k'.+1 ^~ y)) /=; last first.
      move=> x' /sameP e; apply/sameP => j lt.
      have [->|ne] := eqVneq j i; first by rewrite put_at.
      rewrite put_other //; apply: e; move: lt.
      by rewrite ltnS leq_eqVlt -{1}pi (inj_eq pos_inj) (negbTE ne).
    apply: eq_bigr => x' /sameP e; rewrite /w' mulr_suml.
    rewrite [RHS](reindex_onto (put x' i) (fun x0 => x0 i)) /=; last first.
      move=> x0 /andP[_ /eqP <-]; by rewrite put_put put_same.
    apply: eq_big => [a|a _].
      rewrite put_at eqxx andbT put_put; apply/esym/andP; split.
        apply/sameP => j lt; have ne : j != i by apply: contraTneq lt => ->; rewrite pi ltnn.
        by rewrite put_other // e // ltnS ltnW.
      by apply/eqP; rewrite -[in RHS](put_same x' i) (e i) // pi.
    rewrite -mulrA; congr (_ * _); rewrite [RHS]big_ltn //; congr (_ * _).
      by apply: cols_to => // j; rewrite -ltnS => lt; apply: e.
    rewrite big_seq [RHS]big_seq; apply: eq_bigr => j; rewrite mem_index_iota => /andP[kj jn].
    apply: rows_from => // l jl; rewrite put_other //.
    by apply: contraTneq jl => ->; rewrite pi -ltnNge.
  have := nonsingular (i := i) (x := x) (y := x) (w := fun a => w (put x i a)).
  move=> fr; rewrite -(put_same x i); apply: fr => b.
  have := w'0 (put x i b); rewrite /w' pi => e; rewrite -[RHS]e.
  by apply: eq_bigr => a _; rewrite put_put.
have nk' i : pos i != k' by rewrite nk.
pose w' x := w x * g k' x x.
suff /(_ x)/eqP : forall x, w' x = 0.
  by rewrite /w' mulf_eq0 (negbTE (nonzero _ _ kn' nk')) orbF => /eqP.
apply: IH' => y; rewrite -[RHS](sum0 y); apply: eq_big => x'; first exact: same_nat.
move=> /sameP e; rewrite /w' -mulrA [in RHS]big_ltn //; congr (_ * (_ * _)).
by apply: cols_to => // j; rewrite -ltnS; apply: e.
Qed.

Lemma triangular : free (fun x y => \prod_(k < n) g k x y).
Proof.
move=> w sum0; apply: (@triangular_from 0 w) => // y; rewrite -[RHS](sum0 y).
by apply: eq_big => [x|x _]; [apply/sameP | rewrite big_mkord].
Qed.

End Triangular.

(** ** One factor *)

Lemma factor_free (m : nat) (z : K) (la a mu b : 'I_m -> K) :
  z != 0 -> (forall c, la c != 0) -> (forall c, mu c != 0) ->
  free (fun i j : 'I_m.+1 => 1 + z * \sum_(c < m)
    (la c * (i == c :> nat)%:R + a c) * (mu c * (j == c :> nat)%:R + b c)).
Proof.
move=> z0 la0 mu0 w sum0.
pose s c := \sum_(i : 'I_m.+1) w i * (la c * (i == c :> nat)%:R + a c).
have sumE j : \sum_i w i * (1 + z * \sum_(c < m) (la c * (i == c :> nat)%:R + a c)
    * (mu c * (j == c :> nat)%:R + b c))
  = \sum_i w i + z * \sum_(c < m) s c * (mu c * (j == c :> nat)%:R + b c).
  rewrite (eq_bigr _ (fun i _ => mulrDr (w i) _ _)) big_split /=; congr (_ + _).
    by apply: eq_bigr => i _; rewrite mulr1.
  rewrite mulr_sumr (eq_bigr (fun i => \sum_(c < m) z * (w i * (la c * (i == c :> nat)%:R + a c)
    * (mu c * (j == c :> nat)%:R + b c)))); last first.
    by move=> i _; rewrite mulrCA !mulr_sumr; apply: eq_bigr => c _; rewrite !mulrA.
  rewrite exchange_big /=; apply: eq_bigr => c _.
  by rewrite /s mulr_suml mulr_sumr.
have last0 := sum0 ord_max; rewrite sumE in last0.
have s0 c : s c = 0.
  have := sum0 (widen_ord (leqnSn m) c).
  rewrite sumE -[RHS]last0 => /addrI/(mulfI z0)/eqP; rewrite -subr_eq0 -sumrB.
  rewrite (bigD1 c) //= big1 ?addr0 => [|c'].
    rewrite eqxx gtn_eqF // mulr1 mulr0 add0r -mulrBr addrK mulf_eq0 (negbTE (mu0 c)) orbF.
    by move/eqP.
  rewrite -val_eqE /= => ne; rewrite [c == c' :> nat]eq_sym (negbTE ne) gtn_eqF //.
  by rewrite mulr0 subrr.
have w0 : \sum_i w i = 0.
  by move: last0; rewrite [X in _ + _ * X]big1 ?mulr0 ?addr0 // => c _; rewrite s0 ?mul0r.
have wc (i : 'I_m.+1) : (i < m)%N -> w i = 0.
  move=> im; have := s0 (Ordinal im); rewrite /s; under eq_bigr do rewrite mulrDr.
  rewrite big_split /= -mulr_suml w0 mul0r addr0 (bigD1 i) //= eqxx mulr1 big1 ?addr0.
    by move/eqP; rewrite mulf_eq0 (negbTE (la0 _)) orbF => /eqP.
  by move=> i'; rewrite -val_eqE /= => /negbTE->; rewrite !mulr0.
move=> i; have [im|] := ltnP i m; first exact: wc.
move=> mi; have -> : i = ord_max by apply: val_inj; apply/eqP; rewrite eqn_leq mi -ltnS ltn_ord.
move: w0; rewrite (bigD1 ord_max) //= big1 ?addr0 // => i'.
by rewrite -val_eqE /= => ne; apply: wc; rewrite ltn_neqAle ne -ltnS ltn_ord.
Qed.

Lemma free_ext (X Y : finType) (f g : X -> Y -> K) : f =2 g -> free f -> free g.
Proof.
move=> fg ff w sum0; apply: ff => y; rewrite -[RHS](sum0 y).
by apply: eq_bigr => x _; rewrite fg.
Qed.

End Free.
