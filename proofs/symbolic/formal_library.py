"""The formal development on this machine: its folder, and Coq run on its compiled library.

It is in `formal/` beside the package, in a clone of the repository, or in the folder that the environment
variable CONVAC_FORMAL names.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from ..steps import NotRun

LONGEST = 120


def folder() -> Path:
    """The folder of the formal development; it need not exist."""
    return Path(os.environ.get("CONVAC_FORMAL") or Path(__file__).parents[2] / "formal").absolute()


def run_coq(source: str, seconds: float | None = LONGEST) -> str:
    """What Coq prints for a source that may use the library, in so many seconds (None: any number).

    Raises
    ------
    NotRun
        If there is no Coq, or it refuses the source or the library, with its reason.
    """
    coqc = shutil.which("coqc")
    if coqc is None:
        raise NotRun("built, but coqc is not installed here")
    with tempfile.TemporaryDirectory() as room:
        path = Path(room) / "load.v"
        path.write_text(source)
        command = [coqc, "-q", "-R", str(folder()), "Overlap", "-w", "none", str(path)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=seconds, cwd=room
            )
        except subprocess.TimeoutExpired:
            raise NotRun(f"Coq did not load the library in {seconds} seconds") from None
    if done.returncode:
        reason = done.stderr.partition("Error:")[2].replace(str(folder()), "formal")
        said = " ".join(reason.split("\n\n")[0].split())
        raise NotRun(f"Coq does not load the library: {said or 'no reason given'}")
    return done.stdout
