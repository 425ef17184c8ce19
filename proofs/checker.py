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
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache, partial
from itertools import pairwise, product
from operator import mul
from pathlib import Path
from typing import Any, NamedTuple

Json = Any
Place = tuple[int, int]  # row and column of a site or location
Rows = dict[tuple[int, ...], dict[Place, Any]]  # layer, u, v, channel -> offset -> weights, bias
Sites = tuple[Place, ...]
Table = tuple[int, ...]  # the entries of a function of some sites, the last site fastest
Factors = dict[Sites, Table]  # a product of functions
Value = tuple[Fraction, Factors]  # scalar * factors
Powers = list[tuple[int, int]]  # a product of base^exponent

FORMAT = "convac-certificate/1"
SHARED, UNSHARED = "generic rank, shared weights", "generic rank, unshared weights"
AT_POINT = "rank at the assignment"
WHERE = {
    SHARED: "for almost all real parameters with shared weights",
    UNSHARED: "for almost all real parameters with unshared weights",
    AT_POINT: "over Q at the parameters of the certificate",
}
LEMMAS = {"factored": "products", "minor": "reduction", "random minor": "reduction"}
INVALID, UNREADABLE, LARGE = 1, 2, 4
WORDS = {0: "VALID", INVALID: "INVALID", UNREADABLE: "UNREADABLE", LARGE: "COULD NOT FINISH"}
FILE_BYTES, NUMBER_BITS, VALUE_BITS, TERMS, STEPS = 2**24, 2**16, 2**26, 10**5, 10**9
spent = [0]


class Refused(Exception):
    """The exit status, and the first thing that is wrong."""


def need(condition: object, message: str, status: int = UNREADABLE) -> None:
    if not condition:
        raise Refused(status, message)


def limit(size: int, most: int, what: str) -> None:
    need(size <= most, f"more than {most} {what}", LARGE)


def spend(steps: int) -> None:
    """Counts steps, of 60 ns and 3 bytes at most, so that a hostile file ends in time and memory."""
    spent[0] += steps
    limit(spent[0], STEPS, "steps")


# ---------------------------------------------------------------- the grammar of the format
def read(data: bytes) -> Json:
    """JSON without repeated keys."""

    def members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        need(len(dict(pairs)) == len(pairs), "an object repeats a key")
        return dict(pairs)

    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=members)
    except (RecursionError, ValueError) as error:
        raise Refused(UNREADABLE, f"no JSON in UTF-8, or nested too deeply: {error}") from None


def match(x: Json, shape: Any, where: str) -> None:
    """Compares a value with a shape.

    A shape is a range of integers, a regular expression for a string, a dict (an object with these keys), a
    tuple (a list of fixed length) or a list of one shape (a list of any length).
    """
    if isinstance(shape, range):
        need(type(x) is int and x in shape, f"{where} is no integer from {shape[0]} to {shape[-1]}")
    elif isinstance(shape, str):
        need(type(x) is str and re.fullmatch(shape, x), f"{where} is no string of the form {shape}")
    elif isinstance(shape, dict):
        need(type(x) is dict, f"{where} is no object")
        odd = sorted(x.keys() ^ shape.keys())
        need(not odd, f"{where}: a key is missing or unknown: {''.join(odd[:1])[:40]!a}")
        for key, y in x.items():
            match(y, shape[key], f"{where}: {key}")
    else:
        shapes = shape * len(x) if isinstance(shape, list) and type(x) is list else shape
        need(type(x) is list and len(x) == len(shapes), f"{where} is no list (of {len(shapes)})")
        for k, y in enumerate(x):
            match(y, shapes[k], f"{where} {k}")


