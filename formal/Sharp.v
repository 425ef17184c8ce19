(** * The sharp lower bound for every depth and every stride

    THEORY 8.1: across the cut at column C the rank is at least (m + 1)^E, for any K < L, any
    effective widths of layers 1, ..., K, any strides, any tail that meets the tail condition,
    shared or unshared parameters.  The routes of Routes.v, then the tail of Tail.v or Leading.v:
    the tensor (or its leading coefficient) is a product over the locations of layer K of 1, or 2
    where near and far site agree on a label below m. *)

From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Upper Lower Parameters Generic Transpose.
From Overlap Require Import Routes Tail Leading Crossing.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(** ** The networks *)

(** (K + 1)-th to last layer: at least one, 1 x 1 output, and the tail condition. *)
Definition tail_ok (H W : nat) (ws : widths) (ss : seq shape) : bool :=
  let: (h, w) := out_size (map fst ws) H W in
  [&& (0 < size ss)%N, all proper ss, out_size ss h w == (1, 1)%N & tail_condition ss h w].

(** What shared parameters over finite fields need of layers K + 2, ..., L. *)
Definition separable_tail (H W : nat) (ws : widths) (ss : seq shape) : bool :=
  let: (h, w) := out_size (map fst ws) H W in
  if ss is s :: ss' then
    separable ss' (ceil_div h (str_h s)) (ceil_div w (str_w s)) (channels s)
  else true.

