"""The kernel-checked definitions mean this program's networks, and its witness is ours, entry by entry.

Marked `formal`: run by `pytest -m formal` after `make -C formal`.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from convac import (
    ZZ,
    Network,
    NotApplicable,
    Setting,
    WeightRow,
    column_cut,
    grid_tensor,
    random_assignment,
    row_cut,
    sharp_assignment,
)
from convac.algebra.assignment import Assignment
from convac.algebra.powers import digit_count
from convac.proofs.theorems import cut_law, half_free, sharp_bound, theorem_1

FORMAL = Path(__file__).parent.parent / "formal"
HEADER = """From Coq Require Import ZArith List.
From Overlap Require Import Network Compute.
Import ListNotations. Open Scope Z_scope.
Set Printing Width 1000000. Set Printing Depth 1000000.
"""
NETWORKS = [
    "2 2 2 2/1:2,2/2:1",
    "2 2 3 2x2/1:3,1x2/1x2:2,2x2/2x2:1",
    "3 1 3 1x2/1:2,1x3/1x3:1",
    "2 3 2 2/2:2,2x1/2x1:1",
    "2 1 5 1x2/1x2:2,1x2/1:1,1x3/1x3:1",
    "3 2 2 3/1:1,1/1:2,2/2:1",
]


def coq_list(values: list[object]) -> str:
    return "[" + "; ".join(map(str, values)) + "]"


def numbers(assignment: Assignment, layer: int, location: int) -> tuple[list[object], list[object]]:
    """Weights and biases of a location, offsets in row-major order, then channels."""
    network = assignment.network
    weights: list[object] = []
    biases: list[object] = []
    local = {(i, j): rows for i, j, rows in assignment.locals(layer)[location].offsets}
    for i in range(network.layers[layer - 1].window[0]):
        for j in range(network.layers[layer - 1].window[1]):
            for c in range(network.channels[layer]):
                # Channels on which the output does not depend may have any numbers.
                number = local.get((i, j), {}).get(c)
                row = None if number is None else assignment.rows[number]
                entries = {} if row is None else dict(row.weights)
                weights += [entries.get(d, 0) for d in range(network.channels[layer - 1])]
                biases.append(1 if row is None else row.bias)
    return weights, biases


def coq_network(assignment: Assignment) -> str:
    network = assignment.network
    layers: list[object] = []
    for k, layer in enumerate(network.layers, start=1):
        (rows, columns), (down, across) = layer.window, layer.stride
        shape = f"(Shape {rows} {columns} {down} {across} {layer.channels})"
        inputs = network.channels[k - 1]
        parts = [numbers(assignment, k, at) for at in range(len(assignment.locals(k)))]
        if assignment.shared:
            weights, biases = map(coq_list, parts[0])
            layers.append(f"list_layer {shape} {inputs} {weights} {biases}")
        else:
            weights = coq_list([coq_list(w) for w, _ in parts])
            biases = coq_list([coq_list(b) for _, b in parts])
            width = network.sizes[k][1]
            layers.append(f"list_layer_unshared {shape} {width} {inputs} {weights} {biases}")
    return coq_list(layers)


BUILT = pytest.mark.skipif(
    shutil.which("coqc") is None or not (FORMAL / "Compute.vo").exists(),
    reason="formal/ is not built on this machine",
)


def coqc(source: str, folder: Path) -> str:
    """What Coq prints for a source that may use the development."""
    path = folder / "source.v"
    path.write_text(source)
    return subprocess.run(
        ["coqc", "-R", str(FORMAL), "Overlap", "-w", "none", str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
    ).stdout


@pytest.mark.formal
@BUILT
def test_definitions_agree_entry_by_entry(tmp_path: Path) -> None:
    rng = random.Random(0)
    assignments = []
    for text in NETWORKS:
        M, H, W, layers = text.split(" ")
        network = Network(int(M), int(H), int(W), layers=layers)
        for shared in (True, False):
            assignments.append(random_assignment(network, rng.randrange(99), ZZ, shared=shared))
    commands = [
        f"Eval vm_compute in tensor_entries {coq_network(a)} {a.network.H} {a.network.W} {a.network.M}.\n"
        for a in assignments
    ]
    output = coqc(HEADER + "".join(commands), tmp_path)
    lists = re.findall(r"= (\[.*?\])\s*:", output, re.DOTALL)
    found = [[int(x) for x in re.findall(r"-?\d+", entries)] for entries in lists]
    assert found == [grid_tensor(a).tolist() for a in assignments]
    assert sum(len(set(entries)) > 1 for entries in found) > len(found) // 2


WITNESSES = [
    (2, 2, 4, 3, 1, 2),
    (3, 1, 4, 2, 2, 2),
    (3, 3, 3, 2, 1, 1),
    (2, 2, 5, 3, 3, 2),
    (4, 1, 6, 4, 2, 3),
]


@pytest.mark.formal
@BUILT
@pytest.mark.parametrize(("M", "H", "W", "R", "D", "C"), WITNESSES)
def test_the_witness_of_the_lower_bound_is_our_construction(
    M: int, H: int, W: int, R: int, D: int, C: int, tmp_path: Path
) -> None:
    """Weights and biases at every offset: all channels that layer 2 reads, then layer 2 itself."""
    network = Network(M, H, W, layers=f"{R}/1:{D},{H}x{W}/{H}x{W}:1")
    found = sharp_bound.best(Setting(network, column_cut(H, W, C)), 1)
    e = min(R - 1, C, W - C)
    m = min(M - 1, D)
    assert (found.T - 1, found.m, found.E) == (e, m, H * e)
    ours = sharp_assignment(found.network, 1, found.windows, m, shared=True).assignment
    source = HEADER.replace("Network Compute", "Network Compute Lower") + "".join(
        "Eval vm_compute in (let l := List.nth "
        f"{layer} (witness Z_comRingType {H} {W} {R} {R} {D} {m} {e}) "
        "(list_layer (Shape 1 1 1 1 1) 1 nil nil) in "
        "List.map (fun i => List.map (fun j => List.map (fun c => "
        f"(List.map (fun d => weight l 0 0 i j c d) (List.seq 0 {inputs}) ++ "
        f"[bias l 0 0 i j c])%list) (List.seq 0 {channels})) (List.seq 0 {columns})) "
        f"(List.seq 0 {rows})).\n"
        for layer, inputs, channels, rows, columns in ((0, M, m, R, R), (1, D, 1, H, W))
    )
    printed = re.findall(r"= (\[.*?\])\s*:", coqc(source, tmp_path), re.DOTALL)
    theirs = [[int(x) for x in re.findall(r"-?\d+", entries)] for entries in printed]
    for layer, (rows, columns, channels, inputs) in enumerate(((R, R, m, M), (H, W, 1, D)), 1):
        local = {(i, j): named for i, j, named in ours.locals(layer)[0].offsets}
        flat = []
        for i in range(rows):
            for j in range(columns):
                for c in range(channels):
                    number = local.get((i, j), {}).get(c)
                    row = WeightRow((), 1) if number is None else ours.rows[number]
                    weights = dict(row.weights)
                    flat += [weights.get(d, 0) for d in range(inputs)] + [row.bias]
        assert theirs[layer - 1] == flat


def random_network(rng: random.Random) -> Network:
    """Up to four layers with strides on a small grid, the last one over all that is left."""
    H, W = rng.randrange(1, 9), 2 * rng.randrange(1, 6)
    layers: list[str] = []
    sizes: tuple[int, ...] = (H, W)
    for _ in range(rng.randrange(1, 4)):
        window = tuple(rng.randrange(1, 4) for _ in sizes)
        stride = tuple(rng.randrange(1, 3) for _ in sizes)
        text = "/".join("x".join(map(str, pair)) for pair in (window, stride))
        layers.append(f"{text}:{rng.randrange(1, 7)}")
        sizes = tuple(-(-n // s) for n, s in zip(sizes, stride, strict=True))
    over = "x".join(map(str, sizes))
    return Network(rng.randrange(1, 6), H, W, layers=",".join([*layers, f"{over}/{over}:1"]))


def coq_widths(network: Network, windows: tuple[int, ...]) -> tuple[str, str]:
    """Layers 1, ..., K with their effective widths, and the layers above, as lists in Coq."""
    shapes = []
    for layer in network.layers:
        sizes = (*layer.window, *layer.stride, layer.channels)
        shapes.append(f"Shape {' '.join(map(str, sizes))}")
    K = len(windows)
    wide = [f"({shape}, {t})" for shape, t in zip(shapes, windows, strict=False)]
    return coq_list([*wide]), coq_list([*shapes[K:]])


def deep_numbers(network: Network, axis: int, C: int) -> list[tuple[str, list[object]]]:
    """Questions to Coq about the sharp bound and Theorem 1 of a network, with the program's answers."""
    found: list[tuple[str, list[object]]] = []
    H, W, M = network.H, network.W, network.M
    sides = (H, W) if axis == 1 else (W, H)
    along = "" if axis == 1 else "tr_widths "
    partition = column_cut(H, W, C) if axis == 1 else row_cut(H, W, C)
    for K in range(1, network.depth):
        for theorem in (sharp_bound, theorem_1):
            try:
                if theorem is sharp_bound:
                    sharp = sharp_bound.best(Setting(network, partition), K)
                    windows, numbers = sharp.windows, [sharp.T, sharp.m + 1, sharp.E]
                    base = f"capacity false (Nat.pred {M}) ws + 1"
                    exponent = f"sharp_exponent {sides[0]} {sides[1]} {C} ({along}ws)"
                else:
                    paper = theorem_1.numbers_at(network, axis, K)
                    windows, numbers = paper.windows, [paper.T, paper.D, paper.E]
                    base = f"theorem_1_base {M} ws"
                    exponent = f"theorem_1_exponent {sides[0]} {sides[1] // 2} ({along}ws)"
            except NotApplicable:
                continue
            ws, ss = coq_widths(network, windows)
            holds = f"widths_ok ({along}ws) && tail_ok {H} {W} ws {ss}"
            asked = f"{holds}, attained_field ({along}ws), {base}, {exponent}"
            found.append((f"let ws : widths := {ws} in ({asked})", [True, *numbers]))
    return found


