"""The entries of the tail: layers that see every location below them once, and pass its product on.

The tail's offsets are i, j < min(R, S, n) on each axis, if layers are plain. Where S does not divide n some
of them fall outside the input at the last location; there a bias of 0 would make the whole product vanish
(THEORY 3.1). With groups of channels the tail uses those that the first group passes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ...graphs.network import AXES, COLUMNS, ROWS, Axis, Network
from ...graphs.tail import tail_offsets
from ..assignment import Entry, Span, WeightRow, select
from ..rings import Polynomials


def summing(network: Network, layer: int, row: WeightRow) -> Entry:
    """The row for every channel of the first group, at the tail's offsets, at all locations.

    >>> from convac import Network, ones
    >>> summing(Network(2, 4, layers="3/1:2,4/4:1"), 2, ones(2)).offsets
    ((0, 4), (0, 4))
    """
    rows, columns = (tail_offsets(network.axis(axis), layer) for axis in AXES)
    offsets = (rows.start, rows.stop), (columns.start, columns.stop)
    return Entry(layer, _first_group(network, layer), offsets, row)


def inside_entries(network: Network, layer: int, row: WeightRow) -> Iterator[Entry]:
    """The row for every channel, at the tail's offsets, exactly where they fall inside the input.

    >>> network = Network(2, 1, 3, layers="1x2/1x2:1,1x2/1x2:1")
    >>> [(entry.locations[1], entry.offsets[1]) for entry in inside_entries(network, 1, select(0))]
    [((0, 1), (0, 2)), ((1, 2), (0, 1))]
    """
    pieces = [_pieces(network.axis(axis), layer) for axis in AXES]
    for u, i in pieces[ROWS]:
        for v, j in pieces[COLUMNS]:
            yield Entry(layer, _first_group(network, layer), (i, j), row, (u, v))


def passing_on(network: Network, layers: Iterable[int]) -> Iterator[Entry]:
    """Unshared entries that multiply channel 0 of all that the tail's offsets see.

    >>> network = Network(2, 4, layers="2/2:1,2/2:1")
    >>> [(entry.offsets, entry.row.weights) for entry in passing_on(network, [2])]
    [(((0, 2), (0, 2)), ((0, 1),))]
    """
    for layer in layers:
        yield from inside_entries(network, layer, select(0))


def leaves(network: Network, layer: int) -> bool:
    """Whether one of the tail's offsets falls outside the input somewhere.

    >>> network = Network(2, 1, 3, layers="1x2/1x2:1,1x2/1x2:1")
    >>> leaves(network, 1), leaves(network, 2)
    (True, False)
    """
    return any(_leaves(network.axis(axis), layer) for axis in AXES)


def needs_q(network: Network, layer: int) -> bool:
    """Whether an offset of a later tail layer leaves the input, with one channel below it.

    >>> network = Network(2, 1, 3, layers="1x1/1x1:1,1x2/1x2:1,1x2/1x2:1")
    >>> needs_q(network, 2), needs_q(network, 3)
    (True, False)
    """
    last = layer == network.depth
    return not last and leaves(network, layer) and network.passed_channels[layer - 1] == 1


def shared_tail(network: Network, K: int, below: Sequence[Entry]) -> list[Entry]:
    """The entries of layers up to K + 1, and shared ones for the later layers, over QQ[q] if need be.

    Where an offset leaves the input, a spare channel that is 1 inside and 0 outside helps; where there is
    none, W = q delta_0 with b = 1.

    >>> network = Network(2, 1, 3, layers="1/1:1,1/1:1,1x2/1x2:1,1x2/1x2:1")
    >>> [(entry.layer, entry.row.weights, entry.row.bias) for entry in shared_tail(network, 1, [])]
    [(3, ((0, q),), 1), (4, ((0, 1),), 0)]
    """
    (q,) = Polynomials("q").generators
    later = range(K + 2, network.depth + 1)
    rows = {
        layer: WeightRow(((0, q),), 1) if needs_q(network, layer) else _passing(network, layer)
        for layer in later
    }
    tail = [summing(network, layer, row) for layer, row in rows.items()]
    return list(_without(_spare_channels(network, K), [*below, *tail]))


def _passing(network: Network, layer: int) -> WeightRow:
    """Pass channel 0 on; where an offset leaves the input, channel 1 (1 inside, 0 outside) helps."""
    if layer < network.depth and leaves(network, layer):
        return WeightRow(((0, 1), (1, -1)), 1)
    return select(0)


def _pieces(axis: Axis, layer: int) -> list[tuple[Span, Span]]:
    """(locations, the tail's offsets that are inside the input there), runs of equal ones together."""
    pieces: list[tuple[Span, Span]] = []
    for u in range(axis.sizes[layer]):
        inside = _inside(axis, layer, u)
        if pieces and pieces[-1][1] == inside and pieces[-1][0][1] == u:
            pieces[-1] = (pieces[-1][0][0], u + 1), inside
        elif inside[0] < inside[1]:
            pieces.append(((u, u + 1), inside))
    return pieces


def _inside(axis: Axis, layer: int, u: int) -> Span:
    """The tail's offsets at which a location sees an input."""
    offsets, seen = tail_offsets(axis, layer), axis.inputs(layer, u)
    if not seen:
        return 0, 0
    first, last = (axis.offset_of(layer, u, x) for x in (seen[0], seen[-1]))
    return max(first, offsets.start), min(last + 1, offsets.stop)


def _leaves(axis: Axis, layer: int) -> bool:
    """Whether one of the tail's offsets falls outside the input at some location."""
    whole, ends = tail_offsets(axis, layer), (0, axis.sizes[layer] - 1)
    return any(_inside(axis, layer, u) != (whole.start, whole.stop) for u in ends)


def _first_group(network: Network, layer: int) -> Span:
    return 0, network.channels[layer] // network.layers[layer - 1].groups


def _spare_channels(network: Network, K: int) -> set[int]:
    """Layers of which channel 1 stays neutral everywhere, to be 1 inside and 0 outside."""
    return {
        layer - 1
        for layer in range(K + 2, network.depth)
        if leaves(network, layer) and network.passed_channels[layer - 1] >= 2
    }


def _without(spare: set[int], entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries of all channels, channel 1 left out in the `spare` layers."""
    for entry in entries:
        if entry.layer in spare:
            end = entry.channels[1]
            yield replace(entry, channels=(0, 1))
            if end > 2:
                yield replace(entry, channels=(2, end))
        else:
            yield entry
