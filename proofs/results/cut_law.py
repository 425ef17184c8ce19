"""The cut law: one overlapping layer, every partition: the rank is a minimum cut (THEORY 8.5)."""

from __future__ import annotations

from typing import Any

from ...algebra.assignment import Assignment
from ...algebra.digits import digit_assignment, digit_count
from ...algebra.evaluate import factorize
from ...algebra.powers import Powers
from ...algebra.separation import separate
from ...errors import InputError, ResourceError
from ...graphs.cuts import cut_graph, minimum_cut
from ...graphs.flows import DigitPath, digit_paths
from ...graphs.geometry import tail_failure
from ...graphs.network import COLUMNS, ROWS, Layer, Network, positive
from ...graphs.partition import Partition, named
from ..claim import RankClaim, decide
from ..oracles import oracle_step
from ..registry import PROJECT, result
from ..steps import almost_everywhere_step
from ..upper_bound import bound_of
from ..verdict import (
    Bound,
    Claim,
    ComputedRank,
    Status,
    Step,
    Verdict,
    not_applicable,
    outcome,
)
from ..verify_bound import one_of

TITLE = "Cut law"
Vertices = tuple[tuple[int, tuple[int, int]], ...]


@result(
    name="cut-law",
    title=TITLE,
    source=PROJECT,
    section="THEORY 8.5",
    statement="""
        One layer R/S:D with R ≥ min(S, input size), then one whose window is its whole input; any
        partition (P, Q), unshared weights. For b ≥ 2 let f be the largest integral flow from
        P-sites over locations to Q-sites with capacities ⌊log_b M⌋ at sites and ⌊log_b (D + 1)⌋ at
        locations. For almost all parameters b^f ≤ rank ≤ min over separating sets of M^(sites)·(D +
        1)^(locations). If M and D + 1 are powers of b, both are b^f.
    """,
    latex=r"""
        For layers $R/S{:}D$, then one over its whole input, unshared weights and any partition, let
        $f$ be the largest integral flow from $P$-sites over locations to $Q$-sites with capacities
        $\lfloor\log_bM\rfloor$ and $\lfloor\log_b(D+1)\rfloor$. For almost all parameters
        \[b^f\le\operatorname{rank}[\![\mathcal A]\!]\le\min_S
        M^{\#\mathrm{sites}(S)}(D+1)^{\#\mathrm{locations}(S)},\] with equality if $M$ and $D+1$ are
        powers of $b$.
    """,
    instances=[
        {"M": 2, "H": 4, "R": 3, "D": 1, "partition": "checkerboard"},
        {"M": 2, "H": 4, "R": 2, "S": 2, "D": 3, "partition": "rows"},
        {"M": 4, "H": 2, "R": 2, "D": 3, "partition": "checkerboard"},
        {"M": 4, "H": 2, "W": 3, "R": 2, "D": 1, "partition": "columns"},
        {"M": 3, "H": 4, "R": 2, "D": 2, "b": 3, "partition": "left-right"},
        {"M": 3, "H": 3, "R": 2, "D": 2, "partition": "checkerboard"},
        {"M": 2, "H": 8, "R": 3, "D": 3, "partition": "checkerboard"},
    ],
)
def cut_law(
    *,
    M: int,
    H: int,
    R: int,
    D: int,
    S: int = 1,
    W: int | None = None,
    partition: str = "checkerboard",
    b: int = 2,
    weights: str = "unshared",
) -> Verdict:
    """The flow's paths give an assignment of rank b^f; a minimum cut bounds the rank from above."""
    one_of("weights", weights, ("unshared",))
    network = _network(M, H, W, R, S, D)
    if positive("b", b) < 2:
        raise InputError("b", b, "a base of at least 2 is needed")
    cut = named(partition, network.H, network.W)
    subject: dict[str, Any] = {"network": network, "weights": weights, "partition": partition}
    for axis, name in ((ROWS, "rows"), (COLUMNS, "columns")):
        if tail_failure(network.axis(axis), 0) is not None:
            reason = f"R = {R} < min(S, input size) on {name}: sites are lost"
            return not_applicable(TITLE, PROJECT, [reason], **subject)
    site, location = digit_count(M, b), digit_count(D + 1, b)
    paths = digit_paths(network, cut, site, location)
    law = Bound(b, len(paths))
    assignment = digit_assignment(network, paths, b)
    powers = b**site == M and b**location == D + 1
    upper, separator = _minimum(network, cut)
    claim = Claim("=" if powers else ">=", law.powers)
    rank, rank_step = _rank_step(assignment, cut, law)
    steps = [
        paths_step(network, cut, paths, site, location),
        rank_step,
        *([oracle_step(assignment, None, cut, rank)] if rank is not None else []),
        _cut_step(upper, separator, law, powers),
        Step(
            "digits",
            "lemma: functions of disjoint digits have the product of the ranks",
            Status.LEMMA,
            "each path has the factor J + diag(1, …, 1, 0) on its two digits, of determinant 1; a sum of "
            "b^q terms at a location on q paths is their product",
        ),
        decide(RankClaim(network, cut, weights, claim)),
    ]
    steps.append(almost_everywhere_step(network, law, steps, "at this assignment"))
    relation = "=" if powers else "≥"
    more = "" if powers else f", and ≤ {upper} for all parameters"
    return Verdict(
        TITLE,
        PROJECT,
        *outcome(
            steps,
            f"rank {relation} {law} for almost all parameters, {weights} weights{more}",
        ),
        claim=claim,
        bound=law,
        rank=None if rank is None else ComputedRank(rank, True, "Q", "factored"),
        geometry={"b": b, "f": len(paths), "digits of a site": site, "of a location": location},
        steps=tuple(steps),
        witness=assignment,
        **subject,
    )


