"""Checks the worst known certificates: files that are made to take much time or memory.

    python benchmarks/worst_certificates.py [--checker FILE] [--only WORD]

Prints for each the exit status, the seconds and the peak memory of a process of its own (small peaks are
those of this program, from which it is forked). No file may run
five minutes or take 3 GB; the exit status is 1 if one does, or if its answer is not the expected one. With
--checker another version of the checker can be measured.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "support"))

from hostile import HOSTILE, text_of

ROOT = Path(__file__).resolve().parent.parent
SECONDS, BYTES = 300, 3 * 10**9


def measured(checker: Path, file: Path) -> tuple[int, float, int]:
    """Exit status, seconds of the processor, and bytes at the peak."""
    command = [sys.executable, "-I", str(checker), str(file)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--checker", type=Path, default=ROOT / "proofs" / "checker.py")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    started, failed = time.perf_counter(), 0
    print(f"{'certificate':46}{'bytes':>10}{'status':>8}{'seconds':>9}{'MB':>7}")
    for name in [x for x in HOSTILE if options.only in x]:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "certificate.json"
            file.write_text(text_of(name), encoding="utf-8")
            status, seconds, peak = measured(options.checker, file)
            line = f"{name:46}{file.stat().st_size:10}{status:8}{seconds:9.1f}{peak / 1e6:7.0f}"
        good = status == HOSTILE[name][1] and seconds < SECONDS and peak < BYTES
        failed += not good
        print(line if good else f"{line}  expected: status {HOSTILE[name][1]}", flush=True)
    print(f"{time.perf_counter() - started:.0f} s; worse than allowed, or another answer: {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
