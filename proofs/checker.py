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
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cache, partial
from itertools import pairwise, product
from pathlib import Path
from typing import Any, NamedTuple

Json = Any
Number = int | Fraction
Span = tuple[int, int]  # first and end, without the end
Box = tuple[Span, Span]  # rows and columns
Place = tuple[int, int]  # row and column of a site or location
Vertex = tuple[int, int, int]  # layer, row, column; layer 0 holds the sites
Powers = list[tuple[int, int]]  # a product of base^exponent
Table = tuple[int, ...]
Factors = dict[
    tuple[int, ...], Table
]  # a product of functions: sites and entries, last site fastest
Value = tuple[Number, Factors]  # scalar * factors

FORMAT, GENERIC, AT_POINT = "convac-certificate/1", "generic rank", "rank at the assignment"
FILE_BYTES, NUMBER_DIGITS, NUMBER_BITS, VALUE_BITS = 2**25, 4000, 2**16, 2**26
MOST_SITES, MOST_LAYERS, EDGES, MINOR_ROWS = 2**20, 64, 10**6, 1024
TABLE_ENTRIES, CHOICES, STEPS = 10**5, 10**5, 10**9
spent = [0]


class Unreadable(Exception):
    """Not a certificate of this format."""


class Invalid(Exception):
    """A certificate that does not support its claim."""


class TooLarge(Exception):
    """Past a limit; nothing is known about the claim."""


def need(condition: bool, message: str, error: type[Exception] = Unreadable) -> None:
    if not condition:
        raise error(message)


def support(condition: bool, message: str) -> None:
    need(condition, message, Invalid)


def limit(size: int, most: int, what: str) -> None:
    need(size <= most, f"more than {most} {what}", TooLarge)


def spend(steps: int) -> None:
    """Counts steps (60 ns and 30 bytes at most), so that a hostile file does not run endlessly."""
    spent[0] += steps
    limit(spent[0], STEPS, "steps")


# ---------------------------------------------------------------- the grammar of the format


def read(data: bytes) -> Json:
    """JSON without repeated keys, floats and negative numbers."""

    def members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        need(len(dict(pairs)) == len(pairs), "an object repeats a key")
        return dict(pairs)

    def whole(text: str) -> int:
        need(text.isdigit() and len(text) <= 16, f"{text[:20]} is not from 0 to 2^53 - 1")
        return int(text)

    hooks: Any = dict.fromkeys(("parse_int", "parse_float", "parse_constant"), whole)
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=members, **hooks)
    except (RecursionError, ValueError) as error:
        raise Unreadable(f"no JSON in UTF-8, or nested too deeply: {error}") from None


# A shape is a range of integers, a set of words, a function that reads one value, a tuple (a list of fixed
# length), a list of one shape (a list of any length), or a dict (an object with these keys).


def shaped(x: Json, shape: Any, where: str) -> Any:
    """The value read as the shape says, with lists of fixed length as tuples."""
    if isinstance(shape, range | set):
        known = type(x) is (int if isinstance(shape, range) else str) and x in shape
        text = shape if isinstance(shape, range) else ", ".join(sorted(shape))
        need(known, f"{where} is none of {text}")
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
    for key in {**x, **shape}:
        need(key in shape, f"{where} has an unknown key {key[:40]!a}")
        need(key in x, f"{where} lacks {key}")
    return {key: shaped(x[key], shape[key], f"{where}: {key}") for key in x}


def nullable(shape: Any) -> Any:
    return lambda x, where: None if x is None else shaped(x, shape, where)


def ascending(shape: Any) -> Any:
    def reader(x: Json, where: str) -> list[Any]:
        values: list[Any] = shaped(x, [shape], where)
        need(all(a < b for a, b in pairwise(values)), f"{where} do not ascend")
        return values

    return reader


def number(x: Json, where: str) -> Number:
    """An exact number, "-3" or "-3/4"."""
    need(type(x) is str, f"{where} is no string")
    limit(len(x), NUMBER_DIGITS, f"digits: {where}")
    parts = re.fullmatch(r"(-?)(0|[1-9][0-9]*)(?:/([1-9][0-9]*))?", x)
    if parts is None or (parts[1] and parts[2] == "0"):
        raise Unreadable(f"{where} is no exact number: {x[:40]!a}")
    spend(10 * len(x))
    value = int(parts[1] + parts[2])
    return Fraction(value, int(parts[3])) if parts[3] else value


def integer(least: int | None = None, most: int | None = None) -> Any:
    def reader(x: Json, where: str) -> int:
        value = number(x, where)
        need(isinstance(value, int), f"{where} is a fraction")
        need(least is None or value >= least, f"{where} is less than {least}")
        need(most is None or value <= most, f"{where} is too large")
        return int(value)

    return reader


def prime(x: Json, where: str) -> int:
    """A prime up to 2^61. Miller-Rabin: these bases decide every n below 3.1 * 10^23."""
    n = int(integer(2, 2**61)(x, where))
    twos = ((n - 1) & (1 - n)).bit_length() - 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        if n % base == 0:
            need(n == base, f"{where} {n} is not prime")
            return n
        powers = [pow(base, (n - 1) >> twos << k, n) for k in range(twos)]
        need(powers[0] == 1 or n - 1 in powers, f"{where} {n} is not prime")
    return n


