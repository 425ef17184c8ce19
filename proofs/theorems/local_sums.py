"""A linear last layer: the rank of a sum of local functions, whatever they are (THEORY 6.1).

Theorem. A rectifier network whose last layer is linear (with rectifiers before the sum: the last two
layers are sums). Its output is a sum of functions f_i of the sites S_i that one location sees. Give
every i to P or to Q; then for all parameters rank <= d_P + d_Q, where d_P is the sum of (M - 1)^|T|
over all T inside some S_i ∩ P with i given to P, and d_Q likewise. This holds for any functions f_i, so
for any activation in the layers below.

Proof. The products of nonconstant functions of single sites over the sets T are a basis of the
functions of the P-sites that occur; so the summands given to P are d_P products of a function of the
P-sites and one of the Q-sites, and those given to Q are d_Q. QED

Source: this project; the proof in full: THEORY 6.1. The best split is a minimum cut.
"""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx

from ...algebra.powers import Powers
from ...algebra.rectifier import POOLINGS
from ...errors import ResourceError
from ...graphs.connectivity import connectivity_graph
from ...graphs.local_sums import LocalSum, Scope, dimension, local_sum, summand_scopes
from ...graphs.network import Vertex
from ...graphs.partition import P, Q
from ..decide import MEMORY, MOST_SITES, RankClaim
from ..rectifier_rank import measured_rectifier, summed_layers
from ..setting import SHARED, Setting, one_of
from ..steps import NotRun, lemma, need, step
from ..theorem import PROJECT, Sizes, theorem
from ..verdict import Claim, NotApplicable, Verdict, conclude

SEEDS = 5
FOUR: Sizes = {"M": 2, "H": 4, "layers": "3/1:4,4/4:1"}


@dataclass(frozen=True)
class Split:
    """A setting, how many of its last layers are sums, and the best split of the summands."""

    setting: Setting
    levels: int
    found: LocalSum


EXPANSION = lemma(
    "expansion",
    "THEORY 6.1, a basis of the functions of the P-sites (Q-sites) that occur",
    "f is a sum of d_P + d_Q products of a function of the P-sites and one of the Q-sites",
)


def best(setting: Setting, levels: int) -> Split:
    """The split of least d_P + d_Q.

    Raises
    ------
    NotApplicable
        If the scopes have too many subsets to be counted.

    Examples
    --------
    With P = {0, 2} all three summands are given to P, and T is the empty set, {0} or {2}:

    >>> sizes = {"M": 2, "H": 1, "W": 4, "layers": "1x2/1:1,1x4/1x4:1", "partition": "columns"}
    >>> best(Setting.read(**sizes, pooling="relu-sum"), 1).found.bound
    3
    """
    network = setting.network
    if network.sites > MOST_SITES:
        reason = f"{network.sites} sites, and up to {MOST_SITES} are tried"
        raise NotApplicable(reason, about=setting)
    found = local_sum(summand_scopes(network, levels), setting.partition, network.M)
    if found is None:
        raise NotApplicable("the scopes have too many subsets to be counted", about=setting)
    return Split(setting, levels, found)


@step("scopes", "graph")
def scopes(split: Split) -> str:
    """What every summand sees, on the full connectivity graph, is inside one of the scopes."""
    network, listed = split.setting.network, split.found.scopes
    graph, top = connectivity_graph(network), Vertex(network.depth, (0, 0))
    layer = network.depth - min(split.levels, network.depth)
    summands = {top, *nx.ancestors(graph, top)}
    for vertex in sorted(v for v in summands if v.layer == layer):
        below = {vertex, *nx.ancestors(graph, vertex)}
        seen: Scope = frozenset(at[0] * network.W + at[1] for k, at in below if k == 0)
        inside = any(seen <= scope for scope in listed)
        need(inside, f"{vertex.at} of layer {layer} sees sites that are together in no scope")
    return (
        f"{split.setting.pooling}: a sum of {len(listed)} functions, one a location "
        f"{split.levels} below the output; scopes inside others are joined to them"
    )


@step("split", "minimum cut, integer arithmetic")
def dimensions(split: Split) -> str:
    """The dimensions once more, from the scopes and the split alone."""
    found, partition = split.found, split.setting.partition
    on_p = [scope for n, scope in enumerate(found.scopes) if n in found.on_p]
    on_q = [scope for n, scope in enumerate(found.scopes) if n not in found.on_p]
    d = [
        dimension(
            [scope & frozenset(partition.sites(side)) for scope in scopes], split.setting.network.M
        )
        for side, scopes in ((P, on_p), (Q, on_q))
    ]
    said = f"{len(on_p)} given to P, {len(on_q)} to Q: d_P + d_Q = {d[0]} + {d[1]}"
    need(sum(d) == found.bound, f"{said}, not {found.bound}")
    return said


