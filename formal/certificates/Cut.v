(** * Separating sets of networks: a checked upper bound for all parameters (THEORY 9) *)

From mathcomp Require Import all_ssreflect all_algebra.
From Overlap Require Import Rank2 Network Evaluation Geometry.
From Overlap Require Import Monomials Expand Separator.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.

(** ** Soundness *)

Lemma nth_iota_map0 (B : Type) (x0 : B) m (f : nat -> B) i :
  nth x0 [seq f i | i <- iota 0 m] i = if i < m then f i else x0.
Proof.
case: ltnP => lt; last by rewrite nth_default ?size_map ?size_iota.
by rewrite (nth_map 0) ?size_iota // nth_iota.
Qed.


Local Open Scope ring_scope.

Definition deg (a : seq nat) : nat -> nat := nth 0%N a.

Lemma deg_dadd a b k : deg (dadd a b) k = (deg a k + deg b k)%N.
Proof.
by elim: a b k => [|x a IH] [|y b] [|k] //=; rewrite /deg ?nth_nil ?addn0 ?add0n //=; apply: IH.
Qed.

Lemma deg_vunit k j : deg (vunit k) j = (j == k).
Proof.
rewrite /deg /vunit nth_ncons; case: ltngtP => [//|kj|->]; last by rewrite subnn.
by rewrite -(subnSK kj) /= nth_nil.
Qed.

Lemma deg_total xs k : deg (total xs) k = (\sum_(x <- xs) deg (contribution x) k)%N.
Proof.
elim: xs => [|x xs IH] /=; first by rewrite big_nil /deg nth_nil.
by rewrite big_cons deg_dadd IH.
Qed.

(** Positions of offset (i, j) at location (u, v), if inside. *)
Section Children.

Variables (s : gshape) (h w : nat) (t : itable) (u v : nat).

Definition seen_at (i j : nat) : info := info_look t (seen_h s u i - pad_h s) (seen_w s v j - pad_w s).
Definition inside (i j : nat) : bool := within_h s h (seen_h s u i) && within_w s w (seen_w s v j).

Lemma sum_children (F : info -> nat) (Q : pred info) :
  (\sum_(x <- [seq x <- children s h w t u v | Q x]) F x
   = \sum_(i <- iota 0 (win_h s)) \sum_(j <- iota 0 (win_w s))
       if inside i j && Q (seen_at i j) then F (seen_at i j) else 0)%N.
Proof.
rewrite big_filter /children big_flatten big_map big_filter big_mkcond; apply: eq_bigr => i _.
case: ifP => ih; last by rewrite big1 // => j _; rewrite /inside ih.
rewrite big_map big_filter_cond big_mkcond; apply: eq_bigr => j _.
by rewrite /inside ih.
Qed.

Lemma all_children (Q : pred info) i j :
  all Q (children s h w t u v) -> (i < win_h s)%N -> (j < win_w s)%N -> inside i j -> Q (seen_at i j).
Proof.
have all_flat (ss : seq (seq info)) : all Q (flatten ss) = all (all Q) ss.
  by elim: ss => //= x ss IH; rewrite all_cat IH.
rewrite /children all_flat all_map => /allP al ih jw /andP[rh cw].
have /= := al i; rewrite mem_filter rh mem_iota ih => /(_ isT); rewrite all_map => /allP/(_ j).
by rewrite mem_filter cw mem_iota jw; apply.
Qed.

End Children.

(** ** Values and classes *)

Section Values.

Variables (K : fieldType) (H W M : nat) (P : nat -> nat -> bool) (S on_Q : seq vertex).
Variable net : seq (glayer K).
Let PX := left_part M (fun s : site H W => P s.1 s.2).
Let QX := right_part M (fun s : site H W => P s.1 s.2).
Let ss := gshapes net.
Let n := size S.

Definition size_at (l : nat) : nat * nat := gout_size (take l ss) H W.
Definition channels_at (l : nat) : nat := last M (map channels (map base_of (take l ss))).

Definition value_at (l : nat) (p : PX) (q : QX) : fmap K :=
  grun (take l net) H W M (one_hot (glue p q)).

Definition v0 : vertex := (0, 0, 0)%N.
Definition z (k c : nat) (p : PX) (q : QX) : K :=
  let: (l, r, c') := nth v0 S k in value_at l p q r c' c.
Definition D (k : nat) : nat := channels_at (nth v0 S k).1.1.

Lemma numberP v k : number S v = Some k -> (k < n)%N /\ nth v0 S k = v.
Proof.
rewrite /number; case: ifP => // lt [<-]; split=> //.
by apply: nth_index; rewrite -index_mem.
Qed.

Local Notation cls := (cls D z).

(** What an info says is true of the values x at layer l. *)
Definition true_info (l r c : nat) (i : info) : Prop :=
  [/\ i_num i = number S (l, r, c), i_side i = side_of on_Q P (l, r, c),
      i_num i = None -> forall ch, (ch < channels_at l)%N ->
        forall sd, i_free i || (i_side i == sd) ->
        cls sd (iota 0 n) (deg (i_deg i)) (fun p q => value_at l p q r c ch) &
      forall sd, sel sd (i_pure i) -> forall ch, (ch < channels_at l)%N ->
        one_sided sd (fun p q => value_at l p q r c ch)].

Definition true_table (l : nat) (t : itable) : Prop :=
  forall r c, (r < (size_at l).1)%N -> (c < (size_at l).2)%N ->
    i_ok (info_look t r c) -> true_info l r c (info_look t r c).

Lemma look_map (B : Type) (x0 : B) m (f : nat -> B) i : nth x0 [seq f i | i <- iota 0 m] i = if (i < m)%N then f i else x0.
Proof.
exact: nth_iota_map0.
Qed.

(** Sites. *)
Lemma site_one_sided r c ch : one_sided (P r c) (fun p q => value_at 0 p q r c ch).
Proof.
rewrite /one_sided /value_at take0 /=; case E: (P r c).
  by move=> p q q'; apply: one_hot_local => s sr sc; apply: glue_left; rewrite /= sr sc E.
by move=> p p' q; apply: one_hot_local => s sr sc; apply: glue_right; rewrite /= sr sc E.
Qed.

Lemma true_sites : true_table 0 (site_table S P H W).
Proof.
move=> r c; rewrite /size_at take0 /= => rh cw _.
rewrite /info_look site_tableE look_map rh look_map cw; split=> //=.
  by move=> _ ch _ sd /eqP <-; apply/cls_side/site_one_sided.
by move=> sd pure ch _; have := site_one_sided r c ch; case: sd pure => /=; case: (P r c).
Qed.

(** Layers. *)
Definition l0 : glayer K := GLayer (plain (Shape 0 0 1 1 0)) (fun _ _ _ _ _ _ => 0) (fun _ _ _ _ _ => 0).

Lemma run_take (net' : seq (glayer K)) l h w cin x : (l < size net')%N ->
  grun (take l.+1 net') h w cin x
  = gapply (nth l0 net' l) (gout_size (take l (gshapes net')) h w).1 (gout_size (take l (gshapes net')) h w).2
      (last cin (map channels (map base_of (take l (gshapes net'))))) (grun (take l net') h w cin x).
Proof.
elim: net' l h w cin x => // l' net' IH [|l] h w cin x /=; first by rewrite take0.
by rewrite ltnS => lt; apply: IH.
Qed.

Lemma out_size_take (l : nat) h w (ts : seq gshape) s0 : (l < size ts)%N ->
  gout_size (take l.+1 ts) h w
  = (out_h (nth s0 ts l) (gout_size (take l ts) h w).1, out_w (nth s0 ts l) (gout_size (take l ts) h w).2).
Proof.
elim: ts l h w => // s ts IH [|l] h w /=; first by rewrite take0.
by rewrite ltnS => lt; apply: IH.
Qed.

Lemma channels_take (l : nat) cin (ts : seq gshape) s0 : (l < size ts)%N ->
  last cin (map channels (map base_of (take l.+1 ts))) = channels (nth s0 ts l).
Proof.
elim: ts l cin => // s ts IH [|l] cin /=; first by rewrite take0.
by rewrite ltnS => lt; apply: IH.
Qed.

Section Step.

Variable l : nat.
Hypothesis l_lt : (l < size net)%N.
Let lay := nth l0 net l.
Let s : gshape := lay.
Let h := (size_at l).1.
Let w := (size_at l).2.
Let cin := channels_at l.

Lemma shape_nth : nth (l0 : gshape) ss l = s.
Proof.
by rewrite /ss /gshapes (nth_map l0).
Qed.

Lemma size_step : size_at l.+1 = (out_h s h, out_w s w).
Proof.
by rewrite /size_at (out_size_take _ _ (l0 : gshape)) ?size_map // shape_nth.
Qed.

Lemma channels_step : channels_at l.+1 = channels s.
Proof.
by rewrite /channels_at (channels_take _ (l0 : gshape)) ?size_map // shape_nth.
Qed.

Lemma value_step p q : value_at l.+1 p q = gapply lay h w cin (value_at l p q).
Proof.
by rewrite /value_at run_take // /gshapes map_take.
Qed.

Lemma gc_iota x u v c : gapply lay h w cin x u v c
  = \prod_(i <- iota 0 (win_h s)) \prod_(j <- iota 0 (win_w s)) gfactor lay h w cin x u v i j c.
Proof.
have iotaE n' (F : nat -> K) : \prod_(i < n') F i = \prod_(i <- iota 0 n') F i.
  by rewrite -(big_mkord xpredT F) /index_iota subn0.
rewrite /gapply (iotaE _ (fun i => \prod_(j < win_w lay) gfactor lay h w cin x u v i j c)).
by apply: eq_bigr => i _; rewrite (iotaE _ (fun j => gfactor lay h w cin x u v i j c)).
Qed.

Lemma cls_scale sd U a f (y : K) : cls sd U a f -> cls sd U a (fun p q => y * f p q).
Proof.
by move=> cf; apply: cls_ext (cls_mul (cls_cst D z sd U (fun=> 0%N) y) cf).
Qed.

Lemma cls_prod sd U (r : seq nat) (a : nat -> nat -> nat) (F : nat -> PX -> QX -> K) :
  (forall i, i \in r -> cls sd U (a i) (F i)) ->
  cls sd U (fun w => \sum_(i <- r) a i w)%N (fun p q => \prod_(i <- r) F i p q).
Proof.
elim: r => [|i r IH] cF.
  by apply: cls_ext (cls_cst D z sd U (fun=> 0%N) 1) => // p q; rewrite big_nil.
apply: cls_ext (cls_mul (cF i (mem_head _ _)) (IH _)) => [w'|p q|j jr]; rewrite ?big_cons //.
by apply: cF; rewrite inE jr orbT.
Qed.

Variable t : itable.
Hypothesis t_true : true_table l t.
Variables (u v : nat).
Local Notation seen := (seen_at s t u v).
Local Notation ins := (inside s h w u v).
Local Notation row i := (seen_h s u i - pad_h s)%N.
Local Notation col j := (seen_w s v j - pad_w s)%N.

Definition factor_at (i j c : nat) (p : PX) (q : QX) : K := gfactor lay h w cin (value_at l p q) u v i j c.

Lemma factor_outside sd a i j c : ~~ ins i j -> cls sd (iota 0 n) a (factor_at i j c).
Proof.
move=> out; apply: cls_ext (cls_cst D z sd _ a (gbias lay u v i j c)) => // p q.
rewrite /factor_at /gfactor big1 ?add0r // => k _.
by rewrite /gread -/s -/(ins i j) (negbTE out) mulr0.
Qed.

Lemma factor_inside sd i j c : ins i j -> i_ok (seen i j) ->
  cut_off (pred1 sd) (seen i j) ->
  cls sd (iota 0 n) (deg (contribution (seen i j))) (factor_at i j c).
Proof.
move=> inij ok side; have := inij; rewrite /inside => /andP[/andP[_ rh] /andP[_ cw]].
have [num sd_of cl _] := t_true rh cw ok.
pose val k p q := value_at l p q (row i) (col j) k.
have clv k : (k < cin)%N -> cls sd (iota 0 n) (deg (contribution (seen i j))) (val k).
  move=> kc; rewrite /contribution; move: side cl num; rewrite -/(seen i j) /cut_off => side cl num.
  case E: (i_num (seen i j)) side num cl => [m|] /= side num cl; last first.
    exact: (cl erefl k kc sd side).
  have [mn mS] := numberP (esym num).
  apply: (@cls_ext _ _ _ _ D z sd _ _ _ (z m k) _ (fun=> leqnn _)); last first.
    apply: cls_chan; rewrite ?mem_iota //; first by rewrite deg_vunit eqxx.
    by rewrite /D mS.
  by move=> p q; rewrite /z mS.
pose read k p q := gread lay h w cin (value_at l p q) (seen_h lay u i) (seen_w lay v j) k.
have clr k : cls sd (iota 0 n) (deg (contribution (seen i j))) (read k).
  case: (ltnP k cin) => kc.
    by apply: cls_ext (clv k kc) => // p q; rewrite /read /gread -/s -/(ins i j) inij kc.
  apply: cls_ext (cls_cst D z sd _ _ 0) => // p q.
  by rewrite /read /gread ltnNge kc andbF.
exact: (cls_add (cls_sum (index_enum _) (fun k : 'I_(group_size lay cin) => cls_scale (gweight lay u v i j c k)
  (clr (group_first lay cin c + k)%N))) (cls_cst D z sd _ _ (gbias lay u v i j c))).
Qed.

(** A location outside S runs on one side. *)
Lemma location_cls sd c :
  all i_ok (children s h w t u v) ->
  all (cut_off (pred1 sd)) (children s h w t u v) ->
  cls sd (iota 0 n) (deg (total (children s h w t u v))) (fun p q => value_at l.+1 p q u v c).
Proof.
move=> oks sides.
pose a i j w := if ins i j then deg (contribution (seen i j)) w else 0%N.
apply: (@cls_ext _ _ _ _ D z sd (iota 0 n)
  (fun k => \sum_(i <- iota 0 (win_h s)) \sum_(j <- iota 0 (win_w s)) a i j k)%N _
  (fun p q => \prod_(i <- iota 0 (win_h s)) \prod_(j <- iota 0 (win_w s)) factor_at i j c p q)).
- move=> k; rewrite deg_total -{1}(filter_predT (children _ _ _ _ _ _)) sum_children.
  by apply: leq_sum => i _; apply: leq_sum => j _; rewrite /a andbT.
- by move=> p q; rewrite value_step gc_iota.
apply: cls_prod => i; rewrite mem_iota => /= ih; apply: cls_prod => j; rewrite mem_iota => /= jw.
rewrite /a; case: (boolP (ins i j)) => inij; last exact: factor_outside.
by apply: factor_inside; rewrite ?(all_children oks) // (all_children sides).
Qed.

(** A location in S is the product of two parts. *)
Definition side_at (i j : nat) : bool :=
  if ins i j then side_of on_Q P (l, row i, col j) else true.
Definition part sd c (p : PX) (q : QX) : K :=
  \prod_(i <- iota 0 (win_h s)) \prod_(j <- iota 0 (win_w s))
    (if side_at i j == sd then factor_at i j c p q else 1).

Lemma part_split c p q : value_at l.+1 p q u v c = part true c p q * part false c p q.
Proof.
rewrite value_step gc_iota /part -big_split; apply: eq_bigr => i _; rewrite -big_split.
by apply: eq_bigr => j _ /=; case: side_at; rewrite ?mulr1 ?mul1r.
Qed.

Lemma part_cls sd c : all i_ok (children s h w t u v) ->
  cls sd (iota 0 n) (deg (total [seq x <- children s h w t u v | i_side x == sd])) (part sd c).
Proof.
move=> oks.
pose a i j w := if ins i j && (i_side (seen i j) == sd) then deg (contribution (seen i j)) w else 0%N.
apply: (@cls_ext _ _ _ _ D z sd (iota 0 n)
  (fun k => \sum_(i <- iota 0 (win_h s)) \sum_(j <- iota 0 (win_w s)) a i j k)%N _
  (part sd c)) => [k|p q|].
- by rewrite deg_total (sum_children s h w t u v _ (fun x => i_side x == sd)).
- by [].
apply: cls_prod => i; rewrite mem_iota => /= ih; apply: cls_prod => j; rewrite mem_iota => /= jw.
rewrite /a /side_at; case: (boolP (ins i j)) => inij /=; last first.
  by case: (true == sd); [apply: factor_outside | apply: cls_cst].
have ok : i_ok (seen i j) by apply: (all_children oks).
have /andP[/andP[_ rh] /andP[_ cw]] := inij; have [_ sdE _ _] := t_true rh cw ok.
rewrite -sdE -/(seen i j); case: (boolP (i_side (seen i j) == sd)) => [e|_]; last exact: cls_cst.
by apply: factor_inside; rewrite // /cut_off /= e orbT.
Qed.

Lemma pure_one_sided sd c : all i_ok (children s h w t u v) ->
  all (fun x => sel sd (i_pure x)) (children s h w t u v) ->
  one_sided sd (fun p q => value_at l.+1 p q u v c).
Proof.
move=> oks pures.
have fac i j : (i < win_h s)%N -> (j < win_w s)%N -> one_sided sd (factor_at i j c).
  move=> ih jw; case: (boolP (ins i j)) => inij; last first.
    have cst p q : factor_at i j c p q = gbias lay u v i j c.
      rewrite /factor_at /gfactor big1 ?add0r // => k _.
      by rewrite /gread -/s -/(ins i j) (negbTE inij) mulr0.
    by case: (sd); move=> p p' q; rewrite !cst.
  have ok : i_ok (seen i j) by apply: (all_children oks).
  have /andP[/andP[_ rh] /andP[_ cw]] := inij; have [_ _ _ side] := t_true rh cw ok.
  have pij : sel sd (i_pure (seen i j)) by apply: (all_children (Q := fun x => sel sd (i_pure x)) pures).
  have val k := side sd pij k; rewrite /factor_at /gfactor /gread -/s -/(ins i j) inij.
  case: (sd) val => val; move=> p p' q; congr (_ + _); apply: eq_bigr => k _; congr (_ * _);
    by case: ifP => // kc; apply: val.
case: (sd) fac => fac; move=> p p' q; rewrite !value_step !gc_iota;
  apply: eq_big_seq => i; rewrite mem_iota => /= ih;
  apply: eq_big_seq => j; rewrite mem_iota => /= jw; exact: (fac i j ih jw).
Qed.

End Step.

Lemma true_next l t : (l < size net)%N -> true_table l t ->
  true_table l.+1 (next_table S on_Q l.+1 (nth l0 net l) (size_at l).1 (size_at l).2 t).
Proof.
move=> lt tt r c; rewrite size_step // => rh cw.
rewrite /info_look (next_tableE _ _ P) look_map rh look_map cw /= => /andP[oks sides].
split=> //=.
- move=> numN ch; rewrite channels_step // => chD sd; rewrite numN in sides.
  move=> /orP side; apply: (location_cls lt tt) => //; case: side => [|/eqP <- //].
  by apply: sub_all => x; rewrite /cut_off => /orP[->|].
- by move=> sd pure ch; rewrite channels_step // => chD; apply: (pure_one_sided lt tt) => //; case: sd pure.
Qed.

Lemma tables_step (ts : seq gshape) s0 l h w t i : (i < size ts)%N ->
  nth [::] (tables S on_Q l ts h w t) i.+1
  = next_table S on_Q (l + i).+1 (nth s0 ts i) (gout_size (take i ts) h w).1 (gout_size (take i ts) h w).2
      (nth [::] (tables S on_Q l ts h w t) i).
Proof.
elim: ts l h w t i => // s ts IH l h w t [|i] /=.
  by rewrite addn0; case: ts {IH}.
by rewrite ltnS => lt; rewrite IH // addSnnS.
Qed.

Lemma true_tables j : (j <= size net)%N ->
  true_table j (nth [::] (tables S on_Q 0 ss H W (site_table S P H W)) j).
Proof.
elim: j => [|j IH] jn.
  by rewrite (_ : nth _ _ 0 = site_table S P H W); [apply: true_sites | case: ss].
rewrite (tables_step (l0 : gshape)) ?size_map // add0n /ss /gshapes (nth_map l0) //.
by apply: (true_next (l := j)) => //; apply: IH; apply: ltnW.
Qed.

End Values.
