"""Points of rectifier networks that are built, not drawn: where seeds show little (THEORY 6.2 to 6.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

from ..algebra.assignment import Assignment
from ..algebra.witnesses.rectified_chains import (
    MOST_BOXES,
    best_orders,
    chains_assignment,
    inputs_at,
    window_states,
)
from ..algebra.witnesses.rectified_numbers import numbers_assignment
from ..algebra.witnesses.rectified_pairs import pairs_assignment
from ..graphs.chains import chains, span_of_boxes
from ..graphs.digits import numbering
from ..graphs.equalities import equalities
from ..graphs.partition import P, Q
from .setting import Setting

MOST_SITES = 1024
"""Beyond, no digits and no pairs are looked for unless a theorem is asked for them."""


@dataclass(frozen=True)
class BuiltPoint:
    """Parameters that a proof writes down, shared, and which proof."""

    by: str
    assignment: Assignment


def built_points(setting: Setting) -> list[Callable[[], BuiltPoint | None]]:
    """The constructions of a pooling on plain layers; each gives None where it does not apply.

    >>> sum_setting = Setting.read(M=2, H=4, layers="2/2:1,2/2:1,1/1:1", pooling="relu-sum")
    >>> [build() for build in built_points(sum_setting)][0].by
    'one channel that numbers 8 pairs of sites (THEORY 6.2)'
    """
    if setting.network.sites > MOST_SITES or not setting.network.plain:
        return []
    if setting.pooling == "relu-sum":
        return [lambda: numbered(setting)]
    if setting.pooling == "relu-max":
        return [lambda: equal_pairs(setting), lambda: ordered(setting)]
    return []


def numbered(setting: Setting) -> BuiltPoint | None:
    """Sum pooling: one channel, and a triangular matrix."""
    found = numbering(setting.network, setting.partition)
    if found is None:
        return None
    by = f"one channel that numbers {len(found.pairs)} pairs of sites (THEORY 6.2)"
    return BuiltPoint(by, numbers_assignment(setting.network, found))


def equal_pairs(setting: Setting) -> BuiltPoint | None:
    """Max pooling: whether all pairs are equal."""
    found = equalities(setting.network, setting.partition)
    if found is None:
        return None
    by = f"equality of {len(found.components)} pairs of sites (THEORY 6.4)"
    return BuiltPoint(by, pairs_assignment(setting.network, found))


def ordered(setting: Setting) -> BuiltPoint | None:
    """Max pooling: chains of boxes, at the first location that sees both sides.

    It needs two layers, or three with a channel for every state of the first window but one.
    """
    network, cut = setting.network, setting.partition
    found = chains(network, cut)
    if found is None or network.depth not in (2, 3):
        return None
    states = network.M
    if network.depth == 3:
        window = zip(network.layers[0].window, network.sizes[0], strict=True)
        sites = prod(min(r, n) for r, n in window)
        if network.M**sites - 1 > min(network.channels[1], MOST_BOXES):
            return None
        states = len(window_states(network))
    top = found.locations[0]
    sides = [side for _, side in inputs_at(network, cut, top)]
    inputs = min(sides.count(P), sides.count(Q))
    if states < 2 or states**inputs > MOST_BOXES:
        return None
    D = min(network.channels[network.depth - 1], states**inputs - 1)
    most = 1 + span_of_boxes((states,) * inputs, D)
    orders, dimension = best_orders((states,) * inputs, D, most)
    by = f"{D} chains of boxes that span {dimension} dimensions (THEORY 6.3)"
    return BuiltPoint(by, chains_assignment(network, cut, top, orders))
