"""Singular values and entropies: against numpy on the enumerated matrix, the exact rank, and by hand."""

from __future__ import annotations

from fractions import Fraction
from math import e, inf, log, nan
from typing import Any

import numpy as np
import pytest
from convac import (
    GF,
    QQ,
    ZZ,
    Assignment,
    AssignmentBuilder,
    InputError,
    Network,
    Partition,
    ResourceError,
    WeightRow,
    checkerboard,
    column_cut,
    constant,
    entanglement_entropy,
    exact_rank,
    grid_tensor,
    left_right,
    matricize,
    ones,
    random_assignment,
    row_cut,
    select,
    singular_values,
    theorem_1_assignment,
    top_bottom,
)
from convac.graphs.partition_names import NAMES
from hypothesis import given
from hypothesis import strategies as st
from strategies import assignments, networks, partitions


def enumerated(assignment: Assignment, partition: Partition) -> list[list[Fraction]]:
    """The matricization from the grid tensor, entry by entry."""
    tensor = grid_tensor(assignment)
    matrix = matricize(tensor, assignment.network.M, partition)
    return [[Fraction(str(x)) for x in row] for row in matrix.tolist()]


def check(assignment: Assignment, partition: Partition) -> None:
    """Hold the values, their number, the norm and the entropy to numpy's on the whole matrix."""
    found = singular_values(assignment, partition)
    matrix = enumerated(assignment, partition)
    assert found.norm_squared == sum(x * x for row in matrix for x in row)
    largest = max(abs(x) for row in matrix for x in row)
    if not largest:
        assert len(found.values) == 0
        return
    scaled = np.array([[float(x / largest) for x in row] for row in matrix])
    expected = np.linalg.svd(scaled, compute_uv=False)
    expected /= np.linalg.norm(expected)
    values = np.pad(found.values, (0, len(expected) - len(found.values)))
    assert found.size == len(found.values)
    assert (np.diff(values) <= 0).all()
    assert np.allclose(values, expected, rtol=0, atol=1e-12)
    p = expected[expected > 1e-14] ** 2
    assert np.isclose(float(found.entropy()), -(p * np.log(p)).sum(), rtol=0, atol=1e-9)


@given(st.data(), st.sampled_from([ZZ, QQ]))
def test_they_are_those_of_the_enumerated_matrix(data: st.DataObject, ring: Any) -> None:
    network = data.draw(networks())
    check(data.draw(assignments(network, ring)), data.draw(partitions(network)))


@pytest.mark.parametrize("partition", [left_right(3, 4), row_cut(3, 4, 2), column_cut(3, 4, 1)])
@pytest.mark.parametrize("seed", [0, 1])
def test_sites_far_from_the_cut_are_summed_over(partition: Partition, seed: int) -> None:
    """Their factors are one-sided, and join all sites in one cluster."""
    network = Network(2, 3, 4, layers="2/1:1,3x4/3x4:1")
    check(random_assignment(network, seed, ZZ, shared=True), partition)


@pytest.mark.parametrize(
    ("layers", "partition", "seed"),
    [
        ("2/1:2,4/4:1", left_right(4), 1),
        ("2/1:2,4/4:1", left_right(4), 3),
        ("2/1:1,2/2:1,2/2:1", left_right(4), 3),
        ("2x1/1x1:1,4/4:1", top_bottom(4), 4),
        ("1/1:1,2/2:1,2/2:1", checkerboard(4), 0),
    ],
)
def test_as_many_as_the_exact_rank_are_no_noise(
    layers: str, partition: Partition, seed: int
) -> None:
    assignment = random_assignment(Network(2, 4, layers=layers), seed, ZZ, shared=True)
    found = singular_values(assignment, partition, with_rank=True)
    assert found.rank == exact_rank(assignment, partition).rank
    assert (found.values > 1e-12).sum() == found.rank


def test_the_exact_rank_sees_what_is_noise_in_floating_point() -> None:
    network = Network(2, 4, layers="2/2:3,2/2:2,1/1:1")
    found = singular_values(
        random_assignment(network, 3, ZZ, shared=True), left_right(4), with_rank=True
    )
    assert found.rank == 3
    assert (found.values > 1e-14).sum() == 2


