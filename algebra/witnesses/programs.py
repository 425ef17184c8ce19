"""The assignment of a program (THEORY 8.13): random functions in layer 1, and 0, 1, -1 above."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ...graphs.network import Network, Pair
from ...graphs.programs import Home, Program, Unit, kinds
from ..assignment import Assignment, Box, Entry, WeightRow, at, ones, select
from .construction import Construction

LARGEST = 29


def program_assignment(program: Program, seed: int = 0) -> Construction:
    """The assignment over ZZ, shared or not as the program is.

    A home's channels are those of its stream, then its carrier, then one that stays neutral where a carrier
    above it reads what may be outside. Functions of layer 1 are 1 on one template and random in 2 ... 29 on
    the others.

    Parameters
    ----------
    program : Program
        One without a `problem`.
    seed : int

    Examples
    --------
    >>> from convac import Network, checkerboard, factored_rank, factorize
    >>> from convac.graphs.programs import whole
    >>> built = program_assignment(whole(Network(3, 2, layers="2/1:2,2/2:1"), 1, True))
    >>> factored_rank(factorize(built.assignment), checkerboard(2)).rank
    Powers([(9, 1)])
    """
    draw = Random(f"convac-program/1 seed={seed}")
    entries: list[Entry] = []
    for (layer, home), unit in sorted(program.units.items(), key=_order):
        where = None if home is None else at(*home)
        entries += _stream(program, layer, home, unit, where, draw)
        entries += _carrier(program, layer, home, unit, where)
    return Construction(Assignment(program.network, entries), random=True)


def _order(item: tuple[tuple[int, Home], Unit]) -> tuple[int, Pair]:
    (layer, home), _ = item
    return layer, home or (0, 0)


def _stream(
    program: Program, layer: int, home: Home, unit: Unit, where: Box | None, draw: Random
) -> Iterator[Entry]:
    """Channel c selects channel c below; in layer 1 it is a random function of the template."""
    for offset in unit.stream:
        for c in range(program.labels[layer, home]):
            row = _function(program.network, draw) if layer == 1 else select(c)
            yield Entry(layer, (c, c + 1), at(*offset), row, where)


def _function(network: Network, draw: Random) -> WeightRow:
    """1 on one template and outside, 2 ... 29 on the others that the first group of channels sees."""
    told = network.passed_channels[0]
    first = told + 1 - kinds(network)
    weights = ((d, 1 + int((LARGEST - 1) * draw.random())) for d in range(first, told))
    return WeightRow(tuple(weights), 1)


def _carrier(
    program: Program, layer: int, home: Home, unit: Unit, where: Box | None
) -> Iterator[Entry]:
    """1 + the sum of a stream's channels, or the carrier below, made 1 outside by the neutral channel."""
    channel = program.labels.get((layer, home), 0)
    span = (channel, channel + 1)
    for offset in unit.hits:
        for below in program.below(layer, home, [offset]):
            row = ones(program.labels[layer - 1, below], bias=1)
            yield Entry(layer, span, at(*offset), row, where)
    for offset in unit.carries:
        for below in program.below(layer, home, [offset]):
            source = program.labels.get((layer - 1, below), 0)
            told = WeightRow(((source, 1), (source + 1, -1)), 1)
            row = told if program.spare(layer - 1) else select(source)
            yield Entry(layer, span, at(*offset), row, where)
