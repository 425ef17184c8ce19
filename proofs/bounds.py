"""The proved interval of a generic rank, without enumeration: the best of all theorems (THEORY 8 and 9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from ..algebra.estimates import construction_estimate
from ..algebra.factored_rank import factored_rank
from ..algebra.factorize import factorize
from ..algebra.powers import Powers
from ..errors import ResourceError
from ..graphs.network import Network
from ..graphs.partition import Partition
from ..progress import Progress, shown
from ..resources import memory_limit, require
from ..versions import versions
from . import evidence
from .interval import Bounded, LowerBound, UpperBound
from .library import built_in
from .setting import SHARED, Setting, Weights
from .theorem import Theorem
from .transcripts.sheet import Sheet
from .transcripts.shown import Shown
from .upper_bounds import upper_bound
from .verdict import TRIVIAL, Candidate

GENERIC = "generic rank"
SMALLER = "a smaller H or M does"


def candidates(setting: Setting) -> list[Candidate]:
    """The bound of each theorem that applies, those first whose assignments have small clusters."""
    found = (theorem.candidate(setting) for theorem in _ordered())
    return [candidate for candidate in found if candidate is not None]


def _ordered() -> list[Theorem]:
    """The theorems in the order in which equal bounds are taken, without those that search."""
    asked = (theorem for theorem in built_in().values() if not theorem.searches)
    return sorted(asked, key=lambda theorem: theorem.effort)


def searched_bound(
    setting: Setting,
    memory: int,
    lower: LowerBound,
    enough: Powers,
    progress: Progress | None = None,
) -> LowerBound:
    """The same lower bound, or a larger one of a theorem that searches, where it is less than `enough`."""
    for theorem in built_in().values():
        if theorem.searches and lower.value < enough:
            if progress is not None:
                progress("search", 0, 1)
            candidate = theorem.candidate(setting, lower.value)
            if candidate is not None and candidate.bound > lower.value:
                lower = _ranked(setting, candidate, memory, progress)
    return lower


def least_upper(
    setting: Setting,
    memory: int,
    progress: Progress | None = None,
    enough: Powers | None = None,
) -> UpperBound:
    """The least upper bound on the generic rank: by the size, a separating set, or a theorem.

    What is not larger than `enough`, a lower bound, is the least: then no more are asked.
    """
    network, partition = setting.network, setting.partition
    found = [upper_bound(network, partition, progress=progress, enough=enough, memory=memory)]
    if enough is None or found[0].value > enough:
        found += filter(None, (theorem.upper(setting) for theorem in built_in().values()))
    return min(found, key=lambda bound: bound.value)


def lower_bound(setting: Setting, memory: int, progress: Progress | None = None) -> LowerBound:
    """The largest of the theorems' bounds, with the exact rank at its assignment.

    Of equal bounds the first whose assignment can be ranked is taken. Where none fits the memory, in bytes,
    the theorem alone is what proves the bound.

    Raises
    ------
    AssertionError
        If the rank at an assignment is smaller than its theorem says.
    """
    asked = _Asked(setting, progress)
    if asked.most.trivial:
        return LowerBound(TRIVIAL, "every nonzero function")
    by_lemma: list[LowerBound] = []
    for candidate in asked.largest():
        found = _ranked(setting, candidate, memory, progress)
        if not found.by_lemma:
            return found
        by_lemma.append(found)
    return by_lemma[0]


def proved_lower(
    setting: Setting, memory: int, enough: Powers, progress: Progress | None = None
) -> LowerBound:
    """The largest lower bound of all theorems; those that search are asked below `enough` only."""
    lower = lower_bound(setting, memory, progress)
    return searched_bound(setting, memory, lower, enough, progress)


class _Asked:
    """The theorems' bounds, each asked for what is not smaller than those before.

    A theorem that could at most tie with the size of the matrix, after another one, is left out at first.
    """

    def __init__(self, setting: Setting, progress: Progress | None) -> None:
        self.setting, self.theorems = setting, _ordered()
        self.found: dict[int, Candidate] = {}
        self.left: set[int] = set()
        size, first = setting.full_rank, len(self.theorems)
        numbers = sorted(range(first), key=lambda number: self.theorems[number].late)
        for done, number in enumerate(numbers):
            if progress is not None:
                progress("lower bounds", done, len(numbers))
            if number > first:
                self.left.add(number)
            elif self._ask(number) == size:
                first = number

    @property
    def most(self) -> Powers:
        """The largest bound."""
        return max((candidate.bound for candidate in self.found.values()), default=TRIVIAL)

    def largest(self) -> Iterator[Candidate]:
        """Those with the largest bound, in order; what is left out is asked when its turn comes."""
        most = self.most
        for number in range(len(self.theorems)):
            if number in self.left:
                self._ask(number)
            if number in self.found and self.found[number].bound == most:
                yield self.found[number]

    def _ask(self, number: int) -> Powers:
        candidate = self.theorems[number].candidate(self.setting, self.most)
        if candidate is None:
            return TRIVIAL
        self.found[number] = candidate
        return candidate.bound


def explicit_bound(setting: Setting, memory: int) -> LowerBound | None:
    """The largest bound with an explicit assignment that can be ranked here, for a certificate."""
    for candidate in sorted(candidates(setting), key=lambda c: c.bound, reverse=True):
        found = _ranked(setting, candidate, memory)
        if found.construction is not None and found.construction.family is None:
            return found
    return None


def _ranked(
    setting: Setting, candidate: Candidate, memory: int, progress: Progress | None = None
) -> LowerBound:
    """A theorem's bound, with the exact rank at its assignment where that fits."""
    M, by, routes = setting.network.M, candidate.by, candidate.routes
    try:
        base = max((base for base, _ in candidate.bound.factors), default=1)
        require(construction_estimate(setting.network, base), memory, SMALLER)
        construction = candidate.build()
        factorization = factorize(construction.assignment, progress=progress)
        rank = factored_rank(factorization, setting.partition, progress).rank
    except ResourceError:
        said = f"lemma: {by}; its assignment is too large to rank here"
        return LowerBound(candidate.bound.spelled(M), said, None, True, routes)
    if rank < candidate.bound:
        if construction.random:
            said = f"lemma: {by}; random entries were tried in vain"
            return LowerBound(candidate.bound.spelled(M), said, None, True, routes)
        raise AssertionError(f"rank {rank} at the assignment of {by}, which says {candidate.bound}")
    where = "an explicit assignment"
    if construction.family is not None:
        where = "the leading form of an explicit family"
    said = f"{by}; the exact rank at {where}"
    return LowerBound(rank.spelled(M), said, construction, routes=routes)


