"""Weights and biases in arrays: what is read, exactly, and what is refused in which words."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np
import pytest
from convac import (
    QQ,
    ZZ,
    Assignment,
    InputError,
    Network,
    ResourceError,
    exact_rank,
    grid_tensor,
    left_right,
    rank_at_parameters,
    rectifier_rank_at,
    sharp_assignment,
)
from convac.algebra import arrays as arrays_module
from convac.algebra.rectifier import Rectifier
from flint import fmpq, fmpz
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from strategies import assignments, plain_networks

Arrays = list[np.ndarray[Any, Any]]


def to_arrays(assignment: Assignment) -> tuple[Arrays, Arrays]:
    """All weights and biases by location, entry by entry; what is not named is neutral."""
    network = assignment.network
    W, b = [], []
    for layer, of in enumerate(network.layers, 1):
        size = network.sizes[layer]
        inputs = network.channels[layer - 1]
        W.append(np.full((*size, of.channels, inputs, *of.window), 0, object))
        b.append(np.full((*size, of.channels, *of.window), 1, object))
    for entry in assignment.entries:
        spans = (*(entry.locations or [(0, n) for n in network.sizes[entry.layer]]), entry.channels)
        for u, v, c, i, j in product(*(range(*span) for span in (*spans, *entry.offsets))):
            b[entry.layer - 1][u, v, c, i, j] = entry.row.bias
            for d, weight in entry.row.weights:
                W[entry.layer - 1][u, v, c, d, i, j] = weight
    return W, b


def value(network: Network, W: Arrays, b: Arrays, x: Any) -> Any:
    """The network by its definition, in numpy: x has shape (M, H, W)."""
    for layer, of in enumerate(network.layers, 1):
        size = network.sizes[layer]
        (S_h, S_w), (R_h, R_w) = of.stride, of.window
        padded = np.zeros((len(x), S_h * size[0] + R_h, S_w * size[1] + R_w), x.dtype)
        padded[:, : x.shape[1], : x.shape[2]] = x
        y = np.zeros((of.channels, *size), x.dtype)
        for u, v in product(*map(range, size)):
            patch = padded[:, S_h * u : S_h * u + R_h, S_w * v : S_w * v + R_w]
            own = W[layer - 1] if W[layer - 1].ndim == 4 else W[layer - 1][u, v]
            bias = b[layer - 1] if b[layer - 1].ndim == 3 else b[layer - 1][u, v]
            y[:, u, v] = ((own * patch).sum(axis=1) + bias).prod(axis=(1, 2))
        x = y
    return x[0, 0, 0]


def numbers(network: Network, seed: int, unshared: bool) -> tuple[Arrays, Arrays]:
    """Random whole numbers, of shapes as they are asked for."""
    rng = np.random.default_rng(seed)
    W, b = [], []
    for layer, of in enumerate(network.layers, 1):
        front = network.sizes[layer] if unshared else ()
        shape = (of.channels, network.channels[layer - 1], *of.window)
        W.append(rng.integers(-2, 3, (*front, *shape)))
        b.append(rng.integers(-2, 3, (*front, of.channels, *of.window)))
    return W, b


@given(st.data())
def test_there_and_back(data: st.DataObject) -> None:
    network = data.draw(plain_networks())
    ring = data.draw(st.sampled_from([ZZ, QQ]))
    assignment = data.draw(assignments(network, ring))
    W, b = to_arrays(assignment)
    back = Assignment.from_arrays(network, W, b)
    assert (grid_tensor(back) == grid_tensor(assignment)).all()
    again = to_arrays(back)
    for mine, theirs in zip((*W, *b), (*again[0], *again[1]), strict=True):
        assert (mine == theirs).all()
    assert all(e.row.weights or e.row.bias != 1 for e in back.entries)


@given(st.data(), st.booleans(), st.integers(0, 99))
def test_shared_arrays_are_those_of_all_locations(
    data: st.DataObject, mixed: bool, seed: int
) -> None:
    network = data.draw(plain_networks(most_entries=64))
    W, b = numbers(network, seed, False)
    shared = Assignment.from_arrays(network, W, b)
    everywhere = [
        np.broadcast_to(array, (*network.sizes[layer], *array.shape))
        for layer, array in enumerate(W, 1)
    ]
    spread = Assignment.from_arrays(network, everywhere, b if mixed else to_arrays(shared)[1])
    assert shared.shared
    assert (grid_tensor(spread) == grid_tensor(shared)).all()


@given(st.data(), st.booleans(), st.integers(0, 99))
def test_the_network_is_evaluated_by_its_definition(
    data: st.DataObject, unshared: bool, seed: int
) -> None:
    """At inputs of whole numbers: template d shows row d of F, and F is any matrix here."""
    network = data.draw(plain_networks(most_entries=32))
    W, b = numbers(network, seed, unshared)
    F = np.random.default_rng(seed).integers(-2, 3, (network.M, network.M))
    tensor = grid_tensor(Assignment.from_arrays(network, W, b), templates=F.tolist())
    for place, shown in enumerate(product(range(network.M), repeat=network.sites)):
        x = F[list(shown)].T.reshape(network.M, network.H, network.W).astype(object)
        assert tensor[place] == value(network, W, b, x)


@pytest.mark.parametrize("layers", ["2x3/1x2:2,3x2/3x2:1", "1x2/2x1:3,2x4/2x4:1"])
def test_floating_point_numbers_are_those_of_numpy(layers: str) -> None:
    network = Network(2, 3, 4, layers=layers)
    rng = np.random.default_rng(1)
    W, b = (
        [np.asarray(rng.standard_normal(array.shape), np.float32) for array in arrays]
        for arrays in numbers(network, 1, False)
    )
    tensor = grid_tensor(Assignment.from_arrays(network, W, b), most_entries=2**12)
    for place in rng.integers(0, 2**12, 20):
        shown = [int(place) >> (11 - site) & 1 for site in range(12)]
        x = np.eye(2)[shown].T.reshape(2, 3, 4)
        exact = tensor[place]
        assert np.isclose(int(exact.p) / int(exact.q), value(network, W, b, x), rtol=1e-9)


ONE = Network(1, 1, layers="1/1:1")


def one(number: object, kind: Any = None, **options: Any) -> object:
    """The number that one weight becomes."""
    array = np.empty((1, 1, 1, 1), object if kind is None else kind)
    array[...] = number
    (entry,) = Assignment.from_arrays(ONE, [array], **options).entries
    return entry.row.weights[0][1]


@given(
    st.sampled_from([np.float16, np.float32, np.float64]).flatmap(
        lambda kind: hnp.arrays(kind, 1, elements={"allow_nan": False, "allow_infinity": False})
    )
)
def test_a_float_is_the_fraction_that_it_is(drawn: Any) -> None:
    exact = Fraction(float(drawn[0]))
    if exact:
        found = one(drawn[0], drawn.dtype)
        assert found == fmpq(exact.numerator, exact.denominator)


def test_kinds_of_numbers() -> None:
    long = np.finfo(np.longdouble).nmant >= 60  # it is a double on some machines
    assert one(1 + np.longdouble(2) ** -60, np.longdouble) == 1 + (fmpq(1, 2**60) if long else 0)
    assert one(2**63 - 1, np.int64) == 2**63 - 1
    assert one(2**64 - 1, np.uint64) == 2**64 - 1
    assert type(one(3, np.int8)) is int
    assert type(one(3.0, np.float32)) is int
    for number in (Fraction(3, 4), fmpq(3, 4), "3/4"):
        assert one(number) == fmpq(3, 4)
    assert one(fmpz(3)) == one(np.int32(3)) == one(10**30) - 10**30 + 3  # type: ignore[operator]


@given(st.floats(-1000, 1000, allow_subnormal=False), st.integers(1, 10**6), st.booleans())
def test_rounding_takes_the_nearest_multiple(number: float, q: int, plain: bool) -> None:
    array = np.array(number).reshape(1, 1, 1, 1)
    made = Assignment.from_arrays(ONE, [array], denominator=q if plain else np.int64(q))
    (entry,) = made.entries
    weights = dict(entry.row.weights)
    found = Fraction(str(weights.get(0, 0)))
    assert (found * q).denominator == 1
    assert abs(found - Fraction(number)) <= Fraction(1, 2 * q)
    assert made.rounded_to == q


def test_ties_go_to_the_even_multiple_and_reports_say_that_numbers_were_rounded() -> None:
    assert [one(x, float, denominator=2) for x in (0.75, 1.25)] == [1, 1]
    network = Network(2, 2, layers="2/2:1")
    W, b = numbers(network, 5, False)
    plain, rounded = (Assignment.from_arrays(network, W, b, denominator=q) for q in (None, 1000))
    words = "parameters rounded to multiples of 1/1000"
    cut = left_right(2)
    for shown in (
        repr,
        lambda a: repr(exact_rank(a, cut)),
        lambda a: str(rank_at_parameters(a, cut)),
    ):
        assert words in shown(rounded)
        assert "rounded" not in shown(plain)
    assert words in str(rectifier_rank_at(rounded, cut, "relu-sum"))
    assert words in rank_at_parameters(rounded, cut).to_json()["notes"]


def test_no_biases_are_zero() -> None:
    network = Network(2, 2, layers="1/1:2,2/2:1")
    W, b = numbers(network, 3, False)
    zero = [np.zeros_like(array) for array in b]
    for none, full in ((None, zero), ([None, None], zero), ([b[0], None], [b[0], zero[1]])):
        mine, theirs = (Assignment.from_arrays(network, W, x) for x in (none, full))
        assert (grid_tensor(mine) == grid_tensor(theirs)).all()


def test_neutral_rows_are_not_stored() -> None:
    network = Network(3, 8, layers="5/1:2,8/8:1")
    known = sharp_assignment(network, 1, (5,), 2, shared=True).assignment
    W, b = to_arrays(known)
    found = Assignment.from_arrays(network, [w[0, 0] for w in W], [x[0, 0] for x in b])
    assert found.shared
    assert len(found.entries) == 2 * 2 + 64
    assert exact_rank(found, left_right(8)).rank == exact_rank(known, left_right(8)).rank == 3**32


def test_neutral_is_another_bias_for_a_rectifier() -> None:
    """One layer is linear: (0 x_0 + 1) + (x_1 + 0)."""
    network = Network(2, 1, 2, layers="1x2/1x2:1")
    W, b = [np.array([[[[0, 0]], [[0, 1]]]])], [np.array([[[1, 0]]])]
    under_product, under_rectifier = (
        Assignment.from_arrays(network, W, b, rectifier=rectifier) for rectifier in (False, True)
    )
    assert [e.offsets[1] for e in under_product.entries] == [(1, 2)]
    assert [e.offsets[1] for e in under_rectifier.entries] == [(0, 1), (1, 2)]
    matrix = Rectifier(under_rectifier, "relu-sum").matrix(left_right(1, 2), 2**30)
    assert matrix.tolist() == [[1, 2]]
    assert Assignment.from_arrays(network, [0 * W[0]], rectifier=True).entries == ()


class Tensor:
    """Of another library: numpy reads it through `__array__`, or it says why not."""

    def __init__(self, array: Any, error: Exception | None = None) -> None:
        self.array, self.error = array, error

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        if self.error is not None:
            raise self.error
        return self.array


NETWORK = Network(2, 4, layers="3x2/1:3,4/4:1")
W, B = numbers(NETWORK, 1, False)


def test_tensors_of_other_libraries_are_read() -> None:
    found = Assignment.from_arrays(NETWORK, map(Tensor, W), (Tensor(b) for b in B))
    assert found.entries == Assignment.from_arrays(NETWORK, W, B).entries


NEEDED = "(3, 2, 3, 2) (D_out, D_in, R_h, R_w) is needed, or (4, 4, 3, 2, 3, 2) with one for each location"
NEEDED_BIAS = (
    "(3, 3, 2) (D_out, R_h, R_w) is needed, or (4, 4, 3, 3, 2) with one for each location, "
    "or None for 0: every offset has a bias of its own"
)
KINDS = "integers, floating-point numbers or exact objects are needed"


def filled(number: object, kind: Any) -> Arrays:
    """The weights, with one other number in the second layer."""
    last = W[1].astype(kind)
    last[0, 1, 2, 3] = number
    return [W[0], last]


@pytest.mark.parametrize(
    ("weights", "biases", "said"),
    [
        (W[:1], B, "weights: got '1 arrays'; the network has 2 layers"),
        (W, B + B, "biases: got '4 arrays'; the network has 2 layers"),
        (None, B, "weights: got 'a NoneType'; a list of arrays is needed, one a layer"),
        ({"0": W[0]}, B, "weights: got 'a dict'; a list of arrays is needed, one a layer"),
        ("W", B, "weights: got 'a str'; a list of arrays is needed, one a layer"),
        ([w.tolist() for w in W], B, "weights of layer 1: got 'a list'; a numpy array is needed"),
        ([None, W[1]], B, "weights of layer 1: got 'a NoneType'; a numpy array is needed"),
        (
            [np.ma.masked_equal(W[0], 0), W[1]],
            B,
            "weights of layer 1: got 'a MaskedArray'; a numpy array is needed",
        ),
        ([W[0][0], W[1]], B, f"weights of layer 1: got 'shape (2, 3, 2)'; {NEEDED}"),
        (
            [W[0].swapaxes(2, 3), W[1]],
            B,
            f"weights of layer 1: got 'shape (3, 2, 2, 3)'; {NEEDED}",
        ),
        (
            [np.zeros((3, 4, 3, 2, 3, 2)), W[1]],
            B,
            f"weights of layer 1: got 'shape (3, 4, 3, 2, 3, 2)'; {NEEDED}",
        ),
        (W, [np.zeros(3), B[1]], f"biases of layer 1: got 'shape (3,)'; {NEEDED_BIAS}"),
        (filled(np.nan, float), B, "weights of layer 2: got nan; finite numbers are needed"),
        (filled(-np.inf, float), B, "weights of layer 2: got -inf; finite numbers are needed"),
        (filled(1, complex), B, f"weights of layer 2: got 'data type complex128'; {KINDS}"),
        (filled(1, bool), B, f"weights of layer 2: got 'data type bool'; {KINDS}"),
        (filled("1", str), B, f"weights of layer 2: got 'data type <U21'; {KINDS}"),
        (
            filled(0.5, object),
            B,
            "weights of layer 2: got 0.5; objects in an array are integers, fractions, or strings such "
            "as '-3/4'",
        ),
        (
            filled(True, object),
            B,
            "weights of layer 2: got True; objects in an array are integers, fractions, or strings such "
            "as '-3/4'",
        ),
        (
            [W[0], Tensor(W[1], RuntimeError("call\n  detach() first"))],
            B,
            "weights of layer 2: got 'a Tensor'; numpy cannot read it: call detach() first",
        ),
    ],
)
def test_refusals(weights: Any, biases: Any, said: str) -> None:
    with pytest.raises(InputError) as found:
        Assignment.from_arrays(NETWORK, weights, biases)
    assert str(found.value) == said


@pytest.mark.parametrize("q", [0, -3, 0.5, "2", True, np.True_, Fraction(1, 2)])
def test_denominators_are_whole_numbers(q: Any) -> None:
    with pytest.raises(InputError, match=r"^denominator: got .*; a whole number >= 1 is needed$"):
        Assignment.from_arrays(NETWORK, W, B, denominator=q)


def test_what_is_no_network() -> None:
    with pytest.raises(InputError, match=r"^network: got 'N'; a Network is needed$"):
        Assignment.from_arrays("N", W, B)  # type: ignore[arg-type]


def test_too_many_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    most = prod(B[1].shape) * (3 + 1)
    monkeypatch.setattr(arrays_module, "MOST_PARAMETERS", most)
    assert Assignment.from_arrays(NETWORK, W, B).entries
    monkeypatch.setattr(arrays_module, "MOST_PARAMETERS", most - 1)
    with pytest.raises(ResourceError, match=rf"^layer 2 has {most} parameters, and {most - 1} are"):
        Assignment.from_arrays(NETWORK, W, B)
