"""Sum pooling, rectified after the sum: full rank with one channel, with overlap or without (THEORY 6.2).

Theorem. relu-sum, L >= 2, one channel a layer. Choose offsets with digits in layers 1, ..., L - 1, on
each axis, so that location (0, 0) of layer L - 1 reaches a site in at most one way, and two sites at
most have one number; let E pairs of such sites lie across (P, Q). Then there are shared weights at which
the rank is at least M^E. Windows of 2x2 without overlap, H a power of two, left-right: E = H^2/2, full
rank.

Proof. Weights M^(digit times place) make location (0, 0) the sum of d M^e over the sites, d the template
of a site and e its number, less a constant c. No rectifier acts below, as nothing is negative. Let sites
outside the pairs show template 0, and count the templates of the pairs' sites on Q from M - 1 downwards.
With c = sum over pairs of (M - 1) M^e, less 1, the value is max(0, a - b + 1), where a and b run through
the same M^E integers: for a < b it is 0, for a = b it is 1. So a matrix of size M^E is unit triangular.
QED

Source: this project; THEORY 6.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from ...algebra.assignment import Assignment, WeightRow
from ...algebra.linear.rank_bounds import rank_bounds
from ...algebra.powers import Powers, power
from ...algebra.rectifier import Rectifier
from ...algebra.witnesses.rectified_numbers import numbers_assignment
from ...errors import ResourceError
from ...graphs.digits import Numbering, numbering
from ...graphs.network import Location, Pair, Site
from ..decide import MEMORY, RankClaim
from ..setting import SHARED, Setting
from ..steps import NotRun, lemma, need, step
from ..theorem import PROJECT, Sizes, theorem
from ..verdict import Claim, NotApplicable, Verdict, conclude, need_plain

POOLING = "relu-sum"
MOST_SITES = 4096
FOUR: Sizes = {"M": 2, "H": 4, "layers": "2/2:1,2/2:1,1/1:1"}


@dataclass(frozen=True)
class Numbered:
    """A setting, the numbering with its pairs, and the assignment."""

    setting: Setting
    found: Numbering
    point: Assignment

    @property
    def value(self) -> Powers:
        """M^E."""
        return power(self.setting.network.M, len(self.found.pairs))


TRIANGULAR = lemma(
    "triangular",
    "a matrix with 1 on the diagonal and 0 on one side of it is nonsingular",
    "sites outside the pairs show template 0, and those of the pairs on Q count from M - 1 downwards: "
    "the value is max(0, a - b + 1), a and b in the same set of M^E integers",
)


def best(setting: Setting) -> Numbered:
    """The numbering with the most pairs that is found.

    Raises
    ------
    NotApplicable
        If there is none.

    Examples
    --------
    >>> best(Setting.read(M=2, H=4, layers="2/2:1,2/2:1,1/1:1")).value
    Powers([(2, 8)])
    """
    need_plain(setting)
    network = setting.network
    if network.sites > MOST_SITES:
        reason = f"{network.sites} sites, and up to {MOST_SITES} are tried"
        raise NotApplicable(reason, about=setting)
    found = numbering(network, setting.partition)
    if network.M < 2 or found is None:
        reason = "no pair of sites across the partition is found under one location of layer L - 1"
        raise NotApplicable(reason, about=setting)
    return Numbered(setting, found, numbers_assignment(network, found))


@step("pairs", "graph, integer arithmetic")
def pairs(case: Numbered) -> str:
    """The pairs' sites are distinct, one on each side, and their numbers differ."""
    found, cut = case.found.pairs, case.setting.partition
    sites = [site for pair in found.values() for site in pair]
    need(len(set(sites)) == 2 * len(found), "a site is in two pairs")
    for number, (p, q) in sorted(found.items()):
        crosses = (cut.side(p), cut.side(q)) == (0, 1)
        need(number >= 0 and crosses, f"the pair {p}, {q} does not cross the partition")
    return f"{len(found)} disjoint pairs across the partition, with different numbers"


@step("weights", "the assignment's weights multiplied along all paths, integer arithmetic")
def weights(case: Numbered) -> str:
    """What location (0, 0) of layer L - 1 adds up: d M^e at the pairs' sites, less c."""
    network = case.setting.network
    last, M = network.depth - 1, network.M
    need(case.point.shared, "the weights are not shared")
    above: dict[Location, int] = {(0, 0): 1}
    for layer in range(last, 0, -1):
        rows = _rows(case.point, layer)
        bias = sum(row.bias for row in rows.values())
        if layer == last:
            least = (M - 1) * sum(M**e for e in case.found.pairs) - 1
            need(bias == -least, f"the constant is {-bias}, not {least}")
        need(layer == last or bias == 0, f"layer {layer} has a bias")
        need(all(w >= 0 for row in rows.values() for _, w in row.weights), "a weight is negative")
        if layer == 1:
            break
        below: dict[Location, int] = {}
        for (at, factor), (offset, row) in product(above.items(), rows.items()):
            seen = network.input_at(layer, at, offset)
            if seen is not None:
                below[seen] = below.get(seen, 0) + factor * dict(row.weights).get(0, 0)
        above = below
    totals = _site_totals(case, above)
    for number, pair in case.found.pairs.items():
        for site in pair:
            wanted = [d * M**number for d in range(M)]
            need(
                totals.get(site) == wanted, f"site {site} does not have the weights d·{M}^{number}"
            )
    outside = all(values[0] == 0 for values in totals.values())
    need(outside, "a site's template 0 has a weight")
    return "location (0, 0) is the sum of d·M^e over the sites less c; nothing below is negative"


