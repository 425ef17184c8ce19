"""Max pooling without overlap: chains of boxes in orders that make them independent (THEORY 6.3).

A channel of the layer before the last is the largest of functions of its inputs' states. Which values
these functions take does not matter, only in which order: each input takes its next state once in a
round. The same orders on both sides make

    constant - sum of channels = J + sum over all boxes B of w_B 1_B 1_B^T,    w_B > 0,

on states that both sides have, so that its rank is the dimension of the span of the boxes and 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import product
from math import prod
from random import Random

import numpy as np

from ...errors import InputError
from ...graphs.network import Location, Network, Pair
from ...graphs.partition import P, Partition, Q, Side
from ..assignment import Assignment, Entry, WeightRow, at
from ..linear.modular_rank import rank_mod_p
from ..linear.multimodular import FIRST_PRIME
from ..rings import Table

SEEDS, STEPS = 16, 300
"""Orders that are tried, and changes to the best of them; the span of the boxes says which are better."""
MOST_WORK = 6 * 10**9
"""Products of entries in all eliminations of boxes: seconds. Where one takes more, one order is tried."""
MOST_BOXES = 4096
"""Assignments of states of one side, so that the boxes are ranked in a second or so."""


@dataclass(frozen=True)
class Orders:
    """For every channel and every input of a side, the values of the input's states."""

    values: tuple[tuple[tuple[int, ...], ...], ...]

    @property
    def largest(self) -> int:
        """The largest value."""
        return max((x for channel in self.values for row in channel for x in row), default=0)


class _Plan:
    """For every channel: in which turn the inputs gain a state in each round, and which state.

    Attributes
    ----------
    turns[c][r][i] : the turn of input i in round r
    gains[c][i][s] : the round in which input i gains state s
    """

    def __init__(self, states: Sequence[int], channels: int, seed: int) -> None:
        self.rounds = max(states)
        self.turns = [
            [_mixed(len(states), seed, c, "turn", r) for r in range(self.rounds)]
            for c in range(channels)
        ]
        # The last states of all inputs come in the last round, also of those with fewer states.
        self.gains = [
            [
                [self.rounds - n + r for r in _mixed(n, seed, c, "state", i)]
                for i, n in enumerate(states)
            ]
            for c in range(channels)
        ]

    def exchange(self, draw: Random) -> tuple[list[int], int, int] | None:
        """Exchange two turns of a round or two states of an input; says which, to exchange them back."""
        c = _below(len(self.turns), draw)
        lists = (self.turns[c], self.gains[c])[_below(2, draw)]
        chosen = lists[_below(len(lists), draw)]
        i, j = _below(len(chosen), draw), _below(len(chosen), draw)
        if i == j:
            return None
        chosen[i], chosen[j] = chosen[j], chosen[i]
        return chosen, i, j

    def orders(self) -> Orders:
        """The values: one for each turn of each round."""
        return Orders(
            tuple(
                tuple(
                    tuple(r * len(rows) + turns[r][i] for r in gained)
                    for i, gained in enumerate(rows)
                )
                for turns, rows in zip(self.turns, self.gains, strict=True)
            )
        )


def orders(states: Sequence[int], channels: int, seed: int) -> Orders:
    """Values 0, 1, ... in rounds, the inputs of a round and the states of an input in mixed order.

    >>> orders((2, 2), 1, 0).values
    (((2, 1), (3, 0)),)
    """
    return _Plan(states, channels, seed).orders()


def boxes(found: Orders, states: Sequence[int]) -> Table:
    """A row for every box of every channel, the one of all assignments included; columns as sites."""
    rows = [np.ones(prod(states), np.int64)]
    for channel in found.values:
        largest = np.zeros((1,) * len(states), np.int64)
        for axis, values in enumerate(channel):
            shape = [1] * len(states)
            shape[axis] = len(values)
            largest = np.maximum(largest, np.array(values).reshape(shape))
        rows += [(largest <= t).astype(np.int64).ravel() for t in np.unique(largest)[:-1]]
    return np.array(rows)


