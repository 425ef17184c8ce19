"""An assignment as a product of functions of blocks of sites: how the checker in formal/ evaluates it.

A *block* offers r choices of rows and r of columns: a template for each of its sites and each choice, the
row's for sites of P, the column's for those of Q. On these choices the function of the assignment is a
scalar times one r x r table a block; if all of them are invertible modulo a prime, the generic rank is at
least the product of the r. This mirrors formal/certificates/Checker.v, so that what is written for it is
accepted; nothing here is trusted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ConvacError
from . import checker
from .checker import Factors, Net, Place, Row, Rows

Table = NDArray[np.int64]
"""A function of a choice of row and one of column modulo p; an axis that does not matter has length 1."""
Value = tuple[int, dict[int, Table]]
"""A scalar, and tables by block, none of them constant."""

LARGEST_BLOCK = 256
LARGEST_COUPLING = 10**5


class NotCovered(ConvacError):
    """A certificate that is valid and that no file for Coq can be written for, and why."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"not covered: {reason}")


class Coupled(Exception):
    """A sum of functions that differ in several blocks, which have to be one."""


@dataclass(frozen=True)
class Block:
    """The templates of its sites by choice, of the sites of P and of the others."""

    size: int
    rows: dict[Place, tuple[int, ...]]
    columns: dict[Place, tuple[int, ...]]

    def times(self, other: Block) -> Block:
        """Both as one block: its choices are the pairs, those of the second fastest."""
        sides = []
        for one, two in ((self.rows, other.rows), (self.columns, other.columns)):
            first = {site: tuple(np.repeat(ts, other.size).tolist()) for site, ts in one.items()}
            second = {site: tuple(np.tile(ts, self.size).tolist()) for site, ts in two.items()}
            sides.append(first | second)
        return Block(self.size * other.size, *sides)

    def reordered(self, order: Sequence[int]) -> Block:
        """With its choices of rows in another order."""
        rows = {site: tuple(ts[k] for k in order) for site, ts in self.rows.items()}
        return Block(self.size, rows, self.columns)


@dataclass(frozen=True)
class Choices:
    """Blocks, and one template for each of the other sites."""

    blocks: tuple[Block, ...]
    fixed: dict[Place, int]

    def joined(self, together: Iterable[int]) -> Choices:
        """With these blocks as one, in the place of the first."""
        first, *others = sorted(together)
        one = self.blocks[first]
        for k in others:
            one = one.times(self.blocks[k])
        if one.size > LARGEST_BLOCK:
            size = f"{len(others) + 1} blocks that belong together have {one.size} rows"
            raise NotCovered(f"{size}, more than {LARGEST_BLOCK}")
        kept = [one if k == first else b for k, b in enumerate(self.blocks) if k not in others]
        return Choices(tuple(kept), self.fixed)


class Blocks:
    """The algebra of such functions, for `checker.evaluate`; raises Coupled for sums that are none."""

    def __init__(self, choices: Choices, p: int) -> None:
        self.p, self.fixed = p, choices.fixed
        self.free: dict[Place, tuple[int, tuple[int, ...], tuple[int, int]]] = {}
        for k, block in enumerate(choices.blocks):
            for site, templates in block.rows.items():
                self.free[site] = k, templates, (-1, 1)
            for site, templates in block.columns.items():
                self.free[site] = k, templates, (1, -1)

    def leaf(self, site: Place, d: int) -> Value:
        if site not in self.free:
            return int(self.fixed.get(site, 0) == d), {}
        k, templates, shape = self.free[site]
        return self.tidy(1, {k: (np.array(templates) == d).astype(np.int64).reshape(shape)})

    def tidy(self, scalar: int, tables: dict[int, Table]) -> Value:
        """Without the axes that do not matter; constant tables go into the scalar."""
        kept = {}
        for k, table in tables.items():
            for axis in (0, 1):
                first = table.take([0], axis)
                table = table if (table != first).any() else first
            if table.size == 1:
                scalar = scalar * int(table[0, 0]) % self.p
            else:
                kept[k] = table
        return (scalar, kept) if scalar else (0, {})

    def multiply(self, values: Iterable[Value]) -> Value:
        scalar, tables = 1, dict[int, Table]()
        for other, factors in values:
            twice = {k: tables.pop(k) * x % self.p for k, x in factors.items() if k in tables}
            scalar, changed = self.tidy(scalar * other % self.p, twice)
            if not scalar:
                return 0, {}
            tables.update({k: x for k, x in factors.items() if k not in twice} | changed)
        return scalar, tables

    def affine(self, row: Row, inputs: Sequence[Value]) -> Value:
        """Collects equal products, and adds the sums one by one, the last one first."""
        groups: list[Value] = []
        terms: list[Value] = [(residue(row.bias, self.p), {})]
        for weight, (scalar, tables) in reversed(list(zip(row.weights, inputs, strict=False))):
            terms.append((residue(weight, self.p) * scalar % self.p, tables))
        for scalar, tables in terms:
            at = next((n for n, (_, known) in enumerate(groups) if same(known, tables)), None)
            if at is None:
                groups.append((scalar, tables))
            else:
                groups[at] = (groups[at][0] + scalar) % self.p, tables
        total: Value = (0, {})
        for value in reversed(groups):
            total = self.add(value, total)
        return total

    def add(self, a: Value, b: Value) -> Value:
        if not a[0] or not b[0]:
            return a if a[0] else b
        one = np.ones((1, 1), dtype=np.int64)
        pairs = {k: (a[1].get(k, one), b[1].get(k, one)) for k in a[1].keys() | b[1].keys()}
        differ = [k for k, (x, y) in pairs.items() if not np.array_equal(x, y)]
        if len(differ) > 1:
            raise Coupled(differ)
        common = {k: x for k, (x, _) in pairs.items() if k not in differ}
        if not differ:
            return self.tidy((a[0] + b[0]) % self.p, common)
        x, y = pairs[differ[0]]
        return self.tidy(1, common | {differ[0]: (a[0] * x % self.p + b[0] * y % self.p) % self.p})


