"""Programs: which channels are read by which, so that a network's function is a product (THEORY 8.13).

A *home* is a layer, with shared weights, or one of its locations, with unshared ones: what is said of a
home holds at all its locations. A home has at most one *stream*, a block of m channels, channel c of which
multiplies channel c of the streams below at some offsets (in layer 1: functions of the template); and at
most one *carrier*, one channel, which at some offsets *hits* the stream below, reading 1 + the sum of its
channels, and at others *carries* the carrier below. The output is a carrier. Then it is the product of

    (1 + sum over c < m of y_c)^k

over the streams at locations that are hit, y_c a product of functions of the sites that the stream *sees*
there, and k the number of ways down to it: a `Hit`. A location whose stream would leave the input above
layer 1 has y = 0, and sees nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import comb

from .network import Location, Network, Pair, Site
from .offsets import offsets, outside_somewhere

Home = Location | None
"""A location; None for all of a layer, with shared weights."""
Leaf = tuple[Home, Pair]
"""A home of layer 1 and an offset: where a function of templates stands."""
Leaves = Mapping[Site, tuple[Leaf, ...]]


@dataclass(frozen=True)
class Unit:
    """What a home has: a stream's offsets, and a carrier's, those that hit and those that carry."""

    stream: tuple[Pair, ...] = ()
    hits: tuple[Pair, ...] = ()
    carries: tuple[Pair, ...] = ()

    @property
    def carrier(self) -> bool:
        """Whether there is a carrier."""
        return bool(self.hits or self.carries)


@dataclass(frozen=True)
class Hit:
    """A stream of m labels at a location, hit k times; `leaves` says what of each site it sees."""

    layer: int
    location: Location
    m: int
    k: int
    leaves: Leaves = field(hash=False)

    @property
    def monomials(self) -> int:
        """C(m + k, k): the monomials in y_0, ..., y_{m-1} of degree up to k."""
        return comb(self.m + self.k, self.k)


@dataclass(frozen=True)
class Program:
    """Units for the homes of layers 1, ..., L; what has none is empty.

    Parameters
    ----------
    network : Network
    shared : bool
    units : mapping from (layer, home) to Unit

    Examples
    --------
    Four sites in a row, windows of two, all read by the output:

    >>> network = Network(3, 1, 4, layers="1x2/1:2,1x4/1x4:1")
    >>> found = whole(network, 1, True)
    >>> [(hit.location, hit.m, hit.k, len(hit.leaves)) for hit in found.hits]
    [((0, 0), 2, 1, 2), ((0, 1), 2, 1, 2), ((0, 2), 2, 1, 2), ((0, 3), 2, 1, 1)]
    """

    network: Network
    shared: bool
    units: Mapping[tuple[int, Home], Unit] = field(hash=False)

    def home(self, location: Location) -> Home:
        """The home of a location of any layer."""
        return None if self.shared else location

    def unit(self, layer: int, location: Location) -> Unit:
        """What the home of a location has."""
        return self.units.get((layer, self.home(location)), NOTHING)

    def homes(self, layer: int) -> list[Home]:
        """The homes of a layer."""
        return homes(self.network, layer, self.shared)

    @cached_property
    def labels(self) -> dict[tuple[int, Home], int]:
        """The labels of every stream: what channels leave for it, and no more than streams below have."""
        found: dict[tuple[int, Home], int] = {}
        for layer in range(1, self.network.depth):
            for home in self.homes(layer):
                unit = self.units.get((layer, home), NOTHING)
                if unit.stream:
                    below = self.below(layer, home, unit.stream)
                    least = [found.get((layer - 1, x), 0) for x in below] if layer > 1 else []
                    have = self.network.passed_channels[layer]
                    found[layer, home] = min([have - self.taken(layer, unit), *least])
        return found

    def spare(self, layer: int) -> bool:
        """Whether a channel of a layer is kept to tell what is outside: a carrier is read there."""
        unit = self.units.get((layer + 1, None), NOTHING)
        return any(outside_somewhere(self.network, layer + 1, offset) for offset in unit.carries)

    def taken(self, layer: int, unit: Unit) -> int:
        """The channels that a unit's carrier takes, with the one that tells what is outside."""
        return 1 + self.spare(layer) if unit.carrier else 0

    @cached_property
    def hits(self) -> list[Hit]:
        """Every stream at a location that is hit and sees something, by layer and location."""
        times = self._times()
        found = []
        for layer, seen in enumerate(self._seen(), 1):
            for location, leaves in seen.items():
                k = times[layer, location]
                m = self.labels.get((layer, self.home(location)), 0)
                if k and m and leaves:
                    found.append(Hit(layer, location, m, k, leaves))
        return found

    def problem(self) -> str | None:
        """Why this is no program: a channel or something that is read is missing; None if it is one."""
        network = self.network
        for (layer, home), unit in self.units.items():
            where = f"layer {layer}" if home is None else f"{home} of layer {layer}"
            if layer < network.depth:
                taken = self.taken(layer, unit)
                if taken > network.passed_channels[layer]:
                    return f"{where} has {network.passed_channels[layer]} channels, and {taken} are needed"
                if unit.stream and self.labels[layer, home] < 1:
                    return f"no channel is left for the stream of {where}"
            if set(unit.hits) & set(unit.carries):
                return f"{where} hits and carries at one offset"
            if reason := self._unread(layer, home, unit):
                return f"{where} {reason}"
        if not self.units.get((network.depth, self.home((0, 0))), NOTHING).carrier:
            return "the output reads nothing"
        return None

    def _unread(self, layer: int, home: Home, unit: Unit) -> str | None:
        """What of a unit's reads is not there."""
        rows, columns = self.network.layers[layer - 1].window
        for offset in (*unit.stream, *unit.hits, *unit.carries):
            if not (0 <= offset[0] < rows and 0 <= offset[1] < columns):
                return f"has no offset {offset}"
        if layer == 1:
            return "has a carrier, and nothing is below it" if unit.carrier else None
        wanted = [(offset, "stream") for offset in (*unit.stream, *unit.hits)]
        wanted += [(offset, "carrier") for offset in unit.carries]
        for offset, what in wanted:
            for below in self.below(layer, home, [offset]):
                other = self.units.get((layer - 1, below), NOTHING)
                if not (other.stream if what == "stream" else other.carrier):
                    return f"reads no {what} at {offset}"
        return None

    def below(self, layer: int, home: Home, offsets: tuple[Pair, ...] | list[Pair]) -> list[Home]:
        """The homes that are read at these offsets."""
        if home is None:
            return [None] * bool(offsets)
        inside = (self.network.input_at(layer, home, offset) for offset in offsets)
        return [x for x in inside if x is not None]

    def _times(self) -> Counter[tuple[int, Location]]:
        """How often each location's stream is hit, along all ways down from the output."""
        network, found = self.network, Counter[tuple[int, Location]]()
        above = Counter({(0, 0): 1})
        for layer in range(network.depth, 1, -1):
            here, above = above, Counter()
            for location, ways in here.items():
                unit = self.unit(layer, location)
                for offset, hit in [
                    *((o, True) for o in unit.hits),
                    *((o, False) for o in unit.carries),
                ]:
                    below = network.input_at(layer, location, offset)
                    if below is not None and hit:
                        found[layer - 1, below] += ways
                    elif below is not None:
                        above[below] += ways
        return found

    def _seen(self) -> Iterator[dict[Location, Leaves | None]]:
        """For layers 1, ..., L - 1 what streams see at every location; None if they leave the input."""
        network, below = self.network, dict[Location, Leaves | None]()
        for layer in range(1, network.depth):
            here: dict[Location, Leaves | None] = {}
            for location in network.places(layer):
                inputs = [
                    (offset, network.input_at(layer, location, offset))
                    for offset in self.unit(layer, location).stream
                ]
                if layer == 1:
                    home = self.home(location)
                    here[location] = {x: ((home, offset),) for offset, x in inputs if x is not None}
                else:
                    here[location] = _joined([x and below[x] for _, x in inputs])
            yield here
            below = here


