"""Disjoint tiles of the windows of layer 1: a product of ranks, for any partition (THEORY 8.7)."""

from __future__ import annotations

from ...algebra.constructions import tile_assignment
from ...algebra.powers import Powers
from ...graphs.network import Network
from ...graphs.partition import Partition, named
from ...graphs.tiles import Tile, show_tile, sides_of_tiles
from .. import theorem_1
from ..claim import RankClaim
from ..constructive import constructive_verdict
from ..lower_bounds import best_tile, tile_powers
from ..registry import PROJECT, Sizes, result
from ..verdict import Claim, Status, Step, Verdict, not_applicable
from ..verify_bound import WEIGHTS, network_of, one_of

TITLE = "Disjoint tiles"
SMALL: Sizes = {"M": 2, "H": 4, "layers": "2/2:2,2/2:1", "partition": "columns"}


@result(
    name="tile-bound",
    title=TITLE,
    source=PROJECT,
    section="THEORY 8.7",
    statement="""
        Any partition, shared or unshared weights, a tail after layer 1 that loses nothing. A tile is
        a box of offsets of layer 1 no larger than its stride. If the tile of location v has p_v
        sites of P and q_v of Q inside the grid, rank ≥ ∏_v min(D_1 + 1, M^(p_v), M^(q_v)) for almost
        all parameters.
    """,
    latex=r"""
        Let a tile be a box of offsets of layer $1$ no larger than its stride, and let the tile of a
        location $v$ have $p_v$ sites of $P$ and $q_v$ of $Q$. If the tail after layer $1$ loses
        nothing, $\operatorname{rank}[\![\mathcal A]\!]\ge\prod_v\min(D_1+1,M^{p_v},M^{q_v})$ for
        almost all parameters, shared or unshared.
    """,
    instances=[
        SMALL,
        {"M": 3, "H": 3, "W": 2, "layers": "2/2:4,2x1/2x1:1", "partition": "columns"},
        {"M": 3, "H": 4, "layers": "3/2:6,2/2:1", "partition": "checkerboard"},
        {"M": 2, "H": 4, "layers": "2/2:2,2/2:2,1/1:1", "partition": "rows", "weights": "unshared"},
        {"M": 2, "H": 32, "layers": "2/2:2,16/16:1", "partition": "checkerboard"},
    ],
)
def tile_bound(
    *,
    M: int,
    H: int,
    layers: str,
    W: int | None = None,
    partition: str = "checkerboard",
    weights: str = "shared",
) -> Verdict:
    """The best tile, its sites counted on the grid, and the exact rank at random integers there."""
    network = network_of(None, M, H, W, layers)
    one_of("weights", weights, WEIGHTS)
    cut = named(partition, network.H, network.W)
    found = best_tile(network, cut)
    if found is None:
        reason = _lost(network) or "no tile has sites of both sides"
        return not_applicable(
            TITLE, PROJECT, [reason], network=network, weights=weights, partition=partition
        )
    tile, at_least = found
    return constructive_verdict(
        TITLE,
        network,
        cut,
        weights,
        at_least,
        tile_assignment(network, tile, 0, shared=weights == "shared"),
        [disjoint_step(network, tile), counts_step(network, cut, tile, at_least)],
        {"tile": show_tile(tile), "D_1": network.channels[1]},
    )


@tile_bound.variant("D + 2", "a tile contributes min(D_1 + 2, M^p, M^q)", SMALL)
def one_channel_more(
    *, M: int, H: int, layers: str, W: int | None = None, partition: str
) -> RankClaim | str:
    """The constant counts as one channel, not as two."""
    network = network_of(None, M, H, W, layers)
    cut = named(partition, network.H, network.W)
    found = best_tile(network, cut)
    if found is None:
        return "no tile has sites of both sides"
    at_least = tile_powers(network, cut, found[0], network.channels[1] + 2)
    return RankClaim(network, cut, "shared", Claim(">=", at_least))


def disjoint_step(network: Network, tile: Tile) -> Step:
    """The tile is inside the window and no larger than the stride."""
    layer = network.layers[0]
    fits = all(
        0 <= first < end <= window and end - first <= stride
        for (first, end), window, stride in zip(tile, layer.window, layer.stride, strict=True)
    )
    status = Status.PASSED if fits else Status.FAILED
    detail = f"the offsets {tile} are in the window, and no more than the stride {layer.stride}"
    return Step("disjoint", "arithmetic", status, detail)


def counts_step(network: Network, cut: Partition, tile: Tile, at_least: Powers) -> Step:
    """The sites of every tile, counted on both sides, and the product."""
    counted = tile_powers(network, cut, tile, network.channels[1] + 1)
    status = Status.PASSED if counted == at_least else Status.FAILED
    both = sum(n for (p, q), n in sides_of_tiles(network, cut, tile).items() if p and q)
    return Step("sites", "enumeration", status, f"{both} tiles have both sides: ∏ = {counted}")


def _lost(network: Network) -> str | None:
    if network.depth < 2:
        return "one layer: the theorem needs a layer above"
    return theorem_1.lost(network, 1)
