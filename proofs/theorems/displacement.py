"""Pairs at one displacement, across any partition (THEORY 8.3).

Theorem. Far offsets in layers 1, ..., K, not all zero, K < L, and a tail that loses nothing; tau the
sum of the offsets times the strides below, m' as in the sharp bound. Join the corner s of every layer-K
location with s + tau if they are on different sides: a union of paths. With nu the sum of ceil(edges /
2) over the paths, rank >= (m' + 1)^nu for almost all parameters, shared or unshared.

Proof. The assignment of the sharp bound with these far offsets gives a product over the edges of 1 + sum
over c < m' of [near = c][far = c]. On a path r_1, s_1, r_2, s_2, ... match (r_i, s_i), and let a last
r_(k+1) show template m'. Then the factor of (r_i, s_i) is a triangular product of THEORY 8.10, and that of
(s_i, r_(i+1)) a function without a zero of what comes before and after: the minor is not zero. QED

Source: this project; the proof in full: THEORY 8.3.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...algebra.powers import Powers
from ...algebra.witnesses.construction import Construction
from ...algebra.witnesses.near_far import displacement_assignment
from ...graphs.displacements import (
    Displacement,
    affordable,
    crossing_corners,
    matched_corners,
)
from ...graphs.network import AXES, Pair
from ...graphs.pairs import SitePairs, pair_problem, site_pairs, way_down
from ...graphs.receptive_fields import tail_problem
from ...graphs.routes import Route, route_at
from ..decide import RankClaim
from ..near_far import m_prime, most_pairs, need_labels, need_offsets, need_tail
from ..setting import SHARED, Setting
from ..steps import need, needs_nothing, step
from ..theorem import PROJECT, Sizes, theorem
from ..verdict import TRIVIAL, Candidate, Claim, NotApplicable, Verdict
from ..witness import by_witness

PATH: Sizes = {"M": 2, "H": 1, "W": 4, "layers": "1x2/1:1,1x4/1x4:1", "partition": "columns"}
EFFORT = 3


@dataclass(frozen=True)
class DisplacementNumbers:
    """A setting and a displacement that meet the hypotheses, with m' (`m`) and nu."""

    setting: Setting
    step: Displacement
    m: int
    nu: int

    @property
    def bound(self) -> Powers:
        """(m' + 1)^nu."""
        return Powers([(self.m + 1, self.nu)])

    @property
    def shown(self) -> dict[str, int | str]:
        """The numbers as the heading shows them."""
        step = self.step
        return {"K": step.K, "J": step.J, "τ": str(step.tau), "m'": self.m, "ν": self.nu}

    @property
    def pairs(self) -> SitePairs:
        """The disjoint pairs of a largest matching."""
        network, step = self.setting.network, self.step
        crossing = crossing_corners(network, step.K, self.setting.partition, step.tau, step.fars)
        matched = matched_corners(crossing, step.tau)
        pairs = site_pairs(network, step.fars)
        return pairs.where(matched[tuple(pairs.nears.T)] == 1)

    def routes(self) -> list[Route]:
        """The pairs with the paths of their offsets."""
        network, cut = self.setting.network, self.setting.partition
        ways = way_down(network, self.step.fars)
        return [route_at(network, cut, pair.location, ways) for pair in self.pairs]

    def construction(self) -> Construction:
        """The explicit assignment, at z = 1."""
        setting = self.setting
        return displacement_assignment(
            setting.network, self.step.fars, self.m, shared=setting.shared
        )


def best(setting: Setting, least: Powers = TRIVIAL) -> DisplacementNumbers:
    """The displacement with the largest (m' + 1)^nu; the least K and J among equals.

    A K that gives less than `least` is left out.

    Raises
    ------
    NotApplicable
        If there is none.

    Examples
    --------
    Three edges in a row have a matching of two:

    >>> numbers = best(Setting.read(**PATH))
    >>> numbers.step.tau, numbers.nu, numbers.bound
    ((0, 1), 2, Powers([(2, 2)]))
    """
    network, partition = setting.network, setting.partition
    found: DisplacementNumbers | None = None
    met: set[Pair] = set()
    for K in range(1, network.depth):
        if network.plain and tail_problem(network, K) is not None:
            continue
        if most_pairs(setting, K, min(network.M - 1, *network.channels[1 : K + 1])) < least:
            continue
        counted: dict[tuple[Pair, ...], int] = {}
        for tried in affordable(network, K):
            m = m_prime(network, tried.fars)
            if m < 1:
                continue
            # In plain networks the displacement says which pairs there are.
            key = (tried.tau,) if network.plain else tried.fars
            if key not in counted:
                crossing = crossing_corners(network, K, partition, tried.tau, tried.fars)
                counted[key] = int(matched_corners(crossing, tried.tau).sum())
            here = DisplacementNumbers(setting, tried, m, counted[key])
            # Of equal bounds the first is kept, and long powers are slow to compare.
            if (m, here.nu) in met:
                continue
            met.add((m, here.nu))
            if here.bound > (1 if found is None else found.bound):
                found = here
    if found is None:
        reason = "no K < L has a tail that loses nothing, a crossing displacement and m' ≥ 1"
        raise NotApplicable(reason, about=setting)
    return found


