"""What is known of a rank: proved from below, proved from above, exact or estimated.

A rank at random parameters over GF(p) proves that the generic rank is at least that, and so is the rank
over Q at these integer parameters. That the generic rank *is* this number is an estimate, which errs with
at most the Schwartz-Zippel probability, until a proved upper bound meets it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from time import perf_counter
from typing import Any

from ..algebra import resources
from ..algebra.assignment import Assignment
from ..algebra.engines import ENGINES, EngineResult, rank_at
from ..algebra.multimodular import primes_below
from ..algebra.powers import Powers
from ..algebra.progress import Progress, shown
from ..algebra.random_parameters import random_assignment
from ..algebra.rings import GF, ZZ, PrimeField, Ring
from ..algebra.tree import is_tree
from ..errors import InputError, ResourceError
from ..graphs.geometry import entry_degree
from ..graphs.network import Network, positive
from ..graphs.partition import Partition
from .lower_bounds import LowerBound, lower_bound
from .upper_bound import UpperBound, upper_bound
from .verdict import versions
from .verify_bound import WEIGHTS, one_of

DEFAULT_PRIME = 8388593
QUICK_SITES, QUICK_ENTRIES = 24, 2**24
MOST_TRIALS = 10_000


@dataclass(frozen=True, repr=False)
class RankReport:
    """What is proved and what is estimated of a rank.

    `of` says which rank: the generic one, or the one at given parameters. `rank` is the largest that an
    engine found, None if none could run; `failure` bounds the probability that the generic rank is larger.
    `point` is the assignment at which the lower bound was found, with its (seed, prime) if it is random
    over GF(prime).
    """

    network: Network
    weights: str
    partition: Partition
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

    @property
    def exact(self) -> bool:
        """Whether the proved bounds meet."""
        return self.lower.value == self.upper.value

    def certificate(self) -> dict[str, Any]:
        """A certificate of the bounds that meet, or of the lower bound (docs/certificate.md).

        Raises
        ------
        InputError
            If there is none: no point was ranked, or a minor would have too many rows.
        ResourceError
            If the matrix from which the minor is taken is too large.
        """
        from .certificate import of_report

        return of_report(self)

    def __repr__(self) -> str:
        relation = "=" if self.exact else "≥"
        return f"<RankReport: {self.of} {relation} {self.lower.value}, {self.network}>"

    def __str__(self) -> str:
        from .render import rank_text

        return rank_text(self)

    def _repr_html_(self) -> str:
        from .notebook import report_html

        return report_html(str(self))

    def to_json(self) -> dict[str, Any]:
        """A JSON object; ranks too long to be written out are {"base", "exponent"} objects."""
        rows, columns = (Powers([(self.network.M, n)]) for n in self.partition.counts)
        found = self.lower.value if self.exact else self.rank
        return {
            "of": self.of,
            "M": self.network.M,
            "H": self.network.H,
            "W": self.network.W,
            "network": {"layers": self.network.syntax},
            "weights": self.weights,
            "partition": self.partition.name,
            "rank": None if found is None else number(found),
            "shape": [number(rows), number(columns)],
            "exact": self.exact,
            "field": self.field,
            "engine": self.engine,
            "lower_bound": number(self.lower.value),
            "lower_by": self.lower.by,
            "upper_bound": number(self.upper.value),
            "upper_by": self.upper.by,
            "separator": [[layer, list(at)] for layer, at in self.upper.separator],
            "seed": self.seed,
            "trials": len(self.ranks),
            "ranks": [number(r) for r in self.ranks],
            "failure_probability": None if self.failure is None else float(self.failure),
            "notes": list(self.notes),
            "versions": versions(),
            "seconds": round(self.seconds, 3),
        }


def generic_rank(
    network: Network,
    partition: Partition,
    *,
    weights: str = "shared",
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
    partition : Partition
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

    Raises
    ------
    InputError
        If an argument does not fit.
    ResourceError
        If the work would need more memory than allowed.
    """
    started = perf_counter()
    progress = shown(progress)
    checked(weights, engine, seed, trials)
    limit = resources.memory_limit(memory)
    upper = upper_bound(network, partition)
    shown_by_theorem: LowerBound | None = None
    trial = Trials()
    if engine == "auto" and _takes_long(network):
        shown_by_theorem = lower_bound(network, partition, weights, limit)
    if shown_by_theorem is None or shown_by_theorem.value < upper.value:
        trial = random_ranks(
            network,
            partition,
            weights,
            engine=engine,
            prime=prime,
            seeds=range(seed, seed + trials),
            enough=upper.value,
            memory=limit,
            progress=progress,
        )
    lower = trial.lower
    if not trial.results and shown_by_theorem is None:
        shown_by_theorem = lower_bound(network, partition, weights, limit)
    if shown_by_theorem is not None and shown_by_theorem.value > lower.value:
        lower = shown_by_theorem
    # A point at which the function vanishes says less than the neutral parameters, where it is 1.
    best = max(trial.largest, lower.value) if trial.results else None
    if best is None and lower.value != upper.value and lower.value == Powers():
        raise ResourceError(trial.notes[0])
    return RankReport(
        network,
        weights,
        partition,
        "generic rank",
        "Q" if prime is None else ", ".join(map(str, trial.fields)) or f"GF({prime})",
        trial.results[0].engine if trial.results else "bounds",
        best,
        lower,
        upper,
        seed,
        tuple(result.rank for result in trial.results),
        None if best is None or prime is None else _failure(network, best, trial.fields),
        tuple(trial.notes),
        perf_counter() - started,
        trial.point,
        trial.point_seed,
    )


