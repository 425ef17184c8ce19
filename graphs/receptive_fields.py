"""Strides, receptive fields, attainable windows and the tail condition, along one axis.

Layers are counted from 1, as in the paper; "below K" means layers 1, ..., K. An effective window
t_l <= R_l is had by making the other offsets of layer l neutral, so that the values

    T = 1 + sum over l <= K of (t_l - 1) * (S_1 ... S_{l-1})

are the *attainable* total receptive fields; a dilation is a factor of the term of its layer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..errors import InputError
from .network import AXES, AXIS_NAMES, Axis, Network, positive


def total_stride(axis: Axis, K: int) -> int:
    """T_S: the product of the strides of layers 1, ..., K.

    >>> total_stride(Axis(8, (2, 2, 2), (2, 2, 2)), 2)
    4
    """
    return axis.total_strides[K]


def total_receptive_field(axis: Axis, K: int, windows: Sequence[int] | None = None) -> int:
    """T_R of layers 1, ..., K, with the full windows or with the effective ones given.

    >>> chain = Axis(8, (3, 2, 4), (1, 2, 4))
    >>> total_receptive_field(chain, 2), total_receptive_field(chain, 2, (1, 2))
    (4, 2)
    """
    used = axis.windows if windows is None else windows
    return 1 + sum((used[k] - 1) * axis.offset_step(k + 1) for k in range(K))


def minimal_windows(axis: Axis, K: int, alpha: int) -> tuple[int, ...] | None:
    """Effective windows that attain T_R(alpha), the least attainable T > alpha.

    Reachability over sums, held as the bits of an integer, instead of trying all products of
    windows. Of the windows that attain the same T, later layers get the smaller ones.

    Returns
    -------
    (t_1, ..., t_K), or None if even the full windows do not exceed `alpha`.

    Examples
    --------
    >>> minimal_windows(Axis(8, (4, 4, 8), (1, 2, 4)), 2, 4)
    (4, 2)
    """
    strides = [axis.offset_step(k + 1) for k in range(K)]
    # A least sum >= alpha drops below alpha when any one step is taken back. So it is at most
    # 2 alpha, unless it is a single step longer than that.
    limit = 2 * max(alpha, 1)
    sums = [1]
    for k in range(K):
        sums.append(spread(sums[-1], strides[k], axis.windows[k] - 1, limit))
    total = _lowest_bit(sums[K], alpha)
    if total is not None:
        return _trace(total, sums, strides)
    for k in range(K):
        if strides[k] > limit and axis.windows[k] >= 2:
            return tuple(2 if layer == k else 1 for layer in range(K))
    return None


def attained_fields(axis: Axis, J: int, limit: int) -> Iterator[int]:
    """The values T <= `limit` that windows t_1, ..., t_J with t_J >= 2 attain, ascending.

    >>> list(attained_fields(Axis(8, (2, 3, 8), (2, 1, 4)), 2, 8))
    [3, 4, 5, 6]
    """
    bits = _sums_through(axis, J, limit - 1)[-1]
    while bits:
        low = bits & -bits
        yield low.bit_length()
        bits ^= low


def windows_attaining(axis: Axis, J: int, T: int) -> tuple[int, ...]:
    """Windows t_1, ..., t_J with t_J >= 2 that attain T, one of `attained_fields`.

    >>> windows_attaining(Axis(8, (2, 3, 8), (2, 1, 4)), 2, 6)
    (2, 3)
    """
    sums = _sums_through(axis, J, T - 1)
    step = axis.offset_step(J)
    a = 1
    while not sums[J - 1] >> (T - 1 - a * step) & 1:
        a += 1
    rest = T - 1 - a * step
    strides = [axis.offset_step(k + 1) for k in range(J - 1)]
    return (*(_trace(rest, sums[:J], strides) if J > 1 else ()), a + 1)


def tail_failure(axis: Axis, K: int) -> int | None:
    """The first layer l > K that loses inputs, R_l < min(S_l, n_{l-1}); None if there is none.

    >>> tail_failure(Axis(4, (3, 1, 2), (1, 2, 2)), 1)
    2
    """
    for k in range(K, len(axis.windows)):
        if axis.windows[k] < min(axis.strides[k], axis.sizes[k]):
            return k + 1
    return None


def tail_extent(axis: Axis, layer: int) -> int:
    """min(R_l, S_l, n_{l-1}): the offsets below it reach every input location exactly once.

    >>> tail_extent(Axis(5, (3, 9), (1, 9)), 2)
    5
    """
    k = layer - 1
    return min(axis.windows[k], axis.strides[k], axis.sizes[k])


def leaves_input(axis: Axis, layer: int) -> bool:
    """Whether an offset below `tail_extent` falls outside the input at the last location.

    >>> leaves_input(Axis(3, (2, 2), (2, 2)), 1)
    True
    """
    k = layer - 1
    last = (axis.sizes[layer] - 1) * axis.strides[k]
    return last + tail_extent(axis, layer) > axis.sizes[k]


def inner_layers(network: Network, K: int | None = None) -> Sequence[int]:
    """The layers K < L below which a proof's routes may meet: all of them, or the one asked for.

    Raises
    ------
    InputError
        If there is no such layer in a network of this depth.

    Examples
    --------
    >>> list(inner_layers(Network(2, 4, layers="2/1:1,2/1:1,4/4:1")))
    [1, 2]
    """
    if K is None:
        return range(1, network.depth)
    if not 1 <= positive("K", K) < network.depth:
        allowed = f"K runs from 1 to L - 1 = {network.depth - 1} here"
        raise InputError("K", K, allowed if network.depth > 1 else "K < L, and there is one layer")
    return [K]


def tail_problem(network: Network, K: int) -> str | None:
    """Where the tail condition after layer K fails, with the numbers; None where it holds (THEORY 2).

    >>> tail_problem(Network(2, 4, layers="3/1:2,1/2:4,2/2:1"), 1)
    'the tail condition fails at layer 2 on rows: window 1 < min(stride 2, input 4)'
    """
    for axis in AXES:
        chain = network.axis(axis)
        layer = tail_failure(chain, K)
        if layer is not None:
            k = layer - 1
            return (
                f"the tail condition fails at layer {layer} on {AXIS_NAMES[axis]}: window "
                f"{chain.windows[k]} < min(stride {chain.strides[k]}, input {chain.sizes[k]})"
            )
    return None


def _sums_through(axis: Axis, J: int, limit: int) -> list[int]:
    """Bits of the sums of (t_l - 1) strides through layers 0, 1, ..., J, in the last with t_J >= 2."""
    sums = [1]
    for k in range(J - 1):
        sums.append(spread(sums[-1], axis.offset_step(k + 1), axis.windows[k] - 1, limit))
    step = axis.offset_step(J)
    if axis.windows[J - 1] < 2 or step > limit:
        return [*sums, 0]
    first = (sums[-1] << step) & ((1 << (limit + 1)) - 1)
    return [*sums, spread(first, step, axis.windows[J - 1] - 2, limit)]


def spread(sums: int, step: int, most: int, limit: int) -> int:
    """Bits of all s + a * step <= limit with s in `sums` and 0 <= a <= most."""
    mask = (1 << (limit + 1)) - 1
    left = min(most, limit // step)
    width = 1  # `sums` covers a < width: doubling it takes logarithmically many shifts
    while left > 0:
        take = min(width, left)
        sums |= (sums << (take * step)) & mask
        left -= take
        width += take
    return sums


def _lowest_bit(bits: int, start: int) -> int | None:
    rest = bits >> start
    return None if rest == 0 else start + (rest & -rest).bit_length() - 1


def _trace(total: int, sums: list[int], strides: list[int]) -> tuple[int, ...]:
    """Windows that attain `total`: from the last layer down, the least that leaves a sum."""
    windows = []
    for k in reversed(range(len(strides))):
        # Below layer 1 the only sum is 0, so that its step is known.
        a = total // strides[0] if k == 0 else 0
        while not sums[k] >> (total - a * strides[k]) & 1:
            a += 1
        windows.append(a + 1)
        total -= a * strides[k]
    return tuple(reversed(windows))
