"""Pictures: nothing overlaps, everything is named, files are the same on every run."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from convac import (
    InputError,
    Network,
    Partition,
    Setting,
    checkerboard,
    left_right,
    top_bottom,
)
from convac.files import write_bytes_atomically
from convac.graphs.pairs import SitePair, along
from convac.pictures import canvas
from convac.pictures.canvas import require_glyphs
from convac.pictures.chart import draw_chart
from convac.pictures.connectivity import draw_connectivity, draw_theorem_1
from convac.pictures.curves import BAR
from convac.pictures.files import save, svg_text
from convac.pictures.heat_map import draw_matricization
from convac.pictures.scales import raised
from convac.pictures.series import Chart, Group, Mark, Panel, Series

pytest.importorskip("matplotlib")

from drawn import SLACK, labels, problem, texts
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import same_color
from matplotlib.figure import Figure
from matplotlib.lines import Line2D


def marks(values: dict[float, float], exact: bool = True) -> tuple[Mark, ...]:
    return tuple(Mark(x, y, exact) for x, y in values.items())


RANK = Series("rank", "rank", marks({4: 8, 6: 18, 8: 32}))
BOUNDS = tuple(
    Series(f"{role} bound", role, marks({4: 8 - k, 6: 16 - k, 8: 30 - k}))
    for k, role in enumerate(("theorem", "sharp", "lower", "upper"))
)
ESTIMATE = Series("estimate", "rank", marks({4: 3, 6: 5, 8: 7}, exact=False))
UNKNOWN = Series(
    "proved interval",
    "interval",
    (Mark(5, -inf, False, 9), Mark(7, 3, False, 20), Mark(8, 2, False, 2)),
)
OVERLAPPING = Group("overlapping 3/1:D", (RANK, *BOUNDS))
OTHER = Group("non-overlapping 2/2:D", (ESTIMATE, BOUNDS[3]))
LONG = "layers 4x3/1:2,6x4/6x4:2,2/2:2,2/2:1 with unshared weights over GF(8388593)"


def seeds(ys: tuple[float, ...]) -> Group:
    return Group("seeds", (Series("rank", "rank", tuple(Mark(2, y, True) for y in ys)),))


def line(values: dict[float, float]) -> Panel:
    return Panel("M = 2", (Group("a", (Series("rank", "rank", marks(values)),)),), None)


CHARTS = {
    "one panel": Chart("Ranks", "H", (Panel("M = 2", (OVERLAPPING, OTHER), 32.0),)),
    "long": Chart(LONG, LONG, (Panel(LONG, (Group(LONG, (Series(LONG, "rank", RANK.marks),)),), None),)),
    "three": Chart(LONG, "H", tuple(Panel(f"{LONG} {M}", (OVERLAPPING, OTHER), 32.0) for M in range(3))),
    "four": Chart("Ranks", "H", tuple(Panel(f"M = {M}", (OTHER,), None) for M in range(2, 6))),
    "five": Chart("Ranks", LONG, tuple(Panel(f"M = {M}", (OVERLAPPING, OTHER), 40.0) for M in range(5))),
    "many groups": Chart(
        "Ranks",
        "H",
        (
            Panel("", tuple(Group(f"{LONG} {k}", (RANK, ESTIMATE)) for k in range(9)), None),
            Panel("", (), None),
        ),
    ),
    "one x": Chart("One x", "D", (Panel("M = 2", (seeds((3, 3, 4)),), 4.0),)),
    "far x": Chart("Far apart", "D", (line({2.0**k: k for k in range(21)}),)),
    "close x": Chart("Close together", "D", (line({k / 7: k for k in range(12)}),)),
    "zeros": Chart("Zeros", "D", (Panel("M = 2", (seeds((-inf, 2, -inf)),), None),)),
    "only zeros": Chart("Zeros", "D", (Panel("M = 2", (seeds((-inf,)),), None),)),
    "nothing": Chart("", "", (Panel("", (), None),)),
    "intervals": Chart(
        LONG,
        LONG,
        (Panel("M = 2", tuple(Group(f"D = {k}", (RANK, UNKNOWN)) for k in range(4)), 40.0),),
        caption=LONG,
        base=2,
        log_x=True,
    ),
    "panels": Chart(
        "Ranks",
        LONG,
        tuple(Panel(f"{LONG} {k}", (Group("", (RANK, UNKNOWN, *BOUNDS)),), 400.0) for k in range(7)),
        caption="M = 3",
        base=3,
    ),
    "huge": Chart("Huge", "H", (line({2.0**k: 10**17 * k for k in range(1, 21)}),), base=3, log_x=True),
    "wide x": Chart("Wide", "H", (line({2**53 - k: k for k in range(12)}),), base=2),
}  # fmt: skip

DIAGONAL = np.diag([1, -10, 10**3, 0])
MAPS: dict[str, np.ndarray[Any, Any]] = {
    "4x4": DIAGONAL,
    "256x256": np.outer(np.arange(-128, 128), np.arange(256)),
    "1x1": np.array([[7]]),
    "zero": np.zeros((2, 2), int),
    "huge": np.array([[10**5000, -(10**4000)], [1, 0]], dtype=object),
    "row": np.arange(300).reshape(1, 300),
    "column": np.arange(-30, 0).reshape(30, 1),
    "tall": np.arange(512).reshape(64, 8),
    "long entries": np.full((8, 8), -99999),
}

NETWORKS = {
    "H = 4": Setting.read(M=2, H=4, layers="3/1:2,4/4:1"),
    "H = 6": Setting.read(M=2, H=6, layers="4/1:2,4/4:2,2/1:2,2/2:1", partition="top-bottom"),
    "H = 8": Setting.read(M=2, H=8, layers="3/2:4,3/1:4,2/2:2,2/2:1"),
    "H > W": Setting.read(M=2, H=10, W=2, layers="6x2/1:2,10x2/10x2:1", partition="top-bottom"),
    "H < W": Setting.read(M=2, H=2, W=10, layers="2x6/1:2,2x10/2x10:1"),
    "flat": Setting.read(
        M=2, H=2, W=10, layers="2/1:12,2/1:12,2x10/1:12,2x10/2x10:1", partition="top-bottom"
    ),
    "largest": Setting.read(M=3, H=10, layers="2/1:6,2/1:6,3/1:6,3/1:6,2/2:3,5/5:1"),
}
HEADLINE = NETWORKS["H = 4"].network


def draw_map(matrix: np.ndarray[Any, Any], title: str = "M = 2, H = W = 4, rank 3") -> Figure:
    return draw_matricization(
        matrix,
        row_label="templates of P (left columns)",
        column_label="templates of Q (right columns)",
        title=title,
    )


@pytest.mark.parametrize("name", CHARTS)
def test_text_of_charts_does_not_overlap(name: str) -> None:
    assert problem(draw_chart(CHARTS[name])) is None


@pytest.mark.parametrize("name", MAPS)
def test_text_of_heat_maps_does_not_overlap(name: str) -> None:
    assert problem(draw_map(MAPS[name], LONG)) is None


@pytest.mark.parametrize("name", NETWORKS)
def test_text_of_connectivity_does_not_overlap(name: str) -> None:
    assert problem(draw_theorem_1(NETWORKS[name])) is None


def test_overlaps_are_found() -> None:
    figure = draw_chart(CHARTS["one panel"])
    axes = figure.axes[0]
    axes.text(4, 20, "one")
    assert problem(figure) is None
    other = axes.text(4, 20, "other")
    assert problem(figure) == "'one' and 'other' overlap"
    other.set_position((4, -2000))
    assert problem(figure) == "'other' leaves the figure"


def test_every_series_is_in_the_legend_once() -> None:
    found = labels(draw_chart(CHARTS["five"]))
    for group in (OVERLAPPING, OTHER):
        assert found.count(group.label) == 1
        for series in group.series:
            once = sum(series.label == s.label for g in (OVERLAPPING, OTHER) for s in g.series)
            assert found.count(series.label) == once
    assert found.count("full rank") == 1
    assert "full rank" not in labels(draw_chart(CHARTS["four"]))


def test_what_is_not_exact_is_hollow() -> None:
    group = Group("a", (Series("rank", "rank", (Mark(1, 2, True), Mark(2, 3, False))),))
    figure = draw_chart(Chart("", "", (Panel("", (group,), None),)))
    dots = [
        line
        for line in figure.axes[0].lines
        if line.get_marker() == "o" and line.get_linestyle() == "None"
    ]
    assert [list(line.get_xdata()) for line in dots] == [[1], [2]]
    assert same_color(dots[0].get_markerfacecolor(), canvas.BLUE)
    assert same_color(dots[1].get_markerfacecolor(), "white")
    assert same_color(dots[1].get_markeredgecolor(), canvas.BLUE)
    assert "hollow: lower bound" in labels(figure)
    assert "hollow: lower bound" not in labels(draw_chart(CHARTS["one x"]))


def test_seeds_have_a_band_and_a_median() -> None:
    series = Series("rank", "rank", tuple(Mark(x, x + s, True) for x in (1, 2) for s in (0, 1, 5)))
    figure = draw_chart(Chart("", "", (Panel("", (Group("a", (series,)),), None),)))
    axes = figure.axes[0]
    assert {tuple(xy) for xy in axes.collections[0].get_paths()[0].vertices} == {
        (1, 1),
        (1, 6),
        (2, 2),
        (2, 7),
    }
    assert axes.lines[0].get_xydata().tolist() == [[1, 2], [2, 3]]
    assert sum(len(line.get_xdata()) for line in axes.lines[1:]) == len(series.marks)
    assert not draw_chart(CHARTS["one panel"]).axes[0].collections


def test_ranks_of_0_are_left_out_and_counted() -> None:
    figure = draw_chart(CHARTS["zeros"])
    assert "2 ranks are 0, not drawn" in labels(figure)
    assert "1 rank is 0, not drawn" in labels(draw_chart(CHARTS["only zeros"]))
    assert not any("0, not drawn" in label for label in labels(draw_chart(CHARTS["one panel"])))
    dots = [y for line in figure.axes[0].lines for y in line.get_ydata() if not np.isnan(y)]
    assert dots == [2]
    axes = draw_chart(Chart("", "", (line({1: 2, 2: -inf, 3: 4}),))).axes[0]
    np.testing.assert_equal(axes.lines[0].get_ydata(), [2, np.nan, 4])


def test_groups_differ_without_colour() -> None:
    figure = draw_chart(CHARTS["many groups"])
    lines = [line for line in figure.legends[0].legend_handles if line.get_linestyle() == "-"]
    kinds = {(line.get_color(), line.get_marker()) for line in lines if isinstance(line, Line2D)}
    assert len(kinds) == len(lines) == 18
    bounds = draw_chart(CHARTS["one panel"]).legends[0].legend_handles[2:6]
    assert len({line.get_marker() for line in bounds}) == 4
    assert len({line._unscaled_dash_pattern for line in bounds}) == 4


def test_ticks_are_whole_where_x_is() -> None:
    axes = draw_chart(CHARTS["one panel"]).axes[0]
    assert axes.get_xticks().tolist() == [4, 6, 8]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["4", "6", "8"]
    assert all(float(x).is_integer() for x in draw_chart(CHARTS["far x"]).axes[0].get_xticks())
    narrow = line({10**9 + k: k for k in range(5)})
    axes = draw_chart(Chart("", "", (narrow, narrow, narrow))).axes[0]
    assert all(float(x).is_integer() for x in axes.get_xticks())
    assert 0 < len(axes.get_xticks()) < 6


def y_labels(chart: Chart) -> dict[str, float]:
    axes = draw_chart(chart).axes[0]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    return dict(zip(labels, axes.get_yticks().tolist(), strict=True))


def test_ticks_of_ranks_are_powers_of_the_base() -> None:
    chart = Chart("", "", (line({1: 0, 2: 5 * np.log2(3)}),), base=3)
    assert y_labels(chart) == pytest.approx({raised(3, k): k * np.log2(3) for k in range(6)})
    assert raised(3, 5) == "3⁵"
    assert list(y_labels(Chart("", "", (line({1: 3}),)))) == ["10⁰", "10¹"]
    assert list(y_labels(Chart("", "", (line({1: 2.5, 2: 2.9}),), base=4))) == ["4¹", "4²"]


def test_ticks_of_ranks_that_no_float_holds() -> None:
    found = y_labels(Chart("", "", (line({1: 0, 2: 10**18 * np.log2(3)}),), base=3))
    assert list(found)[:2] == ["3⁰", "3²" + "⁰" * 17]
    assert list(found.values()) == pytest.approx([2 * k * 10**17 * np.log2(3) for k in range(6)])
    assert len(y_labels(CHARTS["huge"])) in range(3, 7)


def test_labels_of_x_have_all_their_digits() -> None:
    ticks = draw_chart(CHARTS["wide x"]).axes[0].get_xticklabels()
    drawn = {2**53 - k for k in range(12)}
    assert ticks
    assert {int(tick.get_text()) for tick in ticks} <= drawn
    assert all(int(tick.get_text()) == tick.get_position()[0] for tick in ticks)


def test_many_x_have_ticks_at_round_numbers() -> None:
    axes = draw_chart(Chart("", "", (line({k: k for k in range(1, 101)}),))).axes[0]
    assert axes.get_xticks().tolist() == list(range(10, 101, 10))


def test_a_logarithmic_x_axis() -> None:
    chart = Chart("", "", (line({1: 1, 2: 2, 8: 3, 64: 4}),), log_x=True)
    axes = draw_chart(chart).axes[0]
    assert axes.get_xticks().tolist() == [0, 1, 3, 6]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "2", "8", "64"]
    assert axes.lines[0].get_xdata().tolist() == [0, 1, 3, 6]


def bars(axes: Axes) -> list[list[list[float]]]:
    return [
        segment.tolist()
        for lines in axes.collections
        if isinstance(lines, LineCollection) and lines.get_linewidth()[0] == BAR
        for segment in lines.get_segments()
    ]


def test_intervals_are_bars_from_end_to_end() -> None:
    figure = draw_chart(Chart("", "", (Panel("", (Group("a", (UNKNOWN,)),), None),), base=2))
    axes = figure.axes[0]
    bottom = axes.get_ylim()[0]
    assert bars(axes) == [[[5, bottom], [5, 9]], [[7, 3], [7, 20]], [[8, 2], [8, 2]]]
    (tips,) = axes.lines
    assert tips.get_xydata().tolist() == [[5, 9], [7, 3], [7, 20], [8, 2], [8, 2]]
    assert "proved interval" in labels(figure)


def test_bars_of_groups_are_side_by_side_and_in_sight() -> None:
    figure = draw_chart(CHARTS["intervals"])
    axes = figure.axes[0]
    figure.draw_without_rendering()
    frame = axes.get_window_extent()
    shown = [x for x in axes.collections if isinstance(x, LineCollection)]
    edges = [line.get_transform().transform((3, 2))[0] for line in shown]  # at log2(8)
    half = BAR / 2 / 72 * figure.dpi
    assert len(edges) == 4
    assert all(b - a > 2 * half for a, b in pairwise(edges))
    assert frame.x0 < edges[0] - half < edges[-1] + half < frame.x1


def test_a_line_has_a_gap_where_there_is_no_rank() -> None:
    group = Group("a", (Series("rank", "rank", marks({1: 1, 2: 2, 4: 3})), interval(3, 1, 2)))
    axes = draw_chart(Chart("", "", (Panel("", (group,), None),))).axes[0]
    np.testing.assert_equal(axes.lines[0].get_ydata(), [1, 2, np.nan, 3])


def interval(x: float, low: float, high: float) -> Series:
    return Series("interval", "interval", (Mark(x, low, False, high),))


def test_a_far_full_rank_does_not_flatten_the_marks() -> None:
    near, far = (
        draw_chart(Chart("", "", (Panel("", (Group("", (RANK,)),), full),), base=2))
        for full in (60.0, 128.0)
    )
    assert near.axes[0].get_ylim()[1] > 60
    assert "full rank" in labels(near)
    assert far.axes[0].get_ylim()[1] < 40
    assert "full rank: above the axis" in labels(far)


def test_the_caption_is_between_the_title_and_the_axes() -> None:
    figure = draw_chart(CHARTS["panels"])
    (caption,) = [text for text in figure.texts if text.get_text() == "M = 3"]
    box, heading = caption.get_window_extent(), figure._suptitle.get_window_extent()  # type: ignore[attr-defined]
    tops = [axes.get_tightbbox().y1 for axes in figure.axes]
    assert max(tops) < box.y0 < box.y1 < heading.y0


def test_a_group_without_a_label_has_no_heading() -> None:
    assert labels(draw_chart(CHARTS["panels"]))[0] == "rank"


def test_panels_in_the_last_row_of_each_column_have_ticks() -> None:
    axes = draw_chart(CHARTS["panels"]).axes
    named = [any(t.get_visible() for t in one.get_xticklabels()) for one in axes]
    assert named == [False] * 4 + [True] * 3


def test_a_finished_picture_stays_as_it_is() -> None:
    figure = draw_chart(CHARTS["one panel"])
    before = figure.axes[0].get_position().bounds
    figure.supylabel("added later")
    figure.draw_without_rendering()
    assert figure.axes[0].get_position().bounds == before


def test_labels_are_taken_as_they_are() -> None:
    group = Group("_a $x$", (Series("_b $y$", "lower", (Mark(1, -inf, True),)),))
    figure = draw_chart(Chart("$t$", "$x$", (Panel("$p$", (group,), None),)))
    assert labels(figure)[:2] == ["_a $x$", "_b $y$"]
    assert "1 bound is 0, not drawn" in labels(figure)
    assert not any(text.get_parse_math() for text in texts(figure))


def test_panels_share_the_y_axis() -> None:
    low = Panel("low", (seeds((1,)),), None)
    high = Panel("high", (seeds((100,)),), None)
    one, other = draw_chart(Chart("", "", (low, high))).axes
    assert one.get_ylim() == other.get_ylim()
    assert one.get_ylim()[0] < 1 < 100 < one.get_ylim()[1]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Mark(inf, 1, True),
        lambda: Mark(1, inf, True),
        lambda: Mark(1, float("nan"), True),
        lambda: Series("a", "guess", ()),
        lambda: draw_chart(Chart("", "", ())),
        lambda: draw_chart(Chart("", "", (line({1: 1}),) * 37)),
        lambda: Chart("", "", (line({0: 1}),), log_x=True),
        lambda: Chart("", "", (line({1: 1}),), base=1),
        lambda: Mark(1, 2, False, 1),
        lambda: Mark(1, 2, False, inf),
        lambda: Series("a", "interval", (Mark(1, 2, True),)),
        lambda: Series("a", "rank", (Mark(1, 2, True, 3),)),
        lambda: require_glyphs("title", "a\n"),
        lambda: require_glyphs("title", "\udcff"),
        lambda: require_glyphs("title", "漢"),
    ],
)
def test_charts_refuse_in_one_line(make: Any) -> None:
    with pytest.raises(InputError) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_colours_of_a_heat_map() -> None:
    image = draw_map(DIAGONAL).axes[0].images[0]
    colours = image.cmap(image.norm(image.get_array()))
    assert same_color(colours[3, 3], "white")
    assert same_color(colours[0, 1], "white")
    red, _, blue, _ = colours[1, 1]
    assert blue > red
    red, _, blue, _ = colours[2, 2]
    assert red > blue
    assert image.norm.vmin == -image.norm.vmax


def test_integers_of_any_length_have_a_colour() -> None:
    figure = draw_map(MAPS["huge"])
    values = figure.axes[0].images[0].get_array()
    assert values[0, 0] == pytest.approx(5000 * np.log2(10))
    assert values[0, 1] == pytest.approx(-4000 * np.log2(10))
    assert values[1].tolist() == [1, 0]
    least = np.array([[-(2**63), 2**63 - 1]])
    assert draw_map(least).axes[0].images[0].get_array().tolist() == [[-63, 63]]


def test_an_entry_is_a_whole_number_of_dots() -> None:
    for name, matrix in (("256x256", MAPS["256x256"]), ("largest", np.eye(1024, dtype=int))):
        box = draw_map(matrix).axes[0].get_window_extent()
        for size, dots in zip(matrix.shape, (box.height, box.width), strict=True):
            assert dots / size == pytest.approx(round(dots / size)), name
            assert dots > size - SLACK


def test_entries_of_small_matrices_are_written() -> None:
    written = {text.get_text() for text in draw_map(DIAGONAL).axes[0].texts}
    assert written == {"0", "1", "−10", "1000"}
    assert not draw_map(MAPS["huge"]).axes[0].texts
    assert not draw_map(np.eye(9, dtype=int)).axes[0].texts


@pytest.mark.parametrize(
    "matrix",
    [np.zeros((1025, 1), int), np.zeros(4, int), np.zeros((0, 3), int), np.array([[0.5]]),
     np.array([["a"]])],
)  # fmt: skip
def test_heat_maps_refuse_in_one_line(matrix: np.ndarray[Any, Any]) -> None:
    with pytest.raises(InputError, match="matrix: got") as caught:
        draw_map(matrix)
    assert "\n" not in str(caught.value)


def lines_of(axes: Any, colour: str, width: float) -> set[tuple[tuple[float, float], ...]]:
    return {
        tuple(sorted(map(tuple, segment.tolist())))
        for lines in axes.collections
        if isinstance(lines, LineCollection)
        for segment in lines.get_segments()
        if same_color(lines.get_color()[0], colour) and lines.get_linewidth()[0] == width
    }


def test_connectivity_shows_the_windows_and_the_routes() -> None:
    _, columns, rows = draw_theorem_1(NETWORKS["H = 4"]).axes
    # 3 + 3 + 2 + 1 inputs of the windows of layer 1, and 4 of the last.
    assert len(lines_of(columns, "#bbbbbb", 0.6)) == 13
    assert lines_of(columns, "black", 0.9) == {
        ((0, 0), (0, 1)), ((0, 1), (2, 0)), ((1, 0), (1, 1)), ((1, 1), (3, 0)),
        ((0, 1), (0, 2)), ((0, 2), (1, 1)),
    }  # fmt: skip
    assert lines_of(columns, canvas.BLUE, 2.0) == {
        ((0, 0), (0, 1)), ((0, 1), (2, 0)), ((0, 1), (0, 2)),
    }  # fmt: skip
    assert lines_of(rows, canvas.BLUE, 2.0) == {((0, 0), (0, 1)), ((0, 1), (0, 2))}
    assert lines_of(columns, "black", 1.6) == {((1.5, -0.35), (1.5, 0.35))}
    assert not lines_of(rows, "black", 1.6)


def test_connectivity_shows_the_pairs_and_the_cut() -> None:
    sites = draw_theorem_1(NETWORKS["H = 4"]).axes[0]
    dots = [line for line in sites.lines if line.get_marker() == "o"]
    near = [line for line in dots if not same_color(line.get_markerfacecolor(), "white")]
    assert {(line.get_xdata()[0], line.get_ydata()[0]) for line in near} == {
        (c, r) for c in range(2) for r in range(4)
    }
    assert lines_of(sites, "black", 1.6) == {((1.5, r - 0.5), (1.5, r + 0.5)) for r in range(4)}
    arcs = [patch for patch in sites.patches if hasattr(patch, "get_connectionstyle")]
    assert len(arcs) == 8
    assert len({arc.get_edgecolor() for arc in arcs}) == 2
    (seen,) = [patch for patch in sites.patches if patch not in arcs]
    assert seen.get_bbox().bounds == pytest.approx((-0.43, -0.43, 2.86, 2.86))


def test_connectivity_without_pairs() -> None:
    network = Network(2, 4, 6, layers="2/2:2,2x3/2x3:1")
    for partition in (checkerboard(4, 6), top_bottom(4, 6)):
        figure = draw_connectivity(network, partition, ())
        assert problem(figure) is None
        assert "pair: near site" not in labels(figure)
    assert [axes.get_title() for axes in figure.axes] == [
        "sites",
        "rows (cut)",
        "columns (not cut)",
    ]


def test_a_receptive_field_with_gaps_is_outlined_in_parts() -> None:
    network = Network(2, 6, layers="1/2:2,3/3:1")
    pair = SitePair((0, 0), (0, 0), (0, 4))
    sites = draw_connectivity(network, left_right(6), [pair], fars=along(1, (1, 3))).axes[0]
    assert len([patch for patch in sites.patches if hasattr(patch, "get_xy")]) == 9


@pytest.mark.parametrize(
    ("network", "partition", "pairs", "fars", "name"),
    [
        (Network(2, 11, 2, layers="11x2/11x2:1"), left_right(11, 2), (), (), "network"),
        (Network(2, 2, layers=",".join(["2/2:1", *["1/1:1"] * 6])), left_right(2), (), (), "network"),
        (HEADLINE, left_right(6), (), (), "partition"),
        (HEADLINE, left_right(4), [SitePair((0, 0), (0, 0), (0, 4))], (), "pairs"),
        (HEADLINE, left_right(4), [SitePair((0, 4), (0, 0), (0, 2))], along(1, (3,)), "pairs"),
        (HEADLINE, left_right(4), (), along(1, (1, 1, 1)), "fars"),
    ],
)  # fmt: skip
def test_connectivity_refuses_in_one_line(
    network: Network, partition: Partition, pairs: Any, fars: Any, name: str
) -> None:
    with pytest.raises(InputError) as caught:
        draw_connectivity(network, partition, pairs, fars=fars)
    assert caught.value.name == name
    assert "\n" not in str(caught.value)


def test_theorem_1_says_why_it_does_not_apply() -> None:
    network = Network(2, 4, layers="2/2:2,2/2:1")
    with pytest.raises(InputError, match="no overlap reaches past half"):
        draw_theorem_1(Setting(network, left_right(4)))
    with pytest.raises(InputError, match="left-right and top-bottom"):
        draw_theorem_1(Setting(network, checkerboard(4)))
    with pytest.raises(InputError, match="K runs from 1 to"):
        draw_theorem_1(NETWORKS["H = 4"], 2)


def test_theorem_1_takes_the_K_of_the_largest_bound() -> None:
    network = Network(2, 4, layers="3/1:4,2/1:2,4/4:1")
    title = draw_theorem_1(Setting(network, left_right(4))).get_suptitle()
    assert "K = 1, T = 3, D = 2, E = 8: rank ≥ 2^8" in title
    assert "K = 2" in draw_theorem_1(Setting(network, left_right(4)), 2).get_suptitle()


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf", "PNG"])
@pytest.mark.slow
def test_files_are_the_same_on_every_run(suffix: str, tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.{suffix}" for name in "abc"]
    figure = draw_chart(CHARTS["one panel"])
    save(figure, paths[0])
    save(figure, paths[1])
    save(draw_chart(CHARTS["one panel"]), paths[2])
    first, *others = [path.read_bytes() for path in paths]
    assert len(first) > 5000
    assert others == [first, first]
    start = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[suffix.lower()]
    assert first.startswith(start)
    assert not re.search(rb"Date|20\d\d-\d\d|D:20", first)
    save(draw_chart(CHARTS["four"]), paths[0])
    assert paths[0].read_bytes() != first
    assert sorted(path.name for path in tmp_path.iterdir()) == [path.name for path in paths]


def test_files_are_the_same_in_another_process(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from convac import Setting\n"
        "import matplotlib\n"
        "settings = {'font.size': 20, 'axes.titlepad': 30, 'svg.fonttype': 'none'}\n"
        "matplotlib.rcParams.update(settings)\n"
        "from convac.pictures.connectivity import draw_theorem_1\n"
        "from convac.pictures.files import save\n"
        "setting = Setting.read(M=2, H=4, layers='3/1:2,4/4:1')\n"
        "save(draw_theorem_1(setting), Path(sys.argv[1]))\n"
        "assert settings.items() <= dict(matplotlib.rcParams).items()\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.svg")], check=True)
    save(draw_theorem_1(NETWORKS["H = 4"]), tmp_path / "b.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


@pytest.mark.parametrize("name", ["a.gif", "a", "png", "a.png/b.svg", "missing/a.png"])
def test_files_that_cannot_be_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"(file|plot): got") as caught:
        save(draw_chart(CHARTS["nothing"]), tmp_path / name)
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_bytes_are_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"before")
    write_bytes_atomically(path, b"\x00\r\n\xff")
    assert path.read_bytes() == b"\x00\r\n\xff"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "draw", [lambda: draw_chart(CHARTS["one panel"]), lambda: draw_map(MAPS["4x4"])]
)
def test_svg_stands_alone(draw: Any) -> None:
    text = svg_text(draw(), "one")
    assert text.startswith("<svg ")
    assert text.endswith("</svg>")
    assert "<!DOCTYPE" not in text
    assert "<?xml" not in text
    assert "<text" not in text  # letters are paths: no font is needed
    assert "http" not in re.sub(r'\bxmlns(:\w+)?="[^"]*"', "", text)
    references = re.findall(r'href="([^"]*)"|url\(([^)]*)\)', text)
    assert references
    targets = {a or b for a, b in references if not a.startswith("data:image/png;base64,")}
    ids = re.findall(r'\bid="([^"]*)"', text)
    assert len(ids) == len(set(ids))
    assert targets <= {f"#{name}" for name in ids}
    assert all(name.startswith("one") for name in ids)
    assert "#one *{" in text
    assert not set(ids) & set(re.findall(r'\bid="([^"]*)"', svg_text(draw(), "two")))


@pytest.mark.parametrize("salt", ["", "1a", "a b", 'a"', "ä", "a\n"])
def test_salts_are_names(salt: str) -> None:
    with pytest.raises(InputError):
        svg_text(draw_chart(CHARTS["nothing"]), salt)


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for draw in (
        lambda: draw_chart(CHARTS["nothing"]),
        lambda: draw_map(DIAGONAL),
        lambda: draw_theorem_1(NETWORKS["H = 4"]),
    ):
        with pytest.raises(
            InputError, match=r"plot: got .* pip install 'convac\[plot\]'"
        ) as caught:
            draw()
        assert "\n" not in str(caught.value)


def test_importing_does_not_load_matplotlib() -> None:
    code = (
        "import sys, convac, convac.cli, convac.pictures.chart, convac.pictures.heat_map\n"
        "import convac.pictures.connectivity, convac.pictures.files\n"
        "print('matplotlib' in sys.modules)\n"
        "from convac.pictures.series import Chart, Panel\n"
        "convac.pictures.chart.draw_chart(Chart('', '', (Panel('', (), None),)))\n"
        "print('matplotlib' in sys.modules, 'matplotlib.pyplot' in sys.modules)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True", "False"]


def test_long_words_are_broken() -> None:
    lines = canvas.wrap("a " + "w" * 60, 1.0, 8).split("\n")
    assert len(lines) > 3
    assert "".join(lines).replace("a", "", 1).strip() == "w" * 60
    assert all(canvas.text_width(line, 8) <= 1.0 for line in lines)
    assert canvas.wrap("ww", 0.01, 8) == "w\nw"
