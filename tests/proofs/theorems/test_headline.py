"""The headline: the matrix that it fills, and lower bounds that do not."""

from __future__ import annotations

from convac import Network, Outcome, Powers, Setting, Status, theorems
from convac.graphs.partition_names import named
from convac.proofs.theorems.headline import size

HEADLINE = theorems()["headline"]


def test_a_lower_bound_that_does_not_fill_the_matrix_fails() -> None:
    setting = Setting(Network(2, 4, layers="3/1:2,4/4:1"), named("left-right", 4, 4))
    assert size(setting, Powers([(2, 8)])).status is Status.PASSED
    assert size(setting, Powers([(2, 7)])).status is Status.FAILED


def test_odd_sizes_are_not_applicable() -> None:
    verdict = HEADLINE(M=2, H=5)
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert "even width" in verdict.reasons[0]
