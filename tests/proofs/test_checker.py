"""proofs/checker.py: files in folders, the package as oracle, mutants, and hostile input."""

from __future__ import annotations

import ast
import copy
import json
import os
import random
import resource
import subprocess
import sys
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from certificates import (
    AT_POINT,
    SHARED,
    UNSHARED,
    Json,
    assignment_json,
    brute_force,
    certificate,
    claim_json,
    cut_json,
    factored_json,
    generic_rank_of,
    layers_of,
    minor_json,
    network_json,
    neutral_parts,
    package_random,
    partition_json,
    rows_of,
    sites_of,
    status,
)
from convac import QQ, ZZ, Network, factorize, grid_tensor, matricize
from convac.algebra.rings import Ring
from convac.graphs.network import Vertex
from convac.graphs.separating_sets import cut_graph
from convac.proofs import checker
from convac.proofs.monomial_count import _Count
from hostile import HOSTILE, text_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from mutations import ANSWERS, every_mutant, judge, lanes, random_mutant, tally
from strategies import assignments, networks, partitions

CHECKER = Path(checker.__file__)
FOLDER = Path(__file__).parents[1] / "certificates"
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
    assert '"layers": [{"window": [3, 3], "stride": [1, 1], "channels": 2}' in one.stdout
    assert "P = rows 0..3 x columns 0..1, Q = the rest" in one.stdout
    assert "products, measure zero" in one.stdout
    several = run(broken, wrong, right, FOLDER)
    assert several.returncode == 1
    assert several.stdout.count("VALID") == 1
    assert several.stderr.count(": INVALID: ") == 1
    assert several.stderr.count(": UNREADABLE: ") == 2
    assert several.stderr.splitlines()[-1] == "4 files: 1 VALID, 1 INVALID, 2 UNREADABLE"
    assert run(right, broken).returncode == 2
    nothing = run()
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert nothing.stderr.startswith("usage: ")


def answered(*arguments: str | Path, **streams: Any) -> tuple[int, str]:
    """Exit status and standard error, where it is not one of the streams."""
    command = [sys.executable, "-I", str(CHECKER), *map(str, arguments)]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    process = subprocess.run(command, **streams, text=True, timeout=60, check=False)
    return process.returncode, process.stderr or ""


CANNOT_WRITE = "COULD NOT FINISH: the answer cannot be written"
RIGHT, WRONG = FOLDER / "correct" / "size.json", FOLDER / "incorrect" / "no-evidence.json"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk() -> None:
    with Path("/dev/full").open("w") as full:
        status, said = answered(RIGHT, stdout=full)
        assert (status, said) == (4, f"{CANNOT_WRITE}: No space left on device\n")
        assert answered(WRONG, stderr=full)[0] == 4
        assert answered("--trace", RIGHT, stderr=full)[0] == 4
        assert answered(stderr=full)[0] == 4
        assert answered(RIGHT, stderr=full)[0] == 0
        assert answered(WRONG, stdout=full)[0] == 1


def test_a_closed_pipe() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        status, said = answered(RIGHT, RIGHT, stdout=writing)
        assert (status, said) == (4, f"{CANNOT_WRITE}: Broken pipe\n")
        assert answered(WRONG, stderr=writing)[0] == 4
    finally:
        os.close(writing)


def test_a_closed_stream() -> None:
    assert answered(RIGHT, stdout=None, preexec_fn=partial(os.close, 1)) == (
        4,
        f"{CANNOT_WRITE}: it is closed\n",
    )
    assert answered(WRONG, stderr=None, preexec_fn=partial(os.close, 2))[0] == 4


