"""The overlap law: the exact rank of one overlapping layer, for every window and every D (THEORY 8.2).

Theorem. Layers R/1:D, HxW/HxW:1 with product pooling, R >= 1, D >= 1, cut at column C <= W - C
(left-right: C = W/2). For almost all parameters, shared or unshared, the rank is exactly min(M, D +
1)^(H min(R - 1, C)).

Proof. Below: the sharp bound with K = 1 and t = min(R, C + 1). Above: the function is a product over
locations of affine functions of D channels; only those of min(R - 1, C) columns straddle the cut, each
a sum of D + 1 products of a left and a right function, so of rank at most D + 1; the rank of an
entrywise product is at most the product of the ranks. And straddling factors see at most R - 1 columns
on either side: M to the number of their sites. QED

Source: this project; the proof in full: THEORY 8.2, and in Coq for all sizes: formal/Law.v.
"""

from __future__ import annotations

from ...algebra.powers import Powers, power
from ...graphs.connectivity import axis_field, axis_graph
from ...graphs.network import COLUMNS, Layer, Network, over_all, positive
from ...graphs.partition_names import named
from ..decide import RankClaim, decide
from ..setting import SHARED, Setting
from ..steps import Step, lemma, need, step
from ..symbolic.kernel import kernel_step
from ..theorem import PROJECT, theorem
from ..verdict import Claim, NotApplicable, Verdict, conclude
from . import sharp_bound

LAW = ("Law.overlap_law_upper", "Law.overlap_law_attained", "Generic.overlap_law_generic")
PRODUCTS = lemma(
    "upper bound",
    "rank of an entrywise product ≤ product of the ranks; of a function of few rows",
    "h is the product over the locations of affine functions of D channels, each of them a product "
    "of a left and a right function: a straddling factor has rank ≤ D + 1, and ≤ its row count",
)


@step("straddling", "graph")
def straddling(setting: Setting, C: int, law: Powers) -> str:
    """Count the locations and sites of straddling factors on the connectivity graph of the columns."""
    network = setting.network
    chain = network.axis(COLUMNS)
    columns = axis_graph(chain.first_layers(1))
    fields = [axis_field(columns, 1, v) for v in range(network.sizes[1][COLUMNS])]
    crossing = [field for field in fields if min(field) < C <= max(field)]
    met: set[int] = set().union(*crossing)
    locations = network.H * len(crossing)
    left, right = (network.H * sum((c < C) == side for c in met) for side in (True, False))
    M, D = network.M, network.channels[1]
    bounds = [power(D + 1, locations), power(M, left), power(M, right)]
    said = (
        f"{locations} locations straddle the cut, on {left} sites left and {right} right of it: rank ≤ "
        f"min({', '.join(map(str, bounds))})"
    )
    need(min(bounds) == law, f"{said}, not {law}")
    return said


@step("bounds meet", "comparison of powers")
def bounds_meet(lower: Powers, law: Powers) -> str:
    """The lower bound is the law's number, so that the upper bound makes it the rank."""
    need(lower == law, f"the lower bound {lower} is not the upper bound {law}")
    return f"the lower bound {lower} is the upper bound {law}"


