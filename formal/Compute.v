(** * A computable mirror of the definitions

    The definitions of Network.v use the big operators of the library, which do not reduce.  Here
    the same network is evaluated by folds over lists of naturals, for any ring operations, and
    proved equal to [grid_tensor] (THEORY 1) over the integers of the standard library.
    [evaluate net H W M templates] is the entry of the grid tensor at the sequence of templates
    (sites in row-major order), to be run with [Eval vm_compute]. *)

From Coq Require Import ZArith Lia.
From mathcomp Require Import all_ssreflect all_algebra.
From Overlap Require Import Rank2 Network.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.
Delimit Scope Z_scope with coqZ.

(** ** The integers of the standard library as a commutative ring *)

Lemma Z_eqP : Equality.axiom Z.eqb.
Proof. by move=> a b; apply: (iffP idP) => /Z.eqb_eq. Qed.

Definition Z_to_nat2 (a : Z) : nat * nat := (Z.to_nat a, Z.to_nat (Z.opp a)).
Definition Z_of_nat2 (p : nat * nat) : Z := Z.sub (Z.of_nat p.1) (Z.of_nat p.2).

Lemma Z_to_nat2K : cancel Z_to_nat2 Z_of_nat2.
Proof. by move=> a; rewrite /Z_of_nat2 /=; lia. Qed.

Canonical Z_eqType := EqType Z (EqMixin Z_eqP).
Canonical Z_choiceType := ChoiceType Z (CanChoiceMixin Z_to_nat2K).

Definition Z_zmodMixin :=
  @ZmodMixin Z Z0 Z.opp Z.add Z.add_assoc Z.add_comm Z.add_0_l Z.add_opp_diag_l.
Canonical Z_zmodType := ZmodType Z Z_zmodMixin.

Lemma Z_one_neq0 : (1%coqZ : Z) != 0%coqZ. Proof. by []. Qed.

Definition Z_ringMixin := @ComRingMixin Z_zmodType 1%coqZ Z.mul Z.mul_assoc Z.mul_comm
  Z.mul_1_l Z.mul_add_distr_r Z_one_neq0.
Canonical Z_ringType := RingType Z Z_ringMixin.
Canonical Z_comRingType := ComRingType Z Z.mul_comm.

(** ** Folds *)

Fixpoint fold (A : Type) (op : A -> A -> A) (e : A) (n : nat) (F : nat -> A) : A :=
  if n is n'.+1 then op (F 0%N) (fold op e n' (fun i => F i.+1)) else e.

Lemma fold_big (A : Type) (op : A -> A -> A) (e : A) n (F : nat -> A) :
  fold op e n F = \big[op/e]_(i < n) F i.
Proof.
elim: n F => [|n IH] F /=; first by rewrite big_ord0.
by rewrite IH big_ord_recl.
Qed.

(** ** The mirror *)

Definition fsum (n : nat) (F : nat -> Z) : Z := fold Z.add 0%coqZ n F.
Definition fprod (n : nat) (F : nat -> Z) : Z := fold Z.mul 1%coqZ n F.

Definition cgc (l : layer Z_comRingType) (h w cin : nat) (x : nat -> nat -> nat -> Z) :
    nat -> nat -> nat -> Z :=
  fun u v c => fprod (win_h l) (fun i => fprod (win_w l) (fun j =>
    let r := (str_h l * u + i)%N in
    let q := (str_w l * v + j)%N in
    Z.add (fsum cin (fun k => Z.mul (weight l u v i j c k)
                                (if (r < h)%N && (q < w)%N then x r q k else 0%coqZ)))
          (bias l u v i j c))).

Fixpoint crun (net : seq (layer Z_comRingType)) h w cin x : nat -> nat -> nat -> Z :=
  if net is l :: net' then
    crun net' (ceil_div h (str_h l)) (ceil_div w (str_w l)) (channels l) (cgc l h w cin x)
  else x.

Definition chot (H W : nat) (t : seq nat) (r c k : nat) : Z :=
  if (r < H)%N && (c < W)%N && (nth 0%N t (r * W + c) == k) then 1%coqZ else 0%coqZ.

Definition evaluate (net : seq (layer Z_comRingType)) (H W M : nat) (t : seq nat) : Z :=
  crun net H W M (chot H W t) 0%N 0%N 0%N.

(** ** It computes the grid tensor *)

Lemma cgc_gc l h w cin x x' : (forall r c k, x r c k = x' r c k) ->
  forall u v c, cgc l h w cin x u v c = gc l h w cin x' u v c.
