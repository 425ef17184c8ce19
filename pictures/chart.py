"""The chart of a sweep: ranks and bounds on a logarithmic scale against the swept variable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import InputError
from .canvas import GREY, NORMAL, ONE_COLUMN, TWO_COLUMNS, blank, drawing, finish, wrap
from .chart_legend import legend_blocks
from .curves import Key, Look, draw_series, looks_of
from .scales import draw_x_scale, draw_y_scale, in_sight
from .series import Chart, Panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANEL_HEIGHT = 2.2
MOST_PANELS = 36
LABELS = 0.4  # inches of a panel's width that its axis takes


def draw_chart(chart: Chart) -> Figure:
    """The chart as a figure: one column of a paper wide for one panel, else two columns.

    A measured rank is a solid line through the medians, with a mark for every value, hollow where it is
    not exact, and a light band from the least to the largest of several. Bounds are thin broken lines,
    intervals shaded bars beside their x. Rank 0 has no logarithm: such marks are left out, and the legend
    says how many; where the median is 0, or a group has other marks only, the line has a gap. Several
    values of a bound at one x count as their median. A full rank far above all marks is left out.

    Raises
    ------
    InputError
        If there is no panel or more than 36, or matplotlib is not installed.
    """
    count = len(chart.panels)
    if not 1 <= count <= MOST_PANELS:
        raise InputError("panels", count, f"a chart has 1 to {MOST_PANELS}")
    with drawing():
        columns = count if count <= 3 else 2 if count == 4 else 3
        rows = -(-count // columns)
        width = ONE_COLUMN if count == 1 else TWO_COLUMNS
        room = width / columns - LABELS
        figure = blank(width, rows * PANEL_HEIGHT)
        looks = looks_of(chart)
        grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        draw_y_scale(grid[0, 0], chart)
        draw_x_scale(grid[0, 0], chart, 0.9 * room)
        for number, axes in enumerate(grid.flat):
            if number >= count:
                axes.remove()
                continue
            _draw_panel(axes, chart.panels[number], chart, looks, room)
            if number + columns >= count:
                axes.set_xlabel(wrap(chart.x_label, room - 0.1, NORMAL))
                axes.tick_params(labelbottom=True)
            if number % columns == 0:
                axes.set_ylabel(wrap(chart.y_label, PANEL_HEIGHT - LABELS, NORMAL))
        finish(figure, rows * PANEL_HEIGHT, chart.title, chart.caption, legend_blocks(chart))
        return figure


def _draw_panel(
    axes: Axes, panel: Panel, chart: Chart, looks: dict[Key, Look], width: float
) -> None:
    axes.set_title(wrap(panel.title, width, NORMAL))
    axes.grid(color="#e8e8e8", linewidth=0.5)
    axes.set_axisbelow(True)
    if panel.full is not None and in_sight(chart, panel.full):
        axes.axhline(panel.full, color=GREY, linewidth=0.8, zorder=1)
    draw_series(axes, panel, chart, looks)