def half_free_numbers(network: Network, axis: int, C: int) -> list[tuple[str, list[object]]]:
    """The like about the bound without the half, where it is formalized."""
    H, W, M = network.H, network.W, network.M
    setting = Setting(network, column_cut(H, W, C) if axis == 1 else row_cut(H, W, C))
    try:
        numbers = half_free.best(setting)
    except NotApplicable:
        return []
    if half_free.not_formalized(numbers):
        return []
    windows = tuple(offset[axis] + 1 for offset in numbers.taps.fars)
    ws, ss = coq_widths(network, windows)
    along, sides = ("", f"{H} {W}") if axis == 1 else ("tr_widths ", f"{W} {H}")
    holds = f"widths_ok ({along}ws) && tail_ok {H} {W} ws {ss}"
    exponent = f"sharp_exponent {sides} {C} ({along}ws)"
    base = f"least_channels (Nat.pred {M}) ws + 1"
    asked = f"{holds}, attained_field ({along}ws), {base}, {exponent}"
    answer: list[object] = [True, numbers.taps.tau[axis] + 1, numbers.m + 1, len(numbers.pairs)]
    return [(f"let ws : widths := {ws} in ({asked})", answer)]


TWO_LAYERS = [
    "4 3 3x2/1:1,4x3/4x3:1",
    "5 5 2x3/2x2:1,3/3:1",
    "3 4 1x3/2x1:1,2x4/2x4:1",
    "2 5 4/3:1,1x2/1x2:1",
]


