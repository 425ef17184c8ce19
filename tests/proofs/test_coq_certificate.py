"""Certificates as Coq files: what is covered is proved by Coq's kernel, and what is false is refused."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from console_script import run
from convac import Network, rank_interval, verify_bound
from convac.algebra.linear.modular_rank import rank_mod_p
from convac.proofs import checker
from convac.proofs.block_evaluation import (
    Block,
    Blocks,
    Choices,
    Coupled,
    NotCovered,
    Table,
    by_components,
    by_minor,
    row_order,
    value_of,
)
from convac.proofs.coq_certificate import coq_source
from convac.proofs.coq_separator import separator
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

CORRECT = Path(__file__).parent.parent / "certificates" / "correct"
FORMAL = Path(__file__).parent.parent.parent / "formal"
P = 8388593
BUILT = pytest.mark.skipif(
    shutil.which("coqc") is None or not (FORMAL / "certificates" / "Claims.vo").exists(),
    reason="formal/ is not built on this machine",
)


def source(name: str) -> str:
    return coq_source((CORRECT / f"{name}.json").read_bytes())


def coqc(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = folder / "cert.v"
    path.write_text(text)
    command = ["coqc", "-q", "-R", str(FORMAL), "Overlap", "-w", "none", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def test_the_claim_is_the_last_theorem() -> None:
    document = verify_bound(M=2, H=4).certificate()
    text = coq_source(json.dumps(document).encode())
    assert "Theorem certificate : generic_rank_is net (2 ^ 8)." in text
    assert (
        "Net true 4 4 2\n  [:: plain (Shape 3 3 1 1 2); plain (Shape 4 4 4 4 1)]\n  [:: ((0, 4), (0, 2))]."
        in text
    )
    assert text.endswith("Print Assumptions certificate.\n")
    assert text.startswith("(* rank = 2^8 for almost all real parameters with shared weights;")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("fractions-unshared-checkerboard", "an upper bound at an assignment with fractions"),
        ("billion-channels-and-sparse-entries", "the number 1000000000"),
    ],
)
def test_what_is_not_covered_is_refused(name: str, why: str) -> None:
    with pytest.raises(NotCovered, match=why):
        source(name)


def padded() -> bytes:
    """Padded, read at distance 2, in two groups: the pairs are (0, 2) and (1, 3)."""
    network = Network(2, 1, 4, layers="1x2/1x1d1x2a0x1n1x4g2:2,1x4/1x4:1")
    return json.dumps(rank_interval(network, "left-right").certificate()).encode()


def test_layers_of_any_geometry_say_what_is_not_plain() -> None:
    text = coq_source(padded())
    layer = "GShape (Shape 1 2 1 1 2) 1 2 0 1 (Some (1, 4)) 2"
    assert f"Net true 1 4 2\n  [:: {layer}; plain (Shape 1 4 1 4 1)]\n" in text


def test_what_is_not_valid_is_refused() -> None:
    document = verify_bound(M=2, H=4).certificate()
    document["claim"]["value"] = [["2", 9]]
    with pytest.raises(checker.Refused, match="the evidence does not imply"):
        coq_source(json.dumps(document).encode())


def test_command(tmp_path: Path) -> None:
    good = CORRECT / "two-classes.json"
    done = run("coq", str(good), script="convac")
    assert (done.returncode, done.stdout) == (0, coq_source(good.read_bytes()))
    for name, status, said in (
        (CORRECT / "fractions-unshared-checkerboard.json", 3, "not covered: an upper bound at"),
        (tmp_path / "none.json", 2, "UNREADABLE: cannot be read"),
    ):
        done = run("coq", str(name), script="convac")
        assert (done.returncode, done.stdout) == (status, "")
        assert done.stderr.startswith(said)
        assert done.stderr.count("\n") == 1


def test_checked_in_coq_where_there_is_none(tmp_path: Path) -> None:
    good = str(CORRECT / "two-classes.json")
    done = run("check", "--verified", good, script="convac", CONVAC_FORMAL=str(tmp_path))
    assert (done.returncode, done.stdout) == (4, "")
    assert (
        "COULD NOT FINISH: formal/ is not part of this installation; needed: Coq 8.16"
        in done.stderr
    )
    assert done.stderr.count("\n") == 1


# ---------------------------------------------------------------- the evaluation in blocks
def layers_and_rows(entries: list[dict[str, Any]]) -> tuple[checker.Net, checker.Rows]:
    network = {
        "M": 2,
        "H": 1,
        "W": 4,
        "layers": [{"window": [1, 4], "stride": [1, 4], "channels": 1}],
    }
    layers = checker.layers_of(network)
    return layers, checker.entered(entries, layers)[0]


def entry(offset: int, weight: str, bias: str) -> dict[str, Any]:
    spans = {"offsets": [[0, 1], [offset, offset + 1]], "locations": [[0, 1], [0, 1]]}
    return {"layer": 1, "channels": [0, 1], **spans, "weights": [[0, weight]], "bias": bias}


def test_a_product_is_scalar_and_tables() -> None:
    layers, rows = layers_and_rows([entry(0, "2", "1"), entry(1, "-1/2", "1"), entry(3, "0", "5")])
    blocks = (Block(2, {(0, 0): (0, 1)}, {(0, 1): (0, 1)}),)
    _, (scalar, tables) = value_of(layers, rows, Choices(blocks, {}), P)
    half = pow(2, -1, P)
    assert scalar == 5
    assert tables[0].tolist() == [[3 * half % P, 3], [half, 1]]


def test_a_sum_over_two_blocks_joins_them() -> None:
    first, second = (Block(2, {(0, k): (0, 1)}, {(0, k + 2): (0, 1)}) for k in (0, 1))
    algebra = Blocks(Choices((first, second), {}), P)
    row = checker.Row([0, 1], [1, 1], 0)
    with pytest.raises(Coupled):
        algebra.affine(row, [algebra.leaf((0, 0), 0), algebra.leaf((0, 1), 0)])
    joined = Choices((first, second), {}).joined([0, 1])
    assert joined.blocks[0].size == 4
    assert joined.blocks[0].rows == {(0, 0): (0, 0, 1, 1), (0, 1): (0, 1, 0, 1)}
    algebra = Blocks(joined, P)
    total = algebra.affine(row, [algebra.leaf((0, 0), 0), algebra.leaf((0, 1), 0)])
    assert total[1][0].tolist() == [[2], [1], [1], [0]]


@given(arrays(np.int64, (4, 4), elements=st.integers(0, 6)))
def test_rows_are_ordered_so_that_no_pivot_is_zero(table: Table) -> None:
    """Modulo 7: all leading minors are not 0, unless the table is singular."""
    order = row_order(table, 7)
    if order is None:
        assert rank_mod_p(table, 7) < 4
    else:
        assert sorted(order) == [0, 1, 2, 3]
        for k in range(1, 5):
            assert rank_mod_p(table[order][:k, :k].copy(), 7) == k


def test_all_choices_of_the_sites_that_factors_join() -> None:
    """Sites (0, 0) of P, (0, 2) and (0, 3) of Q are one block of 4 choices, (0, 1) is another."""
    factors: checker.Factors = {((0, 0), (0, 2)): (1, 2, 3, 4), ((0, 2), (0, 3)): (1, 1, 0, 1)}
    small, large = by_components(2, factors, {(0, 0)}, (1, 4)).blocks
    assert (small.size, small.rows, small.columns) == (2, {}, {(0, 1): (0, 1)})
    assert (large.size, large.rows) == (4, {(0, 0): (0, 1, 0, 1)})
    assert large.columns == {(0, 2): (0, 0, 1, 1), (0, 3): (0, 1, 0, 1)}


def test_a_minor_is_one_block() -> None:
    grid = [(0, k) for k in range(4)]
    choices = by_minor(grid, {(0, 0), (0, 2)}, 2, [1, 2], [0, 3])
    assert choices.blocks[0].rows == {(0, 0): (0, 1), (0, 2): (1, 0)}
    assert choices.blocks[0].columns == {(0, 1): (0, 1), (0, 3): (0, 1)}


# ---------------------------------------------------------------- separating sets
def cut(network: dict[str, Any], P: set[checker.Place], S: list[Any], on_Q: list[Any]) -> Any:
    item = {"separator": S, "on Q": on_Q, "form": "sum"}
    return separator(checker.layers_of(network), P, item)


def test_a_separating_set_is_ordered_from_the_output_down() -> None:
    """Location (1, 0, 1) is met on both sides, and sees sites through the set only."""
    windows = [([1, 1], [1, 1]), ([1, 2], [1, 1]), ([1, 6], [1, 6])]
    layers = [{"window": w, "stride": s, "channels": 2} for w, s in windows]
    network = {"M": 2, "H": 1, "W": 6, "layers": layers}
    S = [[0, 0, 0], [0, 0, 1], [3, 0, 0]]
    on_Q = [[1, 0, c] for c in range(2, 6)] + [[2, 0, c] for c in range(1, 6)]
    ordered, labelled = cut(network, {(0, 0), (0, 1)}, S, on_Q)
    assert ordered == [(3, 0, 0), (0, 0, 0), (0, 0, 1)]
    assert labelled == sorted(map(tuple, on_Q))


def test_a_label_that_no_path_runs_on_is_corrected() -> None:
    """Below a vertex of the set that is a function of Q alone."""
    shapes = [([1, 1], [1, 1]), ([1, 1], [1, 1]), ([1, 2], [1, 2])]
    layers = [{"window": w, "stride": s, "channels": 1} for w, s in shapes]
    network = {"M": 2, "H": 1, "W": 2, "layers": layers}
    assert cut(network, {(0, 0)}, [[2, 0, 1]], []) == ([(2, 0, 1)], [(1, 0, 1)])


def test_what_needs_both_labels_is_refused() -> None:
    layers = [
        {"window": [1, 1], "stride": [1, 1], "channels": 1},
        {"window": [1, 2], "stride": [1, 2], "channels": 1},
    ]
    network = {"M": 2, "H": 1, "W": 2, "layers": layers}
    assert cut(network, {(0, 0)}, [[1, 0, 1], [2, 0, 0]], [[1, 0, 1]])[1] == [(1, 0, 1)]
    with pytest.raises(NotCovered, match=r"location \(1, 0, 1\) outside the separating set"):
        cut(network, {(0, 0)}, [], [])


# ---------------------------------------------------------------- Coq
@pytest.mark.formal
@BUILT
@pytest.mark.parametrize(
    ("name", "theorem"),
    [
        ("two-classes", "generic_rank_at_least net"),
        ("factored-and-size-meet", "generic_rank_is net"),
        ("weaker-claim", "generic_rank_at_least net"),
        ("minor-at-an-unshared-seed", "generic_rank_at_least net"),
        ("weight-zero-left-out", "generic_rank_at_least net"),
        ("size", "rank_at_most net"),
        ("one-sided-factor-with-zeros-links", "point_rank_is net (1)%coqZ layers"),
        ("fractions-unshared-column-cut", "point_rank_is net (12)%coqZ layers"),
        ("minor-of-an-assignment-with-fractions", "point_rank_at_least net (12)%coqZ layers"),
        ("cut-with-mixed-locations", "rank_at_most net"),
        ("cut-degrees-of-both-sides-product", "rank_at_most net"),
    ],
)
def test_coq_proves_what_is_covered(name: str, theorem: str, tmp_path: Path) -> None:
    text = source(name)
    assert f"Theorem certificate : {theorem}" in text
    done = coqc(text, tmp_path)
    assert (done.returncode, done.stdout) == (0, "Closed under the global context\n"), done.stderr


@pytest.mark.formal
@BUILT
@pytest.mark.parametrize(
    ("old", "new", "proved"),
    [
        ("", "", True),
        ("1 2 0 1 (Some", "1 1 0 1 (Some", False),
        ("1 2 0 1 (Some", "1 2 0 3 (Some", False),
        ("(Some (1, 4))", "(Some (1, 2))", False),
        ("[:: (0, (1)%coqZ)] (0)", "[:: (1, (1)%coqZ)] (0)", False),
        ("2; plain", "1; plain", True),
    ],
)
def test_coq_counts_padding_dilation_sizes_and_groups(
    old: str, new: str, proved: bool, tmp_path: Path
) -> None:
    """Another distance, padding or size, a channel of the other group; one group is true, too."""
    text = coq_source(padded())
    assert old in text
    done = coqc(text.replace(old, new), tmp_path)
    assert (done.returncode == 0) is proved, done.stderr


@pytest.mark.formal
@BUILT
def test_checked_in_coq(tmp_path: Path) -> None:
    """Where the extracted checker is not built."""
    for path in FORMAL.iterdir():
        if path.name != "extraction":
            (tmp_path / path.name).symlink_to(path)
    good, point = (
        str(CORRECT / f"{n}.json") for n in ("two-classes", "fractions-unshared-checkerboard")
    )
    done = run("check", "--verified", good, point, script="convac", CONVAC_FORMAL=str(tmp_path))
    assert done.returncode == 3
    assert done.stdout.startswith("PROVED IN COQ: rank >= 2^2 * 2^2 for almost all real ")
    assert done.stdout.endswith("; no axiom\n")
    assert done.stderr == "not covered: an upper bound at an assignment with fractions\n"


def test_several_files_have_the_worst_status(tmp_path: Path) -> None:
    good, none = str(CORRECT / "two-classes.json"), tmp_path / "none.json"
    none.write_text("{}")
    done = run("check", "--verified", good, str(none), script="convac", CONVAC_FORMAL=str(tmp_path))
    assert done.returncode == 4
    assert done.stderr.count("\n") == 2


@pytest.mark.formal
@BUILT
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("105", "104"),
        ("(105 ^ 1)", "(104 ^ 1)"),
        ("true separator on_Q", "true (behead separator) on_Q"),
        ("true separator on_Q", "true (rev separator) on_Q"),
        ("true separator on_Q", "true separator [::]"),
    ],
)
def test_coq_refuses_what_is_no_separating_set(old: str, new: str, tmp_path: Path) -> None:
    """A smaller bound; a set without a vertex, in another order, with other labels. 105 is THEORY's."""
    text = source("cut-with-mixed-locations").partition("*)")[2]
    assert old in text
    assert coqc(text.replace(old, new), tmp_path).returncode != 0


