"""Pairs of sites at one displacement, and their check on the connectivity graph.

*Far offsets* (i_l, j_l) in the windows of layers 1, ..., K, not all zero, lead from a location of layer K
down to its *far site*; offsets (0, 0) lead to its *near site*, the corner of what it sees. Far and near
differ by the displacement tau, the sum of the offsets times the strides below. Windows t_1, ..., t_K along
an axis stand for the far offsets t_l - 1 on that axis.

The check is not about formulas: it follows paths of the graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import networkx as nx

from .connectivity import axis_field, axis_graph, reaches_output
from .network import AXES, ROWS, Location, Network, Pair, Site
from .partition import Partition
from .receptive_fields import tail_extent, total_stride


@dataclass(frozen=True, slots=True)
class SitePair:
    """The near and the far site of a layer-K location, which sees both."""

    location: Location
    near: Site
    far: Site


def along(axis: int, windows: Sequence[int]) -> tuple[Pair, ...]:
    """The far offsets of windows along one axis.

    >>> along(1, (3, 2))
    ((0, 2), (0, 1))
    """
    return tuple((t - 1, 0) if axis == ROWS else (0, t - 1) for t in windows)


def last_far_layer(fars: Sequence[Pair]) -> int:
    """J, the last layer with a far offset other than (0, 0).

    >>> last_far_layer([(0, 2), (0, 1), (0, 0)])
    2
    """
    return max(layer for layer, far in enumerate(fars, 1) if far != (0, 0))


def displacement(network: Network, fars: Sequence[Pair]) -> Pair:
    """tau, from near to far sites.

    >>> displacement(Network(2, 8, layers="2/2:2,2/1:2,4/4:1"), [(1, 0), (1, 1)])
    (3, 2)
    """
    down, right = (
        sum(far[a] * total_stride(network.axis(a), k) for k, far in enumerate(fars)) for a in AXES
    )
    return down, right


def site_pairs(network: Network, fars: Sequence[Pair]) -> Iterator[SitePair]:
    """The pairs of all layer-K locations whose far site is inside the grid, row by row.

    >>> network = Network(2, 1, 3, layers="1x2/1:1,1x3/1x3:1")
    >>> [(pair.near, pair.far) for pair in site_pairs(network, [(0, 1)])]
    [((0, 0), (0, 1)), ((0, 1), (0, 2))]
    """
    K = len(fars)
    tau = displacement(network, fars)
    down, across = (total_stride(network.axis(a), K) for a in AXES)
    for u, v in network.places(K):
        near = down * u, across * v
        far = near[0] + tau[0], near[1] + tau[1]
        if far[0] < network.H and far[1] < network.W:
            yield SitePair((u, v), near, far)


def crossing_pairs(
    network: Network, fars: Sequence[Pair], partition: Partition
) -> Iterator[SitePair]:
    """Those of `site_pairs` whose sites are on different sides of a partition.

    >>> from convac import column_cut
    >>> network = Network(2, 1, 3, layers="1x2/1:1,1x3/1x3:1")
    >>> [(pair.near, pair.far) for pair in crossing_pairs(network, [(0, 1)], column_cut(1, 3, 2))]
    [((0, 1), (0, 2))]
    """
    for pair in site_pairs(network, fars):
        if partition.side(pair.near) != partition.side(pair.far):
            yield pair


def pair_problem(
    network: Network, fars: Sequence[Pair], pairs: Iterable[SitePair], partition: Partition
) -> str | None:
    """What is wrong with pairs on the graph: None if they are disjoint, cross, and are routed.

    A pair is routed if paths of the offsets that the proofs use lead from both sites to its location, and
    from there to the output: offsets (0, 0) and the far ones up to layer K, those below min(R, S, n) after
    it.

    >>> from convac import left_right
    >>> network = Network(2, 1, 4, layers="1x2/1:1,1x4/1x4:1")
    >>> pair_problem(network, [(0, 1)], [SitePair((0, 1), (0, 1), (0, 2))], left_right(1, 4))
    >>> pair_problem(network, [(0, 1)], [SitePair((0, 0), (0, 0), (0, 1))], left_right(1, 4))
    'sites (0, 0) and (0, 1) of location (0, 0) of layer 1 are on one side of the cut'
    """
    K = len(fars)
    graphs = [route_graph(network, fars, axis) for axis in AXES]
    fields = [[axis_field(graphs[a], K, u) for u in range(network.sizes[K][a])] for a in AXES]
    alive = [reaches_output(graph) for graph in graphs]
    used = bytearray(network.sites)
    for pair in pairs:
        where = f"location {pair.location} of layer {K}"
        if partition.side(pair.near) == partition.side(pair.far):
            return f"sites {pair.near} and {pair.far} of {where} are on one side of the cut"
        for site in (pair.near, pair.far):
            index = site[0] * partition.W + site[1]
            if used[index]:
                return f"site {site} is in two pairs, the second of {where}"
            used[index] = 1
            if any(site[a] not in fields[a][pair.location[a]] for a in AXES):
                return f"site {site} is not in the receptive field of {where}"
        if any((K, pair.location[a]) not in alive[a] for a in AXES):
            return f"no path from {where} to the output"
    return None


def route_graph(network: Network, fars: Sequence[Pair], axis: int) -> nx.DiGraph:
    """The axis graph of offsets 0 and the far ones up to layer K = len(fars), then of the tail's.

    >>> network = Network(2, 4, layers="3/1:2,4/4:1")
    >>> sorted(a for a, b in route_graph(network, [(0, 2)], 1).edges if b == (1, 1))
    [(0, 1), (0, 3)]
    """
    chain = network.axis(axis)
    routes = [sorted({0, far[axis]}) for far in fars]
    later = range(len(fars) + 1, network.depth + 1)
    return axis_graph(chain, [*routes, *(range(tail_extent(chain, layer)) for layer in later)])
