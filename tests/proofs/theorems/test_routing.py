"""Routing: the rank at the assignment, at random parameters, and numbers that the check must refuse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cases import overlapping
from convac import GF, Network, Powers, Setting, Status, factored_rank, factorize, theorems
from convac.algebra.engines import rank_at
from convac.algebra.random_parameters import random_assignment
from convac.errors import ResourceError
from convac.graphs import carriers as searching
from convac.graphs.carriers import Carriers, search
from convac.graphs.strands import Strands, farthest
from convac.proofs.random_ranks import DEFAULT_PRIME
from convac.proofs.theorems.routing import RoutingNumbers, best, carried, hypotheses, pairs
from convac.proofs.verdict import NotApplicable
from hypothesis import assume, given
from hypothesis import strategies as st

LINE = Setting.read(M=2, H=1, W=8, layers="1x2/1x2:2,1x2/1:2,1x2/1:2,1x4/1x4:1")
PLANE = Setting.read(
    M=3, H=8, layers="3/1:8,2/2:16,3/1:8,3/1:4,4/4:1", partition="row:5", weights="unshared"
)


@st.composite
def straight(draw: st.DrawFn, most_sites: int = 12) -> Setting:
    """Networks that end in a window over everything, cut between two columns or rows."""
    network = draw(overlapping(most_sites=most_sites))
    cuts = [f"column:{C}" for C in range(1, network.W)] + [f"row:{C}" for C in range(1, network.H)]
    assume(cuts)
    return Setting.of(
        network, draw(st.sampled_from(cuts)), draw(st.sampled_from(["shared", "unshared"]))
    )


def holds(numbers: RoutingNumbers) -> None:
    taken = [hypotheses(numbers), carried(numbers), pairs(numbers)]
    assert {step.status for step in taken} == {Status.PASSED}, taken
    built = numbers.construction().assignment
    assert built.shared
    found = factored_rank(factorize(built), numbers.setting.partition).rank
    assert found == numbers.bound


@given(straight())
def test_the_rank_is_exactly_the_bound(setting: Setting) -> None:
    try:
        numbers = best(setting)
    except NotApplicable:
        return
    holds(numbers)


@given(straight(), st.data())
def test_any_strands_and_carriers(setting: Setting, data: st.DataObject) -> None:
    """One strand, smaller shifts, fewer labels, and carriers that a search did not choose."""
    network, straightly = setting.network, setting.partition.straight
    assert straightly is not None
    axis, C = straightly
    J = data.draw(st.integers(1, network.depth - 1))
    strands = farthest(network, axis, J, data.draw(st.integers(1, 4)))
    if strands is None or min(network.M - 1, strands.labels()) < 1:
        return
    m = data.draw(st.integers(1, min(network.M - 1, strands.labels())))
    searched = search(network, J, strands.crossing(C))
    reads = [
        {
            slot: data.draw(st.integers(0, max(found.values(), default=0)))
            for slot in found
            if layer > J + 1 or data.draw(st.booleans())
        }
        for layer, found in enumerate(searched.reads, J + 1)
    ]
    last = [max(0, searched.count(layer) - 1) for layer in range(J + 1, network.depth)]
    assume(
        all(
            carrier in {c for c, _ in reads[k]}
            for k, most in enumerate(last)
            for carrier in range(most + 1)
        )
    )
    holds(RoutingNumbers(setting, strands, Carriers(network, J, tuple(reads)), m))


@given(straight(most_sites=10))
def test_no_rank_at_random_parameters_is_smaller(setting: Setting) -> None:
    try:
        bound = best(setting).bound
    except NotApplicable:
        return
    points = (
        random_assignment(setting.network, seed, GF(DEFAULT_PRIME), shared=setting.shared)
        for seed in range(2)
    )
    assert max(rank_at(point, setting.partition, "auto", 2**28).rank for point in points) >= bound


def test_overlaps_carry_more_than_one_strand() -> None:
    """Without the overlap of layer 3, a location of layer 2 is read once."""
    assert best(LINE).bound == Powers([(2, 2)])
    disjoint = Setting.read(M=2, H=1, W=8, layers="1x2/1x2:2,1x2/1:2,1x2/1x2:2,1x2/1x2:1")
    assert best(disjoint).bound == Powers([(2, 1)])


def test_numbers_that_are_wrong_fail() -> None:
    numbers = best(PLANE)
    strands, carriers = numbers.strands, numbers.carriers
    holds(numbers)
    for wrong in (
        replace(numbers, m=3),
        replace(numbers, strands=replace(strands, shifts=(*strands.shifts[:-1], 3))),
        replace(numbers, strands=replace(strands, shifts=(*strands.shifts[:-1], 0))),
    ):
        assert hypotheses(wrong).status is Status.FAILED
    first, *rest = carriers.reads
    crowded = {(carrier, (0, 0)): 0 for carrier in range(9)}
    assert (
        hypotheses(replace(numbers, carriers=replace(carriers, reads=(crowded, *rest)))).status
        is Status.FAILED
    )
    for other in (
        {**first, (0, (5, 5)): 0},
        {**first, (0, (0, 0)): 99},
    ):
        broken = replace(numbers, carriers=replace(carriers, reads=(other, *rest)))
        assert carried(broken).status is Status.FAILED


def test_a_carrier_that_is_read_outside_needs_a_spare_channel() -> None:
    network = Network(2, 1, 4, layers="1x2/1x2:2,1x1/1:1,1x2/1:1,1x2/1x2:1")
    setting = Setting.of(network, "column:1")
    strands = Strands(network, 1, (1,))
    reads = {(0, (0, 0)): 0}, {(0, (0, 0)): 0, (0, (0, 1)): 0}, {(0, (0, 0)): 0, (0, (0, 1)): 0}
    step = carried(RoutingNumbers(setting, strands, Carriers(network, 1, reads), 1))
    assert step.status is Status.FAILED
    assert "outside" in step.detail


def test_pairs_that_do_not_cross_fail() -> None:
    numbers = best(LINE)
    everywhere = replace(numbers)
    everywhere.__dict__["crossing"] = np.ones_like(numbers.crossing)
    assert pairs(everywhere).status is Status.FAILED


def test_a_search_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MOST_CARRIED", 1)
    with pytest.raises(ResourceError, match="too many carriers"):
        best(LINE)
    assert theorems()["routing"].candidate(LINE) is None
    monkeypatch.undo()
    monkeypatch.setattr(searching, "MOST_READS", 1)
    with pytest.raises(ResourceError):
        best(LINE)


def test_only_straight_cuts() -> None:
    with pytest.raises(NotApplicable, match="straight"):
        best(Setting.read(M=2, H=4, layers="2/2:8,2/1:4,2/2:1", partition="checkerboard"))
