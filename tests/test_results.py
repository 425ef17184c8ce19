"""The results: every row of the claims table, sabotage that each check must notice, and the registry."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import networkx as nx
import pytest
from convac import InputError, Network, Powers, ResourceError, random_assignment
from convac.algebra.constructions import sharp_assignment
from convac.algebra.digits import digit_assignment, digit_count
from convac.algebra.evaluate import factorize
from convac.algebra.rings import ZZ
from convac.algebra.separation import separate
from convac.graphs.cuts import cut_graph
from convac.graphs.flows import DigitPath, digit_paths
from convac.graphs.network import Layer
from convac.graphs.partition import from_sites, named
from convac.proofs import all_sizes, regress, sharp_bound
from convac.proofs.claim import RankClaim, decide, random_ranks_step
from convac.proofs.registry import PAPER, PROJECT, find, parse_sizes, refute, result, results
from convac.proofs.results import (
    almost_everywhere,
    cut_law,
    overlap_law,
    replication,
    standard_blocks,
)
from convac.proofs.results.standard_blocks import closed_form_step, exponent
from convac.proofs.results.upper_bound import _separator_steps
from convac.proofs.route_obligations import Strides
from convac.proofs.sharp_bound import SharpInstance, check, choose
from convac.proofs.upper_bound import UpperBound, upper_bound
from convac.proofs.verdict import Bound, Claim, Outcome, Status, Step, Verdict
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import networks, partitions

RESULTS = results()
ROWS = regress.load()


@pytest.mark.parametrize("row", [row for row in ROWS if not row.full], ids=lambda row: row.name)
def test_claim(row: regress.Row) -> None:
    report = regress.check_claim(row)
    assert report.problem == ""


@pytest.mark.slow
@pytest.mark.parametrize("row", [row for row in ROWS if row.full], ids=lambda row: row.name)
def test_claim_of_the_full_table(row: regress.Row) -> None:
    assert regress.check_claim(row).problem == ""


def test_every_result_and_every_variant_has_a_row() -> None:
    default = [row for row in ROWS if not row.full]
    assert {row.result for row in default} == set(RESULTS)
    assert {row.result for row in default if row.all_sizes} == {
        name for name, r in RESULTS.items() if r.all_sizes is not None
    }
    tried = {(row.result, row.variant) for row in default if row.expect is Outcome.REFUTED}
    known = {(name, variant) for name, r in RESULTS.items() for variant in r.variants}
    # Two variants hold wherever they were tried: docs/results.md says so.
    assert known - tried == {
        ("theorem-1", "D without the half"),
        ("standard-blocks", "one block earlier"),
    }


@pytest.mark.parametrize("name", sorted(RESULTS))
def test_statements_are_complete(name: str) -> None:
    r = RESULTS[name]
    assert r.source in (PAPER, PROJECT)
    assert r.statement
    assert r.latex
    assert r.section
    assert r.instances
    assert "\n\n" not in r.latex


def failed(verdict: Verdict) -> list[str]:
    assert verdict.outcome is Outcome.NOT_VERIFIED
    return [s.name for s in verdict.steps if s.status is Status.FAILED]


# The sharp bound


def sharp(layers: str = "3/1:2,4/4:1", M: int = 3, H: int = 4, C: int = 2) -> SharpInstance:
    found = choose(Network(M, H, layers=layers), 1, C)
    assert isinstance(found, SharpInstance)
    return found


@settings(max_examples=150)
@given(st.data())
def test_the_sharp_rank_is_exactly_what_the_proof_says(data: st.DataObject) -> None:
    network = data.draw(networks(most_entries=4096, most_layers=4))
    axis = data.draw(st.sampled_from([0, 1]))
    n = (network.H, network.W)[axis]
    assume(n >= 2)
    C = data.draw(st.integers(1, n - 1))
    shared = data.draw(st.booleans())
    found = choose(network, axis, C)
    assume(isinstance(found, SharpInstance))
    assert isinstance(found, SharpInstance)
    cut = named(f"{'row' if axis == 0 else 'column'}:{C}", network.H, network.W)
    construction = sharp_assignment(network, axis, found.windows, found.m, shared=shared)
    if shared:
        assert (construction.family or construction.assignment).shared
    rank = separate(factorize(construction.assignment), cut).rank
    assert rank == Powers([(found.m + 1, found.E)])
    verdict = check(found, "shared" if shared else "unshared", cut.name)
    assert verdict.verified, verdict.conclusion


def test_the_sharp_bound_contains_theorem_1() -> None:
    """Wherever Theorem 1 applies, the sharp bound is at least as large."""
    for layers in ("3/1:2,4/4:1", "2/1:4,2/1:2,4/4:1", "2/1:4,2/2:2,2/2:1", "3/1:4,2/2:3,2/2:1"):
        paper = RESULTS["theorem-1"](M=3, H=4, layers=layers)
        ours = RESULTS["sharp-bound"](M=3, H=4, layers=layers)
        assert paper.claim is not None
        assert ours.claim is not None
        assert ours.claim.value >= paper.claim.value


@pytest.mark.parametrize("wrong", [{"E": 9}, {"m": 1}, {"T": 4}, {"T_S": 2}, {"C": 1}])
def test_sabotage_other_numbers(wrong: dict[str, int]) -> None:
    verdict = check(replace(sharp(), **wrong), "shared", "left-right")  # type: ignore[arg-type]
    assert "hypotheses" in failed(verdict)


def test_sabotage_a_larger_sharp_exponent() -> None:
    verdict = check(replace(sharp(), E=9), "shared", "left-right")
    assert {"hypotheses", "pairs", "rank"} <= set(failed(verdict))


def test_sabotage_a_witness_with_fewer_channels() -> None:
    instance = sharp()
    weaker = sharp_assignment(instance.network, 1, instance.windows, 1, shared=True)
    verdict = check(instance, "shared", "left-right", construction=weaker)
    assert {"nonsingular", "rank"} <= set(failed(verdict))


def test_sabotage_a_missing_crossing_pair() -> None:
    instance = sharp()
    cut = named("left-right", 4, 4)
    pairs = list(sharp_bound._crossing_pairs(instance, cut))
    assert failed(check(instance, "shared", "left-right", pairs=pairs[1:])) == [
        "pairs",
        "assignment",
    ]


def test_the_best_windows_are_taken() -> None:
    """Every K and every attainable T of a small network, by trying all windows."""
    from itertools import product

    for layers in ("2/1:4,3/2:2,3/1:1,3/3:1", "3/2:3,2/1:2,2/1:1,3/3:1"):
        network = Network(4, 6, layers=layers)
        for C in range(1, 6):
            best = Powers()
            for K in range(1, network.depth):
                for windows in product(*(range(1, r + 1) for r in network.axis(1).windows[:K])):
                    found = sharp_bound.instance(network, 1, C, windows)
                    if isinstance(found, SharpInstance):
                        best = max(best, found.bound.powers)
            chosen = choose(network, 1, C)
            assert isinstance(chosen, SharpInstance)
            assert chosen.bound.powers == best


# The overlap law


def test_sabotage_another_law() -> None:
    network = overlap_law.overlapping(3, 4, None, 2, 1)
    assert overlap_law.straddling_step(network, 2, Bound(2, 4)).status is Status.PASSED
    for base, power in ((3, 4), (2, 5), (2, 3)):
        assert overlap_law.straddling_step(network, 2, Bound(base, power)).status is Status.FAILED


def test_not_applicable_laws_say_why() -> None:
    law = RESULTS["overlap-law"]
    verdict = law(M=2, H=4, R=2, D=1, partition="column:3")
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert "exceeds W − C" in verdict.reasons[0]
    assert "a column" in law(M=2, H=4, R=2, D=1, partition="row:1").reasons[0]
    with pytest.raises(InputError, match="straight cut"):
        law(M=2, H=4, R=2, D=1, partition="checkerboard")


# The cut law


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_flow_is_minimum_cut_and_rank(data: st.DataObject) -> None:
    """b^f by the digits' assignment, and for powers of b the same number from above."""
    M, D = data.draw(st.sampled_from([2, 3, 4])), data.draw(st.sampled_from([1, 2, 3, 7]))
    H, W = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3))
    S = data.draw(st.integers(1, 2))
    R = data.draw(st.integers(S, 3))
    rows, columns = -(-H // S), -(-W // S)
    network = Network(M, H, W, layers=[Layer(R, S, D), Layer((rows, columns), (rows, columns), 1)])
    cut = data.draw(partitions(network))
    site, location = digit_count(M, 2), digit_count(D + 1, 2)
    paths = digit_paths(network, cut, site, location)
    assert cut_law.paths_step(network, cut, paths, site, location).status is Status.PASSED
    assert len(paths) == _menger(network, cut, site, location)
    assignment = digit_assignment(network, paths, 2)
    assert not assignment.shared or not paths
    try:
        rank = separate(factorize(assignment), cut).rank
    except ResourceError:
        return
    law = Powers([(2, len(paths))])
    assert rank >= law
    upper, _ = cut_law._minimum(network, cut)
    assert rank <= upper
    if 2**site == M and 2**location == D + 1:
        assert rank == law == upper


def _menger(network, cut, site, location) -> int:  # type: ignore[no-untyped-def]
    """The flow value once more, on a graph built from the receptive fields."""
    from convac.graphs.connectivity import receptive_field

    graph = nx.DiGraph()
    graph.add_nodes_from("PQ")
    for u in range(network.sizes[1][0]):
        for v in range(network.sizes[1][1]):
            graph.add_edge(("l", u, v, 0), ("l", u, v, 1), capacity=location)
            for r, c in receptive_field(network, 1, (u, v)):
                if cut.side((r, c)) == 0:
                    graph.add_edge("P", ("s", r, c), capacity=site)
                    graph.add_edge(("s", r, c), ("l", u, v, 0))
                else:
                    graph.add_edge(("s", r, c), "Q", capacity=site)
                    graph.add_edge(("l", u, v, 1), ("s", r, c))
    return int(nx.maximum_flow_value(graph, "P", "Q"))


@pytest.mark.parametrize(
    "path",
    [
        DigitPath((0, 0), (0, 0), 0, (1, 1), 0),
        DigitPath((0, 0), (0, 0), 0, (0, 3), 0),
        DigitPath((0, 0), (0, 0), 1, (0, 1), 0),
    ],
)
def test_sabotage_paths(path: DigitPath) -> None:
    """On one side, out of the window, a digit that a site does not have."""
    network = Network(2, 4, layers="2/1:1,4/4:1")
    cut = named("checkerboard", 4, 4)
    good = DigitPath((0, 0), (0, 0), 0, (0, 1), 0)
    assert cut_law.paths_step(network, cut, [good], 1, 1).status is Status.PASSED
    assert cut_law.paths_step(network, cut, [path], 1, 1).status is Status.FAILED
    assert cut_law.paths_step(network, cut, [good, good], 1, 2).status is Status.FAILED
    other = DigitPath((0, 0), (1, 1), 0, (1, 0), 0)
    assert cut_law.paths_step(network, cut, [good, other], 1, 1).status is Status.FAILED
    with pytest.raises(InputError, match="2 paths"):
        digit_assignment(network, [good, other], 2)


def test_sabotage_a_law_that_no_cut_meets() -> None:
    assert cut_law._cut_step(Powers([(2, 4)]), (), Bound(2, 4), True).status is Status.PASSED
    assert cut_law._cut_step(Powers([(2, 5)]), (), Bound(2, 4), True).status is Status.FAILED
    assert cut_law._cut_step(Powers([(2, 5)]), (), Bound(2, 4), False).status is Status.PASSED
    assert cut_law._cut_step(Powers([(2, 3)]), (), Bound(2, 4), False).status is Status.FAILED


# Upper bounds, almost everywhere, replication, blocks


def test_sabotage_separating_sets() -> None:
    network = Network(2, 4, layers="2/2:2,2/1:2,2/2:1")
    cut = named("left-right", 4, 4)
    found = upper_bound(network, cut)
    assert [s.status for s in _separator_steps(network, cut, found)] == [
        Status.PASSED,
        Status.LEMMA,
        Status.PASSED,
    ]
    fewer = replace(found, separator=found.separator[1:])
    assert _separator_steps(network, cut, fewer)[0].status is Status.FAILED
    smaller = replace(found, value=Powers([(8, 1)]))
    assert _separator_steps(network, cut, smaller)[-1].status is Status.FAILED
    assert isinstance(found, UpperBound)
    graph = cut_graph(network, cut)
    assert graph.separates(frozenset(found.separator))


def test_random_ranks_refute_a_bound_that_is_too_small() -> None:
    network, cut = Network(2, 4, layers="2/2:3,2/2:2,1/1:1"), named("left-right", 4, 4)
    for value, status in ((3, Status.PASSED), (4, Status.PASSED), (2, Status.FAILED)):
        claim = Claim("<=", Powers([(value, 1)]))
        assert random_ranks_step(network, cut, "shared", claim).status is status


@pytest.mark.parametrize(
    ("relation", "value", "status"),
    [
        (">=", 16, Status.PASSED),
        (">=", 17, Status.FAILED),
        ("<=", 16, Status.PASSED),
        ("<=", 15, Status.FAILED),
        ("=", 16, Status.PASSED),
        ("=", 17, Status.FAILED),
        ("=", 15, Status.FAILED),
    ],
)
def test_claims_are_decided(relation: str, value: int, status: Status) -> None:
    network = Network(2, 4, layers="2/1:2,4/4:1")
    claim = Claim(relation, Powers([(value, 1)]))
    found = decide(RankClaim(network, named("left-right", 4, 4), "shared", claim))
    assert found.status is status
    assert "16" in found.detail


def test_an_open_claim_is_neither_passed_nor_failed() -> None:
    network = Network(2, 1, 6, layers="1x3/1:1,1x2/1x2:1,1x2/1x2:1,1x2/1x2:1")
    claim = Claim("=", Powers([(6, 1)]))
    found = decide(RankClaim(network, named("left-right", 1, 6), "shared", claim))
    assert found.status is Status.NOT_RUN
    large = Network(2, 64, layers="5/1:2,64/64:1")
    found = decide(RankClaim(large, named("left-right", 64, 64), "shared", claim))
    assert found.status is Status.NOT_RUN


def test_sabotage_a_witness_of_smaller_rank() -> None:
    """At the zero function there is no minor, and the transcript says so."""
    network = Network(2, 2, layers="2/1:2,2/2:1")
    good = sharp_assignment(network, 1, (2,), 1, shared=True).assignment
    assert all(s.status is not Status.FAILED for s in almost_everywhere.witness_steps(good, 1))
    steps = almost_everywhere.witness_steps(good, 1)
    assert steps[0].detail.startswith("a 4 x 4 minor")
    neutral = type(good)(network, [])
    assert almost_everywhere.witness_steps(neutral, 1)[0].detail.startswith("a 1 x 1 minor")


def test_sabotage_replication() -> None:
    network = Network(2, 2, layers="2/2:2,1/1:1")
    small = random_assignment(network, 0, ZZ, shared=True)
    larger = replication.enlarged(network, 1)
    same = replication.replicated(small, larger)
    assert {s.status for s in replication.same_function_steps(small, same, 0)} == {Status.PASSED}
    entries = list(same.entries)
    entries[-1] = replace(entries[-1], row=replace(entries[-1].row, bias=entries[-1].row.bias + 1))
    other = type(same)(larger, entries)
    assert {s.status for s in replication.same_function_steps(small, other, 0)} == {Status.FAILED}


def test_all_standard_blocks_meet_the_closed_form() -> None:
    """Proposition 2 for all 546 (B, H) with B <= 40 and n <= 14, equality cases included."""
    equal = []
    for B in range(2, 41):
        for n in range(1, 15):
            found = exponent(B, n)
            assert found.j <= n
            assert closed_form_step(found).status is Status.PASSED
            if found.tau == found.E:
                equal.append((B, n))
    assert {(2, 2), (4, 3), (3, 4), (5, 6)} <= set(equal)


def test_sabotage_another_block() -> None:
    """A later block gives less than the closed form; an earlier one does not reach past half."""
    network = standard_blocks.blocks(2, 3, 2)
    found = exponent(2, 3)
    assert standard_blocks._geometry_step(network, found).status is Status.PASSED
    assert closed_form_step(replace(found, j=3)).status is Status.FAILED
    for j in (1, 3):
        step = standard_blocks._geometry_step(network, replace(found, j=j))
        assert step.status is Status.FAILED
    assert closed_form_step(replace(exponent(2, 2), j=1)).status is Status.FAILED


# For all sizes


def test_sabotage_the_model() -> None:
    """A model with another table, or another condition, is not the network."""
    strides = Strides((1,), ())
    instances = list(all_sizes._instances(all_sizes.SHARP, strides))
    assert all_sizes.model_step(all_sizes.SHARP, strides, instances).status is Status.PASSED
    other = replace(all_sizes.SHARP, pair=lambda m, k, near, far: 2 + (near == far < m))
    assert all_sizes.model_step(other, strides, instances).status is Status.FAILED
    other = replace(all_sizes.SHARP, build=all_sizes.THEOREM_1.build)
    assert all_sizes.model_step(other, strides, instances).status is Status.FAILED
    assert all_sizes.model_step(all_sizes.SHARP, strides, []).status is Status.FAILED


def test_strides_are_read() -> None:
    assert all_sizes.strides_of("1,2", "2") == Strides((1, 2), (2,))
    for routes, tail in (
        ("", ""),
        ("0", ""),
        ("1,x", ""),
        ("1", "2,"),
        ("1" * 9, ""),
        ("1,1,1,1,1,1,1,1,1", ""),
    ):
        with pytest.raises(InputError):
            all_sizes.strides_of(routes, tail)


# The registry


def test_names_are_found_or_the_nearest_is_named() -> None:
    assert find("headline", RESULTS).name == "headline"
    with pytest.raises(InputError, match=r"did you mean overlap-law\?"):
        find("overlap-lw", RESULTS)


def test_sizes_follow_the_signature() -> None:
    law = RESULTS["overlap-law"]
    sizes = parse_sizes(law.check, {"M": "3", "H": "6", "R": "2", "D": "1"}, "overlap-law")
    assert sizes == {"M": 3, "H": 6, "R": 2, "D": 1}
    for bad, message in (
        ({"M": "3"}, "needs it"),
        ({"Q": "3"}, "overlap-law takes --M"),
        ({"M": "0", "H": "6", "R": "2", "D": "1"}, "whole number"),
        ({"M": "1" * 19, "H": "6", "R": "2", "D": "1"}, "whole number"),
    ):
        with pytest.raises(InputError, match=message):
            parse_sizes(law.check, bad, "overlap-law")


def test_a_result_is_one_decorated_function() -> None:
    @result(
        name="ours",
        title="Ours",
        source="us",
        section="here",
        statement="s",
        latex="l",
        instances=[{}],
    )
    def ours(*, M: int = 2) -> Verdict:
        step = Step("arithmetic", "by hand", Status.PASSED, "1 = 1")
        return Verdict("Ours", "us", Outcome.VERIFIED, "", subject=f"M = {M}", steps=(step,))

    @ours.variant("false", "rank ≥ 9", {"M": 2})
    def false(*, M: int) -> RankClaim | str:
        network = Network(M, 2, layers="2/1:2,2/2:1")
        cut = from_sites(2, 2, [(0, 0), (1, 0)])
        return RankClaim(network, cut, "shared", Claim(">=", Powers([(9, 1)])))

    assert ours(M=3).about == "M = 3"
    assert refute(ours, ours.variants["false"], {"M": 2}).outcome is Outcome.REFUTED
    assert refute(ours, ours.variants["false"], {"M": 3}).outcome is Outcome.VERIFIED


def test_tables_are_checked_before_work_starts(tmp_path: Path) -> None:
    good = '[[claims]]\nresult = "headline"\nM = 2\nH = 2\n'
    path = tmp_path / "claims.toml"
    path.write_text(good + 'says = "= 2^3"\n', encoding="utf-8")
    reports = regress.run(regress.load(path), workers=1)
    assert reports[0].problem == "expected the claim “= 2^3”, found “= 2^2”"
    assert regress.exit_status(reports) == 1
    for bad, message in (
        ("", "rows"),
        ("claims = 3", "rows"),
        ("[[claims]]\n", "names its"),
        ("[[claims]\n", "no TOML"),
        (good + "[x]\n", "nothing else"),
        ('[[claims]]\nresult = "headlin"\n', r"row 1 .*did you mean headline"),
        (good + good.replace("M = 2", "M = 0"), "row 2"),
        (good.replace("M = 2", 'M = "2"'), "whole number"),
        (good + 'expect = "true"', "expect"),
        (good + 'level = "slow"', "level"),
        (good + "says = 3", "says"),
        (good + 'variant = "x"', "known: R = H/2"),
        (good + "all_sizes = true", "takes no sizes"),
        ('[[claims]]\nresult = "cut-law"\nall_sizes = true\n', "no proof for all sizes"),
        (good + "Q = 2", "headline takes"),
    ):
        path.write_text(bad, encoding="utf-8")
        with pytest.raises(InputError, match=message):
            regress.load(path)
    path.write_bytes(b"\xff")
    with pytest.raises(InputError, match="no TOML"):
        regress.load(path)
    with pytest.raises(InputError):
        regress.load(tmp_path)


def test_reports_of_rows_that_cannot_be_run() -> None:
    row = regress.Row("theorem-1", {"M": 2, "H": 100_000}, Outcome.VERIFIED)
    report = regress.check_claim(row)
    assert not report.finished
    assert regress.exit_status([report]) == 4
    xml = regress.junit([report, regress.check_claim(ROWS[0])])
    assert 'tests="2" failures="0" errors="1"' in xml


def test_rows_that_need_the_solver_are_not_passed_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(regress, "find_spec", lambda name: None)
    report = regress.check_claim(next(row for row in ROWS if row.all_sizes))
    assert report.skipped
    assert "not run" in regress.line(report)
    assert "not run (z3-solver is not installed)" in regress.summary([report])
    assert "<skipped" in regress.junit([report])
    assert regress.exit_status([report]) == 0
