"""One axis of a network: what a location sees along it. This is the geometry of all layers.

A layer has a window R, a stride S, a dilation d, a padding a and a size n'. Its locations are
0 <= u < n', and location u sees the inputs S u - a + d i for the offsets 0 <= i < R; what is outside the
input carries the zero vector. In the paper d = 1, a = 0 and n' = ceil(n / S): such a layer is *plain*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from math import gcd
from operator import mul

import numpy as np
from numpy.typing import NDArray

OUTSIDE = -1
NOT_SEEN = -1
"""In the place of the offset of an input that a dilated window passes by."""


@dataclass(frozen=True)
class Axis:
    """One axis of a network: its number of sites, and the geometry of every layer.

    Parameters
    ----------
    size : int
        Number of sites n_0.
    windows, strides : tuple of int
        One of each for every layer.
    dilations, paddings, outputs : tuple of int, optional
        Empty ones stand for those of the paper: 1, 0 and ceil(n / S).

    Examples
    --------
    >>> Axis(5, (3, 2), (2, 1), (2, 1), (1, 0), (3, 1)).sizes
    (5, 3, 1)
    >>> Axis(5, (3,), (2,)) == Axis(5, (3,), (2,), (1,), (0,), (3,))
    True
    """

    size: int
    windows: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...] = ()
    paddings: tuple[int, ...] = ()
    outputs: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        depth = len(self.strides)
        object.__setattr__(self, "dilations", self.dilations or (1,) * depth)
        object.__setattr__(self, "paddings", self.paddings or (0,) * depth)
        object.__setattr__(self, "outputs", self.outputs or plain_sizes(self.size, self.strides))

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Sizes n_0, ..., n_L: the input's, then each layer's output."""
        return (self.size, *self.outputs)

    @cached_property
    def total_strides(self) -> tuple[int, ...]:
        """For K = 0, ..., L, the product of the strides of layers 1, ..., K."""
        return tuple(accumulate(self.strides, mul, initial=1))

    @cached_property
    def origins(self) -> tuple[int, ...]:
        """For K = 0, ..., L, where offsets 0 lead from location 0 of layer K, in the grid or before it.

        >>> Axis(8, (3, 3, 8), (2, 2, 2), paddings=(1, 1, 0)).origins
        (0, -1, -3, -3)
        """
        steps = zip(self.paddings, self.total_strides, strict=False)
        return tuple(accumulate((-a * step for a, step in steps), initial=0))

    def first_layers(self, K: int) -> Axis:
        """The same sites with layers 1, ..., K only."""
        kept = ("windows", "strides", "dilations", "paddings", "outputs")
        return replace(self, **{name: getattr(self, name)[:K] for name in kept})

    def input_at(self, layer: int, u: int, i: int) -> int | None:
        """What location u of a layer sees at offset i of its window: None outside the input.

        Every engine, graph and bound of this package goes through this function or one of the next four;
        the grid tensor and the certificates' checker have their own on purpose.

        >>> chain = Axis(4, (3, 4), (1, 4))
        >>> [chain.input_at(1, 2, i) for i in range(3)]
        [2, 3, None]
        >>> padded = Axis(4, (3,), (1,), dilations=(2,), paddings=(1,))
        >>> [padded.input_at(1, 0, i) for i in range(3)]
        [None, 1, 3]
        """
        k = layer - 1
        below = self.strides[k] * u - self.paddings[k] + self.dilations[k] * i
        return below if 0 <= below < self.sizes[k] else None

    def inputs_at(
        self, layer: int, u: int | NDArray[np.int64], i: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """The same for arrays, which broadcast; where `input_at` is None, the size of the input.

        >>> Axis(4, (3, 4), (1, 4)).inputs_at(1, 2, np.arange(3)).tolist()
        [2, 3, 4]
        >>> Axis(4, (3,), (1,), paddings=(1,)).inputs_at(1, 0, np.arange(3)).tolist()
        [4, 0, 1]
        """
        k = layer - 1
        n, padding, dilation = self.sizes[k], self.paddings[k], self.dilations[k]
        below = self.strides[k] * u + (i if dilation == 1 else dilation * i)
        if padding:
            below = below - padding
            below = np.where(below < 0, n, below)
        return below.clip(max=n)

    def offset_step(self, layer: int) -> int:
        """How many sites apart neighbouring offsets of a layer's window lead.

        >>> Axis(8, (2, 2), (2, 2), (1, 3)).offset_step(2)
        6
        """
        return self.total_strides[layer - 1] * self.dilations[layer - 1]

    def near_offset(self, layer: int, far: int = 0) -> int:
        """The near offset of a route whose far offset is `far` more: past the padding, if that fits.

        >>> padded = Axis(8, (5,), (1,), paddings=(2,))
        >>> [padded.near_offset(1, far) for far in range(5)]
        [2, 2, 2, 1, 0]
        """
        k = layer - 1
        return min(self.paddings[k] // self.dilations[k], self.windows[k] - 1 - far)

    def walked(self, offsets: Sequence[int]) -> NDArray[np.int64]:
        """The sites to which one offset a layer leads from each location of layer K = len(offsets); or -1.

        >>> Axis(4, (3, 4), (1, 4), paddings=(1, 0)).walked([2]).tolist()
        [1, 2, 3, -1]
        """
        places = np.arange(self.sizes[len(offsets)], dtype=np.int64)
        lost = np.zeros(len(places), bool)
        for layer in range(len(offsets), 0, -1):
            places = self.inputs_at(layer, places, np.array(offsets[layer - 1]))
            lost |= places == self.sizes[layer - 1]
        return np.where(lost, OUTSIDE, places)

    def offset_of(self, layer: int, u: int, below: int) -> int:
        """The offset at which location u of a layer would see an input; in its window or not.

        `NOT_SEEN` between two offsets of a dilated window.

        >>> [Axis(4, (2,), (1,), dilations=(2,)).offset_of(1, 0, x) for x in range(4)]
        [0, -1, 1, -1]
        """
        k = layer - 1
        offset, rest = divmod(below + self.paddings[k] - self.strides[k] * u, self.dilations[k])
        return NOT_SEEN if rest else offset

    def inputs(self, layer: int, u: int) -> range:
        """The inputs in the window of location u of a layer, those outside left out.

        >>> padded = Axis(4, (3,), (1,), dilations=(2,), paddings=(1,))
        >>> [list(padded.inputs(1, u)) for u in range(4)]
        [[1, 3], [0, 2], [1, 3], [2]]
        """
        k = layer - 1
        first, step = self.strides[k] * u - self.paddings[k], self.dilations[k]
        end = min(first + step * self.windows[k], self.sizes[k])
        return range(first % step if first < 0 else first, end, step)

    def seen_from(self, layer: int, x: int) -> range:
        """The locations of a layer that see an input.

        >>> [list(Axis(5, (3,), (2,)).seen_from(1, x)) for x in range(3)]
        [[0], [0], [0, 1]]
        >>> list(Axis(9, (3,), (2,), dilations=(3,), paddings=(2,)).seen_from(1, 4))
        [0, 3]
        """
        k = layer - 1
        stride, dilation, place = self.strides[k], self.dilations[k], x + self.paddings[k]
        common = gcd(stride, dilation)
        if place % common:
            return range(0)
        apart = dilation // common
        residue = place // common * pow(stride // common, -1, apart) % apart
        low = max(-((dilation * (self.windows[k] - 1) - place) // stride), 0)
        high = min(place // stride, self.outputs[k] - 1)
        return range(low + (residue - low) % apart, high + 1, apart)

    def is_plain(self, layer: int) -> bool:
        """Whether a layer has the paper's geometry along this axis."""
        k = layer - 1
        size = -(-self.sizes[k] // self.strides[k])
        return self.dilations[k] == 1 and self.paddings[k] == 0 and self.outputs[k] == size

    def shares(self, layer: int) -> bool:
        """Whether two locations of a layer see one input.

        >>> [Axis(4, (3,), (s,)).shares(1) for s in (2, 3, 4)]
        [True, False, False]
        >>> Axis(6, (3,), (2,), dilations=(2,)).shares(1), Axis(6, (2,), (2,), (3,)).shares(1)
        (True, False)
        """
        k = layer - 1
        # The nearest location whose window is on the same residues modulo the dilation.
        apart = self.dilations[k] // gcd(self.strides[k], self.dilations[k])
        for u in range(self.outputs[k] - apart):
            mine, other = self.inputs(layer, u), self.inputs(layer, u + apart)
            if mine and other and max(mine[0], other[0]) <= min(mine[-1], other[-1]):
                return True
        return False

    def sees_any(self, layer: int) -> bool:
        """Whether some location of a layer sees an input."""
        return any(self.inputs(layer, u) for u in range(self.outputs[layer - 1]))


def plain_sizes(size: int, strides: tuple[int, ...]) -> tuple[int, ...]:
    """The paper's sizes of the layers' outputs: a stride S takes n to ceil(n / S).

    >>> plain_sizes(5, (2, 2))
    (3, 2)
    """
    sizes = [size]
    for stride in strides:
        sizes.append(-(-sizes[-1] // stride))
    return tuple(sizes[1:])
