"""Pairs at one displacement, across any partition (THEORY 8.3)."""

from __future__ import annotations

from ...algebra.constructions import displacement_assignment
from ...algebra.powers import Powers
from ...graphs.displacements import (
    Displacement,
    crossing_corners,
    matched_corners,
    sites_of_pairs,
)
from ...graphs.geometry import total_stride
from ...graphs.network import COLUMNS, ROWS, Network
from ...graphs.partition import Partition, Site, named
from ..claim import RankClaim
from ..constructive import constructive_verdict
from ..lower_bounds import best_displacement
from ..registry import PROJECT, Sizes, result
from ..verdict import Bound, Claim, Status, Step, Verdict, not_applicable
from ..verify_bound import WEIGHTS, network_of, one_of

TITLE = "Pairs at one displacement"
PATH: Sizes = {"M": 2, "H": 1, "W": 4, "layers": "1x2/1:1,1x4/1x4:1", "partition": "columns"}


@result(
    name="displacement",
    title=TITLE,
    source=PROJECT,
    section="THEORY 8.3",
    statement="""
        Any partition. Far offsets in layers 1, …, K, not all zero, K < L, and a tail that loses
        nothing; τ the sum of the offsets times the strides below, J the last layer with one, m' =
        min{M − 1, D_l for J ≤ l ≤ K, ⌊D_l/2⌋ for l < J}. Join the corner s of every layer-K
        location with s + τ if they are on different sides: a union of paths. With ν the sum of
        ⌈edges/2⌉ over the paths, rank ≥ (m' + 1)^ν for almost all parameters.
    """,
    latex=r"""
        For far offsets in layers $1,\dots,K<L$ with displacement $\tau$ and a tail that loses
        nothing, join the corner $s$ of every layer-$K$ location with $s+\tau$ where these are on
        different sides of the partition. If $\nu$ is the matching number of this union of paths,
        $\operatorname{rank}[\![\mathcal A]\!]\ge(m'+1)^{\nu}$ for almost all parameters, shared or
        unshared.
    """,
    instances=[
        {"M": 2, "H": 4, "layers": "2/1:1,4/4:1", "partition": "checkerboard"},
        {"M": 3, "H": 3, "layers": "2/1:2,3/3:1", "partition": "columns"},
        {"M": 3, "H": 4, "layers": "2/1:4,2/1:2,4/4:1", "partition": "rows"},
        {"M": 2, "H": 4, "W": 6, "layers": "2x3/2:2,2/2:3,1x2/1x2:1", "partition": "column:2"},
        {"M": 2, "H": 8, "layers": "3/1:3,8/8:1", "partition": "checkerboard"},
        {"M": 2, "H": 4, "layers": "2/1:1,4/4:1", "partition": "columns", "weights": "unshared"},
    ],
)
def displacement(
    *,
    M: int,
    H: int,
    layers: str,
    W: int | None = None,
    partition: str = "checkerboard",
    weights: str = "shared",
) -> Verdict:
    """The best displacement; its pairs, its assignment, and the exact rank there."""
    network = network_of(None, M, H, W, layers)
    one_of("weights", weights, WEIGHTS)
    cut = named(partition, network.H, network.W)
    found = best_displacement(network, cut)
    if found is None:
        reason = "no K < L has a tail that loses nothing, a displacement inside the grid and m' ≥ 1"
        return not_applicable(
            TITLE, PROJECT, [reason], network=network, weights=weights, partition=partition
        )
    step, m, pairs = found
    return constructive_verdict(
        TITLE,
        network,
        cut,
        weights,
        Powers([(m + 1, pairs)]),
        displacement_assignment(network, step.offsets, m, shared=weights == "shared"),
        [pairs_step(network, cut, step, pairs)],
        {"K": step.K, "J": step.J, "τ": str(step.tau), "m'": m, "ν": pairs},
    )


@displacement.variant("every pair", "rank ≥ (m' + 1)^(crossing pairs), disjoint or not", PATH)
def every_pair(
    *, M: int, H: int, layers: str, W: int | None = None, partition: str
) -> RankClaim | str:
    """A site that is in two pairs counts once."""
    network = network_of(None, M, H, W, layers)
    cut = named(partition, network.H, network.W)
    found = best_displacement(network, cut)
    if found is None:
        return "no displacement"
    step, m, _ = found
    crossing = int(crossing_corners(network, step.K, cut, step.tau).sum())
    return RankClaim(network, cut, "shared", Claim(">=", Bound(m + 1, crossing).powers))


def pairs_step(network: Network, cut: Partition, step: Displacement, expected: int) -> Step:
    """The pairs once more, one by one: offsets in their windows, corners, crossing, disjoint."""
    name, method = "pairs", "arithmetic, enumeration of sites"
    strides = [
        [total_stride(network.axis(a), k) for k in range(step.K + 1)] for a in (ROWS, COLUMNS)
    ]
    reached = [0, 0]
    for k, offset in enumerate(step.offsets):
        for axis in (ROWS, COLUMNS):
            if not 0 <= offset[axis] < network.layers[k].window[axis]:
                return Step(name, method, Status.FAILED, f"offset {offset} leaves layer {k + 1}")
            reached[axis] += offset[axis] * strides[axis][k]
    if tuple(reached) != step.tau:
        return Step(name, method, Status.FAILED, f"the offsets reach {reached}, not {step.tau}")
    chosen = matched_corners(crossing_corners(network, step.K, cut, step.tau), step.tau)
    used: set[Site] = set()
    pairs = sites_of_pairs(chosen, step.tau)
    for near, far in pairs:
        corner = all(near[axis] % strides[axis][step.K] == 0 for axis in (ROWS, COLUMNS))
        if not corner or cut.side(near) == cut.side(far) or used & {near, far}:
            problem = "no corner, on one side, or in another pair"
            return Step(name, method, Status.FAILED, f"{near}, {far}: {problem}")
        used |= {near, far}
    if len(pairs) != expected:
        return Step(name, method, Status.FAILED, f"{len(pairs)} pairs, and {expected} were counted")
    detail = (
        f"{len(pairs)} disjoint pairs s, s + {step.tau} across the partition, s the corner of a "
        f"location of layer {step.K}"
    )
    return Step(name, method, Status.PASSED, detail)
