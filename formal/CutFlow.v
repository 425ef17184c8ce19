(** * Flows from P-sites over locations to the other sites

    The graph of the cut law (THEORY 8.5): P-site -> location -> site outside P, an edge where the
    location sees the site, with one capacity for sites and one for locations.  The largest
    integral flow has the value of a least separating set, and it is a family of paths. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Overlap Require Import MaxFlow.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory.

Section CutFlow.

Variables (X Y : finType) (P : pred X) (sees : Y -> X -> bool) (cx cy : nat).
Implicit Types (x : X -> Y -> nat) (s : X) (t : Y) (S : {set X}) (T : {set Y}).

(** x s t is what flows on the edge of site s and location t: into t if s is in P, else out of t. *)
Definition cut_flow x : bool :=
  [&& [forall s, forall t, (0 < x s t) ==> sees t s],
      [forall t, \sum_(s | P s) x s t == \sum_(s | ~~ P s) x s t],
      [forall s, \sum_t x s t <= cx] & [forall t, \sum_(s | P s) x s t <= cy]].

Definition flow_value x : nat := \sum_t \sum_(s | P s) x s t.

(** No more than cx flows on an edge. *)
Definition flow_of (y : {ffun X * Y -> 'I_cx.+1}) : X -> Y -> nat := fun s t => y (s, t).

Definition max_flow : nat := \max_(y | cut_flow (flow_of y)) flow_value (flow_of y).

(** Every path from P-site over location to site outside P meets the set. *)
Definition separating S T : bool :=
  [forall s, forall t, forall s', [&& P s, ~~ P s', sees t s & sees t s']
     ==> [|| s \in S, t \in T | s' \in S]].

Lemma cut_flowP x : reflect
  [/\ forall s t, 0 < x s t -> sees t s, forall t, \sum_(s | P s) x s t = \sum_(s | ~~ P s) x s t,
      forall s, \sum_t x s t <= cx & forall t, \sum_(s | P s) x s t <= cy] (cut_flow x).
Proof.
apply: (iffP and4P) => [[sup con lex ley]|[sup con lex ley]].
  split=> [s t|t|s|t].
  - exact: implyP (forallP (forallP sup s) t).
  - exact/eqP/(forallP con).
  - exact: (forallP lex).
  - exact: (forallP ley).
split; apply/forallP => s; [|exact/eqP|exact: lex|exact: ley].
by apply/forallP => t; apply/implyP/sup.
Qed.

Lemma separatingP S T : reflect
  (forall s t s', P s -> ~~ P s' -> sees t s -> sees t s' -> [|| s \in S, t \in T | s' \in S])
  (separating S T).
Proof.
apply: (iffP forallP) => [sep s t s' Ps Ps' ts ts'|sep s].
  by have /forallP/(_ t)/forallP/(_ s')/implyP := sep s; apply; rewrite Ps Ps' ts ts'.
by apply/forallP => t; apply/forallP => s'; apply/implyP => /and4P[]; apply: sep.
Qed.

(** ** No flow is larger than a separating set *)

Lemma flow_le x S T : cut_flow x -> separating S T -> flow_value x <= cx * #|S| + cy * #|T|.
Proof.
move=> /cut_flowP[sup con lex ley] /separatingP sep.
rewrite /flow_value (bigID (mem T)) /= addnC leq_add //; last first.
  by rewrite mulnC -sum_nat_const; apply: leq_sum.
apply: (@leq_trans (\sum_(s in S) \sum_t x s t)); last first.
  by rewrite mulnC -sum_nat_const; apply: leq_sum.
rewrite [X in _ <= X]exchange_big /= [X in _ <= X](bigID (mem T)) /= addnC.
apply: leq_trans (leq_addr _ _); apply: leq_sum => t tT.
have [/existsP[s1 /and3P[P1 S1 x1]]|] := boolP [exists s, [&& P s, s \notin S & 0 < x s t]].
  have inS s : ~~ P s && (s \notin S) -> x s t = 0.
    move=> /andP[Ps Ss]; apply/eqP; rewrite -leqn0 leqNgt; apply/negP => xs.
    have := sep s1 t s P1 Ps (sup _ _ x1) (sup _ _ xs).
    by rewrite (negbTE S1) (negbTE tT) (negbTE Ss).
  rewrite con (bigID (mem S)) /= [X in _ + X]big1 // addn0.
  rewrite [X in _ <= X](bigID P) /= addnC.
  by apply: leq_trans (leq_addr _ _); rewrite (eq_bigl _ _ (fun s => andbC _ _)).
rewrite negb_exists => /forallP inS.
rewrite (bigID (mem S)) /= [X in _ + X]big1 => [|s /andP[Ps Ss]]; last first.
  by have := inS s; rewrite Ps Ss /= -eqn0Ngt => /eqP.
rewrite addn0 [X in _ <= X](bigID P) /=.
by apply: leq_trans (leq_addr _ _); rewrite (eq_bigl _ _ (fun s => andbC _ _)).
Qed.

Lemma max_flow_le S T : separating S T -> max_flow <= cx * #|S| + cy * #|T|.
Proof. by move=> sep; apply/bigmax_leqP => x fl; apply: flow_le. Qed.

Lemma eq_flow x x' : (forall s t, x s t = x' s t) ->
  cut_flow x = cut_flow x' /\ flow_value x = flow_value x'.
Proof.
move=> xx'; have eq_in (p : pred X) t : \sum_(s | p s) x s t = \sum_(s | p s) x' s t.
  by apply: eq_bigr => s _; rewrite xx'.
split; last by apply: eq_bigr => t _; rewrite eq_in.
congr [&& _, _, _ & _]; apply: eq_forallb => s.
- by apply: eq_forallb => t; rewrite xx'.
- by rewrite !eq_in.
- by rewrite (eq_bigr (x' s)).
- by rewrite eq_in.
Qed.

Theorem flow_le_max x : cut_flow x -> flow_value x <= max_flow.
Proof.
move=> fl; pose y := [ffun e : X * Y => inord (x e.1 e.2) : 'I_cx.+1].
have xy s t : x s t = flow_of y s t.
  rewrite /flow_of ffunE inordK // ltnS; have /cut_flowP[_ _ lex _] := fl.
  by apply: leq_trans (lex s); rewrite (bigD1 t) //= leq_addr.
have [flE ->] := eq_flow xy; rewrite flE in fl.
exact: (@leq_bigmax_cond _ (fun y => cut_flow (flow_of y)) (fun y => flow_value (flow_of y)) y fl).
Qed.

Lemma zero_flow : cut_flow (fun _ _ => 0).
Proof. by apply/cut_flowP; split=> // *; rewrite ?big1. Qed.

Theorem max_flow_attained : exists2 x, cut_flow x & flow_value x = max_flow.
Proof.
pose y0 := [ffun _ : X * Y => ord0 : 'I_cx.+1].
have fl0 : cut_flow (flow_of y0).
  have [-> _] := @eq_flow (flow_of y0) (fun _ _ => 0) (fun s t => congr1 val (ffunE _ _)).
  exact: zero_flow.
have [|y fly eq] := @eq_bigmax_cond _
  (fun y => cut_flow (flow_of y)) (fun y => flow_value (flow_of y)).
  by apply/card_gt0P; exists y0.
by exists (flow_of y).
Qed.

(** ** Some flow is as large as some separating set *)

Let V : finType := [finType of (bool + X) + (Y + Y)].
Let source : V := inl (inl true).
Let sink : V := inl (inl false).
Let at_site s : V := inl (inr s).
Let enter t : V := inr (inl t).
Let leave t : V := inr (inr t).

(** More than what leaves the source. *)
Let unlimited := (cx * #|X|).+1.

Definition flow_capacity (u v : V) : nat :=
  match u, v with
  | inl (inl true), inl (inr s) => if P s then cx else 0
  | inl (inr s), inl (inl false) => if P s then 0 else cx
  | inl (inr s), inr (inl t) => if P s && sees t s then unlimited else 0
  | inr (inl t), inr (inr t') => if t == t' then cy else 0
  | inr (inr t), inl (inr s) => if ~~ P s && sees t s then unlimited else 0
  | _, _ => 0
  end.

Section Network.

Local Open Scope ring_scope.

Lemma sum_vertices (R : zmodType) (F : V -> R) :
  \sum_v F v = F source + F sink + \sum_s F (at_site s) + (\sum_t F (enter t) + \sum_t F (leave t)).
Proof. by rewrite !big_sumType big_bool. Qed.

Variable f : V -> V -> int.
Hypothesis net_f : net_flow flow_capacity source sink f.

Lemma net_anti u v : f u v = - f v u. Proof. by case: net_f. Qed.
Lemma net_le u v : f u v <= (flow_capacity u v)%:Z. Proof. by case: net_f. Qed.

Lemma net_ge0 u v : flow_capacity v u = 0%N -> 0 <= f u v.
Proof. by move=> c0; rewrite net_anti oppr_ge0 -[0]/(0%N%:Z) -c0 net_le. Qed.

Lemma net_eq0 u v : flow_capacity u v = 0%N -> flow_capacity v u = 0%N -> f u v = 0.
Proof.
move=> c0 c0'; apply/eqP; rewrite eq_le net_ge0 // andbT -[0]/(0%N%:Z) -c0.
exact: net_le.
Qed.

Lemma net_conserved u : u != source -> u != sink -> \sum_v f u v = 0.
Proof. by case: net_f => _ _; apply. Qed.

Definition flow_from_net s t : nat :=
  absz (if P s then f (at_site s) (enter t) else f (leave t) (at_site s)).
Local Notation x := flow_from_net.

Lemma from_net_P s t : P s -> (x s t)%:Z = f (at_site s) (enter t).
Proof. by move=> Ps; rewrite /x Ps gez0_abs ?net_ge0. Qed.

Lemma from_net_Q s t : ~~ P s -> (x s t)%:Z = f (leave t) (at_site s).
Proof. by move=> /negbTE Ps; rewrite /x Ps gez0_abs ?net_ge0 //= Ps. Qed.

Lemma enter_sum t : (\sum_(s | P s) x s t)%N%:Z = f (enter t) (leave t).
Proof.
have := net_conserved (isT : enter t != source) isT; rewrite sum_vertices.
rewrite net_eq0 // (@net_eq0 _ sink) // !add0r.
rewrite [X in _ + (X + _)]big1 => [|t' _]; last exact: net_eq0.
rewrite add0r (bigD1 t) //= [X in _ + (_ + X)]big1 ?addr0 => [|t' /negbTE tt']; last first.
  by apply: net_eq0 => //=; rewrite eq_sym tt'.
move/eqP; rewrite addrC addr_eq0 => /eqP->; rewrite -natz natr_sum -sumrN.
rewrite [RHS](bigID P) /= [X in _ = _ + X]big1 ?addr0 => [|s /negbTE Ps]; last first.
  by rewrite net_eq0 ?oppr0 //= Ps.
by apply: eq_bigr => s Ps; rewrite natz from_net_P // -net_anti.
Qed.

Lemma leave_sum t : (\sum_(s | ~~ P s) x s t)%N%:Z = f (enter t) (leave t).
Proof.
have := net_conserved (isT : leave t != source) isT; rewrite sum_vertices.
rewrite net_eq0 // (@net_eq0 _ sink) // !add0r addrA.
rewrite [X in _ + X]big1 => [|t' _]; last exact: net_eq0.
rewrite addr0 (bigD1 t) //= [X in _ + (_ + X)]big1 ?addr0 => [|t' /negbTE tt']; last first.
  by apply: net_eq0 => //=; rewrite tt'.
move/eqP; rewrite net_anti subr_eq0 => /eqP<-; rewrite -natz natr_sum.
rewrite [RHS](bigID P) /= [X in _ = X + _]big1 ?add0r => [|s Ps]; last first.
  by apply: net_eq0; rewrite //= Ps.
by apply: eq_bigr => s Ps; rewrite natz from_net_Q.
Qed.

Lemma P_site_sum s : P s -> (\sum_t x s t)%N%:Z = f source (at_site s).
Proof.
move=> Ps; have := net_conserved (isT : at_site s != source) isT; rewrite sum_vertices.
rewrite (@net_eq0 _ sink) //= ?Ps // addr0 big1 ?addr0 => [|s' _]; last exact: net_eq0.
rewrite [X in _ + (_ + X)]big1 ?addr0 => [|t _]; last by apply: net_eq0; rewrite //= Ps.
rewrite net_anti addrC => /eqP; rewrite subr_eq0 => /eqP<-; rewrite -natz natr_sum.
by apply: eq_bigr => t _; rewrite natz from_net_P.
Qed.

Lemma Q_site_sum s : ~~ P s -> (\sum_t x s t)%N%:Z = f (at_site s) sink.
Proof.
move=> nPs; have Ps := negbTE nPs; have := net_conserved (isT : at_site s != source) isT.
rewrite sum_vertices net_eq0 //= ?Ps // add0r big1 ?addr0 => [|s' _]; last exact: net_eq0.
rewrite [X in _ + (X + _)]big1 ?add0r => [|t _]; last by apply: net_eq0; rewrite //= Ps.
move/eqP; rewrite addr_eq0 => /eqP->; rewrite -natz natr_sum -sumrN.
by apply: eq_bigr => t _; rewrite natz from_net_Q // -net_anti.
Qed.

Lemma from_net_flow : cut_flow x.
Proof.
apply/cut_flowP; split=> [s t|t|s|t].
- rewrite -ltz_nat; have [Ps|Ps] := boolP (P s).
    rewrite from_net_P // => /lt_le_trans/(_ (net_le _ _)); rewrite /= Ps /=.
    by case: (sees t s).
  rewrite from_net_Q // => /lt_le_trans/(_ (net_le _ _)); rewrite /= Ps /=.
  by case: (sees t s).
- by have := leave_sum t; rewrite -enter_sum => -[].
- rewrite -lez_nat; have [Ps|Ps] := boolP (P s).
    by rewrite P_site_sum //; have := net_le source (at_site s); rewrite /= Ps.
  by rewrite Q_site_sum //; have := net_le (at_site s) sink; rewrite /= (negbTE Ps).
- by rewrite -lez_nat enter_sum; have := net_le (enter t) (leave t); rewrite /= eqxx.
Qed.

Lemma from_net_value : (flow_value x)%:Z = net_value source f.
Proof.
rewrite /net_value sum_vertices net_eq0 // (@net_eq0 _ sink) // !add0r.
rewrite [X in _ + (X + _)]big1 ?add0r => [|t _]; last exact: net_eq0.
rewrite [X in _ + X]big1 ?addr0 => [|t _]; last exact: net_eq0.
rewrite (bigID P) /= [X in _ + X]big1 ?addr0 => [|s /negbTE Ps]; last first.
  by apply: net_eq0; rewrite //= Ps.
rewrite /flow_value exchange_big -natz natr_sum; apply: eq_bigr => s Ps.
by rewrite natz P_site_sum.
Qed.

Lemma from_net_le : (flow_value x <= cx * #|X|)%N.
Proof.
apply: (@leq_trans (\sum_s \sum_t x s t)); last first.
  rewrite mulnC -sum_nat_const; apply: leq_sum => s _.
  by have /cut_flowP[_ _ lex _] := from_net_flow.
rewrite /flow_value exchange_big [X in (_ <= X)%N](bigID P) /=.
exact: leq_addr.
Qed.

End Network.

(** What a cut of the network separates. *)
Section Cut.

Variable A : {set V}.
Hypothesis source_A : source \in A.
Hypothesis sink_A : sink \notin A.
Hypothesis small : cut_capacity flow_capacity A < unlimited.

Definition cut_sites : {set X} := [set s | P s (+) (at_site s \in A)].
Definition cut_locations : {set Y} := [set t | (enter t \in A) && (leave t \notin A)].

Lemma across u v : u \in A -> v \notin A -> flow_capacity u v <= cut_capacity flow_capacity A.
Proof.
move=> uA vA; rewrite /cut_capacity (bigD1 u) //= (bigD1 v) ?inE //= -addnA.
exact: leq_addr.
Qed.

Lemma not_unlimited u v : flow_capacity u v = unlimited -> u \in A -> v \in A.
Proof.
move=> c uA; apply: contraLR small => vA; rewrite -leqNgt -c.
exact: across.
Qed.

Lemma cut_separates : separating cut_sites cut_locations.
Proof.
apply/separatingP => s t s' Ps Ps' ts ts'; rewrite !inE Ps (negbTE Ps') /=.
have [sA|//] := boolP (at_site s \in A); rewrite /=.
have tA : enter t \in A by apply: not_unlimited sA; rewrite /= Ps ts.
rewrite tA /=; have [tA'|//] := boolP (leave t \in A); rewrite /=.
by apply: not_unlimited tA'; rewrite /= Ps' ts'.
Qed.

Lemma row_ge u v : v \notin A -> flow_capacity u v <= \sum_(v in ~: A) flow_capacity u v.
Proof. by move=> vA; rewrite (bigD1 v) ?inE //= leq_addr. Qed.

Lemma sites_of_P : cx * #|[set s | P s & at_site s \notin A]|
  <= \sum_(v in ~: A) flow_capacity source v.
Proof.
rewrite big_mkcond !big_sumType /=; apply: leq_trans (leq_addr _ _).
apply: leq_trans (leq_addl _ _).
rewrite mulnC -sum_nat_const big_mkcond /=.
by apply: leq_sum => s _; rewrite !inE; case: (P s); case: (_ \in A).
Qed.

Lemma sites_of_Q : cx * #|[set s | ~~ P s & at_site s \in A]|
  <= \sum_s if at_site s \in A then \sum_(v in ~: A) flow_capacity (at_site s) v else 0.
Proof.
rewrite mulnC -sum_nat_const big_mkcond /=; apply: leq_sum => s _; rewrite !inE.
case: ifP => [/andP[Ps ->]|_]; last exact: leq0n.
by apply: leq_trans (row_ge (at_site s) sink_A); rewrite /= (negbTE Ps).
Qed.

Lemma cut_locations_le : cy * #|cut_locations|
  <= \sum_t if enter t \in A then \sum_(v in ~: A) flow_capacity (enter t) v else 0.
Proof.
rewrite mulnC -sum_nat_const big_mkcond /=; apply: leq_sum => t _; rewrite !inE.
case: ifP => [/andP[-> tA]|_]; last exact: leq0n.
by apply: leq_trans (row_ge (enter t) tA); rewrite /= eqxx.
Qed.

Lemma cut_size : cx * #|cut_sites| + cy * #|cut_locations| <= cut_capacity flow_capacity A.
Proof.
have -> : #|cut_sites|
    = #|[set s | P s & at_site s \notin A]| + #|[set s | ~~ P s & at_site s \in A]|.
  rewrite -(cardsID [set s | P s]); congr (_ + _); apply: eq_card => s; rewrite !inE.
    by case: (P s); rewrite ?andbF // andbT.
  by case: (P s).
rewrite /cut_capacity big_mkcond !big_sumType big_bool /= source_A (negbTE sink_A) addn0 mulnDr.
rewrite leq_add ?leq_add ?sites_of_P ?sites_of_Q //.
by apply: leq_trans (leq_addr _ _); apply: cut_locations_le.
Qed.

End Cut.

Theorem max_flow_min_cut : exists S T, separating S T /\ max_flow = cx * #|S| + cy * #|T|.
Proof.
have [f [A [net_f sourceA sinkA eq]]] := max_flow_is_cut flow_capacity (isT : source != sink).
have [valueE] : (flow_value (flow_from_net f))%:Z%R = (cut_capacity flow_capacity A)%:Z%R.
  by rewrite (from_net_value net_f).
have small : cut_capacity flow_capacity A < unlimited by rewrite ltnS -valueE from_net_le.
have sep := cut_separates small; exists (cut_sites A), (cut_locations A); split=> //.
apply/eqP; rewrite eqn_leq max_flow_le //=; apply: leq_trans (cut_size sourceA sinkA) _.
by rewrite -valueE flow_le_max ?from_net_flow.
Qed.

End CutFlow.
