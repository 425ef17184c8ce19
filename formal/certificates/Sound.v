(** * The checker is sound *)

From Coq Require Import NArith ZArith Lia.
From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Parameters Generic Compute Geometry.
From Overlap Require Import Checker Tables.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(** ** Values *)

Section Values.

Variables (T : eqType) (t0 t1 : T) (tadd tmul : T -> T -> T) (tz : Z -> T).
Variables (R : comRingType) (phi : T -> R) (zr : Z -> R).
Hypothesis phi0 : phi t0 = 0.
Hypothesis phi1 : phi t1 = 1.
Hypothesis phiD : forall a b, phi (tadd a b) = phi a + phi b.
Hypothesis phiM : forall a b, phi (tmul a b) = phi a * phi b.
Hypothesis phiZ : forall z, phi (tz z) = zr z.

Local Notation fn_at := (fn_at t0).
Local Notation zero := (zero t0).
Local Notation one := (one t1).
Local Notation value := (value T).
Local Notation factors := (factors T).

Section Env.

Variables (rs : seq nat) (X Y : N -> nat).
Let rsz k := nth 1%N rs (N.to_nat k).
Hypothesis X_lt : forall k, (X k < rsz k)%N.
Hypothesis Y_lt : forall k, (Y k < rsz k)%N.

Definition den_fn (kf : N * fn T) : R := phi (fn_at kf.2 (X kf.1) (Y kf.1)).
Definition den_fs (fs : factors) : R := \prod_(kf <- fs) den_fn kf.
Definition den (v : value) : R := phi (scal v) * den_fs (facs v).
Definition good (fs : factors) : bool := all (fun kf : N * fn T => fn_wf (rsz kf.1) kf.2) fs.
Definition rep (v : option value) (a : R) : Prop :=
  if v is Some v then good (facs v) /\ den v = a else True.

Lemma rep_zero : rep (Some zero) 0.
Proof.
by split=> //; rewrite /den phi0 mul0r.
Qed.

Lemma rep_one : rep (Some one) 1.
Proof.
by split=> //; rewrite /den phi1 mul1r /den_fs big_nil.
Qed.

Lemma den_mul k f g : fn_wf (rsz k) f -> fn_wf (rsz k) g ->
  den_fn (k, bop tmul f g) = den_fn (k, f) * den_fn (k, g).
Proof.
by move=> wf wg; rewrite /den_fn (@at_bop _ _ (rsz k)) ?phiM ?X_lt ?Y_lt.
Qed.

Lemma den_shrink k f : fn_wf (rsz k) f -> den_fn (k, fn_shrink f) = den_fn (k, f).
Proof. by move=> wf; rewrite /den_fn (@at_fn_shrink _ _ (rsz k)) ?X_lt ?Y_lt. Qed.

Lemma insert_good k f fs : fn_wf (rsz k) f -> good fs -> good (insert tmul k f fs).
Proof.
move=> wf; elim: fs => [|[l g] fs IH] /=; first by rewrite wf.
move=> /andP[wg gfs]; case: N.compare_spec => [kl|_|_] /=; rewrite ?wf ?wg ?gfs ?IH //.
by rewrite -kl in wg *; rewrite wf_shrink ?wf_bop.
Qed.

Lemma insert_den k f fs : fn_wf (rsz k) f -> good fs ->
  den_fs (insert tmul k f fs) = den_fn (k, f) * den_fs fs.
Proof.
move=> wf; elim: fs => [|[l g] fs IH] /=; first by rewrite /den_fs big_seq1 big_nil mulr1.
move=> /andP[wg gfs]; case: N.compare_spec => [kl|_|_] /=; rewrite /den_fs !big_cons //.
  by rewrite -kl in wg *; rewrite den_shrink ?wf_bop // den_mul // mulrA.
by rewrite -!/(den_fs _) IH // mulrCA.
Qed.

