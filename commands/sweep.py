"""`convac sweep`: families of networks, measured row by row."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..console import COULD_NOT_FINISH, kept_in, print_out, with_progress
from ..errors import InputError
from .options import HELP, PLOT, RESOURCES, names_and_sizes, options, whole, writable

if TYPE_CHECKING:
    from ..sweeps.families import Family


@click.command(
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
@click.option(
    "--partition", metavar="LIST", default="left-right", show_default=True, help="Names, or files."
)
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
@options(PLOT)
@click.option("--title", metavar="TEXT", help="Of the picture; default: the family.")
@click.option("--log-x", is_flag=True, help="Draw the swept size on a logarithmic axis.")
@options(RESOURCES)
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
    title: str | None,
    log_x: bool,
    **words: Any,
) -> int:
    """Measure a family of networks, and keep every row.

    Exit status: 0 done (rows that do not fit the memory say so), 2 bad input, 4 a row failed.
    """
    from ..sweeps import export as exports
    from ..sweeps import families, summary
    from ..sweeps.request import requested_family
    from ..sweeps.run import sweep

    if listed:
        print_out(families.listing())
        return 0
    names, sizes = names_and_sizes(arguments)
    if len(names) > 1:
        raise InputError("family", " ".join(names), "one family at a time is swept")
    family = requested_family(next(iter(names), None), sizes, **words)
    for path in export:
        exports.check_format(path)
    drawing: dict[str, Any] = {"title": title, "log_x": log_x}
    _check_picture(family, plot, report, **drawing)
    options = {"workers": workers, "address": dask, "memory": memory, "retry": retry}
    with kept_in(store):
        rows = with_progress(sweep, {"family": family, "path": store, **options})
    print_out(exports.as_json(family, rows) if as_json else summary.text(family, rows))
    for path in export:
        exports.export(path, family, rows)
    if plot is not None:
        from ..pictures.chart import draw_chart
        from ..pictures.files import save
        from ..sweeps.chart import chart

        save(draw_chart(chart(family, rows, **drawing)), plot)
    if report is not None:
        from ..files import write_atomically
        from ..sweeps.report import html

        command = shlex.join(["convac", *sys.argv[1:]])
        write_atomically(report, html(family, rows, command, **drawing))
    return COULD_NOT_FINISH if summary.failures(rows) else 0


def _check_picture(
    family: Family, plot: Path | None, report: Path | None, title: str | None, log_x: bool
) -> None:
    """Raise `InputError` where a picture cannot be drawn: before the work."""
    if plot is None and report is None:
        for name, given in (("title", title), ("log-x", "the option" if log_x else None)):
            if given is not None:
                raise InputError(name, given, "it is about a picture: --plot or --report")
        return
    from ..pictures.canvas import require_glyphs
    from ..pictures.files import require_matplotlib, require_picture
    from ..sweeps.chart import require_chart

    require_matplotlib() if plot is None else require_picture(plot)
    require_chart(family)
    require_glyphs("title", title or "")
