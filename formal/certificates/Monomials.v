(** * Monomials of degree i in D variables: sorted lists (THEORY 9) *)

From mathcomp Require Import all_ssreflect all_algebra.
From Overlap Require Import Rank2.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

Definition sorted_tuples (D i : nat) : {set i.-tuple 'I_D} := [set t : i.-tuple 'I_D | sorted leq (map val t)].
Definition monomials (D i : nat) : seq (seq nat) :=
  [seq map val (val t) | t <- enum (sorted_tuples D i)].

Lemma size_monomials D i : size (monomials D i) = 'C(D + i - 1, i).
Proof.
rewrite /monomials size_map -cardE /sorted_tuples; case: D => [|n]; last first.
  by rewrite card_sorted_tuples addSn subSS subn0 addnC.
case: i => [|i]; last first.
  by rewrite eq_card0 => [|t]; [rewrite add0n subn1 bin_small | case: (tnth t ord0)].
by rewrite (eq_card1 (x := [tuple])) // => t; rewrite tuple0 !inE.
Qed.

Lemma mem_monomials D i s :
  (s \in monomials D i) = [&& size s == i, all (fun c => c < D)%N s & sorted leq s].
Proof.
apply/mapP/and3P => [[t]|[/eqP sz al so]].
  rewrite mem_enum inE => so ->; rewrite size_map size_tuple eqxx so; split=> //.
  by rewrite all_map; apply/allP => x _ /=.
have e : map val (pmap (insub : nat -> option 'I_D) s) = s.
  rewrite (pmap_filter (@insubK _ _ _)); apply/all_filterP; apply: sub_all al => c cD.
  by rewrite /= insubT.
have sz' : size (pmap (insub : nat -> option 'I_D) s) == i.
  by rewrite -(size_map val) e sz.
by exists (Tuple sz') => //; rewrite mem_enum inE /= e.
Qed.

Lemma uniq_monomials D i : uniq (monomials D i).
Proof.
rewrite map_inj_uniq ?enum_uniq // => t t' /(inj_map val_inj); exact: val_inj.
Qed.

(** All degrees up to k. *)
Definition monomials_upto (D k : nat) : seq (seq nat) := flatten [seq monomials D i | i <- iota 0 k.+1].

Lemma mem_upto D k s :
  (s \in monomials_upto D k) = [&& size s <= k, all (fun c => c < D)%N s & sorted leq s]%N.
Proof.
apply/flatten_mapP/and3P => [[i]|[sz al so]].
  by rewrite mem_iota ltnS => /= ik; rewrite mem_monomials => /and3P[/eqP-> -> ->].
by exists (size s); rewrite ?mem_iota ?mem_monomials ?eqxx ?al.
Qed.

Lemma uniq_upto D k : uniq (monomials_upto D k).
Proof.
rewrite /monomials_upto; elim: (iota 0 k.+1) (iota_uniq 0 k.+1) => //= i r IH /andP[ir ur].
rewrite cat_uniq uniq_monomials IH // andbT; apply/hasPn => s /flatten_mapP[j jr].
rewrite mem_monomials => /and3P[/eqP sj _ _]; apply/negP; rewrite /= mem_monomials sj.
move=> /and3P[/eqP ji _ _].
by move: ir; rewrite -ji jr.
Qed.

Lemma nil_upto D k : [::] \in monomials_upto D k.
Proof.
by rewrite mem_upto.
Qed.
