"""What is trained: sequences of B x B convolution and 2 x 2 pooling, as networks of this package.

The geometry is that of Proposition 2 (THEORY 4) on a grid of 8 x 8 sites, and the same along one axis on
1 x 16 sites. A site is a patch of four numbers, which are its M = 4 channels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product as combinations

from convac import Network
from convac.algebra.random_parameters import parameter_count

M = 4
CLASSES = 10
GRIDS = {"digits": (8, 8), "signals": (1, 16)}
PRODUCT, MAXIMUM, AVERAGE = "product", "maximum", "average"
POOLINGS = (PRODUCT, MAXIMUM, AVERAGE)


@dataclass(frozen=True)
class Model:
    """A network of blocks of two layers, then a last one, and how it pools.

    `product` is an arithmetic circuit with weights in every layer. With `maximum` and `average` a block is
    a convolution, a rectifier, and pooling without weights.
    """

    network: Network
    pooling: str

    def has_weights(self, layer: int) -> bool:
        """Whether a layer, counted from 1, is trained: pooling of a rectifier network is not."""
        return self.pooling == PRODUCT or layer % 2 == 1

    @property
    def parameters(self) -> int:
        """How many numbers are trained: a product has a bias at each offset, a convolution one bias."""
        if self.pooling == PRODUCT:
            return parameter_count(self.network, shared=True)
        count = 0
        for number, layer in enumerate(self.network.layers, 1):
            if self.has_weights(number):
                window = layer.window[0] * layer.window[1]
                count += layer.channels * (self.network.channels[number - 1] * window + 1)
        return count


@dataclass(frozen=True, order=True)
class Architecture:
    """The data that it is for, its pooling, windows of B (x B) sites, and C channels in each layer."""

    data: str
    pooling: str
    B: int
    C: int

    @property
    def name(self) -> str:
        """For files and progress."""
        return f"{self.data}-{self.pooling}-B{self.B}-C{self.C}"

    @property
    def layers(self) -> str:
        """The blocks, then one location with a channel for each class."""
        height, width = GRIDS[self.data]
        rows, pool = (self.B, "2x2/2x2") if height > 1 else (1, "1x2/1x2")
        block = f"{rows}x{self.B}/1x1:{self.C},{pool}:{self.C}"
        return ",".join([*[block] * (width.bit_length() - 1), f"1/1:{CLASSES}"])

    @cached_property
    def model(self) -> Model:
        """The network on its grid, with M = 4."""
        return Model(Network(M, *GRIDS[self.data], layers=self.layers), self.pooling)


def grid(
    data: Iterable[str], poolings: Iterable[str], B: Iterable[int], C: Iterable[int]
) -> Iterator[Architecture]:
    """All combinations, those with few channels first."""
    for channels, name, pooling, window in combinations(C, data, poolings, B):
        yield Architecture(name, pooling, window, channels)
