"""The chart of a sweep: ranks and bounds on a logarithmic scale against the swept variable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite, nan
from statistics import median
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from .canvas import (
    COLOURS,
    GREY,
    LARGE,
    MARKERS,
    NORMAL,
    ONE_COLUMN,
    SMALL,
    TWO_COLUMNS,
    blank,
    drawing,
    legend_below,
    no_sign,
    settle,
    text_width,
    wrap,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROLES = ("rank", "theorem", "sharp", "lower", "upper")
PANEL_HEIGHT = 2.2
# Dashes (on, off, ...) in line widths, and a mark that also shows where there is one x only.
BOUNDS: dict[str, tuple[tuple[float, ...], str]] = {
    "theorem": ((5, 2), "_"),
    "sharp": ((6, 2, 1, 2), "+"),
    "lower": ((1, 1.6), "2"),
    "upper": ((9, 3), "1"),
}


@dataclass(frozen=True)
class Mark:
    """One value: y is log2 of a rank at x, -inf for rank 0.

    `exact` is false where y is only a proved lower bound or an estimate; a rank is then drawn hollow.

    Raises
    ------
    InputError
        If x is not finite, or y neither finite nor -inf.
    """

    x: float
    y: float
    exact: bool

    def __post_init__(self) -> None:
        if not isfinite(self.x):
            raise InputError("x", self.x, "a finite number is needed")
        if not isfinite(self.y) and self.y != -inf:
            raise InputError("y", self.y, "log2 of a rank is needed: a finite number, or -inf")


@dataclass(frozen=True)
class Series:
    """Marks of one kind, in any order.

    Role "rank" is what was measured, with several marks at an x for several seeds. The others are bounds:
    "theorem" that of Theorem 1, "sharp" the sharper one, "lower" and "upper" any.

    Raises
    ------
    InputError
        If the role is another.
    """

    label: str
    role: str
    marks: tuple[Mark, ...]

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise InputError("role", self.role, f"known roles: {', '.join(ROLES)}")


@dataclass(frozen=True)
class Group:
    """Series of one colour, such as the rank of one architecture and the bounds on it.

    Groups of one label have one colour in all panels of a chart.
    """

    label: str
    series: tuple[Series, ...]


@dataclass(frozen=True)
class Panel:
    """One pair of axes; `full` is log2 of the full rank where it is the same for all x."""

    title: str
    groups: tuple[Group, ...]
    full: float | None


@dataclass(frozen=True)
class Chart:
    """Panels side by side on a common y axis, with one legend."""

    title: str
    x_label: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class _Look:
    """How a series is drawn: its colour, its marker, and sizes that let lines beneath show."""

    colour: str
    marker: str
    size: float
    dashes: tuple[float, ...]


_Key = tuple[str, str, str]


def draw_chart(chart: Chart) -> Figure:
    """The chart as a figure: one column of a paper wide for one panel, else two columns.

    A measured rank is a solid line through the medians, with a mark for every value, hollow where it is
    not exact, and a light band from the least to the largest of several. Bounds are thin broken lines.
    Rank 0 has no logarithm: such marks are left out, and the legend says how many; where the median is
    0 the line has a gap. Several values of a bound at one x count as their median.

    Raises
    ------
    InputError
        If there is no panel, or matplotlib is not installed.
    """
    if not chart.panels:
        raise InputError("panels", chart.panels, "a chart has one or more")
    with drawing():
        count = len(chart.panels)
        columns = count if count <= 3 else 2 if count == 4 else 3
        rows = -(-count // columns)
        width = ONE_COLUMN if count == 1 else TWO_COLUMNS
        figure = blank(width, rows * PANEL_HEIGHT)
        looks = _looks(chart)
        grid = figure.subplots(rows, columns, sharey=True, squeeze=False)
        for number, axes in enumerate(grid.flat):
            if number >= count:
                axes.remove()
                continue
            _draw_panel(axes, chart.panels[number], looks, width / columns - 0.4)
            if number + columns >= count:
                axes.set_xlabel(wrap(chart.x_label, width / columns - 0.5, NORMAL))
            if number % columns == 0:
                axes.set_ylabel("log₂ rank")
        title = figure.suptitle(
            wrap(chart.title, width - 0.2, LARGE, "bold"), weight="bold", size=LARGE
        )
        legend = legend_below(figure, _legend_blocks(chart, looks))
        extra = sum(part.get_window_extent().height for part in (title, legend)) / figure.dpi
        figure.set_figheight(rows * PANEL_HEIGHT + extra)
        settle(figure)
        return figure


def _looks(chart: Chart) -> dict[_Key, _Look]:
    """A look for every group, series and role, the same in all panels."""
    labels = list(dict.fromkeys(group.label for panel in chart.panels for group in panel.groups))
    looks: dict[_Key, _Look] = {}
    seen: dict[tuple[str, str], int] = {}
    for group, series in _all_series(chart):
        key = (group.label, series.label, series.role)
        if key in looks:
            continue
        number = labels.index(group.label)
        again = seen.setdefault((group.label, series.role), 0)
        seen[group.label, series.role] += 1
        dashes, marker = BOUNDS.get(series.role, ((), MARKERS[(number + 4 * again) % len(MARKERS)]))
        looks[key] = _Look(
            COLOURS[number % len(COLOURS)],
            marker,
            1.6 if len(labels) == 1 else 2.2 - 1.2 * number / (len(labels) - 1),
            tuple(d * (1 + 0.7 * again) for d in dashes),
        )
    return looks


def _all_series(chart: Chart) -> Iterable[tuple[Group, Series]]:
    return (
        (group, series)
        for panel in chart.panels
        for group in panel.groups
        for series in group.series
    )


def _draw_panel(axes: Axes, panel: Panel, looks: dict[_Key, _Look], width: float) -> None:
    axes.set_title(wrap(panel.title, width, NORMAL))
    axes.grid(color="#e8e8e8", linewidth=0.5)
    axes.set_axisbelow(True)
    if panel.full is not None:
        axes.axhline(panel.full, color=GREY, linewidth=0.8, zorder=1)
    xs = sorted({mark.x for g in panel.groups for series in g.series for mark in series.marks})
    step = min((b - a for a, b in pairwise(xs)), default=1.0)
    for group in panel.groups:
        for series in group.series:
            look = looks[group.label, series.label, series.role]
            if series.role == "rank":
                _draw_rank(axes, series, look, 0.06 * step)
            else:
                _draw_bound(axes, series, look)
    _ticks(axes, xs, width)


def _draw_rank(axes: Axes, series: Series, look: _Look, jitter: float) -> None:
    drawn = _by_x(mark for mark in series.marks if mark.y > -inf)
    axes.plot(*_medians(series), color=look.colour, linewidth=look.size, zorder=3)
    ends = [(x, min(m.y for m in marks), max(m.y for m in marks)) for x, marks in drawn.items()]
    if any(low < high for _, low, high in ends):
        x, low, high = zip(*ends, strict=True)
        axes.fill_between(x, low, high, color=look.colour, alpha=0.15, linewidth=0, zorder=2)
        axes.vlines(x, low, high, color=look.colour, alpha=0.35, linewidth=0.8, zorder=2)
    crowd = max((len(marks) for marks in drawn.values()), default=1)
    for exact in (True, False):
        points = [
            (x + jitter * _offset(number, len(marks)), mark.y)
            for x, marks in drawn.items()
            for number, mark in enumerate(marks)
            if mark.exact == exact
        ]
        if points:
            size = 1.0 if crowd == 1 else 0.65
            axes.plot(*zip(*points, strict=True), **_marker(look, exact, size), zorder=5)


def _draw_bound(axes: Axes, series: Series, look: _Look) -> None:
    axes.plot(*_medians(series), **_bound(look), zorder=4)


def _medians(series: Series) -> tuple[list[float], list[float]]:
    """The values of x and the median at each, nan where it is -inf."""
    at = _by_x(series.marks)
    middle = [median(mark.y for mark in marks) for marks in at.values()]
    return list(at), [y if y > -inf else nan for y in middle]


def _marker(look: _Look, exact: bool, size: float = 1.0) -> dict[str, Any]:
    return {
        "linestyle": "none",
        "marker": look.marker,
        "markersize": (2 + 1.8 * look.size) * size,
        "markeredgecolor": look.colour,
        "markeredgewidth": 0.9,
        "markerfacecolor": look.colour if exact else "white",
    }


def _bound(look: _Look) -> dict[str, Any]:
    from matplotlib.colors import to_rgb

    dark = tuple(0.6 * c for c in to_rgb(look.colour))
    return {
        "color": dark,
        "linestyle": (0, look.dashes),
        "linewidth": 0.9,
        "marker": look.marker,
        "markersize": 5,
        "markeredgewidth": 0.9,
    }


def _by_x(marks: Iterable[Mark]) -> dict[float, list[Mark]]:
    at: dict[float, list[Mark]] = {}
    for mark in sorted(marks, key=lambda mark: mark.x):
        at.setdefault(mark.x, []).append(mark)
    return at


def _offset(number: int, count: int) -> float:
    """From -1 to 1 for the marks at one x, 0 for a single one."""
    return 0.0 if count == 1 else 2 * number / (count - 1) - 1


def _ticks(axes: Axes, xs: Sequence[float], width: float) -> None:
    """Ticks at the values of x where there is room for all of them; whole numbers for whole numbers."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.10g}"))
    if not xs:
        axes.xaxis.set_major_locator(NullLocator())
        return
    if len(xs) == 1:
        axes.set_xlim(xs[0] - 1, xs[0] + 1)
    label = max(text_width(f"{x:.10g}", SMALL) for x in xs) + 0.08
    space = 0.8 * width * min((b - a for a, b in pairwise(xs)), default=1.0)
    if space >= label * (xs[-1] - xs[0]):
        axes.xaxis.set_major_locator(FixedLocator(list(xs)))
    else:
        whole = all(float(x).is_integer() for x in xs)
        bins = max(1, min(8, int(0.8 * width / label)))
        axes.xaxis.set_major_locator(MaxNLocator(bins, integer=whole))


