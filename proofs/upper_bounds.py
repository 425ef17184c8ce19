"""The least proved upper bound on a rank: by the matrix's size, or by a separating set (THEORY 9).

Sets are found by flows through arrays at any size, and improved where the connectivity graph is small
enough for objects. Some are at hand: the sites of one side that are seen together with the other side,
these with dominators in the place of groups of sites, and the locations where the sides meet. Only exact
integers decide; the search may use anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from math import comb

from ..algebra.powers import Powers
from ..errors import ResourceError
from ..graphs.dominators import dominating_set
from ..graphs.grids import ON_P, ON_Q, Grids
from ..graphs.network import Network, Vertex, edge_count
from ..graphs.one_sided import OneSided
from ..graphs.one_sided_flow import one_sided_cut
from ..graphs.partition import P, Partition, Q, Side
from ..graphs.partition_names import partition_of
from ..graphs.place_sets import PlaceSet
from ..graphs.separating_sets import (
    ENOUGH_FOR_OBJECTS,
    CutGraph,
    cut_graph,
    local_search,
    minimum_cut,
)
from ..graphs.straddling import meeting_locations, straddling_sites
from ..graphs.two_sided_flow import two_sided_cut
from ..progress import Progress
from ..resources import MOST_IMPROVED_EDGES, memory_limit
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
    memory: int | None = None,
) -> UpperBound:
    """The least bound found: the matrix's size, and N(S) for separating sets S (THEORY 9).

    It holds for all parameters, shared or unshared, over any field. Where the connectivity graph has at
    most 20,000 edges, sets are improved vertex by vertex and N(S) is summed over degrees; beyond, sets
    are found by flows through arrays, and N(S) is the product. The first bound that is not larger than
    `enough`, a lower bound, is the least, and ends the search. `memory` are the bytes that the search may
    use; default: 80 % of what is free. What does not fit is left out, and the bound says so.

    Raises
    ------
    InputError
        If the partition is one of another grid.
    """
    partition = partition_of(partition, network)
    smaller = min(partition.counts)
    size = f"the size of the matrix, {network.M}^{smaller}"
    best = UpperBound(Powers([(network.M, smaller)]), size)
    if enough is not None and best.value <= enough:
        return best
    limit = memory_limit() if memory is None else memory
    graph = _improvable(network, partition)
    if graph is None:
        return _at_any_size(network, partition, best, limit, progress)
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
    return _of_one_side(network, dominating_set(network, partition, side))


def one_sided(network: Network, partition: Partition, side: Side, limit: int) -> UpperBound:
    """N(S) for the set of a side that is least by rounded logarithms, at any size.

    Raises
    ------
    ResourceError
        If the flow would need more than `limit` bytes.

    Examples
    --------
    In each of 4 rows a location of layer 1 counts 9 + 1, and the sites that it sees would count 3^4:

    >>> from convac import left_right
    >>> network = Network(3, 4, 32, layers="1x4/1x4:9,1x2/1x1:2,4x8/4x8:1")
    >>> one_sided(network, left_right(4, 32), P, 2**30).value == 10**4
    True
    """
    return _of_one_side(network, one_sided_cut(network, partition, side, limit))


def _of_one_side(network: Network, found: OneSided) -> UpperBound:
    counted = [(Vertex(0, at), network.M) for at in found.sites]
    for vertex, k in found.locations:
        counted.append((vertex, comb(network.channels[vertex.layer] + k, k)))
    value = Powers((weight, 1) for _, weight in counted).spelled(network.M)
    counted.append((Vertex(network.depth, (0, 0)), 1))
    chosen, weights = zip(*counted, strict=True)
    by = f"a separating set of {len(chosen)}"
    return UpperBound(value, by, chosen, "product", (), weights)


def two_sided(
    network: Network, partition: Partition, limit: int, enough: Powers
) -> UpperBound | None:
    """N(S) as a product for the set of both sides that is least by rounded logarithms, at any size.

    None if it is certainly above `enough`.

    Raises
    ------
    ResourceError
        If the flow would need more than `limit` bytes.

    Examples
    --------
    >>> from convac import left_right
    >>> network = Network(3, 4, layers="2/2:4,2/2:7,1/1:1")
    >>> two_sided(network, left_right(4), 2**30, Powers([(3, 8)])).value
    Powers([(8, 1)])
    """
    found = two_sided_cut(Grids.of(network, partition), limit)
    bounds = filter(None, (product_over(found, free, enough) for free in (P, Q)))
    return min(bounds, key=lambda bound: bound.value, default=None)


def product_over(chosen: PlaceSet, free: Side, enough: Powers) -> UpperBound | None:
    """The product of THEORY 9 over a separating set, with all free parts on one side.

    None if it is certainly above `enough`.

    Raises
    ------
    ValueError
        If the set does not separate.
    """
    if not chosen.separates:
        raise ValueError("the set does not separate the partition")
    network = chosen.grids.network
    sites, counts = 0, Counter[tuple[int, int]]()
    for layer, degree in _degrees(chosen, free):
        if layer == 0:
            sites += degree > 0
        elif layer < network.depth:
            counts[network.channels[layer], degree] += 1
    # Each binomial is at least 2^min(D, k): no long number is made in vain.
    if Powers([(2, sum(min(key) * count for key, count in counts.items()))]) > enough:
        return None
    binomials = ((comb(D + k, k), count) for (D, k), count in counts.items())
    value = Powers([(network.M, sites), *binomials]).spelled(network.M)
    vertices = chosen.vertices()
    on_q = chosen.free() if free == Q else ()
    return UpperBound(value, f"a separating set of {len(vertices)}", vertices, "product", on_q)


def _degrees(chosen: PlaceSet, free: Side) -> Iterator[tuple[int, int]]:
    """(layer, degree) of all vertices: in the other side's part, or twice, in both."""
    for layer, *degrees in chosen.degrees(free):
        mask = chosen.chosen[layer]
        # A place of one side counts in the part of the other side only.
        for side, own in ((P, ON_P), (Q, ON_Q)):
            counted = mask & (chosen.grids.side[layer] != own)
            yield from ((layer, k) for k in degrees[side][counted].tolist())


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


