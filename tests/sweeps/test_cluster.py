"""Sweeps on a Dask cluster that fails: one line, and what was not measured stays so."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from console_script import run
from convac import WorkersError
from convac.sweeps import cluster as cluster_module
from convac.sweeps.request import requested_family
from convac.sweeps.rows import KILLED
from convac.sweeps.run import sweep

pytest.importorskip("distributed")

SWEEP = ["sweep", "--M", "2", "--H", "4", "--R", "2..4", "--D", "1..4", "--seeds", "0..4"]
SWEEP += ["--pooling", "product,relu-sum", "--layers", "{R}/1:{D},2/2:{D},2/2:1"]
WORKER = "from distributed.cli.dask_worker import main; main()"
WITHOUT = f"import sys; sys.modules['convac'] = None; {WORKER}"


def counts(store: Path) -> dict[str, int]:
    """How many rows of each status there are."""
    if not store.exists():
        return {}
    with closing(sqlite3.connect(store)) as connection:
        try:
            found = connection.execute("SELECT status, count(*) FROM results GROUP BY status")
        except sqlite3.OperationalError:
            return {}
        return dict(found.fetchall())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def scheduler() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A scheduler in a process of its own, and its address."""
    port = free_port()
    code = "from distributed.cli.dask_scheduler import main; main()"
    options = ["--port", str(port), "--host", "127.0.0.1", "--no-dashboard"]
    with quiet(code, *options) as process:
        wait_for(lambda: answers(port))
        yield process, f"tcp://127.0.0.1:{port}"


@contextmanager
def workers(address: str, code: str = WORKER) -> Iterator[subprocess.Popen[bytes]]:
    with quiet(code, address, "--no-nanny", "--no-dashboard", "--nthreads", "1") as process:
        yield process


@contextmanager
def quiet(code: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize(
    "address", ["tls://127.0.0.1:8786", "ucx://127.0.0.1:8786", "x", "a://b:1"]
)
def test_addresses_of_no_use_are_one_line(address: str, tmp_path: Path) -> None:
    store = str(tmp_path / "s.sqlite")
    result = run(*SWEEP, "--store", store, "--dask", address, script="convac")
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(f"error: --dask: got '{address}'; no scheduler answers: ")


@pytest.mark.slow
@pytest.mark.parametrize("reply", [b"HTTP/1.0 400 Bad Request\r\n\r\n", b""])
def test_what_speaks_another_protocol_is_no_scheduler(reply: bytes, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        open_ones: list[socket.socket] = []

        def answer() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                connection.sendall(reply)
                open_ones.append(connection)

        threading.Thread(target=answer, daemon=True).start()
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        store = str(tmp_path / "s.sqlite")
        result = run(*SWEEP, "--store", store, "--dask", address, script="convac")
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert "no scheduler answers: " in result.stderr
    assert reply or "what is there speaks another protocol" in result.stderr


@pytest.mark.slow
def test_a_lost_scheduler_costs_no_row(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    with scheduler() as (process, address), workers(address):

        def kill() -> None:
            wait_for(lambda: counts(store).get("done", 0) >= 10)
            process.kill()

        killer = threading.Thread(target=kill)
        killer.start()
        result = run(*SWEEP, "--store", str(store), "--dask", address, script="convac")
        killer.join()
    assert (result.returncode, result.stdout) == (4, "")
    assert result.stderr.startswith("error: could not finish: the workers are lost: ")
    assert result.stderr.count("\n") == 1
    found = counts(store)
    assert found.keys() == {"done"}
    assert 10 <= found["done"] < 120
    resumed = run(*SWEEP, "--store", str(store), script="convac")
    assert (resumed.returncode, counts(store)) == (0, {"done": 120})


@pytest.mark.slow
def test_workers_without_the_package_say_so(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    with scheduler() as (_, address), workers(address, WITHOUT):
        result = run(*SWEEP, "--store", str(store), "--dask", address, script="convac")
    assert (result.returncode, result.stdout) == (4, "")
    assert result.stderr.startswith("error: could not finish: the workers are lost: ModuleNotFound")
    assert result.stderr.count("\n") == 1
    assert counts(store) == {}


@pytest.mark.slow
def test_a_cluster_without_workers_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "WORKERS_SECONDS", 1)
    family = requested_family(None, {"M": "2", "H": "2", "R": "1,2"}, layers=["{R}/1:1,{H}/{H}:1"])
    with scheduler() as (_, address), pytest.raises(WorkersError, match="has no workers"):
        sweep(family, tmp_path / "s.sqlite", address=address)
    assert counts(tmp_path / "s.sqlite") == {}


@pytest.mark.slow
def test_a_worker_that_dies_of_a_case_costs_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under a nanny, as workers are by default: it starts another one, unless one dies while it starts.

    The case that kills is given to the next worker as soon as that is known to the scheduler, which may be
    before its nanny has heard of it: so it waits before it kills.
    """
    (tmp_path / "sitecustomize.py").write_text(
        "import os, signal, time\n"
        "import convac.sweeps.rows as rows\n"
        "measure = rows.measure\n"
        "def killing(case, memory):\n"
        "    if case.layers.startswith('1/1'):\n"
        "        time.sleep(3)\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return measure(case, memory)\n"
        "rows.measure = killing\n",
        encoding="utf-8",
    )
    family = requested_family(None, {"M": "2", "H": "2", "R": "1,2"}, layers=["{R}/1:1,{H}/{H}:1"])
    with scheduler() as (_, address):
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        with quiet(WORKER, address, "--no-dashboard", "--nthreads", "1"):
            rows = sweep(family, tmp_path / "s.sqlite", address=address)
    assert [row and row.status for _, row in rows] == ["failed", "done"]
    assert rows[0][1] is not None
    assert rows[0][1].note == KILLED
