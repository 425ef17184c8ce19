"""proofs/checker.py: files in folders, the package as oracle, mutants, and hostile input."""

from __future__ import annotations

import ast
import copy
import json
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from certificates import (
    AT_POINT,
    GENERIC,
    Json,
    assignment_json,
    brute_force,
    certificate,
    claim_json,
    cut_json,
    factored_json,
    generic_rank_of,
    item_of,
    minor_json,
    network_json,
    neutral_parts,
    package_assignment,
    partition_json,
    point_of,
    problem_of,
    seed_json,
    status,
)
from convac import QQ, ZZ, Network, factorize, grid_tensor, matricize
from convac.algebra.rings import Ring
from convac.graphs.cuts import cut_graph
from convac.proofs import checker
from convac.proofs.upper_bound import _Count
from hypothesis import given, settings
from hypothesis import strategies as st
from mutations import ANSWERS, every_mutant, judge, lanes, random_mutant, tally
from strategies import assignments, networks, partitions

CHECKER = Path(checker.__file__)
FOLDER = Path(__file__).parent / "certificates"
STATUS = {"correct": 0, "incorrect": 1, "unreadable": 2}
FILES = [(path, STATUS[path.parent.name]) for path in sorted(FOLDER.glob("*/*.json"))]
SMALL = json.loads((FOLDER / "correct" / "two-by-two-factored.json").read_text())


