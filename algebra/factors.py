"""Products of factors: exact tables over small sets of sites.

A function of the sites is held as a `Product`: a coefficient times factors, each a table over its
*scope*, an ascending tuple of site numbers; the table has one axis of length M for every site of the
scope. `Factors` multiplies and adds such products. It keeps each table once, up to a scalar, so that
a factor is (scope, number of a table), equal factors are found by comparing numbers, and factors that
are translates of each other share a table.

A product may have a factor for each of a million sites, so its factors are the rows of arrays: what is
done to all of them is one operation. `Product.factors` lists them.

Invariants: no coefficient is zero (the zero function is None); no two factors of a product have the
same scope; no table is constant.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..errors import ResourceError
from .local import Numbers
from .rings import Element, Ring, Table

Scope = tuple[int, ...]
Factor = tuple[Scope, int]

DEFAULT_MOST_ENTRIES = 2**24
NO_SITE = NO_TABLE = -1


@dataclass(frozen=True, eq=False, repr=False)
class Product:
    """A nonzero `coefficient` times factors: their scopes, and the numbers of their tables.

    Parameters
    ----------
    coefficient : element of a ring
    scopes : (factors, sites) array
        A row for each factor, in ascending order; short scopes end with `NO_SITE`, and one has all columns.
    tables : (factors,) array
    """

    coefficient: Element
    scopes: Numbers
    tables: Numbers

    @cached_property
    def factors(self) -> tuple[Factor, ...]:
        """The pairs (scope, number of a table), in ascending order."""
        return tuple(self.listed(slice(None)))

    def listed(self, rows: slice | Numbers) -> list[Factor]:
        """Some of the factors."""
        pairs = zip(self.scopes[rows].tolist(), self.tables[rows].tolist(), strict=True)
        return [(tuple([s for s in scope if s != NO_SITE]), table) for scope, table in pairs]

    @property
    def key(self) -> Hashable:
        """What products with the same factors share."""
        return self.scopes.shape, self.scopes.tobytes(), self.tables.tobytes()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Product):
            return NotImplemented
        return bool(self.coefficient == other.coefficient) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"Product(coefficient={self.coefficient!r}, factors={self.factors})"

    def translates(self, by: Numbers | int) -> tuple[Numbers, Numbers]:
        """Scopes and tables of the factors, moved by each of these numbers of sites."""
        steps = np.reshape(by, (-1, 1, 1))
        moved = np.where(self.scopes == NO_SITE, NO_SITE, self.scopes + steps)
        tables = np.tile(self.tables, len(steps))
        return moved.reshape(len(tables), self.scopes.shape[1]), tables


class Factors:
    """Arithmetic of products over one ring, for sites with M templates.

    Parameters
    ----------
    ring : Ring
    M : int
        Number of templates: the length of every axis of every table.
    most_entries : int
        Largest table that may be multiplied out, and the most entries that are kept together.

    Attributes
    ----------
    tables : list of arrays
        Those that factors name by their numbers.

    Raises
    ------
    ResourceError
        In any operation that would need a larger table.
    """

    def __init__(self, ring: Ring, M: int, most_entries: int = DEFAULT_MOST_ENTRIES) -> None:
        self.ring = ring
        self.M = M
        self.most_entries = most_entries
        self.tables: list[Table] = []
        self._entries = 0
        self._numbers: dict[Hashable, int] = {}
        self._merged: dict[tuple[int, ...], tuple[Element, int | None] | None] = {}

    def from_table(self, scope: Scope, table: Table) -> Product | None:
        """The function with this table; sites on which it does not depend leave the scope."""
        if not self.ring.nonzero(table).any():
            return None
        axes = [a for a in range(table.ndim) if not np.all(table == table.take([0], axis=a))]
        if len(axes) < table.ndim:
            kept = tuple(slice(None) if a in axes else slice(1) for a in range(table.ndim))
            table = table[kept].reshape((self.M,) * len(axes))
        if not axes:
            return _product(table.tolist(), [])
        coefficient, table = self.ring.primitive(table)
        return _product(coefficient, [(tuple(scope[a] for a in axes), self._number(table))])

    def constant(self, value: Element) -> Product | None:
        """The constant function."""
        return None if value == self.ring.zero else _product(value, [])

    def product(self, parts: Iterable[tuple[Product | None, Numbers | int]]) -> Product | None:
        """The product of functions, each moved by one or more numbers of sites; equal scopes are merged."""
        coefficients: list[Element] = []
        moved: list[tuple[Numbers, Numbers]] = []
        for part, by in parts:
            if part is None:
                return None
            coefficients.append(self._power(part.coefficient, np.size(by)))
            if len(part.tables):
                moved.append(part.translates(by))
        scopes, tables = _ordered(moved)
        first = np.flatnonzero(np.append(True, (scopes[1:] != scopes[:-1]).any(axis=1)))
        if len(first) < len(scopes):
            ends = np.append(first[1:], len(scopes))
            for start, end in np.stack([first, ends], axis=1)[ends - first > 1].tolist():
                merged = self._merge(tuple(tables[start:end].tolist()))
                if merged is None:
                    return None
                coefficients.append(merged[0])
                tables[start] = NO_TABLE if merged[1] is None else merged[1]
            left = first[tables[first] != NO_TABLE]
            scopes, tables = scopes[left], tables[left]
            scopes = scopes[:, (scopes != NO_SITE).any(axis=0)]
        return Product(self._multiply(coefficients), scopes, tables)

    def sum(self, terms: Iterable[tuple[Element, Product | None]]) -> Product | None:
        """The sum of elements times functions.

        Equal products are collected first. Then only the sites on which the summands differ are
        multiplied out; factors common to all summands stay outside.
        """
        collected: dict[Hashable, tuple[Element, Product]] = {}
        for weight, term in terms:
            if term is not None:
                before, _ = collected.get(term.key, (self.ring.zero, term))
                value = self.ring.product(weight, term.coefficient)
                collected[term.key] = self.ring.sum(before, value), term
        live = [(c, term) for c, term in collected.values() if c != self.ring.zero]
        if len(live) < 2:
            return Product(live[0][0], live[0][1].scopes, live[0][1].tables) if live else None
        common = set(live[0][1].factors).intersection(*(term.factors for _, term in live[1:]))
        differing = [(c, [f for f in term.factors if f not in common]) for c, term in live]
        scope = tuple(sorted({site for _, rest in differing for f in rest for site in f[0]}))
        table = self.multiplied_out(scope, differing[0][1], differing[0][0])
        for coefficient, rest in differing[1:]:
            table = self.ring.add(table, self.multiplied_out(scope, rest, coefficient))
        found = self.from_table(scope, table)
        return self.product([(_product(self.ring.one, common), 0), (found, 0)]) if common else found

    def multiplied_out(
        self, scope: Scope, factors: Sequence[Factor], coefficient: Element
    ) -> Table:
        """The table of coefficient times factors on all sites of `scope`, one axis a site.

        Here `scope` may be in any order; the axes follow it.
        """
        self.require(len(scope))
        position = {site: axis for axis, site in enumerate(scope)}
        result = self.ring.table([coefficient], (1,) * len(scope))
        for sites, number in sorted(factors, key=lambda factor: len(factor[0])):
            result = self.ring.multiply(result, spread(self.tables[number], sites, position))
        return np.broadcast_to(result, (self.M,) * len(scope))

    def require(self, sites: int) -> None:
        """Refuse a table over so many sites if it has more than `most_entries` entries."""
        if self.M**sites > self.most_entries:
            raise ResourceError(
                f"a table over {sites} sites of {self.M} templates has {self.M}^{sites} entries, and "
                f"{self.most_entries} are allowed: the factored engine needs sums over few sites"
            )

    def _power(self, element: Element, exponent: int) -> Element:
        """By squaring."""
        if exponent < 2 or element == self.ring.one:
            return element if exponent else self.ring.one
        square = self._power(self.ring.product(element, element), exponent // 2)
        return self.ring.product(square, element) if exponent % 2 else square

    def _multiply(self, elements: list[Element]) -> Element:
        """The product of elements, pair by pair: long products of integers stay cheap that way."""
        elements = [e for e in elements if e != self.ring.one]
        while len(elements) > 1:
            pairs = zip(elements[::2], elements[1::2], strict=False)
            odd = elements[-1:] if len(elements) % 2 else []
            elements = [self.ring.product(a, b) for a, b in pairs] + odd
        return elements[0] if elements else self.ring.one

    def _merge(self, numbers: tuple[int, ...]) -> tuple[Element, int | None] | None:
        """The product of tables on one scope: (coefficient, table or None for 1), None for zero.

        The product may depend on fewer sites than its factors do. It keeps their scope all the same,
        unless it is constant: a scope is only ever used as an upper bound of the dependence.
        """
        if len(numbers) == 1:
            return self.ring.one, numbers[0]
        if numbers not in self._merged:
            table = self.tables[numbers[0]]
            for number in numbers[1:]:
                table = self.ring.multiply(table, self.tables[number])
            self._merged[numbers] = self._interned(table)
        return self._merged[numbers]

    def _interned(self, table: Table) -> tuple[Element, int | None] | None:
        if not self.ring.nonzero(table).any():
            return None
        first = table.ravel()[:1]
        if np.all(table == first):
            return first.tolist()[0], None
        coefficient, table = self.ring.primitive(table)
        return coefficient, self._number(table)

    def _number(self, table: Table) -> int:
        key = (table.shape, self.ring.key(table))
        if key not in self._numbers:
            self._entries += table.size
            if self._entries > self.most_entries:
                raise ResourceError(
                    f"the tables have more than {self.most_entries} entries together, which is what "
                    "the memory allows"
                )
            self._numbers[key] = len(self.tables)
            self.tables.append(table)
        return self._numbers[key]


def spread(table: Table, sites: Scope, position: Mapping[int, int]) -> Table:
    """The same table, ready to broadcast: the axis of each site at its `position`, length 1 elsewhere.

    >>> spread(np.array([1, 2]), (7,), {5: 0, 7: 1, 8: 2}).shape
    (1, 2, 1)
    """
    order = sorted(range(len(sites)), key=lambda axis: position[sites[axis]])
    shape = [1] * len(position)
    for site in sites:
        shape[position[site]] = table.shape[0]
    return table.transpose(order).reshape(shape)


def _product(coefficient: Element, factors: Collection[Factor]) -> Product:
    """A product from the list of its factors."""
    width = max((len(scope) for scope, _ in factors), default=0)
    rows = [(*scope, *[NO_SITE] * (width - len(scope)), table) for scope, table in sorted(factors)]
    array = np.array(rows, np.int64).reshape(len(rows), width + 1)
    return Product(coefficient, array[:, :-1], array[:, -1])


def _ordered(parts: Sequence[tuple[Numbers, Numbers]]) -> tuple[Numbers, Numbers]:
    """The scopes and tables of several products together, in ascending order."""
    width = max((scopes.shape[1] for scopes, _ in parts), default=0)
    scopes = np.full((sum(len(tables) for _, tables in parts), width), NO_SITE, np.int64)
    first = 0
    for some, _ in parts:
        scopes[first : first + len(some), : some.shape[1]] = some
        first += len(some)
    tables = np.concatenate([np.empty(0, np.int64), *(tables for _, tables in parts)])
    order = np.lexsort((tables, *scopes.T[::-1]))
    return scopes[order], tables[order]
