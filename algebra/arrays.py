"""Weights and biases in numpy arrays, as exact numbers, row by row.

A binary floating-point number is a rational number p / 2^k, and is taken as that one. Nothing is rounded
unless a denominator is given, and nothing is guessed: a shape that could mean two things is refused.
Tensors of other libraries are read through `numpy.asarray`, without importing these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from operator import index
from typing import Any

import numpy as np

from ..errors import InputError, ResourceError
from ..graphs.network import Location, Network, Pair
from ..resources import MOST_PARAMETERS
from .rings import QQ, Table

INTEGERS, FLOATS, OBJECTS = "iu", "f", "O"
"""Kinds of numpy's data types that are read: integers, floating-point numbers, exact objects."""


@dataclass(frozen=True)
class ArrayRow:
    """One row of W and its bias: of a layer, an output channel, an offset, and a location or all (None)."""

    layer: int
    channel: int
    offset: Pair
    location: Location | None
    weights: tuple[tuple[int, Fraction], ...]
    bias: Fraction

    @property
    def numbers(self) -> Iterator[Fraction]:
        """The bias and the nonzero weights."""
        yield self.bias
        yield from (weight for _, weight in self.weights)


@dataclass(frozen=True)
class LayerArrays:
    """One layer's numbers, exact: locations x D_out x D_in x R_h x R_w, and the same without D_in.

    `shared` says that there is one location, which stands for all.
    """

    weights: Table
    biases: Table
    shared: bool


def read_layers(
    network: Network, weights: object, biases: object, denominator: object
) -> list[LayerArrays]:
    """The arrays of all layers, with exact entries.

    Raises
    ------
    InputError
        Names the layer, what was given and what is needed.
    ResourceError
        If the network has more than 20 million parameters.
    """
    if not isinstance(network, Network):
        raise InputError("network", network, "a Network is needed")
    q = None if denominator is None else natural("denominator", denominator)
    depth = network.depth
    W = _each_layer("weights", weights, depth)
    b = [None] * depth if biases is None else _each_layer("biases", biases, depth)
    return [_read(network, layer, W[layer - 1], b[layer - 1], q) for layer in range(1, depth + 1)]


def rows(network: Network, layer: int, arrays: LayerArrays, neutral: int) -> Iterator[ArrayRow]:
    """The rows of a layer, those with W = 0 and the neutral bias left out."""
    width = network.sizes[layer][1]
    count, outputs, inputs, *window = arrays.weights.shape
    for place, i, j, c in product(range(count), *map(range, window), range(outputs)):
        row = arrays.weights[place, c, :, i, j]
        first = network.seen_channels(layer, c)[0]
        nonzero = tuple((first + d, row[d]) for d in range(inputs) if row[d])
        bias = arrays.biases[place, c, i, j]
        if nonzero or bias != neutral:
            location = None if arrays.shared else divmod(place, width)
            yield ArrayRow(layer, c, (i, j), location, nonzero, bias)


def natural(name: str, value: Any) -> int:
    """A whole number >= 1, numpy's included; `InputError` otherwise.

    >>> natural("denominator", np.int64(8))
    8
    """
    try:
        number = 0 if isinstance(value, bool | np.bool_) else index(value)
    except TypeError:
        number = 0
    if number < 1:
        raise InputError(name, value, "a whole number >= 1 is needed")
    return number


def _each_layer(name: str, values: Any, depth: int) -> Sequence[object]:
    """One object a layer."""
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise InputError(name, _kind(values), "a list of arrays is needed, one a layer")
    found = list(values)
    if len(found) != depth:
        raise InputError(name, f"{len(found)} arrays", f"the network has {depth} layers")
    return found


def _read(network: Network, layer: int, weights: Any, biases: Any, q: int | None) -> LayerArrays:
    """The arrays of a layer; a kind that is given for all locations stands for each of them."""
    of, size = network.layers[layer - 1], network.sizes[layer]
    inputs = network.channels[layer - 1] // of.groups
    W = _array("weights", layer, weights)
    own = _by_location("weights", layer, W, size, (of.channels, inputs, *of.window))
    shape = (of.channels, *of.window)
    b = np.zeros(shape, np.int64) if biases is None else _array("biases", layer, biases)
    own |= _by_location("biases", layer, b, size, shape)
    places = prod(size) if own else 1
    if places * prod(shape) * (inputs + 1) > MOST_PARAMETERS:
        raise ResourceError(
            f"layer {layer} has {places * prod(shape) * (inputs + 1)} parameters, and "
            f"{MOST_PARAMETERS} are allowed"
        )
    return LayerArrays(
        _spread(_exact("weights", layer, W, q), places, (of.channels, inputs, *of.window)),
        _spread(_exact("biases", layer, b, q), places, shape),
        not own,
    )


def _array(name: str, layer: int, value: Any) -> Table:
    """The array that an object is, or makes of itself."""
    where = f"{name} of layer {layer}"
    if isinstance(value, np.ma.MaskedArray) or not hasattr(value, "__array__"):
        # A list of numbers is refused: numpy would make floats of whole numbers that no float is.
        raise InputError(where, _kind(value), "a numpy array is needed")
    try:
        array: Table = np.asarray(value)
    except Exception as error:  # other libraries raise what they like
        reason = " ".join(str(error).split())
        raise InputError(where, _kind(value), f"numpy cannot read it: {reason}") from error
    if array.dtype.kind not in INTEGERS + FLOATS + OBJECTS:
        allowed = "integers, floating-point numbers or exact objects are needed"
        raise InputError(where, f"data type {array.dtype}", allowed)
    return array


def _by_location(name: str, layer: int, array: Table, size: Pair, shape: tuple[int, ...]) -> bool:
    """Whether there are two axes of locations before those of `shape`; `InputError` for other shapes."""
    if array.shape in (shape, (*size, *shape)):
        return array.shape != shape
    kind = "(D_out, D_in, R_h, R_w)" if name == "weights" else "(D_out, R_h, R_w)"
    none = "" if name == "weights" else ", or None for 0: every offset has a bias of its own"
    allowed = f"{shape} {kind} is needed, or {(*size, *shape)} with one for each location{none}"
    raise InputError(f"{name} of layer {layer}", f"shape {array.shape}", allowed)


def _exact(name: str, layer: int, array: Table, q: int | None) -> Table:
    """The same array with exact entries, rounded to multiples of 1/q if there is a q."""
    where = f"{name} of layer {layer}"
    read = {"f": _of_float, "O": _of_object}.get(array.dtype.kind, _of_integer)
    flat: Table = np.empty(array.size, dtype=object)
    for place, value in enumerate(array.flat):
        number = read(where, value)
        flat[place] = number if q is None else Fraction(round(number * q), q)
    return flat.reshape(array.shape)


def _of_integer(where: str, value: Any) -> Fraction:
    return Fraction(int(value))


def _of_float(where: str, value: Any) -> Fraction:
    if not np.isfinite(value):
        raise InputError(where, float(value), "finite numbers are needed")
    # Not through float: a long double would be rounded.
    return Fraction(*value.as_integer_ratio())


def _of_object(where: str, value: Any) -> Fraction:
    try:
        number = QQ.element(value)
    except InputError:
        allowed = "objects in an array are integers, fractions, or strings such as '-3/4'"
        raise InputError(where, value, allowed) from None
    return Fraction(int(number.p), int(number.q))


def _spread(array: Table, places: int, shape: tuple[int, ...]) -> Table:
    """One axis of locations, then `shape`."""
    return np.broadcast_to(array.reshape(-1, *shape), (places, *shape))


def _kind(value: object) -> str:
    return f"a {type(value).__name__}"
