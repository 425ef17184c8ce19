"""Sweeps: families, rows, the store, interruptions, and the same rows wherever they are measured."""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import console_script
import pytest
from convac import GF, InputError, Powers, ResourceError, random_assignment
from convac.algebra.engines import rank_at
from convac.proofs.random_ranks import DEFAULT_PRIME
from convac.proofs.rectifier_rank import RectifierUpper
from convac.sweeps import rows as rows_module
from convac.sweeps import run as run_module
from convac.sweeps.cases import Case
from convac.sweeps.families import NAMED, Family, Grid, Member, grid, named_family
from convac.sweeps.request import integers, requested_family
from convac.sweeps.rows import DOES_NOT_FIT, DONE, FAILED, KILLED, Measurement, measure
from convac.sweeps.run import run, sweep
from convac.sweeps.store import Store, as_dict, read, show
from convac.sweeps.summary import points, text
from convac.workers import processes
from shell import descendants

SMALL = {"layers": ["{R}/1:{D},{H}/{H}:1"], "pooling": "product,relu-sum", "seeds": "0..1"}
SIZES = {"M": "2", "H": "2", "R": "1..2", "D": "1,2"}


def small_family() -> Family:
    return requested_family(None, SIZES, **SMALL)  # type: ignore[arg-type]


def small_case(**changes: object) -> Case:
    case = Case(2, 4, 4, "3/1:2,4/4:1", "product", "left-right", "shared", 0)
    return replace(case, **changes)  # type: ignore[arg-type]


def timeless(
    rows: list[tuple[Member, Measurement | None]],
) -> list[tuple[Member, Measurement | None]]:
    """The rows without what they took."""
    return [(member, row and replace(row, seconds=0.0)) for member, row in rows]


# ---------------------------------------------------------------- families


def test_a_grid_is_all_combinations_in_order() -> None:
    family = small_family()
    assert family.x == "R"
    assert len(family.members) == 2 * 2 * 2 * 2
    assert len(family.cases) == 16
    first = family.members[0]
    assert (first.x, first.panel, first.case.layers) == (1, "product", "1/1:1,2/2:1")
    assert first.group == "{R}/1:{D},{H}/{H}:1, D = 1"
    assert [m.case.seed for m in family.members[:4]] == [0, 1, 0, 1]
    assert {m.case.layers for m in family.members} == {
        f"{R}/1:{D},2/2:1" for R in (1, 2) for D in (1, 2)
    }


def test_sizes_that_a_template_does_not_name_do_not_repeat_it() -> None:
    family = grid(
        "two", "", "D", Grid(["2/1:{D},4/4:1", "2/2:1,2/2:1"], {"M": [2], "H": [4], "D": [1, 2, 3]})
    )
    assert [member.x for member in family.members] == [1, 2, 3, None]


def test_named_families_and_other_grids() -> None:
    assert set(NAMED) == {"overlap-degree", "channels-to-full-rank", "standard-blocks", "tightness"}
    assert {len(named_family(name).cases) for name in NAMED} == {8, 480, 4, 36}
    for name in NAMED:
        assert all(member.case.H == 8 for member in named_family(name, 3, 8).members)
    reseeded = requested_family("tightness", {"M": "3"}, seeds="5,6")
    assert {(m.case.M, m.case.seed) for m in reseeded.members} == {(3, 5), (3, 6)}
    assert len(reseeded.members) == 2 * 36


