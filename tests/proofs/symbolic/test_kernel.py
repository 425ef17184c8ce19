"""A kernel step passes only if Coq loads the built library and states what the golden file states."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from convac.proofs.steps import Status, Step
from convac.proofs.symbolic import formal_library, kernel

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
    from convac.proofs.theorems import headline, overlap_law

    stated = kernel._statements()
    assert {*headline.LEFT_RIGHT, *headline.TOP_BOTTOM, *overlap_law.LAW} <= set(stated)
    assert "M ^ (2 * w * w)" in stated["Transpose.headline_top_bottom"]


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
def test_a_library_with_an_axiom(library: Path) -> None:
    """The law as attained, admitted: the same statements, and they compile."""
    source = library / "Law.v"
    head, statement, rest = source.read_text().partition("Theorem overlap_law_attained")
    proof, _, tail = rest.partition("Qed.")
    source.write_text(head + statement + proof.partition("Proof.")[0] + "Admitted." + tail)
    subprocess.run(["make", "-C", library], check=True, capture_output=True)
    refused("not what formal/statements.txt states")
