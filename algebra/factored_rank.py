"""The exact rank of a factored function across a partition (THEORY 3.4).

A factor is one-sided if its scope lies in P or in Q, else straddling. A one-sided factor only scales
rows or columns: where it has no zero it is dropped, where it has one it decides which rows or columns
stay. The rank is the product, over the clusters of factors that share sites, of the rank of each
cluster's straddling factors on the rows and columns that stay. Clusters that are translates of each
other are ranked once and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import floordiv, mod

import numpy as np
from numpy.typing import NDArray

from ..graphs.partition import P, Partition, Q, Side
from ..graphs.partition_names import partition_of
from ..progress import Progress
from .contraction import product_matrix
from .factorize import Factorization
from .factors import NO_SITE, Factor, Factors, Product, Scope, spread
from .linear.exact import rank
from .local import Numbers
from .powers import Powers
from .rings import PrimeField, Table

Cluster = list[tuple[Factor, int]]
"""Factors that share sites, each with the side of its scope."""


@dataclass(frozen=True)
class ClusterClass:
    """Clusters that are translates of each other.

    `factors` are those of one of them, the first met; `sides` holds the `Side` of each factor's scope,
    BOTH for straddling ones; `rank` is the rank that each of the `count` clusters contributes.
    """

    factors: tuple[Factor, ...]
    sides: tuple[int, ...]
    count: int
    rank: int

    def scope(self, partition: Partition) -> tuple[Scope, Scope]:
        """The sites of the factors above on P and on Q, ascending."""
        sites = sorted({site for scope, _ in self.factors for site in scope})
        rows, columns = (
            tuple(site for site in sites if partition.sides[site] == side) for side in (P, Q)
        )
        return rows, columns


@dataclass(frozen=True)
class FactoredRank:
    """The rank of a factored function across a partition, with its classes of clusters."""

    rank: Powers
    classes: tuple[ClusterClass, ...]


def factored_rank(
    factorization: Factorization, partition: Partition | str, progress: Progress | None = None
) -> FactoredRank:
    """The exact rank of the matricization, over the fraction field of the factors' ring (THEORY 3.4).

    Parameters
    ----------
    factorization : Factorization
        From `factorize`.
    partition : Partition or str
        Of the network's sites, or a word such as "left-right", as on the command line.

    Returns
    -------
    FactoredRank
        Its `rank` is a `Powers`; its `classes` are the classes of clusters.

    Raises
    ------
    InputError
        If the partition is one of another grid.
    ResourceError
        If a cluster has too many sites to be multiplied out.

    Examples
    --------
    Two pairs of sites at distance 2 cross, each with the factor [[2, 1], [1, 2]]:

    >>> from convac import Network, factorize, left_right, theorem_1_assignment
    >>> network = Network(2, 1, 4, layers="1x3/1:2,1x4/1x4:1")
    >>> found = theorem_1_assignment(network, 1, (3,), 2, shared=True)
    >>> factored_rank(factorize(found.assignment), left_right(1, 4)).rank
    Powers([(2, 2)])
    """
    partition = partition_of(partition, factorization.assignment.network)
    if factorization.function is None:
        return FactoredRank(Powers([(0, 1)]), ())
    function, arithmetic = factorization.function, factorization.arithmetic
    has_zero = np.array([not arithmetic.ring.nonzero(t).all() for t in arithmetic.tables], bool)
    sides = scope_sides(function, partition)
    kept = np.flatnonzero((sides == Side.BOTH) | has_zero[function.tables])
    found = classes_of(function, kept, partition)
    classes = []
    for done, (cluster, count) in enumerate(found):
        if progress is not None:
            progress("rank of clusters", done, len(found))
        factors, on = zip(*cluster, strict=True)
        contributed = _cluster_rank(arithmetic, cluster, partition.sides, progress)
        classes.append(ClusterClass(factors, on, count, contributed))
    return FactoredRank(Powers((c.rank, c.count) for c in classes), tuple(classes))


def scope_sides(function: Product, partition: Partition) -> NDArray[np.uint8]:
    """The `Side` of each factor's scope, BOTH for straddling ones."""
    sides = _site_sides(function.scopes, partition)
    in_p, in_q = ((sides == side).any(axis=1) for side in (P, Q))
    return np.where(in_p & in_q, Side.BOTH, np.where(in_q, Q, P)).astype(np.uint8)


def straddling_tables(function: Product, partition: Partition) -> list[Factor]:
    """Of the straddling factors that share a table the first one."""
    straddling = np.flatnonzero(scope_sides(function, partition) == Side.BOTH)
    _, first = np.unique(function.tables[straddling], return_index=True)
    return function.listed(straddling[np.sort(first)])


def _site_sides(scopes: Numbers, partition: Partition) -> NDArray[np.uint8]:
    """The side of each site of each scope, NEITHER behind the end of a scope."""
    sides = np.frombuffer(partition.sides, np.uint8)
    return np.append(sides, np.uint8(Side.NEITHER))[scopes]


