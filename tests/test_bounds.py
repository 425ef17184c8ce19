"""Lower bounds for any partition, and the proved interval: against graphs, ranks and the checker."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path

import networkx as nx
import pytest
from convac import (
    InputError,
    Layer,
    Network,
    Partition,
    Powers,
    ResourceError,
    bound,
    checkerboard,
    factorize,
    generic_rank,
    left_right,
    separate,
)
from convac.algebra.constructions import (
    displacement_assignment,
    sharp_assignment,
    tile_assignment,
)
from convac.algebra.digits import digit_assignment, digit_count
from convac.algebra.plan_assignment import plan_assignment
from convac.algebra.route_assignment import route_assignment
from convac.graphs.cuts import cut_graph, minimum_cut
from convac.graphs.displacements import (
    crossing_corners,
    displacements,
    matched_corners,
    sites_of_pairs,
)
from convac.graphs.flows import digit_paths
from convac.graphs.partition import from_sites, named
from convac.graphs.plans import PlanPair, plan
from convac.graphs.routes import Route, routes, trees
from convac.graphs.tiles import tiles
from convac.graphs.windows import inputs_of
from convac.proofs import checker, lower_bounds, theorem_1
from convac.proofs.bound import bound_for
from convac.proofs.lower_bounds import best_displacement, capacities, labels, tile_powers
from convac.proofs.results.displacement import pairs_step
from convac.proofs.results.flow_bound import routes_step
from convac.proofs.results.plan_bound import plan_step
from convac.proofs.verdict import Status
from hypothesis import assume, given, settings
from hypothesis import strategies as st


@st.composite
def overlapping(draw: st.DrawFn, most_sites: int = 12, most_M: int = 3) -> Network:
    """Networks with one to three layers below the last; strides and windows on each axis."""
    H, W = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    if most_sites < H * W:
        H, W = 3, 4
    pair = st.tuples(st.integers(1, 3), st.integers(1, 3))
    strides = st.tuples(st.integers(1, 2), st.integers(1, 2))
    layers, size = [], (H, W)
    for _ in range(draw(st.integers(1, 2))):
        layer = Layer(draw(pair), draw(strides), draw(st.integers(1, 4)))
        size = -(-size[0] // layer.stride[0]), -(-size[1] // layer.stride[1])
        layers.append(layer)
    layers.append(Layer(size, size, 1))
    return Network(draw(st.integers(2, most_M)), H, W, layers=layers)


@st.composite
def partitioned(draw: st.DrawFn, **sizes: int) -> tuple[Network, Partition]:
    network = draw(overlapping(**sizes))
    sites = [(r, c) for r in range(network.H) for c in range(network.W)]
    return network, from_sites(network.H, network.W, [s for s in sites if draw(st.booleans())])


@settings(max_examples=80, deadline=None)
@given(overlapping())
def test_displacements_are_all_sums_of_offsets(network: Network) -> None:
    K = network.depth - 1
    found = {(step.tau, step.J): step for step in displacements(network, K)}
    expected = set()
    windows = [list(product(*map(range, layer.window))) for layer in network.layers[:K]]
    for offsets in product(*windows):
        tau, stride = (0, 0), (1, 1)
        for (i, j), layer in zip(offsets, network.layers, strict=False):
            tau = tau[0] + i * stride[0], tau[1] + j * stride[1]
            stride = stride[0] * layer.stride[0], stride[1] * layer.stride[1]
        last = [k + 1 for k, offset in enumerate(offsets) if offset != (0, 0)]
        if last and tau[0] < network.H and tau[1] < network.W:
            expected.add((tau, last[-1]))
            if (tau, last[-1]) in found and found[tau, last[-1]].offsets == offsets:
                del found[tau, last[-1]]
    assert not found
    assert {(step.tau, step.J) for step in displacements(network, K)} == expected


@settings(max_examples=80, deadline=None)
@given(partitioned())
def test_matchings_are_largest(given_: tuple[Network, Partition]) -> None:
    network, cut = given_
    K = network.depth - 1
    for step in displacements(network, K):
        crossing = crossing_corners(network, K, cut, step.tau)
        graph = nx.Graph(sites_of_pairs(crossing, step.tau))
        chosen = sites_of_pairs(matched_corners(crossing, step.tau), step.tau)
        assert len({site for pair in chosen for site in pair}) == 2 * len(chosen)
        assert all(cut.side(near) != cut.side(far) for near, far in chosen)
        assert len(chosen) == len(nx.max_weight_matching(graph, maxcardinality=True))


@settings(max_examples=60, deadline=None)
@given(partitioned(), st.booleans())
def test_the_rank_at_a_displacement(given_: tuple[Network, Partition], shared: bool) -> None:
    """The exact rank is (m' + 1)^nu, for every K and some displacements."""
    network, cut = given_
    for K in range(1, network.depth):
        if theorem_1.lost(network, K) is not None:
            continue
        for step in list(displacements(network, K))[:3]:
            m = labels(network, K, step.J)
            if m < 1:
                continue
            built = displacement_assignment(network, step.offsets, m, shared=shared)
            crossing = crossing_corners(network, K, cut, step.tau)
            pairs = int(matched_corners(crossing, step.tau).sum())
            rank = separate(factorize(built.assignment), cut).rank
            assert rank == Powers([(m + 1, pairs)])


def test_one_axis_is_the_sharp_assignment() -> None:
    network = Network(3, 6, layers="2/1:4,3/1:2,6/6:1")
    sharp = sharp_assignment(network, 1, (2, 3), 2, shared=True)
    displaced = displacement_assignment(network, [(0, 1), (0, 2)], 2, shared=True)
    assert sharp.assignment.entries == displaced.assignment.entries


@settings(max_examples=60, deadline=None)
@given(partitioned(most_M=4), st.integers(2, 4))
def test_the_rank_of_a_flow(given_: tuple[Network, Partition], b: int) -> None:
    """Digits through layer 1 have rank b^f below any tail that loses nothing."""
    network, cut = given_
    assume(theorem_1.lost(network, 1) is None)
    sites, locations = digit_count(network.M, b), digit_count(network.channels[1] + 1, b)
    paths = digit_paths(network, cut, sites, locations)
    rank = separate(factorize(digit_assignment(network, paths, b)), cut).rank
    assert rank == Powers([(b, len(paths))])


@settings(max_examples=60, deadline=None)
@given(partitioned(most_sites=8, most_M=2), st.sampled_from(["shared", "unshared"]))
def test_the_interval_holds_the_generic_rank(
    given_: tuple[Network, Partition], weights: str
) -> None:
    network, cut = given_
    found = bound(network, cut, weights)
    report = generic_rank(network, cut, weights=weights)
    assert report.rank is not None
    assert found.lower.value <= report.rank <= found.upper.value
    if found.lower.construction is not None and found.lower.construction.family is None:
        line = checker.check(json.loads(json.dumps(found.certificate())))
        assert line.startswith("VALID")


@settings(max_examples=60, deadline=None)
@given(partitioned(most_M=4), st.integers(2, 3), st.integers(0, 5))
def test_the_rank_of_routes(given_: tuple[Network, Partition], b: int, which: int) -> None:
    """Digits through a tree have rank b^f, whichever shifts the tree has; the routes are as they say."""
    network, cut = given_
    found = list(trees(network))
    assume(found)
    tree = found[which % len(found)]
    most = capacities(network, b)
    ways = routes(tree, cut, most)
    assert routes_step(tree, cut, ways, most).status is Status.PASSED
    rank = separate(factorize(route_assignment(tree, ways, b)), cut).rank
    assert rank == Powers([(b, len(ways))])


@settings(max_examples=40, deadline=None)
@given(partitioned(most_M=4), st.integers(1, 4))
def test_routes_are_as_many_as_a_cut_allows(given_: tuple[Network, Partition], most: int) -> None:
    """Menger: the largest flow is the least capacity of a separating set, found by enumeration."""
    network, cut = given_
    tree = next(trees(network), None)
    assume(tree is not None and network.sites <= 6)
    assert tree is not None
    limits = [most, *(1 + (most + k) % 2 for k in range(1, network.depth))]
    graph = nx.Graph()
    for (layer, location), parent in tree.parents.items():
        if layer == 1:
            graph.add_edges_from(((0, s), (1, location)) for s in inputs_of(network, 1, location))
        if layer + 1 < network.depth:
            graph.add_edge((layer, location), (layer + 1, parent))
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
    assert len(routes(tree, cut, limits)) == least


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


@settings(max_examples=60, deadline=None)
@given(partitioned(most_M=3), st.booleans())
def test_the_rank_of_tiles(given_: tuple[Network, Partition], shared: bool) -> None:
    """At random integers the rank is the product of THEORY 8.7, for every tile."""
    network, cut = given_
    assume(theorem_1.lost(network, 1) is None)
    for tile in list(tiles(network))[:3]:
        expected = tile_powers(network, cut, tile, network.channels[1] + 1)
        ranks = [
            separate(
                factorize(tile_assignment(network, tile, seed, shared=shared).assignment), cut
            ).rank
            for seed in range(2)
        ]
        assert max(ranks) == expected


@settings(max_examples=60, deadline=None)
@given(partitioned(most_M=3))
def test_the_rank_of_plans(given_: tuple[Network, Partition]) -> None:
    """Pairs that meet in layer K have rank (m' + 1)^pairs; the plan is as it says."""
    network, cut = given_
    for K in range(2, network.depth):
        if theorem_1.lost(network, K) is None:
            for m in range(1, min(network.M - 1, network.channels[K]) + 1):
                pairs = plan(network, cut, [D // m for D in network.channels[1:K]])
                assert plan_step(network, cut, pairs, K, m).status is Status.PASSED
                built = plan_assignment(network, pairs, K, m)
                rank = separate(factorize(built), cut).rank
                assert rank == Powers([(m + 1, len(pairs))])


def test_the_plan_step_finds_what_is_wrong() -> None:
    network, cut = Network(2, 4, layers="1/1:1,2/1:2,4/4:1"), named("columns", 4, 4)
    good = PlanPair((0, 0), ((0, 0), (0, 0)), ((0, 1), (0, 1)))
    assert plan_step(network, cut, [good], 2, 1).status is Status.PASSED
    for wrong in (
        [good, good],
        [replace(good, far=((0, 2), (0, 2)))],
        [replace(good, far=((0, 3), (0, 3)))],
        [replace(good, far=good.near)],
        [replace(good, near=((0, 0),))],
        [good, PlanPair((0, 1), ((0, 2), (0, 2)), ((0, 1), (0, 1)))],
    ):
        assert plan_step(network, cut, wrong, 2, 1).status is Status.FAILED
    assert plan_step(network, cut, [good], 2, 2).status is Status.FAILED


def test_a_plan_can_be_the_best_bound() -> None:
    network = Network(2, 1, 9, layers="1x2/1x2:6,1x3/1:12,1x5/1x5:1")
    cut = Partition("any", 1, 9, bytes([1, 1, 1, 0, 0, 0, 1, 1, 0]))
    report = bound(network, cut, "unshared")
    assert report.lower.value == Powers([(2, 4)])
    assert "THEORY 8.4" in report.lower.by


def route(**changes: object) -> Route:
    plain = Route((0, 0), 0, (0, 1), 0, ((0, 0),), ((0, 0),))
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [
        route(far=(1, 0)),
        route(near_digit=1),
        route(up=((1, 1),)),
        route(far=(2, 3)),
        route(up=((0, 0), (0, 0)), down=((0, 0),)),
        route(up=((0, 0), (1, 1)), down=((0, 0), (1, 1))),
    ],
)
def test_the_routes_step_finds_what_is_wrong(wrong: Route) -> None:
    network, cut = Network(2, 4, layers="2/2:3,2/2:2,1/1:1"), named("columns", 4, 4)
    tree = next(trees(network))
    most = capacities(network, 2)
    assert routes_step(tree, cut, [route()], most).status is Status.PASSED
    assert routes_step(tree, cut, [wrong], most).status is Status.FAILED
    assert routes_step(tree, cut, [route(), route()], most).status is Status.FAILED
    second = route(near=(1, 0), far=(1, 1))
    assert routes_step(tree, cut, [route(), second], most).status is Status.PASSED
    assert routes_step(tree, cut, [route(), second], [1, 1, 1]).status is Status.FAILED
    narrow = next(trees(Network(2, 4, layers="2/2:2,2/2:2,1/1:1")))
    with pytest.raises(InputError, match="needs 3 channels"):
        route_assignment(narrow, [route(), second], 2)


TABLE = [
    ("--M 2 --H 4 --layers 2/1:4,2/2:4,2/1:2,2/2:1", 16, 105),
    ("--M 3 --H 12 --layers 5/1:2,12/12:1", 3**48, 3**48),
    ("--M 2 --H 8 --layers 3/1:3,8/8:1 --partition checkerboard --weights unshared", 2**32, 2**32),
    ("--M 3 --H 8 --layers 3/1:4,8/8:1 --partition checkerboard", 3**32, 3**32),
    ("--M 2 --H 4 --layers 2/2:3,2/2:2,1/1:1", 2, 3),
    ("--M 2 --H 1 --W 8 --layers 1x2/1:1,1x8/1x8:1 --partition columns", 16, 16),
    ("--M 2 --H 4 --layers 4/4:1", 1, 1),
]


SLOW = ("--M 3 --H 64 --layers 5/1:2,64/64:1", 3**256, 3**256)


@pytest.mark.parametrize(
    ("arguments", "lower", "upper"),
    [*TABLE, pytest.param(*SLOW, marks=pytest.mark.slow)],
    ids=[row[0] for row in [*TABLE, SLOW]],
)
def test_bounds_on_the_command_line(arguments: str, lower: int, upper: int, tmp_path: Path) -> None:
    certificate = tmp_path / "c.json"
    asked = [*arguments.split(), "--json", "--certificate", str(certificate)]
    result = command("bound", *asked)
    document = json.loads(result.stdout)
    assert (value(document["lower"]), value(document["upper"])) == (lower, upper)
    assert document["exact"] is (lower == upper)
    if lower > 1:
        assert result.returncode == 0
        assert command("check", str(certificate)).stdout.startswith("VALID: rank ")


def value(document: dict[str, int]) -> int:
    if "value" in document:
        return document["value"]
    return int(document["base"] ** document["exponent"])


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    script = Path(sys.executable).parent / "convac"
    return subprocess.run([str(script), *arguments], capture_output=True, text=True, check=False)


def test_what_does_not_fit_is_proved_by_its_theorem() -> None:
    """A path of 24 sites has a cluster too large to be ranked, and the theorem holds all the same."""
    report = bound_for(M=3, H=1, W=24, layers="1x2/1:2,1x24/1x24:1", partition="columns")
    assert report.lower.value == report.upper.value == Powers([(3, 12)])
    assert "too large to rank here" in report.lower.by
    with pytest.raises(InputError, match="explicit assignment"):
        report.certificate()
    unshared = bound_for(
        M=3, H=1, W=24, layers="1x2/1:2,1x24/1x24:1", partition="columns", weights="unshared"
    )
    assert unshared.lower.construction is not None
    assert unshared.exact


def test_a_bound_that_its_assignment_does_not_reach_is_a_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lower_bounds, "matched_corners", lambda crossing, tau: crossing)
    with pytest.raises(AssertionError, match="which says"):
        bound_for(M=2, H=1, W=4, layers="1x2/1:1,1x4/1x4:1", partition="columns")


def test_the_pairs_step_finds_what_is_wrong() -> None:
    network = Network(2, 4, layers="3/1:2,4/4:1")
    cut = left_right(4)
    found = best_displacement(network, cut)
    assert found is not None
    step, _, pairs = found
    assert pairs_step(network, cut, step, pairs).status is Status.PASSED
    wrong = type(step)
    for broken, expected in [
        (step, pairs + 1),
        (wrong(step.tau, ((0, 3),), 1), pairs),
        (wrong((0, 1), step.offsets, 1), pairs),
    ]:
        assert pairs_step(network, cut, broken, expected).status is Status.FAILED


def test_large_graphs_leave_the_inside_of_a_side_out(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(3, 8, layers="3/1:2,8/8:1")
    graph = cut_graph(network, left_right(8))
    whole = minimum_cut(graph)
    monkeypatch.setattr("convac.graphs.cuts.MOST_SEARCHED", 10)
    inner = graph.one_sided_vertices()
    assert (0, (0, 0)) in inner
    assert (0, (0, 3)) not in inner
    small = minimum_cut(graph)
    assert graph.separates(small)
    assert len(small) == len(whole)
    assert not small & inner


def test_partitions_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError):
        bound(Network(2, 4, layers="3/1:2,4/4:1"), checkerboard(3, 3))
    with pytest.raises(InputError):
        bound(Network(2, 4, layers="3/1:2,4/4:1"), left_right(4), "tied")
    with pytest.raises(ResourceError):
        cut_graph(Network(2, 64, layers="33/1:2,64/64:1"), named("left-right", 64, 64))
