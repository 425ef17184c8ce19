"""Exact rank and determinant of one matrix over the fraction field of its ring.

GF(p) has a kernel of its own, ZZ and QQ go through it as far as that proves something, and FLINT does the
rest. Matrices of polynomials are small here; they are eliminated without fractions (Bareiss), where every
division is exact.
"""

from __future__ import annotations

from math import lcm

from flint import fmpq_mat, fmpz_mat, fmpz_poly, nmod_mat

from ...progress import Progress, staged
from ..rings import ZZ, Element, Integers, Polynomials, PrimeField, Rationals, Ring, Table
from .modular_rank import rank_mod_p
from .multimodular import rank_over_Q


def rank(matrix: Table, ring: Ring, progress: Progress | None = None) -> int:
    """The rank of an n x m matrix of elements of `ring`, over its fraction field.

    >>> from convac import GF
    >>> [rank(ring.table([1, 2, 2, 1], (2, 2)), ring) for ring in (ZZ, GF(3))]
    [2, 1]
    """
    if 0 in matrix.shape:
        return 0
    match ring:
        case Integers():
            return rank_over_Q(matrix, progress)
        case Rationals():
            return rank_over_Q(_integer_rows(matrix), progress)
        case PrimeField():
            return rank_mod_p(matrix, ring.p, progress=staged(progress, "rank"))
        case Polynomials():
            return _bareiss(matrix.tolist(), ring)[0]
    raise TypeError(f"no rank over {ring}")


def determinant(matrix: Table, ring: Ring) -> Element:
    """The determinant of an n x n matrix of elements of `ring`, exactly.

    >>> determinant(ZZ.table([1, 2, 3, 4], (2, 2)), ZZ)
    -2
    """
    rows = matrix.tolist()
    if not rows:
        return ring.one
    match ring:
        case Integers():
            return int(fmpz_mat(rows).det())
        case Rationals():
            return fmpq_mat(rows).det()
        case PrimeField():
            return int(nmod_mat(rows, ring.p).det())
        case Polynomials():
            return _bareiss(rows, ring)[1]
    raise TypeError(f"no determinant over {ring}")


def row_space(matrix: Table, ring: Ring) -> Table:
    """A basis of the row space of an n x m matrix, as the rows of an r x m matrix, over a field or ZZ.

    Over ZZ it is a basis over QQ, with integer entries.

    >>> row_space(ZZ.table([1, 2, 2, 4], (2, 2)), ZZ).tolist()
    [[1, 2]]
    """
    rows = matrix.tolist()
    if 0 in matrix.shape:
        return matrix[:0]
    entries: list[Element]
    match ring:
        case Integers():
            integral, _, r = fmpz_mat(rows).rref()
            entries = list(map(int, integral.entries()))
        case Rationals():
            rational, r = fmpq_mat(rows).rref()
            entries = rational.entries()
        case PrimeField():
            modular, r = nmod_mat(rows, ring.p).rref()
            entries = list(map(int, modular.entries()))
        case _:
            raise TypeError(f"no row spaces over {ring}")
    return ring.table(entries, matrix.shape)[:r]


def inverse_transpose(matrix: list[list[Element]]) -> list[list[Element]] | None:
    """F^{-T} over QQ for an n x n nested list of rationals; None if F is singular.

    >>> inverse_transpose([[1, 2], [0, 1]])
    [[1, 0], [-2, 1]]
    """
    F = fmpq_mat(matrix)
    if F.det() == 0:
        return None
    inverse: list[list[Element]] = F.inv().transpose().tolist()
    return inverse


def determinant_polynomial(m: int) -> list[int]:
    """Coefficients of det(I + kJ) in k, ascending, for the m x m identity I and all-ones J.

    FLINT's characteristic polynomial chi of J gives it: det(I + kJ) = (-k)^m chi(-1/k).

    >>> determinant_polynomial(3)
    [1, 3, 0, 0]
    """
    chi: fmpz_poly = fmpz_mat([[1] * m for _ in range(m)]).charpoly()
    return [(-1) ** i * int(chi[m - i]) for i in range(m + 1)]


def kronecker_shifted_identity(m: int, k: int) -> Table:
    """I + kJ, m x m over ZZ.

    >>> kronecker_shifted_identity(2, 3).tolist()
    [[4, 3], [3, 4]]
    """
    return ZZ.table((k + (i == j) for i in range(m) for j in range(m)), (m, m))


def pair_matrix(m: int) -> Table:
    """J + diag(1, ..., 1, 0), (m + 1) x (m + 1) over ZZ: the pair factor of THEORY 8.1, determinant 1.

    >>> pair_matrix(2).tolist()
    [[2, 1, 1], [1, 2, 1], [1, 1, 1]]
    """
    return ZZ.table(
        (1 + (i == j and i < m) for i in range(m + 1) for j in range(m + 1)), (m + 1, m + 1)
    )


def _integer_rows(matrix: Table) -> Table:
    """The matrix over ZZ with each row multiplied by its common denominator; the rank is the same."""
    rows: list[int] = []
    for row in matrix.tolist():
        denominator = lcm(*(int(x.q) for x in row))
        rows.extend(int(x.p) * (denominator // int(x.q)) for x in row)
    return ZZ.table(rows, matrix.shape)


def _bareiss(matrix: list[list[Element]], ring: Ring) -> tuple[int, Element]:
    """Rank and, for a square matrix, determinant, by fraction-free elimination."""
    rows = [list(row) for row in matrix]
    n, m = len(rows), len(rows[0])
    previous, sign, r = ring.one, 1, 0
    for column in range(m):
        pivot = next((i for i in range(r, n) if rows[i][column] != ring.zero), None)
        if pivot is None:
            continue
        if pivot != r:
            rows[r], rows[pivot] = rows[pivot], rows[r]
            sign = -sign
        for i in range(r + 1, n):
            for j in range(column + 1, m):
                cross = rows[i][j] * rows[r][column] - rows[i][column] * rows[r][j]
                rows[i][j] = cross / previous
            rows[i][column] = ring.zero
        previous = rows[r][column]
        r += 1
    full = r == n == m
    return r, previous * sign if full else ring.zero
