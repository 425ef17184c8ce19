"""The two checkers of certificates against each other: proofs/checker.py, and the one extracted from Coq.

    python benchmarks/two_checkers.py [--networks 600] [--seed 0] [--mutants 2000] [--quick] [--keep FOLDER]

Half of the networks are drawn as in intervals.py, half, with padding, dilation, sizes and groups, as in
geometry.py. Every certificate that `bound`, `rank`, `rank --field Q`, `rank --parameters` (random integers)
and `verify-bound` (left-right) write for them goes through both, as `convac check --verified` asks them: it
prints how often both say the same, and why others are not covered. Then certificates that are false, from
the tests and by changes of true ones: what the checker in Python finds invalid is handed to the extracted
one as if it were valid; it may accept only claims that are true, which brute force decides. The exit status
is 1 if the two differ; such certificates are kept in the folder. It is 4 where `make -C formal checker` has
not built the program.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "support"))

from certificates import is_true
from convac import ZZ, ConvacError, Setting, verify_bound
from convac.algebra.random_parameters import random_assignment
from convac.proofs import checker
from convac.proofs.block_evaluation import NotCovered
from convac.proofs.bounds import bounded
from convac.proofs.checker_input import checker_text
from convac.proofs.coq_check import coq_verdict
from convac.proofs.coq_separator import separator
from convac.proofs.generic_rank import rank_at_parameters
from convac.proofs.random_ranks import DEFAULT_PRIME
from convac.proofs.rank import rank
from convac.proofs.steps import NotRun
from convac.proofs.translation import NOT_COVERED, Cut, Lower, Translation
from convac.proofs.verified_program import program, run_program
from geometry import case as any_geometry
from intervals import cases as plain
from mutations import every_mutant, lanes, random_mutant

Json = Any
INCORRECT = Path(__file__).resolve().parent.parent / "tests" / "certificates" / "incorrect"
SAME, DIFFERENT, NO = "same", "DIFFERENT", "not covered"
REFUSED = "REFUSED", "refused"
"""What the extracted checker does not accept: a valid certificate, an invalid one."""
TRUE, FALSE, UNDECIDED = (f"accepted, claim {word}" for word in ("true", "FALSE", "undecided"))


@dataclass
class Tally:
    """Answers by kind of certificate, reasons, and the certificates on which the two differ."""

    kept: Path
    networks: int = 0
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    mutants: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def different(self, kind: str, document: Json, said: str) -> None:
        path = self.kept / f"two-checkers-{len(self.wrong)}.json"
        path.write_text(json.dumps(document) + "\n")
        self.wrong.append(f"{path} ({kind}): {said}")


# ---------------------------------------------------------------- certificates of commands
def settings(seed: int) -> Iterator[Setting]:
    """Plain layers and layers of any geometry in turn."""
    draw = random.Random(seed)
    for network, cut, weights in plain(seed):
        yield Setting(network, cut, weights)
        yield any_geometry(draw)


def certificates(setting: Setting, seed: int) -> Iterator[tuple[str, Json]]:
    """What the commands write for a setting, each with the command."""
    network, cut = setting.network, setting.partition
    point = random_assignment(network, seed, ZZ, shared=setting.shared)
    writers = {
        "bound": lambda: bounded(setting),
        "rank": lambda: rank(setting, seed=seed),
        "rank --field Q": lambda: rank(setting, field="Q", seed=seed),
        "rank --parameters": lambda: rank_at_parameters(point, cut),
        "verify-bound": lambda: verify_bound(network, weights=setting.weights),
    }
    for command, report in writers.items():
        try:
            yield command, report().certificate()
        except ConvacError:
            continue


def kind_of(document: Json) -> str:
    """The relation, and the evidence by its kinds; none proves a bound by the size of the matrix."""
    kinds = [kind for kind, items in document["evidence"].items() if items]
    return f"{document['claim']['relation']:2} {' + '.join(kinds) or 'size'}"


def compare(tally: Tally, command: str, document: Json, file: Path) -> None:
    """Both checkers on a certificate; the one in Python has to find it valid."""
    file.write_text(json.dumps(document))
    status, line = coq_verdict(str(file))
    answer = {0: SAME, NOT_COVERED: NO}.get(status, DIFFERENT)
    tally.answers[f"{command}, {kind_of(document)}", answer] += 1
    if answer == NO:
        tally.reasons[general(line.removeprefix("not covered: "))] += 1
    elif answer == DIFFERENT:
        tally.different(command, document, line)


def general(reason: str) -> str:
    """A reason without the item of evidence and the numbers."""
    words = reason.rpartition(": ")[2]
    return "".join("N" if c.isdigit() else c for c in words).replace("NN", "N")[:100]


# ---------------------------------------------------------------- mutants
def mutants(count: int, seed: int, quick: bool) -> Iterator[tuple[str, Json]]:
    """The false certificates of the tests, every change of true ones at one place, and random changes."""
    for path in sorted(INCORRECT.glob("*.json")):
        yield "of the tests", checker.read(path.read_bytes())
    for document in lanes().values() if not quick else ():
        yield from (("changed at one place", mutant) for _, mutant in every_mutant(document))
    draws = [(document, random.Random(f"{lane} {seed}")) for lane, document in lanes().items()]
    for document, draw in islice(cycle(draws), count):
        yield "changed at random", random_mutant(document, draw)[1]


def judge(tally: Tally, kind: str, document: Json) -> None:
    """Counts what both say of a certificate that may be false."""
    status, _ = checker.verdict_on(json.dumps(document).encode())
    said = checker.WORDS[status].lower()
    if status in (0, checker.INVALID):
        second = by_extracted(document, bool(status))
        said += f", {second}"
        if second in (FALSE, REFUSED[0]):
            tally.different(kind, document, said)
    tally.mutants[said, kind] += 1


def by_extracted(document: Json, invalid: bool) -> str:
    """What the extracted checker says of a certificate, handed to it whatever the one in Python says."""
    answers = {by_program(document, attempt) for attempt in (Plain, Translation)}
    if True not in answers:
        covered = answers == {False} or (invalid and False in answers)
        return REFUSED[invalid] if covered else NO
    if not invalid:
        return "accepted"
    try:
        return TRUE if is_true(document) else FALSE
    except ConvacError:
        return UNDECIDED


def by_program(document: Json, attempt: type[Translation]) -> bool | None:
    """Whether it accepts a certificate as it is translated; None where it is not."""
    try:
        layers, _, items = checker.readable(document)
        found = [checker.factors_of(layers, x[3][0]) for x in items if x[1] == "factored"]
        checker.evaluated[:] = found
        return run_program(checker_text(attempt(document, "")))[0]
    except (checker.Refused, NotCovered):
        return None
    except NotRun:
        return False


class Plain(Translation):
    """The first evidence of a certificate as it is, whether it implies the claim or not."""

    def best(self, evaluated: bool = True) -> Lower:
        given = next((x for x in self.items if x[1] != "cut"), None)
        if given is None:
            return self.trivial()
        name, kind, item, (rows, _) = given
        p = int(item.get("prime", DEFAULT_PRIME))
        if kind == "random minor":
            rows = checker.seeded(item["seed"], p, self.shared, self.layers)
        return self.modulo(p, item, rows, self.choices(name, item), evaluated=False)

    def cut(self) -> Cut | None:
        item = next((x for _, kind, x, _ in self.items if kind == "cut"), None)
        if item is None:
            return None
        return Cut(*separator(self.layers, self.P, item), item["form"])


# ---------------------------------------------------------------- the tables
def show(tally: Tally) -> None:
    """What the two said of the certificates of commands."""
    columns = [SAME, NO, DIFFERENT]
    print(f"{tally.networks} networks")
    print(f"{'certificates':42}" + "".join(f"{column:>13}" for column in columns))
    for kind in sorted({kind for kind, _ in tally.answers}):
        print(f"{kind:42}" + "".join(f"{tally.answers[kind, column]:13}" for column in columns))
    total = Counter[str]()
    for (_, column), count in tally.answers.items():
        total[column] += count
    print(f"{'all':42}" + "".join(f"{total[column]:13}" for column in columns))
    print("\nnot covered, because")
    for reason, count in sorted(tally.reasons.items(), key=lambda x: (-x[1], x[0])):
        print(f"{count:6}  {reason}")


def show_mutants(tally: Tally) -> None:
    kinds = list(dict.fromkeys(kind for _, kind in tally.mutants))
    print(f"\n{'mutants: in Python, extracted':42}" + "".join(f"{kind:>22}" for kind in kinds))
    for said in sorted({said for said, _ in tally.mutants}):
        print(f"{said:42}" + "".join(f"{tally.mutants[said, kind]:22}" for kind in kinds))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--networks", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mutants", type=int, default=2000, help="changed at random")
    parser.add_argument("--quick", action="store_true", help="no changes at every single place")
    parser.add_argument("--keep", type=Path, default=Path())
    asked = parser.parse_args()
    try:
        program()
    except NotRun as why:
        print(f"{checker.WORDS[checker.LARGE]}: {why}", file=sys.stderr)
        return checker.LARGE
    tally = Tally(asked.keep)
    try:
        asked_all(tally, asked)
    except KeyboardInterrupt:
        show(tally)
        show_mutants(tally)
        print(f"\ninterrupted; {len(tally.wrong)} differences until then")
        return 130
    print("\n".join(["", *tally.wrong]) if tally.wrong else "\nno differences")
    return 1 if tally.wrong else 0


def asked_all(tally: Tally, asked: argparse.Namespace) -> None:
    """All networks, then all mutants."""
    with TemporaryDirectory() as room:
        for number, setting in enumerate(islice(settings(asked.seed), asked.networks)):
            tally.networks += 1
            for command, document in certificates(setting, number):
                compare(tally, command, document, Path(room) / "certificate.json")
    show(tally)
    sys.stdout.flush()
    for kind, document in mutants(asked.mutants, asked.seed, asked.quick):
        judge(tally, kind, document)
    show_mutants(tally)


if __name__ == "__main__":
    sys.exit(main())
