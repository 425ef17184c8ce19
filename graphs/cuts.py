"""Separating sets of the connectivity graph (THEORY 5, 9).

The graph here has the sites and locations with a directed path to the output. A set S of its vertices
*separates* a partition if no component of the graph without S contains sites of both sides. Every
separating set gives a proved upper bound, so that sets may be searched for by any means: by a minimum
cut with floating-point logarithms as capacities, and by local search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from math import lgamma, log

import networkx as nx

from ..errors import ResourceError
from .connectivity import connectivity_graph, edge_count
from .network import Network
from .partition import Partition

Vertex = tuple[int, tuple[int, int]]
"""(layer, location); layer 0 holds the sites."""

MIXED = 2
NEUTRAL = 3
MOST_EDGES = 150_000
MOST_SEARCHED = 60_000
"""Edges beyond which vertices inside one side are left out of the search for a minimum cut."""
SCALE = 10**6


@dataclass(frozen=True)
class CutGraph:
    """The part of a network's connectivity graph that reaches the output, with a partition."""

    network: Network
    partition: Partition
    parents: dict[Vertex, tuple[Vertex, ...]]
    children: dict[Vertex, tuple[Vertex, ...]]

    @property
    def output(self) -> Vertex:
        return self.network.depth, (0, 0)

    @cached_property
    def side(self) -> dict[Vertex, int]:
        """0 or 1 if all sites below a vertex are on that side of the partition, else 2 (mixed)."""
        sides: dict[Vertex, int] = {}
        for vertex in sorted(self.parents):
            below = {sides[child] for child in self.children[vertex]}
            if not below:
                sides[vertex] = self.partition.side(vertex[1])
            else:
                sides[vertex] = below.pop() if len(below) == 1 else MIXED
        return sides

    @cached_property
    def paths(self) -> dict[Vertex, int]:
        """Number of directed paths from a vertex to the output."""
        count = {self.output: 1}
        for vertex in sorted(self.parents, reverse=True):
            if vertex != self.output:
                count[vertex] = sum(count[parent] for parent in self.parents[vertex])
        return count

    def components(self, removed: Iterable[Vertex]) -> tuple[dict[Vertex, int], list[int]]:
        """The components without `removed`: the number of each vertex's, and the side of each.

        A side is 0, 1, 2 (sites of both sides: not separated) or 3 (no sites: neutral).
        """
        number: dict[Vertex, int] = dict.fromkeys(removed, -1)
        sides: list[int] = []
        for start in sorted(self.parents):
            if start in number:
                continue
            met = set()
            waiting = [start]
            number[start] = len(sides)
            while waiting:
                vertex = waiting.pop()
                if vertex[0] == 0:
                    met.add(self.partition.side(vertex[1]))
                for other in (*self.parents[vertex], *self.children[vertex]):
                    if other not in number:
                        number[other] = len(sides)
                        waiting.append(other)
            sides.append(met.pop() if len(met) == 1 else MIXED if met else NEUTRAL)
        return number, sides

    def separates(self, removed: Iterable[Vertex]) -> bool:
        """Whether no component without `removed` has sites of both sides."""
        return MIXED not in self.components(removed)[1]

    def one_sided_vertices(self) -> frozenset[Vertex]:
        """The vertices that are pure, as are all their neighbours."""
        pure = {v for v, side in self.side.items() if side != MIXED}
        return frozenset(v for v in pure if pure.issuperset((*self.parents[v], *self.children[v])))

    def sites(self, side: int) -> frozenset[Vertex]:
        """The sites of one side: they separate."""
        return frozenset(v for v in self.parents if v[0] == 0 and self.side[v] == side)


