"""The regression suite for the theorems: a table of claims and sizes, run in parallel, one line each.

A table is a TOML file of rows `[[claims]]`: the name of a theorem (`result`), perhaps a `variant` or
`all_sizes = true`, the sizes, and what is expected: an outcome, and what the statement says of the
rank.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any
from xml.etree import ElementTree

from ..errors import InputError, ResourceError
from ..graphs.partition_names import is_named
from ..workers import DIED, completed, count_of, processes
from .library import describe, find, theorems
from .theorem import Theorem, check_sizes
from .transcripts.text import Style, no_style
from .verdict import Claim, Outcome, Verdict

TABLE = files(__package__) / "claims.toml"  # in a folder, or in a wheel that is imported as it is
MOST_BYTES = 2**20
RESERVED = {"result", "variant", "all_sizes", "expect", "says", "level"}
LEVELS = ("default", "full")
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class ClaimRow:
    """One claim: a theorem (or a variant of it, or its proof for all sizes) on sizes, and what is expected.

    `says` is the claim, such as "≥ 2^8" or ">= 256"; empty where none is expected. `module` is
    the user's file that defines the theorem.
    """

    result: str
    sizes: Mapping[str, int | str]
    expect: Outcome
    says: str = ""
    variant: str = ""
    all_sizes: bool = False
    full: bool = False
    module: Path | None = None

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What the row is about, on one line."""
        kind = f" [{self.variant}]" if self.variant else " [all sizes]" if self.all_sizes else ""
        sizes = " ".join(f"{key}={value}" for key, value in self.sizes.items())
        return f"{self.result}{kind} {sizes}".strip()


@dataclass(frozen=True)
class ClaimReport:
    """What a row gave: `problem` is empty if it is as expected.

    `finished` is false if it does not fit the memory or was not decided, `skipped` true if what it needs is
    not installed.
    """

    row: ClaimRow
    problem: str
    found: str
    seconds: float
    finished: bool = True
    skipped: bool = False


