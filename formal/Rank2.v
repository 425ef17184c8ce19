(** * The rank of a function of two arguments

    A function f of a row argument x and a column argument y, both from finite types, has a rank:
    that of its table.  This file proves all that the rest of the development needs to know about
    it, so that no proof further on mentions an enumeration:
    - f has rank <= |T| if it is a sum over T of products of one-sided functions, or if it depends
      on one of its arguments only through a map to T;
    - substitutions in the rows and in the columns and one-sided factors do not raise the rank;
    - a right inverse table makes the rank full, and Kronecker powers inherit such inverses;
    - a product over S of functions as in the first item has rank <= |T|^|S|.
    THEORY: the linear algebra behind sections 3.4, 5 and 8. *)

From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

Section Rank2.

Variable K : fieldType.

(** ** Table and rank *)

Definition table (X Y : finType) (f : X -> Y -> K) : 'M[K]_(#|X|, #|Y|) :=
  \matrix_(i, j) f (enum_val i) (enum_val j).

Definition rank2 (X Y : finType) (f : X -> Y -> K) : nat := \rank (table f).

Lemma table_ext (X Y : finType) (f g : X -> Y -> K) : f =2 g -> table f = table g.
Proof. by move=> fg; apply/matrixP=> i j; rewrite !mxE fg. Qed.

Lemma rank2_ext (X Y : finType) (f g : X -> Y -> K) : f =2 g -> rank2 f = rank2 g.
Proof. by move=> fg; rewrite /rank2 (table_ext fg). Qed.