def test_trace(capsys: pytest.CaptureFixture[str]) -> None:
    """What was recomputed goes to standard error, also where the file says otherwise."""
    right = FOLDER / "correct" / "headline-factored.json"
    assert checker.main(["--trace", str(right)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("VALID: rank >= 2^8 ")
    for line in (
        "sites: 4 x 4, 2 channels at each; P has 8",
        "class 0: 8 clusters like the sites ((0, 0),) of P and ((0, 2),) of Q,",
        "with the 2 x 2 matrix, row by row: 2 1 1 2",
        "the minor of 2 rows has the determinant 3",
        "proved by products: rank >= 256; claimed: 256",
    ):
        assert line in err.splitlines()
    document = json.loads(right.read_text())
    document["evidence"]["factored"][0]["classes"][0]["table"] = ["5", "1", "1", "2"]
    assert status(document) == 1
    assert "with the 2 x 2 matrix, row by row: 2 1 1 2" in checker.told
    for name, line in (
        ("cut-with-mixed-locations", "N(S) = 105"),
        ("minor-at-a-seed", "the minor has the rank 4 modulo 8388593; its first row is"),
        ("exact-rank-at-the-assignment", "the classes have the ranks 2"),
    ):
        assert checker.main(["--trace", str(FOLDER / "correct" / f"{name}.json")]) == 0
        assert line in capsys.readouterr().err
    assert checker.main([str(right)]) == 0
    assert capsys.readouterr().err == ""


def test_trace_from_the_command_line() -> None:
    convac = Path(sys.executable).parent / "convac"
    command = [convac, "check", "--trace", FOLDER / "correct" / "size.json"]
    process = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert process.returncode == 0
    assert process.stdout.startswith("VALID: ")
    assert "proved by size: rank <= 4; claimed: 4" in process.stderr


SCHEMA = json.loads((CHECKER.parent / "certificate.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
NO_MATTER_OF_SHAPE = [
    "class-minor-not-square",
    "duplicate-claim",
    "duplicate-key",
    "entries-overlap-at-one-location",
    "entries-overlap",
    "entry-twice",
    "exponent-notation",
    "float-count",
    "input-channel-that-does-not-exist",
    "layer-that-does-not-exist",
    "location-outside-the-output",
    "minor-not-square",
    "not-shared-and-minor-not-square",
    "offset-outside-the-window",
    "output-channel-that-does-not-exist",
    "output-not-one-by-one",
    "partition-outside-the-grid",
    "prime-a-carmichael-number",
    "prime-a-strong-pseudoprime",
    "prime-composite",
    "prime-composite-and-not-shared",
    "prime-one",
    "producer-with-half-a-surrogate-pair",
    "span-backwards",
    "span-empty",
    "weights-name-a-channel-twice",
    "wrong-count-and-minor-not-square",
]


@pytest.mark.parametrize(
    ("path", "expected"), FILES, ids=[f"{p.parent.name}/{p.stem}" for p, _ in FILES]
)
def test_schema(path: Path, expected: int) -> None:
    """Accepts what is readable, and refuses what is unreadable by its shape."""
    try:
        document = json.loads(path.read_bytes().decode("utf-8"))
    except (ValueError, RecursionError):
        assert expected == 2
        return
    assert VALIDATOR.is_valid(document) == (expected < 2 or path.stem in NO_MATTER_OF_SHAPE)


def test_schema_itself() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    stems = {path.stem for path, expected in FILES if expected == 2}
    assert stems >= set(NO_MATTER_OF_SHAPE)


@pytest.mark.parametrize("lane", list(lanes()))
def test_schema_refuses_only_what_is_unreadable(lane: str) -> None:
    source = random.Random(lane)
    for described, mutant in every_mutant(lanes()[lane]):
        if source.random() < 0.04 and not VALIDATOR.is_valid(mutant):
            assert status(mutant) == 2, described


def test_long_integers_do_not_take_time() -> None:
    """Also where Python was told to read integers of any length, as the command line is."""
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        text = json.dumps(SMALL).replace('"M": 2', f'"M": {"9" * 10**6}')
        document = checker.read(text.encode())
        with pytest.raises(checker.Refused, match="is no integer from 1 to"):
            checker.check(document)
    finally:
        sys.set_int_max_str_digits(limit)


def test_unreadable_paths() -> None:
    for path in ("no such file", "", str(FOLDER)):
        assert checker.verdict(path)[0] == 2
    assert checker.verdict("a\0b")[0] == 2


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
    layers = layers_of(network)
    function = factorize(assignment).function
    if function is None:
        assert not any(tensor)
        with pytest.raises(checker.Refused, match="is zero"):
            checker.factors_of(layers, rows_of(source, layers))
        return
    factors = checker.factors_of(layers, rows_of(source, layers))
    sites = [(r, c) for r in range(network.H) for c in range(network.W)]
    assert set(factors) == {tuple(sites[s] for s in f[0]) for f in function.factors}
    table = checker.multiplied(network.M, factors.items(), sites)
    first = next((k for k, x in enumerate(tensor) if x), 0)
    assert [x * table[first] for x in tensor] == [y * tensor[first] for y in table]
    rank = brute_force(assignment, partition)
    item = factored_json(network, partition, source)
    assert (item is None) == (rank == 0)
    if item is not None:
        assert product(item[1]) == rank
        claim = claim_json(AT_POINT, "=", [(rank, 1)])
        checker.check(certificate(network, partition, claim, factored=item[0]))
        claim = claim_json(AT_POINT, ">=", [(rank + 1, 1)])
        assert status(certificate(network, partition, claim, factored=item[0])) == 1


@settings(max_examples=40)
@given(
    st.data(),
    networks(),
    st.sampled_from(["shared", "unshared"]),
    st.sampled_from([2, 3, 101, 8388593, 2**31 - 1]),
)
def test_minors_at_seeds(data: st.DataObject, network: Network, weights: str, prime: int) -> None:
    partition = data.draw(partitions(network))
    seed, shared = data.draw(st.integers(0, 9)), weights == "shared"
    point = package_random(network, seed, prime, shared=shared)
    matrix = matricize(grid_tensor(point), network.M, partition)
    item = minor_json(matrix, seed, prime)
    if not item["rows"]:
        return
    layers, P = layers_of(network), sites_of(partition)
    rows = checker.seeded(seed, prime, shared, layers)
    found = checker.minor_matrix(layers, P, rows, item)
    assert found == [
        [int(matrix[int(r)][int(c)]) % prime for c in item["columns"]] for r in item["rows"]
    ]
    claim = claim_json(SHARED if shared else UNSHARED, ">=", [(len(found), 1)])
    checker.check(certificate(network, partition, claim, random_minor=item))
    entries = assignment_json(point)
    assert checker.minor_matrix(layers, P, rows_of(entries, layers), item) == found
    checker.check(certificate(network, partition, claim, minor=minor_json(matrix, entries, prime)))


@settings(max_examples=40)
@given(st.data(), st.integers(1, 12), st.sampled_from([2, 3, 101, 2**61 - 1]))
def test_elimination(data: st.DataObject, size: int, prime: int) -> None:
    """Elimination modulo a prime and fraction-free elimination are each other's oracle."""
    entry = st.one_of(st.integers(-2, 2), st.integers(-(10**25), 10**25))
    matrix = [[data.draw(entry) for _ in range(size)] for _ in range(size)]
    if data.draw(st.booleans()) and size > 1:
        matrix[-1] = [x - 2 * y for x, y in zip(matrix[0], matrix[size // 2], strict=True)]
    rank, determinant = checker.eliminate(matrix)
    assert (rank == size) == (determinant != 0)
    residues = [[x % prime for x in row] for row in matrix]
    rank_modulo, nonzero = checker.eliminate(residues, prime)
    assert rank_modulo <= rank
    assert (rank_modulo == size) == (nonzero % prime != 0) == (determinant % prime != 0)


@settings(max_examples=40)
@given(st.data(), networks())
def test_cuts(data: st.DataObject, network: Network) -> None:
    """N(S) of the checker and of the package, on the same sides; it bounds the generic rank."""
    partition = data.draw(partitions(network))
    graph = cut_graph(network, partition)
    separator = frozenset(v for v in sorted(graph.parents) if data.draw(st.booleans()))
    if not graph.separates(separator):
        with pytest.raises(checker.Refused, match="no separator"):
            cut_json(network, partition, separator, "sum")
        return
    named = [v for v in neutral_parts(graph, separator) if data.draw(st.booleans())]
    sides = {v: data.draw(st.integers(0, 1)) for v in named}
    package = _Count(graph, separator)
    choice = {v: sides.get(v, 0) for v in neutral_parts(graph, separator)}
    value, form = package.value(choice, 5_000)
    item = cut_json(network, partition, separator, form, sides)
    assert item["bound"] == str(value)
    texts = json.dumps(network_json(network)), json.dumps(partition_json(partition))
    assert generic_rank_of(*texts, "shared") <= value
    claim = claim_json(UNSHARED, "<=", [(value, 1)])
    checker.check(certificate(network, partition, claim, cut=item))


@settings(max_examples=60)
@given(st.data(), networks())
def test_any_labels_bound_the_rank(data: st.DataObject, network: Network) -> None:
    """Labels at random: where the condition holds, N(S) bounds the generic rank."""
    partition = data.draw(partitions(network))
    graph = cut_graph(network, partition)
    vertices = sorted(graph.parents)
    on_q = {v for v in vertices if v[0] and data.draw(st.booleans())}
    side = {v: int(v in on_q) if v[0] else partition.side(v[1]) for v in vertices}
    separator = {v for v in vertices if data.draw(st.integers(0, 3)) == 0}
    runs: dict[Vertex, set[int]] = {v: set() for v in vertices}
    if graph.output not in separator:
        runs[graph.output] = {side[graph.output]}
    for v in reversed(vertices):
        expanded = v in separator and (v == graph.output or graph.side[v] == 2)
        for x in graph.children[v]:
            runs[x] |= {side[x]} if expanded else set() if v in separator else runs[v]
        if v[0] == 0 and not runs[v] <= {side[v]}:  # seen on the other side, unless it is in S
            separator.add(v)
    item = {"form": data.draw(st.sampled_from(["sum", "product"])), "bound": "1"}
    item |= {"separator": [[v[0], *v[1]] for v in separator], "on Q": [[v[0], *v[1]] for v in on_q]}
    try:
        bound = checker.cut_bound(layers_of(network), sites_of(partition), item)
    except checker.Refused as error:
        assume(error.args[0] != checker.LARGE)
        raise
    texts = json.dumps(network_json(network)), json.dumps(partition_json(partition))
    assert generic_rank_of(*texts, "unshared") <= bound


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
    assert counts["undecided"] <= 5


def test_true_variants_stay_accepted() -> None:
    assert status(SMALL) == 0
    weaker, unshared, extra = copy.deepcopy(SMALL), copy.deepcopy(SMALL), copy.deepcopy(SMALL)
    weaker["claim"]["value"] = [["3", 1]]
    unshared["claim"]["for"] = UNSHARED
    extra["evidence"]["factored"] *= 2
    for document in (weaker, unshared, extra):
        assert status(document) == 0
    cut = copy.deepcopy(lanes()["cut, tree"])
    cut["evidence"]["cut"][0]["separator"] = [[2, 0, 0], [0, 0, 0], [0, 0, 1], [1, 0, 0]]
    assert status(cut) == 0


def grid(size: int, **parts: Json) -> Json:
    """The small certificate on another grid, with parts replaced."""
    document = copy.deepcopy(SMALL)
    document["network"].update(H=size, W=size)
    document["network"]["layers"][1].update(window=[size, size], stride=[size, size])
    document.update(parts)
    return document


def everywhere(layer: int, size: int, window: int, bias: str, weights: Json) -> Json:
    """An entry at all offsets and all locations."""
    boxes = {"offsets": [[0, window]] * 2, "locations": [[0, size]] * 2}
    return {"layer": layer, "channels": [0, 1], **boxes, "weights": weights, "bias": bias}


def wide(size: int, *entries: Json, window: int = 10**15) -> Json:
    """Layer 1 with a large window, and these entries."""
    document = grid(size)
    document["network"]["layers"][0]["window"] = [window, window]
    document["evidence"]["factored"] = [{"assignment": list(entries), "classes": []}]
    return document


def a_cut(size: int, separator: Json) -> Json:
    item = {"separator": separator, "on Q": [], "form": "sum", "bound": "1"}
    document = grid(size, claim=claim_json(SHARED, "<=", []))
    document["evidence"] = {**document["evidence"], "factored": [], "cut": [item]}
    return document


SUM, FINAL = [[0, "1"]], everywhere(2, 1, 2, "1", [[0, "1"]])
LARGE = {
    "a grid of 10^18 sites": grid(10**9),
    "a cut of 10^18 sites": a_cut(10**9, [[0, 0, 0]]),
    "a cut of 10^9 edges": a_cut(1000, [[1, 0, 0]]),
    "a value of 10^15 bits": grid(2, claim=claim_json(SHARED, ">=", [(2, 10**15)])),
    "10^30 places": wide(2, everywhere(1, 2, 10**15, "2", []), FINAL),
    "a constant 7^40000": wide(2, everywhere(1, 2, 200, "7", []), FINAL),
    "a sum on 100 sites": wide(
        10, everywhere(1, 10, 10, "1", SUM), everywhere(2, 1, 10, "1", SUM), window=10
    ),
    "10^15 templates": {**grid(2), "network": {**SMALL["network"], "M": 10**15}},
    "300 layers": {
        **SMALL,
        "network": {**SMALL["network"], "layers": [SMALL["network"]["layers"][0]] * 300}
        | {"H": 1, "W": 1},
        "partition": {"P": []},
        "evidence": {kind: [] for kind in SMALL["evidence"]},
    },
}


SECONDS = {"a cut of 10^9 edges"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "200,000 offsets",
        "8000 channels",
        "a table through 3000 x 3000 weights",
        "4,000,000 places",
        "edges of 900 x 900 sites",
        "tables of one hash",
        "offsets of one hash",
        "vertices of one hash",
        "lists in lists",
    ],
)
def test_hostile_files(name: str, tmp_path: Path) -> None:
    """Each ends with its status and in 3 GB; `benchmarks/worst_certificates.py` has more of them."""
    file = tmp_path / "certificate.json"
    file.write_text(text_of(name), encoding="utf-8")
    memory = partial(resource.setrlimit, resource.RLIMIT_AS, (4 * 10**9, 4 * 10**9))
    command = [sys.executable, "-I", str(CHECKER), str(file)]
    process = subprocess.run(
        command, capture_output=True, text=True, check=False, preexec_fn=memory
    )
    assert process.returncode == HOSTILE[name][1]
    assert "MemoryError" not in process.stderr


@pytest.mark.parametrize(
    "name", [pytest.param(x, marks=pytest.mark.slow) if x in SECONDS else x for x in LARGE]
)
def test_too_large(name: str) -> None:
    assert status(LARGE[name]) == 4


def test_large_but_harmless() -> None:
    """Offsets of weight 0 and bias -1 or 0; a power of 1; a window of 10^15."""
    one = claim_json(SHARED, ">=", [(1, 10**15)])
    for bias, expected in (("-1", 0), ("0", 1)):
        document = wide(2, everywhere(1, 2, 100, bias, []), {**FINAL, "bias": "0"})
        assert status({**document, "claim": one}) == expected


def test_exponents_are_compared_exactly() -> None:
    """2^(2^20) against 2^(2^20) + 1, in the number of sites that the format allows."""
    claim = claim_json(SHARED, "<=", [(2, 2**17)])
    document = grid(512, claim=claim, evidence={kind: [] for kind in SMALL["evidence"]})
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
    item = document["evidence"]["factored"][0]
    for entry in item["assignment"]:
        if entry["bias"] == "1":
            entry["offsets"] = [[0, 1], [32, 33]]
        entry["offsets" if entry["layer"] == 2 else "locations"] = [[0, 64], [0, 64]]
    item["classes"][0].update(columns=[[0, 32]], count=2048)
    document["claim"]["value"] = [["2", 2048]]
    assert status(document) == 0
    document["claim"]["value"] = [["2", 2049]]
    assert status(document) == 1
