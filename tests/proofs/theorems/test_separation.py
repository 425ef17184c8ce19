"""Separation: ranks, capacities and counts that the check must refuse."""

from __future__ import annotations

from convac import Network, Powers, Status
from convac.graphs.network import default_layers
from convac.proofs.theorems.separation import overlapping, parameters, tree_cut

NETWORK = Network(2, 4, layers=default_layers(2, 4, 4))
TREE = Network(2, 4, layers="2/2:3,2/2:3,1/1:1")
FULL = Powers([(2, 8)])


def test_what_is_wrong_fails() -> None:
    assert overlapping(NETWORK, FULL).status is Status.PASSED
    assert overlapping(NETWORK, Powers([(2, 9)])).status is Status.FAILED
    assert overlapping(Network(2, 4, layers="2/1:2,4/4:1"), FULL).status is Status.FAILED
    assert tree_cut(TREE, 3).status is Status.PASSED
    assert tree_cut(TREE, 4).status is Status.FAILED
    assert tree_cut(Network(2, 4, layers="2/1:3,2/2:3,2/2:1"), 3).status is Status.FAILED
    assert parameters(NETWORK, TREE, FULL).status is Status.PASSED
    larger = Network(2, 4, layers="3/1:3,4/4:1")
    assert parameters(larger, TREE, FULL).status is Status.FAILED
