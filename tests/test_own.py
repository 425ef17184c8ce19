"""What a researcher brings: an assignment, a theorem in a module, a table of claims."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from convac import (
    GF,
    QQ,
    ZZ,
    Assignment,
    Draft,
    Entry,
    InputError,
    Network,
    Partition,
    Polynomials,
    Powers,
    Row,
    bound,
    certify,
    column_cut,
    constant,
    factorize,
    fill,
    from_sites,
    grid_tensor,
    left_right,
    matricize,
    ones,
    random_assignment,
    results,
    select,
    separate,
    theorem_1_assignment,
)
from convac.algebra.linear import determinant, rank
from convac.proofs import checker
from convac.proofs.verdict import Outcome
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import assignments, networks, partitions

NETWORK = Network(3, 6, layers="4/1:2,6/6:1")


def pairs(bias: object, network: Network = NETWORK) -> Draft:
    """Near and far templates in one channel, and a sum."""
    draft = Draft(network)
    for c in range(2):
        draft.route([(0, 0)], [c], first=c).route([(0, 3)], [c], first=c)
    return draft.tail(2, ones(2, bias=bias))


def test_a_draft_says_what_the_proof_says() -> None:
    assignment = pairs(1).assignment()
    assert (assignment.ring, assignment.shared) == (ZZ, True)
    found = certify(assignment, left_right(6))
    assert found.rank == Powers([(3, 18)])
    (one,) = found.classes
    assert (one.rows, one.columns, one.count, one.rank) == (((0, 0),), ((0, 3),), 18, 3)
    assert one.matrix.tolist() == [[2, 1, 1], [1, 2, 1], [1, 1, 1]]
    assert one.minor == ((0, 1, 2), (0, 1, 2), 1)
    assert checker.check(found.certificate()).startswith("VALID: rank = 3^18")


def test_verbs_write_the_entries_of_a_known_proof() -> None:
    network = Network(2, 4, layers="3/1:2,2/2:2,2/2:1")
    known = theorem_1_assignment(network, 1, (3,), 2, shared=True).assignment
    draft = Draft(network)
    for c in range(2):
        draft.write(1, c, (0, 0), select(c)).write(1, c, (0, 2), select(c, bias=1))
    draft.tail(2, ones(2)).pass_on(3)
    mine = draft.assignment()
    assert separate(factorize(mine), left_right(4)).rank == Powers([(2, 8)])
    assert {e.layer for e in mine.entries} == {e.layer for e in known.entries}
    assert (grid_tensor(mine) == grid_tensor(known)).all()


def test_routes_go_through_layers() -> None:
    network = Network(2, 6, layers="2/1:4,3/1:2,6/6:1")
    draft = Draft(network)
    for c in range(2):
        draft.route([(0, 0), (0, 0)], [c, c], first=c)
        draft.route([(0, 1), (0, 2)], [2 + c, c], first=c)
    found = certify(draft.tail(3, ones(1, bias=1)).assignment(), left_right(6))
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
    found = certify(symbolic, left_right(6))
    (one,) = found.classes
    ring = one.ring
    assert isinstance(ring, Polynomials)
    assert one.minor[2] == ring.generators[0]  # det(qJ + diag(1, 1, 0)) = q
    with pytest.raises(InputError, match="fill in numbers"):
        found.certificate()
    # At q = 0 the factors vanish where the far site is outside the grid.
    for value, there in [(1, Powers([(3, 18)])), (-2, Powers([(3, 18)])), (0, Powers([(0, 1)]))]:
        assert certify(fill(symbolic, {"q": value}), left_right(6)).rank == there
    assert certify(fill(symbolic, {"q": "1/3"}), left_right(6)).certificate()
    for wrong in ({}, {"q": 1, "r": 2}, {"r": 1}):
        with pytest.raises(InputError, match="one for each of q"):
            fill(symbolic, wrong)
    with pytest.raises(InputError, match="no variables"):
        fill(pairs(1).assignment(), {"q": 1})


def test_minors_that_vanish_on_a_curve() -> None:
    q, r = sp.symbols("q r")
    network = Network(2, 1, 2, layers="1x2/1x2:2,1/1:1")
    for curve in (q**2 - r, q - r, r**2 - q):
        draft = Draft(network).write(1, 0, (0, 0), select(0)).write(1, 0, (0, 1), select(0))
        found = certify(draft.tail(2, Row(((0, 1),), curve)).assignment(), column_cut(1, 2, 1))
        (one,) = found.classes
        assert sp.expand(sp.sympify(str(one.minor[2]).replace("^", "**")) - curve) == 0


def test_minors_of_numbers_that_a_prime_divides() -> None:
    network = Network(2, 1, 2, layers="1x2/1x2:2,1/1:1")
    for weight in (8388593, Fraction(1, 8388593)):
        draft = Draft(network).write(1, 0, (0, 0), select(0)).write(1, 0, (0, 1), select(0))
        found = certify(draft.tail(2, Row(((0, weight),), 1)).assignment(), column_cut(1, 2, 1))
        (one,) = found.classes
        assert one.minor[2] != 0
        assert checker.check(found.certificate()).startswith("VALID")


def test_ranks_over_other_fields_have_no_verdict() -> None:
    network = Network(2, 2, layers="2/1:2,2/2:1")
    residues = certify(random_assignment(network, 0, GF(7), shared=True), left_right(2))
    with pytest.raises(InputError, match="fill in numbers"):
        residues.verdict("Mine", "I", Powers())
    zero = certify(Draft(network).tail(2, constant(0)).assignment(), left_right(2))
    with pytest.raises(InputError, match="rank of at least 1"):
        zero.certificate()


def test_translates_do_not_wrap_around_rows() -> None:
    """Sites of two rows are not those of one, however far apart their numbers are."""
    network = Network(2, 2, 4, layers="2x4/1x3:3,2x2/2x2:4,2x1/2x1:5,1x1/1x1:1")
    cut = Partition("any", 2, 4, bytes([1, 1, 0, 1, 0, 1, 1, 1]))
    assert checker.check(bound(network, cut, "unshared").certificate()).startswith("VALID")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_certified_ranks_are_the_ranks(data: st.DataObject) -> None:
    network = data.draw(networks(most_entries=256))
    assignment = data.draw(assignments(network, data.draw(st.sampled_from([ZZ, QQ, GF(5)]))))
    partition = data.draw(partitions(network))
    found = certify(assignment, partition)
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
    found = certify(pairs(1).assignment(), left_right(6))
    right = found.verdict("Mine", "I", Powers([(3, 18)]))
    assert right.verified
    assert "3^18 is full rank" in right.conclusion
    assert found.verdict("Mine", "I", Powers([(3, 19)])).outcome is Outcome.NOT_VERIFIED
    unshared = Entry(1, (0, 1), ((0, 1), (0, 1)), select(0), ((0, 1), (0, 1)))
    local = certify(Assignment(NETWORK, [unshared]), left_right(6))
    assert local.weights == "unshared"
    claimed = local.verdict("Mine", "I", Powers(), weights="shared")
    assert claimed.outcome is Outcome.NOT_VERIFIED
    assert "the claim is about shared weights" in claimed.steps[0].detail
    # An assignment whose factored rank is wrong is found out by enumeration.
    small = certify(pairs(1, Network(2, 2, layers="2x4/1:2,2/2:1")).assignment(), left_right(2))
    assert small.verdict("Mine", "I", small.rank).steps[-2].detail.startswith("4 × 4 matrix")


def test_certificates_of_an_assignment() -> None:
    """Of the generic rank, or of the rank at the assignment; for any partition."""
    found = certify(
        pairs(1).assignment(), from_sites(6, 6, [(r, c) for r in range(6) for c in (0, 5)])
    )
    assert checker.check(found.certificate()).startswith("VALID: rank = 3^12 for almost all")
    at_point = checker.check(found.certificate(at_assignment=True))
    assert at_point.startswith(
        f"VALID: rank = {found.rank} for the parameters of the evidence, over Q"
    )
    verdict = found.verdict("Mine", "I", found.rank)
    assert checker.check(verdict.certificate()).startswith("VALID: rank = 3^12 for almost all")
    with pytest.raises(InputError, match="a partition that is no name"):
        replace(verdict, cut=None).certificate()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: certify(pairs(1), left_right(6)),  # type: ignore[arg-type]
        lambda: certify(pairs(1).assignment(), "left-right"),  # type: ignore[arg-type]
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
        Draft(NETWORK).write(1, 2, (0, 0), select(0)),
        Draft(NETWORK).write(1, 0, (4, 0), select(0)),
        Draft(NETWORK).write(3, 0, (0, 0), constant(2)),
        Draft(NETWORK).write(1, 0, (0, 0), select(3)),
        Draft(NETWORK).write(1, 0, (0, 0), Row((), 0), (6, 0)),
    ):
        with pytest.raises(InputError):
            draft.assignment()
    with pytest.raises(InputError, match="an offset and a channel"):
        Draft(NETWORK).route([(0, 0)], [0, 1])
    twice = Draft(NETWORK).write(1, 0, (0, 0), select(0)).write(1, 0, (0, 0), select(1))
    twice.tail(2, ones(1))
    with pytest.raises(InputError, match="two entries name this place"):
        certify(twice.assignment(), left_right(6))


MODULE = '''
"""A paper of one's own."""
from convac import Claim, Network, Outcome, Powers, RankClaim, Status, Step, Verdict
from convac import bound, left_right, result


