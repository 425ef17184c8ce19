"""Run results by name: on instances, for all sizes at once, and their false variants."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from ..errors import InputError, ResourceError
from .registry import Result, Sizes, describe, find, parse_sizes, refute
from .verdict import Outcome, Verdict


@dataclass(frozen=True)
class Job:
    """One verdict to be had of a result; `asked` unless it is only there by default."""

    result: Result
    sizes: Sizes
    run: Callable[[], Verdict]
    asked: bool = True


@dataclass(frozen=True)
class Entry:
    """A verdict in a report, with the result that it belongs to and the options that repeat it."""

    result: Result
    sizes: Sizes
    verdict: Verdict
    asked: bool = True


def jobs(
    names: Sequence[str],
    known: Mapping[str, Result],
    given: Mapping[str, str],
    *,
    symbolic: bool = False,
    variant: str | None = None,
) -> list[Job]:
    """What `convac prove` is asked for, in order.

    Parameters
    ----------
    names : names of results; all of them if empty
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
    for result in chosen:
        if given:
            sizes = parse_sizes(result.check, given, result.name)
            found.append(_instance(result, sizes))
            continue
        found.extend(_instance(result, sizes) for sizes in result.instances)
        found.extend(_symbolic([result], {}, asked=find_spec("z3") is not None, named=False))
    return found


def run(listed: Sequence[Job]) -> Iterator[Entry]:
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
            if job.result.module is None:
                raise
            verdict = _unfinished(job, describe(error, job.result.module))
        yield Entry(job.result, job.sizes, verdict, job.asked)


def _unfinished(job: Job, why: str) -> Verdict:
    return Verdict(
        job.result.title,
        job.result.source,
        Outcome.COULD_NOT_FINISH,
        why,
        subject=show_sizes(job.sizes),
    )


def show_sizes(sizes: Sizes) -> str:
    """Sizes as options of the command line."""
    return " ".join(f"--{name} {value}" for name, value in sizes.items())


def _instance(result: Result, sizes: Sizes) -> Job:
    return Job(result, sizes, lambda: result(**sizes))


def _symbolic(
    chosen: Sequence[Result], given: Mapping[str, str], *, asked: bool, named: bool
) -> list[Job]:
    found = []
    for result in chosen:
        check = result.all_sizes
        if check is None:
            if named:
                raise InputError("symbolic", result.name, "it has no proof for all sizes at once")
            continue
        instances: Sequence[Sizes] = result.all_sizes_instances
        if given:
            instances = [parse_sizes(check, given, f"{result.name} for all sizes")]
        for sizes in instances:
            found.append(Job(result, sizes, lambda c=check, s=sizes: c(**s), asked))  # type: ignore[misc]
    return found


def _variants(chosen: Sequence[Result], given: Mapping[str, str], name: str) -> list[Job]:
    found = []
    for result in chosen:
        variants = [v for v in result.variants.values() if name in ("all", v.name)]
        for variant in variants:
            instances: Sequence[Sizes] = variant.instances
            if given:
                instances = [parse_sizes(variant.claim, given, f"variant “{variant.name}”")]
            for sizes in instances:
                found.append(
                    Job(result, sizes, lambda r=result, v=variant, s=sizes: refute(r, v, s))  # type: ignore[misc]
                )
    if not found:
        known = "; ".join(f"{r.name}: {', '.join(r.variants) or 'none'}" for r in chosen)
        raise InputError("variant", name, f"known variants: {known}, or all of them: all")
    return found
