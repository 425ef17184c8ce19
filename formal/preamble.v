From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Overlap Require Import Rank2 Network Evaluation Upper Lower Law Parameters Generic Transpose.
From Overlap Require Import Routes Tail Leading Crossing Sharp Theorem1.
From Overlap Require Import Triangular Taps Scale HalfFree SharpRefuted.
From Overlap Require Import MaxFlow CutFlow CutUpper CutLaw CutRefuted CutCompute.
From Overlap Require Import Refuted Compute Geometry Checker Tables Sound Certified Exact Claims.
From Overlap Require Import Monomials Expand Separator Cut CutSound CutClaims Point Accepts.
Set Implicit Arguments.
Unset Printing Implicit Defensive.
Set Printing Width 100.
Set Printing Depth 1000.
