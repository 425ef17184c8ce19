"""What is known of a rank: proved from below, proved from above, exact or estimated.

A rank at random parameters over GF(p) proves that the generic rank is at least that. That the generic rank
*is* this number is an estimate, until a proved upper bound meets it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from time import perf_counter
from typing import Any

from ..algebra.assignment import Assignment, require_assignment
from ..algebra.engines import rank_at
from ..algebra.powers import Powers
from ..algebra.rings import PrimeField
from ..errors import InputError
from ..graphs.network import Network
from ..graphs.partition import Partition
from ..graphs.partition_names import partition_of
from ..progress import Progress, shown
from ..resources import memory_limit
from ..versions import versions
from . import evidence
from .bounds import GENERIC, interval_certificate, least_upper, proved_lower
from .interval import Bounded, LowerBound, UpperBound
from .random_ranks import (
    DEFAULT_PRIME,
    Trials,
    failure_probability,
    random_ranks,
    require_options,
)
from .setting import SHARED, UNSHARED, Setting, Weights
from .transcripts.sheet import PLAIN, Closing, Line, Sheet
from .transcripts.shown import Shown
from .upper_bounds import upper_bound

QUICK_SITES, QUICK_ENTRIES = 24, 2**24


@dataclass(frozen=True, repr=False)
class RankReport(Bounded, Shown):
    """What is proved and what is estimated of a rank.

    `of` says which rank: the generic one, or the one at given parameters. `rank` is the largest that an
    engine found, None if none could run; `failure` bounds the probability that the generic rank is larger.
    `point` is the assignment at which the lower bound was found, with its (seed, prime) if it is random
    over GF(prime).
    """

    setting: Setting
    of: str
    field: str
    engine: str
    rank: Powers | None
    lower: LowerBound
    upper: UpperBound
    seed: int | None
    ranks: tuple[Powers, ...] = ()
    failure: Fraction | None = None
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    point: Assignment | None = None
    point_seed: tuple[int, int] | None = None

    def certificate(self) -> dict[str, Any]:
        """A certificate of the bounds that meet, or of the lower bound (docs/certificate.md).

        Raises
        ------
        InputError
            If there is none: no point was ranked, the parameters are residues, or a minor would have more
            than 1024 rows.
        ResourceError
            If the matrix from which the minor is taken is too large.
        """
        point = self.point
        if point is None and (self.lower.construction is not None or self.lower.by_lemma):
            return interval_certificate(self.setting, self.lower, self.upper)
        if point is None or max(self.ranks).is_zero:
            raise InputError("certificate", self.lower.by, "no rank > 0 at a point was computed")
        if self.of != GENERIC:
            if isinstance(point.ring, PrimeField):
                raise InputError("certificate", str(point.ring), "ranks over Q have one")
            return evidence.rank_at(point, self.partition, self.lower.value)
        kind = "minor" if self.point_seed is None else "random minor"
        below = {kind: [evidence.minor(point, self.partition, self.point_seed)]}
        return evidence.interval(self.setting, self.lower.value, self.upper, below)

    def __repr__(self) -> str:
        relation = "=" if self.exact else "≥"
        return f"<RankReport: {self.of} {relation} {self.lower.value}, {self.network}>"

    def sheet(self) -> Sheet:
        """What is proved from below and above, by what, and what is estimated."""
        below, above = self._bounds()
        if self.rank is not None:
            below = replace(below, detail=f"{below.detail}, {self.engine} engine")
        notes = list(self.notes)
        if len(self.ranks) > 1:
            notes.append(f"ranks found: {', '.join(map(str, self.ranks))}")
        return Sheet(
            f"{self.of[0].upper()}{self.of[1:]}, {self.setting}",
            (str(self.network), self.setting.shape),
            (below, above, *(Line("–", "", note) for note in notes)),
            self._closing(),
            seconds=self.seconds,
        )

    def _closing(self) -> tuple[Closing, ...]:
        if self.exact or self.failure is None:
            return (self._proved(),)
        sentence = (
            f"it is {self.rank}; the chance that these parameters missed a larger rank is at most "
            f"{_chance(self.failure)}"
        )
        return self._proved(), Closing("ESTIMATED", PLAIN, sentence)

    def to_json(self) -> dict[str, Any]:
        """A JSON object; a number is {"text", "factors", "value"}, and `rank` None if none is known."""
        found = self.lower.value if self.exact else self.rank
        return {
            **self._bounds_json(),
            "rank": None if found is None else found.to_json(),
            "field": self.field,
            "engine": self.engine,
            "seed": self.seed,
            "trials": len(self.ranks),
            "ranks": [rank.to_json() for rank in self.ranks],
            "failure_probability": None if self.failure is None else float(self.failure),
            "notes": list(self.notes),
            "versions": versions(),
            "seconds": round(self.seconds, 3),
        }


def generic_rank(
    network: Network,
    partition: Partition | str,
    *,
    weights: Weights = SHARED,
    engine: str = "auto",
    prime: int | None = DEFAULT_PRIME,
    seed: int = 0,
    trials: int = 1,
    memory: float | None = None,
    progress: Progress | None = None,
) -> RankReport:
    """The generic rank of a network across a partition: proved bounds, and the rank at random points.

    Parameters
    ----------
    network : Network
    partition : Partition or str
        Of its sites, or a word such as "left-right", as on the command line.
    weights : "shared" or "unshared"
    engine : "auto", "factored", "tree" or "dense"
        With "auto", bounds alone answer where no engine fits the memory.
    prime : int or None
        The field GF(p) of the first trial; later trials take the next smaller primes. None: integers in
        -9 ... 9, ranked over Q.
    seed, trials : int
        Trial t uses seed + t.
    memory : float, optional
        GiB that may be used; default: 80 % of what is free.

    Returns
    -------
    RankReport
        `lower` and `upper` are proved, and `exact` says whether they meet; `rank` is estimated otherwise.

    Raises
    ------
    InputError
        If an argument does not fit.
    ResourceError
        If the work would need more memory than allowed.

    Examples
    --------
    >>> from convac import Network, left_right
    >>> generic_rank(Network(2, 4, layers="2/2:3,2/2:2,1/1:1"), left_right(4))
    <RankReport: generic rank = 3, M = 2, H = W = 4, layers 2/2:3,2/2:2,1/1:1>
    """
    return measured(
        Setting.of(network, partition, weights),
        engine=engine,
        prime=prime,
        seed=seed,
        trials=trials,
        memory=memory_limit(memory),
        progress=shown(progress),
    )


def measured(
    setting: Setting,
    *,
    engine: str = "auto",
    prime: int | None = DEFAULT_PRIME,
    seed: int = 0,
    trials: int = 1,
    memory: int,
    progress: Progress | None = None,
) -> RankReport:
    """`generic_rank` of a setting, with memory in bytes."""
    started = perf_counter()
    require_options(engine, seed, trials)
    network = setting.network
    upper = least_upper(setting, memory, progress)
    by_theorem: LowerBound | None = None
    trial = Trials()
    if engine == "auto" and _takes_long(network):
        by_theorem = proved_lower(setting, memory, upper.value, progress)
    if by_theorem is None or by_theorem.value < upper.value:
        trial = random_ranks(
            setting,
            engine=engine,
            prime=prime,
            seeds=range(seed, seed + trials),
            enough=upper.value,
            memory=memory,
            progress=progress,
        )
    lower = trial.lower
    if not trial.results and by_theorem is None:
        by_theorem = proved_lower(setting, memory, upper.value, progress)
    if by_theorem is not None and by_theorem.value > lower.value:
        lower = by_theorem
    # A point at which the function vanishes says less than the neutral parameters, where it is 1.
    best = max(trial.largest, lower.value) if trial.results else None
    estimated = best is not None and prime is not None
    return RankReport(
        setting,
        GENERIC,
        "Q" if prime is None else ", ".join(map(str, trial.fields)) or f"GF({prime})",
        trial.results[0].engine if trial.results else "bounds",
        best,
        lower,
        upper,
        seed,
        tuple(result.rank for result in trial.results),
        failure_probability(network, best, trial.fields) if best and estimated else None,
        tuple(trial.notes),
        perf_counter() - started,
        trial.point,
        trial.point_seed,
    )


def rank_at_parameters(
    assignment: Assignment,
    partition: Partition | str,
    *,
    engine: str = "auto",
    memory: float | None = None,
    progress: Progress | None = None,
) -> RankReport:
    """The rank at given parameters: exact over Q, a lower bound over Q if they are residues mod p.

    Parameters
    ----------
    assignment : Assignment over ZZ, QQ or GF(p)
    partition : Partition or str
    engine, memory, progress
        As for `generic_rank`.
    """
    started = perf_counter()
    require_options(engine, 0, 1)
    partition = partition_of(partition, require_assignment(assignment).network)
    result = rank_at(assignment, partition, engine, memory_limit(memory), shown(progress))
    ring = assignment.ring
    residues = isinstance(ring, PrimeField)
    upper = UpperBound(result.rank, "the rank itself, computed over Q")
    if residues:
        upper = upper_bound(assignment.network, partition)
    return RankReport(
        Setting(assignment.network, partition, SHARED if assignment.shared else UNSHARED),
        "rank at the given parameters",
        str(ring) if residues else "Q",
        result.engine,
        result.rank,
        LowerBound(result.rank, f"the rank over {ring} at the given parameters"),
        upper,
        None,
        (result.rank,),
        notes=assignment.notes,
        seconds=perf_counter() - started,
        point=assignment,
    )


def _takes_long(network: Network) -> bool:
    """Whether an engine could have to enumerate much: then theorems are asked first."""
    M, sites = network.M, network.sites
    return M > 1 and (sites > QUICK_SITES or M**sites > QUICK_ENTRIES)


def _chance(failure: Fraction) -> str:
    """A probability, rounded up to two digits."""
    if failure >= 1:
        return "1 (no bound: use more trials or a larger prime)"
    return f"{float(failure) * 1.005:.1e}"