def classes_of(function: Product, kept: Numbers, partition: Partition) -> list[tuple[Cluster, int]]:
    """Of the clusters of some factors that are translates of each other the first one, and their number."""
    leaders = _leaders(function.scopes[kept])
    order = np.argsort(leaders, kind="stable")
    ends = np.cumsum(np.unique(leaders, return_counts=True)[1])
    leaders, kept = kept[leaders[order]], kept[order]
    # What two clusters share, factor by factor, iff one is a translate of the other with the same sides.
    scopes, first = function.scopes[kept], function.scopes[leaders, :1]
    places = [part(scopes, partition.W) - part(first, partition.W) for part in (floordiv, mod)]
    relative = [np.where(scopes == NO_SITE, 0, at).astype(np.int32) for at in places]
    sides, tables = _site_sides(scopes, partition), function.tables[kept].astype(np.int32)
    described = np.column_stack([*relative, sides, tables])
    raw, length = described.tobytes(), described.itemsize * described.shape[1]
    classes: dict[bytes, list[int]] = {}
    for start, end in pairwise([0, *ends.tolist()]):
        classes.setdefault(raw[start * length : end * length], [start, end, 0])[2] += 1
    on = scope_sides(function, partition)
    members = [(kept[start:end], count) for start, end, count in classes.values()]
    return [
        (list(zip(function.listed(rows), on[rows].tolist(), strict=True)), count)
        for rows, count in members
    ]


def _leaders(scopes: Numbers) -> Numbers:
    """For each factor the first one of its cluster, the connected component of factors that share sites.

    By hand: on 32,768 factors this is seven times as fast as NetworkX's UnionFind.
    """
    leaders = np.arange(len(scopes))
    met = np.bincount(scopes.ravel() - NO_SITE, minlength=1)
    met[0] = 0
    together = np.flatnonzero((met[scopes - NO_SITE] > 1).any(axis=1))  # others are alone
    parent: dict[int, int] = {}

    def root(site: int) -> int:
        while parent.setdefault(site, site) != site:
            parent[site] = parent[parent[site]]
            site = parent[site]
        return site

    listed = scopes[together].tolist()
    for scope in listed:
        top = root(scope[0])
        for site in scope[1:]:
            if site != NO_SITE:
                parent[root(site)] = top
    known: dict[int, int] = {}
    for factor, scope in zip(together.tolist(), listed, strict=True):
        leaders[factor] = known.setdefault(root(scope[0]), factor)
    return leaders


def _cluster_rank(
    arithmetic: Factors,
    cluster: Cluster,
    sides: bytes,
    progress: Progress | None,
) -> int:
    """The rank of the cluster's straddling factors on the rows and columns that stay."""
    straddling = [factor for factor, side in cluster if side == Side.BOTH]
    sites = sorted({site for scope, _ in straddling for site in scope})
    rows = tuple(site for site in sites if sides[site] == P)
    columns = tuple(site for site in sites if sides[site] == Q)
    stay = [
        _supported(arithmetic, [f for f, s in cluster if s == side], kept)
        for side, kept in ((P, rows), (Q, columns))
    ]
    if not straddling:
        return int(stay[P].all() and stay[Q].all())
    matrix = product_table(arithmetic, straddling, rows, columns, progress)
    for axis, kept in enumerate(stay):
        if not kept.all():
            matrix = matrix.compress(kept.ravel(), axis=axis)
    return rank(matrix, arithmetic.ring, progress)


def product_table(
    arithmetic: Factors,
    factors: list[Factor],
    rows: Scope,
    columns: Scope,
    progress: Progress | None,
) -> Table:
    """The product of factors as an M^|rows| x M^|columns| matrix, last site fastest.

    >>> from convac import ZZ
    >>> arithmetic = Factors(ZZ, 2)
    >>> equal = arithmetic.from_table((0, 1), ZZ.table([1, 0, 0, 1], (2, 2)))
    >>> product_table(arithmetic, list(equal.factors), (0,), (1,), None).tolist()
    [[1, 0], [0, 1]]
    """
    if isinstance(arithmetic.ring, PrimeField):
        return product_matrix(arithmetic, factors, rows, columns, progress)
    table = arithmetic.multiplied_out(rows + columns, factors, arithmetic.ring.one)
    return table.reshape(arithmetic.M ** len(rows), arithmetic.M ** len(columns))


def _supported(arithmetic: Factors, factors: list[Factor], kept: Scope) -> NDArray[np.bool_]:
    """Where some assignment of the other sites makes all factors nonzero: one axis a kept site.

    The other sites are eliminated one at a time, cheapest first.
    """
    tables = [(scope, arithmetic.ring.nonzero(arithmetic.tables[n])) for scope, n in factors]
    others = {site for scope, _ in tables for site in scope} - set(kept)
    while others:
        site = min(others, key=lambda s: (len(_joint_scope(tables, s)), s))
        touched = [t for t in tables if site in t[0]]
        scope = _joint_scope(tables, site)
        joint = np.asarray(_conjunction(arithmetic, scope, touched).any(axis=scope.index(site)))
        rest = tuple(s for s in scope if s != site)
        tables = [t for t in tables if site not in t[0]] + [(rest, joint)]
        others.remove(site)
    return _conjunction(arithmetic, kept, tables)


def _joint_scope(tables: list[tuple[Scope, NDArray[np.bool_]]], site: int) -> Scope:
    return tuple(sorted({s for scope, _ in tables if site in scope for s in scope}))


def _conjunction(
    arithmetic: Factors, scope: Scope, tables: list[tuple[Scope, NDArray[np.bool_]]]
) -> NDArray[np.bool_]:
    arithmetic.require(len(scope))
    position = {site: axis for axis, site in enumerate(scope)}
    everywhere = np.ones((arithmetic.M,) * len(scope), dtype=np.bool_)
    return reduce(np.logical_and, (spread(t, s, position) for s, t in tables), everywhere)
