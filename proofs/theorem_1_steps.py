"""The steps that only Theorem 1 has: its hypotheses, and the determinant of its pair factors."""

from __future__ import annotations

from dataclasses import replace

from ..algebra.constructions import Construction
from ..algebra.evaluate import Factorization
from ..algebra.linear import determinant_polynomial
from ..graphs.partition import Partition
from . import theorem_1
from .steps import LARGEST_SYMBOLIC, nonsingular_step
from .theorem_1 import Instance
from .verdict import Status, Step


def hypotheses_step(instance: Instance) -> Step:
    """Derive the instance from the network once more, and restate the hypotheses with their numbers."""
    name, method = "hypotheses", "arithmetic"
    side = theorem_1.SIDES[instance.axis]
    size = instance.network.axis(instance.axis).size
    if size % 2 or not 1 <= instance.K < instance.network.depth:
        detail = f"{side} = {size} must be even and K = {instance.K} below L"
        return Step(name, method, Status.FAILED, detail)
    derived = theorem_1.instance(instance.network, instance.axis, instance.K)
    if derived != instance:
        detail = derived if isinstance(derived, str) else f"the network gives {derived.geometry}"
        return Step(name, method, Status.FAILED, detail)
    return Step(
        name,
        method,
        Status.PASSED,
        f"{side} even; T_R = {instance.T_R} > {size // 2} for K = {instance.K}; the tail covers every "
        f"location; D = {instance.D} ≥ 1",
    )


def shifted_identity_step(
    factorization: Factorization, construction: Construction, cut: Partition
) -> Step:
    """Every pair factor is I + kJ on templates < m, and det(I + kJ) = 1 + mk as a polynomial in k."""
    m = len(construction.pair_factor)
    k = construction.pair_factor[0, 0] - 1
    shape = "I" if k == 0 else f"I + {k}J" if k > 1 else "I + J"
    step = nonsingular_step(factorization, cut, construction.pair_factor, shape)
    if step.status is not Status.PASSED or m > LARGEST_SYMBOLIC:
        return step
    if determinant_polynomial(m) != [1, m, *[0] * (m - 1)]:
        return replace(step, status=Status.FAILED, detail="det(I + kJ) is not 1 + mk")
    mk = "k" if m == 1 else f"{m}k"
    return replace(step, detail=f"{step.detail}, and det(I + kJ) = 1 + {mk} as a polynomial in k")
