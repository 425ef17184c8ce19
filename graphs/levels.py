"""Levels: strands that turn in several layers, and the channels that they leave to carriers (THEORY 8.9).

The strands of one level turn in one layer and have one displacement. A longer way needs strides and layers
that a shorter one does not, and what turns high has few overlaps above; so two levels, with displacements
of which one is the other and half of the grid, may pair more sites than one does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..resources import MOST_READS
from .network import Network
from .offsets import any_outside
from .strands import Strands, Way, farthest


@dataclass(frozen=True)
class Levels:
    """Strands with ascending J, along one axis, and their number m of labels."""

    strands: tuple[Strands, ...]
    m: int

    @property
    def network(self) -> Network:
        """The network of all of them."""
        return self.strands[0].network

    @property
    def first(self) -> int:
        """J_1: carriers begin above it."""
        return self.strands[0].J

    @property
    def last(self) -> int:
        """J_r, the last layer where strands turn."""
        return self.strands[-1].J

    def turning(self, layer: int) -> int:
        """The number of strands that turn in a layer."""
        return sum(strands.count for strands in self.strands if layer == strands.J)

    def ways(self, layer: int) -> list[tuple[Way, Way]]:
        """The near and the far ways of the strands that turn in a layer."""
        return [both for strands in self.strands if layer == strands.J for both in strands.ways]

    def beginnings(self, layer: int) -> list[Way]:
        """The different beginnings of longer ways through a layer, in ascending order."""
        through = (strands.begun[layer - 1] for strands in self.strands if layer < strands.J)
        return sorted(frozenset().union(*through))

    def taken(self, layer: int) -> int:
        """The channels of a layer that hold beginnings and strands.

        >>> network = Network(2, 1, 8, layers="1x3/1x2:4,1x2/1:2,1x4/1x4:1")
        >>> levels = Levels((Strands(network, 1, (1,)), Strands(network, 1, (1, 1))), 1)
        >>> levels.taken(1), levels.taken(2)
        (5, 2)
        """
        return self.m * _blocks(self.strands, layer)

    def free(self, layer: int) -> int:
        """The channels of a layer below L that are left."""
        return self.network.passed_channels[layer] - self.taken(layer)

    def spare(self, layer: int) -> bool:
        """Whether a channel of a layer stays neutral, 1 inside and 0 outside, to tell what is outside.

        >>> network = Network(2, 1, 3, layers="1x1/1:2,1x2/1:2,1x3/1x3:1")
        >>> levels = Levels((Strands(network, 1, (1,)),), 1)
        >>> levels.spare(1), levels.spare(2)
        (False, False)
        """
        if not self.first < layer < self.network.depth - 1:
            return False
        return self.free(layer) > 1 and any_outside(self.network, layer + 1)


def most_labels(strands: tuple[Strands, ...]) -> int:
    """The most labels m for which all channels suffice, with one for carriers in a layer between levels.

    >>> network = Network(2, 1, 8, layers="1x3/1x2:7,1x2/1:4,1x4/1x4:1")
    >>> most_labels((Strands(network, 1, (1, 1)),))
    2
    """
    first, last, channels = strands[0].J, strands[-1].J, strands[0].network.passed_channels
    return min(
        (channels[layer] - (layer > first)) // _blocks(strands, layer)
        for layer in range(1, last + 1)
    )


def single(network: Network, axis: int, J: int, C: int) -> Iterator[Strands]:
    """Strands of a layer J with the largest displacement that a cut before C can use.

    After all of them those that cross, and then those with no shifts in layer 1, in layers 1 and 2, ...:
    they have fewer beginnings.
    """
    size = (network.H, network.W)[axis]
    for after in range(J):
        strands = farthest(network, axis, J, max(C, size - C), after)
        if strands is None or strands.count > MOST_READS:
            return
        if not after:
            yield strands
        yield strands.crossed(C)


def double(network: Network, axis: int, C: int) -> Iterator[tuple[Strands, Strands]]:
    """For layers J_1 < J_2 strands of displacements t and t + g, g the larger side of a cut before C.

    Of the sites before the cut those of the first are the last t, and those of the second come before them;
    of the sites behind it those of the first are the first t, and those of the second come behind them. So
    all pairs are disjoint. t is the largest that both layers allow.
    """
    size = (network.H, network.W)[axis]
    gap = max(C, size - C)
    for J_2 in range(2, network.depth):
        longest = farthest(network, axis, J_2, size - 1)
        if longest is None or longest.count > MOST_READS:
            continue
        for J_1 in range(1, J_2):
            first = farthest(network, axis, J_1, min(longest.length - gap, size - gap - 1))
            while first is not None:
                both = first, longer(first, J_2, gap)
                if both[1] is not None:
                    yield first.crossed(C), both[1].crossed(C)
                    break
                first = farthest(network, axis, J_1, first.length - 1)


def longer(strands: Strands, J: int, more: int) -> Strands | None:
    """Strands of a later J with a longer displacement, with the same shifts below if that can be.

    >>> network = Network(2, 1, 16, layers="1x3/1:4,1x2/1x2:8,1x3/1:4,1x8/1x8:1")
    >>> longer(Strands(network, 1, (1,)), 3, 4).shifts, longer(Strands(network, 1, (1,)), 3, 5).shifts
    ((1, 0, 2), (2, 0, 2))
    """
    above = farthest(strands.network, strands.axis, J, more, after=strands.J)
    if above is not None and above.length == more:
        return replace(above, shifts=strands.shifts + above.shifts[strands.J :])
    other = farthest(strands.network, strands.axis, J, strands.length + more)
    return other if other is not None and other.length == strands.length + more else None


def _blocks(strands: tuple[Strands, ...], layer: int) -> int:
    """The beginnings of longer ways, and the strands, of a layer."""
    through = (one.begun[layer - 1] for one in strands if layer < one.J)
    return len(frozenset().union(*through)) + sum(one.count for one in strands if layer == one.J)
