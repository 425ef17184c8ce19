"""Routing with shared weights: a pair for every site of a stride cell, carried past overlaps (THEORY 8.9).

Theorem. Product pooling, a straight cut, levels J_1 < ... < J_r < L, no dilation up to layer J_r. A cell of
a layer is min(R, S, n) neighbouring offsets on either axis; in plain layers the first ones. Level i has
cells and shifts e_l >= 0 along the axis of the cut, l <= J_i, that keep the cell in the window, the last
one > 0; tau_i is the sum of the e_l times the strides below. A strand of level i is an offset a_l of each
cell up to layer J_i: from a location of that layer it leads by the a_l to a site p, and by the a_l + e_l to
p + tau_i. Above J_1 let carriers be chosen: one of layer l reads at each of some
offsets a strand that turns in layer l - 1, or a carrier of that layer; the output is one carrier. Let
1 <= m <= M - 1 with

    m * (beginnings of length l of longer ways + strands that turn in layer l) + (carriers of layer l)
        + (1 if a carrier above may read one outside of the input) <= D_l for l < L,

D_l the channels that first groups pass on. Of pairs p, p + tau_i let those count whose ways stay inside.
If those on different sides to which paths of carriers lead are disjoint, as those of one level are, then
rank >= (m + 1)^N for almost all parameters, shared or unshared, N their number.

Proof. For every beginning m channels, the indicators of templates c < m at the site to which it leads, 0
outside; for every strand m channels, the products of those of its two ways. A carrier reads a strand as 1 +
the sum of its channels, and a carrier of the layer below as that channel, made 1 outside by a channel that
is 1 inside. So h is the product over levels, strands and locations of

    (1 + sum over c < m of [p = c][p + tau_i = c])^k,   k the number of paths.

No site is p for two strands or locations of a level. On templates 0, ..., m a pair gives J + diag(2^k - 1,
..., 2^k - 1, 0), of determinant (2^k - 1)^m; other factors have no zero. QED

Source: this project; the proof in full: THEORY 8.9. Levels and carriers are found by search; what counts is
checked.
"""

from __future__ import annotations

from collections import Counter
from itertools import product

from ...algebra.powers import Powers
from ...algebra.rings import ZZ, Table
from ...graphs.carriers import MOST_PATHS
from ...graphs.network import AXES, Location, Network, Pair, Site
from ...graphs.partition import Side
from ...graphs.receptive_fields import tail_extent
from ...graphs.strands import Strands
from ..decide import RankClaim
from ..near_far import need_offsets
from ..routed_pairs import RoutingNumbers, best
from ..setting import SHARED, Setting
from ..steps import need, step
from ..theorem import PROJECT, Sizes, theorem
from ..verdict import Candidate, Claim, Verdict
from ..witness import Witness, by_witness

LINE: Sizes = {"M": 2, "H": 1, "W": 8, "layers": "1x2/1x2:2,1x2/1:2,1x2/1:2,1x4/1x4:1"}
ONE: Sizes = {
    "M": 3,
    "H": 1,
    "W": 4,
    "layers": "1x1/1:1,1x3/1x2:3,1x2/1x2:1",
    "partition": "column:1",
}
CORNER: Sizes = {"M": 2, "H": 1, "W": 8, "layers": "1x2/1x2:2,1x2/1:2,1x4/1x4:1"}
EFFORT = 5


