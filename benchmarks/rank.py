"""Time `rank_mod_p` beside other exact ranks over GF(p), interleaved in one run.

    python benchmarks/rank.py [--sizes 512 1024] [--ranks 1 2 8] [--threads 1 2]

Prints the versions, and the minimum of the runs, in seconds: the kernel; FLINT's ``nmod_mat.rank``,
and apart from it the construction of its matrix; FFLAS-FFPACK, compiled from its headers, with
several threads the faster of ``Rank`` on a BLAS with all of them and ``pRank`` on one with a single
thread; SymPy's ``DomainMatrix`` and galois at small sizes.  What is not installed is left out.
The kernel is timed with the conversion of its input, the others without.  FFLAS-FFPACK is a
process a run, which ranks copies of the matrix until it is as warm as the kernel.
"""

from __future__ import annotations

import argparse
import functools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import flint
import numpy as np
from convac.algebra.linear.modular_rank import rank_mod_p
from convac.versions import versions
from numpy.typing import NDArray
from threadpoolctl import threadpool_info

Array = NDArray[np.int64]
SYMPY_LIMIT, GALOIS_LIMIT = 128, 256
# Up to this order FLINT runs as often as the fast programs, beyond only twice.
REPEATED_LIMIT = 512
# A run repeats what takes less than this.
SECONDS_A_RUN = 0.1

