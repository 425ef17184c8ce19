"""The pages as a site: formulas, line lengths, the glossary, and a build that loads nothing remote."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from convac import theorems

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(DOCS.glob("*.md"))
LONGEST = 120
FENCED = re.compile(r"^(`{3,}).*?^\1$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+)\$", re.DOTALL)
EATEN = re.compile(r"\\[^A-Za-z ]")
"""A backslash before punctuation, such as a brace: Markdown takes it out before TeX sees it."""

LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}
NOT_LOADED = {"index", "search", "next", "prev", "canonical"}
REMOTE = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
IN_CSS = re.compile(r"""(?:url\(|@import)\s*["']?([^"')\s;]+)""")


def prose(text: str) -> str:
    """A page without its fenced blocks."""
    return FENCED.sub("", text)


def long_lines(text: str) -> list[str]:
    """The lines of prose that are too long; rows of tables cannot be broken."""
    lines = prose(text).splitlines()
    return [line for line in lines if len(line) > LONGEST and not line.startswith("|")]


def formulas(text: str) -> list[str]:
    """The formulas of a page, displayed or not."""
    found = FORMULA.findall(CODE.sub("", prose(text)))
    return [displayed or inline for displayed, inline in found]


def faults(formula: str) -> list[str]:
    """What is wrong with a formula that no build would notice."""
    found = [f"{match[0]} is taken out by Markdown" for match in EATEN.finditer(formula)]
    if formula.count("{") != formula.count("}"):
        found.append("braces are not balanced")
    if len(re.findall(r"\\left\b", formula)) != len(re.findall(r"\\right\b", formula)):
        found.append(r"\left and \right are not balanced")
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_lines_of_prose_are_short(page: Path) -> None:
    assert long_lines(page.read_text(encoding="utf-8")) == []


def test_theory_has_no_long_line_at_all() -> None:
    lines = (DOCS / "THEORY.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > LONGEST] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_formulas_are_whole_here_and_on_a_code_host(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for formula in formulas(text):
        assert faults(formula) == [], formula
    rest = FORMULA.sub("", CODE.sub("", prose(text)))
    assert "$" not in rest, [line for line in rest.splitlines() if "$" in line]


def test_theory_has_formulas() -> None:
    assert len(formulas((DOCS / "THEORY.md").read_text(encoding="utf-8"))) > 300


def test_what_is_wrong_with_a_page_is_found() -> None:
    wide = "x" * (LONGEST + 1)
    assert long_lines(f"{wide}\n| {wide} |\n```text\n{wide}\n```\n") == [wide]
    assert formulas("`$ a` and $b_1$\n```sh\n$ c\n```\n$$\nd\n$$\n") == ["b_1", "\nd\n"]
    for wrong in (r"a \\ b", r"\{a\}", r"\frac{a}{b", r"\left( a"):
        assert faults(wrong), wrong
    assert faults(r"\left( \lbrace a \rbrace \right) \cr \ b") == []


def test_the_glossary_has_every_section_and_every_theorem() -> None:
    theory = (DOCS / "THEORY.md").read_text(encoding="utf-8")
    glossary = (DOCS / "glossary.md").read_text(encoding="utf-8")
    sections = re.findall(r"^#{2,3} (\d+(?:\.\d+)?)\.? ", theory, re.MULTILINE)
    assert len(sections) > 20
    index = re.findall(r"^\| \[([\d.]+)\]\(THEORY\.md#", glossary, re.MULTILINE)
    assert index == [section for section in sections if section != "8"]  # 8 is its theorems
    commands = re.findall(r"`convac prove ([a-z0-9 -]+?)(?: --[^`]*)?`", glossary)
    assert {name for command in commands for name in command.split()} == set(theorems())


class Loads(HTMLParser):
    """Collects what a page loads when it is opened: scripts, styles, pictures and icons."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.styles: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.styles.append(given.get("style", ""))
        target = given.get(LOADED.get(tag, ""), "")
        if target and not (tag == "link" and given.get("rel") in NOT_LOADED):
            self.found.append(target)


def loaded(html: str) -> list[str]:
    """The addresses that a page loads, from its tags and its styles."""
    parser = Loads()
    parser.feed(html)
    styles = re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL)
    return parser.found + IN_CSS.findall("\n".join([*styles, *parser.styles]))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built with every warning an error."""
    for package in ("sphinx", "furo", "myst_parser", "sphinx-mathjax-offline"):
        pytest.importorskip(package, reason="the site needs the extra `docs`")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "-n", "-q", "-b", "html"]
    done = subprocess.run(
        [*command, str(DOCS), str(folder)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def addresses(site: Path) -> Iterator[tuple[Path, str]]:
    """What the pages and the style sheets of the site load, and from where."""
    for page in site.rglob("*.html"):
        for address in loaded(page.read_text(encoding="utf-8")):
            yield page, address
    for sheet in site.rglob("*.css"):
        for address in IN_CSS.findall(sheet.read_text(encoding="utf-8")):
            yield sheet, address


@pytest.mark.slow
def test_the_site_loads_its_own_files_only(site: Path) -> None:
    found = list(addresses(site))
    assert len(found) > 100
    for file, address in found:
        assert not REMOTE.match(address), f"{file.name}: {address}"
        if not address.startswith(("data:", "#")):
            target = file.parent / re.split(r"[?#]", address)[0]
            assert target.exists(), f"{file.name}: {address}"


@pytest.mark.slow
def test_pages_with_formulas_load_the_files_of_mathjax(site: Path) -> None:
    for page in PAGES:
        html = (site / f"{page.stem}.html").read_text(encoding="utf-8")
        here = formulas(page.read_text(encoding="utf-8"))
        assert html.count('class="math ') == len(here), page.name
        assert bool(here) == any("mathjax/" in address for address in loaded(html)), page.name


@pytest.mark.slow
def test_every_heading_of_theory_is_an_anchor(site: Path) -> None:
    html = (site / "THEORY.html").read_text(encoding="utf-8")
    glossary = (DOCS / "glossary.md").read_text(encoding="utf-8")
    for anchor in set(re.findall(r"THEORY\.md#([\w-]+)", glossary)):
        assert f'id="{anchor}"' in html, anchor


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.example/a.js"></script>',
        '<link rel="stylesheet" href="//fonts.example/a.css">',
        '<img src="http://example/a.png">',
        "<style>@import 'https://example/a.css';</style>",
        '<p style="background: url(https://example/a.png)">',
    ],
)
def test_a_remote_file_is_found(html: str) -> None:
    assert any(REMOTE.match(address) for address in loaded(html))
    assert not any(REMOTE.match(address) for address in loaded('<a href="https://example">x</a>'))
