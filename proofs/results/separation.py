"""Expressive efficiency: what an overlapping network reaches with few parameters, and a tree cannot."""

from __future__ import annotations

from ...algebra.powers import Powers
from ...algebra.random_parameters import parameter_count
from ...graphs.cuts import cut_graph
from ...graphs.network import Layer, Network, default_layers, positive
from ...graphs.partition import left_right
from ..claim import random_ranks_step
from ..registry import PAPER, result
from ..upper_bound import bound_of
from ..verdict import Claim, Status, Step, Verdict, not_applicable, outcome
from ..verify_bound import verify_bound

TITLE = "Separation"


@result(
    name="separation",
    title=TITLE,
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
    subject = f"M = {M}, H = W = {H}, D = {D}"
    if positive("H", H) < 2 or H & (H - 1):
        return not_applicable(TITLE, PAPER, [f"H = {H} is no power of two"], subject=subject)
    overlapping = Network(M, H, layers=default_layers(M, H, H))
    tree = Network(M, H, layers=_pooling(H, D))
    full = Powers([(M, H * H // 2)])
    steps = [
        _overlapping_step(overlapping, full),
        _cut_step(tree, D),
        random_ranks_step(tree, left_right(H), "shared", Claim("<=", Powers([(D + 1, 1)]))),
        _count_step(overlapping, tree, full),
    ]
    return Verdict(
        TITLE,
        PAPER,
        *outcome(
            steps,
            f"rank {full} with {parameter_count(overlapping, shared=True)} parameters; without overlap "
            f"D + 1 ≥ {full} channels are needed",
        ),
        subject=subject,
        partition="left-right",
        steps=tuple(steps),
    )


def _pooling(H: int, D: int) -> list[Layer]:
    """2/2:D up to one location, then 1/1:1."""
    return [Layer(2, 2, D)] * (H.bit_length() - 1) + [Layer(1, 1, 1)]


def _overlapping_step(network: Network, full: Powers) -> Step:
    """The whole check of Theorem 1 on the overlapping network."""
    verdict = verify_bound(network)
    rank = None if verdict.rank is None else verdict.rank.value
    holds = verdict.verified and rank == full
    return Step(
        "overlapping",
        "Theorem 1, factored, over Q",
        Status.PASSED if holds else Status.FAILED,
        f"{network.syntax} has rank {rank} at its explicit assignment ({len(verdict.steps)} steps of "
        f"theorem-1, {verdict.outcome}), and {full} is full rank",
    )


def _cut_step(tree: Network, D: int) -> Step:
    """The location of the last pooling layer separates left from right; its N(S) is D + 1."""
    graph = cut_graph(tree, left_right(tree.H))
    chosen = frozenset([(tree.depth - 1, (0, 0))])
    name, method = "tree", "graph, integer arithmetic"
    if not graph.separates(chosen):
        return Step(name, method, Status.FAILED, "the last pooling location does not separate")
    found = bound_of(graph, chosen).value
    return Step(
        name,
        method,
        Status.PASSED if found == Powers([(D + 1, 1)]) else Status.FAILED,
        f"{tree.syntax}: the last pooling location separates, and rank ≤ N(S) = {found} = D + 1 for all "
        "parameters",
    )


def _count_step(overlapping: Network, tree: Network, full: Powers) -> Step:
    """The parameters of both sides; a tree's count grows with its last D."""
    few = parameter_count(overlapping, shared=True)
    H, M = overlapping.H, overlapping.M
    formula = (H // 2 + 1) ** 2 * M * (M + 1) + H * H * (M + 1)
    here = parameter_count(tree, shared=True)
    agrees = few == formula
    return Step(
        "parameters",
        "count",
        Status.PASSED if agrees else Status.FAILED,
        f"overlapping, shared weights: {few}{'' if agrees else f', not {formula}'}; without overlap {here} "
        f"here, and more than {full} − 1 in any network of this kind that reaches {full}",
    )
