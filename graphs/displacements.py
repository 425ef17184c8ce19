"""The search for displacements that cross any partition often (THEORY 8.3).

Far offsets in layers 1, ..., K join the near site s of every layer-K location, its corner if layers are
plain, with s + tau. The pairs that cross a partition form a union of paths s, s + tau, s + 2 tau, ...; a
path of e edges has a matching of ceil(e / 2).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .network import AXES, COLUMNS, ROWS, Axis, Network, Pair
from .partition import Partition
from .receptive_fields import total_stride
from .tail import live

Offsets = tuple[int, ...]
Sums = dict[int, Offsets]
Sides = NDArray[np.uint8]
MOST_ROUTED = 2**12
"""Far offsets along an axis of which the corners are kept."""
MOST_TAUS = 2 * 10**9
"""Sites times displacements that are tried; beyond, only those along one axis."""


@dataclass(frozen=True)
class Displacement:
    """tau, the far offsets of layers 1, ..., K that attain it (`fars`), and J, the last layer with one."""

    tau: Pair
    fars: tuple[Pair, ...]
    J: int

    @property
    def K(self) -> int:
        return len(self.fars)


def displacements(network: Network, K: int) -> Iterator[Displacement]:
    """All displacements of layers 1, ..., K inside the grid, with each J that attains them.

    >>> network = Network(2, 1, 4, layers="1x2/1:1,1x3/1:1,1x4/1x4:1")
    >>> [(step.tau, step.J) for step in displacements(network, 2)]
    [((0, 1), 1), ((0, 3), 2), ((0, 2), 2), ((0, 1), 2)]
    """
    for J in range(1, K + 1):
        axes = [_sums(network.axis(axis), J) for axis in AXES]
        for r, down in axes[ROWS].items():
            for c, right in axes[COLUMNS].items():
                if down[-1] or right[-1]:
                    rest = ((0, 0),) * (K - J)
                    yield Displacement((r, c), (*zip(down, right, strict=True), *rest), J)


def affordable(network: Network, K: int) -> Iterator[Displacement]:
    """All displacements, or those along one axis if there are too many for one pass over the sites each.

    >>> network = Network(2, 1, 4, layers="1x2/1:1,1x4/1x4:1")
    >>> [step.tau for step in affordable(network, 1)]
    [(0, 1)]
    """
    found = list(displacements(network, K))
    few = len(found) * network.sites <= MOST_TAUS
    return (step for step in found if few or 0 in step.tau)


def crossing_corners(
    network: Network, K: int, partition: Partition, tau: Pair, fars: Sequence[Pair] = ()
) -> Sides:
    """Where the pair of a near site s and s + tau is inside the grid and crosses: H x W, 1 or 0.

    In networks that are not plain, the far offsets say of which locations the routes are inside.

    >>> from convac import alternating_columns
    >>> network = Network(2, 1, 4, layers="1x2/1:1,1x4/1x4:1")
    >>> crossing_corners(network, 1, alternating_columns(1, 4), (0, 1)).tolist()
    [[1, 1, 1, 0]]
    """
    sides = np.frombuffer(partition.sides, np.uint8).reshape(partition.H, partition.W)
    crossing = np.zeros_like(sides)
    down, right = tau
    if down < network.H and right < network.W:
        near, far = sides[: network.H - down, : network.W - right], sides[down:, right:]
        crossing[: network.H - down, : network.W - right] = near != far
    corners = np.zeros_like(sides)
    if network.plain:
        strides = [total_stride(network.axis(axis), K) for axis in AXES]
        corners[:: strides[ROWS], :: strides[COLUMNS]] = 1
    else:
        rows, columns = (
            _routed(axis, tuple(far[a] for far in fars)) for a, axis in enumerate(network.axes)
        )
        corners = np.outer(rows, columns)
    return crossing & corners


@lru_cache(maxsize=MOST_ROUTED)
def _routed(axis: Axis, fars: Offsets) -> Sides:
    """The near sites of live locations of which both routes stay inside, along one axis: 1 or 0."""
    K, corners = len(fars), np.zeros(axis.size, np.uint8)
    nears = [axis.near_offset(layer, far) for layer, far in enumerate(fars, 1)]
    near, far = axis.walked(nears), axis.walked([a + b for a, b in zip(nears, fars, strict=True)])
    corners[near[live(axis, K) & (near >= 0) & (far >= 0)]] = 1
    return corners


def matched_corners(crossing: Sides, tau: Pair) -> Sides:
    """The corners of a largest matching: along each path every other edge, from its first one on.

    >>> matched_corners(np.array([[1, 1, 1, 0]], np.uint8), (0, 1)).tolist()
    [[1, 0, 1, 0]]
    """
    chosen = crossing.copy()
    down, right = tau
    height, width = crossing.shape
    # An edge is chosen unless the one before it is: block after block along the paths.
    steps = range(down, height, down) if down else range(right, width, right)
    for first in steps:
        if down:
            block = chosen[first : first + down, right:]
            block &= 1 - chosen[first - down : first - down + len(block), : width - right]
        else:
            strip = chosen[:, first : first + right]
            strip &= 1 - chosen[:, first - right : first - right + strip.shape[1]]
    return chosen


def _sums(axis: Axis, J: int) -> Sums:
    """The sums of offsets times strides through layer J that stay inside, each with its offsets.

    Where several offsets attain a sum, one with a positive offset in layer J is kept.
    """
    found: Sums = {0: ()}
    for k in range(J):
        step = axis.offset_step(k + 1)
        longer: Sums = {}
        # Large offsets first: what is kept has a positive one if there is one.
        for offset in reversed(range(min(axis.windows[k], (axis.size - 1) // step + 1))):
            for total, offsets in found.items():
                if total + offset * step < axis.size:
                    longer.setdefault(total + offset * step, (*offsets, offset))
        found = longer
    return found
