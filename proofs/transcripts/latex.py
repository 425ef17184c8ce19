r"""Transcripts as a LaTeX document, to be compiled by pdflatex as it stands.

Every line can be broken: formulas at their signs and commas, lists of layers behind each layer, code behind
its separators. What a solver was asked is in a supplement, since it is longer than all the rest.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from ..prove import Transcript
from ..steps import Status, Step
from ..theorem import Theorem
from .documents import by_theorem, show_versions
from .references import bibliography, with_citations
from .signs import source_to_latex, to_latex, to_verbatim
from .typeset import set_in_latex

VERBATIM_WIDTH = 100
"""Signs on a line of a supplement: what fits the page in its size of type."""

HEAD = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{amsmath,amssymb}
\usepackage[margin=25mm]{geometry}
\IfFileExists{lmodern.sty}{\usepackage{lmodern,microtype}}{}
\newcommand{\maybreak}{\penalty700 }% behind a comma in brackets
\newcommand{\quotient}[2]{\lfloor #1/#2\rfloor}% of whole numbers
\setcounter{secnumdepth}{0}
\sloppy
\begin{document}
"""
OMITTED = (
    r"\bigskip\noindent What the solver was asked, {count} in SMT-LIB, is not printed here: "
    r"\texttt{{convac prove}} with "
    r"\texttt{{-{{}}-format latex -{{}}-supplement}} appends it."
)


def latex(entries: Sequence[Transcript], *, supplement: bool = False) -> str:
    """The document; `supplement` appends the SMT-LIB text of every obligation."""
    asked = [(e, step) for e in entries for step in e.verdict.steps if step.formula]
    body: list[str] = []
    for theorem, group in by_theorem(entries):
        body += _theorem(theorem)
        for entry in group:
            body += _entry(entry)
    if asked:
        body += _supplement(asked) if supplement else ["", _omitted(len(asked))]
    opening = [r"\section{Transcripts}", f"{to_latex(show_versions())}."]
    if any("THEORY" in line for line in body):
        opening.append(r"THEORY is the file \texttt{docs/THEORY.md} of convac~\cite{convac}.")
    lines = [*opening, "", *body]
    return "\n".join([HEAD, *lines, *bibliography(lines), r"\end{document}"])


def _theorem(theorem: Theorem) -> list[str]:
    source = with_citations(theorem.source)
    return [
        rf"\subsection{{{to_latex(theorem.title)}}}",
        source_to_latex(theorem.latex),
        rf"\emph{{({source}; {to_latex(theorem.section)})}}",
        "",
    ]


def _entry(entry: Transcript) -> list[str]:
    verdict = entry.verdict
    numbers = ", ".join(set_in_latex(f"{k} = {v}") for k, v in verdict.numbers.items())
    items = [*map(_item, verdict.steps)]
    items += [rf"\item[--] {set_in_latex(reason)}" for reason in verdict.reasons]
    lines = [rf"\subsubsection{{\boldmath {set_in_latex(_heading(entry))}}}"]
    lines += [f"Claimed: {set_in_latex(said.rstrip('.'))}." for said in _claimed(entry)]
    lines += [f"{numbers}."] if numbers else []
    if items:
        lines += [r"\begin{description}\setlength{\itemsep}{0pt}", *items, r"\end{description}"]
    word = to_latex(str(verdict.outcome).upper())
    return [*lines, rf"\noindent\textbf{{{word}}}: {set_in_latex(verdict.conclusion)}.", ""]


def _more(entry: Transcript) -> str:
    """The variant, or that it is for all sizes."""
    return entry.verdict.theorem.removeprefix(entry.theorem.title).removeprefix(", ")


def _claimed(entry: Transcript) -> list[str]:
    """What the variant says, if it is one, instead of the theorem."""
    variants = entry.theorem.variants.values()
    return [v.statement for v in variants if _more(entry) == f"variant “{v.name}”"]


def _heading(entry: Transcript) -> str:
    """What it is about, behind the variant."""
    verdict, more = entry.verdict, _more(entry)
    if verdict.scope.startswith("all "):
        return f"For {verdict.scope}"
    return ": ".join(piece for piece in (more[:1].upper() + more[1:], verdict.scope) if piece)


def _item(step: Step) -> str:
    """A step with its status and method; a lemma's method says that it is one."""
    lemma = step.status is Status.LEMMA and step.method.startswith("lemma: ")
    how = step.method if lemma else f"{step.status}: {step.method}"
    name = rf"\boldmath {set_in_latex(step.name)}"
    return rf"\item[{{{name}}}] {set_in_latex(step.detail)} \emph{{({with_citations(how)})}}"


def _omitted(count: int) -> str:
    return OMITTED.format(count="one text" if count == 1 else f"{count} texts")


def _supplement(asked: Sequence[tuple[Transcript, Step]]) -> list[str]:
    lines = [r"\section{Supplement: obligations in SMT-LIB}"]
    lines += [
        "Each is the negation of what its step says, which holds if there is no solution.",
        "",
    ]
    before = None
    for entry, step in asked:
        if entry is not before:
            title = ": ".join(
                piece for piece in (entry.verdict.theorem, entry.verdict.scope) if piece
            )
            lines.append(rf"\subsubsection{{\boldmath {set_in_latex(title)}}}")
        before = entry
        lines += [rf"\paragraph{{\boldmath {set_in_latex(step.name)}}}\leavevmode"]
        lines += [r"{\footnotesize\begin{verbatim}", _wrapped(step.formula), r"\end{verbatim}", "}"]
    return lines


def _wrapped(formula: str) -> str:
    """Lines no longer than the page is wide; SMT-LIB reads a line's end as a space."""
    lines = to_verbatim(formula).splitlines()
    return "\n".join(
        textwrap.fill(
            line,
            VERBATIM_WIDTH,
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in lines
    )
