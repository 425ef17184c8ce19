"""The sides of all places of a network as arrays over the grids of its layers, without a graph.

What runs along edges takes a few running sums a layer: `up` to the inputs of a layer from the locations
that see them, `down` to the locations from what they see.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .boxes import path_counts, seen_by, sums, windows
from .network import Network
from .partition import Partition, Q, Side

MOST_COUNTED = 2**62
"""Paths that are counted in machine integers."""
Mask = NDArray[np.bool_]
Bits = NDArray[np.uint8]
NONE, ON_P, ON_Q, ON_BOTH = 0, 1, 2, 3


@dataclass(frozen=True, eq=False)
class Grids:
    """A network with a partition, as arrays for layers 0, ..., L.

    `side` says of which sites those below a place are: 1 for P, 2 for Q, 3 for both; 0 for a constant.
    Places without a path to the output are constants, too.
    """

    network: Network
    side: list[Bits]

    @classmethod
    def of(cls, network: Network, partition: Partition) -> Grids:
        """The sides of all places."""
        sides = np.frombuffer(partition.sides, np.uint8).reshape(network.H, network.W)
        found = [np.where(sides == Q, ON_Q, ON_P).astype(np.uint8)]
        for layer in range(1, network.depth + 1):
            found.append(seen(network, layer, found[-1]))
        grids = cls(network, found)
        for places, (rows, columns) in zip(found, grids.paths_along, strict=True):
            places[~np.outer([k > 0 for k in rows], [k > 0 for k in columns])] = NONE
        return grids

    def on(self, side: Side) -> list[Mask]:
        """The places that have sites of one side only below, or of both."""
        bits = {Side.P: ON_P, Side.Q: ON_Q, Side.BOTH: ON_BOTH}[side]
        return [places == bits for places in self.side]

    @cached_property
    def paths_along(self) -> list[tuple[list[int], list[int]]]:
        """The numbers of paths to the output along rows and along columns, for each layer."""
        rows, columns = (path_counts(axis) for axis in self.network.axes)
        return list(zip(rows, columns, strict=True))

    @cached_property
    def kind(self) -> Any:
        """A type in which all paths to the output can be counted."""
        most = max(max(rows) * max(columns) for rows, columns in self.paths_along)
        return np.int64 if most < MOST_COUNTED else object

    def paths(self) -> Iterator[NDArray[Any]]:
        """The number of paths to the output from every place, from the output down."""
        found: NDArray[Any] = np.ones((1, 1), self.kind)
        yield found
        for layer in range(self.network.depth, 0, -1):
            found = up(self.network, layer, found)
            yield found


def up(network: Network, layer: int, places: NDArray[Any]) -> NDArray[Any]:
    """For each input of a layer, the sum over the locations that see it."""
    return sums(places, *(seen_by(axis, layer) for axis in network.axes))


def down(network: Network, layer: int, places: NDArray[Any]) -> NDArray[Any]:
    """For each location of a layer, the sum over the inputs that it sees."""
    return sums(places, *(windows(axis, layer) for axis in network.axes))


def seen(network: Network, layer: int, bits: Bits) -> Bits:
    """The union of the sides of what each location of a layer sees."""
    on_p, on_q = (down(network, layer, (bits & one).astype(bool)) > 0 for one in (ON_P, ON_Q))
    return (on_p * ON_P + on_q * ON_Q).astype(np.uint8)
