"""The tables of docs/architectures.md: what is proved of architectures that people use.

AlexNet, ZFNet-512 and VGG-19, as they ship in ONNX files inside the package `onnx`, on 224 x 224 sites:
their windows, strides, padding, channels and groups, with product pooling and M templates.

python docs/examples/architectures.py
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from convac import Layer, Network, checkerboard, left_right, rank_interval
from convac.graphs.boxes import seen_by, sums
from convac.graphs.carrier_search import search
from convac.graphs.levels import Levels, most_labels
from convac.graphs.network import COLUMNS
from convac.graphs.receptive_fields import total_receptive_field, total_stride
from convac.graphs.strands import Strands, farthest
from convac.proofs.interval import LowerBound, UpperBound
from convac.proofs.routed_pairs import RoutingNumbers
from convac.proofs.setting import SHARED, UNSHARED, Setting, Weights
from convac.proofs.theorems.theorem_1 import best
from convac.resources import MOST_READS

H = 224
TEMPLATES = (3, 64)
GIB = 4.0
"""Given to each bound, so that the tables are those of any machine that has as much."""
Builder = Callable[["Architecture", int], Network]
Table = Callable[[], Iterator[str]]


@dataclass(frozen=True)
class Architecture:
    """A network in a file of the package `onnx`, and its layers; `pooled` is its last pooling layer."""

    file: str
    layers: str
    pooled: int


ARCHITECTURES = {
    "AlexNet": Architecture(
        "light_bvlc_alexnet.onnx",
        "11/4valid:96,3/2valid:96,5/1p2g2:256,3/2valid:256,3/1p1:384,3/1p1g2:384,3/1p1g2:256,3/2:256,"
        "6/6:4096,1/1:4096,1/1:1000",
        8,
    ),
    "ZFNet-512": Architecture(
        "light_zfnet512.onnx",
        "7/2valid:96,3/2valid:96,5/2valid:256,3/2valid:256,(3/1p1:512)*3,2/2:512,6/6:4096,1/1:1024,"
        "1/1:1000",
        8,
    ),
    "VGG-19": Architecture(
        "light_vgg19.onnx",
        "(3/1p1:64)*2,2/2:64,(3/1p1:128)*2,2/2:128,(3/1p1:256)*4,2/2:256,(3/1p1:512)*4,2/2:512,"
        "(3/1p1:512)*4,2/2:512,7/7:4096,1/1:4096,1/1:1000",
        21,
    ),
}
TURNS = {"AlexNet": range(1, 9), "ZFNet-512": range(1, 8), "VGG-19": range(12, 19)}
"""The layers J of the table of displacements."""


def shipped(which: Architecture, M: int) -> Network:
    """The network of the file."""
    return Network(M, H, layers=which.layers)


def plain(which: Architecture, M: int) -> Network:
    """The same windows, strides and channels in the paper's geometry.

    No padding and no groups; a stride s takes n to ceil(n / s), and the first fully connected layer reads
    all that is left then.

    >>> plain(ARCHITECTURES["ZFNet-512"], 3).syntax.split(",")[6:9]
    ['3/1:512', '2/2:512', '7/7:4096']
    """
    return _rebuilt(which, M, lambda layer: layer.window)


def apart(which: Architecture, M: int) -> Network:
    """The plain network with windows as large as the strides: without overlap.

    >>> apart(ARCHITECTURES["AlexNet"], 3).syntax.split(",")[:3]
    ['4/4:96', '2/2:96', '1/1:256']
    """
    return _rebuilt(which, M, lambda layer: layer.stride)


def _rebuilt(which: Architecture, M: int, window: Callable[[Layer], tuple[int, int]]) -> Network:
    given, size, layers = shipped(which, M).layers, H, list[Layer]()
    for k, layer in enumerate(given):
        if k == which.pooled:
            layers.append(Layer(size, size, layer.channels))
            size = 1
        else:
            layers.append(Layer(window(layer), layer.stride, layer.channels))
            size = -(-size // layer.stride[0])
    return Network(M, H, layers=layers)


CUTS = {"left-right": left_right, "checkerboard": checkerboard}
PARTITIONS: tuple[tuple[str, Weights], ...] = (
    ("left-right", SHARED),
    ("checkerboard", SHARED),
    ("checkerboard", UNSHARED),
)


def share(k: int, sites: int) -> str:
    """Of the exponent of full rank, half of the sites, in percent, rounded down.

    >>> share(24192, 224 * 224), share(512, 32 * 32)
    ('96.4 %', '100 %')
    """
    tenths = 1000 * k // (sites // 2)
    return "100 %" if tenths == 1000 else f"{tenths // 10}.{tenths % 10} %"


def bounds(name: str, network: Network, partition: str, weights: Weights = SHARED) -> str:
    """One row: what is proved of a network across a partition."""
    M, cut = network.M, CUTS[partition](network.H)
    found = rank_interval(network, cut, weights=weights, memory=GIB)
    least = found.lower.value.floor_log(M)
    most = found.upper.value.ceil_log(M)
    return (
        f"| {name} | {M} | {partition}, {weights} | {found.lower.value} | {M}^{least} | "
        f"{share(least, network.sites)} | {from_below(found.lower)} | {M}^{most} | "
        f"{from_above(found.upper)} |"
    )


def from_below(bound: LowerBound) -> str:
    """What proves a lower bound, and whether the rank at its assignment was computed.

    >>> from_below(LowerBound(Powers(2), "lemma: tiles (THEORY 8.7); too large to rank here", None, True))
    'tiles (THEORY 8.7); theorem'
    """
    said = bound.by.removeprefix("lemma: ").split(";")[0]
    return f"{said}; {'theorem' if bound.by_lemma else 'exact rank'}"


def from_above(bound: UpperBound) -> str:
    """What proves an upper bound.

    >>> from_above(UpperBound(Powers(9), "the size of the matrix, 3^2"))
    'size of the matrix'
    """
    return bound.by.removeprefix("the ").split(",")[0]


BOUNDS = [
    "| network | M | partition, weights | rank ≥ | ≥ | of full | by | rank ≤ | by |",
    "|---|---|---|---|---|---|---|---|---|",
]


def as_shipped() -> Iterator[str]:
    """The networks of the files: padding, groups, and sizes rounded down."""
    yield from _bounds(shipped, PARTITIONS)
    which = ARCHITECTURES["VGG-19"]
    yield bounds("VGG-19", shipped(which, 2), "left-right")
    small = which.layers.replace("7/7", "1/1")
    yield bounds("VGG-19, 32 × 32", Network(3, 32, layers=small), "left-right")


def in_the_plain_geometry() -> Iterator[str]:
    """The same networks in the geometry of the paper."""
    yield from _bounds(plain, PARTITIONS[:2])


def without_overlap() -> Iterator[str]:
    """Windows as large as the strides."""
    yield from _bounds(apart, PARTITIONS[:1])


def _bounds(build: Builder, partitions: tuple[tuple[str, Weights], ...]) -> Iterator[str]:
    yield from BOUNDS
    for name, which in ARCHITECTURES.items():
        for partition, weights in partitions:
            for M in TEMPLATES:
                yield bounds(name, build(which, M), partition, weights)


def changed() -> Iterator[str]:
    """AlexNet with one group of channels, with zeros at the borders, and with both; M = 3, left-right."""
    yield from BOUNDS
    given = ARCHITECTURES["AlexNet"].layers
    padded = given.replace("11/4valid", "11/4p2").replace("3/2valid", "3/2p1")
    padded = padded.replace("6/6", "7/7")
    for how, layers in {"as it ships": given, "with padding": padded}.items():
        yield bounds(how, Network(3, H, layers=layers), "left-right")
        one_group = Network(3, H, layers=layers.replace("g2", ""))
        yield bounds(f"{how}, one group", one_group, "left-right")


def geometry() -> Iterator[str]:
    """What the last pooling layer sees, and the numbers of Theorem 1."""
    yield (
        "| network | sites seen | T_R, T_S of the last pooling | M | K | T_S | T_R | T | D | E | "
        "Theorem 1 |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|---|"
    for name, which in ARCHITECTURES.items():
        network = shipped(which, 3)
        chain = network.axis(COLUMNS)
        rows, columns = sites_seen(network)
        field, stride = (f(chain, which.pooled) for f in (total_receptive_field, total_stride))
        for M in TEMPLATES:
            found = best(shipped(which, M), COLUMNS)
            numbers = (found.K, found.T_S, found.T_R, found.T, found.D, found.E)
            yield (
                f"| {name} | {rows} × {columns} | {field}, {stride} | {M} | "
                f"{' | '.join(map(str, numbers))} | {found.bound} |"
            )


def sites_seen(network: Network) -> tuple[int, int]:
    """How many rows and columns of sites have a path to the output.

    >>> sites_seen(shipped(ARCHITECTURES["AlexNet"], 3))
    (219, 219)
    """
    reached = np.ones((1, 1), np.bool_)
    for layer in range(network.depth, 0, -1):
        reached = sums(reached, *(seen_by(axis, layer) for axis in network.axes)) > 0
    return int(reached.any(axis=1).sum()), int(reached.any(axis=0).sum())


def displacements() -> Iterator[str]:
    """For the layers where strands turn: how far they reach across left-right, and what stops them."""
    yield (
        "| network | J | layer | displacement | strands | scarcest layer | its channels | for one label | "
        "m | pairs across the cut | reached |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|---|"
    for name, layers in TURNS.items():
        network = shipped(ARCHITECTURES[name], 3)
        for J in layers:
            strands = farthest(network, COLUMNS, J, H // 2)
            if strands is not None and strands.count <= MOST_READS:
                yield f"| {name} | {J} | {displacement(network, strands)} |"


def displacement(network: Network, strands: Strands) -> str:
    """The rest of a row: the channels that strands need, and the pairs that carriers reach.

    Channels are those that groups pass on. Without channels for one label nothing is reached.
    """
    J = strands.J
    needed = [Levels((strands,), 1).taken(layer) for layer in range(1, J + 1)]
    have = network.passed_channels[1 : J + 1]
    scarcest = max(range(J), key=lambda k: (needed[k] / have[k], -k))
    m = min(network.M - 1, most_labels((strands,)))
    reached = 0
    if m > 0:
        levels = Levels((strands,), m)
        setting = Setting.of(network, left_right(H), SHARED)
        reached = RoutingNumbers(setting, levels, search(levels, H // 2)).count
    cells = (
        f"`{network.layers[J - 1]}`",
        strands.length,
        strands.count,
        f"{scarcest + 1}, `{network.layers[scarcest]}`",
        have[scarcest],
        needed[scarcest],
        m,
        int(strands.crossing(H // 2).sum()),
        reached,
    )
    return " | ".join(map(str, cells))


TABLES: tuple[Table, ...] = (
    geometry,
    as_shipped,
    in_the_plain_geometry,
    without_overlap,
    displacements,
    changed,
)

if __name__ == "__main__":
    print("\n\n".join("\n".join(table()) for table in TABLES))
