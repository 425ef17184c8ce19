"""True certificates of every kind, and the ways in which one is changed at one place.

A change follows the type of what it meets, whatever it means. A mutant may be accepted only if its claim
is still true, which `certificates.is_true` decides by brute force.
"""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from certificates import (
    AT_POINT,
    PRIME,
    SHARED,
    UNSHARED,
    Json,
    assignment_json,
    certificate,
    claim_json,
    cut_json,
    factored_json,
    is_true,
    minor_json,
    package_assignment,
    package_random,
    status,
)
from convac import (
    ConvacError,
    Network,
    checkerboard,
    column_cut,
    from_sites,
    grid_tensor,
    left_right,
    matricize,
    theorem_1_assignment,
)

Path = tuple[Any, ...]
ANSWERS = ("true", "FALSE", "undecided", "invalid", "unreadable", "could not finish")
"""Accepted: the claim is true, false, or too large for brute force; refused: by which exit status."""


def entry(
    layer: int, c: int, offset: int, weights: list[Any], bias: str, where: Json = ((0, 2), (0, 3))
) -> Json:
    """Channel c at one column of the first row of a window."""
    return {
        "layer": layer,
        "channels": [c, c + 1],
        "offsets": [[0, 1], [offset, offset + 1]],
        "locations": [list(span) for span in where],
        "weights": weights,
        "bias": bias,
    }


FRACTIONS = [
    entry(1, 0, 0, [[0, "1"], [1, "1/2"]], "0", [[0, 1], [0, 2]]),
    entry(1, 0, 1, [[0, "-3/4"]], "1", [[0, 1], [0, 2]]),
    entry(1, 1, 0, [[0, "1"]], "0", [[1, 2], [0, 2]]),
    entry(1, 1, 1, [[1, "1"]], "0", [[1, 2], [0, 1]]),
    {**entry(1, 2, 0, [[1, "2"]], "1"), "offsets": [[0, 1], [0, 2]]},
    {
        **entry(2, 0, 0, [[0, "1"], [1, "-1"], [2, "1/3"]], "1/2", [[0, 1], [0, 1]]),
        "offsets": [[0, 2], [0, 3]],
    },
]


@cache
def lanes() -> dict[str, Json]:
    """A true certificate for each kind of evidence and of claim."""
    headline = Network(2, 2, layers="2/1:2,2/2:1")
    halves = left_right(2, 2)
    theorem = assignment_json(theorem_1_assignment(headline, 1, (2,), 2, shared=True).assignment)
    factored, powers = _factored(headline, halves, theorem)
    result = {
        "factored": certificate(
            headline, halves, claim_json(SHARED, ">=", powers), factored=factored
        ),
        "factored and size": certificate(
            headline, halves, claim_json(UNSHARED, "=", powers), factored=factored
        ),
        "size": certificate(headline, halves, claim_json(SHARED, "<=", [(2, 2)])),
    }
    wide, cut = Network(2, 2, 3, layers="1x2/1:3,2x3/2x3:1"), column_cut(2, 3, 1)
    for name, partition in (("cut", cut), ("checkerboard", checkerboard(2, 3))):
        factored, powers = _factored(wide, partition, FRACTIONS)
        result[f"at the assignment, {name}"] = certificate(
            wide, partition, claim_json(AT_POINT, "=", powers), factored=factored
        )
        result[f"unshared, {name}"] = certificate(
            wide, partition, claim_json(UNSHARED, ">=", powers), factored=factored
        )
    result["minor of entries"] = _minor(wide, cut, FRACTIONS, AT_POINT)
    result["minor, shared seed"] = _minor(headline, halves, 1, SHARED)
    result["minor, unshared seed"] = _minor(headline, halves, 1, UNSHARED)
    padded = Network(2, 1, 4, layers="1x2/1x1d1x2a0x1n1x3g2:2,1x3/1x3:1")
    result["minor, geometry"] = _minor(padded, column_cut(1, 4, 2), 1, SHARED)
    result.update(_cuts())
    return result


def _factored(network: Network, partition: Any, source: Json) -> tuple[Json, Any]:
    found = factored_json(network, partition, source)
    assert found is not None
    return found


def _minor(network: Network, partition: Any, source: Json, of: str) -> Json:
    random = isinstance(source, int)
    if random:
        point = package_random(network, source, PRIME, shared=of == SHARED)
    else:
        point = package_assignment(network, source)
    matrix = matricize(grid_tensor(point), network.M, partition)
    item = minor_json(matrix, source)
    claim = claim_json(of, ">=", [(len(item["rows"]), 1)])
    kind = "random_minor" if random else "minor"
    return certificate(network, partition, claim, **{kind: item})


