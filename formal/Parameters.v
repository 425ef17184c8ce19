(** * The parameters of a network as one finite family

    For any shapes the parameters of the networks with these shapes, shared or unshared, form a
    finite type [params]; [net_of] makes a network of a family x of parameters, and every network
    comes from one, as far as its grid tensor is concerned.  The grid tensor is natural: a ring
    morphism, applied to all parameters, is applied to the tensor.  This is what THEORY 3.3 means
    by "each entry is a polynomial in the parameters with integer coefficients". *)

From mathcomp Require Import all_ssreflect all_algebra.
From Overlap Require Import Rank2 Network Evaluation.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(** ** The index type: [sh] says whether the parameters are shared *)

(** Shared parameters have one location, called 0; unshared ones have all. *)
Definition loc_bound (sh : bool) (n : nat) : nat := if sh then 1%N else n.
Definition loc_index (sh : bool) (u : nat) : nat := if sh then 0%N else u.

Lemma loc_index_lt sh u n : (u < n)%N -> (loc_index sh u < loc_bound sh n)%N.
Proof. by case: sh. Qed.

(** Location, offset, output channel; then an input channel, or [None] for the bias. *)
Definition layer_params (sh : bool) (s : shape) (h w cin : nat) : finType :=
  [finType of 'I_(loc_bound sh h) * 'I_(loc_bound sh w) * 'I_(win_h s) * 'I_(win_w s)
              * 'I_(channels s) * option 'I_cin].

