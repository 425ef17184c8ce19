"""What a theorem is to this program: a statement with a check, false variants, and what it bounds.

A theorem is a function from sizes to a `Verdict`, decorated with its statement, in a file of its own
(`proofs/theorems/`, or a module of the user's). It may have *variants*, statements that are false on
purpose and are refuted by an exact number; a proof for all sizes at once; and a lower bound for any
setting, which `bound` takes into account.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Any, get_type_hints

from ..algebra.powers import Powers
from ..errors import MISSING, InputError, ResourceError
from ..graphs.network import positive
from .decide import RankClaim, decide
from .interval import UpperBound
from .setting import Setting
from .steps import Status
from .verdict import Candidate, NotApplicable, Outcome, Verdict

Size = int | str
Sizes = Mapping[str, Size]
Check = Callable[..., Verdict]
Claimed = Callable[..., RankClaim]
Bounding = Callable[[Setting, Powers], Candidate]
BoundingAbove = Callable[[Setting], UpperBound]

PAPER = "Sharir & Shashua 2018"
PROJECT = "this project"
OWN = "convac_own_"
"""How the names of users' modules begin."""


@dataclass(frozen=True)
class Variant:
    """A false variant of a statement, with instances on which an exact rank refutes it."""

    name: str
    statement: str
    claim: Claimed
    instances: tuple[Sizes, ...]


@dataclass
class Theorem:
    """A theorem, its statement and its check; calling it checks one instance.

    `source` says where the statement is from, and `section` where it is proved. `instances` are the
    sizes that are checked by default. `all_sizes` is a proof for all sizes at once, and `bounding` the
    lower bound that it gives in a setting, and `bounding_above` the upper one, where there are such.
    `effort` orders equal lower bounds: those first whose assignments have small clusters of sites. One
    that is asked `late` has a long search, which a large bound of others makes short; one that `searches`
    is asked only where the others leave the interval open.
    """

    name: str
    title: str
    source: str
    section: str
    statement: str
    latex: str
    instances: tuple[Sizes, ...]
    check: Check
    effort: int = 0
    late: bool = False
    searches: bool = False
    all_sizes: Check | None = None
    all_sizes_instances: tuple[Sizes, ...] = ()
    bounding: Bounding | None = None
    bounding_above: BoundingAbove | None = None
    variants: dict[str, Variant] = field(default_factory=dict)

    @property
    def module(self) -> Path | None:
        """The user's file that defines it; None for the theorems of this package."""
        name = self.check.__module__
        return Path(sys.modules[name].__file__ or "") if name.startswith(OWN) else None

    def __call__(self, **sizes: Size) -> Verdict:
        verdict = self.concluded(lambda: self.check(**sizes))
        statuses = {step.status for step in verdict.steps}
        if verdict.verified and (Status.PASSED not in statuses or Status.FAILED in statuses):
            raise AssertionError(
                f"{self.name}: verified without a step that passed, or with one that failed"
            )
        return verdict

    def prove_all_sizes(self, **sizes: Size) -> Verdict:
        """The proof for all sizes at once, with what stays concrete."""
        check = self.all_sizes
        assert check is not None
        return self.concluded(lambda: check(**sizes), ", for all sizes")

    def refute(self, variant: Variant, sizes: Sizes) -> Verdict:
        """Decide a variant's claim by computation: refuted, true on this instance, or open."""
        more = f", variant “{variant.name}”"
        return self.concluded(lambda: _decided(variant.claim(**sizes)), more)

    def concluded(self, check: Callable[[], Verdict], more: str = "") -> Verdict:
        """The verdict of a check under the theorem's title, with its time.

        Where a hypothesis fails it is *not applicable*.
        """
        started = perf_counter()
        try:
            verdict = check()
        except NotApplicable as why:
            verdict = why.verdict
        return replace(
            verdict,
            theorem=verdict.theorem or self.title + more,
            source=verdict.source or self.source,
            seconds=perf_counter() - started,
        )

    def candidate(self, setting: Setting, least: Powers | None = None) -> Candidate | None:
        """The lower bound that the theorem gives in a setting.

        None where it does not apply, or where the search for it would be too large. Bounds that are smaller
        than `least` need not be found.
        """
        if self.bounding is None:
            return None
        try:
            return self.bounding(setting, Powers() if least is None else least)
        except (NotApplicable, ResourceError):
            return None

    def upper(self, setting: Setting) -> UpperBound | None:
        """The upper bound that the theorem gives in a setting; None as for `candidate`."""
        if self.bounding_above is None:
            return None
        try:
            return self.bounding_above(setting)
        except (NotApplicable, ResourceError):
            return None

    def for_all_sizes(self, *instances: Sizes) -> Callable[[Check], Check]:
        """Register the proof for all sizes; `instances` are those of what stays concrete."""

        def register(check: Check) -> Check:
            self.all_sizes, self.all_sizes_instances = check, instances or ({},)
            return check

        return register

    def variant(self, name: str, statement: str, *instances: Sizes) -> Callable[[Claimed], Claimed]:
        """Register a false variant: a function from sizes to its claim.

        It raises `NotApplicable` where the variant says nothing.
        """

        def register(claim: Claimed) -> Claimed:
            self.variants[name] = Variant(name, statement, claim, instances)
            return claim

        return register

    def bounds(self, bounding: Bounding) -> Bounding:
        """Register the lower bound of a setting, as a `Candidate`; its other argument is `least`.

        It raises `NotApplicable` where the theorem does not apply or gives less, and `ResourceError` where
        the search would be too large.
        """
        self.bounding = bounding
        return bounding

    def bounds_above(self, bounding: BoundingAbove) -> BoundingAbove:
        """Register an upper bound on the generic rank of a setting; it raises as in `bounds`."""
        self.bounding_above = bounding
        return bounding


