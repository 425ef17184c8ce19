"""A layer as it is written: its window, its stride and its channels, and how it pads, dilates and groups.

What it does to an input of some size along an axis is worked out by `Layer.placed`: how many zeros are
before the input, and how many locations there are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import gcd
from numbers import Integral
from typing import Any

from ..errors import InputError

Pair = tuple[int, int]
"""One number for rows and one for columns."""

VALID, SAME, SAME_LOWER = "valid", "same", "same-lower"
RULES = (VALID, SAME, SAME_LOWER)
MOST_LAYERS = 256
REACH = 10**18
"""How far the windows of a layer that pads, dilates or gives its size may reach."""
SYNTAX = (
    "a layer is window/stride:channels, such as 3/1:2 or 4x3/1:2; layers are comma-separated, and "
    "(3/1:2,2/2:2)*4 is a block of them four times; the stride may be followed by dN (dilation), pN "
    "(padding at both borders), valid, same or same-lower, aN (padding before), nN (size of the output), "
    "gN (groups)"
)
_BLOCK = re.compile(r"(?<![^,(])\s*\(([^()]*)\)\s*\*\s*(\d+)\s*(?![^,)])", re.ASCII)
_MORE = r"(?:[dpan]\d+(?:x\d+)?|g\d+|same-lower|same|valid)"
_LAYER = re.compile(rf"(\d+)(?:x(\d+))?/(\d+)(?:x(\d+))?({_MORE}*):(\d+)", re.ASCII)
_EACH = re.compile(r"([dpang])(\d+)(?:x(\d+))?|(same-lower|same|valid)", re.ASCII)


@dataclass(frozen=True, init=False, repr=False)
class Layer:
    """A generalized-convolution layer.

    Location u sees the inputs S u - a + d i, 0 <= i < R, on each axis; outside the input there are zeros.

    Parameters
    ----------
    window, stride : int or (int, int)
        R and S, along rows and columns; one number stands for both.
    channels : int
        Number of output channels D.
    dilation : int or (int, int)
        d, the step from one offset of the window to the next.
    padding : int or (int, int)
        a, the zeros before the input.
    size : int, (int, int), "valid", "same", "same-lower" or None
        Number of locations n'. None is ceil(n / S) for an input of size n, as in the paper. "valid": as
        many as there are windows inside the input with `padding` zeros before it and as many after it, as
        in PyTorch. "same" is ceil(n / S) with the zeros that the windows need, half of them before the
        input, and of an odd number the one more after it (SAME_UPPER of ONNX, "same" of TensorFlow), or
        before it with "same-lower" (SAME_LOWER).
    groups : int
        Output channels of group k see the input channels of group k only; both kinds are divided evenly.

    Raises
    ------
    InputError
        If a number is none, or two of them say different things.

    Examples
    --------
    >>> print(Layer(3, 1, 64, padding=1, size="valid"))
    3/1p1:64
    >>> Layer(3, 2, 8, dilation=(1, 2), size=4, groups=2)
    Layer(window=(3, 3), stride=(2, 2), channels=8, dilation=(1, 2), size=(4, 4), groups=2)
    """

    window: Pair
    stride: Pair
    channels: int
    dilation: Pair
    padding: Pair
    size: Pair | str | None
    groups: int

    def __init__(
        self,
        window: int | Pair,
        stride: int | Pair,
        channels: int,
        *,
        dilation: int | Pair = 1,
        padding: int | Pair = 0,
        size: int | Pair | str | None = None,
        groups: int = 1,
    ) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        put("window", _pair("window", window))
        put("stride", _pair("stride", stride))
        put("channels", positive("channels", channels))
        put("dilation", _pair("dilation", dilation))
        put("padding", _pair("padding", padding, least=0))
        word = size is None or (isinstance(size, str) and size in RULES)
        if isinstance(size, str) and not word:
            raise InputError("size", size, f"a number, or one of {', '.join(RULES)}, is needed")
        put("size", size if word else _pair("size", size))
        put("groups", positive("groups", groups))
        if size in (SAME, SAME_LOWER) and self.padding != (0, 0):
            raise InputError("padding", self.padding, f"'{size}' says how many zeros there are")
        self._require_reach()

    def _require_reach(self) -> None:
        if self.padding == (0, 0) and self.dilation == (1, 1) and self.size is None:
            return
        given = self.size if isinstance(self.size, tuple) else (1, 1)
        for R, S, d, a, n in zip(
            self.window, self.stride, self.dilation, self.padding, given, strict=True
        ):
            if max(R * d, S * n, a) > REACH:
                raise InputError("layers", str(self), "a layer reaches over 10^18 places at most")

    def __str__(self) -> str:
        return f"{_show(self.window)}/{_show(self.stride)}{self._more()}:{self.channels}"

    def _more(self) -> str:
        """Dilation, padding, size and groups in the syntax, as far as they are not the paper's."""
        words = "" if self.dilation == (1, 1) else f"d{_show(self.dilation)}"
        if self.size == VALID:
            words += VALID if self.padding == (0, 0) else f"p{_show(self.padding)}"
        else:
            words += "" if self.padding == (0, 0) else f"a{_show(self.padding)}"
            if self.size is not None:
                words += self.size if isinstance(self.size, str) else f"n{_show(self.size)}"
        return words if self.groups == 1 else f"{words}g{self.groups}"

    def __repr__(self) -> str:
        said = {"window": self.window, "stride": self.stride, "channels": self.channels}
        usual = {"dilation": (1, 1), "padding": (0, 0), "size": None, "groups": 1}
        more = {name: getattr(self, name) for name in usual if getattr(self, name) != usual[name]}
        return f"Layer({', '.join(f'{name}={value!r}' for name, value in (said | more).items())})"

    @property
    def overlaps(self) -> bool:
        """Whether neighbouring windows share a place on some axis, if the input is large enough.

        >>> Layer(3, 2, 1).overlaps, Layer(2, 2, 1).overlaps, Layer(2, 2, 1, dilation=2).overlaps
        (True, False, True)
        """
        axes = zip(self.window, self.stride, self.dilation, strict=True)
        return any(r > s // gcd(s, d) for r, s, d in axes)

    def placed(self, axis: int, size: int) -> Pair:
        """The zeros before an input of this size, and the number of locations, along an axis.

        Raises
        ------
        InputError
            If no window fits.

        Examples
        --------
        >>> Layer(3, 2, 1, size="same").placed(0, 4), Layer(3, 2, 1, size="same-lower").placed(0, 4)
        ((0, 2), (1, 2))
        >>> Layer(3, 2, 1).placed(0, 4), Layer(3, 2, 1, size="valid").placed(0, 4)
        ((0, 2), (0, 1))
        """
        S, padding = self.stride[axis], self.padding[axis]
        span = self.dilation[axis] * (self.window[axis] - 1) + 1
        count = -(-size // S)
        if self.size is None:
            return padding, count
        if isinstance(self.size, tuple):
            return padding, self.size[axis]
        if self.size == VALID:
            count = (size + 2 * padding - span) // S + 1
            if count < 1:
                name, wide = ("rows", "columns")[axis], size + 2 * padding
                allowed = f"a window spans {span} {name}, and the input has {wide} with its padding"
                raise InputError("layers", str(self), allowed)
            return padding, count
        zeros = max((count - 1) * S + span - size, 0)
        return (zeros // 2 if self.size == SAME else zeros - zeros // 2), count


def parse_layers(text: str) -> tuple[Layer, ...]:
    """Read layers such as ``3/1:2,4x4/4x4:1``, first layer first; ``(3/1:2,2/2:2)*4`` repeats a block.

    Between stride and channels may stand, in any order: ``d2`` (dilation), ``p1`` (zeros at both borders,
    as in PyTorch), ``valid``, ``same`` or ``same-lower``, ``a1`` (zeros before the input), ``n16`` (size of
    the output), ``g2`` (groups). All but groups and channels may be two numbers, ``1x2``, for rows and
    columns.

    Raises
    ------
    InputError
        Names the part that does not fit the syntax.

    Examples
    --------
    >>> parse_layers("3/1:2,2x4/2x4:1")[1]
    Layer(window=(2, 4), stride=(2, 4), channels=1)
    >>> ",".join(map(str, parse_layers("(3/1:2,2/2:4)*2,1/1:1")))
    '3/1:2,2/2:4,3/1:2,2/2:4,1/1:1'
    >>> parse_layers("3/1d2p2g2:8")[0]
    Layer(window=(3, 3), stride=(1, 1), channels=8, dilation=(2, 2), padding=(2, 2), size='valid', groups=2)
    """
    while block := _BLOCK.search(text):
        count = _number(block[0], block[2])
        if count * (block[1].count(",") + 1) > MOST_LAYERS:
            raise InputError("layers", block[0], f"1 to {MOST_LAYERS} layers are needed")
        repeated = ",".join([block[1]] * count)
        text = f"{text[: block.start()]}{repeated}{text[block.end() :]}"
    layers = []
    for part in text.split(","):
        match = _LAYER.fullmatch(part.strip())
        if match is None:
            raise InputError("layers", part.strip(), SYNTAX)
        window_h, window_w, stride_h, stride_w, more, channels = match.groups()
        numbers = (window_h, window_w or window_h, stride_h, stride_w or stride_h, channels)
        a, b, c, d, e = (_number(part, digits) for digits in numbers)
        layers.append(Layer((a, b), (c, d), e, **_read_more(part.strip(), more)))
    return tuple(layers)


def _read_more(part: str, text: str) -> dict[str, Any]:
    """The keywords of a layer from what is between its stride and its channels."""
    found: dict[str, Any] = {}

    def put(name: str, value: object) -> None:
        if name in found:
            raise InputError("layers", part, f"it says twice what the {name} is")
        found[name] = value

    for letter, first, second, word in _EACH.findall(text):
        least = 0 if letter in "pa" else 1
        pair = (first, second or first) if first else ()
        numbers = tuple(_number(part, digits, least) for digits in pair)
        if word or letter == "p":
            put("size", word or VALID)
            put("padding", numbers or (0, 0))
        elif letter == "g":
            put("groups", numbers[0])
        else:
            put({"d": "dilation", "a": "padding", "n": "size"}[letter], numbers)
    return found


def default_layers(M: int, H: int, W: int) -> tuple[Layer, ...]:
    """The headline's network: one overlapping layer just past half the grid, then one over all.

    >>> ",".join(map(str, default_layers(2, 4, 6)))
    '3x4/1:2,4x6/4x6:1'
    """
    return (Layer((H // 2 + 1, W // 2 + 1), 1, M), over_all((H, W)))


def over_all(size: Pair) -> Layer:
    """One layer over an input of this size, with one channel.

    >>> str(over_all((4, 6)))
    '4x6/4x6:1'
    """
    return Layer(size, size, 1)


def positive(name: str, value: object, least: int = 1) -> int:
    """Return `value` if it is an integer >= 1, and raise `InputError` otherwise.

    >>> positive("M", 3)
    3
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise InputError(name, value, f"a whole number >= {least} is needed")
    return int(value)


def _number(part: str, digits: str, least: int = 1) -> int:
    if len(digits) > 18 or int(digits) < least:
        raise InputError(
            "layers", part.strip(), f"numbers in a layer run from {least} to 10^18 - 1"
        )
    return int(digits)


def _pair(name: str, value: object, least: int = 1) -> Pair:
    rows, columns = value if isinstance(value, tuple) and len(value) == 2 else (value, value)
    return positive(name, rows, least), positive(name, columns, least)


def _show(pair: Pair) -> str:
    return str(pair[0]) if pair[0] == pair[1] else show_size(pair)


def show_size(pair: Pair) -> str:
    """Rows and columns, as in 4x6."""
    return f"{pair[0]}x{pair[1]}"
