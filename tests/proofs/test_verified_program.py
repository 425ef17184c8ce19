"""The checker extracted from Coq: what is covered is accepted as it was meant, and mutants are refused."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from console_script import run
from convac import Network, rank_interval, verify_bound
from convac.graphs.partition_names import named
from convac.proofs import coq_check
from convac.proofs.block_evaluation import NotCovered
from convac.proofs.checker_input import checker_text
from convac.proofs.coq_check import _by_program
from convac.proofs.steps import NotRun
from convac.proofs.translation import translated
from convac.proofs.verified_program import program, run_program

CORRECT = Path(__file__).parent.parent / "certificates" / "correct"
FORMAL = Path(__file__).parent.parent.parent / "formal"
CHECKER = FORMAL / "extraction" / "checker"
BUILT = pytest.mark.skipif(
    not CHECKER.exists(), reason="the extracted checker is not built on this machine"
)
FOUR = (
    "rank = 2^8 for almost all parameters in characteristic 0, shared weights; 4 x 4 sites, M = 2; "
    "layers: window 3x3 stride 1x1 channels 2; window 4x4 stride 4x4 channels 1; "
    "P = rows 0..3 x columns 0..1, Q = the rest\n"
)


def four(evaluated: bool = True) -> str:
    document = verify_bound(M=2, H=4).certificate()
    return checker_text(translated(json.dumps(document).encode()), evaluated)


def extracted(text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([CHECKER], input=text, capture_output=True, text=True, check=False)


def test_the_text_says_what_the_certificate_says() -> None:
    text = four()
    assert text.startswith(
        "convac-checker 2\nweights shared\ngrid 4 4 templates 2\n"
        "layers\n2\n3 3 1 1 2 1 1 0 0 1 rounded\n4 4 4 4 1 1 1 0 0 1 rounded\n"
        "P\n1\n0 4 0 2\nclaim = almost-all\n1\n2 8\nbelow\nmodulus 8388593\ndenominator 1\n"
    )
    assert "\nblocks\n1\n2 8\nabove\nsize\nend\n" in text
    assert four(evaluated=False) == text


def test_a_program_is_needed_that_is_no_older_than_its_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVAC_FORMAL", str(tmp_path))
    with pytest.raises(NotRun, match="is not built"):
        program()
    (tmp_path / "_CoqProject").write_text("-R . Overlap\nA.v\n")
    extraction = tmp_path / "extraction"
    extraction.mkdir()
    for name in ("A.v", "extraction/Extract.v", "extraction/checker.ml", "extraction/checker"):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1000, 1000))
    assert program() == extraction / "checker"
    os.utime(tmp_path / "A.v", (1001, 1001))
    with pytest.raises(NotRun, match="older than its sources"):
        program()


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo 'VALID: all'; exit 3", "exit status 3"),
        ("echo 'INVALID: all'; exit 0", "exit status 0"),
        ("echo 'VALID: all'; echo more; exit 0", "exit status 0"),
        ("echo 'UNREADABLE: this' >&2; exit 2", "UNREADABLE: this"),
    ],
)
def test_a_program_that_ends_in_another_way_says_nothing(
    script: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "checker").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "checker").chmod(0o755)
    monkeypatch.setattr("convac.proofs.verified_program.program", lambda: tmp_path / "checker")
    with pytest.raises(NotRun, match=why):
        run_program("")


def test_what_is_refused_as_it_is_is_evaluated(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that blocks are joined that a sum couples; what is refused then, too, is said to be refused."""
    document = json.dumps(verify_bound(M=2, H=4).certificate()).encode()
    monkeypatch.setattr(coq_check, "checker_text", lambda _, evaluated=True: str(evaluated))
    monkeypatch.setattr(coq_check, "run_program", lambda text: (text == "True", "read"))
    assert _by_program(translated(document)).endswith("which read: read")
    monkeypatch.setattr(coq_check, "run_program", lambda text: (False, "read"))
    with pytest.raises(NotRun, match="does not accept what was written: read"):
        _by_program(translated(document))


# ---------------------------------------------------------------- the program
@pytest.mark.formal
@BUILT
def test_it_restates_what_it_read() -> None:
    done = extracted(four())
    assert (done.returncode, done.stdout, done.stderr) == (0, f"VALID: {FOUR}", "")


@pytest.mark.formal
@BUILT
@pytest.mark.parametrize("path", sorted(CORRECT.glob("*.json")), ids=lambda path: path.stem)
def test_what_is_covered_is_accepted(path: Path) -> None:
    try:
        text = checker_text(translated(path.read_bytes()))
    except NotCovered:
        return
    done = extracted(text)
    assert (done.returncode, done.stderr) == (0, "")
    claim = json.loads(path.read_text())["claim"]
    assert done.stdout.startswith(f"VALID: rank {claim['relation']} ")


