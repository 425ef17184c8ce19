"""The rank kernel against FLINT and against exact integers, and its exactness at the edge."""

from __future__ import annotations

import itertools
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

import flint
import hypothesis.strategies as st
import numpy as np
import pytest
from convac.algebra.linear import float_field
from convac.algebra.linear import modular_rank as kernel
from convac.algebra.linear.float_field import FloatField, fastest_field
from hypothesis import given
from numpy.typing import NDArray

Array = NDArray[Any]
PRIMES = (2, 3, 5, 31, 37, 251, 1021, 65521, 8388593, 33554393, 67108859)
LARGE_PRIMES = (2**26 + 15, 2**31 - 1, 2**61 - 1, 2**63 - 25)
P = 8388593


def flint_matrix(matrix: Array, p: int) -> flint.nmod_mat:
    entries = [int(entry) % p for entry in matrix.ravel()]
    return flint.nmod_mat(len(matrix), matrix.shape[1], entries, p)


def random_matrix(rng: np.random.Generator, shape: tuple[int, int], rank: int, p: int) -> Array:
    """Product of two random factors, with `rank` columns and rows, reduced modulo p."""
    left = rng.integers(0, p, (shape[0], rank)).astype(object)
    right = rng.integers(0, p, (rank, shape[1])).astype(object)
    product = left @ right % p if rank else np.zeros(shape)
    return product.astype(np.int64)


def check(matrix: Array, p: int, found: kernel.Elimination) -> None:
    """The rank is FLINT's, the minor is not zero, and the rows are the first basis."""
    expected = flint_matrix(matrix, p)
    assert found.rank == expected.rank()
    assert len(found.pivot_rows) == len(found.pivot_columns) == found.rank
    assert found.pivot_rows == kernel._flint_pivots(expected.transpose())
    assert list(found.pivot_columns) == sorted(set(found.pivot_columns))
    minor = matrix[list(found.pivot_rows)][:, list(found.pivot_columns)]
    assert flint_matrix(minor, p).rank() == found.rank


def blocked(matrix: Array, p: int, threads: int = 2) -> kernel.Elimination:
    with mock.patch.multiple(kernel, MIN_BLOCKED_ENTRIES=1, MIN_THREADED_ENTRIES=1):
        return kernel.eliminate(matrix, p, threads=threads)


