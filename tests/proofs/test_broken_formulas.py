"""A formula that is broken at its source is noticed by a step that does not use it.

Each row breaks one function where the theorem's numbers, pairs, routes, sets or assignments come from, and
names the steps that must fail. A step that asked the same function again would pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cases import failed
from convac import Assignment, Powers, Setting, Status, Step, theorems
from convac.algebra.witnesses import near_far
from convac.graphs import chains, digits, directed_pairs
from convac.graphs import programs as program_graphs
from convac.graphs.carriers import Carriers
from convac.graphs.programs import Program
from convac.graphs.strands import Strands
from convac.graphs.triangular import System
from convac.proofs import monomial_count, program_ranks, routed_pairs
from convac.proofs.theorems import (
    almost_everywhere,
    cut_law,
    displacement,
    flow_bound,
    half_free,
    headline,
    local_sums,
    max_chains,
    max_pairs,
    non_overlapping,
    one_dimension,
    overlap_law,
    plan_bound,
    rectified_sums,
    replication,
    separation,
    shared_unshared,
    sharp_bound,
    standard_blocks,
    theorem_1,
    tile_bound,
    upper_bound,
)

Break = Callable[[Any], Any]


def more(value: Any) -> Any:
    return value + 1


def doubled(value: Any) -> Any:
    return value * Powers([(2, 1)])


def with_(**changes: Callable[[Any], Any]) -> Break:
    return lambda found: replace(
        found, **{name: change(getattr(found, name)) for name, change in changes.items()}
    )


def longer(windows: tuple[int, ...]) -> tuple[int, ...]:
    return (windows[0] + 1, *windows[1:])


def first_twice(found: Any) -> list[Any]:
    listed = list(found)
    return [*listed, *listed[:1]]


def fewer(found: Any) -> Any:
    """Some rows of the table only."""
    table, ring = found
    return table[:11], ring


def each_more(limits: Any) -> list[Any]:
    return [limit + 1 for limit in limits]


def biased(assignment: Any) -> Any:
    """The last row of weights with another bias."""
    *others, last = assignment.entries
    moved = replace(last, row=replace(last.row, bias=last.row.bias + 1))
    return type(assignment)(assignment.network, [*others, moved], assignment.ring)


def without_first(assignment: Any) -> Any:
    return type(assignment)(assignment.network, assignment.entries[1:], assignment.ring)


def heavier(assignment: Any) -> Any:
    """One more in the weights of the last row."""
    *others, last = assignment.entries
    weights = tuple((channel, weight + 1) for channel, weight in last.row.weights)
    moved = replace(last, row=replace(last.row, weights=weights))
    return type(assignment)(assignment.network, [*others, moved], assignment.ring)


def twice(found: Any) -> Any:
    return found * 2


def one_less(boxes: Any) -> Any:
    return tuple((p - 1, q - 1) for p, q in boxes)


def backwards(pairs: Any) -> Any:
    return {number: pair[::-1] for number, pair in pairs.items()}


def unbiased(construction: Any) -> Any:
    """Without the biases of half-free's layers."""
    old = construction.assignment
    rows = [replace(e, row=replace(e.row, bias=0)) if e.row.bias == -1 else e for e in old.entries]
    return replace(construction, assignment=Assignment(old.network, rows, old.ring))


def reversed_(found: Any) -> Any:
    return found[::-1]


def unread(construction: Any) -> Any:
    """Without the rows that read the first location."""
    old = construction.assignment
    rows = [e for e in old.entries if e.layer == 1 or e.offsets[1][0] > 0]
    return replace(construction, assignment=Assignment(old.network, rows, old.ring))


def all_ones(numbers: Any) -> Any:
    return dict.fromkeys(numbers, 1)


def hit_twice(times: Any) -> Any:
    return Counter({place: 2 * k for place, k in times.items()})


def praised(found: System) -> System:
    return System(tuple(replace(c, rank=2 * c.rank) for c in found.components))


