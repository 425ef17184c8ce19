"""Checks certificates about ranks of convolutional arithmetic circuits. One file, standard library only.

    python proofs/checker.py FILE...

The format is `convac-certificate/1` (docs/certificate.md); section numbers refer to docs/THEORY.md.

*What VALID means.* The certificate names a network, a partition (P, Q) of its sites, and a number. For the
matricization A of the network's grid tensor across (P, Q), the line that starts with VALID states a
theorem, "rank A >= value" (or <=, =), for all real parameters but a set of measure zero, or over Q at the
parameters of the certificate. Every number was computed here from the network, the partition and the
parameters; what the file stores (tables, determinants, bounds) is compared and never believed.

*What it relies on.* The line names the lemmas that were used:

    products      Write a function as a product of factors. Dropping a factor without zeros that lives on
                  one side scales rows or columns; what is left is, up to scaling, the Kronecker product of
                  the matrices of the connected components, and its rank the product of theirs (3.4).
    reduction     A minor that is not 0 modulo a prime is not 0 (3.3).
    measure zero  The zeros of a nonzero polynomial have measure zero; so a minor that is not 0 at one point
                  is not 0 almost everywhere (3.3). A shared point is also a point of unshared parameters.
    size          A rank is at most the number of rows and of columns.
    separators    rank A <= N(S) for every separating set S and all parameters over any field (9).

and it relies on Python's integers, `json` (syntax), `fractions` and `hashlib.shake_256`. Exit status:
0 VALID, 1 INVALID, 2 UNREADABLE (no certificate), 4 COULD NOT FINISH (too large, or a fault in here).
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any, NamedTuple

Json = Any
Number = int | Fraction
Span = tuple[int, int]  # first and end, without the end
Box = tuple[Span, Span]  # rows and columns
Place = tuple[int, int]  # row and column of a site or location
Cell = tuple[int, int, int]  # row, column, channel
Vertex = tuple[int, int, int]  # layer, row, column; layer 0 holds the sites
Powers = list[tuple[int, int]]  # a product of base^exponent
Factor = tuple[tuple[int, ...], int]  # its sites, ascending, and the number of its table

FORMAT = "convac-certificate/1"
FILE_BYTES, MOST_SITES, MOST_LAYERS = 2**26, 2**20, 256
VALUE_BITS, NUMBER_BITS, NUMBER_DIGITS = 2**26, 2**20, 10**6
TABLE_ENTRIES, CHOICES, EDGES, MINOR_ROWS, PARAMETERS = 10**5, 10**5, 10**6, 4096, 2 * 10**7
STEPS = 10**10  # about as many operations on small integers


class Unreadable(Exception):
    """Not a certificate of this format."""


class Invalid(Exception):
    """A certificate that does not support its claim."""


class TooLarge(Exception):
    """Past a limit; nothing is known about the claim."""


class Meter:
    """Counts steps, so that a hostile file ends as "could not finish" and not as an endless run.

    A step is some 20 ns; what stays in memory costs about 3 steps a byte.
    """

    left = STEPS

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise TooLarge(f"more than {STEPS} steps")


METER = Meter()


# ---------------------------------------------------------------- JSON and numbers


def need(condition: bool, message: str) -> None:
    if not condition:
        raise Unreadable(message)


def read(data: bytes) -> Json:
    """JSON without repeated keys, floats, negative numbers or long integers."""

    def members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        need(len(dict(pairs)) == len(pairs), "an object repeats a key")
        return dict(pairs)

    def whole(text: str) -> int:
        need(len(text) <= 16 and text[0] != "-", f"{text[:20]} is not from 0 to 2^53 - 1")
        return int(text)

    def refuse(text: str) -> Json:
        raise Unreadable(f"{text[:20]} is no integer")

    try:
        return json.loads(
            data.decode("utf-8"),
            object_pairs_hook=members,
            parse_int=whole,
            parse_float=refuse,
            parse_constant=refuse,
        )
    except RecursionError:
        raise Unreadable("nested too deeply") from None
    except ValueError as error:
        raise Unreadable(f"no JSON in UTF-8: {error}") from None


def decimal(digits: str) -> int:
    """The integer of a string of digits, by halves: Python's own conversion is quadratic."""
    if len(digits) <= 4000:
        return int(digits)
    low = len(digits) // 2
    shift: int = 10**low
    return decimal(digits[:-low]) * shift + decimal(digits[-low:])


def number(x: Json, where: str) -> Number:
    """An exact number, "-3" or "-3/4"."""
    need(type(x) is str, f"{where} is no string")
    if len(x) > NUMBER_DIGITS:
        raise TooLarge(f"{where} has more than {NUMBER_DIGITS} digits")
    parts = re.fullmatch(r"(-?)(0|[1-9][0-9]*)(?:/([1-9][0-9]*))?", x)
    if parts is None or (parts[1] and parts[2] == "0"):
        raise Unreadable(f"{where} is no exact number: {x[:40]!a}")
    METER.spend(10 * len(x))
    value = decimal(parts[2]) * (-1 if parts[1] else 1)
    return value if parts[3] is None else Fraction(value, decimal(parts[3]))


def integer(x: Json, where: str) -> int:
    value = number(x, where)
    if isinstance(value, Fraction):
        raise Unreadable(f"{where} is a fraction")
    return value


def natural(x: Json, where: str) -> int:
    need(integer(x, where) >= 0, f"{where} is negative")
    return integer(x, where)


def positive(x: Json, where: str) -> int:
    need(integer(x, where) > 0, f"{where} is not positive")
    return integer(x, where)


def prime(x: Json, where: str) -> int:
    """A prime up to 2^61. Miller-Rabin: these bases decide every n below 3.1 * 10^23."""
    n = integer(x, where)
    need(2 <= n <= 2**61, f"{where} is not from 2 to 2^61")
    twos = ((n - 1) & (1 - n)).bit_length() - 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        if n % base == 0:
            need(n == base, f"{where} {n} is not prime")
            return n
        powers = [pow(base, (n - 1) >> twos << k, n) for k in range(twos)]
        need(powers[0] == 1 or n - 1 in powers, f"{where} {n} is not prime")
    return n


# ---------------------------------------------------------------- the grammar of the format

# A shape is a range of integers, a set of words, a function that reads one value, a tuple (a list of fixed
# length), a list of one shape (a list of any length), or a dict (an object with these keys; "?": optional).
Shape = Any


def shaped(x: Json, shape: Shape, where: str) -> Any:
    """The value read as the shape says, with lists of fixed length as tuples."""
    if isinstance(shape, range):
        need(type(x) is int and x in shape, f"{where} is no integer from {shape[0]} to {shape[-1]}")
        return x
    if isinstance(shape, set):
        need(type(x) is str and x in shape, f"{where} is none of {', '.join(sorted(shape))}")
        return x
    if isinstance(shape, tuple):
        need(type(x) is list and len(x) == len(shape), f"{where} is no list of {len(shape)}")
        return tuple([shaped(y, s, where) for y, s in zip(x, shape, strict=True)])
    if isinstance(shape, list):
        need(type(x) is list, f"{where} is no list")
        return [shaped(y, shape[0], f"{where} {k}") for k, y in enumerate(x)]
    if not isinstance(shape, dict):
        return shape(x, where)
    need(type(x) is dict, f"{where} is no object")
    known = {key.rstrip("?"): key for key in shape}
    for key in x:
        need(key in known, f"{where} has an unknown key {key[:40]!a}")
    for key, written in known.items():
        need(key in x or written != key, f"{where} lacks {key}")
    return {key: shaped(x[key], shape[known[key]], f"{where}: {key}") for key in x}


