"""Standard blocks: B x B convolutions and 2 x 2 pooling reach an exponential rank (Proposition 2)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from time import perf_counter

from ...algebra.powers import Powers
from ...graphs.network import Layer, Network
from ...graphs.partition import left_right
from .. import theorem_1
from ..claim import RankClaim
from ..obligations import Obligation, discharge
from ..registry import PAPER, result
from ..theorem_1 import Instance
from ..verdict import Bound, Claim, Outcome, Status, Step, Verdict, not_applicable, outcome
from ..verify_bound import verify_bound

TITLE = "Standard blocks (Proposition 2)"
LARGEST_H = 64
MOST_BLOCKS = 100
MOST_DOUBLINGS = 16


@dataclass(frozen=True)
class Exponent:
    """The first block j whose total receptive field exceeds H/2, and E = (H²/2)/4^(j-1)."""

    B: int
    n: int
    j: int

    @property
    def H(self) -> int:
        return 1 << self.n

    @property
    def K(self) -> int:
        return 2 * self.j - 1

    @property
    def E(self) -> int:
        return (self.H * self.H) >> (2 * self.j - 1)

    @property
    def tau(self) -> Fraction:
        """The closed form (2B - 1)²/2 · (1 + (2B - 2)/H)^(-2)."""
        return Fraction((2 * self.B - 1) ** 2, 2) / (1 + Fraction(2 * self.B - 2, self.H)) ** 2

    @property
    def x(self) -> Fraction:
        """(H/2 + B - 1)/(2B - 1): equality holds iff it is a power of two."""
        return Fraction(self.H // 2 + self.B - 1, 2 * self.B - 1)


@result(
    name="standard-blocks",
    title=TITLE,
    source=PAPER,
    section="Proposition 2; THEORY 4",
    statement="""
        H = 2^n, B ≥ 2, n blocks of a BxB layer of stride 1 and a 2x2 layer of stride 2, all D_l ≥
        2M. With j the first block whose BxB layer has T_R > H/2, rank ≥ M^E for almost all
        parameters, E = (H²/2)/4^(j−1), and E ≥ (2B − 1)²/2·(1 + (2B − 2)/H)^(−2), with equality iff
        (H/2 + B − 1)/(2B − 1) is a power of two.
    """,
    latex=r"""
        Let $H=2^n$ and let $n$ blocks of a $B\times B$ layer of stride $1$ and a $2\times2$ layer
        of stride $2$ have $D_l\ge2M$ channels. With $j$ the first block whose $B\times B$ layer has
        $T_R>H/2$, $\operatorname{rank}[\![\mathcal A]\!]\ge M^E$ for almost all parameters, where
        \[E=\frac{H^2/2}{4^{j-1}}\ \ge\ \frac{(2B-1)^2}{2}\Bigl(1+\frac{2B-2}{H}\Bigr)^{-2},\] with
        equality iff $(H/2+B-1)/(2B-1)$ is a power of two.
    """,
    instances=[
        {"B": 2, "n": 1},
        {"B": 2, "n": 2},
        {"B": 3, "n": 4},
        {"B": 4, "n": 3, "M": 3},
        {"B": 5, "n": 6},
        {"B": 40, "n": 14},
    ],
)
def standard_blocks(*, B: int, n: int, M: int = 2) -> Verdict:
    """The combinatorial exponent, its witness where H ≤ 64, and the closed form as rationals."""
    subject = f"M = {M}, B = {B}, H = 2^{n}"
    if B < 2 or n > MOST_BLOCKS:
        reason = f"B ≥ 2 and n ≤ {MOST_BLOCKS} are needed"
        return not_applicable(TITLE, PAPER, [reason], subject=subject)
    found = exponent(B, n)
    network = blocks(B, n, M)
    steps = [
        _geometry_step(network, found),
        _witness_step(network, found),
        closed_form_step(found),
    ]
    return Verdict(
        TITLE,
        PAPER,
        *outcome(
            steps,
            f"rank ≥ {M}^{found.E} for almost all parameters, and {found.E} ≥ τ = {found.tau}",
        ),
        subject=subject,
        partition="left-right",
        claim=Claim(">=", Bound(M, found.E).powers),
        bound=Bound(M, found.E),
        geometry={"j": found.j, "K": found.K, "E": found.E, "τ": str(found.tau)},
        steps=tuple(steps),
    )


def exponent(B: int, n: int) -> Exponent:
    """The first block j with (2B - 1)·2^(j-1) - B + 1 > H/2; there is one among the n."""
    j = 1
    while (2 * B - 1) * 2 ** (j - 1) - B + 1 <= 2 ** (n - 1):
        j += 1
    return Exponent(B, n, j)


def blocks(B: int, n: int, M: int) -> Network:
    """The network: n blocks, the last channel count included (channel 0 is the function)."""
    return Network(M, 2**n, layers=[Layer(B, 1, 2 * M), Layer(2, 2, 2 * M)] * n)


def closed_form_step(found: Exponent) -> Step:
    """E ≥ τ as an exact inequality of rationals, and equality exactly in the cases named."""
    name, method = "closed form", "exact rationals"
    power = found.x.denominator == 1 and found.x.numerator & (found.x.numerator - 1) == 0
    if found.tau > found.E or (found.tau == found.E) != power:
        detail = f"E = {found.E}, τ = {found.tau}, (H/2 + B − 1)/(2B − 1) = {found.x}"
        return Step(name, method, Status.FAILED, detail)
    relation = "=" if power else ">"
    said = "is" if power else "is not"
    x = f"(H/2 + B − 1)/(2B − 1) = {found.x} {said} a power of two"
    detail = f"E = {found.E} {relation} τ = {found.tau}; {x}"
    return Step(name, method, Status.PASSED, detail)


def _geometry_step(network: Network, found: Exponent) -> Step:
    """Theorem 1 at K = 2j - 1 has these numbers, no earlier BxB layer qualifies, no K gives more."""
    name, method = "geometry", "arithmetic on the network"
    if found.n > MOST_DOUBLINGS:
        said = f"H = 2^{found.n}, attainable windows are listed up to 2^{MOST_DOUBLINGS}"
        return Step(name, method, Status.NOT_RUN, said)
    here = theorem_1.instance(network, 1, found.K)
    if not isinstance(here, Instance):
        return Step(name, method, Status.FAILED, here)
    T_S = 2 ** (found.j - 1)
    expected = (T_S, found.H // 2 + 1, network.M, found.E)
    if expected != (here.T_S, here.T, here.D, here.E):
        detail = f"T_S, T, D, E are {(here.T_S, here.T, here.D, here.E)}, not {expected}"
        return Step(name, method, Status.FAILED, detail)
    earlier = [
        k for k in range(1, found.K, 2) if isinstance(theorem_1.instance(network, 1, k), Instance)
    ]
    if earlier:
        return Step(name, method, Status.FAILED, f"layer {earlier[0]} qualifies as well")
    best = theorem_1.choose(network, 1)
    assert isinstance(best, Instance)
    more = (
        ""
        if best.bound.powers == here.bound.powers
        else f"; the best K = {best.K} gives {best.bound}"
    )
    detail = (
        f"K = {found.K}: T_S = {T_S}, T = H/2 + 1 = {here.T}, T_R = {here.T_R}, E = {here.E}{more}"
    )
    return Step(name, method, Status.PASSED, detail)


def _witness_step(network: Network, found: Exponent) -> Step:
    """The check of Theorem 1 at this K."""
    name, method = "witness", "Theorem 1, factored, over Q"
    if network.H > LARGEST_H:
        return Step(name, method, Status.NOT_RUN, f"H = {network.H}, checked up to {LARGEST_H}")
    verdict = verify_bound(network, K=found.K)
    rank = None if verdict.rank is None else verdict.rank.value
    detail = f"rank {rank} at the explicit assignment ({len(verdict.steps)} steps of theorem-1)"
    return Step(name, method, Status.PASSED if verdict.verified else Status.FAILED, detail)


@standard_blocks.variant(
    "one block earlier", "rank ≥ M^E with E = (H²/2)/4^(j−2)", {"B": 2, "n": 2}
)
def one_block_earlier(*, B: int, n: int, M: int = 2) -> RankClaim | str:
    """The block before the first that reaches past half of the grid."""
    found = exponent(B, n)
    if found.j == 1:
        return "the first block reaches past half already"
    network = blocks(B, n, M)
    return RankClaim(
        network, left_right(network.H), "shared", Claim(">=", Powers([(M, 4 * found.E)]))
    )


@standard_blocks.for_all_sizes()
def standard_blocks_for_all_sizes() -> Verdict:
    """E ≥ τ for every B ≥ 2 and n ≥ 1, and when they are equal.

    With y = 2^(j-1) and p = (2B - 1)y the inequality is linear in H, B and p: SymPy shows that it is the
    one claimed, and the solver that it holds.
    """
    started = perf_counter()
    steps = [*closed_form_algebra(), *discharge(OBLIGATIONS), *LEMMAS]
    decided, said = outcome(
        steps,
        "E ≥ τ for all B ≥ 2 and n ≥ 1, with equality iff (H/2 + B − 1)/(2B − 1) is a power of two",
    )
    if decided is Outcome.VERIFIED and any(s.status is Status.NOT_RUN for s in steps):
        decided, said = Outcome.COULD_NOT_FINISH, "obligations were not decided"
    return Verdict(
        f"{TITLE}, for all sizes",
        PAPER,
        decided,
        said,
        subject="all B ≥ 2 and n ≥ 1: H = 2^n, y = 2^(j−1), p = (2B − 1)·y",
        steps=tuple(steps),
        seconds=perf_counter() - started,
    )


def closed_form_algebra() -> list[Step]:
    """E/τ = ((H + 2B - 2)/p)² as rational functions, so that E ≥ τ iff H + 2B - 2 ≥ p > 0."""
    import sympy as sp

    H, B, y = sp.symbols("H B y", positive=True)
    E = H**2 / 2 / y**2
    tau = (2 * B - 1) ** 2 / 2 * (1 + (2 * B - 2) / H) ** -2
    x = (H / 2 + B - 1) / (2 * B - 1)
    quotient = ((H + 2 * B - 2) / ((2 * B - 1) * y)) ** 2
    holds = sp.simplify(E / tau - quotient) == 0 and sp.simplify(quotient - (2 * x / y) ** 2) == 0
    return [
        Step(
            "quotient",
            "sympy, rational functions of H, B and y",
            Status.PASSED if holds else Status.FAILED,
            "E/τ = ((H + 2B − 2)/p)² = (2x/y)², x = (H/2 + B − 1)/(2B − 1): E ≥ τ iff p ≤ H + 2B − 2, "
            "equal iff y = 2x",
        )
    ]


OBLIGATIONS = (
    Obligation(
        "first above", ("g", "B", "p"), ("B >= 2", "g >= 1"), "iff(p - B + 1 > g, p > g + B - 1)"
    ),
    Obligation(
        "y > 1", ("g", "B", "q"), ("B >= 2", "g >= 1", "q - B + 1 <= g"), "2*q <= 2*g + 2*B - 2"
    ),
    Obligation("y = 1", ("g", "B", "p"), ("B >= 2", "g >= 1", "p == 2*B - 1"), "p < 2*g + 2*B - 2"),
    Obligation(
        "among the n", ("g", "B", "s"), ("B >= 2", "g >= 1", "s >= B - 1"), "2*s + g - B + 1 > g"
    ),
)
"""With g = H/2: p = (2B - 1)y, q = p/2 for the block before, s = (B - 1)g, so that (2B - 1)g = 2s + g."""

LEMMAS = (
    Step(
        "powers of two",
        "lemma: y ≥ 1 is the least power of two above x",
        Status.LEMMA,
        "y = 2x iff x = y/2 is a power of two; y = 1 < 2x never is",
    ),
    Step(
        "exponent",
        "lemma: of two powers of two the smaller divides the larger",
        Status.LEMMA,
        "y divides H/2: ⌊(H/2 − 1)/y⌋ + 1 = (H/2)/y and ⌈H/y⌉ = H/y, so that E = (H²/2)/y²",
    ),
    Step(
        "T attained",
        "lemma: steps 1, 1, 2, 2, 4, … add up to every number up to their sum",
        Status.LEMMA,
        "windows of at least 2 at these strides attain T = H/2 + 1",
    ),
)
