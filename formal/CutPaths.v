(** * A flow as a family of paths

    An integral flow of CutFlow.v is as many paths P-site -> location -> site outside P as its
    value says; each site and each location is on no more of them than its capacity allows. *)

From mathcomp Require Import all_ssreflect.
From Overlap Require Import CutFlow.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Lists of units *)

Section Units.

Variables (X : finType) (n : X -> nat) (p : pred X).

(** Each element of p as often as n says. *)
Definition units : seq X := flatten [seq nseq (n s) s | s <- enum p].

Lemma size_units : size units = \sum_(s | p s) n s.
Proof.
rewrite /units size_flatten /shape -map_comp sumnE big_map big_enum /=.
by apply: eq_bigr => s _; rewrite /= size_nseq.
Qed.

Lemma mem_units s : s \in units -> p s && (0 < n s).
Proof.
case/flattenP => _ /mapP[s' ps' ->]; rewrite mem_nseq => /andP[n0 /eqP->].
by rewrite n0 andbT -[p s']/(s' \in p) -mem_enum.
Qed.

Lemma count_units s : count_mem s units = if p s then n s else 0.
Proof.
rewrite /units count_flatten -map_comp sumnE big_map big_enum /=.
rewrite (eq_bigr (fun s' => (s' == s) * n s')) => [|s' _]; last by rewrite /= count_nseq.
rewrite big_mkcond (bigD1 s) //= eqxx mul1n big1 ?addn0 // => s' /negbTE->.
by case: ifP.
Qed.

End Units.

Lemma count_zip_le (X : eqType) s (a b : seq X) :
  count (fun e => (e.1 == s) || (e.2 == s)) (zip a b) <= count_mem s a + count_mem s b.
Proof.
elim: a b => [|y a IH] [|z b] //=; rewrite addnACA leq_add //.
by case: (y == s); case: (z == s).
Qed.

Lemma card_count (X : Type) (a : pred X) (r : seq X) :
  #|[pred i : 'I_(size r) | a (tnth (in_tuple r) i)]| = count a r.
Proof. by rewrite -sum1_card -sum1_count [RHS]big_tnth. Qed.

Section Paths.

Variables (X Y : finType) (P : pred X) (sees : Y -> X -> bool) (cx cy : nat).
Variable x : X -> Y -> nat.
Hypothesis flow_x : cut_flow P sees cx cy x.
Implicit Types (s : X) (t : Y).

Definition flow_path : Type := X * Y * X.
Definition paths_at t : seq flow_path :=
  [seq (e.1, t, e.2) | e <- zip (units (x^~ t) P) (units (x^~ t) (predC P))].
Definition paths : seq flow_path := flatten [seq paths_at t | t <- enum Y].

Lemma size_paths_at t : size (paths_at t) = \sum_(s | P s) x s t.
Proof.
have /cut_flowP[_ con _ _] := flow_x.
by rewrite size_map size_zip !size_units /= -con minnn.
Qed.

Lemma count_paths (a : pred flow_path) : count a paths = \sum_t count a (paths_at t).
Proof. by rewrite /paths count_flatten -map_comp sumnE big_map big_enum. Qed.

Lemma size_paths : size paths = flow_value P x.
Proof.
rewrite -count_predT count_paths; apply: eq_bigr => t _.
by rewrite count_predT size_paths_at.
Qed.

Lemma mem_zip_pair (a b : seq X) e : e \in zip a b -> (e.1 \in a) && (e.2 \in b).
Proof.
elim: a b => [|y a IH] [|z b] //=; rewrite inE => /predU1P[->|/IH/andP[ea eb]].
  by rewrite !inE !eqxx.
by rewrite !inE ea eb !orbT.
Qed.

Lemma path_ok e : e \in paths ->
  [/\ P e.1.1, ~~ P e.2, sees e.1.2 e.1.1 & sees e.1.2 e.2].
Proof.
have /cut_flowP[sup _ _ _] := flow_x.
case/flattenP => _ /mapP[t _ ->] /mapP[[s s'] /mem_zip_pair/=/andP[ss ss'] ->] /=.
by have /andP[Ps /sup xs] := mem_units ss; have /andP[Ps' /sup xs'] := mem_units ss'.
Qed.

Lemma site_load s : count (fun e : flow_path => (e.1.1 == s) || (e.2 == s)) paths <= cx.
Proof.
have /cut_flowP[_ _ lex _] := flow_x; apply: leq_trans (lex s); rewrite count_paths.
apply: leq_sum => t _; rewrite count_map; apply: leq_trans (count_zip_le _ _ _) _.
by rewrite !count_units /=; case: (P s); rewrite ?addn0.
Qed.

Lemma location_load t : count (fun e : flow_path => e.1.2 == t) paths <= cy.
Proof.
have /cut_flowP[_ _ _ ley] := flow_x; apply: leq_trans (ley t); rewrite count_paths.
rewrite (bigD1 t) //= [X in _ + X]big1 ?addn0 => [|t' tt'].
  by rewrite -size_paths_at count_size.
by rewrite count_map (eq_count (a2 := pred0)) ?count_pred0 // => e /=; apply/negbTE.
Qed.

End Paths.
