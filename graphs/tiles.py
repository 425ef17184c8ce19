"""Disjoint pieces of the windows of layer 1, one a location (THEORY 8.7).

A tile is a box of offsets no larger than the stride, so that the sites of two locations are disjoint.
Across a partition a location with p sites of P and q sites of Q can contribute min(D_1 + 1, M^p, M^q) to
the rank.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product

from .network import Network, Pair
from .partition import P, Partition

Tile = tuple[Pair, Pair]
"""Rows and columns of offsets, without the ends."""


def tiles(network: Network) -> Iterator[Tile]:
    """The tiles of the stride's size, or the window's where that is smaller, at every shift."""
    layer = network.layers[0]
    rows, columns = (
        [(first, first + min(r, s)) for first in range(max(1, r - s + 1))]
        for r, s in zip(layer.window, layer.stride, strict=True)
    )
    yield from product(rows, columns)


def show_tile(tile: Tile) -> str:
    """Such as 0..1 x 1..2: the first and the last offset of either axis."""
    return " x ".join(f"{first}..{end - 1}" for first, end in tile)


def sides_of_tiles(network: Network, partition: Partition, tile: Tile) -> Counter[Pair]:
    """How many locations of layer 1 have p sites of P and q sites of Q in their tile."""
    found: Counter[Pair] = Counter()
    down, across = network.layers[0].stride
    for u, v in product(*map(range, network.sizes[1])):
        sides = [
            partition.side((r, c))
            for r in range(down * u + tile[0][0], min(down * u + tile[0][1], network.H))
            for c in range(across * v + tile[1][0], min(across * v + tile[1][1], network.W))
        ]
        found[sides.count(P), len(sides) - sides.count(P)] += 1
    return found
