"""Steps that compute the same rank by another engine."""

from __future__ import annotations

from collections.abc import Sequence

from ..algebra.assignment import Assignment
from ..algebra.constructions import at_parameter
from ..algebra.engines import rank_at
from ..algebra.grid_tensor import grid_tensor, is_enumerable, matricize
from ..algebra.linear import rank
from ..algebra.powers import Powers
from ..algebra.progress import Progress
from ..algebra.rings import GF, Element
from ..algebra.templates import absorb_templates
from ..graphs.partition import Partition
from .verdict import Bound, Status, Step, as_powers

DENSE_PRIMES = (8388593, 8388587)
TRIED_PARAMETERS = range(1, 17)
Templates = Sequence[Sequence[Element]]


def oracle_step(
    assignment: Assignment, templates: Templates | None, cut: Partition, factored: Powers
) -> Step:
    """The same rank by enumeration of the whole grid tensor, where it is small."""
    net = assignment.network
    name, method = "oracle", "dense, over Q"
    if not is_enumerable(net):
        return Step(name, method, Status.NOT_RUN, f"{net.M}^{net.sites} entries are not listed")
    matrix = matricize(grid_tensor(assignment, templates=templates), net.M, cut)
    value = rank(matrix, assignment.ring)
    agrees = Powers([(value, 1)]) == factored
    rows, columns = matrix.shape
    return Step(
        name,
        method,
        Status.PASSED if agrees else Status.FAILED,
        f"{rows} × {columns} matrix enumerated: rank {value}"
        + ("" if agrees else f", and the factored engine says {factored}"),
    )


def dense_step(
    assignment: Assignment,
    templates: Templates | None,
    cut: Partition,
    factored: Powers,
    memory: int,
    progress: Progress | None,
) -> Step:
    """The whole matrix modulo a prime: its rank is a lower bound, and must meet the factored one."""
    found = Powers()
    for p in DENSE_PRIMES:
        residues = Assignment(assignment.network, assignment.entries, GF(p))
        modular = (
            None if templates is None else [[GF(p).element(x) for x in row] for row in templates]
        )
        found = rank_at(residues, cut, "dense", memory, progress, templates=modular).rank
        if found == factored:
            detail = f"the whole matrix has rank {found} modulo {p}, so at least that over Q"
            return Step("dense", f"dense, over GF({p})", Status.PASSED, detail)
    detail = f"rank {found} modulo {DENSE_PRIMES[-1]}, and the factored engine says {factored}"
    return Step("dense", "dense, modulo primes", Status.FAILED, detail)


def family_step(
    family: Assignment, templates: Templates | None, cut: Partition, bound: Bound | Powers
) -> Step:
    """For the family in q: a value of q at which the enumerated rank meets the bound."""
    net = family.network
    name, method = "family in q", "dense, over Q"
    if not is_enumerable(net):
        return Step(name, method, Status.NOT_RUN, f"{net.M}^{net.sites} entries are not listed")
    for q in TRIED_PARAMETERS:
        member = at_parameter(family, q)
        if templates is not None:
            member = absorb_templates(member, templates)
        matrix = matricize(grid_tensor(member, templates=templates), net.M, cut)
        value = rank(matrix, member.ring)
        if Powers([(value, 1)]) >= as_powers(bound):
            detail = f"at q = {q} the shared network has rank {value} ≥ {bound}"
            return Step(name, method, Status.PASSED, detail)
    detail = f"no q ≤ {TRIED_PARAMETERS[-1]} gives the shared network rank {bound}"
    return Step(name, method, Status.FAILED, detail)
