"""Networks without overlap: separating sets and capacities that the check must refuse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from convac import Network, NotApplicable, Powers, Setting, Status
from convac.graphs.network import edge_count
from convac.graphs.partition_names import named
from convac.proofs.decide import random_ranks_step
from convac.proofs.theorems.non_overlapping import best, separator
from convac.resources import MOST_IMPROVED_EDGES

SETTING = Setting(Network(2, 4, layers="2/2:3,2/2:2,1/1:1"), named("left-right", 4, 4))


def test_sets_and_capacities_that_are_wrong_fail() -> None:
    cut = best(SETTING)
    assert separator(cut).status is Status.PASSED
    assert separator(replace(cut, chosen=frozenset())).status is Status.FAILED
    assert separator(replace(cut, capacity=Powers(2))).status is Status.FAILED


def test_a_tree_of_more_edges_than_sets_are_improved_in() -> None:
    """21,824 edges: the bound needs a least set, and no search for a better one."""
    network = Network(2, 128, layers="(2/2:3)*4,8/8:1")
    assert edge_count(network) > MOST_IMPROVED_EDGES
    cut = best(Setting(network, named("left-right", 128, 128)))
    assert separator(cut).status is Status.PASSED
    assert cut.capacity == Powers(1)


def test_random_ranks_refute_a_bound_that_is_too_small() -> None:
    for value, status in ((3, Status.PASSED), (4, Status.PASSED), (2, Status.FAILED)):
        assert random_ranks_step(SETTING, Powers(value)).status is status


def test_an_overlap_is_named() -> None:
    overlapping = Setting(Network(2, 4, layers="2/2:3,2/1:2,2/2:1"), named("left-right", 4, 4))
    with pytest.raises(NotApplicable, match="layer 2 overlaps"):
        best(overlapping)
