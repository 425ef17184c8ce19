"""A sheet as text for people."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable

from ...resources import show_seconds
from .sheet import DIM, PLAIN, Line, Sheet

NAME_WIDTH = 14
LINE_WIDTH = 96
LAYERS = re.compile(r"\d[\dx]*/\d[-\da-z]*:\d+(,\d[\dx]*/\d[-\da-z]*:\d+)+")

Style = Callable[[str, str], str]
"""Colours a piece of text for a role: "good", "bad", "plain" or "dim"."""


def no_style(piece: str, role: str) -> str:
    """The text as it is."""
    return piece


def text(sheet: Sheet, style: Style = no_style, width: int = LINE_WIDTH) -> str:
    """Title and numbers, a line each, the closing sentences; none longer than `width` if that can be."""
    lines = [*wrapped(sheet.title, width), *_about(sheet, width), ""]
    for line in sheet.lines:
        lines.extend(_line(line, style, width))
    for remark in sheet.remarks:
        lines.extend(wrapped(f"  – {remark}", width, "    "))
    lines.append("")
    for closing in sheet.closing:
        first, *more = wrapped(f"{closing.word}  {closing.sentence}.", width, "  ")
        lines += [first.replace(closing.word, style(closing.word, closing.role or PLAIN), 1), *more]
    if sheet.seconds:
        lines.append(style(f"{' ' * NAME_WIDTH}{show_seconds(sheet.seconds)}", DIM))
    return "\n".join(lines)


def wrapped(sentence: str, width: int, indent: str = "    ") -> list[str]:
    """Lines of up to `width`, broken at spaces, and in lists of layers at commas.

    >>> wrapped("layers 2/2:16,2/2:16,2/2:1", 20, "  ")
    ['layers 2/2:16,', '  2/2:16,2/2:1']
    >>> wrapped("layers 3/1p1:16,2/2valid:16,2/2:1", 20, "  ")
    ['layers 3/1p1:16,', '  2/2valid:16,', '  2/2:1']
    """
    # The zero-width space is a place to break that textwrap knows nothing of: it becomes a space and back.
    loose = LAYERS.sub(lambda found: found[0].replace(",", ",\u200b "), sentence)
    lines = textwrap.wrap(loose, width, subsequent_indent=indent, break_on_hyphens=False)
    return [line.replace("\u200b ", "").replace("\u200b", "") for line in lines] or [""]


def _about(sheet: Sheet, width: int) -> list[str]:
    """What it is about, on one line where that fits."""
    pieces = [piece for piece in sheet.about if piece]
    line = "        ".join(pieces)
    return [line] if len(line) <= width else [x for piece in pieces for x in wrapped(piece, width)]


def _line(line: Line, style: Style, width: int) -> list[str]:
    """The detail wrapped beside its mark and name, the method behind it where there is room."""
    room = width - NAME_WIDTH - 6
    broken = wrapped(line.detail, room, "")
    plain = f"  {line.mark} {line.name}".rstrip()
    padding = " " * (NAME_WIDTH + 4 - len(plain)) + " "
    indent = " " * (NAME_WIDTH + 5)
    mark = style(line.mark, line.role) if line.role else line.mark
    lines = [f"{plain.replace(line.mark, mark, 1)}{padding}{broken[0]}"]
    lines.extend(indent + more for more in broken[1:])
    if not line.method:
        return lines
    method = f"[{line.method}]"
    if len(broken[-1]) + len(method) + 2 <= room:
        lines[-1] += f"  {style(method, DIM)}"
    else:
        lines.append(indent + style(method, DIM))
    return lines
