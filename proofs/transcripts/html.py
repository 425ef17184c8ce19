"""A sheet as HTML: what a notebook shows."""

from __future__ import annotations

from html import escape

from .sheet import Line, Sheet

LEFT = 'style="text-align:left"'
TITLES = ("", "step", "what was found", "method")


def html(sheet: Sheet) -> str:
    """The title with its numbers, a row a line, with the methods if there are any, and the closing."""
    about = "<br>".join(escape(piece) for piece in sheet.about if piece)
    methods = any(line.method for line in sheet.lines)
    rows = "".join(_row(line, methods) for line in sheet.lines)
    titles = "".join(f"<th {LEFT}>{title}</th>" for title in TITLES)
    head = f"<thead><tr>{titles}</tr></thead>" if methods else ""
    remarks = "".join(f"<li>{escape(remark)}</li>" for remark in sheet.remarks)
    listed = f"<ul>{remarks}</ul>" if remarks else ""
    closing = "".join(
        f"<p><strong>{escape(c.word)}</strong>: {escape(c.sentence)}.</p>" for c in sheet.closing
    )
    return (
        f"<div><strong>{escape(sheet.title)}</strong><br>{about}"
        f"<table>{head}<tbody>{rows}</tbody></table>{listed}{closing}</div>"
    )


def _row(line: Line, methods: bool) -> str:
    shown = (line.mark, line.name, line.detail, line.method)[: 4 if methods else 3]
    cells = (f"<td {LEFT}>{escape(cell)}</td>" for cell in shown)
    return f"<tr>{''.join(cells)}</tr>"
