"""What every command shares: printing, styles, progress, and the one exit status of a run.

Exit status: 0 verified or done; 1 checked and not verified; 2 bad input; 3 not applicable; 4 could not
finish; 130 interrupted. Only a verdict sets 1.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeVar

import click

from .errors import ConvacError, InputError

if TYPE_CHECKING:
    from .proofs.transcripts.sheet import Sheet
    from .proofs.verdict import Outcome


class Answer(Protocol):
    """A verdict or a report."""

    def sheet(self) -> Sheet: ...

    def to_json(self) -> dict[str, Any]: ...

    def certificate(self) -> dict[str, Any]: ...


Answered = TypeVar("Answered", bound=Answer)

COULD_NOT_FINISH = 4
NOT_OPTIONS = {"theorem", "assignment", "file", "family", "sweep", "number", "row"}
INTERRUPTED = 130


def exit_status(outcomes: Iterable[Outcome]) -> int:
    """One status for several verdicts: 1 if any failed, else 4, else 3, else 0."""
    statuses = {
        "verified": 0,
        "not verified": 1,
        "refuted": 1,
        "not applicable": 3,
        "could not finish": COULD_NOT_FINISH,
    }
    found = {statuses[str(outcome)] for outcome in outcomes}
    return next((status for status in (1, COULD_NOT_FINISH, 3) if status in found), 0)


def answer(run: Callable[[], Answered], as_json: bool) -> Answered:
    """Print what was found, or with --json why there is nothing."""
    try:
        result = run()
    except (ConvacError, MemoryError) as error:
        if as_json and not isinstance(error, InputError):
            print_out(
                json.dumps({"verdict": "could not finish", "reason": _reason(error)}, indent=2)
            )
        raise
    if as_json:
        print_out(json.dumps(result.to_json(), indent=2, ensure_ascii=True))
    else:
        from .proofs.transcripts.text import text

        print_out(text(result.sheet(), style))
    return result


def write_certificate(path: Path, found: Answer) -> None:
    """Write the certificate of what was found."""
    from .files import write_atomically
    from .proofs.evidence import text

    write_atomically(path, text(found.certificate()))


def with_progress(function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    """Call with a progress bar on a terminal; it appears once the work has taken two seconds."""
    if not sys.stderr.isatty():
        return function(**arguments)
    from .progress import Bar

    with Bar() as bar:
        return function(**arguments, progress=bar)


@contextmanager
def kept_in(store: Path) -> Iterator[None]:
    """Say where the rows of an interrupted sweep are."""
    try:
        yield
    except KeyboardInterrupt:
        sys.stderr.write(f"the rows so far are in {store}; the same command goes on from there\n")
        raise


def style(piece: str, role: str) -> str:
    colours: dict[str, dict[str, Any]] = {
        "good": {"fg": "green"},
        "bad": {"fg": "red", "bold": True},
        "plain": {"bold": True},
        "dim": {"dim": True},
    }
    plain = "NO_COLOR" in os.environ or not sys.stdout.isatty()
    return piece if plain else click.style(piece, **colours[role])


def print_out(piece: str) -> None:
    """To standard output, in plain ASCII where its encoding can do no better."""
    try:
        piece.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        from .proofs.transcripts.signs import to_ascii

        piece = to_ascii(piece)
    sys.stdout.write(piece + "\n")
    sys.stdout.flush()


def _reason(error: BaseException) -> str:
    return "out of memory" if isinstance(error, MemoryError) else str(error)


def run_command(command: click.Command) -> NoReturn:
    """Run a command; whatever happens becomes one line and an exit status, never a traceback."""
    sys.set_int_max_str_digits(0)  # exact numbers of any length may be printed
    if sys.stdout is None:  # closed by the caller
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    try:
        # Not command.main, which turns a closed pipe into exit status 1, a refutation here.
        with command.make_context(command.name, sys.argv[1:]) as context:
            status = command.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        status = error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        sys.stderr.write(error.format_message() + "\n")
        status = error.exit_code
    except click.ClickException as error:
        status = _complain(_click_message(error), error.exit_code)
    except InputError as error:
        option = "" if error.name in NOT_OPTIONS else "--"
        status = _complain(f"{option}{error}", error.exit_status)
    except (ConvacError, MemoryError) as error:
        status = _complain(f"could not finish: {_reason(error)}", COULD_NOT_FINISH)
    except (KeyboardInterrupt, click.Abort):
        status = _complain("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # The reader has what it wanted; keep Python from complaining when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except OSError as error:
        status = _complain(f"cannot write the result: {error.strerror}", InputError.exit_status)
    except Exception as error:  # a fault of the program is no refutation: say so, and exit 4
        status = _complain(
            f"could not finish: internal error ({type(error).__name__}: {error}); "
            "please report it with the command line",
            COULD_NOT_FINISH,
        )
    sys.exit(status or 0)


def _complain(message: str, status: int) -> int:
    sys.stderr.write(f"error: {' '.join(message.split())}\n")
    return status


def _click_message(error: click.ClickException) -> str:
    """Click's message, opened by the option it is about."""
    param = getattr(error, "param", None)
    if isinstance(error, click.MissingParameter) and param is not None:
        return f"{param.opts[0]} is missing"
    if isinstance(error, click.BadParameter) and param is not None:
        return f"{param.opts[0]}: {error.message}"
    return error.format_message()
