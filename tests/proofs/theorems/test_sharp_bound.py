"""The sharp bound: its exact rank, its best numbers, and sabotage that its check must notice."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from cases import failed
from convac import (
    Network,
    NotApplicable,
    Powers,
    Setting,
    Verdict,
    factored_rank,
    factorize,
    sharp_assignment,
    theorems,
)
from convac.algebra.powers import power
from convac.graphs.pairs import crossing_pairs
from convac.graphs.partition_names import named
from convac.proofs.theorems import sharp_bound
from convac.proofs.theorems.sharp_bound import SharpNumbers, best, numbers_at
from convac.proofs.theorems.sharp_bound import check as check_setting
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import any_networks, plain_networks

THEOREMS = theorems()


def sharp(layers: str = "3/1:2,4/4:1", M: int = 3, H: int = 4) -> SharpNumbers:
    return best(Setting(Network(M, H, layers=layers), named("left-right", H, H)))


def check(numbers: SharpNumbers, **options: Any) -> Verdict:
    network = numbers.network
    return sharp_bound.check(
        Setting(network, named("left-right", network.H, network.W)), numbers, **options
    )


@given(st.data())
def test_the_bound_holds_on_any_layers(data: st.DataObject) -> None:
    """The steps pass, and no displacement along the axis has a larger bound (THEORY 8.3)."""
    network = data.draw(any_networks(most_entries=2048, most_layers=4, least_layers=2))
    axis = data.draw(st.sampled_from([0, 1]))
    n = network.axis(axis).size
    assume(n >= 2 and not network.plain)
    cut = named(
        f"{'row' if axis == 0 else 'column'}:{data.draw(st.integers(1, n - 1))}",
        network.H,
        network.W,
    )
    setting = Setting(network, cut, data.draw(st.sampled_from(["shared", "unshared"])))
    try:
        numbers = best(setting)
    except NotApplicable:
        return
    if numbers.bound.trivial:
        return
    verdict = check_setting(setting, numbers)
    assert verdict.verified, verdict
    assert verdict.rank is not None
    assert verdict.rank.value == numbers.bound
    pairs = crossing_pairs(network, numbers.fars, cut)
    assert len(pairs) == numbers.E


@given(st.data())
def test_the_rank_is_exactly_what_the_proof_says(data: st.DataObject) -> None:
    network = data.draw(plain_networks(most_entries=4096, most_layers=4))
    axis = data.draw(st.sampled_from([0, 1]))
    n = network.axis(axis).size
    assume(n >= 2)
    C = data.draw(st.integers(1, n - 1))
    shared = data.draw(st.booleans())
    cut = named(f"{'row' if axis == 0 else 'column'}:{C}", network.H, network.W)
    setting = Setting(network, cut, "shared" if shared else "unshared")
    try:
        numbers = best(setting)
    except NotApplicable:
        assume(False)
    construction = sharp_assignment(network, axis, numbers.windows, numbers.m, shared=shared)
    assert construction.explicit.shared or not shared
    assert factored_rank(factorize(construction.assignment), cut).rank == numbers.bound
    verdict = sharp_bound.check(setting, numbers)
    assert verdict, verdict.conclusion


def test_it_contains_theorem_1() -> None:
    """Wherever Theorem 1 applies, the sharp bound is at least as large."""
    for layers in ("3/1:2,4/4:1", "2/1:4,2/1:2,4/4:1", "2/1:4,2/2:2,2/2:1", "3/1:4,2/2:3,2/2:1"):
        paper = THEOREMS["theorem-1"](M=3, H=4, layers=layers)
        ours = THEOREMS["sharp-bound"](M=3, H=4, layers=layers)
        assert paper.bound is not None
        assert ours.bound is not None
        assert ours.bound >= paper.bound


@pytest.mark.parametrize("wrong", [{"E": 9}, {"m": 1}, {"T": 4}, {"T_S": 2}, {"C": 1}])
def test_other_numbers_fail(wrong: dict[str, int]) -> None:
    assert "hypotheses" in failed(check(replace(sharp(), **wrong)))  # type: ignore[arg-type]


def test_a_larger_exponent_fails_everywhere() -> None:
    assert {"hypotheses", "pairs", "rank"} <= set(failed(check(replace(sharp(), E=9))))


def test_a_witness_with_fewer_channels_fails() -> None:
    numbers = sharp()
    weaker = sharp_assignment(numbers.network, 1, numbers.windows, 1, shared=True)
    assert {"nonsingular", "rank"} <= set(failed(check(numbers, construction=weaker)))


def test_a_missing_pair_fails() -> None:
    numbers = sharp()
    pairs = list(crossing_pairs(numbers.network, numbers.fars, named("left-right", 4, 4)))
    assert failed(check(numbers, pairs=pairs[1:])) == ["pairs", "assignment"]


def test_the_best_windows_are_taken() -> None:
    """Every K and every attainable T of a small network, by trying all windows."""
    for layers in ("2/1:4,3/2:2,3/1:1,3/3:1", "3/2:3,2/1:2,2/1:1,3/3:1"):
        network = Network(4, 6, layers=layers)
        for C in range(1, 6):
            bounds = [Powers()]
            for K in range(1, network.depth):
                for windows in product(*(range(1, r + 1) for r in network.axis(1).windows[:K])):
                    try:
                        bounds.append(numbers_at(network, 1, C, windows).bound)
                    except NotApplicable:
                        continue
            setting = Setting(network, named(f"column:{C}", 6, 6))
            assert best(setting).bound == max(bounds)


def test_the_count_of_crossing_locations() -> None:
    """E+ against the pairs that are found one by one."""
    for n, C, T_S, T in product(range(2, 9), range(1, 8), range(1, 4), range(2, 9)):
        crossing = [v for v in range(n) if T_S * v < C <= T_S * v + T - 1 <= n - 1]
        assert sharp_bound.crossing_count(n, C, T_S, T) == len(crossing)


def test_it_is_at_most_the_matrix() -> None:
    assert power(3, 8) == sharp().bound