Lemma rep_tidy v a : rep (Some v) a -> rep (Some (tidy tmul v)) a.
Proof.
rewrite /rep /tidy /den; case: v => c fs /= [gfs <-] {a}.
elim: fs gfs => [|[k f] fs IH] /=; first by split.
move=> /andP[wf /IH[gfs dfs]]; case: f wf => [[x|s]|s] wf /=; rewrite ?wf; split=> //.
- by rewrite phiM -mulrA dfs mulrCA [in RHS]/den_fs big_cons.
- by rewrite [in LHS]/den_fs big_cons mulrCA dfs mulrCA [in RHS]/den_fs big_cons.
- by rewrite [in LHS]/den_fs big_cons mulrCA dfs mulrCA [in RHS]/den_fs big_cons.
Qed.

Lemma rep_mul v w a b : rep (Some v) a -> rep (Some w) b ->
  rep (Some (vmul t0 tmul v w)) (a * b).
Proof.
move=> [gv dv] [gw dw]; rewrite /rep /vmul; case: eqP => [v0|_] /=.
  by split=> //; rewrite -dv /den v0 phi0 !mul0r.
case: eqP => [w0|_] /=; first by split=> //; rewrite -dw /den w0 phi0 !mul0r mulr0.
have [gf df] : let fs := foldr (fun kf acc => insert tmul kf.1 kf.2 acc) (facs w) (facs v) in
    good fs /\ den_fs fs = den_fs (facs v) * den_fs (facs w).
  elim: (facs v) gv => [|[k f] fs IH] /=; first by rewrite /den_fs big_nil mul1r.
  move=> /andP[wf /IH[gfs dfs]]; split; first exact: insert_good.
  by rewrite insert_den // dfs mulrA /den_fs big_cons.
apply: (@rep_tidy (Val _ _)); split=> //; rewrite /den /= df phiM -dv -dw /den.
by rewrite mulrACA.
Qed.

Lemma rep_omul v w a b : rep v a -> rep w b -> rep (omul t0 tmul v w) (a * b).
Proof.
by case: v w => [v|] [w|] //; apply: rep_mul.
Qed.

(** *** Sums *)

Lemma rep_attach k f fs : fn_wf (rsz k) f -> good fs ->
  rep (Some (attach t1 k f fs)) (den_fn (k, f) * den_fs fs).
Proof.
move=> wf gfs; have ws := wf_shrink wf.
have -> : den_fn (k, f) = den_fn (k, fn_shrink f) by rewrite /den_fn (@at_fn_shrink _ _ (rsz k)) ?X_lt ?Y_lt.
rewrite /attach; case: (fn_shrink f) ws => [[a|s]|s] ws; split=> //=; rewrite ?ws //.
  by rewrite /den /= phi1 mul1r /den_fs big_cons.
by rewrite /den /= phi1 mul1r /den_fs big_cons.
Qed.

Lemma wf_const r (a : T) : fn_wf r (fn_const a). Proof.
by [].
Qed.

Lemma wf_linear r sa sb (f g : fn T) : fn_wf r f -> fn_wf r g -> fn_wf r (linear tadd tmul sa sb f g).
Proof.
by move=> wf wg; rewrite !wf_bop.
Qed.

Lemma at_linear r sa sb f g i j : fn_wf r f -> fn_wf r g -> (i < r)%N -> (j < r)%N ->
  phi (fn_at (linear tadd tmul sa sb f g) i j) = phi sa * phi (fn_at f i j) + phi sb * phi (fn_at g i j).
Proof.
by move=> wf wg ir jr; rewrite /linear !(@at_bop _ _ r) ?wf_bop // phiD !phiM.
Qed.

Lemma den_linear k sa sb f g : fn_wf (rsz k) f -> fn_wf (rsz k) g ->
  den_fn (k, linear tadd tmul sa sb f g) = phi sa * den_fn (k, f) + phi sb * den_fn (k, g).
Proof.
by move=> wf wg; rewrite /den_fn (@at_linear (rsz k)) ?X_lt ?Y_lt.
Qed.

Lemma den_one k : den_fn (k, fn_const t1) = 1. Proof.
by rewrite /den_fn /fn_at /= phi1.
Qed.

