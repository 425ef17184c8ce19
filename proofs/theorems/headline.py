"""The headline: one layer that overlaps just past half of the grid reaches the full rank M^(H²/2).

Theorem. H even. One layer with R = H/2 + 1, S = 1, D = M, followed by one layer over all of it: the
rank is M^(H²/2) for almost all parameters, shared or unshared, left-right and top-bottom, and no matrix
of this shape has more.

Proof. Theorem 1 with K = 1: T_S = 1, T = H/2 + 1, so that E = H·H/2, and the matrix has M^(H²/2) rows. QED

Source: Sharir and Shashua (2018), corollary of the main theorem; THEORY 3; in Coq: formal/Law.v and,
top-bottom, formal/Transpose.v.
"""

from __future__ import annotations

from ...algebra.powers import Powers, power
from ...graphs.network import COLUMNS, Network, default_layers
from ..decide import RankClaim
from ..setting import SHARED, Setting, network_of
from ..steps import need, step
from ..symbolic.all_sizes import THEOREM_1, prove
from ..symbolic.geometry import Strides
from ..symbolic.kernel import kernel_step
from ..symbolic.obligations import Obligation
from ..theorem import PAPER, theorem
from ..verdict import Claim, NotApplicable, Verdict
from . import theorem_1

LEFT_RIGHT = ("Law.headline", "Law.headline_sharp", "Generic.headline_generic")
TOP_BOTTOM = (
    "Transpose.headline_top_bottom",
    "Transpose.headline_sharp_top_bottom",
    "Transpose.headline_top_bottom_generic",
)


@step("size", "count of rows")
def size(setting: Setting, lower: Powers) -> str:
    """The matrix has as many rows as the lower bound says."""
    network = setting.network
    rows = power(network.M, setting.partition.sides.count(0))
    said = f"the matrix has {rows} rows and columns, and the lower bound is {lower}"
    need(rows == lower and setting.full_rank == rows, said)
    return said


@theorem(
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
def headline(*, M: int, H: int, weights: str = SHARED, partition: str = "left-right") -> Verdict:
    """The lower bound by Theorem 1, the upper bound by the size of the matrix."""
    network = network_of(M, H, None, None)
    full = Powers([(M, H * H // 2)])
    if H % 2:
        # The theorem says which hypothesis fails.
        return theorem_1.verified(network, weights, partition)
    setting = Setting.read(M=M, H=H, partition=partition, weights=weights)
    axis = theorem_1.axis_of(partition)
    numbers = theorem_1.best(network, axis)
    return theorem_1.check(
        setting,
        numbers,
        above=[size(setting, numbers.bound)],
        last=[kernel_step(*(LEFT_RIGHT if axis == COLUMNS else TOP_BOTTOM))],
        claim=Claim("=", full),
        conclusion=f"rank = {full} = M^(H²/2) for almost all parameters, {weights} weights",
    )


@headline.variant("R = H/2", "one layer with R = H/2 is enough", {"M": 2, "H": 4})
def half_the_grid(*, M: int, H: int) -> RankClaim:
    """With R = H/2 the overlap law gives M^(H(H/2 - 1)) only."""
    if H % 2:
        raise NotApplicable(f"H = {H} is odd")
    setting = Setting.read(M=M, H=H, layers=f"{H // 2}/1:{M},{H}/{H}:1")
    return RankClaim.of_setting(setting, Claim("=", Powers([(M, H * H // 2)])))


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
        "rank = M^(H²/2) for almost all parameters, for every M ≥ 1 and every even H: m = M channels, "
        "H·(H/2) pairs, and the matrix has M^(H²/2) rows",
        Strides((1,), ()),
        THEOREM_1,
        (counted, window),
        (kernel_step(*LEFT_RIGHT, *TOP_BOTTOM),),
        [(_network(M, H), (H // 2 + 1,), M) for M in range(1, 5) for H in range(2, 13, 2)],
    )


def _network(M: int, H: int) -> Network:
    return Network(M, H, layers=default_layers(M, H, H))
