"""What is trained is what is ranked: the jax networks against geometry, counts and exact tensors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from convac import Assignment, Network, grid_tensor
from convac.graphs.network import Location
from flint import fmpq

pytest.importorskip("jax", reason="pip install 'convac[train]'")
pytest.importorskip("mnist1d", reason="pip install 'convac[train]'")

import jax
import jax.numpy as jnp

from experiments.architectures import (
    AVERAGE,
    GRIDS,
    MAXIMUM,
    POOLINGS,
    PRODUCT,
    Architecture,
    Model,
    grid,
)
from experiments.networks import Parameters, apply, drawn, layer_by_layer

ARCHITECTURES = list(grid(GRIDS, POOLINGS, range(1, 6), (2,)))
RUN = [a for a in ARCHITECTURES if a.pooling == PRODUCT or a.B == 3]
FAST = {("signals", 3)}


def random_parameters(model: Model, seed: int = 0) -> Parameters:
    """Random weights and biases."""
    rng = np.random.default_rng(seed)
    weights = drawn(model, rng)
    shapes = [(len(W), *W.shape[2:]) if model.pooling == PRODUCT else (len(W),) for W in weights]
    return [
        (jnp.asarray(W, float), jnp.asarray(rng.standard_normal(shape)))
        for W, shape in zip(weights, shapes, strict=True)
    ]


def sites_below(network: Network) -> Iterator[dict[Location, set[Location]]]:
    """For each layer, the sites that each location sees, by the package's edges."""
    below = {site: {site} for site in network.places(0)}
    for layer in range(1, network.depth + 1):
        below = {
            v: set().union(*(below[u] for u in network.inputs(layer, v)))
            for v in network.places(layer)
        }
        yield below


def increasing_parameters(model: Model) -> Parameters:
    """Positive ones, so that every channel increases strictly in all that it depends on."""
    bias = 1.0 if model.pooling == PRODUCT else 0.1
    return [
        (0.01 * jnp.abs(W) + 0.001, jnp.full_like(b, bias)) for W, b in random_parameters(model)
    ]


def sites_that_matter(model: Model) -> Iterator[dict[Location, set[Location]]]:
    """The same by running the network: which outputs change with a site, one site after the other."""
    network = model.network
    sites = network.places(0)
    x = np.ones((len(sites) + 1, network.H, network.W, network.M))
    for number, (row, column) in enumerate(sites):
        x[number, row, column] = 1000
    with jax.enable_x64(True):
        layers = list(layer_by_layer(model, increasing_parameters(model), jnp.asarray(x)))
    for y in layers:
        values = np.asarray(y)
        assert np.isfinite(values).all()
        changed = (values[:-1] != values[-1]).any(-1)
        yield {
            (u, v): {site for site, met in zip(sites, changed[:, u, v], strict=True) if met}
            for u, v in np.ndindex(*changed.shape[1:])
        }


@pytest.mark.parametrize(
    "architecture",
    [
        pytest.param(a, id=a.name, marks=[pytest.mark.slow] * ((a.data, a.B) not in FAST))
        for a in RUN
    ],
)
def test_outputs_depend_on_the_sites_of_the_receptive_fields(architecture: Architecture) -> None:
    model = architecture.model
    assert list(sites_that_matter(model)) == list(sites_below(model.network))


def test_sabotage_another_geometry_is_found() -> None:
    one, other = (Architecture("signals", PRODUCT, B, 2).model for B in (2, 3))
    assert list(sites_that_matter(one)) != list(sites_below(other.network))


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=lambda a: a.name)
def test_parameters_are_counted_as_they_are_trained(architecture: Architecture) -> None:
    model = architecture.model
    trained = sum(W.size + b.size for W, b in random_parameters(model))
    assert model.parameters == trained


def test_parameters_by_hand() -> None:
    # Three blocks of 9 offsets and 4 of the pooling, each with a bias a channel, and the last layer.
    circuit = 9 * 2 * (4 + 1) + 2 * 9 * 2 * (2 + 1) + 3 * 4 * 2 * (2 + 1) + 10 * (2 + 1)
    rectifier = 2 * (9 * 4 + 1) + 2 * 2 * (9 * 2 + 1) + 10 * (2 + 1)
    assert Architecture("digits", PRODUCT, 3, 2).model.parameters == circuit
    assert Architecture("digits", MAXIMUM, 3, 2).model.parameters == rectifier
    assert Architecture("digits", AVERAGE, 3, 2).model.parameters == rectifier


SMALL = {
    "a sequence": Network(2, 1, 8, layers="1x3/1x1:2,1x2/1x2:2,1x2/1x1:2,1x2/1x2:2,1x2/1x2:3"),
    "a square": Network(3, 2, layers="2/1:2,2/2:2,1/1:2"),
    "odd sizes": Network(2, 1, 7, layers="1x2/1x1:2,1x2/1x2:3,1x3/1x2:2,1x2/1x2:1"),
}


def templates(network: Network) -> np.ndarray:
    """All inputs of the grid tensor, sites in row-major order: site i shows e_d for its template d."""
    shape = (network.M,) * network.sites
    shown = np.array(list(np.ndindex(*shape)))
    x: np.ndarray = np.eye(network.M)[shown].reshape(-1, network.H, network.W, network.M)
    return x


@pytest.mark.parametrize("name", SMALL)
def test_the_circuit_at_templates_is_the_exact_grid_tensor(name: str) -> None:
    model = Model(SMALL[name], PRODUCT)
    with jax.enable_x64(True):
        parameters = random_parameters(model)
        found = np.asarray(apply(model, parameters, jnp.asarray(templates(model.network))))[:, 0]
    assert found.dtype == np.float64
    W, b = zip(*[map(np.asarray, one) for one in parameters], strict=True)
    exact = np.array([number(x) for x in tensor(model.network, W, b)])
    np.testing.assert_allclose(found, exact, rtol=1e-9, atol=1e-9 * np.abs(exact).max())
    wrong = [x.copy() for x in b]
    wrong[0][0] += 1
    other = np.array([number(x) for x in tensor(model.network, W, wrong)])
    assert not np.allclose(found, other)


def number(x: int | fmpq) -> float:
    """An exact entry, rounded once."""
    return float(x) if isinstance(x, int) else int(x.p) / int(x.q)


def tensor(network: Network, W: Any, b: Any) -> list[int | fmpq]:
    """The grid tensor of output channel 0 at exported weights, exactly."""
    found: list[int | fmpq] = grid_tensor(Assignment.from_arrays(network, W, b)).tolist()
    return found
