"""Matrices of labels: which labels some variables have, against those of others (THEORY 8.12).

Variables u_0, u_1, ... and v_0, v_1, ... have labels 0, ..., b - 1, where 0 stands for "absent". Some pairs
(u_k, v_m) have a number: what they contribute where both labels are equal and not 0, and 1 elsewhere. The
matrix has a row for all labels of the u, a column for all labels of the v, and the product as its entry.
"""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx

from .factored_rank import product_table
from .factors import Factor, Factors
from .linear.exact import rank
from .rings import GF

MOST_ENTRIES = 2**22


def is_regular(b: int, count: int, numbers: Iterable[tuple[int, int, int]], p: int) -> bool:
    """Whether the b^count x b^count matrix is nonsingular modulo p, and so over Q.

    It is the Kronecker product of those of the clusters of pairs that share variables.

    Parameters
    ----------
    b : int
        Labels, at least 2.
    count : int
        Variables of each kind.
    numbers : iterable of (k, m, number)
        Of the pairs (u_k, v_m), each at most once; integers.
    p : int
        A prime.

    Raises
    ------
    ResourceError
        If the matrix of a cluster would have more than 2^22 entries.

    Examples
    --------
    For two labels and one pair with the number X it is [[1, 1], [1, X]]:

    >>> [is_regular(2, 1, [(0, 0, X)], 7) for X in (1, 2)]
    [False, True]
    """
    arithmetic = Factors(GF(p), b, MOST_ENTRIES)
    shared: nx.Graph = nx.Graph()
    at: dict[int, list[Factor]] = {}
    for k, m, number in numbers:
        equal = (number % p if c == d != 0 else 1 for c in range(b) for d in range(b))
        found = arithmetic.from_table((k, count + m), arithmetic.ring.table(equal, (b, b)))
        if found is not None and found.factors:
            shared.add_edge(k, count + m)
            at.setdefault(k, []).extend(found.factors)
    met = 0
    for cluster in nx.connected_components(shared):
        rows, columns = (
            tuple(sorted(v for v in cluster if (v < count) is left)) for left in (True, False)
        )
        factors = [factor for k in rows for factor in at[k]]
        matrix = product_table(arithmetic, factors, rows, columns, None)
        if len(rows) != len(columns) or rank(matrix, arithmetic.ring) < len(matrix):
            return False
        met += len(rows)
    return met == count
