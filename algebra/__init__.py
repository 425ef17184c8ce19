"""Exact numbers: rings, assignments, factored evaluation, grid tensors and rank."""
