"""Checks certificates about ranks of convolutional arithmetic circuits. One file, standard library only.

Run it as `python proofs/checker.py FILE...`. The format is `convac-certificate/1` (docs/certificate.md);
section numbers refer to docs/THEORY.md.

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
from typing import Any

Place = tuple[int, int]  # row and column of a site or location
Rows = dict[tuple[int, ...], dict[Place, Any]]  # layer, u, v, channel -> offset -> weights, bias
Sites = tuple[Place, ...]
Table = tuple[int, ...]  # the entries of a function of some sites, the last site fastest
Factors = dict[Sites, Table]  # a product of functions
Value = tuple[Fraction, Factors]  # scalar * factors
Powers = list[tuple[int, int]]  # a product of base^exponent
Net = list[dict[str, Any]]  # layers with their size; layer 0 is the grid of sites

FORMAT = "convac-certificate/1"
SHARED = "almost all real parameters with shared weights"
UNSHARED = "almost all real parameters with unshared weights"
AT_POINT = "the parameters of the evidence, over Q"
LEMMAS = {"factored": "products", "minor": "reduction", "random minor": "reduction"}
INVALID, UNREADABLE, LARGE = 1, 2, 4
WORDS = {0: "VALID", INVALID: "INVALID", UNREADABLE: "UNREADABLE", LARGE: "COULD NOT FINISH"}
FILE_BYTES, NUMBER_BITS, VALUE_BITS, TERMS, STEPS = 2**24, 2**16, 2**26, 10**5, 3 * 10**9
spent = [0]


class Refused(Exception):
    """The exit status, and the first thing that is wrong."""


def need(condition: object, message: str, status: int = UNREADABLE) -> None:
    if not condition:
        raise Refused(status, message)


def limit(size: int, most: int, what: str) -> None:
    need(size <= most, f"more than {most} {what}", LARGE)


def spend(steps: int) -> None:
    """Counts steps, of 60 ns and a byte at most, so that a hostile file ends in time and memory."""
    spent[0] += steps
    limit(spent[0], STEPS, "steps")


# ---------------------------------------------------------------- the grammar of the format
def read(data: bytes) -> Any:
    """JSON without repeated keys."""

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        need(len(dict(pairs)) == len(pairs), "an object repeats a key")
        return dict(pairs)

    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=members)
    except (RecursionError, ValueError) as error:
        raise Refused(UNREADABLE, f"no JSON in UTF-8, or nested too deeply: {error}") from None


def match(x: Any, shape: Any, where: str) -> None:
    """Compares a value with a shape: a range of integers, a regular expression for a string, a dict (an
    object with these keys), a tuple (a list of fixed length) or a list of one shape (any length).
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
FOR = f"{SHARED}|{UNSHARED}|{AT_POINT}"
SPAN, SIZES, VERTEX = (COUNT, COUNT), (SIZE, SIZE), (COUNT, COUNT, COUNT)
LAYER = {"window": SIZES, "stride": SIZES, "channels": SIZE}
ENTRY = {"layer": SIZE, "channels": SPAN, "offsets": (SPAN, SPAN), "locations": (SPAN, SPAN)}
ASSIGNMENT = {"assignment": [{**ENTRY, "weights": [(COUNT, NUMBER)], "bias": NUMBER}]}
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
    "producer": "(?s:.{0,200})",
    "network": {"M": SIZE, "H": SIZE, "W": SIZE, "layers": [LAYER]},
    "partition": {"P": [(SPAN, SPAN)]},
    "claim": {"for": FOR, "relation": ">=|<=|=", "value": [(POSITIVE, COUNT)]},
    "evidence": EVIDENCE,
}


# ---------------------------------------------------------------- the network and its parameters (1)
def points(spans: Sequence[Sequence[int]], ends: Sequence[int], where: str) -> Iterable[Any]:
    """The points of a box, which must lie between 0 and these ends."""
    for (first, end), most in zip(spans, ends, strict=True):
        need(first < end <= most, f"{where}: [{first}, {end}] is empty or outside")
    spend(600 * math.prod(end - first for first, end in spans))
    return product(*(range(*span) for span in spans))


