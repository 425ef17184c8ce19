"""Writing an assignment of one's own, in the words of the proofs.

    builder = AssignmentBuilder(network)
    builder.route([(0, 0)], channels=[0])              # the near site's template 0, in channel 0 of layer 1
    builder.route([(0, 2)], channels=[0])              # and the far one's, in the same channel
    builder.tail(2, ones(1, bias=1))                   # layer 2 sums channels < 1, and adds 1
    builder.pass_on(3)                                 # later layers multiply channel 0
    assignment = builder.assignment()

What is not written stays neutral: W = 0 and b = 1. Numbers are integers, fractions, strings such as "-3/4",
or SymPy expressions, whose symbols become the variables of a polynomial ring.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ..errors import InputError
from ..graphs.network import Network, Pair
from .assignment import Assignment, Box, Entry, Span, WeightRow, at, select
from .rings import QQ, ZZ, Polynomials, Ring
from .witnesses.tail import passing_on, summing

Channels = int | Span
Places = Pair | Box
"""One place (i, j), or a box of them ((i, i'), (j, j')), without the ends."""


class AssignmentBuilder:
    """Entries that are written one after another, and then made an `Assignment`.

    Every verb takes locations: None (all of them: shared weights), one (u, v), or a box. Verbs return the
    builder, so that they may be chained.

    Raises
    ------
    InputError
        In `assignment`, if something does not fit the network, or a number is not exact.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.entries: list[Entry] = []

    def write(
        self,
        layer: int,
        channels: Channels,
        offsets: Places,
        row: WeightRow,
        locations: Places | None = None,
    ) -> AssignmentBuilder:
        """The row for these channels at these offsets: see `select`, `ones` and `constant`."""
        if not isinstance(row, WeightRow):
            raise InputError("row", row, "a row is made by select, ones, constant or WeightRow")
        span = (channels, channels + 1) if isinstance(channels, int) else channels
        where = None if locations is None else _box(locations)
        self.entries.append(Entry(layer, span, _box(offsets), row, where))
        return self

    def route(
        self,
        offsets: Sequence[Pair],
        channels: Sequence[int],
        *,
        first: int = 0,
        locations: Places | None = None,
    ) -> AssignmentBuilder:
        """Carry a template's indicator up: layer l selects at offsets[l - 1] what layer l - 1 carries.

        Parameters
        ----------
        offsets : [(i_1, j_1), ..., (i_K, j_K)]
        channels : [c_1, ..., c_K]
            The channel that carries it in each layer.
        first : int
            The template.
        locations : place or box, optional
            In the last layer of the route; the layers below are shared then, too.
        """
        lists = isinstance(offsets, Sequence) and isinstance(channels, Sequence)
        if not lists or len(offsets) != len(channels) or not offsets:
            raise InputError("route", (offsets, channels), "an offset and a channel for each layer")
        source = first
        for layer, (offset, channel) in enumerate(zip(offsets, channels, strict=True), 1):
            last = layer == len(offsets)
            self.write(layer, channel, offset, select(source), locations if last else None)
            source = channel
        return self

    def tail(self, layer: int, row: WeightRow) -> AssignmentBuilder:
        """The row for all channels of a layer, at the offsets that reach every input location once."""
        self._require(layer)
        entry = summing(self.network, layer, row)
        return self.write(layer, entry.channels, entry.offsets, row)

    def pass_on(self, first: int) -> AssignmentBuilder:
        """Layers first, ..., L multiply channel 0 of what they see, wherever it is inside the input."""
        if first != self.network.depth + 1:  # nothing is left to pass on after the last layer
            self._require(first)
        later = passing_on(self.network, range(first, self.network.depth + 1))
        for entry in later:
            everywhere = entry.locations is not None and all(
                span == (0, size)
                for span, size in zip(entry.locations, self.network.sizes[entry.layer], strict=True)
            )
            locations = None if everywhere else entry.locations
            self.write(entry.layer, entry.channels, entry.offsets, entry.row, locations)
        return self

    def _require(self, layer: int) -> None:
        if not 1 <= layer <= self.network.depth:
            allowed = f"layers run from 1 to {self.network.depth}"
            raise InputError("assignment", f"layer {layer}", allowed)

    def __repr__(self) -> str:
        return f"<AssignmentBuilder: {len(self.entries)} entries, {self.network}>"

    def assignment(self) -> Assignment:
        """Over ZZ if all numbers are integers, over QQ, or over polynomials in the symbols that occur."""
        numbers = [x for entry in self.entries for x in _numbers(entry.row)]
        names = sorted({name for x in numbers for name in _symbols(x)})
        ring: Ring = Polynomials(*names) if names else QQ
        entries = [
            Entry(e.layer, e.channels, e.offsets, _converted(e.row, ring), e.locations)
            for e in self.entries
        ]
        if ring is QQ and all(x.q == 1 for e in entries for x in _numbers(e.row)):
            ring = ZZ
        return Assignment(self.network, entries, ring)