@step("hypotheses", "arithmetic, enumeration of ways")
def hypotheses(numbers: RoutingNumbers) -> str:
    """Every way inside its windows, one displacement a level, and all channels, counted from lists."""
    network, levels, carriers = numbers.setting.network, numbers.levels, numbers.carriers
    Js, m = [strands.J for strands in levels.strands], levels.m
    need(Js == sorted(set(Js)) and Js[0] >= 1, f"the J = {Js} must ascend")
    need(Js[-1] < network.depth, f"J = {Js[-1]} must be below L = {network.depth}")
    need(1 <= m < network.M, f"m = {m} labels need a template more")
    need(m <= network.passed_channels[0], f"the first group sees fewer than m = {m} templates")
    for strands in levels.strands:
        _need_ways(network, strands)
    for layer in range(1, network.depth):
        longer = [strands.ways for strands in levels.strands if layer < strands.J]
        begun = len({way[:layer] for ways in longer for both in ways for way in both})
        turned = sum(len(strands.ways) for strands in levels.strands if layer == strands.J)
        carried = carriers.count(layer) + levels.spare(layer)
        have = network.passed_channels[layer]
        need(
            m * (begun + turned) + carried <= have,
            f"{m} · {begun + turned} + {carried} channels in layer {layer}, which has {have}",
        )
    told = "; ".join(
        f"{_strands(len(strands.ways))} in layer {strands.J}, with shifts "
        f"{list(strands.shifts)}: τ = {strands.tau}"
        for strands in levels.strands
    )
    return f"{told}; m = {m}; every layer has the channels"


def _strands(count: int) -> str:
    return f"{count} strands turn" if count > 1 else "1 strand turns"


def _need_ways(network: Network, strands: Strands) -> None:
    """Ways inside the windows, near ones in the cells of layers without dilation, and one displacement."""
    dilated = [layer for layer in network.layers[: strands.J] if layer.dilation != (1, 1)]
    need(not dilated, f"strands run through {', '.join(map(str, dilated))}")
    for layer in range(1, strands.J + 1):
        for a in AXES:
            used = [near[layer - 1][a] for near, _ in strands.ways]
            most = tail_extent(network.axis(a), layer)
            need(
                max(used) - min(used) < most, f"near offsets {used} are in no cell of layer {layer}"
            )
    for near, far in strands.ways:
        need(len(near) == len(far) == strands.J, f"the ways {near}, {far} end elsewhere")
        ends = [
            tuple(map(sum, zip(*need_offsets(network, way), strict=True))) for way in (near, far)
        ]
        tau = tuple(b - a for a, b in zip(*ends, strict=True))
        need(tau == strands.tau and max(tau) > 0, f"the ways {near}, {far} differ by {tau}")
        need(near[-1] != far[-1], f"the ways {near}, {far} end in one offset")
    need(len(set(strands.ways)) == len(strands.ways), "a strand is named twice")


@step("carriers", "walk down the network")
def carried(numbers: RoutingNumbers) -> str:
    """What every carrier reads is there, and the paths to every pair, counted place by place."""
    network, levels, carriers = numbers.setting.network, numbers.levels, numbers.carriers
    found: Counter[tuple[int, Location]] = Counter({(0, (0, 0)): 1})
    turned: Counter[tuple[int, int, Location]] = Counter()
    for layer in range(network.depth, levels.first, -1):
        strands = levels.turning(layer - 1)
        reads = _checked(numbers, layer)
        above, found = found, Counter()
        for (carrier, at), paths in above.items():
            for offset, read in reads.get(carrier, []):
                below = network.input_at(layer, at, offset)
                told = read < strands or levels.spare(layer - 1)
                need(below or told, f"{at} of layer {layer} reads a carrier outside, at {offset}")
                if below and read < strands:
                    turned[layer - 1, read, below] += paths
                elif below:
                    found[read - strands, below] += paths
    for pair in numbers.pairs:
        J = levels.strands[pair.level].J
        said = min(turned[J, pair.strand, pair.location], MOST_PATHS + 1)
        where = f"strand {pair.strand} at {pair.location} of layer {J}"
        need(said == pair.paths > 0, f"{said} paths to {where}, and {pair.paths} were counted")
    counts = [carriers.count(layer) for layer in range(levels.first + 1, network.depth)]
    most = max((pair.paths for pair in numbers.pairs), default=0)
    return (
        f"{' + '.join(map(str, [*counts, 1]))} carriers above layer {levels.first}; 1 to {most} "
        f"paths lead to every pair"
    )


