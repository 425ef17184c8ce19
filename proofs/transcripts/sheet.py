"""A sheet: what a verdict or a report shows, as plain data that every form of output is made of."""

from __future__ import annotations

from dataclasses import dataclass

GOOD, BAD, PLAIN, DIM = ROLES = ("good", "bad", "plain", "dim")
"""What a piece of text stands for; a terminal has a colour for each."""


@dataclass(frozen=True)
class Line:
    """One line: a mark with its role, a name, what was found, and by which method."""

    mark: str
    name: str
    detail: str
    method: str = ""
    role: str = ""


@dataclass(frozen=True)
class Closing:
    """A word in capitals, its role, and the sentence that it stands for."""

    word: str
    role: str
    sentence: str


@dataclass(frozen=True)
class Sheet:
    """A title, what it is about, lines, remarks, and the closing sentences."""

    title: str
    about: tuple[str, ...]
    lines: tuple[Line, ...]
    closing: tuple[Closing, ...]
    remarks: tuple[str, ...] = ()
    seconds: float = 0.0
