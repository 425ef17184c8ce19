"""Sets of places and flows as arrays, against the graph of objects and NetworkX."""

from __future__ import annotations

from math import prod

import networkx as nx
import numpy as np
import pytest
from convac import GF, Network, Partition, Powers, ResourceError, Setting, random_assignment
from convac.algebra.engines import rank_at
from convac.graphs.capacities import rounded, sizes
from convac.graphs.grids import ON_BOTH, Grids
from convac.graphs.network import Vertex
from convac.graphs.one_sided_flow import one_sided_cut
from convac.graphs.partition import P, Q, Side
from convac.graphs.partition_names import named
from convac.graphs.place_sets import PlaceSet
from convac.graphs.separating_sets import CutGraph, cut_graph
from convac.graphs.two_sided_flow import _amid_one_side, two_sided_cut
from convac.proofs import checker, evidence
from convac.proofs.monomial_count import _Count
from convac.proofs.upper_bounds import one_sided, product_over, upper_bound
from hypothesis import given
from hypothesis import strategies as st
from strategies import networks, partitions

GIB = 2**30
ENDLESS = Powers([(2, 10**6)])


def masks(network: Network, chosen: set[Vertex]) -> list[np.ndarray]:
    found = [np.zeros(size, bool) for size in network.sizes]
    for layer, at in chosen:
        found[layer][at] = True
    return found


@given(st.data(), networks(most_entries=512, most_layers=4))
def test_sets_are_what_they_are_on_the_graph(data: st.DataObject, network: Network) -> None:
    """Sides, whether a random set separates, free parts, and the product of THEORY 9."""
    cut = data.draw(partitions(network))
    graph, grids = cut_graph(network, cut), Grids.of(network, cut)
    bits = {Side.P: 1, Side.Q: 2, Side.BOTH: 3}
    moving = {v: bits[side] for v, side in graph.side.items() if v.layer == 0 or graph.children[v]}
    for layer, side in enumerate(grids.side):
        for at, one in np.ndenumerate(side):
            assert one == moving.get(Vertex(layer, at), 0)  # type: ignore[arg-type]
    chosen = {v for v in moving if data.draw(st.booleans())}
    found = PlaceSet(grids, masks(network, chosen))
    assert set(found.vertices()) == chosen
    assert found.separates == graph.separates(chosen)
    if not found.separates:
        with pytest.raises(ValueError, match="does not separate"):
            product_over(found, P, ENDLESS)
        return
    counted = _Count(graph, frozenset(chosen))
    parts = {part for arcs in counted.arcs.values() for _, part, _ in arcs}
    free = [part for part in parts if isinstance(part, Vertex)]
    assert set(free) <= set(found.free())
    for side in (P, Q):
        factors, form = counted.factors(dict.fromkeys(free, side), 0)
        bound = product_over(found, side, ENDLESS)
        assert form == "product"
        assert bound is not None
        assert bound.value == prod(factors)


@given(st.data(), networks(most_entries=512, most_layers=4))
def test_bounds_by_flows_have_certificates_and_are_above_a_rank(
    data: st.DataObject, network: Network
) -> None:
    """With free parts on either side: the checker counts N(S) on its own graph."""
    setting = Setting(network, data.draw(partitions(network)))
    chosen = two_sided_cut(Grids.of(network, setting.partition), GIB)
    point = random_assignment(network, 1, GF(8388593), shared=False)
    rank = rank_at(point, setting.partition, "auto", GIB).rank
    bounds = [product_over(chosen, side, ENDLESS) for side in (P, Q)]
    bounds += [one_sided(network, setting.partition, side, GIB) for side in (P, Q)]
    for bound in bounds:
        assert bound is not None
        assert bound.value >= rank
        assert checker.check(evidence.upper_bound(setting, bound)).startswith("VALID")


@given(st.data(), networks(most_entries=512, most_layers=4))
def test_flows_of_one_side_are_least(data: st.DataObject, network: Network) -> None:
    cut, side = data.draw(partitions(network)), data.draw(st.sampled_from([P, Q]))
    found = one_sided_cut(network, cut, side, GIB)
    graph = cut_graph(network, cut)
    chosen = {v for v, _ in found.locations} | {Vertex(0, at) for at in found.sites}
    assert graph.separates(chosen | {graph.output})
    ways = {v: int(graph.side[v] == Side.BOTH) for v in graph.children[graph.output]}
    for v in reversed(graph.parents):
        if v != graph.output and v not in ways:
            ways[v] = sum(ways[parent] for parent in graph.parents[v])
    used = [v for v in graph.parents if ways.get(v) and graph.side[v] == side]
    capacity = capacities(network, used, {v: ways[v] for v in used})
    flow: nx.DiGraph = nx.DiGraph()
    flow.add_nodes_from(["source", "sink"])
    for v in used:
        flow.add_edge((v, 0), (v, 1), capacity=capacity[v])
        for parent in graph.parents[v]:
            if ways[parent]:
                flow.add_edge((v, 1), (parent, 0) if parent in capacity else "sink")
        if v.layer == 0:
            flow.add_edge("source", (v, 0))
    least = nx.maximum_flow_value(flow, "source", "sink")
    assert sum(capacity[v] for v in chosen) == least