def _checked(numbers: RoutingNumbers, layer: int) -> dict[int, list[tuple[Pair, int]]]:
    """What each carrier of a layer reads, in the window and below."""
    window = numbers.setting.network.layers[layer - 1].window
    most = numbers.levels.turning(layer - 1) + numbers.carriers.count(layer - 1)
    reads: dict[int, list[tuple[Pair, int]]] = {}
    for (carrier, offset), read in numbers.carriers.of(layer).items():
        reads.setdefault(carrier, []).append((offset, read))
        inside = all(0 <= i < r for i, r in zip(offset, window, strict=True))
        need(inside and 0 <= read < most, f"layer {layer} has no reading {offset} of {read}")
    return reads


@step("pairs", "enumeration of sites")
def pairs(numbers: RoutingNumbers) -> str:
    """Each pair once more, walked down from its location: inside, crossing, disjoint."""
    cut, used = numbers.setting.partition, set[Site]()
    for pair in numbers.pairs:
        J = numbers.levels.strands[pair.level].J
        where = f"strand {pair.strand} at {pair.location} of layer {J}"
        near, far = numbers.sites(pair)
        need(near is not None and far is not None, f"{where} leaves the grid")
        assert near is not None
        assert far is not None
        need(cut.side(near) != cut.side(far), f"the sites of {where} are on one side")
        need(not used & {near, far}, f"a site of {where} is in two pairs")
        used |= {near, far}
    need(len(used) == 2 * numbers.count, f"{len(used)} sites, and {numbers.count} pairs")
    taus = " and ".join(f"p, p + {strands.tau}" for strands in numbers.levels.strands)
    return f"{numbers.count} disjoint pairs {taus} across the cut"


@step("factors", "factored, over ZZ, entry by entry")
def factors(witness: Witness, numbers: RoutingNumbers) -> str:
    """The straddling factors are (1 + sum over c < m of [p = c][p + tau = c])^k, one a pair; no zeros."""
    function, tables = witness.factorization.function, witness.factorization.arithmetic.tables
    need(function is not None, "h is identically zero")
    assert function is not None
    network, sides = numbers.setting.network, numbers.setting.partition.sides
    need(all((tables[number] != 0).all() for _, number in function.factors), "a factor has a zero")
    straddling = {
        scope: number
        for scope, number in function.factors
        if Side.of(sides[site] for site in scope) is Side.BOTH
    }
    compared: dict[tuple[int, int], bool] = {}
    for pair in numbers.pairs:
        inside = [site for site in numbers.sites(pair) if site is not None]
        scope = tuple(row * network.W + column for row, column in inside)
        number = straddling.pop(scope, None)
        need(number is not None, f"no factor on strand {pair.strand} at {pair.location}")
        assert number is not None
        if (number, pair.paths) not in compared:
            table, expected = tables[number], _expected(network.M, numbers.levels.m, pair.paths)
            same = (table * expected[0, 0] == expected * table[0, 0]).all()
            need(same, f"the factor of {pair.location} is not (1 + Σ)^{pair.paths}")
            compared[number, pair.paths] = True
    need(not straddling, f"{len(straddling)} more factors straddle the cut")
    ks = sorted({k for _, k in compared})
    return f"{numbers.count} factors (1 + Σ_c [p = c][p + τ = c])^k, k from {ks[0]} to {ks[-1]}"


def _expected(M: int, m: int, k: int) -> Table:
    """(1 + the sum over c < m of [a = c][b = c])^k, for templates a and b."""
    values = (2**k if a == b < m else 1 for a, b in product(range(M), repeat=2))
    return ZZ.table(values, (M, M))


