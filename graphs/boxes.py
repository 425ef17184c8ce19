"""Sums over boxes of places, layer by layer and along both axes, without a graph.

What a location sees and what sees it are intervals along each axis, so that counts over windows are
differences of running sums: a layer takes a few array operations, whatever its windows are.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .network import Axis

Spans = NDArray[np.intp]
Boxes = tuple[Spans, Spans]
"""Along one axis, the first place of each box and the one after its last."""


def windows(axis: Axis, layer: int) -> Boxes:
    """What each location of a layer sees.

    >>> [ends.tolist() for ends in windows(Axis(5, (3, 3), (2, 3)), 1)]
    [[0, 2, 4], [3, 5, 5]]
    """
    first = np.arange(axis.sizes[layer], dtype=np.intp) * axis.strides[layer - 1]
    window = min(axis.windows[layer - 1], axis.sizes[layer - 1])
    return first, np.minimum(first + window, axis.sizes[layer - 1])


def seen_by(axis: Axis, layer: int) -> Boxes:
    """The locations of a layer that see each of its inputs; boxes without places where none does.

    >>> [ends.tolist() for ends in seen_by(Axis(5, (3, 3), (2, 3)), 1)]
    [[0, 0, 0, 1, 1], [1, 1, 2, 2, 3]]
    """
    places = np.arange(axis.sizes[layer - 1], dtype=np.intp)
    stride, window = axis.strides[layer - 1], axis.windows[layer - 1]
    first = np.maximum(-((window - 1 - places) // stride), 0)
    return first, np.maximum(places // stride + 1, first)


def sums(places: NDArray[Any], rows: Boxes, columns: Boxes) -> NDArray[Any]:
    """The sum over each box: of a mask the number of its places, of exact objects an exact sum.

    >>> all_of, pairs = windows(Axis(1, (1,), (1,)), 1), windows(Axis(3, (2,), (1,)), 1)
    >>> sums(np.array([[True, False, True]]), all_of, pairs)
    array([[1, 1, 1]])
    """
    height, width = places.shape
    kind = object if places.dtype == object else np.int64
    total = np.zeros((height + 1, width + 1), kind)
    total[1:, 1:] = places.cumsum(0, dtype=kind).cumsum(1)
    (top, bottom), (left, right) = rows, columns
    found: NDArray[Any] = (
        total[np.ix_(bottom, right)]
        - total[np.ix_(top, right)]
        - total[np.ix_(bottom, left)]
        + total[np.ix_(top, left)]
    )
    return found


def path_counts(axis: Axis) -> list[list[int]]:
    """For every layer, from the sites to the output, the number of paths to the output from each location.

    >>> path_counts(Axis(4, (2, 4), (1, 4)))
    [[1, 2, 2, 2], [1, 1, 1, 1], [1]]
    """
    counts = [[1]]
    for layer in range(len(axis.windows), 0, -1):
        running = [0]
        for ways in counts[0]:
            running.append(running[-1] + ways)
        first, stop = seen_by(axis, layer)
        ends = zip(first.tolist(), stop.tolist(), strict=True)
        counts.insert(0, [running[b] - running[a] for a, b in ends])
    return counts
