"""No half: near and far templates may share all channels where the pairs of a class point the same way.

Theorem. Product pooling, any partition (P, Q), K < L. Choose two offsets a_l, b_l in the window of each
layer l <= K, with tau_l = (b_l - a_l) * (strides below) zero or positive in one lexicographic order of the
grid, not all zero. A location of layer K taps the sites to which a_l or b_l, in each layer, lead down from
it; its near site by the a_l, its far site by the b_l. Let U be the locations that the tail reaches, whose
taps are all inside the grid, whose near site is in P and whose far site is in Q, and U' the same for Q and
P. Call two reached locations related if they have a tap in common. Then

    rank >= (m + 1)^(sum over classes X of max(|U in X|, |U' in X|)),   m = min{ M - 1, D_1, ..., D_K },

for almost all parameters, shared or unshared. For a straight cut: Theorem 1 holds with D = min{ M, D_1 + 1,
..., D_K + 1 } and the same E, and the sharp bound without its half.

Proof. In the assignment of `half_free_assignment` every reached location contributes an odd number, 1 + 2
sum_c y_c, never 0. At a location v of U, y_c is (Phi [a_v = c] + Phi - 1)(Psi [b_v = c] + Psi - 1), with
Phi and Psi products of numbers 1 and 2 that depend on near templates of later and far templates of earlier
elements of U only: a near site that v taps is a sum of steps after v's near site, and a far site that it
taps a sum of steps before v's far site. By the lemma of triangular products the minor on templates 0, ...,
m of near and far sites is a product of numbers that are not 0. Classes have no sites in common. QED

Source: this project; the proof in full, and the lemma: THEORY 8.10; for straight cuts in Coq:
formal/HalfFree.v.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from heapq import nlargest
from itertools import combinations, product
from math import prod

import networkx as nx

from ...algebra.powers import Powers
from ...algebra.rings import ZZ, Table
from ...algebra.witnesses.construction import Construction
from ...algebra.witnesses.half_free import half_free_assignment
from ...errors import InputError
from ...graphs.connectivity import reaches_output
from ...graphs.directed_pairs import Directed, Taps, directed, directed_pairs
from ...graphs.displacements import affordable
from ...graphs.network import AXES, COLUMNS, ROWS, Location, Site
from ...graphs.pairs import SitePair, along, route_graph
from ...graphs.partition import Partition
from ...graphs.receptive_fields import tail_problem
from ...graphs.routes import Route, route_at
from ..decide import RankClaim
from ..near_far import most_pairs, need_offsets
from ..setting import SHARED, Setting, network_of
from ..steps import NotRun, need, step
from ..symbolic.kernel import GEOMETRY, deep_step
from ..symbolic.triangular import TRIANGULAR, triangular_products
from ..theorem import PROJECT, Sizes, theorem
from ..verdict import TRIVIAL, Candidate, Claim, NotApplicable, Verdict
from ..witness import Witness, by_witness
from . import sharp_bound

STATED = {
    COLUMNS: ("HalfFree.half_free", "HalfFree.half_free_generic"),
    ROWS: ("HalfFree.half_free_top_bottom", "HalfFree.half_free_top_bottom_generic"),
}
BOTH_WAYS: Sizes = {
    "M": 2,
    "H": 1,
    "W": 6,
    "layers": "1x2/1x2:1,1x2/1x1:1,1x3/1x3:1",
    "sides": "001100",
}
EFFORT = 4
MOST_KEPT = 8
"""Of the offsets with the most crossing pairs, those whose classes are told apart."""
MOST_TABLE = 2**16
"""Entries of a factor's table that are compared with the formula."""


