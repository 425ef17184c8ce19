"""Certificates that the program writes, held against the independent checker."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from console_script import run
from convac import (
    InputError,
    Network,
    ResourceError,
    from_sites,
    generic_rank,
    left_right,
    rank_at_parameters,
    verify_bound,
)
from convac.algebra.random_parameters import random_assignment
from convac.algebra.rings import GF, ZZ
from convac.graphs.partition_names import named
from convac.proofs import checker, evidence
from convac.proofs.library import theorems
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import RINGS, assignments, networks, partitions

ROOT = Path(__file__).parents[2]
THEOREMS = theorems()


def checked(document: dict[str, Any]) -> str:
    """The checker's verdict on the bytes that would be written."""
    return checker.check(checker.read(evidence.text(document).encode())).removeprefix("VALID: ")


VERDICTS = [
    ({"M": 2, "H": 4}, "rank = 2^8"),
    ({"M": 3, "H": 6, "weights": "unshared"}, "rank = 3^18"),
    ({"M": 5, "H": 2, "partition": "top-bottom"}, "rank = 5^2"),
    ({"M": 2, "H": 4, "layers": "2/1:4,2/1:2,4/4:1"}, "rank = 2^8"),
    ({"M": 2, "H": 4, "layers": "2/1:4,2/2:2,2/2:1"}, "rank >= 2^2"),
    ({"M": 2, "H": 6, "layers": "4/1:2,4/4:2,2/2:1", "weights": "unshared"}, "rank = 2^18"),
    ({"M": 4, "H": 4, "layers": "3/1:2,4/4:1"}, "rank >= 4^4"),
    ({"M": 1, "H": 4}, "rank = 1"),
    ({"M": 2, "H": 64}, "rank = 2^2048"),
]


@pytest.mark.parametrize(("arguments", "claim"), VERDICTS)
def test_verified_bounds_are_certified(arguments: dict[str, Any], claim: str) -> None:
    verdict = verify_bound(**arguments)
    document = verdict.certificate()
    weights = arguments.get("weights", "shared")
    said = checked(document)
    assert said.startswith(f"{claim} for almost all real parameters with {weights} weights")
    assert len(evidence.text(document)) < 100_000
    assert evidence.text(document) == evidence.text(verify_bound(**arguments).certificate())


@pytest.mark.parametrize("name", ["sharp-bound", "overlap-law", "cut-law", "theorem-1"])
def test_results_are_certified(name: str) -> None:
    for sizes in [s for s in THEOREMS[name].instances if s["H"] in (1, 3, 4)][:3]:
        verdict = THEOREMS[name](**sizes)
        if verdict.witness is None or verdict.bound is None or verdict.bound.trivial:
            continue
        try:
            document = verdict.certificate()
        except ResourceError:
            continue
        value = verdict.bound
        assert checked(document).startswith(("rank = ", "rank >= "))
        assert document["claim"]["value"] == [[str(b), e] for b, e in value.factors]


def test_bounds_that_meet_are_certified_as_equal() -> None:
    for layers, rank in (("2/2:2,2/1:2,2/2:1", 9), ("2/1:4,2/2:4,2/1:2,2/2:1", 105)):
        report = generic_rank(Network(2, 4, layers=layers), left_right(4))
        assert checked(report.certificate()).startswith(f"rank = {rank} for almost all")


@given(st.data())
def test_random_certificates_are_valid(data: st.DataObject) -> None:
    """Generic ranks with their separating sets, and exact ranks at sparse parameters."""
    network = data.draw(networks())
    partition = data.draw(partitions(network))
    weights = data.draw(st.sampled_from(["shared", "unshared"]))
    report = generic_rank(network, partition, weights=weights)
    assume(not max(report.ranks).is_zero)
    said = checked(report.certificate())
    assert said.startswith("rank = " if report.exact else "rank >= ")
    ring = data.draw(st.sampled_from(RINGS[:2]))
    point = data.draw(assignments(network, ring))
    at_point = rank_at_parameters(point, partition)
    if at_point.lower.value.is_zero:
        with pytest.raises(InputError, match="no rank > 0"):
            at_point.certificate()
        return
    document = at_point.certificate()
    assert "over Q" in checked(document)
    larger = copy.deepcopy(document)
    larger["claim"]["value"].append(["2", 1])
    with pytest.raises(checker.Refused, match="does not imply"):
        checked(larger)


