"""The heat map of a matricization: signs as colours, sizes on a logarithmic scale."""

from __future__ import annotations

from math import ceil, log2
from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from .canvas import DPI, LARGE, NORMAL, SMALL, drawing, text_width, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colorbar import Colorbar
    from matplotlib.figure import Figure

MOST_ENTRIES_A_SIDE = 1024
MOST_WRITTEN_A_SIDE = 8
MOST_IN_ONE_COLUMN = 256
SIDE, WIDE_SIDE = 2.2, 5.6  # inches
FLATTEST, TALLEST = 0.8, 2.0
MARGIN = 0.05
LABEL = 1.7  # room for a label beside a small map
CLOSEST = 0.15  # inches between two ticks
# Dark blue, white, orange to brown: darker is larger, and the two sides differ for every eye.
SCALE = ("#08306b", "#2171b5", "#9ecae1", "#ffffff", "#fdc08a", "#d9600a", "#7a2f02")


def draw_matricization(
    matrix: np.ndarray[Any, Any], *, row_label: str, column_label: str, title: str
) -> Figure:
    """The matrix as a heat map: about one column of a paper wide, two beyond 256 x 256.

    An entry x is coloured by sign(x) log2(1 + |x|), which is white at 0. These floats are for drawing only:
    nothing is computed from them. Entries of small matrices are also written out.

    Parameters
    ----------
    matrix : array of shape (rows, columns), at most 1024 x 1024
        Exact integers: of a numpy type, or Python's in an array of objects, of any size.
    row_label, column_label, title : str
        Labels of the axes, such as "templates of P (left columns)", and what the matrix is.

    Raises
    ------
    InputError
        If the array has another shape or entries that are no integers, or matplotlib is not installed.
    """
    matrix = np.asarray(matrix)
    if matrix.ndim != 2 or not 1 <= min(matrix.shape) <= max(matrix.shape) <= MOST_ENTRIES_A_SIDE:
        given = f"an array of shape {'x'.join(map(str, matrix.shape))}"
        allowed = f"a matrix of 1 to {MOST_ENTRIES_A_SIDE} rows and columns can be drawn"
        raise InputError("matrix", given, allowed)
    entries = _integers(matrix)
    with drawing():
        return _draw(entries, row_label, column_label, title)


def _integers(matrix: np.ndarray[Any, Any]) -> list[list[int]]:
    try:
        return [[index(entry) for entry in row] for row in matrix.tolist()]
    except TypeError:
        raise InputError(
            "matrix", f"entries of type {matrix.dtype}", "integers are needed"
        ) from None


