"""The installed scripts: results, exit statuses, and errors in one line."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from console_script import SCRIPTS, call, run
from convac import console

VERIFIED = [
    ("--M 2 --H 4", (2, 8), (2, 8)),
    ("--M 3 --H 6 --weights unshared", (3, 18), (3, 18)),
    ("--M 5 --H 2 --partition top-bottom", (5, 2), (5, 2)),
    ("--M 2 --H 4 --layers 2/1:4,2/1:2,4/4:1", (2, 8), (2, 8)),
    ("--M 2 --H 4 --layers 2/1:4,2/2:2,2/2:1", (2, 2), (2, 2)),
    ("--M 2 --H 4 --layers 3/3:4,2/1:2,2/2:1", (2, 2), (2, 2)),
    ("--M 2 --H 6 --W 4 --layers 4x3/1:2,6x4/6x4:1", (2, 12), (2, 12)),
    ("--M 2 --H 6 --layers 4/1:2,4/4:2,2/2:1", (2, 18), (2, 18)),
    ("--M 2 --H 6 --layers 4/1:2,4/4:2,2/2:1 --weights unshared", (2, 18), (2, 18)),
    ("--M 2 --H 64", (2, 2048), (2, 2048)),
    ("--M 2 --H 256", (2, 32768), (2, 32768)),
]


@pytest.mark.parametrize(("arguments", "bound", "rank"), VERIFIED)
def test_verified(arguments: str, bound: tuple[int, int], rank: tuple[int, int]) -> None:
    result = call(*arguments.split(), "--json")
    assert (result.returncode, result.stderr) == (0, "")
    document = json.loads(result.stdout)
    assert document["verdict"] == "verified"
    assert document["bound"]["factors"] == [list(bound)]
    assert document["rank"]["factors"] == [list(rank)]
    assert document["rank"]["exact"] is True


def test_trivial() -> None:
    result = run(*["--M", "2", "--H", "4", "--layers", "3/1:2,1/2:4,2/2:1"])
    assert result.returncode == 0
    assert "trivial" in result.stdout
    assert "K = 2" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("--M 2 --H 4 --layers 2/2:2,2/2:1", "T_R = 2 does not exceed W/2 = 2"),
        ("--M 2 --H 4 --layers 3/1:2,2/2:4,1/2:1", "K = 2: the tail condition fails at layer 3"),
        ("--M 2 --H 5", "even width"),
    ],
)
def test_not_applicable(arguments: str, reason: str) -> None:
    result = call(*arguments.split())
    assert result.returncode == 3
    assert reason in result.stdout
    assert "NOT APPLICABLE" in result.stdout
    assert json.loads(call(*arguments.split(), "--json").stdout)["verdict"] == "not applicable"


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        ("--M 0 --H 4", "--M: got '0'"),
        ("--M 2 --H x", "--H: got 'x'"),
        ("--M 2 --H -2", "--H: got '-2'"),
        ("--M 2 --H 4 --layers 3/1", "--layers: got '3/1'"),
        ("--M 2 --H 4 --layers 3/1:2", "--layers: got '3/1:2'"),
        ("--M 2 --H 4 --layers 3/0:2,4/4:1", "--layers: got '3/0:2'"),
        ("--M 2 --H 4 --layers=", "--layers: got ''"),
        ("--M 2 --H 4 --layers 3/1:2,4/4:1 --K 7", "--K: got 7; K runs from 1 to L - 1 = 1"),
        ("--M 2 --H 4 --weights both", "--weights"),
        ("--M 2 --H 4 --partition checkerboard", "--partition"),
        ("--M 2 --H 4 --memory -1", "--memory"),
        ("--M 2", "--H is missing"),
        ("--M 2 --H 4 --layer 3/1:2", "--layer"),
    ],
)
def test_bad_input_is_one_line(arguments: str, option: str) -> None:
    for extra in ([], ["--json"]):
        result = call(*arguments.split(), *extra)
        assert result.returncode == 2
        assert result.stdout == ""
        assert result.stderr.count("\n") == 1
        assert result.stderr.startswith("error: ")
        assert option in result.stderr


def test_what_does_not_fit_exits_4() -> None:
    result = run("--M", "2", "--H", "100000")
    assert result.returncode == 4
    assert "TiB" in result.stderr
    assert result.stderr.count("\n") == 1
    result = run("--M", "2", "--H", "100000", "--json")
    assert result.returncode == 4
    document = json.loads(result.stdout)
    assert document["verdict"] == "could not finish"
    assert "TiB" in document["reason"]


def test_other_ways_in() -> None:
    expected = json.loads(run("--M", "2", "--H", "4", "--json").stdout)["rank"]
    result = run("verify-bound", "--M", "2", "--H", "4", "--json", script="convac")
    assert json.loads(result.stdout)["rank"] == expected
    module = subprocess.run(
        [sys.executable, "-m", "convac", "verify-bound", "--M", "2", "--H", "4", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(module.stdout)["rank"] == expected
    assert run("--version", script="convac").returncode == 0
    assert "verify-bound" in run("--help", script="convac").stdout


def test_files_get_no_colour_and_old_terminals_get_ascii() -> None:
    result = run("--M", "2", "--H", "4")
    assert "\x1b" not in result.stdout
    assert "✓" in result.stdout
    plain = run("--M", "2", "--H", "4", PYTHONIOENCODING="ascii")
    assert plain.stdout.isascii()
    assert "[ok]" in plain.stdout
    assert "?" not in plain.stdout


def test_a_closed_pipe_is_no_error() -> None:
    process = subprocess.Popen(
        [str(SCRIPTS / "verify-bound"), "--M", "2", "--H", "4"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert (process.stderr.read(), process.wait()) == ("", 0)


def test_output_that_cannot_be_written_is_a_file_error() -> None:
    with Path("/dev/full").open("w") as full:
        process = subprocess.run(
            [str(SCRIPTS / "verify-bound"), "--M", "2", "--H", "4"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert process.returncode == 2
    assert process.stderr.startswith("error: cannot write the result")


def test_an_interrupt_is_one_line() -> None:
    process = subprocess.Popen(
        [str(SCRIPTS / "verify-bound"), "--M", "2", "--H", "1", "--W", "262144"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, out, err) == (130, "", "error: interrupted\n")


@pytest.mark.parametrize("fault", [RuntimeError("x"), MemoryError(), AssertionError(), KeyError(1)])
def test_a_fault_of_the_program_is_no_refutation(
    fault: Exception, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.command()
    def broken() -> None:
        raise fault

    monkeypatch.setattr(sys, "argv", ["broken"])
    with pytest.raises(SystemExit) as caught:
        console.run_command(broken)
    assert caught.value.code == 4
    assert capsys.readouterr().err.startswith("error: could not finish")


RANKS = [
    ("--M 2 --H 4 --layers 3/1:2,4/4:1", 256),
    ("--M 2 --H 4 --layers 2/1:4,2/2:2,2/2:1", 16),
    ("--M 2 --H 4 --layers 2/1:4,2/2:4,2/1:2,2/2:1", 105),
    ("--M 2 --H 4 --layers 2/2:3,2/2:2,1/1:1", 3),
    ("--M 2 --H 4 --layers 2/2:3,2/2:2,1/1:1 --partition checkerboard", 256),
    ("--M 2 --H 4 --layers 2/2:3,2/2:2,1/1:1 --partition rows --weights unshared", 256),
    ("--M 2 --H 8 --layers 2/2:2,2/2:3,2/2:2,1/1:1 --partition column:3", 163),
    pytest.param("--M 3 --H 4 --layers 3/1:3,4/4:1", 6561, marks=pytest.mark.slow),
    ("--M 3 --H 6 --layers 2/1:2,6/6:1", 729),
    ("--M 2 --H 32 --layers 2/2:3,2/2:3,2/2:3,2/2:3,2/2:9,1/1:1", 10),
    ("--M 2 --H 6 --layers 4/1:2,6/6:1 --memory 1", 2**18),
    ("--M 2 --H 4 --layers 2/1:4,2/2:2,2/2:1 --field Q --seed 3", 16),
    ("--M 2 --H 4 --layers 3/1:2,4/4:1 --field 1000003 --trials 2 --engine dense", 256),
]


@pytest.mark.parametrize(("arguments", "value"), RANKS)
def test_rank(arguments: str, value: int) -> None:
    result = call("rank", *arguments.split(), "--json", script="convac")
    assert (result.returncode, result.stderr) == (0, "")
    document = json.loads(result.stdout)
    assert document["rank"]["value"] == value
    for bound in (document["lower"], document["upper"]):
        assert {key: bound[key] for key in document["rank"]} == document["rank"]
    assert document["exact"] is True
    assert {"shape", "field", "engine", "seed", "trials", "seconds"} <= set(document)


def test_dense_rank_is_refused_at_once() -> None:
    arguments = "rank --M 2 --H 6 --layers 4/1:2,6/6:1 --engine dense"
    result = run(*arguments.split(), script="convac")
    assert result.returncode == 4
    assert "896 GiB" in result.stderr
    assert "--engine auto" in result.stderr


@pytest.mark.slow
def test_verify_bound_with_the_dense_engine() -> None:
    result = run(*["--M", "3", "--H", "4", "--engine", "dense"])
    assert result.returncode == 0
    assert "the whole matrix has rank 3^8 modulo 8388593" in result.stdout


def test_rank_reads_files(tmp_path: Path) -> None:
    from convac import Network
    from convac.algebra.assignment_json import to_json
    from convac.algebra.witnesses.near_far import theorem_1_assignment

    network = Network(2, 4, layers="3/1:2,4/4:1")
    construction = theorem_1_assignment(network, 1, (3,), 2, shared=True)
    parameters, sites = tmp_path / "parameters.json", tmp_path / "sites.json"
    parameters.write_text(json.dumps(to_json(construction.assignment)))
    sites.write_text(json.dumps({"P": [[r, c] for r in range(4) for c in range(2)]}))
    arguments = ["rank", "--M", "2", "--H", "4", "--layers", network.syntax, "--json"]
    files = ["--parameters", str(parameters), "--partition", str(sites)]
    document = json.loads(call(*arguments, *files, script="convac").stdout)
    assert (document["rank"]["value"], document["field"], document["exact"]) == (256, "Q", True)
    modular = json.loads(call(*arguments, *files, "--field", "5", script="convac").stdout)
    assert (modular["rank"]["value"], modular["field"]) == (256, "GF(5)")  # det(I + J) = 3
    singular = json.loads(call(*arguments, *files, "--field", "3", script="convac").stdout)
    assert (singular["rank"]["value"], singular["exact"]) == (1, False)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--partition nowhere.json", "--partition: got 'nowhere.json'; the file cannot be read"),
        ("--partition column:9", "--partition: got 'column:9'"),
        ("--parameters nowhere.json", "--parameters: got 'nowhere.json'"),
        ("--parameters {file}", "--parameters: got '{file}'; it is no JSON document"),
        ("--partition {file}", "--partition: got '{file}'; it is no JSON document"),
        ("--field 4", "--field: got 4; a prime below 2^31"),
        ("--field x", "--field: got 'x'"),
        ("--seed -1", "--seed: got '-1'"),
        ("--trials 0", "--trials: got '0'"),
        ("--engine tree", "--engine: got 'tree'; it needs a network without overlap"),
        ("--engine fast", "--engine"),
    ],
)
def test_bad_input_of_rank(arguments: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_text('{"P": 1, "P": ' + "[" * 100_000)
    arguments, message = arguments.format(file=file), message.format(file=file)
    result = call(
        "rank",
        *["--M", "2", "--H", "4", "--layers", "3/1:2,4/4:1"],
        *arguments.split(),
        script="convac",
    )
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert message in result.stderr