@step("matrix", "exact rank over Q at the assignment")
def matrix(case: Numbered) -> str:
    """The rank at the assignment, by enumeration."""
    try:
        table = Rectifier(case.point, POOLING).matrix(case.setting.partition, MEMORY)
    except ResourceError as error:
        raise NotRun(str(error)) from None
    found = rank_bounds(table)
    need(case.value <= found.lower, f"the rank is {found}, less than {case.value.digits}")
    return f"the rank at the assignment is {found} ≥ {case.value}"


@theorem(
    name="rectified-sums",
    title="Sum pooling: full rank with one channel",
    source=PROJECT,
    section="THEORY 6.2",
    statement="""
        relu-sum, L ≥ 2, one channel a layer. Choose offsets with digits in layers 1, …, L - 1, so
        that location (0, 0) of layer L - 1 reaches a site in at most one way, and at most two sites
        have one number; let E pairs of sites with the same number lie across (P, Q). Then there are
        shared weights at which the rank is at least M^E. Windows of 2x2 without overlap, H a power
        of two, left-right: E = H²/2, full rank.
    """,
    latex=r"""
        Let $E$ pairs of sites with the same number lie across $(P,Q)$, under one location of layer
        $L-1$ of a rectifier network with sum pooling and one channel a layer. Then
        \[\max_{W,b}\operatorname{rank}[\![\mathcal A]\!]\ge M^E.\] Without overlap, $2\times2$
        windows, $H$ a power of two, left-right: $E=H^2/2$.
    """,
    instances=[
        FOUR,
        {**FOUR, "partition": "checkerboard"},
        {"M": 2, "H": 4, "layers": "3/1:1,2/2:1,2/2:1"},
        {"M": 3, "H": 2, "layers": "2/2:1,1/1:1", "weights": "unshared"},
        {"M": 2, "H": 64, "layers": "(2/2:1)*6,1/1:1"},
    ],
)
def rectified_sums(
    *,
    M: int,
    H: int,
    layers: str,
    W: int | None = None,
    partition: str = "left-right",
    weights: str = SHARED,
) -> Verdict:
    """Pairs of sites, the weights along all paths, and the rank at the assignment where it is small."""
    return _checked(
        Setting.read(
            M=M, H=H, W=W, layers=layers, partition=partition, weights=weights, pooling=POOLING
        )
    )


@rectified_sums.variant(
    "rectified before", "rectified before the sum (sum-relu) the same M^E is reached", FOUR
)
def rectified_before(*, M: int, H: int, layers: str, partition: str = "left-right") -> RankClaim:
    """Then the output is a sum of local functions (THEORY 6.1)."""
    setting = Setting.read(M=M, H=H, layers=layers, partition=partition, pooling="sum-relu")
    return RankClaim.of_setting(setting, Claim(">=", best(setting).value))


@rectified_sums.variant("maximum", "with max pooling (relu-max) the same M^E is reached", FOUR)
def maximum(*, M: int, H: int, layers: str, partition: str = "left-right") -> RankClaim:
    """With the maximum, few channels give few boxes (THEORY 6.3)."""
    setting = Setting.read(M=M, H=H, layers=layers, partition=partition, pooling="relu-max")
    return RankClaim.of_setting(setting, Claim(">=", best(setting).value))


def _checked(setting: Setting) -> Verdict:
    case = best(setting)
    full = case.value == setting.full_rank
    said = f"rank ≥ {case.value} at some parameters, {POOLING}, one channel a layer"
    return conclude(
        [pairs(case), weights(case), TRIANGULAR, matrix(case)],
        f"{said}; that is full rank" if full else said,
        setting=setting,
        claim=Claim("=" if full else ">=", case.value),
        numbers={"E": len(case.found.pairs)},
    )


def _rows(point: Assignment, layer: int) -> dict[Pair, WeightRow]:
    """Channel 0's row at each offset of a layer."""
    found: dict[Pair, WeightRow] = {}
    for entry in point.entries:
        if entry.layer == layer and entry.channels[0] == 0:
            rows, columns = (range(*span) for span in entry.offsets)
            found.update(dict.fromkeys(product(rows, columns), entry.row))
    return found


def _site_totals(case: Numbered, above: Mapping[Location, int]) -> dict[Site, list[int]]:
    """What each template of a site adds."""
    network = case.setting.network
    totals: dict[Site, list[int]] = {}
    for (at, factor), (offset, row) in product(above.items(), _rows(case.point, 1).items()):
        site = network.input_at(1, at, offset)
        if site is not None:
            values = totals.setdefault(site, [0] * network.M)
            for d, weight in row.weights:
                values[d] += factor * weight
    return totals