@st.composite
def matrices(draw: st.DrawFn, largest: int = 90) -> tuple[Array, int]:
    """Matrix and prime: of any rank, dense or sparse, with repeated rows and columns."""
    p = draw(st.sampled_from(PRIMES))
    shape = draw(st.tuples(st.integers(1, largest), st.integers(1, largest)))
    rank = draw(st.integers(0, min(shape)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    matrix = random_matrix(rng, shape, rank, p)
    matrix[rng.random(shape) >= draw(st.sampled_from((1.0, 1.0, 0.3, 0.03)))] = 0
    if draw(st.booleans()):
        matrix = matrix[rng.integers(0, shape[0], shape[0])][:, rng.integers(0, shape[1], shape[1])]
    return matrix, p


# Elimination


@given(
    matrices(),
    st.integers(1, 3),
    st.sampled_from((3, 20, 64)),
    st.sampled_from((1, 4, 32)),
    st.booleans(),
)
def test_blocked_elimination_agrees_with_flint(
    example: tuple[Array, int], threads: int, tile: int, leaf: int, single: bool
) -> None:
    matrix, p = example
    field = FloatField(p, np.float32 if single and p < 2**11 else np.float64, tile)
    with (
        mock.patch.multiple(kernel, TILE=tile, LEAF=leaf, CHUNK=512),
        mock.patch.multiple(float_field, TILE=tile, CHUNK=512),
        mock.patch.object(kernel, "fastest_field", return_value=field),
    ):
        check(matrix, p, blocked(matrix, p, threads))


@given(matrices(largest=25))
def test_small_matrices_agree_with_flint(example: tuple[Array, int]) -> None:
    matrix, p = example
    found = kernel.eliminate(matrix, p)
    check(matrix, p, found)
    assert kernel.rank_mod_p(matrix, p) == found.rank


@pytest.mark.parametrize("p", PRIMES)
@pytest.mark.parametrize(("shape", "rank"), [((300, 300), 300), ((200, 410), 170), ((410, 200), 5)])
def test_blocked_sizes(p: int, shape: tuple[int, int], rank: int) -> None:
    rng = np.random.default_rng(p)
    left, right = rng.integers(0, 2, (shape[0], rank)), rng.integers(0, p, (rank, shape[1]))
    matrix = left @ right
    found = kernel.eliminate(matrix, p)
    check(matrix, p, found)
    assert kernel.rank_mod_p(matrix, p) == found.rank


def structured(n: int) -> dict[str, Array]:
    rng = np.random.default_rng(n)
    i, j = np.indices((n, n))
    tiles = np.kron(rng.integers(0, 9, (n // 32, n // 32)), np.ones((32, 32), np.int64))
    return {
        "zero": np.zeros((n, n), np.int64),
        "ones": np.ones((n, n), np.int64),
        "permutation": np.eye(n, dtype=np.int64)[rng.permutation(n)],
        "anti-diagonal": np.eye(n, dtype=np.int64)[::-1],
        "zero corner": np.where((i < n // 2) & (j < n // 2), 0, i * j % 97),
        "triangular": np.tril(i + j + 1)[:, ::-1],
        "tiles of rank one": tiles,
        "last entry": (i + j == 2 * n - 2).astype(np.int64),
        "rank one but for the last row": np.where(i < n - 1, (i + 1) * (j + 1), j == 3),
    }


@pytest.mark.parametrize("p", [2, 251, P, 67108859])
@pytest.mark.parametrize("name", sorted(structured(32)))
def test_structured_matrices(name: str, p: int) -> None:
    matrix = structured(192)[name]
    check(matrix, p, kernel.eliminate(matrix, p))


@pytest.mark.parametrize("shape", [(0, 0), (0, 7), (7, 0)])
@pytest.mark.parametrize("p", [2, P, 2**61 - 1])
def test_empty_matrices(shape: tuple[int, int], p: int) -> None:
    matrix = np.empty(shape, np.int64)
    assert kernel.eliminate(matrix, p) == kernel.Elimination(0, (), ())
    assert kernel.rank_mod_p(matrix, p) == 0


@pytest.mark.parametrize("p", LARGE_PRIMES)
def test_large_primes_go_to_flint(p: int) -> None:
    matrix = random_matrix(np.random.default_rng(0), (165, 170), 30, p)
    with mock.patch.object(kernel, "_eliminate_blocked", side_effect=AssertionError):
        check(matrix, p, kernel.eliminate(matrix, p))


def test_number_of_threads_has_no_influence() -> None:
    matrix = random_matrix(np.random.default_rng(1), (333, 290), 222, P)
    found = {blocked(matrix, P, threads) for threads in (1, 2, 3, 5)}
    assert len(found) == 1


def test_concurrent_calls() -> None:
    matrices = [random_matrix(np.random.default_rng(i), (250, 260), 30 * i, P) for i in range(6)]
    with ThreadPoolExecutor(3) as pool:
        ranks = list(pool.map(lambda matrix: kernel.rank_mod_p(matrix, P), matrices))
    assert ranks == [0, 30, 60, 90, 120, 150]


def test_progress_is_reported() -> None:
    calls: list[tuple[int, int]] = []
    matrix = random_matrix(np.random.default_rng(1), (300, 200), 100, P)
    kernel.rank_mod_p(matrix, P, progress=lambda done, total: calls.append((done, total)))
    assert calls == sorted(set(calls))
    assert calls[-1] == (300, 300)


# Input


@pytest.mark.parametrize("dtype", ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", ">i4", "O"])
def test_integer_dtypes(dtype: str) -> None:
    rng = np.random.default_rng(3)
    if dtype in ("?", "O"):
        matrix = rng.integers(0, 2, (170, 180)).astype(dtype)
    else:
        limits = np.iinfo(dtype)
        native = np.dtype(dtype).newbyteorder("=")
        matrix = rng.integers(limits.min, limits.max, (170, 180), native, endpoint=True)
        matrix[0, :2], matrix[1, :2] = limits.min, limits.max
        matrix = matrix.astype(dtype)
    matrix[100:] = matrix[:70]
    for p in (251, P, 67108859):
        check(matrix, p, kernel.eliminate(matrix, p))


@pytest.mark.parametrize("p", [3, 251, P, 67108859])
@pytest.mark.parametrize("dtype", [np.int64, np.uint64])
def test_entries_beyond_the_exact_range_of_float64(p: int, dtype: type[np.integer[Any]]) -> None:
    rng = np.random.default_rng(9)
    residues = random_matrix(rng, (170, 170), 60, p).astype(dtype)
    limits = np.iinfo(dtype)
    low, high = int(limits.min) // p + 1, int(limits.max) // p - 1
    matrix = residues + dtype(p) * rng.integers(low, high, (170, 170), dtype)
    found = kernel.eliminate(matrix, p)
    check(matrix, p, found)
    assert found == kernel.eliminate(residues, p)


def test_python_integers_of_any_size() -> None:
    rng = np.random.default_rng(4)
    small = random_matrix(rng, (170, 170), 100, P)
    matrix = small.astype(object) + P * (10**40 * rng.integers(-9, 9, (170, 170)).astype(object))
    check(matrix, P, kernel.eliminate(matrix, P))
    assert kernel.rank_mod_p(matrix, P) == 100


def test_strides_and_read_only_input() -> None:
    base = np.random.default_rng(5).integers(-P, P, (400, 600))
    base.flags.writeable = False
    before = base.copy()
    views = (base[::2, ::3], base[::-1, ::-2], base.T[1::3], np.asfortranarray(base)[:200])
    for matrix, p in itertools.product(views, (251, P)):
        contiguous = np.ascontiguousarray(matrix)
        assert kernel.eliminate(matrix, p) == kernel.eliminate(contiguous, p)
    assert np.array_equal(base, before)


@pytest.mark.parametrize("p", [-7, 0, 1, 4, 2**26, P * P, 2**63 + 29, 2**64 + 13])
def test_moduli_out_of_range(p: int) -> None:
    with pytest.raises(ValueError, match="prime"):
        kernel.rank_mod_p(np.eye(3, dtype=int), p)


def test_modulus_is_checked_first() -> None:
    with pytest.raises(ValueError, match="prime"):
        kernel.eliminate("not a matrix", 6)  # type: ignore[arg-type]


@pytest.mark.parametrize("shape", [(2, 2), (200, 200)])
@pytest.mark.parametrize("entry", [0.5, 1.0, "1", None])
def test_other_entries_are_refused(shape: tuple[int, int], entry: object) -> None:
    with pytest.raises(TypeError):
        kernel.rank_mod_p(np.full(shape, entry, dtype=object), P)
    with pytest.raises(TypeError):
        kernel.rank_mod_p(np.ones(shape), P)


def test_other_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="two dimensions"):
        kernel.rank_mod_p(np.ones(3, int), P)
    with pytest.raises(ValueError, match="threads"):
        kernel.rank_mod_p(np.eye(3, dtype=int), P, threads=0)
    with pytest.raises(TypeError):
        kernel.rank_mod_p(np.eye(3, dtype=int), 7.0)  # type: ignore[arg-type]


# Exactness


def fields() -> list[FloatField]:
    double = [FloatField(p, np.float64) for p in PRIMES]
    return double + [FloatField(p, np.float32) for p in (2, 3, 5, 251, 509, 1021)]


field_cases = pytest.mark.parametrize(
    "field", fields(), ids=lambda field: f"{field.p}-{field.dtype}"
)


def test_limits_of_the_inner_dimension() -> None:
    assert FloatField(P, np.float64, 10**9).inner == 512
    assert FloatField(251, np.float32, 10**9).inner == 1040
    assert FloatField(67108859, np.float64).inner == 8
    with pytest.raises(ValueError, match="no exact products"):
        FloatField(65521, np.float32)


@field_cases
def test_limit_is_the_largest_exact_one(field: FloatField) -> None:
    free = FloatField(field.p, field.dtype.type, 10**18)
    assert free.is_exact(free.inner, free.bound)
    assert not free.is_exact(free.inner + 1, free.p // 2 + 2)
    assert field.inner == min(free.inner, float_field.TILE)
    assert field.bound <= free.bound < field.p


def test_zero_must_have_one_representative() -> None:
    assert FloatField(3, np.float64).is_exact(1, 2)
    assert not FloatField(3, np.float64).is_exact(1, 3)


@field_cases
def test_reduction_near_halves_and_at_the_edge(field: FloatField) -> None:
    p, edge = field.p, field.inner * field.bound**2 + field.bound
    rng = np.random.default_rng(p)
    multiples = np.r_[0:9, edge // p - 9 : edge // p + 1, rng.integers(0, edge // p, 5000)]
    near = multiples[:, None] * p + p // 2 + np.arange(-4, 5)
    values = np.r_[near.ravel(), edge - np.arange(20), rng.integers(0, edge, 20000)]
    values = values[(values >= 0) & (values <= edge)]
    values = np.r_[values, -values]
    residues = np.empty(len(values), field.dtype)
    field.reduce(values.astype(field.dtype), residues)
    assert np.array_equal(values.astype(field.dtype).astype(np.int64), values)
    assert np.abs(residues).max() <= field.bound
    assert not ((values - residues.astype(np.int64)) % p).any()


@field_cases
@pytest.mark.parametrize("signs", ["equal", "opposite", "random"])
def test_products_of_largest_residues(field: FloatField, signs: str) -> None:
    rng = np.random.default_rng(6)
    shape = (33, field.inner), (field.inner, 70)
    left, right = (np.full(s, field.bound) for s in shape)
    out = np.full((33, 70), -field.bound if signs == "equal" else field.bound)
    if signs == "opposite":
        left = -left
    elif signs == "random":
        left, right, out = (x * rng.choice((-1, 1), x.shape) - (x > 1) for x in (left, right, out))
    result = out.astype(field.dtype)
    operands = left.astype(field.dtype), right.astype(field.dtype)
    field.product(*operands, result, subtract=True)
    assert np.abs(result).max() <= field.bound
    assert not ((out - left @ right - result.astype(np.int64)) % field.p).any()
    field.product(*operands, result)
    assert not ((left @ right - result.astype(np.int64)) % field.p).any()


@field_cases
def test_self_test_passes(field: FloatField) -> None:
    field.self_test()


# Faults that must not pass


def test_inner_dimension_beyond_the_limit_is_refused() -> None:
    field = FloatField(67108859, np.float64)
    left, right = np.zeros((4, field.inner + 1)), np.zeros((field.inner + 1, 4))
    with pytest.raises(ArithmeticError, match="exact up to 8"):
        field.product(left, right, np.zeros((4, 4)))


@pytest.mark.parametrize(("p", "dtype"), [(P, np.float64), (251, np.float32)])
def test_self_test_detects_a_wrong_limit(p: int, dtype: type[np.floating[Any]]) -> None:
    field = FloatField(p, dtype)
    field.inner = 8 * FloatField(p, dtype, 10**9).inner
    with pytest.raises(RuntimeError, match="exact"):
        field.self_test()


matmul = np.matmul


def one_off(left: Array, right: Array, **options: Any) -> Array:
    product: Array = matmul(left, right, **options)
    product[-1, -1] += 1
    return product


def lower_precision(left: Array, right: Array, **options: Any) -> Array:
    product: Array = matmul(left.astype("f4"), right.astype("f4"))
    return product.astype(left.dtype)


def strassen_like(left: Array, right: Array, **options: Any) -> Array:
    """Sums of entries before multiplication leave the exact range."""
    half = left.shape[1] // 2
    a, b, c, d = left[:, :half], left[:, half:], right[:half], right[half:]
    product: Array = matmul(a + b, c + d) - matmul(a, d) - matmul(b, c)
    return product


@pytest.mark.parametrize("fault", [one_off, lower_precision, strassen_like])
def test_self_test_detects_inexact_products(fault: Any) -> None:
    fastest_field.cache_clear()
    matrix = np.eye(200, dtype=int)
    with mock.patch.object(np, "matmul", fault), pytest.raises(RuntimeError, match="exact"):
        kernel.rank_mod_p(matrix, P)
    assert kernel.rank_mod_p(matrix, P) == 200


def test_comparison_with_flint_detects_a_perturbed_entry() -> None:
    """An error of one in one product changes the outcome that the tests compare."""
    matrix = random_matrix(np.random.default_rng(7), (200, 200), 150, P)
    assert kernel.rank_mod_p(matrix, P) == 150  # the self-test precedes the fault
    with mock.patch.object(np, "matmul", one_off):
        assert kernel.rank_mod_p(matrix, P) != 150


# Memory


@pytest.mark.parametrize(("p", "size"), [(P, 8), (251, 4)])
def test_memory_is_one_working_copy(p: int, size: int) -> None:
    n = 1500
    matrix = np.random.default_rng(8).integers(0, p, (n, n), dtype=np.int32)
    fastest_field(p)
    tracemalloc.start()
    try:
        assert kernel.rank_mod_p(matrix, p) >= n - 1
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= 1.6 * n * n * size + 4e6
