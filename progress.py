"""How long work reports on itself: on a terminal, in a notebook, or to a function of the caller's."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, what is done and the total."""

PATIENCE, PAUSE = 2.0, 0.2
"""Seconds before progress appears, and between two updates of a notebook."""


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


class Bar:
    """A bar on standard error that appears only once the work has taken two seconds."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._bar: Any = None
        self._stage = ""

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        if self._bar is None:
            if time.monotonic() - self._started < PATIENCE:
                return
            self._bar = _started_bar()
        if stage != self._stage:
            for task in list(self._bar.task_ids):
                self._bar.remove_task(task)
            self._bar.add_task(stage, total=total)
            self._stage = stage
        self._bar.update(self._bar.task_ids[-1], completed=done, total=total)


def _started_bar() -> Any:
    # Loaded here: most runs end before a bar appears.
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    bar.start()
    return bar
