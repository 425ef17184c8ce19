(** * Exchanging rows and columns: top-bottom from left-right

    The transposed network on the transposed grid has the same grid tensor up to the names of the
    sites, and a renaming of the sites does not change the rank of a matricization.  So the headline
    holds across the top-bottom partition, too (THEORY 3, corollary: "left-right and top-bottom"). *)

From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Upper Lower Law Parameters Generic.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(** ** Renaming sites *)

Lemma mat_rank_rename (K : fieldType) (S S' : finType) (M : nat) (P : pred S) (Q : pred S')
    (f : S' -> S) (A : {ffun S -> 'I_M} -> K) (B : {ffun S' -> 'I_M} -> K) :
  (forall s, Q s = P (f s)) -> (forall d, A d = B [ffun s => d (f s)]) ->
  (mat_rank P A <= mat_rank Q B)%N.
Proof.
move=> PQ AB; apply: rank2_inhabited => p0 q0.
pose u (p : left_part M P) := restrict_left Q [ffun s => glue p q0 (f s)].
pose v (q : right_part M P) := restrict_right Q [ffun s => glue p0 q (f s)].
apply: leq_trans (rank2_subst u v (fun p q => B (glue p q))).
rewrite leq_eqVlt; apply/orP; left; apply/eqP; apply: rank2_ext => p q.
rewrite AB; congr (B _); apply/ffunP => s; rewrite glue_restrict PQ [LHS]ffunE.
by case: ifP => [Ps|/negbT nPs]; rewrite [RHS]ffunE; [apply: glue_left | apply: glue_right].
Qed.

(** ** The transposed network *)

Definition tr_shape (s : shape) : shape :=
  Shape (win_w s) (win_h s) (str_w s) (str_h s) (channels s).

Section Transpose.

Variable K : comRingType.
Implicit Types (l : layer K) (net : seq (layer K)) (x : fmap K).

Definition tr_layer l : layer K :=
  Layer (tr_shape l) (fun u v i j c k => weight l v u j i c k) (fun u v i j c => bias l v u j i c).
Definition tr_net net := map tr_layer net.

Lemma tr_shapes net : shapes (tr_net net) = map tr_shape (shapes net).
Proof. by rewrite /shapes -!map_comp. Qed.

Lemma tr_shared net : shared_net net -> shared_net (tr_net net).
Proof.
elim: net => //= l net IH [[wt bs] /IH]; split=> //.
by split=> [u v i j c k|u v i j c] /=; rewrite ?wt ?bs.
Qed.

Lemma tr_gc l h w cin x x' : (forall r c k, x' r c k = x c r k) ->
  forall u v c, gc (tr_layer l) w h cin x' u v c = gc l h w cin x v u c.
Proof.
move=> xx' u v c; rewrite /gc exchange_big; apply: eq_bigr => i _; apply: eq_bigr => j _.
by congr (_ + _); apply: eq_bigr => k _; rewrite /pad xx' andbC.
Qed.

Lemma tr_run net h w cin x x' : (forall r c k, x' r c k = x c r k) ->
  forall r c k, run (tr_net net) w h cin x' r c k = run net h w cin x c r k.
Proof. by elim: net h w cin x x' => //= l net IH h w cin x x' xx'; apply/IH/tr_gc. Qed.

Definition swap (H W : nat) (s : site W H) : site H W := (s.2, s.1).

