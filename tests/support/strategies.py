"""Hypothesis strategies: small random networks, partitions and sparse assignments."""

from __future__ import annotations

from fractions import Fraction

from convac import GF, QQ, ZZ, Assignment, Entry, Layer, Network, Polynomials, WeightRow, from_sites
from convac.algebra.rings import Ring
from convac.graphs.partition import Partition
from hypothesis import strategies as st

XY = Polynomials("x", "y")
RINGS = [ZZ, QQ, GF(2), GF(5), GF(8388593), XY]


@st.composite
def networks(draw: st.DrawFn, most_entries: int = 256, most_layers: int = 3) -> Network:
    """Networks whose grid tensor has few entries; windows may exceed inputs, strides may not divide."""
    M = draw(st.integers(1, 3))
    H, W = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    while most_entries < M ** (H * W):
        H, W = (H - 1, W) if H >= W else (H, W - 1)
    layers = []
    height, width = H, W
    depth = draw(st.integers(1, most_layers))
    for layer in range(depth):
        last = layer == depth - 1
        stride = (
            height if last else draw(st.integers(1, 3)),
            width if last else draw(st.integers(1, 3)),
        )
        window = (draw(st.integers(1, 4)), draw(st.integers(1, 4)))
        layers.append(Layer(window, stride, draw(st.integers(1, 3))))
        height, width = -(-height // stride[0]), -(-width // stride[1])
    return Network(M, H, W, layers=layers)


@st.composite
def partitions(draw: st.DrawFn, network: Network) -> Partition:
    """Any partition of the sites, one side empty included."""
    sites = [(r, c) for r in range(network.H) for c in range(network.W)]
    return from_sites(network.H, network.W, [s for s in sites if draw(st.booleans())])


def elements(ring: Ring) -> st.SearchStrategy[object]:
    """Elements of a ring, small ones."""
    small = st.sampled_from([1, 0, -1, 2, -2, 3])
    if ring is QQ:
        return st.one_of(small, st.sampled_from([Fraction(1, 2), Fraction(-1, 3)]))
    if ring is XY:
        x, y = XY.generators
        return st.one_of(small, st.sampled_from([x, y, x - y, 1 - x * y]))
    return small


@st.composite
def assignments(draw: st.DrawFn, network: Network, ring: Ring) -> Assignment:
    """Some places named, all of them half of the time, some at single locations only."""
    entries = []
    shared, dense = draw(st.booleans()), draw(st.booleans())
    for layer in range(1, network.depth + 1):
        (rows, columns), channels = network.layers[layer - 1].window, network.channels[layer]
        inputs = network.channels[layer - 1]
        for i in range(rows):
            for j in range(columns):
                for c in range(channels):
                    if not dense and not draw(st.booleans()):
                        continue
                    row = WeightRow(
                        tuple((d, draw(elements(ring))) for d in range(inputs)),
                        draw(elements(ring)),
                    )
                    locations = None
                    if not shared and draw(st.booleans()):
                        u = draw(st.integers(0, network.sizes[layer][0] - 1))
                        locations = ((u, u + 1), (0, network.sizes[layer][1]))
                    box = ((i, i + 1), (j, j + 1))
                    entries.append(Entry(layer, (c, c + 1), box, row, locations))
    return Assignment(network, entries, ring)
