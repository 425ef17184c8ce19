"""The exceptions that a caller can meet, each with the exit status of the command line."""

from __future__ import annotations

from enum import Enum


class ConvacError(Exception):
    """Base class of all errors raised on purpose; `exit_status` is that of the command line."""

    exit_status = 4


class Missing(Enum):
    """What `InputError` is given where nothing was."""

    MISSING = "missing"


MISSING = Missing.MISSING


class InputError(ConvacError, ValueError):
    """Bad input: says what was wrong, what was given and what is allowed. Exit status 2.

    Attributes
    ----------
    name : str
        The argument, or the option of the command line.
    given : object
        `MISSING` where it is needed and was not given.
    allowed : str
    """

    exit_status = 2

    def __init__(self, name: str, given: object, allowed: str) -> None:
        self.name = name
        self.given = given
        self.allowed = allowed
        said = "is missing" if given is MISSING else f"got {given!r}"
        super().__init__(f"{name}{' ' if given is MISSING else ': '}{said}; {allowed}")

    def __reduce__(self) -> tuple[type[InputError], tuple[str, object, str]]:
        return type(self), (self.name, self.given, self.allowed)


class ResourceError(ConvacError):
    """The work would not fit: says what it needs and what is allowed. Exit status 4; never a refutation."""


class WorkersError(ConvacError):
    """Worker processes cannot start, or a cluster is lost. Exit status 4; what was measured is kept."""
