"""A kernel step passes only if Coq loads the built library and states what the golden file states."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from convac import Setting, theorems
from convac.proofs.steps import Status, Step
from convac.proofs.symbolic import formal_library, kernel
from convac.proofs.theorems import half_free, theorem_1

FORMAL = Path(__file__).parents[3] / "formal"
BUILT = pytest.mark.skipif(
    shutil.which("coqc") is None or not (FORMAL / "Transpose.vo").exists(),
    reason="formal/ is not built on this machine",
)
THEOREMS = ("Law.headline", "Generic.headline_generic")


def step() -> Step:
    return kernel.kernel_step(*THEOREMS)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of formal/, with what is built."""
    copy = tmp_path / "formal"
    shutil.copytree(FORMAL, copy)
    monkeypatch.setenv("CONVAC_FORMAL", str(copy))
    return copy


def refused(said: str) -> None:
    found = step()
    assert found.status is Status.NOT_RUN
    assert said in found.detail, found.detail


def as_if_built(library: Path, monkeypatch: pytest.MonkeyPatch, coqc: str) -> None:
    """Files in place of compiled ones, and a program in place of Coq."""
    for source in library.rglob("*.v"):
        source.with_suffix(".vo").write_text("compiled")
    program = library / "coqc"
    program.write_text(f"#!/bin/sh\n{coqc}\n")
    program.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(library / name))


def test_a_wheel_has_no_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVAC_FORMAL", str(tmp_path))
    refused("formal/ is not part of this installation")


def test_a_library_that_is_not_built(library: Path) -> None:
    (library / "Law.vo").unlink(missing_ok=True)
    refused("not built on this machine")


