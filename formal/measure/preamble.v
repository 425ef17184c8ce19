From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import boolp classical_sets.
From mathcomp.analysis Require Import reals ereal measure lebesgue_measure lebesgue_integral.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Upper Lower Law Parameters Generic Transpose.
From Overlap Require Import Routes Tail Leading Crossing Sharp Theorem1 HalfFree.
From Overlap Require Import CutFlow CutUpper CutLaw.
From Overlap Require Import Geometry Checker Certified Exact Null AlmostAll.
Arguments product_measure1 : clear implicits.
Set Implicit Arguments.
Unset Printing Implicit Defensive.
Set Printing Width 100.
Set Printing Depth 1000.
