"""The rank of an integer matrix over Q, from ranks modulo primes.

A rank modulo p never exceeds the rank over Q, so a full one settles it. Below full rank, a proof from
above: if the rank over Q were r + 1 or more, some minor of r + 1 rows would be a nonzero integer, at
most Hadamard's bound, the product of the r + 1 largest row norms (or column norms). A prime with rank at
most r modulo p divides it. So rank at most r modulo primes whose product exceeds the bound proves rank
at most r over Q. FLINT's own rank over ZZ does the same job by elimination; whichever is estimated to be
faster is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt
from time import perf_counter

import numpy as np
from flint import fmpz, fmpz_mat

from ...progress import Progress
from ..rings import Table
from .modular_rank import rank_mod_p

FIRST_PRIME = 8388593
# FLINT's rank below full took 26 s at n = m = 1024, rank 512, where Hadamard's bound has 4200 bits.
FLINT_SECONDS = 26 / (1024 * 1024 * 512 * 4200)
SMALL = 48


def rank_over_Q(matrix: Table, progress: Progress | None = None) -> int:
    """The exact rank over Q of an n x m matrix of Python integers (dtype object) or of int64.

    >>> rank_over_Q(np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]]))
    2
    """
    n, m = matrix.shape
    if min(n, m) <= SMALL:
        return int(fmpz_mat(matrix.tolist()).rank())
    started = perf_counter()
    primes = primes_below(FIRST_PRIME + 1)
    first = next(primes)
    r = rank_mod_p(matrix, first)
    each = perf_counter() - started
    if r == min(n, m):
        return r
    bits = hadamard_bits(matrix, r + 1)
    if each * bits / 22 > FLINT_SECONDS * n * m * r * bits:
        return int(fmpz_mat(matrix.tolist()).rank())
    return _prove(matrix, r, primes, fmpz(first), progress)


def primes_below(bound: int) -> Iterator[int]:
    """The primes below `bound`, descending.

    >>> list(primes_below(12))
    [11, 7, 5, 3, 2]
    """
    for candidate in range(bound - 1, 1, -1):
        if fmpz(candidate).is_prime():
            yield candidate


def hadamard_bits(matrix: Table, size: int) -> int:
    """A number of bits that no minor of `size` rows exceeds: |minor| < 2^bits (Hadamard).

    Row norms 5 and 13 are counted as 6 and 14, and 6 · 14 has 7 bits:

    >>> hadamard_bits(np.array([[3, 4], [5, 12]]), 2)
    7
    """
    return min(_norm_bits(matrix, size), _norm_bits(matrix.T, size))


def _norm_bits(matrix: Table, size: int) -> int:
    """Bits of the product of the `size` largest row norms, each rounded up."""
    norms = (isqrt(sum(int(x) ** 2 for x in row)) + 1 for row in matrix.tolist())
    product = 1
    for norm in sorted(norms, reverse=True)[:size]:
        product *= norm
    return product.bit_length()


def _prove(
    matrix: Table, r: int, primes: Iterator[int], modulus: fmpz, progress: Progress | None
) -> int:
    """Go through primes until their product exceeds the bound for r + 1, the largest rank met."""
    full = min(matrix.shape)
    needed = hadamard_bits(matrix, r + 1)
    small = np.abs(matrix).max() < 2**62
    work = matrix.astype(np.int64) if small else matrix
    while modulus < fmpz(2) ** needed:
        if progress is not None:
            progress("rank over Q", int(modulus).bit_length(), needed)
        p = next(primes)
        found = rank_mod_p(work, p)
        if found > r:
            # The primes so far had a smaller rank: they divide minors of this size as well.
            r, needed = found, hadamard_bits(matrix, found + 1)
            if r == full:
                return r
        modulus *= p
    return r
