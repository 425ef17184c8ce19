"""Strands: two ways down to sites at one displacement, for every site of a stride cell (THEORY 8.9).

Every layer up to J, without dilation, has a *cell*: min(R, S, n) neighbouring offsets on each axis, which
reach no input twice; in plain layers the first ones. A strand is an offset of the cell of each layer up to
J, its *near way*; its *far way* adds a shift e_l >= 0 along one axis in every layer, e_J > 0. From a
location of layer J they lead to a site p and to p + tau. No site is the near one of two strands, or of two
locations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from .network import AXES, Axis, Location, Network, Pair, Site
from .receptive_fields import spread, tail_extent, total_stride

Way = tuple[Pair, ...]
"""An offset of each layer, the first layer's first."""
Numbers = NDArray[np.int64]
Crossing = NDArray[np.bool_]
"""A row for each strand, a column for each location of layer J."""


@dataclass(frozen=True)
class Strands:
    """The strands of layers 1, ..., J with these shifts along an axis; all, or those of some near ways."""

    network: Network
    axis: int
    shifts: tuple[int, ...]
    only: tuple[Way, ...] | None = None

    @property
    def J(self) -> int:
        """The layer where they turn."""
        return len(self.shifts)

    @cached_property
    def length(self) -> int:
        """How far p + tau is from p, along the axis."""
        axis = self.network.axis(self.axis)
        return sum(e * total_stride(axis, k) for k, e in enumerate(self.shifts))

    @property
    def tau(self) -> Pair:
        """From p to p + tau."""
        return _along(self.axis, self.length)

    @cached_property
    def cells(self) -> list[Pair]:
        """The extents of the cells of layers 1, ..., J."""
        return [_cell(self.network, layer) for layer in range(1, self.J + 1)]

    def _cell(self, layer: int) -> Iterator[Pair]:
        """The offsets of a layer's cell."""
        (i, j), (rows, columns) = self.origin(layer), self.cells[layer - 1]
        return product(range(i, i + rows), range(j, j + columns))

    def origin(self, layer: int) -> Pair:
        """Where the cell of a layer begins: near and far ways lead as far before a location as behind it.

        That is so as far as the zeros before the input and the window allow; without zeros it is (0, 0).

        >>> network = Network(2, 1, 8, layers="1x5/1p0x2:4,1x8/1x8:1")
        >>> [Strands(network, 1, (e,)).origin(1) for e in (1, 2, 4)]
        [(0, 2), (0, 1), (0, 0)]
        """
        window, cell = self.network.layers[layer - 1].window, self.cells[layer - 1]
        shift = _along(self.axis, self.shifts[layer - 1])
        zeros = (self.network.axis(a).paddings[layer - 1] for a in AXES)
        rows, columns = (
            max(0, min(R - n - e, before - e // 2))
            for R, n, e, before in zip(window, cell, shift, zeros, strict=True)
        )
        return rows, columns

    @property
    def count(self) -> int:
        """The number of strands."""
        return prod(map(prod, self.cells)) if self.only is None else len(self.only)

    @cached_property
    def ways(self) -> list[tuple[Way, Way]]:
        """The near and the far way of every strand."""
        cells = (self._cell(layer) for layer in range(1, self.J + 1))
        nears = product(*cells) if self.only is None else self.only
        return [(near, self._shifted(near)) for near in nears]

    @cached_property
    def begun(self) -> list[frozenset[Way]]:
        """For each layer below J the different beginnings of ways through it.

        >>> strands = Strands(Network(2, 1, 8, layers="1x3/1x2:4,1x2/1:2,1x4/1x4:1"), 1, (1, 1))
        >>> sorted(strands.begun[0])
        [((0, 0),), ((0, 1),), ((0, 2),)]
        """
        found = [frozenset(way[:-1] for both in self.ways for way in both)]
        while len(found) < self.J - 1:
            found.insert(0, frozenset(way[:-1] for way in found[0]))
        return found if self.J > 1 else []

    def crossed(self, C: int) -> Strands:
        """Those with a pair across the cut before C.

        >>> strands = Strands(Network(2, 1, 8, layers="1x3/1x2:4,1x2/1:2,1x4/1x4:1"), 1, (1, 1))
        >>> strands.crossed(1).only
        (((0, 0), (0, 0)),)
        """
        crossing = np.any(self.crossing(C), axis=1, keepdims=True)[:, 0]
        kept = (near for (near, _), crosses in zip(self.ways, crossing, strict=True) if crosses)
        return replace(self, only=tuple(kept))

    def near_sites(self) -> Numbers:
        """The site p, numbered row by row, of each strand at each location, where it is inside the grid."""
        rows, columns = (np.stack([self._places(near, a) for near, _ in self.ways]) for a in AXES)
        return (rows[:, :, None] * self.network.W + columns[:, None, :]).reshape(self.count, -1)

    def crossing(self, C: int) -> Crossing:
        """At which locations both ways of a strand stay inside, with p before C and p + tau not."""
        found = np.zeros((self.count, *self.network.sizes[self.J]), bool)
        for s, both in enumerate(self.ways):
            rows, columns = ([self._places(way, a) for way in both] for a in AXES)
            fits = [(near >= 0) & (far >= 0) for near, far in (rows, columns)]
            near, far = (rows, columns)[self.axis]
            fits[self.axis] &= (near < C) & (far >= C)
            found[s] = np.outer(*fits)
        return found.reshape(self.count, -1)

    def _places(self, way: Way, a: int) -> Numbers:
        """Where a way leads along an axis from the locations of layer J, -1 where it leaves an input."""
        return _walked(self.network.axis(a), tuple(offset[a] for offset in way))

    def _shifted(self, way: Way) -> Way:
        steps = (_along(self.axis, e) for e in self.shifts)
        return tuple((i + di, j + dj) for (i, j), (di, dj) in zip(way, steps, strict=True))


def farthest(network: Network, axis: int, J: int, limit: int, after: int = 0) -> Strands | None:
    """The strands of layers 1, ..., J with the largest displacement up to a limit; None if there are none.

    There are none where one of these layers is dilated.
    Shifts of later layers come first, so that early beginnings coincide; layers up to `after` have none.

    >>> network = Network(2, 1, 16, layers="1x3/1:4,1x2/1x2:8,1x3/1:4,1x8/1x8:1")
    >>> farthest(network, 1, 3, 8).shifts, farthest(network, 1, 3, 5).shifts
    ((2, 0, 2), (1, 0, 2))
    """
    chain = network.axis(axis)
    if any(d > 1 for one in network.axes for d in one.dilations[:J]):
        return None
    room = [(chain.windows[k] - _cell(network, k + 1)[axis]) * (k >= after) for k in range(J)]
    steps = [total_stride(chain, k) for k in range(J)]
    if room[-1] < 1 or steps[-1] > limit:
        return None
    sums = [1]
    for most, step in zip(room, steps, strict=True):
        sums.append(spread(sums[-1], step, most, limit))
    first = sums[J - 1] << steps[-1] & (2 << limit) - 1
    rest = spread(first, steps[-1], room[-1] - 1, limit).bit_length() - 1
    shifts: list[int] = []
    for k in reversed(range(J)):
        e = min(room[k], rest // steps[k])
        while not sums[k] >> (rest - e * steps[k]) & 1:
            e -= 1
        shifts.insert(0, e)
        rest -= e * steps[k]
    return Strands(network, axis, tuple(shifts))


@lru_cache(maxsize=2**16)
def _walked(axis: Axis, offsets: tuple[int, ...]) -> Numbers:
    found = axis.walked(offsets)
    found.flags.writeable = False
    return found


def _cell(network: Network, layer: int) -> Pair:
    rows, columns = (tail_extent(network.axis(a), layer) for a in AXES)
    return rows, columns


def _along(axis: int, steps: int) -> Pair:
    return (steps, 0) if axis == 0 else (0, steps)


def walked(network: Network, location: Location, way: Way) -> Site | None:
    """The site to which a way leads down from a location of the layer of its last offset; None outside.

    >>> walked(Network(2, 1, 8, layers="1x2/1x2:2,1x2/1:2,1x4/1x4:1"), (0, 1), ((0, 1), (0, 1)))
    (0, 5)
    """
    at: Location | None = location
    for layer in range(len(way), 0, -1):
        at = None if at is None else network.input_at(layer, at, way[layer - 1])
    return at
