"""Sums of functions of few sites each: a bound on the rank whatever these functions are (THEORY 6.1).

Let f be a sum of functions f_i, each of the sites of its scope S_i only, and give every i to P or to
Q. The functions of the P-sites that depend only on S_i ∩ P, for one of the i given to P, span a space
of dimension

    d_P = the sum of (M - 1)^|T| over all T inside some S_i ∩ P, i given to P.

With a basis of it, their part of f is a sum of d_P products of a function of the P-sites and one of
the Q-sites; in the same way for Q. So the rank is at most d_P + d_Q. The best way to give the i to
the sides is a minimum cut: T is paid for once if any i given to its side contains it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from ..resources import MOST_SUBSETS
from .connectivity import axis_field, axis_graph
from .flow_network import FlowNetwork
from .network import AXES, Network
from .partition import P, Partition, Q, Side

Scope = frozenset[int]


@dataclass(frozen=True)
class LocalSum:
    """The bound d_P + d_Q, the scopes of the summands, and the numbers of those given to P."""

    bound: int
    scopes: tuple[Scope, ...]
    on_p: tuple[int, ...]


def summand_scopes(network: Network, levels: int) -> tuple[Scope, ...]:
    """Scopes of the summands of a network whose last `levels` layers are sums over their windows.

    The output is then a sum of functions of one location each, `levels` layers below the last. Scopes are
    sets of site numbers; those inside another one are left out, since their summands can be joined to it.

    Examples
    --------
    >>> [sorted(scope) for scope in summand_scopes(Network(2, 1, 3, layers="1x2/1:1,1x3/1x3:1"), 1)]
    [[0, 1], [1, 2]]
    """
    layer = network.depth - min(levels, network.depth)
    fields = []
    for axis in AXES:
        graph = axis_graph(network.axis(axis))
        seen = {network.depth: {0}}
        for k in range(network.depth, layer, -1):
            seen[k - 1] = {v for u in seen[k] for _, v in graph.predecessors((k, u))}
        fields.append({frozenset(axis_field(graph, layer, u)) for u in seen[layer]})
    scopes = {
        frozenset(r * network.W + c for r in rows for c in columns)
        for rows, columns in product(*fields)
    }
    scopes = scopes or {frozenset()}  # an output that sees padding only is a constant
    maximal = [scope for scope in scopes if not any(scope < other for other in scopes)]
    return tuple(sorted(maximal, key=sorted))


def local_sum(scopes: Sequence[Scope], partition: Partition, M: int) -> LocalSum | None:
    """The least d_P + d_Q, by a minimum cut in integers; None if there are too many sets T.

    >>> from convac import left_right
    >>> scopes = [frozenset({0, 1}), frozenset({1, 2}), frozenset({2, 3})]
    >>> local_sum(scopes, left_right(1, 4), 2).bound
    3
    """
    parts = {
        side: [
            frozenset(site for site in scope if partition.sides[site] == side) for scope in scopes
        ]
        for side in (P, Q)
    }
    if sum(2 ** len(part) for side in parts.values() for part in side) > MOST_SUBSETS:
        return None
    # A summand on P's side of the cut pays for its sets on P, one on Q's side for those on Q.
    graph: FlowNetwork[tuple[Side, Scope] | int] = FlowNetwork()
    for number in range(len(scopes)):
        graph.add(number)
    for side in (P, Q):
        for number, part in enumerate(parts[side]):
            for T in _subsets(part):
                if (side, T) not in graph:
                    graph.add((side, T), (M - 1) ** len(T))
                    (graph.leave if side == P else graph.enter)((side, T))
                if side == P:
                    graph.join(number, (P, T))
                else:
                    graph.join((Q, T), number)
    flow = graph.flow()
    on_p = set(flow.source_side)
    return LocalSum(flow.value, tuple(scopes), tuple(n for n in range(len(scopes)) if n in on_p))


def dimension(scopes: Sequence[Scope], M: int) -> int:
    """The dimension of the space spanned by the functions that depend on one of the scopes only.

    >>> dimension([frozenset({0, 1}), frozenset({1, 2})], 3)
    15
    """
    return sum((M - 1) ** len(T) for T in {T for scope in scopes for T in _subsets(scope)})


def _subsets(scope: Scope) -> Iterator[Scope]:
    for size in range(len(scope) + 1):
        yield from map(frozenset, combinations(sorted(scope), size))
