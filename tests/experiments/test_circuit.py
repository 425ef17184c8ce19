"""The small trained circuit: the stored weights against jax, and against what the how-to says of them."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from convac import QQ, Assignment, from_json, grid_tensor, singular_values
from numpy.typing import NDArray

pytest.importorskip("jax", reason="pip install 'convac[train]'")
pytest.importorskip("mnist1d", reason="pip install 'convac[train]'")
pytest.importorskip("optax", reason="pip install 'convac[train]'")
pytest.importorskip("sklearn", reason="pip install 'convac[train]'")

import jax
import jax.numpy as jnp

from experiments.circuit import CIRCUIT, as_assignment, trained, zeros_and_ones
from experiments.networks import Parameters, apply

STORED = Path(__file__).parents[2] / "docs" / "examples" / "trained.json"


def stored() -> Assignment:
    return from_json(json.loads(STORED.read_text(encoding="utf-8")), CIRCUIT.network, QQ)


def arrays(assignment: Assignment) -> Parameters:
    """The numbers of an assignment in float64, which has all of float32."""
    network = assignment.network
    found = []
    for layer, below in zip(network.layers, network.channels, strict=False):
        W = np.zeros((layer.channels, below, *layer.window))
        found.append((W, np.ones((layer.channels, *layer.window))))
    for entry in assignment.entries:
        (c, _), ((i, _), (j, _)) = entry.channels, entry.offsets
        W, b = found[entry.layer - 1]
        for d, weight in entry.row.weights:
            W[c, d, i, j] = int(weight.p) / int(weight.q)
        b[c, i, j] = int(entry.row.bias.p) / int(entry.row.bias.q)
    return [(jnp.asarray(W), jnp.asarray(b)) for W, b in found]


def outputs(parameters: Parameters, x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(apply(CIRCUIT, parameters, jnp.asarray(x)))[:, 0]


def test_the_stored_weights_classify_zeros_and_ones() -> None:
    x, ones = zeros_and_ones()
    found = outputs(arrays(stored()), np.asarray(x, float))
    assert ((found > 0) == ones).mean() > 0.98


def test_the_stored_weights_are_numbers_of_float32() -> None:
    numbers = [w for e in stored().entries for _, w in e.row.weights]
    numbers += [e.row.bias for e in stored().entries]
    assert len(numbers) > 60
    for number in numbers:
        exact = Fraction(int(number.p), int(number.q))
        assert Fraction(float(np.float32(float(exact)))) == exact


@pytest.mark.slow
def test_training_and_export_agree_with_the_exact_grid_tensor() -> None:
    """At all 2^16 templates: jax in float64 on trained weights, and exact entries of the exported ones."""
    parameters, share = trained()
    assert share > 0.9
    exported = as_assignment(CIRCUIT, parameters)
    exact = np.array([int(x.p) / int(x.q) for x in grid_tensor(exported)])
    with jax.enable_x64(True):
        shown = np.array(list(np.ndindex(*(2,) * 16)))
        x = np.eye(2)[shown].reshape(-1, 4, 4, 2)
        found = outputs([(jnp.asarray(W, float), jnp.asarray(b, float)) for W, b in parameters], x)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, exact, rtol=0, atol=1e-10 * np.abs(exact).max())


@pytest.mark.slow
def test_the_spectrum_is_that_of_the_matrix() -> None:
    tensor = np.array([int(x.p) / int(x.q) for x in grid_tensor(stored())])
    matrix = tensor.reshape((2,) * 16)
    left = [4 * row + column for row in range(4) for column in (0, 1)]
    right = [site for site in range(16) if site not in left]
    values = np.linalg.svd(matrix.transpose(left + right).reshape(256, 256), compute_uv=False)
    found = singular_values(stored(), "left-right").values
    np.testing.assert_allclose(found, values / np.sqrt((values**2).sum()), atol=1e-12)
