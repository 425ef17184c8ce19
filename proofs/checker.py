"""Checks certificates about ranks of convolutional arithmetic circuits. One file, standard library only.

Run it as `python proofs/checker.py [--trace] FILE...`. The format is `convac-certificate/1`
(docs/certificate.md); section numbers refer to docs/THEORY.md.

*What VALID means.* The certificate names a network, a partition (P, Q) of its sites, and a number. For the
matricization A of the network's grid tensor across (P, Q) the line that starts with VALID states a theorem,
rank A >= value (or <=, =), for all real parameters but a set of measure zero, or over Q at the parameters
of the certificate. All numbers were computed here from the network, the partition and the parameters; what
the file stores (tables, determinants, bounds) is compared and never believed. The line names its lemmas:

    products      Write a function as a product of factors. Dropping a factor without zeros that lives on
                  one side scales rows or columns; what is left is, up to scaling, the Kronecker product of
                  the matrices of the connected components, and its rank the product of theirs (3.4).
    reduction     A minor that is not 0 modulo a prime is not 0 (3.3).
    measure zero  The zeros of a nonzero polynomial have measure zero; so a minor that is not 0 at one point
                  is not 0 almost everywhere (3.3). A shared point is also a point of unshared parameters.
    size          A rank is at most the number of rows and of columns.
    separators    rank A <= N(S) for every separating set S and all parameters over any field (9).

It relies on them, Python's integers, `json` (syntax), `fractions` and `hashlib.shake_256`. Exit status:
0 VALID, 1 INVALID, 2 UNREADABLE (no certificate), 4 COULD NOT FINISH (too large, a fault in here, or no way
to write the answer). With --trace it also prints what it recomputed, for people.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import cache
from itertools import pairwise, product
from operator import mul
from pathlib import Path
from typing import Any, NamedTuple

Place = tuple[int, int]  # row and column of a site or location
Sites = tuple[Place, ...]
Table = tuple[int, ...]  # the entries of a function of some sites, the last site fastest
Factors = dict[Sites, Table]  # a product of functions
Channel = tuple[int, int, int, int]  # layer, row, column, channel; in layer 0 a site and a template
Value = tuple[Fraction, tuple[int, ...]]  # scalar * factors, by their numbers
Powers = list[tuple[int, int]]  # a product of base^exponent
Net = list[dict[str, Any]]  # layers with their size; layer 0 is the grid of sites

FORMAT = "convac-certificate/1"
SHARED = "almost all real parameters with shared weights"
UNSHARED = "almost all real parameters with unshared weights"
AT_POINT = "the parameters of the evidence, over Q"
LEMMAS = {"factored": "products", "minor": "reduction", "random minor": "reduction"}
INVALID, UNREADABLE, LARGE = 1, 2, 4
WORDS = {0: "VALID", INVALID: "INVALID", UNREADABLE: "UNREADABLE", LARGE: "COULD NOT FINISH"}

# In words, P has up to so many boxes, or so many letters.
BOXES, LETTERS = 4, 400

# The limits of the format.
FILE_BYTES, SITES, TEMPLATES, LAYERS, POSITIONS = 2**24, 2**20, 1024, 64, 2**31
NUMBER_BITS, VALUE_BITS, TABLE, TABLE_SITES, TERMS, ROWS = 2**16, 2**26, 10**5, 17, 10**5, 1024
STEPS = 3 * 10**9
# The bytes that these occupy: a number in a list, a weight, a factor, a place that an entry names, a value
# of the evaluation, an edge of the graph G.
NUMBER, WEIGHT, FACTOR, PLACE, VALUE, EDGE = 40, 150, 300, 450, 400, 700
spent = [0]
told: list[str] = []  # what --trace prints
evaluated: list[
    Any
] = []  # the factors of the evidence `factored`, for those who read on after `check`


class Refused(Exception):
    """The exit status, and the first thing that is wrong."""


def need(condition: object, message: str, status: int = UNREADABLE) -> None:
    if not condition:
        raise Refused(status, message)


def limit(size: int, most: int, what: str) -> None:
    if size > most:
        raise Refused(LARGE, f"more than {most} {what}")


def spend(steps: int, bits: int = 0) -> None:
    """Counts steps, so that a hostile file ends in time and memory. A step is 0.1 microseconds, as a small
    operation takes, or a byte that stays. Every loop below pays here, for operations on numbers of so
    many bits.
    """
    limit(bits, NUMBER_BITS, "bits in a number")
    spent[0] += steps * (256 + bits) ** 2 // 2**16
    limit(spent[0], STEPS, "steps")


def length(x: int | Fraction) -> int:
    return x.numerator.bit_length() + x.denominator.bit_length()


def longest(table: Iterable[int]) -> int:
    """The bits of the longest entry."""
    return max(map(int.bit_length, table), default=0)


def say(line: str) -> None:
    if len(told) < 1000:
        told.append(line)


def shown(numbers: Sequence[int], most: int = 16) -> str:
    """Numbers as --trace prints them: the first of many, and of long ones their length."""
    words = [str(x) if abs(x) < 2**64 else f"({x.bit_length()} bits)" for x in numbers[:most]]
    return " ".join(words) + (f" ... ({len(numbers)} of them)" if len(numbers) > most else "")


# ---------------------------------------------------------------- the grammar of the format
def read(data: bytes) -> Any:
    """JSON without repeated keys. What is no integer, or a long one, stays so: out of every range below."""

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        need(len(dict(pairs)) == len(pairs), "an object repeats a key")
        return dict(pairs)

    hooks: dict[str, Any] = {"object_pairs_hook": members, "parse_float": lambda _: None}
    try:
        return json.loads(data.decode("utf-8"), parse_int=lambda x: int(x[:18]), **hooks)
    except (RecursionError, ValueError) as error:
        raise Refused(UNREADABLE, f"no JSON in UTF-8, or nested too deeply: {error}") from None


def match(x: Any, shape: Any, where: str) -> None:
    """Compares a value with a shape: a range of integers, a regular expression for a string, a dict (an
    object with these keys; those with a question mark may be missing), a tuple (a list of fixed length)
    or a list of one shape (any length).
    """
    good: Any
    if isinstance(shape, range):
        good, wanted = type(x) is int and x in shape, f"integer from {shape[0]} to {shape[-1]}"
    elif isinstance(shape, str):
        good, wanted = type(x) is str and re.fullmatch(shape, x), f"string of the form {shape}"
    elif isinstance(shape, dict):
        good, wanted = type(x) is dict, "object"
    else:
        shape = shape * len(x) if isinstance(shape, list) and type(x) is list else shape
        good, wanted = type(x) is list and len(x) == len(shape), f"list (of {len(shape)})"
    if not good:
        given = ascii(x)[:17] if type(x) in (int, str) else type(x).__name__
        raise Refused(UNREADABLE, f"{where} is no {wanted}: {given}{'...' * (len(given) > 16)}")
    if isinstance(shape, dict):
        known = {key.removesuffix("?"): key for key in shape}
        missing = {key for key, name in known.items() if key == name} - x.keys()
        odd = sorted(missing | x.keys() - known.keys())
        need(not odd, f"{where}: a key is missing or unknown: {''.join(odd[:1])[:40]!a}")
        for key, y in x.items():
            match(y, shape[known[key]], f"{where}: {key}")
    elif isinstance(shape, list | tuple):
        for k, y in enumerate(x):
            match(y, shape[k], f"{where} {k}")


COUNT, SIZE, POSITIVE = range(2**53), range(1, 2**53), "[1-9][0-9]{0,3999}"
INTEGER, NUMERAL = f"0|-?{POSITIVE}", f"(0|-?{POSITIVE})(/{POSITIVE})?"
FOR = f"{SHARED}|{UNSHARED}|{AT_POINT}"
SPAN, SIZES, VERTEX = (COUNT, COUNT), (SIZE, SIZE), (COUNT, COUNT, COUNT)
LAYER = {
    "window": SIZES,
    "stride": SIZES,
    "channels": SIZE,
    "dilation?": SIZES,
    "padding?": (COUNT, COUNT),
    "size?": SIZES,
    "groups?": SIZE,
}
ENTRY = {"layer": SIZE, "channels": SPAN, "offsets": (SPAN, SPAN), "locations": (SPAN, SPAN)}
ASSIGNMENT = {"assignment": [{**ENTRY, "weights": [(COUNT, NUMERAL)], "bias": NUMERAL}]}
MINOR = {"rows": [COUNT], "columns": [COUNT], "determinant": INTEGER}
CLASS = {"rows": [SPAN], "columns": [SPAN], "count": SIZE, "table": [INTEGER], "minor": MINOR}
MODULAR = {"prime": POSITIVE, "rows": [INTEGER], "columns": [INTEGER]}
EVIDENCE = {
    "factored": [{**ASSIGNMENT, "classes": [CLASS]}],
    "minor": [{**ASSIGNMENT, **MODULAR}],
    "random minor": [{"seed": COUNT, **MODULAR}],
    "cut": [{"separator": [VERTEX], "on Q": [VERTEX], "form": "sum|product", "bound": POSITIVE}],
}
CERTIFICATE = {
    "format": FORMAT,
    "producer": r"[^\ud800-\udfff]{0,200}",  # half a surrogate pair is no character
    "network": {"M": SIZE, "H": SIZE, "W": SIZE, "layers": [LAYER]},
    "partition": {"P": [(SPAN, SPAN)]},
    "claim": {"for": FOR, "relation": ">=|<=|=", "value": [(POSITIVE, COUNT)]},
    "evidence": EVIDENCE,
}


# ---------------------------------------------------------------- the network and its parameters (1)
class Row(NamedTuple):
    """The row of W and the bias that an entry gives to all its places; weights 0 are left out."""

    channels: list[int]
    weights: Sequence[Fraction | int]
    bias: Fraction | int


Rows = dict[Channel, dict[Place, Row]]  # what is named, by window offset


def points(spans: Sequence[Sequence[int]], ends: Sequence[int], where: str) -> Iterable[Any]:
    """The points of a box, which must lie between 0 and these ends."""
    for (first, end), most in zip(spans, ends, strict=True):
        need(first < end <= most, f"{where}: [{first}, {end}] is empty or outside")
    # Of longer positions very many could be chosen whose tuples have one and the same hash.
    limit(max(end for _, end in spans), POSITIONS, "channels or offsets before one that is named")
    spend(PLACE * math.prod(end - first for first, end in spans))
    return product(*(range(*span) for span in spans))


def layers_of(network: Any) -> Net:
    """Location (u, v) sees (S u - a + d i, T v - b + e j) below, if inside, for all (i, j) in the window:
    the padding is (a, b) and the dilation (d, e). A channel sees those of its group.
    """
    size = network["H"], network["W"]
    limit(math.prod(size), SITES, "sites")
    limit(network["M"], TEMPLATES, "templates")
    limit(len(network["layers"]), LAYERS, "layers")
    layers: Net = [{"size": size, "channels": network["M"]}]
    for item in network["layers"]:
        plain = -(-size[0] // item["stride"][0]), -(-size[1] // item["stride"][1])
        size = tuple(item.get("size", plain))
        limit(math.prod(size), SITES, "locations of a layer")
        usual = {"dilation": (1, 1), "padding": (0, 0), "groups": 1}
        below, layer = layers[-1], {**usual, **item, "size": size}
        divided = (
            not layer["channels"] % layer["groups"] and not below["channels"] % layer["groups"]
        )
        need(divided, "the groups of a layer do not divide its channels, or those below")
        layers.append(layer)
    need(len(layers) > 1, "there is no layer")
    need(size == (1, 1), "the output of the last layer is not 1 x 1")
    return layers


def entered(entries: Any, layers: Net) -> tuple[Rows, bool]:
    """The parameters that are named, and whether they are shared."""
    rows: Rows = defaultdict(dict)
    for k, entry in enumerate(entries):
        number, where = entry["layer"], f"entry {k}"
        need(number < len(layers), f"{where}: there is no layer {number}")
        layer, named = layers[number], [d for d, _ in entry["weights"]]
        known = max(named, default=0) < layers[number - 1]["channels"]
        known = known and len(set(named)) == len(named)
        need(known, f"{where}: an input channel does not exist, or is there twice")
        limit(max(named, default=0), POSITIONS, "input channels before one that is named")
        spend(WEIGHT * len(named))
        weights = {d: Fraction(w) for d, w in entry["weights"] if w[0] != "0"}
        row = Row(list(weights), list(weights.values()), Fraction(entry["bias"]))
        spans = *entry["locations"], entry["channels"], *entry["offsets"]
        ends = *layer["size"], layer["channels"], *layer["window"]
        for u, v, c, i, j in points(spans, ends, where):
            offsets = rows[number, u, v, c]
            need((i, j) not in offsets, f"{where}: a place is named twice")
            offsets[i, j] = row
    full = [[[0, n] for n in layer["size"]] for layer in layers]
    return rows, all(entry["locations"] == full[entry["layer"]] for entry in entries)


def within_groups(entries: Any, layers: Net) -> bool:
    """Whether no weight joins channels of two groups."""
    for entry in entries:
        layer, below = layers[entry["layer"]], layers[entry["layer"] - 1]
        outputs, inputs = (x["channels"] // layer["groups"] for x in (layer, below))
        first, end = entry["channels"]
        spend(len(entry["weights"]))
        met = {d // inputs for d, w in entry["weights"] if w[0] != "0"}
        if layer["groups"] > 1 and met and met != {first // outputs, (end - 1) // outputs}:
            return False
    return True


def seeded(seed: int, p: int, shared: bool, layers: Net) -> Rows:
    """Parameters read from SHAKE-256, in the order that the format fixes."""
    rows: Rows = defaultdict(dict)
    for number, (below, layer) in enumerate(pairwise(layers), 1):
        size = (1, 1) if shared else layer["size"]
        places = math.prod((*size, *layer["window"], layer["channels"]))
        outputs, inputs = (x["channels"] // layer["groups"] for x in (layer, below))
        spend(places * (PLACE + WEIGHT * (inputs + 1)))
        spend(PLACE * math.prod(layer["size"]) * layer["channels"])
        text = f"convac-random/1 seed={seed} field={p} layer={number}"
        data = hashlib.shake_256(text.encode("ascii")).digest(16 * places * (inputs + 1))
        stream = (int.from_bytes(data[k : k + 16], "big") % p for k in range(0, len(data), 16))
        for u, v, i, j, c in product(*map(range, (*size, *layer["window"], layer["channels"]))):
            group = range(c // outputs * inputs, (c // outputs + 1) * inputs)
            weights = {d: w for d in group if (w := next(stream))}
            row = Row(list(weights), list(weights.values()), next(stream))
            rows[number, u, v, c][i, j] = row
        for u, v, c in product(*map(range, (*layer["size"], layer["channels"]))):
            rows[number, u, v, c] = rows[number, u % size[0], v % size[1], c]
    return rows


# ---------------------------------------------------------------- the evaluation
def seen(layers: Net, rows: Rows, channel: Channel) -> Iterator[tuple[Row, list[Channel]]]:
    """What a channel is a product of: for each named offset the row, and the channels below that its
    weights are applied to, none where the offset is outside the input.
    """
    number, u, v, _ = channel
    layer, (height, width) = layers[number], layers[number - 1]["size"]
    (S, T), (a, b), (d, e) = layer["stride"], layer["padding"], layer["dilation"]
    top, left = S * u - a, T * v - b
    for (i, j), row in rows.get(channel, {}).items():
        r, c = top + d * i, left + e * j
        spend(10 + 3 * len(row.channels))
        inside = 0 <= r < height and 0 <= c < width
        yield row, [(number - 1, r, c, k) for k in row.channels] if inside else []


def met(layers: Net, rows: Rows) -> list[list[Channel]]:
    """The channels that the output depends on, layer by layer: what the evaluation meets."""
    found: list[set[Channel]] = [set() for _ in layers]
    found[-1].add((len(layers) - 1, 0, 0, 0))
    for number in range(len(layers) - 1, 0, -1):
        for channel in found[number]:
            for _, below in seen(layers, rows, channel):
                before = len(found[number - 1])
                found[number - 1].update(below)
                spend(VALUE * (len(found[number - 1]) - before))
    return [sorted(level) for level in found]


def evaluate(layers: Net, rows: Rows, needed: list[list[Channel]], algebra: Any) -> Iterator[Any]:
    """The channels that are met, layer by layer, and at last the parts that the output is a product of, one
    by one: with the product of their scalars, which nobody needs, a window of 10^5 offsets would be past
    the limits. The algebra says what a function is: leaf(site, d) = [the site carries template d],
    affine(row, inputs) = the sum of weight * input and the bias, and multiply(functions).
    """
    values = {leaf: algebra.leaf(leaf[1:3], leaf[3]) for leaf in needed[0]}

    def parts(channel: Channel) -> Iterator[Any]:
        for row, below in seen(layers, rows, channel):
            yield algebra.affine(row, [values[x] for x in below])

    for level in needed[1:-1]:
        values = {channel: algebra.multiply(parts(channel)) for channel in level}
    return parts(needed[-1][0])


# ---------------------------------------------------------------- evidence: factored (3.4)
def primitive(table: Sequence[int]) -> tuple[int, Table]:
    """A table as content * integers without a common divisor whose first nonzero one is positive."""
    spend(2 * len(table), longest(table))
    content = math.gcd(*table) * (-1 if next(filter(None, table), 0) < 0 else 1)
    return content, tuple([x // (content or 1) for x in table])


def multiplied(M: int, factors: Any, sites: Sequence[Place], scalar: int = 1) -> list[int]:
    """A product of factors as a table on these sites, in any order, the last one fastest."""
    limit(len(sites), TABLE_SITES, "sites of a table")
    limit(M ** len(sites), TABLE, "entries in a table")
    column = [scalar] * M ** len(sites)
    for scope, table in factors:
        at = [0]  # where the factor's table has the entry, for the templates of the sites so far
        for site in sites:
            step = M ** (len(scope) - 1 - scope.index(site)) if site in scope else 0
            at = [k + step * d for k in at for d in range(M)]
        spend(4 * len(column), longest(column) + longest(table))
        column = [x * table[k] for x, k in zip(column, at, strict=True)]
    return column


class Products:
    """The algebra of functions scalar * product of factors: a value is a fraction and the ascending numbers
    of the factors, each of which stands for (sites, table). So long tables are hashed once, and as text:
    the hash of a string has a secret key, and no file can make many of them collide.
    """

    def __init__(self, M: int) -> None:
        self.M = M
        self.factors: list[tuple[Sites, Table]] = []
        self.numbers: dict[str, int] = {}
        self.constants: set[int] = set()

    def number(self, sites: Sites, table: Table) -> int:
        spend(FACTOR + NUMBER * len(table), longest(table))
        number = self.numbers.setdefault(f"{sites}{[*map(hex, table)]}", len(self.factors))
        if number == len(self.factors):
            self.factors.append((sites, table))
            if all(x == 1 for x in table):
                self.constants.add(number)
        return number

    def leaf(self, site: Place, d: int) -> Value:
        return Fraction(1), (self.number((site,), tuple([int(d == e) for e in range(self.M)])),)

    def multiply(self, values: Iterable[Value]) -> Value:
        """Joins the factors, and multiplies those on the same sites."""
        scalar, joined = Fraction(1), dict[Sites, int]()
        for other, factors in values:
            spend(20, length(scalar) + length(other))
            scalar *= other
            spend(NUMBER * len(factors))
            for number in factors:
                sites, table = self.factors[number]
                if sites in joined:
                    _, first = self.factors[joined[sites]]
                    spend(2 * len(table), longest(table) + longest(first))
                    content, table = primitive(list(map(mul, first, table)))
                    spend(20, length(scalar) + length(content))
                    scalar *= content
                    number = self.number(sites, table)
                joined[sites] = number
        return scalar, tuple(sorted(x for x in joined.values() if x not in self.constants))

    def affine(self, row: Row, inputs: Sequence[Value]) -> Value:
        """Collects equal products, the bias with the empty one, and drops those that cancel. Of several it
        takes out common factors, multiplies out the others, and removes the sites that do not matter.
        """
        collected: dict[str, Value] = {"()": (Fraction(row.bias), ())}
        for weight, (scalar, factors) in zip(row.weights, inputs, strict=False):
            key = str(factors)
            total = collected.get(key, (Fraction(0), ()))[0]
            spend(40 + 2 * len(factors), length(weight) + length(scalar) + length(total))
            collected[key] = total + weight * scalar, factors
        summands = [(c, factors) for c, factors in collected.values() if c]
        return self.added(summands) if len(summands) > 1 else (*summands, (Fraction(0), ()))[0]

    def added(self, summands: list[Value]) -> Value:
        """The sum of several, with the common factors taken out."""
        spend(sum(60 * len(factors) for _, factors in summands))
        common = set.intersection(*(set(factors) for _, factors in summands))
        rest = [[self.factors[n] for n in factors if n not in common] for _, factors in summands]
        sites, denominator = sorted({site for x in rest for scope, _ in x for site in scope}), 1
        total = multiplied(self.M, [], sites, 0)
        for c, _ in summands:
            spend(20, length(denominator) + length(c))
            denominator = math.lcm(denominator, c.denominator)
        for (c, _), factors in zip(summands, rest, strict=True):
            column = multiplied(self.M, factors, sites, int(c * denominator))
            spend(2 * len(total), longest(column) + longest(total))
            total = [x + y for x, y in zip(total, column, strict=True)]
        spend(2 * len(total) * (1 + len(sites)), longest(total))
        for k in reversed(range(len(sites))):
            # The table has blocks of entries, one for each template of site k.
            block = self.M ** (len(sites) - 1 - k)
            if all(x == total[a - a // block % self.M * block] for a, x in enumerate(total)):
                total = [x for a, x in enumerate(total) if a // block % self.M == 0]
                del sites[k]
        content, table = primitive(total)
        scale, number = Fraction(content, denominator), self.number(tuple(sites), table)
        return self.multiply([(scale, tuple(sorted(common))), (Fraction(1), (number,))])


def factors_of(layers: Net, rows: Rows) -> Factors:
    """The factors of the network's function, up to a scalar that is not 0."""
    algebra = Products(layers[0]["channels"])
    parts = evaluate(layers, rows, met(layers, rows), algebra)
    scalar, factors = algebra.multiply((Fraction(scalar != 0), x) for scalar, x in parts)
    need(scalar, "the function of the assignment is zero", INVALID)
    return dict(algebra.factors[number] for number in factors)


