"""Search for carriers that reach many pairs, from the output down (THEORY 8.9)."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from ..errors import ResourceError
from ..resources import MOST_CARRIED, MOST_READS
from .carrier_worth import ONE, worth
from .carriers import Carriers, Reads, along_axes, below, offsets
from .levels import Levels
from .network import Network, Pair
from .strands import Crossing, Numbers, Strands

Slot = tuple[int, Pair, Numbers]
"""A carrier, an offset, and the locations below at which something would be read."""
Places = NDArray[np.bool_]
"""A value for each location of a layer, or for each site."""

SCALE = 2**20


@dataclass(frozen=True)
class _Offered:
    """What the carriers of a layer may read, a row for each strand of the layer below and for each carrier.

    `wanted` says where; `refused`, of the strands, where a pair would share a site with another one.
    `inner` has the offsets along either axis at which carriers may be read. Where there are both, `worth`
    says what a carrier counts at each location, a strand being worth `ONE`.
    """

    wanted: Crossing
    refused: Crossing
    inner: tuple[list[int], list[int]]
    worth: Numbers | None

    @property
    def strands(self) -> int:
        return len(self.refused)


def search(levels: Levels, C: int) -> Carriers:
    """Carriers that reach many pairs across the cut before C.

    In each layer, from the output down, every carrier chooses at every offset what it reads: the strand or
    the carrier that is read at the fewest of the locations that it reaches there, where locations that are
    reached by few count most. Where there are both, a carrier counts what it may bring. No strand is read
    where its pair would share a site with a pair of a later level that is reached. Carriers that reach no
    strand are left out.

    Raises
    ------
    ResourceError
        If a layer has too many choices.
    """
    network = levels.network
    turning = {strands.J: strands for strands in levels.strands}
    crossing = {J: strands.crossing(C) for J, strands in turning.items()}
    useful = _useful(levels, crossing)
    worths = worth(levels, crossing) if len(turning) > 1 else {}
    active: Crossing = np.ones((1, 1), bool)
    taken: Places = np.zeros(2 * network.H * network.W, bool)
    reads: list[Reads] = []
    for layer in range(network.depth, levels.first, -1):
        J, places = layer - 1, offsets(levels, layer)
        carried = _carried(levels, J, len(active) * len(places), useful)
        if J in turning:
            pairs = crossing[J]
            refused = _sharing(turning[J], pairs, taken)
        else:
            pairs = refused = np.zeros((0, carried.shape[1]), bool)
        rows, inner = np.concatenate([pairs & ~refused, carried]), along_axes(levels, layer, False)
        offered = _Offered(
            rows, refused, inner, worths[J] if J in turning and len(carried) else None
        )
        chosen, got = _chosen(network, layer, active, offered, places)
        if J in turning:
            _take(turning[J], pairs & got[: len(pairs)], taken)
        active = got[len(pairs) :]
        reads.insert(0, chosen)
    return Carriers(levels, tuple(_pruned(levels, reads)))


def _carried(levels: Levels, J: int, slots: int, useful: dict[int, Places]) -> Crossing:
    """A row for each carrier that a layer may have: where one is of use."""
    if levels.first == J:
        return np.zeros((0, prod(levels.network.sizes[J])), bool)
    return np.tile(useful[J], (min(levels.free(J) - levels.spare(J), slots), 1))


def _sharing(strands: Strands, crossing: Crossing, taken: Places) -> Crossing:
    """Which of these pairs have a site that is taken."""
    near = strands.near_sites()[crossing]
    shared = np.zeros_like(crossing)
    shared[crossing] = taken[near] | taken[near + _step(strands)]
    return shared


def _take(strands: Strands, reached: Crossing, taken: Places) -> None:
    """Take both sites of the pairs that are reached."""
    near = strands.near_sites()[reached]
    taken[near] = taken[near + _step(strands)] = True


def _step(strands: Strands) -> int:
    """From the number of p to that of p + tau."""
    rows, columns = strands.tau
    return rows * strands.network.W + columns


def _chosen(
    network: Network, layer: int, active: Crossing, offered: _Offered, offsets: list[Pair]
) -> tuple[Reads, Crossing]:
    """What the carriers of a layer read, and where something is read; what is wanted is used up."""
    wanted, strands = offered.wanted, offered.strands
    rows = np.concatenate([wanted, offered.refused])
    useful = np.any(rows, axis=0, keepdims=True)[0]
    slots, reached = _slots(network, layer, active, useful, offsets)
    if sum(len(at) for *_, at in slots) * len(wanted) > MOST_CARRIED:
        raise ResourceError(f"layer {layer} has too many carriers and locations")
    weights = carried = SCALE // np.maximum(reached, 1) + 1
    if offered.worth is not None:
        weights, carried = np.full_like(reached, ONE), offered.worth
    found, got, used = Reads(), np.zeros_like(wanted), 0
    scarce = [int(reached[at].min()) for *_, at in slots]
    for slot in sorted(range(len(slots)), key=lambda slot: scarce[slot]):
        carrier, offset, at = slots[slot]
        gains = wanted[:strands, at] @ weights[at]
        gains[offered.refused[:, at].any(axis=1)] = 0
        if all(i in inner for i, inner in zip(offset, offered.inner, strict=True)):
            others = wanted[strands : strands + used + 1, at] @ carried[at]
            gains = np.concatenate([gains, others])
        read = int(gains.argmax()) if len(gains) else 0
        if len(gains) and gains[read]:
            found[carrier, offset] = read
            wanted[read, at], got[read, at] = False, True
            used = max(used, read - strands + 1)
    return found, got


def _slots(
    network: Network, layer: int, active: Crossing, useful: Places, offsets: list[Pair]
) -> tuple[list[Slot], Numbers]:
    """The carriers' offsets with the useful locations below, and how many reach each of these."""
    if len(active) * len(offsets) > MOST_READS:
        raise ResourceError(f"layer {layer} has too many carriers and offsets")
    slots, reached = [], np.zeros(prod(network.sizes[layer - 1]), np.int64)
    for carrier, where in enumerate(map(np.flatnonzero, active)):
        for offset in offsets:
            _, at = below(network, layer, where, offset)
            at = at[useful[at]]
            if len(at):
                slots.append((carrier, offset, at))
                reached[at] += 1
    return slots, reached