@pytest.mark.formal
@BUILT
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("claim = almost-all\n1\n2 8", "claim = almost-all\n1\n2 9"),
        ("claim = almost-all\n1\n2 8", "claim = almost-all\n1\n2 7"),
        ("blocks\n1\n2 8", "blocks\n1\n2 9"),
        ("blocks\n1\n2 8", "blocks\n1\n2 7"),
        ("modulus 8388593", "modulus 1"),
        ("modulus 8388593", "modulus 0"),
        ("modulus 8388593", "modulus -8388593"),
        ("modulus 8388593", "modulus 3"),
        ("denominator 1", "denominator 0"),
        ("denominator 1", "denominator -1"),
        ("denominator 1", "denominator 8388593"),
        ("free 0 2 0 1", "free 0 2 0 0"),
        ("free 0 2 0 1", "free 0 2 0 2"),
        ("free 0 2 0 1", "free 0 1 0"),
        ("1 0 1 0\n", "1 0 0 0\n"),
        ("3 3 1 1 2", "3 2 1 1 2"),
        ("4 4 4 4 1", "4 4 1 1 1"),
        ("0 4 0 2", "0 4 0 1"),
        ("templates 2", "templates 1"),
    ],
)
def test_what_is_false_is_refused(old: str, new: str) -> None:
    """Another bound, modulus, choice, weight, network or partition."""
    text = four()
    assert old in text
    done = extracted(text.replace(old, new))
    assert done.stdout.startswith("INVALID: rank ")
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.formal
@BUILT
@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        ("", "", 0),
        ("1 2 0 1 2 given 1 4", "1 1 0 1 2 given 1 4", 1),
        ("1 2 0 1 2 given 1 4", "1 2 0 3 2 given 1 4", 1),
        ("1 2 0 1 2 given 1 4", "1 2 0 1 2 given 1 2", 1),
        ("1 2 0 1 2 given 1 4", "1 2 0 1 2 rounded", 0),
        ("1 2 0 1 2 given 1 4", "1 2 0 1 1 given 1 4", 0),
        ("1 2 0 1 2 given 1 4", "1 2 0 1 3 given 1 4", 1),
        ("1 2 0 1 2 given 1 4", "1 2 0 1 0 given 1 4", 1),
        ("1 0 1 0\n", "1 1 1 0\n", 1),
    ],
)
def test_padding_dilation_sizes_and_groups_count(old: str, new: str, status: int) -> None:
    """The pairs are (0, 2) and (1, 3). Another distance, padding or size, groups that divide nothing, a
    channel of the other group; the size and one group are true, too.
    """
    network = Network(2, 1, 4, layers="1x2/1x1d1x2a0x1n1x4g2:2,1x4/1x4:1")
    document = rank_interval(network, "left-right").certificate()
    text = checker_text(translated(json.dumps(document).encode()))
    assert old in text
    done = extracted(text.replace(old, new))
    assert (done.returncode, done.stderr) == (status, "")
    if not old:
        said = "window 1x2 stride 1x1 channels 2 dilation 1x2 padding 0x1 size 1x4 groups 2; window"
        assert said in done.stdout


@pytest.mark.formal
@BUILT
@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        ("", "", 0),
        ("assignment\n1\n4 1", "assignment\n1\n5 1", 1),
        ("denominator 12", "denominator 0", 1),
        ("denominator 12", "denominator 251", 1),
        (" 3 0 12 1 -12 2 4 6\n", " 3 0 0 1 0 2 0 6\n", 1),
    ],
)
def test_claims_at_an_assignment(old: str, new: str, status: int) -> None:
    """A larger bound; denominators without an inverse; the weights of the last layer removed."""
    document = (CORRECT / "minor-of-an-assignment-with-fractions.json").read_bytes()
    text = checker_text(translated(document))
    assert old in text
    done = extracted(text.replace(old, new))
    assert (done.returncode, done.stderr) == (status, "")
    said = f"rank >= {5 if '5 1' in new else 4}^1 for the assignment that was read, in characteristic 0; 2"
    assert done.stdout.partition(": ")[2].startswith(said)


@pytest.mark.formal
@BUILT
@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        ("", "", 0),
        ("claim = assignment\n1\n2 1", "claim = assignment\n1\n3 1", 1),
        ("claim = assignment\n1\n2 1", "claim = assignment\n0", 1),
        ("free 0 4 0 0 1 1", "free 0 4 0 0 0 1", 1),
        ("free 0 4 0 1 0 1", "fixed 0", 1),
        ("denominator 1", "denominator 2", 1),
    ],
)
def test_an_upper_bound_at_an_assignment_by_its_tables(old: str, new: str, status: int) -> None:
    """Larger and smaller values; choices that do not show all templates; fractions."""
    document = (CORRECT / "one-sided-factor-with-zeros-links.json").read_bytes()
    text = checker_text(translated(document))
    assert old in text
    done = extracted(text.replace(old, new))
    assert (done.returncode, done.stderr) == (status, "")


