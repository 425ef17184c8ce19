"""What every command shares: printing, styles, progress, and the one exit status of a run.

Exit status: 0 verified or done; 1 checked and not verified; 2 bad input; 3 not applicable; 4 could not
finish; 130 interrupted; 143 terminated. Only a verdict sets 1. A reader that closes its pipe ends the
output, and neither the work nor the files that were asked for: the status is that of all of it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TextIO, TypeVar, cast

import click

from .errors import MISSING, ConvacError, InputError

if TYPE_CHECKING:
    from .proofs.transcripts.model import Model
    from .proofs.transcripts.sheet import Sheet
    from .proofs.verdict import Outcome


class Answer(Protocol):
    """A verdict or a report."""

    def sheet(self) -> Sheet: ...

    def to_json(self) -> dict[str, Any]: ...

    def certificate(self) -> dict[str, Any]: ...


Answered = TypeVar("Answered", bound=Answer)

COULD_NOT_FINISH = 4
INTERRUPTED = 130
TERMINATED = 143


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


def answer(run: Callable[[], Answered], as_json: bool, model: Model | None = None) -> Answered:
    """Print what was found, or with --json why there is nothing; the model that was read before it."""
    if model is not None and not as_json:
        from .proofs.transcripts.text import text

        print_out(text(model.sheet(), style, width()) + "\n")
    try:
        result = run()
    except (ConvacError, MemoryError) as error:
        if as_json and not isinstance(error, InputError):
            print_out(
                json.dumps({"verdict": "could not finish", "reason": _reason(error)}, indent=2)
            )
        raise
    if as_json:
        read = {} if model is None else {"model": model.to_json()}
        print_out(json.dumps({**result.to_json(), **read}, indent=2, ensure_ascii=True))
    else:
        from .proofs.transcripts.text import text

        print_out(text(result.sheet(), style, width()))
    return result


def width() -> int:
    """That of the terminal, from 60 to 120 columns; 96 where the output is no terminal."""
    from .proofs.transcripts.text import LINE_WIDTH

    if not sys.stdout.isatty():
        return LINE_WIDTH
    return min(max(shutil.get_terminal_size((LINE_WIDTH, 24)).columns, 60), 120)


def write_certificate(path: Path, found: Answer) -> None:
    """Write the certificate of what was found, and say so where it is of less."""
    from .files import write_atomically
    from .proofs.evidence import text
    from .proofs.verdict import Claim

    document = found.certificate()
    write_atomically(path, text(document))
    lower = getattr(found, "lower", None)
    if lower is not None and getattr(lower, "by_lemma", False):
        claim = Claim.of_certificate(document)
        sys.stderr.write(
            f"note: {path} certifies rank {claim}; ≥ {lower.value} rests on its lemma\n"
        )


def with_progress(function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    """Call with a progress bar on a terminal; it appears once the work has taken two seconds."""
    if not sys.stderr.isatty():
        return function(**arguments)
    from .progress import Bar

    with Bar() as bar:
        return function(**arguments, progress=bar)


class Terminated(KeyboardInterrupt):
    """SIGTERM, as `timeout` and batch systems send it."""


@contextmanager
def terminable() -> Iterator[None]:
    """Let SIGTERM end the work as Ctrl-C does: what is done is kept, and no process is left."""

    def end(number: int, frame: object) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def kept_in(store: Path) -> Iterator[None]:
    """Say where the rows of an interrupted sweep are."""
    try:
        with terminable():
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
    # An empty NO_COLOR is none (no-color.org).
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return piece if plain or not sys.stdout.isatty() else click.style(piece, **colours[role])


def print_out(piece: str) -> None:
    """To standard output, at once."""
    sys.stdout.write(piece + "\n")
    sys.stdout.flush()


class Output:
    """A standard stream that outlives its reader and its room; otherwise the stream itself.

    What its encoding lacks is written in plain ASCII. Once something could not be written, `error` says
    why, and all that follows is dropped.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.error: OSError | None = None

    def write(self, text: str) -> int:
        try:
            return self._stream.write(_encodable(text, self._stream.encoding or "ascii"))
        except OSError as error:
            self._drop(error)
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError as error:
            self._drop(error)

    def _drop(self, error: OSError) -> None:
        # Into the null device, with what is buffered: Python flushes once more when it ends.
        self.error = self.error or error
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, self._stream.fileno())
        os.close(null)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _encodable(text: str, encoding: str) -> str:
    """The same text for people, in signs that the encoding has."""
    # A name that is not UTF-8 has lone surrogates.
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        from .proofs.transcripts.signs import to_ascii

        return to_ascii(text)
    return text


