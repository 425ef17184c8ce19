"""Pairs in arrays against their definition, pair by pair, and one wrong pair among 10^5."""

from dataclasses import replace

import numpy as np
import pytest
from convac import Network, Setting
from convac.graphs.network import AXES, Axis
from convac.graphs.pairs import SitePair, SitePairs, crossing_pairs, pair_problem, site_pairs
from convac.graphs.partition import Partition, left_right
from convac.graphs.receptive_fields import tail_extent
from convac.proofs.near_far import pairs_on_graph
from convac.proofs.steps import Status
from hypothesis import given
from hypothesis import strategies as st
from strategies import partitions, plain_networks


@st.composite
def cases(draw: st.DrawFn) -> tuple[Network, list[tuple[int, int]], Partition]:
    """A network with two layers or more, far offsets in the windows below one of them, a partition."""
    network = draw(plain_networks(most_entries=2**16).filter(lambda network: network.depth > 1))
    K = draw(st.integers(1, network.depth - 1))
    windows = [layer.window for layer in network.layers[:K]]
    fars = [(draw(st.integers(0, r - 1)), draw(st.integers(0, c - 1))) for r, c in windows]
    return network, fars, draw(partitions(network))


def sees(network: Network, fars: list[tuple[int, int]], axis: int, u: int) -> set[int]:
    """The sites to which offsets 0 and the far ones lead down from location u of layer K, on one axis."""
    found = {u}
    for layer in range(len(fars), 0, -1):
        below = [
            network.axis(axis).input_at(layer, at, i)
            for at in found
            for i in (0, fars[layer - 1][axis])
        ]
        found = {x for x in below if x is not None}
    return found


def survives(network: Network, K: int, axis: int, u: int) -> bool:
    """Whether location u of layer K is seen at an offset of the tail, and so on up, on one axis."""
    chain, at = network.axis(axis), u
    for layer in range(K + 1, network.depth + 1):
        at, offset = divmod(at, chain.strides[layer - 1])
        if offset >= tail_extent(chain, layer):
            return False
    return at == 0


def first_problem(
    network: Network, fars: list[tuple[int, int]], pairs: list[SitePair], partition: Partition
) -> str | None:
    """`pair_problem`, one pair after the other."""
    K = len(fars)
    met: set[tuple[int, int]] = set()
    for pair in pairs:
        where = f"location {pair.location} of layer {K}"
        if partition.side(pair.near) == partition.side(pair.far):
            return f"sites {pair.near} and {pair.far} of {where} are on one side of the cut"
        for site in (pair.near, pair.far):
            if site in met:
                return f"site {site} is in two pairs, the second of {where}"
            met.add(site)
            if any(site[a] not in sees(network, fars, a, pair.location[a]) for a in AXES):
                return f"site {site} is not in the receptive field of {where}"
        if not all(survives(network, K, a, pair.location[a]) for a in AXES):
            return f"no path from {where} to the output"
    return None


@given(cases(), st.data())
def test_the_first_problem_of_any_pairs(
    case: tuple[Network, list[tuple[int, int]], Partition], data: st.DataObject
) -> None:
    network, fars, partition = case
    found = list(crossing_pairs(network, fars, partition))
    assert pair_problem(network, fars, found, partition) == first_problem(
        *case[:2], found, partition
    )
    sites, locations = network.places(0), network.places(len(fars))
    for _ in range(data.draw(st.integers(1, 3))):
        site, other = (data.draw(st.sampled_from(sites)) for _ in range(2))
        pair = SitePair(data.draw(st.sampled_from(locations)), site, other)
        found.insert(data.draw(st.integers(0, len(found))), pair)
    assert pair_problem(network, fars, found, partition) == first_problem(
        *case[:2], found, partition
    )


@given(cases())
def test_pairs_are_those_of_the_definition(
    case: tuple[Network, list[tuple[int, int]], Partition],
) -> None:
    network, fars, partition = case
    expected = []
    for location in network.places(len(fars)):
        ends = []
        for offsets in ([(0, 0)] * len(fars), fars):
            place: tuple[int, int] | None = location
            for layer in range(len(fars), 0, -1):
                place = (
                    None if place is None else network.input_at(layer, place, offsets[layer - 1])
                )
            ends.append(place)
        if ends[1] is not None:
            assert ends[0] is not None
            expected.append(SitePair(location, ends[0], ends[1]))
    pairs = site_pairs(network, fars)
    assert list(pairs) == expected == [pairs[k] for k in range(len(pairs))]
    assert list(SitePairs.of(expected)) == expected
    crossing = [pair for pair in expected if partition.side(pair.near) != partition.side(pair.far)]
    assert list(crossing_pairs(network, fars, partition)) == crossing


@given(st.integers(1, 9), st.integers(1, 5), st.integers(1, 4))
def test_inputs_in_arrays_are_those_one_by_one(size: int, window: int, stride: int) -> None:
    axis = Axis(size, (window,), (stride,))
    u, i = np.arange(axis.sizes[1]), np.arange(window)
    found = axis.inputs_at(1, u[:, None], i).tolist()
    one_by_one = [[axis.input_at(1, v, j) for j in range(window)] for v in range(axis.sizes[1])]
    assert found == [[size if x is None else x for x in row] for row in one_by_one]


LARGE = Network(2, 512, layers="257/1:2,512/512:1")
FARS = [(0, 256)]
LAST = 100_000
"""The pair that is broken: the 100,001st, that of location (390, 160)."""


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({}, None),
        ({"nears": (390, 159)}, "site (390, 159) is in two pairs"),
        ({"nears": (0, 0), "locations": (0, 0)}, "site (0, 0) is in two pairs"),
        ({"fars": (0, 256), "locations": (0, 0)}, "is not in the receptive field"),
        ({"fars": (390, 255)}, "are on one side of the cut"),
        ({"locations": (389, 160)}, "site (390, 160) is not in the receptive field"),
        ({"fars": (391, 416)}, "site (391, 416) is not in the receptive field"),
    ],
)
def test_sabotage_one_pair_among_many(
    broken: dict[str, tuple[int, int]], message: str | None
) -> None:
    pairs = site_pairs(LARGE, FARS)
    assert pairs[LAST] == SitePair((390, 160), (390, 160), (390, 416))
    for name, place in broken.items():
        getattr(pairs, name)[LAST] = place
    found = pairs_on_graph(Setting(LARGE, left_right(512)), FARS, pairs, 2**17)
    assert found.status is (Status.PASSED if message is None else Status.FAILED)
    assert message is None or message in found.detail


def test_sabotage_two_far_sites_exchanged() -> None:
    pairs = site_pairs(LARGE, FARS)
    pairs.fars[[LAST, LAST + 1]] = pairs.fars[[LAST + 1, LAST]]
    found = pairs_on_graph(Setting(LARGE, left_right(512)), FARS, pairs, 2**17)
    assert "site (390, 417) is not in the receptive field of location (390, 160)" in found.detail


def test_sabotage_one_pair_too_few_or_on_the_wrong_side() -> None:
    pairs, cut = site_pairs(LARGE, FARS), left_right(512)
    fewer = pairs.where(np.arange(2**17) != LAST)
    found = pairs_on_graph(Setting(LARGE, cut), FARS, fewer, 2**17)
    assert "131071 pairs on the graph, and the formula says E = 131072" in found.detail
    moved = bytearray(cut.sides)
    moved[390 * 512 + 416] = 0
    wrong = replace(cut, sides=bytes(moved))
    found = pairs_on_graph(Setting(LARGE, wrong), FARS, pairs, 2**17)
    assert "(390, 160) and (390, 416) of location (390, 160)" in found.detail
