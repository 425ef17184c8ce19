"""Standard blocks: Proposition 2's closed form, and blocks that the check must refuse."""

from __future__ import annotations

from dataclasses import replace

from convac import Status
from convac.proofs.theorems.standard_blocks import (
    blocks,
    closed_form,
    geometry,
    numbers_of,
    witness,
)


def test_all_meet_the_closed_form() -> None:
    """Proposition 2 for all 546 (B, H) with B <= 40 and n <= 14, equality cases included."""
    equal = []
    for B in range(2, 41):
        for n in range(1, 15):
            numbers = numbers_of(B, n)
            assert numbers.j <= n
            assert closed_form(numbers).status is Status.PASSED
            if numbers.tau == numbers.E:
                equal.append((B, n))
    assert {(2, 2), (4, 3), (3, 4), (5, 6)} <= set(equal)


def test_another_block_fails() -> None:
    """A later block gives less than the closed form; an earlier one does not reach past half."""
    network, numbers = blocks(2, 3, 2), numbers_of(2, 3)
    assert geometry(network, numbers).status is witness(network, numbers).status is Status.PASSED
    assert closed_form(replace(numbers, j=3)).status is Status.FAILED
    for j in (1, 3):
        assert geometry(network, replace(numbers, j=j)).status is Status.FAILED
    assert witness(network, replace(numbers, j=1)).status is Status.FAILED
    assert closed_form(replace(numbers_of(2, 2), j=1)).status is Status.FAILED
