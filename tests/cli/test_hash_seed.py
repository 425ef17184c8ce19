"""Every output is a function of the input: the same bytes under three hash seeds, times left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from console_script import run
from shell import shell

SEEDS = ("0", "1", "2")
TIMES = re.compile(r"\b[\d.]+(e-\d+)? (s|ms|min)\b|\"seconds\": [\d.e-]+")
MANY = """
from convac import Network, from_sites, rank_interval
from convac.proofs import evidence
import random

draw = random.Random(5)
for _ in range(100):
    M, H, W = draw.randint(2, 3), draw.randint(1, 3), draw.randint(2, 4)
    layers, size = [], (H, W)
    for _ in range(draw.randint(1, 2)):
        S = draw.randint(1, 2), draw.randint(1, 2)
        R = draw.randint(1, 3), draw.randint(1, 3)
        layers.append(f"{R[0]}x{R[1]}/{S[0]}x{S[1]}:{draw.randint(1, 4)}")
        size = -(-size[0] // S[0]), -(-size[1] // S[1])
    layers.append(f"{size[0]}x{size[1]}/{size[0]}x{size[1]}:1")
    network = Network(M, H, W, layers=",".join(layers))
    cut = from_sites(H, W, [(r, c) for r in range(H) for c in range(W) if draw.random() < 0.5])
    for weights in ("shared", "unshared"):
        found = rank_interval(network, cut, weights=weights)
        print(TIMES.sub("", str(found)), found.upper.separator)
        if found.lower.construction is not None and found.lower.construction.family is None:
            print(evidence.text(found.certificate()))
"""


def outputs(*arguments: str) -> set[str]:
    """What a command prints under each seed, times left out."""
    found = [run(*arguments, script="convac", PYTHONHASHSEED=seed) for seed in SEEDS]
    return {TIMES.sub("", one.stdout) + one.stderr + str(one.returncode) for one in found}


@pytest.mark.parametrize(
    "sizes",
    [
        "--M 2 --H 4 --layers 2/1:3,2/2:2,2/2:1 --partition columns",
        pytest.param(
            "--M 2 --H 6 --layers 2/1:3,3/2:2,3/3:1 --partition columns", marks=pytest.mark.slow
        ),
        pytest.param("--M 2 --H 8 --layers 2/1:4,2/1:1,8/8:1", marks=pytest.mark.slow),
    ],
)
def test_plans(sizes: str) -> None:
    (said,) = outputs("prove", "plan-bound", *sizes.split())
    assert "VERIFIED" in said


@pytest.mark.slow
@pytest.mark.parametrize("command", ["prove --all", "prove --all --format json", "regress"])
def test_all_theorems(command: str) -> None:
    (said,) = outputs(*command.split())
    assert len(said) > 1000


@pytest.mark.slow
def test_intervals_and_certificates_of_random_networks(tmp_path: Path) -> None:
    program = tmp_path / "many.py"
    program.write_text(
        f"import re\nTIMES = re.compile({TIMES.pattern!r})\n{MANY}", encoding="utf-8"
    )
    found = [shell(f"python {program}", tmp_path, PYTHONHASHSEED=seed) for seed in SEEDS]
    assert {one.stderr for one in found} == {""}
    (said,) = {one.stdout for one in found}
    assert said.count("generic rank") >= 200
