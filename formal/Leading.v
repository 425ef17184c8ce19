(** * Shared tails that read outside, over infinite fields

    THEORY 3.1, the rule for layers l >= K + 2 whose input has one channel: W = z delta_0, b = 1.
    The output is a polynomial in z, and its leading coefficient is the product over all locations;
    so some z gives at least the rank of the leading coefficients. *)

From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Parameters Generic Routes Tail.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(** ** Infinite fields *)

Definition infinite (K : fieldType) : Prop := forall s : seq K, exists x, x \notin s.

Lemma char0_infinite (K : fieldType) : [char K] =i pred0 -> infinite K.
Proof.
move=> /(charf0P K) nat0 s; pose l := [seq i%:R : K | i <- iota 0 (size s).+1].
have le_inj (i j : nat) : (i <= j)%N -> i%:R = j%:R :> K -> i = j.
  move=> ij e; apply/eqP; rewrite eqn_leq ij -subn_eq0 -nat0 natrB // e.
  by rewrite subrr eqxx.
have ul : uniq l.
  rewrite map_inj_uniq ?iota_uniq // => i j e.
  by case/orP: (leq_total i j) => ij; [apply: le_inj | apply/esym/le_inj].
case: (boolP (has (fun x => x \notin s) l)) => [/hasP[x _ xs]|/hasPn sl]; first by exists x.
have := uniq_leq_size ul (fun x xl => negbNE (sl x xl)).
by rewrite size_map size_iota ltnn.
Qed.

Section Polynomials.

Variable K : fieldType.
Implicit Types (p q : {poly K}) (a b z : K).

Lemma nonroot p : infinite K -> p != 0 -> exists z, p.[z] != 0.
Proof.
move=> inf p0.
have [s us ss] : exists2 s : seq K, uniq s & size s = size p.
  elim: (size p) => [|n [s us ss]]; first by exists [::].
  by have [x xs] := inf s; exists (x :: s); rewrite /= ?xs ?ss.
case: (boolP (all (root p) s)) => [rs|/allPn[z _ nz]]; last by exists z.
by have := max_poly_roots p0 rs us; rewrite ss ltnn.
Qed.

(** The degree of p is at most n, and a its coefficient there. *)
Definition leading n p a : Prop := (size p <= n.+1)%N /\ p`_n = a.

Lemma leading_const a : leading 0 a%:P a.
Proof. by split; [exact: size_polyC_leq1 | rewrite coefC eqxx]. Qed.

Lemma leading_add n p q a b : leading n p a -> leading n q b -> leading n (p + q) (a + b).
Proof.
move=> [sp <-] [sq <-]; split; last exact: coefD.
by rewrite (leq_trans (size_add _ _)) // geq_max sp sq.
Qed.

Lemma leading_mul n m p q a b : leading n p a -> leading m q b -> leading (n + m) (p * q) (a * b).
Proof.
move=> [sp <-] [sq <-]; split.
  apply: leq_trans (size_mul_leq _ _) _; rewrite -subn1 leq_subLR add1n.
  by apply: leq_trans (leq_add sp sq) _; rewrite addSn addnS.
have nlt : (n < (n + m).+1)%N by rewrite ltnS leq_addr.
rewrite coefM (bigD1 (Ordinal nlt)) //= addKn big1 ?addr0 // => i.
rewrite -val_eqE /= neq_ltn => /orP[lt|gt].
  by rewrite [q`_ _]nth_default ?mulr0 // (leq_trans sq) // ltn_subRL ltn_add2r.
by rewrite nth_default ?mul0r // (leq_trans sp).
Qed.

Lemma leading_scale n p a b : leading n p a -> leading n (b%:P * p) (b * a).
Proof. by move=> pa; have := leading_mul (leading_const b) pa. Qed.

Lemma leading_sum n (I : Type) (r : seq I) (F : I -> {poly K}) (f : I -> K) :
  (forall i, leading n (F i) (f i)) -> leading n (\sum_(i <- r) F i) (\sum_(i <- r) f i).
Proof.
move=> Ff; elim/big_rec2: _ => [|i p a _ pa]; first by split; rewrite ?size_poly0 ?coef0.
exact: leading_add.
Qed.

Lemma leading_prod (I : Type) (r : seq I) (n : I -> nat) (F : I -> {poly K}) (f : I -> K) :
  (forall i, leading (n i) (F i) (f i)) ->
  leading (\sum_(i <- r) n i) (\prod_(i <- r) F i) (\prod_(i <- r) f i).
Proof.
move=> Ff; elim/big_rec3: _ => [|i p a k _ pa]; first exact: leading_const.
exact: leading_mul.
Qed.

