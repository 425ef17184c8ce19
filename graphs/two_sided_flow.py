"""A separating set with places of both sides, by a flow through all places as arrays (THEORY 9).

Vertices are joined whatever the direction of their edge; flow enters at the sites of P and leaves at those
of Q. Capacities approximate the logarithm of what a vertex counts, its paths to the output halved between
the sides if it has sites of both.
"""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..resources import require
from .arcs import FIRST, edges, estimate, numbered
from .capacities import rounded, sizes
from .flow_network import SINK, SOURCE, vertex_cut
from .grids import ON_BOTH, ON_P, ON_Q, Bits, Grids, Mask, down, up
from .place_sets import PlaceSet

MOST_WHOLE = 500_000
"""Edges; beyond, places that see and are seen by one side only are left out."""


def two_sided_cut(grids: Grids, limit: int) -> PlaceSet:
    """The set of least capacity: in a large graph, of those without places amid one side.

    Parameters
    ----------
    grids : Grids
    limit : int
        Bytes that may be used.

    Raises
    ------
    ResourceError
        If more would be needed: before the graph is built.

    Examples
    --------
    >>> from convac import Network, left_right
    >>> network = Network(2, 4, layers="2/2:3,2/2:2,1/1:1")
    >>> two_sided_cut(Grids.of(network, left_right(4)), 2**20).vertices()
    (Vertex(layer=2, at=(0, 0)),)
    """
    network, inner = grids.network, [np.zeros(side.shape, np.bool_) for side in grids.side]
    used = [side > 0 for side in grids.side]
    if estimate(network, used)[0] > MOST_WHOLE:
        inner = _amid_one_side(grids)
        used = [mask & ~left for mask, left in zip(used, inner, strict=True)]
    count, needed = estimate(network, used)
    require(needed, limit, f"the flow through both sides has {2 * count} edges")
    numbers = numbered(used)
    paths = list(grids.paths())[::-1]
    costs = [
        _costs(grids, layer, found[mask], grids.side[layer][mask])
        for layer, (found, mask) in enumerate(zip(paths, used, strict=True))
    ]
    upward = np.concatenate(list(edges(network, numbers)) or [np.zeros((2, 0), np.int64)], axis=1)
    ends = [upward, upward[::-1]]
    for layer, mask in enumerate(used):
        beside = mask & _beside(grids, layer, inner) if layer else mask
        for bits, end in ((ON_P, SOURCE), (ON_Q, SINK)):
            at = numbers[layer][beside & (grids.side[layer] == bits)]
            pair = np.full(len(at), end), at
            ends.append(np.stack(pair if end == SOURCE else pair[::-1]))
    cut = vertex_cut(rounded(np.concatenate(costs)), *np.concatenate(ends, axis=1))
    chosen = np.append([False] * FIRST, cut)
    return PlaceSet(grids, [chosen[found] for found in numbers])


def _amid_one_side(grids: Grids) -> list[Mask]:
    """The places of one side that no location with sites of both sees."""
    both = [side == ON_BOTH for side in grids.side]
    pure = [(side == ON_P) | (side == ON_Q) for side in grids.side]
    for layer in range(1, len(both)):
        pure[layer - 1] &= up(grids.network, layer, both[layer]) == 0
    return pure


def _beside(grids: Grids, layer: int, inner: list[Mask]) -> Mask:
    """Which locations see, or are seen by, a place that was left out."""
    found: Mask = down(grids.network, layer, inner[layer - 1]) > 0
    if layer < grids.network.depth:
        found |= up(grids.network, layer + 1, inner[layer + 1]) > 0
    return found


def _costs(grids: Grids, layer: int, paths: NDArray[Any], sides: Bits) -> NDArray[np.float64]:
    """The logarithms of what places of a layer count, about."""
    if layer == 0:
        return np.full(len(paths), log(grids.network.M))
    if layer == grids.network.depth:
        return np.zeros(len(paths))
    D, half = grids.network.channels[layer], paths // 2
    mixed = sizes(D, half) + sizes(D, paths - half)
    return np.where(sides == ON_BOTH, mixed, sizes(D, paths))
