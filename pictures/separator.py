"""A separating set of the connectivity graph: the grids of the sites and layers that it has vertices in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..graphs.network import Vertex
from ..graphs.partition import Side
from ..graphs.separating_sets import CutGraph
from .canvas import BLACK, NORMAL, TINTS, TWO_COLUMNS, Block, no_sign, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.gridspec import SubplotSpec

CELL, TALLEST, TITLE = 0.16, 1.2, 0.4  # inches, of a cell, of the grids, and of what is above them
BESIDE = 0.2  # inches between two grids
MIXED, DEAD, GRID = "#d0d0d0", "#ffffff", "#999999"
FILLS = {Side.P: TINTS[0], Side.Q: TINTS[1], Side.BOTH: MIXED, Side.NEITHER: DEAD}


@dataclass(frozen=True)
class Separator:
    """A set of vertices that separates the partition of a graph."""

    graph: CutGraph
    vertices: Sequence[Vertex]

    @cached_property
    def layers(self) -> list[int]:
        """The layers that it has vertices in, 0 for the sites."""
        return sorted({vertex.layer for vertex in self.vertices})

    @cached_property
    def span(self) -> tuple[int, int]:
        """The most rows and the most columns of these layers."""
        rows, columns = zip(
            *(self.graph.network.sizes[layer] for layer in self.layers), strict=True
        )
        return max(rows), max(columns)

    @property
    def cell(self) -> float:
        """The side of a cell in inches."""
        tallest, widest = self.span
        room = TWO_COLUMNS / len(self.layers) - BESIDE
        return min(CELL, TALLEST / tallest, room / widest)

    @property
    def height(self) -> float:
        """That of the grids with their titles in inches."""
        return TITLE + self.cell * self.span[0]

    def side(self, vertex: Vertex) -> Side:
        """What a vertex sees; nothing counts of one without a path to the output."""
        return self.graph.side.get(vertex, Side.NEITHER)


def draw_separator(figure: Figure, where: SubplotSpec, separator: Separator) -> None:
    """A grid for every layer with vertices of the set, side by side."""
    layers = separator.layers
    width = TWO_COLUMNS / len(layers) - BESIDE
    row = where.subgridspec(1, len(layers)).subplots(squeeze=False)
    for axes, layer in zip(row.flat, layers, strict=True):
        _draw_grid(axes, separator, layer, width)


def _draw_grid(axes: Axes, separator: Separator, layer: int, width: float) -> None:
    from matplotlib.patches import Rectangle

    rows, columns = separator.graph.network.sizes[layer]
    for at in separator.graph.network.places(layer):
        fill = FILLS[separator.side(Vertex(layer, at))]
        corner = at[1] - 0.5, at[0] - 0.5
        axes.add_patch(Rectangle(corner, 1, 1, facecolor=fill, edgecolor=GRID, linewidth=0.4))
    chosen = [vertex.at for vertex in separator.vertices if vertex.layer == layer]
    mark = {**_MARK, "markersize": 0.55 * 72 * separator.cell}
    axes.plot([c for _, c in chosen], [r for r, _ in chosen], **mark)
    # Cells of all grids are of one size.
    tallest, widest = separator.span
    axes.set_xlim((columns - widest) / 2 - 0.55, (columns + widest) / 2 - 0.45)
    axes.set_ylim(tallest - 0.45, -0.55)
    axes.set_aspect("equal")
    axes.axis("off")
    name = "sites" if layer == 0 else f"layer {layer}"
    axes.set_title(wrap(f"{name}: {len(chosen)} of {rows * columns}", width, NORMAL))


_MARK: dict[str, Any] = {
    "linestyle": "none",
    "marker": "X",
    "markerfacecolor": BLACK,
    "markeredgecolor": "white",
    "markeredgewidth": 0.4,
}


def separator_block(separator: Separator) -> Block:
    """Its entries in the legend."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    met = {
        separator.side(Vertex(layer, at))
        for layer in separator.layers
        for at in separator.graph.network.places(layer)
        if layer or Vertex(0, at) not in separator.graph.side
    }
    entries: Block = [(Line2D([], [], **_MARK, markersize=5), "separating set")]
    if met & {Side.P, Side.Q}:
        entries.append((no_sign(), "in the colour of a side: sees it only"))
    if Side.BOTH in met:
        entries.append((Patch(facecolor=MIXED), "sees sites of both sides"))
    if Side.NEITHER in met:
        dead = Patch(facecolor=DEAD, edgecolor=GRID, linewidth=0.4)
        entries.append((dead, "no path to the output"))
    return entries
