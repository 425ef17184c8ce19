"""Certificates that are made to take as much time or memory as the limits of the format allow.

Each is a text of at most 16 MiB. What the checker answers is in `HOSTILE`; that it answers soon and in
little memory is measured by `benchmarks/worst_certificates.py`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from certificates import AT_POINT, SHARED, UNSHARED, Json, claim_json

ONE, PRIME = [0, 1], "2147483647"
HASH = 2**61 - 1  # Python's hash of an integer is its residue modulo this prime


def document(
    M: int, H: int, W: int, layers: Sequence[Json], claim: Json | None = None, **evidence: Json
) -> Json:
    """With layers (window, stride, channels), P = the first column, and one item of each evidence."""
    none: Json = {"factored": [], "minor": [], "random minor": [], "cut": []}
    keys = ("window", "stride", "channels")
    return {
        "format": "convac-certificate/1",
        "network": {
            "M": M,
            "H": H,
            "W": W,
            "layers": [dict(zip(keys, x, strict=True)) for x in layers],
        },
        "partition": {"P": [[[0, H], [0, 1]]]},
        "claim": claim or claim_json(SHARED, ">=", []),
        "evidence": none | {kind.replace("_", " "): [item] for kind, item in evidence.items()},
    }


def layer(channels: int, window: Sequence[int] = (1, 1), stride: Sequence[int] = (1, 1)) -> Json:
    return list(window), list(stride), channels


def entry(number: int, channels: Json, weights: Json, bias: str = "0", **boxes: Json) -> Json:
    """At the offset and the location (0, 0) if not told otherwise."""
    standard = {"offsets": [ONE, ONE], "locations": [ONE, ONE]}
    start = {"layer": number, "channels": channels}
    return {**start, **standard, **boxes, "weights": weights, "bias": bias}


def ones(count: int) -> Json:
    return [[d, "1"] for d in range(count)]


def minor(assignment: Json, size: int) -> Json:
    return {"assignment": assignment, "prime": PRIME, "rows": ["0"] * size, "columns": ["0"] * size}


def long_number(digits: int, source: random.Random) -> str:
    return str(source.randrange(10 ** (digits - 1), 10**digits))


def many_offsets(count: int, size: int) -> Json:
    """A minor that is a product over many offsets, all of them outside the input."""
    places = entry(1, ONE, [], "2", offsets=[[0, count], ONE])
    return document(1, 1, 1, [layer(1, (count, 1))], minor=minor([places], size))


def many_channels(count: int, size: int) -> Json:
    """A minor each of whose rows needs many values."""
    entries = [entry(1, [0, count], ones(1), "1"), entry(2, ONE, ones(count), "1")]
    return document(1, 1, 1, [layer(count), layer(1)], minor=minor(entries, size))


def long_table(channels: int, digits: int) -> Json:
    """A table with long entries, carried through a fully connected pair of layers."""
    source, every = random.Random(0), [0, channels]
    site = [[d, long_number(digits, source)] for d in range(10)]
    entries = [
        entry(1, ONE, site),
        entry(1, ONE, site[::-1], offsets=[ONE, [1, 2]]),
        entry(2, ONE, ones(1), "1"),
        entry(3, every, ones(1)),
        entry(4, every, ones(channels)),
        entry(5, ONE, ones(channels)),
    ]
    layers = [layer(2, (1, 2), (1, 2)), layer(1), layer(channels), layer(channels), layer(1)]
    return document(10, 1, 2, layers, factored={"assignment": entries, "classes": []})


def long_fractions(channels: int, locations: int, digits: int) -> Json:
    """Weights with long denominators at many places of a minor."""
    source = random.Random(0)
    numbers = [long_number(digits, source) for _ in range(channels)]
    every, all_locations = [0, channels], {"locations": [ONE, [0, locations]]}
    entries = [
        entry(1, every, ones(1), "1", **all_locations),
        entry(2, every, [[d, f"1/{x}"] for d, x in enumerate(numbers)], "1", **all_locations),
        entry(3, ONE, ones(channels), "1", offsets=[ONE, [0, locations]]),
    ]
    layers = [layer(channels), layer(channels), layer(1, (1, locations), (1, locations))]
    return document(1, 1, locations, layers, minor=minor(entries, 1))


def long_scalars(channels: int, digits: int) -> Json:
    """Sums of long fractions that cancel again and again."""
    source = random.Random(0)
    x, y = long_number(digits, source), long_number(digits, source)
    signs = [[d, f"{'-' if d % 2 else ''}{x}/{y}"] for d in range(channels)]
    entries = [
        entry(1, [0, channels], [[0, f"{y}/{x}"]]),
        entry(2, [0, channels], signs),
        entry(3, ONE, ones(channels)),
    ]
    layers = [layer(channels), layer(channels), layer(1)]
    return document(2, 1, 1, layers, factored={"assignment": entries, "classes": []})


def long_elimination(side: int, digits: int) -> Json:
    """The rank of a table whose first rows have small pivots and long entries beside them."""
    source = random.Random(0)
    table = [[d, long_number(digits, source)] for d in range(side)]
    entries = [entry(1, [c, c + 1], [[c, "1"]]) for c in range(side)]
    entries += [
        entry(1, [c, c + 1], source.sample(table, 1 + c % side), offsets=[ONE, [1, 2]])
        for c in range(side)
    ]
    entries.append(entry(2, ONE, ones(side)))
    layers = [layer(side, (1, 2), (1, 2)), layer(1)]
    claim = claim_json(AT_POINT, ">=", [])
    return document(side, 1, 2, layers, claim, factored={"assignment": entries, "classes": []})


def wide_tables(count: int) -> Json:
    """One-sided factors with zeros on 16 sites: matrices of one row, the ranks of which are asked."""
    parts = [entry(1, [0, 1], [[1, "1"]], offsets=[ONE, [0, 16]], locations=[ONE, [0, count]])]
    parts.append(entry(2, ONE, ones(1), "-1", offsets=[ONE, [0, count]]))
    layers = [layer(1, (1, 16), (1, 16)), layer(1, (1, count), (1, count))]
    claim = claim_json(AT_POINT, ">=", [])
    found = document(2, 1, 16 * count, layers, claim, factored={"assignment": parts, "classes": []})
    found["partition"]["P"] = []
    return found


def many_places(channels: int) -> Json:
    places = entry(1, [0, channels], [], "1")
    evidence = {"assignment": [places], "classes": []}
    return document(2, 1, 1, [layer(channels), layer(1)], factored=evidence)


def many_sites(side: int, M: int) -> Json:
    """A factor for each site."""
    every = [[0, side], [0, side]]
    weights = [[d, str(d + 1)] for d in range(M)]
    entries = [entry(1, ONE, weights, "1", locations=every), entry(2, ONE, ones(1), offsets=every)]
    layers = [layer(1), layer(1, (side, side), (side, side))]
    return document(M, side, side, layers, factored={"assignment": entries, "classes": []})


def many_seeds(channels: int) -> Json:
    item = {"seed": 0, "prime": PRIME, "rows": ["0"], "columns": ["0"]}
    layers = [layer(channels), layer(channels), layer(1)]
    return document(2, 1, 1, layers, claim_json(UNSHARED, ">=", []), random_minor=item)


def cut_item(form: str, separator: Json = ()) -> Json:
    return {"separator": list(separator), "on Q": [], "form": form, "bound": "1"}


def many_edges(side: int, depth: int) -> Json:
    layers = [layer(1)] * depth + [layer(1, (side, side), (side, side))]
    claim = claim_json(SHARED, "<=", [])
    found = document(2, side, side, layers, claim, cut=cut_item("sum"))
    found["partition"]["P"] = []
    return found


def many_terms(width: int, channels: int) -> Json:
    """Mixed vertices in a separator, each with many degrees to choose."""
    layers = [layer(channels, (1, 2), (1, 1)), layer(channels, (1, width), (1, width))]
    separator = [[1, 0, v] for v in range(width)] + [[0, 0, v] for v in range(width)]
    claim = claim_json(SHARED, "<=", [])
    found = document(2, 1, width, layers, claim, cut=cut_item("sum", separator))
    found["partition"]["P"] = [[ONE, [v, v + 1]] for v in range(0, width, 2)]
    return found


def many_paths(depth: int, width: int) -> Json:
    """A mixed vertex with very many paths to the output, and so very many degrees."""
    layers = [layer(1, (1, 2), (1, 2))] + [layer(3, (1, width), (1, 1))] * depth
    layers.append(layer(3, (1, width), (1, width)))
    claim = claim_json(SHARED, "<=", [])
    separator = [[1, 0, v] for v in range(width)]
    return document(2, 1, 2 * width, layers, claim, cut=cut_item("sum", separator))


def power(base: str, exponent: int) -> Json:
    return document(2, 1, 1, [layer(1)], claim_json(SHARED, "<=", [(int(base), exponent)]))


def many_powers(count: int) -> Json:
    return document(2, 1, 1, [layer(1)], claim_json(SHARED, "<=", [(3, 1)] * count))


def colliding_tables(count: int) -> Json:
    """Many tables of one hash in one sum: entries that differ by multiples of 2^61 - 1."""
    entries = [entry(1, [c, c + 1], [[0, "1"], [1, str(1 + c * HASH)]]) for c in range(count)]
    entries.append(entry(2, ONE, ones(count), "1"))
    layers = [layer(count), layer(1)]
    return document(2, 1, 1, layers, factored={"assignment": entries, "classes": []})


def mixed_in(state: Any, lane: Any) -> Any:
    """A step of Python's hash of a tuple (xxHash), modulo 2^64."""
    state = state + lane * np.uint64(14029467366897019727)
    return (state << np.uint64(31) | state >> np.uint64(33)) * np.uint64(11400714785074694791)


