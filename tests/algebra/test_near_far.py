"""The explicit assignments: product form, exact rank, and the family in q."""

from dataclasses import replace

import numpy as np
import pytest
from convac import QQ, Layer, Network, factored_rank, factorize, grid_tensor, theorem_1_assignment
from convac.algebra.powers import Powers
from convac.algebra.templates import absorb_templates
from convac.algebra.witnesses.construction import at_parameter
from convac.graphs.partition_names import named
from convac.graphs.receptive_fields import leaves_input
from convac.proofs.theorems import theorem_1
from convac.proofs.theorems.theorem_1 import Theorem1Numbers
from convac.proofs.verdict import NotApplicable
from hypothesis import given, reject
from hypothesis import strategies as st


@st.composite
def applicable(draw: st.DrawFn) -> Theorem1Numbers:
    """Instances of Theorem 1 with up to five layers, sizes that strides need not divide included."""
    axis = draw(st.sampled_from([0, 1]))
    sizes = [draw(st.integers(1, 6)), draw(st.integers(1, 6))]
    sizes[axis] += sizes[axis] % 2
    layers = []
    height, width = sizes
    depth = draw(st.integers(2, 5))
    for layer in range(depth):
        last = layer == depth - 1
        stride = (
            height if last else draw(st.integers(1, 3)),
            width if last else draw(st.integers(1, 3)),
        )
        window = [draw(st.integers(1, 5)), draw(st.integers(1, 5))]
        if layer:
            window = [max(window[0], stride[0]), max(window[1], stride[1])]
        layers.append(Layer((window[0], window[1]), stride, draw(st.sampled_from([1, 2, 4, 6]))))
        height, width = -(-height // stride[0]), -(-width // stride[1])
    network = Network(draw(st.integers(1, 4)), sizes[0], sizes[1], layers=layers)
    try:
        return theorem_1.numbers_at(network, axis, draw(st.integers(1, depth - 1)))
    except NotApplicable:
        reject()


def partition_of(numbers: Theorem1Numbers) -> str:
    return ("top-bottom", "left-right")[numbers.axis]


@given(applicable(), st.booleans())
def test_the_rank_is_exactly_what_the_proof_says(numbers: Theorem1Numbers, shared: bool) -> None:
    network = numbers.network
    construction = theorem_1_assignment(
        network, numbers.axis, numbers.windows, numbers.D, shared=shared
    )
    cut = named(partition_of(numbers), network.H, network.W)
    found = factored_rank(factorize(construction.assignment), cut).rank
    layer = numbers.K + 1
    outside = layer < network.depth and any(
        leaves_input(network.axis(axis), layer) for axis in (0, 1)
    )
    base = numbers.D + (shared and outside and numbers.D < network.M)
    assert found == Powers([(base, numbers.E)])


@given(applicable(), st.booleans())
def test_weights_are_shared_unless_a_location_needs_its_own(
    numbers: Theorem1Numbers, shared: bool
) -> None:
    construction = theorem_1_assignment(
        numbers.network, numbers.axis, numbers.windows, numbers.D, shared=shared
    )
    explicit = construction.family or construction.assignment
    if shared:
        assert explicit.shared


LEADING = [
    Network(2, 1, 6, layers="1x4/1:2,1x2/1x2:1,1x2/1x2:1,1x2/1x2:1"),
    Network(2, 1, 6, layers="1x4/1:2,1x2/1x2:2,1x2/1x2:1,1x2/1x2:1"),
    Network(2, 1, 10, layers="1x6/1:2,1x2/1x2:1,1x2/1x2:1,1x2/1x2:1,1x2/1x2:1"),
    Network(2, 3, 2, layers="1x2/1:2,1/1:1,2x1/2x1:1,2x2/2:1"),
]


@pytest.mark.parametrize("network", LEADING, ids=str)
def test_the_family_in_q_has_the_leading_form(network: Network) -> None:
    found = theorem_1.numbers_at(network, 1, 1)
    construction = theorem_1_assignment(network, 1, found.windows, found.D, shared=True)
    family = construction.family
    if network.syntax.count(":1") < 3:
        assert family is None  # a spare channel makes a product form
        return
    assert family is not None
    assert family.shared
    tensor = grid_tensor(family)
    powers = [max((m[0] for m in entry.to_dict()), default=0) for entry in tensor]
    top = max(powers)
    leading = QQ.table([entry.to_dict().get((top,), 0) for entry in tensor], tensor.shape)
    expected = grid_tensor(construction.assignment)
    assert np.all(leading == expected)
    member = at_parameter(family, 3)
    assert np.all(grid_tensor(member) == QQ.table([entry(3) for entry in tensor], tensor.shape))


def test_templates_are_absorbed() -> None:
    network = Network(2, 2, layers="2/1:2,2/2:1")
    construction = theorem_1_assignment(network, 1, (2,), 2, shared=True)
    F = [[1, 1], [0, 3]]
    absorbed = absorb_templates(construction.assignment, F)
    rational = [[QQ.element(x) for x in row] for row in F]
    assert np.all(grid_tensor(absorbed, templates=rational) == grid_tensor(construction.assignment))
    assert not np.all(grid_tensor(absorbed) == grid_tensor(construction.assignment))


def test_unshared_biases_make_the_pair_factors_the_identity() -> None:
    network = Network(3, 2, layers="2/1:3,2/2:1")
    construction = theorem_1_assignment(network, 1, (2,), 3, shared=False)
    factorization = factorize(construction.assignment)
    assert factorization.function is not None
    straddling = [t for scope, t in factorization.function.factors if len(scope) == 2]
    assert [factorization.arithmetic.tables[t].tolist() for t in straddling] == [
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    ] * 2


def test_replacing_an_entry_changes_the_function() -> None:
    network = Network(2, 2, layers="2/1:2,2/2:1")
    assignment = theorem_1_assignment(network, 1, (2,), 2, shared=True).assignment
    for index in range(len(assignment.entries)):
        entries = list(assignment.entries)
        row = replace(entries[index].row, bias=entries[index].row.bias + 7)
        entries[index] = replace(entries[index], row=row)
        changed = type(assignment)(network, entries)
        assert not np.all(grid_tensor(changed) == grid_tensor(assignment))
