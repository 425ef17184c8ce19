(** * The cut law

    One layer "R/S:D" with unshared weights, then one whose window is its whole input; any
    partition.  Let f be the largest integral flow from the sites of P over the locations of layer
    1 to the other sites, with capacities log_b M at sites and log_b (D+1) at locations, rounded
    down.  Almost all parameters have rank at least b^f and at most M^sites (D+1)^locations for
    every separating set; if M and D+1 are powers of b, the generic rank is b^f (THEORY 8.5).
    Windows and strides may differ by axis.  That no site is lost is not needed.  Any field. *)

From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Law Parameters Generic.
From Overlap Require Import CutFlow CutPaths CutUpper CutLower.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

Section CutLaw.

Variables (K : fieldType) (H W M Rh Rw Sh Sw D : nat) (P : pred (site H W)).
Local Notation flow := (max_flow P (in_window H W Rh Rw Sh Sw)).
Local Notation separates := (separating P (in_window H W Rh Rw Sh Sw)).
Local Notation net_shapes := (cut_shapes H W Rh Rw Sh Sw D).

(** ** For every flow that fits, some parameters *)

Lemma flow_attained b cx cy : (0 < b)%N -> (b ^ cx <= M)%N -> (b ^ cy <= D.+1)%N ->
  exists2 net : seq (layer K), shapes net = net_shapes &
    (b ^ flow cx cy <= mat_rank P (grid_tensor net H W M))%N.
Proof.
case: b => // m _ cxM cyD.
have [x fl <-] := @max_flow_attained _ _ P (in_window H W Rh Rw Sh Sw) cx cy.
pose r := in_tuple (paths P x); pose path i := tnth r i.
have ok i := path_ok fl (mem_tnth i r).
exists (@cut_witness K H W Rh Rw Sh Sw D m _ (fun i => (path i).1.1) (fun i => (path i).2)
         (fun i => (path i).1.2)) => //.
rewrite -(size_paths fl) -{1}[size _]card_ord; apply: cut_witness_rank => [i|i|i|i|s|t].
- by case: (ok i).
- by case: (ok i).
- by case: (ok i).
- by case: (ok i).
- apply: leq_trans cxM; rewrite leq_pexp2l //; apply: leq_trans (site_load fl s).
  by rewrite -card_count.
- apply: leq_trans cyD; rewrite leq_pexp2l //; apply: leq_trans (location_load fl t).
  by rewrite -card_count.
Qed.

(** ** The law *)

Theorem cut_law_lower b : (1 < b)%N -> (0 < M)%N ->
  exists2 net : seq (layer K), shapes net = net_shapes &
    (b ^ flow (trunc_log b M) (trunc_log b D.+1) <= mat_rank P (grid_tensor net H W M))%N.
Proof. by move=> b1 M0; apply: flow_attained; rewrite ?trunc_logP // ltnW. Qed.

Section Powers.

Variables (b s l : nat).
Hypothesis M_power : M = (b ^ s)%N.
Hypothesis D_power : D.+1 = (b ^ l)%N.

(** No parameters, shared or not, have a larger rank than the flow says. *)
Theorem cut_law_flow_upper (net : seq (layer K)) : shapes net = net_shapes ->
  (mat_rank P (grid_tensor net H W M) <= b ^ flow s l)%N.
Proof.
move=> sh; have [S [T [sep ->]]] := @max_flow_min_cut _ _ P (in_window H W Rh Rw Sh Sw) s l.
by apply: leq_trans (cut_law_upper M sh sep) _; rewrite M_power D_power expnD -!expnM.
Qed.

Theorem cut_law_attained : (0 < b)%N ->
  exists2 net : seq (layer K), shapes net = net_shapes &
    mat_rank P (grid_tensor net H W M) = (b ^ flow s l)%N.
Proof.
move=> b0; have [||net sh ge] := @flow_attained b s l b0; rewrite -?M_power -?D_power //.
exists net => //; apply/eqP; rewrite eqn_leq ge andbT.
exact: cut_law_flow_upper.
Qed.

End Powers.

(** ** Almost all parameters *)

Section Generic.

Hypothesis H_gt0 : (0 < H)%N.
Hypothesis W_gt0 : (0 < W)%N.
Let par := params false net_shapes H W M.

