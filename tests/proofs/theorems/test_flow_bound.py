"""Flows of digits: Menger's number, the exact rank, and routes that the check must refuse."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import networkx as nx
import pytest
from cases import any_settings, drawn_settings
from convac import (
    InputError,
    Network,
    NotApplicable,
    Powers,
    Setting,
    Status,
    factored_rank,
    factorize,
)
from convac.algebra.powers import digit_count
from convac.algebra.witnesses.routes import route_assignment
from convac.graphs.partition import Partition
from convac.graphs.partition_names import named
from convac.graphs.receptive_fields import tail_problem
from convac.graphs.routes import Route, Tree, tree_routes, trees
from convac.proofs.theorems.cut_law import numbers_of
from convac.proofs.theorems.flow_bound import FlowNumbers, best, capacities, routed
from hypothesis import assume, given
from hypothesis import strategies as st


@given(drawn_settings("unshared", most_M=4), st.integers(2, 4))
def test_the_rank_through_layer_1(setting: Setting, b: int) -> None:
    """Digits that turn in layer 1 have rank b^f below any tail that loses nothing."""
    network = setting.network
    assume(tail_problem(network, 1) is None)
    tree = next(trees(network), None)
    assume(tree is not None)
    assert tree is not None
    first = [digit_count(network.M, b), digit_count(network.channels[1] + 1, b)]
    routes = tree_routes(tree, setting.partition, [*first, *[0] * (network.depth - 2)])
    built = route_assignment(tree, routes, b)
    rank = factored_rank(factorize(built.assignment), setting.partition).rank
    assert rank == Powers([(b, len(routes))])


@given(drawn_settings("unshared", most_M=4), st.integers(2, 3), st.integers(0, 5))
def test_the_rank_of_routes(setting: Setting, b: int, which: int) -> None:
    """Digits through a tree have rank b^f, whichever parents the tree has; the routes are as they say."""
    found = list(trees(setting.network))
    assume(found)
    tree = found[which % len(found)]
    routes = tree_routes(tree, setting.partition, capacities(setting.network, b))
    numbers = FlowNumbers(setting, b, tree, tuple(routes))
    taken = routed(numbers)
    assert taken.status is Status.PASSED, taken.detail
    built = numbers.construction().assignment
    assert factored_rank(factorize(built), setting.partition).rank == numbers.bound


@given(
    any_settings("unshared", most_entries=4096, most_layers=4, least_layers=2),
    st.integers(2, 3),
    st.integers(0, 5),
)
def test_the_rank_of_routes_through_any_layers(setting: Setting, b: int, which: int) -> None:
    """The same where layers pad, dilate, lose inputs and group channels: what is lost is on no route."""
    found = list(trees(setting.network))
    assume(found)
    tree = found[which % len(found)]
    routes = tree_routes(tree, setting.partition, capacities(setting.network, b))
    numbers = FlowNumbers(setting, b, tree, tuple(routes))
    taken = routed(numbers)
    assert taken.status is Status.PASSED, taken.detail
    built = numbers.construction().assignment
    assert factored_rank(factorize(built), setting.partition).rank == numbers.bound


@given(any_settings("unshared", most_entries=4096, most_layers=2, least_layers=2))
def test_flow_and_cut_meet_in_two_layers(setting: Setting) -> None:
    """The cut law for any two layers: M and D + 1 powers of 2, and no groups."""
    network = setting.network
    layers = [replace(network.explicit.layers[0], channels=3, groups=1)]
    layers += [replace(x, channels=1, groups=1) for x in network.explicit.layers[1:]]
    cut = Setting(Network(2, network.H, network.W, layers=layers), setting.partition, "unshared")
    try:
        numbers = numbers_of(cut, 2)
    except NotApplicable:
        assume(False)
    assert numbers.powers
    assert numbers.flow.bound == numbers.upper.value


@given(drawn_settings("unshared", most_M=4, most_sites=6), st.integers(1, 4))
def test_routes_are_as_many_as_a_cut_allows(setting: Setting, most: int) -> None:
    """Menger: the largest flow is the least capacity of a separating set, found by enumeration."""
    network, cut = setting.network, setting.partition
    tree = next(trees(network), None)
    assume(tree is not None and network.sites <= 6)
    assert tree is not None
    limits = [most, *(1 + (most + k) % 2 for k in range(1, network.depth))]
    graph = _graph(tree)
    sides = [
        [(0, s) for s in product(range(cut.H), range(cut.W)) if cut.side(s) == side]
        for side in (0, 1)
    ]
    vertices = [v for v in graph if v[0] > 0]
    assume(len(vertices) <= 8)
    least = min(
        sum(limits[v[0]] for v in chosen) + limits[0] * _sites_to_cover(graph, chosen, sides)
        for size in range(len(vertices) + 1)
        for chosen in combinations(vertices, size)
    )
    assert len(tree_routes(tree, cut, limits)) == least


def _graph(tree: Tree) -> nx.Graph:
    network, graph = tree.network, nx.Graph()
    for (layer, location), parent in tree.parents.items():
        if layer == 1:
            for site in network.inputs(1, location):
                graph.add_edge((0, site), (1, location))
        if layer + 1 < network.depth:
            graph.add_edge((layer, location), (layer + 1, parent))
    return graph


def _sites_to_cover(graph: nx.Graph, chosen: tuple[object, ...], sides: list[list[object]]) -> int:
    """The fewest sites that separate once the chosen locations are gone: a vertex cover by matching."""
    rest = graph.subgraph([v for v in graph if v not in chosen])
    cover = nx.Graph()
    for p in sides[0]:
        for q in sides[1]:
            if p in rest and q in rest and nx.has_path(_passable(rest, p, q), p, q):
                cover.add_edge(p, q)
    return len(nx.max_weight_matching(cover, maxcardinality=True))


def _passable(graph: nx.Graph, p: object, q: object) -> nx.Graph:
    """Without other sites: a path over a site of P or Q holds a shorter one."""
    return graph.subgraph([v for v in graph if v[0] > 0 or v in (p, q)])


NETWORK = Network(2, 4, layers="2/2:3,2/2:2,1/1:1")
CUT = named("columns", 4, 4)


def route(**changes: object) -> Route:
    """A route from (0, 0) to (0, 1) that turns in location (0, 0) of layer 1."""
    plain = Route(((0, 0), (0, 0)), ((0, 1), (0, 0)))
    return replace(plain, **changes)  # type: ignore[arg-type]


def taken(*routes: Route, network: Network = NETWORK, cut: Partition = CUT) -> Status:
    setting = Setting(network, cut, "unshared")
    return routed(FlowNumbers(setting, 2, next(trees(network)), routes)).status


@pytest.mark.parametrize(
    "wrong",
    [
        route(far=((1, 0), (0, 0))),
        route(near_digit=1),
        route(near=((0, 0), (1, 1)), far=((0, 1), (1, 1))),
        route(far=((2, 3), (0, 0))),
        route(near=((0, 0), (0, 0), (0, 0))),
        route(
            near=((0, 0), (0, 0), (1, 1)),
            far=((0, 1), (0, 0), (1, 1)),
        ),
    ],
)
def test_routes_that_are_wrong_fail(wrong: Route) -> None:
    assert taken(route()) is Status.PASSED
    assert taken(wrong) is Status.FAILED


def test_routes_that_use_something_twice_fail() -> None:
    second = Route(((1, 0), (0, 0)), ((1, 1), (0, 0)))
    assert taken(route(), route()) is Status.FAILED
    assert taken(route(), second) is Status.PASSED
    narrow = Network(2, 4, layers="2/2:2,2/2:2,1/1:1")
    assert taken(route(), second, network=narrow) is Status.FAILED
    with pytest.raises(InputError, match="needs 3 channels"):
        route_assignment(next(trees(narrow)), [route(), second], 2)


def test_a_parent_that_is_not_the_trees_fails() -> None:
    network = Network(2, 1, 4, layers="1x1/1:3,1x2/1:2,1x4/1x4:1")
    setting = Setting(network, named("columns", 1, 4), "unshared")
    numbers = best(setting, 2)
    assert routed(numbers).status is Status.PASSED
    others = [tree for tree in trees(network) if tree.parents != numbers.tree.parents]
    assert any(routed(replace(numbers, tree=tree)).status is Status.FAILED for tree in others)