def classes_of(M: int, factors: Factors, P: set[Place]) -> dict[tuple[Sites, ...], Any]:
    """The connected components of the factors that are not one-sided without zeros, by classes:
    the sites in P and in Q of the first -> how many there are, and the matrix.
    """
    around: dict[Place, Factors] = {}  # the component that a site is in
    for scope, table in factors.items():
        if 0 in table or len({site in P for site in scope}) == 2:
            joined = {scope: table}
            for site in scope:
                joined |= around.get(site, {})
            spend(FACTOR + 20 * len(joined))
            members = {site for sites in joined for site in sites}
            limit(len(members), TABLE_SITES, "sites of a cluster")
            around.update(dict.fromkeys(members, joined))
    found: dict[str, tuple[tuple[Sites, ...], int, Any]] = {}
    for group in sorted({id(group): group for group in around.values()}.values(), key=min):
        sites = sorted({site for scope in group for site in scope})
        sides = tuple(tuple(s for s in sites if (s in P) is side) for side in (True, False))
        content, table = primitive(multiplied(M, group.items(), sides[0] + sides[1]))
        need(content, "the function of the assignment is zero", INVALID)
        spend(NUMBER * len(table), longest(table))
        width, (top, left) = M ** len(sides[1]), sites[0]
        matrix = tuple(table[k : k + width] for k in range(0, len(table), width))
        translated = [(r - top, c - left, (r, c) in P) for r, c in sites]
        key = f"{translated}{[*map(hex, table)]}"
        first, count, _ = found.get(key, (sides, 0, None))
        found[key] = first, count + 1, matrix
    clusters = sum(count for _, count, _ in found.values())
    say(
        f"the function is a product of {len(factors)} factors, up to a scalar; those that join P and Q"
    )
    say(f"or have zeros form {clusters} clusters, in {len(found)} classes of equal ones")
    return {first: (count, matrix) for first, count, matrix in found.values()}


