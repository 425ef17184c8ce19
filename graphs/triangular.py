"""Triangular systems: sites on which hits of a program are told apart, cluster by cluster (THEORY 8.13).

Choose sets S of P-sites and T of Q-sites; all others show template 0. A hit is *active* if it sees a site
of each. A *system* on one side orders the active hits in clusters with sets of sites of their own, so that
a cluster sees all its sites and none of an earlier one. A cluster has one hit, or one site:

* one hit, of whose sites each has a leaf that no other of them has;
* one site, of whose hits each has a leaf there that no other of them has.

Its *rank* is min(product of the numbers of monomials, M^(sites)); it is *full* if that is the product. If
all clusters on one side are full, the product of the ranks on the other is a lower bound. *Components*,
which see no site in common, may take the side that gives most; and where there is one cluster on either
side, the lesser of the two ranks, if it is a single hit or if weights are unshared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod
from random import Random

from .network import Site
from .partition import Partition
from .programs import Hit

TRIES = 4
"""Orders that are tried on each side of a component."""


@dataclass(frozen=True)
class Cluster:
    """Hits, by their numbers, and the sites on which they are told apart."""

    hits: tuple[int, ...]
    sites: tuple[Site, ...]
    rank: int
    full: bool


@dataclass(frozen=True)
class Component:
    """Hits that see sites in common, with their clusters on P and on Q in order, and what they give."""

    clusters: tuple[tuple[Cluster, ...], tuple[Cluster, ...]]
    rank: int

    @property
    def hits(self) -> tuple[int, ...]:
        """The numbers of its hits."""
        return tuple(sorted(hit for cluster in self.clusters[0] for hit in cluster.hits))


@dataclass(frozen=True)
class System:
    """The components of the active hits."""

    components: tuple[Component, ...]

    @property
    def rank(self) -> int:
        """The product of what the components give."""
        return prod(component.rank for component in self.components)


def system(
    hits: Sequence[Hit],
    partition: Partition,
    chosen: Iterable[Site],
    kinds: int,
    shared: bool,
    draw: Random,
) -> System:
    """Clusters on the chosen sites, greedily: next is the one that loses least, several orders in turn.

    Parameters
    ----------
    hits : sequence of Hit
        Of one program.
    chosen : sites of both sides
    kinds : int
        The templates that functions of layer 1 tell apart.
    draw : Random
        Decides among equals.

    Examples
    --------
    >>> from convac import Network, left_right
    >>> from convac.graphs.programs import whole
    >>> network = Network(3, 1, 4, layers="1x3/1:1,1x4/1x4:1")
    >>> hits = whole(network, 1, True).hits
    >>> system(hits, left_right(1, 4), [(0, 0), (0, 1), (0, 3)], 3, True, Random(0)).rank
    2
    """
    sites = sorted(chosen)
    masks = [sum(1 << k for k, site in enumerate(sites) if site in hit.leaves) for hit in hits]
    side = [sum(1 << k for k, s in enumerate(sites) if partition.side(s) == at) for at in (0, 1)]
    active = [k for k, mask in enumerate(masks) if mask & side[0] and mask & side[1]]
    found = []
    for members in _components(active, masks):
        both = [_Side(hits, {k: masks[k] & at for k in members}, sites, kinds) for at in side]
        found.append(_component(both, len(members) == 1 or not shared, draw))
    return System(tuple(c for c in found if c is not None and c.rank > 1))


def _component(both: Sequence[_Side], ordered: bool, draw: Random) -> Component | None:
    """The best of some orders on each side, or None; `ordered`: one cluster on either side will do."""
    found = [[c for c in (side.clusters(draw) for _ in range(TRIES)) if c] for side in both]
    if not all(found):
        return None
    best: Component | None = None
    for here, there in ((0, 1), (1, 0)):
        full = next((c for c in found[there] if all(cluster.full for cluster in c)), None)
        if full is not None:
            most = max(found[here], key=_rank)
            clusters = (most, full) if here == 0 else (full, most)
            best = _larger(best, Component(clusters, _rank(most)))
    if ordered and len(found[0][0]) == len(found[1][0]) == 1:
        clusters = found[0][0], found[1][0]
        best = _larger(best, Component(clusters, min(map(_rank, clusters))))
    return best


def _larger(old: Component | None, new: Component) -> Component:
    return new if old is None or new.rank > old.rank else old


def _rank(clusters: Iterable[Cluster]) -> int:
    return prod(cluster.rank for cluster in clusters)


class _Side:
    """One side of a component: which of its sites each hit sees, as bits."""

    def __init__(
        self, hits: Sequence[Hit], seen: dict[int, int], sites: Sequence[Site], kinds: int
    ) -> None:
        self.hits, self.seen, self.sites, self.kinds = hits, seen, sites, kinds
        self.alike = all(hits[k].layer == 1 for k in seen)

    def clusters(self, draw: Random) -> tuple[Cluster, ...] | None:
        """An order of clusters, the next one that which loses least; None if some hit finds no place."""
        left, found = dict(self.seen), []
        while left:
            options = self._options(left)
            if not options:
                return None
            least = min(loss for loss, _ in options)
            equal = [cluster for loss, cluster in options if loss == least]
            cluster = equal[int(draw.random() * len(equal))]
            found.append(cluster)
            for k in cluster.hits:
                del left[k]
        return tuple(found)

    def _options(self, left: dict[int, int]) -> list[tuple[int, Cluster]]:
        """The clusters that can be next, each with the factor that it loses, rounded down to 2^-10."""
        once, twice = 0, 0
        for mask in left.values():
            once, twice = once | mask, twice | once & mask
        found = []
        for k, mask in left.items():
            own = self._apart(k, mask & ~twice)
            if own:
                found.append(self._cluster((k,), own))
        for bit, site in enumerate(self.sites):
            if twice >> bit & 1:
                together = tuple(k for k, mask in left.items() if mask >> bit & 1)
                if told_apart([self.hits[k].leaves[site] for k in together], self.alike):
                    found.append(self._cluster(together, [site]))
        return found

    def _apart(self, k: int, mask: int) -> list[Site]:
        """Those of these sites of a hit that have a leaf of their own among them."""
        found = [site for bit, site in enumerate(self.sites) if mask >> bit & 1]
        leaves = self.hits[k].leaves
        while found and not told_apart([leaves[site] for site in found], self.alike):
            found.pop()
        return found

    def _cluster(self, hits: tuple[int, ...], sites: Sequence[Site]) -> tuple[int, Cluster]:
        most = prod(self.hits[k].monomials for k in hits)
        rank = min(most, self.kinds ** len(sites))
        return (most << 10) // rank, Cluster(hits, tuple(sites), rank, rank == most)


def told_apart(leaves: Sequence[Iterable[object]], known: bool = False) -> bool:
    """Whether each of these has a leaf that none of the others has.

    >>> told_apart([(1, 2), (2, 3)]), told_apart([(1, 2), (2,)])
    (True, False)
    """
    if known or len(leaves) == 1:
        return True
    sets = [set(one) for one in leaves]
    return all(
        one - set().union(*(other for k, other in enumerate(sets) if k != at))
        for at, one in enumerate(sets)
    )


def _components(active: Iterable[int], masks: Sequence[int]) -> list[list[int]]:
    """The active hits, in classes that share no site."""
    classes: list[tuple[int, list[int]]] = []
    for k in active:
        mask, members = masks[k], [k]
        apart = []
        for other, ones in classes:
            if other & mask:
                mask, members = mask | other, [*ones, *members]
            else:
                apart.append((other, ones))
        classes = [*apart, (mask, sorted(members))]
    return [members for _, members in sorted(classes, key=lambda one: one[1])]
