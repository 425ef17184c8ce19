"""Certificates: a claim with its evidence, in the format of docs/certificate.md, from plain data.

What is written here need not be trusted: `proofs/checker.py`, which shares no code with it, recomputes all
of it from the network, the partition and the parameters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from math import gcd
from typing import Any

import numpy as np

from ..algebra.assignment import Assignment
from ..algebra.assignment_json import to_json
from ..algebra.factored_rank import ClusterClass, factored_rank, product_table
from ..algebra.factorize import Factorization, factorize
from ..algebra.linear.exact import determinant
from ..algebra.linear.minors import largest_minor
from ..algebra.linear.modular_rank import eliminate
from ..algebra.linear.multimodular import FIRST_PRIME
from ..algebra.powers import Powers
from ..algebra.rings import GF, ZZ, Table
from ..errors import InputError, ResourceError
from ..graphs.network import Layer, Location, Site, edge_count
from ..graphs.partition import P, Partition, Q
from ..graphs.separating_sets import CutGraph, cut_graph
from ..resources import MOST_GRAPH_EDGES
from ..versions import versions
from .certificate_limits import require_readable
from .interval import STRADDLING, THEOREM, UpperBound
from .monomial_count import bound_of
from .setting import Setting

FORMAT = "convac-certificate/1"
GENERIC = "almost all real parameters with {} weights"
AT_POINT = "the parameters of the evidence, over Q"
MOST_ROWS = 1024
MOST_TABLE = 10**5
MOST_MATRIX = 2**26
MOST_DIGITS = 4000
"""Of a number in a certificate (docs/certificate.md)."""
LARGEST = 10**MOST_DIGITS
Json = dict[str, Any]


def text(document: Json) -> str:
    """The document as it is written to a file: the same bytes for the same certificate."""
    return json.dumps(document, ensure_ascii=True, separators=(",", ":")) + "\n"


def lower_bound(setting: Setting, at_least: Powers, witness: Assignment) -> Json:
    """That the generic rank is at least the rank at a witness; "=" where that is the full rank.

    Parameters
    ----------
    witness : Assignment over ZZ or QQ, of rank >= `at_least`
    """
    claim = generic_claim(setting, "=" if at_least == setting.full_rank else ">=", at_least)
    return document(setting, claim, **at_witness(witness, setting.partition))


def at_witness(witness: Assignment, partition: Partition) -> dict[str, list[Json]]:
    """Evidence of the rank at a witness, by its kind: classes of clusters, or a minor for large ones.

    Errors as for `factored`, where the whole matrix is too large for a `minor`, too.
    """
    try:
        return {"factored": [factored(witness, partition)]}
    except ResourceError as error:
        try:
            return {"minor": [minor(witness, partition, None)]}
        except (InputError, ResourceError):
            raise error from None


def interval(
    setting: Setting, at_least: Powers, upper: UpperBound, below: dict[str, list[Json]]
) -> Json:
    """That the generic rank is at least a bound, or equals it where the proved upper bound meets it.

    Parameters
    ----------
    below : evidence of the lower bound by its kind
    """
    exact = at_least == upper.value
    # The empty set separates, too, where nothing joins the sides: the form says that there is one.
    if exact and upper.form:
        above = _above(setting, upper)
        exact, below = bool(above), {**below, "cut": above}
    claim = generic_claim(setting, "=" if exact else ">=", at_least)
    return document(setting, claim, **below)


def _above(setting: Setting, upper: UpperBound) -> list[Json]:
    """Evidence by the separating set; none where its graph is too large to be written."""
    network, partition = setting.network, setting.partition
    if upper.form == THEOREM or edge_count(network) > MOST_GRAPH_EDGES:
        return []
    graph = cut_graph(network, partition, MOST_GRAPH_EDGES)
    if upper.form != STRADDLING:
        return [cut(graph, upper)]
    found = bound_of(graph, frozenset(upper.separator))
    return [cut(graph, found)] if found.value == upper.value else []


def upper_bound(setting: Setting, upper: UpperBound) -> Json:
    """That the rank is at most N(S), by its separating set; the size of the matrix needs none."""
    claim = generic_claim(setting, "<=", upper.value)
    if not upper.form:
        return document(setting, claim)
    graph = cut_graph(setting.network, setting.partition, MOST_GRAPH_EDGES)
    return document(setting, claim, cut=[cut(graph, upper)])


def rank_at(assignment: Assignment, partition: Partition, rank: Powers) -> Json:
    """That the rank at an assignment over ZZ or QQ is this one, over Q."""
    claim = {"for": AT_POINT, "relation": "=", "value": _value(rank)}
    setting = Setting(assignment.network, partition)
    return document(setting, claim, factored=[factored(assignment, partition)])


def generic_claim(setting: Setting, relation: str, value: Powers) -> Json:
    """What is said of almost all parameters."""
    return {
        "for": GENERIC.format(setting.weights),
        "relation": relation,
        "value": _value(value),
    }


def document(setting: Setting, claim: Json, **evidence: list[Json]) -> Json:
    """A claim with its evidence by kind: "factored", "minor", "random minor" and "cut".

    Raises
    ------
    InputError, ResourceError
        If the checker could not read it: `require_readable`.
    """
    network, partition = setting.network, setting.partition
    layers = [_layer(layer) for layer in network.explicit.layers]
    found = {
        "format": FORMAT,
        "producer": f"convac {versions()['convac']}",
        "network": {"M": network.M, "H": network.H, "W": network.W, "layers": layers},
        "partition": {"P": _boxes(divmod(site, partition.W) for site in partition.sites(P))},
        "claim": claim,
        "evidence": {"factored": [], "minor": [], "random minor": [], "cut": []} | evidence,
    }
    return require_readable(found)


def _layer(layer: Layer) -> Json:
    """A layer whose padding and size are numbers: what is not the paper's is written besides."""
    found: Json = {name: list(getattr(layer, name)) for name in ("window", "stride")}
    found["channels"] = layer.channels
    if layer.dilation != (1, 1):
        found["dilation"] = list(layer.dilation)
    if layer.padding != (0, 0):
        found["padding"] = list(layer.padding)
    if isinstance(layer.size, tuple):
        found["size"] = list(layer.size)
    if layer.groups > 1:
        found["groups"] = layer.groups
    return found