@dataclass(frozen=True)
class HalfFreeNumbers:
    """A setting, taps, m, and the pairs of U and U' that the exponent counts."""

    setting: Setting
    taps: Taps
    m: int
    pairs: tuple[SitePair, ...]

    @property
    def bound(self) -> Powers:
        """(m + 1)^(pairs)."""
        return Powers([(self.m + 1, len(self.pairs))])

    @property
    def shown(self) -> dict[str, int | str]:
        """The numbers as the heading shows them."""
        taps = self.taps
        return {"K": taps.K, "τ": str(taps.tau), "m": self.m, "pairs": len(self.pairs)}

    @cached_property
    def reached(self) -> list[Location]:
        """The locations of layer K that paths of the tail's offsets join to the output, on the graph."""
        network, K = self.setting.network, self.taps.K
        alive = [reaches_output(route_graph(network, self.taps.fars, axis)) for axis in AXES]
        return [at for at in network.places(K) if all((K, at[a]) in alive[a] for a in AXES)]

    @cached_property
    def tapped(self) -> dict[Location, set[Site]]:
        """The taps inside the grid of every location of layer K, walked on the network."""
        return {at: self.taps.sites(at) for at in self.setting.network.places(self.taps.K)}

    def routes(self) -> list[Route]:
        """The pairs with the paths of their offsets."""
        network, cut = self.setting.network, self.setting.partition
        offsets = self.taps.nears, self.taps.fars
        return [route_at(network, cut, pair.location, offsets) for pair in self.pairs]

    def construction(self) -> Construction:
        """The explicit assignment."""
        return half_free_assignment(self.taps, self.m, shared=self.setting.shared)


def best(setting: Setting, least: Powers = TRIVIAL) -> HalfFreeNumbers:
    """The offsets with the largest bound that are found, over all K and displacements.

    A K that gives less than `least` is left out.

    Raises
    ------
    NotApplicable
        If no pair crosses.

    Examples
    --------
    >>> best(Setting.read(M=3, H=8, layers="2/1:2,2/1:2,3/1:2,8/8:1")).bound
    Powers([(3, 32)])
    """
    network, found = setting.network, []
    for K in range(1, network.depth):
        m = min(network.M - 1, *network.passed_channels[: K + 1])
        if m < 1:
            break
        if most_pairs(setting, K, m) < least:
            continue
        crossing = (directed(taps, setting.partition) for taps in _tried(setting, K))
        kept = nlargest(MOST_KEPT, crossing, key=lambda one: one.most)  # the first among equals
        found += [_numbers(setting, one, m) for one in kept if one.most]
    if not found:
        raise NotApplicable(
            "M ≥ 2, K < L and a pair of sites that crosses are needed", about=setting
        )
    return max(found, key=lambda numbers: numbers.bound)  # the first among equals


def _tried(setting: Setting, K: int) -> Iterator[Taps]:
    """One choice of offsets for each displacement, and its mirror image."""
    network, seen = setting.network, set()
    for one in affordable(network, K):
        if one.tau not in seen:
            seen.add(one.tau)
            yield Taps.at(network, one, mirrored=False)
            if all(one.tau):
                yield Taps.at(network, one, mirrored=True)


def _numbers(setting: Setting, crossing: Directed, m: int) -> HalfFreeNumbers:
    pairs = tuple(directed_pairs(crossing.taps, crossing.chosen()))
    return HalfFreeNumbers(setting, crossing.taps, m, pairs)


@step("hypotheses", "arithmetic")
def hypotheses(numbers: HalfFreeNumbers) -> str:
    """Offsets inside their windows, steps of one sign, channels for the labels."""
    network, taps, m = numbers.setting.network, numbers.taps, numbers.m
    need(1 <= taps.K < network.depth, f"K = {taps.K} must be below L = {network.depth}")
    nears, fars = (need_offsets(network, offsets) for offsets in (taps.nears, taps.fars))
    down, right = 0, 0
    for near, far in zip(nears, fars, strict=True):
        tau = far[0] - near[0], far[1] - near[1]
        need((tau[0], -tau[1] if taps.mirrored else tau[1]) >= (0, 0), f"{far} is before {near}")
        down, right = down + tau[0], right + tau[1]
    need(down or right, "near and far site are the same")
    have = (network.M - 1, *network.passed_channels[: taps.K + 1])
    need(1 <= m <= min(have), f"m = {m} labels need a template more, and as many channels")
    order = "right to left" if taps.mirrored else "left to right"
    return (
        f"offsets {', '.join(f'{a} → {b}' for a, b in zip(taps.nears, taps.fars, strict=True))} reach "
        f"τ = {(down, right)}, each row {order}; m = {m} ≤ M − 1, D_1, …, D_{taps.K}"
    )


