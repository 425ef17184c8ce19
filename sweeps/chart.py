"""The chart of a family: measured ranks and bounds against the swept size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ..algebra.powers import Powers
from ..errors import InputError
from ..pictures.chart import Chart, Group, Mark, Panel, Series
from .families import Family, Member
from .rows import EXACT, Measurement
from .summary import Point, points


def chart(family: Family, rows: Sequence[tuple[Member, Measurement | None]]) -> Chart:
    """One panel for each pooling (or other panel of the family), one colour for each series.

    Upper bounds that are the full rank or the rank itself are not drawn, and proved lower bounds only where
    no rank was found.

    Raises
    ------
    InputError
        If nothing is swept or nothing was measured: there is no horizontal axis, or no value.
    """
    found = [point for point in points(rows) if point.x is not None and point.measured]
    if not found:
        raise InputError("plot", family.name, "it has no measured row with a swept size")
    panels: dict[str, dict[str, list[Point]]] = {}
    for point in found:
        panels.setdefault(point.panel, {}).setdefault(point.group, []).append(point)
    return Chart(
        family.title.rstrip("."),
        family.x,
        tuple(_panel(name, groups) for name, groups in panels.items()),
    )


def _panel(name: str, groups: dict[str, list[Point]]) -> Panel:
    rows = [row for group in groups.values() for point in group for row in point.measured]
    sizes = {(row.case.M, min(row.case.setting.partition.counts)) for row in rows}
    full = Powers([next(iter(sizes))]).log2() if len(sizes) == 1 else None
    return Panel(name, tuple(_group(label, own, full) for label, own in groups.items()), full)


def _group(label: str, own: Sequence[Point], full: float | None) -> Group:
    """The ranks, the theorems' bounds, and proved bounds where they say something else."""
    ranks = tuple(
        Mark(float(point.x or 0), row.rank.log2(), row.kind == EXACT)
        for point in own
        for row in point.measured
        if row.rank is not None
    )
    told = {(mark.x, mark.y) for mark in ranks if mark.exact}
    above = _marks(own, lambda point: point.upper)
    if all((mark.x, mark.y) in told or mark.y == full for mark in above):
        above = ()
    without_rank = [point for point in own if all(row.rank is None for row in point.measured)]
    series = [
        Series("rank", "rank", ranks),
        Series("Theorem 1", "theorem", _marks(own, lambda point: point.measured[0].theorem)),
        Series("sharp bound", "sharp", _marks(own, lambda point: point.measured[0].sharp)),
        Series("proved ≥", "lower", _marks(without_rank, lambda point: point.lower)),
        Series("proved ≤", "upper", above),
    ]
    return Group(label, tuple(x for x in series if x.marks))


def _marks(own: Iterable[Point], of: Callable[[Point], Powers | None]) -> tuple[Mark, ...]:
    values = ((point.x, of(point)) for point in own)
    return tuple(
        Mark(float(x or 0), value.log2(), True) for x, value in values if value is not None
    )
