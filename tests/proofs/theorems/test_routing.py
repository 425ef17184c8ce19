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
from convac.graphs import carrier_search as searching
from convac.graphs.carrier_search import search
from convac.graphs.carrier_worth import most_reached
from convac.graphs.carriers import Carriers, Reads
from convac.graphs.levels import Levels, double, most_labels, single
from convac.graphs.strands import Strands, farthest
from convac.proofs.random_ranks import DEFAULT_PRIME
from convac.proofs.routed_pairs import RoutingNumbers, best
from convac.proofs.theorems.routing import carried, hypotheses, pairs
from convac.proofs.verdict import NotApplicable
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import any_networks

LINE = Setting.read(M=2, H=1, W=8, layers="1x2/1x2:2,1x2/1:2,1x2/1:2,1x4/1x4:1")
TWO = Setting.read(M=2, H=8, layers="3/1:8,2/2:16,3/1:8,2/2:8,2/2:1")
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


@given(any_networks(most_entries=2**10), st.data())
def test_layers_of_any_geometry(network: Network, data: st.DataObject) -> None:
    """Padding, given sizes, groups: pairs whose ways leave an input are not counted."""
    cuts = [f"column:{C}" for C in range(1, network.W)] + [f"row:{C}" for C in range(1, network.H)]
    assume(cuts)
    weights = data.draw(st.sampled_from(["shared", "unshared"]))
    try:
        numbers = best(Setting.of(network, data.draw(st.sampled_from(cuts)), weights))
    except NotApplicable:
        return
    holds(numbers)


def test_padding_lets_all_borders_take_part() -> None:
    """What plain windows lose at the top and at the left is there: full rank, with shared weights."""
    layers = "3/1{0}:8,2/2:16,3/1{0}:32,3/1{0}:32,2/2:64,2/2:1"
    plain, padded = (Setting.read(M=2, H=8, layers=layers.format(p)) for p in ("", "p1"))
    assert best(plain).bound < best(padded).bound == Powers([(2, 32)])
    holds(best(padded))


def test_dilated_layers_have_no_strands() -> None:
    network = Network(2, 1, 8, layers="1x3/1d1x2p0x2:4,1x2/1:4,1x8/1x8:1")
    assert farthest(network, 1, 1, 8) is None
    assert farthest(network, 1, 2, 8) is None


def drawn(setting: Setting, data: st.DataObject) -> Levels | None:
    """One level or more, with any shifts, some of the strands, and fewer labels."""
    network, straightly = setting.network, setting.partition.straight
    assert straightly is not None
    most = network.depth - 1
    found = []
    for J in sorted(data.draw(st.sets(st.integers(1, most), min_size=1, max_size=min(3, most)))):
        strands = farthest(network, straightly[0], J, data.draw(st.integers(1, 6)))
        if strands is not None:
            ways = [near for near, _ in strands.ways]
            kept = data.draw(st.sets(st.sampled_from(ways), min_size=1))
            found.append(data.draw(st.sampled_from([strands, replace(strands, only=tuple(kept))])))
    m = min(network.M - 1, most_labels(tuple(found))) if found else 0
    return Levels(tuple(found), data.draw(st.integers(1, m))) if m > 0 else None


@given(straight(), st.data())
def test_any_levels(setting: Setting, data: st.DataObject) -> None:
    """The search keeps the pairs of different levels disjoint, and what it reaches is at most estimated."""
    levels, straightly = drawn(setting, data), setting.partition.straight
    assert straightly is not None
    if levels is not None:
        numbers = RoutingNumbers(setting, levels, search(levels, straightly[1]))
        assert numbers.count <= most_reached(levels, straightly[1])
        holds(numbers)


@given(straight(), st.data())
def test_any_carriers(setting: Setting, data: st.DataObject) -> None:
    """Carriers that a search did not choose: pairs of two levels may share a site, and no more is wrong."""
    levels, straightly = drawn(setting, data), setting.partition.straight
    if levels is None:
        return
    assert straightly is not None
    searched = search(levels, straightly[1])
    reads: list[Reads] = []
    for layer, found in enumerate(searched.reads, levels.first + 1):
        most = levels.turning(layer - 1) + searched.count(layer - 1) - 1
        strands = levels.turning(layer - 1)
        reads.append(
            {
                slot: data.draw(st.integers(0, strands - 1 if read < strands else most))
                for slot, read in found.items()
            }
        )
    numbers = RoutingNumbers(setting, levels, Carriers(levels, tuple(reads)))
    if pairs(numbers).status is Status.PASSED:
        holds(numbers)
    else:
        assert len(levels.strands) > 1


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


def test_two_levels_where_one_is_not_enough() -> None:
    numbers = best(TWO)
    assert numbers.bound == Powers([(2, 20)])
    assert [(one.J, one.tau) for one in numbers.levels.strands] == [(1, (0, 2)), (3, (0, 6))]
    holds(numbers)
    for J in range(1, 5):
        for strands in single(TWO.network, 1, J, 4):
            assert most_reached(Levels((strands,), 1), 4) < 20


