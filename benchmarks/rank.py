"""Time `rank_mod_p` beside other exact ranks over GF(p), interleaved in one run.

Prints the minimum of the runs, in seconds: the kernel; FLINT's ``nmod_mat.rank`` with two
threads, and apart from it the construction of its matrix; FFLAS-FFPACK, compiled from its
headers, the faster of ``Rank`` on a BLAS with two threads and ``pRank`` on one with a single
thread; SymPy's ``DomainMatrix`` and galois at small sizes.  What is not installed is left out.
"""

from __future__ import annotations

import argparse
import functools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flint
import numpy as np
from convac.algebra.linear.modular_rank import rank_mod_p
from numpy.typing import NDArray

Array = NDArray[np.int64]
SYMPY_LIMIT, GALOIS_LIMIT = 128, 256
# Up to this order the slow programs run as often as the fast ones, beyond only twice.
REPEATED_LIMIT = 1024
THREADS = 2

DRIVER = r"""
#include <fflas-ffpack/fflas-ffpack-config.h>
#include <givaro/modular-balanced.h>
#include <fflas-ffpack/fflas-ffpack.h>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
template <class T> void measure(const std::int64_t* input, long p, long n, bool parallel) {
    typedef Givaro::ModularBalanced<T> Field;
    Field F(p);
    auto A = FFLAS::fflas_new(F, n, n);
    for (long i = 0; i < n * n; i++) F.init(A[i], double(input[i]));
    auto start = std::chrono::steady_clock::now();
    size_t rank = parallel ? FFPACK::pRank(F, n, n, A, n, THREADS) : FFPACK::Rank(F, n, n, A, n);
    std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    std::printf("%zu %.6f\n", rank, elapsed.count());
}
int main(int, char** arguments) {
    long p = std::atol(arguments[2]), n = std::atol(arguments[3]);
    std::int64_t* input = new std::int64_t[n * n];
    std::FILE* file = std::fopen(arguments[1], "rb");
    if (!file || std::fread(input, 8, n * n, file) != size_t(n * n)) return 1;
    bool parallel = std::atoi(arguments[4]);
    if (p < 512) measure<float>(input, p, n, parallel);
    else measure<double>(input, p, n, parallel);
}
"""


@functools.cache
def build_ffpack(directory: Path) -> Path | None:
    """Compiled driver, or None without compiler or headers."""
    compiler = shutil.which("g++")
    if compiler is None:
        return None
    source, program = directory / "driver.cpp", directory / "driver"
    source.write_text(DRIVER)
    flags = ["-O3", "-march=native", "-fopenmp", "-w", f"-DTHREADS={THREADS}"]
    for blas in ("-lopenblas", "-lblas"):
        libraries = [blas, "-lgivaro", "-lgmpxx", "-lgmp"]
        command = [compiler, *flags, str(source), "-o", str(program), *libraries]
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return program
    return None


def run_ffpack(program: Path, path: Path, p: int, n: int) -> tuple[int, float]:
    """Rank and seconds of the faster variant."""
    results = []
    for parallel, blas_threads in ((0, THREADS), (1, 1)):
        environment = os.environ | {
            "OMP_NUM_THREADS": str(THREADS),
            "OPENBLAS_NUM_THREADS": str(blas_threads),
        }
        command = [str(program), str(path), str(p), str(n), str(parallel)]
        output = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True
        ).stdout.split()
        results.append((float(output[1]), int(output[0])))
    seconds, rank = min(results)
    return rank, seconds


def clock(function: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = function()
    return result, time.perf_counter() - start


def run_sympy(matrix: Array, p: int) -> tuple[int, float] | None:
    try:
        from sympy import GF  # type: ignore[import-untyped]
        from sympy.polys.matrices import DomainMatrix  # type: ignore[import-untyped]
    except ImportError:
        return None
    field = GF(p)
    entries = [[field(int(entry)) for entry in row] for row in matrix]
    return clock(DomainMatrix(entries, matrix.shape, field).rank)


def run_galois(matrix: Array, p: int) -> tuple[int, float] | None:
    try:
        import galois  # type: ignore[import-not-found]
    except ImportError:
        return None
    entries = galois.GF(p)(matrix)
    return clock(lambda: int(np.linalg.matrix_rank(entries)))


def measure(n: int, p: int, runs: int, directory: Path) -> dict[str, float]:
    """Least seconds of each program on one random matrix of order n."""
    matrix = np.random.default_rng(n).integers(0, p, (n, n))
    program, path = build_ffpack(directory), directory / "matrix"
    if program is not None:
        matrix.tofile(path)
    best: dict[str, float] = {}
    ranks = set()

    def note(name: str, result: tuple[int, float] | None) -> None:
        if result is not None:
            ranks.add(result[0])
            best[name] = min(best.get(name, float("inf")), result[1])

    for run in range(runs):
        note("kernel", clock(lambda: rank_mod_p(matrix, p, threads=THREADS)))
        if run < 2 or n <= REPEATED_LIMIT:
            other, building = clock(lambda: flint.nmod_mat(n, n, matrix.ravel().tolist(), p))
            best["build"] = min(best.get("build", float("inf")), building)
            note("FLINT", clock(other.rank))
            del other
        if program is not None:
            note("FFPACK", run_ffpack(program, path, p, n))
    if n <= SYMPY_LIMIT:
        note("SymPy", run_sympy(matrix, p))
    if n <= GALOIS_LIMIT:
        note("galois", run_galois(matrix, p))
    if len(ranks) != 1:
        raise SystemExit(f"different ranks at n = {n}: {sorted(ranks)}")
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[128, 256, 512, 1024, 2048, 4096])
    parser.add_argument("--large", action="store_true", help="also n = 6561")
    parser.add_argument("--primes", type=int, nargs="+", default=[8388593, 251])
    parser.add_argument("--runs", type=int, default=4)
    options = parser.parse_args()
    flint.ctx.threads = THREADS
    names = ("kernel", "FLINT", "build", "FFPACK", "SymPy", "galois")
    print(f"{'p':>9}{'n':>6}" + "".join(f"{name:>10}" for name in names), end="")
    print(f"{'FLINT/k':>9}{'(+build)':>9}{'FFPACK/k':>9}")
    with tempfile.TemporaryDirectory() as directory:
        for p in options.primes:
            for n in options.sizes + ([6561] if options.large else []):
                best = measure(n, p, options.runs, Path(directory))
                cells = [f"{best[name]:10.4f}" if name in best else f"{'-':>10}" for name in names]
                kernel, other = best["kernel"], best["FLINT"]
                ratios = [other / kernel, (other + best["build"]) / kernel]
                ratios += [best["FFPACK"] / kernel] if "FFPACK" in best else []
                print(f"{p:9}{n:6}" + "".join(cells + [f"{r:9.2f}" for r in ratios]), flush=True)


if __name__ == "__main__":
    main()