@step("pairs", "graph")
def pairs(numbers: HalfFreeNumbers) -> str:
    """Each pair once more, walked down from its location: crossing, disjoint, all taps inside, reached."""
    taps, cut = numbers.taps, numbers.setting.partition
    alive, used = set(numbers.reached), set[Site]()
    for pair in numbers.pairs:
        where = f"location {pair.location} of layer {taps.K}"
        need(pair.location in alive, f"no path from {where} to the output")
        walked = taps.walked(pair.location, taps.nears), taps.walked(pair.location, taps.fars)
        need(walked == (pair.near, pair.far), f"{where} taps {walked}")
        need(cut.side(pair.near) != cut.side(pair.far), f"the pair of {where} is on one side")
        need(not taps.leaves(pair.location), f"a tap of {where} is outside the grid")
        need(not used & {pair.near, pair.far}, f"a site of {where} is in two pairs")
        used |= {pair.near, pair.far}
    return f"{len(numbers.pairs)} disjoint pairs across the partition, with all their taps inside"


@step("order", "graph, enumeration of taps")
def order(numbers: HalfFreeNumbers) -> str:
    """Every tap of every reached location: near sites are those of later pairs, far sites of earlier ones.

    And pairs whose near sites are on different sides share no taps, directly or over other locations.
    """
    taps, cut = numbers.taps, numbers.setting.partition
    near = {pair.near: pair.location for pair in numbers.pairs}
    far = {pair.far: pair.location for pair in numbers.pairs}
    side = {pair.location: cut.side(pair.near) for pair in numbers.pairs}
    shared: nx.Graph = nx.Graph()
    for v in numbers.reached:
        for tap in numbers.tapped[v]:
            shared.add_edge(("location", v), ("site", tap))
            later, earlier = near.get(tap, v), far.get(tap, v)
            fine = later == v or taps.order(later) > taps.order(v)
            need(fine, f"{v} taps the near site of {later}, which is before it")
            fine = earlier == v or taps.order(earlier) < taps.order(v)
            need(fine, f"{v} taps the far site of {earlier}, which is after it")
    for related in nx.connected_components(shared):
        sides = {side[at] for kind, at in related if kind == "location" and at in side}
        need(len(sides) < 2, "a class has pairs in both directions")
    count = len(numbers.reached)
    return f"{count} locations tap near sites of later pairs and far sites of earlier ones only"


def not_formalized(numbers: HalfFreeNumbers) -> str:
    """Why formal/HalfFree.v does not say this: it is about straight cuts and windows along one axis."""
    taps, straight = numbers.taps, numbers.setting.partition.straight
    if not taps.network.plain:
        return GEOMETRY
    if straight is None:
        return "partitions other than straight cuts"
    axis, C = straight
    windows = tuple(offset[axis] + 1 for offset in taps.fars)
    if any(map(any, taps.nears)) or tuple(taps.fars) != tuple(along(axis, windows)):
        return "other offsets than (0, 0) and one along the axis that is cut"
    if tail_problem(taps.network, taps.K) is not None:
        return "tails that lose locations"
    stated = sharp_bound.numbers_at(taps.network, axis, C, windows).E
    return "" if len(numbers.pairs) <= stated else f"more than {stated} pairs"


