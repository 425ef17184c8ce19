"""Entries per second of the grid tensor mod p, beside a straightforward numpy evaluation.

    python benchmarks/grid_tensor.py

The straightforward one follows the definition: every location's channels on all M^N inputs, in int64, by
broadcasting over the sites' templates. Both make the same matrix, which is compared. Minimum of three runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from convac import GF, Network, factorize, grid_tensor, left_right, matricize, random_assignment
from convac.algebra.factored_rank import product_table

P = 8388593
CASES = [
    (2, 4, "3/1:2,4/4:1"),
    (2, 4, "2/1:4,2/2:4,2/1:2,2/2:1"),
    (3, 3, "2/1:3,3/3:1"),
    (3, 4, "3/1:3,4/4:1"),
]
LARGEST_STRAIGHTFORWARD = 2**18


def clock(function: Callable[[], Any]) -> tuple[Any, float]:
    best, result = float("inf"), None
    for _ in range(3):
        started = time.perf_counter()
        result = function()
        best = min(best, time.perf_counter() - started)
    return result, best


def main() -> None:
    print(f"{'network':32} {'entries':>10} {'ours, M/s':>10} {'numpy, M/s':>10} {'ratio':>7}")
    for M, H, layers in CASES:
        network = Network(M, H, layers=layers)
        entries = M**network.sites
        assignment = random_assignment(network, 0, GF(P), shared=True)
        cut = left_right(H) if H % 2 == 0 else None
        rows = tuple(range(network.sites)) if cut is None else cut.sites(0)
        columns = () if cut is None else cut.sites(1)

        def ours(assignment=assignment, rows=rows, columns=columns) -> Any:  # type: ignore[no-untyped-def]
            found = factorize(assignment, most_entries=2**27)
            assert found.function is not None
            coefficient, factors = found.function.coefficient, list(found.function.factors)
            return coefficient, product_table(found.arithmetic, factors, rows, columns, None)

        (coefficient, matrix), seconds = clock(ours)
        line = f"{f'M={M} H={H} {layers}':32} {entries:10} {entries / seconds / 1e6:10.2f}"
        if entries <= LARGEST_STRAIGHTFORWARD:
            tensor, other = clock(lambda a=assignment: grid_tensor(a, most_entries=2**27))
            if cut is not None:
                tensor = matricize(tensor, M, cut)
            same = np.array_equal(tensor.ravel(), matrix.astype(np.int64).ravel() * coefficient % P)
            if not same:
                raise SystemExit("the two evaluations differ")
            line += f" {entries / other / 1e6:10.2f} {other / seconds:7.1f}"
        print(line, flush=True)


if __name__ == "__main__":
    main()
