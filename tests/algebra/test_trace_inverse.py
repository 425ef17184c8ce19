"""Inverses from traces of powers against FLINT's, at the edge of exactness, and in the elimination."""

from __future__ import annotations

from typing import Any
from unittest import mock

import flint
import hypothesis.strategies as st
import numpy as np
import pytest
from convac.algebra.linear import modular_rank as kernel
from convac.algebra.linear import trace_inverse
from convac.algebra.linear.float_field import FloatField
from convac.algebra.linear.trace_inverse import inverse_by_traces
from hypothesis import given
from numpy.typing import NDArray

Array = NDArray[Any]
PRIMES = (2, 3, 31, 37, 251, 65521, 8388593, 67108859)
P = 8388593


def flint_inverse(matrix: Array, p: int) -> list[list[int]] | None:
    entries = flint.nmod_mat(len(matrix), len(matrix), [int(x) for x in matrix.ravel()], p)
    try:
        return [[int(x) for x in row] for row in entries.inv().tolist()]
    except ZeroDivisionError:
        return None


def residues(matrix: Array, p: int) -> list[list[int]]:
    found: list[list[int]] = (matrix.astype(np.int64) % p).tolist()
    return found


@st.composite
def windows(draw: st.DrawFn) -> tuple[FloatField, Array]:
    """Field and square matrix of largest or random residues; every third one is singular."""
    p = draw(st.sampled_from(PRIMES))
    field = FloatField(p, np.float32 if p < 2**11 and draw(st.booleans()) else np.float64)
    k = draw(st.integers(1, min(p - 1, field.inner, 40)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    low = draw(st.sampled_from((0, field.bound)))
    matrix = rng.choice((-1, 1), (k, k)) * rng.integers(low, field.bound, (k, k), endpoint=True)
    if k > 1 and draw(st.integers(0, 2)) == 0:
        matrix[-1] = draw(st.sampled_from((0, 1, -1))) * matrix[0]
    return field, matrix.astype(field.dtype)


@given(windows())
def test_inverse_agrees_with_flint(example: tuple[FloatField, Array]) -> None:
    field, matrix = example
    before = matrix.copy()
    found = inverse_by_traces(field, matrix)
    expected = flint_inverse(matrix.astype(np.int64), field.p)
    assert (found is None) == (expected is None)
    if found is not None:
        assert residues(found, field.p) == expected
        assert np.abs(found).max() <= field.bound
    assert np.array_equal(matrix, before)


@pytest.mark.parametrize("p", [2, 3, 31, 37, 251, P])
def test_identity_and_nilpotent_matrices(p: int) -> None:
    field = FloatField(p, np.float64)
    k = min(p - 1, 32)
    found = inverse_by_traces(field, np.eye(k))
    assert found is not None
    assert residues(found, p) == np.eye(k).tolist()
    assert inverse_by_traces(field, np.eye(k, k=1)) is None
    assert inverse_by_traces(field, np.zeros((k, k))) is None


@pytest.mark.parametrize(("p", "k"), [(2, 2), (3, 3), (3, 7), (31, 31), (31, 32)])
def test_orders_from_the_prime_on_are_refused(p: int, k: int) -> None:
    """Newton's identities divide by every number up to k."""
    with pytest.raises(ArithmeticError, match=f"order {k} modulo {p}"):
        inverse_by_traces(FloatField(p, np.float64), np.eye(k))


def test_inner_dimension_beyond_the_limit_is_refused() -> None:
    field = FloatField(67108859, np.float64)
    assert inverse_by_traces(field, np.eye(field.inner)) is not None
    with pytest.raises(ArithmeticError, match="exact up to 8"):
        inverse_by_traces(field, np.eye(field.inner + 1))


# Faults that must not pass


def largest_residues(field: FloatField, k: int) -> Array:
    rng = np.random.default_rng(1)
    return (rng.choice((-1, 1), (k, k)) * (field.bound - rng.integers(0, 2, (k, k)))).astype(float)


def test_a_limit_one_too_high_gives_wrong_inverses() -> None:
    """At the limit the inverse is right, one beyond it is not: the bound decides, not luck."""
    field = FloatField(67108859, np.float64)
    matrix = largest_residues(field, field.inner)
    found = inverse_by_traces(field, matrix)
    assert found is not None
    assert residues(found, field.p) == flint_inverse(matrix.astype(np.int64), field.p)
    field.inner += 1
    matrix = largest_residues(field, field.inner)
    found = inverse_by_traces(field, matrix)
    expected = flint_inverse(matrix.astype(np.int64), field.p)
    assert expected is not None
    assert found is None or residues(found, field.p) != expected


@pytest.mark.parametrize("index", [0, 1, 31])
def test_a_wrong_coefficient_gives_a_wrong_inverse(index: int) -> None:
    field = FloatField(P, np.float64)
    matrix = np.random.default_rng(2).integers(-9, 9, (32, 32)).astype(float)
    right = trace_inverse._characteristic

    def wrong(traces: list[int], p: int) -> list[int]:
        return [c + (j == index) for j, c in enumerate(right(traces, p))]

    with mock.patch.object(trace_inverse, "_characteristic", wrong):
        found = inverse_by_traces(field, matrix)
    assert found is not None
    assert residues(found, P) != flint_inverse(matrix.astype(np.int64), P)


def low_rank() -> Array:
    rng = np.random.default_rng(3)
    return rng.integers(0, 9, (192, 150)) @ rng.integers(0, 9, (150, 192))


def test_the_elimination_inverts_regular_windows_and_goes_on_from_singular_ones() -> None:
    with (
        mock.patch.object(kernel, "inverse_by_traces", wraps=inverse_by_traces) as inverses,
        mock.patch.object(kernel, "_exchange_pivots", wraps=kernel._exchange_pivots) as pivots,
    ):
        assert kernel.rank_mod_p(low_rank(), P) == 150
        assert (inverses.call_count, pivots.call_count) == (5, 1)
        assert kernel.rank_mod_p(low_rank(), 31) == kernel.rank_mod_p(low_rank().T, 31)
        assert inverses.call_count == 5


def test_the_rank_depends_on_the_inverses() -> None:
    def wrong(field: FloatField, window: Array) -> Array | None:
        inverse = inverse_by_traces(field, window)
        if inverse is not None:
            inverse[0, 0] += 1 if inverse[0, 0] < 0 else -1
        return inverse

    with mock.patch.object(kernel, "inverse_by_traces", wrong):
        assert kernel.rank_mod_p(low_rank(), P) != 150
