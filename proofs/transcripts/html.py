"""A sheet as HTML: what a notebook shows."""

from __future__ import annotations

from html import escape

from .sheet import Line, Sheet

LEFT = 'style="text-align:left"'
HEAD = "".join(f"<th {LEFT}>{title}</th>" for title in ("", "step", "what was found", "method"))


def html(sheet: Sheet) -> str:
    """The title with its numbers, a row a line with its method, and the closing sentences."""
    about = "<br>".join(escape(piece) for piece in sheet.about if piece)
    rows = "".join(map(_row, sheet.lines))
    remarks = "".join(f"<li>{escape(remark)}</li>" for remark in sheet.remarks)
    listed = f"<ul>{remarks}</ul>" if remarks else ""
    closing = "".join(
        f"<p><strong>{escape(c.word)}</strong>: {escape(c.sentence)}.</p>" for c in sheet.closing
    )
    return (
        f"<div><strong>{escape(sheet.title)}</strong><br>{about}"
        f"<table><thead><tr>{HEAD}</tr></thead><tbody>{rows}</tbody></table>{listed}{closing}</div>"
    )


def _row(line: Line) -> str:
    shown = (line.mark, line.name, line.detail, line.method)
    cells = (f"<td {LEFT}>{escape(cell)}</td>" for cell in shown)
    return f"<tr>{''.join(cells)}</tr>"
