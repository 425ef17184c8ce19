"""What is written on a figure, and whether it can be read."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

SLACK = 0.5  # dots


def texts(figure: Figure) -> list[Text]:
    """What is written when a figure is drawn: matplotlib also keeps tick labels that are not."""
    drawn: list[Text] = []
    draw = Text.draw

    def record(text: Text, *arguments: Any) -> None:
        drawn.append(text)
        draw(text, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", record)
        figure.draw_without_rendering()
    return [text for text in drawn if text.get_visible() and text.get_text().strip()]


def problem(figure: Figure) -> str | None:
    """The first text that leaves the figure, or two that overlap."""
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts(figure)]
    width, height = figure.get_size_inches() * figure.dpi
    for text, box in boxes:
        if min(box.x0, box.y0) < -SLACK or box.x1 > width + SLACK or box.y1 > height + SLACK:
            return f"{text!r} leaves the figure"
    for (one, a), (other, b) in combinations(boxes, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        if across > SLACK and min(a.y1, b.y1) - max(a.y0, b.y0) > SLACK:
            return f"{one!r} and {other!r} overlap"
    return None


def labels(figure: Figure) -> list[str]:
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]
