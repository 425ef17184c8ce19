"""Disjoint tiles of the windows of layer 1: a product of ranks, for any partition (THEORY 8.7).

Theorem. Any partition, shared or unshared weights, a tail after layer 1 that loses nothing. A tile is a
box of offsets of layer 1, inside its window and no larger than its stride. If the tile of location v
has p_v sites of P and q_v of Q inside the grid, rank >= prod over v of min(D_1 + 1, M^(p_v), M^(q_v))
for almost all parameters.

Proof. With neutral offsets outside the tile, layer 2 an affine sum at the tail's offsets, and products
above, the function is a product over v of g_v, affine in D_1 products over the sites of the tile of v;
these are disjoint, so that the rank is the product of the ranks of the g_v. Each g_v has the full rank
min(...) at indicators of different tuples of templates, so a minor of it is a nonzero polynomial in the
parameters, which are the same for all v; a product of nonzero polynomials is not zero. QED

Source: this project; the proof in full: THEORY 8.7. The rank is taken at random integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from math import prod

from ...algebra.powers import Powers
from ...algebra.witnesses.construction import Construction
from ...algebra.witnesses.tiles import tile_assignment
from ...errors import ResourceError
from ...graphs.connectivity import reaches_output
from ...graphs.network import AXES, Site
from ...graphs.pairs import route_graph
from ...graphs.partition import P, Q
from ...graphs.receptive_fields import tail_problem
from ...graphs.tiles import Tile, show_tile, sides_of_tiles, tiles
from ..decide import RankClaim
from ..setting import SHARED, Setting
from ..steps import need, step
from ..theorem import PROJECT, Sizes, theorem
from ..verdict import Candidate, Claim, NotApplicable, Verdict
from ..witness import by_witness

SMALL: Sizes = {"M": 2, "H": 4, "layers": "2/2:2,2/2:1", "partition": "columns"}
MOST_TILES = 16
MOST_TABLE, MOST_ENTRIES = 2**16, 50_000
"""Of an assignment that is ranked: entries of a tile's table, and rows of weights."""
EFFORT = 2


@dataclass(frozen=True)
class TileNumbers:
    """A setting, a tile, and the product of the theorem."""

    setting: Setting
    tile: Tile
    bound: Powers

    def construction(self) -> Construction:
        """Random integers on the tile.

        Raises
        ------
        ResourceError
            If its table or its entries would be too many.
        """
        network = self.setting.network
        sites, channels = prod(end - first for first, end in self.tile), network.channels[1]
        large = sites > MOST_TABLE.bit_length() or network.M**sites > MOST_TABLE
        if large or sites * channels > MOST_ENTRIES:
            raise ResourceError(f"a tile has {sites} sites and {channels} channels")
        return tile_assignment(network, self.tile, 0, shared=self.setting.shared)


def best(setting: Setting) -> TileNumbers:
    """The tile with the largest product.

    Raises
    ------
    NotApplicable
        If the tail loses inputs, or no tile has sites of both sides.

    Examples
    --------
    Four tiles of two columns, each with min(D_1 + 1, M^2) = 3:

    >>> best(Setting.read(**SMALL)).bound
    Powers([(3, 4)])
    """
    network = setting.network
    if network.depth < 2:
        raise NotApplicable("one layer: the theorem needs a layer above", about=setting)
    problem = tail_problem(network, 1)
    if network.plain and problem is not None:
        raise NotApplicable(problem, about=setting)
    most = network.passed_channels[1] + 1
    found = [
        TileNumbers(setting, tile, tile_product(setting, tile, most))
        for tile in islice(tiles(network), MOST_TILES)
    ]
    numbers = max(found, key=lambda numbers: numbers.bound)
    if numbers.bound.trivial:
        raise NotApplicable("no tile has sites of both sides", about=setting)
    return numbers


def tile_product(setting: Setting, tile: Tile, most: int) -> Powers:
    """The product over the locations of layer 1 of min(most, M^p, M^q).

    >>> tile_product(Setting.read(**SMALL), ((0, 2), (0, 2)), 5)
    Powers([(4, 4)])
    """
    counts, network = sides_of_tiles(setting.network, setting.partition, tile), setting.network
    # With groups a channel takes templates that its group does not see for one.
    kinds = min(network.M, network.passed_channels[0] + 1)
    return Powers((_least(most, kinds, min(pair)), count) for pair, count in counts.items())


def _least(most: int, M: int, exponent: int) -> int:
    """min(most, M^exponent)."""
    value = 1
    for _ in range(exponent):
        value *= M
        if M == 1 or value >= most:
            break
    return min(most, value)


