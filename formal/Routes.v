(** * Layers that route channels

    Layers 1, ..., K of the assignment of THEORY 8.1, for any windows and strides: a near and a far
    route for each label, on one channel below the first layer whose effective width is at least 2,
    on two channels from there on, multiplied by the last such layer.  Any commutative ring. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Overlap Require Import Rank2 Network Evaluation Parameters.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(** ** Sizes *)

Lemma ceil_div_lt n s u : (0 < s)%N -> (u < ceil_div n s)%N = (s * u < n)%N.
Proof.
move=> s0; rewrite /ceil_div {3}(divn_eq n s); have := ltn_pmod n s0.
set q := (n %/ s)%N; set r := (n %% s)%N => rs; rewrite [(q * s)%N]mulnC.
case: (posnP r) => [->|r0]; first by rewrite !addn0 ltn_pmul2l.
rewrite /= addn1 ltnS; case: (leqP u q) => uq; apply/esym.
  by apply: (@leq_ltn_trans (s * q)); rewrite ?leq_mul2l ?uq ?orbT // -addn1 leq_add2l.
apply/negbTE; rewrite -leqNgt; apply: (@leq_trans (s * q.+1)); last by rewrite leq_mul2l uq orbT.
by rewrite mulnS addnC leq_add2r ltnW.
Qed.

Lemma eq_bound a b : (forall u, (u < a) = (u < b))%N -> a = b.
Proof.
by move=> ab; case: (ltngtP a b) => // lt; move: (lt); [rewrite -ab|rewrite ab]; rewrite ltnn.
Qed.

Lemma ceil_div_mul n s s' : (0 < s)%N -> (0 < s')%N ->
  ceil_div (ceil_div n s) s' = ceil_div n (s * s').
Proof.
move=> s0 s'0; apply: eq_bound => u.
by rewrite !ceil_div_lt ?muln_gt0 ?s0 // mulnA.
Qed.

Lemma ceil_div_le n s : (0 < s)%N -> (ceil_div n s <= n)%N.
Proof.
move=> s0; rewrite leqNgt ceil_div_lt // -leqNgt.
by rewrite -{1}[n]mul1n leq_mul2r s0 orbT.
Qed.

(** A layer has a window, a stride and channels. *)
Definition proper (s : shape) : bool :=
  [&& 0 < win_h s, 0 < win_w s, 0 < str_h s, 0 < str_w s & 0 < channels s]%N.

(** Total strides. *)
Fixpoint stride_h (ss : seq shape) : nat :=
  if ss is s :: ss' then (str_h s * stride_h ss')%N else 1%N.
Fixpoint stride_w (ss : seq shape) : nat :=
  if ss is s :: ss' then (str_w s * stride_w ss')%N else 1%N.

Lemma stride_gt0 ss : all proper ss -> (0 < stride_h ss)%N && (0 < stride_w ss)%N.
Proof.
elim: ss => //= s ss IH /andP[/and5P[_ _ sh0 sw0 _] /IH /andP[h0 w0]].
by rewrite !muln_gt0 sh0 sw0 h0 w0.
Qed.

(** The size after layers of total stride S is the quotient by S, rounded up. *)
Lemma out_size_strides ss h w : all proper ss ->
  out_size ss h w = (ceil_div h (stride_h ss), ceil_div w (stride_w ss)).
Proof.
elim: ss h w => [|s ss IH] h w /=; first by rewrite !ceil_div1.
case/andP=> /and5P[_ _ sh0 sw0 _] pr; rewrite IH //.
by have /andP[h0 w0] := stride_gt0 pr; rewrite !ceil_div_mul.
Qed.

(** ** Layers that multiply what a few offsets see *)

Section Routes.

Variable K : comRingType.
Implicit Types (s : shape) (x : fmap K) (l : layer K).

(** Output channel c is the product over ((i, j), k) in f c of channel k at offset (i, j). *)
Definition route s (f : nat -> seq (nat * nat * nat)) : layer K :=
  Layer s
    (fun u v i j c k => ((i, j, k) \in f c)%:R)
    (fun u v i j c => (~~ has (fun e => e.1 == (i, j)) (f c))%:R).

