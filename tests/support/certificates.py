"""Certificates for tests: built from the checker's own evaluation, judged by the engines of the package."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from convac import (
    GF,
    QQ,
    ZZ,
    Assignment,
    Entry,
    Layer,
    Network,
    WeightRow,
    from_sites,
    grid_tensor,
    matricize,
)
from convac.algebra.linear.exact import rank
from convac.algebra.random_parameters import random_assignment
from convac.algebra.rings import Ring
from convac.graphs.network import Vertex
from convac.graphs.partition import Partition
from convac.graphs.separating_sets import CutGraph, cut_graph
from convac.proofs import checker

Json = Any
PRIME = 8388593
SHARED, UNSHARED, AT_POINT = checker.SHARED, checker.UNSHARED, checker.AT_POINT


def layer_json(layer: Layer) -> Json:
    """Every key that says something else than the paper's geometry."""
    found: Json = {"window": layer.window, "stride": layer.stride, "channels": layer.channels}
    more: Json = {"dilation": layer.dilation, "padding": layer.padding, "groups": layer.groups}
    usual = {"dilation": (1, 1), "padding": (0, 0), "groups": 1}
    found |= {key: value for key, value in more.items() if value != usual[key]}
    if layer.size is not None:
        found["size"] = layer.size
    return json.loads(json.dumps(found))


def network_json(network: Network) -> Json:
    layers = [layer_json(x) for x in network.explicit.layers]
    return {"M": network.M, "H": network.H, "W": network.W, "layers": layers}


def partition_json(partition: Partition) -> Json:
    """P row by row, neighbours together."""
    boxes: list[Json] = []
    for r in range(partition.H):
        for c in range(partition.W):
            if partition.side((r, c)) == 0:
                if boxes and boxes[-1][0][0] == r and boxes[-1][1][1] == c:
                    boxes[-1][1][1] = c + 1
                else:
                    boxes.append([[r, r + 1], [c, c + 1]])
    return {"P": boxes}


def assignment_json(assignment: Assignment) -> Json:
    sizes = assignment.network.sizes
    return [
        {
            "layer": e.layer,
            "channels": list(e.channels),
            "offsets": [list(s) for s in e.offsets],
            "locations": [list(s) for s in e.locations or [(0, n) for n in sizes[e.layer]]],
            "weights": [[c, str(w)] for c, w in sorted(e.row.weights) if w],
            "bias": str(e.row.bias),
        }
        for e in assignment.entries
    ]


def claim_json(at: str, relation: str, value: Sequence[tuple[int, int]]) -> Json:
    powers = [[str(base), exponent] for base, exponent in value]
    return {"for": at, "relation": relation, "value": powers}


def certificate(network: Network, partition: Partition, claim: Json, **evidence: Json) -> Json:
    """With items of evidence: factored, minor, random_minor, cut."""
    none: Json = {"factored": [], "minor": [], "random minor": [], "cut": []}
    return {
        "format": "convac-certificate/1",
        "network": network_json(network),
        "partition": partition_json(partition),
        "claim": claim,
        "evidence": none | {kind.replace("_", " "): [item] for kind, item in evidence.items()},
    }


def layers_of(network: Network) -> checker.Net:
    """The checker's own reading of a network."""
    return checker.layers_of(network_json(network))


def sites_of(partition: Partition) -> set[tuple[int, int]]:
    """P."""
    return {divmod(site, partition.W) for site in partition.sites(0)}


def rows_of(source: Json, layers: checker.Net) -> checker.Rows:
    """The checker's own reading of an assignment."""
    return checker.entered(source, layers)[0]


def residue(x: Any, prime: int) -> int:
    exact = Fraction(str(x))
    return exact.numerator * pow(exact.denominator, -1, prime) % prime


