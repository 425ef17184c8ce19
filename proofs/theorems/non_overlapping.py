"""Networks without overlap: the rank is bounded by capacities of a separating set (THEORY 5).

Theorem. All windows R <= S: the network is a tree. Give a location of layer l < L the capacity D_l + 1,
the output 1 and a site M. For a set S that meets every path between a site of P and a site of Q, rank
<= the product of the capacities of S, for all parameters. With 2x2 windows, H a power of two and
left-right this is D + 1, D the channels of the last pooling layer.

Proof. Fix the channel, or the constant that the next layer's bias adds, at every location of S, and the
template at every site of it: every remaining piece of the tree has its sites on one side only. So the
function is a sum of one product for every choice. QED

Source: Sharir and Shashua (2018), for 2x2 windows; in general: this project, THEORY 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import networkx as nx

from ...algebra.powers import Powers
from ...graphs.connectivity import connectivity_graph
from ...graphs.network import Vertex
from ...graphs.partition import P, Q
from ...graphs.separating_sets import CutGraph, cut_graph, minimum_cut
from ..decide import RankClaim, random_ranks_step
from ..interval import show_separator
from ..setting import SHARED, Setting
from ..steps import lemma, need, step
from ..theorem import PAPER, theorem
from ..verdict import Claim, NotApplicable, Verdict, conclude


@dataclass(frozen=True)
class TreeCut:
    """A separating set of a tree, and the product of its capacities."""

    setting: Setting
    chosen: frozenset[Vertex]
    capacity: Powers


EXPANSION = lemma(
    "expansion",
    "fix the channel, or the constant, chosen at every vertex of S",
    "every remaining piece of the tree has its sites on one side: a sum of one product a choice",
)


def best(setting: Setting) -> TreeCut:
    """The set of least capacity among a minimum cut and the sites of either side.

    Raises
    ------
    NotApplicable
        If a layer overlaps.

    Examples
    --------
    The location of layer 2, with D + 1 = 3:

    >>> cut = best(Setting.read(M=2, H=4, layers="2/2:3,2/2:2,1/1:1"))
    >>> cut.chosen, cut.capacity
    (frozenset({Vertex(layer=2, at=(0, 0))}), Powers([(3, 1)]))
    """
    network = setting.network
    if not network.is_tree:
        first = next(k for k in range(1, network.depth + 1) if network.overlaps(k))
        why = (
            "its window exceeds its stride"
            if network.is_plain(first)
            else "two locations see one input"
        )
        reason = f"layer {first} overlaps: {why}"
        raise NotApplicable(reason, about=setting)
    graph = cut_graph(network, setting.partition)
    sets = [minimum_cut(graph), graph.sites(P), graph.sites(Q)]
    found = [TreeCut(setting, s, Powers((_capacity(graph, v), 1) for v in s)) for s in sets]
    return min(found, key=lambda cut: cut.capacity)


@step("separator", "graph, integer arithmetic")
def separator(cut: TreeCut) -> str:
    """Without the set no path joins the sides, in the graph of all windows; its capacities multiplied."""
    network, partition = cut.setting.network, cut.setting.partition
    graph = connectivity_graph(network)
    output = Vertex(network.depth, (0, 0))
    graph = graph.subgraph({output, *nx.ancestors(graph, output)} - cut.chosen)
    where = show_separator(sorted(cut.chosen))
    for component in nx.weakly_connected_components(graph):
        sides = {partition.side(at) for layer, at in component if layer == 0}
        need(len(sides) < 2, f"a component without {where} has sites of both sides")
    capacity = Powers()
    for layer, _ in cut.chosen:
        last = layer == network.depth
        capacity *= 1 if last else network.channels[layer] + (layer > 0)
    need(capacity == cut.capacity, f"the capacity is {capacity}, not {cut.capacity}")
    return f"no component without {where} has sites of both sides; capacity {capacity}"


@theorem(
    name="non-overlapping",
    title="Networks without overlap",
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
    weights: str = SHARED,
) -> Verdict:
    """A minimum cut of the tree, its capacities, and ranks by the tree engine against it."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition, weights=weights)
    cut = best(setting)
    steps = [separator(cut), EXPANSION, random_ranks_step(setting, cut.capacity)]
    return conclude(
        steps,
        f"rank ≤ {cut.capacity} for all parameters over any field",
        setting=setting,
        claim=Claim("<=", cut.capacity),
    )


@non_overlapping.variant(
    "no constant",
    "a location of layer l has capacity D_l",
    {"M": 2, "H": 4, "layers": "2/2:3,2/2:2,1/1:1"},
)
def without_the_constant(
    *, M: int, H: int, layers: str, partition: str = "left-right"
) -> RankClaim:
    """The bias of the next layer adds the constant to the channels."""
    setting = Setting.read(M=M, H=H, layers=layers, partition=partition)
    if not setting.network.is_tree:
        raise NotApplicable("the network overlaps", about=setting)
    graph = cut_graph(setting.network, setting.partition)
    value = prod(_capacity(graph, v, constant=0) for v in minimum_cut(graph))
    return RankClaim.of_setting(setting, Claim("<=", Powers(value)))


def _capacity(graph: CutGraph, vertex: Vertex, constant: int = 1) -> int:
    if vertex == graph.output:
        return 1
    return graph.network.channels[vertex.layer] + (constant if vertex.layer else 0)
