"""Routes: two paths up, from a P-site and from a Q-site, that meet in a location (THEORY 8.4 to 8.6).

A location of a layer l, 1 <= l < L, has at most one *parent*, a location of layer l + 1 whose window holds
it. One from which parents do not lead to the output is not used, nor are offsets that belong to no child. A
route goes from a P-site into a location of layer 1, up this tree to the location where it turns, below the
last layer, and down to a Q-site. So routes are paths of an undirected graph: sites, their locations of
layer 1, and the tree. Largest sets of routes that respect vertex capacities are integral flows. With two
layers all routes turn in layer 1: that is the flow of the cut law (THEORY 8.5).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from math import prod

from ..errors import ResourceError
from ..resources import MOST_FLOW_EDGES
from .flow_network import FlowNetwork
from .network import Axis, Location, Network, Pair, Site, Vertex
from .partition import P, Partition

Path = tuple[Location, ...]
"""A site, and a location of each layer 1, ..., t above it."""
Shift = Pair
"""The first offset that belongs to a child: children of u are S u + a, ..., S u + a + S - 1."""


@dataclass(frozen=True)
class Route:
    """A path from a P-site and one from a Q-site; both end in the location where the route turns.

    `near` and `far` hold a site and a location of each layer up to that one. At its two ends the route
    takes a digit of the site's templates: `near_digit` and `far_digit`.
    """

    near: Path
    far: Path
    near_digit: int = 0
    far_digit: int = 0

    @property
    def turn(self) -> Vertex:
        """The location in which the two paths meet."""
        return Vertex(len(self.near) - 1, self.near[-1])

    @property
    def crossed(self) -> tuple[Vertex, ...]:
        """The locations that the route enters and leaves upwards."""
        return tuple(
            Vertex(layer, at)
            for path in (self.near, self.far)
            for layer, at in enumerate(path[:-1])
            if layer
        )

    @property
    def ends(self) -> tuple[tuple[Site, int], tuple[Site, int]]:
        """Both sites, each with its digit."""
        return (self.near[0], self.near_digit), (self.far[0], self.far_digit)


def route_at(
    network: Network,
    partition: Partition,
    location: Location,
    offsets: tuple[Sequence[Pair], Sequence[Pair]],
) -> Route:
    """The route that turns in a location of layer K, down from which one offset a layer leads to each site.

    Parameters
    ----------
    offsets : two sequences of (int, int)
        Those in layers 1, ..., K to the one site and to the other.

    Raises
    ------
    ValueError
        If an offset leaves the grid.

    Examples
    --------
    >>> from convac import left_right
    >>> network = Network(2, 1, 4, layers="1x2/1:1,1x4/1x4:1")
    >>> route = route_at(network, left_right(1, 4), (0, 1), ([(0, 1)], [(0, 0)]))
    >>> route.near[0], route.far[0]
    ((0, 1), (0, 2))
    """
    paths = [_walked(network, location, chosen) for chosen in offsets]
    near, far = sorted(paths, key=lambda path: partition.side(path[0]))
    return Route(near, far)


def _walked(network: Network, location: Location, offsets: Sequence[Pair]) -> Path:
    """The site and the locations below a location, by one offset a layer, and that location."""
    path = [location]
    for layer in range(len(offsets), 0, -1):
        below = network.input_at(layer, path[-1], offsets[layer - 1])
        if below is None:
            raise ValueError(f"{offsets[layer - 1]} leads out of the grid from {path[-1]}")
        path.append(below)
    return tuple(reversed(path))


def routes_problem(
    network: Network,
    partition: Partition,
    routes: Sequence[Route],
    most: Callable[[Vertex], int],
) -> str | None:
    """What is wrong with routes: None if all of them cross, follow windows, and fit the capacities.

    Parameters
    ----------
    most : function of a vertex
        How many digits a site has, and how many routes a location may be on.

    Examples
    --------
    >>> from convac import left_right
    >>> network = Network(2, 1, 4, layers="1x2/1:1,1x4/1x4:1")
    >>> good = Route(((0, 1), (0, 1)), ((0, 2), (0, 1)))
    >>> routes_problem(network, left_right(1, 4), [good], lambda vertex: 1)
    >>> routes_problem(network, left_right(1, 4), [good, good], lambda vertex: 1)
    'the route (0, 1) … (0, 2): digit 0 of (0, 1) is used twice'
    """
    digits: set[tuple[Site, int]] = set()
    carried: Counter[Vertex] = Counter()
    for route in routes:
        where = f"the route {route.near[0]} … {route.far[0]}"
        problem = _path_problem(network, partition, route)
        for site, digit in route.ends:
            if not 0 <= digit < most(Vertex(0, site)):
                problem = problem or f"{site} has no digit {digit}"
            if (site, digit) in digits:
                problem = problem or f"digit {digit} of {site} is used twice"
            digits.add((site, digit))
        if problem is not None:
            return f"{where}: {problem}"
        for vertex in (*route.crossed, route.turn):
            carried[vertex] += 1
            if carried[vertex] > most(vertex):
                return f"{where}: {vertex.at} of layer {vertex.layer} carries too many routes"
    return None


def _path_problem(network: Network, partition: Partition, route: Route) -> str | None:
    """What is wrong with one route on its own."""
    if partition.side(route.near[0]) == partition.side(route.far[0]):
        return "it does not cross"
    if len(route.near) != len(route.far) or route.near[-1] != route.far[-1]:
        return "its halves do not meet"
    for path in (route.near, route.far):
        for layer, (below, above) in enumerate(pairwise(path), 1):
            if not network.sees(layer, above, below):
                return f"{above} of layer {layer} does not see {below}"
    return None


@dataclass(frozen=True)
class Tree:
    """The parents of the locations below the last layer that lead to the output, for one shift a layer.

    Attributes
    ----------
    shifts : tuple of (int, int)
        Those of layers 2, ..., L.
    parents : dict
        Vertex -> location of the next layer, for layers 1 <= l < L.
    """

    network: Network
    shifts: tuple[Shift, ...]
    parents: dict[Vertex, Location] = field(repr=False)

    def children(self) -> dict[Vertex, list[Location]]:
        """The locations below each location of a layer >= 2, in row-major order."""
        found: dict[Vertex, list[Location]] = {}
        for (layer, location), parent in sorted(self.parents.items()):
            found.setdefault(Vertex(layer + 1, parent), []).append(location)
        return found


def trees(network: Network) -> Iterator[Tree]:
    """The trees of a few shifts of each layer's windows; there is none if the output sees nothing.

    The first has no shift: the children of a location are what it sees by its first offsets.

    >>> network = Network(2, 1, 4, layers="1/1:1,1x3/1x1:1,1x4/1x4:1")
    >>> [tree.shifts for tree in trees(network)]
    [((0, 0), (0, 0)), ((0, 1), (0, 0)), ((0, 2), (0, 0))]
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
        if parents:
            yield Tree(network, shifts, parents)


