"""Almost everywhere: one exact witness bounds the rank for all parameters but a set of measure zero
(THEORY 3.3).

Theorem. Every entry of the matricization is a polynomial with integer coefficients in the parameters,
of degree <= deg_L, deg_l = R_l² (1 + deg_(l-1)). If the rank is r at one assignment, some r x r minor
is a nonzero polynomial of degree <= r deg_L, and the rank is >= r for all parameters outside its zeros,
a set of Lebesgue measure zero.

Proof. The minor that is not zero at the assignment. That the zeros of a nonzero polynomial have measure
zero is a lemma, which is named. QED

Source: Sharir and Shashua (2018); THEORY 3.3. The witness is that of the sharp bound, and polynomials are
looked at along a random line of parameters through it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...algebra.assignment import Assignment
from ...algebra.grid_tensor import grid_tensor, matricize
from ...algebra.linear.exact import determinant
from ...algebra.linear.modular_rank import eliminate
from ...algebra.lines import line
from ...algebra.random_parameters import random_assignment
from ...algebra.rings import ZZ, Table
from ...algebra.witnesses.near_far import sharp_assignment
from ...graphs.network import Network, entry_degree
from ..decide import RankClaim, decide
from ..random_ranks import DEFAULT_PRIME
from ..setting import Setting
from ..steps import NotRun, lemma, need, step
from ..theorem import PAPER, theorem
from ..verdict import Claim, NotApplicable, Verdict, conclude
from . import sharp_bound

MOST_ENTRIES = 2**8
MOST_SITES = 64
LARGEST_MINOR = 16


@dataclass(frozen=True)
class Minor:
    """A largest minor of the matrix at a witness, and the matrix along a line through it.

    Attributes
    ----------
    rows, columns : tuple of int
        Of the minor.
    value : int
        The minor at the witness.
    along : n x m
        The matrix over QQ[t] at the assignments `moving`, A + tB; A is the witness.
    """

    network: Network
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    value: int
    along: Table
    moving: Assignment

    @property
    def size(self) -> int:
        """The number r of its rows."""
        return len(self.rows)


def minor_of(witness: Assignment, setting: Setting, seed: int) -> Minor:
    """Rows and columns that are a nonzero minor modulo the default prime, and its value over Z.

    >>> setting = Setting.read(M=2, H=1, W=2, layers="1x2/1:1,1x2/1x2:1")
    >>> witness = sharp_assignment(setting.network, 1, (2,), 1, shared=True).assignment
    >>> minor = minor_of(witness, setting, seed=1)
    >>> minor.rows, minor.columns, minor.value
    ((0, 1), (0, 1), 1)
    """
    network, partition = setting.network, setting.partition
    matrix = matricize(grid_tensor(witness), network.M, partition)
    found = eliminate(np.array(matrix % DEFAULT_PRIME, dtype=np.int64), DEFAULT_PRIME)
    rows, columns = (
        tuple(sorted(map(int, pivots))) for pivots in (found.pivot_rows, found.pivot_columns)
    )
    moving = line(witness, random_assignment(network, seed, ZZ, shared=True))
    along = matricize(grid_tensor(moving), network.M, partition)
    value = determinant(matrix[np.ix_(rows, columns)], ZZ)
    return Minor(network, rows, columns, value, along, moving)


@step("minor", "elimination, determinant over Z")
def nonzero(minor: Minor) -> str:
    """The minor is not zero."""
    r = minor.size
    said = f"a {r} x {r} minor of the matrix at the explicit assignment is {minor.value}"
    need(minor.value != 0, said)
    return said


@step("degree", "grid tensor over Q[t]")
def degree(minor: Minor) -> str:
    """Along t -> A + t B every entry is a polynomial in t whose degree the bound allows."""
    found, most = max(map(_degree, minor.along.ravel())), entry_degree(minor.network)
    said = f"on a random line A + tB through the witness the entries have degree {found}"
    need(found <= most, f"{said} > deg_L = {most}")
    return f"{said} ≤ deg_L = {most}"


@step("restriction", "determinant over Q[t]")
def restriction(minor: Minor) -> str:
    """On the line the minor is a polynomial in t with the witness's value at t = 0."""
    r = minor.size
    if r > LARGEST_MINOR:
        raise NotRun(f"minors of up to {LARGEST_MINOR} rows are expanded")
    polynomial = determinant(minor.along[np.ix_(minor.rows, minor.columns)], minor.moving.ring)
    found, most = _degree(polynomial), r * entry_degree(minor.network)
    said = (
        f"on that line the minor has degree {found} ≤ {most} and value {polynomial(0)} at t = 0: at most "
        f"{found} points of the line are exceptions"
    )
    need(polynomial(0) == minor.value and 0 <= found <= most, f"not so: {said}")
    return said


MEASURE_ZERO = lemma(
    "measure zero",
    "zeros of a nonzero polynomial have measure zero",
    "the minor is a nonzero polynomial in the parameters: it is not zero at the witness",
)


def _degree(polynomial) -> int:  # type: ignore[no-untyped-def]
    return max((monomial[0] for monomial in polynomial.to_dict()), default=0)


@theorem(
    name="almost-everywhere",
    title="Almost everywhere",
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
    setting = Setting.read(M=M, H=H, W=W, layers=layers)
    network = setting.network
    numbers = sharp_bound.best(setting)
    if network.sites > MOST_SITES or network.M**network.sites > MOST_ENTRIES:
        reason = f"{M}^{network.sites} polynomials are too many; {MOST_ENTRIES} are listed"
        raise NotApplicable(reason, about=setting)
    found = sharp_assignment(network, numbers.axis, numbers.windows, numbers.m, shared=True)
    if found.family is not None:
        raise NotApplicable("the witness is a leading form, not an assignment", about=setting)
    minor = minor_of(found.assignment, setting, seed)
    claim, r = Claim(">=", numbers.bound), int(numbers.bound)
    steps = [
        nonzero(minor),
        degree(minor),
        restriction(minor),
        MEASURE_ZERO,
        rows(minor, r),
        decide(RankClaim.of_setting(setting, claim)),
    ]
    most = entry_degree(network)
    return conclude(
        steps,
        f"rank ≥ {r} outside the zeros of a nonzero polynomial of degree ≤ {r}·{most}",
        setting=setting,
        claim=claim,
        bound=numbers.bound,
        numbers={"r": r, "deg_L": most},
    )


@step("rows", "comparison")
def rows(minor: Minor, r: int) -> str:
    """The minor has as many rows as the sharp bound says."""
    need(minor.size >= r, f"the minor has {minor.size} rows, and {r} are needed")
    return f"the minor has {minor.size} ≥ {r} rows"
