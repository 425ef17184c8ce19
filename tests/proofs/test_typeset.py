"""Formulas in sentences: found, set in LaTeX, with nothing lost."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from convac.proofs.prove import Transcript
from convac.proofs.steps import Status, Step
from convac.proofs.theorem import theorem
from convac.proofs.transcripts.latex import HEAD, latex
from convac.proofs.transcripts.typeset import set_in_latex
from convac.proofs.verdict import Outcome, Verdict
from hypothesis import given
from hypothesis import strategies as st
from pdflatex import check_fits, compiled, needs_pdflatex
from untex import bare, check_nothing_is_lost

FORMULAS = {
    "2^8": "$2^{8}$",
    "M^(H²/2)": "$M^{H^{2}/2}$",
    "T_R = 3 > 2": "$T_{R} = 3 > 2$",
    "det(I + kJ) = 1 + 2k": r"$\det(I + kJ) = 1 + 2k$",
    "rank ≥ 2^8": r"$\operatorname{rank} \ge 2^{8}$",
    "s, s + (1, 0)": r"$s$, $s + (1,\maybreak 0)$",
    "∏ = 3^4": r"$\prod = 3^{4}$",
    "1 + 2 Σ y_c": r"$1 + 2\,\sum\,y_{c}$",
    "⌊D/2⌋": r"$\lfloor D/2 \rfloor$",
    "h = constant × 8 pair factors × 0 one-sided factors": (
        r"$h = \text{constant} \times 8\ \text{pair factors} \times 0$ one-sided factors"
    ),
    "(m' + 1)^(E⁺)": r"$(m' + 1)^{E^{+}}$",
    "E ≥ (2B − 1)²/2·(1 + (2B − 2)/H)^(−2)": (
        r"$E \ge (2B - 1)^{2}/2 \cdot (1 + (2B - 2)/H)^{-2}$"
    ),
    "pair factors are I + J on {0 … 1}², of rank 2": (
        r"pair factors are $I + J$ on $\{0 \dots 1\}^{2}$, of rank $2$"
    ),
    "J + diag(1, …, 1, 0)": (
        r"$J + \operatorname{diag}(1,\maybreak \dots,\maybreak 1,\maybreak 0)$"
    ),
    "layers 1x3/1:2,4/4:1": r"layers $1{\times}3/1{:}2,\,\allowbreak 4/4{:}1$",
    "[near = c]([far = c] + k)": r"$[\mathrm{near} = c]([\mathrm{far} = c] + k)$",
    "0 <= x//2 < m and x%2 != 1": r"$0 \le \quotient{x}{2} < m$ and $x \bmod 2 \ne 1$",
    "a 4 x 4 minor over Q(t00) of a 2x2 block": (
        r"a $4 \times 4$ minor over $\mathbb{Q}(t_{00})$ of a $2 \times 2$ block"
    ),
    "the product of all zλμ": r"the product of all $z\lambda\mu$",
    "|A × B| = |A|·|B|": r"$\lvert A \times B \rvert = \lvert A \rvert \cdot \lvert B \rvert$",
    "M^(sites)": r"$M^{\text{sites}}$",
    "log_b (D + 1)": r"$\log_{b}\,(D + 1)$",
    "x^2^3 and m'^2": "${x^{2}}^{3}$ and ${m'}^{2}$",
    "“exponent + 1”": r"``exponent $+\:1$''",
    "“≥ 3^8” is false": r"``$\ge 3^{8}$'' is false",
    "1" * 40: "$" + r"\allowbreak ".join(["1" * 10] * 4) + "$",
}
PROSE = {
    "a model's factors, the 3rd": "a model's factors, the 3rd",
    "A tile is a box": "A tile is a box",
    "Coq 8.16, e.g. left-right": "Coq 8.16, e.g. left-right",
    "(see above) and/or": "(see above) and/or",
    "rank of a matrix": "rank of a matrix",
    "overlap_law in formal/Law.v": (
        r"\texttt{overlap\_\allowbreak law} in \texttt{formal/\allowbreak Law.\allowbreak v}"
    ),
    "--strides=1,2": r"\texttt{-{}-strides=\allowbreak 1,\allowbreak 2}",
}


@pytest.mark.parametrize(("text", "latex"), [*FORMULAS.items(), *PROSE.items()])
def test_formulas_are_set_and_prose_is_left(text: str, latex: str) -> None:
    assert set_in_latex(text) == latex
    check_nothing_is_lost(text)


WORDS = "a A x M D_1 T_S m' E⁺ R_l² deg_L log_b min max det diag rank iff over Q ZZ GF near the of and is"
NUMBERS = "0 1 12 2^8 3.5 n1 kJ km zλμ ℝ é x̂ 3/1:2,4/4:1 2x2 a_b_c Law.v --all P-sites constant Σ ∏ ∞ … it"
MARKS = "( ) [ ] { } ⌊ ⌋ | ^ _ ' = == != <= ≤ ≥ < + - − * / // % · × , : ; . # $ \\ & ~ ² ᵀ ᵢ"
VOCABULARY = f"{WORDS} {NUMBERS} {MARKS}".split()
SENTENCES = st.lists(
    st.tuples(st.sampled_from(VOCABULARY), st.sampled_from(["", " "])), max_size=20
)


@given(st.one_of(st.text(), SENTENCES.map(lambda words: "".join(map("".join, words)))))
def test_no_sign_is_lost(text: str) -> None:
    check_nothing_is_lost(text)
    assert set_in_latex(text).isascii()


def test_a_lost_sign_would_be_found() -> None:
    kept = r"$\operatorname{rank} \ge 2^{8} \cdot \lfloor x/2 \rfloor$"
    for lost in (r"\ge", "8", r"\cdot", r"\rfloor", "/", "rank"):
        assert bare(kept.replace(lost, "")) != bare(kept)


@pytest.mark.parametrize("piece", ["(", "|", "log^|", "x^", "[a = ", "{", "2(", "min("])
def test_deep_brackets_are_read_in_time(piece: str) -> None:
    check_nothing_is_lost(piece * 300)


@pytest.mark.slow
@needs_pdflatex
def test_pdflatex_takes_any_sentence(tmp_path: Path) -> None:
    """Sentences at random, most of them nonsense: no index is doubled, and no bracket is left open."""
    random = Random(0)
    sentences = []
    for _ in range(3000):
        words = random.choices(VOCABULARY, k=random.randrange(1, 20))
        sentences.append("".join(word + random.choice(["", " "]) for word in words))
    body = "\n\n".join(map(set_in_latex, sentences))
    compiled(f"{HEAD}{body}\n\\end{{document}}", tmp_path)


LONG = {
    "sites": "no component without "
    + ", ".join(f"({i}, {i % 7}) of layer {i}" for i in range(200)),
    "layers": "layers " + ",".join(f"{n}x{n}/{n}x{n}:{n * n}" for n in range(10, 60)),
    "number": f"rank ≥ {7**1000} and {3**300}/{7**200} = τ",
    "tuple": f"τ = ({', '.join(str(n) for n in range(300))})",
    "sum": f"{' + '.join(f'x_{n}' for n in range(300))} = 2^{10**30}",
    "product": f"h = constant × {' × '.join(f'{n} pair factors' for n in range(60))}",
    "code": "_".join(["overlap_law"] * 60) + " in " + "/".join(["formal"] * 60) + "/Law.v",
    "pairs": f"offsets {', '.join(f'(0, {n}) → (1, {n})' for n in range(100))} reach τ",
}


@pytest.mark.slow
@needs_pdflatex
def test_long_texts_fit_the_page(tmp_path: Path) -> None:
    """In headings, names, details, methods and conclusions alike."""
    steps = tuple(
        Step(name, "arithmetic, " + text, Status.PASSED, text, f"(assert {text.replace(',', ' ')})")
        for name, text in LONG.items()
    )
    numbers = {f"m_{n}": n * n for n in range(100)} | dict(LONG)

    @theorem(
        name="long", title="Long", source="this project", section="THEORY 1", statement="s", latex="s",
        instances=[],
    )  # fmt: skip
    def long() -> Verdict:
        raise NotImplementedError

    entries = []
    for text in LONG.values():
        said = Verdict(
            "Long", "", Outcome.VERIFIED, text, subject=text, numbers=numbers, steps=steps
        )
        entries.append(Transcript(long, {}, said))
    check_fits(compiled(latex(entries), tmp_path))
