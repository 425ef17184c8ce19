"""The rank over Q of an integer matrix of any size: exact, or between two proved bounds.

From below: the rank modulo a prime. From above: the number of distinct nonzero rows and columns, and over Q
itself as long as that is affordable.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...progress import Progress
from ..rings import Table
from .modular_rank import rank_mod_p
from .multimodular import FIRST_PRIME, hadamard_bits, rank_over_Q

MOST_WORK = 10**12
"""Products of entries over Q: a minute or so."""


@dataclass(frozen=True)
class RankBounds:
    """lower ≤ rank ≤ upper, and the method (`by`)."""

    lower: int
    upper: int
    by: str

    @property
    def exact(self) -> bool:
        """Whether the bounds meet."""
        return self.lower == self.upper

    def __str__(self) -> str:
        return f"{self.lower}" if self.exact else f"{self.lower} to {self.upper}"


def rank_bounds(
    matrix: Table, most: int | None = None, progress: Progress | None = None
) -> RankBounds:
    """Bounds on the rank of an n x m matrix of int64 or of Python integers.

    The bounds meet if the rank modulo a prime is `most` or the number of distinct nonzero rows or
    columns, and where the rank over Q is affordable. Which of these holds does not depend on the
    machine.

    Parameters
    ----------
    matrix : n x m
    most : int, optional
        A proved upper bound.

    Examples
    --------
    >>> rank_bounds(np.array([[1, 2], [2, 4], [1, 2]]))
    RankBounds(lower=1, upper=1, by='rank over Q')
    """
    matrix = _distinct_rows(_distinct_rows(matrix).T).T
    full = min(matrix.shape)
    if full == 0:
        return RankBounds(0, 0, "all entries are 0")
    above = full if most is None else min(full, most)
    r = rank_mod_p(matrix, FIRST_PRIME)
    if r == above:
        reached = "all distinct rows or columns" if r == full else "the bound for all parameters"
        return RankBounds(r, r, f"rank modulo {FIRST_PRIME}, which reaches {reached}")
    primes = hadamard_bits(matrix, r + 1) // (FIRST_PRIME.bit_length() - 1) + 1
    if matrix.size * (r + 1) * primes <= MOST_WORK:
        r = rank_over_Q(matrix, progress)
        return RankBounds(r, r, "rank over Q")
    return RankBounds(r, above, f"rank modulo {FIRST_PRIME}")


def _distinct_rows(matrix: Table) -> Table:
    """The nonzero rows without repetition, in the order of their first occurrence."""
    matrix = np.ascontiguousarray(matrix)
    keys = (tuple(row) if matrix.dtype == object else row.tobytes() for row in matrix)
    first: dict[object, int] = {}
    for index, key in enumerate(keys):
        first.setdefault(key, index)
    kept = [index for index in first.values() if matrix[index].any()]
    return matrix[kept]