@given(st.data(), networks(most_entries=512, most_layers=4), st.booleans())
def test_flows_of_both_sides_are_least(data: st.DataObject, network: Network, whole: bool) -> None:
    cut = data.draw(partitions(network))
    graph, grids = cut_graph(network, cut), Grids.of(network, cut)
    with pytest.MonkeyPatch.context() as patch:
        if not whole:
            patch.setattr("convac.graphs.two_sided_flow.MOST_WHOLE", -1)
        found = two_sided_cut(grids, GIB)
    assert found.separates
    inner = {
        Vertex(layer, (int(u), int(v)))
        for layer, mask in enumerate(_amid_one_side(grids))
        for u, v in np.argwhere(mask)
        if not whole
    }
    pure = {v for v in moving(grids) if graph.side[v] != Side.BOTH}
    amid = {v for v in pure if pure.issuperset((*graph.parents[v], *graph.children[v]))}
    assert inner == (set() if whole else amid)
    least = least_cut(graph, [v for v in moving(grids) if v not in inner], inner)
    assert sum(least[1][v] for v in found.vertices()) == least[0]


def moving(grids: Grids) -> list[Vertex]:
    """The places that are not constant."""
    return [
        Vertex(layer, (int(u), int(v)))
        for layer, side in enumerate(grids.side)
        for u, v in np.argwhere(side > 0)
    ]


def least_cut(
    graph: CutGraph, used: list[Vertex], inner: set[Vertex]
) -> tuple[int, dict[Vertex, int]]:
    """The value of a maximum flow by NetworkX, and the capacities."""
    capacity = capacities(graph.network, used, graph.paths, graph)
    flow: nx.DiGraph = nx.DiGraph()
    flow.add_nodes_from(["source", "sink"])
    for v in used:
        flow.add_edge((v, 0), (v, 1), capacity=capacity[v])
        beside = {*graph.parents[v], *graph.children[v]}
        for other in beside & capacity.keys():
            flow.add_edge((v, 1), (other, 0))
        if v.layer == 0 or beside & inner:
            flow.add_edge(*(("source", (v, 0)) if graph.side[v] == P else ((v, 1), "sink")))
    return nx.maximum_flow_value(flow, "source", "sink"), capacity


def capacities(
    network: Network, used: list[Vertex], paths: dict[Vertex, int], graph: CutGraph | None = None
) -> dict[Vertex, int]:
    """The rounded logarithms of what vertices count."""
    logs = []
    for v in used:
        D, k = network.channels[v.layer], paths[v]
        halves = [k]
        if graph is not None and graph.side[v] == Side.BOTH:
            halves = [k // 2, k - k // 2]
        if v.layer == 0:
            logs.append(float(np.log(network.M)))
        elif v.layer == network.depth:
            logs.append(0.0)
        else:
            logs.append(float(sum(sizes(D, np.array([half]))[0] for half in halves)))
    return dict(zip(used, rounded(np.array(logs)).tolist(), strict=True)) if used else {}


def test_paths_that_fill_no_machine_integer_are_counted_exactly() -> None:
    """Seventy layers of 2 x 2 windows: more than 2^62 paths to the output from inner sites."""
    network = Network(2, 1, 80, layers="(1x2/1:1)*70,1x80/1x80:1")
    cut = named("left-right", 1, 80)
    grids = Grids.of(network, cut)
    assert grids.kind is object
    found = two_sided_cut(grids, GIB)
    assert found.separates
    assert (grids.side[70] == ON_BOTH).sum() == 40
    for side in (P, Q):
        assert one_sided_cut(network, cut, side, GIB).sites


def test_flows_close_what_sites_and_dominators_leave_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small channels: a location in each row counts less than all the sites below it that it shares."""
    network = Network(3, 32, layers="(3/1:4,2/2:4)*5,1/1:1")
    cut = named("left-right", 32, 32)
    monkeypatch.setattr(cut_graph, "__defaults__", (10,))
    found = upper_bound(network, cut)
    assert not found.remark
    assert {v.layer for v in found.separator} == {0, 3, 4, 11}
    assert found.value < Powers([(3, 348)])
    little = upper_bound(network, cut, memory=10_000)
    assert Powers([(3, 496), (5, 1)]) >= little.value > found.value
    assert "the flow through P has " in little.remark
    assert "and 9.77 KiB are allowed" in little.remark


def test_more_than_the_memory_is_refused_before_it_is_built() -> None:
    network, cut = Network(3, 32, layers="(3/1:4,2/2:4)*5,1/1:1"), named("left-right", 32, 32)
    with pytest.raises(ResourceError, match=r"would need about \d+ KiB and"):
        one_sided_cut(network, cut, P, 10_000)
    with pytest.raises(ResourceError, match="the flow through both sides has"):
        two_sided_cut(Grids.of(network, cut), 10_000)


def test_a_partition_with_an_empty_side_needs_no_place() -> None:
    network = Network(2, 2, layers="2/1:1,2/2:1")
    cut = Partition("sites", 2, 2, bytes(4))
    assert two_sided_cut(Grids.of(network, cut), GIB).vertices() == ()
    assert one_sided_cut(network, cut, Q, GIB).sites == ()
