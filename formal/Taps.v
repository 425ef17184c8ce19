(** * Layers in which near and far route share a channel

    The layers of the assignment for THEORY 8.10: layers 1, ..., J multiply 1 + z (what is seen) at
    their near and at their far offset, later ones hand the channels on.  A location depends on the
    columns from its near to its far site, and is a product of an affine function of its near site
    and one of its far site. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Overlap Require Import Rank2 Network Evaluation Lower Parameters Routes.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

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
(* A location in between multiplies what it sees at its own place and at the offset. *)
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
