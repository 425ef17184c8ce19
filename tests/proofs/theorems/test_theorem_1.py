"""Theorem 1: the verdicts that must hold, and sabotage that each verdict must notice."""

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from cases import failed
from convac import (
    GF,
    QQ,
    Assignment,
    InputError,
    Network,
    Powers,
    ResourceError,
    constant,
    theorem_1_assignment,
    theorems,
    verify_bound,
)
from convac.algebra.witnesses.construction import Construction
from convac.graphs.pairs import SitePair, site_pairs
from convac.graphs.partition_names import named
from convac.proofs.setting import Setting
from convac.proofs.steps import Status
from convac.proofs.theorems import theorem_1
from convac.proofs.theorems.theorem_1 import Theorem1Numbers, best, hypotheses, numbers_at
from convac.proofs.verdict import NotApplicable, Verdict
from convac.proofs.witness import evaluated, oracle
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_networks

# THEORY 7: layers, K, T, T_S, bound, rank at the explicit assignment (M = 2, H = 4)
REFERENCE = [
    ("3/1:2,4/4:1", 1, 3, 1, (2, 8), 256),
    ("3/1:2,2/2:3,2/2:1", 1, 3, 1, (2, 8), 256),
    ("2/1:4,2/1:2,4/4:1", 2, 3, 1, (2, 8), 256),
    ("2/1:4,2/2:2,2/2:1", 2, 3, 2, (2, 2), 4),
]


@pytest.mark.parametrize("weights", ["shared", "unshared"])
@pytest.mark.parametrize(("layers", "K", "T", "T_S", "bound", "rank"), REFERENCE)
def test_reference_values(layers, K, T, T_S, bound, rank, weights) -> None:  # type: ignore[no-untyped-def]
    verdict = verify_bound(M=2, H=4, layers=layers, weights=weights)
    assert verdict.verified
    assert verdict.bound is not None
    assert verdict.rank is not None
    assert (verdict.numbers["K"], verdict.numbers["T"], verdict.numbers["T_S"]) == (K, T, T_S)
    assert verdict.bound == Powers([bound])
    assert int(verdict.rank.value) == rank
    assert [s.status for s in verdict.steps if s.name == "oracle"] == [Status.PASSED]


@given(any_networks(most_entries=4096, most_layers=4, least_layers=2), st.data())
def test_any_layers(network: Network, data: st.DataObject) -> None:
    """Padding, dilation, given sizes, groups: the exact rank at the assignment is D^E (THEORY 3)."""
    partition = data.draw(st.sampled_from(sorted(theorem_1.CUTS)))
    try:
        numbers = best(network, theorem_1.CUTS[partition])
    except NotApplicable:
        return
    if network.plain or numbers.bound.trivial:
        return
    weights = data.draw(st.sampled_from(["shared", "unshared"]))
    verdict = theorem_1.check(
        Setting(network, named(partition, network.H, network.W), weights), numbers
    )
    assert verdict.verified, verdict
    assert verdict.rank is not None
    assert verdict.rank.value == numbers.bound


def test_padding_loses_no_row() -> None:
    """Near offsets are past the padding: all four rows count, as in the paper's geometry."""
    numbers = best(Network(2, 4, layers="3/1p1:2,4/4:1"), 1)
    assert (numbers.T, numbers.E) == (3, 8)
    for E in (7, 9):
        assert hypotheses(replace(numbers, E=E)).status is Status.FAILED
    grouped = best(Network(4, 2, layers="2/1g2:4,2/2:1"), 1)
    assert (grouped.D, grouped.E) == (2, 2)
    assert hypotheses(replace(grouped, D=3)).status is Status.FAILED


def headline(M: int = 2) -> tuple[Theorem1Numbers, Construction]:
    numbers = best(Network(M, 4, layers=f"3/1:{M},4/4:1"), 1)
    return numbers, theorem_1_assignment(numbers.network, 1, (3,), M, shared=True)


def check(numbers: Theorem1Numbers, weights: str = "shared", **options: Any) -> Verdict:
    network = numbers.network
    setting = Setting(network, named("left-right", network.H, network.W), weights)
    return theorem_1.check(setting, numbers, **options)


def far_rows_changed(construction: Construction, change) -> Construction:  # type: ignore[no-untyped-def]
    entries = [
        replace(e, row=change(e.row)) if e.layer == 1 and e.offsets[1] == (2, 3) else e
        for e in construction.assignment.entries
    ]
    return replace(
        construction, assignment=Assignment(construction.assignment.network, entries, QQ)
    )


def test_unchanged_control() -> None:
    numbers, construction = headline()
    same = far_rows_changed(construction, lambda row: row)
    assert check(numbers, construction=same).verified


