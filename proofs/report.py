"""Transcripts of many verdicts as text, Markdown, LaTeX and JSON."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from ..algebra.resources import show_seconds
from .prove import Entry, show_sizes
from .registry import Result
from .render import LINE_WIDTH, Style, text
from .signs import source_to_latex, to_latex, to_verbatim
from .verdict import Status, Step, versions

LATEX_HEAD = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{amsmath,amssymb}
\usepackage[margin=25mm]{geometry}
\sloppy
\begin{document}
"""


def listing(known: Iterable[Result]) -> str:
    """Every result: its statement, its sizes, whether it is proved for all sizes, its false variants."""
    lines = []
    for result in known:
        lines.append(heading(result).rstrip())
        sizes = inspect.signature(result.check).parameters.values()
        needed = [f"--{p.name}" for p in sizes if p.default is inspect.Parameter.empty]
        optional = [f"[--{p.name}]" for p in sizes if p.default is not inspect.Parameter.empty]
        lines += ["", f"  sizes: {' '.join(needed + optional)}"]
        if result.all_sizes is not None:
            lines.append("  for all sizes at once: --symbolic")
        if result.variants:
            lines.append(f"  false variants: {', '.join(result.variants)}")
        lines.append("")
    return "\n".join(lines)


def heading(result: Result) -> str:
    """The statement of a result, as it opens its transcripts."""
    lines = [f"== {result.name}: {result.title}", f"   {result.source}; {result.section}", ""]
    lines += textwrap.wrap(
        result.statement, LINE_WIDTH, initial_indent="  ", subsequent_indent="  "
    )
    return "\n".join([*lines, ""])


def entry_text(entry: Entry, style: Style) -> str:
    """One transcript."""
    return text(entry.verdict, style) + "\n"


def summary(entries: Sequence[Entry]) -> str:
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


def markdown(entries: Sequence[Entry]) -> str:
    """A Markdown document: a section a result, a table a verdict."""
    lines = ["# Transcripts", "", f"{_versions()}.", ""]
    for result, group in _by_result(entries):
        lines += [f"## {result.name}: {result.title}", ""]
        lines += [f"{result.statement} *({result.source}; {result.section})*", ""]
        for entry in group:
            lines += _markdown_entry(entry)
    return "\n".join(lines)


def latex(entries: Sequence[Entry]) -> str:
    """A LaTeX document that compiles as it stands, with amsmath."""
    lines = [LATEX_HEAD, r"\section*{Transcripts}", f"{to_latex(_versions())}.", ""]
    for result, group in _by_result(entries):
        lines += [rf"\subsection*{{{to_latex(result.title)}}}", source_to_latex(result.latex)]
        lines += [rf"\emph{{({to_latex(result.source)}; {to_latex(result.section)})}}", ""]
        for entry in group:
            lines += _latex_entry(entry)
    return "\n".join([*lines, r"\end{document}"])


def as_json(entries: Sequence[Entry]) -> dict[str, Any]:
    """A JSON object: every result with its statement and its verdicts."""
    return {
        "results": [
            {
                "name": result.name,
                "title": result.title,
                "source": result.source,
                "section": result.section,
                "statement": result.statement,
                "latex": result.latex,
                "verdicts": [
                    {"sizes": dict(e.sizes), "asked": e.asked, **e.verdict.to_json()} for e in group
                ],
            }
            for result, group in _by_result(entries)
        ],
        "versions": versions(),
    }


def _by_result(entries: Iterable[Entry]) -> Iterable[tuple[Result, list[Entry]]]:
    for _, group in groupby(entries, key=lambda entry: entry.result.name):
        listed = list(group)
        yield listed[0].result, listed


def _versions() -> str:
    return ", ".join(f"{name} {number}" for name, number in versions().items())


def _subject(entry: Entry) -> str:
    verdict = entry.verdict
    weights = f"{verdict.weights} weights" if verdict.weights else ""
    return ", ".join(filter(None, (verdict.about, verdict.partition, weights)))


def _markdown_entry(entry: Entry) -> list[str]:
    verdict = entry.verdict
    repeat = f"`convac prove {entry.result.name} {show_sizes(entry.sizes)}`".replace(" `", "`")
    lines = [f"### {_subject(entry)}", "", repeat, ""]
    if verdict.geometry:
        lines += [", ".join(f"{k} = {v}" for k, v in verdict.geometry.items()) + ".", ""]
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


def _latex_entry(entry: Entry) -> list[str]:
    verdict = entry.verdict
    lines = [rf"\subsubsection*{{{to_latex(_subject(entry))}}}"]
    if verdict.geometry:
        lines.append(to_latex(", ".join(f"{k} = {v}" for k, v in verdict.geometry.items())) + ".")
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
