"""Names of version 0.1.0 that have a better one, for programs that were written for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .proofs.steps import Step
from .proofs.verdict import Outcome, Verdict, conclude

RENAMED = {
    "Bound": "power",
    "BoundReport": "RankInterval",
    "Certified": "ExactRank",
    "Draft": "AssignmentBuilder",
    "Result": "Theorem",
    "Row": "WeightRow",
    "bound": "rank_interval",
    "certify": "exact_rank",
    "result": "theorem",
    "results": "theorems",
    "separate": "factored_rank",
}
"""The better names."""

REPLACED = {
    "outcome": "conclude, which returns the verdict",
    "not_applicable": "NotApplicable, which is raised",
}
"""What to use instead of the functions below."""


def outcome(steps: Sequence[Step], conclusion: str) -> tuple[Outcome, str]:
    """The outcome of steps, and the conclusion or the step that failed."""
    verdict = conclude(steps, conclusion)
    return verdict.outcome, verdict.conclusion


def not_applicable(
    theorem: str, source: str, reasons: Sequence[str], conclusion: str = "", **about: Any
) -> Verdict:
    """The verdict that a hypothesis fails; `about` are fields of `Verdict`."""
    said = conclusion or "a hypothesis fails; this says nothing about the rank"
    return Verdict(theorem, source, Outcome.NOT_APPLICABLE, said, reasons=tuple(reasons), **about)
