"""What the command line says: each message by its words and its exit status."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from console_script import call, run
from convac import InputError
from convac.cli import cli
from convac.commands.options import names_and_sizes
from convac.console import _dashes
from convac.errors import MISSING
from convac.graphs.partition_names import read_partition
from convac.proofs.regress import check_claim, line, load

BOUND = ["bound", "--M", "3", "--H", "2", "--layers", "2/1:2,2/2:1"]


def test_errors_name_options_that_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["convac", "prove", "overlap-law", "--R=4"])
    for name, dashes in {"layers": "--", "M": "--", "R": "--", "network": "", "file": ""}.items():
        assert _dashes(InputError(name, 0, "no"), cli) == dashes
    assert _dashes(InputError("D", MISSING, "it is needed"), cli) == "--"


def test_what_is_missing_is_not_called_nothing() -> None:
    with pytest.raises(InputError, match=r"^D is missing; a value is needed after it$"):
        names_and_sizes(["overlap-law", "--D"])
    result = call("prove", "overlap-law", "--M", "2", script="convac")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "error: --H is missing; overlap-law needs it\n"


def test_a_file_that_cannot_be_written_is_noticed_first(tmp_path: Path) -> None:
    target = tmp_path / "nowhere" / "c.json"
    result = call(*BOUND, "--certificate", str(target), script="convac")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        f"error: --certificate: got '{target}'; there is no folder {target.parent}\n"
    )


def test_a_certificate_of_less_says_so(tmp_path: Path) -> None:
    """The cluster of a path of 24 sites is too large to be ranked: the upper bound is certified."""
    target = tmp_path / "c.json"
    sizes = [
        "--M",
        "3",
        "--H",
        "1",
        "--W",
        "24",
        "--layers",
        "1x3/1:2,1x24/1x24:1",
        "--partition",
        "columns",
    ]
    result = call("bound", *sizes, "--certificate", str(target), script="convac")
    assert result.returncode == 0
    assert "by the lemma that is named" in result.stdout
    assert result.stderr == (f"note: {target} certifies rank ≤ 3^12; ≥ 3^12 rests on its lemma\n")
    checked = call("check", str(target), script="convac")
    assert checked.stdout.startswith("VALID: rank <= 3^12 for almost all")
    assert "P = the sites with even row + column, Q = the rest" in checked.stdout


@pytest.mark.parametrize(
    ("P", "message"),
    [
        ([], "got '0 of 4 sites'; each side needs a site"),
        ([[0, 0], [0, 1], [1, 0], [1, 1]], "got '4 of 4 sites'; each side needs a site"),
        ([[0, 1], [0, 1]], r"got \(0, 1\); a site is given once"),
        ([[0, 2]], r"got \(0, 2\); sites are in rows < 2 and columns < 2"),
    ],
)
def test_partitions_of_a_file(P: list[list[int]], message: str, tmp_path: Path) -> None:
    file = tmp_path / "cut.json"
    file.write_text(json.dumps({"P": P}), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_partition(str(file), 2, 2)


def test_a_partition_of_a_file_keeps_its_name_and_sites(tmp_path: Path) -> None:
    file = tmp_path / "cut.json"
    file.write_text(json.dumps({"P": [[0, 1], [1, 0]]}), encoding="utf-8")
    result = call(*BOUND, "--partition", str(file), script="convac")
    assert result.stdout.splitlines()[0] == (
        "Bounds on the generic rank, cut.json (sites:QP/PQ), shared weights"
    )
    document = json.loads(call(*BOUND, "--partition", str(file), "--json", script="convac").stdout)
    assert (document["partition"], document["sites"]) == ("cut.json", "sites:QP/PQ")
    assert document["upper"]["text"] == "3^2"


def test_a_refuted_claim_is_not_shown_as_a_rank(tmp_path: Path) -> None:
    table = tmp_path / "t.toml"
    table.write_text(
        '[[claims]]\nresult = "sharp-bound"\nvariant = "base + 1"\nM = 3\nH = 2\n'
        'layers = "2/1:1,2/2:1"\nexpect = "refuted"\n',
        encoding="utf-8",
    )
    (row,) = load(table)
    shown = line(check_claim(row))
    assert "refuted: generic rank ≥ 3^2 is false: " in shown
    assert ", rank" not in shown


def test_lines_are_as_wide_as_the_terminal_allows() -> None:
    layers = ",".join(["2/2:16"] * 3 + ["2/1:16"] * 12 + ["2/2:1"])
    result = call("bound", "--M", "3", "--H", "16", "--layers", layers, script="convac")
    assert max(map(len, result.stdout.splitlines())) <= 96
    assert "2/1:16,\n    2/1:16" in result.stdout


def test_blocks_of_layers() -> None:
    long, short = (
        call("bound", "--M", "2", "--H", "8", "--layers", layers, "--json", script="convac")
        for layers in ("3/1:2,2/2:2,3/1:2,2/2:2,2/2:1", "(3/1:2,2/2:2)*2,2/2:1")
    )
    assert json.loads(long.stdout)["lower"] == json.loads(short.stdout)["lower"]


@pytest.mark.parametrize("script", ["convac", "verify-bound"])
def test_shells_complete_options(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = {"convac": "convac bound --par", "verify-bound": "verify-bound --par"}[script]
    monkeypatch.setitem(os.environ, "COMP_WORDS", words)
    monkeypatch.setitem(os.environ, "COMP_CWORD", str(words.count(" ")))
    variable = f"_{script.replace('-', '_').upper()}_COMPLETE"
    monkeypatch.setitem(os.environ, variable, "bash_complete")
    assert run(script=script).stdout == "plain,--partition\n"


def test_both_scripts_have_a_version() -> None:
    for script in ("convac", "verify-bound"):
        result = run("--version", script=script)
        assert (result.returncode, result.stderr) == (0, "")
        assert result.stdout.startswith(f"{script}, version ")