Lemma route_shared s f : shared (route s f). Proof. by []. Qed.

Lemma tap_sum (l : seq (nat * nat * nat)) (ij : nat * nat) cin (P : nat -> K) :
  uniq (map fst l) -> all (fun e : nat * nat * nat => e.2 < cin)%N l ->
  \sum_(k < cin) ((ij, k : nat) \in l)%:R * P k + (~~ has (fun e => e.1 == ij) l)%:R
    = \prod_(e <- l) (if e.1 == ij then P e.2 else 1).
Proof.
elim: l => [|e l IH] /=.
  by rewrite big_nil big1 ?add0r // => k _; rewrite mul0r.
case/andP=> el ul /andP[ec lc]; rewrite big_cons.
have [eij|neij] /= := eqVneq e.1 ij; last first.
  rewrite mul1r -IH //; congr (_ + _); apply: eq_bigr => k _.
  by rewrite inE -pair_eqE /= eq_sym (negbTE neij).
have nl k : (ij, k) \in l = false.
  by apply: contraNF el => kl; rewrite eij; apply: (map_f fst kl).
rewrite addr0 (bigD1 (Ordinal ec)) //= big1 ?addr0 => [|k]; last first.
  rewrite -val_eqE inE nl orbF -pair_eqE /= => /negbTE ->.
  by rewrite andbF mul0r.
rewrite -eij -surjective_pairing mem_head mul1r big_seq big1 ?mulr1 // => e' e'l.
by case: eqP => // e'ij; rewrite -e'ij map_f in el.
Qed.

Lemma prod_at2 a b (ij : nat * nat) (G : nat -> nat -> K) : (ij.1 < a)%N -> (ij.2 < b)%N ->
  \prod_(i < a) \prod_(j < b) (if ij == (i : nat, j : nat) then G i j else 1) = G ij.1 ij.2.
Proof.
case: ij => i0 j0 /= ia jb; rewrite (bigD1 (Ordinal ia)) //= [X in _ * X]big1 ?mulr1.
  rewrite (bigD1 (Ordinal jb)) //= eqxx [X in _ * X]big1 ?mulr1 // => j.
  by rewrite -val_eqE -pair_eqE /= eqxx eq_sym => /negbTE->.
move=> i; rewrite -val_eqE /= => ni; apply: big1 => j _.
by rewrite -pair_eqE /= eq_sym (negbTE ni).
Qed.

(** The offsets are different and inside the window, and their channels exist. *)
Definition taps_ok s cin (l : seq (nat * nat * nat)) : bool :=
  uniq (map fst l) && all (fun e => [&& e.1.1 < win_h s, e.1.2 < win_w s & e.2 < cin])%N l.

Lemma route_gc s f h w cin x u v c : taps_ok s cin (f c) ->
  gc (route s f) h w cin x u v c
    = \prod_(e <- f c) pad h w x (str_h s * u + e.1.1)%N (str_w s * v + e.1.2)%N e.2.
Proof.
case/andP=> un ok; have lc : all (fun e : nat * nat * nat => e.2 < cin)%N (f c).
  by apply: sub_all ok => e /and3P[].
pose G (e : nat * nat * nat) i j := pad h w x (str_h s * u + i)%N (str_w s * v + j)%N e.2.
transitivity (\prod_(i < win_h s) \prod_(j < win_w s) \prod_(e <- f c)
    (if e.1 == (i : nat, j : nat) then G e i j else 1)).
  apply: eq_bigr => i _; apply: eq_bigr => j _.
  exact: (tap_sum (i : nat, j : nat)
    (fun k => pad h w x (str_h s * u + i)%N (str_w s * v + j)%N k) un lc).
rewrite (eq_bigr (fun i : 'I_(win_h s) => \prod_(e <- f c) \prod_(j < win_w s)
    (if e.1 == (i : nat, j : nat) then G e i j else 1))) => [|i _]; last exact: exchange_big.
