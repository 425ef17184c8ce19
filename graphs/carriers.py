"""Carriers: which strands are read, and by which paths, above the layers where they turn (THEORY 8.9).

A carrier of a layer above J_1 reads, at each of some offsets, a strand that turns in the layer below it or
a carrier of that layer; in layer J_1 + 1 it reads strands. The output is one carrier. A *path* is a choice
of an offset in each layer; it leads from the output to a strand at a location of the layer where it turns.

What the carriers of a layer may read is numbered: strands first, carriers after them.

Any choice of carriers is right: what it is worth is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from ..errors import ResourceError
from ..resources import MOST_READS
from .levels import Levels
from .network import AXES, Network, Pair
from .offsets import along, along_everywhere
from .strands import Numbers

Reads = dict[tuple[int, Pair], int]
"""Of a carrier at an offset: the number of the strand or the carrier below."""

MOST_PATHS = 2**12
"""To one strand at one location; more are not told apart."""


@dataclass(frozen=True)
class Carriers:
    """The carriers of layers J_1 + 1, ..., L: `reads` has an item for each layer."""

    levels: Levels
    reads: tuple[Reads, ...]

    def of(self, layer: int) -> Reads:
        """What the carriers of a layer above J_1 read."""
        return self.reads[layer - self.levels.first - 1]

    def count(self, layer: int) -> int:
        """The number of carriers of a layer; there are none up to J_1."""
        if layer <= self.levels.first:
            return 0
        return len({carrier for carrier, _ in self.of(layer)})

    def paths(self) -> list[Numbers]:
        """For each level the paths to every strand at every location, up to `MOST_PATHS` + 1.

        >>> from .strands import Strands
        >>> network = Network(2, 1, 4, layers="1x1/1:1,1x2/1:2,1x4/1x4:1")
        >>> levels = Levels((Strands(network, 1, (1,)),), 1)
        >>> reads = {(0, (0, 0)): 0, (0, (0, 1)): 0}, {(0, (0, 0)): 0, (0, (0, 1)): 0}
        >>> Carriers(levels, reads).paths()[0].tolist()
        [[1, 2, 1, 0]]
        """
        network, found = self.levels.network, np.ones((1, 1), np.int64)
        ends: list[Numbers] = []
        for layer in range(network.depth, self.levels.first, -1):
            above, turning = found, self.levels.turning(layer - 1)
            rows = turning + self.count(layer - 1)
            found = np.zeros((rows, prod(network.sizes[layer - 1])), np.int64)
            for (carrier, offset), read in self.of(layer).items():
                where = np.flatnonzero(above[carrier])
                inside, at = below(network, layer, where, offset)
                found[read, at] += above[carrier, where[inside]]
            found = np.minimum(found, MOST_PATHS + 1)
            if turning:
                ends.insert(0, found[:turning])
                found = found[turning:]
        return ends


def below(
    network: Network, layer: int, where: Numbers, offset: Pair
) -> tuple[NDArray[np.bool_], Numbers]:
    """Which of these locations have an input at an offset, and these inputs; both numbered row by row."""
    places = np.divmod(where, network.sizes[layer][1])
    height, width = network.sizes[layer - 1]
    rows, columns = (network.axis(a).inputs_at(layer, places[a], np.array(offset[a])) for a in AXES)
    inside = (rows < height) & (columns < width)
    return inside, (rows * width + columns)[inside]


def offsets(levels: Levels, layer: int) -> list[Pair]:
    """Where carriers of a layer may read something.

    Raises
    ------
    ResourceError
        If there are too many offsets.
    """
    rows, columns = along_axes(levels, layer, bool(levels.turning(layer - 1)))
    if len(rows) * len(columns) > MOST_READS:
        raise ResourceError(f"layer {layer} has {len(rows) * len(columns)} offsets")
    return list(product(rows, columns))


def along_axes(levels: Levels, layer: int, told: bool) -> tuple[list[int], list[int]]:
    """The offsets along either axis where carriers are read; if nothing tells, inside everywhere."""
    told = told or levels.spare(layer - 1)
    rows, columns = levels.network.axes
    if told:
        return along(rows, layer), along(columns, layer)
    return along_everywhere(rows, layer), along_everywhere(columns, layer)