def _draw(entries: list[list[int]], row_label: str, column_label: str, title: str) -> Figure:
    from matplotlib.colors import LinearSegmentedColormap, Normalize
    from matplotlib.figure import Figure

    values = np.array([[_scaled(x) for x in row] for row in entries])
    rows, columns = values.shape
    top = float(max(abs(values).max(), 1))
    width, height = _size(rows, columns)
    figure = Figure(figsize=(width + 2, height + 2), dpi=DPI)
    axes = figure.add_axes((0.1, 0.1, width / (width + 2), height / (height + 2)))
    image = axes.imshow(
        values,
        cmap=LinearSegmentedColormap.from_list("signed", SCALE, N=1025),
        norm=Normalize(-top, top),
        aspect="auto",
        interpolation="nearest",
    )
    axes.set_xticks(range(0, columns, -(-columns // 4)))
    axes.set_yticks(range(0, rows, -(-rows // 4)))
    axes.set_xlabel(wrap(column_label, max(width, LABEL), NORMAL))
    axes.set_ylabel(wrap(row_label, max(height, LABEL), NORMAL))
    bar = figure.colorbar(image, cax=axes.inset_axes((1 + 0.08 / width, 0, 0.11 / width, 1)))
    bar.set_label("entry (symmetric log scale)")
    _scale(bar, min(map(min, entries)), max(map(max, entries)), height)
    _write(axes, entries, 0.6 * top, width / columns)
    _fit(figure, axes, title)
    return figure


def _size(rows: int, columns: int) -> tuple[float, float]:
    """Width and height of the map in inches: a whole number of dots an entry, so that none is larger."""
    side = SIDE if max(rows, columns) <= MOST_IN_ONE_COLUMN else WIDE_SIDE
    if not FLATTEST <= rows / columns <= TALLEST:
        # Far from square, the entries are drawn oblong, so that labels have room.
        return side, side * (FLATTEST if rows < columns else TALLEST)
    dots = max(1, int(1.2 * side * DPI / max(rows, columns)))
    return dots * columns / DPI, dots * rows / DPI


def _fit(figure: Figure, axes: Axes, title: str) -> None:
    """Cut the figure to what is on it, with the title above; the map keeps its size, on whole dots."""
    around, box = figure.get_tightbbox(), axes.get_window_extent().frozen()
    width = ceil((around.width + 2 * MARGIN) * DPI) / DPI
    heading = figure.suptitle(
        wrap(title, width - 2 * MARGIN, LARGE, "bold"), size=LARGE, weight="bold", va="top"
    )
    above = heading.get_window_extent().height / DPI + 2 * MARGIN
    height = ceil((around.height + 2 * MARGIN + above) * DPI) / DPI
    figure.set_size_inches(width, height)
    heading.set_y(1 - MARGIN / height)
    left = round(box.x0 - (around.x0 - MARGIN) * DPI)
    bottom = round(box.y0 - (around.y0 - MARGIN) * DPI)
    across, up = width * DPI, height * DPI
    axes.set_position((left / across, bottom / up, box.width / across, box.height / up))


def _scaled(x: int) -> float:
    """sign(x) log2(1 + |x|), for integers of any length."""
    return log2(1 + x) if x >= 0 else -log2(1 - x)


def _scale(bar: Colorbar, least: int, largest: int, height: float) -> None:
    """Ticks at 0, at powers of 10 or the ends of a short scale; of the scale only the part that is used."""
    low, high = _scaled(min(least, 0)), _scaled(max(largest, 0 if least < 0 else 1))
    most = max(-least, largest, 1)
    # The digits of a long integer are not asked for: Python limits that conversion.
    digits = int(log2(most) / log2(10)) + 1
    sizes = [10**k for k in range(0, digits, -(-digits // 4))] if most >= 10 else [1, most]
    ticks = [0]
    for size in sizes:
        if _scaled(size) - _scaled(ticks[-1]) >= (high - low) * CLOSEST / height:
            ticks.append(size)
    ticks = [t for t in (*(-t for t in reversed(ticks[1:])), *ticks) if low <= _scaled(t) <= high]
    bar.set_ticks([_scaled(t) for t in ticks], labels=[_power(t) for t in ticks])
    bar.minorticks_off()
    bar.outline.set_linewidth(0.6)
    bar.ax.set_ylim(low, high)


def _power(x: int) -> str:
    """1000 as 10 with a raised 3; numbers below 1000 as they are."""
    sign = "−" if x < 0 else ""
    if abs(x) < 1000:
        return f"{sign}{abs(x)}"
    exponent = round(log2(abs(x)) / log2(10))
    return f"{sign}10{str(exponent).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def _write(axes: Axes, entries: list[list[int]], dark: float, room: float) -> None:
    """The entries in their cells, if all are short enough."""
    if max(len(entries), len(entries[0])) > MOST_WRITTEN_A_SIDE:
        return
    if any(abs(x) >= 10**6 for row in entries for x in row):
        return
    texts = [[str(x).replace("-", "−") for x in row] for row in entries]
    if any(text_width(text, SMALL) > 0.85 * room for row in texts for text in row):
        return
    for i, row in enumerate(texts):
        for j, text in enumerate(row):
            colour = "white" if abs(_scaled(entries[i][j])) > dark else "black"
            axes.text(j, i, text, ha="center", va="center", size=SMALL, color=colour)
