"""The assignment of a flow in digits through a tree of locations (THEORY 8.6).

A location on q routes has a channel for every choice of labels 0, ..., b - 1 of these routes: the
product of what its children give for the labels. Label b - 1 stands for "absent", the constant 1. A
parent sums a child's channels over the labels of the routes that turn at the child, which are then
complete: each has become the factor 1 + sum over c < b - 1 of [near digit = c][far digit = c]. In layer 1
the choice that is absent throughout is the constant 1, and needs no channel.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from ..errors import InputError
from ..graphs.network import Network
from ..graphs.partition import Site
from ..graphs.routes import Route, Tree, Vertex
from ..graphs.windows import offset_of
from .assignment import Assignment, Entry, Row, at
from .digits import indicator

Labels = tuple[int, ...]


def route_assignment(tree: Tree, found: Sequence[Route], b: int) -> Assignment:
    """The unshared assignment over ZZ of rank b^(number of routes).

    Parameters
    ----------
    tree : Tree
        Of a network with at least two layers.
    found : sequence of Route
        Every digit of a site on at most one of them.
    b : int
        The base, >= 2.

    Raises
    ------
    InputError
        If a location has too few channels: b^q - 1 in layer 1, b^q above, for q routes.
    """
    return Assignment(tree.network, _Construction(tree, found, b).entries())


class _Construction:
    """What every location carries, and the rows that read it."""

    def __init__(self, tree: Tree, found: Sequence[Route], b: int) -> None:
        self.network: Network = tree.network
        self.tree, self.found, self.b = tree, found, b
        self.crossing: dict[Vertex, list[int]] = {}
        self.turning: dict[Vertex, list[int]] = {}
        for number, route in enumerate(found):
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
                if vertex[0] == 1:
                    found.extend(self._sites(vertex, channel, labels))
                else:
                    found.extend(self._children(vertex, channel, labels, children[vertex]))
        return found

    def _alive(self) -> set[Vertex]:
        """The locations on a route or above one; the others are neutral, and give the constant 1."""
        alive: set[Vertex] = set()
        for route in self.found:
            for way in (route.up, route.down):
                alive.update((k + 1, location) for k, location in enumerate(way))
            layer, location = route.turn
            while layer < self.network.depth:
                location = self.tree.parents[layer, location]
                layer += 1
                alive.add((layer, location))
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
        if vertex[0] == 1 and all(label == absent for label in labels.values()):
            return None
        return index  # the choice that is absent throughout is the last one

    def _require_channels(self, vertex: Vertex) -> None:
        count = self.b ** len(self._routes_of(vertex)) - (vertex[0] == 1)
        if count > self.network.channels[vertex[0]]:
            have = self.network.channels[vertex[0]]
            raise InputError("D", have, f"{vertex[1]} of layer {vertex[0]} needs {count} channels")

    def _sites(self, vertex: Vertex, channel: int, labels: dict[int, int]) -> list[Entry]:
        """Layer 1: a product over sites of indicators of digits."""
        wanted: dict[Site, list[tuple[int, int]]] = {}
        for number, label in labels.items():
            if label == self.b - 1:
                continue
            route = self.found[number]
            if route.up[0] == vertex[1]:
                wanted.setdefault(route.near, []).append((route.near_digit, label))
            if route.down[0] == vertex[1]:
                wanted.setdefault(route.far, []).append((route.far_digit, label))
        return [
            self._entry(vertex, channel, site, indicator(self.network.M, digits, self.b))
            for site, digits in sorted(wanted.items())
        ]

    def _children(
        self, vertex: Vertex, channel: int, labels: dict[int, int], children: Sequence[Site]
    ) -> list[Entry]:
        """A product over children; each is summed over the labels of the routes that turn there."""
        found = []
        for location in children:
            child = (vertex[0] - 1, location)
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
            found.append(self._entry(vertex, channel, location, Row(tuple(weights), bias)))
        return found

    def _entry(self, vertex: Vertex, channel: int, below: Site, row: Row) -> Entry:
        """The row at the offset that sees a place below."""
        layer, location = vertex
        offset = offset_of(self.network, layer, location, below)
        return Entry(layer, (channel, channel + 1), at(*offset), row, at(*location))
