"""The least separating set of one side, by a flow through its places as arrays (THEORY 9).

The graph has the sites of a side and the locations that see this side only, as far as a path leads from
them to an input of the output with sites of both sides. Flow goes from the sites to where such paths leave
them. A location costs the logarithm of C(D + k, k), k its paths to these inputs, and a site that of M.
Capacities are rounded: the set is found by them, and counted exactly.
"""

from __future__ import annotations

from math import log

import numpy as np

from ..resources import require
from .arcs import FIRST, edges, estimate, numbered
from .capacities import rounded, sizes
from .flow_network import SINK, SOURCE, vertex_cut
from .grids import up
from .network import Network
from .one_sided import OneSided, Purity
from .partition import Partition, Side


def one_sided_cut(network: Network, partition: Partition, side: Side, limit: int) -> OneSided:
    """The least set of a side by rounded logarithms, exactly counted.

    Parameters
    ----------
    network : Network
    partition : Partition of its sites
    side : P or Q
    limit : int
        Bytes that may be used.

    Raises
    ------
    ResourceError
        If more would be needed: before the graph is built.

    Examples
    --------
    >>> from convac import left_right
    >>> from convac.graphs.partition import P
    >>> network = Network(3, 1, 8, layers="1x2/1x2:1,1x4/1x4:1,1/1:1")
    >>> one_sided_cut(network, left_right(1, 8), P, 2**20).locations
    ((Vertex(layer=1, at=(0, 0)), 1), (Vertex(layer=1, at=(0, 1)), 1))
    """
    pure = Purity.of(network, partition, side)
    ways = [found.copy() for _, found in pure.ways({})][::-1]
    used = [mine & (found > 0) for mine, found in zip(pure.mine, ways, strict=False)]
    count, needed = estimate(network, used)
    require(needed, limit, f"the flow through {side.name} has {count} edges")
    numbers = numbered(used)
    costs = [np.full(int(used[0].sum()), log(network.M))]
    ends = [np.stack([np.full(len(costs[0]), SOURCE), numbers[0][used[0]]])]
    for layer in range(1, network.depth):
        costs.append(sizes(network.channels[layer], ways[layer][used[layer]]))
        others = (ways[layer] > 0) & ~used[layer]
        tails = numbers[layer - 1][used[layer - 1] & (up(network, layer, others) > 0)]
        ends.append(np.stack([tails, np.full(len(tails), SINK)]))
    joined = np.concatenate([*edges(network, numbers), *ends], axis=1)
    cut = np.append([False] * FIRST, vertex_cut(rounded(np.concatenate(costs)), *joined))
    chosen = [np.argwhere(cut[found]).tolist() for found in numbers]
    return pure.completed(
        {layer: [(u, v) for u, v in at] for layer, at in enumerate(chosen) if layer}
    )
