"""The interface as a whole: words for partitions, types of answers, truth, pickles, and refusals."""

from __future__ import annotations

import dataclasses
import inspect
import pickle
from collections.abc import Callable, Iterator
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_args, get_type_hints

import convac
import numpy as np
import pytest
from convac import (
    GF,
    ZZ,
    Assignment,
    InputError,
    Layer,
    Network,
    Polynomials,
    Powers,
    Setting,
    check,
    checkerboard,
    claims,
    exact_rank,
    factored_rank,
    factorize,
    from_sites,
    generic_rank,
    left_right,
    random_assignment,
    rank_at_parameters,
    rank_interval,
    rectifier_rank_at,
    rectifier_ranks,
    theorem_1_assignment,
    upper_bound,
    verify_bound,
)

NETWORK = Network(2, 4, layers="3/1:2,4/4:1")
POINT = theorem_1_assignment(NETWORK, 1, (3,), 2, shared=True).assignment
OWN = Path(__file__).parents[1] / "docs" / "examples" / "two_taps"


# ---------------------------------------------------------------- what is given

ASKED: dict[str, Callable[[Any], Any]] = {
    "generic_rank": lambda cut: generic_rank(NETWORK, cut).lower.value,
    "rank_interval": lambda cut: rank_interval(NETWORK, cut).lower.value,
    "rank_at_parameters": lambda cut: rank_at_parameters(POINT, cut).rank,
    "exact_rank": lambda cut: exact_rank(POINT, cut).rank,
    "factored_rank": lambda cut: factored_rank(factorize(POINT), cut).rank,
    "upper_bound": lambda cut: upper_bound(NETWORK, cut).value,
    "verify_bound": lambda cut: verify_bound(NETWORK, partition=cut).bound,
    "singular_values": lambda cut: convac.singular_values(POINT, cut).size,
    "rectifier_ranks": lambda cut: rectifier_ranks(NETWORK, cut, "relu-sum").upper.value,
    "rectifier_rank_at": lambda cut: rectifier_rank_at(POINT, cut, "relu-sum").upper.value,
}


@pytest.mark.parametrize("name", ASKED)
def test_a_partition_is_an_object_or_a_word(name: str) -> None:
    ask = ASKED[name]
    assert ask("left-right") == ask(left_right(4))
    for wrong in (3, None, "diagonal", left_right(6)):
        with pytest.raises(InputError, match="partition"):
            ask(wrong)


def test_a_half_is_known_by_its_sites() -> None:
    sites = from_sites(4, 4, [(r, c) for r in range(4) for c in range(2)])
    assert verify_bound(NETWORK, partition=sites).verified
    with pytest.raises(InputError, match="left-right and top-bottom"):
        verify_bound(NETWORK, partition=checkerboard(4))


def test_integers_of_numpy_are_integers() -> None:
    four, two = np.int64(4), np.int32(2)
    network = Network(two, four, layers=[Layer(3, 1, two), Layer(four, four, 1)])
    assert network == NETWORK
    assert type(network.M) is type(network.layers[0].channels) is int
    assert generic_rank(network, "left-right", seed=np.int64(1)).exact
    assert Powers(np.int64(9)) == np.int64(9) == Powers([(np.int64(3), two)])


REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: generic_rank(NETWORK, "left-right", prime=4), "prime below 2"),
    (lambda: random_assignment(NETWORK, 0, GF(4), shared=True), "prime below 2"),
    (lambda: generic_rank(NETWORK, "left-right", weights="both"), "weights: got 'both'"),  # type: ignore[arg-type]
    (lambda: rank_interval(NETWORK, "left-right", weights=1), "weights: got 1"),  # type: ignore[arg-type]
    (lambda: Polynomials(["q"]), "names: got"),  # type: ignore[arg-type]
    (lambda: Polynomials(), "names: got"),
    (lambda: random_assignment(NETWORK, 0, float, shared=True), "ring: got"),  # type: ignore[arg-type]
    (lambda: random_assignment(NETWORK, -1, ZZ, shared=True), "seed: got -1"),
    (lambda: claims("nowhere.toml"), "claims: got 'nowhere.toml'"),
    (lambda: claims(str(OWN.with_suffix(".toml")), "nowhere.py"), "module: got 'nowhere.py'"),
    (lambda: check(3), "certificate: got 3"),  # type: ignore[arg-type]
    (lambda: exact_rank(NETWORK, "left-right"), "assignment: got"),  # type: ignore[arg-type]
    (lambda: rank_interval(POINT, "left-right"), "network: got"),  # type: ignore[arg-type]
    (lambda: Setting(NETWORK, "left-right"), "Setting.read takes words"),  # type: ignore[arg-type]
    (lambda: from_sites(2, 2, [(0, 0), (0, 0)]), "a site is given once"),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: str(case[1]))