COUNT, SIZE, POSITIVE = range(2**53), range(1, 2**53), "[1-9][0-9]{0,3999}"
INTEGER, NUMBER = f"0|-?{POSITIVE}", f"(0|-?{POSITIVE})(/{POSITIVE})?"
SPAN, SIZES, VERTEX = (COUNT, COUNT), (SIZE, SIZE), (COUNT, COUNT, COUNT)
LAYER = {"window": SIZES, "stride": SIZES, "channels": SIZE}
ENTRY = {"layer": SIZE, "channels": SPAN, "offsets": (SPAN, SPAN), "locations": (SPAN, SPAN)}
ASSIGNMENT = {"assignment": [{**ENTRY, "weights": [(COUNT, NUMBER)], "bias": NUMBER}]}
MINOR = {"rows": [COUNT], "columns": [COUNT], "determinant": INTEGER}
CLASS = {"rows": [SPAN], "columns": [SPAN], "count": SIZE, "table": [INTEGER], "minor": MINOR}
MODULAR = {"prime": POSITIVE, "rows": [INTEGER], "columns": [INTEGER]}
SEED = {"seed": COUNT, "weights": "shared|unshared"}
CUT = {"separator": [VERTEX], "on Q": [VERTEX], "form": "sum|product", "bound": POSITIVE}
EVIDENCE = {
    "factored": [{**ASSIGNMENT, "classes": [CLASS]}],
    "minor": [{**ASSIGNMENT, **MODULAR}],
    "random minor": [{"assignment": SEED, **MODULAR}],
    "cut": [CUT],
}
CLAIM = {"of": "|".join(WHERE), "relation": ">=|<=|=", "value": [(POSITIVE, COUNT)]}
CERTIFICATE = {
    "format": FORMAT,
    "producer": "(?s:.{0,200})",
    "network": {"M": SIZE, "H": SIZE, "W": SIZE, "layers": [LAYER]},
    "partition": {"P": [(SPAN, SPAN)]},
    "claim": CLAIM,
    "evidence": EVIDENCE,
}


# ---------------------------------------------------------------- the network and its parameters (1)
class Layer(NamedTuple):
    """Layer 0 is the grid of sites, and its channels are the templates."""

    size: Place
    channels: int
    window: Place
    stride: (
        Place  # location (u, v) sees (S u + i, S v + j) below, if inside, for (i, j) in the window
    )


Net = list[Layer]


def points(spans: Sequence[Sequence[int]], ends: Sequence[int], where: str) -> Iterable[Any]:
    """The points of a box, which must lie between 0 and these ends."""
    for (first, end), most in zip(spans, ends, strict=True):
        need(first < end <= most, f"{where}: [{first}, {end}] is empty or outside")
    spend(200 * math.prod(end - first for first, end in spans))
    return product(*(range(*span) for span in spans))