def chosen(item: Any, height: int, width: int) -> list[list[int]]:
    """The rows and columns of a minor of a matrix of this size."""
    indices = [[int(x) for x in item[key]] for key in ("rows", "columns")]
    inside = all(0 <= r < height for r in indices[0]) and all(0 <= c < width for c in indices[1])
    need(inside, "a minor is not inside the matrix", INVALID)
    return indices


def eliminate(matrix: Sequence[Sequence[int]], p: int = 0) -> tuple[int, int]:
    """Rank and determinant (of a square matrix) by elimination without fractions.
    Over Z (p = 0) an entry is, after k steps, a minor of k + 1 rows, so that each division is exact. Modulo
    a prime p nothing is divided, and the determinant is right up to a factor.
    """
    rows = [list(row) for row in matrix]
    rank, previous, sign = 0, 1, 1
    while rows:
        head = rows.pop(0)
        column = next((k for k, x in enumerate(head) if x), None)
        spend(1 + len(head))
        if column is None:
            sign = 0
            continue
        sign *= 1 if column % 2 == 0 else -1
        pivot = head.pop(column)
        bits = 0 if p else max(longest(row) for row in (*rows, [*head, pivot]))
        spend((2 if p else 4) * len(rows) * (1 + len(head)), bits)
        for i, row in enumerate(rows):
            first = row.pop(column)
            crossed = [pivot * x - first * y for x, y in zip(row, head, strict=True)]
            rows[i] = [x % p for x in crossed] if p else [x // previous for x in crossed]
        rank, previous = rank + 1, pivot
    return rank, sign * previous


def factored_bound(unused: dict[tuple[Sites, ...], Any], listed: Any) -> Powers:
    """The bound from below by the listed classes, each of which is taken from those that were found."""
    for k, item in enumerate(listed):
        first = tuple(tuple(map(tuple, item[key])) for key in ("rows", "columns"))
        need(first in unused, f"class {k}: not found, or listed twice", INVALID)
        count, matrix = unused.pop(first)
        table = [x for row in matrix for x in row]
        say(f"class {k}: {count} clusters like the sites {first[0]} of P and {first[1]} of Q,")
        say(f"with the {len(matrix)} x {len(matrix[0])} matrix, row by row: {shown(table)}")
        need(item["count"] == count, f"class {k}: there are {count} clusters", INVALID)
        same = [int(x) for x in item["table"]] == table
        need(same, f"class {k}: the table is another one", INVALID)
        rows, columns = chosen(item["minor"], len(matrix), len(matrix[0]))
        determinant = eliminate([[matrix[r][c] for c in columns] for r in rows])[1]
        say(f"the minor of {len(rows)} rows has the determinant {shown([determinant])}")
        right = determinant != 0 and determinant == int(item["minor"]["determinant"])
        need(right, f"class {k}: the determinant is another one, or 0", INVALID)
    return [(len(item["minor"]["rows"]), item["count"]) for item in listed]


# ---------------------------------------------------------------- evidence: minor (3.3)
class Residues:
    """The algebra of functions at one row of the minor and all its columns: lists of residues modulo p."""

    def __init__(self, p: int, P: set[Place], columns: list[dict[Place, int]]) -> None:
        self.p, self.P, self.columns = p, P, columns
        self.row: dict[Place, int] = {}  # the templates of the P-sites
        self.leaf_on_Q = cache(lambda site, d: [int(x[site] == d) for x in columns])
        self.known: dict[tuple[int, bool], list[int]] = {}

    def modulo(self, row: Row, inside: bool) -> list[int]:
        """The weights that are met and the bias: once for all places of an entry."""
        key = id(row), inside  # by identity, so that long numbers are not hashed
        if key not in self.known:
            numbers = [*(row.weights if inside else []), row.bias]
            spend(20 * len(numbers), max(map(length, numbers)))
            whole = all(x.denominator % self.p for x in numbers)
            need(whole, f"the prime {self.p} divides a denominator of the assignment", INVALID)
            p = self.p
            self.known[key] = [x.numerator * pow(x.denominator, -1, p) % p for x in numbers]
        return self.known[key]

    def leaf(self, site: Place, d: int) -> list[int]:
        spend(len(self.columns))
        on_P = site in self.P
        return [int(self.row[site] == d)] * len(self.columns) if on_P else self.leaf_on_Q(site, d)

    def affine(self, row: Row, inputs: Sequence[list[int]]) -> list[int]:
        spend(len(self.columns) * (1 + len(inputs)))
        *weights, bias = self.modulo(row, bool(inputs))
        total = [bias] * len(self.columns)
        for weight, x in zip(weights, inputs, strict=True):
            total = [t + weight * y for t, y in zip(total, x, strict=True)]
        return total

    def multiply(self, parts: Iterable[list[int]]) -> list[int]:
        total = [1] * len(self.columns)
        for x in parts:
            spend(len(total))
            total = [t * y % self.p for t, y in zip(total, x, strict=True)]
        return total


def minor_matrix(layers: Net, P: set[Place], rows: Rows, item: Any) -> list[list[int]]:
    """The minor modulo the prime. A row is evaluated over all columns at once; values are lists."""
    M, grid = layers[0]["channels"], list(product(*map(range, layers[0]["size"])))
    sides: list[Any] = [[site for site in grid if (site in P) is side] for side in (True, False)]
    indices = chosen(item, *(integer_of([(M, len(side))]) for side in sides))
    needed = met(layers, rows)
    spend(len(indices[0]) * (WEIGHT * len(grid) + NUMBER * sum(map(len, needed))))
    templates: list[list[dict[Place, int]]] = [[], []]  # of each row, and of each column
    for k in (0, 1):
        for index in indices[k]:
            templates[k].append({})
            for site in reversed(sides[k]):
                index, templates[k][-1][site] = divmod(index, M)
    algebra, matrix = Residues(int(item["prime"]), P, templates[1]), []
    for row in templates[0]:
        algebra.row = row
        matrix.append(algebra.multiply(evaluate(layers, rows, needed, algebra)))
    return matrix


# ---------------------------------------------------------------- evidence: cut (9)
def graph(layers: Net) -> dict[Any, list[Any]]:
    """G, from the output down: what each (layer, row, column) sees, all offsets included."""
    G, level = {}, [(len(layers) - 1, 0, 0)]
    for layer, below in zip(layers[:0:-1], layers[-2::-1], strict=True):
        for v in level:
            shape = (layer[key] for key in ("window", "stride", "padding", "dilation"))
            axes = zip(v[1:], *shape, below["size"], strict=True)
            corners = [(S * u - a, d, R, n) for u, R, S, a, d, n in axes]
            seen = [range(max(x, x % d), min(x + d * R, n), d) for x, d, R, n in corners]
            spend(EDGE * (1 + len(seen[0]) * len(seen[1])))
            G[v] = [(v[0] - 1, r, c) for r, c in product(*seen)]
        level = sorted({x for v in level for x in G[v]})
    return G | {site: [] for site in level}


def monomials(D: int, k: Sequence[int], single: bool) -> Powers:
    """The degrees nu that a vertex of S can have, each with its weight; one for all if single."""
    bits = sum(k) * (D + sum(k)).bit_length()
    spend(1 + sum(k), bits)
    if single:
        return [(sum(k), math.prod(math.comb(D + n, n) for n in k))]
    spend(4 * (k[0] + 1) * (k[1] + 1), bits)
    on_P, on_Q = ([math.comb(D + i - 1, i) for i in range(n + 1)] for n in k)
    weights: Counter[int] = Counter()
    for (i, x), (j, y) in product(enumerate(on_P), enumerate(on_Q)):
        weights[i + j] += x * y
    return list(weights.items())


def cut_bound(layers: Net, P: set[Place], item: Any) -> int:
    """N(S), or the simpler product: a sum over degrees nu, from the output down."""
    G, output = graph(layers), (len(layers) - 1, 0, 0)
    S, on_Q = ({v for v in map(tuple, item[key]) if v in G} for key in ("separator", "on Q"))
    side: dict[Any, str] = {}  # labels
    below: dict[Any, str] = {}  # the sides of the sites below
    for v in reversed(G):
        side[v] = "PQ"[v in on_Q if v[0] else v[1:] not in P]
        below[v] = "".join(sorted({s for x in G[v] for s in below[x]})) if v[0] else side[v]
    # A mixed vertex w has a degree nu_w to choose. The root has one, too, which is 1. The output stands for
    # it, mixed or not and in S or not: its own degree is that of the root.
    mixed = {output, *(v for v in G if v in S and below[v] == "PQ")}
    expanded = mixed & S
    # degrees[v, side]: the paths from the mixed vertices w, or the root, down to v; a form in the nu_w
    degrees: dict[Any, Counter[Any]] = defaultdict(Counter)
    degrees[output, side[output]][output] = 1
    for v in G:
        runs = {} if v in S else {s: degrees[v, s] for s in "PQ" if degrees[v, s]}
        seen = v[0] or all(s == side[v] for s in runs)
        need(seen, f"no separator: site {v[1:]} is seen on the other side", INVALID)
        for x in G[v]:
            for run, form in ({side[x]: Counter([v])} if v in expanded else runs).items():
                spend(100 * len(form))
                if x not in S or below[x] != run:  # a pure one is a function of its own side
                    degrees[x, run].update(form)
            spend(20)
    say(f"G has {len(G)} vertices; outside S each label sees sites of its side; the vertices of S:")
    terms: dict[Any, int] = {((output, 1),): 1}
    for v in [v for v in G if v in S and v != output]:
        longer: dict[Any, int] = defaultdict(int)
        for choice, weight in terms.items():
            nu, D = dict(choice), layers[v[0]]["channels"]
            k = [sum(nu[w] * n for w, n in degrees[v, s].items()) for s in "PQ"]
            single = v not in mixed or item["form"] == "product"
            for degree, factor in monomials(D, k, single) if v[0] else [(0, D if any(k) else 1)]:
                key = (*choice, (v, degree)) if v in mixed else choice
                spend(20 + 20 * len(key))
                spend(4, length(weight) + length(factor))
                longer[key] += weight * factor
            limit(len(longer), TERMS, "terms in a sum")
        terms = longer
        say(f"{v}, above sites of {' and '.join(below[v]) or 'neither side'}: {len(terms)} terms")
    total = sum(terms.values())
    say(f"N(S) = {shown([total])}")
    return total


# ---------------------------------------------------------------- the claim and its evidence
def integer_of(powers: Powers) -> int:
    bits = sum(exponent * (base - 1).bit_length() for base, exponent in powers)
    limit(bits, VALUE_BITS, "bits in a value")
    spend(bits * (2 + len(powers)))
    return math.prod(base**exponent for base, exponent in powers if base > 1)


def within(name: str, step: Any, *arguments: Any) -> Any:
    """Takes a step, and says where it is refused."""
    try:
        return step(*arguments)
    except Refused as error:
        raise Refused(error.args[0], f"{name}: {error.args[1]}") from None


def parameters_of(layers: Net, item: Any) -> tuple[Rows, bool]:
    """The parameters that an item of evidence names, and whether they are shared; checks its format."""
    for minor in [item] if "prime" in item else [x["minor"] for x in item.get("classes", [])]:
        height, width = len(minor["rows"]), len(minor["columns"])
        need(height == width > 0, "a minor is no square of one row at least")
        limit(height, ROWS, "rows in a minor")
    p = int(item.get("prime", "2"))
    need(1 < p < 2**31, "the prime is not from 2 to 2^31 - 1")
    spend(math.isqrt(p))
    need(all(p % d for d in range(2, math.isqrt(p) + 1)), f"{p} is not prime")
    return entered(item.get("assignment", []), layers)


def bounds(layers: Net, P: set[Place], at: str, kind: str, item: Any, named: Any) -> Any:
    """What one item of evidence proves, from below and from above: pairs of a relation and powers."""
    rows, shared = named
    need(shared or at != SHARED, "the claim is about shared weights, these are not", INVALID)
    joined = within_groups(item.get("assignment", []), layers)
    need(joined, "a weight joins channels of two groups", INVALID)
    if kind == "cut":
        need(cut_bound(layers, P, item) == int(item["bound"]), "the bound is not N(S)", INVALID)
        return [("<=", [(int(item["bound"]), 1)])]
    if kind == "random minor":
        rows = seeded(item["seed"], int(item["prime"]), at == SHARED, layers)
    say(f"{sum(map(len, rows.values()))} places have weights and a bias, all others are neutral")
    if kind != "factored":
        matrix, p = minor_matrix(layers, P, rows, item), int(item["prime"])
        rank = eliminate(matrix, p)[0]
        say(f"the minor has the rank {rank} modulo {p}; its first row is {shown(matrix[0])}")
        need(rank == len(matrix), f"the minor is 0 modulo {p}", INVALID)
        return [(">=", [(rank, 1)])]
    evaluated.append(factors_of(layers, rows))
    found = classes_of(layers[0]["channels"], evaluated[-1], P)
    bound = [(">=", factored_bound(dict(found), item["classes"]))]
    if at != AT_POINT:
        return bound
    ranks = [(eliminate(matrix)[0], count) for count, matrix in found.values()]
    say(f"the classes have the ranks {shown([rank for rank, _ in ranks])}")
    return [*bound, (">=", ranks), ("<=", ranks)]


def readable(document: Any) -> tuple[Net, set[Place], list[tuple[str, str, Any, Any]]]:
    """The network, P and the evidence (name, kind, item, parameters) of a certificate, given as parsed
    JSON. All that is a matter of the format is looked at here, and nowhere below; raises Refused.
    """
    spent[0] = 0
    told.clear()
    evaluated.clear()
    need(type(document) is dict and document.get("format") == FORMAT, f"the format is not {FORMAT}")
    match({"producer": "", **document}, CERTIFICATE, "the file")
    layers = layers_of(document["network"])
    P = {x for box in document["partition"]["P"] for x in points(box, layers[0]["size"], "P")}
    for number, layer in enumerate(layers):
        kind = f"{layer['size'][0]} x {layer['size'][1]}, {layer['channels']} channels at each"
        say(f"layer {number}, locations: {kind}" if number else f"sites: {kind}; P has {len(P)}")
    items = []
    for kind in EVIDENCE:
        for k, item in enumerate(document["evidence"][kind]):
            name = f"{kind} {k}"
            items.append((name, kind, item, within(name, parameters_of, layers, item)))
    return layers, P, items


def check(document: Any) -> str:
    """The verdict line of a certificate, given as parsed JSON; raises Refused."""
    layers, P, items = readable(document)
    network, claim = document["network"], document["claim"]
    at, relation = claim["for"], claim["relation"]
    if at == AT_POINT:
        given = [item.get("assignment") for _, kind, item, _ in items if kind != "cut"]
        one = given and given[0] is not None and all(source == given[0] for source in given)
        need(one, "the evidence does not hold one assignment, which the claim is about", INVALID)
    size = integer_of([(network["M"], min(len(P), network["H"] * network["W"] - len(P)))])
    proved: dict[str, list[tuple[int, str]]] = {">=": [], "<=": [(size, "size")]}
    for name, kind, item, named in items:
        say(f"{name}:")
        for sign, powers in within(name, bounds, layers, P, at, kind, item, named):
            proved[sign].append((integer_of(powers), LEMMAS.get(kind, "separators")))
            say(f"so the rank is {sign} {shown([proved[sign][-1][0]])}")
    value = integer_of([(int(base), exponent) for base, exponent in claim["value"]])
    lemmas = ["measure zero"] if at != AT_POINT and relation != "<=" else []
    for sign, best in ("<=", min), (">=", max):
        if relation in (sign, "="):
            bound, lemma = best(proved[sign], default=(0, ""))
            say(
                f"proved by {lemma or 'nothing'}: rank {sign} {shown([bound])}; claimed: {shown([value])}"
            )
            holds = value <= bound if sign == ">=" else value >= bound
            need(holds, f"the evidence does not imply that the rank is {sign} the value", INVALID)
            lemmas.insert(0, lemma)
    return f"VALID: {restated(document, P)}; by the lemmas: {', '.join(dict.fromkeys(lemmas))}"


def sites(boxes: list[Any], P: set[Place], H: int, W: int) -> str:
    """P in words: a few boxes, a pattern, a letter P or Q a site, or how many there are."""
    spans = [[f"{first}..{end - 1}" for first, end in box] for box in boxes]
    if len(spans) <= BOXES:
        return " + ".join(f"rows {r} x columns {c}" for r, c in spans) or "no site"
    grid = [(u, v) for u in range(H) for v in range(W)]
    for words, parity in ("row + column", (1, 1)), ("row", (1, 0)), ("column", (0, 1)):
        if {(u, v) for u, v in grid if (parity[0] * u + parity[1] * v) % 2 == 0} == P:
            return f"the sites with even {words}"
    if len(grid) > LETTERS:
        return f"the {len(P)} sites of the {len(boxes)} boxes of the file"
    rows = ("".join("PQ"[(u, v) not in P] for v in range(W)) for u in range(H))
    return f"the sites P of the rows {'/'.join(rows)}"


def restated(document: Any, P: set[Place]) -> str:
    """The claim in full."""
    claim, net = document["claim"], document["network"]
    value = " * ".join(b if e == 1 else f"{b}^{e}" for b, e in claim["value"]) or "1"
    sides = sites(document["partition"]["P"], P, net["H"], net["W"])
    rank, network = f"rank {claim['relation']} {value}", json.dumps(document["network"])
    return f"{rank} for {claim['for']}; network: {network}; P = {sides}, Q = the rest"


# ---------------------------------------------------------------- the command line
def verdict(name: str) -> tuple[int, str]:
    """Exit status and line of one file; never raises."""
    try:
        with Path(name).open("rb") as file:
            data = file.read(FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no file can have this name"
        return UNREADABLE, f"{WORDS[UNREADABLE]}: cannot be read: {why}"
    return verdict_on(data)


def verdict_on(data: bytes) -> tuple[int, str]:
    """Exit status and line of the bytes of a file; never raises."""
    told.clear()
    try:
        limit(len(data), FILE_BYTES, "bytes in the file")
        return 0, check(read(data))
    except Refused as error:
        status, message = error.args
    except Exception as error:
        status, message = LARGE, f"a fault or no memory, {type(error).__name__}: {error!a:.200}"
    return status, f"{WORDS[status]}: {message}"


def put(line: str, stream: Any) -> None:
    """Writes a line at once, or raises OSError. Then the stream swallows what is left, so that Python
    does not try again, and complain, when it ends.
    """
    try:
        stream.write(line + "\n")
        stream.flush()
    except (OSError, ValueError, AttributeError) as error:  # the stream is None if it was closed
        with suppress(OSError, ValueError, AttributeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        raise OSError(getattr(error, "strerror", None) or "it is closed") from None


def answer(names: Sequence[str], trace: bool) -> int:
    """One line a file, and a summary if there are several."""
    results = []
    for name in names:
        status, line = verdict(name)
        results.append(status)
        label = "" if len(names) == 1 and status == 0 else ascii(name)[1:-1] + ": "
        for step in [*told, f"{spent[0]} steps of {STEPS}"] if trace else []:
            put(step, sys.stderr)
        put(label + line, sys.stderr if status else sys.stdout)
    if len(names) > 1:
        tally = [f"{results.count(k)} {word}" for k, word in WORDS.items() if k in results]
        put(f"{len(names)} files: {', '.join(tally)}", sys.stderr)
    return next((status for status in (1, 4, 2) if status in results), 0)


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    names = list(sys.argv[1:] if argv is None else argv)
    trace = names[:1] == ["--trace"]
    try:
        if names[trace:]:
            return answer(names[trace:], trace)
        put("usage: python proofs/checker.py [--trace] FILE...", sys.stderr)
        return UNREADABLE
    except OSError as error:
        with suppress(OSError):
            put(f"{WORDS[LARGE]}: the answer cannot be written: {error}", sys.stderr)
        return LARGE


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
