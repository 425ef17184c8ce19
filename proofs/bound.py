"""The proved interval of a generic rank, without enumeration (THEORY 8 and 9)."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Any

from ..algebra import resources
from ..algebra.powers import Powers
from ..graphs.network import Network
from ..graphs.partition import Partition
from .lower_bounds import LowerBound, lower_bound
from .rank import read_partition
from .upper_bound import UpperBound, upper_bound
from .verdict import versions
from .verify_bound import WEIGHTS, one_of


@dataclass(frozen=True, repr=False)
class BoundReport:
    """lower ≤ generic rank ≤ upper, with what proves each of them."""

    network: Network
    partition: Partition
    weights: str
    lower: LowerBound
    upper: UpperBound
    seconds: float = 0.0

    @property
    def exact(self) -> bool:
        """Whether the bounds meet."""
        return self.lower.value == self.upper.value

    @property
    def by_lemma(self) -> bool:
        """Whether the lower bound rests on its theorem: its assignment was not ranked here."""
        return self.lower.construction is None and self.lower.value > Powers()

    def certificate(self) -> dict[str, Any]:
        """A certificate of what is proved at an explicit assignment (docs/certificate.md).

        Raises
        ------
        InputError
            If there is none: the lower bound rests on its theorem alone, or on a leading form.
        """
        from .certificate import of_bound

        return of_bound(self)

    def __repr__(self) -> str:
        if self.exact:
            return f"<BoundReport: generic rank = {self.lower.value}, {self.network}>"
        between = f"{self.lower.value} ≤ generic rank ≤ {self.upper.value}"
        return f"<BoundReport: {between}, {self.network}>"

    def __str__(self) -> str:
        from .render import bound_text

        return bound_text(self)

    def _repr_html_(self) -> str:
        from .notebook import report_html

        return report_html(str(self))

    def to_json(self) -> dict[str, Any]:
        """A JSON object; numbers are {"base", "exponent"}, {"value"} or {"factors"}."""
        return {
            "M": self.network.M,
            "H": self.network.H,
            "W": self.network.W,
            "network": {"layers": self.network.syntax},
            "weights": self.weights,
            "partition": self.partition.name,
            "lower": {**self.lower.value.to_json(), "by": self.lower.by, "by_lemma": self.by_lemma},
            "upper": {**self.upper.value.to_json(), "by": self.upper.by},
            "separator": [[layer, list(at)] for layer, at in self.upper.separator],
            "exact": self.exact,
            "versions": versions(),
            "seconds": round(self.seconds, 3),
        }


def bound(
    network: Network,
    partition: Partition,
    weights: str = "shared",
    *,
    memory: float | None = None,
) -> BoundReport:
    """The best lower bound of THEORY 8 with its assignment, and the best upper bound of THEORY 9.

    Parameters
    ----------
    network : Network
    partition : Partition
    weights : "shared" or "unshared"
    memory : float, optional
        GiB that the assignment's evaluation may use; default: 80 % of what is free.

    Raises
    ------
    InputError
        If the partition is one of another grid.
    """
    started = perf_counter()
    one_of("weights", weights, WEIGHTS)
    lower = lower_bound(network, partition, weights, resources.memory_limit(memory))
    upper = upper_bound(network, partition)
    return BoundReport(network, partition, weights, lower, upper, perf_counter() - started)


def bound_for(
    *,
    M: int,
    H: int,
    W: int | None = None,
    layers: str,
    partition: str = "left-right",
    weights: str = "shared",
    memory: float | None = None,
) -> BoundReport:
    """`bound` from sizes, layer syntax, and the name or file of a partition."""
    network = Network(M, H, W, layers=layers)
    return bound(network, read_partition(partition, network), weights, memory=memory)
