(** * The sharp lower bound without the half

    THEORY 8.10 for cuts at a column: near and far route of a label share one channel in every
    layer, so that the base is 1 + the least of M - 1 and the numbers of channels, the exponent that
    of 8.1.  Over any infinite field.  Every factor of layers 1, ..., J is 1 + z (what is seen), and
    layer K + 1 multiplies 1 + z (the sum of the labels): as polynomials in z all of them are
    nonzero, and what is left is a triangular product. *)

From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Upper Lower Parameters Generic Transpose.
From Overlap Require Import Routes Tail Leading Crossing Sharp Theorem1.
From Overlap Require Import Triangular Taps Scale.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(** The least of n and the numbers of channels. *)
Fixpoint least_channels (n : nat) (ws : widths) : nat :=
  if ws is (s, _) :: ws' then minn (channels s) (least_channels n ws') else n.

Lemma least_channels_le n ws : (least_channels n ws <= n)%N.
Proof. by elim: ws => //= -[s t] ws IH; rewrite geq_min IH orbT. Qed.

Lemma least_channels_all m n ws :
  (m <= least_channels n ws)%N -> all (fun w => m <= channels w.1)%N ws.
Proof. by elim: ws => //= -[s t] ws IH; rewrite leq_min => /andP[-> /IH]. Qed.

(** ** The matrix *)

Section Matrix.

Variables (K : fieldType) (H W M C : nat) (ws : widths).
Let m := least_channels M.-1 ws.
Hypothesis M_gt0 : (0 < M)%N.
Hypothesis ws_ok : widths_ok ws.
Hypothesis ws_widens : widens ws.

Let Sh := stride_h (map fst ws).
Let Sw := stride_w (map fst ws).
Let gh := ceil_div H Sh.
Let gw := ceil_div W Sw.

Lemma m_lt_M : (m < M)%N.
Proof. by rewrite -[X in (_ < X)%N](prednK M_gt0) ltnS least_channels_le. Qed.

Lemma ws_fits : fits m M ws.
Proof. by rewrite /fits ws_ok (ltnW m_lt_M) (least_channels_all (leqnn _)). Qed.

Lemma strides_gt0 : (0 < Sh)%N /\ (0 < Sw)%N.
Proof. by apply/andP/stride_gt0/widths_proper. Qed.

Lemma tap_size z : net_size (tap_front m z ws : seq (layer K)) H W = (gh, gw).
Proof. by rewrite /net_size tap_front_shapes out_size_strides // widths_proper. Qed.

