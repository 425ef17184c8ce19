"""The self-test says yes here, and no where something is broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from convac.algebra.powers import Powers
from convac.proofs import checker, selftest
from convac.proofs.selftest import selftest as run
from convac.proofs.verdict import Outcome, Status


def failed() -> list[str]:
    verdict = run()
    names = [step.name for step in verdict.steps if step.status is Status.FAILED]
    assert verdict.outcome is (Outcome.NOT_VERIFIED if names else Outcome.VERIFIED)
    return names


def test_all_is_well() -> None:
    assert failed() == []
    assert "python" in run().steps[-1].detail


def test_a_broken_kernel_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "rank_mod_p", lambda matrix, p: 179)
    assert failed() == ["kernel"]


def test_a_broken_engine_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong:
        rank = Powers([(3, 1)])

    monkeypatch.setattr(selftest, "rank_at", lambda *_: Wrong)
    assert failed() == ["engines"]


def test_a_checker_that_always_says_yes_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checker, "check", lambda document: "VALID")
    assert failed() == ["checker"]


def test_whatever_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise ImportError("no such library")

    monkeypatch.setattr(selftest, "bound_for", broken)
    monkeypatch.setattr(
        selftest, "rectifier_ranks", lambda *_, **__: (_ for _ in ()).throw(OSError)
    )
    monkeypatch.setattr(selftest, "verify_bound", broken)
    assert failed() == ["proof", "checker", "bounds", "rectifiers"]


def test_extras_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "find_spec", lambda name: None)
    assert "extras not installed: prove, plot, distributed" in run().steps[-1].detail
    assert Path(checker.__file__).name == "checker.py"