Lemma facs_eqP (a b : factors) : facs_eqb a b -> a = b.
Proof.
elim: a b => [|[k f] a IH] [|[l g] b] //= /andP[/andP[/N.eqb_eq /= -> /eqP ->] ab].
by rewrite (IH b ab).
Qed.

Lemma den_nil : den_fs [::] = 1. Proof.
by rewrite /den_fs big_nil.
Qed.
Lemma den_cons kf fs : den_fs (kf :: fs) = den_fn kf * den_fs fs.
Proof.
by rewrite /den_fs big_cons.
Qed.

Lemma rep_push kf v a : fn_wf (rsz kf.1) kf.2 -> rep v a -> rep (push kf v) (den_fn kf * a).
Proof.
by case: v => [v|] //= wf [gv dv]; split; rewrite /= ?wf // /den /= den_cons mulrCA -dv.
Qed.

Lemma rep_eq v a b : rep v a -> a = b -> rep v b. Proof.
by move=> + <-.
Qed.

Lemma add_facs_cons sa sb k f (a : factors) l g (b : factors) :
  add_facs t1 tadd tmul sa sb ((k, f) :: a) ((l, g) :: b)
  = match N.compare k l with
    | Eq => if (f : fn_eqType T) == g then push (k, f) (add_facs t1 tadd tmul sa sb a b)
            else if facs_eqb a b then Some (attach t1 k (linear tadd tmul sa sb f g) a) else None
    | Lt => if facs_eqb a ((l, g) :: b) then Some (attach t1 k (linear tadd tmul sa sb f (fn_const t1)) a) else None
    | Gt => if facs_eqb ((k, f) :: a) b then Some (attach t1 l (linear tadd tmul sa sb (fn_const t1) g) b) else None
    end.
Proof.
by [].
Qed.

Lemma rep_add_facs sa sb a b : good a -> good b ->
  rep (add_facs t1 tadd tmul sa sb a b) (phi sa * den_fs a + phi sb * den_fs b).
Proof.
elim: a b => [|[k f] a IH] [|[l g] b].
- by move=> _ _; split=> //; rewrite /den /= phiD den_nil !mulr1.
- case: b => [|? ?] //= _ /andP[wg _]; apply: rep_eq (rep_attach _ _) _; rewrite ?wf_linear //.
  by rewrite den_linear // den_one den_cons !den_nil !mulr1.
- case: a {IH} => [|? ?] //= /andP[wf _] _; apply: rep_eq (rep_attach _ _) _; rewrite ?wf_linear //.
  by rewrite den_linear // den_one den_cons !den_nil !mulr1.
move=> gka glb; have [/andP[/= wf ga] /andP[/= wg gb]] := (gka, glb).
rewrite ?add_facs_cons !den_cons; case: N.compare_spec => [kl|_|_].
- subst l; case: eqP => [fg|_].
    apply: rep_eq (rep_push _ (IH b ga gb)) _ => //.
    by rewrite -fg mulrDr !(mulrCA (den_fn _)).
  case: ifP => // /facs_eqP <-; apply: rep_eq (rep_attach _ ga) _; rewrite ?wf_linear //.
  by rewrite den_linear // mulrDl !mulrA.
- case: ifP => // /facs_eqP e; have -> : den_fn (l, g) * den_fs b = den_fs a by rewrite e den_cons.
  apply: rep_eq (rep_attach _ ga) _; rewrite ?wf_linear //.
  by rewrite den_linear // den_one mulr1 mulrDl !mulrA.
- case: ifP => // /(@facs_eqP ((k, f) :: a) b) e.
  have -> : den_fn (k, f) * den_fs a = den_fs b by rewrite -e den_cons.
  apply: rep_eq (rep_attach _ gb) _; rewrite ?wf_linear //.
  by rewrite den_linear // den_one mulr1 mulrDl !mulrA.
Qed.

Lemma rep_add v w a b : rep (Some v) a -> rep (Some w) b ->
  rep (vadd t0 t1 tadd tmul v w) (a + b).
Proof.
move=> [gv dv] [gw dw]; rewrite /vadd; case: eqP => [v0|_].
  by split=> //; rewrite -dv /den v0 phi0 mul0r add0r.
