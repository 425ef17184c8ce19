"""Ranks of rectifier networks (THEORY 6): a distribution over seeds, and what holds for all parameters.

A rectifier network has no generic rank: open sets of parameters can differ. What a rank r at one
point proves is that r is reached or exceeded on an open set, since a minor is a continuous function
of the parameters. So the largest rank over all real parameters is at least the largest one found, at
seeds or at points that a proof writes down, and at most what sums of local functions (THEORY 6.1) and,
for max pooling, chains of boxes (THEORY 6.3) allow.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

from ..algebra.assignment import Assignment, require_assignment
from ..algebra.linear.rank_bounds import RankBounds, rank_bounds
from ..algebra.powers import Powers
from ..algebra.random_parameters import random_assignment
from ..algebra.rectifier import POOLINGS, Rectifier
from ..algebra.rings import ZZ
from ..errors import InputError, ResourceError
from ..graphs.chains import chains, show_states
from ..graphs.local_sums import LocalSum, local_sum, summand_scopes
from ..graphs.network import Network
from ..graphs.partition import P, Partition, Q
from ..progress import Progress, shown
from ..resources import memory_limit
from ..versions import versions
from .interval import LowerBound, UpperBound, bounds_json
from .random_ranks import require_options
from .rectifier_points import BuiltPoint, built_points
from .setting import SHARED, UNSHARED, About, Setting, Weights, one_of
from .transcripts.sheet import GOOD, Closing, Line, Sheet
from .transcripts.shown import Shown

MOST_SITES = 1024
"""Beyond, only the size of the matrix bounds from above."""
MOST_SHOWN = 20


@dataclass(frozen=True)
class RectifierUpper:
    """A bound on the rank for all parameters, and what proves it."""

    value: Powers
    by: str
    split: LocalSum | None = None


@dataclass(frozen=True)
class BuiltRank:
    """The exact rank, or bounds on it, at a point that a proof writes down."""

    rank: RankBounds
    point: BuiltPoint

    def to_json(self) -> dict[str, Any]:
        """The rank's bounds, and which construction it is."""
        return {"lower": self.rank.lower, "upper": self.rank.upper, "by": self.point.by}


