(** * Upper bounds by separating sets, in binary numbers

    The sum over all degrees, and the simpler product with every degree maximal (THEORY 9): what
    docs/certificate.md calls the forms "sum" and "product". *)

From Coq Require Import NArith ZArith Lia.
From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Parameters Generic Compute Geometry.
From Overlap Require Import Checker Sound Certified Exact Claims Monomials Expand Separator Cut CutSound.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Binomial coefficients: a row of Pascal's triangle *)

Fixpoint sums (x : N) (row : seq N) : seq N :=
  if row is y :: row' then N.add x y :: sums y row' else [:: x].

Definition pascal (n : nat) : seq N := iter n (sums 0%num) [:: 1%num].
Definition binN (n k : nat) : N := nth 0%num (pascal n) k.

Lemma nth_sums x row k :
  nth 0%num (sums x row) k = N.add (nth 0%num (x :: row) k) (nth 0%num row k).
Proof.
by elim: row x k => [|y row IH] x [|k] //=; rewrite ?N.add_0_r ?nth_nil.
Qed.

Lemma binN_bin n k : N.to_nat (binN n k) = 'C(n, k).
Proof.
elim: n k => [|n IH] k; first by case: k => [|[|k]].
rewrite /binN /= nth_sums N2Nat.inj_add -/(binN n k) IH; case: k => [|k]; first by rewrite !bin0.
by rewrite /= -/(pascal n) -/(binN n k) IH binS addnC.
Qed.

Definition sumN (s : seq N) : N := foldr N.add 0%num s.

Lemma sumN_sumn s : N.to_nat (sumN s) = sumn (map N.to_nat s).
Proof. by elim: s => //= x s IH; rewrite N2Nat.inj_add IH. Qed.

(** ** Degrees as lists *)

Lemma eq_shift m (e e' a a' : nat -> nat) : e =1 e' -> a =1 a' -> shift m e a =1 shift m e' a'.
Proof. by move=> ee aa w; rewrite /shift ee aa. Qed.

Lemma cbound_ext (kd kd' : nat -> kind) (D D' : nat -> nat) (eP eP' eQ eQ' : nat -> nat -> nat)
    U (aP aP' aQ aQ' : nat -> nat) :
  {in U, kd =1 kd'} -> {in U, D =1 D'} ->
  {in U, forall k, eP k =1 eP' k} -> {in U, forall k, eQ k =1 eQ' k} ->
  aP =1 aP' -> aQ =1 aQ' -> cbound kd D eP eQ U aP aQ = cbound kd' D' eP' eQ' U aP' aQ'.
Proof.
elim: U aP aP' aQ aQ' => [//|v U IH] aP aP' aQ aQ' kdE DE ePE eQE aPE aQE.
have vU := mem_head v U; cbn [cbound]; rewrite kdE // DE // aPE aQE.
have sub k : k \in U -> k \in v :: U by rewrite inE orbC => ->.
have IH' := IH _ _ _ _ (fun k kU => kdE k (sub k kU)) (fun k kU => DE k (sub k kU))
  (fun k kU => ePE k (sub k kU)) (fun k kU => eQE k (sub k kU)).
case: (kd' v) => [|sd|sd]; rewrite ?(IH' aP aP' aQ aQ') //.
congr sumn; apply: eq_map => i; congr sumn; apply: eq_map => j.
by rewrite (IH' _ (shift (i + j) (eP' v) aP') _ (shift (i + j) (eQ' v) aQ')) //;
  apply: eq_shift => //; [apply: ePE | apply: eQE].
Qed.

Definition shift_list (m : nat) (e a : seq nat) : seq nat := dadd a [seq m * x | x <- e].

Lemma deg_shift_list m e a : deg (shift_list m e a) =1 shift m (deg e) (deg a).
Proof.
move=> k; rewrite /shift_list deg_dadd /shift; congr (_ + _); rewrite /deg.
case: (ltnP k (size e)) => lt; first by rewrite (nth_map 0).
by rewrite !nth_default ?size_map // muln0.
Qed.

Section Bounds.

Variables (kd : nat -> kind) (D : nat -> nat) (lP lQ : nat -> seq nat).
Let eP k := deg (lP k).
Let eQ k := deg (lQ k).

