"""Verdicts and rank reports as text for people."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from ..algebra.powers import Powers
from ..algebra.resources import show_seconds
from ..graphs.cuts import Vertex
from .verdict import Outcome, Status, Step, Verdict

if TYPE_CHECKING:
    from .bound import BoundReport
    from .generic_rank import RankReport
    from .rectifier_rank import RectifierReport
    from .upper_bound import UpperBound

NAME_WIDTH = 14
DETAIL_WIDTH = 76
LINE_WIDTH = 100
MOST_SHOWN = 20
MARKS = {Status.PASSED: "✓", Status.FAILED: "✗", Status.NOT_RUN: "–", Status.LEMMA: "✓"}

Style = Callable[[str, str], str]
"""Colours a piece of text for a role: "good", "bad", "plain" or "dim"."""


def text(verdict: Verdict, style: Style = lambda piece, role: piece) -> str:
    """The statement with its numbers, a line a step, and the verdict."""
    weights = f"{verdict.weights} weights" if verdict.weights else ""
    title = f"{verdict.theorem} ({verdict.source})"
    lines = [", ".join(filter(None, (title, verdict.partition, weights)))]
    lines += [*_numbers(verdict), ""]
    for step in verdict.steps:
        lines.extend(_step(step, style))
    lines.extend(f"  – {reason}" for reason in verdict.reasons)
    lines.append("")
    role = {
        Outcome.VERIFIED: "good",
        Outcome.NOT_VERIFIED: "bad",
        Outcome.REFUTED: "bad",
    }.get(verdict.outcome, "plain")
    lines.append(f"{style(verdict.outcome.upper(), role)}  {verdict.conclusion}.")
    lines.append(style(f"{' ' * NAME_WIDTH}{show_seconds(verdict.seconds)}", "dim").rstrip())
    return "\n".join(lines)


def report_text(
    report: RankReport | RectifierReport, style: Style = lambda piece, role: piece
) -> str:
    """A report of ranks, of either kind of network."""
    from .rectifier_rank import RectifierReport

    if isinstance(report, RectifierReport):
        return rectifier_text(report, style)
    return rank_text(report, style)


def rank_text(report: RankReport, style: Style = lambda piece, role: piece) -> str:
    """What is proved from below and above, by what, and what is estimated."""
    rows, columns = (f"{report.network.M}^{count}" for count in report.partition.counts)
    subject = report.of[0].upper() + report.of[1:]
    lines = [
        f"{subject}, {report.partition.name}, {report.weights} weights",
        f"{report.network}        matrix {rows} × {columns}",
        "",
        *_wrapped(f"  ≥ {_show(report.lower.value)}", _lower(report)),
        *_wrapped(
            f"  ≤ {_show(report.upper.value)}", f"{report.upper.by}{_separator(report.upper)}"
        ),
    ]
    for note in report.notes:
        lines.extend(_wrapped("  –", note))
    if len(report.ranks) > 1:
        lines.extend(_wrapped("  –", f"ranks found: {', '.join(map(str, report.ranks))}"))
    lines.append("")
    if report.exact:
        lines.append(f"{style('EXACT', 'good')}  the {report.of} is {_show(report.upper.value)}.")
    else:
        proved = f"{_show(report.lower.value)} ≤ {report.of} ≤ {_show(report.upper.value)}"
        lines.append(f"{style('PROVED', 'good')}  {proved}.")
        if report.failure is not None:
            lines.append(
                f"{style('ESTIMATED', 'plain')}  it is {report.rank}; the chance that these "
                f"parameters missed a larger rank is at most {_chance(report.failure)}."
            )
    lines.append(style(f"{' ' * NAME_WIDTH}{show_seconds(report.seconds)}", "dim").rstrip())
    return "\n".join(lines)


def rectifier_text(report: RectifierReport, style: Style = lambda piece, role: piece) -> str:
    """The ranks found, seed by seed, and what is proved of the largest one."""
    rows, columns = (f"{report.network.M}^{count}" for count in report.partition.counts)
    subject = f"rectifier network, {report.pooling}, the last layer linear"
    lines = [
        f"Rank of a {subject}, {report.partition.name}, {report.weights} weights",
        f"{report.network}        matrix {rows} × {columns}",
        "",
        *_wrapped("  ranks", _found(report)),
        *_wrapped(f"  ≤ {_show(report.upper.value)}", f"for all parameters: {report.upper.by}"),
    ]
    for note in report.notes:
        lines.extend(_wrapped("  –", note))
    lines.append("")
    low, high = report.lower, report.upper.value
    if report.seed is None:
        (found,) = report.ranks
        value = f"is {found.lower}" if found.exact else f"is from {found.lower} to {found.upper}"
        word = "EXACT" if found.exact else "PROVED"
        lines.append(f"{style(word, 'good')}  the rank at the given parameters {value}.")
    elif report.exact:
        lines.append(f"{style('EXACT', 'good')}  the largest rank of all parameters is {high}.")
    else:
        proved = f"{low} ≤ largest rank of all parameters ≤ {_show(high)}"
        lines.append(f"{style('PROVED', 'good')}  {proved}.")
    lines.append(style(f"{' ' * NAME_WIDTH}{show_seconds(report.seconds)}", "dim").rstrip())
    return "\n".join(lines)


def bound_text(report: BoundReport, style: Style = lambda piece, role: piece) -> str:
    """The proved interval, and what proves its ends."""
    rows, columns = (f"{report.network.M}^{count}" for count in report.partition.counts)
    low, high = report.lower, report.upper
    lines = [
        f"Bounds on the generic rank, {report.partition.name}, {report.weights} weights",
        f"{report.network}        matrix {rows} × {columns}",
        "",
        *_wrapped(f"  ≥ {_show(low.value)}", low.by),
        *_wrapped(f"  ≤ {_show(high.value)}", f"{high.by}{_separator(high)}"),
        "",
    ]
    lemma = ", by the lemma that is named" if report.by_lemma else ""
    if report.exact:
        lines.append(f"{style('EXACT', 'good')}  the generic rank is {_show(low.value)}{lemma}.")
    else:
        proved = f"{_show(low.value)} ≤ generic rank ≤ {_show(high.value)}"
        lines.append(f"{style('PROVED', 'good')}  {proved}{lemma}.")
    lines.append(style(f"{' ' * NAME_WIDTH}{show_seconds(report.seconds)}", "dim").rstrip())
    return "\n".join(lines)


def _found(report: RectifierReport) -> str:
    """Every rank, or how often each was found, and over what."""
    shown = [f"{low.lower}" if low.exact else f"{low.lower} to {low.upper}" for low in report.ranks]
    if len(shown) > MOST_SHOWN:
        counts = [(found, count) for found, count in report.distribution.items()]
        shown = [
            f"{rank.lower}{'' if rank.exact else f' to {rank.upper}'} ({count} times)"
            for rank, count in counts
        ]
    if report.seed is None:
        where = "at the given parameters"
    else:
        last = report.seed + len(report.ranks) - 1
        seeds = f"seed {report.seed}" if last == report.seed else f"seeds {report.seed} to {last}"
        where = f"integers in -9 … 9, {seeds}"
    kind = "exact over Q" if all(rank.exact for rank in report.ranks) else "proved over Q"
    return f"{', '.join(shown)}; {kind}, {where}"


def _show(value: Powers) -> str:
    """A power, with its value where that is short."""
    short = len(value.factors) == 1 and value.factors[0][1] > 1 and value < Powers([(10, 9)])
    return f"{value} = {int(value)}" if short else str(value)


def _lower(report: RankReport) -> str:
    return report.lower.by if report.rank is None else f"{report.lower.by}, {report.engine} engine"


def _chance(failure: Fraction) -> str:
    """A probability, rounded up to two digits."""
    if failure >= 1:
        return "1 (no bound: use more trials or a larger prime)"
    return f"{float(failure) * 1.005:.1e}"


def _separator(upper: UpperBound) -> str:
    """The separating set, site by site, where it is short enough to read."""
    chosen = upper.separator
    return f" ({upper.form} over degrees): {show_separator(chosen)}" if chosen else ""


def show_separator(chosen: Sequence[Vertex]) -> str:
    """The first vertices of a separating set, and how many more there are."""
    shown = ", ".join(
        f"{at} of {f'layer {layer}' if layer else 'the sites'}" for layer, at in chosen[:8]
    )
    more = f" and {len(chosen) - 8} more" if len(chosen) > 8 else ""
    return f"{shown}{more}"


def _wrapped(head: str, body: str) -> list[str]:
    first = f"{head:<{NAME_WIDTH + 3}}  "
    lines = textwrap.wrap(body, DETAIL_WIDTH)
    return [first + lines[0], *(" " * len(first) + more for more in lines[1:])]


def _numbers(verdict: Verdict) -> list[str]:
    """The network and the numbers of the statement, on one line where they fit."""
    geometry = ", ".join(f"{name} = {value}" for name, value in verdict.geometry.items())
    line = "        ".join(filter(None, (verdict.about, geometry)))
    return [line] if len(line) <= LINE_WIDTH else [verdict.about, geometry]


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
