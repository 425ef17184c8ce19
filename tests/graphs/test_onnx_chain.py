"""Models in ONNX: their geometry against the shapes and the reference evaluation of onnx, and refusals."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from convac import InputError, Network
from convac.graphs.layer import Layer
from convac.graphs.onnx_chain import Chain, read_chain
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from onnx_graphs import model, node, saved, tensor, whole

onnx = pytest.importorskip("onnx")
reference = pytest.importorskip("onnx.reference")
helper, TensorProto = onnx.helper, onnx.TensorProto
LIGHT = Path(onnx.__file__).parent / "backend/test/data/light"


def network_of(chain: Chain, M: int) -> Network:
    """The layers on the input's grid."""
    _, height, width = chain.shape
    return Network(M, height, width, layers=[read.layer for read in chain.layers])


HEAD = [node("GlobalAveragePool", "c", to="p"), node("Flatten", "p", to="f")]


def conv(channels: int = 4, inputs: int = 3, window: int = 3, **attributes: Any) -> Any:
    """A convolution with global pooling."""
    weights = tensor("w", channels, inputs, window, window)
    return model([node("Conv", "x", "w", to="c", **attributes), *HEAD], [weights])


@pytest.mark.parametrize(
    ("attributes", "layer"),
    [
        ({}, "3/1valid:4"),
        ({"pads": [1, 1, 1, 1]}, "3/1p1:4"),
        ({"auto_pad": "SAME_UPPER", "strides": [2, 2]}, "3/2:4"),
        ({"auto_pad": "SAME_LOWER", "strides": [2, 2]}, "3/2p1:4"),
        ({"dilations": [2, 2], "pads": [2, 2, 2, 2]}, "3/1d2p2:4"),
        ({"pads": [0, 1, 2, 1]}, "3/1a0x1n8:4"),
        ({"pads": [0, 0, 2, 2]}, "3/1:4"),
        ({"group": 3, "pads": [1, 1, 1, 1]}, "3/1p1g3:6"),
    ],
)
def test_convolutions_in_the_shortest_words(
    attributes: dict[str, Any], layer: str, tmp_path: Path
) -> None:
    groups = attributes.get("group", 1)
    built = conv(4 if groups == 1 else 6, 3 // groups, **attributes)
    chain = read_chain(saved(built, tmp_path))
    assert str(chain.layers[0].layer) == layer
    assert dict(chain.left_out) == {"Flatten": 1}
    assert network_of(chain, 3 * groups).sizes[-1] == (1, 1)


@st.composite
def windows(draw: st.DrawFn) -> dict[str, Any]:
    """Any window, stride, dilation and padding, as attributes; less padding than the window."""
    window = [draw(st.integers(1, 3)) for _ in range(2)]
    found: dict[str, Any] = {
        "kernel_shape": window,
        "strides": [draw(st.integers(1, 3)) for _ in range(2)],
        "dilations": [draw(st.integers(1, 2)) for _ in range(2)],
    }
    rule = draw(st.sampled_from(["pads", "SAME_UPPER", "SAME_LOWER", "VALID"]))
    if rule == "pads":
        found["pads"] = [draw(st.integers(0, window[k % 2] - 1)) for k in range(4)]
    else:
        found["auto_pad"] = rule
    return found


def fits(given_: dict[str, Any], size: tuple[int, int]) -> bool:
    """Whether a window is inside the input and its zeros on either axis."""
    pads = given_.get("pads", [0, 0, 0, 0])
    spans = [
        (r - 1) * d + 1 for r, d in zip(given_["kernel_shape"], given_["dilations"], strict=True)
    ]
    room = [size[k] + pads[k] + pads[k + 2] - spans[k] for k in range(2)]
    return min(room) >= 0 or given_.get("auto_pad", "").startswith("SAME")


@given(windows(), st.tuples(st.integers(1, 7), st.integers(1, 7)))
def test_locations_see_what_the_reference_evaluation_sees(
    tmp_path_factory: pytest.TempPathFactory, given_: dict[str, Any], size: tuple[int, int]
) -> None:
    """A convolution with weights 1 of one pixel at a time counts how often a location sees it."""
    weights = tensor("w", 1, 1, *given_["kernel_shape"])
    shape = (1, 1, *size)
    alone = model([node("Conv", "x", "w", to="c", **given_)], [weights], shape)
    inferred = onnx.shape_inference.infer_shapes(alone).graph.output[0]
    outputs = tuple(d.dim_value for d in inferred.type.tensor_type.shape.dim)[2:]
    assume(fits(given_, size))
    built = model([node("Conv", "x", "w", to="c", **given_), *HEAD], [weights], shape)
    network = network_of(read_chain(saved(built, tmp_path_factory.mktemp("onnx"))), 2)
    assert network.sizes[1] == outputs
    run = reference.ReferenceEvaluator(alone).run
    for site in product(range(size[0]), range(size[1])):
        pixel = np.zeros(shape, np.float32)
        pixel[0, 0, site[0], site[1]] = 1
        seen = run(None, {"x": pixel})[0][0, 0]
        expected = [site in network.inputs(1, location) for location in network.places(1)]
        assert (seen > 0).ravel().tolist() == expected


@settings(max_examples=60)
@given(windows(), st.booleans(), st.tuples(st.integers(3, 9), st.integers(3, 9)))
def test_pooling_has_the_size_that_is_inferred(
    tmp_path_factory: pytest.TempPathFactory,
    given_: dict[str, Any],
    ceil: bool,
    size: tuple[int, int],
) -> None:
    ceil = ceil and "auto_pad" not in given_
    given_ = {**given_, "ceil_mode": int(ceil)}
    shape = (1, 3, *size)
    alone = model([node("MaxPool", "x", to="c", **given_)], [], shape)
    inferred = onnx.shape_inference.infer_shapes(alone).graph.output[0]
    outputs = tuple(d.dim_value for d in inferred.type.tensor_type.shape.dim)[2:]
    assume(fits(given_, size))
    built = model([node("MaxPool", "x", to="c", **given_), *HEAD], [], shape)
    path = saved(built, tmp_path_factory.mktemp("onnx"))
    found = network_of(read_chain(path), 2).sizes[1]
    # Shape inference counts windows that begin after the input, which the operator leaves out.
    pads = given_.get("pads", [0, 0, 0, 0])
    for axis in range(2):
        begins = (outputs[axis] - 1) * given_["strides"][axis] - pads[axis]
        late = ceil and begins >= size[axis]
        assert found[axis] == outputs[axis] - late


def test_dense_layers_see_all_places(tmp_path: Path) -> None:
    nodes = [
        node("Conv", "x", "w", to="c", pads=[1, 1, 1, 1]),
        node("Relu", "c", to="r"),
        node("Add", "r", "bias", to="a"),
        node("MaxPool", "a", to="m", kernel_shape=[2, 2], strides=[2, 2]),
        node("Reshape", "m", "shape", to="s"),
        node("Gemm", "s", "v", to="g", transB=1),
        node("Dropout", "g", to="d"),
        node("MatMul", "d", "u", to="o"),
        node("Softmax", "o", to="y"),
    ]
    constants = [
        tensor("w", 4, 3, 3, 3),
        tensor("bias", 4, 1, 1),
        whole("shape", 1, -1),
        tensor("v", 10, 64),
        tensor("u", 10, 5),
    ]
    path = saved(model(nodes, constants), tmp_path)
    chain = read_chain(path)
    assert [str(read.layer) for read in chain.layers] == ["3/1p1:4", "2/2:4", "4/4:10", "1/1:5"]
    assert dict(chain.left_out) == {"Relu": 1, "Add": 1, "Reshape": 1, "Dropout": 1, "Softmax": 1}
    assert Network.from_onnx(path, M=3) == Network(3, 8, layers="3/1p1:4,2/2:4,4/4:10,1/1:5")


def test_one_dimension_and_padding_nodes(tmp_path: Path) -> None:
    nodes = [
        node("Pad", "x", "pads", to="q"),
        node("Conv", "q", "w", to="c", strides=[2]),
        node("ReduceMean", "c", to="m", axes=[2], keepdims=0),
        node("Gemm", "m", "v", to="y"),
    ]
    constants = [whole("pads", 0, 0, 1, 0, 0, 2), tensor("w", 4, 2, 3), tensor("v", 4, 7)]
    chain = read_chain(saved(model(nodes, constants, (1, 2, 9)), tmp_path))
    assert chain.shape == (2, 1, 9)
    assert [read.layer for read in chain.layers] == [
        Layer((1, 3), (1, 2), 4, padding=(0, 1), size="valid"),
        Layer((1, 5), (1, 5), 4),
        Layer(1, 1, 7),
    ]


CHAINS = {
    "light_vgg19": "(3/1p1:64)*2,2/2:64,(3/1p1:128)*2,2/2:128,(3/1p1:256)*4,2/2:256,(3/1p1:512)*4,2/2:512,"
    "(3/1p1:512)*4,2/2:512,7/7:4096,1/1:4096,1/1:1000",
    "light_bvlc_alexnet": "11/4valid:96,3/2valid:96,5/1p2g2:256,3/2valid:256,3/1p1:384,3/1p1g2:384,"
    "3/1p1g2:256,3/2:256,6/6:4096,1/1:4096,1/1:1000",
    "light_zfnet512": "7/2valid:96,3/2valid:96,5/2valid:256,3/2valid:256,(3/1p1:512)*3,2/2:512,6/6:4096,"
    "1/1:1024,1/1:1000",
}
BRANCHES = ["densenet121", "inception_v1", "inception_v2", "resnet50", "shufflenet", "squeezenet"]


@pytest.mark.parametrize("name", CHAINS)
def test_architectures_that_ship_with_onnx(name: str) -> None:
    chain = read_chain(LIGHT / f"{name}.onnx")
    assert network_of(chain, 2) == Network(2, 224, layers=CHAINS[name])
    assert chain.shape == (3, 224, 224)


@pytest.mark.parametrize("name", BRANCHES)
def test_branches_are_refused_by_name(name: str) -> None:
    with pytest.raises(InputError, match=r"read by .* n\d+.*no branches"):
        read_chain(LIGHT / f"light_{name}.onnx")


def refusals() -> dict[str, tuple[Any, str]]:
    """Models that are no chains of known layers, with words of the message."""
    c = node("Conv", "x", "w", to="c")
    w = tensor("w", 4, 3, 3, 3)
    two = [c, node("Relu", "c", to="r"), node("Neg", "c", to="s"), node("Add", "r", "s", to="a")]
    extra = helper.make_graph(
        [node("Add", "x", "y", to="z")],
        "g",
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 3, 8, 8]) for n in "xy"],
        [helper.make_tensor_value_info("z", TensorProto.FLOAT, None)],
    )
    return {
        "branches": (model([*two, *HEAD], [w]), "read by Relu n_r, Neg n_s, .*no branches"),
        "itself twice": (model([node("Add", "x", "x", to="c"), *HEAD]), "it joins branches"),
        "two inputs": (helper.make_model(extra), "inputs: x, y.*one input"),
        "dynamic": (model([c, *HEAD], [w], (1, 3, "height", 8)), "height.*fixed size"),
        "dynamic channels": (model([c, *HEAD], [w], (1, "c", 8, 8)), "as numbers"),
        "3-D": (model([c, *HEAD], [w], (1, 3, 4, 8, 8)), r"1 × 3 × 4 × 8 × 8.*\(batch"),
        "3-D weights": (
            model([c, *HEAD], [tensor("w", 4, 3, 3, 3, 3)]),
            "Conv n_c.*3-D convolution",
        ),
        "1-D in 2-D": (model([c, *HEAD], [tensor("w", 4, 3, 3)]), "it is 1-D"),
        "channels": (model([c, *HEAD], [tensor("w", 4, 2, 3, 3)]), "for 2 channels, and 3 come"),
        "window": (conv(kernel_shape=[5, 5]), "not that of the weights"),
        "too large": (conv(window=9), "no window fits an input of 8x8"),
        "negative": (conv(pads=[-1, 0, 0, 0]), "negative padding"),
        "unknown": (model([node("Resize", "x", to="c"), *HEAD]), "Resize n_c.*not known"),
        "no weights": (model([node("Conv", "x", "q", to="c"), *HEAD]), "joins branches"),
        "no layer": (model([node("Relu", "x", to="c")]), "no convolution"),
        "not flat": (
            model([c, node("MatMul", "c", "v", to="y")], [w, tensor("v", 6, 2)]),
            "a Flatten is needed",
        ),
        "dense": (
            model(
                [c, node("Flatten", "c", to="f"), node("Gemm", "f", "v", to="y")],
                [w, tensor("v", 9, 2)],
            ),
            "weights for 9 numbers, and 4 channels at 6x6",
        ),
        "reshape": (
            model([c, node("Reshape", "c", "s", to="y")], [w, whole("s", 1, 2, 2, -1)]),
            r"to \[1, 2, 2, -1\]",
        ),
        "flat too early": (
            model([node("Flatten", "x", to="f"), node("Conv", "f", "w", to="c"), *HEAD], [w]),
            "flat by then",
        ),
        "mean of rows": (
            model([c, node("ReduceMean", "c", to="y", axes=[2])], [w]),
            "over all places only",
        ),
        "edge": (
            model(
                [node("Pad", "x", "p", to="q", mode="edge"), node("Conv", "q", "w", to="c"), *HEAD],
                [whole("p", 0, 0, 1, 1, 0, 0, 1, 1), w],
            ),
            "Pad n_q.*constant padding",
        ),
    }


