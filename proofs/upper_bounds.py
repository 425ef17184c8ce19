"""The least proved upper bound on a rank: by the matrix's size, or by a separating set (THEORY 9).

Sets are searched where the connectivity graph is small enough. Some are at hand at any size: the sites of
one side that are seen together with the other side, these with dominators in the place of groups of sites,
and the locations where the sides meet. Only exact integers decide; the search may use anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from math import comb

from ..algebra.powers import Powers
from ..errors import ResourceError
from ..graphs.dominators import dominating_set
from ..graphs.network import Network, Vertex
from ..graphs.partition import P, Partition, Q, Side
from ..graphs.partition_names import partition_of
from ..graphs.separating_sets import (
    CutGraph,
    cut_graph,
    local_search,
    minimum_cut,
    need_searchable,
    one_sided_cut,
)
from ..graphs.straddling import meeting_locations, straddling_sites
from ..progress import Progress
from .interval import STRADDLING, UpperBound
from .monomial_count import bound_of, roughly

SEARCH_EFFORT = 20_000
"""Tries of a local search, times the number of vertices of the graph."""
CANDIDATES = 9
"""How many separating sets are compared in a graph that is searched."""


def upper_bound(
    network: Network,
    partition: Partition | str,
    *,
    progress: Progress | None = None,
    enough: Powers | None = None,
) -> UpperBound:
    """The least bound found: the matrix's size, and N(S) for separating sets S (THEORY 9).

    It holds for all parameters, shared or unshared, over any field. Where the connectivity graph has more
    than 150,000 edges, only the size and the sets that are at hand are left. The first bound that is not
    larger than `enough`, a lower bound, is the least, and ends the search.

    Raises
    ------
    InputError
        If the partition is one of another grid.
    """
    partition = partition_of(partition, network)
    smaller = min(partition.counts)
    size = f"the size of the matrix, {network.M}^{smaller}"
    best = UpperBound(Powers([(network.M, smaller)]), size)
    full = enough is not None and best.value <= enough
    try:
        if full:
            need_searchable(network)
            return best
        graph = cut_graph(network, partition)
    except ResourceError as error:
        others = [] if full else list(_at_hand(network, partition, best.value))
        best = min([best, *others], key=lambda one: one.value)
        return replace(best, remark=f"separating sets are not searched: {error}")
    found: dict[frozenset[Vertex], UpperBound] = {}
    for done, separator in enumerate(_candidates(graph)):
        if progress is not None:
            progress("separating sets", done, CANDIDATES)
        if separator not in found:
            found[separator] = bound_of(graph, separator)
            if enough is not None and found[separator].value <= enough:
                break
    return min([best, *found.values()], key=lambda one: one.value)


def straddling(network: Network, partition: Partition, side: Side) -> UpperBound:
    """The bound by the sites of a side that are seen together with the other side, at any size.

    It is N(S) for these sites and the output: the factors of the other locations are one-sided.

    >>> from convac import left_right
    >>> straddling(Network(3, 124, layers="3/1:2,124/124:1"), left_right(124), P).value
    Powers([(3, 248)])
    """
    sites = straddling_sites(network, partition, side)
    value = Powers([(network.M, len(sites))])
    by = (
        f"{len(sites)} sites of {side.name} that layer {network.depth - 1} sees with the other side"
    )
    chosen = (*(Vertex(0, at) for at in sites), Vertex(network.depth, (0, 0)))
    return UpperBound(value, by, chosen, STRADDLING)


def dominating(network: Network, partition: Partition, side: Side) -> UpperBound:
    """N(S) for the sites of a side, with locations in the place of the groups that they dominate.

    >>> from convac import left_right
    >>> network = Network(3, 1, 32, layers="1x3/1:2,1x2/1x2:5,1x3/1x1:2,1x2/1x2:7,1x8/1x8:1,1/1:1")
    >>> dominating(network, left_right(1, 32), P).value == 8 * 3**12
    True
    """
    found = dominating_set(network, partition, side)
    counted = [(Vertex(0, at), network.M) for at in found.sites]
    for vertex, k in found.locations:
        counted.append((vertex, comb(network.channels[vertex.layer] + k, k)))
    value = Powers((weight, 1) for _, weight in counted).spelled(network.M)
    counted.append((Vertex(network.depth, (0, 0)), 1))
    chosen, weights = zip(*counted, strict=True)
    by = f"a separating set of {len(chosen)}"
    return UpperBound(value, by, chosen, "product", (), weights)


def meeting(network: Network, partition: Partition, enough: Powers) -> UpperBound | None:
    """N(S) for the locations where the sides meet, at any size; None if it is certainly above `enough`.

    What is above them is mixed, so that all paths may run on one side, and N(S) is the product of
    C(D + k, k), k the number of paths to the output.

    >>> from convac import left_right
    >>> network = Network(3, 4, layers="2/2:4,2/2:7,1/1:1")
    >>> meeting(network, left_right(4), Powers([(3, 8)])).value
    Powers([(8, 1)])
    """
    counts: dict[tuple[int, int], int] = {}
    chosen = meeting_locations(network, partition)
    for vertex, paths in chosen:
        key = network.channels[vertex.layer], paths
        if vertex.layer < network.depth:
            counts[key] = counts.get(key, 0) + 1
    # Each binomial is at least 2^min(D, k): no long number is made in vain.
    if Powers([(2, sum(min(key) * count for key, count in counts.items()))]) > enough:
        return None
    value = Powers((comb(D + k, k), count) for (D, k), count in counts.items()).spelled(network.M)
    by = f"a separating set of {len(chosen)} where the sides meet"
    return UpperBound(value, by, tuple(vertex for vertex, _ in chosen), "product")


def _at_hand(network: Network, partition: Partition, size: Powers) -> Iterator[UpperBound]:
    yield from (straddling(network, partition, side) for side in (P, Q))
    yield from filter(None, [meeting(network, partition, size)])
    yield from (dominating(network, partition, side) for side in (P, Q))


def _candidates(graph: CutGraph) -> Iterator[frozenset[Vertex]]:
    tries = SEARCH_EFFORT // len(graph.parents)
    for start in (minimum_cut(graph), one_sided_cut(graph, P), one_sided_cut(graph, Q)):
        yield start
        yield local_search(graph, start, partial(roughly, graph), tries)
    network, partition = graph.network, graph.partition
    yield frozenset(vertex for vertex, _ in meeting_locations(network, partition))
    for side in (P, Q):
        yield frozenset(dominating(network, partition, side).separator)
