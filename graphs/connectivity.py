"""The connectivity of a network in NetworkX: axis graphs and their layer-by-layer product.

Vertices are (layer, location): layer 0 holds the sites. An edge joins an input location to every output
location whose window holds it. In two dimensions an edge is there iff it is there on both axes, so a
path of the grid is a pair of axis paths: the axis graphs, with H and W vertices a layer, hold what a
full graph needs H^2 R^2 edges for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod

import networkx as nx

from ..errors import ResourceError
from .network import COLUMNS, ROWS, Axis, Network

MOST_EDGES = 2_000_000


def axis_graph(axis: Axis, offsets: Sequence[Iterable[int]] | None = None) -> nx.DiGraph:
    """Connectivity along one axis.

    Parameters
    ----------
    axis : Axis
    offsets : for each layer, offsets of the window
        Keep the edges of these offsets only (a subgraph); default: the full windows.

    Returns
    -------
    DiGraph on vertices (l, u) with 0 <= l <= L and 0 <= u < n_l; an edge (l - 1, S u + i) -> (l, u)
    for every offset i that falls inside the input.
    """
    used = [list(range(r)) for r in axis.windows] if offsets is None else [list(o) for o in offsets]
    graph = nx.DiGraph()
    for layer, size in enumerate(axis.sizes):
        graph.add_nodes_from((layer, u) for u in range(size))
    for k, stride in enumerate(axis.strides):
        graph.add_edges_from(
            ((k, stride * u + i), (k + 1, u))
            for u in range(axis.sizes[k + 1])
            for i in used[k]
            if stride * u + i < axis.sizes[k]
        )
    return graph


def layered_product(rows: nx.DiGraph, columns: nx.DiGraph) -> nx.DiGraph:
    """The layer-by-layer tensor product of two axis graphs, on vertices (l, (u, v))."""
    graph = nx.DiGraph()
    column_nodes = _by_layer(columns)
    for layer, nodes in _by_layer(rows).items():
        graph.add_nodes_from((layer, (u, v)) for u in nodes for v in column_nodes[layer])
    column_edges = _edges_by_layer(columns)
    for layer, edges in _edges_by_layer(rows).items():
        graph.add_edges_from(
            ((layer, (a, c)), (layer + 1, (b, d)))
            for a, b in edges
            for c, d in column_edges.get(layer, [])
        )
    return graph


def connectivity_graph(network: Network) -> nx.DiGraph:
    """The full connectivity of a small network: (l, (u, v)), one edge a window offset inside.

    Raises
    ------
    ResourceError
        If it would have more than two million edges.
    """
    edges = edge_count(network)
    if edges > MOST_EDGES:
        raise ResourceError(
            f"the full connectivity graph has up to {edges} edges, and {MOST_EDGES} are allowed; "
            "axis_graph holds the same connectivity axis by axis"
        )
    return layered_product(axis_graph(network.axis(ROWS)), axis_graph(network.axis(COLUMNS)))


def edge_count(network: Network) -> int:
    """An upper bound on the edges of the full graph: locations times window, clipped to the input."""
    return sum(
        prod(n * min(r, m) for n, r, m in zip(outputs, layer.window, inputs, strict=True))
        for layer, inputs, outputs in zip(
            network.layers, network.sizes, network.sizes[1:], strict=False
        )
    )


def axis_field(graph: nx.DiGraph, layer: int, location: int) -> set[int]:
    """Receptive field on one axis: the sites with a path to the location."""
    if layer == 0:
        return {location}
    return {u for level, u in nx.ancestors(graph, (layer, location)) if level == 0}


def receptive_field(
    network: Network, layer: int, location: tuple[int, int]
) -> set[tuple[int, int]]:
    """The sites (row, column) that a location of a layer sees."""
    fields = [
        axis_field(axis_graph(network.axis(axis)), layer, location[axis])
        for axis in (ROWS, COLUMNS)
    ]
    return {(r, c) for r in fields[ROWS] for c in fields[COLUMNS]}


def reaches_output(graph: nx.DiGraph) -> set[tuple[int, int]]:
    """The vertices of an axis graph with a path to the last layer's one location, itself included."""
    top = max(layer for layer, _ in graph)
    return {(top, 0), *nx.ancestors(graph, (top, 0))}


def _by_layer(graph: nx.DiGraph) -> dict[int, list[int]]:
    layers: dict[int, list[int]] = {}
    for layer, u in graph:
        layers.setdefault(layer, []).append(u)
    return layers


def _edges_by_layer(graph: nx.DiGraph) -> dict[int, list[tuple[int, int]]]:
    layers: dict[int, list[tuple[int, int]]] = {}
    for (layer, a), (_, b) in graph.edges:
        layers.setdefault(layer, []).append((a, b))
    return layers