@pytest.mark.parametrize(
    ("path", "expected"), FILES, ids=[f"{p.parent.name}/{p.stem}" for p, _ in FILES]
)
def test_files(path: Path, expected: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert checker.main([str(path)]) == expected
    out, err = capsys.readouterr()
    word = ["VALID", "INVALID", "UNREADABLE"][expected]
    assert (out if expected == 0 else err.partition(": ")[2]).startswith(word + ": ")
    assert (err if expected == 0 else out) == ""


def test_folders_are_full() -> None:
    counts = [sum(code == expected for _, code in FILES) for expected in (0, 1, 2)]
    assert counts[0] >= 8
    assert counts[1] >= 25
    assert counts[2] >= 30


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """A process with no packages and no project on its path."""
    command = [sys.executable, "-I", "-S", str(CHECKER), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_program() -> None:
    right, wrong, broken = (
        FOLDER / "correct" / "headline-factored.json",
        FOLDER / "incorrect" / "count-too-large.json",
        FOLDER / "unreadable" / "truncated.json",
    )
    one = run(right)
    assert (one.returncode, one.stderr) == (0, "")
    assert "rank >= 2^8 for almost all real parameters with shared weights" in one.stdout
    assert "P = rows 0..3 x columns 0..1" in one.stdout
    assert "products, measure zero" in one.stdout
    several = run(broken, wrong, right, FOLDER)
    assert several.returncode == 1
    assert several.stdout.count("VALID") == 1
    assert "4 files: 1 VALID, 1 INVALID, 2 UNREADABLE" in several.stderr
    assert run(right, broken).returncode == 2
    nothing = run()
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert nothing.stderr.startswith("usage: ")


def test_unreadable_paths() -> None:
    for path in ("no such file", "", "a\0b", str(FOLDER)):
        assert checker.verdict(path)[0] == 2


def test_a_fault_of_the_program_is_not_a_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (ZeroDivisionError, MemoryError, RecursionError, AssertionError):

        def fail(_: Json, error: type[BaseException] = error) -> str:
            raise error

        monkeypatch.setattr(checker, "check", fail)
        assert checker.verdict(str(FILES[0][0]))[0] == 4


def test_standard_library_only() -> None:
    names = set()
    for node in ast.walk(ast.parse(CHECKER.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add((node.module or "").partition(".")[0])
        elif isinstance(node, ast.Name | ast.Attribute):
            called = node.id if isinstance(node, ast.Name) else node.attr
            assert called not in {"__import__", "import_module", "eval", "exec"}
    assert names <= sys.stdlib_module_names


def product(powers: list[tuple[int, int]]) -> int:
    result = 1
    for base, exponent in powers:
        result *= base**exponent
    return result


@settings(max_examples=40)
@given(st.data(), networks(), st.sampled_from([ZZ, QQ]))
def test_factored_evaluation(data: st.DataObject, network: Network, ring: Ring) -> None:
    """The product of the factors is the grid tensor; the ranks of the classes multiply to its rank."""
    assignment = data.draw(assignments(network, ring))
    partition = data.draw(partitions(network))
    source = assignment_json(assignment)
    tensor = [Fraction(str(x)) for x in grid_tensor(assignment)]
    problem = problem_of(network, partition)
    factors = checker.factors_of(problem, point_of(source, problem))
    function = factorize(assignment).function
    assert (factors is None) == (function is None)
    if factors is None or function is None:
        assert not any(tensor)
        return
    sites = [2 * network.W * r + c for r in range(network.H) for c in range(network.W)]
    assert set(factors) == {tuple(sites[s] for s in f[0]) for f in function.factors}
    table = checker.multiplied(network.M, factors.items(), sites)
    first = next((k for k, x in enumerate(tensor) if x), 0)
    assert [x * table[first] for x in tensor] == [y * tensor[first] for y in table]
    rank = brute_force(assignment, partition)
    item = factored_json(network, partition, source)
    assert (item is None) == (rank == 0)
    if item is not None:
        assert product(item[1]) == rank
        claim = claim_json(AT_POINT, None, "=", [(rank, 1)])
        checker.check(certificate(network, partition, claim, [item[0]]))
        claim = claim_json(AT_POINT, None, ">=", [(rank + 1, 1)])
        assert status(certificate(network, partition, claim, [item[0]])) == 1


@settings(max_examples=40)
@given(
    st.data(),
    networks(),
    st.sampled_from(["shared", "unshared"]),
    st.sampled_from([2, 3, 101, 8388593, 2**61 - 1]),
    st.sampled_from([5, 8388593]),
)
def test_minors_at_seeds(
    data: st.DataObject, network: Network, weights: str, prime: int, field: int
) -> None:
    partition = data.draw(partitions(network))
    source = seed_json(data.draw(st.integers(0, 9)), field, weights)
    tensor = grid_tensor(package_assignment(network, source))
    matrix = matricize(tensor, network.M, partition)
    item = minor_json(matrix, source, prime)
    if not item["rows"]:
        return
    problem = problem_of(network, partition)
    read = item_of(item, problem)
    found = list(checker.minor_rows(problem, point_of(source, problem), read))
    assert found == [[int(matrix[r][c]) % prime for c in read["columns"]] for r in read["rows"]]
    claim = claim_json(GENERIC, weights, ">=", [(len(found), 1)])
    checker.check(certificate(network, partition, claim, [item]))


@settings(max_examples=40)
@given(st.data(), st.integers(1, 12), st.sampled_from([2, 3, 101, 2**61 - 1]))
def test_elimination(data: st.DataObject, size: int, prime: int) -> None:
    """Elimination modulo a prime and fraction-free elimination are each other's oracle."""
    entry = st.one_of(st.integers(-2, 2), st.integers(-(10**25), 10**25))
    matrix = [[data.draw(entry) for _ in range(size)] for _ in range(size)]
    if data.draw(st.booleans()) and size > 1:
        matrix[-1] = [x - 2 * y for x, y in zip(matrix[0], matrix[size // 2], strict=True)]
    determinant = checker.bareiss(matrix)[1]
    residues = [[x % prime for x in row] for row in matrix]
    assert checker.nonsingular(residues, prime) == (determinant % prime != 0)


@settings(max_examples=40)
@given(st.data(), networks())
def test_cuts(data: st.DataObject, network: Network) -> None:
    """N(S) of the checker and of the package, on the same sides; it bounds the generic rank."""
    partition = data.draw(partitions(network))
    graph = cut_graph(network, partition)
    separator = frozenset(v for v in sorted(graph.parents) if data.draw(st.booleans()))
    if not graph.separates(separator):
        with pytest.raises(checker.Invalid, match="does not separate"):
            cut_json(network, partition, separator, "sum")
        return
    number = graph.components(separator)[0]
    named = [v for v in neutral_parts(graph, separator) if data.draw(st.booleans())]
    sides = {v: data.draw(st.integers(0, 1)) for v in named}
    package = _Count(graph, separator)
    choice = {part: 0 for arcs in package.arcs.values() for _, part, _ in arcs if part[0] != "side"}
    for v, side in sides.items():
        choice[("direct", v) if v in separator else ("component", number[v])] = side
    value, form = package.value(choice, 5_000)
    listed = [[v[0], *v[1], "PQ"[side]] for v, side in sides.items()]
    item = cut_json(network, partition, separator, form, listed)
    assert item["bound"] == str(value)
    texts = json.dumps(network_json(network)), json.dumps(partition_json(partition))
    assert generic_rank_of(*texts, "shared") <= value
    claim = claim_json(GENERIC, "unshared", "<=", [(value, 1)])
    checker.check(certificate(network, partition, claim, [item]))


@pytest.mark.parametrize("lane", list(lanes()))
def test_mutants(lane: str) -> None:
    """A control, a sample of the single changes, and random changes: no false claim is accepted."""
    assert judge(lanes()[lane]) == ANSWERS[0]
    source = random.Random(lane)
    single = [m for m in every_mutant(lanes()[lane]) if source.random() < 0.04]
    several = [random_mutant(lanes()[lane], source) for _ in range(40)]
    counts, wrong = tally(iter(single + several))
    assert wrong == []
    assert counts["true"] > 0
    assert counts["invalid"] + counts["unreadable"] > counts["true"]
    assert counts["undecided"] <= 2


def test_true_variants_stay_accepted() -> None:
    assert status(SMALL) == 0
    weaker, unshared, extra = copy.deepcopy(SMALL), copy.deepcopy(SMALL), copy.deepcopy(SMALL)
    weaker["claim"]["value"] = [["3", 1]]
    unshared["claim"]["weights"] = "unshared"
    extra["evidence"] += [{"kind": "size"}, SMALL["evidence"][0]]
    for document in (weaker, unshared, extra):
        assert status(document) == 0
    cut = copy.deepcopy(lanes()["cut, tree"])
    more = [[2, [[0, 1], [0, 1]]], [0, [[0, 1], [0, 2]]], [1, [[0, 1], [0, 1]]]]
    cut["evidence"][0]["separator"] = more
    assert status(cut) == 0


def grid(size: int, **parts: Json) -> Json:
    """The small certificate on another grid, with parts replaced."""
    document = copy.deepcopy(SMALL)
    document["network"].update(H=size, W=size)
    document["network"]["layers"][1].update(window=[size, size], stride=[size, size])
    document.update(parts)
    return document


def everywhere(layer: int, window: int, bias: str, weights: Json) -> Json:
    offsets = [[0, window], [0, window]]
    entry = {"layer": layer, "channels": [0, 1], "offsets": offsets, "locations": None}
    return {**entry, "weights": weights, "bias": bias}


def wide(size: int, *entries: Json) -> Json:
    """Layer 1 with a window of 10^15, and these entries."""
    document = grid(size)
    document["network"]["layers"][0]["window"] = [10**15, 10**15]
    document["evidence"] = [
        {"kind": "factored", "assignment": {"entries": list(entries)}, "classes": []}
    ]
    return document


def a_cut(size: int, *separator: Json) -> Json:
    item = {"kind": "cut", "separator": list(separator), "sides": [], "form": "sum", "bound": "1"}
    claim = claim_json(GENERIC, "shared", "<=", [])
    return grid(size, claim=claim, evidence=[item])


SUM, FINAL = [[0, "1"]], everywhere(2, 2, "1", [[0, "1"]])
LARGE = {
    "a grid of 10^18 sites": grid(10**9),
    "a cut of 10^18 sites": a_cut(10**9, [0, [[0, 10**9], [0, 10**9]]]),
    "a cut of 10^12 edges": a_cut(1000, [1, [[0, 1000], [0, 1000]]]),
    "a value of 10^15 bits": grid(2, claim=claim_json(GENERIC, "shared", ">=", [(2, 10**15)])),
    "a base of 2 million digits": grid(
        2, claim={**SMALL["claim"], "value": [["1" + "0" * 2_000_000, 1]]}
    ),
    "a constant 2^(10^30)": wide(2, everywhere(1, 10**15, "2", []), FINAL),
    "a sum on 100 sites": wide(10, everywhere(1, 10**15, "1", SUM), everywhere(2, 10, "1", SUM)),
    "10^15 templates": {**grid(2), "network": {**SMALL["network"], "M": 10**15}},
    "300 layers": {
        **SMALL,
        "network": {**SMALL["network"], "layers": [SMALL["network"]["layers"][0]] * 300}
        | {"H": 1, "W": 1},
        "partition": {"P": []},
        "evidence": [],
    },
}


@pytest.mark.parametrize("name", LARGE)
def test_too_large(name: str) -> None:
    assert status(LARGE[name]) == 4


def test_large_but_harmless() -> None:
    """10^30 offsets of weight 0 and bias -1 or 0; a power of 1."""
    one = claim_json(GENERIC, "shared", ">=", [(1, 10**15)])
    for bias, expected in (("-1", 0), ("0", 1)):
        document = wide(2, everywhere(1, 10**15, bias, []), {**FINAL, "bias": "0"})
        assert status({**document, "claim": one}) == expected


def test_exponents_are_compared_exactly() -> None:
    """2^(2^20) against 2^(2^20) + 1, in the number of sites that the format allows."""
    claim = claim_json(GENERIC, "shared", "<=", [(2, 2**17)])
    document = grid(512, claim=claim, evidence=[{"kind": "size"}])
    document["partition"] = {"P": [[[0, 512], [0, 256]]]}
    assert status(document) == 0
    claim["value"] = [["2", 2**17 - 1]]
    assert status(document) == 1
    claim["value"] = [["4", 2**16 - 1], ["3", 1]]
    assert status(document) == 1
    claim["value"] = [["4", 2**16 - 1], ["5", 1]]
    assert status(document) == 0


@pytest.mark.slow
def test_headline_at_64() -> None:
    document = copy.deepcopy(
        json.loads((FOLDER / "correct" / "headline-factored.json").read_text())
    )
    document["network"].update(H=64, W=64)
    document["network"]["layers"][0]["window"] = [33, 33]
    document["network"]["layers"][1].update(window=[64, 64], stride=[64, 64])
    document["partition"]["P"] = [[[0, 64], [0, 32]]]
    item = document["evidence"][0]
    for entry in item["assignment"]["entries"]:
        if entry["bias"] == "1":
            entry["offsets"] = [[0, 1], [32, 33]]
        if entry["layer"] == 2:
            entry["offsets"] = [[0, 64], [0, 64]]
    item["classes"][0].update(columns=[[0, 32]], count=2048)
    document["claim"]["value"] = [["2", 2048]]
    assert status(document) == 0
    document["claim"]["value"] = [["2", 2049]]
    assert status(document) == 1
