"""A claim about one rank, decided by computation without any theorem's proof.

Proved bounds decide: the rank at random parameters from below, separating sets and the matrix's size
from above; for rectifier networks the largest rank found, also at constructions, and the bounds of
THEORY 6. So a claim that they contradict is refuted, by a counterexample with an exact number.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..algebra.engines import rank_at
from ..algebra.powers import Powers
from ..algebra.random_parameters import random_assignment
from ..algebra.rings import GF
from ..errors import ResourceError
from ..graphs.network import Network
from ..graphs.partition import Partition
from ..resources import GIB
from .interval import UpperBound
from .random_ranks import DEFAULT_PRIME, random_ranks
from .rectifier_rank import measured_rectifier
from .setting import PRODUCT, Setting
from .steps import NotRun, Status, Step, need, step
from .upper_bounds import upper_bound
from .verdict import Claim

MEMORY = GIB // 4
"""For a decision: matrices of up to about 4000 rows, a second or two."""
MOST_SITES = 100
RECTIFIER_TRIALS = 5
MOST_TREE_SITES = 1024


@dataclass(frozen=True)
class RankClaim:
    """What is claimed of the generic rank of a network across a partition.

    For a rectifier network: of the largest rank of all real parameters. `above` is an upper bound that is
    proved elsewhere, and that separating sets do not give; None if there is none.
    """

    network: Network
    partition: Partition
    weights: str
    claim: Claim
    pooling: str = PRODUCT
    above: UpperBound | None = None

    @classmethod
    def of_setting(
        cls, setting: Setting, claim: Claim, above: UpperBound | None = None
    ) -> RankClaim:
        """The claim about a setting."""
        network, cut = setting.network, setting.partition
        return cls(network, cut, setting.weights, claim, setting.pooling, above)

    @property
    def setting(self) -> Setting:
        """What it is about."""
        return Setting.of(self.network, self.partition, self.weights, self.pooling)

    @property
    def of(self) -> str:
        """Which rank is meant."""
        return "generic rank" if self.pooling == PRODUCT else "largest rank"


def decide(claimed: RankClaim, *, seed: int = 0, trials: int = 2) -> Step:
    """Compare the claim with what is proved of the generic rank, on a small network.

    Passed: the proved bounds imply the claim. Failed: they contradict it. Not run: they do neither, or no
    engine fits.
    """
    sites, setting = claimed.network.sites, claimed.setting
    if sites > MOST_SITES:
        detail = f"{sites} sites, and up to {MOST_SITES} are tried"
        return Step(claimed.of, "random parameters", Status.NOT_RUN, detail)
    if claimed.pooling != PRODUCT:
        return _decide_rectifier(claimed, seed)
    upper = upper_bound(setting.network, setting.partition)
    if claimed.above is not None:
        upper = min(upper, claimed.above, key=lambda bound: bound.value)
    trial = random_ranks(
        setting, seeds=range(seed, seed + trials), enough=upper.value, memory=MEMORY
    )
    by = "; ".join([*trial.notes, trial.lower.by, upper.by])
    if trial.results:
        by = f"{trial.results[0].engine} engine: {by}"
    return _decided(claimed, trial.lower.value, upper.value, by)


def _decide_rectifier(claimed: RankClaim, seed: int) -> Step:
    try:
        report = measured_rectifier(
            claimed.setting, seed=seed, trials=RECTIFIER_TRIALS, memory=MEMORY
        )
    except ResourceError as error:
        return Step(claimed.of, "random parameters", Status.NOT_RUN, str(error))
    how = (
        f"{max(report.ranks, key=lambda rank: rank.lower).by}, at one of {RECTIFIER_TRIALS} points"
    )
    if report.built is not None:
        how = f"{report.built.rank.by}, at a construction: {report.built.point.by}"
    by = f"{how}; {report.upper.by}"
    return _decided(claimed, Powers(report.lower), report.upper.value, by)


@step("random ranks", f"rank over GF({DEFAULT_PRIME}) at random parameters")
def random_ranks_step(setting: Setting, most: Powers, seeds: int = 2) -> str:
    """Ranks at random parameters over GF(p) against an upper bound that holds for all parameters.

    A rank mod p is a lower bound of the rank over Q at the same integers, and must not exceed the bound.
    """
    network = setting.network
    largest = MOST_TREE_SITES if network.is_tree else MOST_SITES
    if network.sites > largest:
        raise NotRun(f"{network.sites} sites, and up to {largest} are tried")
    found = []
    for seed in range(seeds):
        try:
            point = random_assignment(network, seed, GF(DEFAULT_PRIME), shared=setting.shared)
            found.append(rank_at(point, setting.partition, "auto", MEMORY))
        except ResourceError as error:
            raise NotRun(str(error)) from None
    ranks = [result.rank for result in found]
    shown = f"ranks {', '.join(rank.digits for rank in ranks)} by the {found[0].engine} engine"
    need(max(ranks) <= most, f"{shown}, more than {most.digits}")
    attained = "; it is attained" if max(ranks) == most else ""
    return f"{shown}, at most {most.digits}{attained}"


def _decided(claimed: RankClaim, lower: Powers, upper: Powers, by: str) -> Step:
    claim = claimed.claim
    status = _compare(claim, lower, upper)
    found = (
        f"it is exactly {upper.digits}"
        if lower == upper
        else f"it is from {lower.digits} to {upper.digits}"
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
