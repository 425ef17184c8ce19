"""What the locations of a layer use, as arrays, and which places of a grid are named alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Rectangle = tuple[tuple[int, int], tuple[int, int]]
"""Half-open ranges of rows and of columns."""


@dataclass(frozen=True, eq=False)
class Local:
    """What one location uses: at offset (i[n], j[n]) rows[kinds[n]], a map from live channel to row number.

    Equal locations have the same object, so that its identity can stand for its content.
    """

    i: Numbers
    j: Numbers
    kinds: Numbers
    rows: tuple[Mapping[int, int], ...]

    @cached_property
    def offsets(self) -> tuple[tuple[int, int, Mapping[int, int]], ...]:
        """Each offset (i, j) with its map, row by row."""
        listed = zip(self.i.tolist(), self.j.tolist(), self.kinds.tolist(), strict=True)
        return tuple((i, j, self.rows[kind]) for i, j, kind in listed)


def alike(boxes: Sequence[Rectangle], grid: Rectangle) -> tuple[Numbers, dict[int, list[int]]]:
    """A number for each place of a grid, equal for places in the same boxes, and these boxes; 0 for none.

    >>> alike([((0, 1), (0, 3)), ((0, 1), (1, 2))], ((0, 1), (0, 4)))
    (array([[1, 2, 1, 0]]), {0: [], 1: [0], 2: [0, 1]})
    """
    numbers = np.zeros([end for _, end in grid], np.int64)
    before = [(0, -1)]  # of each number: that of places in all its boxes but the last, and the last
    for k, (rows, columns) in enumerate(boxes):
        part = numbers[slice(*rows), slice(*columns)]
        for number in sorted(set(part.ravel().tolist())):
            part[part == number] = len(before)
            before.append((number, k))
    met: dict[int, list[int]] = {}
    for number in sorted(set(numbers.ravel().tolist())):
        met[number], rest = [], number
        while rest:
            rest, k = before[rest]
            met[number].insert(0, k)
    return numbers, met
