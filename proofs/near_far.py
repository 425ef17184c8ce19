"""What Theorem 1 and its sharper forms have in common: labels, hypotheses restated, pairs on the graph.

Here a step does not ask the function that found a number: it counts, or follows paths of the graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod

from ..algebra.powers import Powers
from ..graphs.connectivity import reaches_output
from ..graphs.network import AXES, Axis, Network, Pair
from ..graphs.pairs import (
    SitePair,
    along,
    first_far_layer,
    last_far_layer,
    pair_problem,
    route_graph,
    way_down,
)
from ..graphs.tail import live
from .setting import Setting
from .steps import need, needs_nothing, step


def m_prime(network: Network, fars: Sequence[Pair]) -> int:
    """m' of THEORY 8.1: min{M - 1, D_l for l <= K}, with floor(D_l / 2) for I <= l < J.

    I and J are the first and the last layer with a far offset that is not (0, 0). With groups of channels
    D_l is what the first group passes on, and there are no more labels than templates that it sees.

    >>> network = Network(4, 4, layers="2/1:4,2/1:3,4/4:1")
    >>> m_prime(network, [(0, 1), (0, 1)]), m_prime(network, [(0, 0), (0, 1)])
    (2, 3)
    """
    halved = range(first_far_layer(fars), last_far_layer(fars))
    labels = (
        D // (1 + (k in halved))
        for k, D in enumerate(network.passed_channels)
        if 0 <= k <= len(fars)
    )
    return min([network.M - 1, *labels])


def most_pairs(setting: Setting, K: int, m: int) -> Powers:
    """(m + 1)^N, N at least the number of disjoint pairs across the partition, one a location of layer K.

    >>> most_pairs(Setting.read(M=3, H=4, layers="2/2:2,2/2:1"), 1, 2)
    Powers([(3, 4)])
    """
    return Powers([(m + 1, min(*setting.partition.counts, prod(setting.network.sizes[K])))])


def routed_count(network: Network, axis: int, C: int, windows: Sequence[int]) -> int:
    """How many live locations of layer K have routes that stay inside and cross (THEORY 8.3).

    >>> routed_count(Network(2, 1, 6, layers="1x3/1p0x1:1,1x6/1x6:1"), 1, 3, (3,))
    2
    """
    K, chain, across = len(windows), network.axis(axis), network.axis(1 - axis)
    nears, fars = way_down(network, along(axis, windows))
    near, far = (chain.walked([offset[axis] for offset in way]) for way in (nears, fars))
    crossing = live(chain, K) & (near >= 0) & (near < C) & (far >= C)
    lines = live(across, K) & (across.walked([offset[1 - axis] for offset in nears]) >= 0)
    return int(crossing.sum()) * int(lines.sum())


class AlongAxis:
    """What has windows along one axis has K and far offsets, too."""

    axis: int
    windows: tuple[int, ...]

    @property
    def K(self) -> int:
        """Below this layer the routes run."""
        return len(self.windows)

    @property
    def fars(self) -> tuple[Pair, ...]:
        """The far offsets of the windows."""
        return along(self.axis, self.windows)


@step("pairs", "graph")
def pairs_on_graph(
    setting: Setting, fars: Sequence[Pair], pairs: Sequence[SitePair], expected: int
) -> str:
    """Disjoint, crossing, in one receptive field, routed to the output, and as many as said."""
    needs_nothing(pair_problem(setting.network, fars, pairs, setting.partition))
    count = len(pairs)
    need(count == expected, f"{count} pairs on the graph, and the formula says E = {expected}")
    return (
        f"{count} disjoint pairs across the cut, each in the receptive field of a location "
        f"of layer {len(fars)} that reaches the output"
    )


def need_field(axis: Axis, windows: Sequence[int], T: int) -> None:
    """`Fails` unless the windows are inside the layers' and attain the total receptive field T."""
    fits = all(1 <= t <= r for t, r in zip(windows, axis.windows, strict=False))
    need(fits, f"the windows {tuple(windows)} do not fit the layers")
    steps = [prod(axis.strides[:k]) * d for k, d in enumerate(axis.dilations)]
    attained = 1 + sum((t - 1) * step for t, step in zip(windows, steps, strict=False))
    need(attained == T, f"the windows {tuple(windows)} attain {attained}, not T = {T}")


