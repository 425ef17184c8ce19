"""Max pooling: chains of boxes bound the rank from above, and without overlap it is attained (THEORY 6.3).

Theorem. relu-max, the last layer linear, D channels in layer L - 1 >= 1. Let every location of layer
L - 2 that a location v of layer L - 1 with sites of both sides sees have sites of one side. Let n_i
bound the states of the k inputs of v on P: M for a site, else the lesser of M^(sites seen) and of
1 + e_1 + ... + e_c, c its channels, e_i the elementary symmetric polynomials of n - 1 over its own inputs.
Put s_P(v) = the least of the product of all n_i, less 1, and of D (sum of (n_i - 1) - j) + e_1 + ... + e_j
for 0 <= j < k, with e_i those of the n_i - 1. Then for all parameters

    rank <= 1 + [a location sees P only] + sum over v of s_P(v),

the same holds for Q, and rank <= 2 + sum over v of min(s_P, s_Q). For M = 2, H = 4,
2/2:D_1,2/2:D,1/1:1 that is 30 D + 1 for D_1 >= 4, so that full rank needs D >= 9; for D_1 >= 15 it is
attained.

Proof. A channel of v is max(l, r), l(x_P) the largest of functions of the inputs on P, r likewise on Q.
So it is its largest value less a positive combination of [l <= t][r <= t]. On P, [l <= t] is the
indicator of a box, a product of sets of states, and these boxes grow with t. A chain of boxes that are
not empty and not everything has at most sum of (n_i - 1) members; of those at most the sum less j
restrict more than j inputs, and the functions of at most j inputs have dimension 1 + e_1 + ... + e_j. So
the output lies, as a function of x_P, in the span of 1, of what locations of P alone add, and of these
boxes. States: the values of one channel cut the box of all states into slices, of which each fixes one
input; the other channels cut each slice in the same way, and p_c(n) - p_c(n, one state less of input i) =
p_(c-1)(n without i) for p_c = 1 + e_1 + ... + e_c. QED

Source: this project; THEORY 6.3. That networks with max pooling are universal: Cohen and Shashua (2016).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import prod

import networkx as nx

from ...algebra.linear.rank_bounds import rank_bounds
from ...algebra.powers import Powers
from ...algebra.rectifier import Rectifier
from ...errors import ResourceError
from ...graphs.chains import Chains, chains, show_states
from ...graphs.connectivity import connectivity_graph
from ...graphs.network import Network, Vertex
from ...graphs.partition import P, Q, Side
from ..decide import MEMORY, RankClaim
from ..rectifier_points import ordered
from ..rectifier_rank import measured_rectifier
from ..setting import SHARED, Setting
from ..steps import NotRun, Status, lemma, need, step
from ..theorem import PROJECT, Sizes, theorem
from ..verdict import Claim, NotApplicable, Verdict, conclude, need_plain

POOLING = "relu-max"
SEEDS = 5
MOST_SITES, MOST_GRAPH_SITES = 4096, 100
MOST_INPUTS = 12
"""Of one side: their products over all sets of up to j of them are added one by one."""
FOUR: Sizes = {"M": 2, "H": 4, "layers": "2/2:15,2/2:3,1/1:1"}


@dataclass(frozen=True)
class Bound:
    """A setting and its chains."""

    setting: Setting
    found: Chains

    @property
    def value(self) -> Powers:
        """The bound, or the size of the matrix if that is smaller."""
        return min(Powers(self.found.bound), self.setting.full_rank)


BOXES = lemma(
    "boxes",
    "THEORY 6.3, a maximum by the sets on which it is at most t",
    "a channel is a constant less a sum of products of a box of P and one of Q; a chain of boxes has one "
    "for each state but one of each input, and boxes of few inputs lie in few dimensions",
)


def best(setting: Setting) -> Bound:
    """The chains of a setting.

    Raises
    ------
    NotApplicable
        If an input of layer L - 1 sees both sides, or no location of layer L - 1 does.

    Examples
    --------
    >>> best(Setting.read(M=2, H=4, layers="2/2:15,2/2:3,1/1:1")).found.bound
    91
    """
    need_plain(setting)
    network = setting.network
    if network.sites > MOST_SITES:
        reason = f"{network.sites} sites, and up to {MOST_SITES} are tried"
        raise NotApplicable(reason, about=setting)
    found = chains(network, setting.partition)
    if found is None:
        reason = (
            "layer L - 1 needs locations with sites of both sides, whose inputs have sites of one"
        )
        raise NotApplicable(reason, about=setting)
    return Bound(setting, found)


def least_channels(setting: Setting) -> int | None:
    """The least D of layer L - 1 that the bound allows full rank; None if none does.

    >>> least_channels(Setting.read(M=2, H=4, layers="2/2:15,2/2:3,1/1:1"))
    9
    """
    full, found = int(setting.full_rank), best(setting).found
    if found.with_channels(full).bound < full:
        return None
    low, high = 0, full
    while high - low > 1:
        middle = (low + high) // 2
        if found.with_channels(middle).bound < full:
            low = middle
        else:
            high = middle
    return high


@step("inputs", "graph")
def inputs(case: Bound) -> str:
    """Each input of the locations with sites of both sides has sites of one side, on the full graph."""
    network, cut = case.setting.network, case.setting.partition
    if network.sites > MOST_GRAPH_SITES:
        raise NotRun(f"{network.sites} sites, and up to {MOST_GRAPH_SITES} are tried")
    graph, layer = connectivity_graph(network), network.depth - 1
    top = Vertex(network.depth, (0, 0))

    def side(vertex: Vertex) -> Side:
        seen = {vertex, *nx.ancestors(graph, vertex)}
        return Side.of(cut.side(at) for k, at in seen if k == 0)

    read = sorted(graph.predecessors(top))
    mixed = [v for v in read if side(v) is Side.BOTH]
    need([v.at for v in mixed] == list(case.found.locations), f"they are {[v.at for v in mixed]}")
    for v, states in zip(mixed, case.found.states, strict=True):
        sides = [side(u) for u in graph.predecessors(v)]
        need(Side.BOTH not in sides, f"an input of {v.at} has sites of both sides")
        counts = (sides.count(P), sides.count(Q))
        need(counts == tuple(map(len, states)), f"{v.at} has {counts} inputs, not those counted")
    lone = tuple(any(side(v) is one for v in read) for one in (P, Q))
    need(lone == case.found.lone, "locations with sites of one side are not those counted")
    shown = f"{len(mixed)} location{'s' if len(mixed) > 1 else ''} of layer {layer}"
    return f"{shown} with sites of both sides; each input has sites of one"


@step("states", "integer arithmetic, sets of inputs one by one")
def states(case: Bound) -> str:
    """No more states than templates allow on the sites that an input sees, and than channels can part."""
    network, found = case.setting.network, case.found
    layer = network.depth - 1
    for v, (p, q) in zip(found.locations, found.states, strict=True):
        allowed = sorted(_most_states(network, layer - 1, i) for i in network.inputs(layer, v))
        need(sorted((*p, *q)) == allowed, f"the inputs of {v} have up to {allowed} states")
    p, q = found.states[0]
    return f"at {found.locations[0]}: {show_states(p)} on P, {show_states(q)} on Q"


@step("dimensions", "integer arithmetic, sets of inputs one by one")
def dimensions(case: Bound) -> str:
    """The bound once more, from the states and the number of channels alone."""
    D, found = case.setting.network.channels[-2], case.found
    for counted, boxes in zip(found.states, found.boxes, strict=True):
        for n, claimed in zip(counted, boxes, strict=True):
            if len(n) > MOST_INPUTS:
                raise NotRun(f"{len(n)} inputs, and up to {MOST_INPUTS} are tried")
            allowed = _dimension(n, D)
            need(claimed == allowed, f"{D} chains with {n} states span {allowed}, not {claimed}")
    on_p, on_q = (sum(side) for side in zip(*found.boxes, strict=True))
    fewer = sum(map(min, found.boxes))
    bound = min(1 + found.lone[0] + on_p, 1 + found.lone[1] + on_q, 2 + fewer)
    need(bound == found.bound, f"the bound is {bound}, not {found.bound}")
    return (
        f"over the constants the boxes of P span {on_p} dimensions, those of Q {on_q}, and {fewer} if "
        f"each location takes the better side: rank ≤ {bound}"
    )


@step("random ranks", "exact ranks over Q at random integer parameters")
def ranks(case: Bound) -> str:
    """No rank at random parameters is larger."""
    try:
        report = measured_rectifier(case.setting, trials=SEEDS, memory=MEMORY, constructions=False)
    except ResourceError as error:
        raise NotRun(str(error)) from None
    found = [rank.lower for rank in report.ranks]
    need(case.value >= max(found), f"{max(found)} is more than {case.value.digits}")
    return f"{', '.join(map(str, found))} ≤ {case.value.digits}"


@step("attained", "exact rank over Q at orders of the states")
def attained(case: Bound) -> str:
    """The rank where each channel takes the states in an order of its own."""
    point = ordered(case.setting)
    if point is None:
        raise NotRun("two layers, or three with a channel for each state but one, are needed")
    try:
        table = Rectifier(point.assignment, POOLING).matrix(case.setting.partition, MEMORY)
    except ResourceError as error:
        raise NotRun(str(error)) from None
    found = rank_bounds(table)
    need(case.value >= found.lower, f"{found} is more than {case.value.digits}")
    if case.value != found.lower:
        raise NotRun(f"{point.by} have rank {found}, less than {case.value.digits}")
    return f"{point.by} have rank {found}"


@theorem(
    name="max-chains",
    title="Max pooling: chains of boxes",
    source=PROJECT,
    section="THEORY 6.3",
    statement="""
        relu-max, the last layer linear, D channels in layer L - 1 ≥ 1. Let every location of layer
        L - 2 that a location v of layer L - 1 with sites of both sides sees have sites of one side,
        and n_i states at most: M for a site, else the lesser of M^(sites seen) and 1 + e_1 + … +
        e_c, c its channels, e_i the elementary symmetric polynomials of n - 1 over its own inputs.
        Put s_P(v) = the least of ∏n_i - 1 and of D (Σ(n_i - 1) - j) + e_1 + … + e_j, 0 ≤ j < k,
        over the k inputs of v on P. Then for all parameters rank ≤ 1 + [a location sees P only] + Σ
        s_P(v), the same for Q, and rank ≤ 2 + Σ min(s_P, s_Q). For M = 2, H = 4,
        2/2:D_1,2/2:D,1/1:1, D_1 ≥ 4, that is 30 D + 1: full rank needs D ≥ 9. It is attained for
        D_1 ≥ 15.
    """,
    latex=r"""
        With max pooling, let each input of layer $L-1$ have sites of one side, and the $k$ inputs on
        $P$ of the only location $n_1,\dots,n_k$ states. Then for all parameters
        \[\operatorname{rank}[\![\mathcal A]\!]\le1+\min_{0\le j<k}\Big(D\Big(\sum_i(n_i-1)-j\Big)+
        \sum_{i=1}^{j}e_i(n_1-1,\dots,n_k-1)\Big).\]
    """,
    instances=[
        FOUR,
        {**FOUR, "layers": "2/2:15,2/2:9,1/1:1"},
        {**FOUR, "layers": "1x2/1x2:3,4x2/4x2:23,1/1:1"},
        {**FOUR, "layers": "2/2:2,2/2:2,1/1:1"},
        {**FOUR, "layers": "2/2:1,2/2:40,1/1:1", "weights": "unshared"},
        {**FOUR, "layers": "3/1:1,4/4:1"},
        {"M": 2, "H": 8, "layers": "2/2:100,2/2:9999999,2/2:4096,1/1:1"},
    ],
)
def max_chains(
    *,
    M: int,
    H: int,
    layers: str,
    W: int | None = None,
    partition: str = "left-right",
    weights: str = SHARED,
) -> Verdict:
    """Inputs on the graph, states, the dimensions one by one, and exact ranks against the bound."""
    setting = Setting.read(
        M=M, H=H, W=W, layers=layers, partition=partition, weights=weights, pooling=POOLING
    )
    case = best(setting)
    last = attained(case)
    met = last.status is Status.PASSED
    said = f"rank ≤ {case.value.digits} for all real parameters, {POOLING}"
    if met:
        said = f"the largest rank of all real parameters is {case.value.digits}, {POOLING}"
    return conclude(
        [inputs(case), states(case), BOXES, dimensions(case), ranks(case), last],
        said,
        setting=setting,
        claim=Claim("=" if met else "<=", case.value),
        numbers=_numbers(setting),
    )


@max_chains.variant("no constant", "rank ≤ Σ s_P(v): the constants are in the boxes' span", FOUR)
def no_constant(*, M: int, H: int, layers: str, partition: str = "left-right") -> RankClaim:
    """The largest value of a channel is a constant that no box gives."""
    setting = Setting.read(M=M, H=H, layers=layers, partition=partition, pooling=POOLING)
    value = sum(p for p, _ in best(setting).found.boxes)
    return RankClaim.of_setting(setting, Claim("<=", Powers(value)))


@max_chains.variant("sums", "the same bound holds with sum pooling (relu-sum)", FOUR)
def sums(*, M: int, H: int, layers: str, partition: str = "left-right") -> RankClaim:
    """The sets on which a sum is at most t are no boxes."""
    setting = Setting.read(M=M, H=H, layers=layers, partition=partition, pooling="relu-sum")
    return RankClaim.of_setting(setting, Claim("<=", best(setting).value))


def _numbers(setting: Setting) -> dict[str, int | str]:
    least = least_channels(setting)
    return {"D for full rank ≥": "none suffices" if least is None else least}


def _most_states(network: Network, layer: int, at: tuple[int, int]) -> int:
    """The states of a location by the definition, its sites found by walking down."""
    if layer == 0:
        return network.M
    below = network.inputs(layer, at)
    sites = set(below)
    for k in range(layer - 1, 0, -1):
        sites = {x for place in sites for x in network.inputs(k, place)}
    steps = [_most_states(network, layer - 1, i) - 1 for i in below]
    if len(steps) > MOST_INPUTS:
        raise NotRun(f"{len(steps)} inputs, and up to {MOST_INPUTS} are tried")
    few = range(min(network.channels[layer], len(steps)) + 1)
    parted = sum(prod(chosen) for i in few for chosen in combinations(steps, i))
    most: int = network.M ** len(sites)
    return min(most, parted)


def _dimension(states: tuple[int, ...], channels: int) -> int:
    steps = [n - 1 for n in states if n > 1]
    found, few = prod(states) - 1, 0
    for j in range(len(steps)):
        few += sum(prod(chosen) for chosen in combinations(steps, j)) if j else 0
        found = min(found, channels * (sum(steps) - j) + few)
    return found
