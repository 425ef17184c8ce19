"""Certificates of networks that pad, dilate, give sizes and group channels: true ones, and changed ones."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from certificates import status
from convac import GF, ZZ, Network, Partition, Setting, from_sites, generic_rank
from convac.algebra.random_parameters import random_assignment
from convac.proofs import checker, evidence
from convac.proofs.exact_rank import exact_rank

LAYERS = "1x2/1x1d1x2a0x1n1x4g2:4,1x2/1x2a0x1n1x3:2,1x3/1x9:1"
CUT = from_sites(1, 5, [(0, 0), (0, 3)])


def at_point(layers: str = LAYERS, cut: Partition = CUT) -> dict[str, Any]:
    """The exact rank at random integers."""
    network = Network(2, cut.H, cut.W, layers=layers)
    point = random_assignment(network, 5, ZZ, shared=True)
    return exact_rank(point, cut).certificate(at_assignment=True)


def minor(layers: str = LAYERS) -> dict[str, Any]:
    """A bound on the generic rank by a minor at a seed, and a separating set where it meets it."""
    return generic_rank(Network(2, 1, 5, layers=layers), CUT).certificate()


def changed(document: dict[str, Any], layer: int, **keys: Any) -> dict[str, Any]:
    found = copy.deepcopy(document)
    found["network"]["layers"][layer - 1].update(keys)
    return found


def test_only_what_is_not_plain_is_written() -> None:
    first, second, last = at_point()["network"]["layers"]
    assert first == {
        "window": [1, 2],
        "stride": [1, 1],
        "channels": 4,
        "dilation": [1, 2],
        "padding": [0, 1],
        "size": [1, 4],
        "groups": 2,
    }
    assert second.keys() == {"window", "stride", "channels", "padding", "size"}
    assert last.keys() == {"window", "stride", "channels"}


@pytest.mark.parametrize("make", [at_point, minor])
def test_they_are_valid_and_restate_the_geometry(make: Any) -> None:
    line = checker.check(make())
    assert line.startswith("VALID")
    assert '"dilation": [1, 2], "padding": [0, 1], "size": [1, 4], "groups": 2' in line


@pytest.mark.parametrize(
    ("layer", "keys"),
    [
        (1, {"padding": [0, 0]}),
        (1, {"padding": [0, 2]}),
        (1, {"dilation": [1, 1]}),
        (1, {"dilation": [1, 3]}),
        (2, {"padding": [0, 0]}),
        (2, {"padding": [0, 2]}),
        (2, {"dilation": [1, 2]}),
        (2, {"groups": 2}),
    ],
)
def test_a_moved_geometry_is_invalid(layer: int, keys: dict[str, Any]) -> None:
    assert status(at_point()) == 0
    assert status(changed(at_point(), layer, **keys)) == 1


@pytest.mark.parametrize(("layer", "sizes"), [(1, (3, 5)), (2, (2, 4))])
def test_a_moved_size_is_refused(layer: int, sizes: tuple[int, int]) -> None:
    """Fewer locations than an entry names are no such network; more are not all that it names."""
    fewer, more = ([1, n] for n in sizes)
    point = random_assignment(Network(2, 1, 5, layers=LAYERS), 5, ZZ, shared=True)
    setting = Setting(point.network, CUT)
    claim = evidence.generic_claim(setting, ">=", exact_rank(point, CUT).rank)
    generic = evidence.document(setting, claim, factored=[evidence.factored(point, CUT)])
    assert status(generic) == 0
    assert status(changed(generic, layer, size=fewer)) == 2
    assert status(changed(generic, layer, size=more)) == 1


def test_groups_that_do_not_divide_are_unreadable() -> None:
    assert status(changed(minor(), 1, groups=3)) == 2
    with pytest.raises(checker.Refused, match="do not divide"):
        checker.check(changed(minor(), 1, groups=3))


def test_a_weight_between_groups_is_invalid() -> None:
    whole = at_point("1x2/1x1d1x2a0x1n1x4:4,1x2/1x2a0x1n1x3:2,1x3/1x9:1")
    assert status(whole) == 0
    with pytest.raises(checker.Refused, match="joins channels of two groups"):
        checker.check(changed(whole, 1, groups=2))
    assert status(changed(whole, 1, groups=2)) == 1


def test_a_separating_set_of_another_geometry_is_invalid() -> None:
    network = Network(3, 1, 5, layers="1x3/1x2valid:1,1x2/1x2:1")
    document = generic_rank(network, CUT).certificate()
    assert document["claim"]["relation"] == "="
    assert document["evidence"]["cut"]
    assert status(document) == 0
    assert status(changed(document, 1, dilation=[1, 2])) == 1
    assert status(changed(document, 1, padding=[0, 1])) == 1


@pytest.mark.parametrize(
    "keys",
    [
        {"dilation": [0, 1]},
        {"dilation": 2},
        {"padding": [-1, 0]},
        {"padding": [0]},
        {"padding": [0, "1"]},
        {"size": [0, 1]},
        {"size": None},
        {"groups": 0},
        {"groups": [1, 1]},
        {"groups": True},
        {"Padding": [0, 1]},
        {"padding?": [0, 1]},
        {"same": "upper"},
    ],
)
def test_what_the_checker_does_not_know_is_unreadable(keys: dict[str, Any]) -> None:
    assert status(changed(minor(), 1, **keys)) == 2


@pytest.mark.parametrize("prime", [8388593])
def test_the_checker_draws_the_same_parameters(prime: int) -> None:
    network = Network(4, 1, 3, layers="1x2/1x1p0x1g2:4,1x2/1x2n1x2g4:4,1x2/1x2:1")
    point = random_assignment(network, 7, GF(prime), shared=False)
    layers = checker.layers_of(
        {"M": 4, "H": 1, "W": 3, "layers": [evidence._layer(x) for x in network.explicit.layers]}
    )
    rows = checker.seeded(7, prime, False, layers)
    for entry in point.entries:
        (u, _), (v, _) = entry.locations or ((0, 1), (0, 1))
        (i, _), (j, _) = entry.offsets
        row = rows[entry.layer, u, v, entry.channels[0]][i, j]
        assert dict(zip(row.channels, row.weights, strict=True)) == {
            c: int(w) for c, w in entry.row.weights
        }
        assert row.bias == int(entry.row.bias)
