"""What a picture of connectivity shows: a network, a partition, and pairs with their routes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ..graphs.connectivity import AxisVertex
from ..graphs.network import COLUMNS, ROWS, Location, Network, Site
from ..graphs.partition import Partition

Edge = tuple[AxisVertex, AxisVertex]
Edges = frozenset[Edge]


@dataclass(frozen=True)
class DrawnPair:
    """Two sites that a location of a layer sees; of layer 0, where it is not known which.

    `routes` are edges of the axis graphs, along rows and along columns.
    """

    near: Site
    far: Site
    location: Location
    layer: int = 0
    routes: tuple[Edges, ...] = (frozenset(), frozenset())


@dataclass(frozen=True)
class Scene:
    """What is drawn; `ends` are names of a pair's two sites, `reach` says how far routes go."""

    network: Network
    partition: Partition
    pairs: tuple[DrawnPair, ...]
    ends: tuple[str, str] = ("near site", "far site")
    reach: str = ""

    @cached_property
    def cut(self) -> int:
        """The axis on which the sites of pairs differ; without pairs, one that the partition cuts."""
        for pair in self.pairs:
            if pair.near != pair.far:
                return COLUMNS if pair.near[COLUMNS] != pair.far[COLUMNS] else ROWS
        return COLUMNS if None in self.sides(ROWS) else ROWS

    def sides(self, axis: int) -> list[int | None]:
        """For each coordinate on an axis, the side that all its sites are on, None for both."""
        lines: list[set[int]] = [set() for _ in range(self.network.axis(axis).size)]
        for number, side in enumerate(self.partition.sides):
            lines[divmod(number, self.partition.W)[axis]].add(side)
        return [min(line) if len(line) == 1 else None for line in lines]

    @property
    def example(self) -> tuple[DrawnPair, ...]:
        """The first pair, where it is known which layer its location is in."""
        return tuple(pair for pair in self.pairs[:1] if pair.layer)


def routes(pairs: Iterable[DrawnPair], axis: int) -> list[Edge]:
    """The edges of all routes of pairs on an axis, each once."""
    return sorted({edge for pair in pairs for edge in pair.routes[axis]})
