"""A network's connectivity: the sites with the pairs of a proof, and the layers along both axes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import networkx as nx

from ..errors import InputError
from ..graphs.connectivity import AxisVertex, axis_field, axis_graph
from ..graphs.network import COLUMNS, ROWS, Location, Network, Pair
from ..graphs.pairs import SitePair, route_graph, site_pairs
from ..graphs.partition import Partition
from ..graphs.receptive_fields import total_stride
from ..proofs.setting import Setting
from ..proofs.theorems.theorem_1 import axis_of, best
from ..proofs.verdict import NotApplicable
from .canvas import (
    BLACK,
    COLOURS,
    TWO_COLUMNS,
    Block,
    blank,
    drawing,
    finish,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_SITES_A_SIDE = 10
MOST_LAYERS = 6
TINTS = ("#dcedf9", "#f8cf9f")  # P, Q: the second is darker, for print in grey
NAMES = ("row", "column")
DASHES: tuple[Any, ...] = ("-", (0, (4, 1.5)), (0, (1, 1)), (0, (5, 1, 1, 1)))
DARK = "#444444"
CELL, LEVEL = 0.27, 0.36  # least height of a cell and of a layer, in inches
Edge = tuple[AxisVertex, AxisVertex]
Point = tuple[float, float]
Segment = tuple[Point, Point]


def draw_theorem_1(setting: Setting, K: int | None = None) -> Figure:
    """The connectivity with the pairs and routes of Theorem 1, at the K that `verify_bound` takes.

    Raises
    ------
    InputError
        If the theorem does not apply, with the reason, or as `draw_connectivity` does.
    """
    network, partition = setting.network, setting.partition
    axis = axis_of(partition.name)
    require_small(network)
    try:
        found = best(network, axis, K)
    except NotApplicable as why:
        allowed = f"Theorem 1 does not apply ({partition.name}): {why}"
        raise InputError("network", str(network), allowed) from None
    title = (
        f"Theorem 1, {partition.name}: {network}\n"
        f"K = {found.K}, T = {found.T}, D = {found.D}, E = {found.E}: rank ≥ {found.bound}"
    )
    pairs = site_pairs(network, found.fars)
    return draw_connectivity(network, partition, pairs, fars=found.fars, title=title)


def draw_connectivity(
    network: Network,
    partition: Partition,
    pairs: Iterable[SitePair],
    *,
    fars: Sequence[Pair] = (),
    title: str | None = None,
) -> Figure:
    """The sites with P, Q and the pairs, and the network's layers along each axis; two columns wide.

    Edges are the network's windows; those of the pairs' routes are dark. The first pair's location is the
    example: its routes are thick, and what it sees is outlined on the sites.

    Parameters
    ----------
    network : Network
        At most 10 x 10 sites and 6 layers.
    partition : Partition of these sites
    pairs : site pairs, may be none
    fars : (f_1, ..., f_K), the far offsets in layers 1, ..., K that lead to the far sites
        Locations of pairs are those of layer K. Empty: the pairs are shown on the sites alone.
    title : str, optional
        Default: the network and the partition.

    Raises
    ------
    InputError
        If the network is larger, the partition or a pair is one of another grid, or matplotlib is not
        installed.
    """
    require_small(network)
    partition.require(network.H, network.W)
    drawn = tuple(pairs)
    _require_inside(network, drawn, len(fars))
    text = f"{network}, {partition.name}" if title is None else title
    with drawing():
        return _draw(_Scene(network, partition, drawn, tuple(fars)), text)


def require_small(network: Network) -> None:
    """Raise `InputError` unless the network can be drawn."""
    if max(network.H, network.W) > MOST_SITES_A_SIDE or network.depth > MOST_LAYERS:
        given = f"{network.H}x{network.W} sites and {network.depth} layers"
        most = f"{MOST_SITES_A_SIDE}x{MOST_SITES_A_SIDE} sites and {MOST_LAYERS} layers"
        raise InputError("network", given, f"at most {most} can be drawn")


def _require_inside(network: Network, pairs: Sequence[SitePair], K: int) -> None:
    if network.depth < K:
        raise InputError("fars", f"{K} far offsets", f"the network has {network.depth} layers")
    for pair in pairs:
        for what, place, size in (
            ("site", pair.near, network.sizes[0]),
            ("site", pair.far, network.sizes[0]),
            ("location", pair.location, network.sizes[K] if K else None),
        ):
            if size and not all(0 <= x < n for x, n in zip(place, size, strict=True)):
                allowed = f"a {what} has row < {size[ROWS]} and column < {size[COLUMNS]} here"
                raise InputError("pairs", place, allowed)


@dataclass(frozen=True)
class _Scene:
    """What is drawn."""

    network: Network
    partition: Partition
    pairs: tuple[SitePair, ...]
    fars: tuple[Pair, ...]

    @property
    def K(self) -> int:
        return len(self.fars)

    @cached_property
    def cut(self) -> int:
        """The axis on which the sites of pairs differ; without pairs, one that the partition cuts."""
        for pair in self.pairs:
            if pair.near != pair.far:
                return COLUMNS if pair.near[COLUMNS] != pair.far[COLUMNS] else ROWS
        return COLUMNS if None in self.sides(ROWS) else ROWS

    def sides(self, axis: int) -> list[int | None]:
        """For each coordinate on an axis, the side that all its sites are on, None for both."""
        lines: list[set[int]] = [set() for _ in range(self.network.axis(axis).size)]
        for number, side in enumerate(self.partition.sides):
            lines[divmod(number, self.partition.W)[axis]].add(side)
        return [min(line) if len(line) == 1 else None for line in lines]

    def routes(self, axis: int, pairs: Iterable[SitePair]) -> set[Edge]:
        """The edges of paths from the sites of pairs to their location, and from there to the output."""
        graph = route_graph(self.network, self.fars, axis)
        edges: set[Edge] = set()
        for pair in pairs:
            location = (self.K, pair.location[axis])
            starts = [(0, site[axis]) for site in (pair.near, pair.far)]
            sections = [*((start, location) for start in starts), (location, self.output)]
            for start, end in sections:
                after = {start, *nx.descendants(graph, start)}
                edges |= set(graph.subgraph(after & {end, *nx.ancestors(graph, end)}).edges)
        return edges

    @property
    def output(self) -> AxisVertex:
        return self.network.depth, 0

    @property
    def example(self) -> tuple[SitePair, ...]:
        """The first pair, where it is known which layer its location is in."""
        return self.pairs[:1] if self.fars else ()


def _draw(scene: _Scene, title: str) -> Figure:
    network = scene.network
    shown = (COLUMNS, scene.cut, 1 - scene.cut)
    height = max(2.2, LEVEL * (network.depth + 1) + 0.8, CELL * network.H + 0.8)
    figure = blank(TWO_COLUMNS, height)
    ratios = [max(5, network.axis(axis).size) for axis in shown]
    sites, *chains = figure.subplots(1, 3, width_ratios=ratios)
    _draw_sites(sites, scene)
    for axes, axis in zip(chains, shown[1:], strict=True):
        _draw_axis(axes, scene, axis)
    chains[1].tick_params(labelleft=False)
    finish(figure, height, title, "", _legend_blocks(scene))
    return figure


def _draw_sites(axes: Axes, scene: _Scene) -> None:
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
    for pair in scene.pairs:
        side = 1 if pair.location[scene.cut] % 2 == 0 else -1
        _draw_pair(axes, pair, *_look(scene, pair), side)
    for pair in scene.example:
        _outline(axes, network, scene.K, pair.location)
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


def _draw_pair(axes: Axes, pair: SitePair, colour: str, dashes: Any, side: int) -> None:
    """An arc that leaves the straight line by a third of a cell, on one side or the other."""
    from matplotlib.patches import FancyArrowPatch

    length = max(1, *(abs(a - b) for a, b in zip(pair.near, pair.far, strict=True)))
    arc = FancyArrowPatch(
        pair.near[::-1],
        pair.far[::-1],
        arrowstyle="-",
        connectionstyle=f"arc3,rad={0.66 * side / length}",
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


def _look(scene: _Scene, pair: SitePair) -> tuple[str, Any]:
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


def _draw_axis(axes: Axes, scene: _Scene, axis: int) -> None:
    network = scene.network
    chain, place, sides = network.axis(axis), _places(network, axis), scene.sides(axis)
    routes = scene.routes(axis, scene.pairs) if scene.fars else set()
    styles = [(axis_graph(chain).edges, _WINDOW), (routes, _ROUTE)]
    for pair in scene.example:
        colour, _ = _look(scene, pair)
        styles.append((scene.routes(axis, [pair]), {**_EXAMPLE, "color": colour}))
    for edges, style in styles:
        _segments(axes, [(place[a], place[b]) for a, b in sorted(edges)], **style)
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
        (layer, u): (total_stride(chain, layer) * u, layer)
        for layer, size in enumerate(chain.sizes)
        for u in range(size)
    }


def _legend_blocks(scene: _Scene) -> list[Block]:
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
            (Line2D([], [], **{**_dot(colour, fill), **arc}), f"pair: {name} site")
            for name, fill in (("near", colour), ("far", "white"))
        ]
        blocks.insert(1, pairs)
    for pair in scene.example:
        where = f"location {pair.location} of layer {scene.K}"
        pairs.append((Patch(**_OUTLINE), f"what {where} sees"))
        edges.append((Line2D([], [], **_ROUTE), "routes of pairs"))
        edges.append((Line2D([], [], **_EXAMPLE, color=colour), f"routes of {where}"))
    return blocks
