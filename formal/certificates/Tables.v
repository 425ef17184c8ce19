(** * Tables of two choices: entries, shapes and normal forms *)

From Coq Require Import NArith ZArith Lia.
From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Parameters Generic Compute Geometry.
From Overlap Require Import Checker.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(** ** Functions of two choices *)

Section DepLemmas.

Variables (A B C : Type) (a0 : A) (b0 : B) (c0 : C) (op : A -> B -> C).

Lemma size_zipw s t : size s = size t -> size (zipw op s t) = size s.
Proof.
by elim: s t => [|a s IH] [|b t] //= [e]; rewrite IH.
Qed.

Lemma nth_zipw s t i : size s = size t -> (i < size s)%N ->
  nth c0 (zipw op s t) i = op (nth a0 s i) (nth b0 t i).
Proof.
by elim: s t i => [|a s IH] [|b t] [|i] //= [e] lt; apply: IH.
Qed.

Lemma sized_map2 r f g : sized r f -> sized r g -> sized r (map2 op f g).
Proof.
by case: f g => [a|s] [b|t] //=; rewrite ?size_map // => /eqP <- /eqP e; rewrite size_zipw.
Qed.

Lemma at_map2 r f g i : sized r f -> sized r g -> (i < r)%N ->
  at_ c0 (map2 op f g) i = op (at_ a0 f i) (at_ b0 g i).
Proof.
case: f g => [a|s] [b|t] //=.
- by move=> _ /eqP tr lt; rewrite (nth_map b0) ?tr.
- by move=> /eqP sr _ lt; rewrite (nth_map a0) ?sr.
by move=> /eqP sr /eqP tr lt; rewrite nth_zipw ?sr ?tr.
Qed.

End DepLemmas.

Lemma at_shrink (A : eqType) (a0 : A) r f i : sized r f -> (i < r)%N ->
  at_ a0 (shrink f) i = at_ a0 f i.
Proof.
case: f => [//|[|a s]] //=; case: ifP => //= /allP al /eqP <-; case: i => //= i lt.
by apply/esym/eqP/al/mem_nth.
Qed.

Lemma sized_shrink (A : eqType) r (f : dep A) : sized r f -> sized r (shrink f).
Proof.
by case: f => [//|[|a s]] //=; case: ifP.
Qed.

Section Fn.

Variables (T : eqType) (t0 : T).
Implicit Types f g : fn T.
Local Notation fn_at := (fn_at t0).

Lemma sized_at r f i : fn_wf r f -> (i < r)%N -> sized r (at_ (Same t0) f i).
Proof.
case: f => [g|s] /andP[/= sz]; first by rewrite andbT.
by move/all_nthP => al lt; apply: al; rewrite (eqP sz).
Qed.

Lemma all_zipw (A B C : Type) (P : pred A) (Q : pred B) (S : pred C) (op : A -> B -> C) s t :
  (forall a b, P a -> Q b -> S (op a b)) -> all P s -> all Q t -> all S (zipw op s t).
Proof.
move=> PQS; elim: s t => [|a s IH] [|b t] //= /andP[Pa Ps] /andP[Qb Qt].
by rewrite PQS // IH.
Qed.

Lemma wf_bop r (op : T -> T -> T) f g : fn_wf r f -> fn_wf r g -> fn_wf r (bop op f g).
Proof.
move=> /andP[szf alf] /andP[szg alg]; rewrite /fn_wf sized_map2 //=.
case: f g szf szg alf alg => [f|s] [g|t] //= _ _; rewrite ?andbT ?all_map.
- by move=> *; apply: sized_map2.
- by move=> fr; apply: sub_all => g gr /=; apply: sized_map2.
- by move=> sr gr; apply: sub_all sr => f fr /=; apply: sized_map2.
- by apply: all_zipw => a b; apply: sized_map2.
Qed.

Lemma at_bop r (op : T -> T -> T) f g i j : fn_wf r f -> fn_wf r g -> (i < r)%N -> (j < r)%N ->
  fn_at (bop op f g) i j = op (fn_at f i j) (fn_at g i j).
Proof.
move=> wf wg ir jr; have [/andP[szf _] /andP[szg _]] := (wf, wg).
rewrite /fn_at /bop (at_map2 (Same t0) (Same t0) _ _ szf szg) //.
by rewrite (at_map2 t0 t0 _ _ (sized_at wf ir) (sized_at wg ir)).
Qed.

Lemma wf_shrink r f : fn_wf r f -> fn_wf r (fn_shrink f).
Proof.
move=> /andP[sz al]; rewrite /fn_wf /fn_shrink sized_shrink /=; last first.
  by case: f sz {al} => //= s; rewrite size_map.
have sub (g : fn T) : all (sized r) (inner g) -> all (sized r) (inner (shrink g)).
  by case: g => [//|[|a s]] //=; case: ifP => //= _ /andP[-> _].
apply: sub; case: f sz al => [g|s] /= _; first by rewrite !andbT; apply: sized_shrink.
by rewrite all_map; apply: sub_all => g; apply: sized_shrink.
Qed.

Lemma at_fn_shrink r f i j : fn_wf r f -> (i < r)%N -> (j < r)%N ->
  fn_at (fn_shrink f) i j = fn_at f i j.
Proof.
move=> wf ir jr; have /andP[sz _] := wf; rewrite /fn_at /fn_shrink.
rewrite (@at_shrink _ _ r) //; last by case: f sz {wf} => //= s; rewrite size_map.
rewrite -(@at_shrink _ t0 r (at_ (Same t0) f i) j) ?sized_at //; congr (at_ t0 _ j).
by case: f sz {wf} => //= s /eqP s_r; rewrite (nth_map (Same t0)) ?s_r.
Qed.

End Fn.
