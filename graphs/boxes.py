"""Sums over boxes of places, layer by layer and along both axes, without a graph.

What a location sees and what sees it are intervals along each axis, if places with the same residue modulo
a dilation are put side by side. So counts over windows are differences of running sums: a layer takes a few
array operations, whatever its windows are.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .layer import REACH
from .network import Axis

Spans = NDArray[np.intp]


class Boxes(NamedTuple):
    """Along one axis, the first place of each box and the one after its last.

    Places are counted in `order`, which lists them; None is the order of the grid.
    """

    first: Spans
    stop: Spans
    order: Spans | None = None


def windows(axis: Axis, layer: int) -> Boxes:
    """What each location of a layer sees; boxes without places where it sees none.

    >>> [ends.tolist() for ends in windows(Axis(5, (3, 3), (2, 3)), 1)[:2]]
    [[0, 2, 4], [3, 5, 5]]
    >>> [ends.tolist() for ends in windows(Axis(5, (2,), (1,), (2,), (1,)), 1)]
    [[3, 0, 3, 1, 4], [4, 2, 5, 3, 5], [0, 2, 4, 1, 3]]
    """
    k = layer - 1
    size, step = axis.sizes[k], axis.dilations[k]
    corner = np.arange(axis.sizes[layer], dtype=np.intp) * axis.strides[k] - axis.paddings[k]
    before = np.maximum(-(corner // step), 0)
    stop = np.minimum(min(axis.windows[k], REACH), -((corner - size) // step))
    if step == 1:
        return _boxes(corner + before, stop - before, size)
    order, start, _ = _by_residue(np.arange(size, dtype=np.intp) % step, corner % step)
    return _boxes(start + (corner + step * before) // step, stop - before, size, order)


def seen_by(axis: Axis, layer: int) -> Boxes:
    """The locations of a layer that see each of its inputs; boxes without places where none does.

    >>> [ends.tolist() for ends in seen_by(Axis(5, (3, 3), (2, 3)), 1)[:2]]
    [[0, 0, 0, 1, 1], [1, 1, 2, 2, 3]]
    >>> [ends.tolist() for ends in seen_by(Axis(5, (2,), (1,), (2,), (1,)), 1)]
    [[3, 0, 3, 1, 4], [4, 2, 5, 3, 5], [0, 2, 4, 1, 3]]
    """
    k = layer - 1
    stride, window, step = axis.strides[k], min(axis.windows[k], REACH), axis.dilations[k]
    places = np.arange(axis.sizes[k], dtype=np.intp) + axis.paddings[k]
    size = axis.sizes[layer]
    low, high = -((step * (window - 1) - places) // stride), places // stride
    low, high = low.clip(0, size), high.clip(-1, size - 1)
    if step == 1:
        return _boxes(low, high + 1 - low, size)
    corners = np.arange(size, dtype=np.intp) * stride
    order, start, end = _by_residue(corners % step, places % step)
    # In one class the locations are equally far apart.
    apart = step // np.gcd(stride, step)
    least = np.append(order, 0)[start] if size else start
    from_low = np.maximum(-((least - low) // apart), 0)
    to_high = np.minimum((high - least) // apart + 1, end - start)
    return _boxes(start + from_low, to_high - from_low, size, order)


def _boxes(first: Spans, count: Spans, size: int, order: Spans | None = None) -> Boxes:
    """Boxes of so many places, where there are some."""
    first = np.where(count > 0, first, first.clip(0, size))
    return Boxes(first, first + np.maximum(count, 0), order)


def _by_residue(residues: Spans, wanted: Spans) -> tuple[Spans, Spans, Spans]:
    """Places ordered by their residues, and where those of each wanted residue start and end."""
    order = np.argsort(residues, kind="stable")
    ordered = residues[order]
    return order, ordered.searchsorted(wanted), ordered.searchsorted(wanted, "right")


def sums(places: NDArray[Any], rows: Boxes, columns: Boxes) -> NDArray[Any]:
    """The sum over each box: of a mask the number of its places, of exact objects an exact sum.

    >>> all_of, pairs = windows(Axis(1, (1,), (1,)), 1), windows(Axis(3, (2,), (1,)), 1)
    >>> sums(np.array([[True, False, True]]), all_of, pairs)
    array([[1, 1, 1]])
    """
    if rows.order is not None:
        places = places[rows.order]
    if columns.order is not None:
        places = places[:, columns.order]
    height, width = places.shape
    kind = object if places.dtype == object else np.int64
    total = np.zeros((height + 1, width + 1), kind)
    total[1:, 1:] = places.cumsum(0, dtype=kind).cumsum(1)
    (top, bottom), (left, right) = rows[:2], columns[:2]
    found: NDArray[Any] = (
        total[np.ix_(bottom, right)]
        - total[np.ix_(top, right)]
        - total[np.ix_(bottom, left)]
        + total[np.ix_(top, left)]
    )
    return found


def hull(boxes: Boxes) -> Boxes:
    """Intervals in the order of the grid around boxes, whose ends ascend; from outside, with empty boxes.

    >>> [ends.tolist() for ends in hull(seen_by(Axis(5, (2,), (2,), (2,)), 1))[:2]]
    [[0, 0, 0, 1, 1], [1, 1, 2, 2, 3]]
    """
    first, stop, order = boxes
    if order is None:
        return boxes
    some = stop > first
    listed = np.append(order, 0)
    low = np.where(some, listed[np.where(some, first, -1)], len(order))
    high = np.where(some, listed[np.where(some, stop - 1, -1)] + 1, 0)
    low = np.minimum.accumulate(low[::-1])[::-1]
    return Boxes(low, np.maximum(np.maximum.accumulate(high), low))


def path_counts(axis: Axis) -> list[list[int]]:
    """For every layer, from the sites to the output, the number of paths to the output from each location.

    >>> path_counts(Axis(4, (2, 4), (1, 4)))
    [[1, 2, 2, 2], [1, 1, 1, 1], [1]]
    """
    counts = [[1]]
    for layer in range(len(axis.windows), 0, -1):
        first, stop, order = seen_by(axis, layer)
        above = counts[0]
        listed = above if order is None else [above[u] for u in order.tolist()]
        running = list(accumulate(listed, initial=0))
        ends = zip(first.tolist(), stop.tolist(), strict=True)
        counts.insert(0, [running[b] - running[a] for a, b in ends])
    return counts
