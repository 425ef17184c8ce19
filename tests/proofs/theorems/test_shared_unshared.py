"""Shared and unshared weights: the two ranks, and others that the check must refuse."""

from __future__ import annotations

import pytest
from convac import Network, NotApplicable, Setting, Status, checkerboard, generic_rank
from convac.proofs.theorems.shared_unshared import above, below, example, size


@pytest.mark.parametrize("H", [3, 4])
def test_other_ranks_fail(H: int) -> None:
    setting = example(H)
    assert below(setting, 12, 16).status is Status.PASSED
    assert above(setting, 12).status is Status.PASSED
    assert size(setting, 16).status is Status.PASSED
    for shared, unshared in ((16, 16), (12, 12), (13, 16)):
        assert below(setting, shared, unshared).status is Status.FAILED
    for most in (11, 13, 16):
        assert above(setting, most).status is Status.FAILED
        assert size(setting, most + 1).status is Status.FAILED


def test_the_products_bound_every_shared_rank() -> None:
    setting = example(3)
    for seed in range(20):
        report = generic_rank(setting.network, setting.partition, seed=seed)
        assert report.rank is not None
        assert report.rank <= 12


def test_another_network_has_another_rank() -> None:
    """One location alone has two products."""
    one = Setting(Network(2, 3, layers="2x2/1x1:1,1x1/3x3:1"), checkerboard(3))
    assert above(one, 12).status is Status.FAILED


def test_other_sizes_are_not_applicable() -> None:
    with pytest.raises(NotApplicable, match="H = 3 and H = 4"):
        example(5)
