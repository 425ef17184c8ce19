"""Networks of generalized-convolution layers: shapes, and what a location sees.

A `Network` is a grid of H x W sites with M templates, followed by layers (`layer.py`); the last layer's
output is 1 x 1. The two axes never interact in the geometry, so `Network.axis` gives the one-dimensional
chain (`axis.py`) on which sizes, windows, strides, dilations and paddings are studied.

Places have three names: a *site* (row, column), a *location* (u, v) of a layer's output, and a *vertex*,
which is either of them with its layer, 0 for sites.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from pathlib import Path
from typing import NamedTuple

from ..errors import InputError
from .axis import Axis as Axis
from .drawing import svg
from .layer import MOST_LAYERS, show_size
from .layer import SYNTAX as SYNTAX
from .layer import Layer as Layer
from .layer import Pair as Pair
from .layer import default_layers as default_layers
from .layer import over_all as over_all
from .layer import parse_layers as parse_layers
from .layer import positive as positive

Site = Pair
Location = Pair

ROWS, COLUMNS = 0, 1
AXES = (ROWS, COLUMNS)
AXIS_NAMES = ("rows", "columns")
MOST_LOCATIONS = 2**26
"""Of a layer that pads, dilates or gives its size."""


class Vertex(NamedTuple):
    """A site (layer 0) or a location of a layer."""

    layer: int
    at: Location


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
        If a size is not a positive integer, a window does not fit, groups do not divide the channels, or
        the last output is not 1 x 1.

    Examples
    --------
    >>> network = Network(2, 4, layers="3/1:2,4/4:1")
    >>> network.sizes
    ((4, 4), (4, 4), (1, 1))
    >>> network.inputs(1, (3, 2))
    [(3, 2), (3, 3)]
    >>> Network(2, 4, layers="3/1p1:2,3/2valid:2,1/1:1").sizes
    ((4, 4), (4, 4), (1, 1), (1, 1))
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
        self._require_groups()
        self._require_sizes()

    @classmethod
    def from_onnx(cls, path: str | Path, *, M: int) -> Network:
        """The layers of a model that is a chain, on its own grid of sites (`onnx_chain.py`).

        Convolutions, pooling and fully connected layers are generalized-convolution layers with as many
        channels; M templates take the place of the channels of the input. No weights are read.

        Raises
        ------
        InputError
            If the file cannot be read, or its graph is no chain of known layers; or as for a `Network`.
        """
        from .onnx_chain import read_chain

        chain = read_chain(path)
        _, height, width = chain.shape
        return cls(M, height, width, layers=[read.layer for read in chain.layers])

    def _require_groups(self) -> None:
        for k, layer in enumerate(self.layers, 1):
            inputs, outputs, g = self.channels[k - 1], self.channels[k], layer.groups
            if inputs % g or outputs % g:
                allowed = f"{g} groups do not divide {inputs} input and {outputs} output channels"
                raise InputError("layers", str(layer), f"{allowed} of layer {k} evenly")

    def _require_sizes(self) -> None:
        for k, layer in enumerate(self.layers, 1):
            if not self.is_plain(k) and prod(self.sizes[k]) > MOST_LOCATIONS:
                given = f"{show_size(self.sizes[k])} locations in layer {k}"
                raise InputError("layers", str(layer), f"{given}, and {MOST_LOCATIONS} are allowed")
        if self.sizes[-1] != (1, 1):
            sizes = " → ".join(map(show_size, self.sizes))
            why = ": a stride s takes n to ⌈n/s⌉, whatever the window"
            if any(layer.size is not None for layer in self.layers):
                why = ""
            allowed = f"the last layer's output must be 1x1, and sizes are {sizes}{why}"
            raise InputError("layers", self.syntax, allowed)

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
        return not any(self.overlaps(layer) for layer in range(1, self.depth + 1))

    def overlaps(self, layer: int) -> bool:
        """Whether two locations of a layer see one input.

        >>> network = Network(2, 4, layers="2/1n2:2,3/2:2")
        >>> network.overlaps(1), network.overlaps(2)
        (True, False)
        """
        rows, columns = self.axes
        return (rows.shares(layer) and columns.sees_any(layer)) or (
            columns.shares(layer) and rows.sees_any(layer)
        )

    def is_plain(self, layer: int) -> bool:
        """Whether a layer has the paper's geometry, without dilation, zeros before its input and groups."""
        axes = all(axis.is_plain(layer) for axis in self.axes)
        return axes and self.layers[layer - 1].groups == 1

    @cached_property
    def plain(self) -> bool:
        """Whether all layers are plain."""
        return all(self.is_plain(layer) for layer in range(1, self.depth + 1))

    @cached_property
    def axes(self) -> tuple[Axis, Axis]:
        """The chains along rows and along columns."""
        rows, columns = (self._chain(axis, size) for axis, size in enumerate((self.H, self.W)))
        return rows, columns

    def _chain(self, axis: int, size: int) -> Axis:
        placed = []
        outputs = size
        for layer in self.layers:
            padding, outputs = layer.placed(axis, outputs)
            placed.append((padding, outputs))
        return Axis(
            size,
            tuple(layer.window[axis] for layer in self.layers),
            tuple(layer.stride[axis] for layer in self.layers),
            tuple(layer.dilation[axis] for layer in self.layers),
            *zip(*placed, strict=True),
        )

    @cached_property
    def explicit(self) -> Network:
        """The same network, with the padding and the size of each layer that is not plain as numbers.

        >>> Network(2, 4, layers="3/1same:2,3/2valid:2,1/1valid:1").explicit.syntax
        '3/1a1n4:2,3/2n1:2,1/1:1'
        """
        return Network(
            self.M, self.H, self.W, layers=[self._explicit(k) for k in range(1, self.depth + 1)]
        )

    def _explicit(self, k: int) -> Layer:
        layer, (rows, columns) = self.layers[k - 1], self.axes
        return Layer(
            layer.window,
            layer.stride,
            layer.channels,
            dilation=layer.dilation,
            padding=(rows.paddings[k - 1], columns.paddings[k - 1]),
            size=None if all(axis.is_plain(k) for axis in self.axes) else self.sizes[k],
            groups=layer.groups,
        )

    @cached_property
    def passed_channels(self) -> tuple[int, ...]:
        """Channels of sites and of each layer that its first group puts out, and the next one's sees.

        Without groups these are all channels.

        >>> Network(4, 1, layers="1/1g2:6,1/1g3:3,1/1:1").passed_channels
        (2, 2, 1, 1)
        """
        groups = [1, *(layer.groups for layer in self.layers), 1]
        return tuple(D // max(groups[k], groups[k + 1]) for k, D in enumerate(self.channels))

    def seen_channels(self, layer: int, channel: int) -> range:
        """The input channels that an output channel of a layer sees: those of its group.

        >>> network = Network(4, 1, layers="1/1g2:6,1/1:1")
        >>> network.seen_channels(1, 2), network.seen_channels(1, 3)
        (range(0, 2), range(2, 4))
        """
        groups = self.layers[layer - 1].groups
        inputs = self.channels[layer - 1] // groups
        first = channel // (self.channels[layer] // groups) * inputs
        return range(first, first + inputs)

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
        return svg(
            self.sizes, [self._corner(k) for k in range(1, self.depth + 1)], below, str(self)
        )

    def _corner(self, layer: int) -> Pair:
        """The window of location (0, 0), or if it pads or is dilated, how far it goes into the input."""
        if self.is_plain(layer):
            return self.layers[layer - 1].window
        rows, columns = (max(axis.inputs(layer, 0), default=0) + 1 for axis in self.axes)
        return rows, columns

    def __str__(self) -> str:
        grid = f"H = W = {self.H}" if self.H == self.W else f"H = {self.H}, W = {self.W}"
        return f"M = {self.M}, {grid}, layers {self.syntax}"


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


def departure(network: Network) -> str | None:
    """What the first layer has that the paper's layers do not have; None if all are plain.

    The theorems whose proofs use the plain geometry ask here.

    >>> departure(Network(2, 4, layers="3/1:2,4/4:1"))
    >>> departure(Network(2, 4, layers="3/1same:2,4/4:1"))
    'layer 1, 3/1same:2, has 1 zero before its rows'
    >>> departure(Network(2, 4, layers="2/1:2,3/1valid:2,2/2:1"))
    'layer 2, 3/1valid:2, has 2 locations along its rows, not ⌈n/S⌉ = 4'
    """
    for k, layer in enumerate(network.layers, 1):
        where = f"layer {k}, {layer},"
        if layer.groups > 1:
            return f"{where} has {layer.groups} groups of channels"
        for axis, name in zip(network.axes, AXIS_NAMES, strict=True):
            if axis.dilations[k - 1] > 1:
                return f"{where} is dilated along its {name}"
            if axis.paddings[k - 1]:
                zeros = axis.paddings[k - 1]
                return f"{where} has {zeros} zero{'s' * (zeros > 1)} before its {name}"
            if not axis.is_plain(k):
                plain = -(-axis.sizes[k - 1] // axis.strides[k - 1])
                return (
                    f"{where} has {axis.sizes[k]} locations along its {name}, not ⌈n/S⌉ = {plain}"
                )
    return None