def factored(assignment: Assignment, partition: Partition) -> Json:
    """Evidence by classes of clusters, each of rank > 1 with a nonsingular minor."""
    factorization = factorize(assignment)
    found: dict[tuple[object, ...], Json] = {}
    for cluster in factored_rank(factorization, partition).classes:
        if cluster.rank > 1:
            key, item = _class(factorization, cluster, partition)
            if key in found:
                found[key]["count"] += item["count"]
            else:
                found[key] = item
    return {
        "assignment": _entries(assignment),
        "classes": sorted(found.values(), key=lambda item: (item["rows"], item["columns"])),
    }


def minor(point: Assignment, partition: Partition, seed: tuple[int, int] | None) -> Json:
    """Evidence by a largest minor of the matricization at a point, nonzero modulo a prime.

    Parameters
    ----------
    seed : (seed, prime), optional
        Of a random point over GF(prime); the checker draws it itself.

    Raises
    ------
    InputError
        If the minor has more than 1024 rows.
    ResourceError
        If the matrix has more than 2^26 entries.
    """
    prime = FIRST_PRIME if seed is None else seed[1]
    network = point.network
    if network.M**network.sites > MOST_MATRIX:
        raise ResourceError(
            f"a minor is taken from the whole matrix, of {network.M}^{network.sites} entries, and "
            f"{MOST_MATRIX} are allowed"
        )
    residues = point if seed else Assignment(network, point.entries, GF(prime))
    # With one template the matrix has one entry, however many sites there are.
    one = [0], [0]
    rows, columns = one if network.M == 1 else _pivots(_matrix(residues, partition), prime)
    if len(rows) > MOST_ROWS:
        raise InputError(
            "certificate", f"a minor of {len(rows)} rows", f"at most {MOST_ROWS} are written"
        )
    return {
        **({"seed": seed[0]} if seed else {"assignment": _entries(point)}),
        "prime": str(prime),
        "rows": [str(r) for r in rows],
        "columns": [str(c) for c in columns],
    }


def cut(graph: CutGraph, bound: UpperBound) -> Json:
    """Evidence by a separating set, with the vertices that run on side Q."""
    on_q = {v for v, side in graph.sides_without(bound.separator).items() if side == Q}
    labelled = sorted(v for v in on_q.union(bound.on_q) if v.layer > 0)
    return {
        "separator": [[v.layer, *v.at] for v in bound.separator],
        "on Q": [[v.layer, *v.at] for v in labelled],
        "form": bound.form,
        "bound": str(int(bound.value)),
    }


