"""Replication: another function, or another shape, is noticed."""

from __future__ import annotations

from dataclasses import replace

from convac import ZZ, Assignment, Network, Status, random_assignment
from convac.proofs.theorems.replication import (
    enlarged,
    replicated,
    same_factors,
    same_tensors,
    shapes,
)

NETWORK = Network(2, 2, layers="2/2:2,1/1:1")


def test_another_bias_is_another_function() -> None:
    small = random_assignment(NETWORK, 0, ZZ, shared=True)
    larger = enlarged(NETWORK, 1)
    same = replicated(small, larger)
    for check in (same_factors, same_tensors):
        assert check(small, same, 0).status is Status.PASSED
    *others, last = same.entries
    moved = replace(last, row=replace(last.row, bias=last.row.bias + 1))
    other = Assignment(larger, [*others, moved])
    for check in (same_factors, same_tensors):
        assert check(small, other, 0).status is Status.FAILED


def test_other_shapes_fail() -> None:
    assert shapes(NETWORK, enlarged(NETWORK, 2)).status is Status.PASSED
    assert shapes(NETWORK, Network(2, 2, layers="2/2:3,1/1:1")).status is Status.FAILED
