"""Partitions by name and by sites."""

import pytest
from convac import InputError, checkerboard, column_cut, from_sites, left_right, top_bottom
from convac.graphs.partition import Partition
from convac.graphs.partition_names import named

EXPECTED = {
    "left-right": "0011001100110011",
    "top-bottom": "0000000011111111",
    "column:1": "0111011101110111",
    "row:3": "0000000000001111",
    "checkerboard": "0101101001011010",
    "rows": "0000111100001111",
    "columns": "0101010101010101",
}


@pytest.mark.parametrize("name", EXPECTED)
def test_named_partitions(name: str) -> None:
    partition = named(name, 4, 4)
    assert "".join(map(str, partition.sides)) == EXPECTED[name]
    assert partition.name == name
    assert partition.side((0, 0)) == 0
    assert sorted(partition.sites(0) + partition.sites(1)) == list(range(16))
    assert partition.counts == (len(partition.sites(0)), len(partition.sites(1)))


def test_rectangles() -> None:
    assert left_right(1, 2) == column_cut(1, 2, 1).__class__("left-right", 1, 2, b"\0\1")
    assert top_bottom(2, 3).sides == b"\0\0\0\1\1\1"
    assert checkerboard(1, 3).sides == b"\0\1\0"


def test_from_sites() -> None:
    assert from_sites(2, 2, [(0, 0), (1, 1)]) == Partition("sites", 2, 2, b"\0\1\1\0")
    with pytest.raises(InputError, match="rows < 2"):
        from_sites(2, 2, [(2, 0)])
    with pytest.raises(InputError):
        from_sites(2, 2, [(-1, 0)])


@pytest.mark.parametrize(
    "name", ["column:0", "column:4", "row:-1", "diagonal", "column:", "column:1.5", "", "row:²"]
)
def test_bad_names(name: str) -> None:
    with pytest.raises(InputError):
        named(name, 4, 4)


def test_halves_need_even_sides() -> None:
    with pytest.raises(InputError, match="even width"):
        left_right(4, 3)
    with pytest.raises(InputError, match="even height"):
        top_bottom(3, 4)
