"""Grids side by side as a small SVG picture, without any library: for notebooks.

It knows no networks: these are drawn from their sizes and windows.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

Pair = tuple[int, int]

WIDTH, GAP, SIDE, MOST_CELLS = 130, 46, 88, 16
LINE, INK, TINT = "#555", "#222", "#eef3f9"
MOST_SIDES, SIDE_COLOURS = 64, ("#8ec5ea", "#f3b26b")


def svg(sizes: Sequence[Pair], windows: Sequence[Pair], captions: Sequence[str], label: str) -> str:
    """The grids of sites and locations side by side, with the window of one location in each input.

    Grids of more than 16 rows or columns are drawn without cells.

    Parameters
    ----------
    sizes : of the sites and of every layer's output
    windows : of every layer
    captions : one line under each grid
    label : what a reader who sees no pictures is told

    Returns
    -------
    One svg element, as text.

    Examples
    --------
    Two grids and the window of the location:

    >>> svg([(2, 2), (1, 1)], [(2, 2)], ["M = 2", "2/2:1"], "a network").count("<rect")
    3
    """
    grids = []
    for layer, (size, caption) in enumerate(zip(sizes, captions, strict=True)):
        x = 10 + layer * (WIDTH + GAP)
        last = layer == len(windows)
        grids.append(_grid(x, size, None if last else windows[layer]))
        title = "sites" if layer == 0 else f"layer {layer}"
        grids.append(_text(x + WIDTH / 2, 16, title, weight="bold"))
        grids.append(_text(x + WIDTH / 2, 134, f"{size[0]} × {size[1]}"))
        grids.append(_text(x + WIDTH / 2, 150, caption))
        if not last:
            grids.append(_arrow(x + WIDTH + 6, x + WIDTH + GAP - 6))
    width = 20 + len(sizes) * (WIDTH + GAP) - GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 160" width="{width}" height="160" '
        f'role="img" aria-label="{escape(label)}" font-family="sans-serif" font-size="12">'
        f"{''.join(grids)}</svg>"
    )


def _grid(x: float, size: Pair, window: Pair | None) -> str:
    """A grid of this size in a square, with a window at its first location."""
    cell = SIDE / max(size)
    height, width = size[0] * cell, size[1] * cell
    left, top = x + (WIDTH - width) / 2, 26 + (SIDE - height) / 2
    parts = [_box(left, top, width, height, TINT)]
    if 1 < max(size) <= MOST_CELLS:
        lines = [f"M{left + k * cell:.1f} {top:.1f}v{height:.1f}" for k in range(1, size[1])] + [
            f"M{left:.1f} {top + k * cell:.1f}h{width:.1f}" for k in range(1, size[0])
        ]
        parts.append(f'<path d="{"".join(lines)}" stroke="{LINE}" stroke-width="0.5"/>')
    if window is not None:
        seen = [min(r, n) * cell for r, n in zip(window, size, strict=True)]
        parts.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{seen[1]:.1f}" height="{seen[0]:.1f}" '
            f'fill="#d55e00" fill-opacity="0.25" stroke="#d55e00" stroke-width="2"/>'
        )
    return "".join(parts)


def _box(x: float, y: float, width: float, height: float, fill: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}" '
        f'stroke="{LINE}"/>'
    )


def _text(x: float, y: float, text: str, weight: str = "normal") -> str:
    return (
        f'<text x="{x:.1f}" y="{y}" text-anchor="middle" fill="{INK}" font-weight="{weight}">'
        f"{escape(text)}</text>"
    )


def _arrow(start: float, end: float) -> str:
    y = 26 + SIDE / 2
    return (
        f'<path d="M{start:.1f} {y}H{end:.1f}m-6 -4l6 4l-6 4" fill="none" stroke="{INK}" '
        f'stroke-width="1.5"/>'
    )


def sides_svg(sides: bytes, height: int, width: int, label: str) -> str:
    """The two sides of a grid, 0 blue and 1 orange, one byte a site; cells up to 64 rows and columns.

    A larger grid is drawn as an empty box with its size: no picture stands for sites that it does not show.

    >>> sides_svg(bytes([0, 0, 1, 0, 1, 1]), 2, 3, "a partition").count("<path")
    2
    """
    cell = max(2, 160 // max(height, width))
    right, bottom = width * cell, height * cell
    shown = max(height, width) <= MOST_SIDES
    if not shown:
        right, bottom = 160, 160
    parts = [_box(1, 1, right, bottom, "none")]
    for side, colour in enumerate(SIDE_COLOURS if shown else ()):
        squares = "".join(
            f"M{1 + (k % width) * cell} {1 + k // width * cell}h{cell}v{cell}h-{cell}z"
            for k, found in enumerate(sides)
            if found == side
        )
        parts.append(f'<path d="{squares}" fill="{colour}" stroke="{LINE}" stroke-width="0.5"/>')
    if not shown:
        parts.append(_text(81, 86, f"{height} × {width}"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{right + 2}" height="{bottom + 2}" '
        f'role="img" aria-label="{escape(label)}" font-family="sans-serif" font-size="12">'
        f"{''.join(parts)}</svg>"
    )
