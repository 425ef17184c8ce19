"""What a notebook shows: networks as SVG, verdicts as HTML, progress in place."""

from __future__ import annotations

import sys
import types
from xml.etree import ElementTree

import pytest
from convac import (
    Network,
    Powers,
    checkerboard,
    exact_rank,
    generic_rank,
    left_right,
    progress,
    rank_interval,
    rectifier_ranks,
    theorem_1_assignment,
    theorems,
    verify_bound,
)

SVG = "{http://www.w3.org/2000/svg}"
HEADLINE = (Network(2, 4, layers="3/1:2,4/4:1"), 1, (3,), 2)


@pytest.mark.parametrize(
    ("network", "windows", "lines"),
    [
        (Network(2, 4, layers="3/1:2,4/4:1"), [(3, 3), (4, 4)], 2),
        (Network(2, 64, layers="33/1:2,64/64:1"), [(33, 33), (64, 64)], 0),
        (Network(3, 1, 6, layers="1x4/1x2:2,1x9/1x3:1"), [(1, 4), (1, 3)], 2),
    ],
)
def test_a_network_draws_itself(
    network: Network, windows: list[tuple[int, int]], lines: int
) -> None:
    root = ElementTree.fromstring(network._repr_svg_())
    texts = [node.text or "" for node in root.iter(f"{SVG}text")]
    assert [t for t in texts if t.startswith(("sites", "layer"))] == ["sites", "layer 1", "layer 2"]
    assert all(f"{h} × {w}" in texts for h, w in network.sizes)
    assert all(str(layer) in texts for layer in network.layers)
    drawn = [r for r in root.iter(f"{SVG}rect") if r.get("fill") == "#d55e00"]
    grids = [r for r in root.iter(f"{SVG}rect") if r.get("fill") != "#d55e00"]
    for window, rectangle, grid, size in zip(windows, drawn, grids, network.sizes, strict=False):
        seen = [
            float(rectangle.get(side) or 0) / float(grid.get(side) or 1) * n
            for side, n in zip(("height", "width"), size, strict=True)
        ]
        assert seen == pytest.approx(window, rel=0.01)
    celled = [p for p in root.iter(f"{SVG}path") if p.get("stroke-width") == "0.5"]
    assert len(celled) == lines
    right = float(root.get("width") or 0)
    assert all(float(g.get("x") or 0) + float(g.get("width") or 0) <= right for g in grids)


def test_a_verdict_is_a_table_with_latex() -> None:
    verdict = verify_bound(M=2, H=4)
    html = verdict._repr_html_()
    root = ElementTree.fromstring(html.replace("<br>", "<br/>"))
    rows = [[cell.text for cell in row] for row in root.iter("tr")][1:]
    assert [row[1] for row in rows] == [step.name for step in verdict.steps]
    assert [row[3] for row in rows] == [step.method for step in verdict.steps]
    assert html.count("rank ≥ 2^8") == 1
    assert "<strong>VERIFIED</strong>: rank ≥ 2^8 for almost all parameters" in html
    refused = verify_bound(M=2, H=4, layers="2/2:2,2/2:1")._repr_html_()
    assert "NOT APPLICABLE" in refused
    assert "<li>K = 1: " in refused
    law = theorems()["overlap-law"](M=3, H=4, R=2, D=1)._repr_html_()
    assert "<strong>VERIFIED</strong>: rank = 2^4" in law
    assert "not run: " in law
    assert Powers([(2, 3), (5, 1)]).latex == r"2^{3} \cdot 5"
    assert Powers().latex == "1"


def test_reports_are_shown_as_they_are_printed() -> None:
    network = Network(2, 4, layers="3/1:2,4/4:1")
    for report in (
        generic_rank(network, left_right(4)),
        rank_interval(network, left_right(4)),
        rectifier_ranks(network, left_right(4), "relu-sum"),
    ):
        html = report._repr_html_()
        assert "&lt;" not in html
        root = ElementTree.fromstring(html.replace("<br>", "<br/>"))
        shown = [node.text or "" for tag in ("strong", "td") for node in root.iter(tag)]
        assert len(shown) >= 2 + 2 * 3
        assert set(" ".join(shown).split()) <= set(
            str(report).replace("[", "").replace("]", "").split()
        )


def test_progress_appears_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    class Handle:
        def update(self, content: dict[str, str], *, raw: bool) -> None:
            shown.append(content["text/plain"])

    def display(content: dict[str, str], *, raw: bool, display_id: bool) -> Handle:
        shown.append("first " + content["text/plain"])
        return Handle()

    shell = types.SimpleNamespace(kernel=True)
    ipython = types.SimpleNamespace(
        get_ipython=lambda: shell, display=types.SimpleNamespace(display=display)
    )
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    assert progress.shown(print) is print  # type: ignore[arg-type, comparison-overlap]
    clock = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    line = progress.shown(None)
    assert line is not None
    for now in (0.0, 1.9, 2.05, 2.1, 2.5):
        clock[0] = now
        line("rank", int(10 * now), 100)
    assert shown == ["first rank: 20 of 100, 2 s", "rank: 25 of 100, 2 s"]
    monkeypatch.setattr(ipython, "get_ipython", lambda: types.SimpleNamespace())
    assert progress.shown(None) is None
    monkeypatch.delitem(sys.modules, "IPython")
    assert progress.shown(None) is None


def test_numbers_bounds_and_partitions_show_themselves() -> None:
    assert Powers([(2, 2048)])._repr_latex_() == "$2^{2048}$"
    report = rank_interval(Network(3, 4, layers="3/1:2,4/4:1"), "checkerboard")
    assert report.lower._repr_html_().startswith("<div>≥ <strong>3^8 = 6561</strong>: 8 disjoint")
    assert report.upper._repr_html_().startswith("<div>≤ <strong>3^8 = 6561</strong>: the size")
    root = ElementTree.fromstring(checkerboard(4, 6)._repr_svg_())
    blue, orange = (path.get("d") or "" for path in root.iter(f"{SVG}path"))
    assert blue.count("z") == orange.count("z") == 12
    large = ElementTree.fromstring(checkerboard(100)._repr_svg_())
    assert [node.text for node in large.iter(f"{SVG}text")] == ["100 × 100"]
    assert (
        "<td"
        in exact_rank(
            theorem_1_assignment(*HEADLINE, shared=True).assignment, "left-right"
        )._repr_html_()
    )
