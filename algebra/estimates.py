"""What evaluations and enumerations would need, before they are begun.

The constants were measured with benchmarks/scaling.py and rounded up.
"""

from __future__ import annotations

from itertools import product
from math import prod

from networkx.utils import UnionFind

from ..graphs.network import COLUMNS, ROWS, Axis, Network
from ..graphs.partition import Partition, Side
from ..resources import Estimate

BASE_BYTES = 100 * 2**20
BYTES_PER_AXIS_NODE = 2500
BYTES_PER_LOCATION = 24
BYTES_PER_SITE = 450
BYTES_PER_ENTRY = 120
NANOSECONDS_PER_SITE = 1000
NANOSECONDS_PER_AXIS_NODE = 25_000
NO_TABLE = 40
"""Sites of which no table is made, even of bits."""


def construction_estimate(network: Network, m: int) -> Estimate:
    """Factored evaluation of an explicit assignment with m channels: scopes of two sites at most.

    >>> construction_estimate(Network(2, 64, layers="33/1:2,64/64:1"), 2).bytes < 2**28
    True
    """
    locations = sum(prod(size) for size in network.sizes)
    nodes = sum(map(sum, network.sizes))
    entries = network.M**2 + m**2
    return Estimate(
        BASE_BYTES
        + BYTES_PER_AXIS_NODE * nodes
        + BYTES_PER_LOCATION * locations
        + BYTES_PER_SITE * network.sites
        + BYTES_PER_ENTRY * entries,
        NANOSECONDS_PER_SITE * (network.sites + locations)
        + NANOSECONDS_PER_AXIS_NODE * nodes
        + 40 * m * network.M**2,
    )


def tensor_estimate(network: Network, partition: Partition, each: int) -> Estimate:
    """The whole grid tensor at `each` bytes an entry, and the rank of its matricization.

    >>> from convac import left_right
    >>> tensor_estimate(Network(2, 4, layers="4/4:1"), left_right(4), 8).bytes == 8 * 2**16
    True
    """
    entries = network.M**network.sites
    rows, columns = (network.M**count for count in partition.counts)
    # Integers only, since floats overflow here; the constants are those of the README's table.
    nanoseconds = 20 * entries + rows * columns * min(rows, columns) // 80
    return Estimate(each * entries, nanoseconds)


def largest_scope(network: Network, partition: Partition) -> int:
    """Sites of the largest table that factored evaluation multiplies out at random parameters.

    No sum lacks a term there. So the last layer multiplies one factor for each location that it sees, over
    all sites below that location, and the straddling factors that share sites are ranked together.

    >>> from convac import checkerboard
    >>> largest_scope(Network(3, 8, layers="3/1:1,2/2:1,2/2:1,2/2:1"), checkerboard(8))
    64
    """
    below = [_sites_below(axis, network.depth - 1) for axis in network.axes]
    most = prod(max(map(len, sites)) for sites in below)
    if most > NO_TABLE:
        return most
    together = UnionFind()
    for u, v in network.inputs(network.depth, (0, 0)):
        scope = [r * network.W + c for r, c in product(below[ROWS][u], below[COLUMNS][v])]
        if Side.of(partition.sides[site] for site in scope) is Side.BOTH:
            together.union(*scope)
    return max([most, *map(len, together.to_sets())])


def _sites_below(axis: Axis, layer: int) -> list[list[int]]:
    """On one axis, the sites below every location of a layer, ascending."""
    below = [{site} for site in range(axis.size)]
    for k in range(1, layer + 1):
        below = [set().union(*(below[u] for u in axis.inputs(k, v))) for v in range(axis.sizes[k])]
    return [sorted(sites) for sites in below]
