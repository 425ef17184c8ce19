"""The upper bound N(S) for every product-pooling network and every partition (THEORY 9).

Theorem. Product pooling, any layers, any partition (P, Q). Let S be a set of sites and locations such
that no input of the output or of a location of S with sites of both sides below, and not the output
unless it is in S, sees sites of both sides by paths that avoid S. Then for all parameters, shared or
unshared, over any field, rank <= N(S), which counts the monomials of degree <= (k_P, k_Q) in the
channels of S, where k_P and k_Q count the paths to S above and to the output that run on each side.

Proof. From the output down keep the function as a sum of products A(x_P, z) B(x_Q, z), z the channels
of S that are not yet processed; expand A and B in monomials of the channels of the next location of S,
and give each factor W y + b of its channels to the side of the input. In the end each term is a
function of the P-sites times one of the Q-sites. QED

Source: this project; the proof in full: THEORY 9. The search for S may use anything.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import comb, prod

from ...algebra.powers import Powers
from ...errors import ResourceError
from ...graphs.connectivity import axis_field, axis_graph
from ...graphs.network import AXES, Vertex
from ...graphs.partition import P, Side
from ...graphs.separating_sets import CutGraph, cut_graph
from ...resources import MOST_GRAPH_EDGES
from .. import checker, evidence
from ..decide import RankClaim, random_ranks_step
from ..interval import STRADDLING, UpperBound, show_separator
from ..setting import SHARED, Setting
from ..steps import Fails, Step, lemma, need, step
from ..theorem import PROJECT, Sizes, theorem
from ..upper_bounds import upper_bound
from ..verdict import Claim, NotApplicable, Verdict, conclude

CHAIN: Sizes = {
    "M": 2,
    "H": 1,
    "W": 5,
    "layers": "1x2/2x2:1,1x2/1x1:1,1x3/1x3:1",
    "partition": "column:3",
}
MOST_SEEN = 2 * 10**7
"""Sites that the locations below the output see, with repetitions, which are enumerated in a minute."""
EXPANSION = lemma(
    "expansion",
    "THEORY 9, expansion in monomials of the channels of S, from the output down",
    "h is a sum of N(S) products of a function of the P-sites and one of the Q-sites",
)


ONE_SIDED = lemma(
    "one-sided",
    "factors of one side only scale rows or columns",
    "h is the product over the locations below the output of affine functions, and those that are mixed "
    "depend on the listed sites of one side only",
)


@step("size", "count of rows")
def size(setting: Setting, found: UpperBound) -> str:
    """Without a set the bound is the smaller number of sites' power of M."""
    smaller = min(setting.partition.sides.count(0), setting.partition.sides.count(1))
    rows = Powers([(setting.network.M, smaller)])
    need(found.value == rows, f"the matrix has {rows} rows or columns, not {found.value}")
    return found.by


@step("straddling", "enumeration of fields")
def straddling(setting: Setting, found: UpperBound) -> str:
    """What each location below the output sees, one by one: of mixed ones, one side is all listed."""
    network, partition = setting.network, setting.partition
    K = network.depth - 1
    listed = {vertex.at for vertex in found.separator if vertex.layer == 0}
    sides = {partition.side(at) for at in listed}
    need(len(sides) < 2, "sites of both sides are listed")
    side = sides.pop() if sides else P
    graphs = [axis_graph(axis) for axis in network.axes]
    fields = [[axis_field(graphs[a], K, u) for u in range(network.sizes[K][a])] for a in AXES]
    seen = network.inputs(network.depth, (0, 0))
    work = sum(len(fields[0][u]) * len(fields[1][v]) for u, v in seen)
    if work > MOST_SEEN:
        raise ResourceError(
            f"{work} sites are seen, with repetitions, and up to {MOST_SEEN} are enumerated"
        )
    for u, v in seen:
        field = {at: partition.side(at) for at in product(fields[0][u], fields[1][v])}
        mixed = len(set(field.values())) == 2
        missing = [at for at, s in field.items() if mixed and s == side and at not in listed]
        need(not missing, f"{missing[:1]} straddles at {(u, v)} and is not listed")
    value = Powers([(network.M, len(listed))])
    need(found.value == value, f"{len(listed)} sites: {value}, and {found.value} was said")
    return f"{len(listed)} sites of {side.name} are all that layer {K} sees with the other side"


