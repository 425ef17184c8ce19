"""Ranks at given parameters: tree, factored, dense and brute force are each other's oracle."""

from __future__ import annotations

import random
from hashlib import shake_256

import flint
import numpy as np
import pytest
from convac import (
    GF,
    QQ,
    ZZ,
    InputError,
    Layer,
    Network,
    Powers,
    ResourceError,
    grid_tensor,
    matricize,
    rank_interval,
)
from convac.algebra.assignment_json import from_json, to_json
from convac.algebra.contraction import product_matrix
from convac.algebra.engines import rank_at
from convac.algebra.factors import Factors
from convac.algebra.linear import multimodular
from convac.algebra.linear.exact import rank, row_space
from convac.algebra.linear.multimodular import hadamard_bits, rank_over_Q
from convac.algebra.random_parameters import parameter_count, random_assignment
from convac.algebra.rings import Ring
from convac.algebra.tree_rank import tree_rank
from convac.graphs.partition import Partition
from convac.graphs.partition_names import named
from examples import EXAMPLES
from hypothesis import given
from hypothesis import strategies as st
from strategies import RINGS, XY, assignments, networks, partitions

GIB = 2**30


@st.composite
def trees(draw: st.DrawFn) -> Network:
    """Networks without overlap; windows smaller than strides and odd sizes included."""
    M = draw(st.integers(1, 3))
    H, W = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    while M ** (H * W) > 512:
        H, W = (H - 1, W) if H >= W else (H, W - 1)
    layers = []
    height, width = H, W
    depth = draw(st.integers(1, 3))
    for layer in range(depth):
        last = layer == depth - 1
        stride = (height, width) if last else (draw(st.integers(1, 3)), draw(st.integers(1, 3)))
        window = (draw(st.integers(1, stride[0])), draw(st.integers(1, stride[1])))
        layers.append(Layer(window, stride, draw(st.integers(1, 3))))
        height, width = -(-height // stride[0]), -(-width // stride[1])
    return Network(M, H, W, layers=layers)


def brute_force(assignment, partition: Partition) -> Powers:  # type: ignore[no-untyped-def]
    matrix = matricize(grid_tensor(assignment), assignment.network.M, partition)
    return Powers([(rank(matrix, assignment.ring), 1)])


@given(st.data(), trees(), st.sampled_from([r for r in RINGS if r is not XY]))
def test_tree_engine_on_sparse_assignments(
    data: st.DataObject, network: Network, ring: Ring
) -> None:
    assignment = data.draw(assignments(network, ring))
    partition = data.draw(partitions(network))
    assert network.is_tree
    assert Powers([(tree_rank(assignment, partition), 1)]) == brute_force(assignment, partition)


@given(st.data(), st.one_of(networks(), trees()), st.sampled_from([ZZ, QQ, GF(2), GF(8388593)]))
def test_all_engines_on_random_parameters(
    data: st.DataObject, network: Network, ring: Ring
) -> None:
    assignment = random_assignment(
        network, data.draw(st.integers(0, 99)), ring, shared=data.draw(st.booleans())
    )
    partition = data.draw(partitions(network))
    expected = brute_force(assignment, partition)
    engines = ["auto", "factored", "dense"] + (["tree"] if network.is_tree else [])
    for engine in engines:
        assert rank_at(assignment, partition, engine, GIB).rank == expected, engine


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("weights", ["shared", "unshared"])
def test_engines_on_named_examples(name: str, weights: str) -> None:
    network = EXAMPLES[name]
    assignment = random_assignment(network, 1, GF(8388593), shared=weights == "shared")
    for partition in ("checkerboard", "rows", "columns"):
        cut = named(partition, network.H, network.W)
        factored = rank_at(assignment, cut, "factored", GIB).rank
        assert rank_at(assignment, cut, "dense", GIB).rank == factored
        if network.is_tree:
            assert rank_at(assignment, cut, "tree", GIB).rank == factored


# THEORY 3.4, 5 and 7: layers, M, H, partition, weights, rank at random parameters
MEASURED = [
    ("3/1:2,4/4:1", 2, 4, "left-right", 256),
    ("3/1:2,2/2:3,2/2:1", 2, 4, "left-right", 256),
    ("2/1:4,2/1:2,4/4:1", 2, 4, "left-right", 256),
    ("2/1:4,2/2:2,2/2:1", 2, 4, "left-right", 16),
    ("2/1:4,2/2:4,2/1:2,2/2:1", 2, 4, "left-right", 105),
    ("3/1:2,2/2:4,1/2:1", 2, 4, "left-right", 81),
    ("3/1:2,1/2:4,2/2:1", 2, 4, "left-right", 9),
    ("2/1:2,6/6:1", 2, 6, "left-right", 64),
    ("2/1:2,8/8:1", 2, 8, "left-right", 256),
    ("2/1:2,6/6:1", 3, 6, "left-right", 729),
    ("3/1:1,6/6:1", 2, 6, "left-right", 4096),
    ("2/1:1,4/4:1", 3, 4, "left-right", 16),
    ("2/1:2,4/4:1", 4, 4, "left-right", 81),
    ("2/1:3,4/4:1", 5, 4, "left-right", 256),
    ("2/2:2,2/2:3,2/2:2,1/1:1", 2, 8, "column:3", 163),
    ("2/2:3,2/2:4,2/2:5,1/1:1", 2, 8, "left-right", 6),
    ("2/2:3,2/2:4,2/2:5,2/2:7,1/1:1", 2, 16, "left-right", 8),
    *(
        (f"2/2:{d1},2/2:{d2},1/1:1", 2, 4, partition, value)
        for partition, values in (
            ("left-right", (2, 3, 3, 6, 21)),
            ("checkerboard", (16, 81, 256, 81, 256)),
            ("rows", (16, 81, 256, 81, 256)),
        )
        for (d1, d2), value in zip([(1, 1), (2, 2), (3, 2), (2, 5), (8, 20)], values, strict=True)
        if (d1, partition) not in ((8, "checkerboard"), (8, "rows"))
    ),
    *(
        pytest.param("2/2:8,2/2:20,1/1:1", 2, 4, partition, 256, marks=pytest.mark.slow)
        for partition in ("checkerboard", "rows")
    ),
]


@pytest.mark.parametrize(("layers", "M", "H", "partition", "value"), MEASURED)
def test_measured_generic_ranks(layers: str, M: int, H: int, partition: str, value: int) -> None:
    network = Network(M, H, layers=layers)
    assignment = random_assignment(network, 0, GF(8388593), shared=True)
    assert int(rank_at(assignment, named(partition, H, H), "auto", 4 * GIB).rank) == value


def test_the_tree_engine_refuses_overlap() -> None:
    network = EXAMPLES["headline"]
    assignment = random_assignment(network, 0, GF(5), shared=True)
    with pytest.raises(InputError, match="without overlap"):
        rank_at(assignment, named("left-right", 4, 4), "tree", GIB)


def test_dense_is_refused_with_what_it_needs() -> None:
    network = Network(2, 64, layers="33/1:2,64/64:1")
    assignment = random_assignment(network, 0, GF(8388593), shared=True)
    with pytest.raises(ResourceError, match=r"2\^40\d\d B.*--engine auto"):
        rank_at(assignment, named("left-right", 64, 64), "dense", GIB)


@given(st.data(), st.integers(1, 3), st.sampled_from([2, 5, 8388593, 2**31 - 1]))
def test_product_matrix_is_the_product(data: st.DataObject, M: int, p: int) -> None:
    ring, rng = GF(p), random.Random(data.draw(st.integers(0, 10**6)))
    arithmetic = Factors(ring, M)
    sites = list(range(5))
    parts = []
    for _ in range(data.draw(st.integers(1, 4))):
        scope = tuple(sorted(rng.sample(sites, rng.randint(1, 3))))
        values = [rng.randrange(p) for _ in range(M ** len(scope))]
        parts.append(arithmetic.from_table(scope, ring.table(values, (M,) * len(scope))))
    function = arithmetic.product((part, 0) for part in parts)
    if function is None:
        return
    rows = tuple(sorted(rng.sample(sites, rng.randint(0, 5))))
    columns = tuple(s for s in sites if s not in rows)
    expected = arithmetic.multiplied_out(rows + columns, function.factors, ring.one)
    found = product_matrix(arithmetic, function.factors, rows, columns)
    assert (found == expected.reshape(found.shape)).all()


@given(st.integers(2, 2**26), st.integers(0, 10**6))
def test_large_tables_are_reduced_exactly(bound: int, seed: int) -> None:
    p = next(multimodular.primes_below(bound + 1))
    a, b = np.random.default_rng(seed).integers(0, p, (2, 5000))
    a[:4], b[:4] = [0, p - 1, p - 1, 1], [p - 1, p - 1, 1, 0]
    assert (GF(p).multiply(a, b) == a.astype(object) * b.astype(object) % p).all()
    assert (GF(p).add(a, b) == (a + b) % p).all()


# Rank over Q


@given(st.integers(49, 80), st.integers(49, 80), st.integers(0, 49), st.integers(0, 2**20))
def test_multimodular_rank_agrees_with_flint(n: int, m: int, r: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = (
        rng.integers(-3, 4, (n, r)) @ rng.integers(-3, 4, (r, m)) if r else np.zeros((n, m), int)
    )
    expected = flint.fmpz_mat(matrix.tolist()).rank()
    assert rank_over_Q(matrix) == expected
    primes = multimodular.primes_below(multimodular.FIRST_PRIME)
    assert multimodular._prove(matrix, 0, primes, flint.fmpz(1), None) == expected


def test_a_rank_modulo_p_is_not_the_rank_over_Q() -> None:
    """A diagonal of multiples of the first prime: rank 1 modulo it, 60 over Q."""
    p = multimodular.FIRST_PRIME
    matrix = ZZ.table([p * (i == j) for i in range(60) for j in range(61)], (60, 61))
    matrix[0, 0] = 1
    assert rank(matrix, GF(p)) == 1
    assert rank(matrix, ZZ) == 60
    rational = QQ.table([QQ.element(int(x)) / 7 for x in matrix.ravel()], matrix.shape)
    assert rank(rational, QQ) == 60
    # One prime alone would be taken for a proof if the bound were too small.
    deficient = matrix.copy()
    deficient[1] = 0
    assert rank(deficient, ZZ) == 59


@given(st.integers(1, 6), st.integers(0, 2**20))
def test_hadamard_bounds_every_minor(size: int, seed: int) -> None:
    matrix = np.random.default_rng(seed).integers(-9, 10, (size + 2, size + 1))
    bits = hadamard_bits(matrix, size)
    rng = random.Random(seed)
    for _ in range(20):
        rows = rng.sample(range(size + 2), size)
        columns = rng.sample(range(size + 1), size)
        minor = flint.fmpz_mat(matrix[np.ix_(rows, columns)].tolist()).det()
        assert abs(int(minor)) < 2**bits


@given(st.data(), st.sampled_from([ZZ, QQ, GF(5)]))
def test_row_spaces(data: st.DataObject, ring: Ring) -> None:
    values = [ring.element(data.draw(st.integers(-1, 2))) for _ in range(12)]
    table = ring.table(values, (3, 4))
    basis = row_space(table, ring)
    assert len(basis) == rank(table, ring) == rank(basis, ring)
    assert rank(np.concatenate([table, basis]), ring) == len(basis)


# Random parameters and files


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize(("ring", "name"), [(GF(8388593), "8388593"), (ZZ, "Q")])
def test_the_stream_is_reproduced_from_its_description(ring: Ring, name: str, shared: bool) -> None:
    network = Network(2, 2, 3, layers="2x1/1:2,2x3/2x3:1")
    assignment = random_assignment(network, 7, ring, shared=shared)
    for layer in (1, 2):
        text = f"convac-random/1 seed=7 field={name} layer={layer}"
        height, width = (1, 1) if shared else network.sizes[layer]
        rows, columns = network.layers[layer - 1].window
        D, inputs = network.channels[layer], network.channels[layer - 1]
        count = height * width * rows * columns * D * (inputs + 1)
        data = shake_256(text.encode()).digest(16 * count)
        numbers = [int.from_bytes(data[16 * k : 16 * k + 16], "big") for k in range(count)]
        values = iter([x % 8388593 if name != "Q" else x % 19 - 9 for x in numbers])
        for u in range(height):
            for v in range(width):
                local = assignment.locals(layer)[u * network.sizes[layer][1] + v]
                used = {(i, j): r for i, j, r in local.offsets}
                for i in range(rows):
                    for j in range(columns):
                        for c in range(D):
                            weights = {d: next(values) for d in range(inputs)}
                            row = assignment.rows[used[i, j][c]]
                            assert dict(row.weights) == {d: w for d, w in weights.items() if w}
                            assert row.bias == next(values)
    assert parameter_count(network, shared=True) == 2 * 2 * 3 + 6 * 3


def test_too_many_parameters_are_refused() -> None:
    with pytest.raises(ResourceError, match="parameters"):
        random_assignment(Network(2, 2, layers="99999/1:2,2/2:1"), 0, ZZ, shared=True)


@given(st.data(), networks(), st.sampled_from([ZZ, QQ, GF(5)]))
def test_assignments_as_json(data: st.DataObject, network: Network, ring: Ring) -> None:
    assignment = data.draw(assignments(network, ring))
    again = from_json(to_json(assignment), network, ring)
    assert again.entries == assignment.entries


GOOD = {
    "layer": 1, "channels": [0, 1], "offsets": [[0, 1], [0, 1]], "locations": None,
    "weights": {"0": "1/2"}, "bias": 1,
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"layer": 2}, {"layer": True}, {"layer": "1"}, {"channels": [0, 3]}, {"channels": [0.0, 1]},
        {"channels": 1}, {"offsets": [[0, 1]]}, {"offsets": [[0, 9], [0, 1]]}, {"weights": {"x": 1}},
        {"weights": {"0": 0.5}}, {"weights": {"0": "1 + 1"}}, {"weights": {"9": 1}}, {"weights": []},
        {"bias": None}, {"bias": "nan"}, {"bias": [1]}, {"extra": 1}, {"locations": [[0, 1], [1, 2]]},
        {"weights": {"0": "1/0"}}, {"weights": {"-1": 1}},
    ],
)  # fmt: skip
def test_documents_that_do_not_fit(change: dict[str, object]) -> None:
    network = Network(2, 1, layers="1/1:2")
    document = {"format": "convac-assignment/1", "entries": [GOOD]}
    assert from_json(document, network, QQ).entries[0].row.bias == 1
    with pytest.raises(InputError):
        from_json({**document, "entries": [{**GOOD, **change}]}, network, QQ)