@cut_law.variant(
    "D + 2",
    "a location carries ⌊log_b (D + 2)⌋ digits",
    {"M": 4, "H": 2, "R": 2, "S": 2, "D": 2, "partition": "left-right"},
)
def one_channel_more(*, M: int, H: int, R: int, S: int, D: int, partition: str) -> RankClaim | str:
    """The constant counts as one channel, not as two."""
    network = _network(M, H, None, R, S, D)
    cut = named(partition, H, H)
    flow = len(digit_paths(network, cut, digit_count(M, 2), digit_count(D + 2, 2)))
    return RankClaim(network, cut, "unshared", Claim(">=", Powers([(2, flow)])))


def paths_step(
    network: Network, cut: Partition, paths: list[DigitPath], site: int, location: int
) -> Step:
    """Each path joins both sides in one window; no digit is used twice; no location carries too many."""
    name, method = "paths", "flow, graph"
    (rows, columns), (down, across) = network.layers[0].window, network.layers[0].stride
    seen: set[tuple[tuple[int, int], int]] = set()
    carried: dict[tuple[int, int], int] = {}
    for path in paths:
        where = f"the path {path.near}, {path.far} through {path.location}"
        if cut.side(path.near) == cut.side(path.far):
            return Step(name, method, Status.FAILED, f"{where} does not cross")
        for at, digit in ((path.near, path.near_digit), (path.far, path.far_digit)):
            i, j = at[0] - down * path.location[0], at[1] - across * path.location[1]
            if not (0 <= i < rows and 0 <= j < columns):
                return Step(name, method, Status.FAILED, f"{where} leaves its window")
            if digit >= site or (at, digit) in seen:
                return Step(
                    name, method, Status.FAILED, f"{where} uses digit {digit} of {at} twice"
                )
            seen.add((at, digit))
        carried[path.location] = carried.get(path.location, 0) + 1
        if carried[path.location] > location:
            return Step(name, method, Status.FAILED, f"{path.location} carries too many paths")
    detail = f"{len(paths)} paths over {len(carried)} locations, on disjoint digits of the sites"
    return Step(name, method, Status.PASSED, detail)


def _rank_step(assignment: Assignment, cut: Partition, law: Bound) -> tuple[Powers | None, Step]:
    """The exact rank at the digits' assignment."""
    name, method = "rank", "Kronecker product, over Q"
    try:
        rank = separate(factorize(assignment), cut).rank
    except ResourceError as error:
        return None, Step(name, method, Status.NOT_RUN, str(error))
    holds = rank >= law.powers
    detail = f"the rank at this assignment is exactly {rank} {'≥' if holds else '<'} {law}"
    return rank, Step(name, method, Status.PASSED if holds else Status.FAILED, detail)


def _minimum(network: Network, cut: Partition) -> tuple[Powers, Vertices]:
    """The bound of a minimum cut together with the output (THEORY 9), or the matrix's size."""
    size = Powers([(network.M, min(cut.counts))])
    graph = cut_graph(network, cut)
    chosen = minimum_cut(graph) | {graph.output}
    found = bound_of(graph, chosen)
    if found.value < size:
        return found.value, found.separator
    return size, ()


def _cut_step(upper: Powers, separator: Vertices, law: Bound, powers: bool) -> Step:
    name, method = "cut", "minimum cut, integer arithmetic"
    sites = sum(layer == 0 for layer, _ in separator)
    locations = sum(layer == 1 for layer, _ in separator)
    where = (
        f"{sites} sites and {locations} locations separate" if separator else "the matrix's size"
    )
    detail = f"{where}: rank ≤ {upper}"
    if powers and upper != law.powers:
        return Step(name, method, Status.FAILED, f"{detail}, and the flow gives {law}")
    if upper < law.powers:
        return Step(name, method, Status.FAILED, f"{detail} < {law}")
    return Step(name, method, Status.PASSED, detail + (f" = {law}" if powers else ""))


def _network(M: int, H: int, W: int | None, R: int, S: int, D: int) -> Network:
    height, width = positive("H", H), positive("W", H if W is None else W)
    rows, columns = (-(-size // positive("S", S)) for size in (height, width))
    layers = (Layer(R, S, D), Layer((rows, columns), (rows, columns), 1))
    return Network(M, height, width, layers=layers)
