"""Natural numbers written as products of powers, b_1^e_1 ... b_n^e_n, compared without being expanded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import total_ordering
from math import e, gcd, inf, log2, prod
from numbers import Integral
from operator import index
from typing import SupportsIndex

from flint import arb, ctx, fmpz

HASH_PRIME = 2**61 - 1
"""The modulus of Python's own hash of an int."""
POWER, TIMES = re.compile(r"([0-9]{1,1000})(?:\^([0-9]{1,18}))?"), re.compile(r"\s*[·*×]\s*")
SHORT, LONG = 10**9, 10**18
"""Numbers below are shown with their digits: to people, and in JSON."""


@total_ordering
class Powers:
    """A natural number, as a product of powers; it equals, and hashes like, the int that it is.

    Parameters
    ----------
    factors : int, or iterable of (base, exponent)
        Integers >= 0; equal bases are collected, and a base 0 with a positive exponent makes it 0.

    Attributes
    ----------
    factors : tuple of (base, exponent)
        Of ascending bases, 1 left out; ((0, 1),) for 0.
    written : (base, exponent) or None
        How `power` wrote it.

    Examples
    --------
    >>> Powers([(4, 16)]) == Powers([(2, 32)]) == 2**32
    True
    >>> print(Powers([(3, 4), (5, 1)]), Powers([(2, 2048)]) * 3, Powers(0))
    3^4 · 5 2^2048 · 3 0
    >>> f"{Powers([(2, 8)]):d} {Powers([(2, 8)]):v} {Powers([(2, 8)]):tex}"
    '256 2^8 = 256 2^{8}'
    """

    __slots__ = ("factors", "written")

    factors: tuple[tuple[int, int], ...]
    written: tuple[int, int] | None

    def __init__(
        self, factors: SupportsIndex | Iterable[tuple[SupportsIndex, SupportsIndex]] = ()
    ) -> None:
        collected: dict[int, int] = {}
        pairs = factors if isinstance(factors, Iterable) else [(factors, 1)]
        for base, exponent in ((index(b), index(k)) for b, k in pairs):
            if base < 0 or exponent < 0:
                raise ValueError(f"{base}^{exponent} is no power of a natural number")
            if base != 1 and exponent:
                collected[base] = collected.get(base, 0) + exponent
        self.factors = ((0, 1),) if 0 in collected else tuple(sorted(collected.items()))
        self.written = None

    @classmethod
    def read(cls, text: str) -> Powers:
        """The number that a text writes, as `str` does or otherwise.

        Raises
        ------
        ValueError
            If the text is no product of powers of natural numbers.

        Examples
        --------
        >>> Powers.read("2^6") == Powers.read("64") == Powers.read("4^2 · 4")
        True
        """
        found = [POWER.fullmatch(piece) for piece in TIMES.split(text.strip())]
        if not all(found):
            raise ValueError(f"{text} is no product of powers")
        return cls((int(one[1]), int(one[2] or 1)) for one in found if one is not None)

    @property
    def is_zero(self) -> bool:
        """Whether it is 0."""
        return self.factors == ((0, 1),)

    @property
    def trivial(self) -> bool:
        """Whether it is 1, the rank that every nonzero function has."""
        return not self.factors

    @property
    def single(self) -> tuple[int, int] | None:
        """(base, exponent), if it is written as one power; None for 0, 1 and longer products."""
        if self.written is None and len(self.factors) == 1 and not self.is_zero:
            return self.factors[0]
        return self.written

    def over(self, M: int) -> Powers:
        """The same number: as a power of M where it is one, else as it is written.

        >>> print(*(Powers([(base, 12)]).over(4) for base in (2, 16, 6)), power(1, 9).over(4))
        4^6 4^24 6^12 1^9
        """
        if M < 2 or self.trivial or self.is_zero:
            return self
        # The logarithm only suggests the exponent: equality is exact.
        whole = Powers([(M, round(self.log2() / log2(M)))])
        return whole if whole == self else self

    def spelled(self, M: int) -> Powers:
        """The same number as reports write it, whatever way it came about.

        A power of M where it is one; else digits, where they are few; else powers of M and of bases that
        are no powers themselves.

        >>> print(*(Powers([(base, 24)]).spelled(4) for base in (2, 27)), Powers([(9, 3)]).spelled(4))
        4^12 3^72 729
        """
        if M < 2 or self.trivial or self.is_zero:
            return self
        whole = self.over(M)
        if whole is not self:
            return whole
        if self < SHORT:
            return Powers(int(self))
        pieces = []
        for base, exponent in self.factors:
            digits = digit_count(base, M)
            root, times = (M, digits) if M**digits == base else _root(base)
            pieces.append((root, times * exponent))
        return Powers(pieces)

    def __mul__(self, other: Powers | SupportsIndex) -> Powers:
        if isinstance(other, Integral):
            other = Powers(int(other))
        return (
            Powers((*self.factors, *other.factors)) if isinstance(other, Powers) else NotImplemented
        )

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> Powers:
        if exponent == 0:
            return Powers()
        return Powers((b, e * exponent) for b, e in self.factors)

    def __int__(self) -> int:
        return prod(b**e for b, e in self.factors)

    def __eq__(self, other: object) -> bool:
        found = self._compare(other)
        return NotImplemented if found is None else found == 0

    def __lt__(self, other: object) -> bool:
        found = self._compare(other)
        return NotImplemented if found is None else found < 0

    def __hash__(self) -> int:
        # The value modulo the prime, as that of an int: 4^3, 2^6 and 64 agree.
        return prod(pow(b, e, HASH_PRIME) for b, e in self.factors) % HASH_PRIME

    def _compare(self, other: object) -> int | None:
        """-1, 0 or 1; None if the other one is no number.

        Over pairwise coprime bases two products are equal iff their exponents are. If they are not,
        the logarithms differ, and balls around them with twice the precision every time come apart.
        """
        if isinstance(other, Integral):
            if int(other) < 0:
                return 1
            other = Powers(int(other))
        if not isinstance(other, Powers):
            return None
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

    def log2(self) -> float:
        """The logarithm, in floating point: to draw and to sort by, not to decide by."""
        return -inf if self.is_zero else sum(k * log2(b) for b, k in self.factors)

    def log(self, base: float = e) -> float:
        """The logarithm to any base, in floating point.

        >>> Powers([(9, 50)]).log(3)
        100.0
        """
        return self.log2() / log2(base)

    def __format__(self, form: str) -> str:
        """ "" for powers, "d" for digits, "v" for powers with a short value, "tex" for LaTeX."""
        match form:
            case "":
                return str(self)
            case "d":
                return str(int(self))
            case "v":
                return self.with_value
            case "tex":
                return self.latex
        raise ValueError(f"got the format {form!r}; d, v, tex or none is needed")

    def floor_log(self, M: int) -> int:
        """The largest k with M^k <= the number, which is positive; M >= 2.

        >>> Powers([(97, 2)]).floor_log(3), Powers(9).floor_log(3), Powers().floor_log(3)
        (8, 2, 0)
        """
        # The logarithm only suggests the exponent: the comparisons are exact.
        k = max(0, round(self.log2() / log2(M)))
        while Powers([(M, k)]) > self:
            k -= 1
        while Powers([(M, k + 1)]) <= self:
            k += 1
        return k

    def ceil_log(self, M: int) -> int:
        """The least k with the number, which is positive, <= M^k; M >= 2.

        >>> Powers([(97, 2)]).ceil_log(3), Powers(9).ceil_log(3), Powers().ceil_log(3)
        (9, 2, 0)
        """
        k = self.floor_log(M)
        return k + (Powers([(M, k)]) < self)

    def __str__(self) -> str:
        return self.normal if self.written is None else "{}^{}".format(*self.written)

    @property
    def normal(self) -> str:
        """Powers of ascending bases, whatever way it was written.

        >>> power(2, 1).normal, power(2, 0).normal
        ('2', '1')
        """
        if not self.factors:
            return "1"
        return " · ".join(str(b) if e == 1 else f"{b}^{e}" for b, e in self.factors)

    def __repr__(self) -> str:
        return f"Powers({list(self.factors)!r})"

    @property
    def digits(self) -> str:
        """The number in digits where it is short, else as powers.

        >>> Powers([(2, 8)]).digits, Powers([(2, 64)]).digits
        ('256', '2^64')
        """
        return str(int(self)) if self < SHORT else str(self)

    @property
    def with_value(self) -> str:
        """As powers, with the value where that is short and says more.

        >>> Powers([(2, 8)]).with_value, Powers(163).with_value
        ('2^8 = 256', '163')
        """
        short = len(self.factors) == 1 and self.factors[0][1] > 1 and self < SHORT
        return f"{self} = {int(self)}" if short else str(self)

    @property
    def latex(self) -> str:
        r"""Such as 2^{8} \cdot 3."""
        factors = [str(b) if e == 1 else f"{b}^{{{e}}}" for b, e in self.factors]
        return r" \cdot ".join(factors) or "1"

    def _repr_latex_(self) -> str:
        return f"${self.latex}$"

    def to_json(self) -> dict[str, object]:
        """{"text", "factors", "value"}: the value is null if it has more than 18 digits.

        >>> Powers([(2, 8)]).to_json()
        {'text': '2^8', 'factors': [[2, 8]], 'value': 256}
        """
        return {
            "text": self.normal,
            "factors": [list(factor) for factor in self.factors],
            "value": int(self) if self < LONG else None,
        }


