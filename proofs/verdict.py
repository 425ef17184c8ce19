"""Steps and verdicts: what was checked, by which method, with what outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from platform import python_version
from typing import Any

from ..algebra.powers import Powers
from ..graphs.network import Network


class Status(StrEnum):
    """The outcome of a step. A lemma is not checked by the program: the step names it."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not run"
    LEMMA = "lemma"


class Outcome(StrEnum):
    """The outcome of a verdict. *Not applicable* says nothing about the claim."""

    VERIFIED = "verified"
    NOT_VERIFIED = "not verified"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True)
class Step:
    """One step of a check: its name, its method, its outcome, and the numbers."""

    name: str
    method: str
    status: Status
    detail: str


@dataclass(frozen=True)
class Bound:
    """A claimed bound base^exponent; the base is kept even where it is 1 or the exponent 0."""

    base: int
    exponent: int

    @property
    def powers(self) -> Powers:
        return Powers([(self.base, self.exponent)])

    @property
    def trivial(self) -> bool:
        """Whether the bound is 1, which every nonzero function meets."""
        return self.powers == Powers()

    def __str__(self) -> str:
        return f"{self.base}^{self.exponent}"


@dataclass(frozen=True)
class ComputedRank:
    """A rank: its value, whether it is exact (else a lower bound), over which field, by which engine."""

    value: Powers
    exact: bool
    field: str
    engine: str

    def to_json(self) -> dict[str, Any]:
        return {
            **self.value.to_json(),
            "exact": self.exact,
            "field": self.field,
            "engine": self.engine,
        }


@dataclass(frozen=True, repr=False)
class Verdict:
    """What was claimed of a network, every step of the check, and the outcome.

    `rank` is the rank of the matricization at the explicit assignment; `conclusion` restates what is
    proved, or says why nothing is.
    """

    theorem: str
    source: str
    network: Network
    weights: str
    partition: str
    outcome: Outcome
    conclusion: str
    bound: Bound | None = None
    rank: ComputedRank | None = None
    geometry: Mapping[str, int] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    reasons: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def verified(self) -> bool:
        """Whether every step passed or is a named lemma."""
        return self.outcome is Outcome.VERIFIED

    def __repr__(self) -> str:
        bound = "" if self.bound is None else f", bound {self.bound}"
        return f"<Verdict {self.outcome}: {self.theorem}, {self.network}{bound}>"

    def __str__(self) -> str:
        from .render import text

        return text(self)

    def to_json(self) -> dict[str, Any]:
        """A JSON object (plain dicts, lists, strings and numbers); absent values are None."""
        network = self.network
        return {
            "theorem": self.theorem,
            "source": self.source,
            "M": network.M,
            "H": network.H,
            "W": network.W,
            "network": {
                "layers": network.syntax,
                "sizes": [list(size) for size in network.sizes],
                "channels": list(network.channels),
            },
            "weights": self.weights,
            "partition": self.partition,
            "bound": None
            if self.bound is None
            else {"base": self.bound.base, "exponent": self.bound.exponent},
            "trivial": None if self.bound is None else self.bound.trivial,
            "rank": None if self.rank is None else self.rank.to_json(),
            "verdict": str(self.outcome),
            "conclusion": self.conclusion,
            "reasons": list(self.reasons),
            "geometry": dict(self.geometry) or None,
            "steps": [
                {
                    "name": step.name,
                    "method": step.method,
                    "status": str(step.status),
                    "detail": step.detail,
                }
                for step in self.steps
            ],
            "versions": versions(),
            "seconds": round(self.seconds, 3),
        }


def versions() -> dict[str, str]:
    """Versions of this package, of Python and of the libraries that compute."""
    found = {"python": python_version()}
    for name in ("convac", "python-flint", "numpy", "networkx", "sympy"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