def test_sabotage_far_weight_removed() -> None:
    numbers, construction = headline()
    broken = far_rows_changed(construction, lambda row: constant(row.bias))
    verdict = check(numbers, construction=broken)
    assert failed(verdict) == ["assignment", "rank"]
    assert "no factor joins the pair (0, 0), (0, 2) of location (0, 0)" in verdict.conclusion
    assert int(verdict.rank.value) == 1  # type: ignore[union-attr]


@pytest.mark.parametrize(("M", "where"), [(2, "assignment"), (3, "nonsingular")])
def test_sabotage_singular_bias(M: int, where: str) -> None:
    """k = -1/m makes det(I + kJ) = 0; for m = 2 the factor even splits into one-site factors."""
    numbers, construction = headline(M)
    broken = far_rows_changed(construction, lambda row: replace(row, bias=Fraction(-1, M)))
    verdict = check(numbers, construction=broken, engine="factored")
    assert failed(verdict) == [where, "rank"]
    assert "(0, 0), (0, 2)" in verdict.conclusion
    if M == 3:
        assert "determinant 0" in verdict.conclusion
    assert verdict.rank is not None
    assert verdict.rank.value == Powers([(M - 1, 8)])


def test_sabotage_another_bias_is_another_factor() -> None:
    """With k = 5 the rank holds all the same, but the factors are not those of the proof."""
    numbers, construction = headline()
    broken = far_rows_changed(construction, lambda row: replace(row, bias=5))
    assert failed(check(numbers, construction=broken)) == ["nonsingular"]


def test_sabotage_two_pairs_on_one_site() -> None:
    numbers, _ = headline()
    pairs = list(site_pairs(numbers.network, numbers.fars))
    pairs[1] = SitePair(pairs[1].location, pairs[0].near, pairs[1].far)
    verdict = check(numbers, pairs=pairs)
    assert failed(verdict)[0] == "pairs"
    assert "site (0, 0) is in two pairs" in verdict.conclusion


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (SitePair((0, 0), (0, 0), (0, 1)), "on one side of the cut"),
        (SitePair((0, 0), (0, 0), (0, 3)), "not in the receptive field"),
        (SitePair((0, 0), (1, 0), (1, 2)), "not in the receptive field"),
    ],
)
def test_sabotage_pairs_off_the_graph(pair: SitePair, message: str) -> None:
    numbers, _ = headline()
    verdict = check(numbers, pairs=[pair])
    assert "pairs" in failed(verdict)
    assert message in verdict.conclusion


def test_sabotage_a_missing_pair() -> None:
    numbers, _ = headline()
    pairs = list(site_pairs(numbers.network, numbers.fars))[1:]
    assert "the formula says E = 8" in check(numbers, pairs=pairs).conclusion


def test_sabotage_lost_locations() -> None:
    """Without the tail condition the pairs do not reach the output."""
    network = Network(2, 4, layers="3/1:2,2/2:4,1/2:1")
    numbers = Theorem1Numbers(network, 1, (3,), 1, 3, 3, 2, 8)
    verdict = check(numbers)
    assert failed(verdict)[:2] == ["hypotheses", "pairs"]
    details = {step.name: step.detail for step in verdict.steps}
    assert "location 2 of layer 1 does not reach the output" in details["hypotheses"]
    assert "no path from location (2, 0)" in details["pairs"]


def test_sabotage_odd_width() -> None:
    numbers, _ = headline()
    assert hypotheses(numbers).status is Status.PASSED
    odd = replace(numbers, network=Network(2, 4, 5, layers="3/1:2,5/5:1"))
    assert hypotheses(odd).status is Status.FAILED


def test_sabotage_a_witness_of_another_kind() -> None:
    numbers, _ = headline()
    unshared = theorem_1_assignment(numbers.network, 1, (3,), 2, shared=False)
    assert check(numbers, "unshared", construction=unshared).verified
    verdict = check(numbers, construction=unshared)
    assert failed(verdict) == ["witness"]
    assert "depends on the location" in verdict.conclusion
    other = Network(2, 4, layers="3/1:2,2/2:3,2/2:1")
    elsewhere = theorem_1_assignment(other, 1, (3,), 2, shared=True)
    verdict = check(numbers, construction=elsewhere)
    assert failed(verdict) == ["witness"]
    assert "another network" in verdict.conclusion
    modular = replace(unshared, assignment=Assignment(numbers.network, [], GF(5)))
    with pytest.raises(InputError, match="ZZ or QQ"):
        check(numbers, "unshared", construction=modular)


