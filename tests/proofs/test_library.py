"""The library of theorems: complete statements, names, sizes, and theorems of one's own."""

from __future__ import annotations

import pytest
from convac import (
    Claim,
    InputError,
    Outcome,
    Powers,
    RankClaim,
    Setting,
    Status,
    Step,
    Verdict,
    conclude,
    theorem,
    theorems,
)
from convac.proofs.library import find
from convac.proofs.theorem import PAPER, PROJECT, parse_sizes

THEOREMS = theorems()


@pytest.mark.parametrize("name", sorted(THEOREMS))
def test_statements_are_complete(name: str) -> None:
    r = THEOREMS[name]
    assert r.source in (PAPER, PROJECT)
    assert r.statement
    assert r.latex
    assert r.section
    assert r.instances
    assert "\n\n" not in r.latex


def test_names_are_found_or_the_nearest_is_named() -> None:
    assert find("headline", THEOREMS).name == "headline"
    with pytest.raises(InputError, match=r"did you mean overlap-law\?"):
        find("overlap-lw", THEOREMS)


def test_sizes_follow_the_signature() -> None:
    law = THEOREMS["overlap-law"]
    sizes = parse_sizes(law.check, {"M": "3", "H": "6", "R": "2", "D": "1"}, "overlap-law")
    assert sizes == {"M": 3, "H": 6, "R": 2, "D": 1}
    for bad, message in (
        ({"M": "3"}, "needs it"),
        ({"Q": "3"}, "overlap-law takes --M"),
        ({"M": "0", "H": "6", "R": "2", "D": "1"}, "whole number"),
        ({"M": "1" * 19, "H": "6", "R": "2", "D": "1"}, "whole number"),
    ):
        with pytest.raises(InputError, match=message):
            parse_sizes(law.check, bad, "overlap-law")


@theorem(
    name="ours",
    title="Ours",
    source="us",
    section="here",
    statement="s",
    latex="l",
    instances=[{}],
)
def ours(*, M: int = 2, status: str = "passed") -> Verdict:
    step = Step("arithmetic", "by hand", Status(status), "1 = 1")
    return conclude([step], "", subject=f"M = {M}")


@ours.variant("false", "rank ≥ 9", {"M": 2})
def false(*, M: int) -> RankClaim:
    setting = Setting.read(M=M, H=2, layers="2/1:2,2/2:1")
    return RankClaim.of_setting(setting, Claim(">=", Powers(9)))


def test_a_theorem_is_one_decorated_function() -> None:
    assert ours(M=3).about == "M = 3"
    assert (ours(M=3).theorem, ours(M=3).source) == ("Ours", "us")
    assert ours.refute(ours.variants["false"], {"M": 2}).outcome is Outcome.REFUTED
    assert ours.refute(ours.variants["false"], {"M": 3}).outcome is Outcome.VERIFIED


def test_a_verdict_is_true_iff_it_is_verified() -> None:
    assert ours()
    assert not ours(status="failed")
    assert ours(status="failed").outcome is Outcome.NOT_VERIFIED
    assert not THEOREMS["headline"](M=2, H=3)


def test_a_verdict_that_no_step_supports_is_a_fault() -> None:
    for status in ("lemma", "not run"):
        with pytest.raises(AssertionError, match="without a step that passed"):
            ours(status=status)
