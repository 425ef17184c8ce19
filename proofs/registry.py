"""The registry of results: what each says, where it is from, and how it is checked.

A result is a function from sizes to a `Verdict`, decorated with its statement; the registry finds every
one in the modules of a package (`proofs/results/`), so that adding a result means adding a file. A result
may have *variants*, statements that are false on purpose and are refuted by an exact number, and a proof
for all sizes at once.
"""

from __future__ import annotations

import inspect
import os
import pkgutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from time import perf_counter
from traceback import extract_tb
from types import ModuleType
from typing import Any, get_type_hints
from zlib import crc32

from ..errors import ConvacError, InputError
from ..graphs.network import positive
from .claim import RankClaim, decide
from .verdict import Outcome, Status, Verdict, not_applicable

Size = int | str
Sizes = Mapping[str, Size]
Check = Callable[..., Verdict]

PAPER = "Sharir & Shashua 2018"
PROJECT = "this project"
OWN = "convac_own_"
"""How the names of users' modules begin."""


@dataclass(frozen=True)
class Variant:
    """A false variant of a statement, with instances on which an exact rank refutes it."""

    name: str
    statement: str
    claim: Callable[..., RankClaim | str]
    instances: tuple[Sizes, ...]


@dataclass
class Result:
    """A theorem, its statement and its check; calling it checks one instance.

    `source` says where the statement is from, and `section` where it is proved. `instances` are the sizes
    that are checked by default. `all_sizes` is a proof for all sizes at once, where there is one.
    """

    name: str
    title: str
    source: str
    section: str
    statement: str
    latex: str
    instances: tuple[Sizes, ...]
    check: Check
    all_sizes: Check | None = None
    all_sizes_instances: tuple[Sizes, ...] = ()
    variants: dict[str, Variant] = field(default_factory=dict)

    @property
    def module(self) -> Path | None:
        """The user's file that defines it; None for the results of this package."""
        name = self.check.__module__
        return Path(sys.modules[name].__file__ or "") if name.startswith(OWN) else None

    def __call__(self, **sizes: Size) -> Verdict:
        started = perf_counter()
        verdict = self.check(**sizes)
        statuses = {step.status for step in verdict.steps}
        if verdict.verified and (Status.PASSED not in statuses or Status.FAILED in statuses):
            raise AssertionError(
                f"{self.name}: verified without a step that passed, or with one that failed"
            )
        return replace(verdict, seconds=perf_counter() - started)

    def for_all_sizes(self, *instances: Sizes) -> Callable[[Check], Check]:
        """Register the proof for all sizes; `instances` are those of what stays concrete."""

        def register(check: Check) -> Check:
            self.all_sizes, self.all_sizes_instances = check, instances or ({},)
            return check

        return register

    def variant(
        self, name: str, statement: str, *instances: Sizes
    ) -> Callable[[Callable[..., RankClaim | str]], Callable[..., RankClaim | str]]:
        """Register a false variant: a function from sizes to its claim, or to why it says nothing."""

        def register(claim: Callable[..., RankClaim | str]) -> Callable[..., RankClaim | str]:
            self.variants[name] = Variant(name, statement, claim, instances)
            return claim

        return register


def result(
    *,
    name: str,
    title: str,
    source: str,
    section: str,
    statement: str,
    latex: str,
    instances: Sequence[Sizes],
) -> Callable[[Check], Result]:
    """Make a function from sizes to a verdict a result of the registry (docs/own-theorem.md).

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
    """

    def register(check: Check) -> Result:
        return Result(
            name,
            title,
            source,
            section,
            inspect.cleandoc(statement),
            inspect.cleandoc(latex),
            tuple(instances),
            check,
        )

    return register


