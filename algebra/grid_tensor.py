"""The grid tensor by brute force: the definition of the network, on all M^N inputs at once.

This is the oracle for the other engines: it shares the expansion of an assignment's entries and the rings'
arithmetic with them, and nothing else: what a location sees is written here once more, on purpose.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..errors import InputError, ResourceError
from ..graphs.network import Network
from ..graphs.partition import P, Partition, Q
from ..resources import MOST_LISTED
from .assignment import Assignment, WeightRow
from .rings import ZZ, Element, Integers, Ring, Table

MOST_SITES = 2**10


def is_enumerable(network: Network) -> bool:
    """Whether the grid tensor is small enough to be listed: M^N <= 2^16, and N <= 2^10 for M = 1.

    >>> [is_enumerable(Network(2, H, layers=f"{H}/{H}:1")) for H in (4, 5)]
    [True, False]
    """
    return network.sites <= MOST_SITES and network.M**network.sites <= MOST_LISTED


def grid_tensor(
    assignment: Assignment,
    *,
    templates: Sequence[Sequence[Element]] | None = None,
    most_entries: int = MOST_LISTED,
) -> Table:
    """The grid tensor of output channel 0, flat: M^N exact entries, sites in row-major order.

    Parameters
    ----------
    assignment : Assignment
    templates : M x M nested sequence, optional
        F[d][c] = f_c(template d); default: the identity.
    most_entries : int
        What is allowed.

    Raises
    ------
    ResourceError
        If M^N exceeds `most_entries`.

    Examples
    --------
    Site 0 shows template 0 and site 1 template 1:

    >>> from convac import AssignmentBuilder
    >>> builder = AssignmentBuilder(Network(2, 1, 2, layers="1x2/1x2:1"))
    >>> builder = builder.route([(0, 0)], [0]).route([(0, 1)], [0], first=1)
    >>> grid_tensor(builder.assignment()).tolist()
    [0, 1, 0, 0]
    """
    network, ring = assignment.network, assignment.ring
    if network.M**network.sites > most_entries:
        raise ResourceError(
            f"the grid tensor has {network.M}^{network.sites} entries, and {most_entries} are allowed"
        )
    machine = templates is None and ring is ZZ and _largest(assignment) < 2**63
    arithmetic = _MachineIntegers() if machine else ring
    values = _inputs(network.M, network.sites, arithmetic, templates)
    for layer in range(1, network.depth + 1):
        values = _layer(assignment, layer, values, arithmetic)
    return values[0][0]


def matricize(tensor: Table, M: int, partition: Partition) -> Table:
    """The M^p x M^q matrix of a flat grid tensor, p and q the sites of P and Q; last site fastest.

    Raises
    ------
    InputError
        If the tensor has not M^(p + q) entries.

    Examples
    --------
    Sites 0 and 2 give the row, sites 1 and 3 the column:

    >>> from convac import alternating_columns
    >>> matricize(np.arange(16), 2, alternating_columns(1, 4)).tolist()
    [[0, 1, 4, 5], [2, 3, 6, 7], [8, 9, 12, 13], [10, 11, 14, 15]]
    """
    if len(tensor) != M ** len(partition.sides):
        raise InputError("partition", partition.name, "it has another number of sites")
    if M == 1:
        return tensor.reshape(1, 1)
    rows, columns = partition.sites(P), partition.sites(Q)
    axes = tensor.reshape((M,) * (len(rows) + len(columns)))
    return axes.transpose(rows + columns).reshape(M ** len(rows), M ** len(columns))


class _MachineIntegers(Integers):
    """ZZ in int64, for values that a computed bound keeps below 2^63."""

    dtype = np.int64


def _largest(assignment: Assignment) -> int:
    """A bound on every value and every intermediate sum, for inputs of entries 0 and 1."""
    network = assignment.network
    bounds = [dict.fromkeys(range(network.M), 1)] * network.sites
    largest = 1
    for layer in range(1, network.depth + 1):
        outputs = []
        for used in _used(assignment, layer):
            values = dict.fromkeys(assignment.live[layer], 1)
            for channel, row, child in used:
                inputs = {} if child is None else bounds[child]
                term = abs(row.bias) + sum(abs(w) * inputs.get(c, 0) for c, w in row.weights)
                # A factor below one must not shrink the bound of a partial product.
                values[channel] *= max(term, 1)
            outputs.append(values)
            largest = max([largest, *values.values()])
        bounds = outputs
    return largest


def _used(assignment: Assignment, layer: int) -> Iterator[list[tuple[int, WeightRow, int | None]]]:
    """For every location: (channel, row, input location or None outside the input)."""
    network = assignment.network
    _, width = network.sizes[layer]
    in_height, in_width = network.sizes[layer - 1]
    of = network.explicit.layers[layer - 1]
    for index, local in enumerate(assignment.locals(layer)):
        r = of.stride[0] * (index // width) - of.padding[0]
        c = of.stride[1] * (index % width) - of.padding[1]
        used: list[tuple[int, WeightRow, int | None]] = []
        for i, j, rows in local.offsets:
            y, x = r + of.dilation[0] * i, c + of.dilation[1] * j
            child = y * in_width + x if 0 <= y < in_height and 0 <= x < in_width else None
            used.extend((channel, assignment.rows[n], child) for channel, n in rows.items())
        yield used


def _inputs(
    M: int, sites: int, ring: Ring, templates: Sequence[Sequence[Element]] | None
) -> list[dict[int, Table]]:
    """Channels of every site on all inputs: arrays of length M^N."""
    columns = [
        ring.table(
            ([ring.one if d == c else ring.zero for d in range(M)])
            if templates is None
            else [templates[d][c] for d in range(M)],
            (M,),
        )
        for c in range(M)
    ]
    entries = np.arange(M**sites)
    shown = [entries // M ** (sites - 1 - site) % M for site in range(sites)]
    return [{c: columns[c][shown[site]] for c in range(M)} for site in range(sites)]


def _layer(
    assignment: Assignment, layer: int, inputs: list[dict[int, Table]], ring: Ring
) -> list[dict[int, Table]]:
    """y_c = product over offsets of (W x + b)_c, at every location; x = 0 outside the input."""
    length = assignment.network.M**assignment.network.sites
    outputs = []
    for used in _used(assignment, layer):
        values = {c: ring.table([ring.one], (1,)).repeat(length) for c in assignment.live[layer]}
        for channel, row, child in used:
            term = ring.table([row.bias], (1,))
            if child is not None:
                for c, weight in row.weights:
                    term = ring.add(term, ring.scale(weight, inputs[child][c]))
            values[channel] = ring.multiply(values[channel], term)
        outputs.append(values)
    return outputs
