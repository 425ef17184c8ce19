"""The tables of docs/architectures.md are what its script prints, and its layers are those of the files."""

import sys
from pathlib import Path

import pytest
from convac import Network
from convac.graphs.network import COLUMNS
from convac.proofs.theorems.theorem_1 import best

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
try:
    import architectures
finally:
    sys.path.remove(str(HERE))

PAGE = (HERE.parent / "architectures.md").read_text(encoding="utf-8")
ALEXNET = architectures.ARCHITECTURES["AlexNet"]


@pytest.mark.parametrize("name", architectures.ARCHITECTURES)
def test_the_layers_are_those_of_the_file(name: str) -> None:
    onnx = pytest.importorskip("onnx")
    which = architectures.ARCHITECTURES[name]
    light = Path(onnx.__file__).parent / "backend/test/data/light"
    read = Network.from_onnx(light / which.file, M=3)
    assert read == architectures.shipped(which, 3)
    pools = [
        k for k, layer in enumerate(read.layers, 1) if 1 < layer.window[0] < read.sizes[k - 1][0]
    ]
    assert which.pooled == pools[-1]


@pytest.mark.parametrize("M", architectures.TEMPLATES)
@pytest.mark.parametrize("build", [architectures.plain, architectures.apart])
@pytest.mark.parametrize("name", architectures.ARCHITECTURES)
def test_other_geometries_keep_strides_and_channels(
    name: str, build: architectures.Builder, M: int
) -> None:
    which = architectures.ARCHITECTURES[name]
    given, made = architectures.shipped(which, M), build(which, M)
    assert made.plain
    assert made.channels == given.channels
    kept = [layer.stride for layer in given.layers[: which.pooled]]
    assert [layer.stride for layer in made.layers[: which.pooled]] == kept
    overlaps = any(made.overlaps(k) for k in range(1, made.depth + 1))
    assert overlaps == (build is architectures.plain)


def test_a_row_is_what_the_program_finds() -> None:
    network = architectures.shipped(ALEXNET, 3)
    row = architectures.bounds("AlexNet", network, "left-right")
    assert "| 3^1484 | 3^1484 | 5.9 % |" in row
    assert row in PAGE.splitlines()


def test_numbers_of_theorem_1() -> None:
    assert "\n".join(architectures.geometry()) in PAGE


def test_padding_costs_theorem_1_no_pair_and_valid_borders_do() -> None:
    """What the text says of the exponents in the geometry of the paper."""
    exponents = {
        name: [
            best(build(which, 3), COLUMNS).E
            for build in (architectures.shipped, architectures.plain)
        ]
        for name, which in architectures.ARCHITECTURES.items()
    }
    assert exponents == {"AlexNet": [84, 98], "ZFNet-512": [84, 98], "VGG-19": [392, 392]}


@pytest.mark.slow
@pytest.mark.parametrize("name", architectures.ARCHITECTURES)
def test_rows_of_the_plain_geometry(name: str) -> None:
    """Those of M = 3 across left-right: all of this table takes a minute and a half."""
    network = architectures.plain(architectures.ARCHITECTURES[name], 3)
    assert architectures.bounds(name, network, "left-right") in PAGE.splitlines()


WHOLE = [
    architectures.as_shipped,
    architectures.without_overlap,
    architectures.displacements,
    architectures.changed,
]


@pytest.mark.slow
@pytest.mark.parametrize("table", WHOLE, ids=lambda table: table.__name__)
def test_tables_are_what_the_program_finds(table: architectures.Table) -> None:
    made = "\n".join(table())
    assert made.count("\n") > 4
    assert made in PAGE
