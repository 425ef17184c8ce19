"""The chart of a family: measured ranks and bounds against the swept size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ..algebra.powers import Powers
from ..errors import InputError
from ..pictures.chart import MOST_PANELS
from ..pictures.series import Chart, Group, Mark, Panel, Series
from ..proofs.setting import PRODUCT
from .families import Family, Member
from .request import OWN_FAMILY
from .rows import EXACT, Measurement
from .summary import Point, points
from .words import Words, by_place

MOST_CURVES = 4
"""Of one panel; more get a panel each."""


def require_chart(family: Family) -> None:
    """Raise `InputError` unless a family can be drawn: before any work is done for it."""
    members = [member for member in family.members if member.x is not None]
    if not members:
        raise InputError("plot", family.name, "it has no swept size, and so no horizontal axis")
    places = by_place(members)
    panels = sum(len(groups) if len(groups) > MOST_CURVES else 1 for groups in places.values())
    if panels > MOST_PANELS:
        raise InputError(
            "plot", f"{panels} panels", f"at most {MOST_PANELS} are drawn; sweep fewer sizes"
        )


def chart(
    family: Family,
    rows: Sequence[tuple[Member, Measurement | None]],
    *,
    title: str | None = None,
    log_x: bool = False,
) -> Chart:
    """One panel for each pooling (or other panel of the family), one colour for each series.

    A panel of more than four groups becomes a panel for each of them. What is the same in all rows is in
    the caption. Where no exact rank is known the proved interval is drawn, and the proved upper bound where
    it is about another rank than the ones that are drawn: the largest of all parameters.

    Parameters
    ----------
    title : str, optional
        In place of the family's.
    log_x : bool
        Whether the swept size is on a logarithmic axis.

    Raises
    ------
    InputError
        If nothing is swept or nothing was measured, or there are more than 36 panels.
    """
    require_chart(family)
    placed = [(member, row) for member, row in rows if member.x is not None]
    drawn = [point for point in points(placed) if point.measured]
    if not drawn:
        raise InputError("plot", family.name, "it has no measured row with a swept size")
    words = Words([member for member, _ in placed], family.x)
    bases = words.values["M"]
    varies = len(bases) > 1
    base = 10 if varies or bases[0] == 1 else bases[0]
    return Chart(
        _title(family) if title is None else title,
        words.x_label,
        tuple(_panels(words, drawn)),
        "\n".join([words.caption, *_not_drawn(rows, drawn)]),
        "rank (log scale; M varies)" if varies else f"rank (log scale, M = {bases[0]})",
        base,
        log_x,
    )


def _title(family: Family) -> str:
    if family.name == OWN_FAMILY:
        return f"Rank against {family.x}"
    return f"{family.name}: {family.title.rstrip('.')}"


def _not_drawn(
    rows: Sequence[tuple[Member, Measurement | None]], drawn: Sequence[Point]
) -> list[str]:
    """How many rows nothing is drawn of."""
    shown = sum(_has_value(row) for point in drawn for row in point.measured)
    missing = len(rows) - shown
    noun = "row" if missing == 1 else "rows"
    return [f"{missing} {noun} without a value or a place on the axis: not drawn"] * (missing > 0)


def _has_value(row: Measurement) -> bool:
    return any(value is not None for value in (row.rank, row.lower, row.upper))


def _panels(words: Words, drawn: Sequence[Point]) -> Iterable[Panel]:
    found: dict[tuple[str, str], list[Point]] = {}
    for point in drawn:
        found.setdefault((point.panel, point.group), []).append(point)
    for name, members in by_place(words.members).items():
        groups = {group: found[name, group] for group in members if (name, group) in found}
        labels = {group: words.group(members[group]) for group in groups}
        title = words.panel([member for group in groups for member in members[group]])
        if len(groups) == 1 and name in groups:  # a panel of a group of its own
            yield _panel(", ".join(filter(None, [title, labels[name]])), [("", groups[name])])
        elif 1 <= len(groups) <= MOST_CURVES:
            yield _panel(title, [(labels[group], own) for group, own in groups.items()])
        else:
            for group, own in groups.items():
                yield _panel(", ".join(filter(None, [title, labels[group]])), [("", own)])


def _panel(title: str, groups: Sequence[tuple[str, list[Point]]]) -> Panel:
    rows = [row for _, own in groups for point in own for row in point.measured]
    sizes = {_size(row) for row in rows}
    full = next(iter(sizes)).log2() if len(sizes) == 1 else None
    return Panel(title, tuple(_group(label, own) for label, own in groups), full)


def _size(row: Measurement) -> Powers:
    """The full rank: the smaller side of the matrix."""
    return Powers([(row.case.M, min(row.case.setting.partition.counts))])


def _group(label: str, own: Sequence[Point]) -> Group:
    """The ranks, the theorems' bounds, and what is proved where it says something else."""
    ranks = tuple(
        Mark(float(point.x or 0), row.rank.log2(), row.kind == EXACT)
        for point in own
        for row in point.measured
        if row.rank is not None
    )
    product = all(row.case.pooling == PRODUCT for point in own for row in point.measured)
    series = [
        Series("generic rank" if product else "rank at random parameters", "rank", ranks),
        Series("proved interval", "interval", tuple(_intervals(own))),
        Series(
            "bound of Theorem 1", "theorem", _marks(own, lambda point: point.measured[0].theorem)
        ),
        Series("sharp bound", "sharp", _marks(own, lambda point: point.measured[0].sharp)),
        Series("proved upper bound", "upper", _upper_bounds(own)),
    ]
    return Group(label, tuple(x for x in series if x.marks))


def _intervals(own: Iterable[Point]) -> Iterable[Mark]:
    """From the proved lower to the proved upper bound where a row has no exact rank."""
    for point in own:
        exact = all(row.kind == EXACT for row in point.measured)
        low, high = point.lower, point.upper
        if not exact and low is not None and high is not None and low <= high:
            yield Mark(float(point.x or 0), low.log2(), False, high.log2())


def _upper_bounds(own: Sequence[Point]) -> tuple[Mark, ...]:
    """The proved upper bounds that end no interval, unless each is attained by a rank or the full rank."""
    above = [point for point in own if point.upper is not None and not list(_intervals([point]))]
    for point in above:
        told = [known for row in point.measured for known in (row.rank, _size(row))]
        if point.upper not in told:
            return _marks(above, lambda point: point.upper)
    return ()


def _marks(own: Iterable[Point], of: Callable[[Point], Powers | None]) -> tuple[Mark, ...]:
    values = ((point.x, of(point)) for point in own)
    return tuple(
        Mark(float(x or 0), value.log2(), True) for x, value in values if value is not None
    )