@step("disjoint", "arithmetic, enumeration")
def disjoint(numbers: TileNumbers) -> str:
    """The tile is inside the window, and no site is in the tiles of two locations."""
    network, tile = numbers.setting.network, numbers.tile
    window = network.layers[0].window
    for (first, end), size in zip(tile, window, strict=True):
        need(0 <= first < end <= size, f"the offsets {show_tile(tile)} leave the window {window}")
    met: set[Site] = set()
    for sites in _sites_of_tiles(numbers):
        twice = met.intersection(sites)
        need(not twice, f"{min(twice, default=None)} is in two tiles")
        met.update(sites)
    return f"the offsets {show_tile(tile)} are in the window; {len(met)} sites, each in one tile"


@step("sites", "enumeration")
def counted(numbers: TileNumbers) -> str:
    """The sites of every tile, one by one, on both sides, and the product."""
    setting, product, both = numbers.setting, Powers(), 0
    first, second, *_ = (layer.groups for layer in setting.network.layers)
    M, D = setting.network.M, setting.network.channels[1] // max(first, second)
    kinds = M if first == 1 else M // first + 1
    for sites in _sites_of_tiles(numbers):
        sides = [setting.partition.side(site) for site in sites]
        p, q = sides.count(P), sides.count(Q)
        product *= min(D + 1, kinds ** min(p, q))
        both += bool(p and q)
    need(product == numbers.bound, f"∏ = {product}, and {numbers.bound} was said")
    return f"{both} tiles have both sides: ∏ = {product}"


def _sites_of_tiles(numbers: TileNumbers) -> list[list[Site]]:
    """The sites in the tile of every location, offset by offset."""
    network, (rows, columns) = numbers.setting.network, numbers.tile
    offsets = [(i, j) for i in range(*rows) for j in range(*columns)]
    graphs = [reaches_output(route_graph(network, [(0, 0)], axis)) for axis in AXES]
    live = [at for at in network.places(1) if all((1, at[a]) in graphs[a] for a in AXES)]
    seen = ([network.input_at(1, at, offset) for offset in offsets] for at in live)
    return [[site for site in sites if site is not None] for sites in seen]


@theorem(
    name="tile-bound",
    title="Disjoint tiles",
    source=PROJECT,
    section="THEORY 8.7",
    statement="""
        Any partition, shared or unshared weights, a tail after layer 1 that loses nothing. A tile
        is a box of offsets of layer 1 no larger than its stride. If the tile of location v has p_v
        sites of P and q_v of Q inside the grid, rank ≥ ∏_v min(D_1 + 1, M^(p_v), M^(q_v)) for
        almost all parameters. If layers are not plain, tiles have offsets whose inputs are
        different modulo the stride, the product is over live locations, and no tail condition is
        needed.
    """,
    latex=r"""
        Let a tile be a box of offsets of layer $1$ no larger than its stride, and let the tile of a
        location $v$ have $p_v$ sites of $P$ and $q_v$ of $Q$. If the tail after layer $1$ loses
        nothing, $\operatorname{rank}[\![\mathcal A]\!]\ge\prod_v\min(D_1+1,M^{p_v},M^{q_v})$ for
        almost all parameters, shared or unshared.
        If layers are not plain, tiles have offsets whose inputs are different modulo the stride,
        the product is over live locations, and no tail condition is needed.
    """,
    instances=[
        SMALL,
        {"M": 3, "H": 3, "W": 2, "layers": "2/2:4,2x1/2x1:1", "partition": "columns"},
        {"M": 3, "H": 4, "layers": "3/2:6,2/2:1", "partition": "checkerboard"},
        {"M": 2, "H": 4, "layers": "2/2:2,2/2:2,1/1:1", "partition": "rows", "weights": "unshared"},
        {"M": 2, "H": 32, "layers": "2/2:2,16/16:1", "partition": "checkerboard"},
    ],
    effort=EFFORT,
)
def tile_bound(
    *,
    M: int,
    H: int,
    layers: str,
    W: int | None = None,
    partition: str = "checkerboard",
    weights: str = SHARED,
) -> Verdict:
    """The best tile, its sites counted on the grid, and the exact rank at random integers there."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition, weights=weights)
    numbers = best(setting)
    return by_witness(
        setting,
        numbers.bound,
        numbers.construction(),
        before=[disjoint(numbers), counted(numbers)],
        numbers={"tile": show_tile(numbers.tile), "D_1": setting.network.channels[1]},
    )


@tile_bound.bounds
def candidate(setting: Setting, _least: Powers) -> Candidate:
    """Shared or unshared weights."""
    numbers = best(setting)
    by = f"disjoint tiles of offsets {show_tile(numbers.tile)} in layer 1 (THEORY 8.7)"
    return Candidate(numbers.bound, by, numbers.construction)


@tile_bound.variant("D + 2", "a tile contributes min(D_1 + 2, M^p, M^q)", SMALL)
def one_channel_more(
    *, M: int, H: int, layers: str, W: int | None = None, partition: str
) -> RankClaim:
    """The constant counts as one channel, not as two."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition)
    tile = best(setting).tile
    at_least = tile_product(setting, tile, setting.network.channels[1] + 2)
    return RankClaim.of_setting(setting, Claim(">=", at_least))