def span(x: Json, where: str) -> Span:
    first, end = shaped(x, (COUNT, COUNT), where)
    need(first < end, f"{where}: a span is empty")
    return first, end


def assignment(x: Json, where: str) -> Any:
    return shaped(x, SEED if type(x) is dict and "seed" in x else ENTRIES, where)


def evidence(x: Json, where: str) -> Any:
    need(type(x) is dict, f"{where} is no object")
    kind = shaped(x.get("kind"), set(EVIDENCE), f"{where}: kind")
    return shaped(x, {"kind": {kind}, **EVIDENCE[kind]}, where)


COUNT, SIZE = range(2**53), range(1, 2**53)
SITE, SIZES, BOX, WEIGHTS = (COUNT, COUNT), (SIZE, SIZE), (span, span), {"shared", "unshared"}
SEED = {"seed": COUNT, "prime": prime, "weights": WEIGHTS}
ENTRIES = {
    "entries": [
        {"layer": SIZE, "channels": span, "offsets": BOX, "locations": nullable(BOX)}
        | {"weights": [(COUNT, number)], "bias": number}
    ]
}
MINOR = {"rows": ascending(COUNT), "columns": ascending(COUNT), "determinant": integer()}
CLASS = {"rows": ascending(SITE), "columns": ascending(SITE), "count": SIZE, "minor": MINOR}
INDICES = {"rows": ascending(integer(0)), "columns": ascending(integer(0))}
EVIDENCE: dict[str, dict[str, Any]] = {
    "factored": {"assignment": ENTRIES, "classes": [{**CLASS, "table": [integer()]}]},
    "minor": {"assignment": assignment, "prime": prime, **INDICES},
    "size": {},
    "cut": {
        "separator": [(COUNT, BOX)],
        "sides": [(COUNT, COUNT, COUNT, {"P", "Q"})],
        "form": {"sum", "product"},
        "bound": integer(1),
    },
}
LAYER = {"window": SIZES, "stride": SIZES, "channels": SIZE}
CERTIFICATE: dict[str, Any] = {
    "format": {FORMAT},
    "network": {"M": SIZE, "H": SIZE, "W": SIZE, "layers": [LAYER]},
    "partition": {"P": [BOX]},
    "claim": {
        "of": {GENERIC, AT_POINT},
        "weights": nullable(WEIGHTS),
        "relation": {">=", "<=", "="},
        "value": [(integer(1), COUNT)],
    },
    "evidence": [evidence],
}


# ---------------------------------------------------------------- the network and its parameters (1)


def area(box: Box) -> int:
    return (box[0][1] - box[0][0]) * (box[1][1] - box[1][0])


def places(box: Box) -> Iterator[Place]:
    spend(4 * area(box))
    return product(range(*box[0]), range(*box[1]))


def inside(spans: Sequence[Span], ends: Sequence[int], where: str) -> None:
    fits = all(span[1] <= end for span, end in zip(spans, ends, strict=True))
    need(fits, f"{where}: a span is outside")


def disjoint(boxes: Sequence[tuple[Span, ...]]) -> bool:
    """Sweeps along the axis on which most boxes start apart; compares with the boxes not yet passed."""
    axes = range(len(boxes[0]) if boxes else 0)
    axis = max(axes, key=lambda k: len({box[k] for box in boxes}), default=0)
    open_: list[tuple[Span, ...]] = []
    for box in sorted(boxes, key=lambda box: box[axis]):
        spend(4 + 20 * len(open_))
        open_ = [x for x in open_ if x[axis][1] > box[axis][0]]
        if any(
            all(a[0] < b[1] and b[0] < a[1] for a, b in zip(x, box, strict=True)) for x in open_
        ):
            return False
        open_.append(box)
    return True


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
        spend(10 + 4 * len(rows) * len(columns))
        return list(product(rows, columns))


class Problem(NamedTuple):
    """A network and a partition. Site (r, c) is also the number 2 W r + c: translates differ by one."""

    M: int
    H: int
    W: int
    layers: list[Layer]
    boxes: list[Box]

    def code(self, r: int, c: int) -> int:
        return 2 * self.W * r + c

    def P(self) -> set[int]:
        return {self.code(r, c) for box in self.boxes for r, c in places(box)}

    def sites(self) -> tuple[int, int]:
        """|P| and |Q|."""
        inside_P = sum(map(area, self.boxes))
        return inside_P, self.H * self.W - inside_P


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
    for box in boxes:
        inside(box, (H, W), "P")
    need(disjoint(boxes), "P: two boxes overlap")
    limit(H * W, MOST_SITES, "sites")
    limit(len(layers), MOST_LAYERS, "layers")
    return Problem(M, H, W, layers, boxes)


