"""LaTeX of a sentence without its layout, to be compared with the sentence."""

from __future__ import annotations

import re

from convac.proofs.transcripts.signs import to_latex
from convac.proofs.transcripts.typeset import pieces

TYPE = "operatorname mathrm mathbb text texttt ensuremath mathinner allowbreak maybreak"
NAMES = "min max det log deg gcd dim exp"
MACROS = {
    "times": "x", "cdot": "*", "bmod": r"\%", "le": "<=", "ge": ">=", "ne": "!=", "to": "->",
    "sum": "<Sigma>", "lvert": "|", "rvert": "|",
    **dict.fromkeys(TYPE.split(), ""), **{name: name for name in NAMES.split()},
}  # fmt: skip
"""What stands for a macro; any other stands for itself."""

LAYOUT = re.compile(r"\\[,: _^]|[$^_\s{}]")


def check_nothing_is_lost(text: str) -> None:
    """The pieces add up to the text, and each has all of its signs, in order."""
    found = list(pieces(text))
    assert "".join(source for source, _ in found) == text
    for source, latex in found:
        formula = latex.startswith("$")
        wanted = to_latex(without_script_brackets(source) if formula else source)
        assert bare(latex) == bare(wanted), (source, latex)
        check_braces(latex)


def bare(latex: str) -> str:
    """Signs only: no scripts, spaces, grouping or type; the ring ZZ is Z."""
    text = _quotients(latex).replace(r"\{", "⟦").replace(r"\}", "⟧")
    text = re.sub(r"\\([A-Za-z]+)", lambda found: MACROS.get(found[1], f"<{found[1]}>"), text)
    return re.sub("Z+", "Z", LAYOUT.sub("", text)).replace("==", "=")


def _quotients(latex: str) -> str:
    while r"\quotient{" in latex:
        start = latex.index(r"\quotient{")
        first = _matching(latex, start + 9, "{", "}")
        second = _matching(latex, first + 1, "{", "}")
        upper, lower = latex[start + 10 : first], latex[first + 2 : second]
        latex = f"{latex[:start]} {upper}//{lower}{latex[second + 1 :]}"
    return latex


def without_script_brackets(source: str) -> str:
    """The formula without the brackets that enclose an index or an exponent."""
    for opening, closing in ("()", "{}"):
        at = 0
        while (found := re.compile(rf"[\^_]\{opening}").search(source, at)) is not None:
            end = _matching(source, found.end() - 1, opening, closing)
            source = source[: found.end() - 1] + source[found.end() : end] + source[end + 1 :]
            at = found.start()
    return source


def _matching(text: str, at: int, opening: str, closing: str) -> int:
    depth = 0
    for end in range(at, len(text)):
        depth += (text[end] == opening) - (text[end] == closing)
        if depth == 0:
            return end
    raise AssertionError(f"no {closing} in {text[at:]}")


def check_braces(latex: str) -> None:
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", latex.replace(r"\\", "")):
        depth += 1 if brace == "{" else -1
        assert depth >= 0, latex
    assert depth == 0, latex
