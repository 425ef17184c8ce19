"""Worker processes: tasks handed out, results as they are finished, and none that outlives its parent."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import AbstractContextManager, contextmanager, suppress
from threading import Thread
from typing import Any, TypeVar

from .errors import InputError, WorkersError

DIED = "the process was killed, perhaps for lack of memory"
NO_START = (
    "the worker processes cannot start; a script of your own needs its calls under "
    'if __name__ == "__main__":'
)
MOST_WORKERS = 1024
PATIENCE = 5.0
"""Seconds without a result, after which `completed` looks whether the workers are still there."""

Result = TypeVar("Result")


class WorkerDied(Exception):
    """A worker died, perhaps of this task, and its pool lives on: what a future of a cluster raises."""


Pool = Callable[[], AbstractContextManager[Executor]]
"""Makes an executor whose workers can import this package."""


def cores() -> int:
    """The number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def count_of(workers: int | None) -> int:
    """How many processes are asked for; default: one a core. `InputError` if they are too many."""
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        raise InputError("workers", workers, f"1 to {MOST_WORKERS} processes are run")
    return workers or min(cores(), MOST_WORKERS)


def processes(workers: int | None = None) -> tuple[Pool, int]:
    """Processes on this machine, and how many; default: one a core."""
    count = count_of(workers)

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


def completed(
    function: Callable[..., Result],
    tasks: Sequence[tuple[Any, ...]],
    pool: Pool,
    window: int,
    check: Callable[[], None] = lambda: None,
) -> Generator[tuple[int, Result | None], None, None]:
    """The number of each task and its result, as they are finished; None where its process died.

    At most `window` tasks are handed out at a time. A process that dies takes its pool and these tasks
    along: each of them is done again alone, and the others in another pool. Where the pool lives on, only
    the tasks that the process had are done again.

    Parameters
    ----------
    function : called with the parts of a task; it raises nothing
    check : called where no result has come for a while; raises `WorkersError` if none will

    Raises
    ------
    WorkersError
        If no process can start, or the workers of a cluster are lost.
    """
    waiting = deque(enumerate(tasks))
    while waiting:
        running: dict[Future[Result], int] = {}
        suspects: list[int] = []
        broken = False
        with pool() as executor:
            while (waiting or running) and not broken:
                while waiting and len(running) < window:
                    number, task = waiting.popleft()
                    running[_submitted(executor, function, task)] = number
                done = wait(running, PATIENCE, FIRST_COMPLETED).done
                if not done:
                    check()
                for future in done:
                    number = running.pop(future)
                    result = _result(future)
                    if result is None:
                        suspects.append(number)
                        broken = broken or not isinstance(future.exception(), WorkerDied)
                    else:
                        yield number, result
        for number in (*suspects, *running.values()):
            yield number, _alone(function, tasks[number], pool)


def _alone(function: Callable[..., Result], task: tuple[Any, ...], pool: Pool) -> Result | None:
    with pool() as executor:
        if _result(_submitted(executor, os.getpid, ())) is None:
            raise WorkersError(NO_START)
        return _result(_submitted(executor, function, task))


def _submitted(
    executor: Executor, function: Callable[..., Result], task: tuple[Any, ...]
) -> Future[Result]:
    """The task's future; one that has failed already if the pool is broken."""
    try:
        with _interrupts_held():
            return executor.submit(function, *task)
    except BrokenExecutor as error:
        failed: Future[Result] = Future()
        failed.set_exception(error)
        return failed
    except OSError as error:
        raise WorkersError(f"no worker process can be started: {error.strerror}") from None


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """A process that is started here is deaf to Ctrl-C from its first instruction on."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _result(future: Future[Result]) -> Result | None:
    """The result; None if its process died."""
    try:
        return future.result()
    except (BrokenExecutor, WorkerDied):
        return None
    except Exception as error:  # of the workers: the function raises nothing
        raise WorkersError(f"the workers are lost: {type(error).__name__}: {error}") from error


def _end_with_parent() -> None:
    """End when the parent says so, or when it ends in whatever way: a worker would wait for work for ever.

    Ctrl-C reaches the workers, too, and is left to the parent.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()
    # A thread does not run during a long call of a library; the kernel's signal ends that, too.
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        end = parent.sentinel
        signal.signal(signal.SIGIO, signal.SIG_DFL)
        fcntl.fcntl(end, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(end, fcntl.F_SETFL, fcntl.fcntl(end, fcntl.F_GETFL) | os.O_ASYNC)
