"""Products in arrays against their definitions, one factor after the other."""

from collections import Counter
from itertools import product

import networkx as nx
import numpy as np
from convac import ZZ, Assignment, Entry, Network, WeightRow, factored_rank, factorize
from convac.algebra.factors import Factors, Product
from convac.graphs.partition import Partition, Side
from hypothesis import given
from hypothesis import strategies as st
from strategies import assignments, networks, partitions

TABLES = {1: [[1, 0], [2, 1], [0, 3]], 2: [[1, 0, 0, 1], [2, 1, 1, 2], [0, 1, 1, 1]]}


@st.composite
def parts(draw: st.DrawFn) -> tuple[Factors, list[tuple[Product, list[int]]]]:
    """Functions of a few sites, and by how many sites each is moved."""
    arithmetic, found = Factors(ZZ, 2), []
    for _ in range(draw(st.integers(0, 4))):
        factors = []
        for _ in range(draw(st.integers(0, 3))):
            scope = tuple(sorted(draw(st.sets(st.integers(0, 3), min_size=1, max_size=2))))
            entries = draw(st.sampled_from(TABLES[len(scope)]))
            factors.append((arithmetic.from_table(scope, ZZ.table(entries, (2,) * len(scope))), 0))
        part = arithmetic.product(
            [*factors, (arithmetic.constant(draw(st.sampled_from([1, -3]))), 0)]
        )
        if part is not None:
            found.append((part, draw(st.lists(st.integers(0, 3), min_size=1, max_size=3))))
    return arithmetic, found


@given(parts())
def test_a_product_of_moved_functions_is_their_product(
    case: tuple[Factors, list[tuple[Product, list[int]]]],
) -> None:
    arithmetic, moved = case
    found = arithmetic.product((part, np.array(by)) for part, by in moved)
    assert found == arithmetic.product((part, b) for part, by in moved for b in by)
    sites = tuple(range(7))
    expected = ZZ.table([1], (1,) * 7)
    for part, by in moved:
        for b in by:
            factors = [(tuple(s + b for s in scope), table) for scope, table in part.factors]
            expected = expected * arithmetic.multiplied_out(sites, factors, part.coefficient)
    if found is None:
        assert not expected.any()
        return
    table = arithmetic.multiplied_out(sites, found.factors, found.coefficient)
    assert (table == np.broadcast_to(expected, table.shape)).all()
    assert list(found.factors) == sorted(found.factors)
    assert len({scope for scope, _ in found.factors}) == len(found.factors)
    assert all(len(set(arithmetic.tables[table].flat)) > 1 for _, table in found.factors)


@st.composite
def partitioned(draw: st.DrawFn) -> tuple[Assignment, Partition]:
    network = draw(networks(most_entries=2**12))
    return draw(assignments(network, ZZ)), draw(partitions(network))


@given(partitioned())
def test_clusters_are_components_and_classes_are_translates(
    case: tuple[Assignment, Partition],
) -> None:
    assignment, cut = case
    found = factorize(assignment)
    if found.function is None:
        return
    graph = nx.Graph()
    for scope, table in found.function.factors:
        side = Side.of(cut.sides[site] for site in scope)
        if side == Side.BOTH or not found.arithmetic.tables[table].all():
            graph.add_edges_from((("factor", scope, table), ("site", site)) for site in scope)
    translates: Counter[object] = Counter()
    for component in nx.connected_components(graph):
        factors = sorted(at[1:] for at in component if at[0] == "factor")
        top, left = divmod(factors[0][0][0], cut.W)
        places = [
            (table, *((s // cut.W - top, s % cut.W - left, cut.sides[s]) for s in scope))
            for scope, table in factors
        ]
        translates[tuple(places)] += 1
    classes = factored_rank(found, cut).classes
    assert sorted(c.count for c in classes) == sorted(translates.values())
    assert all(set(c.factors) <= set(found.function.factors) for c in classes)
    sides = [Side.of(cut.sides[site] for site in scope) for c in classes for scope, _ in c.factors]
    assert sides == [side for c in classes for side in c.sides]


@st.composite
def boxed(draw: st.DrawFn) -> Assignment:
    """Entries on boxes of offsets and locations, each in a channel of its own, so that none meet."""
    network = Network(2, 4, layers="3x2/2x1:6,2x4/2x4:1")
    entries = []
    for channel in range(draw(st.integers(0, 6))):
        spans = []
        for size in (3, 2, *network.sizes[1]):
            first = draw(st.integers(0, size - 1))
            spans.append((first, draw(st.integers(first + 1, size))))
        everywhere = draw(st.booleans())
        row = WeightRow(((0, channel + 2),), 0)
        locations = None if everywhere else (spans[2], spans[3])
        entries.append(Entry(1, (channel, channel + 1), (spans[0], spans[1]), row, locations))
    above = WeightRow(tuple((c, 1) for c in range(6)), 0)
    return Assignment(network, [*entries, Entry(2, (0, 1), ((0, 1), (0, 1)), above)])


@given(boxed())
def test_boxes_are_expanded_as_they_are_read(assignment: Assignment) -> None:
    network = assignment.network
    for (u, v), local in zip(network.places(1), assignment.locals(1), strict=True):
        expected: dict[tuple[int, int], dict[int, WeightRow]] = {}
        for entry in assignment.entries[:-1]:
            box = entry.locations or ((0, network.sizes[1][0]), (0, network.sizes[1][1]))
            if u in range(*box[0]) and v in range(*box[1]):
                for i, j in product(range(*entry.offsets[0]), range(*entry.offsets[1])):
                    expected.setdefault((i, j), {})[entry.channels[0]] = entry.row
        assert [(i, j) for i, j, _ in local.offsets] == sorted(expected)
        for i, j, rows in local.offsets:
            assert {c: assignment.rows[n] for c, n in rows.items()} == expected[i, j]
