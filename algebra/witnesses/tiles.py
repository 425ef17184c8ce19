"""Random integers on disjoint tiles of layer 1 (THEORY 8.7)."""

from __future__ import annotations

from itertools import product
from random import Random

from ...graphs.network import Network
from ...graphs.tiles import Tile
from ..assignment import Entry, WeightRow, at
from .construction import Construction, with_tail
from .tail import summing


def tile_assignment(network: Network, tile: Tile, seed: int, *, shared: bool) -> Construction:
    """Integers in -9 ... 9 at a tile's offsets in layer 1, and in the sum of layer 2.

    The function is a product over the locations of layer 1 of functions of their tile's sites, each
    affine in D_1 products over these sites.

    Parameters
    ----------
    network : Network
        At least two layers, the tail condition after layer 1.
    tile : ((i, i'), (j, j'))
        Offsets of layer 1, without the ends; the others are neutral.
    seed : int

    Returns
    -------
    Construction over ZZ, shared but for later layers as in `sharp_assignment`.

    Examples
    --------
    >>> network = Network(2, 1, 4, layers="1x3/1x2:1,1x2/1x2:1")
    >>> found = tile_assignment(network, ((0, 1), (1, 3)), 0, shared=True)
    >>> [entry.offsets[1] for entry in found.assignment.entries if entry.layer == 1]
    [(1, 2), (2, 3)]
    """
    draw = Random(f"convac-tile/1 seed={seed}")
    shown, first = network.passed_channels[:2]
    entries = []
    for i, j in product(*(range(*span) for span in tile)):
        for c in range(first):
            weights = tuple((d, draw.randint(-9, 9)) for d in range(shown))
            row = WeightRow(weights, draw.randint(-9, 9))
            entries.append(Entry(1, (c, c + 1), at(i, j), row))
    row = WeightRow(tuple((c, draw.randint(1, 9)) for c in range(first)), draw.randint(1, 9))
    entries.append(summing(network, 2, row))
    return with_tail(network, 1, entries, None, shared, random=True)
