"""Windows as the ONNX operators place them: padding as written or by `auto_pad`, `ceil_mode`, and sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import InputError
from .layer import SAME, SAME_LOWER, VALID, Layer, Pair, show_size
from .onnx_file import label, refused

Pads = tuple[Pair, Pair]
"""Zeros before and after the input, rows and columns each."""
NO_PADS: Pads = ((0, 0), (0, 0))


@dataclass(frozen=True)
class Windows:
    """What a convolution or a pooling says; `around` is what Pad has put around the input."""

    node: Any
    given: Mapping[str, Any]
    window: Pair
    around: Pads = NO_PADS

    def __post_init__(self) -> None:
        if min(*self.window, *self.stride, *self.dilation) < 1:
            raise refused(label(self.node), "windows, strides and dilations are 1 or more")

    @property
    def stride(self) -> Pair:
        """The steps along rows and columns."""
        return two(self.given.get("strides", [1, 1]), 1)

    @property
    def dilation(self) -> Pair:
        """The steps inside a window."""
        return two(self.given.get("dilations", [1, 1]), 1)

    def placed(self, size: Pair, channels: int, groups: int, *, ceil: bool) -> tuple[Layer, Pair]:
        """The layer on an input, and the size of its output."""
        padded = self._padded(size)
        own = self._padding(padded)
        height, width = (
            outputs(n, r, s, d, before, after, ceil)
            for n, r, s, d, before, after in zip(
                padded, self.window, self.stride, self.dilation, *own, strict=True
            )
        )
        if min(height, width) < 1:
            raise refused(label(self.node), f"no window fits an input of {show_size(size)}")
        before, _ = self.reach(size)
        parts = (self.window, self.stride, channels, self.dilation, groups)
        return spelled(size, parts, before, (height, width)), (height, width)

    def reach(self, size: Pair) -> Pads:
        """All zeros before and after an input of some size."""
        own = self._padding(self._padded(size))
        return plus(own[0], self.around[0]), plus(own[1], self.around[1])

    def _padded(self, size: Pair) -> list[int]:
        """The size with what Pad has put around."""
        return [n + sum(pair) for n, *pair in zip(size, *self.around, strict=True)]

    def _padding(self, size: Sequence[int]) -> Pads:
        """The zeros before and after, from `pads` or by `auto_pad`."""
        rule = self.given.get("auto_pad", b"NOTSET").decode()
        if rule in ("NOTSET", "VALID", ""):
            pads = list(self.given.get("pads", [])) if rule != "VALID" else []
            half = len(pads) // 2
            if pads and min(pads) < 0:
                raise refused(label(self.node), "negative padding is not read")
            return (two(pads[:half], 0), two(pads[half:], 0)) if pads else NO_PADS
        if rule not in ("SAME_UPPER", "SAME_LOWER"):
            raise refused(label(self.node), f"auto_pad {rule} is not known")
        need = [
            max((-(-n // s) - 1) * s + d * (r - 1) + 1 - n, 0)
            for n, r, s, d in zip(size, self.window, self.stride, self.dilation, strict=True)
        ]
        less, more = [x // 2 for x in need], [x - x // 2 for x in need]
        before, after = (less, more) if rule == "SAME_UPPER" else (more, less)
        return (before[0], before[1]), (after[0], after[1])


def spelled(
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


def outputs(
    n: int, window: int, stride: int, dilation: int, before: int, after: int, ceil: bool
) -> int:
    """The number of locations along an axis.

    >>> outputs(6, 3, 2, 1, 0, 0, False), outputs(6, 3, 2, 1, 0, 0, True)
    (2, 3)
    >>> outputs(5, 2, 3, 1, 0, 1, True)
    2
    """
    room = n + before + after - dilation * (window - 1) - 1
    if not ceil or room < 0:
        return room // stride + 1
    count = -(-room // stride) + 1
    return count - ((count - 1) * stride >= n + before)


def two(numbers: Sequence[int], other: int) -> Pair:
    """Rows and columns; of one number, columns, and `other` for the single row."""
    values = [int(x) for x in numbers]
    if not values:
        return (other, other)
    return (other, values[0]) if len(values) == 1 else (values[0], values[1])


def plus(first: Pair, second: Pair) -> Pair:
    """Sums of rows and of columns."""
    return first[0] + second[0], first[1] + second[1]
