"""The benchmark that holds the two checkers of certificates against each other, small, and sabotaged."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SCRIPT = ROOT / "benchmarks" / "two_checkers.py"
CHECKER = ROOT / "formal" / "extraction" / "checker"


def compared(formal: Path, keep: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), "--quick", "--keep", str(keep), *options]
    environment = {**os.environ, "CONVAC_FORMAL": str(formal)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def says(folder: Path, line: str, status: int) -> Path:
    """A formal development whose program says this of everything."""
    (folder / "extraction").mkdir()
    (folder / "_CoqProject").write_text("-R . Overlap\n")
    for name in ("Extract.v", "checker.ml", "checker"):
        (folder / "extraction" / name).write_text(f"#!/bin/sh\necho '{line}'; exit {status}\n")
    (folder / "extraction" / "checker").chmod(0o755)
    return folder


@pytest.mark.formal
@pytest.mark.skipif(not CHECKER.exists(), reason="the extracted checker is not built here")
def test_the_two_checkers_agree(tmp_path: Path) -> None:
    done = compared(ROOT / "formal", tmp_path, "--networks", "16", "--mutants", "150")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    total = next(line for line in done.stdout.splitlines() if line.startswith("all "))
    same, not_covered, different = map(int, total.split()[1:])
    assert same > 50
    assert not_covered < same / 5
    assert different == 0
    assert "invalid, refused" in done.stdout
    assert "valid, accepted" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_program_that_accepts_false_claims_is_found(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    done = compared(says(tmp_path, "VALID: all", 0), kept, "--networks", "0", "--mutants", "0")
    assert done.returncode == 1
    assert "invalid, accepted, claim FALSE" in done.stdout
    assert str(next(kept.glob("*.json"))) in done.stdout


@pytest.mark.slow
def test_a_program_that_refuses_valid_certificates_is_found(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    done = compared(says(tmp_path, "INVALID: all", 1), kept, "--networks", "2", "--mutants", "0")
    assert done.returncode == 1
    total = next(line for line in done.stdout.splitlines() if line.startswith("all "))
    assert int(total.split()[3]) == len(list(kept.glob("*.json"))) > 5
    assert "does not accept what was written: all" in done.stdout


def test_a_program_is_needed(tmp_path: Path) -> None:
    done = compared(tmp_path, tmp_path)
    assert (done.returncode, done.stdout) == (4, "")
    assert "COULD NOT FINISH: the extracted checker is not built" in done.stderr
