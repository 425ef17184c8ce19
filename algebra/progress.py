"""How long work reports on itself."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, what is done and the total."""


def staged(progress: Progress | None, stage: str) -> Callable[[int, int], None] | None:
    """The same, for work that has one stage only."""
    if progress is None:
        return None
    return lambda done, total: progress(stage, done, total)
