"""Separating sets that are at hand at any size, without a graph (THEORY 9).

The output is a product over what the last layer sees. What is one-sided only scales rows or columns; the
rest depends on the sites of one side that are seen together with the other side. And the sides meet in the
locations that have sites of both sides below, and an input that has not.
"""

from __future__ import annotations

import numpy as np

from .grids import Grids, down
from .network import Network, Site, Vertex
from .one_sided import Purity
from .partition import Partition, Side


def straddling_sites(network: Network, partition: Partition, side: Side) -> list[Site]:
    """The sites of a side that some location of layer L - 1 sees together with a site of the other side.

    For the sites themselves (L = 1) there is none.

    >>> from convac import left_right
    >>> from convac.graphs.partition import P
    >>> straddling_sites(Network(3, 1, 6, layers="1x2/1:2,1x6/1x6:1"), left_right(1, 6), P)
    [(0, 2)]
    """
    needed = Purity.of(network, partition, side).needed
    return [(int(r), int(c)) for r, c in np.argwhere(needed)]


def meeting_locations(network: Network, partition: Partition) -> list[tuple[Vertex, int]]:
    """The locations where the sides meet, with their numbers of paths to the output.

    They have sites of both sides below and an input with sites of one side only. Without them, no vertex
    with sites of one side is joined to one of both: they separate.

    >>> from convac import left_right
    >>> network = Network(2, 1, 4, layers="1x2/1:1,1x2/1:1,1x4/1x4:1")
    >>> [(vertex.layer, vertex.at, k) for vertex, k in meeting_locations(network, left_right(1, 4))]
    [(1, (0, 1), 2), (2, (0, 0), 1), (2, (0, 1), 1), (3, (0, 0), 1)]
    """
    grids = Grids.of(network, partition)
    both, paths = grids.on(Side.BOTH), list(grids.paths())[::-1]
    found = []
    for layer in range(1, network.depth + 1):
        pure = (grids.side[layer - 1] > 0) & ~both[layer - 1]
        for u, v in np.argwhere(both[layer] & (down(network, layer, pure) > 0)).tolist():
            found.append((Vertex(layer, (u, v)), int(paths[layer][u, v])))
    return found