T1 = {"M": 2, "H": 4, "layers": "3/1:2,4/4:1"}
TWO = {"M": 3, "H": 4, "layers": "2/1:6,2/1:3,4/4:1"}
SHARP = {"M": 3, "H": 6, "layers": "3/1:2,6/6:1"}
STRIDED = {"M": 2, "H": 4, "layers": "2/1:4,2/2:2,2/2:1"}
NO_HALF = {"M": 2, "H": 4, "layers": "2/1:1,2/1:1,4/4:1"}
LOSSY = {"M": 2, "H": 4, "layers": "3/1:2,2/2:4,1/2:1"}
CHECKERS = {"M": 3, "H": 4, "layers": "2/1:4,4/4:1", "partition": "checkerboard"}
ROUTED = {"M": 2, "H": 1, "W": 8, "layers": "1x2/1x2:8,1x2/1:8,1x2/1:8,1x4/1x4:1"}
LEVELS = {"M": 2, "H": 8, "layers": "3/1:8,2/2:16,3/1:8,2/2:8,2/2:1"}
LAW = {"M": 3, "H": 4, "R": 2, "D": 1}
CUT = {"M": 2, "H": 4, "R": 2, "S": 2, "D": 1, "partition": "rows"}
FLOW = {"M": 2, "H": 4, "layers": "2/2:3,2/2:2,1/1:1", "partition": "left-right"}
FLAT = {"M": 2, "H": 4, "layers": "2/2:1,2/2:1", "partition": "rows"}
PLAN = {"M": 2, "H": 4, "layers": "1/1:1,2/1:2,4/4:1", "partition": "columns"}
TILE = {"M": 2, "H": 4, "layers": "2/2:2,2/2:1", "partition": "columns"}
UPPER = {"M": 2, "H": 4, "layers": "2/2:2,2/1:2,2/2:1"}
TREE = {"M": 2, "H": 4, "layers": "2/2:3,2/2:2,1/1:1"}
LONG = {"M": 2, "H": 1, "W": 6, "layers": "1x2/1x2:2,1x3/1x3:1"}
SUMS = {"M": 2, "H": 4, "layers": "3/1:4,4/4:1"}
LINE = {"M": 2, "H": 2, "layers": "2/1:2,2/2:1"}
BLOCKS = {"B": 2, "n": 3}
ROW = {"M": 2, "H": 1, "W": 8, "layers": "1x3/1:1,1x8/1x8:1", "partition": "sites:PPQQQPQP"}
HITS = {"M": 2, "H": 3, "layers": "3x2/2:4,3x2/1:2,2/2:1", "partition": "sites:PPQ/QPQ/QQQ"}
BOXES = {"M": 2, "H": 4, "layers": "2/2:15,2/2:3,1/1:1"}
FIVES = {"M": 2, "H": 1, "W": 10, "layers": "1x10/1x10:6,1/1:1"}
EQUAL = {"M": 2, "H": 4, "layers": "3/1:4,2/2:1,2/2:1"}
NUMBERED = {"M": 2, "H": 4, "layers": "2/2:1,2/2:1,1/1:1"}
SEPARATED = {"M": 2, "H": 4, "D": 3}

