"""The chart of a sweep: ranks and bounds on a logarithmic scale against the swept variable."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

from ..errors import InputError

ROLES = ("rank", "theorem", "sharp", "lower", "upper")


@dataclass(frozen=True)
class Mark:
    """One value: y is log2 of a rank at x, -inf for rank 0.

    `exact` is false where y is only a proved lower bound or an estimate; a rank is then drawn hollow.

    Raises
    ------
    InputError
        If x is not finite, or y neither finite nor -inf.
    """

    x: float
    y: float
    exact: bool

    def __post_init__(self) -> None:
        if not isfinite(self.x):
            raise InputError("x", self.x, "a finite number is needed")
        if not isfinite(self.y) and self.y != -inf:
            raise InputError("y", self.y, "log2 of a rank is needed: a finite number, or -inf")


@dataclass(frozen=True)
class Series:
    """Marks of one kind, in any order.

    Role "rank" is what was measured, with several marks at an x for several seeds. The others are bounds:
    "theorem" that of Theorem 1, "sharp" the sharper one, "lower" and "upper" any.

    Raises
    ------
    InputError
        If the role is another.
    """

    label: str
    role: str
    marks: tuple[Mark, ...]

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise InputError("role", self.role, f"known roles: {', '.join(ROLES)}")


@dataclass(frozen=True)
class Group:
    """Series of one colour, such as the rank of one architecture and the bounds on it.

    Groups of one label have one colour in all panels of a chart.
    """

    label: str
    series: tuple[Series, ...]


@dataclass(frozen=True)
class Panel:
    """One pair of axes; `full` is log2 of the full rank where it is the same for all x."""

    title: str
    groups: tuple[Group, ...]
    full: float | None


@dataclass(frozen=True)
class Chart:
    """Panels side by side on a common y axis, with one legend."""

    title: str
    x_label: str
    panels: tuple[Panel, ...]
