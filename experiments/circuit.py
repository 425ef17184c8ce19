"""A small trained circuit as an assignment, so that its rank can be found exactly.

    python -m experiments --circuit docs/examples/trained.json

Zeros and ones of scikit-learn's digits, averaged to 4 x 4 sites. A site shows a grey value x in [0, 1],
its representation is (1 - x, x), and its two templates are black, x = 0, and white, x = 1: F = I. The
circuit has one output, positive for a one. Weights are float32, and taken as the binary fractions that
they are.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
from convac import Assignment, Network
from jax import Array
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from .architectures import PRODUCT, Model
from .data import Values
from .networks import Parameters, apply, begin, drawn

CIRCUIT = Model(Network(2, 4, layers="2/1:2,2/2:2,2/2:2,1/1:1"), PRODUCT)
STEPS, RATE, SEED = 400, 0.01, 0
State = tuple[Parameters, optax.OptState]


def zeros_and_ones() -> tuple[Values, NDArray[np.bool_]]:
    """The examples as sites of two channels, and which of them are ones."""
    found = load_digits(n_class=2)
    grey = np.asarray(found.images, np.float32).reshape(-1, 4, 2, 4, 2).mean((2, 4)) / 16
    return np.stack([1 - grey, grey], -1), found.target == 1


def trained() -> tuple[Parameters, float]:
    """Parameters, and the share of all examples whose sign is right."""
    x, ones = zeros_and_ones()
    signs = jnp.asarray(np.where(ones, 1.0, -1.0), jnp.float32)
    weights = list(map(jnp.asarray, drawn(CIRCUIT, np.random.default_rng(SEED))))
    parameters = begin(CIRCUIT, weights, jnp.asarray(x))
    rule = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(RATE))

    def cost(parameters: Parameters) -> Array:
        return jax.nn.softplus(-signs * apply(CIRCUIT, parameters, jnp.asarray(x))[:, 0]).mean()

    def step(state: State, _: None) -> tuple[State, None]:
        parameters, memory = state
        change, memory = rule.update(jax.grad(cost)(parameters), memory, parameters)
        return (optax.apply_updates(parameters, change), memory), None

    state = parameters, rule.init(parameters)
    (parameters, _), _ = jax.lax.scan(step, state, length=STEPS)
    found = np.asarray(apply(CIRCUIT, parameters, jnp.asarray(x)))[:, 0]
    return parameters, float(((found > 0) == ones).mean())


def as_assignment(model: Model, parameters: Parameters) -> Assignment:
    """The exact assignment of a circuit's weights and biases."""
    W, b = zip(*[map(np.asarray, layer) for layer in parameters], strict=True)
    return Assignment.from_arrays(model.network, W, b)