@step("random ranks", "exact ranks over Q at random integer parameters")
def ranks(split: Split) -> str:
    """No rank at random parameters is larger."""
    bound = split.found.bound
    try:
        report = measured_rectifier(split.setting, trials=SEEDS, memory=MEMORY, constructions=False)
    except ResourceError as error:
        raise NotRun(str(error)) from None
    found = [rank.lower for rank in report.ranks]
    said = ", ".join(map(str, found))
    need(max(found) <= bound, f"{said} and not ≤ {bound}")
    return f"{said} ≤ {bound}"


@theorem(
    name="local-sums",
    title="Sums of local functions",
    source=PROJECT,
    section="THEORY 6.1",
    statement="""
        A rectifier network whose last layer is linear (with rectifiers before the sum: the last two
        layers are sums). Its output is a sum of functions f_i of the sites S_i that one location
        sees. Give every i to P or to Q; then for all parameters rank ≤ d_P + d_Q, where d_P is the
        sum of (M - 1)^|T| over all T inside some S_i ∩ P with i given to P, and d_Q likewise. This
        holds for any functions f_i, so for any activation in the layers below.
    """,
    latex=r"""
        Let $f=\sum_i f_i$, where $f_i$ depends on the sites $S_i$ only, and give every $i$ to $P$ or
        to $Q$. Then \[\operatorname{rank}[\![f]\!]\le d_P+d_Q,\qquad d_P=\sum_{T}(M-1)^{|T|},\] over
        all $T$ inside some $S_i\cap P$ with $i$ given to $P$, and $d_Q$ likewise.
    """,
    instances=[
        FOUR,
        {**FOUR, "partition": "checkerboard"},
        {**FOUR, "pooling": "relu-max", "weights": "unshared"},
        {"M": 3, "H": 2, "W": 4, "layers": "2/1:5,2x4/2x4:1"},
        {"M": 2, "H": 4, "layers": "2/2:8,2/2:8,1/1:1", "pooling": "sum-relu"},
        {"M": 2, "H": 4, "layers": "3/1:8,2/2:8,2/2:1", "pooling": "sum-relu"},
    ],
)
def local_sums(
    *,
    M: int,
    H: int,
    layers: str,
    W: int | None = None,
    pooling: str = "relu-sum",
    partition: str = "left-right",
    weights: str = SHARED,
) -> Verdict:
    """The scopes on the graph, the best split by a minimum cut, and exact ranks against the bound."""
    one_of("pooling", pooling, POOLINGS)
    setting = Setting.read(
        M=M, H=H, W=W, layers=layers, partition=partition, weights=weights, pooling=pooling
    )
    split = best(setting, summed_layers(pooling))
    bound = split.found.bound
    return conclude(
        [scopes(split), dimensions(split), EXPANSION, ranks(split)],
        f"rank ≤ {bound} for all real parameters, {pooling}",
        setting=setting,
        claim=Claim("<=", Powers(bound)),
    )


@local_sums.variant("constants once", "rank ≤ d_P + d_Q - 1: both spaces hold the constants", FOUR)
def constants_once(
    *, M: int, H: int, layers: str, W: int | None = None, partition: str = "left-right"
) -> RankClaim:
    """A function of the P-sites plus one of the Q-sites has rank 2."""
    return _variant(M, H, W, layers, partition, summed_layers("relu-sum"), 1)


@local_sums.variant(
    "any order", "rectifying before the sum or after it is the same: two layers are sums", FOUR
)
def any_order(
    *, M: int, H: int, layers: str, W: int | None = None, partition: str = "left-right"
) -> RankClaim:
    """A rectified sum is no sum of functions of smaller scopes."""
    return _variant(M, H, W, layers, partition, summed_layers("sum-relu"), 0)


def _variant(
    M: int, H: int, W: int | None, layers: str, partition: str, levels: int, less: int
) -> RankClaim:
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition, pooling="relu-sum")
    bound = best(setting, levels).found.bound
    return RankClaim.of_setting(setting, Claim("<=", Powers(bound - less)))
