"""Verdicts and reports as HTML, with LaTeX for the claims: what a notebook shows of them."""

from __future__ import annotations

from html import escape

from ..algebra.powers import Powers
from .verdict import Claim, Status, Step, Verdict

MARKS = {Status.PASSED: "✓", Status.FAILED: "✗", Status.NOT_RUN: "–", Status.LEMMA: "✓"}
LEFT = 'style="text-align:left"'
HEAD = "".join(f"<th {LEFT}>{title}</th>" for title in ("", "step", "what was found", "method"))
RELATIONS = {">=": r"\ge", "<=": r"\le", "=": "="}


def verdict_html(verdict: Verdict) -> str:
    """The statement with its numbers, a row a step with its method, and the conclusion."""
    about = ", ".join(filter(None, (verdict.about, verdict.partition, verdict.weights)))
    numbers = ", ".join(f"{name} = {value}" for name, value in verdict.geometry.items())
    rows = "".join(map(_row, verdict.steps))
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in verdict.reasons)
    listed = f"<ul>{reasons}</ul>" if reasons else ""
    geometry = f"<br>{escape(numbers)}" if numbers else ""
    claim = "" if verdict.claim is None else rf" \({claim_latex(verdict.claim)}\)"
    return (
        f"<div><strong>{escape(verdict.theorem)}</strong> ({escape(verdict.source)})<br>"
        f"{escape(about)}{geometry}"
        f"<table><thead><tr>{HEAD}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{listed}"
        f"<p><strong>{escape(verdict.outcome.upper())}</strong>{claim}: "
        f"{escape(verdict.conclusion)}.</p></div>"
    )


def report_html(text: str) -> str:
    """A report as it is printed."""
    return f"<pre>{escape(text)}</pre>"


def claim_latex(claim: Claim) -> str:
    r"""Such as \operatorname{rank} \ge 2^{8}."""
    return rf"\operatorname{{rank}} {RELATIONS[claim.relation]} {powers_latex(claim.value)}"


def powers_latex(value: Powers) -> str:
    r"""Such as 2^{8} \cdot 3."""
    factors = [str(b) if e == 1 else f"{b}^{{{e}}}" for b, e in value.factors]
    return r" \cdot ".join(factors) or "1"


def _row(step: Step) -> str:
    note = "not run: " if step.status is Status.NOT_RUN else ""
    shown = (MARKS[step.status], step.name, note + step.detail, step.method)
    cells = (f"<td {LEFT}>{escape(cell)}</td>" for cell in shown)
    return f"<tr>{''.join(cells)}</tr>"
