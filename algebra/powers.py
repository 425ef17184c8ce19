"""Products of powers, b_1^e_1 ... b_n^e_n, compared exactly without being expanded."""

from __future__ import annotations

from collections.abc import Iterable
from functools import total_ordering
from math import gcd, prod

from flint import arb, ctx

HASH_PRIME = 2**61 - 1


@total_ordering
class Powers:
    """A non-negative integer written as a product of powers.

    Parameters
    ----------
    factors : iterable of (base, exponent)
        Integers >= 0; equal bases are collected, and a base 0 with a positive exponent makes it 0.
    """

    __slots__ = ("factors",)

    def __init__(self, factors: Iterable[tuple[int, int]] = ()) -> None:
        collected: dict[int, int] = {}
        for base, exponent in factors:
            if base < 0 or exponent < 0:
                raise ValueError(f"{base}^{exponent} is no power of a natural number")
            if base != 1 and exponent:
                collected[base] = collected.get(base, 0) + exponent
        self.factors = ((0, 1),) if 0 in collected else tuple(sorted(collected.items()))

    @property
    def is_zero(self) -> bool:
        return self.factors == ((0, 1),)

    def __mul__(self, other: Powers) -> Powers:
        return Powers((*self.factors, *other.factors))

    def __int__(self) -> int:
        return prod(b**e for b, e in self.factors)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Powers):
            return NotImplemented
        return self._compare(other) == 0

    def __lt__(self, other: Powers) -> bool:
        return self._compare(other) < 0

    def __hash__(self) -> int:
        # The value modulo a prime, so that 4^3 and 2^6 agree.
        return prod(pow(b, e, HASH_PRIME) for b, e in self.factors) % HASH_PRIME

    def _compare(self, other: Powers) -> int:
        """-1, 0 or 1.

        Over pairwise coprime bases two products are equal iff their exponents are. If they are not,
        the logarithms differ, and balls around them with twice the precision every time come apart.
        """
        if self.is_zero or other.is_zero:
            return other.is_zero - self.is_zero
        quotient = _coprime(
            [*self.factors, *((base, -exponent) for base, exponent in other.factors)]
        )
        if not quotient:
            return 0
        precision = 64
        while True:
            logarithm = _log(quotient, precision)
            if logarithm > 0:
                return 1
            if logarithm < 0:
                return -1
            precision *= 2

    def __str__(self) -> str:
        if not self.factors:
            return "1"
        return " · ".join(str(b) if e == 1 else f"{b}^{e}" for b, e in self.factors)

    def __repr__(self) -> str:
        return f"Powers({list(self.factors)!r})"

    def to_json(self) -> dict[str, object]:
        """{"base", "exponent"} for one power, {"value"} for 0 and 1, {"factors"} otherwise."""
        if len(self.factors) == 1 and not self.is_zero:
            base, exponent = self.factors[0]
            return {"base": base, "exponent": exponent}
        if len(self.factors) < 2:
            return {"value": int(self)}
        return {"factors": [[b, e] for b, e in self.factors]}


def _coprime(factors: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same product over pairwise coprime bases, exponents 0 left out; exponents may be negative."""
    waiting = list(factors)
    done: list[tuple[int, int]] = []
    while waiting:
        base, exponent = waiting.pop()
        if base == 1:
            continue
        for index, (other, power) in enumerate(done):
            common = gcd(base, other)
            if common > 1:
                del done[index]
                waiting += [(common, exponent + power)]
                waiting += [(base // common, exponent), (other // common, power)]
                break
        else:
            done.append((base, exponent))
    return [(base, exponent) for base, exponent in done if exponent]


def _log(factors: Iterable[tuple[int, int]], precision: int) -> arb:
    """The logarithm of the product, as a ball that certainly holds it."""
    before = ctx.prec
    ctx.prec = precision
    try:
        return sum((arb(exponent) * arb(base).log() for base, exponent in factors), arb(0))
    finally:
        ctx.prec = before
