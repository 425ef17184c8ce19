"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from ..errors import MISSING, InputError
from ..files import require_writable

Command = Callable[..., Any]
HELP = {"help_option_names": ["-h", "--help"]}


def whole(text: str) -> int:
    """A whole number >= 1, with an error that says what was given."""
    if not (text.isascii() and text.isdigit() and len(text) < 19 and int(text) >= 1):
        raise click.BadParameter(f"got {text!r}; a whole number from 1 to 10^18 - 1 is needed")
    return int(text)


def natural(text: str) -> int:
    """A whole number >= 0."""
    try:
        return 0 if text == "0" else whole(text)
    except click.BadParameter:
        needed = "a whole number from 0 to 10^18 - 1 is needed"
        raise click.BadParameter(f"got {text!r}; {needed}") from None


def gibibytes(text: str) -> float:
    """A positive number of GiB."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 < number < 2**40:
        raise click.BadParameter(f"got {text!r}; a positive number of GiB is needed")
    return number


def writable(_: click.Context, option: click.Parameter, path: Path | None) -> Path | None:
    """The file, if it can be written."""
    if path is not None:
        require_writable(path, option.name or "file")
    return path


SIZES = (
    click.option("--M", "M", type=whole, metavar="N", required=True, help="Number of templates."),
    click.option(
        "--H", "H", type=whole, metavar="N", help="Height of the grid; needed without --onnx."
    ),
    click.option("--W", "W", type=whole, metavar="N", help="Width; default: the height."),
)
ONNX = (
    click.option(
        "--onnx",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="A model whose layers are read, in place of --H, --W and --layers; needs the extra `onnx`.",
    ),
)
LAYERS = (
    click.option(
        "--layers",
        metavar="LAYERS",
        help="Layers window/stride:channels, first layer first, such as 3/1:2,4/4:1, or 3/1p1:2 with "
        "padding.",
    ),
    click.option(
        "--partition",
        metavar="NAME|FILE",
        default="left-right",
        show_default=True,
        help="left-right, top-bottom, column:C, row:C, checkerboard, rows, columns, random:SEED, the "
        'sides of all sites as in sites:PQ/QP, or a JSON file {"P": [[row, column], ...]}.',
    ),
)
RESOURCES = (
    click.option(
        "--memory",
        type=gibibytes,
        metavar="GIB",
        help="Memory that may be used; default: 80 % of what is free.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object only."),
)
COMMON = (
    click.option(
        "--weights",
        type=click.Choice(["shared", "unshared"]),
        default="shared",
        show_default=True,
        help="Convolution proper, or weights that depend on the location.",
    ),
    *RESOURCES,
)
MODULE = (
    click.option(
        "--module",
        "modules",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="A Python file with theorems of your own; it is run. May be repeated.",
    ),
)
PLOT = (
    click.option(
        "--plot",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Draw a picture (.png, .svg or .pdf); needs the extra `plot`.",
    ),
)
CERTIFICATE = (
    click.option(
        "--certificate",
        type=click.Path(path_type=Path),
        callback=writable,
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


def names_and_sizes(arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Names, and --name value or --name=value pairs."""
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
                raise InputError(key, MISSING, "a value is needed after it")
            value = waiting.pop(0)
        if key in sizes:
            raise InputError(key, value, "it is given twice")
        sizes[key] = value
    return names, sizes
