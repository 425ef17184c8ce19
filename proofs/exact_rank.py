"""The exact rank at an assignment of one's own, what it is made of, and its certificate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..algebra.assignment import Assignment, require_assignment
from ..algebra.factored_rank import ClusterClass, FactoredRank, factored_rank
from ..algebra.factorize import Factorization, factorize
from ..algebra.linear.exact import determinant
from ..algebra.linear.minors import largest_minor
from ..algebra.powers import Powers
from ..algebra.rings import Element, Integers, Rationals, Ring, Table
from ..errors import InputError
from ..graphs.network import Site
from ..graphs.partition import Partition
from ..graphs.partition_names import partition_of
from . import evidence
from .setting import SHARED, UNSHARED, Setting, Weights
from .steps import Step
from .transcripts.sheet import GOOD, Closing, Line, Sheet
from .transcripts.shown import Shown
from .verdict import Claim, Verdict
from .witness import by_witness


@dataclass(frozen=True)
class FactorClass:
    """One class of clusters: `count` translates of a function of these sites.

    `matrix` has a row for all templates of `rows` (sites in P) and a column for those of `columns`, last
    site fastest, up to a scalar; `rank` is its rank, over the fraction field if it holds polynomials.
    """

    rows: tuple[Site, ...]
    columns: tuple[Site, ...]
    count: int
    rank: int
    matrix: Table
    ring: Ring

    @cached_property
    def minor(self) -> tuple[tuple[int, ...], tuple[int, ...], Element]:
        """Rows and columns of a largest nonzero minor, and its determinant in the ring."""
        rows, columns = largest_minor(self.matrix, self.ring, self.rank)
        return rows, columns, determinant(self.matrix[np.ix_(rows, columns)], self.ring)


@dataclass(frozen=True, repr=False)
class ExactRank(Shown):
    """The exact rank of a network's matricization at an assignment.

    Attributes
    ----------
    rank : Powers
        Over Q; over GF(p), or the field of rational functions, if the assignment is over such a ring.
    """

    assignment: Assignment
    partition: Partition
    factorization: Factorization
    found: FactoredRank

    @property
    def rank(self) -> Powers:
        """The rank."""
        return self.found.rank.over(self.assignment.network.M)

    @cached_property
    def classes(self) -> tuple[FactorClass, ...]:
        """The classes of clusters of rank > 1. The rank is the product of rank^count.

        Raises
        ------
        ResourceError
            If a cluster's matrix has more than 2^16 entries.
        """
        found = (self._class(cluster) for cluster in self.found.classes if cluster.rank > 1)
        return tuple(found)

    @property
    def weights(self) -> Weights:
        """Whether the assignment is shared or depends on the location."""
        return SHARED if self.assignment.shared else UNSHARED

    def certificate(self, *, at_assignment: bool = False) -> dict[str, Any]:
        """A certificate that the generic rank is at least this rank (docs/certificate.md).

        Parameters
        ----------
        at_assignment : bool
            Of the exact rank over Q at this assignment instead.

        Raises
        ------
        InputError
            If the assignment is not over ZZ or QQ, or its function is 0.
        """
        self._require_numbers("certificate")
        if self.rank.is_zero:
            raise InputError("certificate", "the function 0", "a rank of at least 1 has one")
        if at_assignment:
            return evidence.rank_at(self.assignment, self.partition, self.rank)
        setting = Setting(self.assignment.network, self.partition, self.weights)
        return evidence.lower_bound(setting, self.rank, self.assignment)

    def verdict(
        self,
        at_least: Powers,
        *,
        weights: Weights | None = None,
        steps: Sequence[Step] = (),
        above: Sequence[Step] = (),
        claim: Claim | None = None,
        conclusion: str = "",
        numbers: Mapping[str, int | str] | None = None,
    ) -> Verdict:
        """A verdict on "rank ≥ at_least for almost all parameters", from the rank at this assignment.

        Parameters
        ----------
        at_least : Powers
        weights : "shared" or "unshared", optional
            What the claim is about; default: the assignment's kind. A claim about shared weights needs a
            shared assignment.
        steps : sequence of Step
            Checked before: hypotheses, pairs, ...
        above : sequence of Step
            What bounds the rank from above, where `claim` is an equality.
        claim, conclusion : Claim, str, optional
            Default: the lower bound.
        numbers : mapping, optional
            Of the statement, for the heading.
        """
        self._require_numbers("verdict")
        return by_witness(
            Setting(self.assignment.network, self.partition, weights or self.weights),
            at_least,
            self.assignment,
            before=steps,
            above=above,
            claim=claim,
            conclusion=conclusion,
            numbers=numbers,
            decided=False,
        )

    def _require_numbers(self, what: str) -> None:
        ring = self.assignment.ring
        if not isinstance(ring, Integers | Rationals):
            raise InputError(what, str(ring), "ranks over Q have one: fill in numbers")

    def sheet(self) -> Sheet:
        """The rank, and the clusters that it is the product of."""
        network, ring = self.assignment.network, self.assignment.ring
        setting = Setting(network, self.partition, self.weights)
        factors = Powers((c.rank, c.count) for c in self.found.classes)
        by = f"the product of the ranks of its clusters, {factors}"
        over = ", ".join([f"over {ring}", *self.assignment.notes])
        return Sheet(
            f"Rank at an assignment, {setting}",
            (str(network), setting.shape),
            (Line("=", self.rank.with_value, by, over),),
            (Closing("EXACT", GOOD, f"the rank at this assignment is {self.rank.with_value}"),),
        )

    def __repr__(self) -> str:
        at = self.assignment
        found = (f"rank = {self.rank} over {at.ring}", *at.notes)
        return f"<ExactRank: {', '.join(found)}, {at.network}>"

    def _class(self, cluster: ClusterClass) -> FactorClass:
        arithmetic, W = self.factorization.arithmetic, self.partition.W
        rows, columns = cluster.scope(self.partition)
        arithmetic.require(len(rows) + len(columns))
        table = arithmetic.multiplied_out(rows + columns, cluster.factors, arithmetic.ring.one)
        shape = arithmetic.M ** len(rows), arithmetic.M ** len(columns)
        return FactorClass(
            tuple(divmod(site, W) for site in rows),
            tuple(divmod(site, W) for site in columns),
            cluster.count,
            cluster.rank,
            table.reshape(shape),
            arithmetic.ring,
        )


def exact_rank(assignment: Assignment, partition: Partition | str) -> ExactRank:
    """Evaluate an assignment as a product of factors, and rank it exactly across a partition.

    Parameters
    ----------
    assignment : Assignment over ZZ, QQ, GF(p) or polynomials
    partition : Partition or str
        Of its network's grid, or a word such as "left-right", as on the command line.

    Returns
    -------
    ExactRank
        Its `rank`, the `classes` of factors that it is made of, and certificates.

    Raises
    ------
    InputError
        If the partition is one of another grid, or the assignment names a place twice.
    ResourceError
        If a factor, or a cluster of factors, has too many sites.
    """
    partition = partition_of(partition, require_assignment(assignment).network)
    factorization = factorize(assignment)
    return ExactRank(assignment, partition, factorization, factored_rank(factorization, partition))