@pytest.mark.formal
@BUILT
def test_the_hypotheses_and_numbers_of_the_sharp_bound_and_theorem_1(tmp_path: Path) -> None:
    """What the program says of T, the base and the exponent is what the definitions in Coq say."""
    rng = random.Random(0)
    asked: list[tuple[str, list[object]]] = []
    count = 0
    for _ in range(60):
        network, axis = random_network(rng), rng.randrange(2)
        side = (network.H, network.W)[axis]
        if side % 2 == 0:
            C = rng.randrange(1, side)
            asked += deep_numbers(network, axis, C)
            without_half = half_free_numbers(network, axis, C)
            asked += without_half
            count += len(without_half)
    assert len(asked) > 60
    assert count > 10
    header = HEADER.replace("Compute.", "Transpose Routes Tail Leading Sharp Theorem1 HalfFree.")
    header = header.replace("Z_scope", "nat_scope").replace("Network", "Network Evaluation", 1)
    output = coqc(header + "".join(f"Eval vm_compute in ({q})%bool.\n" for q, _ in asked), tmp_path)
    printed = re.findall(r"= \((true|false), (\d+), (\d+), (\d+)\)", output)
    found = [[holds == "true", *map(int, numbers)] for holds, *numbers in printed]
    assert found == [answer for _, answer in asked]
    assert len({tuple(answer) for answer in found}) > 15


@pytest.mark.formal
@BUILT
def test_the_windows_of_the_cut_law_are_ours(tmp_path: Path) -> None:
    """in_window holds where the location sees the site, for all locations and sites."""
    commands, ours = "", []
    for text in TWO_LAYERS:
        H, W, layers = text.split(" ")
        network = Network(2, int(H), int(W), layers=layers)
        (Rh, Rw), (Sh, Sw) = network.layers[0].window, network.layers[0].stride
        pairs = [(t, s) for t in network.places(1) for s in network.places(0)]
        asked = (
            f"in_window {H} {W} {Rh} {Rw} {Sh} {Sw} "
            f"(@Ordinal (ceil_div {H} {Sh}) {t[0]} isT, @Ordinal (ceil_div {W} {Sw}) {t[1]} isT) "
            f"(@Ordinal {H} {s[0]} isT, @Ordinal {W} {s[1]} isT)"
            for t, s in pairs
        )
        commands += f"Eval vm_compute in {coq_list(list(asked))}.\n"
        ours.append([network.sees(1, t, s) for t, s in pairs])
    header = (
        "From mathcomp Require Import all_ssreflect.\nFrom Coq Require Import List.\n"
        "From Overlap Require Import Network CutUpper.\nImport ListNotations.\n"
        "Set Printing Depth 1000000.\n"
    )
    printed = re.findall(r"= (\[.*?\])\s*:", coqc(header + commands, tmp_path), re.DOTALL)
    assert [[x == "true" for x in re.findall("true|false", text)] for text in printed] == ours
    assert all(len(set(seen)) == 2 for seen in ours)


