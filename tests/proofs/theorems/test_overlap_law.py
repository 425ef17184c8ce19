"""The overlap law, and other laws that its count of straddling factors must refuse."""

from __future__ import annotations

import pytest
from convac import InputError, Outcome, Powers, Setting, Status, theorems
from convac.algebra.powers import power
from convac.proofs.theorems import overlap_law

LAW = theorems()["overlap-law"]


def setting() -> Setting:
    return overlap_law._setting(3, 4, None, 2, 1, "left-right")


def test_another_law_fails() -> None:
    assert overlap_law.straddling(setting(), 2, power(2, 4)).status is Status.PASSED
    for base, exponent in ((3, 4), (2, 5), (2, 3)):
        taken = overlap_law.straddling(setting(), 2, power(base, exponent))
        assert taken.status is Status.FAILED


def test_bounds_that_do_not_meet_fail() -> None:
    assert overlap_law.bounds_meet(power(2, 4), Powers(16)).status is Status.PASSED
    assert overlap_law.bounds_meet(power(2, 3), power(2, 4)).status is Status.FAILED


def test_where_it_says_nothing_it_says_why() -> None:
    verdict = LAW(M=2, H=4, R=2, D=1, partition="column:3")
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert "exceeds W − C" in verdict.reasons[0]
    assert "a column" in LAW(M=2, H=4, R=2, D=1, partition="row:1").reasons[0]
    with pytest.raises(InputError, match="straight cut"):
        LAW(M=2, H=4, R=2, D=1, partition="checkerboard")
