"""The signs of mathematics where there is no room for them: in plain ASCII, and in LaTeX."""

from __future__ import annotations

ASCII = str.maketrans(
    {
        "–": "-",
        "×": "x",
        "·": "*",
        "≥": ">=",
        "≤": "<=",
        "²": "^2",
        "δ": "delta",
        "λ": "lambda",
        "μ": "mu",
        "ν": "nu",
        "Σ": "sum",
        "∩": "cap",
        "∏": "prod",
        "τ": "tau",
        "…": "...",
        "“": '"',
        "”": '"',
        "→": "->",
        "✓": "[ok]",
        "✗": "[FAILED]",
    }
)
LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\^{}", "~": r"\textasciitilde{}", "<": r"$<$", ">": r"$>$",
    "|": r"$|$", "≥": r"$\ge$", "≤": r"$\le$", "×": r"$\times$", "·": r"$\cdot$", "−": r"$-$",
    "–": "--", "…": r"\dots{}", "“": "``", "”": "''", "’": "'", "²": r"$^2$", "ᵀ": r"$^{\mathsf T}$",
    "⁺": r"$^+$", "⌊": r"$\lfloor$", "⌋": r"$\rfloor$", "⌈": r"$\lceil$", "⌉": r"$\rceil$",
    "Σ": r"$\sum$", "δ": r"$\delta$", "τ": r"$\tau$", "ν": r"$\nu$",
    "λ": r"$\lambda$", "μ": r"$\mu$",
    "∩": r"$\cap$", "∏": r"$\prod$", "∈": r"$\in$", "→": r"$\to$", "✓": r"$\checkmark$",
}  # fmt: skip


def to_ascii(piece: str) -> str:
    """The same text in plain ASCII.

    >>> to_ascii("rank ≥ 2^8 × 3")
    'rank >= 2^8 x 3'
    """
    return piece.translate(ASCII).encode("ascii", "replace").decode("ascii")


def to_latex(piece: str) -> str:
    r"""The same text for LaTeX's text mode.

    >>> to_latex("rank ≥ D_1")
    'rank $\\ge$ D\\_1'
    """
    return "".join(LATEX.get(sign, sign) for sign in piece)
