"""Programs: their function, what they count, and systems that the check must refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from math import prod
from random import Random
from typing import Any

import pytest
from convac import (
    Assignment,
    Network,
    NotApplicable,
    Powers,
    ResourceError,
    Setting,
    Status,
    checkerboard,
    factored_rank,
    factorize,
    rank_interval,
    theorems,
)
from convac.algebra.engines import rank_at
from convac.algebra.grid_tensor import grid_tensor
from convac.algebra.witnesses.programs import program_assignment
from convac.graphs.partition import P, Q
from convac.graphs.program_search import Climb, repaired
from convac.graphs.programs import Hit, Program, Unit, kinds, whole
from convac.graphs.triangular import Component, System, system, told_apart
from convac.proofs.program_ranks import ProgramNumbers, searched
from convac.proofs.theorems import programs as theorem
from convac.proofs.theorems.programs import TALL, best, fits, walked
from convac.proofs.triangular_steps import triangular
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import networks, partitions

SYSTEM: dict[str, Any] = {
    "M": 3,
    "H": 3,
    "layers": "1x3/1:1,3/1:1,3/3:1",
    "partition": "sites:PQP/PQP/PQP",
}


@st.composite
def drawn(draw: st.DrawFn) -> tuple[Setting, Program]:
    """A small network, a partition, and a program some random changes away from whole windows."""
    network = draw(networks())
    depth = network.depth
    if depth < 2:
        network = Network(
            network.M, network.H, network.W, layers=(*network.layers, *network.layers[-1:])
        )
    shared = draw(st.booleans())
    random = Random(draw(st.integers(0, 2**32)))
    climb = Climb(network, shared, lambda *_: (1, None), 0, random)
    found = climb.start(draw(st.integers(1, network.depth - 1)), draw(st.booleans()))
    for _ in range(draw(st.integers(0, 10))):
        found = climb.changed(found)
    weights = "shared" if shared else "unshared"
    return Setting(network, draw(partitions(network)), weights), found.program


def value(hits: list[Hit], functions: dict[Any, list[int]], at: dict[Any, int]) -> int:
    """The product of (1 + sum of y_c)^k at one input."""
    found = 1
    for hit in hits:
        labels = (
            prod(functions[c, leaf][at[s]] for s, leaves in hit.leaves.items() for leaf in leaves)
            for c in range(hit.m)
        )
        found *= (1 + sum(labels)) ** hit.k
    return found


@given(drawn())
def test_the_function_is_the_product_over_the_hits(case: tuple[Setting, Program]) -> None:
    """Entry by entry, against the dense oracle, up to a constant."""
    setting, program = case
    network = setting.network
    if program.problem() is not None:
        return
    assignment = program_assignment(program).assignment
    functions = theorem.functions_of(assignment)
    tensor = [int(x) for x in grid_tensor(assignment)]
    sites = network.places(0)
    said = [
        value(program.hits, functions, dict(zip(sites, x, strict=True)))
        for x in product(range(network.M), repeat=len(sites))
    ]
    assert tensor[0] > 0
    assert [x * said[0] for x in tensor] == [y * tensor[0] for y in said]


@given(drawn(), st.integers(0, 2**32))
def test_no_system_is_above_the_rank(case: tuple[Setting, Program], seed: int) -> None:
    setting, program = case
    network, random = setting.network, Random(seed)
    if program.problem() is not None:
        return
    chosen = [site for site in network.places(0) if random.random() < 0.8]
    hits, cut = program.hits, setting.partition
    found = system(hits, cut, chosen, kinds(network), program.shared, random)
    numbers = ProgramNumbers(setting, program, found, Powers((c.rank, 1) for c in found.components))
    assert [step.status for step in (fits(numbers), walked(numbers), triangular(numbers))] == [
        Status.PASSED
    ] * 3
    ranks = [
        factored_rank(factorize(program_assignment(program, seed).assignment), cut).rank
        for seed in range(3)
    ]
    assert found.rank <= max(ranks)


@settings(max_examples=15)
@given(drawn())
def test_no_bound_is_above_the_rank_at_random_parameters(case: tuple[Setting, Program]) -> None:
    setting, _ = case
    interval = rank_interval(setting.network, setting.partition, weights=setting.weights)
    assert interval.lower.value <= interval.upper.value
    candidate = theorems()["programs"].candidate(setting)
    if candidate is not None:
        assert candidate.bound <= interval.upper.value
        rank = rank_at(candidate.build().assignment, setting.partition, "dense", 2**30).rank
        assert candidate.bound <= rank


@pytest.mark.parametrize(
    ("layers", "H", "W", "M", "partition", "weights", "rank"),
    [
        ("3x2/2:4,2x3/1:3,2x1/2x1:1", 4, 2, 3, "checkerboard", "shared", 45),
        ("3x2/2:4,3x2/1:2,2/2:1", 3, 3, 2, "sites:PPQ/QPQ/QQQ", "shared", 5),
        ("1x3/1:3,2x3/1:1,2/1x2:1,2/2:1", 2, 3, 3, "checkerboard", "unshared", 27),
        ("3/1:1,4x2/4x2:1", 4, 2, 3, "checkerboard", "unshared", 54),
        ("2x1/2x1:4,1x2/1x2:1,2x1/2x1:1", 3, 2, 3, "checkerboard", "unshared", 18),
        ("2/1x2:4,2/2x1:3,1x2/1:4,1x2/1x2:1", 2, 3, 3, "rows", "unshared", 15),
    ],
)
def test_intervals_that_only_programs_close(
    layers: str, H: int, W: int, M: int, partition: str, weights: str, rank: int
) -> None:
    found = rank_interval(Network(M, H, W, layers=layers), partition, weights=weights)
    assert found.exact
    assert found.lower.value == rank
    assert "THEORY 8.13" in found.lower.by


def system_of(setting: Setting) -> ProgramNumbers:
    """The numbers of the best system, for any setting."""
    return next(iter(searched(setting)))


def changed(numbers: ProgramNumbers, change: Callable[[Component], Component]) -> ProgramNumbers:
    """The first component changed, and the bound as its ranks give it then."""
    assert numbers.system is not None
    first, *others = numbers.system.components
    found = System((change(first), *others))
    bound = Powers((component.rank, 1) for component in found.components)
    return replace(numbers, system=found, bound=bound)


def swapped(component: Component) -> Component:
    """The clusters of a side that has several, in the opposite order."""
    return replace(component, clusters=(component.clusters[P][::-1], component.clusters[Q][::-1]))


def crossed(component: Component) -> Component:
    return replace(component, clusters=component.clusters[::-1])


def larger(component: Component) -> Component:
    return replace(component, rank=component.rank + 1)


def claimed(component: Component) -> Component:
    """Every cluster said to be full."""
    sides = (
        tuple(replace(c, full=True, rank=c.rank + 1) for c in side) for side in component.clusters
    )
    clusters = tuple(sides)
    return replace(component, clusters=(clusters[0], clusters[1]))


def fewer(component: Component) -> Component:
    """The first cluster on P left out."""
    return replace(component, clusters=(component.clusters[P][1:], component.clusters[Q]))


@pytest.mark.parametrize("change", [swapped, crossed, larger, claimed, fewer])
def test_a_wrong_system_is_refused(change: Callable[[Component], Component]) -> None:
    numbers = system_of(Setting.read(**SYSTEM))
    assert triangular(numbers).status is Status.PASSED
    assert triangular(changed(numbers, change)).status is Status.FAILED


def test_a_hit_that_is_in_no_component_is_noticed() -> None:
    numbers = system_of(Setting.read(**SYSTEM))
    assert numbers.system is not None
    rest = numbers.system.components[1:]
    sites = {s for c in rest for side in c.clusters for cluster in side for s in cluster.sites}
    left_out = replace(
        numbers, system=System(rest), bound=Powers((component.rank, 1) for component in rest)
    )
    assert sites
    assert triangular(left_out).status is Status.PASSED  # less is claimed on fewer sites
    first = numbers.system.components[0]
    hit = next(h for cluster in first.clusters[P] for h in cluster.hits)
    apart = replace(first, clusters=tuple(without(side, hit) for side in first.clusters))  # type: ignore[arg-type]
    wrong = replace(numbers, system=System((apart, *rest)))
    assert triangular(wrong).status is Status.FAILED


def without(clusters: tuple[Any, ...], hit: int) -> tuple[Any, ...]:
    return tuple(replace(c, hits=tuple(h for h in c.hits if h != hit)) for c in clusters)


def test_shared_leaves_do_not_tell_apart() -> None:
    """Two sites that are seen through the same leaves count as one; two hits, too."""
    assert told_apart([("a", "b"), ("b", "c")])
    assert not told_apart([("a",), ("a",)])
    assert not told_apart([("a", "b"), ("b",)])


def test_programs_with_what_is_not_there_are_refused() -> None:
    network = Network(2, 1, 4, layers="1x2/1:1,1x2/1:1,1x4/1x4:1")
    good = whole(network, 1, True)
    assert good.problem() is None
    for at, unit, words in [
        ((3, None), Unit(), "reads nothing"),
        ((2, None), Unit(hits=((0, 0),), carries=((0, 0),)), "at one offset"),
        ((2, None), Unit(hits=((0, 2),)), "no offset"),
        ((2, None), Unit(carries=((0, 0),)), "no carrier"),
        ((1, None), Unit(), "no stream"),
        ((1, None), Unit(hits=((0, 0),)), "nothing is below"),
        ((2, None), Unit(stream=((0, 0),), hits=((0, 0),)), "no channel is left"),
        ((3, None), Unit(carries=((0, 4),)), "no offset"),
    ]:
        assert words in str(replace(good, units={**good.units, at: unit}).problem())
    outside = Network(2, 1, 4, layers="1x2/1:1,1x2/1:1,1x2/1:1,1x4/1x4:1")
    told = replace(whole(outside, 1, True), units=dict(whole(outside, 1, True).units))
    assert told.units[3, None] == Unit(carries=((0, 0),))
    wrong = {**told.units, (3, None): Unit(carries=((0, 1),))}
    assert "layer 2 has 1 channels, and 2 are needed" in str(replace(told, units=wrong).problem())
    assert repaired(told, wrong)[3, None] == Unit()


def test_a_program_by_location_is_none_for_shared_weights() -> None:
    setting = Setting.read(**TALL)
    numbers = best(setting)
    by_location = whole(setting.network, 1, False)
    step = fits(replace(numbers, program=by_location))
    assert step.status is Status.FAILED
    assert "depends on the location" in step.detail


def test_functions_that_are_all_alike_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rank falls; the factors are still those that the assignment's own functions give."""

    def flat(program: Program, seed: int = 0) -> Any:
        found = program_assignment(program, seed)
        rows = [
            replace(e, row=replace(e.row, weights=())) if e.layer == 1 else e
            for e in found.assignment.entries
        ]
        return replace(found, assignment=Assignment(program.network, rows))

    numbers = best(Setting.read(**TALL))
    monkeypatch.setattr(ProgramNumbers, "construction", lambda self: flat(self.program))
    monkeypatch.setattr(theorem, "best", lambda setting: numbers)
    verdict = theorems()["programs"](**TALL)
    assert [step.name for step in verdict.steps if step.status is Status.FAILED] == ["rank"]


