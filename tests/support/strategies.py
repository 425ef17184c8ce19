"""Hypothesis strategies: small random networks, partitions and sparse assignments."""

from __future__ import annotations

from fractions import Fraction

from convac import GF, QQ, ZZ, Assignment, Entry, Layer, Network, Polynomials, WeightRow, from_sites
from convac.algebra.rings import Ring
from convac.graphs.partition import Partition
from hypothesis import strategies as st

XY = Polynomials("x", "y")
RINGS = [ZZ, QQ, GF(2), GF(5), GF(8388593), XY]


def networks(most_entries: int = 256, most_layers: int = 3) -> st.SearchStrategy[Network]:
    """Networks whose grid tensor has few entries, plain or of any geometry."""
    return st.one_of(
        plain_networks(most_entries, most_layers), any_networks(most_entries, most_layers)
    )


@st.composite
def plain_networks(draw: st.DrawFn, most_entries: int = 256, most_layers: int = 3) -> Network:
    """Windows may exceed inputs, strides may not divide."""
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
        for i in range(rows):
            for j in range(columns):
                for c in range(channels):
                    if not dense and not draw(st.booleans()):
                        continue
                    row = WeightRow(
                        tuple((d, draw(elements(ring))) for d in network.seen_channels(layer, c)),
                        draw(elements(ring)),
                    )
                    locations = None
                    if not shared and draw(st.booleans()):
                        u = draw(st.integers(0, network.sizes[layer][0] - 1))
                        locations = ((u, u + 1), (0, network.sizes[layer][1]))
                    box = ((i, i + 1), (j, j + 1))
                    entries.append(Entry(layer, (c, c + 1), box, row, locations))
    return Assignment(network, entries, ring)


@st.composite
def any_networks(
    draw: st.DrawFn, most_entries: int = 256, most_layers: int = 3, least_layers: int = 1
) -> Network:
    """Networks that pad, dilate, give the sizes of outputs and group channels; some are plain.

    Most last layers see all of their input: otherwise little of a network reaches its output.
    """
    M = draw(st.sampled_from([1, 2, 2, 3, 4]))
    H, W = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    while most_entries < M ** (H * W):
        H, W = (H - 1, W) if H >= W else (H, W - 1)
    layers: list[Layer] = []
    depth = draw(st.integers(least_layers, most_layers))
    size, channels = (H, W), M
    for number in range(depth):
        last = number == depth - 1
        if last and draw(st.integers(0, 3)):
            layer = Layer(size, size, draw(st.integers(1, 2)))
        else:
            layer = draw(any_layers(size, channels, last=last))
        layers.append(layer)
        size = layer.placed(0, size[0])[1], layer.placed(1, size[1])[1]
        channels = layer.channels
    return Network(M, H, W, layers=layers)


@st.composite
def any_layers(draw: st.DrawFn, size: tuple[int, int], inputs: int, *, last: bool = False) -> Layer:
    """A layer of any geometry over an input of this size."""

    def pair(least: int, most: int) -> tuple[int, int]:
        return draw(st.integers(least, most)), draw(st.integers(least, most))

    groups = draw(st.sampled_from([g for g in (1, 1, 2, 3) if inputs % g == 0]))
    channels = groups * draw(st.integers(1, 3 if groups == 1 else 2))
    window, stride = pair(1, 3), pair(1, 3)
    more = {"dilation": draw(st.sampled_from([(1, 1), (1, 1), pair(1, 3)])), "groups": groups}
    kind = "given" if last else draw(st.sampled_from(["", "given", "given", "valid", "same"]))
    if kind == "given":
        count = (1, 1) if last else pair(1, 4)
        return Layer(window, stride, channels, padding=pair(0, 2), size=count, **more)  # type: ignore[arg-type]
    if kind == "same":
        kind = draw(st.sampled_from(["same", "same-lower"]))
        return Layer(window, stride, channels, size=kind, **more)  # type: ignore[arg-type]
    if kind == "valid":
        layer = Layer(window, stride, channels, padding=pair(0, 2), size="valid", **more)  # type: ignore[arg-type]
        spans = zip(layer.window, layer.dilation, layer.padding, size, strict=True)
        if all(d * (R - 1) + 1 <= n + 2 * p for R, d, p, n in spans):
            return layer
    return Layer(window, stride, channels, **more)  # type: ignore[arg-type]
