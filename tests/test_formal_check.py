"""`make check` in formal/ refuses a library that is not what it seems, here one of a single file."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

FORMAL = Path(__file__).parent.parent / "formal"
pytestmark = [
    pytest.mark.formal,
    pytest.mark.skipif(shutil.which("coqchk") is None, reason="Coq is not installed here"),
]
TINY = """Definition double (n : nat) : nat := n + n.
Definition unused (n : nat) : nat := n.
Theorem double_0 : double 0 = 0.
Proof. reflexivity. Qed.
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    for name in ("Makefile", "check.sh", "statements.sh"):
        shutil.copy(FORMAL / name, tmp_path)
    (tmp_path / "_CoqProject").write_text("-R . Overlap\n\nTiny.v\n")
    (tmp_path / "preamble.v").write_text("From Overlap Require Import Tiny.\n")
    (tmp_path / "theorems.txt").write_text("Tiny.double_0\n")
    (tmp_path / "Tiny.v").write_text(TINY)
    make(tmp_path, "statements")
    return tmp_path


def make(library: Path, target: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "-C", str(library), target]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_library_passes(library: Path) -> None:
    done = make(library, "check")
    assert done.returncode == 0, done.stderr
    assert "CHECK PASSED: 1 theorems" in done.stdout
    stated = (library / "statements.txt").read_text()
    assert "double = fun n : nat => n + n" in stated
    assert "unused" not in stated


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Proof. reflexivity. Qed.", "Admitted.", "forbidden word"),
        (
            "Theorem",
            "#[bypass_check(guard)] Fixpoint f (n : nat) : False := f n.\nTheorem",
            "forbidden",
        ),
        (
            "Theorem",
            "Unset\nGuard Checking.\nFixpoint f (n : nat) : False := f n.\nTheorem",
            "switched off",
        ),
        (
            "Theorem",
            "Unset\nPositivity Checking.\nInductive f := F (_ : f -> f).\nTheorem",
            "switched off",
        ),
        (
            "Theorem",
            "Unset\nUniverse Checking.\nDefinition f : Set := Set.\nTheorem",
            "switched off",
        ),
        (
            "Theorem",
            "Theorem extra : True.\nProof. exact I. Qed.\n\nTheorem",
            "differ",
        ),
        ("Proof. reflexivity. Qed.", "\nProof.\n(**)Admitted.", "axiom"),
        ("double 0 = 0", "double 0 = double 0", "the statements are not"),
        ("n + n", "0 + n + n", "the statements are not"),
        ("Theorem", 'Notation "!" := double.\nTheorem', "not local"),
    ],
)
def test_a_false_library_is_refused(library: Path, old: str, new: str, said: str) -> None:
    source = library / "Tiny.v"
    assert old in source.read_text()
    source.write_text(source.read_text().replace(old, new))
    done = make(library, "check")
    assert done.returncode != 0
    assert "CHECK FAILED" in done.stderr, done.stderr
    assert said in done.stderr, done.stderr


def test_a_theorem_that_is_not_there(library: Path) -> None:
    with (library / "theorems.txt").open("a") as theorems:
        theorems.write("Tiny.double_1\n")
    assert "differ" in make(library, "check").stderr