@pytest.mark.parametrize(
    "document",
    [None, [], {}, {"format": "convac-assignment/1"}, {"format": "x", "entries": []},
     {"format": "convac-assignment/1", "entries": [1]},
     {"format": "convac-assignment/1", "entries": [], "more": 1}],
)  # fmt: skip
def test_other_documents(document: object) -> None:
    with pytest.raises(InputError):
        from_json(document, Network(2, 1, layers="1/1:2"), QQ)


@pytest.mark.parametrize("engine", ["factored", "dense", "tree"])
@pytest.mark.parametrize("layers", ["10/10:1", "2/2:3,5/5:1", "1/1:2,10/10:1"])
def test_one_template_on_more_sites_than_arrays_have_axes(engine: str, layers: str) -> None:
    network = Network(1, 10, layers=layers)
    point = random_assignment(network, 0, GF(101), shared=True)
    rank = rank_at(point, named("left-right", 10, 10), engine, 2**30).rank
    assert int(rank) in (0, 1)


@pytest.mark.parametrize("layers", ["2/2:3,1000000000/2:1", "1000000000/2:3,2/2:1"])
def test_windows_far_beyond_the_grid_cost_nothing(layers: str) -> None:
    """They see what windows as large as the grid see."""
    cut = named("left-right", 4, 4)
    clipped = layers.replace("1000000000", "4")
    far, near = (rank_interval(Network(2, 4, layers=x), cut) for x in (layers, clipped))
    assert (far.lower.value, far.upper.value) == (near.lower.value, near.upper.value)
