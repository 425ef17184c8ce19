"""Theorem 1: overlap past half of the grid makes the rank exponential.

Theorem. Product pooling, W even for left-right (H for top-bottom). Let layers 1, ..., K with K < L have
total receptive field T_R > W/2 along the cut, and let no location of layer K be lost on the way to the
output. With

    D = min{ M, D_K, floor(D_l / 2) for l < K },   T = T_R(floor(W/2)),
    E = (floor((W - T) / T_S) + 1) * ceil(H / T_S),

the matricization of the grid tensor has rank at least D^E for almost every choice of the parameters,
shared or unshared. With T_S = 1 and D >= M this is M^(H^2/2), the full rank.

Proof. Layer K multiplies the near site's template, in D channels, by that of the far site, T - 1
further along the cut, plus the number k of biases on the way; layer K + 1 sums the channels, and the
tail multiplies. So the function is a product of pair factors I + kJ, one for each location whose far
site is inside, and of factors of one site. The pairs are disjoint and cross the cut, since T > W/2, and
there are E of them; I + kJ is nonsingular. So the rank is at least D^E there, and a minor that is not
zero there is not zero almost everywhere. QED

Source: O. Sharir and A. Shashua, "On the Expressive Power of Overlapping Architectures of Deep Learning",
ICLR 2018. The proof in full: THEORY 3, and in Coq: formal/Theorem1.v.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ...algebra.estimates import construction_estimate
from ...algebra.linear.exact import (
    determinant_polynomial,
    kronecker_shifted_identity,
    pair_matrix,
)
from ...algebra.powers import Powers, power
from ...algebra.witnesses.construction import Construction
from ...algebra.witnesses.near_far import sharp_assignment, theorem_1_assignment
from ...errors import InputError
from ...graphs.network import COLUMNS, ROWS, Network
from ...graphs.pairs import SitePair, SitePairs, site_pairs
from ...graphs.partition_names import named
from ...graphs.receptive_fields import (
    inner_layers,
    minimal_windows,
    tail_problem,
    total_receptive_field,
    total_stride,
)
from ...resources import memory_limit, require
from ..decide import RankClaim
from ..near_far import (
    AlongAxis,
    counted_on_graph,
    need_field,
    need_labels,
    need_tail,
    pairs_on_graph,
    routed_count,
)
from ..setting import SHARED, WEIGHTS, Setting, Subject, network_of, one_of
from ..steps import Status, Step, need, step
from ..symbolic.all_sizes import THEOREM_1, prove, strides_of
from ..symbolic.kernel import GEOMETRY, deep_step
from ..theorem import PAPER, theorem
from ..verdict import Claim, NotApplicable, Verdict
from ..witness import (
    LARGEST_SYMBOLIC,
    SMALLER,
    Witness,
    by_witness,
    nonsingular,
    product_of_pairs,
)

CUTS = {"left-right": COLUMNS, "top-bottom": ROWS}
SIDES = ("H", "W")
STATED = {COLUMNS: "Theorem1.theorem_1", ROWS: "Theorem1.theorem_1_top_bottom"}


@dataclass(frozen=True)
class Theorem1Numbers(AlongAxis):
    """A network, a cut axis and windows that meet the hypotheses, with the numbers of the theorem."""

    network: Network
    axis: int
    windows: tuple[int, ...]
    T_S: int
    T_R: int
    T: int
    D: int
    E: int

    @property
    def bound(self) -> Powers:
        """D^E."""
        return power(self.D, self.E)

    @property
    def shown(self) -> dict[str, int | str]:
        """The numbers as the heading shows them."""
        named = {"K": self.K, "T_S": self.T_S, "T_R": self.T_R, "T": self.T}
        return {**named, "D": self.D, "E": self.E}


def numbers_at(network: Network, axis: int, K: int) -> Theorem1Numbers:
    """The theorem's numbers at K.

    Raises
    ------
    NotApplicable
        With the hypothesis that fails, and its numbers.

    Examples
    --------
    >>> numbers_at(Network(2, 4, layers="3/1:2,4/4:1"), 1, 1).bound
    Powers([(2, 8)])
    """
    chain, across = network.axis(axis), network.axis(1 - axis)
    half = chain.size // 2
    T_S, T_R = total_stride(chain, K), total_receptive_field(chain, K)
    windows = minimal_windows(chain, K, half)
    if windows is None:
        reason = f"does not exceed {SIDES[axis]}/2 = {half}: no overlap reaches past half"
        raise NotApplicable(f"T_R = {T_R} {reason}")
    problem = tail_problem(network, K) if network.plain else None
    if problem is not None:
        raise NotApplicable(problem)
    M, *channels = network.passed_channels
    D = min([M, channels[K - 1], *(d // 2 for d in channels[: K - 1])])
    if D < 1:
        poor = 1 + min(range(K - 1), key=lambda k: channels[k])
        each = "" if network.channels[poor] == 1 else " a group"
        raise NotApplicable(f"D = 0: layer {poor} has 1 channel{each}, and layers below K need 2")
    T = total_receptive_field(chain, K, windows)
    if network.plain:
        per_line = max(0, (chain.size - T) // T_S + 1)
        E = per_line * -(-across.size // total_stride(across, K))
    else:
        E = routed_count(network, axis, half, windows)
    return Theorem1Numbers(network, axis, windows, T_S, T_R, T, D, E)


def best(network: Network, axis: int, K: int | None = None) -> Theorem1Numbers:
    """The numbers with the largest D^E, of the smallest K among equals.

    Raises
    ------
    NotApplicable
        If no K meets the hypotheses: with the reason for each.
    InputError
        If a `K` is asked for that no network of this depth has.

    Examples
    --------
    >>> best(Network(2, 4, layers="2/1:4,2/1:2,4/4:1"), 1).shown
    {'K': 2, 'T_S': 1, 'T_R': 3, 'T': 3, 'D': 2, 'E': 8}
    """
    tried = inner_layers(network, K)
    size = network.axis(axis).size
    if size % 2:
        name = ("height", "width")[axis]
        raise NotApplicable(
            f"the theorem needs an even {name} for this cut, and {SIDES[axis]} = {size}"
        )
    if network.depth == 1:
        raise NotApplicable("the theorem needs K < L, and the network has one layer")
    found, reasons = [], []
    for k in tried:
        try:
            found.append(numbers_at(network, axis, k))
        except NotApplicable as why:
            reasons.append(f"K = {k}: {why}")
    if not found:
        raise NotApplicable(*reasons)
    return max(found, key=lambda numbers: numbers.bound)  # the first among equals


@step("hypotheses", "arithmetic")
def hypotheses(numbers: Theorem1Numbers) -> str:
    """The hypotheses and numbers once more, by counting on the axes and following the tail's paths."""
    network, K, T = numbers.network, numbers.K, numbers.T
    chain, across = network.axis(numbers.axis), network.axis(1 - numbers.axis)
    side, size = SIDES[numbers.axis], chain.size
    need(size % 2 == 0, f"{side} = {size} must be even")
    tail = need_tail(network, numbers.fars)
    need_field(chain, chain.windows[:K], numbers.T_R)
    need(size // 2 < numbers.T_R, f"T_R = {numbers.T_R} does not exceed {size // 2}")
    need_field(chain, numbers.windows, T)
    sums, strides = {0}, 1
    each = zip(chain.windows[:K], chain.strides, chain.dilations, strict=False)
    for window, stride, dilation in each:
        steps = range(0, min(window * strides * dilation, T), strides * dilation)
        sums = {s + a for s in sums for a in steps if s + a < T}
        strides *= stride
    need(min(s + 1 for s in sums if s + 1 > size // 2) == T, f"T = {T} is not the least above half")
    need_labels(network, numbers.fars, numbers.D, network.M, sharp=False)
    need(strides == numbers.T_S, f"T_S = {numbers.T_S}, and the strides give {strides}")
    if network.plain:
        columns = sum(strides * v + T <= size for v in range(chain.sizes[K]))
        E = columns * across.sizes[K]
    else:
        E = counted_on_graph(network, numbers.axis, size // 2, numbers.fars)
    need(numbers.E == E, f"E = {numbers.E}, and {E} locations have both sites inside")
    return (
        f"{side} even; T_R = {numbers.T_R} > {size // 2} for K = {K}; {tail}; D = {numbers.D} ≥ 1"
    )


def shifted_identity(witness: Witness, m: int) -> Step:
    """Every pair factor is I + kJ on templates < m, and det(I + kJ) = 1 + mk as a polynomial in k.

    >>> steps = verified(Network(2, 2, layers="2/1:2,2/2:1"), "shared", "left-right").steps
    >>> next(step.detail.split("; ")[1] for step in steps if step.name == "nonsingular")
    'det(I + J) = 3, and det(I + kJ) = 1 + 2k as a polynomial in k'
    """
    factor = witness.construction.pair_factor
    k = 0 if factor is None else int(factor[0, 0]) - 1
    shape = "I" if k == 0 else f"I + {k}J" if k > 1 else "I + J"
    taken = nonsingular(witness, kronecker_shifted_identity(m, k), shape)
    if taken.status is not Status.PASSED or m > LARGEST_SYMBOLIC:
        return taken
    if determinant_polynomial(m) != [1, m, *[0] * (m - 1)]:
        return replace(taken, status=Status.FAILED, detail="det(I + kJ) is not 1 + mk")
    mk = "k" if m == 1 else f"{m}k"
    return replace(taken, detail=f"{taken.detail}, and det(I + kJ) = 1 + {mk} as a polynomial in k")


def check(
    setting: Setting,
    numbers: Theorem1Numbers,
    *,
    construction: Construction | None = None,
    pairs: Iterable[SitePair] | None = None,
    **options: Any,
) -> Verdict:
    """Run every step; an own construction or own pairs are held to the same checks.

    `options` are those of `by_witness`.

    >>> setting = Setting.read(M=3, H=2)
    >>> check(setting, best(setting.network, 1)).rank.value
    Powers([(3, 2)])
    """
    network, fars = setting.network, numbers.fars
    if construction is None:
        construction = _assignment(setting, numbers)
    listed = site_pairs(network, fars) if pairs is None else SitePairs.of(pairs)
    return by_witness(
        setting,
        numbers.bound,
        construction,
        before=[hypotheses(numbers), pairs_on_graph(setting, fars, listed, numbers.E)],
        shape=lambda witness: [
            product_of_pairs(witness, listed, numbers.D),
            shifted_identity(witness, numbers.D) if network.plain else spared(witness, numbers.D),
        ],
        numbers=numbers.shown,
        decided=False,
        **options,
    )


def _assignment(setting: Setting, numbers: Theorem1Numbers) -> Construction:
    """That of THEORY 3.1 or 3.2; of 8.1, with D - 1 channels, if a near site may be outside the grid."""
    network, shared = setting.network, setting.shared
    build, m = theorem_1_assignment, numbers.D
    if not network.plain:
        build, m = sharp_assignment, numbers.D - 1
    return build(network, numbers.axis, numbers.windows, m, shared=shared)


def spared(witness: Witness, D: int) -> Step:
    """Every pair factor is that of THEORY 8.1 with D - 1 channels, on templates < D."""
    return nonsingular(witness, pair_matrix(D - 1), "J + diag(1, …, 1, 0)")


@theorem(
    name="theorem-1",
    title="Theorem 1",
    source=PAPER,
    section="the main theorem; THEORY 3",
    statement="""
        Product pooling, W even for left-right (H for top-bottom). Let layers 1 … K, K < L, have
        total receptive field T_R > W/2 along the cut, and let R_l ≥ min(S_l, input size) at every l
        > K. With D = min{M, D_K, ⌊D_l/2⌋ for l < K}, T the least attainable total receptive field
        above W/2, and E = (⌊(W − T)/T_S⌋ + 1)·⌈H/T_S⌉, the matricization has rank ≥ D^E for almost
        all parameters, shared or unshared. If layers are not plain, E is the number of live
        locations whose routes stay inside, and no tail condition is needed. With groups the
        channels of one group count.
    """,
    latex=r"""
        Let $W$ be even and let layers $1,\dots,K$ with $K<L$ have total receptive field $T_R>W/2$
        along the cut, and let $R_l\ge\min(S_l,n_{l-1})$ for all $l>K$. Put
        $D=\min\{M,\,D_K,\,\lfloor D_l/2\rfloor\ (l<K)\}$, $T=T_R(\lfloor W/2\rfloor)$ and
        \[E=\Bigl(\Bigl\lfloor\frac{W-T}{T_S}\Bigr\rfloor+1\Bigr)\Bigl\lceil\frac{H}{T_S}\Bigr\rceil.\]
        Then $\operatorname{rank}[\![\mathcal A]\!]\ge D^E$ for almost all parameters, shared or
        unshared.
        If layers are not plain, $E$ is the number of live locations whose routes stay inside, and
        no tail condition is needed. With groups the channels of one group count.
    """,
    instances=[
        {"M": 2, "H": 4, "layers": "3/1:2,4/4:1"},
        {"M": 2, "H": 4, "layers": "2/1:4,2/1:2,4/4:1", "weights": "unshared"},
        {"M": 2, "H": 4, "layers": "2/1:4,2/2:2,2/2:1"},
        {"M": 3, "H": 6, "W": 4, "layers": "4x3/1:3,6x4/6x4:1", "partition": "top-bottom"},
        {"M": 2, "H": 1, "W": 6, "layers": "1x4/1:2,1x2/1x2:1,1x2/1x2:1,1x2/1x2:1"},
        {"M": 2, "H": 64, "layers": "9/1:4,9/1:4,9/1:4,9/1:2,64/64:1"},
        {"M": 2, "H": 6, "layers": "3/1p1:4,3/2p1:4,2/1:2,3/3:1"},
    ],
)
def theorem_1(
    *,
    M: int,
    H: int,
    W: int | None = None,
    layers: str | None = None,
    weights: str = SHARED,
    partition: str = "left-right",
    K: int | None = None,
) -> Verdict:
    """The check of `verify_bound` on one instance."""
    return verified(network_of(M, H, W, layers), weights, partition, K, formal=True)


def axis_of(partition: str) -> int:
    """The axis that a partition of the theorem cuts: 1 for left-right, 0 for top-bottom; else `InputError`.

    >>> axis_of("top-bottom")
    0
    """
    if not isinstance(partition, str) or partition not in CUTS:
        raise InputError("partition", partition, "Theorem 1 is about left-right and top-bottom")
    return CUTS[partition]


def verified(
    network: Network,
    weights: str,
    partition: str,
    K: int | None = None,
    *,
    memory: int | None = None,
    formal: bool = False,
    **options: Any,
) -> Verdict:
    """The verdict on a network; `options` are those of `by_witness`, with memory in bytes.

    `formal`: the last step names what a proof kernel has checked.

    >>> verified(Network(2, 4, layers="3/1:2,4/4:1"), "shared", "left-right").bound
    Powers([(2, 8)])
    """
    one_of("weights", weights, WEIGHTS)
    axis = axis_of(partition)
    limit = memory_limit() if memory is None else memory
    # Geometry and pairs grow with the grid, too: refuse before anything is computed.
    require(construction_estimate(network, 1), limit, SMALLER)
    about: Setting | Subject = Subject(network, partition, weights)  # no halves of an odd side
    if network.axis(axis).size % 2 == 0:
        about = Setting.of(network, named(partition, network.H, network.W), weights)
    try:
        numbers = best(network, axis, K)
    except NotApplicable as why:
        said = "no K meets" if K is None else f"K = {K} does not meet"
        conclusion = f"{said} the hypotheses of the theorem; this says nothing about the rank"
        raise NotApplicable(*why.reasons, about=about, conclusion=conclusion) from None
    assert isinstance(about, Setting)
    outside = "" if network.plain else GEOMETRY
    stated = deep_step(STATED[axis], infinite=about.shared, outside=outside) if formal else None
    return check(about, numbers, memory=limit, last=[stated] if stated else [], **options)


@theorem_1.variant("exponent + 1", "rank ≥ D^(E + 1)", {"M": 2, "H": 4, "layers": "3/1:2,4/4:1"})
def exponent_and_one(*, M: int, H: int, layers: str, partition: str = "left-right") -> RankClaim:
    """False where D^E is the rank."""
    setting = Setting.read(M=M, H=H, layers=layers, partition=partition)
    numbers = best(setting.network, axis_of(partition))
    return RankClaim.of_setting(setting, Claim(">=", power(numbers.D, numbers.E + 1)))


@theorem_1.variant(
    "D without the half",
    "D = min{M, D_K, D_l for l < K}",
    {"M": 2, "H": 4, "layers": "2/1:2,2/1:2,4/4:1"},
)
def without_the_half(*, M: int, H: int, layers: str, W: int | None = None) -> RankClaim:
    """Near and far routes would have to share channels."""
    return _weakened(Setting.read(M=M, H=H, W=W, layers=layers), halved=False, tail=True)


@theorem_1.variant(
    "no tail condition",
    "layers l > K may have R_l < min(S_l, input size)",
    {"M": 2, "H": 4, "layers": "3/1:2,1/2:4,2/2:1"},
    {"M": 2, "H": 4, "layers": "3/1:2,2/2:4,1/2:1"},
)
def without_the_tail(*, M: int, H: int, layers: str) -> RankClaim:
    """Locations of layer K that are lost on the way to the output count all the same."""
    return _weakened(Setting.read(M=M, H=H, layers=layers), halved=True, tail=False)


def _weakened(setting: Setting, *, halved: bool, tail: bool) -> RankClaim:
    """The largest D^E over K for left-right, with a hypothesis left out."""
    network, found = setting.network, []
    chain = network.axis(COLUMNS)
    for K in range(1, network.depth):
        windows = minimal_windows(chain, K, network.W // 2)
        if windows is None or (tail and tail_problem(network, K) is not None):
            continue
        T, T_S = total_receptive_field(chain, K, windows), total_stride(chain, K)
        lower = [d // 2 if halved else d for d in network.channels[1:K]]
        D = min([network.M, network.channels[K], *lower])
        lines = -(-network.H // total_stride(network.axis(ROWS), K))
        if D:
            found.append(power(D, max(0, (network.W - T) // T_S + 1) * lines))
    if not found:
        raise NotApplicable("no K applies", about=setting)
    return RankClaim.of_setting(setting, Claim(">=", max(found)))


@theorem_1.for_all_sizes({}, {"strides": "1,1", "tail": "2"}, {"strides": "1,2", "tail": "2,3"})
def theorem_1_for_all_sizes(*, strides: str = "1", tail: str = "") -> Verdict:
    """Every even width, windows and channels; the strides are concrete, and divide the tail's inputs."""
    concrete = strides_of(strides, tail)
    return prove(
        "rank ≥ D^E for almost all parameters, for all M, heights, even widths, windows and channels "
        f"that meet the hypotheses with {concrete}",
        concrete,
        THEOREM_1,
        last=(deep_step(*STATED.values()),),
    )
