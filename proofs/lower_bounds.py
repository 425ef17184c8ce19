"""Lower bounds on the generic rank for any partition, each with an explicit assignment (THEORY 8).

* One displacement (8.3), shared or unshared weights: pairs s, s + tau; on a straight cut it contains 8.1
  and so Theorem 1.
* A flow in digits through layer 1 (8.5), unshared weights.

The bound is a theorem; where its assignment can be evaluated, the exact rank there is computed as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from ..algebra import resources
from ..algebra.constructions import Construction, displacement_assignment
from ..algebra.digits import digit_assignment, digit_count
from ..algebra.evaluate import factorize
from ..algebra.linear import pair_matrix
from ..algebra.powers import Powers
from ..algebra.separation import separate
from ..errors import ResourceError
from ..graphs.displacements import (
    Displacement,
    crossing_corners,
    displacements,
    matched_corners,
)
from ..graphs.flows import DigitPath, digit_paths
from ..graphs.network import Network, Pair
from ..graphs.partition import Partition
from . import theorem_1
from .verdict import Bound

MOST_TAUS = 2 * 10**9
"""Sites times displacements that are tried; beyond, only those along one axis."""
MOST_BASE = 9
SMALLER = "a smaller H or M does"


@dataclass(frozen=True)
class LowerBound:
    """A proved lower bound, and what proves it.

    `construction` is an explicit assignment at which the exact rank is `value`, or None.
    """

    value: Powers
    by: str
    construction: Construction | None = None


@dataclass(frozen=True)
class Candidate:
    """A bound by a theorem of THEORY 8, and how to build its assignment over ZZ."""

    bound: Bound
    by: str
    build: Callable[[], Construction]


def lower_bound(network: Network, partition: Partition, weights: str, memory: int) -> LowerBound:
    """The best of THEORY 8.3 and, for unshared weights, 8.5, with its assignment's exact rank.

    Where the assignment does not fit the memory, the theorem alone is what proves the bound.

    Raises
    ------
    AssertionError
        If the rank at an assignment is smaller than its theorem says.
    """
    partition.require(network.H, network.W)
    best = max(candidates(network, partition, weights), key=lambda c: c.bound.powers, default=None)
    if best is None or best.bound.powers == Powers():
        return LowerBound(Powers(), "every nonzero function")
    try:
        needed = resources.estimate_construction(network, best.bound.base)
        resources.require(needed, memory, SMALLER)
        construction = best.build()
        rank = separate(factorize(construction.assignment), partition).rank
    except ResourceError:
        return LowerBound(best.bound.powers, f"{best.by}; its assignment is too large to rank here")
    if rank < best.bound.powers:
        raise AssertionError(f"rank {rank} at the assignment of {best.by}, which says {best.bound}")
    where = "an explicit assignment"
    if construction.family is not None:
        where = "the leading form of an explicit family"
    value = best.bound.powers if rank == best.bound.powers else rank
    return LowerBound(value, f"{best.by}; the exact rank at {where}", construction)


def candidates(network: Network, partition: Partition, weights: str) -> Iterator[Candidate]:
    """The best bound of each theorem that applies; flows first, whose assignments have small clusters."""
    shared = weights == "shared"
    if not shared:
        yield from _flows(network, partition)
    displaced = best_displacement(network, partition)
    if displaced is not None:
        step, m, pairs = displaced
        yield Candidate(
            Bound(m + 1, pairs),
            f"{pairs} disjoint pairs s, s + {step.tau} through layer {step.K} (THEORY 8.3)",
            lambda: displacement_assignment(network, step.offsets, m, shared=shared),
        )


def best_displacement(
    network: Network, partition: Partition
) -> tuple[Displacement, int, int] | None:
    """The displacement with the largest (m' + 1)^nu, with m' and nu; the least K and J among equals."""
    best: tuple[Displacement, int, int] | None = None
    bound = Powers()
    for K in range(1, network.depth):
        if theorem_1.lost(network, K) is not None:
            continue
        counted: dict[Pair, int] = {}
        for step in _affordable(network, K):
            m = labels(network, K, step.J)
            if m < 1:
                continue
            if step.tau not in counted:
                crossing = crossing_corners(network, K, partition, step.tau)
                counted[step.tau] = int(matched_corners(crossing, step.tau).sum())
            found = Powers([(m + 1, counted[step.tau])])
            if found > bound:
                best, bound = (step, m, counted[step.tau]), found
    return best


def labels(network: Network, K: int, J: int) -> int:
    """m' of THEORY 8.1: min{M - 1, D_l for J <= l <= K, floor(D_l / 2) for l < J}."""
    D = network.channels
    return min([network.M - 1, *D[J : K + 1], *(d // 2 for d in D[1:J])])


def _affordable(network: Network, K: int) -> list[Displacement]:
    """All displacements, or those along one axis if there are too many."""
    found = list(displacements(network, K))
    if len(found) * network.sites > MOST_TAUS:
        return [step for step in found if 0 in step.tau]
    return found


def _flows(network: Network, partition: Partition) -> Iterator[Candidate]:
    """THEORY 8.5 for every small base: paths through layer 1 on digits of the templates."""
    if network.depth < 2 or theorem_1.lost(network, 1) is not None:
        return
    D = network.channels[1]
    for b in range(2, min(network.M, D + 1, MOST_BASE) + 1):
        try:
            paths = digit_paths(
                network, partition, digit_count(network.M, b), digit_count(D + 1, b)
            )
        except ResourceError:
            return
        yield Candidate(
            Bound(b, len(paths)),
            f"a flow of {len(paths)} digits in base {b} through layer 1 (THEORY 8.5)",
            partial(_digits, network, paths, b),
        )


def _digits(network: Network, paths: Sequence[DigitPath], b: int) -> Construction:
    return Construction(digit_assignment(network, paths, b), pair_matrix(b - 1))
