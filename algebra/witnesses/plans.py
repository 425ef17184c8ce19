"""The assignment of a plan (THEORY 8.4): every path owns a block of m channels on its way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...graphs.network import Network, Vertex
from ...graphs.routes import Path, Route
from ..assignment import Assignment, Entry, at, ones, select
from ..linear.exact import pair_matrix
from .construction import Construction
from .tail import passing_on, summing


def plan_assignment(network: Network, plan: Sequence[Route], K: int, m: int) -> Construction:
    """The unshared assignment over ZZ of rank (m + 1)^(number of routes).

    Layer K multiplies the indicators of the near and of the far template, and layer K + 1 sums m
    channels and 1.

    Parameters
    ----------
    network : Network
        K < L, the tail condition after layer K, m <= min(M - 1, D_K), and D_l >= m * q where q paths are on
        one location of layer l < K; an entry outside the channels is refused by `Assignment`.
    plan : sequence of Route
        Turning in different locations of layer K.
    K, m : int

    Examples
    --------
    >>> from convac import factored_rank, factorize, left_right
    >>> network = Network(2, 1, 2, layers="1/1:1,1x2/1:1,1x2/1x2:1")
    >>> route = Route(((0, 0), (0, 0), (0, 0)), ((0, 1), (0, 1), (0, 0)))
    >>> found = plan_assignment(network, [route], 2, 1)
    >>> factored_rank(factorize(found.assignment), left_right(1, 2)).rank
    Powers([(2, 1)])
    """
    entries: list[Entry] = []
    taken: dict[Vertex, int] = {}
    for route in plan:
        for path in (route.near, route.far):
            entries.extend(_path(network, path, m, taken))
    entries.append(summing(network, K + 1, ones(m, bias=1)))
    entries.extend(passing_on(network, range(K + 2, network.depth + 1)))
    return Construction(Assignment(network, entries), pair_matrix(m))


def _path(network: Network, path: Path, m: int, taken: dict[Vertex, int]) -> Iterator[Entry]:
    """Select the template in layer 1, and the block below in every other layer."""
    block = 0
    for layer in range(1, len(path)):
        below, location = path[layer - 1], path[layer]
        source, block = block, 0
        if layer < len(path) - 1:
            vertex = Vertex(layer, location)
            block = taken.get(vertex, 0)
            taken[vertex] = block + 1
        offset = network.offset_of(layer, location, below)
        for c in range(m):
            channel = block * m + c
            row = select(source * m + c)
            yield Entry(layer, (channel, channel + 1), at(*offset), row, at(*location))