def test_the_rest_is_refused_in_one_line(case: tuple[Callable[[], object], str]) -> None:
    with pytest.raises(InputError) as caught:
        case[0]()
    assert case[1] in str(caught.value)
    assert "\n" not in str(caught.value)


def test_tables_and_modules_may_be_named_by_texts() -> None:
    table, module = OWN.with_suffix(".toml"), OWN.with_suffix(".py")
    assert claims(str(table), str(module)) == claims(table, module)


# ---------------------------------------------------------------- what comes back


def test_there_is_a_version() -> None:
    assert convac.__version__ == version("convac")


def test_verdicts_and_checks_are_conditions_and_reports_are_not() -> None:
    assert verify_bound(M=2, H=4)
    assert not verify_bound(M=2, H=5)
    document = verify_bound(M=2, H=4).certificate()
    assert check(document)
    document["claim"]["value"] = [["2", 9]]
    assert not check(document)
    assert check(document).status == "INVALID"
    assert check("nowhere.json").status == "UNREADABLE"
    for report in (
        rank_interval(NETWORK, "left-right"),
        generic_rank(NETWORK, "left-right"),
        rectifier_ranks(NETWORK, "left-right", "relu-sum"),
        exact_rank(POINT, "left-right"),
    ):
        with pytest.raises(TypeError, match="no truth value"):
            bool(report)


def test_certificates_are_checked_from_files(tmp_path: Path) -> None:
    from convac.proofs.evidence import text

    file = tmp_path / "c.json"
    file.write_text(text(verify_bound(M=2, H=4).certificate()), encoding="utf-8")
    assert check(file).valid
    assert str(check(str(file))).startswith("VALID: rank = 2^8 ")


@pytest.mark.parametrize(
    "make",
    [
        lambda: verify_bound(M=2, H=4),
        lambda: verify_bound(M=2, H=5),
        lambda: rank_interval(NETWORK, "checkerboard"),
        lambda: rank_interval(
            Network(2, 4, layers="2/2:3,2/2:2,1/1:1"), "rows", weights="unshared"
        ),
        lambda: generic_rank(NETWORK, "random:3"),
        lambda: rank_at_parameters(POINT, "left-right"),
        lambda: rectifier_ranks(NETWORK, "left-right", "relu-sum"),
        lambda: exact_rank(POINT, "left-right"),
        lambda: factored_rank(factorize(POINT), "left-right"),
        lambda: POINT,
        lambda: random_assignment(NETWORK, 0, GF(7), shared=False),
        lambda: checkerboard(4),
        lambda: Powers([(2, 100)]),
        lambda: check(verify_bound(M=2, H=4).certificate()),
    ],
)
def test_what_is_pickled_comes_back_equal(make: Callable[[], object]) -> None:
    made = make()
    assert pickle.loads(pickle.dumps(made)) == made


def _classes(hint: object) -> Iterator[type]:
    if isinstance(hint, type) and not get_args(hint):
        yield hint
    for part in get_args(hint):
        yield from _classes(part)


def _results(value: Any) -> Iterator[tuple[str, object]]:
    """What a function, or each public method and property of a class, is said to return."""
    if not isinstance(value, type):
        yield value.__name__, get_type_hints(value).get("return")
        return
    for name, member in vars(value).items():
        call = member
        if isinstance(member, property):
            call = member.fget
        elif isinstance(member, cached_property):
            call = member.func
        elif isinstance(member, classmethod | staticmethod):
            call = member.__func__
        if not name.startswith("_") and inspect.isfunction(call):
            yield f"{value.__name__}.{name}", get_type_hints(call).get("return")
    if dataclasses.is_dataclass(value):
        reports = value.__name__.endswith(("Report", "Interval", "Rank", "Bound", "Verdict"))
        for field in dataclasses.fields(value) if reports else ():
            yield f"{value.__name__}.{field.name}", get_type_hints(value).get(field.name)


INTERNAL = {"Assignment.locals", "step", "ExactRank.factorization"}
"""What evaluation and decorators pass among themselves."""


@pytest.mark.parametrize("name", [n for n in convac.__all__ if callable(getattr(convac, n))])
def test_types_that_calls_return_are_exported(name: str) -> None:
    value = getattr(convac, name)
    if not (inspect.isfunction(value) or isinstance(value, type)):
        return
    for where, hint in _results(value):
        for found in _classes(hint):
            own = found.__module__.startswith("convac")
            assert not own or found.__name__ in convac.__all__ or where in INTERNAL, (where, found)


def test_assignments_are_compared_by_what_they_hold() -> None:
    same = Assignment(NETWORK, POINT.entries, POINT.ring)
    assert same == POINT
    assert random_assignment(NETWORK, 0, ZZ, shared=True) != POINT
