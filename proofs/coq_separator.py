"""Evidence `cut` as formal/certificates/ reads it: a separating set in order, with labels.

The checker of certificates asks only that no site is met on the wrong side. The one in Coq asks that each
location outside the set has the label of what it sees outside the set, unless that is *cut off*: sees sites
through the set only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import checker
from .block_evaluation import NotCovered
from .checker import Net, Place

Vertex = tuple[int, int, int]

MOST_VERTICES = 5000


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
    on_Q = set(map(tuple, item["on Q"]))
    given = {v: "PQ"[v in on_Q] for v in G if v[0]}
    given |= {v: "PQ"[v[1:] not in P] for v in G if not v[0]}
    cut_off = _cut_off(G, S)
    labels = given
    if _torn(G, cut_off, labels):
        labels = _labels(G, S, given) | {v: given[v] for v in cut_off}
    torn = _torn(G, cut_off, labels)
    if torn is not None:
        raise NotCovered(f"location {torn} outside the separating set sees both labels")
    ordered = sorted(S, key=lambda v: (-v[0], v[1], v[2]))
    return ordered, sorted(v for v in G if v[0] and labels[v] == "Q")


def _cut_off(G: dict[Vertex, list[Vertex]], S: set[Vertex]) -> set[Vertex]:
    """The vertices of the set, and what sees sites through them only."""
    found = set(S)
    for v in reversed(G):
        if v[0] and all(x in found for x in G[v]):
            found.add(v)
    return found


def _torn(
    G: dict[Vertex, list[Vertex]], cut_off: set[Vertex], labels: Mapping[Vertex, str]
) -> Vertex | None:
    """A location that sees a site not through the set, and the other label."""
    for v, seen in G.items():
        if v not in cut_off and any(x not in cut_off and labels[x] != labels[v] for x in seen):
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
