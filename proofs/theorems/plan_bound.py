"""Plans of pairs of paths that meet in a layer: unshared weights, any partition (THEORY 8.4).

Theorem. Any partition, unshared weights, 2 <= K < L, a tail after layer K that loses nothing, m' <=
min(M - 1, D_K). A plan is a set of different locations of layer K, each with two directed paths from
sites of different sides that enter it through different inputs; all sites are different, and a location
of layer l < K is on at most floor(D_l / m') paths. Then rank >= (m' + 1)^(size of the plan) for almost
all parameters.

Proof. Each path owns a block of m' channels on its way, which carries its site's template up; layer K
multiplies the two, layer K + 1 sums the channels and adds 1, and unused locations stay neutral. So the
function is a product of factors 1 + sum over c < m' of [near = c][far = c] on disjoint pairs of sites.
QED

Source: this project; the proof in full: THEORY 8.4. Large plans are searched by a flow, which may miss
some.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from ...algebra.powers import Powers
from ...algebra.witnesses.construction import Construction
from ...algebra.witnesses.plans import plan_assignment
from ...graphs.connectivity import reaches_output
from ...graphs.network import AXES, Location, Vertex
from ...graphs.pairs import route_graph
from ...graphs.plans import plan
from ...graphs.receptive_fields import tail_problem
from ...graphs.routes import Route, routes_problem
from ..decide import RankClaim
from ..interval import Routes
from ..near_far import most_pairs
from ..setting import UNSHARED, Setting, one_of
from ..steps import need, needs_nothing, step
from ..theorem import PROJECT, Sizes, theorem
from ..verdict import TRIVIAL, Candidate, Claim, NotApplicable, Verdict
from ..witness import by_witness

WIDE: Sizes = {
    "M": 3,
    "H": 1,
    "W": 6,
    "layers": "1x2/1:2,1x2/1:1,1x6/1x6:1",
    "partition": "column:3",
}
MOST_LABELS = 8
EFFORT = 1


@dataclass(frozen=True)
class PlanNumbers:
    """A setting, K, m' (`m`) and a plan: routes that turn in different locations of layer K."""

    setting: Setting
    K: int
    m: int
    routes: tuple[Route, ...]

    @property
    def bound(self) -> Powers:
        """(m' + 1)^(size of the plan)."""
        return Powers([(self.m + 1, len(self.routes))])

    def construction(self) -> Construction:
        """The explicit assignment."""
        return plan_assignment(self.setting.network, self.routes, self.K, self.m)


