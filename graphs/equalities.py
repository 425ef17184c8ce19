"""Pairs of sites at one displacement whose equality a network with max pooling can ask for (THEORY 6.4).

The first layer compares, at each of its locations, G near sites with the sites at displacement tau from
them; the layers above, up to layer L - 1, join all locations that location (0, 0) of layer L - 1 sees.
Sites that must be equal form components, and those with sites of both sides are counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import networkx as nx

from .connectivity import axis_graph
from .network import AXES, Network, Pair, Site
from .partition import Partition, Side

MOST_OFFSETS = 9
"""Windows of the first layer with more offsets on an axis have one near site, at (0, 0), tried."""


@dataclass(frozen=True)
class Equalities:
    """The displacement, the offsets of near sites, and a component of sites for each that is parted."""

    displacement: Pair
    near: tuple[Pair, ...]
    components: tuple[tuple[Site, ...], ...]


def joined_locations(network: Network) -> list[Pair]:
    """The locations of layer 1 that location (0, 0) of layer L - 1 sees.

    >>> joined_locations(Network(2, 4, layers="3/1:4,2/2:1,2/2:1"))
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    fields = []
    for axis in AXES:
        graph = axis_graph(network.axis(axis))
        top = (network.depth - 1, 0)
        fields.append(sorted(u for layer, u in {top, *nx.ancestors(graph, top)} if layer == 1))
    return list(product(*fields))


def components(
    network: Network, partition: Partition, displacement: Pair, near: tuple[Pair, ...]
) -> list[tuple[Site, ...]]:
    """The components of sites that must be equal and that the partition parts."""
    graph = nx.Graph()
    for at, offset in product(joined_locations(network), near):
        far = (offset[0] + displacement[0], offset[1] + displacement[1])
        sites = [network.input_at(1, at, where) for where in (offset, far)]
        if None not in sites:
            graph.add_edge(*sites)
    parted = [
        tuple(sorted(found))
        for found in nx.connected_components(graph)
        if Side.of(map(partition.side, found)) is Side.BOTH
    ]
    return sorted(parted)


def equalities(network: Network, partition: Partition) -> Equalities | None:
    """The displacement and the near offsets with the most components; None if there are none.

    The first layer needs M^G channels for G near offsets.

    Examples
    --------
    >>> from convac import left_right
    >>> found = equalities(Network(2, 4, layers="3/1:4,2/2:1,2/2:1"), left_right(4))
    >>> found.displacement, found.near, len(found.components)
    ((0, 2), ((0, 0), (2, 0)), 8)
    >>> len(equalities(Network(2, 4, layers="3/1:3,2/2:1,2/2:1"), left_right(4)).components)
    4
    """
    if network.depth < 3:
        return None
    best = None
    for displacement, near in _choices(network):
        found = components(network, partition, displacement, near)
        if found and (best is None or len(found) > len(best.components)):
            best = Equalities(displacement, near, tuple(found))
            if len(found) == min(partition.counts):
                break
    return best


def _choices(network: Network) -> Iterator[tuple[Pair, tuple[Pair, ...]]]:
    """Displacements along an axis, with up to four near offsets that the channels allow, few first."""
    height, width = (
        min(window, size)
        for window, size in zip(network.layers[0].window, network.sizes[0], strict=True)
    )
    short = max(height, width) <= MOST_OFFSETS
    lengths = [(0, j) for j in range(1, width)] + [(i, 0) for i in range(1, height)]
    if not short:
        lengths = [
            x for x in ((0, network.W // 2), (network.H // 2, 0), (0, 1), (1, 0)) if x in lengths
        ]
    for displacement in lengths:
        rows, columns = height - displacement[0], width - displacement[1]
        steps = product(range(rows if short else 1), range(columns if short else 1))
        groups = [tuple(product(sorted({0, a}), sorted({0, b}))) for a, b in steps]
        for near in sorted(groups, key=len):
            if network.M ** len(near) <= network.channels[1]:
                yield displacement, near
