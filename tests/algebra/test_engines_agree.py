"""The factored engine against the brute-force grid tensor and against an outside contraction."""

import random
from fractions import Fraction

import numpy as np
import pytest
from convac import (
    GF,
    QQ,
    ZZ,
    Assignment,
    Entry,
    InputError,
    Layer,
    Network,
    Powers,
    ResourceError,
    WeightRow,
    checkerboard,
    column_cut,
    constant,
    factored_rank,
    factorize,
    from_sites,
    grid_tensor,
    matricize,
    ones,
    select,
)
from convac.algebra.assignment import at
from convac.algebra.engines import require_scopes
from convac.algebra.estimates import largest_scope
from convac.algebra.factors import Factors
from convac.algebra.linear.exact import rank
from convac.algebra.random_parameters import random_assignment as dense_point
from convac.algebra.rings import Ring
from convac.graphs.partition import Partition
from examples import EXAMPLES
from hypothesis import given
from hypothesis import strategies as st
from strategies import RINGS, XY, assignments, networks, partitions


def rank_of_factors(assignment: Assignment, partition: Partition) -> Powers:
    return factored_rank(factorize(assignment), partition).rank


def dense_rank(assignment: Assignment, partition: Partition) -> Powers:
    matrix = matricize(grid_tensor(assignment), assignment.network.M, partition)
    return Powers([(rank(matrix, assignment.ring), 1)])


@st.composite
def cases(draw: st.DrawFn) -> tuple[Assignment, Partition]:
    """An assignment over any ring with a partition; polynomials grow fast, so they get few sites."""
    ring = draw(st.sampled_from(RINGS))
    network = draw(networks(8, 2) if ring is XY else networks())
    return draw(assignments(network, ring)), draw(partitions(network))


@given(cases())
def test_random_sparse_assignments(case: tuple[Assignment, Partition]) -> None:
    assert rank_of_factors(*case) == dense_rank(*case)


@given(cases())
def test_the_product_of_factors_is_the_grid_tensor(case: tuple[Assignment, Partition]) -> None:
    assignment, _ = case
    network, ring = assignment.network, assignment.ring
    factorization = factorize(assignment)
    tensor = grid_tensor(assignment)
    if factorization.function is None:
        assert not ring.nonzero(tensor).any()
        return
    if network.M == 1:
        assert factorization.function.factors == ()
        assert factorization.function.coefficient == tensor[0]
        return
    scope = tuple(range(network.sites))
    product = factorization.arithmetic.multiplied_out(
        scope, factorization.function.factors, factorization.function.coefficient
    )
    assert (product.ravel() == tensor).all()


