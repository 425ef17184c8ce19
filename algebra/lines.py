"""Lines in the space of parameters: t -> A + t B, as an assignment over QQ[t]."""

from __future__ import annotations

from itertools import product

from ..graphs.network import Network
from .assignment import Assignment, Entry, WeightRow, at
from .rings import Element, Polynomials


def line(point: Assignment, direction: Assignment) -> Assignment:
    """The shared assignments A + t B over QQ[t], every weight and bias written out.

    Parameters
    ----------
    point, direction : Assignment over ZZ or QQ, shared
        Of the same network. What `point` does not name is neutral (W = 0, b = 1); what `direction`
        does not name does not move.

    Examples
    --------
    >>> from convac import ones, select
    >>> network = Network(2, 1, layers="1/1:1")
    >>> point, direction = (
    ...     Assignment(network, [Entry(1, (0, 1), at(0, 0), row)]) for row in (select(0), ones(2))
    ... )
    >>> line(point, direction).entries[0].row.weights
    ((0, t + 1), (1, t))
    """
    network = point.network
    ring = Polynomials("t")
    (t,) = ring.generators
    named, moved = _by_place(point), _by_place(direction)
    entries = []
    for place in _places(network):
        layer, channel, offset = place
        row = named.get(place, WeightRow((), 1))
        step = moved.get(place, WeightRow((), 0))
        weights: dict[int, Element] = {c: ring.element(w) for c, w in row.weights}
        for c, w in step.weights:
            moved_by = ring.element(w) * t
            weights[c] = weights[c] + moved_by if c in weights else moved_by
        bias = ring.element(row.bias) + ring.element(step.bias) * t
        moving = WeightRow(tuple(sorted(weights.items())), bias)
        entries.append(Entry(layer, (channel, channel + 1), at(*offset), moving))
    return Assignment(network, entries, ring)


Place = tuple[int, int, tuple[int, int]]
"""Layer, output channel, window offset."""


def _places(network: Network) -> list[Place]:
    return [
        (k, channel, offset)
        for k, layer in enumerate(network.layers, 1)
        for channel in range(layer.channels)
        for offset in product(range(layer.window[0]), range(layer.window[1]))
    ]


def _by_place(assignment: Assignment) -> dict[Place, WeightRow]:
    return {
        (entry.layer, channel, (i, j)): entry.row
        for entry in assignment.entries
        for channel in range(*entry.channels)
        for i in range(*entry.offsets[0])
        for j in range(*entry.offsets[1])
    }
