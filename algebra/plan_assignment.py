"""The assignment of a plan (THEORY 8.4): every path owns a block of m channels on its way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..graphs.network import Network
from ..graphs.partition import Site
from ..graphs.plans import Path, PlanPair
from ..graphs.routes import Vertex
from ..graphs.windows import offset_of
from .assignment import Assignment, Entry, at, ones, select
from .constructions import passing_on, summing


def plan_assignment(network: Network, pairs: Sequence[PlanPair], K: int, m: int) -> Assignment:
    """The unshared assignment over ZZ of rank (m + 1)^(number of pairs).

    Layer K multiplies the indicators of the near and of the far template, and layer K + 1 sums m
    channels and 1.

    Parameters
    ----------
    network : Network
        K < L, the tail condition after layer K, m <= min(M - 1, D_K), and D_l >= m * q where q paths are on
        one location of layer l < K; an entry outside the channels is refused by `Assignment`.
    pairs : sequence of PlanPair
    K, m : int
    """
    entries: list[Entry] = []
    taken: dict[Vertex, int] = {}
    for pair in pairs:
        for path in (pair.near, pair.far):
            entries.extend(_path(network, pair.location, path, K, m, taken))
    entries.append(summing(network, K + 1, ones(m, bias=1)))
    entries.extend(passing_on(network, range(K + 2, network.depth + 1)))
    return Assignment(network, entries)


def _path(
    network: Network, end: Site, path: Path, K: int, m: int, taken: dict[Vertex, int]
) -> Iterator[Entry]:
    """Select the template in layer 1, and the block below in every other layer."""
    block, places = 0, (*path, end)
    for layer in range(1, K + 1):
        below, location = places[layer - 1], places[layer]
        source, block = block, 0
        if layer < K:
            block = taken.get((layer, location), 0)
            taken[layer, location] = block + 1
        offset = offset_of(network, layer, location, below)
        for c in range(m):
            channel = block * m + c
            row = select(source * m + c)
            yield Entry(layer, (channel, channel + 1), at(*offset), row, at(*location))
