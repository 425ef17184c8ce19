"""The rings that tables are over: ZZ, QQ, GF(p) and polynomials over QQ.

A ring makes elements from what a user writes, and multiplies and adds whole tables, numpy arrays that
broadcast against each other. GF(p) tables are int64, whose products stay below 2^62 because p < 2^31;
all others hold exact objects (Python integers, FLINT rationals, FLINT polynomials). Every ring is an
integral domain: a nonzero element is a unit of the fraction field, over which ranks are taken.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable
from fractions import Fraction
from functools import cache
from math import gcd
from numbers import Integral
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx, fmpz
from numpy.typing import NDArray

from ..errors import InputError

LARGE_TABLE = 2**12
MOST_DIGITS = 4000

Element = Any
Table = NDArray[Any]


class Ring(ABC):
    """An integral domain with exact elements.

    Attributes
    ----------
    name : str
    dtype : type
        That of its tables: int64 for GF(p), else object.
    zero, one : elements
    """

    name: str
    dtype: type = object
    zero: Element
    one: Element

    @abstractmethod
    def element(self, value: object) -> Element:
        """The exact element that `value` stands for.

        Raises
        ------
        InputError
            If it is none, floats included.
        """

    def table(self, values: Iterable[Element], shape: tuple[int, ...]) -> Table:
        """The table of these elements, in row-major order."""
        elements = list(values)
        flat: Table = np.empty(len(elements), dtype=self.dtype)
        # One by one: numpy would take a polynomial for a sequence of its coefficients.
        for index, element in enumerate(elements):
            flat[index] = element
        return flat.reshape(shape)

    def reduced(self, table: Table) -> Table:
        """The canonical representatives of a table's entries."""
        return table

    def multiply(self, a: Table, b: Table) -> Table:
        """Entrywise product, broadcasting."""
        return self.reduced(np.multiply(a, b))

    def add(self, a: Table, b: Table) -> Table:
        """Entrywise sum, broadcasting."""
        return self.reduced(np.add(a, b))

    def scale(self, scalar: Element, table: Table) -> Table:
        """The table times one element."""
        return self.multiply(self.table([scalar], (1,) * table.ndim), table)

    def product(self, a: Element, b: Element) -> Element:
        """The product of two elements."""
        return a * b

    def sum(self, a: Element, b: Element) -> Element:
        """The sum of two elements."""
        return a + b

    def nonzero(self, table: Table) -> NDArray[np.bool_]:
        """Where a table's entries are nonzero."""
        # One by one, as in `table`.
        return np.array([entry != self.zero for entry in table.flat], np.bool_).reshape(table.shape)

    def key(self, table: Table) -> Hashable:
        """A hashable value that two tables of one shape share iff they are equal."""
        return tuple(table.ravel())

    def primitive(self, table: Table) -> tuple[Element, Table]:
        """Write a nonzero table as an element times a table that is the same for all its multiples.

        Rings without a convenient choice return (1, table), which is always right.
        """
        return self.one, table

    def __repr__(self) -> str:
        return self.name