def layers_of(network: Json) -> Net:
    size = network["H"], network["W"]
    limit(math.prod(size), 2**20, "sites")
    limit(network["M"], 1024, "templates")
    limit(len(network["layers"]), 64, "layers")
    layers = [Layer(size, network["M"], (1, 1), (1, 1))]
    for item in network["layers"]:
        size = -(-size[0] // item["stride"][0]), -(-size[1] // item["stride"][1])
        layers.append(Layer(size, item["channels"], item["window"], item["stride"]))
    need(len(layers) > 1 and size == (1, 1), "the output of the last layer is not 1 x 1")
    return layers


def entered(entries: Json, layers: Net) -> Rows:
    """The parameters that are named."""
    rows: Rows = defaultdict(dict)
    for k, entry in enumerate(entries):
        number, where = entry["layer"], f"entry {k}"
        need(number < len(layers), f"{where}: there is no layer {number}")
        layer, weights = layers[number], {d: Fraction(w) for d, w in entry["weights"]}
        known = max(weights, default=0) < layers[number - 1].channels
        need(known, f"{where}: there is no such input channel")
        need(len(weights) == len(entry["weights"]), f"{where}: an input channel is there twice")
        spans = *entry["locations"], entry["channels"], *entry["offsets"]
        ends = *layer.size, layer.channels, *layer.window
        for u, v, c, i, j in points(spans, ends, where):
            offsets = rows[number, u, v, c]
            need((i, j) not in offsets, f"{where}: a place is named twice")
            offsets[i, j] = weights, Fraction(entry["bias"])
    return rows


def seeded(seed: int, p: int, shared: bool, layers: Net) -> Rows:
    """Parameters read from SHAKE-256, in the order that the format fixes."""
    rows: Rows = defaultdict(dict)
    for number, (below, layer) in enumerate(pairwise(layers), 1):
        size = (1, 1) if shared else layer.size
        length = math.prod((*size, *layer.window, layer.channels, below.channels + 1))
        spend(200 * (length + math.prod(layer.size) * layer.channels))
        text = f"convac-random/1 seed={seed} field={p} layer={number}"
        data = hashlib.shake_256(text.encode("ascii")).digest(16 * length)
        blocks = (data[k : k + 16] for k in range(0, 16 * length, 16))
        stream = (int.from_bytes(block, "big") % p for block in blocks)
        for u, v, i, j, c in product(*map(range, (*size, *layer.window, layer.channels))):
            weights = {d: next(stream) for d in range(below.channels)}
            rows[number, u, v, c][i, j] = weights, next(stream)
        for u, v, c in product(*map(range, (*layer.size, layer.channels))):
            rows[number, u, v, c] = rows[number, u % size[0], v % size[1], c]
    return rows


def evaluate(layers: Net, rows: Rows, leaf: Any, affine: Any, multiply: Any) -> list[Any]:
    """The network's function, as a list of functions to multiply; only channels that matter are evaluated.

    leaf(site, d) is [the site carries template d], affine(terms, bias) a sum of weight * value and a bias.
    """

    @cache
    def value(number: int, u: int, v: int, channel: int) -> Any:
        spend(200)
        return multiply(parts(number, u, v, channel)) if number else leaf((u, v), channel)

    def parts(number: int, u: int, v: int, channel: int) -> list[Any]:
        (S, T), (height, width), result = layers[number].stride, layers[number - 1].size, []
        for (i, j), (weights, bias) in rows.get((number, u, v, channel), {}).items():
            r, c = S * u + i, T * v + j
            spend(100 + 20 * len(weights))
            seen = weights.items() if r < height and c < width else ()
            result.append(affine([(w, value(number - 1, r, c, d)) for d, w in seen], bias))
        return result

    return parts(len(layers) - 1, 0, 0, 0)


# ---------------------------------------------------------------- evidence: factored (3.4)
def sized(*numbers: int | Fraction) -> None:
    """Bounds numbers, and counts what their products and greatest common divisors cost."""
    bits = max(x.numerator.bit_length() + x.denominator.bit_length() for x in numbers)
    limit(bits, NUMBER_BITS, "bits in a number")
    spend(len(numbers) * (12 + bits**2 // 2**10))


def primitive(table: Sequence[int]) -> tuple[int, Table]:
    """A table as content * integers without a common divisor whose first nonzero one is positive."""
    sized(*table)
    content = math.gcd(*table) * (-1 if next(filter(None, table), 0) < 0 else 1)
    return content, tuple([x // content for x in table]) if content else ()


def multiplied(M: int, factors: Any, sites: Sequence[Place], scalar: int = 1) -> list[int]:
    """A product of factors as a table on these sites, in any order, the last one fastest."""
    limit(len(sites), 17, "sites of a table")
    limit(M ** len(sites), 10**5, "entries in a table")
    column = [scalar] * M ** len(sites)
    for scope, table in factors:
        steps = [M ** (len(scope) - 1 - scope.index(s)) if s in scope else 0 for s in sites]
        shown = zip(column, product(range(M), repeat=len(sites)), strict=True)
        column = [x * table[sum(map(mul, d, steps))] for x, d in shown]
        sized(*column)
    return column


def product_of(values: Iterable[Value]) -> Value:
    """Joins the factors, and multiplies those on the same sites."""
    scalar, joined = Fraction(1), dict[Sites, Table]()
    for other, factors in values:
        scalar *= other
        spend(sum(30 + len(table) for table in factors.values()))
        for sites, table in factors.items():
            if sites in joined:
                both = zip(joined[sites], table, strict=True)
                content, table = primitive([x * y for x, y in both])
                scalar *= content
            joined[sites] = table
        sized(scalar)
        if not scalar:
            return scalar, {}
    return scalar, {sites: table for sites, table in joined.items() if any(x != 1 for x in table)}


def sum_of(M: int, terms: Iterable[tuple[Fraction, Value]], bias: Fraction) -> Value:
    """The sum of weight * value, and the bias.

    Collects equal products, takes out common factors, multiplies out the others on their sites, and
    removes the sites on which the result does not depend.
    """
    collected: dict[frozenset[tuple[Sites, Table]], Fraction] = {frozenset(): bias}
    for weight, (scalar, factors) in terms:
        spend(sum(30 + len(table) for table in factors.values()))
        key = frozenset(factors.items())
        collected[key] = collected.get(key, 0) + weight * scalar
        sized(collected[key])
    summands = {key: c for key, c in collected.items() if c}
    if len(summands) <= 1:
        return next(((c, dict(key)) for key, c in summands.items()), (Fraction(0), {}))
    common = frozenset.intersection(*summands)
    sites = sorted({site for key in summands for scope, _ in key - common for site in scope})
    denominator, total = 1, multiplied(M, [], sites, 0)
    for c in summands.values():
        denominator = math.lcm(denominator, c.denominator)
        sized(denominator)
    for key, c in summands.items():
        column = multiplied(M, key - common, sites, int(c * denominator))
        total = [x + y for x, y in zip(total, column, strict=True)]
    for k in reversed(range(len(sites))):
        block = M ** (len(sites) - 1 - k)  # entries from one template of site k to the next
        if all(x == total[a - a // block % M * block] for a, x in enumerate(total)):
            total = [x for a, x in enumerate(total) if a // block % M == 0]
            del sites[k]
    content, table = primitive(total)
    rest: Factors = {tuple(sites): table} if content else {}
    return product_of([(Fraction(content, denominator), dict(common)), (Fraction(1), rest)])


def factors_of(layers: Net, rows: Rows) -> Factors:
    """The factors of the network's function, up to a scalar."""
    M, one = layers[0].channels, Fraction(1)
    indicators = [tuple([int(d == e) for e in range(M)]) for d in range(M)]
    affine = partial(sum_of, M)
    parts = evaluate(layers, rows, lambda s, d: (one, {(s,): indicators[d]}), affine, product_of)
    scalar, factors = product_of((Fraction(scalar != 0), factors) for scalar, factors in parts)
    need(scalar, "the function of the assignment is zero", INVALID)
    return factors


def classes_of(M: int, factors: Factors, P: set[Place]) -> dict[tuple[Sites, ...], Any]:
    """The connected components of the factors; one-sided factors without zeros are dropped.

    Sites in P and in Q of the first component of each class -> how many there are, and the matrix.
    """
    around: dict[Place, Factors] = {}  # the component that a site is in
    for scope, table in factors.items():
        if 0 in table or len({site in P for site in scope}) == 2:
            joined = {scope: table}
            for site in scope:
                joined |= around.get(site, {})
            spend(100 * len(joined))
            members = {site for sites in joined for site in sites}
            limit(len(members), 17, "sites of a cluster")
            around.update(dict.fromkeys(members, joined))
    found: dict[Any, tuple[tuple[Sites, ...], int]] = {}
    for group in sorted({id(group): group for group in around.values()}.values(), key=min):
        sites = sorted({site for scope in group for site in scope})
        sides = tuple(tuple(s for s in sites if (s in P) is side) for side in (True, False))
        content, table = primitive(multiplied(M, group.items(), sides[0] + sides[1]))
        need(content, "the function of the assignment is zero", INVALID)
        width, (top, left) = M ** len(sides[1]), sites[0]
        matrix = tuple(table[k : k + width] for k in range(0, len(table), width))
        key = tuple((r - top, c - left, (r, c) in P) for r, c in sites), matrix
        first, count = found.get(key, (sides, 0))
        found[key] = first, count + 1
    return {first: (count, matrix) for (_, matrix), (first, count) in found.items()}


def chosen(item: Json, height: int, width: int) -> list[list[int]]:
    """The rows and columns of a minor of a matrix of this size."""
    indices = [[int(x) for x in item[key]] for key in ("rows", "columns")]
    need(len(indices[0]) == len(indices[1]) > 0, "a minor is no square of one row at least")
    limit(len(indices[0]), 1024, "rows in a minor")
    inside = all(0 <= r < height for r in indices[0]) and all(0 <= c < width for c in indices[1])
    need(inside, "a minor is not inside the matrix", INVALID)
    return indices


def eliminate(matrix: Sequence[Sequence[int]], p: int = 0) -> tuple[int, int]:
    """Rank and determinant (of a square matrix) by elimination without fractions.

    Over Z (p = 0) an entry is, after k steps, a minor of k + 1 rows, so that each division is exact. Modulo
    a prime p nothing is divided, and the determinant is right up to a factor. Columns without a pivot are
    left out; the determinant is then 0.
    """
    rows = [list(row) for row in matrix]
    rank, previous, sign = 0, 1, 1
    for _ in matrix[0]:
        pivot = next((i for i, row in enumerate(rows) if row[0]), None)
        if pivot is None:
            rows, sign = [row[1:] for row in rows], 0
            continue
        sign *= 1 if pivot % 2 == 0 else -1
        head, *tail = rows.pop(pivot)
        width = head.bit_length() + previous.bit_length()
        spend(len(rows) * len(tail) * (2 + width**2 // 2**14))
        for i, (first, *rest) in enumerate(rows):
            crossed = [head * x - first * y for x, y in zip(rest, tail, strict=True)]
            rows[i] = [x % p for x in crossed] if p else [x // previous for x in crossed]
        rank, previous = rank + 1, head
    return rank, sign * previous


def factored_bound(found: dict[tuple[Sites, ...], Any], listed: Json) -> Powers:
    """The bound from below by the listed classes, each of which was found."""
    unused = dict(found)
    for k, item in enumerate(listed):
        first = tuple(tuple(map(tuple, item[key])) for key in ("rows", "columns"))
        need(
            first in unused,
            f"class {k}: none has these first sites, or it is listed twice",
            INVALID,
        )
        count, matrix = unused.pop(first)
        need(item["count"] == count, f"class {k}: it has {count} clusters", INVALID)
        same = [int(x) for x in item["table"]] == [x for row in matrix for x in row]
        need(same, f"class {k}: the table is another one", INVALID)
        rows, columns = chosen(item["minor"], len(matrix), len(matrix[0]))
        determinant = eliminate([[matrix[r][c] for c in columns] for r in rows])[1]
        right = determinant != 0 and determinant == int(item["minor"]["determinant"])
        need(right, f"class {k}: the determinant is another one, or 0", INVALID)
    return [(len(item["minor"]["rows"]), item["count"]) for item in listed]


# ---------------------------------------------------------------- evidence: minor (3.3)
def minor_matrix(layers: Net, P: set[Place], rows: Rows, item: Json) -> list[list[int]]:
    """The minor modulo the prime. A row is evaluated over all columns at once; values are lists."""
    p, M, (height, width) = int(item["prime"]), layers[0].channels, layers[0].size
    grid = list(product(range(height), range(width)))
    sides = [[site for site in grid if (site in P) is side] for side in (True, False)]
    indices = chosen(item, *(integer_of([(M, len(side))]) for side in sides))
    size, values = len(indices[0]), sum(layer.channels * math.prod(layer.size) for layer in layers)
    limit(size * values, 2**25, "numbers in the values that a row of the minor needs")
    spend(size * len(grid) * (100 + size * M))
    shown: list[list[dict[Place, int]]] = [[], []]  # the templates of each row, and of each column
    for k in (0, 1):
        for index in indices[k]:
            shown[k].append({})
            for site in reversed(sides[k]):
                index, shown[k][-1][site] = divmod(index, M)

    @cache
    def residue(x: Fraction) -> int:
        need(x.denominator % p, f"the prime {p} divides a denominator of the assignment", INVALID)
        return x.numerator * pow(x.denominator, -1, p) % p

    def affine(terms: list[tuple[Fraction, list[int]]], bias: Fraction) -> list[int]:
        spend(size * (1 + len(terms)))
        total = [residue(bias)] * size
        for weight, x in ((residue(w), x) for w, x in terms):
            total = [t + weight * y for t, y in zip(total, x, strict=True)]
        return total

    def multiply(parts: list[list[int]]) -> list[int]:
        spend(size * (1 + len(parts)))
        total = [1] * size
        for x in parts:
            total = [t * y % p for t, y in zip(total, x, strict=True)]
        return total

    def row(templates: dict[Place, int]) -> list[int]:
        def leaf(site: Place, d: int) -> list[int]:
            return [int((templates if site in P else x)[site] == d) for x in shown[1]]

        return multiply(evaluate(layers, rows, leaf, affine, multiply))

    return [row(templates) for templates in shown[0]]


# ---------------------------------------------------------------- evidence: cut (9)
def graph(layers: Net) -> dict[Any, list[Any]]:
    """G, from the output down: what each (layer, row, column) sees, all offsets included."""
    G, level = {}, [(len(layers) - 1, 0, 0)]
    while level:
        for v in level:
            layer, below = layers[v[0]], layers[v[0] - 1].size
            axes = zip(v[1:], layer.stride, layer.window, below, strict=True)
            seen = [range(S * u, min(S * u + R, n)) for u, S, R, n in axes]
            spend(100 + 100 * len(seen[0]) * len(seen[1]))
            G[v] = [(v[0] - 1, r, c) for r, c in product(*seen)] if v[0] else []
        level = sorted({x for v in level for x in G[v]})
    return G


def monomials(D: int, k: Sequence[int], single: bool) -> Powers:
    """The degrees nu that a vertex of S can have, each with its weight; one for all if single."""
    bits = sum(k) * (D + sum(k)).bit_length()
    limit(bits, NUMBER_BITS, "bits in a number of monomials")
    spend((k[0] + 1) * (k[1] + 1) * (20 + bits // 50))
    if single:
        return [(sum(k), math.prod(math.comb(D + n, n) for n in k))]
    weights: Counter[int] = Counter()
    of_degree = [math.comb(D + i - 1, i) for i in range(max(k) + 1)]
    for i, j in product(range(k[0] + 1), range(k[1] + 1)):
        weights[i + j] += of_degree[i] * of_degree[j]
    return list(weights.items())


def cut_bound(layers: Net, P: set[Place], item: Json) -> int:
    """N(S), or the simpler product: a sum over degrees nu, from the output down."""
    S, on_Q = set(map(tuple, item["separator"])), set(map(tuple, item["on Q"]))
    G = graph(layers)
    side: dict[Any, str] = {}
    below: dict[Any, set[str]] = {}  # the sides of the sites below
    for v in reversed(G):
        side[v] = "PQ"[v in on_Q if v[0] else v[1:] not in P]
        below[v] = {s for x in G[v] for s in below[x]} if v[0] else {side[v]}
    output = next(iter(G))
    mixed = {output, *(v for v in G if v in S and len(below[v]) == 2)}
    # degrees[v, side]: the paths from the mixed vertices w, or the root, down to v; a form in the nu_w
    degrees: dict[Any, Counter[Any]] = defaultdict(Counter)
    for v in G:
        form = degrees[v, side[v]] if v not in S else Counter()
        form = Counter([v]) if v in mixed else form
        for x in G[v]:
            joined = v in S or x in S or side[v] == side[x]
            need(
                joined,
                f"no separator: {v} and {x} are outside of it and on different sides",
                INVALID,
            )
            spend(20 + 40 * len(form))
            degrees[x, side[x] if v in S else side[v]].update(form)
    terms: dict[Any, int] = {((output, 1),): 1}
    for v in G:
        if v == output or v not in S:
            continue
        longer: dict[Any, int] = defaultdict(int)
        for choice, weight in terms.items():
            nu, D = dict(choice), layers[v[0]].channels
            k = [  # a pure vertex is a function of its own side, and counts on the other only
                sum(nu[w] * n for w, n in degrees[v, s].items()) if below[v] != {s} else 0
                for s in "PQ"
            ]
            options = [(0, D if any(k) else 1)]
            if v[0]:
                options = monomials(D, k, v not in mixed or item["form"] == "product")
            for degree, factor in options:
                key = (*choice, (v, degree)) if v in mixed else choice
                longer[key] += weight * factor
                spend(20 + 20 * len(key))
                sized(longer[key])
            limit(len(longer), TERMS, "terms in a sum")
        terms = longer
    return sum(terms.values())


# ---------------------------------------------------------------- the claim and its evidence
def integer_of(powers: Powers) -> int:
    bits = sum(exponent * (base - 1).bit_length() for base, exponent in powers)
    limit(bits, VALUE_BITS, "bits in a value")
    spend(bits * len(powers))
    return math.prod(base**exponent for base, exponent in powers if base > 1)


def bounds(layers: Net, P: set[Place], kind: str, item: Json, of: str) -> list[tuple[str, Powers]]:
    """What one item of evidence proves, from below and from above."""
    if kind == "cut":
        need(cut_bound(layers, P, item) == int(item["bound"]), "the bound is not N(S)", INVALID)
        return [("<=", [(int(item["bound"]), 1)])]
    p, source = int(item.get("prime", "2")), item["assignment"]
    need(1 < p < 2**31, "the prime is not from 2 to 2^31 - 1")
    spend(2 * math.isqrt(p))
    need(all(p % d for d in range(2, math.isqrt(p) + 1)), f"{p} is not prime")
    if kind == "random minor":
        shared = source["weights"] == "shared"
        rows = seeded(source["seed"], p, shared, layers)
    else:
        rows = entered(source, layers)
        everywhere = [[[0, n] for n in layer.size] for layer in layers]
        shared = all(entry["locations"] == everywhere[entry["layer"]] for entry in source)
    need(shared or of != SHARED, "the claim is about shared weights, these are unshared", INVALID)
    if kind != "factored":
        rank = eliminate(minor_matrix(layers, P, rows, item), p)[0]
        need(rank == len(item["rows"]), f"the minor is 0 modulo {p}", INVALID)
        return [(">=", [(rank, 1)])]
    found = classes_of(layers[0].channels, factors_of(layers, rows), P)
    lower = factored_bound(found, item["classes"])
    if of != AT_POINT:
        return [(">=", lower)]
    ranks = [(eliminate(matrix)[0], count) for count, matrix in found.values()]
    return [(">=", ranks), ("<=", ranks)]


def check(document: Json) -> str:
    """The verdict line of a certificate, given as parsed JSON; raises Refused."""
    spent[0] = 0
    need(type(document) is dict and document.get("format") == FORMAT, f"the format is not {FORMAT}")
    match({"producer": "", **document}, CERTIFICATE, "the file")
    network, boxes, claim = document["network"], document["partition"]["P"], document["claim"]
    layers, of, relation = layers_of(network), claim["of"], claim["relation"]
    P = {site for box in boxes for site in points(box, layers[0].size, "P")}
    items = [(kind, *pair) for kind in EVIDENCE for pair in enumerate(document["evidence"][kind])]
    if of == AT_POINT:
        at = [item["assignment"] for kind, _, item in items if kind != "cut"]
        one = at and all(x == at[0] for x in at)
        need(one, "the claim is about one assignment, and there are none or several", INVALID)
    size = integer_of([(network["M"], min(len(P), network["H"] * network["W"] - len(P)))])
    proved: dict[str, list[tuple[int, str]]] = {">=": [], "<=": [(size, "size")]}
    for kind, k, item in items:
        try:
            for sign, powers in bounds(layers, P, kind, item, of):
                proved[sign].append((integer_of(powers), LEMMAS.get(kind, "separators")))
        except Refused as error:
            raise Refused(error.args[0], f"{kind} {k}: {error.args[1]}") from None
    value = integer_of([(int(base), exponent) for base, exponent in claim["value"]])
    lemmas = ["measure zero"] if of != AT_POINT and relation != "<=" else []
    for sign, best in ("<=", min), (">=", max):
        if relation in (sign, "="):
            bound, lemma = best(proved[sign], default=(0, ""))
            holds = value <= bound if sign == ">=" else value >= bound
            need(holds, f"the evidence does not imply that the rank is {sign} the value", INVALID)
            lemmas.insert(0, lemma)
    shown = " * ".join(b if e == 1 else f"{b}^{e}" for b, e in claim["value"]) or "1"
    sides = " + ".join(f"rows {r} x columns {c}" for r, c in boxes) or "no site"
    return (
        f"VALID: rank {relation} {shown} {WHERE[of]}; network: {json.dumps(network)}; P = {sides}, "
        f"Q = the rest; by the lemmas: {', '.join(dict.fromkeys(lemmas))}"
    )


# ---------------------------------------------------------------- the command line
def verdict(name: str) -> tuple[int, str]:
    """Exit status and line of one file; never raises."""
    try:
        with Path(name).open("rb") as file:
            data = file.read(FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        return 2, f"{WORDS[2]}: cannot be read: {error!a}"
    try:
        limit(len(data), FILE_BYTES, "bytes in the file")
        return 0, check(read(data))
    except Refused as error:
        status, message = error.args
        return status, f"{WORDS[status]}: {message}"
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
    return next((status for status in (1, 4, 2) if status in results), 0)


if __name__ == "__main__":
    sys.exit(main())
