(** * Maximum flow and minimum cut

    A network is a finite set of vertices with integral capacities; a flow is given by its net
    values, which are integers.  Some flow has the value of some cut, and is integral.  The proof
    augments a flow along a path of residual edges until the sink is no longer reachable. *)

From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

(** ** Paths as lists of edges *)

Section Edges.

Variable V : finType.
Implicit Types (u v x : V) (p : seq V).

Definition edges x p : seq (V * V) := zip (x :: p) p.

Lemma path_edges (e : rel V) x p u v : path e x p -> (u, v) \in edges x p -> e u v.
Proof.
rewrite /edges; elim: p x => [|y p IH] x //= /andP[exy pth].
by rewrite inE => /predU1P[[-> ->] //|]; apply: IH.
Qed.

Lemma uniq_edges x p : uniq (x :: p) -> uniq (edges x p).
Proof.
by move=> /andP[_ uniq_p]; apply: (@map_uniq _ _ snd); rewrite -/(unzip2 _) unzip2_zip //=.
Qed.

(** How often the edge from u to v is on the path, less how often the one from v to u is. *)
Definition net_count x p u v : int :=
  (count_mem (u, v) (edges x p))%:Z - (count_mem (v, u) (edges x p))%:Z.

Lemma net_count_sum x p u : \sum_v net_count x p u v = (x == u)%:Z - (last x p == u)%:Z.
Proof.
elim: p x => [|y p IH] x /=; first by rewrite subrr big1 // => v _; rewrite subrr.
have step v : net_count x (y :: p) u v
    = ((x == u) && (y == v))%:Z - ((x == v) && (y == u))%:Z + net_count y p u v.
  by rewrite /net_count /= !xpair_eqE !PoszD opprD addrACA.
rewrite (eq_bigr _ (fun v _ => step v)) big_split IH sumrB /=.
have one (z : V) (b : bool) : \sum_v (b && (z == v))%:Z = b%:Z.
  rewrite (bigD1 z) //= eqxx andbT big1 ?addr0 // => v.
  by rewrite eq_sym => /negbTE->; rewrite andbF.
rewrite one (eq_bigr _ (fun v _ => congr1 (fun b : bool => b%:Z) (andbC _ _))) one.
by rewrite addrA subrK.
Qed.

End Edges.

(** ** Flows *)

Section MaxFlow.

Variables (V : finType) (cap : V -> V -> nat) (source sink : V).
Implicit Types (f : V -> V -> int) (u v : V).

(** Net values: what goes from u to v, less what goes from v to u. *)
Definition net_flow f : Prop :=
  [/\ forall u v, f u v = - f v u, forall u v, f u v <= (cap u v)%:Z &
      forall u, u != source -> u != sink -> \sum_v f u v = 0].

Definition net_value f : int := \sum_v f source v.

Definition residual f : rel V := fun u v => f u v < (cap u v)%:Z.

Lemma augment f : source != sink -> net_flow f -> connect (residual f) source sink ->
  exists2 f', net_flow f' & net_value f' = net_value f + 1.
Proof.
move=> ne [anti le conserved] /connectP[p0 pth0 sinkE].
case: (shortenP pth0) sinkE => p pth uniq_p _ sinkE.
exists (fun u v => f u v + net_count source p u v); last first.
  rewrite /net_value big_split net_count_sum /= eqxx -sinkE.
  by rewrite eq_sym (negbTE ne) subr0.
split=> [u v|u v|u uo uz].
- by rewrite anti opprD opprB.
- rewrite /net_count; have [uv|nuv] := boolP ((u, v) \in edges source p).
    rewrite (count_uniq_mem _ (uniq_edges uniq_p)) uv.
    apply: (@le_trans _ _ (f u v + 1)); first by rewrite ler_add2l ler_subl_addr ler_addl.
    by rewrite -ltz_addr1 ltr_add2r; apply: (path_edges pth uv).
  rewrite (count_memPn nuv) sub0r.
  by apply: le_trans (le u v); rewrite ger_addl oppr_le0.
- rewrite big_split /= conserved // net_count_sum add0r -sinkE.
  by rewrite eq_sym (negbTE uo) eq_sym (negbTE uz).
Qed.

(** The vertices that residual edges reach. *)
Definition reached f : {set V} := [set v | connect (residual f) source v].

Definition cut_capacity (A : {set V}) : nat := (\sum_(u in A) \sum_(v in ~: A) cap u v)%N.

Lemma value_across f (A : {set V}) : net_flow f -> source \in A -> sink \notin A ->
  net_value f = \sum_(u in A) \sum_(v in ~: A) f u v.
Proof.
move=> [anti _ conserved] oA zA.
have -> : net_value f = \sum_(u in A) \sum_v f u v.
  rewrite (bigD1 source) //= [X in _ + X]big1 ?addr0 // => u /andP[uA uo].
  by apply: conserved => //; apply: contraNneq zA => <-.
have inside : \sum_(u in A) \sum_(v in A) f u v = 0.
  have twice : \sum_(u in A) \sum_(v in A) f u v = - \sum_(u in A) \sum_(v in A) f u v.
    rewrite [LHS]exchange_big -sumrN; apply: eq_bigr => u _; rewrite -sumrN.
    by apply: eq_bigr => v _; apply: anti.
  by apply/eqP; rewrite -eqNr -twice.
rewrite -[RHS]add0r -[X in _ = X + _]inside -big_split; apply: eq_bigr => u _ /=.
by rewrite (bigID (mem A)) /=; congr (_ + _); apply: eq_bigl => v; rewrite inE.
Qed.

(** A flow that is at capacity across some cut. *)
Lemma value_reached f : net_flow f -> sink \notin reached f ->
  net_value f = (cut_capacity (reached f))%:Z.
Proof.
move=> fl zA; have [_ le _] := fl; rewrite (value_across fl _ zA); last by rewrite inE connect0.
rewrite /cut_capacity -!natz natr_sum; apply: eq_bigr => u; rewrite inE => ou.
rewrite natr_sum; apply: eq_bigr => v; rewrite !inE => nov.
apply/eqP; rewrite natz eq_le le /= leNgt; apply: contra nov => uv.
exact: connect_trans ou (connect1 uv).
Qed.

Theorem max_flow_is_cut : source != sink ->
  exists f (A : {set V}),
    [/\ net_flow f, source \in A, sink \notin A & net_value f = (cut_capacity A)%:Z].
Proof.
move=> ne; pose most := (\sum_v cap source v)%N.
have start : net_flow (fun _ _ => 0) by split=> // *; rewrite ?oppr0 // big1.
have bounded f : net_flow f -> net_value f <= most%:Z.
  move=> [_ le _]; rewrite /most -natz natr_sum; apply: ler_sum => v _.
  by rewrite natz.
have [n] : exists n : nat, most%:Z - net_value (fun _ _ => 0) < n%:Z.
  by exists most.+1; rewrite /net_value big1 ?subr0 // ltz_nat.
elim: n (fun _ _ => 0) start => [|n IH] f fl lt_n.
  by move: (bounded f fl); rewrite -subr_ge0 leNgt lt_n.
have [oz|noz] := boolP (connect (residual f) source sink); last first.
  exists f, (reached f); split=> //; rewrite ?inE ?connect0 //.
  by apply: value_reached fl _; rewrite inE.
have [f' fl' eq] := augment ne fl oz; apply: IH fl' _.
by rewrite eq opprD addrA ltr_subl_addr -PoszD addn1.
Qed.

End MaxFlow.
