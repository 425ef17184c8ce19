"""Claims, bounds and verdicts: what was checked, with what outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from warnings import warn

from ..algebra.assignment import Assignment
from ..algebra.powers import Powers
from ..algebra.witnesses.construction import Construction
from ..errors import InputError
from ..graphs.network import Network, departure
from ..graphs.partition import Partition
from ..versions import versions
from . import evidence
from .interval import Routes
from .setting import Setting, Subject
from .steps import Status, Step, failure
from .symbolic.measure_zero import cited
from .transcripts.sheet import BAD, DIM, GOOD, PLAIN, Closing, Line, Sheet
from .transcripts.shown import Shown

SIGNS = {">=": "≥", "<=": "≤", "=": "="}
LATEX_SIGNS = {">=": r"\ge", "<=": r"\le", "=": "="}
MARKS = {
    Status.PASSED: ("✓", GOOD),
    Status.FAILED: ("✗", BAD),
    Status.NOT_RUN: ("–", DIM),
    Status.LEMMA: ("✓", GOOD),
}


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


OUTCOME_ROLES = {Outcome.VERIFIED: GOOD, Outcome.NOT_VERIFIED: BAD, Outcome.REFUTED: BAD}


@dataclass(frozen=True)
class Claim:
    """What is said of a rank: ">=", "<=" or "=" a number."""

    relation: str
    value: Powers

    def __str__(self) -> str:
        return f"{SIGNS[self.relation]} {self.value.normal}"

    @classmethod
    def read(cls, text: str) -> Claim:
        """The claim that a text states, such as "≥ 2^8", ">= 256" or "= 4^3 · 3".

        Raises
        ------
        ValueError
            If it states none.

        Examples
        --------
        >>> Claim.read(">= 256") == Claim.read("≥ 2^8")
        True
        """
        text = text.strip()
        for relation, sign in SIGNS.items():
            for start in (relation, sign):
                if text.startswith(start):
                    return cls(relation, Powers.read(text[len(start) :]))
        raise ValueError(f"{text!r} has no relation: {', '.join(SIGNS)}")

    @classmethod
    def of_certificate(cls, document: Mapping[str, Any]) -> Claim:
        """What a certificate claims of the rank."""
        claim = document["claim"]
        value = Powers((int(base), exponent) for base, exponent in claim["value"])
        return cls(claim["relation"], value)

    @property
    def latex(self) -> str:
        r"""Such as \operatorname{rank} \ge 2^{8}."""
        return rf"\operatorname{{rank}} {LATEX_SIGNS[self.relation]} {self.value.latex}"

    def to_json(self) -> dict[str, Any]:
        """Relation and value."""
        return {"relation": self.relation, **self.value.to_json()}


@dataclass(frozen=True)
class ComputedRank:
    """A rank: its value, whether it is exact (else a lower bound), over which field, by which engine."""

    value: Powers
    exact: bool
    field: str
    engine: str

    def to_json(self) -> dict[str, Any]:
        """The value with the other fields."""
        return {
            **self.value.to_json(),
            "exact": self.exact,
            "field": self.field,
            "engine": self.engine,
        }


TRIVIAL = Powers()
"""The rank of every nonzero function is at least 1."""


@dataclass(frozen=True)
class Candidate:
    """A lower bound by a theorem, and how to build its assignment over ZZ.

    `routes` gives the pairs of sites that the theorem counts; None if it counts something else.
    """

    bound: Powers
    by: str
    build: Callable[[], Construction]
    routes: Routes | None = None


class NotApplicable(Exception):
    """A hypothesis of a theorem fails: the reasons, and of what.

    Parameters
    ----------
    reasons : str
    about : Setting, Subject or str
        What the theorem was asked about, or its sizes in words.
    conclusion : str
    """

    def __init__(
        self,
        *reasons: str,
        about: Setting | Subject | str = "",
        conclusion: str = "a hypothesis fails; this says nothing about the rank",
    ) -> None:
        super().__init__("; ".join(reasons))
        self.reasons, self.about, self.conclusion = reasons, about, conclusion

    @property
    def verdict(self) -> Verdict:
        """The verdict that says so."""
        key = "setting" if isinstance(self.about, Setting) else "subject"
        outcome, reasons = Outcome.NOT_APPLICABLE, self.reasons
        about: dict[str, Any] = {key: self.about}
        return Verdict("", "", outcome, self.conclusion, reasons=reasons, **about)


def need_plain(about: Setting | Network) -> None:
    """Raise `NotApplicable` unless all layers are plain (THEORY 2.1), for theorems whose proofs use that.

    Raises
    ------
    NotApplicable
        Names the first layer that is not, and what it has.
    """
    problem = departure(about.network if isinstance(about, Setting) else about)
    if problem is not None:
        subject = about if isinstance(about, Setting) else Subject(about)
        raise NotApplicable(f"the theorem is for plain layers: {problem}", about=subject)


@dataclass(frozen=True, repr=False)
class Verdict(Shown):
    """What was claimed, every step of the check, and the outcome.

    `theorem` and `source` are filled in by the theorem that is checked, if they are empty. `setting` is
    the network, partition and weights that the claim is about, `subject` what is known of it, or words,
    where it is not one setting. `claim` is what is said of the generic rank, `bound` the lower bound that
    the witness shows; `rank` is the rank of the matricization at the explicit assignment `witness`.
    `numbers` are those of the statement; `conclusion` restates what is proved, or says why nothing is.
    A verdict is true iff it is verified.
    """

    theorem: str
    source: str
    outcome: Outcome
    conclusion: str
    setting: Setting | None = None
    subject: Subject | str = ""
    claim: Claim | None = None
    bound: Powers | None = None
    rank: ComputedRank | None = None
    numbers: Mapping[str, int | str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    reasons: tuple[str, ...] = ()
    seconds: float = 0.0
    witness: Assignment | None = None

    @property
    def verified(self) -> bool:
        """Whether every step passed, was not run, or is a named lemma."""
        return self.outcome is Outcome.VERIFIED

    def __bool__(self) -> bool:
        return self.verified

    @property
    def _known(self) -> Subject:
        """Whatever it is about, as a subject."""
        setting, subject = self.setting, self.subject
        if setting is None:
            return Subject(words=subject) if isinstance(subject, str) else subject
        words = subject if isinstance(subject, str) else subject.words
        return setting.subject(words)

    @property
    def network(self) -> Network | None:
        """The network, if it is about one."""
        return self._known.network

    @property
    def partition(self) -> Partition | None:
        """The partition, if it is about one network."""
        return None if self.setting is None else self.setting.partition

    @property
    def weights(self) -> str:
        """ "shared" or "unshared", or nothing."""
        return self._known.weights

    @property
    def geometry(self) -> Mapping[str, int | str]:
        """The name of `numbers` in version 0.1.0; it warns."""
        warn("Verdict.geometry is called Verdict.numbers", DeprecationWarning, stacklevel=2)
        return self.numbers

    @property
    def about(self) -> str:
        """The network, or the subject in words."""
        return self._known.about

    @property
    def scope(self) -> str:
        """Network, partition and weights on one line."""
        return ", ".join(piece for piece in (self.about, str(self._known)) if piece)

    def __repr__(self) -> str:
        bound = "" if self.bound is None else f", bound {self.bound}"
        return f"<Verdict {self.outcome}: {self.theorem}, {self.about}{bound}>"

    def sheet(self) -> Sheet:
        """The statement with its numbers, a line a step, and the outcome."""
        signed = f"{self.theorem} ({self.source})" if self.theorem else "An explicit assignment"
        numbers = ", ".join(f"{name} = {value}" for name, value in self.numbers.items())
        return Sheet(
            ", ".join(piece for piece in (signed, str(self._known)) if piece),
            (self.about, numbers),
            tuple(map(_line, self.steps)),
            (
                Closing(
                    self.outcome.upper(), OUTCOME_ROLES.get(self.outcome, PLAIN), self.conclusion
                ),
            ),
            self.reasons,
            self.seconds,
        )

    def certificate(self) -> dict[str, Any]:
        """A certificate of the lower bound, for `proofs/checker.py` (docs/certificate.md).

        Raises
        ------
        InputError
            If there is none: the claim is not verified, or its witness is a leading form.
        """
        claimed = self.claim
        if not self.verified or claimed is None or self.setting is None:
            raise InputError(
                "certificate", str(self.outcome), "a verified claim on a network has one"
            )
        if claimed.relation == "<=":
            raise InputError(
                "certificate", str(claimed), "lower bounds have one; see `convac bound`"
            )
        if self.witness is None:
            if self.rank is None:
                said = "a bound that was not ranked at an assignment"
                raise InputError("certificate", said, "it rests on lemmas; see `convac bound`")
            raise InputError(
                "certificate",
                "a bound for all but finitely many q",
                "its witness is a leading form, for which no certificate is offered; unshared weights "
                "have one",
            )
        at_least = claimed.value if self.bound is None else self.bound
        return evidence.lower_bound(self.setting, at_least, self.witness)

    def to_json(self) -> dict[str, Any]:
        """A JSON object (plain dicts, lists, strings and numbers); absent values are None."""
        return {
            "theorem": self.theorem,
            "source": self.source,
            "subject": self.about,
            **self._known.to_json(),
            "claim": None if self.claim is None else self.claim.to_json(),
            "bound": None if self.bound is None else self.bound.to_json(),
            "trivial": None if self.bound is None else self.bound.trivial,
            "rank": None if self.rank is None else self.rank.to_json(),
            "verdict": str(self.outcome),
            "conclusion": self.conclusion,
            "reasons": list(self.reasons),
            "geometry": dict(self.numbers) or None,
            "steps": [step.to_json() for step in self.steps],
            "versions": versions(),
            "seconds": round(self.seconds, 3),
        }


def conclude(steps: Sequence[Step], conclusion: str, **about: Any) -> Verdict:
    """The verdict on steps: verified, with its conclusion, unless one failed, which is named.

    Parameters
    ----------
    steps : sequence of Step
    conclusion : str
        What is proved if no step failed.
    about : fields of `Verdict`
        `setting` or `subject`, `claim`, `bound`, `rank`, `numbers`, `witness`.
    """
    outcome, said = Outcome.VERIFIED, conclusion
    failed = failure(steps)
    if failed is not None:
        outcome, said = (
            Outcome.NOT_VERIFIED,
            f"step “{failed.name}” failed: {failed.detail}",
        )
    return Verdict("", "", outcome, said, steps=tuple(map(cited, steps)), **about)


def lower_bound_in_words(setting: Setting, at_least: Powers) -> str:
    """A lower bound on the generic rank as a sentence, and whether it is the full rank or trivial."""
    said = f"rank ≥ {at_least} for almost all parameters, {setting.weights} weights"
    if at_least.trivial:
        return f"{said}; trivial: every nonzero function has rank ≥ 1"
    if at_least == setting.full_rank:
        return f"{said}; {setting.full_rank} is full rank"
    return said


def _line(step: Step) -> Line:
    mark, role = MARKS[step.status]
    note = "not run: " if step.status is Status.NOT_RUN else ""
    return Line(mark, step.name, note + step.detail, step.method, role)