BROKEN: list[tuple[str, dict[str, Any], Any, str, Break, set[str]]] = [
    ("theorem-1", T1, theorem_1, "numbers_at", with_(E=more), {"hypotheses", "pairs", "rank"}),
    ("theorem-1", T1, theorem_1, "numbers_at", with_(T=more), {"hypotheses"}),
    ("theorem-1", T1, theorem_1, "numbers_at", with_(T_R=more), {"hypotheses"}),
    ("theorem-1", STRIDED, theorem_1, "numbers_at", with_(T_S=more), {"hypotheses"}),
    ("theorem-1", TWO, theorem_1, "total_receptive_field", more, {"hypotheses"}),
    ("theorem-1", STRIDED, theorem_1, "total_stride", more, {"hypotheses"}),
    ("theorem-1", T1, theorem_1, "site_pairs", first_twice, {"pairs"}),
    ("theorem-1", T1, near_far, "_routes", lambda rows: list(rows)[:-1], {"nonsingular"}),
    ("sharp-bound", SHARP, sharp_bound, "crossing_count", more, {"hypotheses", "pairs", "rank"}),
    ("sharp-bound", SHARP, sharp_bound, "m_prime", lambda m: m - 1, {"hypotheses"}),
    ("sharp-bound", STRIDED, sharp_bound, "total_stride", more, {"hypotheses"}),
    ("sharp-bound", SHARP, sharp_bound, "crossing_pairs", first_twice, {"pairs"}),
    ("sharp-bound", SHARP, sharp_bound, "pair_matrix", lambda J: J + J.T @ J, {"nonsingular"}),
    ("overlap-law", LAW, overlap_law, "axis_field", lambda seen: {min(seen)}, {"straddling"}),
    ("headline", {"M": 2, "H": 4}, headline, "power", doubled, {"size"}),
    ("half-free", NO_HALF, half_free, "directed_pairs", first_twice, {"pairs"}),
    ("half-free", NO_HALF, half_free, "half_free_assignment", unbiased, {"factors"}),
    ("half-free", LOSSY, directed_pairs, "live", lambda at: at | True, {"pairs"}),
    ("routing", ROUTED, routed_pairs, "Levels", with_(m=more), {"hypotheses", "rank"}),
    ("routing", LEVELS, routed_pairs, "Levels", with_(m=more), {"hypotheses", "rank"}),
    ("routing", ROUTED, Carriers, "paths", lambda ks: [2 * k for k in ks], {"carriers", "factors"}),
    ("routing", LEVELS, Carriers, "paths", lambda ks: [*ks[:-1], ks[-1] + 1], {"carriers", "factors"}),
    ("routing", LEVELS, Strands, "crossing", lambda a: a | True, {"pairs"}),
    ("routing", ROUTED, Carriers, "paths", lambda ks: [k | 1 for k in ks], {"carriers", "factors"}),
    ("routing", ROUTED, Strands, "crossing", lambda a: a | True, {"pairs", "rank"}),
    ("routing", ROUTED, routed_pairs, "routing_assignment", with_(assignment=biased), {"factors"}),
    ("displacement", CHECKERS, displacement, "matched_corners", lambda a: a | True, {"pairs"}),
    ("displacement", CHECKERS, displacement, "m_prime", lambda m: m - 1, {"hypotheses"}),
    ("tile-bound", TILE, tile_bound, "tile_product", doubled, {"sites", "rank"}),
    ("tile-bound", TILE, tile_bound, "sides_of_tiles", lambda c: {(2, 2): 5}, {"sites", "rank"}),
    ("cut-law", CUT, cut_law, "bound_of", with_(value=doubled), {"cut"}),
    ("upper-bound", UPPER, upper_bound, "upper_bound", with_(value=doubled), {"N(S)"}),
    ("upper-bound", UPPER, monomial_count, "comb", lambda n: max(1, n - 1), {"N(S)"}),
    ("upper-bound", UPPER, upper_bound, "upper_bound", with_(separator=lambda s: s[1:]), {"separator"}),
    ("non-overlapping", TREE, non_overlapping, "_capacity", lambda c: c - 1, {"separator"}),
    ("local-sums", SUMS, local_sums, "local_sum", with_(bound=lambda b: b - 1), {"split"}),
    ("local-sums", SUMS, local_sums, "summand_scopes", lambda s: s[1:], {"scopes"}),
    ("max-chains", BOXES, max_chains, "chains", with_(boxes=one_less), {"dimensions", "attained"}),
    ("max-chains", BOXES, max_chains, "chains", with_(lone=lambda b: (True, True)), {"inputs"}),
    ("max-chains", BOXES, chains, "_elementary", lambda e: [0] * len(e), {"dimensions"}),
    ("max-chains", FIVES, chains, "_elementary", lambda e: [x // 2 for x in e], {"dimensions"}),
    ("max-chains", FIVES, chains._States, "of", lambda n: n - 1, {"states"}),
    ("max-pairs", EQUAL, max_pairs, "equalities", with_(components=lambda c: c[1:]), {"components"}),
    ("max-pairs", EQUAL, max_pairs, "equalities", with_(components=twice), {"components", "matrix"}),
    ("max-pairs", EQUAL, max_pairs, "pairs_assignment", without_first, {"assignment"}),
    ("rectified-sums", NUMBERED, rectified_sums, "numbering", with_(pairs=backwards), {"pairs"}),
    ("rectified-sums", NUMBERED, rectified_sums, "numbers_assignment", heavier, {"weights"}),
    ("rectified-sums", NUMBERED, digits.Numbering, "exponent", lambda e: 2 * e, {"weights"}),
    ("almost-everywhere", LINE, almost_everywhere, "entry_degree", lambda d: 1, {"degree"}),
    ("almost-everywhere", LINE, almost_everywhere, "minor_of", with_(value=more), {"restriction"}),
    ("replication", LONG, replication, "replicated", biased, {"factored forms", "grid tensors"}),
    ("standard-blocks", BLOCKS, standard_blocks, "numbers_of", with_(j=more), {"geometry"}),
    ("shared-unshared", {"H": 3}, shared_unshared, "products", fewer, {"products"}),
    ("one-dimension", ROW, one_dimension, "sorted_matching", with_(gamma=longer), {"potentials"}),
    ("one-dimension", ROW, one_dimension, "sorted_matching", with_(sites=reversed_), {"potentials"}),
    ("one-dimension", ROW, one_dimension, "random_numbers", all_ones, {"labels", "rank"}),
    ("one-dimension", ROW, one_dimension, "line_assignment", unread, {"rank"}),
    ("one-dimension", ROW, one_dimension, "least_cut", with_(value=doubled), {"cut"}),
    ("programs", HITS, program_ranks, "systems", with_(shown=praised), {"system", "rank"}),
    ("programs", HITS, program_graphs, "comb", more, {"system", "rank"}),
    ("programs", HITS, Program, "_times", hit_twice, {"hits", "factors"}),
    ("separation", SEPARATED, separation, "parameter_count", more, {"parameters"}),
    ("separation", SEPARATED, separation, "bound_of", with_(value=doubled), {"tree"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "sizes", "module", "function", "wrong", "steps"),
    BROKEN,
    ids=[f"{row[0]}: {row[3]} {sorted(row[5])}" for row in BROKEN],
)
def test_a_broken_formula_is_noticed(
    name: str,
    sizes: dict[str, Any],
    module: Any,
    function: str,
    wrong: Break,
    steps: set[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    check = theorems()[name]
    assert check(**sizes), "the unbroken check must pass"
    right = getattr(module, function)
    monkeypatch.setattr(module, function, lambda *args, **more: wrong(right(*args, **more)))
    assert steps <= set(failed(check(**sizes)))


REFUSED: list[tuple[Callable[[Setting], Step], dict[str, Any], Any, str, Break]] = [
    (lambda s: flow_bound.routed(flow_bound.best(s, 2)), FLOW, flow_bound, "capacities", each_more),
    (lambda s: flow_bound.routed(flow_bound.best(s, 2)), FLOW, flow_bound, "tree_routes", first_twice),
    (lambda s: flow_bound.routed(cut_law.numbers_of(s, 2).flow), FLAT, cut_law, "capacities", each_more),
    (lambda s: one_dimension.routed(one_dimension.best(s)), ROW, one_dimension, "line_routes", first_twice),
    (lambda s: plan_bound.planned(plan_bound.best(s)), PLAN, plan_bound, "plan", first_twice),
]  # fmt: skip


@pytest.mark.parametrize(("taken", "sizes", "module", "function", "wrong"), REFUSED)
def test_routes_that_no_assignment_has_are_noticed(
    taken: Callable[[Setting], Step],
    sizes: dict[str, Any],
    module: Any,
    function: str,
    wrong: Break,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Their assignment is refused before a verdict; the step on the routes fails as well."""
    setting = Setting.read(**sizes, weights="unshared")
    assert taken(setting).status is Status.PASSED
    right = getattr(module, function)
    monkeypatch.setattr(module, function, lambda *args, **more: wrong(right(*args, **more)))
    assert taken(setting).status is Status.FAILED


def test_every_theorem_has_a_row_in_one_of_the_tables() -> None:
    assert {row[0] for row in BROKEN} == set(theorems()) - {"flow-bound", "plan-bound"}
