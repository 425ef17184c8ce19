"""The statements that a proof kernel has checked, as steps of a transcript.

The formal development is in `formal/` beside the package, in a clone of the repository. A step here
names statements; it does not run the kernel: `make -C formal check` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..steps import Status, Step

FOLDER = Path(__file__).parents[2] / "formal"
SYSTEM = "Coq 8.16, MathComp 1.15"
TESTED = "measure zero and the agreement of program and formalization are tested, not proved"


def kernel_step(file: str, theorems: Sequence[str]) -> Step:
    """Name the theorems of formal/<file>.v, and say whether they are built on this machine."""
    source, built = FOLDER / f"{file}.v", FOLDER / f"{file}.vo"
    said = f"formal/{file}.v: {', '.join(theorems)}, for all sizes and any field"
    if not source.exists():
        state, status = "formal/ is not part of this installation", Status.NOT_RUN
    elif not built.exists() or built.stat().st_mtime < source.stat().st_mtime:
        state, status = "not built on this machine (make -C formal check)", Status.NOT_RUN
    else:
        state, status = "built on this machine; make -C formal check runs the checker", Status.LEMMA
    return Step("kernel", f"proof kernel, {SYSTEM}", status, f"{said}; {state}; {TESTED}")
