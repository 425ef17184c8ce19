(** * "=": the value is the size of the matrix *)

From Coq Require Import NArith ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Parameters Generic Compute Geometry.
From Overlap Require Import Checker Sound Certified.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.
Delimit Scope Z_scope with coqZ.

Section Exact.

Variable n : network.

(** Over every field of characteristic 0 the rank is r where a polynomial that is not zero everywhere
    does not vanish. *)
Definition generic_rank_is (r : nat) : Prop :=
  forall K : fieldType, [char K] =i pred0 ->
  exists q : {mpoly K[#|gparams (n_shared n) (n_shapes n) (n_H n) (n_W n) (n_M n)|]},
    gnonzero_somewhere q /\ forall x, gpoly_at q x != 0 ->
      mat_rank (@partition_of n) (ggrid_tensor (gnet_of x) (n_H n) (n_W n) (n_M n)) = r.

(** The numbers of sites in P and in Q, by counting. *)
Definition count_sites (inP : bool) : nat :=
  count (fun rc => in_boxes (n_P n) rc.1 rc.2 == inP)
    [seq (r, c) | r <- iota 0 (n_H n), c <- iota 0 (n_W n)].

Lemma card_sites (Q : pred (nat * nat)) :
  #|[pred s : site (n_H n) (n_W n) | Q (s.1 : nat, s.2 : nat)]|
    = count Q [seq (r, c) | r <- iota 0 (n_H n), c <- iota 0 (n_W n)].
Proof.
rewrite -sum1_card big_mkcond -sum1_count [in RHS]big_mkcond big_allpairs /=.
transitivity (\sum_(r < n_H n) \sum_(c < n_W n) if Q (r : nat, c : nat) then 1 else 0)%N.
  by rewrite pair_bigA; apply: eq_bigr => -[r c].
rewrite -(big_mkord xpredT (fun r => \sum_(c < n_W n) if Q (r, c : nat) then 1 else 0)%N).
rewrite /index_iota subn0; apply: eq_bigr => r _.
by rewrite -(big_mkord xpredT (fun c => if Q (r, c) then 1 else 0)%N) /index_iota subn0.
Qed.

Lemma mat_rank_size (K : fieldType) (A : {ffun site (n_H n) (n_W n) -> 'I_(n_M n)} -> K) :
  (mat_rank (@partition_of n) A <= n_M n ^ minn (count_sites true) (count_sites false))%N.
Proof.
have card b : #|{: {s : site (n_H n) (n_W n) | in_boxes (n_P n) s.1 s.2 == b}}| = count_sites b.
  by rewrite card_sig /count_sites -(card_sites (fun rc => in_boxes (n_P n) rc.1 rc.2 == b)).
have [le|lt] := leqP (count_sites true) (count_sites false).
  apply: leq_trans (rank2_leL _) _; rewrite card_ffun card_ord -card !card_sig.
  by rewrite (eq_card (B := [pred s : site _ _ | in_boxes (n_P n) s.1 s.2 == true])) // => s; rewrite !inE eqb_id.
apply: leq_trans (rank2_leR _) _; rewrite card_ffun card_ord -card !card_sig.
by rewrite (eq_card (B := [pred s : site _ _ | in_boxes (n_P n) s.1 s.2 == false])) // => s; rewrite !inE eqbF_neg.
Qed.

Lemma generic_rank_meet (r : nat) :
  generic_rank_at_least n r ->
  (forall (K : fieldType) (net : seq (glayer K)), gshapes net = n_shapes n ->
     mat_rank (@partition_of n) (ggrid_tensor net (n_H n) (n_W n) (n_M n)) <= r)%N ->
  generic_rank_is r.
Proof.
move=> ge le K char0; have [q [q0 qP]] := ge K char0; exists q; split=> // x /qP rge.
by apply/eqP; rewrite eqn_leq rge andbT; apply: le; apply: gnet_of_shapes.
Qed.

Corollary certified_full (p den : Z) (layers : seq (seq entry)) (leaves : seq (seq leaf)) (r e : nat) :
  [&& Z.ltb 1%coqZ p, r == n_M n, e == minn (count_sites true) (count_sites false) &
      check_mod p n (Evidence den layers leaves (nseq e r))] ->
  generic_rank_is (r ^ e).
Proof.
move=> /and4P[p1 /eqP-> /eqP-> ok]; apply: generic_rank_meet; last first.
  by move=> K net _; apply: mat_rank_size.
set k := minn _ _ in ok *; have := @certified p den n layers leaves [:: (n_M n, k)].
by rewrite /ranks_of /= cats0 p1 big_seq1; apply.
Qed.

End Exact.
