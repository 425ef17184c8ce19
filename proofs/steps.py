"""Steps that the constructive proofs share: pairs, witness, product form, rank, and what follows.

Each step is a function of the data that it checks, so that a wrong assignment or wrong pairs can be
handed in and are found out.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..algebra.constructions import Construction, leading_form
from ..algebra.evaluate import Factorization
from ..algebra.linear import determinant, rank
from ..algebra.powers import Powers
from ..algebra.rings import ZZ, Ring, Table
from ..errors import InputError
from ..graphs.geometry import entry_degree
from ..graphs.network import Network
from ..graphs.pairs import SitePair, check_pairs
from ..graphs.partition import Partition
from .verdict import Bound, Status, Step, as_powers

LARGEST_SYMBOLIC = 64


def witness_step(network: Network, construction: Construction, weights: str) -> Step:
    """The assignment is one of this network, shared where the claim is, and what its family leads to."""
    name, method = "witness", "comparison of entries"
    explicit = construction.family or construction.assignment
    if explicit.network != network or construction.assignment.network != network:
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


def pairs_step(
    network: Network,
    axis: int,
    windows: Sequence[int],
    pairs: Sequence[SitePair],
    cut: Partition,
    expected: int,
) -> Step:
    """The pairs on the connectivity graph: disjoint, crossing, in one receptive field, as many as said."""
    result = check_pairs(network, pairs, cut, axis, windows)
    if result.problem is not None:
        return Step("pairs", "graph", Status.FAILED, result.problem)
    if result.count != expected:
        detail = f"{result.count} pairs on the graph, and the formula says E = {expected}"
        return Step("pairs", "graph", Status.FAILED, detail)
    return Step(
        "pairs",
        "graph",
        Status.PASSED,
        f"{result.count} disjoint pairs across the cut, each in the receptive field of a location "
        f"of layer {len(windows)} that reaches the output",
    )


def assignment_step(
    base: int, factorization: Factorization, pairs: Sequence[SitePair], cut: Partition
) -> Step:
    """h is a product: one factor on each pair, and one-sided ones, nonzero on templates < base."""
    name, method = "assignment", f"factored, over {factorization.assignment.ring}"
    if factorization.function is None:
        return Step(name, method, Status.FAILED, "h is identically zero")
    expected = {
        tuple(sorted(site[0] * cut.W + site[1] for site in (pair.near, pair.far))): pair
        for pair in pairs
    }
    joined, scaling = 0, 0
    nonzero = [
        bool(table[(slice(base),) * table.ndim].all()) for table in factorization.arithmetic.tables
    ]
    for scope, table in factorization.function.factors:
        if len({cut.sides[site] for site in scope}) == 2:
            if expected.pop(scope, None) is None:
                detail = f"a factor straddles the cut on {_sites(scope, cut)}, which are no pair"
                return Step(name, method, Status.FAILED, detail)
            joined += 1
        elif not nonzero[table]:
            detail = f"the one-sided factor on {_sites(scope, cut)} vanishes on templates < {base}"
            return Step(name, method, Status.FAILED, detail)
        else:
            scaling += 1
    # With base 1 a pair factor is a product of one-site factors, or a constant.
    if expected and base > 1:
        pair = next(iter(expected.values()))
        return Step(
            name,
            method,
            Status.FAILED,
            f"no factor joins the pair {pair.near}, {pair.far} of location {pair.location}",
        )
    found = f"h = constant × {joined} pair factors × {scaling} one-sided factors"
    return Step(name, method, Status.PASSED, found)


def nonsingular_step(
    factorization: Factorization, cut: Partition, expected: Table, shape: str
) -> Step:
    """Every straddling factor is `expected` on the first templates, up to a scalar; its determinant."""
    name, method, m = "nonsingular", "exact linear algebra, FLINT", len(expected)
    factors = () if factorization.function is None else factorization.function.factors
    classes: dict[int, tuple[int, ...]] = {}
    for scope, number in factors:
        if len({cut.sides[site] for site in scope}) == 2:
            classes.setdefault(number, scope)
    if not classes:
        return Step(name, method, Status.NOT_RUN, "no factor straddles the cut: the bound is 1")
    for number, scope in classes.items():
        table = factorization.arithmetic.tables[number]
        problem = _pair_factor_problem(table, factorization.assignment.ring, expected, shape)
        if problem is not None:
            detail = f"the factor on {_sites(scope, cut)} {problem}"
            return Step(name, method, Status.FAILED, detail)
    detail = f"pair factors are {shape} on {{0 … {m - 1}}}², of rank {m}"
    if m <= LARGEST_SYMBOLIC:
        detail += f"; det({shape}) = {determinant(expected, ZZ)}"
    return Step(name, method, Status.PASSED, detail)


def _sites(scope: Sequence[int], cut: Partition) -> str:
    return ", ".join(str(divmod(site, cut.W)) for site in scope[:4])


def _pair_factor_problem(table: Table, ring: Ring, expected: Table, shape: str) -> str | None:
    """What is wrong with a pair factor that should be `expected` on the first templates, up to a scalar."""
    m = len(expected)
    where = f"{{0 … {m - 1}}}²"
    if table.ndim != 2 or len(table) < m:
        return f"is no matrix on {where}"
    table = table[:m, :m]
    if rank(table, ring) < m:
        return f"is singular on {where}: determinant 0"
    if (table * int(expected[0, 0]) != expected * table[0, 0]).any():
        return f"is not proportional to {shape}"
    return None


def rank_step(bound: Bound | Powers, rank: Powers) -> Step:
    """The exact rank at the assignment, as a Kronecker product of clusters, against the bound."""
    holds = rank >= as_powers(bound)
    relation = "≥" if holds else "<"
    return Step(
        "rank",
        "Kronecker product, over Q",
        Status.PASSED if holds else Status.FAILED,
        f"the rank at this assignment is exactly {rank} {relation} {bound}",
    )


def almost_everywhere_step(
    network: Network, bound: Bound | Powers, steps: Sequence[Step], where: str
) -> Step:
    """The lemma that carries one exact witness to almost every choice of the parameters."""
    if any(step.status is Status.FAILED for step in steps):
        return Step("almost every", "lemma", Status.NOT_RUN, "there is no witness to carry over")
    degree = entry_degree(network)
    return Step(
        "almost every",
        "lemma: zeros of a nonzero polynomial have measure zero",
        Status.LEMMA,
        f"a minor of size {bound} is a polynomial of degree ≤ {bound}·{degree} in "
        f"the parameters, nonzero {where}",
    )