def load(
    path: Path | Traversable = TABLE, known: Mapping[str, Theorem] | None = None
) -> list[ClaimRow]:
    """The rows of a table, each held to the signature of what it names.

    Raises
    ------
    InputError
        If the file cannot be read, or a row does not fit; the row is named by its number.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise InputError("claims", path.name, "a table has at most 1 MiB")
        document = tomllib.loads(data.decode("utf-8"))
    except OSError as error:
        raise InputError("claims", str(path), error.strerror or "it cannot be read") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError("claims", path.name, f"it is no TOML: {error}") from None
    claims = document.get("claims")
    if set(document) != {"claims"} or not isinstance(claims, list) or not claims:
        raise InputError(
            "claims", path.name, "rows [[claims]] are needed, and nothing else is read"
        )
    registry = theorems() if known is None else known
    rows = [_row(number, claim, registry) for number, claim in enumerate(claims, 1)]
    return [_beside(path, row) for row in rows] if isinstance(path, Path) else rows


def claims(path: Path | str, *modules: Path | str) -> list[ClaimRow]:
    """The rows of a table about theorems of this package and of own modules (docs/own-theorem.md).

    Parameters
    ----------
    path : Path or str
        The table, TOML.
    modules : Path or str
        Python files that define theorems.

    Raises
    ------
    InputError
        If a file cannot be read, or a row does not fit; the row is named by its number.
    """
    return load(Path(path), theorems(*modules))


def run(
    rows: Sequence[ClaimRow],
    workers: int | None = None,
    progress: Callable[[ClaimReport], None] = lambda report: None,
) -> list[ClaimReport]:
    """Check every row, in parallel; reports come in the order of the rows.

    A row whose process dies could not finish.

    Parameters
    ----------
    workers : int, optional
        Processes; default: one a core that may be used. 1 stays in this process.
    progress : called with each report as soon as those before it are there

    Raises
    ------
    InputError
        If there are too many workers.
    WorkersError
        If they cannot start.
    """
    count = min(len(rows), count_of(workers))
    reports: list[ClaimReport] = []
    for report in _reports(rows, count):
        progress(report)
        reports.append(report)
    return reports


def check_claim(row: ClaimRow) -> ClaimReport:
    """Check one row in this process; the report's `problem` is empty if all is as expected.

    What does not fit and what fails is reported there, and not raised.
    """
    started = perf_counter()
    if row.all_sizes and find_spec("z3") is None:
        return ClaimReport(row, "not run: z3-solver is not installed", "", 0.0, skipped=True)
    try:
        verdict = _verdict(row)
    except ResourceError as error:
        return ClaimReport(row, f"could not finish: {error}", "", perf_counter() - started, False)
    except InputError as error:
        return ClaimReport(row, str(error), "", perf_counter() - started)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # no refutation, and the other rows are still to be checked
        fault = f"could not finish: {describe(error, row.module)}"
        return ClaimReport(row, fault, "", perf_counter() - started, False)
    found = str(verdict.outcome)
    if verdict.outcome is Outcome.REFUTED:
        found += f": {verdict.conclusion}"
    elif verdict.claim is not None:
        found += f", rank {verdict.claim}"
    seconds = perf_counter() - started
    if verdict.outcome is Outcome.COULD_NOT_FINISH != row.expect:
        return ClaimReport(row, f"could not finish: {verdict.conclusion}", found, seconds, False)
    return ClaimReport(row, _problem(row, verdict), found, seconds)


def with_rest(rows: Sequence[ClaimRow], reports: Sequence[ClaimReport]) -> list[ClaimReport]:
    """The reports of a run that was interrupted, and of the rows that it did not come to."""
    return [*reports, *(_unfinished(row, "interrupted") for row in rows[len(reports) :])]


def exit_status(reports: Sequence[ClaimReport]) -> int:
    """1 if a row is not as expected, else 4 if one could not be run, else 0."""
    if any(_failed(report) for report in reports):
        return 1
    return 4 if any(not report.finished for report in reports) else 0


def line(report: ClaimReport, style: Style = no_style) -> str:
    """One line for one row: its mark, what was found, the time."""
    if not report.problem:
        return (
            f"{style('ok    ', 'good')} {report.row.name}: {report.found}  {report.seconds:.2f} s"
        )
    mark = style("FAILED", "bad") if _failed(report) else style("–     ", "plain")
    return f"{mark} {report.row.name}: {report.problem}"


def summary(reports: Sequence[ClaimReport]) -> str:
    """How many rows are as expected."""
    good = sum(1 for report in reports if not report.problem)
    failed = sum(1 for report in reports if _failed(report))
    skipped = sum(1 for report in reports if report.skipped)
    rest = len(reports) - good - failed - skipped
    words = [f"{len(reports)} claims: {good} as expected"]
    words += [f"{failed} not"] if failed else []
    words += [f"{rest} could not finish"] if rest else []
    words += [f"{skipped} not run (z3-solver is not installed)"] if skipped else []
    return ", ".join(words)


def junit(reports: Sequence[ClaimReport]) -> str:
    """The reports as JUnit XML."""
    failures = sum(1 for r in reports if _failed(r))
    errors = sum(1 for r in reports if not r.finished)
    suite = ElementTree.Element(
        "testsuite",
        name="convac regress",
        tests=str(len(reports)),
        failures=str(failures),
        errors=str(errors),
        skipped=str(sum(1 for r in reports if r.skipped)),
        time=f"{sum(r.seconds for r in reports):.3f}",
    )
    for report in reports:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=_xml(f"convac.{report.row.result}"),
            name=_xml(report.row.name),
            time=f"{report.seconds:.3f}",
        )
        if report.problem:
            kind = "failure" if _failed(report) else "skipped" if report.skipped else "error"
            ElementTree.SubElement(case, kind, message=_xml(report.problem))
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _xml(text: str) -> str:
    """The text with what XML 1.0 has no sign for, such as control characters, as \\x01."""
    return NOT_XML.sub(lambda found: ascii(found[0])[1:-1], text)


def _unfinished(row: ClaimRow, why: str) -> ClaimReport:
    return ClaimReport(row, f"could not finish: {why}", "", 0.0, False)


def _failed(report: ClaimReport) -> bool:
    return bool(report.problem) and report.finished and not report.skipped


def _reports(rows: Sequence[ClaimRow], workers: int) -> Iterator[ClaimReport]:
    if workers <= 1:
        yield from map(check_claim, rows)
        return
    pool, _ = processes(workers)
    early: dict[int, ClaimReport] = {}
    following = 0
    for number, found in completed(check_claim, [(row,) for row in rows], pool, 2 * workers):
        early[number] = found or _unfinished(rows[number], DIED)
        while following in early:
            yield early.pop(following)
            following += 1


def _verdict(row: ClaimRow) -> Verdict:
    theorem = find(row.result, theorems(*([row.module] if row.module else [])))
    if row.variant:
        return theorem.refute(theorem.variants[row.variant], row.sizes)
    if row.all_sizes:
        return theorem.prove_all_sizes(**row.sizes)
    return theorem(**row.sizes)


def _problem(row: ClaimRow, verdict: Verdict) -> str:
    """What differs from what is expected; empty if nothing does."""
    if verdict.outcome is not row.expect:
        why = "; ".join(verdict.reasons) or verdict.conclusion
        return f"expected {row.expect}, found {verdict.outcome}: {why}"
    said = "" if verdict.claim is None else str(verdict.claim)
    if row.says and (verdict.claim is None or verdict.claim != Claim.read(row.says)):
        return f"expected the claim “{row.says}”, found “{said}”"
    return ""


def _row(number: int, claim: object, known: Mapping[str, Theorem]) -> ClaimRow:
    where = f"row {number}"
    if not isinstance(claim, dict) or not isinstance(claim.get("result"), str):
        raise InputError("claims", where, 'a row names its "result"')
    try:
        return _checked(claim, known)
    except InputError as error:
        raise InputError("claims", f"{where} ({claim['result']})", str(error)) from None


def _beside(table: Path, row: ClaimRow) -> ClaimRow:
    """The row, its partition's file looked for in the folder of the table."""
    name = row.sizes.get("partition")
    if isinstance(name, str) and not is_named(name) and (table.parent / name).is_file():
        return replace(row, sizes={**row.sizes, "partition": str(table.parent / name)})
    return row


