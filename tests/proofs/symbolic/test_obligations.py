"""The language of obligations: SMT-LIB, evaluation, and the solver agree; false ones are found."""

from __future__ import annotations

import builtins
from itertools import product

import pytest
from convac.proofs.steps import Status
from convac.proofs.symbolic.geometry import Strides, channels, common, cuts, halves
from convac.proofs.symbolic.obligations import Obligation, discharge
from convac.proofs.theorems.standard_blocks import OBLIGATIONS
from hypothesis import given, settings
from hypothesis import strategies as st

z3 = pytest.importorskip("z3")

PATTERNS = [Strides((1,), ()), Strides((1, 2), (2,)), Strides((2, 1, 3), (3, 2))]
ALL = [
    obligation
    for strides in PATTERNS
    for group in (
        common(strides),
        halves(strides),
        cuts(strides),
        channels(strides, True),
        channels(strides, False),
    )
    for obligation in group
] + list(OBLIGATIONS)


@pytest.mark.parametrize("obligation", ALL, ids=lambda o: o.name)
def test_obligations_hold_and_their_premises_can_be_met(obligation: Obligation) -> None:
    """Proved by the solver; premises that nothing meets would prove anything."""
    assert [s.status for s in discharge([obligation])] == [Status.PASSED]
    vacuous = Obligation(obligation.name, obligation.variables, obligation.given, "0 == 1")
    step = discharge([vacuous])[0]
    assert step.status is Status.FAILED
    assert "Not so: " in step.detail


def test_evaluation_finds_no_exception_to_what_was_proved() -> None:
    """A few obligations by plain evaluation on all small integers, premises met many times."""
    few = [o for o in ALL if len(o.variables) <= 5]
    assert len(few) > 10
    for obligation in few:
        met = 0
        for values in product(
            range(6 if len(obligation.variables) < 5 else 4), repeat=len(obligation.variables)
        ):
            point = dict(zip(obligation.variables, values, strict=True))
            met += obligation.premises_hold_at(point)
            assert obligation.holds_at(point), point
        assert met > 0, obligation


@pytest.mark.parametrize("dropped", ["T > w", "near + T <= n"])
def test_sabotage_a_premise_left_out(dropped: str) -> None:
    """Without the overlap past half, or with far sites outside, pairs need not cross."""
    cross = next(o for o in halves(Strides((1,), ())) if o.name == "pairs cross")
    text = "v + T <= n" if dropped.startswith("near") else dropped
    weaker = Obligation(
        "x", cross.variables, tuple(g for g in cross.given if g != text), cross.proves
    )
    assert len(weaker.given) < len(cross.given)
    assert discharge([weaker])[0].status is Status.FAILED


def test_sabotage_a_headline_with_half_of_the_grid() -> None:
    wrong = Obligation(
        "x",
        ("n", "w", "v", "T"),
        ("w >= 1", "n == 2*w", "T == w", "v >= 0"),
        "iff(v + T <= n, v < w)",
    )
    assert discharge([wrong])[0].status is Status.FAILED


expressions = st.recursive(
    st.one_of(st.sampled_from(["x", "y"]), st.integers(0, 5).map(str)),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-"]), inner).map(
            lambda t: f"({t[0]} {t[1]} {t[2]})"
        ),
        st.tuples(inner, st.sampled_from(["//", "%", "*"]), st.integers(1, 4)).map(
            lambda t: f"({t[0]} {t[1]} {t[2]})"
        ),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(
            lambda t: f"{t[0]}({t[1]}, {t[2]})"
        ),
    ),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None)
@given(expressions, expressions, st.sampled_from(["<", "<=", "==", "!=", ">", ">="]), st.integers(-6, 6),
       st.integers(-6, 6))  # fmt: skip
def test_solver_and_evaluation_mean_the_same(a: str, b: str, sign: str, x: int, y: int) -> None:
    """At one point the solver decides what plain evaluation says; negative numbers included."""
    given_point = (f"x + 6 == {x + 6}", f"y + 6 == {y + 6}")
    obligation = Obligation("p", ("x", "y"), given_point, f"{a} {sign} {b}")
    step = discharge([obligation])[0]
    holds = obligation.holds_at({"x": x, "y": y})
    assert step.status is (Status.PASSED if holds else Status.FAILED)


@pytest.mark.parametrize(
    "text", ["x*y == 0", "x//y == 0", "x//0 == 0", "x % -2 == 0", "z == 0", "f(x, x) == 0", "x**2 == 0",
             "__import__('os')", "x == 1.5", "x == True", "'a' == 'a'", "implies(x == 0)", "[x] == x"]
)  # fmt: skip
def test_nothing_else_is_in_the_language(text: str) -> None:
    with pytest.raises(ValueError, match="not in the language"):
        _ = Obligation("p", ("x", "y"), (), text).smt


def test_without_the_solver_nothing_is_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: object) -> object:
        if name == "z3":
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", refuse)
    steps = discharge(list(common(PATTERNS[0])))
    assert {s.status for s in steps} == {Status.NOT_RUN}
    assert all("not installed" in s.detail and s.formula for s in steps)
    from convac import theorems
    from convac.proofs.verdict import Outcome

    headline = theorems()["headline"]
    assert headline.all_sizes is not None
    assert headline.prove_all_sizes().outcome is Outcome.COULD_NOT_FINISH