Lemma leading_affine n p a : leading n p a -> leading n.+1 ('X * p + 1) a.
Proof.
case=> sp <-; split; last by rewrite coefD coefXM coef1 addr0.
rewrite (leq_trans (size_add _ _)) // geq_max size_poly1 andbT.
rewrite (leq_trans (size_mul_leq _ _)) // size_polyX.
by rewrite -[n.+2]/(2 + n.+1).-1 -!subn1 leq_sub2r // leq_add2l.
Qed.

(** The function f is a polynomial in z of degree at most n, with a its coefficient there. *)
Definition grows n (f : K -> K) a : Prop :=
  exists p, leading n p a /\ forall z, p.[z] = f z.

Lemma grows_const a : grows 0 (fun _ => a) a.
Proof. by exists a%:P; split=> [|z]; [exact: leading_const | rewrite hornerC]. Qed.

Lemma grows_ext n f g a : f =1 g -> grows n f a -> grows n g a.
Proof. by move=> fg [p [pa pf]]; exists p; split=> // z; rewrite pf. Qed.

Lemma grows_affine n f a : grows n f a -> grows n.+1 (fun z => z * f z + 1) a.
Proof.
case=> p [pa pf]; exists ('X * p + 1); split=> [|z]; first exact: leading_affine.
by rewrite hornerD hornerM hornerX hornerE pf.
Qed.

Lemma grows_prod (k : nat) (n : 'I_k -> nat) (f : 'I_k -> K -> K) (a : 'I_k -> K) :
  (forall i, grows (n i) (f i) (a i)) ->
  grows (\sum_i n i) (fun z => \prod_i f i z) (\prod_i a i).
Proof.
move=> /fin_all_exists[p pP]; exists (\prod_i p i); split=> [|z].
  by apply: leading_prod => i; case: (pP i).
by rewrite horner_prod; apply: eq_bigr => i _; case: (pP i).
Qed.

(** ** The rank of the leading coefficients *)

Lemma leading_rank (X Y : finType) n (T : K -> X -> Y -> K) (A : X -> Y -> K) : infinite K ->
  (forall x y, grows n (fun z => T z x y) (A x y)) ->
  exists z, (rank2 A <= rank2 (T z))%N.
Proof.
move=> inf TA.
have [p pP] : exists p : X * Y -> {poly K}, forall e,
    leading n (p e) (A e.1 e.2) /\ forall z, (p e).[z] = T z e.1 e.2.
  exact: (fin_all_exists (fun e => TA e.1 e.2)).
have [L [N LN1]] := rank_identity (table A); set r := \rank _ in L N LN1.
pose B : 'M[{poly K}]_(#|X|, #|Y|) := \matrix_(i, j) p (enum_val i, enum_val j).
pose D : 'M[{poly K}]_r := map_mx polyC L *m B *m map_mx polyC N.
have lead_D i j : leading n (D i j) ((1%:M : 'M[K]_r) i j).
  rewrite -LN1 /D !mxE; apply: leading_sum => k; rewrite !mxE mulrC [X in leading _ _ X]mulrC.
  apply: leading_scale; apply: leading_sum => l; rewrite !mxE; apply: leading_scale.
  by case: (pP (enum_val l, enum_val k)).
have lead_det : leading (\sum_(i < r) n) (\det D) (\det (1%:M : 'M[K]_r)).
  apply: leading_sum => s; rewrite -[X in leading _ (X * _)](rmorph_sign (polyC_rmorphism K)).
  by apply: leading_scale; apply: leading_prod => i; apply: lead_D.
have det0 : \det D != 0.
  by case: lead_det => _; apply: contra_eqN => /eqP->; rewrite coef0 det1 eq_sym oner_eq0.
have [z Dz] := nonroot inf det0; exists z; change (r <= rank2 (T z))%N.
have DE : (\det D).[z] = \det (L *m table (T z) *m N).
  rewrite -[LHS]/(horner_eval z (\det D)) -det_map_mx !map_mxM.
  congr (\det (_ *m _ *m _)); apply/matrixP => i j; rewrite !mxE /= /horner_eval ?hornerC //.
  by case: (pP (enum_val i, enum_val j)).
rewrite DE -unitfE -unitmxE in Dz; rewrite -{1}(mxrank_unit Dz).
exact: leq_trans (mxrankM_maxl _ _) (mxrankM_maxr _ _).
Qed.

End Polynomials.

(** ** The tail *)

Section ScaledTail.

Variable K : fieldType.
Implicit Types (s : shape) (h w : nat) (a z : K).

Definition scaled_layer z s h w : layer K :=
  collect true s h w (fun k => if k == 0%N then z else 0) 1.

Fixpoint scaled_inner z (ss : seq shape) h w : seq (layer K) :=
  if ss is s :: ss' then
    scaled_layer z s h w :: scaled_inner z ss' (ceil_div h (str_h s)) (ceil_div w (str_w s))
  else [::].

Definition scaled_tail m a z s (ss : seq shape) h w : seq (layer K) :=
  sum_layer m a true s h w :: scaled_inner z ss (ceil_div h (str_h s)) (ceil_div w (str_w s)).

Lemma scaled_inner_shapes z ss h w : shapes (scaled_inner z ss h w) = ss.
Proof. by elim: ss h w => //= s ss IH h w; rewrite IH. Qed.

Lemma scaled_inner_shared z ss h w : shared_net (scaled_inner z ss h w).
Proof. by elim: ss h w => //= s ss IH h w; split. Qed.

Lemma scaled_tail_shapes m a z s ss h w : shapes (scaled_tail m a z s ss h w) = s :: ss.
Proof. by rewrite /= scaled_inner_shapes. Qed.

Lemma scaled_tail_shared m a z s ss h w : shared_net (scaled_tail m a z s ss h w).
Proof. by split; [exact: collect_shared | exact: scaled_inner_shared]. Qed.

(** Degrees in z, from those of the input. *)
Definition layer_degree s h w (n : nat -> nat -> nat) (u v : nat) : nat :=
  \sum_(i < win_h s) \sum_(j < win_w s)
    if used2 s h w i j && inside2 s h w u v i j
    then (n (str_h s * u + i) (str_w s * v + j)).+1 else 0.

Fixpoint tail_degree (ss : seq shape) h w (n : nat -> nat -> nat) : nat :=
  if ss is s :: ss' then
    tail_degree ss' (ceil_div h (str_h s)) (ceil_div w (str_w s)) (layer_degree s h w n)
  else n 0%N 0%N.

Lemma scaled_layer_grows s h w cin n (x : K -> fmap K) (A : nat -> nat -> K) u v : (0 < cin)%N ->
  (forall r q, grows (n r q) (fun z => x z r q 0%N) (A r q)) ->
  grows (layer_degree s h w n u v) (fun z => gc (scaled_layer z s h w) h w cin (x z) u v 0%N)
    (\prod_(i < win_h s) \prod_(j < win_w s)
      (if used2 s h w i j && inside2 s h w u v i j
       then A (str_h s * u + i)%N (str_w s * v + j)%N else 1)).
Proof.
move=> c0 xA; apply: grows_prod => i; apply: grows_prod => j.
set r := (str_h s * u + i)%N; set q := (str_w s * v + j)%N.
apply: (@grows_ext _ _ (fun z => if used2 s h w i j && inside2 s h w u v i j
                               then z * x z r q 0%N + 1 else 1)); last first.
  by case: ifP => _; [exact/grows_affine/xA | exact: grows_const].
move=> z; rewrite collect_factor -/r -/q; case: (used2 _ _ _ _ _) => //=; case: ifP => // _.
congr (_ + _); case: cin c0 => // cin _; rewrite big_ord_recl /= big1 ?addr0 // => k _.
by rewrite mul0r.
Qed.

Lemma run_scaled_inner ss h w cin n (x : K -> fmap K) (A : nat -> nat -> K) : (0 < cin)%N ->
  all proper ss -> out_size ss h w = (1, 1)%N -> tail_condition ss h w ->
  (forall r q, grows (n r q) (fun z => x z r q 0%N) (A r q)) ->
  grows (tail_degree ss h w n) (fun z => run (scaled_inner z ss h w) h w cin (x z) 0%N 0%N 0%N)
    (\prod_(r < h) \prod_(q < w) A r q).
Proof.
elim: ss h w cin n x A => [|s ss IH] h w cin n x A c0 /=.
  by move=> _ [-> ->] _ xA; rewrite !big_ord1.
case/andP=> pr prs out /and3P[hR wR tc] xA; have /and5P[_ _ _ _ cs0] := pr.
rewrite -(prod_blocks2 A pr hR wR).
exact: (IH _ _ _ _ (fun z => gc (scaled_layer z s h w) h w cin (x z)) _ cs0 prs out tc
          (fun u v => scaled_layer_grows s h w u v c0 xA)).
Qed.

Definition scaled_degree s (ss : seq shape) h w : nat :=
  tail_degree ss (ceil_div h (str_h s)) (ceil_div w (str_w s)) (fun _ _ => 0%N).

Lemma run_scaled_tail m a s ss h w cin (x : fmap K) : (m <= cin)%N ->
  all proper (s :: ss) -> out_size (s :: ss) h w = (1, 1)%N -> tail_condition (s :: ss) h w ->
  grows (scaled_degree s ss h w)
    (fun z => run (scaled_tail m a z s ss h w) h w cin x 0%N 0%N 0%N)
    (\prod_(r < h) \prod_(q < w) (1 + a * \sum_(c < m) x r q c)).
Proof.
move=> mc /= /andP[pr prs] out /and3P[hR wR tc]; have /and5P[_ _ _ _ cs0] := pr.
rewrite -(sum_layer_product a true x pr mc hR wR).
set y := gc (sum_layer m a true s h w) h w cin x.
exact: (run_scaled_inner (x := fun _ => y) (A := fun r q => y r q 0%N) cs0 prs out tc
          (fun r q => grows_const (y r q 0%N))).
Qed.

End ScaledTail.
