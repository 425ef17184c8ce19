"""Signs of theorems in LaTeX and in ASCII: what terminals and pdflatex get."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from console_script import run
from convac.proofs.transcripts import signs
from convac.proofs.transcripts.signs import source_to_latex, to_ascii, to_latex
from hypothesis import given
from hypothesis import strategies as st
from pdflatex import compiled, needs_pdflatex

SCRIPTS = Path(sys.executable).parent
SIGNS = (
    "αβγδεζηθικλμνξοπρσςτυφχψωΑΒΓΔΘΛΞΠΣΦΨΩϵϑϕϱϖάΰ∀∃∄ℝℕℤℚℂℙ𝔽𝔼𝟙√≠∞∑∏∐∫∮∂∇⊂⊆⊊⊃⊇∪∩⋃⋂∈∉∋∅∖"
    "→⇒⇔↦←↔↪↠⟶⟹⟺↑↓×÷·∘⊗⊕⊙±∓≤≥⩽⩾≪≫≈≡≅≃∼∝≺≻≲≳≔≜⟨⟩‖∥⌊⌋⌈⌉…⋯⋮⋱ℓℵℏ†‡§¶°′″‴¬∧∨⊥⊤⊢⊨∴∎□■"
    "½éñøłŁÅőßŒ₀₁ᵢⱼₙ⁰²³ⁿᵀ⁺⁻−–—“”‘’„𝒪ℱ𝔤𝐱𝑥𝖠∣∤≮≰⊄✓✗\u00a0\u2009"
)
STRANGE = "Дע中あ한🎉👩‍💻\x00\x01\x1b\x7f\u200b\u202e\ufffe\ufe0f\U0010ffff\n\r\t\u2028"
ASCII = "".join(map(chr, range(32, 127)))


def test_every_sign_of_a_theorem_has_latex_and_ascii_of_its_own() -> None:
    for sign in SIGNS:
        for text in (to_latex(sign), to_ascii(sign)):
            assert text.isascii(), sign
            assert "[" not in text.replace("[ok]", "").replace("[FAILED]", "").replace("[]", ""), (
                sign
            )
            assert "?" not in text, sign
    assert len(set(map(to_latex, "αβγδεζηθικλμνξοπρσςτυφχψωϵϑϕϱϖ"))) == 30


def test_sentences_read_well() -> None:
    assert to_ascii("∀x∈ℝ: ⌊x⌋ ≤ x²⁰ − 3×3 ≠ Σᵢ λᵢ₂") == (
        "forall x in R: floor(x) <= x^20 - 3x3 != Sigma_i lambda_i2"
    )
    assert to_ascii("i∉S, é “ok” ✓ δν ½") == 'i not in S, e "ok" [ok] delta nu 1/2'
    assert to_ascii("中\ud800") == "[cjk unified ideograph-4e2d][u+d800]"
    assert to_latex("50 % of λ² ≤ é_1") == (
        r"50 \% of \ensuremath{\lambda}\ensuremath{{}^{2}} \ensuremath{\le} \'{e}\_1"
    )
    assert to_latex("x̂") == r"\^{x}"
    assert source_to_latex(r"$\alpha ≤ β_1$ & x") == (
        r"$\alpha \ensuremath{\le} \ensuremath{\beta}_1$ & x"
    )


def test_the_tables_are_read_whole() -> None:
    for table, read in ((signs.TABLE, signs._MATH), (signs.TEXT, signs._TEXT)):
        entries = [entry.split()[0] for entry in table.replace("\n", "  ").split("  ") if entry]
        assert entries == list(read)
        assert all(len(entry) == 1 for entry in entries)


@given(st.text())
def test_any_text_becomes_ascii(text: str) -> None:
    assert to_latex(text).isascii()
    assert to_latex(text).isprintable()
    assert to_ascii(text).isascii()
    assert to_ascii(to_ascii(text)) == to_ascii(text)


OWN = """
from convac import Outcome, Status, Step, Verdict, theorem
signs = {signs!r}
step = Step(signs, signs, Status.PASSED, signs, formula=signs)

@theorem(name="mine", title=signs, source=signs, section=signs, statement=signs,
        latex="$" + {maths!r} + "$", instances=[{{}}])
def mine() -> Verdict:
    return Verdict(signs, signs, Outcome.VERIFIED, signs, reasons=(signs,), steps=(step,))
"""
MATHS = "".join(sign for sign in signs._MATH if sign not in "✓✗") + "αℝ²₁≠é"


@pytest.mark.slow
@needs_pdflatex
@pytest.mark.parametrize(
    "text", [SIGNS, STRANGE, ASCII, "".join(signs._MATH) + "".join(signs._TEXT)]
)
def test_pdflatex_takes_every_sign(text: str, tmp_path: Path) -> None:
    own = tmp_path / "own.py"
    own.write_text(OWN.format(signs=text, maths=MATHS), encoding="utf-8")
    arguments = ["--module", str(own), "--format", "latex", "--supplement"]
    result = run("prove", "mine", *arguments, script="convac")
    assert (result.returncode, result.stderr) == (0, "")
    compiled(result.stdout, tmp_path)


@pytest.mark.parametrize(
    "environment", [{"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "latin-1"}]
)
def test_terminals_without_the_signs_get_others(
    environment: dict[str, str], tmp_path: Path
) -> None:
    own = tmp_path / "own.py"
    own.write_text(OWN.format(signs=SIGNS, maths=""), encoding="utf-8")
    result = subprocess.run(
        [str(SCRIPTS / "convac"), "prove", "mine", "--module", str(own)],
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )
    text = result.stdout.decode("ascii")
    assert (result.returncode, result.stderr) == (0, b"")
    assert "?" not in text
    assert "floor()ceil()" in text


def shown(**environment: str) -> str:
    """What a terminal gets."""
    ours, theirs = pty.openpty()
    inherited = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM")}
    command = [str(SCRIPTS / "verify-bound"), "--M", "2", "--H", "2"]
    subprocess.run(command, stdout=theirs, env={**inherited, **environment}, check=True)
    os.close(theirs)
    text = b""
    while True:
        try:
            text += os.read(ours, 4096)
        except OSError:  # the other side is closed
            break
    os.close(ours)
    return text.decode("utf-8")


@pytest.mark.slow
def test_colours() -> None:
    assert "\x1b[" in shown(TERM="xterm")
    assert "\x1b[" in shown(TERM="xterm", NO_COLOR="")
    assert "\x1b" not in shown(TERM="xterm", NO_COLOR="1")
    assert "\x1b" not in shown(TERM="dumb")