@theorem(
    name="routing",
    title="Routing with shared weights",
    source=PROJECT,
    section="THEORY 8.9",
    statement="""
        A straight cut, levels J_1 < … < J_r < L, no dilation up to layer J_r. In layers l ≤ J_i let
        shifts e_l ≥ 0 along its axis keep a cell of min(R, S, n) neighbouring offsets on either axis
        (in plain layers the first ones) inside the window, the last one > 0, τ_i the sum of the e_l
        times the strides below. A strand of level i is an offset of each of these
        cells: from a location of layer J_i it leads to a site p, and with the shifts to p + τ_i.
        Carriers of the layers above J_1 read, at some offsets, strands that turn in the layer below
        or carriers of that layer, and the output is one carrier. If m ≤ M − 1, m labels for each
        beginning of a longer way and for each strand fit the channels of every layer, with its
        carriers and one channel more where offsets leave the input, and if the pairs p, p + τ_i
        across the cut to which paths of carriers lead are disjoint (those of one level are), then
        rank ≥ (m + 1)^N for almost all parameters, shared or unshared, N the number of these pairs.
    """,
    latex=r"""
        For a straight cut, levels $J_1<\dots<J_r<L$, and for each shifts $e_1,\dots,e_{J_i}$ that
        keep the stride cell of every layer inside its window, let every site $p$ of a strand at a
        location of layer $J_i$ have the partner $p+\tau_i$. If $m\le M-1$ labels for each beginning
        of a longer way and for each strand, and the carriers, fit the channels of every layer, and
        the crossing pairs to which a path of carriers leads from the output are disjoint, then
        $\operatorname{rank}[\![\mathcal A]\!]\ge(m+1)^N$ for almost all parameters, shared or
        unshared, $N$ the number of these pairs.
    """,
    instances=[
        {"M": 2, "H": 1, "W": 8, "layers": "1x2/1x2:2,1x2/1:2,1x2/1:2,1x4/1x4:1"},
        {"M": 3, "H": 4, "layers": "2/2:8,2/1:8,2/1:3,2/2:1"},
        {"M": 2, "H": 8, "W": 4, "layers": "2/2:8,2/1:4,3/1:5,4x2/4x2:1", "partition": "row:3"},
        {
            "M": 2,
            "H": 1,
            "W": 12,
            "layers": "1x3/1x2:3,1x2/1:2,1x3/1:2,1x6/1x6:1",
            "partition": "column:5",
            "weights": "unshared",
        },
        {"M": 2, "H": 8, "layers": "3/1:8,2/2:16,3/1:8,2/2:8,2/2:1"},
        {"M": 3, "H": 32, "layers": "3/1:16,2/2:16,3/1:32,3/1:32,2/2:32,3/1:64,2/2:64,4/4:1"},
    ],
    effort=EFFORT,
)
def routing(
    *,
    M: int,
    H: int,
    layers: str,
    W: int | None = None,
    partition: str = "left-right",
    weights: str = SHARED,
) -> Verdict:
    """The best levels and carriers; their paths, pairs and factors, and the exact rank there."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition, weights=weights)
    numbers = best(setting)
    return by_witness(
        setting,
        numbers.bound,
        numbers.construction(),
        before=[hypotheses(numbers), carried(numbers), pairs(numbers)],
        shape=lambda witness: [factors(witness, numbers)],
        numbers=numbers.shown,
    )


@routing.bounds
def candidate(setting: Setting, least: Powers) -> Candidate:
    """Straight cuts, shared or unshared weights, and strides below the layers where strands turn."""
    numbers = best(setting, least)
    first, *more = numbers.levels.strands
    that = _strands(first.count).replace("turn", "that turn")
    by = f"{numbers.count} pairs p, p + {first.tau} of {that} in layer {first.J}"
    for strands in more:
        by += f", and p + {strands.tau} of {strands.count} in layer {strands.J}"
    by += " (THEORY 8.9)"
    return Candidate(numbers.bound, by, numbers.construction, numbers.routes)


@routing.variant("base + 1", "rank ≥ (m + 2)^N", ONE)
def base_and_one(
    *, M: int, H: int, layers: str, W: int | None = None, partition: str = "left-right"
) -> RankClaim:
    """A factor is a power of an affine function of m products."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition)
    numbers = best(setting)
    return RankClaim.of_setting(
        setting, Claim(">=", Powers([(numbers.levels.m + 2, numbers.count)]))
    )


@routing.variant("every pair", "rank ≥ (m + 1)^(crossing pairs), reached or not", CORNER)
def every_pair(*, M: int, H: int, layers: str, W: int | None = None) -> RankClaim:
    """Without a path the pair is in no factor."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers)
    numbers = best(setting)
    most = sum(int(crossing.sum()) for crossing in numbers.crossing)
    return RankClaim.of_setting(setting, Claim(">=", Powers([(numbers.levels.m + 1, most)])))
