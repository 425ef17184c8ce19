"""Upper bounds, and what a rank report proves."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from math import gcd

import pytest
from convac import GF, QQ, Assignment, InputError, Network, Powers, ResourceError, from_sites
from convac.algebra.engines import rank_at
from convac.algebra.random_parameters import random_assignment
from convac.graphs.partition import Partition
from convac.graphs.partition_names import named
from convac.graphs.separating_sets import cut_graph, minimum_cut
from convac.proofs.generic_rank import generic_rank, rank_at_parameters
from convac.proofs.monomial_count import bound_of
from convac.proofs.upper_bounds import upper_bound
from examples import EXAMPLES
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import networks, partitions

FIELD = GF(8388593)


def random_rank(network: Network, partition: Partition, seed: int, *, shared: bool) -> Powers:
    assignment = random_assignment(network, seed, FIELD, shared=shared)
    return rank_at(assignment, partition, "auto", 2**30).rank


@settings(max_examples=100, deadline=None)
@given(st.data(), networks(most_entries=512, most_layers=4), st.integers(0, 10**6))
def test_no_separating_set_bounds_below_a_rank(
    data: st.DataObject, network: Network, seed: int
) -> None:
    """Random separating sets: random vertices are left out of the whole graph while it separates."""
    partition = data.draw(partitions(network))
    graph = cut_graph(network, partition)
    rng = random.Random(seed)
    chosen = set(graph.parents)
    for vertex in rng.sample(sorted(chosen), len(chosen)):
        if rng.random() < 0.9 and graph.separates(chosen - {vertex}):
            chosen.remove(vertex)
    bound = bound_of(graph, frozenset(chosen)).value
    found = max(random_rank(network, partition, seed, shared=shared) for shared in (True, False))
    assert found <= bound
    assert found <= upper_bound(network, partition).value


@settings(deadline=None)
@given(st.data(), networks(most_entries=512), st.integers(0, 10**6))
def test_trees_are_bounded_by_capacities(data: st.DataObject, network: Network, seed: int) -> None:
    """THEORY 5: N(S) of a network without overlap is at most the product of the capacities."""
    layers = []
    for x in network.explicit.layers:
        (R, Q), (S, T), (d, e) = x.window, x.stride, x.dilation
        layers.append(replace(x, window=(min(R, S // gcd(S, d)), min(Q, T // gcd(T, e)))))
    tree = Network(network.M, network.H, network.W, layers=layers)
    assert tree.is_tree
    graph = cut_graph(tree, data.draw(partitions(tree)))
    rng = random.Random(seed)
    chosen = set(graph.parents)
    for vertex in rng.sample(sorted(chosen), len(chosen)):
        if graph.separates(chosen - {vertex}):
            chosen.remove(vertex)
    capacity = 1
    for layer, _ in chosen:
        inner = tree.channels[layer] + 1 if layer < tree.depth else 1
        capacity *= tree.M if layer == 0 else inner
    assert int(bound_of(graph, frozenset(chosen)).value) <= capacity


# THEORY 9 and 5: M, H, layers, partition, N(S)
VALUES = [
    (2, 4, "2/2:2,2/1:2,2/2:1", "left-right", 9),
    (2, 4, "3/2:2,2/2:1", "left-right", 9),
    (2, 4, "2/1:4,2/2:4,2/1:2,2/2:1", "left-right", 105),
    (2, 4, "2/2:3,2/2:2,1/1:1", "left-right", 3),
    (2, 4, "2/2:8,2/2:20,1/1:1", "left-right", 21),
    (2, 4, "2/1:4,2/2:2,2/2:1", "left-right", 16),
    (3, 6, "2/1:2,6/6:1", "left-right", 729),
    (2, 8, "2/2:2,2/2:3,2/2:2,1/1:1", "column:3", 163),
]


@pytest.mark.parametrize(("M", "H", "layers", "partition", "value"), VALUES)
def test_upper_bounds_that_are_met(M: int, H: int, layers: str, partition: str, value: int) -> None:
    network = Network(M, H, layers=layers)
    report = generic_rank(network, named(partition, H, H))
    assert report.exact
    assert int(report.upper.value) == int(report.lower.value) == value
    graph = cut_graph(network, named(partition, H, H))
    if report.upper.separator:
        assert graph.separates(report.upper.separator)
        again = bound_of(graph, frozenset(report.upper.separator))
        assert again.value == report.upper.value


def test_the_split_into_two_sides_is_needed() -> None:
    """THEORY 9: rank 4, where one count for both sides would say 3."""
    network = Network(2, 1, 5, layers="1x2/2x2:1,1x2/1x1:1,1x3/1x3:1")
    partition = named("column:3", 1, 5)
    assert random_rank(network, partition, 0, shared=True) == Powers([(4, 1)])
    assert upper_bound(network, partition).value >= Powers([(4, 1)])


def test_sets_that_do_not_separate_are_refused() -> None:
    graph = cut_graph(EXAMPLES["headline"], named("left-right", 4, 4))
    assert not graph.separates([])
    with pytest.raises(ValueError, match="does not separate"):
        bound_of(graph, frozenset())
    assert graph.separates(graph.sites(0))
    assert graph.separates(minimum_cut(graph))


def test_path_counts_and_sides() -> None:
    graph = cut_graph(Network(2, 1, 3, layers="1x2/1:2,1x3/1x3:1"), named("column:1", 1, 3))
    assert graph.paths == {
        (2, (0, 0)): 1,
        **{(1, (0, v)): 1 for v in range(3)},
        (0, (0, 0)): 1,
        (0, (0, 1)): 2,
        (0, (0, 2)): 2,
    }
    assert [graph.side[1, (0, v)] for v in range(3)] == [2, 1, 1]
    assert graph.side[graph.output] == 2


def test_partitions_must_fit_the_network() -> None:
    network = EXAMPLES["headline"]
    other = named("left-right", 6, 6)
    for function in (generic_rank, upper_bound):
        with pytest.raises(InputError, match="4x4 sites"):
            function(network, other)
    with pytest.raises(InputError, match="4x4 sites"):
        rank_at_parameters(Assignment(network, []), other)


def test_large_graphs_fall_back_on_the_matrix() -> None:
    network = Network(2, 64, layers="33/1:2,64/64:1")
    bound = upper_bound(network, named("left-right", 64, 64))
    assert bound.value == Powers([(2, 2048)])
    assert bound.separator == ()


def test_one_side_may_be_empty() -> None:
    network = EXAMPLES["headline"]
    report = generic_rank(network, from_sites(4, 4, []))
    assert report.exact
    assert int(report.lower.value) == 1


def test_bounds_answer_where_no_engine_runs() -> None:
    network = Network(2, 6, layers="4/1:2,6/6:1")
    report = generic_rank(network, named("left-right", 6, 6), memory=0.5)
    assert report.exact
    assert report.lower.value == Powers([(2, 18)])
    assert report.engine == "bounds"
    assert report.rank is None
    with pytest.raises(ResourceError, match="896 GiB"):
        generic_rank(network, named("left-right", 6, 6), engine="dense")
    assert generic_rank(network, named("checkerboard", 6, 6), memory=0.5).exact
    # The last window sees half of its input: only THEORY 8.10 and 8.13 need no more.
    lossy = generic_rank(
        Network(2, 6, layers="4/1:2,3/6:1"), named("checkerboard", 6, 6), memory=0.01
    )
    assert lossy.rank is None
    assert Powers([(2, 9)]) < lossy.lower.value < lossy.upper.value
    assert lossy.lower.by_lemma


def test_what_is_estimated_is_not_called_exact() -> None:
    """Over GF(2) random points miss: the report stays a lower bound, and says what it risks."""
    network = EXAMPLES["headline"]
    report = generic_rank(network, named("left-right", 4, 4), prime=2)
    assert not report.exact
    assert report.rank is not None
    assert report.rank == report.lower.value < report.upper.value
    assert report.failure == 1
    assert "PROVED" in str(report)
    assert "ESTIMATED" in str(report)
    more = generic_rank(network, named("left-right", 4, 4), prime=101, trials=3, seed=5)
    assert len(more.ranks) <= 3
    assert more.lower.value == max(more.ranks)


def test_trials_multiply_the_failure_bound() -> None:
    network = Network(2, 2, layers="2/1:1,1/1:2,2/2:1")
    partition = named("left-right", 2, 2)
    report = generic_rank(network, partition, trials=3)
    one = generic_rank(network, partition)
    assert report.failure is not None
    assert one.failure is not None
    if not report.exact:
        assert len(report.ranks) == 3
        assert report.failure < one.failure < Fraction(1, 1000)


def test_ranks_over_Q_at_given_parameters() -> None:
    network = EXAMPLES["overlap, then pooling"]
    partition = named("left-right", 4, 4)
    integral = rank_at_parameters(random_assignment(network, 3, QQ, shared=True), partition)
    assert integral.exact
    assert integral.field == "Q"
    assert integral.to_json()["of"] == "rank at the given parameters"
    zero = rank_at_parameters(Assignment(network, []), partition)
    assert int(zero.lower.value) == 1
    modular = rank_at_parameters(random_assignment(network, 3, GF(3), shared=True), partition)
    assert modular.lower.value <= Powers([(16, 1)])
    assert modular.upper.value == Powers([(2, 4)])


@pytest.mark.parametrize(
    "bad",
    [{"weights": "none"}, {"engine": "quick"}, {"seed": -1}, {"trials": 0}, {"trials": 10**9},
     {"prime": 4}, {"prime": 2**31 + 11}, {"seed": 1.5}],
)  # fmt: skip
def test_bad_arguments(bad: dict[str, object]) -> None:
    with pytest.raises(InputError):
        generic_rank(EXAMPLES["headline"], named("left-right", 4, 4), **bad)  # type: ignore[arg-type]
