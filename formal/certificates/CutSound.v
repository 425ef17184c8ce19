(** * The checked upper bound *)

From mathcomp Require Import all_ssreflect all_algebra.
From Overlap Require Import Rank2 Network Evaluation Geometry.
From Overlap Require Import Monomials Expand Separator Cut.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.

(** ** The checker, continued *)

Section Check.

Variables (H W M : nat) (P : nat -> nat -> bool) (ss : seq gshape) (S on_Q : seq vertex).

Definition all_tables : seq itable := tables S on_Q 0 ss H W (site_table S P H W).
Definition info_of (ts : seq itable) (v : vertex) : info := info_look (nth [::] ts v.1.1) v.1.2 v.2.
Definition vertex_of (k : nat) : vertex := nth (0, 0, 0) S k.
Definition kind_of (v : vertex) (i : info) : kind :=
  if v.1.1 is 0 then OneHot (P v.1.2 v.2)
  else if (i_pure i).1 then Pure true else if (i_pure i).2 then Pure false else Mixed.
Definition grid_at (l : nat) : nat * nat := gout_size (take l ss) H W.

(** Vertex k exists, and is made of later vertices of S only. *)
Definition vertex_ok (ts : seq itable) (k : nat) : bool :=
  let v := vertex_of k in let i := info_of ts v in
  [&& v.1.1 <= size ss, v.1.2 < (grid_at v.1.1).1, v.2 < (grid_at v.1.1).2, i_ok i &
      all (fun j => (nth 0 (i_part i).1 j == 0) && (nth 0 (i_part i).2 j == 0)) (iota 0 k.+1)].

Definition root_of (ts : seq itable) : info := info_look (nth [::] ts (size ss)) 0 0.

Definition cut_ok : bool :=
  let ts := all_tables in let root := root_of ts in
  [&& (gout_size ss H W == (1, 1)), 0 < last M (map channels (map base_of ss)), 0 < size ss, i_ok root,
      all (vertex_ok ts) (iota 0 (size S)) &
      if i_num root is Some k then k == 0 else true].

