"""Networks from ONNX files: what a chain of layers sees, without its weights.

The graph is followed from its input, node by node. Convolutions, pooling and fully connected layers have a
geometry; what acts on each entry by itself, or on channels at one place, has none and is left out. A node
that joins or feeds several branches ends the reading with its name.

Sizes follow the ONNX operators: padding as written or by `auto_pad`, dilation, groups, and `ceil_mode`,
where a window that would begin after the input and the zeros before it is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

from ..errors import InputError
from .layer import SAME, SAME_LOWER, VALID, Layer, Pair, show_size
from .onnx_file import NAME, Dims, constants_of, input_of, label, loaded, refused, values_of

MALFORMED = (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What reading a message without a field, or with one of another kind, ends in."""
Pads = tuple[Pair, Pair]
"""Zeros before and after the input, rows and columns each."""
NO_PADS: Pads = ((0, 0), (0, 0))
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
    """What was read: the input (channels, height, width), the layers, and the operators left out."""

    file: str
    input: str
    shape: tuple[int, int, int]
    layers: tuple[ReadLayer, ...]
    left_out: tuple[tuple[str, int], ...]


def read_chain(path: str | Path) -> Chain:
    """Follow the graph of a model from its input to its output.

    Weights are not read, only their shapes; external data may be missing. The package `onnx` is needed.

    Raises
    ------
    InputError
        If the file cannot be read, the graph is no chain, a size is not given as a number, or an operator
        has a geometry that is not known here. It names the node.
    """
    graph = loaded(Path(path)).graph
    try:
        return _followed(graph, Path(path))
    except InputError:
        raise
    except MALFORMED as error:
        said = f"its graph is malformed: {type(error).__name__}"
        raise InputError(NAME, str(path), said) from None


def _followed(graph: Any, path: Path) -> Chain:
    """The chain from the input on; errors of many kinds where messages of the file lack their fields."""
    constants = constants_of(graph)
    name, shape = input_of(graph, constants)
    reader = _Reader(constants, values_of(graph), shape)
    ends = {output.name for output in graph.output}
    current = name
    consumers: dict[str, list[Any]] = {}
    for node in graph.node:
        for used in {x for x in node.input if x and x not in constants}:
            consumers.setdefault(used, []).append(node)
    while current in consumers:
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
    left_out = tuple(sorted(reader.left_out.items()))
    return Chain(path.name, name, shape, tuple(reader.layers), left_out)


