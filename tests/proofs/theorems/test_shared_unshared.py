"""Shared and unshared weights: the two ranks, and others that the check must refuse."""

from __future__ import annotations

import pytest
from convac import (
    GF,
    Layer,
    Network,
    NotApplicable,
    Setting,
    Status,
    checkerboard,
    generic_rank,
    random_assignment,
    rank_interval,
    theorems,
)
from convac.algebra.engines import rank_at
from convac.proofs.theorems.shared_unshared import (
    above,
    below,
    example,
    mixed_locations,
    size,
    span,
)
from hypothesis import given
from hypothesis import strategies as st
from strategies import partitions


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
        point = random_assignment(setting.network, seed, GF(8388593), shared=True)
        assert rank_at(point, setting.partition, "dense", 2**30).rank <= 12


def test_another_network_has_another_rank() -> None:
    """One location alone has two products."""
    one = Setting(Network(2, 3, layers="2x2/1x1:1,1x1/3x3:1"), checkerboard(3))
    assert above(one, 12).status is Status.FAILED


def test_other_sizes_are_not_applicable() -> None:
    with pytest.raises(NotApplicable, match="H = 3 and H = 4"):
        example(5)


@given(st.data(), st.integers(1, 3), st.integers(2, 4), st.integers(1, 2), st.integers(1, 2))
def test_the_span_bounds_the_rank_at_every_point(
    data: st.DataObject, H: int, W: int, stride: int, window: int
) -> None:
    shape = -(-H // stride), -(-W // stride)
    layers = [Layer((window, window + 1), stride, 1), Layer(shape, shape, 1)]
    network = Network(2, H, W, layers=layers)
    setting = Setting(network, data.draw(partitions(network)))
    try:
        found = span(setting)
    except NotApplicable:
        return
    for seed in range(2):
        point = random_assignment(network, seed, GF(8388593), shared=True)
        assert rank_at(point, setting.partition, "dense", 2**30).rank <= found.value
    assert found.value <= 2 ** len(mixed_locations(setting))


def test_the_span_closes_the_interval() -> None:
    setting = example(3)
    report = generic_rank(setting.network, setting.partition)
    assert report.exact
    assert report.lower.value == 12
    assert "THEORY 8.11" in report.upper.by
    # The set is none that a certificate could hold: the lower bound is certified.
    assert report.certificate()["claim"]["relation"] == ">="
    assert rank_interval(setting.network, setting.partition, weights="unshared").upper.value == 16


def test_the_span_is_about_its_networks_only() -> None:
    for layers, M in (("2x2/1x1:2,2x2/3x3:1", 2), ("2x2/1x1:1,2x2/3x3:1", 3), ("3/3:1", 2)):
        setting = Setting(Network(M, 3, layers=layers), checkerboard(3))
        assert theorems()["shared-unshared"].upper(setting) is None
    unshared = Setting(example(3).network, checkerboard(3), "unshared")
    assert theorems()["shared-unshared"].upper(unshared) is None
