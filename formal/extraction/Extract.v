(** The checker as an OCaml program. Booleans, lists, pairs and options are OCaml's; numbers stay as they
    are in Coq, so that no arithmetic of OCaml is trusted. *)

From Coq Require Import Extraction ExtrOcamlBasic NArith ZArith.
From mathcomp Require Import all_ssreflect.
From Overlap Require Import Checker Accepts.

Extraction Language OCaml.
Set Extraction File Comment "By formal/extraction/Extract.v".
Extraction "accepts.ml" accepts.
