"""Models as PyTorch and Keras export them, with something wrong: one line that says the node."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from convac import InputError
from convac.graphs.onnx_chain import read_chain
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx_graphs import Export, Window, node, saved

onnx = pytest.importorskip("onnx")


def by_hand(change: Callable[[Export], None], dense: int = 0) -> Any:
    """A convolution of Keras, 4 channels at 6 x 6 places, and something after it."""
    export = Export(True, 4)
    export.layer(Window((3, 3), (1, 1), 4), 3)
    change(export)
    if dense:
        export.dense(dense, 2)
    return export.built(3, 8, 8)


def data_after_all(export: Export) -> None:
    """A target that the entries of the data decide."""
    values = export.add("Cast", export.add("ReduceMax", export.at), to=onnx.TensorProto.INT64)
    export.put("Reshape", export.add("Concat", values, export.number(-1), axis=0))


def unknown_target(export: Export) -> None:
    """A target by an operator that is not evaluated."""
    shape = export.add("Shape", export.at)
    export.put("Reshape", export.add("Abs", shape))


def to_places(export: Export) -> None:
    """A target that is computed, and not flat."""
    target = export.add(
        "Concat", export.number(-1), export.add("Shape", export.at, start=2), axis=0
    )
    export.put("Reshape", target)


REFUSED: dict[str, tuple[Callable[[Export], None], int, str]] = {
    "rows and channels": (
        lambda export: export.put("Transpose", perm=[0, 3, 2, 1]),
        0,
        r"Transpose n_transpose\d+.*from \(batch, height, width, channels\) to \(batch, channels, width",
    ),
    "rows and columns": (
        lambda export: export.put("Transpose", perm=[0, 2, 1, 3]),
        0,
        r"to \(batch, width, height, channels\)",
    ),
    "the batch": (
        lambda export: export.put("Transpose"),
        0,
        r"to \(channels, width, height, batch",
    ),
    "no permutation": (
        lambda export: export.put("Transpose", perm=[0, 1, 1, 3]),
        0,
        "is no order of",
    ),
    "two dimensions": (
        lambda export: export.put("Transpose", perm=[0, 1]),
        0,
        "is no order of the 4",
    ),
    "the width": (Export.flatten, 143, "weights for 143 numbers, and 4 channels at 6x6 places"),
    "the width of an unknown target": (unknown_target, 143, "weights for 143 numbers"),
    "an unknown target": (
        unknown_target,
        0,
        "Reshape n_reshape.*not known, and no fully connected",
    ),
    "a target with places": (to_places, 0, r"Reshape n_reshape.*to \[-1, 6, 4\]; \(batch, 144\)"),
    "data after all": (data_after_all, 144, "read by .*no branches"),
    "a target that is the data": (
        lambda export: export.nodes.append(
            node("Reshape", export.number(0), export.at, to="reshape_by_data")
        ),
        0,
        "Reshape n_reshape_by_data.*is no data",
    ),
    "channels last": (
        lambda export: export.put("Conv", export.floats(4, 4, 1, 1)),
        0,
        r"Conv n_conv.*the input is \(batch, height, width, channels\); channels first",
    ),
    "no flatten": (
        lambda export: export.put("Gemm", export.floats(4, 2)),
        0,
        "Gemm n_gemm.*a Flatten is needed",
    ),
    "columns": (
        lambda export: export.put("ReduceMean", axes=[2, 3]),
        0,
        "ReduceMean n_reducemean.*over all places only",
    ),
    "along rows": (
        lambda export: export.put("Softmax", axis=1),
        0,
        "Softmax n_softmax.*acts on places",
    ),
    "larger": (
        lambda export: export.put("Add", export.floats(1, 9, 1, 1, 4)),
        0,
        r"Add n_add.*shape \[1, 9, 1, 1, 4\] does not fit data of shape \[1, 6, 6, 4\]",
    ),
    "padding at the end": (
        lambda export: export.put("Pad", export.number(0, 1, 1, 0, 0, 1, 1, 0)),
        0,
        "Pad n_pad.*before a window only",
    ),
    "padding of channels": (
        lambda export: export.put("Pad", export.number(0, 0, 0, 1, 0, 0, 0, 1)),
        0,
        "Pad n_pad.*height and width is read",
    ),
    "places": (
        lambda export: export.put("Squeeze", export.number(1)),
        0,
        "Squeeze n_squeeze.*6x6 places are left",
    ),
    "five dimensions": (
        lambda export: export.put("Unsqueeze", export.number(1)),
        0,
        "Unsqueeze n_unsqueeze.*may add a single height and width only",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_the_node(name: str, tmp_path: Path) -> None:
    change, dense, words = REFUSED[name]
    with pytest.raises(InputError, match=words) as error:
        read_chain(saved(by_hand(change, dense), tmp_path))
    assert "\n" not in str(error.value)


def test_an_unknown_target_is_confirmed_by_the_fully_connected_layer(tmp_path: Path) -> None:
    chain = read_chain(saved(by_hand(unknown_target, 144), tmp_path))
    assert [read.gives for read in chain.layers] == [(6, 6), (1, 1)]


def whole_export(*, last: bool) -> bytes:
    """Padding that is computed, zeros and copies of the edge, and a Flatten."""
    export = Export(last, 4)
    channels = export.layer(Window((3, 3), (2, 2), 6, same=True), 3)
    export.layer(Window((3, 3), (2, 2), same=True), channels)
    export.flatten()
    export.dense(36, 10)
    content: bytes = export.built(3, 9, 8).SerializeToString()
    return content


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_corrupt_exports_are_refused_or_read(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """One byte is another one, in a graph with all of this: an answer or one line."""
    content = bytearray(whole_export(last=data.draw(st.booleans())))
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("onnx") / "m.onnx"
    path.write_bytes(content)
    said = ""
    try:
        read_chain(path)
    except InputError as error:
        said = str(error)
    assert "\n" not in said


@pytest.mark.parametrize("keep", [0.3, 0.5, 0.9])
def test_truncated_exports_are_refused(keep: float, tmp_path: Path) -> None:
    content = whole_export(last=True)
    path = tmp_path / "part.onnx"
    path.write_bytes(content[: int(keep * len(content))])
    with pytest.raises(InputError) as error:
        read_chain(path)
    assert "\n" not in str(error.value)
