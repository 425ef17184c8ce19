"""Networks of generalized-convolution layers: shapes, the layer syntax, and what a location sees.

A `Network` is a grid of H x W sites with M templates, followed by layers; a `Layer` has a window, a
stride and a number of output channels. An input of size n becomes an output of size ceil(n / S) on
each axis, and the last layer's output is 1 x 1. The two axes never interact in the geometry, so
`Network.axis` gives the one-dimensional chain on which sizes, windows and strides are studied.

Places have three names: a *site* (row, column), a *location* (u, v) of a layer's output, and a *vertex*,
which is either of them with its layer, 0 for sites.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, product
from math import prod
from numbers import Integral
from operator import mul
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from .drawing import svg

Pair = tuple[int, int]
"""One number for rows and one for columns."""
Site = Pair
Location = Pair

ROWS, COLUMNS = 0, 1
AXES = (ROWS, COLUMNS)
MOST_LAYERS = 256
SYNTAX = (
    "a layer is window/stride:channels, such as 3/1:2 or 4x3/1:2; layers are comma-separated, and "
    "(3/1:2,2/2:2)*4 is a block of them four times"
)
_BLOCK = re.compile(r"(?<![^,(])\s*\(([^()]*)\)\s*\*\s*(\d+)\s*(?![^,)])", re.ASCII)
_LAYER = re.compile(r"(\d+)(?:x(\d+))?/(\d+)(?:x(\d+))?:(\d+)", re.ASCII)


class Vertex(NamedTuple):
    """A site (layer 0) or a location of a layer."""

    layer: int
    at: Location


@dataclass(frozen=True, init=False)
class Layer:
    """A generalized-convolution layer.

    Parameters
    ----------
    window, stride : int or (int, int)
        Extent along rows and columns; one number stands for both.
    channels : int
        Number of output channels D.
    """

    window: Pair
    stride: Pair
    channels: int

    def __init__(self, window: int | Pair, stride: int | Pair, channels: int) -> None:
        object.__setattr__(self, "window", _pair("window", window))
        object.__setattr__(self, "stride", _pair("stride", stride))
        object.__setattr__(self, "channels", positive("channels", channels))

    def __str__(self) -> str:
        return f"{_show(self.window)}/{_show(self.stride)}:{self.channels}"

    @property
    def overlaps(self) -> bool:
        """Whether neighbouring windows share an input location on some axis."""
        return any(r > s for r, s in zip(self.window, self.stride, strict=True))


@dataclass(frozen=True)
class Axis:
    """One axis of a network: its number of sites and every layer's window and stride."""

    size: int
    windows: tuple[int, ...]
    strides: tuple[int, ...]

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Sizes n_0, ..., n_L: the input's, then each layer's output, ceil(n / S)."""
        sizes = [self.size]
        for stride in self.strides:
            sizes.append(-(-sizes[-1] // stride))
        return tuple(sizes)

    @cached_property
    def total_strides(self) -> tuple[int, ...]:
        """For K = 0, ..., L, the product of the strides of layers 1, ..., K."""
        return tuple(accumulate(self.strides, mul, initial=1))

    def input_at(self, layer: int, u: int, i: int) -> int | None:
        """What location u of a layer sees at offset i of its window: None outside the input.

        Every engine, graph and bound of this package goes through this function or the next one; the grid
        tensor and the certificates' checker have their own on purpose.

        >>> chain = Axis(4, (3, 4), (1, 4))
        >>> [chain.input_at(1, 2, i) for i in range(3)]
        [2, 3, None]
        """
        below = self.strides[layer - 1] * u + i
        return below if below < self.sizes[layer - 1] else None

    def inputs_at(
        self, layer: int, u: int | NDArray[np.int64], i: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """The same for arrays, which broadcast; where `input_at` is None, the size of the input.

        >>> Axis(4, (3, 4), (1, 4)).inputs_at(1, 2, np.arange(3)).tolist()
        [2, 3, 4]
        """
        return (self.strides[layer - 1] * u + i).clip(max=self.sizes[layer - 1])

    def offset_of(self, layer: int, u: int, below: int) -> int:
        """The offset at which location u of a layer would see an input; in its window or not."""
        return below - self.strides[layer - 1] * u

    def inputs(self, layer: int, u: int) -> range:
        """The inputs in the window of location u of a layer, those outside left out."""
        first = self.strides[layer - 1] * u
        return range(first, min(first + self.windows[layer - 1], self.sizes[layer - 1]))


@dataclass(frozen=True, init=False)
class Network:
    """A network on an H x W grid of sites with M templates.

    Parameters
    ----------
    M : int
        Number of templates, and of channels of the representation layer.
    H, W : int
        Height and width of the grid; W defaults to H.
    layers : str or iterable of Layer
        First layer first; a string is read by `parse_layers`.

    Raises
    ------
    InputError
        If a size is not a positive integer, or the last output is not 1 x 1.

    Examples
    --------
    >>> network = Network(2, 4, layers="3/1:2,4/4:1")
    >>> network.sizes
    ((4, 4), (4, 4), (1, 1))
    >>> network.inputs(1, (3, 2))
    [(3, 2), (3, 3)]
    """

    M: int
    H: int
    W: int
    layers: tuple[Layer, ...]

    def __init__(
        self, M: int, H: int, W: int | None = None, *, layers: str | Iterable[Layer]
    ) -> None:
        object.__setattr__(self, "M", positive("M", M))
        object.__setattr__(self, "H", positive("H", H))
        object.__setattr__(self, "W", positive("W", H if W is None else W))
        if not isinstance(layers, Iterable):
            raise InputError("layers", layers, "Layer objects, or a string, are needed")
        parsed = parse_layers(layers) if isinstance(layers, str) else tuple(layers)
        object.__setattr__(self, "layers", parsed)
        if not 1 <= len(parsed) <= MOST_LAYERS:
            raise InputError("layers", f"{len(parsed)} layers", f"1 to {MOST_LAYERS} are needed")
        if not all(isinstance(layer, Layer) for layer in parsed):
            raise InputError("layers", layers, "Layer objects, or a string, are needed")
        if self.sizes[-1] != (1, 1):
            raise InputError(
                "layers",
                self.syntax,
                f"the last layer's output must be 1x1, and sizes are "
                f"{' → '.join(map(_size, self.sizes))}: a stride s takes n to ⌈n/s⌉, whatever the window",
            )

    @property
    def depth(self) -> int:
        """Number of layers L."""
        return len(self.layers)

    @property
    def sites(self) -> int:
        """Number of sites N = H W."""
        return self.H * self.W

    @property
    def is_tree(self) -> bool:
        """Whether no layer overlaps, so that every location has at most one parent."""
        return not any(layer.overlaps for layer in self.layers)

    @cached_property
    def axes(self) -> tuple[Axis, Axis]:
        """The chains along rows and along columns."""
        rows, columns = (
            Axis(
                (self.H, self.W)[axis],
                tuple(layer.window[axis] for layer in self.layers),
                tuple(layer.stride[axis] for layer in self.layers),
            )
            for axis in AXES
        )
        return rows, columns

    def axis(self, axis: int) -> Axis:
        """The chain along rows (0) or columns (1)."""
        return self.axes[axis]

    @cached_property
    def sizes(self) -> tuple[Pair, ...]:
        """Size (rows, columns) of the input and of every layer's output."""
        return tuple(zip(*(axis.sizes for axis in self.axes), strict=True))

    @cached_property
    def channels(self) -> tuple[int, ...]:
        """Channels (M, D_1, ..., D_L); index l is what layer l puts out."""
        return (self.M, *(layer.channels for layer in self.layers))

    def places(self, layer: int) -> list[Location]:
        """The locations of a layer, or the sites (layer 0), row by row."""
        height, width = self.sizes[layer]
        return list(product(range(height), range(width)))

    def input_at(self, layer: int, location: Location, offset: Pair) -> Location | None:
        """What a location sees at an offset of its window; None outside the input."""
        row, column = (
            axis.input_at(layer, u, i)
            for axis, u, i in zip(self.axes, location, offset, strict=True)
        )
        return None if row is None or column is None else (row, column)

    def offset_of(self, layer: int, location: Location, below: Location) -> Pair:
        """The offset at which a location would see an input; outside its window, if it does not."""
        row, column = (
            axis.offset_of(layer, u, x)
            for axis, u, x in zip(self.axes, location, below, strict=True)
        )
        return row, column

    def inputs(self, layer: int, location: Location) -> list[Location]:
        """The inputs in the window of a location, those outside left out, row by row."""
        rows, columns = (axis.inputs(layer, u) for axis, u in zip(self.axes, location, strict=True))
        return list(product(rows, columns))

    def sees(self, layer: int, location: Location, below: Location) -> bool:
        """Whether an input is in the window of a location."""
        offset = self.offset_of(layer, location, below)
        window = self.layers[layer - 1].window
        return all(0 <= i < r for i, r in zip(offset, window, strict=True))

    @property
    def syntax(self) -> str:
        """The layers in the syntax of `parse_layers`."""
        return ",".join(str(layer) for layer in self.layers)

    def _repr_svg_(self) -> str:
        below = [f"M = {self.M}", *map(str, self.layers)]
        return svg(self.sizes, [layer.window for layer in self.layers], below, str(self))

    def __str__(self) -> str:
        grid = f"H = W = {self.H}" if self.H == self.W else f"H = {self.H}, W = {self.W}"
        return f"M = {self.M}, {grid}, layers {self.syntax}"


