"""Runs a plan: a process a core, a network at a time, a file a run; what has a file is not run again."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path

from .runs import Run, missing

FLAGS = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
"""One thread a process: nothing depends on the number of cores."""


def run_all(runs: Iterable[Run], folder: Path, workers: int, say: Callable[[str], None]) -> None:
    """Train what has no file yet, the networks in order, all seeds of one in one process.

    An interrupted run is lost, and no other one.

    Raises
    ------
    InputError
        If a file that is there is not what the plan asks for.
    """
    folder.mkdir(parents=True, exist_ok=True)
    asked = list(runs)
    left = list(missing(asked, folder))
    done = len(asked) - len(left)
    say(f"{len(asked)} runs, {done} are there")
    networks = [list(group) for _, group in groupby(left, key=lambda run: run.architecture)]
    if not networks:
        return
    os.environ["XLA_FLAGS"] = (
        FLAGS  # read when jax first computes, in the processes that start here
    )
    pool = ProcessPoolExecutor(
        min(workers, len(networks)), get_context("spawn"), initializer=leave_interrupts
    )
    try:
        futures = {pool.submit(run_seeds, group, folder): group for group in networks}
        for future in as_completed(futures):
            future.result()
            group = futures[future]
            done += len(group)
            say(f"{done} of {len(asked)}: {group[0].architecture.name}, {len(group)} seeds")
    finally:
        # What is being trained ends with the processes; what was trained has a file.
        for process in list((pool._processes or {}).values()):
            process.terminate()
        pool.shutdown(wait=True, cancel_futures=True)


def leave_interrupts() -> None:
    """An interrupt at the terminal is for the process that started the others, which ends them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def run_seeds(runs: Iterable[Run], folder: Path) -> None:
    """Train one network from several seeds, each with its file."""
    from .training import train  # what reads files and draws needs no jax

    for run in runs:
        _, outcome = train(run.architecture, run.schedule, run.seed)
        run.write(folder, outcome)
