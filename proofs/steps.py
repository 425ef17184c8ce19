"""Steps of a check, each written as a line of a proof.

    @step("pairs", "graph")
    def pairs(case: Numbers) -> str:
        need(len(found) == case.E, f"{len(found)} pairs, and {case.E} are needed")
        return f"{case.E} disjoint pairs across the cut"

A step that returns has passed, with what it says; one that raises `Fails` has failed. A step that cannot be
taken raises `NotRun`. What is argued and not computed is a `lemma`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, Protocol

Arguments = ParamSpec("Arguments")


class Status(StrEnum):
    """The outcome of a step. A lemma is not checked by the program: the step names it."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not run"
    LEMMA = "lemma"


class Fails(Exception):
    """A step was taken, and what it says does not hold."""


class NotRun(Exception):
    """A step cannot be taken here, and why: the verdict does not rest on it."""


@dataclass(frozen=True)
class Step:
    """One step of a check: its name, its method, its outcome, and the numbers.

    `formula` is what a solver was asked, in SMT-LIB, where the step is such a question.
    """

    name: str
    method: str
    status: Status
    detail: str
    formula: str = ""

    def to_json(self) -> dict[str, str]:
        """Name, method, status and detail, and the formula where there is one."""
        document = {
            "name": self.name,
            "method": self.method,
            "status": str(self.status),
            "detail": self.detail,
        }
        return {**document, "formula": self.formula} if self.formula else document


class Stepping(Protocol):
    """Makes a function that says what holds, or raises, a step."""

    def __call__(self, check: Callable[Arguments, str]) -> Callable[Arguments, Step]: ...


def step(name: str, method: str | Callable[..., str]) -> Stepping:
    """Make a function that says what holds, or raises, a step.

    Parameters
    ----------
    name : str
    method : str, or a function of the same arguments
        How it is checked.

    Examples
    --------
    >>> @step("even", "arithmetic")
    ... def even(n: int) -> str:
    ...     need(n % 2 == 0, f"{n} is odd")
    ...     return f"{n} is even"
    >>> even(4).status.value, even(5).detail
    ('passed', '5 is odd')
    """

    def decorate(check: Callable[Arguments, str]) -> Callable[Arguments, Step]:
        @wraps(check)
        def taken(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Step:
            how = method if isinstance(method, str) else method(*args, **kwargs)
            try:
                return Step(name, how, Status.PASSED, check(*args, **kwargs))
            except Fails as why:
                return Step(name, how, Status.FAILED, str(why))
            except NotRun as why:
                return Step(name, how, Status.NOT_RUN, str(why))

        return taken

    return decorate


def need(holds: object, otherwise: str) -> None:
    """Raise `Fails`, with what is wrong, unless the condition holds."""
    if not holds:
        raise Fails(otherwise)


def needs_nothing(problem: str | None) -> None:
    """Raise `Fails` if a check found a problem."""
    if problem is not None:
        raise Fails(problem)


def lemma(name: str, says: str, detail: str) -> Step:
    """A step that names a lemma, which is not computed."""
    return Step(name, f"lemma: {says}", Status.LEMMA, detail)


def failure(steps: Sequence[Step]) -> Step | None:
    """The first step that failed, None if none did."""
    return next((step for step in steps if step.status is Status.FAILED), None)
