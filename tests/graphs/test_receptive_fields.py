"""Strides, receptive fields and windows against their definitions."""

from itertools import product

import pytest
from convac import Network, ResourceError
from convac.graphs.connectivity import (
    axis_field,
    axis_graph,
    connectivity_graph,
    layered_product,
    reaches_output,
    receptive_field,
)
from convac.graphs.network import Axis, edge_count
from convac.graphs.receptive_fields import (
    leaves_input,
    minimal_windows,
    tail_extent,
    tail_failure,
    total_receptive_field,
    total_stride,
)
from hypothesis import given
from hypothesis import strategies as st
from strategies import networks, plain_networks


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(1, 4)), min_size=1, max_size=4),
    st.integers(0, 12),
)
def test_minimal_windows_against_all_windows(layers: list[tuple[int, int]], alpha: int) -> None:
    axis = Axis(2 * alpha + 1, tuple(r for r, _ in layers), tuple(s for _, s in layers))
    K = len(layers)
    attained = [
        total_receptive_field(axis, K, t) for t in product(*(range(1, r + 1) for r, _ in layers))
    ]
    least = min((T for T in attained if alpha < T), default=None)
    windows = minimal_windows(axis, K, alpha)
    if least is None:
        assert windows is None
    else:
        assert windows is not None
        assert total_receptive_field(axis, K, windows) == least
        assert all(1 <= t <= r for t, (r, _) in zip(windows, layers, strict=True))


def test_only_the_first_layer_attains() -> None:
    assert minimal_windows(Network(2, 4, layers="3/3:4,2/1:2,2/2:1").axis(1), 2, 2) == (3, 1)


def test_a_single_long_step() -> None:
    assert minimal_windows(Axis(4, (1, 2), (10**12, 1)), 2, 2) == (1, 2)
    assert minimal_windows(Axis(4, (10**15, 1), (1, 1)), 2, 2) == (3, 1)


@given(plain_networks())
def test_receptive_fields_lie_in_the_hull(network: Network) -> None:
    for axis in (0, 1):
        chain = network.axis(axis)
        graph = axis_graph(chain)
        for layer, size in enumerate(chain.sizes):
            T_S, T_R = total_stride(chain, layer), total_receptive_field(chain, layer)
            for u in range(size):
                hull = range(T_S * u, T_S * u + T_R)
                assert axis_field(graph, layer, u) <= set(hull)


def test_the_hull_is_not_always_filled() -> None:
    axis = Network(2, 1, 3, layers="1/2:1,2/1:1,1x2/2:1").axis(1)
    assert axis_field(axis_graph(axis), 2, 0) == {0, 2}


@given(networks())
def test_full_graph_is_the_layered_product(network: Network) -> None:
    direct = set()
    for k, layer in enumerate(network.explicit.layers):
        (a, b), (d, e) = layer.padding, layer.dilation
        for u in range(network.sizes[k + 1][0]):
            for v in range(network.sizes[k + 1][1]):
                for i in range(layer.window[0]):
                    for j in range(layer.window[1]):
                        r, c = layer.stride[0] * u - a + d * i, layer.stride[1] * v - b + e * j
                        if 0 <= r < network.sizes[k][0] and 0 <= c < network.sizes[k][1]:
                            direct.add(((k, (r, c)), (k + 1, (u, v))))
    graph = connectivity_graph(network)
    assert set(graph.edges) == direct
    assert len(graph) == sum(h * w for h, w in network.sizes)
    assert edge_count(network) >= len(direct)


@given(networks())
def test_field_of_a_location_follows_the_full_graph(network: Network) -> None:
    import networkx as nx

    graph = connectivity_graph(network)
    for layer in range(1, network.depth + 1):
        field = {site for level, site in nx.ancestors(graph, (layer, (0, 0))) if level == 0}
        assert receptive_field(network, layer, (0, 0)) == field
    assert receptive_field(network, 0, (0, 0)) == {(0, 0)}


@given(plain_networks())
def test_tail_condition_is_reachability(network: Network) -> None:
    for axis in (0, 1):
        chain = network.axis(axis)
        alive = reaches_output(axis_graph(chain))
        for K in range(network.depth):
            if tail_failure(chain, K) is None:
                assert {(K, u) for u in range(chain.sizes[K])} <= alive


@given(plain_networks())
def test_without_the_tail_condition_locations_are_lost(network: Network) -> None:
    """By offsets below min(R, S, n), u reaches the output iff u mod S < R all the way up."""
    for axis in (0, 1):
        chain = network.axis(axis)
        offsets = [range(tail_extent(chain, layer)) for layer in range(1, network.depth + 1)]
        alive = reaches_output(axis_graph(chain, offsets))
        for K in range(network.depth):
            kept = []
            for u in range(chain.sizes[K]):
                index, reached = u, True
                for k in range(K, network.depth):
                    reached = reached and index % chain.strides[k] < chain.windows[k]
                    index //= chain.strides[k]
                kept.append(reached)
            assert kept == [(K, u) in alive for u in range(chain.sizes[K])]
            assert all(kept) == (tail_failure(chain, K) is None)


