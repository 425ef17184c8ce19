"""Rectifier networks: the evaluation against the definition, ranks, and the bound by local sums."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from console_script import call
from convac import (
    GF,
    QQ,
    ZZ,
    Assignment,
    Entry,
    InputError,
    Network,
    Partition,
    ResourceError,
    Setting,
    WeightRow,
    checkerboard,
    left_right,
    matricize,
    random_assignment,
    top_bottom,
)
from convac.algebra.linear.multimodular import rank_over_Q
from convac.algebra.linear.rank_bounds import rank_bounds
from convac.algebra.rectifier import POOLINGS, Rectifier
from convac.algebra.rings import Table
from convac.graphs.local_sums import dimension, local_sum, summand_scopes
from convac.proofs.rectifier_rank import (
    rectifier_rank_at,
    rectifier_ranks,
    rectifier_upper_bound,
)
from flint import fmpq_mat
from hypothesis import given
from hypothesis import strategies as st
from strategies import assignments, networks, partitions

MEMORY = 2**28


def by_definition(assignment: Assignment, pooling: str) -> list[Fraction]:
    """The grid tensor, one input at a time, with Python's fractions."""
    network = assignment.network
    named: dict[tuple[int, int, int, int, int, int], WeightRow] = {}
    for entry in assignment.entries:
        u_end, v_end = network.sizes[entry.layer]
        locations = entry.locations or ((0, u_end), (0, v_end))
        for u, v, i, j, c in product(
            *(range(*span) for span in (*locations, *entry.offsets, entry.channels))
        ):
            named[entry.layer, u, v, i, j, c] = entry.row

    def exact(x: object) -> Fraction:
        return Fraction(x) if isinstance(x, int) else Fraction(int(x.p), int(x.q))  # type: ignore[attr-defined]

    def value(inputs: tuple[int, ...]) -> Fraction:
        x = {
            (r, c, d): Fraction(inputs[r * network.W + c] == d)
            for r, c, d in product(*map(range, (network.H, network.W, network.M)))
        }
        for number, layer in enumerate(network.explicit.layers, 1):
            y = {}
            size = network.sizes[number]
            for u, v, c in product(*map(range, (*size, layer.channels))):
                terms = []
                for i, j in product(*map(range, layer.window)):
                    row = named.get((number, u, v, i, j, c), WeightRow((), 0))
                    at = tuple(
                        S * w - a + d * k
                        for S, w, a, d, k in zip(
                            layer.stride, (u, v), layer.padding, layer.dilation, (i, j), strict=True
                        )
                    )
                    weighted = (exact(w) * x.get((*at, d), Fraction(0)) for d, w in row.weights)
                    terms.append(exact(row.bias) + sum(weighted, Fraction(0)))
                zero = Fraction(0)
                if number == network.depth:
                    y[u, v, c] = sum(terms, zero)
                elif pooling == "relu-sum":
                    y[u, v, c] = max(zero, sum(terms, zero))
                elif pooling == "relu-max":
                    y[u, v, c] = max(zero, *terms)
                else:
                    y[u, v, c] = sum((max(zero, term) for term in terms), zero)
            x = y
        return x[0, 0, 0]

    return [value(inputs) for inputs in product(range(network.M), repeat=network.sites)]


def _number(digits: list[int], base: int) -> int:
    number = 0
    for digit in digits:
        number = base * number + digit
    return number


def exact_rank(entries: list[Fraction], M: int, partition: Partition) -> int:
    table: Table = np.empty(len(entries), dtype=object)
    table[:] = entries
    matrix = matricize(table, M, partition)
    text = [[f"{x.numerator}/{x.denominator}" for x in row] for row in matrix.tolist()]
    return int(fmpq_mat([[QQ.element(x) for x in row] for row in text]).rank())


