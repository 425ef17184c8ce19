"""The data of the experiments: the same each time, and each example whole on its canvas."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

pytest.importorskip("jax", reason="pip install 'convac[train]'")
pytest.importorskip("mnist1d", reason="pip install 'convac[train]'")
pytest.importorskip("sklearn", reason="pip install 'convac[train]'")

from experiments.architectures import GRIDS, M
from experiments.data import load, patches, placed


@pytest.mark.parametrize("name", GRIDS)
def test_sets_are_the_same_each_time(name: str) -> None:
    first = load(name)
    load.cache_clear()
    np.random.seed(7)
    state = np.random.get_state()[1].copy()
    again = load(name)
    assert (np.random.get_state()[1] == state).all()
    for one, other in ((first.training, again.training), (first.test, again.test)):
        assert (one.values == other.values).all()
        assert (one.labels == other.labels).all()
    assert len(first.training.values) == 1440
    assert set(first.training.labels.tolist()) == set(first.test.labels.tolist()) == set(range(10))


@pytest.mark.parametrize("name", GRIDS)
def test_training_and_test_set_share_no_example(name: str) -> None:
    data = load(name)
    hashes = [
        {hashlib.sha256(x.tobytes()).digest() for x in part.values}
        for part in (data.training, data.test)
    ]
    assert not hashes[0] & hashes[1]


@pytest.mark.parametrize("name", GRIDS)
def test_examples_are_whole_at_random_places(name: str) -> None:
    data = load(name)
    values = data.training.values[:200] + np.float32(2)  # nothing of it looks blank
    x = placed(data, values, np.random.default_rng(1))
    assert x.shape == (200, *GRIDS[name], M)
    height, width = GRIDS[name]
    a, b = data.patch
    canvases = (
        x.reshape(200, height, width, a, b).transpose(0, 1, 3, 2, 4).reshape(200, *data.canvas)
    )
    corners = set()
    for canvas, example in zip(canvases, values, strict=True):
        rows, columns = np.nonzero(canvas > 1.5)
        corners.add((rows.min(), columns.min()))
        cut = canvas[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        assert (cut == example).all()
        rest = np.delete(canvas.ravel(), rows * data.canvas[1] + columns)
        assert (rest == np.float32(data.blank)).all()
    assert len(corners) > 20
    assert (placed(data, values, np.random.default_rng(1)) == x).all()
    assert (placed(data, values, np.random.default_rng(2)) != x).any()


def test_a_patch_is_read_row_by_row() -> None:
    canvas = np.arange(16, dtype=np.float32).reshape(1, 4, 4)
    assert patches(canvas, (2, 2))[0, 0, 1].tolist() == [2, 3, 6, 7]
    assert patches(canvas[:, :1], (1, 4)).tolist() == [[[[0, 1, 2, 3]]]]
