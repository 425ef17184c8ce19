"""Random parameters from a stream that anyone can reproduce with a standard library.

For layer l the stream is SHAKE-256 of the ASCII text

    convac-random/1 seed=<seed> field=<field> layer=<l>

where <field> is Q or the prime p in decimal, and <seed> and <l> are decimal. Consecutive blocks of 16
bytes, read as big-endian integers x, give the parameters in this order: output locations (u, v) in
row-major order (one pass only if the weights are shared), window offsets (i, j) in row-major order,
output channels c, and for each of these the weights W[c, 0], W[c, 1], ... and then the bias b[c]. With
groups of channels these are the weights on the input channels of the group of c. A parameter is x mod p
over GF(p), which is uniform up to p 2^-128, and (x mod 19) - 9 over Q.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import shake_256
from math import prod
from numbers import Integral

from ..errors import InputError, ResourceError
from ..graphs.network import Network
from ..resources import MOST_PARAMETERS
from .assignment import Assignment, Entry, WeightRow, at
from .rings import Element, Integers, PrimeField, Rationals, Ring

BLOCK = 16


def random_assignment(network: Network, seed: int, ring: Ring, *, shared: bool) -> Assignment:
    """The assignment of a seed over GF(p), or of integers in -9 ... 9 over ZZ or QQ.

    The stream is described in docs/assignment.md, so that anyone can reproduce it.

    Parameters
    ----------
    network : Network
    seed : int
    ring : GF(p), ZZ or QQ
    shared : bool
        One W and b for all locations of a layer, or one for each.

    Raises
    ------
    InputError
        If the ring or the seed is another.
    ResourceError
        If the network has too many parameters.

    Examples
    --------
    The stream's first three numbers modulo 7 are 0, 4 and 6:

    >>> from convac import GF
    >>> random_assignment(Network(2, 1, layers="1/1:1"), 1, GF(7), shared=True).entries[0].row
    WeightRow(weights=((1, 4),), bias=6)
    """
    if not isinstance(ring, PrimeField | Integers | Rationals):
        raise InputError("ring", ring, "GF(p), ZZ or QQ is needed")
    if isinstance(seed, bool) or not isinstance(seed, Integral) or seed < 0:
        raise InputError("seed", seed, "a whole number >= 0 is needed")
    count = parameter_count(network, shared=shared)
    if count > MOST_PARAMETERS:
        raise ResourceError(
            f"the network has {count} parameters, and {MOST_PARAMETERS} random ones are allowed"
        )
    entries: list[Entry] = []
    for layer in range(1, network.depth + 1):
        entries.extend(_layer(network, layer, _stream(network, layer, seed, ring, shared), shared))
    return Assignment(network, entries, ring)


def parameter_count(network: Network, *, shared: bool) -> int:
    """How many weights and biases a network has.

    Below, 9 offsets of 2 x (2 + 1) numbers and 16 of 2 + 1:

    >>> parameter_count(Network(2, 4, layers="3/1:2,4/4:1"), shared=True)
    102
    """
    return sum(_layer_count(network, layer, shared) for layer in range(1, network.depth + 1))


def _layer_count(network: Network, layer: int, shared: bool) -> int:
    locations = 1 if shared else prod(network.sizes[layer])
    of = network.layers[layer - 1]
    inputs = network.channels[layer - 1] // of.groups
    return locations * prod(of.window) * of.channels * (inputs + 1)


def _stream(network: Network, layer: int, seed: int, ring: Ring, shared: bool) -> Iterator[Element]:
    modulus = ring.p if isinstance(ring, PrimeField) else 19
    field = str(ring.p) if isinstance(ring, PrimeField) else "Q"
    count = _layer_count(network, layer, shared)
    text = f"convac-random/1 seed={seed} field={field} layer={layer}"
    data = shake_256(text.encode("ascii")).digest(BLOCK * count)
    shift = 0 if isinstance(ring, PrimeField) else 9
    for k in range(count):
        yield int.from_bytes(data[BLOCK * k : BLOCK * (k + 1)], "big") % modulus - shift


def _layer(
    network: Network, layer: int, stream: Iterator[Element], shared: bool
) -> Iterator[Entry]:
    height, width = (1, 1) if shared else network.sizes[layer]
    rows, columns = network.layers[layer - 1].window
    for u in range(height):
        for v in range(width):
            locations = None if shared else at(u, v)
            for i in range(rows):
                for j in range(columns):
                    for c in range(network.channels[layer]):
                        seen = network.seen_channels(layer, c)
                        weights = tuple((d, next(stream)) for d in seen)
                        row = WeightRow(weights, next(stream))
                        yield Entry(layer, (c, c + 1), at(i, j), row, locations)
