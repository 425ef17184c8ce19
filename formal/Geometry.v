(** * Layers of any geometry: padding, dilation, sizes, groups

    Location (u, v) of a layer sees (S u - a + d i, T v - b + e j) below, if inside, for all offsets (i, j)
    of the window: the stride is (S, T), the padding (a, b), the dilation (d, e).  The size of the output
    may be given.  A channel sees the channels below of its group.  [grid_tensor_plain]: with no padding,
    dilation 1 and one group these are the networks of Network.v. *)

From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Parameters Generic.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(** ** Shapes *)

(** Window, stride and channels; dilation, padding, the size of the output (None: the quotient by the
    stride, rounded up), the number of groups. *)
Record gshape := GShape {
  base_of :> shape;
  dil_h : nat; dil_w : nat;
  pad_h : nat; pad_w : nat;
  given_size : option (nat * nat);
  groups : nat }.

Definition plain (s : shape) : gshape := GShape s 1 1 0 0 None 1.

Definition out_h (s : gshape) (h : nat) : nat :=
  if given_size s is Some n then n.1 else ceil_div h (str_h s).
Definition out_w (s : gshape) (w : nat) : nat :=
  if given_size s is Some n then n.2 else ceil_div w (str_w s).

Fixpoint gout_size (ss : seq gshape) (h w : nat) : nat * nat :=
  if ss is s :: ss' then gout_size ss' (out_h s h) (out_w s w) else (h, w).

(** Rows and columns are counted with the padding before them. *)
Definition seen_h (s : gshape) (u i : nat) : nat := (str_h s * u + dil_h s * i)%N.
Definition seen_w (s : gshape) (v j : nat) : nat := (str_w s * v + dil_w s * j)%N.
Definition within_h (s : gshape) (h r : nat) : bool := (pad_h s <= r)%N && (r - pad_h s < h)%N.
Definition within_w (s : gshape) (w c : nat) : bool := (pad_w s <= c)%N && (c - pad_w s < w)%N.

(** The input channels of a group, of cin, and the first of those that channel c sees. *)
Definition group_size (s : gshape) (cin : nat) : nat := (cin %/ groups s)%N.
Definition group_first (s : gshape) (cin c : nat) : nat :=
  (c %/ (channels s %/ groups s) * group_size s cin)%N.

Section Network.

Variable K : comRingType.

(** ** Layers and networks *)

(** [gweight u v i j c k] multiplies input channel k of the group of output channel c. *)
Record glayer := GLayer {
  gshape_of :> gshape;
  gweight : nat -> nat -> nat -> nat -> nat -> nat -> K;
  gbias : nat -> nat -> nat -> nat -> nat -> K }.

Definition gshared (l : glayer) : Prop :=
  (forall u v i j c k, gweight l u v i j c k = gweight l 0 0 i j c k) /\
  (forall u v i j c, gbias l u v i j c = gbias l 0 0 i j c).

(** What is outside the input is 0. *)
Definition gread (s : gshape) (h w cin : nat) (x : fmap K) (r c k : nat) : K :=
  if within_h s h r && within_w s w c && (k < cin)%N then x (r - pad_h s)%N (c - pad_w s)%N k else 0.

Definition gfactor (l : glayer) (h w cin : nat) (x : fmap K) (u v i j c : nat) : K :=
  \sum_(k < group_size l cin) gweight l u v i j c k
      * gread l h w cin x (seen_h l u i) (seen_w l v j) (group_first l cin c + k)%N
    + gbias l u v i j c.

Definition gapply (l : glayer) (h w cin : nat) (x : fmap K) : fmap K :=
  fun u v c => \prod_(i < win_h l) \prod_(j < win_w l) gfactor l h w cin x u v i j c.

Fixpoint grun (net : seq glayer) (h w cin : nat) (x : fmap K) : fmap K :=
  if net is l :: net' then
    grun net' (out_h l h) (out_w l w) (channels l) (gapply l h w cin x)
  else x.

Definition gshapes (net : seq glayer) : seq gshape := map gshape_of net.

Fixpoint gshared_net (net : seq glayer) : Prop :=
  if net is l :: net' then gshared l /\ gshared_net net' else True.