def read_assignment(item: dict[str, Any], layers: list[Layer]) -> Assignment:
    if "seed" in item:
        return seeded(item, layers)
    result: list[list[Entry]] = [[] for _ in layers]
    for position, entry in enumerate(item["entries"]):
        where = f"entry {position}"
        need(entry["layer"] <= len(layers), f"{where}: there is no such layer")
        layer = layers[entry["layer"] - 1]
        locations = entry["locations"] or ((0, layer.size[0]), (0, layer.size[1]))
        spans = entry["channels"], *entry["offsets"], *locations
        inside(spans, (layer.channels, *layer.window, *layer.size), where)
        need(all(w for _, w in entry["weights"]), f"{where}: a weight is 0")
        inputs = [*(channel for channel, _ in entry["weights"]), layer.inputs]
        need(all(a < b for a, b in pairwise(inputs)), f"{where}: input channels do not ascend")
        row = tuple(entry["weights"]), entry["bias"]
        result[entry["layer"] - 1].append(Entry(spans[0], entry["offsets"], locations, *row))
    for entries in result:
        named = [(e.channels, *e.offsets, *e.locations) for e in entries]
        need(disjoint(named), "a place is named twice")
    return Assignment(result, all(entry["locations"] is None for entry in item["entries"]))


def seeded(item: dict[str, Any], layers: list[Layer]) -> Assignment:
    """Parameters read from SHAKE-256, in the order that the format fixes."""
    result = Assignment([[] for _ in layers], item["weights"] == "shared")
    for number, layer in enumerate(layers, 1):
        everywhere = (0, layer.size[0]), (0, layer.size[1])
        length = math.prod(layer.window) * layer.channels * (layer.inputs + 1)
        length *= 1 if result.shared else math.prod(layer.size)
        spend(200 * length)
        text = f"convac-random/1 seed={item['seed']} field={item['prime']} layer={number}"
        data = hashlib.shake_256(text.encode("ascii")).digest(16 * length)
        blocks = (int.from_bytes(data[k : k + 16], "big") for k in range(0, 16 * length, 16))
        stream = (x % item["prime"] for x in blocks)
        spots: list[Box] = [((u, u + 1), (v, v + 1)) for u, v in places(everywhere)]
        for spot in [everywhere] if result.shared else spots:
            for i, j, c in product(*map(range, (*layer.window, layer.channels))):
                row = [next(stream) for _ in range(layer.inputs)]
                weights = tuple((d, w) for d, w in enumerate(row) if w)
                offsets = (i, i + 1), (j, j + 1)
                entry = Entry((c, c + 1), offsets, spot, weights, next(stream))
                result.entries[number - 1].append(entry)
    return result


def evaluate(
    problem: Problem,
    point: Assignment,
    leaf: Callable[[int, int, int], Any],
    affine: Callable[[list[tuple[Number, Any]], Number], Any],
    product: Callable[[list[Any], list[tuple[Number, int]], bool], Any],
) -> Any:
    """The network's function, with these operations; only channels that matter are evaluated.

    leaf(r, c, d): [site (r, c) carries template d]. affine: the sum of weight * value, and a bias.
    product: of values and powers; at the output, up to a scalar.
    """
    named: list[dict[Place, list[Entry]]] = [{} for _ in problem.layers]
    for at, entries in zip(named, point.entries, strict=True):
        for entry in entries:
            spend(80 * area(entry.locations))
            for spot in places(entry.locations):
                at.setdefault(spot, []).append(entry)

    @cache
    def value(number: int, u: int, v: int, channel: int) -> Any:
        if number == 0:
            return leaf(u, v, channel)
        spend(300 + len(named[number - 1].get((u, v), [])))
        parts, powers = [], []
        for entry in named[number - 1].get((u, v), []):
            if entry.channels[0] <= channel < entry.channels[1]:
                seen = problem.layers[number - 1].seen(entry.offsets, u, v) if entry.weights else []
                powers.append((entry.bias, area(entry.offsets) - len(seen)))
                for r, c in seen:
                    terms = [(w, value(number - 1, r, c, d)) for d, w in entry.weights]
                    parts.append(affine(terms, entry.bias))
        return product(parts, powers, number == len(problem.layers))

    return value(len(problem.layers), 0, 0, 0)


# ---------------------------------------------------------------- products of factors (3.4)

ZERO: Value = (0, {})


