"""What a chart of a sweep shows: marks in series, series in groups, groups in panels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isfinite

from ..errors import InputError

ROLES = ("rank", "interval", "theorem", "sharp", "lower", "upper")


@dataclass(frozen=True)
class Mark:
    """One value: y is log2 of a rank at x, -inf for rank 0; of an interval, log2 of its ends, y <= high.

    `exact` is false where y is only known to be a lower bound, as an estimate is; a rank is then hollow.

    Raises
    ------
    InputError
        If x is not finite, y neither finite nor -inf, or high below y or not finite.
    """

    x: float
    y: float
    exact: bool
    high: float | None = None

    def __post_init__(self) -> None:
        if not isfinite(self.x):
            raise InputError("x", self.x, "a finite number is needed")
        if not isfinite(self.y) and self.y != -inf:
            raise InputError("y", self.y, "log2 of a rank is needed: a finite number, or -inf")
        if self.high is not None and not (isfinite(self.high) and self.high >= self.y):
            raise InputError("high", self.high, f"a finite number from {self.y} on is needed")


@dataclass(frozen=True)
class Series:
    """Marks of one kind, in any order.

    Role "rank" is what was measured, with several marks at an x for several seeds; "interval" what is
    proved where no exact value is known. The others are bounds: "theorem" that of Theorem 1, "sharp" the
    sharper one, "lower" and "upper" any.

    Raises
    ------
    InputError
        If the role is another, or a mark is an interval where none belongs, or is none where one does.
    """

    label: str
    role: str
    marks: tuple[Mark, ...]

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise InputError("role", self.role, f"known roles: {', '.join(ROLES)}")
        if any((mark.high is None) == (self.role == "interval") for mark in self.marks):
            raise InputError("marks", self.role, "intervals, and no others, have two ends")


@dataclass(frozen=True)
class Group:
    """Series of one colour, such as the rank of one architecture and the bounds on it.

    Groups of one label have one colour in all panels of a chart; without a label it has no heading.
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
    """Panels side by side on common axes, with one legend.

    Parameters
    ----------
    title, x_label : str
    panels : tuple of Panel
    caption : str
        Smaller, under the title.
    y_label : str
    base : int, at least 2
        Ticks of the y axis are powers of it.
    log_x : bool
        Whether the x axis is logarithmic, too; all x are positive then.

    Raises
    ------
    InputError
        If the base is smaller, or an x has no logarithm.
    """

    title: str
    x_label: str
    panels: tuple[Panel, ...]
    caption: str = ""
    y_label: str = "rank (log scale)"
    base: int = 10
    log_x: bool = False

    def __post_init__(self) -> None:
        if self.base < 2:
            raise InputError("base", self.base, "powers of a number from 2 on are needed")
        least = min(self.xs, default=1.0)
        if self.log_x and least <= 0:
            raise InputError("x", least, "a logarithmic axis needs positive numbers")

    @property
    def series(self) -> Iterator[tuple[Group, Series]]:
        """Every series with its group, panel by panel."""
        return (
            (group, series)
            for panel in self.panels
            for group in panel.groups
            for series in group.series
        )

    @property
    def marks(self) -> Iterator[Mark]:
        """Every mark."""
        return (mark for _, series in self.series for mark in series.marks)

    @property
    def xs(self) -> list[float]:
        """The values of x, ascending, each once."""
        return sorted({mark.x for mark in self.marks})
