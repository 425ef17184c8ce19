"""Programs and triangular systems: networks whose function is a product of sums of monomials (THEORY 8.13).

Theorem. Product pooling, L >= 2, any partition. A *program* gives homes (layers, with shared weights, or
locations) streams, m labels each, and carriers, so that they fit the channels; its hits are streams at
locations, hit k times. With functions of templates of one's choice in layer 1 the network then computes

    h = product over the hits of (1 + sum over c < m of y_c)^k,

y_c a product of functions of the sites seen, and rank >= rank of h for almost all parameters. For almost
all functions, the rank of h is at least the product of what the components of a *triangular system* on
chosen sites give: on one side clusters of hits in order, each told apart on sites that no later cluster
sees, all of them full; on the other side the product of the clusters' ranks min(product of C(m + k, k),
M^(sites)).

Proof. Streams select, hits read 1 + the sum of a stream's labels, carriers multiply: this is h. Expanded,
h is the sum over monomials n of gamma_n t^n s^n, gamma > 0, t^n functions of the P-sites, s^n of the
Q-sites. With functions exp(kappa_c phi) those of a cluster are exp(a_n b_x) with different a and different
b, of which all minors are nonzero. By the order of the clusters the chosen t^n are independent; and if all
s^n are, the rank is the dimension of the span of the t^n. Where both sides are one cluster, minors are
positive, and Cauchy-Binet gives the lesser rank. QED

Source: this project; the proof in full: THEORY 8.13. Programs are found by search; what counts is checked.
"""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import numpy as np

from ...algebra.assignment import Assignment
from ...algebra.factors import NO_SITE
from ...algebra.powers import Powers
from ...algebra.rings import Table
from ...errors import ResourceError
from ...graphs.network import Location, Site
from ...graphs.partition import P
from ...graphs.programs import Hit, Leaf, Program, kinds, whole
from ...graphs.triangular import system
from ..decide import RankClaim
from ..program_ranks import ProgramNumbers, searched
from ..setting import SHARED, Setting
from ..steps import NotRun, Status, Step, lemma, need, needs_nothing, step
from ..theorem import PROJECT, Sizes, theorem
from ..triangular_steps import triangular
from ..verdict import Candidate, Claim, NotApplicable, Verdict, conclude
from ..witness import Witness, by_witness

TALL: Sizes = {
    "M": 3,
    "H": 4,
    "W": 2,
    "layers": "3x2/2:4,2x3/1:3,2x1/2x1:1",
    "partition": "checkerboard",
}
ONE_SIDED: Sizes = {
    "M": 2,
    "H": 1,
    "W": 3,
    "layers": "1x3/1x3:3,1x1/1x1:1",
    "partition": "sites:PPQ",
}
MOST_WAYS = 100_000
MOST_TABLE = 2**16

INDEPENDENT = lemma(
    "independent",
    "all minors of (exp(a_i b_j)), a_i and b_j in ascending order, are positive",
    "for almost all functions of layer 1 the monomials of a cluster are independent on its sites, and by "
    "the order of the clusters those of all clusters are",
)
EVERY = lemma(
    "almost every",
    "zeros of a nonzero polynomial have measure zero",
    "the minor is a polynomial in the parameters that is not zero at those of the program",
)


def best(setting: Setting) -> ProgramNumbers:
    """The program that is worth most.

    Raises
    ------
    NotApplicable
        If there is one layer, one template, or no program with a rank above 1.
    ResourceError
        If the network is too large to be searched.

    Examples
    --------
    >>> best(Setting.read(**TALL)).bound == 45
    True
    """
    if setting.network.depth < 2 or setting.network.M < 2:
        raise NotApplicable("two layers and M ≥ 2 are needed", about=setting)
    numbers = max(searched(setting), key=lambda numbers: numbers.bound)  # the first among equals
    if numbers.bound.trivial:
        raise NotApplicable("no program is found whose function joins both sides", about=setting)
    return numbers


@step("program", "enumeration of homes")
def fits(numbers: ProgramNumbers) -> str:
    """Channels are counted home by home, and what is read is there."""
    program, channels = numbers.program, numbers.setting.network.passed_channels
    needs_nothing(program.problem())
    need(program.shared or not numbers.setting.shared, "the program depends on the location")
    for (layer, home), unit in program.units.items():
        labels = program.labels.get((layer, home), 0)
        taken = labels + (unit.carrier and 1 + program.spare(layer))
        need(taken <= channels[layer], f"{taken} channels in layer {layer}, {home}")
    homes = sum(bool(unit.stream or unit.carrier) for unit in program.units.values())
    return f"streams and carriers of {homes} {'layers' if program.shared else 'locations'} fit the channels"


