"""The data: digits of scikit-learn and generated signals, each at a random place on a larger canvas.

Nothing is fetched. Values are in [0, 1]. The first axis of a set counts its examples.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from mnist1d.data import get_dataset_args, make_dataset
from numpy.typing import NDArray
from sklearn.datasets import load_digits

Values = NDArray[np.float32]
Labels = NDArray[np.int32]
SEED = 20180430
SIGNALS = 1800
LENGTH = 32
RANGE = 6.0
"""Signals have mean 0 and deviation 1, and are cut off at half of this on both sides."""


@dataclass(frozen=True)
class Examples:
    """Examples of height x width values, and their classes."""

    values: Values
    labels: Labels


@dataclass(frozen=True)
class Data:
    """Training and test set, and the canvas: its size, the side of a patch on each axis, what is blank."""

    training: Examples
    test: Examples
    canvas: tuple[int, int]
    patch: tuple[int, int]
    blank: float


@cache
def load(name: str) -> Data:
    """`digits` or `signals`."""
    return {"digits": digits, "signals": signals}[name]()


def digits() -> Data:
    """1797 digits of 8 x 8 pixels on 16 x 16, in patches of 2 x 2: 1440 to train with, 357 to test."""
    found = load_digits()
    values = (found.images / 16).astype(np.float32)
    order = np.random.default_rng(SEED).permutation(len(values))
    return _split(values[order], found.target[order], 1440, (16, 16), (2, 2), 0.0)


def signals() -> Data:
    """1800 signals of 32 values on 64, in patches of 4: 1440 to train with, 360 to test.

    The generator is that of MNIST-1D, with its own parameters but for the number of signals, their length
    and the seed. It draws from the random state of numpy, which is left as it was.
    """
    arguments: Any = get_dataset_args()
    arguments.num_samples, arguments.final_seq_length, arguments.seed = SIGNALS, LENGTH, SEED
    arguments.train_split = 1.0
    before = np.random.get_state()
    try:
        made = make_dataset(arguments)
    finally:
        np.random.set_state(before)
    values = np.clip(made["x"] / RANGE + 0.5, 0, 1).astype(np.float32)[:, None, :]
    return _split(values, made["y"], 1440, (1, 64), (1, 4), 0.5)


def placed(data: Data, values: Values, rng: np.random.Generator) -> Values:
    """Each example at a random place on a blank canvas, cut into patches: their values are channels."""
    count, height, width = values.shape
    canvases = np.full((count, *data.canvas), data.blank, np.float32)
    down, right = (
        rng.integers(0, whole - own + 1, count)
        for whole, own in zip(data.canvas, (height, width), strict=True)
    )
    rows = down[:, None] + np.arange(height)
    columns = right[:, None] + np.arange(width)
    each = np.arange(count)[:, None, None]
    canvases[each, rows[:, :, None], columns[:, None, :]] = values
    return patches(canvases, data.patch)


def patches(canvases: Values, patch: tuple[int, int]) -> Values:
    """The representation: the values of a patch are the channels of its site, row by row."""
    count, height, width = canvases.shape
    a, b = patch
    cut = canvases.reshape(count, height // a, a, width // b, b).transpose(0, 1, 3, 2, 4)
    return cut.reshape(count, height // a, width // b, a * b)


def _split(
    values: Values,
    labels: NDArray[Any],
    first: int,
    canvas: tuple[int, int],
    patch: tuple[int, int],
    blank: float,
) -> Data:
    labels = labels.astype(np.int32)
    training = Examples(values[:first], labels[:first])
    return Data(training, Examples(values[first:], labels[first:]), canvas, patch, blank)
