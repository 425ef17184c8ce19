"""Steps and verdicts: what was checked, by which method, with what outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from platform import python_version
from typing import Any

from ..algebra.assignment import Assignment
from ..algebra.powers import Powers
from ..graphs.network import Network
from ..graphs.partition import Partition

SIGNS = {">=": "≥", "<=": "≤", "=": "="}


class Status(StrEnum):
    """The outcome of a step. A lemma is not checked by the program: the step names it."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not run"
    LEMMA = "lemma"


class Outcome(StrEnum):
    """The outcome of a verdict.

    *Not verified*: a step of the check failed. *Refuted*: an exact rank contradicts the claim. *Not
    applicable* and *could not finish* say nothing about the claim.
    """

    VERIFIED = "verified"
    NOT_VERIFIED = "not verified"
    REFUTED = "refuted"
    NOT_APPLICABLE = "not applicable"
    COULD_NOT_FINISH = "could not finish"


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


def as_powers(bound: Bound | Powers) -> Powers:
    """The number that a bound is."""
    return bound.powers if isinstance(bound, Bound) else bound


@dataclass(frozen=True)
class Claim:
    """What is said of a rank: ">=", "<=" or "=" a number."""

    relation: str
    value: Powers

    def __str__(self) -> str:
        return f"{SIGNS[self.relation]} {self.value}"

    def to_json(self) -> dict[str, Any]:
        return {"relation": self.relation, **self.value.to_json()}


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
    """What was claimed, every step of the check, and the outcome.

    `subject` says what the claim is about where that is not one network. `claim` is what is said of the
    generic rank, `bound` the same as base and exponent where the theorem gives these; `rank` is the rank of
    the matricization at the explicit assignment `witness`. `geometry` holds the numbers of the statement;
    `conclusion` restates what is proved, or says why nothing is. `cut` is the partition where
    `partition` is no name that says it.
    """

    theorem: str
    source: str
    outcome: Outcome
    conclusion: str
    network: Network | None = None
    weights: str = ""
    partition: str = ""
    subject: str = ""
    claim: Claim | None = None
    bound: Bound | None = None
    rank: ComputedRank | None = None
    geometry: Mapping[str, int | str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    reasons: tuple[str, ...] = ()
    seconds: float = 0.0
    witness: Assignment | None = None
    cut: Partition | None = None

    @property
    def verified(self) -> bool:
        """Whether every step passed or is a named lemma."""
        return self.outcome is Outcome.VERIFIED

    @property
    def about(self) -> str:
        """The network, or the subject in words."""
        return self.subject or ("" if self.network is None else str(self.network))

    def __repr__(self) -> str:
        bound = "" if self.bound is None else f", bound {self.bound}"
        return f"<Verdict {self.outcome}: {self.theorem}, {self.about}{bound}>"

    def __str__(self) -> str:
        from .render import text

        return text(self)

    def certificate(self) -> dict[str, Any]:
        """A certificate of the claim, for `proofs/checker.py` (docs/certificate.md).

        Raises
        ------
        InputError
            If there is none: the claim is not verified, or its witness is a leading form.
        """
        from .certificate import of_verdict

        return of_verdict(self)

    def _repr_html_(self) -> str:
        from .notebook import verdict_html

        return verdict_html(self)

    def to_json(self) -> dict[str, Any]:
        """A JSON object (plain dicts, lists, strings and numbers); absent values are None."""
        network = self.network
        return {
            "theorem": self.theorem,
            "source": self.source,
            "subject": self.about,
            "M": None if network is None else network.M,
            "H": None if network is None else network.H,
            "W": None if network is None else network.W,
            "network": None
            if network is None
            else {
                "layers": network.syntax,
                "sizes": [list(size) for size in network.sizes],
                "channels": list(network.channels),
            },
            "weights": self.weights or None,
            "partition": self.partition or None,
            "claim": None if self.claim is None else self.claim.to_json(),
            "bound": None
            if self.bound is None
            else {"base": self.bound.base, "exponent": self.bound.exponent},
            "trivial": None if self.bound is None else self.bound.trivial,
            "rank": None if self.rank is None else self.rank.to_json(),
            "verdict": str(self.outcome),
            "conclusion": self.conclusion,
            "reasons": list(self.reasons),
            "geometry": dict(self.geometry) or None,
            "steps": [step.to_json() for step in self.steps],
            "versions": versions(),
            "seconds": round(self.seconds, 3),
        }


def failure(steps: Sequence[Step]) -> Step | None:
    """The first step that failed, None if none did."""
    return next((step for step in steps if step.status is Status.FAILED), None)


def outcome(steps: Sequence[Step], conclusion: str) -> tuple[Outcome, str]:
    """Verified, with its conclusion, unless a step failed, which is named."""
    failed = failure(steps)
    if failed is None:
        return Outcome.VERIFIED, conclusion
    return Outcome.NOT_VERIFIED, f"step “{failed.name}” failed: {failed.detail}"


def not_applicable(
    theorem: str, source: str, reasons: Sequence[str], conclusion: str = "", **subject: Any
) -> Verdict:
    """The verdict that a hypothesis fails; `subject` are fields of `Verdict` that say of what."""
    said = conclusion or "a hypothesis fails; this says nothing about the rank"
    return Verdict(theorem, source, Outcome.NOT_APPLICABLE, said, reasons=tuple(reasons), **subject)


def versions() -> dict[str, str]:
    """Versions of this package, of Python and of the libraries that compute."""
    found = {"python": python_version()}
    for name in ("convac", "python-flint", "numpy", "networkx", "sympy", "z3-solver"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
