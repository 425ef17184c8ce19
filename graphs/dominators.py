"""Locations through which all paths of a group of sites run, without a graph (THEORY 9).

Towards the output, location v of a layer *dominates* a site if every path from the site to the output runs
through v: if v is all that the site reaches in this layer. The layers are products of two axes, so that
these sites are a box. Boxes of two layers are nested or disjoint: one pass over the layers, from below,
chooses for each box between its dominator and what is best inside it. If v sees sites of one side only, its
channels are functions of this side, and v may take the place of its box in a separating set.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .boxes import Boxes, hull, path_counts, seen_by, sums, windows
from .network import Axis, Location, Network, Site, Vertex
from .partition import Partition, Side
from .separating_sets import SCALE, log_monomials

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
    pure = _one_sided(network, partition, side)
    chosen = _chosen(network, pure, _sites(network, pure, {}))
    counts = dict(_counts(network, pure, chosen))
    sites = np.argwhere(_sites(network, pure, chosen)).tolist()
    return OneSided(
        tuple(sorted((v, k) for v, k in counts.items() if k)), tuple((r, c) for r, c in sites)
    )


@dataclass(frozen=True)
class _Purity:
    """For each layer, the locations with sites of the side only below, and those with sites of both."""

    mine: list[Mask]
    both: list[Mask]


def _one_sided(network: Network, partition: Partition, side: Side) -> _Purity:
    sides = np.frombuffer(partition.sides, np.uint8).reshape(network.H, network.W)
    here, there = sides == side, sides != side
    found = _Purity([here], [here & there])
    for layer in range(1, network.depth):
        boxes = [windows(axis, layer) for axis in network.axes]
        here, there = (sums(places, *boxes) > 0 for places in (here, there))
        found.mine.append(here & ~there)
        found.both.append(here & there)
    return found


def _inputs(network: Network, pure: _Purity) -> Mask:
    """The inputs of the output with sites of both sides."""
    boxes = [seen_by(axis, network.depth) for axis in network.axes]
    seen: Mask = sums(np.ones((1, 1), np.bool_), *boxes) > 0
    return seen & pure.both[-1]


def _sites(network: Network, pure: _Purity, chosen: dict[int, list[Location]]) -> Mask:
    """The sites of the side with a path to such an input that avoids these locations."""
    reached = _inputs(network, pure)
    for layer in range(network.depth - 1, 0, -1):
        for at in chosen.get(layer, []):
            reached[at] = False
        reached = sums(reached, *(seen_by(axis, layer) for axis in network.axes)) > 0
    return reached & pure.mine[0]


def _counts(
    network: Network, pure: _Purity, chosen: dict[int, list[Location]]
) -> Iterator[tuple[Vertex, int]]:
    """The number of paths from each of these locations to such an input that avoid the others."""
    most = max(max(rows) * max(columns) for rows, columns in _paths(network))
    ways: NDArray[Any] = _inputs(network, pure).astype(np.int64 if most < MOST_COUNTED else object)
    for layer in range(network.depth - 1, min(chosen, default=network.depth) - 1, -1):
        for at in chosen.get(layer, []):
            yield Vertex(layer, at), int(ways[at])
            ways[at] = 0
        ways = sums(ways, *(seen_by(axis, layer) for axis in network.axes))


def _paths(network: Network) -> list[tuple[list[int], list[int]]]:
    """The numbers of paths to the output along rows and along columns, for each layer."""
    rows, columns = (path_counts(axis) for axis in network.axes)
    return list(zip(rows, columns, strict=True))


def _chosen(network: Network, pure: _Purity, needed: Mask) -> dict[int, list[Location]]:
    """The dominators that cost less than what is in their boxes, by layer; costs are logarithms."""
    cost = needed * np.int64(round(SCALE * log(network.M)))
    owner = np.full(needed.shape, -1, np.int64)
    met: list[Vertex] = []
    rows, columns = (dominated(axis) for axis in network.axes)
    for layer, paths in enumerate(_paths(network)[1:-1], 1):
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
