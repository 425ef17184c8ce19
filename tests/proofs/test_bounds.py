"""The proved interval: against ranks, the checker and the command line."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from cases import drawn_settings
from console_script import run
from convac import (
    InputError,
    Network,
    NotApplicable,
    Partition,
    Powers,
    ResourceError,
    Setting,
    checkerboard,
    generic_rank,
    left_right,
    rank_interval,
    theorems,
)
from convac.graphs.partition_names import named
from convac.graphs.separating_sets import cut_graph
from convac.proofs import bounds, checker, upper_bounds
from convac.proofs.interval import LowerBound, UpperBound
from convac.proofs.theorem import Theorem
from convac.proofs.theorems import displacement, half_free, sharp_bound, theorem_1
from convac.proofs.verdict import Candidate
from hypothesis import given


def interval(partition: str, weights: str = "shared", **sizes: object) -> bounds.RankInterval:
    setting = Setting.read(partition=partition, weights=weights, **sizes)  # type: ignore[arg-type]
    return bounds.bounded(setting, memory=1.0)


@given(drawn_settings(most_sites=8, most_M=2))
def test_the_interval_holds_the_generic_rank(setting: Setting) -> None:
    found = bounds.bounded(setting, memory=1.0)
    report = generic_rank(setting.network, setting.partition, weights=setting.weights)
    assert report.rank is not None
    assert found.lower.value <= report.rank <= found.upper.value
    if found.lower.construction is not None and found.lower.construction.family is None:
        line = checker.check(json.loads(json.dumps(found.certificate())))
        assert line.startswith("VALID")


def test_a_plan_can_be_the_best_bound() -> None:
    network = Network(2, 1, 9, layers="1x2/1x2:6,1x3/1:12,1x5/1x5:1")
    cut = Partition("any", 1, 9, bytes([1, 1, 1, 0, 0, 0, 1, 1, 0]))
    report = rank_interval(network, cut, weights="unshared")
    assert report.lower.value == Powers([(2, 4)])
    assert "THEORY 8.4" in report.lower.by


TABLE = [
    ("2/1:4,2/2:4,2/1:2,2/2:1", {"M": 2, "H": 4}, 16, 105),
    ("5/1:2,12/12:1", {"M": 3, "H": 12}, 3**48, 3**48),
    (
        "3/1:3,8/8:1",
        {"M": 2, "H": 8, "partition": "checkerboard", "weights": "unshared"},
        2**32,
        2**32,
    ),
    ("3/1:4,8/8:1", {"M": 3, "H": 8, "partition": "checkerboard"}, 3**32, 3**32),
    ("2/2:3,2/2:2,1/1:1", {"M": 2, "H": 4}, 3, 3),
    ("1x2/1:1,1x8/1x8:1", {"M": 2, "H": 1, "W": 8, "partition": "columns"}, 16, 16),
    ("4/4:1", {"M": 2, "H": 4}, 1, 1),
    pytest.param("5/1:2,64/64:1", {"M": 3, "H": 64}, 3**256, 3**256, marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("layers", "sizes", "lower", "upper"), TABLE)
def test_bounds_of_theory(layers: str, sizes: dict[str, Any], lower: int, upper: int) -> None:
    found = bounds.bounded(Setting.read(layers=layers, **sizes), memory=1.0)
    assert (found.lower.value, found.upper.value) == (lower, upper)
    assert found.exact is (lower == upper)
    if lower > 1:
        assert checker.check(json.loads(json.dumps(found.certificate()))).startswith("VALID: rank ")


def test_a_bound_on_the_command_line(tmp_path: Path) -> None:
    certificate = tmp_path / "c.json"
    asked = ["--M", "2", "--H", "4", "--layers", "2/1:4,2/2:4,2/1:2,2/2:1", "--json"]
    result = run("bound", *asked, "--certificate", str(certificate), script="convac")
    document = json.loads(result.stdout)
    assert document["lower"]["factors"] == [[2, 4]]
    assert (document["upper"]["text"], document["upper"]["value"]) == ("105", 105)
    assert document["exact"] is False
    assert run("check", str(certificate), script="convac").stdout.startswith("VALID: rank >= 2^4 ")


def test_what_does_not_fit_is_proved_by_its_theorem() -> None:
    """24 sites in a row are a cluster too large to be ranked, and the theorem holds all the same."""
    report = interval("columns", M=3, H=1, W=24, layers="1x3/1:2,1x24/1x24:1")
    assert report.lower.value == report.upper.value == Powers([(3, 12)])
    assert "too large to rank here" in report.lower.by
    assert report.lower.by_lemma
    document = report.certificate()
    assert checker.check(json.loads(json.dumps(document))).startswith("VALID: rank <= 3^12 for")
    apart = interval("columns", M=3, H=1, W=24, layers="1x2/1:2,1x24/1x24:1")
    assert apart.lower.value == Powers([(3, 12)])
    assert "THEORY 8.12" in apart.lower.by  # the routes of a flow are apart, and can be ranked
    assert not apart.lower.by_lemma
    unshared = interval("columns", "unshared", M=3, H=1, W=24, layers="1x3/1:2,1x24/1x24:1")
    assert unshared.lower.construction is not None
    assert unshared.exact


def test_a_bound_that_its_assignment_does_not_reach_is_a_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(displacement, "matched_corners", lambda crossing, tau: crossing)
    with pytest.raises(AssertionError, match="which says"):
        interval("columns", M=2, H=1, W=4, layers="1x2/1:1,1x4/1x4:1")


def test_partitions_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError):
        rank_interval(Network(2, 4, layers="3/1:2,4/4:1"), checkerboard(3, 3))
    with pytest.raises(InputError):
        rank_interval(Network(2, 4, layers="3/1:2,4/4:1"), left_right(4), weights="tied")  # type: ignore[arg-type]
    with pytest.raises(ResourceError):
        cut_graph(Network(2, 64, layers="33/1:2,64/64:1"), named("left-right", 64, 64))


def test_each_stage_of_a_long_search_reports() -> None:
    stages: list[str] = []

    def progress(stage: str, done: int, total: int) -> None:
        assert 0 <= done < total
        stages.append(stage)

    rank_interval(Network(3, 4, layers="2/1:2,4/4:1"), left_right(4), progress=progress)
    assert list(dict.fromkeys(stages)) == [
        "lower bounds",
        "layer 1",
        "layer 2",
        "rank of clusters",
        "separating sets",
    ]


def test_no_separating_set_is_searched_where_the_size_is_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(upper_bounds, "bound_of", None)
    monkeypatch.setattr(upper_bounds, "_at_any_size", None)
    full = interval("left-right", M=3, H=4, layers="3/1:2,4/4:1")
    assert full.upper.value == Powers([(3, 8)])
    assert not full.upper.remark


def test_theorems_that_could_at_most_tie_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are asked all the same where the first one's assignment cannot be ranked."""
    asked: list[str] = []
    right = Theorem.candidate

    def watched(self: Theorem, *args: Any) -> Candidate | None:
        asked.append(self.name)
        return right(self, *args)

    monkeypatch.setattr(Theorem, "candidate", watched)
    setting = Setting.read(
        M=2, H=4, layers="2/1:1,4/4:1", partition="checkerboard", weights="unshared"
    )
    found = bounds.lower_bound(setting, 2**30)
    assert not found.by_lemma
    assert found.value == Powers([(2, 8)])
    assert "displacement" not in asked
    assert bounds.lower_bound(setting, 1).by_lemma
    assert {"displacement", "half-free"} <= set(asked)


