"""`convac prove` and `convac regress`: theorems by name, and tables of claims."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..console import exit_status, print_out, style, terminable, width
from ..errors import InputError
from .options import HELP, MODULE, names_and_sizes, options, whole, writable

if TYPE_CHECKING:
    from ..proofs.prove import Transcript


@click.command(
    "prove",
    context_settings={**HELP, "ignore_unknown_options": True},
    epilog="Sizes are given by their names, such as: convac prove overlap-law --M 3 --H 6 --R 2 --D 1",
)
@click.argument(
    "arguments", nargs=-1, type=click.UNPROCESSED, metavar="[NAME]... [--SIZE VALUE]..."
)
@click.option("--all", "everything", is_flag=True, help="All theorems.")
@options(MODULE)
@click.option("--list", "listed", is_flag=True, help="List the theorems, their sizes and variants.")
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
@click.option("--supplement", is_flag=True, help="Append what the solver was asked, with latex.")
def prove_command(
    arguments: Sequence[str],
    everything: bool,
    modules: Sequence[Path],
    listed: bool,
    symbolic: bool,
    variant: str | None,
    form: str,
    supplement: bool,
) -> int:
    """Check theorems by name, on their instances or on given sizes, and print the transcripts.

    Exit status: 0 all verified, 1 one is not, 2 bad input, 3 not applicable, 4 could not finish.
    """
    from ..proofs import prove
    from ..proofs.library import theorems

    if supplement and form != "latex":
        raise InputError("supplement", form, "only --format latex has a supplement")
    known = theorems(*modules)
    if listed:
        from ..proofs.transcripts.documents import listing

        print_out(listing(known.values()))
        return 0
    names, sizes = names_and_sizes(arguments)
    if everything == bool(names):
        raise click.UsageError("names of theorems, or --all, are needed; --list shows them")
    jobs = prove.jobs(names, known, sizes, symbolic=symbolic, variant=variant)
    reached = _transcripts(prove.run(jobs), form, supplement)
    return exit_status(one.verdict.outcome for one in reached if one.asked)


def _transcripts(
    transcripts: Iterator[Transcript], form: str, supplement: bool
) -> list[Transcript]:
    """Print text as the verdicts are reached, or one document at the end."""
    from ..proofs.transcripts import documents
    from ..proofs.transcripts.text import text

    reached: list[Transcript] = []
    for transcript in transcripts:
        if form == "text":
            if not reached or reached[-1].theorem is not transcript.theorem:
                print_out(documents.heading(transcript.theorem))
            print_out(text(transcript.verdict.sheet(), style, width()) + "\n")
        reached.append(transcript)
    if form == "text":
        print_out(documents.summary(reached))
    elif form == "json":
        print_out(json.dumps(documents.as_json(reached), indent=2, ensure_ascii=True))
    elif form == "latex":
        from ..proofs.transcripts.latex import latex

        print_out(latex(reached, supplement=supplement))
    else:
        print_out(documents.markdown(reached))
    return reached


@click.command("regress", context_settings=HELP)
@click.option("--full", is_flag=True, help="All rows, minutes instead of seconds.")
@click.option(
    "--claims",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A table of claims of your own (TOML); default: the one in the package.",
)
@options(MODULE)
@click.option(
    "--junit",
    type=click.Path(path_type=Path),
    callback=writable,
    metavar="FILE",
    help="Write JUnit XML for CI systems.",
)
@click.option("--workers", type=whole, metavar="N", help="Processes; default: the number of cores.")
def regress_command(
    full: bool,
    claims: Path | None,
    modules: Sequence[Path],
    junit: Path | None,
    workers: int | None,
) -> int:
    """Check a table of claims and sizes, one line each.

    Exit status: 0 all as expected, 1 one is not, 2 bad input, 4 could not finish.
    """
    from ..files import write_atomically
    from ..proofs import regress
    from ..proofs.library import theorems

    known = theorems(*modules)
    rows = regress.load(known=known) if claims is None else regress.load(claims, known)
    chosen = [row for row in rows if full or not row.full]
    reports: list[regress.ClaimReport] = []

    def reached(report: regress.ClaimReport) -> None:
        reports.append(report)
        print_out(regress.line(report, style))

    try:
        with terminable():
            regress.run(chosen, workers, reached)
        print_out(regress.summary(reports))
    finally:
        if junit is not None:
            write_atomically(junit, regress.junit(regress.with_rest(chosen, reports)))
    return regress.exit_status(reports)
