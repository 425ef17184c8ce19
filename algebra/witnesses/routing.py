"""The assignment of strands and carriers (THEORY 8.9): shared weights, integers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from ...graphs.carriers import Carriers
from ...graphs.levels import Levels
from ...graphs.network import Pair
from ...graphs.strands import Way
from ..assignment import Assignment, Box, Entry, WeightRow, at, select
from .construction import Construction


def routing_assignment(carriers: Carriers) -> Construction:
    """The assignment over ZZ with m labels, the same for shared and unshared weights.

    The channels of a layer are, in this order, m for each beginning of a longer way, the indicators of
    templates c < m at the site to which it leads; m for each strand that turns there, the products of those
    of its two ways; and one for each carrier, which reads 1 + the sum of a strand's channels, or a carrier,
    and 1 outside.

    Parameters
    ----------
    carriers : Carriers
        With their levels, m <= M; the base is m + 1. An entry outside the channels is refused by
        `Assignment`.

    Examples
    --------
    Two strands, both read where the cut is:

    >>> from convac import Network, column_cut, factored_rank, factorize
    >>> from convac.graphs.carrier_search import search
    >>> from convac.graphs.strands import Strands
    >>> network = Network(2, 1, 8, layers="1x2/1x2:2,1x2/1:2,1x2/1:2,1x4/1x4:1")
    >>> levels = Levels((Strands(network, 1, (0, 1)),), 1)
    >>> built = routing_assignment(search(levels, 4)).assignment
    >>> factored_rank(factorize(built), column_cut(1, 8, 4)).rank
    Powers([(2, 2)])
    """
    levels = carriers.levels
    return Construction(Assignment(levels.network, [*_ways(levels), *_read(carriers)]))


def _ways(levels: Levels) -> Iterator[Entry]:
    """Layers 1, ..., J_r: a block of m channels for each beginning, and for each strand that turns."""
    m, below = levels.m, dict[Way, int]()
    below[()] = 0
    for layer in range(1, levels.last + 1):
        blocks = {way: k for k, way in enumerate(levels.beginnings(layer))}
        for way, k in blocks.items():
            yield from _block(layer, k, way[-1], below[way[:-1]], m)
        for s, both in enumerate(levels.ways(layer), len(blocks)):
            for way in both:
                yield from _block(layer, s, way[-1], below[way[:-1]], m)
        below = blocks


def _block(layer: int, block: int, offset: Pair, source: int, m: int) -> Iterator[Entry]:
    """A block of m channels reads another one, or the templates, at an offset."""
    for c in range(m):
        channel = block * m + c
        yield Entry(layer, (channel, channel + 1), at(*offset), select(source * m + c))


def _read(carriers: Carriers) -> Iterator[Entry]:
    """Layers J_1 + 1, ..., L: what a carrier reads, at a box of offsets at a time."""
    levels = carriers.levels
    for layer in range(levels.first + 1, levels.network.depth + 1):
        offsets: dict[tuple[int, int], list[Pair]] = {}
        for (carrier, offset), read in carriers.of(layer).items():
            offsets.setdefault((carrier, read), []).append(offset)
        taken = levels.taken(layer)
        for (carrier, read), where in sorted(offsets.items()):
            channel = taken + carrier
            for box in boxes(where):
                yield Entry(layer, (channel, channel + 1), box, _row(carriers, layer, read))


def _row(carriers: Carriers, layer: int, read: int) -> WeightRow:
    """1 + the sum of a strand's channels; or a carrier, made 1 outside by the spare channel."""
    levels, below = carriers.levels, layer - 1
    taken, strands, m = levels.taken(below), levels.turning(below), levels.m
    if read < strands:
        first = taken - m * (strands - read)
        return WeightRow(tuple((first + c, 1) for c in range(m)), 1)
    channel = taken + read - strands
    if not levels.spare(below):
        return select(channel)
    return WeightRow(((channel, 1), (taken + carriers.count(below), -1)), 1)


def boxes(offsets: Iterable[Pair]) -> list[Box]:
    """Disjoint boxes that make up a set of offsets: equal runs in consecutive rows are one.

    >>> boxes([(0, 0), (0, 1), (1, 0), (1, 1), (2, 1), (0, 3)])
    [((0, 2), (0, 2)), ((0, 1), (3, 4)), ((2, 3), (1, 2))]
    """
    found: list[Box] = []
    rows = groupby(sorted(offsets), key=lambda offset: offset[0])
    for row, columns in ((row, [column for _, column in group]) for row, group in rows):
        starts = [j for j in columns if j - 1 not in columns]
        ends = [j + 1 for j in columns if j + 1 not in columns]
        for run in zip(starts, ends, strict=True):
            above = next(
                (k for k, box in enumerate(found) if box[0][1] == row and box[1] == run), None
            )
            if above is None:
                found.append(((row, row + 1), run))
            else:
                found[above] = ((found[above][0][0], row + 1), run)
    return found
