"""The command line: options in, text or JSON out, one exit status (see `console`). No mathematics."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from .console import answer, exit_status, print_out, run_command, style, with_progress
from .errors import InputError

if TYPE_CHECKING:
    from .proofs.prove import Entry

Command = Callable[..., int]
HELP = {"help_option_names": ["-h", "--help"]}


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

CERTIFICATE = (
    click.option(
        "--certificate",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write a certificate that `convac check` confirms (docs/certificate.md).",
    ),
)


def options(*groups: tuple[Callable[[Command], Command], ...]) -> Callable[[Command], Command]:
    """Several options as one decorator, in this order."""

    def decorate(command: Command) -> Command:
        for option in reversed([option for group in groups for option in group]):
            command = option(command)
        return command

    return decorate


@click.group(context_settings=HELP)
@click.version_option(package_name="convac")
def cli() -> None:
    """Exact checks of theorems about convolutional arithmetic circuits."""


@cli.command("verify-bound", context_settings=HELP)
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
@options(CERTIFICATE, COMMON)
def verify_bound_command(as_json: bool, certificate: Path | None, **arguments: Any) -> int:
    """Check Theorem 1 of Sharir and Shashua (2018) for concrete sizes, in exact arithmetic.

    Exit status: 0 verified, 1 not verified, 2 bad input, 3 not applicable, 4 could not finish.
    """
    from .proofs.render import text
    from .proofs.verify_bound import verify_bound

    verdict = answer(lambda: with_progress(verify_bound, arguments), text, as_json)
    if certificate is not None and verdict.verified:
        _write_certificate(certificate, verdict)
    return exit_status([verdict.outcome])


@cli.command("rank", context_settings=HELP)
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
    "--pooling",
    type=click.Choice(["product", "relu-sum", "relu-max", "sum-relu"]),
    default="product",
    show_default=True,
    help="product, or a rectifier network over Q whose last layer is linear: max(0, sum), max(0, max), "
    "or the sum of max(0, .) over the window.",
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
    help="Default: 8388593 for random parameters, Q for a file and for rectifiers.",
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
    help="Random points, each with a seed of its own, and over GF(p) a prime of its own.",
)
@options(CERTIFICATE, COMMON)
def rank_command(as_json: bool, certificate: Path | None, **arguments: Any) -> int:
    """The rank across a partition: proved bounds, and the exact value where they meet.

    Of a rectifier network, which has no generic rank: the ranks at random points, and bounds on the
    largest.

    Exit status: 0 done, 2 bad input, 4 could not finish.
    """
    from .proofs.rank import rank
    from .proofs.render import report_text

    if certificate is not None and arguments["pooling"] != "product":
        raise InputError("certificate", arguments["pooling"], "product pooling has certificates")
    report = answer(lambda: with_progress(rank, arguments), report_text, as_json)
    if certificate is not None:
        _write_certificate(certificate, report)
    return 0


def _write_certificate(path: Path, result: Any) -> None:
    from .files import write_atomically
    from .proofs.certificate import text

    write_atomically(path, text(result.certificate()))


@cli.command(
    "prove",
    context_settings={**HELP, "ignore_unknown_options": True},
    epilog="Sizes are given by their names, such as: convac prove overlap-law --M 3 --H 6 --R 2 --D 1",
)
@click.argument(
    "arguments", nargs=-1, type=click.UNPROCESSED, metavar="[NAME]... [--SIZE VALUE]..."
)
@click.option("--all", "everything", is_flag=True, help="All results.")
@click.option("--list", "listed", is_flag=True, help="List the results, their sizes and variants.")
@click.option("--symbolic", is_flag=True, help="Only the proofs for all sizes at once.")
@click.option(
    "--variant",
    metavar="NAME",
    help="Refute a false variant of the statement, or all of them: all.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "latex", "json"]),
    default="text",
    show_default=True,
    help="markdown, latex and json print one document at the end.",
)
def prove_command(
    arguments: Sequence[str],
    everything: bool,
    listed: bool,
    symbolic: bool,
    variant: str | None,
    form: str,
) -> int:
    """Check results by name, on their instances or on given sizes, and print the transcripts.

    Exit status: 0 all verified, 1 one is not, 2 bad input, 3 not applicable, 4 could not finish.
    """
    from .proofs import prove
    from .proofs.registry import results

    known = results()
    if listed:
        from .proofs.report import listing

        print_out(listing(known.values()))
        return 0
    names, sizes = _names_and_sizes(arguments)
    if everything == bool(names):
        raise click.UsageError("names of results, or --all, are needed; --list shows them")
    jobs = prove.jobs(names, known, sizes, symbolic=symbolic, variant=variant)
    entries = _transcripts(prove.run(jobs), form)
    return exit_status(entry.verdict.outcome for entry in entries if entry.asked)


def _names_and_sizes(arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Names of results, and --name value or --name=value pairs."""
    names: list[str] = []
    sizes: dict[str, str] = {}
    waiting = list(arguments)
    while waiting:
        piece = waiting.pop(0)
        if not piece.startswith("--"):
            names.append(piece)
            continue
        key, equals, value = piece[2:].partition("=")
        if not equals:
            if not waiting:
                raise InputError(key, "nothing", "a value is needed")
            value = waiting.pop(0)
        if key in sizes:
            raise InputError(key, value, "it is given twice")
        sizes[key] = value
    return names, sizes


def _transcripts(entries: Iterator[Entry], form: str) -> list[Entry]:
    """Print text as the verdicts are reached, or one document at the end."""
    from .proofs import report

    reached: list[Entry] = []
    for entry in entries:
        if form == "text":
            if not reached or reached[-1].result is not entry.result:
                print_out(report.heading(entry.result))
            print_out(report.entry_text(entry, style))
        reached.append(entry)
    if form == "text":
        print_out(report.summary(reached))
    elif form == "json":
        print_out(json.dumps(report.as_json(reached), indent=2, ensure_ascii=True))
    else:
        print_out({"markdown": report.markdown, "latex": report.latex}[form](reached))
    return reached


@cli.command("regress", context_settings=HELP)
@click.option("--full", is_flag=True, help="All rows, minutes instead of seconds.")
@click.option(
    "--claims",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A table of claims of your own (TOML); default: the one in the package.",
)
@click.option(
    "--junit",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write JUnit XML for CI systems.",
)
@click.option("--workers", type=whole, metavar="N", help="Processes; default: the number of cores.")
def regress_command(
    full: bool, claims: Path | None, junit: Path | None, workers: int | None
) -> int:
    """Check a table of claims and sizes, one line each.

    Exit status: 0 all as expected, 1 one is not, 2 bad input, 4 could not finish.
    """
    from .files import write_atomically
    from .proofs import regress

    rows = regress.load() if claims is None else regress.load(claims)
    chosen = [row for row in rows if full or not row.full]
    reports = regress.run(chosen, workers, lambda report: print_out(regress.line(report, style)))
    print_out(regress.summary(reports))
    if junit is not None:
        write_atomically(junit, regress.junit(reports))
    return regress.exit_status(reports)


@cli.command("check", context_settings=HELP)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def check_command(files: Sequence[str]) -> int:
    """Confirm certificates with the independent checker, proofs/checker.py.

    Exit status: 0 all valid, 1 one is invalid, 2 unreadable, 4 could not finish.
    """
    from .proofs.checker import main as check

    return check(list(files))


def main() -> NoReturn:
    """The ``convac`` script."""
    run_command(cli)


def verify_bound_main() -> NoReturn:
    """The ``verify-bound`` script."""
    run_command(verify_bound_command)