def pivots(matrix: Iterable[Sequence[Any]], prime: int) -> tuple[list[int], list[int]]:
    """Rows and columns of a largest minor that is not 0 modulo the prime."""
    reduced: list[tuple[int, list[int]]] = []
    rows = []
    for index, row in enumerate(matrix):
        rest = [residue(x, prime) for x in row]
        for column, pivot in reduced:
            factor = rest[column]
            rest = [(x - factor * y) % prime for x, y in zip(rest, pivot, strict=True)]
        column = next((k for k, x in enumerate(rest) if x), -1)
        if column >= 0:
            inverse = pow(rest[column], -1, prime)
            reduced.append((column, [x * inverse % prime for x in rest]))
            rows.append(index)
    return rows, sorted(column for column, _ in reduced)


def evaluated(network: Network, partition: Partition, source: Json) -> Any:
    """The classes of the checker's own evaluation; None if the function is zero."""
    layers = layers_of(network)
    try:
        factors = checker.factors_of(layers, rows_of(source, layers))
        return checker.classes_of(network.M, factors, sites_of(partition))
    except checker.Refused as error:
        if error.args[0] != checker.INVALID:
            raise
        return None


def factored_json(
    network: Network, partition: Partition, source: Json
) -> tuple[Json, list[Any]] | None:
    """Evidence with every class, and the powers that it proves; None if the function is zero."""
    found = evaluated(network, partition, source)
    if found is None:
        return None
    classes, powers = [], []
    for (first, second), (count, matrix) in found.items():
        rows, columns = pivots(matrix, 2**61 - 1)
        determinant = checker.eliminate([[matrix[r][c] for c in columns] for r in rows])[1]
        classes.append(
            {
                "rows": [list(site) for site in first],
                "columns": [list(site) for site in second],
                "count": count,
                "table": [str(x) for row in matrix for x in row],
                "minor": {"rows": rows, "columns": columns, "determinant": str(determinant)},
            }
        )
        powers.append((len(rows), count))
    return {"assignment": source, "classes": classes}, powers


def minor_json(matrix: Any, source: Json, prime: int = PRIME) -> Json:
    rows, columns = pivots(matrix, prime)
    return {
        **({"seed": source} if isinstance(source, int) else {"assignment": source}),
        "prime": str(prime),
        "rows": [str(r) for r in rows],
        "columns": [str(c) for c in columns],
    }


def cut_json(
    network: Network,
    partition: Partition,
    separator: Iterable[Vertex],
    form: str,
    sides: dict[Vertex, int] | None = None,
) -> Json:
    """Evidence with the checker's own N(S); the sides of neutral vertices (else P)."""
    graph, removed = cut_graph(network, partition), frozenset(separator)
    chosen = sides or {}
    found = graph.sides_without(removed)
    labels = {v: chosen.get(v, 0) if side == 3 else side for v, side in found.items() if v[0]}
    on_q = [[v[0], *v[1]] for v, side in labels.items() if side == 1]
    item = {
        "separator": [[v[0], *v[1]] for v in sorted(removed)],
        "on Q": on_q,
        "form": form,
        "bound": "1",
    }
    bound = checker.cut_bound(layers_of(network), sites_of(partition), item)
    return {**item, "bound": str(bound)}


def neutral_parts(graph: CutGraph, separator: frozenset[Vertex]) -> list[Vertex]:
    """The locations that see no site outside the separator, and its mixed ones."""
    return [v for v, side in graph.sides_without(separator).items() if side == 3 and v[0]]


def layer_of(x: Json) -> Layer:
    read = {key: tuple(value) if isinstance(value, list) else value for key, value in x.items()}
    return Layer(**read)


def package_network(x: Json) -> Network:
    layers = [layer_of(y) for y in x["layers"]]
    return Network(x["M"], x["H"], x["W"], layers=layers)


def package_partition(network: Network, x: Json) -> Partition:
    sites = [(r, c) for rows, columns in x["P"] for r in range(*rows) for c in range(*columns)]
    return from_sites(network.H, network.W, sites)


