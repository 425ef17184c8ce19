"""The picture of proved bounds: the pairs of the theorem that wins, and the separating set."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from console_script import run
from convac import InputError, Network, Powers, Setting, checkerboard, left_right
from convac.graphs.routes import route_at, routes_problem
from convac.pictures.files import svg_text
from convac.proofs.bounds import RankInterval, bounded

pytest.importorskip("matplotlib")

from convac.pictures.bounds import NO_PAIRS, NO_SET, draw_bounds
from drawn import labels, problem
from matplotlib.colors import same_color
from matplotlib.figure import Figure

SETTINGS = {
    "displacement": {"M": 2, "H": 4, "layers": "3/1:2,4/4:1"},
    "half-free": {"M": 4, "H": 6, "layers": "2/1:3,3/1:3,6/6:1"},
    "one pair": {"M": 3, "H": 1, "W": 6, "layers": "1x2/1:2,1x2/1:2,1x2/1x3:2,1x2/1x2:1"},
    "flow": {"M": 2, "H": 6, "layers": "2/2:3,2/2:2,2/2:1", "weights": "unshared"},
    "digits": {"M": 4, "H": 2, "W": 2, "layers": "1x2/1x2:15,2x1/2x1:1", "weights": "unshared"},
    "plan": {"M": 9, "H": 4, "layers": "1/1:8,2/1:80,4/4:1", "weights": "unshared", "partition": "columns"},
    "tiles": {"M": 2, "H": 8, "layers": "2/2:2,2/1:2,4/4:1", "partition": "checkerboard"},
    "dead": {"M": 2, "H": 6, "layers": "1/2:2,3/3:1"},
    "wide": {"M": 3, "H": 3, "W": 10, "layers": "1x2/1:2,1x2/1x2:2,3x5/3x5:1", "partition": "column:7"},
    "largest": {"M": 2, "H": 10, "layers": "2/1:2,1/1:2,3/1:2,1/1:2,2/2:3,5/5:1", "partition": "rows"},
}  # fmt: skip
MEMORY = 1.0


@pytest.fixture(scope="module")
def reports() -> dict[str, RankInterval]:
    return {name: bounded(Setting.read(**words), memory=MEMORY) for name, words in SETTINGS.items()}


@pytest.fixture(scope="module")
def figures(reports: dict[str, RankInterval]) -> dict[str, Figure]:
    return {name: draw_bounds(report) for name, report in reports.items()}


def caption(figure: Figure) -> str:
    """What is written under the title, without line breaks."""
    (text,) = [text.get_text() for text in figure.texts if "≥" in text.get_text()]
    return " ".join(text.split())


@pytest.mark.parametrize("name", SETTINGS)
def test_text_does_not_overlap(name: str, figures: dict[str, Figure]) -> None:
    assert problem(figures[name]) is None


@pytest.mark.parametrize("name", SETTINGS)
def test_the_routes_of_a_lower_bound_are_routes(
    name: str, reports: dict[str, RankInterval]
) -> None:
    """As many as the exponent says, each from P to Q along windows, and on the digits of its sites."""
    report = reports[name]
    routes = report.lower.routes
    assert (routes is None) == (name in ("tiles", "dead"))
    if routes is None:
        return
    most = report.network.M.bit_length()
    found = routes()
    assert routes_problem(report.network, report.partition, found, lambda vertex: 10**9) is None
    assert max(Counter(end for route in found for end, _ in route.ends).values()) <= most
    bases = range(2, report.network.M + 1)
    assert report.lower.value in [Powers([(base, len(found))]) for base in bases]


@pytest.mark.parametrize("name", ["displacement", "half-free", "digits", "plan"])
def test_all_pairs_are_drawn(
    name: str, reports: dict[str, RankInterval], figures: dict[str, Figure]
) -> None:
    report, sites = reports[name], figures[name].axes[0]
    assert report.lower.routes is not None
    found = Counter((route.near[0], route.far[0]) for route in report.lower.routes())
    dots = [line for line in sites.lines if line.get_marker() == "o"]
    assert len(dots) == 2 * found.total()
    filled, empty = (
        Counter(
            (int(line.get_ydata()[0]), int(line.get_xdata()[0]))
            for line in dots
            if same_color(line.get_markerfacecolor(), "white") == white
        )
        for white in (False, True)
    )
    assert filled == Counter(near for near, _ in found.elements())
    assert empty == Counter(far for _, far in found.elements())
    assert {report.partition.side(at).name for at in filled} == {"P"}
    assert {report.partition.side(at).name for at in empty} == {"Q"}


def test_pairs_of_the_same_sites_have_arcs_of_their_own(figures: dict[str, Figure]) -> None:
    arcs = [p for p in figures["digits"].axes[0].patches if hasattr(p, "get_connectionstyle")]
    shapes = {(tuple(map(tuple, arc._posA_posB)), arc.get_connectionstyle().rad) for arc in arcs}
    assert len(arcs) == len(shapes) == 4


@pytest.mark.parametrize("name", SETTINGS)
def test_the_separating_set_is_drawn_layer_by_layer(
    name: str, reports: dict[str, RankInterval], figures: dict[str, Figure]
) -> None:
    chosen = Counter(vertex.layer for vertex in reports[name].upper.separator)
    grids = figures[name].axes[3:]
    sizes = reports[name].network.sizes
    expected = [
        f"{f'layer {layer}' if layer else 'sites'}: {chosen[layer]} of {sizes[layer][0] * sizes[layer][1]}"
        for layer in sorted(chosen)
    ]
    assert [" ".join(grid.get_title().split()) for grid in grids] == expected
    for grid, layer in zip(grids, sorted(chosen), strict=True):
        (marks,) = grid.lines
        assert {(int(r), int(c)) for c, r in marks.get_xydata()} == {
            vertex.at for vertex in reports[name].upper.separator if vertex.layer == layer
        }
    assert ("separating set" in labels(figures[name])) == bool(chosen)


def test_the_colours_of_the_grids_are_what_locations_see(figures: dict[str, Figure]) -> None:
    layer_1 = figures["wide"].axes[3]
    seen = [str(patch.get_facecolor()) for patch in layer_1.patches]
    assert len(seen) == 30
    assert len(set(seen[:6])) == len(set(seen[7:10])) == 1
    assert len({seen[5], seen[6], seen[7]}) == 3
    assert "in the colour of a side: sees it only" in labels(figures["wide"])
    assert "in the colour of a side: sees it only" not in labels(figures["tiles"])
    assert "no path to the output" not in labels(figures["wide"])


def test_the_caption_says_what_is_missing(figures: dict[str, Figure]) -> None:
    assert NO_PAIRS in caption(figures["tiles"])
    assert NO_SET not in caption(figures["tiles"])
    assert NO_SET in caption(figures["displacement"])
    assert NO_PAIRS not in caption(figures["displacement"])
    assert "pair: site of P" not in labels(figures["tiles"])
    assert "≥ 2^8: 8 disjoint pairs" in caption(figures["displacement"])
    titles = [figures[name].get_suptitle() for name in ("displacement", "tiles")]
    assert [title.split("\n")[-1] for title in titles] == [
        "generic rank = 2^8",
        "43046721 ≤ generic rank ≤ 2^30 · 3",
    ]


def test_routes_end_where_they_meet(figures: dict[str, Figure]) -> None:
    assert "routes of pairs up to where they meet" in labels(figures["displacement"])
    columns = figures["displacement"].axes[1]
    routes = [x for x in columns.collections if x.get_linewidth()[0] == 0.9]
    heights = {y for lines in routes for segment in lines.get_segments() for _, y in segment}
    assert heights == {0, 1}


def test_the_same_report_gives_the_same_bytes(reports: dict[str, RankInterval]) -> None:
    for name in ("one pair", "flow"):
        again = bounded(Setting.read(**SETTINGS[name]), memory=MEMORY)
        assert svg_text(draw_bounds(again)) == svg_text(draw_bounds(reports[name]))


def test_a_route_at_offsets() -> None:
    network = Network(2, 4, layers="2/1:2,3/1:2,4/4:1")
    route = route_at(network, left_right(4), (1, 0), (((1, 1), (1, 2)), ((0, 0), (1, 0))))
    assert route.near == ((2, 0), (2, 0), (1, 0))
    assert route.far == ((3, 3), (2, 2), (1, 0))
    assert routes_problem(network, left_right(4), [route], lambda vertex: 1) is None
    swapped = route_at(network, checkerboard(4), (0, 0), (((0, 1), (0, 0)), ((0, 0), (0, 0))))
    assert (swapped.near[0], swapped.far[0]) == ((0, 0), (0, 1))
    with pytest.raises(ValueError, match="leads out of the grid"):
        route_at(network, left_right(4), (3, 3), (((0, 0), (0, 1)), ((0, 0), (0, 0))))


COMMAND = "bound --M 2 --H {} --layers {} --plot {}"
SMALL, LARGE = ("4", "3/1:2,4/4:1"), ("512", "3/1:2,512/512:1")


def test_the_command_draws(tmp_path: Path) -> None:
    result = run(*COMMAND.format(*SMALL, "a.svg").split(), script="convac", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert (tmp_path / "a.svg").read_text(encoding="utf-8").startswith("<?xml")


@pytest.mark.parametrize(
    ("sizes", "path", "message"),
    [
        (SMALL, "a.gif", "pictures are .png, .svg or .pdf"),
        (SMALL, "no/a.svg", "there is no folder no"),
        (LARGE, "a.svg", "at most 10x10 sites and 6 layers can be drawn"),
        (SMALL, "a.svg", "no matplotlib"),
    ],
)
def test_the_command_refuses_before_the_work(
    sizes: tuple[str, str], path: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from convac.commands.rank import bound_command
    from convac.proofs import bounds

    def worked(*_: Any) -> None:
        raise AssertionError("the work began")

    monkeypatch.setattr(bounds, "bounded", worked)
    monkeypatch.chdir(tmp_path)
    if message == "no matplotlib":
        monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(InputError, match=message) as caught:
        bound_command.main(COMMAND.format(*sizes, path).split()[1:], standalone_mode=False)
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())