@step("hypotheses", "arithmetic")
def hypotheses(numbers: DisplacementNumbers) -> str:
    """The offsets, the tail and the labels once more, by counting and on the graph."""
    network, tried = numbers.setting.network, numbers.step
    tail = need_tail(network, tried.fars)
    need_labels(network, tried.fars, numbers.m, network.M - 1)
    near, far = (need_offsets(network, offsets) for offsets in way_down(network, tried.fars))
    reached = tuple(sum(b[a] - c[a] for b, c in zip(far, near, strict=True)) for a in AXES)
    need(reached == tried.tau, f"the offsets reach {list(reached)}, not {tried.tau}")
    return (
        f"far offsets {', '.join(map(str, tried.fars))} reach τ = {tried.tau}; {tail} of layer "
        f"{tried.K}; m' = {numbers.m}"
    )


@step("pairs", "graph, enumeration of sites")
def pairs(numbers: DisplacementNumbers) -> str:
    """The pairs once more, one by one: at the displacement, crossing, disjoint, and routed on the graph."""
    setting, tried = numbers.setting, numbers.step
    listed = numbers.pairs
    for pair in listed:
        tau = tuple(b - a for a, b in zip(pair.near, pair.far, strict=True))
        need(tau == tried.tau, f"{pair.near}, {pair.far} are not at {tried.tau}")
    needs_nothing(pair_problem(setting.network, tried.fars, listed, setting.partition))
    need(len(listed) == numbers.nu, f"{len(listed)} pairs, and {numbers.nu} were counted")
    return (
        f"{len(listed)} disjoint pairs s, s + {tried.tau} across the partition, s the corner of a "
        f"location of layer {tried.K}"
    )


@theorem(
    name="displacement",
    title="Pairs at one displacement",
    source=PROJECT,
    section="THEORY 8.3",
    statement="""
        Any partition. Far offsets in layers 1, …, K, not all zero, K < L, and a tail that loses
        nothing; τ the sum of the offsets times the strides below, I and J the first and the last
        layer with one, m' = min{M − 1, D_l for l < I and J ≤ l ≤ K, ⌊D_l/2⌋ for I ≤ l < J}. Join
        the corner s of every layer-K location with s + τ if they are on different sides: a union of
        paths. With ν the sum of ⌈edges/2⌉ over the paths, rank ≥ (m' + 1)^ν for almost all
        parameters. If layers are not plain, s is the near site of a live location whose routes stay
        inside, and no tail condition is needed. With groups the channels of one group count.
    """,
    latex=r"""
        For far offsets in layers $1,\dots,K<L$ with displacement $\tau$ and a tail that loses
        nothing, join the corner $s$ of every layer-$K$ location with $s+\tau$ where these are on
        different sides of the partition. If $\nu$ is the matching number of this union of paths,
        $\operatorname{rank}[\![\mathcal A]\!]\ge(m'+1)^{\nu}$ for almost all parameters, shared or
        unshared.
        If layers are not plain, $s$ is the near site of a live location whose routes stay inside,
        and no tail condition is needed. With groups the channels of one group count.
    """,
    instances=[
        {"M": 2, "H": 4, "layers": "2/1:1,4/4:1", "partition": "checkerboard"},
        {"M": 3, "H": 3, "layers": "2/1:2,3/3:1", "partition": "columns"},
        {"M": 3, "H": 4, "layers": "2/1:4,2/1:2,4/4:1", "partition": "rows"},
        {"M": 2, "H": 4, "W": 6, "layers": "2x3/2:2,2/2:3,1x2/1x2:1", "partition": "column:2"},
        {"M": 2, "H": 8, "layers": "3/1:3,8/8:1", "partition": "checkerboard"},
        {"M": 2, "H": 4, "layers": "2/1:1,4/4:1", "partition": "columns", "weights": "unshared"},
    ],
    effort=EFFORT,
    late=True,
)
def displacement(
    *,
    M: int,
    H: int,
    layers: str,
    W: int | None = None,
    partition: str = "checkerboard",
    weights: str = SHARED,
) -> Verdict:
    """The best displacement; its pairs, its assignment, and the exact rank there."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition, weights=weights)
    numbers = best(setting)
    return by_witness(
        setting,
        numbers.bound,
        numbers.construction(),
        before=[hypotheses(numbers), pairs(numbers)],
        numbers=numbers.shown,
    )


@displacement.bounds
def candidate(setting: Setting, least: Powers) -> Candidate:
    """Shared or unshared weights; on a straight cut it contains the sharp bound, and so Theorem 1."""
    numbers = best(setting, least)
    tried = numbers.step
    by = f"{numbers.nu} disjoint pairs s, s + {tried.tau} through layer {tried.K} (THEORY 8.3)"
    return Candidate(numbers.bound, by, numbers.construction, numbers.routes)


@displacement.variant("every pair", "rank ≥ (m' + 1)^(crossing pairs), disjoint or not", PATH)
def every_pair(*, M: int, H: int, layers: str, W: int | None = None, partition: str) -> RankClaim:
    """A site that is in two pairs counts once."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition)
    numbers = best(setting)
    tried = numbers.step
    crossing = crossing_corners(setting.network, tried.K, setting.partition, tried.tau, tried.fars)
    return RankClaim.of_setting(
        setting, Claim(">=", Powers([(numbers.m + 1, int(crossing.sum()))]))
    )
