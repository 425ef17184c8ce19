"""The command line: options in, text or JSON out, one exit status (see `console`). No mathematics."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from .console import (
    COULD_NOT_FINISH,
    answer,
    exit_status,
    kept_in,
    print_out,
    run_command,
    style,
    terminable,
    with_progress,
)
from .errors import InputError
from .options import (
    CERTIFICATE,
    COMMON,
    HELP,
    LAYERS,
    MODULE,
    PLOT,
    RESOURCES,
    SIZES,
    names_and_sizes,
    natural,
    options,
    whole,
    writable,
)

if TYPE_CHECKING:
    from .proofs.prove import Entry


@click.group("convac", context_settings=HELP)
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
@options(CERTIFICATE, PLOT, COMMON)
def verify_bound_command(
    as_json: bool, certificate: Path | None, plot: Path | None, **arguments: Any
) -> int:
    """Check Theorem 1 of Sharir and Shashua (2018) for concrete sizes, in exact arithmetic.

    Exit status: 0 verified, 1 not verified, 2 bad input, 3 not applicable, 4 could not finish.
    """
    from .proofs.render import text
    from .proofs.verify_bound import verify_bound

    if plot is not None:
        from .pictures.connectivity import require_small
        from .pictures.files import require_picture
        from .proofs.verify_bound import network_of

        require_picture(plot)
        sizes = (arguments[name] for name in ("M", "H", "W", "layers"))
        require_small(network_of(None, *sizes))
    verdict = answer(lambda: with_progress(verify_bound, arguments), text, as_json)
    if certificate is not None and verdict.verified:
        _write_certificate(certificate, verdict)
    if plot is not None and verdict.network is not None and verdict.verified:
        from .pictures.connectivity import draw_theorem_1
        from .pictures.files import save

        save(draw_theorem_1(verdict.network, verdict.partition, arguments["K"]), plot)
    return exit_status([verdict.outcome])


@cli.command("rank", context_settings=HELP)
@options(SIZES, LAYERS)
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
@options(CERTIFICATE, PLOT, COMMON)
def rank_command(
    as_json: bool, certificate: Path | None, plot: Path | None, **arguments: Any
) -> int:
    """The rank across a partition: proved bounds, and the exact value where they meet.

    Of a rectifier network, which has no generic rank: the ranks at random points, and bounds on the
    largest.

    Exit status: 0 done, 2 bad input, 4 could not finish.
    """
    from .proofs.rank import rank
    from .proofs.render import report_text

    if certificate is not None and arguments["pooling"] != "product":
        raise InputError("certificate", arguments["pooling"], "product pooling has certificates")
    if plot is not None:
        from .pictures.files import require_picture
        from .pictures.report import require_drawable

        require_picture(plot)
        require_drawable(**arguments)
    report = answer(lambda: with_progress(rank, arguments), report_text, as_json)
    if certificate is not None:
        _write_certificate(certificate, report)
    if plot is not None:
        from .pictures.files import save
        from .pictures.report import draw_report

        save(draw_report(report), plot)
    return 0


@cli.command("bound", context_settings=HELP)
@options(SIZES, LAYERS)
@options(CERTIFICATE, COMMON)
def bound_command(as_json: bool, certificate: Path | None, **arguments: Any) -> int:
    """Proved bounds on the generic rank, without enumeration, for any partition.

    Exit status: 0 done, 2 bad input, 4 could not finish.
    """
    from .proofs.bound import bound_for
    from .proofs.render import bound_text

    report = answer(lambda: bound_for(**arguments), bound_text, as_json)
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
@options(MODULE)
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
    modules: Sequence[Path],
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

    known = results(*modules)
    if listed:
        from .proofs.report import listing

        print_out(listing(known.values()))
        return 0
    names, sizes = names_and_sizes(arguments)
    if everything == bool(names):
        raise click.UsageError("names of results, or --all, are needed; --list shows them")
    jobs = prove.jobs(names, known, sizes, symbolic=symbolic, variant=variant)
    entries = _transcripts(prove.run(jobs), form)
    return exit_status(entry.verdict.outcome for entry in entries if entry.asked)


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
    from .files import write_atomically
    from .proofs import regress
    from .proofs.registry import results

    known = results(*modules)
    rows = regress.load(known=known) if claims is None else regress.load(claims, known)
    chosen = [row for row in rows if full or not row.full]
    reports: list[regress.Report] = []

    def reached(report: regress.Report) -> None:
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


@cli.command(
    "sweep",
    context_settings={**HELP, "ignore_unknown_options": True},
    epilog="Sizes are lists: convac sweep --M 2 --H 4 --R 1..4 --D 1,2 --layers '{R}/1:{D},{H}/{H}:1'",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[FAMILY] [--SIZE LIST]...")
@click.option("--list", "listed", is_flag=True, help="List the families that have a name.")
@click.option(
    "--layers",
    multiple=True,
    metavar="TEMPLATE",
    help="Layers in which {NAME} stands for the size of that name; may be repeated.",
)
@click.option(
    "--pooling",
    metavar="LIST",
    default="product",
    show_default=True,
    help="product, relu-sum, relu-max, sum-relu.",
)
@click.option("--partition", metavar="LIST", default="left-right", show_default=True, help="Names.")
@click.option(
    "--weights", metavar="LIST", default="shared", show_default=True, help="shared, unshared."
)
@click.option("--seeds", metavar="LIST", help="Such as 0..9; default: 0, or the family's.")
@click.option("--x", metavar="NAME", help="The swept size; default: the first with several values.")
@click.option(
    "--store",
    type=click.Path(path_type=Path),
    default=Path("sweep.sqlite"),
    show_default=True,
    metavar="FILE",
    help="Where rows are kept. A sweep that was stopped goes on from there.",
)
@click.option("--workers", type=whole, metavar="N", help="Processes; default: the number of cores.")
@click.option(
    "--dask", metavar="ADDRESS", help="The scheduler of a Dask cluster, instead of processes."
)
@click.option("--retry", is_flag=True, help="Measure again what did not fit, or failed.")
@click.option(
    "--export",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the rows as .csv or .json; may be repeated.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    callback=writable,
    metavar="FILE",
    help="Write one HTML page with pictures and tables; needs the extra `plot`.",
)
@options(PLOT, RESOURCES)
def sweep_command(
    arguments: Sequence[str],
    listed: bool,
    as_json: bool,
    store: Path,
    workers: int | None,
    dask: str | None,
    memory: float | None,
    retry: bool,
    export: Sequence[Path],
    plot: Path | None,
    report: Path | None,
    **words: Any,
) -> int:
    """Measure a family of networks, and keep every row.

    Exit status: 0 done (rows that do not fit the memory say so), 2 bad input, 4 a row failed.
    """
    from .sweeps import export as exports
    from .sweeps import families, summary
    from .sweeps.request import requested_family
    from .sweeps.run import sweep

    if listed:
        print_out(families.listing())
        return 0
    names, sizes = names_and_sizes(arguments)
    if len(names) > 1:
        raise InputError("family", " ".join(names), "one family at a time is swept")
    family = requested_family(next(iter(names), None), sizes, **words)
    for path in export:
        exports.check_format(path)
    if plot is not None or report is not None:
        from .pictures.files import require_matplotlib, require_picture

        require_matplotlib() if plot is None else require_picture(plot)
    options = {"workers": workers, "address": dask, "memory": memory, "retry": retry}
    with kept_in(store):
        rows = with_progress(sweep, {"family": family, "path": store, **options})
    print_out(exports.as_json(family, rows) if as_json else summary.text(family, rows))
    for path in export:
        exports.export(path, family, rows)
    if plot is not None:
        from .pictures.chart import draw_chart
        from .pictures.files import save
        from .sweeps.chart import chart

        save(draw_chart(chart(family, rows)), plot)
    if report is not None:
        from .files import write_atomically
        from .sweeps.report import html

        write_atomically(report, html(family, rows, shlex.join(["convac", *sys.argv[1:]])))
    return COULD_NOT_FINISH if summary.failures(rows) else 0


@cli.command("check", context_settings=HELP)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def check_command(files: Sequence[str]) -> int:
    """Confirm certificates with the independent checker, proofs/checker.py.

    Exit status: 0 all valid, 1 one is invalid, 2 unreadable, 4 could not finish.
    """
    from .proofs.checker import main as check

    return check(list(files))


@cli.command("selftest", context_settings=HELP)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object only.")
def selftest_command(as_json: bool) -> int:
    """Check this installation: engines against each other, kernels against FLINT, and versions.

    Exit status: 0 as expected, 1 not.
    """
    from .proofs.render import text
    from .proofs.selftest import selftest

    return exit_status([answer(selftest, text, as_json).outcome])


def main() -> NoReturn:
    """The ``convac`` script."""
    run_command(cli)


def verify_bound_main() -> NoReturn:
    """The ``verify-bound`` script."""
    run_command(verify_bound_command)
