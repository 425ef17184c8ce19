"""What was read from a model's file, as a sheet and in JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...graphs.layer import show_size
from ...graphs.onnx_chain import Chain
from ...graphs.onnx_layout import FIRST
from .sheet import PLAIN, Closing, Line, Sheet

STANDS_FOR = (
    "every layer is a generalized convolution with product pooling, which stands for rectifiers, and for "
    "maximum and average pooling (the paper's surrogate)"
)


@dataclass(frozen=True)
class Model:
    """A chain of layers, with M templates in the place of its input's channels."""

    chain: Chain
    M: int

    def sheet(self) -> Sheet:
        """The layers one by one, what stands for what, and what was left out."""
        room = len(str(len(self.chain.layers)))
        lines = (
            Line(
                str(number).rjust(room),
                str(read.layer),
                f"{show_size(read.sees)} → {show_size(read.gives)}",
                f"{read.operator} {read.node}",
                PLAIN,
            )
            for number, read in enumerate(self.chain.layers, 1)
        )
        found = ", ".join(f"{count} {operator}" for operator, count in self.chain.left_out)
        return Sheet(
            f"Read from {self.chain.file}",
            (self._input(),),
            tuple(lines),
            (Closing("MODEL", PLAIN, f"{STANDS_FOR}; {self._templates()}"),),
            (f"left out, as it has no geometry: {found}",) if found else (),
        )

    def _input(self) -> str:
        """Its size, and the order of its dimensions where channels are not first."""
        channels, height, width = self.chain.shape
        order = self.chain.order
        said = f", in the order ({', '.join(order)})" if order != FIRST.get(len(order)) else ""
        return f"input {self.chain.input}: {channels} channels of {height} × {width}{said}"

    def _templates(self) -> str:
        return (
            f"M = {self.M} templates (functions of a pixel) take the place of {self.chain.shape[0]} "
            f"input channels"
        )

    def to_json(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "file": self.chain.file,
            "input": {
                "name": self.chain.input,
                "shape": list(self.chain.shape),
                "order": list(self.chain.order),
            },
            "layers": [
                {
                    "node": read.node,
                    "operator": read.operator,
                    "layer": str(read.layer),
                    "sees": list(read.sees),
                    "gives": list(read.gives),
                }
                for read in self.chain.layers
            ],
            "left_out": dict(self.chain.left_out),
            "stands_for": f"{STANDS_FOR}; {self._templates()}",
        }
