"""Verdicts as text for people."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

from ..algebra.engines import show_seconds
from .verdict import Outcome, Status, Step, Verdict

NAME_WIDTH = 14
DETAIL_WIDTH = 76
MARKS = {Status.PASSED: "✓", Status.FAILED: "✗", Status.NOT_RUN: "–", Status.LEMMA: "✓"}
ASCII_MARKS = {"✓": "[ok]", "✗": "[FAILED]"}
ASCII = str.maketrans(
    {
        "–": "-",
        "×": "x",
        "·": "*",
        "≥": ">=",
        "≤": "<=",
        "²": "^2",
        "δ": "delta",
        "…": "...",
        "“": '"',
        "”": '"',
        "→": "->",
        **ASCII_MARKS,
    }
)

Style = Callable[[str, str], str]
"""Colours a piece of text for a role: "good", "bad", "plain" or "dim"."""


def text(verdict: Verdict, style: Style = lambda piece, role: piece) -> str:
    """The statement with its numbers, a line a step, and the verdict."""
    lines = [
        f"{verdict.theorem} ({verdict.source}), {verdict.partition}, {verdict.weights} weights",
        _numbers(verdict),
        "",
    ]
    for step in verdict.steps:
        lines.extend(_step(step, style))
    lines.extend(f"  – {reason}" for reason in verdict.reasons)
    lines.append("")
    role = {
        Outcome.VERIFIED: "good",
        Outcome.NOT_VERIFIED: "bad",
        Outcome.NOT_APPLICABLE: "plain",
    }[verdict.outcome]
    lines.append(f"{style(verdict.outcome.upper(), role)}  {verdict.conclusion}.")
    lines.append(style(f"{' ' * NAME_WIDTH}{show_seconds(verdict.seconds)}", "dim").rstrip())
    return "\n".join(lines)


def to_ascii(piece: str) -> str:
    """The same text in plain ASCII."""
    return piece.translate(ASCII).encode("ascii", "replace").decode("ascii")


def _numbers(verdict: Verdict) -> str:
    geometry = ", ".join(f"{name} = {value}" for name, value in verdict.geometry.items())
    return f"{verdict.network}{'        ' if geometry else ''}{geometry}"


def _step(step: Step, style: Style) -> list[str]:
    role = {Status.FAILED: "bad", Status.NOT_RUN: "dim"}.get(step.status, "good")
    mark = style(MARKS[step.status], role)
    note = "not run: " if step.status is Status.NOT_RUN else ""
    wrapped = textwrap.wrap(note + step.detail, DETAIL_WIDTH)
    head = f"  {mark} {step.name:<{NAME_WIDTH}} "
    lines = [f"{head}{wrapped[0]}"]
    indent = " " * (NAME_WIDTH + 5)
    lines.extend(indent + more for more in wrapped[1:])
    method = f"[{step.method}]"
    if len(wrapped[-1]) + len(method) + 2 <= DETAIL_WIDTH:
        lines[-1] += f"  {style(method, 'dim')}"
    else:
        lines.append(indent + style(method, "dim"))
    return lines
