"""Ranks of rectifier networks (THEORY 6): a distribution over seeds, and what holds for all parameters.

A rectifier network has no generic rank: open sets of parameters can differ. What a rank r at one
point proves is that r is reached or exceeded on an open set, since a minor is a continuous function
of the parameters. So the largest rank over all real parameters is at least the largest one found, and
at most what sums of local functions allow (THEORY 6.1).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from ..algebra import resources
from ..algebra.assignment import Assignment
from ..algebra.powers import Powers
from ..algebra.progress import Progress, shown
from ..algebra.random_parameters import random_assignment
from ..algebra.rank_bounds import RankBounds, rank_bounds
from ..algebra.rectifier import Rectifier
from ..algebra.rings import ZZ
from ..errors import ResourceError
from ..graphs.local_sums import LocalSum, local_sum, summand_scopes
from ..graphs.network import Network
from ..graphs.partition import P, Partition, Q
from .generic_rank import checked, number
from .verdict import versions

MOST_SITES = 1024
"""Beyond, only the size of the matrix bounds from above."""


@dataclass(frozen=True)
class RectifierUpper:
    """A bound on the rank for all parameters, and what proves it."""

    value: Powers
    by: str
    split: LocalSum | None = None


@dataclass(frozen=True, repr=False)
class RectifierReport:
    """Ranks of a rectifier network at points, and bounds on the largest rank over all real parameters.

    `ranks` has one entry a seed, from `seed` on, or a single one at given parameters, `point` (then
    `seed` is None).
    """

    network: Network
    weights: str
    partition: Partition
    pooling: str
    seed: int | None
    ranks: tuple[RankBounds, ...]
    upper: RectifierUpper
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    point: Assignment | None = None

    @property
    def lower(self) -> int:
        """The largest rank that was found, proved at one of the points."""
        return max(rank.lower for rank in self.ranks)

    @property
    def exact(self) -> bool:
        """Whether the largest rank over all parameters is known."""
        return Powers([(self.lower, 1)]) == self.upper.value

    @property
    def distribution(self) -> dict[RankBounds, int]:
        """How often each rank was found, ascending; two entries differ in their bounds only."""
        plain = Counter((rank.lower, rank.upper) for rank in self.ranks)
        return {RankBounds(*bounds, ""): count for bounds, count in sorted(plain.items())}

    def __repr__(self) -> str:
        relation = "=" if self.exact else "≥"
        return f"<RectifierReport: largest rank {relation} {self.lower}, {self.pooling}, {self.network}>"

    def __str__(self) -> str:
        from .render import rectifier_text

        return rectifier_text(self)

    def _repr_html_(self) -> str:
        from .notebook import report_html

        return report_html(str(self))

    def to_json(self) -> dict[str, Any]:
        """A JSON object. Its bounds, and whether they are exact, are about the largest rank."""
        rows, columns = (Powers([(self.network.M, n)]) for n in self.partition.counts)
        return {
            "of": "largest rank of a rectifier network",
            "M": self.network.M,
            "H": self.network.H,
            "W": self.network.W,
            "network": {"layers": self.network.syntax},
            "pooling": self.pooling,
            "weights": self.weights,
            "partition": self.partition.name,
            "rank": self.lower,
            "shape": [number(rows), number(columns)],
            "exact": self.exact,
            "field": "Q",
            "engine": "rectifier",
            "lower_bound": self.lower,
            "lower_by": f"{max(self.ranks, key=lambda rank: rank.lower).by}, at one of the points",
            "upper_bound": number(self.upper.value),
            "upper_by": self.upper.by,
            "seed": self.seed,
            "trials": len(self.ranks),
            "ranks": [
                {"lower": rank.lower, "upper": rank.upper, "exact": rank.exact, "by": rank.by}
                for rank in self.ranks
            ],
            "notes": list(self.notes),
            "versions": versions(),
            "seconds": round(self.seconds, 3),
        }


def rectifier_ranks(
    network: Network,
    partition: Partition,
    pooling: str,
    *,
    weights: str = "shared",
    seed: int = 0,
    trials: int = 1,
    memory: float | None = None,
    progress: Progress | None = None,
) -> RectifierReport:
    """Exact ranks at random integer parameters in -9 ... 9, for the seeds seed, ..., seed + trials - 1.

    Parameters
    ----------
    network : Network
    partition : Partition
    pooling : "relu-sum", "relu-max" or "sum-relu"
        See `algebra.rectifier`.
    weights : "shared" or "unshared"
    seed, trials : int
    memory : float, optional
        GiB that may be used; default: 80 % of what is free.

    Raises
    ------
    InputError
        If an argument does not fit.
    ResourceError
        If the work would need more memory than allowed.
    """
    started = perf_counter()
    progress = shown(progress)
    checked(weights, "dense", seed, trials)
    points = (
        random_assignment(network, seed + t, ZZ, shared=weights == "shared") for t in range(trials)
    )
    limit = resources.memory_limit(memory)
    upper = rectifier_upper_bound(network, partition, pooling)
    ranks: list[RankBounds] = []
    notes: list[str] = []
    for point in points:
        try:
            ranks.append(_rank(point, partition, pooling, upper, limit, progress))
        except ResourceError as error:
            if not ranks:
                raise
            notes.append(f"trials ended: {error}")
            break
    return RectifierReport(
        network,
        weights,
        partition,
        pooling,
        seed,
        tuple(ranks),
        upper,
        tuple(notes),
        perf_counter() - started,
    )


def rectifier_rank_at(
    assignment: Assignment,
    partition: Partition,
    pooling: str,
    *,
    memory: float | None = None,
    progress: Progress | None = None,
) -> RectifierReport:
    """The rank of a rectifier network at given parameters over ZZ or QQ; errors as `rectifier_ranks`."""
    started = perf_counter()
    progress = shown(progress)
    upper = rectifier_upper_bound(assignment.network, partition, pooling)
    limit = resources.memory_limit(memory)
    rank = _rank(assignment, partition, pooling, upper, limit, progress)
    return RectifierReport(
        assignment.network,
        "shared" if assignment.shared else "unshared",
        partition,
        pooling,
        None,
        (rank,),
        upper,
        seconds=perf_counter() - started,
        point=assignment,
    )


def summed_layers(pooling: str) -> int:
    """How many of the last layers are sums over their windows, without a rectifier after them."""
    return 2 if pooling == "sum-relu" else 1


def rectifier_upper_bound(network: Network, partition: Partition, pooling: str) -> RectifierUpper:
    """A bound for all parameters: the size of the matrix, or a sum of local functions (THEORY 6.1)."""
    partition.require(network.H, network.W)
    least = min(partition.counts)
    found = None
    if network.sites <= MOST_SITES:
        scopes = summand_scopes(network, summed_layers(pooling))
        sides = [partition.sides[site] for site in set().union(*scopes)]
        least = min(sides.count(P), sides.count(Q))
        found = local_sum(scopes, partition, network.M)
    size = Powers([(network.M, least)])
    if found is None or Powers([(found.bound, 1)]) >= size:
        return RectifierUpper(size, "the smaller number of rows and columns")
    lengths = sorted({len(scope) for scope in found.scopes})
    sites = f"{lengths[0]} to {lengths[-1]}" if len(lengths) > 1 else str(lengths[0])
    by = f"a sum of {len(found.scopes)} functions of {sites} sites each (THEORY 6.1)"
    return RectifierUpper(Powers([(found.bound, 1)]), by, found)


def _rank(
    point: Assignment,
    partition: Partition,
    pooling: str,
    upper: RectifierUpper,
    memory: int,
    progress: Progress | None,
) -> RankBounds:
    matrix = Rectifier(point, pooling).matrix(partition, memory, progress)
    most = int(upper.value) if upper.value <= Powers([(2, 63)]) else None
    return rank_bounds(matrix, most, progress)