class Integers(Ring):
    """ZZ, as Python integers."""

    name = "ZZ"
    zero, one = 0, 1

    def __reduce__(self) -> str:
        return self.name  # there is one

    def element(self, value: object) -> int:
        number = _rational(value)
        if number.denominator != 1:
            raise InputError("element of ZZ", value, "an integer is needed")
        return number.numerator

    def primitive(self, table: Table) -> tuple[Element, Table]:
        entries = table.ravel()
        content = gcd(*entries)
        if next(entry for entry in entries if entry) < 0:
            content = -content
        return (1, table) if content == 1 else (content, table // content)


class Rationals(Ring):
    """QQ, as FLINT rationals."""

    name = "QQ"
    zero, one = fmpq(0), fmpq(1)

    def __reduce__(self) -> str:
        return self.name  # there is one

    def element(self, value: object) -> fmpq:
        number = _rational(value)
        return fmpq(number.numerator, number.denominator)

    def primitive(self, table: Table) -> tuple[Element, Table]:
        lead = next(entry for entry in table.ravel() if entry)
        return (lead, table) if lead == 1 else (lead, self.scale(1 / lead, table))


class PrimeField(Ring):
    """GF(p) for a prime p < 2^31, as int64 residues 0 <= x < p."""

    dtype = np.int64
    zero, one = 0, 1
    p: int

    def __init__(self, p: int) -> None:
        if not (isinstance(p, Integral) and 2 <= p < 2**31 and fmpz(int(p)).is_prime()):
            raise InputError("field", p, "a prime below 2^31 is needed")
        self.p = int(p)
        self.name = f"GF({p})"

    def __reduce__(self) -> tuple[Callable[[int], PrimeField], tuple[int]]:
        return GF, (self.p,)

    def element(self, value: object) -> int:
        number = _rational(value)
        if number.denominator % self.p == 0:
            raise InputError(f"element of {self.name}", value, f"{self.p} divides its denominator")
        return number.numerator * pow(number.denominator, -1, self.p) % self.p

    def reduced(self, table: Table) -> Table:
        if table.size < LARGE_TABLE or self.p >= 2**26:
            return np.asarray(table % self.p)
        # numpy's integer remainder is slow. Here 0 <= x < 2^52 (a product of residues, or a sum), so x
        # is exact in float64 and x * fl(1/p) is within (x/p) 2^-51 < 1 of x/p: the quotient is off by
        # at most one, and both products below are exact.
        exact = table.astype(np.float64)
        exact -= np.floor(exact * (1.0 / self.p)) * self.p
        exact += self.p * (exact < 0)
        exact -= self.p * (exact >= self.p)
        return exact.astype(np.int64)

    def product(self, a: int, b: int) -> int:
        return a * b % self.p

    def sum(self, a: int, b: int) -> int:
        return (a + b) % self.p

    def nonzero(self, table: Table) -> NDArray[np.bool_]:
        return np.asarray(table != 0)

    def key(self, table: Table) -> Hashable:
        return np.ascontiguousarray(table).tobytes()

    def primitive(self, table: Table) -> tuple[Element, Table]:
        flat = table.ravel()
        lead = int(flat[np.flatnonzero(flat)[0]])
        return (1, table) if lead == 1 else (lead, self.scale(pow(lead, -1, self.p), table))


class Polynomials(Ring):
    """QQ[x_1, ..., x_n], as FLINT multivariate polynomials; `generators` are the variables `names`."""

    def __init__(self, *names: str) -> None:
        if not names or not all(isinstance(name, str) and name.isidentifier() for name in names):
            given = names[0] if len(names) == 1 else names
            raise InputError(
                "names", given, 'names of variables are needed, as in Polynomials("x", "y")'
            )
        self.names = names
        self.context = fmpq_mpoly_ctx.get(names, "lex")
        self.name = f"QQ[{', '.join(names)}]"
        self.zero = self.context.constant(0)
        self.one = self.context.constant(1)
        self.generators: tuple[fmpq_mpoly, ...] = tuple(self.context.gens())

    def element(self, value: object) -> fmpq_mpoly:
        if isinstance(value, fmpq_mpoly):
            if value.context() is not self.context:
                raise InputError(f"element of {self.name}", str(value), "it is of another ring")
            return value
        number = _rational(value)
        return self.context.constant(fmpq(number.numerator, number.denominator))

    def key(self, table: Table) -> Hashable:
        return tuple(str(entry) for entry in table.ravel())


ZZ = Integers()
QQ = Rationals()


@cache
def GF(p: int) -> PrimeField:
    """The field of p elements, for a prime p < 2^31; one object for each p.

    >>> GF(7).element("1/2")
    4
    """
    return PrimeField(p)


def _rational(value: object) -> Fraction:
    """An exact rational from an int, Fraction, FLINT number or a string such as "-3/4"."""
    if isinstance(value, bool):
        raise InputError("number", value, "an exact integer or rational is needed")
    if isinstance(value, (int, np.integer, fmpz)):
        return Fraction(int(value))
    if isinstance(value, Fraction):
        return value
    if isinstance(value, fmpq):
        return Fraction(int(value.p), int(value.q))
    if isinstance(value, str):
        return _parse(value)
    raise InputError("number", value, "an exact integer or rational is needed, no float")


def _parse(text: str) -> Fraction:
    if len(text) > MOST_DIGITS:
        raise InputError("number", f"{text[:20]}...", f"at most {MOST_DIGITS} digits are read")
    numerator, slash, denominator = text.partition("/")
    digits = numerator.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or (
        slash and not (denominator.isascii() and denominator.isdigit() and int(denominator))
    ):
        raise InputError("number", text, 'write an integer "-3" or a rational "-3/4"')
    return Fraction(int(numerator), int(denominator) if slash else 1)
