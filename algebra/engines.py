"""Which engine computes the rank at given parameters, and the choice among them.

* factored: the function as a product of factors over few sites; only sites near the cut are enumerated.
* tree: cores of a network without overlap; no enumeration.
* dense: the whole grid tensor, M^N entries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..errors import InputError, ResourceError
from ..graphs.partition import Partition
from .assignment import Assignment
from .contraction import BYTES_PER_ENTRY
from .evaluate import Factorization, factorize
from .linear import rank
from .powers import Powers
from .progress import Progress
from .resources import require, tensor_estimate
from .rings import Element, Polynomials, PrimeField
from .separation import product_table, separate
from .tree import is_tree, tree_rank

Templates = Sequence[Sequence[Element]] | None
Engine = Callable[[Assignment, Partition, int, Progress | None, Templates], Powers]

ENGINES = ("auto", "factored", "tree", "dense")
OBJECT_ENTRIES = 2**22
"""Largest table of exact objects: it is time, about a microsecond an entry, that limits them."""


@dataclass(frozen=True)
class EngineResult:
    """The rank at the parameters, over the fraction field of their ring, and the engine that found it."""

    rank: Powers
    engine: str


def rank_at(
    assignment: Assignment,
    partition: Partition,
    engine: str,
    memory: int,
    progress: Progress | None = None,
    *,
    templates: Templates = None,
) -> EngineResult:
    """The exact rank at the parameters by one engine, or by the cheapest that serves ("auto").

    Raises
    ------
    InputError
        If the tree engine is asked for and the network overlaps.
    ResourceError
        If the engine, or with "auto" each of them, would need more than `memory` bytes.
    """
    partition.require(assignment.network.H, assignment.network.W)
    if engine != "auto":
        return EngineResult(
            _ENGINES[engine](assignment, partition, memory, progress, templates), engine
        )
    order = ["factored"]
    if is_tree(assignment.network) and not isinstance(assignment.ring, Polynomials):
        order = ["tree", "factored"]
    refusals = []
    for name in order:
        try:
            return EngineResult(
                _ENGINES[name](assignment, partition, memory, progress, templates), name
            )
        except ResourceError as error:
            refusals.append(f"{name}: {error}")
    raise ResourceError("; ".join(refusals))


def _factored(
    assignment: Assignment,
    partition: Partition,
    memory: int,
    progress: Progress | None,
    templates: Templates,
) -> Powers:
    factorization = _factorization(assignment, memory, progress, templates)
    return separate(factorization, partition, progress).rank


def _tree(
    assignment: Assignment,
    partition: Partition,
    memory: int,
    progress: Progress | None,
    templates: Templates,
) -> Powers:
    if templates is not None:
        raise InputError("engine", "tree", "it takes the identity as the representation layer")
    return Powers([(tree_rank(assignment, partition, progress), 1)])


def _dense(
    assignment: Assignment,
    partition: Partition,
    memory: int,
    progress: Progress | None,
    templates: Templates,
) -> Powers:
    """All M^N entries, one-sided factors included."""
    network = assignment.network
    require(
        tensor_estimate(network, partition, BYTES_PER_ENTRY),
        memory,
        "the factored engine enumerates only the sites that matter, the tree engine none, and bounds "
        "need no enumeration (--engine auto)",
    )
    factorization = _factorization(assignment, memory, progress, templates)
    if factorization.function is None:
        return Powers([(0, 1)])
    matrix = product_table(
        factorization.arithmetic,
        list(factorization.function.factors),
        partition.sites(0),
        partition.sites(1),
        progress,
    )
    return Powers([(rank(matrix, assignment.ring, progress), 1)])


def _factorization(
    assignment: Assignment, memory: int, progress: Progress | None, templates: Templates
) -> Factorization:
    most = most_entries(assignment, memory)
    return factorize(assignment, templates=templates, most_entries=most, progress=progress)


def most_entries(assignment: Assignment, memory: int) -> int:
    """The largest table that the memory allows."""
    if isinstance(assignment.ring, PrimeField):
        return max(1, memory // BYTES_PER_ENTRY)
    return min(OBJECT_ENTRIES, max(1, memory // 200))


_ENGINES: dict[str, Engine] = {
    "factored": _factored,
    "tree": _tree,
    "dense": _dense,
}
