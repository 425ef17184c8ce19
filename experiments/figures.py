"""The paper's two figures, for each of the data: accuracy against channels, and against parameters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convac.pictures.canvas import (
    COLOURS,
    GREY,
    MARKERS,
    TWO_COLUMNS,
    blank,
    drawing,
    finish,
    no_sign,
)
from convac.pictures.files import save

from .architectures import AVERAGE, MAXIMUM, POOLINGS, PRODUCT, Architecture
from .results import Row, Summary, summaries

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW = 2.1  # inches
TITLES = {
    PRODUCT: "arithmetic circuit (product)",
    MAXIMUM: "rectifier, maximum",
    AVERAGE: "rectifier, average",
}
Points = list[tuple[Architecture, Summary]]


def draw_all(rows: list[Row], folder: Path) -> list[Path]:
    """A picture for each of the data."""
    found = summaries(rows)
    paths = []
    for data in dict.fromkeys(row.data for row in rows):
        own = {a: summary for a, summary in found.items() if a.data == data}
        paths.append(folder / f"training-{data}.png")
        save(draw(data, own), paths[-1])
    return paths


def draw(data: str, found: Mapping[Architecture, Summary]) -> Figure:
    """Two rows of panels, a panel for each pooling."""
    poolings = [pooling for pooling in POOLINGS if any(a.pooling == pooling for a in found)]
    with drawing():
        figure = blank(TWO_COLUMNS, 2 * ROW)
        grid = figure.subplots(2, len(poolings), sharey=True, sharex="row", squeeze=False)
        for column, pooling in enumerate(poolings):
            for row in (0, 1):
                _panel(grid[row, column], found, pooling, against_parameters=row == 1)
            grid[0, column].set_title(TITLES[pooling])
        for row in (0, 1):
            grid[row, 0].set_ylabel("training accuracy")
        seeds = {summary.training.seeds for summary in found.values()}
        said = " or ".join(map(str, sorted(seeds)))
        caption = (
            f"{data}, each example at a random place; mean of {said} seeds, "
            "bars: 95 % interval of the mean; thin dashes: test accuracy"
        )
        title = "Accuracy of trained networks against channels (above) and parameters (below)"
        finish(figure, 2 * ROW, title, caption, _legend(found))
        return figure


def _panel(
    axes: Axes, found: Mapping[Architecture, Summary], pooling: str, *, against_parameters: bool
) -> None:
    axes.grid(color="#e8e8e8", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.set_ylim(0, 1)
    axes.axhline(0.1, color=GREY, linewidth=0.6, linestyle=(0, (1, 2)), zorder=1)
    for B in _windows(found):
        points = sorted((a, s) for a, s in found.items() if (a.pooling, a.B) == (pooling, B))
        if points:
            _curve(axes, points, B, against_parameters=against_parameters)
    axes.set_xscale("log", base=10 if against_parameters else 2)
    axes.set_xlabel("parameters" if against_parameters else "channels C")
    if against_parameters:
        axes.xaxis.set_major_formatter(lambda x, _: f"{x:.0f}")
        axes.xaxis.set_minor_formatter(lambda x, _: "")
    else:
        channels = sorted({a.C for a in found})
        axes.set_xlim(channels[0] / 1.3, channels[-1] * 1.3)
        axes.set_xticks(channels, list(map(str, channels)))
        axes.minorticks_off()


def _curve(axes: Axes, points: Any, B: int, *, against_parameters: bool) -> None:
    # Beside each other where all have the same number of channels.
    aside = 1 if against_parameters else 1.04 ** (B - 3)
    xs = [aside * (summary.parameters if against_parameters else a.C) for a, summary in points]
    training = [summary.training for _, summary in points]
    means = [one.mean for one in training]
    low = [max(0.0, one.mean - one.half) for one in training]
    high = [min(1.0, one.mean + one.half) for one in training]
    axes.vlines(xs, low, high, color=COLOURS[B - 1], alpha=0.5, linewidth=0.8)
    axes.plot(xs, means, **_look(B))
    tests = [summary.test.mean for _, summary in points]
    axes.plot(xs, tests, color=COLOURS[B - 1], linewidth=0.6, linestyle=(0, (4, 2)))


def _look(B: int) -> dict[str, Any]:
    return {
        "color": COLOURS[B - 1],
        "marker": MARKERS[B - 1],
        "markersize": 3.5,
        "linewidth": 1.2,
    }


def _windows(found: Mapping[Architecture, Summary]) -> list[int]:
    return sorted({a.B for a in found})


def _legend(found: Mapping[Architecture, Summary]) -> list[list[tuple[Any, str]]]:
    """A block for each B, and one for chance."""
    from matplotlib.lines import Line2D

    blocks = [[(Line2D([], [], **_look(B)), f"B = {B}")] for B in _windows(found)]
    chance = Line2D([], [], color=GREY, linewidth=0.6, linestyle=(0, (1, 2)))
    return [*blocks, [(chance, "one of ten classes")]] if blocks else [[(no_sign(), "no runs")]]
