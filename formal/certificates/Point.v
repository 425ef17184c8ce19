(** * The rank at one assignment, from above

    A network of integers is evaluated, in integers, on all choices of templates, as a scalar times tables
    of blocks of sites; each table times a number that is not 0 is a product of two matrices, and the rank
    of the matricization is at most the product of their inner sizes (THEORY 3.4). *)

From Coq Require Import NArith ZArith Lia.
From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Parameters Generic Compute Geometry.
From Overlap Require Import Checker Tables Sound Certified Exact Claims.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.

(** ** All choices *)

Section Choices.

Variables (n : network) (ls : seq (seq leaf)) (rs : seq nat).

Definition grid : seq (nat * nat) := [seq (r, c) | r <- iota 0 (n_H n), c <- iota 0 (n_W n)].
Definition leaf_of (rc : nat * nat) : leaf := leaf_at ls rc.1 rc.2.
Definition free_in (k : N) (l : leaf) : bool := if l is Free k' _ then N.eqb k k' else false.

(** The sites of a block on one side, and what they show at choice i. *)
Definition sites_of (b : bool) (k : N) : seq (nat * nat) :=
  [seq rc <- grid | (in_boxes (n_P n) rc.1 rc.2 == b) && free_in k (leaf_of rc)].
Definition row_of (b : bool) (k : N) (i : nat) : seq nat :=
  [seq template (leaf_of rc) (fun=> i) | rc <- sites_of b k].

(** The choices of every block show all templates of its sites. *)
Definition shows_all (b : bool) (k : nat) : bool :=
  let rows := [seq row_of b (N.of_nat k) i | i <- iota 0 (nth 1 rs k)] in
  all (fun t => t \in rows) (assignments (n_M n) (size (sites_of b (N.of_nat k)))).
Definition complete : bool :=
  all (fun rc => if leaf_of rc is Free k _ then N.to_nat k < size rs else false) grid &&
  all (fun k => shows_all true k && shows_all false k) (iota 0 (size rs)).

End Choices.

