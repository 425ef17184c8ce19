"""What all pictures share: matplotlib with settings of their own, colours, and text that fits.

Pictures are meant for the width of one or two columns of a paper. The colours are those of Okabe and Ito,
which colour-blind readers tell apart; shapes and line styles say the same, for print in grey.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..errors import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend

ONE_COLUMN, TWO_COLUMNS = 3.5, 7.0
DPI = 200
BESIDE = 0.45  # inches of a legend's column that its text does not take
HEADING = "_heading"
GAP = 0.04  # inches between a title and its caption
SMALL, NORMAL, LARGE = 7.0, 8.0, 9.0
BLUE, VERMILION, GREEN, PURPLE = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
ORANGE, SKY, BLACK, GREY = "#e69f00", "#56b4e9", "#000000", "#808080"
TINTS = ("#dcedf9", "#f8cf9f")  # P, Q: the second is darker, for print in grey
COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib
    "font.size": NORMAL,
    "axes.titlesize": NORMAL,
    "axes.labelsize": NORMAL,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": SMALL,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "text.parse_math": False,  # a $ is a $
    "figure.dpi": DPI,
    "savefig.dpi": DPI,
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
}

Block = list[tuple[Any, str]]


@contextmanager
def drawing() -> Iterator[None]:
    """Matplotlib's defaults and `STYLE` for what is drawn within; the caller's settings come back.

    Raises
    ------
    InputError
        If matplotlib is not installed.
    """
    try:
        from matplotlib import style
    except ImportError:
        allowed = "pictures need it: pip install 'convac[plot]'"
        raise InputError("plot", "no matplotlib", allowed) from None
    with style.context(["default", STYLE]):
        yield


def blank(width: float, height: float) -> Figure:
    """A figure of a size in inches whose parts make room for each other."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=DPI, layout="constrained")


def finish(
    figure: Figure, height: float, title: str, caption: str, blocks: Sequence[Block]
) -> None:
    """Put title, caption and legend around axes of `height` inches, and lay all of it out."""
    room = figure.get_figwidth() - 0.2
    heading = figure.suptitle(wrap(title, room, LARGE, "bold"), weight="bold", size=LARGE)
    below = figure.text(0.5, 0.5, wrap(caption, room, SMALL), size=SMALL, ha="center", va="top")
    below.set_in_layout(False)
    legend = legend_below(figure, blocks)
    inches = [part.get_window_extent().height / figure.dpi for part in (heading, below, legend)]
    under = inches[1] + GAP if caption.strip() else 0.0
    figure.set_figheight(height + inches[0] + under + inches[2])
    # The title is put at the top of the figure, and its height kept free within what is left to the axes.
    whole = figure.get_figheight()
    settle(figure, top=1 - under / whole)
    below.set_y(heading.get_window_extent().y0 / figure.dpi / whole - GAP / whole)


def settle(figure: Figure, top: float = 1.0) -> None:
    """Lay the figure out below `top`, and leave it so: however often it is drawn, it looks the same."""
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(0, 0, 1, top))
        engine.execute(figure)
    figure.set_layout_engine("none")


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Width of one line of text in inches."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextToPath

    font = FontProperties(family=STYLE["font.family"], size=size, weight=weight)
    # A path's width is in points of 1/72 inch.
    return float(TextToPath().get_text_width_height_descent(text, font, ismath=False)[0]) / 72


def require_glyphs(name: str, text: str) -> None:
    """Raise `InputError` unless the font of all pictures has every character of a text."""
    with drawing():
        from matplotlib.font_manager import FontProperties, findfont, get_font

        font = get_font(findfont(FontProperties(family=STYLE["font.family"])))
        for character in text:
            if not character.isprintable() or not font.get_char_index(ord(character)):
                raise InputError(name, text, f"pictures have no sign for {character!a}")


def wrap(text: str, width: float, size: float, weight: str = "normal") -> str:
    """The text in lines of at most `width` inches, of like lengths, broken after spaces and commas.

    Words that are longer are broken anywhere.
    """
    return "\n".join(line for part in text.split("\n") for line in _even(part, width, size, weight))


def legend_below(figure: Figure, blocks: Sequence[Block]) -> Legend:
    """One legend under everything, of blocks of (handle, label) side by side, as many as fit the width."""
    width = figure.get_figwidth() - 0.2
    columns = next(n for n in range(len(blocks), 0, -1) if n == 1 or _width(blocks, n) <= width)
    entries = _column_by_column(blocks, columns)
    legend = figure.legend(
        [handle for handle, _ in entries],
        ["" for _ in entries],
        loc="outside lower center",
        ncols=columns,
        frameon=False,
        handlelength=2.6,
        columnspacing=1.2,
        labelspacing=0.35,
    )
    for text, (handle, label) in zip(legend.get_texts(), entries, strict=True):
        # Not given to the legend above, which leaves out labels that begin with _.
        text.set_text(wrap(label, width - BESIDE, SMALL, _weight(handle)))
        text.set_fontweight(_weight(handle))
    return legend


def no_sign(*, heading: bool = False) -> Any:
    """The handle of a line of the legend without a sign; a heading is set in bold."""
    from matplotlib.lines import Line2D

    return Line2D([], [], linestyle="none", label=HEADING if heading else "")


def _column_by_column(blocks: Sequence[Block], columns: int) -> Block:
    """The entries as a legend takes them, blocks row by row, filled up with empty lines."""
    rows = [blocks[i : i + columns] for i in range(0, len(blocks), columns)]
    filled: list[Block] = [[] for _ in range(columns)]
    for row in rows:
        height = max(map(len, row))
        for column in range(columns):
            block = row[column] if column < len(row) else []
            filled[column] += [*block, *[(no_sign(), "")] * (height - len(block))]
    return [entry for column in filled for entry in column]


def _width(blocks: Sequence[Block], columns: int) -> float:
    """Width of the legend in inches."""
    return sum(
        BESIDE
        + max(
            text_width(label, SMALL, _weight(handle))
            for block in blocks[column::columns]
            for handle, label in block
        )
        for column in range(columns)
    )


def _weight(handle: Any) -> str:
    return "bold" if handle.get_label() == HEADING else "normal"


def _even(text: str, width: float, size: float, weight: str) -> list[str]:
    """As few lines as the width asks for, the longest of them as short as it can be."""
    lines = _lines(text, width, size, weight)
    while len(lines) > 1 and width > 0.1:
        width -= 0.05
        narrower = _lines(text, width, size, weight)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _lines(text: str, width: float, size: float, weight: str) -> list[str]:
    lines = [""]
    for word in re.findall(r"[^ ,]*[ ,]+|[^ ,]+", text):
        if text_width((lines[-1] + word).rstrip(), size, weight) <= width:
            lines[-1] += word
            continue
        lines += [""] * bool(lines[-1])
        for character in word:
            if lines[-1] and text_width((lines[-1] + character).rstrip(), size, weight) > width:
                lines.append("")
            lines[-1] += character
    return [line.rstrip() for line in lines]
