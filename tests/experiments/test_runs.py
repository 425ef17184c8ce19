"""Files of runs, stored results and what is made of them: no jax is needed."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from math import inf, isclose
from pathlib import Path

import pytest
from convac import InputError

from experiments.architectures import MAXIMUM, PRODUCT, Architecture
from experiments.exponents import exponents
from experiments.plans import PUBLISHED
from experiments.results import (
    EXPONENTS,
    RESULTS,
    Row,
    collected,
    interval,
    read_exponents,
    read_rows,
    write_rows,
)
from experiments.runs import Outcome, Run, Schedule, missing
from experiments.tables import cell, table

ROOT = Path(__file__).parents[2]
RUN = Run(Architecture("signals", PRODUCT, 2, 2), Schedule(3, 60, 0.01), 1)
OUTCOME = Outcome(0.5, 0.25, 1.5, 0)


@pytest.fixture
def versions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.runs.version", lambda name: "1")


@pytest.fixture
def folder(tmp_path: Path, versions: None) -> Path:
    RUN.write(tmp_path, OUTCOME)
    return tmp_path


def test_a_run_that_is_there_is_not_run_again(folder: Path) -> None:
    other = replace(RUN, seed=2)
    assert RUN.read(folder) == OUTCOME
    assert list(missing([RUN, other], folder)) == [other]
    (row,) = collected([RUN, other], folder)
    assert (row.architecture, row.seed, row.training) == (RUN.architecture, 1, 0.5)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"training": 0.5', '"training": 0.75'),
        ('"sha256": "', '"sha256": "0'),
        ('"seed": 1', '"seed": 2'),
        (
            "{",
            "",
        ),
        ('"loss": 1.5', '"loss": NaN'),
        ('"format"', '"seed": 1, "format"'),
    ],
)
def test_sabotage_a_file_that_was_changed_is_refused(folder: Path, right: str, wrong: str) -> None:
    path = RUN.path(folder)
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        list(missing([RUN], folder))
    said = str(caught.value)
    assert path.name in said
    assert "\n" not in said


def test_a_run_of_another_schedule_is_refused(folder: Path) -> None:
    other = replace(RUN, schedule=Schedule(4, 60, 0.01))
    with pytest.raises(InputError, match=r"schedule.*'epochs': 3.*'epochs': 4.* is asked for"):
        other.read(folder)


def test_a_file_of_another_seed_is_refused(folder: Path) -> None:
    other = replace(RUN, seed=2)
    RUN.path(folder).rename(other.path(folder))
    with pytest.raises(InputError, match="it has seed 1, and 2 is asked for"):
        other.read(folder)


def test_intervals_by_hand() -> None:
    # The 97.5 % point of Student's t with 2 degrees of freedom is 4.30265.
    found = interval([0.1, 0.2, 0.6])
    assert isclose(found.mean, 0.3)
    assert isclose(found.half, 4.30265 * (0.14 / 2) ** 0.5 / 3**0.5, rel_tol=1e-5)
    assert interval([0.5]).half == inf


def test_rows_are_read_as_they_were_written(tmp_path: Path) -> None:
    rows = [Row("digits", MAXIMUM, 3, 4, 500, seed, 0.5, 0.25, 1.0, 0) for seed in range(2)]
    path = tmp_path / "results.csv"
    write_rows(rows, path)
    assert read_rows(path) == rows
    path.write_text(path.read_text().replace("pooling", "polling"), encoding="utf-8")
    with pytest.raises(InputError, match="columns"):
        read_rows(path)


def test_stored_results_are_of_the_published_plan() -> None:
    rows = read_rows(RESULTS)
    stored = {(row.architecture, row.seed) for row in rows}
    assert len(stored) == len(rows)
    assert stored <= {(run.architecture, run.seed) for run in PUBLISHED.runs()}
    for row in rows:
        assert row.parameters == row.architecture.model.parameters
        assert min(row.training, row.test) >= 0
        assert max(row.training, row.test) <= 1
    exact = set(read_exponents(EXPONENTS))
    assert exact == {
        (run.architecture.data, run.architecture.B, run.architecture.C) for run in PUBLISHED.runs()
    }


def test_the_page_says_how_many_runs_are_stored() -> None:
    page = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
    assert f"{len(read_rows(RESULTS))} of its {len(list(PUBLISHED.runs()))} runs" in page


@pytest.mark.parametrize(
    ("data", "B", "C"), [("digits", 5, 8), ("digits", 1, 4), ("signals", 4, 4)]
)
def test_stored_exponents_are_what_the_package_proves(data: str, B: int, C: int) -> None:
    found = exponents(Architecture(data, PRODUCT, B, C).model)
    assert read_exponents()[data, B, C] == found


@pytest.mark.slow
def test_stored_exponents_of_digits_are_what_the_package_proves() -> None:
    for (data, B, C), stored in read_exponents().items():
        # The search for programs takes minutes in one dimension.
        if data == "digits":
            assert exponents(Architecture(data, PRODUCT, B, C).model) == stored


def test_the_page_has_the_table_of_the_stored_results() -> None:
    page = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
    assert "\n".join(table()) in page
    assert cell(None) == "–"


def test_what_reads_files_and_draws_needs_no_jax() -> None:
    code = "import experiments.__main__, sys; print(sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not re.search(r"'(jax|optax|sklearn|mnist1d)'", done.stdout)


def test_bad_options_end_with_2() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "experiments", "--smoke", "--published"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
