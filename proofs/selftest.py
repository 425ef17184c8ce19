"""Does this installation compute what it should: engines against each other, kernels against FLINT."""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from importlib.util import find_spec
from time import perf_counter
from typing import Any

import numpy as np
from flint import nmod_mat

from ..algebra.engines import rank_at
from ..algebra.grid_tensor import grid_tensor, matricize
from ..algebra.linear.modular_rank import rank_mod_p
from ..algebra.random_parameters import random_assignment
from ..algebra.rings import GF
from ..graphs.network import Network
from ..graphs.partition_names import named
from ..resources import GIB
from ..versions import versions
from . import checker
from .bounds import bounded
from .random_ranks import DEFAULT_PRIME as PRIME
from .rectifier_rank import rectifier_ranks
from .setting import Setting
from .steps import Status, Step, failure
from .verdict import Verdict, conclude
from .verify_bound import verify_bound

TITLE = "Self-test"
MEMORY = GIB
NETWORKS = [
    ("3/1:2,4/4:1", "left-right"),
    ("2/1:4,2/2:4,2/1:2,2/2:1", "left-right"),
    ("2/2:3,2/2:2,1/1:1", "checkerboard"),
    ("2/2:2,2/1:2,2/2:1", "column:1"),
]
EXTRAS = {"prove": "z3", "plot": "matplotlib", "distributed": "distributed"}

Check = Callable[[], tuple[bool, str]]


def selftest() -> Verdict:
    """Run all checks; the verdict is *verified* if each of them is as expected. A few seconds."""
    started = perf_counter()
    steps = [
        _step("kernel", "rank mod p, against FLINT", _kernel),
        _step("engines", "factored, tree and dense, against enumeration", _engines),
        _step("proof", "verify-bound, factored and dense", _proof),
        _step("checker", "a certificate, and the same with one bias changed", _checker),
        _step("bounds", "lower and upper, without enumeration", _bounds),
        _step("rectifiers", "exact ranks over Q, against their bound", _rectifiers),
        Step("versions", "installed packages", Status.PASSED, _versions()),
    ]
    verdict = conclude(steps, "this installation computes as expected")
    if failure(steps) is not None:
        failed = ", ".join(step.name for step in steps if step.status is Status.FAILED)
        verdict = replace(verdict, conclusion=f"not as expected: {failed}")
    seconds = perf_counter() - started
    return replace(verdict, theorem=TITLE, source="this installation", seconds=seconds)


def _step(name: str, method: str, check: Check) -> Step:
    try:
        right, detail = check()
    except Exception as error:  # a broken installation may fail in any way
        right, detail = False, f"{type(error).__name__}: {error}"
    return Step(name, method, Status.PASSED if right else Status.FAILED, detail)


def _kernel() -> tuple[bool, str]:
    draw = random.Random(0)
    left = [[draw.randrange(PRIME) for _ in range(180)] for _ in range(300)]
    right = [[draw.randrange(PRIME) for _ in range(260)] for _ in range(180)]
    product = nmod_mat(left, PRIME) * nmod_mat(right, PRIME)
    matrix = np.array([int(x) for x in product.entries()], np.int64).reshape(300, 260)
    found = rank_mod_p(matrix, PRIME)
    return found == int(product.rank()) == 180, f"300 × 260 of rank 180 modulo {PRIME}: {found}"


def _engines() -> tuple[bool, str]:
    ranks = []
    for layers, partition in NETWORKS:
        network = Network(2, 4, layers=layers)
        cut = named(partition, 4, 4)
        point = random_assignment(network, 1, GF(PRIME), shared=True)
        matrix = matricize(grid_tensor(point), 2, cut)
        enumerated = int(nmod_mat(matrix.tolist(), PRIME).rank())
        engines = ["factored", "dense", *(["tree"] if network.is_tree else [])]
        found = {int(rank_at(point, cut, engine, MEMORY).rank) for engine in engines}
        if found != {enumerated}:
            return False, f"{layers}, {partition}: {enumerated} by enumeration, and {found}"
        ranks.append(enumerated)
    return True, f"{len(NETWORKS)} networks agree: ranks {', '.join(map(str, ranks))}"


def _proof() -> tuple[bool, str]:
    verdict = verify_bound(M=2, H=4)
    return verdict.verified, f"M = 2, H = 4: {verdict.outcome}, {verdict.conclusion}"


def _checker() -> tuple[bool, str]:
    certificate = verify_bound(M=2, H=4).certificate()
    good = _status(certificate)
    changed: Any = deepcopy(certificate)
    changed["evidence"]["factored"][0]["assignment"][0]["bias"] = "7"
    bad = _status(changed)
    words = checker.WORDS
    return (good, bad) == (0, checker.INVALID), f"{words[good]}, and {words[bad]} with another bias"


def _status(certificate: Any) -> int:
    try:
        checker.check(certificate)
    except checker.Refused as error:
        return int(error.args[0])
    return 0


def _bounds() -> tuple[bool, str]:
    report = bounded(Setting.read(M=3, H=12, layers="3/1:2,12/12:1"), memory=1.0)
    right = report.exact and str(report.lower.value) == "3^24"
    return right, f"M = 3, H = 12, 3/1:2,12/12:1: from {report.lower.value} to {report.upper.value}"


def _rectifiers() -> tuple[bool, str]:
    network = Network(2, 4, layers="3/1:4,4/4:1")
    report = rectifier_ranks(network, named("left-right", 4, 4), "relu-sum", trials=2)
    return report.exact and report.lower == 24, f"3/1:4,4/4:1, relu-sum: {report.lower} of 24"


def _versions() -> str:
    missing = [extra for extra, module in EXTRAS.items() if find_spec(module) is None]
    found = ", ".join(f"{name} {version}" for name, version in versions().items())
    return found + (f"; extras not installed: {', '.join(missing)}" if missing else "")
