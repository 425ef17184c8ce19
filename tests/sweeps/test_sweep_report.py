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
from convac.commands.sweep import sweep_command
from convac.pictures.chart import draw_chart
from convac.pictures.series import Chart
from convac.proofs.rank import rank
from convac.sweeps.cases import Case
from convac.sweeps.chart import chart, require_chart
from convac.sweeps.families import NAMED, Family, Member, named_family
from convac.sweeps.request import requested_family
from convac.sweeps.rows import DOES_NOT_FIT, FAILED, Measurement

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
    assert not {"lower", "upper"} & found.keys()


def intervals(*rows: Measurement) -> list[tuple[float, float, float | None]]:
    family, measured = rows_of(*rows)
    (panel,) = chart(family, measured).panels
    found = [s for s in panel.groups[0].series if s.role == "interval"]
    return [(mark.x, mark.y, mark.high) for s in found for mark in s.marks]


def test_an_interval_is_drawn_where_there_is_no_exact_rank() -> None:
    assert intervals(FOUND, EXACT, LACKING) == [(1, 5, 6), (3, 5, 6)]
    assert intervals(EXACT) == []
    assert intervals(replace(LACKING, upper=power(5))) == [(1, 5, 5)]
    assert intervals(replace(LACKING, lower=None)) == []
    assert intervals(replace(FOUND, lower=Powers(0), rank=Powers(0))) == [(1, -math.inf, 6)]


def test_bounds_that_say_nothing_else_are_left_out() -> None:
    assert set(series(EXACT, EXACT)) == {"rank", "theorem", "sharp"}
    assert set(series(replace(EXACT, theorem=None, sharp=None))) == {"rank"}
    zero = series(replace(EXACT, rank=Powers([(0, 1)])))
    assert zero["rank"] == [(1, -math.inf, True)]
    above = replace(EXACT, upper=power(7), rank=power(4))
    assert series(above, EXACT)["upper"] == [(1, 7, True), (2, 8, True)]
    assert "upper" not in series(EXACT, replace(EXACT, rank=power(4)))  # it is the full rank
    assert series(replace(LACKING, lower=None))["upper"] == [(1, 6, True)]


def test_a_number_written_otherwise_is_the_same_bound() -> None:
    """log2(125) * 3 and log2(5) * 9 differ as floats; 125^3 and 5^9 do not."""
    same = replace(EXACT, upper=Powers([(125, 3)]), rank=Powers([(5, 9)]))
    assert same.upper.log2() != same.rank.log2()  # type: ignore[union-attr]
    assert "upper" not in series(same)


def drawn(family: Family, **options: object) -> Chart:
    """The chart of a family whose rows are all exact."""
    rows = [(member, replace(EXACT, case=member.case)) for member in family.members]
    return chart(family, rows, **options)  # type: ignore[arg-type]


def family_of(*layers: str, x: str | None = None, pooling: str = "product", **sizes: str) -> Family:
    return requested_family(None, sizes, layers=layers, x=x, pooling=pooling)


OVERLAP = "{R}/1:{D},{H}/{H}:1"


def test_what_is_constant_is_in_the_caption_and_what_varies_in_the_legend() -> None:
    found = drawn(family_of(OVERLAP, M="3", H="4", R="1..4", D="1,2"))
    assert found.title == "Rank against R"
    assert found.caption == (
        "M = 3, H = W = 4, layers R/1:D, 4/4:1, left-right partition, shared weights, product pooling, "
        "seed 0"
    )
    assert found.x_label == "R (window)"
    assert [group.label for group in found.panels[0].groups] == ["D = 1", "D = 2"]
    assert (found.base, found.y_label) == (3, "rank (log scale, M = 3)")


def test_one_curve_needs_no_label() -> None:
    found = drawn(family_of(OVERLAP, M="2", H="4", R="3", D="1,2"))
    assert [group.label for group in found.panels[0].groups] == [""]
    assert (found.panels[0].title, found.x_label) == ("", "D (channels)")
    assert "R = 3" in found.caption


def test_named_families_say_their_name_and_sizes() -> None:
    for name in NAMED:
        found = drawn(named_family(name, 3, 8))
        assert found.title.startswith(f"{name}: ")
        assert "M = 3, H = W = 8" in found.caption
    assert [panel.title for panel in found.panels][:2] == [
        "layers 5/1:D, 8/8:1",
        "layers 2/1:D, 8/8:1",
    ]


def test_templates_and_words_in_the_legend() -> None:
    two = drawn(family_of(OVERLAP, "2/2:{D},{H}/1:1", M="2", H="2", R="2", D="1,2"))
    assert [g.label for g in two.panels[0].groups] == ["layers 2/1:D, 2/2:1", "layers 2/2:D, 2/1:1"]
    family = requested_family(
        None, {"M": "2", "H": "4", "D": "1,2"}, layers=["2/1:{D},4/4:1"],
        partition="left-right,checkerboard", weights="shared,unshared", seeds="3..5",
    )  # fmt: skip
    found = drawn(family)
    assert found.panels[0].groups[1].label == "left-right, unshared"
    assert "partition" not in found.caption
    assert found.caption.endswith("product pooling, seeds 3 … 5")


