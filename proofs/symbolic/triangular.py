"""The lemma of triangular products (THEORY 8.10), and its determinant as an identity of polynomials.

Let m, e >= 0, and let h(a, b) be, for a and b in {0, ..., m}^e, the product over i of

    1 + z sum over c < m of (lambda_c [a_i = c] + A_c)(mu_c [b_i = c] + B_c),

where lambda, A, mu and B, different for each i, are functions of the a_j with j > i and the b_j with j < i.
Then det h is the product of all z lambda mu.
"""

from __future__ import annotations

from itertools import product

from ...algebra.linear.exact import determinant
from ...algebra.rings import Element, Polynomials
from ..steps import lemma, need, step

TRIANGLES = ((1, 1), (2, 1), (3, 1), (1, 2))

TRIANGULAR = lemma(
    "triangular",
    "THEORY 8.10: the determinant of a product of triangular factors",
    "on templates 0 … m of near and far sites the factors depend on later near and earlier far "
    "sites only, and the minor is a product of numbers that are not 0",
)


@step("triangular products", "determinants over Z[z, λ, A, μ, B]")
def triangular_products() -> str:
    """The lemma's determinant as an identity of polynomials, for the first few m and e."""
    for m, e in TRIANGLES:
        need(triangle(m, e), f"m = {m}, e = {e}: the determinant is another polynomial")
    return f"the determinant is the product of all zλμ, as polynomials, for (m, e) in {TRIANGLES}"


def triangle(m: int, e: int) -> bool:
    """Whether det h(a, b) of THEORY 8.10 is the product of all z lambda mu, as a polynomial.

    lambda, A, mu, B of pair i are different variables for all (a_j), j > i, and (b_j), j < i.

    >>> triangle(2, 1)
    True
    """
    labels = range(m + 1)
    keys = [
        (i, c, *rest) for i in range(e) for c in range(m) for rest in product(labels, repeat=e - 1)
    ]
    names = [f"{letter}{n}" for letter in ("l", "A", "u", "B") for n in range(len(keys))]
    ring = Polynomials("z", *names)
    z, *symbols = ring.generators
    lam, A, mu, B = (
        dict(zip(keys, symbols[k * len(keys) : (k + 1) * len(keys)], strict=True)) for k in range(4)
    )

    def entry(a: tuple[int, ...], b: tuple[int, ...]) -> Element:
        value = ring.one
        for i in range(e):
            total = ring.one
            for c in range(m):
                key = (i, c, *b[:i], *a[i + 1 :])
                near = lam[key] * (a[i] == c) + A[key]
                total += z * near * (mu[key] * (b[i] == c) + B[key])
            value *= total
        return value

    points = list(product(labels, repeat=e))
    matrix = ring.table((entry(a, b) for a in points for b in points), (len(points), len(points)))
    expected = ring.one
    for key in keys:
        expected *= z * lam[key] * mu[key]
    return bool(determinant(matrix, ring) == expected)