@step("hits", "walk down the network, way by way")
def walked(numbers: ProgramNumbers) -> str:
    """Every way from the output to a hit, and every way on to a site, one after another."""
    program = numbers.program
    found: Counter[tuple[int, Location]] = Counter()
    ways = [(numbers.setting.network.depth, (0, 0))]
    walked = 0
    while ways:
        layer, at = ways.pop()
        walked += 1
        if walked > MOST_WAYS:
            raise NotRun(f"more than {MOST_WAYS} ways")
        unit = program.unit(layer, at)
        for offset in (*unit.hits, *unit.carries):
            below = program.network.input_at(layer, at, offset)
            if below is not None and offset in unit.hits:
                found[layer - 1, below] += 1
            elif below is not None:
                ways.append((layer - 1, below))
    said = {(hit.layer, hit.location): hit for hit in program.hits}
    for place, k in found.items():
        leaves = _leaves(program, *place) or {}
        hit = said.pop(place, None)
        if hit is None:
            need(not leaves, f"{place} is hit and sees sites, and was left out")
            continue
        need(hit.k == k, f"{k} ways lead to {place}, and {hit.k} were counted")
        counted = {site: Counter(found) for site, found in hit.leaves.items()}
        need(leaves == counted, f"the sites that {place} sees")
    need(not said, f"{min(said, default=None)} is not hit")
    return f"{len(program.hits)} hits, {walked} ways down to their carriers"


def _leaves(program: Program, layer: int, at: Location) -> dict[Site, Counter[Leaf]] | None:
    """What a stream at a location sees, by descent; None if it leaves the input above layer 1."""
    network, found = program.network, dict[Site, Counter[Leaf]]()
    for offset in program.unit(layer, at).stream:
        below = network.input_at(layer, at, offset)
        if layer == 1:
            if below is not None:
                found.setdefault(below, Counter())[program.home(at), offset] += 1
            continue
        more = None if below is None else _leaves(program, layer - 1, below)
        if more is None:
            return None
        for site, leaves in more.items():
            found.setdefault(site, Counter()).update(leaves)
    return found


@step("factors", "factored, over ZZ, entry by entry")
def factors(witness: Witness, numbers: ProgramNumbers) -> str:
    """h is the product of (1 + sum of y_c)^k over the hits, with the assignment's own functions."""
    function, tables = witness.factorization.function, witness.factorization.arithmetic.tables
    need(function is not None, "h is identically zero")
    assert function is not None
    network = witness.setting.network
    expected: dict[tuple[int, ...], Table] = {}
    for hit in numbers.program.hits:
        scope, table = _expected(witness, hit)
        old = expected.get(scope)
        expected[scope] = table if old is None else old * table
    found: dict[tuple[int, ...], Table] = {}
    for scope, number in function.factors:
        key = tuple(site for site in scope if site != NO_SITE)
        found[key] = tables[number] if key not in found else found[key] * tables[number]
    for scope in sorted({*expected, *found}):
        one = np.ones((network.M,) * len(scope), object)
        have, want = found.get(scope, one), expected.get(scope, one)
        zero = (0,) * len(scope)
        same = bool((have * want[zero] == want * have[zero]).all()) and want[zero] != 0
        need(same, f"the factor on {[divmod(site, network.W) for site in scope]}")
    return (
        f"{len(expected)} factors are products of (1 + Σ_c y_c)^k, {len(numbers.program.hits)} hits"
    )


def _expected(witness: Witness, hit: Hit) -> tuple[tuple[int, ...], Table]:
    """(1 + the sum over c of the products of the functions at the leaves)^k, over the sites seen."""
    network, sites = witness.setting.network, sorted(hit.leaves)
    if network.M ** len(sites) > MOST_TABLE:
        raise NotRun(f"{hit.location} sees {len(sites)} sites")
    functions = functions_of(witness.assignment)
    total = np.ones((network.M,) * len(sites), object)
    for c in range(hit.m):
        label = np.ones((network.M,) * len(sites), object)
        for axis, site in enumerate(sites):
            for leaf in hit.leaves[site]:
                values = np.array(functions[c, leaf], object)
                label = label * values.reshape([-1 if k == axis else 1 for k in range(len(sites))])
        total = total + label
    return tuple(row * network.W + column for row, column in sites), total**hit.k


def functions_of(assignment: Assignment) -> dict[tuple[int, Leaf], list[int]]:
    """The functions of layer 1 that an assignment has: for a label and a leaf, the values on templates."""
    found = {}
    for entry in assignment.entries:
        if entry.layer == 1:
            home = (
                None if entry.locations is None else (entry.locations[0][0], entry.locations[1][0])
            )
            values = [int(entry.row.bias)] * assignment.network.M
            for template, weight in entry.row.weights:
                values[template] += int(weight)
            leaf = home, (entry.offsets[0][0], entry.offsets[1][0])
            found[entry.channels[0], leaf] = values
    return found