def best_orders(states: Sequence[int], channels: int, most: int) -> tuple[Orders, int]:
    """Orders whose boxes span many dimensions, `most` at most; with these: the best that are found.

    The best of a few seeds, in which two turns or two states are exchanged as long as nothing is lost.
    The same sizes give the same orders.

    >>> best_orders((4, 4), 2, 13)[1], best_orders((9, 9), 5, 81)[1]
    (13, 81)
    """
    columns = prod(states)
    times = MOST_WORK // (columns * most * min(columns, most))
    plans = [_Plan(states, channels, seed) for seed in range(max(1, min(SEEDS, times)))]
    found = []
    for plan in plans:
        found.append(_dimension(plan, states))
        if found[-1] >= most:
            break
    dimension = max(found)
    best, draw = plans[found.index(dimension)], Random(0)
    for _ in range(min(STEPS, times) if dimension < most else 0):
        change = best.exchange(draw)
        if change is None:
            continue
        tried = _dimension(best, states)
        if tried < dimension:
            chosen, i, j = change
            chosen[i], chosen[j] = chosen[j], chosen[i]
        dimension = max(dimension, tried)
        if dimension >= most:
            break
    return best.orders(), dimension


def chains_assignment(
    network: Network, partition: Partition, top: Location, found: Orders
) -> Assignment:
    """The network of two or three layers whose channels at location `top` follow the orders.

    With three layers each channel of the first is 0 at one state of the window, and 1 elsewhere: all
    functions of the state are sums of these. The k-th input of P and that of Q have the same values.

    Raises
    ------
    InputError
        If the layers are not two or three, or the first of three has too few channels.
    """
    if network.depth not in (2, 3):
        raise InputError("layers", network.syntax, "two or three layers are needed")
    layer = network.depth - 1
    entries = _complements(network) if layer == 2 else []
    turn = {P: 0, Q: 0}
    for offset, side in inputs_at(network, partition, top):
        if turn[side] < len(found.values[0]):
            for c, channel in enumerate(found.values):
                row = _row(channel[turn[side]], layer)
                entries.append(Entry(layer, (c, c + 1), at(*offset), row))
        turn[side] += 1
    D, where = len(found.values), network.offset_of(network.depth, (0, 0), top)
    minus = WeightRow(tuple((c, -1) for c in range(D)), D * found.largest + 1)
    return Assignment(network, [*entries, Entry(network.depth, (0, 1), at(*where), minus)])


def window_states(network: Network) -> list[tuple[int, ...]]:
    """The states of a window of the first layer, of whatever offsets are inside the largest one."""
    window = zip(network.layers[0].window, network.sizes[0], strict=True)
    return list(product(range(network.M), repeat=prod(min(r, n) for r, n in window)))


def inputs_at(network: Network, partition: Partition, top: Location) -> list[tuple[Pair, Side]]:
    """The offsets of `top`, a location of layer L - 1, with the side of what is seen there."""
    layer = network.depth - 1
    found = []
    for below in network.inputs(layer, top):
        sites = network.inputs(1, below) if layer == 2 else [below]
        found.append((network.offset_of(layer, top, below), Side.of(map(partition.side, sites))))
    return found


def _row(values: Sequence[int], layer: int) -> WeightRow:
    """A function with these values: of a template, or of a state by the channels of the layer below."""
    if layer == 1:
        return WeightRow(tuple(enumerate(values)), 0)
    last = values[-1]
    weights = tuple((c, last - x) for c, x in enumerate(values[:-1]))
    return WeightRow(weights, last - sum(w for _, w in weights))


def _complements(network: Network) -> list[Entry]:
    """Channels of layer 1, each 0 at one state of the window and 1 elsewhere; the last state has none."""
    states = window_states(network)[:-1]
    if len(states) > network.channels[1]:
        raise InputError(
            "layers", network.syntax, f"{len(states)} channels in the first are needed"
        )
    height, width = (
        min(r, n) for r, n in zip(network.layers[0].window, network.sizes[0], strict=True)
    )
    entries = []
    for channel, state in enumerate(states):
        for offset, template in zip(product(range(height), range(width)), state, strict=True):
            weights = tuple((d, 1) for d in range(network.M) if d != template)
            entries.append(Entry(1, (channel, channel + 1), at(*offset), WeightRow(weights, 0)))
    return entries


def _dimension(plan: _Plan, states: Sequence[int]) -> int:
    return rank_mod_p(boxes(plan.orders(), states), FIRST_PRIME)


def _below(count: int, draw: Random) -> int:
    """Below `count`; from `Random.random`, whose sequence is the same in every version of Python."""
    return int(draw.random() * count)


def _mixed(count: int, *key: object) -> list[int]:
    """A permutation, reproducible from the key."""
    digests = [sha256(repr((*key, i)).encode()).digest() for i in range(count)]
    order = sorted(range(count), key=digests.__getitem__)
    return [order.index(i) for i in range(count)]
