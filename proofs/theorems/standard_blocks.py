"""Standard blocks: B x B convolutions and 2 x 2 pooling reach an exponential rank (Proposition 2).

Theorem. H = 2^n, B >= 2, n blocks of a BxB layer of stride 1 and a 2x2 layer of stride 2, all D_l >=
2M. With j the first block whose BxB layer has T_R > H/2, rank >= M^E for almost all parameters, E =
(H²/2)/4^(j-1), and E >= (2B - 1)²/2 (1 + (2B - 2)/H)^(-2), with equality iff (H/2 + B - 1)/(2B - 1) is
a power of two.

Proof. Theorem 1 at K = 2j - 1: T_S = 2^(j-1), T = H/2 + 1. With y = 2^(j-1), the least power of two above
x = (H/2 + B - 1)/(2B - 1), the quotient of E and the closed form is (2x/y)², and y <= 2x. QED

Source: Sharir and Shashua (2018), Proposition 2; THEORY 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ...algebra.powers import Powers, power
from ...graphs.network import COLUMNS, Layer, Network
from ...graphs.partition import left_right
from ..decide import RankClaim
from ..setting import SHARED, Setting, Subject
from ..steps import Fails, NotRun, lemma, need, step
from ..symbolic.all_sizes import settled
from ..symbolic.obligations import Obligation, discharge
from ..theorem import PAPER, theorem
from ..verdict import Claim, NotApplicable, Verdict, conclude
from . import theorem_1

LARGEST_H = 64
MOST_BLOCKS = 100
MOST_DOUBLINGS = 16


@dataclass(frozen=True)
class BlockNumbers:
    """The first block j whose total receptive field exceeds H/2, and E = (H²/2)/4^(j-1)."""

    B: int
    n: int
    j: int

    @property
    def H(self) -> int:
        """2^n."""
        return 1 << self.n

    @property
    def K(self) -> int:
        """The BxB layer of block j."""
        return 2 * self.j - 1

    @property
    def E(self) -> int:
        """The exponent."""
        return (self.H * self.H) >> (2 * self.j - 1)

    @property
    def tau(self) -> Fraction:
        """The closed form (2B - 1)²/2 · (1 + (2B - 2)/H)^(-2)."""
        return Fraction((2 * self.B - 1) ** 2, 2) / (1 + Fraction(2 * self.B - 2, self.H)) ** 2

    @property
    def x(self) -> Fraction:
        """(H/2 + B - 1)/(2B - 1): equality holds iff it is a power of two."""
        return Fraction(self.H // 2 + self.B - 1, 2 * self.B - 1)


def numbers_of(B: int, n: int) -> BlockNumbers:
    """The first block j with (2B - 1)·2^(j-1) - B + 1 > H/2; there is one among the n.

    >>> numbers_of(2, 4).E
    8
    """
    j = 1
    while (2 * B - 1) * 2 ** (j - 1) - B + 1 <= 2 ** (n - 1):
        j += 1
    return BlockNumbers(B, n, j)


def blocks(B: int, n: int, M: int) -> Network:
    """The network: n blocks, the last channel count included (channel 0 is the function).

    >>> blocks(2, 1, 2).syntax
    '2/1:4,2/2:4'
    """
    return Network(M, 2**n, layers=[Layer(B, 1, 2 * M), Layer(2, 2, 2 * M)] * n)


@step("geometry", "arithmetic on the network")
def geometry(network: Network, numbers: BlockNumbers) -> str:
    """Theorem 1 at K = 2j - 1 has these numbers, no earlier BxB layer qualifies, no K gives more."""
    if numbers.n > MOST_DOUBLINGS:
        raise NotRun(f"H = 2^{numbers.n}, attainable windows are listed up to 2^{MOST_DOUBLINGS}")
    qualified = {}
    for K in range(1, network.depth):
        try:
            qualified[K] = theorem_1.numbers_at(network, COLUMNS, K)
        except NotApplicable as why:
            need(K != numbers.K, str(why))
    here = qualified[numbers.K]
    found, T_S = (here.T_S, here.T, here.D, here.E), 2 ** (numbers.j - 1)
    expected = (T_S, numbers.H // 2 + 1, network.M, numbers.E)
    need(found == expected, f"T_S, T, D, E are {found}, not {expected}")
    earlier = [K for K in range(1, numbers.K, 2) if K in qualified]
    need(not earlier, f"layer {min(earlier, default=0)} qualifies as well")
    best = max(qualified.values(), key=lambda other: other.bound)
    more = "" if best.bound == here.bound else f"; the best K = {best.K} gives {best.bound}"
    return f"K = {numbers.K}: T_S = {T_S}, T = H/2 + 1 = {here.T}, T_R = {here.T_R}, E = {here.E}{more}"


@step("witness", "Theorem 1, factored, over Q")
def witness(network: Network, numbers: BlockNumbers) -> str:
    """The check of Theorem 1 at this K."""
    if network.H > LARGEST_H:
        raise NotRun(f"H = {network.H}, checked up to {LARGEST_H}")
    try:
        verdict = theorem_1.verified(network, SHARED, "left-right", numbers.K)
    except NotApplicable as why:
        raise Fails(f"K = {numbers.K}: {why}") from None
    rank = None if verdict.rank is None else verdict.rank.value
    said = f"rank {rank} at the explicit assignment ({len(verdict.steps)} steps of theorem-1)"
    need(verdict.verified and verdict.bound == Powers([(network.M, numbers.E)]), said)
    return said


@step("closed form", "exact rationals")
def closed_form(numbers: BlockNumbers) -> str:
    """E ≥ τ as an exact inequality of rationals, and equality exactly in the cases named."""
    E, tau, x = numbers.E, numbers.tau, numbers.x
    is_power = x.denominator == 1 and x.numerator & (x.numerator - 1) == 0
    need(
        tau <= E and (tau == E) == is_power,
        f"E = {E}, τ = {tau}, (H/2 + B − 1)/(2B − 1) = {x}",
    )
    said = "is" if is_power else "is not"
    relation = "=" if is_power else ">"
    return f"E = {E} {relation} τ = {tau}; (H/2 + B − 1)/(2B − 1) = {x} {said} a power of two"


@theorem(
    name="standard-blocks",
    title="Standard blocks (Proposition 2)",
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
    subject = Subject(partition="left-right", words=f"M = {M}, B = {B}, H = 2^{n}")
    if B < 2 or n > MOST_BLOCKS:
        raise NotApplicable(f"B ≥ 2 and n ≤ {MOST_BLOCKS} are needed", about=subject)
    numbers, network = numbers_of(B, n), blocks(B, n, M)
    bound = power(M, numbers.E)
    return conclude(
        [geometry(network, numbers), witness(network, numbers), closed_form(numbers)],
        f"rank ≥ {bound} for almost all parameters, and {numbers.E} ≥ τ = {numbers.tau}",
        subject=subject,
        claim=Claim(">=", bound),
        bound=bound,
        numbers={"j": numbers.j, "K": numbers.K, "E": numbers.E, "τ": str(numbers.tau)},
    )


@standard_blocks.variant(
    "one block earlier", "rank ≥ M^E with E = (H²/2)/4^(j−2)", {"B": 2, "n": 2}
)
def one_block_earlier(*, B: int, n: int, M: int = 2) -> RankClaim:
    """The block before the first that reaches past half of the grid."""
    numbers = numbers_of(B, n)
    if numbers.j == 1:
        raise NotApplicable("the first block reaches past half already")
    setting = Setting(blocks(B, n, M), left_right(numbers.H))
    return RankClaim.of_setting(setting, Claim(">=", Powers([(M, 4 * numbers.E)])))


@standard_blocks.for_all_sizes()
def standard_blocks_for_all_sizes() -> Verdict:
    """E ≥ τ for every B ≥ 2 and n ≥ 1, and when they are equal.

    With y = 2^(j-1) and p = (2B - 1)y the inequality is linear in H, B and p: SymPy shows that it is the
    one claimed, and the solver that it holds.
    """
    return settled(
        [quotient(), *discharge(OBLIGATIONS), *LEMMAS],
        "E ≥ τ for all B ≥ 2 and n ≥ 1, with equality iff (H/2 + B − 1)/(2B − 1) is a power of two",
        "all B ≥ 2 and n ≥ 1: H = 2^n, y = 2^(j−1), p = (2B − 1)·y",
    )


@step("quotient", "sympy, rational functions of H, B and y")
def quotient() -> str:
    """E/τ = ((H + 2B - 2)/p)² as rational functions, so that E ≥ τ iff H + 2B - 2 ≥ p > 0."""
    import sympy as sp

    H, B, y = sp.symbols("H B y", positive=True)
    E = H**2 / 2 / y**2
    tau = (2 * B - 1) ** 2 / 2 * (1 + (2 * B - 2) / H) ** -2
    x = (H / 2 + B - 1) / (2 * B - 1)
    square = ((H + 2 * B - 2) / ((2 * B - 1) * y)) ** 2
    need(
        sp.simplify(E / tau - square) == 0 and sp.simplify(square - (2 * x / y) ** 2) == 0,
        "E/τ is another function",
    )
    return (
        "E/τ = ((H + 2B − 2)/p)² = (2x/y)², x = (H/2 + B − 1)/(2B − 1): E ≥ τ iff p ≤ H + 2B − 2, "
        "equal iff y = 2x"
    )


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
    lemma(
        "powers of two",
        "y ≥ 1 is the least power of two above x",
        "y = 2x iff x = y/2 is a power of two; y = 1 < 2x never is",
    ),
    lemma(
        "exponent",
        "of two powers of two the smaller divides the larger",
        "y divides H/2: ⌊(H/2 − 1)/y⌋ + 1 = (H/2)/y and ⌈H/y⌉ = H/y, so that E = (H²/2)/y²",
    ),
    lemma(
        "T attained",
        "steps 1, 1, 2, 2, 4, … add up to every number up to their sum",
        "windows of at least 2 at these strides attain T = H/2 + 1",
    ),
)
