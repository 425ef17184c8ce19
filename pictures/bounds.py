"""The connectivity with what bounds the generic rank: pairs from below, a separating set from above."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from ..graphs.network import AXES
from ..graphs.routes import Route
from ..graphs.separating_sets import cut_graph
from ..proofs.bounds import RankInterval
from .connectivity import require_small
from .scene import DrawnPair, Edges, Scene
from .scene_drawing import draw_scene
from .separator import Separator

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NO_PAIRS = "no pairs of sites are counted, and none are drawn"
NO_SET = "no separating set is needed, and none is drawn"


def draw_bounds(report: RankInterval) -> Figure:
    """The network's connectivity with the pairs of the lower bound and the separating set of the upper one.

    A pair is drawn with its paths up to the location where they meet. Where the theorem that wins counts no
    pairs, or the bound by the matrix's size is the least, the caption says so.

    Raises
    ------
    InputError
        If the network has more than 10 x 10 sites or 6 layers, or matplotlib is not installed.
    """
    network, partition = report.network, report.partition
    require_small(network)
    lower, upper = report.lower, report.upper
    routes = [] if lower.routes is None else lower.routes()
    ends = ("site of P", "site of Q")
    scene = Scene(network, partition, tuple(map(_drawn, routes)), ends, "up to where they meet")
    separator = None
    if upper.separator:
        separator = Separator(cut_graph(network, partition), upper.separator)
    said = f"generic rank = {upper.value}"
    if not report.exact:
        said = f"{lower.value} ≤ generic rank ≤ {upper.value}"
    return draw_scene(
        scene,
        f"{network}, {partition.name}, {report.weights} weights\n{said}",
        "\n".join(
            (
                _joined(f"≥ {lower.value}", lower.by, "" if routes else NO_PAIRS),
                _joined(f"≤ {upper.value}", upper.by, "" if separator else NO_SET),
            )
        ),
        separator,
    )


def _joined(bound: str, by: str, more: str) -> str:
    return f"{bound}: {by}" + (f"; {more}" if more else "")


def _drawn(route: Route) -> DrawnPair:
    routes = tuple(_edges((route.near, route.far), axis) for axis in AXES)
    return DrawnPair(route.near[0], route.far[0], route.turn.at, route.turn.layer, routes)


def _edges(paths: Iterable[tuple[tuple[int, int], ...]], axis: int) -> Edges:
    """The edges of paths on an axis."""
    return frozenset(
        ((layer, below[axis]), (layer + 1, above[axis]))
        for path in paths
        for layer, (below, above) in enumerate(pairwise(path))
    )
