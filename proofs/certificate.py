"""Certificates: a claim with its evidence, in the format of docs/certificate.md.

What is written here need not be trusted: `proofs/checker.py`, which shares no code with it, recomputes all
of it from the network, the partition and the parameters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from math import gcd
from typing import TYPE_CHECKING, Any

import numpy as np

from ..algebra.assignment import Assignment
from ..algebra.assignment_json import to_json
from ..algebra.evaluate import Factorization, factorize
from ..algebra.linear import determinant
from ..algebra.minors import largest_minor
from ..algebra.modular_rank import eliminate
from ..algebra.multimodular import FIRST_PRIME
from ..algebra.powers import Powers
from ..algebra.rings import GF, ZZ, PrimeField, Table
from ..algebra.separation import ClusterClass, product_table, separate
from ..errors import InputError, ResourceError
from ..graphs.cuts import CutGraph, cut_graph
from ..graphs.network import Network
from ..graphs.partition import P, Partition, Q, is_named, named
from .certificate_limits import require_readable
from .upper_bound import UpperBound
from .verdict import versions

if TYPE_CHECKING:
    from .bound import BoundReport
    from .certify import Certified
    from .generic_rank import RankReport
    from .verdict import Verdict

FORMAT = "convac-certificate/1"
GENERIC = "almost all real parameters with {} weights"
AT_POINT = "the parameters of the evidence, over Q"
MOST_ROWS = 1024
MOST_TABLE = 10**5
MOST_MATRIX = 2**26
Json = dict[str, Any]


def text(document: Json) -> str:
    """The document as it is written to a file: the same bytes for the same certificate."""
    return json.dumps(document, ensure_ascii=True, separators=(",", ":")) + "\n"


def of_verdict(verdict: Verdict) -> Json:
    """The certificate of a verified lower bound; "=" where it is the full rank.

    Raises
    ------
    InputError
        If the verdict is not verified, or its witness is a leading form (THEORY 3.1).
    """
    claimed = verdict.claim
    if not verdict.verified or claimed is None or verdict.network is None:
        raise InputError(
            "certificate", str(verdict.outcome), "a verified claim on a network has one"
        )
    if claimed.relation == "<=":
        raise InputError("certificate", str(claimed), "lower bounds have one; see `convac bound`")
    if verdict.cut is None and not is_named(verdict.partition):
        allowed = "a partition that is no name needs to be in `cut`; `certify` serves any"
        raise InputError("certificate", verdict.partition, allowed)
    if verdict.witness is None:
        raise InputError(
            "certificate",
            "a bound for all but finitely many q",
            "its witness is a leading form, for which no certificate is offered; unshared weights have one",
        )
    network = verdict.network
    cut = verdict.cut or named(verdict.partition, network.H, network.W)
    at_least = claimed.value if verdict.bound is None else verdict.bound.powers
    full = at_least == Powers([(network.M, min(cut.counts))])
    claim = _claim(GENERIC.format(verdict.weights), _relation(full), at_least)
    return _document(network, cut, claim, {"factored": [factored(verdict.witness, cut)]})


def of_report(report: RankReport) -> Json:
    """The certificate of a rank: of its exact value where the proved bounds meet, else of the lower bound.

    Raises
    ------
    InputError
        If no point was ranked, the parameters are residues, or a minor would have more than 1024 rows.
    ResourceError
        If the matrix has more than 2^26 entries.
    """
    network, cut, point = report.network, report.partition, report.point
    if point is None and report.lower.construction is not None:
        return of_bound(report)
    if point is None or max(report.ranks).is_zero:
        raise InputError("certificate", report.lower.by, "no rank > 0 at a point was computed")
    if report.of != "generic rank":
        if isinstance(point.ring, PrimeField):
            raise InputError("certificate", str(point.ring), "ranks over Q have one")
        claim = _claim(AT_POINT, "=", report.lower.value)
        return _document(network, cut, claim, {"factored": [factored(point, cut)]})
    kind = "minor" if report.point_seed is None else "random minor"
    evidence = {kind: [minor(point, cut, report.point_seed)]}
    claim = _claim(GENERIC.format(report.weights), _relation(report.exact), report.lower.value)
    return _document(network, cut, claim, evidence | _above(report.exact, report))


def of_bound(report: BoundReport | RankReport) -> Json:
    """The certificate of a proved interval: "=" where the bounds meet, else the lower bound.

    Raises
    ------
    InputError
        If no explicit assignment was ranked, or its rank is that of a leading form.
    """
    construction, network, cut = report.lower.construction, report.network, report.partition
    if construction is None or construction.family is not None:
        raise InputError("certificate", report.lower.by, "a rank at an explicit assignment has one")
    claim = _claim(GENERIC.format(report.weights), _relation(report.exact), report.lower.value)
    evidence = {"factored": [factored(construction.assignment, cut)]}
    return _document(network, cut, claim, evidence | _above(report.exact, report))


def of_certified(certified: Certified, *, at_assignment: bool) -> Json:
    """That the generic rank is at least the rank at an assignment over ZZ or QQ, or the rank there."""
    assignment, cut = certified.assignment, certified.partition
    if certified.rank.is_zero:
        raise InputError("certificate", "the function 0", "a rank of at least 1 has one")
    if at_assignment:
        claim = _claim(AT_POINT, "=", certified.rank)
        return _document(assignment.network, cut, claim, {"factored": [factored(assignment, cut)]})
    full = certified.rank == Powers([(assignment.network.M, min(cut.counts))])
    claim = _claim(GENERIC.format(certified.weights), _relation(full), certified.rank)
    return _document(assignment.network, cut, claim, {"factored": [factored(assignment, cut)]})


def factored(assignment: Assignment, partition: Partition) -> Json:
    """Evidence by classes of clusters, each of rank > 1 with a nonsingular minor."""
    factorization = factorize(assignment)
    found: dict[tuple[object, ...], Json] = {}
    for cluster in separate(factorization, partition).classes:
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
    """Evidence by a largest minor of the matricization at a point, nonzero modulo a prime."""
    prime = FIRST_PRIME if seed is None else seed[1]
    network = point.network
    if network.M**network.sites > MOST_MATRIX:
        raise ResourceError(
            f"a minor is taken from the whole matrix, of {network.M}^{network.sites} entries, and "
            f"{MOST_MATRIX} are allowed"
        )
    residues = point if seed else Assignment(network, point.entries, GF(prime))
    one = (
        [0],
        [0],
    )  # the whole matrix of a network with one template, which may have any number of sites
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


def separator(graph: CutGraph, bound: UpperBound) -> Json:
    """Evidence by a separating set, with the vertices that run on side Q."""
    number, sides = graph.components(bound.separator)
    parts = {number[v] for v in bound.on_q}  # those of the separating set have the number -1
    on_q = [
        v
        for v in sorted(graph.parents)
        if v[0] > 0
        and (
            (graph.side[v] == Q or v in bound.on_q)
            if number[v] < 0
            else (sides[number[v]] == Q or number[v] in parts)
        )
    ]
    return {
        "separator": [[layer, *at] for layer, at in bound.separator],
        "on Q": [[layer, *at] for layer, at in on_q],
        "form": bound.form,
        "bound": str(int(bound.value)),
    }


def _document(
    network: Network, cut: Partition, claim: Json, evidence: dict[str, list[Json]]
) -> Json:
    layers = [
        {"window": list(layer.window), "stride": list(layer.stride), "channels": layer.channels}
        for layer in network.layers
    ]
    document = {
        "format": FORMAT,
        "producer": f"convac {versions()['convac']}",
        "network": {"M": network.M, "H": network.H, "W": network.W, "layers": layers},
        "partition": {"P": _boxes(divmod(site, cut.W) for site in cut.sites(P))},
        "claim": claim,
        "evidence": {"factored": [], "minor": [], "random minor": [], "cut": []} | evidence,
    }
    return require_readable(document)


def _above(exact: bool, report: RankReport | BoundReport) -> dict[str, list[Json]]:
    """Evidence from above, where the bounds meet and the size of the matrix is not enough."""
    # The empty set separates, too, where nothing joins the sides: the form says that there is one.
    if not (exact and report.upper.form):
        return {}
    return {"cut": [separator(cut_graph(report.network, report.partition), report.upper)]}


def _relation(exact: bool) -> str:
    return "=" if exact else ">="


def _claim(at: str, relation: str, value: Powers) -> Json:
    powers = [[str(base), exponent] for base, exponent in value.factors]
    return {"for": at, "relation": relation, "value": powers}


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
    sites = sorted({site for scope, _ in cluster.factors for site in scope})
    rows = tuple(site for site in sites if partition.sides[site] == P)
    columns = tuple(site for site in sites if partition.sides[site] != P)
    if arithmetic.M ** len(sites) > MOST_TABLE:
        raise ResourceError(
            f"a cluster of {len(sites)} sites has {arithmetic.M}^{len(sites)} entries, and a certificate "
            f"holds tables of up to {MOST_TABLE}"
        )
    product = arithmetic.multiplied_out(rows + columns, cluster.factors, arithmetic.ring.one)
    table = _integers(product.ravel().tolist())
    matrix = ZZ.table(table, (arithmetic.M ** len(rows), arithmetic.M ** len(columns)))
    chosen = [sorted(map(int, places)) for places in largest_minor(matrix, ZZ, cluster.rank)]
    item = {
        "rows": [list(divmod(site, partition.W)) for site in rows],
        "columns": [list(divmod(site, partition.W)) for site in columns],
        "count": cluster.count,
        "table": [str(x) for x in table],
        "minor": {
            "rows": chosen[0],
            "columns": chosen[1],
            "determinant": str(determinant(matrix[np.ix_(*chosen)], ZZ)),
        },
    }
    top, left = divmod(sites[0], partition.W)
    places = ((*divmod(site, partition.W), partition.sides[site]) for site in sites)
    relative = tuple((r - top, c - left, side) for r, c, side in places)
    return (relative, tuple(table)), item


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
    sides = [partition.sites(side) for side in (0, 1)]
    return product_table(factorization.arithmetic, factors, sides[0], sides[1], None)


def _boxes(sites: Iterable[tuple[int, int]]) -> list[list[list[int]]]:
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
