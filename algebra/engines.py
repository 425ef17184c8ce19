"""Which engine computes the rank at given parameters, and the choice among them.

* factored: the function as a product of factors over few sites; only sites near the cut are enumerated.
* tree: cores of a network without overlap; no enumeration.
* dense: the whole grid tensor, M^N entries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..errors import InputError, ResourceError
from ..graphs.network import Network
from ..graphs.partition import P, Partition, Q
from ..progress import Progress
from ..resources import MOST_OBJECTS, require
from .assignment import Assignment
from .contraction import BYTES_PER_ENTRY
from .estimates import largest_scope, tensor_estimate
from .factored_rank import factored_rank, product_table
from .factorize import Factorization, factorize
from .factors import Factors
from .linear.exact import rank
from .powers import Powers
from .rings import Element, Polynomials, PrimeField, Ring
from .tree_rank import tree_rank

Templates = Sequence[Sequence[Element]] | None
Engine = Callable[[Assignment, Partition, int, Progress | None, Templates], Powers]

ENGINES = ("auto", "factored", "tree", "dense")


@dataclass(frozen=True)
class EngineResult:
    """The rank at the parameters, over the fraction field of their ring, and the engine that found it.

    A rank that is a power of M is written as one.
    """

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
        If the tree engine is asked for and the network overlaps, or the partition is of another grid.
    ResourceError
        If the engine, or with "auto" each of them, would need more than `memory` bytes.

    Examples
    --------
    The headline's network for M = 2 and H = 4 reaches the full rank M^(H²/2):

    >>> from convac import Network, left_right, theorem_1_assignment
    >>> network = Network(2, 4, layers="3/1:2,4/4:1")
    >>> found = theorem_1_assignment(network, 1, (3,), 2, shared=True)
    >>> rank_at(found.assignment, left_right(4), "auto", 2**30)
    EngineResult(rank=Powers([(2, 8)]), engine='factored')
    """
    partition.require(assignment.network.H, assignment.network.W)
    if engine != "auto":
        if engine not in _ENGINES:
            raise InputError("engine", engine, f"auto or one of {', '.join(_ENGINES)} is needed")
        rank = _ENGINES[engine](assignment, partition, memory, progress, templates)
        return EngineResult(rank.spelled(assignment.network.M), engine)
    order = ["factored"]
    if assignment.network.is_tree and not isinstance(assignment.ring, Polynomials):
        order = ["tree", "factored"]
    refusals = []
    for name in order:
        try:
            rank = _ENGINES[name](assignment, partition, memory, progress, templates)
            return EngineResult(rank.spelled(assignment.network.M), name)
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
    return factored_rank(factorization, partition, progress).rank


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
        partition.sites(P),
        partition.sites(Q),
        progress,
    )
    return Powers([(rank(matrix, assignment.ring, progress), 1)])


def _factorization(
    assignment: Assignment, memory: int, progress: Progress | None, templates: Templates
) -> Factorization:
    most = most_entries(assignment.ring, memory)
    return factorize(assignment, templates=templates, most_entries=most, progress=progress)


def most_entries(ring: Ring, memory: int) -> int:
    """The largest table that the memory allows: 14 bytes an entry over GF(p), else 200 and at most 2^22.

    >>> from convac import GF, ZZ
    >>> most_entries(GF(7), 2800), most_entries(ZZ, 2800)
    (200, 14)
    """
    if isinstance(ring, PrimeField):
        return max(1, memory // BYTES_PER_ENTRY)
    return min(MOST_OBJECTS, max(1, memory // 200))


def require_scopes(network: Network, partition: Partition, ring: Ring, memory: int) -> None:
    """Refuse random parameters whose factored evaluation would need too large a table, before it begins.

    Raises
    ------
    ResourceError
        With the size of that table.
    """
    Factors(ring, network.M, most_entries(ring, memory)).require(largest_scope(network, partition))


_ENGINES: dict[str, Engine] = {
    "factored": _factored,
    "tree": _tree,
    "dense": _dense,
}
