"""Lower bounds on the generic rank for any partition, each with an explicit assignment (THEORY 8).

* One displacement (8.3), shared or unshared weights: pairs s, s + tau; on a straight cut it contains 8.1
  and so Theorem 1.
* Disjoint tiles of the windows of layer 1 (8.7), shared or unshared weights.
* A flow in digits through a tree of locations (8.5, 8.6), unshared weights.
* A plan of pairs of paths that meet in layer K ≥ 2 (8.4), unshared weights.

The bound is a theorem; where its assignment can be evaluated, the exact rank there is computed as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from math import prod

from ..algebra import resources
from ..algebra.constructions import Construction, displacement_assignment, tile_assignment
from ..algebra.digits import digit_count
from ..algebra.evaluate import factorize
from ..algebra.linear import pair_matrix
from ..algebra.plan_assignment import plan_assignment
from ..algebra.powers import Powers
from ..algebra.route_assignment import route_assignment
from ..algebra.separation import separate
from ..errors import ResourceError
from ..graphs.connectivity import edge_count
from ..graphs.displacements import (
    Displacement,
    crossing_corners,
    displacements,
    matched_corners,
)
from ..graphs.network import Network, Pair
from ..graphs.partition import Partition
from ..graphs.plans import PlanPair, plan
from ..graphs.routes import Route, Tree, routes, trees
from ..graphs.tiles import Tile, show_tile, sides_of_tiles, tiles
from . import theorem_1

MOST_TAUS = 2 * 10**9
"""Sites times displacements that are tried; beyond, only those along one axis."""
MOST_BASE = 9
MOST_TILES = 16
MOST_TREES, MOST_EDGES_TOGETHER = 16, 20_000
MOST_TABLE, MOST_ENTRIES = 2**16, 50_000
"""Of an assignment that is ranked: entries of a tile's table, and rows of weights."""
SMALLER = "a smaller H or M does"


@dataclass(frozen=True)
class LowerBound:
    """A proved lower bound, and what proves it.

    `construction` is an explicit assignment at which the exact rank is `value`, or None.
    """

    value: Powers
    by: str
    construction: Construction | None = None


@dataclass(frozen=True)
class Candidate:
    """A bound by a theorem of THEORY 8, and how to build its assignment over ZZ.

    `random`: the assignment has random entries, and may by bad luck have a smaller rank.
    """

    bound: Powers
    by: str
    build: Callable[[], Construction]
    random: bool = False


def lower_bound(network: Network, partition: Partition, weights: str, memory: int) -> LowerBound:
    """The best of THEORY 8.3, 8.7 and, for unshared weights, 8.4 and 8.6, with its assignment's exact rank.

    Where the assignment does not fit the memory, the theorem alone is what proves the bound.

    Raises
    ------
    AssertionError
        If the rank at an assignment is smaller than its theorem says. (That of 8.3 is taken at z = 1, where
        the rank is measured to be the theorem's, which proves it for almost all z only.)
    """
    partition.require(network.H, network.W)
    best = max(candidates(network, partition, weights), key=lambda c: c.bound, default=None)
    if best is None or best.bound == Powers():
        return LowerBound(Powers(), "every nonzero function")
    try:
        base = max(base for base, _ in best.bound.factors)
        resources.require(resources.estimate_construction(network, base), memory, SMALLER)
        construction = best.build()
        rank = separate(factorize(construction.assignment), partition).rank
    except ResourceError:
        return LowerBound(best.bound, f"lemma: {best.by}; its assignment is too large to rank here")
    if rank < best.bound:
        if best.random:
            return LowerBound(best.bound, f"lemma: {best.by}; random entries were tried in vain")
        raise AssertionError(f"rank {rank} at the assignment of {best.by}, which says {best.bound}")
    where = "an explicit assignment"
    if construction.family is not None:
        where = "the leading form of an explicit family"
    value = best.bound if rank == best.bound else rank  # as the theorem writes it, where they agree
    return LowerBound(value, f"{best.by}; the exact rank at {where}", construction)


