"""From an explicit assignment to a verdict: construction, factors, rank, almost everywhere.

Every lower bound of this package is proved in this one way. An assignment is evaluated as a product of
factors over few sites, its exact rank is the product of the ranks of clusters, and a minor that is not zero
there is a nonzero polynomial in the parameters. A theorem adds the steps of its own: what it counts before,
what its factors look like, and what bounds the rank from above.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..algebra.assignment import Assignment
from ..algebra.engines import rank_at
from ..algebra.estimates import construction_estimate
from ..algebra.factored_rank import FactoredRank, factored_rank, scope_sides, straddling_tables
from ..algebra.factorize import Factorization, factorize
from ..algebra.factors import NO_SITE
from ..algebra.grid_tensor import grid_tensor, is_enumerable, matricize
from ..algebra.linear.exact import determinant, rank
from ..algebra.local import Numbers
from ..algebra.powers import Powers
from ..algebra.rings import GF, QQ, ZZ, Element, Ring, Table
from ..algebra.templates import absorb_templates
from ..algebra.witnesses.construction import Construction, at_parameter, leading_form
from ..errors import InputError
from ..graphs.network import entry_degree
from ..graphs.pairs import SitePair, SitePairs
from ..graphs.partition import Side
from ..progress import Progress
from ..resources import memory_limit, require
from .decide import RankClaim, decide
from .setting import Setting
from .steps import Fails, NotRun, Status, Step, lemma, need, step
from .verdict import Claim, ComputedRank, Verdict, conclude, lower_bound_in_words

Templates = Sequence[Sequence[Element]]
SMALLER = "no other engine needs less; a smaller grid or fewer templates do"
DENSE_PRIMES = (8388593, 8388587)
TRIED_PARAMETERS = range(1, 17)
LARGEST_SYMBOLIC = 64
ENGINES = ("auto", "factored", "dense")


@dataclass(frozen=True)
class Witness:
    """A construction in a setting, evaluated: what the steps below look at.

    `at_least` is the bound that it is to show. `assignment` is the construction's, for the representation
    layer `templates` if one is given.
    """

    setting: Setting
    at_least: Powers
    construction: Construction
    assignment: Assignment
    templates: Templates | None
    factorization: Factorization
    found: FactoredRank
    memory: int
    progress: Progress | None = None

    @property
    def rank(self) -> Powers:
        """The exact rank at the assignment."""
        return self.found.rank.over(self.setting.network.M)

    @property
    def in_family(self) -> bool:
        """Whether the assignment is the leading form of a family in q."""
        return self.construction.family is not None


Shape = Callable[[Witness], list[Step]]
"""The steps that say what the factors of a witness are."""


def by_witness(
    setting: Setting,
    at_least: Powers,
    construction: Construction | Assignment,
    *,
    before: Iterable[Step] = (),
    shape: Shape = lambda witness: [],
    above: Iterable[Step] = (),
    last: Iterable[Step] = (),
    claim: Claim | None = None,
    conclusion: str = "",
    numbers: Mapping[str, int | str] | None = None,
    decided: bool = True,
    engine: str = "auto",
    templates: Templates | None = None,
    memory: int | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """The verdict on "rank >= at_least for almost all parameters", by the exact rank at an assignment.

    Parameters
    ----------
    setting : Setting
    at_least : Powers
    construction : Construction, or Assignment over ZZ or QQ
    before : steps
        What the theorem's hypotheses and combinatorics need.
    shape : function of the evaluated `Witness`
        Steps on what its factors are.
    above : steps
        What bounds the rank from above, where the claim is an equality.
    last : steps
        Named after all others.
    claim, conclusion : Claim, str, optional
        Default: the lower bound.
    numbers : mapping, optional
        Of the statement, for the heading.
    decided : bool
        Whether the claim is also decided without the proof, on a small network.
    engine : "auto", "factored" or "dense"
        Which ranks are computed beside the factored one: enumeration where the grid tensor is small,
        none, or enumeration at any size that fits.
    templates : M x M nested sequence of rationals, optional
        The representation layer; default: the identity.
    memory : int, optional
        Bytes; default: 80 % of what is free.

    Raises
    ------
    InputError
        If the assignment is over another ring, or is one of another grid.
    ResourceError
        If the assignment would not fit the memory, or cannot be evaluated.
    """
    witness = evaluated(
        setting, at_least, construction, templates=templates, memory=memory, progress=progress
    )
    at_least = witness.at_least
    claim = Claim(">=", at_least) if claim is None else claim
    steps = [*before, entries(witness), *([LEADING_FORM] if witness.in_family else [])]
    steps += [*shape(witness), rank_step(witness), *_other_ranks(witness, engine), *above]
    if decided:
        steps.append(decide(RankClaim.of_setting(setting, claim)))
    steps += [almost_everywhere(witness, steps), *last]
    return conclude(
        steps,
        conclusion or lower_bound_in_words(setting, at_least),
        setting=setting,
        claim=claim,
        bound=at_least,
        rank=ComputedRank(witness.rank, not witness.in_family, "Q", "factored"),
        numbers=dict(numbers or {}),
        witness=None if witness.in_family else witness.construction.assignment,
    )


def evaluated(
    setting: Setting,
    at_least: Powers,
    construction: Construction | Assignment,
    *,
    templates: Templates | None = None,
    memory: int | None = None,
    progress: Progress | None = None,
) -> Witness:
    """Evaluate a construction and rank it; parameters and errors as for `by_witness`."""
    if isinstance(construction, Assignment):
        construction = Construction(construction)
    assignment = construction.assignment
    if assignment.ring not in (ZZ, QQ):
        raise InputError("construction", str(assignment.ring), "ranks over Q need ZZ or QQ")
    limit = memory_limit() if memory is None else memory
    base = max((base for base, _ in at_least.factors), default=1)
    require(construction_estimate(setting.network, base), limit, SMALLER)
    if templates is not None:
        assignment = absorb_templates(assignment, templates)
    factorization = factorize(assignment, templates=templates, progress=progress)
    found = factored_rank(factorization, setting.partition, progress)
    return Witness(
        setting,
        at_least.over(setting.network.M),
        construction,
        assignment,
        templates,
        factorization,
        found,
        limit,
        progress,
    )


@step("witness", "comparison of entries")
def entries(witness: Witness) -> str:
    """The assignment is one of this network, shared where the claim is, and what its family leads to."""
    construction, setting = witness.construction, witness.setting
    explicit = construction.explicit
    for assignment in (explicit, construction.assignment):
        need(assignment.network == setting.network, "the assignment is one of another network")
    need(
        explicit.shared or not setting.shared,
        "the claim is about shared weights, and the assignment depends on the location",
    )
    count = f"{len(explicit.entries)} entries, {'shared' if explicit.shared else 'by location'}"
    if construction.family is None:
        return f"an explicit assignment of this network: {count}"
    try:
        derived = leading_form(construction.family).entries
    except InputError as error:
        raise Fails(str(error)) from None
    need(
        derived == construction.assignment.entries,
        "the assignment is not the family's leading form",
    )
    return f"a family in q ({count}), W = qδ and b = 1 where offsets leave the input"


LEADING_FORM = lemma(
    "leading form",
    "a minor's top coefficient in q is the minor of the top coefficients",
    "the assignment checked below gives the coefficient of the highest power of q, so that the "
    "shared family has at least its rank for all but finitely many q",
)


@step("rank", "Kronecker product, over Q")
def rank_step(witness: Witness) -> str:
    """The exact rank at the assignment, as a product over clusters, against the bound."""
    found, at_least = witness.rank, witness.at_least
    said = f"the rank at this assignment is exactly {found}"
    need(found >= at_least, f"{said} < {at_least}")
    return f"{said} ≥ {at_least}"


@step("assignment", lambda witness, pairs, m: f"factored, over {witness.assignment.ring}")
def product_of_pairs(witness: Witness, pairs: Iterable[SitePair], m: int) -> str:
    """h is a product: one factor on each pair, and one-sided ones, nonzero on the first m templates."""
    function, arithmetic = witness.factorization.function, witness.factorization.arithmetic
    need(function is not None, "h is identically zero")
    assert function is not None
    cut, pairs = witness.setting.partition, SitePairs.of(pairs)
    straddling = scope_sides(function, cut) == Side.BOTH
    expected = np.sort([at[:, 0] * cut.W + at[:, 1] for at in (pairs.nears, pairs.fars)], axis=0).T
    ours, theirs = (_as_pairs(scopes, cut.H * cut.W) for scopes in (function.scopes, expected))
    nonzero = np.array([bool(t[(slice(m),) * t.ndim].all()) for t in arithmetic.tables], bool)
    wrong = np.where(straddling, ~_among(ours, theirs), ~nonzero[function.tables])
    if wrong.any():
        first = int(np.argmax(wrong))
        on = _sites(function.factors[first][0], cut.W)
        need(not straddling[first], f"a factor straddles the cut on {on}, which are no pair")
        raise Fails(f"the one-sided factor on {on} vanishes on templates < {m}")
    missing = ~_among(theirs, ours[straddling])
    # On one template a pair factor is a product of one-site factors, or a constant.
    if missing.any() and m > 1:
        pair = pairs[int(np.argmax(missing))]
        raise Fails(f"no factor joins the pair {pair.near}, {pair.far} of location {pair.location}")
    joined = int(straddling.sum())
    need(m == 1 or joined == len(pairs), f"{joined} factors join {len(pairs)} pairs")
    return f"h = constant × {joined} pair factors × {len(straddling) - joined} one-sided factors"


@step("nonsingular", "exact linear algebra, FLINT")
def nonsingular(witness: Witness, expected: Table, shape: str) -> str:
    """Every straddling factor is the m x m matrix `expected` on the first m templates, up to a scalar.

    `shape` says which matrix it is; its determinant is computed.
    """
    function, arithmetic = witness.factorization.function, witness.factorization.arithmetic
    cut, m = witness.setting.partition, len(expected)
    classes = [] if function is None else straddling_tables(function, cut)
    if not classes:
        raise NotRun("no factor straddles the cut: the bound is 1")
    for scope, number in classes:
        table = arithmetic.tables[number]
        problem = _pair_factor_problem(table, witness.assignment.ring, expected, shape)
        need(problem is None, f"the factor on {_sites(scope, cut.W)} {problem}")
    said = f"pair factors are {shape} on {{0 … {m - 1}}}², of rank {m}"
    if m > LARGEST_SYMBOLIC:
        return said
    return f"{said}; det({shape}) = {determinant(expected, ZZ)}"


@step("oracle", "dense, over Q")
def oracle(witness: Witness) -> str:
    """The same rank by enumeration of the whole grid tensor, where it is small."""
    network = witness.setting.network
    if not is_enumerable(network):
        raise NotRun(f"{network.M}^{network.sites} entries are not listed")
    matrix, value = _enumerated(witness, witness.assignment)
    rows, columns = matrix.shape
    said = f"{rows} × {columns} matrix enumerated: rank {value}"
    need(witness.rank == value, f"{said}, and the factored engine says {witness.rank}")
    return said


def dense(witness: Witness) -> Step:
    """The whole matrix modulo a prime: its rank is a lower bound, and must meet the factored one."""
    found = Powers()
    for p in DENSE_PRIMES:
        residues = Assignment(witness.setting.network, witness.assignment.entries, GF(p))
        modular = (
            None
            if witness.templates is None
            else [[GF(p).element(x) for x in row] for row in witness.templates]
        )
        found = rank_at(
            residues,
            witness.setting.partition,
            "dense",
            witness.memory,
            witness.progress,
            templates=modular,
        ).rank
        if found == witness.rank:
            detail = f"the whole matrix has rank {found} modulo {p}, so at least that over Q"
            return Step("dense", f"dense, over GF({p})", Status.PASSED, detail)
    detail = f"rank {found} modulo {DENSE_PRIMES[-1]}, and the factored engine says {witness.rank}"
    return Step("dense", "dense, modulo primes", Status.FAILED, detail)


@step("family in q", "dense, over Q")
def family(witness: Witness) -> str:
    """For the family in q: a value of q at which the enumerated rank meets the bound."""
    explicit, network = witness.construction.explicit, witness.setting.network
    if not is_enumerable(network):
        raise NotRun(f"{network.M}^{network.sites} entries are not listed")
    for q in TRIED_PARAMETERS:
        member = at_parameter(explicit, q)
        if witness.templates is not None:
            member = absorb_templates(member, witness.templates)
        _, value = _enumerated(witness, member)
        if witness.at_least <= value:
            return f"at q = {q} the shared network has rank {value} ≥ {witness.at_least}"
    last = TRIED_PARAMETERS[-1]
    raise Fails(f"no q ≤ {last} gives the shared network rank {witness.at_least}")


def almost_everywhere(witness: Witness, steps: Sequence[Step]) -> Step:
    """The lemma that carries one exact witness to almost every choice of the parameters."""
    if any(step.status is Status.FAILED for step in steps):
        return Step("almost every", "lemma", Status.NOT_RUN, "there is no witness to carry over")
    bound, degree = witness.at_least, entry_degree(witness.setting.network)
    where = "in the family at almost all q" if witness.in_family else "at this assignment"
    return lemma(
        "almost every",
        "zeros of a nonzero polynomial have measure zero",
        f"a minor of size {bound} is a polynomial of degree ≤ {bound}·{degree} in "
        f"the parameters, nonzero {where}",
    )


def _other_ranks(witness: Witness, engine: str) -> list[Step]:
    """The rank once more, by enumeration, and that of a member of the family."""
    if engine == "factored":
        return []
    by_size = engine == "dense" and not is_enumerable(witness.setting.network)
    found = [dense(witness) if by_size else oracle(witness)]
    return [*found, family(witness)] if witness.in_family else found


def _enumerated(witness: Witness, assignment: Assignment) -> tuple[Table, int]:
    tensor = grid_tensor(assignment, templates=witness.templates)
    matrix = matricize(tensor, assignment.network.M, witness.setting.partition)
    return matrix, rank(matrix, assignment.ring)


def _as_pairs(scopes: Numbers, sites: int) -> Numbers:
    """A number for each scope of two sites, and -1 for others."""
    first, second, third, *_ = np.pad(scopes, ((0, 0), (0, 3)), constant_values=NO_SITE).T
    return np.where((second != NO_SITE) & (third == NO_SITE), first * sites + second, -1)


def _among(numbers: Numbers, others: Numbers) -> NDArray[np.bool_]:
    """Whether each number is one of the others: np.isin, faster where there are as many."""
    ordered = np.append(np.sort(others), np.iinfo(np.int64).max)
    return np.asarray(ordered[ordered.searchsorted(numbers)] == numbers)


def _sites(scope: Sequence[int], width: int) -> str:
    return ", ".join(str(divmod(site, width)) for site in scope[:4])


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
