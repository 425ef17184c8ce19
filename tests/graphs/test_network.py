"""Networks and the layer syntax."""

import pytest
from convac import InputError, Layer, Network, parse_layers
from hypothesis import given
from strategies import networks


def test_layers_are_read_and_printed() -> None:
    layers = parse_layers("4x3/1:2, 6x4/6x4:1")
    assert layers == (Layer((4, 3), 1, 2), Layer((6, 4), (6, 4), 1))
    assert Network(2, 6, 4, layers=layers).syntax == "4x3/1:2,6x4/6x4:1"


@given(networks())
def test_syntax_round_trips(network: Network) -> None:
    assert parse_layers(network.syntax) == network.layers


def test_sizes_round_up() -> None:
    network = Network(2, 6, 5, layers="4/1:2,4/4:2,2/2:1")
    assert network.sizes == ((6, 5), (6, 5), (2, 2), (1, 1))
    assert network.channels == (2, 2, 2, 1)


def test_overlap_is_window_beyond_stride() -> None:
    assert Layer(3, 2, 1).overlaps
    assert Layer((1, 3), 2, 1).overlaps
    assert not Layer(2, 2, 1).overlaps


@pytest.mark.parametrize(
    "text",
    ["", "3/1", "3:2", "3/1:", "3/0:2", "0/1:2", "3/1:0", "-3/1:2", "3/1:2,", "axb/1:2",
     "3/1:2;4/4:1", "3.0/1:2", "³/1:2", "1" * 30 + "/1:2", "3x/1:2", "3x3x3/1:2"],
)  # fmt: skip
def test_bad_syntax_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_layers(text)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("layers: got ")


def test_output_must_be_one_location() -> None:
    with pytest.raises(InputError, match="1x1, and sizes are 4x4 → 4x4"):
        Network(2, 4, layers="3/1:2")


@pytest.mark.parametrize("bad", [0, -1, 2.0, "2", True, None])
def test_sizes_must_be_positive_integers(bad: object) -> None:
    with pytest.raises(InputError):
        Network(bad, 4, layers="4/4:1")  # type: ignore[arg-type]
    with pytest.raises(InputError):
        Layer(bad, 1, 1)  # type: ignore[arg-type]
