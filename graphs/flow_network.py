"""Flow networks whose vertices have capacities, for all flows and cuts of this package.

A vertex with a capacity is an edge between its two halves (node splitting), so that a maximum flow of
edges is one of vertices, and a minimum cut is a set of vertices. By Ford and Fulkerson, and Menger for
unit capacities, the value of a largest integral flow is the least capacity of a separating set.

SciPy is loaded with the first flow: it takes as long as all else that a command loads, and most need none.

Vertices are numbered in the order in which they are added: what is found is a function of that order
alone, and not of a hash or of the machine.

References
----------
L. R. Ford and D. R. Fulkerson, "Maximal flow through a network", Canadian Journal of Mathematics 8 (1956).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Generic, TypeVar

import networkx as nx
import numpy as np
from numpy.typing import NDArray

Name = TypeVar("Name", bound=Hashable)

SOURCE, SINK = 0, 1
LARGEST = 2**31 - 1
"""SciPy's flows are 32-bit integers; larger capacities go to NetworkX."""
Numbers = NDArray[np.integer[Any]]


class FlowNetwork(Generic[Name]):
    """A network under construction: vertices with capacities, edges without.

    Examples
    --------
    >>> network = FlowNetwork()
    >>> for name, capacity in (("p", 2), ("v", 1), ("q", 2)):
    ...     network.add(name, capacity)
    >>> network.join("p", "v")
    >>> network.join("v", "q")
    >>> network.enter("p")
    >>> network.leave("q")
    >>> network.flow().value, network.flow().cut, list(network.flow().unit_paths())
    (1, ['v'], [['p', 'v', 'q']])
    """

    def __init__(self) -> None:
        self._number: dict[Name, int] = {}
        self._tails: list[int] = []
        self._heads: list[int] = []
        self._capacities: list[int | None] = []

    def __contains__(self, name: Name) -> bool:
        return name in self._number

    def add(self, name: Name, capacity: int | None = None) -> None:
        """A vertex; None stands for no limit."""
        self._number[name] = len(self._number)
        self._edge(self._in(name), self._out(name), capacity)

    def join(self, a: Name, b: Name) -> None:
        """An edge from one vertex to another."""
        self._edge(self._out(a), self._in(b), None)

    def enter(self, name: Name) -> None:
        """Let flow begin at a vertex."""
        self._edge(SOURCE, self._in(name), None)

    def leave(self, name: Name) -> None:
        """Let flow end at a vertex."""
        self._edge(self._out(name), SINK, None)

    def flow(self) -> Flow[Name]:
        """A largest integral flow from where it enters to where it leaves.

        Raises
        ------
        ValueError
            If vertices without a limit join the two: there is no largest one.
        """
        unbounded = 1 + sum(c for c in self._capacities if c is not None)
        capacities = [unbounded if c is None else c for c in self._capacities]
        size = 2 + 2 * len(self._number)
        if unbounded < LARGEST:
            carried = _by_scipy(size, self._tails, self._heads, capacities)
        else:
            carried = _by_networkx(size, self._tails, self._heads, capacities)
        value = sum(f for a, f in zip(self._tails, carried, strict=True) if a == SOURCE)
        if value >= unbounded:
            raise ValueError("vertices without a limit join the sides")
        edges = list(zip(self._tails, self._heads, capacities, carried, strict=True))
        return Flow(list(self._number), value, edges)

    def _edge(self, tail: int, head: int, capacity: int | None) -> None:
        self._tails.append(tail)
        self._heads.append(head)
        self._capacities.append(capacity)

    def _in(self, name: Name) -> int:
        return 2 + 2 * self._number[name]

    def _out(self, name: Name) -> int:
        return 3 + 2 * self._number[name]


