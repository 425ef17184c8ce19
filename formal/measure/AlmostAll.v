(** * Almost all real parameters, in the sense of Lebesgue

    The parameters of given shapes are a point of R^n, n their number.  A property of networks that
    holds where a nonzero polynomial does not vanish holds for all parameters but a set of measure zero. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import boolp classical_sets.
From mathcomp.analysis Require Import reals ereal measure lebesgue_measure.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Upper Lower Law Parameters Generic Transpose.
From Overlap Require Import Routes Tail Leading Crossing Sharp Theorem1 HalfFree.
From Overlap Require Import CutFlow CutUpper CutLaw.
From Overlap Require Import Geometry Checker Certified Exact Null.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

Section AlmostAll.

Variables (R : realType) (sh : bool) (ss : seq shape) (H W M : nat).
Let par := params sh ss H W M.

(** The network with the coordinates of a point of R^n as parameters, n the number of parameters. *)
Definition net_at (v : carrier (euclid R #|par|)) : seq (layer [comRingType of R]) :=
  net_of (fun p : par => coords v (enum_rank p)).

(** Q holds for all parameters outside a set of Lebesgue measure zero. *)
Definition almost_all_networks (Q : seq (layer [comRingType of R]) -> Prop) : Prop :=
  {ae volume (euclid R #|par|), forall v, Q (net_at v)}.

Theorem generically_almost_all (Q : seq (layer [comRingType of R]) -> Prop) :
  (exists q : {mpoly R[#|par|]},
    nonzero_somewhere q /\ forall x : par -> R, poly_at q x != 0 -> Q (net_of x)) ->
  almost_all_networks Q.
Proof.
move=> [q [/nonzero_somewhere_neq0 q0 qP]].
exists (zeros q); split; [exact: measurable_zeros | exact: null_zeros |].
move=> v /= nQ; apply: contrapT => /eqP nz; apply: nQ; apply: qP.
rewrite /poly_at (_ : meval _ q = q.@[coords v]) //.
by apply: meval_eq => i; rewrite enum_valK.
Qed.

End AlmostAll.

(** THEORY 8.2: for almost all parameters the rank is min(M, D+1)^(H min(R-1, C)). *)
Theorem overlap_law_almost_everywhere (R : realType) (sh : bool) (H W M Rw D C : nat) :
  (0 < H)%N -> (0 < W)%N -> (0 < M)%N -> (0 < Rw)%N -> (C <= W - C)%N ->
  @almost_all_networks R sh (overlap_shapes H W Rw Rw D) H W M (fun net =>
    mat_rank (@cut H W C) (grid_tensor net H W M) = (minn M D.+1 ^ (H * minn Rw.-1 C))%N).
Proof.
move=> H0 W0 M0 R0 CW; apply: generically_almost_all.
by have [q qP] := @overlap_law_generic R sh H W M Rw D C H0 W0 M0 R0 CW; exists q.
Qed.

(** THEORY 3, corollary, across the left-right and the top-bottom partition. *)
Theorem headline_almost_everywhere (R : realType) (sh : bool) (w M D : nat) :
  (0 < w)%N -> (0 < M)%N -> (M.-1 <= D)%N ->
  @almost_all_networks R sh (overlap_shapes (2 * w) (2 * w) w.+1 w.+1 D) (2 * w) (2 * w) M
    (fun net => mat_rank (@cut (2 * w) (2 * w) w) (grid_tensor net (2 * w) (2 * w) M)
                  = (M ^ (2 * w * w))%N).
Proof.
move=> w0 M0 MD; apply: generically_almost_all.
by have [q qP] := @headline_generic R sh w M D w0 M0 MD; exists q.
Qed.

Theorem headline_top_bottom_almost_everywhere (R : realType) (sh : bool) (w M D : nat) :
  (0 < w)%N -> (0 < M)%N -> (M.-1 <= D)%N ->
  @almost_all_networks R sh (overlap_shapes (2 * w) (2 * w) w.+1 w.+1 D) (2 * w) (2 * w) M
    (fun net => mat_rank (@cut_row (2 * w) (2 * w) w) (grid_tensor net (2 * w) (2 * w) M)
                  = (M ^ (2 * w * w))%N).
Proof.
move=> w0 M0 MD; apply: generically_almost_all.
by have [q qP] := @headline_top_bottom_generic R sh w M D w0 M0 MD; exists q.
Qed.

(** THEORY 8.1 and THEORY 3, Theorem 1: real parameters need no hypothesis on shared tails. *)
Lemma real_infinite (R : realType) : infinite [fieldType of R].
Proof. by apply: char0_infinite; apply: Num.Theory.char_num. Qed.

Theorem sharp_bound_almost_everywhere (R : realType) (sh : bool) (H W M C : nat) (ws : widths)
    (ss : seq shape) :
  (0 < H)%N -> (0 < W)%N -> (0 < M)%N -> widths_ok ws -> (1 < attained_field ws)%N ->
  tail_ok H W ws ss ->
  @almost_all_networks R sh (map fst ws ++ ss) H W M (fun net =>
    ((capacity false M.-1 ws).+1 ^ sharp_exponent H W C ws
       <= mat_rank (@cut H W C) (grid_tensor net H W M))%N).
Proof.
move=> H0 W0 M0 ok wide tl; apply: generically_almost_all.
have alt : sh -> infinite [fieldType of R] \/ separable_tail H W ws ss.
  by left; apply: real_infinite.
by have [q qP] := sharp_bound_generic C H0 W0 M0 ok wide tl alt; exists q.
Qed.

Theorem theorem_1_almost_everywhere (R : realType) (sh : bool) (H w M : nat) (ws : widths)
    (ss : seq shape) :
  (0 < H)%N -> (0 < w)%N -> (0 < M)%N -> widths_ok ws -> (w < attained_field ws)%N ->
  tail_ok H (2 * w) ws ss ->
  @almost_all_networks R sh (map fst ws ++ ss) H (2 * w) M (fun net =>
    (theorem_1_base M ws ^ theorem_1_exponent H w ws
       <= mat_rank (@cut H (2 * w) w) (grid_tensor net H (2 * w) M))%N).
Proof.
move=> H0 w0 M0 ok wT tl; apply: generically_almost_all.
have alt : sh -> infinite [fieldType of R] \/ separable_tail H (2 * w) ws ss.
  by left; apply: real_infinite.
by have [q qP] := theorem_1 H0 w0 M0 ok wT tl alt; exists q.
Qed.

Theorem theorem_1_top_bottom_almost_everywhere (R : realType) (sh : bool) (W w M : nat)
    (ws : widths) (ss : seq shape) :
  (0 < W)%N -> (0 < w)%N -> (0 < M)%N ->
  widths_ok (tr_widths ws) -> (w < attained_field (tr_widths ws))%N ->
  tail_ok (2 * w) W ws ss ->
  @almost_all_networks R sh (map fst ws ++ ss) (2 * w) W M (fun net =>
    (theorem_1_base M ws ^ theorem_1_exponent W w (tr_widths ws)
       <= mat_rank (@cut_row (2 * w) W w) (grid_tensor net (2 * w) W M))%N).
Proof.
move=> W0 w0 M0 ok wT tl; apply: generically_almost_all.
have alt : sh -> infinite [fieldType of R] \/ separable_tail (2 * w) W ws ss.
  by left; apply: real_infinite.
by have [q qP] := theorem_1_top_bottom W0 w0 M0 ok wT tl alt; exists q.
Qed.

(** THEORY 8.10 for cuts at a column. *)
Theorem half_free_almost_everywhere (R : realType) (sh : bool) (H W M C : nat) (ws : widths)
    (ss : seq shape) :
  (0 < H)%N -> (0 < W)%N -> (0 < M)%N -> widths_ok ws -> (1 < attained_field ws)%N ->
  tail_ok H W ws ss ->
  @almost_all_networks R sh (map fst ws ++ ss) H W M (fun net =>
    ((least_channels M.-1 ws).+1 ^ sharp_exponent H W C ws
       <= mat_rank (@cut H W C) (grid_tensor net H W M))%N).
Proof.
move=> H0 W0 M0 ok wide tl; apply: generically_almost_all.
have inf := @real_infinite R.
by have [q qP] := half_free_generic sh C H0 W0 M0 ok wide tl inf; exists q.
Qed.

(** THEORY 8.5, unshared weights: the cut law, and where M and D+1 are powers of b. *)
Theorem cut_law_almost_everywhere (R : realType) (H W M Rh Rw Sh Sw D b : nat)
    (P : pred (site H W)) :
  (0 < H)%N -> (0 < W)%N -> (1 < b)%N -> (0 < M)%N ->
  @almost_all_networks R false (cut_shapes H W Rh Rw Sh Sw D) H W M (fun net =>
    (b ^ max_flow P (in_window H W Rh Rw Sh Sw) (trunc_log b M) (trunc_log b D.+1)
       <= mat_rank P (grid_tensor net H W M))%N /\
    forall A B, separating P (in_window H W Rh Rw Sh Sw) A B ->
      (mat_rank P (grid_tensor net H W M) <= M ^ #|A| * D.+1 ^ #|B|)%N).
Proof.
move=> H0 W0 b1 M0; apply: generically_almost_all.
exact: (@cut_law_generic R H W M Rh Rw Sh Sw D P H0 W0 b b1 M0).
Qed.

Theorem cut_law_exact_almost_everywhere (R : realType) (H W M Rh Rw Sh Sw D b s l : nat)
    (P : pred (site H W)) :
  (0 < H)%N -> (0 < W)%N -> (0 < b)%N -> M = (b ^ s)%N -> D.+1 = (b ^ l)%N ->
  @almost_all_networks R false (cut_shapes H W Rh Rw Sh Sw D) H W M (fun net =>
    mat_rank P (grid_tensor net H W M)
      = (b ^ max_flow P (in_window H W Rh Rw Sh Sw) s l)%N).
Proof.
move=> H0 W0 b0 Ms Dl; apply: generically_almost_all.
exact: (@cut_law_exact R H W M Rh Rw Sh Sw D P H0 W0 b s l b0 Ms Dl).
Qed.

(** THEORY 3.3: a rank that one real network attains bounds the rank from below almost everywhere. *)
Theorem rank_ge_almost_everywhere (R : realType) (sh : bool) (ss : seq shape) (H W M : nat)
    (P : pred (site H W)) (net0 : seq (layer [comRingType of R])) :
  (0 < H)%N -> (0 < W)%N -> out_size ss H W = (1, 1)%N -> (0 < last M (map channels ss))%N ->
  shapes net0 = ss -> (sh -> shared_net net0) ->
  @almost_all_networks R sh ss H W M (fun net =>
    (mat_rank P (grid_tensor net0 H W M) <= mat_rank P (grid_tensor net H W M))%N).
Proof.
move=> H0 W0 one c0 shp shd; apply: generically_almost_all.
have [q [q0 qP]] := @generic_rank_ge R sh ss H W M P net0 H0 W0 one c0 shp shd.
by exists q; split; [apply: witnessed_nonzero q0 | ].
Qed.

(** ** Layers of any geometry *)

Section AnyGeometry.

Variables (R : realType) (sh : bool) (ss : seq gshape) (H W M : nat).
Let par := gparams sh ss H W M.

Definition gnet_at (v : carrier (euclid R #|par|)) : seq (glayer [comRingType of R]) :=
  gnet_of (fun p : par => coords v (enum_rank p)).

(** Q holds for all parameters outside a set of Lebesgue measure zero. *)
Definition almost_all_gnetworks (Q : seq (glayer [comRingType of R]) -> Prop) : Prop :=
  {ae volume (euclid R #|par|), forall v, Q (gnet_at v)}.

Theorem ggenerically_almost_all (Q : seq (glayer [comRingType of R]) -> Prop) :
  (exists q : {mpoly R[#|par|]},
    gnonzero_somewhere q /\ forall x : par -> R, gpoly_at q x != 0 -> Q (gnet_of x)) ->
  almost_all_gnetworks Q.
Proof.
move=> [q [[x0 qx0] qP]].
have q0 : q != 0 by apply: contraNneq qx0 => ->; rewrite /gpoly_at meval0.
exists (zeros q); split; [exact: measurable_zeros | exact: null_zeros |].
move=> v /= nQ; apply: contrapT => /eqP nz; apply: nQ; apply: qP.
rewrite /gpoly_at (_ : meval _ q = q.@[coords v]) //.
by apply: meval_eq => i; rewrite enum_valK.
Qed.

End AnyGeometry.

(** What a checked certificate says of real parameters (docs/certificate.md: "almost all real parameters"). *)
Theorem certified_almost_everywhere (R : realType) (n : Checker.network) (r : nat) :
  generic_rank_at_least n r ->
  @almost_all_gnetworks R (n_shared n) (n_shapes n) (n_H n) (n_W n) (n_M n) (fun net =>
    (r <= mat_rank (@partition_of n) (ggrid_tensor net (n_H n) (n_W n) (n_M n)))%N).
Proof.
move=> ge; apply: ggenerically_almost_all.
by have [q qP] := ge [fieldType of R] (Num.Theory.char_num _); exists q.
Qed.

Theorem certified_value_almost_everywhere (R : realType) (n : Checker.network) (r : nat) :
  generic_rank_is n r ->
  @almost_all_gnetworks R (n_shared n) (n_shapes n) (n_H n) (n_W n) (n_M n) (fun net =>
    mat_rank (@partition_of n) (ggrid_tensor net (n_H n) (n_W n) (n_M n)) = r).
Proof.
move=> is_r; apply: ggenerically_almost_all.
by have [q qP] := is_r [fieldType of R] (Num.Theory.char_num _); exists q.
Qed.
