"""No half: the rank at the assignment, the lemma's determinant, and numbers that the check must refuse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cases import any_settings, drawn_settings
from convac import Network, Powers, Setting, Status, factored_rank, factorize, theorems
from convac.graphs.directed_pairs import Taps, directed, directed_pairs
from convac.graphs.displacements import displacements
from convac.graphs.pairs import SitePair
from convac.graphs.partition_names import named
from convac.proofs.theorems import half_free
from convac.proofs.theorems.half_free import HalfFreeNumbers, best, hypotheses, order, pairs
from hypothesis import given
from hypothesis import strategies as st
from strategies import partitions, plain_networks


def numbers_of(setting: Setting, taps: Taps) -> HalfFreeNumbers:
    found = directed(taps, setting.partition)
    listed = tuple(directed_pairs(taps, found.chosen()))
    m = min(setting.network.M - 1, *setting.network.passed_channels[: taps.K + 1])
    return HalfFreeNumbers(setting, taps, m, listed)


def holds(setting: Setting, taps: Taps) -> None:
    """The steps pass, and the exact rank is at least the bound."""
    numbers = numbers_of(setting, taps)
    if numbers.m < 1 or not numbers.pairs:
        return
    taken = [hypotheses(numbers), pairs(numbers), order(numbers)]
    assert {step.status for step in taken} == {Status.PASSED}, taken
    built = numbers.construction().assignment
    assert factored_rank(factorize(built), setting.partition).rank >= numbers.bound


@given(drawn_settings(most_M=3), st.booleans())
def test_the_rank_is_at_least_the_bound(setting: Setting, mirrored: bool) -> None:
    for K in range(1, setting.network.depth):
        for step in list(displacements(setting.network, K))[:4]:
            if not mirrored or all(step.tau):
                holds(setting, Taps.at(setting.network, step, mirrored))


@given(st.data(), st.sampled_from(["shared", "unshared"]))
def test_no_tail_condition_is_needed(data: st.DataObject, weights: str) -> None:
    """Tails that lose locations, windows that leave the input, strides that do not divide."""
    network = data.draw(plain_networks(most_entries=2048, most_layers=4))
    setting = Setting(network, data.draw(partitions(network)), weights)
    for K in range(1, network.depth):
        for step in list(displacements(network, K))[:3]:
            holds(setting, Taps.at(network, step, False))


@given(any_settings(most_entries=2048, most_layers=4, least_layers=2), st.booleans())
def test_any_layers(setting: Setting, mirrored: bool) -> None:
    """Padding, dilation, given sizes, groups: a way to a tap may leave an input, and tails read some."""
    for K in range(1, setting.network.depth):
        for step in list(displacements(setting.network, K))[:4]:
            holds(setting, Taps.at(setting.network, step, mirrored))


def test_a_tap_behind_the_border_of_a_layer_is_outside() -> None:
    """Layer 1 has fewer locations than layer 2 would read; the site would be inside the grid."""
    network = Network(2, 1, 6, layers="1x2/1n1x3:1,1x3/1n1x2:1,1x2/1x2:1")
    taps = Taps(network, ((0, 0), (0, 1)), ((0, 1), (0, 2)))
    assert [taps.leaves((0, v)) for v in (0, 1)] == [False, True]
    assert [len(taps.sites((0, v))) for v in (0, 1)] == [3, 2]
    setting = Setting(network, named("column:2", 1, 6))
    numbers = numbers_of(setting, taps)
    assert [pair.location for pair in numbers.pairs] == [(0, 0)]
    outside = SitePair((0, 1), (0, 2), (0, 4))
    other = replace(numbers, setting=replace(setting, partition=named("column:3", 1, 6)))
    assert pairs(other).status is Status.PASSED
    assert pairs(replace(other, pairs=(outside,))).status is Status.FAILED


@given(st.data())
def test_any_two_offsets(data: st.DataObject) -> None:
    """Near offsets that are not (0, 0), in two layers of their own strides."""
    pair = st.tuples(st.integers(0, 1), st.integers(0, 2))
    S = data.draw(st.sampled_from([1, 2]))
    network = Network(2, 2, 6, layers=f"2x3/1x{S}:1,2x3/1:1,2x{6 // S}/2x{6 // S}:1")
    offsets = [sorted(data.draw(st.tuples(pair, pair))) for _ in range(2)]
    nears, fars = (tuple(both[k] for both in offsets) for k in (0, 1))
    if nears != fars:
        holds(Setting(network, data.draw(partitions(network))), Taps(network, nears, fars))


SETTING = Setting(Network(2, 4, layers="2/1:1,2/1:1,4/4:1"), named("left-right", 4, 4))


def test_numbers_that_are_wrong_fail() -> None:
    numbers = best(SETTING)
    taps = numbers.taps
    backwards = replace(taps, nears=taps.fars, fars=taps.nears)
    for wrong in (
        replace(numbers, m=2),
        replace(numbers, taps=backwards),
        replace(numbers, taps=replace(taps, fars=((0, 2), (0, 0)))),
        replace(numbers, taps=replace(taps, fars=taps.nears)),
    ):
        assert hypotheses(wrong).status is Status.FAILED
    first, *rest = numbers.pairs
    for broken in (
        (first, first),
        (replace(first, location=(0, 1)),),
        (replace(first, far=(0, 3)),),
        (*rest, replace(first, location=(0, 2), near=(0, 2), far=(0, 4))),
    ):
        assert pairs(replace(numbers, pairs=broken)).status is Status.FAILED
    assert order(replace(numbers, taps=replace(taps, mirrored=True))).status is Status.FAILED


def test_pairs_that_point_both_ways_in_one_class_fail() -> None:
    setting = Setting(Network(2, 1, 6, layers="1x2/1x2:1,1x2/1:1,1x3/1x3:1"), named("rows", 1, 6))
    cut = replace(setting.partition, sides=bytes([0, 0, 1, 1, 0, 0]))
    setting = replace(setting, partition=cut)
    taps = Taps(setting.network, ((0, 0), (0, 0)), ((0, 1), (0, 1)))
    both = directed(taps, cut)
    assert (int(both.chosen().sum()), both.most) == (1, 2)
    listed = tuple(directed_pairs(taps, both.forward | both.backward))
    taken = order(HalfFreeNumbers(setting, taps, 1, listed))
    assert taken.status is Status.FAILED
    assert "both directions" in taken.detail


def test_a_factor_that_is_not_the_formula_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = best(SETTING)
    check = theorems()["half-free"]
    assert check(M=2, H=4, layers="2/1:1,2/1:1,4/4:1")
    right = half_free._formula
    monkeypatch.setattr(half_free, "_formula", lambda *args: right(*args) ** 2)
    verdict = check(M=2, H=4, layers="2/1:1,2/1:1,4/4:1")
    assert [s.name for s in verdict.steps if s.status is Status.FAILED] == ["factors"]
    assert numbers.bound == Powers([(2, 8)])
