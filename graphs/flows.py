"""Integral flows from P-sites over locations to Q-sites, as unit paths with digits (THEORY 8.5).

A site carries `site_digits` units and a location `location_digits`. By Menger and Ford-Fulkerson the value
of a largest integral flow is the least capacity of a set that separates P from Q.
"""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx

from ..errors import ResourceError
from .network import COLUMNS, ROWS, Network
from .partition import P, Partition, Site
from .windows import inputs_of

MOST_EDGES = 200_000
SOURCE, SINK = "source", "sink"


@dataclass(frozen=True)
class DigitPath:
    """A unit of flow: a location, a digit of a P-site and a digit of a Q-site in its window."""

    location: Site
    near: Site
    near_digit: int
    far: Site
    far_digit: int


def digit_paths(
    network: Network, partition: Partition, site_digits: int, location_digits: int
) -> list[DigitPath]:
    """The unit paths of a largest integral flow through layer 1; every digit of a site is on one path.

    Raises
    ------
    ResourceError
        If the graph would have more than 200,000 edges.
    """
    graph = _flow_graph(network, partition, site_digits, location_digits)
    if not (site_digits and location_digits and SOURCE in graph and SINK in graph):
        return []
    _, flow = nx.maximum_flow(graph, SOURCE, SINK)
    used: dict[Site, int] = {}
    paths = []
    for u in range(network.sizes[1][ROWS]):
        for v in range(network.sizes[1][COLUMNS]):
            window = [("site", s) for s in inputs_of(network, 1, (u, v))]
            entering = [
                (s, flow[s, "out"][("location", (u, v)), "in"])
                for s in window
                if partition.side(s[1]) == P
            ]
            leaving = [
                (s, flow[("location", (u, v)), "out"][s, "in"])
                for s in window
                if partition.side(s[1]) != P
            ]
            nears = [s for (_, s), units in entering for _ in range(units)]
            fars = [s for (_, s), units in leaving for _ in range(units)]
            for near, far in zip(nears, fars, strict=True):
                digits = []
                for site in (near, far):
                    digits.append(used.get(site, 0))
                    used[site] = digits[-1] + 1
                paths.append(DigitPath((u, v), near, digits[0], far, digits[1]))
    return paths


def _flow_graph(
    network: Network, partition: Partition, site_digits: int, location_digits: int
) -> nx.DiGraph:
    """Vertices split in two, so that their capacity is that of the edge between the halves."""
    height, width = network.sizes[1]
    rows, columns = network.layers[0].window
    edges = height * width * min(rows, network.H) * min(columns, network.W)
    if edges > MOST_EDGES:
        raise ResourceError(f"the flow would have {edges} edges, and {MOST_EDGES} are allowed")
    graph = nx.DiGraph()
    for r in range(network.H):
        for c in range(network.W):
            site = ("site", (r, c))
            graph.add_edge((site, "in"), (site, "out"), capacity=site_digits)
            if partition.side((r, c)) == P:
                graph.add_edge(SOURCE, (site, "in"))
            else:
                graph.add_edge((site, "out"), SINK)
    for u in range(height):
        for v in range(width):
            location = ("location", (u, v))
            graph.add_edge((location, "in"), (location, "out"), capacity=location_digits)
            for at in inputs_of(network, 1, (u, v)):
                site = ("site", at)
                if partition.side(at) == P:
                    graph.add_edge((site, "out"), (location, "in"))
                else:
                    graph.add_edge((location, "out"), (site, "in"))
    return graph
