"""Measure what a family lacks, in worker processes or on a Dask cluster, and keep every row at once."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from pathlib import Path

from ..errors import InputError
from ..progress import Progress, shown, staged
from ..resources import memory_limit
from ..workers import Pool, completed, processes
from .cases import Case
from .cluster import Cluster
from .families import Family, Member
from .rows import FAILED, KILLED, Measurement, measure
from .store import Store

MOST_AT_ONCE = 1000


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
    WorkersError
        If the processes cannot start, or the cluster is lost; rows that were measured are kept.
    """
    limit: int | None
    check = _nothing
    if address is None:
        pool, count = processes(workers)
        limit, window = memory_limit(memory) // count, 2 * count
    elif workers is not None:
        raise InputError("workers", workers, "a Dask cluster has workers of its own")
    else:
        cluster = Cluster(address)
        pool, window, check = cluster.pool, MOST_AT_ONCE, cluster.check
        limit = None if memory is None else memory_limit(memory)
    report = staged(shown(progress), family.name) or (lambda done, total: None)
    with Store(path) as store:
        run(
            family,
            store,
            pool,
            memory=limit,
            retry=retry,
            window=window,
            check=check,
            progress=report,
        )
        return list(store.rows(family))


def _nothing() -> None:
    """Processes of this machine say themselves that they have died."""


def run(
    family: Family,
    store: Store,
    pool: Pool,
    *,
    memory: int | None = None,
    retry: bool = False,
    window: int = MOST_AT_ONCE,
    check: Callable[[], None] = _nothing,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Measure the cases of a family that the store does not hold.

    Parameters
    ----------
    pool, check : see `workers.completed`, and `Cluster` for those of a cluster
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
    with closing(_measured(waiting, pool, memory, window, check)) as measured:
        for number, row in enumerate(measured, 1):
            store.add(row)
            progress(done + number, total)
    return len(waiting)


def _measured(
    cases: Sequence[Case],
    pool: Pool,
    memory: int | None,
    window: int,
    check: Callable[[], None],
) -> Generator[Measurement, None, None]:
    """The rows as they are finished. A case whose process dies gets a row that says so."""
    tasks = [(case, memory) for case in cases]
    for number, row in completed(measure, tasks, pool, window, check):
        yield row or Measurement(cases[number], FAILED, note=KILLED)
