"""What a location sees: padding, dilation, given sizes and groups, against the definition."""

from __future__ import annotations

import numpy as np
import pytest
from convac import GF, Assignment, InputError, Layer, Network, constant, ones, parse_layers, select
from convac.algebra.assignment import Entry, at
from convac.algebra.random_parameters import parameter_count, random_assignment
from convac.graphs.axis import Axis
from convac.graphs.boxes import Boxes, hull, path_counts, seen_by, sums, windows
from convac.graphs.connectivity import connectivity_graph
from convac.graphs.layer import SAME, SAME_LOWER, VALID
from convac.graphs.network import departure
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_layers, any_networks, networks


@st.composite
def axes(draw: st.DrawFn) -> Axis:
    """One layer along one axis."""
    small = st.integers(1, 4)
    return Axis(
        draw(st.integers(1, 9)),
        (draw(st.integers(1, 5)),),
        (draw(small),),
        (draw(small),),
        (draw(st.integers(0, 12)),),
        (draw(st.integers(1, 8)),),
    )


def seen(axis: Axis, u: int) -> dict[int, int]:
    """Word for word: what location u sees, by offset."""
    below = {
        i: axis.strides[0] * u - axis.paddings[0] + axis.dilations[0] * i
        for i in range(axis.windows[0])
    }
    return {i: x for i, x in below.items() if 0 <= x < axis.size}


def places(boxes: Boxes, k: int) -> list[int]:
    listed = list(range(int(boxes.first[k]), int(boxes.stop[k])))
    return listed if boxes.order is None else boxes.order[listed].tolist()


@given(axes())
def test_what_a_location_sees(axis: Axis) -> None:
    n, offsets = axis.size, np.arange(axis.windows[0])
    for u in range(axis.sizes[1]):
        found = seen(axis, u)
        assert list(axis.inputs(1, u)) == list(found.values())
        assert axis.inputs_at(1, u, offsets).tolist() == [found.get(int(i), n) for i in offsets]
        for i in range(axis.windows[0]):
            assert axis.input_at(1, u, i) == found.get(i)
        for x in range(n):
            offset = axis.offset_of(1, u, x)
            assert (offset in found) == (x in found.values())
            assert found.get(offset, x) == x


@given(axes())
def test_boxes_are_what_is_seen(axis: Axis) -> None:
    below, above = windows(axis, 1), seen_by(axis, 1)
    fields = [set(seen(axis, u).values()) for u in range(axis.sizes[1])]
    around = hull(above)
    for u, field in enumerate(fields):
        assert places(below, u) == sorted(field)
    for x in range(axis.size):
        who = [u for u, field in enumerate(fields) if x in field]
        assert places(above, x) == who == list(axis.seen_from(1, x))
        assert not who or (around.first[x] <= who[0] and who[-1] < around.stop[x])
    assert (np.diff(around.first) >= 0).all()
    assert (np.diff(around.stop) >= 0).all()
    pairs = [(u, v) for v in range(len(fields)) for u in range(v)]
    assert axis.shares(1) == any(fields[u] & fields[v] for u, v in pairs)
    assert axis.sees_any(1) == any(fields)


@given(any_networks())
def test_sums_over_boxes_follow_the_graph(network: Network) -> None:
    graph = connectivity_graph(network)
    numbers = {vertex: 3 + k % 5 for k, vertex in enumerate(sorted(graph))}
    for layer in range(1, network.depth + 1):
        below, above = (
            np.array([numbers[k, at] for at in network.places(k)], object).reshape(network.sizes[k])
            for k in (layer - 1, layer)
        )
        down = sums(below, *(windows(axis, layer) for axis in network.axes))
        up = sums(above, *(seen_by(axis, layer) for axis in network.axes))
        for place in network.places(layer):
            assert down[place] == sum(numbers[v] for v in graph.predecessors((layer, place)))
        for place in network.places(layer - 1):
            assert up[place] == sum(numbers[v] for v in graph.successors((layer - 1, place)))


