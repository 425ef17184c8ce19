"""Multiply tables over GF(p) into one matrix, with full-size work only at the end.

Tables are merged pairwise, smallest union of scopes first, as long as the result is small beside the
matrix. The few that remain are multiplied chunk by chunk, each chunk staying in cache, into a matrix of
32-bit residues: the matrix itself is the only thing of full size.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, product
from math import prod

import numpy as np
from numpy.typing import NDArray

from ..progress import Progress
from .factors import Factors, Scope, spread
from .rings import PrimeField, Table

CHUNK_ENTRIES = 2**17
SMALL_SHARE = 8
BYTES_PER_ENTRY = 14
"""Of the matrix: 4 for its residues, 8 for the kernel's working copy, and some room."""
THREADS = 2

Scoped = tuple[Scope, Table]


def product_matrix(
    arithmetic: Factors,
    factors: Sequence[tuple[Scope, int]],
    rows: Scope,
    columns: Scope,
    progress: Progress | None = None,
) -> NDArray[np.int32]:
    """The product of factors as an M^|rows| x M^|columns| matrix of residues, last site fastest.

    >>> from convac import GF
    >>> arithmetic = Factors(GF(7), 2)
    >>> equal = arithmetic.from_table((0, 1), GF(7).table([1, 0, 0, 1], (2, 2)))
    >>> product_matrix(arithmetic, equal.factors, (0,), (1,)).tolist()
    [[1, 0], [0, 1]]
    """
    ring, M = arithmetic.ring, arithmetic.M
    assert isinstance(ring, PrimeField)
    # With one template a table has one entry, however many sites there are, and arrays have few axes.
    rows, columns = (rows, columns) if M > 1 else ((), ())
    sites = rows + columns
    arithmetic.require(len(sites))
    position = {site: axis for axis, site in enumerate(sites)}
    merged = _merge(
        arithmetic,
        [(scope, arithmetic.tables[number]) for scope, number in factors],
        M ** len(sites) // SMALL_SHARE,
    )
    tables = [spread(table, scope, position) for scope, table in merged]
    out = np.empty((M,) * len(sites), np.int32)
    leading = _leading_axes(M, len(sites))
    prefixes = list(product(range(M), repeat=leading))

    def fill(prefix: tuple[int, ...]) -> None:
        chunk: Table = np.ones((1,) * (len(sites) - leading), np.int64)
        for table in tables:
            index = tuple(
                at if length > 1 else 0 for at, length in zip(prefix, table.shape, strict=False)
            )
            chunk = ring.multiply(chunk, table[index])
        out[prefix] = chunk

    with ThreadPoolExecutor(THREADS) as pool:
        for done, _ in enumerate(pool.map(fill, prefixes)):
            if progress is not None and done % 64 == 0:
                progress("grid tensor", done, len(prefixes))
    return out.reshape(M ** len(rows), M ** len(columns))


def _leading_axes(M: int, axes: int) -> int:
    """How many axes to loop over so that the rest is a chunk."""
    leading = 0
    while M ** (axes - leading) > CHUNK_ENTRIES:
        leading += 1
    return leading


def _merge(arithmetic: Factors, tables: list[Scoped], most: int) -> list[Scoped]:
    """Merge the pair with the smallest union of scopes, while it has at most `most` entries."""
    tables = sorted(tables, key=lambda t: t[0])
    while len(tables) > 1:
        (a, b) = min(
            combinations(range(len(tables)), 2),
            key=lambda pair: (len({*tables[pair[0]][0], *tables[pair[1]][0]}), pair),
        )
        scope = tuple(sorted({*tables[a][0], *tables[b][0]}))
        if arithmetic.M ** len(scope) > max(most, prod(tables[a][1].shape)):
            break
        position = {site: axis for axis, site in enumerate(scope)}
        left, right = (spread(t, s, position) for s, t in (tables[a], tables[b]))
        joint = (scope, arithmetic.ring.multiply(left, right))
        tables = [t for k, t in enumerate(tables) if k not in (a, b)] + [joint]
    return tables