NOTHING = Unit()


def homes(network: Network, layer: int, shared: bool) -> list[Home]:
    """The homes of a layer: all of it, or its locations."""
    return [None] if shared else list(network.places(layer))


def _joined(parts: Sequence[Leaves | None]) -> Leaves | None:
    """All leaves of some streams; None if one of them leaves the input."""
    found: dict[Site, tuple[Leaf, ...]] = {}
    for part in parts:
        if part is None:
            return None
        for site, leaves in part.items():
            found[site] = found.get(site, ()) + leaves
    return found


def kinds(network: Network) -> int:
    """The templates that functions of layer 1 tell apart: all, or those of its first group and the others.

    >>> kinds(Network(4, 1, layers="1/1:1")), kinds(Network(4, 1, layers="1/1g2:2"))
    (4, 3)
    """
    return min(network.M, network.passed_channels[0] + 1)


def whole(network: Network, K: int, shared: bool) -> Program:
    """Streams over the whole windows of layers 1, ..., K, and carriers that read all they can above.

    >>> whole(Network(2, 2, layers="2/1:3,2/1:2,2/2:1"), 1, True).units[3, None]
    Unit(stream=(), hits=(), carries=((0, 0), (0, 1), (1, 0), (1, 1)))
    """
    units: dict[tuple[int, Home], Unit] = {}
    for layer in range(1, network.depth + 1):
        for home in homes(network, layer, shared):
            at = [
                o
                for o in offsets(network, layer)
                if readable(network, layer, home, o, layer > K + 1)
            ]
            places = tuple(at)
            if layer <= K:
                units[layer, home] = Unit(stream=places)
            elif layer == K + 1:
                units[layer, home] = Unit(hits=places)
            else:
                units[layer, home] = Unit(carries=places)
    return Program(network, shared, units)


def readable(network: Network, layer: int, home: Home, offset: Pair, carrier: bool) -> bool:
    """Whether a home may read at an offset: an input that is there, or one that is told to be outside."""
    if home is not None:
        return network.input_at(layer, home, offset) is not None
    told = network.passed_channels[layer - 1] > 1
    return not carrier or told or not outside_somewhere(network, layer, offset)
