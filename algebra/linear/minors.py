"""Largest nonzero minors over Q, found modulo primes."""

from __future__ import annotations

from random import Random

import numpy as np

from ...errors import InputError
from ..rings import GF, Polynomials, PrimeField, Ring, Table
from .modular_rank import eliminate
from .multimodular import FIRST_PRIME, primes_below


def largest_minor(matrix: Table, ring: Ring, rank: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Rows and columns of a nonzero minor of `rank` rows: pivots modulo a prime that loses nothing.

    Parameters
    ----------
    matrix : n x m, over ZZ, QQ or polynomials
        Polynomials are taken at a random point modulo the prime, the same one in every run.
    rank : int
        The rank over the fraction field.

    Raises
    ------
    InputError
        If the ring is GF(p).
    AssertionError
        If no specialization keeps the rank.

    Examples
    --------
    >>> from convac import ZZ
    >>> largest_minor(ZZ.table([0, 0, 0, 0, 1, 2, 0, 3, 4], (3, 3)), ZZ, 2)
    ((1, 2), (1, 2))
    """
    for prime in primes_below(FIRST_PRIME + 1):
        residues = _residues(matrix, ring, prime)
        if residues is None:
            continue
        found = eliminate(residues, prime)
        if found.rank == rank:
            return found.pivot_rows, found.pivot_columns
    raise AssertionError("no specialization keeps the rank")


def _residues(matrix: Table, ring: Ring, prime: int) -> Table | None:
    """The matrix modulo a prime; None if it divides a denominator."""
    if isinstance(ring, PrimeField):
        raise InputError("minor", ring.name, "minors over Q are given")
    entries = list(matrix.ravel())
    if isinstance(ring, Polynomials):
        # Random, as a minor can vanish on any curve that is fixed beforehand.
        draw = Random(prime)
        values = [draw.randrange(prime) for _ in ring.names]
        entries = [x(*values) for x in entries]
    field = GF(prime)
    try:
        residues = [field.element(x) for x in entries]
    except InputError:
        return None
    return np.array(residues, np.int64).reshape(matrix.shape)
