"""The lemma on measure zero, which a proof kernel has checked where formal/measure/ is built.

`make -C formal/measure check` writes the digests of what it checked to `checked.sha256`. A step that names
the lemma says so where the files are still those; elsewhere it stays as it is.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from ..steps import Status, Step
from .formal_library import folder

METHOD = "lemma: zeros of a nonzero polynomial have measure zero"
NEEDED = {"Null.v", "Null.vo", "AlmostAll.v", "AlmostAll.vo", "statements.txt"}
CHECKED = (
    "; the lemma was checked by a proof kernel on this machine, formal/measure/Null.v: null_zeros, from "
    "three axioms: propositional extensionality, functional extensionality and constructive indefinite "
    "description"
)


def cited(step: Step) -> Step:
    """The step, and that the kernel checked its lemma, if it is this one and it was."""
    if step.method != METHOD or step.status is not Status.LEMMA or not checked():
        return step
    return replace(step, detail=step.detail + CHECKED)


def checked() -> bool:
    """Whether the files of formal/measure/ are those that its `make check` accepted on this machine."""
    measure = folder() / "measure"
    try:
        lines = (measure / "checked.sha256").read_text().splitlines()
        digests = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
        return set(digests) >= NEEDED and all(
            _digest(measure / name) == digest for name, digest in digests.items()
        )
    except (OSError, ValueError):
        return False


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