@theorem(
    name="overlap-law",
    title="Overlap law",
    source=PROJECT,
    section="THEORY 8.2",
    statement="""
        Layers R/1:D, HxW/HxW:1 with product pooling, R ≥ 1, D ≥ 1, cut at column C ≤ W − C
        (left-right: C = W/2). For almost all parameters, shared or unshared, the rank is exactly
        min(M, D + 1)^(H·min(R − 1, C)).
    """,
    latex=r"""
        For the layers $R/1{:}D,\ H\times W/H\times W{:}1$ on an $H\times W$ grid, cut at column
        $C\le W-C$, \[\operatorname{rank}[\![\mathcal A]\!]=\min(M,\,D+1)^{\,H\cdot\min(R-1,\,C)}\]
        for almost all parameters, shared or unshared.
    """,
    instances=[
        {"M": 2, "H": 4, "R": 3, "D": 1},
        {"M": 3, "H": 4, "R": 2, "D": 1},
        {"M": 3, "H": 6, "R": 2, "D": 2},
        {"M": 2, "H": 6, "R": 3, "D": 1},
        {"M": 4, "H": 3, "W": 5, "R": 3, "D": 2, "partition": "column:1"},
        {"M": 2, "H": 4, "R": 1, "D": 3},
        {"M": 3, "H": 64, "R": 5, "D": 2, "weights": "unshared"},
    ],
)
def overlap_law(
    *,
    M: int,
    H: int,
    R: int,
    D: int,
    W: int | None = None,
    partition: str = "left-right",
    weights: str = SHARED,
) -> Verdict:
    """From below by the sharp bound's assignment, from above by counting straddling factors."""
    setting = _setting(M, H, W, R, D, partition, weights)
    axis, C = sharp_bound.straight_cut(setting.partition)
    width = setting.network.W
    if axis != COLUMNS:
        raise NotApplicable("the law is stated for cuts at a column", about=setting)
    if width - C < C:
        reason = f"C = {C} exceeds W − C = {width - C}; the bounds need not meet there"
        raise NotApplicable(reason, about=setting)
    law = power(min(M, D + 1), H * min(R - 1, C)).over(M)
    claim = Claim("=", law)
    conclusion = f"rank = {law} for almost all parameters, {weights} weights"
    shown = {"C": C, "R": R, "D": D}
    if R == 1:
        steps: list[Step] = [*_above(setting, C, Powers(), law)]
        steps += [decide(RankClaim.of_setting(setting, claim)), kernel_step(*LAW)]
        about = {"setting": setting, "claim": claim, "bound": law, "numbers": shown}
        return conclude(steps, conclusion, **about)
    numbers = sharp_bound.numbers_at(setting.network, COLUMNS, C, (min(R, C + 1),))
    return sharp_bound.check(
        setting,
        numbers,
        above=_above(setting, C, numbers.bound, law),
        last=[kernel_step(*LAW)],
        claim=claim,
        conclusion=conclusion,
        shown=shown,
    )


def _above(setting: Setting, C: int, lower: Powers, law: Powers) -> list[Step]:
    return [straddling(setting, C, law), PRODUCTS, bounds_meet(lower, law)]


def _setting(
    M: int, H: int, W: int | None, R: int, D: int, partition: str, weights: str = SHARED
) -> Setting:
    """Layers R/1:D, HxW/HxW:1 on an H x W grid."""
    height, width = positive("H", H), positive("W", H if W is None else W)
    network = Network(M, height, width, layers=(Layer(R, 1, D), over_all((height, width))))
    return Setting.of(network, named(partition, height, width), weights)


@overlap_law.variant(
    "D + 2", "rank = min(M, D + 2)^(H·min(R − 1, C))", {"M": 3, "H": 4, "R": 2, "D": 1}
)
def one_channel_more(*, M: int, H: int, R: int, D: int) -> RankClaim:
    """The constant counts as one channel, not as two."""
    return _variant(M, H, R, D, power(min(M, D + 2), H * min(R - 1, H // 2)))


@overlap_law.variant(
    "exponent + 1", "rank = min(M, D + 1)^(H·min(R − 1, C) + 1)", {"M": 3, "H": 4, "R": 2, "D": 2}
)
def exponent_and_one(*, M: int, H: int, R: int, D: int) -> RankClaim:
    """One straddling location more than there is."""
    return _variant(M, H, R, D, power(min(M, D + 1), H * min(R - 1, H // 2) + 1))


def _variant(M: int, H: int, R: int, D: int, value: Powers) -> RankClaim:
    return RankClaim.of_setting(_setting(M, H, None, R, D, "left-right"), Claim("=", value))
