"""The site pairs of Theorem 1, and their check on the connectivity graph.

Location (u, v) of layer K gives the pair of its first site and the site T - 1 further along the cut
axis, if that one is inside the grid. The check is not about formulas: it follows paths.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import networkx as nx

from .connectivity import axis_field, axis_graph, reaches_output
from .geometry import tail_extent, total_receptive_field, total_stride
from .network import COLUMNS, ROWS, Network
from .partition import Partition, Site


@dataclass(frozen=True, slots=True)
class SitePair:
    """Two sites, and the layer-K location that sees both."""

    location: tuple[int, int]
    near: Site
    far: Site


@dataclass(frozen=True)
class PairCheck:
    """How many pairs were checked, and the first thing that is wrong (None: nothing)."""

    count: int
    problem: str | None


def theorem_1_pairs(network: Network, axis: int, windows: Sequence[int]) -> Iterator[SitePair]:
    """The pairs of THEORY 3.1 for effective windows t_1, ..., t_K along the cut axis.

    Yields, in row-major order of the locations, those pairs whose far site is inside the grid.
    """
    K = len(windows)
    reach = total_receptive_field(network.axis(axis), K, windows) - 1
    strides = [total_stride(network.axis(a), K) for a in (ROWS, COLUMNS)]
    for u in range(network.sizes[K][ROWS]):
        for v in range(network.sizes[K][COLUMNS]):
            near = (strides[ROWS] * u, strides[COLUMNS] * v)
            far = (near[0] + reach, near[1]) if axis == ROWS else (near[0], near[1] + reach)
            if far[0] < network.H and far[1] < network.W:
                yield SitePair((u, v), near, far)


def check_pairs(
    network: Network,
    pairs: Iterable[SitePair],
    partition: Partition,
    axis: int,
    windows: Sequence[int],
) -> PairCheck:
    """Check that the pairs are disjoint, cross the cut, lie in one receptive field and reach the output.

    The graph used is the subgraph of the offsets that the proof uses: 0 and t_l - 1 along the cut in
    layers l <= K, 0 across it, and those below min(R, S, n) after layer K. Paths there are paths of
    the network.
    """
    K = len(windows)
    graphs = [route_graph(network, a, windows if a == axis else [1] * K) for a in (ROWS, COLUMNS)]
    fields = [
        [axis_field(graphs[a], K, u) for u in range(network.sizes[K][a])] for a in (ROWS, COLUMNS)
    ]
    alive = [reaches_output(graph) for graph in graphs]
    used = bytearray(network.sites)
    count = 0
    for pair in pairs:
        problem = _problem(pair, K, fields, alive, partition, used)
        if problem is not None:
            return PairCheck(count, problem)
        count += 1
    return PairCheck(count, None)


def route_graph(network: Network, axis: int, windows: Sequence[int]) -> nx.DiGraph:
    """The axis graph of offsets 0 and t_l - 1 up to layer K = len(windows), then of the tail's."""
    chain = network.axis(axis)
    routes = [sorted({0, t - 1}) for t in windows]
    tail = [
        range(tail_extent(chain, layer)) for layer in range(len(windows) + 1, network.depth + 1)
    ]
    return axis_graph(chain, [*routes, *tail])


def _problem(
    pair: SitePair,
    K: int,
    fields: list[list[set[int]]],
    alive: list[set[tuple[int, int]]],
    partition: Partition,
    used: bytearray,
) -> str | None:
    where = f"location {pair.location} of layer {K}"
    if partition.side(pair.near) == partition.side(pair.far):
        return f"sites {pair.near} and {pair.far} of {where} are on one side of the cut"
    for site in (pair.near, pair.far):
        index = site[0] * partition.W + site[1]
        if used[index]:
            return f"site {site} is in two pairs, the second of {where}"
        used[index] = 1
        if any(site[a] not in fields[a][pair.location[a]] for a in (ROWS, COLUMNS)):
            return f"site {site} is not in the receptive field of {where}"
    if any((K, pair.location[a]) not in alive[a] for a in (ROWS, COLUMNS)):
        return f"no path from {where} to the output"
    return None