BAD = [
    ({"M": "2", "H": "4", "R": "0..2"}, {}, "R: got '0..2'; numbers from 1"),
    ({"M": "2", "H": "4", "R": "3..2"}, {}, "an ascending range"),
    ({"M": "2", "H": "4", "R": "1e3"}, {}, "R: got '1e3'; whole numbers"),
    ({"M": "2", "H": "4"}, {}, "R is missing"),
    ({"M": "2", "R": "1"}, {}, "H is missing"),
    ({"M": "2", "H": "4", "R": "1", "D": "1"}, {}, "no template has {D}"),
    ({"M": "2", "H": "4,5", "R": "3"}, {}, "(at M = 2, H = 5, R = 3)"),
    ({"M": "2", "H": "4", "R": "1"}, {"pooling": "max"}, "pooling: got 'max'"),
    ({"M": "2", "H": "4", "R": "1"}, {"pooling": "product,"}, "words separated by commas"),
    ({"M": "2", "H": "4", "R": "1"}, {"partition": "column:4"}, "partition: got 'column:4'"),
    ({"M": "2", "H": "4", "R": "1"}, {"weights": "tied"}, "weights: got 'tied'"),
    ({"M": "2", "H": "4", "R": "1"}, {"seeds": "-1"}, "seeds: got '-1'"),
    ({"M": "2", "H": "4", "R": "1"}, {"x": "D"}, "x: got 'D'"),
    ({"M": "2", "H": "4", "R": "1"}, {"layers": ["{R.real}/1:2,4/4:1"]}, "braces hold the name"),
    ({"M": "2", "H": "4", "R": "1"}, {"layers": ["{R/1:2,4/4:1"]}, "it is no template"),
    ({"M": "2", "H": "4", "R": "1"}, {"layers": ["{R}/1:2,4/4"]}, "layers: got '4/4'"),
    ({"M": "2", "H": "4", "R": "1"}, {"layers": []}, "templates such as"),
    ({"M": "1..9999", "H": "4", "R": "1..9999"}, {}, "at most 200000 are swept at once"),
]


@pytest.mark.parametrize(("sizes", "words", "message"), BAD)
def test_a_bad_entry_is_named(
    sizes: dict[str, str], words: dict[str, object], message: str
) -> None:
    arguments: dict[str, object] = {"layers": ["{R}/1:2,4/4:1"], **words}
    with pytest.raises(InputError) as error:
        requested_family(None, sizes, **arguments)  # type: ignore[arg-type]
    assert message in str(error.value)


def test_named_families_refuse_what_they_cannot_take() -> None:
    for name, sizes, layers in [
        ("overlap", {}, []),
        ("tightness", {"D": "1"}, []),
        ("tightness", {"M": "2,3"}, []),
        ("tightness", {}, ["3/1:2,4/4:1"]),
        ("tightness", {"H": "5"}, []),
        ("standard-blocks", {"H": "6"}, []),
        ("channels-to-full-rank", {"H": "2"}, []),
    ]:
        with pytest.raises(InputError):
            requested_family(name, sizes, layers=layers)


def test_lists() -> None:
    assert integers("R", "1..3, 2,7") == [1, 2, 3, 7]
    assert integers("seeds", "0", least=0) == [0]


# ---------------------------------------------------------------- rows


def test_a_product_row() -> None:
    row = measure(small_case(layers="2/1:4,2/2:2,2/2:1"))
    assert (row.status, row.kind, row.engine) == (DONE, "exact", "factored")
    assert [int(x or 0) for x in (row.theorem, row.sharp, row.rank)] == [4, 16, 16]
    assert row.lower == row.upper == Powers([(16, 1)])
    assert row.parameters == 2 * 2 * 4 * 3 + 2 * 2 * 2 * 5 + 2 * 2 * 1 * 3


def test_a_rectifier_row() -> None:
    row = measure(small_case(pooling="relu-sum", seed=1))
    assert (row.status, row.kind, row.theorem, row.sharp) == (DONE, "exact", None, None)
    assert (int(row.rank or 0), int(row.upper or 0)) == (20, 24)


def test_no_theorem_for_other_partitions() -> None:
    row = measure(small_case(partition="checkerboard"))
    assert (row.theorem, row.sharp) == (None, None)
    assert int(row.rank or 0) == 256


def test_what_does_not_fit_keeps_its_bounds() -> None:
    row = measure(small_case(H=8, W=8, layers="4/4:2,2/1:3,2/2:1"), memory=2**20)
    assert (row.status, row.rank, row.kind) == (DOES_NOT_FIT, None, "")
    assert "a table over 64 sites of 2 templates has 2^64 entries" in row.note
    assert row.lower is not None
    assert row.upper is not None
    assert Powers([(1, 1)]) < row.lower < row.upper < Powers([(2, 32)])
    rectifier = measure(small_case(H=8, W=8, layers="2/1:2,8/8:1", pooling="relu-max"))
    assert (rectifier.status, rectifier.rank) == (DOES_NOT_FIT, None)
    # Subsets of two neighbours among 8 sites of column 3, and the constants of the other side.
    assert int(rectifier.upper or 0) == (1 + 8 + 7) + 1


