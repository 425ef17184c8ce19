(** * The tail: layers that multiply a function of all locations

    The tail condition of THEORY 2, R >= min(S, n), and layers K + 1, ..., L of the assignments of
    THEORY 3.1, 8.1 and 8.10: layer K + 1 multiplies 1 + a (the sum of the first m channels), later
    layers multiply channel 0.  Any commutative ring. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Overlap Require Import Rank2 Network Evaluation Parameters Routes.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(** ** Conditions *)

(** On each axis the window has at least min(S, n) offsets, n the size of the layer's input. *)
Fixpoint tail_condition (ss : seq shape) (h w : nat) : bool :=
  if ss is s :: ss' then
    [&& minn (str_h s) h <= win_h s, minn (str_w s) w <= win_w s
      & tail_condition ss' (ceil_div h (str_h s)) (ceil_div w (str_w s))]%N
  else true.

(** Offsets below min(S, n) stay inside an input of size n. *)
Definition aligned (S n : nat) : bool := ((S %| n) || (n <= S))%N.

(** In each of these layers the offsets below min(S, n) stay inside, or the input has at least two
    channels. *)
Fixpoint separable (ss : seq shape) (h w cin : nat) : bool :=
  if ss is s :: ss' then
    ((1 < cin)%N || aligned (str_h s) h && aligned (str_w s) w) &&
      separable ss' (ceil_div h (str_h s)) (ceil_div w (str_w s)) (channels s)
  else true.

(** ** One axis *)

(** Offset i is used; at location u it sees a location. *)
Definition used (S n i : nat) : bool := (i < minn S n)%N.
Definition inside (S n u i : nat) : bool := (S * u + i < n)%N.

Lemma aligned_inside S n u i : (0 < S)%N -> aligned S n -> (u < ceil_div n S)%N ->
  used S n i -> inside S n u i.
Proof.
move=> S0 al; rewrite ceil_div_lt // /used /inside leq_min => un /andP[iS i_n].
case/orP: al => [dv|nS].
  rewrite -(divnK dv) mulnC in un *; rewrite ltn_pmul2r // in un.
  apply: (@leq_trans (u * S + S)); first by rewrite ltn_add2l.
  by rewrite addnC -mulSn leq_mul2r un orbT.
case: u un => [|u] un; first by rewrite muln0.
by move: (leq_ltn_trans (leq_pmulr S (ltn0Sn u)) un); rewrite ltnNge nS.
Qed.

Section Tail.

Variable K : comRingType.
Implicit Types (s : shape) (x : fmap K) (l : layer K).

(** Each location is read once. *)
Lemma prod_blocks (S n R : nat) (G : nat -> K) : (0 < S)%N -> (minn S n <= R)%N ->
  \prod_(u < ceil_div n S) \prod_(i < R)
     (if used S n i && inside S n u i then G (S * u + i)%N else 1) = \prod_(r < n) G r.
Proof.
move=> S0 SR; set N := minn S n.
transitivity (\prod_(u < ceil_div n S) \prod_(i < S)
    (if inside S n u i then G (S * u + i)%N else 1)).
  apply: eq_bigr => u _.
  have low m : (N <= m)%N -> \prod_(i < m) (if used S n i && inside S n u i
      then G (S * u + i)%N else 1) = \prod_(i < N) (if inside S n u i then G (S * u + i)%N else 1).
    move=> Nm; pose F i := if inside S n u i then G (S * u + i)%N else 1.
    by rewrite (big_ord_widen m F Nm) [RHS]big_mkcond; apply: eq_bigr => i _;
      rewrite /used -/N; case: (i < N)%N.
  rewrite low // -(low S (geq_minl _ _)); apply: eq_bigr => i _; rewrite /used leq_min ltn_ord /=.
  rewrite /inside; case: ltnP => //= ni; case: ifP => // lt.
  by move: (leq_ltn_trans (leq_addl _ _) lt); rewrite ltnNge ni.
have nS : (n <= ceil_div n S * S)%N.
  by rewrite leqNgt mulnC -ceil_div_lt // ltnn.
rewrite (big_ord_widen _ G nS).
elim: (ceil_div n S) => [|q IH]; first by rewrite !big_ord0.
rewrite big_ord_recr /= IH mulSnr big_split_ord /=; congr (_ * _).
by rewrite [RHS]big_mkcond; apply: eq_bigr => i _; rewrite /inside mulnC.
Qed.

(** Both axes. *)
Definition used2 s (h w i j : nat) : bool := used (str_h s) h i && used (str_w s) w j.
Definition inside2 s (h w u v i j : nat) : bool :=
  inside (str_h s) h u i && inside (str_w s) w v j.

Lemma prod_blocks2 s h w (G : nat -> nat -> K) : proper s ->
  (minn (str_h s) h <= win_h s)%N -> (minn (str_w s) w <= win_w s)%N ->
  \prod_(u < ceil_div h (str_h s)) \prod_(v < ceil_div w (str_w s))
    \prod_(i < win_h s) \prod_(j < win_w s)
      (if used2 s h w i j && inside2 s h w u v i j
       then G (str_h s * u + i)%N (str_w s * v + j)%N else 1)
  = \prod_(r < h) \prod_(q < w) G r q.
Proof.
case/and5P=> _ _ sh0 sw0 _ hR wR.
rewrite -(@prod_blocks (str_h s) h (win_h s) (fun r => \prod_(q < w) G r q)) //.
apply: eq_bigr => u _; rewrite exchange_big; apply: eq_bigr => i _ /=.
have [ui|/negbTE nui] := boolP (_ && _); last first.
  apply: big1 => v _; apply: big1 => j _.
  by rewrite /used2 /inside2 andbACA nui.
rewrite -(@prod_blocks (str_w s) w (win_w s)) //.
by apply: eq_bigr => v _; apply: eq_bigr => j _; rewrite /used2 /inside2 andbACA ui.
Qed.

(** ** One layer *)

(** The factor at a used offset is the affine function (a, b) of what is seen; if [sh] is false,
    its bias is 1 where nothing is seen.  Channel 1 is neutral. *)
Definition collect (sh : bool) s (h w : nat) (a : nat -> K) (b : K) : layer K :=
  Layer s
    (fun u v i j c k => if used2 s h w i j && (c != 1%N) then a k else 0)
    (fun u v i j c =>
       if used2 s h w i j && (c != 1%N) then if sh || inside2 s h w u v i j then b else 1
       else 1).

Lemma collect_shared s h w a b : shared (collect true s h w a b). Proof. by []. Qed.

Lemma collect_neutral sh s h w cin x a b u v : gc (collect sh s h w a b) h w cin x u v 1%N = 1.
Proof.
apply: big1 => i _; apply: big1 => j _; rewrite /factor /= andbF big1 ?add0r // => k _.
by rewrite mul0r.
Qed.

Lemma collect_factor sh s h w cin x a b u v i j :
  factor (collect sh s h w a b) h w cin x u v i j 0%N
    = if used2 s h w i j then
        if inside2 s h w u v i j
        then \sum_(k < cin) a k * x (str_h s * u + i)%N (str_w s * v + j)%N k + b
        else if sh then b else 1
      else 1.
Proof.
rewrite /factor /= andbT; case: (used2 _ _ _ _ _) => /=; last first.
  by rewrite big1 ?add0r // => k _; rewrite mul0r.
have pad_in k : pad h w x (str_h s * u + i)%N (str_w s * v + j)%N k
    = if inside2 s h w u v i j then x (str_h s * u + i)%N (str_w s * v + j)%N k else 0 by [].
case: (inside2 s h w u v i j) pad_in => pad_in; rewrite ?orbT ?orbF.
  by congr (_ + _); apply: eq_bigr => k _; rewrite pad_in.
by rewrite big1 ?add0r // => k _; rewrite pad_in mulr0.
Qed.

Lemma collect_product (sh : bool) s h w cin x (a : nat -> K) (b : K) : proper s ->
  (minn (str_h s) h <= win_h s)%N -> (minn (str_w s) w <= win_w s)%N ->
  (sh -> b = 1 \/ aligned (str_h s) h && aligned (str_w s) w) ->
  \prod_(u < ceil_div h (str_h s)) \prod_(v < ceil_div w (str_w s))
     gc (collect sh s h w a b) h w cin x u v 0%N
  = \prod_(r < h) \prod_(q < w) (\sum_(k < cin) a k * x r q k + b).
Proof.
move=> pr hR wR harmless; have /and5P[_ _ sh0 sw0 _] := pr.
rewrite -(prod_blocks2 (fun r q => \sum_(k < cin) a k * x r q k + b) pr hR wR).
apply: eq_bigr => u _; apply: eq_bigr => v _; apply: eq_bigr => i _; apply: eq_bigr => j _.
rewrite collect_factor; case: ifPn => //= ij; case: ifPn => // out; case: ifP => // shd.
case: (harmless shd) => [//|/andP[ah aw]]; case/negP: out.
by case/andP: ij => ui uj; rewrite /inside2 !aligned_inside.
Qed.

(** ** Layers K + 2, ..., L *)

(** Shared parameters: channel 1, if there is one, is 1 inside and 0 outside, and 1 + (channel 0)
    - (channel 1) is channel 0 inside and 1 outside. *)
Definition inner_weights (sh : bool) (cin k : nat) : K :=
  (k == 0%N)%:R - (sh && (1 < cin)%N && (k == 1%N))%:R.
Definition inner_bias (sh : bool) (cin : nat) : K := (sh && (1 < cin)%N)%:R.

Fixpoint inner_tail (sh : bool) (ss : seq shape) (h w cin : nat) : seq (layer K) :=
  if ss is s :: ss' then
    collect sh s h w (inner_weights sh cin) (inner_bias sh cin) ::
      inner_tail sh ss' (ceil_div h (str_h s)) (ceil_div w (str_w s)) (channels s)
  else [::].

Lemma inner_tail_shapes sh ss h w cin : shapes (inner_tail sh ss h w cin) = ss.
Proof. by elim: ss h w cin => //= s ss IH h w cin; rewrite IH. Qed.

Lemma inner_tail_shared ss h w cin : shared_net (inner_tail true ss h w cin).
Proof. by elim: ss h w cin => //= s ss IH h w cin; split. Qed.

Lemma inner_value sh cin (x : nat -> K) : (0 < cin)%N -> ((1 < cin)%N -> x 1%N = 1) ->
  \sum_(k < cin) inner_weights sh cin k * x k + inner_bias sh cin = x 0%N.
Proof.
rewrite /inner_weights /inner_bias; case: cin => [//|[|cin]] _ x1.
  by rewrite big_ord1; case: sh; rewrite /= subr0 mul1r addr0.
rewrite !big_ord_recl /= big1 => [|k _]; last by case: sh; rewrite /= subr0 mul0r.
rewrite x1 // addr0 !mulr1; case: sh; rewrite /= ?subr0 ?sub0r ?mul1r ?addr0 //.
by rewrite -addrA addNr addr0.
Qed.

Lemma run_inner (sh : bool) ss h w cin x :
  (0 < cin)%N -> all proper ss -> out_size ss h w = (1, 1)%N -> tail_condition ss h w ->
  (sh -> separable ss h w cin) -> ((1 < cin)%N -> forall r q, x r q 1%N = 1) ->
  run (inner_tail sh ss h w cin) h w cin x 0%N 0%N 0%N = \prod_(r < h) \prod_(q < w) x r q 0%N.
Proof.
elim: ss h w cin x => [|s ss IH] h w cin x c0 /=.
  by move=> _ [-> ->] _ _ _; rewrite !big_ord1.
case/andP=> pr prs out /and3P[hR wR tc] sep x1; have /and5P[_ _ _ _ cs0] := pr.
rewrite IH //=.
- rewrite collect_product //.
    apply: eq_bigr => r _; apply: eq_bigr => q _; apply: (inner_value _ (x := x r q)) => // c1.
    exact: x1.
  move=> shd; case/andP: (sep shd) => /orP[c1|al] _; last by right.
  by left; rewrite /inner_bias shd c1.
- by move=> /sep /andP[].
- by move=> _ r q; apply: collect_neutral.
Qed.

(** ** The whole tail *)

Variables (m : nat) (a : K).

Definition sum_layer (sh : bool) s (h w : nat) : layer K :=
  collect sh s h w (fun k => (k < m)%N%:R * a) 1.

Lemma sum_layer_product sh s h w cin x : proper s -> (m <= cin)%N ->
  (minn (str_h s) h <= win_h s)%N -> (minn (str_w s) w <= win_w s)%N ->
  \prod_(u < ceil_div h (str_h s)) \prod_(v < ceil_div w (str_w s))
     gc (sum_layer sh s h w) h w cin x u v 0%N
  = \prod_(r < h) \prod_(q < w) (1 + a * \sum_(c < m) x r q c).
Proof.
move=> pr mc hR wR; rewrite collect_product //; last by left.
apply: eq_bigr => r _; apply: eq_bigr => q _; rewrite addrC; congr (_ + _).
rewrite mulr_sumr (big_ord_widen cin (fun c => a * x r q c) mc) [RHS]big_mkcond.
by apply: eq_bigr => k _; case: ltnP; rewrite ?mul1r ?mul0r.
Qed.

Definition simple_tail (sh : bool) s (ss : seq shape) (h w : nat) : seq (layer K) :=
  sum_layer sh s h w ::
    inner_tail sh ss (ceil_div h (str_h s)) (ceil_div w (str_w s)) (channels s).

Lemma simple_tail_shapes sh s ss h w : shapes (simple_tail sh s ss h w) = s :: ss.
Proof. by rewrite /= inner_tail_shapes. Qed.

Lemma simple_tail_shared s ss h w : shared_net (simple_tail true s ss h w).
Proof. by split; [exact: collect_shared | exact: inner_tail_shared]. Qed.

Lemma run_simple_tail (sh : bool) s ss h w cin x : (m <= cin)%N ->
  all proper (s :: ss) -> out_size (s :: ss) h w = (1, 1)%N -> tail_condition (s :: ss) h w ->
  (sh -> separable ss (ceil_div h (str_h s)) (ceil_div w (str_w s)) (channels s)) ->
  run (simple_tail sh s ss h w) h w cin x 0%N 0%N 0%N
    = \prod_(r < h) \prod_(q < w) (1 + a * \sum_(c < m) x r q c).
Proof.
move=> mc /= /andP[pr prs] out /and3P[hR wR tc] sep; have /and5P[_ _ _ _ cs0] := pr.
by rewrite run_inner // ?sum_layer_product // => _ r q; apply: collect_neutral.
Qed.

End Tail.
