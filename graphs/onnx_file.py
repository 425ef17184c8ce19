"""ONNX files as this package reads them: their graph, its input, and constants by shape and value."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Whole = npt.NDArray[np.signedinteger[Any]]

NAME = "onnx"
Dims = tuple[int, ...]
SHAPES = ("Shape", "Size")
"""Operators whose output does not depend on the entries of their input."""
MOST_VALUES = 64
"""Of a constant that is read: shapes, axes, padding."""


def loaded(path: Path) -> Any:
    """The model in a file, without data that is outside of it."""
    try:
        import onnx
        from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
    except ImportError:
        raise InputError(
            NAME, str(path), "the extra is needed: pip install 'convac[onnx]'"
        ) from None
    try:
        return onnx.load(str(path), load_external_data=False)
    except OSError as error:
        raise InputError(NAME, str(path), f"it cannot be read: {error.strerror or error}") from None
    except (DecodeError, ValueError, TypeError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(NAME, str(path), f"it is no ONNX model: {said}") from None


def constants_of(graph: Any) -> dict[str, Dims | None]:
    """What does not depend on the entries of the input, with its shape where it is known without it."""
    values = values_of(graph)
    found: dict[str, Dims | None] = {x.name: tuple(x.dims) for x in graph.initializer}
    found |= {x.values.name: tuple(x.dims) for x in graph.sparse_initializer}
    for node in graph.node:
        shapes = node.op_type in SHAPES
        if not shapes and not all(not x or x in found for x in node.input):
            continue
        dims: Dims | None = None
        if node.op_type == "Constant":
            dims = next((tuple(a.t.dims) for a in node.attribute if a.name == "value"), None)
        elif node.op_type == "ConstantOfShape" and node.input[0] in values:
            dims = tuple(int(x) for x in values[node.input[0]].ravel())
        elif node.op_type in ("Identity", "Cast", "DequantizeLinear", "QuantizeLinear"):
            dims = found[node.input[0]]
        found |= dict.fromkeys(node.output, dims)
    return found


def values_of(graph: Any) -> dict[str, Whole]:
    """The constants that are few whole numbers and in the file: shapes, axes, padding."""
    import numpy as np
    from onnx import TensorProto, numpy_helper

    tensors = {x.name: x for x in graph.initializer}
    found: dict[str, Whole] = {}
    for node in graph.node:
        if node.op_type == "Constant":
            given = attributes(node)
            tensors |= [(node.output[0], given["value"])] if "value" in given else []
            numbers = given.get("value_int", given.get("value_ints"))
            if numbers is not None:
                found[node.output[0]] = np.array(numbers, np.int64)
    return found | {
        name: numpy_helper.to_array(x)
        for name, x in tensors.items()
        if x.data_type in (TensorProto.INT64, TensorProto.INT32)
        and x.data_location != TensorProto.EXTERNAL
        and prod(x.dims) <= MOST_VALUES
    }


def input_of(graph: Any, constants: Mapping[str, object]) -> tuple[str, Dims]:
    """The name of the input, and its dimensions; a batch of any size is one of a single image."""
    inputs = [x for x in graph.input if x.name not in constants]
    if len(inputs) != 1:
        names = ", ".join(x.name for x in inputs) or "none"
        raise refused(f"inputs: {names}", "one input is needed")
    (given,) = inputs
    dims = [d.dim_value or d.dim_param or "?" for d in given.type.tensor_type.shape.dim]
    shape = " × ".join(map(str, dims))
    if len(dims) not in (3, 4):
        raise refused(
            f"{given.name} of shape {shape or 'unknown'}",
            "an input (batch, channels, height, width) or (batch, channels, width) is needed, or with its "
            "channels last",
        )
    if not all(isinstance(d, int) and d > 0 for d in dims[1:]):
        raise refused(
            f"{given.name} of shape {shape}",
            "channels, height and width are needed as numbers: export the model with a fixed size",
        )
    batch = dims[0] if isinstance(dims[0], int) else 1
    return given.name, (batch, *(int(d) for d in dims[1:]))


def attributes(node: Any) -> dict[str, Any]:
    """The attributes of a node, by name."""
    from onnx import helper

    return {a.name: helper.get_attribute_value(a) for a in node.attribute}


def label(node: Any) -> str:
    """How a node is called in messages."""
    return f"{node.op_type} {node.name or node.output[0]}"


def refused(what: str, allowed: str) -> InputError:
    """The error about a node, an input or a file."""
    return InputError(NAME, what, allowed)
