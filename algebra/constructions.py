"""The explicit assignments of Theorem 1 and of the sharp bound.

Each is a list of entries made from a few verbs: select a channel, sum channels, add a constant; what is
not named is neutral. Layers and letters are those of the theorem: windows t_1, ..., t_K along the cut
axis, J = the last layer with t_l >= 2, m channels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from random import Random

from ..errors import InputError
from ..graphs.geometry import leaves_input, tail_extent
from ..graphs.network import COLUMNS, ROWS, Axis, Network, Pair
from .assignment import Assignment, Box, Entry, Row, Span, at, ones, select
from .linear import kronecker_shifted_identity, pair_matrix
from .rings import QQ, ZZ, Polynomials, Table

FIRST = at(0, 0)


@dataclass(frozen=True)
class Construction:
    """An explicit assignment and what the proof says about it.

    `pair_factor` is the nonsingular matrix over ZZ that every pair factor is on the first templates, up to
    a scalar. `family` is None, or an assignment over QQ[q] of which `assignment` is the *leading form*: at
    every input, the function of `assignment` is the coefficient of the family's highest power of q.
    """

    assignment: Assignment
    pair_factor: Table
    family: Assignment | None = None


def theorem_1_assignment(
    network: Network, axis: int, windows: Sequence[int], m: int, *, shared: bool
) -> Construction:
    """The assignment of THEORY 3.1 (shared weights) or 3.2 (unshared).

    Parameters
    ----------
    network : Network
    axis : 0 or 1
        The axis that is cut: rows for top-bottom, columns for left-right.
    windows : (t_1, ..., t_K)
        Effective windows along that axis, not all 1, with K < L.
    m : int
        The bound's base D: channels used, 2m in layers below J.

    Returns
    -------
    Construction
        Over ZZ: `assignment`, `pair_factor` and `family`. With shared weights, a layer l >= K + 2 of which
        an offset leaves the input, and one channel below it, no product form exists; then the assignment
        is the leading form of a family in q (the last case of 3.1).
    """
    K = len(windows)
    fars = _along_axis(axis, windows)
    _require(network, fars, m)
    routes = list(_routes(network, fars, m, None if not shared else 1))
    if not shared:
        tail = _inside(network, K + 1, ones(m))
        return _with_tail(network, K, [*routes, *tail], kronecker_shifted_identity(m, 0), shared)
    outside = int(network.depth > K + 1 and _leaves(network, K + 1))
    routes.append(summing(network, K + 1, ones(m, bias=outside)))
    return _with_tail(
        network, K, routes, kronecker_shifted_identity(m, _last(fars) + outside), shared
    )


def sharp_assignment(
    network: Network, axis: int, windows: Sequence[int], m: int, *, shared: bool
) -> Construction:
    """The assignment of THEORY 8.1: no bias on the way, and b = 1 in layer K + 1.

    Parameters
    ----------
    network : Network
    axis : 0 or 1
        The axis that is cut.
    windows : (t_1, ..., t_K)
        Effective windows along that axis, not all 1, with K < L.
    m : int
        m' of the theorem, >= 0: channels used, 2m' in layers below J; the base is m' + 1.

    Returns
    -------
    Construction
        Over ZZ, with weights that are shared except, with `shared` false, those of layers l >= K + 2 of
        which an offset leaves the input. With shared weights it may be a leading form, as that of
        `theorem_1_assignment`.
    """
    return displacement_assignment(network, _along_axis(axis, windows), m, shared=shared)


def displacement_assignment(
    network: Network, fars: Sequence[Pair], m: int, *, shared: bool, z: int = 1
) -> Construction:
    """The assignment of THEORY 8.3, of which that of 8.1 is the case of one axis and z = 1.

    Parameters
    ----------
    network : Network
    fars : ((i_1, j_1), ..., (i_K, j_K))
        Far offsets in the windows of layers 1, ..., K, not all (0, 0), with K < L.
    m : int
        m' of the theorem, >= 0: channels used, 2m' in layers below J; the base is m' + 1.
    z : int
        The weight of near offsets in layer J.

    Returns
    -------
    Construction over ZZ, as that of `sharp_assignment`.
    """
    _require(network, fars, m)
    routes = list(_routes(network, fars, m, 0, z))
    routes.append(summing(network, len(fars) + 1, ones(m, bias=1)))
    return _with_tail(network, len(fars), routes, pair_matrix(m), shared)


def tile_assignment(
    network: Network, tile: tuple[Pair, Pair], seed: int, *, shared: bool
) -> Construction:
    """Integers in -9 ... 9 at a tile's offsets in layer 1, and in the sum of layer 2 (THEORY 8.7).

    The function is a product over the locations of layer 1 of functions of their tile's sites, each
    affine in D_1 products over these sites.

    Parameters
    ----------
    network : Network
        At least two layers, the tail condition after layer 1.
    tile : ((i, i'), (j, j'))
        Offsets of layer 1, without the ends; the others are neutral.
    seed : int

    Returns
    -------
    Construction over ZZ, shared but for later layers as in `sharp_assignment`; its `pair_factor` is empty.
    """
    draw = Random(f"convac-tile/1 seed={seed}")
    first = network.channels[1]
    routes = []
    for i, j in product(*(range(*span) for span in tile)):
        for c in range(first):
            weights = tuple((d, draw.randint(-9, 9)) for d in range(network.M))
            routes.append(_entry(1, c, at(i, j), Row(weights, draw.randint(-9, 9))))
    row = Row(tuple((c, draw.randint(1, 9)) for c in range(first)), draw.randint(1, 9))
    routes.append(summing(network, 2, row))
    return _with_tail(network, 1, routes, ZZ.table([], (0, 0)), shared)


def _require(network: Network, fars: Sequence[Pair], m: int) -> None:
    if not 1 <= len(fars) < network.depth or set(fars) == {(0, 0)} or not 0 <= m <= network.M:
        raise InputError(
            "windows", (fars, m), "K < L far offsets, not all (0, 0), and 0 <= m <= M, are needed"
        )


def _with_tail(
    network: Network, K: int, routes: Sequence[Entry], pair_factor: Table, shared: bool
) -> Construction:
    """Layers 1, ..., K + 1 are given; the later ones pass channel 0 on and multiply."""
    later = range(K + 2, network.depth + 1)
    if not shared:
        entries = [*routes, *passing_on(network, later)]
        return Construction(Assignment(network, entries), pair_factor)
    q = Polynomials("q")
    tail = []
    for layer in later:
        row = (
            Row(((0, q.generators[0]),), 1)
            if _needs_q(network, layer)
            else _passing(network, layer)
        )
        tail.append(summing(network, layer, row))
    entries = list(_without(_spare_channels(network, K), [*routes, *tail]))
    if not any(_needs_q(network, layer) for layer in later):
        return Construction(Assignment(network, entries), pair_factor)
    family = Assignment(network, entries, q)
    return Construction(leading_form(family), pair_factor, family)


def passing_on(network: Network, layers: Iterable[int]) -> Iterator[Entry]:
    """Unshared entries that multiply channel 0 of all that the tail's offsets see."""
    for layer in layers:
        yield from _inside(network, layer, select(0))


