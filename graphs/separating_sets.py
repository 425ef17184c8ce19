"""Separating sets of the connectivity graph (THEORY 5, 9).

The graph here has the sites and locations with a directed path to the output. What is *expanded* for a set
S of its vertices is the output, and the vertices of S that have sites of both sides below. S *separates* a
partition if no input of these, and not the output if it is outside S, sees sites of both sides by paths
that avoid S. In particular S does if no component of the graph without S has sites of both sides. Every
separating set gives a proved upper bound, so that sets may be searched for by any means: by minimum cuts
with floating-point logarithms as capacities, and by local search.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

import networkx as nx

from ..errors import ResourceError
from ..resources import MOST_CUT_EDGES
from .connectivity import connectivity_graph
from .grids import Grids
from .network import Network, Vertex, edge_count
from .partition import P, Partition, Q, Side
from .two_sided_flow import two_sided_cut

_BITS = {P: 1, Q: 2, Side.BOTH: 3, Side.NEITHER: 0}
_SIDES = (Side.NEITHER, P, Q, Side.BOTH)
ENOUGH_FOR_OBJECTS = 2**30
"""Bytes: no graph of objects has a flow that needs more."""


@dataclass(frozen=True)
class CutGraph:
    """The part of a network's connectivity graph that reaches the output, with a partition.

    `parents` and `children` are the neighbours of each of its vertices in the layer above and below.
    """

    network: Network
    partition: Partition
    parents: dict[Vertex, tuple[Vertex, ...]]
    children: dict[Vertex, tuple[Vertex, ...]]

    @property
    def output(self) -> Vertex:
        return Vertex(self.network.depth, (0, 0))

    @cached_property
    def side(self) -> dict[Vertex, Side]:
        """The side of the sites below each vertex: *pure* if it is P or Q, *mixed* if BOTH."""
        sides: dict[Vertex, Side] = {}
        for vertex in sorted(self.parents):
            if vertex.layer == 0:
                sides[vertex] = self.partition.side(vertex.at)
            else:
                below = {sides[child] for child in self.children[vertex]}
                sides[vertex] = below.pop() if len(below) == 1 else Side.BOTH
        return sides

    @cached_property
    def paths(self) -> dict[Vertex, int]:
        """Number of directed paths from a vertex to the output."""
        count = {self.output: 1}
        for vertex in sorted(self.parents, reverse=True):
            if vertex != self.output:
                count[vertex] = sum(count[parent] for parent in self.parents[vertex])
        return count

    def sides_without(self, removed: Collection[Vertex]) -> dict[Vertex, Side]:
        """The side of the sites that each vertex sees by paths that avoid a set, below the vertex.

        A vertex that sees none, or is in the set, has its own side if it is pure; what is below it in the
        set is a function of this side. Otherwise it is *neutral*, NEITHER: a factor of its channels may be
        given to either side.
        """
        seen: dict[Vertex, int] = {}
        for vertex, below in self.children.items():
            seen[vertex] = 0
            if vertex not in removed:
                if vertex.layer == 0:
                    seen[vertex] = _BITS[self.side[vertex]]
                for child in below:
                    seen[vertex] |= seen[child]
        return {
            vertex: _SIDES[bits or _BITS[self.side[vertex]] % 3] for vertex, bits in seen.items()
        }

    def inputs(self, removed: Collection[Vertex]) -> dict[Vertex | None, tuple[Vertex, ...]]:
        """The inputs of what is expanded: mixed vertices of a set, and the output if it is in the set.

        If it is not, it is itself the one input of the root, None.
        """
        found: dict[Vertex | None, tuple[Vertex, ...]] = {}
        if self.output not in removed:
            found[None] = (self.output,)
        for vertex in sorted(removed):
            if vertex == self.output or self.side.get(vertex) == Side.BOTH:
                found[vertex] = self.children[vertex]
        return found

    def separates(self, removed: Collection[Vertex]) -> bool:
        """Whether none of these inputs sees sites of both sides without `removed`."""
        sides = self.sides_without(removed)
        expanded = self.inputs(removed).values()
        return all(sides[vertex] != Side.BOTH for inputs in expanded for vertex in inputs)

    def sites(self, side: Side) -> frozenset[Vertex]:
        """The sites of one side: they separate."""
        return frozenset(v for v in self.parents if v.layer == 0 and self.side[v] == side)


def cut_graph(network: Network, partition: Partition, most: int = MOST_CUT_EDGES) -> CutGraph:
    """The graph on which separating sets are searched.

    Raises
    ------
    ResourceError
        If it could have more than `most` edges.

    Examples
    --------
    >>> from convac import left_right
    >>> graph = cut_graph(Network(2, 4, layers="2/2:3,2/2:2,1/1:1"), left_right(4))
    >>> graph.side[Vertex(1, (0, 1))].name, graph.separates({Vertex(2, (0, 0))})
    ('Q', True)
    """
    if edge_count(network) > most:
        raise ResourceError(
            f"the graph has up to {edge_count(network)} edges, and {most} are allowed"
        )
    graph = connectivity_graph(network)
    output = Vertex(network.depth, (0, 0))
    alive = {output, *nx.ancestors(graph, output)}
    # A location that sees padding only, on all ways down, is a constant: neither a side nor a channel.
    moving: set[Vertex] = {output}
    for v in sorted(alive):
        if v.layer == 0 or not moving.isdisjoint(graph.predecessors(v)):
            moving.add(v)
    ordered = sorted(moving)
    return CutGraph(
        network,
        partition,
        {v: tuple(sorted(w for w in graph.successors(v) if w in moving)) for v in ordered},
        {v: tuple(sorted(w for w in graph.predecessors(v) if w in moving)) for v in ordered},
    )


def minimum_cut(graph: CutGraph) -> frozenset[Vertex]:
    """A separating set of least capacity; capacities approximate the logarithm of each factor.

    >>> from convac import left_right
    >>> sorted(minimum_cut(cut_graph(Network(2, 4, layers="2/2:3,2/2:2,1/1:1"), left_right(4))))
    [Vertex(layer=2, at=(0, 0))]
    """
    grids = Grids.of(graph.network, graph.partition)
    return frozenset(two_sided_cut(grids, ENOUGH_FOR_OBJECTS).vertices())


def local_search(
    graph: CutGraph,
    start: frozenset[Vertex],
    value: Callable[[frozenset[Vertex]], int],
    tries: int,
) -> frozenset[Vertex]:
    """Improve a separating set: leave a vertex out, or replace it by its parents or its children.

    Stops where no such change has a smaller `value`, or after so many tries.

    Returns
    -------
    The best set met: it separates, if `start` does.

    Examples
    --------
    >>> from convac import left_right
    >>> graph = cut_graph(Network(2, 2, layers="2/2:1,1/1:1"), left_right(2))
    >>> local_search(graph, graph.sites(P), len, 20)
    frozenset({Vertex(layer=1, at=(0, 0))})
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
    for layer in sorted({v.layer for v in chosen}):
        level = {v for v in chosen if v.layer == layer}
        yield (chosen - level) | {p for v in level for p in graph.parents[v]}
        yield (chosen - level) | {c for v in level for c in graph.children[v]}