(** Monomials of degree i, and of degree at most k, in d variables. *)
Definition monosN (d i : nat) : N := binN (d + i - 1) i.
Definition uptoN (d k : nat) : N := sumN [seq monosN d i | i <- iota 0 k.+1].
Definition upto (d k : nat) : nat := sumn [seq 'C(d + i - 1, i) | i <- iota 0 k.+1].

Lemma uptoN_upto d k : N.to_nat (uptoN d k) = upto d k.
Proof. by rewrite sumN_sumn -map_comp; congr sumn; apply: eq_map => i; apply: binN_bin. Qed.

(** ** The sum *)

Fixpoint sboundN (U : seq nat) (aP aQ : seq nat) : N :=
  if U is v :: U' then
    match kd v with
    | Mixed =>
        sumN [seq sumN [seq N.mul (N.mul (monosN (D v) i) (monosN (D v) j))
                (sboundN U' (shift_list (i + j) (lP v) aP) (shift_list (i + j) (lQ v) aQ))
              | j <- iota 0 (deg aQ v).+1] | i <- iota 0 (deg aP v).+1]
    | Pure sd => N.mul (uptoN (D v) (deg (if sd then aQ else aP) v)) (sboundN U' aP aQ)
    | OneHot sd =>
        N.mul (N.of_nat (if deg (if sd then aQ else aP) v == 0 then 1 else D v)) (sboundN U' aP aQ)
    end
  else 1%num.

Lemma deg_if (sd : bool) (a b : seq nat) v :
  deg (if sd then a else b) v = if sd then deg a v else deg b v.
Proof. by case: sd. Qed.

Lemma sboundN_cbound U aP aQ : N.to_nat (sboundN U aP aQ) = cbound kd D eP eQ U (deg aP) (deg aQ).
Proof.
elim: U aP aQ => [//|v U IH] aP aQ; cbn [sboundN cbound]; case: (kd v) => [|sd|sd].
- rewrite sumN_sumn -map_comp; congr sumn; apply: eq_map => i; rewrite [LHS]sumN_sumn -map_comp.
  congr sumn; apply: eq_map => j; rewrite [LHS]/= !N2Nat.inj_mul !binN_bin IH; congr (_ * _).
  by apply: cbound_ext => //; apply: deg_shift_list.
- by rewrite N2Nat.inj_mul uptoN_upto IH deg_if.
- by rewrite N2Nat.inj_mul Nat2N.id IH deg_if.
Qed.

(** ** The product *)

Fixpoint pbound (U : seq nat) (aP aQ : nat -> nat) : nat :=
  if U is v :: U' then
    match kd v with
    | Mixed => upto (D v) (aP v) * upto (D v) (aQ v)
                 * pbound U' (shift (aP v + aQ v) (eP v) aP) (shift (aP v + aQ v) (eQ v) aQ)
    | Pure sd => upto (D v) (if sd then aQ v else aP v) * pbound U' aP aQ
    | OneHot sd => (if (if sd then aQ v else aP v) == 0 then 1 else D v) * pbound U' aP aQ
    end
  else 1.

Lemma pbound_ext U aP aP' aQ aQ' : aP =1 aP' -> aQ =1 aQ' -> pbound U aP aQ = pbound U aP' aQ'.
Proof.
elim: U aP aP' aQ aQ' => [//|v U IH] aP aP' aQ aQ' PE QE; cbn [pbound]; rewrite PE QE.
rewrite (IH aP aP' aQ aQ') //; case: (kd v) => // [].
by congr (_ * _); apply: IH; apply: eq_shift.
Qed.

Fixpoint pboundN (U : seq nat) (aP aQ : seq nat) : N :=
  if U is v :: U' then
    match kd v with
    | Mixed =>
        let dP := deg aP v in let dQ := deg aQ v in
        N.mul (N.mul (uptoN (D v) dP) (uptoN (D v) dQ))
          (pboundN U' (shift_list (dP + dQ) (lP v) aP) (shift_list (dP + dQ) (lQ v) aQ))
    | Pure sd => N.mul (uptoN (D v) (deg (if sd then aQ else aP) v)) (pboundN U' aP aQ)
    | OneHot sd =>
        N.mul (N.of_nat (if deg (if sd then aQ else aP) v == 0 then 1 else D v)) (pboundN U' aP aQ)
    end
  else 1%num.

Lemma pboundN_pbound U aP aQ : N.to_nat (pboundN U aP aQ) = pbound U (deg aP) (deg aQ).
Proof.
elim: U aP aQ => [//|v U IH] aP aQ; cbn [pboundN pbound]; case: (kd v) => [|sd|sd].
- rewrite !N2Nat.inj_mul !uptoN_upto IH; congr (_ * _).
  by apply: pbound_ext; apply: deg_shift_list.
- by rewrite N2Nat.inj_mul uptoN_upto IH deg_if.
- by rewrite N2Nat.inj_mul Nat2N.id IH deg_if.
Qed.

Lemma upto_mono d k k' : k <= k' -> upto d k <= upto d k'.
Proof. by move=> kk'; rewrite /upto -(subnKC kk') -addSn iotaD map_cat sumn_cat leq_addr. Qed.

Lemma shift_mono m m' (e a a' : nat -> nat) w :
  m <= m' -> a w <= a' w -> shift m e a w <= shift m' e a' w.
Proof. by move=> mm' aa'; rewrite /shift leq_add // leq_mul2r mm' orbT. Qed.

Lemma one_hot_mono' (d a a' : nat) : 0 < d -> a <= a' ->
  (if a == 0 then 1 else d) <= (if a' == 0 then 1 else d).
Proof. by case: a a' => [|a] [|a']. Qed.

Lemma side_mono (sd : bool) (a a' b b' : nat) : a <= a' -> b <= b' ->
  (if sd then b else a) <= (if sd then b' else a').
Proof. by case: sd. Qed.

Lemma pbound_mono U aP aP' aQ aQ' : all (fun v => 0 < D v) U ->
  (forall w, aP w <= aP' w) -> (forall w, aQ w <= aQ' w) -> pbound U aP aQ <= pbound U aP' aQ'.
Proof.
elim: U aP aP' aQ aQ' => [//|v U IH] aP aP' aQ aQ' /andP[Dv DU] leP leQ; cbn [pbound].
case: (kd v) => [|sd|sd].
- rewrite leq_mul ?leq_mul ?upto_mono // IH // => w; apply: shift_mono => //; exact: leq_add.
- by rewrite leq_mul ?IH // upto_mono // side_mono.
- by rewrite leq_mul ?IH // one_hot_mono' // side_mono.
Qed.

Lemma sumn_le m (f g : nat -> nat) c : (forall i, i <= m -> f i <= g i * c) ->
  sumn [seq f i | i <- iota 0 m.+1] <= sumn [seq g i | i <- iota 0 m.+1] * c.
Proof.
move=> le; rewrite !sumnE !big_map big_distrl big_seq [leqRHS]big_seq.
by apply: leq_sum => i; rewrite mem_iota ltnS => /le.
Qed.

Lemma cbound_pbound U aP aQ : all (fun v => 0 < D v) U ->
  cbound kd D eP eQ U aP aQ <= pbound U aP aQ.
Proof.
elim: U aP aQ => [//|v U IH] aP aQ /andP[Dv DU]; cbn [cbound pbound]; case: (kd v) => [|sd|sd].
- rewrite -mulnA; apply: sumn_le => i iP; rewrite mulnCA; apply: sumn_le => j jQ.
  rewrite mulnCA mulnA leq_mul2l; apply/orP; right; apply: leq_trans (IH _ _ DU) _.
  by apply: pbound_mono => // w; apply: shift_mono => //; apply: leq_add.
- by rewrite leq_mul ?IH.
- by rewrite leq_mul ?IH.
Qed.

End Bounds.

(** ** The bound of a separating set: by the sum or by the product *)

Definition channels_ok (M : nat) (ss : seq gshape) (S : seq vertex) : bool :=
  all (fun v : vertex => 0 < last M (map channels (map base_of (take v.1.1 ss)))) S.

(** What the forward pass says of the vertices of S is computed once. *)
Definition cut_boundN (sum : bool) H W M P ss S on_Q : N :=
  let ts := all_tables H W P ss S on_Q in
  let root := root_of ss ts in
  let infos := [seq (vertex_of S k, info_of ts (vertex_of S k)) | k <- iota 0 (size S)] in
  let info k := nth ((0, 0, 0), no_info) infos k in
  let kd k := kind_of P (info k).1 (info k).2 in
  let D k := last M (map channels (map base_of (take (info k).1.1.1 ss))) in
  let e sd k := sel sd (i_part (info k).2) in
  let go := (if sum then sboundN else pboundN) kd D (e true) (e false) in
  let n := size S in
  match i_num root with
  | Some _ => go (iota 1 n.-1) (i_part root).1 (i_part root).2
  | None => go (iota 0 n) (if i_side root then i_deg root else [::])
                          (if i_side root then [::] else i_deg root)
  end.

Lemma cut_bound_le sum H W M P ss S on_Q : channels_ok M ss S ->
  cut_bound H W M P ss S on_Q <= N.to_nat (cut_boundN sum H W M P ss S on_Q).
Proof.
move=> /all_nthP chan; rewrite /cut_bound /cut_boundN.
set ts := all_tables _ _ _ _ _ _; set infos := [seq _ | k <- _]; set info := nth _ infos.
have infoE k : k < size S -> info k = (vertex_of S k, info_of ts (vertex_of S k)).
  by move=> kn; rewrite /info /infos nth_iota_map kn.
set kd := fun k => kind_of P (info k).1 (info k).2.
set D := fun k => last M _; set D' := fun k => last M (map channels (map base_of (take (info k).1.1.1 ss))).
have main U (aP aQ : nat -> nat) bP bQ : (forall k, k \in U -> k < size S) ->
    aP =1 deg bP -> aQ =1 deg bQ ->
    cbound (fun k => kind_of P (vertex_of S k) (info_of ts (vertex_of S k))) D
      (fun k => deg (sel true (i_part (info_of ts (vertex_of S k)))))
      (fun k => deg (sel false (i_part (info_of ts (vertex_of S k))))) U aP aQ
    <= N.to_nat ((if sum then sboundN else pboundN) kd D' (fun k => sel true (i_part (info k).2))
         (fun k => sel false (i_part (info k).2)) U bP bQ).
  move=> lt PE QE; rewrite (cbound_ext (kd' := kd) (D' := D') (aP' := deg bP) (aQ' := deg bQ)
    (eP' := fun k => deg (sel true (i_part (info k).2)))
    (eQ' := fun k => deg (sel false (i_part (info k).2)))) //; last 4 first.
  - by move=> k /lt kn; rewrite /kd infoE.
  - by move=> k /lt kn; rewrite /D' infoE.
  - by move=> k /lt kn w; rewrite infoE.
  - by move=> k /lt kn w; rewrite infoE.
  case: (sum); first by rewrite sboundN_cbound.
  rewrite pboundN_pbound; apply: cbound_pbound; apply/allP => k /lt kn.
  by rewrite /D' infoE //; apply: (chan (0, 0, 0)).
have nil : (fun=> 0) =1 deg [::] by move=> k; rewrite /deg nth_nil.
case: (i_num _) => [k|]; last first.
  by case: (i_side _); apply: main => // k; rewrite mem_iota.
apply: main => // k'; rewrite mem_iota => /andP[k1].
by case: (size S) => [|m]; rewrite ?addn0 ?add1n // ltnS leqNgt k1.
Qed.

Section Claims.

Variables (n : Checker.network) (v : nat) (vs : powers) (sum : bool) (S on_Q : seq vertex).
Hypothesis v_is : is_value v vs.
Let P := in_boxes (n_P n).

(** A separating set bounds the rank from above for all parameters, over every field. *)
Theorem certified_cut :
  [&& cut_ok (n_H n) (n_W n) (n_M n) P (n_shapes n) S on_Q, channels_ok (n_M n) (n_shapes n) S &
      N.leb (cut_boundN sum (n_H n) (n_W n) (n_M n) P (n_shapes n) S on_Q) (powersN vs)] ->
  rank_at_most n v.
Proof.
move=> /and3P[ok chan /leb_nat]; rewrite powersN_prod -v_is => le K net shp.
rewrite -shp in ok chan le; apply: leq_trans (cut_sound ok) _.
exact: leq_trans (cut_bound_le _ _ _ _ _ chan) le.
Qed.

End Claims.
