"""How long work reports on itself."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, what is done and the total."""

PATIENCE, PAUSE = 2.0, 0.2
"""Seconds before progress appears in a notebook, and between two updates."""


def staged(progress: Progress | None, stage: str) -> Callable[[int, int], None] | None:
    """The same, for work that has one stage only."""
    if progress is None:
        return None
    return lambda done, total: progress(stage, done, total)


def shown(progress: Progress | None) -> Progress | None:
    """The progress that was asked for; in a notebook, without any, one line that is updated in place."""
    ipython: Any = sys.modules.get("IPython")
    if progress is not None or ipython is None:
        return progress
    shell = ipython.get_ipython()
    return None if shell is None or not hasattr(shell, "kernel") else _Line(ipython.display)


class _Line:
    """A line in a notebook's output, such as "rank: 45 of 120, 12 s"."""

    def __init__(self, display: Any) -> None:
        self._display = display
        self._started = time.monotonic()
        self._last = self._started + PATIENCE - PAUSE
        self._handle: Any = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last < PAUSE:
            return
        self._last = now
        line = f"{stage}: {done} of {total}, {now - self._started:.0f} s"
        content = {"text/plain": line}
        if self._handle is None:
            self._handle = self._display.display(content, raw=True, display_id=True)
        else:
            self._handle.update(content, raw=True)
