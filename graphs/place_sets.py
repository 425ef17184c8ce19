"""Sets of places as masks over the grids of the layers: whether they separate, and the degrees of N(S).

It is what `CutGraph` does vertex by vertex, in a few array operations a layer, for graphs of any size
(THEORY 9).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .grids import NONE, ON_BOTH, ON_P, ON_Q, Bits, Grids, Mask, seen, up
from .network import Vertex
from .partition import Q, Side


@dataclass(frozen=True, eq=False)
class PlaceSet:
    """A set S of places that are not constant, as a mask for each of the layers 0, ..., L."""

    grids: Grids
    chosen: list[Mask]

    def vertices(self) -> tuple[Vertex, ...]:
        """The places of the set, ascending."""
        at = (
            (layer, place) for layer, mask in enumerate(self.chosen) for place in np.argwhere(mask)
        )
        return tuple(Vertex(layer, (int(u), int(v))) for layer, (u, v) in at)

    @cached_property
    def without(self) -> list[Bits]:
        """The side of each place by paths that avoid S, else its own if it is pure; 0 where it is free."""
        network = self.grids.network
        avoiding: list[Bits] = []
        found: list[Bits] = []
        for layer, (own, removed) in enumerate(zip(self.grids.side, self.chosen, strict=True)):
            below = seen(network, layer, avoiding[-1]) & own if layer else own
            avoiding.append(np.where(removed, NONE, below).astype(np.uint8))
            free = np.where(avoiding[-1] == NONE, own % ON_BOTH, avoiding[-1])
            found.append(free.astype(np.uint8))
        return found

    def expanded(self, layer: int) -> Mask:
        """The places of S with sites of both sides below, and the output if it is in S."""
        found: Mask = self.chosen[layer] & (self.grids.side[layer] == ON_BOTH)
        return self.chosen[layer] if layer == self.grids.network.depth else found

    @property
    def separates(self) -> bool:
        """Whether no input of what is expanded, and not the output outside S, sees both sides without S."""
        depth, without = self.grids.network.depth, self.without
        if not self.chosen[depth].any() and without[depth].item() == ON_BOTH:
            return False
        return not any(
            (without[layer - 1][self._inputs(layer)] == ON_BOTH).any()
            for layer in range(1, depth + 1)
        )

    def free(self) -> tuple[Vertex, ...]:
        """What may be on either side: inputs of what is expanded, and the output if it is not in S."""
        found = []
        for layer in range(self.grids.network.depth):
            for u, v in np.argwhere(
                self._inputs(layer + 1) & (self.without[layer] == NONE)
            ).tolist():
                found.append(Vertex(layer, (u, v)))
        depth = self.grids.network.depth
        if not self.chosen[depth].any() and self.without[depth].item() == NONE:
            found.append(Vertex(depth, (0, 0)))
        return tuple(found)

    def degrees(self, free: Side) -> Iterator[tuple[int, NDArray[Any], NDArray[Any]]]:
        """For layers L, ..., 0, the largest degrees (k_P, k_Q) of places, free parts on one side.

        Each pair of arrays is the caller's until the next is asked for.
        """
        grids, network = self.grids, self.grids.network
        depth, kind = network.depth, grids.kind
        root = np.ones((1, 1), kind) * ~self.chosen[depth]
        k: list[NDArray[Any]] = [
            np.where(self._on(depth, side, free), root, 0) for side in (Side.P, Side.Q)
        ]
        for layer in range(depth, -1, -1):
            yield layer, k[0], k[1]
            if layer == 0:
                return
            total = np.ones((1, 1), kind) if layer == depth else k[0] + k[1]
            expanded = up(network, layer, np.where(self.expanded(layer), total, 0))
            k = [
                up(network, layer, np.where(self.chosen[layer], 0, degree))
                + np.where(self._on(layer - 1, side, free), expanded, 0)
                for side, degree in zip((Side.P, Side.Q), k, strict=True)
            ]

    def _on(self, layer: int, side: Side, free: Side) -> Mask:
        """Which places are on a side without S."""
        found = self.without[layer] == (ON_Q if side == Q else ON_P)
        either: Mask = found | (self.without[layer] == NONE) if side == free else found
        return either

    def _inputs(self, layer: int) -> Mask:
        read = up(self.grids.network, layer, self.expanded(layer)) > 0
        found: Mask = read & (self.grids.side[layer - 1] != NONE)
        return found