def test_two_levels_on_a_network_of_the_field() -> None:
    """A displacement of 12 in block 2 of VGG-19, and of 28 in block 3; its rank is one of the claims."""
    layers = (
        "3/1:64,3/1:64,2/2:64,3/1:128,3/1:128,2/2:128,(3/1:256)*4,2/2:256,"
        "(3/1:512)*4,2/2:512,(3/1:512)*4,2/2:512,1/1:1"
    )
    numbers = best(Setting.read(M=3, H=32, layers=layers))
    assert numbers.bound >= Powers([(3, 475)])
    assert [(one.J, one.tau) for one in numbers.levels.strands] == [(5, (0, 12)), (8, (0, 28))]
    assert pairs(numbers).status is Status.PASSED


@given(straight())
def test_the_pairs_of_two_levels_are_disjoint(setting: Setting) -> None:
    assert setting.partition.straight is not None
    axis, C = setting.partition.straight
    for both in double(setting.network, axis, C):
        used: set[int] = set()
        for strands in both:
            near = strands.near_sites()[strands.crossing(C)]
            rows, columns = strands.tau
            sites = [*near.tolist(), *(near + rows * setting.network.W + columns).tolist()]
            assert len(used | set(sites)) == len(used) + len(sites)
            used |= set(sites)


def test_levels_whose_pairs_share_a_site_fail() -> None:
    network = Network(2, 1, 6, layers="1x3/1:3,1x2/1:5,1x6/1x6:1")
    levels = Levels((Strands(network, 1, (2,)), Strands(network, 1, (2, 1))), 1)
    setting = Setting.of(network, "left-right")
    first = {(0, (0, j)): 0 for j in range(2)}
    second = {(0, (0, 0)): 0, (0, (0, 1)): 1}
    broken = RoutingNumbers(setting, levels, Carriers(levels, (first, second)))
    assert {hypotheses(broken).status, carried(broken).status} == {Status.PASSED}
    assert pairs(broken).status is Status.FAILED
    assert "two pairs" in pairs(broken).detail


def shifted(levels: Levels, *last: int) -> Levels:
    """With other shifts in the layers where strands turn."""
    strands = (
        replace(one, shifts=(*one.shifts[:-1], e))
        for one, e in zip(levels.strands, last, strict=True)
    )
    return replace(levels, strands=tuple(strands))


def test_numbers_that_are_wrong_fail() -> None:
    numbers = best(PLANE)
    levels, carriers = numbers.levels, numbers.carriers
    strands = levels.strands[0]
    holds(numbers)
    (((i, j), *rest_of), _), *others = strands.ways
    outside = (((i, j + 1), *rest_of), *(near for near, _ in others))
    for wrong in (
        replace(levels, m=3),
        shifted(levels, 3),
        shifted(levels, 0),
        replace(levels, strands=(replace(strands, only=outside),)),
        replace(levels, strands=(replace(strands, only=(strands.ways[0][0],) * 2),)),
        replace(levels, strands=levels.strands * 2),
    ):
        assert hypotheses(replace(numbers, levels=wrong)).status is Status.FAILED
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


def test_channels_between_two_levels_are_counted() -> None:
    """Beginnings of the longer ways and carriers of the turned strands have channels of one layer."""
    numbers = best(TWO)
    assert hypotheses(numbers).status is Status.PASSED
    short = Network(2, 8, layers=f"3/1:8,2/2:{numbers.levels.taken(2)},3/1:8,2/2:8,2/2:1")
    strands = tuple(replace(one, network=short) for one in numbers.levels.strands)
    levels = Levels(strands, 1)
    fewer = RoutingNumbers(
        Setting.of(short, "left-right"), levels, replace(numbers.carriers, levels=levels)
    )
    assert hypotheses(fewer).status is Status.FAILED


def test_a_carrier_that_is_read_outside_needs_a_spare_channel() -> None:
    network = Network(2, 1, 4, layers="1x2/1x2:2,1x1/1:1,1x2/1:1,1x2/1x2:1")
    setting = Setting.of(network, "column:1")
    levels = Levels((Strands(network, 1, (1,)),), 1)
    reads = {(0, (0, 0)): 0}, {(0, (0, 0)): 0, (0, (0, 1)): 0}, {(0, (0, 0)): 0, (0, (0, 1)): 0}
    step = carried(RoutingNumbers(setting, levels, Carriers(levels, reads)))
    assert step.status is Status.FAILED
    assert "outside" in step.detail


def test_pairs_that_do_not_cross_fail() -> None:
    numbers = best(LINE)
    everywhere = replace(numbers)
    everywhere.__dict__["crossing"] = [np.ones_like(crossing) for crossing in numbers.crossing]
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
