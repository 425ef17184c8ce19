"""Run theorems by name: on instances, for all sizes at once, and their false variants."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec

from ..errors import InputError, ResourceError
from .library import describe, find
from .theorem import Sizes, Theorem, parse_sizes
from .verdict import Outcome, Verdict


@dataclass(frozen=True)
class Job:
    """One verdict to be had of a theorem; `asked` unless it is only there by default."""

    theorem: Theorem
    sizes: Sizes
    run: Callable[[], Verdict]
    asked: bool = True


@dataclass(frozen=True)
class Transcript:
    """A verdict with the theorem that it belongs to and the options that repeat it."""

    theorem: Theorem
    sizes: Sizes
    verdict: Verdict
    asked: bool = True


def jobs(
    names: Sequence[str],
    known: Mapping[str, Theorem],
    given: Mapping[str, str],
    *,
    symbolic: bool = False,
    variant: str | None = None,
) -> list[Job]:
    """What `convac prove` is asked for, in order.

    Parameters
    ----------
    names : names of theorems; all of them if empty
    given : options of the command line as text; without any, the default instances are taken
    symbolic : only the proofs for all sizes
    variant : only the false variant of that name, or all variants ("all")

    Raises
    ------
    InputError
        If a name, an option or a variant is unknown.
    """
    chosen = [find(name, known) for name in names] or list(known.values())
    if symbolic:
        return _symbolic(chosen, given, asked=True, named=bool(names))
    if variant is not None:
        return _variants(chosen, given, variant)
    found: list[Job] = []
    for theorem in chosen:
        if given:
            sizes = parse_sizes(theorem.check, given, theorem.name)
            found.append(Job(theorem, sizes, partial(theorem, **sizes)))
            continue
        found += [Job(theorem, sizes, partial(theorem, **sizes)) for sizes in theorem.instances]
        found += _symbolic([theorem], {}, asked=find_spec("z3") is not None, named=False)
    return found


def run(listed: Sequence[Job]) -> Iterator[Transcript]:
    """The verdict of each job, as it is reached.

    What does not fit the memory is *could not finish*, and so is a fault in a user's module, or its end of
    the program.
    """
    for job in listed:
        try:
            verdict = job.run()
        except ResourceError as error:
            verdict = _unfinished(job, str(error))
        except (InputError, KeyboardInterrupt):
            raise
        except BaseException as error:  # in a user's module: the report names the line, and goes on
            if job.theorem.module is None:
                raise
            verdict = _unfinished(job, describe(error, job.theorem.module))
        yield Transcript(job.theorem, job.sizes, verdict, job.asked)


def _unfinished(job: Job, why: str) -> Verdict:
    return Verdict(
        job.theorem.title,
        job.theorem.source,
        Outcome.COULD_NOT_FINISH,
        why,
        subject=show_sizes(job.sizes),
    )


def show_sizes(sizes: Sizes) -> str:
    """Sizes as options of the command line."""
    return " ".join(f"--{name} {value}" for name, value in sizes.items())


def _symbolic(
    chosen: Sequence[Theorem], given: Mapping[str, str], *, asked: bool, named: bool
) -> list[Job]:
    found = []
    for theorem in chosen:
        check = theorem.all_sizes
        if check is None:
            if named:
                raise InputError("symbolic", theorem.name, "it has no proof for all sizes at once")
            continue
        instances: Sequence[Sizes] = theorem.all_sizes_instances
        if given:
            instances = [parse_sizes(check, given, f"{theorem.name} for all sizes")]
        for sizes in instances:
            found.append(Job(theorem, sizes, partial(theorem.prove_all_sizes, **sizes), asked))
    return found


def _variants(chosen: Sequence[Theorem], given: Mapping[str, str], name: str) -> list[Job]:
    found = []
    for theorem in chosen:
        for variant in theorem.variants.values():
            if name not in ("all", variant.name):
                continue
            instances: Sequence[Sizes] = variant.instances
            if given:
                instances = [parse_sizes(variant.claim, given, f"variant “{variant.name}”")]
            for sizes in instances:
                found.append(Job(theorem, sizes, partial(theorem.refute, variant, sizes)))
    if not found:
        known = "; ".join(f"{r.name}: {', '.join(r.variants) or 'none'}" for r in chosen)
        raise InputError("variant", name, f"known variants: {known}, or all of them: all")
    return found
