"""The sharp lower bound: one more channel in the base, any straight cut, no overlap past half (THEORY 8.1).

Theorem. Product pooling, a cut at position C of an axis of n sites, windows t_l <= R_l (l <= K < L) that
attain T >= 2 along it, I and J the first and the last l with t_l >= 2, and a tail that loses nothing. With

    m' = min{ M - 1, D_l for l < I and J <= l <= K, floor(D_l / 2) for I <= l < J },
    E+ = ceil(lines / T_S) * #{ v >= 0 : T_S v < C <= T_S v + T - 1 <= n - 1 },

the rank is at least (m' + 1)^(E+) for almost all parameters, shared or unshared.

Proof. The routes of Theorem 1 with m' channels, one for both routes up to layer I - 1 where they are
one route, and without biases on the way; layer K + 1 sums the channels and adds 1. So the function is a
product of factors 1 + sum over c < m' of [near = c][far = c], one for each location whose far site is
inside. One-sided ones are 1 or 2, and scale rows or columns. The crossing ones are on disjoint pairs,
near sites left of the cut and far sites right of it; on the templates 0, ..., m' each is J + diag(1,
..., 1, 0), of determinant 1. QED

Source: this project; the proof in full: THEORY 8.1, and in Coq: formal/Sharp.v.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from math import prod

from ...algebra.linear.exact import pair_matrix
from ...algebra.powers import Powers, power
from ...algebra.witnesses.construction import Construction
from ...algebra.witnesses.near_far import sharp_assignment
from ...errors import InputError
from ...graphs.network import COLUMNS, ROWS, Network
from ...graphs.pairs import SitePair, SitePairs, along, crossing_pairs
from ...graphs.partition import Partition
from ...graphs.receptive_fields import (
    attained_fields,
    inner_layers,
    tail_problem,
    total_receptive_field,
    total_stride,
    windows_attaining,
)
from ..decide import RankClaim
from ..near_far import (
    AlongAxis,
    counted_on_graph,
    m_prime,
    need_field,
    need_labels,
    need_tail,
    pairs_on_graph,
    routed_count,
)
from ..setting import SHARED, Setting
from ..steps import Step, need, step
from ..symbolic.all_sizes import SHARP, prove, strides_of
from ..symbolic.kernel import GEOMETRY, deep_step
from ..theorem import PROJECT, theorem
from ..verdict import Claim, NotApplicable, Verdict
from ..witness import by_witness, nonsingular, product_of_pairs

STATED = {
    COLUMNS: ("Sharp.sharp_bound", "Sharp.sharp_bound_generic"),
    ROWS: ("Sharp.sharp_bound_top_bottom", "Sharp.sharp_bound_top_bottom_generic"),
}
"""The theorems of formal/Sharp.v, by the axis that is cut."""


@dataclass(frozen=True)
class SharpNumbers(AlongAxis):
    """A network, a cut, K and windows that meet the hypotheses, with the numbers of the theorem.

    `axis` is 1 for a cut at column C and 0 for one at row C, `m` is m' and `E` is E+.
    """

    network: Network
    axis: int
    C: int
    windows: tuple[int, ...]
    T_S: int
    T: int
    m: int
    E: int

    @property
    def bound(self) -> Powers:
        """(m' + 1)^(E+)."""
        return power(self.m + 1, self.E)

    @property
    def shown(self) -> dict[str, int | str]:
        """The numbers as the heading shows them."""
        named = {"C": self.C, "K": self.K, "T_S": self.T_S, "T": self.T}
        return {**named, "m'": self.m, "E⁺": self.E}


def straight_cut(partition: Partition) -> tuple[int, int]:
    """(axis, C) of a partition into columns < C (axis 1) or rows < C (axis 0).

    >>> from convac import column_cut
    >>> straight_cut(column_cut(2, 6, 4))
    (1, 4)
    """
    if partition.straight is None:
        allowed = "a straight cut is needed: left-right, top-bottom, column:C or row:C"
        raise InputError("partition", partition.name, allowed)
    return partition.straight


def numbers_at(network: Network, axis: int, C: int, windows: tuple[int, ...]) -> SharpNumbers:
    """The theorem's numbers for these windows.

    Raises
    ------
    NotApplicable
        With the hypothesis that fails.

    Examples
    --------
    >>> numbers_at(Network(2, 4, layers="2/1:1,4/4:1"), 1, 2, (2,)).bound
    Powers([(2, 4)])
    """
    K = len(windows)
    chain, across = network.axis(axis), network.axis(1 - axis)
    if not 1 <= K < network.depth or any(
        not 1 <= t <= r for t, r in zip(windows, chain.windows, strict=False)
    ):
        reason = f"do not fit layers 1 … K with K < L = {network.depth}"
        raise NotApplicable(f"the windows {windows} {reason}")
    problem = tail_problem(network, K) if network.plain else None
    if problem is not None:
        raise NotApplicable(problem)
    if max(windows) < 2:
        raise NotApplicable("T = 1: a window of at least 2 is needed")
    T_S, T = total_stride(chain, K), total_receptive_field(chain, K, windows)
    lines = -(-across.size // total_stride(across, K))
    E = lines * crossing_count(chain.size, C, T_S, T)
    if not network.plain:
        E = routed_count(network, axis, C, windows)
    return SharpNumbers(
        network, axis, C, windows, T_S, T, m_prime(network, along(axis, windows)), E
    )


def best(setting: Setting, K: int | None = None) -> SharpNumbers:
    """The numbers with the largest bound: least K, then J, then T among equals.

    Raises
    ------
    NotApplicable
        If no K meets the hypotheses: with the reason for each.
    InputError
        If the partition is no straight cut, or no network of this depth has the `K` that is asked for.

    Examples
    --------
    In each of 4 rows two pairs at distance T - 1 = 2 cross; one channel, so that m' = 1:

    >>> numbers = best(Setting.read(M=2, H=4, layers="3/1:1,4/4:1"))
    >>> numbers.T, numbers.E, numbers.bound
    (3, 8, Powers([(2, 8)]))
    """
    network, (axis, C) = setting.network, straight_cut(setting.partition)
    found: list[SharpNumbers] = []
    reasons = []
    for k in inner_layers(network, K):
        problem = tail_problem(network, k) if network.plain else None
        here = [] if problem else list(_tried(network, axis, C, k))
        if not here:
            reasons.append(f"K = {k}: {problem or 'no windows attain T ≥ 2 within the grid'}")
        found += here
    if not found:
        alone = "the theorem needs K < L, and the network has one layer"
        raise NotApplicable(*(reasons or [alone]), about=setting)
    return max(found, key=lambda numbers: numbers.bound)  # the first among equals


def crossing_count(n: int, C: int, T_S: int, T: int) -> int:
    """How many v >= 0 have T_S v < C <= T_S v + T - 1 <= n - 1.

    >>> crossing_count(8, 4, 2, 5)
    2
    """
    first = -(-max(0, C - T + 1) // T_S)
    last = min(C - 1, n - T) // T_S
    return max(0, last - first + 1)


@step("hypotheses", "arithmetic")
def hypotheses(numbers: SharpNumbers) -> str:
    """The hypotheses and numbers once more, by counting on the axes and following the tail's paths."""
    network, K, T = numbers.network, numbers.K, numbers.T
    chain, across = network.axis(numbers.axis), network.axis(1 - numbers.axis)
    tail = need_tail(network, numbers.fars)
    need_field(chain, numbers.windows, T)
    need(T >= 2, f"T = {T}, and at least 2 is needed")
    need_labels(network, numbers.fars, numbers.m, network.M - 1)
    stride = prod(chain.strides[:K])
    need(stride == numbers.T_S, f"T_S = {numbers.T_S}, and the strides give {stride}")
    if network.plain:
        nears = range(0, chain.size, stride)
        crossing = sum(x < numbers.C <= x + T - 1 <= chain.size - 1 for x in nears)
        E = crossing * across.sizes[K]
    else:
        E = counted_on_graph(network, numbers.axis, numbers.C, numbers.fars)
    need(numbers.E == E, f"E⁺ = {numbers.E}, and {E} locations cross the cut")
    windows = ", ".join(map(str, numbers.windows))
    return f"windows t = ({windows}) attain T = {T} for K = {K} < L; {tail}; m' = {numbers.m}"


def check(
    setting: Setting,
    numbers: SharpNumbers,
    *,
    construction: Construction | None = None,
    pairs: Iterable[SitePair] | None = None,
    above: Iterable[Step] = (),
    last: Iterable[Step] = (),
    claim: Claim | None = None,
    conclusion: str = "",
    shown: Mapping[str, int | str] | None = None,
) -> Verdict:
    """Run every step; an own construction or own pairs are held to the same checks.

    The further parameters are those of `by_witness`, for laws of which this is the lower bound.

    >>> setting = Setting.read(M=2, H=2, layers="2/1:1,2/2:1")
    >>> verdict = check(setting, best(setting))
    >>> verdict.verified, verdict.bound
    (True, Powers([(2, 2)]))
    """
    network, fars = setting.network, numbers.fars
    if construction is None:
        construction = sharp_assignment(
            network, numbers.axis, numbers.windows, numbers.m, shared=setting.shared
        )
    crossing = (
        crossing_pairs(network, fars, setting.partition) if pairs is None else SitePairs.of(pairs)
    )
    return by_witness(
        setting,
        numbers.bound,
        construction,
        before=[hypotheses(numbers), pairs_on_graph(setting, fars, crossing, numbers.E)],
        shape=lambda witness: [
            product_of_pairs(witness, crossing, numbers.m + 1),
            nonsingular(witness, pair_matrix(numbers.m), "J + diag(1, …, 1, 0)"),
        ],
        above=above,
        last=last,
        claim=claim,
        conclusion=conclusion,
        numbers=numbers.shown if shown is None else shown,
    )


def _tried(network: Network, axis: int, C: int, K: int) -> Iterator[SharpNumbers]:
    """For every J the T with the most crossing pairs, the least T among equals."""
    chain = network.axis(axis)
    T_S = total_stride(chain, K)
    for J in range(1, K + 1):
        fields = attained_fields(chain, J, chain.size)
        if not network.plain:
            tried = (windows_attaining(chain, J, T) + (1,) * (K - J) for T in fields)
            found = max(tried, key=partial(routed_count, network, axis, C), default=None)
            if found is not None:
                yield numbers_at(network, axis, C, found)
            continue
        T = max(fields, key=lambda T: (crossing_count(chain.size, C, T_S, T), -T), default=None)
        if T is not None:
            windows = windows_attaining(chain, J, T) + (1,) * (K - J)
            yield numbers_at(network, axis, C, windows)


@theorem(
    name="sharp-bound",
    title="Sharp lower bound",
    source=PROJECT,
    section="THEORY 8.1",
    statement="""
        Product pooling, any cut at column C (or row C), any K < L with R_l ≥ min(S_l, input size)
        at every l > K, any windows t_l ≤ R_l that attain T ≥ 2 along the cut, I and J the first and
        the last l with t_l ≥ 2. With m' = min{M − 1, D_l for l < I and J ≤ l ≤ K, ⌊D_l/2⌋ for I ≤ l
        < J} and E⁺ = ⌈H/T_S⌉·#{v : T_S·v < C ≤ T_S·v + T − 1 ≤ W − 1}, the rank is ≥ (m' + 1)^(E⁺)
        for almost all parameters, shared or unshared. K and T are those with the largest bound. If
        layers are not plain, E⁺ is the number of live locations whose routes stay inside and cross
        the cut, and no tail condition is needed. With groups the channels of one group count.
    """,
    latex=r"""
        Let $K<L$ and $R_l\ge\min(S_l,n_{l-1})$ for all $l>K$, let windows $t_l\le R_l$ $(l\le K)$
        attain the total receptive field $T\ge2$ along the cut at column $C$, $I$ and $J$ the first and
        the last $l$ with $t_l\ge2$. Put $m'=\min\{M-1,\ D_l\ (l<I,\ J\le l\le K),\ \lfloor D_l/2\rfloor\
        (I\le l<J)\}$ and
        \[E^+=\Bigl\lceil\frac{H}{T_S}\Bigr\rceil\cdot\#\{v\ge0: T_Sv<C\le T_Sv+T-1\le W-1\}.\] Then
        $\operatorname{rank}[\![\mathcal A]\!]\ge(m'+1)^{E^+}$ for almost all parameters, shared or
        unshared.
        If layers are not plain, $E^+$ is the number of live locations whose routes stay inside and
        cross the cut, and no tail condition is needed. With groups the channels of one group count.
    """,
    instances=[
        {"M": 2, "H": 4, "layers": "3/1:1,4/4:1"},
        {"M": 2, "H": 4, "layers": "2/1:4,2/2:2,2/2:1"},
        {"M": 3, "H": 3, "W": 5, "layers": "2/1:2,3x5/3x5:1", "partition": "column:2"},
        {"M": 2, "H": 4, "layers": "2/1:2,2/1:1,4/4:1", "partition": "row:1"},
        {"M": 2, "H": 1, "W": 6, "layers": "1x3/1:1,1x2/1x2:1,1x2/1x2:1,1x2/1x2:1"},
        {"M": 3, "H": 64, "layers": "5/1:2,64/64:1", "weights": "unshared"},
    ],
)
def sharp_bound(
    *,
    M: int,
    H: int,
    layers: str,
    W: int | None = None,
    partition: str = "left-right",
    weights: str = SHARED,
    K: int | None = None,
) -> Verdict:
    """Build the assignment of the best K and T, and hold it to the checks of Theorem 1."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition, weights=weights)
    numbers, network = best(setting, K), setting.network
    outside = "" if network.plain else GEOMETRY
    stated = deep_step(*STATED[numbers.axis], infinite=setting.shared, outside=outside)
    return check(setting, numbers, last=[stated])


@sharp_bound.variant(
    "base + 1",
    "rank ≥ (m' + 2)^(E⁺)",
    {"M": 3, "H": 2, "layers": "2/1:1,2/2:1"},
    {"M": 3, "H": 4, "layers": "3/1:1,4/4:1"},
)
def base_and_one(*, M: int, H: int, layers: str, partition: str = "left-right") -> RankClaim:
    """False where the overlap law says that (m' + 1)^(E⁺) is the rank."""
    setting = Setting.read(M=M, H=H, layers=layers, partition=partition)
    numbers = best(setting)
    return RankClaim.of_setting(setting, Claim(">=", power(numbers.m + 2, numbers.E)))


@sharp_bound.for_all_sizes({}, {"strides": "1,1", "tail": "2"}, {"strides": "2,1,2"})
def sharp_bound_for_all_sizes(*, strides: str = "1", tail: str = "") -> Verdict:
    """Every grid, cut, windows and channels; the strides are concrete, and divide the tail's inputs."""
    concrete = strides_of(strides, tail)
    return prove(
        "rank ≥ (m' + 1)^(E⁺) for almost all parameters, for all M, sizes, cuts, windows and channels "
        f"that meet the hypotheses with {concrete}",
        concrete,
        SHARP,
        last=(deep_step(*STATED[COLUMNS], *STATED[ROWS]),),
    )
