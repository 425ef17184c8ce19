"""Compiling LaTeX, and what its log says of lines that are wider than the page."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

needs_pdflatex = pytest.mark.skipif(
    shutil.which("pdflatex") is None, reason="pdflatex is not installed"
)

MOST = 1.0
"""Points that a line may be too wide."""


def compiled(text: str, folder: Path) -> str:
    """The log of two runs, the second of which knows the numbers of what is cited."""
    (folder / "t.tex").write_text(text, encoding="ascii")
    for _ in range(2):
        made = subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "t.tex"],
            cwd=folder,
            capture_output=True,
            check=False,
            text=True,
            encoding="latin-1",
        )
        assert made.returncode == 0, made.stdout[-2000:]
    return (folder / "t.log").read_text(encoding="latin-1")


def check_fits(log: str) -> None:
    """No line is wider than the page, and whatever is cited is in the bibliography."""
    wide = re.findall(r"Overfull \\hbox \((\S+)pt too wide\)[^\n]*", log)
    assert [points for points in wide if float(points) > MOST] == []
    assert "undefined" not in log
