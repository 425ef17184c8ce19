"""The axes of a chart: positions in floating point, and labels from exact integers.

A rank is drawn at its logarithm in base 2, which ranks of any size have; a tick at k times that of the base
is labelled with the power itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, floor, inf, log2
from typing import TYPE_CHECKING

from .canvas import SMALL, text_width
from .series import Chart

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_TICKS = 6
FAR = 2  # times the height of what is drawn
MARGIN = 0.05  # of an axis, beside what is drawn
ROOM = 0.16  # inches at both ends, for bars beside the first and the last x
BETWEEN = 0.08  # inches between two labels
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def raised(base: int, exponent: int) -> str:
    """A power with its exponent raised.

    >>> raised(2, 10)
    '2¹⁰'
    """
    return f"{base}{str(exponent).translate(RAISED)}"


def place(chart: Chart, x: float) -> float:
    """Where a value of x is drawn."""
    return log2(x) if chart.log_x else x


def draw_y_scale(axes: Axes, chart: Chart) -> None:
    """Limits around all marks, and ticks at powers of the base; two of them at least are in sight."""
    fulls = [panel.full for panel in chart.panels if panel.full is not None]
    drawn = [*_heights(chart), *(full for full in fulls if in_sight(chart, full))]
    unit = log2(chart.base)
    margin = MARGIN * (max(drawn) - min(drawn)) or MARGIN * unit
    low, high = min(drawn) - margin, max(drawn) + margin
    if floor(high / unit) - ceil(low / unit) < 1:
        least = floor(min(drawn) / unit)
        low = least * unit - MARGIN * unit
        high = max(least + 1, ceil(max(drawn) / unit)) * unit + MARGIN * unit
    exponents = _exponents(ceil(low / unit), floor(high / unit))
    axes.set_ylim(low, high)
    axes.set_yticks([k * unit for k in exponents], [raised(chart.base, k) for k in exponents])


def in_sight(chart: Chart, full: float) -> bool:
    """Whether a full rank is near enough to be drawn: the marks take a third of the axis all the same."""
    heights = _heights(chart)
    span = max(max(heights) - min(heights), 2 * log2(chart.base))
    return full - max(heights) <= FAR * span


def _heights(chart: Chart) -> list[float]:
    """What the axis has to hold: logarithms of ranks, bounds and ends of intervals other than 0."""
    ends = [end for mark in chart.marks for end in (mark.y, mark.high) if end is not None]
    return [end for end in ends if end > -inf] or [0.0]


def _exponents(first: int, last: int) -> list[int]:
    """At most six of them, at one distance: 1, 2 or 5 times a power of ten."""
    step = 1
    while last // step - -(-first // step) >= MOST_TICKS:
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return list(range(-(-first // step) * step, last + 1, step))


def draw_x_scale(axes: Axes, chart: Chart, width: float) -> None:
    """Ticks at the values of x where there is room for all of them, else at some; `width` in inches."""
    xs = chart.xs
    if not xs:
        axes.set_xticks([])
        return
    places = [place(chart, x) for x in xs]
    span = places[-1] - places[0]
    margin = max(MARGIN * span, span * ROOM / (width - 2 * ROOM)) or 1.0
    low, high = places[0] - margin, places[-1] + margin
    axes.set_xlim(low, high)
    labelled = _with_room(xs, places, width / (high - low))
    axes.set_xticks([place(chart, x) for x in labelled], [written(x) for x in labelled])


def _with_room(xs: Sequence[float], places: Sequence[float], inches: float) -> list[float]:
    """The values whose labels fit: all, or every second, fifth, tenth, ... of those at one distance."""
    widths = {x: text_width(written(x), SMALL) for x in xs}

    def fit(chosen: Sequence[tuple[float, float]]) -> bool:
        return all(
            (b - a) * inches >= (widths[x] + widths[y]) / 2 + BETWEEN
            for (x, a), (y, b) in pairwise(chosen)
        )

    points = list(zip(xs, places, strict=True))
    if fit(points):
        return list(xs)
    even = len({b - a for a, b in pairwise(places)}) == 1
    step = 1
    while even and step < len(points):
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
        # Multiples of the step, so that 5, 10, 15 are named and not 1, 6, 11.
        chosen = [(x, at) for x, at in points if x % step == 0] or points[::step]
        if fit(chosen):
            return [x for x, _ in chosen]
    kept = points[:1]
    for point in points[1:]:
        if fit([kept[-1], point]):
            kept.append(point)
    return [x for x, _ in kept]


def written(x: float) -> str:
    """A value of x: whole numbers with all their digits.

    >>> written(2.0**53), written(0.5)
    ('9007199254740992', '0.5')
    """
    return str(int(x)) if x == int(x) else f"{x:.10g}"
