"""Disjoint pieces of the windows of layer 1, one a location (THEORY 8.7).

A tile is a box of offsets no larger than the stride, so that the sites of two locations are disjoint.
Across a partition a location with p sites of P and q sites of Q can contribute min(D_1 + 1, M^p, M^q) to
the rank.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product

import numpy as np

from .network import Network, Pair
from .partition import Partition, Q

Tile = tuple[Pair, Pair]
"""Rows and columns of offsets, without the ends."""


def tiles(network: Network) -> Iterator[Tile]:
    """The tiles of the stride's size, or the window's where that is smaller, at every shift.

    >>> list(tiles(Network(2, 1, 4, layers="1x3/1x2:1,1x2/1x2:1")))
    [((0, 1), (0, 2)), ((0, 1), (1, 3))]
    """
    layer = network.layers[0]
    rows, columns = (
        [(first, first + min(r, s)) for first in range(max(1, min(r, n) - s + 1))]
        for r, s, n in zip(layer.window, layer.stride, network.sizes[0], strict=True)
    )
    yield from product(rows, columns)


def show_tile(tile: Tile) -> str:
    """The first and the last offset of either axis.

    >>> show_tile(((0, 2), (1, 3)))
    '0..1 x 1..2'
    """
    return " x ".join(f"{first}..{end - 1}" for first, end in tile)


def sides_of_tiles(network: Network, partition: Partition, tile: Tile) -> Counter[Pair]:
    """How many locations of layer 1 have p sites of P and q sites of Q in their tile.

    >>> from convac import alternating_columns
    >>> network = Network(2, 2, layers="2/2:1,1/1:1")
    >>> sides_of_tiles(network, alternating_columns(2), ((0, 2), (0, 2)))
    Counter({(2, 2): 1})
    """
    # Sums over boxes of the grid are differences of its summed-area table.
    sides = np.frombuffer(partition.sides, np.uint8).reshape(partition.H, partition.W)
    area = np.zeros((partition.H + 1, partition.W + 1), np.int64)
    area[1:, 1:] = (sides == Q).cumsum(0).cumsum(1)
    tops, bottoms, lefts, rights = (
        [min(s * u + bound, size) for u in range(count)]
        for s, count, size, bounds in zip(
            network.layers[0].stride, network.sizes[1], network.sizes[0], tile, strict=True
        )
        for bound in bounds
    )
    found: Counter[Pair] = Counter()
    for top, bottom in zip(tops, bottoms, strict=True):
        for left, right in zip(lefts, rights, strict=True):
            q = int(area[bottom, right] - area[top, right] - area[bottom, left] + area[top, left])
            found[(bottom - top) * (right - left) - q, q] += 1
    return found
