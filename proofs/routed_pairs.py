"""The numbers of routing, and the search for them: levels of strands, carriers, and pairs (THEORY 8.9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import gt

import numpy as np

from ..algebra.powers import Powers
from ..algebra.witnesses.construction import Construction
from ..algebra.witnesses.routing import routing_assignment
from ..errors import ResourceError
from ..graphs.carrier_search import search
from ..graphs.carrier_worth import most_reached
from ..graphs.carriers import MOST_PATHS, Carriers
from ..graphs.levels import Levels, double, most_labels, single
from ..graphs.network import Location, Site
from ..graphs.routes import Route, route_at
from ..graphs.strands import Crossing, Numbers, Strands, walked
from .setting import Setting
from .verdict import TRIVIAL, NotApplicable

MOST_DOUBLE = 4
"""Carriers are searched for so many choices of two levels."""


@dataclass(frozen=True)
class RoutedPair:
    """A strand of a level at a location of its layer, and the number of paths that lead there."""

    level: int
    strand: int
    location: Location
    paths: int


@dataclass(frozen=True)
class RoutingNumbers:
    """A setting with a straight cut, levels of strands with m labels, and carriers."""

    setting: Setting
    levels: Levels
    carriers: Carriers

    @cached_property
    def crossing(self) -> list[Crossing]:
        """For each level the pairs on different sides."""
        C = straight_cut(self.setting)[1]
        return [strands.crossing(C) for strands in self.levels.strands]

    @cached_property
    def paths(self) -> list[Numbers]:
        """For each level the number of paths to every strand at every location."""
        return self.carriers.paths()

    @cached_property
    def reached(self) -> list[Crossing]:
        """For each level the pairs on different sides to which a path leads."""
        return [
            crossing & (paths > 0)
            for crossing, paths in zip(self.crossing, self.paths, strict=True)
        ]

    @cached_property
    def count(self) -> int:
        """N, the pairs that are reached."""
        return sum(int(reached.sum()) for reached in self.reached)

    @property
    def bound(self) -> Powers:
        """(m + 1)^N."""
        return Powers([(self.levels.m + 1, self.count)])

    @property
    def shown(self) -> dict[str, int | str]:
        """The numbers as the heading shows them; those of several levels in a row."""
        strands = self.levels.strands
        of_levels: dict[str, list[int] | list[str]] = {
            "τ": [str(one.tau) for one in strands],
            "J": [one.J for one in strands],
            "strands": [one.count for one in strands],
        }
        shown: dict[str, int | str] = {
            name: values[0] if len(values) == 1 else ", ".join(map(str, values))
            for name, values in of_levels.items()
        }
        return {
            "τ": shown["τ"],
            "J": shown["J"],
            "m": self.levels.m,
            "strands": shown["strands"],
            "pairs": self.count,
        }

    @cached_property
    def pairs(self) -> list[RoutedPair]:
        """The pairs that N counts."""
        return [pair for level in range(len(self.levels.strands)) for pair in self._pairs(level)]

    def _pairs(self, level: int) -> Iterator[RoutedPair]:
        width = self.setting.network.sizes[self.levels.strands[level].J][1]
        found = np.nonzero(self.reached[level])
        for s, v, k in zip(*(a.tolist() for a in (*found, self.paths[level][found])), strict=True):
            yield RoutedPair(level, s, divmod(v, width), k)

    def sites(self, pair: RoutedPair) -> tuple[Site | None, Site | None]:
        """The two sites of a pair, walked down from its location."""
        ways = self.levels.strands[pair.level].ways[pair.strand]
        near, far = (walked(self.setting.network, pair.location, way) for way in ways)
        return near, far

    def routes(self) -> list[Route]:
        """The pairs with the paths of their ways."""
        network, cut = self.setting.network, self.setting.partition
        ways = [strands.ways for strands in self.levels.strands]
        return [
            route_at(network, cut, pair.location, ways[pair.level][pair.strand])
            for pair in self.pairs
        ]

    def construction(self) -> Construction:
        """The explicit assignment.

        Raises
        ------
        ResourceError
            If a pair has so many paths that its factor is too large a number.
        """
        if max(paths.max(initial=0) for paths in self.paths) > MOST_PATHS:
            raise ResourceError(f"more than {MOST_PATHS} paths lead to one pair")
        return routing_assignment(self.carriers)


class _Search:
    """Carriers for one choice of levels after another, while they may reach more than any before."""

    def __init__(self, setting: Setting, least: Powers) -> None:
        self.setting, self.least = setting, least
        self.C = straight_cut(setting)[1]
        self.found: RoutingNumbers | None = None
        self.number = 0
        self.others = TRIVIAL
        self.refused: ResourceError | None = None

    def most(self, levels: Levels) -> Powers:
        """At least the bound with any carriers; 1 if that would be too long to say."""
        try:
            return Powers([(levels.m + 1, most_reached(levels, self.C))])
        except ResourceError as error:
            self.refused = self.refused or error
            return Powers()

    def beats(self, bound: Powers, number: int) -> bool:
        """Whether a bound is larger than the best one, or equal to it and of an earlier choice."""
        if bound <= self.others or bound < self.least:
            return False
        return self.found is None or (bound, -number) > (self.found.bound, -self.number)

    def take(self, levels: Levels, number: int) -> None:
        """Search carriers, and keep them if they give more."""
        try:
            here = RoutingNumbers(self.setting, levels, search(levels, self.C))
        except ResourceError as error:
            self.refused = self.refused or error
            return
        if self.beats(here.bound, number):
            self.found, self.number = here, number

    def through(self, choices: Iterable[Levels], first: int, most_choices: int) -> None:
        """The choices in the order of what they may reach; `first` is the number of the first."""
        told = [(self.most(levels), k, levels) for k, levels in enumerate(choices, first)]
        told = [one for one in told if self.beats(*one[:2])]
        told.sort(key=lambda one: (one[0], -one[1]), reverse=True)
        for most, number, levels in told[:most_choices]:
            if self.beats(most, number):
                self.take(levels, number)


def best(setting: Setting, least: Powers = TRIVIAL) -> RoutingNumbers:
    """The best J with the largest displacement, or two levels if they reach more; carriers by search.

    What gives less than `least` is left out.
    One strand is left to the other theorems of THEORY 8.

    Raises
    ------
    NotApplicable
        If there are no two strands with channels, or none is reached.
    ResourceError
        If the search would be too long.

    Examples
    --------
    >>> best(Setting.read(M=2, H=1, W=8, layers="1x2/1x2:2,1x2/1:2,1x2/1:2,1x4/1x4:1")).bound
    Powers([(2, 2)])
    """
    axis, C = straight_cut(setting)
    searched, ones = _Search(setting, least), _singles(setting, axis, C)
    more = [levels for levels in ones if levels.strands[0].count > 1]
    searched.through(more, 0, len(more))
    one = [levels for levels in ones if levels.strands[0].count == 1]
    searched.others = max(map(searched.most, one), default=Powers())
    searched.through(_doubles(setting, axis, C), len(more), MOST_DOUBLE)
    if searched.found is not None:
        return searched.found
    if searched.refused is not None:
        raise searched.refused
    reason = "no J < L has two strands with shifts and channels, and carriers that reach one"
    raise NotApplicable(reason, about=setting)


def straight_cut(setting: Setting) -> tuple[int, int]:
    """The axis and the place of the straight cut."""
    straight = setting.partition.straight
    if straight is None:
        raise NotApplicable("a straight cut is needed", about=setting)
    return straight


def _singles(setting: Setting, axis: int, C: int) -> list[Levels]:
    """One level for each J, and others of that J if m gets larger; first those with most crossing pairs."""
    found: list[Levels] = []
    for J in range(1, setting.network.depth):
        m = 0
        for strands in single(setting.network, axis, J, C):
            levels = _labelled(setting, strands)
            if levels is not None and levels.m > m:
                found.append(levels)
                m = levels.m
            if m == setting.network.M - 1:
                break
    most = [Powers([(levels.m + 1, int(levels.strands[0].crossing(C).sum()))]) for levels in found]
    order = sorted(range(len(found)), key=lambda k: most[k], reverse=True)
    return [found[k] for k in order]


def _doubles(setting: Setting, axis: int, C: int) -> Iterator[Levels]:
    """Two levels for each J_1 < J_2."""
    found = (_labelled(setting, *both) for both in double(setting.network, axis, C))
    return (levels for levels in found if levels is not None)


def _labelled(setting: Setting, *strands: Strands) -> Levels | None:
    """With as many labels as there are templates and channels for; None without any."""
    counts = [one.count for one in strands]
    channels = [setting.network.passed_channels[one.J] for one in strands]
    if any(map(gt, counts, channels)) or 0 in counts:
        return None
    told = min(setting.network.M - 1, setting.network.passed_channels[0])
    m = min(told, most_labels(strands))
    return Levels(strands, m) if m > 0 else None