@dataclass(frozen=True, repr=False)
class RectifierReport(About, Shown):
    """Ranks of a rectifier network at points, and bounds on the largest rank over all real parameters.

    `ranks` has one entry a seed, from `seed` on, or a single one at given parameters, `point` (then
    `seed` is None). `built` is the rank at a construction, where one reaches the ranks of the seeds.
    """

    setting: Setting
    seed: int | None
    ranks: tuple[RankBounds, ...]
    upper: RectifierUpper
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    point: Assignment | None = None
    built: BuiltRank | None = None

    @property
    def pooling(self) -> str:
        """ "relu-sum", "relu-max" or "sum-relu"."""
        return self.setting.pooling

    @property
    def lower(self) -> int:
        """The largest rank that was found, proved at one of the points."""
        built = [] if self.built is None else [self.built.rank]
        return max(rank.lower for rank in (*self.ranks, *built))

    @property
    def exact(self) -> bool:
        """Whether the largest rank over all parameters is known."""
        return self.upper.value == self.lower

    @property
    def distribution(self) -> dict[RankBounds, int]:
        """How often each rank was found, ascending; two entries differ in their bounds only."""
        plain = Counter((rank.lower, rank.upper) for rank in self.ranks)
        return {RankBounds(*bounds, ""): count for bounds, count in sorted(plain.items())}

    def __repr__(self) -> str:
        relation = "=" if self.exact else "≥"
        return f"<RectifierReport: largest rank {relation} {self.lower}, {self.pooling}, {self.network}>"

    def sheet(self) -> Sheet:
        """The ranks found, seed by seed, and what is proved of the largest one."""
        subject = f"rectifier network, {self.pooling}, the last layer linear"
        upper = f"for all parameters: {self.upper.by}"
        return Sheet(
            f"Rank of a {subject}, {self.setting}",
            (str(self.network), self.setting.shape),
            (
                Line("ranks", "", self._found()),
                *self._built(),
                Line("≤", self.upper.value.with_value, upper),
                *(Line("–", "", note) for note in self.notes),
            ),
            (self._closing(),),
            seconds=self.seconds,
        )

    def _found(self) -> str:
        """Every rank, or how often each was found, and over what."""
        ranks = [str(rank) for rank in self.ranks]
        if len(ranks) > MOST_SHOWN:
            ranks = [f"{rank} ({count} times)" for rank, count in self.distribution.items()]
        kind = "exact over Q" if all(rank.exact for rank in self.ranks) else "proved over Q"
        if self.seed is None:
            return f"{', '.join(ranks)}; {kind}, at the given parameters"
        last = self.seed + len(self.ranks) - 1
        seeds = f"seed {self.seed}" if last == self.seed else f"seeds {self.seed} to {last}"
        return f"{', '.join(ranks)}; {kind}, integers in -9 … 9, {seeds}"

    def _built(self) -> list[Line]:
        """The rank at the construction."""
        if self.built is None:
            return []
        value = Powers(self.built.rank.lower).spelled(self.network.M).with_value
        said = f"largest rank, by construction: {self.built.point.by}; ranked over Q at these parameters"
        return [Line("≥", value, said)]

    def _closing(self) -> Closing:
        if self.seed is None:
            (found,) = self.ranks
            value = f"is {found}" if found.exact else f"is from {found}"
            word = "EXACT" if found.exact else "PROVED"
            return Closing(word, GOOD, f"the rank at the given parameters {value}")
        if self.exact:
            sentence = f"the largest rank of all parameters is {self.upper.value}"
            return Closing("EXACT", GOOD, sentence)
        high = self.upper.value.with_value
        return Closing("PROVED", GOOD, f"{self.lower} ≤ largest rank of all parameters ≤ {high}")

    def certificate(self) -> dict[str, Any]:
        """None: raises `InputError`."""
        raise InputError("certificate", self.pooling, "product pooling has certificates")

    def to_json(self) -> dict[str, Any]:
        """A JSON object. Its bounds, and whether they are exact, are about the largest rank."""
        best = max(self.ranks, key=lambda rank: rank.lower)
        by = f"{best.by}, at one of the points"
        if self.built is not None:
            by = f"{self.built.rank.by}, at a construction: {self.built.point.by}"
        found = Powers(self.lower).spelled(self.network.M)
        lower = LowerBound(found, by)
        upper = UpperBound(self.upper.value, self.upper.by)
        return {
            **bounds_json("largest rank of a rectifier network", self.setting, lower, upper),
            "rank": lower.value.to_json(),
            "pooling": self.pooling,
            "field": "Q",
            "engine": "rectifier",
            "seed": self.seed,
            "trials": len(self.ranks),
            "ranks": [
                {"lower": rank.lower, "upper": rank.upper, "exact": rank.exact, "by": rank.by}
                for rank in self.ranks
            ],
            "construction": None if self.built is None else self.built.to_json(),
            "notes": list(self.notes),
            "versions": versions(),
            "seconds": round(self.seconds, 3),
        }


