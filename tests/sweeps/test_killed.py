"""Sweeps and regressions that are killed at random moments: no process is left, and no row lost."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from contextlib import closing
from pathlib import Path

import pytest

SCRIPT = Path(sys.executable).parent / "convac"
RUNS = 20
# What a run ends with: 0 if it was done before, and -N by the signal where Python has hardly begun.
STATUSES = {signal.SIGKILL: (0, -9), signal.SIGTERM: (0, 143, -15), signal.SIGINT: (0, 130, -2)}
SWEEP = ["sweep", "--M", "2", "--H", "4", "--R", "2..4", "--D", "1..4", "--seeds", "0..4"]
SWEEP += ["--pooling", "product,relu-sum", "--layers", "{R}/1:{D},2/2:{D},2/2:1", "--workers", "2"]
REGRESS = ["regress", "--workers", "2", "--junit", "j.xml"]
MARK = "CONVAC_TEST_RUN"


def ours(mark: str) -> list[int]:
    """Processes with this mark in their environment, which every descendant inherits."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def killed(
    arguments: list[str], folder: Path, draw: random.Random, longest: float
) -> tuple[signal.Signals, str]:
    """Kill a run at a random moment, see that nothing of it is left; the signal and the output."""
    mark = str(draw.getrandbits(64))
    process = subprocess.Popen(
        [str(SCRIPT), *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", MARK: mark},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    sent = draw.choice(list(STATUSES))
    time.sleep(draw.uniform(0, longest))
    process.send_signal(sent)
    out, err = process.communicate(timeout=60)
    deadline = time.monotonic() + 30
    while ours(mark):
        assert time.monotonic() < deadline, f"a process outlived {sent.name}"
        time.sleep(0.05)
    # An interrupt within Python's own start ends it with 1, before anything of ours is read.
    assert process.returncode in STATUSES[sent] or "init_import_site" in err, err
    return sent, out


def stored(path: Path) -> dict[str, tuple[object, ...]]:
    """The rows by case, without what they took."""
    if not path.exists():
        return {}
    with closing(sqlite3.connect(path)) as store:
        store.row_factory = sqlite3.Row
        try:
            rows = store.execute("SELECT * FROM results").fetchall()
        except sqlite3.OperationalError:  # killed before it was made
            return {}
    return {row["key"]: tuple(row[k] for k in row.keys() if k != "seconds") for row in rows}  # noqa: SIM118


@pytest.mark.slow
def test_sweeps_that_are_killed_lose_no_row(tmp_path: Path) -> None:
    draw = random.Random(0)
    before: dict[str, tuple[object, ...]] = {}
    for _ in range(RUNS):
        killed(SWEEP, tmp_path, draw, 2.5)
        rows = stored(tmp_path / "sweep.sqlite")
        assert before.items() <= rows.items()
        assert all("failed" not in row for row in rows.values())
        before = rows
    for store in ("sweep.sqlite", "whole.sqlite"):
        subprocess.run(
            [str(SCRIPT), *SWEEP, "--store", store], cwd=tmp_path, capture_output=True, check=True
        )
    assert stored(tmp_path / "sweep.sqlite") == stored(tmp_path / "whole.sqlite")
    assert len(stored(tmp_path / "whole.sqlite")) == 120
    assert {path.suffix for path in tmp_path.iterdir()} == {".sqlite"}


@pytest.mark.slow
def test_regressions_that_are_killed_lose_no_row(tmp_path: Path) -> None:
    """What was printed is in a JUnit file that is whole; only SIGKILL leaves none."""
    draw = random.Random(1)
    for _ in range(RUNS):
        sent, out = killed(REGRESS, tmp_path, draw, 6.0)
        lines = [line for line in out.splitlines() if line.startswith("ok ")]
        junit = tmp_path / "j.xml"
        assert junit.exists() or sent == signal.SIGKILL or not lines
        if junit.exists():
            suite = ElementTree.parse(junit).getroot()
            assert suite.attrib["tests"] == str(len(suite.findall("testcase")))
            assert sum(len(case) == 0 for case in suite.findall("testcase")) >= len(lines)
            junit.unlink()
        assert not list(tmp_path.iterdir())
