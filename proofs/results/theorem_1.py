"""Theorem 1: overlap past half of the grid makes the rank exponential."""

from __future__ import annotations

from ...graphs.geometry import minimal_windows, total_receptive_field, total_stride
from ...graphs.network import Network
from ...graphs.partition import named
from .. import theorem_1 as statement
from ..all_sizes import THEOREM_1, prove, strides_of
from ..claim import RankClaim
from ..registry import PAPER, result
from ..theorem_1 import Instance
from ..verdict import Bound, Claim, Verdict
from ..verify_bound import verify_bound


@result(
    name="theorem-1",
    title=statement.NAME,
    source=PAPER,
    section="the main theorem; THEORY 3",
    statement="""
        Product pooling, W even for left-right (H for top-bottom). Let layers 1 … K, K < L, have
        total receptive field T_R > W/2 along the cut, and let R_l ≥ min(S_l, input size) at every l
        > K. With D = min{M, D_K, ⌊D_l/2⌋ for l < K}, T the least attainable total receptive field
        above W/2, and E = (⌊(W − T)/T_S⌋ + 1)·⌈H/T_S⌉, the matricization has rank ≥ D^E for almost
        all parameters, shared or unshared.
    """,
    latex=r"""
        Let $W$ be even and let layers $1,\dots,K$ with $K<L$ have total receptive field $T_R>W/2$
        along the cut, and let $R_l\ge\min(S_l,n_{l-1})$ for all $l>K$. Put
        $D=\min\{M,\,D_K,\,\lfloor D_l/2\rfloor\ (l<K)\}$, $T=T_R(\lfloor W/2\rfloor)$ and
        \[E=\Bigl(\Bigl\lfloor\frac{W-T}{T_S}\Bigr\rfloor+1\Bigr)\Bigl\lceil\frac{H}{T_S}\Bigr\rceil.\]
        Then $\operatorname{rank}[\![\mathcal A]\!]\ge D^E$ for almost all parameters, shared or
        unshared.
    """,
    instances=[
        {"M": 2, "H": 4, "layers": "3/1:2,4/4:1"},
        {"M": 2, "H": 4, "layers": "2/1:4,2/1:2,4/4:1", "weights": "unshared"},
        {"M": 2, "H": 4, "layers": "2/1:4,2/2:2,2/2:1"},
        {"M": 3, "H": 6, "W": 4, "layers": "4x3/1:3,6x4/6x4:1", "partition": "top-bottom"},
        {"M": 2, "H": 1, "W": 6, "layers": "1x4/1:2,1x2/1x2:1,1x2/1x2:1,1x2/1x2:1"},
        {"M": 2, "H": 64, "layers": "9/1:4,9/1:4,9/1:4,9/1:2,64/64:1"},
    ],
)
def theorem_1(
    *,
    M: int,
    H: int,
    W: int | None = None,
    layers: str | None = None,
    weights: str = "shared",
    partition: str = "left-right",
    K: int | None = None,
) -> Verdict:
    """The check of `verify-bound` on one instance."""
    return verify_bound(M=M, H=H, W=W, layers=layers, weights=weights, partition=partition, K=K)


@theorem_1.variant("exponent + 1", "rank ≥ D^(E + 1)", {"M": 2, "H": 4, "layers": "3/1:2,4/4:1"})
def exponent_and_one(
    *, M: int, H: int, layers: str, partition: str = "left-right"
) -> RankClaim | str:
    """False where D^E is the rank."""
    network = Network(M, H, layers=layers)
    found = statement.choose(network, statement.axis_of(partition))
    if not isinstance(found, Instance):
        return "; ".join(found)
    return _at_least(network, partition, Bound(found.D, found.E + 1))


@theorem_1.variant(
    "D without the half",
    "D = min{M, D_K, D_l for l < K}",
    {"M": 2, "H": 4, "layers": "2/1:2,2/1:2,4/4:1"},
)
def without_the_half(*, M: int, H: int, layers: str, W: int | None = None) -> RankClaim | str:
    """Near and far routes would have to share channels."""
    network = Network(M, H, W, layers=layers)
    return _weakened(network, halved=False, tail=True)


@theorem_1.variant(
    "no tail condition",
    "layers l > K may have R_l < min(S_l, input size)",
    {"M": 2, "H": 4, "layers": "3/1:2,1/2:4,2/2:1"},
    {"M": 2, "H": 4, "layers": "3/1:2,2/2:4,1/2:1"},
)
def without_the_tail(*, M: int, H: int, layers: str) -> RankClaim | str:
    """Locations of layer K that are lost on the way to the output count all the same."""
    return _weakened(Network(M, H, layers=layers), halved=True, tail=False)


def _weakened(network: Network, *, halved: bool, tail: bool) -> RankClaim | str:
    """The largest D^E over K for left-right, with a hypothesis left out."""
    best: Bound | None = None
    for K in range(1, network.depth):
        chain = network.axis(1)
        windows = minimal_windows(chain, K, network.W // 2)
        if windows is None or (tail and statement.lost(network, K) is not None):
            continue
        T, T_S = total_receptive_field(chain, K, windows), total_stride(chain, K)
        lower = [d // 2 if halved else d for d in network.channels[1:K]]
        D = min([network.M, network.channels[K], *lower])
        lines = -(-network.H // total_stride(network.axis(0), K))
        found = Bound(D, max(0, (network.W - T) // T_S + 1) * lines)
        if D and (best is None or found.powers > best.powers):
            best = found
    return "no K applies" if best is None else _at_least(network, "left-right", best)


def _at_least(network: Network, partition: str, bound: Bound) -> RankClaim:
    cut = named(partition, network.H, network.W)
    return RankClaim(network, cut, "shared", Claim(">=", bound.powers))


@theorem_1.for_all_sizes({}, {"strides": "1,1", "tail": "2"}, {"strides": "1,2", "tail": "2,3"})
def theorem_1_for_all_sizes(*, strides: str = "1", tail: str = "") -> Verdict:
    """Every even width, windows and channels; the strides are concrete, and divide the tail's inputs."""
    concrete = strides_of(strides, tail)
    return prove(
        f"{statement.NAME}, for all sizes",
        PAPER,
        "rank ≥ D^E for almost all parameters, for all M, heights, even widths, windows and channels "
        f"that meet the hypotheses with {concrete}",
        concrete,
        THEOREM_1,
    )