def _checked(claim: dict[str, Any], known: Mapping[str, Theorem]) -> ClaimRow:
    theorem = find(claim["result"], known)
    sizes = {key: value for key, value in claim.items() if key not in RESERVED}
    variant, all_sizes = claim.get("variant", ""), claim.get("all_sizes", False)
    level, says = claim.get("level", "default"), claim.get("says", "")
    if level not in LEVELS:
        raise InputError("level", level, f"one of {', '.join(LEVELS)} is needed")
    if not isinstance(says, str):
        raise InputError("says", says, 'a text such as "≥ 2^8" is needed')
    if says:
        try:
            Claim.read(says)
        except ValueError as error:
            raise InputError("says", says, f'a claim such as "≥ 2^8" is needed: {error}') from None
    outcomes = [str(outcome) for outcome in Outcome]
    if claim.get("expect", "verified") not in outcomes:
        raise InputError("expect", claim["expect"], f"one of {', '.join(outcomes)} is needed")
    check: Callable[..., object] | None = theorem.check
    if variant:
        if variant not in theorem.variants:
            raise InputError("variant", variant, f"known: {', '.join(theorem.variants) or 'none'}")
        check = theorem.variants[variant].claim
    elif all_sizes:
        check = theorem.all_sizes
    if check is None:
        raise InputError("all_sizes", theorem.name, "it has no proof for all sizes at once")
    check_sizes(check, sizes, theorem.name)
    expect = Outcome(claim.get("expect", "verified"))
    full = level == "full"
    return ClaimRow(
        theorem.name, sizes, expect, says, variant, bool(all_sizes), full, theorem.module
    )
