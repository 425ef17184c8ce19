"""Changes true certificates at random, and asks the checker and brute force about each mutant.

    python benchmarks/mutations.py --mutants 100000 [--seed 0] [--processes 2]

First every single change of the fast test, then random mutants of one to three changes. Prints how often
the checker gave each answer. A mutant may be accepted only if its claim is still true; the exit status is
1 if a false one was accepted, or if a lane's own certificate was not.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from multiprocessing import Pool
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "support"))

from mutations import ANSWERS, every_mutant, judge, lanes, random_mutant, tally

Result = tuple[str, Counter[str], list[str]]
BATCH = 500


def campaign(work: tuple[str, int, int]) -> Result:
    """The single changes of a lane (count 0), or so many random mutants."""
    lane, count, seed = work
    document, source = lanes()[lane], random.Random(f"{lane} {seed}")
    if count == 0:
        return lane, *tally(every_mutant(document))
    return lane, *tally(random_mutant(document, source) for _ in range(count))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mutants", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    names = list(lanes())
    batches = -(-options.mutants // (len(names) * BATCH))
    work = [(name, 0, 0) for name in names]
    work += [(name, BATCH, options.seed + k) for k in range(batches) for name in names]
    totals: dict[str, Counter[str]] = {name: Counter() for name in names}
    wrong: list[str] = []
    started = time.perf_counter()
    with Pool(options.processes) as pool:
        for name, counts, false in pool.imap_unordered(campaign, work):
            totals[name] += counts
            wrong += [f"{name}: {described}" for described in false]
    controls = [name for name in names if judge(lanes()[name]) != ANSWERS[0]]
    show(totals)
    print(f"{time.perf_counter() - started:.0f} s; unmutated controls accepted: ", end="")
    print(f"{len(names) - len(controls)} of {len(names)}; false claims accepted: {len(wrong)}")
    print("\n".join(wrong[:50]))
    return 1 if wrong or controls else 0


def show(totals: dict[str, Counter[str]]) -> None:
    print(f"{'lane':32}{'mutants':>9}" + "".join(f"{answer:>17}" for answer in ANSWERS))
    for name, counts in [*totals.items(), ("all", sum(totals.values(), Counter()))]:
        row = "".join(f"{counts[answer]:17}" for answer in ANSWERS)
        print(f"{name:32}{counts.total():9}{row}")


if __name__ == "__main__":
    sys.exit(main())
