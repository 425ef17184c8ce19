"""Near and far templates through layers 1, ..., K: Theorem 1 and its sharper forms (THEORY 3.1, 8.1, 8.3).

A route is written by a few verbs: select a channel, sum channels, add a constant; what is not named is
neutral. Letters are those of the theorems: far offsets (i_l, j_l) in layers 1, ..., K, J the last layer
with one that is not (0, 0), m channels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...errors import InputError
from ...graphs.network import AXES, Axis, Network, Pair
from ...graphs.pairs import along, first_far_layer, last_far_layer, way_down
from ..assignment import Box, Entry, WeightRow, at, ones, select
from ..linear.exact import kronecker_shifted_identity, pair_matrix
from .construction import Construction, with_tail
from .tail import inside_entries, leaves, summing


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

    Examples
    --------
    >>> network = Network(2, 4, layers="3/1:2,4/4:1")
    >>> theorem_1_assignment(network, 1, (3,), 2, shared=True).pair_factor.tolist()
    [[2, 1], [1, 2]]
    """
    K = len(windows)
    fars = along(axis, windows)
    _require(network, fars, m)
    routes = list(_routes(network, fars, m, None if not shared else 1))
    if not shared:
        tail = inside_entries(network, K + 1, ones(m))
        return with_tail(network, K, [*routes, *tail], kronecker_shifted_identity(m, 0), shared)
    outside = int(network.depth > K + 1 and leaves(network, K + 1))
    routes.append(summing(network, K + 1, ones(m, bias=outside)))
    k = last_far_layer(fars) + outside
    return with_tail(network, K, routes, kronecker_shifted_identity(m, k), shared)


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
        m' of the theorem, >= 0: channels used, 2m' from the first window of at least 2 up to layer
        J - 1; the base is m' + 1.

    Returns
    -------
    Construction
        Over ZZ, with weights that are shared except, with `shared` false, those of layers l >= K + 2 of
        which an offset leaves the input. With shared weights it may be a leading form, as that of
        `theorem_1_assignment`.

    Examples
    --------
    >>> network = Network(2, 4, layers="3/1:1,4/4:1")
    >>> sharp_assignment(network, 1, (3,), 1, shared=True).pair_factor.tolist()
    [[2, 1], [1, 1]]
    """
    return displacement_assignment(network, along(axis, windows), m, shared=shared)


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
        m' of the theorem, >= 0: channels used, 2m' from the first far offset that is not (0, 0) up to
        layer J - 1; the base is m' + 1.
    z : int
        The weight of near offsets in layer J.

    Returns
    -------
    Construction over ZZ, as that of `sharp_assignment`.

    Examples
    --------
    >>> network = Network(2, 1, 4, layers="1x2/1:1,1x4/1x4:1")
    >>> near, far, _ = displacement_assignment(
    ...     network, [(0, 1)], 1, shared=True, z=3
    ... ).assignment.entries
    >>> near.row.weights, far.row.weights, far.offsets
    (((0, 3),), ((0, 1),), ((0, 1), (1, 2)))
    """
    _require(network, fars, m)
    routes = list(_routes(network, fars, m, 0, z))
    routes.append(summing(network, len(fars) + 1, ones(m, bias=1)))
    return with_tail(network, len(fars), routes, pair_matrix(m), shared)


def _require(network: Network, fars: Sequence[Pair], m: int) -> None:
    if not 1 <= len(fars) < network.depth or set(fars) == {(0, 0)} or not 0 <= m <= network.M:
        raise InputError(
            "windows", (fars, m), "K < L far offsets, not all (0, 0), and 0 <= m <= M, are needed"
        )


def _routes(
    network: Network, fars: Sequence[Pair], m: int, far_bias: int | None, z: int = 1
) -> Iterator[Entry]:
    """Layers 1, ..., K: near channels c at the near offsets, far channels m + c at the far ones.

    With far bias None it is 1 exactly where the offset falls outside the input and 0 elsewhere. In layer
    J near weights are z. With far bias 0 both routes use one channel as long as they are one route.
    """
    first, J = first_far_layer(fars) if far_bias == 0 else 1, last_far_layer(fars)
    for layer, (near, far) in enumerate(zip(*way_down(network, fars), strict=True), 1):
        for c in range(m):
            yield _entry(layer, c, at(*near), WeightRow(((c, z if layer == J else 1),), 0))
            if not first <= layer <= J:
                continue
            channel = c if layer == J else m + c
            source = c if layer == first else m + c
            if far_bias is not None:
                yield _entry(layer, channel, at(*far), select(source, bias=far_bias))
                continue
            for bias, locations in _inside_and_outside(network, layer, far):
                yield _entry(layer, channel, at(*far), select(source, bias=bias), locations)


def _entry(
    layer: int, channel: int, offsets: Box, row: WeightRow, locations: Box | None = None
) -> Entry:
    return Entry(layer, (channel, channel + 1), offsets, row, locations)


def _inside_and_outside(network: Network, layer: int, far: Pair) -> Iterator[tuple[int, Box]]:
    """(0, locations at which an offset falls inside the input), and (1, those at which it does not)."""
    (u_in, u_end), (v_in, v_end) = (
        (_inside_count(network.axis(axis), layer, far[axis]), network.sizes[layer][axis])
        for axis in AXES
    )
    pieces = [
        (0, ((0, u_in), (0, v_in))),
        (1, ((0, u_in), (v_in, v_end))),
        (1, ((u_in, u_end), (0, v_end))),
    ]
    return ((bias, box) for bias, box in pieces if all(first < end for first, end in box))


def _inside_count(axis: Axis, layer: int, offset: int) -> int:
    """How many locations see something at an offset: the first ones."""
    return sum(axis.input_at(layer, u, offset) is not None for u in range(axis.sizes[layer]))