def results(*modules: Path) -> dict[str, Result]:
    """Every result of `proofs/results/` by name, those of the paper first, and then those of own modules.

    Parameters
    ----------
    modules : Path
        Python files that define results with `result`.

    Raises
    ------
    InputError
        If a module cannot be loaded, defines no result, or one of a name that is taken.
    """
    found = dict(_built_in())
    for path in modules:
        for name, own in results_of(load_module(path)).items():
            if name in found:
                raise InputError("module", str(path), f"there is a result {name} already")
            found[name] = own
    return found


@cache
def _built_in() -> Mapping[str, Result]:
    from . import results as package

    found: dict[str, Result] = {}
    for module in pkgutil.iter_modules(package.__path__):
        found.update(results_of(import_module(f"{package.__name__}.{module.name}")))
    return dict(sorted(found.items(), key=lambda item: (item[1].source != PAPER, item[0])))


@cache
def load_module(path: Path) -> ModuleType:
    """Run a Python file of the user's as a module; errors as in `results`.

    Raises
    ------
    ConvacError
        If it ends the program, such as with sys.exit.
    """
    name = f"{OWN}{path.stem}_{crc32(os.fsencode(path.resolve())):08x}"
    spec = spec_from_file_location(name, path) if path.suffix == ".py" else None
    if not path.is_file():
        raise InputError("module", str(path), "there is no such file")
    if spec is None or spec.loader is None:
        raise InputError("module", str(path), "a Python file, something.py, is needed")
    module = module_from_spec(spec)
    sys.modules[name] = module  # annotations of its functions are looked up there
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[name]
        if isinstance(error, KeyboardInterrupt):
            raise
        if not isinstance(error, Exception):  # sys.exit(0) must not end with "all verified"
            raise ConvacError(f"the module {path} raises {describe(error, path)}") from error
        raise InputError("module", str(path), f"it raises {describe(error, path)}") from error
    if not results_of(module):
        del sys.modules[name]
        raise InputError("module", str(path), "it defines no result: see docs/own-theorem.md")
    return module


def describe(error: BaseException, path: Path | None = None) -> str:
    """An exception on one line, with the last line of a user's file that it went through."""
    frames = [
        frame
        for frame in extract_tb(error.__traceback__)
        if path is None or Path(frame.filename).resolve() == path.resolve()
    ]
    where = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{where}"


def results_of(module: ModuleType) -> dict[str, Result]:
    """The results that a module defines."""
    return {
        value.name: value
        for value in vars(module).values()
        if isinstance(value, Result) and value.check.__module__ == module.__name__
    }


def find(name: str, known: Mapping[str, Result]) -> Result:
    """The result of that name; the error names the nearest."""
    if name in known:
        return known[name]
    nearest = get_close_matches(name, known, 1, 0.3)
    hint = f"did you mean {nearest[0]}? " if nearest else ""
    raise InputError("result", name, f"{hint}known results: {', '.join(known)}")


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
            raise InputError(key, "nothing", f"{what} needs it")
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


def refute(parent: Result, variant: Variant, sizes: Sizes) -> Verdict:
    """Decide a variant's claim by computation: refuted, true on this instance, or open."""
    started = perf_counter()
    claimed = variant.claim(**sizes)
    title = f"{parent.title}, variant “{variant.name}”"
    if isinstance(claimed, str):
        return not_applicable(title, parent.source, [claimed], subject=str(dict(sizes)))
    step = decide(claimed)
    outcome, said = {
        Status.FAILED: (Outcome.REFUTED, "is false"),
        Status.PASSED: (Outcome.VERIFIED, "holds on this instance all the same"),
    }.get(step.status, (Outcome.COULD_NOT_FINISH, "is undecided"))
    text = f"{claimed.of} {claimed.claim} {said}: {step.detail}"
    return Verdict(
        title,
        parent.source,
        outcome,
        text,
        network=claimed.network,
        weights=claimed.weights,
        partition=claimed.partition.name,
        claim=claimed.claim,
        steps=(step,),
        seconds=perf_counter() - started,
    )


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19 and int(text) >= 1):
        raise InputError(name, text, "a whole number from 1 to 10^18 - 1 is needed")
    return int(text)
