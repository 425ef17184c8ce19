"""What streams, modules, names and limits do to a run: output and exit statuses."""

from __future__ import annotations

import json
import os
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from convac import resources
from convac.resources import GIB
from convac.sweeps.cases import Case
from convac.sweeps.families import Family, Member
from convac.sweeps.rows import Measurement
from convac.sweeps.store import Store
from shell import (
    CLAIM,
    GOOD,
    MODULE,
    OWN,
    SWEEP,
    VERIFIED,
    WRITERS,
    WRITERS_AS_PARAMETERS,
    own_table,
    shell,
)

slow = pytest.mark.slow


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a valid certificate and one that claims too much."""
    folder = tmp_path_factory.mktemp("certificates")
    assert shell(f"{GOOD} --certificate ok.json", folder).returncode == 0
    document = json.loads((folder / "ok.json").read_text(encoding="utf-8"))
    document["evidence"]["factored"][0]["assignment"][0]["bias"] = "7"
    (folder / "bad.json").write_text(json.dumps(document), encoding="utf-8")
    assert shell("convac check ok.json", folder).returncode == 0
    assert shell("convac check bad.json", folder).returncode == 1
    return folder


# ---------------------------------------------------------------- streams

STATUS = "; exit ${PIPESTATUS[0]}"


@pytest.mark.parametrize("files", ["bad.json ok.json", "ok.json bad.json"])
@pytest.mark.parametrize("reader", ["true", "head -1"])
def test_a_closed_pipe_hides_no_invalid_certificate(
    files: str, reader: str, certificates: Path
) -> None:
    assert shell(f"convac check {files} 2>&1 | {reader}{STATUS}", certificates).returncode == 1


@slow
def test_a_closed_pipe_hides_no_failed_claim(tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(CLAIM.format(2, 3) + CLAIM.format(3, 3), encoding="utf-8")
    for reader in ("head -1", "true"):
        command = f"convac regress --claims t.toml --workers 1 --junit j.xml | {reader}{STATUS}"
        result = shell(command, tmp_path)
        assert (result.returncode, result.stderr) == (1, "")
        junit = (tmp_path / "j.xml").read_text(encoding="utf-8")
        assert 'tests="2" failures="1"' in junit
        (tmp_path / "j.xml").unlink()


def test_a_closed_pipe_hides_no_refutation(tmp_path: Path) -> None:
    result = shell(f"convac prove overlap-law --variant all | head -1{STATUS}", tmp_path)
    assert (result.returncode, result.stderr, result.stdout.count("\n")) == (1, "", 1)
    result = shell(f"{GOOD} --certificate c.json | true{STATUS}", tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert shell("convac check c.json", tmp_path).returncode == 0


@pytest.mark.parametrize(
    "closed",
    [
        "2>&-",
        pytest.param("2>/dev/full", marks=slow),
        pytest.param(">&- 2>&-", marks=slow),
        pytest.param("<&- >&- 2>&-", marks=slow),
    ],
)
def test_standard_error_is_not_needed(closed: str, certificates: Path) -> None:
    for command, status in [
        (GOOD, 0),
        ("verify-bound --M 2 --H 5", 3),
        ("verify-bound --M 2 --H 100000", 4),
        ("verify-bound --M 0 --H 4", 2),
        ("convac check bad.json", 1),
        ("convac check nonexist.json", 2),
        ("convac", 2),
    ]:
        assert shell(f"{command} {closed}", certificates).returncode == status, command


@slow
def test_a_closed_stream_is_not_taken_for_another_file(tmp_path: Path) -> None:
    command = "convac sweep --M 2 --H 2 --R 1 --D 1 --layers '{R}/1:{D},{H}/{H}:1' --workers 1"
    result = shell(f"{command} --store s.sqlite <&- >&- 2>&-", tmp_path)
    assert result.returncode == 0
    again = shell(f"{command} --store s.sqlite", tmp_path)
    assert (again.returncode, again.stdout.splitlines()[-1]) == (0, "1 rows: 1 done")


@slow
def test_a_full_disk_hides_no_verdict(tmp_path: Path) -> None:
    """What cannot be printed is said, files are written all the same, and a refutation stays one."""
    (tmp_path / "t.toml").write_text(CLAIM.format(2, 3), encoding="utf-8")
    for command, status in [
        (f"{GOOD} --certificate c.json", 2),
        ("convac regress --claims t.toml --junit j.xml", 1),
        ("verify-bound --M 2 --H 5", 3),
    ]:
        result = shell(f"{command} >/dev/full", tmp_path)
        assert result.returncode == status
        assert result.stderr == "error: cannot write the result: No space left on device\n"
    assert {path.name for path in tmp_path.iterdir()} == {"t.toml", "c.json", "j.xml"}


# ---------------------------------------------------------------- modules that end the program

ENDS = [
    "sys.exit(0)",
    pytest.param("exit()", marks=slow),
    pytest.param("raise BaseException", marks=slow),
]


@slow
@pytest.mark.parametrize("end", ENDS[:2])
def test_a_module_that_ends_the_program_verifies_nothing(end: str, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(MODULE.format(end, "pass"), encoding="utf-8")
    (tmp_path / "t.toml").write_text('[[claims]]\nresult = "mine"\nM = 1\n', encoding="utf-8")
    for command in ("prove mine", "prove --list", "regress --claims t.toml"):
        result = shell(f"convac {command} --module own.py", tmp_path)
        assert (result.returncode, result.stdout) == (4, "")
        assert result.stderr.startswith("error: could not finish: the module own.py raises SystemE")
        assert result.stderr.endswith("(own.py, line 5)\n")


@pytest.mark.parametrize("end", ENDS)
def test_a_check_that_ends_the_program_verifies_nothing(end: str, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(MODULE.format("", end), encoding="utf-8")
    row = '[[claims]]\nresult = "mine"\nM = {}\n'
    (tmp_path / "t.toml").write_text(row.format(1) + row.format(2), encoding="utf-8")
    result = shell("convac prove mine --module own.py", tmp_path)
    assert (result.returncode, result.stderr) == (4, "")
    assert result.stdout.count("COULD NOT FINISH") == 2
    assert "(own.py, line 12)" in result.stdout
    for workers in (1, 2):
        command = f"convac regress --claims t.toml --module own.py --workers {workers}"
        result = shell(command, tmp_path)
        assert (result.returncode, result.stderr) == (4, "")
        assert result.stdout.count("(own.py, line 12)") == 2
        assert result.stdout.splitlines()[-1] == "2 claims: 0 as expected, 2 could not finish"


# ---------------------------------------------------------------- signs that a format does not have


@slow
def test_junit_is_well_formed_whatever_is_said(tmp_path: Path) -> None:
    body = r"raise ValueError('\x00\x1b[0m \ud800 \ufffe & <ok> \u2265 \U0001f600')"
    own_table(tmp_path, body, (1,))
    with (tmp_path / "t.toml").open("a", encoding="utf-8") as table:
        table.write(CLAIM.format(2, 2).replace("= 2^2", "= 5"))
    for options in ("", " 2>&1 | cat; exit ${PIPESTATUS[0]}"):
        result = shell(f"{OWN} --workers 1{options}", tmp_path)
        assert (result.returncode, result.stderr) == (1, "")
        cases = ElementTree.parse(tmp_path / "j.xml").getroot().findall("testcase")
        messages = [case[0].attrib["message"] for case in cases]
        said = "could not finish: ValueError: \\x00\\x1b[0m \\ud800 \\ufffe & <ok> ≥ \U0001f600"
        assert messages[0].startswith(said)
        assert messages[1] == "expected the claim “= 5”, found “= 2^2”"


NOT_UTF_8 = os.fsdecode(b"\xff")


@pytest.mark.parametrize("name", WRITERS_AS_PARAMETERS)
def test_names_that_are_not_utf_8(name: str, tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(CLAIM.format(2, 2), encoding="utf-8")
    file = tmp_path / f"{NOT_UTF_8}{'.svg' if name == 'plot' else '.csv'}"
    result = shell(f"{WRITERS[name]} {file}", tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert file.stat().st_size > 100


@slow
def test_names_that_are_not_utf_8_as_input(tmp_path: Path) -> None:
    own_table(tmp_path, VERIFIED, (1,))
    (tmp_path / "own.py").rename(tmp_path / f"{NOT_UTF_8}.py")
    (tmp_path / "t.toml").rename(tmp_path / NOT_UTF_8)
    command = f"regress --claims {NOT_UTF_8} --module {NOT_UTF_8}.py"
    result = shell(f"convac {command}", tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    swept = shell(f"{SWEEP} --store {NOT_UTF_8}.sqlite", tmp_path)
    assert (swept.returncode, swept.stderr) == (0, "")
    for command in (f"check {NOT_UTF_8}", f"prove {NOT_UTF_8}", f"sweep {NOT_UTF_8}"):
        result = shell(f"convac {command}", tmp_path)
        assert (result.returncode, result.stderr.count("\n")) == (2, 1), command


@pytest.mark.parametrize("store", [":memory:", "folder", "/dev/null", "fifo"])
def test_a_store_is_a_file(store: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    result = shell(f"{SWEEP} --store {store}", tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"error: --store: got '{store}'; rows are kept in a file\n"


def test_notes_of_any_text_are_kept(tmp_path: Path) -> None:
    case = Case(2, 2, 2, "2/2:1", "product", "left-right", "shared", 0)
    family = Family("f", "", "D", (Member(None, "g", "p", case),))
    with Store(tmp_path / "s.sqlite") as store:
        store.add(Measurement(case, note="\ud800 \x01 ≥"))
        assert [row and row.note for _, row in store.rows(family)] == ["\\ud800 \x01 ≥"]


# ---------------------------------------------------------------- before the work

RANK = "convac rank --M 2 --H 4 --layers 3/1:2,4/4:1"


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("convac rank --M 2 --H 8 --layers 2/1:2,8/8:1 --plot a.svg", "at most 1024 are drawn"),
        ("convac rank --M 2 --H 2 --layers 2/1:2,3/3 --plot a.svg", "--layers: got '3/3'"),
        (f"{RANK} --parameters p.json --field 5 --plot a.svg", "residues have no size"),
        ("verify-bound --M 2 --H 11 --W 2 --plot a.svg", "at most 10x10 sites"),
        (f"{SWEEP} --report no/r.html", "there is no folder no"),
        (f"{SWEEP} --export no/r.csv", "there is no folder no"),
        (f"{RANK} --certificate .", "it is a folder"),
        (f"{RANK} --plot a.txt", "pictures are .png, .svg or .pdf"),
        ("convac regress --junit no/j.xml", "there is no folder no"),
    ],
)
def test_what_cannot_be_written_or_drawn_is_said_before_the_work(
    command: str, message: str, tmp_path: Path
) -> None:
    result = shell(command, tmp_path)
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert message in result.stderr
    assert not list(tmp_path.iterdir())


@slow
def test_files_without_an_end_are_not_read_to_it(tmp_path: Path) -> None:
    for option, size in [
        ("rank --M 2 --H 4 --layers 4/4:1 --partition", "256 MiB"),
        ("rank --M 2 --H 4 --layers 4/4:1 --parameters", "256 MiB"),
        ("regress --claims", "1 MiB"),
    ]:
        result = shell(f"ulimit -v 8000000; convac {option} /dev/zero", tmp_path)
        assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1), option
        assert size in result.stderr


GROUPS = {
    "0::/a/b": {"a/b/memory.max": "max", "a/memory.max": str(3 * GIB), "memory.max": str(5 * GIB)},
    "0::/": {"memory.max": str(3 * GIB)},
    "0::/outside/of/the/container": {"memory.max": str(3 * GIB)},
    "7:cpu,memory:/a/b\n0::/": {
        "memory/a/b/memory.limit_in_bytes": str(2**63 - 4096),
        "memory/a/memory.limit_in_bytes": str(3 * GIB),
    },
}


@pytest.mark.parametrize("membership", GROUPS)
def test_limits_of_control_groups(membership: str, tmp_path: Path) -> None:
    """The least that a group or one around it leaves; 1 GiB of 3 is used, half of it for files."""

    def write(place: str, text: str) -> None:
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text, encoding="ascii")

    write("proc/meminfo", f"MemTotal: 1 kB\nMemAvailable: {4 * GIB // 1024} kB\n")
    write("proc/self/cgroup", f"9:name=systemd:/\n{membership}\n")
    assert resources._free(tmp_path) == 4 * GIB
    for limit, text in GROUPS[membership].items():
        first, second = "limit_in_bytes", "usage_in_bytes"
        used = limit.replace("memory.max", "memory.current").replace(first, second)
        stat = Path(limit).parent / "memory.stat"
        write(f"sys/fs/cgroup/{limit}", f"{text}\n")
        write(f"sys/fs/cgroup/{used}", f"{GIB}\n")
        total = "total_" if first in limit else ""
        write(f"sys/fs/cgroup/{stat}", f"cache 5\n{total}inactive_file {GIB // 2}\n")
    assert resources._free(tmp_path) == 5 * GIB // 2
