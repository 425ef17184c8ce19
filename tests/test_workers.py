"""Worker processes: none outlives its parent, and one that dies costs its own row."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from pathlib import Path

import pytest
from convac.workers import count_of
from shell import (
    OWN,
    SCRIPTS,
    SWEEP,
    VERIFIED,
    descendants,
    own_table,
    shell,
)

slow = pytest.mark.slow


@slow
def test_a_worker_that_dies_costs_one_row(tmp_path: Path) -> None:
    body = f"if M == 2: os.kill(os.getpid(), signal.SIGKILL)\n    {VERIFIED}"
    own_table(tmp_path, body, (1, 2, 3))
    result = shell(f"{OWN} --workers 2", tmp_path)
    assert (result.returncode, result.stderr) == (4, "")
    lines = result.stdout.splitlines()
    assert [line[:2] for line in lines[:3]] == ["ok", "– ", "ok"]
    assert "mine M=2: could not finish: the process was killed" in lines[1]
    assert lines[3] == "3 claims: 2 as expected, 1 could not finish"
    assert ElementTree.parse(tmp_path / "j.xml").getroot().attrib["errors"] == "1"


def gone(processes: Iterable[int]) -> None:
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in processes):
        assert time.monotonic() < deadline, "a worker outlived its parent"
        time.sleep(0.05)


@pytest.mark.parametrize(
    "sent",
    [
        signal.SIGKILL,
        pytest.param(signal.SIGTERM, marks=slow),
        pytest.param(signal.SIGINT, marks=slow),
    ],
)
def test_no_worker_outlives_a_regression(sent: signal.Signals, tmp_path: Path) -> None:
    """Not even one within a long call of a library, which lets no other code of Python run."""
    last = f"(open(str(os.getpid()), 'w').close(), 7 ** 2**28) if M > 1 else None\n    {VERIFIED}"
    own_table(tmp_path, last, (1, 2, 3))
    process = subprocess.Popen(
        [str(SCRIPTS / "convac"), *OWN.split()[1:], "--workers", "2"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while len([path for path in tmp_path.iterdir() if path.name.isdigit()]) < 2:
        assert process.poll() is None
        time.sleep(0.02)
    workers = descendants(process.pid)
    process.send_signal(sent)
    out, err = process.communicate(timeout=30)
    gone(workers)
    assert out.startswith("ok     mine M=1: verified")
    if sent == signal.SIGKILL:
        assert process.returncode == -signal.SIGKILL
        return
    status, word = {signal.SIGTERM: (143, "terminated"), signal.SIGINT: (130, "interrupted")}[sent]
    assert (process.returncode, err) == (status, f"error: {word}\n")
    suite = ElementTree.parse(tmp_path / "j.xml").getroot().attrib
    assert (suite["tests"], suite["errors"], suite["failures"]) == ("3", "2", "0")


@pytest.mark.parametrize("command", ["convac regress", SWEEP.rpartition(" --workers")[0]])
@pytest.mark.parametrize("workers", ["999999999999999999", "1025"])
def test_too_many_workers_are_refused(command: str, workers: str, tmp_path: Path) -> None:
    result = shell(f"{command} --workers {workers}", tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"error: --workers: got {workers}; 1 to 1024 processes are run\n"
    assert not list(tmp_path.iterdir())


def test_workers_are_as_many_as_the_cores_that_may_be_used() -> None:
    code = (
        "import os; from convac.workers import count_of; "
        "os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); print(count_of(None))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout == "1\n"
    assert count_of(3) == 3


UNGUARDED = """
from pathlib import Path
from convac.sweeps.request import requested_family
from convac.sweeps.run import sweep

family = requested_family(None, {"M": "2", "H": "2", "R": "1,2"}, layers=["{R}/1:1,2/2:1"])
sweep(family, Path("s.sqlite"), workers=1)
"""


@slow
def test_a_script_without_a_main_guard_loses_no_row(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(UNGUARDED, encoding="utf-8")
    result = shell(f"{sys.executable} script.py", tmp_path)
    assert result.returncode != 0
    last = result.stderr.splitlines()[-1]
    assert last.startswith("convac.errors.WorkersError: the worker processes cannot start")
    assert 'if __name__ == "__main__":' in last
    with sqlite3.connect(tmp_path / "s.sqlite") as store:
        assert store.execute("SELECT count(*) FROM results").fetchone() == (0,)
    store.close()
