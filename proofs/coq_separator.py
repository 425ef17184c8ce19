"""Evidence `cut` as formal/certificates/Cut.v reads it: a separating set in order, with labels.

The checker of certificates asks only that no site is met on the wrong side. The one in Coq asks that each
location outside the set has the label of what it sees outside the set, from which that follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import checker
from .block_evaluation import NotCovered
from .checker import Net, Place

Vertex = tuple[int, int, int]

MOST_VERTICES = 600


def separator(layers: Net, P: set[Place], item: Any) -> tuple[list[Vertex], list[Vertex]]:
    """The vertices of the set, from the output down, and the locations that are labelled Q.

    Raises
    ------
    NotCovered
        If a location outside the set would need both labels, or the set is large.
    """
    G = checker.graph(layers)
    S = {v for v in map(tuple, item["separator"]) if v in G}
    if len(S) > MOST_VERTICES:
        raise NotCovered(f"a separating set of more than {MOST_VERTICES} vertices")
    given = {v: "PQ"[v in set(map(tuple, item["on Q"]))] for v in G if v[0]}
    given |= {v: "PQ"[v[1:] not in P] for v in G if not v[0]}
    labels = given if _torn(G, S, given) is None else _labels(G, S, given)
    torn = _torn(G, S, labels)
    if torn is not None:
        raise NotCovered(f"location {torn} outside the separating set sees both labels")
    ordered = sorted(S, key=lambda v: (-v[0], v[1], v[2]))
    return ordered, sorted(v for v in G if v[0] and labels[v] == "Q")


def _torn(
    G: dict[Vertex, list[Vertex]], S: set[Vertex], labels: Mapping[Vertex, str]
) -> Vertex | None:
    """A location outside the set that sees the other label outside the set."""
    for v, seen in G.items():
        if v not in S and any(x not in S and labels[x] != labels[v] for x in seen):
            return v
    return None


def _labels(
    G: dict[Vertex, list[Vertex]], S: set[Vertex], given: Mapping[Vertex, str]
) -> dict[Vertex, str]:
    """The side on which each location is met; for vertices of the set and sites, the one that is given."""
    below: dict[Vertex, set[str]] = {}
    for v in reversed(G):
        below[v] = {s for x in G[v] for s in below[x]} if v[0] else {given[v]}
    output = next(iter(G))
    labels = {output: given[output]}
    for v, seen in G.items():
        labels.setdefault(v, min(below[v], default="P"))
        expanded = v in S and len(below[v]) == 2
        for x in seen:
            if not x[0] or x in S:
                labels[x] = given[x]
            elif expanded:
                labels.setdefault(x, given[x])
            elif v not in S:
                labels.setdefault(x, labels[v])
    return labels