case: eqP => [w0|_]; first by split=> //; rewrite -dw /den w0 phi0 mul0r addr0.
by apply: rep_eq (rep_add_facs _ _ gv gw) _; rewrite -dv -dw.
Qed.

Definition vgood (v : value) : bool := good (facs v).

Lemma gather_sum v vs : vgood v -> all vgood vs ->
  all vgood (gather tadd v vs) /\
  \sum_(w <- gather tadd v vs) den w = den v + \sum_(w <- vs) den w.
Proof.
move=> gv; elim: vs => [|w vs IH] /=; first by rewrite gv big_seq1 big_nil addr0.
move=> /andP[gw gvs]; case: ifP => [/facs_eqP wv|_] /=; rewrite !big_cons.
  split; first by rewrite gvs andbT.
  by rewrite {1}/den /= phiD mulrDl -addrA {1}wv.
by have [-> ->] := IH gvs; rewrite gw addrCA.
Qed.

Lemma rep_sum vs : all vgood vs -> rep (vsum t0 t1 tadd tmul vs) (\sum_(v <- vs) den v).
Proof.
move=> gvs; rewrite /vsum; have [gg <-] : all vgood (foldr (gather tadd) [::] vs) /\
    \sum_(w <- foldr (gather tadd) [::] vs) den w = \sum_(v <- vs) den v.
  elim: vs gvs => [|v vs IH] /=; first by rewrite !big_nil.
  move=> /andP[gv /IH[gg e]]; have [? ->] := gather_sum gv gg.
  by rewrite big_cons e.
elim: (foldr _ _ vs) gg => [|v ws IH] /=; first by move=> _; rewrite big_nil; apply: rep_zero.
move=> /andP[gv /IH]; rewrite big_cons; case: (foldr _ _ ws) => [w|] //= rw.
by apply: rep_add rw.
Qed.

(** *** Affine functions, cells *)

Definition entry_sum (e : entry) (x : nat -> R) : R :=
  \sum_(kw <- e_weights e) zr kw.2 * x kw.1 + zr (e_bias e).

Lemma rep_affine e xs (x : nat -> R) :
  (forall k, rep (nth (Some zero) xs k) (x k)) ->
  rep (affine t0 t1 tadd tmul tz e xs) (entry_sum e x).
Proof.
move=> rx; rewrite /affine; set terms := foldr _ _ _.
have : if terms is Some vs then all vgood vs /\ \sum_(v <- vs) den v = entry_sum e x else True.
  rewrite /terms /entry_sum; elim: (e_weights e) => [|[k z] ws IH] /=.
    by split=> //; rewrite big_seq1 /den /= den_nil mulr1 phiZ big_nil add0r.
  have := rx k; case: (nth _ xs k) => [v|] //= [gv dv].
  case: (foldr _ _ ws) IH => [vs|] //= [gvs dvs]; split; first by rewrite /= gvs /vgood /= gv.
  by rewrite !big_cons /= -addrA -dvs -dv /den /= phiM phiZ mulrA.
by case: terms => [vs|] //= [gvs <-]; apply: rep_sum.
Qed.

Lemma rep_fold n (F : nat -> R) (step : nat -> option value -> option value) acc a :
  (forall i acc a, (i < n)%N -> rep acc a -> rep (step i acc) (F i * a)) -> rep acc a ->
  rep (foldr step acc (iota 0 n)) ((\prod_(i < n) F i) * a).
Proof.
have -> : \prod_(i < n) F i = \prod_(i <- iota 0 n) F i.
  by rewrite -(big_mkord xpredT F) /index_iota subn0.
move=> stepP ra; have : forall i, i \in iota 0 n -> (i < n)%N by move=> i; rewrite mem_iota.
elim: (iota 0 n) => [|i s IH] lt /=; first by rewrite big_nil mul1r.
rewrite big_cons -mulrA; apply: stepP; first by apply: lt; rewrite mem_head.
by apply: IH => j js; apply: lt; rewrite inE js orbT.
Qed.

End Env.