def best(setting: Setting, least: Powers = TRIVIAL) -> PlanNumbers:
    """K ≥ 2, m' and the plan with the largest bound that is found; K = 1 is left to flows.

    A K and an m' that give less than `least` are left out.

    Raises
    ------
    NotApplicable
        If no K ≥ 2 meets the hypotheses.
    ResourceError
        If the network is too large to be searched.

    Examples
    --------
    >>> sizes = {"M": 2, "H": 1, "W": 4, "layers": "1/1:1,1x2/1:1,1x4/1x4:1"}
    >>> best(Setting.read(**sizes, partition="columns", weights="unshared")).bound
    Powers([(2, 2)])
    """
    network, found = setting.network, []
    have = network.passed_channels
    for K in range(2, network.depth):
        if network.plain and tail_problem(network, K) is not None:
            continue
        for m in range(1, min(network.M - 1, have[0], have[K], MOST_LABELS) + 1):
            if most_pairs(setting, K, m) < least:
                continue
            limits = [D // m for D in have[1:K]]
            routes = plan(network, setting.partition, limits)
            found.append(PlanNumbers(setting, K, m, tuple(routes)))
    if not found:
        raise NotApplicable("no 2 ≤ K < L has a tail that loses nothing and m' ≥ 1", about=setting)
    return max(found, key=lambda numbers: numbers.bound)  # the first among equals


@step("plan", "flow, graph")
def planned(numbers: PlanNumbers) -> str:
    """Every route crosses and follows windows; sites and locations are used as often as allowed."""
    network, K, m = numbers.setting.network, numbers.K, numbers.m

    groups = [1, *(layer.groups for layer in network.layers)]
    passed = [D // max(groups[k : k + 2]) for k, D in enumerate(network.channels)]

    def most(vertex: Vertex) -> int:
        return passed[vertex.layer] // m if 0 < vertex.layer < K else 1

    need(m <= min(network.M - 1, passed[0], passed[K]), f"m' = {m} labels are too many")
    tails = [reaches_output(route_graph(network, [(0, 0)] * K, axis)) for axis in AXES]
    needs_nothing(routes_problem(network, numbers.setting.partition, numbers.routes, most))
    met: set[Location] = set()
    for route in numbers.routes:
        where = f"the route {route.near[0]} … {route.far[0]}"
        need(route.turn.layer == K, f"{where} turns in layer {route.turn.layer}, not {K}")
        need(route.near[-2] != route.far[-2], f"{where} enters through one input")
        lost = any((K, u) not in alive for u, alive in zip(route.turn.at, tails, strict=True))
        need(not lost, f"{where} turns where the tail does not lead")
        met.add(route.turn.at)
    return f"{len(met)} pairs of paths meet in different locations of layer {K}, m' = {m}"


@theorem(
    name="plan-bound",
    title="Plan of pairs",
    source=PROJECT,
    section="THEORY 8.4",
    statement="""
        Any partition, unshared weights, 2 ≤ K < L, a tail after layer K that loses nothing, m' ≤
        min(M − 1, D_K). A plan is a set of different locations of layer K, each with two directed
        paths from sites of different sides that enter it through different inputs; all sites are
        different, and a location of layer l < K is on at most ⌊D_l/m'⌋ paths. Then rank ≥ (m' +
        1)^(size of the plan) for almost all parameters. If layers are not plain, the locations of
        layer K are live ones, and no tail condition is needed. With groups the channels of one
        group count.
    """,
    latex=r"""
        Let a plan be a set of different locations of layer $K<L$, each with two directed paths from
        sites of different sides that enter it through different inputs, on different sites, with at
        most $\lfloor D_l/m'\rfloor$ paths through a location of layer $l<K$,
        $m'\le\min(M-1,D_K)$. If the tail loses nothing, the rank is at least $(m'+1)^{|\mathrm{plan}|}$
        for almost all unshared parameters.
        If layers are not plain, the locations of layer $K$ are live ones, and no tail condition is
        needed. With groups the channels of one group count.
    """,
    instances=[
        WIDE,
        {"M": 2, "H": 4, "layers": "1/1:1,2/1:2,4/4:1", "partition": "columns"},
        {"M": 3, "H": 1, "W": 6, "layers": "1/1:3,1x2/1:2,1x6/1x6:1", "partition": "columns"},
        {"M": 2, "H": 8, "layers": "2/1:4,2/1:1,8/8:1", "partition": "checkerboard"},
    ],
    effort=EFFORT,
)
def plan_bound(
    *,
    M: int,
    H: int,
    layers: str,
    W: int | None = None,
    partition: str = "checkerboard",
    weights: str = UNSHARED,
) -> Verdict:
    """The plan that a flow finds, its paths one by one, and the exact rank at its assignment."""
    one_of("weights", weights, (UNSHARED,))
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition, weights=weights)
    numbers = best(setting)
    return by_witness(
        setting,
        numbers.bound,
        numbers.construction(),
        before=[planned(numbers)],
        numbers={"K": numbers.K, "m'": numbers.m, "pairs": len(numbers.routes)},
    )


@plan_bound.bounds
def candidate(setting: Setting, least: Powers) -> Candidate:
    """Unshared weights, and networks that are searched in seconds."""
    if setting.shared:
        raise NotApplicable("unshared weights are needed", about=setting)
    numbers = best(setting, least)
    by = f"a plan of {len(numbers.routes)} pairs of paths that meet in layer {numbers.K} (THEORY 8.4)"
    routes: Routes = partial(list, numbers.routes)
    return Candidate(numbers.bound, by, numbers.construction, routes)


@plan_bound.variant("base + 1", "rank ≥ (m' + 2)^(size of the plan)", WIDE)
def base_and_one(
    *, M: int, H: int, layers: str, W: int | None = None, partition: str = "checkerboard"
) -> RankClaim:
    """A pair's factor is an affine function of m' products."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition, weights=UNSHARED)
    numbers = best(setting)
    return RankClaim.of_setting(
        setting, Claim(">=", Powers([(numbers.m + 2, len(numbers.routes))]))
    )
