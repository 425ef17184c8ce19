"""The command line: options in, text or JSON out, one exit status. No mathematics.

Exit status: 0 verified or done; 1 checked and not verified; 2 bad input; 3 not applicable; 4 could not
finish; 130 interrupted. Only a verdict sets 1.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from .errors import ConvacError, InputError

if TYPE_CHECKING:
    from .proofs.generic_rank import RankReport
    from .proofs.verdict import Verdict

Result = TypeVar("Result", "Verdict", "RankReport")
Command = Callable[..., int]

COULD_NOT_FINISH = 4
INTERRUPTED = 130


def whole(text: str) -> int:
    """A whole number >= 1, with an error that says what was given."""
    if not (text.isascii() and text.isdigit() and len(text) < 19 and int(text) >= 1):
        raise click.BadParameter(f"got {text!r}; a whole number from 1 to 10^18 - 1 is needed")
    return int(text)


def natural(text: str) -> int:
    """A whole number >= 0."""
    return 0 if text == "0" else whole(text)


def gibibytes(text: str) -> float:
    """A positive number of GiB."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 < number < 2**40:
        raise click.BadParameter(f"got {text!r}; a positive number of GiB is needed")
    return number


SIZES = (
    click.option("--M", "M", type=whole, metavar="N", required=True, help="Number of templates."),
    click.option("--H", "H", type=whole, metavar="N", required=True, help="Height of the grid."),
    click.option("--W", "W", type=whole, metavar="N", help="Width; default: the height."),
)
COMMON = (
    click.option(
        "--weights",
        type=click.Choice(["shared", "unshared"]),
        default="shared",
        show_default=True,
        help="Convolution proper, or weights that depend on the location.",
    ),
    click.option(
        "--memory",
        type=gibibytes,
        metavar="GIB",
        help="Memory that may be used; default: 80 % of what is free.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object only."),
)


def options(*groups: tuple[Callable[[Command], Command], ...]) -> Callable[[Command], Command]:
    """Several options as one decorator, in this order."""

    def decorate(command: Command) -> Command:
        for option in reversed([option for group in groups for option in group]):
            command = option(command)
        return command

    return decorate


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="convac")
def cli() -> None:
    """Exact checks of theorems about convolutional arithmetic circuits."""


@cli.command("verify-bound", context_settings={"help_option_names": ["-h", "--help"]})
@options(SIZES)
@click.option(
    "--layers",
    metavar="LAYERS",
    help="Layers window/stride:channels, first layer first, such as 3/1:2,4/4:1; a window or stride "
    "is n or hxw. Default: one overlapping layer past half the grid, then one over all of it.",
)
@click.option(
    "--partition",
    type=click.Choice(["left-right", "top-bottom"]),
    default="left-right",
    show_default=True,
    help="Which half of the sites is P.",
)
@click.option(
    "--K", "K", type=whole, metavar="N", help="Use this K; default: the one with the largest bound."
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "factored", "dense"]),
    default="auto",
    show_default=True,
    help="auto: factored, and enumeration beside it where M^N <= 2^16; dense: always enumerate.",
)
@options(COMMON)
def verify_bound_command(as_json: bool, **arguments: Any) -> int:
    """Check Theorem 1 of Sharir and Shashua (2018) for concrete sizes, in exact arithmetic.

    Exit status: 0 verified, 1 not verified, 2 bad input, 3 not applicable, 4 could not finish.
    """
    from .proofs.render import text
    from .proofs.verdict import Outcome
    from .proofs.verify_bound import verify_bound

    verdict = _answer(lambda: _with_progress(verify_bound, arguments), text, as_json)
    return {Outcome.VERIFIED: 0, Outcome.NOT_VERIFIED: 1, Outcome.NOT_APPLICABLE: 3}[
        verdict.outcome
    ]