Lemma mem_assignments M t : all (fun d => d < M) t -> t \in assignments M (size t).
Proof.
elim: t => [//|d t IH] /= /andP[dM /IH tM].
by apply/flattenP; exists [seq d :: u | u <- assignments M (size t)]; apply: map_f; rewrite ?mem_iota.
Qed.

Lemma choose_idx rs (Q : nat -> nat -> Prop) :
  (forall k, k < size rs -> exists2 i, i < nth 1 rs k & Q k i) ->
  exists x : idx rs, forall k, k < size rs -> Q k (get x k).
Proof.
elim: rs Q => [|r rs IH] Q ex; first by exists tt.
have [i ir Qi] := ex 0 isT; have [|x Qx] := IH (fun k => Q k.+1); first by move=> k kr; apply: (ex k.+1).
by exists (Ordinal ir, x) => -[|k] //; apply: Qx.
Qed.

(** ** Factors of a table *)

(** Not trusted: Bareiss elimination. A row and the column of its pivot, and the product of two pivots. *)
Fixpoint bareiss (fuel : nat) (before : Z) (m : seq (seq Z)) : seq (Z * seq Z * seq Z) :=
  if fuel is fuel'.+1 then
    if ohead [seq row <- m | has (fun x => ~~ Z.eqb x Z0) row] is Some row then
      let j := find (fun x => ~~ Z.eqb x Z0) row in
      let a := nth Z0 row j in
      let column := [seq nth Z0 r j | r <- m] in
      let step h r := zipw (fun x y => Z.div (Z.sub (Z.mul a x) (Z.mul h y)) before) r row in
      (Z.mul a before, column, row) :: bareiss fuel' a (zipw step column m)
    else [::]
  else [::].

(** [d * m i j] is the sum of [u_t i * v_t j]: d, the u as rows, the v as columns. *)
Definition in_factors (m : seq (seq Z)) : Z * seq (seq Z) * seq (seq Z) :=
  let terms := bareiss (size m) 1%coqZ m in
  let d := foldr (fun t => Z.lcm t.1.1) 1%coqZ terms in
  (d, [seq [seq Z.mul (nth Z0 t.1.2 i) (Z.div d t.1.1) | t <- terms] | i <- iota 0 (size m)],
      [seq [seq nth Z0 t.2 j | t <- terms] | j <- iota 0 (size m)]).

Fixpoint dotz (a b : seq Z) : Z :=
  match a, b with x :: a', y :: b' => Z.add (Z.mul x y) (dotz a' b') | _, _ => Z0 end.

(** The inner size of checked factors of an r x r table. *)
Definition inner_size (r : nat) (f : fn Z_eqType) : option nat :=
  let m := table_of 0%coqZ r f in
  let: (d, u, v) := in_factors m in
  let s := size (head [::] u) in
  if [&& fn_wf r f, ~~ Z.eqb d Z0, all (fun x => size x == s) u, all (fun x => size x == s) v,
         size u == r, size v == r &
         all (fun i => all (fun j => Z.eqb (dotz (nth [::] u i) (nth [::] v j))
                                       (Z.mul d (fn_at 0%coqZ f i j))) (iota 0 r)) (iota 0 r)]
  then Some s else None.

Fixpoint inner_sizes (k : nat) (rs : seq nat) (fs : factors Z_eqType) : option (seq nat) :=
  match rs with
  | [::] => if fs is [::] then Some [::] else None
  | r :: rs' =>
      let without := omap (cons 1) (inner_sizes k.+1 rs' fs) in
      if fs is (l, f) :: fs' then
        if N.to_nat l == k then
          match inner_size r f, inner_sizes k.+1 rs' fs' with
          | Some s, Some ss => Some (s :: ss)
          | _, _ => None
          end
        else without
      else without
  end.

Definition value_Z : network -> evidence -> option (value Z_eqType) :=
  @value_of Z_eqType 0%coqZ 1%coqZ Z.add Z.mul id.

(** The bound by the tables. *)
Definition point_bound (n : network) (ev : evidence) : option N :=
  if [&& 0 < n_M n, gout_size (n_shapes n) (n_H n) (n_W n) == (1, 1),
         0 < last (n_M n) (map channels (map base_of (n_shapes n))),
         all (all (leaf_ok (n_M n) (ev_ranks ev))) (ev_leaves ev) &
         complete n (ev_leaves ev) (ev_ranks ev)]
  then if value_Z n ev is Some v then
         omap (fun ss => powersN [seq (s, 1) | s <- ss]) (inner_sizes 0 (ev_ranks ev) (facs v))
       else None
  else None.

(** ** Soundness *)

Local Open Scope ring_scope.

Section Factors.

Variable K : fieldType.
Hypothesis char0 : [char K] =i pred0.
Let phi (z : Z) : K := (zint z)%:~R.

Lemma phiD a b : phi (Z.add a b) = phi a + phi b.
Proof. by rewrite /phi zintD rmorphD. Qed.
Lemma phiM a b : phi (Z.mul a b) = phi a * phi b.
Proof. by rewrite /phi zintM rmorphM. Qed.

Lemma phi_dotz s t : size s = size t ->
  phi (dotz s t) = \sum_(j < size s) phi (nth 0%coqZ s j) * phi (nth 0%coqZ t j).
Proof.
elim: s t => [|a s IH] [|b t] //=; first by rewrite big_ord0.
by move=> [e]; rewrite big_ord_recl phiD phiM IH.
Qed.

Lemma phi_neq0 d : ~~ Z.eqb d Z0 -> phi d != 0.
Proof.
rewrite /phi int_eq0 //; case: d => //= p _; rewrite ?oppr_eq0 eqz_nat -lt0n; apply/ltP; exact: Pos2Nat.is_pos.
Qed.

Lemma inner_size_factors r f s : inner_size r f = Some s ->
  exists (U : 'I_r -> 'I_s -> K) (V : 'I_s -> 'I_r -> K),
    forall i j : 'I_r, phi (fn_at 0%coqZ f i j) = \sum_t U i t * V t j.
Proof.
rewrite /inner_size; case: in_factors => [[d u] v]; set s' := size _; case: ifP => // H [<-] {s}.
have {H} [_ d0 us vs /andP[/eqP ur /andP[/eqP vr /allP ok]]] := and5P H.
exists (fun i t => phi (nth 0%coqZ (nth [::] u i) t) / phi d), (fun t j => phi (nth 0%coqZ (nth [::] v j) t)).
move=> i j; have := ok i; rewrite mem_iota ltn_ord => /(_ isT)/allP/(_ j); rewrite mem_iota ltn_ord.
move=> /(_ isT)/Z.eqb_eq/(congr1 phi).
have si : size (nth [::] u i) = s' by apply/eqP; apply: (all_nthP [::] us); rewrite ur.
have sj : size (nth [::] v j) = s' by apply/eqP; apply: (all_nthP [::] vs); rewrite vr.
rewrite phi_dotz ?si ?sj // phiM => e; apply: (mulfI (phi_neq0 d0)); rewrite -e mulr_sumr.
by apply: eq_bigr => t _; rewrite mulrA [phi d * _]mulrC divfK // phi_neq0.
Qed.

Lemma inner_sizes_keys k rs fs ss : inner_sizes k rs fs = Some ss ->
  all (fun lf : N * fn Z_eqType => k <= N.to_nat lf.1)%N fs.
Proof.
elim: rs k fs ss => [|r rs IH] k [|[l f] fs] ss //=; case: eqP => [-> |_].
  case: inner_size => // s; case E: inner_sizes => [ss'|] // _; rewrite leqnn /=.
  by apply: sub_all (IH _ _ _ E) => x; apply: ltnW.
case E: inner_sizes => [ss'|] // _; have := IH _ _ _ E.
by apply: (@sub_all _ _ _ _ ((l, f) :: fs)) => x; apply: ltnW.
Qed.

Lemma table_at_skip k r rs fs (x y : idx (r :: rs)) :
  all (fun lf : N * fn Z_eqType => k < N.to_nat lf.1)%N fs ->
  table_at 0%coqZ phi k fs x y = table_at 0%coqZ phi k.+1 fs x.2 y.2.
Proof.
move=> /allP al; rewrite /table_at big_seq [in RHS]big_seq; apply: eq_bigr => lf /al klf.
by rewrite -[in LHS](subnSK klf).
Qed.

Lemma inner_sizes_factors k rs fs ss : inner_sizes k rs fs = Some ss ->
  exists (U : idx rs -> idx ss -> K) (V : idx ss -> idx rs -> K),
    forall x y, table_at 0%coqZ phi k fs x y = \sum_J U x J * V J y.
Proof.
have pair (A B C D : finType) (f : A -> A -> K) (g : B -> B -> K) (U : A -> C -> K) V (U' : B -> D -> K) V' :
    (forall a b, f a b = \sum_t U a t * V t b) -> (forall a b, g a b = \sum_t U' a t * V' t b) ->
    forall x y : A * B, f x.1 y.1 * g x.2 y.2
      = \sum_(J : C * D) (U x.1 J.1 * U' x.2 J.2) * (V J.1 y.1 * V' J.2 y.2).
  move=> fE gE x y; rewrite fE gE big_distrlr pair_bigA; apply: eq_bigr => J _.
  by rewrite mulrACA.
elim: rs k fs ss => [|r rs IH] k fs ss.
  case: fs => //= -[<-]; exists (fun _ _ => 1), (fun _ _ => 1) => x y.
  by rewrite (big_pred1 tt) => [|[]//]; rewrite /table_at big_nil mulr1.
have skip ss' : inner_sizes k.+1 rs fs = Some ss' -> exists (U : idx (r :: rs) -> idx (1%N :: ss') -> K) V,
    forall x y, table_at 0%coqZ phi k fs x y = \sum_J U x J * V J y.
  move=> E; have [U [V UV]] := IH _ _ _ E.
  have one (a b : 'I_r) : 1 = \sum_(t : 'I_1) 1 * 1 :> K by rewrite big_ord1 mulr1.
  have := pair _ _ _ _ _ _ _ _ _ _ one UV => e.
  eexists; eexists => x y; rewrite table_at_skip ?(inner_sizes_keys E) //.
  by rewrite -[LHS]mul1r; apply: e.
rewrite [inner_sizes _ _ _]/=; case: fs skip => [|[l f] fs] skip.
  by case E: inner_sizes => [ss'|] // [<-]; apply: skip.
case: eqP => [lk|_]; last by case E: inner_sizes => [ss'|] // [<-]; apply: skip.
case F: inner_size => [s|] //; case E: inner_sizes => [ss'|] // [<-].
have [U [V UV]] := inner_size_factors F; have [U' [V' UV']] := IH _ _ _ E.
have e := pair _ _ _ _ _ _ _ _ _ _ UV UV'.
eexists; eexists => x y; rewrite (table_at_cons _ _ _ _ _ lk) ?(inner_sizes_keys E) //.
exact: e.
Qed.

End Factors.

Section Bound.

Variables (n : network) (ev : evidence).
Let P := @partition_of n.
Let rs := ev_ranks ev.
Hypothesis M_gt0 : (0 < n_M n)%N.
Hypothesis leaves_ok : all (all (leaf_ok (n_M n) rs)) (ev_leaves ev).
Hypothesis all_shown : complete n (ev_leaves ev) rs.

Lemma mem_grid (s : site (n_H n) (n_W n)) : (s.1 : nat, s.2 : nat) \in grid n.
Proof. by apply: allpairs_f; rewrite mem_iota ltn_ord. Qed.

Lemma chosen_exists (b : bool) (d : {ffun site (n_H n) (n_W n) -> 'I_(n_M n)}) :
  exists x : idx rs, forall s, (P s == b) -> chosen M_gt0 leaves_ok x s = d s.
Proof.
have /andP[/allP free /allP shown] := all_shown.
pose d' (rc : nat * nat) : nat :=
  if insub rc.1 is Some r then if insub rc.2 is Some c then d (r, c) : nat else 0%N else 0%N.
have d'M rc : (d' rc < n_M n)%N.
  by rewrite /d'; case: insub => [r|] //; case: insub.
have [|x xP] := @choose_idx rs (fun k i => forall rc, rc \in sites_of n (ev_leaves ev) b (N.of_nat k) ->
    template (leaf_of (ev_leaves ev) rc) (fun=> i) = d' rc).
  move=> k kr; set ss := sites_of _ _ _ _.
  have /allP all_rows : shows_all n (ev_leaves ev) rs b k.
    by have := shown k; rewrite mem_iota kr => /(_ isT)/andP[]; case: (b).
  have /all_rows/mapP[i] : [seq d' rc | rc <- ss] \in assignments (n_M n) (size ss).
    by rewrite -(size_map d') mem_assignments // all_map; apply/allP => rc _ /=.
  by rewrite mem_iota => /= ir e; exists i => // rc rcs; apply/esym; move/eq_in_map: e; apply.
exists x => s sb; apply/val_inj; rewrite /chosen ffunE /=.
have := free _ (mem_grid s); rewrite /leaf_of /=; case E: leaf_at => [//|k ts] kr.
have := xP _ kr (s.1 : nat, s.2 : nat); rewrite /leaf_of /= N2Nat.id E /= => ->; last first.
  rewrite mem_filter mem_grid andbT /leaf_of /= E /= N.eqb_refl andbT.
  by move: sb; rewrite /P /partition_of.
by rewrite /d' /= !valK -surjective_pairing.
Qed.

Lemma bound_by_tables (K : fieldType) v ss : [char K] =i pred0 ->
  gout_size (n_shapes n) (n_H n) (n_W n) = (1, 1)%N ->
  (0 < last (n_M n) (map channels (map base_of (n_shapes n))))%N ->
  value_Z n ev = Some v -> inner_sizes 0 rs (facs v) = Some ss ->
  (mat_rank P (point_tensor K 1 (ev_layers ev)) <= \prod_(s <- ss) s)%N.
Proof.
move=> char0 one c0 val sizes; pose phi (z : Z) : K := (zint z)%:~R.
have [U [V UV]] := inner_sizes_factors char0 sizes.
pose q0 : right_part (n_M n) P := [ffun=> Ordinal M_gt0].
pose p0 : left_part (n_M n) P := [ffun=> Ordinal M_gt0].
have [u uP] : exists u : left_part (n_M n) P -> idx rs,
    forall p s, P s == true -> chosen M_gt0 leaves_ok (u p) s = glue p q0 s.
  apply: (@fin_all_exists _ (fun=> idx rs)
    (fun p x => forall s, P s == true -> chosen M_gt0 leaves_ok x s = glue p q0 s)) => p.
  exact: chosen_exists.
have [w wP] : exists w : right_part (n_M n) P -> idx rs,
    forall q s, P s == false -> chosen M_gt0 leaves_ok (w q) s = glue p0 q s.
  apply: (@fin_all_exists _ (fun=> idx rs)
    (fun q x => forall s, P s == false -> chosen M_gt0 leaves_ok x s = glue p0 q s)) => q.
  exact: chosen_exists.
pose A := @point_tensor n K 1 (ev_layers ev).
have shownE p q : glue p q = shown M_gt0 leaves_ok (u p) (w q).
  apply/ffunP => s; rewrite /shown glue_restrict; case: ifP => Ps.
    by rewrite uP; [exact: (@glue_left _ _ P p q q0 s Ps) | rewrite /P Ps].
  by rewrite wP; [apply: (@glue_right _ _ P p p0 q s); rewrite /P Ps | rewrite /P Ps].
rewrite /mat_rank (rank2_ext (g := fun p q => A (shown M_gt0 leaves_ok (u p) (w q)))); last first.
  by move=> p q; rewrite shownE.
apply: leq_trans (rank2_subst u w (fun x y => A (shown M_gt0 leaves_ok x y))) _.
rewrite (rank2_ext (g := fun x y => \sum_J (phi (scal v) * U x J) * V J y)).
  by apply: leq_trans (rank2_sum _ _) _; rewrite card_idx.
move=> x y; have zr1 z : phi (id z) = (zint z)%:~R * ((zint 1)%:~R)^-1 :> K by rewrite invr1 mulr1.
rewrite /A /point_tensor (shown_tensor (phi := phi) _ _ (@phiD K) (@phiM K) zr1 M_gt0 leaves_ok x y one c0 val) //.
by rewrite UV mulr_sumr; apply: eq_bigr => J _; rewrite mulrA.
Qed.

End Bound.

Theorem point_bound_sound (n : network) (ev : evidence) (b : N) :
  point_bound n ev = Some b -> point_rank_at_most n 1 (ev_layers ev) (N.to_nat b).
Proof.
rewrite /point_bound; case: ifP => // /and5P[M0 /eqP one c0 leaves all_shown].
case val: value_Z => [v|] //; case sizes: inner_sizes => [ss|] //= [<-] K char0.
apply: leq_trans (bound_by_tables M0 leaves all_shown char0 one c0 val sizes) _.
rewrite powersN_prod big_map /= leq_eqVlt; apply/orP; left; apply/eqP; apply: eq_bigr => s _.
by rewrite expn1.
Qed.

Section Claims.

Variables (n : network) (v : nat) (vs : powers).
Hypothesis v_is : is_value v vs.

Theorem certified_tables (layers : seq (seq entry)) (leaves : seq (seq leaf)) (gs : powers) :
  (if point_bound n (Evidence 1 layers leaves (ranks_of gs)) is Some b then N.leb b (powersN vs) else false) ->
  point_rank_at_most n 1 layers v.
Proof.
case E: point_bound => [b|] // /leb_nat; rewrite powersN_prod -v_is => le K char0.
exact: leq_trans (point_bound_sound E char0) le.
Qed.

End Claims.