(** A lower bound that some parameters attain holds where a polynomial does not vanish. *)
Lemma unshared_generic n :
  (exists2 net : seq (layer K), shapes net = net_shapes &
     (n <= mat_rank P (grid_tensor net H W M))%N) ->
  exists q : {mpoly K[#|par|]}, nonzero_somewhere q /\
    forall x, poly_at q x != 0 -> (n <= mat_rank P (grid_tensor (net_of x) H W M))%N.
Proof.
move=> [net sh ge]; have out : (0 < last M (map channels net_shapes))%N by [].
have one := cut_out_size Rh Rw D (ceil_div_gt0 Sh H_gt0) (ceil_div_gt0 Sw W_gt0).
have any : false -> shared_net net by [].
have [q [q0 qP]] := generic_rank_ge P H_gt0 W_gt0 one out sh any.
by exists q; split=> [|x /qP]; [apply: witnessed_nonzero q0 | apply: leq_trans].
Qed.

Theorem cut_law_generic b : (1 < b)%N -> (0 < M)%N ->
  exists q : {mpoly K[#|par|]}, nonzero_somewhere q /\ forall x, poly_at q x != 0 ->
    (b ^ flow (trunc_log b M) (trunc_log b D.+1) <= mat_rank P (grid_tensor (net_of x) H W M))%N /\
    forall A B, separates A B ->
      (mat_rank P (grid_tensor (net_of x) H W M) <= M ^ #|A| * D.+1 ^ #|B|)%N.
Proof.
move=> b1 M0; have [q [q0 qP]] := unshared_generic (cut_law_lower b1 M0).
exists q; split=> // x qx; split=> [|A B sep]; first exact: qP.
by apply: cut_law_upper sep; rewrite net_of_shapes.
Qed.

Theorem cut_law_exact b s l : (0 < b)%N -> M = (b ^ s)%N -> D.+1 = (b ^ l)%N ->
  exists q : {mpoly K[#|par|]}, nonzero_somewhere q /\ forall x, poly_at q x != 0 ->
    mat_rank P (grid_tensor (net_of x) H W M) = (b ^ flow s l)%N.
Proof.
move=> b0 Ms Dl; have [net sh eq] := cut_law_attained Ms Dl b0.
have [|q [q0 qP]] := @unshared_generic (b ^ flow s l); first by exists net; rewrite ?eq.
exists q; split=> // x qx; apply/eqP; rewrite eqn_leq qP // andbT.
by apply: (cut_law_flow_upper Ms Dl); rewrite net_of_shapes.
Qed.

End Generic.

End CutLaw.

(** ** The straight cut *)

Lemma straight_shapes H W R D : cut_shapes H W R R 1 1 D = overlap_shapes H W R R D.
Proof. by rewrite /cut_shapes !ceil_div1. Qed.

(** Both laws give the rank for M = 2 and D = 1: the flow is the exponent of the overlap law. *)
Lemma straight_cut_ranks (K : fieldType) (H W R C : nat) : (0 < R)%N -> (C <= W - C)%N ->
  (2 ^ max_flow (@cut H W C) (in_window H W R R 1 1) 1 1)%N = (2 ^ (H * minn R.-1 C))%N.
Proof.
move=> R0 CW.
have [net sh eq] := @cut_law_attained K H W 2 R R 1 1 1 (cut C) 2 1 1 erefl erefl isT.
have [net' [sh' _ eq']] := @overlap_law_attained K H W 2 R 1 C CW (ltn0Sn 1) R0.
have le := @cut_law_flow_upper K H W 2 R R 1 1 1 (cut C) 2 1 1 erefl erefl net'.
rewrite -eq; apply/eqP; rewrite eqn_leq; apply/andP; split.
  rewrite straight_shapes in sh.
  exact: (overlap_law_upper 2 CW sh).
rewrite straight_shapes in le; have := le sh'; rewrite eq' -eq; exact.
Qed.

Theorem straight_cut_flow (H W R C : nat) : (0 < R)%N -> (C <= W - C)%N ->
  max_flow (@cut H W C) (in_window H W R R 1 1) 1 1 = (H * minn R.-1 C)%N.
Proof.
move=> R0 CW; apply/eqP; rewrite -(@eqn_exp2l 2) //; apply/eqP.
exact: (straight_cut_ranks [fieldType of rat]).
Qed.
