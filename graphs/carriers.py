"""Carriers: which strands are read, and by which paths, above the layer where they turn (THEORY 8.9).

A carrier of layer J + 1 reads strands, one at each of some offsets; a carrier of a layer above reads
carriers of the layer below it. The output is one carrier. A *path* is a choice of an offset in each layer;
it leads from the output to a strand at a location of layer J.

The search goes from the output down. Any choice of carriers is right: what it is worth is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from ..errors import ResourceError
from ..resources import MOST_CARRIED, MOST_READS
from .network import AXES, Network, Pair
from .strands import Crossing

Numbers = NDArray[np.int64]
Reads = dict[tuple[int, Pair], int]
"""Of a carrier at an offset: the carrier below, or the strand."""
Slot = tuple[int, Pair, Numbers]
"""A carrier, an offset, and the locations below at which something would be read."""

MOST_PATHS = 2**12
"""To one strand at one location; more are not told apart."""
SCALE = 2**20


@dataclass(frozen=True)
class Carriers:
    """The carriers of layers J + 1, ..., L: `reads` has an item for each layer."""

    network: Network
    J: int
    reads: tuple[Reads, ...]

    def of(self, layer: int) -> Reads:
        """What the carriers of a layer above J read."""
        return self.reads[layer - self.J - 1]

    def count(self, layer: int) -> int:
        """The number of carriers of a layer above J."""
        return len({carrier for carrier, _ in self.of(layer)})

    def paths(self, strands: int) -> Numbers:
        """The number of paths to every strand at every location of layer J, up to `MOST_PATHS` + 1.

        >>> network = Network(2, 1, 4, layers="1x1/1:1,1x2/1:2,1x4/1x4:1")
        >>> reads = {(0, (0, 0)): 0, (0, (0, 1)): 0}, {(0, (0, 0)): 0, (0, (0, 1)): 0}
        >>> Carriers(network, 1, reads).paths(1).tolist()
        [[1, 2, 1, 0]]
        """
        network, found = self.network, np.ones((1, 1), np.int64)
        for layer in range(network.depth, self.J, -1):
            above = found
            below = strands if layer == self.J + 1 else self.count(layer - 1)
            found = np.zeros((below, prod(network.sizes[layer - 1])), np.int64)
            for (carrier, offset), read in self.of(layer).items():
                where = np.flatnonzero(above[carrier])
                inside, at = _below(network, layer, where, offset)
                found[read, at] += above[carrier, where[inside]]
            found = np.minimum(found, MOST_PATHS + 1)
        return found


def has_spare(network: Network, layer: int) -> bool:
    """Whether a channel of a layer stays neutral, 1 inside and 0 outside, to tell what is outside.

    >>> network = Network(2, 1, 3, layers="1x1/1:2,1x2/1:2,1x3/1x3:1")
    >>> has_spare(network, 1), has_spare(network, 2)
    (True, False)
    """
    leaves = any(inner < most for inner, most in zip(*_extents(network, layer + 1), strict=True))
    return layer + 1 < network.depth and leaves and network.channels[layer] > 1


def search(network: Network, J: int, crossing: Crossing) -> Carriers:
    """Carriers that reach many crossing pairs.

    In each layer, from the output down, every carrier chooses at every offset what it reads: the carrier
    (of layer J: the strand) that is carried at the fewest of the locations that it reaches there, and
    locations that are reached by few count most. Carriers that reach no strand are left out.

    Parameters
    ----------
    crossing : (strands, locations of layer J) array

    Raises
    ------
    ResourceError
        If a layer has too many choices.
    """
    useful = _useful(network, J, np.any(crossing, axis=0, keepdims=True)[0])
    active: Crossing = np.ones((1, 1), bool)
    reads: list[Reads] = []
    for layer in range(network.depth, J, -1):
        if layer == J + 1:
            wanted = crossing.copy()
        else:
            channels = network.channels[layer - 1] - has_spare(network, layer - 1)
            slots = len(active) * len(_offsets(network, layer, J))
            wanted = np.tile(useful[layer - 1], (min(channels, slots), 1))
        chosen, active = _chosen(network, layer, active, wanted, _offsets(network, layer, J))
        reads.insert(0, chosen)
    return Carriers(network, J, tuple(_pruned(reads)))


def _chosen(
    network: Network, layer: int, active: Crossing, wanted: Crossing, offsets: list[Pair]
) -> tuple[Reads, Crossing]:
    """What the carriers of a layer read, and where something is read; `wanted` is used up."""
    useful = np.any(wanted, axis=0, keepdims=True)[0]
    slots, reached = _slots(network, layer, active, useful, offsets)
    if sum(len(at) for *_, at in slots) * len(wanted) > MOST_CARRIED:
        raise ResourceError(f"layer {layer} has too many carriers and locations")
    weights = SCALE // np.maximum(reached, 1) + 1
    found, got, used = Reads(), np.zeros_like(wanted), 0
    scarce = [int(reached[at].min()) for *_, at in slots]
    for slot in sorted(range(len(slots)), key=lambda slot: scarce[slot]):
        carrier, offset, at = slots[slot]
        gains = wanted[: used + 1, at] @ weights[at]
        read = int(gains.argmax())
        if gains[read]:
            found[carrier, offset] = read
            wanted[read, at], got[read, at] = False, True
            used = max(used, read + 1)
    return found, got


def _slots(
    network: Network, layer: int, active: Crossing, useful: Crossing, offsets: list[Pair]
) -> tuple[list[Slot], Numbers]:
    """The carriers' offsets with the useful locations below, and how many reach each of these."""
    if len(active) * len(offsets) > MOST_READS:
        raise ResourceError(f"layer {layer} has too many carriers and offsets")
    slots, reached = [], np.zeros(prod(network.sizes[layer - 1]), np.int64)
    for carrier, where in enumerate(map(np.flatnonzero, active)):
        for offset in offsets:
            _, at = _below(network, layer, where, offset)
            at = at[useful[at]]
            if len(at):
                slots.append((carrier, offset, at))
                reached[at] += 1
    return slots, reached