@theorem(
    name="programs",
    title="Programs and triangular systems",
    searches=True,
    source=PROJECT,
    section="THEORY 8.13",
    statement="""
        Any partition, L ≥ 2. A program gives each layer (with unshared weights: each location) a
        stream of m labels, which multiplies labels of streams below at some offsets, and a carrier,
        which at some offsets hits the stream below and at others carries the carrier below, within
        the channels; the output is a carrier. Then h, the product over the streams that are hit of
        (1 + Σ_c y_c)^k, y_c a product of functions of single sites, is the function of some
        parameters, and rank ≥ rank of h for almost all. For almost all functions the rank of h is at
        least the product, over components of hits, of the ranks min(∏ C(m + k, k), M^(sites)) of
        clusters on one side, if on the other side all clusters are full; a cluster has one hit or one
        site, is told apart there, and sees no site of an earlier cluster.
    """,
    latex=r"""
        Let a program of streams with $m$ labels and carriers fit the channels, and let $k_\varpi$ be
        the number of ways from the output to the stream $\varpi$ that is hit. Then
        $h=\prod_\varpi(1+\sum_{c<m}y_{\varpi,c})^{k_\varpi}$ is the function of some parameters, and
        $\operatorname{rank}[\![\mathcal A]\!]\ge\operatorname{rank}h$ for almost all. For a triangular
        system of clusters $\Lambda_i$ with sites $S_i$ on one side, whose clusters on the other side
        are full, $\operatorname{rank}h\ge\prod_i\min\bigl(\prod_{\varpi\in\Lambda_i}
        \binom{m+k_\varpi}{k_\varpi},M^{|S_i|}\bigr)$ for almost all functions.
    """,
    instances=[
        TALL,
        {"M": 2, "H": 3, "layers": "3x2/2:4,3x2/1:2,2/2:1", "partition": "sites:PPQ/QPQ/QQQ"},
        {"M": 3, "H": 3, "layers": "1x3/1:1,3/1:1,3/3:1", "partition": "sites:PQP/PQP/PQP"},
        {
            "M": 3,
            "H": 2,
            "W": 3,
            "layers": "1x3/1:3,2x3/1:1,2/1x2:1,2/2:1",
            "partition": "checkerboard",
            "weights": "unshared",
        },
        {"M": 3, "H": 2, "W": 3, "layers": "2x3/1:1,2x3/2x3:1", "partition": "checkerboard"},
    ],
)
def programs(
    *,
    M: int,
    H: int,
    layers: str,
    W: int | None = None,
    partition: str = "checkerboard",
    weights: str = SHARED,
) -> Verdict:
    """The program that is found, its hits and its system, its factors, and the exact rank there."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition, weights=weights)
    numbers = best(setting)
    before = [fits(numbers), walked(numbers), triangular(numbers)]
    about: dict[str, Any] = {"numbers": numbers.shown}
    try:
        return by_witness(
            setting,
            numbers.bound,
            numbers.construction(),
            before=before,
            shape=lambda witness: [factors(witness, numbers)],
            **about,
        )
    except ResourceError as error:
        rank = Step("rank", "Kronecker product, over Q", Status.NOT_RUN, str(error))
        law = numbers.bound.spelled(M)
        said = f"rank ≥ {law} for almost all parameters, {weights} weights"
        steps = [*before, INDEPENDENT, rank, EVERY]
        return conclude(steps, said, setting=setting, bound=law, claim=Claim(">=", law), **about)


@programs.bounds
def candidate(setting: Setting, least: Powers) -> Candidate:
    """Small networks, shared or unshared weights."""
    numbers = best(setting)
    hits = f"a program of {len(numbers.program.hits)} hits"
    shown = "the exact rank of its function"
    if numbers.system is not None:
        count = len(numbers.system.components)
        shown = f"a triangular system of {count} component{'s' * (count != 1)}"
    return Candidate(numbers.bound, f"{hits}, {shown} (THEORY 8.13)", numbers.construction)


@programs.variant("one side", "rank ≥ ∏ of the ranks of P-clusters, full on Q or not", ONE_SIDED)
def one_side(
    *, M: int, H: int, layers: str, W: int | None = None, partition: str = "checkerboard"
) -> RankClaim:
    """Independent functions of P alone say nothing about the matrix."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition)
    network, cut = setting.network, setting.partition
    hits = whole(network, 1, setting.shared).hits
    found = system(hits, cut, network.places(0), kinds(network), setting.shared, Random(0))
    clusters = [cluster for component in found.components for cluster in component.clusters[P]]
    return RankClaim.of_setting(setting, Claim(">=", Powers((c.rank, 1) for c in clusters)))


@programs.variant("all monomials", "rank ≥ ∏ C(m + k, k) over the hits", TALL, ONE_SIDED)
def all_monomials(
    *, M: int, H: int, layers: str, W: int | None = None, partition: str = "checkerboard"
) -> RankClaim:
    """Templates are too few for all monomials to be independent."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition)
    numbers = best(setting)
    most = Powers((hit.monomials, 1) for hit in numbers.program.hits)
    return RankClaim.of_setting(setting, Claim(">=", most))