rewrite exchange_big /= big_seq [RHS]big_seq; apply: eq_bigr => e el.
by have /and3P[ei ej _] := allP ok e el; rewrite (prod_at2 (G e) ei ej).
Qed.

(** With zero padding on both sides: outside the output some offset is outside the input. *)
Lemma pad_route s f h w cin x u v c :
  (0 < str_h s)%N -> (0 < str_w s)%N -> taps_ok s cin (f c) -> f c != [::] ->
  pad (ceil_div h (str_h s)) (ceil_div w (str_w s)) (gc (route s f) h w cin x) u v c
    = \prod_(e <- f c) pad h w x (str_h s * u + e.1.1)%N (str_w s * v + e.1.2)%N e.2.
Proof.
move=> h0 w0 ok ne; rewrite {1}/pad !ceil_div_lt // route_gc //.
case: ifPn => // out; case: (f c) ne => // e l _; rewrite big_cons /pad.
rewrite (_ : _ && _ = false) ?mul0r //; apply: contraNF out => /andP[uh vw].
by rewrite (leq_ltn_trans (leq_addr _ _) uh) (leq_ltn_trans (leq_addr _ _) vw).
Qed.

(** ** Outputs with their zero padding *)

Definition net_size (net : seq (layer K)) h w : nat * nat := out_size (shapes net) h w.
Definition net_channels (net : seq (layer K)) cin : nat := last cin (map channels (shapes net)).
Definition output (net : seq (layer K)) h w cin x : fmap K :=
  pad (net_size net h w).1 (net_size net h w).2 (run net h w cin x).

Lemma output_cons l net h w cin x : output (l :: net) h w cin x
  = output net (ceil_div h (str_h l)) (ceil_div w (str_w l)) (channels l) (gc l h w cin x).
Proof. by []. Qed.

Lemma run_cat (n1 n2 : seq (layer K)) h w cin x :
  run (n1 ++ n2) h w cin x
  = run n2 (net_size n1 h w).1 (net_size n1 h w).2 (net_channels n1 cin) (run n1 h w cin x).
Proof. by elim: n1 h w cin x => //= l n1 IH h w cin x; rewrite IH. Qed.

Lemma shared_net_cat (n1 n2 : seq (layer K)) :
  shared_net n1 -> shared_net n2 -> shared_net (n1 ++ n2).
Proof. by elim: n1 => //= l n1 IH [sl s1] s2; split=> //; apply: IH. Qed.

End Routes.

(** ** Effective windows *)

(** Layers 1, ..., K, each with its effective width t; its effective height is 1. *)
Definition widths : Type := seq (shape * nat).

(** Some effective width is at least 2. *)
Definition widens (ws : widths) : bool := has (fun w => 1 < w.2)%N ws.

(** The widths are at least 1 and within the windows. *)
Definition widths_ok (ws : widths) : bool :=
  all (fun w => proper w.1 && (0 < w.2 <= win_w w.1)%N) ws.

(** T - 1, where T is the total receptive field that these widths attain. *)
Fixpoint reach (ws : widths) : nat :=
  if ws is (s, t) :: ws' then (t.-1 + str_w s * reach ws')%N else 0%N.

(** It is that of THEORY 2: T = 1 + sum over l of (t_l - 1) S_1 ... S_(l-1). *)
Lemma reach_sum ws :
  reach ws = (\sum_(l < size ws) (nth 0 (map snd ws) l).-1 * stride_w (take l (map fst ws)))%N.
Proof.
elim: ws => [|[s t] ws IH] /=; first by rewrite big_ord0.
rewrite big_ord_recl /= muln1 IH big_distrr; congr (_ + _)%N.
by apply: eq_bigr => l _; rewrite /= mulnCA.
Qed.

Definition attained_field (ws : widths) : nat := (reach ws).+1.