def candidates(network: Network, partition: Partition, weights: str) -> Iterator[Candidate]:
    """The best bound of each theorem that applies; those first whose assignments have small clusters."""
    shared = weights == "shared"
    if not shared:
        yield from _flows(network, partition)
        yield from _plans(network, partition)
    yield from _tiles(network, partition, shared=shared)
    displaced = best_displacement(network, partition)
    if displaced is not None:
        step, m, pairs = displaced
        yield Candidate(
            Powers([(m + 1, pairs)]),
            f"{pairs} disjoint pairs s, s + {step.tau} through layer {step.K} (THEORY 8.3)",
            lambda: displacement_assignment(network, step.offsets, m, shared=shared),
        )


def best_displacement(
    network: Network, partition: Partition
) -> tuple[Displacement, int, int] | None:
    """The displacement with the largest (m' + 1)^nu, with m' and nu; the least K and J among equals."""
    best: tuple[Displacement, int, int] | None = None
    bound = Powers()
    for K in range(1, network.depth):
        if theorem_1.lost(network, K) is not None:
            continue
        counted: dict[Pair, int] = {}
        for step in _affordable(network, K):
            m = labels(network, K, step.J)
            if m < 1:
                continue
            if step.tau not in counted:
                crossing = crossing_corners(network, K, partition, step.tau)
                counted[step.tau] = int(matched_corners(crossing, step.tau).sum())
            found = Powers([(m + 1, counted[step.tau])])
            if found > bound:
                best, bound = (step, m, counted[step.tau]), found
    return best


