"""Expressive efficiency: what an overlapping network reaches with few parameters, and a tree cannot
(THEORY 5).

Theorem. H a power of two, left-right. The headline's network has rank M^(H²/2) for almost all
parameters, with (H/2 + 1)² M (M + 1) + H² (M + 1) of them. A network of non-overlapping 2x2 windows
with D channels in its last pooling layer, then 1/1:1, has rank <= D + 1 for all parameters: to compute
the same functions it needs D + 1 >= M^(H²/2).

Proof. The headline; and the one location of the last pooling layer separates left from right. QED

Source: Sharir and Shashua (2018); THEORY 5.
"""

from __future__ import annotations

from ...algebra.powers import Powers
from ...algebra.random_parameters import parameter_count
from ...graphs.network import Layer, Network, Vertex, default_layers, positive
from ...graphs.partition import left_right
from ...graphs.separating_sets import cut_graph
from ..decide import random_ranks_step
from ..monomial_count import bound_of
from ..setting import SHARED, Setting, Subject
from ..steps import Fails, need, step
from ..theorem import PAPER, theorem
from ..verdict import NotApplicable, Verdict, conclude
from .theorem_1 import verified


@step("overlapping", "Theorem 1, factored, over Q")
def overlapping(network: Network, full: Powers) -> str:
    """The whole check of Theorem 1 on the overlapping network."""
    try:
        verdict = verified(network, SHARED, "left-right")
    except NotApplicable as why:
        raise Fails(f"{network.syntax}: {why}") from None
    rank = None if verdict.rank is None else verdict.rank.value
    said = (
        f"{network.syntax} has rank {rank} at its explicit assignment ({len(verdict.steps)} steps of "
        f"theorem-1, {verdict.outcome}), and {full} is full rank"
    )
    need(verdict.verified and rank == full, said)
    return said


@step("tree", "graph, integer arithmetic")
def tree_cut(tree: Network, D: int) -> str:
    """The location of the last pooling layer separates left from right; its N(S) is D + 1."""
    graph = cut_graph(tree, left_right(tree.H))
    chosen = frozenset([Vertex(tree.depth - 1, (0, 0))])
    need(graph.separates(chosen), "the last pooling location does not separate")
    found = bound_of(graph, chosen).value
    said = (
        f"{tree.syntax}: the last pooling location separates, and rank ≤ N(S) = {found} = D + 1 for all "
        "parameters"
    )
    need(found == D + 1, said)
    return said


@step("parameters", "count")
def parameters(network: Network, tree: Network, full: Powers) -> str:
    """The parameters of both sides; a tree's count grows with its last D."""
    few, here = (parameter_count(one, shared=True) for one in (network, tree))
    H, M = network.H, network.M
    formula = (H // 2 + 1) ** 2 * M * (M + 1) + H * H * (M + 1)
    need(few == formula, f"overlapping, shared weights: {few}, not {formula}")
    return (
        f"overlapping, shared weights: {few}; without overlap {here} "
        f"here, and more than {full} − 1 in any network of this kind that reaches {full}"
    )


@theorem(
    name="separation",
    title="Separation",
    source=PAPER,
    section="expressive efficiency of overlapping networks; THEORY 5",
    statement="""
        H a power of two, left-right. The headline's network has rank M^(H²/2) for almost all
        parameters, with (H/2 + 1)²·M·(M + 1) + H²·(M + 1) of them. A network of non-overlapping 2x2
        windows with D channels in its last pooling layer, then 1/1:1, has rank ≤ D + 1 for all
        parameters: to compute the same functions it needs D + 1 ≥ M^(H²/2).
    """,
    latex=r"""
        Let $H$ be a power of two. The network $(H/2+1)/1{:}M,\ H/H{:}1$ has rank $M^{H^2/2}$ across
        the left-right partition for almost all parameters. A network of non-overlapping $2\times2$
        windows with $D$ channels in its last pooling layer has rank at most $D+1$, and so needs
        $D+1\ge M^{H^2/2}$ to compute the same functions.
    """,
    instances=[{"M": 2, "H": 4, "D": 3}, {"M": 3, "H": 8, "D": 5}, {"M": 2, "H": 32, "D": 9}],
)
def separation(*, M: int, H: int, D: int) -> Verdict:
    """Both ranks are computed: the overlapping one factored, the other one by the tree engine."""
    subject = Subject(partition="left-right", words=f"M = {M}, H = W = {H}, D = {D}")
    if positive("H", H) < 2 or H & (H - 1):
        raise NotApplicable(f"H = {H} is no power of two", about=subject)
    network = Network(M, H, layers=default_layers(M, H, H))
    tree = Network(M, H, layers=[Layer(2, 2, D)] * (H.bit_length() - 1) + [Layer(1, 1, 1)])
    full = Powers([(M, H * H // 2)])
    steps = [
        overlapping(network, full),
        tree_cut(tree, D),
        random_ranks_step(Setting(tree, left_right(H)), Powers(D + 1)),
        parameters(network, tree, full),
    ]
    return conclude(
        steps,
        f"rank {full} with {parameter_count(network, shared=True)} parameters; without overlap "
        f"D + 1 ≥ {full} channels are needed",
        subject=subject,
    )
