"""GF(p) in floating point without any rounding error, for matrix products on BLAS.

Residues are balanced (around zero) and inner dimensions so small that every partial sum is an integer
which the type represents. Hence a product depends neither on the order of summation, nor on fused
multiply-add, nor on the number of threads.

Exactness.  Let t be the length of the significand (53 or 24 bits), u = 2^-t, x an integer with
|x| <= 2^t.  The reduction computes r = x - q*p with q = rint(fl(x * fl(1/p))).

1. fl(1/p) = (1 + d)/p and fl(x * fl(1/p)) = x/p * (1 + d)(1 + e) with |d|, |e| <= u: the
   rounded quotient differs from x/p by at most |x|*(2u + u^2)/p.
2. rint moves it by at most 1/2, so |r| <= p/2 + |x|*(2u + u^2) <= p/2 + 2 + u; r is an integer,
   so |r| <= floor(p/2) + 2.  (q is not the nearest integer only if x/p is close to a half.)
3. If |x| + |r| <= 2^t, then q*p = x - r and the difference r are computed exactly.

An update c - sum(a_i*b_i) of k terms, all residues of size at most B, meets integers of size
at most X = k*B^2 + B.  It is exact, and its residue is again of size at most B, if

    X + B <= 2^t    and    floor(p/2 + X*(2u + u^2)) <= B.

`FloatField` takes the largest k for B = floor(p/2) + 2, for which the first condition implies
the second, and then the smallest B.  B < p makes 0 the only representative of zero.

A BLAS whose inner products are not sums of products of the given entries (Strassen's
algorithm, emulated precision) is outside this argument: `FloatField.self_test` compares
products of largest residues with exact integers before a field is used.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# Rows and columns of a tile of a product, and the largest inner dimension that is used.
TILE = 512
# Entries reduced at a time, so that they stay in cache; at least a row of a tile.
CHUNK = 1 << 15
# float32 is about twice as fast as float64, unless it allows only narrower panels than this.
MIN_INNER_FLOAT32 = 48


class FloatField:
    """GF(p) by balanced residues in float32 or float64; ValueError if no product is exact.

    Attributes
    ----------
    inner
        Largest inner dimension of an exact product, at most `max_inner`.
    bound
        Largest size B of a residue.
    largest
        Size up to which integers are reduced to residues.
    """

    def __init__(self, p: int, dtype: type[np.floating[Any]], max_inner: int = TILE) -> None:
        self.p = p
        self.dtype = np.dtype(dtype)
        self.range = 2 ** (np.finfo(dtype).nmant + 1)
        size = p // 2 + 2
        self.inner = min(max_inner, (self.range - 2 * size) // size**2)
        if self.inner < 1:
            raise ValueError(f"no exact products modulo {p} in {self.dtype}")
        self.bound = next(b for b in (size - 2, size - 1, size) if self.is_exact(self.inner, b))
        self.largest = self.inner * self.bound**2 + self.bound
        self._p = self.dtype.type(p)
        self._reciprocal = self.dtype.type(1) / self._p
        self._buffers: list[Array] = []

    def is_exact(self, inner: int, bound: int) -> bool:
        """Whether updates with `inner` terms are exact for residues of size at most `bound`."""
        largest, unit = inner * bound**2 + bound, self.range
        # floor(p/2 + largest*(2u + u^2)) with u = 1/unit
        residue = (self.p * unit**2 + 2 * largest * (2 * unit + 1)) // (2 * unit**2)
        return bool(largest + bound <= unit and residue <= bound < self.p)

    def reduce(self, values: Array, out: Array, scratch: Array | None = None) -> None:
        """Write balanced residues of `values` to `out`; no two arguments may overlap.

        Exact for integers of size at most `largest`.  A contiguous `scratch` of the same
        shape saves slow passes over a strided `out`.
        """
        quotients = out if scratch is None else scratch
        np.multiply(values, self._reciprocal, quotients)
        np.rint(quotients, quotients)
        np.multiply(quotients, self._p, quotients)
        np.subtract(values, quotients, out)

    def product(self, left: Array, right: Array, out: Array, *, subtract: bool = False) -> None:
        """Set `out`, (m, n), to ``left @ right`` or ``out - left @ right``, for (m, k) and (k, n).

        Exact for residues of size at most `bound`; ArithmeticError if k exceeds `inner`.  `out`
        may be `right` if m <= TILE.
        """
        if left.shape[1] > self.inner:
            raise ArithmeticError(f"inner dimension {left.shape[1]}, exact up to {self.inner}")
        if out.size <= CHUNK:  # many products are so small that loops would cost as much
            work = np.matmul(left, right)
            if subtract:
                np.subtract(out, work, work)
            self.reduce(work, out)
        else:
            self._tiled_product(left, right, out, subtract)

    def _tiled_product(self, left: Array, right: Array, out: Array, subtract: bool) -> None:
        """`product`, tile by tile in a buffer, and reduced by chunks."""
        # Fresh memory is slow.  List methods are atomic, so that threads can share the list.
        try:
            buffer = self._buffers.pop()
        except IndexError:
            buffer = np.empty(TILE * TILE + CHUNK, self.dtype)
        for i, j in np.ndindex(-(-out.shape[0] // TILE), -(-out.shape[1] // TILE)):
            rows, columns = slice(i * TILE, (i + 1) * TILE), slice(j * TILE, (j + 1) * TILE)
            tile = out[rows, columns]
            work = buffer[: tile.size].reshape(tile.shape)
            np.matmul(left[rows], right[:, columns], out=work)
            step = CHUNK // tile.shape[1]
            for start in range(0, len(tile), step):
                part, target = work[start : start + step], tile[start : start + step]
                if subtract:
                    np.subtract(target, part, part)
                self.reduce(part, target, buffer[-part.size :].reshape(part.shape))
        self._buffers.append(buffer)

    def self_test(self) -> None:
        """Compare products of largest residues and dimension with integers; RuntimeError."""
        generator = np.random.default_rng(self.p)
        size, spread = TILE // 2, min(3, self.bound)
        left = self.bound - generator.integers(0, spread, (size, self.inner))
        right = self.bound - generator.integers(0, spread, (self.inner, size))
        # The first entries reach the limit; the lower half has both signs.
        left[:2], right[:, :2] = self.bound, self.bound
        left[size // 2 :] *= generator.choice((-1, 1), (size - size // 2, self.inner))
        product = np.matmul(left.astype(self.dtype), right.astype(self.dtype))
        tested = np.r_[:4, size - 4 : size]
        if not np.array_equal(product[tested].astype(np.int64), left[tested] @ right):
            raise RuntimeError(f"the BLAS does not compute exact products in {self.dtype}")


@functools.lru_cache(maxsize=8)
def fastest_field(p: int) -> FloatField:
    """Tested field of the fastest type; ValueError if p is too large, RuntimeError if the BLAS fails.

    >>> fastest_field(7).dtype, fastest_field(8388593).dtype
    (dtype('float32'), dtype('float64'))
    """
    field = FloatField(p, np.float64)
    if p < 2**11:  # beyond, float32 need not allow any product
        single = FloatField(p, np.float32)
        if single.inner >= MIN_INNER_FLOAT32:
            field = single
    field.self_test()
    return field
