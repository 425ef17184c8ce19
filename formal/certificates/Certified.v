(** * What a certificate proves: a lower bound of the generic rank, in characteristic 0 *)

From Coq Require Import NArith ZArith Lia.
From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Parameters Generic Compute Geometry.
From Overlap Require Import Checker Tables Sound.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.
Delimit Scope Z_scope with coqZ.

(** ** Families of choices, one for each block *)

Fixpoint idx (rs : seq nat) : finType :=
  if rs is r :: rs' then [finType of 'I_r * idx rs'] else [finType of unit].

Fixpoint get (rs : seq nat) : idx rs -> nat -> nat :=
  match rs return idx rs -> nat -> nat with
  | [::] => fun _ _ => 0%N
  | r :: rs' => fun x n => if n is n'.+1 then get x.2 n' else x.1
  end.

Lemma get_lt rs (x : idx rs) n : (get x n < nth 1 rs n)%N.
Proof.
by elim: rs x n => [|r rs IH] /= x [|n] //; apply: IH.
Qed.

Lemma card_idx rs : #|idx rs| = (\prod_(r <- rs) r)%N.
Proof.
elim: rs => [|r rs IH]; first by rewrite big_nil card_unit.
by rewrite big_cons card_prod card_ord IH.
Qed.

(** ** The Kronecker product of the tables of the blocks is invertible *)

Section Blocks.

Variables (T : eqType) (t0 t1 : T) (tmul : T -> T -> T) (tsub : T -> seq T -> seq T -> seq T).
Variable invert : T -> T.
Variables (R : comRingType) (phi : T -> R).
Hypothesis phi1 : phi t1 = 1.
Hypothesis phiM : forall a b, phi (tmul a b) = phi a * phi b.
Hypothesis phi_sub : forall h x y, size x = size y -> size (tsub h x y) = size x /\
  forall j, (j < size x)%N -> phi (nth t0 (tsub h x y) j) = phi (nth t0 x j) - phi h * phi (nth t0 y j).

Definition matrix_of r (m : seq (seq T)) : 'M[R]_r :=
  \matrix_(i, j) phi (nth t0 (nth [::] m i) j).

(** One step of elimination: the Schur complement has a right inverse. *)
Lemma schur r (a h : R) (Y : 'rV[R]_r) (X : 'cV[R]_r) (B G : 'M[R]_r) :
  a * h = 1 -> (B - h *: (X *m Y)) *m G = 1%:M ->
  exists N : 'M[R]_(1 + r), (block_mx a%:M Y X B : 'M_(1 + r)) *m N = 1%:M.
Proof.
move=> ah; rewrite mulmxBl => /eqP; rewrite subr_eq => /eqP BG.
exists (block_mx (h%:M + (h * h) *: (Y *m G *m X)) (- (h *: (Y *m G))) (- (h *: (G *m X))) G).
rewrite mulmx_block scalar_mx_block !mul_scalar_mx !mulmxN -!scalemxAr; congr block_mx.
- by rewrite scalerDr scale_scalar_mx ah scalerA mulrA ah mul1r mulmxA addrK.
- by rewrite scalerN scalerA ah scale1r addNr.
- rewrite mulmxDr mul_mx_scalar -scalemxAr [B *m (G *m X)]mulmxA BG mulmxDl mul1mx scalerDr opprD addrACA.
  by rewrite subrr add0r -!scalemxAl scalerA !mulmxA subrr.
by rewrite BG mulmxA -scalemxAl addrC addrK.
Qed.

Lemma regular_inverse r (m : seq (seq T)) :
  size m = r -> all (fun x => size x == r) m -> regular t0 t1 tmul tsub invert r m ->
  exists N : 'M[R]_r, matrix_of r m *m N = 1%:M.
Proof.
elim: r m => [|r IH] m; first by exists 0; apply/matrixP => -[].
case: m => [|[|a y] m] //= [mr] /andP[/eqP[yr] /allP rows] /andP[/eqP ah].
set m' := map _ m => reg; pose h := phi (invert a).
have row x : x \in m -> size (behead x) = size y.
  by move=> /rows/eqP xr; rewrite size_behead xr yr.