def same(a: dict[int, Table], b: dict[int, Table]) -> bool:
    """Whether two products have the same tables."""
    return a.keys() == b.keys() and all(np.array_equal(a[k], b[k]) for k in a)


def residue(x: Any, p: int) -> int:
    """A rational number modulo p."""
    if x.denominator % p == 0:
        raise NotCovered(f"the prime {p} divides a denominator of the assignment")
    return int(x.numerator * pow(x.denominator, -1, p) % p)


def value_of(layers: Net, rows: Rows, choices: Choices, p: int) -> tuple[Choices, Value]:
    """The function on the choices, with blocks joined where a sum or a factor couples them."""
    needed = checker.met(layers, rows)
    while True:
        algebra = Blocks(choices, p)
        try:
            parts = checker.evaluate(layers, rows, needed, algebra)
            return choices, algebra.multiply(parts)
        except Coupled as coupled:
            choices = choices.joined(coupled.args[0])


def row_order(table: Table, p: int) -> list[int] | None:
    """Rows in an order in which elimination modulo p exchanges none; None if the table is singular."""
    left, order = table % p, list(range(len(table)))
    for k in range(len(table)):
        below = np.flatnonzero(left[k:, k])
        if not below.size:
            return None
        first = k + int(below[0])
        left[[k, first]], order[k], order[first] = left[[first, k]], order[first], order[k]
        factors = left[k + 1 :, k] * pow(int(left[k, k]), -1, p) % p
        left[k + 1 :, k:] = (left[k + 1 :, k:] - factors[:, None] * left[k, k:] % p) % p
    return order


# ---------------------------------------------------------------- choices from evidence
def by_minor(
    grid: Sequence[Place], P: set[Place], M: int, rows: Sequence[int], columns: Sequence[int]
) -> Choices:
    """One block with the rows and columns of a minor of the matrix."""
    sides = [[site for site in grid if (site in P) is side] for side in (True, False)]
    templates = [_digits(M, *pair) for pair in zip(sides, (rows, columns), strict=True)]
    return Choices((Block(len(rows), *templates),), {})


