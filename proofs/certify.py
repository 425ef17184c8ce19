"""The exact rank at an assignment of one's own, what it is made of, and its certificate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..algebra.assignment import Assignment
from ..algebra.evaluate import Factorization, factorize
from ..algebra.linear import determinant
from ..algebra.minors import largest_minor
from ..algebra.powers import Powers
from ..algebra.rings import Element, Integers, Rationals, Ring, Table
from ..algebra.separation import ClusterClass, Separation, separate
from ..errors import InputError
from ..graphs.partition import P, Partition, Q, Site
from .constructive import conclusion, single
from .oracles import oracle_step
from .steps import almost_everywhere_step, rank_step
from .verdict import Claim, ComputedRank, Status, Step, Verdict, outcome

if TYPE_CHECKING:
    from collections.abc import Mapping


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
class Certified:
    """The exact rank of a network's matricization at an assignment.

    Attributes
    ----------
    rank : Powers
        Over Q; over GF(p), or the field of rational functions, if the assignment is over such a ring.
    """

    assignment: Assignment
    partition: Partition
    factorization: Factorization
    separation: Separation

    @property
    def rank(self) -> Powers:
        return self.separation.rank

    @cached_property
    def classes(self) -> tuple[FactorClass, ...]:
        """The classes of clusters of rank > 1. The rank is the product of rank^count.

        Raises
        ------
        ResourceError
            If a cluster's matrix has more than 2^16 entries.
        """
        found = (self._class(cluster) for cluster in self.separation.classes if cluster.rank > 1)
        return tuple(found)

    @property
    def weights(self) -> str:
        return "shared" if self.assignment.shared else "unshared"

    def certificate(self, *, at_assignment: bool = False) -> dict[str, Any]:
        """A certificate that the generic rank is at least this rank (docs/certificate.md).

        Parameters
        ----------
        at_assignment : bool
            Of the exact rank over Q at this assignment instead.

        Raises
        ------
        InputError
            If the assignment is not over ZZ or QQ.
        """
        from .certificate import of_certified

        self._require_numbers("certificate")
        return of_certified(self, at_assignment=at_assignment)

    def verdict(
        self,
        title: str,
        source: str,
        at_least: Powers,
        *,
        weights: str | None = None,
        steps: Sequence[Step] = (),
        geometry: Mapping[str, int | str] | None = None,
    ) -> Verdict:
        """A verdict on "rank ≥ at_least for almost all parameters", from the rank at this assignment.

        Parameters
        ----------
        title, source : str
            What the statement is called, and where it is from.
        at_least : Powers
        weights : "shared" or "unshared", optional
            What the claim is about; default: the assignment's kind. A claim about shared weights needs a
            shared assignment.
        steps : sequence of Step
            Checked before: hypotheses, pairs, ...
        """
        self._require_numbers("verdict")
        about = weights or self.weights
        checked = [*steps, *self._steps(at_least, about)]
        network = self.assignment.network
        checked.append(almost_everywhere_step(network, at_least, checked, "at this assignment"))
        return Verdict(
            title,
            source,
            *outcome(checked, conclusion(network, at_least, about, self.partition)),
            network=network,
            weights=about,
            partition=self.partition.name,
            claim=Claim(">=", at_least),
            bound=single(at_least),
            rank=ComputedRank(self.rank, True, "Q", "factored"),
            geometry=dict(geometry or {}),
            steps=tuple(checked),
            witness=self.assignment,
            cut=self.partition,
        )

    def _require_numbers(self, what: str) -> None:
        ring = self.assignment.ring
        if not isinstance(ring, Integers | Rationals):
            raise InputError(what, str(ring), "ranks over Q have one: fill in numbers")

    def __repr__(self) -> str:
        network = self.assignment.network
        return f"<Certified: rank = {self.rank} over {self.assignment.ring}, {network}>"

    def _steps(self, at_least: Powers, weights: str) -> list[Step]:
        fits = weights == "unshared" or self.assignment.shared
        kind = "shared" if self.assignment.shared else "by location"
        return [
            Step(
                "witness",
                "comparison of entries",
                Status.PASSED if fits else Status.FAILED,
                f"an explicit assignment: {len(self.assignment.entries)} entries, {kind}"
                + ("" if fits else ", and the claim is about shared weights"),
            ),
            rank_step(at_least, self.rank),
            oracle_step(self.assignment, None, self.partition, self.rank),
        ]

    def _class(self, cluster: ClusterClass) -> FactorClass:
        arithmetic, W = self.factorization.arithmetic, self.partition.W
        sites = sorted({site for scope, _ in cluster.factors for site in scope})
        rows, columns = (
            tuple(site for site in sites if self.partition.sides[site] == side) for side in (P, Q)
        )
        arithmetic.require(len(sites))
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


def certify(assignment: Assignment, partition: Partition) -> Certified:
    """Evaluate an assignment as a product of factors, and rank it exactly across a partition.

    Parameters
    ----------
    assignment : Assignment over ZZ, QQ, GF(p) or polynomials
    partition : Partition
        Of its network's grid.

    Raises
    ------
    InputError
        If the partition is one of another grid, or the assignment names a place twice.
    ResourceError
        If a factor, or a cluster of factors, has too many sites.
    """
    if not isinstance(assignment, Assignment):
        raise InputError(
            "assignment", assignment, "an Assignment is needed: Draft.assignment() gives one"
        )
    if not isinstance(partition, Partition):
        raise InputError("partition", partition, "a Partition is needed, such as left_right(4)")
    factorization = factorize(assignment)
    return Certified(assignment, partition, factorization, separate(factorization, partition))