def test_bounds_that_meet_need_no_enumeration() -> None:
    row = measure(small_case(H=8, W=8, layers="5/1:2,8/8:1"), memory=2**30 // 10)
    assert (row.status, row.rank, row.kind) == (DONE, Powers([(2, 32)]), "exact")
    assert (row.engine, row.note) == ("bounds", "")


def test_a_fault_is_a_failed_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr(rows_module, "measured", broken)
    row = measure(small_case())
    assert (row.status, row.note) == (FAILED, "ZeroDivisionError: on purpose")


def test_bounds_that_contradict_each_other_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "_sharp", lambda *_: Powers([(2, 9)]))
    row = measure(small_case())
    assert row.status == FAILED
    assert "512 > 2^8" in row.note or "2^9 > 2^8" in row.note
    monkeypatch.setattr(
        rows_module,
        "rectifier_upper_bound",
        lambda *_: RectifierUpper(Powers([(19, 1)]), "too small"),
    )
    row = measure(small_case(pooling="relu-sum", seed=1))
    assert row.status == FAILED
    assert "20 > 19" in row.note


def test_engines_agree_on_the_named_families() -> None:
    """Every generic rank of two families once more, with all 2^16 entries enumerated."""
    for name in ("overlap-degree", "tightness"):
        for case in named_family(name).cases[::3]:
            row = measure(case)
            point = random_assignment(
                case.setting.network, case.seed, GF(DEFAULT_PRIME), shared=True
            )
            dense = rank_at(point, case.setting.partition, "dense", 2**32).rank
            assert row.rank == dense, case


# ---------------------------------------------------------------- the store

FULL_ROW = Measurement(
    small_case(),
    status=DONE,
    theorem=Powers([(2, 2048)]),
    sharp=Powers([(3, 40), (5, 1)]),
    lower=Powers([(10**18 - 1, 1)]),
    lower_by="≥",
    upper=Powers([(10, 18)]),
    upper_by="",
    rank=Powers([(0, 1)]),
    kind="exact",
    parameters=7,
    engine="dense",
    note="a, b\n",
    version="0",
    seconds=0.25,
)


def test_numbers_as_they_are_kept() -> None:
    for value in (FULL_ROW.theorem, FULL_ROW.sharp, FULL_ROW.lower, FULL_ROW.upper, FULL_ROW.rank):
        assert value is not None
        assert read(show(value)) == value
    assert show(Powers([(2, 2048)])) == "2^2048"
    assert show(Powers([(3, 40), (5, 1)])) == "3^40*5"
    assert show(Powers([(2, 8)])) == 256


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    other = Measurement(small_case(seed=1), status=DOES_NOT_FIT)
    family = Family(
        "f", "", "D", tuple(Member(None, "g", "p", row.case) for row in (FULL_ROW, other))
    )
    path = tmp_path / "s.sqlite"
    with Store(path) as store:
        store.add_family(family)
        store.add(FULL_ROW)
        store.add(other)
    with Store(path) as store:
        found = [row for _, row in store.rows(family)]
        assert found == [FULL_ROW, other]
        assert store.pending(family.cases) == []
        assert store.pending(family.cases, retry=True) == [other.case]
        store.add(replace(other, status=DONE))
        assert store.pending(family.cases, retry=True) == []
    assert as_dict(FULL_ROW)["theorem"] == "2^2048"


def test_other_files_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    plain = tmp_path / "plain"
    plain.write_text("not a database, but long enough to be looked at\n" * 40)
    newer = tmp_path / "newer.sqlite"
    Store(newer).__exit__(None, None, None)
    connection = sqlite3.connect(newer)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    for path, message in [
        (other, "something else"),
        (plain, "not a database"),
        (newer, "its version is 99"),
        (tmp_path / "no" / "folder", "cannot be opened"),
    ]:
        with pytest.raises(InputError, match=message):
            Store(path)


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with Store(path) as store:
        store._connection.execute("PRAGMA query_only = 1")
        with pytest.raises(ResourceError, match="cannot be written"):
            store.add(FULL_ROW)


# ---------------------------------------------------------------- running


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Member, Measurement | None]]:
    """The small family, measured by one process."""
    return timeless(sweep(small_family(), tmp_path_factory.mktemp("sweep") / "s", workers=1))


@pytest.mark.slow
def test_two_workers_give_the_same_rows(
    plain: list[tuple[Member, Measurement | None]], tmp_path: Path
) -> None:
    assert all(row is not None and row.status == DONE for _, row in plain)
    assert timeless(sweep(small_family(), tmp_path / "s", workers=2)) == plain


