(** * The generic rank

    "Almost all" in algebraic form.  For any shapes, any grid, any partition, shared or unshared
    parameters, over any field: a rank that one network attains is a lower bound wherever a certain
    nonzero polynomial in the parameters does not vanish (THEORY 3.3: one exact witness proves the
    almost-everywhere claim).  With the overlap law: the generic rank of "R/1:D, HxW/HxW:1" is
    min(M, D+1)^(H min(R-1, C)) exactly (THEORY 8.2).
    The polynomial is not a minor but the determinant of L Y N, where Y is the matricization with
    polynomial entries and L, N turn its value at the witness into an identity matrix. *)

From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Upper Lower Law Parameters.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(** ** The rank of a matrix of polynomials *)

Section RankOfPolynomials.

Variables (K : fieldType) (n a b : nat) (Y : 'M[{mpoly K[n]}]_(a, b)).

Definition at_point (v : 'I_n -> K) : 'M[K]_(a, b) := map_mx (meval v) Y.

(** Any matrix of rank r is the identity of size r up to factors on both sides. *)
Lemma rank_identity (A : 'M[K]_(a, b)) :
  exists (L : 'M[K]_(\rank A, a)) (N : 'M[K]_(b, \rank A)), L *m A *m N = 1%:M.
Proof.
exists (pid_mx (\rank A) *m invmx (col_ebase A)), (invmx (row_ebase A) *m pid_mx (\rank A)).
have A_id : invmx (col_ebase A) *m A *m invmx (row_ebase A) = pid_mx (\rank A).
  apply: (canLR (mulmxK (row_ebase_unit A))); apply: (canLR (mulKmx (col_ebase_unit A))).
  by rewrite mulmxA mulmx_ebase.
transitivity (pid_mx (\rank A) *m (invmx (col_ebase A) *m A *m invmx (row_ebase A))
                *m pid_mx (\rank A) : 'M_(\rank A)); first by rewrite !mulmxA.
by rewrite A_id !pid_mx_id ?rank_leq_row ?rank_leq_col // pid_mx_1.
Qed.

Definition minor_poly r (L : 'M[K]_(r, a)) (N : 'M[K]_(b, r)) : {mpoly K[n]} :=
  \det (map_mx (@mpolyC n K) L *m Y *m map_mx (@mpolyC n K) N).

Lemma map_mx_const r s (A : 'M[K]_(r, s)) v : map_mx (meval v) (map_mx (@mpolyC n K) A) = A.
Proof. by apply/matrixP=> i j; rewrite !mxE mevalC. Qed.

Lemma minor_poly_eval r (L : 'M[K]_(r, a)) (N : 'M[K]_(b, r)) v :
  (minor_poly L N).@[v] = \det (L *m at_point v *m N).
Proof. by rewrite /minor_poly -det_map_mx !map_mxM !map_mx_const. Qed.

Lemma minor_poly_rank r (L : 'M[K]_(r, a)) (N : 'M[K]_(b, r)) v :
  (minor_poly L N).@[v] != 0 -> (r <= \rank (at_point v))%N.
Proof.
rewrite minor_poly_eval -unitfE -unitmxE => /mxrank_unit {1}<-.
exact: leq_trans (mxrankM_maxl _ _) (mxrankM_maxr _ _).
Qed.

Lemma rank_semicontinuous (v0 : 'I_n -> K) :
  exists q : {mpoly K[n]},
    q.@[v0] != 0 /\ forall v, q.@[v] != 0 -> (\rank (at_point v0) <= \rank (at_point v))%N.
Proof.
have [L [N LN1]] := rank_identity (at_point v0); exists (minor_poly L N).
split; last by move=> v; apply: minor_poly_rank.
by rewrite minor_poly_eval LN1 det1 oner_eq0.
Qed.

End RankOfPolynomials.

(** ** Any network, any partition *)

Section Generic.

Variables (K : fieldType) (sh : bool) (ss : seq shape) (H W M : nat) (P : pred (site H W)).
Hypothesis H_gt0 : (0 < H)%N.
Hypothesis W_gt0 : (0 < W)%N.
Hypothesis out_gt0 : (0 < last M (map channels ss))%N.

Let par := params sh ss H W M.

(** The value of a polynomial at a family of parameters. *)
Definition poly_at (q : {mpoly K[#|par|]}) (x : par -> K) : K := q.@[fun i => x (enum_val i)].

(** The tensor with the variables as parameters. *)
Definition generic_tensor (d : {ffun site H W -> 'I_M}) : {mpoly K[#|par|]} :=
  grid_tensor (net_of (fun p : par => 'X_(enum_rank p))) H W M d.

Lemma generic_tensor_at x d : poly_at (generic_tensor d) x = grid_tensor (net_of x) H W M d.
Proof.
symmetry; apply: (grid_tensor_agree (phi := [rmorphism of meval (fun i => x (enum_val i))])) => //.
  by rewrite net_of_shapes.
by apply: net_of_agree => p; rewrite /= mevalXU enum_rankK.
Qed.

Definition generic_matrix :
    'M[{mpoly K[#|par|]}]_(#|left_part M P|, #|right_part M P|) :=
  \matrix_(i, j) generic_tensor (glue (enum_val i) (enum_val j)).

Lemma generic_matrix_rank x :
  \rank (at_point generic_matrix (fun i => x (enum_val i)))
    = mat_rank P (grid_tensor (net_of x) H W M).
Proof.
congr (\rank _); apply/matrixP => i j; rewrite !mxE.
exact: generic_tensor_at.
Qed.

(** Some parameters are no zero of q.  Over any field this says more than q != 0. *)
Definition nonzero_somewhere (q : {mpoly K[#|par|]}) : Prop := exists x : par -> K, poly_at q x != 0.

Lemma nonzero_somewhere_neq0 q : nonzero_somewhere q -> q != 0.
Proof. by case=> x; apply: contraNneq => ->; rewrite /poly_at meval0. Qed.

(** The polynomial q is not zero at parameters with the grid tensor of the network. *)
Definition nonzero_at (net : seq (layer K)) (q : {mpoly K[#|par|]}) : Prop :=
  exists2 x : par -> K, grid_tensor (net_of x) H W M =1 grid_tensor net H W M & poly_at q x != 0.

Lemma witnessed_nonzero net q : nonzero_at net q -> nonzero_somewhere q.
Proof. by case=> x _ qx; exists x. Qed.

Lemma params_rank_ge (x0 : par -> K) :
  exists q : {mpoly K[#|par|]}, poly_at q x0 != 0 /\ forall x : par -> K, poly_at q x != 0 ->
    (mat_rank P (grid_tensor (net_of x0) H W M) <= mat_rank P (grid_tensor (net_of x) H W M))%N.
Proof.
have [q [q0 qP]] := rank_semicontinuous generic_matrix (fun i => x0 (enum_val i)).
by exists q; split=> // x qx; rewrite -!generic_matrix_rank; apply: qP.
Qed.

End Generic.

(** One network bounds the rank from below wherever q is not zero, and q is not zero there. *)
Theorem generic_rank_ge (K : fieldType) (sh : bool) (ss : seq shape) (H W M : nat)
    (P : pred (site H W)) (net0 : seq (layer K)) :
  (0 < H)%N -> (0 < W)%N -> out_size ss H W = (1, 1)%N -> (0 < last M (map channels ss))%N ->
  shapes net0 = ss -> (sh -> shared_net net0) ->
  exists q : {mpoly K[#|params sh ss H W M|]},
    nonzero_at net0 q /\ forall x : params sh ss H W M -> K, poly_at q x != 0 ->
      (mat_rank P (grid_tensor net0 H W M) <= mat_rank P (grid_tensor (net_of x) H W M))%N.
Proof.
move=> H0 W0 _ c0 shp shd; subst ss.
have [q [q0 qP]] := params_rank_ge P H0 W0 c0 (@params_of K sh net0 H W M).
exists q; split=> [|x /qP].
  by exists (@params_of K sh net0 H W M) => // d; rewrite grid_tensor_params_of.
apply: leq_trans; rewrite leq_eqVlt; apply/orP; left; apply/eqP.
by apply: rank2_ext => p p'; rewrite grid_tensor_params_of.
Qed.

(** ** The lower bound and the overlap law, generically *)

Theorem lower_bound_generic (K : fieldType) (sh : bool) (H W M Rh Rw D C : nat) :
  (0 < H)%N -> (0 < W)%N -> (0 < M)%N -> (0 < Rh)%N -> (0 < Rw)%N -> (C <= W)%N ->
  exists q : {mpoly K[#|params sh (overlap_shapes H W Rh Rw D) H W M|]},
    nonzero_somewhere q /\ forall x, poly_at q x != 0 ->
      (minn M D.+1 ^ (H * minn Rw.-1 (minn C (W - C)))
         <= mat_rank (cut C) (grid_tensor (net_of x) H W M))%N.
Proof.
move=> H0 W0 M0 Rh0 Rw0 CW.
have [net [shp shd ge]] := @lower_bound K H W M Rh Rw D C M0 Rh0 Rw0 CW.
have one := @overlap_out_size H W Rh Rw D H0 W0.
have out : (0 < last M (map channels (overlap_shapes H W Rh Rw D)))%N by [].
have [q [q0 qP]] := generic_rank_ge (sh := sh) (cut C) H0 W0 one out shp (fun _ => shd).
by exists q; split=> [|x /qP]; [apply: witnessed_nonzero q0 | apply: leq_trans].
Qed.

Theorem overlap_law_generic (K : fieldType) (sh : bool) (H W M R D C : nat) :
  (0 < H)%N -> (0 < W)%N -> (0 < M)%N -> (0 < R)%N -> (C <= W - C)%N ->
  exists q : {mpoly K[#|params sh (overlap_shapes H W R R D) H W M|]},
    nonzero_somewhere q /\ forall x, poly_at q x != 0 ->
      mat_rank (cut C) (grid_tensor (net_of x) H W M) = (minn M D.+1 ^ (H * minn R.-1 C))%N.
Proof.
move=> H0 W0 M0 R0 CW; have [net [shp shd eq]] := @overlap_law_attained K H W M R D C CW M0 R0.
have one := @overlap_out_size H W R R D H0 W0.
have out : (0 < last M (map channels (overlap_shapes H W R R D)))%N by [].
have [q [q0 qP]] := generic_rank_ge (sh := sh) (cut C) H0 W0 one out shp (fun _ => shd).
exists q; split=> [|x /qP]; first exact: witnessed_nonzero q0.
by rewrite eq => ge; apply/eqP; rewrite eqn_leq ge andbT overlap_law_upper // net_of_shapes.
Qed.

(** The headline: with R >= w + 1 and D >= M - 1 almost all parameters attain the full rank. *)
Corollary headline_generic (K : fieldType) (sh : bool) (w M D : nat) :
  (0 < w)%N -> (0 < M)%N -> (M.-1 <= D)%N ->
  exists q : {mpoly K[#|params sh (overlap_shapes (2 * w) (2 * w) w.+1 w.+1 D) (2 * w) (2 * w) M|]},
    nonzero_somewhere q /\ forall x, poly_at q x != 0 ->
      mat_rank (cut w) (grid_tensor (net_of x) (2 * w) (2 * w) M) = (M ^ (2 * w * w))%N.
Proof.
move=> w0 M0 MD; have w2 : (0 < 2 * w)%N by rewrite muln_gt0.
have [q [q0 qP]] := @overlap_law_generic K sh _ _ M w.+1 D w w2 w2 M0 (ltn0Sn w) (half_double w).
exists q; split=> // x /qP->; rewrite /= minnn; congr (_ ^ _)%N.
by apply/minn_idPl; rewrite -(prednK M0) ltnS.
Qed.
