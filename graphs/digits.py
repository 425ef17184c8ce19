"""Numbers of the sites that one location of layer L - 1 can read by weights (THEORY 6.2).

In layers 1, ..., L - 1 some offsets are used, each with a digit, on each axis by itself, so that from
location (0, 0) of layer L - 1 at most one way leads down to a site. A site's number is written by the
digits on its way. In one layer two offsets have each digit: sites come in pairs with the same number,
and the pairs that the partition parts are counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from .network import AXES, COLUMNS, ROWS, Axis, Network, Pair, Site
from .partition import Partition

Digits = Mapping[int, int]
"""Of one layer on one axis: the digit of each offset that is used."""
MOST_CHOICES = 4096
"""Choices of offsets that are tried on an axis; beyond, only the widest ones without overlap are."""
SHORT = 6
"""Windows of up to this extent have all progressions of offsets tried."""


@dataclass(frozen=True)
class Numbering:
    """Digits of layers 1, ..., L - 1 on both axes, and what they number.

    Attributes
    ----------
    digits : for rows and for columns, the digits of each layer
    pairs : dict from a number to the site on P and the site on Q that have it
    """

    digits: tuple[tuple[Digits, ...], tuple[Digits, ...]]
    pairs: Mapping[int, tuple[Site, Site]]

    def exponent(self, layer: int, offset: Pair) -> int | None:
        """What an offset of a layer adds to the number of a site; None if it is not used."""
        down, right = (self.digits[axis][layer - 1].get(offset[axis]) for axis in AXES)
        if down is None or right is None:
            return None
        rows, columns = (_places(self.digits[axis]) for axis in AXES)
        return down * rows[layer - 1] * columns[-1] + right * columns[layer - 1]

    def offsets(self, layer: int) -> list[Pair]:
        """The offsets that are used in a layer, row by row."""
        return list(
            product(sorted(self.digits[ROWS][layer - 1]), sorted(self.digits[COLUMNS][layer - 1]))
        )


def numbering(network: Network, partition: Partition) -> Numbering | None:
    """The numbering with the most pairs across the partition that is found; None if there is none.

    Examples
    --------
    All eight pairs of columns c and c + 2 on a 4 x 4 grid, without overlap and with it:

    >>> from convac import left_right
    >>> found = numbering(Network(2, 4, layers="2/2:1,2/2:1,1/1:1"), left_right(4))
    >>> len(found.pairs), found.pairs[5]
    (8, ((2, 1), (2, 3)))
    >>> len(numbering(Network(2, 4, layers="3/1:1,2/2:1,2/2:1"), left_right(4)).pairs)
    8
    """
    if network.depth < 2:
        return None
    most, best = min(partition.counts), None
    plain = [_widest(network.axis(axis), network.depth - 1) for axis in AXES]
    for axis in (COLUMNS, ROWS):
        for choice in _paired_choices(network.axis(axis), network.depth - 1):
            digits = (plain[ROWS], choice) if axis == COLUMNS else (choice, plain[COLUMNS])
            found = Numbering(digits, _pairs(network, partition, digits))
            if found.pairs and (best is None or len(found.pairs) > len(best.pairs)):
                best = found
            if len(found.pairs) == most:
                return best
    return best


def places(axis: Axis, digits: Sequence[Digits]) -> dict[int, int] | None:
    """The number of each place of the input that is reached; None if one is reached twice."""
    weights, found = _places(digits), {0: 0}
    for stride, layer, weight in zip(axis.total_strides, digits, weights, strict=False):
        further = {}
        for below, number in found.items():
            for offset, digit in layer.items():
                if below + offset * stride in further:
                    return None
                further[below + offset * stride] = number + digit * weight
        found = further
    return {place: number for place, number in found.items() if place < axis.size}


def _places(digits: Sequence[Digits]) -> list[int]:
    """The place value of every layer's digit, and then the number of numbers."""
    values = [1]
    for layer in digits:
        values.append(values[-1] * (1 + max(layer.values())))
    return values


def _pairs(
    network: Network, partition: Partition, digits: tuple[tuple[Digits, ...], tuple[Digits, ...]]
) -> dict[int, tuple[Site, Site]]:
    rows, columns = (places(network.axis(axis), digits[axis]) for axis in AXES)
    if rows is None or columns is None:
        return {}
    size = _places(digits[COLUMNS])[-1]
    numbered: dict[int, list[Site]] = {}
    for (r, down), (c, right) in product(sorted(rows.items()), sorted(columns.items())):
        numbered.setdefault(down * size + right, []).append((r, c))
    pairs = {}
    for number, sites in sorted(numbered.items()):
        if sorted(map(partition.side, sites)) == [0, 1]:
            first, second = sorted(sites, key=partition.side)
            pairs[number] = (first, second)
    return pairs


def _widest(axis: Axis, layers: int) -> tuple[Digits, ...]:
    """Different digits for all offsets used, and as many places as can be."""
    best: tuple[Digits, ...] = ({0: 0},) * layers
    reached = 1
    for choice in _choices([_progressions(axis, layer) for layer in range(1, layers + 1)]):
        found = places(axis, choice)
        if found is not None and len(found) > reached:
            best, reached = choice, len(found)
        if reached == axis.size:
            break
    return best


def _paired_choices(axis: Axis, layers: int) -> Iterator[tuple[Digits, ...]]:
    """The same with one layer whose digits two offsets have each, the last layer first."""
    for paired in range(layers, 0, -1):
        options = [
            _doubled(axis, layer) if layer == paired else _progressions(axis, layer)
            for layer in range(1, layers + 1)
        ]
        yield from _choices(options)


def _choices(options: list[list[Digits]]) -> Iterator[tuple[Digits, ...]]:
    if prod(map(len, options)) > MOST_CHOICES:
        options = [layer[:2] for layer in options]
    if prod(map(len, options)) > MOST_CHOICES:
        options = [layer[:1] for layer in options]
    yield from product(*options)


def _progressions(axis: Axis, layer: int) -> list[Digits]:
    """Offsets in progression with a digit each, the widest without overlap first."""
    return [{step * k: k for k in range(count)} for count, step in _extents(axis, layer)]


def _doubled(axis: Axis, layer: int) -> list[Digits]:
    """An even number of offsets in progression, of which halves, or neighbours, have the same digit."""
    found: list[Digits] = []
    for count, step in _extents(axis, layer):
        half = count // 2
        if count > 1:
            found.append({step * k: k % half for k in range(2 * half)})
        if count > 3:
            found.append({step * k: k // 2 for k in range(2 * half)})
    return found or [{0: 0}]


def _extents(axis: Axis, layer: int) -> list[tuple[int, int]]:
    """How many offsets, and how far apart."""
    stride = axis.strides[layer - 1]
    window = min(axis.windows[layer - 1], axis.sizes[layer - 1])
    first = [(min(window, stride), 1), (window, 1), (2, max(1, min(axis.size // 2, window - 1)))]
    if window <= SHORT:
        first += [(t, d) for d in range(1, window) for t in range(2, (window - 1) // d + 2)]
        first.append((1, 1))
    kept = [(t, d) for t, d in first if (t - 1) * d < window]
    return list(dict.fromkeys(kept))