(** The mirror of [bound], without big operators; eP, eQ list degrees. *)
Variables (kd : nat -> kind) (D : nat -> nat) (eP eQ : nat -> nat -> nat).
Fixpoint cbound (U : seq nat) (aP aQ : nat -> nat) : nat :=
  if U is v :: U' then
    match kd v with
    | Mixed => sumn [seq sumn [seq 'C(D v + i - 1, i) * 'C(D v + j - 1, j)
                  * cbound U' (shift (i + j) (eP v) aP) (shift (i + j) (eQ v) aQ) | j <- iota 0 (aQ v).+1]
                | i <- iota 0 (aP v).+1]
    | Pure sd => sumn [seq 'C(D v + j - 1, j) | j <- iota 0 (if sd then aQ v else aP v).+1] * cbound U' aP aQ
    | OneHot sd => (if (if sd then aQ v else aP v) == 0 then 1 else D v) * cbound U' aP aQ
    end
  else 1.

Local Arguments iota : simpl never.
Lemma cbound_bound U aP aQ : cbound U aP aQ = bound D kd eP eQ U aP aQ.
Proof.
elim: U aP aQ => [//|v U IH] aP aQ; cbn [cbound bound]; case: (kd v) => [|sd|sd]; last by rewrite IH.
  rewrite sumnE big_map; apply: eq_bigr => i _; rewrite sumnE big_map; apply: eq_bigr => j _.
  by rewrite IH.
by rewrite sumnE big_map IH.
Qed.

End Check.

Definition cut_bound H W M P ss S on_Q : nat :=
  let ts := all_tables H W P ss S on_Q in
  let root := root_of ss ts in
  let kd k := kind_of P (vertex_of S k) (info_of ts (vertex_of S k)) in
  let D k := last M (map channels (map base_of (take (vertex_of S k).1.1 ss))) in
  let e sd k := deg (sel sd (i_part (info_of ts (vertex_of S k)))) in
  let go := cbound kd D (e true) (e false) in
  let n := size S in
  match i_num root with
  | Some _ => go (iota 1 n.-1) (deg (i_part root).1) (deg (i_part root).2)
  | None => go (iota 0 n) (if i_side root then deg (i_deg root) else fun=> 0)
                          (if i_side root then fun=> 0 else deg (i_deg root))
  end.

(** ** The theorem *)

Local Open Scope ring_scope.

Section Proof.

Variables (K : fieldType) (H W M : nat) (P : nat -> nat -> bool) (S on_Q : seq vertex).
Variable net : seq (glayer K).
Hypothesis ok : cut_ok H W M P (gshapes net) S on_Q.
Let ss := gshapes net.
Let ts := all_tables H W P ss S on_Q.
Let n := size S.
Let zz := z (H := H) (W := W) (M := M) (P := P) S net.
Let DD := D M S net.
Let info k := info_of ts (vertex_of S k).
Let kd k := kind_of P (vertex_of S k) (info k).
Let eP k := deg (i_part (info k)).1.
Let eQ k := deg (i_part (info k)).2.
Let half sd k c p q :=
  let: (l, u, v) := vertex_of S k in @part K H W M P on_Q net l.-1 u v sd c p q.

Lemma tables_true j : (j <= size net)%N -> true_table H W M P S on_Q net j (nth [::] ts j).
Proof. exact: true_tables. Qed.

Lemma info_step l u v : (l < size net)%N ->
  (u < (size_at H W net l.+1).1)%N -> (v < (size_at H W net l.+1).2)%N ->
  info_look (nth [::] ts l.+1) u v
  = location_info S on_Q P l.+1 (nth (l0 K) net l) (size_at H W net l).1 (size_at H W net l).2
      (nth [::] ts l) u v.
Proof.
move=> lt uh vw; rewrite /ts /all_tables (tables_step S on_Q (l0 K : gshape)) ?size_map // add0n.
rewrite /ss /gshapes (nth_map (l0 K)) // -/(gshapes net) -/(size_at H W net l).
by move: uh vw; rewrite size_step // => uh vw; rewrite /info_look (next_tableE _ _ P) look_map uh look_map vw.
Qed.

Lemma vertex_facts k l u v : (k < n)%N -> vertex_of S k = (l, u, v) ->
  [/\ (l <= size net)%N, (u < (size_at H W net l).1)%N, (v < (size_at H W net l).2)%N,
      i_ok (info_look (nth [::] ts l) u v) &
      forall j, (j <= k)%N -> nth 0%N (i_part (info k)).1 j = 0%N /\ nth 0%N (i_part (info k)).2 j = 0%N].
Proof.
move=> kn E; have /and5P[_ _ _ _ /andP[/allP vok _]] := ok.
have : vertex_ok H W ss S ts k by apply: vok; rewrite mem_iota.
move=> /and5P[lss uh vw iok /allP zero]; rewrite /info_of E in lss uh vw iok.
split; rewrite -?(size_map (@gshape_of K)) // => j jk.
by have := zero j; rewrite mem_iota ltnS jk => /(_ isT)/andP[/eqP-> /eqP->].
Qed.

(** Parts of a vertex of S, as functions of later vertices. *)
Lemma half_cls sd k c : (k < n)%N -> (0 < (vertex_of S k).1.1)%N ->
  cls DD zz sd (iota k.+1 (n - k.+1)) (if sd then eP k else eQ k) (half sd k c).
Proof.
move=> kn; case E: (vertex_of S k) => [[[|l] u] v] // _.
have [lss uh vw iok zero] := vertex_facts kn E; rewrite /half E.
have iE : info k = info_look (nth [::] ts l.+1) u v by rewrite /info /info_of E.
have := iok; rewrite info_step // => /andP[oks _].
apply: (@cls_restrict _ _ _ _ _ _ _ (iota 0 n)) => [w|].
  rewrite !mem_iota /= add0n => wn; case: (leqP w k) => [wk|kw] pos.
    have [zP zQ] := zero w wk.
    by move: pos; rewrite /eP /eQ /deg; case: (sd); rewrite ?zP ?zQ.
  by rewrite ?kw subnKC.
have := part_cls (tables_true (ltnW lss)) sd c oks.
by rewrite /eP /eQ iE info_step //; case: (sd).
Qed.

Lemma good k : (k < n)%N ->
  good_vertex DD zz kd (half true) (half false) eP eQ k (iota k.+1 (n - k.+1)).
Proof.
move=> kn; have hcls sd c := @half_cls sd k c kn.
have zE c p q : zz k c p q = let: (l, u, v) := vertex_of S k in @value_at K H W M P net l p q u v c.
  by rewrite /zz /z /vertex_of /v0; case: (nth _ S k) => [[l u] v].
have DE : DD k = channels_at M net (vertex_of S k).1.1 by [].
rewrite /good_vertex /kd; case E: (vertex_of S k) hcls zE DE => [[l u] v] hcls zE DE.
have [lss uh vw iok _] := vertex_facts kn E; have [_ _ _ pure] := tables_true lss uh vw iok.
have iE : info k = info_look (nth [::] ts l) u v by rewrite /info /info_of E.
rewrite iE /kind_of /half E.
case: l E lss uh vw iok hcls zE DE pure iE => [|l] E lss uh vw iok hcls zE DE pure iE /=.
  have uH : (u < H)%N by move: uh; rewrite /size_at take0.
  have vW : (v < W)%N by move: vw; rewrite /size_at take0.
  have hot p q c : zz k c p q = (glue p q (Ordinal uH, Ordinal vW) == c :> nat)%:R.
    by rewrite zE /value_at take0 /= -one_hot_at.
  split=> [c _|p q].
    have := @site_one_sided K H W M P net u v c; rewrite /one_sided.
    by case: (P u v) => side; move=> p p' q; rewrite !zE; apply: side.
  by exists (glue p q (Ordinal uH, Ordinal vW)); rewrite ?DE // /channels_at take0.
case E1: (i_pure _).1.
  move=> c cD; have := pure true E1 c; rewrite -DE => /(_ cD) side p q q'.
  by rewrite !zE; apply: side.
case E2: (i_pure _).2.
  move=> c cD; have := pure false E2 c; rewrite -DE => /(_ cD) side p p' q.
  by rewrite !zE; apply: side.
move=> c cD; split=> [||p q]; first by have := hcls true c isT; rewrite /half E.
  by have := hcls false c isT; rewrite /half E.
by rewrite zE /= (part_split on_Q lss).
Qed.

Lemma good_from k m : (k + m = n)%N -> good_order DD zz kd (half true) (half false) eP eQ (iota k m).
Proof.
elim: m k => [//|m IH] k kmn /=; split; last by apply: IH; rewrite addSnnS.
have kn : (k < n)%N by rewrite -kmn addnS ltnS leq_addr.
by have := good kn; rewrite -{1}kmn addnS subSS addKn.
Qed.

End Proof.

Theorem cut_sound (K : fieldType) (H W M : nat) (P : nat -> nat -> bool) (S on_Q : seq vertex)
    (net : seq (glayer K)) :
  cut_ok H W M P (gshapes net) S on_Q ->
  (mat_rank (fun s : site H W => P s.1 s.2) (ggrid_tensor net H W M)
     <= cut_bound H W M P (gshapes net) S on_Q)%N.
Proof.
move=> ok; have /and5P[/eqP one c0 L0 rok /andP[vok root0]] := ok.
pose ts := all_tables H W P (gshapes net) S on_Q.
have top : size_at H W net (size net) = (1, 1)%N.
  by rewrite /size_at take_oversize ?size_map.
have r1 : (0 < (size_at H W net (size net)).1)%N by rewrite top.
have r2 : (0 < (size_at H W net (size net)).2)%N by rewrite top.
have chan : channels_at M net (size net) = last M (map channels (map base_of (gshapes net))).
  by rewrite /channels_at take_oversize ?size_map.
have rE : root_of (gshapes net) ts = info_look (nth [::] ts (size net)) 0 0 by rewrite /root_of size_map.
have rok' : i_ok (info_look (nth [::] ts (size net)) 0 0) by rewrite -rE.
have [num side cl _] := @tables_true K H W M P S on_Q net (size net) (leqnn _) 0%N 0%N r1 r2 rok'.
rewrite /mat_rank (rank2_ext (g := fun p q => @value_at K H W M P net (size net) p q 0%N 0%N 0%N)); last first.
  by move=> p q; rewrite /value_at take_size.
rewrite /cut_bound -/ts rE; case E: (i_num _) num cl => [k|] num cl; last first.
  have {}cl := cl erefl 0%N; rewrite chan in cl; have {}cl := cl c0 _ (introT orP (or_intror (eqxx _))).
  rewrite !cbound_bound; set sd := i_side _ in cl *.
  have gd := good_from ok (add0n _).
  case: (sd) cl => cl.
    rewrite (rank2_ext (g := fun p q => value_at net (size net) p q 0%N 0%N 0%N * 1)) => [|p q]; last by rewrite mulr1.
    exact: (rank_bound (iota_uniq _ _) gd cl (cls_cst _ _ _ _ _ _)).
  rewrite (rank2_ext (g := fun p q => 1 * value_at net (size net) p q 0%N 0%N 0%N)) => [|p q]; last by rewrite mul1r.
  exact: (rank_bound (iota_uniq _ _) gd (cls_cst _ _ _ _ _ _) cl).
have k0 : k = 0%N by move: root0; rewrite rE E => /eqP.
have [kn kS] := numberP (esym num); rewrite k0 in kn kS.
have vS : vertex_of S 0 = (size net, 0, 0)%N by rewrite /vertex_of -[RHS]kS.
have l0' : (0 < (vertex_of S 0).1.1)%N by rewrite vS; rewrite size_map in L0.
have gd := good_from ok (subnKC kn).
have cP := half_cls ok true 0%N kn l0'; have cQ := half_cls ok false 0%N kn l0'.
rewrite !cbound_bound -subn1; rewrite vS in cP cQ.
rewrite size_map in L0; have lt : ((size net).-1 < size net)%N by rewrite prednK.
rewrite (rank2_ext (g := fun p q => part on_Q net (size net).-1 0%N 0%N true 0%N p q
                                     * part on_Q net (size net).-1 0%N 0%N false 0%N p q)).
  exact: (rank_bound (iota_uniq _ _) gd cP cQ).
by move=> p q; rewrite -(part_split on_Q lt) prednK.
Qed.

