"""What a reading of a carrier may be worth, counted without a choice of carriers (THEORY 8.9)."""

from __future__ import annotations

from math import prod

import numpy as np

from .carriers import below, offsets
from .levels import Levels
from .strands import Crossing, Numbers

ONE = 2**20
"""The worth of a pair."""
MOST = 2**40
"""Of a reading; more is not told apart."""


def readings(levels: Levels) -> dict[int, Numbers]:
    """For layers J_1, ..., L - 1 the most readings of each location, with as many carriers as fit.

    >>> from .network import Network
    >>> from .strands import Strands
    >>> network = Network(2, 1, 8, layers="1x2/1x2:2,1x2/1:2,1x2/1:2,1x4/1x4:1")
    >>> levels = Levels((Strands(network, 1, (0, 1)),), 1)
    >>> {layer: count.tolist() for layer, count in readings(levels).items()}
    {3: [1, 1, 1, 1], 2: [1, 2, 2, 2]}
    """
    network, found = levels.network, dict[int, Numbers]()
    carried = np.ones(1, np.int64)
    for layer in range(network.depth, levels.first, -1):
        J = layer - 1
        found[J] = np.zeros(prod(network.sizes[J]), np.int64)
        for offset in offsets(levels, layer):
            inside, at = below(network, layer, np.arange(len(carried)), offset)
            found[J][at] += carried[inside]
        if levels.first < J:
            carried = np.minimum(found[J], levels.free(J))
    return found


def most_reached(levels: Levels, C: int) -> int:
    """At least the pairs that any carriers reach: as if each reading led to another strand.

    >>> from .network import Network
    >>> from .strands import Strands
    >>> network = Network(2, 1, 8, layers="1x2/1x2:2,1x2/1:2,1x2/1:2,1x4/1x4:1")
    >>> most_reached(Levels((Strands(network, 1, (0, 1)),), 1), 4)
    2
    """
    found = readings(levels)
    return sum(
        int(np.minimum(strands.crossing(C).sum(axis=0), found[strands.J]).sum())
        for strands in levels.strands
    )


def worth(levels: Levels, crossing: dict[int, Crossing]) -> dict[int, Numbers]:
    """For layers above J_1 what reading a carrier at a location may bring, in pairs times `ONE`.

    A pair at a location with more readings than pairs counts less, by the square of their ratio; a carrier
    that is read at a location with more readings than channels counts less by that ratio.
    """
    network, most = levels.network, readings(levels)
    found, lower = dict[int, Numbers](), np.zeros(len(most[levels.first]), np.int64)
    for layer in range(levels.first, network.depth):
        if layer > levels.first:
            here = np.zeros(len(most[layer]), np.int64)
            for offset in offsets(levels, layer):
                inside, at = below(network, layer, np.arange(len(here)), offset)
                here[inside] += lower[at]
            free = levels.free(layer)
            lower = np.minimum(here, MOST) * free // np.maximum(most[layer], free)
            found[layer] = lower
        if layer in crossing:
            pairs = crossing[layer].sum(axis=0)
            least = np.maximum(np.maximum(most[layer], pairs), 1)
            lower = np.maximum(lower, ONE * pairs**2 // least**2)
    return found