def _pruned(levels: Levels, reads: list[Reads]) -> list[Reads]:
    """Without the carriers that read nothing, from the bottom up."""
    found = reads[:1]
    for layer, above in enumerate(reads[1:], levels.first + 1):
        strands = levels.turning(layer)
        read_ones = sorted({carrier for carrier, _ in found[-1]})
        kept = {old: new for new, old in enumerate(read_ones)}
        found[-1] = {(kept[carrier], offset): read for (carrier, offset), read in found[-1].items()}
        numbers = {k: k for k in range(strands)}
        numbers |= {strands + old: strands + new for old, new in kept.items()}
        found.append({slot: numbers[read] for slot, read in above.items() if read in numbers})
    return found


def _useful(levels: Levels, crossing: dict[int, Crossing]) -> dict[int, Places]:
    """For the layers where carriers may be read: the locations that have a crossing pair below them."""
    network, found = levels.network, dict[int, Places]()
    useful = np.any(crossing[levels.first], axis=0, keepdims=True)[0]
    for layer in range(levels.first + 1, network.depth):
        where = np.arange(prod(network.sizes[layer]))
        found[layer] = np.zeros(len(where), bool)
        for offset in offsets(levels, layer):
            inside, at = below(network, layer, where, offset)
            found[layer][inside] |= useful[at]
        useful = found[layer]
        if layer in crossing:
            useful = useful | crossing[layer].any(axis=0)
    return found
