"""What transcripts lean on, for the bibliography of a LaTeX document."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..theorem import PAPER, PROJECT
from .typeset import set_in_latex


@dataclass(frozen=True)
class Reference:
    """An entry of the bibliography in LaTeX; it is cited behind texts that the pattern occurs in."""

    key: str
    pattern: str
    entry: str


REFERENCES = (
    Reference(
        "SharirShashua2018",
        re.escape(PAPER),
        r"O. Sharir and A. Shashua. On the Expressive Power of Overlapping Architectures of Deep "
        r"Learning. \emph{International Conference on Learning Representations (ICLR)}, 2018. "
        r"arXiv:1703.02065.",
    ),
    Reference(
        "convac",
        rf"^{re.escape(PROJECT)}$",
        r"The convac developers. \emph{convac: Exact proof checker for theorems about the expressive "
        r"power of convolutional networks}.",
    ),
    Reference(
        "CaronTraynor2005",
        "zeros of a nonzero polynomial have measure zero",
        r"R. Caron and T. Traynor. \emph{The Zero Set of a Polynomial}. WSMR Report 05-02, University "
        r"of Windsor, 2005.",
    ),
    Reference(
        "Z3",
        r"\bz3\b",
        r"L. de Moura and N. Bj{\o}rner. Z3: An Efficient SMT Solver. \emph{Tools and Algorithms for "
        r"the Construction and Analysis of Systems (TACAS)}, 2008.",
    ),
    Reference(
        "SymPy",
        r"\bsympy\b",
        r"A. Meurer et al. SymPy: Symbolic Computing in Python. \emph{PeerJ Computer Science}, 2017.",
    ),
    Reference(
        "FLINT",
        r"\bFLINT\b",
        r"The FLINT team. \emph{FLINT: Fast Library for Number Theory}. \texttt{https://flintlib.org}.",
    ),
    Reference(
        "Coq",
        r"\bCoq\b",
        r"The Coq Development Team. \emph{The Coq Proof Assistant}. \texttt{https://coq.inria.fr}.",
    ),
    Reference(
        "MathComp",
        r"\bMathComp\b",
        r"The Mathematical Components team. \emph{Mathematical Components}. "
        r"\texttt{https://math-comp.github.io}.",
    ),
)


def with_citations(text: str) -> str:
    r"""A text in LaTeX, with a \cite of what it leans on."""
    cited = [known.key for known in REFERENCES if re.search(known.pattern, text)]
    return set_in_latex(text) + (rf"~\cite{{{','.join(cited)}}}" if cited else "")


def bibliography(lines: Iterable[str]) -> list[str]:
    """The bibliography of what these lines cite, empty if they cite nothing."""
    keys = (keys for line in lines for keys in re.findall(r"\\cite\{(.*?)\}", line))
    cited = set(",".join(keys).split(","))
    items = [
        rf"\bibitem{{{known.key}}} {known.entry}" for known in REFERENCES if known.key in cited
    ]
    return [r"\begin{thebibliography}{9}", *items, r"\end{thebibliography}"] if items else []
