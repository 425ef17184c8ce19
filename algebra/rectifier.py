"""Rectifier networks, evaluated exactly on all templates (THEORY 6).

A layer sums or maximizes W x + b over the offsets of its window, with a rectifier max(0, .):

    relu-sum    y = max(0, sum of W x + b)      a convolution with a rectifier
    relu-max    y = max(0, max of W x + b)      the largest of the rectified values
    sum-relu    y = sum of max(0, W x + b)      rectified before it is summed

x = 0 outside the input. The last layer is linear, the sum of W x + b. An offset that the assignment
does not name has W = 0 and b = 0. Rational parameters are scaled to integers: a rectifier commutes
with positive factors, so every layer's output is a positive multiple of what it stands for, and no
rank changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, pairwise, product
from math import lcm

import numpy as np

from ..errors import InputError, ResourceError
from ..graphs.network import Location
from ..graphs.partition import P, Partition, Q
from ..progress import Progress
from ..resources import MOST_OBJECTS, Estimate, require
from .assignment import Assignment
from .estimates import BASE_BYTES
from .local import Local
from .rings import Element, Integers, Rationals, Table

POOLINGS = ("relu-sum", "relu-max", "sum-relu")
EXACT_FLOAT, EXACT_INT64 = 2**53, 2**63
CHUNK_ENTRIES = 2**18
CHUNK_VALUES = 2**25
BYTES_PER_ENTRY = 28
"""Of the matrix: 8 for its integers, 8 for their distinct rows, 12 for the rank modulo a prime."""


@dataclass(frozen=True)
class _Term:
    """W and b at one offset, as integers: shapes (outputs, inputs) and (outputs, 1)."""

    i: int
    j: int
    W: Table
    b: Table

    def astype(self, dtype: type) -> _Term:
        return _Term(self.i, self.j, self.W.astype(dtype), self.b.astype(dtype))


class Rectifier:
    """A rectifier network at exact parameters.

    Parameters
    ----------
    assignment : Assignment over ZZ or QQ
    pooling : "relu-sum", "relu-max" or "sum-relu"

    Attributes
    ----------
    sites : tuple of int
        The sites on which the output can depend, in row-major order.
    scale : int
        The network's function is what `matrix` gives, divided by this positive number.
    bound : int
        No value and no partial sum is larger in absolute value.

    Raises
    ------
    InputError
        If the pooling is another one, or the parameters are not over an ordered ring.
    """

    def __init__(self, assignment: Assignment, pooling: str) -> None:
        if pooling not in POOLINGS:
            raise InputError("pooling", pooling, f"known ones: {', '.join(POOLINGS)}")
        if not isinstance(assignment.ring, Integers | Rationals):
            raise InputError(
                "field", str(assignment.ring), "a rectifier needs parameters in Q; field Q has them"
            )
        self.network = assignment.network
        self.pooling = pooling
        self._assignment = assignment
        self.scale = 1
        self.bound = 1
        bounds = [1] * len(assignment.live[0])
        terms: list[dict[int, list[_Term]]] = [{}]
        for layer in range(1, self.network.depth + 1):
            terms.append(self._integers(layer))
            bounds = _bounds(terms[-1].values(), bounds, len(assignment.live[layer]))
            entries = (
                abs(x) for t in chain(*terms[-1].values()) for m in (t.W, t.b) for x in m.flat
            )
            self.bound = max([self.bound, *bounds, *entries])
        self._dtype = _fastest(self.bound)
        self._terms = [
            {key: [term.astype(self._dtype) for term in kind] for key, kind in layer.items()}
            for layer in terms
        ]
        self._reached = self._reachable()
        self.sites = tuple(r * self.network.W + c for r, c in sorted(self._reached[0]))

    def matrix(self, partition: Partition, memory: int, progress: Progress | None = None) -> Table:
        """The matricization on the sites that matter, times `scale`: int64, or Python integers.

        Sites that do not matter only repeat rows and columns. Rows are the templates of the P-sites,
        columns those of the Q-sites, last site fastest.

        Raises
        ------
        ResourceError
            If it would need more than `memory` bytes.
        """
        partition.require(self.network.H, self.network.W)
        M = self.network.M
        rows, columns = (
            [site for site in self.sites if partition.sides[site] == side] if M > 1 else []
            for side in (P, Q)
        )
        sites = rows + columns
        self._require(len(rows), len(columns), memory)
        dtype = np.int64 if self.bound < EXACT_INT64 else object
        out = np.empty((M,) * len(sites), dtype)
        leading = self._leading(len(sites))
        prefixes = list(product(range(M), repeat=leading))
        for done, prefix in enumerate(prefixes):
            if progress is not None:
                progress("grid tensor", done, len(prefixes))
            out[prefix] = self._output(self._inputs(sites, prefix))
        return out.reshape(M ** len(rows), M ** len(columns))

    def _require(self, rows: int, columns: int, memory: int) -> None:
        M = self.network.M
        entries = M ** (rows + columns)
        work = sum(
            len(self._reached[layer])
            * sum(t.W.size + 1 for t in max(terms.values(), key=len, default=[]))
            for layer, terms in enumerate(self._terms)
        )
        cost = 2 * work * entries + M**rows * M**columns * M ** min(rows, columns) // 80
        require(
            Estimate(BASE_BYTES + BYTES_PER_ENTRY * entries, cost), memory, "a smaller M or H does"
        )
        if self.bound >= EXACT_INT64 and entries > MOST_OBJECTS:
            raise ResourceError(
                f"values of up to {self.bound.bit_length()} bits leave 64-bit integers, and "
                f"{entries} entries of that kind are more than {MOST_OBJECTS}"
            )

    def _integers(self, layer: int) -> dict[int, list[_Term]]:
        """The terms of every kind of location, by its identity; `scale` becomes that of the output."""
        assignment = self._assignment
        locals_ = {id(local): local for local in assignment.locals(layer)}
        numbers = {n for x in locals_.values() for _, _, rows in x.offsets for n in rows.values()}
        used = [assignment.rows[n] for n in numbers]
        values = [x for row in used for x in (row.bias, *(w for _, w in row.weights))]
        factor = lcm(1, *(_fraction(x).denominator for x in values))
        terms = {key: self._terms_of(layer, local, factor) for key, local in locals_.items()}
        self.scale *= factor
        return terms

    def _terms_of(self, layer: int, local: Local, factor: int) -> list[_Term]:
        live = self._assignment.live
        outputs = {channel: k for k, channel in enumerate(sorted(live[layer]))}
        inputs = {channel: k for k, channel in enumerate(sorted(live[layer - 1]))}
        terms = []
        for i, j, rows in local.offsets:
            W = np.zeros((len(outputs), len(inputs)), object)
            b = np.zeros((len(outputs), 1), object)
            for channel, number in rows.items():
                row = self._assignment.rows[number]
                b[outputs[channel], 0] = int(_fraction(row.bias) * factor * self.scale)
                for source, weight in row.weights:
                    W[outputs[channel], inputs[source]] = int(_fraction(weight) * factor)
            terms.append(_Term(i, j, W, b))
        return terms

    def _used(self, layer: int, at: Location) -> Iterator[tuple[_Term, Location | None]]:
        """The terms of a location, each with what it sees, or None outside the input and where W = 0."""
        local = self._assignment.locals(layer)[at[0] * self.network.sizes[layer][1] + at[1]]
        for term in self._terms[layer][id(local)]:
            seen = self.network.input_at(layer, at, (term.i, term.j))
            yield term, seen if term.W.any() else None

    def _reachable(self) -> list[set[Location]]:
        """For each layer, the locations on which the output can depend."""
        reached: list[set[Location]] = [set() for _ in range(self.network.depth)] + [{(0, 0)}]
        for layer in range(self.network.depth, 0, -1):
            for at in reached[layer]:
                reached[layer - 1].update(x for _, x in self._used(layer, at) if x is not None)
        return reached

    def _leading(self, axes: int) -> int:
        """How many leading sites to fix, so that the values of two layers are few."""
        channels = [len(live) for live in self._assignment.live]
        values = [len(reached) * c for reached, c in zip(self._reached, channels, strict=True)]
        width = max(a + b for a, b in pairwise(values))
        most = max(1, min(CHUNK_ENTRIES, CHUNK_VALUES // max(1, width)))
        leading = 0
        while self.network.M ** (axes - leading) > most:
            leading += 1
        return leading

    def _inputs(self, sites: Sequence[int], prefix: Sequence[int]) -> dict[Location, Table]:
        """The live channels of every site: one axis a site, those of the prefix taken out."""
        free = len(sites) - len(prefix)
        channels = sorted(self._assignment.live[0])
        identity: Table = np.eye(self.network.M, dtype=self._dtype)[channels]
        inputs = {}
        for site in self.sites:
            axis = sites.index(site) if sites else 0
            shape = [1] * free
            if axis < len(prefix) or not sites:
                table = identity[:, prefix[axis] if sites else 0]
            else:
                table = identity
                shape[axis - len(prefix)] = self.network.M
            inputs[divmod(site, self.network.W)] = table.reshape(len(channels), *shape)
        return inputs

    def _output(self, values: dict[Location, Table]) -> Table:
        axes = next((table.ndim - 1 for table in values.values()), 0)
        for layer in range(1, self.network.depth + 1):
            values = {at: self._location(layer, at, values, axes) for at in self._reached[layer]}
        output: Table = values[0, 0][0]
        return output

    def _location(
        self, layer: int, at: Location, values: dict[Location, Table], axes: int
    ) -> Table:
        """The channels of one location; their table has length 1 on sites that it does not see."""
        terms = [self._term(term, x, values, axes) for term, x in self._used(layer, at)]
        zero: Table = np.zeros((len(self._assignment.live[layer]),) + (1,) * axes, self._dtype)
        if layer == self.network.depth:
            return _folded(np.add, [zero, *terms])
        if self.pooling == "relu-max":
            return _folded(np.maximum, [zero, *terms])
        if self.pooling == "sum-relu":
            return _folded(np.add, [zero, *(np.maximum(term, 0) for term in terms)])
        total = _folded(np.add, [zero, *terms])
        np.maximum(total, 0, out=total)
        return total

    def _term(
        self, term: _Term, at: Location | None, values: dict[Location, Table], axes: int
    ) -> Table:
        """W x + b at one offset."""
        if at is None:
            return term.b.reshape(-1, *(1,) * axes)
        x = values[at]
        product: Table = term.W @ x.reshape(len(x), -1)
        product += term.b
        return product.reshape(-1, *x.shape[1:])


def _fastest(bound: int) -> type:
    """float64 while each value and partial sum is an integer that it holds exactly."""
    if bound <= EXACT_FLOAT:
        return np.float64
    return np.int64 if bound < EXACT_INT64 else object


def _bounds(kinds: Iterable[list[_Term]], bounds: list[int], outputs: int) -> list[int]:
    """For every output channel, the largest sum of |W| bound + |b| over the offsets of a location."""
    largest = [0] * outputs
    for terms in kinds:
        total = [0] * outputs
        for term in terms:
            for k in range(outputs):
                weights = zip(term.W[k], bounds, strict=True)
                total[k] += abs(term.b[k, 0]) + sum(abs(w) * bound for w, bound in weights)
        largest = [max(a, b) for a, b in zip(largest, total, strict=True)]
    return largest


def _folded(operation: Callable[..., Table], tables: list[Table]) -> Table:
    """The tables joined by an operation that broadcasts, small ones first."""
    first, *rest = sorted(tables, key=lambda table: table.size)
    total = first.copy()
    for table in rest:
        shape = np.broadcast_shapes(total.shape, table.shape)
        total = operation(total, table, out=total if shape == total.shape else None)
    return total


def _fraction(x: Element) -> Fraction:
    return Fraction(x) if isinstance(x, int) else Fraction(int(x.p), int(x.q))