def test_where_M_varies_the_axis_says_so() -> None:
    found = drawn(family_of(OVERLAP, M="2,3", H="4", R="1,2", D="2"))
    assert (found.base, found.y_label) == (10, "rank (log scale; M varies)")
    assert [group.label for group in found.panels[0].groups] == ["M = 2", "M = 3"]
    assert drawn(family_of(OVERLAP, M="2,3", H="4", R="2", D="2")).x_label == "M (templates)"
    assert drawn(family_of(OVERLAP, M="1", H="4", R="1,2", D="2")).base == 10


def test_the_grid_on_the_axis() -> None:
    assert (
        drawn(family_of(OVERLAP, M="2", H="2,4", R="2", D="2")).x_label
        == "H = W (rows and columns)"
    )
    wide = drawn(family_of("2/1:2,{H}x{W}/{H}x{W}:1", M="2", H="2", W="2,4"))
    assert wide.x_label == "W (columns)"
    assert "H = 2" in wide.caption


def test_more_than_four_curves_get_a_panel_each() -> None:
    four = drawn(family_of(OVERLAP, M="2", H="4", R="1,2", D="1..4"))
    assert [len(panel.groups) for panel in four.panels] == [4]
    five = drawn(family_of(OVERLAP, M="2", H="4", R="1,2", D="1..5"))
    assert [panel.title for panel in five.panels] == [f"D = {D}" for D in range(1, 6)]
    assert {group.label for panel in five.panels for group in panel.groups} == {""}
    poolings = "product,relu-max"
    both = drawn(family_of(OVERLAP, M="2", H="4", R="1,2", D="1..5", pooling=poolings))
    assert both.panels[5].title == "max(0, max) pooling, D = 1"
    few = drawn(family_of(OVERLAP, M="2", H="4", R="1,2", D="1,2", pooling=poolings))
    assert [panel.title for panel in few.panels] == ["product pooling", "max(0, max) pooling"]


def test_rows_of_which_nothing_is_drawn_are_counted() -> None:
    family, measured = rows_of(EXACT, EXACT, EXACT, EXACT)
    measured[1] = (measured[1][0], None)
    measured[2] = (measured[2][0], Measurement(CASE, status=FAILED))
    elsewhere = replace(measured[3][0], x=None)
    found = chart(family, [*measured[:3], (elsewhere, measured[3][1])])
    assert found.caption.endswith("\n3 rows without a value or a place on the axis: not drawn")
    assert "not drawn" not in chart(*rows_of(EXACT)).caption


def test_ranks_of_any_size_are_drawn() -> None:
    large = Powers([(3, 100_000)])
    family, measured = rows_of(replace(LACKING, lower=large, upper=Powers([(3, 10**18)])))
    figure = draw_chart(chart(family, measured))
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert "2²" + "⁰" * 17 not in labels
    assert all(label.startswith("2") for label in labels)
    assert len(labels) > 2


def test_too_many_panels_are_refused_before_the_work() -> None:
    family = family_of(OVERLAP, M="2", H="4", R="1,2", D="1..37")
    with pytest.raises(InputError, match="37 panels'; at most 36 are drawn"):
        require_chart(family)
    require_chart(family_of(OVERLAP, M="2", H="4", R="1,2", D="1..36"))


def test_a_chart_needs_something_to_draw() -> None:
    with pytest.raises(InputError, match="no swept size"):
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
    measured = rows_of(FOUND, EXACT, LACKING)
    assert page(*measured) == page(*measured)
    assert page(*measured, title="One") != page(*measured, title="Other")
    assert page(*measured, log_x=True) != page(*measured)


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
        "sweep overlap-degree --H 2 --plot c.pdf --report d.html --title Mine --log-x",
    ):
        result = run(*arguments.split(), script="convac", cwd=tmp_path)
        assert (result.returncode, result.stderr) == (0, "")
    assert (tmp_path / "a.svg").read_text(encoding="utf-8").startswith("<?xml")
    assert (tmp_path / "c.pdf").read_bytes().startswith(b"%PDF")
    text = (tmp_path / "d.html").read_text(encoding="utf-8")
    assert (
        "convac sweep overlap-degree --H 2 --plot c.pdf --report d.html --title Mine --log-x"
        in text
    )


def test_pictures_are_refused_before_the_work(tmp_path: Path) -> None:
    for arguments, message in (
        ("verify-bound --M 2 --H 100000 --plot a.gif", "pictures are .png, .svg or .pdf"),
        ("sweep tightness --plot c.jpeg", "pictures are .png, .svg or .pdf"),
        ("sweep tightness --plot c.svg --title \t", "--title: got '\\t'; pictures have no sign"),
    ):
        result = run(*arguments.split(" "), script="convac", cwd=tmp_path)
        assert (result.returncode, result.stderr.count("\n")) == (2, 1)
        assert message in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("tightness --plot no/c.svg", "there is no folder no"),
        ("tightness --title A", "title: got 'A'; it is about a picture"),
        ("tightness --log-x", "log-x: got 'the option'; it is about a picture"),
        ("--M 2 --H 2 --R 1,2 --D 1..40 --plot c.svg --layers {R}/1:{D},2/2:1", "40 panels"),
    ],
)
def test_what_cannot_be_drawn_is_refused_before_the_work(
    arguments: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=re.escape(message)):
        sweep_command.main(arguments.split(), standalone_mode=False)
    assert not list(tmp_path.iterdir())