def colliding_pairs(count: int, first: Sequence[int] = ()) -> list[list[int]]:
    """Pairs (i, j) below 2^53 such that the tuples (*first, i, j) have one hash."""
    start = np.array([2870177450012600261], dtype=np.uint64)
    for lane in first:
        start = mixed_in(start, np.uint64(lane))
    inverse = np.uint64(pow(14029467366897019727, -1, 2**64))
    found: list[list[int]] = []
    for block in range(0, 2**40, 2**20):
        i = np.arange(block, block + 2**20, dtype=np.uint64)
        j = (np.uint64(0) - mixed_in(start, i)) * inverse
        found += [[int(i[k]), int(j[k])] for k in np.flatnonzero(j < np.uint64(2**53 - 1))]
        if len(found) >= count:
            return found[:count]
    raise AssertionError


def colliding_offsets(count: int) -> Json:
    """Window offsets of one hash."""
    pairs = colliding_pairs(count)
    entries = [entry(1, ONE, [], "1", offsets=[[i, i + 1], [j, j + 1]]) for i, j in pairs]
    layers = [layer(1, (2**53 - 1, 2**53 - 1))]
    return document(1, 1, 1, layers, factored={"assignment": entries, "classes": []})


def colliding_vertices(count: int) -> Json:
    """Vertices of one hash, none of which exists."""
    separator = [[0, i, j] for i, j in colliding_pairs(count, [0])]
    claim = claim_json(SHARED, "<=", [])
    found = document(2, 1, 1, [layer(1)], claim, cut=cut_item("sum", separator))
    found["partition"]["P"] = []
    return found