(** E = (rows of layer K) * #{ v : T_S v < C <= T_S v + T - 1 <= W - 1 }. *)
Definition sharp_exponent (H W C : nat) (ws : widths) : nat :=
  (ceil_div H (stride_h (map fst ws))
     * count (crosses W C (stride_w (map fst ws)) (reach ws)) (iota 0 W))%N.

Section Networks.

Variables (K : comRingType) (H W M m : nat) (ws : widths).
Hypothesis m_lt_M : (m < M)%N.
Hypothesis ws_ok : widths_ok ws.
Hypothesis ws_widens : widens ws.
Hypothesis m_fits : (m <= capacity false M.-1 ws)%N.
Implicit Types d : {ffun site H W -> 'I_M}.

Let Sh := stride_h (map fst ws).
Let Sw := stride_w (map fst ws).

Lemma widths_proper : all proper (map fst ws).
Proof. by rewrite all_map; apply: sub_all ws_ok => w /andP[]. Qed.

Lemma front_size : net_size (front K m false ws) H W = (ceil_div H Sh, ceil_div W Sw).
Proof. by rewrite /net_size front_shapes out_size_strides // widths_proper. Qed.

Lemma front_value d u v c : (u < ceil_div H Sh)%N -> (v < ceil_div W Sw)%N -> (c < m)%N ->
  run (front K m false ws) H W M (one_hot d) u v c
    = one_hot d (Sh * u)%N (Sw * v)%N c * one_hot d (Sh * u)%N (Sw * v + reach ws)%N c.
Proof.
move=> uh vw cm.
have := @output_front K m false M.-1 ws H W M (one_hot d) u v c cm (ltnW m_lt_M) ws_ok
  ws_widens m_fits.
by rewrite /output front_size /pad /= uh vw -!/(pad H W (one_hot d) _ _ _) !pad_one_hot.
Qed.

Lemma front_product d :
  \prod_(u < ceil_div H Sh) \prod_(v < ceil_div W Sw)
    (1 + 1 * \sum_(c < m) run (front K m false ws) H W M (one_hot d) u v c)
  = pair_product K m Sh Sw (reach ws) d.
Proof.
apply: eq_bigr => u _; apply: eq_bigr => v _; rewrite mul1r; congr (_ + _).
by apply: eq_bigr => c _; rewrite front_value.
Qed.

End Networks.

(** Any layers 1, ..., K and the tail: some network has at least the rank of the product over the
    locations of layer K of 1 + a (the sum of the first m channels). *)
Lemma with_tail (K : fieldType) (sh : bool) (H W M m : nat) (P : pred (site H W)) (a : K)
    (ws : widths) (ss : seq shape) (n1 : seq (layer K)) (A : {ffun site H W -> 'I_M} -> K) :
  let gh := ceil_div H (stride_h (map fst ws)) in let gw := ceil_div W (stride_w (map fst ws)) in
  shapes n1 = map fst ws -> shared_net n1 -> widths_ok ws ->
  (m <= M)%N -> all (fun w => m <= channels w.1)%N ws ->
  (forall d, A d = \prod_(u < gh) \prod_(v < gw)
                     (1 + a * \sum_(c < m) run n1 H W M (one_hot d) u v c)) ->
  tail_ok H W ws ss -> (sh -> infinite K \/ separable_tail H W ws ss) ->
  exists net : seq (layer K),
    [/\ shapes net = map fst ws ++ ss, sh -> shared_net net &
        (mat_rank P A <= mat_rank P (grid_tensor net H W M))%N].
Proof.
move=> gh gw shp shd1 ok mM ms AE; rewrite /tail_ok /separable_tail.
rewrite (out_size_strides _ _ (widths_proper ok)) -/gh -/gw.
case: ss => [|s ss'] // /and4P[_ prs /eqP out tc] alt.
have fits : (m <= net_channels n1 M)%N.
  rewrite /net_channels shp; elim: (ws) (M) mM ms => //= w ws' IH M' _ /andP[mw]; exact: IH.
have tensor tl d : grid_tensor (n1 ++ tl) H W M d
    = run tl gh gw (net_channels n1 M) (run n1 H W M (one_hot d)) 0%N 0%N 0%N.
  by rewrite /grid_tensor run_cat /net_size shp (out_size_strides _ _ (widths_proper ok)).
have shapes_tail tl : shapes (n1 ++ tl) = map fst ws ++ shapes tl.
  by rewrite /shapes map_cat -!/(shapes _) shp.
have [[shd inf]|sep] : (sh /\ infinite K) \/
    (sh -> separable ss' (ceil_div gh (str_h s)) (ceil_div gw (str_w s)) (channels s)).
- by case: (boolP sh) => [shd|/negP nsh]; [case: (alt shd); [left|right] | right].
- pose net z := n1 ++ scaled_tail m a z s ss' gh gw.
  have grow d : grows (scaled_degree s ss' gh gw) (fun z => grid_tensor (net z) H W M d) (A d).
    rewrite AE; apply: (grows_ext _ (run_scaled_tail a (run n1 H W M (one_hot d))
                                       fits prs out tc)) => z.
    by rewrite tensor.
  have [z rz] := @leading_rank K (left_part M P) (right_part M P) _
    (fun z p q => grid_tensor (net z) H W M (glue p q)) _ inf (fun p q => grow (glue p q)).
  exists (net z); split=> [||//]; first by rewrite shapes_tail scaled_tail_shapes.
  by move=> _; apply: shared_net_cat => //; apply: scaled_tail_shared.
- exists (n1 ++ simple_tail m a sh s ss' gh gw); split.
  + by rewrite shapes_tail simple_tail_shapes.
  + by move=> shd; apply: shared_net_cat => //; rewrite shd; apply: simple_tail_shared.
  + rewrite leq_eqVlt; apply/orP; left; apply/eqP; apply: rank2_ext => p q.
    by rewrite AE tensor run_simple_tail.
Qed.

Theorem sharp_bound (K : fieldType) (sh : bool) (H W M C : nat) (ws : widths) (ss : seq shape) :
  (0 < M)%N -> widths_ok ws -> (1 < attained_field ws)%N -> tail_ok H W ws ss ->
  (sh -> infinite K \/ separable_tail H W ws ss) ->
  exists net : seq (layer K),
    [/\ shapes net = map fst ws ++ ss, sh -> shared_net net &
        ((capacity false M.-1 ws).+1 ^ sharp_exponent H W C ws
           <= mat_rank (cut C) (grid_tensor net H W M))%N].
Proof.
move=> M0 ok wide tl alt; rewrite ltnS -widens_reach // in wide.
set m := capacity false M.-1 ws.
have mM : (m < M)%N by rewrite -[X in (_ < X)%N](prednK M0) ltnS capacity_le.
have /andP[Sh0 Sw0] := stride_gt0 (widths_proper ok).
have product d := esym (@front_product K H W M m ws mM ok wide (leqnn m) d).
have [net [shp shd ge]] := with_tail (cut C) (front_shapes K m false ws) (front_shared K m false ws)
  ok (ltnW mM) (capacity_channels (leqnn m)) product tl alt.
exists net; split=> //; apply: leq_trans ge.
exact: (pair_product_rank K H W C (reach ws) mM Sh0 Sw0).
Qed.

(** ** Top-bottom: windows and cut along the height *)

(** Layers 1, ..., K, each with its effective height, with both axes exchanged. *)
Definition tr_widths (ws : widths) : widths := [seq (tr_shape w.1, w.2) | w <- ws].

Lemma tr_shapeK : involutive tr_shape. Proof. by case. Qed.

Lemma tr_widths_shapes ws : map fst (tr_widths ws) = map tr_shape (map fst ws).
Proof. by rewrite -!map_comp. Qed.

Lemma tr_widens ws : widens (tr_widths ws) = widens ws.
Proof. by rewrite /widens has_map. Qed.

Lemma tr_capacity split n ws : capacity split n (tr_widths ws) = capacity split n ws.
Proof. by elim: ws split => //= -[s t] ws IH split; rewrite IH tr_widens. Qed.

Lemma tr_out_size ss h w :
  out_size (map tr_shape ss) w h = ((out_size ss h w).2, (out_size ss h w).1).
Proof. by elim: ss h w => //= s ss IH h w; rewrite IH. Qed.

Lemma tr_tail_condition ss h w : tail_condition (map tr_shape ss) w h = tail_condition ss h w.
Proof. by elim: ss h w => //= s ss IH h w; rewrite IH andbCA. Qed.

Lemma tr_separable ss h w cin : separable (map tr_shape ss) w h cin = separable ss h w cin.
Proof. by elim: ss h w cin => //= s ss IH h w cin; rewrite IH [X in _ || X]andbC. Qed.

Lemma tr_proper s : proper (tr_shape s) = proper s.
Proof. by rewrite /proper /= andbCA; congr (_ && (_ && _)); rewrite andbCA. Qed.

Lemma tr_tail_ok H W ws ss : tail_ok W H (tr_widths ws) (map tr_shape ss) = tail_ok H W ws ss.
Proof.
rewrite /tail_ok tr_widths_shapes tr_out_size; case: (out_size _ H W) => h w /=.
rewrite size_map tr_out_size tr_tail_condition all_map; congr (_ && (_ && (_ && _))).
  by apply: eq_all => s; apply: tr_proper.
by case: (out_size ss h w) => a b; rewrite -!pair_eqE /= andbC.
Qed.

Lemma tr_separable_tail H W ws ss :
  separable_tail W H (tr_widths ws) (map tr_shape ss) = separable_tail H W ws ss.
Proof.
rewrite /separable_tail tr_widths_shapes tr_out_size; case: (out_size _ H W) => h w /=.
by case: ss => //= s ss; apply: tr_separable.
Qed.

Theorem sharp_bound_top_bottom (K : fieldType) (sh : bool) (H W M C : nat) (ws : widths)
    (ss : seq shape) :
  (0 < M)%N -> widths_ok (tr_widths ws) -> (1 < attained_field (tr_widths ws))%N ->
  tail_ok H W ws ss -> (sh -> infinite K \/ separable_tail H W ws ss) ->
  exists net : seq (layer K),
    [/\ shapes net = map fst ws ++ ss, sh -> shared_net net &
        ((capacity false M.-1 ws).+1 ^ sharp_exponent W H C (tr_widths ws)
           <= mat_rank (@cut_row H W C) (grid_tensor net H W M))%N].
Proof.
move=> M0 ok wide; rewrite -tr_tail_ok -tr_separable_tail => tl alt.
have [net [shp shd ge]] := sharp_bound (K := K) C M0 ok wide tl alt.
exists (tr_net net); split.
- rewrite tr_shapes shp map_cat tr_widths_shapes !mapK //; exact: tr_shapeK.
- by move=> /shd; apply: tr_shared.
- by rewrite -(tr_capacity false); apply: leq_trans ge _; rewrite -(tr_rank net M (@cut W H C)).
Qed.

(** ** Almost all parameters *)

Lemma tail_ok_out H W M ws ss : tail_ok H W ws ss ->
  out_size (map fst ws ++ ss) H W = (1, 1)%N /\
  (0 < last M (map channels (map fst ws ++ ss)))%N.
Proof.
rewrite /tail_ok (surjective_pairing (out_size (map fst ws) H W)).
have -> : out_size (map fst ws ++ ss) H W
    = out_size ss (out_size (map fst ws) H W).1 (out_size (map fst ws) H W).2.
  by elim: (map fst ws) (H) (W) => //= s' ws' IH h w; rewrite IH.
case/and4P=> ne prs /eqP-> _; split=> //; rewrite map_cat last_cat.
case: ss ne prs => // s ss' _ /=; elim: ss' s => [|s' ss' IH] s /=.
  by rewrite andbT => /and5P[].
by case/andP=> _ /IH.
Qed.

Lemma attained_generic (K : fieldType) (sh : bool) (H W M r : nat) (P : pred (site H W))
    (ws : widths) (ss : seq shape) :
  (0 < H)%N -> (0 < W)%N -> tail_ok H W ws ss ->
  (exists net : seq (layer K),
    [/\ shapes net = map fst ws ++ ss, sh -> shared_net net &
        (r <= mat_rank P (grid_tensor net H W M))%N]) ->
  exists q : {mpoly K[#|params sh (map fst ws ++ ss) H W M|]},
    nonzero_somewhere q /\ forall x, poly_at q x != 0 ->
      (r <= mat_rank P (grid_tensor (net_of x) H W M))%N.
Proof.
move=> H0 W0 tl [net [shp shd ge]]; have [out last0] := tail_ok_out M tl.
have [q [q0 qP]] := generic_rank_ge (sh := sh) P H0 W0 out last0 shp shd.
by exists q; split=> [|x /qP]; [exact: witnessed_nonzero q0 | apply: leq_trans].
Qed.

Theorem sharp_bound_generic (K : fieldType) (sh : bool) (H W M C : nat) (ws : widths)
    (ss : seq shape) :
  (0 < H)%N -> (0 < W)%N -> (0 < M)%N -> widths_ok ws -> (1 < attained_field ws)%N ->
  tail_ok H W ws ss -> (sh -> infinite K \/ separable_tail H W ws ss) ->
  exists q : {mpoly K[#|params sh (map fst ws ++ ss) H W M|]},
    nonzero_somewhere q /\ forall x, poly_at q x != 0 ->
      ((capacity false M.-1 ws).+1 ^ sharp_exponent H W C ws
         <= mat_rank (@cut H W C) (grid_tensor (net_of x) H W M))%N.
Proof. by move=> H0 W0 M0 ok wide tl alt; apply: attained_generic => //; apply: sharp_bound. Qed.

Theorem sharp_bound_top_bottom_generic (K : fieldType) (sh : bool) (H W M C : nat) (ws : widths)
    (ss : seq shape) :
  (0 < H)%N -> (0 < W)%N -> (0 < M)%N ->
  widths_ok (tr_widths ws) -> (1 < attained_field (tr_widths ws))%N ->
  tail_ok H W ws ss -> (sh -> infinite K \/ separable_tail H W ws ss) ->
  exists q : {mpoly K[#|params sh (map fst ws ++ ss) H W M|]},
    nonzero_somewhere q /\ forall x, poly_at q x != 0 ->
      ((capacity false M.-1 ws).+1 ^ sharp_exponent W H C (tr_widths ws)
         <= mat_rank (@cut_row H W C) (grid_tensor (net_of x) H W M))%N.
Proof.
move=> H0 W0 M0 ok wide tl alt; apply: attained_generic => //.
exact: sharp_bound_top_bottom.
Qed.
