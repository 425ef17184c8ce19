"""A measured row: what is proved of one case, what is estimated, and by what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

from ..algebra.powers import Powers
from ..algebra.random_parameters import parameter_count
from ..errors import ResourceError
from ..proofs.generic_rank import measured
from ..proofs.rectifier_rank import measured_rectifier, rectifier_upper_bound
from ..proofs.setting import PRODUCT, Setting
from ..proofs.theorems import sharp_bound, theorem_1
from ..proofs.upper_bounds import upper_bound
from ..proofs.verdict import NotApplicable
from ..resources import memory_limit
from ..versions import versions
from .cases import Case

DONE, DOES_NOT_FIT, FAILED = "done", "does not fit", "failed"
KILLED = "the process that measured it was killed, perhaps for lack of memory"
EXACT, ESTIMATED, AT_LEAST = "exact", "estimated", "at least"


@dataclass(frozen=True)
class Measurement:
    """What a case gave.

    Product pooling: `lower` and `upper` are proved for the generic rank, `rank` is its value, exact or
    estimated at random parameters. Rectifiers: `rank` is the one at this seed's parameters, exact or a
    proved lower bound ("at least"); `lower` and `upper` are proved for the largest rank of all
    parameters. `theorem` and `sharp` are the bounds of Theorem 1 and of THEORY 8.1, where their
    hypotheses hold.

    status : "done" (also where bounds alone meet), "does not fit" (in the memory; the bounds are there) or
        "failed" (a fault)
    """

    case: Case
    status: str = DONE
    theorem: Powers | None = None
    sharp: Powers | None = None
    lower: Powers | None = None
    lower_by: str = ""
    upper: Powers | None = None
    upper_by: str = ""
    rank: Powers | None = None
    kind: str = ""
    parameters: int = 0
    engine: str = ""
    note: str = ""
    version: str = ""
    seconds: float = 0.0


def measure(case: Case, memory: int | None = None) -> Measurement:
    """Measure a case; a fault of the program or a lack of memory becomes part of the row.

    Parameters
    ----------
    memory : int, optional
        Bytes; default: 80 % of what is free.
    """
    started = perf_counter()
    row = Measurement(case, version=versions()["convac"])
    try:
        setting = case.setting
        count = parameter_count(setting.network, shared=setting.shared)
        fill: Callable[[Measurement, int], Measurement] = (
            _product if case.pooling == PRODUCT else _rectifier
        )
        limit = memory_limit() if memory is None else memory
        row = fill(replace(row, parameters=count), limit)
    except MemoryError:
        row = replace(row, status=DOES_NOT_FIT, note="out of memory")
    except Exception as error:  # one faulty row must not end a sweep of thousands
        row = replace(row, status=FAILED, note=f"{type(error).__name__}: {error}")
    return replace(row, seconds=round(perf_counter() - started, 3))


def _product(row: Measurement, memory: int) -> Measurement:
    """The generic rank, and the theorems' bounds beside it."""
    setting = row.case.setting
    row = replace(row, theorem=_theorem(setting), sharp=_sharp(setting))
    try:
        report = measured(setting, seed=row.case.seed, memory=memory)
    except ResourceError as error:
        upper = upper_bound(setting.network, setting.partition)
        return _closed(
            replace(
                row, status=DOES_NOT_FIT, note=str(error), upper=upper.value, upper_by=upper.by
            ),
            Powers(),
            "every nonzero function",
        )
    row = replace(
        row,
        note="; ".join(report.notes),
        engine=report.engine,
        upper=report.upper.value,
        upper_by=report.upper.by,
    )
    row = _closed(row, report.lower.value, report.lower.by)
    if row.lower == row.upper:
        return replace(row, rank=row.lower, kind=EXACT)
    if report.ranks:
        return replace(row, rank=row.lower, kind=ESTIMATED)
    return replace(row, status=DOES_NOT_FIT)


def _closed(row: Measurement, lower: Powers, by: str) -> Measurement:
    """The best lower bound; a contradiction among proved bounds is a fault."""
    for bound, name in ((row.theorem, "Theorem 1"), (row.sharp, "the sharp bound, THEORY 8.1")):
        if bound is not None and bound > lower:
            lower, by = bound, name
    if row.upper is not None and lower > row.upper:
        raise AssertionError(f"proved bounds contradict each other: {lower} > {row.upper}")
    return replace(row, lower=lower, lower_by=by)


def _rectifier(row: Measurement, memory: int) -> Measurement:
    """The rank at the seed's parameters, and the bound for all parameters."""
    setting = row.case.setting
    upper = rectifier_upper_bound(setting)
    row = replace(row, upper=upper.value, upper_by=upper.by, engine="rectifier")
    try:
        report = measured_rectifier(setting, seed=row.case.seed, memory=memory, constructions=False)
    except ResourceError as error:
        return replace(row, status=DOES_NOT_FIT, note=str(error), engine="")
    found = report.ranks[0]
    rank = Powers(found.lower)
    if rank > upper.value:
        raise AssertionError(f"proved bounds contradict each other: {rank} > {upper.value}")
    kind = EXACT if found.exact else AT_LEAST
    by = f"{found.by}, at these parameters"
    return replace(row, rank=rank, kind=kind, lower=rank, lower_by=by)


def _theorem(setting: Setting) -> Powers | None:
    """The bound of Theorem 1, where it applies."""
    axis = setting.partition.half
    if axis is None:
        return None
    try:
        return theorem_1.best(setting.network, axis).bound
    except NotApplicable:
        return None


def _sharp(setting: Setting) -> Powers | None:
    """The bound of THEORY 8.1, where it applies."""
    if setting.partition.straight is None:
        return None
    try:
        return sharp_bound.best(setting).bound
    except NotApplicable:
        return None
