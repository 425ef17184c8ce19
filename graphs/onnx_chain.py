"""Networks from ONNX files: what a chain of layers sees, without its weights.

The graph is followed from its input, node by node. Convolutions, pooling and fully connected layers have a
geometry; what acts on each entry by itself, or on channels at one place, has none and is left out. A node
that joins or feeds several branches ends the reading with its name. Tensors that are computed from shapes
and constants alone are no branches (`onnx_shapes.py`).

Data has its channels first or last (`onnx_layout.py`). Sizes follow the ONNX operators
(`onnx_windows.py`): padding as written or by `auto_pad`, dilation, groups, and `ceil_mode`, where a window
that would begin after the input and the zeros before it is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import InputError
from .layer import Layer, Pair, show_size
from .onnx_file import (
    NAME,
    SHAPES,
    Dims,
    attributes,
    constants_of,
    input_of,
    label,
    loaded,
    refused,
)
from .onnx_layout import CHANNELS, FLAT, Layout
from .onnx_shapes import ShapeTensors
from .onnx_windows import Windows, two

MALFORMED = (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What reading a message without a field, or with one of another kind, ends in."""
NORMALIZATION = (
    "BatchNormalization",
    "GroupNormalization",
    "InstanceNormalization",
    "LRN",
    "LayerNormalization",
    "LpNormalization",
)
ACTIVATIONS = (
    "Abs",
    "Celu",
    "Clip",
    "Elu",
    "Erf",
    "Exp",
    "Gelu",
    "HardSigmoid",
    "HardSwish",
    "LeakyRelu",
    "LogSoftmax",
    "Mish",
    "Neg",
    "PRelu",
    "Relu",
    "Selu",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Softsign",
    "Sqrt",
    "Swish",
    "Tanh",
    "ThresholdedRelu",
)
PASSED_ON = ("Cast", "DequantizeLinear", "Dropout", "Identity", "QuantizeLinear")
WITH_CONSTANTS = ("Add", "Div", "Max", "Min", "Mul", "Pow", "Sub", "Sum")
"""Biases and scales: the other operands are constants, since branches are refused before."""
WITHOUT_GEOMETRY = frozenset((*NORMALIZATION, *ACTIVATIONS, *PASSED_ON, *WITH_CONSTANTS))
"""Operators on entries, or on channels at one place."""
ALONG_CHANNELS = {"LRN": 1, "LogSoftmax": -1, "LpNormalization": -1, "Softmax": -1}
"""Operators along one dimension, with its position if no attribute says it."""
POOLING = ("AveragePool", "LpPool", "MaxPool")
GLOBAL = ("GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool")


@dataclass(frozen=True)
class ReadLayer:
    """A layer, and the node that it was read from."""

    node: str
    operator: str
    layer: Layer
    sees: Pair
    gives: Pair


@dataclass(frozen=True)
class Chain:
    """What was read: the input (channels, height, width), the layers, and the operators left out.

    `order` is what the input's dimensions are, in their order in the file.
    """

    file: str
    input: str
    shape: tuple[int, int, int]
    order: tuple[str, ...]
    layers: tuple[ReadLayer, ...]
    left_out: tuple[tuple[str, int], ...]


def read_chain(path: str | Path) -> Chain:
    """Follow the graph of a model from its input to its output.

    Weights are not read, only their shapes; external data may be missing. The package `onnx` is needed.

    Raises
    ------
    InputError
        If the file cannot be read, the graph is no chain, a size is not given as a number, an operator
        has a geometry that is not known here, or dimensions are permuted so that they are neither channels
        first nor last. It names the node.
    """
    model = loaded(Path(path))
    try:
        return _followed(model, Path(path))
    except InputError:
        raise
    except MALFORMED as error:
        said = f"its graph is malformed: {type(error).__name__}"
        raise InputError(NAME, str(path), said) from None


