"""Offsets of a layer's window, by where they are inside the input."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

import numpy as np

from .network import AXES, Axis, Network, Pair

KEPT = 1024
"""Layers of axes that are kept: searches ask for them again and again."""


def along(axis: Axis, layer: int) -> list[int]:
    """The offsets along an axis that are inside the input at some location of a layer.

    >>> along(Axis(2, (3, 2), (1, 2), paddings=(1, 0)), 1), along(Axis(2, (3, 2), (1, 2)), 1)
    ([0, 1, 2], [0, 1])
    """
    return [i for i, count in enumerate(_inside(axis, layer)) if count]


def along_everywhere(axis: Axis, layer: int) -> list[int]:
    """Those that are inside at all locations.

    >>> along_everywhere(Axis(2, (3, 2), (1, 2), paddings=(1, 0)), 1)
    [1]
    """
    return [i for i, count in enumerate(_inside(axis, layer)) if count == axis.sizes[layer]]


def offsets(network: Network, layer: int) -> list[Pair]:
    """The offsets of a window that are inside the input at some location, row by row."""
    rows, columns = (along(axis, layer) for axis in network.axes)
    return list(product(rows, columns))


def outside_somewhere(network: Network, layer: int, offset: Pair) -> bool:
    """Whether an offset is outside the input at some location of a layer."""
    counts = [_inside(network.axis(a), layer) for a in AXES]
    size = network.sizes[layer]
    return any(i < len(n) and n[i] < m for i, n, m in zip(offset, counts, size, strict=True))


def any_outside(network: Network, layer: int) -> bool:
    """Whether one of `offsets` is outside somewhere.

    >>> network = Network(2, 1, 3, layers="1x1/1:2,1x2/1:2,1x3/1x3:1")
    >>> any_outside(network, 2), any_outside(network, 3)
    (True, False)
    """
    return any(
        0 < count < axis.sizes[layer] for axis in network.axes for count in _inside(axis, layer)
    )


@lru_cache(maxsize=KEPT)
def _inside(axis: Axis, layer: int) -> list[int]:
    """For each offset along an axis, at how many locations it is inside the input."""
    places, size = np.arange(axis.sizes[layer]), axis.sizes[layer - 1]
    seen = (axis.inputs_at(layer, places, np.array(i)) for i in range(axis.windows[layer - 1]))
    return [int((at < size).sum()) for at in seen]