@pytest.mark.formal
@BUILT
@pytest.mark.parametrize("part", ["claim <= almost-all\n1\n105 1", "separator", "on-Q"])
def test_what_is_no_separating_set_is_refused(part: str) -> None:
    """A smaller bound; a set without a vertex; other labels. 105 is THEORY's."""
    document = (CORRECT / "cut-with-mixed-locations.json").read_bytes()
    lines = checker_text(translated(document)).split("\n")
    text = "\n".join(lines)
    assert extracted(text).returncode == 0
    if part.startswith("claim"):
        assert part in text
        text = text.replace(part, part.replace("105", "104"))
    else:
        at = lines.index(part) + 1
        lines[at : at + 2] = [str(int(lines[at]) - 1)]
        text = "\n".join(lines)
    done = extracted(text)
    assert (done.returncode, done.stdout[:7]) == (1, "INVALID")


@pytest.mark.formal
@BUILT
def test_a_large_separating_set_and_it_without_a_vertex() -> None:
    """750 locations that each see both sides of a partition in columns, so that all are needed."""
    network = Network(3, 25, 60, layers="1x2/1x2:1,25x30/25x30:1")
    document = rank_interval(network, named("columns", 25, 60)).certificate()
    text = checker_text(translated(json.dumps(document).encode()))
    assert "\nseparator\n750\n1 0 0\n" in text
    assert extracted(text).stdout.startswith("VALID: rank = 2^750")
    fewer = text.replace("\nseparator\n750\n1 0 0\n", "\nseparator\n749\n")
    assert extracted(fewer).returncode == 1


@pytest.mark.formal
@BUILT
@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("end\n", "", "end is missing"),
        ("end\n", "end 1\n", 'after the end: "1" is not expected'),
        ("convac-checker 2", "convac-checker 1", 'a word: "1" is not "2"'),
        ("grid 4", "grid -4", 'H: "-4" is not a number in digits'),
        ("grid 4", "grid 0x4", 'H: "0x4" is not a number in digits'),
        ("grid 4", "grid 99999999999999999999", "is not at most 1000000"),
        ("claim =", "claim >", 'relation: ">" is not one of >=, <=, ='),
        ("almost-all", "all", '"all" is not one of almost-all, assignment'),
        ("denominator 1", "denominator 1/2", "denominator: "),
        ("modulus 8388593", "modulus 8388593.0", "modulus: "),
        ("weights shared", "weights some", "is not one of shared, unshared"),
    ],
)
def test_what_it_cannot_read_is_said(old: str, new: str, why: str) -> None:
    text = four()
    assert old in text
    done = extracted(text.replace(old, new))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("UNREADABLE: ")
    assert why in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.formal
@BUILT
def test_command(tmp_path: Path) -> None:
    """The program answers where it is built; certificates that the checker refuses do not come to it."""
    document = verify_bound(M=2, H=4).certificate()
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(document))
    document["claim"]["value"] = [["2", 9]]
    bad.write_text(json.dumps(document))
    point = CORRECT / "fractions-unshared-checkerboard.json"
    for path, status, out, err in (
        (good, 0, f"PROVED BY THE CHECKER EXTRACTED FROM COQ, which read: {FOUR}", ""),
        (bad, 1, "", "INVALID: the evidence does not imply that the rank is >= the value\n"),
        (point, 3, "", "not covered: an upper bound at an assignment with fractions\n"),
    ):
        done = run("check", "--verified", str(path), script="convac", CONVAC_FORMAL=str(FORMAL))
        assert (done.returncode, done.stdout, done.stderr) == (status, out, err)


@pytest.mark.formal
@BUILT
def test_wrong_entries_and_primes_of_certificates_are_refused(tmp_path: Path) -> None:
    for mutant in ("entry", "prime"):
        document = json.loads((CORRECT / "minor-at-an-unshared-seed.json").read_text())
        item = document["evidence"]["random minor"][0]
        if mutant == "entry":
            item["rows"][0], item["columns"][0] = item["rows"][1], item["columns"][1]
        else:
            item["prime"] = "4"
        path = tmp_path / f"{mutant}.json"
        path.write_text(json.dumps(document))
        done = run("check", "--verified", str(path), script="convac", CONVAC_FORMAL=str(FORMAL))
        assert (done.returncode, done.stdout) == ({"entry": 1, "prime": 2}[mutant], "")
