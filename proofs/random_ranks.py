"""Ranks at random points: what they prove of a generic rank, and with which probability they miss it.

A rank at random parameters over GF(p) proves that the generic rank is at least that, since the rank
over Q at these integers is. That the generic rank *is* this number is an estimate, which errs with at
most the Schwartz-Zippel probability. No theorem about ranks is used here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from numbers import Integral

from ..algebra.assignment import Assignment
from ..algebra.engines import ENGINES, EngineResult, rank_at, require_scopes
from ..algebra.linear.multimodular import FIRST_PRIME, primes_below
from ..algebra.powers import Powers
from ..algebra.random_parameters import random_assignment
from ..algebra.rings import GF, ZZ, PrimeField, Ring
from ..errors import InputError, ResourceError
from ..graphs.network import Network, entry_degree, positive
from ..progress import Progress
from .interval import LowerBound
from .setting import Setting, one_of

DEFAULT_PRIME = FIRST_PRIME
MOST_TRIALS = 10_000


@dataclass
class Trials:
    """Ranks at random points, as many as could be computed."""

    results: list[EngineResult] = field(default_factory=list)
    points: list[Assignment] = field(default_factory=list)
    seeds: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def fields(self) -> list[Ring]:
        """The field of every point."""
        return [point.ring for point in self.points]

    @property
    def largest(self) -> Powers:
        """The largest rank found; 0 if there is none."""
        return max((result.rank for result in self.results), default=Powers(0))

    @property
    def point(self) -> Assignment | None:
        """The first point of the largest rank."""
        return self.points[self._best] if self.points else None

    @property
    def point_seed(self) -> tuple[int, int] | None:
        """Its seed and prime; None over Q."""
        if not self.points:
            return None
        ring = self.points[self._best].ring
        return (self.seeds[self._best], ring.p) if isinstance(ring, PrimeField) else None

    @property
    def lower(self) -> LowerBound:
        """What the ranks prove of the generic rank."""
        if self.largest <= 1:
            return LowerBound(Powers(), "every nonzero function")
        ring = self.fields[self._best]
        where = "over Q" if ring is ZZ else f"over {ring}"
        return LowerBound(self.largest, f"the rank {where} at random parameters")

    @property
    def _best(self) -> int:
        return max(range(len(self.results)), key=lambda t: self.results[t].rank)


def random_ranks(
    setting: Setting,
    *,
    engine: str = "auto",
    prime: int | None = DEFAULT_PRIME,
    seeds: Sequence[int] = (0,),
    enough: Powers | None = None,
    memory: int,
    progress: Progress | None = None,
) -> Trials:
    """Ranks at random points by an engine, until one is `enough`.

    Parameters
    ----------
    prime : int or None
        Of the first point; later ones take the next smaller primes. None: integers in -9 ... 9, over Q.
    memory : int
        Bytes.

    Raises
    ------
    ResourceError
        If an engine is asked for that would need more than `memory` bytes. With "auto" a note says so.
    """
    trials = Trials()
    try:
        for seed, ring in zip(seeds, _rings(prime), strict=False):
            if engine == "factored" or (engine == "auto" and not setting.network.is_tree):
                require_scopes(setting.network, setting.partition, ring, memory)
            point = random_assignment(setting.network, seed, ring, shared=setting.shared)
            trials.results.append(rank_at(point, setting.partition, engine, memory, progress))
            trials.points.append(point)
            trials.seeds.append(seed)
            if trials.results[-1].rank == enough:
                break
    except ResourceError as error:
        if engine != "auto":
            raise
        kind = "trials ended" if trials.results else "no engine ran"
        trials.notes.append(f"{kind}: {error}")
    return trials


def failure_probability(network: Network, best: Powers, fields: Sequence[Ring]) -> Fraction:
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


def require_options(engine: str, seed: int, trials: int) -> None:
    """Raise `InputError` unless these are options of a rank."""
    one_of("engine", engine, ENGINES)
    if isinstance(seed, bool) or not isinstance(seed, Integral) or seed < 0:
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
