(** * A number checked to be the largest flow, by computation

    A flow and a separating set of the same size, given on numbers: [flow_check] computes, and what
    it accepts is [max_flow].  So a program's number can be compared with the definition. *)

From mathcomp Require Import all_ssreflect.
From Overlap Require Import Network CutFlow CutUpper.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Sums and quantifiers over a grid *)

Definition sum_grid (h w : nat) (F : nat -> nat -> nat) : nat :=
  sumn [seq sumn [seq F r c | c <- iota 0 w] | r <- iota 0 h].
Definition all_grid (h w : nat) (p : nat -> nat -> bool) : bool :=
  all (fun r => all (p r) (iota 0 w)) (iota 0 h).

Lemma sum_gridE h w F : sum_grid h w F = \sum_(s : site h w) F s.1 s.2.
Proof.
have iotaE n (G : nat -> nat) : sumn [seq G i | i <- iota 0 n] = \sum_(i < n) G i.
  by rewrite sumnE big_map -(big_mkord xpredT) /index_iota subn0.
rewrite /sum_grid iotaE -(pair_bigA _ (fun (i : 'I_h) (j : 'I_w) => F i j)) /=.
by apply: eq_bigr => i _; rewrite iotaE.
Qed.

Lemma sum_gridP h w (p : nat -> nat -> bool) F :
  sum_grid h w (fun r c => if p r c then F r c else 0) = \sum_(s : site h w | p s.1 s.2) F s.1 s.2.
Proof. by rewrite sum_gridE [RHS]big_mkcond. Qed.

Lemma all_gridP h w p : all_grid h w p -> forall s : site h w, p s.1 s.2.
Proof.
move=> /allP al s; have := al s.1; rewrite mem_iota /= ltn_ord => /(_ isT)/allP; apply.
by rewrite mem_iota /= ltn_ord.
Qed.

(** ** The check *)

Section Check.

Variables (H W Rh Rw Sh Sw cx cy : nat) (P : nat -> nat -> bool).
(** What flows on the edge of site (r, c) and location (u, v); the set of sites and locations. *)
Variables (x : nat -> nat -> nat -> nat -> nat) (A B : nat -> nat -> bool).

Let h := ceil_div H Sh.
Let w := ceil_div W Sw.

Definition sees_at (u v r c : nat) : bool :=
  (Sh * u <= r < Sh * u + Rh) && (Sw * v <= c < Sw * v + Rw).

(** The location sees no site of one side outside the set. *)
Definition blocked (in_P : bool) (u v : nat) : bool :=
  all_grid H W (fun r c => [|| P r c != in_P, A r c | ~~ sees_at u v r c]).

Definition flow_check : bool :=
  [&& all_grid H W (fun r c => all_grid h w (fun u v => (0 < x r c u v) ==> sees_at u v r c)),
      all_grid h w (fun u v =>
        let into := sum_grid H W (fun r c => if P r c then x r c u v else 0) in
        (into == sum_grid H W (fun r c => if ~~ P r c then x r c u v else 0)) && (into <= cy)),
      all_grid H W (fun r c => sum_grid h w (fun u v => x r c u v) <= cx),
      all_grid h w (fun u v => [|| B u v, blocked true u v | blocked false u v]) &
      sum_grid h w (fun u v => sum_grid H W (fun r c => if P r c then x r c u v else 0))
        == cx * sum_grid H W (fun r c => A r c) + cy * sum_grid h w (fun u v => B u v)].

Let PS : pred (site H W) := fun s => P s.1 s.2.
Let xs (s : site H W) (t : cut_location H W Sh Sw) : nat := x s.1 s.2 t.1 t.2.
Let SA := [set s : site H W | A s.1 s.2].
Let SB := [set t : cut_location H W Sh Sw | B t.1 t.2].

Lemma card_grid n m (Q : nat -> nat -> bool) :
  #|[set s : site n m | Q s.1 s.2]| = sum_grid n m (fun r c => Q r c).
Proof.
rewrite sum_gridE -sum1_card big_mkcond; apply: eq_bigr => s _.
by rewrite inE; case: (Q _ _).
Qed.

Theorem flow_check_sound : flow_check ->
  max_flow PS (in_window H W Rh Rw Sh Sw) cx cy
    = sum_grid h w (fun u v => sum_grid H W (fun r c => if P r c then x r c u v else 0)).
Proof.
move=> /and5P[/all_gridP sup /all_gridP loc /all_gridP lex /all_gridP cut /eqP size].
have fl : cut_flow PS (in_window H W Rh Rw Sh Sw) cx cy xs.
  apply/cut_flowP; split=> [s t|t|s|t].
  - by have /all_gridP/(_ t)/implyP := sup s.
  - by have /andP[/eqP + _] := loc t; rewrite (sum_gridP _ _ (fun r c => ~~ P r c)) sum_gridP.
  - by have := lex s; rewrite sum_gridE.
  - by have /andP[_ +] := loc t; rewrite sum_gridP.
have sep : separating PS (in_window H W Rh Rw Sh Sw) SA SB.
  apply/separatingP => s t s' Ps Ps' ts ts'; rewrite !inE.
  have {}ts : sees_at t.1 t.2 s.1 s.2 := ts; have {}ts' : sees_at t.1 t.2 s'.1 s'.2 := ts'.
  have {}Ps : P s.1 s.2 := Ps; have {}Ps' := negbTE (Ps' : ~~ P s'.1 s'.2).
  have /or3P[->|/all_gridP/(_ s)|/all_gridP/(_ s')] := cut t; rewrite ?orbT //.
    by rewrite Ps ts /= orbF => ->.
  by rewrite Ps' ts' /= orbF => ->; rewrite !orbT.
apply/eqP; rewrite eqn_leq; apply/andP; split.
  by rewrite size; have := max_flow_le cx cy sep; rewrite !card_grid.
apply: leq_trans (flow_le_max fl); rewrite /flow_value sum_gridE.
by apply: leq_sum => t _; rewrite sum_gridP.
Qed.

End Check.
