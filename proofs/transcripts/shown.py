"""Answers that print as their sheet, as text and in notebooks."""

from __future__ import annotations

from .html import html
from .sheet import Sheet
from .text import text


class Shown:
    """What has a `sheet` prints as it."""

    def sheet(self) -> Sheet:
        """Headings, lines and closings."""
        raise NotImplementedError

    def __str__(self) -> str:
        return text(self.sheet())

    def __bool__(self) -> bool:
        word = type(self).__name__
        raise TypeError(
            f"a {word} has no truth value: ask what is meant, such as .exact or .rank > 1"
        )

    def _repr_html_(self) -> str:
        return html(self.sheet())
