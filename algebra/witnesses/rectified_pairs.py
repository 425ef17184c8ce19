"""Max pooling: 1 - [all pairs are equal], by a first layer with M^G channels (THEORY 6.4)."""

from __future__ import annotations

from itertools import product

from ...errors import InputError
from ...graphs.equalities import Equalities
from ...graphs.network import Network, Pair
from ..assignment import Assignment, Entry, WeightRow, at, select


def pairs_assignment(network: Network, found: Equalities) -> Assignment:
    """Channel 0 of layer L - 1 is 0 where all pairs are equal, and 1 elsewhere.

    A channel of layer 1 stands for G templates, and is 0 where the near sites and the far ones show
    these, else 1: so the sum of all is M^G - 1 where near and far sites are equal, else M^G. Layer 2
    subtracts M^G - 1. A far site outside the grid is equal to whatever is near.

    Examples
    --------
    >>> from convac import left_right
    >>> from convac.graphs.equalities import equalities
    >>> from convac.algebra.rectifier import Rectifier
    >>> network, cut = Network(3, 1, 2, layers="1x2/1:3,1x2/1x2:1,1/1:1"), left_right(1, 2)
    >>> point = pairs_assignment(network, equalities(network, cut))
    >>> Rectifier(point, "relu-max").matrix(cut, 2**28).tolist()
    [[0, 1, 1], [1, 0, 1], [1, 1, 0]]
    """
    M, G = network.M, len(found.near)
    if network.depth < 3 or network.channels[1] < M**G:
        needed = f"three layers, and {M**G} channels in the first"
        raise InputError("layers", network.syntax, f"{needed} are needed")
    far = [tuple(map(sum, zip(offset, found.displacement, strict=True))) for offset in found.near]
    entries = []
    for channel, templates in enumerate(product(range(M), repeat=G)):
        compared: dict[Pair, set[int]] = {}
        for places in (found.near, far):
            for (i, j), template in zip(places, templates, strict=True):
                compared.setdefault((i, j), set()).add(template)
        for (i, j), shown in compared.items():
            weights = tuple((d, 1) for d in range(M) if shown != {d})
            entries.append(Entry(1, (channel, channel + 1), at(i, j), WeightRow(weights, 0)))
    for layer in range(2, network.depth):
        ones = tuple((c, 1) for c in range(M**G))
        row = WeightRow(ones, 1 - M**G) if layer == 2 else select(0)
        height, width = network.layers[layer - 1].window
        entries.append(Entry(layer, (0, 1), ((0, height), (0, width)), row))
    entries.append(Entry(network.depth, (0, 1), at(0, 0), select(0)))
    return Assignment(network, entries)
