"""The headline: one layer that overlaps just past half of the grid reaches the full rank M^(H²/2)."""

from __future__ import annotations

from dataclasses import replace

from ...algebra.powers import Powers
from ...graphs.network import Network, default_layers
from ...graphs.partition import named
from ..all_sizes import THEOREM_1, prove
from ..claim import RankClaim
from ..kernel import kernel_step
from ..obligations import Obligation
from ..registry import PAPER, result
from ..route_obligations import Strides
from ..verdict import Claim, Outcome, Status, Step, Verdict
from ..verify_bound import verify_bound

KERNEL = ("headline", "headline_sharp", "headline_generic of formal/Generic.v")


@result(
    name="headline",
    title="Headline",
    source=PAPER,
    section="corollary of the main theorem; THEORY 3",
    statement="""
        H even. One layer with R = H/2 + 1, S = 1, D = M, followed by one layer over all of it: the
        rank is M^(H²/2) for almost all parameters, shared or unshared, left-right and top-bottom,
        and no matrix of this shape has more.
    """,
    latex=r"""
        Let $H$ be even. For the layers $(H/2+1)/1{:}M,\ H/H{:}1$ on an $H\times H$ grid,
        $\operatorname{rank}[\![\mathcal A]\!]=M^{H^2/2}$ for almost all parameters, shared or
        unshared, across the left-right and the top-bottom partition.
    """,
    instances=[
        {"M": 2, "H": 2},
        {"M": 2, "H": 4},
        {"M": 3, "H": 4, "partition": "top-bottom", "weights": "unshared"},
        {"M": 5, "H": 6},
        {"M": 2, "H": 64},
    ],
)
def headline(*, M: int, H: int, weights: str = "shared", partition: str = "left-right") -> Verdict:
    """The lower bound by Theorem 1, the upper bound by the size of the matrix."""
    verdict = verify_bound(M=M, H=H, weights=weights, partition=partition)
    if verdict.bound is None:
        return replace(verdict, theorem=headline.title)
    full = Powers([(M, H * H // 2)])
    meets = verdict.bound.powers == full
    size = Step(
        "size",
        "count of rows",
        Status.PASSED if meets else Status.FAILED,
        f"the matrix has {M}^{H * H // 2} rows and columns, and the lower bound is {verdict.bound}",
    )
    kernel = kernel_step("Law", KERNEL)
    verdict = replace(
        verdict,
        theorem=headline.title,
        claim=Claim("=", full),
        steps=(*verdict.steps, size, kernel),
    )
    if not verdict.verified:
        return verdict
    if not meets:
        return replace(verdict, outcome=Outcome.NOT_VERIFIED, conclusion=size.detail)
    return replace(
        verdict, conclusion=f"rank = {full} = M^(H²/2) for almost all parameters, {weights} weights"
    )


@headline.variant("R = H/2", "one layer with R = H/2 is enough", {"M": 2, "H": 4})
def half_the_grid(*, M: int, H: int) -> RankClaim | str:
    """With R = H/2 the overlap law gives M^(H(H/2 - 1)) only."""
    if H % 2:
        return f"H = {H} is odd"
    network = Network(M, H, layers=f"{H // 2}/1:{M},{H}/{H}:1")
    claim = Claim("=", Powers([(M, H * H // 2)]))
    return RankClaim(network, named("left-right", H, H), "shared", claim)


@headline.for_all_sizes()
def headline_for_all_sizes() -> Verdict:
    """Every M ≥ 1 and every even H: Theorem 1's geometry with S = 1, T = w + 1 and n = h = 2w."""
    counted = Obligation(
        "exponent",
        ("n", "w", "v", "T"),
        ("w >= 1", "n == 2*w", "T == w + 1", "v >= 0"),
        "w < T <= n and iff(v + T <= n, v < w)",
    )
    window = Obligation(
        "windows",
        ("H", "w", "R", "L"),
        ("w >= 1", "H == 2*w", "R == H//2 + 1", "L == H"),
        "R == w + 1 and L >= min(L, H)",
    )
    return prove(
        f"{headline.title}, for all sizes",
        PAPER,
        "rank = M^(H²/2) for almost all parameters, for every M ≥ 1 and every even H: m = M channels, "
        "H·(H/2) pairs, and the matrix has M^(H²/2) rows",
        Strides((1,), ()),
        THEOREM_1,
        (counted, window),
        (kernel_step("Law", KERNEL),),
        [(_network(M, H), (H // 2 + 1,), M) for M in range(1, 5) for H in range(2, 13, 2)],
    )


def _network(M: int, H: int) -> Network:
    return Network(M, H, layers=default_layers(M, H, H))
