(** * What holds for some z

    What holds where a nonzero polynomial in z does not vanish holds for some z of an infinite field.
    With parameters that are polynomials in z so are the values, and 1 + z (a value) is nonzero. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Overlap Require Import Rank2 Network Evaluation Parameters Routes Leading Taps.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

Section SomeScale.

Variable K : fieldType.
Implicit Types (p : {poly K}) (f : K -> K) (Q : K -> Prop) (x : K -> fmap K).

Definition polynomial f : Prop := exists p, forall z, p.[z] = f z.

Lemma pol_const a : polynomial (fun _ => a).
Proof. by exists a%:P => z; rewrite hornerC. Qed.
Lemma pol_id : polynomial id.
Proof. by exists 'X => z; rewrite hornerX. Qed.
Lemma pol_add f g : polynomial f -> polynomial g -> polynomial (fun z => f z + g z).
Proof. by move=> [p pf] [q qg]; exists (p + q) => z; rewrite hornerD pf qg. Qed.
Lemma pol_mul f g : polynomial f -> polynomial g -> polynomial (fun z => f z * g z).
Proof. by move=> [p pf] [q qg]; exists (p * q) => z; rewrite hornerM pf qg. Qed.
Lemma pol_if (b : bool) f g :
  polynomial f -> polynomial g -> polynomial (fun z => if b then f z else g z).
Proof. by case: b. Qed.
Lemma pol_sum n (f : 'I_n -> K -> K) :
  (forall i, polynomial (f i)) -> polynomial (fun z => \sum_i f i z).
Proof.
move=> /fin_all_exists[p pf]; exists (\sum_i p i) => z; rewrite horner_sum.
by apply: eq_bigr => i _; rewrite pf.
Qed.
Lemma pol_prod n (f : 'I_n -> K -> K) :
  (forall i, polynomial (f i)) -> polynomial (fun z => \prod_i f i z).
Proof.
move=> /fin_all_exists[p pf]; exists (\prod_i p i) => z; rewrite horner_prod.
by apply: eq_bigr => i _; rewrite pf.
Qed.

Definition generic Q : Prop := exists2 p, p != 0 & forall z, p.[z] != 0 -> Q z.

Lemma generic_some Q : infinite K -> generic Q -> exists z, Q z.
Proof. by move=> inf [p p0 pQ]; have [z zp] := nonroot inf p0; exists z; apply: pQ. Qed.

Lemma generic_true Q : (forall z, Q z) -> generic Q.
Proof. by move=> all_Q; exists 1; rewrite ?oner_eq0. Qed.

Lemma generic_neq0 : generic (fun z => z != 0).
Proof. by exists 'X => [|z]; rewrite ?polyX_eq0 // hornerX. Qed.

Lemma generic_and Q Q' : generic Q -> generic Q' -> generic (fun z => Q z /\ Q' z).
Proof.
move=> [p p0 pQ] [q q0 qQ]; exists (p * q) => [|z]; first by rewrite mulf_neq0.
by rewrite hornerM mulf_eq0 negb_or => /andP[/pQ ? /qQ].
Qed.

Lemma generic_all (I : finType) (Q : I -> K -> Prop) :
  (forall i, generic (Q i)) -> generic (fun z => forall i, Q i z).
Proof.
move=> gQ; have ex i : exists p, p != 0 /\ forall z, p.[z] != 0 -> Q i z.
  by have [p p0 pQ] := gQ i; exists p.
have [p pQ] := fin_all_exists ex.
exists (\prod_i p i) => [|z]; first by apply/prodf_neq0 => i _; case: (pQ i).
by rewrite horner_prod => /prodf_neq0 nz i; case: (pQ i) => _; apply; apply: nz.
Qed.

Lemma generic_below n (Q : nat -> K -> Prop) :
  (forall i, (i < n)%N -> generic (Q i)) -> generic (fun z => forall i, (i < n)%N -> Q i z).
Proof.
move=> gQ; have [p p0 pQ] := generic_all (fun i : 'I_n => gQ i (ltn_ord i)).
by exists p => // z /pQ all_Q i lt; apply: (all_Q (Ordinal lt)).
Qed.

(** 1 + z f is not zero at 0. *)
Lemma generic_affine f : polynomial f -> generic (fun z => 1 + z * f z != 0).
Proof.
move=> [p pf]; exists (1 + 'X * p) => [|z]; last by rewrite !hornerE pf.
apply/eqP => /(congr1 (fun q => q.[0])); rewrite !hornerE ?mul0r ?addr0.
by move/eqP; rewrite oner_eq0.
Qed.

(** ** Networks whose parameters are polynomials in z *)

Lemma pol_pad h w x r c k :
  (forall r c k, polynomial (fun z => x z r c k)) -> polynomial (fun z => pad h w (x z) r c k).
Proof. by move=> px; apply: pol_if; [apply: px | apply: pol_const]. Qed.

Lemma pol_tap m s t h w cin x u v c :
  (forall r c k, polynomial (fun z => x z r c k)) ->
  polynomial (fun z => gc (tap_layer m z s t) h w cin (x z) u v c).
Proof.
move=> px; apply: pol_prod => i; apply: pol_prod => j.
apply: pol_add; last exact: pol_const; apply: pol_sum => k.
apply: pol_mul; last exact: (pol_pad h w (str_h s * u + i) (str_w s * v + j) k px).
exact: (pol_if [&& tapped t i j, c == k :> nat & (c < m)%N] pol_id (pol_const 0)).
Qed.

Lemma pol_passes m (ws : widths) h w cin x u v c :
  (forall r c k, polynomial (fun z => x z r c k)) ->
  polynomial (fun z => run [seq route K e.1 (pass m) | e <- ws] h w cin (x z) u v c).
Proof.
elim: ws h w cin x u v c => [|[s t] ws IH] h w cin x u v c px //=; apply: IH => r q k.
apply: pol_prod => i; apply: pol_prod => j.
apply: pol_add; last exact: pol_const; apply: pol_sum => d.
by apply: pol_mul; [apply: pol_const | apply: pol_pad].
Qed.

Lemma pol_front m (ws : widths) h w cin x u v c :
  (forall r c k, polynomial (fun z => x z r c k)) ->
  polynomial (fun z => run (tap_front m z ws) h w cin (x z) u v c).
Proof.
elim: ws h w cin x u v c => [|[s t] ws IH] h w cin x u v c px //=.
have px' := fun r q k => pol_tap m s t h w cin r q k px.
by case: (widens ws); [apply: (IH _ _ _ _ _ _ _ px') | apply: (pol_passes _ _ _ _ _ _ _ _ px')].
Qed.

Lemma generic_good m (ws : widths) h w cin x :
  (forall r c k, polynomial (fun z => x z r c k)) ->
  generic (fun z => good m z ws h w cin (x z)).
Proof.
elim: ws h w cin x => [|[s t] ws IH] h w cin x px /=; first exact: generic_true.
apply: generic_and; last by apply: IH => r q k; apply: pol_tap.
have gen r q c : (c < m)%N -> generic (fun z => 1 + z * x z r q c != 0).
  by move=> _; apply: generic_affine.
have [p p0 pQ] := generic_below (n := h) (fun r _ => generic_below (n := w) (fun q _ =>
  generic_below (n := m) (fun c cm => gen r q c cm))).
by exists p => // z /pQ all_Q r q c rh qw cm; apply: all_Q.
Qed.

End SomeScale.
