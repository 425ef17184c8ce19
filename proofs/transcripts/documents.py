"""Many transcripts as one document: text, Markdown and JSON."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from ...resources import show_seconds
from ...versions import versions
from ..prove import Transcript, show_sizes
from ..steps import Step
from ..theorem import Theorem
from .text import LINE_WIDTH


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
    lines = ["# Transcripts", "", f"{show_versions()}.", ""]
    for theorem, group in by_theorem(entries):
        lines += [f"## {theorem.name}: {theorem.title}", ""]
        lines += [f"{theorem.statement} *({theorem.source}; {theorem.section})*", ""]
        for entry in group:
            lines += _markdown_entry(entry)
    return "\n".join(lines)


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
            for theorem, group in by_theorem(entries)
        ],
        "versions": versions(),
    }


def by_theorem(entries: Iterable[Transcript]) -> Iterable[tuple[Theorem, list[Transcript]]]:
    """Runs of transcripts of the same theorem."""
    for _, group in groupby(entries, key=lambda entry: entry.theorem.name):
        listed = list(group)
        yield listed[0].theorem, listed


def show_versions() -> str:
    """Versions on one line."""
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
