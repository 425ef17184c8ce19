"""One self-contained HTML page about a family: pictures, tables that sort, and how to reproduce them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from ..algebra.powers import Powers
from ..pictures.chart import draw_chart
from ..pictures.files import svg_text
from ..versions import versions
from .chart import chart
from .families import Family, Member
from .rows import Measurement
from .store import COLUMNS, as_dict
from .summary import HEAD, Point, points, tally

Rows = Sequence[tuple[Member, Measurement | None]]
Cell = tuple[str, float | str]
"""What is shown, and what it is sorted by."""

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 2rem auto;
  max-width: 72rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
figure { margin: 1.5rem 0; overflow-x: auto; } figure svg { width: 100%; height: auto; }
.table { overflow-x: auto; } table { border-collapse: collapse; font-size: 0.9rem; }
th, td { padding: 0.25rem 0.75rem; text-align: left; white-space: nowrap; border-bottom: 1px solid #ddd; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
th button { font: inherit; font-weight: 600; border: 0; background: none; padding: 0; cursor: pointer; }
th button::after { content: " \\2195"; color: #767676; }
th[aria-sort=ascending] button::after { content: " \\2191"; color: inherit; }
th[aria-sort=descending] button::after { content: " \\2193"; color: inherit; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { background: #f4f4f4; padding: 0.75rem; overflow-x: auto; }
dt { font-weight: 600; } summary { cursor: pointer; }
@media print { button::after { display: none; } }
"""

SCRIPT = """
for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const head = button.closest("th"), column = head.cellIndex;
    const body = head.closest("table").tBodies[0];
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = row => row.cells[column].dataset.sort;
    const order = (a, b) => {
      const x = key(a), y = key(b), u = Number(x), v = Number(y);
      const both = x !== "" && y !== "" && !Number.isNaN(u) && !Number.isNaN(v);
      return both ? u - v : x.localeCompare(y);
    };
    const rows = [...body.rows].sort(order);
    body.append(...(down ? rows.reverse() : rows));
  });
}
"""

MEANING = """
<dl>
<dt>Theorem 1, sharp bound</dt><dd>Lower bounds for product pooling where their hypotheses hold: of Sharir
and Shashua (2018), and of THEORY 8.1.</dd>
<dt>proved</dt><dd>Bounds on the generic rank; for rectifiers on the largest rank of all real parameters.
<em>=</em> says that they meet.</dd>
<dt>rank</dt><dd>Product pooling: the generic rank, with ≈ where the upper bound leaves it an estimate at
random parameters. Rectifiers: the exact ranks at the parameters of the seeds, with ≥ where only a lower
bound is proved.</dd>
<dt>bounded, did not fit</dt><dd>The memory allowed did not suffice to enumerate: the proved bounds are all
that is known, or nothing.</dd>
</dl>
"""


def html(
    family: Family,
    rows: Rows,
    command: str = "",
    *,
    title: str | None = None,
    log_x: bool = False,
) -> str:
    """The page. It refers to nothing outside itself.

    Parameters
    ----------
    command : str, optional
        What to type to get the same rows.
    title, log_x
        Of the picture; see `chart.chart`.

    Raises
    ------
    InputError
        If no row was measured, or matplotlib is not installed.
    """
    picture = svg_text(draw_chart(chart(family, rows, title=title, log_x=log_x)), salt=family.name)
    measured = [row for _, row in rows if row is not None]
    parts = [
        f"<h1>{escape(family.title.rstrip('.'))}</h1>",
        f"<p>{escape(tally(row for _, row in rows))}, {_seconds(measured)}.</p>",
        f"<figure>{picture}</figure>",
        "<h2>By series</h2>",
        _table(["pooling", "layers", family.x, *HEAD], map(_point, points(rows))),
        MEANING,
        "<h2>Every row</h2><details><summary>All columns of all rows</summary>",
        _table(COLUMNS, map(_row, measured)),
        "</details>",
        "<h2>To reproduce</h2>",
        f"<pre>{escape(command)}</pre>" if command else "",
        _provenance(measured),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(family.name)}</title><style>{STYLE}</style></head>\n<body>\n"
        + "\n".join(parts)
        + f"\n<script>{SCRIPT}</script>\n</body></html>\n"
    )


def _table(head: Iterable[str], lines: Iterable[Sequence[Cell]]) -> str:
    titles = "".join(f'<th scope="col"><button>{escape(title)}</button></th>' for title in head)
    body = "\n".join(f"<tr>{''.join(map(_cell, line))}</tr>" for line in lines)
    head_row = f"<thead><tr>{titles}</tr></thead>"
    return f'<div class="table"><table>{head_row}\n<tbody>{body}</tbody></table></div>'


def _cell(cell: Cell) -> str:
    shown, key = cell
    kind = ' class="number"' if isinstance(key, int | float) or shown == "–" else ""
    return f'<td{kind} data-sort="{escape(str(key))}">{escape(shown)}</td>'


def _point(point: Point) -> list[Cell]:
    first = point.measured[0] if point.measured else None
    ranks = [row.rank for row in point.measured if row.rank is not None]
    keys: list[float | str] = [
        "" if first is None else first.parameters,
        _log2(first.theorem if first else None),
        _log2(first.sharp if first else None),
        _log2(point.lower),
        _log2(max(ranks, default=None)),
    ]
    place: list[Cell] = [(point.panel, point.panel), (point.group, point.group)]
    place.append(("–", "") if point.x is None else (str(point.x), point.x))
    return [*place, *zip(point.cells, keys, strict=True)]


def _row(row: Measurement) -> list[Cell]:
    cells: list[Cell] = []
    for value in as_dict(row, lambda number: number).values():
        shown = "" if value is None else str(value)
        if isinstance(value, Powers):
            cells.append((shown, _log2(value)))
        else:
            cells.append((shown, value if isinstance(value, int | float) else shown))
    return cells


def _provenance(measured: Sequence[Measurement]) -> str:
    seeds = sorted({row.case.seed for row in measured})
    made_by = sorted({row.version for row in measured})
    here = ", ".join(f"{name} {version}" for name, version in versions().items())
    return (
        f"<p>Seeds: {escape(', '.join(map(str, seeds)))}. Random parameters are read from SHAKE-256: "
        "residues modulo 8388593 for product pooling, integers from -9 to 9 for rectifiers. "
        f"Rows measured by convac {escape(', '.join(made_by))}; page made with {escape(here)}.</p>"
    )


def _seconds(measured: Sequence[Measurement]) -> str:
    return f"{sum(row.seconds for row in measured):.3g} s of work"


def _log2(value: Powers | None) -> float | str:
    """To sort by, not to decide by."""
    if value is None:
        return ""
    return -1.0 if value.is_zero else value.log2()