def tree_routes(tree: Tree, partition: Partition, capacities: Sequence[int]) -> list[Route]:
    """The routes of a largest integral flow; every digit of a site is on one of them at most.

    Parameters
    ----------
    tree : Tree
    partition : Partition
    capacities : (c_0, c_1, ..., c_{L-1})
        How many routes a site, and a location of each layer below the last, may be on.

    Raises
    ------
    ResourceError
        If the graph would have more than 200,000 edges from sites to layer 1.

    Examples
    --------
    >>> from convac import left_right
    >>> tree = next(trees(Network(2, 1, 4, layers="1x2/1:1,1x4/1x4:1")))
    >>> tree_routes(tree, left_right(1, 4), [1, 1])
    [Route(near=((0, 1), (0, 1)), far=((0, 2), (0, 1)), near_digit=0, far_digit=0)]
    """
    flow = _flow_network(tree, partition, capacities).flow()
    used: Counter[Site] = Counter()
    return [_route(_shortened(path, partition), used) for path in flow.unit_paths()]


def _parents(network: Network, shifts: Sequence[Shift]) -> dict[Vertex, Location]:
    """The parents of the locations from which they lead to the output, layer by layer from the first."""
    found: list[dict[Vertex, Location]] = []
    for layer in range(network.depth - 1, 0, -1):
        rows, columns = (
            _axis_parents(axis, layer, shift)
            for axis, shift in zip(network.axes, shifts[layer - 1], strict=True)
        )
        above = found[-1] if found else {Vertex(network.depth, (0, 0)): (0, 0)}
        found.append(
            {
                Vertex(layer, (r, c)): (u, v)
                for (r, u), (c, v) in product(enumerate(rows), enumerate(columns))
                if u is not None and v is not None and Vertex(layer + 1, (u, v)) in above
            }
        )
    return {vertex: parent for level in reversed(found) for vertex, parent in level.items()}


def _axis_parents(axis: Axis, layer: int, shift: int) -> list[int | None]:
    """On one axis, the parent of each location of a layer; None if no window above holds it.

    Of the locations that see it the one for which it is nearest to the offsets shift, ..., shift + S - 1.
    """
    last = shift + axis.strides[layer] - 1
    parents: list[int | None] = []
    for x in range(axis.sizes[layer]):
        offsets = ((axis.offset_of(layer + 1, u, x), u) for u in axis.seen_from(layer + 1, x))
        near = min(((max(shift - i, i - last, 0), -u) for i, u in offsets), default=None)
        parents.append(None if near is None else -near[1])
    return parents


def _flow_network(
    tree: Tree, partition: Partition, capacities: Sequence[int]
) -> FlowNetwork[Vertex]:
    """Undirected edges in both directions."""
    network = tree.network
    window = zip(network.layers[0].window, network.sizes[0], strict=True)
    edges = prod(network.sizes[1]) * prod(min(r, n) for r, n in window)
    if edges > MOST_FLOW_EDGES:
        raise ResourceError(f"the flow would have {edges} edges, and {MOST_FLOW_EDGES} are allowed")
    graph: FlowNetwork[Vertex] = FlowNetwork()
    for at in network.places(0):
        site = Vertex(0, at)
        graph.add(site, capacities[0])
        if partition.side(at) == P:
            graph.enter(site)
        else:
            graph.leave(site)
    for vertex in tree.parents:
        graph.add(vertex, capacities[vertex.layer])
    for vertex, parent in tree.parents.items():
        joined = [Vertex(0, at) for at in network.inputs(1, vertex.at)] if vertex.layer == 1 else []
        if vertex.layer + 1 < network.depth:
            joined.append(Vertex(vertex.layer + 1, parent))
        for other in joined:
            graph.join(vertex, other)
            graph.join(other, vertex)
    return graph


def _shortened(path: list[Vertex], partition: Partition) -> list[Vertex]:
    """From the last site of P before the first one of Q to that: sites in between are passed by."""
    sites = [k for k, vertex in enumerate(path) if vertex.layer == 0]
    end = next(k for k in sites if partition.side(path[k].at) != P)
    start = max(k for k in sites if k < end)
    return path[start : end + 1]


def _route(path: list[Vertex], used: Counter[Site]) -> Route:
    top = max(range(len(path)), key=lambda k: path[k].layer)
    places = [vertex.at for vertex in path]
    digits = []
    for site in (places[0], places[-1]):
        digits.append(used[site])
        used[site] += 1
    return Route(tuple(places[: top + 1]), tuple(places[: top - 1 : -1]), *digits)
