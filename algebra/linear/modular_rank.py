"""Exact rank of a matrix over the prime field GF(p), by blocked elimination on BLAS.

Small matrices, and primes from `MAX_BLOCKED_PRIME` on, go to FLINT's ``nmod_mat``.  All others
are eliminated in floating point without any rounding error: `float_field` says why.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import flint
import numpy as np
from threadpoolctl import ThreadpoolController

from .float_field import CHUNK, TILE, Array, FloatField, fastest_field
from .trace_inverse import inverse_by_traces

Progress = Callable[[int, int], None]
# Runs a function on slices that cover a range of the given length.
Runner = Callable[[Callable[[slice], None], int], None]

MAX_PRIME = 2**63
# Below, float64 allows inner dimensions of 8 or more; narrower panels do not beat FLINT.
MAX_BLOCKED_PRIME = 2**26
# Number of entries from which the blocked elimination is faster than FLINT.
MIN_BLOCKED_ENTRIES = 144 * 144
# Number of entries from which threads save more than it takes to start and to await them.
MIN_THREADED_ENTRIES = 724 * 724
# Size of the windows in a panel, which are inverted at once or eliminated by single pivots.
LEAF = 32


@dataclass(frozen=True)
class Elimination:
    """Rank over GF(p) and a nonzero minor ``matrix[pivot_rows][:, pivot_columns]`` of that order.

    Both tuples are sorted.  `pivot_rows` is the lexicographically first basis of the row space;
    `pivot_columns` is determined by matrix and prime, but need not be the first choice.
    """

    rank: int
    pivot_rows: tuple[int, ...]
    pivot_columns: tuple[int, ...]


def eliminate(
    matrix: Array, p: int, *, threads: int = 2, progress: Progress | None = None
) -> Elimination:
    """Rank over GF(p), with the rows and columns of a nonzero minor of that order; exact.

    Parameters
    ----------
    matrix
        Integers, shape (m, n), m and n possibly 0, of integer or boolean dtype, or Python
        integers of dtype object; any strides.  Not modified.
    p
        A prime below `MAX_PRIME`.
    threads
        Number of threads; without influence on the outcome.  The BLAS is limited to one thread
        meanwhile, in the whole process.
    progress
        Called as ``progress(rows_done, m)`` after each panel of the blocked elimination.

    Notes
    -----
    The memory needed beside `matrix` is one copy in float64 (float32 for small p) and a few
    panels; for primes from `MAX_BLOCKED_PRIME` on, it is a list of Python integers.

    Raises
    ------
    TypeError
        If `matrix` is not an array of integers, or `p` or `threads` is not an integer.
    ValueError
        If `matrix` is not two-dimensional, `p` not a prime in range, or `threads` below 1.
    RuntimeError
        If BLAS products turn out not to be exact.

    Examples
    --------
    >>> eliminate(np.array([[0, 3], [1, 2], [2, 1]]), 3)
    Elimination(rank=1, pivot_rows=(1,), pivot_columns=(0,))
    """
    p = _check(matrix, p, threads)
    if _is_blocked(matrix, p):
        return _eliminate_blocked(matrix, p, threads, progress)
    residues = _flint_matrix(matrix, p)
    rows, columns = _flint_pivots(residues.transpose()), _flint_pivots(residues)
    return Elimination(len(rows), rows, columns)


def rank_mod_p(matrix: Array, p: int, *, threads: int = 2, progress: Progress | None = None) -> int:
    """Rank of `matrix`, shape (m, n), over GF(p); see `eliminate` for parameters and errors.

    >>> [rank_mod_p(np.array([[1, 2], [2, 1]]), p) for p in (3, 5)]
    [1, 2]
    """
    p = _check(matrix, p, threads)
    if _is_blocked(matrix, p):
        return _eliminate_blocked(matrix, p, threads, progress).rank
    return int(_flint_matrix(matrix, p).rank())


def _check(matrix: Array, p: int, threads: int) -> int:
    # The modulus comes first: FLINT aborts the process if it is composite.
    p = operator.index(p)
    if not (2 <= p < MAX_PRIME and flint.fmpz(p).is_prime()):
        raise ValueError(f"the modulus must be a prime below {MAX_PRIME}, got {p}")
    if operator.index(threads) < 1:
        raise ValueError(f"threads must be at least 1, got {threads}")
    if not isinstance(matrix, np.ndarray) or matrix.dtype.kind not in "biuO":
        raise TypeError("the matrix must be a numpy array of integers")
    if matrix.ndim != 2:
        raise ValueError(f"the matrix must have two dimensions, got shape {matrix.shape}")
    return p


def _is_blocked(matrix: Array, p: int) -> bool:
    return p < MAX_BLOCKED_PRIME and matrix.size >= MIN_BLOCKED_ENTRIES


def _flint_matrix(matrix: Array, p: int) -> flint.nmod_mat:
    rows, columns = matrix.shape
    entries = [operator.index(entry) % p for row in matrix.tolist() for entry in row]
    return flint.nmod_mat(rows, columns, entries, p)


def _flint_pivots(residues: flint.nmod_mat) -> tuple[int, ...]:
    """Lexicographically first basis of the column space."""
    echelon, rank = residues.rref()
    pivots = [-1]
    for row in range(rank):
        column = pivots[-1] + 1
        while not int(echelon[row, column]):
            column += 1
        pivots.append(column)
    return tuple(pivots[1:])


@functools.cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()  # finds the loaded libraries, which takes milliseconds


def _run(function: Callable[[slice], None], length: int, pool: Any = None, parts: int = 1) -> None:
    """Call `function` on even slices, at most TILE long and a multiple of `parts` in number."""
    if parts == 1 and length <= TILE:
        function(slice(0, length))
        return
    step = max(1, -(-length // (parts * max(1, -(-length // (parts * TILE))))))
    slices = [slice(start, min(start + step, length)) for start in range(0, length, step)]
    for _ in map(function, slices) if pool is None else pool.map(function, slices):
        pass


def _load(matrix: Array, field: FloatField, run: Runner) -> Array:
    """C-ordered copy of `matrix` as residues of `field`."""
    residues = np.empty(matrix.shape, field.dtype)
    step = max(1, CHUNK // matrix.shape[1])

    def convert(rows: slice) -> None:
        for start in range(rows.start, rows.stop, step):
            target = residues[start : min(start + step, rows.stop)]
            values = _small_integers(matrix[start : start + len(target)], field)
            field.reduce(values.astype(field.dtype), target)

    run(convert, len(matrix))
    return residues


def _small_integers(part: Array, field: FloatField) -> Array:
    """`part`, or integers congruent to it, of a size that `field` reduces."""
    if part.dtype.kind == "O":
        return np.array([operator.index(entry) % field.p for entry in part.flat]).reshape(
            part.shape
        )
    if -field.largest <= part.min() <= part.max() <= field.largest:
        return part
    residues: Array = part % part.dtype.type(field.p)  # slow, and seldom needed
    return residues


def _eliminate_blocked(
    matrix: Array, p: int, threads: int, progress: Progress | None
) -> Elimination:
    """Right-looking elimination by panels of rows, on one working copy of `matrix`.

    The first `rank` columns of the copy are those of the pivots so far, and no longer used.
    """
    height, width = matrix.shape
    threads = threads if matrix.size >= MIN_THREADED_ENTRIES else 1
    with _blas().limit(limits=1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        run = functools.partial(_run, pool=pool, parts=threads) if threads > 1 else _run
        field = fastest_field(p)
        work = _load(matrix, field, run)
        # Narrow panels cost passes over the matrix, wide ones work inside the panel (measured).
        leaves = max(3, round(5 * math.sqrt(min(matrix.shape)) / LEAF))
        size = min(field.inner, TILE, LEAF * leaves)
        order = np.arange(width)
        pivot_rows: list[int] = []
        pivot_columns: list[int] = []
        for start in range(0, height, size):
            rank = len(pivot_rows)
            panel = work[start : start + size, rank:]
            rows, columns = _exchange_panel(field, panel, len(panel), run)
            pivot_rows += sorted((start + rows).tolist())
            pivot_columns += order[rank:][columns].tolist()
            _move_leading(order[rank:], columns)
            full = len(pivot_rows) == width
            if len(rows) and not full:
                _update(field, work[start + size :, rank:], panel[_as_slice(rows)], columns, run)
            rest = work[start + size :, len(pivot_rows) :]
            done = full or (0 < len(rows) < len(panel) and not rest.any())
            if progress is not None:
                progress(height if done else min(start + size, height), height)
            if done:
                break
    return Elimination(len(pivot_rows), tuple(pivot_rows), tuple(sorted(pivot_columns)))


def _as_slice(indices: Array) -> Array | slice:
    """A slice if `indices` are consecutive, which selects faster, and without a copy."""
    values = indices.tolist()
    if values and values == list(range(values[0], values[0] + len(values))):
        return slice(values[0], values[0] + len(values))
    return indices


def _leading(selected: Array | slice) -> int:
    """Number of rows or columns that are selected, if these are the first; otherwise 0."""
    return selected.stop if isinstance(selected, slice) and selected.start == 0 else 0


def _move_leading(array: Array, chosen: Array) -> None:
    """Move the first ``len(chosen)`` columns (last axis) that are not chosen to later chosen ones.

    Afterwards the first columns are free, as the chosen ones are no longer needed.
    """
    later = chosen[chosen >= len(chosen)]
    if len(later):
        array[..., later] = array[..., np.setdiff1d(np.arange(len(chosen)), chosen)]


def _update(field: FloatField, rest: Array, pivots: Array, chosen: Array, run: Runner) -> None:
    """Clear the columns `chosen` of `rest`, (m, n), by the pivot rows, (k, n); then drop them.

    The pivot rows are the identity matrix in these columns, so that the multipliers are the
    entries of `rest` there.  The outcome is in the last n - k columns of `rest`.
    """
    _move_leading(pivots, chosen)
    count, columns = len(chosen), _as_slice(chosen)

    def update(rows: slice) -> None:
        multipliers = rest[rows][:, columns].copy()
        _move_leading(rest[rows], chosen)
        field.product(multipliers, pivots[:, count:], rest[rows, count:], subtract=True)

    run(update, len(rest))


def _exchange_panel(
    field: FloatField, block: Array, size: int, run: Runner = _run
) -> tuple[Array, Array]:
    """Principal pivot transform of `block`, (m, n), in place, on a largest regular minor.

    With A the block and P = A[I, J] the minor, inv(P) A[I, :] replaces the pivot rows I and
    A[i, :] - A[i, J] inv(P) A[I, :] any other row i, except in the columns J: these hold inv(P)
    in the rows I, and -A[i, J] inv(P) in row i.  Rows without a pivot become zero in the columns
    without a pivot.  Steps take pivots from `size` rows, at most ``field.inner``, in a window of
    as many columns, which is transformed first, recursively.  Returns I and J as pairs.
    """
    if block.shape[1] <= LEAF:
        return _exchange_leaf(field, block)
    free = np.ones(block.shape[1], dtype=bool)
    pairs = [np.empty((2, 0), np.intp)]
    for start in range(0, len(block), size):
        waiting = np.arange(start, min(start + size, len(block)))
        while len(waiting) and len(candidates := _nonzero_columns(block, waiting, free, size)):
            window = block[_as_slice(waiting)][:, _as_slice(candidates)].copy()
            i, j = _exchange_panel(field, window, LEAF)
            rows, columns = waiting[i], candidates[j]
            inverse = window[_as_slice(i)][:, _as_slice(j)]
            _exchange(field, block, rows, columns, inverse, run)
            pairs.append(np.array((rows, columns)))
            free[columns] = False
            waiting = np.delete(waiting, i) if len(i) < len(waiting) else waiting[:0]
    rows, columns = np.concatenate(pairs, axis=1)
    return rows, columns


def _nonzero_columns(block: Array, rows: Array, free: Array, limit: int) -> Array:
    """First columns, at most `limit`, that are free and not zero in `rows`."""
    found: list[int] = []
    start, size = int(free.argmax()), limit
    while start < len(free) and len(found) < limit:
        part = slice(start, start + size)
        nonzero = block[_as_slice(rows), part].any(axis=0) & free[part]
        found += (start + nonzero.nonzero()[0]).tolist()
        start, size = start + size, 2 * size
    return np.array(found[:limit], np.intp)


def _exchange(
    field: FloatField, block: Array, rows: Array, columns: Array, inverse: Array, run: Runner
) -> None:
    """One step of `_exchange_panel`, given the inverse of ``block[rows][:, columns]``."""
    i, j = _as_slice(rows), _as_slice(columns)
    multipliers = block[:, j].copy()
    multipliers[i] = 0
    block[:, j] = 0
    pivots = block[i]
    others = pivots[:, _leading(j) :]  # the columns themselves are zero
    run(lambda part: field.product(inverse, others[:, part], others[:, part]), others.shape[1])
    pivots[:, j] = inverse
    rest, multipliers = block[_leading(i) :], multipliers[_leading(i) :]

    def clear(part: slice) -> None:
        field.product(multipliers, pivots[:, part], rest[:, part], subtract=True)

    if len(rest):
        run(clear, block.shape[1])
    if not isinstance(i, slice):  # a copy
        block[i] = pivots


def _exchange_leaf(field: FloatField, block: Array) -> tuple[Array, Array]:
    """`_exchange_panel` for few columns: at once if `block` is regular, else by single pivots."""
    m, n = block.shape
    if m == n < field.p and n <= field.inner:
        inverse = inverse_by_traces(field, block)
        if inverse is not None:
            block[...] = inverse
            return np.arange(n), np.arange(n)
    return _exchange_pivots(field, block)


def _exchange_pivots(field: FloatField, block: Array) -> tuple[Array, Array]:
    """`_exchange_panel` by single pivots."""
    rows: list[int] = []
    columns: list[int] = []
    free = np.ones(block.shape[1], field.dtype)
    product = np.empty_like(block)
    for i, row in enumerate(block):
        candidates = (row * free).nonzero()[0]
        if not len(candidates):
            continue
        j = int(candidates[0])
        inverse = pow(int(row[j]), -1, field.p)
        inverse -= field.p if 2 * inverse > field.p else 0
        np.multiply(row, inverse, out=product[i])
        field.reduce(product[i], row)
        multipliers = block[:, j].copy()
        multipliers[i] = 0
        block[:, j] = 0
        row[j] = inverse
        np.subtract(block, np.multiply(multipliers[:, None], row, out=product), out=product)
        field.reduce(product, block)
        free[j] = 0
        rows.append(i)
        columns.append(j)
    return np.array(rows, np.intp), np.array(columns, np.intp)
