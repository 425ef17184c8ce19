"""Singular values and entanglement entropy of a matricization, in floating point.

These numbers are approximations, and say so; nothing is decided by them. What comes before them is exact.
The function is a product of factors (THEORY 3.4), whose clusters share no sites, so that the matricization
is a Kronecker product of one matrix a cluster, up to the order of rows and columns, and its singular values
are the products of theirs. Each matrix is divided by its entry of the largest absolute value before its
entries are rounded: no float overflows, however large the parameters are.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import e, inf, lcm, log, prod, sqrt
from numbers import Real

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, ResourceError
from ..graphs.partition import P, Partition, Q, Side
from ..graphs.partition_names import partition_of
from ..resources import MOST_LISTED, memory_limit
from .assignment import Assignment, require_assignment
from .engines import most_entries
from .factored_rank import Cluster, classes_of, factored_rank
from .factorize import Factorization, factorize
from .factors import Factors
from .powers import Powers
from .rings import Element, Integers, Rationals, Table
from .row_norms import squared_norms

LABEL = "floating point, not exact"
MOST_SHOWN = 6
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class EntanglementEntropy:
    """An entropy in floating point, not exact; `float` gives the number.

    Parameters
    ----------
    value : float
    base : float
        Of the logarithm: e for nats, 2 for bits.
    """

    value: float
    base: float = e

    def __float__(self) -> float:
        return self.value

    def __str__(self) -> str:
        unit = {e: "nats", 2: "bits"}.get(self.base, f"to base {self.base:g}")
        return f"{self.value:.6g} {unit} ({LABEL})"


@dataclass(frozen=True, repr=False)
class Spectrum:
    """The singular values of a matricization, divided by its norm, in floating point, not exact.

    Attributes
    ----------
    parts : tuple of (array, count)
        The matricization is a Kronecker product; `count` of its factors have these singular values, in
        descending order, divided by the factor's norm. Empty for the function 0.
    norm_squared : Fraction
        The sum of the squares of all entries of the matricization, exactly.
    rank : Powers or None
        The exact rank, if it was asked for.
    """

    assignment: Assignment
    partition: Partition
    parts: tuple[tuple[Floats, int], ...]
    norm_squared: Fraction
    rank: Powers | None = None

    @property
    def size(self) -> Powers:
        """How many values there are: others are 0, since a factor of the product has no more."""
        if not self.norm_squared:
            return Powers(0)
        return Powers((len(values), count) for values, count in self.parts)

    @property
    def values(self) -> Floats:
        """All of them, in descending order: the squares sum to 1, up to rounding (Schmidt coefficients).

        Those of the matricization itself are these times the square root of `norm_squared`.

        Raises
        ------
        ResourceError
            If there are more than 2^16.
        """
        if self.size > MOST_LISTED:
            raise ResourceError(
                f"there are {self.size} singular values, and {MOST_LISTED} are listed; their entropy "
                "needs no list"
            )
        if self.size.is_zero:
            return np.zeros(0)
        found: Floats = np.ones(1)
        for values, count in self.parts:
            for _ in range(count if len(values) > 1 else 0):
                found = (found[:, None] * values).ravel()
        return np.sort(found)[::-1]

    def entropy(self, base: float = e) -> EntanglementEntropy:
        """-Σ p log p over the squares p of the values, as `entanglement_entropy`."""
        if not isinstance(base, Real) or not 1 < base < inf:  # True is not
            raise InputError("base", base, "a number > 1 is needed")
        if self.size.is_zero:
            raise InputError("assignment", "the function 0", "any other one has an entropy")
        nats = sum(count * _nats(values) for values, count in self.parts)
        return EntanglementEntropy(nats / log(base), float(base))

    def __repr__(self) -> str:
        exact = () if self.rank is None else (f"exact rank {self.rank.digits}",)
        found = (f"{self.size.digits} values", LABEL, *exact, *self.assignment.notes)
        return f"<Spectrum: {', '.join(found)}, {self.assignment.network}>"

    def __str__(self) -> str:
        lines = [f"Singular values, {self.partition.name}, divided by the norm: {LABEL}"]
        lines += [str(self.assignment.network), *self.assignment.notes]
        lines.append(f"{self.size.digits} values{self._first()}")
        if not self.size.is_zero:
            lines.append(f"entanglement entropy {self.entropy()}")
        if self.rank is not None:
            lines.append(f"exact rank {self.rank.digits}")
        return "\n".join(lines)

    def _first(self) -> str:
        """The largest values, where they can be listed."""
        if self.size.is_zero or self.size > MOST_LISTED:
            return ""
        values = self.values
        shown = [f"{value:.6g}" for value in values[:MOST_SHOWN]]
        return f": {', '.join(shown)}{', …' if len(values) > MOST_SHOWN else ''}"


def singular_values(
    assignment: Assignment,
    partition: Partition | str,
    *,
    with_rank: bool = False,
    memory: float | None = None,
) -> Spectrum:
    """The singular values of the matricization at an assignment, in floating point, not exact.

    Parameters
    ----------
    assignment : Assignment over ZZ or QQ
    partition : Partition
        Of its network's grid.
    with_rank : bool
        Find the exact rank, too.
    memory : float, optional
        GiB that may be used; default: 80 % of what is free.

    Returns
    -------
    Spectrum
        The values, divided by the norm of the matricization; its square is given exactly. LAPACK's error is
        a small multiple of 2^-53 times the largest value of a factor: smaller values are noise.

    Raises
    ------
    InputError
        If the partition is one of another grid, or the assignment is over another ring.
    ResourceError
        If a factor of the Kronecker product is too large to be enumerated.

    Examples
    --------
    Two sites show the same template, 0 with the weight 3 and 1 with the weight 4:

    >>> from convac import AssignmentBuilder, Network, WeightRow, left_right
    >>> builder = AssignmentBuilder(Network(2, 1, 2, layers="1x2/1x2:2,1/1:1"))
    >>> for c in range(2):
    ...     builder = builder.route([(0, 0)], [c], first=c).route([(0, 1)], [c], first=c)
    >>> pair = builder.write(2, 0, (0, 0), WeightRow(((0, 3), (1, 4)), 0)).assignment()
    >>> found = singular_values(pair, left_right(1, 2), with_rank=True)
    >>> print(found)
    Singular values, left-right, divided by the norm: floating point, not exact
    M = 2, H = 1, W = 2, layers 1x2/1x2:2,1/1:1
    2 values: 0.8, 0.6
    entanglement entropy 0.653418 nats (floating point, not exact)
    exact rank 2
    >>> found.norm_squared
    Fraction(25, 1)
    """
    partition = _required(assignment, partition)
    most = most_entries(assignment.ring, memory_limit(memory))
    factorization = factorize(assignment, most_entries=most)
    rank = factored_rank(factorization, partition).rank if with_rank else None
    parts, norms = [], [_free(factorization)]
    for cluster, count in _classes(factorization, partition):
        values, norm_squared = _singular_values(factorization.arithmetic, partition.sides, cluster)
        parts.append((values, count))
        norms.append(norm_squared**count)
    norm_squared = prod(norms, start=Fraction(1))
    found = tuple(parts) if norm_squared else ()
    return Spectrum(assignment, partition, found, norm_squared, rank)


def entanglement_entropy(
    assignment: Assignment,
    partition: Partition | str,
    *,
    base: float = e,
    memory: float | None = None,
) -> EntanglementEntropy:
    """-Σ p log p over the squares p of the normalized singular values, in floating point, not exact.

    In nats, unless another `base` of the logarithm is given: 2 for bits. It adds over the factors of the
    Kronecker product, so that it is had where there are too many singular values to be listed.

    Parameters
    ----------
    assignment, partition, memory
        As for `singular_values`.
    base : float

    Raises
    ------
    InputError
        As `singular_values`, and if the function is 0 or the base is not a number > 1.
    ResourceError
        As `singular_values`.

    Examples
    --------
    At the explicit assignment of Theorem 1 in unshared weights, 2^2048 singular values are equal:

    >>> from convac import Network, left_right, theorem_1_assignment
    >>> network = Network(2, 64, layers="33/1:2,64/64:1")
    >>> witness = theorem_1_assignment(network, 1, (33,), 2, shared=False).assignment
    >>> print(entanglement_entropy(witness, left_right(64), base=2))
    2048 bits (floating point, not exact)
    """
    return singular_values(assignment, partition, memory=memory).entropy(base)


def _required(assignment: Assignment, partition: Partition | str) -> Partition:
    found = partition_of(partition, require_assignment(assignment).network)
    if not isinstance(assignment.ring, Integers | Rationals):
        allowed = "singular values need real parameters, over ZZ or QQ"
        raise InputError("assignment", f"one over {assignment.ring}", allowed)
    return found


def _free(factorization: Factorization) -> Fraction:
    """The square norm of the coefficient, as a function on the sites that no factor names."""
    function = factorization.function
    if function is None:
        return Fraction(0)
    network = factorization.assignment.network
    named = {site for scope, _ in function.factors for site in scope}
    on_others: int = network.M ** (network.sites - len(named))
    return _fraction(function.coefficient**2) * on_others


def _classes(factorization: Factorization, partition: Partition) -> list[tuple[Cluster, int]]:
    """One cluster of every class of translates, and their number.

    One-sided factors without a zero join clusters here: they change no rank, but they change the values.
    """
    if factorization.function is None:
        return []
    every = np.arange(len(factorization.function.tables))
    return classes_of(factorization.function, every, partition)


def _singular_values(
    arithmetic: Factors, sides: bytes, cluster: Cluster
) -> tuple[Floats, Fraction]:
    """Those of a cluster's matrix divided by its norm, descending, and the square of the norm, exactly.

    The matrix is that of the straddling factors, with rows and columns scaled by the norms of what the
    one-sided factors make of them. Its squares are exact, and only those are converted.
    """
    straddling = [factor for factor, side in cluster if side == Side.BOTH]
    sites = sorted({site for scope, _ in straddling for site in scope})
    kept = [tuple(site for site in sites if sides[site] == side) for side in (P, Q)]
    entries, common = _whole(
        arithmetic.multiplied_out(kept[P] + kept[Q], straddling, arithmetic.ring.one)
    )
    (rows, below), (columns, right) = (
        _whole(squared_norms(arithmetic, [f for f, s in cluster if s == side], kept[side]))
        for side in (P, Q)
    )
    scales = (r * c for r in rows for c in columns)
    squares = [x * x * scale for x, scale in zip(entries, scales, strict=True)]
    largest = max(squares)
    if not largest:
        return np.zeros(0), Fraction(0)
    # A quotient of Python's integers is rounded once, however long they are.
    roots = (sqrt(y / largest) for y in squares)
    scaled = [-root if x < 0 else root for x, root in zip(entries, roots, strict=True)]
    matrix = np.array(scaled).reshape(len(rows), len(columns))
    values = np.linalg.svd(matrix, compute_uv=False)
    norm_squared = Fraction(sum(squares), common**2 * below * right)
    return values / np.sqrt((values**2).sum()), norm_squared


def _whole(table: Table) -> tuple[list[int], int]:
    """The entries as integers over a common denominator."""
    exact = [(x, 1) if isinstance(x, int) else (int(x.p), int(x.q)) for x in table.flat]
    common = lcm(*{q for _, q in exact})
    return [p * (common // q) for p, q in exact], common


def _nats(values: Floats) -> float:
    p = values[values > 0] ** 2
    p = p[p > 0] / p.sum()
    return abs(float(-(p * np.log(p)).sum()))


def _fraction(x: Element) -> Fraction:
    return Fraction(x) if isinstance(x, int) else Fraction(int(x.p), int(x.q))