def nullable(shape: Shape) -> Shape:
    return lambda x, where: None if x is None else shaped(x, shape, where)


def producer(x: Json, where: str) -> None:
    need(type(x) is str and len(x) <= 200, f"{where} is no string of at most 200 characters")


def assignment(x: Json, where: str) -> dict[str, Any]:
    return dict(shaped(x, SEED if type(x) is dict and "seed" in x else ENTRIES, where))


def evidence(x: Json, where: str) -> dict[str, Any]:
    need(type(x) is dict, f"{where} is no object")
    kind = shaped(x.get("kind"), set(EVIDENCE), f"{where}: kind")
    return dict(shaped(x, {"kind": {kind}, **EVIDENCE[kind]}, where))


GENERIC, AT_POINT = "generic rank", "rank at the assignment"
COUNT, SIZE = range(2**53), range(1, 2**53)
SPAN, SITE, SIZES, WEIGHTS = (COUNT, COUNT), (COUNT, COUNT), (SIZE, SIZE), {"shared", "unshared"}
BOX = (SPAN, SPAN)
SEED = {"seed": COUNT, "prime": prime, "weights": WEIGHTS}
ENTRY = {
    "layer": SIZE,
    "channels": SPAN,
    "offsets": BOX,
    "locations": nullable(BOX),
    "weights": [(COUNT, number)],
    "bias": number,
}
ENTRIES = {"entries": [ENTRY]}
CLASS = {
    "rows": [SITE],
    "columns": [SITE],
    "count": SIZE,
    "table": [integer],
    "minor": {"rows": [COUNT], "columns": [COUNT], "determinant": integer},
}
EVIDENCE: dict[str, dict[str, Shape]] = {
    "factored": {"assignment": ENTRIES, "classes": [CLASS]},
    "minor": {"assignment": assignment, "prime": prime, "rows": [natural], "columns": [natural]},
    "size": {},
    "cut": {
        "separator": [(COUNT, BOX)],
        "sides": [(COUNT, COUNT, COUNT, {"P", "Q"})],
        "form": {"sum", "product"},
        "bound": positive,
    },
}
CERTIFICATE = {
    "format": {FORMAT},
    "producer?": producer,
    "network": {
        "M": SIZE,
        "H": SIZE,
        "W": SIZE,
        "layers": [{"window": SIZES, "stride": SIZES, "channels": SIZE}],
    },
    "partition": {"P": [BOX]},
    "claim": {
        "of": {GENERIC, AT_POINT},
        "weights": nullable(WEIGHTS),
        "relation": {">=", "<=", "="},
        "value": [(positive, COUNT)],
    },
    "evidence": [evidence],
}


# ---------------------------------------------------------------- spans and boxes


def ascend(values: Sequence[int], where: str) -> None:
    need(all(a < b for a, b in pairwise(values)), f"{where} do not ascend")


def inside(spans: Sequence[Span], ends: Sequence[int], where: str) -> None:
    fits = all(a < b <= end for (a, b), end in zip(spans, ends, strict=True))
    need(fits, f"{where}: a span is empty or outside")


def area(rectangle: Box) -> int:
    (top, bottom), (left, right) = rectangle
    return (bottom - top) * (right - left)


def places(rectangle: Box) -> Iterator[Place]:
    METER.spend(30 * area(rectangle))
    return ((r, c) for r in range(*rectangle[0]) for c in range(*rectangle[1]))


def disjoint(boxes: Sequence[tuple[Span, ...]]) -> bool:
    """Splits the boxes along axes on which they fall apart; compares pairs in what is left."""
    groups = [list(boxes)]
    while groups:
        group = groups.pop()
        for axis in range(len(group[0]) if len(group) > 1 else 0):
            parts = fall_apart(group, axis)
            if len(parts) > 1:
                groups.extend(parts)
                break
        else:
            METER.spend(20 * len(group) ** 2)
            for x, y in combinations(group, 2):
                if all(a[0] < b[1] and b[0] < a[1] for a, b in zip(x, y, strict=True)):
                    return False
    return True


def fall_apart(boxes: list[tuple[Span, ...]], axis: int) -> list[list[tuple[Span, ...]]]:
    """Groups of boxes whose shadows on one axis overlap, from left to right."""
    METER.spend(40 * len(boxes))
    parts: list[list[tuple[Span, ...]]] = []
    end = -1
    for item in sorted(boxes, key=lambda item: item[axis]):
        if item[axis][0] >= end:
            parts.append([])
        parts[-1].append(item)
        end = max(end, item[axis][1])
    return parts


# ---------------------------------------------------------------- the network and its parameters (1)


class Layer(NamedTuple):
    """Location (u, v) sees (S u + i, S v + j) for the offsets (i, j) of the window, if inside."""

    window: Place
    stride: Place
    channels: int
    inputs: int  # channels of the layer below
    below: Place  # size of the input
    size: Place  # size of the output

    def seen(self, offsets: Box, u: int, v: int) -> list[Place]:
        """What a location sees inside the input at these offsets."""
        starts = self.stride[0] * u, self.stride[1] * v
        rows, columns = (
            range(start + first, min(start + end, size))
            for start, (first, end), size in zip(starts, offsets, self.below, strict=True)
        )
        METER.spend(60 * len(rows) * len(columns))
        return [(r, c) for r in rows for c in columns]


class Network(NamedTuple):
    M: int
    H: int
    W: int
    layers: list[Layer]

    def size(self, layer: int) -> Place:
        return self.layers[layer - 1].size if layer else (self.H, self.W)


class Entry(NamedTuple):
    """The row of W and the bias of these channels at these offsets and locations."""

    channels: Span
    offsets: Box
    locations: Box
    weights: tuple[tuple[int, Number], ...]
    bias: Number


class Assignment(NamedTuple):
    entries: list[list[Entry]]  # of each layer
    shared: bool


class Problem(NamedTuple):
    """What a certificate is about. A site (r, c) is also the number 2 W r + c (Algebra)."""

    network: Network
    boxes: list[Box]
    sites_P: int
    sites_Q: int

    def code(self, r: int, c: int) -> int:
        return 2 * self.network.W * r + c

    def P(self) -> set[int]:
        return {self.code(r, c) for rectangle in self.boxes for r, c in places(rectangle)}


