"""Separating sets that are at hand at any size, without a graph (THEORY 9).

The output is a product over what the last layer sees. What is one-sided only scales rows or columns; the
rest depends on the sites of one side that are seen together with the other side. And the sides meet in the
locations that have sites of both sides below, and an input that has not.
"""

from __future__ import annotations

import numpy as np

from .boxes import Boxes, path_counts, sums, windows
from .network import AXES, Axis, Network, Site, Vertex
from .partition import Partition, Side
from .receptive_fields import total_receptive_field, total_stride


def straddling_sites(network: Network, partition: Partition, side: Side) -> list[Site]:
    """The sites of a side that some location of layer L - 1 sees together with a site of the other side.

    For the sites themselves (L = 1) there is none. A location is taken to see all of the box that its
    windows span; where a stride exceeds a window it sees less, and fewer sites are needed than are listed.

    >>> from convac import left_right
    >>> from convac.graphs.partition import P
    >>> straddling_sites(Network(3, 1, 6, layers="1x2/1:2,1x6/1x6:1"), left_right(1, 6), P)
    [(0, 2)]
    """
    if network.depth == 1:
        return []
    mine = np.frombuffer(partition.sides, np.uint8).reshape(network.H, network.W) == side
    (top, bottom), (left, right) = (_fields(network.axis(axis)) for axis in AXES)
    inside = sums(mine, (top, bottom), (left, right))
    straddles = (inside > 0) & (inside < np.outer(bottom - top, right - left))
    # Each such box raises a number at its corners, whose sums are the numbers of boxes over each site.
    over = np.zeros((network.H + 1, network.W + 1), np.int64)
    at = np.nonzero(straddles)
    for rows, columns, sign in (
        (top, left, 1),
        (bottom, right, 1),
        (top, right, -1),
        (bottom, left, -1),
    ):
        np.add.at(over, (rows[at[0]], columns[at[1]]), sign)
    covered = over.cumsum(0).cumsum(1)[:-1, :-1] > 0
    return [(int(r), int(c)) for r, c in np.argwhere(covered & mine)]


def _fields(axis: Axis) -> Boxes:
    """First site, and the one after the last, of what each location of layer L - 1 that is seen spans."""
    K = len(axis.windows) - 1
    seen = np.arange(len(axis.inputs(K + 1, 0)), dtype=np.intp)
    first = seen * total_stride(axis, K)
    return first, np.minimum(first + total_receptive_field(axis, K), axis.size)


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
        pure = sums(~(on_p & on_q), *boxes)
        on_p, on_q = (sums(places, *boxes) > 0 for places in (on_p, on_q))
        rows, columns = (counts[layer] for counts in paths)
        for u, v in np.argwhere(on_p & on_q & (pure > 0)):
            if rows[u] * columns[v]:
                found.append((Vertex(layer, (int(u), int(v))), rows[u] * columns[v]))
    return found