Fixpoint params (sh : bool) (ss : seq shape) (h w cin : nat) : finType :=
  if ss is s :: ss' then
    [finType of layer_params sh s (ceil_div h (str_h s)) (ceil_div w (str_w s)) cin
              + params sh ss' (ceil_div h (str_h s)) (ceil_div w (str_w s)) (channels s)]
  else [finType of void].

Section Networks.

Variables (K : comRingType) (sh : bool).

(** ** From parameters to networks *)

Definition lookup n (f : 'I_n -> K) (i : nat) : K := oapp f 0 (insub i).

Lemma lookup_lt n (f : 'I_n -> K) i (lt : (i < n)%N) : lookup f i = f (Ordinal lt).
Proof. by rewrite /lookup insubT. Qed.

Definition layer_of s h w cin (x : layer_params sh s h w cin -> K) : layer K :=
  Layer s
    (fun u v i j c k =>
       lookup (fun u => lookup (fun v => lookup (fun i => lookup (fun j => lookup (fun c =>
         lookup (fun k => x (u, v, i, j, c, Some k)) k) c) j) i) (loc_index sh v)) (loc_index sh u))
    (fun u v i j c =>
       lookup (fun u => lookup (fun v => lookup (fun i => lookup (fun j => lookup (fun c =>
         x (u, v, i, j, c, None)) c) j) i) (loc_index sh v)) (loc_index sh u)).

Fixpoint net_of (ss : seq shape) (h w cin : nat) :
    (params sh ss h w cin -> K) -> seq (layer K) :=
  match ss return (params sh ss h w cin -> K) -> seq (layer K) with
  | [::] => fun _ => [::]
  | s :: ss' => fun x => layer_of (fun p => x (inl p)) :: net_of (fun p => x (inr p))
  end.

Lemma net_of_shapes ss h w cin (x : params sh ss h w cin -> K) : shapes (net_of x) = ss.
Proof. by elim: ss h w cin x => //= s ss IH h w cin x; rewrite IH. Qed.

(** ** From networks to parameters *)

Definition layer_params_of (l : layer K) h w cin (p : layer_params sh l h w cin) : K :=
  let: (u, v, i, j, c, o) := p in
  if o is Some k then weight l u v i j c k else bias l u v i j c.

Fixpoint params_of (net : seq (layer K)) (h w cin : nat) :
    params sh (shapes net) h w cin -> K :=
  match net return params sh (shapes net) h w cin -> K with
  | [::] => fun _ => 0
  | l :: net' => fun p => match p with
                          | inl p => layer_params_of p
                          | inr p => @params_of net' _ _ _ p
                          end
  end.

End Networks.

Lemma net_of_shared (K : comRingType) ss h w cin (x : params true ss h w cin -> K) :
  shared_net (net_of x).
Proof.
elim: ss h w cin x => [|s ss IH] h w cin x /=; first by [].
by split; [split | apply: IH].
Qed.

(** ** Naturality *)

Section Naturality.

Variables (K L : comRingType) (phi : {rmorphism K -> L}).

(** The layer l' has the parameters of l, transported by phi, as far as they are used. *)
Definition layer_agree (h w cin : nat) (l : layer K) (l' : layer L) : Prop :=
  shape_of l' = shape_of l /\
  forall u v i j c, (u < h)%N -> (v < w)%N -> (i < win_h l)%N -> (j < win_w l)%N ->
    (c < channels l)%N ->
    (forall k, (k < cin)%N -> weight l' u v i j c k = phi (weight l u v i j c k)) /\
    bias l' u v i j c = phi (bias l u v i j c).

Fixpoint net_agree (h w cin : nat) (net : seq (layer K)) (net' : seq (layer L)) : Prop :=
  match net, net' with
  | [::], [::] => True
  | l :: n, l' :: n' =>
      layer_agree (ceil_div h (str_h l)) (ceil_div w (str_w l)) cin l l' /\
      net_agree (ceil_div h (str_h l)) (ceil_div w (str_w l)) (channels l) n n'
  | _, _ => False
  end.

Definition fmap_agree (h w cin : nat) (x : fmap K) (x' : fmap L) : Prop :=
  forall r c k, (r < h)%N -> (c < w)%N -> (k < cin)%N -> x' r c k = phi (x r c k).

Lemma gc_agree h w cin (l : layer K) (l' : layer L) x x' :
  layer_agree (ceil_div h (str_h l)) (ceil_div w (str_w l)) cin l l' ->
  fmap_agree h w cin x x' ->
  fmap_agree (ceil_div h (str_h l)) (ceil_div w (str_w l)) (channels l)
    (gc l h w cin x) (gc l' h w cin x').
Proof.
move=> [sh par] agr u v c uh vw cc; rewrite /gc sh rmorph_prod; apply: eq_bigr => i _.
rewrite rmorph_prod; apply: eq_bigr => j _; rewrite /factor sh.
have [wt ->] := par u v i j c uh vw (ltn_ord i) (ltn_ord j) cc.
rewrite rmorphD rmorph_sum; congr (_ + _); apply: eq_bigr => k _.
rewrite wt // rmorphM; congr (_ * _); rewrite /pad.
by case: ifP => [/andP[rh cw]|_]; [apply: agr | rewrite rmorph0].
Qed.

Lemma run_agree net net' h w cin x x' :
  net_agree h w cin net net' -> fmap_agree h w cin x x' ->
  fmap_agree (out_size (shapes net) h w).1 (out_size (shapes net) h w).2
    (last cin (map channels (shapes net))) (run net h w cin x) (run net' h w cin x').
Proof.
elim: net net' h w cin x x' => [|l net IH] [|l' net'] //= h w cin x x' [agl agn] agx.
have [sh _] := agl; rewrite sh; apply: IH => //.
exact: gc_agree.
Qed.

Lemma one_hot_agree H W M (d : {ffun site H W -> 'I_M}) :
  fmap_agree H W M (one_hot d) (one_hot d).
Proof.
move=> r c k _ _ _; rewrite /one_hot; case: insub => [r'|]; last by rewrite rmorph0.
by case: insub => [c'|]; rewrite ?rmorph_nat ?rmorph0.
Qed.

Lemma ceil_div_gt0 n s : (0 < n)%N -> (0 < ceil_div n s)%N.
Proof.
move=> n0; rewrite /ceil_div; case: (posnP s) => [->|s0]; first by rewrite modn0 -lt0n n0 addn1.
rewrite addn_gt0 divn_gt0 //; case: (leqP s n) => //= ns.
by rewrite modn_small // -lt0n n0.
Qed.

Lemma out_size_gt0 ss h w :
  (0 < h)%N -> (0 < w)%N -> (0 < (out_size ss h w).1)%N && (0 < (out_size ss h w).2)%N.
Proof.
by elim: ss h w => [|s ss IH] h w h0 w0 /=; rewrite ?h0 ?w0 //; apply: IH; apply: ceil_div_gt0.
Qed.

Lemma grid_tensor_agree net net' H W M (d : {ffun site H W -> 'I_M}) :
  (0 < H)%N -> (0 < W)%N -> (0 < last M (map channels (shapes net)))%N ->
  net_agree H W M net net' -> grid_tensor net' H W M d = phi (grid_tensor net H W M d).
Proof.
move=> H0 W0 c0 agr; have /andP[h0 w0] := out_size_gt0 (shapes net) H0 W0.
by apply: (run_agree agr (one_hot_agree d)).
Qed.

(** Transporting the parameters transports the network. *)
Lemma lookup_agree n (f : 'I_n -> K) (f' : 'I_n -> L) i :
  (forall i, f' i = phi (f i)) -> lookup f' i = phi (lookup f i).
Proof. by move=> ff'; rewrite /lookup; case: insub => //=; rewrite rmorph0. Qed.

Lemma net_of_agree sh ss h w cin (x : params sh ss h w cin -> K) (x' : params sh ss h w cin -> L) :
  (forall p, x' p = phi (x p)) -> net_agree h w cin (net_of x) (net_of x').
Proof.
elim: ss h w cin x x' => //= s ss IH h w cin x x' xx'; split; last by apply: IH.
split=> // u v i j c _ _ _ _ _; split; last by do 5!apply: lookup_agree => ?.
by move=> k _; do 6!apply: lookup_agree => ?.
Qed.

End Naturality.

(** ** Every network comes from parameters *)

Lemma params_of_agree (K : comRingType) (sh : bool) (net : seq (layer K)) h w cin :
  (sh -> shared_net net) ->
  net_agree [rmorphism of idfun] h w cin (net_of (@params_of K sh net h w cin)) net.
Proof.
elim: net h w cin => //= l net IH h w cin shd; split; last by apply: IH => /shd[].
split=> // u v i j c uh vw iw jw cc /=.
have [wt bs] : (forall k, weight l u v i j c k
                   = weight l (loc_index sh u) (loc_index sh v) i j c k)
  /\ bias l u v i j c = bias l (loc_index sh u) (loc_index sh v) i j c.
  by case: (sh) shd => //= /(_ isT)[[wt bs] _]; split.
split=> [k kc|]; rewrite ?wt ?bs (lookup_lt _ (loc_index_lt sh uh));
  rewrite (lookup_lt _ (loc_index_lt sh vw)) (lookup_lt _ iw) (lookup_lt _ jw) (lookup_lt _ cc) //.
by rewrite (lookup_lt _ kc).
Qed.

Theorem grid_tensor_params_of (K : comRingType) (sh : bool) (net : seq (layer K)) H W M d :
  (0 < H)%N -> (0 < W)%N -> (0 < last M (map channels (shapes net)))%N ->
  (sh -> shared_net net) ->
  grid_tensor (net_of (@params_of K sh net H W M)) H W M d = grid_tensor net H W M d.
Proof.
move=> H0 W0 c0 shd; have agr := @params_of_agree K sh net H W M shd.
by rewrite [RHS](grid_tensor_agree d H0 W0 _ agr) ?net_of_shapes.
Qed.
