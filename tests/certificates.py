"""Certificates for tests: built from the checker's own evaluation, judged by the engines of the package."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
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
    Row,
    from_sites,
    grid_tensor,
    matricize,
)
from convac.algebra.linear import rank
from convac.algebra.random_parameters import random_assignment
from convac.algebra.rings import Ring
from convac.graphs.cuts import CutGraph, Vertex
from convac.graphs.partition import Partition
from convac.proofs import checker

Json = Any
PRIME = 8388593
GENERIC, AT_POINT = "generic rank", "rank at the assignment"


def network_json(network: Network) -> Json:
    layers = [
        {"window": list(x.window), "stride": list(x.stride), "channels": x.channels}
        for x in network.layers
    ]
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
    return {
        "entries": [
            {
                "layer": e.layer,
                "channels": list(e.channels),
                "offsets": [list(s) for s in e.offsets],
                "locations": None if e.locations is None else [list(s) for s in e.locations],
                "weights": [[c, str(w)] for c, w in sorted(e.row.weights) if w],
                "bias": str(e.row.bias),
            }
            for e in assignment.entries
        ]
    }


def claim_json(
    of: str, weights: str | None, relation: str, value: Sequence[tuple[int, int]]
) -> Json:
    powers = [[str(base), exponent] for base, exponent in value]
    return {"of": of, "weights": weights, "relation": relation, "value": powers}


def certificate(network: Network, partition: Partition, claim: Json, evidence: list[Json]) -> Json:
    return {
        "format": "convac-certificate/1",
        "network": network_json(network),
        "partition": partition_json(partition),
        "claim": claim,
        "evidence": evidence,
    }


def problem_of(network: Network, partition: Partition) -> checker.Problem:
    """The checker's own reading of a network and a partition."""
    grammar = checker.CERTIFICATE
    mine = checker.shaped(network_json(network), grammar["network"], "")
    boxes = checker.shaped(partition_json(partition), grammar["partition"], "")["P"]
    return checker.read_problem(mine, boxes)


def point_of(source: Json, problem: checker.Problem) -> checker.Assignment:
    """The checker's own reading of an assignment."""
    return checker.read_assignment(checker.shaped(source, checker.assignment, ""), problem.layers)


def item_of(item: Json, problem: checker.Problem) -> dict[str, Any]:
    """The checker's own reading of an item of evidence."""
    read: dict[str, Any] = checker.evidence(item, "")
    checker.read_evidence(read, "", problem)
    return read


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


def evaluated(network: Network, partition: Partition, source: Json) -> list[checker.Cluster] | None:
    """The clusters of the checker's own evaluation; None if the function is zero."""
    problem = problem_of(network, partition)
    assignment = point_of(source, problem)
    factors = checker.factors_of(problem, assignment)
    if factors is None:
        return None
    try:
        return checker.clusters(network.M, factors, problem.P())
    except checker.Invalid:
        return None


def factored_json(
    network: Network, partition: Partition, source: Json
) -> tuple[Json, list[Any]] | None:
    """Evidence with every class, and the powers that it proves; None if the function is zero."""
    found = evaluated(network, partition, source)
    if found is None:
        return None
    width, classes, powers = 2 * network.W, [], []
    for cluster in found:
        matrix = cluster.matrix or ()
        rows, columns = pivots(matrix, 2**61 - 1)
        determinant = checker.bareiss([[matrix[r][c] for c in columns] for r in rows])[1]
        classes.append(
            {
                "rows": [list(divmod(site, width)) for site in cluster.rows],
                "columns": [list(divmod(site, width)) for site in cluster.columns],
                "count": cluster.number,
                "table": [str(x) for row in matrix for x in row],
                "minor": {"rows": rows, "columns": columns, "determinant": str(determinant)},
            }
        )
        powers.append((len(rows), cluster.number))
    return {"kind": "factored", "assignment": source, "classes": classes}, powers