@cli.command("rank", context_settings={"help_option_names": ["-h", "--help"]})
@options(SIZES)
@click.option(
    "--layers",
    metavar="LAYERS",
    required=True,
    help="Layers window/stride:channels, first layer first, such as 3/1:2,4/4:1.",
)
@click.option(
    "--partition",
    metavar="NAME|FILE",
    default="left-right",
    show_default=True,
    help="left-right, top-bottom, column:C, row:C, checkerboard, rows, columns, or a JSON file "
    '{"P": [[row, column], ...]}.',
)
@click.option(
    "--parameters",
    metavar="random|FILE",
    default="random",
    show_default=True,
    help="Random ones for the generic rank, or an assignment in JSON (docs/assignment.md).",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "factored", "tree", "dense"]),
    default="auto",
    show_default=True,
    help="auto takes the cheapest that serves.",
)
@click.option(
    "--field",
    metavar="Q|PRIME",
    help="Default: 8388593 for random parameters, Q for a file.",
)
@click.option(
    "--seed",
    type=natural,
    metavar="N",
    default="0",
    show_default=True,
    help="Seed of the parameters.",
)
@click.option(
    "--trials",
    type=whole,
    metavar="N",
    default="1",
    show_default=True,
    help="Random points, each with a seed and a prime of its own.",
)
@options(COMMON)
def rank_command(as_json: bool, **arguments: Any) -> int:
    """The rank across a partition: proved bounds, and the exact value where they meet.

    Exit status: 0 done, 2 bad input, 4 could not finish.
    """
    from .proofs.render import rank_text

    _answer(lambda: _with_progress(_rank, arguments), rank_text, as_json)
    return 0


def _rank(
    M: int,
    H: int,
    W: int | None,
    layers: str,
    partition: str,
    parameters: str,
    field: str | None,
    progress: Any = None,
    **arguments: Any,
) -> RankReport:
    from .algebra.assignment_json import from_json, read_json
    from .algebra.rings import GF, QQ
    from .graphs.network import Network
    from .graphs.partition import from_document, is_named, named
    from .proofs.generic_rank import DEFAULT_PRIME, generic_rank, rank_at_parameters

    network = Network(M, H, W, layers=layers)
    if is_named(partition):
        cut = named(partition, network.H, network.W)
    else:
        cut = from_document(read_json(partition, "partition"), network.H, network.W)
    prime = _prime(field)
    if parameters == "random":
        chosen = DEFAULT_PRIME if field is None else prime
        return generic_rank(network, cut, prime=chosen, progress=progress, **arguments)
    if arguments["trials"] > 1:
        raise InputError("trials", arguments["trials"], "given parameters are ranked once")
    ring = QQ if prime is None else GF(prime)
    assignment = from_json(read_json(parameters, "parameters"), network, ring)
    return rank_at_parameters(
        assignment, cut, engine=arguments["engine"], memory=arguments["memory"], progress=progress
    )


def _prime(field: str | None) -> int | None:
    """The prime of --field; None for Q, and where the option is not given."""
    if field is None or field == "Q":
        return None
    if not (field.isascii() and field.isdigit() and len(field) < 19):
        raise InputError("field", field, "Q or a prime below 2^31 is needed")
    return int(field)


def _answer(run: Callable[[], Result], text: Callable[..., str], as_json: bool) -> Result:
    """Print a result, or with --json why there is none."""
    try:
        result = run()
    except (ConvacError, MemoryError) as error:
        if as_json and not isinstance(error, InputError):
            _print(json.dumps({"verdict": "could not finish", "reason": _reason(error)}, indent=2))
        raise
    if as_json:
        _print(json.dumps(result.to_json(), indent=2, ensure_ascii=True))
    else:
        _print(text(result, _style))
    return result


def _with_progress(function: Callable[..., Result], arguments: dict[str, Any]) -> Result:
    """Call with a progress bar on a terminal; it appears once the work has taken two seconds."""
    if not sys.stderr.isatty():
        return function(**arguments)
    from .progress import Bar

    with Bar() as bar:
        return function(**arguments, progress=bar)


def _style(piece: str, role: str) -> str:
    colours: dict[str, dict[str, Any]] = {
        "good": {"fg": "green"},
        "bad": {"fg": "red", "bold": True},
        "plain": {"bold": True},
        "dim": {"dim": True},
    }
    plain = "NO_COLOR" in os.environ or not sys.stdout.isatty()
    return piece if plain else click.style(piece, **colours[role])


def _print(piece: str) -> None:
    """To standard output, in plain ASCII where its encoding can do no better."""
    try:
        piece.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        from .proofs.render import to_ascii

        piece = to_ascii(piece)
    sys.stdout.write(piece + "\n")
    sys.stdout.flush()


def _reason(error: BaseException) -> str:
    return "out of memory" if isinstance(error, MemoryError) else str(error)


def main() -> NoReturn:
    """The ``convac`` script."""
    _run(cli)


def verify_bound_main() -> NoReturn:
    """The ``verify-bound`` script."""
    _run(verify_bound_command)


def _run(command: click.Command) -> NoReturn:
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
        status = _complain(f"--{error}", error.exit_status)
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