@dataclass(frozen=True)
class Flow(Generic[Name]):
    """A largest flow: its value, and (tail, head, capacity, flow) for every edge of the split network.

    `names` are the vertices in their order: number n has the halves 2 + 2n and 3 + 2n.
    """

    names: list[Name]
    value: int
    edges: list[tuple[int, int, int, int]]

    @cached_property
    def _before(self) -> NDArray[np.bool_]:
        """The half-vertices before the cut."""
        edges = self.edges
        left = [(a, b) for a, b, c, f in edges if f < c] + [(b, a) for a, b, _, f in edges if f]
        tails, heads = np.array(left, np.int32).reshape(-1, 2).T
        return _before_cut(2 + 2 * len(self.names), tails, heads)

    @property
    def cut(self) -> list[Name]:
        """The vertices of a separating set whose capacity is the flow's value."""
        halves = self._before[2:].reshape(-1, 2)
        return [name for name, (a, b) in zip(self.names, halves, strict=True) if a and not b]

    @property
    def source_side(self) -> list[Name]:
        """The vertices before the cut, those in it left out."""
        return [name for name, b in zip(self.names, self._before[3::2], strict=True) if b]

    def unit_paths(self) -> Iterator[list[Name]]:
        """The vertices of paths that carry one unit each; cycles are left out."""
        left: dict[int, dict[int, int]] = {}
        for a, b, _, f in self.edges:
            if f:
                left.setdefault(a, {})[b] = f
        while left.get(SOURCE):
            path, place = [SOURCE], {SOURCE: 0}
            while path[-1] != SINK:
                node = next(iter(left[path[-1]]))
                path.append(node)
                if node in place:
                    first = place[node]
                    _take(left, path[first:])
                    for gone in path[first + 1 : -1]:
                        del place[gone]
                    del path[first + 1 :]
                else:
                    place[node] = len(path) - 1
            _take(left, path)
            yield [self.names[(node - 2) // 2] for node in path[1:-1:2]]


def vertex_cut(capacities: Numbers, tails: Numbers, heads: Numbers) -> NDArray[np.bool_]:
    """The vertices of a separating set of least capacity, for networks as arrays.

    Parameters
    ----------
    capacities : n integers >= 0
        Of the vertices 2, ..., n + 1; their sum is less than 2^31 - 1.
    tails, heads : integers
        Of edges without a limit; SOURCE and SINK are 0 and 1. No edge is there twice.

    Returns
    -------
    n booleans. Of the least sets that nearest to the sink.

    Examples
    --------
    >>> edges = np.array([[SOURCE, 2], [2, 3], [3, SINK]])
    >>> vertex_cut(np.array([2, 1]), *edges.T).tolist()
    [False, True]
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_flow

    count = len(capacities)
    unbounded = 1 + int(capacities.sum())
    if unbounded > LARGEST:
        raise ValueError("capacities must add up to less than 2^31 - 1")
    ins = np.arange(2, count + 2)
    # A vertex v is an edge from its first half, v, to its second one, v + count.
    places = (
        np.concatenate([ins, np.where(tails >= 2, tails + count, tails)]).astype(np.int32),
        np.concatenate([ins + count, heads]).astype(np.int32),
    )
    limits = np.concatenate([capacities, np.full(len(tails), unbounded)]).astype(np.int32)
    graph = csr_array((limits, places), shape=(2 + 2 * count,) * 2)
    flow = maximum_flow(graph, SOURCE, SINK).flow
    if flow[[SOURCE]].sum() >= unbounded:
        raise ValueError("vertices without a limit join the sides")
    left = (graph - flow).tocoo()  # a flow against an edge is negative
    more = left.data > 0
    before = _before_cut(2 + 2 * count, left.row[more], left.col[more])
    found: NDArray[np.bool_] = before[2 : count + 2] & ~before[count + 2 :]
    return found


def _before_cut(size: int, tails: Numbers, heads: Numbers) -> NDArray[np.bool_]:
    """The half-vertices from which no more could flow to the sink, along the edges that have room."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order

    backwards = csr_array((np.ones(len(tails), np.int8), (heads, tails)), shape=(size, size))
    before = np.ones(size, np.bool_)
    before[breadth_first_order(backwards, SINK, return_predecessors=False)] = False
    return before


def _take(left: dict[int, dict[int, int]], path: list[int]) -> None:
    """Remove one unit along a path."""
    for a, b in pairwise(path):
        left[a][b] -= 1
        if not left[a][b]:
            del left[a][b]


def _by_scipy(size: int, tails: list[int], heads: list[int], capacities: list[int]) -> list[int]:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_flow

    # No edge is there twice, nor in both directions, since vertices are split: an entry is an edge.
    places = np.array([tails, heads], np.int32)
    graph = csr_array((np.array(capacities, np.int32), places), shape=(size, size))
    flow = maximum_flow(graph, SOURCE, SINK).flow.tocoo()
    edges = zip(flow.row.tolist(), flow.col.tolist(), strict=True)
    carried = dict(zip(edges, flow.data.tolist(), strict=True))
    return [max(0, carried.get(edge, 0)) for edge in zip(tails, heads, strict=True)]


def _by_networkx(size: int, tails: list[int], heads: list[int], capacities: list[int]) -> list[int]:
    graph = nx.DiGraph()
    graph.add_nodes_from(range(size))
    for a, b, c in zip(tails, heads, capacities, strict=True):
        graph.add_edge(a, b, capacity=c)
    _, flow = nx.maximum_flow(graph, SOURCE, SINK)
    return [flow[a][b] for a, b in zip(tails, heads, strict=True)]
