"""The connectivity of a network in NetworkX: axis graphs and their layer-by-layer product.

Vertices are (layer, location): layer 0 holds the sites. An edge joins an input location to every output
location whose window holds it. In two dimensions an edge is there iff it is there on both axes, so a
path of the grid is a pair of axis paths: the axis graphs, with H and W vertices a layer, hold what a
full graph needs H^2 R^2 edges for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import networkx as nx

from ..errors import ResourceError
from ..resources import MOST_GRAPH_EDGES
from .network import AXES, COLUMNS, ROWS, Axis, Location, Network, Site, Vertex, edge_count

AxisVertex = tuple[int, int]
"""(layer, location on one axis); layer 0 holds the sites."""


def axis_graph(axis: Axis, offsets: Sequence[Iterable[int]] | None = None) -> nx.DiGraph:
    """Connectivity along one axis.

    Parameters
    ----------
    axis : Axis
    offsets : for each layer, offsets of the window
        Keep the edges of these offsets only (a subgraph); default: the full windows.

    Returns
    -------
    DiGraph on vertices (l, u) with 0 <= l <= L and 0 <= u < n_l; an edge (l - 1, x) -> (l, u) for
    every input x that location u sees at one of the offsets.

    Examples
    --------
    >>> sorted(axis_graph(Axis(2, (2, 2), (1, 2))).edges)
    [((0, 0), (1, 0)), ((0, 1), (1, 0)), ((0, 1), (1, 1)), ((1, 0), (2, 0)), ((1, 1), (2, 0))]
    """
    graph = nx.DiGraph()
    for layer, size in enumerate(axis.sizes):
        graph.add_nodes_from((layer, u) for u in range(size))
    for layer, size in enumerate(axis.sizes[1:], 1):
        used = None if offsets is None else list(offsets[layer - 1])
        for u in range(size):
            seen = axis.inputs(layer, u) if used is None else _seen(axis, layer, u, used)
            graph.add_edges_from(((layer - 1, x), (layer, u)) for x in seen)
    return graph


def layered_product(rows: nx.DiGraph, columns: nx.DiGraph) -> nx.DiGraph:
    """The layer-by-layer tensor product of two axis graphs, on vertices (l, (u, v)).

    >>> two = axis_graph(Axis(2, (2,), (2,)))
    >>> len(layered_product(two, two).edges)
    4
    """
    graph = nx.DiGraph()
    column_nodes = _by_layer(columns)
    for layer, nodes in _by_layer(rows).items():
        graph.add_nodes_from(Vertex(layer, (u, v)) for u in nodes for v in column_nodes[layer])
    column_edges = _edges_by_layer(columns)
    for layer, edges in _edges_by_layer(rows).items():
        graph.add_edges_from(
            (Vertex(layer, (a, c)), Vertex(layer + 1, (b, d)))
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

    Examples
    --------
    >>> connectivity_graph(Network(2, 4, layers="3/1:2,4/4:1")).number_of_edges()
    97
    """
    edges = edge_count(network)
    if edges > MOST_GRAPH_EDGES:
        raise ResourceError(
            f"the full connectivity graph has up to {edges} edges, and {MOST_GRAPH_EDGES} are allowed; "
            "axis_graph holds the same connectivity axis by axis"
        )
    return layered_product(axis_graph(network.axis(ROWS)), axis_graph(network.axis(COLUMNS)))


def axis_field(graph: nx.DiGraph, layer: int, location: int) -> set[int]:
    """Receptive field on one axis: the sites with a path to the location.

    >>> axis_field(axis_graph(Axis(4, (1, 2), (2, 2))), 2, 0)
    {0, 2}
    """
    if layer == 0:
        return {location}
    return {u for level, u in nx.ancestors(graph, (layer, location)) if level == 0}


def receptive_field(network: Network, layer: int, location: Location) -> set[Site]:
    """The sites that a location of a layer sees.

    >>> sorted(receptive_field(Network(2, 2, layers="2/1:1,2/2:1"), 1, (0, 1)))
    [(0, 1), (1, 1)]
    """
    fields = [axis_field(axis_graph(network.axis(axis)), layer, location[axis]) for axis in AXES]
    return {(r, c) for r in fields[ROWS] for c in fields[COLUMNS]}


def reaches_output(graph: nx.DiGraph) -> set[AxisVertex]:
    """The vertices of an axis graph with a path to the last layer's one location, itself included.

    >>> sorted(reaches_output(axis_graph(Axis(4, (1, 2), (2, 2)))))
    [(0, 0), (0, 2), (1, 0), (1, 1), (2, 0)]
    """
    top = max(layer for layer, _ in graph)
    return {(top, 0), *nx.ancestors(graph, (top, 0))}


def _seen(axis: Axis, layer: int, u: int, offsets: Iterable[int]) -> list[int]:
    at = (axis.input_at(layer, u, i) for i in offsets)
    return [x for x in at if x is not None]


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
