"""Separating sets of one side: the output, and sites and locations that see this side only (THEORY 9).

They meet every path from a site of the side to an input of the output that has sites of both sides. Which
locations are in such a set is a matter of search; the sites that it needs besides, and what each member
counts, are exact, and take a few array operations a layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .boxes import path_counts, seen_by, sums, windows
from .network import Location, Network, Site, Vertex
from .partition import Partition, Side

MOST_COUNTED = 2**62
"""Paths that are counted in machine integers."""
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class OneSided:
    """Locations of one side, each with its number of paths to the output, and sites of this side.

    With the output they meet all paths from this side to an input of the output with sites of both. A path
    is counted if it runs through such an input and through no other of the locations.
    """

    locations: tuple[tuple[Vertex, int], ...]
    sites: tuple[Site, ...]


@dataclass(frozen=True)
class Purity:
    """For layers 0, ..., L - 1, the places with sites of one side only below, and those of both."""

    network: Network
    mine: list[Mask]
    both: list[Mask]

    @classmethod
    def of(cls, network: Network, partition: Partition, side: Side) -> Purity:
        """The places of a side."""
        sides = np.frombuffer(partition.sides, np.uint8).reshape(network.H, network.W)
        here, there = sides == side, sides != side
        found = cls(network, [here], [here & there])
        for layer in range(1, network.depth):
            boxes = [windows(axis, layer) for axis in network.axes]
            here, there = (sums(places, *boxes) > 0 for places in (here, there))
            found.mine.append(here & ~there)
            found.both.append(here & there)
        return found

    @property
    def inputs(self) -> Mask:
        """The inputs of the output with sites of both sides."""
        boxes = [seen_by(axis, self.network.depth) for axis in self.network.axes]
        seen: Mask = sums(np.ones((1, 1), np.bool_), *boxes) > 0
        return seen & self.both[-1]

    def ways(self, chosen: dict[int, list[Location]]) -> Iterator[tuple[int, NDArray[Any]]]:
        """For layers L - 1, ..., 0, the numbers of paths to such an input that avoid what is chosen above.

        Each array is the caller's until the next is asked for.
        """
        network = self.network
        most = max(max(rows) * max(columns) for rows, columns in paths_along(network))
        kind = np.int64 if most < MOST_COUNTED else object
        found: NDArray[Any] = self.inputs.astype(kind)
        for layer in range(network.depth - 1, -1, -1):
            yield layer, found
            for at in chosen.get(layer, []):
                found[at] = 0
            if layer:
                found = sums(found, *(seen_by(axis, layer) for axis in network.axes))

    @property
    def needed(self) -> Mask:
        """The sites of the side with a path to such an input."""
        *_, (_, found) = self.ways({})
        needed: Mask = (found > 0) & self.mine[0]
        return needed

    def completed(self, chosen: dict[int, list[Location]]) -> OneSided:
        """The set with these locations of the side and the sites that it needs besides, exactly counted."""
        counts, sites = {}, np.zeros((0, 2), np.int64)
        for layer, ways in self.ways(chosen):
            for at in chosen.get(layer, []):
                if ways[at]:
                    counts[Vertex(layer, at)] = int(ways[at])
            if layer == 0:
                sites = np.argwhere((ways > 0) & self.mine[0])
        return OneSided(tuple(sorted(counts.items())), tuple((r, c) for r, c in sites.tolist()))


def paths_along(network: Network) -> list[tuple[list[int], list[int]]]:
    """The numbers of paths to the output along rows and along columns, for each layer."""
    rows, columns = (path_counts(axis) for axis in network.axes)
    return list(zip(rows, columns, strict=True))
