"""The overlap law: the exact rank of one overlapping layer, for every window and every D (THEORY 8.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...graphs.connectivity import axis_field, axis_graph
from ...graphs.network import Layer, Network, positive
from ...graphs.partition import named
from ..claim import RankClaim, decide
from ..kernel import kernel_step
from ..registry import PROJECT, result
from ..sharp_bound import check, instance, straight_cut
from ..verdict import Bound, Claim, Status, Step, Verdict, not_applicable, outcome
from ..verify_bound import WEIGHTS, one_of

TITLE = "Overlap law"
LAW = ("overlap_law_upper", "overlap_law_attained", "overlap_law_generic")


@result(
    name="overlap-law",
    title=TITLE,
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
    weights: str = "shared",
) -> Verdict:
    """From below by the sharp bound's assignment, from above by counting straddling factors."""
    one_of("weights", weights, WEIGHTS)
    network = overlapping(M, H, W, R, D)
    axis, C = straight_cut(partition, network)
    subject: dict[str, Any] = {"network": network, "weights": weights, "partition": partition}
    if axis == 0:
        return not_applicable(TITLE, PROJECT, ["the law is stated for cuts at a column"], **subject)
    if C > network.W - C:
        reason = f"C = {C} exceeds W − C = {network.W - C}; the bounds need not meet there"
        return not_applicable(TITLE, PROJECT, [reason], **subject)
    law = Bound(min(M, D + 1), network.H * min(R - 1, C))
    lower = _lower(network, C, R, weights, partition)
    steps = [
        *(lower.steps if lower is not None else ()),
        straddling_step(network, C, law),
        Step(
            "upper bound",
            "lemma: rank of an entrywise product ≤ product of the ranks; of a function of few rows",
            Status.LEMMA,
            "h is the product over the locations of affine functions of D channels, each of them a product "
            "of a left and a right function: a straddling factor has rank ≤ D + 1, and ≤ its row count",
        ),
        _meeting_step(lower, law),
        decide(RankClaim(network, named(partition, network.H, network.W), weights, _is(law))),
        kernel_step("Law", LAW),
    ]
    verdict = Verdict(
        TITLE,
        PROJECT,
        *outcome(
            steps,
            f"rank = {law} for almost all parameters, {weights} weights",
        ),
        claim=_is(law),
        bound=law,
        geometry={"C": C, "R": R, "D": D},
        rank=None if lower is None else lower.rank,
        witness=None if lower is None else lower.witness,
        steps=tuple(steps),
        **subject,
    )
    return replace(verdict, seconds=0.0 if lower is None else lower.seconds)


@overlap_law.variant(
    "D + 2", "rank = min(M, D + 2)^(H·min(R − 1, C))", {"M": 3, "H": 4, "R": 2, "D": 1}
)
def one_channel_more(*, M: int, H: int, R: int, D: int) -> RankClaim | str:
    """The constant counts as one channel, not as two."""
    return _variant(M, H, R, D, Bound(min(M, D + 2), H * min(R - 1, H // 2)))


@overlap_law.variant(
    "exponent + 1", "rank = min(M, D + 1)^(H·min(R − 1, C) + 1)", {"M": 3, "H": 4, "R": 2, "D": 2}
)
def exponent_and_one(*, M: int, H: int, R: int, D: int) -> RankClaim | str:
    """One straddling location more than there is."""
    return _variant(M, H, R, D, Bound(min(M, D + 1), H * min(R - 1, H // 2) + 1))


def overlapping(M: int, H: int, W: int | None, R: int, D: int) -> Network:
    """Layers R/1:D, HxW/HxW:1 on an H x W grid."""
    height, width = positive("H", H), positive("W", H if W is None else W)
    layers = (Layer(R, 1, D), Layer((height, width), (height, width), 1))
    return Network(M, height, width, layers=layers)


def straddling_step(network: Network, C: int, law: Bound) -> Step:
    """Count the locations and sites of straddling factors on the connectivity graph of the columns."""
    chain = network.axis(1)
    columns = axis_graph(replace(chain, windows=chain.windows[:1], strides=chain.strides[:1]))
    fields = [axis_field(columns, 1, v) for v in range(network.sizes[1][1])]
    straddling = [field for field in fields if min(field) < C <= max(field)]
    met: set[int] = set().union(*straddling)
    locations = network.H * len(straddling)
    left, right = (network.H * sum((c < C) == side for c in met) for side in (True, False))
    D = network.channels[1]
    bounds = [Bound(D + 1, locations), Bound(network.M, left), Bound(network.M, right)]
    best = min(bounds, key=lambda bound: bound.powers)
    detail = (
        f"{locations} locations straddle the cut, on {left} sites left and {right} right of it: rank ≤ "
        f"min({', '.join(map(str, bounds))})"
    )
    agrees = best.powers == law.powers
    status = Status.PASSED if agrees else Status.FAILED
    return Step("straddling", "graph", status, detail + ("" if agrees else f", not {law}"))


def _lower(network: Network, C: int, R: int, weights: str, partition: str) -> Verdict | None:
    """The verdict of the sharp bound with K = 1; None for R = 1, where no window overlaps."""
    if R == 1:
        return None
    found = instance(network, 1, C, (min(R, C + 1),))
    assert not isinstance(found, str)
    return check(found, weights, partition)


def _meeting_step(lower: Verdict | None, law: Bound) -> Step:
    """The lower bound is the law's number, so that the upper bound makes it the rank."""
    found = Bound(1, 0) if lower is None or lower.bound is None else lower.bound
    agrees = found.powers == law.powers
    detail = f"the lower bound {found} {'is' if agrees else 'is not'} the upper bound {law}"
    return Step(
        "bounds meet", "comparison of powers", Status.PASSED if agrees else Status.FAILED, detail
    )


def _is(bound: Bound) -> Claim:
    return Claim("=", bound.powers)


def _variant(M: int, H: int, R: int, D: int, bound: Bound) -> RankClaim | str:
    if H % 2:
        return f"H = {H} is odd"
    network = overlapping(M, H, None, R, D)
    return RankClaim(network, named("left-right", H, H), "shared", _is(bound))