@step("factors", "factored, over ZZ, entry by entry")
def factors(witness: Witness, numbers: HalfFreeNumbers) -> str:
    """The factor of every pair's location is the formula on its taps, and no factor has a zero."""
    function, tables = witness.factorization.function, witness.factorization.arithmetic.tables
    need(function is not None, "h is identically zero")
    assert function is not None
    W, M = numbers.setting.network.W, numbers.setting.network.M
    found = dict(function.factors)
    need(all((tables[number] != 0).all() for number in found.values()), "a factor has a zero")
    first = numbers.pairs[0]
    sites = sorted(numbers.tapped[first.location])
    if M ** len(sites) > MOST_TABLE:
        raise NotRun(f"{len(sites)} taps: a table of {M}^{len(sites)} entries is not compared")
    expected = _formula(numbers, first, sites)
    for pair in numbers.pairs:
        scope = tuple(sorted(r * W + c for r, c in numbers.tapped[pair.location]))
        need(scope in found, f"no factor on the taps of {pair.location}")
        table = tables[found[scope]]
        same = (table * expected.flat[0] == expected * table.flat[0]).all()
        need(same, f"the factor of {pair.location} is not 1 + 2 Σ y_c")
    return (
        f"{len(numbers.pairs)} factors 1 + 2 Σ y_c on {len(sites)} taps each; no factor has a zero"
    )


def _formula(numbers: HalfFreeNumbers, pair: SitePair, sites: list[Site]) -> Table:
    """1 + 2 (the sum of y_c over c < m) on the templates of the taps, by THEORY 8.10's formula."""
    taps, M = numbers.taps, numbers.setting.network.M
    below = [s for s in taps.steps[: taps.J - 1] if s != (0, 0)]
    halves = []
    for start in ((0, 0), taps.steps[taps.J - 1]):
        shifts = [
            (start[0] + sum(s[0] for s in A), start[1] + sum(s[1] for s in A))
            for size in range(len(below) + 1)
            for A in combinations(below, size)
        ]
        halves.append([sites.index((pair.near[0] + r, pair.near[1] + c)) for r, c in shifts])

    def y(x: tuple[int, ...], c: int) -> int:
        return prod(prod(1 + (x[site] == c) for site in half) - 1 for half in halves)

    values = (
        1 + 2 * sum(y(x, c) for c in range(numbers.m)) for x in product(range(M), repeat=len(sites))
    )
    return ZZ.table(values, (M,) * len(sites))


