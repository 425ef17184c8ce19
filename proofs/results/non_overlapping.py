"""Networks without overlap: the rank is bounded by capacities of a separating set (THEORY 5)."""

from __future__ import annotations

from math import prod

from ...algebra.powers import Powers
from ...algebra.tree import is_tree
from ...graphs.cuts import CutGraph, Vertex, cut_graph, minimum_cut
from ...graphs.network import Network
from ...graphs.partition import Partition, named
from ..claim import RankClaim, random_ranks_step
from ..registry import PAPER, result
from ..render import show_separator
from ..verdict import Claim, Status, Step, Verdict, not_applicable, outcome
from ..verify_bound import WEIGHTS, network_of, one_of

TITLE = "Networks without overlap"


@result(
    name="non-overlapping",
    title=TITLE,
    source=PAPER,
    section="the upper bound for networks without overlap; THEORY 5",
    statement="""
        All windows R ≤ S: the network is a tree. Give a location of layer l < L the capacity D_l +
        1, the output 1 and a site M. For a set S that meets every path between a site of P and a
        site of Q, rank ≤ the product of the capacities of S, for all parameters. With 2x2 windows,
        H a power of two and left-right this is D + 1, D the channels of the last pooling layer.
    """,
    latex=r"""
        Let all windows satisfy $R\le S$. For a set $S$ of locations and sites that meets every path
        between a site of $P$ and a site of $Q$, \[\operatorname{rank}[\![\mathcal
        A]\!]\le\prod_{v\in S}\operatorname{cap}(v),\] where a location of layer $l<L$ has capacity
        $D_l+1$, the output $1$ and a site $M$.
    """,
    instances=[
        {"M": 2, "H": 4, "layers": "2/2:3,2/2:2,1/1:1"},
        {"M": 2, "H": 4, "layers": "2/2:3,2/2:2,1/1:1", "partition": "checkerboard"},
        {"M": 2, "H": 4, "layers": "2/2:1,2/2:1,1/1:1", "partition": "rows"},
        {"M": 2, "H": 4, "layers": "1x4/1x4:3,4x1/4x1:1"},
        {"M": 2, "H": 8, "layers": "2/2:2,2/2:3,2/2:2,1/1:1", "partition": "column:3"},
        {"M": 2, "H": 16, "layers": "2/2:3,2/2:4,2/2:5,2/2:7,1/1:1", "weights": "unshared"},
    ],
)
def non_overlapping(
    *,
    M: int,
    H: int,
    layers: str,
    W: int | None = None,
    partition: str = "left-right",
    weights: str = "shared",
) -> Verdict:
    """A minimum cut of the tree, its capacities, and ranks by the tree engine against it."""
    network = network_of(None, M, H, W, layers)
    one_of("weights", weights, WEIGHTS)
    cut = named(partition, network.H, network.W)
    if not is_tree(network):
        first = next(k for k, layer in enumerate(network.layers, 1) if layer.overlaps)
        return not_applicable(
            TITLE,
            PAPER,
            [f"layer {first} overlaps: its window exceeds its stride"],
            network=network,
            weights=weights,
            partition=partition,
        )
    graph = cut_graph(network, cut)
    chosen, capacity = _least(graph, cut)
    steps = [
        _separator_step(graph, chosen, capacity),
        Step(
            "expansion",
            "lemma: fix the channel, or the constant, chosen at every vertex of S",
            Status.LEMMA,
            "every remaining piece of the tree has its sites on one side: a sum of one product a choice",
        ),
        random_ranks_step(network, cut, weights, Claim("<=", capacity)),
    ]
    return Verdict(
        TITLE,
        PAPER,
        *outcome(
            steps,
            f"rank ≤ {capacity} for all parameters over any field",
        ),
        network=network,
        weights=weights,
        partition=partition,
        claim=Claim("<=", capacity),
        steps=tuple(steps),
    )


@non_overlapping.variant(
    "no constant",
    "a location of layer l has capacity D_l",
    {"M": 2, "H": 4, "layers": "2/2:3,2/2:2,1/1:1"},
)
def without_the_constant(
    *, M: int, H: int, layers: str, partition: str = "left-right"
) -> RankClaim | str:
    """The bias of the next layer adds the constant to the channels."""
    network = network_of(None, M, H, None, layers)
    if not is_tree(network):
        return "the network overlaps"
    cut = named(partition, network.H, network.W)
    graph = cut_graph(network, cut)
    value = prod(_capacity(graph, v, constant=0) for v in minimum_cut(graph))
    return RankClaim(network, cut, "shared", Claim("<=", Powers([(value, 1)])))


def _least(graph: CutGraph, cut: Partition) -> tuple[frozenset[Vertex], Powers]:
    """The separating set of least capacity among a minimum cut and the sites of either side."""
    candidates = [minimum_cut(graph), graph.sites(0), graph.sites(1)]
    return min(((s, _product(graph, s)) for s in candidates), key=lambda pair: pair[1])


def _product(graph: CutGraph, chosen: frozenset[Vertex]) -> Powers:
    return Powers((_capacity(graph, v), 1) for v in chosen)


def _capacity(graph: CutGraph, vertex: Vertex, constant: int = 1) -> int:
    if vertex == graph.output:
        return 1
    network: Network = graph.network
    return network.M if vertex[0] == 0 else network.channels[vertex[0]] + constant


def _separator_step(graph: CutGraph, chosen: frozenset[Vertex], capacity: Powers) -> Step:
    separates = graph.separates(chosen)
    where = show_separator(sorted(chosen))
    detail = f"no component without {where} has sites of both sides; capacity {capacity}"
    status = Status.PASSED if separates else Status.FAILED
    return Step("separator", "graph, integer arithmetic", status, detail)
