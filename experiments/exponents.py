"""What is proved of the product-pooling network of each architecture: exact numbers beside accuracies.

Left-right, shared weights, generic rank: the bound of Theorem 1, and the proved interval of `convac bound`;
of a network without overlap the exact rank, by the tree engine.
"""

from __future__ import annotations

from dataclasses import dataclass

from convac import NotApplicable, generic_rank, rank_interval
from convac.graphs.network import COLUMNS
from convac.proofs.theorems.theorem_1 import best

from .architectures import Model

PARTITION = "left-right"


@dataclass(frozen=True)
class Exponents:
    """The bound of Theorem 1 and the ends of the interval, as exact numbers are printed."""

    theorem_1: str
    lower: str
    upper: str


def exponents(model: Model) -> Exponents:
    """The numbers of a model's network, with product pooling and weights in all layers."""
    network = model.network
    engine = generic_rank if network.is_tree else rank_interval
    found = engine(network, PARTITION)
    return Exponents(theorem_1(model), str(found.lower.value), str(found.upper.value))


def theorem_1(model: Model) -> str:
    """Theorem 1's bound; "–" where a hypothesis fails."""
    try:
        numbers = best(model.network, COLUMNS)
    except NotApplicable:
        return "–"
    return "1" if numbers.D == 1 else str(numbers.bound)
