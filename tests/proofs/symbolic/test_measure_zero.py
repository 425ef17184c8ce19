"""A verdict says that the kernel checked the lemma on measure zero only where the checked files are."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from convac import verify_bound
from convac.proofs.steps import Status, Step, lemma
from convac.proofs.symbolic.kernel import AGREEMENT, TESTED, kernel_step
from convac.proofs.symbolic.measure_zero import CHECKED, METHOD, NEEDED, cited

FORMAL = Path(__file__).parents[3] / "formal"
STEP = lemma("almost every", METHOD.removeprefix("lemma: "), "a minor is a polynomial")


@pytest.fixture
def measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what `make -C formal/measure check` leaves behind."""
    monkeypatch.setenv("CONVAC_FORMAL", str(tmp_path))
    folder = tmp_path / "measure"
    folder.mkdir()
    for name in NEEDED:
        (folder / name).write_text(f"contents of {name}")
    stamp(folder, NEEDED)
    return folder


def stamp(folder: Path, names: set[str]) -> None:
    digests = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    (folder / "checked.sha256").write_text(
        "".join(f"{digest}  {name}\n" for name, digest in digests.items())
    )


def test_verdicts_where_the_lemma_is_checked(measure: Path) -> None:
    assert cited(STEP).detail == "a minor is a polynomial" + CHECKED
    last = verify_bound(M=2, H=4).steps[-1]
    assert (last.method, last.status) == (METHOD, Status.LEMMA)
    assert last.detail.endswith(CHECKED)
    assert kernel_step("Law.headline").detail.endswith(AGREEMENT)


def test_verdicts_elsewhere_are_as_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVAC_FORMAL", str(tmp_path))
    assert cited(STEP) is STEP
    assert "kernel" not in verify_bound(M=2, H=4).steps[-1].detail
    assert kernel_step("Law.headline").detail.endswith(TESTED)


def test_other_steps_stay(measure: Path) -> None:
    other = lemma("Kronecker", "the rank of a Kronecker product is the product of the ranks", "")
    waiting = Step(STEP.name, METHOD, Status.NOT_RUN, "there is no witness to carry over")
    assert (cited(other), cited(waiting)) == (other, waiting)


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_a_file_that_is_another(measure: Path, name: str) -> None:
    (measure / name).write_text("garbage")
    assert cited(STEP) is STEP


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_a_file_that_is_gone_or_was_not_checked(measure: Path, name: str) -> None:
    (measure / name).unlink()
    assert cited(STEP) is STEP
    stamp(measure, NEEDED - {name})
    assert cited(STEP) is STEP


@pytest.mark.parametrize("text", ["", "garbage", "x  Null.v\n\n"])
def test_a_list_that_is_none(measure: Path, text: str) -> None:
    (measure / "checked.sha256").write_text(text)
    assert cited(STEP) is STEP


@pytest.mark.formal
@pytest.mark.skipif(
    not (FORMAL / "measure" / "checked.sha256").exists(),
    reason="formal/measure/ is not checked on this machine",
)
def test_the_library_that_is_built_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVAC_FORMAL", str(FORMAL))
    assert cited(STEP).detail.endswith(CHECKED)
    axioms = (FORMAL / "measure" / "axioms.txt").read_text().replace("_", " ")
    for name in (
        "propositional extensionality",
        "functional extensionality",
        "indefinite description",
    ):
        assert name in CHECKED
        assert name in axioms
    assert len(axioms.split("\n")) == 4
