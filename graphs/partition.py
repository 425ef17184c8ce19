"""Partitions (P, Q) of the sites, the named ones and any other.

Sites are numbered in row-major order. A partition holds one byte a site, 0 for P and 1 for Q, so that
asking for a side costs one index. Partitions are equal if their sides are, whatever they are called.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from hashlib import sha256

from ..errors import InputError
from .drawing import sides_svg
from .network import COLUMNS, ROWS, Site


class Side(IntEnum):
    """On which side of a partition something is: a site P or Q, a set of sites any of the four."""

    P = 0
    Q = 1
    BOTH = 2
    NEITHER = 3

    @property
    def other(self) -> Side:
        """Q for P, and P for Q."""
        return Side(1 - self)

    @classmethod
    def of(cls, sides: Iterable[int]) -> Side:
        """The side of a set of sites, from the sides of its sites.

        >>> Side.of([0, 0]).name, Side.of([0, 1]).name, Side.of([]).name
        ('P', 'BOTH', 'NEITHER')
        """
        met = set(sides)
        if len(met) == 1:
            return cls(met.pop())
        return cls.BOTH if met else cls.NEITHER


P, Q = Side.P, Side.Q
MOST_WRITTEN = 2**16
"""Sites of a partition whose sides are written out in JSON; of larger ones a digest is."""
SHORT_DIGEST = len("sha256:") + 16
MOST_DRAWN = 64
"""Sites of a partition whose sides `repr` shows."""


@dataclass(frozen=True, repr=False)
class Partition:
    """A partition of the H x W sites into P and Q.

    Parameters
    ----------
    name : str
        What it is called in reports. It does not count for equality.
    H, W : int
        Size of the grid.
    sides : bytes
        Side of every site in row-major order, 0 for P and 1 for Q; length H * W.
    says_sides : bool
        Whether the name alone says them, as "checkerboard" does.
    """

    name: str = field(compare=False)
    H: int
    W: int
    sides: bytes
    says_sides: bool = field(default=False, compare=False)

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

    @property
    def letters(self) -> str:
        """The sides row by row, as P and Q, rows separated by /.

        >>> checkerboard(2, 3).letters
        'PQP/QPQ'
        """
        text = self.sides.translate(bytes.maketrans(b"\x00\x01", b"PQ")).decode("ascii")
        return "/".join(text[r * self.W : (r + 1) * self.W] for r in range(self.H))

    @property
    def written(self) -> str | None:
        """Its sides in full, or a digest of many; None for a name that says them.

        >>> from_sites(1, 3, [(0, 1)]).written, checkerboard(3).written
        ('sites:QPQ', None)
        """
        if self.says_sides:
            return None
        return f"sites:{self.letters}" if len(self.sides) <= MOST_WRITTEN else self.digest

    @property
    def digest(self) -> str:
        """The SHA-256 digest of its letters."""
        return f"sha256:{sha256(self.letters.encode('ascii')).hexdigest()}"

    def __str__(self) -> str:
        """The name, and what it stands for where it does not say that.

        >>> print(checkerboard(2), from_sites(1, 3, [(0, 1)], name="cut.json"))
        checkerboard cut.json (sites:QPQ)
        """
        written = self.written
        if written is None or written == self.name:
            return self.name
        if len(self.sides) > MOST_DRAWN:
            written = self.digest[:SHORT_DIGEST]
        return f"{self.name} ({written})"

    def __repr__(self) -> str:
        shown = self.letters
        if len(self.sides) > MOST_DRAWN:
            shown = "{} sites of P, {} of Q".format(*self.counts)
        return f"<Partition {self.name} of {self.H}x{self.W} sites: {shown}>"

    def _repr_svg_(self) -> str:
        return sides_svg(self.sides, self.H, self.W, f"{self.name}: P blue, Q orange")

    def side(self, site: Site) -> Side:
        """The side of the site (row, column).

        >>> checkerboard(2).side((0, 1)).name
        'Q'
        """
        return Side(self.sides[site[0] * self.W + site[1]])

    @property
    def straight(self) -> tuple[int, int] | None:
        """(axis, C) if P is the columns < C (axis 1) or the rows < C (axis 0); None for other partitions.

        >>> left_right(2, 6).straight, checkerboard(4).straight
        ((1, 3), None)
        """
        in_p = self.counts[P]
        cuts = [(COLUMNS, self.W, self.H, _columns), (ROWS, self.H, self.W, _rows)]
        for axis, size, lines, make in cuts:
            C = in_p // lines
            if 0 < C < size and self.sides == make("", self.H, self.W, C).sides:
                return axis, C
        return None

    @property
    def half(self) -> int | None:
        """The axis of a straight cut in the middle: 1 for left-right, 0 for top-bottom; else None.

        >>> left_right(2, 6).half, column_cut(2, 6, 2).half, checkerboard(4).half
        (1, None, None)
        """
        straight = self.straight
        return None if straight is None or self.counts[P] != self.counts[Q] else straight[0]

    @cached_property
    def counts(self) -> tuple[int, int]:
        """The numbers of sites of P and of Q."""
        in_q = self.sides.count(Q)
        return len(self.sides) - in_q, in_q

    def sites(self, side: Side) -> tuple[int, ...]:
        """Indices of the sites of P or Q, ascending."""
        return tuple(i for i, s in enumerate(self.sides) if s == side)


def left_right(H: int, W: int | None = None) -> Partition:
    """P = columns < W/2, for even W (default: W = H); else `InputError`.

    >>> left_right(1, 4).sides
    b'\\x00\\x00\\x01\\x01'
    """
    width = H if W is None else W
    _even("left-right", "width", width)
    return _columns("left-right", H, width, width // 2)


def top_bottom(H: int, W: int | None = None) -> Partition:
    r"""P = rows < H/2, for even H (default: W = H); else `InputError`.

    >>> top_bottom(2, 3).sides
    b'\x00\x00\x00\x01\x01\x01'
    """
    _even("top-bottom", "height", H)
    return _rows("top-bottom", H, H if W is None else W, H // 2)


def column_cut(H: int, W: int, C: int) -> Partition:
    """P = columns < C; `InputError` unless 0 < C < W.

    >>> column_cut(2, 3, 1).sites(P)
    (0, 3)
    """
    _inside("column", C, W)
    return _columns(f"column:{C}", H, W, C)


def row_cut(H: int, W: int, C: int) -> Partition:
    """P = rows < C; `InputError` unless 0 < C < H.

    >>> row_cut(3, 2, 2).counts
    (4, 2)
    """
    _inside("row", C, H)
    return _rows(f"row:{C}", H, W, C)


def checkerboard(H: int, W: int | None = None) -> Partition:
    """P = sites with even row + column; W defaults to H.

    >>> checkerboard(2, 3).sites(P)
    (0, 2, 4)
    """
    W = H if W is None else W
    sides = bytes((r + c) % 2 for r in range(H) for c in range(W))
    return Partition("checkerboard", H, W, sides, says_sides=True)


def alternating_rows(H: int, W: int | None = None) -> Partition:
    """P = even rows; W defaults to H.

    >>> alternating_rows(3, 2).sites(P)
    (0, 1, 4, 5)
    """
    W = H if W is None else W
    return Partition("rows", H, W, b"".join(bytes([r % 2]) * W for r in range(H)), says_sides=True)


def alternating_columns(H: int, W: int | None = None) -> Partition:
    """P = even columns; W defaults to H.

    >>> alternating_columns(2, 3).sites(P)
    (0, 2, 3, 5)
    """
    W = H if W is None else W
    return Partition("columns", H, W, bytes(c % 2 for c in range(W)) * H, says_sides=True)


def random_partition(H: int, W: int, seed: int) -> Partition:
    """A balanced partition, the same for the same seed on every machine.

    P is the ⌊HW/2⌋ sites s whose SHA-256 digests of "seed/HxW/s" are the least, s the number of the site.

    >>> random_partition(2, 3, 0).letters, random_partition(2, 3, 1).letters
    ('PQQ/PPQ', 'PPP/QQQ')
    """

    def digest(site: int) -> bytes:
        return sha256(f"{seed}/{H}x{W}/{site}".encode("ascii")).digest()

    sides = bytearray(b"\x01" * (H * W))
    for site in sorted(range(H * W), key=digest)[: H * W // 2]:
        sides[site] = 0
    return Partition(f"random:{seed}", H, W, bytes(sides), says_sides=True)


def from_sites(H: int, W: int, P: Iterable[Site], name: str = "sites") -> Partition:
    """The partition whose P is the given (row, column) sites.

    Raises
    ------
    InputError
        If a site is outside the grid, or is given twice.

    Examples
    --------
    >>> from_sites(2, 2, [(0, 0), (1, 1)]) == checkerboard(2)
    True
    """
    sides = bytearray(b"\x01" * (H * W))
    for site in P:
        row, column = site
        if not (0 <= row < H and 0 <= column < W):
            raise InputError("partition", site, f"sites are in rows < {H} and columns < {W}")
        if sides[row * W + column] == 0:
            raise InputError("partition", site, "a site is given once")
        sides[row * W + column] = 0
    return Partition(name, H, W, bytes(sides))


def _columns(name: str, H: int, W: int, C: int) -> Partition:
    return Partition(name, H, W, (b"\x00" * C + b"\x01" * (W - C)) * H, says_sides=True)


def _rows(name: str, H: int, W: int, C: int) -> Partition:
    return Partition(name, H, W, b"\x00" * (C * W) + b"\x01" * ((H - C) * W), says_sides=True)


def _even(name: str, what: str, size: int) -> None:
    if size % 2:
        raise InputError("partition", name, f"it needs an even {what}, and the {what} is {size}")


def _inside(name: str, C: int, size: int) -> None:
    if not 0 < C < size:
        raise InputError("partition", f"{name}:{C}", f"the cut runs from 1 to {size - 1}")
