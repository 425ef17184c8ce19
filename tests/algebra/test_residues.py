"""Entries become residues of the field, and no integer is reduced that is too large for it."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from convac.algebra.linear import modular_rank as kernel
from convac.algebra.linear.float_field import FloatField
from hypothesis import given
from numpy.typing import NDArray

Array = NDArray[Any]
FIELDS = [FloatField(p, np.float64) for p in (2, 3, 251, 65521, 8388593, 67108859)]
FIELDS += [FloatField(p, np.float32) for p in (2, 3, 251, 1021)]


def load(entries: list[int], dtype: type, field: FloatField) -> Array:
    return kernel._load(np.array([entries], dtype), field, kernel._run)


@given(st.sampled_from(FIELDS), st.data())
def test_entries_of_any_size(field: FloatField, data: st.DataObject) -> None:
    """Most of all those beside the limit, of which one past it changes the way."""
    edge = field.largest
    near = st.integers(-3, 3).map(lambda x: edge + x) | st.integers(-3, 3).map(lambda x: x - edge)
    entry = near | st.integers(-(2**63), 2**63 - 1) | st.integers(-field.p, field.p)
    entries = data.draw(st.lists(entry, min_size=1, max_size=9))
    for dtype in (np.int64, object):
        loaded = load(entries, dtype, field)
        assert loaded.dtype == field.dtype
        assert np.abs(loaded).max() <= field.bound
        assert not any((x - int(y)) % field.p for x, y in zip(entries, loaded[0], strict=True))


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.p}-{field.dtype}")
def test_the_limit_is_where_products_end(field: FloatField) -> None:
    """Up to it, entries go to the field as they are; one past it they are reduced as integers."""
    assert field.largest == field.inner * field.bound**2 + field.bound
    assert field.is_exact(field.inner, field.bound)
    within = np.array([[field.largest, -field.largest]])
    assert kernel._small_integers(within, field) is within
    for beyond in (within + 1, within - 1):
        small = kernel._small_integers(beyond, field)
        assert 0 <= small.min() <= small.max() < field.p
        assert not ((beyond - small) % field.p).any()


def test_integers_past_the_limit_would_not_become_residues() -> None:
    """What the limit prevents: rounded entries, and residues larger than the bound."""
    field = FloatField(251, np.float32)
    assert load([2**24 + 1], np.int64, field)[0, 0] == (2**24 + 1) % 251 - 251
    out = np.empty(1, np.float32)
    field.reduce(np.array([2**24 + 1]).astype(np.float32), out)
    assert (2**24 + 1 - int(out[0])) % 251
