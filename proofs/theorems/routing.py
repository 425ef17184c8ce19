"""Routing with shared weights: a pair for every site of a stride cell, carried past overlaps (THEORY 8.9).

Theorem. Product pooling, a straight cut, J < L. In layers l <= J let the cell be the offsets i, j < min(R,
S, n), and e_l >= 0 shifts along the axis of the cut that keep the cell in the window, e_J > 0; tau is the
sum of the e_l times the strides below. A strand is an offset a_l of each of these cells; from a location of
layer J it leads by the a_l to a site p, and by the a_l + e_l to p + tau. Above J let carriers be chosen:
one of layer J + 1 reads a strand at each of some offsets, one of a later layer a carrier of the layer
below; the output is one carrier. Let 1 <= m <= M - 1 with

    m * (different beginnings of length l of ways) <= D_l for l < J,     m * (strands) <= D_J,
    (carriers of layer l) + (1 if a carrier above may read it outside of the input) <= D_l for J < l < L.

Then rank >= (m + 1)^N for almost all parameters, shared or unshared: N is the number of pairs p, p + tau on
different sides, each of a strand at a location of layer J, to which a path of carriers leads.

Proof. For every beginning m channels, the indicators of templates c < m at the site to which it leads, 0
outside; for every strand m channels, the products of those of its two ways. A carrier reads a strand as 1 +
the sum of its channels, and a carrier of the layer below as that channel, made 1 outside by a channel that
is 1 inside. So h is the product over strands and locations of

    (1 + sum over c < m of [p = c][p + tau = c])^k,   k the number of paths.

No site is p for two strands or locations, so that crossing pairs are disjoint; on templates 0, ..., m each
gives J + diag(2^k - 1, ..., 2^k - 1, 0), of determinant (2^k - 1)^m; other factors have no zero. QED

Source: this project; the proof in full: THEORY 8.9. Carriers are found by search; what counts is checked.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from ...algebra.powers import Powers
from ...algebra.rings import ZZ, Table
from ...algebra.witnesses.construction import Construction
from ...algebra.witnesses.routing import routing_assignment
from ...errors import ResourceError
from ...graphs.carriers import MOST_PATHS, Carriers, Numbers, has_spare, search
from ...graphs.network import Location, Pair, Site
from ...graphs.partition import Side
from ...graphs.routes import Route, route_at
from ...graphs.strands import Crossing, Strands, farthest, walked
from ..decide import RankClaim
from ..near_far import need_offsets
from ..setting import SHARED, Setting
from ..steps import need, step
from ..theorem import PROJECT, Sizes, theorem
from ..verdict import Candidate, Claim, NotApplicable, Verdict, need_plain
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


@dataclass(frozen=True)
class RoutedPair:
    """A strand at a location of layer J, and the number of paths that lead there from the output."""

    strand: int
    location: Location
    paths: int


@dataclass(frozen=True)
class RoutingNumbers:
    """A setting with a straight cut, strands, carriers, and m."""

    setting: Setting
    strands: Strands
    carriers: Carriers
    m: int

    @cached_property
    def crossing(self) -> Crossing:
        """The pairs on different sides."""
        return self.strands.crossing(_cut(self.setting)[1])

    @cached_property
    def paths(self) -> Numbers:
        """The number of paths to every strand at every location of layer J."""
        return self.carriers.paths(self.strands.count)

    @cached_property
    def count(self) -> int:
        """N, the pairs that are reached."""
        return int((self.crossing & (self.paths > 0)).sum())

    @property
    def bound(self) -> Powers:
        """(m + 1)^N."""
        return Powers([(self.m + 1, self.count)])

    @property
    def shown(self) -> dict[str, int | str]:
        """The numbers as the heading shows them."""
        strands = self.strands
        numbers = {"J": strands.J, "m": self.m, "strands": strands.count, "pairs": self.count}
        return {"τ": str(strands.tau), **numbers}

    @cached_property
    def pairs(self) -> list[RoutedPair]:
        """The pairs that N counts."""
        width = self.setting.network.sizes[self.strands.J][1]
        found = np.nonzero(self.crossing & (self.paths > 0))
        return [
            RoutedPair(s, divmod(v, width), k)
            for s, v, k in zip(*(a.tolist() for a in (*found, self.paths[found])), strict=True)
        ]

    def sites(self, pair: RoutedPair) -> tuple[Site | None, Site | None]:
        """The two sites of a pair, walked down from its location."""
        near, far = (
            walked(self.setting.network, pair.location, way)
            for way in self.strands.ways[pair.strand]
        )
        return near, far

    def routes(self) -> list[Route]:
        """The pairs with the paths of their ways."""
        network, cut, ways = self.setting.network, self.setting.partition, self.strands.ways
        return [route_at(network, cut, pair.location, ways[pair.strand]) for pair in self.pairs]

    def construction(self) -> Construction:
        """The explicit assignment.

        Raises
        ------
        ResourceError
            If a pair has so many paths that its factor is too large a number.
        """
        if self.paths.max(initial=0) > MOST_PATHS:
            raise ResourceError(f"more than {MOST_PATHS} paths lead to one pair")
        return routing_assignment(self.strands, self.carriers, self.m)


def best(setting: Setting) -> RoutingNumbers:
    """For the J that may give most first: the largest displacement, and carriers by search.

    One strand is left to the other theorems of THEORY 8.

    Raises
    ------
    NotApplicable
        If there are no two strands with channels, or none is reached.
    ResourceError
        If the search would be too long.

    Examples
    --------
    >>> best(Setting.read(**LINE)).bound
    Powers([(2, 2)])
    """
    need_plain(setting)
    axis, C = _cut(setting)
    size = (setting.network.H, setting.network.W)[axis]
    tried = []
    for J in range(1, setting.network.depth):
        strands = farthest(setting.network, axis, J, max(C, size - C))
        if strands is not None and 2 <= strands.count <= setting.network.channels[J]:
            m = min(setting.network.M - 1, strands.labels())
            if m > 0:
                tried.append((_most(setting, strands, m), strands, m))
    found, refused = None, None
    for most, strands, m in sorted(tried, key=lambda one: one[0], reverse=True):
        if found is not None and found.bound >= most:
            break
        try:
            carriers = search(setting.network, strands.J, strands.crossing(C))
        except ResourceError as error:
            refused = refused or error
            continue
        here = RoutingNumbers(setting, strands, carriers, m)
        if here.bound > (1 if found is None else found.bound):
            found = here
    if found is None:
        if refused is not None:
            raise refused
        reason = "no J < L has two strands with shifts and channels, and carriers that reach one"
        raise NotApplicable(reason, about=setting)
    return found


def _cut(setting: Setting) -> tuple[int, int]:
    """The axis and the place of the straight cut."""
    straight = setting.partition.straight
    if straight is None:
        raise NotApplicable("a straight cut is needed", about=setting)
    return straight


def _most(setting: Setting, strands: Strands, m: int) -> Powers:
    """The bound if every site before the cut whose partner is behind it were reached."""
    axis, C = _cut(setting)
    size = setting.network.H, setting.network.W
    first, end = max(0, C - strands.length), min(C, size[axis] - strands.length)
    return Powers([(m + 1, max(0, end - first) * size[1 - axis])])


@step("hypotheses", "arithmetic, enumeration of ways")
def hypotheses(numbers: RoutingNumbers) -> str:
    """Every way inside its windows, one displacement, and all channels, counted from lists."""
    network, strands, m = numbers.setting.network, numbers.strands, numbers.m
    J, channels = strands.J, network.channels
    need(1 <= J < network.depth, f"J = {J} must be below L = {network.depth}")
    need(1 <= m < network.M, f"m = {m} labels need a template more")
    for near, far in strands.ways:
        ends = [
            tuple(map(sum, zip(*need_offsets(network, way), strict=True))) for way in (near, far)
        ]
        tau = tuple(b - a for a, b in zip(*ends, strict=True))
        need(tau == strands.tau and max(tau) > 0, f"the ways {near}, {far} differ by {tau}")
        need(near[-1] != far[-1], f"the ways {near}, {far} end in one offset")
    for layer in range(1, J):
        begun = len({way[:layer] for both in strands.ways for way in both})
        have = channels[layer]
        need(m * begun <= have, f"{m} · {begun} channels in layer {layer}, which has {have}")
    need(m * len(strands.ways) <= channels[J], f"{len(strands.ways)} strands in layer {J}")
    for layer in range(J + 1, network.depth):
        count = numbers.carriers.count(layer) + has_spare(network, layer)
        need(count <= channels[layer], f"{count} carriers in layer {layer}")
    return (
        f"{len(strands.ways)} strands turn in layer {J}, with shifts {list(strands.shifts)}: τ = "
        f"{strands.tau}; m = {m}; every layer has the channels"
    )


@step("carriers", "walk down the network")
def carried(numbers: RoutingNumbers) -> str:
    """What every carrier reads is there, and the paths to every pair, counted place by place."""
    network, carriers = numbers.setting.network, numbers.carriers
    found: Counter[tuple[int, Location]] = Counter({(0, (0, 0)): 1})
    for layer in range(network.depth, carriers.J, -1):
        last = layer == carriers.J + 1
        most = numbers.strands.count if last else carriers.count(layer - 1)
        reads: dict[int, list[tuple[Pair, int]]] = {}
        for (carrier, offset), read in carriers.of(layer).items():
            reads.setdefault(carrier, []).append((offset, read))
            inside = all(
                0 <= i < r for i, r in zip(offset, network.layers[layer - 1].window, strict=True)
            )
            need(inside and 0 <= read < most, f"layer {layer} has no reading {offset} of {read}")
        above, found = found, Counter()
        for (carrier, at), paths in above.items():
            for offset, read in reads.get(carrier, []):
                below = network.input_at(layer, at, offset)
                told = last or has_spare(network, layer - 1)
                need(below or told, f"{at} of layer {layer} reads a carrier outside, at {offset}")
                if below:
                    found[read, below] += paths
    for pair in numbers.pairs:
        said = min(found[pair.strand, pair.location], MOST_PATHS + 1)
        where = f"strand {pair.strand} at {pair.location}"
        need(said == pair.paths > 0, f"{said} paths to {where}, and {pair.paths} were counted")
    counts = [carriers.count(layer) for layer in range(carriers.J + 1, network.depth)]
    most = max((pair.paths for pair in numbers.pairs), default=0)
    return (
        f"{' + '.join(map(str, [*counts, 1]))} carriers above layer {carriers.J}; 1 to {most} paths "
        f"lead to every pair"
    )


@step("pairs", "enumeration of sites")
def pairs(numbers: RoutingNumbers) -> str:
    """Each pair once more, walked down from its location: inside, crossing, disjoint."""
    cut, used = numbers.setting.partition, set[Site]()
    for pair in numbers.pairs:
        where = f"strand {pair.strand} at {pair.location}"
        near, far = numbers.sites(pair)
        need(near is not None and far is not None, f"{where} leaves the grid")
        assert near is not None
        assert far is not None
        need(cut.side(near) != cut.side(far), f"the sites of {where} are on one side")
        need(not used & {near, far}, f"a site of {where} is in two pairs")
        used |= {near, far}
    need(len(used) == 2 * numbers.count, f"{len(used)} sites, and {numbers.count} pairs")
    return f"{numbers.count} disjoint pairs p, p + {numbers.strands.tau} across the cut"


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
            table, expected = tables[number], _expected(network.M, numbers.m, pair.paths)
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
        A straight cut, J < L. In layers l ≤ J let shifts e_l ≥ 0 along its axis keep the cell of
        offsets i, j < min(R, S, n) inside the window, e_J > 0, τ the sum of the e_l times the
        strides below. A strand is an offset of each of these cells: from a location of layer J it
        leads to a site p, and with the shifts to p + τ. Carriers of layer J + 1 read strands at
        some offsets, those above read carriers of the layer below, and the output is one carrier.
        If m ≤ M − 1, m labels for each beginning of a way below J and for each strand fit the
        channels, and so do the carriers above with one channel more where offsets leave the input,
        then rank ≥ (m + 1)^N for almost all parameters, shared or unshared, N the number of pairs
        p, p + τ across the cut to which a path of carriers leads.
    """,
    latex=r"""
        For a straight cut and shifts $e_1,\dots,e_J$, $J<L$, that keep the stride cell
        of every layer inside its window, let every site $p$ of a strand at a location of layer $J$
        have the partner $p+\tau$. If $m\le M-1$ labels for each beginning of a way and for each
        strand, and the carriers above layer $J$, fit the channels, then
        $\operatorname{rank}[\![\mathcal A]\!]\ge(m+1)^N$ for almost all parameters, shared or
        unshared, $N$ the number of crossing pairs to which a path of carriers leads from the output.
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
        {"M": 3, "H": 32, "layers": "3/1:16,2/2:16,3/1:32,3/1:32,2/2:32,3/1:64,2/2:64,4/4:1"},
    ],
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
    """The best strands and carriers; their paths, pairs and factors, and the exact rank there."""
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
def candidate(setting: Setting) -> Candidate:
    """Straight cuts, shared or unshared weights, and strides below the layer where strands turn."""
    numbers = best(setting)
    strands = numbers.strands
    by = (
        f"{numbers.count} pairs p, p + {strands.tau} of {strands.count} strands that turn in layer "
        f"{strands.J} (THEORY 8.9)"
    )
    return Candidate(numbers.bound, by, numbers.construction, EFFORT, numbers.routes)


@routing.variant("base + 1", "rank ≥ (m + 2)^N", ONE)
def base_and_one(
    *, M: int, H: int, layers: str, W: int | None = None, partition: str = "left-right"
) -> RankClaim:
    """A factor is a power of an affine function of m products."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition)
    numbers = best(setting)
    return RankClaim.of_setting(setting, Claim(">=", Powers([(numbers.m + 2, numbers.count)])))


@routing.variant("every pair", "rank ≥ (m + 1)^(crossing pairs), reached or not", CORNER)
def every_pair(*, M: int, H: int, layers: str, W: int | None = None) -> RankClaim:
    """Without a path the pair is in no factor."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers)
    numbers = best(setting)
    most = int(numbers.crossing.sum())
    return RankClaim.of_setting(setting, Claim(">=", Powers([(numbers.m + 1, most)])))