def repeated(item: str, count: int) -> str:
    """Very many small items of evidence `minor`."""
    text = json.dumps(document(2, 1, 1, [layer(1)]), separators=(",", ":"))
    return text.replace('"minor":[]', f'"minor":[{",".join([item] * count)}]', 1)


SMALL_MINOR = f'{{"assignment":[],"prime":"{PRIME}","rows":["0"],"columns":["0"]}}'
NEST = 400

HOSTILE: dict[str, tuple[Callable[[], Json | str], int]] = {
    "200,000 offsets": (lambda: many_offsets(200_000, 1024), 4),
    "a million offsets": (lambda: many_offsets(1_000_000, 1024), 4),
    "3 million offsets, one row": (lambda: many_offsets(3_000_000, 1), 0),
    "8000 channels": (lambda: many_channels(8000, 1024), 4),
    "a table through 200 x 200 weights": (lambda: long_table(200, 3900), 0),
    "a table through 3000 x 3000 weights": (lambda: long_table(3000, 3900), 0),
    "long fractions at 28 x 2000 x 2000 weights": (lambda: long_fractions(2000, 28, 3900), 0),
    "long fractions that cancel": (lambda: long_scalars(2000, 3900), 4),
    "a table of 100 x 100 long entries": (lambda: long_elimination(100, 2000), 4),
    "a table of 300 x 300 entries": (lambda: long_elimination(300, 3), 0),
    "matrices of one row": (lambda: wide_tables(400), 4),
    "4,000,000 places": (lambda: many_places(4_000_000), 0),
    "a factor for each of 900 x 900 sites": (lambda: many_sites(900, 2), 4),
    "10^7 parameters from a seed": (lambda: many_seeds(3300), 0),
    "edges of 900 x 900 sites": (lambda: many_edges(900, 1), 1),
    "edges in many layers": (lambda: many_edges(200, 60), 4),
    "terms of N(S)": (lambda: many_terms(17, 3), 1),
    "long terms of N(S)": (lambda: many_terms(40, 10**15), 4),
    "degrees of N(S)": (lambda: many_paths(2, 400), 4),
    "a power of 2^26 bits": (lambda: power("3", 33_500_000), 0),
    "very many powers": (lambda: many_powers(1_500_000), 4),
    "tables of one hash": (lambda: colliding_tables(100_000), 0),
    "offsets of one hash": (lambda: colliding_offsets(100_000), 4),
    "vertices of one hash": (lambda: colliding_vertices(300_000), 1),
    "200,000 small minors": (lambda: repeated(SMALL_MINOR, 200_000), 4),
    "lists in lists": (
        lambda: f"[{','.join(['[' * NEST + ']' * NEST] * (20_900_000 // NEST // 3))}]",
        2,
    ),
    "strings": (lambda: json.dumps(["ab"] * 2_700_000), 2),
}


def text_of(name: str) -> str:
    """The certificate as it is written to a file."""
    found = HOSTILE[name][0]()
    return found if isinstance(found, str) else json.dumps(found, separators=(",", ":"))