def _legend_blocks(chart: Chart, looks: dict[_Key, _Look]) -> list[list[tuple[Any, str]]]:
    """A column for every group, and one for what all groups share."""
    from matplotlib.lines import Line2D

    exact: dict[_Key, bool] = {}
    for group, series in _all_series(chart):
        key = (group.label, series.label, series.role)
        exact[key] = exact.get(key, False) or any(mark.exact for mark in series.marks)
    blocks: dict[str, list[tuple[Any, str]]] = {}
    for key, look in looks.items():
        label, series_label, role = key
        if role == "rank":
            style = {**_marker(look, exact[key]), "linestyle": "-"}
            handle = Line2D([], [], color=look.colour, linewidth=look.size, **style)
        else:
            handle = Line2D([], [], **_bound(look))
        blocks.setdefault(label, [(no_sign(heading=True), label)]).append((handle, series_label))
    shared = _shared_entries(chart)
    return [*blocks.values(), *([shared] if shared else [])] or [[(no_sign(), "no ranks")]]


def _shared_entries(chart: Chart) -> list[tuple[Any, str]]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    ranks = [series for _, series in _all_series(chart) if series.role == "rank"]
    bounds = [series for _, series in _all_series(chart) if series.role != "rank"]
    entries: list[tuple[Any, str]] = []
    if any(panel.full is not None for panel in chart.panels):
        entries.append((Line2D([], [], color=GREY, linewidth=0.8), "full rank"))
    if any(len(set(marks)) > 1 for series in ranks for marks in _by_x(series.marks).values()):
        entries.append((Patch(color=GREY, alpha=0.3), "least to largest, line: median"))
    if any(not mark.exact for series in ranks for mark in series.marks):
        hollow = _marker(_Look(GREY, "o", 1.6, ()), exact=False)
        entries.append((Line2D([], [], **hollow), "hollow: lower bound or estimate"))
    for what, series in (("rank", ranks), ("bound", bounds)):
        zeros = sum(mark.y == -inf for one in series for mark in one.marks)
        if zeros:
            said = f"1 {what} is 0" if zeros == 1 else f"{zeros} {what}s are 0"
            entries.append((no_sign(), f"{said}, not drawn"))
    return entries