def read_problem(network: dict[str, Any], boxes: list[Box]) -> Problem:
    M, H, W = network["M"], network["H"], network["W"]
    layers: list[Layer] = []
    below, inputs = (H, W), M
    for item in network["layers"]:
        stride = item["stride"]
        size = -(-below[0] // stride[0]), -(-below[1] // stride[1])
        layers.append(Layer(item["window"], stride, item["channels"], inputs, below, size))
        below, inputs = size, item["channels"]
    need(bool(layers) and below == (1, 1), "the output of the last layer is not 1 x 1")
    for rectangle in boxes:
        inside(rectangle, (H, W), "P")
    need(disjoint(boxes), "P: two boxes overlap")
    if H * W > MOST_SITES or len(layers) > MOST_LAYERS:
        raise TooLarge(f"more than {MOST_SITES} sites or {MOST_LAYERS} layers")
    sites = sum(map(area, boxes))
    return Problem(Network(M, H, W, layers), boxes, sites, H * W - sites)


def read_assignment(item: dict[str, Any], network: Network) -> Assignment:
    if "seed" in item:
        return seeded(network, item["seed"], item["prime"], item["weights"] == "shared")
    shared = all(entry["locations"] is None for entry in item["entries"])
    result = Assignment([[] for _ in network.layers], shared)
    for position, entry in enumerate(item["entries"]):
        need(entry["layer"] <= len(network.layers), f"entry {position}: there is no such layer")
        layer = network.layers[entry["layer"] - 1]
        locations = entry["locations"] or ((0, layer.size[0]), (0, layer.size[1]))
        inputs = [channel for channel, _ in entry["weights"]]
        spans = entry["channels"], *entry["offsets"], *locations
        inside(spans, (layer.channels, *layer.window, *layer.size), f"entry {position}")
        need(all(w for _, w in entry["weights"]), f"entry {position}: a weight is 0")
        ascend([*inputs, layer.inputs], f"entry {position}: input channels")
        result.entries[entry["layer"] - 1].append(
            Entry(spans[0], entry["offsets"], locations, tuple(entry["weights"]), entry["bias"])
        )
    for entries in result.entries:
        named = [(e.channels, *e.offsets, *e.locations) for e in entries]
        need(disjoint(named), "a place is named twice")
    return result


def seeded(network: Network, seed: int, field: int, shared: bool) -> Assignment:
    """Parameters read from SHAKE-256, in the order that the format fixes."""
    result = Assignment([[] for _ in network.layers], shared)
    left = PARAMETERS
    for layer, (entries, shape) in enumerate(zip(result.entries, network.layers, strict=True), 1):
        everywhere = (0, shape.size[0]), (0, shape.size[1])
        length = math.prod(shape.window) * shape.channels * (shape.inputs + 1)
        length *= 1 if shared else math.prod(shape.size)
        left -= length
        if left < 0:
            raise TooLarge(f"more than {PARAMETERS} parameters from a seed")
        METER.spend(20 * length)
        text = f"convac-random/1 seed={seed} field={field} layer={layer}"
        digest = hashlib.shake_256(text.encode("ascii")).digest(16 * length)
        stream = (
            int.from_bytes(digest[k : k + 16], "big") % field for k in range(0, 16 * length, 16)
        )
        spots = [((u, u + 1), (v, v + 1)) for u, v in places(everywhere)]
        for spot in [everywhere] if shared else spots:
            for i, j in places(((0, shape.window[0]), (0, shape.window[1]))):
                METER.spend(1000 * shape.channels)
                for c in range(shape.channels):
                    row = [next(stream) for _ in range(shape.inputs)]
                    weights = tuple((d, w) for d, w in enumerate(row) if w)
                    offsets = (i, i + 1), (j, j + 1)
                    entries.append(Entry((c, c + 1), offsets, spot, weights, next(stream)))
    return result


def live_cells(network: Network, assignment: Assignment) -> list[dict[Cell, list[Entry]]]:
    """The channels on which the output depends, layer by layer, with the entries that name them."""
    result: list[dict[Cell, list[Entry]]] = []
    wanted: dict[Place, set[int]] = {(0, 0): {0}}
    for layer, entries in zip(network.layers[::-1], assignment.entries[::-1], strict=True):
        METER.spend(2000 * sum(map(len, wanted.values())))
        cells: dict[Cell, list[Entry]] = {(*spot, c): [] for spot in wanted for c in wanted[spot]}
        for entry in entries:
            for spot in places(entry.locations):
                live = wanted.get(spot, set())
                METER.spend(40 * len(live))
                for c in live:
                    if entry.channels[0] <= c < entry.channels[1]:
                        cells[*spot, c].append(entry)
        wanted = {}
        for (u, v, _), named in cells.items():
            for entry in named:
                inputs = [channel for channel, _ in entry.weights]
                for spot in layer.seen(entry.offsets, u, v) if inputs else []:
                    channels = wanted.setdefault(spot, set())
                    before = len(channels)
                    channels.update(inputs)
                    METER.spend(50 + 4 * len(inputs) + 300 * (len(channels) - before))
        result.append(cells)
    return result[::-1]


# ---------------------------------------------------------------- products of factors (3.4)


class Value(NamedTuple):
    """scalar * a product of factors, translated by origin. Form 0 is the empty product."""

    scalar: Number
    origin: int
    form: int


ZERO = Value(0, 0, 0)


def bounded(x: Number) -> Number:
    if x.numerator.bit_length() + x.denominator.bit_length() > NUMBER_BITS:
        raise TooLarge(f"a number of more than {NUMBER_BITS} bits")
    return x


def bounded_power(base: Number, exponent: int) -> Number:
    if base in (0, 1, -1):
        return base ** (exponent if exponent < 2 else 2 + exponent % 2)
    size = base.numerator.bit_length() + base.denominator.bit_length()
    if exponent * size > 4 * NUMBER_BITS:
        raise TooLarge(f"a number of more than {NUMBER_BITS} bits")
    return bounded(base**exponent)


def primitive(table: list[int]) -> tuple[int, tuple[int, ...]]:
    """A table as content * integers without a common divisor whose first nonzero one is positive."""
    content = math.gcd(*table)
    if content and next(filter(None, table)) < 0:
        content = -content
    return content, tuple(x // content for x in table) if content else ()


class Algebra:
    """Products of factors on sites that carry one of M templates.

    A site is a number, and ascending order is row by row; its translates differ by a number. Tables and
    forms (products up to a scalar and a translation) are stored once, and equal sums are computed once.
    """

    def __init__(self, M: int) -> None:
        self.M = M
        self.tables: list[tuple[int, ...]] = []
        self.table_numbers: dict[tuple[int, ...], int] = {}
        self.constant: set[int] = set()  # tables that are 1 everywhere: no factors
        self.forms: list[tuple[Factor, ...]] = [()]
        self.form_numbers: dict[tuple[Factor, ...], int] = {(): 0}
        self.sums: dict[tuple[Number, tuple[tuple[Number, int, int], ...]], Value] = {}

    def entries(self, sites: int) -> int:
        """How many entries a table on so many sites has."""
        if sites * (self.M.bit_length() - 1) > 17 or self.M**sites > TABLE_ENTRIES:
            raise TooLarge(f"a table on {sites} sites has more than {TABLE_ENTRIES} entries")
        return int(self.M**sites)

    def store(self, table: tuple[int, ...]) -> int:
        if table not in self.table_numbers:
            if sum(map(int.bit_length, table)) > VALUE_BITS:
                raise TooLarge(f"a table of more than {VALUE_BITS} bits")
            METER.spend(100 * len(table))
            self.table_numbers[table] = len(self.tables)
            if set(table) == {1}:
                self.constant.add(len(self.tables))
            self.tables.append(table)
        return self.table_numbers[table]

    def value(self, scalar: Number, factors: Iterable[Factor]) -> Value:
        kept = [factor for factor in factors if factor[1] not in self.constant]
        METER.spend(40 + 40 * len(kept))
        origin = min((sites[0] for sites, _ in kept), default=0)
        form = tuple(sorted((tuple(s - origin for s in sites), table) for sites, table in kept))
        if form not in self.form_numbers:
            METER.spend(sum(400 + 30 * len(sites) for sites, _ in form))
            self.form_numbers[form] = len(self.forms)
            self.forms.append(form)
        return Value(scalar, origin, self.form_numbers[form])

    def factors(self, origin: int, form: int) -> list[Factor]:
        METER.spend(40 * len(self.forms[form]))
        return [(tuple(s + origin for s in sites), table) for sites, table in self.forms[form]]

    def indicator(self, site: int, template: int) -> Value:
        """[the site carries this template], a site's channel."""
        table = tuple(int(d == template) for d in range(self.entries(1)))
        return self.value(1, [((site,), self.store(table))])

    def product(self, values: Iterable[Value], scalar: Number = 1) -> Value:
        """Joins the factors, and multiplies those on the same sites."""
        joined: dict[tuple[int, ...], int] = {}
        for value in values:
            scalar = scalar if value.scalar == 1 else bounded(scalar * value.scalar)
            for sites, table in self.factors(value.origin, value.form):
                if sites in joined:
                    other, mine = self.tables[joined[sites]], self.tables[table]
                    METER.spend(20 * len(mine))
                    content, merged = primitive([x * y for x, y in zip(other, mine, strict=True)])
                    scalar, table = bounded(scalar * content), self.store(merged)
                if not scalar:
                    return ZERO
                joined[sites] = table
        return self.value(scalar, joined.items()) if scalar else ZERO

    def affine(self, terms: Iterable[tuple[Number, Value]], bias: Number) -> Value:
        """The sum of weight * value, and the bias; translates of it are looked up."""
        summands = [(w * v.scalar, v.origin, v.form) for w, v in terms if v.scalar]
        METER.spend(20 + 20 * len(summands))
        base = next((origin for _, origin, form in summands if form), 0)
        key = bias, tuple((w, origin - base if form else 0, form) for w, origin, form in summands)
        if key not in self.sums:
            self.sums[key] = self.sum(*key)
        scalar, origin, form = self.sums[key]
        return Value(scalar, origin + base if form else 0, form)

    def sum(self, bias: Number, summands: Iterable[tuple[Number, int, int]]) -> Value:
        """Collects equal products, takes out common factors, multiplies out the others."""
        collected: dict[tuple[int, int], Number] = {(0, 0): bias}
        for weight, origin, form in summands:
            collected[origin, form] = bounded(collected.get((origin, form), 0) + weight)
        terms = [(c, set(self.factors(*key)), key) for key, c in collected.items() if c]
        if len(terms) <= 1:
            return Value(terms[0][0], *terms[0][2]) if terms else ZERO
        common = set.intersection(*(factors for _, factors, _ in terms))
        scalar, rest = self.multiply_out([(c, factors - common) for c, factors, _ in terms])
        return self.product([self.value(1, common), self.value(1, rest)], scalar)

    def multiply_out(self, terms: list[tuple[Number, set[Factor]]]) -> tuple[Number, list[Factor]]:
        """A sum as scalar * one factor, on the sites on which it depends."""
        sites = sorted({site for _, factors in terms for scope, _ in factors for site in scope})
        total = [0] * self.entries(len(sites))
        denominator = math.lcm(*(c.denominator for c, _ in terms))
        bounded(denominator)
        for coefficient, factors in terms:
            column = [int(coefficient * denominator)] * len(total)
            for scope, table in factors:
                column = self.times(column, self.spread(table, scope, sites))
            total = [x + y for x, y in zip(total, column, strict=True)]
        for site in list(sites):
            block = self.M ** (len(sites) - 1 - sites.index(site))
            digit = [a // block % self.M for a in range(len(total))]
            METER.spend(10 * len(total))
            if all(
                d == self.M - 1 or x == total[a + block]
                for a, (d, x) in enumerate(zip(digit, total, strict=True))
            ):
                total = [x for d, x in zip(digit, total, strict=True) if d == 0]
                sites.remove(site)
        content, table_ = primitive(total)
        factor = [(tuple(sites), self.store(table_))] if content and sites else []
        return Fraction(content * (table_[0] if content and not sites else 1), denominator), factor

    def times(self, column: list[int], other: list[int]) -> list[int]:
        width = max(map(int.bit_length, column)) + max(map(int.bit_length, other))
        if width * len(column) > 4 * VALUE_BITS:
            raise TooLarge(f"a table of more than {VALUE_BITS} bits")
        METER.spend(len(column) * (5 + width // 16))
        return [x * y for x, y in zip(column, other, strict=True)]

    def spread(self, table: int, scope: tuple[int, ...], onto: Sequence[int]) -> list[int]:
        """The factor as a table on more sites, in any order, last site fastest."""
        index = [0]
        for site in onto:
            step = self.M ** (len(scope) - 1 - scope.index(site)) if site in scope else 0
            index = [i + d * step for i in index for d in range(self.M)]
        METER.spend(5 * len(index))
        return [self.tables[table][i] for i in index]


def evaluate(network: Network, assignment: Assignment, algebra: Algebra) -> list[Factor] | None:
    """The factors of the network's function, up to a scalar; None if the function is zero."""
    cells = live_cells(network, assignment)
    below: dict[Cell, Value] = {}
    output = Value(1, 0, 0)
    for number, layer in enumerate(network.layers, 1):
        values: dict[Cell, Value] = {}
        for cell, entries in cells[number - 1].items():
            parts: list[Value] = []
            scalar: Number = 1
            for entry in entries:
                seen = layer.seen(entry.offsets, *cell[:2]) if entry.weights else []
                outside = bounded_power(entry.bias, area(entry.offsets) - len(seen))
                scalar = bounded(scalar * outside)
                for r, c in seen:
                    if number == 1:
                        site = 2 * network.W * r + c
                        terms = [(w, algebra.indicator(site, d)) for d, w in entry.weights]
                    else:
                        terms = [(w, below[r, c, d]) for d, w in entry.weights]
                    parts.append(algebra.affine(terms, entry.bias))
            if number == len(network.layers):  # only whether it is zero matters
                parts = [Value(1, *part[1:]) if part.scalar else ZERO for part in parts]
                scalar = 1 if scalar else 0
            values[cell] = algebra.product(parts, scalar)
        below = values
        output = values.get((0, 0, 0), output)
    return algebra.factors(output.origin, output.form) if output.scalar else None


class Cluster(NamedTuple):
    """A class of clusters: the sites of the first one, how many there are, and the matrix."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    number: int
    table: tuple[int, ...] | None  # None: too many sites, but certainly not zero


def clusters(factors: list[Factor], P: set[int], algebra: Algebra) -> list[Cluster]:
    """The classes of connected components of the factors; one-sided ones without zeros are dropped."""
    kept = [
        (sites, table)
        for sites, table in factors
        if 0 in algebra.tables[table] or len({site in P for site in sites}) == 2
    ]
    groups: dict[int, list[Factor]] = {}
    leader = components([sites for sites, _ in kept])
    for sites, table in kept:
        groups.setdefault(leader[sites[0]], []).append((sites, table))
    tables: dict[Any, tuple[int, ...] | None] = {}
    found: dict[Any, Cluster] = {}
    for group in sorted(groups.values(), key=lambda group: min(sites for sites, _ in group)):
        members = sorted({site for scope, _ in group for site in scope})
        rows = tuple(site for site in members if site in P)
        columns = tuple(site for site in members if site not in P)
        base = members[0]
        sides = tuple(s - base for s in rows), tuple(s - base for s in columns)
        shape = sides, tuple(sorted((tuple(s - base for s in scope), t) for scope, t in group))
        METER.spend(200 * len(members))
        if shape not in tables:
            tables[shape] = cluster_table(group, rows + columns, algebra)
        key = sides, shape if tables[shape] is None else tables[shape]
        first = found.get(key, Cluster(rows, columns, 0, tables[shape]))
        found[key] = first._replace(number=first.number + 1)
    return list(found.values())


def cluster_table(
    group: list[Factor], sites: Sequence[int], algebra: Algebra
) -> tuple[int, ...] | None:
    """The product of a cluster's factors; None if that is too large and no factor has a zero."""
    if not any(0 in algebra.tables[table] for _, table in group):
        try:
            algebra.entries(len(sites))
        except TooLarge:
            return None
    column = [1] * algebra.entries(len(sites))
    for scope, table in group:
        column = algebra.times(column, algebra.spread(table, scope, sites))
    content, result = primitive(column)
    if not content:
        raise Invalid("the function of the assignment is zero")
    return result


def components(sets: Iterable[Sequence[Any]]) -> dict[Any, Any]:
    """A representative for each element, the same for two elements iff a chain of sets joins them."""
    parent: dict[Any, Any] = {}

    def find(x: Any) -> Any:
        while parent.setdefault(x, x) != x:
            parent[x] = x = parent[parent[x]]
        return x

    for members in sets:
        METER.spend(20 * len(members))
        first = find(members[0])
        for other in members[1:]:
            parent[find(other)] = first
    return {x: find(x) for x in list(parent)}


# ---------------------------------------------------------------- exact linear algebra


def bareiss(matrix: Sequence[Sequence[int]]) -> tuple[int, int]:
    """The rank over Q, and the determinant (of a square matrix), by fraction-free elimination.

    After k steps an entry is a minor of k + 1 rows, so that each division is exact. Columns without a pivot
    are left out; the determinant is then 0.
    """
    rows = [list(row) for row in matrix]
    rank, previous, sign = 0, 1, 1
    for _ in range(len(matrix[0])):
        pivot = next((i for i, row in enumerate(rows) if row[0]), None)
        if pivot is None:
            rows, sign = [row[1:] for row in rows], 0
            continue
        sign = sign if pivot % 2 == 0 else -sign
        head, *tail = rows.pop(pivot)
        width = head.bit_length() + previous.bit_length()
        METER.spend(len(rows) * len(tail) * (8 + (width // 64) ** 2))
        rows = [
            [(head * x - row[0] * y) // previous for x, y in zip(row[1:], tail, strict=True)]
            for row in rows
        ]
        rank, previous = rank + 1, head
    return rank, sign * previous


def nonsingular(matrix: Iterable[list[int]], size: int, p: int) -> bool:
    """Whether the determinant of a square matrix of residues is not 0 modulo the prime p.

    Gaussian elimination on packed rows: a row is one integer, a block of bits for each entry, wide enough
    for a sum of `size` products of residues; an entry is reduced when it is needed.
    """
    width = (2 * p.bit_length() + size.bit_length() + 8) // 8
    mask = 2 ** (8 * width) - 1

    def pack(row: Iterable[int]) -> int:
        return int.from_bytes(b"".join(x.to_bytes(width, "little") for x in row), "little")

    rows = [pack(row) for row in matrix]
    METER.spend(size**3 * width // 256)
    for length in range(size, 0, -1):
        pivot = next((i for i, row in enumerate(rows) if (row & mask) % p), None)
        if pivot is None:
            return False
        data = rows.pop(pivot).to_bytes(length * width, "little")
        entries = [
            int.from_bytes(data[k : k + width], "little") % p for k in range(0, len(data), width)
        ]
        inverse = pow(entries[0], -1, p)
        head = pack(x * inverse % p for x in entries)
        rows = [(row + (-(row & mask) % p) * head) >> (8 * width) for row in rows]
    return True


# ---------------------------------------------------------------- evidence: factored and minor


def check_factored(
    problem: Problem, point: Assignment, item: dict[str, Any], exact: bool
) -> tuple[Powers, Powers | None]:
    """The bound from below by the listed classes; the rank at the assignment, if exact."""
    algebra = Algebra(problem.network.M)
    factors = evaluate(problem.network, point, algebra)
    if factors is None:
        raise Invalid("the function of the assignment is zero")
    found = clusters(factors, problem.P(), algebra)
    unused = {(cluster.rows, cluster.columns): cluster for cluster in found}
    for position, listed in enumerate(item["classes"]):
        sites = [tuple(problem.code(*site) for site in listed[key]) for key in ("rows", "columns")]
        cluster = unused.pop((sites[0], sites[1]), None)
        if cluster is None:
            raise Invalid(
                f"class {position}: no class starts with these sites, or it is listed twice"
            )
        check_class(f"class {position}", listed, cluster, algebra)
    if exact:
        ranks = [(bareiss(matrix_of(cluster, algebra))[0], cluster.number) for cluster in found]
        return ranks, ranks
    return [(len(listed["minor"]["rows"]), listed["count"]) for listed in item["classes"]], None


def matrix_of(cluster: Cluster, algebra: Algebra) -> list[tuple[int, ...]]:
    height = algebra.M ** len(cluster.rows)
    width = algebra.entries(len(cluster.rows) + len(cluster.columns)) // height
    table = cluster.table or ()
    return [table[k : k + width] for k in range(0, len(table), width)]


def check_class(where: str, listed: dict[str, Any], cluster: Cluster, algebra: Algebra) -> None:
    matrix, minor = matrix_of(cluster, algebra), listed["minor"]
    if listed["count"] != cluster.number:
        raise Invalid(f"{where}: the class has {cluster.number} clusters, not {listed['count']}")
    if tuple(listed["table"]) != cluster.table:
        raise Invalid(f"{where}: the table is another one")
    if minor["rows"][-1] >= len(matrix) or minor["columns"][-1] >= len(matrix[0]):
        raise Invalid(f"{where}: the minor is not inside the matrix")
    determinant = bareiss([[matrix[r][c] for c in minor["columns"]] for r in minor["rows"]])[1]
    if determinant == 0 or determinant != minor["determinant"]:
        raise Invalid(f"{where}: the determinant is another one, or 0")


def read_class(item: dict[str, Any], where: str, problem: Problem) -> None:
    for key in ("rows", "columns"):
        spans = [((r, r + 1), (c, c + 1)) for r, c in item[key]]
        for spot in spans:
            inside(spot, (problem.network.H, problem.network.W), f"{where}: {key}")
        ascend([problem.code(*site) for site in item[key]], f"{where}: {key}")
    read_minor(item["minor"], f"{where}: minor")


def read_minor(item: dict[str, Any], where: str) -> None:
    need(len(item["rows"]) == len(item["columns"]) > 0, f"{where}: rows and columns are no square")
    for key in ("rows", "columns"):
        ascend(item[key], f"{where}: {key}")


class Minor(NamedTuple):
    prime: int
    rows: list[int]
    columns: list[int]


def check_minor(problem: Problem, point: Assignment, minor: Minor) -> Powers:
    if not nonsingular(minor_rows(problem, point, minor), len(minor.rows), minor.prime):
        raise Invalid(f"the minor is 0 modulo {minor.prime}")
    return [(len(minor.rows), 1)]


def templates(problem: Problem, minor: Minor) -> dict[Place, list[int]]:
    """The template of each P-site in each row of the minor, of each Q-site in each column."""
    M, P = problem.network.M, problem.P()
    grid = list(places(((0, problem.network.H), (0, problem.network.W))))
    result: dict[Place, list[int]] = {place: [] for place in grid}
    for side, indices in ((True, minor.rows), (False, minor.columns)):
        sites = [(r, c) for r, c in grid if (problem.code(r, c) in P) is side]
        for index in indices:
            METER.spend(len(sites) * (30 + index.bit_length() // 30))
            for site in reversed(sites):
                index, digit = divmod(index, M)
                result[site].append(digit)
    return result


def residue(x: Number, p: int) -> int:
    if x.denominator % p == 0:
        raise Invalid(f"the prime {p} divides a denominator of the assignment")
    return x.numerator * pow(x.denominator, -1, p) % p


def minor_rows(problem: Problem, point: Assignment, minor: Minor) -> Iterator[list[int]]:
    """The rows of the minor modulo the prime.

    Layer 1 is a function of P times one of Q; the rest is evaluated row by row, over all columns at once.
    """
    p, size, layers = minor.prime, len(minor.rows), problem.network.layers
    for entries in point.entries:
        for entry in entries:
            for x in (entry.bias, *(w for _, w in entry.weights)):
                residue(x, p)
    cells = live_cells(problem.network, point)
    split = first_layer(problem, cells[0], minor)
    plans = [
        [(cell, *plan(layer, cell, entries, p)) for cell, entries in live.items()]
        for layer, live in zip(layers[1:], cells[1:], strict=True)
    ]
    affine = [factor for steps in plans for _, _, factors in steps for factor in factors]
    METER.spend(size**2 * 2 * (len(split) + sum(2 + len(terms) for _, terms in affine)))
    for i in range(size):
        values = {cell: [left[i] * x % p for x in right] for cell, (left, right) in split.items()}
        for steps in plans:
            above = {}
            for cell, constant, factors in steps:
                total = [constant] * size
                for bias, terms in factors:
                    inner = [bias] * size
                    for weight, child in terms:
                        inner = [s + weight * x for s, x in zip(inner, values[child], strict=True)]
                    total = [t * s % p for t, s in zip(total, inner, strict=True)]
                above[cell] = total
            values = above
        yield values[0, 0, 0]


def first_layer(
    problem: Problem, live: dict[Cell, list[Entry]], minor: Minor
) -> dict[Cell, tuple[list[int], list[int]]]:
    """Each channel of layer 1 as a list over the rows of the minor and one over its columns."""
    p, size, layer = minor.prime, len(minor.rows), problem.network.layers[0]
    digits, P = templates(problem, minor), problem.P()
    split = {}
    for cell, entries in live.items():
        left, right = [1 % p] * size, [1 % p] * size
        for entry in entries:
            bias, row = residue(entry.bias, p), {d: residue(w, p) for d, w in entry.weights}
            seen = layer.seen(entry.offsets, *cell[:2])
            outside = pow(bias, area(entry.offsets) - len(seen), p)
            left = [x * outside % p for x in left]
            METER.spend(2 * size * (len(seen) + 1) + 10 * len(row))
            for r, c in seen:
                site = [(bias + row.get(d, 0)) % p for d in digits[r, c]]
                if problem.code(r, c) in P:
                    left = [x * y % p for x, y in zip(left, site, strict=True)]
                else:
                    right = [x * y % p for x, y in zip(right, site, strict=True)]
        split[cell] = left, right
    return split


Terms = list[tuple[int, list[tuple[int, Cell]]]]


def plan(layer: Layer, cell: Cell, entries: list[Entry], p: int) -> tuple[int, Terms]:
    """A channel as a constant times a product of bias + sum of weight * child."""
    constant, factors = 1, []
    for entry in entries:
        bias, row = residue(entry.bias, p), [(d, residue(w, p)) for d, w in entry.weights]
        seen = layer.seen(entry.offsets, *cell[:2])
        constant = constant * pow(bias, area(entry.offsets) - len(seen), p) % p
        METER.spend(10 * len(seen) * len(row))
        factors += [(bias, [(w, (r, c, d)) for d, w in row]) for r, c in seen]
    return constant, factors


# ---------------------------------------------------------------- evidence: cut (9)


SIDES = {"P": 1, "Q": 2}  # both: 3


def read_cut(item: dict[str, Any], where: str, network: Network) -> None:
    for layer, *spans in [
        *((layer, *rectangle) for layer, rectangle in item["separator"]),
        *((layer, (r, r + 1), (c, c + 1)) for layer, r, c, _ in item["sides"]),
    ]:
        need(layer <= len(network.layers), f"{where}: there is no such layer")
        inside(spans, network.size(layer), where)
    volumes = [((layer, layer + 1), *rectangle) for layer, rectangle in item["separator"]]
    need(disjoint(volumes), f"{where}: the boxes of the separator overlap")
    vertices = {choice[:3] for choice in item["sides"]}
    need(len(vertices) == len(item["sides"]), f"{where}: sides names a vertex twice")


class Graph:
    """G: the vertices with a path to the output, all offsets of all windows included."""

    def __init__(self, network: Network) -> None:
        self.network = network
        depth = len(network.layers)
        self.axes: list[tuple[list[int], list[int]]] = [([0], [0])]
        edges = 0
        for layer in network.layers[::-1]:
            reached, counts = [], []
            for axis in (0, 1):
                cells: list[int] = []
                last, total = 0, 0
                for u in self.axes[0][axis]:
                    first = layer.stride[axis] * u
                    end = min(first + layer.window[axis], layer.below[axis])
                    total += end - first
                    cells += range(max(first, last), end)
                    last = max(last, end)
                reached.append(cells)
                counts.append(total)
            edges += counts[0] * counts[1]
            if edges > EDGES:
                raise TooLarge(f"the graph has more than {EDGES} edges")
            self.axes.insert(0, (reached[0], reached[1]))
        self.output: Vertex = (depth, 0, 0)

    def vertices(self, layer: int, rectangle: Box | None = None) -> list[Vertex]:
        rows, columns = self.axes[layer]
        if rectangle is not None:
            (top, bottom), (left, right) = rectangle
            rows = rows[bisect_left(rows, top) : bisect_left(rows, bottom)]
            columns = columns[bisect_left(columns, left) : bisect_left(columns, right)]
        METER.spend(20 + 20 * len(rows) * len(columns))
        return [(layer, r, c) for r in rows for c in columns]

    def children(self, vertex: Vertex) -> list[Vertex]:
        number, u, v = vertex
        if number == 0:
            return []
        layer = self.network.layers[number - 1]
        window = (0, layer.window[0]), (0, layer.window[1])
        return [(number - 1, r, c) for r, c in layer.seen(window, u, v)]


def binomial(n: int, k: int) -> int:
    k = min(k, n - k)
    if k * n.bit_length() > NUMBER_BITS:
        raise TooLarge(f"a binomial coefficient of more than {NUMBER_BITS} bits")
    METER.spend(10 + (k * n.bit_length() // 64) ** 2)
    return math.comb(n, k)


class Separation:
    """The data of N(S): sides, path counts n_side(u, w), and the order of S from the output down."""

    def __init__(self, problem: Problem, item: dict[str, Any]) -> None:
        graph = Graph(problem.network)
        self.graph, self.problem, self.P = graph, problem, problem.P()
        depth = len(problem.network.layers)
        self.S = {
            v for layer, rectangle in item["separator"] for v in graph.vertices(layer, rectangle)
        }
        self.below: dict[Vertex, int] = {}  # on which sides the sites below a vertex are
        for layer in range(depth + 1):
            for v in graph.vertices(layer):
                self.below[v] = self.sides_below(v)
        self.component = components(
            [v, *(x for x in graph.children(v) if x not in self.S)]
            for v in self.below
            if v not in self.S
        )
        self.side = self.sides_of_components(
            {(layer, r, c): SIDES[s] for layer, r, c, s in item["sides"]}
        )
        self.order = sorted(self.S - {graph.output}, key=lambda v: (-v[0], v))
        self.mixed = [v for v in self.order if self.below[v] == 3]
        # paths[v]: for the root (0) and the mixed vertices (from 1), how many paths to it run on P and on Q
        self.paths: dict[Vertex, dict[int, list[int]]] = {v: {} for v in self.order}
        for index, w in enumerate([graph.output, *self.mixed]):
            self.count_paths(index, w)

    def sides_below(self, v: Vertex) -> int:
        if v[0] == 0:
            return SIDES["P"] if self.problem.code(v[1], v[2]) in self.P else SIDES["Q"]
        seen = {self.below[x] for x in self.graph.children(v)}
        return 3 if len(seen) > 1 else seen.pop()

    def sides_of_components(self, chosen: dict[Vertex, int]) -> dict[Vertex, int]:
        """The side of each component of G - S, and that of the edges from each vertex of S into S."""
        side: dict[Vertex, int] = {}
        for v, leader in self.component.items():
            if v[0] == 0:
                side[leader] = side.get(leader, 0) | self.below[v]
                if side[leader] == 3:
                    raise Invalid(
                        "the separator does not separate: a component has sites of both sides"
                    )
        neutral: dict[Vertex, int] = {}
        for v, choice in chosen.items():
            part = v if v in self.S else self.component.get(v)
            if part is None or part in side or (v in self.S and self.below[v] != 3):
                raise Invalid(f"sides: {list(v)} is not in a neutral part")
            if part in neutral:
                raise Invalid(f"sides: {list(v)} is in a part that was named before")
            neutral[part] = choice
        for leader in self.component.values():
            side.setdefault(leader, neutral.get(leader, SIDES["P"]))
        for v in self.S:
            side[v] = self.below[v] if self.below[v] != 3 else neutral.get(v, SIDES["P"])
        return side

    def count_paths(self, index: int, w: Vertex) -> None:
        """Paths from vertices of S to w without other vertices of S, by the side on which they run."""
        level = {w: 1}
        while level:
            lower: dict[Vertex, int] = {}
            for x, paths in level.items():
                for child in self.graph.children(x):
                    METER.spend(10 + paths.bit_length() // 30)
                    if child in self.S:
                        METER.spend(600)
                        side = self.side[child] if x in self.S else self.side[self.component[x]]
                        self.paths[child].setdefault(index, [0, 0])[side - 1] += paths
                    else:
                        lower[child] = lower.get(child, 0) + paths
            level = lower

    def degrees(self, v: Vertex, nu: Sequence[int]) -> tuple[int, int]:
        """k_P and k_Q of a vertex, from nu of the root and of the mixed vertices above it."""
        k_P = k_Q = 0
        METER.spend(10 + 4 * len(self.paths[v]))
        for index, (n_P, n_Q) in self.paths[v].items():
            k_P, k_Q = k_P + nu[index] * n_P, k_Q + nu[index] * n_Q
        return k_P, k_Q

    def pure_weight(self, nu: Sequence[int]) -> int:
        """The product of the factors of the sites and pure locations."""
        total = 1
        for v in self.order:
            if self.below[v] == 3:
                continue
            k = self.degrees(v, nu)[2 - self.below[v]]  # k_Q for pure P, k_P for pure Q
            D = self.graph.network.layers[v[0] - 1].channels
            factor = binomial(D + k, k) if v[0] else self.graph.network.M if k else 1
            total = self.times(total, factor)
        return total

    def times(self, total: int, factor: int) -> int:
        METER.spend(10 + total.bit_length() // 32 * (1 + factor.bit_length() // 64))
        if total.bit_length() + factor.bit_length() > VALUE_BITS:
            raise TooLarge(f"a bound of more than {VALUE_BITS} bits")
        return total * factor

    def product_form(self) -> int:
        """Every nu maximal."""
        nu, total = [1], 1
        for v in self.mixed:
            D = self.graph.network.layers[v[0] - 1].channels
            k_P, k_Q = self.degrees(v, nu)
            total = self.times(total, binomial(D + k_P, k_P) * binomial(D + k_Q, k_Q))
            nu.append(k_P + k_Q)
        return self.times(total, self.pure_weight(nu))

    def sum_form(self) -> int:
        """N(S): the sum over all choices of nu at the mixed vertices, from the output down."""
        total, choices = 0, 0
        stack: list[tuple[int, tuple[int, ...]]] = [(1, (1,))]
        while stack:
            weight, nu = stack.pop()
            METER.spend(10 + len(nu))
            if len(nu) > len(self.mixed):
                choices += 1
                total += self.times(weight, self.pure_weight(nu))
                continue
            v = self.mixed[len(nu) - 1]
            options = self.options(v, *self.degrees(v, nu))
            if choices + len(stack) + len(options) > CHOICES:
                raise TooLarge(f"a sum of more than {CHOICES} choices")
            METER.spend(30 * len(nu) * len(options))
            stack += [(self.times(weight, x), (*nu, n)) for n, x in enumerate(options)]
        return total

    def options(self, v: Vertex, k_P: int, k_Q: int) -> list[int]:
        """The weight of each nu = i + j: the sum of C(D+i-1, i) C(D+j-1, j), i <= k_P, j <= k_Q."""
        if (k_P + 1) * (k_Q + 1) > CHOICES:
            raise TooLarge(f"a sum of more than {CHOICES} choices")
        D = self.graph.network.layers[v[0] - 1].channels
        monomials = [binomial(D + i - 1, i) for i in range(max(k_P, k_Q) + 1)]
        weights = [0] * (k_P + k_Q + 1)
        for i in range(k_P + 1):
            for j in range(k_Q + 1):
                weights[i + j] += self.times(monomials[i], monomials[j])
        return weights


def check_cut(problem: Problem, item: dict[str, Any]) -> Powers:
    separation = Separation(problem, item)
    bound = separation.sum_form() if item["form"] == "sum" else separation.product_form()
    if bound != item["bound"]:
        raise Invalid("the bound is not N(S)")
    return [(bound, 1)]


# ---------------------------------------------------------------- the claim and its evidence

LEMMAS = {"factored": "products", "minor": "reduction", "size": "size", "cut": "separators"}


def product_of(powers: Powers) -> int:
    """The integer, if it has at most 2^26 bits."""
    if sum(exponent * (base - 1).bit_length() for base, exponent in powers) > VALUE_BITS:
        raise TooLarge(f"a value of more than {VALUE_BITS} bits")
    METER.spend(100 * len(powers))
    numbers = [base**exponent for base, exponent in powers if base > 1]
    while len(numbers) > 1:
        numbers = [math.prod(numbers[k : k + 2]) for k in range(0, len(numbers), 2)]
    return numbers[0] if numbers else 1


def read_evidence(item: dict[str, Any], where: str, problem: Problem) -> Assignment | None:
    """Checks what the shapes leave open; returns the assignment that the item holds."""
    for position, listed in enumerate(item.get("classes", [])):
        read_class(listed, f"{where}: class {position}", problem)
    if item["kind"] == "cut":
        read_cut(item, where, problem.network)
    if item["kind"] == "minor":
        read_minor(item, where)
        if len(item["rows"]) > MINOR_ROWS:
            raise TooLarge(f"{where}: a minor of more than {MINOR_ROWS} rows")
        for key, sites in (("rows", problem.sites_P), ("columns", problem.sites_Q)):
            length = product_of([(problem.network.M, sites)])
            need(item[key][-1] < length, f"{where}: {key} outside the matrix")
    if "assignment" not in item:
        return None
    try:
        return read_assignment(item["assignment"], problem.network)
    except Unreadable as error:
        raise Unreadable(f"{where}: {error}") from None


def bounds(
    item: dict[str, Any],
    point: Assignment | None,
    problem: Problem,
    claim: dict[str, Any],
    here: bool,
) -> tuple[Powers | None, Powers | None]:
    """What one item proves, from below and from above. here: it is about the claim's parameters."""
    if point is None:
        if item["kind"] == "size":
            return None, [(problem.network.M, min(problem.sites_P, problem.sites_Q))]
        return None, check_cut(problem, item)
    if claim["weights"] == "shared" and not point.shared:
        raise Invalid("the claim is about shared weights, and the assignment is unshared")
    upper = None
    if item["kind"] == "minor":
        minor = Minor(item["prime"], item["rows"], item["columns"])
        lower = check_minor(problem, point, minor)
    else:
        lower, upper = check_factored(problem, point, item, claim["of"] == AT_POINT and here)
    return (lower, upper) if here else (None, None)


def check(document: Json) -> str:
    """The verdict line of a certificate, given as parsed JSON; raises Unreadable, Invalid or TooLarge."""
    METER.left = STEPS
    need(type(document) is dict and document.get("format") == FORMAT, f"the format is not {FORMAT}")
    top = shaped(document, CERTIFICATE, "the file")
    claim = top["claim"]
    problem = read_problem(top["network"], top["partition"]["P"])
    need((claim["weights"] is None) == (claim["of"] == AT_POINT), "weights do not fit the claim")
    points = [read_evidence(x, f"evidence {k}", problem) for k, x in enumerate(top["evidence"])]
    meant = next((x["assignment"] for x in top["evidence"] if "assignment" in x), None)
    if claim["of"] == AT_POINT and meant is None:
        raise Invalid("no evidence holds the assignment that the claim is about")
    lower, upper = [], []
    for k, (item, point) in enumerate(zip(top["evidence"], points, strict=True)):
        here = claim["of"] == GENERIC or item.get("assignment", meant) == meant
        try:
            below, above = bounds(item, point, problem, claim, here)
        except Invalid as error:
            raise Invalid(f"evidence {k}: {error}") from None
        lower += [(product_of(below), item["kind"])] if below is not None else []
        upper += [(product_of(above), item["kind"])] if above is not None else []
    lemmas = conclude(claim, max(lower, default=(-1, "")), min(upper, default=(math.inf, "")))
    return f"VALID: {statement(problem, claim)}; by the lemmas: {', '.join(lemmas)}"


def conclude(claim: dict[str, Any], low: tuple[int, str], high: tuple[float, str]) -> list[str]:
    """Compares the best bounds with the claimed value; the lemmas that were needed."""
    value, relation = product_of(claim["value"]), claim["relation"]
    if low[0] > high[0]:
        raise RuntimeError("two proved bounds contradict each other")
    if relation != "<=" and value > low[0]:
        raise Invalid("the evidence does not imply that the rank is >= the value")
    if relation != ">=" and value < high[0]:
        raise Invalid("the evidence does not imply that the rank is <= the value")
    used = [low[1]] if relation == ">=" else [high[1]] if relation == "<=" else [low[1], high[1]]
    lemmas = list(dict.fromkeys(LEMMAS[kind] for kind in used))
    return [*lemmas, "measure zero"] if claim["of"] == GENERIC and relation != "<=" else lemmas


def statement(problem: Problem, claim: dict[str, Any]) -> str:
    """The claim in full."""
    M, H, W, layers = problem.network
    described = ", ".join(
        "{}x{}/{}x{}:{}".format(*layer.window, *layer.stride, layer.channels) for layer in layers
    )
    everywhere = f"for almost all real parameters with {claim['weights']} weights"
    where = everywhere if claim["weights"] else "over Q at the parameters of the certificate"
    boxes = " + ".join(
        f"rows {top}..{bottom - 1} x columns {left}..{right - 1}"
        for (top, bottom), (left, right) in problem.boxes
    )
    return (
        f"rank {claim['relation']} {spell(claim['value'])} {where}; network: M = {M}, {H} x {W} "
        f"sites, layers (window/stride:channels) {described}; "
        f"partition: P = {boxes or 'no site'}, Q = the rest"
    )


def spell(powers: Powers) -> str:
    """2^2048; a base of more than 4000 digits as hexadecimal, which Python converts fast."""
    names = [(str(b) if b.bit_length() < 12000 else hex(b), e) for b, e in powers]
    return " * ".join(b if e == 1 else f"{b}^{e}" for b, e in names) or "1"


# ---------------------------------------------------------------- the command line

EXITS = {Invalid: (1, "INVALID"), Unreadable: (2, "UNREADABLE"), TooLarge: (4, "COULD NOT FINISH")}


def load(name: str) -> Json:
    try:
        with Path(name).open("rb") as file:
            data = file.read(FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise Unreadable(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > FILE_BYTES:
        raise TooLarge(f"the file has more than {FILE_BYTES} bytes")
    return read(data)


def verdict(name: str) -> tuple[int, str]:
    """Exit status and line of one file; never raises."""
    try:
        return 0, check(load(name))
    except (Invalid, Unreadable, TooLarge) as error:
        status, answer = EXITS[type(error)]
        return status, f"{answer}: {error}"
    except (MemoryError, RecursionError) as error:
        return 4, f"COULD NOT FINISH: {type(error).__name__}"
    except Exception as error:
        fault = f"{type(error).__name__}: {ascii(str(error))[:200]}"
        return 4, f"COULD NOT FINISH: a fault of the checker, {fault}"


def main(argv: Sequence[str] | None = None) -> int:
    """The command line: one line a file, a summary if there are several; returns the exit status."""
    names = list(sys.argv[1:] if argv is None else argv)
    if not names:
        print("usage: python proofs/checker.py FILE...", file=sys.stderr)
        return 2
    results = []
    for name in names:
        status, line = verdict(name)
        results.append(status)
        label = "" if len(names) == 1 and status == 0 else ascii(name)[1:-1] + ": "
        print(label + line, file=sys.stderr if status else sys.stdout, flush=True)
    if len(names) > 1:
        tally = [(results.count(s), text) for s, text in [(0, "VALID"), *EXITS.values()]]
        summary = ", ".join(f"{n} {text}" for n, text in tally if n)
        print(f"{len(names)} files: {summary}", file=sys.stderr)
    return next((status for status in (1, 4, 2) if status in results), 0)


if __name__ == "__main__":
    try:
        STATUS = main()
    except (OSError, KeyboardInterrupt):  # nobody reads the answer, or nobody waits for it
        sys.stdout = sys.stderr = None
        STATUS = 4
    sys.exit(STATUS)