def bounded(x: Number) -> Number:
    bits = x.numerator.bit_length() + x.denominator.bit_length()
    limit(bits, NUMBER_BITS, "bits in a number")
    spend(1 + bits**2 // 2**16)
    return x


def power(base: Number, exponent: int) -> Number:
    if base in (0, 1, -1):
        return base ** (exponent if exponent < 2 else 2 + exponent % 2)
    bits = base.numerator.bit_length() + base.denominator.bit_length()
    limit(exponent * bits, 4 * NUMBER_BITS, "bits in a number")
    return bounded(base**exponent)


def charge(table: Sequence[int], steps: int) -> None:
    width = max(map(int.bit_length, table))
    limit(width * len(table), 2**28, "bits in a table")
    spend(steps * len(table) * (1 + (width // 256) ** 2))


def primitive(table: Sequence[int]) -> tuple[int, Table]:
    """A table as content * integers without a common divisor whose first nonzero one is positive."""
    charge(table, 20)
    content = math.gcd(*table)
    if content and next(filter(None, table)) < 0:
        content = -content
    return content, tuple([x // content for x in table]) if content else ()


def fits(M: int, sites: int) -> bool:
    return sites * (M.bit_length() - 1) <= 17 and M**sites <= TABLE_ENTRIES


def entries_of(M: int, sites: int) -> int:
    """How many entries a table on so many sites has."""
    need(fits(M, sites), f"a table on {sites} sites has over {TABLE_ENTRIES} entries", TooLarge)
    return int(M**sites)


def multiplied(
    M: int, factors: Iterable[tuple[tuple[int, ...], Table]], sites: Sequence[int], scalar: int = 1
) -> list[int]:
    """A product of factors as a table on these sites, in any order, the last one fastest."""
    column = [scalar] * entries_of(M, len(sites))
    for scope, table in factors:
        index = [0]
        for site in sites:
            step = M ** (len(scope) - 1 - scope.index(site)) if site in scope else 0
            index = [i + d * step for i in index for d in range(M)]
        column = [x * table[i] for x, i in zip(column, index, strict=True)]
        charge(column, 4)
    return column


def indicator(M: int, site: int, template: int) -> Value:
    """[the site carries this template], a site's channel."""
    table = tuple(int(d == template) for d in range(entries_of(M, 1)))
    spend(2 * len(table))
    return 1, {(site,): table} if M > 1 else {}


def product_of_values(values: Iterable[Value], scalar: Number = 1) -> Value:
    """Joins the factors, and multiplies those on the same sites."""
    joined: Factors = {}
    for other, factors in values:
        scalar = bounded(scalar * other)
        spend(10 + 10 * len(factors))
        for sites, table in factors.items():
            if sites in joined:
                both = zip(joined[sites], table, strict=True)
                content, table = primitive([x * y for x, y in both])
                scalar = bounded(scalar * content)
            if not scalar:
                return ZERO
            joined[sites] = table
    kept = {sites: table for sites, table in joined.items() if any(x != 1 for x in table)}
    return (scalar, kept) if scalar else ZERO


def affine(M: int, terms: Iterable[tuple[Number, Value]], bias: Number) -> Value:
    """The sum of weight * value, and the bias.

    Collects equal products, takes out common factors, multiplies out the others on their sites, and
    removes the sites on which the result does not depend.
    """
    collected: dict[frozenset[tuple[tuple[int, ...], Table]], Number] = {frozenset(): bias}
    for weight, (scalar, factors) in terms:
        spend(10 + sum(10 + len(table) for table in factors.values()))
        key = frozenset(factors.items())
        collected[key] = bounded(collected.get(key, 0) + bounded(weight * scalar))
    summands = {key: c for key, c in collected.items() if c}
    if len(summands) <= 1:
        return next(((c, dict(key)) for key, c in summands.items()), ZERO)
    common = frozenset.intersection(*summands)
    sites = sorted({site for key in summands for scope, _ in key - common for site in scope})
    total, denominator = [0] * entries_of(M, len(sites)), 1
    for c in summands.values():
        denominator = int(bounded(math.lcm(denominator, c.denominator)))
    for key, c in summands.items():
        column = multiplied(M, key - common, sites, int(c * denominator))
        total = [x + y for x, y in zip(total, column, strict=True)]
    for site in list(sites):
        block = M ** (len(sites) - 1 - sites.index(site))
        spend(4 * len(total))
        first = [a for a in range(len(total)) if a // block % M == 0]
        if all(total[a] == total[a + d * block] for a in first for d in range(1, M)):
            total = [total[a] for a in first]
            sites.remove(site)
    content, table = primitive(total)
    rest: Factors = {tuple(sites): table} if content else {}
    return product_of_values([(1, dict(common)), (1, rest)], Fraction(content, denominator))


def factors_of(problem: Problem, point: Assignment) -> Factors | None:
    """The factors of the network's function, up to a scalar; None if the function is zero."""

    def joined(parts: list[Value], powers: list[tuple[Number, int]], output: bool) -> Value:
        if output:  # only whether it is zero matters
            parts = [(int(scalar != 0), factors) for scalar, factors in parts]
            powers = [(int(base != 0), exponent) for base, exponent in powers]
        return product_of_values([*parts, *((power(*x), {}) for x in powers)])

    def leaf(r: int, c: int, template: int) -> Value:
        return indicator(problem.M, problem.code(r, c), template)

    def sum_of(terms: list[tuple[Number, Value]], bias: Number) -> Value:
        return affine(problem.M, terms, bias)

    scalar, factors = evaluate(problem, point, leaf, sum_of, joined)
    return factors if scalar else None


class Cluster(NamedTuple):
    """A class of clusters: the sites of the first one, how many there are, and the matrix."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    number: int
    matrix: tuple[Table, ...] | None  # None: too many sites, but certainly not zero


def clusters(M: int, factors: Factors, P: set[int]) -> list[Cluster]:
    """The classes of connected components of the factors; one-sided ones without zeros are dropped."""
    kept = {s: t for s, t in factors.items() if 0 in t or len({site in P for site in s}) == 2}
    leader = components(kept)
    groups: dict[int, Factors] = {}
    for sites, table in kept.items():
        groups.setdefault(leader[sites[0]], {})[sites] = table
    matrices: dict[Any, tuple[Table, ...] | None] = {}
    found: dict[Any, Cluster] = {}
    for group in sorted(groups.values(), key=min):
        members = sorted({site for scope in group for site in scope})
        rows = tuple(site for site in members if site in P)
        columns = tuple(site for site in members if site not in P)
        spend(20 * len(members) + sum(map(len, group.values())))
        sides = [tuple(site - members[0] for site in side) for side in (rows, columns)]
        moved = [(tuple(s - members[0] for s in scope), t) for scope, t in sorted(group.items())]
        shape = *sides, tuple(moved)
        if shape not in matrices:
            matrices[shape] = matrix_of(M, group, rows, columns)
        key = *sides, matrices[shape] or shape
        first = found.get(key, Cluster(rows, columns, 0, matrices[shape]))
        found[key] = first._replace(number=first.number + 1)
    return list(found.values())


def matrix_of(
    M: int, group: Factors, rows: tuple[int, ...], columns: tuple[int, ...]
) -> tuple[Table, ...] | None:
    """The product of a cluster's factors; None if that is too large and no factor has a zero."""
    sites = rows + columns
    if not fits(M, len(sites)) and not any(0 in table for table in group.values()):
        return None
    content, table = primitive(multiplied(M, group.items(), sites))
    support(content != 0, "the function of the assignment is zero")
    width = M ** len(columns)
    return tuple(table[k : k + width] for k in range(0, len(table), width))


def components(sets: Iterable[Sequence[Any]]) -> dict[Any, Any]:
    """A representative for each element, the same for two elements iff a chain of sets joins them."""
    parent: dict[Any, Any] = {}

    def find(x: Any) -> Any:
        while parent.setdefault(x, x) != x:
            parent[x] = x = parent[parent[x]]
        return x

    for members in sets:
        spend(10 * len(members))
        for other in members:
            parent[find(other)] = find(members[0])
    return {x: find(x) for x in list(parent)}


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
        spend(len(rows) * len(tail) * (4 + (width // 256) ** 2))
        rows = [
            [(head * x - row[0] * y) // previous for x, y in zip(row[1:], tail, strict=True)]
            for row in rows
        ]
        rank, previous = rank + 1, head
    return rank, sign * previous


def check_factored(
    problem: Problem, point: Assignment, classes: list[dict[str, Any]], exact: bool
) -> tuple[Powers, Powers | None]:
    """The bound from below by the listed classes; the rank at the assignment, if exact."""
    factors = factors_of(problem, point)
    if factors is None:
        raise Invalid("the function of the assignment is zero")
    found = clusters(problem.M, factors, problem.P())
    unused = {(cluster.rows, cluster.columns): cluster for cluster in found}
    for k, listed in enumerate(classes):
        rows, columns = (
            tuple(problem.code(*s) for s in listed[key]) for key in ("rows", "columns")
        )
        cluster = unused.pop((rows, columns), None)
        if cluster is None:
            raise Invalid(f"class {k}: no class starts with these sites, or it is listed twice")
        count, minor, matrix = cluster.number, listed["minor"], cluster.matrix or ((),)
        support(listed["count"] == count, f"class {k}: the class has {count} clusters")
        right = listed["table"] == [x for row in matrix for x in row]
        support(right, f"class {k}: the table is another one")
        inner = minor["rows"][-1] < len(matrix) and minor["columns"][-1] < len(matrix[0])
        support(inner, f"class {k}: the minor is not inside the matrix")
        determinant = bareiss([[matrix[r][c] for c in minor["columns"]] for r in minor["rows"]])[1]
        right = determinant != 0 and determinant == minor["determinant"]
        support(right, f"class {k}: the determinant is another one, or 0")
    if exact:
        need(all(x.matrix for x in found), "a cluster has too many sites for its rank", TooLarge)
        ranks = [(bareiss(x.matrix or ())[0], x.number) for x in found]
        return ranks, ranks
    return [(len(listed["minor"]["rows"]), listed["count"]) for listed in classes], None


# ---------------------------------------------------------------- evidence: minor (3.3)


def nonsingular(matrix: Iterable[list[int]], p: int) -> bool:
    """Whether the determinant of a square matrix of residues is not 0 modulo the prime p."""
    rows = list(matrix)
    while rows:
        pivot = next((i for i, row in enumerate(rows) if row[0]), None)
        if pivot is None:
            return False
        head, *tail = rows.pop(pivot)
        inverse = pow(head, -1, p)
        spend(2 * len(rows) * len(tail))
        for i, (first, *rest) in enumerate(rows):
            factor = first * inverse % p
            rows[i] = [(x - factor * y) % p for x, y in zip(rest, tail, strict=True)]
    return True


def templates(problem: Problem, item: dict[str, Any]) -> dict[int, list[int]]:
    """The template of each P-site in each row of the minor, of each Q-site in each column."""
    P, result = problem.P(), {}
    grid = [problem.code(r, c) for r, c in places(((0, problem.H), (0, problem.W)))]
    for key in ("rows", "columns"):
        sites = [site for site in reversed(grid) if (site in P) is (key == "rows")]
        spend(10 * len(sites) * len(item[key]))
        result.update({site: [0] * len(item[key]) for site in sites})
        for k, index in enumerate(item[key]):
            spend(len(sites) * (1 + index.bit_length() // 1000))
            for site in sites:
                index, result[site][k] = divmod(index, problem.M)
    return result


def reduced(point: Assignment, p: int) -> Assignment:
    """The assignment modulo a prime."""

    def residue(x: Number) -> int:
        support(x.denominator % p != 0, f"the prime {p} divides a denominator of the assignment")
        return x.numerator * pow(x.denominator, -1, p) % p

    def entry(e: Entry) -> Entry:
        row = tuple((d, residue(w)) for d, w in e.weights)
        return e._replace(weights=row, bias=residue(e.bias))

    return point._replace(entries=[[entry(e) for e in entries] for entries in point.entries])


def minor_rows(problem: Problem, point: Assignment, item: dict[str, Any]) -> Iterator[list[int]]:
    """The rows of the minor modulo the prime.

    A row is evaluated over all columns at once; a number stands for the same in all columns.
    """
    p, size, P, shown = item["prime"], len(item["rows"]), problem.P(), templates(problem, item)

    def affine(terms: list[tuple[Any, Any]], bias: Any) -> Any:
        spend(4 + sum(1 if isinstance(x, int) else size for _, x in terms))
        total = bias + sum(w * x for w, x in terms if isinstance(x, int))
        for w, x in terms:
            if not isinstance(x, int):
                total = [total] * size if isinstance(total, int) else total
                total = [t + w * y for t, y in zip(total, x, strict=True)]
        return total

    def multiply(i: int, parts: list[Any], powers: list[tuple[Any, int]], output: bool) -> Any:
        spend(20 * size * (i == 0) + sum(1 if isinstance(x, int) else size for x in parts))
        total: Any = math.prod(pow(b, k, p) for b, k in powers) % p
        for x in sorted(parts, key=lambda x: isinstance(x, list)):
            if isinstance(x, int):
                total = total * x % p
            else:
                total = [total] * size if isinstance(total, int) else total
                total = [t * y % p for t, y in zip(total, x, strict=True)]
        return [total] * size if output and isinstance(total, int) else total

    def leaf(i: int, r: int, c: int, d: int) -> Any:
        spend(size)
        digits = shown[problem.code(r, c)]
        return int(digits[i] == d) if problem.code(r, c) in P else [int(x == d) for x in digits]

    residues = reduced(point, p)
    for i in range(size):
        yield evaluate(problem, residues, partial(leaf, i), affine, partial(multiply, i))


# ---------------------------------------------------------------- evidence: cut (9)

SIDES = {"P": 1, "Q": 2}  # both: 3


def graph(layers: list[Layer]) -> dict[Vertex, list[Vertex]]:
    """G, from the output down: what each vertex sees, all offsets of all windows included."""
    result: dict[Vertex, list[Vertex]] = {}
    level: list[Vertex] = [(len(layers), 0, 0)]
    edges = 0
    for layer in layers[::-1]:
        window = (0, layer.window[0]), (0, layer.window[1])
        for number, u, v in level:
            seen = [(number - 1, r, c) for r, c in layer.seen(window, u, v)]
            result[number, u, v] = seen
            edges += len(seen)
            limit(edges, EDGES, "edges in the graph")
        level = sorted({x for v in level for x in result[v]})
    return result | {site: [] for site in level}


def sides_of(
    G: dict[Vertex, list[Vertex]], S: set[Vertex], below: dict[Vertex, int], item: dict[str, Any]
) -> dict[Vertex, int]:
    """The side of each vertex of G - S, and that of the edges from each vertex of S into S."""
    part = components([v, *(x for x in G[v] if x not in S)] for v in G if v not in S)
    side = {v: below[v] for v in S if below[v] != 3}
    for v in part:
        if v[0] == 0:
            side[part[v]] = side.get(part[v], 0) | below[v]
            apart = side[part[v]] != 3
            support(apart, "the separator does not separate: a component has sites of both sides")
    neutral: dict[Vertex, int] = {}
    for *vertex, choice in item["sides"]:
        v = tuple(vertex)
        support(v in G and part.get(v, v) not in side, f"sides: {vertex} is not in a neutral part")
        named = part.get(v, v) in neutral
        support(not named, f"sides: {vertex} is in a part that was named before")
        neutral[part.get(v, v)] = SIDES[choice]
    side |= neutral
    return {v: side.get(part.get(v, v), SIDES["P"]) for v in G}


def cut_bound(problem: Problem, item: dict[str, Any]) -> int:
    """N(S), or the simpler product: the sum over all choices of nu, from the output down."""
    G, P = graph(problem.layers), problem.P()
    S = {(layer, *spot) for layer, box in item["separator"] for spot in places(box)} & G.keys()
    below: dict[Vertex, int] = {}  # on which sides the sites below a vertex are
    for v in reversed(G):
        below[v] = 0 if v[0] else SIDES["P" if problem.code(*v[1:]) in P else "Q"]
        for x in G[v]:
            below[v] |= below[x]
    side = sides_of(G, S, below, item)
    output = next(iter(G))
    order = sorted(S - {output}, key=lambda v: (-v[0], v))
    mixed = [output, *(v for v in order if below[v] == 3)]
    degrees = degree_forms(G, S, side, {v: k for k, v in enumerate(mixed)})
    total = leaves = 0
    stack: list[tuple[int, tuple[int, ...], int]] = [(0, (1,), 1)]
    while stack:
        position, nu, weight = stack.pop()
        if position == len(order):
            total, leaves = total + weight, leaves + 1
            continue
        v = order[position]
        spend(10 + 4 * sum(map(len, degrees[v])))
        k_P, k_Q = (sum(nu[k] * n for k, n in form.items()) for form in degrees[v])
        size = problem.layers[v[0] - 1].channels if v[0] else problem.M
        options = weights_of(v[0] == 0, below[v], size, k_P, k_Q, item["form"])
        limit(leaves + len(stack) + len(options), CHOICES, "choices in a sum")
        spend(len(options) * len(nu))
        for n, factor in options:
            added = (*nu, n) if below[v] == 3 else nu
            stack.append((position + 1, added, times(weight, factor)))
    return total


Form = dict[
    int, int
]  # a sum of coefficient * nu: of the root (0) and of the mixed vertices of S (from 1)


def degree_forms(
    G: dict[Vertex, list[Vertex]], S: set[Vertex], side: dict[Vertex, int], index: dict[Vertex, int]
) -> dict[Vertex, tuple[Form, Form]]:
    """k_P and k_Q of the vertices of S as forms in nu: the paths down to them without others of S."""
    degrees: dict[Vertex, tuple[Form, Form]] = {v: ({}, {}) for v in S}
    inner: dict[Vertex, Form] = {}
    for v in G:
        form = {index[v]: 1} if v in index else inner.pop(v, {})
        for x in G[v]:
            onto = degrees[x][side[x if v in S else v] - 1] if x in S else inner.setdefault(x, {})
            spend(10 + 20 * len(form))
            for k, n in form.items():
                onto[k] = onto.get(k, 0) + n
    return degrees


def weights_of(
    is_site: bool, below: int, size: int, k_P: int, k_Q: int, form: str
) -> list[tuple[int, int]]:
    """The choices of nu at a vertex of S, with their weights."""
    if below != 3:
        k = k_Q if below == SIDES["P"] else k_P
        return [(0, (size if k else 1) if is_site else binomial(size + k, k))]
    if form == "product":
        return [(k_P + k_Q, times(binomial(size + k_P, k_P), binomial(size + k_Q, k_Q)))]
    limit((k_P + 1) * (k_Q + 1), CHOICES, "choices in a sum")
    monomials = [binomial(size + i - 1, i) for i in range(max(k_P, k_Q) + 1)]
    weights = [0] * (k_P + k_Q + 1)
    for i, j in product(range(k_P + 1), range(k_Q + 1)):
        weights[i + j] += times(monomials[i], monomials[j])
    return list(enumerate(weights))


def binomial(n: int, k: int) -> int:
    k = min(k, n - k)
    limit(k * n.bit_length(), 2**20, "bits in a binomial coefficient")
    spend(1 + k * n.bit_length())
    return math.comb(n, k)


def times(x: int, y: int) -> int:
    limit(x.bit_length() + y.bit_length(), VALUE_BITS, "bits in a bound")
    spend(4 + (x.bit_length() * y.bit_length() + x.bit_length() * 16) // 2**16)
    return x * y


# ---------------------------------------------------------------- the claim and its evidence

LEMMAS = {"factored": "products", "minor": "reduction", "size": "size", "cut": "separators"}


def integer_of(powers: Powers) -> int:
    bits = sum(exponent * (base - 1).bit_length() for base, exponent in powers)
    limit(bits, VALUE_BITS, "bits in a value")
    spend(bits + len(powers) * (1 + bits // 4096))
    return math.prod(base**exponent for base, exponent in powers if base > 1)


def read_evidence(item: dict[str, Any], where: str, problem: Problem) -> Assignment | None:
    """Checks what the shapes leave open; returns the assignment that the item holds."""
    layers, grid = problem.layers, (problem.H, problem.W)
    for minor in [item, *(listed["minor"] for listed in item.get("classes", []))]:
        square = len(minor.get("rows", [0])) == len(minor.get("columns", [0])) > 0
        need(square, f"{where}: rows and columns are no square")
    for listed in item.get("classes", []):
        for r, c in listed["rows"] + listed["columns"]:
            need(r < grid[0] and c < grid[1], f"{where}: a site of a class is outside the grid")
    named = item.get("sides", [])
    need(
        len({choice[:3] for choice in named}) == len(named), f"{where}: sides names a vertex twice"
    )
    volumes = [((layer, layer + 1), *box) for layer, box in item.get("separator", [])]
    for (layer, _), *box in [*volumes, *(((k, 0), (r, r + 1), (c, c + 1)) for k, r, c, _ in named)]:
        need(layer <= len(layers), f"{where}: there is no such layer")
        inside(box, layers[layer - 1].size if layer else grid, where)
    need(disjoint(volumes), f"{where}: the boxes of the separator overlap")
    if item["kind"] == "minor":
        limit(len(item["rows"]), MINOR_ROWS, f"rows: {where}")
        for key, sites in zip(("rows", "columns"), problem.sites(), strict=True):
            fits = item[key][-1] < integer_of([(problem.M, sites)])
            need(fits, f"{where}: {key} outside the matrix")
    return read_assignment(item["assignment"], layers) if "assignment" in item else None


def bounds(
    problem: Problem,
    item: dict[str, Any],
    point: Assignment | None,
    claim: dict[str, Any],
    here: bool,
) -> tuple[Powers | None, Powers | None]:
    """What one item proves, from below and from above. here: it is about the claim's parameters."""
    if point is None:
        if item["kind"] == "size":
            return None, [(problem.M, min(problem.sites()))]
        support(cut_bound(problem, item) == item["bound"], "the bound is not N(S)")
        return None, [(item["bound"], 1)]
    fits = claim["weights"] != "shared" or point.shared
    support(fits, "the claim is about shared weights, and the assignment is unshared")
    if item["kind"] == "factored":
        exact = claim["of"] == AT_POINT and here
        lower, upper = check_factored(problem, point, item["classes"], exact)
        return (lower, upper) if here else (None, None)
    regular = nonsingular(minor_rows(problem, point, item), item["prime"])
    support(regular, f"the minor is 0 modulo {item['prime']}")
    return ([(len(item["rows"]), 1)] if here else None), None


def check(document: Json) -> str:
    """The verdict line of a certificate, given as parsed JSON; raises Unreadable, Invalid or TooLarge."""
    spent[0] = 0
    need(type(document) is dict and document.get("format") == FORMAT, f"the format is not {FORMAT}")
    producer = document.get("producer", "")
    need(type(producer) is str and len(producer) <= 200, "producer is no string of 200 characters")
    top = shaped({k: x for k, x in document.items() if k != "producer"}, CERTIFICATE, "the file")
    claim, items = top["claim"], top["evidence"]
    problem = read_problem(top["network"], top["partition"]["P"])
    need((claim["weights"] is None) == (claim["of"] == AT_POINT), "weights do not fit the claim")
    points = [read_evidence(x, f"evidence {k}", problem) for k, x in enumerate(items)]
    meant = next((x["assignment"] for x in items if "assignment" in x), None)
    known = claim["of"] == GENERIC or meant is not None
    support(known, "no evidence holds the assignment that the claim is about")
    low: tuple[int, str] = (-1, "")
    high: tuple[float, str] = (math.inf, "")
    for k, (item, point) in enumerate(zip(items, points, strict=True)):
        here = claim["of"] == GENERIC or item.get("assignment", meant) == meant
        try:
            lower, upper = bounds(problem, item, point, claim, here)
        except Invalid as error:
            raise Invalid(f"evidence {k}: {error}") from None
        low = low if lower is None else max(low, (integer_of(lower), LEMMAS[item["kind"]]))
        high = high if upper is None else min(high, (integer_of(upper), LEMMAS[item["kind"]]))
    if low[0] > high[0]:
        raise RuntimeError("two proved bounds contradict each other")
    value, relation = integer_of(claim["value"]), claim["relation"]
    for sign, proved in (">=", value <= low[0]), ("<=", value >= high[0]):
        needed = relation in (sign, "=")
        support(
            proved or not needed, f"the evidence does not imply that the rank is {sign} the value"
        )
    lemmas = {">=": [low[1]], "<=": [high[1]], "=": [low[1], high[1]]}[relation]
    lemmas += ["measure zero"] if claim["of"] == GENERIC and relation != "<=" else []
    return f"VALID: {statement(problem, claim)}; by the lemmas: {', '.join(dict.fromkeys(lemmas))}"


def statement(problem: Problem, claim: dict[str, Any]) -> str:
    """The claim in full."""
    value = " * ".join(str(b) if e == 1 else f"{b}^{e}" for b, e in claim["value"]) or "1"
    layers = ", ".join(
        "{}x{}/{}x{}:{}".format(*x.window, *x.stride, x.channels) for x in problem.layers
    )
    everywhere = f"for almost all real parameters with {claim['weights']} weights"
    where = everywhere if claim["weights"] else "over Q at the parameters of the certificate"
    boxes = " + ".join(
        f"rows {top}..{bottom - 1} x columns {left}..{right - 1}"
        for (top, bottom), (left, right) in problem.boxes
    )
    return (
        f"rank {claim['relation']} {value} {where}; network: M = {problem.M}, {problem.H} x "
        f"{problem.W} sites, layers (window/stride:channels) {layers}; "
        f"partition: P = {boxes or 'no site'}, Q = the rest"
    )


# ---------------------------------------------------------------- the command line

WORDS = {0: "VALID", 1: "INVALID", 2: "UNREADABLE", 4: "COULD NOT FINISH"}


def load(name: str) -> Json:
    try:
        with Path(name).open("rb") as file:
            data = file.read(FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise Unreadable(f"cannot be read: {error!a}") from None
    limit(len(data), FILE_BYTES, "bytes in the file")
    return read(data)


def verdict(name: str) -> tuple[int, str]:
    """Exit status and line of one file; never raises."""
    try:
        return 0, check(load(name))
    except (Invalid, Unreadable, TooLarge) as error:
        status = {Invalid: 1, Unreadable: 2, TooLarge: 4}[type(error)]
        return status, f"{WORDS[status]}: {error}"
    except Exception as error:
        return 4, f"{WORDS[4]}: a fault or no memory, {type(error).__name__}: {str(error)[:200]!a}"


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
        tally = [f"{results.count(k)} {word}" for k, word in WORDS.items() if k in results]
        print(f"{len(names)} files: {', '.join(tally)}", file=sys.stderr)
    return next((status for status in (1, 4, 2) if status in results), 0)


if __name__ == "__main__":
    sys.exit(main())
