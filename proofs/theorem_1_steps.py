"""The steps that check Theorem 1 on an instance.

Each step is a function of the data that it checks, so that a wrong assignment or wrong pairs can be
handed in and are found out.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..algebra.assignment import Assignment
from ..algebra.constructions import (
    Construction,
    absorb_templates,
    at_parameter,
    leading_form,
)
from ..algebra.engines import rank_at
from ..algebra.evaluate import Factorization
from ..algebra.grid_tensor import grid_tensor, is_enumerable, matricize
from ..algebra.linear import (
    determinant,
    determinant_polynomial,
    kronecker_shifted_identity,
    rank,
)
from ..algebra.powers import Powers
from ..algebra.progress import Progress
from ..algebra.rings import GF, ZZ, Element, Ring, Table
from ..algebra.separation import Separation
from ..errors import InputError
from ..graphs.pairs import SitePair, check_pairs
from ..graphs.partition import Partition
from . import theorem_1
from .theorem_1 import Instance
from .verdict import Status, Step

DENSE_PRIMES = (8388593, 8388587)
LARGEST_SYMBOLIC = 64
TRIED_PARAMETERS = range(1, 17)
Templates = Sequence[Sequence[Element]]


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


def witness_step(instance: Instance, construction: Construction, weights: str) -> Step:
    """The assignment is one of this network, shared where the claim is, and what its family leads to."""
    name, method = "witness", "comparison of entries"
    explicit = construction.family or construction.assignment
    if explicit.network != instance.network or construction.assignment.network != instance.network:
        return Step(name, method, Status.FAILED, "the assignment is one of another network")
    if weights == "shared" and not explicit.shared:
        detail = "the claim is about shared weights, and the assignment depends on the location"
        return Step(name, method, Status.FAILED, detail)
    count = f"{len(explicit.entries)} entries, {'shared' if explicit.shared else 'by location'}"
    if construction.family is None:
        return Step(name, method, Status.PASSED, f"an explicit assignment of this network: {count}")
    try:
        derived = leading_form(construction.family)
    except InputError as error:
        return Step(name, method, Status.FAILED, str(error))
    if derived.entries != construction.assignment.entries:
        return Step(name, method, Status.FAILED, "the assignment is not the family's leading form")
    detail = f"a family in q ({count}), W = qδ and b = 1 where offsets leave the input"
    return Step(name, method, Status.PASSED, detail)


def leading_step() -> Step:
    """The lemma that carries the rank of the leading form to the family."""
    return Step(
        "leading form",
        "lemma: a minor's top coefficient in q is the minor of the top coefficients",
        Status.LEMMA,
        "the assignment checked below gives the coefficient of the highest power of q, so that the "
        "shared family has at least its rank for all but finitely many q",
    )


def pairs_step(instance: Instance, pairs: Sequence[SitePair], cut: Partition) -> Step:
    """The pairs on the connectivity graph: disjoint, crossing, in one receptive field, E of them."""
    result = check_pairs(instance.network, pairs, cut, instance.axis, instance.windows)
    if result.problem is not None:
        return Step("pairs", "graph", Status.FAILED, result.problem)
    if result.count != instance.E:
        detail = f"{result.count} pairs on the graph, and the formula says E = {instance.E}"
        return Step("pairs", "graph", Status.FAILED, detail)
    return Step(
        "pairs",
        "graph",
        Status.PASSED,
        f"{result.count} disjoint pairs across the cut, each in the receptive field of a location "
        f"of layer {instance.K} that reaches the output",
    )


def assignment_step(
    instance: Instance,
    factorization: Factorization,
    pairs: Sequence[SitePair],
    cut: Partition,
) -> Step:
    """h is a product of factors: one on each pair, the others on one site and nonzero below m."""
    method = f"factored, over {factorization.assignment.ring}"
    name = "assignment"
    if factorization.function is None:
        return Step(name, method, Status.FAILED, "h is identically zero")
    expected = {
        tuple(sorted(site[0] * cut.W + site[1] for site in (pair.near, pair.far))): pair
        for pair in pairs
    }
    joined, units = 0, 0
    tables = factorization.arithmetic.tables
    for scope, table in factorization.function.factors:
        sites = ", ".join(str(divmod(site, cut.W)) for site in scope[:4])
        if len({cut.sides[site] for site in scope}) == 2:
            if expected.pop(scope, None) is None:
                detail = f"a factor straddles the cut on sites {sites}, which are no pair"
                return Step(name, method, Status.FAILED, detail)
            joined += 1
        elif len(scope) > 1 or not all(tables[table][: instance.D]):
            detail = f"the factor on {sites} is no unit factor on templates < {instance.D}"
            return Step(name, method, Status.FAILED, detail)
        else:
            units += 1
    # With one channel a pair factor is [near = 0]([far = 0] + k), which splits into one-site factors.
    if expected and instance.D > 1:
        pair = next(iter(expected.values()))
        return Step(
            name,
            method,
            Status.FAILED,
            f"no factor joins the pair {pair.near}, {pair.far} of location {pair.location}",
        )
    found = f"h = constant × {joined} pair factors × {units} one-site factors"
    return Step(name, method, Status.PASSED, found)


def nonsingular_step(
    instance: Instance, factorization: Factorization, cut: Partition, k: int
) -> Step:
    """Every pair factor on templates < m is I + kJ up to a scalar, with determinant 1 + km."""
    name, method, m = "nonsingular", "exact linear algebra, FLINT", instance.D
    factors = () if factorization.function is None else factorization.function.factors
    classes: dict[int, tuple[int, ...]] = {}
    for scope, number in factors:
        if len({cut.sides[site] for site in scope}) == 2:
            classes.setdefault(number, scope)
    if not classes:
        return Step(name, method, Status.NOT_RUN, "no factor straddles the cut: the bound is 1")
    for number, scope in classes.items():
        table = factorization.arithmetic.tables[number]
        problem = _pair_factor_problem(table, factorization.assignment.ring, m, k)
        if problem is not None:
            sites = ", ".join(str(divmod(site, cut.W)) for site in scope[:4])
            return Step(name, method, Status.FAILED, f"the factor on {sites} {problem}")
    shape = "I" if k == 0 else f"I + {k}J" if k > 1 else "I + J"
    detail = f"pair factors are {shape} on {{0 … {m - 1}}}², of rank {m}"
    if m <= LARGEST_SYMBOLIC:
        value = determinant(kronecker_shifted_identity(m, k), ZZ)
        if value != 1 + k * m or determinant_polynomial(m) != [1, m, *[0] * (m - 1)]:
            return Step(name, method, Status.FAILED, "det(I + kJ) is not 1 + mk")
        mk = "k" if m == 1 else f"{m}k"
        detail += f"; det({shape}) = {value}, and det(I + kJ) = 1 + {mk} as a polynomial in k"
    return Step(name, method, Status.PASSED, detail)


def _pair_factor_problem(table: Table, ring: Ring, m: int, k: int) -> str | None:
    """What is wrong with a factor that should be I + kJ on {0 ... m-1}^2, up to a scalar."""
    where = f"{{0 … {m - 1}}}²"
    if table.ndim != 2 or len(table) < m:
        return f"is no matrix on {where}"
    table = table[:m, :m]
    if rank(table, ring) < m:
        return f"is singular on {where}: determinant 0"
    expected = kronecker_shifted_identity(m, k)
    if (table * int(expected[0, 0]) != expected * table[0, 0]).any():
        return f"is not proportional to I + {k}J"
    return None


def rank_step(instance: Instance, separation: Separation) -> Step:
    """The exact rank at the assignment, as a Kronecker product of clusters, against D^E."""
    holds = separation.rank >= instance.bound.powers
    relation = "≥" if holds else "<"
    return Step(
        "rank",
        "Kronecker product, over Q",
        Status.PASSED if holds else Status.FAILED,
        f"the rank at this assignment is exactly {separation.rank} {relation} D^E = {instance.bound}",
    )


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
    family: Assignment, templates: Templates | None, cut: Partition, instance: Instance
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
        if Powers([(value, 1)]) >= instance.bound.powers:
            detail = f"at q = {q} the shared network has rank {value} ≥ {instance.bound}"
            return Step(name, method, Status.PASSED, detail)
    detail = f"no q ≤ {TRIED_PARAMETERS[-1]} gives the shared network rank {instance.bound}"
    return Step(name, method, Status.FAILED, detail)


def almost_everywhere_step(instance: Instance, steps: Sequence[Step], where: str) -> Step:
    """The lemma that carries one exact witness to almost every choice of the parameters."""
    if any(step.status is Status.FAILED for step in steps):
        return Step("almost every", "lemma", Status.NOT_RUN, "there is no witness to carry over")
    degree = theorem_1.minor_degree(instance.network)
    return Step(
        "almost every",
        "lemma: zeros of a nonzero polynomial have measure zero",
        Status.LEMMA,
        f"a minor of size {instance.bound} is a polynomial of degree ≤ {instance.bound}·{degree} in "
        f"the parameters, nonzero {where}",
    )
