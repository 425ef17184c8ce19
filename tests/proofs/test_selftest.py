"""The self-test says yes here, and each of its checks says no where something is broken."""

from __future__ import annotations

import pytest
from convac.algebra.powers import Powers
from convac.proofs import checker, selftest
from convac.proofs.verdict import Outcome, Status

CHECKS = ("_kernel", "_engines", "_proof", "_checker", "_bounds", "_rectifiers")


def test_all_is_well() -> None:
    verdict = selftest.selftest()
    assert verdict.verified
    assert len(verdict.steps) == len(CHECKS) + 1
    assert "python" in verdict.steps[-1].detail


@pytest.mark.parametrize("broken", CHECKS)
def test_a_check_that_fails_fails_the_whole(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CHECKS:
        monkeypatch.setattr(selftest, name, lambda name=name: (name != broken, name))
    verdict = selftest.selftest()
    assert verdict.outcome is Outcome.NOT_VERIFIED
    assert [step.detail for step in verdict.steps if step.status is Status.FAILED] == [broken]


def test_a_broken_kernel_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "rank_mod_p", lambda matrix, p: 179)
    assert not selftest._kernel()[0]


def test_a_broken_engine_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong:
        rank = Powers([(3, 1)])

    monkeypatch.setattr(selftest, "NETWORKS", selftest.NETWORKS[:1])
    monkeypatch.setattr(selftest, "rank_at", lambda *_: Wrong)
    assert not selftest._engines()[0]


def test_a_checker_that_always_says_yes_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checker, "check", lambda document: "VALID")
    assert selftest._checker() == (False, "VALID, and VALID with another bias")


def test_whatever_is_raised_is_named() -> None:
    def broken() -> tuple[bool, str]:
        raise ImportError("no such library")

    step = selftest._step("engines", "by hand", broken)
    assert (step.status, step.detail) == (Status.FAILED, "ImportError: no such library")


def test_extras_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "find_spec", lambda name: None)
    assert "extras not installed: prove, plot, distributed" in selftest._versions()
