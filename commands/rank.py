"""`convac rank` and `convac bound`: what is known of a rank."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..console import answer, with_progress, write_certificate
from ..errors import InputError
from .model import model_of, setting_of
from .options import (
    CERTIFICATE,
    COMMON,
    HELP,
    LAYERS,
    ONNX,
    PLOT,
    SIZES,
    natural,
    options,
    whole,
)


@click.command("rank", context_settings=HELP)
@options(SIZES, LAYERS, ONNX)
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
    from ..proofs.rank import rank

    if certificate is not None and arguments["pooling"] != "product":
        raise InputError("certificate", arguments["pooling"], "product pooling has certificates")
    model = model_of(arguments)
    setting = setting_of(arguments)
    if plot is not None:
        from ..pictures.files import require_picture
        from ..pictures.report import require_drawable

        require_picture(plot)
        require_drawable(setting, arguments["parameters"], arguments["field"])
    report = answer(lambda: with_progress(rank, {"setting": setting, **arguments}), as_json, model)
    if certificate is not None:
        write_certificate(certificate, report)
    if plot is not None:
        from ..pictures.files import save
        from ..pictures.report import draw_report

        save(draw_report(report), plot)
    return 0


@click.command("bound", context_settings=HELP)
@options(SIZES, LAYERS, ONNX)
@options(CERTIFICATE, PLOT, COMMON)
def bound_command(
    as_json: bool, certificate: Path | None, plot: Path | None, **arguments: Any
) -> int:
    """Proved bounds on the generic rank, without enumeration, for any partition.

    Exit status: 0 done, 2 bad input, 4 could not finish.
    """
    from ..proofs.bounds import bounded

    model = model_of(arguments)
    setting = setting_of(arguments)
    if plot is not None:
        from ..pictures.connectivity import require_small
        from ..pictures.files import require_picture

        require_picture(plot)
        require_small(setting.network)
    report = answer(
        lambda: with_progress(bounded, {"setting": setting, **arguments}), as_json, model
    )
    if certificate is not None:
        write_certificate(certificate, report)
    if plot is not None:
        from ..pictures.bounds import draw_bounds
        from ..pictures.files import save

        save(draw_bounds(report), plot)
    return 0
