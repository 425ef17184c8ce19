"""A network's connectivity: the sites with the pairs of a proof, and the layers along both axes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import networkx as nx

from ..errors import InputError
from ..graphs.network import AXES, COLUMNS, ROWS, Network, Pair
from ..graphs.pairs import SitePair, route_graph, site_pairs
from ..graphs.partition import Partition
from ..proofs.setting import Setting
from ..proofs.theorems.theorem_1 import axis_of, best
from ..proofs.verdict import NotApplicable
from .scene import DrawnPair, Edge, Edges, Scene
from .scene_drawing import draw_scene

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_SITES_A_SIDE = 10
MOST_LAYERS = 6


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
    return draw_scene(Scene(network, partition, _with_routes(network, drawn, fars)), text)


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


def _with_routes(
    network: Network, pairs: Iterable[SitePair], fars: Sequence[Pair]
) -> tuple[DrawnPair, ...]:
    """The pairs with the paths from their sites to their location, and from there to the output."""
    if not fars:
        return tuple(DrawnPair(pair.near, pair.far, pair.location) for pair in pairs)
    K, graphs = len(fars), [route_graph(network, fars, axis) for axis in AXES]
    return tuple(
        DrawnPair(
            pair.near,
            pair.far,
            pair.location,
            K,
            tuple(_routes(graph, pair, K, axis) for axis, graph in enumerate(graphs)),
        )
        for pair in pairs
    )


def _routes(graph: nx.DiGraph, pair: SitePair, K: int, axis: int) -> Edges:
    """The edges of paths from both sites to their location, and from there to the output."""
    location, output = (K, pair.location[axis]), max(graph)
    starts = [(0, site[axis]) for site in (pair.near, pair.far)]
    edges: set[Edge] = set()
    for start, end in [*((start, location) for start in starts), (location, output)]:
        after = {start, *nx.descendants(graph, start)}
        edges |= set(graph.subgraph(after & {end, *nx.ancestors(graph, end)}).edges)
    return frozenset(edges)
