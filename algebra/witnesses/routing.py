"""The assignment of strands and carriers (THEORY 8.9): shared weights, integers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from ...graphs.carriers import Carriers, has_spare
from ...graphs.network import Pair
from ...graphs.strands import Strands, Way
from ..assignment import Assignment, Box, Entry, WeightRow, at, select
from .construction import Construction


def routing_assignment(strands: Strands, carriers: Carriers, m: int) -> Construction:
    """The assignment over ZZ with m labels, the same for shared and unshared weights.

    A beginning of a way has m channels, the indicators of templates c < m at the site to which it leads; a
    strand has m channels in layer J, the products of those of its two ways. A carrier reads 1 + their sum,
    or another carrier, and 1 outside.

    Parameters
    ----------
    strands : Strands
    carriers : Carriers
        Of the same network and J. An entry outside the channels is refused by `Assignment`.
    m : int
        m <= M; the base is m + 1.

    Examples
    --------
    Two strands, both read where the cut is:

    >>> from convac import Network, column_cut, factored_rank, factorize
    >>> from convac.graphs.carriers import search
    >>> network = Network(2, 1, 8, layers="1x2/1x2:2,1x2/1:2,1x2/1:2,1x4/1x4:1")
    >>> strands = Strands(network, 1, (0, 1))
    >>> carriers = search(network, 2, strands.crossing(4))
    >>> built = routing_assignment(strands, carriers, 1).assignment
    >>> factored_rank(factorize(built), column_cut(1, 8, 4)).rank
    Powers([(2, 2)])
    """
    network = strands.network
    entries = [*_ways(strands, m), *_read(carriers, m)]
    return Construction(Assignment(network, entries))


def _ways(strands: Strands, m: int) -> Iterator[Entry]:
    """Layers 1, ..., J: a block of m channels for each beginning, and in layer J for each strand."""
    below: Mapping[Way, int] = {(): 0}
    for layer in range(1, strands.J):
        numbers = {way: k for k, way in enumerate(strands.beginnings(layer))}
        for way, k in numbers.items():
            yield from _block(layer, k, way[-1], below[way[:-1]], m)
        below = numbers
    for s, both in enumerate(strands.ways):
        for way in both:
            yield from _block(strands.J, s, way[-1], below[way[:-1]], m)


def _block(layer: int, block: int, offset: Pair, source: int, m: int) -> Iterator[Entry]:
    """A block of m channels reads another one, or the templates, at an offset."""
    for c in range(m):
        channel = block * m + c
        yield Entry(layer, (channel, channel + 1), at(*offset), select(source * m + c))


def _read(carriers: Carriers, m: int) -> Iterator[Entry]:
    """Layers J + 1, ..., L: what a carrier reads, at a box of offsets at a time."""
    for layer in range(carriers.J + 1, carriers.network.depth + 1):
        offsets: dict[tuple[int, int], list[Pair]] = {}
        for (carrier, offset), read in carriers.of(layer).items():
            offsets.setdefault((carrier, read), []).append(offset)
        for (carrier, read), where in sorted(offsets.items()):
            for box in boxes(where):
                row = _row(carriers, layer, read, m)
                yield Entry(layer, (carrier, carrier + 1), box, row)


def _row(carriers: Carriers, layer: int, read: int, m: int) -> WeightRow:
    """1 + the sum of a strand's channels; or a carrier, made 1 outside by the spare channel."""
    if layer == carriers.J + 1:
        return WeightRow(tuple((read * m + c, 1) for c in range(m)), 1)
    if not has_spare(carriers.network, layer - 1):
        return select(read)
    return WeightRow(((read, 1), (carriers.count(layer - 1), -1)), 1)


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
