"""Locations through which all paths of a group of sites run, without a graph (THEORY 9).

Towards the output, location v of a layer *dominates* a site if every path from the site to the output runs
through v: if v is all that the site reaches in this layer. The layers are products of two axes, so that
these sites are a box. Boxes of two layers are nested or disjoint: one pass over the layers, from below,
chooses for each box between its dominator and what is best inside it. If v sees sites of one side only, its
channels are functions of this side, and v may take the place of its box in a separating set.
"""

from __future__ import annotations

from math import log

import numpy as np

from .boxes import Boxes, hull, path_counts, seen_by, sums
from .capacities import SCALE, log_monomials
from .network import Axis, Location, Network, Vertex
from .one_sided import OneSided, Purity
from .partition import Partition, Side


def dominating_set(network: Network, partition: Partition, side: Side) -> OneSided:
    """Dominators in the place of their boxes where C(D + k, k) is less, and the other sites of a side.

    k is the number of a dominator's paths to the output. Only sites with a path to the output through an
    input of it that sees both sides are in the set.

    Examples
    --------
    Each location of layer 1 would count D + 1 = 5, and the one of layer 2 counts 8 instead:

    >>> from convac import left_right
    >>> from convac.graphs.partition import P
    >>> network = Network(3, 4, 8, layers="2/2:4,2/2:7,1x2/1x2:2,1/1:1")
    >>> found = dominating_set(network, left_right(4, 8), P)
    >>> found.locations, found.sites
    (((Vertex(layer=2, at=(0, 0)), 1),), ())
    """
    pure = Purity.of(network, partition, side)
    return pure.completed(_chosen(pure))


def _chosen(pure: Purity) -> dict[int, list[Location]]:
    """The dominators that cost less than what is in their boxes, by layer; costs are logarithms."""
    network = pure.grids.network
    cost = pure.needed * np.int64(round(SCALE * log(network.M)))
    owner = np.full(cost.shape, -1, np.int64)
    met: list[Vertex] = []
    rows, columns = (dominated(axis) for axis in network.axes)
    for layer, paths in enumerate(pure.grids.paths_along[1:-1], 1):
        D = network.channels[layer]
        (top, bottom, _), (left, right, _) = rows[layer], columns[layer]
        total = sums(cost, rows[layer], columns[layer])
        for u, v in np.argwhere(pure.mine[layer] & (total > round(SCALE * log(D + 1)))):
            own = round(SCALE * log_monomials(D, paths[0][u] * paths[1][v]))
            if own < total[u, v]:
                box = slice(top[u], bottom[u]), slice(left[v], right[v])
                cost[box], owner[box] = 0, len(met)
                cost[top[u], left[v]] = own
                met.append(Vertex(layer, (int(u), int(v))))
    found: dict[int, list[Location]] = {}
    for number in np.unique(owner[owner >= 0]):
        found.setdefault(met[number].layer, []).append(met[number].at)
    return found


def dominated(axis: Axis) -> list[Boxes]:
    """Along one axis, from each location of each layer, the sites that it dominates lie in an interval.

    Sites without a path to the output are not counted; they may lie between others. Where windows are
    dilated, a site is counted only if the hull of what it reaches is one location.

    >>> [[ends.tolist() for ends in boxes[:2]] for boxes in dominated(Axis(4, (3, 4), (1, 4)))[:2]]
    [[[0, 1, 2, 3], [1, 2, 3, 4]], [[0, 0, 0, 0], [1, 0, 0, 0]]]
    """
    counts = path_counts(axis)
    low = high = sites = np.arange(axis.size, dtype=np.intp)
    alive = np.array([ways > 0 for ways in counts[0]])
    found = []
    for layer, size in enumerate(axis.sizes):
        places = np.arange(size, dtype=np.intp)
        if layer:
            first, stop, _ = hull(seen_by(axis, layer))
            used = np.array([ways > 0 for ways in counts[layer]])
            after = np.minimum.accumulate(np.where(used, places, size - 1)[::-1])[::-1]
            before = np.maximum.accumulate(np.where(used, places, 0))
            low = after[np.minimum(first, size - 1)][low]
            high = before[np.maximum(stop - 1, 0)][high]
        inside = sites[alive & (low == high)]
        # What a site reaches moves with the site, so that the labels ascend.
        start, end = (np.searchsorted(low[inside], places, edge) for edge in ("left", "right"))
        none = start == end
        ends = np.append(inside, 0)
        found.append(Boxes(np.where(none, 0, ends[start]), np.where(none, 0, ends[end - 1] + 1)))
    return found