@pytest.mark.formal
@BUILT
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("net (2 ^ 8)", "net (2 ^ 9)"),
        ("(value_power 2 8)", "(value_power 2 9)"),
        ("[:: (2, 8)]", "[:: (2, 9)]"),
        ("8388593%coqZ", "1%coqZ"),
        ("8388593%coqZ", "3%coqZ"),
        ("Free 0%num [:: 0; 1]; Free 1", "Free 0%num [:: 0; 0]; Free 1"),
        ("Free 0%num [:: 0; 1]; Free 1", "Free 0%num [:: 0; 2]; Free 1"),
        ("Free 0%num [:: 0; 1]; Free 1", "Free 0%num [:: 0]; Free 1"),
        ("(0, (1)%coqZ)] (0)%coqZ", "(0, (0)%coqZ)] (0)%coqZ"),
        ("Shape 3 3 1 1 2", "Shape 3 2 1 1 2"),
        ("Shape 4 4 4 4 1", "Shape 4 4 1 1 1"),
        ("((0, 4), (0, 2))", "((0, 4), (0, 1))"),
        ("Net true 4 4 2", "Net true 4 4 1"),
    ],
)
def test_coq_refuses_what_is_false(old: str, new: str, tmp_path: Path) -> None:
    """A bound that is too large; another modulus, choice, weight, network or partition."""
    text = coq_source(json.dumps(verify_bound(M=2, H=4).certificate()).encode())
    assert old in text
    assert coqc(text.replace(old, new), tmp_path).returncode != 0
