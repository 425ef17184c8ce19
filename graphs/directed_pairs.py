"""Pairs at one displacement that all point the same way (THEORY 8.10).

Two offsets in each of layers 1, ..., K lead from a location of layer K down to its *taps*: to its near site
by the near offsets only, to its far site by the far ones only, to others by both kinds. The displacements
tau_l of the layers are zero or positive in one order of the grid: row by row, and within a row from left to
right, or, *mirrored*, from right to left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from .displacements import Displacement
from .network import Location, Network, Pair, Site
from .pairs import SitePair, displacement, way_down
from .partition import P, Partition
from .tail import live

MOST_TAPS = 2**22
"""Taps of all locations, for which classes are told apart; beyond, all locations are one class."""


@dataclass(frozen=True)
class Taps:
    """Near and far offsets in layers 1, ..., K of a network, and the order that makes them positive."""

    network: Network
    nears: tuple[Pair, ...]
    fars: tuple[Pair, ...]
    mirrored: bool = False

    @classmethod
    def at(cls, network: Network, step: Displacement, mirrored: bool) -> Taps:
        """Those of a displacement; mirrored, its columns are walked from right to left."""
        nears, fars = way_down(network, step.fars)
        if mirrored:
            both = list(zip(nears, fars, strict=True))
            nears = tuple((near[0], far[1]) for near, far in both)
            fars = tuple((far[0], near[1]) for near, far in both)
        return cls(network, nears, fars, mirrored)

    @property
    def K(self) -> int:
        """The layer of the locations."""
        return len(self.nears)

    @property
    def J(self) -> int:
        """The last layer whose two offsets differ."""
        both = zip(self.nears, self.fars, strict=True)
        return max(layer for layer, (near, far) in enumerate(both, 1) if near != far)

    @cached_property
    def steps(self) -> tuple[Pair, ...]:
        """tau_1, ..., tau_K."""
        near, far = self._strided(self.nears), self._strided(self.fars)
        return tuple((b[0] - a[0], b[1] - a[1]) for a, b in zip(near, far, strict=True))

    def near_sites(self, locations: NDArray[np.int64]) -> NDArray[np.int64]:
        """The near sites of locations, rows (row, column); in the grid where no route leaves an input."""
        axes, K = self.network.axes, self.K
        strides, origins = [a.total_strides[K] for a in axes], [a.origins[K] for a in axes]
        return locations * strides + np.add(origins, displacement(self.network, self.nears))

    def inside(self, a: int) -> NDArray[np.bool_]:
        """The locations of which no tap, and no way to one, leaves an input along an axis.

        What the least offsets lead to comes first, and what the largest lead to comes last.
        """
        both, axis = list(zip(self.nears, self.fars, strict=True)), self.network.axis(a)
        ends = ([of(near[a], far[a]) for near, far in both] for of in (min, max))
        first, last = (axis.walked(offsets) >= 0 for offsets in ends)
        return first & last

    def _strided(self, offsets: tuple[Pair, ...]) -> list[Pair]:
        """Offsets times what one more is in sites."""
        down, across = self.network.axes
        return [
            (i * down.offset_step(layer), j * across.offset_step(layer))
            for layer, (i, j) in enumerate(offsets, 1)
        ]

    @property
    def tau(self) -> Pair:
        """From near to far sites: the sum of the steps."""
        return sum(s[0] for s in self.steps), sum(s[1] for s in self.steps)

    def sites(self, location: Location) -> set[Site]:
        """The taps of a location that are inside the grid, walked layer by layer.

        >>> network = Network(2, 1, 6, layers="1x2/1:1,1x3/1:1,1x6/1x6:1")
        >>> sorted(Taps(network, ((0, 0), (0, 0)), ((0, 1), (0, 2))).sites((0, 1)))
        [(0, 1), (0, 2), (0, 3), (0, 4)]
        """
        return self._followed(location)[0]

    def leaves(self, location: Location) -> bool:
        """Whether a way from a location to one of its taps leaves the input of a layer."""
        return self._followed(location)[1]

    def _followed(self, location: Location) -> tuple[set[Site], bool]:
        """Where all ways end inside the grid, and whether one leaves the input of a layer."""
        seen, left = {location}, False
        for layer, offsets in reversed(list(enumerate(zip(self.nears, self.fars, strict=True), 1))):
            below = {self.network.input_at(layer, at, o) for at in seen for o in offsets}
            seen, left = {at for at in below if at is not None}, left or None in below
        return seen, left

    def walked(self, location: Location, offsets: tuple[Pair, ...]) -> Site | None:
        """The site to which one offset a layer leads from a location; None outside."""
        at: Location | None = location
        for layer in range(self.K, 0, -1):
            at = None if at is None else self.network.input_at(layer, at, offsets[layer - 1])
        return at

    def order(self, location: Location) -> Pair:
        """A key by which near sites before a location's are those of smaller locations."""
        row, column = location
        return (row, -column) if self.mirrored else (row, column)