def _open_streams() -> Output:
    """Make both streams ready for whatever comes; gives standard output.

    Where the caller has closed one, its number goes to the null device, so that no other file gets it.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            with suppress(OSError):
                os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest free number
    out, err = (Output(stream or _null()) for stream in (sys.stdout, sys.stderr))
    sys.stdout, sys.stderr = cast(TextIO, out), cast(TextIO, err)
    return out


def _null() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _reason(error: BaseException) -> str:
    return "out of memory" if isinstance(error, MemoryError) else str(error)


def run_command(command: click.Command) -> NoReturn:
    """Run a command; whatever happens becomes one line and an exit status, never a traceback."""
    sys.set_int_max_str_digits(0)  # exact numbers of any length may be printed
    os.environ["MPLBACKEND"] = "agg"  # pictures go to files; that of a notebook may not be there
    out = _open_streams()
    _complete_for_shell(command)
    status = _status(command)
    out.flush()
    if out.error is not None and not isinstance(out.error, BrokenPipeError):
        lost = _complain(f"cannot write the result: {out.error.strerror}", InputError.exit_status)
        status = status or lost
    sys.exit(status)


def _complete_for_shell(command: click.Command) -> None:
    """Answer a shell that asks by a variable such as _CONVAC_COMPLETE, and end the run."""
    name = command.name or ""
    variable = f"_{name.replace('-', '_').upper()}_COMPLETE"
    if variable not in os.environ:
        return
    from click.shell_completion import shell_complete

    sys.exit(shell_complete(command, {}, name, variable, os.environ[variable]))


def _status(command: click.Command) -> int:
    """The exit status of a run, each fault said in one line."""
    try:
        # Not command.main, which has exit statuses of its own.
        with command.make_context(command.name, sys.argv[1:]) as context:
            return command.invoke(context) or 0
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        sys.stderr.write(error.format_message() + "\n")
        return error.exit_code
    except click.ClickException as error:
        return _complain(_click_message(error), error.exit_code)
    except InputError as error:
        return _complain(f"{_dashes(error, command)}{error}", error.exit_status)
    except (ConvacError, MemoryError) as error:
        return _complain(f"could not finish: {_reason(error)}", COULD_NOT_FINISH)
    except Terminated:
        return _complain("terminated", TERMINATED)
    except (KeyboardInterrupt, click.Abort):
        return _complain("interrupted", INTERRUPTED)
    except BaseException as error:  # a fault of the program is no refutation: say so, and exit 4
        return _complain(
            f"could not finish: internal error ({type(error).__name__}: {error}); "
            "please report it with the command line",
            COULD_NOT_FINISH,
        )


def _dashes(error: InputError, command: click.Command) -> str:
    """Two, if the error names an option: one of the commands, or a size that was given or is missing."""
    option = f"--{error.name}"
    given = {piece.partition("=")[0] for piece in sys.argv[1:]}
    return "--" if error.given is MISSING or option in given | _options(command) else ""


def _options(command: click.Command) -> set[str]:
    """The options of a command and of those below it."""
    found = {option for parameter in command.params for option in parameter.opts}
    if isinstance(command, click.Group):
        return found.union(*map(_options, command.commands.values()))
    return found


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