(** ** The network that the entries describe *)

Definition first_entry sh (es : seq entry) u v i j c : option entry :=
  ohead (in_col (in_row (active sh es u v c) i) j).
Definition entry_weight (e : entry) (k : nat) : R := \sum_(kw <- e_weights e | kw.1 == k) zr kw.2.

Definition entry_layer sh (s : gshape) (es : seq entry) (cin : nat) : glayer R :=
  GLayer s
    (fun u v i j c k =>
       oapp (entry_weight^~ (group_first s cin c + k)%N) 0 (first_entry sh es u v i j c))
    (fun u v i j c => oapp (fun e => zr (e_bias e)) 1 (first_entry sh es u v i j c)).

Fixpoint entry_net sh (ss : seq gshape) (ess : seq (seq entry)) (cin : nat) : seq (glayer R) :=
  if ss is s :: ss' then
    entry_layer sh s (head [::] ess) cin :: entry_net sh ss' (behead ess) (channels s)
  else [::].

Lemma entry_net_shapes sh ss ess cin : gshapes (entry_net sh ss ess cin) = ss.
Proof.
by elim: ss ess cin => //= s ss IH ess cin; rewrite IH.
Qed.

Lemma entry_net_shared (sh : bool) ss ess cin : sh -> gshared_net (entry_net sh ss ess cin).
Proof.
move=> sh1; elim: ss ess cin => //= s ss IH ess cin; split=> //.
by split=> [u v i j c k|u v i j c] /=; rewrite /first_entry /active; rewrite sh1.
Qed.

Section Env2.

Variables (rs : seq nat) (X Y : N -> nat).
Let rsz k := nth 1%N rs (N.to_nat k).
Hypothesis X_lt : forall k, (X k < rsz k)%N.
Hypothesis Y_lt : forall k, (Y k < rsz k)%N.
Local Notation rep := (rep rs X Y).

Definition agrees (h w cin : nat) (xs : vmap T) (x : fmap R) : Prop :=
  forall r c, (r < h)%N -> (c < w)%N ->
  forall k, rep (nth (Some zero) (look xs r c) k) (if (k < cin)%N then x r c k else 0).

Lemma entry_factor sh s es h w cin x u v i j c e :
  first_entry sh es u v i j c = Some e ->
  gfactor (entry_layer sh s es cin) h w cin x u v i j c
    = entry_sum (in_group (group_first s cin c) (group_size s cin) e)
        (gread s h w cin x (seen_h s u i) (seen_w s v j)).