def need_offsets(network: Network, offsets: Sequence[Pair]) -> list[Pair]:
    """Offsets times the strides below, counted layer by layer; `Fails` if one leaves its window."""
    found, strides = [], [1, 1]
    for layer, offset in zip(network.layers, offsets, strict=False):
        for a in AXES:
            need(0 <= offset[a] < layer.window[a], f"offset {offset} leaves the window of {layer}")
        steps = [s * d for s, d in zip(strides, layer.dilation, strict=True)]
        found.append((offset[0] * steps[0], offset[1] * steps[1]))
        strides = [s * t for s, t in zip(strides, layer.stride, strict=True)]
    return found


def need_tail(network: Network, fars: Sequence[Pair]) -> str:
    """`Fails` unless every location of layer K reaches the output by the tail's offsets, on the graph.

    In networks that are not plain those that do not are not counted, and K < L is all that is needed. What
    was found, in words.
    """
    K = len(fars)
    need(1 <= K < network.depth, f"K = {K} must be below L = {network.depth}")
    for axis in AXES if network.plain else ():
        alive = reaches_output(route_graph(network, fars, axis))
        for u in range(network.sizes[K][axis]):
            need((K, u) in alive, f"location {u} of layer {K} does not reach the output")
    return f"the tail {'covers every' if network.plain else 'reads once at most each'} location"


def counted_on_graph(network: Network, axis: int, C: int, fars: Sequence[Pair]) -> int:
    """The same as `routed_count`, by following paths step by step from each location and to the output."""
    counts = [0, 0]
    ways = way_down(network, fars)
    for a, chain in enumerate(network.axes):
        alive = reaches_output(route_graph(network, fars, a))
        for u in range(chain.sizes[len(fars)]):
            near, far = (_followed(chain, u, [offset[a] for offset in way]) for way in ways)
            if (len(fars), u) in alive and near is not None and far is not None:
                counts[a] += a != axis or near < C <= far
    return prod(counts)


def _followed(chain: Axis, u: int, offsets: Sequence[int]) -> int | None:
    """The site to which one offset a layer leads, step by step."""
    at: int | None = u
    for layer in range(len(offsets), 0, -1):
        at = None if at is None else chain.input_at(layer, at, offsets[layer - 1])
    return at


def need_labels(
    network: Network, fars: Sequence[Pair], m: int, templates: int, *, sharp: bool = True
) -> None:
    """`Fails` unless m labels fit: m templates beyond the spare ones, channels for near and far routes.

    From the first layer in which the routes differ (`sharp`; else from layer 1) up to layer J - 1 there are
    two blocks of m channels, elsewhere one. `sharp`: and m + 1 do not fit.
    """
    differ = [layer for layer, far in enumerate(fars, 1) if far != (0, 0)]
    first, J = differ[0] if sharp else 1, differ[-1]

    each = [1, *(layer.groups for layer in network.layers), 1]
    groups = [
        max(pair) for pair in pairwise(each)
    ]  # a channel's own, and those of the layer that reads it

    def fit(labels: int) -> bool:
        needed = [labels * (1 + (first <= layer < J)) for layer in range(1, len(fars) + 1)]
        have = [D // g for D, g in zip(network.channels, groups, strict=False)][1 : len(fars) + 1]
        return labels <= min(templates, network.M // groups[0]) and all(
            a <= b for a, b in zip(needed, have, strict=True)
        )

    need(fit(m), f"{m} labels do not fit the channels {network.channels[: len(fars) + 1]}")
    need(not sharp or not fit(m + 1), f"{m + 1} labels fit, more than {m}")
