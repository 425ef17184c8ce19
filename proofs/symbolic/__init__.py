"""Proofs for all sizes at once: an SMT solver, SymPy, and a proof kernel's statements."""