Lemma rank2_leL (X Y : finType) (f : X -> Y -> K) : (rank2 f <= #|X|)%N.
Proof. exact: rank_leq_row. Qed.

Lemma rank2_leR (X Y : finType) (f : X -> Y -> K) : (rank2 f <= #|Y|)%N.
Proof. exact: rank_leq_col. Qed.

(** An upper bound on the rank may assume that both arguments have values at all. *)
Lemma rank2_inhabited (X Y : finType) (f : X -> Y -> K) n :
  (X -> Y -> rank2 f <= n)%N -> (rank2 f <= n)%N.
Proof.
move=> le_n; case: (pickP X) => [x _|X0].
  case: (pickP Y) => [y _|Y0]; first exact: le_n.
  by apply: leq_trans (rank2_leR f) _; rewrite eq_card0.
by apply: leq_trans (rank2_leL f) _; rewrite eq_card0.
Qed.

(** ** Composition of functions of two arguments is the product of their tables *)

Definition compose (X T Y : finType) (f : X -> T -> K) (g : T -> Y -> K) x y : K :=
  \sum_t f x t * g t y.

Lemma table_compose (X T Y : finType) (f : X -> T -> K) (g : T -> Y -> K) :
  table (compose f g) = table f *m table g.
Proof.
apply/matrixP=> i j; rewrite !mxE /compose (reindex (@enum_val T T)) /=; last first.
  exact/onW_bij/enum_val_bij.
by apply: eq_bigr => k _; rewrite !mxE.
Qed.

Lemma rank2_composeL (X T Y : finType) (f : X -> T -> K) (g : T -> Y -> K) :
  (rank2 (compose f g) <= rank2 f)%N.
Proof. by rewrite /rank2 table_compose; apply: mxrankM_maxl. Qed.

Lemma rank2_composeR (X T Y : finType) (f : X -> T -> K) (g : T -> Y -> K) :
  (rank2 (compose f g) <= rank2 g)%N.
Proof. by rewrite /rank2 table_compose; apply: mxrankM_maxr. Qed.

(** A sum over T of products of one-sided functions has rank at most |T|. *)
Lemma rank2_sum (X T Y : finType) (f : X -> T -> K) (g : T -> Y -> K) :
  (rank2 (fun x y => (\sum_t f x t * g t y)%R) <= #|T|)%N.
Proof. exact: leq_trans (rank2_composeL f g) (rank2_leR f). Qed.

(** ** Substitutions, one-sided factors and one-sided dependence *)

Lemma sum_delta (T : finType) (t0 : T) (F : T -> K) : \sum_t (t0 == t)%:R * F t = F t0.
Proof.
rewrite (bigD1 t0) //= eqxx mul1r big1 ?addr0 // => t.
by rewrite eq_sym => /negbTE->; rewrite mul0r.
Qed.

Lemma sum_deltaR (T : finType) (t0 : T) (F : T -> K) : \sum_t F t * (t == t0)%:R = F t0.
Proof. by rewrite -[RHS]sum_delta; apply: eq_bigr => t _; rewrite mulrC eq_sym. Qed.

(** Substitution in the rows: u need not be injective; a row factor may come along. *)
Lemma rank2_rows (X X' Y : finType) (a : X' -> K) (u : X' -> X) (f : X -> Y -> K) :
  (rank2 (fun x y => (a x * f (u x) y)%R) <= rank2 f)%N.
Proof.
rewrite (@rank2_ext _ _ _ (compose (fun x' x => a x' * (u x' == x)%:R) f)).
  exact: rank2_composeR.
move=> x y; rewrite /compose -(sum_delta (u x) (f^~ y)) mulr_sumr.
by apply: eq_bigr => t _; rewrite mulrA.
Qed.

Lemma rank2_cols (X Y Y' : finType) (b : Y' -> K) (v : Y' -> Y) (f : X -> Y -> K) :
  (rank2 (fun x y => (f x (v y) * b y)%R) <= rank2 f)%N.
Proof.
rewrite (@rank2_ext _ _ _ (compose f (fun y y' => (y == v y')%:R * b y'))).
  exact: rank2_composeL.
move=> x y; rewrite /compose -(sum_deltaR (v y) (f x)) mulr_suml.
by apply: eq_bigr => t _; rewrite mulrA.
Qed.

Lemma rank2_subst (X X' Y Y' : finType) (u : X' -> X) (v : Y' -> Y) (f : X -> Y -> K) :
  (rank2 (fun x y => f (u x) (v y)) <= rank2 f)%N.
Proof.
apply: leq_trans (rank2_rows (fun _ => 1) u f).
rewrite -(@rank2_ext _ _ (fun x y => 1 * f (u x) (v y) * 1)); first exact: rank2_cols.
by move=> x y; rewrite mul1r mulr1.
Qed.

Lemma rank2_scale (X Y : finType) (a : X -> K) (b : Y -> K) (f : X -> Y -> K) :
  (rank2 (fun x y => (a x * b y * f x y)%R) <= rank2 f)%N.
Proof.
apply: leq_trans (rank2_rows a id f).
rewrite -(@rank2_ext _ _ (fun x y => a x * f x y * b y)); first exact: rank2_cols.
by move=> x y; rewrite mulrAC.
Qed.

(** If f depends on its row argument only through a map to T, its rank is at most |T|. *)
Lemma rank2_depL (X T Y : finType) (u : X -> T) (f : X -> Y -> K) :
  (forall x x' y, u x = u x' -> f x y = f x' y) -> (rank2 f <= #|T|)%N.
Proof.
move=> dep; apply: rank2_inhabited => x0 _.
pose sec t := odflt x0 [pick x | u x == t].
rewrite (@rank2_ext _ _ _ (fun x y => f (sec (u x)) y)); last first.
  move=> x y; apply: dep; rewrite /sec; case: pickP => [x' /eqP->//|/(_ x)].
  by rewrite eqxx.
apply: leq_trans (rank2_subst u id (fun t y => f (sec t) y)) (rank2_leL _).
Qed.

Lemma rank2_transpose (X Y : finType) (f : X -> Y -> K) : rank2 (fun y x => f x y) = rank2 f.
Proof. by rewrite /rank2 -mxrank_tr; congr (\rank _); apply/matrixP=> i j; rewrite !mxE. Qed.

Lemma rank2_depR (X T Y : finType) (v : Y -> T) (f : X -> Y -> K) :
  (forall x y y', v y = v y' -> f x y = f x y') -> (rank2 f <= #|T|)%N.
Proof.
by move=> dep; rewrite -rank2_transpose; apply: (rank2_depL (u := v)) => y y' x; apply: dep.
Qed.

(** ** Inverse tables and Kronecker powers *)

(** g is a right inverse of f. *)
Definition right_inverse2 (X Y : finType) (f : X -> Y -> K) (g : Y -> X -> K) :=
  forall x x', compose f g x x' = (x == x')%:R.

Lemma rank2_full (X Y : finType) (f : X -> Y -> K) (g : Y -> X -> K) :
  right_inverse2 f g -> (#|X| <= rank2 f)%N.
Proof.
move=> fg; apply: leq_trans (rank2_composeL f g); rewrite /rank2.
suff ->: table (compose f g) = 1%:M by rewrite mxrank1.
by apply/matrixP=> i j; rewrite !mxE fg (inj_eq enum_val_inj).
Qed.

Definition kronecker (S X Y : finType) (f : X -> Y -> K) (x : {ffun S -> X}) (y : {ffun S -> Y}) :=
  \prod_s f (x s) (y s).
Arguments kronecker S {X Y} f x y.

Lemma prod_delta (S X : finType) (x x' : {ffun S -> X}) :
  \prod_s (x s == x' s)%:R = (x == x')%:R :> K.
Proof.
have [->|ne] := eqVneq x x'; first by rewrite big1 // => s _; rewrite eqxx.
case: (pickP (fun s => x s != x' s)) => [s nes|eqs].
  by rewrite (bigD1 s) //= (negbTE nes) mul0r.
by case/eqP: ne; apply/ffunP=> s; apply/eqP/negPn; rewrite eqs.
Qed.

Lemma kronecker_inverse (S X Y : finType) (f : X -> Y -> K) (g : Y -> X -> K) :
  right_inverse2 f g -> right_inverse2 (kronecker S f) (kronecker S g).
Proof.
move=> fg x x'; rewrite -prod_delta /compose.
transitivity (\sum_(y : {ffun S -> Y}) \prod_s (f (x s) (y s) * g (y s) (x' s))).
  by apply: eq_bigr => y _; rewrite -big_split.
rewrite -(bigA_distr_bigA (fun s t => f (x s) t * g t (x' s))).
by apply: eq_bigr => s _; apply: fg.
Qed.

Lemma rank2_kronecker (S X Y : finType) (f : X -> Y -> K) (g : Y -> X -> K) :
  right_inverse2 f g -> (#|X| ^ #|S| <= rank2 (kronecker S f))%N.
Proof. by move=> fg; rewrite -card_ffun; apply: rank2_full (kronecker_inverse (S := S) fg). Qed.

(** A product over S of sums over T of one-sided products. *)
Lemma rank2_prod_sum (S T X Y : finType) (f : S -> T -> X -> K) (g : S -> T -> Y -> K) :
  (rank2 (fun x y => (\prod_s \sum_t f s t x * g s t y)%R) <= #|T| ^ #|S|)%N.
Proof.
rewrite -card_ffun.
rewrite -(@rank2_ext _ _ (fun x y => \sum_(k : {ffun S -> T})
  (\prod_s f s (k s) x) * (\prod_s g s (k s) y))); first exact: rank2_sum.
move=> x y; rewrite bigA_distr_bigA; apply: eq_bigr => k _.
by rewrite big_split.
Qed.

End Rank2.

Arguments kronecker {K} S {X Y} f x y.
