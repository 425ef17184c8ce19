"""Pairs of sites at one displacement, and their check on the connectivity graph.

*Far offsets* (i_l, j_l) in the windows of layers 1, ..., K, not all zero, lead from a location of layer K
down to its *far site*; offsets (0, 0) lead to its *near site*, the corner of what it sees. Far and near
differ by the displacement tau, the sum of the offsets times the strides below. Windows t_1, ..., t_K along
an axis stand for the far offsets t_l - 1 on that axis. In layers that pad the near offset is past the
padding, as far as the window allows, and far offsets are counted from it: `way_down`.

The check is not about formulas: it follows paths of the graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from .connectivity import axis_field, axis_graph, reaches_output
from .network import AXES, COLUMNS, ROWS, Location, Network, Pair, Site
from .partition import Partition
from .tail import live_locations, tail_offsets

Places = NDArray[np.int64]
"""Rows (row, column)."""


@dataclass(frozen=True, slots=True)
class SitePair:
    """The near and the far site of a layer-K location, which sees both."""

    location: Location
    near: Site
    far: Site


@dataclass(frozen=True, eq=False)
class SitePairs(Sequence[SitePair]):
    """Pairs, each a `SitePair`, as arrays of rows (row, column): what is done to all is one operation."""

    locations: Places
    nears: Places
    fars: Places

    @classmethod
    def of(cls, pairs: Iterable[SitePair]) -> SitePairs:
        """The pairs themselves if they are arrays already."""
        if isinstance(pairs, SitePairs):
            return pairs
        rows = [(pair.location, pair.near, pair.far) for pair in pairs]
        return cls(*np.array(rows, np.int64).reshape(-1, 3, 2).swapaxes(0, 1))

    def where(self, chosen: NDArray[np.bool_]) -> SitePairs:
        """Some of the pairs."""
        return SitePairs(self.locations[chosen], self.nears[chosen], self.fars[chosen])

    def __len__(self) -> int:
        return len(self.locations)

    @overload
    def __getitem__(self, index: int) -> SitePair: ...

    @overload
    def __getitem__(self, index: slice) -> SitePairs: ...

    def __getitem__(self, index: int | slice) -> SitePair | SitePairs:
        rows = self.locations[index], self.nears[index], self.fars[index]
        return (
            SitePairs(*rows)
            if isinstance(index, slice)
            else SitePair(*(tuple(r.tolist()) for r in rows))
        )

    def __iter__(self) -> Iterator[SitePair]:
        for rows in zip(
            self.locations.tolist(), self.nears.tolist(), self.fars.tolist(), strict=True
        ):
            yield SitePair(*map(tuple, rows))


def along(axis: int, windows: Sequence[int]) -> tuple[Pair, ...]:
    """The far offsets of windows along one axis.

    >>> along(1, (3, 2))
    ((0, 2), (0, 1))
    """
    return tuple((t - 1, 0) if axis == ROWS else (0, t - 1) for t in windows)


def first_far_layer(fars: Sequence[Pair]) -> int:
    """I, the first layer with a far offset that is not (0, 0).

    >>> first_far_layer(((0, 0), (0, 3), (0, 1)))
    2
    """
    return next(layer for layer, far in enumerate(fars, 1) if far != (0, 0))


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
        sum(far[a] * network.axis(a).offset_step(layer) for layer, far in enumerate(fars, 1))
        for a in AXES
    )
    return down, right


def way_down(network: Network, fars: Sequence[Pair]) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    """The offsets that lead down to near sites, and those that lead to far sites.

    >>> way_down(Network(2, 1, 6, layers="1x5/1p0x2:1,1x6/1x6:1"), [(0, 3)])
    (((0, 1),), ((0, 4),))
    """
    down, right = network.axes
    nears = tuple(
        (down.near_offset(layer, i), right.near_offset(layer, j))
        for layer, (i, j) in enumerate(fars, 1)
    )
    ends = zip(nears, fars, strict=True)
    return nears, tuple((near[0] + far[0], near[1] + far[1]) for near, far in ends)


def site_pairs(network: Network, fars: Sequence[Pair]) -> SitePairs:
    """The pairs of all live layer-K locations with both sites inside the grid, row by row.

    A route that leaves the input of a layer on its way down leads nowhere.

    >>> network = Network(2, 1, 3, layers="1x2/1:1,1x3/1x3:1")
    >>> [(pair.near, pair.far) for pair in site_pairs(network, [(0, 1)])]
    [((0, 0), (0, 1)), ((0, 1), (0, 2))]
    """
    kept, sites, ways = [], [], way_down(network, fars)
    alive_along = live_locations(network, len(fars))
    for a, (axis, alive) in enumerate(zip(network.axes, alive_along, strict=True)):
        near, far = (axis.walked([offset[a] for offset in way]) for way in ways)
        kept.append(np.flatnonzero(alive & (near >= 0) & (far >= 0)))
        sites.append(near[kept[-1]])
    grid = np.argwhere(np.ones([len(us) for us in kept], bool))
    locations, nears = (
        np.stack([found[a][grid[:, a]] for a in AXES], axis=1) for found in (kept, sites)
    )
    return SitePairs(locations, nears, nears + displacement(network, fars))


def crossing_pairs(network: Network, fars: Sequence[Pair], partition: Partition) -> SitePairs:
    """Those of `site_pairs` whose sites are on different sides of a partition.

    >>> from convac import column_cut
    >>> network = Network(2, 1, 3, layers="1x2/1:1,1x3/1x3:1")
    >>> [(pair.near, pair.far) for pair in crossing_pairs(network, [(0, 1)], column_cut(1, 3, 2))]
    [((0, 1), (0, 2))]
    """
    pairs = site_pairs(network, fars)
    return pairs.where(_sides(pairs.nears, partition) != _sides(pairs.fars, partition))


def pair_problem(
    network: Network, fars: Sequence[Pair], pairs: Iterable[SitePair], partition: Partition
) -> str | None:
    """What is wrong with pairs on the graph: None if they are disjoint, cross, and are routed.

    A pair is routed if paths of the offsets that the proofs use lead from both sites to its location, and
    from there to the output: near and far ones up to layer K, those of the tail after it.

    >>> from convac import left_right
    >>> network = Network(2, 1, 4, layers="1x2/1:1,1x4/1x4:1")
    >>> pair_problem(network, [(0, 1)], [SitePair((0, 1), (0, 1), (0, 2))], left_right(1, 4))
    >>> pair_problem(network, [(0, 1)], [SitePair((0, 0), (0, 0), (0, 1))], left_right(1, 4))
    'sites (0, 0) and (0, 1) of location (0, 0) of layer 1 are on one side of the cut'
    """
    pairs, K = SitePairs.of(pairs), len(fars)
    graphs = [route_graph(network, fars, axis) for axis in AXES]
    one_sided = _sides(pairs.nears, partition) == _sides(pairs.fars, partition)
    again = _met_before(np.stack([pairs.nears, pairs.fars], axis=1), partition.W)
    unseen = [
        ~_in_fields(network, graphs, K, pairs.locations, at) for at in (pairs.nears, pairs.fars)
    ]
    lost = ~_reaching(graphs, K, pairs.locations)
    wrong = np.stack([one_sided, again[:, 0], unseen[0], again[:, 1], unseen[1], lost], axis=1)
    if not wrong.any():
        return None
    first, what = divmod(int(np.argmax(wrong)), wrong.shape[1])
    pair, where = pairs[first], f"location {pairs[first].location} of layer {K}"
    return (
        f"sites {pair.near} and {pair.far} of {where} are on one side of the cut",
        f"site {pair.near} is in two pairs, the second of {where}",
        f"site {pair.near} is not in the receptive field of {where}",
        f"site {pair.far} is in two pairs, the second of {where}",
        f"site {pair.far} is not in the receptive field of {where}",
        f"no path from {where} to the output",
    )[what]


def _sides(sites: Places, partition: Partition) -> NDArray[np.uint8]:
    """The side of each site, that of some other where it is outside the grid."""
    sides = np.frombuffer(partition.sides, np.uint8)
    return sides.take(_numbers(sites, partition.W), mode="clip")


def _numbers(sites: Places, width: int) -> Places:
    return sites[..., ROWS] * width + sites[..., COLUMNS]


def _met_before(sites: Places, width: int) -> NDArray[np.bool_]:
    """Whether the same site is in an earlier row, or in the same one further left."""
    numbers = _numbers(sites, width)
    _, first = np.unique(numbers, return_index=True)
    met = np.ones(numbers.shape, bool)
    met.flat[first] = False
    return met


def _in_fields(
    network: Network, graphs: Sequence[nx.DiGraph], K: int, locations: Places, sites: Places
) -> NDArray[np.bool_]:
    """Whether each site is in the receptive field of its location of layer K: so on both axes."""
    found: list[NDArray[np.bool_]] = []
    for axis, graph, at, x in zip(network.axes, graphs, locations.T, sites.T, strict=True):
        seen = [u * axis.size + s for u in range(axis.sizes[K]) for s in axis_field(graph, K, u)]
        found.append((x < axis.size) & np.isin(at * axis.size + x, seen))
    return found[ROWS] & found[COLUMNS]


def _reaching(graphs: Sequence[nx.DiGraph], K: int, locations: Places) -> NDArray[np.bool_]:
    """Whether a path leads from each location of layer K to the output: so on both axes."""
    alive = [[u for layer, u in reaches_output(graph) if layer == K] for graph in graphs]
    found = [np.isin(at, us) for at, us in zip(locations.T, alive, strict=True)]
    return found[ROWS] & found[COLUMNS]


def route_graph(network: Network, fars: Sequence[Pair], axis: int) -> nx.DiGraph:
    """The axis graph of near and far offsets up to layer K = len(fars), then of the tail's.

    >>> network = Network(2, 4, layers="3/1:2,4/4:1")
    >>> sorted(a for a, b in route_graph(network, [(0, 2)], 1).edges if b == (1, 1))
    [(0, 1), (0, 3)]
    """
    chain = network.axis(axis)
    ways = zip(*way_down(network, fars), strict=True)
    routes = [sorted({near[axis], far[axis]}) for near, far in ways]
    later = range(len(fars) + 1, network.depth + 1)
    return axis_graph(chain, [*routes, *(tail_offsets(chain, layer) for layer in later)])
