"""The dimensions of data on its way through an ONNX graph: order, sizes, and what Pad put around.

Windows have their channels first in ONNX. Before the first operator with a geometry a dimension is known by
its position in the input, and Transpose permutes positions: where the first window is, the order of the
input follows. After it Transpose goes to channels last and back.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from .layer import Pair, show_size
from .onnx_file import Dims, label, refused
from .onnx_windows import Pads

BATCH, CHANNELS, HEIGHT, WIDTH = "batch", "channels", "height", "width"
FLAT = "channels and places"
"""Channels, height and width as one dimension."""
FIRST = {3: (BATCH, CHANNELS, WIDTH), 4: (BATCH, CHANNELS, HEIGHT, WIDTH)}
LAST = {3: (BATCH, WIDTH, CHANNELS), 4: (BATCH, HEIGHT, WIDTH, CHANNELS)}


class Layout:
    """Data, by its dimensions in their order.

    Parameters
    ----------
    dims : sequence of int
        The sizes of the input's dimensions; the first is the batch.
    """

    def __init__(self, dims: Sequence[int]) -> None:
        self.order = tuple(f"dimension {k}" for k in range(len(dims)))
        self.sizes = dict(zip(self.order, dims, strict=True))
        self.pads: dict[str, Pair] = {}
        self.pad: Any = None
        """The node that padded last, if no window has taken it up."""
        self.edge = False
        """Whether that is by copies of the edge."""
        self.input: tuple[str, ...] = ()
        """What the input's dimensions are, once it is known."""
        self.image: tuple[int, int, int] = (0, 0, 0)
        """Channels, height and width of the input, once they are known."""

    @property
    def channels(self) -> int:
        """Their number."""
        return self.sizes[CHANNELS]

    @property
    def places(self) -> Pair:
        """Height and width, without padding."""
        return self.sizes[HEIGHT], self.sizes[WIDTH]

    @property
    def whole(self) -> int:
        """The number of entries for one image."""
        return self.channels * prod(self.places)

    @property
    def flat(self) -> bool:
        """Whether there are no height and width."""
        return bool(self.input) and not {HEIGHT, WIDTH} & {*self.order}

    def dims(self) -> Dims:
        """The shape of the tensor."""
        return tuple(
            self.whole if name == FLAT else self.sizes[name] + sum(self.pads.get(name, (0, 0)))
            for name in self.order
        )

    def named(self) -> None:
        """Channels are first from the first operator with a geometry on."""
        if self.input:
            return
        names = dict(zip(self.order, FIRST[len(self.order)], strict=True))
        self.input = tuple(names[f"dimension {k}"] for k in range(len(names)))
        self.order = tuple(names[x] for x in self.order)
        self.sizes = {HEIGHT: 1} | {names[x]: size for x, size in self.sizes.items()}
        self.pads = {names[x]: pair for x, pair in self.pads.items()}
        self.image = (self.channels, *self.places)
        if any(self.pads.get(CHANNELS, (0, 0))):
            raise refused(label(self.pad), "padding of height and width is read")

    def transpose(self, node: Any, perm: Sequence[int]) -> None:
        """Permute the positions of the input, or go to channels last and back."""
        rank = len(self.order)
        if sorted(perm) != list(range(rank)):
            raise refused(
                label(node), f"perm {list(perm)} is no order of the {rank} dimensions {self}"
            )
        order = tuple(self.order[k] for k in perm)
        if self.input and order not in (self.order, FIRST.get(rank), LAST.get(rank)):
            said = f"from {self} to ({', '.join(order)}); channels go first or last, and nothing else moves"
            raise refused(label(node), said)
        if order[0] != self.order[0]:
            raise refused(label(node), "it moves the batch, which is the first dimension")
        self.order = order

    def require_grid(self, node: Any, dimensions: int) -> None:
        """Refuse what is flat, has channels last, or is of another dimension; 0 is any."""
        self.named()
        if self.flat:
            raise refused(label(node), "the input is flat by then")
        rank = len(self.order)
        if dimensions and rank != dimensions + 2:
            has = "height and width" if HEIGHT in self.order else "width only"
            raise refused(label(node), f"it is {dimensions}-D, and the input has {has}")
        if self.order != FIRST.get(rank):
            raise refused(label(node), f"the input is {self}; channels first are needed")

    def padded(self, node: Any, pads: Sequence[int], *, edge: bool) -> None:
        """Put zeros or copies of the edge around, by the operator's list: all before, then all after."""
        if not any(pads):
            return
        rank = len(self.order)
        pairs = list(zip(pads[:rank], pads[rank:], strict=True))
        if self.pad is not None and self.edge != edge:
            raise refused(label(node), f"zeros and copies of the edge, with {label(self.pad)}")
        for name, pair in zip(self.order, pairs, strict=True):
            if any(pair) and (name in (self.order[0], CHANNELS, FLAT)):
                raise refused(label(node), "constant padding of height and width is read")
            before, after = self.pads.get(name, (0, 0))
            self.pads[name] = before + pair[0], after + pair[1]
        self.pad, self.edge = node, edge

    def take_padding(self) -> Pads:
        """Rows and columns before and after, which a window takes up."""
        rows, columns = (self.pads.get(name, (0, 0)) for name in (HEIGHT, WIDTH))
        self.pads, self.pad, self.edge = {}, None, False
        return (rows[0], columns[0]), (rows[1], columns[1])

    def require_no_padding(self) -> None:
        """Refuse padding that no window takes up."""
        if self.pad is not None:
            raise refused(label(self.pad), "padding is read before a window only")

    def becomes(self, channels: int, places: Pair) -> None:
        """What a layer gives."""
        self.sizes[CHANNELS] = channels
        self.sizes[HEIGHT], self.sizes[WIDTH] = places

    def flatten(self) -> None:
        """Channels and places are one dimension."""
        self.named()
        self.require_no_padding()
        self.order = (BATCH, CHANNELS if self.places == (1, 1) else FLAT)

    def reshape(self, node: Any, target: Sequence[int], *, zeros: bool) -> None:
        """To a target that is flat, or that changes nothing; `zeros` are sizes, not copies, if so said."""
        dims = self.dims()
        wanted = [
            dims[k] if x == 0 and not zeros and k < len(dims) else x for k, x in enumerate(target)
        ]
        known = prod(x for x in wanted if x != -1)
        if wanted.count(-1) == 1 and known > 0:
            wanted[wanted.index(-1)] = prod(dims) // known
        if wanted == list(dims):
            return
        self.named()
        self.require_no_padding()
        if wanted != [dims[0], self.whole]:
            raise refused(
                label(node), f"to {list(target)}; (batch, {self.whole}) is needed, from {self}"
            )
        self.flatten()

    def squeeze(self, node: Any, axes: Sequence[int] | None) -> None:
        """Drop height and width where they are single; without axes, both."""
        self.named()
        self.require_no_padding()
        found = self.at(node, axes) if axes else {HEIGHT, WIDTH} & {*self.order}
        if any(self.sizes.get(name, 0) != 1 for name in found & {HEIGHT, WIDTH}):
            raise refused(label(node), f"{show_size(self.places)} places are left")
        if not found <= {HEIGHT, WIDTH}:
            raise refused(label(node), f"of {self} it may drop height and width only")
        self.order = tuple(name for name in self.order if name not in found)

    def unsqueeze(self, node: Any, axes: Sequence[int] | None) -> None:
        """Give back height and width, which are single."""
        self.named()
        self.require_no_padding()
        missing = [name for name in (HEIGHT, WIDTH) if name not in self.order]
        rank = len(self.order) + len(axes or ())
        where = sorted({axis % rank for axis in axes or ()})
        if not where or len(where) != len(axes or ()) or len(where) > len(missing):
            raise refused(label(node), f"of {self} it may add a single height and width only")
        order = list(self.order)
        for axis, name in zip(where, missing[-len(where) :], strict=True):
            order.insert(axis, name)
        if tuple(order) not in (FIRST.get(rank), LAST.get(rank)) or FLAT in order:
            raise refused(label(node), f"to ({', '.join(order)}); channels first or last is needed")
        self.order = tuple(order)

    def reduce(self, node: Any, axes: Sequence[int] | None, *, keep: bool) -> None:
        """Height and width become single, and go unless they are kept."""
        self.named()
        found = self.at(node, axes or ())
        left = {HEIGHT, WIDTH} - found
        if not found or not found <= {HEIGHT, WIDTH} or any(self.sizes[x] > 1 for x in left):
            raise refused(label(node), "it is read over all places only, as global pooling is")
        if not keep:
            self.order = tuple(name for name in self.order if name not in found)

    def at(self, node: Any, axes: Sequence[int]) -> set[str]:
        """The dimensions at some positions."""
        rank = len(self.order)
        if any(not -rank <= axis < rank for axis in axes):
            raise refused(label(node), f"axes {list(axes)} are not among the dimensions {self}")
        return {self.order[axis] for axis in axes}

    def __str__(self) -> str:
        return f"({', '.join(self.order)})"
