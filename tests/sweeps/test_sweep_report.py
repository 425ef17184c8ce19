"""Charts and pages of sweeps, and the pictures of the commands."""

from __future__ import annotations

import html.parser
import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from console_script import run
from convac import ZZ, InputError, Powers, Setting, left_right, random_assignment
from convac.algebra.grid_tensor import grid_tensor, matricize
from convac.proofs.rank import rank
from convac.sweeps.cases import Case
from convac.sweeps.chart import chart
from convac.sweeps.families import Family, Member
from convac.sweeps.rows import DOES_NOT_FIT, Measurement

pytest.importorskip("matplotlib")
from convac.pictures import report as picture
from convac.sweeps.report import html as page

CASE = Case(2, 4, 4, "3/1:2,4/4:1", "product", "left-right", "shared", 0)

Rows = list[tuple[Member, Measurement | None]]


def power(exponent: int) -> Powers:
    return Powers([(2, exponent)])


def rows_of(
    *rows: Measurement, x: int | None = 1
) -> tuple[Family, list[tuple[Member, Measurement | None]]]:
    members = [
        Member(None if x is None else x + k, "group <1>", "product", replace(CASE, seed=k))
        for k in range(len(rows))
    ]
    family = Family("fam", "A title & more.", "D", tuple(members))
    return family, [(m, replace(row, case=m.case)) for m, row in zip(members, rows, strict=True)]


FOUND = Measurement(
    CASE,
    theorem=power(2),
    sharp=power(4),
    lower=power(5),
    upper=power(6),
    rank=power(5),
    kind="estimated",
)
EXACT = replace(FOUND, lower=power(8), upper=power(8), rank=power(8), kind="exact")
LACKING = replace(FOUND, rank=None, kind="", status=DOES_NOT_FIT)


def series(*rows: Measurement) -> dict[str, list[tuple[float, float, bool]]]:
    family, measured = rows_of(*rows)
    (panel,) = chart(family, measured).panels
    (group,) = panel.groups
    return {s.role: [(m.x, m.y, m.exact) for m in s.marks] for s in group.series}


def test_a_chart_has_ranks_and_bounds() -> None:
    found = series(FOUND, EXACT)
    assert found["rank"] == [(1, 5, False), (2, 8, True)]
    assert found["theorem"] == [(1, 2, True), (2, 2, True)]
    assert found["sharp"] == [(1, 4, True), (2, 4, True)]
    assert found["upper"] == [(1, 6, True), (2, 8, True)]
    assert "lower" not in found


def test_bounds_that_say_nothing_else_are_left_out() -> None:
    assert set(series(EXACT, EXACT)) == {"rank", "theorem", "sharp"}
    assert series(EXACT, LACKING)["lower"] == [(2, 5, True)]
    assert set(series(replace(EXACT, theorem=None, sharp=None))) == {"rank"}
    zero = series(replace(EXACT, rank=Powers([(0, 1)])))
    assert zero["rank"] == [(1, -math.inf, True)]


def test_a_chart_needs_something_to_draw() -> None:
    with pytest.raises(InputError, match="no measured row"):
        chart(*rows_of(EXACT, x=None))
    family, _ = rows_of(EXACT)
    with pytest.raises(InputError, match="no measured row"):
        chart(family, [(member, None) for member in family.members])


class Outside(html.parser.HTMLParser):
    """Collects whatever a page would load or link to, and how its tags nest."""

    VOID = frozenset({"meta", "br", "hr", "img", "link", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.references: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        self.references += [
            value or ""
            for name, value in attrs
            if name in ("src", "href", "xlink:href", "data", "action", "srcset", "poster")
            and not (value or "").startswith("#")
        ]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_page_refers_to_nothing_outside() -> None:
    document = page(*rows_of(FOUND, EXACT, LACKING), command="convac sweep <x> & more")
    parser = Outside()
    parser.feed(document)
    assert parser.references == []
    assert parser.open == []
    without_names = re.sub(r'xmlns(:\w+)?="[^"]*"', "", document)
    assert not re.search(r"https?:|//[a-z]|@import|url\((?!#)", without_names)
    assert "<svg" in document
    assert "convac sweep &lt;x&gt; &amp; more" in document
    assert "group &lt;1&gt;" in document
    assert "A title &amp; more" in document
    assert "3 rows: 2 done, 1 bounded" in document


def test_cells_sort_by_their_numbers() -> None:
    document = page(*rows_of(replace(FOUND, upper=Powers([(2, 2048)])), EXACT))
    assert 'data-sort="2048.0">2^2048<' in document
    assert 'data-sort="8.0">2^8<' in document
    assert document.count("<button>") >= 9


def test_pages_and_pictures_are_the_same_every_time() -> None:
    measured = rows_of(FOUND, EXACT)
    assert page(*measured) == page(*measured)


# ---------------------------------------------------------------- what the commands draw


def test_the_heat_map_is_the_matricization(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: dict[str, object] = {}

    def keep(matrix: object, **labels: str) -> None:
        drawn.update(labels, matrix=matrix)

    monkeypatch.setattr(picture, "draw_matricization", keep)
    setting = Setting.read(M=2, H=2, layers="2/1:2,2/2:1")
    point = random_assignment(setting.network, 3, ZZ, shared=True)
    expected = matricize(grid_tensor(point), 2, left_right(2))
    picture.draw_report(rank(setting, seed=3))
    assert (drawn["matrix"] == expected).all()  # type: ignore[attr-defined]
    assert str(drawn["title"]).endswith("at integers of seed 3")
    picture.draw_report(rank(replace(setting, pooling="relu-max"), seed=3))
    assert "relu-max" in str(drawn["title"])
    assert (drawn["matrix"] != expected).any()  # type: ignore[attr-defined]
    with pytest.raises(InputError, match="at most 1024 are drawn"):
        picture.draw_report(rank(Setting.read(M=2, H=8, layers="2/1:2,8/8:1")))


@pytest.mark.slow
def test_commands_draw(tmp_path: Path) -> None:
    for arguments in (
        "verify-bound --M 2 --H 4 --plot a.svg",
        "sweep overlap-degree --H 2 --plot c.pdf --report d.html",
    ):
        result = run(*arguments.split(), script="convac", cwd=tmp_path)
        assert (result.returncode, result.stderr) == (0, "")
    assert (tmp_path / "a.svg").read_text(encoding="utf-8").startswith("<?xml")
    assert (tmp_path / "c.pdf").read_bytes().startswith(b"%PDF")
    text = (tmp_path / "d.html").read_text(encoding="utf-8")
    assert "convac sweep overlap-degree --H 2 --plot c.pdf --report d.html" in text


def test_pictures_are_refused_before_the_work(tmp_path: Path) -> None:
    for arguments in (
        "verify-bound --M 2 --H 100000 --plot a.gif",
        "sweep tightness --plot c.jpeg",
    ):
        result = run(*arguments.split(), script="convac", cwd=tmp_path)
        assert result.returncode == 2
        assert "pictures are .png, .svg or .pdf" in result.stderr
    assert not list(tmp_path.iterdir())