def theorem(
    *,
    name: str,
    title: str,
    source: str,
    section: str,
    statement: str,
    latex: str,
    instances: Sequence[Sizes],
    effort: int = 0,
    late: bool = False,
    searches: bool = False,
) -> Callable[[Check], Theorem]:
    """Make a function from sizes to a verdict a theorem (docs/own-theorem.md).

    Parameters
    ----------
    name, title : str
        What the command line calls it, and what transcripts do.
    source, section : str
        Where the statement is from, and where it is proved.
    statement, latex : str
        In plain text and in LaTeX; indentation is removed.
    instances : sequence of mappings
        The sizes that are checked by default.
    effort : int
        Of equal lower bounds, that of the theorem with the least is taken.
    late : bool
        Whether it is asked for its lower bound after other theorems.
    searches : bool
        Whether it is asked only where the others do not meet the upper bound.
    """

    def register(check: Check) -> Theorem:
        return Theorem(
            name,
            title,
            source,
            section,
            inspect.cleandoc(statement),
            inspect.cleandoc(latex),
            tuple(instances),
            check,
            effort,
            late,
            searches,
        )

    return register


def parse_sizes(check: Callable[..., object], given: Mapping[str, str], what: str) -> Sizes:
    """Options of the command line as the arguments of a check, by its signature.

    Raises
    ------
    InputError
        If one is unknown, is missing, or is no whole number where one is needed.
    """
    parameters = inspect.signature(check).parameters
    types = get_type_hints(check)
    sizes: dict[str, Size] = {}
    for key, text in given.items():
        if key not in parameters:
            taken = ", ".join(f"--{name}" for name in parameters) or "no sizes"
            raise InputError(key, text, f"{what} takes {taken}")
        sizes[key] = text if types[key] in (str, str | None) else _whole(key, text)
    for key, parameter in parameters.items():
        if parameter.default is inspect.Parameter.empty and key not in sizes:
            raise InputError(key, MISSING, f"{what} needs it")
    return sizes


def check_sizes(check: Callable[..., object], sizes: Mapping[str, Any], what: str) -> None:
    """Hold the sizes of a table to a check's signature; errors as in `parse_sizes`."""
    parameters = inspect.signature(check).parameters
    types = get_type_hints(check)
    parse_sizes(check, {key: str(value) for key, value in sizes.items()}, what)
    for key in parameters.keys() & sizes.keys():
        if types[key] in (str, str | None):
            if not isinstance(sizes[key], str):
                raise InputError(key, sizes[key], "a text is needed")
        else:
            positive(key, sizes[key])


def _decided(claimed: RankClaim) -> Verdict:
    step = decide(claimed)
    outcome, said = {
        Status.FAILED: (Outcome.REFUTED, "is false"),
        Status.PASSED: (Outcome.VERIFIED, "holds on this instance all the same"),
    }.get(step.status, (Outcome.COULD_NOT_FINISH, "is undecided"))
    sentence = f"{claimed.of} {claimed.claim} {said}: {step.detail}"
    return Verdict(
        "", "", outcome, sentence, setting=claimed.setting, claim=claimed.claim, steps=(step,)
    )


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19 and int(text) >= 1):
        raise InputError(name, text, "a whole number from 1 to 10^18 - 1 is needed")
    return int(text)
