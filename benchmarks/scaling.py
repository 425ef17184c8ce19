"""How `verify-bound` grows with the number of sites: whole processes, one core.

    python benchmarks/scaling.py [--largest 512]

Prints wall-clock seconds (minimum of the runs) and peak memory. The last column divides the time beyond
that of the smallest size by the number of sites: it stays level where growth is linear.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

COMMAND = Path(sys.executable).parent / "verify-bound"


def run(arguments: list[str]) -> tuple[float, float]:
    """Seconds and peak MiB of one process."""
    started = time.perf_counter()
    pid = os.posix_spawn(
        COMMAND,
        [str(COMMAND), *arguments],
        {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(pid, 0)
    if status:
        raise SystemExit(f"{arguments} failed")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def best(arguments: list[str], runs: int) -> tuple[float, float]:
    results = [run(arguments) for _ in range(runs)]
    return min(seconds for seconds, _ in results), max(memory for _, memory in results)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--largest", type=int, default=512)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    seconds, memory = best(["--help"], options.runs)
    print(f"{'--help':>12} {seconds:8.2f} s {memory:8.0f} MiB")
    for weights in ("shared", "unshared"):
        first = None
        H = 4
        while options.largest >= H:
            arguments = ["--M", "2", "--H", str(H), "--weights", weights]
            seconds, memory = best(arguments, options.runs)
            first = seconds if first is None else first
            each = 1e6 * (seconds - first) / H**2 if H >= 64 else float("nan")
            print(f"{weights:>8} {H:3} {seconds:8.2f} s {memory:8.0f} MiB {each:8.1f} µs a site")
            H *= 2


if __name__ == "__main__":
    main()
