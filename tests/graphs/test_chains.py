"""Chains of boxes: no channels span more than the count, and what is counted is what locations see."""

from __future__ import annotations

from itertools import accumulate, product
from math import prod

import numpy as np
import pytest
from convac import ZZ, Network, Setting, checkerboard, left_right, random_assignment
from convac.algebra.linear.multimodular import rank_over_Q
from convac.algebra.rectifier import Rectifier
from convac.algebra.rings import Table
from convac.graphs.chains import chains, span_of_boxes, vectors
from convac.graphs.partition import from_sites
from convac.proofs.rectifier_rank import rectifier_upper_bound
from hypothesis import given
from hypothesis import strategies as st
from strategies import networks, partitions

MEMORY = 2**28


def box(chosen: list[set[int]], states: tuple[int, ...]) -> Table:
    """The indicator of a product of sets of states."""
    inside = [np.isin(np.arange(n), sorted(some)) for n, some in zip(states, chosen, strict=True)]
    table = np.ones((), dtype=np.int64)
    for axis in inside:
        table = np.multiply.outer(table, axis.astype(np.int64))
    return table.ravel()


@given(st.data())
def test_no_chains_of_boxes_span_more(data: st.DataObject) -> None:
    """Chains that gain one state at a time, in any order, from one state of each input to all."""
    states = tuple(data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=4)))
    channels = data.draw(st.integers(1, 6))
    rows = [np.ones(prod(states), dtype=np.int64)]
    for _ in range(channels):
        orders = [data.draw(st.permutations(range(n))) for n in states]
        chosen = [{order[0]} for order in orders]
        left = [(i, s) for i, order in enumerate(orders) for s in order[1:]]
        # Which input gains is free; the states of one input come in its order.
        turns = data.draw(st.permutations([i for i, _ in left]))
        waiting = {i: iter(order[1:]) for i, order in enumerate(orders)}
        rows.append(box(chosen, states))
        for i in turns:
            chosen[i] = chosen[i] | {next(waiting[i])}
            rows.append(box(chosen, states))
    assert rank_over_Q(np.array(rows)) <= 1 + span_of_boxes(states, channels)


@pytest.mark.parametrize(
    ("states", "channels", "dimension"),
    [
        ((16, 16), 1, 30),  # every box of a chain but the last
        ((16, 16), 9, 255),  # all functions: 270 boxes are more
        ((3,), 1, 2),
        ((2, 2), 2, 3),
        ((2,) * 8, 3, 24),
        ((2,) * 8, 9, 71),  # j = 1: 9 (8 - 1) + 8
        ((2,) * 8, 30, 216),  # j = 2: 30 (8 - 2) + 8 + 28
        ((1, 1), 5, 0),
        ((), 5, 0),
    ],
)
def test_values_by_hand(states: tuple[int, ...], channels: int, dimension: int) -> None:
    assert span_of_boxes(states, channels) == dimension


@given(st.data())
def test_no_rank_is_larger_than_the_bound(data: st.DataObject) -> None:
    """At random parameters, with and without overlap, shared and unshared."""
    network = data.draw(networks(most_entries=300))
    cut = data.draw(partitions(network))
    found = chains(network, cut)
    if found is None:
        return
    for seed in range(3):
        point = random_assignment(network, seed, ZZ, shared=data.draw(st.booleans()))
        matrix = Rectifier(point, "relu-max").matrix(cut, MEMORY)
        assert rank_over_Q(matrix) <= found.bound


@given(st.data())
def test_channels_part_no_more_states(data: st.DataObject) -> None:
    """Each channel the largest of functions of the inputs: their vectors, one state of all at a time."""
    states = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    values = st.integers(0, 12)
    channels = [
        [data.draw(st.lists(values, min_size=n, max_size=n)) for n in states]
        for _ in range(data.draw(st.integers(1, 4)))
    ]
    found = {
        tuple(max(G[s] for G, s in zip(functions, at, strict=True)) for functions in channels)
        for at in product(*map(range, states))
    }
    assert len(found) <= vectors(states, len(channels))


@pytest.mark.parametrize(
    ("states", "channels", "count"),
    [((2,) * 4, 2, 11), ((2,) * 4, 3, 15), ((4,) * 4, 1, 13), ((4,) * 4, 2, 67), ((3, 5), 2, 15)],
)
def test_vectors_by_hand(states: tuple[int, ...], channels: int, count: int) -> None:
    assert vectors(states, channels) == count


def test_states_through_layers() -> None:
    """One channel of two sites has three values, then two such inputs make five; two channels 4 states."""
    few = chains(Network(2, 1, 8, layers="1x2/1x2:1,1x2/1x2:1,1x2/1x2:1,1/1:1"), left_right(1, 8))
    assert few is not None
    assert few.states == (((5,), (5,)),)
    more = chains(Network(2, 1, 8, layers="1x2/1x2:2,1x2/1x2:9,1x2/1x2:1,1/1:1"), left_right(1, 8))
    assert more is not None
    assert more.states == (((16,), (16,)),)


def test_locations_of_one_side_add_one() -> None:
    """Two locations of layer 1, of which one sees P only: 1 + 1 from P, or 1 from Q, and the boxes."""
    network = Network(2, 1, 4, layers="1x2/1x2:1,1x2/1x2:1")
    found = chains(network, from_sites(1, 4, [(0, 0), (0, 1), (0, 2)]))
    assert found is not None
    assert (found.locations, found.lone, found.boxes) == (((0, 1),), (True, False), ((1, 1),))
    assert found.bound == 2


def test_where_it_says_nothing() -> None:
    assert chains(Network(2, 4, layers="2/2:4,2/2:4,1/1:1"), checkerboard(4)) is None
    assert chains(Network(2, 4, layers="3/1:4,2/2:4,2/2:1"), left_right(4)) is None
    assert chains(Network(2, 4, layers="4/4:1"), left_right(4)) is None


def test_only_max_pooling_is_bounded() -> None:
    sizes = {"M": 2, "H": 4, "layers": "2/2:15,2/2:1,1/1:1"}
    bounds = {
        pooling: int(rectifier_upper_bound(Setting.read(**sizes, pooling=pooling)).value)
        for pooling in ("relu-max", "relu-sum", "sum-relu")
    }
    assert bounds == {"relu-max": 31, "relu-sum": 256, "sum-relu": 2}


def test_the_bound_grows_with_channels() -> None:
    bounds = [span_of_boxes((4,) * 4, D) for D in range(1, 30)]
    assert bounds == list(accumulate(bounds, max))
    assert max(bounds) == 255
