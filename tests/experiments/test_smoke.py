"""The whole of it, with two tiny networks: trains, resumes, draws, and notices a file that was changed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("jax", reason="pip install 'convac[train]'")
pytest.importorskip("mnist1d", reason="pip install 'convac[train]'")
pytest.importorskip("optax", reason="pip install 'convac[train]'")
pytest.importorskip("sklearn", reason="pip install 'convac[train]'")

from shell import descendants

ROOT = Path(__file__).parents[2]
NAME = "signals-product-B2-C2-seed1.json"


def smoke(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "experiments", "--smoke", "--runs", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_smoke(tmp_path: Path) -> None:
    first = smoke(tmp_path)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("4 runs, 0 are there\n")
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert {"results.csv", "training-signals.png", NAME} <= set(files)
    assert len(files["training-signals.png"]) > 10_000

    # Nothing is trained again, but what is not there, which comes out the same; the picture is the same.
    (tmp_path / NAME).unlink()
    kept = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.json")}
    again = smoke(tmp_path)
    assert again.returncode == 0, again.stderr
    assert again.stdout.startswith("4 runs, 3 are there\n4 of 4: signals-product-B2-C2, 1 seeds\n")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == files
    assert kept == {name: (tmp_path / name).stat().st_mtime_ns for name in kept}

    # A file that was changed is said in one line, and neither used nor replaced.
    text = files[NAME].decode().replace('"training": 0.', '"training": 1.')
    (tmp_path / NAME).write_text(text, encoding="utf-8")
    changed = smoke(tmp_path)
    assert changed.returncode == 2
    assert changed.stderr.count("\n") == 1
    assert NAME in changed.stderr
    assert (tmp_path / NAME).read_text(encoding="utf-8") == text


def trains(pid: int) -> bool:
    """Whether a process has loaded jax."""
    return "jaxlib" in Path(f"/proc/{pid}/maps").read_text()


@pytest.mark.slow
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_processes_end_with_the_run(tmp_path: Path, number: int, status: int) -> None:
    command = [sys.executable, "-m", "experiments", "--smoke", "--runs", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        run.stdout.readline()
        while not any(map(trains, started := descendants(run.pid))):
            time.sleep(0.05)
        run.send_signal(number)
        assert run.wait(60) == status
        assert b"Traceback" not in (run.stderr.read() if run.stderr else b"")
    # That which tracks their resources ends by itself, a little later.
    left = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in started) and time.monotonic() < left:
        time.sleep(0.05)
    assert not [pid for pid in started if Path(f"/proc/{pid}").exists()]
    assert not list(tmp_path.glob(".convac-*"))