@dataclass(frozen=True)
class Directed:
    """Where pairs cross: locations of layer K, 1 where the near site is in P, and where it is in Q."""

    taps: Taps
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]

    @property
    def most(self) -> int:
        """No exponent is larger."""
        return int(self.forward.sum() + self.backward.sum())

    def chosen(self) -> NDArray[np.bool_]:
        """The locations of the better direction in each class; of one direction if there are too many.

        Two live locations are related if they have a tap in common; classes are the classes of the
        equivalence relation that this generates, or of a coarser one: a tap in the grid counts even where
        the way to it leaves an input.
        """
        if not (self.forward.any() and self.backward.any()):
            return self.forward | self.backward
        classes = _classes(self.taps)
        if classes is None:
            better = self.forward.sum() >= self.backward.sum()
            return self.forward if better else self.backward
        counts = [
            np.bincount(classes[where], minlength=classes.max() + 1)
            for where in (self.forward, self.backward)
        ]
        onward = (counts[0] >= counts[1])[classes]
        return np.where(onward, self.forward, self.backward)


def directed(taps: Taps, partition: Partition) -> Directed:
    """The live locations whose taps are inside and whose near and far site are on different sides.

    >>> from convac import left_right
    >>> network = Network(2, 1, 4, layers="1x2/1:1,1x2/1:1,1x4/1x4:1")
    >>> taps = Taps(network, ((0, 0), (0, 0)), ((0, 1), (0, 1)))
    >>> directed(taps, left_right(1, 4)).forward.astype(int).tolist()
    [[1, 1, 0, 0]]
    """
    network, K = taps.network, taps.K
    sides = np.frombuffer(partition.sides, np.uint8).reshape(partition.H, partition.W)
    whole = np.outer(*(live(axis, K) & taps.inside(a) for a, axis in enumerate(network.axes)))
    near = taps.near_sites(np.argwhere(whole))
    far = near + np.array(taps.tau)
    from_p, to_p = (sides[at[:, 0], at[:, 1]] == P for at in (near, far))
    forward, backward = np.zeros_like(whole), np.zeros_like(whole)
    forward[whole], backward[whole] = from_p & ~to_p, ~from_p & to_p
    return Directed(taps, forward, backward)


def directed_pairs(taps: Taps, chosen: NDArray[np.bool_]) -> Iterator[SitePair]:
    """The pairs of chosen locations, row by row."""
    for u, v in np.argwhere(chosen).tolist():
        near, far = taps.walked((u, v), taps.nears), taps.walked((u, v), taps.fars)
        assert near is not None
        assert far is not None
        yield SitePair((u, v), near, far)


def _classes(taps: Taps) -> NDArray[np.intp] | None:
    """The number of each location's class; None if there are too many taps."""
    network, K = taps.network, taps.K
    shape = network.sizes[K]
    offsets = {
        (sum(i for i, _ in chosen), sum(j for _, j in chosen))
        for chosen in product(*({(0, 0), step} for step in taps.steps))
    }
    if len(offsets) * shape[0] * shape[1] > MOST_TAPS:
        return None
    at = np.argwhere(np.outer(*(live(axis, K) for axis in network.axes)))
    near = taps.near_sites(at)
    numbers, sites = [], []
    for offset in sorted(offsets):
        tap = near + np.array(offset)
        seen = ((tap >= 0) & (tap < (network.H, network.W))).all(axis=1)
        numbers.append(np.flatnonzero(seen))
        sites.append(tap[seen] @ (network.W, 1))
    links = np.concatenate(numbers), len(at) + np.concatenate(sites)
    size = len(at) + network.sites
    graph = coo_matrix((np.ones(len(links[0]), bool), links), shape=(size, size))
    labels = connected_components(graph, directed=False)[1]
    found = np.zeros(shape, np.intp)
    found[tuple(at.T)] = labels[: len(at)]
    return found
