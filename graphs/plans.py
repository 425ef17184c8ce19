"""Plans: pairs of directed paths that meet in locations of layer K (THEORY 8.4).

A *pair* is a location of layer K with two paths from sites on opposite sides, which enter it through
different inputs. In a plan all these locations and sites are different, and a location of a layer below K
carries a limited number of paths. Largest plans are searched by a flow in which every location below K has
its limit split between paths from P and paths from Q: by what it sees, or in halves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import networkx as nx

from ..errors import ResourceError
from .connectivity import edge_count
from .flows import SINK, SOURCE
from .network import Network
from .partition import P, Partition, Q, Site
from .routes import MOST_EDGES, Vertex, unit_paths
from .windows import inputs_of

BOTH = 2

Path = tuple[Site, ...]
"""A site and the locations of layers 1, ..., K - 1 above it."""


@dataclass(frozen=True)
class PlanPair:
    """A location of layer K with its path from a P-site and its path from a Q-site."""

    location: Site
    near: Path
    far: Path


def plan(network: Network, partition: Partition, limits: Sequence[int]) -> list[PlanPair]:
    """A plan for K = len(limits) + 1 >= 2: as large as the flow finds one.

    Parameters
    ----------
    limits : (q_1, ..., q_{K-1})
        How many paths a location of each layer below K may be on.

    Raises
    ------
    ResourceError
        If the graph would have more than 40,000 edges.
    """
    if edge_count(network) > MOST_EDGES:
        raise ResourceError(
            f"the flow would have {edge_count(network)} edges, and {MOST_EDGES} are allowed"
        )
    graph = _graph(network, partition, limits)
    if not (SOURCE in graph and SINK in graph):
        return []
    _, flow = nx.maximum_flow(graph, SOURCE, SINK)
    K = len(limits) + 1
    found = []
    for path in unit_paths(flow):
        places = [location for _, location, _ in path]
        pair = PlanPair(places[K], tuple(places[:K]), tuple(places[:K:-1]))
        if pair.near[-1] != pair.far[-1]:
            found.append(pair)
    return found


def _graph(network: Network, partition: Partition, limits: Sequence[int]) -> nx.DiGraph:
    """Up from P-sites to layer K, and down to Q-sites; a vertex is (layer, location, direction)."""
    graph = nx.DiGraph()
    K = len(limits) + 1
    sides: dict[Vertex, set[int]] = {}
    for at in product(range(network.H), range(network.W)):
        side = partition.side(at)
        sides[0, at] = {side}
        _limit(graph, (0, at, side), 1)
        if side == P:
            graph.add_edge(SOURCE, ((0, at, P), "in"))
        else:
            graph.add_edge(((0, at, Q), "out"), SINK)
    for layer in range(1, K + 1):
        height, width = network.sizes[layer]
        for location in product(range(height), range(width)):
            seen = [(layer - 1, x) for x in inputs_of(network, layer, location)]
            met = sides[layer, location] = set().union(*(sides[x] for x in seen))
            shares = (1, 1) if layer == K else _shares(limits[layer - 1], location, met)
            for side, share in zip((P, Q), shares, strict=True):
                vertex = (layer, location, BOTH if layer == K else side)
                _limit(graph, vertex, share)
                for below, x in seen:
                    _join(graph, (below, x, side), vertex, up=side == P)
    return graph


def _shares(limit: int, location: Site, sides: set[int]) -> tuple[int, int]:
    """How many paths from P and from Q a location may be on."""
    if sides == {P}:
        return limit, 0
    if sides == {Q}:
        return 0, limit
    odd = sum(location) % 2  # where the limit is odd, neighbours differ
    return (limit + 1 - odd) // 2, (limit + odd) // 2


def _limit(graph: nx.DiGraph, vertex: object, limit: int) -> None:
    graph.add_edge((vertex, "in"), (vertex, "out"), capacity=limit)


def _join(graph: nx.DiGraph, below: object, above: object, *, up: bool) -> None:
    if (below, "in") in graph:
        first, second = (below, above) if up else (above, below)
        graph.add_edge((first, "out"), (second, "in"))