Lemma reach_narrow ws : ~~ widens ws -> reach ws = 0%N.
Proof.
elim: ws => //= -[s t] ws IH; rewrite negb_or -leqNgt => /andP[] /=.
by case: t => [|[]] // _ /IH->; rewrite muln0.
Qed.

Lemma widens_reach ws : widths_ok ws -> widens ws = (0 < reach ws)%N.
Proof.
elim: ws => //= -[s t] ws IH /= /andP[/andP[/and5P[_ _ _ sw0 _] _]] /IH ->.
by rewrite addn_gt0 muln_gt0 sw0; case: t => [|[]].
Qed.

(** The least of n and of the labels that layers 1, ..., K have channels for: a label needs two
    channels from the first width of at least 2 to the last, that one excepted, elsewhere one.
    [split]: a width of at least 2 came before. *)
Fixpoint capacity (split : bool) (n : nat) (ws : widths) : nat :=
  if ws is (s, t) :: ws' then
    let split' := split || (1 < t)%N in
    minn (if split' && widens ws' then (channels s)./2 else channels s) (capacity split' n ws')
  else n.

Lemma capacity_le split n ws : (capacity split n ws <= n)%N.
Proof. by elim: ws split => //= -[s t] ws IH split; rewrite geq_min IH orbT. Qed.

Lemma half_channels m n : (m <= n./2)%N = (m + m <= n)%N.
Proof. by rewrite geq_half_double addnn. Qed.

Lemma capacity_channels m split n ws :
  (m <= capacity split n ws)%N -> all (fun w => m <= channels w.1)%N ws.
Proof.
elim: ws split => //= -[s t] ws IH split; rewrite leq_min => /andP[mc /IH ->]; rewrite andbT /=.
by move: mc; case: ifP => // _; rewrite half_channels => /(leq_trans (leq_addr _ _)).
Qed.

Section Front.

Variables (K : comRingType) (m : nat).
Implicit Types (x : fmap K) (ws : widths).

(** The channel of the far route of label c. *)
Definition far_channel (split : bool) (c : nat) : nat := if split then (m + c)%N else c.

Definition pass c : seq (nat * nat * nat) := if (c < m)%N then [:: (0, 0, c)]%N else [::].
Definition near_far (split : bool) t c : seq (nat * nat * nat) :=
  if (c < m)%N then [:: (0, 0, c)]%N
  else if (c < m + m)%N then [:: (0, t.-1, far_channel split (c - m))]%N else [::].
Definition meet (split : bool) t c : seq (nat * nat * nat) :=
  if (c < m)%N then [:: (0, 0, c); (0, t.-1, far_channel split c)]%N else [::].

(** Layers 1, ..., K.  [split]: near and far routes come on two channels. *)
Fixpoint front (split : bool) ws : seq (layer K) :=
  if ws is (s, t) :: ws' then
    if ~~ widens ws' then route K s (meet split t) :: [seq route K w.1 pass | w <- ws']
    else if split || (1 < t)%N then route K s (near_far split t) :: front true ws'
    else route K s pass :: front false ws'
  else [::].

Lemma passes_shapes ws : shapes [seq route K w.1 pass | w <- ws] = map fst ws.
Proof. by rewrite /shapes -map_comp; apply: eq_map. Qed.

Lemma front_shapes split ws : shapes (front split ws) = map fst ws.
Proof.
elim: ws split => //= -[s t] ws IH split; case: ifP => _; first by rewrite /= passes_shapes.
by case: ifP => _; rewrite /= IH.
Qed.

Lemma passes_shared ws : shared_net [seq route K w.1 pass | w <- ws].
Proof. by elim: ws => //= w ws IH; split. Qed.

Lemma front_shared split ws : shared_net (front split ws).
Proof.
elim: ws split => //= -[s t] ws IH split; case: ifP => _.
  by split; [exact: route_shared | exact: passes_shared].
by case: ifP => _; split; rewrite ?IH //; apply: route_shared.
Qed.