def power(base: int, exponent: int) -> Powers:
    """base^exponent, shown as it is written here, also where it is 1.

    >>> print(power(1, 2), power(2, 0))
    1^2 2^0
    >>> power(2, 0) == 1
    True
    """
    value = Powers([(base, exponent)])
    value.written = base, exponent
    return value


def _root(base: int) -> tuple[int, int]:
    """(b, e) with b^e = base and e as large as can be, for a base below 2^64; else (base, 1)."""
    for exponent in range(base.bit_length() if base < 2**64 else 0, 1, -1):
        root = int(fmpz(base).root(exponent))
        if root**exponent == base:
            return root, exponent
    return base, 1


def digit_count(size: int, b: int) -> int:
    """floor(log_b(size)), in integers.

    >>> digit_count(8, 2), digit_count(7, 2), digit_count(1, 5)
    (3, 2, 0)
    """
    digits = 0
    while b ** (digits + 1) <= size:
        digits += 1
    return digits


def _coprime(factors: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same product over pairwise coprime bases, exponents 0 left out; exponents may be negative."""
    waiting = list(factors)
    done: list[tuple[int, int]] = []
    while waiting:
        base, exponent = waiting.pop()
        if base == 1:
            continue
        for place, (other, power) in enumerate(done):
            common = gcd(base, other)
            if common > 1:
                del done[place]
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
