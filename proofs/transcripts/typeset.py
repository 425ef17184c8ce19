r"""Sentences in LaTeX: formulas in math mode, code in typewriter type, all else as text.

`rank ≥ 2^8 for K = 1` becomes `$\operatorname{rank} \ge 2^{8}$ for $K = 1$`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .formulas import FUNCTIONS, Reader
from .signs import to_latex

OPTION = r"(?<![\w-])--[a-z][\w-]*(?:=[\w,.:/-]*\w)?|(?<=[a-z] )-[A-Z](?= [a-z])"
FILE = r"\w+(?:/\w+)*\.(?:py|v|md|toml|json)\b"
CODE = re.compile(rf"{OPTION}|{FILE}|[A-Za-z]\w+_\w+", re.ASCII)
PLAIN = re.compile(r"\d+(?:\.\d+)+|\w+|.", re.DOTALL)


def set_in_latex(text: str) -> str:
    """A sentence in LaTeX's text mode, its formulas in math mode; needs amsmath and amssymb."""
    return "".join(piece for _, piece in pieces(text))


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """The text cut into formulas, code and prose, each with its LaTeX; the pieces add up to the text."""
    reader, at = Reader(text), 0
    while at < len(text):
        code = CODE.match(text, at)
        formula = None if code and not _is_indexed(code[0]) else reader.run(at)
        if formula is not None:
            piece, end = f"${formula[0]}$", formula[1]
        elif code:
            piece, end = _code(code[0]), code.end()
        else:
            end = _prose(text, at)
            piece = to_latex(text[at:end])
        yield text[at:end], piece
        at = end


def _is_indexed(code: str) -> bool:
    """Whether it is a function with an index, such as deg_L, and no name of a program."""
    return code.partition("_")[0] in FUNCTIONS


def _code(code: str) -> str:
    """Code in typewriter type that breaks behind its separators."""
    broken = re.sub(r"(\\_|[/.,=])(?=\w)", r"\1\\allowbreak ", to_latex(code).replace("--", "-{}-"))
    return rf"\texttt{{{broken}}}"


def _prose(text: str, at: int) -> int:
    """The end of the next word or sign, with the accents over it."""
    found = PLAIN.match(text, at)
    assert found is not None
    end = found.end()
    while "\u0300" <= text[end : end + 1] <= "\u036f":
        end += 1
    return end