def _followed(model: Any, path: Path) -> Chain:
    """The chain from the input on; errors of many kinds where messages of the file lack their fields."""
    graph = model.graph
    constants = constants_of(graph)
    name, dims = input_of(graph, constants)
    shapes = ShapeTensors(graph, {x.domain: x.version for x in model.opset_import})
    reader = _Reader(constants, shapes, Layout(dims))
    ends = {output.name for output in graph.output}
    current = name
    consumers = _consumers(graph, constants)
    while current in consumers:
        shapes.know(current, reader.layout.dims())
        node, *others = consumers.pop(current)  # so that a cycle ends
        if others:
            names = ", ".join(map(label, (node, *others)))
            raise refused(f"{current}, read by {names}", "a chain of layers is needed, no branches")
        reader.read(node, current)
        current = node.output[0]
        beside = [output for output in node.output[1:] if output in consumers]
        if beside:
            raise refused(label(node), f"its output {beside[0]} is read, too; a chain is needed")
    if current not in ends:
        raise refused(
            current, "the chain from the input ends there, and it is no output of the graph"
        )
    if not reader.layers:
        raise refused(str(path), "it has no convolution, pooling or fully connected layer")
    reader.end()
    left_out = tuple(sorted(reader.left_out.items()))
    layout = reader.layout
    return Chain(path.name, name, layout.image, layout.input, tuple(reader.layers), left_out)


def _consumers(graph: Any, constants: Mapping[str, object]) -> dict[str, list[Any]]:
    """The nodes that read the entries of each tensor that depends on the input."""
    found: dict[str, list[Any]] = {}
    for node in graph.node:
        if node.op_type not in SHAPES:
            for used in {x for x in node.input if x and x not in constants}:
                found.setdefault(used, []).append(node)
    return found


