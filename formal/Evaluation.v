(** * Evaluation of the two-layer networks of the overlap law

    One overlapping layer of stride 1 and D channels, then one layer that sees everything
    ("R/1:D, HxW/HxW:1" in THEORY 8.2; here the window of the first layer may be any Rh x Rw).
    The grid tensor is a product over the locations of layer 1 of affine functions of the channels
    there; each channel is a product of a function of the sites left of the cut and one of the
    sites right of it; and a location only sees the sites in its window.  Any commutative ring. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Overlap Require Import Rank2 Network.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(** The shapes of the network: first the overlapping layer, then the global one. *)
Definition overlap_shapes (H W Rh Rw D : nat) : seq shape :=
  [:: Shape Rh Rw 1 1 D; Shape H W H W 1].

Lemma ceil_div1 n : ceil_div n 1 = n.
Proof. by rewrite /ceil_div divn1 modn1 addn0. Qed.

Lemma ceil_divnn n : (0 < n)%N -> ceil_div n n = 1%N.
Proof. by move=> n0; rewrite /ceil_div divnn n0 modnn. Qed.

(** The output of these networks is one number, as THEORY 1 requires. *)
Lemma overlap_out_size H W Rh Rw D :
  (0 < H)%N -> (0 < W)%N -> out_size (overlap_shapes H W Rh Rw D) H W = (1, 1)%N.
Proof. by move=> H0 W0; rewrite /= !ceil_div1 !ceil_divnn. Qed.

Section Locality.

Variables (K : comRingType) (H W M : nat).
Implicit Types d : {ffun site H W -> 'I_M}.

Lemma pad_one_hot d r c k : pad H W (one_hot d) r c k = one_hot d r c k :> K.
Proof.
rewrite /pad /one_hot; case: insubP => [r' -> _|/negbTE->] //=.
by case: insubP => [c' -> _|/negbTE->].
Qed.

Lemma one_hot_at d (s : site H W) k : one_hot d s.1 s.2 k = (d s == k :> nat)%:R :> K.
Proof. by rewrite /one_hot !valK -surjective_pairing. Qed.

Lemma one_hot_out d r c k : ~~ (c < W)%N -> one_hot d r c k = 0 :> K.
Proof. by move=> nc; rewrite /one_hot; case: insub => // r'; rewrite insubN. Qed.

Lemma one_hot_local d d' r c k :
  (forall s : site H W, s.1 = r :> nat -> s.2 = c :> nat -> d s = d' s) ->
  one_hot d r c k = one_hot d' r c k :> K.
Proof.
move=> dd'; rewrite /one_hot; case: insubP => // r' _ er; case: insubP => // c' _ ec.
by rewrite (dd' (r', c')).
Qed.

(** The factor at an offset depends on one site only. *)
Lemma factor_local (l : layer K) d d' u v i j c :
  (forall s : site H W, s.1 = (str_h l * u + i)%N :> nat ->
     s.2 = (str_w l * v + j)%N :> nat -> d s = d' s) ->
  factor l H W M (one_hot d) u v i j c = factor l H W M (one_hot d') u v i j c.
Proof.
move=> dd'; congr (_ + _); apply: eq_bigr => k _; rewrite !pad_one_hot.
by rewrite (one_hot_local _ dd').
Qed.

End Locality.

(** ** The product over the locations *)

Section TwoLayers.

Variables (K : comRingType) (H W M Rh Rw D : nat) (l1 l2 : layer K).
Hypothesis shape1 : shape_of l1 = Shape Rh Rw 1 1 D.
Hypothesis shape2 : shape_of l2 = Shape H W H W 1.
Implicit Types d : {ffun site H W -> 'I_M}.

(** The affine function of the channels at location s. *)
Definition location d (s : site H W) : K :=
  \sum_(c < D) weight l2 0 0 s.1 s.2 0 c * gc l1 H W M (one_hot d) s.1 s.2 c
    + bias l2 0 0 s.1 s.2 0.

Lemma grid_tensor_locations d : grid_tensor [:: l1; l2] H W M d = \prod_s location d s.
Proof.
rewrite /grid_tensor /= /gc -/(gc l1 H W M (one_hot d)) shape2 shape1 /= !ceil_div1.
rewrite pair_bigA; apply: eq_bigr => -[i j] _ /=.
congr (_ + _); apply: eq_bigr => c _.
by rewrite /pad shape2 /= !muln0 !add0n !ltn_ord.
Qed.

(** ** The two sides of a cut *)

(** The part of a channel's product that sees the columns in [keep]. *)
Definition side (keep : pred nat) d (s : site H W) (c : nat) : K :=
  \prod_(i < Rh) \prod_(j < Rw)
    if keep (s.2 + j)%N then factor l1 H W M (one_hot d) s.1 s.2 i j c else 1.

Lemma gc_sides (keep : pred nat) d (s : site H W) c :
  gc l1 H W M (one_hot d) s.1 s.2 c = side keep d s c * side (predC keep) d s c.
Proof.
rewrite /gc shape1 -big_split; apply: eq_bigr => i _; rewrite -big_split.
by apply: eq_bigr => j _ /=; case: keep; rewrite ?mulr1 ?mul1r.
Qed.

Lemma factor1_local d d' (s : site H W) i j c :
  (forall s' : site H W, s'.2 = (s.2 + j)%N :> nat -> d s' = d' s') ->
  factor l1 H W M (one_hot d) s.1 s.2 i j c = factor l1 H W M (one_hot d') s.1 s.2 i j c.
Proof. by move=> dd'; apply: factor_local => s' _; rewrite shape1 mul1n; apply: dd'. Qed.

Lemma side_local (keep : pred nat) d d' (s : site H W) c :
  (forall s' : site H W, keep s'.2 -> d s' = d' s') -> side keep d s c = side keep d' s c.
Proof.
move=> dd'; apply: eq_bigr => i _; apply: eq_bigr => j _; case: ifP => // kp.
by apply: factor1_local => s' e; apply: dd'; rewrite e.
Qed.

(** A location only sees the columns in its window. *)
Lemma location_local d d' (s : site H W) :
  (forall s' : site H W, s.2 <= s'.2 <= s.2 + Rw.-1 -> d s' = d' s')%N ->
  location d s = location d' s.
Proof.
move=> dd'; congr (_ + _); apply: eq_bigr => c _; congr (_ * _).
rewrite /gc shape1; apply: eq_bigr => i _; apply: eq_bigr => j _.
apply: factor1_local => s' e; apply: dd'; rewrite e leq_addr leq_add2l -ltnS.
by rewrite (leq_trans (ltn_ord j)) ?leqSpred.
Qed.

End TwoLayers.

(** Every network with these shapes consists of two such layers. *)
Lemma two_layers (K : comRingType) H W Rh Rw D (net : seq (layer K)) :
  shapes net = overlap_shapes H W Rh Rw D ->
  exists l1 l2, [/\ net = [:: l1; l2], shape_of l1 = Shape Rh Rw 1 1 D
                  & shape_of l2 = Shape H W H W 1].
Proof. by case: net => [|l1 [|l2 []]] //= [e1 e2]; exists l1, l2. Qed.
