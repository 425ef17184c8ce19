(** * The upper bound of the cut law

    One layer with any window and stride, then one whose window is its whole input.  For all
    parameters, shared or unshared, over any field, any partition and any separating set of sites
    and locations: the rank is at most M^sites (D+1)^locations (THEORY 8.5, "Upper bound").
    Fixing the templates at the sites of the set makes every location outside it one-sided; a
    location in it is a sum of D+1 products of a function of P and one of the other sites. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Overlap Require Import Rank2 Network Evaluation Upper CutFlow.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(** The shapes "R/S:D, hxw/hxw:1", h x w the locations of layer 1. *)
Definition cut_shapes (H W Rh Rw Sh Sw D : nat) : seq shape :=
  [:: Shape Rh Rw Sh Sw D;
      Shape (ceil_div H Sh) (ceil_div W Sw) (ceil_div H Sh) (ceil_div W Sw) 1].

(** The locations of layer 1, and the sites in the window of one. *)
Definition cut_location (H W Sh Sw : nat) : finType := site (ceil_div H Sh) (ceil_div W Sw).
Definition in_window (H W Rh Rw Sh Sw : nat) (t : cut_location H W Sh Sw) (s : site H W) : bool :=
  (Sh * t.1 <= s.1 < Sh * t.1 + Rh)%N && (Sw * t.2 <= s.2 < Sw * t.2 + Rw)%N.
Arguments in_window : clear implicits.

Lemma cut_out_size H W Rh Rw Sh Sw D :
  (0 < ceil_div H Sh)%N -> (0 < ceil_div W Sw)%N ->
  out_size (cut_shapes H W Rh Rw Sh Sw D) H W = (1, 1)%N.
Proof. by move=> h0 w0; rewrite /= !ceil_divnn. Qed.

Lemma cut_layers (K : comRingType) H W Rh Rw Sh Sw D (net : seq (layer K)) :
  shapes net = cut_shapes H W Rh Rw Sh Sw D ->
  exists l1 l2, [/\ net = [:: l1; l2], shape_of l1 = Shape Rh Rw Sh Sw D &
    shape_of l2 = Shape (ceil_div H Sh) (ceil_div W Sw) (ceil_div H Sh) (ceil_div W Sw) 1].
Proof. by case: net => [|l1 [|l2 []]] //= [e1 e2]; exists l1, l2. Qed.

(** ** The product over the locations *)

Section Locations.

Variables (K : comRingType) (H W M Rh Rw Sh Sw D : nat) (l1 l2 : layer K).
Hypothesis shape1 : shape_of l1 = Shape Rh Rw Sh Sw D.
Hypothesis shape2 :
  shape_of l2 = Shape (ceil_div H Sh) (ceil_div W Sw) (ceil_div H Sh) (ceil_div W Sw) 1.
Variable P : pred (site H W).
Local Notation loc := (cut_location H W Sh Sw).
Local Notation sees := (in_window H W Rh Rw Sh Sw).
Implicit Types (d : {ffun site H W -> 'I_M}) (t : loc) (s : site H W).

Definition cut_channel d t c : K := gc l1 H W M (one_hot d) t.1 t.2 c.

(** The affine function of the channels at location t. *)
Definition cut_value d t : K :=
  \sum_(c < D) weight l2 0 0 t.1 t.2 0 c * cut_channel d t c + bias l2 0 0 t.1 t.2 0.

Lemma cut_tensor d : grid_tensor [:: l1; l2] H W M d = \prod_t cut_value d t.
Proof.
rewrite /grid_tensor /= /gc -/(gc l1 H W M (one_hot d)) shape2 shape1 /=.
rewrite pair_bigA; apply: eq_bigr => -[i j] _ /=.
congr (_ + _); apply: eq_bigr => c _.
by rewrite /pad shape2 /= !muln0 !add0n !ltn_ord.
Qed.

(** The site at a place, if there is one, is in P. *)
Definition place_in (r c : nat) : bool :=
  if insub r is Some r' then if insub c is Some c' then P (r', c') else true else true.

Lemma place_in_site s : place_in s.1 s.2 = P s.
Proof. by rewrite /place_in !valK -surjective_pairing. Qed.

(** The part of a channel that sees the sites in P, or the others. *)
Definition half (in_P : bool) d t c : K :=
  \prod_(i < Rh) \prod_(j < Rw)
    if place_in (Sh * t.1 + i) (Sw * t.2 + j) == in_P then factor l1 H W M (one_hot d) t.1 t.2 i j c
    else 1.

Lemma channel_halves d t c : cut_channel d t c = half true d t c * half false d t c.
Proof.
rewrite /cut_channel /gc shape1 -big_split; apply: eq_bigr => i _; rewrite -big_split.
by apply: eq_bigr => j _ /=; case: place_in; rewrite ?mulr1 ?mul1r.
Qed.

Lemma offset_window t s (i : 'I_Rh) (j : 'I_Rw) :
  s.1 = (Sh * t.1 + i)%N :> nat -> s.2 = (Sw * t.2 + j)%N :> nat -> sees t s.
Proof. by move=> e1 e2; rewrite /in_window e1 e2 !leq_addr !ltn_add2l !ltn_ord. Qed.

Lemma half_local in_P d d' t c :
  (forall s, sees t s -> P s = in_P -> d s = d' s) -> half in_P d t c = half in_P d' t c.
Proof.
move=> dd'; apply: eq_bigr => i _; apply: eq_bigr => j _; case: eqP => // inP.
apply: factor_local => s; rewrite shape1 /= => e1 e2.
by apply: dd'; rewrite ?(offset_window e1 e2) // -place_in_site e1 e2.
Qed.

Lemma value_local d d' t :
  (forall s, sees t s -> d s = d' s) -> cut_value d t = cut_value d' t.
Proof.
move=> dd'; congr (_ + _); apply: eq_bigr => c _; rewrite !channel_halves.
by congr (_ * (_ * _)); apply: half_local => s /dd'.
Qed.

End Locations.

(** ** The bound *)

Lemma rank2_mul_sums (K : fieldType) (A B X Y : finType) (f : X -> A -> K) (g : A -> Y -> K)
    (f' : X -> B -> K) (g' : B -> Y -> K) :
  (rank2 (fun x y => ((\sum_a f x a * g a y) * (\sum_b f' x b * g' b y))%R) <= #|A| * #|B|)%N.
Proof.
rewrite -card_prod -(@rank2_ext _ _ _ (fun x y =>
  \sum_(e : A * B) (f x e.1 * f' x e.2) * (g e.1 y * g' e.2 y))); first exact: rank2_sum.
move=> x y; rewrite big_distrlr pair_bigA; apply: eq_bigr => e _ /=.
by rewrite mulrACA.
Qed.

Section Upper.

Variables (K : fieldType) (H W M Rh Rw Sh Sw D : nat) (l1 l2 : layer K).
Hypothesis shape1 : shape_of l1 = Shape Rh Rw Sh Sw D.
Hypothesis shape2 :
  shape_of l2 = Shape (ceil_div H Sh) (ceil_div W Sw) (ceil_div H Sh) (ceil_div W Sw) 1.
Variables (P : pred (site H W)) (S : {set site H W}) (T : {set cut_location H W Sh Sw}).
Hypothesis sep : separating P (in_window H W Rh Rw Sh Sw) S T.
Variables (p0 : left_part M P) (q0 : right_part M P).
Local Notation value := (cut_value D l1 l2).
Local Notation loc := (cut_location H W Sh Sw).
Local Notation sees := (in_window H W Rh Rw Sh Sw).
Implicit Types (p : left_part M P) (q : right_part M P) (t : loc) (s : site H W).

(** *** Locations in the set *)

Definition row_term p (k : {ffun {t | t \in T} -> 'I_D.+1}) : K :=
  \prod_(t : {t | t \in T})
    if unlift ord0 (k t) is Some c then half Rh Rw l1 P true (glue p q0) (val t) c else 1.
Definition col_term (k : {ffun {t | t \in T} -> 'I_D.+1}) q : K :=
  \prod_(t : {t | t \in T}) if unlift ord0 (k t) is Some c then
      weight l2 0 0 (val t).1 (val t).2 0 c * half Rh Rw l1 P false (glue p0 q) (val t) c
    else bias l2 0 0 (val t).1 (val t).2 0.

Lemma inside_sum p q :
  \prod_(t in T) value (glue p q) t = \sum_k row_term p k * col_term k q.
Proof.
rewrite prod_sig; pose F (t : {t | t \in T}) (k : 'I_D.+1) : K :=
  (if unlift ord0 k is Some c then half Rh Rw l1 P true (glue p q0) (val t) c else 1)
  * (if unlift ord0 k is Some c then
       weight l2 0 0 (val t).1 (val t).2 0 c * half Rh Rw l1 P false (glue p0 q) (val t) c
     else bias l2 0 0 (val t).1 (val t).2 0).
rewrite (eq_bigr (fun t : {t | t \in T} => \sum_k F t k)) => [|t _].
  by rewrite bigA_distr_bigA; apply: eq_bigr => k _; rewrite /F big_split.
rewrite big_ord_recl /F unlift_none mul1r addrC; congr (_ + _).
apply: eq_bigr => c _; rewrite liftK mulrCA; congr (_ * _).
rewrite (channel_halves shape1 P); congr (_ * _); apply: (half_local shape1) => s _ Ps.
- exact: glue_left.
- by apply: glue_right; rewrite Ps.
Qed.

(** *** Locations outside the set *)

(** Templates e at the sites of the set, and d at the others. *)
Definition fixed (e : {ffun {s | s \in S} -> 'I_M}) (d : {ffun site H W -> 'I_M}) :
    {ffun site H W -> 'I_M} :=
  [ffun s => if insub s is Some s' then e s' else d s].

(** What the sites of the set show. *)
Definition shown p q : {ffun {s | s \in S} -> 'I_M} := [ffun s => glue p q (val s)].

(** The location sees a site of P outside the set; then all that it sees outside are in P. *)
Definition free_in_P t : bool := [exists s, [&& P s, s \notin S & sees t s]].

Definition shows_P (e : {ffun {s | s \in S} -> 'I_M}) p : bool :=
  [forall s : {s | s \in S}, P (val s) ==> (glue p q0 (val s) == e s)].
Definition shows_Q (e : {ffun {s | s \in S} -> 'I_M}) q : bool :=
  [forall s : {s | s \in S}, ~~ P (val s) ==> (glue p0 q (val s) == e s)].

Definition row_rest p e : K :=
  (shows_P e p)%:R * \prod_(t | (t \notin T) && free_in_P t) value (fixed e (glue p q0)) t.
Definition col_rest e q : K :=
  (shows_Q e q)%:R * \prod_(t | (t \notin T) && ~~ free_in_P t) value (fixed e (glue p0 q)) t.

Lemma shows_both e p q : shows_P e p && shows_Q e q = (shown p q == e).
Proof.
apply/andP/eqP => [[/forallP eP /forallP eQ]|<-]; last first.
  by split; apply/forallP => s; apply/implyP => Ps; rewrite [X in _ == X]ffunE;
    [rewrite (glue_left p q0 q Ps) | rewrite (glue_right p0 p q Ps)].
apply/ffunP => s; rewrite ffunE; have [Ps|Ps] := boolP (P (val s)).
- by rewrite (glue_left p q q0 Ps); apply/eqP/(implyP (eP s)).
- by rewrite (glue_right p p0 q Ps); apply/eqP/(implyP (eQ s)).
Qed.

Lemma fixed_shown p q (d : {ffun site H W -> 'I_M}) s :
  (s \notin S -> d s = glue p q s) -> fixed (shown p q) d s = glue p q s.
Proof.
move=> dS; rewrite /fixed ffunE; case: insubP => [s' _ <-|]; first by rewrite ffunE.
exact: dS.
Qed.

Lemma outside_sum p q :
  \prod_(t | t \notin T) value (glue p q) t = \sum_e row_rest p e * col_rest e q.
Proof.
rewrite (eq_bigr (fun e => (shown p q == e)%:R *
   (\prod_(t | (t \notin T) && free_in_P t) value (fixed e (glue p q0)) t
    * \prod_(t | (t \notin T) && ~~ free_in_P t) value (fixed e (glue p0 q)) t)))
  => [|e _]; last first.
  by rewrite /row_rest /col_rest mulrACA -natrM mulnb shows_both.
rewrite sum_delta (bigID free_in_P) /=; congr (_ * _); apply: eq_bigr => t /andP[tT free].
  have [s1 /and3P[Ps1 Ss1 ts1]] := existsP free.
  apply: (value_local l2 shape1 P) => s ts; rewrite fixed_shown // => Ss.
  have [Ps|Ps] := boolP (P s); first exact: glue_left.
  have := separatingP _ _ _ _ sep s1 t s Ps1 Ps ts1 ts.
  by rewrite (negbTE Ss1) (negbTE Ss) (negbTE tT).
apply: (value_local l2 shape1 P) => s ts; rewrite fixed_shown // => Ss.
have [Ps|Ps] := boolP (P s); last exact: glue_right.
by move: free; rewrite negb_exists => /forallP/(_ s); rewrite Ps Ss ts.
Qed.

End Upper.

Theorem cut_law_upper (K : fieldType) (H W M Rh Rw Sh Sw D : nat) (net : seq (layer K))
    (P : pred (site H W)) (A : {set site H W}) (B : {set cut_location H W Sh Sw}) :
  shapes net = cut_shapes H W Rh Rw Sh Sw D -> separating P (in_window H W Rh Rw Sh Sw) A B ->
  (mat_rank P (grid_tensor net H W M) <= M ^ #|A| * D.+1 ^ #|B|)%N.
Proof.
move=> /cut_layers[l1 [l2 [-> shape1 shape2]]] sep; apply: rank2_inhabited => p0 q0.
rewrite mulnC (@rank2_ext _ _ _ _ (fun p q =>
  (\sum_(k : {ffun {t | t \in B} -> 'I_D.+1})
     row_term Rh Rw l1 q0 p k * col_term Rh Rw l1 l2 p0 k q)
  * (\sum_(e : {ffun {s | s \in A} -> 'I_M})
       row_rest Rh Rw D l1 l2 B q0 p e * col_rest Rh Rw D l1 l2 B p0 e q)))
  => [|p q].
  by apply: leq_trans (rank2_mul_sums _ _ _ _) _; rewrite !card_ffun !card_ord !card_sig.
rewrite (cut_tensor shape1 shape2) (bigID (mem B)) /=.
by rewrite (inside_sum l2 shape1 B p0 q0) (outside_sum l2 shape1 sep p0 q0).
Qed.
