"""Flows in digits through a tree of locations: unshared weights, any partition (THEORY 8.6)."""

from __future__ import annotations

from itertools import pairwise

from ...algebra.constructions import Construction
from ...algebra.digits import digit_count
from ...algebra.linear import pair_matrix
from ...algebra.powers import Powers
from ...algebra.route_assignment import route_assignment
from ...errors import InputError
from ...graphs.network import positive
from ...graphs.partition import Partition, Site, named
from ...graphs.routes import Route, Tree, Vertex, routes, trees
from ...graphs.windows import inputs_of, sees
from ..claim import RankClaim
from ..constructive import constructive_verdict
from ..lower_bounds import best_flow, capacities
from ..registry import PROJECT, Sizes, result
from ..verdict import Claim, Status, Step, Verdict, not_applicable
from ..verify_bound import network_of, one_of

TITLE = "Flow of digits"
DEEP: Sizes = {"M": 2, "H": 2, "W": 4, "layers": "1x3/1x3:2,2x3/2x3:1,1/1:1"}


@result(
    name="flow-bound",
    title=TITLE,
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
    weights: str = "unshared",
) -> Verdict:
    """The routes of a largest flow, one by one, and the exact rank at their assignment."""
    one_of("weights", weights, ("unshared",))
    network = network_of(None, M, H, W, layers)
    if positive("b", b) < 2:
        raise InputError("b", b, "a base of at least 2 is needed")
    cut = named(partition, network.H, network.W)
    found = best_flow(network, cut, b)
    if found is None:
        reason = "no tree: one layer, or a location that no window of the next layer holds"
        return not_applicable(
            TITLE, PROJECT, [reason], network=network, weights=weights, partition=partition
        )
    tree, ways = found
    top = max((len(route.up) for route in ways), default=1)
    return constructive_verdict(
        TITLE,
        network,
        cut,
        weights,
        Powers([(b, len(ways))]),
        Construction(route_assignment(tree, ways, b), pair_matrix(b - 1)),
        [routes_step(tree, cut, ways, capacities(network, b))],
        {"b": b, "f": len(ways), "turns in layers ≤": top},
    )


@flow_bound.variant(
    "D + 1 above", "a location of layer l > 1 carries ⌊log_b (D_l + 1)⌋ digits", DEEP
)
def constant_above(
    *, M: int, H: int, layers: str, W: int | None = None, partition: str = "checkerboard"
) -> RankClaim | str:
    """From layer 2 on the channel without labels carries the factors of routes that turned below."""
    network = network_of(None, M, H, W, layers)
    cut = named(partition, network.H, network.W)
    tree = next(trees(network), None)
    if tree is None:
        return "a location has no parent"
    site, first, *_ = capacities(network, 2)
    above = [digit_count(D + 1, 2) for D in network.channels[2:-1]]
    ways = routes(tree, cut, [site, first, *above])
    return RankClaim(network, cut, "unshared", Claim(">=", Powers([(2, len(ways))])))


def routes_step(tree: Tree, cut: Partition, ways: list[Route], most: list[int]) -> Step:
    """Every route joins both sides along windows; no digit is used twice, no location by too many."""
    name, method = "routes", "flow, graph"
    digits: set[tuple[Site, int]] = set()
    carried: dict[Vertex, int] = {}
    for route in ways:
        problem = _problem(tree, cut, route, most[0])
        ends = {(route.near, route.near_digit), (route.far, route.far_digit)}
        if problem is None and digits & ends:
            problem = "it uses a digit twice"
        if problem is not None:
            where = f"the route {route.near} … {route.far}"
            return Step(name, method, Status.FAILED, f"{where}: {problem}")
        digits |= ends
        for vertex in (*route.crossed, route.turn):
            carried[vertex] = carried.get(vertex, 0) + 1
            if carried[vertex] > most[vertex[0]]:
                detail = f"{vertex[1]} of layer {vertex[0]} carries too many routes"
                return Step(name, method, Status.FAILED, detail)
    detail = f"{len(ways)} routes over {len(carried)} locations, on disjoint digits of the sites"
    return Step(name, method, Status.PASSED, detail)


def _problem(tree: Tree, cut: Partition, route: Route, site_digits: int) -> str | None:
    """What is wrong with one route on its own."""
    if cut.side(route.near) == cut.side(route.far):
        return "it does not cross"
    if max(route.near_digit, route.far_digit) >= site_digits:
        return "a site has no such digit"
    if route.up[-1] != route.down[-1] or len(route.up) != len(route.down):
        return "its halves do not meet"
    for site, way in ((route.near, route.up), (route.far, route.down)):
        if site not in inputs_of(tree.network, 1, way[0]):
            return f"{site} is not in the window of {way[0]}"
        for k, (child, parent) in enumerate(pairwise(way), 1):
            if tree.parents[k, child] != parent or not sees(tree.network, k + 1, parent, child):
                return f"{parent} of layer {k + 1} is not the parent of {child}"
    return None
