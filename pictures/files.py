"""Figures as files and as SVG for a page: the same figure gives the same bytes."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..files import require_writable, write_bytes_atomically
from .canvas import DPI, drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# No dates, and no version of a library: None leaves out what matplotlib would write.
METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
SALT = "convac"


def require_picture(path: Path) -> None:
    """Raise `InputError` unless a picture can be made in such a file: before any work is done for it."""
    if _kind(path) not in METADATA:
        raise InputError("plot", str(path), "pictures are .png, .svg or .pdf")
    require_writable(path, "plot")
    require_matplotlib()


def require_matplotlib() -> None:
    """Raise `InputError` unless matplotlib is installed."""
    with drawing():
        pass


def save(figure: Figure, path: Path) -> None:
    """Write a figure as PNG (200 dots an inch), SVG or PDF, as the suffix says.

    Raises
    ------
    InputError
        If the suffix is another, or the file cannot be written.
    """
    require_picture(path)
    write_bytes_atomically(path, _rendered(figure, _kind(path), SALT))


def _kind(path: Path) -> str:
    return path.suffix.lower().removeprefix(".")


def svg_text(figure: Figure, salt: str = SALT) -> str:
    """The <svg> element alone, to be put into an HTML page.

    It refers to nothing outside, and its style sheet is its own. Every id begins with `salt`, so that
    pictures of different salts can be in one page.

    Raises
    ------
    InputError
        If the salt is no letter followed by letters, digits, - and _.
    """
    if not re.fullmatch(r"[A-Za-z][\w-]*", salt, re.ASCII):
        raise InputError("salt", salt, "a letter, then letters, digits, - and _ are needed")
    text = _rendered(figure, "svg", salt).decode("utf-8")
    text = text[text.index("<svg") :].strip()
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{salt}-", text)
    text = text.replace("<svg ", f'<svg id="{salt}" ', 1)
    return text.replace('<style type="text/css">*{', f'<style type="text/css">#{salt} *{{', 1)


def _rendered(figure: Figure, kind: str, salt: str) -> bytes:
    with drawing():
        from matplotlib import rc_context

        buffer = BytesIO()
        with rc_context({"svg.hashsalt": salt}):
            figure.savefig(buffer, format=kind, dpi=DPI, metadata=METADATA[kind])
        return buffer.getvalue()