@step("separator", "graph")
def separator(setting: Setting, found: UpperBound) -> str:
    """What the factors of an expansion see without the set is on one side each."""
    graph = cut_graph(setting.network, setting.partition, MOST_GRAPH_EDGES)
    where = show_separator(found.separator)
    said = f"nothing that is expanded has an input that sees both sides without {where}"
    need(graph.separates(found.separator), f"not so: {said}")
    return said


@step("N(S)", "integer arithmetic, the certificate's checker")
def monomials(setting: Setting, found: UpperBound) -> str:
    """N(S) counted once more from the set alone, by the checker, which shares no code with the search."""
    try:
        checker.check(evidence.upper_bound(setting, found))
    except checker.Refused as refused:
        raise Fails(f"N(S) = {found.value} is refused: {refused.args[-1]}") from None
    return f"N(S) = {found.value}, as a {found.form} over degrees"


@theorem(
    name="upper-bound",
    title="Upper bound by a separating set",
    source=PROJECT,
    section="THEORY 9",
    statement="""
        Product pooling, any layers, any partition (P, Q). Let S be a set of sites and locations
        such that no input of the output or of a location of S with sites of both sides below, and
        not the output unless it is in S, sees sites of both sides by paths that avoid S. Then for
        all parameters, shared or unshared, over any field, rank ≤ N(S), which counts the monomials
        of degree ≤ (k_P, k_Q) in the channels of S, where k_P and k_Q count the paths to S above
        and to the output that run on each side.
    """,
    latex=r"""
        Let $S$ be a set of sites and locations such that no input of the output or of a location of
        $S$ with sites of both sides below, and not the output unless it is in $S$, sees sites of both
        sides by paths that avoid $S$. Then $\operatorname{rank}[\![\mathcal A]\!]\le N(S)$ for all
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
    weights: str = SHARED,
) -> Verdict:
    """Search S, evaluate N(S) in integers, and hold the generic rank against it."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition, weights=weights)
    found = upper_bound(setting.network, setting.partition)
    steps: list[Step] = [size(setting, found)]
    if found.form == STRADDLING:
        steps = [straddling(setting, found), ONE_SIDED]
    elif found.separator:
        steps = [separator(setting, found), EXPANSION, monomials(setting, found)]
    return conclude(
        [*steps, random_ranks_step(setting, found.value)],
        f"rank ≤ {found.value} for all parameters over any field",
        setting=setting,
        claim=Claim("<=", found.value),
    )


@upper.variant("no sides", "mixed locations count C(D + k, k), k paths to the output", CHAIN)
def without_sides(
    *, M: int, H: int, layers: str, W: int | None = None, partition: str = "left-right"
) -> RankClaim:
    """A channel's powers must be split between the two sides: C(D + k, k) monomials are too few."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition)
    return _variant(setting, lambda D, k: comb(D + k, k))


@upper.variant("no multiplicities", "every location of S counts D + 1", CHAIN)
def without_multiplicities(
    *, M: int, H: int, layers: str, W: int | None = None, partition: str = "left-right"
) -> RankClaim:
    """A location with several paths to the output enters with several powers."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition)
    return _variant(setting, lambda D, k: D + 1)


def _variant(setting: Setting, weight: Callable[[int, int], int]) -> RankClaim:
    """The bound with another weight for mixed locations, at the single location that separates best."""
    network = setting.network
    graph = cut_graph(network, setting.partition)
    values = [
        prod(weight(network.channels[v.layer], graph.paths[v]) for v in chosen)
        for chosen in _single_sets(graph)
    ]
    if not values:
        raise NotApplicable("no single location separates", about=setting)
    return RankClaim.of_setting(setting, Claim("<=", Powers(min(values))))


def _single_sets(graph: CutGraph) -> list[list[Vertex]]:
    """The single mixed locations which, with the output, separate."""
    return [
        [v]
        for v in sorted(graph.parents)
        if graph.side[v] == Side.BOTH and v != graph.output and graph.separates({v, graph.output})
    ]
