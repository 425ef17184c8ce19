"""Disjoint tiles: the rank at random integers, and tiles and products that the check must refuse."""

from __future__ import annotations

from dataclasses import replace

from cases import any_settings, drawn_settings
from convac import Network, Powers, Setting, Status, factored_rank, factorize
from convac.algebra.witnesses.tiles import tile_assignment
from convac.graphs.partition_names import named
from convac.graphs.receptive_fields import tail_problem
from convac.graphs.tiles import Tile, tiles
from convac.proofs.theorems.tile_bound import TileNumbers, best, counted, disjoint, tile_product
from hypothesis import assume, given


@given(drawn_settings())
def test_the_rank_of_tiles(setting: Setting) -> None:
    """At random integers the rank is the product of THEORY 8.7, for every tile."""
    network = setting.network
    assume(tail_problem(network, 1) is None)
    for tile in list(tiles(network))[:3]:
        bound = tile_product(setting, tile, network.channels[1] + 1)
        assert any(at_seed(setting, tile, seed) == bound for seed in range(20))


@given(any_settings(most_entries=4096, least_layers=2))
def test_the_rank_of_tiles_on_any_layers(setting: Setting) -> None:
    """The same where layers pad, dilate, lose inputs and group channels."""
    network = setting.network
    assume(not network.plain)
    for tile in list(tiles(network))[:3]:
        bound = tile_product(setting, tile, network.passed_channels[1] + 1)
        if bound.trivial:
            continue
        numbers = TileNumbers(setting, tile, bound)
        assert disjoint(numbers).status is counted(numbers).status is Status.PASSED
        # Of small random integers every second point may be special.
        assert any(at_seed(setting, tile, seed) == bound for seed in range(20))


def at_seed(setting: Setting, tile: Tile, seed: int) -> Powers:
    """The exact rank at random integers."""
    built = tile_assignment(setting.network, tile, seed, shared=setting.shared)
    return factored_rank(factorize(built.assignment), setting.partition).rank


def test_a_tile_of_a_dilated_window_is_shorter() -> None:
    """Offsets 0 and 1 of 2/2 with dilation 2 lead neighbours to one site."""
    setting = Setting.read(M=2, H=1, W=4, layers="1x2/2d1x2:1,1x2/1x2:1", partition="left-right")
    assert [columns for _, columns in tiles(setting.network)] == [(0, 1), (1, 2)]
    numbers = TileNumbers(setting, ((0, 1), (0, 2)), Powers())
    assert disjoint(numbers).status is Status.FAILED


def test_tiles_and_products_that_are_wrong_fail() -> None:
    setting = Setting(Network(2, 4, layers="3/2:2,2/2:1"), named("columns", 4, 4))
    numbers = best(setting)
    assert disjoint(numbers).status is counted(numbers).status is Status.PASSED
    assert disjoint(replace(numbers, tile=((0, 3), (0, 2)))).status is Status.FAILED  # not disjoint
    assert disjoint(replace(numbers, tile=((2, 4), (0, 2)))).status is Status.FAILED  # no window
    larger = replace(numbers, bound=numbers.bound * Powers([(2, 1)]))
    assert counted(larger).status is Status.FAILED
    assert counted(replace(numbers, tile=((0, 2), (0, 1)))).status is Status.FAILED