@pytest.mark.parametrize("width", [6, 34])
def test_sabotage_a_family_that_leads_elsewhere(width: int) -> None:
    half = width // 2 + 1
    layers = f"1x{half}/1:2," + "1x2/1x2:1," * 3
    while True:
        try:
            network = Network(2, 1, width, layers=layers.rstrip(","))
            break
        except InputError:
            layers += "1x2/1x2:1,"
    numbers = numbers_at(network, 1, 1)
    construction = theorem_1_assignment(network, 1, numbers.windows, 2, shared=True)
    assert construction.family is not None
    assert check(numbers, construction=construction).verified
    neutral = replace(construction, family=Assignment(network, [], construction.family.ring))
    verdict = check(numbers, construction=neutral)
    assert failed(verdict)[0] == "witness"
    q = construction.family.ring.generators[0]  # type: ignore[attr-defined]
    entries = [
        replace(e, row=replace(e.row, bias=2)) if dict(e.row.weights).get(0) == q else e
        for e in construction.family.entries
    ]
    moved = Assignment(network, entries, construction.family.ring)
    verdict = check(numbers, construction=replace(construction, family=moved))
    assert failed(verdict)[0] == "witness"


@pytest.mark.parametrize("wrong", [{"E": 9}, {"D": 3}])
def test_sabotage_a_larger_bound(wrong: dict[str, int]) -> None:
    numbers, construction = headline()
    verdict = check(replace(numbers, **wrong), construction=construction)
    assert "rank" in failed(verdict)


def test_sabotage_zero_function() -> None:
    numbers, construction = headline()
    network = numbers.network
    zero = Assignment(network, [replace(construction.assignment.entries[-1], row=constant(0))])
    broken = replace(construction, assignment=zero)
    verdict = check(numbers, construction=broken)
    assert "identically zero" in verdict.conclusion
    assert int(verdict.rank.value) == 0  # type: ignore[union-attr]


def test_sabotage_disagreeing_engines() -> None:
    _, construction = headline()
    setting = Setting(construction.assignment.network, named("left-right", 4, 4))
    witness = evaluated(setting, Powers([(2, 8)]), construction)
    assert oracle(witness).status is Status.PASSED
    wrong = replace(witness, found=replace(witness.found, rank=Powers([(2, 7)])))
    assert oracle(wrong).status is Status.FAILED


def test_not_applicable_says_why() -> None:
    verdict = verify_bound(M=2, H=4, layers="2/2:2,2/2:1")
    assert verdict.to_json()["verdict"] == "not applicable"
    assert verdict.reasons == (
        "K = 1: T_R = 2 does not exceed W/2 = 2: no overlap reaches past half",
    )
    verdict = verify_bound(M=2, H=4, layers="3/1:2,2/2:4,1/2:1")
    assert [reason[:5] for reason in verdict.reasons] == ["K = 1", "K = 2"]
    assert all("tail condition fails at layer 3" in reason for reason in verdict.reasons)
    assert "even width" in verify_bound(M=2, H=5).reasons[0]
    assert verify_bound(M=2, H=5, W=4).verified
    assert "one layer" in verify_bound(M=2, H=4, layers="4/4:1").reasons[0]
    assert "layer 1 has 1 channel" in verify_bound(M=2, H=4, layers="2/1:1,2/1:2,4/4:1").reasons[1]


def test_a_fixed_K_is_the_only_one_tried() -> None:
    verdict = verify_bound(M=2, H=4, layers="2/1:4,2/1:2,4/4:1", K=1)
    assert verdict.conclusion.startswith("K = 1 does not meet the hypotheses")


def test_the_best_K_is_taken_and_the_smallest_among_equals() -> None:
    layers = "3/1:4,3/1:4,4/4:1"
    assert verify_bound(M=2, H=4, layers=layers).numbers["K"] == 1
    assert verify_bound(M=2, H=4, layers=layers, K=2).numbers["K"] == 2
    better = verify_bound(M=4, H=4, layers="3/1:2,1/1:4,4/4:1")
    assert (better.numbers["K"], str(better.bound)) == (1, "4^4")
    later = verify_bound(M=4, H=4, layers="2/1:8,2/1:4,4/4:1")
    assert (later.numbers["K"], str(later.bound)) == (2, "4^8")


def test_trivial_bounds_are_marked() -> None:
    verdict = verify_bound(M=2, H=4, layers="3/1:2,1/2:4,2/2:1")
    assert verdict.verified
    assert verdict.numbers["K"] == 2
    assert verdict.to_json()["trivial"] is True
    assert "trivial" in verdict.conclusion
    assert verify_bound(M=1, H=2).to_json()["trivial"] is True


def test_templates() -> None:
    plain = verify_bound(M=2, H=4)
    changed = verify_bound(M=2, H=4, templates=[[1, 2], [Fraction(1, 3), "-4/5"]])
    assert changed.verified
    assert changed.rank == plain.rank
    for bad in ([[1, 2], [2, 4]], [[1, 2]], [[1], [2]], [[1.0, 0], [0, 1]]):
        with pytest.raises(InputError):
            verify_bound(M=2, H=4, templates=bad)  # type: ignore[arg-type]


