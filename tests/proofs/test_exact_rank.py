"""What a researcher brings: an assignment, built by verbs, with its exact rank and its certificate."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from convac import (
    GF,
    QQ,
    ZZ,
    Assignment,
    AssignmentBuilder,
    Entry,
    InputError,
    Network,
    Outcome,
    Partition,
    Polynomials,
    Powers,
    WeightRow,
    column_cut,
    constant,
    exact_rank,
    factored_rank,
    factorize,
    fill,
    from_sites,
    grid_tensor,
    left_right,
    matricize,
    ones,
    random_assignment,
    rank_interval,
    select,
    theorem_1_assignment,
)
from convac.algebra.linear.exact import determinant, rank
from convac.proofs import checker
from hypothesis import given
from hypothesis import strategies as st
from strategies import assignments, networks, partitions

NETWORK = Network(3, 6, layers="4/1:2,6/6:1")


def pairs(bias: object, network: Network = NETWORK) -> AssignmentBuilder:
    """Near and far templates in one channel, and a sum."""
    draft = AssignmentBuilder(network)
    for c in range(2):
        draft.route([(0, 0)], [c], first=c).route([(0, 3)], [c], first=c)
    return draft.tail(2, ones(2, bias=bias))


def test_a_draft_says_what_the_proof_says() -> None:
    assignment = pairs(1).assignment()
    assert (assignment.ring, assignment.shared) == (ZZ, True)
    found = exact_rank(assignment, left_right(6))
    assert found.rank == Powers([(3, 18)])
    (one,) = found.classes
    assert (one.rows, one.columns, one.count, one.rank) == (((0, 0),), ((0, 3),), 18, 3)
    assert one.matrix.tolist() == [[2, 1, 1], [1, 2, 1], [1, 1, 1]]
    assert one.minor == ((0, 1, 2), (0, 1, 2), 1)
    assert checker.check(found.certificate()).startswith("VALID: rank = 3^18")


def test_verbs_write_the_entries_of_a_known_proof() -> None:
    network = Network(2, 4, layers="3/1:2,2/2:2,2/2:1")
    known = theorem_1_assignment(network, 1, (3,), 2, shared=True).assignment
    draft = AssignmentBuilder(network)
    for c in range(2):
        draft.write(1, c, (0, 0), select(c)).write(1, c, (0, 2), select(c, bias=1))
    draft.tail(2, ones(2)).pass_on(3)
    mine = draft.assignment()
    assert factored_rank(factorize(mine), left_right(4)).rank == Powers([(2, 8)])
    assert {e.layer for e in mine.entries} == {e.layer for e in known.entries}
    assert (grid_tensor(mine) == grid_tensor(known)).all()


def test_routes_go_through_layers() -> None:
    network = Network(2, 6, layers="2/1:4,3/1:2,6/6:1")
    draft = AssignmentBuilder(network)
    for c in range(2):
        draft.route([(0, 0), (0, 0)], [c, c], first=c)
        draft.route([(0, 1), (0, 2)], [2 + c, c], first=c)
    found = exact_rank(draft.tail(3, ones(1, bias=1)).assignment(), left_right(6))
    assert found.rank == Powers([(2, 18)])


def test_numbers_of_all_kinds() -> None:
    q, r = sp.symbols("q r")
    assert pairs(Fraction(1, 2)).assignment().ring is QQ
    assert pairs("-3/4").assignment().ring is QQ
    assert pairs(sp.Rational(4, 2)).assignment().ring is ZZ
    assert pairs(q * r - 1).assignment().ring.name == "QQ[q, r]"
    for bad in (0.5, sp.Float(0.5) * q, sp.sqrt(2), 1 / q, sp.sin(q), None, True):
        with pytest.raises(InputError):
            pairs(bad).assignment()


def test_determinants_are_polynomials_in_the_parameters() -> None:
    q = sp.Symbol("q")
    symbolic = pairs(q).assignment()
    found = exact_rank(symbolic, left_right(6))
    (one,) = found.classes
    ring = one.ring
    assert isinstance(ring, Polynomials)
    assert one.minor[2] == ring.generators[0]  # det(qJ + diag(1, 1, 0)) = q
    with pytest.raises(InputError, match="fill in numbers"):
        found.certificate()
    # At q = 0 the factors vanish where the far site is outside the grid.
    for value, there in [(1, Powers([(3, 18)])), (-2, Powers([(3, 18)])), (0, Powers([(0, 1)]))]:
        assert exact_rank(fill(symbolic, {"q": value}), left_right(6)).rank == there
    assert exact_rank(fill(symbolic, {"q": "1/3"}), left_right(6)).certificate()
    for wrong in ({}, {"q": 1, "r": 2}, {"r": 1}):
        with pytest.raises(InputError, match="one for each of q"):
            fill(symbolic, wrong)
    with pytest.raises(InputError, match="no variables"):
        fill(pairs(1).assignment(), {"q": 1})


def test_minors_that_vanish_on_a_curve() -> None:
    q, r = sp.symbols("q r")
    network = Network(2, 1, 2, layers="1x2/1x2:2,1/1:1")
    for curve in (q**2 - r, q - r, r**2 - q):
        draft = (
            AssignmentBuilder(network).write(1, 0, (0, 0), select(0)).write(1, 0, (0, 1), select(0))
        )
        found = exact_rank(
            draft.tail(2, WeightRow(((0, 1),), curve)).assignment(), column_cut(1, 2, 1)
        )
        (one,) = found.classes
        assert sp.expand(sp.sympify(str(one.minor[2]).replace("^", "**")) - curve) == 0


def test_minors_of_numbers_that_a_prime_divides() -> None:
    network = Network(2, 1, 2, layers="1x2/1x2:2,1/1:1")
    for weight in (8388593, Fraction(1, 8388593)):
        draft = (
            AssignmentBuilder(network).write(1, 0, (0, 0), select(0)).write(1, 0, (0, 1), select(0))
        )
        found = exact_rank(
            draft.tail(2, WeightRow(((0, weight),), 1)).assignment(), column_cut(1, 2, 1)
        )
        (one,) = found.classes
        assert one.minor[2] != 0
        assert checker.check(found.certificate()).startswith("VALID")


def test_ranks_over_other_fields_have_no_verdict() -> None:
    network = Network(2, 2, layers="2/1:2,2/2:1")
    residues = exact_rank(random_assignment(network, 0, GF(7), shared=True), left_right(2))
    with pytest.raises(InputError, match="fill in numbers"):
        residues.verdict(Powers())
    zero = exact_rank(AssignmentBuilder(network).tail(2, constant(0)).assignment(), left_right(2))
    with pytest.raises(InputError, match="rank of at least 1"):
        zero.certificate()


def test_translates_do_not_wrap_around_rows() -> None:
    """Sites of two rows are not those of one, however far apart their numbers are."""
    network = Network(2, 2, 4, layers="2x4/1x3:3,2x2/2x2:4,2x1/2x1:5,1x1/1x1:1")
    cut = Partition("any", 2, 4, bytes([1, 1, 0, 1, 0, 1, 1, 1]))
    assert checker.check(rank_interval(network, cut, weights="unshared").certificate()).startswith(
        "VALID"
    )


@given(st.data())
def test_certified_ranks_are_the_ranks(data: st.DataObject) -> None:
    network = data.draw(networks(most_entries=256))
    assignment = data.draw(assignments(network, data.draw(st.sampled_from([ZZ, QQ, GF(5)]))))
    partition = data.draw(partitions(network))
    found = exact_rank(assignment, partition)
    matrix = matricize(grid_tensor(assignment), network.M, partition)
    assert int(found.rank) == rank(matrix, assignment.ring)
    if found.rank.is_zero or assignment.ring not in (ZZ, QQ):
        return
    product = Powers((one.rank, one.count) for one in found.classes)
    assert product == found.rank
    for one in found.classes:
        rows, columns, value = one.minor
        assert len(rows) == len(columns) == one.rank
        chosen = one.matrix[np.ix_(list(rows), list(columns))]
        assert value == determinant(chosen, one.ring) != 0
    assert checker.check(json.loads(json.dumps(found.certificate()))).startswith("VALID")


def test_verdicts_of_ones_own() -> None:
    found = exact_rank(pairs(1).assignment(), left_right(6))
    right = found.verdict(Powers([(3, 18)]))
    assert right.verified
    assert "3^18 is full rank" in right.conclusion
    assert found.verdict(Powers([(3, 19)])).outcome is Outcome.NOT_VERIFIED
    unshared = Entry(1, (0, 1), ((0, 1), (0, 1)), select(0), ((0, 1), (0, 1)))
    local = exact_rank(Assignment(NETWORK, [unshared]), left_right(6))
    assert local.weights == "unshared"
    claimed = local.verdict(Powers(), weights="shared")
    assert claimed.outcome is Outcome.NOT_VERIFIED
    assert "the claim is about shared weights" in claimed.steps[0].detail
    # An assignment whose factored rank is wrong is found out by enumeration.
    small = exact_rank(pairs(1, Network(2, 2, layers="2x4/1:2,2/2:1")).assignment(), left_right(2))
    assert small.verdict(small.rank).steps[-2].detail.startswith("4 × 4 matrix")


def test_certificates_of_an_assignment() -> None:
    """Of the generic rank, or of the rank at the assignment; for any partition."""
    found = exact_rank(
        pairs(1).assignment(), from_sites(6, 6, [(r, c) for r in range(6) for c in (0, 5)])
    )
    assert checker.check(found.certificate()).startswith("VALID: rank = 3^12 for almost all")
    at_point = checker.check(found.certificate(at_assignment=True))
    assert at_point.startswith(
        f"VALID: rank = {found.rank} for the parameters of the evidence, over Q"
    )
    verdict = found.verdict(found.rank)
    assert checker.check(verdict.certificate()).startswith("VALID: rank = 3^12 for almost all")
    with pytest.raises(InputError, match="a verified claim"):
        replace(verdict, setting=None).certificate()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: exact_rank(pairs(1), left_right(6)),  # type: ignore[arg-type]
        lambda: exact_rank(pairs(1).assignment(), "diagonal"),
        lambda: pairs(1).tail(5, ones(1)),
        lambda: pairs(1).pass_on(9),
        lambda: pairs(1).route([(0, 1)], 0),  # type: ignore[arg-type]
        lambda: pairs(1).write(2, 0, (0, 0), [1]),  # type: ignore[arg-type]
    ],
)
def test_common_slips_are_named(wrong: Callable[[], object]) -> None:
    with pytest.raises(InputError) as error:
        wrong()
    assert "\n" not in str(error.value)


def test_drafts_refuse_what_does_not_fit() -> None:
    for draft in (
        AssignmentBuilder(NETWORK).write(1, 2, (0, 0), select(0)),
        AssignmentBuilder(NETWORK).write(1, 0, (4, 0), select(0)),
        AssignmentBuilder(NETWORK).write(3, 0, (0, 0), constant(2)),
        AssignmentBuilder(NETWORK).write(1, 0, (0, 0), select(3)),
        AssignmentBuilder(NETWORK).write(1, 0, (0, 0), WeightRow((), 0), (6, 0)),
    ):
        with pytest.raises(InputError):
            draft.assignment()
    with pytest.raises(InputError, match="an offset and a channel"):
        AssignmentBuilder(NETWORK).route([(0, 0)], [0, 1])
    twice = AssignmentBuilder(NETWORK).write(1, 0, (0, 0), select(0)).write(1, 0, (0, 0), select(1))
    twice.tail(2, ones(1))
    with pytest.raises(InputError, match="two entries name this place"):
        exact_rank(twice.assignment(), left_right(6))


def test_own_results_are_checked_in_both_directions() -> None:
    point = random_assignment(Network(2, 2, layers="2/1:2,2/2:1"), 0, ZZ, shared=True)
    found = exact_rank(point, left_right(2))
    assert found.verdict(found.rank).verified
    assert not found.verdict(found.rank * Powers([(2, 1)])).verified
