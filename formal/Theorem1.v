(** * Theorem 1 for every K and every stride

    THEORY 3 as a corollary of THEORY 8.1: with D = min(M, D_K, floor(D_l / 2) for l < K) and a
    total receptive field T of layers 1, ..., K above half of the side that is cut, the rank is at
    least D^E, E = (floor((2w - T) / T_S) + 1) * ceil(H / T_S), for almost all parameters. *)

From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Upper Lower Parameters Generic Transpose.
From Overlap Require Import Routes Tail Leading Crossing Sharp.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** min(M, D_K, floor(D_l / 2) for l < K). *)
Fixpoint theorem_1_base (M : nat) (ws : widths) : nat :=
  if ws is (s, _) :: ws' then
    minn (if ws' is [::] then channels s else (channels s)./2) (theorem_1_base M ws')
  else M.

(** The number of columns floor((2w - T) / T_S) + 1, none if T > 2w; times ceil(H / T_S). *)
Definition theorem_1_exponent (H w : nat) (ws : widths) : nat :=
  let T := attained_field ws in
  (if T <= 2 * w then (2 * w - T) %/ stride_w (map fst ws) + 1 else 0)
    * ceil_div H (stride_h (map fst ws)).

Lemma theorem_1_base_le M split ws : theorem_1_base M ws <= (capacity split M.-1 ws).+1.
Proof.
elim: ws split => [|[s t] ws IH] split /=; first exact: leqSpred.
rewrite -minnSS leq_min; apply/andP; split; last by rewrite geq_min IH orbT.
rewrite geq_min; case: ws {IH} => [|w ws]; first by rewrite andbF leqnSn.
apply/orP; left; case: ifP => _; first exact: leqnSn.
by rewrite -divn2 (leq_trans (leq_div _ _)) ?leqnSn.
Qed.

Lemma card_below n b : #|[pred v : 'I_n | v < b]| = minn b n.
Proof.
rewrite -sum1_card; have [bn|nb] := leqP b n.
  rewrite (eq_bigl (fun v : 'I_n => v < b)) // -(big_ord_widen n (fun _ => 1) bn).
  by rewrite sum1_card card_ord.
rewrite (eq_bigl xpredT) ?sum1_card ?card_ord // => v.
by rewrite inE (ltn_trans (ltn_ord v)).
Qed.

Lemma ceil_div_pred n s : 0 < s -> 0 < n -> ceil_div n s = n.-1 %/ s + 1.
Proof.
move=> s0 n0; apply: eq_bound => u; rewrite ceil_div_lt // addn1 ltnS leq_divRL // mulnC.
by rewrite -{1}(prednK n0) ltnS.
Qed.

(** Far sites are right of the middle if the field exceeds half of the width. *)
Lemma theorem_1_exponentE H w ws : widths_ok ws -> w < attained_field ws ->
  theorem_1_exponent H w ws = sharp_exponent H (2 * w) w ws.
Proof.
move=> ok; rewrite /theorem_1_exponent /sharp_exponent /attained_field ltnS mulnC => wT.
have /andP[_ S0] := stride_gt0 (widths_proper ok); set S := stride_w _ in S0 *; congr (_ * _).
have crossesE v : crosses (2 * w) w S (reach ws) v = (S * v + reach ws < 2 * w).
  rewrite /crosses (leq_trans wT (leq_addl _ _)) andbT.
  have [far|] := ltnP (S * v + reach ws) (2 * w); rewrite ?andbF // andbT.
  by rewrite -(ltn_add2r (reach ws)) (leq_trans far) // mul2n -addnn leq_add2l.
rewrite (eq_count (a2 := fun v => v < ceil_div (2 * w - reach ws) S)); last first.
  by move=> v; rewrite crossesE ceil_div_lt // ltn_subRL addnC.
rewrite -card_count card_below (minn_idPl _); last first.
  by rewrite (leq_trans (ceil_div_le _ S0)) ?leq_subr.
case: ltnP => [lt|ge]; first by rewrite ceil_div_pred ?subn_gt0 // subnS.
by have/eqP-> : 2 * w - reach ws == 0 by []; rewrite /ceil_div div0n mod0n.
Qed.

Lemma theorem_1_power M ws e : theorem_1_base M ws ^ e <= (capacity false M.-1 ws).+1 ^ e.
Proof.
case: e => [|e]; first by rewrite !expn0.
by rewrite leq_exp2r //; apply: theorem_1_base_le.
Qed.

(** Left-right: [ws] gives widths t_1, ..., t_K, and 2w is the width. *)
Theorem theorem_1 (K : fieldType) (sh : bool) (H w M : nat) (ws : widths) (ss : seq shape) :
  0 < H -> 0 < w -> 0 < M -> widths_ok ws -> w < attained_field ws ->
  tail_ok H (2 * w) ws ss -> (sh -> infinite K \/ separable_tail H (2 * w) ws ss) ->
  exists q : {mpoly K[#|params sh (map fst ws ++ ss) H (2 * w) M|]},
    nonzero_somewhere q /\ forall x, poly_at q x != 0%R ->
      theorem_1_base M ws ^ theorem_1_exponent H w ws
        <= mat_rank (@cut H (2 * w) w) (grid_tensor (net_of x) H (2 * w) M).
Proof.
move=> H0 w0 M0 ok wT tl alt; have w2 : 0 < 2 * w by rewrite muln_gt0.
have wide : 1 < attained_field ws by apply: leq_ltn_trans wT.
have [q [q0 qP]] := sharp_bound_generic w H0 w2 M0 ok wide tl alt.
exists q; split=> // x /qP; apply: leq_trans.
by rewrite theorem_1_exponentE //; apply: theorem_1_power.
Qed.

(** Top-bottom: [ws] gives heights t_1, ..., t_K, and 2w is the height. *)
Theorem theorem_1_top_bottom (K : fieldType) (sh : bool) (W w M : nat) (ws : widths)
    (ss : seq shape) :
  0 < W -> 0 < w -> 0 < M -> widths_ok (tr_widths ws) -> w < attained_field (tr_widths ws) ->
  tail_ok (2 * w) W ws ss -> (sh -> infinite K \/ separable_tail (2 * w) W ws ss) ->
  exists q : {mpoly K[#|params sh (map fst ws ++ ss) (2 * w) W M|]},
    nonzero_somewhere q /\ forall x, poly_at q x != 0%R ->
      theorem_1_base M ws ^ theorem_1_exponent W w (tr_widths ws)
        <= mat_rank (@cut_row (2 * w) W w) (grid_tensor (net_of x) (2 * w) W M).
Proof.
move=> W0 w0 M0 ok wT tl alt; have w2 : 0 < 2 * w by rewrite muln_gt0.
have wide : 1 < attained_field (tr_widths ws) by apply: leq_ltn_trans wT.
have [q [q0 qP]] := sharp_bound_top_bottom_generic w w2 W0 M0 ok wide tl alt.
exists q; split=> // x /qP; apply: leq_trans.
by rewrite theorem_1_exponentE //; apply: theorem_1_power.
Qed.
