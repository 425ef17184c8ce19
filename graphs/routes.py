"""Flows in digits through a tree of locations, as unit routes (THEORY 8.6).

Every location of a layer l, 1 <= l < L, has one *parent*, a location of layer l + 1 whose window holds
it; offsets that belong to no child are not used. A route goes from a P-site into a location of layer 1,
up the tree to the location where it turns, below the last layer, and down to a Q-site. So routes are
paths of an undirected graph: sites, their locations of layer 1, and the tree. By Menger and
Ford-Fulkerson the largest number of routes that respect vertex capacities is the least capacity of a set
that separates P from Q in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import Any

import networkx as nx

from ..errors import ResourceError
from .flows import SINK, SOURCE
from .network import COLUMNS, ROWS, Network, Pair
from .partition import P, Partition, Site
from .windows import inputs_of

MOST_EDGES = 40_000
"""Of sites to layer 1: a flow takes about ten seconds there."""

Vertex = tuple[int, Site]
"""(layer, location); layer 0 holds the sites."""
Shift = Pair
"""The first offset that belongs to a child: children of u are S u + a, ..., S u + a + S - 1."""


@dataclass(frozen=True)
class Route:
    """A unit of flow: digits of a P-site and of a Q-site, and the locations on the way.

    `up` and `down` hold a location of each layer 1, ..., t, from the P-site and from the Q-site; the last
    is the same, where the route turns.
    """

    near: Site
    near_digit: int
    far: Site
    far_digit: int
    up: tuple[Site, ...]
    down: tuple[Site, ...]

    @property
    def turn(self) -> Vertex:
        return len(self.up), self.up[-1]

    @property
    def crossed(self) -> tuple[Vertex, ...]:
        """The locations that the route enters and leaves upwards."""
        ends = (self.up, self.down)
        return tuple((k + 1, way[k]) for way in ends for k in range(len(way) - 1))


@dataclass(frozen=True)
class Tree:
    """The parents of all locations below the last layer, for one shift a layer.

    Attributes
    ----------
    parents : dict
        (layer, location) -> location of the next layer, for 1 <= layer < L.
    """

    network: Network
    shifts: tuple[Shift, ...]
    parents: dict[Vertex, Site] = field(repr=False)

    def children(self) -> dict[Vertex, list[Site]]:
        """The locations below each location of a layer >= 2, in row-major order."""
        found: dict[Vertex, list[Site]] = {}
        for (layer, location), parent in sorted(self.parents.items()):
            found.setdefault((layer + 1, parent), []).append(location)
        return found


def trees(network: Network) -> Iterator[Tree]:
    """The trees of a few shifts of each layer's windows, those in which every location has a parent.

    The first has no shift: its children are the tail's (see `geometry.tail_extent`).
    """
    choices = []
    for layer in network.layers[1:]:
        rows, columns = (
            sorted({0, max(0, (r - s) // 2), max(0, r - s)})
            for r, s in zip(layer.window, layer.stride, strict=True)
        )
        choices.append(list(product(rows, columns)))
    for shifts in product(*choices):
        parents = _parents(network, shifts)
        if parents is not None:
            yield Tree(network, shifts, parents)


def routes(tree: Tree, partition: Partition, capacities: Sequence[int]) -> list[Route]:
    """The routes of a largest integral flow; every digit of a site is on one of them.

    Parameters
    ----------
    tree : Tree
    partition : Partition
    capacities : (c_0, c_1, ..., c_{L-1})
        How many routes a site, and a location of each layer below the last, may be on.

    Raises
    ------
    ResourceError
        If the graph would have more than 40,000 edges.
    """
    graph = _graph(tree, partition, capacities)
    if not (capacities[0] and capacities[1] and SOURCE in graph and SINK in graph):
        return []
    _, flow = nx.maximum_flow(graph, SOURCE, SINK)
    used: dict[Site, int] = {}
    return [_route(_shortened(path, partition), used) for path in unit_paths(flow)]


def _parents(network: Network, shifts: Sequence[Shift]) -> dict[Vertex, Site] | None:
    parents: dict[Vertex, Site] = {}
    for number in range(1, network.depth):
        axes = [
            _axis_parents(network, number, axis, shifts[number - 1][axis])
            for axis in (ROWS, COLUMNS)
        ]
        if None in axes[ROWS] or None in axes[COLUMNS]:
            return None
        for (r, u), (c, v) in product(*(enumerate(axis) for axis in axes)):
            assert u is not None
            assert v is not None
            parents[number, (r, c)] = u, v
    return parents


def _axis_parents(network: Network, number: int, axis: int, shift: int) -> list[int | None]:
    """On one axis, the parent of each location of a layer; None if no window there holds it."""
    above = network.layers[number]
    window, stride = above.window[axis], above.stride[axis]
    most = network.sizes[number + 1][axis] - 1
    parents: list[int | None] = []
    for x in range(network.sizes[number][axis]):
        u = min(max((x - shift) // stride, 0), most)
        parents.append(u if 0 <= x - stride * u < window else None)
    return parents


def _graph(tree: Tree, partition: Partition, capacities: Sequence[int]) -> nx.DiGraph:
    """Undirected edges in both directions; vertices split in two, so that they have capacities."""
    network = tree.network
    height, width = network.sizes[1]
    rows, columns = network.layers[0].window
    edges = height * width * min(rows, network.H) * min(columns, network.W)
    if edges > MOST_EDGES:
        raise ResourceError(f"the flow would have {edges} edges, and {MOST_EDGES} are allowed")
    graph = nx.DiGraph()

    def join(below: Vertex, above: Vertex) -> None:
        for a, b in ((below, above), (above, below)):
            graph.add_edge((a, "out"), (b, "in"))

    for at in product(range(network.H), range(network.W)):
        site = (0, at)
        graph.add_edge((site, "in"), (site, "out"), capacity=capacities[0])
        if partition.side(at) == P:
            graph.add_edge(SOURCE, (site, "in"))
        else:
            graph.add_edge((site, "out"), SINK)
    for vertex, parent in tree.parents.items():
        graph.add_edge((vertex, "in"), (vertex, "out"), capacity=capacities[vertex[0]])
        if vertex[0] == 1:
            for at in inputs_of(network, 1, vertex[1]):
                join((0, at), vertex)
        if vertex[0] + 1 < network.depth:
            join(vertex, (vertex[0] + 1, parent))
    return graph


def unit_paths(flow: dict[Any, dict[Any, int]]) -> Iterator[list[Any]]:
    """The vertices of unit paths from source to sink; each is split in two, and cycles are left out."""
    left = {a: {b: units for b, units in to.items() if units} for a, to in flow.items()}
    while left[SOURCE]:
        node: Any = SOURCE
        path = [node]
        while node != SINK:
            node = next(iter(left[node]))
            if node in path:  # a cycle: take it out of the flow
                start = path.index(node)
                for a, b in zip(path[start:], [*path[start + 1 :], node], strict=True):
                    _take(left, a, b)
                path = path[: start + 1]
                continue
            path.append(node)
        for a, b in pairwise(path):
            _take(left, a, b)
        yield [node[0] for node in path[1:-1:2]]


def _take(left: dict[Any, dict[Any, int]], a: Any, b: Any) -> None:
    left[a][b] -= 1
    if not left[a][b]:
        del left[a][b]


def _shortened(path: list[Vertex], partition: Partition) -> list[Vertex]:
    """From the last site of P before the first one of Q to that: sites in between are passed by."""
    sites = [k for k, vertex in enumerate(path) if vertex[0] == 0]
    end = next(k for k in sites if partition.side(path[k][1]) != P)
    start = max(k for k in sites if k < end)
    return path[start : end + 1]


def _route(path: list[Vertex], used: dict[Site, int]) -> Route:
    top = max(range(len(path)), key=lambda k: path[k][0])
    near, far = path[0][1], path[-1][1]
    digits = []
    for site in (near, far):
        digits.append(used.get(site, 0))
        used[site] = digits[-1] + 1
    up = tuple(location for _, location in path[1 : top + 1])
    down = tuple(location for _, location in reversed(path[top:-1]))
    return Route(near, digits[0], far, digits[1], up, down)
