"""Plans of pairs: the exact rank, and plans that the check must refuse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cases import any_settings, drawn_settings
from convac import Network, Setting, Status, factored_rank, factorize
from convac.graphs.partition_names import named
from convac.graphs.plans import plan
from convac.graphs.receptive_fields import tail_problem
from convac.graphs.routes import Route
from convac.proofs.theorems.plan_bound import PlanNumbers, planned
from hypothesis import assume, given


@given(drawn_settings("unshared", most_M=3))
def test_the_rank_of_plans(setting: Setting) -> None:
    """Pairs that meet in layer K have rank (m' + 1)^pairs; the plan is as it says."""
    network, cut = setting.network, setting.partition
    for K in range(2, network.depth):
        if tail_problem(network, K) is not None:
            continue
        for m in range(1, min(network.M - 1, network.channels[K]) + 1):
            routes = plan(network, cut, [D // m for D in network.channels[1:K]])
            numbers = PlanNumbers(setting, K, m, tuple(routes))
            taken = planned(numbers)
            assert taken.status is Status.PASSED, taken.detail
            built = numbers.construction().assignment
            assert factored_rank(factorize(built), cut).rank == numbers.bound


@given(any_settings("unshared", most_entries=4096, most_layers=4, least_layers=3))
def test_the_rank_of_plans_on_any_layers(setting: Setting) -> None:
    """The same where layers pad, dilate, lose inputs and group channels: pairs meet in live locations."""
    network, cut = setting.network, setting.partition
    assume(not network.plain)
    have = network.passed_channels
    for K in range(2, network.depth):
        for m in range(1, min(network.M - 1, have[0], have[K]) + 1):
            numbers = PlanNumbers(
                setting, K, m, tuple(plan(network, cut, [D // m for D in have[1:K]]))
            )
            if numbers.routes:
                taken = planned(numbers)
                assert taken.status is Status.PASSED, taken.detail
                built = numbers.construction().assignment
                assert factored_rank(factorize(built), cut).rank == numbers.bound


def test_a_plan_turns_where_the_tail_leads() -> None:
    """The output reads locations 0 and 1 of layer 2, and not location 2."""
    network = Network(2, 1, 4, layers="1/1:1,1x2/1n1x3:1,1x2/1x2n1:1")
    setting = Setting(network, named("columns", 1, 4), "unshared")
    last = Route(((0, 2), (0, 2), (0, 2)), ((0, 3), (0, 3), (0, 2)))
    first = Route(((0, 0), (0, 0), (0, 0)), ((0, 1), (0, 1), (0, 0)))
    assert planned(PlanNumbers(setting, 2, 1, (first,))).status is Status.PASSED
    assert planned(PlanNumbers(setting, 2, 1, (last,))).status is Status.FAILED
    assert len(plan(network, setting.partition, [1])) == 1


GOOD = Route(((0, 0), (0, 0), (0, 0)), ((0, 1), (0, 1), (0, 0)))
SETTING = Setting(Network(2, 4, layers="1/1:1,2/1:2,4/4:1"), named("columns", 4, 4), "unshared")


def taken(*routes: Route, m: int = 1) -> Status:
    return planned(PlanNumbers(SETTING, 2, m, routes)).status


@pytest.mark.parametrize(
    "routes",
    [
        (GOOD, GOOD),
        (replace(GOOD, far=((0, 2), (0, 2), (0, 0))),),
        (replace(GOOD, far=((0, 3), (0, 3), (0, 0))),),
        (replace(GOOD, far=GOOD.near),),
        (replace(GOOD, near=((0, 0), (0, 0))),),
        (GOOD, Route(((0, 2), (0, 2), (0, 1)), ((0, 1), (0, 1), (0, 1)))),
        (Route(((0, 0), (0, 0)), ((0, 1), (0, 0))),),
    ],
)
def test_plans_that_are_wrong_fail(routes: tuple[Route, ...]) -> None:
    assert taken(GOOD) is Status.PASSED
    assert taken(*routes) is Status.FAILED


def test_labels_that_are_too_many_fail() -> None:
    assert taken(GOOD, m=2) is Status.FAILED