@given(any_networks())
def test_path_counts_follow_the_graph(network: Network) -> None:
    graph = connectivity_graph(network)
    paths = {(network.depth, (0, 0)): 1}
    rows, columns = (path_counts(axis) for axis in network.axes)
    for vertex in sorted(graph, reverse=True):
        if vertex not in paths:
            paths[vertex] = sum(paths[above] for above in graph.successors(vertex))
        layer, (u, v) = vertex
        assert rows[layer][u] * columns[layer][v] == paths[vertex]


@given(networks())
def test_trees_are_where_no_input_is_seen_twice(network: Network) -> None:
    graph = connectivity_graph(network)
    assert network.is_tree == all(degree < 2 for _, degree in graph.out_degree)


@given(any_networks())
def test_syntax_and_explicit_form_round_trip(network: Network) -> None:
    assert parse_layers(network.syntax) == network.layers
    assert eval(repr(network.layers), {"Layer": Layer}) == network.layers
    explicit = network.explicit
    assert parse_layers(explicit.syntax) == explicit.layers
    assert explicit.axes == network.axes
    assert explicit.explicit == explicit


@given(st.data(), st.integers(1, 12))
def test_sizes_are_those_of_other_libraries(data: st.DataObject, n: int) -> None:
    """PyTorch's formula for Conv2d, and those of ONNX for auto_pad."""
    layer = data.draw(any_layers((n, n), 6))
    R, S, d, p = (x[0] for x in (layer.window, layer.stride, layer.dilation, layer.padding))
    fits = (n + 2 * p - d * (R - 1) - 1) // S + 1
    if fits < 1:
        with pytest.raises(InputError, match="a window spans"):
            Layer(R, S, 1, dilation=d, padding=p, size=VALID).placed(0, n)
    else:
        assert Layer(R, S, 1, dilation=d, padding=p, size=VALID).placed(0, n) == (p, fits)
    outputs = (n + S - 1) // S
    zeros = max(0, (outputs - 1) * S + (R - 1) * d + 1 - n)
    upper, lower = (
        Layer(R, S, 1, dilation=d, size=word).placed(0, n) for word in (SAME, SAME_LOWER)
    )
    assert upper == (zeros // 2, outputs)
    assert lower == (zeros - zeros // 2, outputs)


@pytest.mark.parametrize(
    ("text", "layer"),
    [
        ("3/1p1:64", Layer(3, 1, 64, padding=1, size="valid")),
        ("3/2valid:8", Layer(3, 2, 8, size="valid")),
        ("3/2p0:8", Layer(3, 2, 8, size="valid")),
        ("3/1same:8", Layer(3, 1, 8, size="same")),
        ("3/1same-lower:8", Layer(3, 1, 8, size="same-lower")),
        ("3/1d2p2:64", Layer(3, 1, 64, dilation=2, padding=2, size="valid")),
        ("3/1p2d2:64", Layer(3, 1, 64, dilation=2, padding=2, size="valid")),
        ("5/1p2g2:256", Layer(5, 1, 256, padding=2, size="valid", groups=2)),
        ("3/2a1n16:8", Layer(3, 2, 8, padding=1, size=16)),
        ("3/2a0x1n4x5:8", Layer(3, 2, 8, padding=(0, 1), size=(4, 5))),
        (
            "1x3/1x2d1x2p0x2:8",
            Layer((1, 3), (1, 2), 8, dilation=(1, 2), padding=(0, 2), size=VALID),
        ),
        ("3/1d1a0g1:8", Layer(3, 1, 8)),
    ],
)
def test_short_forms(text: str, layer: Layer) -> None:
    assert parse_layers(text) == (layer,)
    assert parse_layers(str(layer)) == (layer,)


@pytest.mark.parametrize(
    "text",
    ["3/1p:2", "3/1d0:2", "3/1n0:2", "3/1g0:2", "3/1g1x2:2", "3/1p1p1:2", "3/1p1valid:2",
     "3/1samevalid:2", "3/1same:", "3/1a1same:2", "3/1a1p1:2", "3/1n4valid:2", "3/1d2d2:2", "3/1 p1:2",
     "3/1q1:2", "3/1p-1:2", "3/1Valid:2", "d2:2", "3d2/1:2", "3/1:2p1", "3/1g2:3",
     "3/1a999999999999999999n999999999999999999:2", "3/999999999999999999n9:2"],
)  # fmt: skip
def test_nonsense_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError) as caught:
        Network(2, 4, layers=f"{text},4/4:1")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("layers: got ")


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ("5/1valid:2,1/1:1", "a window spans 5 rows, and the input has 4 with its padding"),
        ("3/1d3p1:2,1/1:1", "a window spans 7 rows, and the input has 6 with its padding"),
        (
            "3/1g2:2,4/4g3:3",
            "3 groups do not divide 2 input and 3 output channels of layer 2 evenly",
        ),
        ("3/1valid:2", "the last layer's output must be 1x1, and sizes are 4x4 → 2x2$"),
        ("1/1n99999:2,1/1n1:1", "99999x99999 locations in layer 1"),
    ],
)
def test_networks_that_do_not_fit_are_refused(layers: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Network(2, 4, layers=layers)


@pytest.mark.parametrize("bad", [-1, 0.5, "1", True, (1, 2, 3)])
@pytest.mark.parametrize("name", ["dilation", "padding", "groups", "size"])
def test_numbers_of_a_layer_are_whole(name: str, bad: object) -> None:
    with pytest.raises(InputError):
        Layer(3, 1, 2, **{name: bad})  # type: ignore[arg-type]


def test_same_says_the_padding() -> None:
    with pytest.raises(InputError, match="says how many zeros there are"):
        Layer(3, 1, 2, padding=1, size="same")


def test_a_layer_that_is_plain_by_its_numbers_is_plain() -> None:
    assert departure(Network(2, 4, layers="2/2valid:2,2/2same:1")) is None
    network = Network(2, 4, layers="2/2valid:2,2/2same:1")
    assert network.explicit.syntax == "2/2:2,2/2:1"
    assert network.syntax == "2/2valid:2,2/2same:1"


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ("3/1d2:2,4/4:1", "layer 1, 3/1d2:2, is dilated along its rows"),
        ("1x3/1d1x2:2,4/4:1", "layer 1, 1x3/1d1x2:2, is dilated along its columns"),
        ("2/1:2,3/2p1:2,2/2:1", "layer 2, 3/2p1:2, has 1 zero before its rows"),
        ("2/1a2n4:2,4/4:1", "layer 1, 2/1a2n4:2, has 2 zeros before its rows"),
        ("2/1g2:2,4/4:1", "layer 1, 2/1g2:2, has 2 groups of channels"),
        ("2/1n9:2,9/9:1", "layer 1, 2/1n9:2, has 9 locations along its rows, not ⌈n/S⌉ = 4"),
    ],
)
def test_what_is_not_plain_is_named(layers: str, said: str) -> None:
    assert departure(Network(2, 4, layers=layers)) == said


