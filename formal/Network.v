(** * Networks, grid tensors and matricizations

    The objects of THEORY 1, over any commutative ring K: generalized convolution layers with
    product pooling (any windows, strides and channel numbers, shared or unshared parameters),
    networks of any depth, the grid tensor, and the rank of its matricization with respect to any
    partition of the sites.  Templates are the one-hot vectors (F = I in THEORY 1). *)

From mathcomp Require Import all_ssreflect all_algebra.
From Overlap Require Import Rank2.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(** ** The shape of a layer: window, stride, output channels *)

Record shape := Shape {
  win_h : nat; win_w : nat;
  str_h : nat; str_w : nat;
  channels : nat }.

(** The size after a layer: the quotient, rounded up. *)
Definition ceil_div (n s : nat) : nat := (n %/ s + (n %% s != 0))%N.

Section Network.

Variable K : comRingType.

(** ** Feature maps and layers *)

(** A feature map gives the value at (row, column, channel). *)
Definition fmap := nat -> nat -> nat -> K.

(** A location outside the h x w input carries the zero vector. *)
Definition pad (h w : nat) (x : fmap) : fmap :=
  fun r c k => if (r < h)%N && (c < w)%N then x r c k else 0.

(** [weight u v i j c k] multiplies input channel k at offset (i, j) in the factor of output
    channel c at output location (u, v); [bias u v i j c] is added to it. *)
Record layer := Layer {
  shape_of :> shape;
  weight : nat -> nat -> nat -> nat -> nat -> nat -> K;
  bias : nat -> nat -> nat -> nat -> nat -> K }.

(** Shared parameters do not depend on the output location. *)
Definition shared (l : layer) : Prop :=
  (forall u v i j c k, weight l u v i j c k = weight l 0 0 i j c k) /\
  (forall u v i j c, bias l u v i j c = bias l 0 0 i j c).

(** One factor of the product: an affine function of the channels that offset (i, j) sees. *)
Definition factor (l : layer) (h w cin : nat) (x : fmap) (u v i j c : nat) : K :=
  \sum_(k < cin) weight l u v i j c k * pad h w x (str_h l * u + i)%N (str_w l * v + j)%N k
    + bias l u v i j c.

(** One layer, on an h x w input with cin channels. *)
Definition gc (l : layer) (h w cin : nat) (x : fmap) : fmap :=
  fun u v c => \prod_(i < win_h l) \prod_(j < win_w l) factor l h w cin x u v i j c.

(** ** Networks *)

(** All layers of a network, and the size of its output. *)
Fixpoint run (net : seq layer) (h w cin : nat) (x : fmap) : fmap :=
  if net is l :: net' then
    run net' (ceil_div h (str_h l)) (ceil_div w (str_w l)) (channels l) (gc l h w cin x)
  else x.

Definition shapes (net : seq layer) : seq shape := map shape_of net.

Fixpoint shared_net (net : seq layer) : Prop :=
  if net is l :: net' then shared l /\ shared_net net' else True.

(** ** The grid tensor: an index d shows template [d s] at every site s *)

Definition site (H W : nat) : finType := [finType of 'I_H * 'I_W].

Definition one_hot (H W M : nat) (d : {ffun site H W -> 'I_M}) : fmap :=
  fun r c k =>
    if insub r is Some r' then if insub c is Some c' then (d (r', c') == k :> nat)%:R else 0
    else 0.

(** Channel 0 of output location (0, 0). *)
Definition grid_tensor (net : seq layer) (H W M : nat) (d : {ffun site H W -> 'I_M}) : K :=
  run net H W M (one_hot d) 0%N 0%N 0%N.

End Network.

Arguments Layer {K}.
Arguments one_hot {K H W M} d.
Arguments grid_tensor {K} net H W M d.

(** The size of the output. *)
Fixpoint out_size (ss : seq shape) (h w : nat) : nat * nat :=
  if ss is s :: ss' then out_size ss' (ceil_div h (str_h s)) (ceil_div w (str_w s)) else (h, w).

(** ** Matricization *)

Section Matricization.

Variables (S : finType) (M : nat) (P : pred S).

(** Assignments of templates to the sites of P (rows) and to the other sites (columns). *)
Definition left_part : finType := [finType of {ffun {s : S | P s} -> 'I_M}].
Definition right_part : finType := [finType of {ffun {s : S | ~~ P s} -> 'I_M}].

Definition glue (p : left_part) (q : right_part) : {ffun S -> 'I_M} :=
  [ffun s : S => match boolP (P s) with
                 | AltTrue Ps => p (exist _ s Ps)
                 | AltFalse nPs => q (exist _ s nPs)
                 end].

Definition restrict_left (d : {ffun S -> 'I_M}) : left_part :=
  [ffun s : {s : S | P s} => d (val s)].
Definition restrict_right (d : {ffun S -> 'I_M}) : right_part :=
  [ffun s : {s : S | ~~ P s} => d (val s)].

Lemma glue_left p q q' s : P s -> glue p q s = glue p q' s.
Proof. by move=> Ps; rewrite !ffunE; case: {-}_ / boolP => // nPs; case/negP: (nPs). Qed.

Lemma glue_right p p' q s : ~~ P s -> glue p q s = glue p' q s.
Proof. by move=> nPs; rewrite !ffunE; case: {-}_ / boolP => // Ps; case/negP: nPs. Qed.

Lemma glue_restrict d d' s :
  glue (restrict_left d) (restrict_right d') s = if P s then d s else d' s.
Proof.
rewrite ffunE; case: {-}_ / boolP => [Ps|nPs]; rewrite ffunE /=; first by rewrite Ps.
by rewrite (negbTE nPs).
Qed.

End Matricization.

(** The rank of the matricization of a tensor A with respect to (P, complement of P). *)
Definition mat_rank (K : fieldType) (S : finType) (M : nat) (P : pred S)
    (A : {ffun S -> 'I_M} -> K) : nat :=
  rank2 (fun (p : left_part M P) (q : right_part M P) => A (glue p q)).

(** The cut at column C: P consists of the columns < C. *)
Definition cut (H W C : nat) : pred (site H W) := fun s => (s.2 < C)%N.
