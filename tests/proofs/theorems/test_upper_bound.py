"""Upper bounds by separating sets: sets and numbers that the check must refuse."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import pytest
from convac import (
    GF,
    Layer,
    Network,
    Powers,
    Setting,
    Status,
    random_assignment,
    rank_interval,
    theorems,
    upper_bound,
)
from convac.algebra.engines import rank_at
from convac.graphs.dominators import dominated
from convac.graphs.network import Vertex
from convac.graphs.partition import P, Q, Side
from convac.graphs.partition_names import named
from convac.graphs.separating_sets import cut_graph
from convac.graphs.straddling import meeting_locations
from convac.proofs import checker
from convac.proofs.interval import STRADDLING
from convac.proofs.monomial_count import _divided, _less, bound_of
from convac.proofs.theorems.upper_bound import monomials, separator, size, straddling
from convac.proofs.upper_bounds import dominating, meeting
from convac.proofs.upper_bounds import straddling as straddling_bound
from hypothesis import given
from hypothesis import strategies as st
from strategies import networks, partitions

SETTING = Setting(Network(2, 4, layers="2/2:2,2/1:2,2/2:1"), named("left-right", 4, 4))


def test_sets_and_numbers_that_are_wrong_fail() -> None:
    found = upper_bound(SETTING.network, SETTING.partition)
    assert cut_graph(SETTING.network, SETTING.partition).separates(found.separator)
    assert separator(SETTING, found).status is monomials(SETTING, found).status is Status.PASSED
    fewer = replace(found, separator=found.separator[1:])
    assert separator(SETTING, fewer).status is Status.FAILED
    for value in (Powers(8), Powers(10)):
        assert monomials(SETTING, replace(found, value=value)).status is Status.FAILED


def test_a_group_that_has_another_way_to_the_output_is_refused() -> None:
    """Sites 0 and 1 reach the output through location 0 of layer 2 only; site 2 also through location 1."""
    network = Network(3, 1, 8, layers="1x3/1:1,1x2/1x2:1,1x4/1x4:1")
    setting = Setting(network, named("left-right", 1, 8))
    graph = cut_graph(network, setting.partition)
    top, sites = Vertex(2, (0, 0)), [Vertex(0, (0, at)) for at in range(4)]
    assert [vertex.at for vertex in graph.parents[Vertex(1, (0, 1))]] == [(0, 0)]
    found = bound_of(graph, frozenset([top, *sites[2:]]))
    assert found.value == 2 * 3**2
    assert separator(setting, found).status is monomials(setting, found).status is Status.PASSED
    more = replace(found, separator=(sites[3], top), value=Powers(2 * 3))
    assert separator(setting, more).status is monomials(setting, more).status is Status.FAILED


def test_the_matrix_size_is_counted() -> None:
    setting = Setting(Network(2, 4, layers="3/1:2,4/4:1"), named("left-right", 4, 4))
    found = upper_bound(setting.network, setting.partition)
    assert not found.separator
    assert size(setting, found).status is Status.PASSED
    assert size(setting, replace(found, value=Powers(255))).status is Status.FAILED


@given(st.data(), networks(most_entries=512, most_layers=3), st.sampled_from([P, Q]))
def test_straddling_sites_bound_every_rank(
    data: st.DataObject, network: Network, side: Side
) -> None:
    """N(S) of the sites and the output is at most the bound, and so is the rank at random points."""
    cut = data.draw(partitions(network))
    found = straddling_bound(network, cut, side)
    assert straddling(Setting(network, cut), found).status is Status.PASSED
    graph = cut_graph(network, cut)
    assert (
        bound_of(graph, frozenset(found.separator) & frozenset(graph.parents)).value <= found.value
    )
    point = random_assignment(network, 1, GF(8388593), shared=False)
    assert rank_at(point, cut, "auto", 2**30).rank <= found.value


def test_straddling_sites_separate_where_a_location_is_seen_from_both_sides_of_them() -> None:
    """Location 1 of layer 1 is joined to P by a one-sided location, and to Q by a mixed one."""
    network = Network(2, 1, 4, layers="1/1:2,1x2/1:2,1x4/1x4:1")
    cut = named("column:2", 1, 4)
    found, graph = straddling_bound(network, cut, P), cut_graph(network, cut)
    assert found.separator == (Vertex(0, (0, 1)), Vertex(3, (0, 0)))
    assert bound_of(graph, frozenset(found.separator)).value == found.value == 2
    assert not graph.separates({Vertex(0, (0, 0)), Vertex(3, (0, 0))})


def test_straddling_sites_that_are_wrong_fail() -> None:
    network, cut = Network(3, 6, layers="3/1:2,6/6:1"), named("left-right", 6, 6)
    setting, found = Setting(network, cut), straddling_bound(network, cut, P)
    assert straddling(setting, found).status is Status.PASSED
    for wrong in (
        replace(found, separator=found.separator[1:]),
        replace(found, value=found.value * Powers([(3, 1)])),
        replace(found, separator=(*found.separator, Vertex(0, (0, 5)))),
    ):
        assert straddling(setting, wrong).status is Status.FAILED


@given(st.data(), networks(most_entries=512, most_layers=3))
def test_the_meeting_locations_separate_and_bound_every_rank(
    data: st.DataObject, network: Network
) -> None:
    cut = data.draw(partitions(network))
    found = meeting(network, cut, Powers([(2, 10**6)]))
    assert found is not None
    graph = cut_graph(network, cut)
    assert graph.separates(found.separator)
    assert dict(meeting_locations(network, cut)) == {
        vertex: graph.paths[vertex] for vertex in found.separator
    }
    assert bound_of(graph, frozenset(found.separator)).value <= found.value
    assert monomials(Setting(network, cut), found).status is Status.PASSED
    point = random_assignment(network, 1, GF(8388593), shared=False)
    assert rank_at(point, cut, "auto", 2**30).rank <= found.value


@st.composite
def lines(draw: st.DrawFn) -> Network:
    """Networks on a line of sites whose locations cost no more than a site."""
    layers, size = [], draw(st.integers(8, 11))
    W = size
    for _ in range(draw(st.integers(1, 4))):
        stride = draw(st.integers(1, 2))
        layers.append(
            Layer((1, draw(st.integers(stride, 3))), (1, stride), draw(st.integers(1, 2)))
        )
        size = -(-size // stride)
    return Network(2, 1, W, layers=[*layers, Layer((1, size), (1, size), 1)])


@given(st.data(), lines() | networks(most_entries=512, most_layers=4), st.sampled_from([P, Q]))
def test_dominators_separate_and_bound_every_rank(
    data: st.DataObject, network: Network, side: Side
) -> None:
    """The numbers without a graph are those on it, and for the checker; no rank is above them."""
    H, W = network.H, network.W
    columns = st.integers(1, W - 1).map(lambda C: named(f"column:{C}", H, W))
    cut = data.draw(partitions(network) | columns if W > 1 else partitions(network))
    found = dominating(network, cut, side)
    graph = cut_graph(network, cut)
    assert set(found.separator) <= set(graph.parents)
    assert bound_of(graph, frozenset(found.separator)).value == found.value
    assert found.value <= straddling_bound(network, cut, side).value
    assert separator(Setting(network, cut), found).status is Status.PASSED
    assert monomials(Setting(network, cut), found).status is Status.PASSED
    point = random_assignment(network, 1, GF(8388593), shared=False)
    assert rank_at(point, cut, "auto", 2**30).rank <= found.value


@given(networks(most_entries=512, most_layers=4))
def test_dominated_sites_are_those_with_no_other_way(network: Network) -> None:
    """Without a location, the sites in its box have no path to the output, and the others have one."""
    graph = cut_graph(network, named("checkerboard", network.H, network.W))
    boxes = [dominated(axis) for axis in network.axes]
    for vertex in sorted(graph.parents):
        reached = {graph.output} - {vertex}
        for v in sorted(graph.parents, reverse=True):
            if v != vertex and not reached.isdisjoint(graph.parents[v]):
                reached.add(v)
        (top, bottom), (left, right) = (
            (axis[vertex.layer][0][at], axis[vertex.layer][1][at])
            for axis, at in zip(boxes, vertex.at, strict=True)
        )
        for site in (v for v in sorted(graph.parents) if v.layer == 0):
            inside = top <= site.at[0] < bottom and left <= site.at[1] < right
            if any(axis.dilations != (1,) * network.depth for axis in network.axes):
                assert site not in reached or not inside  # others are not looked for
            else:
                assert (site not in reached) == inside


def test_a_corner_reaches_the_output_through_one_location() -> None:
    """VGG-19: the 4 x 4 sites of the corner count 128 + 1 together, and not 3^16."""
    blocks = ("3/1:64", 2, 64), ("3/1:128", 2, 128), ("3/1:256", 4, 256), ("3/1:512", 4, 512)
    layers = [f"({layer})*{count},2/2:{D}" for layer, count, D in (*blocks, blocks[-1])]
    for H, sites in ((32, 496), (64, 2032)):
        over_all = f"{H // 32}/{H // 32}:4096"
        network = Network(3, H, layers=",".join([*layers, over_all]))
        found = dominating(network, named("left-right", H, H), P)
        assert found.value == Powers([(129, 1), (3, sites)])
        assert Vertex(6, (0, 0)) in found.separator
        assert len(found.separator) == sites + 2


def test_dominators_by_hand() -> None:
    """Layer 2 sees sites 0-3, 2-5, ...: for sites 0 and 1 its first location counts 3, and not 25."""
    network = Network(5, 1, 8, layers="1x2/1:1,1x3/1x2:2,1x4/1x4:3,1/1:1")
    cut = named("left-right", 1, 8)
    found = dominating(network, cut, P)
    assert found.separator == (
        Vertex(0, (0, 2)),
        Vertex(0, (0, 3)),
        Vertex(2, (0, 0)),
        Vertex(4, (0, 0)),
    )
    assert found.value == 3 * 5**2
    assert upper_bound(network, cut).value <= found.value


def test_past_the_search_dominators_bound_with_a_certificate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cut_graph, "__defaults__", (10,))
    network = {"M": 5, "H": 1, "W": 8, "layers": "1x2/1:1,1x3/1x2:2,1x4/1x4:30,1/1:1"}
    verdict = theorems()["upper-bound"](**network)
    assert verdict
    assert verdict.claim is not None
    assert verdict.claim.value == 3 * 6 < 3 * 5**2
    assert {"separator", "N(S)"} <= {step.name for step in verdict.steps}


def test_past_the_search_a_tree_is_exact() -> None:
    """1024 x 1024 sites: no window is cut, or the windows of one column are."""
    network = Network(2, 1024, layers="32/32:5,32/32:1")
    assert upper_bound(network, named("column:32", 1024, 1024)).value == 1
    found = upper_bound(network, named("column:1", 1024, 1024))
    assert found.value == 6**32
    assert found.form == "product"


def test_past_the_search_the_overlap_law_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the graph is too large to be searched, the bounds meet all the same, with a certificate."""
    monkeypatch.setattr("convac.graphs.separating_sets.MOST_CUT_EDGES", 10)
    monkeypatch.setattr(cut_graph, "__defaults__", (10,))
    found = rank_interval(Network(3, 8, layers="3/1:2,8/8:1"), named("left-right", 8, 8))
    assert found.exact
    assert found.upper.form == STRADDLING
    assert checker.check(found.certificate()).startswith("VALID: rank = 3^16 for")
    verdict = theorems()["upper-bound"](M=3, H=8, layers="3/1:2,8/8:1")
    assert "straddling" in [step.name for step in verdict.steps]
    assert verdict


@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(0, 40)), max_size=4),
    st.lists(st.integers(1, 12), max_size=4),
)
def test_how_often_bases_divide_a_number(powers: list[tuple[int, int]], bases: list[int]) -> None:
    count = rest = prod(base**k for base, k in powers)
    expected = []
    for base in bases:
        k = 0
        while base > 1 and rest % base == 0:
            rest, k = rest // base, k + 1
        expected.append((base, k))
    assert _divided(count, bases) == (expected, rest)


@given(st.lists(st.integers(1, 5), max_size=6), st.lists(st.integers(1, 5), max_size=6))
def test_products_are_compared_without_their_common_factors(
    some: list[int], others: list[int]
) -> None:
    assert _less(some, others) == (prod(some) < prod(others))