def parse_layers(text: str) -> tuple[Layer, ...]:
    """Read layers such as ``3/1:2,4x4/4x4:1``, first layer first; ``(3/1:2,2/2:2)*4`` repeats a block.

    Raises
    ------
    InputError
        Names the part that does not fit the syntax.

    Examples
    --------
    >>> parse_layers("3/1:2,2x4/2x4:1")[1]
    Layer(window=(2, 4), stride=(2, 4), channels=1)
    >>> ",".join(map(str, parse_layers("(3/1:2,2/2:4)*2,1/1:1")))
    '3/1:2,2/2:4,3/1:2,2/2:4,1/1:1'
    """
    while block := _BLOCK.search(text):
        count = _number(block[0], block[2])
        if count * (block[1].count(",") + 1) > MOST_LAYERS:
            raise InputError("layers", block[0], f"1 to {MOST_LAYERS} layers are needed")
        repeated = ",".join([block[1]] * count)
        text = f"{text[: block.start()]}{repeated}{text[block.end() :]}"
    layers = []
    for part in text.split(","):
        match = _LAYER.fullmatch(part.strip())
        if match is None:
            raise InputError("layers", part.strip(), SYNTAX)
        window_h, window_w, stride_h, stride_w, channels = match.groups()
        numbers = (window_h, window_w or window_h, stride_h, stride_w or stride_h, channels)
        a, b, c, d, e = (_number(part, digits) for digits in numbers)
        layers.append(Layer((a, b), (c, d), e))
    return tuple(layers)


