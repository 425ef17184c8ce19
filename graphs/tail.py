"""The tail: offsets of each layer that see every input once at most, and what they reach (THEORY 2).

A tail of a plain layer has the offsets below min(R, S, n). In general S / gcd(S, d) neighbouring offsets
lead to places that are different modulo S, so that no input is seen by two of them; which ones is chosen
from the output down, so that as many inputs as possible are seen. What they lead to from the output is
*live*.
"""

from __future__ import annotations

from functools import lru_cache
from math import gcd

import numpy as np
from numpy.typing import NDArray

from .network import Axis, Network
from .receptive_fields import tail_extent

Mask = NDArray[np.bool_]
KEPT = 64
"""Axes whose tails are kept: every displacement asks for them."""


def tail_offsets(axis: Axis, layer: int) -> range:
    """The offsets of the tail in a layer.

    >>> tail_offsets(Axis(4, (3, 4), (1, 4)), 1), tail_offsets(Axis(4, (3, 4), (1, 4)), 2)
    (range(0, 1), range(0, 4))
    >>> tail_offsets(Axis(4, (3, 4), (1, 4), paddings=(1, 0)), 1)
    range(1, 2)
    """
    return _tail(axis)[0][layer - 1]


def live(axis: Axis, K: int) -> Mask:
    """Which locations of layer K the tail leads to from the output; the array is read-only.

    >>> live(Axis(4, (3, 2), (1, 2), outputs=(5, 1)), 1).tolist()
    [True, True, False, False, False]
    """
    return _tail(axis)[1][K]


def live_locations(network: Network, K: int) -> tuple[Mask, Mask]:
    """Along either axis; of plain networks all, for which the tail condition is a hypothesis."""
    rows, columns = (
        np.ones(axis.sizes[K], bool) if network.plain else live(axis, K) for axis in network.axes
    )
    return rows, columns


@lru_cache(maxsize=KEPT)
def _tail(axis: Axis) -> tuple[list[range], list[Mask]]:
    """The offsets of layers 1, ..., L, and what is live in layers 0, ..., L."""
    chosen: list[range] = []
    alive = [np.ones(1, bool)]
    for layer in range(len(axis.windows), 0, -1):
        offsets, below = _best(axis, layer, np.flatnonzero(alive[0]))
        below.flags.writeable = False
        chosen.insert(0, offsets)
        alive.insert(0, below)
    return chosen, alive


def _best(axis: Axis, layer: int, above: NDArray[np.intp]) -> tuple[range, Mask]:
    """The first of the offsets that lead to most inputs from these locations."""
    if axis.is_plain(layer):
        offsets = range(tail_extent(axis, layer))
        return offsets, _seen(axis, layer, above, offsets)
    k = layer - 1
    R, S, d, n = axis.windows[k], axis.strides[k], axis.dilations[k], axis.sizes[k]
    corners = above * S - axis.paddings[k]
    inside = [(max(-(x // d), 0), min((n - 1 - x) // d + 1, R)) for x in corners.tolist()]
    inside = [span for span in inside if span[0] < span[1]]
    if not inside:
        return range(1), np.zeros(n, bool)  # it gives its bias
    low, high = min(first for first, _ in inside), max(end for _, end in inside)
    count = min(S // gcd(S, d), high - low)
    best: tuple[range, Mask] | None = None
    for first in range(low, high - count + 1):
        offsets = range(first, first + count)
        seen = _seen(axis, layer, above, offsets)
        if best is None or seen.sum() > best[1].sum():
            best = offsets, seen
        if seen.all():
            break
    assert best is not None
    return best


def _seen(axis: Axis, layer: int, above: NDArray[np.intp], offsets: range) -> Mask:
    seen = np.zeros(axis.sizes[layer - 1] + 1, bool)
    if len(above) and len(offsets):
        seen[axis.inputs_at(layer, above[:, None], np.array(offsets))] = True
    return seen[:-1]