@dataclass
class _Reader:
    """Where the reading is: the dimensions of what comes next, and the layers before it."""

    constants: Mapping[str, Dims | None]
    shapes: ShapeTensors
    layout: Layout
    layers: list[ReadLayer] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    unconfirmed: Any = None
    """A Reshape to a target that is not known, which a fully connected layer confirms."""

    def read(self, node: Any, data: str) -> None:
        """Take the next node of the chain."""
        operator = node.op_type
        joined = [x for x in node.input if x and x not in self.constants and x != data]
        if joined or list(node.input).count(data) > 1:
            raise refused(label(node), "it joins branches; a chain of layers is needed")
        handlers: dict[str, Callable[[Any, dict[str, Any]], None]] = {
            "Conv": self._convolution,
            "Gemm": self._dense,
            "MatMul": self._dense,
            "Flatten": self._flatten,
            "Reshape": self._reshape,
            "Squeeze": self._squeeze,
            "Unsqueeze": self._squeeze,
            "Transpose": self._transpose,
            "ReduceMean": self._reduced,
            "ReduceMax": self._reduced,
            "Pad": self._pad,
        }
        handlers |= dict.fromkeys(POOLING, self._pooling) | dict.fromkeys(GLOBAL, self._global)
        if operator in handlers:
            if node.input[0] != data:
                raise refused(label(node), f"its first input is {node.input[0]}, which is no data")
            handlers[operator](node, attributes(node))
        elif operator in WITHOUT_GEOMETRY:
            self._without_geometry(node, data)
        else:
            raise refused(label(node), "this operator is not known here")

    def end(self) -> None:
        """Refuse what the end leaves open."""
        self.layout.require_no_padding()
        self._require_confirmed()

    def _without_geometry(self, node: Any, data: str) -> None:
        """Constants fit the data, and what acts along a dimension acts along channels."""
        given = attributes(node)
        if node.op_type in (*WITH_CONSTANTS, "PRelu") and "axis" not in given:
            for name in set(node.input) - {data}:
                self._require_fit(node, self.constants.get(name))
        if node.op_type in ALONG_CHANNELS and not self.layout.flat:
            self.layout.named()
            axis = given.get("axis", ALONG_CHANNELS[node.op_type])
            if self.layout.places != (1, 1) and self.layout.at(node, [axis]) != {CHANNELS}:
                raise refused(label(node), f"it acts on places of {self.layout}, not on channels")
        self.left_out[node.op_type] += 1

    def _require_fit(self, node: Any, dims: Dims | None) -> None:
        """Refuse constants that make the data larger."""
        there = self.layout.dims()
        short = there[len(there) - len(dims or ()) :]
        if dims and (
            len(dims) > len(there) or any(d not in (1, n) for d, n in zip(dims, short, strict=True))
        ):
            said = f"a constant of shape {list(dims)} does not fit data of shape {list(there)}"
            raise refused(label(node), f"{said}, {self.layout}")

    def _convolution(self, node: Any, given: dict[str, Any]) -> None:
        weights = self._weights(node)
        if len(weights) not in (3, 4):
            raise refused(label(node), f"a {len(weights) - 2}-D convolution; 1-D and 2-D are read")
        self.layout.require_grid(node, len(weights) - 2)
        channels, inputs, *window = weights
        groups = int(given.get("group", 1))
        if groups < 1:
            raise refused(label(node), "groups are 1 or more")
        if inputs * groups != self.layout.channels:
            said = f"weights for {inputs * groups} channels, and {self.layout.channels} come in"
            raise refused(label(node), said)
        if list(given.get("kernel_shape", window)) != window:
            raise refused(label(node), "kernel_shape is not that of the weights")
        if self.layout.edge:
            raise refused(
                label(self.layout.pad), "constant padding is read, and of the edge for pooling"
            )
        self._add(node, given, two(window, 1), channels, groups)

    def _pooling(self, node: Any, given: dict[str, Any]) -> None:
        window = given.get("kernel_shape", [])
        if len(window) not in (1, 2):
            raise refused(label(node), f"a {len(window)}-D pooling; 1-D and 2-D are read")
        self.layout.require_grid(node, len(window))
        self._add(node, given, two(window, 1), self.layout.channels, 1)

    def _global(self, node: Any, given: dict[str, Any]) -> None:
        self.layout.require_grid(node, 0)
        self._whole(node, self.layout.channels)

    def _reduced(self, node: Any, given: dict[str, Any]) -> None:
        """The mean or maximum over all places is global pooling."""
        axes = given.get("axes") or self._numbers(node, 1)
        self.layout.reduce(node, axes, keep=bool(given.get("keepdims", 1)))
        self._whole(node, self.layout.channels)

    def _flatten(self, node: Any, given: dict[str, Any]) -> None:
        if given.get("axis", 1) != 1:
            raise refused(label(node), "axis 1 is needed")
        self.layout.flatten()
        self.left_out[node.op_type] += 1

    def _reshape(self, node: Any, given: dict[str, Any]) -> None:
        target = given.get("shape") or self._numbers(node, 1)
        if target is None:
            self.unconfirmed = self.unconfirmed or node
            self.layout.flatten()
        else:
            self.layout.reshape(node, target, zeros=bool(given.get("allowzero", 0)))
        self.left_out[node.op_type] += 1

    def _squeeze(self, node: Any, given: dict[str, Any]) -> None:
        axes = given.get("axes") or self._numbers(node, 1)
        drop = node.op_type == "Squeeze"
        (self.layout.squeeze if drop else self.layout.unsqueeze)(node, axes)
        self.left_out[node.op_type] += 1

    def _transpose(self, node: Any, given: dict[str, Any]) -> None:
        reverse = range(len(self.layout.order))[::-1]
        self.layout.transpose(node, list(given.get("perm", reverse)))
        self.left_out["Transpose"] += 1

    def _dense(self, node: Any, given: dict[str, Any]) -> None:
        """A matrix acts on the last dimension: on all that is flat, or on channels at each place."""
        weights = self._weights(node)
        if len(weights) != 2:
            raise refused(label(node), "a matrix of weights is needed")
        inputs, channels = weights[::-1] if given.get("transB", 0) else weights
        layout = self.layout
        last = layout.order[-1]
        if last not in (CHANNELS, FLAT) or (node.op_type == "Gemm" and not layout.flat):
            raise refused(label(node), f"a Flatten is needed before it, and the input is {layout}")
        if given.get("transA", 0):
            raise refused(label(node), "transA is not read")
        if inputs != (layout.whole if last == FLAT else layout.channels):
            places = f"{layout.channels} channels at {show_size(layout.places)} places"
            raise refused(label(node), f"weights for {inputs} numbers, and {places} come in")
        self.unconfirmed = None
        if last == FLAT or layout.flat:
            self._whole(node, channels)
            layout.flatten()
        else:
            layout.require_no_padding()
            self._put(node, Layer(1, 1, channels), layout.places)

    def _pad(self, node: Any, given: dict[str, Any]) -> None:
        """Zeros that the next window sees."""
        pads = list(given.get("pads") or self._numbers(node, 1) or [])
        mode, rank = given.get("mode", b"constant"), len(self.layout.order)
        if self.layout.flat:
            self.layout.require_grid(node, 0)
        if mode not in (b"constant", b"edge") or len(pads) != 2 * rank or len(node.input) > 3:
            raise refused(label(node), "constant padding of height and width is read")
        if min(pads, default=0) < 0:
            raise refused(label(node), "negative padding is not read")
        self.layout.padded(node, pads, edge=mode == b"edge")
        self.left_out["Pad"] += 1

    def _add(
        self, node: Any, given: dict[str, Any], window: Pair, channels: int, groups: int
    ) -> None:
        """A layer of windows."""
        pad = self.layout.pad if self.layout.edge else None
        windows = Windows(node, given, window, self.layout.take_padding())
        ceil = bool(given.get("ceil_mode", 0))
        if pad is not None:
            self._require_inside(pad, windows, ceil=ceil)
        layer, size = windows.placed(self.layout.places, channels, groups, ceil=ceil)
        self._put(node, layer, size)

    def _require_inside(self, pad: Any, windows: Windows, *, ceil: bool) -> None:
        """Each window sees, with a copy of the edge, the edge: then it sees what it sees with zeros."""
        reach = windows.reach(self.layout.places)
        small = all(n < r for pair in reach for n, r in zip(pair, windows.window, strict=True))
        if ceil or windows.dilation != (1, 1) or not small:
            raise refused(label(pad), "padding of the edge is read where windows see the edge, too")

    def _weights(self, node: Any) -> Dims:
        """The shape of the second operand."""
        name = node.input[1] if len(node.input) > 1 else ""
        dims = self.constants.get(name)
        if dims is None:
            raise refused(label(node), f"the shape of its weights {name} is not in the file")
        return dims

    def _numbers(self, node: Any, position: int) -> list[int] | None:
        """A constant operand that is a list of whole numbers, if its values are known."""
        found = self.shapes.values.get(node.input[position] if len(node.input) > position else "")
        return None if found is None else [int(x) for x in found.ravel()]

    def _require_confirmed(self) -> None:
        if self.unconfirmed is not None:
            said = "the shape that it gives is not known, and no fully connected layer says it"
            raise refused(label(self.unconfirmed), said)

    def _whole(self, node: Any, channels: int) -> None:
        """A layer that sees all places."""
        size = self.layout.places
        self.layout.take_padding()
        self._put(node, Layer(size, size, channels), (1, 1))

    def _put(self, node: Any, layer: Layer, size: Pair) -> None:
        self._require_confirmed()
        name = node.name or node.output[0]
        self.layers.append(ReadLayer(name, node.op_type, layer, self.layout.places, size))
        self.layout.becomes(layer.channels, size)
