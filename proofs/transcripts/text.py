"""A sheet as text for people."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

from ...resources import show_seconds
from .sheet import DIM, PLAIN, Line, Sheet

NAME_WIDTH = 14
DETAIL_WIDTH = 76
LINE_WIDTH = 100

Style = Callable[[str, str], str]
"""Colours a piece of text for a role: "good", "bad", "plain" or "dim"."""


def no_style(piece: str, role: str) -> str:
    """The text as it is."""
    return piece


def text(sheet: Sheet, style: Style = no_style) -> str:
    """Title and numbers, a line each, the closing sentences."""
    lines = [sheet.title, *_about(sheet), ""]
    for line in sheet.lines:
        lines.extend(_line(line, style))
    lines.extend(f"  – {remark}" for remark in sheet.remarks)
    lines.append("")
    for closing in sheet.closing:
        lines.append(f"{style(closing.word, closing.role or PLAIN)}  {closing.sentence}.")
    lines.append(style(f"{' ' * NAME_WIDTH}{show_seconds(sheet.seconds)}", DIM).rstrip())
    return "\n".join(lines)


def _about(sheet: Sheet) -> list[str]:
    """What it is about, on one line where that fits."""
    pieces = [piece for piece in sheet.about if piece]
    line = "        ".join(pieces)
    return [line] if len(line) <= LINE_WIDTH else pieces


def _line(line: Line, style: Style) -> list[str]:
    """The detail wrapped beside its mark and name, the method behind it where there is room."""
    wrapped = textwrap.wrap(line.detail, DETAIL_WIDTH)
    plain = f"  {line.mark} {line.name}".rstrip()
    padding = " " * (NAME_WIDTH + 4 - len(plain)) + " "
    indent = " " * (NAME_WIDTH + 5)
    mark = style(line.mark, line.role) if line.role else line.mark
    lines = [f"{plain.replace(line.mark, mark, 1)}{padding}{wrapped[0]}"]
    lines.extend(indent + more for more in wrapped[1:])
    if not line.method:
        return lines
    method = f"[{line.method}]"
    if len(wrapped[-1]) + len(method) + 2 <= DETAIL_WIDTH:
        lines[-1] += f"  {style(method, DIM)}"
    else:
        lines.append(indent + style(method, DIM))
    return lines
