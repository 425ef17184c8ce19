"""The table of claims: every row, tables that are refused, and reports."""

from __future__ import annotations

from pathlib import Path

import pytest
from convac import InputError, Outcome, theorems
from convac.proofs import regress

THEOREMS = theorems()
ROWS = regress.load()


@pytest.mark.parametrize("row", [row for row in ROWS if not row.full], ids=lambda row: row.name)
def test_claim(row: regress.ClaimRow) -> None:
    report = regress.check_claim(row)
    assert report.problem == ""


@pytest.mark.slow
@pytest.mark.parametrize("row", [row for row in ROWS if row.full], ids=lambda row: row.name)
def test_claim_of_the_full_table(row: regress.ClaimRow) -> None:
    assert regress.check_claim(row).problem == ""


def test_every_theorem_and_every_variant_has_a_row() -> None:
    default = [row for row in ROWS if not row.full]
    assert {row.result for row in default} == set(THEOREMS)
    assert {row.result for row in default if row.all_sizes} == {
        name for name, r in THEOREMS.items() if r.all_sizes is not None
    }
    tried = {(row.result, row.variant) for row in default if row.expect is Outcome.REFUTED}
    known = {(name, variant) for name, r in THEOREMS.items() for variant in r.variants}
    # Two variants hold wherever they were tried: docs/results.md says so.
    assert known - tried == {
        ("theorem-1", "D without the half"),
        ("standard-blocks", "one block earlier"),
    }


@pytest.mark.parametrize("says", ["= 2^2", "= 4", "= 4^1", "= 2 · 2", "=2*2"])
def test_a_claim_is_a_number_however_it_is_written(says: str, tmp_path: Path) -> None:
    path = tmp_path / "claims.toml"
    row = f'[[claims]]\nresult = "headline"\nM = 2\nH = 2\nsays = "{says}"\n'
    path.write_text(row, encoding="utf-8")
    assert [report.problem for report in regress.run(regress.load(path), workers=1)] == [""]
    for other in ("= 5", "≥ 4", "<= 4"):
        path.write_text(row.replace(says, other), encoding="utf-8")
        (report,) = regress.run(regress.load(path), workers=1)
        assert report.problem.startswith(f"expected the claim “{other}”")
    for none in ("4", "= x", "= 2^", "is 4"):
        path.write_text(row.replace(says, none), encoding="utf-8")
        with pytest.raises(InputError, match="a claim such as"):
            regress.load(path)


def test_tables_are_checked_before_work_starts(tmp_path: Path) -> None:
    good = '[[claims]]\nresult = "headline"\nM = 2\nH = 2\n'
    path = tmp_path / "claims.toml"
    path.write_text(good + 'says = "= 2^3"\n', encoding="utf-8")
    reports = regress.run(regress.load(path), workers=1)
    assert reports[0].problem == "expected the claim “= 2^3”, found “= 2^2”"
    assert regress.exit_status(reports) == 1
    for bad, message in (
        ("", "rows"),
        ("claims = 3", "rows"),
        ("[[claims]]\n", "names its"),
        ("[[claims]\n", "no TOML"),
        (good + "[x]\n", "nothing else"),
        ('[[claims]]\nresult = "headlin"\n', r"row 1 .*did you mean headline"),
        (good + good.replace("M = 2", "M = 0"), "row 2"),
        (good.replace("M = 2", 'M = "2"'), "whole number"),
        (good + 'expect = "true"', "expect"),
        (good + 'level = "slow"', "level"),
        (good + "says = 3", "says"),
        (good + 'variant = "x"', "known: R = H/2"),
        (good + "all_sizes = true", "takes no sizes"),
        ('[[claims]]\nresult = "cut-law"\nall_sizes = true\n', "no proof for all sizes"),
        (good + "Q = 2", "headline takes"),
    ):
        path.write_text(bad, encoding="utf-8")
        with pytest.raises(InputError, match=message):
            regress.load(path)
    path.write_bytes(b"\xff")
    with pytest.raises(InputError, match="no TOML"):
        regress.load(path)
    with pytest.raises(InputError):
        regress.load(tmp_path)


def test_reports_of_rows_that_cannot_be_run() -> None:
    row = regress.ClaimRow("theorem-1", {"M": 2, "H": 100_000}, Outcome.VERIFIED)
    report = regress.check_claim(row)
    assert not report.finished
    assert regress.exit_status([report]) == 4
    xml = regress.junit([report, regress.check_claim(ROWS[0])])
    assert 'tests="2" failures="0" errors="1"' in xml


def test_rows_that_need_the_solver_are_not_passed_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(regress, "find_spec", lambda name: None)
    report = regress.check_claim(next(row for row in ROWS if row.all_sizes))
    assert report.skipped
    assert "not run" in regress.line(report)
    assert "not run (z3-solver is not installed)" in regress.summary([report])
    assert "<skipped" in regress.junit([report])
    assert regress.exit_status([report]) == 0
