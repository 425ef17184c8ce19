"""Pairs at one displacement: offsets, matchings and ranks, and pairs that the check must refuse."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import networkx as nx
import numpy as np
from cases import any_settings, drawn_settings, overlapping
from convac import Network, Powers, Setting, Status, factored_rank, factorize, sharp_assignment
from convac.algebra.witnesses.near_far import displacement_assignment
from convac.graphs.displacements import (
    Displacement,
    Sides,
    crossing_corners,
    displacements,
    matched_corners,
)
from convac.graphs.network import Pair, Site
from convac.graphs.partition_names import named
from convac.graphs.receptive_fields import tail_extent, tail_failure, tail_problem
from convac.graphs.tail import live, tail_offsets
from convac.proofs.near_far import m_prime
from convac.proofs.theorems.displacement import (
    DisplacementNumbers,
    best,
    displacement,
    hypotheses,
    pairs,
)
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import any_networks, plain_networks


@given(overlapping())
def test_displacements_are_all_sums_of_offsets(network: Network) -> None:
    K = network.depth - 1
    found = {(step.tau, step.J): step for step in displacements(network, K)}
    expected = set()
    windows = [list(product(*map(range, layer.window))) for layer in network.layers[:K]]
    for offsets in product(*windows):
        tau, stride = (0, 0), (1, 1)
        for (i, j), layer in zip(offsets, network.layers, strict=False):
            tau = tau[0] + i * stride[0], tau[1] + j * stride[1]
            stride = stride[0] * layer.stride[0], stride[1] * layer.stride[1]
        last = [k + 1 for k, offset in enumerate(offsets) if offset != (0, 0)]
        if last and tau[0] < network.H and tau[1] < network.W:
            expected.add((tau, last[-1]))
            if (tau, last[-1]) in found and found[tau, last[-1]].fars == offsets:
                del found[tau, last[-1]]
    assert not found
    assert {(step.tau, step.J) for step in displacements(network, K)} == expected


def joined(corners: Sides, tau: Pair) -> list[tuple[Site, Site]]:
    """The pairs s, s + tau of corners."""
    found = np.argwhere(corners).tolist()
    return [((r, c), (r + tau[0], c + tau[1])) for r, c in found]


@given(drawn_settings())
def test_matchings_are_largest(setting: Setting) -> None:
    network, cut = setting.network, setting.partition
    K = network.depth - 1
    for step in displacements(network, K):
        crossing = crossing_corners(network, K, cut, step.tau)
        graph = nx.Graph(joined(crossing, step.tau))
        chosen = joined(matched_corners(crossing, step.tau), step.tau)
        assert len({site for pair in chosen for site in pair}) == 2 * len(chosen)
        assert all(cut.side(near) != cut.side(far) for near, far in chosen)
        assert len(chosen) == len(nx.max_weight_matching(graph, maxcardinality=True))


@given(drawn_settings())
def test_the_rank_is_the_bound(setting: Setting) -> None:
    """The exact rank is (m' + 1)^nu, for every K and some displacements."""
    network, cut = setting.network, setting.partition
    for K in range(1, network.depth):
        if tail_problem(network, K) is not None:
            continue
        for step in list(displacements(network, K))[:3]:
            m = m_prime(network, step.fars)
            if m < 1:
                continue
            built = displacement_assignment(network, step.fars, m, shared=setting.shared)
            crossing = crossing_corners(network, K, cut, step.tau)
            count = int(matched_corners(crossing, step.tau).sum())
            rank = factored_rank(factorize(built.assignment), cut).rank
            assert rank == Powers([(m + 1, count)])


@given(any_settings(most_entries=4096, most_layers=4, least_layers=2))
def test_the_rank_is_the_bound_on_any_layers(setting: Setting) -> None:
    """The same where layers pad, dilate, lose inputs and group channels: live locations count."""
    network, cut = setting.network, setting.partition
    assume(not network.plain)
    for K in range(1, network.depth):
        for step in list(displacements(network, K))[:3]:
            crossing = crossing_corners(network, K, cut, step.tau, step.fars)
            nu = int(matched_corners(crossing, step.tau).sum())
            numbers = DisplacementNumbers(setting, step, m_prime(network, step.fars), nu)
            if numbers.m < 1 or nu < 1:
                continue
            assert hypotheses(numbers).status is pairs(numbers).status is Status.PASSED
            built = numbers.construction().assignment
            assert factored_rank(factorize(built), cut).rank == numbers.bound


def test_a_padded_layer_has_the_pairs_of_its_windows() -> None:
    """`3/1p1` on 6 columns: u sees u - 1 and u + 1, of which 1, ..., 4 are inside, and 2 cross the cut."""
    setting = Setting.read(M=2, H=1, W=6, layers="1x3/1p0x1:1,1x6/1x6:1")
    numbers = best(setting)
    assert [(pair.location, pair.near, pair.far) for pair in numbers.pairs] == [
        ((0, 2), (0, 1), (0, 3)),
        ((0, 3), (0, 2), (0, 4)),
    ]
    assert displacement(
        M=2, H=1, W=6, layers="1x3/1p0x1:1,1x6/1x6:1", partition="left-right"
    ).verified
    far = replace(numbers, step=replace(numbers.step, fars=((0, 1),)))
    assert hypotheses(far).status is pairs(far).status is Status.FAILED


def test_a_location_that_the_tail_passes_by_is_not_counted() -> None:
    """Of five locations a window of two reads two; the others may read what they like."""
    layers = "1x2/1n1x5:1,1x2/1x2a0x{a}n1:1"
    for a, count in ((0, 1), (1, 1), (2, 0)):
        # Location 0 has the pair (0, 1) across the cut; the window begins a locations before it.
        setting = Setting.read(M=2, H=1, W=6, layers=layers.format(a=a), partition="column:1")
        network = setting.network
        assert [at for at, alive in enumerate(live(network.axis(1), 1)) if alive] == list(
            range(2 - a)
        )
        crossing = crossing_corners(network, 1, setting.partition, (0, 1), [(0, 1)])
        assert crossing.sum() == count


@given(any_networks(most_layers=4))
def test_the_tail_sees_an_input_once_at_most(network: Network) -> None:
    for axis in network.axes:
        alive = [{0}]
        for layer in range(network.depth, 0, -1):
            offsets = tail_offsets(axis, layer)
            seen = [axis.input_at(layer, u, i) for u in range(axis.sizes[layer]) for i in offsets]
            inside = [x for x in seen if x is not None]
            assert len(inside) == len(set(inside))
            assert set(offsets) <= set(range(axis.windows[layer - 1]))
            below = (axis.input_at(layer, u, i) for u in alive[0] for i in offsets)
            alive.insert(0, {x for x in below if x is not None})
            assert set(np.flatnonzero(live(axis, layer - 1)).tolist()) == alive[0]


@given(plain_networks(most_layers=4))
def test_plain_tails_are_those_of_the_paper(network: Network) -> None:
    for axis in network.axes:
        for layer in range(1, network.depth + 1):
            assert tail_offsets(axis, layer) == range(tail_extent(axis, layer))
        assert all(
            live(axis, K).all() for K in range(network.depth) if tail_failure(axis, K) is None
        )


def test_along_one_axis_it_is_the_sharp_assignment() -> None:
    network = Network(3, 6, layers="2/1:4,3/1:2,6/6:1")
    sharp = sharp_assignment(network, 1, (2, 3), 2, shared=True)
    displaced = displacement_assignment(network, [(0, 1), (0, 2)], 2, shared=True)
    assert sharp.assignment.entries == displaced.assignment.entries


def test_other_numbers_fail() -> None:
    setting = Setting(Network(2, 4, layers="3/1:2,4/4:1"), named("left-right", 4, 4))
    numbers = best(setting)
    assert hypotheses(numbers).status is pairs(numbers).status is Status.PASSED
    outside = Displacement(numbers.step.tau, ((0, 3),), 1)
    elsewhere = Displacement((0, 1), numbers.step.fars, 1)
    assert pairs(replace(numbers, nu=numbers.nu + 1)).status is Status.FAILED
    assert hypotheses(replace(numbers, m=numbers.m + 1)).status is Status.FAILED
    for step in (outside, elsewhere):
        assert hypotheses(replace(numbers, step=step)).status is Status.FAILED
        assert pairs(replace(numbers, step=step)).status is Status.FAILED


def test_only_layers_in_which_the_routes_differ_are_halved() -> None:
    """One channel in front of the first far offset is enough, and two between it and the last."""
    for layers, base in (
        ("1/1:2,2/1:2,4/4:1", 3),
        ("2/1:2,2/1:2,4/4:1", 2),
        ("2/1:4,2/1:2,4/4:1", 3),
    ):
        setting = Setting.read(
            M=3, H=1, W=4, layers=layers.replace("2/1", "1x2/1").replace("4/4", "1x4/1x4")
        )
        network = setting.network
        fars = [(0, 1) if layer.window[1] > 1 else (0, 0) for layer in network.layers[:-1]]
        m = m_prime(network, fars)
        assert m == base - 1
        built = displacement_assignment(network, fars, m, shared=True)
        rank = factored_rank(factorize(built.assignment), setting.partition).rank
        assert rank > 1
        assert rank.factors[0][0] == base


@given(drawn_settings(most_sites=8), st.sampled_from([-3, -2, 2, 5]))
def test_the_rank_is_the_same_for_every_weight(setting: Setting, z: int) -> None:
    """THEORY 8.3: exactly (m' + 1)^nu for every z but 0 and -1."""
    network, cut = setting.network, setting.partition
    for K in range(1, network.depth):
        if tail_problem(network, K) is not None:
            continue
        for step in list(displacements(network, K))[:2]:
            m = m_prime(network, step.fars)
            if m < 1:
                continue
            built = displacement_assignment(network, step.fars, m, shared=setting.shared, z=z)
            crossing = crossing_corners(network, K, cut, step.tau)
            count = int(matched_corners(crossing, step.tau).sum())
            rank = factored_rank(factorize(built.assignment), cut).rank
            assert rank == Powers([(m + 1, count)])
