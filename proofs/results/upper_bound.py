"""The upper bound N(S) for every product-pooling network and every partition (THEORY 9)."""

from __future__ import annotations

from collections.abc import Callable
from math import comb, prod

from ...algebra.powers import Powers
from ...graphs.cuts import MIXED, CutGraph, cut_graph
from ...graphs.network import Network
from ...graphs.partition import Partition, named
from ..claim import RankClaim, random_ranks_step
from ..registry import PROJECT, Sizes, result
from ..render import show_separator
from ..upper_bound import UpperBound, bound_of, upper_bound
from ..verdict import Claim, Status, Step, Verdict, outcome
from ..verify_bound import WEIGHTS, network_of, one_of

TITLE = "Upper bound by a separating set"
CHAIN: Sizes = {
    "M": 2,
    "H": 1,
    "W": 5,
    "layers": "1x2/2x2:1,1x2/1x1:1,1x3/1x3:1",
    "partition": "column:3",
}
EXPANSION = Step(
    "expansion",
    "lemma: THEORY 9, expansion in monomials of the channels of S, from the output down",
    Status.LEMMA,
    "h is a sum of N(S) products of a function of the P-sites and one of the Q-sites",
)


@result(
    name="upper-bound",
    title=TITLE,
    source=PROJECT,
    section="THEORY 9",
    statement="""
        Product pooling, any layers, any partition (P, Q). Let S be a set of sites and locations
        such that no component of the connectivity graph without S has sites of both sides. Then for
        all parameters, shared or unshared, over any field, rank ≤ N(S), which counts the monomials
        of degree ≤ (k_P, k_Q) in the channels of S, where k_P and k_Q count the paths to S above
        and to the output that run on each side.
    """,
    latex=r"""
        Let $S$ be a set of sites and locations such that no component of $G-S$ contains sites of
        both sides of the partition. Then $\operatorname{rank}[\![\mathcal A]\!]\le N(S)$ for all
        parameters over any field, where $N(S)\le\prod_{v\in S}\binom{D+k_P}{k_P}\binom{D+k_Q}{k_Q}$
        over mixed locations, a pure location counts one of the two factors, and a site counts $M$.
    """,
    instances=[
        {"M": 2, "H": 4, "layers": "2/2:2,2/1:2,2/2:1"},
        {"M": 2, "H": 4, "layers": "3/2:2,2/2:1"},
        {"M": 2, "H": 4, "layers": "2/1:4,2/2:4,2/1:2,2/2:1"},
        {"M": 2, "H": 4, "layers": "2/2:3,2/2:2,1/1:1", "partition": "checkerboard"},
        {"M": 2, "H": 8, "layers": "2/2:2,2/2:3,2/2:2,1/1:1", "partition": "column:3"},
        CHAIN,
    ],
)
def upper(
    *,
    M: int,
    H: int,
    layers: str,
    W: int | None = None,
    partition: str = "left-right",
    weights: str = "shared",
) -> Verdict:
    """Search S, evaluate N(S) in integers, and hold the generic rank against it."""
    network = network_of(None, M, H, W, layers)
    one_of("weights", weights, WEIGHTS)
    cut = named(partition, network.H, network.W)
    found = upper_bound(network, cut)
    claim = Claim("<=", found.value)
    steps = [
        *_separator_steps(network, cut, found),
        random_ranks_step(network, cut, weights, claim),
    ]
    return Verdict(
        TITLE,
        PROJECT,
        *outcome(
            steps,
            f"rank ≤ {found.value} for all parameters over any field",
        ),
        network=network,
        weights=weights,
        partition=partition,
        claim=claim,
        steps=tuple(steps),
    )


@upper.variant("no sides", "mixed locations count C(D + k, k), k paths to the output", CHAIN)
def without_sides(
    *, M: int, H: int, layers: str, W: int | None = None, partition: str = "left-right"
) -> RankClaim | str:
    """A channel's powers must be split between the two sides: C(D + k, k) monomials are too few."""
    return _variant(network_of(None, M, H, W, layers), partition, lambda D, k: comb(D + k, k))


@upper.variant("no multiplicities", "every location of S counts D + 1", CHAIN)
def without_multiplicities(
    *, M: int, H: int, layers: str, W: int | None = None, partition: str = "left-right"
) -> RankClaim | str:
    """A location with several paths to the output enters with several powers."""
    return _variant(network_of(None, M, H, W, layers), partition, lambda D, k: D + 1)


def _separator_steps(network: Network, cut: Partition, found: UpperBound) -> list[Step]:
    """The set separates, on the graph; and N(S) once more from the set alone."""
    if not found.separator:
        return [Step("size", "count of rows", Status.PASSED, found.by)]
    graph = cut_graph(network, cut)
    chosen = frozenset(found.separator)
    separates = graph.separates(chosen)
    steps = [
        Step(
            "separator",
            "graph",
            Status.PASSED if separates else Status.FAILED,
            f"no component without {show_separator(found.separator)} has sites of both sides",
        )
    ]
    if separates:
        steps.append(EXPANSION)
        again = bound_of(graph, chosen)
        agrees = again.value == found.value
        detail = f"N(S) = {again.value}, as a {again.form} over degrees"
        status = Status.PASSED if agrees else Status.FAILED
        steps.append(Step("N(S)", "integer arithmetic", status, detail))
    return steps


def _variant(
    network: Network, partition: str, weight: Callable[[int, int], int]
) -> RankClaim | str:
    """The bound with another weight for mixed locations, at the single location that separates best."""
    cut = named(partition, network.H, network.W)
    graph = cut_graph(network, cut)
    values = [
        prod(weight(network.channels[v[0]], graph.paths[v]) for v in chosen)
        for chosen in _small_sets(graph)
    ]
    if not values:
        return "no single location separates"
    claim = Claim("<=", Powers([(min(values), 1)]))
    return RankClaim(network, cut, "shared", claim)


def _small_sets(graph: CutGraph) -> list[list[tuple[int, tuple[int, int]]]]:
    """The single mixed locations which, with the output, separate."""
    return [
        [v]
        for v in sorted(graph.parents)
        if graph.side[v] == MIXED and v != graph.output and graph.separates({v, graph.output})
    ]
