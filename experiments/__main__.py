"""Training experiments beside exact exponents; run in a clone, with the extra `train`.

python -m experiments --published            train, then write results.csv and the pictures
python -m experiments --smoke --runs FOLDER  the same with two tiny networks, all into FOLDER
python -m experiments --redraw               the pictures again, from results.csv
python -m experiments --tables               the table of docs/training.md
python -m experiments --exponents            exponents.csv again: minutes, no training
python -m experiments --circuit FILE         train a small circuit, and write its exact weights
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from convac import ConvacError, to_json
from convac.files import write_atomically

from .architectures import PRODUCT, grid
from .exponents import exponents
from .figures import draw_all
from .plans import PUBLISHED, SMOKE, Plan
from .results import RESULTS, Row, collected, read_rows, write_exponents, write_rows
from .running import run_all
from .tables import table

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


def train_and_draw(plan: Plan, folder: Path, workers: int, results: Path, pictures: Path) -> None:
    """All runs of a plan, their table and their pictures."""
    run_all(plan.runs(), folder, workers, say)
    collect(plan, folder, results, pictures)


def collect(plan: Plan, folder: Path, results: Path, pictures: Path) -> None:
    """The table and the pictures of the runs that are there, of networks with all of their seeds."""
    rows = list(collected(plan.runs(), folder))
    seeds = Counter(row.architecture for row in rows)
    rows = [row for row in rows if seeds[row.architecture] == plan.seeds]
    write_rows(rows, results)
    say(f"{len(rows)} of {len(list(plan.runs()))} runs")
    say(f"written: {results}")
    draw(rows, pictures)


def draw(rows: list[Row], folder: Path) -> None:
    """The pictures of results."""
    for path in draw_all(rows, folder):
        say(f"written: {path}")


def prove_exponents() -> None:
    """The exact numbers of all published architectures."""
    found = {}
    for architecture in grid(PUBLISHED.data, (PRODUCT,), PUBLISHED.B, PUBLISHED.C):
        found[architecture] = exponents(architecture.model)
        say(f"{architecture.name}: {found[architecture]}")
    write_exponents(found)


def write_circuit(path: Path) -> None:
    """The weights of the small circuit, as `convac rank --parameters` reads them."""
    from .circuit import CIRCUIT, as_assignment, trained

    parameters, share = trained()
    document = to_json(as_assignment(CIRCUIT, parameters))
    entries = ",\n".join(map(json.dumps, document["entries"]))
    text = f'{{"format": {json.dumps(document["format"])}, "entries": [\n{entries}\n]}}\n'
    write_atomically(path, text)
    say(f"{100 * share:.1f} % of the zeros and ones are classified right")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    lines = (__doc__ or "").splitlines()
    made = argparse.ArgumentParser(
        prog="python -m experiments",
        description=lines[0],
        epilog="\n".join(lines[2:]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    which = made.add_mutually_exclusive_group(required=True)
    for name in ("published", "collect", "smoke", "redraw", "tables", "exponents"):
        which.add_argument(f"--{name}", action="store_true")
    which.add_argument("--circuit", type=Path, metavar="FILE")
    made.add_argument("--workers", type=int, default=2, metavar="N", help="processes; default: 2")
    made.add_argument(
        "--seeds", type=int, metavar="N", help="as many as these; default: the plan's"
    )
    made.add_argument(
        "--runs",
        type=Path,
        metavar="FOLDER",
        default=ROOT / "build" / "runs",
        help="a file a run; runs that are there are not trained again; default: build/runs",
    )
    return made


def action(given: argparse.Namespace) -> Callable[[], None]:
    """What was asked for."""
    if given.redraw:
        return lambda: draw(read_rows(), PICTURES)
    if given.tables:
        return lambda: say("\n".join(table()))
    if given.exponents:
        return prove_exponents
    if given.circuit is not None:
        return lambda: write_circuit(given.circuit)
    plan = SMOKE if given.smoke else PUBLISHED
    if given.seeds is not None:
        plan = replace(plan, seeds=given.seeds)
    paths = (given.runs / "results.csv", given.runs) if given.smoke else (RESULTS, PICTURES)
    if given.collect:
        return lambda: collect(plan, given.runs, *paths)
    return lambda: train_and_draw(plan, given.runs, given.workers, *paths)


def main() -> int:
    """Exit status: 0 done, 2 bad input, 130 interrupted, 143 terminated."""
    given = parser().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ends the processes that train, too
    try:
        action(given)()
    except ConvacError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print("interrupted; the same command goes on", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