def test_groups_have_fewer_parameters_and_no_others() -> None:
    network = Network(4, 1, layers="1/1g2:6,1/1:1")
    assert parameter_count(network, shared=True) == 6 * 3 + 7
    entries = random_assignment(network, 1, GF(8388593), shared=True).entries
    first = [entry for entry in entries if entry.layer == 1]
    inputs = [[c for c, _ in entry.row.weights] for entry in first]
    assert inputs == [[0, 1]] * 3 + [[2, 3]] * 3
    with pytest.raises(InputError, match="channel 3 sees the input channels 2 to 3 of its group"):
        Assignment(network, [Entry(1, (3, 4), at(0, 0), select(0))])
    with pytest.raises(InputError, match="of its group"):
        Assignment(network, [Entry(1, (0, 6), at(0, 0), ones(2))])
    assert Assignment(network, [Entry(1, (0, 6), at(0, 0), constant(2))]).shared


def test_arrays_of_groups_have_the_inputs_of_one_group() -> None:
    network = Network(4, 1, layers="1/1g2:2,1/1:1")
    W = [np.array([[1, 2], [3, 4]]).reshape(2, 2, 1, 1), np.ones((1, 2, 1, 1), int)]
    rows = [entry.row.weights for entry in Assignment.from_arrays(network, W).entries]
    assert rows == [((0, 1), (1, 2)), ((2, 3), (3, 4)), ((0, 1), (1, 1))]
    with pytest.raises(InputError, match=r"\(2, 2, 1, 1\)"):
        Assignment.from_arrays(network, [np.ones((2, 4, 1, 1), int), W[1]])