Proof.
move=> E; rewrite /gfactor /entry_layer /= E /= /entry_sum /=; congr (_ + _).
set f := group_first s cin c; set n := group_size s cin; set y := gread s h w cin x _ _.
rewrite (eq_bigr (fun k : 'I_n => \sum_(kw <- e_weights e | kw.1 == (f + k)%N) zr kw.2 * y kw.1)); last first.
  by move=> k _; rewrite /entry_weight mulr_suml; apply: eq_bigr => kw /eqP->.
rewrite big_filter (exchange_big_dep (fun kw : nat * Z => (f <= kw.1) && (kw.1 < f + n))%N) /=.
  apply: eq_bigr => -[k z] /= /andP[fk kn]; have lt : (k - f < n)%N by rewrite ltn_subLR.
  rewrite (big_pred1 (Ordinal lt)) // => k' /=; rewrite -[in RHS]val_eqE /=.
  by rewrite -{1}(subnKC fk) eqn_add2l eq_sym.
by move=> k kw _ /eqP->; rewrite leq_addr ltn_add2l ltn_ord.
Qed.

Lemma neutral_factor sh s es h w cin x u v i j c :
  first_entry sh es u v i j c = None ->
  gfactor (entry_layer sh s es cin) h w cin x u v i j c = 1.
Proof.
move=> E; rewrite /gfactor /entry_layer /= E /= big1 ?add0r // => k _; exact: mul0r.
Qed.

Lemma rep_cell sh s es h w cin xs x u v c :
  agrees h w cin xs x ->
  rep (cell t0 t1 tadd tmul tz sh s es h w cin xs u v c)
    (gapply (entry_layer sh s es cin) h w cin x u v c).
Proof.
move=> agr; rewrite /cell; set act := active _ _ _ _ _; rewrite /gapply.
set G := gfactor (entry_layer sh s es cin) h w cin x u v.
have neutral i j : in_col (in_row act i) j = [::] -> G i j c = 1.
  by move=> E; apply: neutral_factor; rewrite /first_entry -/act E.
case E: act => [|e0 act0]; first rewrite big1 => [|i _]; first exact: rep_one.
  by apply: big1 => j _; apply: neutral; rewrite E.
rewrite -E; rewrite -[X in rep _ X]mulr1.
apply: (@rep_fold rs X Y (win_h s) (fun i => \prod_(j < win_w s) G i j c)); last exact: rep_one.
move=> i acc a _ racc.
case E' : (in_row act i) => [|e1 act1].
  by rewrite big1 ?mul1r // => j _; apply: neutral; rewrite E'.
rewrite -E'; apply: (@rep_fold rs X Y (win_w s) (fun j => G i j c)) racc => j acc' a' _ racc'.
case E'' : (in_col _ j) => [|e es']; first by rewrite neutral ?mul1r.
apply: (rep_omul X_lt Y_lt) racc'.
have fe : first_entry sh es u v i j c = Some e.
  by rewrite /first_entry -/act E''.
rewrite /G (entry_factor _ _ _ _ _ fe).
apply: rep_affine => // k; rewrite /seen /gread.
case: ifP => [/andP[/andP[_ rh] /andP[_ cw]]|_] /=; first exact: agr.
by rewrite nth_nil; apply: rep_zero.
Qed.

Lemma nth_iota_map (A : Type) (a : A) n f i :
  nth a [seq f i | i <- iota 0 n] i = if (i < n)%N then f i else a.
Proof.
case: ltnP => lt; last by rewrite nth_default ?size_map ?size_iota.
by rewrite (nth_map 0%N) ?size_iota // nth_iota.
Qed.

Lemma rep_layer sh s es h w cin xs x :
  agrees h w cin xs x ->
  agrees (out_h s h) (out_w s w) (channels s)
    (eval_layer t0 t1 tadd tmul tz sh s es h w cin xs) (gapply (entry_layer sh s es cin) h w cin x).
Proof.
move=> agr r c rh cw k; rewrite /look /eval_layer (nth_iota_map [::]) rh (nth_iota_map [::]) cw.
rewrite nth_iota_map; case: ltnP => _; [exact: rep_cell | exact: rep_zero].
Qed.

Lemma rep_net sh ss ess h w cin xs x :
  agrees h w cin xs x ->
  agrees (gout_size ss h w).1 (gout_size ss h w).2 (last cin (map channels (map base_of ss)))
    (eval_net t0 t1 tadd tmul tz sh ss ess h w cin xs) (grun (entry_net sh ss ess cin) h w cin x).
Proof.
elim: ss ess h w cin xs x => //= s ss IH ess h w cin xs x agr.
by apply: IH; apply: rep_layer.
Qed.

(** *** Sites *)

Lemma rep_leaf inP l c M : leaf_ok M rs l ->
  rep (leaf_value t0 t1 inP l c) (template l (if inP then X else Y) == c)%:R.
Proof.
have phi_bit b : phi (bit t0 t1 b) = b%:R by case: b => /=.
case: l => [t _|k ts /andP[/eqP sz _]] /=; first by split; rewrite // /den /= phi_bit den_nil mulr1.
apply: rep_eq (rep_attach _ _ _ _) _ => //.
  by case: inP; rewrite /= /fn_wf /= ?size_map ?sz ?eqxx ?andbT //= all_map; apply/allP.
rewrite den_nil mulr1 /den_fn /fn_at /=; case: inP => /=.
  by rewrite (nth_map 0%N) ?sz ?X_lt //; apply: phi_bit.
by rewrite (nth_map 0%N) ?sz ?Y_lt //; apply: phi_bit.
Qed.

End Env2.

End Values.
