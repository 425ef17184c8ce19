"""Norms of what one-sided factors scale: sums over the sites that no straddling factor sees.

Rows of a cluster's matrix that agree on the sites of its straddling factors are multiples of one row, by
the values of the one-sided factors. They may be replaced by that row times the norm of these values: an
isometry takes it to them, so that no singular value changes, apart from zeros. Columns likewise.
"""

from __future__ import annotations

import numpy as np

from .factors import Factor, Factors, Scope, spread
from .rings import Table

ScopedTable = tuple[Scope, Table]


def squared_norms(arithmetic: Factors, factors: list[Factor], kept: Scope) -> Table:
    """The sum, over all other sites, of the squared product of the factors: one axis a kept site, exact.

    The other sites are eliminated one at a time, cheapest first.

    Parameters
    ----------
    arithmetic : Factors over ZZ or QQ
    factors : list of Factor
    kept : tuple of int
        Ascending.

    Raises
    ------
    ResourceError
        If a table on the way has too many entries.

    Examples
    --------
    The factor (1, 2; 3, 4) of sites 0 and 1, where site 0 is kept:

    >>> from convac import ZZ
    >>> arithmetic = Factors(ZZ, 2)
    >>> table = arithmetic.from_table((0, 1), ZZ.table([1, 2, 3, 4], (2, 2)))
    >>> squared_norms(arithmetic, list(table.factors), (0,)).tolist()
    [5, 25]
    """
    ring = arithmetic.ring
    squares = {n: ring.multiply(arithmetic.tables[n], arithmetic.tables[n]) for _, n in factors}
    tables = [(scope, squares[number]) for scope, number in factors]
    others = {site for scope, _ in tables for site in scope} - set(kept)
    while others:
        site = min(others, key=lambda s: (len(_joint(tables, s)), s))
        scope = _joint(tables, site)
        touched = _product(arithmetic, scope, [t for t in tables if site in t[0]])
        rest = tuple(s for s in scope if s != site)
        tables = [t for t in tables if site not in t[0]]
        tables.append((rest, _objects(touched.sum(axis=scope.index(site)))))
        others.remove(site)
    return _product(arithmetic, kept, tables)


def _joint(tables: list[ScopedTable], site: int) -> Scope:
    """The sites of all tables on which a site is."""
    return tuple(sorted({s for scope, _ in tables if site in scope for s in scope}))


def _product(arithmetic: Factors, scope: Scope, tables: list[ScopedTable]) -> Table:
    """The product of tables, one axis a site of the scope."""
    arithmetic.require(len(scope))
    position = {site: axis for axis, site in enumerate(scope)}
    found = arithmetic.ring.table([arithmetic.ring.one], (1,) * len(scope))
    for sites, table in tables:
        found = arithmetic.ring.multiply(found, spread(table, sites, position))
    return np.broadcast_to(_objects(found), (arithmetic.M,) * len(scope))


def _objects(table: Table) -> Table:
    """The same table: numpy makes a plain number of one without axes."""
    return np.asarray(table, dtype=object)
