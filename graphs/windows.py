"""What a location of a layer sees in the layer below it, where layer 0 is the sites."""

from __future__ import annotations

from itertools import product

from .network import Network, Pair


def inputs_of(network: Network, layer: int, location: Pair) -> list[Pair]:
    """The places below in the window of a location, inside the grid, row by row."""
    shape = network.layers[layer - 1]
    rows, columns = (
        range(s * u, min(s * u + r, n))
        for u, s, r, n in zip(
            location, shape.stride, shape.window, network.sizes[layer - 1], strict=True
        )
    )
    return list(product(rows, columns))


def offset_of(network: Network, layer: int, location: Pair, below: Pair) -> Pair:
    """The offset in a location's window at which a place below would be; outside, if it is not in it."""
    (down, across) = network.layers[layer - 1].stride
    return below[0] - down * location[0], below[1] - across * location[1]


def sees(network: Network, layer: int, location: Pair, below: Pair) -> bool:
    """Whether a place below is in the window of a location."""
    offset = offset_of(network, layer, location, below)
    return all(0 <= i < r for i, r in zip(offset, network.layers[layer - 1].window, strict=True))