def test_large_sizes_are_exact() -> None:
    verdict = verify_bound(M=3, H=64, weights="unshared", partition="top-bottom")
    assert verdict.verified
    assert verdict.rank is not None
    assert verdict.rank.value == Powers([(3, 2048)])


def test_what_does_not_fit_is_refused() -> None:
    for H, W in ((10**9, 2), (10**15, 2), (2, 10**12)):
        with pytest.raises(ResourceError):
            verify_bound(M=2, H=H, W=W)
    with pytest.raises(ResourceError):
        verify_bound(M=10**7, H=4, layers="3/1:30000000,1/1:9999999,4/4:1")
    assert verify_bound(M=1, H=64).verified
    with pytest.raises(ResourceError, match=r"TiB.*are allowed"):
        verify_bound(M=2, H=100_000)
    with pytest.raises(ResourceError):
        verify_bound(M=2, H=64, memory=0.0001)


@pytest.mark.parametrize(
    "bad",
    [
        {"M": 0, "H": 4},
        {"M": 2},
        {"M": 2, "H": 4, "weights": "both"},
        {"M": 2, "H": 4, "partition": "checkerboard"},
        {"M": 2, "H": 4, "engine": "fast"},
        {"M": 2, "H": 4, "K": 7},
        {"M": 2, "H": 4, "K": 0},
        {"M": 2, "H": 4, "K": True},
        {"M": 2, "H": 4, "K": "1"},
        {"M": 2, "H": 4, "memory": float("nan")},
        {"M": 2, "H": 4, "memory": -1},
        {"M": 2, "H": 4, "layers": 5},
        {"M": 2, "H": 4, "layers": ["3/1:2"]},
        {"M": 2, "H": 4, "partition": []},
        {"M": 2, "H": 4, "templates": 5},
        {"M": 2, "H": 4, "templates": [1, 2]},
        {"M": 2, "H": 5, "templates": [[1, 1], [1, 1]]},
        {"M": 2, "H": 4, "network": Network(2, 4, layers="4/4:1")},
    ],
)
def test_bad_arguments(bad: dict[str, object]) -> None:
    with pytest.raises(InputError):
        verify_bound(**bad)  # type: ignore[arg-type]


def test_json_has_the_documented_fields() -> None:
    document = verify_bound(M=2, H=4).to_json()
    assert json.loads(json.dumps(document)) == document
    number = {"text": "2^8", "factors": [[2, 8]], "value": 256}
    assert document["bound"] == number
    assert document["rank"] == {**number, "exact": True, "field": "Q", "engine": "factored"}
    assert document["geometry"] == {"K": 1, "T_S": 1, "T_R": 3, "T": 3, "D": 2, "E": 8}
    assert {"theorem", "M", "H", "W", "network", "weights", "partition", "verdict", "versions",
            "seconds", "steps"} <= set(document)  # fmt: skip
    assert all(set(s) == {"name", "method", "status", "detail"} for s in document["steps"])
    missing = verify_bound(M=2, H=5).to_json()
    assert missing["bound"] is None
    assert missing["rank"] is None
    assert missing["geometry"] is None


def test_verdicts_read_well() -> None:
    verdict = verify_bound(M=2, H=4)
    assert repr(verdict).startswith("<Verdict verified: Theorem 1, M = 2, H = W = 4")
    assert "2^8 is full rank" in str(verdict)


def test_the_family_in_q_is_reported_as_a_lower_bound() -> None:
    network = Network(2, 1, 6, layers="1x4/1:2,1x2/1x2:1,1x2/1x2:1,1x2/1x2:1")
    verdict = verify_bound(network)
    assert verdict.verified
    assert verdict.rank is not None
    assert not verdict.rank.exact
    assert any(s.name == "family in q" and s.status is Status.PASSED for s in verdict.steps)
    assert verify_bound(network, weights="unshared").rank.exact  # type: ignore[union-attr]


def test_a_sharper_theorem_is_named_where_it_proves_more() -> None:
    """The half is not needed; what is said is what the other theorem verifies."""
    layers = "2/1:2,2/1:2,4/4:1"
    verdict = verify_bound(M=3, H=4, layers=layers)
    assert verdict.bound == 1
    assert verdict.steps[-1].name == "sharper"
    assert verdict.steps[-1].status is Status.LEMMA
    assert "rank ≥ 3^8" in verdict.steps[-1].detail
    assert theorems()["half-free"](M=3, H=4, layers=layers).bound == Powers([(3, 8)])
    assert verify_bound(M=2, H=4).steps[-1].name == "almost every"
    assert "sharper" not in [step.name for step in verify_bound(M=2, H=5).steps]
