"""Exact rank and determinant of one matrix over the fraction field of its ring.

FLINT does ZZ, QQ and GF(p). Matrices of polynomials are small here; they are eliminated without
fractions (Bareiss), where every division is exact.
"""

from __future__ import annotations

from flint import fmpq_mat, fmpz_mat, fmpz_poly, nmod_mat

from .rings import ZZ, Element, Integers, Polynomials, PrimeField, Rationals, Ring, Table


def rank(matrix: Table, ring: Ring) -> int:
    """The rank of an n x m matrix of elements of `ring`, over its fraction field."""
    if 0 in matrix.shape:
        return 0
    rows = matrix.tolist()
    match ring:
        case Integers():
            return int(fmpz_mat(rows).rank())
        case Rationals():
            return int(fmpq_mat(rows).rank())
        case PrimeField():
            return int(nmod_mat(rows, ring.p).rank())
        case Polynomials():
            return _bareiss(rows, ring)[0]
    raise TypeError(f"no rank over {ring}")


def determinant(matrix: Table, ring: Ring) -> Element:
    """The determinant of an n x n matrix of elements of `ring`, exactly."""
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


def inverse_transpose(matrix: list[list[Element]]) -> list[list[Element]] | None:
    """F^{-T} over QQ for an n x n nested list of rationals; None if F is singular."""
    F = fmpq_mat(matrix)
    if F.det() == 0:
        return None
    inverse: list[list[Element]] = F.inv().transpose().tolist()
    return inverse


def determinant_polynomial(m: int) -> list[int]:
    """Coefficients of det(I + kJ) in k, ascending, for the m x m identity I and all-ones J.

    FLINT's characteristic polynomial chi of J gives it: det(I + kJ) = (-k)^m chi(-1/k).
    """
    chi: fmpz_poly = fmpz_mat([[1] * m for _ in range(m)]).charpoly()
    return [(-1) ** i * int(chi[m - i]) for i in range(m + 1)]


def kronecker_shifted_identity(m: int, k: int) -> Table:
    """I + kJ, m x m over ZZ."""
    return ZZ.table((k + (i == j) for i in range(m) for j in range(m)), (m, m))


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