def layers_of(network: Any) -> Net:
    """Location (u, v) sees (S u + i, S v + j) below, if inside, for all (i, j) in the window."""
    size = network["H"], network["W"]
    limit(math.prod(size), 2**20, "sites")
    limit(network["M"], 1024, "templates")
    limit(len(network["layers"]), 64, "layers")
    layers: Net = [{"size": size, "channels": network["M"]}]
    for item in network["layers"]:
        size = -(-size[0] // item["stride"][0]), -(-size[1] // item["stride"][1])
        layers.append({"size": size, **item})
    need(len(layers) > 1 and size == (1, 1), "the output of the last layer is not 1 x 1")
    return layers


def entered(entries: Any, layers: Net) -> tuple[Rows, bool]:
    """The parameters that are named, and whether they are shared."""
    rows: Rows = defaultdict(dict)
    for k, entry in enumerate(entries):
        number, where = entry["layer"], f"entry {k}"
        need(number < len(layers), f"{where}: there is no layer {number}")
        layer, weights = layers[number], {d: Fraction(w) for d, w in entry["weights"]}
        known = max(weights, default=0) < layers[number - 1]["channels"]
        known = known and len(weights) == len(entry["weights"])
        need(known, f"{where}: an input channel does not exist, or is there twice")
        row = weights, Fraction(entry["bias"])
        spans = *entry["locations"], entry["channels"], *entry["offsets"]
        ends = *layer["size"], layer["channels"], *layer["window"]
        for u, v, c, i, j in points(spans, ends, where):
            offsets = rows[number, u, v, c]
            need((i, j) not in offsets, f"{where}: a place is named twice")
            offsets[i, j] = row
    full = [[[0, n] for n in layer["size"]] for layer in layers]
    return rows, all(entry["locations"] == full[entry["layer"]] for entry in entries)


def seeded(seed: int, p: int, shared: bool, layers: Net) -> Rows:
    """Parameters read from SHAKE-256, in the order that the format fixes."""
    rows: Rows = defaultdict(dict)
    for number, (below, layer) in enumerate(pairwise(layers), 1):
        size = (1, 1) if shared else layer["size"]
        length = math.prod((*size, *layer["window"], layer["channels"], below["channels"] + 1))
        spend(600 * (length + math.prod(layer["size"]) * layer["channels"]))
        text = f"convac-random/1 seed={seed} field={p} layer={number}"
        data = hashlib.shake_256(text.encode("ascii")).digest(16 * length)
        stream = (int.from_bytes(data[16 * k : 16 * k + 16], "big") % p for k in range(length))
        for u, v, i, j, c in product(*map(range, (*size, *layer["window"], layer["channels"]))):
            weights = {d: next(stream) for d in range(below["channels"])}
            rows[number, u, v, c][i, j] = weights, next(stream)
        for u, v, c in product(*map(range, (*layer["size"], layer["channels"]))):
            rows[number, u, v, c] = rows[number, u % size[0], v % size[1], c]
    return rows


def evaluate(layers: Net, rows: Rows, leaf: Any, affine: Any, multiply: Any) -> Any:
    """The network's function, as a list of functions to multiply; only what matters is evaluated.
    leaf(site, d) is [the site carries template d], affine(terms, bias) a sum of weight * value and a bias.
    """

    @cache
    def value(number: int, u: int, v: int, channel: int) -> Any:
        spend(600)
        if number == 0:
            return leaf((u, v), channel)
        (S, T), (height, width), parts = layers[number]["stride"], layers[number - 1]["size"], []
        for (i, j), (weights, bias) in rows.get((number, u, v, channel), {}).items():
            r, c = S * u + i, T * v + j
            spend(100 + 20 * len(weights))
            seen = weights.items() if r < height and c < width else ()
            parts.append(affine([(w, value(number - 1, r, c, d)) for d, w in seen], bias))
        return parts if number == len(layers) - 1 else multiply(parts)

    return value(len(layers) - 1, 0, 0, 0)


# ---------------------------------------------------------------- evidence: factored (3.4)
def sized(*numbers: int | Fraction) -> None:
    """Bounds numbers, and counts what their products and greatest common divisors cost."""
    bits = max(x.numerator.bit_length() + x.denominator.bit_length() for x in numbers)
    limit(bits, NUMBER_BITS, "bits in a number")
    spend(len(numbers) * (36 + bits**2 // 2**10))


def primitive(table: Sequence[int]) -> tuple[int, Table]:
    """A table as content * integers without a common divisor whose first nonzero one is positive."""
    sized(*table)
    content = math.gcd(*table) * (-1 if next(filter(None, table), 0) < 0 else 1)
    return content, tuple([x // (content or 1) for x in table])


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
        sized(scalar)
        spend(sum(90 + len(table) for table in factors.values()))
        for sites, table in factors.items():
            if sites in joined:
                content, table = primitive(list(map(mul, joined[sites], table)))
                scalar *= content
                sized(scalar)
            joined[sites] = table
    return scalar, {sites: table for sites, table in joined.items() if any(x != 1 for x in table)}


def sum_of(M: int, terms: Iterable[tuple[Fraction, Value]], bias: Fraction) -> Value:
    """The sum of weight * value, and the bias.
    Collects equal products, takes out common factors, multiplies out the others, removes unused sites.
    """
    collected: dict[frozenset[tuple[Sites, Table]], Fraction] = {frozenset(): bias}
    for weight, (scalar, factors) in terms:
        spend(sum(90 + len(table) for table in factors.values()))
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
    scale, rest = Fraction(content, denominator), {tuple(sites): table}
    return product_of([(scale, dict(common)), (Fraction(1), rest)])


def factors_of(layers: Net, rows: Rows) -> Factors:
    """The factors of the network's function, up to a scalar."""
    M, one = layers[0]["channels"], Fraction(1)
    tables = [tuple([int(d == e) for e in range(M)]) for d in range(M)]
    leaf, affine = lambda site, d: (one, {(site,): tables[d]}), partial(sum_of, M)
    parts = evaluate(layers, rows, leaf, affine, product_of)
    scalar, factors = product_of((Fraction(scalar != 0), factors) for scalar, factors in parts)
    need(scalar, "the function of the assignment is zero", INVALID)
    return factors


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
            spend(300 * len(joined))
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


def chosen(item: Any, height: int, width: int) -> list[list[int]]:
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
    a prime p nothing is divided, and the determinant is right up to a factor.
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
        spend(len(rows) * len(tail) * (2 + (head * previous).bit_length() ** 2 // 2**16))
        for i, (first, *rest) in enumerate(rows):
            crossed = [head * x - first * y for x, y in zip(rest, tail, strict=True)]
            rows[i] = [x % p for x in crossed] if p else [x // previous for x in crossed]
        rank, previous = rank + 1, head
    return rank, sign * previous


def factored_bound(unused: dict[tuple[Sites, ...], Any], listed: Any) -> Powers:
    """The bound from below by the listed classes, each of which is taken from those that were found."""
    for k, item in enumerate(listed):
        first = tuple(tuple(map(tuple, item[key])) for key in ("rows", "columns"))
        need(first in unused, f"class {k}: not found, or listed twice", INVALID)
        count, matrix = unused.pop(first)
        need(item["count"] == count, f"class {k}: there are {count} clusters", INVALID)
        same = [int(x) for x in item["table"]] == [x for row in matrix for x in row]
        need(same, f"class {k}: the table is another one", INVALID)
        rows, columns = chosen(item["minor"], len(matrix), len(matrix[0]))
        determinant = eliminate([[matrix[r][c] for c in columns] for r in rows])[1]
        right = determinant != 0 and determinant == int(item["minor"]["determinant"])
        need(right, f"class {k}: the determinant is another one, or 0", INVALID)
    return [(len(item["minor"]["rows"]), item["count"]) for item in listed]


# ---------------------------------------------------------------- evidence: minor (3.3)
def minor_matrix(layers: Net, P: set[Place], rows: Rows, item: Any) -> list[list[int]]:
    """The minor modulo the prime. A row is evaluated over all columns at once; values are lists."""
    p, M = int(item["prime"]), layers[0]["channels"]
    grid: list[Any] = list(product(*map(range, layers[0]["size"])))
    sides = [[site for site in grid if (site in P) is side] for side in (True, False)]
    indices = chosen(item, *(integer_of([(M, len(side))]) for side in sides))
    size = len(indices[0])
    values = sum(layer["channels"] * math.prod(layer["size"]) for layer in layers)
    limit(size * values, 2**25, "numbers in the values that a row of the minor needs")
    spend(size * len(grid) * (300 + size * M))
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

    def leaf(templates: dict[Place, int], site: Place, d: int) -> list[int]:
        return [int((templates if site in P else x)[site] == d) for x in shown[1]]

    return [multiply(evaluate(layers, rows, partial(leaf, x), affine, multiply)) for x in shown[0]]


# ---------------------------------------------------------------- evidence: cut (9)
def graph(layers: Net) -> dict[Any, list[Any]]:
    """G, from the output down: what each (layer, row, column) sees, all offsets included."""
    G, level = {}, [(len(layers) - 1, 0, 0)]
    for layer, below in zip(layers[:0:-1], layers[-2::-1], strict=True):
        for v in level:
            axes = zip(v[1:], layer["stride"], layer["window"], below["size"], strict=True)
            seen = [range(S * u, min(S * u + R, n)) for u, S, R, n in axes]
            spend(800 * (1 + len(seen[0]) * len(seen[1])))
            G[v] = [(v[0] - 1, r, c) for r, c in product(*seen)]
        level = sorted({x for v in level for x in G[v]})
    return G | {site: [] for site in level}


def monomials(D: int, k: Sequence[int], single: bool) -> Powers:
    """The degrees nu that a vertex of S can have, each with its weight; one for all if single."""
    bits = sum(k) * (D + sum(k)).bit_length()
    limit(bits, NUMBER_BITS, "bits in a number of monomials")
    spend((k[0] + 1) * (k[1] + 1) * (20 + bits // 10))
    if single:
        return [(sum(k), math.prod(math.comb(D + n, n) for n in k))]
    weights: Counter[int] = Counter()
    for i, j in product(range(k[0] + 1), range(k[1] + 1)):
        weights[i + j] += math.comb(D + i - 1, i) * math.comb(D + j - 1, j)
    return list(weights.items())


def cut_bound(layers: Net, P: set[Place], item: Any) -> int:
    """N(S), or the simpler product: a sum over degrees nu, from the output down."""
    S, on_Q = set(map(tuple, item["separator"])), set(map(tuple, item["on Q"]))
    G, output = graph(layers), (len(layers) - 1, 0, 0)
    side: dict[Any, str] = {}  # labels
    below: dict[Any, set[str]] = {}  # the sides of the sites below
    for v in reversed(G):
        side[v] = "PQ"[v in on_Q if v[0] else v[1:] not in P]
        below[v] = {s for x in G[v] for s in below[x]} if v[0] else {side[v]}
    mixed = {output, *(v for v in G if v in S and len(below[v]) == 2)}
    # degrees[v, side]: the paths from the mixed vertices w, or the root, down to v; a form in the nu_w
    degrees: dict[Any, Counter[Any]] = defaultdict(Counter)
    for v in G:
        form = Counter([v]) if v in mixed else Counter() if v in S else degrees[v, side[v]]
        for x in G[v]:
            joined = v in S or x in S or side[v] == side[x]
            need(joined, f"no separator: {v} and {x} have different labels", INVALID)
            spend(20 + 100 * len(form))
            run = side[x] if v in S else side[v]
            if x not in S or below[x] != {run}:  # a pure one is a function of its own side
                degrees[x, run].update(form)
    terms: dict[Any, int] = {((output, 1),): 1}
    for v in [v for v in G if v in S and v != output]:
        longer: dict[Any, int] = defaultdict(int)
        for choice, weight in terms.items():
            nu, D = dict(choice), layers[v[0]]["channels"]
            k = [sum(nu[w] * n for w, n in degrees[v, s].items()) for s in "PQ"]
            single = v not in mixed or item["form"] == "product"
            for degree, factor in monomials(D, k, single) if v[0] else [(0, D if any(k) else 1)]:
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
    spend(bits * (8 + len(powers)))
    return math.prod(base**exponent for base, exponent in powers if base > 1)


def bounds(layers: Net, P: set[Place], kind: str, item: Any, at: str) -> list[tuple[str, Powers]]:
    """What one item of evidence proves, from below and from above."""
    if kind == "cut":
        need(cut_bound(layers, P, item) == int(item["bound"]), "the bound is not N(S)", INVALID)
        return [("<=", [(int(item["bound"]), 1)])]
    p = int(item.get("prime", "2"))
    need(1 < p < 2**31, "the prime is not from 2 to 2^31 - 1")
    spend(2 * math.isqrt(p))
    need(all(p % d for d in range(2, math.isqrt(p) + 1)), f"{p} is not prime")
    if kind == "random minor":
        rows = seeded(item["seed"], p, at == SHARED, layers)
    else:
        rows, shared = entered(item["assignment"], layers)
        need(shared or at != SHARED, "the claim is about shared weights, these are not", INVALID)
    if kind != "factored":
        rank = eliminate(minor_matrix(layers, P, rows, item), p)[0]
        need(rank == len(item["rows"]), f"the minor is 0 modulo {p}", INVALID)
        return [(">=", [(rank, 1)])]
    found = classes_of(layers[0]["channels"], factors_of(layers, rows), P)
    bound = [(">=", factored_bound(dict(found), item["classes"]))]
    if at != AT_POINT:
        return bound
    ranks = [(eliminate(matrix)[0], count) for count, matrix in found.values()]
    return [*bound, (">=", ranks), ("<=", ranks)]


def check(document: Any) -> str:
    """The verdict line of a certificate, given as parsed JSON; raises Refused."""
    spent[0] = 0
    need(type(document) is dict and document.get("format") == FORMAT, f"the format is not {FORMAT}")
    match({"producer": "", **document}, CERTIFICATE, "the file")
    network, boxes, claim = document["network"], document["partition"]["P"], document["claim"]
    layers, at, relation = layers_of(network), claim["for"], claim["relation"]
    P = {site for box in boxes for site in points(box, layers[0]["size"], "P")}
    items = [(kind, *pair) for kind in EVIDENCE for pair in enumerate(document["evidence"][kind])]
    if at == AT_POINT:
        given = [item.get("assignment") for kind, _, item in items if kind != "cut"]
        one = given and given[0] is not None and all(source == given[0] for source in given)
        need(one, "the evidence does not hold one assignment, which the claim is about", INVALID)
    size = integer_of([(network["M"], min(len(P), network["H"] * network["W"] - len(P)))])
    proved: dict[str, list[tuple[int, str]]] = {">=": [], "<=": [(size, "size")]}
    for kind, k, item in items:
        try:
            for sign, powers in bounds(layers, P, kind, item, at):
                proved[sign].append((integer_of(powers), LEMMAS.get(kind, "separators")))
        except Refused as error:
            raise Refused(error.args[0], f"{kind} {k}: {error.args[1]}") from None
    value = integer_of([(int(base), exponent) for base, exponent in claim["value"]])
    lemmas = ["measure zero"] if at != AT_POINT and relation != "<=" else []
    for sign, best in ("<=", min), (">=", max):
        if relation in (sign, "="):
            bound, lemma = best(proved[sign], default=(0, ""))
            holds = value <= bound if sign == ">=" else value >= bound
            need(holds, f"the evidence does not imply that the rank is {sign} the value", INVALID)
            lemmas.insert(0, lemma)
    shown = " * ".join(b if e == 1 else f"{b}^{e}" for b, e in claim["value"]) or "1"
    spans = [[f"{first}..{end - 1}" for first, end in box] for box in boxes]
    sides = " + ".join(f"rows {r} x columns {c}" for r, c in spans) or "no site"
    claimed = f"rank {relation} {shown} for {at}; network: {json.dumps(network)}; P = {sides}"
    return f"VALID: {claimed}, Q = the rest; by the lemmas: {', '.join(dict.fromkeys(lemmas))}"


# ---------------------------------------------------------------- the command line
def verdict(name: str) -> tuple[int, str]:
    """Exit status and line of one file; never raises."""
    try:
        with Path(name).open("rb") as file:
            data = file.read(FILE_BYTES + 1)
        limit(len(data), FILE_BYTES, "bytes in the file")
        return 0, check(read(data))
    except Refused as error:
        status, message = error.args
    except OSError as error:
        status, message = UNREADABLE, f"cannot be read: {error.strerror}"
    except Exception as error:
        status, message = LARGE, f"a fault or no memory, {type(error).__name__}: {error!a:.200}"
    return status, f"{WORDS[status]}: {message}"


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