have m'r : size m' = r by rewrite size_map.
have rows' : all (fun x => size x == r) m'.
  apply/allP => _ /mapP[x xm ->]; have [-> _] := phi_sub (tmul (head t0 x) (invert a)) (row x xm).
  by rewrite (row x xm) yr.
have [G BG] := IH m' m'r rows' reg.
pose Y : 'rV[R]_r := \row_j phi (nth t0 y j).
pose X : 'cV[R]_r := \col_i phi (nth t0 (nth [::] m i) 0).
pose B : 'M[R]_r := \matrix_(i, j) phi (nth t0 (nth [::] m i) j.+1).
have BE : matrix_of r m' = B - h *: (X *m Y).
  apply/matrixP => i j; rewrite !mxE big_ord1 !mxE.
  have im : nth [::] m i \in m by apply: mem_nth; rewrite mr.
  rewrite (nth_map [::]) ?mr //; set x := nth [::] m i in im *.
  have [_ e] := phi_sub (tmul (head t0 x) (invert a)) (row x im).
  rewrite e ?(row x im) ?yr // phiM nth_behead -nth0 -/h; congr (_ - _).
  by rewrite mulrA [h * _]mulrC.
have ah1 : phi a * h = 1 by rewrite -phiM ah.
rewrite BE in BG; have [N MN] := schur ah1 BG; exists N; rewrite -[RHS]MN; congr (_ *m _).
apply/matrixP => i j; rewrite !mxE; case: splitP => i' ei; rewrite !mxE; case: splitP => j' ej;
  by rewrite !mxE ei ej ?ord1 //= ?mulr1n.
Qed.

Lemma invertible_inverse r f : invertible t0 t1 tmul tsub invert r f ->
  fn_wf r f /\ exists G : 'I_r -> 'I_r -> R, forall i i' : 'I_r,
    \sum_(j < r) phi (fn_at t0 f i j) * G j i' = (i == i')%:R.
Proof.
move=> /andP[wf reg]; split=> //.
have [||N MN] := @regular_inverse r (table_of t0 r f) _ _ reg; first by rewrite size_map size_iota.
  by apply/allP => _ /mapP[i _ ->]; rewrite size_map size_iota.
exists (fun j i' => N j i') => i i'; have := congr1 (fun A : 'M[R]_r => A i i') MN; rewrite !mxE => <-.
by apply: eq_bigr => j _; rewrite !mxE nth_iota_map ltn_ord nth_iota_map ltn_ord.
Qed.

Lemma blocks_keys k rs fs : blocks t0 t1 tmul tsub invert k rs fs ->
  all (fun lf : N * fn T => k <= N.to_nat lf.1)%N fs.
Proof.
elim: rs k fs => [|r rs IH] k [|[l f] fs] //= /andP[/andP[/eqP-> _] /IH al].
by rewrite leqnn; apply: sub_all al => x; apply: ltnW.
Qed.

