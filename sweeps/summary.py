"""A family's rows by series: what seeds have in common on one line, as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..algebra.powers import Powers
from .families import Family, Member
from .rows import AT_LEAST, DOES_NOT_FIT, DONE, ESTIMATED, FAILED, Measurement

MOST_SHOWN = 6
HEAD = ("parameters", "Theorem 1", "sharp bound", "proved", "rank")


@dataclass(frozen=True)
class Point:
    """The rows of one series at one x, seed by seed; None for what is not measured."""

    panel: str
    group: str
    x: int | None
    rows: tuple[Measurement | None, ...]

    @property
    def measured(self) -> tuple[Measurement, ...]:
        return tuple(row for row in self.rows if row is not None)

    @property
    def lower(self) -> Powers | None:
        """The best proved lower bound: for rectifiers, of the largest rank."""
        return max((row.lower for row in self.measured if row.lower is not None), default=None)

    @property
    def upper(self) -> Powers | None:
        return min((row.upper for row in self.measured if row.upper is not None), default=None)

    @property
    def cells(self) -> tuple[str, ...]:
        """The columns of `HEAD`."""
        if not self.measured:
            return ("", "", "", "", "not measured")
        first = self.measured[0]
        proved = f"{_show(self.lower)} … {_show(self.upper)}"
        if self.lower == self.upper:
            proved = f"= {_show(self.upper)}"
        return (
            str(first.parameters),
            _show(first.theorem),
            _show(first.sharp),
            proved,
            self._ranks(),
        )

    def _ranks(self) -> str:
        """The ranks, ascending, each once, or least, median and largest; what is no rank is named."""
        signs = {AT_LEAST: "≥ ", ESTIMATED: "≈ "}
        ranked = sorted(
            (row for row in self.measured if row.rank is not None),
            key=lambda row: row.rank or Powers(),
        )
        each = [signs.get(row.kind, "") + _show(row.rank) for row in ranked]
        shown = list(dict.fromkeys(each))
        if len(shown) > MOST_SHOWN:
            median = each[len(each) // 2]
            shown = [f"{each[0]} … {median} … {each[-1]} ({len(each)} seeds)"]
        others = [_status(row) for row in self.measured if row.status != DONE]
        missing = ["not measured"] if None in self.rows else []
        return ", ".join([*shown, *dict.fromkeys(others), *missing])


def points(rows: Iterable[tuple[Member, Measurement | None]]) -> list[Point]:
    """The points of a family, in order."""
    found: dict[tuple[str, str, int | None], list[Measurement | None]] = {}
    for member, row in rows:
        found.setdefault((member.panel, member.group, member.x), []).append(row)
    return [Point(*place, tuple(measured)) for place, measured in found.items()]


def text(family: Family, rows: Sequence[tuple[Member, Measurement | None]]) -> str:
    """A table for each series, and how many rows there are."""
    lines = [f"{family.name}: {family.title}"]
    series: dict[tuple[str, str], list[Point]] = {}
    for point in points(rows):
        series.setdefault((point.panel, point.group), []).append(point)
    for (panel, group), own in series.items():
        lines += ["", group if panel == group else f"{group}, {panel}"]
        table = [(family.x, *HEAD), *(("–" if p.x is None else str(p.x), *p.cells) for p in own)]
        lines += _aligned(table)
    return "\n".join([*lines, "", tally(row for _, row in rows)])


def failures(rows: Iterable[tuple[Member, Measurement | None]]) -> int:
    """How many rows failed."""
    return sum(row is not None and row.status == FAILED for _, row in rows)


def tally(rows: Iterable[Measurement | None]) -> str:
    """How many rows there are, by status; *bounded* ones have proved bounds that do not meet, no rank."""
    statuses = [_status(row) for row in rows]
    parts = [f"{statuses.count(status)} {status}" for status in dict.fromkeys(statuses)]
    return f"{len(statuses)} rows: {', '.join(parts)}"


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(line[k]) for line in table) for k in range(len(table[0]))]
    right = len(widths) - 2
    return [
        "  "
        + "  ".join(
            cell.rjust(width) if k < right else cell.ljust(width)
            for k, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in table
    ]


def _show(value: Powers | None) -> str:
    return "–" if value is None else str(value)


def _status(row: Measurement | None) -> str:
    if row is None:
        return "not measured"
    if row.status == DOES_NOT_FIT:
        return "bounded" if row.lower is not None and row.upper is not None else "did not fit"
    return row.status
