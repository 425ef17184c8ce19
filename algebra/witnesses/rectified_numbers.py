"""Sum pooling: max(0, a(x_P) - b(x_Q) + 1) with one channel a layer, a triangular matrix (THEORY 6.2)."""

from __future__ import annotations

from ...errors import InputError
from ...graphs.digits import Numbering
from ...graphs.network import Network
from ..assignment import Assignment, Entry, WeightRow, at, select


def numbers_assignment(network: Network, numbering: Numbering) -> Assignment:
    """Channel 0 of layer L - 1 is the sum of d M^e over the sites, minus c, rectified.

    d is the template of a site and e its number; c is the sum of (M - 1) M^e over the pairs, less 1.
    With the templates of Q counted from above that is max(0, a - b + 1), where a and b run through the
    same numbers: a unit triangular matrix on the pairs' sites.

    Examples
    --------
    >>> from convac import left_right
    >>> from convac.graphs.digits import numbering
    >>> from convac.algebra.rectifier import Rectifier
    >>> network, cut = Network(2, 1, 4, layers="1x2/1x2:1,1x2/1x2:1,1/1:1"), left_right(1, 4)
    >>> point = numbers_assignment(network, numbering(network, cut))
    >>> Rectifier(point, "relu-sum").matrix(cut, 2**28).tolist()
    [[0, 0, 0, 1], [0, 2, 1, 3], [0, 1, 0, 2], [1, 3, 2, 4]]
    """
    M, last = network.M, network.depth - 1
    if last < 1:
        raise InputError("layers", network.syntax, "two layers at least are needed")
    least = (M - 1) * sum(M**number for number in numbering.pairs) - 1
    entries = [Entry(last + 1, (0, 1), at(0, 0), select(0))]
    for layer in range(1, last + 1):
        for offset in numbering.offsets(layer):
            weight = M ** (numbering.exponent(layer, offset) or 0)
            channels = range(1, M) if layer == 1 else (0,)
            weights = tuple((d, max(d, 1) * weight) for d in channels)
            bias = -least if layer == last and offset == (0, 0) else 0
            entries.append(Entry(layer, (0, 1), at(*offset), WeightRow(weights, bias)))
    return Assignment(network, entries)
