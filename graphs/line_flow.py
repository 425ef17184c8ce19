"""Flows along the lines of a grid, and the sorted matchings of their ends (THEORY 8.12).

A *direction* keeps, of every window of layer 1, the offsets of one row, or of one column. So a location
sees sites of one line of the grid, and no line is seen by locations of two: the layer is a family of
one-dimensional ones. A route goes from a P-site over a location to a Q-site. A site has a digit for each
of its routes, a location a *slot*.

On each side, the sites' digits and the locations' slots are matched in the order of their positions.
Windows on a line are intervals of equal length, so the sorted matching fits wherever any does. A window
with a dilation d sees one residue modulo d, and each residue is a line of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import prod

import networkx as nx

from ..errors import ResourceError
from ..resources import MOST_FLOW_EDGES
from .flow_network import FlowNetwork
from .network import COLUMNS, ROWS, Axis, Location, Network, Pair, Site, Vertex
from .partition import P, Partition
from .routes import Route

SubSite = tuple[Site, int]
"""A site and one of its digits."""
SubLocation = tuple[Location, int]
"""A location of layer 1 and one of its slots."""
End = tuple[SubSite, SubLocation]


@dataclass(frozen=True)
class Direction:
    """The offsets of one row of the windows of layer 1 (axis 1, COLUMNS), or of one column (axis 0, ROWS).

    `across` is that row or column.
    """

    axis: int
    across: int

    def __str__(self) -> str:
        return f"{'row' if self.axis == COLUMNS else 'column'} {self.across} of the windows"

    def offset(self, along: int) -> Pair:
        """The offset (i, j) at a place along the line."""
        return (self.across, along) if self.axis == COLUMNS else (along, self.across)

    def seen(self, network: Network, location: Location) -> Iterator[tuple[int, Site]]:
        """The sites that a location sees in this direction, with their places along the line.

        >>> network = Network(2, 2, 3, layers="2x2/1:1,2x3/2x3:1")
        >>> [list(Direction(COLUMNS, 1).seen(network, (u, 1))) for u in (0, 1)]
        [[(0, (1, 1)), (1, (1, 2))], []]
        """
        axis, other = network.axis(self.axis), network.axis(1 - self.axis)
        line = other.input_at(1, location[1 - self.axis], self.across)
        if line is None:
            return
        for x in axis.inputs(1, location[self.axis]):
            site = (x, line) if self.axis == ROWS else (line, x)
            yield axis.offset_of(1, location[self.axis], x), site

    def residue(self, network: Network, layer: int, place: Pair) -> int:
        """Which residue modulo the dilation a site (layer 0) has, or a location of layer 1 sees."""
        axis = network.axis(self.axis)
        at = place[self.axis]
        return (at if layer == 0 else axis.strides[0] * at - axis.paddings[0]) % axis.dilations[0]


def directions(network: Network) -> Iterator[Direction]:
    """The rows of the windows of layer 1, then their columns.

    >>> [str(d) for d in directions(Network(2, 1, 4, layers="1x2/1:1,1x4/1x4:1"))]
    ['row 0 of the windows', 'column 0 of the windows', 'column 1 of the windows']
    """
    for axis in (COLUMNS, ROWS):
        for across in seeing_offsets(network.axis(1 - axis)):
            yield Direction(axis, across)


def seeing_offsets(axis: Axis) -> range:
    """The offsets of layer 1 from the first to the last at which a location sees a site.

    >>> seeing_offsets(Axis(3, (9, 3), (1, 3))), seeing_offsets(Axis(3, (9, 3), (1, 3), (1, 1), (2, 0)))
    (range(0, 3), range(0, 5))
    """
    seen = [(u, axis.inputs(1, u)) for u in range(axis.sizes[1])]
    found = [axis.offset_of(1, u, x) for u, xs in seen if xs for x in (xs[0], xs[-1])]
    return range(min(found), max(found) + 1) if found else range(0)


def direction_edges(network: Network, axis: int) -> int:
    """An upper bound on the pairs of a location and a site that it sees, in one direction.

    >>> direction_edges(Network(2, 1, 4, layers="1x2/1:1,1x4/1x4:1"), COLUMNS)
    8
    """
    seen = min(network.layers[0].window[axis], network.sizes[0][axis])
    return prod(network.sizes[1]) * seen


def line_routes(
    network: Network, partition: Partition, direction: Direction, capacities: Pair
) -> list[Route]:
    """The routes of a largest integral flow P-site, location, Q-site in one direction.

    Parameters
    ----------
    network : Network
        Of two layers; locations that the output does not read have no routes.
    capacities : (c_0, c_1)
        How many routes a site and a location may be on.

    Raises
    ------
    ResourceError
        If the graph would have more than 200,000 edges.

    Examples
    --------
    >>> from convac.graphs.partition_names import named
    >>> network = Network(2, 1, 4, layers="1x2/1:1,1x4/1x4:1")
    >>> routes = line_routes(network, named("columns", 1, 4), Direction(COLUMNS, 0), (1, 1))
    >>> [(route.near[0], route.turn.at, route.far[0]) for route in routes]
    [((0, 0), (0, 0), (0, 1)), ((0, 2), (0, 2), (0, 3))]
    """
    edges = direction_edges(network, direction.axis)
    if edges > MOST_FLOW_EDGES:
        raise ResourceError(f"the flow would have {edges} edges, and {MOST_FLOW_EDGES} are allowed")
    graph: FlowNetwork[Vertex] = FlowNetwork()
    for at in network.places(0):
        graph.add(Vertex(0, at), capacities[0])
        if partition.side(at) == P:
            graph.enter(Vertex(0, at))
        else:
            graph.leave(Vertex(0, at))
    for at in network.inputs(2, (0, 0)):
        location = Vertex(1, at)
        graph.add(location, capacities[1])
        for _, site in direction.seen(network, at):
            if partition.side(site) == P:
                graph.join(Vertex(0, site), location)
            else:
                graph.join(location, Vertex(0, site))
    used: Counter[Site] = Counter()
    found = []
    for near, location, far in graph.flow().unit_paths():
        digits = used[near.at], used[far.at]
        used.update((near.at, far.at))
        found.append(Route((near.at, location.at), (far.at, location.at), *digits))
    return found


def slots(routes: Sequence[Route]) -> list[int]:
    """The slot of each route at its location: how many of the routes before it are there.

    >>> slots([Route(((0, 0), (0, 0)), ((0, 1), (0, 0)))] * 2)
    [0, 1]
    """
    met: Counter[Vertex] = Counter()
    found = []
    for route in routes:
        found.append(met[route.turn])
        met[route.turn] += 1
    return found


def ends(routes: Sequence[Route], side: int) -> list[End]:
    """What each route takes on one side: a digit of its site, and a slot of its location."""
    return [
        (route.ends[side], (route.turn.at, slot))
        for route, slot in zip(routes, slots(routes), strict=True)
    ]


@dataclass(frozen=True)
class SortedMatching:
    """The k-th digit with the k-th slot, by lines and positions, and potentials that prove it the best.

    The weight of a digit j of a site with a slot i of a location that sees it at the place o is `-scale *
    (base * o + j - i)**2`: strictly concave, and the same at all locations. It is at most `alpha[k] +
    gamma[m]` for the k-th digit and the m-th slot, and equal iff k = m.
    """

    direction: Direction
    base: int
    scale: int
    sites: tuple[SubSite, ...]
    locations: tuple[SubLocation, ...]
    alpha: tuple[int, ...]
    gamma: tuple[int, ...]

    def weight(self, along: int, digit: int, slot: int) -> int:
        """The weight of a digit and a slot."""
        return -self.scale * (self.base * along + digit - slot) ** 2


def admissible(
    network: Network,
    direction: Direction,
    sites: Sequence[SubSite],
    locations: Sequence[SubLocation],
) -> Iterator[tuple[int, int, int]]:
    """All (k, m, o): the location of the m-th slot sees the site of the k-th digit at the place o."""
    digits: dict[Site, list[int]] = {}
    for k, (site, _) in enumerate(sites):
        digits.setdefault(site, []).append(k)
    for m, (location, _) in enumerate(locations):
        for along, site in direction.seen(network, location):
            for k in digits.get(site, ()):
                yield k, m, along


def sorted_matching(network: Network, direction: Direction, taken: Sequence[End]) -> SortedMatching:
    """The sorted matching of the ends of routes on one side, with integer potentials.

    Potentials are shortest distances (Bellman and Ford): for each admissible pair of the k-th digit and the
    m-th slot, k != m, alpha[k] - alpha[m] is at least the pair's weight, plus 1, minus that of m's own
    pair. Every exchange loses at least `scale`, one more than there are pairs, so that no cycle forbids it.

    Raises
    ------
    ValueError
        If the sorted matching is not the only one of largest weight: the ends are none of routes.

    Examples
    --------
    Two sites next to each other, both in the windows of two locations:

    >>> network = Network(2, 1, 4, layers="1x3/1:1,1x4/1x4:1")
    >>> taken = [(((0, 1), 0), ((0, 1), 0)), (((0, 2), 0), ((0, 0), 0))]
    >>> found = sorted_matching(network, Direction(COLUMNS, 0), taken)
    >>> found.sites, found.locations
    ((((0, 1), 0), ((0, 2), 0)), (((0, 0), 0), ((0, 1), 0)))
    >>> found.scale, found.alpha, found.gamma
    (3, (4, 0), (-7, -3))
    """
    across, along = 1 - direction.axis, direction.axis

    def order(layer: int) -> Callable[[tuple[Pair, int]], tuple[int, int, int, int]]:
        """By line and residue, then by position."""
        return lambda one: (
            one[0][across],
            direction.residue(network, layer, one[0]),
            one[0][along],
            one[1],
        )

    sites = sorted({site for site, _ in taken}, key=order(0))
    locations = sorted((at for _, at in taken), key=order(1))
    base = 1 + max((number for one in (*sites, *locations) for number in one[1:]), default=0)
    empty = SortedMatching(direction, base, len(taken) + 1, tuple(sites), tuple(locations), (), ())
    weights = {
        (k, m): empty.weight(o, sites[k][1], locations[m][1])
        for k, m, o in admissible(network, direction, sites, locations)
    }
    return _with_potentials(empty, weights)


def _with_potentials(
    matching: SortedMatching, weights: dict[tuple[int, int], int]
) -> SortedMatching:
    count = len(matching.locations)
    if len(matching.sites) != count or any((k, k) not in weights for k in range(count)):
        raise ValueError("the sorted matching leaves a window")
    graph: nx.DiGraph = nx.DiGraph()
    graph.add_weighted_edges_from(("start", k, 0) for k in range(count))
    graph.add_weighted_edges_from(
        (m, k, weights[m, m] - weight - 1) for (k, m), weight in weights.items() if k != m
    )
    graph.add_node("start")
    try:
        distance = nx.single_source_bellman_ford_path_length(graph, "start")
    except nx.NetworkXUnbounded:
        raise ValueError("another matching weighs as much as the sorted one") from None
    alpha = tuple(-distance[k] for k in range(count))
    gamma = tuple(weights[k, k] - alpha[k] for k in range(count))
    return SortedMatching(
        matching.direction,
        matching.base,
        matching.scale,
        matching.sites,
        matching.locations,
        alpha,
        gamma,
    )
