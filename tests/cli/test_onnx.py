"""Models on the command line: what was read comes before the answer, and bad files are one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from console_script import call, run
from onnx_graphs import Export, Window, saved

onnx = pytest.importorskip("onnx")
LIGHT = Path(onnx.__file__).parent / "backend/test/data/light"
ALEXNET = str(LIGHT / "light_bvlc_alexnet.onnx")
COLUMN = ["--partition", "column:1"]


def small(path: Path) -> str:
    """Padded 3 x 3 windows on 4 x 4 pixels, a rectifier, and one number."""
    helper, info = onnx.helper, onnx.helper.make_tensor_value_info
    weights = [
        onnx.helper.make_tensor(name, onnx.TensorProto.FLOAT, dims, [1.0] * size)
        for name, dims, size in (("w", (2, 3, 3, 3), 54), ("v", (32, 1), 32))
    ]
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], name="first", pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["r"]),
        helper.make_node("Flatten", ["r"], ["f"]),
        helper.make_node("Gemm", ["f", "v"], ["y"], name="last"),
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [info("x", onnx.TensorProto.FLOAT, ["batch", 3, 4, 4])],
        [info("y", onnx.TensorProto.FLOAT, None)],
        weights,
    )
    onnx.save(helper.make_model(graph), str(path))
    return str(path)


def test_the_model_that_was_read_comes_first(tmp_path: Path) -> None:
    result = run("bound", "--M", "2", "--onnx", small(tmp_path / "small.onnx"), script="convac")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(
        "Read from small.onnx\n"
        "input x: 3 channels of 4 × 4\n\n"
        "  1 3/1p1:2        4x4 → 4x4  [Conv first]\n"
        "  2 4/4:1          4x4 → 1x1  [Gemm last]\n"
        "  – left out, as it has no geometry: 1 Flatten, 1 Relu\n\n"
        "MODEL  every layer is a generalized convolution with product pooling"
    )
    assert "M = 2 templates (functions of a pixel) take the place of 3 input channels." in " ".join(
        result.stdout.split()
    )
    assert "M = 2, H = W = 4, layers 3/1p1:2,4/4:1" in result.stdout


def keras(path: Path, width: int) -> str:
    """A convolution with channels last, a Flatten and a fully connected layer, as Keras writes them."""
    export = Export(True, 4)
    export.layer(Window((3, 3), (1, 1), 2, same=True), 3)
    export.flatten()
    export.dense(width, 1)
    return str(saved(export.built(3, 4, 6), path))


def test_channels_last_are_said(tmp_path: Path) -> None:
    path = keras(tmp_path, 48)
    result = call("bound", "--M", "2", "--onnx", path, *COLUMN, script="convac")
    assert result.stdout.startswith(
        "Read from model.onnx\n"
        "input x: 3 channels of 4 × 6, in the order (batch, height, width, channels)\n\n"
        "  1 3/1p1:2        4x6 → 4x6  [Conv n_conv"
    )
    assert "2 Transpose" in result.stdout
    found = json.loads(
        call("bound", "--M", "2", "--onnx", path, *COLUMN, "--json", script="convac").stdout
    )
    order = ["batch", "height", "width", "channels"]
    assert found["model"]["input"] == {"name": "x", "shape": [3, 4, 6], "order": order}
    assert found["network"]["layers"] == "3/1p1:2,4x6/4x6:1"


def test_a_width_that_the_fully_connected_layer_denies(tmp_path: Path) -> None:
    result = call("bound", "--M", "2", "--onnx", keras(tmp_path, 47), script="convac")
    assert (result.returncode, result.stdout) == (2, "")
    assert "weights for 47 numbers, and 2 channels at 4x6 places come in" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["verify-bound", "rank", "bound"])
def test_json_has_the_model_beside_the_answer(command: str, tmp_path: Path) -> None:
    path = small(tmp_path / "small.onnx")
    result = call(command, "--M", "2", "--onnx", path, "--json", script="convac")
    found = json.loads(result.stdout)
    assert found["network"]["layers"] == "3/1p1:2,4/4:1"
    assert found["model"]["left_out"] == {"Flatten": 1, "Relu": 1}
    assert [read["node"] for read in found["model"]["layers"]] == ["first", "last"]
    same = call(
        command, "--M", "2", "--H", "4", "--layers", "3/1p1:2,4/4:1", "--json", script="convac"
    )
    without = json.loads(same.stdout)
    for one in (found, without):
        one.pop("seconds")
    assert {key: x for key, x in found.items() if key != "model"} == without
    assert result.returncode == same.returncode


def test_a_real_model(tmp_path: Path) -> None:
    result = call("bound", "--M", "4", "--onnx", ALEXNET, *COLUMN, "--json", script="convac")
    found = json.loads(result.stdout)
    assert [read["layer"] for read in found["model"]["layers"]][:3] == [
        "11/4valid:96",
        "3/2valid:96",
        "5/1p2g2:256",
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--M", "2"], "--H is missing; or a model is needed, with --onnx"),
        (["--M", "2", "--H", "4"], "--layers is missing; or a model is needed, with --onnx"),
        (["--M", "2", "--H", "4", "--onnx", ALEXNET], "--H: got 4; the model of --onnx says it"),
        (
            ["--M", "2", "--onnx", ALEXNET, "--layers", "2/2:1"],
            "--layers: got '2/2:1'; the model of --onnx says it",
        ),
        (["--M", "2", "--onnx", "none.onnx"], "--onnx: got 'none.onnx'; it cannot be read"),
        (["--M", "2", "--onnx", __file__], "it is no ONNX model"),
        (
            ["--M", "2", "--onnx", str(LIGHT / "light_squeezenet.onnx")],
            "a chain of layers is needed, no branches",
        ),
        (["--M", "3", "--onnx", ALEXNET, "--partition", "diagonal"], "--partition"),
    ],
)
def test_one_line_and_exit_2(options: list[str], message: str) -> None:
    result = call("bound", *options, script="convac")
    assert result.returncode == 2
    assert result.stderr.startswith("error: ")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == "" or "--partition" in options