def _pruned(reads: list[Reads]) -> list[Reads]:
    """Without the carriers that read nothing, from the bottom up."""
    found = reads[:1]
    for above in reads[1:]:
        kept = {old: new for new, old in enumerate(sorted({carrier for carrier, _ in found[-1]}))}
        found[-1] = {(kept[carrier], offset): read for (carrier, offset), read in found[-1].items()}
        found.append({slot: kept[read] for slot, read in above.items() if read in kept})
    return found


def _useful(network: Network, J: int, below: NDArray[np.bool_]) -> dict[int, NDArray[np.bool_]]:
    """For layers J, ..., L - 1: the locations that have a crossing pair below them."""
    found = {J: below}
    for layer in range(J + 1, network.depth):
        where = np.arange(prod(network.sizes[layer]))
        found[layer] = np.zeros(len(where), bool)
        for offset in _offsets(network, layer, J):
            inside, at = _below(network, layer, where, offset)
            found[layer][inside] |= found[layer - 1][at]
    return found


def _offsets(network: Network, layer: int, J: int) -> list[Pair]:
    """Where carriers of a layer may read: inside everywhere, if no channel of the layer below is spare."""
    inner, most = _extents(network, layer)
    free = layer == J + 1 or has_spare(network, layer - 1)
    rows, columns = most if free else inner
    if rows * columns > MOST_READS:
        raise ResourceError(f"layer {layer} has {rows * columns} offsets")
    return list(product(range(rows), range(columns)))


def _extents(network: Network, layer: int) -> tuple[Pair, Pair]:
    """The extents of the window's offsets that are inside the input at all locations, and at one."""
    below, (rows, columns) = network.sizes[layer - 1], network.layers[layer - 1].window
    last = [network.layers[layer - 1].stride[a] * (network.sizes[layer][a] - 1) for a in AXES]
    return (
        (min(rows, below[0] - last[0]), min(columns, below[1] - last[1])),
        (min(rows, below[0]), min(columns, below[1])),
    )


def _below(
    network: Network, layer: int, where: Numbers, offset: Pair
) -> tuple[NDArray[np.bool_], Numbers]:
    """Which of these locations have an input at an offset, and these inputs; both numbered row by row."""
    places = np.divmod(where, network.sizes[layer][1])
    height, width = network.sizes[layer - 1]
    rows, columns = (network.axis(a).inputs_at(layer, places[a], np.array(offset[a])) for a in AXES)
    inside = (rows < height) & (columns < width)
    return inside, (rows * width + columns)[inside]