def test_of_a_product_they_are_one_and_its_entropy_is_zero() -> None:
    network = Network(3, 4, layers="1/1:2,4/4:1")
    product = random_assignment(network, 1, ZZ, shared=False)
    found = singular_values(product, checkerboard(4), with_rank=True)
    assert found.values.tolist() == [1.0]
    assert found.rank == found.size == 1
    assert float(found.entropy()) == 0.0
    assert str(found.entropy()) == "0 nats (floating point, not exact)"
    neutral = singular_values(Assignment(network, []), checkerboard(4))
    assert neutral.norm_squared == 3**16
    assert neutral.values.tolist() == [1.0]


PAIRS = Network(2, 4, layers="3/1:2,4/4:1")


def headline(*, shared: bool, network: Network = PAIRS) -> Assignment:
    """The explicit assignment of Theorem 1."""
    window = (network.layers[0].window[1],)
    return theorem_1_assignment(network, 1, window, 2, shared=shared).assignment


def test_the_entropy_of_the_headline_by_hand() -> None:
    """Eight pairs cross: of the factor I in unshared weights, of I + J, with values 3 and 1, in shared."""
    cut = left_right(4)
    flat = singular_values(headline(shared=False), cut)
    assert np.allclose(flat.values, [2**-4] * 2**8)
    assert np.isclose(float(flat.entropy()), 8 * log(2))
    pair = -(0.9 * log(0.9) + 0.1 * log(0.1))
    found = singular_values(headline(shared=True), cut)
    assert [(np.round(v, 12).tolist(), n) for v, n in found.parts if len(v) > 1] == [
        (np.round(np.sqrt([0.9, 0.1]), 12).tolist(), 8)
    ]
    bases: list[Any] = [e, 2, np.int64(10), np.float64(2.5)]
    for base in bases:
        of = entanglement_entropy(headline(shared=True), cut, base=base)
        assert np.isclose(float(of), 8 * pair / log(base))
        assert of.base == base


def test_the_entropy_needs_no_list() -> None:
    network = Network(2, 64, layers="33/1:2,64/64:1")
    found = singular_values(headline(shared=False, network=network), left_right(64), with_rank=True)
    assert found.size == found.rank == 2**2048
    assert str(found.entropy(2)) == "2048 bits (floating point, not exact)"
    assert found.norm_squared > 2**1024  # of which there is no float
    said = r"^there are 2\^2048 singular values, and 65536 are listed; their entropy needs no list$"
    with pytest.raises(ResourceError, match=said):
        _ = found.values
    assert "2^2048 values\nentanglement entropy 1419.57 nats (floating" in str(found)


def unequal_pair(first: object, second: object) -> Assignment:
    """Two sites show the same template: 0 with the first weight, 1 with the second."""
    builder = AssignmentBuilder(Network(2, 1, 2, layers="1x2/1x2:2,1/1:1"))
    for c in range(2):
        builder.route([(0, 0)], [c], first=c).route([(0, 1)], [c], first=c)
    return builder.write(2, 0, (0, 0), WeightRow(((0, first), (1, second)), 0)).assignment()


@pytest.mark.parametrize("scale", [1, 10**400, Fraction(1, 10**400), -(10**200)])
def test_no_float_overflows(scale: int | Fraction) -> None:
    cut = left_right(1, 2)
    found = singular_values(unequal_pair(3 * scale, 4 * scale), cut)
    assert np.allclose(found.values, [0.8, 0.6])
    assert found.norm_squared == 25 * scale**2


def test_one_sided_factors_change_the_values_and_not_the_rank() -> None:
    """The pair [[1, 0], [0, 1]] times (1, 2) on its first site, in one offset more."""
    builder = AssignmentBuilder(Network(2, 1, 2, layers="1/1:3,1x2/1x2:2,1/1:1"))
    for c in range(2):
        builder.write(1, c, (0, 0), WeightRow(((c, 1),), 0))
    builder.write(1, 2, (0, 0), WeightRow(((0, 1), (1, 2)), 0))
    for c in range(2):
        builder.write(2, c, (0, 0), WeightRow(((c, c + 1),), 0)).write(
            2, c, (0, 1), WeightRow(((c, 1),), 0)
        )
    scaled = builder.write(3, 0, (0, 0), ones(2)).assignment()
    found = singular_values(scaled, left_right(1, 2), with_rank=True)
    assert np.allclose(found.values, np.array([2, 1]) / np.sqrt(5))
    assert found.rank == exact_rank(unequal_pair(1, 1), left_right(1, 2)).rank == 2