Lemma taps1 s cin i j k : (i < win_h s)%N -> (j < win_w s)%N -> (k < cin)%N ->
  taps_ok s cin [:: (i, j, k)].
Proof. by move=> ih jw kc; rewrite /taps_ok /= ih jw kc. Qed.

(** The last layers hand the channels on. *)
Lemma output_passes ws h w cin x u v c : (c < m)%N -> (m <= cin)%N ->
  widths_ok ws -> all (fun e => m <= channels e.1)%N ws ->
  output [seq route K e.1 pass | e <- ws] h w cin x u v c
    = pad h w x (stride_h (map fst ws) * u)%N (stride_w (map fst ws) * v)%N c.
Proof.
elim: ws h w cin x u v => [|[s t] ws IH] h w cin x u v cm mc.
  by rewrite !mul1n.
move=> /= /andP[/andP[/and5P[wh0 ww0 sh0 sw0 _] _] ok] /andP[ms fit].
have taps : taps_ok s cin (pass c).
  by rewrite /pass cm taps1 // (leq_trans cm).
rewrite output_cons IH // pad_route // /pass ?cm // big_seq1 /= !addn0.
by rewrite !mulnA.
Qed.

(** The output multiplies the near and the far route of each label. *)
Lemma output_front split n ws h w cin x u v c :
  (c < m)%N -> ((if split then m + m else m) <= cin)%N ->
  widths_ok ws -> widens ws -> (m <= capacity split n ws)%N ->
  let r := (stride_h (map fst ws) * u)%N in let q := (stride_w (map fst ws) * v)%N in
  output (front split ws) h w cin x u v c
    = pad h w x r q c * pad h w x r (q + reach ws)%N (far_channel split c).
Proof.
move=> cm; elim: ws split h w cin x => // -[s t] ws IH split h w cin x fit.
move=> /= /andP[/andP[/and5P[/= wh0 ww0 sh0 sw0 _] /andP[t0 tw]] ok] wide.
rewrite leq_min => /andP[ms ms'].
have mc : (m <= cin)%N by apply: leq_trans fit; case: (split); rewrite ?leq_addr.
have tw' : (t.-1 < win_w s)%N by rewrite prednK.
have fc : (far_channel split c < cin)%N.
  by apply: leq_trans fit; rewrite /far_channel; case: (split); rewrite ?ltn_add2l.
have cc := leq_trans cm mc.
case: ifPn => [narrow|/negPn wide'].
  have t1 : (1 < t)%N by move: wide; rewrite (negbTE narrow) orbF.
  rewrite output_cons output_passes // ?(capacity_channels ms') //; last first.
    by move: ms; rewrite (negbTE narrow) andbF.
  rewrite pad_route // /meet cm //; last first.
    by rewrite /taps_ok /= wh0 ww0 tw' cc fc inE -pair_eqE /= !andbT neq_ltn -ltnS prednK ?t1.
  by rewrite big_cons big_seq1 /= !addn0 reach_narrow // muln0 addn0 !mulnA.
have [splits|/norP[nsplit nt1]] := boolP (split || (1 < t)%N).
  rewrite splits wide' /= half_channels in ms; rewrite splits in ms'.
  rewrite output_cons (IH true) //= !pad_route // /near_far ?cm //.
  - rewrite ltnNge leq_addr ltn_add2l cm /= !big_seq1 /= !addn0 addKn !mulnA.
    by rewrite mulnDr mulnA -addnA [(t.-1 + _)%N]addnC !addnA.
  - by rewrite ltnNge leq_addr ltn_add2l cm /= addKn taps1.
  - by rewrite ltnNge leq_addr ltn_add2l cm.
  - by rewrite taps1.
have t1 : t = 1%N by apply/eqP; rewrite eqn_leq t0 leqNgt nt1.
rewrite (negbTE nsplit) t1 /= in ms ms' *.
rewrite output_cons (IH false) // !pad_route // /pass /= ?cm ?taps1 //.
by rewrite !big_seq1 /= !addn0 add0n mulnDr !mulnA.
Qed.

End Front.
