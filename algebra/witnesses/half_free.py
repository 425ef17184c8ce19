"""Near and far templates in the same channels (THEORY 8.10): no channel is spared for one of them."""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import InputError
from ...graphs.directed_pairs import Taps
from ..assignment import Entry, WeightRow, at, select
from .construction import Construction, with_tail
from .tail import summing


def half_free_assignment(taps: Taps, m: int, *, shared: bool) -> Construction:
    """The assignment of THEORY 8.10, over ZZ.

    Every layer l <= K reads channel c below at its two offsets. If J > 1, the indicators of layer 1 get the
    bias 1 and the products of layer J the bias -1, so that a location computes

        (product over A of (1 + [x at p + sigma_A = c]) - 1) (the same at p + tau_J + sigma_A),

    which is 0 unless a site shows c on both of its halves; layer K + 1 is 1 + 2 (the sum over c), an odd
    number, and so never 0.

    Parameters
    ----------
    taps : Taps
        With K < L and two different offsets in some layer.
    m : int
        0 <= m <= min(M, D_1, ..., D_K): channels used; the base is m + 1.
    shared : bool
        Unshared weights differ only where an offset of a layer l >= K + 2 leaves the input.

    Returns
    -------
    Construction
        With shared weights it may be a leading form, as that of `theorem_1_assignment`.

    Raises
    ------
    InputError
        If the offsets or m do not fit.

    Examples
    --------
    >>> from convac import Network, factored_rank, factorize, left_right
    >>> taps = Taps(Network(2, 4, layers="2/1:1,2/1:1,4/4:1"), ((0, 0),) * 2, ((0, 1),) * 2)
    >>> built = half_free_assignment(taps, 1, shared=True)
    >>> factored_rank(factorize(built.assignment), left_right(4)).rank
    Powers([(4, 4)])
    """
    network, K = taps.network, taps.K
    fits = 0 <= m <= min(network.passed_channels[: K + 1])
    if not (network.depth > K and taps.nears != taps.fars and fits):
        raise InputError("taps", (taps.nears, taps.fars, m), "K < L, two offsets, and m channels")
    rows = [
        *_routes(taps, m),
        summing(network, K + 1, WeightRow(tuple((c, 2) for c in range(m)), 1)),
    ]
    return with_tail(network, K, rows, None, shared)


def _routes(taps: Taps, m: int) -> Iterator[Entry]:
    """Channel c of every layer multiplies channel c below at both offsets."""
    J = taps.J
    for layer, offsets in enumerate(zip(taps.nears, taps.fars, strict=True), 1):
        bias = 0 if J == 1 else {1: 1, J: -1}.get(layer, 0)
        for offset in sorted(set(offsets)):
            for c in range(m):
                yield Entry(layer, (c, c + 1), at(*offset), select(c, bias=bias))
