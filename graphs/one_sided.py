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

from .grids import Grids, Mask, up
from .network import Location, Network, Site, Vertex
from .partition import Partition, Side


@dataclass(frozen=True)
class OneSided:
    """Locations of one side, each with its number of paths to the output, and sites of this side.

    With the output they meet all paths from this side to an input of the output with sites of both. A path
    is counted if it runs through such an input and through no other of the locations.
    """

    locations: tuple[tuple[Vertex, int], ...]
    sites: tuple[Site, ...]


@dataclass(frozen=True, eq=False)
class Purity:
    """The places of layers 0, ..., L that have sites of one side only below."""

    grids: Grids
    mine: list[Mask]

    @classmethod
    def of(cls, network: Network, partition: Partition, side: Side) -> Purity:
        """The places of a side."""
        grids = Grids.of(network, partition)
        return cls(grids, grids.on(side))

    @property
    def inputs(self) -> Mask:
        """The inputs of the output with sites of both sides."""
        network = self.grids.network
        read = up(network, network.depth, np.ones((1, 1), np.bool_)) > 0
        found: Mask = read & self.grids.on(Side.BOTH)[-2]
        return found

    def ways(self, chosen: dict[int, list[Location]]) -> Iterator[tuple[int, NDArray[Any]]]:
        """For layers L - 1, ..., 0, the numbers of paths to such an input that avoid what is chosen above.

        Each array is the caller's until the next is asked for.
        """
        network = self.grids.network
        found: NDArray[Any] = self.inputs.astype(self.grids.kind)
        for layer in range(network.depth - 1, -1, -1):
            yield layer, found
            for at in chosen.get(layer, []):
                found[at] = 0
            if layer:
                found = up(network, layer, found)

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
