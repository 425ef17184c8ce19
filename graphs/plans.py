"""Plans: routes that meet in different locations of layer K, through different inputs (THEORY 8.4).

In a plan all locations of layer K and all sites are different, and a location of a layer below K carries
a limited number of paths. Large plans are searched by flows in which every location below K has its limit
split between paths from P and paths from Q: by what it sees, or in halves. The inputs of layer K are open
to both, and pairs that enter through one input are left out; or those of one colour of a checkerboard are
open to P only, and the others to Q. The largest of these plans is taken. That is a heuristic: a plan that
it does not find may be there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..errors import ResourceError
from ..resources import MOST_PLAN_EDGES
from .flow_network import FlowNetwork
from .network import Location, Network, Vertex, edge_count
from .partition import P, Partition, Q, Side
from .routes import Route
from .tail import live_locations

Half = tuple[Vertex, Side]
"""A vertex, as far as paths from one side run through it; BOTH in layer K."""


def plan(network: Network, partition: Partition, limits: Sequence[int]) -> list[Route]:
    """A plan for K = len(limits) + 1 >= 2: as large as the flow finds one.

    Parameters
    ----------
    limits : (q_1, ..., q_{K-1})
        How many paths a location of each layer below K may be on.

    Raises
    ------
    ResourceError
        If the graph would have more than 40,000 edges.

    Examples
    --------
    >>> from convac import alternating_columns
    >>> network = Network(2, 1, 4, layers="1/1:1,1x2/1:1,1x4/1x4:1")
    >>> [(route.near[0], route.far[0]) for route in plan(network, alternating_columns(1, 4), [1])]
    [((0, 0), (0, 1)), ((0, 2), (0, 3))]
    """
    if edge_count(network) > MOST_PLAN_EDGES:
        raise ResourceError(
            f"the flow would have {edge_count(network)} edges, and {MOST_PLAN_EDGES} are allowed"
        )
    found = (_plan(network, partition, limits, colour) for colour in (None, 0, 1))
    return max(found, key=len)  # the first among equals


def _plan(
    network: Network, partition: Partition, limits: Sequence[int], colour: int | None
) -> list[Route]:
    K = len(limits) + 1
    found = []
    for path in _flow_network(network, partition, limits, colour).flow().unit_paths():
        places = [vertex.at for vertex, _ in path]
        route = Route(tuple(places[: K + 1]), tuple(places[: K - 1 : -1]))
        if route.near[K - 1] != route.far[K - 1]:
            found.append(route)
    return found


def _flow_network(
    network: Network, partition: Partition, limits: Sequence[int], colour: int | None
) -> FlowNetwork[Half]:
    """Up from P-sites to layer K, and down to Q-sites; its inputs of one colour are open to P only."""
    graph: FlowNetwork[Half] = FlowNetwork()
    K = len(limits) + 1
    rows, columns = live_locations(network, K)
    sides: dict[Vertex, Side] = {}
    for at in network.places(0):
        site, side = Vertex(0, at), partition.side(at)
        sides[site] = side
        graph.add((site, side), 1)
        if side == P:
            graph.enter((site, P))
        else:
            graph.leave((site, Q))
    for layer in range(1, K + 1):
        for location in network.places(layer):
            seen = [Vertex(layer - 1, x) for x in network.inputs(layer, location)]
            vertex = Vertex(layer, location)
            sides[vertex] = _joined(sides[x] for x in seen)
            if layer == K and not (rows[location[0]] and columns[location[1]]):
                continue
            if layer == K:
                graph.add((vertex, Side.BOTH), 1)
                for side in (P, Q):
                    entered = [
                        x for x in seen if colour is None or (sum(x.at) + side) % 2 == colour
                    ]
                    _join(graph, entered, (vertex, Side.BOTH), side)
                continue
            shares = _shares(limits[layer - 1], location, sides[vertex])
            for side, share in zip((P, Q), shares, strict=True):
                graph.add((vertex, side), share)
                _join(graph, seen, (vertex, side), side)
    return graph


def _joined(sides: Iterable[Side]) -> Side:
    met = set(sides)
    return met.pop() if len(met) == 1 else Side.BOTH


def _join(graph: FlowNetwork[Half], seen: Sequence[Vertex], above: Half, side: Side) -> None:
    """Edges up to a location on side P, down from it on side Q."""
    for vertex in seen:
        if (vertex, side) in graph:
            if side == P:
                graph.join((vertex, P), above)
            else:
                graph.join(above, (vertex, Q))


def _shares(limit: int, location: Location, sides: Side) -> tuple[int, int]:
    """How many paths from P and from Q a location may be on."""
    if sides == P:
        return limit, 0
    if sides == Q:
        return 0, limit
    odd = sum(location) % 2  # where the limit is odd, neighbours differ
    return (limit + 1 - odd) // 2, (limit + odd) // 2
