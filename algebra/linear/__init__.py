"""Ranks, determinants and minors of one matrix."""
