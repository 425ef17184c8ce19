"""One wrong factor among many: each step that looks at them in arrays must notice it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from convac import ZZ, Powers, Setting, factored_rank, theorem_1_assignment
from convac.algebra.factors import Factors, Product
from convac.graphs.pairs import site_pairs
from convac.proofs.steps import Status
from convac.proofs.theorems.theorem_1 import shifted_identity
from convac.proofs.witness import Witness, evaluated, product_of_pairs, rank_step


def among_many(change: Callable[[Product, Factors], Product]) -> Witness:
    """The headline's witness at H = 64, 2048 pair factors, with another function."""
    setting = Setting.read(M=2, H=64)
    construction = theorem_1_assignment(setting.network, 1, (33,), 2, shared=True)
    witness = evaluated(setting, Powers([(2, 2048)]), construction)
    found = witness.factorization
    assert found.function is not None
    changed = replace(found, function=change(found.function, found.arithmetic))
    rank = factored_rank(changed, setting.partition)
    return replace(witness, factorization=changed, found=rank)


def scope_moved(function: Product, arithmetic: Factors) -> Product:
    scopes = function.scopes.copy()
    scopes[1000, 1] += 1
    return replace(function, scopes=scopes)


def factor_elsewhere(function: Product, arithmetic: Factors) -> Product:
    scopes = function.scopes.copy()
    scopes[1000] = scopes[1001]
    return replace(function, scopes=scopes)


def factor_again(function: Product, arithmetic: Factors) -> Product:
    rows = np.sort(np.append(np.arange(2048), 1000))
    return replace(function, scopes=function.scopes[rows], tables=function.tables[rows])


def factor_removed(function: Product, arithmetic: Factors) -> Product:
    left = np.arange(2048) != 1000
    return replace(function, scopes=function.scopes[left], tables=function.tables[left])


def factor_singular(function: Product, arithmetic: Factors) -> Product:
    tables = function.tables.copy()
    tables[1000] = len(arithmetic.tables)
    arithmetic.tables.append(ZZ.table([1, 2, 2, 4], (2, 2)))
    return replace(function, tables=tables)


@pytest.mark.parametrize(
    ("change", "wrong", "message", "rank"),
    [
        (lambda function, _: function, [], "", 2048),
        (scope_moved, ["assignment", "rank"], "(31, 8), (31, 41), which are no pair", 2047),
        (factor_again, ["assignment"], "2049 factors join 2048 pairs", 2048),
        (
            factor_elsewhere,
            ["assignment", "rank"],
            "no factor joins the pair (31, 8), (31, 40)",
            2047,
        ),
        (
            factor_removed,
            ["assignment", "rank"],
            "no factor joins the pair (31, 8), (31, 40)",
            2047,
        ),
        (factor_singular, ["nonsingular", "rank"], "(31, 8), (31, 40) is singular", 2047),
    ],
)
def test_sabotage_one_factor_among_many(change, wrong, message, rank) -> None:  # type: ignore[no-untyped-def]
    witness = among_many(change)
    pairs = site_pairs(witness.setting.network, [(0, 32)])
    steps = [
        product_of_pairs(witness, pairs, 2), shifted_identity(witness, 2), rank_step(witness)
    ]  # fmt: skip
    broken = [step for step in steps if step.status is Status.FAILED]
    assert set(wrong) <= {step.name for step in broken}
    assert bool(broken) == bool(wrong)
    assert message in " ".join(step.detail for step in broken)
    assert witness.rank == Powers([(2, rank)])
