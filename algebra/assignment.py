"""Assignments: exact weights and biases for a network, stored sparsely.

An offset of a window with W = 0 and b = 1 is *neutral* under product pooling: the factor it gives is 1.
An assignment lists the others. One `Entry` says, for one layer, which row of W and which bias the
channels of a span have at every offset of a box, at every output location of a box (or at all of
them: shared weights). What no entry names is neutral; naming a place twice is an error.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from itertools import product
from operator import index
from typing import SupportsIndex

import numpy as np

from ..errors import InputError, ResourceError
from ..graphs.network import Network, Pair
from ..resources import MOST_OFFSETS
from .arrays import ArrayRow, read_layers, rows
from .local import Local, alike
from .rings import QQ, ZZ, Element, Ring

Span = tuple[int, int]
"""Half-open range of integers."""
Box = tuple[Span, Span]
"""Rows and columns."""


@dataclass(frozen=True)
class WeightRow:
    """One row of W, as (input channel, weight) for the nonzero weights, and the bias b."""

    weights: tuple[tuple[int, Element], ...]
    bias: Element


@dataclass(frozen=True)
class Entry:
    """The same row for all channels, offsets and locations of an area.

    Parameters
    ----------
    layer : int
        Counted from 1.
    channels : (first, end)
        Output channels.
    offsets : ((first, end), (first, end))
        Window offsets (i, j).
    row : WeightRow
    locations : ((first, end), (first, end)) or None
        Output locations (u, v); None stands for all of them, shared.
    """

    layer: int
    channels: Span
    offsets: Box
    row: WeightRow
    locations: Box | None = None


class Assignment:
    """Exact parameters of a network.

    Parameters
    ----------
    network : Network
    entries : iterable of Entry
        Weights and biases are converted to elements of `ring`, exactly.
    ring : Ring
        ZZ, QQ, GF(p) or polynomials.

    Attributes
    ----------
    live : tuple of frozenset of int
        For each layer, sites first, the channels on which channel 0 of the output depends.
    rows : list of WeightRow
        The different rows met in `locals`, which gives their numbers.
    rounded_to : int or None
        If `from_arrays` rounded to multiples of 1/q: that q.

    Raises
    ------
    InputError
        If an entry does not fit the network; in `locals`, if two entries name the same place for a
        channel on which the output depends.
    """

    def __init__(self, network: Network, entries: Iterable[Entry], ring: Ring = ZZ) -> None:
        self.network = network
        self.ring = ring
        self.rounded_to: int | None = None
        self.entries = tuple(_checked(network, entry, ring) for entry in entries)
        self.rows: list[WeightRow] = []
        self._row_numbers: dict[Hashable, int] = {}
        self._by_layer: dict[int, list[Entry]] = {}
        for entry in self.entries:
            self._by_layer.setdefault(entry.layer, []).append(entry)
        self.live = self._live_channels()
        self._locals: dict[int, list[Local]] = {}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Assignment):
            return NotImplemented
        mine, its = ((x.network, x.ring.name, x.entries, x.rounded_to) for x in (self, other))
        return mine == its

    def __hash__(self) -> int:
        return hash((self.network, self.ring.name, len(self.entries)))

    def __repr__(self) -> str:
        kind = "shared" if self.shared else "by location"
        found = (f"{len(self.entries)} entries over {self.ring}", kind, *self.notes)
        return f"<Assignment: {', '.join(found)}, {self.network}>"

    @classmethod
    def from_arrays(
        cls,
        network: Network,
        weights: Iterable[object],
        biases: Iterable[object] | None = None,
        *,
        denominator: SupportsIndex | None = None,
        rectifier: bool = False,
    ) -> Assignment:
        """The assignment of weights and biases in arrays, each number exactly as it is.

        Parameters
        ----------
        network : Network
        weights : list of arrays, one a layer
            Of shape (D_out, D_in, R_h, R_w), as that of `torch.nn.Conv2d.weight`: entry [c, d, i, j] is
            W[c, d] at offset (i, j). With groups D_in is that of a group, and d counts in it. Unshared
            weights have two more axes in front, (n_h, n_w, ...), the output locations.
        biases : list of arrays, one a layer, optional
            Of shape (D_out, R_h, R_w), or (n_h, n_w, D_out, R_h, R_w): entry [c, i, j] is b[c] at offset
            (i, j), since the factor of every offset has a bias of its own. None, for a layer or for all
            of them, is b = 0. The shape (D_out,) is refused: it does not say to which offsets it belongs.
        denominator : whole number, optional
            Round every number to the nearest multiple of 1/denominator, ties to the even multiple. What
            is found holds at the rounded parameters; `rounded_to` and all reports say so.
        rectifier : bool
            Whether it is for a rectifier network. A row with W = 0 and b = 1, or b = 0 for a rectifier
            network, is neutral and is not stored.

        Returns
        -------
        Assignment
            Over ZZ if all numbers are whole, else over QQ. Floating-point numbers are taken as the
            binary fractions that they are. A layer is shared if neither of its arrays has locations.

        Raises
        ------
        InputError
            For another shape or number of layers, lists in place of arrays, booleans, complex numbers,
            NaN, infinities, and objects that are no exact numbers.
        ResourceError
            If a layer has more than 20 million parameters.

        Examples
        --------
        The number 0.1 of float32 is no tenth:

        >>> import numpy as np
        >>> network = Network(1, 1, layers="1/1:1")
        >>> W = [np.full((1, 1, 1, 1), 0.1, np.float32)]
        >>> Assignment.from_arrays(network, W).entries[0].row
        WeightRow(weights=((0, 13421773/134217728),), bias=0)
        >>> Assignment.from_arrays(network, W, denominator=10).entries[0].row
        WeightRow(weights=((0, 1/10),), bias=0)
        """
        layers = read_layers(network, weights, biases, denominator)
        found = [
            row
            for layer, arrays in enumerate(layers, 1)
            for row in rows(network, layer, arrays, 0 if rectifier else 1)
        ]
        whole = all(x.denominator == 1 for row in found for x in row.numbers)
        made = cls(network, map(_entry, found), ZZ if whole else QQ)
        made.rounded_to = None if denominator is None else index(denominator)
        return made

    @property
    def notes(self) -> tuple[str, ...]:
        """What reports say of the parameters besides: that they were rounded, if they were."""
        q = self.rounded_to
        return () if q is None else (f"parameters rounded to multiples of 1/{q}",)

    @property
    def shared(self) -> bool:
        """Whether no entry depends on the location."""
        return all(entry.locations is None for entry in self.entries)

    def locals(self, layer: int) -> list[Local]:
        """What each location of a layer uses, in row-major order."""
        if layer not in self._locals:
            self._locals[layer] = self._build_locals(layer)
        return self._locals[layer]

    def _live_channels(self) -> tuple[frozenset[int], ...]:
        """For each layer, the channels on which channel 0 of the output depends."""
        depth = self.network.depth
        live: list[set[int]] = [set() for _ in range(depth)] + [{0}]
        for layer in range(depth, 0, -1):
            for entry in self._by_layer.get(layer, []):
                if _meets(entry.channels, live[layer]):
                    live[layer - 1].update(c for c, _ in entry.row.weights)
        return tuple(frozenset(channels) for channels in live)

    def _build_locals(self, layer: int) -> list[Local]:
        height, width = self.network.sizes[layer]
        everywhere = (0, height), (0, width)
        boxes: dict[Box, list[Entry]] = {}
        for entry in self._by_layer.get(layer, []):
            boxes.setdefault(entry.locations or everywhere, []).append(entry)
        numbers, named = alike(list(boxes), everywhere)
        entries = list(boxes.values())
        locals_ = {
            number: self._local(layer, [entry for k in met for entry in entries[k]])
            for number, met in named.items()
        }
        return [locals_[number] for number in numbers.ravel().tolist()]

    def _local(self, layer: int, entries: list[Entry]) -> Local:
        """Expand the boxes of offsets; offsets named by the same entries share one map of rows."""
        live = self.live[layer]
        _require_few(entries)
        used = [entry for entry in entries if _meets(entry.channels, live)]
        if len({entry.offsets for entry in used}) == 1:
            (i0, i1), (j0, j1) = used[0].offsets
            down, right = np.arange(i0, i1).repeat(j1 - j0), np.tile(np.arange(j0, j1), i1 - i0)
            rows = self._row_map(used, live, (i0, j0))
            return Local(down, right, np.zeros_like(down), (rows,))
        named: dict[Pair, tuple[int, ...]] = {}
        for k, entry in enumerate(used):
            for i, j in product(range(*entry.offsets[0]), range(*entry.offsets[1])):
                named[i, j] = (*named.get((i, j), ()), k)
        classes: dict[tuple[int, ...], list[Pair]] = {}
        for offset, numbers in named.items():
            classes.setdefault(numbers, []).append(offset)
        maps = [
            self._row_map([used[k] for k in numbers], live, offsets[0])
            for numbers, offsets in classes.items()
        ]
        table = sorted((i, j, kind) for kind, at in enumerate(classes.values()) for i, j in at)
        down, right, kinds = np.array(table, np.int64).reshape(-1, 3).T
        return Local(down, right, kinds, tuple(maps))

    def _row_map(self, entries: list[Entry], live: frozenset[int], offset: Pair) -> dict[int, int]:
        rows: dict[int, int] = {}
        for entry in entries:
            first, end = entry.channels
            for channel in sorted(c for c in live if first <= c < end):
                if channel in rows:
                    raise InputError(
                        "assignment",
                        f"layer {entry.layer}, offset {offset}, channel {channel}",
                        "two entries name this place at one location",
                    )
                rows[channel] = self._row_number(entry.row)
        return rows

    def _row_number(self, row: WeightRow) -> int:
        values = self.ring.table([*(w for _, w in row.weights), row.bias], (len(row.weights) + 1,))
        key = (tuple(c for c, _ in row.weights), self.ring.key(values))
        if key not in self._row_numbers:
            self._row_numbers[key] = len(self.rows)
            self.rows.append(row)
        return self._row_numbers[key]


def select(channel: int, bias: object = 0) -> WeightRow:
    """The row that picks one input channel: W = delta_channel.

    >>> select(2)
    WeightRow(weights=((2, 1),), bias=0)
    """
    return WeightRow(((channel, 1),), bias)


def ones(channels: int, bias: object = 0) -> WeightRow:
    """The row that sums the first input channels: W = (1, ..., 1 on channels < `channels`; 0).

    >>> ones(2, bias=1)
    WeightRow(weights=((0, 1), (1, 1)), bias=1)
    """
    return WeightRow(tuple((c, 1) for c in range(channels)), bias)


def constant(value: object) -> WeightRow:
    """The row that gives a constant: W = 0, b = value. The value 1 is the neutral row.

    >>> constant(1)
    WeightRow(weights=(), bias=1)
    """
    return WeightRow((), value)


def at(i: int, j: int) -> Box:
    """The box of one offset or location.

    >>> at(0, 2)
    ((0, 1), (2, 3))
    """
    return (i, i + 1), (j, j + 1)


def _entry(row: ArrayRow) -> Entry:
    locations = None if row.location is None else at(*row.location)
    weights = WeightRow(row.weights, row.bias)
    return Entry(row.layer, (row.channel, row.channel + 1), at(*row.offset), weights, locations)


def _checked(network: Network, entry: Entry, ring: Ring) -> Entry:
    """The entry with its numbers converted, or an `InputError` that says what does not fit."""
    if not 1 <= entry.layer <= network.depth:
        raise InputError(
            "assignment", f"layer {entry.layer}", f"layers run from 1 to {network.depth}"
        )
    where = f"layer {entry.layer}"
    layer = network.layers[entry.layer - 1]
    _fits(where, "channels", entry.channels, layer.channels)
    for axis in (0, 1):
        _fits(where, "offsets", entry.offsets[axis], layer.window[axis])
        if entry.locations is not None:
            _fits(where, "locations", entry.locations[axis], network.sizes[entry.layer][axis])
    inputs = network.channels[entry.layer - 1]
    weights: dict[int, Element] = {}
    for channel, weight in entry.row.weights:
        _fits(where, "input channel", (channel, channel + 1), inputs)
        if channel in weights:
            raise InputError("assignment", f"{where}, input channel {channel}", "it is there twice")
        weights[channel] = ring.element(weight)
    nonzero = tuple(sorted((c, w) for c, w in weights.items() if w != ring.zero))
    _in_groups(network, entry, where, [c for c, _ in nonzero])
    row = WeightRow(nonzero, ring.element(entry.row.bias))
    return Entry(entry.layer, entry.channels, entry.offsets, row, entry.locations)


def _in_groups(network: Network, entry: Entry, where: str, inputs: list[int]) -> None:
    """Refuse weights from one group of channels to another."""
    if network.layers[entry.layer - 1].groups == 1 or not inputs:
        return
    for channel in (entry.channels[0], entry.channels[1] - 1):
        seen = network.seen_channels(entry.layer, channel)
        for c in (inputs[0], inputs[-1]):
            if c not in seen:
                allowed = f"channel {channel} sees the input channels {seen[0]} to {seen[-1]} of its group"
                raise InputError("assignment", f"{where}, input channel {c}", allowed)


def _fits(where: str, what: str, span: Span, size: int) -> None:
    if not 0 <= span[0] < span[1] <= size:
        raise InputError(
            "assignment",
            f"{where}, {what} {span[0]} to {span[1] - 1}",
            f"they run from 0 to {size - 1}",
        )


def _meets(span: Span, channels: Iterable[int]) -> bool:
    return any(span[0] <= channel < span[1] for channel in channels)


def _require_few(entries: list[Entry]) -> None:
    offsets = sum(
        (e.offsets[0][1] - e.offsets[0][0]) * (e.offsets[1][1] - e.offsets[1][0]) for e in entries
    )
    if offsets > MOST_OFFSETS:
        raise ResourceError(f"one location uses {offsets} offsets, and {MOST_OFFSETS} are allowed")


def require_assignment(given: object) -> Assignment:
    """The assignment; `InputError` for anything else."""
    if not isinstance(given, Assignment):
        needed = "an Assignment is needed: AssignmentBuilder.assignment() gives one"
        raise InputError("assignment", given, needed)
    return given