@pytest.mark.parametrize("name", refusals())
def test_what_is_no_chain_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    built, words = refusals()[name]
    with pytest.raises(InputError, match=words) as error:
        read_chain(saved(built, tmp_path))
    assert "\n" not in str(error.value)


def test_an_output_that_is_larger_than_one_place_is_refused(tmp_path: Path) -> None:
    path = saved(model([node("Conv", "x", "w", to="c")], [tensor("w", 4, 3, 3, 3)]), tmp_path)
    with pytest.raises(InputError, match="must be 1x1"):
        Network.from_onnx(path, M=2)


@pytest.mark.parametrize("keep", [0, 1, 40, 0.5, 0.9])
def test_truncated_files_are_refused(keep: float, tmp_path: Path) -> None:
    whole_file = saved(conv(), tmp_path).read_bytes()
    count = int(keep if keep >= 1 else keep * len(whole_file))
    path = tmp_path / "part.onnx"
    path.write_bytes(whole_file[:count])
    with pytest.raises(InputError) as error:
        read_chain(path)
    assert "\n" not in str(error.value)


@settings(max_examples=60)
@given(st.data())
def test_corrupt_files_are_refused_or_read(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """One byte is another one: never anything but an answer or one line."""
    content = bytearray(conv().SerializeToString())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("onnx") / "m.onnx"
    path.write_bytes(content)
    try:
        read_chain(path)
    except InputError as error:
        said = str(error)
    else:
        said = ""
    assert "\n" not in said


def test_malformed_graphs_are_one_line(tmp_path: Path) -> None:
    """A node without outputs, and a cycle: parsers take them."""
    without = conv()
    del without.graph.node[0].output[:]
    cycle = model([node("Relu", "x", to="a"), node("Relu", "a", to="x")])
    for built, words in (
        (without, "malformed: IndexError"),
        (cycle, "no output of the graph|no conv"),
    ):
        with pytest.raises(InputError, match=words) as error:
            read_chain(saved(built, tmp_path))
        assert "\n" not in str(error.value)


def test_missing_files_and_folders(tmp_path: Path) -> None:
    for path in (tmp_path / "none.onnx", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            read_chain(path)
