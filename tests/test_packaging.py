"""What is built from the repository: wheel and source distribution, and what they hold."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def tracked() -> list[str]:
    """The files of the repository, where this is one."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no clone")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in listed.stdout.split("\0") if (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a wheel and a source distribution, built where an older build has left a module."""
    clone, out = tmp_path_factory.mktemp("clone"), tmp_path_factory.mktemp("dist")
    for name in tracked():
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, clone / name)
    stale = clone / "build" / "lib" / "convac" / "proofs" / "results" / "deleted.py"
    stale.parent.mkdir(parents=True)
    stale.write_text("raise RuntimeError('it was deleted')\n", encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--sdist", "--outdir", str(out), str(clone)],
        capture_output=True,
        check=True,
    )
    return out


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


@pytest.mark.slow
def test_a_wheel_holds_what_is_there_and_nothing_deleted(built: Path) -> None:
    with zipfile.ZipFile(only(built, "*.whl")) as wheel:
        held = {name for name in wheel.namelist() if name.startswith("convac/")}
    outside = ("tests/", "docs/", "benchmarks/", "experiments/", "formal/", ".")
    sources = {name for name in tracked() if not name.startswith(outside) and name != "setup.py"}
    data = {"py.typed", "proofs/claims.toml", "proofs/certificate.schema.json"}
    data.update(name for name in sources if name.startswith("proofs/points/"))
    assert held == {f"convac/{name}" for name in sources if name.endswith(".py") or name in data}


@pytest.mark.slow
def test_a_source_distribution_is_the_repository(built: Path) -> None:
    with tarfile.open(only(built, "*.tar.gz")) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert set(tracked()) <= held


@pytest.mark.slow
def test_a_wheel_works_as_a_zip(built: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(only(built, "*.whl"))}
    for command in (
        "import convac; assert '.whl' in convac.__file__",
        "import sys; sys.argv[1:] = ['regress', '--workers', '2']; from convac.cli import main; main()",
        "import sys; sys.argv[1:] = ['prove', 'headline']; from convac.cli import main; main()",
    ):
        result = subprocess.run(
            [sys.executable, "-c", command],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (result.returncode, result.stderr) == (0, "")


COMMANDS = [
    "sweep --M 2 --H 2 --R 1,2 --D 1 --layers {R}/1:{D},{H}/{H}:1 --workers 1 --plot a.svg",
    "verify-bound --M 2 --H 4 --certificate c.json",
    "check c.json",
    "rank --M 2 --H 2 --layers 2/2:1",
]


@pytest.mark.slow
def test_no_command_uses_what_python_will_drop(tmp_path: Path) -> None:
    """Such as positional arguments of sqlite3.connect, which end with Python 3.15."""
    for command in COMMANDS:
        result = subprocess.run(
            [sys.executable, "-W", "error", "-m", "convac", *command.split()],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (result.returncode, result.stderr) == (0, ""), command


@pytest.mark.parametrize(
    "backend", ["nonsense", pytest.param("module://not_installed.backend", marks=pytest.mark.slow)]
)
def test_the_backend_of_a_notebook_does_not_matter(backend: str, tmp_path: Path) -> None:
    script = Path(sys.executable).parent / "verify-bound"
    result = subprocess.run(
        [str(script), "--M", "2", "--H", "4", "--plot", "a.svg"],
        cwd=tmp_path,
        env={**os.environ, "MPLBACKEND": backend},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert (tmp_path / "a.svg").stat().st_size > 1000