def default_layers(M: int, H: int, W: int) -> tuple[Layer, ...]:
    """The headline's network: one overlapping layer just past half the grid, then one over all.

    >>> ",".join(map(str, default_layers(2, 4, 6)))
    '3x4/1:2,4x6/4x6:1'
    """
    return (Layer((H // 2 + 1, W // 2 + 1), 1, M), over_all((H, W)))


def over_all(size: Pair) -> Layer:
    """One layer over an input of this size, with one channel.

    >>> str(over_all((4, 6)))
    '4x6/4x6:1'
    """
    return Layer(size, size, 1)


def edge_count(network: Network) -> int:
    """An upper bound on the edges of the connectivity: locations times window, clipped to the input.

    >>> edge_count(Network(2, 4, layers="3/1:2,4/4:1"))
    160
    """
    return sum(
        prod(n * min(r, m) for n, r, m in zip(outputs, layer.window, inputs, strict=True))
        for layer, inputs, outputs in zip(
            network.layers, network.sizes, network.sizes[1:], strict=False
        )
    )


def entry_degree(network: Network) -> int:
    """A bound deg_L on the degree of a grid tensor's entry in the parameters (THEORY 3.3).

    >>> entry_degree(Network(2, 4, layers="3/1:2,4/4:1"))
    160
    """
    degree = 0
    for layer in network.layers:
        degree = prod(layer.window) * (1 + degree)
    return degree


def positive(name: str, value: object) -> int:
    """Return `value` if it is an integer >= 1, and raise `InputError` otherwise.

    >>> positive("M", 3)
    3
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
        raise InputError(name, value, "a whole number >= 1 is needed")
    return int(value)


def _number(part: str, digits: str) -> int:
    if len(digits) > 18 or int(digits) < 1:
        raise InputError("layers", part.strip(), "numbers in a layer run from 1 to 10^18 - 1")
    return int(digits)


def _pair(name: str, value: int | Pair) -> Pair:
    rows, columns = value if isinstance(value, tuple) and len(value) == 2 else (value, value)
    return positive(name, rows), positive(name, columns)


def _show(pair: Pair) -> str:
    return str(pair[0]) if pair[0] == pair[1] else _size(pair)


def _size(pair: Pair) -> str:
    return f"{pair[0]}x{pair[1]}"
