"""One dimension: flow, potentials and ranks with shared weights, and numbers that the check must refuse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import permutations, product
from math import prod

import pytest
from cases import any_settings
from convac import (
    GF,
    InputError,
    Layer,
    Network,
    NotApplicable,
    Powers,
    ResourceError,
    Setting,
    Status,
    factored_rank,
    factorize,
    random_assignment,
    rank_interval,
    theorems,
)
from convac.algebra import label_matrix
from convac.algebra.engines import rank_at
from convac.graphs.line_flow import (
    Direction,
    SortedMatching,
    admissible,
    directions,
    ends,
    sorted_matching,
)
from convac.graphs.network import COLUMNS, ROWS, Vertex
from convac.graphs.partition import P, Q, column_cut
from convac.graphs.routes import Route
from convac.proofs.theorems import one_dimension
from convac.proofs.theorems.cut_law import least_cut
from convac.proofs.theorems.one_dimension import (
    LINE,
    LineNumbers,
    best,
    cut,
    flows,
    labelled,
    potentials,
    routed,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import partitions

SIDES = (P, Q)


@st.composite
def rows(draw: st.DrawFn, most_M: int = 3, most_D: int = 2, most_W: int = 8) -> Setting:
    """One row or one column of sites, any window, stride and partition; the output may not read all."""
    M, D = draw(st.integers(2, most_M)), draw(st.integers(1, most_D))
    W = draw(st.integers(2, most_W if M < 3 else 6))
    R, S = draw(st.integers(1, W)), draw(st.integers(1, 3))
    read = -(-W // S)
    last = Layer((1, draw(st.integers(1, read + 1))), (1, read), 1)
    layers = [Layer((1, R), (1, S), D), last]
    if draw(st.booleans()):
        layers = [Layer(one.window[::-1], one.stride[::-1], one.channels) for one in layers]
        network = Network(M, W, 1, layers=layers)
    else:
        network = Network(M, 1, W, layers=layers)
    return Setting(network, draw(partitions(network)))


@st.composite
def grids(draw: st.DrawFn) -> Setting:
    """Two layers on up to 3 x 3 sites, any partition."""
    pair = st.tuples(st.integers(1, 3), st.integers(1, 3))
    (H, W), stride = draw(pair), draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    size = -(-H // stride[0]), -(-W // stride[1])
    M = draw(st.sampled_from([2, 2, 3, 4] if H * W < 6 else [2]))
    layers = [Layer(draw(pair), stride, draw(st.integers(1, 4))), Layer(draw(pair), size, 1)]
    network = Network(M, H, W, layers=layers)
    return Setting(network, draw(partitions(network)))


def at_random(setting: Setting) -> Powers:
    """The rank at random parameters, by enumeration: at most the generic one, and almost always equal."""
    network = setting.network
    points = (random_assignment(network, k, GF(8388593), shared=setting.shared) for k in range(2))
    return max(rank_at(point, setting.partition, "dense", 2**30).rank for point in points)


def found_in(setting: Setting) -> list[LineNumbers]:
    """The flows in all directions and bases that have routes."""
    return [numbers for numbers in flows(setting) if numbers.routes]


def holds(numbers: LineNumbers) -> None:
    """The steps pass, and the exact rank at the assignment is at least the bound."""
    assignment = numbers.construction().assignment
    taken = [routed(numbers), potentials(numbers), labelled(numbers, assignment)]
    assert {step.status for step in taken} == {Status.PASSED}, taken
    assert assignment.shared
    rank = factored_rank(factorize(assignment), numbers.setting.partition).rank
    assert rank >= numbers.bound


@settings(max_examples=60)
@given(rows())
def test_the_flow_bounds_the_rank_in_one_dimension(setting: Setting) -> None:
    for numbers in found_in(setting):
        holds(numbers)
        assert numbers.bound <= at_random(setting)


@given(any_settings("shared", most_entries=1024, most_layers=2, least_layers=2))
def test_any_first_layer(setting: Setting) -> None:
    """Padding, dilation, given sizes, groups; one row or column of the windows, or all rows of one."""
    try:
        found = list(flows(setting))
    except NotApplicable:
        return
    for numbers in found:
        if numbers.routes:
            holds(numbers)


def test_a_dilated_row_is_a_line_for_each_residue() -> None:
    """Sorted by position alone, a digit would meet a slot of the other residue."""
    layers = "1x2/1d1x2n1x6:1,1x6/1x6:1"
    setting = Setting.read(M=2, H=1, W=8, layers=layers, partition="sites:PPQQPPQQ")
    numbers = best(setting)
    assert numbers.bound == Powers([(2, 4)])
    holds(numbers)
    assert at_random(setting) == numbers.bound


@settings(max_examples=60)
@given(rows(most_M=2, most_D=1))
def test_shared_and_unshared_ranks_are_the_flow(setting: Setting) -> None:
    shared_and_unshared_ranks_are_the_flow(setting)


@pytest.mark.slow
@settings(max_examples=1000)
@given(rows(most_M=2, most_D=1, most_W=10))
def test_shared_and_unshared_ranks_are_the_flow_often(setting: Setting) -> None:
    shared_and_unshared_ranks_are_the_flow(setting)


def shared_and_unshared_ranks_are_the_flow(setting: Setting) -> None:
    """M = 2 and D = 1: both generic ranks are 2^f, and the minimum cut is."""
    most = max((numbers.bound for numbers in flows(setting)), default=Powers())
    assert least_cut(setting).value == most
    for kind in ("shared", "unshared"):
        assert at_random(replace(setting, weights=kind)) == most


@given(grids())
def test_any_row_or_column_of_the_windows_does(setting: Setting) -> None:
    rank = at_random(setting)
    for numbers in found_in(setting):
        holds(numbers)
        assert numbers.bound <= rank <= least_cut(setting).value


@given(st.integers(1, 3), st.integers(2, 4), st.integers(1, 3), st.integers(1, 3), st.data())
def test_whole_columns_need_no_more_than_rows(
    H: int, W: int, height: int, width: int, data: st.DataObject
) -> None:
    """P a union of columns, S^h = 1, M = 2, D = 1: the flow in row 0 of the windows is the minimum cut."""
    stride = data.draw(st.integers(1, 2))
    layers = [Layer((height, width), (1, stride), 1), Layer((H, W), (H, -(-W // stride)), 1)]
    network = Network(2, H, W, layers=layers)
    sides = data.draw(st.lists(st.integers(0, 1), min_size=W, max_size=W))
    setting = Setting(network, replace(column_cut(H, W, 1), sides=bytes(sides * H)))
    first = next(flows(setting))
    assert first.direction == Direction(COLUMNS, 0)
    assert first.bound == best(setting).bound if first.routes else True
    assert first.bound == least_cut(setting).value


def test_digits_and_slots() -> None:
    """Locations with three channels carry two routes, sites with four templates two digits."""
    setting = Setting.read(M=4, H=1, W=4, layers="1x2/1x2:3,1x2/1x2:1", partition="columns")
    numbers = best(setting)
    assert (numbers.b, len(numbers.routes), numbers.sizes) == (2, 4, (2, 2, 2))
    four = next(other for other in flows(setting) if other.b == 4)
    assert (len(four.routes), four.sizes, four.bound) == (2, (2, 1, 1), numbers.bound)
    holds(numbers)
    holds(four)


def bijections(
    matching: SortedMatching, network: Network, b: int, zeta: int
) -> Iterator[list[Fraction]]:
    """The rows of the matrix of sums over bijections that keep labels, scaled by the potentials."""
    sites, locations = matching.sites, matching.locations
    entry = {
        (k, m): Fraction(zeta)
        ** (
            matching.weight(o, sites[k][1], locations[m][1]) - matching.alpha[k] - matching.gamma[m]
        )
        for k, m, o in admissible(network, matching.direction, sites, locations)
    }
    labels = list(product(range(b), repeat=len(sites)))
    for A in labels:
        S = [k for k, label in enumerate(A) if label]
        row = []
        for B in labels:
            T = [m for m, label in enumerate(B) if label]
            ways = permutations(T) if len(S) == len(T) else ()
            row.append(
                sum(
                    (
                        prod(
                            (entry.get(pair, Fraction(0)) for pair in zip(S, way, strict=True)),
                            start=Fraction(1),
                        )
                        for way in ways
                        if all(A[k] == B[m] for k, m in zip(S, way, strict=True))
                    ),
                    Fraction(0),
                )
            )
        yield row


@settings(max_examples=20)
@given(rows(most_W=6))
def test_the_scaled_sums_tend_to_the_identity(setting: Setting) -> None:
    """The lemma "limit", its second half, exactly: with ζ = 1000 no entry is farther off than 1/100."""
    for numbers in found_in(setting):
        if numbers.b ** len(numbers.routes) > 27:
            continue
        for side in SIDES:
            matching = one_dimension.matched(numbers, side)
            table = bijections(matching, setting.network, numbers.b, 1000)
            for a, row in enumerate(table):
                for c, value in enumerate(row):
                    assert abs(value - (a == c)) < Fraction(1, 100)


@given(st.integers(2, 3), st.integers(1, 2), st.data())
def test_a_matrix_of_labels_is_the_product_entry_by_entry(
    b: int, count: int, data: st.DataObject
) -> None:
    p = 101
    X = {
        (k, m): data.draw(st.integers(1, 5))
        for k, m in product(range(count), repeat=2)
        if data.draw(st.booleans())
    }
    labels = list(product(range(b), repeat=count))
    matrix = [
        [prod(x for (k, m), x in X.items() if u[k] == v[m] != 0) for v in labels] for u in labels
    ]
    said = label_matrix.is_regular(b, count, [(k, m, x) for (k, m), x in X.items()], p)
    assert said == (rank_mod(matrix, p) == len(labels))


def rank_mod(matrix: list[list[int]], p: int) -> int:
    """Gauss, by hand."""
    rows_, rank = [[x % p for x in row] for row in matrix], 0
    for column in range(len(matrix)):
        pivot = next((r for r in range(rank, len(rows_)) if rows_[r][column]), None)
        if pivot is None:
            continue
        rows_[rank], rows_[pivot] = rows_[pivot], rows_[rank]
        inverse = pow(rows_[rank][column], -1, p)
        for r in range(rank + 1, len(rows_)):
            factor = rows_[r][column] * inverse
            rows_[r] = [(x - factor * y) % p for x, y in zip(rows_[r], rows_[rank], strict=True)]
        rank += 1
    return rank


SETTING = Setting.read(**LINE)  # type: ignore[arg-type]


def test_routes_that_are_wrong_fail() -> None:
    numbers = best(SETTING)
    first, *rest = numbers.routes
    assert routed(numbers).status is Status.PASSED
    for wrong in (
        replace(numbers, b=3),
        replace(numbers, routes=(first, first)),
        replace(numbers, routes=(replace(first, near=first.far), *rest)),
        replace(numbers, direction=Direction(ROWS, 2)),
        replace(numbers, setting=replace(SETTING, partition=column_cut(1, 8, 1))),
    ):
        assert routed(wrong).status is Status.FAILED
    unread = Setting(Network(2, 1, 8, layers="1x3/1:1,1x1/1x8:1"), SETTING.partition)
    assert "does not read" in routed(replace(numbers, setting=unread)).detail


def test_potentials_that_are_wrong_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = best(SETTING)
    right = {side: one_dimension.matched(numbers, side) for side in SIDES}
    assert potentials(numbers).status is Status.PASSED
    for change in (
        lambda m: replace(m, alpha=(m.alpha[0] + 1, *m.alpha[1:])),
        lambda m: replace(m, gamma=tuple(g + 1 for g in m.gamma)),
        lambda m: replace(m, scale=0, alpha=(0,) * 4, gamma=(0,) * 4),
        lambda m: replace(m, sites=m.sites[::-1]),
        lambda m: replace(m, sites=m.sites[:-1]),
        lambda m: replace(m, locations=(m.locations[0],) * 4),
        lambda m: replace(m, locations=tuple((at, slot + 1) for at, slot in m.locations[::-1])),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(one_dimension, "matched", lambda n, side, f=change: f(right[side]))
            assert potentials(numbers).status is Status.FAILED


def test_ends_without_a_sorted_matching_are_refused() -> None:
    """A matching of the ends exists wherever they are those of routes, and the sorted one then fits."""
    network = SETTING.network
    far = [(((0, 7), 0), ((0, 0), 0))]
    with pytest.raises(ValueError, match="leaves a window"):
        sorted_matching(network, Direction(COLUMNS, 0), far)
    numbers = replace(best(SETTING), routes=(Route(((0, 0), (0, 4)), ((0, 3), (0, 4))),))
    assert "leaves a window" in potentials(numbers).detail


def test_in_two_dimensions_another_matching_may_weigh_as_much() -> None:
    """Whole windows: the two matchings of the 8-cycle use the same offsets, and no order prefers one."""
    setting = Setting.read(**one_dimension.CYCLE)  # type: ignore[arg-type]
    assert best(setting).bound < least_cut(setting).value == 16
    verdict = theorems()["one-dimension"].refute(
        theorems()["one-dimension"].variants["whole windows"], one_dimension.CYCLE
    )
    assert verdict.to_json()["verdict"] == "refuted"
    assert "exactly 12" in verdict.conclusion


def test_labels_that_are_wrong_fail() -> None:
    numbers = best(SETTING)
    assignment = numbers.construction().assignment
    assert labelled(numbers, assignment).status is Status.PASSED
    flat = [
        replace(e, row=replace(e.row, weights=())) if e.layer == 1 else e
        for e in assignment.entries
    ]
    neutral = type(assignment)(assignment.network, flat)
    assert labelled(numbers, neutral).status is Status.FAILED
    more = replace(numbers, routes=(*numbers.routes, numbers.routes[0]))
    assert labelled(more, assignment).status is Status.FAILED


def test_a_cut_that_is_not_the_flow_fails() -> None:
    numbers, upper = best(SETTING), least_cut(SETTING)
    assert cut(numbers, upper).status is Status.PASSED
    assert cut(numbers, replace(upper, value=Powers([(2, 5)]))).status is Status.FAILED
    fewer = replace(upper, value=Powers([(2, 3)]), separator=(Vertex(1, (0, 0)),))
    assert cut(numbers, fewer).status is Status.FAILED


def test_long_rows_are_proved_without_a_rank() -> None:
    check = theorems()["one-dimension"]
    verdict = check(M=2, H=1, W=48, layers="1x5/1:1,1x48/1x48:1", partition="random:1")
    assert verdict
    statuses = {step.name: step.status for step in verdict.steps}
    assert statuses["rank"] is Status.NOT_RUN
    assert statuses["potentials"] is statuses["cut"] is Status.PASSED
    assert statuses["limit"] is statuses["almost every"] is Status.LEMMA
    with pytest.raises(InputError, match="not ranked"):
        verdict.certificate()
    report = rank_interval(verdict.network, "random:1")  # type: ignore[arg-type]
    assert report.exact
    assert report.lower.by_lemma
    assert "THEORY 8.12" in report.lower.by


def test_the_interval_takes_it() -> None:
    report = rank_interval(SETTING.network, SETTING.partition)
    assert report.exact
    assert report.lower.value == 16
    assert "in row 0 of the windows of layer 1 (THEORY 8.12)" in report.lower.by
    assert theorems()["one-dimension"].candidate(replace(SETTING, weights="unshared")) is None


def test_many_slots_need_too_many_weights() -> None:
    setting = Setting.read(
        M=2, H=1, W=40, layers=f"1x40/1x40:{2**40},1/1:1", partition="left-right"
    )
    numbers = best(setting)
    assert numbers.bound == Powers([(2, 20)])
    with pytest.raises(ResourceError, match="20 slots"):
        numbers.construction()
    verdict = theorems()["one-dimension"](
        M=2, H=1, W=40, layers=f"1x40/1x40:{2**40},1/1:1", partition="left-right"
    )
    assert verdict
    assert "labels" not in {step.name for step in verdict.steps}


def test_other_networks_are_not_applicable() -> None:
    for sizes in (
        {"M": 2, "layers": "1x4/1x4:1"},
        {"M": 2, "layers": "1x2/1:1,1x2/1:1,1x4/1x4:1"},
        {"M": 1, "layers": "1x2/1:1,1x4/1x4:1"},
        {"M": 2, "layers": "1x1/1:1,1x4/1x4:1"},
        {"M": 2, "layers": "1x1/1a0x9n1x2:1,1x2/1x2:1"},
    ):
        with pytest.raises(NotApplicable):
            best(Setting.read(H=1, W=4, **sizes))  # type: ignore[arg-type]


def test_directions_are_rows_and_columns_of_the_window() -> None:
    network = Network(2, 2, 3, layers="5x2/1:1,2x3/2x3:1")
    found = list(directions(network))
    assert found == [
        Direction(COLUMNS, 0),
        Direction(COLUMNS, 1),
        Direction(ROWS, 0),
        Direction(ROWS, 1),
    ]
    numbers = next(flows(Setting(network, column_cut(2, 3, 1))))
    assert ends(numbers.routes, P)[0][0] == ((0, 0), 0)
