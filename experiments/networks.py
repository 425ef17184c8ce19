"""The networks as functions of jax arrays: what they compute, and how their parameters begin.

Parameters are a list of (W, b) for the layers that have any: W of shape (D_out, D_in, R_h, R_w), and b of
shape (D_out, R_h, R_w) for a product, (D_out,) for a convolution. Inputs are examples x rows x columns x
channels. A window sees the sites S u + i of THEORY 1, and zeros outside the grid.
"""

from __future__ import annotations

from collections.abc import Iterator

import jax
import jax.numpy as jnp
import numpy as np
from convac import Layer
from jax import Array

from .architectures import MAXIMUM, PRODUCT, Model
from .data import Values

Parameters = list[tuple[Array, Array]]
DEVIATION = 0.25
"""Of the sum of (factor - 1) over the window of a product, when training begins; 1 in the last layer."""


def apply(model: Model, parameters: Parameters, x: Array) -> Array:
    """The channels of the last layer: examples x classes."""
    *_, last = layer_by_layer(model, parameters, x)
    return last[:, 0, 0]


def layer_by_layer(model: Model, parameters: Parameters, x: Array) -> Iterator[Array]:
    """What each layer makes of the one below: examples x rows x columns x channels."""
    left = iter(parameters)
    for number, layer in enumerate(model.network.layers, 1):
        if model.has_weights(number):
            x = with_weights(model, number, *next(left), x)
        else:
            x = pooled(x, layer, model.pooling)
        yield x


def with_weights(model: Model, number: int, W: Array, b: Array, x: Array) -> Array:
    """A product over the window; or a convolution and, but for the last layer, a rectifier."""
    layer = model.network.layers[number - 1]
    if model.pooling == PRODUCT:
        return product(terms(W, x, layer) + b.reshape(len(b), -1).T[:, None, None, None, :])
    y = terms(W, x, layer).sum(0) + b
    return y if number == model.network.depth else jax.nn.relu(y)


def terms(W: Array, x: Array, layer: Layer) -> Array:
    """W x at each offset, with the axes of `windows`."""
    flat = W.reshape(*W.shape[:2], -1).transpose(2, 1, 0)
    return jnp.einsum("rnuvd,rdc->rnuvc", windows(x, layer), flat)


def windows(x: Array, layer: Layer) -> Array:
    """What each location sees at each offset: offsets x examples x rows x columns x channels."""
    down = _along(x, 1, layer.window[0], layer.stride[0])
    both = _along(down, 3, layer.window[1], layer.stride[1])
    return both.transpose(1, 0, 2, 3, 4, 5).reshape(-1, *both.shape[2:])


def _along(x: Array, axis: int, window: int, stride: int) -> Array:
    """The offsets along one axis, as a first axis."""
    size = -(-x.shape[axis] // stride)
    last = stride * (size - 1) + 1
    margins = [(0, 0)] * x.ndim
    margins[axis] = (0, max(0, last - 1 + window - x.shape[axis]))
    x = jnp.pad(x, margins)
    return jnp.stack([jax.lax.slice_in_dim(x, i, i + last, stride, axis) for i in range(window)])


def product(factors: Array) -> Array:
    """Over the first axis, by halves: its derivative needs no division, and zeros do no harm."""
    while len(factors) > 1:
        half, rest = divmod(len(factors), 2)
        halved = factors[:half] * factors[half : 2 * half]
        factors = jnp.concatenate([halved, factors[2 * half :]]) if rest else halved
    return factors[0]


def pooled(x: Array, layer: Layer, pooling: str) -> Array:
    """Maximum or average over windows, channel by channel."""
    seen = windows(x, layer)
    return seen.max(0) if pooling == MAXIMUM else seen.mean(0)


def drawn(model: Model, rng: np.random.Generator) -> list[Values]:
    """Standard normal numbers in the shapes of the weights."""
    shapes = [
        (layer.channels, model.network.channels[number - 1], *layer.window)
        for number, layer in enumerate(model.network.layers, 1)
        if model.has_weights(number)
    ]
    return [rng.standard_normal(shape, np.float32) for shape in shapes]


def begin(model: Model, weights: list[Array], x: Array) -> Parameters:
    """Parameters such that each layer's sums have mean 0 and one deviation on the examples `x`.

    The weights are scaled channel by channel, the lowest layer first. The sums are those of W x + b over
    the window, or of (factor - 1): a product begins near 1.
    """
    made: Parameters = []
    left = iter(weights)
    for number, layer in enumerate(model.network.layers, 1):
        if model.has_weights(number):
            made.append(_scaled(model, number, next(left), x))
            x = with_weights(model, number, *made[-1], x)
        else:
            x = pooled(x, layer, model.pooling)
    return made


def _scaled(model: Model, number: int, W: Array, x: Array) -> tuple[Array, Array]:
    """The weights scaled, and the biases that belong to them."""
    layer, last = model.network.layers[number - 1], number == model.network.depth
    sums = terms(W, x, layer).sum(0)
    circuit = model.pooling == PRODUCT
    wanted = DEVIATION if circuit and not last else 1.0
    scale = wanted / (sums.std((0, 1, 2)) + 1e-3)
    mean = scale * sums.mean((0, 1, 2))
    W = W * scale[:, None, None, None]
    if not circuit:
        return W, -mean
    b = (0.0 if last else 1.0) - mean / (layer.window[0] * layer.window[1])
    return W, jnp.broadcast_to(b[:, None, None], (len(b), *layer.window))