Implicit Types (d : {ffun site H W -> 'I_M}) (z : K).

Definition tap_value z d (u v c : nat) : K := run (tap_front m z ws) H W M (one_hot d) u v c.
Definition tap_factor z d (u v : nat) : K := 1 + z * \sum_(c < m) tap_value z d u v c.
Definition tap_product z d : K := \prod_(u < gh) \prod_(v < gw) tap_factor z d u v.

Lemma tap_output z d u v c : (u < gh)%N -> (v < gw)%N ->
  tap_value z d u v c = output (tap_front m z ws) H W M (one_hot d) u v c.
Proof. by move=> uh vw; rewrite /output tap_size /pad uh vw. Qed.

Definition scale_ok z : Prop :=
  [/\ z != 0, forall d, good m z ws H W M (one_hot d) &
      forall d u v, (u < gh)%N -> (v < gw)%N -> tap_factor z d u v != 0].

Lemma some_scale : infinite K -> exists z, scale_ok z.
Proof.
move=> inf; have pol_hot d r c k : polynomial (fun _ : K => one_hot d r c k : K).
  exact: pol_const.
have g1 := generic_neq0 K.
have g2 := generic_all (fun d => generic_good m ws H W M (pol_hot d)).
have g3 := generic_all (fun d => generic_below (n := gh) (fun u _ => generic_below (n := gw)
  (fun v _ => generic_affine (pol_sum (fun c : 'I_m => pol_front m ws H W M u v c (pol_hot d)))))).
have [z [z0 [gd nz]]] := generic_some inf (generic_and g1 (generic_and g2 g3)).
by exists z; split=> // d u v uh vw; apply: nz.
Qed.

Lemma prod_rows n w (F : nat -> nat -> K) :
  \prod_(u < n) \prod_(v < w) F u v = \prod_(k < n * w) F (k %/ w)%N (k %% w)%N.
Proof.
case: (posnP w) => [->|w0].
  by rewrite big1 => [|u _]; rewrite ?big_ord0 // muln0 big_ord0.
elim: n => [|n IH]; first by rewrite !big_ord0.
rewrite big_ord_recr /= IH mulSnr big_split_ord /=; congr (_ * _).
by apply: eq_bigr => v _; rewrite divnMDl // divn_small // addn0 modnMDl modn_small.
Qed.

Variable z : K.
Hypothesis z_ok : scale_ok z.

Let I := crossing H W C Sh Sw (reach ws).
Lemma Sh_gt0 : (0 < Sh)%N. Proof. by case: strides_gt0. Qed.
Lemma Sw_gt0 : (0 < Sw)%N. Proof. by case: strides_gt0. Qed.
Hint Resolve Sh_gt0 Sw_gt0 : core.
Let near_of : I -> site H W := near Sh_gt0.
Let far_of : I -> site H W := far Sh_gt0.

Implicit Types x y : {ffun I -> 'I_m.+1}.

Definition shown x y : {ffun site H W -> 'I_M} :=
  glue (row_of m_lt_M Sh_gt0 x) (col_of m_lt_M Sh_gt0 y).

Definition pos (p : I) : nat := (p.1 * gw + val p.2)%N.

Lemma col_lt (p : I) : (val p.2 < gw)%N.
Proof. by rewrite ceil_div_lt // (near_w p). Qed.

Lemma pos_div p : (pos p %/ gw)%N = p.1 :> nat.
Proof. by rewrite divnMDl ?divn_small ?addn0 ?col_lt // (leq_ltn_trans _ (col_lt p)). Qed.
Lemma pos_mod p : (pos p %% gw)%N = val p.2.
Proof. by rewrite modnMDl modn_small ?col_lt. Qed.

Lemma pos_inj : injective pos.
Proof.
move=> p p' e; apply: (@crossing_inj H W C Sh Sw (reach ws)) => //.
  by rewrite -!pos_div e.
by rewrite -!pos_mod e.
Qed.

Lemma pos_lt p : (pos p < gh * gw)%N.
Proof.
rewrite -(leq_add2r gw) /pos; apply: (@leq_trans (p.1.+1 * gw + gw)).
  by rewrite mulSnr addSn ltn_add2r ltn_add2l col_lt.
by rewrite leq_add2r leq_mul2r ltn_ord orbT.
Qed.

(** ** Its factors are triangular *)

Lemma pick_agree (site_of : I -> site H W) (x x' : {ffun I -> 'I_m.+1}) s :
  (forall p, site_of p = s -> x p = x' p) ->
  pick_entry m_lt_M site_of x s = pick_entry m_lt_M site_of x' s.
Proof. by move=> agr; rewrite !ffunE; case: pickP => // p /eqP /agr->. Qed.

Lemma shown_agree x x' y y' (s : site H W) :
  (forall p, near_of p = s -> x p = x' p) -> (forall p, far_of p = s -> y p = y' p) ->
  shown x y s = shown x' y' s.
Proof.
by move=> xx yy; rewrite /shown !glue_restrict; case: ifP => _; apply: pick_agree.
Qed.

Lemma tap_factor_local d d' u v : (u < gh)%N -> (v < gw)%N ->
  (forall s : site H W, s.1 = (Sh * u)%N :> nat ->
     (Sw * v <= s.2 <= Sw * v + reach ws)%N -> d s = d' s) ->
  tap_factor z d u v = tap_factor z d' u v.
Proof.
move=> uh vw dd; congr (1 + z * _); apply: eq_bigr => c _; rewrite !tap_output //.
apply: (tap_local z (ltn_ord c) ws_fits ws_widens) => p pr.
by rewrite !pad_one_hot; apply: one_hot_local => s e1 e2; apply: dd; rewrite ?e2.
Qed.

Let G k x y : K := tap_factor z (shown x y) (k %/ gw)%N (k %% gw)%N.

Lemma index_bounds k : (k < gh * gw)%N -> (k %/ gw < gh)%N /\ (k %% gw < gw)%N.
Proof.
move=> kn; have w0 : (0 < gw)%N by case: (posnP gw) kn => // ->; rewrite muln0.
by rewrite ltn_divLR // kn ltn_pmod.
Qed.

Lemma rows_from k x x' y : (k < gh * gw)%N ->
  (forall p, (k <= pos p)%N -> x p = x' p) -> G k x y = G k x' y.
Proof.
move=> kn agr; have [uh vw] := index_bounds kn; apply: tap_factor_local => // s e1 /andP[lo _].
apply: shown_agree => // p ps; apply: agr; rewrite {1}(divn_eq k gw) /pos.
move: e1 lo; rewrite -ps /= => /eqP; rewrite eqn_pmul2l // => /eqP ->.
by rewrite leq_pmul2l // leq_add2l.
Qed.

Lemma cols_to k x y y' : (k < gh * gw)%N ->
  (forall p, (pos p <= k)%N -> y p = y' p) -> G k x y = G k x y'.
Proof.
move=> kn agr; have [uh vw] := index_bounds kn; apply: tap_factor_local => // s e1 /andP[_ hi].
apply: shown_agree => // p ps; apply: agr; rewrite [X in (_ <= X)%N](divn_eq k gw) /pos.
move: e1 hi; rewrite -ps /= => /eqP; rewrite eqn_pmul2l // => /eqP ->.
by rewrite leq_add2r leq_pmul2l // leq_add2l.
Qed.

Lemma pair_nonsingular p x y : free (fun a b => G (pos p) (put x p a) (put y p b)).
Proof.
have [z0 gd _] := z_ok; pose d a b := shown (put x p a) (put y p b).
have uh := ltn_ord p.1; have vw := col_lt p.
have rh : (Sh * p.1 < H)%N := near_h Sh_gt0 p.
have ex (c : 'I_m) : exists e : K * K * K * K, slopes e /\ forall a b,
    tap_value z (d a b) p.1 (val p.2) c = affine_product e (a == c :> nat)%:R (b == c :> nat)%:R.
  have [e sl eE] := tap_affine z0 (ltn_ord c) ws_fits ws_widens (gd (shown x y)) rh (far_w p).
  exists e; split=> // a b; rewrite tap_output // eE => [|q /andP[lo hi]].
    have := @one_hot_at K H W M (d a b) (near_of p) c; rewrite glue_near // put_at /= => ->.
    by have := @one_hot_at K H W M (d a b) (far_of p) c; rewrite glue_far // put_at /= => ->.
  apply: one_hot_local => s _ e2; apply: shown_agree => p' ps; rewrite put_other //.
    by apply: contraTneq lo => pp; rewrite -e2 -ps pp ltnn.
  by apply: contraTneq hi => pp; rewrite -e2 -ps pp ltnn.
have [e eP] := fin_all_exists ex.
apply: (@free_ext _ _ _ (fun a b : 'I_m.+1 => 1 + z * \sum_(c < m)
    ((e c).1.1.1 * (a == c :> nat)%:R + (e c).1.1.2) * ((e c).1.2 * (b == c :> nat)%:R + (e c).2))).
  move=> a b; rewrite /G pos_div pos_mod; congr (1 + z * _); apply: eq_bigr => c _.
  have [_ ->] := eP c; by case: (e c) => [[[la f] mu] g].
by apply: factor_free => // c; have [/andP[]] := eP c.
Qed.

Lemma tap_product_free : free (fun x y => tap_product z (shown x y)).
Proof.
have [_ _ nz] := z_ok.
apply: (@free_ext _ _ _ (fun x y => \prod_(k < gh * gw) G k x y)).
  by move=> x y; rewrite -(prod_rows _ _ (fun u v => tap_factor z (shown x y) u v)).
apply: (triangular pos_inj pos_lt rows_from cols_to _ pair_nonsingular) => k x y kn _.
by have [uh vw] := index_bounds kn; apply: nz.
Qed.

Lemma tap_product_rank :
  (m.+1 ^ (gh * count (crosses W C Sw (reach ws)) (iota 0 W))
     <= mat_rank (@cut H W C) (tap_product z))%N.
Proof.
have := free_rank tap_product_free.
rewrite card_ffun !card_ord card_prod card_sig card_count card_ord => /leq_trans; apply.
exact: (rank2_subst (row_of m_lt_M Sh_gt0) (col_of m_lt_M Sh_gt0)
  (fun p q => tap_product z (glue p q))).
Qed.

End Matrix.

(** ** The theorem *)

Theorem half_free (K : fieldType) (sh : bool) (H W M C : nat) (ws : widths) (ss : seq shape) :
  (0 < M)%N -> widths_ok ws -> (1 < attained_field ws)%N -> tail_ok H W ws ss -> infinite K ->
  exists net : seq (layer K),
    [/\ shapes net = map fst ws ++ ss, sh -> shared_net net &
        ((least_channels M.-1 ws).+1 ^ sharp_exponent H W C ws
           <= mat_rank (@cut H W C) (grid_tensor net H W M))%N].
Proof.
move=> M0 ok wide tl inf; rewrite ltnS -widens_reach // in wide.
set m := least_channels M.-1 ws; have [z z_ok] := @some_scale K H W M ws inf.
have [net [shp shd ge]] := @with_tail K sh H W M m (@cut H W C) z ws ss (tap_front m z ws)
  (tap_product ws z) (tap_front_shapes m z ws) (tap_front_shared m z ws) ok (ltnW (m_lt_M ws M0))
  (least_channels_all (leqnn m)) (fun d => erefl) tl (fun _ => or_introl inf).
exists net; split=> //; apply: leq_trans ge.
exact: (tap_product_rank C M0 ok wide z_ok).
Qed.

Lemma tr_least_channels n ws : least_channels n (tr_widths ws) = least_channels n ws.
Proof. by elim: ws => //= -[s t] ws IH; rewrite IH. Qed.

Theorem half_free_top_bottom (K : fieldType) (sh : bool) (H W M C : nat) (ws : widths)
    (ss : seq shape) :
  (0 < M)%N -> widths_ok (tr_widths ws) -> (1 < attained_field (tr_widths ws))%N ->
  tail_ok H W ws ss -> infinite K ->
  exists net : seq (layer K),
    [/\ shapes net = map fst ws ++ ss, sh -> shared_net net &
        ((least_channels M.-1 ws).+1 ^ sharp_exponent W H C (tr_widths ws)
           <= mat_rank (@cut_row H W C) (grid_tensor net H W M))%N].
Proof.
move=> M0 ok wide; rewrite -tr_tail_ok => tl inf.
have [net [shp shd ge]] := half_free sh C M0 ok wide tl inf.
exists (tr_net net); split.
- rewrite tr_shapes shp map_cat tr_widths_shapes !mapK //; exact: tr_shapeK.
- by move=> /shd; apply: tr_shared.
- by rewrite -tr_least_channels; apply: leq_trans ge _; rewrite -(tr_rank net M (@cut W H C)).
Qed.

Theorem half_free_generic (K : fieldType) (sh : bool) (H W M C : nat) (ws : widths)
    (ss : seq shape) :
  (0 < H)%N -> (0 < W)%N -> (0 < M)%N -> widths_ok ws -> (1 < attained_field ws)%N ->
  tail_ok H W ws ss -> infinite K ->
  exists q : {mpoly K[#|params sh (map fst ws ++ ss) H W M|]},
    nonzero_somewhere q /\ forall x, poly_at q x != 0 ->
      ((least_channels M.-1 ws).+1 ^ sharp_exponent H W C ws
         <= mat_rank (@cut H W C) (grid_tensor (net_of x) H W M))%N.
Proof. by move=> H0 W0 M0 ok wide tl inf; apply: attained_generic => //; apply: half_free. Qed.

Theorem half_free_top_bottom_generic (K : fieldType) (sh : bool) (H W M C : nat) (ws : widths)
    (ss : seq shape) :
  (0 < H)%N -> (0 < W)%N -> (0 < M)%N ->
  widths_ok (tr_widths ws) -> (1 < attained_field (tr_widths ws))%N ->
  tail_ok H W ws ss -> infinite K ->
  exists q : {mpoly K[#|params sh (map fst ws ++ ss) H W M|]},
    nonzero_somewhere q /\ forall x, poly_at q x != 0 ->
      ((least_channels M.-1 ws).+1 ^ sharp_exponent W H C (tr_widths ws)
         <= mat_rank (@cut_row H W C) (grid_tensor (net_of x) H W M))%N.
Proof.
move=> H0 W0 M0 ok wide tl inf; apply: attained_generic => //.
exact: half_free_top_bottom.
Qed.

(** Theorem 1 with min(M, D_1 + 1, ..., D_K + 1) in the place of D. *)
Theorem theorem_1_half_free (K : fieldType) (sh : bool) (H w M : nat) (ws : widths)
    (ss : seq shape) :
  (0 < H)%N -> (0 < w)%N -> (0 < M)%N -> widths_ok ws -> (w < attained_field ws)%N ->
  tail_ok H (2 * w) ws ss -> infinite K ->
  exists q : {mpoly K[#|params sh (map fst ws ++ ss) H (2 * w) M|]},
    nonzero_somewhere q /\ forall x, poly_at q x != 0 ->
      ((least_channels M.-1 ws).+1 ^ theorem_1_exponent H w ws
         <= mat_rank (@cut H (2 * w) w) (grid_tensor (net_of x) H (2 * w) M))%N.
Proof.
move=> H0 w0 M0 ok wT tl inf; have w2 : (0 < 2 * w)%N by rewrite muln_gt0.
rewrite theorem_1_exponentE //; apply: half_free_generic => //.
exact: leq_ltn_trans wT.
Qed.