def leading_form(family: Assignment) -> Assignment:
    """The assignment over ZZ of the coefficient of a family's highest power of q (THEORY 3.1).

    In the family, q may stand only in rows W = q delta_0, b = 1 on all of a layer's tail offsets. There a
    factor is q y + 1 where the offset is inside the input, with leading coefficient y, and 1 outside. So
    the leading form has delta_0 inside, and is neutral outside. All other numbers are integers.

    Raises
    ------
    InputError
        If the family is not of this kind.
    """
    network = family.network
    ring = family.ring
    if not isinstance(ring, Polynomials) or ring.names != ("q",):
        raise InputError("family", str(ring), "a family over QQ[q] is needed")
    (q,) = ring.generators
    entries: list[Entry] = []
    for entry in family.entries:
        row = entry.row
        if all(w.is_constant() for _, w in row.weights) and row.bias.is_constant():
            weights = tuple((c, w.leading_coefficient()) for c, w in row.weights)
            bias = row.bias.leading_coefficient() if row.bias else 0
            entries.append(replace(entry, row=Row(weights, bias)))
            continue
        whole = summing(network, entry.layer, select(0)).offsets
        if row.weights != ((0, q),) or row.bias != 1 or entry.offsets != whole or entry.locations:
            raise InputError(
                "family", f"layer {entry.layer}", "q stands in W = q delta_0, b = 1 only"
            )
        for inside in _inside(network, entry.layer, select(0)):
            entries.append(replace(inside, channels=entry.channels))
    return Assignment(network, entries)


def at_parameter(family: Assignment, value: int) -> Assignment:
    """The member over QQ of a family over QQ[q], at q = `value`."""

    def fill(entry: Entry) -> Entry:
        weights = tuple((c, w(value)) for c, w in entry.row.weights)
        return replace(entry, row=Row(weights, entry.row.bias(value)))

    return Assignment(family.network, map(fill, family.entries), QQ)


