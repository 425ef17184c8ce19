"""Digits that number sites, and sites that must be equal: against paths and components by brute force."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest
from convac import Network, checkerboard, left_right
from convac.graphs.digits import Numbering, numbering
from convac.graphs.equalities import components, equalities
from convac.graphs.network import Location
from convac.graphs.partition_names import named
from hypothesis import given
from hypothesis import strategies as st
from strategies import partitions, plain_networks


def ways(network: Network, found: Numbering) -> list[tuple[Location, int]]:
    """Every way down from location (0, 0) of layer L - 1, with what its offsets add up to."""
    paths = [((0, 0), 0)]
    for layer in range(network.depth - 1, 0, -1):
        below = []
        for (at, number), offset in product(paths, found.offsets(layer)):
            seen = network.input_at(layer, at, offset)
            if seen is not None:
                below.append((seen, number + (found.exponent(layer, offset) or 0)))
        paths = below
    return paths


@given(st.data())
def test_sites_have_one_way_and_pairs_one_number(data: st.DataObject) -> None:
    network = data.draw(plain_networks(most_entries=4000))
    cut = data.draw(partitions(network))
    found = numbering(network, cut)
    if found is None:
        return
    reached = ways(network, found)
    assert max(Counter(site for site, _ in reached).values(), default=1) == 1
    of = dict(reached)
    assert max(Counter(of.values()).values()) <= 2
    for number, (p, q) in found.pairs.items():
        assert of[p] == of[q] == number
        assert (cut.side(p), cut.side(q)) == (0, 1)


@pytest.mark.parametrize(
    ("layers", "partition", "pairs"),
    [
        ("2/2:1,2/2:1,1/1:1", "left-right", 8),
        ("2/2:1,2/2:1,1/1:1", "top-bottom", 8),
        ("2/2:1,2/2:1,1/1:1", "checkerboard", 8),
        ("2/2:1,2/2:1,1/1:1", "column:1", 4),
        ("3/1:1,2/2:1,2/2:1", "left-right", 8),
        ("4/4:1,1/1:1", "columns", 8),
        ("3/1:1,4/4:1", "left-right", 3),
        ("2/2:1,2/2:1", "left-right", 0),  # location (0, 0) sees one quarter
        ("4/4:1", "left-right", 0),
    ],
)
def test_pairs_of_a_number(layers: str, partition: str, pairs: int) -> None:
    network = Network(2, 4, layers=layers)
    found = numbering(network, named(partition, 4, 4))
    assert (0 if found is None else len(found.pairs)) == pairs


def test_components_join_chains_of_pairs() -> None:
    """Columns c, c + 1 all joined: one component a row, not three."""
    network = Network(2, 4, layers="1x2/1:2,4/4:1,1/1:1")
    assert len(components(network, left_right(4), (0, 1), ((0, 0),))) == 4
    assert len(components(network, checkerboard(4), (0, 1), ((0, 0),))) == 4
    longer = Network(2, 4, layers="1x3/1:2,4/4:1,1/1:1")
    assert len(components(longer, left_right(4), (0, 2), ((0, 0),))) == 8


@pytest.mark.parametrize(
    ("layers", "near", "parted"),
    [
        ("3/1:4,2/2:1,2/2:1", 2, 8),
        ("3/1:3,2/2:1,2/2:1", 1, 4),
        ("3/1:2,4/4:1,1/1:1", 1, 8),
        ("3/1:1,4/4:1,1/1:1", 0, 0),  # no channel for every template
        ("3/1:4,4/4:1", 0, 0),  # the layer above is linear
        ("2/2:4,2/2:4,1/1:1", 0, 0),  # no window sees both sides
    ],
)
def test_how_many_are_parted(layers: str, near: int, parted: int) -> None:
    found = equalities(Network(2, 4, layers=layers), left_right(4))
    counts = (0, 0) if found is None else (len(found.near), len(found.components))
    assert counts == (near, parted)
