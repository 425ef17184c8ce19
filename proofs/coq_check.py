"""Certificates checked in Coq's kernel: the file that `convac coq` writes, and Coq on it."""

from __future__ import annotations

from . import checker
from .coq_certificate import coq_answer
from .steps import NotRun
from .symbolic.formal_library import run_coq
from .symbolic.kernel import CLOSED, library_files

INSTALL = (
    "needed: Coq 8.16 with MathComp 1.15 and its multinomials (on Debian 12 coq, libcoq-mathcomp-algebra, "
    "libcoq-mathcomp-multinomials), and make -C formal"
)


def coq_verdict(name: str) -> tuple[int, str]:
    """Exit status and line of a file: 0 if Coq's kernel proves its claim without an axiom.

    1 or 2 if the checker refuses it, 3 if it is not covered, 4 if Coq is not there, or refuses what was
    written: then nothing is said about the claim.
    """
    status, said = coq_answer(name)
    if status:
        return status, said
    try:
        library_files()
        printed = run_coq(said, None)
    except NotRun as why:
        return checker.LARGE, f"{checker.WORDS[checker.LARGE]}: {why}; {INSTALL}"
    if printed != f"{CLOSED}\n":
        return checker.LARGE, f"{checker.WORDS[checker.LARGE]}: the theorem rests on an axiom"
    claim = checker.verdict(name)[1].removeprefix("VALID: ").partition("; by the lemmas:")[0]
    return 0, f"PROVED IN COQ: {claim}; no axiom"


def coq_verdicts(names: list[str]) -> tuple[int, list[tuple[int, str]]]:
    """The exit status for several files, 1 before 4 before 2 before 3, and what is said of each."""
    lines = [coq_verdict(name) for name in names]
    found = {status for status, _ in lines}
    return next((status for status in (1, 4, 2, 3) if status in found), 0), lines
