"""Almost everywhere: one exact witness bounds the rank for all parameters but a set of measure zero."""

from __future__ import annotations

import numpy as np

from ...algebra.assignment import Assignment
from ...algebra.constructions import sharp_assignment
from ...algebra.grid_tensor import grid_tensor, matricize
from ...algebra.linear import determinant
from ...algebra.lines import line
from ...algebra.modular_rank import eliminate
from ...algebra.random_parameters import random_assignment
from ...algebra.rings import ZZ, Table
from ...graphs.geometry import entry_degree
from ...graphs.network import Network
from ...graphs.partition import named
from ..claim import RankClaim, decide
from ..generic_rank import DEFAULT_PRIME
from ..registry import PAPER, result
from ..sharp_bound import SharpInstance, choose, straight_cut
from ..verdict import Claim, Status, Step, Verdict, not_applicable, outcome
from ..verify_bound import network_of

TITLE = "Almost everywhere"
MOST_ENTRIES = 2**8
MOST_SITES = 64
LARGEST_MINOR = 16


@result(
    name="almost-everywhere",
    title=TITLE,
    source=PAPER,
    section="the measure-zero argument of the main theorem; THEORY 3.3",
    statement="""
        Every entry of the matricization is a polynomial with integer coefficients in the
        parameters, of degree ≤ deg_L, deg_l = R_l²·(1 + deg_(l−1)). If the rank is r at one
        assignment, some r x r minor is a nonzero polynomial of degree ≤ r·deg_L, and the rank is ≥
        r for all parameters outside its zeros, a set of Lebesgue measure zero.
    """,
    latex=r"""
        The entries of $[\![\mathcal A]\!]$ are polynomials with integer coefficients in the
        parameters. If $\operatorname{rank}[\![\mathcal A]\!]=r$ at one assignment, then some
        $r\times r$ minor is a nonzero polynomial, and $\operatorname{rank}[\![\mathcal A]\!]\ge r$
        outside its zeros, a set of Lebesgue measure zero.
    """,
    instances=[
        {"M": 2, "H": 2, "layers": "2/1:2,2/2:1"},
        {"M": 3, "H": 1, "W": 4, "layers": "1x3/1:2,1x4/1x4:1"},
        {"M": 2, "H": 1, "W": 6, "layers": "1x2/1:2,1x2/1x2:2,1x3/1x3:1", "seed": 5},
    ],
)
def almost_everywhere(
    *, M: int, H: int, layers: str, W: int | None = None, seed: int = 1
) -> Verdict:
    """The sharp bound's witness, a minor of it, and that minor along a random line of parameters."""
    network = network_of(None, M, H, W, layers)
    found = choose(network, *straight_cut("left-right", network))
    subject = {"partition": "left-right", "weights": "shared"}
    if not isinstance(found, SharpInstance):
        return not_applicable(TITLE, PAPER, found, network=network, **subject)
    if network.sites > MOST_SITES or network.M**network.sites > MOST_ENTRIES:
        reason = f"{M}^{network.sites} polynomials are too many; {MOST_ENTRIES} are listed"
        return not_applicable(TITLE, PAPER, [reason], network=network, **subject)
    construction = sharp_assignment(network, found.axis, found.windows, found.m, shared=True)
    if construction.family is not None:
        reason = "the witness is a leading form, not an assignment"
        return not_applicable(TITLE, PAPER, [reason], network=network, **subject)
    steps = witness_steps(construction.assignment, seed)
    r = int(found.bound.powers)
    claim = Claim(">=", found.bound.powers)
    cut = named("left-right", network.H, network.W)
    steps.append(decide(RankClaim(network, cut, "shared", claim)))
    return Verdict(
        TITLE,
        PAPER,
        *outcome(
            steps,
            f"rank ≥ {r} outside the zeros of a nonzero polynomial of degree ≤ {r}·{entry_degree(network)}",
        ),
        network=network,
        claim=claim,
        bound=found.bound,
        geometry={"r": r, "deg_L": entry_degree(network)},
        steps=tuple(steps),
        weights="shared",
        partition="left-right",
    )


def witness_steps(witness: Assignment, seed: int) -> list[Step]:
    """A minor at the witness, the entries along a line through it, the minor along the line."""
    network = witness.network
    cut = named("left-right", network.H, network.W)
    matrix = matricize(grid_tensor(witness), network.M, cut)
    minor = _minor(matrix)
    value = determinant(matrix[np.ix_(*minor)], ZZ)
    r = len(minor[0])
    steps = [
        Step(
            "minor",
            "elimination, determinant over Z",
            Status.PASSED if value != 0 else Status.FAILED,
            f"a {r} x {r} minor of the matrix at the explicit assignment is {value}",
        )
    ]
    moving = line(witness, random_assignment(network, seed, ZZ, shared=True))
    along = matricize(grid_tensor(moving), network.M, cut)
    steps.append(_degree_step(network, along))
    steps.append(_restriction_step(network, moving, along, minor, value))
    steps.append(
        Step(
            "measure zero",
            "lemma: zeros of a nonzero polynomial have measure zero",
            Status.LEMMA,
            "the minor is a nonzero polynomial in the parameters: it is not zero at the witness",
        )
    )
    return steps


def _minor(matrix: Table) -> tuple[list[int], list[int]]:
    """Rows and columns of a largest minor that is nonzero modulo the default prime."""
    found = eliminate(np.array(matrix % DEFAULT_PRIME, dtype=np.int64), DEFAULT_PRIME)
    return sorted(map(int, found.pivot_rows)), sorted(map(int, found.pivot_columns))


def _degree_step(network: Network, along: Table) -> Step:
    """Along t -> A + t B every entry is a polynomial in t whose degree the bound allows."""
    degree = max(_degree(entry) for entry in along.ravel())
    most = entry_degree(network)
    return Step(
        "degree",
        "grid tensor over Q[t]",
        Status.PASSED if degree <= most else Status.FAILED,
        f"on a random line A + tB through the witness the entries have degree {degree} ≤ deg_L = {most}",
    )


def _restriction_step(
    network: Network,
    moving: Assignment,
    along: Table,
    minor: tuple[list[int], list[int]],
    value: int,
) -> Step:
    """On the line the minor is a polynomial in t with the witness's value at t = 0."""
    name, method, r = "restriction", "determinant over Q[t]", len(minor[0])
    if r > LARGEST_MINOR:
        return Step(
            name, method, Status.NOT_RUN, f"minors of up to {LARGEST_MINOR} rows are expanded"
        )
    polynomial = determinant(along[np.ix_(*minor)], moving.ring)
    degree, most = _degree(polynomial), r * entry_degree(network)
    holds = polynomial(0) == value and 0 <= degree <= most
    return Step(
        name,
        method,
        Status.PASSED if holds else Status.FAILED,
        f"on that line the minor has degree {degree} ≤ {most} and value {polynomial(0)} at t = 0: at most "
        f"{degree} points of the line are exceptions",
    )


def _degree(polynomial) -> int:  # type: ignore[no-untyped-def]
    return max((monomial[0] for monomial in polynomial.to_dict()), default=0)