@pytest.mark.slow
def test_a_cluster_gives_the_same_rows(
    plain: list[tuple[Member, Measurement | None]], tmp_path: Path
) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as cluster:
        rows = sweep(small_family(), tmp_path / "s", address=cluster.scheduler_address, memory=1.0)
    assert timeless(rows) == plain


class Inline(Executor):
    """Measures in this process, and stops after some cases."""

    def __init__(self, most: int) -> None:
        self.left = most

    def submit(self, function, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        future: Future[Measurement] = Future()
        if self.left == 0:
            future.set_exception(KeyboardInterrupt())
        else:
            self.left -= 1
            future.set_result(function(*args, **kwargs))
        return future


def test_an_interrupted_sweep_goes_on(
    plain: list[tuple[Member, Measurement | None]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    family, counted = small_family(), []

    def counting(case: Case, memory: int | None) -> Measurement:
        counted.append(case)
        return measure(case, memory)

    monkeypatch.setattr(run_module, "measure", counting)
    with Store(tmp_path / "s") as store:
        with pytest.raises(KeyboardInterrupt):
            run(family, store, lambda: Inline(7), window=1)
        assert sum(row is not None for _, row in store.rows(family)) == 7
        assert run(family, store, lambda: Inline(-1)) == 9
        assert timeless(list(store.rows(family))) == plain
        assert run(family, store, lambda: Inline(0)) == 0
    assert sorted(case.key for case in counted) == sorted(case.key for case in family.cases)


def killing(case: Case, memory: int | None) -> Measurement:
    """Stands in for `measure`: two of the cases kill their process."""
    if case.layers.startswith("2/1:1"):
        os.kill(os.getpid(), signal.SIGKILL)
    return Measurement(case, note=str(os.getpid()))


@contextmanager
def forked() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as executor:
        yield executor


def test_a_killed_worker_costs_its_own_row_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "measure", killing)
    family = requested_family(None, SIZES, layers=SMALL["layers"])  # type: ignore[arg-type]
    with Store(tmp_path / "s") as store:
        run(family, store, forked)
        found = {member.case.layers: row for member, row in store.rows(family)}
    failed = {layers: row for layers, row in found.items() if row and row.status == FAILED}
    assert {layers: row.note for layers, row in failed.items()} == {"2/1:1,2/2:1": KILLED}
    assert all(row is not None for row in found.values())


def test_after_a_killed_worker_the_others_go_on_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "measure", killing)
    pools: list[int] = []

    @contextmanager
    def counted() -> Iterator[Executor]:
        pools.append(1)
        with forked() as executor:
            yield executor

    sizes = {"M": "2", "H": "2", "R": "1,2", "D": "1..20"}
    family = requested_family(None, sizes, layers=SMALL["layers"])  # type: ignore[arg-type]
    with Store(tmp_path / "s") as store:
        run(family, store, counted, window=4)
        found = [row for _, row in store.rows(family)]
    assert len(found) == 40
    assert sum(row is not None and row.status == FAILED for row in found) == len(
        [case for case in family.cases if case.layers.startswith("2/1:1")]
    )
    assert all(row is not None for row in found)
    # Each of the cases that kill costs the window that it is in, and no more.
    assert len(pools) <= 1 + 11 * (1 + 4)


def test_a_worse_row_does_not_replace_a_done_one(tmp_path: Path) -> None:
    family = Family("f", "", "D", (Member(None, "g", "p", FULL_ROW.case),))
    worse = Measurement(FULL_ROW.case, status=DOES_NOT_FIT)
    with Store(tmp_path / "s") as store:
        for rows, kept in (((worse, FULL_ROW, worse), FULL_ROW),):
            for row in rows:
                store.add(row)
            assert [row for _, row in store.rows(family)] == [kept]
        again = replace(FULL_ROW, seconds=9.0)
        store.add(again)
        assert [row for _, row in store.rows(family)] == [again]


def test_workers_are_processes_of_their_own() -> None:
    pool, count = processes(3)
    assert count == 3
    with pool() as executor:
        assert executor.submit(os.getpid).result() != os.getpid()
    assert not multiprocessing.active_children()


# ---------------------------------------------------------------- the command line

COMMAND = [
    "sweep",
    "--M",
    "2",
    "--H",
    "4",
    "--R",
    "2..4",
    "--D",
    "1..4",
    "--pooling",
    "product,relu-sum",
    "--seeds",
    "0..4",
]
LAYERS = ["--layers", "{R}/1:{D},2/2:{D},2/2:1"]


def command(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return console_script.run(*arguments, script="convac", cwd=folder)


@pytest.mark.slow
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_sweep_goes_on(sent: signal.Signals, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [str(console_script.SCRIPTS / "convac"), *COMMAND, *LAYERS, "--workers", "2"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    store, kept = tmp_path / "sweep.sqlite", 0
    while kept < 10:
        assert process.poll() is None
        time.sleep(0.02)
        if store.exists():
            connection = sqlite3.connect(store)
            with connection:
                tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
                if ("results",) in tables:
                    kept = connection.execute("SELECT count(*) FROM results").fetchone()[0]
            connection.close()
    workers = descendants(process.pid)
    assert workers
    process.send_signal(sent)
    _, err = process.communicate(timeout=60)
    assert process.returncode == (130 if sent == signal.SIGINT else -signal.SIGKILL)
    if sent == signal.SIGINT:
        assert err.splitlines()[-1] == "error: interrupted"
        assert "the same command goes on from there" in err
        assert "Traceback" not in err
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < deadline, "a worker outlived its parent"
        time.sleep(0.1)
    resumed = command(*COMMAND, *LAYERS, "--json", folder=tmp_path)
    whole = command(*COMMAND, *LAYERS, "--json", "--store", "other.sqlite", folder=tmp_path)
    assert resumed.returncode == whole.returncode == 0
    rows = [json.loads(run.stdout)["rows"] for run in (resumed, whole)]
    for row in [*rows[0], *rows[1]]:
        del row["seconds"]
    assert rows[0] == rows[1]
    assert len(rows[0]) == 120


def test_exports_and_table(tmp_path: Path) -> None:
    arguments = [
        *["sweep", "--M", "2", "--H", "2", "--R", "1,2", "--D", "1"],
        *LAYERS[:1],
        "{R}/1:{D},{H}/{H}:1",
    ]
    result = command(*arguments, "--export", "a.csv", "--export", "a.json", folder=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines()[-1] == "2 rows: 2 done"
    with (tmp_path / "a.csv").open() as file:
        lines = list(csv.DictReader(file))
    document = json.loads((tmp_path / "a.json").read_text())
    assert [line["rank"] for line in lines] == ["1", "2^2"]
    assert [row["rank"]["value"] for row in document["rows"]] == [1, 4]
    assert [row["x"] for row in document["rows"]] == [1, 2]
    again = command(*arguments, "--json", folder=tmp_path)
    assert json.loads(again.stdout) == document


def test_errors_before_any_work(tmp_path: Path) -> None:
    for arguments, message in [
        ("nothing", "error: family: got 'nothing'; known families: overlap-degree"),
        ("tightness --export a.txt", "error: --export: got 'a.txt'; it must end in .csv or .json"),
    ]:
        result = command("sweep", *arguments.split(), folder=tmp_path)
        assert result.returncode == 2
        assert message in result.stderr
        assert result.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())
    assert command("sweep", "--list", folder=tmp_path).stdout.count("\n") == len(NAMED)


def test_text_of_many_seeds() -> None:
    case = small_case(pooling="relu-max")
    rows = [
        (
            Member(3, "g", "p", replace(case, seed=k)),
            Measurement(case, rank=Powers([(k + 2, 1)]), kind=kind),
        )
        for k, kind in enumerate(["exact", "at least", "exact"])
    ]
    assert points(rows)[0].cells[-1] == "2, ≥ 3, 4"
    many: list[tuple[Member, Measurement | None]] = [
        (member, replace(row, kind="exact")) for member, row in rows
    ]
    many += [
        (Member(3, "g", "p", case), Measurement(case, rank=Powers([(k, 1)]), kind="exact"))
        for k in range(10, 20)
    ]
    assert points(many)[0].cells[-1] == "2 … 13 … 19 (13 seeds)"
    unfinished = [
        *rows[:1],
        (rows[1][0], None),
        (rows[2][0], Measurement(case, status=DOES_NOT_FIT)),
    ]
    assert points(unfinished)[0].cells[-1] == "2, did not fit, not measured"
    table = text(Family("f", "title", "R", tuple(m for m, _ in unfinished)), unfinished)
    assert table.splitlines()[-1] == "3 rows: 1 done, 1 not measured, 1 did not fit"
