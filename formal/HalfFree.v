(** * The sharp lower bound without the half

    THEORY 8.10 for cuts at a column: near and far route of a label share one channel in every
    layer, so that the base is 1 + the least of M - 1 and the numbers of channels, the exponent that
    of 8.1.  Over any infinite field.  Every factor of layers 1, ..., J is 1 + z (what is seen), and
    layer K + 1 multiplies 1 + z (the sum of the labels): as polynomials in z all of them are
    nonzero, and what is left is a triangular product. *)

From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Upper Lower Parameters Generic Transpose.
From Overlap Require Import Routes Tail Leading Sharp Theorem1 Triangular.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(** The least of n and the numbers of channels. *)
Fixpoint least_channels (n : nat) (ws : widths) : nat :=
  if ws is (s, _) :: ws' then minn (channels s) (least_channels n ws') else n.

Lemma least_channels_le n ws : (least_channels n ws <= n)%N.
Proof. by elim: ws => //= -[s t] ws IH; rewrite geq_min IH orbT. Qed.

Lemma least_channels_all m n ws :
  (m <= least_channels n ws)%N -> all (fun w => m <= channels w.1)%N ws.
Proof. by elim: ws => //= -[s t] ws IH; rewrite leq_min => /andP[-> /IH]. Qed.

(** ** The layers *)

Section Front.

Variables (K : comRingType) (m : nat).
Implicit Types (z : K) (x : fmap K) (ws : widths).

Definition tapped (t i j : nat) : bool := (i == 0%N) && ((j == 0%N) || (j == t.-1)).

Definition tap_layer z s t : layer K :=
  Layer s
    (fun u v i j c k => if [&& tapped t i j, c == k & (c < m)%N] then z else 0)
    (fun u v i j c => 1).

