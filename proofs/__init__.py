"""Theorems: statements, hypotheses, the steps that check them, and verdicts."""