def test_larger_grids_are_searched_by_systems_alone() -> None:
    found = list(searched(Setting.read(M=2, H=5, layers="3/1:1,5/5:1", partition="checkerboard")))
    assert [numbers.system is None for numbers in found] == [False]
    with pytest.raises(ResourceError, match="36 sites"):
        list(searched(Setting.read(M=2, H=7, layers="3/1:1,7/7:1", partition="checkerboard")))
    for sizes in ({"M": 1, "layers": "2/1:1,2/2:1"}, {"M": 2, "layers": "2/2:1"}):
        with pytest.raises(NotApplicable):
            best(Setting.read(H=2, partition="checkerboard", **sizes))


def test_what_is_found_does_not_depend_on_the_run() -> None:
    setting = Setting.read(**TALL)
    first, second = (list(searched(setting)) for _ in range(2))
    assert first == second
    assert [dict(a.program.units) for a in first] == [dict(b.program.units) for b in second]


def test_the_doubled_pair() -> None:
    """One pair that is hit twice has the monomials 1, y and y^2, and so rank 3 where once gives 2."""
    network, cut = Network(3, 1, 2, layers="1x2/1:1,1x2/1:1,1x2/1x2:1"), checkerboard(1, 2)
    units = {
        (1, (0, 0)): Unit(stream=((0, 0), (0, 1))),
        (2, (0, 0)): Unit(hits=((0, 0),)),
        (3, (0, 0)): Unit(carries=((0, 0),)),
    }
    once = Program(network, False, units)
    assert [hit.k for hit in once.hits] == [1]
    assert system(once.hits, cut, network.places(0), 3, False, Random(0)).rank == 2
    doubled = Hit(1, (0, 0), 1, 2, once.hits[0].leaves)
    assert system([doubled], cut, network.places(0), 3, False, Random(0)).rank == 3


def test_a_stream_that_sees_no_site_is_one_and_not_nought() -> None:
    """At the right end the window of layer 1 is outside; layer 2 multiplies by 1 there, and not by 0."""
    network = Network(2, 1, 2, layers="1x2/1:1,1x2/1:1,1x1/1x2:1")
    units = {
        (1, None): Unit(stream=((0, 1),)),
        (2, None): Unit(stream=((0, 0), (0, 1))),
        (3, None): Unit(hits=((0, 0),)),
    }
    program = Program(network, True, units)
    assert program.problem() is None
    assert [dict(hit.leaves) for hit in program.hits] == [{(0, 1): ((None, (0, 1)),)}]
    tensor = grid_tensor(program_assignment(program).assignment)
    assert len({int(x) for x in tensor}) == 2
