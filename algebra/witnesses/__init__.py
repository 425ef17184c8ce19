"""The explicit assignments of the proofs."""
