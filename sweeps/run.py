"""Measure what a family lacks, in worker processes or on a Dask cluster, and keep every row at once."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from ..errors import InputError
from ..progress import Progress, shown, staged
from ..resources import memory_limit
from .cases import Case
from .families import Family, Member
from .rows import FAILED, Measurement, measure
from .store import Store

KILLED = "the process that measured it was killed, perhaps for lack of memory"

MOST_AT_ONCE = 1000

Pool = Callable[[], AbstractContextManager[Executor]]
"""Makes an executor whose workers can import this package."""


def sweep(
    family: Family,
    path: Path,
    *,
    workers: int | None = None,
    address: str | None = None,
    memory: float | None = None,
    retry: bool = False,
    progress: Progress | None = None,
) -> list[tuple[Member, Measurement | None]]:
    """Measure a family and give its members with their rows, those of earlier runs included.

    Parameters
    ----------
    family : Family
    path : Path
        The store.
    workers : int, optional
        Processes; default: the number of cores.
    address : str, optional
        The scheduler of a Dask cluster, instead of processes.
    memory : float, optional
        GiB for all workers on this machine together, or for each one of a cluster; default: 80 % of what is
        free.
    retry : bool
        Measure again what did not fit, or failed.

    Raises
    ------
    InputError
        If the store is no store, or the cluster cannot be reached.
    ResourceError
        If the store cannot be written.
    """
    limit: int | None
    if address is None:
        pool, count = processes(workers)
        limit, window = memory_limit(memory) // count, 2 * count
    elif workers is not None:
        raise InputError("workers", workers, "a Dask cluster has workers of its own")
    else:
        pool, window = dask(address), MOST_AT_ONCE
        limit = None if memory is None else memory_limit(memory)
    report = staged(shown(progress), family.name) or (lambda done, total: None)
    with Store(path) as store:
        run(family, store, pool, memory=limit, retry=retry, window=window, progress=report)
        return list(store.rows(family))


def run(
    family: Family,
    store: Store,
    pool: Pool,
    *,
    memory: int | None = None,
    retry: bool = False,
    window: int = MOST_AT_ONCE,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Measure the cases of a family that the store does not hold.

    Parameters
    ----------
    pool : see `processes` and `dask`
    memory : int, optional
        Bytes for each worker; default: 80 % of what is free there.
    retry : bool
        Measure again what did not fit, or failed.
    window : int
        How many cases are handed out at a time.
    progress : called with the number of rows of the family that are there, and of all

    Returns
    -------
    How many rows were measured.
    """
    store.add_family(family)
    waiting = store.pending(family.cases, retry=retry)
    total = len(family.cases)
    done = total - len(waiting)
    progress(done, total)
    with closing(_measured(waiting, pool, memory, window)) as measured:
        for number, row in enumerate(measured, 1):
            store.add(row)
            progress(done + number, total)
    return len(waiting)


def processes(workers: int | None = None) -> tuple[Pool, int]:
    """Processes on this machine, and how many; default: one a core."""
    count = workers or os.cpu_count() or 1

    @contextmanager
    def make() -> Iterator[Executor]:
        # Spawned: a fork would copy the locks of threads that draw progress or multiply matrices.
        spawn = multiprocessing.get_context("spawn")
        others = set(multiprocessing.active_children())
        with ProcessPoolExecutor(count, spawn, _end_with_parent) as executor:
            try:
                yield executor
            except BaseException:
                executor.shutdown(wait=False, cancel_futures=True)
                for child in set(multiprocessing.active_children()) - others:
                    child.terminate()
                raise

    return make, count


def dask(address: str) -> Pool:
    """The workers of an existing Dask cluster, where this package is installed, too.

    Raises
    ------
    InputError
        If `distributed` is not installed, or, when it is used, if there is no scheduler at the address.
    """
    try:
        from distributed import Client as Untyped
    except ImportError:
        raise InputError("dask", address, "it needs: pip install 'convac[distributed]'") from None

    Client: Any = Untyped

    @contextmanager
    def make() -> Iterator[Executor]:
        try:
            client = Client(address, timeout=10)
        except (OSError, ValueError) as error:
            raise InputError("dask", address, f"no scheduler answers: {error}") from None
        with client, client.get_executor() as executor:
            yield executor

    return make


def _measured(
    cases: Sequence[Case], pool: Pool, memory: int | None, window: int
) -> Generator[Measurement, None, None]:
    """The rows as they are finished. A case whose process dies gets a row that says so.

    At most `window` cases are handed out at a time. A process that dies takes its pool and these cases
    along: each of them is measured again alone, and the others in another pool.
    """
    waiting = deque(cases)
    while waiting:
        running: dict[Future[Measurement], Case] = {}
        suspects: list[Case] = []
        with pool() as executor:
            while (waiting or running) and not suspects:
                while waiting and len(running) < window:
                    case = waiting.popleft()
                    future = _submitted(executor, case, memory)
                    running[future] = case
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    row = _result(future, running[future])
                    if row is None:
                        suspects.append(running[future])
                    else:
                        yield row
                    del running[future]
        for case in (*suspects, *running.values()):
            with pool() as executor:
                future = executor.submit(measure, case, memory)
                yield _result(future, case) or Measurement(case, FAILED, note=KILLED)


def _submitted(executor: Executor, case: Case, memory: int | None) -> Future[Measurement]:
    """The case's future; one that has failed already if the pool is broken."""
    try:
        return executor.submit(measure, case, memory)
    except BrokenProcessPool as error:
        failed: Future[Measurement] = Future()
        failed.set_exception(error)
        return failed


def _result(future: Future[Measurement], case: Case) -> Measurement | None:
    """The row; None if its process pool broke."""
    try:
        return future.result()
    except BrokenProcessPool:
        return None
    except Exception as error:  # of the cluster: `measure` raises nothing
        return Measurement(case, FAILED, note=f"{type(error).__name__}: {error}")


def _end_with_parent() -> None:
    """End when the parent says so, or when it is killed: a worker would wait for work for ever.

    Ctrl-C reaches the workers, too, and is left to the parent.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=watch, daemon=True).start()
