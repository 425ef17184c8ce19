"""Tensors of an ONNX graph that are computed from shapes and constants alone.

Exporters write a Flatten as Shape, Gather, Concat and Reshape, and "same" padding as arithmetic on heights
and widths. Such tensors are whole numbers; they are evaluated by the reference implementation of the
operators in `onnx`, from the shapes that data has on its way through the graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

from .onnx_file import MOST_VALUES, SHAPES, attributes, values_of

if TYPE_CHECKING:
    from .onnx_file import Whole

COMPUTED = frozenset(
    (
        "Add",
        "Cast",
        "Concat",
        "ConstantOfShape",
        "Div",
        "Gather",
        "Identity",
        "Max",
        "Min",
        "Mod",
        "Mul",
        "Neg",
        "Reshape",
        "Slice",
        "Squeeze",
        "Sub",
        "Transpose",
        "Unsqueeze",
    )
)
"""Operators that are evaluated: the output of each has at most as many entries as its inputs call for."""
UNDEFINED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What the reference implementation ends in where an operator's inputs or attributes are wrong."""


class ShapeTensors:
    """The values of such tensors, as far as the shapes that they need are known."""

    def __init__(self, graph: Any, opsets: Mapping[str, int]) -> None:
        self.opsets = opsets
        self.values: dict[str, Whole] = {}
        self._users: dict[str, list[Any]] = {}
        for node in graph.node:
            if node.domain in ("", "ai.onnx") and node.op_type in (*SHAPES, *COMPUTED):
                for name in set(node.input):
                    self._users.setdefault(name, []).append(node)
        for name, value in values_of(graph).items():
            self._put(name, value)

    def know(self, data: str, dims: Sequence[int]) -> None:
        """Take the shape of data, and evaluate what it settles."""
        import numpy as np

        for node in self._users.get(data, ()):
            if node.op_type == "Size":
                self._put(node.output[0], np.array(prod(dims)))
            elif node.op_type == "Shape":
                given = attributes(node)
                part = list(dims)[given.get("start", 0) : given.get("end", len(dims))]
                self._put(node.output[0], np.array(part, np.int64))

    def _put(self, name: str, value: Whole) -> None:
        """Store a value, and those that follow from it."""
        waiting = [(name, value)]
        while waiting:
            name, value = waiting.pop()
            if name in self.values:
                continue
            self.values[name] = value
            for node in self._users.get(name, ()):
                if node.op_type == "Shape":
                    waiting.append((node.output[0], _shape_of(value)))
                elif all(not x or x in self.values for x in node.input):
                    found = self._evaluated(node)
                    if found is not None:
                        waiting.append((node.output[0], found))

    def _evaluated(self, node: Any) -> Whole | None:
        """The output, if it is defined, whole numbers, and a short list."""
        import numpy as np
        from onnx import helper
        from onnx.reference import ReferenceEvaluator

        given = {x: self.values[x] for x in node.input if x}
        if not _safe(node, [self.values[x] for x in node.input if x]):
            return None
        imports = [helper.make_opsetid(*item) for item in self.opsets.items()]
        alone = helper.make_function("convac", "f", list(given), node.output[:1], [node], imports)
        try:
            with np.errstate(all="ignore"):
                (output,) = ReferenceEvaluator(alone).run(None, given, {})
        except UNDEFINED:
            return None
        found = np.asarray(output)
        return found if found.dtype.kind == "i" and found.size <= MOST_VALUES else None


def _shape_of(value: Whole) -> Whole:
    import numpy as np

    return np.array(value.shape, np.int64)


def _safe(node: Any, inputs: Sequence[Whole]) -> bool:
    """No division by zero, and no list that is long by a number in it."""
    if node.op_type in ("Div", "Mod"):
        return len(inputs) == 2 and bool((inputs[1] != 0).all())
    if node.op_type == "ConstantOfShape":
        sizes = [int(x) for x in inputs[0].ravel()]
        return min(sizes, default=0) >= 0 and prod(sizes) <= MOST_VALUES
    return True
