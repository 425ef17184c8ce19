"""The statements that a proof kernel has checked, as steps of a transcript.

The formal development is in `formal/` beside the package, in a clone of the repository. A step lets Coq
load the library that is built there, state the theorems and print what they assume, and compares this
with `formal/statements.txt`. Loading does not check the proofs again: `make -C formal check` does.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from ..steps import NotRun, Status, Step

FOLDER = Path(__file__).parents[2] / "formal"
SYSTEM = "Coq 8.16, MathComp 1.15"
TESTED = "measure zero and the agreement of program and formalization are tested, not proved"
LONGEST = 120
CLOSED = "Closed under the global context"

Files = tuple[tuple[str, int, int], ...]


def kernel_step(*theorems: str) -> Step:
    """Name theorems, as "Law.headline" of formal/Law.v, and say whether Coq loads them on this machine."""
    said = f"{_listed(theorems)}, for all sizes and any field"
    try:
        _load(theorems, _files())
    except NotRun as why:
        state, status = str(why), Status.NOT_RUN
    else:
        state = (
            "Coq loads them on this machine, as stated and without an axiom; make -C formal check "
        )
        state, status = state + "runs the independent checker", Status.LEMMA
    return Step("kernel", f"proof kernel, {SYSTEM}", status, f"{said}; {state}; {TESTED}")


def _listed(theorems: Sequence[str]) -> str:
    """The theorems by file.

    >>> _listed(["Law.headline", "Law.headline_sharp", "Generic.headline_generic"])
    'formal/Law.v: headline, headline_sharp; formal/Generic.v: headline_generic'
    """
    files: dict[str, list[str]] = {}
    for theorem in theorems:
        file, _, name = theorem.rpartition(".")
        files.setdefault(file.replace(".", "/"), []).append(name)
    return "; ".join(f"formal/{file}.v: {', '.join(names)}" for file, names in files.items())


def _files() -> Files:
    """What a step reads, with times and sizes; raises NotRun unless all is built, after its source."""
    project = FOLDER / "_CoqProject"
    if not project.exists():
        raise NotRun("formal/ is not part of this installation")
    sources = [FOLDER / line for line in project.read_text().split() if line.endswith(".v")]
    found = []
    for source in sources:
        built = source.with_suffix(".vo")
        if not built.exists() or built.stat().st_mtime < source.stat().st_mtime:
            raise NotRun("not built on this machine (make -C formal check)")
        found.append(built)
    read = (*found, FOLDER / "preamble.v", FOLDER / "statements.txt")
    return tuple((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in read)


@cache
def _load(theorems: tuple[str, ...], _: Files) -> None:
    """Raise NotRun unless Coq states the theorems as formal/statements.txt does, without an axiom."""
    preamble, golden = (FOLDER / "preamble.v").read_text(), _statements()
    commands = (f"Check @Overlap.{t}.\nPrint Assumptions Overlap.{t}.\n" for t in theorems)
    printed = run_coq(preamble + "".join(commands))
    if printed != "".join(f"{golden.get(t)}{CLOSED}\n" for t in theorems):
        raise NotRun("what is built on this machine is not what formal/statements.txt states")


def _statements() -> dict[str, str]:
    """What Coq's Check prints, by theorem."""
    blocks = re.split("^== ", (FOLDER / "statements.txt").read_text(), flags=re.MULTILINE)
    titled = (block.partition("\n") for block in blocks)
    return {title: text for title, _, text in titled}


def run_coq(source: str) -> str:
    """What Coq prints for a source that may use the library of formal/.

    Raises
    ------
    NotRun
        If there is no Coq, or it refuses the source or the library, with its first line of reasons.
    """
    coqc = shutil.which("coqc")
    if coqc is None:
        raise NotRun("built, but coqc is not installed here")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "load.v"
        path.write_text(source)
        command = [coqc, "-q", "-R", str(FOLDER), "Overlap", "-w", "none", str(path)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=LONGEST, cwd=folder
            )
        except subprocess.TimeoutExpired:
            raise NotRun(f"Coq did not load the library in {LONGEST} seconds") from None
    if done.returncode:
        reason = done.stderr.partition("Error:")[2].replace(str(FOLDER), "formal").split("\n\n")[0]
        raise NotRun(
            f"Coq does not load the library: {' '.join(reason.split()) or 'no reason given'}"
        )
    return done.stdout