def test_they_say_that_they_are_not_exact() -> None:
    label = "floating point, not exact"
    found = singular_values(unequal_pair(3, 4), left_right(1, 2))
    assert found.rank is None
    assert "rank" not in f"{found!r}{found}"
    for text in (repr(found), str(found), str(found.entropy())):
        assert label in text
    known = singular_values(unequal_pair(3, 4), left_right(1, 2), with_rank=True)
    assert "exact rank 2" in repr(known)
    assert str(known).endswith("\nexact rank 2")
    assert str(found.entropy(3)).endswith(f"to base 3 ({label})")
    arrays = [np.full((1, 2, 2, 2), 0.3)]
    rounded = Assignment.from_arrays(Network(2, 2, layers="2/2:1"), arrays, denominator=9)
    for shown in (str, repr):
        assert "rounded to multiples of 1/9" in shown(singular_values(rounded, left_right(2)))


def zero() -> Assignment:
    return AssignmentBuilder(PAIRS).write(2, 0, (0, 0), constant(0)).assignment()


def contradiction() -> Assignment:
    """No factor is 0, and their product is: both sites show 0, or both show 1; the second shows 2."""
    builder = AssignmentBuilder(Network(3, 1, 2, layers="1x2/1:3,1x2/1x2:1"))
    for c in range(2):
        builder.route([(0, 0)], [c], first=c).route([(0, 1)], [c], first=c)
    builder.route([(0, 0)], [2], first=2)
    return builder.write(2, 0, (0, 0), ones(2)).write(2, 0, (0, 1), select(2)).assignment()


@pytest.mark.parametrize("assignment", [zero(), contradiction()])
def test_the_function_zero_has_none(assignment: Assignment) -> None:
    cut = left_right(assignment.network.H, assignment.network.W)
    found = singular_values(assignment, cut, with_rank=True)
    assert found.size == found.rank == len(found.values) == 0
    assert found.norm_squared == 0
    assert str(found).endswith("\n0 values\nexact rank 0")
    with pytest.raises(
        InputError, match=r"^assignment: got 'the function 0'; any other one has an"
    ):
        entanglement_entropy(assignment, cut)


@pytest.mark.parametrize("base", [1, 0, -2, nan, inf, True, "2", None, 2j])
def test_bases_are_numbers_above_one(base: Any) -> None:
    with pytest.raises(InputError, match=r"^base: got .*; a number > 1 is needed$"):
        entanglement_entropy(headline(shared=True), left_right(4), base=base)


@pytest.mark.parametrize(
    ("assignment", "partition", "said"),
    [
        (
            "A",
            left_right(4),
            "assignment: got 'A'; an Assignment is needed: AssignmentBuilder.assignment() gives one",
        ),
        (
            headline(shared=True),
            4,
            f"partition: got 4; a Partition or one of {NAMES} is needed",
        ),
        (
            headline(shared=True),
            column_cut(4, 5, 2),
            "partition: got 'column:2 of 4x5 sites'; the network has 4x4 sites",
        ),
        (
            random_assignment(PAIRS, 1, GF(7), shared=True),
            left_right(4),
            "assignment: got 'one over GF(7)'; singular values need real parameters, over ZZ or QQ",
        ),
    ],
)
def test_refusals(assignment: Any, partition: Any, said: str) -> None:
    for function in (singular_values, entanglement_entropy):
        with pytest.raises(InputError) as found:
            function(assignment, partition)
        assert str(found.value) == said


def test_what_is_too_large_is_refused_with_numbers() -> None:
    network = Network(2, 6, layers="4/1:2,6/6:1")
    large = random_assignment(network, 1, ZZ, shared=True)
    for function in (singular_values, entanglement_entropy):
        with pytest.raises(ResourceError, match=r"^a table over 36 sites of 2 templates has 2\^36"):
            function(large, left_right(6))
    small = random_assignment(PAIRS, 1, ZZ, shared=True)
    with pytest.raises(ResourceError, match=r"^the tables have more than 5 entries together"):
        singular_values(small, left_right(4), memory=1e-6)