Proof.
move=> xx' u v c; rewrite /cgc /fprod fold_big; apply: eq_bigr => i _.
rewrite fold_big; apply: eq_bigr => j _; congr (_ + _).
by rewrite /fsum fold_big; apply: eq_bigr => k _; rewrite /pad xx'.
Qed.

Lemma crun_run net h w cin x x' : (forall r c k, x r c k = x' r c k) ->
  forall u v c, crun net h w cin x u v c = run net h w cin x' u v c.
Proof. by elim: net h w cin x x' => //= l net IH h w cin x x' xx'; apply/IH/cgc_gc. Qed.

(** The templates of an index, in row-major order, are the sequence t. *)
Definition shows (H W M : nat) (d : {ffun site H W -> 'I_M}) (t : seq nat) : Prop :=
  forall s : site H W, d s = nth 0%N t (s.1 * W + s.2) :> nat.

Lemma chot_one_hot H W M (d : {ffun site H W -> 'I_M}) t r c k :
  shows d t -> chot H W t r c k = one_hot d r c k :> Z_comRingType.
Proof.
move=> dt; rewrite /chot /one_hot; case: insubP => [r' -> er|/negbTE-> //] /=.
case: insubP => [c' -> ec|/negbTE-> //] /=.
by rewrite (dt (r', c')) /= er ec; case: eqP.
Qed.

Theorem evaluate_correct net H W M (d : {ffun site H W -> 'I_M}) t :
  shows d t -> evaluate net H W M t = grid_tensor net H W M d.
Proof. by move=> dt; apply: crun_run => r c k; apply: chot_one_hot. Qed.

(** Every sequence of templates is the sequence of an index. *)
Lemma shows_exists H W M (t : seq nat) :
  (forall i, i < H * W -> nth 0 t i < M)%N -> exists d : {ffun site H W -> 'I_M}, shows d t.
Proof.
move=> tM; have lt (s : site H W) : (s.1 * W + s.2 < H * W)%N.
  apply: (@leq_trans (s.1.+1 * W)); last by rewrite leq_mul2r ltn_ord orbT.
  by rewrite mulSn addnC ltn_add2r.
by exists [ffun s : site H W => Ordinal (tM _ (lt s))] => s; rewrite ffunE.
Qed.

(** ** Networks from lists of integers *)

(** A shared layer: weights and biases are listed by offset (i, j) in row-major order, then by
    output channel, then by input channel (weights). *)
Definition list_layer (s : shape) (cin : nat) (ws bs : seq Z) : layer Z_comRingType :=
  Layer s
    (fun u v i j c k => nth 0%coqZ ws (((i * win_w s + j) * channels s + c) * cin + k))
    (fun u v i j c => nth 0%coqZ bs ((i * win_w s + j) * channels s + c)).

Lemma list_layer_shared s cin ws bs : shared (list_layer s cin ws bs).
Proof. by []. Qed.

(** An unshared layer with w' output columns: one such list per output location. *)
Definition list_layer_unshared (s : shape) (w' cin : nat) (ws bs : seq (seq Z)) :
    layer Z_comRingType :=
  Layer s
    (fun u v i j c k => nth 0%coqZ (nth [::] ws (u * w' + v))
                          (((i * win_w s + j) * channels s + c) * cin + k))
    (fun u v i j c => nth 0%coqZ (nth [::] bs (u * w' + v)) ((i * win_w s + j) * channels s + c)).

(** All assignments of M templates to n sites, last site fastest. *)
Fixpoint assignments (M n : nat) : seq (seq nat) :=
  if n is n'.+1 then flatten [seq [seq d :: t | t <- assignments M n'] | d <- iota 0 M]
  else [:: [::]].

Definition tensor_entries (net : seq (layer Z_comRingType)) (H W M : nat) : seq Z :=
  [seq evaluate net H W M t | t <- assignments M (H * W)].

(** A network "2x2/1x1:1, 2x2/2x2:1" on a 2 x 2 grid with two templates. *)
Example small_net : seq (layer Z_comRingType) :=
  [:: list_layer (Shape 2 2 1 1 1) 2 [:: 1; 2; 0; 1; 3; 0; 1; 1]%coqZ [:: 1; 2; 1; -1]%coqZ;
      list_layer (Shape 2 2 2 2 1) 1 [:: 1; 1; 1; 2]%coqZ [:: 3; 1; 1; -2]%coqZ].