@dataclass
class _Reader:
    """Where the reading is: channels and size of what comes next, and whether it is flat."""

    constants: Mapping[str, Dims | None]
    values: Mapping[str, Sequence[int]]
    input: tuple[int, int, int]
    layers: list[ReadLayer] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    flat: bool = False
    pads: Pads = NO_PADS

    def __post_init__(self) -> None:
        self.channels, *size = self.input
        self.size: Pair = (size[0], size[1])

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
            "Reshape": self._flatten,
            "Squeeze": self._flatten,
            "ReduceMean": self._reduced,
            "ReduceMax": self._reduced,
            "Pad": self._pad,
        }
        handlers |= dict.fromkeys(POOLING, self._pooling) | dict.fromkeys(GLOBAL, self._global)
        if operator in handlers:
            handlers[operator](node, _attributes(node))
        elif operator in WITHOUT_GEOMETRY:
            self.left_out[operator] += 1
        else:
            raise refused(label(node), "this operator is not known here")

    def _convolution(self, node: Any, given: dict[str, Any]) -> None:
        weights = self._weights(node)
        if len(weights) not in (3, 4):
            raise refused(label(node), f"a {len(weights) - 2}-D convolution; 1-D and 2-D are read")
        self._spatial(node, len(weights) - 2)
        channels, inputs, *window = weights
        groups = int(given.get("group", 1))
        if inputs * groups != self.channels:
            said = f"weights for {inputs * groups} channels, and {self.channels} come in"
            raise refused(label(node), said)
        if list(given.get("kernel_shape", window)) != window:
            raise refused(label(node), "kernel_shape is not that of the weights")
        self._add(node, given, _two(window, 1), channels, groups, False)

    def _pooling(self, node: Any, given: dict[str, Any]) -> None:
        window = given.get("kernel_shape", [])
        if len(window) not in (1, 2):
            raise refused(label(node), f"a {len(window)}-D pooling; 1-D and 2-D are read")
        self._spatial(node, len(window))
        ceil = bool(given.get("ceil_mode", 0))
        self._add(node, given, _two(window, 1), self.channels, 1, ceil)

    def _global(self, node: Any, given: dict[str, Any]) -> None:
        self._spatial(node, 0)
        self._put(node, Layer(self.size, self.size, self.channels), (1, 1))

    def _reduced(self, node: Any, given: dict[str, Any]) -> None:
        """The mean or maximum over all places is global pooling."""
        axes = given.get("axes") or (self._numbers(node, 1) if len(node.input) > 1 else [])
        rank = 4 if self.input[1] > 1 or len(axes) > 1 else 3
        spatial = {2, 3} if len(axes) == 2 else {rank - 1}
        if {int(axis) % rank for axis in axes} != spatial or (len(axes) == 1 and self.size[0] > 1):
            raise refused(label(node), "it is read over all places only, as global pooling is")
        self._global(node, given)
        self.flat = not given.get("keepdims", 1)

    def _flatten(self, node: Any, given: dict[str, Any]) -> None:
        if node.op_type == "Flatten" and given.get("axis", 1) != 1:
            raise refused(label(node), "axis 1 is needed")
        if node.op_type == "Squeeze" and self.size != (1, 1):
            raise refused(label(node), f"{show_size(self.size)} places are left")
        if node.op_type == "Reshape":
            target = self._numbers(node, 1) if node.input[1] else []
            whole = self.channels * prod(self.size)
            if target and (len(target) != 2 or target[1] not in (-1, whole)):
                raise refused(label(node), f"to {target}; (batch, {whole}) is needed")
        self.flat = True
        self.left_out[node.op_type] += 1

    def _dense(self, node: Any, given: dict[str, Any]) -> None:
        weights = self._weights(node)
        if len(weights) != 2:
            raise refused(label(node), "a matrix of weights is needed")
        inputs, channels = weights[::-1] if given.get("transB", 0) else weights
        if not self.flat:
            raise refused(label(node), "a Flatten is needed before it")
        if inputs != self.channels * prod(self.size):
            places = f"{self.channels} channels at {show_size(self.size)} places"
            raise refused(label(node), f"weights for {inputs} numbers, and {places} come in")
        self._put(node, Layer(self.size, self.size, channels), (1, 1))

    def _pad(self, node: Any, given: dict[str, Any]) -> None:
        """Zeros that the next window sees."""
        pads = list(given.get("pads") or self._numbers(node, 1))
        mode = given.get("mode", b"constant")
        self._spatial(node, 0)
        rank = len(pads) // 2
        if mode != b"constant" or rank not in (3, 4) or any(pads[:2] + pads[rank : rank + 2]):
            raise refused(label(node), "constant padding of height and width is read")
        if min(pads, default=0) < 0:
            raise refused(label(node), "negative padding is not read")
        before, after = _two(pads[2:rank], 0), _two(pads[rank + 2 :], 0)
        self.pads = _plus(self.pads, (before, after))
        self.left_out["Pad"] += 1

    def _spatial(self, node: Any, dimensions: int) -> None:
        """Refuse what needs places after they are gone, or a grid of another dimension."""
        if self.flat and self.size != (1, 1):
            raise refused(label(node), "the input is flat by then")
        if dimensions == 1 and self.input[1] != 1:
            raise refused(label(node), "it is 1-D, and the input has height and width")

    def _add(
        self,
        node: Any,
        given: dict[str, Any],
        window: Pair,
        channels: int,
        groups: int,
        ceil: bool,
    ) -> None:
        stride = _two(given.get("strides", [1, 1]), 1)
        dilation = _two(given.get("dilations", [1, 1]), 1)
        if min(*window, *stride, *dilation, groups) < 1:
            raise refused(label(node), "windows, strides, dilations and groups are 1 or more")
        pads, self.pads = (
            _plus(self._padding(node, given, window, stride, dilation), self.pads),
            NO_PADS,
        )
        before, after = pads
        size = tuple(
            _outputs(n, r, s, d, a, b, ceil)
            for n, r, s, d, a, b in zip(
                self.size, window, stride, dilation, before, after, strict=True
            )
        )
        if min(size) < 1:
            raise refused(label(node), f"no window fits an input of {show_size(self.size)}")
        layer = _spelled(
            self.size, (window, stride, channels, dilation, groups), before, (size[0], size[1])
        )
        self._put(node, layer, (size[0], size[1]))

    def _padding(
        self, node: Any, given: dict[str, Any], window: Pair, stride: Pair, dilation: Pair
    ) -> Pads:
        """The zeros before and after, from `pads` or by `auto_pad`."""
        rule = given.get("auto_pad", b"NOTSET").decode()
        if rule in ("NOTSET", "VALID", ""):
            pads = list(given.get("pads", [])) if rule != "VALID" else []
            half = len(pads) // 2
            if pads and min(pads) < 0:
                raise refused(label(node), "negative padding is not read")
            return (_two(pads[:half], 0), _two(pads[half:], 0)) if pads else NO_PADS
        if rule not in ("SAME_UPPER", "SAME_LOWER"):
            raise refused(label(node), f"auto_pad {rule} is not known")
        need = [
            max((-(-n // s) - 1) * s + d * (r - 1) + 1 - n, 0)
            for n, r, s, d in zip(self.size, window, stride, dilation, strict=True)
        ]
        less, more = [x // 2 for x in need], [x - x // 2 for x in need]
        before, after = (less, more) if rule == "SAME_UPPER" else (more, less)
        return (before[0], before[1]), (after[0], after[1])

    def _weights(self, node: Any) -> Dims:
        """The shape of the second operand."""
        name = node.input[1] if len(node.input) > 1 else ""
        dims = self.constants.get(name)
        if dims is None:
            raise refused(label(node), f"the shape of its weights {name} is not in the file")
        return dims

    def _numbers(self, node: Any, position: int) -> list[int]:
        """A constant operand that is a list of whole numbers; none if its data is elsewhere."""
        found = node.input[position] if len(node.input) > position else ""
        return list(self.values.get(found, []))

    def _put(self, node: Any, layer: Layer, size: Pair) -> None:
        name = node.name or node.output[0]
        self.layers.append(ReadLayer(name, node.op_type, layer, self.size, size))
        self.channels, self.size = layer.channels, size


def _spelled(
    sees: Pair, parts: tuple[Pair, Pair, int, Pair, int], before: Pair, size: Pair
) -> Layer:
    """The layer in the shortest words: the paper's, or symmetric or "same" padding, or numbers."""
    window, stride, channels, dilation, groups = parts
    words: list[tuple[Pair, Any]] = [((0, 0), None), (before, VALID), ((0, 0), SAME)]
    words += [((0, 0), SAME_LOWER), (before, size)]
    for padding, rule in words:
        layer = Layer(
            window,
            stride,
            channels,
            dilation=dilation,
            padding=padding,
            size=rule,
            groups=groups,
        )
        try:
            placed = [layer.placed(axis, n) for axis, n in enumerate(sees)]
        except InputError:
            continue
        if placed == list(zip(before, size, strict=True)):
            return layer
    raise AssertionError(f"no words for {before}, {size}")


def _outputs(
    n: int, window: int, stride: int, dilation: int, before: int, after: int, ceil: bool
) -> int:
    """The number of locations along an axis.

    >>> _outputs(6, 3, 2, 1, 0, 0, False), _outputs(6, 3, 2, 1, 0, 0, True)
    (2, 3)
    >>> _outputs(5, 2, 3, 1, 0, 1, True)
    2
    """
    room = n + before + after - dilation * (window - 1) - 1
    if not ceil or room < 0:
        return room // stride + 1
    count = -(-room // stride) + 1
    return count - ((count - 1) * stride >= n + before)


def _attributes(node: Any) -> dict[str, Any]:
    from onnx import helper

    return {a.name: helper.get_attribute_value(a) for a in node.attribute}


def _two(numbers: Sequence[int], other: int) -> Pair:
    """Rows and columns; of one number, columns, and `other` for the single row."""
    values = [int(x) for x in numbers]
    if not values:
        return (other, other)
    return (other, values[0]) if len(values) == 1 else (values[0], values[1])


def _plus(first: Pads, second: Pads) -> Pads:
    (a, b), (c, d) = first[0], first[1]
    (e, f), (g, h) = second[0], second[1]
    return (a + e, b + f), (c + g, d + h)
