"""Rings, products of powers, and exact linear algebra."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from convac import GF, QQ, ZZ, InputError, Powers, power
from convac.algebra.linear.exact import (
    determinant,
    determinant_polynomial,
    inverse_transpose,
    kronecker_shifted_identity,
    rank,
)
from convac.algebra.rings import Ring
from hypothesis import given
from hypothesis import strategies as st
from strategies import RINGS, XY, elements


@pytest.mark.parametrize(
    "bad", [0.5, 1.0, True, None, "1.5", "x", "1/0", "--1", "1/-2", "__import__"]
)
@pytest.mark.parametrize("ring", RINGS, ids=str)
def test_only_exact_numbers_are_elements(ring: Ring, bad: object) -> None:
    with pytest.raises(InputError):
        ring.element(bad)


def test_elements_are_exact() -> None:
    assert ZZ.element("-12") == -12
    assert QQ.element("3/6") == QQ.element(Fraction(1, 2))
    assert GF(7).element("1/3") == 5
    with pytest.raises(InputError):
        ZZ.element("1/2")
    with pytest.raises(InputError):
        GF(7).element("1/7")


@pytest.mark.parametrize("p", [0, 1, 4, 9, 2**31 + 11, -7, 8388593 * 3])
def test_fields_need_primes(p: int) -> None:
    with pytest.raises(InputError):
        GF(p)


@given(st.data(), st.sampled_from(RINGS))
def test_primitive_parts_are_the_same_for_multiples(data: st.DataObject, ring: Ring) -> None:
    values = [ring.element(data.draw(elements(ring))) for _ in range(4)]
    table = ring.table(values, (2, 2))
    if not ring.nonzero(table).any():
        return
    scalar, part = ring.primitive(table)
    assert (ring.scale(scalar, part) == table).all()
    if ring is not XY:
        scaled = ring.scale(ring.element(3), table)
        assert (ring.primitive(scaled)[1] == part).all()


@given(st.data(), st.sampled_from(RINGS), st.integers(1, 4), st.integers(1, 4))
def test_rank_against_minors(data: st.DataObject, ring: Ring, n: int, m: int) -> None:
    values = [ring.element(data.draw(elements(ring))) for _ in range(n * m)]
    table = ring.table(values, (n, m))
    found = rank(table, ring)
    assert found == rank(table.T, ring)
    from itertools import combinations

    largest = 0
    for size in range(1, min(n, m) + 1):
        minors = (
            determinant(table[np.ix_(rows, columns)], ring)
            for rows in combinations(range(n), size)
            for columns in combinations(range(m), size)
        )
        if any(minor != ring.zero for minor in minors):
            largest = size
    assert found == largest


def test_empty_matrices_have_rank_zero() -> None:
    for ring in RINGS:
        assert rank(ring.table([], (0, 3)), ring) == 0
        assert rank(ring.table([], (3, 0)), ring) == 0
        assert determinant(ring.table([], (0, 0)), ring) == ring.one


@pytest.mark.parametrize("m", [1, 2, 3, 7, 20])
def test_determinant_of_shifted_identity(m: int) -> None:
    assert determinant_polynomial(m) == [1, m, *[0] * (m - 1)]
    for k in (0, 1, 5):
        assert determinant(kronecker_shifted_identity(m, k), ZZ) == 1 + k * m


def test_determinant_for_symbolic_size() -> None:
    """(I + kJ)(I - k/(1 + km) J) = I, with J^2 = mJ, so I + kJ is nonsingular unless km = -1."""
    m, k = sympy.symbols("m k", positive=True)
    inverse = -k / (1 + k * m)
    # Coefficient of J in (I + kJ)(I + tJ), by J^2 = mJ.
    assert sympy.simplify(k + inverse + k * inverse * m) == 0
    for size in range(1, 6):
        matrix = sympy.eye(size) + k * sympy.ones(size)
        assert sympy.expand(matrix.det() - (1 + k * size)) == 0


def test_inverse_transpose() -> None:
    F = [[QQ.element(x) for x in row] for row in ([1, 2], [3, 4])]
    inverse = inverse_transpose(F)
    assert inverse is not None
    product = [[sum(F[k][i] * inverse[k][j] for k in range(2)) for j in range(2)] for i in range(2)]
    assert product == [[1, 0], [0, 1]]
    assert inverse_transpose([[QQ.one, QQ.one], [QQ.one, QQ.one]]) is None


powers = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 60)), max_size=3)


@given(powers, powers)
def test_powers_compare_as_integers(a: list[tuple[int, int]], b: list[tuple[int, int]]) -> None:
    x, y = Powers(a), Powers(b)
    assert (x < y, x == y, x > y) == (int(x) < int(y), int(x) == int(y), int(x) > int(y))
    assert int(x * y) == int(x) * int(y)
    if x == y:
        assert hash(x) == hash(y)


@given(powers, st.integers(1, 12))
def test_a_number_is_spelled_in_one_way(factors: list[tuple[int, int]], M: int) -> None:
    value = Powers(factors)
    spelled = value.spelled(M)
    assert spelled == value
    if M > 1 and value > 1:
        exponents = [k for k in range(1, 200) if M**k == int(value)] if value < 10**60 else []
        assert not exponents or str(spelled) == str(Powers([(M, exponents[0])]))
        assert str(spelled.spelled(M)) == str(spelled)


def test_spellings() -> None:
    for value, M, text in [
        (Powers([(4, 16)]), 2, "2^32"),
        (Powers([(256, 4)]), 2, "2^32"),
        (Powers(9), 3, "3^2"),
        (Powers([(16, 8)]), 3, "2^32"),
        (Powers([(2, 35)]), 4, "2^35"),
        (Powers([(2, 15)]), 4, "32768"),
        (Powers([(3, 2)]), 2, "9"),
        (Powers([(9, 15), (2, 1)]), 3, "2 · 3^30"),
        (Powers([(2, 10**6), (3, 10**6)]), 6, "6^1000000"),
        (Powers(1), 2, "1"),
        (Powers(0), 2, "0"),
        (Powers(105), 2, "105"),
    ]:
        assert str(value.spelled(M)) == text
    assert power(2, 0).spelled(2).normal == "1"
    assert str(Powers([(3, 2)]).over(2)) == "3^2"
    assert str(Powers(9).over(3)) == "3^2"
    assert f"{Powers([(2, 8)]):tex}" == "2^{8}"
    with pytest.raises(ValueError, match="format"):
        f"{Powers(2):x}"


def test_powers_stay_unexpanded() -> None:
    huge = Powers([(2, 10**15)])
    assert huge < Powers([(2, 10**15 + 1)])
    assert huge < Powers([(3, 10**15)])
    assert Powers([(2, 84 * 10**12)]) < Powers([(3, 53 * 10**12)])  # 2^84 < 3^53, by 0.2 %
    assert Powers([(10**9 - 1, 8)]) < Powers([(10**9, 8)])
    assert Powers([(12, 10**15)]) == Powers([(4, 10**15), (3, 10**15)])
    assert hash(Powers([(12, 10**15)])) == hash(Powers([(2, 2 * 10**15), (3, 10**15)]))
    assert str(huge) == f"2^{10**15}"
    assert huge.to_json() == {"text": str(huge), "factors": [[2, 10**15]], "value": None}
    assert Powers([(4, 3)]) == Powers([(2, 6)])
    assert Powers([(0, 1), (5, 9)]).to_json() == {"text": "0", "factors": [[0, 1]], "value": 0}
    assert str(Powers([(2, 3), (3, 1)])) == "2^3 · 3"
    with pytest.raises(ValueError, match="natural"):
        Powers([(-2, 1)])
