"""The cut law: one overlapping layer, every partition: the rank is a minimum cut (THEORY 8.5).

Theorem. One layer R/S:D with R >= min(S, input size), then one whose window is its whole input; any
partition (P, Q), unshared weights. For b >= 2 let f be the largest integral flow from P-sites over
locations to Q-sites with capacities floor(log_b M) at sites and floor(log_b(D + 1)) at locations. For
almost all parameters

    b^f <= rank <= min over separating sets of M^(sites) (D + 1)^(locations).

If M and D + 1 are powers of b, both are b^f.

Proof. Below: the flow of digits of THEORY 8.6, all routes of which turn in layer 1. Above: fix the
channel or the constant at every location of the set, and the template at every site of it. Equality: a
largest flow has the value of a least cut. QED

Source: this project; the proof in full: THEORY 8.5, and in Coq for all sizes: formal/CutLaw.v.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...algebra.powers import Powers, digit_count
from ...graphs.network import AXES, AXIS_NAMES, Layer, Network, departure, over_all, positive
from ...graphs.partition_names import named
from ...graphs.receptive_fields import tail_failure
from ...graphs.routes import tree_routes, trees
from ...graphs.separating_sets import cut_graph, minimum_cut
from ..decide import RankClaim
from ..interval import UpperBound
from ..monomial_count import bound_of
from ..setting import UNSHARED, Setting, one_of
from ..steps import lemma, need, step
from ..symbolic.kernel import kernel_step
from ..theorem import PROJECT, theorem
from ..verdict import Claim, NotApplicable, Verdict
from ..witness import by_witness
from .flow_bound import FlowNumbers, base, capacities, routed

BOUNDS = ("CutUpper.cut_law_upper", "CutLaw.cut_law_generic")
EXACT = ("CutFlow.max_flow_min_cut", "CutLaw.cut_law_exact")


@dataclass(frozen=True)
class CutNumbers:
    """The flow, the bound of a minimum cut, and whether M and D + 1 are powers of b."""

    flow: FlowNumbers
    upper: UpperBound
    powers: bool


DIGITS = lemma(
    "digits",
    "functions of disjoint digits have the product of the ranks",
    "each path has the factor J + diag(1, …, 1, 0) on its two digits, of determinant 1; a sum of "
    "b^q terms at a location on q paths is their product",
)


def numbers_of(setting: Setting, b: int) -> CutNumbers:
    """The numbers of the law.

    Raises
    ------
    NotApplicable
        If sites are lost.

    Examples
    --------
    One location with D + 1 = 4 carries two binary digits:

    >>> setting = Setting.read(M=4, H=2, layers="2/2:3,1/1:1", weights="unshared")
    >>> numbers = numbers_of(setting, 2)
    >>> numbers.flow.bound, numbers.upper.value, numbers.powers
    (Powers([(2, 2)]), Powers([(4, 1)]), True)
    """
    network = setting.network
    if network.depth != 2:
        raise NotApplicable("two layers are needed", about=setting)
    for axis in AXES if departure(network) is None else ():
        if tail_failure(network.axis(axis), 0) is not None:
            reason = f"R < min(S, input size) on {AXIS_NAMES[axis]}: sites are lost"
            raise NotApplicable(reason, about=setting)
    tree = next(trees(network), None)
    if tree is None:
        raise NotApplicable("the output sees nothing", about=setting)
    site, location = capacities(network, b)
    routes = tuple(tree_routes(tree, setting.partition, [site, location]))
    powers = b**site == network.M and b**location == network.channels[1] + 1
    return CutNumbers(FlowNumbers(setting, b, tree, routes), least_cut(setting), powers)


def least_cut(setting: Setting) -> UpperBound:
    """The bound of a minimum cut together with the output (THEORY 9), or the matrix's size.

    >>> setting = Setting.read(M=4, H=2, layers="2/2:3,1/1:1", weights="unshared")
    >>> least_cut(setting).separator
    (Vertex(layer=1, at=(0, 0)), Vertex(layer=2, at=(0, 0)))
    """
    graph = cut_graph(setting.network, setting.partition)
    found = bound_of(graph, minimum_cut(graph) | {graph.output})
    if found.value < setting.full_rank:
        return found
    return UpperBound(setting.full_rank, "the matrix's size")


def recounted(setting: Setting, upper: UpperBound) -> str:
    """A bound in words, once its set separates, on the graph, and its capacity is counted once more."""
    network, where, capacity = setting.network, upper.by, setting.full_rank
    if upper.separator:
        graph = cut_graph(network, setting.partition)
        need(graph.separates(upper.separator), "the set does not separate")
        sites = sum(v.layer == 0 for v in upper.separator)
        locations = sum(v.layer == 1 for v in upper.separator)
        capacity = Powers([(network.M, sites), (network.channels[1] + 1, locations)])
        where = f"{sites} sites and {locations} locations separate"
    need(capacity == upper.value, f"{where}: {capacity}, and {upper.value} was said")
    return f"{where}: rank ≤ {upper.value}"


@step("cut", "minimum cut, integer arithmetic")
def cut(numbers: CutNumbers) -> str:
    """The set separates, and the flow meets its capacity."""
    upper, law = numbers.upper, numbers.flow.bound
    said = recounted(numbers.flow.setting, upper)
    need(upper.value >= law, f"{said} < {law}")
    if not numbers.powers:
        return said
    need(upper.value == law, f"{said}, and the flow gives {law}")
    return f"{said} = {law}"


@theorem(
    name="cut-law",
    title="Cut law",
    source=PROJECT,
    section="THEORY 8.5",
    statement="""
        One layer R/S:D with R ≥ min(S, input size), then one whose window is its whole input; any
        partition (P, Q), unshared weights. For b ≥ 2 let f be the largest integral flow from
        P-sites over locations to Q-sites with capacities ⌊log_b M⌋ at sites and ⌊log_b (D + 1)⌋ at
        locations. For almost all parameters b^f ≤ rank ≤ min over separating sets of M^(sites)·(D +
        1)^(locations). If M and D + 1 are powers of b, both are b^f.
    """,
    latex=r"""
        For layers $R/S{:}D$, then one over its whole input, unshared weights and any partition, let
        $f$ be the largest integral flow from $P$-sites over locations to $Q$-sites with capacities
        $\lfloor\log_bM\rfloor$ and $\lfloor\log_b(D+1)\rfloor$. For almost all parameters
        \[b^f\le\operatorname{rank}[\![\mathcal A]\!]\le\min_S
        M^{\#\mathrm{sites}(S)}(D+1)^{\#\mathrm{locations}(S)},\] with equality if $M$ and $D+1$ are
        powers of $b$.
    """,
    instances=[
        {"M": 2, "H": 4, "R": 3, "D": 1, "partition": "checkerboard"},
        {"M": 2, "H": 4, "R": 2, "S": 2, "D": 3, "partition": "rows"},
        {"M": 4, "H": 2, "R": 2, "D": 3, "partition": "checkerboard"},
        {"M": 4, "H": 2, "W": 3, "R": 2, "D": 1, "partition": "columns"},
        {"M": 3, "H": 4, "R": 2, "D": 2, "b": 3, "partition": "left-right"},
        {"M": 3, "H": 3, "R": 2, "D": 2, "partition": "checkerboard"},
        {"M": 2, "H": 8, "R": 3, "D": 3, "partition": "checkerboard"},
    ],
)
def cut_law(
    *,
    M: int,
    H: int,
    R: int,
    D: int,
    S: int = 1,
    W: int | None = None,
    partition: str = "checkerboard",
    b: int = 2,
    weights: str = UNSHARED,
) -> Verdict:
    """The flow's paths give an assignment of rank b^f; a minimum cut bounds the rank from above."""
    one_of("weights", weights, (UNSHARED,))
    setting = _setting(M, H, W, R, S, D, partition)
    numbers = numbers_of(setting, base(b))
    law, flow = numbers.flow.bound.over(M), numbers.flow
    relation = "=" if numbers.powers else "≥"
    more = "" if numbers.powers else f", and ≤ {numbers.upper.value} for all parameters"
    return by_witness(
        setting,
        law,
        flow.construction(),
        before=[routed(flow)],
        above=[cut(numbers), DIGITS],
        last=[kernel_step(*BOUNDS, *(EXACT if numbers.powers else ()))],
        claim=Claim("=" if numbers.powers else ">=", law),
        conclusion=f"rank {relation} {law} for almost all parameters, {weights} weights{more}",
        numbers={
            "b": b,
            "f": len(flow.routes),
            "digits of a site": digit_count(M, b),
            "of a location": digit_count(D + 1, b),
        },
    )


@cut_law.variant(
    "D + 2",
    "a location carries ⌊log_b (D + 2)⌋ digits",
    {"M": 4, "H": 2, "R": 2, "S": 2, "D": 2, "partition": "left-right"},
)
def one_channel_more(*, M: int, H: int, R: int, S: int, D: int, partition: str) -> RankClaim:
    """The constant counts as one channel, not as two."""
    setting = _setting(M, H, None, R, S, D, partition)
    tree = next(trees(setting.network))
    digits = [digit_count(M, 2), digit_count(D + 2, 2)]
    flow = len(tree_routes(tree, setting.partition, digits))
    return RankClaim.of_setting(setting, Claim(">=", Powers([(2, flow)])))


def _setting(M: int, H: int, W: int | None, R: int, S: int, D: int, partition: str) -> Setting:
    height, width = positive("H", H), positive("W", H if W is None else W)
    rows, columns = (-(-size // positive("S", S)) for size in (height, width))
    network = Network(M, height, width, layers=(Layer(R, S, D), over_all((rows, columns))))
    return Setting(network, named(partition, height, width), UNSHARED)