def _cuts() -> dict[str, Json]:
    """Upper bounds that the generic rank attains, below the size of the matrix."""
    pair = Network(2, 2, 4, layers="2/2:1,1x2/1:1,1x2/1x2:1")
    bends = from_sites(2, 4, [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2)])
    mixed = [(0, (0, 1)), (0, (1, 2)), (0, (1, 3)), (1, (0, 0)), (1, (0, 1))]
    sides = {(1, (0, 0)): 1}
    chain = Network(2, 1, 4, layers="1x2/1:1,1x2/1x2:2,1x2/1x2:1")
    halves = column_cut(1, 4, 2)
    output = [(0, (0, 2)), (1, (0, 1)), (3, (0, 0))]
    inside = Network(3, 1, 5, layers="1x3/1x2valid:1,1x2/1x2:1")
    apart = from_sites(1, 5, [(0, 0), (0, 3)])
    both = [(1, (0, 0)), (1, (0, 1))]
    tree, corner = Network(2, 2, 4, layers="2/2:2,1x2/1x2:2,1/1:1"), left_right(2, 4)
    found = {
        "cut, sum": (pair, bends, cut_json(pair, bends, mixed, "sum", sides)),
        "cut, product": (pair, bends, cut_json(pair, bends, mixed, "product", sides)),
        "cut, output": (chain, halves, cut_json(chain, halves, output, "sum")),
        "cut, geometry": (inside, apart, cut_json(inside, apart, both, "sum")),
        "cut, tree": (tree, corner, cut_json(tree, corner, [(2, (0, 0))], "sum")),
    }
    return {
        name: certificate(
            network,
            partition,
            claim_json(SHARED, "<=", [(int(item["bound"]), 1)]),
            cut=item,
        )
        for name, (network, partition, item) in found.items()
    }


def paths(document: Json, here: Path = ()) -> Iterator[Path]:
    """Where every value of a document is."""
    yield here
    if isinstance(document, dict | list):
        keys = document if isinstance(document, dict) else range(len(document))
        for key in keys:
            yield from paths(document[key], (*here, key))


WORDS = [">=", "<=", "=", "shared", "unshared", "sum", "product", SHARED, UNSHARED, AT_POINT]


def near(value: Json) -> list[Json]:
    """Other values of the same kind."""
    if type(value) is int:
        return [value + 1, value - 1, value + 2, 0, 1, 2 * value]
    if type(value) is list:
        return _lists(value)
    if value in WORDS:
        return [word for word in WORDS if word != value]
    if type(value) is str and value.lstrip("-").isdigit():
        n = int(value)
        return [*map(str, (n + 1, n - 1, -n, 2 * n, 0, 1, 2, 3)), f"{value}/2"]
    if type(value) is str and "/" in value:
        return ["-" + value, value[:-1] + "5", value.split("/")[0], "0", value[::-1]]
    return []


def far(value: Json) -> list[Json]:
    """Values of other types, and extremes."""
    if type(value) is dict:
        rest = [{k: v for k, v in value.items() if k != d} for d in value]
        return [{}, None, [], {**value, "extra": 0}, *rest]
    if type(value) is list:
        return [None, {}, [*value, 0], [value]]
    if type(value) is int:
        return [10**15, -1, str(value), float(value), True, None]
    if type(value) is str:
        return [
            value + "0",
            "-" + value,
            value[:-1],
            " " + value,
            value.upper() + "+",
            "9" * 40,
            None,
            1,
        ]
    return [0, "", "shared", [], [[0, 1], [0, 1]], True]


def changes(value: Json) -> list[Json]:
    return near(value) + far(value)


def _lists(value: list[Json]) -> list[Json]:
    """One element less, one twice, neighbours exchanged, and the like."""
    result: list[Json] = [[], value[::-1], value + value]
    for k in range(len(value)):
        result += [value[:k] + value[k + 1 :], [*value[: k + 1], *value[k:]]]
        if k:
            result.append([*value[: k - 1], value[k], value[k - 1], *value[k + 1 :]])
    if value and all(type(x) is int for x in value):
        result += [[x + d for x in value] for d in (1, -1)]
    return result


def look_up(document: Json, path: Path) -> Json:
    for key in path:
        document = document[key]
    return document


def replaced(document: Json, path: Path, value: Json) -> Json:
    result = copy.deepcopy(document)
    if not path:
        return value
    target = result
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return result


def every_mutant(document: Json) -> Iterator[tuple[str, Json]]:
    """Each change at each place; what gives the same document is left out."""
    for path in paths(document):
        value = look_up(document, path)
        for new in changes(value):
            if new != value or type(new) is not type(value):
                yield f"{show(path)} := {new!r}"[:200], replaced(document, path, new)


def random_mutant(document: Json, source: random.Random) -> tuple[str, Json]:
    """One to three changes at random places, most of them to values of the same kind."""
    mutant, described = document, []
    for _ in range(source.choice([1, 1, 2, 2, 3])):
        spots = list(paths(mutant))
        path = source.choice(spots)
        value = look_up(mutant, path)
        kind = source.random()
        others = [v for v in (look_up(mutant, p) for p in spots) if type(v) is type(value)]
        options = (kind < 0.75 and near(value)) or (kind < 0.9 and others) or changes(value)
        new = source.choice(options)
        mutant = replaced(mutant, path, copy.deepcopy(new))
        described.append(f"{show(path)} := {new!r}"[:120])
    return "; ".join(described), mutant


def show(path: Path) -> str:
    return ".".join(map(str, path))


def judge(document: Json) -> str:
    """One of ANSWERS: what the checker says of a mutant, and brute force of what it accepts."""
    answer = status(document)
    if answer:
        return {1: ANSWERS[3], 2: ANSWERS[4], 4: ANSWERS[5]}[answer]
    try:
        return "true" if is_true(document) else "FALSE"
    except ConvacError:
        return "undecided"


def tally(mutants: Iterator[tuple[str, Json]]) -> tuple[Counter[str], list[str]]:
    """How often each answer was given, and the mutants that were wrongly accepted."""
    counts: Counter[str] = Counter()
    wrong = []
    for described, mutant in mutants:
        answer = judge(mutant)
        counts[answer] += 1
        if answer == "FALSE":
            wrong.append(described)
    return counts, wrong