def package_random(network: Network, seed: int, prime: int, *, shared: bool) -> Assignment:
    """The integers of a seed, by the package."""
    found = random_assignment(network, seed, GF(prime), shared=shared)
    entries = [
        Entry(e.layer, e.channels, e.offsets, lifted(e.row), e.locations) for e in found.entries
    ]
    return Assignment(network, entries, ZZ)


def package_assignment(network: Network, x: Json) -> Assignment:
    """The assignment of a document by the package, over Q."""
    return Assignment(
        network,
        [
            Entry(
                e["layer"],
                tuple(e["channels"]),
                tuple(tuple(s) for s in e["offsets"]),
                WeightRow(tuple((c, w) for c, w in e["weights"]), e["bias"]),
                tuple(tuple(s) for s in e["locations"]),
            )
            for e in x
        ],
        QQ,
    )


def lifted(row: WeightRow) -> WeightRow:
    return WeightRow(tuple((c, int(w)) for c, w in row.weights), int(row.bias))


def brute_force(assignment: Assignment, partition: Partition, ring: Ring | None = None) -> int:
    """The rank of the grid tensor's matricization, all entries listed."""
    matrix = matricize(grid_tensor(assignment), assignment.network.M, partition)
    return int(rank(matrix, ring or assignment.ring))


@lru_cache(maxsize=10_000)
def generic_rank_of(network: str, partition: str, weights: str) -> int:
    """The largest of three ranks at random points over GF(p), by brute force.

    Never too large; too small with a probability of about 10^-15 at the sizes of these tests.
    """
    net = small(package_network(json.loads(network)))
    sides = package_partition(net, json.loads(partition))
    primes = (PRIME, 8388587, 8388581)
    points = (random_assignment(net, 7, GF(p), shared=weights == "shared") for p in primes)
    return max(brute_force(point, sides) for point in points)


def small(network: Network) -> Network:
    """The same generic rank: windows end with the input, and channels past 20 give no more functions."""
    layers = []
    grouped = any(layer.groups > 1 for layer in network.layers)
    for layer, size in zip(network.explicit.layers, network.sizes, strict=False):
        axes = zip(layer.window, size, layer.padding, layer.dilation, strict=True)
        rows, columns = (min(R, (n - 1 + a) // d + 1) for R, n, a, d in axes)
        channels = layer.channels if grouped else min(layer.channels, 20)
        layers.append(replace(layer, window=(rows, columns), channels=channels))
    return Network(network.M, network.H, network.W, layers=layers)


@lru_cache(maxsize=10_000)
def rank_at(network: str, partition: str, source: str) -> int:
    net = package_network(json.loads(network))
    sides = package_partition(net, json.loads(partition))
    return brute_force(package_assignment(net, json.loads(source)), sides)


def is_true(document: Json) -> bool:
    """Whether the claim of a document is true, whatever its evidence says.

    Raises
    ------
    ConvacError
        If brute force cannot decide it.
    """
    claim, M = document["claim"], document["network"]["M"]
    value = math.prod(int(b) ** e for b, e in claim["value"])
    network, partition = (json.dumps(document[key]) for key in ("network", "partition"))
    sites = document["network"]["H"] * document["network"]["W"]
    boxes = document["partition"]["P"]
    P = len({(r, c) for rows, columns in boxes for r in range(*rows) for c in range(*columns)})
    if claim["relation"] == "<=" and value >= M ** min(P, sites - P):
        return True
    if claim["for"] != AT_POINT:
        weights = "shared" if claim["for"] == SHARED else "unshared"
        found = generic_rank_of(network, partition, weights)
    else:
        items = [item for items in document["evidence"].values() for item in items]
        source = next(item["assignment"] for item in items if "assignment" in item)
        found = rank_at(network, partition, json.dumps(source))
    holds = {">=": found >= value, "<=": found <= value, "=": found == value}
    return holds[claim["relation"]]


def status(document: Json) -> int:
    """The exit status that the checker gives a document."""
    try:
        checker.check(document)
    except checker.Refused as error:
        return int(error.args[0])
    return 0