Fixpoint tap_front z ws : seq (layer K) :=
  if ws is (s, t) :: ws' then
    tap_layer z s t ::
      if widens ws' then tap_front z ws' else [seq route K w.1 (pass m) | w <- ws']
  else [::].

Lemma tap_front_shapes z ws : shapes (tap_front z ws) = map fst ws.
Proof.
elim: ws => //= -[s t] ws IH; congr (_ :: _).
by case: ifP => _; [exact: IH | exact: passes_shapes].
Qed.

Lemma tap_front_shared z ws : shared_net (tap_front z ws).
Proof.
elim: ws => //= -[s t] ws IH; split; first by [].
by case: ifP => _; [exact: IH | exact: passes_shared].
Qed.

Lemma tap_gc z s t h w cin x u v c :
  (0 < win_h s)%N -> (0 < win_w s)%N -> (t.-1 < win_w s)%N -> (c < m)%N -> (m <= cin)%N ->
  let f j := 1 + z * pad h w x (str_h s * u)%N (str_w s * v + j)%N c in
  gc (tap_layer z s t) h w cin x u v c = f 0%N * (if t.-1 == 0%N then 1 else f t.-1).
Proof.
move=> h0 w0 tw cm mc f; pose F i j := factor (tap_layer z s t) h w cin x u v i j c.
have FE i j : F i j = if tapped t i j then f j else 1.
  rewrite /F /factor /= cm; have cc := leq_trans cm mc.
  rewrite (sum_ord_at (a := c) (F := fun k =>
    (if [&& tapped t i j, c == k & true] then z else 0)
      * pad h w x (str_h s * u + i)%N (str_w s * v + j)%N k) cc); last first.
    by move=> k; rewrite eq_sym => /negbTE->; rewrite andbF mul0r.
  rewrite eqxx !andbT; case: ifP => [|_]; last by rewrite mul0r add0r.
  by case/andP=> /eqP-> _; rewrite addn0 addrC.
rewrite /gc (@prod_ord_at _ _ 0%N (fun i => \prod_(j < win_w s) F i j)) //; last first.
  by move=> i ni; apply: big1 => j _; rewrite FE /tapped (negbTE ni).
case: eqP => [t0|/eqP t0].
  rewrite mulr1 (prod_ord_at w0) ?FE //= => j nj.
  by rewrite FE /tapped /= t0 orbb (negbTE nj).
pose G a j : K := if j == a then f a else 1.
rewrite (eq_bigr (fun j : 'I_(win_w s) => G 0%N j * G t.-1 j)) => [|j _]; last first.
  rewrite FE /tapped /G /=; have [->|_] /= := eqVneq (j : nat) 0%N.
    by rewrite eq_sym (negbTE t0) mulr1.
  by rewrite mul1r; case: eqP => // ->.
rewrite big_split (prod_ord_at w0) ?(prod_ord_at tw) /G ?eqxx // => j /negbTE -> //.
Qed.

(** The other way round. *)
Lemma tap_gc_far z s t h w cin x u v c :
  (0 < win_h s)%N -> (0 < win_w s)%N -> (t.-1 < win_w s)%N -> (c < m)%N -> (m <= cin)%N ->
  let f j := 1 + z * pad h w x (str_h s * u)%N (str_w s * v + j)%N c in
  gc (tap_layer z s t) h w cin x u v c = f t.-1 * (if t.-1 == 0%N then 1 else f 0%N).
Proof.
move=> h0 w0 tw cm mc f; rewrite tap_gc // -!/(f _).
by case: eqP => [->//|_]; rewrite mulrC.
Qed.

Definition fits cin ws : bool :=
  [&& (m <= cin)%N, widths_ok ws & all (fun w => m <= channels w.1)%N ws].

(** A location depends on the columns from its near site to its far site. *)
Lemma tap_local z ws h w cin x x' u v c : (c < m)%N -> fits cin ws -> widens ws ->
  let r := (stride_h (map fst ws) * u)%N in let q := (stride_w (map fst ws) * v)%N in
  (forall p, (q <= p <= q + reach ws)%N -> pad h w x r p c = pad h w x' r p c) ->
  output (tap_front z ws) h w cin x u v c = output (tap_front z ws) h w cin x' u v c.
Proof.
move=> cm; elim: ws h w cin x x' => // -[s t] ws IH h w cin x x' /and3P[mc].
move=> /= /andP[/andP[/and5P[/= wh0 ww0 sh0 sw0 _] /andP[t0 tw]] ok] /andP[/= ms mss] _.
have tw' : (t.-1 < win_w s)%N by rewrite prednK.
set Sh := stride_h _; set Sw := stride_w _; move=> agr.
have gc_agr p : (Sw * v <= p <= Sw * v + reach ws)%N ->
    gc (tap_layer z s t) h w cin x (Sh * u)%N p c = gc (tap_layer z s t) h w cin x' (Sh * u)%N p c.
  case/andP=> vp pv; rewrite !tap_gc // mulnA.
  have lo : (str_w s * Sw * v <= str_w s * p)%N by rewrite -mulnA leq_mul2l vp orbT.
  have hi : (str_w s * p + t.-1 <= str_w s * Sw * v + (t.-1 + str_w s * reach ws))%N.
    by rewrite addnCA addnC leq_add2l -mulnA -mulnDr leq_mul2l pv orbT.
  congr ((1 + z * _) * _); first by apply: agr; rewrite addn0 lo (leq_trans (leq_addr _ _) hi).
  by case: ifP => // _; congr (1 + z * _); apply: agr; rewrite hi andbT (leq_trans lo) ?leq_addr.
rewrite !output_cons; case: ifPn => wide.
  apply: IH; rewrite /fits ?ms ?ok ?mss // => p pr; rewrite /pad; case: ifP => // _.
  exact: gc_agr.
rewrite !output_passes // /pad; case: ifP => // _; apply: gc_agr.
by rewrite leqnn leq_addr.
Qed.

End Front.

(** ** Near and far site enter as a product of affine functions *)

Section Affine.

Variables (K : fieldType) (m : nat).
Implicit Types (z : K) (x : fmap K) (ws : widths).

(** No factor that a layer of [ws] can multiply is zero. *)
Fixpoint good z ws (h w cin : nat) x : Prop :=
  if ws is (s, t) :: ws' then
    (forall r p c, (r < h)%N -> (p < w)%N -> (c < m)%N -> 1 + z * x r p c != 0) /\
    good z ws' (ceil_div h (str_h s)) (ceil_div w (str_w s)) (channels s)
      (gc (tap_layer m z s t) h w cin x)
  else True.

Definition affine_product (e : K * K * K * K) (y y' : K) : K :=
  let: (la, a, mu, b) := e in (la * y + a) * (mu * y' + b).
Definition slopes (e : K * K * K * K) : bool := (e.1.1.1 != 0) && (e.1.2 != 0).

Lemma affine_step (la z nu y a : K) :
  la * ((1 + z * y) * nu) + a = la * z * nu * y + (la * nu + a).
Proof. by rewrite mulrDl mul1r mulrDr addrA [la * nu + _]addrC -!mulrA [y * nu]mulrC. Qed.

Lemma tap_affine z ws h w cin x u v c :
  z != 0 -> (c < m)%N -> fits m cin ws -> widens ws -> good z ws h w cin x ->
  let r := (stride_h (map fst ws) * u)%N in let q := (stride_w (map fst ws) * v)%N in
  (r < h)%N -> (q + reach ws < w)%N ->
  exists2 e, slopes e & forall x',
    (forall p, (q < p < q + reach ws)%N -> x' r p c = x r p c) ->
    output (tap_front m z ws) h w cin x' u v c
      = affine_product e (x' r q c) (x' r (q + reach ws)%N c).
Proof.
move=> z0 cm; elim: ws h w cin x => // -[s t] ws IH h w cin x /and3P[mc].
move=> /= /andP[/andP[/and5P[/= wh0 ww0 sh0 sw0 _] /andP[t0 tw]] ok] /andP[/= ms mss] wide.
have tw' : (t.-1 < win_w s)%N by rewrite prednK.
set Sh := stride_h _; set Sw := stride_w _; set e := t.-1.
move=> [nz gd]; rewrite -!mulnA; set r := (Sh * u)%N; set q := (Sw * v)%N => rh.
move=> fw; set R := reach ws in fw *.
have padE x1 p : (p <= str_w s * q + (e + str_w s * R))%N ->
    pad h w x1 (str_h s * r)%N p c = x1 (str_h s * r)%N p c.
  by move=> le; rewrite /pad rh (leq_ltn_trans le fw).
have far_eq : (str_w s * (q + R) + e = str_w s * q + (e + str_w s * R))%N.
  by rewrite mulnDr -addnA [(e + _)%N]addnC.
(* values at the near, a middle and the far location *)
have gcE x1 p : (p <= q + R)%N -> gc (tap_layer m z s t) h w cin x1 r p c
    = (1 + z * x1 (str_h s * r)%N (str_w s * p)%N c)
      * (if e == 0%N then 1 else 1 + z * x1 (str_h s * r)%N (str_w s * p + e)%N c).
  move=> pq; have hi : (str_w s * p + e <= str_w s * q + (e + str_w s * R))%N.
    by rewrite -far_eq leq_add2r leq_mul2l pq orbT.
  by rewrite tap_gc // addn0 !padE // (leq_trans (leq_addr _ _) hi).
have nzE p : (str_w s * q + p < w)%N -> 1 + z * x (str_h s * r)%N (str_w s * q + p)%N c != 0.
  by move=> lt; apply: nz.
case: ifPn => [wide'|narrow]; last first.
  have R0 : R = 0%N by apply: reach_narrow.
  have e0 : e != 0%N by move: wide; rewrite (negbTE narrow) orbF /e; case: (t) => [|[]].
  exists (z, 1, z, 1) => [|x' _]; first by rewrite /slopes /= z0.
  rewrite output_cons output_passes // -/Sh -/Sw -/r -/q /pad !ceil_div_lt // rh /=.
  rewrite (leq_ltn_trans (leq_addr _ _) fw) gcE ?leq_addr // (negbTE e0) R0 muln0 addn0.
  by rewrite /= !(addrC 1).
have R0 : (0 < R)%N by rewrite /R -widens_reach.
have rh' : (r < ceil_div h (str_h s))%N by rewrite ceil_div_lt.
have fw' : (q + R < ceil_div w (str_w s))%N.
  by rewrite ceil_div_lt // (leq_ltn_trans _ fw) // -far_eq leq_addr.
have fits' : fits m (channels s) ws by rewrite /fits ms ok mss.
have [[[[la a] mu] b] sl IHe] := IH _ _ _ _ fits' wide' gd rh' fw'.
pose nu := if e == 0%N then 1 else 1 + z * x (str_h s * r)%N (str_w s * q + e)%N c.
pose nu' := if e == 0%N then 1 else 1 + z * x (str_h s * r)%N (str_w s * (q + R))%N c.
have lt_far : (str_w s * q + e < str_w s * (q + R) + e)%N.
  by rewrite ltn_add2r ltn_pmul2l // -addn1 leq_add2l.
have lt_mid : (str_w s * q < str_w s * (q + R))%N by rewrite ltn_pmul2l // -addn1 leq_add2l.
exists (la * z * nu, la * nu + a, mu * z * nu', mu * nu' + b) => [|x' agr].
  case/andP: sl => /= la0 mu0; rewrite /slopes /= !mulf_neq0 // /nu /nu'; case: ifP => // _.
    by rewrite oner_eq0.
  - by apply: nz => //; rewrite (leq_ltn_trans (leq_addr _ _) (_ : _ + e < w)%N) // far_eq.
  - by rewrite oner_eq0.
  - by apply: nz => //; rewrite (ltn_trans lt_far) // far_eq.
rewrite output_cons IHe => [|p /andP[qp pq]]; last first.
  rewrite !gcE ?(ltnW pq) //; have lo : (str_w s * q < str_w s * p)%N by rewrite ltn_pmul2l.
  have hi : (str_w s * p + e < str_w s * q + (e + str_w s * R))%N.
    by rewrite -far_eq ltn_add2r ltn_pmul2l.
  have hi' := leq_ltn_trans (leq_addr e _) hi; have lo' := leq_trans lo (leq_addr e _).
  by rewrite !agr ?lo ?lo' ?hi ?hi'.
rewrite -/Sh -/Sw -/r -/q !gcE ?leq_addr //= -far_eq.
have nuE : (if e == 0%N then 1 else 1 + z * x' (str_h s * r)%N (str_w s * q + e)%N c) = nu.
  rewrite /nu; case: eqP => // /eqP e0; rewrite agr // -far_eq lt_far andbT.
  by rewrite -{1}[(str_w s * q)%N]addn0 ltn_add2l lt0n.
rewrite nuE affine_step; congr (_ * _).
have -> : (1 + z * x' (str_h s * r)%N (str_w s * (q + R))%N c)
    * (if e == 0%N then 1 else 1 + z * x' (str_h s * r)%N (str_w s * (q + R) + e)%N c)
  = (1 + z * x' (str_h s * r)%N (str_w s * (q + R) + e)%N c) * nu'.
  rewrite /nu'; case: eqP => [->|/eqP e0]; first by rewrite addn0.
  rewrite agr; first by rewrite mulrC.
  by rewrite lt_mid -far_eq -{1}[(str_w s * (q + R))%N]addn0 ltn_add2l lt0n.
by rewrite affine_step.
Qed.

End Affine.

(** ** What holds for some z: what holds where a nonzero polynomial in z does not vanish *)

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

(** ** The matrix *)

Section Matrix.

Variables (K : fieldType) (H W M C : nat) (ws : widths).
Let m := least_channels M.-1 ws.
Hypothesis M_gt0 : (0 < M)%N.
Hypothesis ws_ok : widths_ok ws.
Hypothesis ws_widens : widens ws.

Let Sh := stride_h (map fst ws).
Let Sw := stride_w (map fst ws).
Let gh := ceil_div H Sh.
Let gw := ceil_div W Sw.

Lemma m_lt_M : (m < M)%N.
Proof. by rewrite -[X in (_ < X)%N](prednK M_gt0) ltnS least_channels_le. Qed.

Lemma ws_fits : fits m M ws.
Proof. by rewrite /fits ws_ok (ltnW m_lt_M) (least_channels_all (leqnn _)). Qed.

Lemma strides_gt0 : (0 < Sh)%N /\ (0 < Sw)%N.
Proof. by apply/andP/stride_gt0/widths_proper. Qed.

Definition tap_size z : net_size (tap_front m z ws : seq (layer K)) H W = (gh, gw).
Proof. by rewrite /net_size tap_front_shapes out_size_strides // widths_proper. Qed.

Implicit Types (d : {ffun site H W -> 'I_M}) (z : K).

Definition tap_value z d (u v c : nat) : K := run (tap_front m z ws) H W M (one_hot d) u v c.
Definition tap_factor z d (u v : nat) : K := 1 + z * \sum_(c < m) tap_value z d u v c.
Definition tap_product z d : K := \prod_(u < gh) \prod_(v < gw) tap_factor z d u v.

Lemma tap_output z d u v c : (u < gh)%N -> (v < gw)%N ->
  tap_value z d u v c = output (tap_front m z ws) H W M (one_hot d) u v c.
Proof. by move=> uh vw; rewrite /output tap_size /pad uh vw. Qed.

Definition scale_ok z : Prop :=
  [/\ z != 0, forall d, good m z ws H W M (one_hot d) &
      forall d u v, (u < gh)%N -> (v < gw)%N -> tap_factor z d u v != 0].

Lemma some_scale : infinite K -> exists z, scale_ok z.
Proof.
move=> inf; have pol_hot d r c k : polynomial (fun _ : K => one_hot d r c k : K).
  exact: pol_const.
have g1 := generic_neq0 K.
have g2 := generic_all (fun d => generic_good m ws H W M (pol_hot d)).
have g3 := generic_all (fun d => generic_below (n := gh) (fun u _ => generic_below (n := gw)
  (fun v _ => generic_affine (pol_sum (fun c : 'I_m => pol_front m ws H W M u v c (pol_hot d)))))).
have [z [z0 [gd nz]]] := generic_some inf (generic_and g1 (generic_and g2 g3)).
by exists z; split=> // d u v uh vw; apply: nz.
Qed.

Lemma prod_rows n w (F : nat -> nat -> K) :
  \prod_(u < n) \prod_(v < w) F u v = \prod_(k < n * w) F (k %/ w)%N (k %% w)%N.
Proof.
case: (posnP w) => [->|w0].
  by rewrite big1 => [|u _]; rewrite ?big_ord0 // muln0 big_ord0.
elim: n => [|n IH]; first by rewrite !big_ord0.
rewrite big_ord_recr /= IH mulSnr big_split_ord /=; congr (_ * _).
by apply: eq_bigr => v _; rewrite divnMDl // divn_small // addn0 modnMDl modn_small.
Qed.

Variable z : K.
Hypothesis z_ok : scale_ok z.

Let I := crossing H W C Sh Sw (reach ws).
Lemma Sh_gt0 : (0 < Sh)%N. Proof. by case: strides_gt0. Qed.
Lemma Sw_gt0 : (0 < Sw)%N. Proof. by case: strides_gt0. Qed.
Hint Resolve Sh_gt0 Sw_gt0 : core.
Let near_of : I -> site H W := near Sh_gt0.
Let far_of : I -> site H W := far Sh_gt0.

Implicit Types x y : {ffun I -> 'I_m.+1}.

Definition shown x y : {ffun site H W -> 'I_M} :=
  glue (row_of m_lt_M Sh_gt0 x) (col_of m_lt_M Sh_gt0 y).

Definition pos (p : I) : nat := (p.1 * gw + val p.2)%N.

Lemma col_lt (p : I) : (val p.2 < gw)%N.
Proof. by rewrite ceil_div_lt // (near_w p). Qed.

Lemma pos_div p : (pos p %/ gw)%N = p.1 :> nat.
Proof. by rewrite divnMDl ?divn_small ?addn0 ?col_lt // (leq_ltn_trans _ (col_lt p)). Qed.
Lemma pos_mod p : (pos p %% gw)%N = val p.2.
Proof. by rewrite modnMDl modn_small ?col_lt. Qed.

Lemma pos_inj : injective pos.
Proof.
move=> p p' e; apply: (@crossing_inj H W C Sh Sw (reach ws)) => //.
  by rewrite -!pos_div e.
by rewrite -!pos_mod e.
Qed.

Lemma pos_lt p : (pos p < gh * gw)%N.
Proof.
rewrite -(leq_add2r gw) /pos; apply: (@leq_trans (p.1.+1 * gw + gw)).
  by rewrite mulSnr addSn ltn_add2r ltn_add2l col_lt.
by rewrite leq_add2r leq_mul2r ltn_ord orbT.
Qed.

(** ** Its factors are triangular *)

Lemma pick_agree (site_of : I -> site H W) (x x' : {ffun I -> 'I_m.+1}) s :
  (forall p, site_of p = s -> x p = x' p) ->
  pick_entry m_lt_M site_of x s = pick_entry m_lt_M site_of x' s.
Proof. by move=> agr; rewrite !ffunE; case: pickP => // p /eqP /agr->. Qed.

Lemma shown_agree x x' y y' (s : site H W) :
  (forall p, near_of p = s -> x p = x' p) -> (forall p, far_of p = s -> y p = y' p) ->
  shown x y s = shown x' y' s.
Proof.
by move=> xx yy; rewrite /shown !glue_restrict; case: ifP => _; apply: pick_agree.
Qed.

Lemma tap_factor_local d d' u v : (u < gh)%N -> (v < gw)%N ->
  (forall s : site H W, s.1 = (Sh * u)%N :> nat ->
     (Sw * v <= s.2 <= Sw * v + reach ws)%N -> d s = d' s) ->
  tap_factor z d u v = tap_factor z d' u v.
Proof.
move=> uh vw dd; congr (1 + z * _); apply: eq_bigr => c _; rewrite !tap_output //.
apply: (tap_local z (ltn_ord c) ws_fits ws_widens) => p pr.
by rewrite !pad_one_hot; apply: one_hot_local => s e1 e2; apply: dd; rewrite ?e2.
Qed.

Let G k x y : K := tap_factor z (shown x y) (k %/ gw)%N (k %% gw)%N.

Lemma index_bounds k : (k < gh * gw)%N -> (k %/ gw < gh)%N /\ (k %% gw < gw)%N.
Proof.
move=> kn; have w0 : (0 < gw)%N by case: (posnP gw) kn => // ->; rewrite muln0.
by rewrite ltn_divLR // kn ltn_pmod.
Qed.

Lemma rows_from k x x' y : (k < gh * gw)%N ->
  (forall p, (k <= pos p)%N -> x p = x' p) -> G k x y = G k x' y.
Proof.
move=> kn agr; have [uh vw] := index_bounds kn; apply: tap_factor_local => // s e1 /andP[lo _].
apply: shown_agree => // p ps; apply: agr; rewrite {1}(divn_eq k gw) /pos.
move: e1 lo; rewrite -ps /= => /eqP; rewrite eqn_pmul2l // => /eqP ->.
by rewrite leq_pmul2l // leq_add2l.
Qed.

Lemma cols_to k x y y' : (k < gh * gw)%N ->
  (forall p, (pos p <= k)%N -> y p = y' p) -> G k x y = G k x y'.
Proof.
move=> kn agr; have [uh vw] := index_bounds kn; apply: tap_factor_local => // s e1 /andP[_ hi].
apply: shown_agree => // p ps; apply: agr; rewrite [X in (_ <= X)%N](divn_eq k gw) /pos.
move: e1 hi; rewrite -ps /= => /eqP; rewrite eqn_pmul2l // => /eqP ->.
by rewrite leq_add2r leq_pmul2l // leq_add2l.
Qed.

Lemma pair_nonsingular p x y : free (fun a b => G (pos p) (put x p a) (put y p b)).
Proof.
have [z0 gd _] := z_ok; pose d a b := shown (put x p a) (put y p b).
have uh := ltn_ord p.1; have vw := col_lt p.
have rh : (Sh * p.1 < H)%N := near_h Sh_gt0 p.
have ex (c : 'I_m) : exists e : K * K * K * K, slopes e /\ forall a b,
    tap_value z (d a b) p.1 (val p.2) c = affine_product e (a == c :> nat)%:R (b == c :> nat)%:R.
  have [e sl eE] := tap_affine z0 (ltn_ord c) ws_fits ws_widens (gd (shown x y)) rh (far_w p).
  exists e; split=> // a b; rewrite tap_output // eE => [|q /andP[lo hi]].
    have := @one_hot_at K H W M (d a b) (near_of p) c; rewrite glue_near // put_at /= => ->.
    by have := @one_hot_at K H W M (d a b) (far_of p) c; rewrite glue_far // put_at /= => ->.
  apply: one_hot_local => s _ e2; apply: shown_agree => p' ps; rewrite put_other //.
    by apply: contraTneq lo => pp; rewrite -e2 -ps pp ltnn.
  by apply: contraTneq hi => pp; rewrite -e2 -ps pp ltnn.
have [e eP] := fin_all_exists ex.
apply: (@free_ext _ _ _ (fun a b : 'I_m.+1 => 1 + z * \sum_(c < m)
    ((e c).1.1.1 * (a == c :> nat)%:R + (e c).1.1.2) * ((e c).1.2 * (b == c :> nat)%:R + (e c).2))).
  move=> a b; rewrite /G pos_div pos_mod; congr (1 + z * _); apply: eq_bigr => c _.
  have [_ ->] := eP c; by case: (e c) => [[[la f] mu] g].
by apply: factor_free => // c; have [/andP[]] := eP c.
Qed.

Lemma tap_product_free : free (fun x y => tap_product z (shown x y)).
Proof.
have [_ _ nz] := z_ok.
apply: (@free_ext _ _ _ (fun x y => \prod_(k < gh * gw) G k x y)).
  by move=> x y; rewrite -(prod_rows _ _ (fun u v => tap_factor z (shown x y) u v)).
apply: (triangular pos_inj pos_lt rows_from cols_to _ pair_nonsingular) => k x y kn _.
by have [uh vw] := index_bounds kn; apply: nz.
Qed.

Lemma tap_product_rank :
  (m.+1 ^ (gh * count (crosses W C Sw (reach ws)) (iota 0 W))
     <= mat_rank (@cut H W C) (tap_product z))%N.
Proof.
have := free_rank tap_product_free.
rewrite card_ffun !card_ord card_prod card_sig card_count card_ord => /leq_trans; apply.
exact: (rank2_subst (row_of m_lt_M Sh_gt0) (col_of m_lt_M Sh_gt0)
  (fun p q => tap_product z (glue p q))).
Qed.

End Matrix.

(** ** The theorem *)

Theorem half_free (K : fieldType) (sh : bool) (H W M C : nat) (ws : widths) (ss : seq shape) :
  (0 < M)%N -> widths_ok ws -> (1 < attained_field ws)%N -> tail_ok H W ws ss -> infinite K ->
  exists net : seq (layer K),
    [/\ shapes net = map fst ws ++ ss, sh -> shared_net net &
        ((least_channels M.-1 ws).+1 ^ sharp_exponent H W C ws
           <= mat_rank (@cut H W C) (grid_tensor net H W M))%N].
Proof.
move=> M0 ok wide tl inf; rewrite ltnS -widens_reach // in wide.
set m := least_channels M.-1 ws; have [z z_ok] := @some_scale K H W M ws inf.
have [net [shp shd ge]] := @with_tail K sh H W M m (@cut H W C) z ws ss (tap_front m z ws)
  (tap_product ws z) (tap_front_shapes m z ws) (tap_front_shared m z ws) ok (ltnW (m_lt_M ws M0))
  (least_channels_all (leqnn m)) (fun d => erefl) tl (fun _ => or_introl inf).
exists net; split=> //; apply: leq_trans ge.
exact: (tap_product_rank C M0 ok wide z_ok).
Qed.

Lemma tr_least_channels n ws : least_channels n (tr_widths ws) = least_channels n ws.
Proof. by elim: ws => //= -[s t] ws IH; rewrite IH. Qed.

Theorem half_free_top_bottom (K : fieldType) (sh : bool) (H W M C : nat) (ws : widths)
    (ss : seq shape) :
  (0 < M)%N -> widths_ok (tr_widths ws) -> (1 < attained_field (tr_widths ws))%N ->
  tail_ok H W ws ss -> infinite K ->
  exists net : seq (layer K),
    [/\ shapes net = map fst ws ++ ss, sh -> shared_net net &
        ((least_channels M.-1 ws).+1 ^ sharp_exponent W H C (tr_widths ws)
           <= mat_rank (@cut_row H W C) (grid_tensor net H W M))%N].
Proof.
move=> M0 ok wide; rewrite -tr_tail_ok => tl inf.
have [net [shp shd ge]] := half_free sh C M0 ok wide tl inf.
exists (tr_net net); split.
- rewrite tr_shapes shp map_cat tr_widths_shapes !mapK //; exact: tr_shapeK.
- by move=> /shd; apply: tr_shared.
- by rewrite -tr_least_channels; apply: leq_trans ge _; rewrite -(tr_rank net M (@cut W H C)).
Qed.

Theorem half_free_generic (K : fieldType) (sh : bool) (H W M C : nat) (ws : widths)
    (ss : seq shape) :
  (0 < H)%N -> (0 < W)%N -> (0 < M)%N -> widths_ok ws -> (1 < attained_field ws)%N ->
  tail_ok H W ws ss -> infinite K ->
  exists q : {mpoly K[#|params sh (map fst ws ++ ss) H W M|]},
    nonzero_somewhere q /\ forall x, poly_at q x != 0 ->
      ((least_channels M.-1 ws).+1 ^ sharp_exponent H W C ws
         <= mat_rank (@cut H W C) (grid_tensor (net_of x) H W M))%N.
Proof. by move=> H0 W0 M0 ok wide tl inf; apply: attained_generic => //; apply: half_free. Qed.

Theorem half_free_top_bottom_generic (K : fieldType) (sh : bool) (H W M C : nat) (ws : widths)
    (ss : seq shape) :
  (0 < H)%N -> (0 < W)%N -> (0 < M)%N ->
  widths_ok (tr_widths ws) -> (1 < attained_field (tr_widths ws))%N ->
  tail_ok H W ws ss -> infinite K ->
  exists q : {mpoly K[#|params sh (map fst ws ++ ss) H W M|]},
    nonzero_somewhere q /\ forall x, poly_at q x != 0 ->
      ((least_channels M.-1 ws).+1 ^ sharp_exponent W H C (tr_widths ws)
         <= mat_rank (@cut_row H W C) (grid_tensor (net_of x) H W M))%N.
Proof.
move=> H0 W0 M0 ok wide tl inf; apply: attained_generic => //.
exact: half_free_top_bottom.
Qed.

(** Theorem 1 with min(M, D_1 + 1, ..., D_K + 1) in the place of D. *)
Theorem theorem_1_half_free (K : fieldType) (sh : bool) (H w M : nat) (ws : widths)
    (ss : seq shape) :
  (0 < H)%N -> (0 < w)%N -> (0 < M)%N -> widths_ok ws -> (w < attained_field ws)%N ->
  tail_ok H (2 * w) ws ss -> infinite K ->
  exists q : {mpoly K[#|params sh (map fst ws ++ ss) H (2 * w) M|]},
    nonzero_somewhere q /\ forall x, poly_at q x != 0 ->
      ((least_channels M.-1 ws).+1 ^ theorem_1_exponent H w ws
         <= mat_rank (@cut H (2 * w) w) (grid_tensor (net_of x) H (2 * w) M))%N.
Proof.
move=> H0 w0 M0 ok wT tl inf; have w2 : (0 < 2 * w)%N by rewrite muln_gt0.
rewrite theorem_1_exponentE //; apply: half_free_generic => //.
exact: leq_ltn_trans wT.
Qed.
