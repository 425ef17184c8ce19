"""The inverse of a small matrix over GF(p) from the traces of its powers (Csanky 1976).

Elimination of a k x k matrix is k steps, each a dozen calls of numpy on a few numbers. The traces
t_i = tr(A^i), i = 1, ..., k, need only 1 + log2(k) products of matrices, as A^(h+1), ..., A^(2h) are
A^1, ..., A^h, stacked, times A^h. With det(1 - xA) = 1 + c_1 x + ... + c_k x^k,

    j c_j = -(t_1 c_(j-1) + t_2 c_(j-2) + ... + t_j)        (Newton), and
    A^k + c_1 A^(k-1) + ... + c_k = 0                       (Cayley and Hamilton),

so that inv(A) = -(A^(k-1) + c_1 A^(k-2) + ... + c_(k-1)) / c_k, and A is singular if c_k = 0. Newton's
identities determine c_j for j < p only.
"""

from __future__ import annotations

from functools import lru_cache
from operator import mul

import numpy as np

from .float_field import Array, FloatField


def inverse_by_traces(field: FloatField, matrix: Array) -> Array | None:
    """The inverse of `matrix`, k x k, as residues of `field`; None if it is singular.

    Exact for residues of size at most ``field.bound``; ArithmeticError unless k < p and k is at
    most ``field.inner``.

    >>> inverse_by_traces(FloatField(7, np.float64), np.array([[1.0, 2.0], [0.0, 1.0]]))
    array([[ 1., -2.],
           [ 0.,  1.]])
    """
    k = len(matrix)
    if k >= field.p:
        raise ArithmeticError(f"Newton's identities of order {k} modulo {field.p}")
    powers = _powers(field, matrix).reshape(k + 1, k * k)
    # Sums of k residues are smaller than those of k products.
    traces = powers[1:, :: k + 1].sum(axis=1).astype(np.int64).tolist()
    c = _characteristic(traces, field.p)
    if c[k] == 0:
        return None
    scale, half = -pow(c[k], -1, field.p), field.p // 2
    weights = np.array([[(scale * x + half) % field.p - half for x in c[k - 1 :: -1]]], field.dtype)
    inverse = np.empty((1, k * k), field.dtype)
    field.product(weights, powers[:k], inverse)
    return inverse.reshape(k, k)


def _powers(field: FloatField, matrix: Array) -> Array:
    """A^0, ..., A^k for A k x k, shape (k + 1, k, k)."""
    k = len(matrix)
    powers = np.empty((k + 1, k, k), field.dtype)
    powers[0], powers[1] = np.eye(k), matrix
    h = 1
    while h < k:
        more = min(h, k - h)
        stacked = powers[1 : 1 + more].reshape(more * k, k)
        field.product(stacked, powers[h], powers[h + 1 : h + 1 + more].reshape(more * k, k))
        h += more
    return powers


@lru_cache(maxsize=8)
def _negative_inverses(k: int, p: int) -> tuple[int, ...]:
    """-1/j modulo p for j = 1, ..., k."""
    return tuple(-pow(j, -1, p) for j in range(1, k + 1))


def _characteristic(traces: list[int], p: int) -> list[int]:
    """c_0 = 1, c_1, ..., c_k modulo p, from t_1, ..., t_k."""
    c = [1]
    for factor in _negative_inverses(len(traces), p):
        c.append(factor * sum(map(mul, traces, reversed(c))) % p)
    return c
