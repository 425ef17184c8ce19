"""Many transcripts as one document: text, Markdown, LaTeX and JSON."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from ...resources import show_seconds
from ...versions import versions
from ..prove import Transcript, show_sizes
from ..steps import Status, Step
from ..theorem import Theorem
from .signs import source_to_latex, to_latex, to_verbatim
from .text import LINE_WIDTH

LATEX_HEAD = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{amsmath,amssymb}
\usepackage[margin=25mm]{geometry}
\sloppy
\begin{document}
"""


def listing(known: Iterable[Theorem]) -> str:
    """Every theorem: its statement, its sizes, whether it is proved for all sizes, its false variants."""
    lines = []
    for theorem in known:
        lines.append(heading(theorem).rstrip())
        sizes = inspect.signature(theorem.check).parameters.values()
        needed = [f"--{p.name}" for p in sizes if p.default is inspect.Parameter.empty]
        optional = [f"[--{p.name}]" for p in sizes if p.default is not inspect.Parameter.empty]
        lines += ["", f"  sizes: {' '.join(needed + optional)}"]
        if theorem.all_sizes is not None:
            lines.append("  for all sizes at once: --symbolic")
        if theorem.variants:
            lines.append(f"  false variants: {', '.join(theorem.variants)}")
        lines.append("")
    return "\n".join(lines)


def heading(theorem: Theorem) -> str:
    """The statement of a theorem, as it opens its transcripts."""
    lines = [f"== {theorem.name}: {theorem.title}", f"   {theorem.source}; {theorem.section}", ""]
    lines += textwrap.wrap(
        theorem.statement, LINE_WIDTH, initial_indent="  ", subsequent_indent="  "
    )
    return "\n".join([*lines, ""])


def summary(entries: Sequence[Transcript]) -> str:
    """How many verdicts of each kind there are."""
    counts: dict[str, int] = {}
    for entry in entries:
        word = str(entry.verdict.outcome)
        if not entry.asked:
            word = "not run (z3-solver is not installed)"
        counts[word] = counts.get(word, 0) + 1
    seconds = sum(entry.verdict.seconds for entry in entries)
    listed = ", ".join(f"{count} {word}" for word, count in counts.items())
    checks = "check" if len(entries) == 1 else "checks"
    return f"{len(entries)} {checks}: {listed}. {show_seconds(seconds)}"


def markdown(entries: Sequence[Transcript]) -> str:
    """A Markdown document: a section a theorem, a table a verdict."""
    lines = ["# Transcripts", "", f"{_versions()}.", ""]
    for theorem, group in _by_theorem(entries):
        lines += [f"## {theorem.name}: {theorem.title}", ""]
        lines += [f"{theorem.statement} *({theorem.source}; {theorem.section})*", ""]
        for entry in group:
            lines += _markdown_entry(entry)
    return "\n".join(lines)


def latex(entries: Sequence[Transcript]) -> str:
    """A LaTeX document that compiles as it stands, with amsmath."""
    lines = [LATEX_HEAD, r"\section*{Transcripts}", f"{to_latex(_versions())}.", ""]
    for theorem, group in _by_theorem(entries):
        lines += [rf"\subsection*{{{to_latex(theorem.title)}}}", source_to_latex(theorem.latex)]
        lines += [rf"\emph{{({to_latex(theorem.source)}; {to_latex(theorem.section)})}}", ""]
        for entry in group:
            lines += _latex_entry(entry)
    return "\n".join([*lines, r"\end{document}"])


def as_json(entries: Sequence[Transcript]) -> dict[str, Any]:
    """A JSON object: every theorem with its statement and its verdicts."""
    return {
        "results": [
            {
                "name": theorem.name,
                "title": theorem.title,
                "source": theorem.source,
                "section": theorem.section,
                "statement": theorem.statement,
                "latex": theorem.latex,
                "verdicts": [
                    {"sizes": dict(e.sizes), "asked": e.asked, **e.verdict.to_json()} for e in group
                ],
            }
            for theorem, group in _by_theorem(entries)
        ],
        "versions": versions(),
    }


def _by_theorem(entries: Iterable[Transcript]) -> Iterable[tuple[Theorem, list[Transcript]]]:
    for _, group in groupby(entries, key=lambda entry: entry.theorem.name):
        listed = list(group)
        yield listed[0].theorem, listed


def _versions() -> str:
    return ", ".join(f"{name} {number}" for name, number in versions().items())


def _markdown_entry(entry: Transcript) -> list[str]:
    verdict = entry.verdict
    repeat = f"`convac prove {entry.theorem.name} {show_sizes(entry.sizes)}`".replace(" `", "`")
    lines = [f"### {entry.verdict.scope}", "", repeat, ""]
    if verdict.numbers:
        lines += [", ".join(f"{k} = {v}" for k, v in verdict.numbers.items()) + ".", ""]
    lines += [f"- {reason}" for reason in verdict.reasons]
    if verdict.steps:
        lines += ["| step | status | what | method |", "|---|---|---|---|"]
        lines += [_markdown_row(step) for step in verdict.steps]
    lines += ["", f"**{str(verdict.outcome).upper()}**: {verdict.conclusion}.", ""]
    for step in verdict.steps:
        if step.formula:
            lines += [f"`{step.name}`:", "", "```smt2", step.formula, "```", ""]
    return lines


def _markdown_row(step: Step) -> str:
    cells = (step.name, str(step.status), step.detail, step.method)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _latex_entry(entry: Transcript) -> list[str]:
    verdict = entry.verdict
    lines = [rf"\subsubsection*{{{to_latex(entry.verdict.scope)}}}"]
    if verdict.numbers:
        lines.append(to_latex(", ".join(f"{k} = {v}" for k, v in verdict.numbers.items())) + ".")
    items = [
        rf"\item[{{{to_latex(step.name)}}}] {to_latex(step.detail)} "
        rf"\emph{{({to_latex(_how(step))})}}"
        for step in verdict.steps
    ] + [rf"\item[--] {to_latex(reason)}" for reason in verdict.reasons]
    if items:
        lines += [r"\begin{description}", *items, r"\end{description}"]
    lines += [
        rf"\textbf{{{to_latex(str(verdict.outcome).upper())}}}: {to_latex(verdict.conclusion)}.",
        "",
    ]
    for step in verdict.steps:
        if step.formula:
            lines += [
                rf"\noindent {to_latex(step.name)}:",
                r"\begin{verbatim}",
                to_verbatim(step.formula),
            ]
            lines += [r"\end{verbatim}"]
    return lines


def _how(step: Step) -> str:
    """Status and method; a lemma's method says that it is one."""
    lemma = step.status is Status.LEMMA and step.method.startswith("lemma: ")
    return step.method if lemma else f"{step.status}: {step.method}"