(** Channel 0 of output location (0, 0). *)
Definition ggrid_tensor (net : seq glayer) (H W M : nat) (d : {ffun site H W -> 'I_M}) : K :=
  grun net H W M (one_hot d) 0%N 0%N 0%N.

(** ** The networks of Network.v *)

Definition plain_layer (l : layer K) : glayer := GLayer (plain l) (weight l) (bias l).

Lemma gapply_plain (l : layer K) h w cin x u v c : (c < channels l)%N ->
  gapply (plain_layer l) h w cin x u v c = gc l h w cin x u v c.
Proof.
move=> cl; apply: eq_bigr => i _; apply: eq_bigr => j _; congr (_ + _).
rewrite /group_size /= divn1; apply: eq_bigr => k _; congr (_ * _).
rewrite /group_first /= divn1 divn_small // mul0n add0n /gread /pad /seen_h /seen_w /within_h /within_w /=.
by rewrite !mul1n !subn0 ltn_ord andbT.
Qed.

Lemma grun_plain (net : seq (layer K)) h w cin x x' :
  (forall r c k, (k < cin)%N -> x r c k = x' r c k) ->
  forall u v k, (k < last cin (map channels (shapes net)))%N ->
  grun (map plain_layer net) h w cin x u v k = run net h w cin x' u v k.
Proof.
elim: net h w cin x x' => [|l net IH] h w cin x x' xx' u v k /=; first exact: xx'.
apply: (IH _ _ (channels l)) => r c k' kc; rewrite gapply_plain //.
apply: eq_bigr => i _; apply: eq_bigr => j _; congr (_ + _); apply: eq_bigr => m _.
by congr (_ * _); rewrite /pad; case: ifP => // _; apply: xx'.
Qed.

Theorem grid_tensor_plain (net : seq (layer K)) H W M (d : {ffun site H W -> 'I_M}) :
  (0 < last M (map channels (shapes net)))%N ->
  ggrid_tensor (map plain_layer net) d = grid_tensor net H W M d.
Proof. by move=> c0; apply: grun_plain. Qed.

End Network.

Arguments GLayer {K}.
Arguments ggrid_tensor {K} net H W M d.

(** ** The parameters as one finite family *)

(** Location, offset, output channel; then an input channel of its group, or [None] for the bias. *)
Definition glayer_params (sh : bool) (s : gshape) (h w cin : nat) : finType :=
  [finType of 'I_(loc_bound sh h) * 'I_(loc_bound sh w) * 'I_(win_h s) * 'I_(win_w s)
              * 'I_(channels s) * option 'I_(group_size s cin)].

Fixpoint gparams (sh : bool) (ss : seq gshape) (h w cin : nat) : finType :=
  if ss is s :: ss' then
    [finType of glayer_params sh s (out_h s h) (out_w s w) cin
              + gparams sh ss' (out_h s h) (out_w s w) (channels s)]
  else [finType of void].

Section Networks.

Variables (K : comRingType) (sh : bool).

Definition glayer_of s h w cin (x : glayer_params sh s h w cin -> K) : glayer K :=
  GLayer s
    (fun u v i j c k =>
       lookup (fun u => lookup (fun v => lookup (fun i => lookup (fun j => lookup (fun c =>
         lookup (fun k => x (u, v, i, j, c, Some k)) k) c) j) i) (loc_index sh v)) (loc_index sh u))
    (fun u v i j c =>
       lookup (fun u => lookup (fun v => lookup (fun i => lookup (fun j => lookup (fun c =>
         x (u, v, i, j, c, None)) c) j) i) (loc_index sh v)) (loc_index sh u)).

Fixpoint gnet_of (ss : seq gshape) (h w cin : nat) :
    (gparams sh ss h w cin -> K) -> seq (glayer K) :=
  match ss return (gparams sh ss h w cin -> K) -> seq (glayer K) with
  | [::] => fun _ => [::]
  | s :: ss' => fun x => glayer_of (fun p => x (inl p)) :: gnet_of (fun p => x (inr p))
  end.

Lemma gnet_of_shapes ss h w cin (x : gparams sh ss h w cin -> K) : gshapes (gnet_of x) = ss.
Proof. by elim: ss h w cin x => //= s ss IH h w cin x; rewrite IH. Qed.

Definition glayer_params_of (l : glayer K) h w cin (p : glayer_params sh l h w cin) : K :=
  let: (u, v, i, j, c, o) := p in
  if o is Some k then gweight l u v i j c k else gbias l u v i j c.

Fixpoint gparams_of (net : seq (glayer K)) (h w cin : nat) :
    gparams sh (gshapes net) h w cin -> K :=
  match net return gparams sh (gshapes net) h w cin -> K with
  | [::] => fun _ => 0
  | l :: net' => fun p => match p with
                          | inl p => glayer_params_of p
                          | inr p => @gparams_of net' _ _ _ p
                          end
  end.

End Networks.

(** ** Naturality *)

Section Naturality.

Variables (K L : comRingType) (phi : {rmorphism K -> L}).

(** The layer l' has the parameters of l, transported by phi, as far as they are used. *)
Definition glayer_agree (h w cin : nat) (l : glayer K) (l' : glayer L) : Prop :=
  gshape_of l' = gshape_of l /\
  forall u v i j c, (u < h)%N -> (v < w)%N -> (i < win_h l)%N -> (j < win_w l)%N ->
    (c < channels l)%N ->
    (forall k, (k < group_size l cin)%N -> gweight l' u v i j c k = phi (gweight l u v i j c k)) /\
    gbias l' u v i j c = phi (gbias l u v i j c).

Fixpoint gnet_agree (h w cin : nat) (net : seq (glayer K)) (net' : seq (glayer L)) : Prop :=
  match net, net' with
  | [::], [::] => True
  | l :: n, l' :: n' =>
      glayer_agree (out_h l h) (out_w l w) cin l l' /\
      gnet_agree (out_h l h) (out_w l w) (channels l) n n'
  | _, _ => False
  end.

Lemma gapply_agree h w cin (l : glayer K) (l' : glayer L) x x' :
  glayer_agree (out_h l h) (out_w l w) cin l l' ->
  fmap_agree phi h w cin x x' ->
  fmap_agree phi (out_h l h) (out_w l w) (channels l) (gapply l h w cin x) (gapply l' h w cin x').
Proof.
move=> [sh par] agr u v c uh vw cc; rewrite /gapply sh rmorph_prod; apply: eq_bigr => i _.
rewrite rmorph_prod; apply: eq_bigr => j _; rewrite /gfactor sh.
have [wt ->] := par u v i j c uh vw (ltn_ord i) (ltn_ord j) cc.
rewrite rmorphD rmorph_sum; congr (_ + _); apply: eq_bigr => k _.
rewrite wt // rmorphM; congr (_ * _); rewrite /gread.
case: ifP => [/andP[/andP[/andP[_ rh] /andP[_ cw]] kc]|_]; last by rewrite rmorph0.
exact: agr.
Qed.

Lemma grun_agree net net' h w cin x x' :
  gnet_agree h w cin net net' -> fmap_agree phi h w cin x x' ->
  fmap_agree phi (gout_size (gshapes net) h w).1 (gout_size (gshapes net) h w).2
    (last cin (map channels (map base_of (gshapes net)))) (grun net h w cin x) (grun net' h w cin x').
Proof.
elim: net net' h w cin x x' => [|l net IH] [|l' net'] //= h w cin x x' [agl agn] agx.
have [sh _] := agl; rewrite sh; apply: IH => //.
exact: gapply_agree.
Qed.

Lemma ggrid_tensor_agree net net' H W M (d : {ffun site H W -> 'I_M}) :
  (0 < (gout_size (gshapes net) H W).1)%N -> (0 < (gout_size (gshapes net) H W).2)%N ->
  (0 < last M (map channels (map base_of (gshapes net))))%N ->
  gnet_agree H W M net net' -> ggrid_tensor net' H W M d = phi (ggrid_tensor net H W M d).
Proof. by move=> h0 w0 c0 agr; apply: (grun_agree agr (one_hot_agree phi d)). Qed.

Lemma gnet_of_agree sh ss h w cin (x : gparams sh ss h w cin -> K) (x' : gparams sh ss h w cin -> L) :
  (forall p, x' p = phi (x p)) -> gnet_agree h w cin (gnet_of x) (gnet_of x').
Proof.
elim: ss h w cin x x' => //= s ss IH h w cin x x' xx'; split; last by apply: IH.
split=> // u v i j c _ _ _ _ _; split; last by do 5!apply: lookup_agree => ?.
by move=> k _; do 6!apply: lookup_agree => ?.
Qed.

End Naturality.

(** ** Every network comes from parameters *)

Lemma gparams_of_agree (K : comRingType) (sh : bool) (net : seq (glayer K)) h w cin :
  (sh -> gshared_net net) ->
  gnet_agree [rmorphism of idfun] h w cin (gnet_of (@gparams_of K sh net h w cin)) net.
Proof.
elim: net h w cin => //= l net IH h w cin shd; split; last by apply: IH => /shd[].
split=> // u v i j c uh vw iw jw cc /=.
have [wt bs] : (forall k, gweight l u v i j c k
                   = gweight l (loc_index sh u) (loc_index sh v) i j c k)
  /\ gbias l u v i j c = gbias l (loc_index sh u) (loc_index sh v) i j c.
  by case: (sh) shd => //= /(_ isT)[[wt bs] _]; split.
split=> [k kc|]; rewrite ?wt ?bs (lookup_lt _ (loc_index_lt sh uh));
  rewrite (lookup_lt _ (loc_index_lt sh vw)) (lookup_lt _ iw) (lookup_lt _ jw) (lookup_lt _ cc) //.
by rewrite (lookup_lt _ kc).
Qed.

Theorem ggrid_tensor_params_of (K : comRingType) (sh : bool) (net : seq (glayer K)) H W M d :
  gout_size (gshapes net) H W = (1, 1)%N -> (0 < last M (map channels (map base_of (gshapes net))))%N ->
  (sh -> gshared_net net) ->
  ggrid_tensor (gnet_of (@gparams_of K sh net H W M)) H W M d = ggrid_tensor net H W M d.
Proof.
move=> one c0 shd; have agr := @gparams_of_agree K sh net H W M shd.
by rewrite [RHS](ggrid_tensor_agree d _ _ _ agr) ?gnet_of_shapes ?one.
Qed.

(** ** The generic rank *)

Section Generic.

Variables (K : fieldType) (sh : bool) (ss : seq gshape) (H W M : nat) (P : pred (site H W)).
Hypothesis one_out : gout_size ss H W = (1, 1)%N.
Hypothesis out_gt0 : (0 < last M (map channels (map base_of ss)))%N.

Let par := gparams sh ss H W M.


Definition gpoly_at (q : {mpoly K[#|par|]}) (x : par -> K) : K := q.@[fun i => x (enum_val i)].

(** Some parameters are no zero of q. *)
Definition gnonzero_somewhere (q : {mpoly K[#|par|]}) : Prop := exists x : par -> K, gpoly_at q x != 0.

Definition ggeneric_tensor (d : {ffun site H W -> 'I_M}) : {mpoly K[#|par|]} :=
  ggrid_tensor (gnet_of (fun p : par => 'X_(enum_rank p))) H W M d.

Lemma ggeneric_tensor_at x d : gpoly_at (ggeneric_tensor d) x = ggrid_tensor (gnet_of x) H W M d.
Proof.
symmetry; apply: (ggrid_tensor_agree (phi := [rmorphism of meval (fun i => x (enum_val i))]));
  rewrite ?gnet_of_shapes ?one_out //.
by apply: gnet_of_agree => p; rewrite /= mevalXU enum_rankK.
Qed.

Definition ggeneric_matrix :
    'M[{mpoly K[#|par|]}]_(#|left_part M P|, #|right_part M P|) :=
  \matrix_(i, j) ggeneric_tensor (glue (enum_val i) (enum_val j)).

Lemma ggeneric_matrix_rank x :
  \rank (at_point ggeneric_matrix (fun i => x (enum_val i)))
    = mat_rank P (ggrid_tensor (gnet_of x) H W M).
Proof. by congr (\rank _); apply/matrixP => i j; rewrite !mxE; apply: ggeneric_tensor_at. Qed.

(** One network bounds the rank from below wherever q is not zero (THEORY 3.3). *)
Lemma grank_ge (net0 : seq (glayer K)) :
  gshapes net0 = ss -> (sh -> gshared_net net0) ->
  exists q : {mpoly K[#|par|]},
    gnonzero_somewhere q /\ forall x : par -> K, gpoly_at q x != 0 ->
      (mat_rank P (ggrid_tensor net0 H W M) <= mat_rank P (ggrid_tensor (gnet_of x) H W M))%N.
Proof.
move=> shp shd; have [x0 tensor0] : exists x0 : par -> K,
    forall d, ggrid_tensor (gnet_of x0) H W M d = ggrid_tensor net0 H W M d.
  rewrite /par; move: one_out out_gt0; rewrite -shp => one c0; exists (@gparams_of K sh net0 H W M) => d.
  exact: (ggrid_tensor_params_of d one c0 shd).
have [q [q0 qP]] := rank_semicontinuous ggeneric_matrix (fun i => x0 (enum_val i)).
exists q; split=> [|x qx]; first by exists x0.
have := qP _ qx; rewrite !ggeneric_matrix_rank; apply: leq_trans; rewrite leq_eqVlt; apply/orP; left.
by apply/eqP; apply: rank2_ext => p p'; rewrite tensor0.
Qed.

End Generic.