def test_overlap_in_the_tail_can_reach_more() -> None:
    """With full windows a location may be reached past a gap, by a neighbouring window."""
    chain = Network(2, 1, 4, layers="1x2/1:1,1/1x2:1,1x2/1x2:1").axis(1)
    assert (0, 1) in reaches_output(axis_graph(chain))
    tail = [range(tail_extent(chain, layer)) for layer in (1, 2, 3)]
    assert (0, 1) not in reaches_output(axis_graph(chain, tail))


@given(plain_networks())
def test_tail_offsets_reach_each_location_once(network: Network) -> None:
    for axis in (0, 1):
        chain = network.axis(axis)
        offsets = [range(tail_extent(chain, layer)) for layer in range(1, network.depth + 1)]
        graph = axis_graph(chain, offsets)
        for layer in range(1, network.depth + 1):
            outside = any(
                chain.strides[layer - 1] * u + i >= chain.sizes[layer - 1]
                for u in range(chain.sizes[layer])
                for i in offsets[layer - 1]
            )
            assert leaves_input(chain, layer) == outside
        if tail_failure(chain, 0) is None:
            assert all(degree == 1 for v, degree in graph.out_degree if v != (network.depth, 0))


def test_full_graph_refuses_large_sizes() -> None:
    network = Network(2, 64, layers="33/1:2,64/64:1")
    with pytest.raises(ResourceError, match="axis_graph"):
        connectivity_graph(network)
    rows = axis_graph(network.axis(0))
    assert len(rows) == 64 + 64 + 1


def test_layered_product_of_sub_graphs_is_a_sub_graph() -> None:
    network = Network(2, 4, layers="3/1:2,4/4:1")
    some = axis_graph(network.axis(1), [[0, 2], range(4)])
    part = layered_product(axis_graph(network.axis(0), [[0], range(4)]), some)
    assert set(part.edges) < set(connectivity_graph(network).edges)


# Araujo, Norris, Sim, Computing Receptive Fields of Convolutional Neural Networks, Distill 2019, and the
# table of end-points in their repository google-research/receptive_field: receptive field, stride and
# padding of alexnet_v2, vgg_a and vgg_16 where no resolution is given. Keys are layers here.
PUBLISHED = {
    "11/4valid:64,3/2valid:64,5/1p2:192,3/2valid:192,(3/1p1:384)*2,3/1p1:256,3/2valid:256,6/6:1": {
        1: (11, 4, 0),
        2: (19, 8, 0),
        3: (51, 8, 16),
        5: (99, 16, 32),
        6: (131, 16, 48),
        7: (163, 16, 64),
        8: (195, 32, 64),
    },
    "3/1p1:64,2/2:64,3/1p1:128,2/2:128,(3/1p1:256)*2,2/2:256,(3/1p1:512)*2,2/2:512,"
    "(3/1p1:512)*2,2/2:512,7/7:1": {
        1: (3, 1, 1),
        2: (4, 2, 1),
        3: (8, 2, 3),
        4: (10, 4, 3),
        5: (18, 4, 7),
        6: (26, 4, 11),
        7: (30, 8, 11),
        8: (46, 8, 19),
        9: (62, 8, 27),
        10: (70, 16, 27),
        11: (102, 16, 43),
        12: (134, 16, 59),
        13: (150, 32, 59),
    },
    "(3/1p1:64)*2,2/2:64,(3/1p1:128)*2,2/2:128,(3/1p1:256)*3,2/2:256,(3/1p1:512)*3,2/2:512,"
    "(3/1p1:512)*3,2/2:512,7/7:1": {
        1: (3, 1, 1),
        3: (6, 2, 2),
        4: (10, 2, 4),
        6: (16, 4, 6),
        7: (24, 4, 10),
        8: (32, 4, 14),
        10: (44, 8, 18),
        11: (60, 8, 26),
        12: (76, 8, 34),
        14: (100, 16, 42),
        15: (132, 16, 58),
        16: (164, 16, 74),
        18: (212, 32, 90),
    },
}


@pytest.mark.parametrize("layers", PUBLISHED)
def test_receptive_fields_are_those_that_others_published(layers: str) -> None:
    chain = Network(3, 224, layers=layers).axis(1)
    for K, (field, stride, padding) in PUBLISHED[layers].items():
        assert total_receptive_field(chain, K) == field
        assert total_stride(chain, K) == stride
        assert -chain.origins[K] == padding
        # The same from the graph: a location in the middle, which sees no border.
        middle = chain.sizes[K] // 2
        first = stride * middle - padding
        if first >= 0 and first + field <= 224:
            seen = axis_field(axis_graph(chain.first_layers(K)), K, middle)
            assert (min(seen), max(seen)) == (first, first + field - 1)
