"""A search for programs: small changes that do not lose (THEORY 8.13).

It begins with streams over whole windows and goes on: an offset more or less, a stream in place of a
carrier, a site more or less. What a program is worth is said by the caller: the rank of a triangular system
on the chosen sites, or the exact rank of its function. Draws come from a fixed seed, and their number is
given, so that what is found does not depend on the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Generic, TypeVar

from .network import Network, Pair, Site
from .offsets import offsets
from .partition import Partition
from .programs import NOTHING, Home, Program, Unit, homes, kinds, readable, whole
from .triangular import System, system

SEED = "convac-programs/1"
T = TypeVar("T")
Worth = TypeVar("Worth")
Units = Mapping[tuple[int, Home], Unit]
Chosen = frozenset[Site]


@dataclass(frozen=True)
class Found(Generic[Worth]):
    """A program, the chosen sites, and what they are worth: a rank, and what shows it."""

    program: Program
    chosen: Chosen
    rank: int
    shown: Worth


def systems(
    network: Network, partition: Partition, shared: bool, most: int, starts: int, changes: int
) -> Found[System]:
    """The program and the sites with the largest triangular system, at once if it gives `most`.

    Examples
    --------
    >>> from convac import Network
    >>> from convac.graphs.partition_names import named
    >>> network = Network(3, 3, 2, layers="2x1/2x1:4,1x2/1x2:1,2x1/2x1:1")
    >>> systems(network, named("checkerboard", 3, 2), False, 27, 4, 500).rank
    18
    """
    draw = Random(SEED)

    def worth(program: Program, chosen: Chosen) -> tuple[int, System]:
        hits = program.hits if program.problem() is None else []
        found = system(hits, partition, chosen, kinds(network), shared, draw)
        return found.rank, found

    climb = Climb(network, shared, worth, 0.55, draw)
    return climb.best(most, starts, changes)


class Climb(Generic[Worth]):
    """Random small changes of a program and, in a share of the cases, of the chosen sites.

    Parameters
    ----------
    network : Network
    shared : bool
    worth : function of a program and sites
        Its rank, an int >= 1, and anything that shows it.
    sites : float
        How often sites are changed; 0 if they do not matter.
    draw : Random
    """

    def __init__(
        self,
        network: Network,
        shared: bool,
        worth: Callable[[Program, Chosen], tuple[int, Worth]],
        sites: float,
        draw: Random,
    ) -> None:
        self.network, self.shared, self.worth = network, shared, worth
        self.share, self.draw = sites, draw
        self.sites = network.places(0)

    def best(self, most: int, starts: int, changes: int) -> Found[Worth]:
        """The best of some starts for each K and changes after them; at once one that gives `most`."""
        best: Found[Worth] | None = None
        for start in range(starts):
            for K in range(1, self.network.depth):
                found = self._up(self.start(K, start % 2 == 0), most, changes)
                if best is None or found.rank > best.rank:
                    best = found
                if best.rank >= most:
                    return best
        assert best is not None
        return best

    def start(self, K: int, all_offsets: bool) -> Found[Worth]:
        """Streams in layers 1, ..., K, on all offsets or on most of them, and most of the sites."""
        program = whole(self.network, K, self.shared)
        if not all_offsets:
            units = {at: self._thinned(unit) for at, unit in program.units.items()}
            program = replace(program, units=repaired(program, units))
        return self._found(program, frozenset(x for x in self.sites if self.draw.random() < 0.7))

    def _up(self, here: Found[Worth], most: int, changes: int) -> Found[Worth]:
        """The best of what is met by changes that do not lose."""
        best = here
        for _ in range(changes):
            if best.rank >= most:
                break
            there = self.changed(here)
            if there.rank >= here.rank:
                here = there
                best = max(best, here, key=lambda found: found.rank)
        return best

    def _found(self, program: Program, chosen: Chosen) -> Found[Worth]:
        return Found(program, chosen, *self.worth(program, chosen))

    def changed(self, here: Found[Worth]) -> Found[Worth]:
        """One to three changes."""
        units, chosen = dict(here.program.units), set(here.chosen)
        for _ in range(1 + int(3 * self.draw.random() ** 2)):
            if self.draw.random() < self.share:
                chosen ^= {self._one(self.sites)}
            else:
                self._change(units)
        program = here.program
        if units != program.units:
            program = replace(program, units=repaired(program, units))
        return self._found(program, frozenset(chosen))

    def _change(self, units: dict[tuple[int, Home], Unit]) -> None:
        """An offset more or less of a home, or its stream and its carrier in turn."""
        layer = 1 + int(self.draw.random() * self.network.depth)
        home = self._one(homes(self.network, layer, self.shared))
        unit = units.get((layer, home), NOTHING)
        inside = offsets(self.network, layer)
        if not inside:
            return
        offset = self._one(inside)
        what = self.draw.random()
        if 1 < layer < self.network.depth and what < 0.3:
            units[layer, home] = self._turned(layer, unit)
        elif layer == 1 or (unit.stream and what < 0.6):
            units[layer, home] = replace(unit, stream=_toggled(unit.stream, offset))
        elif what < 0.8:
            units[layer, home] = replace(unit, hits=_toggled(unit.hits, offset))
        else:
            units[layer, home] = replace(unit, carries=_toggled(unit.carries, offset))

    def _turned(self, layer: int, unit: Unit) -> Unit:
        """A carrier in place of a stream, and a stream in place of a carrier, or beside it."""
        everything = tuple(offsets(self.network, layer))
        if unit.stream and unit.carrier:
            return replace(unit, stream=()) if self.draw.random() < 0.5 else Unit(unit.stream)
        if unit.stream:
            return Unit(unit.stream if self.draw.random() < 0.5 else (), hits=everything)
        return replace(unit, stream=everything) if self.draw.random() < 0.5 else Unit(everything)

    def _thinned(self, unit: Unit) -> Unit:
        def most(at: tuple[Pair, ...]) -> tuple[Pair, ...]:
            return tuple(offset for offset in at if self.draw.random() < 0.7)

        return Unit(most(unit.stream), most(unit.hits), most(unit.carries))

    def _one(self, among: Sequence[T]) -> T:
        return among[int(len(among) * self.draw.random())]


def repaired(program: Program, units: Units) -> dict[tuple[int, Home], Unit]:
    """These units without reads of what is not there; a hit of what only carries becomes one that carries.

    Where a layer has one channel, a carrier goes before a stream.

    >>> network = Network(2, 1, 2, layers="1x1/1:1,1x2/1:1,1x2/1x2:1")
    >>> start = whole(network, 2, True)
    >>> start.units[3, None]
    Unit(stream=(), hits=((0, 0), (0, 1)), carries=())
    >>> repaired(start, {**start.units, (2, None): Unit(hits=((0, 0),))})[3, None]
    Unit(stream=(), hits=(), carries=((0, 0), (0, 1)))
    """
    network, found = program.network, dict[tuple[int, Home], Unit]()
    for layer in range(1, network.depth + 1):
        for home in program.homes(layer):
            unit = units.get((layer, home), NOTHING)
            unit = _first_layer(network, home, unit) if layer == 1 else unit
            if layer > 1:
                unit = _reading(program, found, layer, home, unit)
            if layer == network.depth or (unit.carrier and network.passed_channels[layer] < 2):
                unit = replace(unit, stream=())
            found[layer, home] = unit
    return found


def _first_layer(network: Network, home: Home, unit: Unit) -> Unit:
    return Unit(tuple(o for o in unit.stream if readable(network, 1, home, o, False)))


def _reading(program: Program, below: Units, layer: int, home: Home, unit: Unit) -> Unit:
    """A unit with the reads that there are below it."""
    network = program.network

    def child(offset: Pair) -> Unit:
        at = None if home is None else network.input_at(layer, home, offset)
        return below[layer - 1, at] if home is None or at is not None else NOTHING

    stream = tuple(o for o in unit.stream if child(o).stream)
    read = sorted({*unit.hits, *unit.carries})
    hits, carries = [], []
    for offset in read:
        other, first = child(offset), offset in unit.hits
        told = readable(network, layer, home, offset, True)
        if other.stream and (first or not (other.carrier and told)):
            hits.append(offset)
        elif other.carrier and told:
            carries.append(offset)
    return Unit(stream, tuple(hits), tuple(carries))


def _toggled(among: tuple[Pair, ...], offset: Pair) -> tuple[Pair, ...]:
    return tuple(sorted({*among} ^ {offset}))
