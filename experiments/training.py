"""One run: a network is trained from a seed, and its accuracy measured at random places on the canvas.

Everything is floating point (float32): what comes out is measured, not proved. What is random is drawn by
numpy from the seed: first weights, the order of the examples, their places. On one machine, with the same
versions, the same seed gives the same run; another processor may round differently.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array
from numpy.typing import NDArray

from .architectures import Architecture
from .data import Data, Examples, Values, load, placed
from .networks import Parameters, apply, begin, drawn
from .runs import Outcome, Schedule

PLACES = 4
"""Random places at which each example is classified in the end: the same for all networks."""
CALIBRATED = 240
State = tuple[Parameters, optax.OptState]
BEGIN, TRAIN, MEASURE = range(3)
"""Streams of random numbers."""


@dataclass(frozen=True)
class Compiled:
    """The functions of a network that jax compiles once for all seeds."""

    optimizer: optax.GradientTransformation
    begin: Callable[..., Parameters]
    epoch: Callable[..., tuple[Parameters, optax.OptState, Array]]
    classes: Callable[..., Array]


def train(architecture: Architecture, schedule: Schedule, seed: int) -> tuple[Parameters, Outcome]:
    """The trained parameters, and how well they classify."""
    data, made = load(architecture.data), compiled(architecture, schedule)
    rng = np.random.default_rng([seed, BEGIN])
    some = placed(data, data.training.values[:CALIBRATED], rng)
    parameters = made.begin(drawn(architecture.model, rng), some)
    memory = made.optimizer.init(parameters)
    rng, cost = np.random.default_rng([seed, TRAIN]), jnp.zeros(())
    for _ in range(schedule.epochs):
        x, labels = _batches(data, schedule, rng)
        parameters, memory, cost = made.epoch(parameters, memory, x, labels)
    training, test = measured(partial(made.classes, parameters), data)
    return parameters, Outcome(training, test, float(cost), int(memory.total_notfinite))


def measured(classes: Callable[[Values], Array], data: Data) -> tuple[float, float]:
    """How many examples of the training and the test set are classified right, each at `PLACES` places."""
    rng = np.random.default_rng([0, MEASURE])
    sets = [_repeated(part) for part in (data.training, data.test)]
    x = np.concatenate([placed(data, part.values, rng) for part in sets])
    labels = np.concatenate([part.labels for part in sets])
    right = np.asarray(classes(x)) == labels
    first = len(sets[0].labels)
    return float(right[:first].mean()), float(right[first:].mean())


def _repeated(part: Examples) -> Examples:
    return Examples(part.values.repeat(PLACES, 0), part.labels.repeat(PLACES))


def _batches(
    data: Data, schedule: Schedule, rng: np.random.Generator
) -> tuple[Values, NDArray[np.int32]]:
    """An epoch: the examples in random order, at random places, in batches; a rest is left out."""
    steps = len(data.training.values) // schedule.batch
    order = rng.permutation(len(data.training.values))[: steps * schedule.batch]
    x = placed(data, data.training.values[order], rng)
    labels = data.training.labels[order]
    return x.reshape(steps, schedule.batch, *x.shape[1:]), labels.reshape(steps, schedule.batch)


@cache
def compiled(architecture: Architecture, schedule: Schedule) -> Compiled:
    """The functions that train a network."""
    steps = schedule.epochs * (len(load(architecture.data).training.values) // schedule.batch)
    rate = optax.warmup_cosine_decay_schedule(0.0, schedule.rate, steps // 10, steps)
    rule = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(rate))
    optimizer = optax.apply_if_finite(optax.flatten(rule), steps)

    def cost(parameters: Parameters, x: Array, labels: Array) -> Array:
        logits = apply(architecture.model, parameters, x)
        each: Array = optax.softmax_cross_entropy_with_integer_labels(logits, labels)
        return each.mean()

    def step(state: State, batch: tuple[Array, Array]) -> tuple[State, Array]:
        parameters, memory = state
        found, slope = jax.value_and_grad(cost)(parameters, *batch)
        change, memory = optimizer.update(slope, memory, parameters)
        return (optax.apply_updates(parameters, change), memory), found

    def epoch(
        parameters: Parameters, memory: optax.OptState, x: Array, labels: Array
    ) -> tuple[Parameters, optax.OptState, Array]:
        (parameters, memory), costs = jax.lax.scan(step, (parameters, memory), (x, labels))
        return parameters, memory, costs.mean()

    def classes(parameters: Parameters, x: Array) -> Array:
        return jnp.argmax(apply(architecture.model, parameters, x), -1)

    return Compiled(
        optimizer, jax.jit(partial(begin, architecture.model)), jax.jit(epoch), jax.jit(classes)
    )
