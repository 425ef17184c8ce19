"""The assignment of routes on digits through a tree of locations (THEORY 8.5, 8.6).

Templates are read as digits in base b; every route has a digit of its own at its two ends. A location on
q routes has a channel for every choice of labels 0, ..., b - 1 of these routes: the product of what its
children give for the labels. Label b - 1 stands for "absent", the constant 1. A parent sums a child's
channels over the labels of the routes that turn at the child, which are then complete: each has become
the factor 1 + sum over c < b - 1 of [near digit = c][far digit = c]. In layer 1 the choice that is absent
throughout is the constant 1, and needs no channel.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from ...errors import InputError
from ...graphs.network import Location, Network, Site, Vertex
from ...graphs.routes import Route, Tree
from ..assignment import Assignment, Entry, WeightRow, at
from ..linear.exact import pair_matrix
from ..powers import digit_count
from .construction import Construction


def route_assignment(tree: Tree, routes: Sequence[Route], b: int) -> Construction:
    """The unshared assignment over ZZ of rank b^(number of routes).

    Parameters
    ----------
    tree : Tree
        Of a network with at least two layers.
    routes : sequence of Route
        Along the tree; every digit of a site on at most one of them.
    b : int
        The base, >= 2.

    Raises
    ------
    InputError
        If a location has too few channels: b^q - 1 in layer 1, b^q above, for q routes.

    Examples
    --------
    >>> from convac import factored_rank, factorize, left_right
    >>> from convac.graphs.routes import tree_routes, trees
    >>> tree = next(trees(Network(4, 1, 2, layers="1x2/1x2:3,1/1:1")))
    >>> routes = tree_routes(tree, left_right(1, 2), [2, 2])
    >>> found = route_assignment(tree, routes, 2)
    >>> len(routes), factored_rank(factorize(found.assignment), left_right(1, 2)).rank
    (2, Powers([(4, 1)]))
    """
    entries = _Labelling(tree, routes, b).entries()
    return Construction(Assignment(tree.network, entries), pair_matrix(b - 1))


def digit_templates(network: Network) -> int:
    """Templates that are read as digits: those that a group of layer 1 sees, and one that shows nothing.

    The template of which all digits are "absent" is in no indicator.

    >>> [digit_templates(Network(4, 1, layers=f"1/1{g}:4")) for g in ("", "g2", "g4")]
    [4, 3, 2]
    """
    return min(network.M, network.passed_channels[0] + 1)


def indicator(M: int, wanted: Sequence[tuple[int, int]], b: int) -> WeightRow:
    """The function of one site that is 1 where every given digit of the template has its label.

    Parameters
    ----------
    M : int
        Number of templates, read in base b; only the first b^floor(log_b M) of them are used.
    wanted : sequence of (digit, label)
        Digit 0 is the last one.

    Examples
    --------
    >>> indicator(5, [(0, 1)], 2)
    WeightRow(weights=((1, 1), (3, 1)), bias=0)
    """
    digits = digit_count(M, b)
    fitting = (d for d in range(b**digits) if all(d // b**i % b == label for i, label in wanted))
    return WeightRow(tuple((d, 1) for d in fitting), 0)


class _Labelling:
    """What every location carries, and the rows that read it."""

    def __init__(self, tree: Tree, routes: Sequence[Route], b: int) -> None:
        self.network: Network = tree.network
        self.tree, self.routes, self.b = tree, routes, b
        self.crossing: dict[Vertex, list[int]] = {}
        self.turning: dict[Vertex, list[int]] = {}
        for number, route in enumerate(routes):
            self.turning.setdefault(route.turn, []).append(number)
            for vertex in route.crossed:
                self.crossing.setdefault(vertex, []).append(number)
        self.alive = self._alive()

    def entries(self) -> list[Entry]:
        found: list[Entry] = []
        children = self.tree.children()
        for vertex in sorted(self.alive):
            self._require_channels(vertex)
            for labels in self._choices(self._routes_of(vertex)):
                channel = self._channel(vertex, labels)
                if channel is None:
                    continue
                if vertex.layer == 1:
                    found.extend(self._sites(vertex, channel, labels))
                else:
                    found.extend(self._children(vertex, channel, labels, children[vertex]))
        return found

    def _alive(self) -> set[Vertex]:
        """The locations on a route or above one; the others are neutral, and give the constant 1."""
        alive: set[Vertex] = set()
        for route in self.routes:
            alive.update(route.crossed)
            layer, location = route.turn
            alive.add(route.turn)
            while layer < self.network.depth:
                location = self.tree.parents[Vertex(layer, location)]
                layer += 1
                alive.add(Vertex(layer, location))
        return alive

    def _routes_of(self, vertex: Vertex) -> list[int]:
        """The routes on a location, those that cross it first."""
        return [*self.crossing.get(vertex, []), *self.turning.get(vertex, [])]

    def _choices(self, numbers: Sequence[int]) -> list[dict[int, int]]:
        return [
            dict(zip(numbers, labels, strict=True))
            for labels in product(range(self.b), repeat=len(numbers))
        ]

    def _channel(self, vertex: Vertex, labels: dict[int, int]) -> int | None:
        """The channel of a choice of labels; None for the constant 1 in layer 1."""
        absent, index = self.b - 1, 0
        for number in self._routes_of(vertex):
            index = index * self.b + labels[number]
        if vertex.layer == 1 and all(label == absent for label in labels.values()):
            return None
        return index  # the choice that is absent throughout is the last one

    def _require_channels(self, vertex: Vertex) -> None:
        count = self.b ** len(self._routes_of(vertex)) - (vertex.layer == 1)
        have = self.network.passed_channels[vertex.layer]
        if count > have:
            where = f"{vertex.at} of layer {vertex.layer}"
            raise InputError("D", have, f"{where} needs {count} channels")

    def _sites(self, vertex: Vertex, channel: int, labels: dict[int, int]) -> list[Entry]:
        """Layer 1: a product over sites of indicators of digits."""
        wanted: dict[Site, list[tuple[int, int]]] = {}
        for number, label in labels.items():
            if label == self.b - 1:
                continue
            route = self.routes[number]
            for path, (site, digit) in zip((route.near, route.far), route.ends, strict=True):
                if path[1] == vertex.at:
                    wanted.setdefault(site, []).append((digit, label))
        return [
            self._entry(
                vertex, channel, site, indicator(digit_templates(self.network), digits, self.b)
            )
            for site, digits in sorted(wanted.items())
        ]

    def _children(
        self, vertex: Vertex, channel: int, labels: dict[int, int], children: Sequence[Location]
    ) -> list[Entry]:
        """A product over children; each is summed over the labels of the routes that turn there."""
        found = []
        for location in children:
            child = Vertex(vertex.layer - 1, location)
            if child not in self.alive:
                continue
            kept = {n: labels[n] for n in self.crossing.get(child, [])}
            weights, bias = [], 0
            for turned in self._choices(self.turning.get(child, [])):
                source = self._channel(child, {**kept, **turned})
                if source is None:
                    bias = 1
                else:
                    weights.append((source, 1))
            found.append(self._entry(vertex, channel, location, WeightRow(tuple(weights), bias)))
        return found

    def _entry(self, vertex: Vertex, channel: int, below: Location, row: WeightRow) -> Entry:
        """The row at the offset that sees a place below."""
        layer, location = vertex
        offset = self.network.offset_of(layer, location, below)
        return Entry(layer, (channel, channel + 1), at(*offset), row, at(*location))
