"""Models as PyTorch and Keras export them: one network in three graphs, computed shapes, and refusals."""

from __future__ import annotations

from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from convac import InputError, Network
from convac.graphs.onnx_chain import Chain, read_chain
from convac.graphs.onnx_layout import Layout
from convac.graphs.onnx_shapes import ShapeTensors
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from onnx_graphs import Export, Window, model, node, saved, tensor, whole

onnx = pytest.importorskip("onnx")
reference = pytest.importorskip("onnx.reference")


def layers_of(chain: Chain) -> list[str]:
    return [str(read.layer) for read in chain.layers]


def exported(
    layers: list[Window], channels: int, places: tuple[int, ...], *, last: bool, dense: int = 0
) -> Any:
    """The layers as Keras writes them, with a Flatten and a fully connected layer if `dense` says."""
    export = Export(last, len(places) + 2)
    given_ = channels
    for layer in layers:
        channels = export.layer(layer, channels)
    if dense:
        export.flatten()
        export.dense(dense, 10)
    return export.built(given_, *places)


def by_torch(layers: list[Window], channels: int, places: tuple[int, ...], dense: int) -> Any:
    """The same as PyTorch writes it: biases inside, BatchNormalization, Flatten and Gemm."""
    export = Export(False, len(places) + 2)
    given_ = channels
    for layer in layers:
        attributes: dict[str, Any] = {"kernel_shape": layer.window, "strides": layer.stride}
        if layer.same:
            attributes["auto_pad"] = "SAME_UPPER"
        if layer.channels is None:
            export.put("MaxPool", **attributes)
            continue
        weights = export.floats(layer.channels, channels // layer.groups, *layer.window)
        attributes["dilations"] = [layer.dilation] * len(layer.window)
        channels = layer.channels
        export.put("Conv", weights, export.floats(channels), group=layer.groups, **attributes)
        if layer.normalized:
            export.put("BatchNormalization", *(export.floats(channels) for _ in range(4)))
        export.put("Relu")
    export.put("Flatten")
    export.put("Gemm", export.floats(10, dense), export.floats(10), transB=1)
    return export.built(given_, *places, batch=1)


LAYERS = [
    Window((3, 3), (1, 1), 8, same=True, normalized=True),
    Window((2, 2), (2, 2)),
    Window((3, 3), (1, 1), 16, groups=2, same=True),
    Window((3, 3), (2, 2), 6, same=True),
    Window((3, 3), (1, 1), 6, dilation=2),
    Window((3, 3), (2, 2), same=True),
]
READ = ["3/1p1:8", "2/2:8", "3/1p1g2:16", "3/2:6", "3/1d2valid:6", "3/2p1:6", "2/2:10"]


def test_one_network_in_three_graphs(tmp_path: Path) -> None:
    graphs = {
        "last": exported(LAYERS, 3, (31, 32), last=True, dense=6 * 2 * 2),
        "first": exported(LAYERS, 3, (31, 32), last=False, dense=6 * 2 * 2),
        "torch": by_torch(LAYERS, 3, (31, 32), dense=6 * 2 * 2),
    }
    found = {name: read_chain(saved(built, tmp_path)) for name, built in graphs.items()}
    assert {str(layers_of(chain)) for chain in found.values()} == {str(layers_of(found["torch"]))}
    assert {chain.shape for chain in found.values()} == {(3, 31, 32)}
    assert found["last"].order == ("batch", "height", "width", "channels")
    assert found["first"].order == found["torch"].order == ("batch", "channels", "height", "width")
    assert dict(found["last"].left_out)["Transpose"] == 12
    sizes = [read.gives for read in found["last"].layers]
    assert sizes == [(31, 32), (15, 16), (15, 16), (8, 8), (4, 4), (2, 2), (1, 1)]


def test_one_dimension(tmp_path: Path) -> None:
    layers = [
        Window((5,), (1,), 8, same=True, normalized=True),
        Window((2,), (2,)),
        Window((3,), (2,), 8, groups=2, same=True),
    ]
    last = read_chain(saved(exported(layers, 2, (40,), last=True, dense=80), tmp_path))
    first = read_chain(saved(exported(layers, 2, (40,), last=False, dense=80), tmp_path))
    assert layers_of(last) == layers_of(first)
    assert layers_of(last) == ["1x5/1p0x2:8", "1x2/1x2:8", "1x3/1x2g2:8", "1x10/1x10:10"]
    assert last.shape == first.shape == (2, 1, 40)
    assert last.order == ("batch", "width", "channels")


@st.composite
def chains(draw: st.DrawFn) -> tuple[list[Window], int, tuple[int, ...]]:
    """A few layers on an image or a line."""
    dimensions = draw(st.integers(1, 2))
    layers, channels = [], [draw(st.sampled_from([2, 4]))]
    for _ in range(draw(st.integers(1, 3))):
        window, stride = (
            tuple(draw(st.integers(1, 3)) for _ in range(dimensions)) for _ in range(2)
        )
        same, pooled = draw(st.booleans()), draw(st.booleans())
        if pooled:
            layers.append(Window(window, stride, same=same))
            continue
        dilation, groups = draw(st.integers(1, 2)), draw(st.integers(1, 2))
        channels.append(draw(st.sampled_from([2, 4])))
        layers.append(
            Window(window, stride, channels[-1], dilation, groups, same, draw(st.booleans()))
        )
    return layers, channels[0], tuple(draw(st.integers(5, 9)) for _ in range(dimensions))


def run(built: Any) -> tuple[dict[str, Any], Any]:
    """All that the reference evaluation computes, for one image, and the output."""
    (given_,) = built.graph.input
    shape = [d.dim_value or 1 for d in given_.type.tensor_type.shape.dim]
    evaluator = reference.ReferenceEvaluator(built)
    found = evaluator.run(None, {"x": np.ones(shape, np.float32)}, intermediate=True)
    return found, found[built.graph.output[0].name]


@settings(max_examples=40, deadline=None)
@given(chains(), st.booleans())
def test_sizes_are_those_of_the_reference_evaluation(
    tmp_path_factory: pytest.TempPathFactory,
    chain: tuple[list[Window], int, tuple[int, ...]],
    last: bool,
) -> None:
    """With the width of the fully connected layer that the evaluation gives, and in either order."""
    layers, channels, places = chain
    output: Any = None
    try:
        _, output = run(exported(layers, channels, places, last=last))
    except (ValueError, RuntimeError, IndexError):
        assume(False)
    assume(output is not None and min(output.shape) > 0)
    count = prod(output.shape[1:])
    path = saved(
        exported(layers, channels, places, last=last, dense=count), tmp_path_factory.mktemp("onnx")
    )
    read = read_chain(path)
    *before, dense = read.layers
    size = before[-1].gives[2 - len(places) :]
    shape = (1, *size, before[-1].layer.channels)
    assert output.shape == (shape if last else (1, shape[-1], *size))
    assert prod(dense.layer.window) * before[-1].layer.channels == count
    assert read.shape == (channels, *(1,) * (2 - len(places)), *places)


@settings(max_examples=30, deadline=None)
@given(chains(), st.booleans())
def test_computed_shapes_are_those_of_the_reference_evaluation(
    chain: tuple[list[Window], int, tuple[int, ...]], last: bool
) -> None:
    """Each number that is computed, where the shapes of all data are told."""
    layers, channels, places = chain
    built = exported(layers, channels, places, last=last)
    found: dict[str, Any] = {}
    try:
        found, _ = run(built)
    except (ValueError, RuntimeError, IndexError):
        assume(False)
    shapes = ShapeTensors(built.graph, {"": 17})
    for name, value in found.items():
        if value is not None and value.dtype.kind == "f":
            shapes.know(name, value.shape)
    computed = {x for x, value in found.items() if value is not None and value.dtype.kind == "i"}
    assert computed <= shapes.values.keys()
    for name in computed:
        assert shapes.values[name].tolist() == found[name].tolist()


@st.composite
def padded(draw: st.DrawFn) -> tuple[list[int], dict[str, Any], tuple[int, int]]:
    """A Pad, the attributes of a window after it, and the size of the input."""
    window = [draw(st.integers(1, 3)) for _ in range(2)]
    given_: dict[str, Any] = {"kernel_shape": window}
    given_["strides"] = [draw(st.integers(1, 3)) for _ in range(2)]
    if draw(st.booleans()):
        given_["auto_pad"] = draw(st.sampled_from(["SAME_UPPER", "SAME_LOWER"]))
    pads = [0, 0, *(draw(st.integers(0, 2)) for _ in range(2))]
    pads += [0, 0, *(draw(st.integers(0, 2)) for _ in range(2))]
    return pads, given_, (draw(st.integers(2, 6)), draw(st.integers(2, 6)))


def require_seen(built: Any, path: Path, size: tuple[int, int]) -> None:
    """A location sees a pixel where it is positive, if that pixel is 1 and the others are 0."""
    network = Network.from_onnx(path, M=2)
    evaluator = reference.ReferenceEvaluator(built)
    for site in product(range(size[0]), range(size[1])):
        pixel = np.zeros((1, 1, *size), np.float32)
        pixel[0, 0, site[0], site[1]] = 1
        seen = evaluator.run(["c"], {"x": pixel})[0][0, 0]
        assert seen.shape == network.sizes[1]
        expected = [site in network.inputs(1, location) for location in network.places(1)]
        assert (seen > 0).ravel().tolist() == expected


@settings(max_examples=60, deadline=None)
@given(padded())
def test_a_convolution_after_pad_sees_what_the_reference_evaluation_sees(
    tmp_path_factory: pytest.TempPathFactory,
    drawn: tuple[list[int], dict[str, Any], tuple[int, int]],
) -> None:
    """By `auto_pad`, zeros are counted on the padded size."""
    pads, given_, size = drawn
    assume(
        all(n + pads[2 + k] + pads[6 + k] >= given_["kernel_shape"][k] for k, n in enumerate(size))
    )
    nodes = [node("Pad", "x", "p", to="q"), node("Conv", "q", "w", to="c", **given_)]
    constants = [whole("p", *pads), tensor("w", 1, 1, *given_["kernel_shape"])]
    built = model([*nodes, node("GlobalMaxPool", "c", to="y")], constants, (1, 1, *size))
    require_seen(built, saved(built, tmp_path_factory.mktemp("onnx")), size)


@settings(max_examples=60, deadline=None)
@given(padded())
def test_pooling_after_copies_of_the_edge_sees_what_the_reference_evaluation_sees(
    tmp_path_factory: pytest.TempPathFactory,
    drawn: tuple[list[int], dict[str, Any], tuple[int, int]],
) -> None:
    """Or it is refused, where a window would see a copy and not the edge."""
    pads, given_, size = drawn
    given_.pop("auto_pad", None)
    assume(
        all(n + pads[2 + k] + pads[6 + k] >= given_["kernel_shape"][k] for k, n in enumerate(size))
    )
    nodes = [node("Pad", "x", "p", to="q", mode="edge"), node("MaxPool", "q", to="c", **given_)]
    nodes.append(node("GlobalMaxPool", "c", to="y"))
    built = model(nodes, [whole("p", *pads)], (1, 1, *size))
    path = saved(built, tmp_path_factory.mktemp("onnx"))
    window = given_["kernel_shape"] * 2
    if all(n < r for n, r in zip(pads[2:4] + pads[6:], window, strict=True)):
        require_seen(built, path, size)
    else:
        with pytest.raises(InputError, match=r"Pad n_q.*where windows see the edge, too"):
            read_chain(path)


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("operator", ["ReduceMean", "ReduceMax"])
def test_global_pooling_and_a_layer_at_each_place(
    operator: str, keep: bool, tmp_path: Path
) -> None:
    """Channels last: a matrix acts on channels, and the mean is over rows and columns."""
    export = Export(True, 4)
    export.layer(Window((3, 3), (1, 1), 5), 3)
    export.dense(5, 7)
    export.put(operator, axes=[1, 2], keepdims=int(keep))
    if keep:
        export.to(last=False)
        export.put("Conv", export.floats(4, 7, 1, 1))
        export.to(last=True)
        export.put("Reshape", export.number(-1, 4))
    else:
        export.dense(7, 4)
    chain = read_chain(saved(export.built(3, 8, 9), tmp_path))
    assert layers_of(chain) == ["3/1valid:5", "1/1:7", "6x7/6x7:7", "1/1:4"]
    assert [read.gives for read in chain.layers] == [(6, 7), (6, 7), (1, 1), (1, 1)]


def test_a_line_becomes_an_image_and_a_line_again(tmp_path: Path) -> None:
    """PyTorch takes the mean of a line over height and width."""
    export = Export(False, 3)
    export.put("Conv", export.floats(8, 2, 3))
    export.put("Unsqueeze", export.number(-2))
    export.put("ReduceMean", axes=[-2, -1], keepdims=1)
    export.put("Squeeze", export.number(-2))
    export.put("Reshape", export.number(1, 8))
    export.put("Gemm", export.floats(8, 4))
    chain = read_chain(saved(export.built(2, 40), tmp_path))
    assert [read.gives for read in chain.layers] == [(1, 38), (1, 1), (1, 1)]
    assert chain.shape == (2, 1, 40)


@pytest.mark.parametrize(
    ("perm", "order"),
    [
        ([0, 3, 1, 2], ("batch", "height", "width", "channels")),
        ([0, 3, 2, 1], ("batch", "width", "height", "channels")),
        ([0, 1, 3, 2], ("batch", "channels", "width", "height")),
    ],
)
def test_the_first_window_says_what_the_dimensions_are(
    perm: list[int], order: tuple[str, ...], tmp_path: Path
) -> None:
    sizes = {"batch": "batch", "channels": 3, "height": 7, "width": 9}
    nodes = [node("Transpose", "x", to="t", perm=perm), node("Conv", "t", "w", to="y")]
    built = model(nodes, [tensor("w", 4, 3, 3, 3)], [sizes[name] for name in order])
    chain = read_chain(saved(built, tmp_path))
    assert (chain.shape, chain.order) == ((3, 7, 9), order)


def test_padding_before_the_order_is_known(tmp_path: Path) -> None:
    """As Keras pads for a causal convolution: before the Transpose."""
    nodes = [
        node("Pad", "x", "p", to="q"),
        node("Transpose", "q", to="t", perm=[0, 2, 1]),
        node("Conv", "t", "w", to="y", dilations=[2]),
    ]
    for pads, words in (([0, 4, 0, 0, 0, 0], ""), ([0, 0, 1, 0, 0, 0], "height and width is read")):
        constants = [whole("p", *pads), tensor("w", 8, 2, 3)]
        path = saved(model(nodes, constants, ("batch", 20, 2)), tmp_path)
        if words:
            with pytest.raises(InputError, match=f"Pad n_q.*{words}"):
                read_chain(path)
        else:
            assert layers_of(read_chain(path)) == ["1x3/1d1x2a0x4n1x20:8"]


def test_long_lists_and_undefined_numbers_stay_unknown() -> None:
    """A graph cannot make a shape that fills the memory, or divide by zero."""
    export = Export(False, 4)
    shape = export.add("Shape", "x")
    huge = export.add("Mul", shape, shape)
    export.add("ConstantOfShape", huge)
    export.add("Div", shape, export.number(0))
    doubled = [shape]
    for _ in range(40):
        doubled.append(export.add("Concat", doubled[-1], doubled[-1], axis=0))
    export.add("Reshape", shape, export.number(3, -1))
    values = ShapeTensors(model(export.nodes).graph, {"": 17})
    values.know("x", (1, 3, 10**6, 10**6))
    lengths = [values.values[x].size for x in doubled if x in values.values]
    assert lengths == [4, 8, 16, 32, 64]
    assert sorted(values.values) == sorted([*doubled[:5], huge, *constants_among(export)])


def constants_among(export: Export) -> list[str]:
    return [x.output[0] for x in export.nodes if x.op_type == "Constant"]


def test_dimensions_keep_their_sizes() -> None:
    layout = Layout((1, 8, 9, 3))
    layout.transpose(node("Transpose", "x", to="t"), [0, 3, 1, 2])
    assert layout.dims() == (1, 3, 8, 9)
    layout.named()
    assert layout.image == (3, 8, 9)
    layout.padded(node("Pad", "x", to="p"), [0, 0, 1, 0, 0, 0, 2, 0], edge=False)
    assert layout.dims() == (1, 3, 11, 9)
    assert layout.take_padding() == ((1, 0), (2, 0))
    layout.flatten()
    assert layout.dims() == (1, 216)
