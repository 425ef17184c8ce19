"""Proofs for all sizes: a model that is not the network is noticed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from convac import InputError, Status
from convac.proofs.symbolic import all_sizes
from convac.proofs.symbolic.geometry import Strides


def test_another_model_fails() -> None:
    """A model with another table, or another condition, is not the network."""
    strides = Strides((1,), ())
    samples = list(all_sizes._samples(all_sizes.SHARP, strides))
    assert all_sizes.model_step(all_sizes.SHARP, strides, samples).status is Status.PASSED
    other = replace(all_sizes.SHARP, pair=lambda m, k, near, far: 2 + (near == far < m))
    assert all_sizes.model_step(other, strides, samples).status is Status.FAILED
    other = replace(all_sizes.SHARP, build=all_sizes.THEOREM_1.build)
    assert all_sizes.model_step(other, strides, samples).status is Status.FAILED
    assert all_sizes.model_step(all_sizes.SHARP, strides, []).status is Status.FAILED


def test_strides_are_read() -> None:
    assert all_sizes.strides_of("1,2", "2") == Strides((1, 2), (2,))
    for routes, tail in (
        ("", ""),
        ("0", ""),
        ("1,x", ""),
        ("1", "2,"),
        ("1" * 9, ""),
        ("1,1,1,1,1,1,1,1,1", ""),
    ):
        with pytest.raises(InputError):
            all_sizes.strides_of(routes, tail)