@result(
    name="mine", title="Mine", source="I 2026", section="1", statement="rank ≥ M^H", latex="x",
    instances=[{"M": 2, "H": 2}],
)
def mine(*, M: int, H: int) -> Verdict:
    network = Network(M, H, layers=f"2/1:{M},{H}/{H}:1")
    found = bound(network, left_right(H)).lower.value
    claim = Powers([(M, H)])
    status = Status.PASSED if found >= claim else Status.FAILED
    step = Step("bound", "THEORY 8", status, f"{10 // (M - 7)}")
    outcome = Outcome.VERIFIED if found >= claim else Outcome.NOT_VERIFIED
    return Verdict("Mine", "I 2026", outcome, "x", claim=Claim(">=", claim), steps=(step,))


@mine.variant("one more", "rank ≥ M^(H + 1)", {"M": 2, "H": 2})
def one_more(*, M: int, H: int) -> RankClaim | str:
    network = Network(M, H, layers=f"2/1:{M},{H}/{H}:1")
    return RankClaim(network, left_right(H), "shared", Claim(">=", Powers([(M, H + 1)])))
'''
CLAIMS = """
[[claims]]
result = "mine"
M = 3
H = 4
says = "≥ 3^4"

[[claims]]
result = "mine"
variant = "one more"
M = 2
H = 2
expect = "refuted"

[[claims]]
result = "headline"
M = 2
H = 4
"""


def convac(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    script = Path(sys.executable).parent / "convac"
    return subprocess.run(
        [str(script), *arguments], capture_output=True, text=True, check=False, cwd=folder
    )


def test_a_module_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "my_paper.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / "claims.toml").write_text(CLAIMS, encoding="utf-8")
    own = ["--module", "my_paper.py"]
    plain = convac("prove", "mine", *own, folder=tmp_path)
    assert (plain.returncode, plain.stderr) == (0, "")
    assert "VERIFIED" in plain.stdout
    assert "mine: Mine" in convac("prove", "--list", *own, folder=tmp_path).stdout
    assert convac("prove", "mine", "--variant", "all", *own, folder=tmp_path).returncode == 1
    table = convac("regress", "--claims", "claims.toml", *own, folder=tmp_path)
    assert (table.returncode, table.stdout.splitlines()[-1]) == (0, "3 claims: 3 as expected")
    fault = convac("prove", "mine", "--M", "7", "--H", "2", *own, folder=tmp_path)
    assert fault.returncode == 4
    assert "COULD NOT FINISH  ZeroDivisionError" in fault.stdout
    assert "(my_paper.py, line " in fault.stdout
    unknown = convac("regress", "--claims", "claims.toml", folder=tmp_path)
    assert unknown.returncode == 2
    assert "row 1 (mine)" in unknown.stderr


BROKEN = {
    "missing.py": (None, "there is no such file"),
    "text.txt": ("x = 1", "a Python file, something.py, is needed"),
    "empty.py": ("x = 1", "it defines no result"),
    "fails.py": (
        "x = 1\ny = 1 / 0\n",
        "it raises ZeroDivisionError: division by zero (fails.py, line 2)",
    ),
    "syntax.py": ("x = (", "it raises SyntaxError"),
    "taken.py": (
        MODULE.replace('name="mine"', 'name="headline"'),
        "there is a result headline already",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_modules_that_cannot_be_used(name: str, tmp_path: Path) -> None:
    content, message = BROKEN[name]
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as error:
        results(tmp_path / name)
    assert message in str(error.value)


def test_a_verified_verdict_needs_a_step(tmp_path: Path) -> None:
    lazy = MODULE.replace("steps=(step,)", "steps=()").replace('name="mine"', 'name="lazy"')
    (tmp_path / "lazy.py").write_text(lazy, encoding="utf-8")
    with pytest.raises(AssertionError, match="without a step that passed"):
        results(tmp_path / "lazy.py")["lazy"](M=2, H=2)


def test_own_results_are_checked_in_both_directions() -> None:
    point = random_assignment(Network(2, 2, layers="2/1:2,2/2:1"), 0, ZZ, shared=True)
    found = certify(point, left_right(2))
    assert found.verdict("Mine", "I", found.rank).verified
    assert not found.verdict("Mine", "I", found.rank * Powers([(2, 1)])).verified