def test_one_changed_weight_is_caught_and_named() -> None:
    document = verify_bound(M=2, H=4).certificate()
    entries = document["evidence"]["factored"][0]["assignment"]
    far = next(e for e in entries if e["layer"] == 1 and e["bias"] == "1")
    for weights in ([[0, "0"]], []):
        far["weights"] = weights
        with pytest.raises(checker.Refused, match="factored 0: class 0") as caught:
            checked(document)
        assert caught.value.args[0] == checker.INVALID


def test_what_has_no_certificate_says_so() -> None:
    leading = Network(2, 1, 6, layers="1x4/1:2,1x2/1x2:1,1x2/1x2:1,1x2/1x2:1")
    with pytest.raises(InputError, match="leading form"):
        verify_bound(leading).certificate()
    assert checked(verify_bound(leading, weights="unshared").certificate()).startswith("rank = 2^3")
    with pytest.raises(InputError, match="a verified claim on a network has one"):
        verify_bound(M=2, H=5).certificate()
    network = Network(2, 2, layers="2/1:2,2/2:1")
    residues = random_assignment(network, 0, GF(5), shared=True)
    with pytest.raises(InputError, match="ranks over Q"):
        rank_at_parameters(residues, left_right(2)).certificate()
    met = generic_rank(Network(3, 6, layers="2/1:2,6/6:1"), left_right(6))
    assert checked(met.certificate()).startswith("rank = 3^6")
    large = generic_rank(Network(2, 8, layers="2/2:2,2/2:2,2/2:2,1/1:1"), left_right(8))
    with pytest.raises(ResourceError, match="whole matrix"):
        large.certificate()


def test_integer_parameters_are_certified() -> None:
    network = Network(2, 2, layers="2/1:2,2/2:1")
    point = random_assignment(network, 3, ZZ, shared=False)
    cut = from_sites(2, 2, [(0, 0), (1, 1)])
    document = rank_at_parameters(point, cut).certificate()
    assert document["claim"]["for"] == checker.AT_POINT
    assert checked(document).startswith("rank = ")
    over_q = generic_rank(network, named("rows", 2, 2), prime=None).certificate()
    assert checked(over_q).startswith("rank = 2^2")


@pytest.mark.slow
def test_certificates_on_the_command_line(tmp_path: Path) -> None:
    first, second = tmp_path / "c.json", tmp_path / "m.json"
    assert run("--M", "2", "--H", "4", "--certificate", str(first)).returncode == 0
    arguments = f"rank --M 2 --H 4 --layers 3/1:2,4/4:1 --certificate {second}".split()
    assert run(*arguments, script="convac").returncode == 0
    assert len(json.loads(second.read_text())["evidence"]["random minor"][0]["rows"]) == 256
    result = run("check", str(first), str(second), script="convac")
    assert result.returncode == 0
    assert result.stdout.count("VALID") == 2
    broken = tmp_path / "broken.json"
    broken.write_text(first.read_text().replace('"3"', '"5"'), encoding="utf-8")
    assert run("check", str(broken), script="convac").returncode == 1
    script = [sys.executable, "-S", str(ROOT / "proofs" / "checker.py"), str(first)]
    alone = subprocess.run(script, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert alone.returncode == 0
    assert "rank = 2^8" in alone.stdout
    refused = run("--M", "2", "--H", "4", "--certificate", "/nonexistent/c.json")
    assert refused.returncode == 2
    assert refused.stderr.startswith(
        "error: --certificate: got '/nonexistent/c.json'; there is no folder /nonexistent"
    )
    unverified = tmp_path / "none.json"
    assert run("--M", "2", "--H", "5", "--certificate", str(unverified)).returncode == 3
    assert not unverified.exists()


def test_the_example_of_the_format_is_valid() -> None:
    text = (ROOT / "docs" / "certificate.md").read_text(encoding="utf-8")
    block = text.split("```json\n")[1].split("```")[0]
    assert "rank >= 2^8" in checker.check(checker.read(block.encode()))
