"""Disjoint pieces of the windows of layer 1, one a location (THEORY 8.7).

A tile is a box of offsets no larger than the stride, so that the sites of two locations are disjoint.
Across a partition a location with p sites of P and q sites of Q can contribute min(D_1 + 1, M^p, M^q) to
the rank.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from math import gcd

import numpy as np

from .boxes import sums, windows
from .network import Axis, Network, Pair
from .partition import Partition, Q
from .tail import live_locations

Tile = tuple[Pair, Pair]
"""Rows and columns of offsets, without the ends."""


def tiles(network: Network) -> Iterator[Tile]:
    """The tiles of the stride's size, or the window's where that is smaller, at every shift.

    With a dilation d of S / gcd(S, d) offsets: more would lead two locations to one site.

    >>> list(tiles(Network(2, 1, 4, layers="1x3/1x2:1,1x2/1x2:1")))
    [((0, 1), (0, 2)), ((0, 1), (1, 3))]
    """
    rows, columns = (_shifts(axis) for axis in network.axes)
    yield from product(rows, columns)


def _shifts(axis: Axis) -> list[Pair]:
    """The spans of offsets along one axis."""
    window, stride, dilation = axis.windows[0], axis.strides[0], axis.dilations[0]
    length = stride // gcd(stride, dilation)
    seen = min(window, (axis.size - 1 + axis.paddings[0]) // dilation + 1)
    span = min(window, length)
    return [(first, first + span) for first in range(max(1, seen - length + 1))]


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
    in_q = np.frombuffer(partition.sides, np.uint8).reshape(partition.H, partition.W) == Q
    boxes = [windows(_only(axis, span), 1) for axis, span in zip(network.axes, tile, strict=True)]
    kept = np.ix_(*live_locations(network, 1))
    p, q = (sums(places, *boxes)[kept].ravel().tolist() for places in (~in_q, in_q))
    return Counter(zip(p, q, strict=True))


def _only(axis: Axis, span: Pair) -> Axis:
    """Layer 1 with these offsets of its window alone."""
    first, end = span
    padding = axis.paddings[0] - axis.dilations[0] * first
    return replace(
        axis.first_layers(1), windows=(end - first,), paddings=(padding,), outputs=axis.outputs[:1]
    )
