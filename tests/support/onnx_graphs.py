"""Graphs in ONNX, written by hand: nodes, constants, and exports as PyTorch and Keras write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
helper, TensorProto = onnx.helper, onnx.TensorProto


def tensor(name: str, *dims: int) -> Any:
    """Weights of ones."""
    return onnx.numpy_helper.from_array(np.ones(dims, np.float32), name)


def whole(name: str, *values: int) -> Any:
    return onnx.numpy_helper.from_array(np.array(values, np.int64), name)


def node(operator: str, *inputs: str, to: str, **attributes: Any) -> Any:
    return helper.make_node(operator, list(inputs), [to], name=f"n_{to}", **attributes)


def model(
    nodes: Sequence[Any], constants: Sequence[Any] = (), shape: Sequence[Any] = (1, 3, 8, 8)
) -> Any:
    """The nodes from x on; the last one's output is that of the graph."""
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, list(shape))
    found = helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, None)
    graph = helper.make_graph(list(nodes), "g", [given], [found], list(constants))
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])


def saved(built: Any, folder: Path) -> Path:
    path = folder / "model.onnx"
    onnx.save(built, str(path))
    return path


@dataclass(frozen=True)
class Window:
    """A convolution, or maximum pooling without channels; `same` pads as Keras does, else not at all."""

    window: tuple[int, ...]
    stride: tuple[int, ...]
    channels: int | None = None
    dilation: int = 1
    groups: int = 1
    same: bool = False
    normalized: bool = False


@dataclass
class Export:
    """A graph that grows at its end; `last` is whether data has channels last."""

    last: bool
    rank: int
    at: str = "x"
    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """A node; its output has a name of its own."""
        output = f"{operator.lower()}{len(self.nodes)}"
        made = helper.make_node(operator, list(inputs), [output], name=f"n_{output}", **attributes)
        self.nodes.append(made)
        return output

    def put(self, operator: str, *inputs: str, **attributes: Any) -> None:
        """A node that takes the data on."""
        self.at = self.add(operator, self.at, *inputs, **attributes)

    def number(self, *values: int, scalar: bool = False) -> str:
        """A constant by a node."""
        value = np.array(values[0] if scalar else values, np.int64)
        return self.add("Constant", value=onnx.numpy_helper.from_array(value))

    def floats(self, *dims: int) -> str:
        """Weights of ones, with dimensions in the order of the operator."""
        name = f"weights{len(self.constants)}"
        self.constants.append(tensor(name, *dims))
        return name

    def cast(self) -> None:
        """Keras casts around everything, to what it is."""
        self.put("Cast", to=TensorProto.FLOAT)

    def to(self, *, last: bool) -> None:
        """Transpose before and after a window, where data has channels last."""
        if self.last:
            axes = list(range(self.rank))
            self.put("Transpose", perm=[0, *axes[2:], 1] if last else [0, axes[-1], *axes[1:-1]])

    def along_channels(self, channels: int) -> str:
        """A constant that fits the channels of data."""
        ones = [1] * (self.rank - 2)
        return self.floats(*([1, *ones, channels] if self.last else [1, channels, *ones]))

    def size(self, axis: int) -> str:
        """One number of the shape of the data."""
        return self.add(
            "Gather", self.add("Shape", self.at), self.number(axis, scalar=True), axis=0
        )

    def same(self, layer: Window) -> None:
        """Zeros, or copies of the edge for pooling, as Keras computes them: the arithmetic of "same"."""
        pairs: list[str] = []
        for axis in reversed(range(self.rank - 2)):
            n, one = self.size(2 + axis), self.number(1, scalar=True)
            stride = self.number(layer.stride[axis], scalar=True)
            up = self.add("Sub", self.add("Add", n, stride), one)
            count = self.add("Cast", self.add("Div", up, stride), to=TensorProto.INT64)
            steps = self.add("Mul", self.add("Sub", count, one), stride)
            span = self.number(layer.dilation * (layer.window[axis] - 1) + 1, scalar=True)
            need = self.add("Sub", self.add("Add", steps, span), n)
            need = self.add("Max", need, self.number(0, scalar=True))
            half = self.add("Div", need, self.number(2, scalar=True))
            pairs += [half, self.add("Sub", need, half)]
        zero = self.number(0)
        listed = self.add("Concat", *(self.add("Unsqueeze", x, zero) for x in pairs), axis=0)
        length = self.add("Gather", self.add("Shape", listed), self.number(0, scalar=True), axis=0)
        rest = self.add("Sub", self.number(2 * self.rank), length)
        none = onnx.numpy_helper.from_array(np.array([0], np.int64))
        zeros = self.add("ConstantOfShape", rest, value=none)
        rows = self.add("Reshape", self.add("Concat", listed, zeros, axis=0), self.number(-1, 2))
        ends = [self.number(x) for x in (-1, -(2**63) + 1, 0, -1)]
        turned = self.add("Transpose", self.add("Slice", rows, *ends), perm=[1, 0])
        pads = self.add("Cast", self.add("Reshape", turned, self.number(-1)), to=TensorProto.INT64)
        self.put("Pad", pads, mode="edge" if layer.channels is None else "constant")

    def layer(self, layer: Window, channels: int) -> int:
        """A window with what is around it; the number of channels that it gives."""
        self.cast()
        self.to(last=False)
        if layer.same:
            self.same(layer)
        given: dict[str, Any] = {"kernel_shape": layer.window, "strides": layer.stride}
        if layer.channels is None:
            self.put("MaxPool", **given)
        else:
            weights = self.floats(layer.channels, channels // layer.groups, *layer.window)
            given["dilations"] = [layer.dilation] * len(layer.window)
            self.put("Conv", weights, group=layer.groups, **given)
            channels = layer.channels
        self.to(last=True)
        self.cast()
        if layer.channels is not None:
            self.put("Add", self.along_channels(channels))
            self.put("Relu")
        if layer.normalized:
            self.put("Sub", self.along_channels(channels))
            self.put("Mul", self.along_channels(channels))
            self.put("Add", self.add("Identity", self.along_channels(channels)))
        return channels

    def flatten(self) -> None:
        """Shape, Gather, Unsqueeze, Concat and Reshape; of channels first, after a Transpose."""
        batch = self.add("Unsqueeze", self.size(0), self.number(0))
        target = self.add("Concat", batch, self.number(-1), axis=0)
        self.cast()
        if not self.last:
            self.put("Transpose", perm=[0, *range(2, self.rank), 1])
        self.put("Reshape", target)

    def dense(self, inputs: int, channels: int) -> None:
        """A matrix, and a bias."""
        self.cast()
        self.put("MatMul", self.floats(inputs, channels))
        self.put("Add", self.floats(channels))

    def built(self, channels: int, *places: int, batch: Any = "batch") -> Any:
        """The model."""
        shape = [batch, *places, channels] if self.last else [batch, channels, *places]
        return model(self.nodes, self.constants, shape)
