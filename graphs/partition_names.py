"""What a user writes for a partition: a name, the sides themselves, or the path of a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..errors import InputError, ResourceError
from ..files import read_json
from ..resources import MOST_SITES
from .network import Network
from .partition import (
    MOST_DRAWN,
    Partition,
    alternating_columns,
    alternating_rows,
    checkerboard,
    column_cut,
    from_sites,
    left_right,
    random_partition,
    row_cut,
    top_bottom,
)

NAMES = "left-right, top-bottom, column:C, row:C, checkerboard, rows, columns, random:SEED"

_NAMED: dict[str, Callable[[int, int], Partition]] = {
    "left-right": left_right,
    "top-bottom": top_bottom,
    "checkerboard": checkerboard,
    "rows": alternating_rows,
    "columns": alternating_columns,
}
_NUMBERED: dict[str, Callable[[int, int, int], Partition]] = {
    "column": column_cut,
    "row": row_cut,
    "random": random_partition,
}


def named(name: str, H: int, W: int) -> Partition:
    """The partition of that name, one of those in `NAMES`.

    Raises
    ------
    InputError
        If there is none of this name, or it does not fit the grid.
    ResourceError
        If the grid has more than 2^28 sites.

    Examples
    --------
    >>> named("row:1", 2, 3) == row_cut(2, 3, 1)
    True
    """
    if H * W > MOST_SITES:
        raise ResourceError(f"a partition of {H * W} sites, and {MOST_SITES} are allowed")
    if name in _NAMED:
        return _NAMED[name](H, W)
    kind, _, number = name.partition(":")
    if kind in _NUMBERED and number.isascii() and number.isdigit() and len(number) < 19:
        return _NUMBERED[kind](H, W, int(number))
    raise InputError("partition", name, f"known partitions: {NAMES}")


def is_named(name: str) -> bool:
    """Whether `named` reads this as a name (right or wrong), not as a file.

    >>> is_named("column:99"), is_named("rows.json")
    (True, False)
    """
    return name in _NAMED or name.partition(":")[0] in _NUMBERED


def read_partition(text: str, H: int, W: int) -> Partition:
    """The partition of that name, of the sides written after "sites:", or in the JSON file of that path.

    Raises
    ------
    InputError
        If it is none of these, or does not fit the grid.

    Examples
    --------
    >>> read_partition("column:1", 2, 3).counts, read_partition("sites:PQ/QP", 2, 2).counts
    ((2, 4), (2, 2))
    """
    if is_named(text):
        return named(text, H, W)
    if text.startswith("sites:"):
        return _from_letters(text, H, W)
    if not Path(text).is_file() and "." not in text and "/" not in text:
        raise InputError("partition", text, f"a file or one of {NAMES} is needed")
    found = from_document(read_json(text, "partition"), H, W)
    return replace(found, name=Path(text).name)


def partition_of(given: Partition | str, network: Network) -> Partition:
    """The partition of a network's sites: itself, or what `read_partition` makes of a text.

    Raises
    ------
    InputError
        If it is neither, or one of another grid.
    """
    if isinstance(given, str):
        return read_partition(given, network.H, network.W)
    if not isinstance(given, Partition):
        raise InputError("partition", given, f"a Partition or one of {NAMES} is needed")
    given.require(network.H, network.W)
    return given


def from_document(document: object, H: int, W: int) -> Partition:
    """The partition of a JSON document {"P": [[row, column], ...]}.

    Raises
    ------
    InputError
        If it is another document, names a site twice or one outside the grid, or leaves one side empty.

    Examples
    --------
    >>> from_document({"P": [[0, 0], [1, 1]]}, 2, 2).letters
    'PQ/QP'
    """
    needed = 'a partition is {"P": [[row, column], ...]}'
    sites = document.get("P") if isinstance(document, dict) and set(document) == {"P"} else None
    if not isinstance(sites, list):
        raise InputError("partition", "this file", needed)
    for site in sites:
        if not isinstance(site, list) or [type(x) for x in site] != [int, int]:
            raise InputError("partition", site, needed)
    found = from_sites(H, W, [(row, column) for row, column in sites])
    if 0 in found.counts:
        raise InputError("partition", f"{len(sites)} of {H * W} sites", "each side needs a site")
    return found


def _from_letters(text: str, H: int, W: int) -> Partition:
    """Sides such as sites:PQ/QP."""
    letters = text.removeprefix("sites:")
    rows = letters.split("/")
    if set(letters) - set("PQ/") or len(rows) != H or {len(row) for row in rows} != {W}:
        shown = text if len(text) <= MOST_DRAWN else f"{text[:MOST_DRAWN]}…"
        raise InputError(
            "partition", shown, f"{H} rows of {W} letters P or Q, joined by /, are needed"
        )
    return Partition(text, H, W, bytes("PQ".index(side) for row in rows for side in row))