DRIVER = r"""
#include <fflas-ffpack/fflas-ffpack-config.h>
#include <givaro/modular-balanced.h>
#include <fflas-ffpack/fflas-ffpack.h>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
extern "C" char* openblas_get_config() __attribute__((weak));
template <class T> void measure(const std::int64_t* input, long p, long n, long threads, double least) {
    typedef Givaro::ModularBalanced<T> Field;
    Field F(p);
    auto A = FFLAS::fflas_new(F, n, n), B = FFLAS::fflas_new(F, n, n);
    for (long i = 0; i < n * n; i++) F.init(A[i], double(input[i]));
    size_t rank = 0;
    double best = 1e9, total = 0;
    do {
        std::copy(A, A + n * n, B);
        auto start = std::chrono::steady_clock::now();
        rank = threads > 1 ? FFPACK::pRank(F, n, n, B, n, threads) : FFPACK::Rank(F, n, n, B, n);
        std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
        best = std::min(best, elapsed.count());
        total += elapsed.count();
    } while (total < least);
    std::printf("%zu %.6f\n", rank, best);
}
int main(int count, char** arguments) {
    if (count == 1) {
        std::printf("FFLAS-FFPACK %s, Givaro %s", __FFLASFFPACK_VERSION, __GIVARO_VERSION);
        if (openblas_get_config) std::printf(", on %s", openblas_get_config());
        return 0;
    }
    long p = std::atol(arguments[2]), n = std::atol(arguments[3]), threads = std::atol(arguments[4]);
    std::int64_t* input = new std::int64_t[n * n];
    std::FILE* file = std::fopen(arguments[1], "rb");
    if (!file || std::fread(input, 8, n * n, file) != size_t(n * n)) return 1;
    double least = std::atof(arguments[5]);
    if (p < 512) measure<float>(input, p, n, threads, least);
    else measure<double>(input, p, n, threads, least);
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
    flags = ["-O3", "-march=native", "-fopenmp", "-w"]
    for blas in ("-lopenblas", "-lblas"):
        libraries = [blas, "-lgivaro", "-lgmpxx", "-lgmp"]
        command = [compiler, *flags, str(source), "-o", str(program), *libraries]
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return program
    return None


def run_ffpack(program: Path, path: Path, p: int, n: int, threads: int) -> tuple[int, float]:
    """Rank and seconds of the faster variant."""
    results = []
    for parallel, blas_threads in {(1, threads), (threads, 1)}:
        environment = os.environ | {
            "OMP_NUM_THREADS": str(threads),
            "OPENBLAS_NUM_THREADS": str(blas_threads),
        }
        arguments = [str(path), str(p), str(n), str(parallel), str(SECONDS_A_RUN)]
        output = subprocess.run(
            [str(program), *arguments], env=environment, capture_output=True, text=True, check=True
        ).stdout.split()
        results.append((float(output[1]), int(output[0])))
    seconds, rank = min(results)
    return rank, seconds


def clock(function: Callable[[], Any], least: float = 0.0) -> tuple[Any, float]:
    """Result and least seconds of calls that take `least` seconds together, or one."""
    best, total = float("inf"), 0.0
    while True:
        start = time.perf_counter()
        result = function()
        elapsed = time.perf_counter() - start
        best, total = min(best, elapsed), total + elapsed
        if total >= least:
            return result, best


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


def random_matrix(n: int, rank: int, p: int) -> Array:
    """Random over GF(p), of order n; below full rank a product, computed exactly in float64."""
    generator = np.random.default_rng(n)
    if rank == n:
        return generator.integers(0, p, (n, n))
    left, right = generator.integers(0, 251, (n, rank)), generator.integers(0, p, (rank, n))
    if rank * 251 * p >= 2**53:
        raise SystemExit(f"no exact product of rank {rank} modulo {p}")
    matrix: Array = (left.astype(float) @ right.astype(float)).astype(np.int64) % p
    return matrix


def measure(
    n: int, rank: int, p: int, threads: int, runs: int, directory: Path
) -> dict[str, float]:
    """Least seconds of each program on one random matrix of order n."""
    matrix = random_matrix(n, rank, p)
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
        note("kernel", clock(lambda: rank_mod_p(matrix, p, threads=threads), SECONDS_A_RUN))
        if run < 2 or n <= REPEATED_LIMIT:
            other, building = clock(lambda: flint.nmod_mat(n, n, matrix.ravel().tolist(), p))
            best["build"] = min(best.get("build", float("inf")), building)
            note("FLINT", clock(other.rank))
            del other
        if program is not None:
            note("FFPACK", run_ffpack(program, path, p, n, threads))
    if n <= SYMPY_LIMIT:
        note("SymPy", run_sympy(matrix, p))
    if n <= GALOIS_LIMIT:
        note("galois", run_galois(matrix, p))
    if len(ranks) != 1:
        raise SystemExit(f"different ranks at n = {n}: {sorted(ranks)}")
    return best


def found_versions(directory: Path) -> Iterator[str]:
    """What the times depend on, a line each."""
    found = versions()
    yield f"python-flint {found['python-flint']}, FLINT {flint.__FLINT_VERSION__}"
    blas = [
        f"{library['internal_api']} {library['version']} for {library.get('architecture')}"
        for library in threadpool_info()
        if library["user_api"] == "blas"
    ]
    yield f"numpy {found['numpy']}, on {', '.join(blas)}"
    program = build_ffpack(directory)
    if program is not None:
        yield subprocess.run([str(program)], capture_output=True, text=True, check=True).stdout


NAMES = ("kernel", "FLINT", "build", "FFPACK", "SymPy", "galois")


def row(n: int, rank: int, p: int, threads: int, best: dict[str, float]) -> str:
    cells = [f"{best[name]:10.4f}" if name in best else f"{'-':>10}" for name in NAMES]
    kernel, other = best["kernel"], best["FLINT"]
    ratios = [other / kernel, (other + best["build"]) / kernel]
    ratios += [best["FFPACK"] / kernel] if "FFPACK" in best else []
    cells += [f"{ratio:9.2f}" for ratio in ratios]
    return f"{p:9}{threads:8}{n:6}{rank:6}" + "".join(cells)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[128, 256, 512, 1024, 2048, 4096])
    parser.add_argument("--large", action="store_true", help="also n = 6561")
    parser.add_argument("--primes", type=int, nargs="+", default=[8388593, 251])
    parser.add_argument("--ranks", type=int, nargs="+", default=[1], help="rank n / k, for each k")
    parser.add_argument("--threads", type=int, nargs="+", default=[2])
    parser.add_argument("--runs", type=int, default=4)
    options = parser.parse_args()
    sizes = options.sizes + ([6561] if options.large else [])
    with tempfile.TemporaryDirectory() as directory:
        print("\n".join(found_versions(Path(directory))))
        print(f"{'p':>9}{'threads':>8}{'n':>6}{'rank':>6}", end="")
        print("".join(f"{name:>10}" for name in NAMES), end="")
        print(f"{'FLINT/k':>9}{'(+build)':>9}{'FFPACK/k':>9}")
        for p, threads, n, part in product(options.primes, options.threads, sizes, options.ranks):
            flint.ctx.threads = threads
            best = measure(n, n // part, p, threads, options.runs, Path(directory))
            print(row(n, n // part, p, threads, best), flush=True)


if __name__ == "__main__":
    main()