FLOWS = [
    {"M": 2, "H": 3, "R": 2, "D": 1, "partition": "checkerboard"},
    {"M": 4, "H": 3, "W": 4, "R": 2, "S": 1, "D": 1, "partition": "rows"},
    {"M": 2, "H": 4, "R": 3, "S": 2, "D": 3, "partition": "columns"},
    {"M": 4, "H": 2, "W": 5, "R": 3, "S": 1, "D": 3, "partition": "column:2"},
    {"M": 8, "H": 3, "R": 3, "S": 3, "D": 3, "partition": "checkerboard"},
    {"M": 4, "H": 2, "W": 4, "R": 2, "S": 1, "D": 1, "partition": "column:1"},
    {"M": 2, "H": 3, "W": 4, "R": 2, "S": 2, "D": 3, "partition": "column:3"},
]


def coq_flow(numbers: cut_law.CutNumbers, value: int) -> str:
    """That `value` is the largest flow, by the routes and by the separating set that were found."""
    setting = numbers.flow.setting
    network, partition = setting.network, setting.partition
    H, W, layer = network.H, network.W, network.layers[0]
    sides = [[partition.side((r, c)) for c in range(W)] for r in range(H)]
    least = min((0, 1), key=lambda side: sum(row.count(side) for row in sides))
    found = numbers.upper.separator or [
        (0, (r, c)) for r in range(H) for c in range(W) if sides[r][c] == least
    ]
    edges = [(*end[0], *end[1]) for r in numbers.flow.routes for end in (r.near, r.far)]
    geometry = " ".join(map(str, (H, W, *layer.window, *layer.stride)))
    room = f"{digit_count(network.M, 2)} {digit_count(network.channels[1] + 1, 2)}"
    in_P = "; ".join(f"({r}, {c})" for r in range(H) for c in range(W) if not sides[r][c])
    sets = ("; ".join(str(at) for k, at in found if k == layer) for layer in (0, 1))
    lists = [in_P, "; ".join(map(str, edges)), *sets]
    P, x, A, B = (
        f"(fun {names} => {how} ({names.replace(' ', ', ')}) [:: {inside}])"
        for names, how, inside in zip(
            ("r c", "r c u v", "r c", "u v"),
            ("in_list", "count_mem", "in_list", "in_list"),
            lists,
            strict=True,
        )
    )
    return (
        f"Goal max_flow (fun s : site {H} {W} => {P} s.1 s.2) (in_window {geometry}) {room} = {value}.\n"
        f"Proof. by rewrite (@flow_check_sound {geometry} {room} {P} {x} {A} {B}); vm_compute. Qed.\n"
    )


FLOW_HEADER = """From mathcomp Require Import all_ssreflect.
From Overlap Require Import Network CutFlow CutUpper CutCompute.
Definition in_list (v : nat * nat) (vs : seq (nat * nat)) : bool := v \\in vs.
"""


@pytest.mark.formal
@BUILT
def test_the_flow_of_the_cut_law_is_ours(tmp_path: Path) -> None:
    """max_flow is the number of our routes; another number, or a route too few, is refused."""
    found = []
    for case in FLOWS:
        given: dict[str, Any] = {"W": None, "S": 1, **case}
        sizes = [given[name] for name in ("M", "H", "W", "R", "S", "D", "partition")]
        found.append(cut_law.numbers_of(cut_law._setting(*sizes), 2))
    values = [len(numbers.flow.routes) for numbers in found]
    assert len(set(values)) > 2
    goals = [coq_flow(numbers, value) for numbers, value in zip(found, values, strict=True)]
    coqc(FLOW_HEADER + "".join(goals), tmp_path)
    fewer = replace(found[0], flow=replace(found[0].flow, routes=found[0].flow.routes[1:]))
    for wrong in (coq_flow(found[0], values[0] + 1), coq_flow(fewer, values[0] - 1)):
        with pytest.raises(subprocess.CalledProcessError):
            coqc(FLOW_HEADER + wrong, tmp_path)
