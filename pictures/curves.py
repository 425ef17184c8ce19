"""How the series of a chart are drawn: curves of ranks, broken lines of bounds, bars of intervals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import inf, nan
from statistics import median
from typing import TYPE_CHECKING, Any

from .canvas import COLOURS, MARKERS
from .scales import place
from .series import Chart, Group, Mark, Panel, Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Dashes (on, off, ...) in line widths, and a mark that also shows where there is one x only.
BOUNDS: dict[str, tuple[tuple[float, ...], str]] = {
    "theorem": ((5, 2), "_"),
    "sharp": ((6, 2, 1, 2), "+"),
    "lower": ((1, 1.6), "2"),
    "upper": ((9, 3), "1"),
}
BAR, BESIDE = (
    4.0,
    5.5,
)  # points: the width of an interval's bar, and from one to that of the next group
SHADE = 0.3
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Look:
    """How a series is drawn: its colour, its marker, and sizes that let lines beneath show.

    `beside` is how far to the right of its x an interval is drawn, in points.
    """

    colour: str
    marker: str
    size: float
    dashes: tuple[float, ...] = ()
    beside: float = 0.0


def key_of(group: Group, series: Series) -> Key:
    """Series of one key look alike."""
    return group.label, series.label, series.role


def looks_of(chart: Chart) -> dict[Key, Look]:
    """A look for every group, series and role, the same in all panels."""
    labels = list(dict.fromkeys(group.label for panel in chart.panels for group in panel.groups))
    looks: dict[Key, Look] = {}
    seen: dict[tuple[str, str], int] = {}
    for group, series in chart.series:
        if key_of(group, series) in looks:
            continue
        number = labels.index(group.label)
        again = seen.setdefault((group.label, series.role), 0)
        seen[group.label, series.role] += 1
        dashes, marker = BOUNDS.get(series.role, ((), MARKERS[(number + 4 * again) % len(MARKERS)]))
        looks[key_of(group, series)] = Look(
            COLOURS[number % len(COLOURS)],
            marker,
            1.6 if len(labels) == 1 else 2.2 - 1.2 * number / (len(labels) - 1),
            tuple(d * (1 + 0.7 * again) for d in dashes),
            BESIDE * (number - (len(labels) - 1) / 2),
        )
    return looks


def draw_series(axes: Axes, panel: Panel, chart: Chart, looks: dict[Key, Look]) -> None:
    """All series of a panel."""
    places = [place(chart, x) for x in chart.xs]
    jitter = 0.06 * min((b - a for a, b in pairwise(places)), default=1.0)
    for group in panel.groups:
        own = sorted({mark.x for series in group.series for mark in series.marks})
        for series in group.series:
            look = looks[key_of(group, series)]
            at = {place(chart, x): marks for x, marks in _by_x(series.marks, own).items()}
            if series.role == "rank":
                _draw_rank(axes, at, look, jitter)
            elif series.role == "interval":
                _draw_intervals(axes, series, look, chart)
            else:
                axes.plot(*_medians(at), **bound_style(look), zorder=4)


def _draw_rank(axes: Axes, at: dict[float, list[Mark]], look: Look, jitter: float) -> None:
    drawn = {x: [m for m in marks if m.y > -inf] for x, marks in at.items()}
    drawn = {x: marks for x, marks in drawn.items() if marks}
    axes.plot(*_medians(at), color=look.colour, linewidth=look.size, zorder=3)
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
            axes.plot(*zip(*points, strict=True), **marker_style(look, exact, size), zorder=5)


def _draw_intervals(axes: Axes, series: Series, look: Look, chart: Chart) -> None:
    """Shaded bars with a short line at both ends; from rank 0 on, from the bottom."""
    from matplotlib.transforms import ScaledTranslation

    figure = axes.get_figure(root=True)
    assert figure is not None
    aside = ScaledTranslation(look.beside / 72, 0, figure.dpi_scale_trans)
    where, bottom = axes.transData + aside, axes.get_ylim()[0]
    bars = [(place(chart, mark.x), max(mark.y, bottom), mark.high) for mark in series.marks]
    xs, lows, highs = zip(*bars, strict=True)
    shade: dict[str, Any] = {"color": look.colour, "alpha": SHADE, "linewidth": BAR, "zorder": 2.5}
    axes.vlines(xs, lows, highs, transform=where, **shade)
    tips = [(x, y) for x, *ends in bars for y in ends if y is not None and y > bottom]
    axes.plot(*zip(*tips, strict=True), transform=where, **_tip(look), zorder=2.6)


def interval_style(look: Look) -> dict[str, Any]:
    """The patch of the legend that stands for bars."""
    return {"facecolor": look.colour, "alpha": SHADE, "edgecolor": look.colour}


def _tip(look: Look) -> dict[str, Any]:
    return {
        "linestyle": "none",
        "marker": "_",
        "markersize": BAR,
        "markeredgewidth": 0.7,
        "color": look.colour,
    }


def _medians(at: dict[float, list[Mark]]) -> tuple[list[float], list[float]]:
    """The values of x and the median at each, nan where it is -inf or there is none."""
    middle = [median(mark.y for mark in marks) if marks else nan for marks in at.values()]
    return list(at), [y if y > -inf else nan for y in middle]


def marker_style(look: Look, exact: bool, size: float = 1.0) -> dict[str, Any]:
    """The mark of a rank."""
    return {
        "linestyle": "none",
        "marker": look.marker,
        "markersize": (2 + 1.8 * look.size) * size,
        "markeredgecolor": look.colour,
        "markeredgewidth": 0.9,
        "markerfacecolor": look.colour if exact else "white",
    }


def bound_style(look: Look) -> dict[str, Any]:
    """The line of a bound."""
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


def _by_x(marks: Iterable[Mark], xs: Iterable[float]) -> dict[float, list[Mark]]:
    """The marks at each x, none where a line has a gap."""
    at: dict[float, list[Mark]] = {x: [] for x in xs}
    for mark in marks:
        at[mark.x].append(mark)
    return at


def _offset(number: int, count: int) -> float:
    """From -1 to 1 for the marks at one x, 0 for a single one."""
    return 0.0 if count == 1 else 2 * number / (count - 1) - 1