@given(st.data())
def test_evaluation_is_the_definition(data: st.DataObject) -> None:
    network = data.draw(networks(most_entries=300))
    assignment = data.draw(assignments(network, data.draw(st.sampled_from([ZZ, QQ]))))
    partition = data.draw(partitions(network))
    pooling = data.draw(st.sampled_from(POOLINGS))
    expected = by_definition(assignment, pooling)
    found = Rectifier(assignment, pooling)
    matrix = found.matrix(partition, MEMORY)
    M = network.M
    for inputs, entry in zip(product(range(M), repeat=network.sites), expected, strict=True):
        row, column = (
            _number([inputs[s] for s in found.sites if partition.sides[s] == side], M)
            for side in (0, 1)
        )
        assert Fraction(int(matrix[row, column]), found.scale) == entry
    assert max(map(abs, expected)) * found.scale <= found.bound
    assert rank_over_Q(matrix) == exact_rank(expected, network.M, partition)
    upper = rectifier_upper_bound(Setting(network, partition, pooling=pooling))
    assert rank_over_Q(matrix) <= int(upper.value)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_chunks_and_number_types_agree(pooling: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """float64, int64 and Python integers hold the same exact numbers, in chunks of any size."""
    network = Network(2, 3, layers="2/1:3,2/1:2,3/3:1")
    cut = Partition("corner", 3, 3, bytes([0, 0, 0, 1, 0, 1, 1, 1, 0]))
    point = random_assignment(network, 4, ZZ, shared=False)
    plain = Rectifier(point, pooling).matrix(cut, MEMORY)
    assert plain.dtype == np.int64
    monkeypatch.setattr("convac.algebra.rectifier.CHUNK_ENTRIES", 8)
    monkeypatch.setattr("convac.algebra.rectifier.EXACT_FLOAT", 1)
    assert (Rectifier(point, pooling).matrix(cut, MEMORY) == plain).all()
    monkeypatch.setattr("convac.algebra.rectifier.EXACT_INT64", 1)
    large = Rectifier(point, pooling).matrix(cut, MEMORY)
    assert large.dtype == object
    assert (large == plain).all()


def test_values_beyond_64_bits_are_exact() -> None:
    network = Network(2, 2, layers="1/1:1,2/2:1")
    entries = [
        Entry(1, (0, 1), ((0, 1), (0, 1)), WeightRow(((0, 10**20), (1, -1)), 1)),
        Entry(2, (0, 1), ((0, 2), (0, 2)), WeightRow(((0, 1),), 0)),
    ]
    report = rectifier_rank_at(Assignment(network, entries), left_right(2), "relu-sum")
    assert report.lower == 2
    matrix = Rectifier(Assignment(network, entries), "relu-sum").matrix(left_right(2), MEMORY)
    assert int(matrix[0, 0]) == 4 * (10**20 + 1)


# Seeds 0 ... 4, computed by a program that enumerates all inputs at once, without receptive fields.
MEASURED = {
    ("2/2:2,2/2:2,1/1:1", "relu-sum"): [143, 10, 65, 134, 12],
    ("3/1:2,2/2:2,2/2:1", "relu-sum"): [96, 1, 153, 200, 69],
    ("3/1:3,2/2:3,2/2:1", "relu-max"): [16, 3, 9, 4, 24],
    ("3/1:2,2/2:2,2/2:1", "sum-relu"): [13, 9, 9, 11, 3],
    ("2/2:8,2/2:8,1/1:1", "sum-relu"): [2, 2, 2, 2, 2],
}


@pytest.mark.parametrize(("layers", "pooling"), MEASURED)
def test_measured_ranks(layers: str, pooling: str) -> None:
    report = rectifier_ranks(Network(2, 4, layers=layers), left_right(4), pooling, trials=5)
    assert [rank.lower for rank in report.ranks] == MEASURED[layers, pooling]
    assert all(rank.exact for rank in report.ranks)


def test_distribution_and_largest_rank() -> None:
    network = Network(2, 4, layers="3/1:3,4/4:1")
    report = rectifier_ranks(network, left_right(4), "relu-sum", seed=1, trials=4)
    assert [rank.lower for rank in report.ranks] == [23, 23, 24, 24]
    assert {rank.lower: count for rank, count in report.distribution.items()} == {23: 2, 24: 2}
    assert report.exact
    assert report.lower == 24
    assert "EXACT  the largest rank of all parameters is 24." in str(report)
    single = rectifier_ranks(network, left_right(4), "relu-sum", seed=1)
    assert not single.exact
    assert "PROVED  23 ≤ largest rank of all parameters ≤ 24." in str(single)


# (layers, pooling, partition): the bound by local sums, by hand as the sum over the sets T.
LOCAL = [
    ("3/1:4,4/4:1", "relu-sum", left_right(4), 24),
    ("2/1:4,4/4:1", "relu-max", left_right(4), 9),
    ("2/2:4,2/2:4,1/1:1", "sum-relu", left_right(4), 2),
    ("3/1:4,2/2:4,2/2:1", "sum-relu", left_right(4), 24),
    ("3/1:4,2/2:4,2/2:1", "relu-sum", left_right(4), 256),
    ("3/1:4,4/4:1", "relu-sum", top_bottom(4), 24),
    ("3/1:4,4/4:1", "sum-relu", checkerboard(4, 4), 2),
]


@pytest.mark.parametrize(("layers", "pooling", "cut", "bound"), LOCAL)
def test_local_sums(layers: str, pooling: str, cut: Partition, bound: int) -> None:
    setting = Setting(Network(2, 4, layers=layers), cut, pooling=pooling)
    assert int(rectifier_upper_bound(setting).value) == bound


@given(st.data())
def test_local_sum_is_the_best_split(data: st.DataObject) -> None:
    """The minimum cut against all ways to give the summands to the sides; the dimension against a rank."""
    M = data.draw(st.integers(1, 3))
    sites = data.draw(st.integers(1, 4))
    cut = Partition(
        "any",
        1,
        sites,
        bytes(data.draw(st.lists(st.integers(0, 1), min_size=sites, max_size=sites))),
    )
    scopes = data.draw(
        st.lists(st.frozensets(st.integers(0, sites - 1)), min_size=1, max_size=4, unique=True)
    )

    def cost(on_p: frozenset[int]) -> int:
        p = [scopes[n] & frozenset(cut.sites(0)) for n in on_p]
        q = [scopes[n] & frozenset(cut.sites(1)) for n in range(len(scopes)) if n not in on_p]
        return dimension(p, M) + dimension(q, M)

    found = local_sum(scopes, cut, M)
    assert found is not None
    ways = product([False, True], repeat=len(scopes))
    assert found.bound == min(
        cost(frozenset(n for n, given_to_p in enumerate(way) if given_to_p)) for way in ways
    )
    assert found.bound == cost(frozenset(found.on_p))
    inputs = list(product(range(M), repeat=sites))
    indicators = [
        [int(all(x[s] == y[s] for s in scope)) for x in inputs] for scope in scopes for y in inputs
    ]
    assert rank_over_Q(np.array(indicators, dtype=object)) == dimension(scopes, M)


def test_scopes_of_summands() -> None:
    network = Network(2, 4, layers="2/2:3,2/2:3,1/1:1")
    assert summand_scopes(network, 1) == (frozenset(range(16)),)
    assert summand_scopes(network, 2)[0] == {0, 1, 4, 5}
    assert len(summand_scopes(network, 9)) == 16


@given(st.data())
def test_rank_bounds(data: st.DataObject) -> None:
    rows, columns = data.draw(st.integers(0, 6)), data.draw(st.integers(0, 6))
    size = data.draw(st.sampled_from([2, 10**12, 10**30]))
    entries = data.draw(
        st.lists(st.integers(-size, size), min_size=rows * columns, max_size=rows * columns)
    )
    exact = rank_over_Q(np.array(entries, dtype=object).reshape(rows, columns)) if entries else 0
    matrix = np.array(entries, dtype=object if size > 10**18 else np.int64).reshape(rows, columns)
    found = rank_bounds(matrix)
    assert (found.lower, found.upper) == (exact, exact)
    assert rank_bounds(matrix, exact).upper == exact


def test_rank_bounds_say_what_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Below full rank, without the means to go over Q, only an interval is left."""
    monkeypatch.setattr("convac.algebra.linear.rank_bounds.MOST_WORK", 0)
    matrix = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    found = rank_bounds(matrix)
    assert (found.lower, found.upper, found.exact) == (2, 3, False)
    assert rank_bounds(matrix, 2).exact
    # A prime that divides a minor shows less than the rank.
    assert rank_bounds(np.array([[8388593, 0], [0, 1]])).lower == 1


def test_what_is_refused() -> None:
    network = Network(2, 4, layers="2/1:1,4/4:1")
    with pytest.raises(InputError, match="known ones"):
        Rectifier(random_assignment(network, 0, ZZ, shared=True), "product")
    with pytest.raises(InputError, match="field Q"):
        Rectifier(random_assignment(network, 0, GF(7), shared=True), "relu-sum")
    with pytest.raises(ResourceError, match="this would need"):
        rectifier_ranks(Network(2, 8, layers="2/1:1,8/8:1"), left_right(8), "relu-sum")


def test_command_line() -> None:
    network = "rank --M 2 --H 4 --layers 3/1:4,4/4:1"
    result = call(
        *network.split(), "--pooling", "relu-sum", "--trials", "3", "--json", script="convac"
    )
    document = json.loads(result.stdout)
    assert (document["rank"]["value"], document["exact"], document["field"]) == (24, True, "Q")
    assert [rank["lower"] for rank in document["ranks"]] == [24, 24, 24]
    for options, word in [
        (["--field", "7"], "rectifiers need an order"),
        (["--certificate", "c.json"], "product pooling has certificates"),
        (["--H", "8", "--layers", "3/1:4,8/8:1"], "this would need"),
    ]:
        result = call(*network.split(), "--pooling", "relu-max", *options, script="convac")
        assert result.returncode == (4 if word == "this would need" else 2)
        assert word in result.stderr
        assert result.stderr.count("\n") == 1
