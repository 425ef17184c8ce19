"""A linear last layer: the rank of a sum of local functions, whatever they are (THEORY 6.1)."""

from __future__ import annotations

from ...algebra.powers import Powers
from ...algebra.rectifier import POOLINGS
from ...errors import ResourceError
from ...graphs.local_sums import LocalSum, dimension, local_sum, summand_scopes
from ...graphs.network import Network
from ...graphs.partition import P, Partition, Q, named
from ..claim import MEMORY, MOST_SITES, RankClaim
from ..rectifier_rank import rectifier_ranks, summed_layers
from ..registry import PROJECT, Sizes, result
from ..verdict import Claim, Status, Step, Verdict, not_applicable, outcome
from ..verify_bound import WEIGHTS, network_of, one_of

TITLE = "Sums of local functions"
SEEDS = 5
FOUR: Sizes = {"M": 2, "H": 4, "layers": "3/1:4,4/4:1"}


@result(
    name="local-sums",
    title=TITLE,
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
    weights: str = "shared",
) -> Verdict:
    """The scopes on the graph, the best split by a minimum cut, and exact ranks against the bound."""
    network = network_of(None, M, H, W, layers)
    one_of("weights", weights, WEIGHTS)
    one_of("pooling", pooling, POOLINGS)
    cut = named(partition, network.H, network.W)
    found = _split(network, cut, pooling)
    if isinstance(found, str):
        return not_applicable(
            TITLE, PROJECT, [found], network=network, weights=weights, partition=partition
        )
    claim = Claim("<=", Powers([(found.bound, 1)]))
    steps = [
        Step(
            "scopes",
            "graph",
            Status.PASSED,
            f"{pooling}: a sum of {len(found.scopes)} functions, one a location "
            f"{summed_layers(pooling)} below the output; scopes inside others are joined to them",
        ),
        _split_step(found, cut, M),
        Step(
            "expansion",
            "lemma: THEORY 6.1, a basis of the functions of the P-sites (Q-sites) that occur",
            Status.LEMMA,
            "f is a sum of d_P + d_Q products of a function of the P-sites and one of the Q-sites",
        ),
        _ranks_step(network, cut, pooling, weights, found.bound),
    ]
    return Verdict(
        TITLE,
        PROJECT,
        *outcome(steps, f"rank ≤ {found.bound} for all real parameters, {pooling}"),
        network=network,
        weights=weights,
        partition=partition,
        claim=claim,
        steps=tuple(steps),
    )


@local_sums.variant("constants once", "rank ≤ d_P + d_Q - 1: both spaces hold the constants", FOUR)
def constants_once(
    *, M: int, H: int, layers: str, W: int | None = None, partition: str = "left-right"
) -> RankClaim | str:
    """A function of the P-sites plus one of the Q-sites has rank 2."""
    return _variant(network_of(None, M, H, W, layers), partition, summed_layers("relu-sum"), 1)


@local_sums.variant(
    "any order", "rectifying before the sum or after it is the same: two layers are sums", FOUR
)
def any_order(
    *, M: int, H: int, layers: str, W: int | None = None, partition: str = "left-right"
) -> RankClaim | str:
    """A rectified sum is no sum of functions of smaller scopes."""
    return _variant(network_of(None, M, H, W, layers), partition, summed_layers("sum-relu"), 0)


def _variant(network: Network, partition: str, levels: int, less: int) -> RankClaim | str:
    cut = named(partition, network.H, network.W)
    found = local_sum(summand_scopes(network, levels), cut, network.M)
    if found is None:
        return "the scopes have too many subsets"
    claim = Claim("<=", Powers([(found.bound - less, 1)]))
    return RankClaim(network, cut, "shared", claim, pooling="relu-sum")


def _split(network: Network, cut: Partition, pooling: str) -> LocalSum | str:
    """The best split, or why there is none."""
    if network.sites > MOST_SITES:
        return f"{network.sites} sites, and up to {MOST_SITES} are tried"
    found = local_sum(summand_scopes(network, summed_layers(pooling)), cut, network.M)
    return "the scopes have too many subsets to be counted" if found is None else found


def _split_step(found: LocalSum, cut: Partition, M: int) -> Step:
    """The dimensions once more, from the scopes and the split alone."""
    on_p = [scope for n, scope in enumerate(found.scopes) if n in found.on_p]
    on_q = [scope for n, scope in enumerate(found.scopes) if n not in found.on_p]
    d = [
        dimension([scope & frozenset(cut.sites(side)) for scope in scopes], M)
        for side, scopes in ((P, on_p), (Q, on_q))
    ]
    status = Status.PASSED if sum(d) == found.bound else Status.FAILED
    detail = f"{len(on_p)} given to P, {len(on_q)} to Q: d_P + d_Q = {d[0]} + {d[1]}"
    return Step("split", "minimum cut, integer arithmetic", status, detail)


def _ranks_step(network: Network, cut: Partition, pooling: str, weights: str, bound: int) -> Step:
    name, method = "random ranks", "exact ranks over Q at random integer parameters"
    try:
        report = rectifier_ranks(
            network, cut, pooling, weights=weights, trials=SEEDS, memory=MEMORY
        )
    except ResourceError as error:
        return Step(name, method, Status.NOT_RUN, str(error))
    ranks = [rank.lower for rank in report.ranks]
    holds = max(ranks) <= bound
    detail = f"{', '.join(map(str, ranks))} {'≤' if holds else 'and not ≤'} {bound}"
    return Step(name, method, Status.PASSED if holds else Status.FAILED, detail)