@dataclass
class Trials:
    """Ranks at random points, as many as could be computed."""

    results: list[EngineResult] = field(default_factory=list)
    points: list[Assignment] = field(default_factory=list)
    seeds: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def fields(self) -> list[Ring]:
        return [point.ring for point in self.points]

    @property
    def largest(self) -> Powers:
        return max((result.rank for result in self.results), default=Powers([(0, 1)]))

    @property
    def point(self) -> Assignment | None:
        """The first point of the largest rank."""
        return self.points[self._best] if self.points else None

    @property
    def point_seed(self) -> tuple[int, int] | None:
        """Its seed and prime; None over Q."""
        return _point_seed(self.points[self._best], self.seeds[self._best]) if self.points else None

    @property
    def lower(self) -> LowerBound:
        """What the ranks prove of the generic rank."""
        if self.largest <= Powers():
            return LowerBound(Powers(), "every nonzero function")
        ring = self.fields[self._best]
        where = "over Q" if ring is ZZ else f"over {ring}"
        return LowerBound(self.largest, f"the rank {where} at random parameters")

    @property
    def _best(self) -> int:
        return max(range(len(self.results)), key=lambda t: self.results[t].rank)


def random_ranks(
    network: Network,
    partition: Partition,
    weights: str,
    *,
    engine: str = "auto",
    prime: int | None = DEFAULT_PRIME,
    seeds: Sequence[int] = (0,),
    enough: Powers | None = None,
    memory: int,
    progress: Progress | None = None,
) -> Trials:
    """Ranks at random points by an engine, until one is `enough`; no theorem about ranks is used.

    Raises
    ------
    ResourceError
        If an engine is asked for that would need more than `memory` bytes. With "auto" a note says so.
    """
    trial = Trials()
    try:
        for seed, ring in zip(seeds, _rings(prime), strict=False):
            point = random_assignment(network, seed, ring, shared=weights == "shared")
            trial.results.append(rank_at(point, partition, engine, memory, progress))
            trial.points.append(point)
            trial.seeds.append(seed)
            if trial.results[-1].rank == enough:
                break
    except ResourceError as error:
        if engine != "auto":
            raise
        kind = "trials ended" if trial.results else "no engine ran"
        trial.notes.append(f"{kind}: {error}")
    return trial


def _takes_long(network: Network) -> bool:
    """Whether an engine could have to enumerate much: then theorems are asked first."""
    M, sites = network.M, network.sites
    many = M > 1 and (sites > QUICK_SITES or M**sites > QUICK_ENTRIES)
    return many and not is_tree(network)


def rank_at_parameters(
    assignment: Assignment,
    partition: Partition,
    *,
    engine: str = "auto",
    memory: float | None = None,
    progress: Progress | None = None,
) -> RankReport:
    """The rank at given parameters: exact over Q, a lower bound over Q if they are residues mod p.

    Parameters
    ----------
    assignment : Assignment over ZZ, QQ or GF(p)
    partition : Partition
    engine, memory, progress
        As for `generic_rank`.
    """
    started = perf_counter()
    progress = shown(progress)
    checked("shared", engine, 0, 1)
    result = rank_at(assignment, partition, engine, resources.memory_limit(memory), progress)
    ring = assignment.ring
    if isinstance(ring, PrimeField):
        upper = upper_bound(assignment.network, partition)
    else:
        upper = UpperBound(result.rank, "the rank itself, computed over Q")
    return RankReport(
        assignment.network,
        "shared" if assignment.shared else "unshared",
        partition,
        "rank at the given parameters",
        str(ring) if isinstance(ring, PrimeField) else "Q",
        result.engine,
        result.rank,
        LowerBound(result.rank, f"the rank over {ring} at the given parameters"),
        upper,
        None,
        (result.rank,),
        seconds=perf_counter() - started,
        point=assignment,
    )


def _point_seed(point: Assignment, seed: int) -> tuple[int, int] | None:
    return (seed, point.ring.p) if isinstance(point.ring, PrimeField) else None


def checked(weights: str, engine: str, seed: int, trials: int) -> None:
    """Raise `InputError` unless these are options of a rank."""
    one_of("weights", weights, WEIGHTS)
    one_of("engine", engine, ENGINES)
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise InputError("seed", seed, "a whole number >= 0 is needed")
    if positive("trials", trials) > MOST_TRIALS:
        raise InputError("trials", trials, f"at most {MOST_TRIALS} are made")


def _rings(prime: int | None) -> Iterator[Ring]:
    """The field of every trial."""
    if prime is None:
        while True:
            yield ZZ
    yield GF(prime)
    for p in primes_below(prime):
        yield GF(p)
    while True:
        yield GF(prime)


def _failure(network: Network, best: Powers, fields: Sequence[Ring]) -> Fraction:
    """Schwartz-Zippel: a generic rank above `best` shows in a minor of best + 1 rows, of this degree.

    Provided that minor is nonzero modulo the primes; a random point then misses it with probability at
    most degree / p, and independent points all miss it with the product.
    """
    degree = (int(best) + 1) * entry_degree(network)
    failure = Fraction(1)
    for ring in fields:
        assert isinstance(ring, PrimeField)
        failure *= min(Fraction(1), Fraction(degree, ring.p))
    return failure


def number(value: Powers) -> int | dict[str, object]:
    """For JSON: a number as it is if it has at most 18 digits, else as a power."""
    if value < Powers([(10, 18)]):
        return int(value)
    return value.to_json()
