"""The edges of the connectivity graph between chosen places, as arrays of numbers.

No Python object stands for a vertex or an edge: a graph of a million edges is a few arrays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ..resources import Estimate
from .boxes import Boxes, windows
from .grids import Mask
from .network import Network

Numbers = NDArray[np.int64]
FIRST = 2
"""The number of the first place: 0 and 1 are the source and the sink."""
BYTES, NANOSECONDS = 150, 4000
"""An edge needs about as much: to be built, and in a maximum flow."""


def numbered(used: Sequence[Mask]) -> list[Numbers]:
    """The numbers of the chosen places of each layer, ascending from 2; 0 for the others.

    >>> [found.tolist() for found in numbered([np.array([[True, False, True]]), np.array([[True]])])]
    [[[2, 0, 3]], [[4]]]
    """
    found, count = [], FIRST
    for mask in used:
        numbers = np.zeros(mask.shape, np.int64)
        numbers[mask] = np.arange(count, count + int(mask.sum()))
        found.append(numbers)
        count += int(mask.sum())
    return found


def edges(network: Network, numbers: Sequence[Numbers]) -> Iterator[Numbers]:
    """For each pair of neighbouring layers the numbers (below, above) of places that an edge joins.

    >>> network = Network(2, 1, 3, layers="1x2/1:1,1x3/1x3:1")
    >>> [found.tolist() for found in edges(network, numbered([np.ones((1, 3), bool)] * 2))]
    [[[2, 3, 3, 4, 4], [5, 5, 6, 6, 7]]]
    """
    for layer in range(1, len(numbers)):
        below, above = numbers[layer - 1], numbers[layer]
        if above.any() and below.any():
            (u, x), (v, y) = (_seen(windows(axis, layer)) for axis in network.axes)
            rows, columns = np.nonzero((above[np.ix_(u, v)] > 0) & (below[np.ix_(x, y)] > 0))
            yield np.stack([below[x[rows], y[columns]], above[u[rows], v[columns]]])


def estimate(network: Network, used: Sequence[Mask]) -> tuple[int, Estimate]:
    """How many inputs the chosen locations see, all together, and what a flow through them needs."""
    count = 0
    for layer, mask in enumerate(used):
        if layer and mask.any():
            ends = (windows(axis, layer) for axis in network.axes)
            count += int((np.outer(*(boxes.stop - boxes.first for boxes in ends)) * mask).sum())
    return count, Estimate(BYTES * count, NANOSECONDS * count)


def _seen(boxes: Boxes) -> tuple[Numbers, Numbers]:
    """All (location, input that it sees) along an axis."""
    counts = boxes.stop - boxes.first
    locations = np.repeat(np.arange(len(counts)), counts)
    places = np.arange(len(locations)) - np.repeat(counts.cumsum() - counts, counts)
    places += np.repeat(boxes.first, counts)
    return locations, places if boxes.order is None else boxes.order[places]