def test_a_machine_without_coq(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_if_built(library, monkeypatch, "")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    refused("coqc is not installed here")


def test_a_coq_that_fails(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_if_built(library, monkeypatch, f"echo 'Error: no {library}/Law.vo' >&2; exit 1")
    refused("Coq does not load the library: no formal/Law.vo")


def test_a_coq_that_says_something_else(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_if_built(library, monkeypatch, "echo Closed under the global context")
    refused("not what formal/statements.txt states")


def test_a_coq_that_does_not_end(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_if_built(library, monkeypatch, "exec sleep 600")
    monkeypatch.setattr(formal_library, "LONGEST", 1)
    refused("Coq did not load the library in 1 seconds")


def test_the_cited_theorems_have_statements(library: Path) -> None:
    from convac.proofs.theorems import cut_law, headline, overlap_law, sharp_bound

    stated = kernel._statements()
    assert {*headline.LEFT_RIGHT, *headline.TOP_BOTTOM, *overlap_law.LAW} <= set(stated)
    assert {*cut_law.BOUNDS, *cut_law.EXACT} <= set(stated)
    assert "M ^ (2 * w * w)" in stated["Transpose.headline_top_bottom"]
    deep = [*theorem_1.STATED.values(), *(t for ts in sharp_bound.STATED.values() for t in ts)]
    free = [t for ts in half_free.STATED.values() for t in ts]
    assert (len(deep), len(free)) == (6, 4)
    assert all("(sh -> infinite K \\/ separable_tail" in stated[theorem] for theorem in deep)
    assert all("       infinite K ->\n" in stated[theorem] for theorem in free)
    for theorem in deep + free:
        rows = theorem.endswith(("top_bottom", "top_bottom_generic"))
        assert ("cut_row" in stated[theorem]) == rows


SHARED = "and any infinite field"
UNSHARED = "and any field"


@pytest.mark.parametrize(
    ("name", "partition", "weights", "cited", "scope"),
    [
        ("theorem-1", "left-right", "shared", "Theorem1.v: theorem_1,", SHARED),
        ("theorem-1", "top-bottom", "unshared", "Theorem1.v: theorem_1_top_bottom,", UNSHARED),
        ("sharp-bound", "column:1", "unshared", "Sharp.v: sharp_bound, sharp_bound_g", UNSHARED),
        ("sharp-bound", "row:1", "shared", "Sharp.v: sharp_bound_top_bottom, sharp_", SHARED),
        ("half-free", "left-right", "unshared", "HalfFree.v: half_free, half_free_g", SHARED),
        ("half-free", "row:1", "shared", "HalfFree.v: half_free_top_bottom, half", SHARED),
    ],
)
def test_a_bound_cites_the_theorem_of_its_cut_and_its_weights(
    name: str,
    partition: str,
    weights: str,
    cited: str,
    scope: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CONVAC_FORMAL", str(tmp_path))
    asked: dict[str, int | str] = {"M": 2, "H": 4, "layers": "3/1:2,4/4:1"}
    verdict = theorems()[name](**asked, partition=partition, weights=weights)
    assert verdict.verified
    last = verdict.steps[-1]
    assert last.name == "kernel"
    assert f"formal/{cited}" in last.detail
    assert f"{scope};" in last.detail


@pytest.mark.parametrize(
    ("name", "layers", "partition", "outside"),
    [
        ("sharp-bound", "1x3/1p0x1:1,1x6/1x6:1", "left-right", "layers that pad"),
        ("half-free", "1x2/1:1,1x2/1:1,1x6/1x6:1", "checkerboard", "other than straight cuts"),
        ("half-free", "1x2/1:2,1x2/1:2,1x2/1x3:2,1x2/1x2:1", "left-right", "tails that lose"),
    ],
)
def test_what_is_not_formalized_is_not_cited(
    name: str, layers: str, partition: str, outside: str
) -> None:
    verdict = theorems()[name](M=3, H=1, W=6, layers=layers, partition=partition)
    assert verdict.verified
    last = verdict.steps[-1]
    assert (last.name, last.status) == ("kernel", Status.NOT_RUN)
    assert outside in last.detail, last.detail


def test_offsets_that_are_not_formalized() -> None:
    """Other near offsets, far offsets off the axis, and more pairs than the theorem counts."""
    from convac.graphs.directed_pairs import Taps

    setting = Setting.read(M=2, H=4, layers="3/1:1,3/1:1,4/4:1")
    found = half_free.best(setting)
    assert half_free.not_formalized(found) == ""
    network = setting.network
    for nears, fars in ((((0, 1),) * 2, ((0, 2),) * 2), (((0, 0),) * 2, ((1, 1), (0, 1)))):
        moved = replace(found, taps=Taps(network, nears, fars))
        assert "other offsets" in half_free.not_formalized(moved)
    more = replace(found, pairs=found.pairs + found.pairs[:1])
    assert half_free.not_formalized(more) == "more than 8 pairs"


@pytest.mark.formal
@BUILT
def test_a_library_that_is_built(library: Path) -> None:
    found = step()
    assert found.status is Status.LEMMA, found.detail
    assert "formal/Law.v: headline; formal/Generic.v: headline_generic" in found.detail
    assert "without an axiom" in found.detail


@pytest.mark.formal
@BUILT
def test_a_compiled_file_of_garbage(library: Path) -> None:
    (library / "Law.vo").write_text("garbage")
    refused("Coq does not load the library")


@pytest.mark.formal
@BUILT
def test_a_source_that_is_newer(library: Path) -> None:
    os.utime(library / "Network.v")
    refused("not built on this machine")


@pytest.mark.formal
@BUILT
def test_a_statement_that_differs(library: Path) -> None:
    golden = library / "statements.txt"
    text = golden.read_text()
    golden.write_text(text.replace("M ^ (2 * w * w)", "M ^ (2 * w * w).+1", 5))
    refused("not what formal/statements.txt states")


@pytest.mark.formal
@BUILT
def test_theorem_1_without_a_hypothesis(library: Path) -> None:
    """With one hypothesis fewer in the golden file it is another theorem, and no longer cited."""

    def taken() -> Step:
        return kernel.deep_step(*theorem_1.STATED.values())

    assert taken().status is Status.LEMMA, taken().detail
    golden = library / "statements.txt"
    head, title, tail = golden.read_text().partition("== Theorem1.theorem_1\n")
    golden.write_text(head + title + tail.replace("       w < attained_field ws ->\n", "", 1))
    assert taken().status is Status.NOT_RUN
    assert "not what formal/statements.txt states" in taken().detail


@pytest.mark.formal
@BUILT
def test_the_cut_law_as_built_and_with_another_exponent(library: Path) -> None:
    from convac.proofs.theorems import cut_law

    found = kernel.kernel_step(*cut_law.BOUNDS, *cut_law.EXACT)
    assert found.status is Status.LEMMA, found.detail
    golden = library / "statements.txt"
    text = golden.read_text()
    stated = "b ^ max_flow P (in_window H W Rh Rw Sh Sw) s l"
    assert stated in kernel._statements()["CutLaw.cut_law_exact"]
    golden.write_text(text.replace(stated, stated.replace("s l", "s l.+1")))
    found = kernel.kernel_step(*cut_law.BOUNDS, *cut_law.EXACT)
    assert found.status is Status.NOT_RUN
    assert "not what formal/statements.txt states" in found.detail


@pytest.mark.formal
@BUILT
def test_a_library_with_an_axiom(library: Path) -> None:
    """The law as attained, admitted: the same statements, and they compile."""
    source = library / "Law.v"
    head, statement, rest = source.read_text().partition("Theorem overlap_law_attained")
    proof, _, tail = rest.partition("Qed.")
    source.write_text(head + statement + proof.partition("Proof.")[0] + "Admitted." + tail)
    subprocess.run(["make", "-C", library], check=True, capture_output=True)
    refused("not what formal/statements.txt states")