def zeros_before(layer: Layer, axis: int, size: int) -> int:
    """As the documentation of ONNX has it for SAME_UPPER and SAME_LOWER, else what is given."""
    if layer.size not in ("same", "same-lower"):
        return layer.padding[axis]
    R, S, d = layer.window[axis], layer.stride[axis], layer.dilation[axis]
    total = max(0, ((size + S - 1) // S - 1) * S + ((R - 1) * d + 1) - size)
    return total // 2 if layer.size == "same" else (total + 1) // 2


def literal(assignment: Assignment, shown: list[int]) -> object:
    """THEORY 1 word for word, from the raw entries: channel 0 of the output on one input."""
    network, ring = assignment.network, assignment.ring
    W = network.W
    values = {
        (r, c): [ring.one if shown[r * W + c] == d else ring.zero for d in range(network.M)]
        for r in range(network.H)
        for c in range(W)
    }
    for layer, shape in enumerate(network.layers, start=1):
        (S, T), (p, q) = shape.stride, shape.dilation
        a, b = (zeros_before(shape, k, network.sizes[layer - 1][k]) for k in (0, 1))
        outputs = {}
        for u in range(network.sizes[layer][0]):
            for v in range(network.sizes[layer][1]):
                y = [ring.one] * shape.channels
                for e in assignment.entries:
                    spans = (e.locations or ((u, u + 1), (v, v + 1)),)
                    inside = all(
                        x in range(*span) for x, span in zip((u, v), spans[0], strict=True)
                    )
                    if e.layer != layer or not inside:
                        continue
                    for i in range(*e.offsets[0]):
                        for j in range(*e.offsets[1]):
                            x = values.get((S * u - a + p * i, T * v - b + q * j))
                            term = e.row.bias
                            for c, w in e.row.weights if x is not None else ():
                                term = ring.sum(term, ring.product(w, x[c]))
                            for c in range(*e.channels):
                                y[c] = ring.product(y[c], term)
                outputs[u, v] = y
        values = outputs
    return values[0, 0][0]


@given(cases(), st.integers(0, 10**6))
def test_the_grid_tensor_is_the_definition(case: tuple[Assignment, Partition], seed: int) -> None:
    assignment, _ = case
    network = assignment.network
    tensor = grid_tensor(assignment)
    entry = seed % len(tensor)
    shown = [
        entry // network.M ** (network.sites - 1 - k) % network.M for k in range(network.sites)
    ]
    assert tensor[entry] == literal(assignment, shown)


def random_assignment(network: Network, rng: random.Random, ring=ZZ) -> Assignment:  # type: ignore[no-untyped-def]
    entries = []
    for layer in range(1, network.depth + 1):
        rows, columns = network.layers[layer - 1].window
        for i in range(rows):
            for j in range(columns):
                for c in range(network.channels[layer]):
                    weights = [(d, rng.randint(-3, 3)) for d in range(network.channels[layer - 1])]
                    row = WeightRow(tuple(weights), rng.randint(-3, 3))
                    entries.append(Entry(layer, (c, c + 1), at(i, j), row))
    return Assignment(network, entries, ring)


def is_listed(network: Network, ring: Ring) -> bool:
    """Whether the grid tensor is soon enumerated: tables of exact objects are slow."""
    return ring is ZZ or network.M**network.sites <= 2**12


@pytest.mark.parametrize(
    ("name", "ring"),
    [
        (name, ring)
        for ring in (ZZ, QQ, GF(8388593))
        for name, network in EXAMPLES.items()
        if is_listed(network, ring)
    ],
    ids=str,
)
def test_named_examples_with_dense_parameters(name: str, ring: Ring) -> None:
    network = EXAMPLES[name]
    assignment = random_assignment(network, random.Random(name), ring)
    partition = (
        column_cut(network.H, network.W, 1)
        if network.W > 1
        else from_sites(network.H, network.W, [(0, 0)])
    )
    assert rank_of_factors(assignment, partition) == dense_rank(assignment, partition)


def test_one_sided_zeros_link_clusters() -> None:
    """h = [x1 = x2][x1 = x3][x2 = x4] with P = {0, 1, 2} has rank 2 (THEORY 3.4)."""
    arithmetic = Factors(ZZ, 2)
    equal = ZZ.table([1, 0, 0, 1], (2, 2))
    parts = [arithmetic.from_table(scope, equal) for scope in ((0, 1), (0, 2), (1, 3))]
    function = arithmetic.product((part, 0) for part in parts)
    from convac.algebra.factorize import Factorization

    assignment = Assignment(Network(2, 1, 4, layers="1x4/1x4:1"), [])
    partition = from_sites(1, 4, [(0, 0), (0, 1), (0, 2)])
    found = factored_rank(Factorization(assignment, arithmetic, function), partition)
    assert int(found.rank) == 2
    only_pair = arithmetic.product([(parts[2], 0), (parts[1], 0)])
    found = factored_rank(Factorization(assignment, arithmetic, only_pair), partition)
    assert int(found.rank) == 2


def test_a_product_that_cannot_be_nonzero_has_rank_zero() -> None:
    network = Network(2, 1, 2, layers="1x2/1x2:1")
    delta = select(0)
    never = WeightRow(((0, 1), (1, 1)), -1)  # x_0 + x_1 - 1 = 0 on one-hot inputs
    assignment = Assignment(
        network, [Entry(1, (0, 1), at(0, 0), delta), Entry(1, (0, 1), at(0, 1), never)]
    )
    assert int(rank_of_factors(assignment, column_cut(1, 2, 1))) == 0
    zero = Assignment(network, [Entry(1, (0, 1), at(0, 0), constant(0))])
    assert int(rank_of_factors(zero, column_cut(1, 2, 1))) == 0


def test_the_neutral_assignment_is_one() -> None:
    network = Network(3, 2, layers="2/1:2,2/2:1")
    assert factorize(Assignment(network, [])).function.factors == ()  # type: ignore[union-attr]
    assert int(rank_of_factors(Assignment(network, []), column_cut(2, 2, 1))) == 1


def test_large_scopes_are_refused_with_the_size() -> None:
    network = Network(2, 8, layers="8/1:2,8/8:2")
    assignment = random_assignment(network, random.Random(0))
    with pytest.raises(ResourceError, match=r"2\^\d+ entries"):
        factorize(assignment, most_entries=2**10)


@given(st.data(), networks(most_entries=256, most_layers=3), st.booleans())
def test_no_table_at_random_parameters_is_larger_than_predicted(
    data: st.DataObject, network: Network, shared: bool
) -> None:
    cut = data.draw(partitions(network))
    point = dense_point(network, 3, GF(8388593), shared=shared)
    factorization = factorize(point)
    assert factorization.function is not None
    clusters = factored_rank(factorization, cut).classes
    scopes = [scope for scope, _ in factorization.function.factors]
    scopes += [rows + columns for rows, columns in (one.scope(cut) for one in clusters)]
    largest = max(map(len, scopes), default=0)
    assert largest <= largest_scope(network, cut)


@pytest.mark.parametrize(
    ("layers", "sites"),
    [("2/1:1,2/2:1,2/2:1", 16), ("3/1:2,4/4:1", 16), ("2/2:2,2/2:1", 4), ("4/4:3", 1)],
)
def test_tables_that_would_not_fit_are_predicted(layers: str, sites: int) -> None:
    network = Network(3, 4, layers=layers)
    cut = checkerboard(4)
    assert largest_scope(network, cut) == sites
    if sites > 1:
        with pytest.raises(ResourceError, match=rf"over {sites} sites of 3 templates"):
            require_scopes(network, cut, GF(5), 14 * 3**sites - 1)
    require_scopes(network, cut, GF(5), 14 * 3**sites)


def test_two_entries_at_one_place_are_refused() -> None:
    network = Network(2, 2, layers="2/2:2")
    twice = [Entry(1, (0, 2), at(0, 0), ones(2)), Entry(1, (0, 1), ((0, 1), (0, 2)), select(0))]
    with pytest.raises(InputError, match="two entries"):
        factorize(Assignment(network, twice))


@pytest.mark.parametrize(
    "entry",
    [
        Entry(0, (0, 1), at(0, 0), select(0)),
        Entry(3, (0, 1), at(0, 0), select(0)),
        Entry(1, (0, 3), at(0, 0), select(0)),
        Entry(1, (1, 1), at(0, 0), select(0)),
        Entry(1, (0, 1), at(2, 0), select(0)),
        Entry(1, (0, 1), at(0, 0), select(2)),
        Entry(1, (0, 1), at(0, 0), select(0), at(2, 2)),
        Entry(1, (0, 1), at(0, 0), WeightRow(((0, 1), (0, 2)), 0)),
        Entry(1, (0, 1), at(0, 0), WeightRow(((0, 0.5),), 0)),
    ],
)
def test_entries_must_fit_the_network(entry: Entry) -> None:
    with pytest.raises(InputError):
        Assignment(Network(2, 2, layers="2/1:2,2/2:1"), [entry])


def test_only_channels_that_matter_are_evaluated() -> None:
    network = Network(2, 1, 2, layers="1x2/1:1000000000,1x2/1x2:1000000000")
    entries = [
        Entry(1, (0, 10**9), at(0, 0), select(0)),
        Entry(2, (0, 10**9), ((0, 1), (0, 2)), select(7)),
    ]
    assignment = Assignment(network, entries)
    assert assignment.live == ({0}, {7}, {0})
    assert int(rank_of_factors(assignment, column_cut(1, 2, 1))) == 1


@pytest.mark.parametrize("seed", range(6))
def test_an_outside_contraction_agrees(seed: int) -> None:
    """cotengra contracts one overlapping layer and a tree above it, exactly, on Fractions."""
    cotengra = pytest.importorskip("cotengra")
    rng = random.Random(seed)
    network = Network(2, 2, 4, layers="2x3/1:2,2/2:2,1x2/1x2:1")
    assignment = random_assignment(network, rng)
    arrays, inputs = [], []
    for layer in range(1, 4):
        _, width = network.sizes[layer]
        stride = network.layers[layer - 1].stride
        for index, local in enumerate(assignment.locals(layer)):
            u, v = divmod(index, width)
            for i, j, rows in local.offsets:
                r, c = stride[0] * u + i, stride[1] * v + j
                inside = r < network.sizes[layer - 1][0] and c < network.sizes[layer - 1][1]
                arrays.append(_affine(assignment, layer, rows, inside))
                child = f"{layer - 1},{r},{c}"
                inputs.append([child, f"{layer},{u},{v}"] if inside else [f"{layer},{u},{v}"])
    top = np.array([Fraction(1), Fraction(0)], dtype=object)  # pick channel 0 of the output
    arrays.append(top)
    inputs.append(["3,0,0"])
    sites = [f"0,{r},{c}" for r in range(2) for c in range(4)]
    contracted = cotengra.array_contract(arrays, inputs, sites, optimize="greedy")
    assert (np.asarray(contracted).ravel() == grid_tensor(assignment)).all()
    partition = column_cut(2, 4, 2)
    matrix = QQ.table([QQ.element(x) for x in np.ravel(contracted)], (256,))
    expected = rank(matricize(matrix, 2, partition), QQ)
    assert int(rank_of_factors(assignment, partition)) == expected


def _affine(assignment: Assignment, layer: int, rows, inside: bool) -> np.ndarray:  # type: ignore[no-untyped-def, type-arg]
    """W x + b as a matrix (input channel or the constant) x (output channel or the constant).

    A site's index is its template; later layers carry one more index value for the constant 1.
    """
    network = assignment.network
    outputs, size = network.channels[layer], network.channels[layer - 1]
    constant_in = layer > 1
    table = np.full((size + constant_in, outputs + 1), Fraction(0), dtype=object)
    for channel, number in rows.items():
        row = assignment.rows[number]
        for c, w in row.weights:
            table[c, channel] += w
        if constant_in:
            table[size, channel] += row.bias
        else:
            table[:, channel] += row.bias
    if constant_in:
        table[size, outputs] = Fraction(1)
    else:
        table[:, outputs] = Fraction(1)
    if inside:
        return table
    return np.array(
        [*(Fraction(assignment.rows[rows[c]].bias) for c in range(outputs)), Fraction(1)]
    )