def _routes(
    network: Network, fars: Sequence[Pair], m: int, far_bias: int | None, z: int = 1
) -> Iterator[Entry]:
    """Layers 1, ..., K: near channels c at offset (0, 0), far channels m + c at the far offsets.

    With far bias None it is 1 exactly where the offset falls outside the input and 0 elsewhere. In layer
    J near weights are z.
    """
    J = _last(fars)
    for layer, far in enumerate(fars, 1):
        for c in range(m):
            yield _entry(layer, c, FIRST, Row(((c, z if layer == J else 1),), 0))
            if layer > J:
                continue
            channel = c if layer == J else m + c
            source = c if layer == 1 else m + c
            if far_bias is not None:
                yield _entry(layer, channel, at(*far), select(source, bias=far_bias))
                continue
            for bias, locations in _inside_and_outside(network, layer, far):
                yield _entry(layer, channel, at(*far), select(source, bias=bias), locations)


def _last(fars: Sequence[Pair]) -> int:
    """J, the last layer with a far offset of its own."""
    return max(layer for layer, far in enumerate(fars, 1) if far != (0, 0))


def _along_axis(axis: int, windows: Sequence[int]) -> list[Pair]:
    """The far offsets of windows along one axis."""
    return [(t - 1, 0) if axis == ROWS else (0, t - 1) for t in windows]


def _entry(layer: int, channel: int, offsets: Box, row: Row, locations: Box | None = None) -> Entry:
    return Entry(layer, (channel, channel + 1), offsets, row, locations)


def _inside_and_outside(network: Network, layer: int, far: Pair) -> Iterator[tuple[int, Box]]:
    """(0, locations at which an offset falls inside the input), and (1, those at which it does not)."""
    (u_in, u_end), (v_in, v_end) = (
        (_inside_count(network.axis(axis), layer, far[axis]), network.sizes[layer][axis])
        for axis in (ROWS, COLUMNS)
    )
    pieces = [
        (0, ((0, u_in), (0, v_in))),
        (1, ((0, u_in), (v_in, v_end))),
        (1, ((u_in, u_end), (0, v_end))),
    ]
    return ((bias, box) for bias, box in pieces if all(first < end for first, end in box))


def _inside_count(axis: Axis, layer: int, offset: int) -> int:
    """How many locations see something at an offset."""
    size, stride = axis.sizes[layer - 1], axis.strides[layer - 1]
    return min(max(0, -(-(size - offset) // stride)), axis.sizes[layer])


def _leaves(network: Network, layer: int) -> bool:
    return any(leaves_input(network.axis(axis), layer) for axis in (ROWS, COLUMNS))


def _needs_q(network: Network, layer: int) -> bool:
    """Whether an offset of a later tail layer leaves the input, with one channel below it."""
    last = layer == network.depth
    return not last and _leaves(network, layer) and network.channels[layer - 1] == 1


def _passing(network: Network, layer: int) -> Row:
    """Pass channel 0 on; where an offset leaves the input, channel 1 (1 inside, 0 outside) helps."""
    if layer < network.depth and _leaves(network, layer):
        return Row(((0, 1), (1, -1)), 1)
    return select(0)


def summing(network: Network, layer: int, row: Row) -> Entry:
    """Every channel, at the tail's offsets i, j < min(R, S, n), at all locations."""
    rows, columns = (tail_extent(network.axis(axis), layer) for axis in (ROWS, COLUMNS))
    return Entry(layer, (0, network.channels[layer]), ((0, rows), (0, columns)), row)


def _inside(network: Network, layer: int, row: Row) -> Iterator[Entry]:
    """Every channel, at the tail's offsets, exactly where they fall inside the input."""
    pieces = [_pieces(network.axis(axis), layer) for axis in (ROWS, COLUMNS)]
    for u, i in pieces[ROWS]:
        for v, j in pieces[COLUMNS]:
            yield Entry(layer, (0, network.channels[layer]), (i, j), row, (u, v))


def _pieces(axis: Axis, layer: int) -> list[tuple[Span, Span]]:
    """(locations, offsets inside the input): all offsets but at the last location, perhaps."""
    extent, last = tail_extent(axis, layer), axis.sizes[layer] - 1
    if not leaves_input(axis, layer):
        return [((0, last + 1), (0, extent))]
    rest = axis.sizes[layer - 1] - last * axis.strides[layer - 1]
    pieces = [((0, last), (0, extent)), ((last, last + 1), (0, rest))]
    return [piece for piece in pieces if piece[0][0] < piece[0][1]]


def _spare_channels(network: Network, K: int) -> set[int]:
    """Layers of which channel 1 stays neutral everywhere, to be 1 inside and 0 outside."""
    return {
        layer - 1
        for layer in range(K + 2, network.depth)
        if _leaves(network, layer) and network.channels[layer - 1] >= 2
    }


def _without(spare: set[int], entries: list[Entry]) -> Iterator[Entry]:
    """The entries of all channels, channel 1 left out in the `spare` layers."""
    for entry in entries:
        if entry.layer in spare:
            end = entry.channels[1]
            yield replace(entry, channels=(0, 1))
            if end > 2:
                yield replace(entry, channels=(2, end))
        else:
            yield entry
