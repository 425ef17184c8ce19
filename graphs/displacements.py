"""Pairs of sites at one displacement, across any partition (THEORY 8.3).

Far offsets (i_l, j_l) in layers 1, ..., K join the corner s of every layer-K location with s + tau, where
tau is the sum of the offsets times the strides below. The pairs that cross a partition form a union of
paths s, s + tau, s + 2 tau, ...; a path of e edges has a matching of ceil(e / 2).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .geometry import total_stride
from .network import COLUMNS, ROWS, Axis, Network, Pair
from .partition import Partition, Site

Offsets = tuple[int, ...]
Sums = dict[int, Offsets]
Sides = NDArray[np.uint8]


@dataclass(frozen=True)
class Displacement:
    """tau, the far offsets of layers 1, ..., K that attain it, and J, the last layer with one."""

    tau: Pair
    offsets: tuple[Pair, ...]
    J: int

    @property
    def K(self) -> int:
        return len(self.offsets)


def displacements(network: Network, K: int) -> Iterator[Displacement]:
    """All displacements of layers 1, ..., K inside the grid, with each J that attains them."""
    for J in range(1, K + 1):
        axes = [_sums(network.axis(axis), J) for axis in (ROWS, COLUMNS)]
        for r, down in axes[ROWS].items():
            for c, right in axes[COLUMNS].items():
                if down[-1] or right[-1]:
                    rest = ((0, 0),) * (K - J)
                    yield Displacement((r, c), (*zip(down, right, strict=True), *rest), J)


def crossing_corners(network: Network, K: int, partition: Partition, tau: Pair) -> Sides:
    """Where the pair of a corner s and s + tau is inside the grid and crosses: H x W, 1 or 0."""
    sides = np.frombuffer(partition.sides, np.uint8).reshape(partition.H, partition.W)
    crossing = np.zeros_like(sides)
    down, right = tau
    if down < network.H and right < network.W:
        near, far = sides[: network.H - down, : network.W - right], sides[down:, right:]
        crossing[: network.H - down, : network.W - right] = near != far
    strides = [total_stride(network.axis(axis), K) for axis in (ROWS, COLUMNS)]
    corners = np.zeros_like(sides)
    corners[:: strides[ROWS], :: strides[COLUMNS]] = 1
    return crossing & corners


def matched_corners(crossing: Sides, tau: Pair) -> Sides:
    """The corners of a largest matching: along each path every other edge, from its first one on."""
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


def sites_of_pairs(chosen: Sides, tau: Pair) -> list[tuple[Site, Site]]:
    """The pairs (s, s + tau) of chosen corners, in row-major order."""
    return [((int(r), int(c)), (int(r) + tau[0], int(c) + tau[1])) for r, c in np.argwhere(chosen)]


def _sums(axis: Axis, J: int) -> Sums:
    """The sums of offsets times strides through layer J that stay inside, each with its offsets.

    Where several offsets attain a sum, one with a positive offset in layer J is kept.
    """
    found: Sums = {0: ()}
    for k in range(J):
        step = total_stride(axis, k)
        longer: Sums = {}
        # Large offsets first: what is kept has a positive one if there is one.
        for offset in reversed(range(min(axis.windows[k], (axis.size - 1) // step + 1))):
            for total, offsets in found.items():
                if total + offset * step < axis.size:
                    longer.setdefault(total + offset * step, (*offsets, offset))
        found = longer
    return found
