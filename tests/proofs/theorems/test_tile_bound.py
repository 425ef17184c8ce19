"""Disjoint tiles: the rank at random integers, and tiles and products that the check must refuse."""

from __future__ import annotations

from dataclasses import replace

from cases import drawn_settings
from convac import Network, Powers, Setting, Status, factored_rank, factorize
from convac.algebra.witnesses.tiles import tile_assignment
from convac.graphs.partition_names import named
from convac.graphs.receptive_fields import tail_problem
from convac.graphs.tiles import tiles
from convac.proofs.theorems.tile_bound import best, counted, disjoint, tile_product
from hypothesis import assume, given


@given(drawn_settings())
def test_the_rank_of_tiles(setting: Setting) -> None:
    """At random integers the rank is the product of THEORY 8.7, for every tile."""
    network = setting.network
    assume(tail_problem(network, 1) is None)
    for tile in list(tiles(network))[:3]:
        built = [tile_assignment(network, tile, seed, shared=setting.shared) for seed in range(2)]
        ranks = [factored_rank(factorize(one.assignment), setting.partition).rank for one in built]
        assert max(ranks) == tile_product(setting, tile, network.channels[1] + 1)


def test_tiles_and_products_that_are_wrong_fail() -> None:
    setting = Setting(Network(2, 4, layers="3/2:2,2/2:1"), named("columns", 4, 4))
    numbers = best(setting)
    assert disjoint(numbers).status is counted(numbers).status is Status.PASSED
    assert disjoint(replace(numbers, tile=((0, 3), (0, 2)))).status is Status.FAILED  # not disjoint
    assert disjoint(replace(numbers, tile=((2, 4), (0, 2)))).status is Status.FAILED  # no window
    larger = replace(numbers, bound=numbers.bound * Powers([(2, 1)]))
    assert counted(larger).status is Status.FAILED
    assert counted(replace(numbers, tile=((0, 2), (0, 1)))).status is Status.FAILED
