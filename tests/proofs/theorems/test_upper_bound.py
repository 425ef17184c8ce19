"""Upper bounds by separating sets: sets and numbers that the check must refuse."""

from __future__ import annotations

from dataclasses import replace

from convac import Network, Powers, Setting, Status, upper_bound
from convac.graphs.partition import named
from convac.graphs.separating_sets import cut_graph
from convac.proofs.theorems.upper_bound import monomials, separator, size

SETTING = Setting(Network(2, 4, layers="2/2:2,2/1:2,2/2:1"), named("left-right", 4, 4))


def test_sets_and_numbers_that_are_wrong_fail() -> None:
    found = upper_bound(SETTING.network, SETTING.partition)
    assert cut_graph(SETTING.network, SETTING.partition).separates(found.separator)
    assert separator(SETTING, found).status is monomials(SETTING, found).status is Status.PASSED
    fewer = replace(found, separator=found.separator[1:])
    assert separator(SETTING, fewer).status is Status.FAILED
    for value in (Powers(8), Powers(10)):
        assert monomials(SETTING, replace(found, value=value)).status is Status.FAILED


def test_the_matrix_size_is_counted() -> None:
    setting = Setting(Network(2, 4, layers="3/1:2,4/4:1"), named("left-right", 4, 4))
    found = upper_bound(setting.network, setting.partition)
    assert not found.separator
    assert size(setting, found).status is Status.PASSED
    assert size(setting, replace(found, value=Powers(255))).status is Status.FAILED
