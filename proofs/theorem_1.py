"""Theorem 1 of Sharir and Shashua (2018): hypotheses, bound, and the choice of K.

Let layers 1, ..., K with K < L have total receptive field T_R > W/2 along the cut (H/2 for
top-bottom), and let no location of layer K be lost on the way to the output. With

    D = min{ M, D_K, floor(D_l / 2) for l < K },   T = T_R(floor(W/2)),
    E = (floor((W - T) / T_S) + 1) * ceil(H / T_S),

the matricization of the grid tensor has rank at least D^E for almost every choice of the parameters,
shared or unshared. With T_S = 1 and D >= M this is M^(H^2/2), the full rank.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import InputError
from ..graphs.geometry import (
    minimal_windows,
    tail_failure,
    total_receptive_field,
    total_stride,
)
from ..graphs.network import COLUMNS, ROWS, Network, positive
from .verdict import Bound

NAME = "Theorem 1"
SOURCE = "Sharir & Shashua 2018"
PARTITIONS = {"left-right": COLUMNS, "top-bottom": ROWS}
SIDES = ("H", "W")
AXES = ("rows", "columns")


@dataclass(frozen=True)
class Instance:
    """A network, a cut axis and a K that meet the hypotheses, with the numbers of the theorem."""

    network: Network
    axis: int
    K: int
    windows: tuple[int, ...]
    T_S: int
    T_R: int
    T: int
    D: int
    E: int

    @property
    def bound(self) -> Bound:
        """D^E."""
        return Bound(self.D, self.E)

    @property
    def geometry(self) -> dict[str, int]:
        """The numbers as the report shows them."""
        return {
            "K": self.K,
            "T_S": self.T_S,
            "T_R": self.T_R,
            "T": self.T,
            "D": self.D,
            "E": self.E,
        }


def axis_of(partition: str) -> int:
    """The axis that a partition of the theorem cuts: 1 for left-right, 0 for top-bottom."""
    if not isinstance(partition, str) or partition not in PARTITIONS:
        raise InputError("partition", partition, "Theorem 1 is about left-right and top-bottom")
    return PARTITIONS[partition]


def instance(network: Network, axis: int, K: int) -> Instance | str:
    """The theorem's instance at K, or the hypothesis that fails, with its numbers."""
    chain, across = network.axis(axis), network.axis(1 - axis)
    half = chain.size // 2
    T_S, T_R = total_stride(chain, K), total_receptive_field(chain, K)
    windows = minimal_windows(chain, K, half)
    if windows is None:
        return f"T_R = {T_R} does not exceed {SIDES[axis]}/2 = {half}: no overlap reaches past half"
    failing = lost(network, K)
    if failing is not None:
        return failing
    D = min([network.M, network.channels[K], *(d // 2 for d in network.channels[1:K])])
    if D < 1:
        poor = 1 + min(range(K - 1), key=lambda k: network.channels[k + 1])
        return f"D = 0: layer {poor} has 1 channel, and layers below K need 2"
    T = total_receptive_field(chain, K, windows)
    per_line = max(0, (chain.size - T) // T_S + 1)
    lines = -(-across.size // total_stride(across, K))
    return Instance(network, axis, K, windows, T_S, T_R, T, D, per_line * lines)


def choose(network: Network, axis: int, K: int | None = None) -> Instance | tuple[str, ...]:
    """The instance with the largest D^E, the smallest K among equals; or why there is none.

    Raises
    ------
    InputError
        If a `K` is asked for that no network of this depth has.
    """
    if K is not None and not 1 <= positive("K", K) < network.depth:
        allowed = f"K runs from 1 to L - 1 = {network.depth - 1} here"
        raise InputError("K", K, allowed if network.depth > 1 else "K < L, and there is one layer")
    size = network.axis(axis).size
    if size % 2:
        name = ("height", "width")[axis]
        return (f"the theorem needs an even {name} for this cut, and {SIDES[axis]} = {size}",)
    if network.depth == 1:
        return ("the theorem needs K < L, and the network has one layer",)
    tried = range(1, network.depth) if K is None else [K]
    found = [(k, instance(network, axis, k)) for k in tried]
    qualified = [result for _, result in found if isinstance(result, Instance)]
    if not qualified:
        return tuple(f"K = {k}: {reason}" for k, reason in found)
    best = qualified[0]
    for candidate in qualified[1:]:
        if candidate.bound.powers > best.bound.powers:
            best = candidate
    return best


def lost(network: Network, K: int) -> str | None:
    """The tail condition: where it fails, with the numbers."""
    for axis in (ROWS, COLUMNS):
        chain = network.axis(axis)
        layer = tail_failure(chain, K)
        if layer is not None:
            k = layer - 1
            return (
                f"the tail condition fails at layer {layer} on {AXES[axis]}: window "
                f"{chain.windows[k]} < min(stride {chain.strides[k]}, input {chain.sizes[k]})"
            )
    return None
