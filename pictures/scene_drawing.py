"""The picture of a scene: the sites with the pairs, the layers along both axes, and a separating set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ..graphs.connectivity import AxisVertex, axis_field, axis_graph
from ..graphs.network import COLUMNS, ROWS, Location, Network, Site
from ..graphs.partition import Partition
from ..graphs.receptive_fields import total_stride
from .canvas import BLACK, COLOURS, TINTS, TWO_COLUMNS, Block, blank, drawing, finish
from .scene import DrawnPair, Scene, routes
from .separator import Separator, draw_separator, separator_block

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAMES = ("row", "column")
DASHES: tuple[Any, ...] = ("-", (0, (4, 1.5)), (0, (1, 1)), (0, (5, 1, 1, 1)))
DARK = "#444444"
CELL, LEVEL = 0.27, 0.36  # least height of a cell and of a layer, in inches
Point = tuple[float, float]
Segment = tuple[Point, Point]


def draw_scene(
    scene: Scene, title: str, caption: str = "", separator: Separator | None = None
) -> Figure:
    """The sites, and the layers along both axes; below, the layers that a separating set has vertices in.

    Raises
    ------
    InputError
        If matplotlib is not installed.
    """
    with drawing():
        network = scene.network
        shown = (COLUMNS, scene.cut, 1 - scene.cut)
        above = max(2.2, LEVEL * (network.depth + 1) + 0.8, CELL * network.H + 0.8)
        heights = [above] if separator is None else [above, separator.height]
        figure = blank(TWO_COLUMNS, sum(heights))
        rows = figure.add_gridspec(len(heights), 1, height_ratios=heights)
        ratios = [max(5, network.axis(axis).size) for axis in shown]
        grid = rows[0].subgridspec(1, 3, width_ratios=ratios)
        sites, *chains = grid.subplots(squeeze=False)[0]
        _draw_sites(sites, scene)
        for axes, axis in zip(chains, shown[1:], strict=True):
            _draw_axis(axes, scene, axis)
        chains[1].tick_params(labelleft=False)
        blocks = _legend_blocks(scene)
        if separator is not None:
            draw_separator(figure, rows[1], separator)
            blocks.append(separator_block(separator))
        finish(figure, sum(heights), title, caption, blocks)
        return figure


def _draw_sites(axes: Axes, scene: Scene) -> None:
    network, partition = scene.network, scene.partition
    axes.pcolormesh(
        [c - 0.5 for c in range(network.W + 1)],
        [r - 0.5 for r in range(network.H + 1)],
        [[partition.side((r, c)) for c in range(network.W)] for r in range(network.H)],
        cmap=_tints(),
        vmin=0,
        vmax=1,
        edgecolors="white",
        linewidth=0.8,
    )
    _segments(axes, _cut_lines(partition), **_CUT)
    again: Counter[frozenset[Site]] = Counter()
    for pair in scene.pairs:
        side = 1 if pair.location[scene.cut] % 2 == 0 else -1
        ends = frozenset((pair.near, pair.far))
        _draw_pair(axes, pair, *_look(scene, pair), side * (1 + again[ends] / 2))
        again[ends] += 1
    for pair in scene.example:
        _outline(axes, network, pair.layer, pair.location)
    axes.set_xlim(-0.6, network.W - 0.4)
    axes.set_ylim(network.H - 0.4, -0.6)
    axes.set_aspect("equal")
    axes.set_yticks(range(network.H))
    axes.set_title("sites")
    axes.set_ylabel("row")
    _bare(axes, network.W, "column")


def _tints() -> Any:
    from matplotlib.colors import ListedColormap

    return ListedColormap(TINTS)


def _bare(axes: Axes, size: int, label: str) -> None:
    axes.set_xticks(range(size))
    axes.set_xlabel(label)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _cut_lines(partition: Partition) -> Iterator[Segment]:
    """The sides that cells of P share with cells of Q, from (column, row) to (column, row)."""
    for r in range(partition.H):
        for c in range(partition.W):
            side = partition.side((r, c))
            if c + 1 < partition.W and partition.side((r, c + 1)) != side:
                yield (c + 0.5, r - 0.5), (c + 0.5, r + 0.5)
            if r + 1 < partition.H and partition.side((r + 1, c)) != side:
                yield (c - 0.5, r + 0.5), (c + 0.5, r + 0.5)


def _draw_pair(axes: Axes, pair: DrawnPair, colour: str, dashes: Any, bend: float) -> None:
    """An arc that leaves the straight line by a third of a cell times `bend`, to the side of its sign."""
    from matplotlib.patches import FancyArrowPatch

    length = max(1, *(abs(a - b) for a, b in zip(pair.near, pair.far, strict=True)))
    arc = FancyArrowPatch(
        pair.near[::-1],
        pair.far[::-1],
        arrowstyle="-",
        connectionstyle=f"arc3,rad={0.66 * bend / length}",
        color=colour,
        linestyle=dashes,
        linewidth=1.1,
        shrinkA=0,
        shrinkB=0,
    )
    axes.add_patch(arc)
    for site, fill in ((pair.near, colour), (pair.far, "white")):
        axes.plot(site[COLUMNS], site[ROWS], **_dot(colour, fill))


def _dot(colour: str, fill: str) -> dict[str, Any]:
    return {
        "linestyle": "none",
        "marker": "o",
        "markersize": 4,
        "markeredgecolor": colour,
        "markerfacecolor": fill,
        "markeredgewidth": 1.0,
    }


def _look(scene: Scene, pair: DrawnPair) -> tuple[str, Any]:
    """Colour and line style of a pair, by its location on the axis that is cut."""
    number = pair.location[scene.cut]
    return COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)]


def _outline(axes: Axes, network: Network, layer: int, location: Location) -> None:
    """A rectangle around what a location sees, several where its windows leave gaps."""
    from matplotlib.patches import Rectangle

    rows, columns = (
        _runs(axis_field(axis_graph(network.axis(axis)), layer, location[axis]))
        for axis in (ROWS, COLUMNS)
    )
    for top, bottom in rows:
        for left, right in columns:
            corner, width, height = (left - 0.43, top - 0.43), right - left, bottom - top
            axes.add_patch(Rectangle(corner, width + 0.86, height + 0.86, **_OUTLINE))


_OUTLINE: dict[str, Any] = {
    "facecolor": "none",
    "edgecolor": DARK,
    "linewidth": 1.1,
    "linestyle": (0, (3, 1.5)),
}


def _runs(numbers: set[int]) -> list[tuple[int, int]]:
    """First and last of every run of consecutive numbers."""
    starts = [n for n in sorted(numbers) if n - 1 not in numbers]
    ends = [n for n in sorted(numbers) if n + 1 not in numbers]
    return list(zip(starts, ends, strict=True))


def _draw_axis(axes: Axes, scene: Scene, axis: int) -> None:
    network = scene.network
    chain, place, sides = network.axis(axis), _places(network, axis), scene.sides(axis)
    styles = [(sorted(axis_graph(chain).edges), _WINDOW), (routes(scene.pairs, axis), _ROUTE)]
    for pair in scene.example:
        colour, _ = _look(scene, pair)
        styles.append((routes([pair], axis), {**_EXAMPLE, "color": colour}))
    for edges, style in styles:
        _segments(axes, [(place[a], place[b]) for a, b in edges], **style)
    dots: dict[str, list[Point]] = {}
    for (layer, u), point in place.items():
        side = sides[u] if layer == 0 else None
        dots.setdefault("white" if side is None else TINTS[side], []).append(point)
    for fill, points in dots.items():
        axes.plot(*zip(*points, strict=True), **_dot(BLACK, fill), zorder=4)
    cuts = [u + 0.5 for u, pair in enumerate(pairwise(sides)) if set(pair) == {0, 1}]
    _segments(axes, [((x, -0.35), (x, 0.35)) for x in cuts], **_CUT)
    axes.set_xlim(-0.6, chain.size - 0.4)
    axes.set_ylim(-0.5, network.depth + 0.4)
    labels = [f"layer {k + 1}\n{layer}" for k, layer in enumerate(network.layers)]
    axes.set_yticks(range(network.depth + 1), labels=["sites", *labels])
    straight = None not in scene.sides(scene.cut)
    role = (" (cut)" if axis == scene.cut else " (not cut)") * straight
    axes.set_title(f"{NAMES[axis]}s{role}")
    _bare(axes, chain.size, NAMES[axis])


def _segments(axes: Axes, segments: Iterable[Segment], **style: Any) -> None:
    from matplotlib.collections import LineCollection

    axes.add_collection(LineCollection(list(segments), **style))


_CUT: dict[str, Any] = {"color": BLACK, "linewidth": 1.6, "capstyle": "projecting", "zorder": 2}
_WINDOW: dict[str, Any] = {"color": "#bbbbbb", "linewidth": 0.6, "zorder": 1}
_ROUTE: dict[str, Any] = {"color": BLACK, "linewidth": 0.9, "zorder": 2}
_EXAMPLE: dict[str, Any] = {"linewidth": 2.0, "zorder": 3}


def _places(network: Network, axis: int) -> dict[AxisVertex, Point]:
    """Every location above the first site of its window, at the height of its layer."""
    chain = network.axis(axis)
    return {
        (layer, u): (total_stride(chain, layer) * u + chain.origins[layer], layer)
        for layer, size in enumerate(chain.sizes)
        for u in range(size)
    }


def _legend_blocks(scene: Scene) -> list[Block]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    sites: Block = [
        (Patch(facecolor=TINTS[0]), "sites of P"),
        (Patch(facecolor=TINTS[1]), "sites of Q"),
        (Line2D([], [], color=BLACK, linewidth=1.6), "cut"),
    ]
    edges: Block = [(Line2D([], [], **_WINDOW), "input in a location's window")]
    blocks = [sites, edges]
    if scene.pairs:
        colour, dashes = _look(scene, scene.pairs[0])
        arc = {"color": colour, "linestyle": dashes, "linewidth": 1.1}
        pairs: Block = [
            (Line2D([], [], **{**_dot(colour, fill), **arc}), f"pair: {name}")
            for name, fill in zip(scene.ends, (colour, "white"), strict=True)
        ]
        blocks.insert(1, pairs)
    for pair in scene.example:
        where = f"location {pair.location} of layer {pair.layer}"
        pairs.append((Patch(**_OUTLINE), f"what {where} sees"))
        edges.append((Line2D([], [], **_ROUTE), f"routes of pairs {scene.reach}".rstrip()))
        edges.append((Line2D([], [], **_EXAMPLE, color=colour), f"routes of {where}"))
    return blocks