def minor_json(matrix: Any, source: Json, prime: int = PRIME) -> Json:
    rows, columns = pivots(matrix, prime)
    return {
        "kind": "minor",
        "assignment": source,
        "prime": str(prime),
        "rows": [str(r) for r in rows],
        "columns": [str(c) for c in columns],
    }


def seed_json(seed: int, prime: int, weights: str) -> Json:
    return {"seed": seed, "prime": str(prime), "weights": weights}


def cut_json(
    network: Network, partition: Partition, separator: Iterable[Vertex], form: str, sides: Json = ()
) -> Json:
    """Evidence with the checker's own N(S)."""
    boxes = [[layer, [[r, r + 1], [c, c + 1]]] for layer, (r, c) in sorted(separator)]
    item = {"kind": "cut", "separator": boxes, "sides": list(sides), "form": form, "bound": "1"}
    problem = problem_of(network, partition)
    return {**item, "bound": str(checker.cut_bound(problem, item_of(item, problem)))}


def neutral_parts(graph: CutGraph, separator: frozenset[Vertex]) -> list[Vertex]:
    """A vertex of each neutral component, and the mixed vertices of the separator."""
    number, sides = graph.components(separator)
    first: dict[int, Vertex] = {}
    for vertex in sorted(number):
        first.setdefault(number[vertex], vertex)
    parts = [vertex for part, vertex in first.items() if part >= 0 and sides[part] == 3]
    return parts + sorted(v for v in separator if graph.side[v] == 2)


def package_network(x: Json) -> Network:
    layers = [Layer(tuple(y["window"]), tuple(y["stride"]), y["channels"]) for y in x["layers"]]
    return Network(x["M"], x["H"], x["W"], layers=layers)


def package_partition(network: Network, x: Json) -> Partition:
    sites = [(r, c) for rows, columns in x["P"] for r in range(*rows) for c in range(*columns)]
    return from_sites(network.H, network.W, sites)


def package_assignment(network: Network, x: Json) -> Assignment:
    """The assignment of a document by the package: over Q, or the integers of a seed."""
    if "seed" in x:
        field = GF(int(x["prime"]))
        found = random_assignment(network, x["seed"], field, shared=x["weights"] == "shared")
        entries = [
            Entry(e.layer, e.channels, e.offsets, lifted(e.row), e.locations) for e in found.entries
        ]
        return Assignment(network, entries, ZZ)
    return Assignment(
        network,
        [
            Entry(
                e["layer"],
                tuple(e["channels"]),
                tuple(tuple(s) for s in e["offsets"]),
                Row(tuple((c, w) for c, w in e["weights"]), e["bias"]),
                e["locations"] and tuple(tuple(s) for s in e["locations"]),
            )
            for e in x["entries"]
        ],
        QQ,
    )


def lifted(row: Row) -> Row:
    return Row(tuple((c, int(w)) for c, w in row.weights), int(row.bias))


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
    for layer, (height, width) in zip(network.layers, network.sizes, strict=False):
        window = min(layer.window[0], height), min(layer.window[1], width)
        layers.append(Layer(window, layer.stride, min(layer.channels, 20)))
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
    P = sum((b - a) * (d - c) for (a, b), (c, d) in document["partition"]["P"])
    if claim["relation"] == "<=" and value >= M ** min(P, sites - P):
        return True
    if claim["of"] == GENERIC:
        found = generic_rank_of(network, partition, claim["weights"])
    else:
        source = next(e["assignment"] for e in document["evidence"] if "assignment" in e)
        found = rank_at(network, partition, json.dumps(source))
    holds = {">=": found >= value, "<=": found <= value, "=": found == value}
    return holds[claim["relation"]]


def status(document: Json) -> int:
    """The exit status that the checker gives a document."""
    try:
        checker.check(document)
    except checker.Invalid:
        return 1
    except checker.Unreadable:
        return 2
    except checker.TooLarge:
        return 4
    return 0
