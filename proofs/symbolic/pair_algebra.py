"""The pair factors for all m at once: sums of Kronecker deltas, and the algebra spanned by I and J.

For the m x m identity I and all-ones matrix J, J^2 = m J, so that x I + y J multiplies as in a commutative
algebra of dimension two, with m a symbol. SymPy does the symbols, FLINT the matrices for small m.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from ...algebra.linear.exact import determinant, determinant_polynomial, pair_matrix
from ...algebra.rings import ZZ

m = sp.Symbol("m", integer=True, positive=True)
k = sp.Symbol("k", integer=True, nonnegative=True)
near, far, c = (sp.Symbol(name, integer=True, nonnegative=True) for name in ("near", "far", "c"))


@dataclass(frozen=True)
class Spanned:
    """x I + y J, with coefficients in Q(m, k)."""

    x: Any
    y: Any

    def __mul__(self, other: Spanned) -> Spanned:
        """The product, by J^2 = m J."""
        x, y = self.x, self.y
        return Spanned(x * other.x, x * other.y + y * other.x + y * other.y * m)

    def __sub__(self, other: Spanned) -> Spanned:
        return Spanned(self.x - other.x, self.y - other.y)

    @property
    def is_identity(self) -> bool:
        return bool(sp.simplify(self.x - 1) == 0 and sp.simplify(self.y) == 0)


def inverse_holds() -> bool:
    """(I + kJ)(I - k/(1 + km) J) = I."""
    return (Spanned(sp.Integer(1), k) * Spanned(sp.Integer(1), -k / (1 + k * m))).is_identity


def schur_complement_is_identity() -> bool:
    """J + diag(1, ..., 1, 0) of size m + 1: (I + J) - 1·1^{-1}·1^T = I, with 1·1^T = J."""
    return (
        Spanned(sp.Integer(1), sp.Integer(1)) - Spanned(sp.Integer(0), sp.Integer(1))
    ).is_identity


def route_value(layers: int, bias: int) -> Any:
    """A channel c of layer K: [near = c]·([far = c] + the biases met), by substitution layer by layer."""
    value = sp.KroneckerDelta(far, c)
    for _ in range(layers):
        value = value + bias  # the far offset of each layer: W selects the channel below
    return sp.KroneckerDelta(near, c) * value


def contracts_to_pair_factor(layers: int, bias: int, largest: int) -> bool:
    """Sum over c < m of the channels of layer K is [near < m]·([near = far] + the biases met).

    Sifting: a sum over c < m of [near = c] g(c) is [near < m] g(near). SymPy substitutes for symbolic
    templates; the sum itself is computed for every m <= `largest`.
    """
    channel = route_value(layers, bias)
    met = layers * bias
    g = sp.cancel(channel / sp.KroneckerDelta(near, c))
    if sp.simplify(g.subs(c, near) - met - sp.KroneckerDelta(near, far)) != 0:
        return False
    return all(
        sum(channel.subs({near: a, far: b, c: label}) for label in range(size))
        == (a < size) * (met + (a == b))
        for size in range(1, largest + 1)
        for a in range(size + 1)
        for b in range(size + 1)
    )


def determinants_hold(largest: int) -> bool:
    """det(I + kJ) = 1 + mk as a polynomial in k, and det(J + diag(1, ..., 1, 0)) = 1, for m <= largest."""
    return all(
        determinant_polynomial(size) == [1, size, *[0] * (size - 1)]
        and determinant(pair_matrix(size), ZZ) == 1
        for size in range(1, largest + 1)
    )
