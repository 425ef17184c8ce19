"""Partitions (P, Q) of the sites, the named ones and any other.

Sites are numbered in row-major order. A partition holds one byte a site, 0 for P and 1 for Q, so that
asking for a side costs one index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from ..errors import InputError, ResourceError

Site = tuple[int, int]

P, Q = 0, 1
MOST_SITES = 2**28
NAMES = "left-right, top-bottom, column:C, row:C, checkerboard, rows, columns"


@dataclass(frozen=True)
class Partition:
    """A partition of the H x W sites into P and Q.

    Parameters
    ----------
    name : str
        What it is called in reports.
    H, W : int
        Size of the grid.
    sides : bytes
        Side of every site in row-major order, 0 for P and 1 for Q; length H * W.
    """

    name: str
    H: int
    W: int
    sides: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.sides) != self.H * self.W or set(self.sides) - {P, Q}:
            raise InputError(
                "partition", self.name, "it needs one byte a site, 0 for P and 1 for Q"
            )

    def require(self, H: int, W: int) -> None:
        """Raise `InputError` unless the partition is one of an H x W grid."""
        if (self.H, self.W) != (H, W):
            raise InputError(
                "partition",
                f"{self.name} of {self.H}x{self.W} sites",
                f"the network has {H}x{W} sites",
            )

    def side(self, site: Site) -> int:
        """0 if the site (row, column) is in P, 1 if it is in Q."""
        return self.sides[site[0] * self.W + site[1]]

    @cached_property
    def counts(self) -> tuple[int, int]:
        """The numbers of sites of P and of Q."""
        in_q = self.sides.count(Q)
        return len(self.sides) - in_q, in_q

    def sites(self, side: int) -> tuple[int, ...]:
        """Indices of the sites of P (0) or Q (1), ascending."""
        return tuple(i for i, s in enumerate(self.sides) if s == side)


def left_right(H: int, W: int | None = None) -> Partition:
    """P = columns < W/2, for even W (default: W = H); else `InputError`."""
    width = H if W is None else W
    _even("left-right", "width", width)
    return _columns("left-right", H, width, width // 2)


def top_bottom(H: int, W: int | None = None) -> Partition:
    """P = rows < H/2, for even H (default: W = H); else `InputError`."""
    _even("top-bottom", "height", H)
    return _rows("top-bottom", H, H if W is None else W, H // 2)


def column_cut(H: int, W: int, C: int) -> Partition:
    """P = columns < C; `InputError` unless 0 < C < W."""
    _inside("column", C, W)
    return _columns(f"column:{C}", H, W, C)


def row_cut(H: int, W: int, C: int) -> Partition:
    """P = rows < C; `InputError` unless 0 < C < H."""
    _inside("row", C, H)
    return _rows(f"row:{C}", H, W, C)


def checkerboard(H: int, W: int | None = None) -> Partition:
    """P = sites with even row + column; W defaults to H."""
    W = H if W is None else W
    return Partition("checkerboard", H, W, bytes((r + c) % 2 for r in range(H) for c in range(W)))


def alternating_rows(H: int, W: int | None = None) -> Partition:
    """P = even rows; W defaults to H."""
    W = H if W is None else W
    return Partition("rows", H, W, b"".join(bytes([r % 2]) * W for r in range(H)))


def alternating_columns(H: int, W: int | None = None) -> Partition:
    """P = even columns; W defaults to H."""
    W = H if W is None else W
    return Partition("columns", H, W, bytes(c % 2 for c in range(W)) * H)


def from_sites(H: int, W: int, P: Iterable[Site], name: str = "sites") -> Partition:
    """The partition whose P is the given (row, column) sites.

    Raises
    ------
    InputError
        If a site is outside the grid.
    """
    sides = bytearray(b"\x01" * (H * W))
    for site in P:
        row, column = site
        if not (0 <= row < H and 0 <= column < W):
            raise InputError("partition", site, f"sites are in rows < {H} and columns < {W}")
        sides[row * W + column] = 0
    return Partition(name, H, W, bytes(sides))


_NAMED: dict[str, Callable[[int, int], Partition]] = {
    "left-right": left_right,
    "top-bottom": top_bottom,
    "checkerboard": checkerboard,
    "rows": alternating_rows,
    "columns": alternating_columns,
}


def named(name: str, H: int, W: int) -> Partition:
    """The partition of that name, one of those in `NAMES`."""
    if H * W > MOST_SITES:
        raise ResourceError(f"a partition of {H * W} sites, and {MOST_SITES} are allowed")
    if name in _NAMED:
        return _NAMED[name](H, W)
    kind, _, number = name.partition(":")
    if kind in ("column", "row") and number.isascii() and number.isdigit() and len(number) < 19:
        return (column_cut if kind == "column" else row_cut)(H, W, int(number))
    raise InputError("partition", name, f"known partitions: {NAMES}")


def is_named(name: str) -> bool:
    """Whether `named` reads this as a name (right or wrong), not as a file."""
    return name in _NAMED or name.partition(":")[0] in ("column", "row")


def from_document(document: object, H: int, W: int) -> Partition:
    """The partition of a JSON document {"P": [[row, column], ...]}."""
    needed = 'a partition is {"P": [[row, column], ...]}'
    sites = document.get("P") if isinstance(document, dict) and set(document) == {"P"} else None
    if not isinstance(sites, list):
        raise InputError("partition", "this file", needed)
    for site in sites:
        if not isinstance(site, list) or [type(x) for x in site] != [int, int]:
            raise InputError("partition", site, needed)
    if len({tuple(site) for site in sites}) < len(sites):
        raise InputError("partition", "this file", "it names a site twice")
    return from_sites(H, W, [(row, column) for row, column in sites])


def _columns(name: str, H: int, W: int, C: int) -> Partition:
    return Partition(name, H, W, (b"\x00" * C + b"\x01" * (W - C)) * H)


def _rows(name: str, H: int, W: int, C: int) -> Partition:
    return Partition(name, H, W, b"\x00" * (C * W) + b"\x01" * ((H - C) * W))


def _even(name: str, what: str, size: int) -> None:
    if size % 2:
        raise InputError("partition", name, f"it needs an even {what}, and the {what} is {size}")


def _inside(name: str, C: int, size: int) -> None:
    if not 0 < C < size:
        raise InputError("partition", f"{name}:{C}", f"the cut runs from 1 to {size - 1}")
