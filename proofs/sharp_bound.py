"""The sharp lower bound (THEORY 8.1): hypotheses, the best K and T, and the check of its assignment.

For a cut at position C of an axis of n sites, windows t_l <= R_l (l <= K < L) that attain T >= 2 along it,
J = max{l : t_l >= 2}, and a tail that loses nothing,

    m' = min{ M - 1, D_l for J <= l <= K, floor(D_l / 2) for l < J },
    E+ = ceil(lines / T_S) * #{ v >= 0 : T_S v < C <= T_S v + T - 1 <= n - 1 },

the rank is at least (m' + 1)^(E+) for almost all parameters, shared or unshared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter

from ..algebra import resources
from ..algebra.constructions import Construction, sharp_assignment
from ..algebra.evaluate import factorize
from ..algebra.grid_tensor import is_enumerable
from ..algebra.linear import pair_matrix
from ..algebra.separation import separate
from ..errors import InputError
from ..graphs.geometry import (
    attained_fields,
    total_receptive_field,
    total_stride,
    windows_attaining,
)
from ..graphs.network import COLUMNS, ROWS, Network
from ..graphs.pairs import SitePair, theorem_1_pairs
from ..graphs.partition import Partition, named
from . import theorem_1
from .claim import RankClaim, decide
from .lower_bounds import labels
from .oracles import family_step, oracle_step
from .registry import PROJECT
from .steps import (
    almost_everywhere_step,
    assignment_step,
    leading_step,
    nonsingular_step,
    pairs_step,
    rank_step,
    witness_step,
)
from .verdict import Bound, Claim, ComputedRank, Status, Step, Verdict, outcome
from .verify_bound import SMALLER, conclusion

TITLE = "Sharp lower bound"


@dataclass(frozen=True)
class SharpInstance:
    """A network, a cut, K and windows that meet the hypotheses, with the numbers of the theorem."""

    network: Network
    axis: int
    C: int
    windows: tuple[int, ...]
    T_S: int
    T: int
    m: int
    E: int

    @property
    def K(self) -> int:
        return len(self.windows)

    @property
    def bound(self) -> Bound:
        """(m' + 1)^(E+)."""
        return Bound(self.m + 1, self.E)

    @property
    def geometry(self) -> dict[str, int]:
        """The numbers as the report shows them."""
        named_numbers = {"C": self.C, "K": self.K, "T_S": self.T_S, "T": self.T}
        return {**named_numbers, "m'": self.m, "E⁺": self.E}


def straight_cut(partition: str, network: Network) -> tuple[int, int]:
    """(axis, C) of a partition into columns < C (axis 1) or rows < C (axis 0)."""
    cut = named(partition, network.H, network.W)
    kind = partition.partition(":")[0]
    if kind in ("left-right", "column"):
        return COLUMNS, cut.counts[0] // network.H
    if kind in ("top-bottom", "row"):
        return ROWS, cut.counts[0] // network.W
    allowed = "a straight cut is needed: left-right, top-bottom, column:C or row:C"
    raise InputError("partition", partition, allowed)


def instance(network: Network, axis: int, C: int, windows: tuple[int, ...]) -> SharpInstance | str:
    """The theorem's instance for these windows, or the hypothesis that fails."""
    K = len(windows)
    chain, across = network.axis(axis), network.axis(1 - axis)
    if not 1 <= K < network.depth or any(
        not 1 <= t <= r for t, r in zip(windows, chain.windows, strict=False)
    ):
        return f"the windows {windows} do not fit layers 1 … K with K < L = {network.depth}"
    lost = theorem_1.lost(network, K)
    if lost is not None:
        return lost
    if max(windows) < 2:
        return "T = 1: a window of at least 2 is needed"
    J = max(k + 1 for k, t in enumerate(windows) if t >= 2)
    T_S, T = total_stride(chain, K), total_receptive_field(chain, K, windows)
    lines = -(-across.size // total_stride(across, K))
    E = lines * _crossing(chain.size, C, T_S, T)
    return SharpInstance(network, axis, C, windows, T_S, T, labels(network, K, J), E)


def choose(
    network: Network, axis: int, C: int, K: int | None = None
) -> SharpInstance | tuple[str, ...]:
    """The instance with the largest bound (least K, then J, then T among equals), or why there is none."""
    if K is not None and not 1 <= K < network.depth:
        allowed = f"K runs from 1 to L - 1 = {network.depth - 1} here"
        raise InputError("K", K, allowed if network.depth > 1 else "K < L, and there is one layer")
    if network.depth == 1:
        return ("the theorem needs K < L, and the network has one layer",)
    reasons = []
    best: SharpInstance | None = None
    for k in range(1, network.depth) if K is None else [K]:
        lost = theorem_1.lost(network, k)
        found = [] if lost else list(_candidates(network, axis, C, k))
        if not found:
            reasons.append(f"K = {k}: {lost or 'no windows attain T ≥ 2 within the grid'}")
        for candidate in found:
            if best is None or candidate.bound.powers > best.bound.powers:
                best = candidate
    return tuple(reasons) if best is None else best


def check(
    instance: SharpInstance,
    weights: str,
    partition: str,
    *,
    construction: Construction | None = None,
    pairs: Iterable[SitePair] | None = None,
) -> Verdict:
    """Run every step on an instance; an own construction or own pairs are held to the same checks.

    Raises
    ------
    ResourceError
        If the work would not fit the free memory.
    """
    started = perf_counter()
    network, bound = instance.network, instance.bound
    needed = resources.estimate_construction(network, bound.base)
    resources.require(needed, resources.memory_limit(), SMALLER)
    cut = named(partition, network.H, network.W)
    if construction is None:
        construction = sharp_assignment(
            network, instance.axis, instance.windows, instance.m, shared=weights == "shared"
        )
    crossing = list(_crossing_pairs(instance, cut) if pairs is None else pairs)
    factorization = factorize(construction.assignment)
    separation = separate(factorization, cut)
    steps = [
        hypotheses_step(instance),
        pairs_step(network, instance.axis, instance.windows, crossing, cut, instance.E),
        witness_step(network, construction, weights),
        *([leading_step()] if construction.family is not None else []),
        assignment_step(bound.base, factorization, crossing, cut),
        nonsingular_step(factorization, cut, pair_matrix(instance.m), "J + diag(1, …, 1, 0)"),
        rank_step(bound, separation.rank),
        oracle_step(construction.assignment, None, cut, separation.rank),
    ]
    if construction.family is not None:
        steps.append(family_step(construction.family, None, cut, bound))
    claim = Claim(">=", bound.powers)
    if is_enumerable(network):
        steps.append(decide(RankClaim(network, cut, weights, claim)))
    where = "at this assignment" if construction.family is None else "in the family at almost all q"
    steps.append(almost_everywhere_step(network, bound, steps, where))
    return Verdict(
        TITLE,
        PROJECT,
        *outcome(
            steps,
            conclusion(network, bound, weights, cut),
        ),
        network=network,
        weights=weights,
        partition=partition,
        claim=claim,
        bound=bound,
        rank=ComputedRank(separation.rank, construction.family is None, "Q", "factored"),
        geometry=instance.geometry,
        steps=tuple(steps),
        witness=None if construction.family is not None else construction.assignment,
        seconds=perf_counter() - started,
    )


def hypotheses_step(given: SharpInstance) -> Step:
    """Derive the instance from the network once more, and restate the hypotheses with their numbers."""
    name, method = "hypotheses", "arithmetic"
    derived = instance(given.network, given.axis, given.C, given.windows)
    if derived != given:
        detail = derived if isinstance(derived, str) else f"the network gives {derived.geometry}"
        return Step(name, method, Status.FAILED, detail)
    return Step(
        name,
        method,
        Status.PASSED,
        f"windows t = {given.windows} attain T = {given.T} for K = {given.K} < L; the tail covers every "
        f"location; m' = {given.m}",
    )


def _candidates(network: Network, axis: int, C: int, K: int) -> Iterator[SharpInstance]:
    """For every J the T with the most crossing pairs, the least T among equals."""
    chain = network.axis(axis)
    T_S = total_stride(chain, K)
    for J in range(1, K + 1):
        fields = attained_fields(chain, J, chain.size)
        T = max(fields, key=lambda T: (_crossing(chain.size, C, T_S, T), -T), default=None)
        if T is not None:
            windows = windows_attaining(chain, J, T) + (1,) * (K - J)
            found = instance(network, axis, C, windows)
            assert isinstance(found, SharpInstance)
            yield found


def _crossing(n: int, C: int, T_S: int, T: int) -> int:
    """How many v >= 0 have T_S v < C <= T_S v + T - 1 <= n - 1."""
    first = -(-max(0, C - T + 1) // T_S)
    last = min(C - 1, n - T) // T_S
    return max(0, last - first + 1)


def _crossing_pairs(instance: SharpInstance, cut: Partition) -> Iterator[SitePair]:
    for pair in theorem_1_pairs(instance.network, instance.axis, instance.windows):
        if cut.side(pair.near) != cut.side(pair.far):
            yield pair