Lemma tr_one_hot H W M (d : {ffun site H W -> 'I_M}) r c k :
  one_hot [ffun s => d (swap s)] r c k = one_hot d c r k :> K.
Proof.
rewrite /one_hot; case: insub => [r'|]; case: insub => [c'|] //.
by rewrite ffunE.
Qed.

Lemma tr_tensor net H W M (d : {ffun site H W -> 'I_M}) :
  grid_tensor (tr_net net) W H M [ffun s => d (swap s)] = grid_tensor net H W M d.
Proof. exact/tr_run/tr_one_hot. Qed.

End Transpose.

(** The cut at row C: P consists of the rows < C. *)
Definition cut_row (H W C : nat) : pred (site H W) := fun s => (s.1 < C)%N.

Section Rank.

Variable K : fieldType.

(** Transposing the network and the partition does not change the rank. *)
Theorem tr_rank (net : seq (layer K)) (H W M : nat) (P : pred (site H W)) :
  mat_rank (fun s => P (swap s)) (grid_tensor (tr_net net) W H M)
    = mat_rank P (grid_tensor net H W M).
Proof.
apply/eqP; rewrite eqn_leq; apply/andP; split; last first.
  by apply: (mat_rank_rename (f := @swap H W)) => // d; rewrite tr_tensor.
apply: (mat_rank_rename (f := @swap W H)) => [[r c] //|d].
rewrite -[RHS]tr_tensor; congr (grid_tensor _ W H M).
by apply/ffunP=> -[r c]; rewrite !ffunE.
Qed.

Lemma tr_rank_cut (net : seq (layer K)) (H W M C : nat) :
  mat_rank (@cut H W C) (grid_tensor (tr_net net) H W M)
    = mat_rank (@cut_row W H C) (grid_tensor net W H M).
Proof. exact: (tr_rank net M (@cut_row W H C)). Qed.

End Rank.

(** ** The headline across the top-bottom partition *)

Section Headline.

Variables (K : fieldType) (w M R D : nat).

Lemma tr_overlap_shapes (net : seq (layer K)) (n : nat) :
  shapes net = overlap_shapes n n R R D -> shapes (tr_net net) = overlap_shapes n n R R D.
Proof. by rewrite tr_shapes => ->. Qed.

Theorem headline_top_bottom :
  (0 < M)%N -> (M.-1 <= D)%N ->
  exists net : seq (layer K),
    [/\ shapes net = overlap_shapes (2 * w) (2 * w) w.+1 w.+1 D, shared_net net &
        mat_rank (@cut_row (2 * w) (2 * w) w) (grid_tensor net (2 * w) (2 * w) M)
          = (M ^ (2 * w * w))%N].
Proof.
move=> M0 MD; have [net [sh shd eq]] := @headline K w M D M0 MD.
exists (tr_net net); split; [by rewrite tr_shapes sh | exact: tr_shared |].
by rewrite -eq; apply: (tr_rank net M (@cut (2 * w) (2 * w) w)).
Qed.

Theorem headline_sharp_top_bottom (net : seq (layer K)) :
  (0 < w)%N -> (1 < M)%N ->
  shapes net = overlap_shapes (2 * w) (2 * w) R R D ->
  mat_rank (@cut_row (2 * w) (2 * w) w) (grid_tensor net (2 * w) (2 * w) M)
    = (M ^ (2 * w * w))%N ->
  (w.+1 <= R)%N /\ (M.-1 <= D)%N.
Proof.
move=> w0 M1 /tr_overlap_shapes sh; rewrite -tr_rank_cut.
exact: headline_sharp w0 M1 sh.
Qed.

End Headline.

(** Almost all parameters attain it; q is not zero at the parameters of [headline_top_bottom]. *)
Corollary headline_top_bottom_generic (K : fieldType) (sh : bool) (w M D : nat) :
  (0 < w)%N -> (0 < M)%N -> (M.-1 <= D)%N ->
  exists q : {mpoly K[#|params sh (overlap_shapes (2 * w) (2 * w) w.+1 w.+1 D) (2 * w) (2 * w) M|]},
    nonzero_somewhere q /\ forall x, poly_at q x != 0 ->
      mat_rank (@cut_row (2 * w) (2 * w) w) (grid_tensor (net_of x) (2 * w) (2 * w) M)
        = (M ^ (2 * w * w))%N.
Proof.
move=> w0 M0 MD; have w2 : (0 < 2 * w)%N by rewrite muln_gt0.
have [net [shp shd eq]] := @headline_top_bottom K w M D M0 MD.
have one := @overlap_out_size (2 * w) (2 * w) w.+1 w.+1 D w2 w2.
have out : (0 < last M (map channels (overlap_shapes (2 * w) (2 * w) w.+1 w.+1 D)))%N by [].
have [q [q0 qP]] := generic_rank_ge (sh := sh) (@cut_row _ _ w) w2 w2 one out shp (fun _ => shd).
exists q; split=> [|x /qP]; first exact: witnessed_nonzero q0.
rewrite eq => ge; apply/eqP; rewrite eqn_leq ge andbT -tr_rank_cut.
have sh' := tr_overlap_shapes (net_of_shapes x).
apply: leq_trans (overlap_law_upper M (half_double w) sh') _.
by rewrite /law_exponent /= minnn (minn_idPl _) // -(prednK M0) ltnS.
Qed.
