"""Flows of digits through a tree of locations: unshared weights, any partition (THEORY 8.6).

Theorem. Any layers, L >= 2, any partition, unshared weights. Give each location below the last layer a
parent in the next one whose window holds it. Join the sites, their locations of layer 1 and the
locations of layers 2, ..., L - 1 along this tree, with capacities floor(log_b M) at sites,
floor(log_b(D_1 + 1)) in layer 1 and floor(log_b D_l) above. If f is the largest integral flow from
P-sites to Q-sites, rank >= b^f for almost all parameters.

Proof. The flow is f routes, each with a digit of its own at its two ends; a location on q routes has a
channel for every choice of their labels, and a parent sums over the labels of the routes that turn at a
child. At the output all routes have turned: the function is a product of f factors J + diag(1, ..., 1,
0) on disjoint digits, of determinant 1 each. QED

Source: this project; the proof in full: THEORY 8.6.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, pairwise

from ...algebra.powers import Powers, digit_count
from ...algebra.witnesses.construction import Construction
from ...algebra.witnesses.routes import digit_templates, route_assignment
from ...errors import InputError, ResourceError
from ...graphs.network import Network, Vertex, edge_count, positive
from ...graphs.routes import Route, Tree, routes_problem, tree_routes, trees
from ..decide import RankClaim
from ..interval import Routes
from ..setting import UNSHARED, Setting, one_of
from ..steps import need, needs_nothing, step
from ..theorem import PROJECT, Sizes, theorem
from ..verdict import Candidate, Claim, NotApplicable, Verdict
from ..witness import by_witness

DEEP: Sizes = {"M": 2, "H": 2, "W": 4, "layers": "1x3/1x3:2,2x3/2x3:1,1/1:1"}
MOST_BASE = 9
MOST_TREES, MOST_EDGES_TOGETHER = 16, 20_000
MOST_ENTRIES = 50_000
"""Rows of weights of an assignment that is ranked."""


@dataclass(frozen=True)
class FlowNumbers:
    """A setting, a base, a tree, and the routes of a largest flow through it."""

    setting: Setting
    b: int
    tree: Tree
    routes: tuple[Route, ...]

    @property
    def bound(self) -> Powers:
        """b^f."""
        return Powers([(self.b, len(self.routes))])

    @property
    def top(self) -> int:
        """The highest layer in which a route turns."""
        return max((route.turn.layer for route in self.routes), default=1)

    def construction(self) -> Construction:
        """The explicit assignment.

        Raises
        ------
        ResourceError
            If it would have too many entries.
        """
        loads = Counter(v for route in self.routes for v in (*route.crossed, route.turn))
        channels = sum(self.b**load for load in loads.values())
        if channels * self.b > MOST_ENTRIES:
            raise ResourceError(f"the routes need {channels} channels together")
        return route_assignment(self.tree, self.routes, self.b)


def best(setting: Setting, b: int) -> FlowNumbers:
    """The largest flow over a few trees.

    Raises
    ------
    NotApplicable
        If there is no tree.
    ResourceError
        If the graph is too large.

    Examples
    --------
    Every route crosses the one location of layer 2, of capacity floor(log_2 2) = 1:

    >>> setting = Setting.read(M=2, H=4, layers="2/2:3,2/2:2,1/1:1", weights="unshared")
    >>> best(setting, 2).bound
    Powers([(2, 1)])
    """
    network, found = setting.network, []
    most = min(MOST_TREES, 1 + MOST_EDGES_TOGETHER // max(1, edge_count(network)))
    for tree in islice(trees(network) if network.depth > 1 else (), most):
        routes = tree_routes(tree, setting.partition, capacities(network, b))
        found.append(FlowNumbers(setting, b, tree, tuple(routes)))
    if not found:
        reason = "no tree: one layer, or an output that sees nothing"
        raise NotApplicable(reason, about=setting)
    return max(found, key=lambda numbers: len(numbers.routes))  # the first among equals


def capacities(network: Network, b: int) -> list[int]:
    """How many digits in base b a site and a location of layers 1, ..., L - 1 can carry.

    >>> capacities(Network(4, 4, layers="2/2:3,2/2:2,1/1:1"), 2)
    [2, 2, 1]
    """
    _, first, *later = network.passed_channels[:-1]
    site = digit_count(digit_templates(network), b)
    return [site, digit_count(first + 1, b), *(digit_count(D, b) for D in later)]


@step("routes", "flow, graph")
def routed(numbers: FlowNumbers) -> str:
    """Every route joins both sides along windows and parents; no digit twice, no location too often."""
    network, b, tree = numbers.setting.network, numbers.b, numbers.tree

    def most(vertex: Vertex) -> int:
        """The largest c with b^c labels in the channels; layer 1 does without one of them."""
        groups = [1, *(layer.groups for layer in network.layers)][vertex.layer : vertex.layer + 2]
        D = network.channels[vertex.layer]
        have = min(D // g for g in groups) + (vertex.layer <= 1)
        have = min(have, D) if vertex.layer == 0 else have
        return max(c for c in range(have.bit_length()) if b**c <= have)

    needs_nothing(routes_problem(network, numbers.setting.partition, numbers.routes, most))
    for route in numbers.routes:
        for path in (route.near, route.far):
            for layer, (child, parent) in enumerate(pairwise(path[1:]), 1):
                where = f"{parent} of layer {layer + 1} is not the parent of {child}"
                need(tree.parents[Vertex(layer, child)] == parent, where)
    met = {v for route in numbers.routes for v in (*route.crossed, route.turn)}
    count = len(numbers.routes)
    return f"{count} routes over {len(met)} locations, on disjoint digits of the sites"


@theorem(
    name="flow-bound",
    title="Flow of digits",
    source=PROJECT,
    section="THEORY 8.6",
    statement="""
        Any partition, unshared weights. Give each location below the last layer a parent in the next
        one whose window holds it. Join the sites, their locations of layer 1 and the locations of
        layers 2 … L − 1 along this tree, with capacities ⌊log_b M⌋ at sites, ⌊log_b (D_1 + 1)⌋ in
        layer 1 and ⌊log_b D_l⌋ above. If f is the largest integral flow from P-sites to Q-sites,
        rank ≥ b^f for almost all parameters.
    """,
    latex=r"""
        Give each location below the last layer a parent in the next one whose window holds it, and
        let $f$ be the largest integral flow from $P$-sites to $Q$-sites in the undirected graph of
        sites, locations of layer $1$ and this tree below the output, with vertex capacities
        $\lfloor\log_bM\rfloor$, $\lfloor\log_b(D_1+1)\rfloor$ and $\lfloor\log_bD_l\rfloor$. Then
        $\operatorname{rank}[\![\mathcal A]\!]\ge b^f$ for almost all unshared parameters.
    """,
    instances=[
        {"M": 2, "H": 4, "layers": "2/2:3,2/2:2,1/1:1", "partition": "left-right"},
        {"M": 2, "H": 4, "layers": "1/1:1,2/1:4,4/4:1", "partition": "columns"},
        {"M": 4, "H": 2, "W": 4, "layers": "1/1:3,1x2/1x2:4,2/2:1", "partition": "columns"},
        {"M": 3, "H": 4, "layers": "2/2:8,2/2:3,1/1:1", "partition": "left-right", "b": 3},
        {"M": 2, "H": 16, "layers": "2/2:3,2/1:4,8/8:1", "partition": "checkerboard"},
        DEEP,
    ],
)
def flow_bound(
    *,
    M: int,
    H: int,
    layers: str,
    W: int | None = None,
    partition: str = "checkerboard",
    b: int = 2,
    weights: str = UNSHARED,
) -> Verdict:
    """The routes of a largest flow, one by one, and the exact rank at their assignment."""
    one_of("weights", weights, (UNSHARED,))
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition, weights=weights)
    numbers = best(setting, base(b))
    return by_witness(
        setting,
        numbers.bound,
        numbers.construction(),
        before=[routed(numbers)],
        numbers={"b": b, "f": len(numbers.routes), "turns in layers ≤": numbers.top},
    )


def base(b: int) -> int:
    """A base of digits, >= 2; else `InputError`.

    >>> base(3)
    3
    """
    if positive("b", b) < 2:
        raise InputError("b", b, "a base of at least 2 is needed")
    return b


@flow_bound.bounds
def candidate(setting: Setting, _least: Powers) -> Candidate:
    """Unshared weights, small bases, and graphs that are not too large."""
    if setting.shared:
        raise NotApplicable("unshared weights are needed", about=setting)
    network = setting.network
    last = min(network.M, network.channels[1] + 1, MOST_BASE)
    found = [best(setting, b) for b in range(2, last + 1)]
    if not found:
        raise NotApplicable("M ≥ 2 is needed", about=setting)
    numbers = max(found, key=lambda numbers: numbers.bound)
    routes: Routes = partial(list, numbers.routes)
    return Candidate(numbers.bound, _by(numbers), numbers.construction, routes=routes)


def _by(numbers: FlowNumbers) -> str:
    top = numbers.top
    through = "layer 1 (THEORY 8.5)" if top == 1 else f"layers 1 to {top} (THEORY 8.6)"
    return f"a flow of {len(numbers.routes)} digits in base {numbers.b} through {through}"


@flow_bound.variant(
    "D + 1 above", "a location of layer l > 1 carries ⌊log_b (D_l + 1)⌋ digits", DEEP
)
def constant_above(
    *, M: int, H: int, layers: str, W: int | None = None, partition: str = "checkerboard"
) -> RankClaim:
    """From layer 2 on the channel without labels carries the factors of routes that turned below."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition, weights=UNSHARED)
    tree = next(trees(setting.network), None)
    if tree is None:
        raise NotApplicable("a location has no parent", about=setting)
    site, first, *_ = capacities(setting.network, 2)
    above = [digit_count(D + 1, 2) for D in setting.network.channels[2:-1]]
    routes: Sequence[Route] = tree_routes(tree, setting.partition, [site, first, *above])
    return RankClaim.of_setting(setting, Claim(">=", Powers([(2, len(routes))])))
