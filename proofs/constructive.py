"""The verdict of a lower bound that an explicit assignment shows: what all such proofs have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import perf_counter

from ..algebra import resources
from ..algebra.constructions import Construction
from ..algebra.evaluate import factorize
from ..algebra.powers import Powers
from ..algebra.separation import separate
from ..graphs.network import Network
from ..graphs.partition import Partition
from .claim import RankClaim, decide
from .lower_bounds import SMALLER
from .oracles import family_step, oracle_step
from .registry import PROJECT
from .steps import almost_everywhere_step, leading_step, rank_step, witness_step
from .verdict import Bound, Claim, ComputedRank, Step, Verdict, outcome


def constructive_verdict(
    title: str,
    network: Network,
    cut: Partition,
    weights: str,
    at_least: Powers,
    construction: Construction,
    before: Sequence[Step],
    geometry: Mapping[str, int | str],
) -> Verdict:
    """Rank ≥ `at_least` for almost all parameters, by the exact rank at a construction.

    Parameters
    ----------
    before : sequence of Step
        What the theorem's hypotheses and combinatorics need.

    Raises
    ------
    ResourceError
        If the construction would not fit the free memory, or cannot be evaluated.
    """
    started = perf_counter()
    base = max((base for base, _ in at_least.factors), default=1)
    needed = resources.estimate_construction(network, base)
    resources.require(needed, resources.memory_limit(), SMALLER)
    family = construction.family
    rank = separate(factorize(construction.assignment), cut).rank
    claim = Claim(">=", at_least)
    steps = [
        *before,
        witness_step(network, construction, weights),
        *([leading_step()] if family is not None else []),
        rank_step(at_least, rank),
        oracle_step(construction.assignment, None, cut, rank),
        *([] if family is None else [family_step(family, None, cut, at_least)]),
        decide(RankClaim(network, cut, weights, claim)),
    ]
    where = "at this assignment" if family is None else "in the family at almost all q"
    steps.append(almost_everywhere_step(network, at_least, steps, where))
    return Verdict(
        title,
        PROJECT,
        *outcome(steps, conclusion(network, at_least, weights, cut)),
        network=network,
        weights=weights,
        partition=cut.name,
        claim=claim,
        bound=single(at_least),
        rank=ComputedRank(rank, family is None, "Q", "factored"),
        geometry=dict(geometry),
        steps=tuple(steps),
        witness=None if family is not None else construction.assignment,
        seconds=perf_counter() - started,
        cut=cut,
    )


def conclusion(network: Network, at_least: Powers, weights: str, cut: Partition) -> str:
    """The bound, and whether it is the full rank."""
    full = Powers([(network.M, min(cut.counts))])
    remark = f"; {full} is full rank" if at_least == full else ""
    return f"rank ≥ {at_least} for almost all parameters, {weights} weights{remark}"


def single(value: Powers) -> Bound | None:
    """Base and exponent, if the number is one power."""
    return Bound(*value.factors[0]) if len(value.factors) == 1 else None