@theorem(
    name="half-free",
    title="No half",
    source=PROJECT,
    section="THEORY 8.10",
    statement="""
        Any partition (P, Q), K < L. Two offsets in each of layers 1 … K whose displacements τ_l are
        zero or positive in one lexicographic order, not all zero. A location of layer K taps the
        sites to which the two offsets of each layer lead. Of the locations that the tail reaches,
        all taps inside the grid, let U (U') be those with the near site in P (Q) and the far site
        in Q (P). With m = min{M − 1, D_1, …, D_K}, rank ≥ (m + 1)^e for almost all parameters,
        shared or unshared, e = Σ max(|U ∩ X|, |U' ∩ X|) over the classes X of locations that share
        taps. If layers are not plain, no way to a tap may leave the input of a layer. With groups
        the channels of one group count.
    """,
    latex=r"""
        Let two offsets in each of layers $1,\dots,K<L$ have displacements $\tau_l$ that are zero or
        lexicographically positive, not all zero. Let $U$ ($U'$) be the reached locations of layer
        $K$ with all taps inside the grid, near site in $P$ ($Q$) and far site in $Q$ ($P$). With
        $m=\min\{M-1,D_1,\dots,D_K\}$, \[\operatorname{rank}[\![\mathcal A]\!]\ge
        (m+1)^{\sum_X\max(|U\cap X|,|U'\cap X|)}\] for almost all parameters, shared or unshared, over
        the classes $X$ of locations that share taps.
        If layers are not plain, no way to a tap may leave the input of a layer. With groups the
        channels of one group count.
    """,
    instances=[
        {"M": 2, "H": 4, "layers": "2/1:1,2/1:1,4/4:1"},
        {"M": 3, "H": 8, "layers": "2/1:2,2/1:2,3/1:2,8/8:1"},
        {"M": 4, "H": 6, "layers": "2/1:3,3/1:3,6/6:1"},
        {
            "M": 2,
            "H": 4,
            "layers": "2/1:1,2/1:1,4/4:1",
            "partition": "row:1",
            "weights": "unshared",
        },
        {"M": 2, "H": 1, "W": 8, "layers": "1x2/1:1,1x2/1:1,1x8/1x8:1", "partition": "column:3"},
        {"M": 2, "H": 4, "layers": "2/1:1,2/1:1,4/4:1", "partition": "checkerboard"},
        {"M": 3, "H": 1, "W": 6, "layers": "1x2/1:2,1x2/1:2,1x2/1x3:2,1x2/1x2:1"},
        {"M": 2, "H": 4, "layers": "2/1a1n4:1,3/1d2p2:1,4/4:1"},
    ],
    effort=EFFORT,
    late=True,
)
def half_free(
    *,
    M: int,
    H: int,
    layers: str,
    W: int | None = None,
    partition: str = "left-right",
    weights: str = SHARED,
) -> Verdict:
    """The best offsets; their pairs, the order of their taps, the factors, and the exact rank there."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition, weights=weights)
    numbers = best(setting)
    axis = COLUMNS if setting.partition.straight is None else setting.partition.straight[0]
    stated = deep_step(*STATED[axis], outside=not_formalized(numbers))
    return by_witness(
        setting,
        numbers.bound,
        numbers.construction(),
        before=[hypotheses(numbers), pairs(numbers), order(numbers)],
        shape=lambda witness: [factors(witness, numbers), triangular_products(), TRIANGULAR],
        last=[stated],
        numbers=numbers.shown,
    )


@half_free.bounds
def candidate(setting: Setting, least: Powers) -> Candidate:
    """Shared or unshared weights; K = 1 is left to displacements, whose matchings are larger."""
    numbers = best(setting, least)
    taps = numbers.taps
    count = f"{len(numbers.pairs)} pairs s, s + {taps.tau}"
    by = f"{count} through layer {taps.K}, a class in one direction (THEORY 8.10)"
    return Candidate(numbers.bound, by, numbers.construction, numbers.routes)


@half_free.variant("both directions", "rank ≥ (m + 1)^(|U| + |U'|), one class or not", BOTH_WAYS)
def both_directions(*, M: int, H: int, layers: str, sides: str, W: int | None = None) -> RankClaim:
    """Pairs of one class that point both ways use one product twice.

    `sides` are those of the sites, row by row, 0 for P and 1 for Q.
    """
    network = network_of(M, H, W, layers)
    if len(sides) != network.sites or set(sides) - {"0", "1"}:
        raise InputError("sides", sides, f"{network.sites} digits 0 or 1 are needed, one a site")
    setting = Setting(network, Partition("sites", network.H, network.W, bytes(map(int, sides))))
    m = min(M - 1, *network.channels[1:-1])
    crossing = [directed(taps, setting.partition) for taps in _tried(setting, network.depth - 1)]
    most = max((one.most for one in crossing), default=0)
    return RankClaim.of_setting(setting, Claim(">=", Powers([(m + 1, most)])))


@half_free.variant(
    "base + 1",
    "rank ≥ (m + 2)^e",
    {"M": 3, "H": 1, "W": 4, "layers": "1x2/1:1,1x2/1:1,1x4/1x4:1"},
)
def base_and_one(*, M: int, H: int, layers: str, W: int | None = None) -> RankClaim:
    """A factor is an affine function of m products."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers)
    numbers = best(setting)
    return RankClaim.of_setting(setting, Claim(">=", Powers([(numbers.m + 2, len(numbers.pairs))])))
