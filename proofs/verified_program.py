"""The verified checker as a program: `make -C formal checker` extracts it from Coq and compiles it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .steps import NotRun
from .symbolic.formal_library import folder

VALID, INVALID = "VALID: ", "INVALID: "


def program() -> Path:
    """Its file; raises NotRun unless it is there and built after all of its sources."""
    home = folder()
    built = home / "extraction" / "checker"
    if not built.exists():
        raise NotRun("the extracted checker is not built on this machine (make -C formal checker)")
    names = (home / "_CoqProject").read_text().split()
    sources = [home / name for name in names if name.endswith(".v")]
    sources += [home / "extraction" / name for name in ("Extract.v", "checker.ml")]
    if any(source.stat().st_mtime > built.stat().st_mtime for source in sources):
        raise NotRun("the extracted checker is older than its sources (make -C formal checker)")
    return built


def run_program(text: str) -> tuple[bool, str]:
    """Whether it accepts a text (proofs/checker_input.py), and the network and the claim as it read them.

    Raises
    ------
    NotRun
        If it is not built, or ends in another way, with its reason.
    """
    try:
        done = subprocess.run([program()], input=text, capture_output=True, text=True)
    except OSError as error:
        raise NotRun(f"the extracted checker does not run: {error.strerror}") from None
    line = done.stdout.removesuffix("\n")
    for status, word in enumerate((VALID, INVALID)):
        if done.returncode == status and line.startswith(word) and "\n" not in line:
            return not status, line.removeprefix(word)
    said = " ".join(done.stderr.split()) or f"exit status {done.returncode}"
    raise NotRun(f"the extracted checker: {said}")
