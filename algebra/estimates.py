"""What evaluations and enumerations would need, before they are begun.

The constants were measured with benchmarks/scaling.py and rounded up.
"""

from __future__ import annotations

from math import prod

from ..graphs.network import Network
from ..graphs.partition import Partition
from ..resources import Estimate

BASE_BYTES = 100 * 2**20
BYTES_PER_AXIS_NODE = 2500
BYTES_PER_LOCATION = 24
BYTES_PER_SITE = 600
BYTES_PER_ENTRY = 120
NANOSECONDS_PER_SITE = 10_000


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
        NANOSECONDS_PER_SITE * (network.sites + locations) + 40 * m * network.M**2,
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