Lemma kronecker2 (A B : finType) (f : A -> A -> R) (g : B -> B -> R) Gf Gg :
  (forall a a', \sum_b f a b * Gf b a' = (a == a')%:R) ->
  (forall a a', \sum_b g a b * Gg b a' = (a == a')%:R) ->
  forall x x' : A * B,
  \sum_(y : A * B) (f x.1 y.1 * g x.2 y.2) * (Gf y.1 x'.1 * Gg y.2 x'.2) = (x == x')%:R.
Proof.
move=> fG gG x x'; transitivity ((\sum_b f x.1 b * Gf b x'.1) * (\sum_b g x.2 b * Gg b x'.2)).
  by rewrite big_distrlr pair_bigA; apply: eq_bigr => y _; rewrite mulrACA.
by rewrite fG gG -natrM mulnb -pair_eqE.
Qed.

Definition table_at k rs (fs : factors T) (x y : idx rs) : R :=
  \prod_(lf <- fs) phi (fn_at t0 lf.2 (get x (N.to_nat lf.1 - k)) (get y (N.to_nat lf.1 - k))).

Lemma table_at_cons k r rs l f fs (x y : idx (r :: rs)) : N.to_nat l = k ->
  all (fun lf : N * fn T => k < N.to_nat lf.1)%N fs ->
  table_at k ((l, f) :: fs) x y = phi (fn_at t0 f x.1 y.1) * table_at k.+1 fs x.2 y.2.
Proof.
move=> lk /allP al; rewrite /table_at big_cons /= lk subnn; congr (_ * _).
rewrite big_seq [in RHS]big_seq; apply: eq_bigr => lf /al klf.
by rewrite -[in LHS](subnSK klf).
Qed.

Lemma blocks_inverse k rs fs : blocks t0 t1 tmul tsub invert k rs fs ->
  exists G : idx rs -> idx rs -> R, forall x x',
    \sum_y table_at k fs x y * G y x' = (x == x')%:R.
Proof.
elim: rs k fs => [|r rs IH] k [|[l f] fs] //.
  move=> _; exists (fun _ _ => 1) => x x'.
  by rewrite (big_pred1 tt) => [|[]//]; rewrite /table_at big_nil mulr1; case: x x' => [[]].
move=> /= /andP[/andP[/eqP lk inv] bl]; have [wf [Gf fG]] := invertible_inverse inv.
have [Gg gG] := IH _ _ bl; have keys := blocks_keys bl.
exists (fun y x' => Gf y.1 x'.1 * Gg y.2 x'.2) => x x'.
rewrite -(kronecker2 fG gG).
by apply: eq_bigr => y _; rewrite table_at_cons.
Qed.

End Blocks.

(** ** From a ring to characteristic 0 *)

Section Denominator.

Variables (S : comRingType) (d : int) (i : S).
Hypothesis di : d%:~R * i = 1.

(** Polynomials with integer coefficients at 1 / d. *)
Definition at_inverse : {rmorphism {poly int} -> S} :=
  [rmorphism of horner_eval i \o map_poly (intmul1_rmorphism S)].

Lemma homogeneous (f : {poly int}) :
  at_inverse f * d%:~R ^+ size f = (\sum_(j < size f) f`_j * d ^+ (size f - j))%:~R.
Proof.
rewrite /at_inverse /= /horner_eval (@horner_coef_wide _ (size f)) ?size_poly // mulr_suml rmorph_sum.
apply: eq_bigr => j _; rewrite coef_map /= intrM rmorphX /= -mulrA; congr (_ * _).
have -> : d%:~R ^+ size f = d%:~R ^+ j * d%:~R ^+ (size f - j) :> S by rewrite -exprD subnKC // ltnW.
rewrite mulrA -exprMn_comm; last exact: mulrC.
by rewrite [i * _]mulrC di expr1n mul1r.
Qed.

Lemma at_inverseX z : at_inverse (z%:P * 'X) = z%:~R * i.
Proof. by rewrite rmorphM /= /horner_eval map_polyC map_polyX hornerC hornerX. Qed.

End Denominator.

Lemma int_eq0 (K : fieldType) (z : int) : [char K] =i pred0 -> (z%:~R == 0 :> K) = (z == 0).
Proof.
move=> /charf0P nat0; case: z => m; first by rewrite -pmulrn nat0.
by rewrite NegzE mulrNz oppr_eq0 -pmulrn nat0.
Qed.

Lemma transfer (R : comRingType) (K : fieldType) (d : int) (i : R) (X : finType)
    (A : X -> X -> {poly int}) (G : X -> X -> R) :
  [char K] =i pred0 -> d != 0 -> d%:~R * i = 1 ->
  (forall x x', \sum_y at_inverse i (A x y) * G y x' = (x == x')%:R) ->
  (#|X| <= rank2 (fun x y => at_inverse (d%:~R^-1 : K) (A x y)))%N.
Proof.
move=> char0 d0 di AG; pose Am : 'M[{poly int}]_#|X| := \matrix_(k, l) A (enum_val k) (enum_val l).
pose Gm : 'M[R]_#|X| := \matrix_(k, l) G (enum_val k) (enum_val l).
have AG1 : map_mx (at_inverse i) Am *m Gm = 1%:M.
  apply/matrixP => k l; rewrite !mxE -[k == l](inj_eq enum_val_inj) -AG.
  rewrite (reindex (@enum_val X X)) /=; last exact/onW_bij/enum_val_bij.
  by apply: eq_bigr => m _; rewrite !mxE.
have dK : d%:~R * d%:~R^-1 = 1 :> K by rewrite divff // int_eq0.
have det0 : at_inverse (d%:~R^-1 : K) (\det Am) != 0.
  apply/eqP => e; have := homogeneous dK (\det Am); rewrite e mul0r => /esym/eqP.
  rewrite int_eq0 // => /eqP N0; have := homogeneous di (\det Am); rewrite N0 => /(congr1 (fun y => y * i ^+ size (\det Am))).
  rewrite -mulrA -exprMn_comm; last exact: mulrC.
  rewrite di expr1n mulr1 mul0r => z; move: (congr1 determinant AG1).
  by rewrite det_mulmx det1 det_map_mx z mul0r => /eqP; rewrite eq_sym oner_eq0.
have -> : rank2 (fun x y => at_inverse (d%:~R^-1 : K) (A x y))
    = \rank (map_mx (at_inverse (d%:~R^-1 : K)) Am).
  by congr (\rank _); apply/matrixP => k l; rewrite !mxE.
by rewrite mxrank_unit // unitmxE det_map_mx unitfE.
Qed.

(** ** The integers of the standard library *)

Definition zint (z : Z) : int :=
  match z with Z0 => 0 | Zpos p => Posz (Pos.to_nat p) | Zneg p => - Posz (Pos.to_nat p) end.

Lemma zint_nat n : zint (Z.of_nat n) = n%:Z.
Proof.
by case: n => // n; rewrite /= SuccNat2Pos.id_succ.
Qed.

Lemma zint_opp z : zint (Z.opp z) = - zint z.
Proof.
by case: z => //= p; rewrite opprK.
Qed.

Lemma zint_sub a b : zint (Z.sub (Z.of_nat a) (Z.of_nat b)) = a%:Z - b%:Z.
Proof.
case: (leqP b a) => [ba|/ltnW ab].
  by rewrite -Nat2Z.inj_sub; [rewrite zint_nat subzn | apply/leP].
rewrite -[Z.sub _ _]Z.opp_involutive Z.opp_sub_distr Z.add_comm Z.add_opp_r zint_opp.
by rewrite -Nat2Z.inj_sub; [rewrite zint_nat -subzn // opprB | apply/leP].
Qed.

Lemma zint_cases z : exists a b : nat, z = Z.sub (Z.of_nat a) (Z.of_nat b).
Proof.
exists (Z.to_nat z), (Z.to_nat (Z.opp z)); exact: esym (Z_to_nat2K z).
Qed.

Lemma zintD y z : zint (Z.add y z) = zint y + zint z.
Proof.
have [a [b ->]] := zint_cases y; have [c [d ->]] := zint_cases z.
have -> : Z.add (Z.sub (Z.of_nat a) (Z.of_nat b)) (Z.sub (Z.of_nat c) (Z.of_nat d))
        = Z.sub (Z.of_nat (a + c)) (Z.of_nat (b + d)) by rewrite -!plusE; lia.
by rewrite !zint_sub !PoszD opprD addrACA.
Qed.

Lemma zintM y z : zint (Z.mul y z) = zint y * zint z.
Proof.
have [a [b ->]] := zint_cases y; have [c [d ->]] := zint_cases z.
have -> : Z.mul (Z.sub (Z.of_nat a) (Z.of_nat b)) (Z.sub (Z.of_nat c) (Z.of_nat d))
        = Z.sub (Z.of_nat (a * c + b * d)) (Z.of_nat (a * d + b * c)).
  by rewrite -!plusE -!multE !Nat2Z.inj_add !Nat2Z.inj_mul; lia.
by rewrite !zint_sub !PoszD !PoszM mulrBl !mulrBr opprB opprD addrACA.
Qed.

(** ** What is certified *)

Section Statement.

Variable n : network.

Definition partition_of : pred (site (n_H n) (n_W n)) := fun s => in_boxes (n_P n) s.1 s.2.

(** Over every field of characteristic 0 there is a polynomial in the parameters, shared or unshared
    as the network says, that is not zero everywhere, and where it is not zero the rank is at least r. *)
Definition generic_rank_at_least (r : nat) : Prop :=
  forall K : fieldType, [char K] =i pred0 ->
  exists q : {mpoly K[#|gparams (n_shared n) (n_shapes n) (n_H n) (n_W n) (n_M n)|]},
    gnonzero_somewhere q /\ forall x, gpoly_at q x != 0 ->
      (r <= mat_rank partition_of (ggrid_tensor (gnet_of x) (n_H n) (n_W n) (n_M n)))%N.

(** The numbers of an assignment, over one denominator. *)
Definition point_tensor (K : fieldType) (den : Z) (layers : seq (seq entry)) :
    {ffun site (n_H n) (n_W n) -> 'I_(n_M n)} -> K :=
  ggrid_tensor (entry_net (fun z => (zint z)%:~R / (zint den)%:~R)
    (n_shared n) (n_shapes n) layers (n_M n)) (n_H n) (n_W n) (n_M n).

(** Over every field of characteristic 0 the rank is at least r at an assignment. *)
Definition point_rank_at_least (den : Z) (layers : seq (seq entry)) (r : nat) : Prop :=
  forall K : fieldType, [char K] =i pred0 ->
  (r <= mat_rank partition_of (point_tensor K den layers))%N.

End Statement.

Lemma entry_net_agree (K L : comRingType) (phi : {rmorphism K -> L}) (zk : Z -> K) (zl : Z -> L)
    sh ss ess h w cin m :
  (forall z, zl z = phi (zk z)) ->
  gnet_agree phi h w cin (entry_net zk sh ss ess m) (entry_net zl sh ss ess m).
Proof.
move=> zz; elim: ss ess h w cin m => //= s ss IH ess h w cin m; split; last exact: IH.
split=> // u v i j c _ _ _ _ _ /=; split=> [k _|].
  case: first_entry => [e|] /=; last by rewrite rmorph0.
  by rewrite /entry_weight rmorph_sum; apply: eq_bigr => kw _.
by case: first_entry => [e|] /=; rewrite ?rmorph1.
Qed.

Section Sound.

Variables (T : eqType) (t0 t1 : T) (tadd tmul : T -> T -> T) (tz : Z -> T).
Variables (R : comRingType) (phi : T -> R).
Hypothesis phi0 : phi t0 = 0.
Hypothesis phi1 : phi t1 = 1.
Hypothesis phiD : forall a b, phi (tadd a b) = phi a + phi b.
Hypothesis phiM : forall a b, phi (tmul a b) = phi a * phi b.
Variable i : R.
Hypothesis phiZ : forall z, phi (tz z) = (zint z)%:~R * i.

Variables (n : network) (ev : evidence).
Let H := n_H n.
Let W := n_W n.
Let M := n_M n.
Let P := @partition_of n.
Let rs := ev_ranks ev.
Let zr (z : Z) : R := (zint z)%:~R * i.

Hypothesis M_gt0 : (0 < M)%N.
Hypothesis leaves_ok : all (all (leaf_ok M rs)) (ev_leaves ev).

Definition env (x : idx rs) (k : N) : nat := get x (N.to_nat k).

Lemma leaf_at_ok r c : leaf_ok M rs (leaf_at (ev_leaves ev) r c).
Proof.
rewrite /leaf_at; case: (ltnP r (size (ev_leaves ev))) => [rl|ge]; last first.
  by rewrite [nth [::] _ _]nth_default // nth_nil.
have row := all_nthP [::] leaves_ok r rl.
case: (ltnP c (size (nth [::] (ev_leaves ev) r))) => [cl|ge]; last by rewrite nth_default.
exact: (all_nthP _ row c cl).
Qed.

Lemma template_lt r c x : (template (leaf_at (ev_leaves ev) r c) (env x) < M)%N.
Proof.
have := leaf_at_ok r c; case: (leaf_at _ _ _) => [t|k ts] //= /andP[/eqP sz /all_nthP lt].
by apply: lt; rewrite sz; apply: get_lt.
Qed.

Definition chosen (x : idx rs) : {ffun site H W -> 'I_M} :=
  [ffun s : site H W => Ordinal (template_lt s.1 s.2 x)].

Definition shown (x y : idx rs) : {ffun site H W -> 'I_M} :=
  glue (restrict_left P (chosen x)) (restrict_right P (chosen y)).

Lemma inputs_agree x y :
  agrees t0 phi rs (env x) (env y) H W M
    (inputs t0 t1 H W M (n_P n) (ev_leaves ev)) (one_hot (shown x y)).
Proof.
move=> r c rh cw k; rewrite /look /inputs (nth_iota_map [::]) rh (nth_iota_map [::]) cw.
rewrite nth_iota_map; case: ltnP => _; last exact: rep_zero.
pose s : site H W := (Ordinal rh, Ordinal cw).
have -> : one_hot (shown x y) r c k = (shown x y s == k :> nat)%:R :> R by rewrite -one_hot_at.
have -> : shown x y s = template (leaf_at (ev_leaves ev) r c)
    (if in_boxes (n_P n) r c then env x else env y) :> nat.
  by rewrite /shown glue_restrict /P /partition_of /=; case: ifP; rewrite ffunE.
by apply: rep_leaf (leaf_at_ok r c) => // l; apply: get_lt.
Qed.

Let net (K : comRingType) (z : Z -> K) := entry_net z (n_shared n) (n_shapes n) (ev_layers ev) (n_M n).

Lemma shown_tensor x y v : gout_size (n_shapes n) H W = (1, 1)%N ->
  (0 < last M (map channels (map base_of (n_shapes n))))%N ->
  value_of t0 t1 tadd tmul tz n ev = Some v ->
  ggrid_tensor (net zr) H W M (shown x y) = phi (scal v) * table_at t0 phi 0 (facs v) x y.
Proof.
move=> one c0 val.
have lt x0 k : (env x0 k < nth 1 rs (N.to_nat k))%N by apply: get_lt.
have := rep_net phi0 phi1 phiD phiM phiZ (lt x) (lt y) (n_shared n) (ss := n_shapes n)
  (ev_layers ev) (inputs_agree x y).
rewrite one => /(_ 0%N 0%N isT isT 0%N); rewrite -/(value_of _ _ _ _ _ _ _) val c0 => -[_ dv].
rewrite /ggrid_tensor /net -[LHS]dv /den; congr (_ * _); apply: eq_bigr => lf _.
by rewrite /den_fn /env !subn0.
Qed.

End Sound.

Theorem check_point (T : eqType) (t0 t1 : T) (tadd tmul : T -> T -> T) (tz : Z -> T)
    (tsub : T -> seq T -> seq T -> seq T) (invert : T -> T)
    (R : comRingType) (phi : T -> R) (i : R) (n : network) (ev : evidence) :
  phi t0 = 0 -> phi t1 = 1 ->
  (forall a b, phi (tadd a b) = phi a + phi b) ->
  (forall a b, phi (tmul a b) = phi a * phi b) ->
  (forall z, phi (tz z) = (zint z)%:~R * i) ->
  (forall h x y, size x = size y -> size (tsub h x y) = size x /\
    forall j, (j < size x)%N -> phi (nth t0 (tsub h x y) j) = phi (nth t0 x j) - phi h * phi (nth t0 y j)) ->
  zint (ev_den ev) != 0 -> (zint (ev_den ev))%:~R * i = 1 ->
  check t0 t1 tadd tmul tz tsub invert n ev ->
  point_rank_at_least n (ev_den ev) (ev_layers ev) (\prod_(r <- ev_ranks ev) r)%N.
Proof.
move=> phi0 phi1 phiD phiM phiZ phi_sub d0 di /and5P[H0 W0 M0 c0] /and3P[/eqP one leaves].
case E: (value_of _ _ _ _ _ n ev) => [v|//] /andP[/eqP inv bl] K char0.
have [G tG] := blocks_inverse phi1 phiM phi_sub bl.
pose net0 (L : comRingType) (z : Z -> L) := entry_net z (n_shared n) (n_shapes n) (ev_layers ev) (n_M n).
pose zx (z : Z) : {poly int} := (zint z)%:P * 'X.
have agree (L : comRingType) (j : L) d :
    ggrid_tensor (net0 L (fun z => (zint z)%:~R * j)) (n_H n) (n_W n) (n_M n) d
      = at_inverse j (ggrid_tensor (net0 _ zx) (n_H n) (n_W n) (n_M n) d).
  apply: (ggrid_tensor_agree (phi := at_inverse j)); rewrite ?entry_net_shapes ?one //.
  by apply: entry_net_agree => z; rewrite at_inverseX.
rewrite -card_idx; pose sh x y := @shown n ev M0 leaves x y.
apply: leq_trans (_ : rank2 (fun x y => point_tensor K (ev_den ev) (ev_layers ev) (sh x y)) <= _)%N.
  rewrite (rank2_ext (g := fun x y => at_inverse ((zint (ev_den ev))%:~R^-1 : K)
    (ggrid_tensor (net0 _ zx) (n_H n) (n_W n) (n_M n) (sh x y)))); last by move=> a b; apply: agree.
  apply: (transfer (G := fun y x' => phi (invert (scal v)) * G y x') char0 d0 di) => a b.
  rewrite -tG; apply: eq_bigr => y _; rewrite -agree.
  rewrite (shown_tensor phi0 phi1 phiD phiM phiZ M0 leaves a y one c0 E).
  by rewrite mulrACA -phiM inv phi1 mul1r.
pose u (x : idx (ev_ranks ev)) := restrict_left (@partition_of n) (chosen M0 leaves x).
pose w (x : idx (ev_ranks ev)) := restrict_right (@partition_of n) (chosen M0 leaves x).
exact: (rank2_subst u w (fun p q => point_tensor K (ev_den ev) (ev_layers ev) (glue p q))).
Qed.

(** One assignment bounds the rank from below almost everywhere. *)
Theorem point_generic (n : network) (den : Z) (layers : seq (seq entry)) (r : nat) :
  gout_size (n_shapes n) (n_H n) (n_W n) = (1, 1)%N ->
  (0 < last (n_M n) (map channels (map base_of (n_shapes n))))%N ->
  point_rank_at_least n den layers r -> generic_rank_at_least n r.
Proof.
move=> one c0 there K char0; set z := fun z => (zint z)%:~R / (zint den)%:~R : K.
have shp := entry_net_shapes z (n_shared n) (n_shapes n) layers (n_M n).
have shd := @entry_net_shared K z (n_shared n) (n_shapes n) layers (n_M n).
have [q [q0 qP]] := grank_ge (partition_of (n := n)) one c0 shp shd.
by exists q; split=> // x /qP; apply: leq_trans (there K char0).
Qed.

(** ** Residues modulo p *)

Lemma zint_pos (p : Z) : (1 < p)%coqZ -> zint p = (Z.to_nat p)%:Z.
Proof.
by case: p => // p _; rewrite /= Pos2Nat.id.
Qed.

Theorem check_mod_point (p : Z) (n : network) (ev : evidence) :
  (1 < p)%coqZ -> check_mod p n ev ->
  point_rank_at_least n (ev_den ev) (ev_layers ev) (\prod_(r <- ev_ranks ev) r)%N.
Proof.
move=> p1 /and3P[/Z.ltb_lt d0 /Z.eqb_eq di ok].
pose m := Z.to_nat p; have m1 : (1 < m)%N by apply/ltP; rewrite /m; lia.
pose phi (z : Z) : 'Z_m := (zint z)%:~R.
have phiD a b : phi (Z.add a b) = phi a + phi b by rewrite /phi zintD rmorphD.
have phiM a b : phi (Z.mul a b) = phi a * phi b by rewrite /phi zintM rmorphM.
have phip : phi p = 0 by rewrite /phi zint_pos // -/m -pmulrn char_Zp.
have phi_mod a : phi (Z.modulo a p) = phi a.
  by rewrite [in RHS](Z.div_mod a p); [rewrite phiD phiM phip mul0r add0r | lia].
have dz : zint (ev_den ev) != 0.
  case: (ev_den ev) d0 {di ok} => [|d _|d] //=; rewrite eqz_nat -lt0n; apply/ltP; exact: Pos2Nat.is_pos.
apply: (check_point (phi := phi) (i := phi (minvert p (ev_den ev))) _ _ _ _ _ _ dz _ ok).
- by rewrite phi_mod.
- by rewrite phi_mod.
- by move=> a b; rewrite phi_mod phiD.
- by move=> a b; rewrite phi_mod phiM.
- by move=> z; rewrite /over phi_mod phiM.
- move=> h x y xy; rewrite /msub_mul size_zipw //; split=> // j jx; rewrite (nth_zipw 0%coqZ 0%coqZ) //.
  by rewrite phi_mod /phi -[Z.sub _ _]/(Z.add _ _) zintD zint_opp zintM rmorphB rmorphM.
have : phi (ev_den ev) * phi (minvert p (ev_den ev)) = 1; last exact: id.
by have := congr1 phi di; rewrite [phi (mmul _ _ _)]phi_mod phiM [phi (mz _ _)]phi_mod.
Qed.

Theorem check_mod_sound (p : Z) (n : network) (ev : evidence) :
  (1 < p)%coqZ -> check_mod p n ev ->
  generic_rank_at_least n (\prod_(r <- ev_ranks ev) r)%N.
Proof.
move=> p1 ok; have := ok => /and3P[_ _ /and5P[_ _ _ c0] /and3P[/eqP one _ _]].
exact: point_generic one c0 (check_mod_point p1 ok).
Qed.

(** ** Values as powers *)

Definition ranks_of (gs : seq (nat * nat)) : seq nat := flatten [seq nseq g.2 g.1 | g <- gs].

Lemma prod_ranks_of gs : (\prod_(r <- ranks_of gs) r = \prod_(g <- gs) g.1 ^ g.2)%N.
Proof.
rewrite /ranks_of; elim: gs => [|[r e] gs IH]; first by rewrite !big_nil.
rewrite /= big_cat big_cons IH /=; congr (_ * _)%N.
by elim: e => [|e IHe] /=; rewrite ?big_nil // big_cons IHe expnS.
Qed.

Corollary certified_point (p den : Z) (n : network) (layers : seq (seq entry)) (leaves : seq (seq leaf))
    (gs : seq (nat * nat)) :
  Z.ltb 1%coqZ p && check_mod p n (Evidence den layers leaves (ranks_of gs)) ->
  point_rank_at_least n den layers (\prod_(g <- gs) g.1 ^ g.2)%N.
Proof. by move=> /andP[/Z.ltb_lt p1 ok]; rewrite -prod_ranks_of; apply: check_mod_point ok. Qed.

Corollary certified (p den : Z) (n : network) (layers : seq (seq entry)) (leaves : seq (seq leaf))
    (gs : seq (nat * nat)) :
  Z.ltb 1%coqZ p && check_mod p n (Evidence den layers leaves (ranks_of gs)) ->
  generic_rank_at_least n (\prod_(g <- gs) g.1 ^ g.2)%N.
Proof. by move=> /andP[/Z.ltb_lt p1 ok]; rewrite -prod_ranks_of; apply: check_mod_sound ok. Qed.
