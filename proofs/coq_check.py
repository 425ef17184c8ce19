"""Certificates checked by the verified checker: the program extracted from Coq, else Coq's kernel."""

from __future__ import annotations

from . import checker
from .block_evaluation import NotCovered
from .checker_input import checker_text
from .coq_certificate import coq_text
from .steps import NotRun
from .symbolic.formal_library import run_coq
from .symbolic.kernel import CLOSED, library_files
from .translation import NOT_COVERED, Translation, translated_file
from .verified_program import program, run_program

INSTALL = (
    "needed: Coq 8.16 with MathComp 1.15 and its multinomials (on Debian 12 coq, libcoq-mathcomp-algebra, "
    "libcoq-mathcomp-multinomials, and ocaml-nox and ocaml-findlib, which come with coq), and "
    "make -C formal checker"
)


def coq_verdict(name: str) -> tuple[int, str]:
    """Exit status and line of a file: 0 if the verified checker accepts it, by itself or in Coq's kernel.

    1 or 2 if the checker in Python refuses it, 3 if it is not covered, 4 if neither is there, or what was
    written is refused: then nothing is said about the claim.
    """
    status, found = translated_file(name)
    if not isinstance(found, Translation):
        return status, found
    try:
        return 0, _by_program(found) if _built() else _by_kernel(found)
    except NotCovered as why:
        return NOT_COVERED, str(why)
    except NotRun as why:
        return checker.LARGE, f"{checker.WORDS[checker.LARGE]}: {why}"


def _built() -> bool:
    try:
        return bool(program())
    except NotRun:
        return False


def _by_program(translation: Translation) -> str:
    """What is said if the extracted checker accepts; raises NotRun if it does not.

    Most evidence is accepted as it is; to evaluate it first takes longer than the program.
    """
    accepted, claim = run_program(checker_text(translation, evaluated=False))
    if not accepted:
        accepted, claim = run_program(checker_text(translation))
    if not accepted:
        raise NotRun(f"the extracted checker does not accept what was written: {claim}")
    return f"PROVED BY THE CHECKER EXTRACTED FROM COQ, which read: {claim}"


def _by_kernel(translation: Translation) -> str:
    """What is said if Coq's kernel proves the claim; raises NotRun if it does not."""
    source = coq_text(translation)
    try:
        library_files()
        printed = run_coq(source, None)
    except NotRun as why:
        raise NotRun(f"{why}; {INSTALL}") from None
    if printed != f"{CLOSED}\n":
        raise NotRun("the theorem rests on an axiom")
    return f"PROVED IN COQ: {translation.said.partition('; by the lemmas:')[0]}; no axiom"


def coq_verdicts(names: list[str]) -> tuple[int, list[tuple[int, str]]]:
    """The exit status for several files, 1 before 4 before 2 before 3, and what is said of each."""
    lines = [coq_verdict(name) for name in names]
    found = {status for status, _ in lines}
    return next((status for status in (1, 4, 2, 3) if status in found), 0), lines
