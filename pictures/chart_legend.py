"""The legend of a chart: a column for every group, and one for what all groups share."""

from __future__ import annotations

from collections import Counter
from math import inf
from typing import TYPE_CHECKING, Any

from .canvas import GREY, Block, no_sign
from .curves import Key, Look, bound_style, interval_style, key_of, looks_of, marker_style
from .scales import in_sight
from .series import Chart, Series

if TYPE_CHECKING:
    from matplotlib.artist import Artist


def legend_blocks(chart: Chart) -> list[Block]:
    """One entry for each look, under the label of its group."""
    exact: dict[Key, bool] = {}
    for group, series in chart.series:
        key = key_of(group, series)
        exact[key] = exact.get(key, False) or any(mark.exact for mark in series.marks)
    blocks: dict[str, Block] = {}
    for key, look in looks_of(chart).items():
        label, series_label, role = key
        heading: Block = [(no_sign(heading=True), label)] if label else []
        block = blocks.setdefault(label, heading)
        block.append((_handle(look, role, exact[key]), series_label))
    shared = _shared_entries(chart)
    return [*blocks.values(), *([shared] if shared else [])] or [[(no_sign(), "no ranks")]]


def _handle(look: Look, role: str, exact: bool) -> Artist:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    if role == "interval":
        return Patch(**interval_style(look))
    if role != "rank":
        return Line2D([], [], **bound_style(look))
    style = {**marker_style(look, exact), "linestyle": "-"}
    return Line2D([], [], color=look.colour, linewidth=look.size, **style)


def _shared_entries(chart: Chart) -> Block:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    ranks = [series for _, series in chart.series if series.role == "rank"]
    bounds = [series for _, series in chart.series if series.role not in ("rank", "interval")]
    entries: list[tuple[Any, str]] = []
    fulls = [panel.full for panel in chart.panels if panel.full is not None]
    if any(in_sight(chart, full) for full in fulls):
        entries.append((Line2D([], [], color=GREY, linewidth=0.8), "full rank"))
    elif fulls:
        entries.append((no_sign(), "full rank: above the axis"))
    if any(map(_differs, ranks)):
        entries.append((Patch(color=GREY, alpha=0.3), "least to largest, line: median"))
    if any(not mark.exact for series in ranks for mark in series.marks):
        hollow = marker_style(Look(GREY, "o", 1.6), exact=False)
        entries.append((Line2D([], [], **hollow), "hollow: lower bound"))
    for what, series in (("rank", ranks), ("bound", bounds)):
        zeros = sum(mark.y == -inf for one in series for mark in one.marks)
        if zeros:
            said = f"1 {what} is 0" if zeros == 1 else f"{zeros} {what}s are 0"
            entries.append((no_sign(), f"{said}, not drawn"))
    return entries


def _differs(series: Series) -> bool:
    """Whether there are several values at one x."""
    several = Counter(x for x, _ in {(mark.x, mark.y) for mark in series.marks})
    return max(several.values(), default=1) > 1
