"""The sharp lower bound: one more channel in the base, any cut, no overlap past half (THEORY 8.1)."""

from __future__ import annotations

from ...graphs.partition import named
from ..all_sizes import SHARP, prove, strides_of
from ..claim import RankClaim
from ..registry import PROJECT, result
from ..sharp_bound import TITLE, SharpInstance, check, choose, straight_cut
from ..verdict import Bound, Claim, Verdict, not_applicable
from ..verify_bound import WEIGHTS, network_of, one_of


@result(
    name="sharp-bound",
    title=TITLE,
    source=PROJECT,
    section="THEORY 8.1",
    statement="""
        Product pooling, any cut at column C (or row C), any K < L with R_l ≥ min(S_l, input size)
        at every l > K, any windows t_l ≤ R_l that attain T ≥ 2 along the cut, J = max{l : t_l ≥ 2}.
        With m' = min{M − 1, D_l for J ≤ l ≤ K, ⌊D_l/2⌋ for l < J} and E⁺ = ⌈H/T_S⌉·#{v : T_S·v < C
        ≤ T_S·v + T − 1 ≤ W − 1}, the rank is ≥ (m' + 1)^(E⁺) for almost all parameters, shared or
        unshared. K and T are those with the largest bound.
    """,
    latex=r"""
        Let $K<L$ and $R_l\ge\min(S_l,n_{l-1})$ for all $l>K$, let windows $t_l\le R_l$ $(l\le K)$
        attain the total receptive field $T\ge2$ along the cut at column $C$, and $J=\max\{l:
        t_l\ge2\}$. Put $m'=\min\{M-1,\ D_l\ (J\le l\le K),\ \lfloor D_l/2\rfloor\ (l<J)\}$ and
        \[E^+=\Bigl\lceil\frac{H}{T_S}\Bigr\rceil\cdot\#\{v\ge0: T_Sv<C\le T_Sv+T-1\le W-1\}.\] Then
        $\operatorname{rank}[\![\mathcal A]\!]\ge(m'+1)^{E^+}$ for almost all parameters, shared or
        unshared.
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
    weights: str = "shared",
    K: int | None = None,
) -> Verdict:
    """Build the assignment of the best K and T, and hold it to the checks of Theorem 1."""
    network = network_of(None, M, H, W, layers)
    one_of("weights", weights, WEIGHTS)
    axis, C = straight_cut(partition, network)
    found = choose(network, axis, C, K)
    if not isinstance(found, SharpInstance):
        return not_applicable(
            TITLE, PROJECT, found, network=network, weights=weights, partition=partition
        )
    return check(found, weights, partition)


@sharp_bound.variant(
    "base + 1",
    "rank ≥ (m' + 2)^(E⁺)",
    {"M": 3, "H": 2, "layers": "2/1:1,2/2:1"},
    {"M": 3, "H": 4, "layers": "3/1:1,4/4:1"},
)
def base_and_one(*, M: int, H: int, layers: str, partition: str = "left-right") -> RankClaim | str:
    """False where the overlap law says that (m' + 1)^(E⁺) is the rank."""
    network = network_of(None, M, H, None, layers)
    found = choose(network, *straight_cut(partition, network), None)
    if not isinstance(found, SharpInstance):
        return "; ".join(found)
    claim = Claim(">=", Bound(found.m + 2, found.E).powers)
    return RankClaim(network, named(partition, network.H, network.W), "shared", claim)


@sharp_bound.for_all_sizes({}, {"strides": "1,1", "tail": "2"}, {"strides": "2,1,2"})
def sharp_bound_for_all_sizes(*, strides: str = "1", tail: str = "") -> Verdict:
    """Every grid, cut, windows and channels; the strides are concrete, and divide the tail's inputs."""
    concrete = strides_of(strides, tail)
    return prove(
        f"{TITLE}, for all sizes",
        PROJECT,
        "rank ≥ (m' + 1)^(E⁺) for almost all parameters, for all M, sizes, cuts, windows and channels "
        f"that meet the hypotheses with {concrete}",
        concrete,
        SHARP,
    )