def labels(network: Network, K: int, J: int) -> int:
    """m' of THEORY 8.1: min{M - 1, D_l for J <= l <= K, floor(D_l / 2) for l < J}."""
    D = network.channels
    return min([network.M - 1, *D[J : K + 1], *(d // 2 for d in D[1:J])])


def _affordable(network: Network, K: int) -> list[Displacement]:
    """All displacements, or those along one axis if there are too many."""
    found = list(displacements(network, K))
    if len(found) * network.sites > MOST_TAUS:
        return [step for step in found if 0 in step.tau]
    return found


def _flows(network: Network, partition: Partition) -> Iterator[Candidate]:
    """THEORY 8.6 for small bases: routes on digits of the templates."""
    if network.depth < 2:
        return
    for b in range(2, min(network.M, network.channels[1] + 1, MOST_BASE) + 1):
        try:
            best = best_flow(network, partition, b)
        except ResourceError:
            return
        if best is not None:
            tree, found = best
            yield Candidate(
                Powers([(b, len(found))]), _flow(found, b), partial(_routed, tree, found, b)
            )


def best_flow(network: Network, partition: Partition, b: int) -> tuple[Tree, list[Route]] | None:
    """The largest flow over a few trees; None if there is no tree.

    Raises
    ------
    ResourceError
        If the graph is too large.
    """
    if network.depth < 2:
        return None
    most = min(MOST_TREES, 1 + MOST_EDGES_TOGETHER // max(1, edge_count(network)))
    best: tuple[Tree, list[Route]] | None = None
    for tree in islice(trees(network), most):
        found = routes(tree, partition, capacities(network, b))
        if best is None or len(found) > len(best[1]):
            best = tree, found
    return best


def _plans(network: Network, partition: Partition) -> Iterator[Candidate]:
    found = best_plan(network, partition)
    if found is not None:
        K, m, pairs = found
        yield Candidate(
            Powers([(m + 1, len(pairs))]),
            f"a plan of {len(pairs)} pairs of paths that meet in layer {K} (THEORY 8.4)",
            partial(planned, network, pairs, K, m),
        )


def best_plan(network: Network, partition: Partition) -> tuple[int, int, list[PlanPair]] | None:
    """K ≥ 2, m' and the plan with the largest (m' + 1)^pairs that is found; None if there is none.

    K = 1 is left to flows, which contain it.
    """
    best: tuple[int, int, list[PlanPair]] | None = None
    value = Powers()
    for K in range(2, network.depth):
        if theorem_1.lost(network, K) is not None:
            continue
        for m in range(1, min(network.M - 1, network.channels[K], MOST_BASE) + 1):
            try:
                pairs = plan(network, partition, [D // m for D in network.channels[1:K]])
            except ResourceError:
                return best
            if Powers([(m + 1, len(pairs))]) > value:
                best, value = (K, m, pairs), Powers([(m + 1, len(pairs))])
    return best


def planned(network: Network, pairs: Sequence[PlanPair], K: int, m: int) -> Construction:
    """The assignment of a plan, as a construction."""
    return Construction(plan_assignment(network, pairs, K, m), pair_matrix(m))


def _tiles(network: Network, partition: Partition, *, shared: bool) -> Iterator[Candidate]:
    found = best_tile(network, partition)
    if found is not None:
        tile, at_least = found
        yield Candidate(
            at_least,
            f"disjoint tiles of offsets {show_tile(tile)} in layer 1 (THEORY 8.7)",
            partial(_tiled, network, tile, shared=shared),
            random=True,
        )


def _tiled(network: Network, tile: Tile, *, shared: bool) -> Construction:
    sites = prod(end - first for first, end in tile)
    rows = sites * network.channels[1]
    if rows > MOST_ENTRIES or sites > MOST_TABLE.bit_length() or network.M**sites > MOST_TABLE:
        raise ResourceError(f"a tile has {sites} sites and {network.channels[1]} channels")
    return tile_assignment(network, tile, 0, shared=shared)


def best_tile(network: Network, partition: Partition) -> tuple[Tile, Powers] | None:
    """The tile with the largest product of THEORY 8.7; None if all are 1 or the tail loses inputs."""
    if network.depth < 2 or theorem_1.lost(network, 1) is not None:
        return None
    most = network.channels[1] + 1
    found = [
        (tile, tile_powers(network, partition, tile, most))
        for tile in islice(tiles(network), MOST_TILES)
    ]
    best = max(found, key=lambda pair: pair[1])
    return None if best[1] == Powers() else best


def tile_powers(network: Network, partition: Partition, tile: Tile, most: int) -> Powers:
    """The product over the locations of layer 1 of min(most, M^p, M^q)."""
    counts = sides_of_tiles(network, partition, tile)
    return Powers(
        (_least_power(most, network.M, min(pair)), count) for pair, count in counts.items()
    )


def _least_power(most: int, M: int, exponent: int) -> int:
    """min(most, M^exponent)."""
    value = 1
    for _ in range(exponent):
        value *= M
        if M == 1 or value >= most:
            break
    return min(most, value)


def capacities(network: Network, b: int) -> list[int]:
    """How many digits in base b a site and a location of layers 1, ..., L - 1 can carry."""
    M, first, *later = network.channels[:-1]
    return [digit_count(M, b), digit_count(first + 1, b), *(digit_count(D, b) for D in later)]


def _flow(found: Sequence[Route], b: int) -> str:
    top = max((len(route.up) for route in found), default=1)
    through = "layer 1 (THEORY 8.5)" if top == 1 else f"layers 1 to {top} (THEORY 8.6)"
    return f"a flow of {len(found)} digits in base {b} through {through}"


def _routed(tree: Tree, found: Sequence[Route], b: int) -> Construction:
    loads = Counter(vertex for route in found for vertex in (*route.crossed, route.turn))
    channels = sum(b**load for load in loads.values())
    if channels * b > MOST_ENTRIES:
        raise ResourceError(f"the routes need {channels} channels together")
    return Construction(route_assignment(tree, found, b), pair_matrix(b - 1))