@dataclass(frozen=True, repr=False)
class RankInterval(Bounded, Shown):
    """lower ≤ generic rank ≤ upper, with what proves each of them."""

    setting: Setting
    lower: LowerBound
    upper: UpperBound
    seconds: float = 0.0
    of: str = GENERIC

    def certificate(self) -> dict[str, Any]:
        """A certificate of what is proved at an explicit assignment (docs/certificate.md).

        Where the lower bound rests on its theorem alone, or on a leading form, it is one of the largest
        bound that does not, or else of the upper bound.
        """
        return interval_certificate(self.setting, self.lower, self.upper)

    def __repr__(self) -> str:
        if self.exact:
            return f"<RankInterval: generic rank = {self.lower.value}, {self.network}>"
        between = f"{self.lower.value} ≤ generic rank ≤ {self.upper.value}"
        return f"<RankInterval: {between}, {self.network}>"

    def sheet(self) -> Sheet:
        """The proved interval, and what proves its ends."""
        return Sheet(
            f"Bounds on the {self.of}, {self.setting}",
            (str(self.network), self.setting.shape),
            self._bounds(),
            (self._proved(),),
            seconds=self.seconds,
        )

    def to_json(self) -> dict[str, Any]:
        """A JSON object; a number is {"text", "factors", "value"}."""
        return {
            **self._bounds_json(),
            "versions": versions(),
            "seconds": round(self.seconds, 3),
        }


def rank_interval(
    network: Network,
    partition: Partition | str,
    *,
    weights: Weights = SHARED,
    memory: float | None = None,
    progress: Progress | None = None,
) -> RankInterval:
    """The best lower bound of THEORY 8 with its assignment, and the best upper bound of THEORY 9.

    Parameters
    ----------
    network : Network
    partition : Partition or str
        Of its sites, or a word such as "left-right", as on the command line.
    weights : "shared" or "unshared"
    memory : float, optional
        GiB that the assignment's evaluation may use; default: 80 % of what is free.
    progress : callable, optional
        Called with a stage's name, what is done and the total.

    Returns
    -------
    RankInterval
        `lower` and `upper` are proved; `exact` says whether they meet.

    Raises
    ------
    InputError
        If the partition is one of another grid.

    Examples
    --------
    >>> from convac import Network, checkerboard
    >>> rank_interval(Network(3, 4, layers="3/1:2,4/4:1"), checkerboard(4))
    <RankInterval: generic rank = 3^8, M = 3, H = W = 4, layers 3/1:2,4/4:1>
    """
    setting = Setting.of(network, partition, weights)
    return bounded(setting, memory=memory, progress=progress)


def bounded(
    setting: Setting, *, memory: float | None = None, progress: Progress | None = None
) -> RankInterval:
    """`rank_interval` of a setting."""
    started, progress = perf_counter(), shown(progress)
    limit = memory_limit(memory)
    lower = lower_bound(setting, limit, progress)
    upper = least_upper(setting, limit, progress, lower.value)
    lower = searched_bound(setting, limit, lower, upper.value, progress)
    return RankInterval(setting, lower, upper, perf_counter() - started)


def interval_certificate(setting: Setting, lower: LowerBound, upper: UpperBound) -> dict[str, Any]:
    """The certificate of the best bound that needs no lemma of its own; "=" where lower and upper meet."""
    shown = lower
    if lower.construction is None or lower.construction.family is not None:
        found = explicit_bound(setting, memory_limit())
        shown = found or LowerBound(Powers(), "")
    if shown.construction is None:
        return evidence.upper_bound(setting, upper)
    below = evidence.at_witness(shown.construction.assignment, setting.partition)
    return evidence.interval(setting, shown.value, upper, below)