def cut_graph(network: Network, partition: Partition) -> CutGraph:
    """The graph on which separating sets are searched.

    Raises
    ------
    ResourceError
        If it could have more than 150,000 edges.
    """
    if edge_count(network) > MOST_EDGES:
        raise ResourceError(
            f"the graph has up to {edge_count(network)} edges, and separating sets are searched in "
            f"graphs of {MOST_EDGES}"
        )
    graph = connectivity_graph(network)
    output = (network.depth, (0, 0))
    alive = {output, *nx.ancestors(graph, output)}
    return CutGraph(
        network,
        partition,
        {v: tuple(sorted(w for w in graph.successors(v) if w in alive)) for v in alive},
        {v: tuple(sorted(graph.predecessors(v))) for v in alive},
    )


def minimum_cut(graph: CutGraph) -> frozenset[Vertex]:
    """A separating set of least capacity; capacities approximate the logarithm of each factor.

    In a large graph, the least among the sets without vertices that see and are seen by one side only.
    """
    edges = sum(map(len, graph.parents.values()))
    inner = graph.one_sided_vertices() if edges > MOST_SEARCHED else frozenset()
    flow = nx.DiGraph()
    for vertex in sorted(graph.parents.keys() - inner):
        flow.add_edge((vertex, 0), (vertex, 1), capacity=_capacity(graph, vertex))
        for parent in graph.parents[vertex]:
            if parent not in inner:
                flow.add_edge((vertex, 1), (parent, 0))
                flow.add_edge((parent, 1), (vertex, 0))
        beside = (*graph.parents[vertex], *graph.children[vertex])
        if vertex[0] == 0 or not inner.isdisjoint(beside):
            if graph.side[vertex] == 0:
                flow.add_edge("source", (vertex, 0))
            else:
                flow.add_edge((vertex, 1), "sink")
    if not ("source" in flow and "sink" in flow):
        return frozenset()
    _, (reached, _) = nx.minimum_cut(flow, "source", "sink")
    return frozenset(v for v in graph.parents if (v, 0) in reached and (v, 1) not in reached)


def local_search(
    graph: CutGraph,
    start: frozenset[Vertex],
    value: Callable[[frozenset[Vertex]], int],
    tries: int,
) -> frozenset[Vertex]:
    """Improve a separating set: leave a vertex out, or replace it by its parents or its children.

    Stops where no such change is better, or after so many tries.
    """
    best, least = start, value(start)
    improved = True
    while improved:
        improved = False
        for candidate in _neighbours(graph, best):
            if tries == 0:
                return best
            tries -= 1
            if graph.separates(candidate) and (found := value(candidate)) < least:
                best, least, improved = candidate, found, True
                break
    return best


def _neighbours(graph: CutGraph, chosen: frozenset[Vertex]) -> Iterable[frozenset[Vertex]]:
    for vertex in sorted(chosen):
        yield chosen - {vertex}
    if graph.output not in chosen:
        yield chosen | {graph.output}
    for vertex in sorted(chosen):
        yield (chosen - {vertex}) | set(graph.parents[vertex])
        yield (chosen - {vertex}) | set(graph.children[vertex])
    for layer in sorted({v[0] for v in chosen}):
        level = {v for v in chosen if v[0] == layer}
        yield (chosen - level) | {p for v in level for p in graph.parents[v]}
        yield (chosen - level) | {c for v in level for c in graph.children[v]}


def _capacity(graph: CutGraph, vertex: Vertex) -> int:
    layer = vertex[0]
    if layer == 0:
        size = log(graph.network.M)
    elif vertex == graph.output:
        size = 0.0
    else:
        D, k = graph.network.channels[layer], graph.paths[vertex]
        halves = (k,) if graph.side[vertex] != MIXED else (k // 2, k - k // 2)
        size = sum(_log_monomials(D, part) for part in halves)
    return max(1, round(SCALE * size))


def _log_monomials(D: int, k: int) -> float:
    """log C(D + k, k), the number of monomials of degree at most k in D variables."""
    return lgamma(D + k + 1) - lgamma(D + 1) - lgamma(k + 1)
