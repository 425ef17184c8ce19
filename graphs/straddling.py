"""Separating sets that are at hand at any size, without a graph (THEORY 9).

The output is a product over what the last layer sees. What is one-sided only scales rows or columns; the
rest depends on the sites of one side that are seen together with the other side. And the sides meet in the
locations that have sites of both sides below, and an input that has not.
"""

from __future__ import annotations

import numpy as np

from .boxes import path_counts, seen_by, sums, windows
from .network import Network, Site, Vertex
from .partition import Partition, Side


def straddling_sites(network: Network, partition: Partition, side: Side) -> list[Site]:
    """The sites of a side that some location of layer L - 1 sees together with a site of the other side.

    For the sites themselves (L = 1) there is none.

    >>> from convac import left_right
    >>> from convac.graphs.partition import P
    >>> straddling_sites(Network(3, 1, 6, layers="1x2/1:2,1x6/1x6:1"), left_right(1, 6), P)
    [(0, 2)]
    """
    if network.depth == 1:
        return []
    mine = np.frombuffer(partition.sides, np.uint8).reshape(network.H, network.W) == side
    here, there = mine, ~mine
    for layer in range(1, network.depth):
        boxes = [windows(axis, layer) for axis in network.axes]
        here, there = (sums(places, *boxes) > 0 for places in (here, there))
    reached = np.ones((1, 1), np.bool_)
    for layer in range(network.depth, 0, -1):
        reached = sums(reached, *(seen_by(axis, layer) for axis in network.axes)) > 0
        if layer == network.depth:
            reached &= here & there
    return [(int(r), int(c)) for r, c in np.argwhere(reached & mine)]


def meeting_locations(network: Network, partition: Partition) -> list[tuple[Vertex, int]]:
    """The locations where the sides meet, with their numbers of paths to the output.

    They have sites of both sides below and an input with sites of one side only. Without them, no vertex
    with sites of one side is joined to one of both: they separate.

    >>> from convac import left_right
    >>> network = Network(2, 1, 4, layers="1x2/1:1,1x2/1:1,1x4/1x4:1")
    >>> [(vertex.layer, vertex.at, k) for vertex, k in meeting_locations(network, left_right(1, 4))]
    [(1, (0, 1), 2), (2, (0, 0), 1), (2, (0, 1), 1), (3, (0, 0), 1)]
    """
    in_q = np.frombuffer(partition.sides, np.uint8).reshape(network.H, network.W) == Side.Q
    on_p, on_q = ~in_q, in_q
    paths = [path_counts(axis) for axis in network.axes]
    found = []
    for layer in range(1, network.depth + 1):
        boxes = [windows(axis, layer) for axis in network.axes]
        pure = sums(on_p != on_q, *boxes)
        on_p, on_q = (sums(places, *boxes) > 0 for places in (on_p, on_q))
        rows, columns = (counts[layer] for counts in paths)
        for u, v in np.argwhere(on_p & on_q & (pure > 0)):
            if rows[u] * columns[v]:
                found.append((Vertex(layer, (int(u), int(v))), rows[u] * columns[v]))
    return found
