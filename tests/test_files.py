"""Files that are there are left what they are: links, modes, devices, pipes, what is read-only."""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path

import pytest
from shell import (
    CLAIM,
    GOOD,
    NAMES,
    WRITERS,
    WRITERS_AS_PARAMETERS,
    shell,
)


@pytest.fixture(params=WRITERS_AS_PARAMETERS)
def writer(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """A command that writes a file, the option last, and the file."""
    (tmp_path / "t.toml").write_text(CLAIM.format(2, 2), encoding="utf-8")
    return WRITERS[request.param], tmp_path / NAMES.get(request.param, "f")


def test_links_are_followed_and_modes_kept(writer: tuple[str, Path], tmp_path: Path) -> None:
    command, link = writer
    target = tmp_path / "folder" / "target"
    target.parent.mkdir()
    target.write_text("old", encoding="utf-8")
    target.chmod(0o600)
    link.symlink_to("folder/target")
    result = shell(f"{command} {link}", tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert link.is_symlink()
    assert target.stat().st_size > 100
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in target.parent.iterdir()] == ["target"]


def test_what_is_read_only_stays(writer: tuple[str, Path], tmp_path: Path) -> None:
    """It is refused before any work is done."""
    command, file = writer
    file.write_text("old", encoding="utf-8")
    file.chmod(0o444)
    result = shell(f"{command} {file}", tmp_path)
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "it is there, and read-only" in result.stderr
    assert file.read_text(encoding="utf-8") == "old"
    file.unlink()
    file.mkdir()
    assert "it is a folder" in shell(f"{command} {file}", tmp_path).stderr


def test_pipes_are_written_into(writer: tuple[str, Path], tmp_path: Path) -> None:
    command, fifo = writer
    os.mkfifo(fifo)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(fifo.read_bytes()), daemon=True)
    reader.start()
    result = shell(f"{command} {fifo}", tmp_path)
    reader.join(30)
    assert (result.returncode, result.stderr) == (0, "")
    assert stat.S_ISFIFO(fifo.stat().st_mode)
    assert len(read[0]) > 100


def test_devices_are_written_into(tmp_path: Path) -> None:
    device = tmp_path / "n"
    try:
        os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    except PermissionError:
        device.symlink_to("/dev/null")
    result = shell(f"{GOOD} --certificate n", tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert stat.S_ISCHR(device.stat().st_mode)
    full = shell(f"{GOOD} --certificate /dev/full", tmp_path)
    assert full.returncode == 2
    assert full.stderr.endswith("it cannot be written: No space left on device\n")


def test_further_names_of_a_file_see_what_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("old" * 10**6, encoding="utf-8")
    (tmp_path / "b.json").hardlink_to(tmp_path / "a.json")
    assert shell(f"{GOOD} --certificate a.json", tmp_path).returncode == 0
    assert shell("convac check b.json", tmp_path).returncode == 0


def test_standard_output_as_a_file(tmp_path: Path) -> None:
    for redirection in ("> out", ">> out"):
        assert shell(f"{GOOD} --certificate /dev/stdout {redirection}", tmp_path).returncode == 0
        transcript, brace, certificate = (tmp_path / "out").read_text("utf-8").partition("\n{")
        assert "VERIFIED" in transcript
        assert json.loads(brace + certificate)
        (tmp_path / "out").unlink()
    piped = shell(f"{GOOD} --json --certificate /dev/stderr", tmp_path)
    assert json.loads(piped.stdout)["verdict"] == "verified"
    assert json.loads(piped.stderr)


@pytest.mark.slow
def test_dangling_links_and_loops(tmp_path: Path) -> None:
    (tmp_path / "l").symlink_to("there.json")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "away").symlink_to("no/folder.json")
    assert shell(f"{GOOD} --certificate l", tmp_path).returncode == 0
    assert shell("convac check there.json", tmp_path).returncode == 0
    for name in ("loop", "away", "x" * 300):
        result = shell(f"{GOOD} --certificate {name}", tmp_path)
        assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert shell(f"{GOOD} --certificate {'x' * 255}", tmp_path).returncode == 0
