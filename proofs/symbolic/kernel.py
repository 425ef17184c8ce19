"""The statements that a proof kernel has checked, as steps of a transcript.

A step lets Coq load the library that is built in `formal/`, state the theorems and print what they assume,
and compares this with `formal/statements.txt`. Loading does not check the proofs again:
`make -C formal check` does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from ..steps import NotRun, Status, Step
from . import formal_library
from .formal_library import folder, run_coq
from .measure_zero import checked

SYSTEM = "Coq 8.16, MathComp 1.15"
TESTED = "measure zero and the agreement of program and formalization are tested, not proved"
AGREEMENT = "the agreement of program and formalization is tested, not proved"
CLOSED = "Closed under the global context"

Files = tuple[tuple[str, int, int], ...]


METHOD = f"proof kernel, {SYSTEM}"
GEOMETRY = "layers that pad, dilate, give a size or group channels"
"""What the theorems about all sizes are not about."""


def kernel_step(*theorems: str, scope: str = "for all sizes and any field") -> Step:
    """Name theorems, as "Law.headline" of formal/Law.v, and say whether Coq loads them on this machine.

    `scope` is what they are about; no more than their hypotheses say.
    """
    said = f"{_listed(theorems)}, {scope}"
    try:
        _load(theorems, library_files())
    except NotRun as why:
        state, status = str(why), Status.NOT_RUN
    else:
        state = "Coq loads them on this machine, as stated and without an axiom"
        state, status = f"{state}; make -C formal check runs the independent checker", Status.LEMMA
    rest = AGREEMENT if checked() else TESTED
    return Step("kernel", METHOD, status, f"{said}; {state}; {rest}")


def deep_step(*theorems: str, infinite: bool = True, outside: str = "") -> Step:
    """The step for theorems of formal/Sharp.v and those that rest on it, about any depth.

    `infinite`: the field has to be; over finite fields shared parameters have one more hypothesis, on the
    tail. `outside`: what is not formalized, where these theorems do not apply; the step is not run then.
    """
    if outside:
        return Step("kernel", METHOD, Status.NOT_RUN, f"not formalized: {outside}")
    field = "any infinite field" if infinite else "any field"
    return kernel_step(*theorems, scope=f"for every K, all sizes, windows and strides, and {field}")


def _listed(theorems: Sequence[str]) -> str:
    """The theorems by file.

    >>> _listed(["Law.headline", "Law.headline_sharp", "Generic.headline_generic"])
    'formal/Law.v: headline, headline_sharp; formal/Generic.v: headline_generic'
    """
    files: dict[str, list[str]] = {}
    for theorem in theorems:
        file, _, name = theorem.rpartition(".")
        files.setdefault(file.replace(".", "/"), []).append(name)
    return "; ".join(f"formal/{file}.v: {', '.join(names)}" for file, names in files.items())


def library_files() -> Files:
    """What a step reads, with times and sizes; raises NotRun unless all is built, after its source."""
    home = folder()
    project = home / "_CoqProject"
    if not project.exists():
        raise NotRun("formal/ is not part of this installation")
    sources = [home / line for line in project.read_text().split() if line.endswith(".v")]
    found = []
    for source in sources:
        built = source.with_suffix(".vo")
        if not built.exists() or built.stat().st_mtime < source.stat().st_mtime:
            raise NotRun("not built on this machine (make -C formal check)")
        found.append(built)
    read = (*found, home / "preamble.v", home / "statements.txt")
    return tuple((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in read)


@cache
def _load(theorems: tuple[str, ...], _: Files) -> None:
    """Raise NotRun unless Coq states the theorems as formal/statements.txt does, without an axiom."""
    preamble, golden = (folder() / "preamble.v").read_text(), _statements()
    commands = (f"Check @Overlap.{t}.\nPrint Assumptions Overlap.{t}.\n" for t in theorems)
    printed = run_coq(preamble + "".join(commands), formal_library.LONGEST)
    if printed != "".join(f"{golden.get(t)}{CLOSED}\n" for t in theorems):
        raise NotRun("what is built on this machine is not what formal/statements.txt states")


def _statements() -> dict[str, str]:
    """What Coq's Check prints, by theorem."""
    blocks = re.split("^== ", (folder() / "statements.txt").read_text(), flags=re.MULTILINE)
    titled = (block.partition("\n") for block in blocks)
    return {title: text for title, _, text in titled}
