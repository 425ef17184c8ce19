"""Stored results: what came out of the published runs, and the exact numbers beside it, as two tables.

With these, pictures and tables are made without training. Accuracies over seeds have a mean and a
confidence interval of 95 %, by Student's t, which takes them as normal: with few seeds it is wide.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from math import sqrt
from pathlib import Path
from statistics import fmean, stdev

from convac import InputError
from convac.files import write_atomically
from scipy.stats import t as student

from .architectures import Architecture
from .exponents import Exponents
from .runs import Outcome, Run

HERE = Path(__file__).parent
RESULTS, EXPONENTS = HERE / "results.csv", HERE / "exponents.csv"


@dataclass(frozen=True)
class Row:
    """One run: a network, its number of parameters, a seed and what came out."""

    data: str
    pooling: str
    B: int
    C: int
    parameters: int
    seed: int
    training: float
    test: float
    loss: float
    skipped: int

    @property
    def architecture(self) -> Architecture:
        """The network."""
        return Architecture(self.data, self.pooling, self.B, self.C)


@dataclass(frozen=True)
class Interval:
    """Mean and half the width of the confidence interval, over a number of seeds."""

    mean: float
    half: float
    seeds: int


@dataclass(frozen=True)
class Summary:
    """Accuracies of a network over its seeds."""

    parameters: int
    training: Interval
    test: Interval


def interval(values: list[float]) -> Interval:
    """The interval of a mean.

    >>> interval([1.0, 2.0, 3.0]).half.__round__(3)
    2.484
    """
    n = len(values)
    if n < 2:
        return Interval(fmean(values), float("inf"), n)
    half = float(student.ppf(0.975, n - 1)) * stdev(values) / sqrt(n)
    return Interval(fmean(values), half, n)


def summaries(rows: Iterable[Row]) -> dict[Architecture, Summary]:
    """One for each network."""
    groups: dict[Architecture, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.architecture, []).append(row)
    return {
        architecture: Summary(
            group[0].parameters,
            interval([row.training for row in group]),
            interval([row.test for row in group]),
        )
        for architecture, group in groups.items()
    }


def collected(runs: Iterable[Run], folder: Path) -> Iterator[Row]:
    """The rows of runs that have a file."""
    for run in runs:
        outcome = run.read(folder)
        if outcome is not None:
            yield _row(run, outcome)


def _row(run: Run, outcome: Outcome) -> Row:
    a = run.architecture
    training, test, loss = (round(x, 6) for x in (outcome.training, outcome.test, outcome.loss))
    count = a.model.parameters
    return Row(a.data, a.pooling, a.B, a.C, count, run.seed, training, test, loss, outcome.skipped)


def write_rows(rows: Iterable[Row], path: Path = RESULTS) -> None:
    """The table of runs, atomically."""
    _write(path, [field.name for field in fields(Row)], map(astuple, rows))


def read_rows(path: Path = RESULTS) -> list[Row]:
    """The table of runs."""
    kinds = [{"str": str, "int": int, "float": float}[str(field.type)] for field in fields(Row)]
    return [
        Row(*(kind(value) for kind, value in zip(kinds, line, strict=True)))
        for line in _read(path, [field.name for field in fields(Row)])
    ]


HEAD = ["data", "B", "C", "layers", "theorem_1", "lower", "upper"]


def write_exponents(found: dict[Architecture, Exponents], path: Path = EXPONENTS) -> None:
    """The exact numbers, atomically."""
    _write(path, HEAD, ((a.data, a.B, a.C, a.layers, *astuple(e)) for a, e in found.items()))


def read_exponents(path: Path = EXPONENTS) -> dict[tuple[str, int, int], Exponents]:
    """The exact numbers, by data, B and C."""
    return {
        (line[0], int(line[1]), int(line[2])): Exponents(*line[4:]) for line in _read(path, HEAD)
    }


def _write(path: Path, head: list[str], rows: Iterable[Iterable[object]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    write_atomically(path, text.getvalue())


def _read(path: Path, head: list[str]) -> list[list[str]]:
    try:
        lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    except OSError as error:
        raise InputError("results", str(path), f"it cannot be read: {error.strerror}") from None
    if not lines or lines[0] != head or any(len(line) != len(head) for line in lines):
        raise InputError("results", str(path), f"its columns must be {', '.join(head)}")
    return lines[1:]