def fill(assignment: Assignment, values: Mapping[str, object]) -> Assignment:
    """The assignment over QQ in which the variables of a polynomial ring have these values.

    Raises
    ------
    InputError
        If the assignment has no variables, or one is without a value.

    Examples
    --------
    >>> import sympy
    >>> builder = AssignmentBuilder(Network(2, 1, layers="1/1:1"))
    >>> moving = builder.write(1, 0, (0, 0), select(0, bias=2 * sympy.Symbol("t"))).assignment()
    >>> moving.ring, fill(moving, {"t": "1/4"}).entries[0].row.bias
    (QQ[t], 1/2)
    """
    ring = assignment.ring
    if not isinstance(ring, Polynomials):
        raise InputError("values", sorted(values), f"an assignment over {ring} has no variables")
    missing = set(ring.names) ^ values.keys()
    if missing:
        raise InputError("values", sorted(values), f"one for each of {', '.join(ring.names)}")
    point = [QQ.element(values[name]) for name in ring.names]

    def filled(row: WeightRow) -> WeightRow:
        return WeightRow(tuple((c, w(*point)) for c, w in row.weights), row.bias(*point))

    entries = (
        Entry(e.layer, e.channels, e.offsets, filled(e.row), e.locations)
        for e in assignment.entries
    )
    return Assignment(assignment.network, entries, QQ)


def _box(places: Places) -> Box:
    """A place as a box of one."""
    first, second = places
    if isinstance(first, int) and isinstance(second, int):
        return at(first, second)
    assert not isinstance(first, int)
    assert not isinstance(second, int)
    return first, second


def _numbers(row: WeightRow) -> Iterable[Any]:
    return (row.bias, *(weight for _, weight in row.weights))


def _symbols(value: object) -> set[str]:
    return {str(x) for x in value.free_symbols} if _is_sympy(value) else set()  # type: ignore[attr-defined]


def _is_sympy(value: object) -> bool:
    """Without importing SymPy: whoever has an expression has imported it."""
    sympy = sys.modules.get("sympy")
    return sympy is not None and isinstance(value, sympy.Basic)


def _converted(row: WeightRow, ring: Ring) -> WeightRow:
    return WeightRow(
        tuple((c, _element(w, ring)) for c, w in row.weights), _element(row.bias, ring)
    )


def _element(value: Any, ring: Ring) -> Any:
    """An element of QQ or of a polynomial ring from a number or a SymPy expression."""
    if not _is_sympy(value):
        return ring.element(value)
    import sympy

    if value.has(sympy.Float):
        raise InputError("number", str(value), "an exact expression is needed, no float")
    if not isinstance(ring, Polynomials):
        if not value.is_Rational:
            raise InputError("number", str(value), "an exact rational is needed")
        return ring.element(Fraction(int(value.p), int(value.q)))
    try:
        terms = sympy.Poly(value, *sympy.symbols(ring.names), domain="QQ").terms()
    except sympy.PolynomialError:
        raise InputError("number", str(value), "a polynomial with rational coefficients") from None
    element = ring.zero
    for exponents, coefficient in terms:
        term = ring.element(Fraction(int(coefficient.p), int(coefficient.q)))
        for generator, exponent in zip(ring.generators, exponents, strict=True):
            term *= generator**exponent
        element += term
    return element
