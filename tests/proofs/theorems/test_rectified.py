"""What is built for rectifier networks: exact ranks, and numbers, pairs and orders that must be refused."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from console_script import call
from convac import InputError, Network, Setting, Status, left_right
from convac.algebra.linear.multimodular import rank_over_Q
from convac.algebra.rectifier import Rectifier
from convac.algebra.witnesses.rectified_chains import best_orders, boxes, chains_assignment, orders
from convac.algebra.witnesses.rectified_numbers import numbers_assignment
from convac.algebra.witnesses.rectified_pairs import pairs_assignment
from convac.graphs.digits import numbering
from convac.graphs.equalities import equalities
from convac.proofs.rectifier_points import built_points
from convac.proofs.rectifier_rank import measured_rectifier, rectifier_upper_bound
from convac.proofs.theorems import max_chains, max_pairs, rectified_sums
from hypothesis import given
from hypothesis import strategies as st
from strategies import networks, partitions, plain_networks

MEMORY = 2**28
POINTS = Path(max_chains.__file__).parents[1] / "points"
INDEX = tomllib.loads((POINTS / "index.toml").read_text(encoding="utf-8"))["points"]


def read(layers: str, pooling: str, **more: Any) -> Setting:
    return Setting.read(**{"M": 2, "H": 4, "layers": layers, "pooling": pooling, **more})


@given(st.data())
def test_ranks_are_at_least_what_the_proofs_say(data: st.DataObject) -> None:
    network = data.draw(plain_networks(most_entries=2000))
    cut = data.draw(partitions(network))
    numbers, equal = numbering(network, cut), equalities(network, cut)
    if network.M > 1 and numbers is not None:
        point = numbers_assignment(network, numbers)
        matrix = Rectifier(point, "relu-sum").matrix(cut, MEMORY)
        assert rank_over_Q(matrix) >= network.M ** len(numbers.pairs)
    if network.M > 1 and equal is not None:
        point = pairs_assignment(network, equal)
        matrix = Rectifier(point, "relu-max").matrix(cut, MEMORY)
        assert rank_over_Q(matrix) >= network.M ** len(equal.components)


@given(st.data())
def test_no_construction_exceeds_the_bound(data: st.DataObject) -> None:
    network = data.draw(networks(most_entries=500))
    pooling = data.draw(st.sampled_from(["relu-sum", "relu-max"]))
    setting = Setting(network, data.draw(partitions(network)), pooling=pooling)
    upper = rectifier_upper_bound(setting)
    for build in built_points(setting):
        point = build()
        if point is not None:
            matrix = Rectifier(point.assignment, pooling).matrix(setting.partition, MEMORY)
            assert rank_over_Q(matrix) <= int(upper.value)


@pytest.mark.parametrize(("n", "k", "D"), [(4, 2, 2), (3, 3, 3), (2, 4, 3), (5, 1, 1)])
def test_the_rank_of_mirrored_chains_is_the_span_of_their_boxes(n: int, k: int, D: int) -> None:
    """k columns of sites with n templates on each side."""
    network = Network(n, 1, 2 * k, layers=f"1x{2 * k}/1x{2 * k}:{D},1/1:1")
    for seed in range(3):
        found = orders((n,) * k, D, seed)
        point = chains_assignment(network, left_right(1, 2 * k), (0, 0), found)
        matrix = Rectifier(point, "relu-max").matrix(left_right(1, 2 * k), MEMORY)
        assert rank_over_Q(matrix) == rank_over_Q(boxes(found, (n,) * k))


@pytest.mark.parametrize("D", range(1, 10))
def test_two_inputs_of_sixteen_states_attain_the_bound(D: int) -> None:
    """2/2:15,2/2:D,1/1:1 at M = 2, H = 4: min(256, 30 D + 1)."""
    assert best_orders((16, 16), D, min(256, 30 * D + 1))[1] == min(256, 30 * D + 1)


def test_least_channels() -> None:
    assert max_chains.least_channels(read("2/2:15,2/2:1,1/1:1", "relu-max")) == 9
    assert max_chains.least_channels(read("1x2/1x2:3,4x2/4x2:1,1/1:1", "relu-max")) == 23
    assert max_chains.least_channels(read("2/2:1,2/2:1,1/1:1", "relu-max")) is None
    eight = read("2/2:15,2/2:65536,2/2:1,1/1:1", "relu-max", H=8)
    assert max_chains.least_channels(eight) == (2**16 + 1 + 1) // 2


def test_what_is_wrong_with_chains_fails() -> None:
    case = max_chains.best(read("2/2:15,2/2:3,1/1:1", "relu-max"))
    good = (max_chains.inputs, max_chains.states, max_chains.dimensions, max_chains.ranks)
    assert {check(case).status for check in (*good, max_chains.attained)} == {Status.PASSED}

    def changed(**found: Any) -> max_chains.Bound:
        return replace(case, found=replace(case.found, **found))

    one = (((16,), (16, 16)),)
    assert max_chains.inputs(changed(states=one)).status is Status.FAILED
    assert max_chains.inputs(changed(locations=())).status is Status.FAILED
    assert max_chains.inputs(changed(lone=(True, False))).status is Status.FAILED
    assert max_chains.states(changed(states=(((16, 15), (16, 16)),))).status is Status.FAILED
    assert max_chains.dimensions(changed(boxes=((89, 90),))).status is Status.FAILED
    low = changed(boxes=((3, 3),))
    assert max_chains.ranks(low).status is Status.FAILED
    assert max_chains.attained(low).status is Status.FAILED
    high = changed(boxes=((99, 99),))
    assert max_chains.attained(high).status is Status.NOT_RUN


def test_what_is_wrong_with_numbers_fails() -> None:
    case = rectified_sums.best(read("2/2:1,2/2:1,1/1:1", "relu-sum"))
    steps = (rectified_sums.pairs, rectified_sums.weights, rectified_sums.matrix)
    assert {check(case).status for check in steps} == {Status.PASSED}
    pairs = dict(case.found.pairs)
    pairs[0] = (pairs[0][0], pairs[1][1])
    mixed = replace(case, found=replace(case.found, pairs=pairs))
    assert rectified_sums.pairs(mixed).status is Status.FAILED
    assert rectified_sums.weights(mixed).status is Status.FAILED
    more = replace(case.found, pairs={**case.found.pairs, 99: ((0, 0), (0, 2))})
    assert rectified_sums.matrix(replace(case, found=more)).status is Status.FAILED
    others = numbers_assignment(case.setting.network, replace(case.found, pairs={0: pairs[0]}))
    assert rectified_sums.weights(replace(case, point=others)).status is Status.FAILED


def test_what_is_wrong_with_pairs_fails() -> None:
    case = max_pairs.best(read("3/1:4,2/2:1,2/2:1", "relu-max"))
    steps = (max_pairs.components, max_pairs.assignment, max_pairs.matrix)
    assert {check(case).status for check in steps} == {Status.PASSED}
    fewer = replace(case, found=replace(case.found, near=((0, 0),)))
    assert max_pairs.components(fewer).status is Status.FAILED
    assert max_pairs.assignment(fewer).status is Status.FAILED
    twice = replace(case, found=replace(case.found, components=case.found.components * 2))
    assert max_pairs.components(twice).status is Status.FAILED
    assert max_pairs.matrix(twice).status is Status.FAILED


def test_a_report_says_what_is_built() -> None:
    setting = read("2/2:16,2/2:14,1/1:1", "relu-max")
    report = measured_rectifier(setting, trials=2, memory=MEMORY)
    assert report.built is not None
    assert (report.lower, report.exact, max(r.lower for r in report.ranks)) == (256, True, 34)
    assert "≥ 2^8 = 256      largest rank, by construction: 14 chains of boxes" in str(report)
    plain = measured_rectifier(setting, trials=2, memory=MEMORY, constructions=False)
    assert (plain.built, plain.lower) == (None, 34)
    # Where the seeds have more, the construction is left out.
    more = measured_rectifier(read("3/1:2,4/4:1", "relu-sum"), memory=MEMORY)
    assert more.built is None


def test_assignments_that_do_not_fit_are_refused() -> None:
    network = Network(2, 4, layers="2/2:14,2/2:3,1/1:1")
    with pytest.raises(InputError, match="15 channels"):
        chains_assignment(network, left_right(4), (0, 0), orders((16, 16), 3, 0))
    deep = Network(2, 4, layers="1/1:2,2/2:14,2/2:3,1/1:1")
    with pytest.raises(InputError, match="two or three layers"):
        chains_assignment(deep, left_right(4), (0, 0), orders((16, 16), 3, 0))
    found = equalities(Network(2, 4, layers="3/1:4,2/2:1,2/2:1"), left_right(4))
    assert found is not None
    with pytest.raises(InputError, match="4 channels"):
        pairs_assignment(Network(2, 4, layers="3/1:3,2/2:1,2/2:1"), found)


@pytest.mark.parametrize("point", INDEX, ids=lambda point: point["file"])
def test_files_have_the_ranks_that_the_index_says(point: dict[str, Any]) -> None:
    sizes = ["--M", str(point["M"]), "--H", str(point["H"]), "--layers", point["layers"]]
    file = str(POINTS / point["file"])
    result = call(
        "rank",
        *sizes,
        "--pooling",
        point["pooling"],
        "--parameters",
        file,
        "--json",
        script="convac",
    )
    document = json.loads(result.stdout)
    (rank,) = document["ranks"]
    assert (rank["lower"], rank["exact"]) == (point["rank"], True)


def test_every_file_is_in_the_index() -> None:
    assert {path.name for path in POINTS.glob("*.json")} == {point["file"] for point in INDEX}
    assert np.unique([point["file"] for point in INDEX]).size == len(INDEX)
