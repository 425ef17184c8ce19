"""The lemma of triangular products: its determinant, and another one that is refused."""

from __future__ import annotations

import pytest
from convac import Status
from convac.proofs.symbolic import triangular


@pytest.mark.parametrize(("m", "e"), triangular.TRIANGLES)
def test_the_lemma_has_that_determinant(m: int, e: int) -> None:
    assert triangular.triangle(m, e)


def test_another_determinant_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    right = triangular.determinant
    monkeypatch.setattr(triangular, "determinant", lambda A, ring: right(A, ring) + 1)
    assert triangular.triangular_products().status is Status.FAILED
