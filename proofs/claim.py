"""A claim about one rank, decided by computation without any theorem's proof.

Proved bounds decide: the rank at random parameters from below, separating sets and the matrix's size
from above; for rectifier networks the largest rank, and sums of local functions. So a claim that they
contradict is refuted, by a counterexample with an exact number.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..algebra.engines import rank_at
from ..algebra.powers import Powers
from ..algebra.random_parameters import random_assignment
from ..algebra.resources import memory_limit
from ..algebra.rings import GF
from ..algebra.tree import is_tree
from ..errors import ResourceError
from ..graphs.network import Network
from ..graphs.partition import Partition
from .generic_rank import DEFAULT_PRIME, random_ranks
from .rectifier_rank import rectifier_ranks
from .upper_bound import upper_bound
from .verdict import Claim, Status, Step

MEMORY = 0.25
"""GiB for a decision: matrices of up to about 4000 rows, a second or two."""
MOST_SITES = 100
RECTIFIER_TRIALS = 5
MOST_TREE_SITES = 1024


@dataclass(frozen=True)
class RankClaim:
    """What is claimed of the generic rank of a network across a partition.

    For a rectifier network: of the largest rank of all real parameters.
    """

    network: Network
    partition: Partition
    weights: str
    claim: Claim
    pooling: str = "product"

    @property
    def of(self) -> str:
        """Which rank is meant."""
        return "generic rank" if self.pooling == "product" else "largest rank"


def decide(claimed: RankClaim, *, seed: int = 0, trials: int = 2) -> Step:
    """Compare the claim with what is proved of the generic rank, on a small network.

    Passed: the proved bounds imply the claim. Failed: they contradict it. Not run: they do neither, or no
    engine fits.
    """
    sites = claimed.network.sites
    if sites > MOST_SITES:
        detail = f"{sites} sites, and up to {MOST_SITES} are tried"
        return Step(claimed.of, "random parameters", Status.NOT_RUN, detail)
    if claimed.pooling != "product":
        return _decide_rectifier(claimed, seed)
    upper = upper_bound(claimed.network, claimed.partition)
    trial = random_ranks(
        claimed.network,
        claimed.partition,
        claimed.weights,
        seeds=range(seed, seed + trials),
        enough=upper.value,
        memory=memory_limit(MEMORY),
    )
    by = "; ".join([*trial.notes, trial.lower.by, upper.by])
    if trial.results:
        by = f"{trial.results[0].engine} engine: {by}"
    return _step(claimed, trial.lower.value, upper.value, by)


def _decide_rectifier(claimed: RankClaim, seed: int) -> Step:
    try:
        report = rectifier_ranks(
            claimed.network,
            claimed.partition,
            claimed.pooling,
            weights=claimed.weights,
            seed=seed,
            trials=RECTIFIER_TRIALS,
            memory=MEMORY,
        )
    except ResourceError as error:
        return Step(claimed.of, "random parameters", Status.NOT_RUN, str(error))
    how = max(report.ranks, key=lambda rank: rank.lower).by
    by = f"{how}, at one of {RECTIFIER_TRIALS} points; {report.upper.by}"
    return _step(claimed, Powers([(report.lower, 1)]), report.upper.value, by)


def random_ranks_step(
    network: Network, partition: Partition, weights: str, claim: Claim, seeds: int = 2
) -> Step:
    """Ranks at random parameters over GF(p) against an upper bound that holds for all parameters.

    A rank mod p is a lower bound of the rank over Q at the same integers, and must not exceed the bound.
    """
    name, method = "random ranks", f"rank over GF({DEFAULT_PRIME}) at random parameters"
    most = MOST_TREE_SITES if is_tree(network) else MOST_SITES
    if network.sites > most:
        detail = f"{network.sites} sites, and up to {most} are tried"
        return Step(name, method, Status.NOT_RUN, detail)
    ranks = []
    engine = ""
    for seed in range(seeds):
        point = random_assignment(network, seed, GF(DEFAULT_PRIME), shared=weights == "shared")
        try:
            found = rank_at(point, partition, "auto", memory_limit(MEMORY))
        except ResourceError as error:
            return Step(name, method, Status.NOT_RUN, str(error))
        ranks.append(found.rank)
        engine = found.engine
    holds = max(ranks) <= claim.value
    shown = ", ".join(map(_number, ranks))
    relation = "at most" if holds else "more than"
    attained = "; it is attained" if max(ranks) == claim.value else ""
    return Step(
        name,
        f"{engine} engine: {method}",
        Status.PASSED if holds else Status.FAILED,
        f"ranks {shown}, {relation} {_number(claim.value)}{attained}",
    )


def _step(claimed: RankClaim, lower: Powers, upper: Powers, by: str) -> Step:
    claim = claimed.claim
    status = _compare(claim, lower, upper)
    found = (
        f"it is exactly {_number(upper)}"
        if lower == upper
        else f"it is from {_number(lower)} to {_number(upper)}"
    )
    said = {
        Status.PASSED: "as claimed",
        Status.FAILED: f"which contradicts the claim “{claim}”",
        Status.NOT_RUN: f"which leaves “{claim}” open",
    }[status]
    return Step(claimed.of, by, status, f"{found}, {said}; computed without the proof")


def _compare(claim: Claim, lower: Powers, upper: Powers) -> Status:
    """Whether lower <= rank <= upper contradicts the claim, implies it, or neither."""
    value = claim.value
    implied = {
        ">=": lower >= value,
        "<=": upper <= value,
        "=": lower == value and upper == value,
    }[claim.relation]
    contradicted = {
        ">=": upper < value,
        "<=": lower > value,
        "=": upper < value or lower > value,
    }[claim.relation]
    return Status.FAILED if contradicted else Status.PASSED if implied else Status.NOT_RUN


def _number(value: Powers) -> str:
    """A number as it is where it is short, else as powers."""
    return str(int(value)) if value < Powers([(10, 9)]) else str(value)
