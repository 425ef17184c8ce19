"""Max pooling: how many boxes of states the channels of one layer can tell apart (THEORY 6.3).

A channel y of layer L - 1 is the largest of functions G_i, each of one input i of its location, and
each input sees sites of one side only. For every t the inputs of side P at which all G_i <= t are a
*box*, a product of sets of states of the inputs; as t grows the boxes form a chain. A state of an
input is the vector of its channels. Boxes are counted by their steps: k inputs with n_1, ..., n_k
states have chains of at most

    s = (n_1 - 1) + ... + (n_k - 1)

boxes that are not everything, and of a chain at most s - j have more than j inputs that are
restricted. Those with at most j lie in a space of dimension 1 + e_1 + ... + e_j, with e_i the
elementary symmetric polynomials of the n - 1. The vectors of D channels, each the largest of
functions of these inputs, are at most 1 + e_1 + ... + e_D.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

from .connectivity import axis_field, axis_graph
from .network import AXES, Location, Network
from .partition import P, Partition, Q, Side

MOST_RESTRICTED = 8
"""Numbers j of restricted inputs that are tried; each gives a bound."""


@dataclass(frozen=True)
class Chains:
    """The locations of layer L - 1 that see both sides, and how many boxes their channels give.

    Attributes
    ----------
    locations : tuple of Location
    states : for each location, the numbers of states of its inputs on P, and of those on Q
    boxes : for each location, dimensions of the boxes' span over the constants, on P and on Q
    lone : whether a location that the output reads sees sites of P only, and of Q only
    """

    locations: tuple[Location, ...]
    states: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    boxes: tuple[tuple[int, int], ...]
    lone: tuple[bool, bool]

    @property
    def bound(self) -> int:
        """The rank is at most this: the boxes of one side throughout, or at each location the fewer."""
        on_p, on_q = sum(p for p, _ in self.boxes), sum(q for _, q in self.boxes)
        fewer = sum(min(p, q) for p, q in self.boxes)
        return min(1 + self.lone[0] + on_p, 1 + self.lone[1] + on_q, 2 + fewer)

    def with_channels(self, D: int) -> Chains:
        """The same with another number of channels in layer L - 1."""
        boxes = tuple((span_of_boxes(p, D), span_of_boxes(q, D)) for p, q in self.states)
        return replace(self, boxes=boxes)


def chains(network: Network, partition: Partition) -> Chains | None:
    """The chains of a network with max pooling; None where an input of layer L - 1 sees both sides.

    Also None where no location of layer L - 1 that the output reads sees both sides, and if L = 1.

    Examples
    --------
    Two inputs on each side, with up to 16 states each, and three channels:

    >>> from convac import left_right
    >>> found = chains(Network(2, 4, layers="2/2:5,2/2:3,1/1:1"), left_right(4))
    >>> found.states, found.boxes, found.bound
    ((((16, 16), (16, 16)),), ((90, 90),), 91)
    """
    layer = network.depth - 1
    if layer < 1:
        return None
    sides = _Sides(network, partition)
    read = network.inputs(network.depth, (0, 0))
    mixed = tuple(v for v in read if sides.of(layer, v) is Side.BOTH)
    inputs = [network.inputs(layer, v) for v in mixed]
    if not mixed or any(sides.of(layer - 1, i) is Side.BOTH for seen in inputs for i in seen):
        return None
    counts = _States(network)
    states = tuple(
        (
            _states_on(P, layer - 1, seen, sides, counts),
            _states_on(Q, layer - 1, seen, sides, counts),
        )
        for seen in inputs
    )
    found = {sides.of(layer, v) for v in read}
    lone = (Side.P in found, Side.Q in found)
    return Chains(mixed, states, (), lone).with_channels(network.channels[layer])


def span_of_boxes(states: tuple[int, ...], channels: int) -> int:
    """The largest dimension that this many chains of boxes can span, over the constants.

    >>> span_of_boxes((16, 16), 8), span_of_boxes((16, 16), 9)
    (240, 255)

    Four inputs with four states: twelve steps a chain, but all boxes that restrict one input lie in 12
    dimensions, so that 22 chains give less than 255:

    >>> [span_of_boxes((4,) * 4, D) for D in (12, 21, 22, 23)]
    [144, 243, 254, 255]
    """
    steps = [n - 1 for n in states if n > 1]
    elementary = _elementary(steps, min(len(steps), MOST_RESTRICTED))
    total, few, best = sum(steps), 0, prod(n for n in states) - 1
    for j, dimension in enumerate(elementary):
        few += dimension if j else 0
        if j < len(steps):
            best = min(best, channels * (total - j) + few)
    return best


def vectors(states: Sequence[int], channels: int) -> int:
    """How many vectors so many channels can have, each the largest of functions of the inputs.

    >>> [vectors((2,) * 4, D) for D in (1, 2, 3, 4, 5)]
    [5, 11, 15, 16, 16]
    """
    steps = [n - 1 for n in states if n > 1]
    if channels >= len(steps):
        return prod(states)
    return sum(_elementary(steps, channels))


def _elementary(numbers: list[int], most: int) -> list[int]:
    """The elementary symmetric polynomials e_0, ..., e_most."""
    found = [1] + [0] * most
    for x in numbers:
        for i in range(most, 0, -1):
            found[i] += x * found[i - 1]
    return found


class _Sides:
    """The side of every location, by its receptive field."""

    def __init__(self, network: Network, partition: Partition) -> None:
        self.fields = _Fields(network)
        self.partition = partition

    def of(self, layer: int, at: Location) -> Side:
        rows, columns = self.fields.of(layer, at)
        return Side.of(self.partition.side((r, c)) for r in rows for c in columns)


class _Fields:
    """Receptive fields, axis by axis."""

    def __init__(self, network: Network) -> None:
        self.graphs = [axis_graph(network.axis(axis)) for axis in AXES]
        self.known: dict[tuple[int, int, int], frozenset[int]] = {}

    def of(self, layer: int, at: Location) -> tuple[frozenset[int], frozenset[int]]:
        rows, columns = (self._on_axis(axis, layer, at[axis]) for axis in AXES)
        return rows, columns

    def _on_axis(self, axis: int, layer: int, u: int) -> frozenset[int]:
        key = axis, layer, u
        if key not in self.known:
            self.known[key] = frozenset(axis_field(self.graphs[axis], layer, u))
        return self.known[key]


class _States:
    """How many vectors of channels a location can have, whatever the parameters."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.fields = _Fields(network)
        self.known: dict[tuple[int, Location], int] = {}

    def of(self, layer: int, at: Location) -> int:
        if layer == 0:
            return self.network.M
        if (layer, at) not in self.known:
            self.known[layer, at] = self._count(layer, at)
        return self.known[layer, at]

    def _count(self, layer: int, at: Location) -> int:
        """By what the inputs can tell apart with so many channels, and by the sites that they see."""
        rows, columns = self.fields.of(layer, at)
        most: int = self.network.M ** (len(rows) * len(columns))
        inputs = [self.of(layer - 1, i) for i in self.network.inputs(layer, at)]
        return min(most, vectors(inputs, self.network.channels[layer]))


def _states_on(
    side: Side, layer: int, inputs: list[Location], sides: _Sides, counts: _States
) -> tuple[int, ...]:
    return tuple(counts.of(layer, i) for i in inputs if sides.of(layer, i) is side)


def show_states(states: tuple[int, ...]) -> str:
    """How many inputs have how many states.

    >>> show_states((16, 16)), show_states((2, 4)), show_states(())
    ('2 inputs of 16 states', '1 input of 2 states and 1 input of 4 states', 'no input')
    """
    counted = sorted(Counter(states).items())
    words = [f"{count} input{'s' if count > 1 else ''} of {n} states" for n, count in counted]
    return " and ".join(words) or "no input"