@given(drawn_settings(most_sites=8, most_M=3))
def test_theorems_give_what_is_not_smaller_than_asked(setting: Setting) -> None:
    """Bounds below `least` may be missing; what is found is as without it."""
    for theorem in theorems().values():
        found = theorem.candidate(setting)
        if found is not None:
            again = theorem.candidate(setting, found.bound)
            assert again is not None
            assert (again.bound, again.by) == (found.bound, found.by)


@given(drawn_settings(most_sites=8, most_M=3))
def test_the_paper_proves_no_more_than_the_interval(setting: Setting) -> None:
    """Theorem 1 and the sharp bound are contained in the theorems that the interval asks."""
    found = bounds.bounded(setting, memory=1.0).lower.value
    if setting.partition.straight is not None:
        for best in (sharp_bound.best, half_free.best):
            with suppress(NotApplicable):
                assert best(setting).bound <= found
    axis = theorem_1.CUTS.get(setting.partition.name)
    if axis is not None:
        with suppress(NotApplicable):
            assert theorem_1.best(setting.network, axis).bound <= found


def test_a_bound_of_many_factors_is_shown_as_a_power_and_kept_in_json() -> None:
    setting = Setting.read(M=2, H=8, layers="8/8:1")
    lower = LowerBound(Powers(2), "every nonzero function")
    for last, rounded in ((13, False), (14, True)):
        product = Powers([(b, 1) for b in range(2, last + 1)])
        report = bounds.RankInterval(setting, lower, UpperBound(product, "a set"))
        shown = " ".join(str(report).split())
        assert ("≤ 2^37 rounded up to a power of 2, the number has 13 factors" in shown) == rounded
        assert (f"≤ {product}" in shown) == (not rounded)
        assert report.to_json()["upper"]["factors"] == product.to_json()["factors"]
