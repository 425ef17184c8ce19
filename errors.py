"""The exceptions that a caller can meet, each with the exit status of the command line."""


class ConvacError(Exception):
    """Base class of all errors raised on purpose; `exit_status` is that of the command line."""

    exit_status = 4


class InputError(ConvacError, ValueError):
    """Bad input: says what was wrong, what was given and what is allowed. Exit status 2.

    Attributes
    ----------
    name : str
        The argument, or the option of the command line.
    given : object
    allowed : str
    """

    exit_status = 2

    def __init__(self, name: str, given: object, allowed: str) -> None:
        self.name = name
        self.given = given
        self.allowed = allowed
        super().__init__(f"{name}: got {given!r}; {allowed}")


class ResourceError(ConvacError):
    """The work would not fit: says what it needs and what is allowed. Exit status 4; never a refutation."""


class WorkersError(ConvacError):
    """Worker processes cannot start, or a cluster is lost. Exit status 4; what was measured is kept."""
