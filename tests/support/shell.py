"""Lines of bash with the installed scripts, and what several tests give them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

SCRIPTS = Path(sys.executable).parent
GOOD = "verify-bound --M 2 --H 4"
CLAIM = '[[claims]]\nresult = "headline"\nM = {}\nH = 2\nsays = "= {}^2"\n'


def shell(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line of bash with the installed scripts on the path."""
    path = os.pathsep.join([str(SCRIPTS), os.environ["PATH"]])
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def descendants(pid: int) -> list[int]:
    """The processes below a process, by /proc."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent == pid:
            found += [int(folder.name), *descendants(int(folder.name))]
    return found


SWEEP = "convac sweep --M 2 --H 2 --R 1,2 --D 1 --layers '{R}/1:{D},{H}/{H}:1' --workers 1"
WRITERS = {
    "certificate": f"{GOOD} --certificate",
    "plot": f"{GOOD} --plot",
    "junit": "convac regress --claims t.toml --junit",
    "export": f"{SWEEP} --export",
    "report": f"{SWEEP} --report",
}
NAMES = {"plot": "f.svg", "export": "f.csv"}
WRITERS_AS_PARAMETERS = [
    name if name in ("certificate", "junit") else pytest.param(name, marks=pytest.mark.slow)
    for name in WRITERS
]
MODULE = """
import sys
from convac import Verdict, theorem

{}

@theorem(
    name="mine", title="Mine", source="I", section="1", statement="x", latex="x",
    instances=[{{"M": 1}}, {{"M": 2}}],
)
def mine(*, M: int) -> Verdict:
    {}
"""


def own_table(folder: Path, body: str, sizes: Iterable[int]) -> None:
    """A module whose check runs `body`, and a table with one row a size."""
    (folder / "own.py").write_text(MODULE.format("import os, signal", body), encoding="utf-8")
    rows = [f'[[claims]]\nresult = "mine"\nM = {M}\n' for M in sizes]
    (folder / "t.toml").write_text("".join(rows), encoding="utf-8")


OWN = "convac regress --claims t.toml --module own.py --junit j.xml"
VERIFIED = (
    "from convac import Outcome, Status, Step; "
    'return Verdict("Mine", "I", Outcome.VERIFIED, "x", steps=(Step("x", "x", Status.PASSED, "x"),))'
)
