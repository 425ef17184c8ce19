(** * The whole decision: a claim with its evidence, as one function that computes

    What `make checker` extracts. [accepts_sound] is all that has to be known of it: the extracted
    program prints VALID where [accepts] is true. *)

From Coq Require Import NArith ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Parameters Generic Compute Geometry.
From Overlap Require Import Checker Sound Certified Exact Claims Separator CutSound CutClaims Point.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Delimit Scope Z_scope with coqZ.

(** From below: a modulus, an assignment over one denominator, the sites, and the ranks of the blocks as
    powers. *)
Record lower := Lower {
  l_modulus : Z; l_den : Z; l_layers : seq (seq entry); l_leaves : seq (seq leaf); l_powers : powers }.

(** From above: by the size of the matrix, or by a separating set (the sum or not; the set; the
    locations that are labelled Q). *)
Inductive upper := BySize | ByCut of bool & seq vertex & seq vertex.

(** At an assignment of integers also by its tables: all choices of the sites, and the sizes of the blocks
    as powers. *)
Inductive upper_point := ForAll of upper | ByTables of seq (seq leaf) & powers.

(** The groups of every layer divide its channels, and those below. *)
Fixpoint groups_ok (ss : seq gshape) (cin : nat) : bool :=
  if ss is s :: ss' then
    [&& 0 < groups s, groups s %| channels s, groups s %| cin & groups_ok ss' (channels s)]
  else true.

(** What is claimed of almost all parameters; of all of them; at the assignment of the evidence. *)
Inductive proof :=
  | Below of lower | Above of upper | Both of lower & upper
  | BelowPoint of lower | BothPoint of lower & upper_point.

Section Claim.

Variables (n : network) (vs : powers).

Definition accepts_lower (l : lower) : bool :=
  [&& Z.ltb 1%coqZ (l_modulus l),
      check_mod (l_modulus l) n (Evidence (l_den l) (l_layers l) (l_leaves l) (ranks_of (l_powers l))) &
      N.leb (powersN vs) (powersN (l_powers l))].

Definition accepts_upper (u : upper) : bool :=
  match u with
  | BySize => N.leb (sizeN n) (powersN vs)
  | ByCut sum U on_Q =>
      let P := in_boxes (n_P n) in
      [&& cut_ok (n_H n) (n_W n) (n_M n) P (n_shapes n) U on_Q, channels_ok (n_M n) (n_shapes n) U &
          N.leb (cut_boundN sum (n_H n) (n_W n) (n_M n) P (n_shapes n) U on_Q) (powersN vs)]
  end.

Definition accepts_upper_point (l : lower) (u : upper_point) : bool :=
  match u with
  | ForAll u => accepts_upper u
  | ByTables leaves gs =>
      Z.eqb (l_den l) 1%coqZ &&
      if point_bound n (Evidence 1%coqZ (l_layers l) leaves (ranks_of gs)) is Some b
      then N.leb b (powersN vs) else false
  end.

Definition accepts (p : proof) : bool :=
  groups_ok (n_shapes n) (n_M n) &&
  match p with
  | Below l | BelowPoint l => accepts_lower l
  | Above u => accepts_upper u
  | Both l u => accepts_lower l && accepts_upper u
  | BothPoint l u => accepts_lower l && accepts_upper_point l u
  end.

Definition claimed (p : proof) (v : nat) : Prop :=
  match p with
  | Below _ => generic_rank_at_least n v
  | Above _ => rank_at_most n v
  | Both _ _ => generic_rank_is n v
  | BelowPoint l => point_rank_at_least n (l_den l) (l_layers l) v
  | BothPoint l _ => point_rank_is n (l_den l) (l_layers l) v
  end.

Lemma accepts_lower_sound l v : is_value v vs -> accepts_lower l ->
  generic_rank_at_least n v /\ point_rank_at_least n (l_den l) (l_layers l) v.
Proof.
move=> v_is ok; split; first exact: (@certified_lower n v vs v_is) ok.
exact: (@certified_lower_point n v vs v_is) ok.
Qed.

Lemma accepts_upper_sound u v : is_value v vs -> accepts_upper u -> rank_at_most n v.
Proof.
case: u => [|sum U on_Q] v_is; first exact: (@certified_size n v vs v_is).
exact: (@certified_cut n v vs sum U on_Q v_is).
Qed.

Lemma accepts_upper_point_sound l u v : is_value v vs -> accepts_upper_point l u ->
  point_rank_at_most n (l_den l) (l_layers l) v.
Proof.
case: u => [u|leaves gs] v_is; first by move=> /(accepts_upper_sound v_is) le; apply: at_most_point.
by move=> /andP[/Z.eqb_eq -> ok]; apply: (@certified_tables n v vs v_is _ leaves gs).
Qed.

Theorem accepts_sound (p : proof) : accepts p -> claimed p (\prod_(g <- vs) g.1 ^ g.2).
Proof.
have lower l := @accepts_lower_sound l _ (erefl (\prod_(g <- vs) g.1 ^ g.2)).
have upper u := @accepts_upper_sound u _ (erefl (\prod_(g <- vs) g.1 ^ g.2)).
have upper_point l u := @accepts_upper_point_sound l u _ (erefl (\prod_(g <- vs) g.1 ^ g.2)).
move=> /andP[_]; case: p => [l|u|l u|l|l u] /=.
- by case/lower.
- exact: upper.
- by move=> /andP[/lower[ge _] /upper le]; apply: certified_equal.
- by case/lower.
by move=> /andP[/lower[_ ge] /upper_point le]; apply: certified_equal_point ge le.
Qed.

End Claim.