def _improvable(network: Network, partition: Partition) -> CutGraph | None:
    """The graph of objects, if it is small enough for sets to be improved vertex by vertex."""
    if edge_count(network) > MOST_IMPROVED_EDGES:
        return None
    try:
        return cut_graph(network, partition)
    except ResourceError:
        return None


def _at_any_size(
    network: Network,
    partition: Partition,
    best: UpperBound,
    limit: int,
    progress: Progress | None,
) -> UpperBound:
    """The least of the sets that need no graph of objects, each flow only if it fits the memory."""
    tried: list[Callable[[], UpperBound | None]] = []
    for bound in (straddling, dominating, partial(one_sided, limit=limit)):
        tried += [partial(bound, network, partition, side) for side in (P, Q)]
    tried.append(partial(meeting, network, partition, best.value))
    tried.append(partial(two_sided, network, partition, limit, best.value))
    refused = []
    for done, search in enumerate(tried):
        if progress is not None:
            progress("separating sets", done, len(tried))
        try:
            found = search()
        except ResourceError as error:
            refused.append(f"a separating set is not searched: {error}")
            continue
        if found is not None and found.value < best.value:
            best = found
    return replace(best, remark="; ".join(refused))


def _candidates(graph: CutGraph) -> Iterator[frozenset[Vertex]]:
    tries = SEARCH_EFFORT // len(graph.parents)
    network, partition = graph.network, graph.partition
    for start in _starts(graph):
        yield start
        yield local_search(graph, start, partial(roughly, graph), tries)
    yield frozenset(vertex for vertex, _ in meeting_locations(network, partition))
    for side in (P, Q):
        yield frozenset(dominating(network, partition, side).separator)


def _starts(graph: CutGraph) -> Iterator[frozenset[Vertex]]:
    yield minimum_cut(graph)
    for side in (P, Q):
        found = one_sided(graph.network, graph.partition, side, ENOUGH_FOR_OBJECTS)
        yield frozenset(found.separator)