def _digits(M: int, sites: Sequence[Place], indices: Sequence[int]) -> dict[Place, tuple[int, ...]]:
    found: list[tuple[int, ...]] = []
    left = list(indices)
    for _ in sites:
        left, digits = [k // M for k in left], [k % M for k in left]
        found.append(tuple(digits))
    return dict(zip(sites, reversed(found), strict=True))


def by_classes(M: int, factors: Factors, P: set[Place], classes: Any, p: int) -> Choices:
    """A block for each cluster of a listed class, with its minor, whose rows are in order modulo p.

    Elsewhere a nonzero entry is fixed.
    """
    minors = {}
    for item in classes:
        first = tuple(tuple(map(tuple, item[key])) for key in ("rows", "columns"))
        minors[first] = item["minor"]["rows"], item["minor"]["columns"]
    by_key = {}
    clusters = list(_clusters(M, factors, P))
    for key, sides, _ in clusters:
        if sides in minors:
            by_key[key] = minors[sides]
    blocks, fixed = [], dict[Place, int]()
    for key, sides, table in clusters:
        rows, columns = by_key.get(key, ([0], [0]))
        if len(rows) == 1:
            entry = next(n for n, x in enumerate(table) if x)
            both = (*sides[0], *sides[1])
            fixed |= {site: ts[0] for site, ts in _digits(M, both, [entry]).items()}
        else:
            block = Block(len(rows), _digits(M, sides[0], rows), _digits(M, sides[1], columns))
            width = M ** len(sides[1])
            if max(rows) * width + max(columns) >= len(table):
                raise NotCovered("a minor is not inside the matrix")
            minor = [[table[r * width + c] % p for c in columns] for r in rows]
            order = row_order(np.array(minor, dtype=np.int64), p)
            blocks.append(block if order is None else block.reordered(order))
    blocks.sort(key=lambda block: block.size)
    return _decoupled(M, factors, Choices(tuple(blocks), fixed))


def by_components(M: int, factors: Factors, P: set[Place], size: tuple[int, int]) -> Choices:
    """All choices of all sites: a block for the sites that factors join, and for each other site.

    A block has as many choices as its larger side needs; those of the smaller one are repeated.
    """
    grid = [(r, c) for r in range(size[0]) for c in range(size[1])]
    around = {site: {site} for site in grid}
    for scope in factors:
        members = {site for near in scope for site in around[near]}
        around.update(dict.fromkeys(members, members))
    blocks = []
    for sites in sorted({id(s): sorted(s) for s in around.values()}.values()):
        sides = [[s for s in sites if (s in P) is side] for side in (True, False)]
        rows = M ** max(map(len, sides))
        if rows > LARGEST_BLOCK:
            raise NotCovered(f"an upper bound by a table of {rows} rows, more than {LARGEST_BLOCK}")
        shown = [_digits(M, side, [k % M ** len(side) for k in range(rows)]) for side in sides]
        blocks.append(Block(rows, *shown))
    return Choices(tuple(sorted(blocks, key=lambda block: block.size)), {})


def _clusters(M: int, factors: Factors, P: set[Place]) -> Iterator[tuple[Any, Any, checker.Table]]:
    """All clusters as `checker.classes_of` forms them: the class, the sites of both sides, the table."""
    around: dict[Place, Factors] = {}
    for scope, table in factors.items():
        if 0 in table or len({site in P for site in scope}) == 2:
            joined = {scope: table}
            for site in scope:
                joined |= around.get(site, {})
            members = {site for sites in joined for site in sites}
            around.update(dict.fromkeys(members, joined))
    for group in sorted({id(group): group for group in around.values()}.values(), key=min):
        sites = sorted({site for scope in group for site in scope})
        sides = tuple(tuple(s for s in sites if (s in P) is side) for side in (True, False))
        table = checker.primitive(checker.multiplied(M, group.items(), sides[0] + sides[1]))[1]
        top, left = sites[0]
        key = tuple((r - top, c - left, (r, c) in P) for r, c in sites), table
        yield key, sides, table


def _decoupled(M: int, factors: Factors, choices: Choices) -> Choices:
    """With blocks joined where a factor without zeros depends on the choices of several of them."""
    while True:
        of = {s: k for k, b in enumerate(choices.blocks) for s in (*b.rows, *b.columns)}
        coupled = (_coupled(M, *factor, choices, of) for factor in factors.items())
        found = next(filter(None, coupled), None)
        if found is None:
            return choices
        choices = choices.joined(found)


def _coupled(
    M: int, scope: checker.Sites, table: checker.Table, choices: Choices, of: dict[Place, int]
) -> list[int] | None:
    """The blocks on whose choices a factor depends, if there are several."""
    met = sorted({of[site] for site in scope if site in of})
    if len(met) < 2:
        return None
    sizes = [choices.blocks[k].size for k in met]
    if np.prod(sizes) > LARGEST_COUPLING:
        raise NotCovered(f"a factor on one side couples {len(met)} blocks")
    entries = np.empty(sizes, dtype=object)
    for picked in product(*map(range, sizes)):
        index = 0
        for site in scope:
            k = of.get(site)
            block = None if k is None else choices.blocks[k]
            templates = {} if block is None else block.rows | block.columns
            chosen = (
                choices.fixed.get(site, 0) if k is None else templates[site][picked[met.index(k)]]
            )
            index = index * M + chosen
        entries[picked] = table[index]
    depends = [k for axis, k in enumerate(met) if (entries != entries.take([0], axis)).any()]
    return depends if len(depends) > 1 else None