def _value(value: Powers) -> list[list[object]]:
    return [[str(base), exponent] for base, exponent in value.factors]


def _entries(assignment: Assignment) -> list[Json]:
    """The entries of docs/assignment.md, with weights as pairs and all locations as a box."""
    sizes = assignment.network.sizes
    return [
        {
            **entry,
            "locations": entry["locations"] or [[0, n] for n in sizes[entry["layer"]]],
            "weights": [[int(c), w] for c, w in entry["weights"].items()],
        }
        for entry in to_json(assignment)["entries"]
    ]


def _class(
    factorization: Factorization, cluster: ClusterClass, partition: Partition
) -> tuple[tuple[object, ...], Json]:
    """A class as the format has it, and what two equal classes share."""
    arithmetic = factorization.arithmetic
    rows, columns = cluster.scope(partition)
    sites = len(rows) + len(columns)
    if arithmetic.M**sites > MOST_TABLE:
        raise ResourceError(
            f"a cluster of {sites} sites has {arithmetic.M}^{sites} entries, and a certificate "
            f"holds tables of up to {MOST_TABLE}"
        )
    product = arithmetic.multiplied_out(rows + columns, cluster.factors, arithmetic.ring.one)
    table = _integers(product.ravel().tolist())
    matrix = ZZ.table(table, (arithmetic.M ** len(rows), arithmetic.M ** len(columns)))
    chosen = [sorted(map(int, places)) for places in largest_minor(matrix, ZZ, cluster.rank)]
    value = determinant(matrix[np.ix_(*chosen)], ZZ)
    if abs(value) >= LARGEST:
        raise ResourceError(
            f"a determinant of {cluster.rank} rows has more than {MOST_DIGITS} digits"
        )
    item = {
        "rows": [list(divmod(site, partition.W)) for site in rows],
        "columns": [list(divmod(site, partition.W)) for site in columns],
        "count": cluster.count,
        "table": [str(x) for x in table],
        "minor": {
            "rows": chosen[0],
            "columns": chosen[1],
            "determinant": str(value),
        },
    }
    return (_relative(sorted(rows + columns), partition), tuple(table)), item


def _relative(sites: Sequence[int], partition: Partition) -> tuple[tuple[int, int, int], ...]:
    """Sites with their sides, counted from the first: what translates of a cluster share."""
    top, left = divmod(sites[0], partition.W)
    places: Iterable[tuple[Location, int]] = (
        (divmod(site, partition.W), partition.sides[site]) for site in sites
    )
    return tuple((r - top, c - left, side) for (r, c), side in places)


def _integers(entries: Sequence[Any]) -> list[int]:
    """Scaled to integers without a common divisor, the first nonzero one positive."""
    exact = [(int(x), 1) if isinstance(x, int) else (int(x.p), int(x.q)) for x in entries]
    common = 1
    for _, q in exact:
        common = common * q // gcd(common, q)
    scaled = [p * (common // q) for p, q in exact]
    divisor = gcd(*scaled)
    first = next(x for x in scaled if x)
    return [x // (divisor if first > 0 else -divisor) for x in scaled]


def _pivots(matrix: Table, prime: int) -> tuple[list[int], list[int]]:
    found = eliminate(matrix, prime)
    return sorted(map(int, found.pivot_rows)), sorted(map(int, found.pivot_columns))


def _matrix(point: Assignment, partition: Partition) -> Table:
    """The matricization at a point over GF(p), all of it."""
    factorization = factorize(point, most_entries=MOST_MATRIX)
    assert factorization.function is not None
    factors = list(factorization.function.factors)
    rows, columns = partition.sites(P), partition.sites(Q)
    return product_table(factorization.arithmetic, factors, rows, columns, None)


def _boxes(sites: Iterable[Site]) -> list[list[list[int]]]:
    """A box for every run of neighbours in a row; equal runs of neighbouring rows are joined."""
    runs: list[list[int]] = []
    for r, c in sorted(sites):
        if runs and runs[-1][0] == r and runs[-1][2] == c:
            runs[-1][2] = c + 1
        else:
            runs.append([r, c, c + 1])
    boxes: list[list[list[int]]] = []
    latest: dict[tuple[int, int], list[list[int]]] = {}
    for r, first, end in runs:
        box = latest.get((first, end))
        if box is not None and box[0][1] == r:
            box[0][1] = r + 1
            continue
        latest[first, end] = [[r, r + 1], [first, end]]
        boxes.append(latest[first, end])
    return boxes
