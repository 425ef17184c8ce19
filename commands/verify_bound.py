"""`verify-bound`: Theorem 1 for concrete sizes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..console import answer, exit_status, with_progress, write_certificate
from .model import model_of
from .options import CERTIFICATE, COMMON, HELP, ONNX, PLOT, SIZES, options, whole


@click.command("verify-bound", context_settings=HELP)
@click.version_option(package_name="convac")
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
@options(ONNX, CERTIFICATE, PLOT, COMMON)
def verify_bound_command(
    as_json: bool, certificate: Path | None, plot: Path | None, **arguments: Any
) -> int:
    """Check Theorem 1 of Sharir and Shashua (2018) for concrete sizes, in exact arithmetic.

    Exit status: 0 verified, 1 not verified, 2 bad input, 3 not applicable, 4 could not finish.
    """
    from ..proofs.verify_bound import verify_bound

    model = model_of(arguments)
    if plot is not None:
        from ..pictures.connectivity import require_small
        from ..pictures.files import require_picture
        from ..proofs.setting import network_of

        require_picture(plot)
        require_small(network_of(*(arguments[name] for name in ("M", "H", "W", "layers"))))
    verdict = answer(lambda: with_progress(verify_bound, arguments), as_json, model)
    if certificate is not None and verdict.verified:
        write_certificate(certificate, verdict)
    if plot is not None and verdict.setting is not None and verdict.verified:
        from ..pictures.connectivity import draw_theorem_1
        from ..pictures.files import save

        save(draw_theorem_1(verdict.setting, arguments["K"]), plot)
    return exit_status([verdict.outcome])