def rectifier_ranks(
    network: Network,
    partition: Partition | str,
    pooling: str,
    *,
    weights: Weights = SHARED,
    seed: int = 0,
    trials: int = 1,
    memory: float | None = None,
    progress: Progress | None = None,
) -> RectifierReport:
    """Exact ranks at random integer parameters in -9 ... 9, for the seeds seed, ..., seed + trials - 1.

    Parameters
    ----------
    network : Network
    partition : Partition or str
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
    one_of("pooling", pooling, POOLINGS)
    setting = Setting.of(network, partition, weights, pooling)
    return measured_rectifier(
        setting, seed=seed, trials=trials, memory=memory_limit(memory), progress=shown(progress)
    )


def measured_rectifier(
    setting: Setting,
    *,
    seed: int = 0,
    trials: int = 1,
    memory: int,
    progress: Progress | None = None,
    constructions: bool = True,
) -> RectifierReport:
    """`rectifier_ranks` of a setting, with memory in bytes, and with or without constructions."""
    started = perf_counter()
    require_options("dense", seed, trials)
    upper = rectifier_upper_bound(setting)
    ranks: list[RankBounds] = []
    notes: list[str] = []
    for t in range(trials):
        try:
            point = random_assignment(setting.network, seed + t, ZZ, shared=setting.shared)
            ranks.append(_rank(setting, point, upper, memory, progress))
        except ResourceError as error:
            if not ranks:
                raise
            notes.append(f"trials ended: {error}")
            break
    report = RectifierReport(setting, seed, tuple(ranks), upper, tuple(notes))
    built = built_rank(setting, upper, report.lower, memory, progress) if constructions else None
    return replace(report, built=built, seconds=perf_counter() - started)


def built_rank(
    setting: Setting,
    upper: RectifierUpper,
    least: int,
    memory: int,
    progress: Progress | None = None,
) -> BuiltRank | None:
    """The largest rank at a construction; None if that is less than `least`, or `upper` is reached."""
    best = None
    for build in built_points(setting):
        if upper.value == least:
            break
        point = build()
        if point is not None:
            rank = _rank(setting, point.assignment, upper, memory, progress)
            if rank.lower >= least:
                best, least = BuiltRank(rank, point), rank.lower
    return best


def rectifier_rank_at(
    assignment: Assignment,
    partition: Partition | str,
    pooling: str,
    *,
    memory: float | None = None,
    progress: Progress | None = None,
) -> RectifierReport:
    """The rank of a rectifier network at given parameters over ZZ or QQ; errors as `rectifier_ranks`."""
    started = perf_counter()
    one_of("pooling", pooling, POOLINGS)
    weights = SHARED if require_assignment(assignment).shared else UNSHARED
    setting = Setting.of(assignment.network, partition, weights, pooling)
    upper = rectifier_upper_bound(setting)
    rank = _rank(setting, assignment, upper, memory_limit(memory), shown(progress))
    seconds = perf_counter() - started
    notes = assignment.notes
    return RectifierReport(setting, None, (rank,), upper, notes, seconds, assignment)


def summed_layers(pooling: str) -> int:
    """How many of the last layers are sums over their windows, without a rectifier after them."""
    return 2 if pooling == "sum-relu" else 1


def rectifier_upper_bound(setting: Setting) -> RectifierUpper:
    """A bound for all parameters: the size of the matrix, or a theorem of THEORY 6."""
    network, partition = setting.network, setting.partition
    if network.sites > MOST_SITES:
        return _size(setting, min(partition.counts))
    scopes = summand_scopes(network, summed_layers(setting.pooling))
    sides = [partition.sides[site] for site in set().union(*scopes)]
    bounds = [_size(setting, min(sides.count(P), sides.count(Q)))]
    found = local_sum(scopes, partition, network.M)
    if found is not None:
        lengths = sorted({len(scope) for scope in found.scopes})
        sites = f"{lengths[0]} to {lengths[-1]}" if len(lengths) > 1 else str(lengths[0])
        by = f"a sum of {len(found.scopes)} functions of {sites} sites each (THEORY 6.1)"
        bounds.append(RectifierUpper(Powers(found.bound), by, found))
    if setting.pooling == "relu-max" and network.plain:
        bounds += _by_chains(setting)
    return min(bounds, key=lambda bound: bound.value)


def _size(setting: Setting, sites: int) -> RectifierUpper:
    size = Powers([(setting.network.M, sites)])
    return RectifierUpper(size, "the smaller number of rows and columns")


def _by_chains(setting: Setting) -> list[RectifierUpper]:
    """The bound of THEORY 6.3, where it applies."""
    found = chains(setting.network, setting.partition)
    if found is None:
        return []
    D, count = setting.network.channels[-2], len(found.locations)
    states = show_states(max(found.states[0], key=len))
    many = ("" if D == 1 else "s", "" if count == 1 else "s")
    by = f"chains of boxes: {D} channel{many[0]} at {count} location{many[1]}, {states} a side"
    return [RectifierUpper(Powers(found.bound), f"{by} (THEORY 6.3)")]


def _rank(
    setting: Setting,
    point: Assignment,
    upper: RectifierUpper,
    memory: int,
    progress: Progress | None,
) -> RankBounds:
    matrix = Rectifier(point, setting.pooling).matrix(setting.partition, memory, progress)
    most = int(upper.value) if upper.value <= 2**63 else None
    return rank_bounds(matrix, most, progress)
