"""Plans of pairs of paths that meet in a layer: unshared weights, any partition (THEORY 8.4)."""

from __future__ import annotations

from itertools import pairwise

from ...algebra.powers import Powers
from ...graphs.network import Network
from ...graphs.partition import Partition, named
from ...graphs.plans import PlanPair
from ...graphs.routes import Vertex
from ...graphs.windows import sees
from ..claim import RankClaim
from ..constructive import constructive_verdict
from ..lower_bounds import best_plan, planned
from ..registry import PROJECT, Sizes, result
from ..verdict import Claim, Status, Step, Verdict, not_applicable
from ..verify_bound import network_of, one_of

TITLE = "Plan of pairs"
WIDE: Sizes = {
    "M": 3,
    "H": 1,
    "W": 6,
    "layers": "1x2/1:2,1x2/1:1,1x6/1x6:1",
    "partition": "column:3",
}


@result(
    name="plan-bound",
    title=TITLE,
    source=PROJECT,
    section="THEORY 8.4",
    statement="""
        Any partition, unshared weights, 2 ≤ K < L, a tail after layer K that loses nothing, m' ≤
        min(M − 1, D_K). A plan is a set of different locations of layer K, each with two directed
        paths from sites of different sides that enter it through different inputs; all sites are
        different, and a location of layer l < K is on at most ⌊D_l/m'⌋ paths. Then rank ≥ (m' +
        1)^(size of the plan) for almost all parameters.
    """,
    latex=r"""
        Let a plan be a set of different locations of layer $K<L$, each with two directed paths from
        sites of different sides that enter it through different inputs, on different sites, with at
        most $\lfloor D_l/m'\rfloor$ paths through a location of layer $l<K$,
        $m'\le\min(M-1,D_K)$. If the tail loses nothing, the rank is at least $(m'+1)^{|\mathrm{plan}|}$
        for almost all unshared parameters.
    """,
    instances=[
        WIDE,
        {"M": 2, "H": 4, "layers": "1/1:1,2/1:2,4/4:1", "partition": "columns"},
        {"M": 3, "H": 1, "W": 6, "layers": "1/1:3,1x2/1:2,1x6/1x6:1", "partition": "columns"},
        {"M": 2, "H": 8, "layers": "2/1:4,2/1:1,8/8:1", "partition": "checkerboard"},
    ],
)
def plan_bound(
    *,
    M: int,
    H: int,
    layers: str,
    W: int | None = None,
    partition: str = "checkerboard",
    weights: str = "unshared",
) -> Verdict:
    """The plan that a flow finds, its paths one by one, and the exact rank at its assignment."""
    one_of("weights", weights, ("unshared",))
    network = network_of(None, M, H, W, layers)
    cut = named(partition, network.H, network.W)
    found = best_plan(network, cut)
    if found is None:
        reason = "no 2 ≤ K < L has a tail that loses nothing, m' ≥ 1 and a pair of paths"
        return not_applicable(
            TITLE, PROJECT, [reason], network=network, weights=weights, partition=partition
        )
    K, m, pairs = found
    return constructive_verdict(
        TITLE,
        network,
        cut,
        weights,
        Powers([(m + 1, len(pairs))]),
        planned(network, pairs, K, m),
        [plan_step(network, cut, pairs, K, m)],
        {"K": K, "m'": m, "pairs": len(pairs)},
    )


@plan_bound.variant("base + 1", "rank ≥ (m' + 2)^(size of the plan)", WIDE)
def base_and_one(
    *, M: int, H: int, layers: str, W: int | None = None, partition: str = "checkerboard"
) -> RankClaim | str:
    """A pair's factor is an affine function of m' products."""
    network = network_of(None, M, H, W, layers)
    cut = named(partition, network.H, network.W)
    found = best_plan(network, cut)
    if found is None:
        return "no plan"
    _, m, pairs = found
    return RankClaim(network, cut, "unshared", Claim(">=", Powers([(m + 2, len(pairs))])))


def plan_step(network: Network, cut: Partition, pairs: list[PlanPair], K: int, m: int) -> Step:
    """Every pair crosses and follows windows; sites and locations are used as often as allowed."""
    name, method = "plan", "flow, graph"
    used: dict[Vertex, int] = {}
    for pair in pairs:
        problem = _problem(network, cut, pair, K)
        ways = (pair.near, pair.far)
        for vertex in [(k, x) for way in ways for k, x in enumerate(way)] + [(K, pair.location)]:
            used[vertex] = used.get(vertex, 0) + 1
            most = network.channels[vertex[0]] // m if 0 < vertex[0] < K else 1
            if used[vertex] > most:
                problem = problem or f"{vertex[1]} of layer {vertex[0]} is used too often"
        if problem is not None:
            return Step(name, method, Status.FAILED, f"the pair at {pair.location}: {problem}")
    detail = f"{len(pairs)} pairs of paths meet in different locations of layer {K}, m' = {m}"
    return Step(name, method, Status.PASSED, detail)


def _problem(network: Network, cut: Partition, pair: PlanPair, K: int) -> str | None:
    """What is wrong with one pair on its own."""
    if cut.side(pair.near[0]) == cut.side(pair.far[0]):
        return "its sites are on one side"
    if pair.near[-1] == pair.far[-1]:
        return "both paths enter through one input"
    for path in (pair.near, pair.far):
        if len(path) != K:
            return "a path skips a layer"
        for layer, (below, above) in enumerate(pairwise((*path, pair.location)), 1):
            if not sees(network, layer, above, below):
                return f"{above} of layer {layer} does not see {below}"
    return None
