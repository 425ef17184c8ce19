"""The documents say what the program does: their code runs, their output is printed, their links resolve.

Blocks of a page are run in order, in a temporary folder of the page with links to `docs` and `proofs`:

* ``python`` blocks run in one namespace; ``sh`` blocks line by line.
* ``text`` blocks that start with ``$ command`` are what it prints, without times; a line ``…`` stands for
  any lines.
* ``json`` and ``toml`` blocks are read.

HTML comments before a block say more:

* ``<!-- file: NAME -->``: the block is that file, and is not run.
* ``<!-- exit: N -->`` or ``<!-- exit: N, COMMAND -->``: the exit status, of lines that begin so.
* ``<!-- output -->``: a ``text`` block is what the ``python`` block before it prints.
* ``<!-- slow -->`` or ``<!-- slow: COMMAND, … -->``: the block, or lines that begin so, are left to
  ``-m slow``.
* ``<!-- not run: REASON -->``.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import convac
import pytest
from convac.cli import cli

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
FENCE = re.compile(r"^(`{3,})(\S*)[^`\n]*\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"<!-- ([a-z ]+)(?:: (.*?))? -->", re.DOTALL)
COMMENTS_BEFORE = re.compile(r"(?:<!-- [^>]*? -->\s*)+\Z")
MARKS = {"file", "exit", "output", "slow", "not run"}
LANGUAGES = {"python", "sh", "text", "json", "toml", "yaml", "latex"}


@dataclass(frozen=True)
class Block:
    """A fenced block, and what the comments before it say."""

    page: Path
    line: int
    language: str
    text: str
    marks: dict[str, str]

    def __str__(self) -> str:
        return f"{self.page.name}, line {self.line}"

    @property
    def commands(self) -> list[str]:
        """The lines of a ``sh`` block; one that ends in a backslash goes on."""
        lines = self.text.replace("\\\n", " ").splitlines()
        return [line for line in lines if line.strip() and not line.startswith("#")]

    def slow(self, command: str = "") -> bool:
        """Whether the block, or one of its commands, is left to the slow tests."""
        names = self.marks.get("slow")
        if not names:
            return names is not None
        return any(command.startswith(name.strip()) for name in names.split(","))


@cache
def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, without directives of the site."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in FENCE.finditer(text):
        if match[2].startswith("{"):
            continue
        before = COMMENTS_BEFORE.search(text[: match.start()])
        marks = dict(COMMENT.findall(before[0])) if before else {}
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(page, line, match[2], match[3], marks))
    return found


@dataclass
class Runner:
    """Runs blocks of one page in a folder."""

    folder: Path
    slow: bool
    names: dict[str, Any] = field(default_factory=dict)
    printed: str | None = None

    def run(self, block: Block) -> None:
        """What the comment and the language say."""
        if "not run" in block.marks:
            return
        if "file" in block.marks:
            (self.folder / block.marks["file"]).write_text(block.text, encoding="utf-8")
            return
        getattr(self, f"_{block.language}", lambda block: None)(block)

    def _json(self, block: Block) -> None:
        json.loads(block.text)

    def _toml(self, block: Block) -> None:
        tomllib.loads(block.text)

    def _python(self, block: Block) -> None:
        if self.slow != block.slow():
            self.printed = None
            return
        code = compile("\n" * block.line + block.text, str(block.page), "exec")
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(code, self.names)
        self.printed = out.getvalue()

    def _sh(self, block: Block) -> None:
        for command in block.commands:
            if self.slow == block.slow(command):
                self._command(command, block)

    def _text(self, block: Block) -> None:
        if "output" in block.marks:
            if self.printed is not None:
                assert_shown(block, block.text, self.printed)
            return
        if not block.text.startswith("$ "):
            return
        for piece in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            command, _, shown = piece.partition("\n")
            if self.slow == block.slow(command):
                assert_shown(block, shown, self._command(command, block))

    def _command(self, command: str, block: Block) -> str:
        scripts = Path(sys.executable).parent
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=600,
            check=False,
            env={
                **os.environ,
                "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
                "PYTHONIOENCODING": "utf-8",
                "PYTEST_ADDOPTS": "",
            },
        )
        status, _, prefix = block.marks.get("exit", "0").partition(", ")
        expected = int(status) if command.startswith(prefix) else 0
        assert done.returncode == expected, f"{block}: {command}\n{done.stdout}"
        return done.stdout


def assert_shown(block: Block, shown: str, printed: str) -> None:
    """Hold what a page shows to what is printed: times do not count, and … is any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "…" else re.escape(line) + "\n" for line in _lines(shown)
    )
    there = "".join(line + "\n" for line in _lines(printed))
    assert re.fullmatch(pattern, there), f"{block} shows\n{shown}\nand what is printed is\n{there}"


def _lines(text: str) -> list[str]:
    """Without times, lines that hold nothing else, and empty lines at the end."""
    timeless = (re.sub(r"\b\d[\d.e+-]* s\b", "", line).rstrip() for line in text.splitlines())
    kept = [
        new for new, old in zip(timeless, text.splitlines(), strict=True) if new or not old.strip()
    ]
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _pages(slow: bool) -> list[Any]:
    return [
        pytest.param(page, id=str(page.relative_to(ROOT)))
        for page in PAGES
        if not slow or any("slow" in block.marks for block in blocks(page))
    ]


def run_page(page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, *, slow: bool) -> None:
    """Run a page's blocks, in order."""
    for name in ("docs", "proofs"):
        (folder / name).symlink_to(ROOT / name)
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(folder))
    before = set(sys.modules)
    runner = Runner(folder, slow)
    for block in blocks(page):
        runner.run(block)
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None)
        if file and Path(file).parent == folder:
            del sys.modules[name]


# Pages of more than a few seconds. Blocks need what earlier ones wrote: the whole page is slow.
LONG = {ROOT / "docs" / name for name in ("how-to.md", "own-theorem.md", "tutorial.md")}


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(
            page, id=str(page.relative_to(ROOT)), marks=[pytest.mark.slow] * (page in LONG)
        )
        for page in PAGES
    ],
)
def test_blocks_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_page(page, tmp_path, monkeypatch, slow=False)


@pytest.mark.slow
@pytest.mark.parametrize("page", _pages(slow=True))
def test_slow_blocks_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_page(page, tmp_path, monkeypatch, slow=True)


@pytest.mark.parametrize("page", _pages(slow=False))
def test_blocks_are_of_a_known_kind(page: Path) -> None:
    for block in blocks(page):
        assert block.language in LANGUAGES, block
        assert block.marks.keys() <= MARKS, block
        assert block.marks.get("not run", "a reason"), block
    text = page.read_text(encoding="utf-8")
    assert len(re.findall(r"^`{3,}", text, re.MULTILINE)) == 2 * len(FENCE.findall(text))
    for name, _ in COMMENT.findall(text):
        assert name in MARKS, name


def test_what_differs_is_found() -> None:
    block = Block(ROOT / "README.md", 1, "text", "", {})
    printed = "one\n  two  3.5 s\n\n   0.1 s\nlast\n"
    for right in ("one\n  two  9 s\n\nlast\n", "one\n…\nlast\n", "one\n…\n", "…\nlast\n"):
        assert_shown(block, right, printed)
    for wrong in ("one\n", "one\n…\nlas\n", "two\n…\n", "one\nlast\n", "…\n  two\n"):
        with pytest.raises(AssertionError):
            assert_shown(block, wrong, printed)


PAGE = """
<!-- file: own.py -->
```python
three = 3
```
```python
from own import three

print(three + 1)
```
<!-- output -->
```text
4
```
<!-- exit: 3, exit -->
```sh
test -f own.py
exit 3
```
```text
$ echo 1; echo 2
1
…
```
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("", ""),
        ("three + 1", "three + 2"),
        ("print(three", "print(four"),
        ("\n4\n", "\n5\n"),
        ("<!-- exit: 3, exit -->\n", ""),
        ("exit: 3", "exit: 4"),
        ("test -f own.py", "test -f other.py"),
        ("<!-- file: own.py -->\n", ""),
        ("echo 1;", "echo 3;"),
        ("\n1\n…\n", "\n1\n"),
    ],
)
def test_sabotage_a_page(
    right: str, wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    page = tmp_path / "page.md"
    assert right in PAGE
    page.write_text(PAGE.replace(right, wrong), encoding="utf-8")
    expected = (
        pytest.raises((AssertionError, NameError, ImportError))
        if right
        else contextlib.nullcontext()
    )
    with expected:
        run_page(page, folder, monkeypatch, slow=False)


def prose(page: Path) -> str:
    """A page without its fenced blocks and inline code."""
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", page.read_text(encoding="utf-8")))


@cache
def anchors(page: Path) -> set[str]:
    """Of the headings, as a code host makes them."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    found: list[str] = []
    for heading in re.findall(r"^#{1,6} (.*)$", text, re.MULTILINE):
        slug = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        found.append(f"{slug}-{found.count(slug)}" if slug in found else slug)
    return set(found)


@pytest.mark.parametrize("page", _pages(slow=False))
def test_links_resolve(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name}: {target}"
        assert file.is_relative_to(ROOT), f"{page.name}: {target}"
        assert not anchor or anchor in anchors(file), f"{page.name}: {target}"


def test_every_page_of_the_site_is_in_its_index() -> None:
    listed = re.findall(r"^([\w-]+)$", (DOCS / "index.md").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(page.stem for page in DOCS.glob("*.md") if page.stem != "index")


def test_the_map_of_the_mathematics_is_right() -> None:
    text = (DOCS / "mathematics.md").read_text(encoding="utf-8")
    paths = re.findall(r"`([\w./-]+/[\w.-]*)(?:::(\w+))?`", text)
    assert len(paths) > 50
    for path, name in paths:
        assert (ROOT / path).exists(), path
        if name and path.endswith(".py"):
            tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
            defined = {getattr(node, "name", None) for node in ast.walk(tree)}
            assert name in defined, f"{path}::{name}"
        elif name:
            assert re.search(rf"\b{name}\b", (ROOT / path).read_text()), f"{path}::{name}"
    sources = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "proofs").rglob("*.py"))
    for step in re.findall(r"“([^”]+)”", text):
        assert f'"{step}"' in sources, step
    sections = set(re.findall(r"^\| [^|]+ \| (\d(?:\.\d)?) \|", text, re.MULTILINE))
    theory = (DOCS / "THEORY.md").read_text(encoding="utf-8")
    for section in sections:
        assert re.search(rf"(?m)^(#+ |\*\*){re.escape(section)}\b", theory), section


@pytest.mark.slow
def test_the_tables_are_what_the_program_finds() -> None:
    """Every row and number of the computed tables in results.md, once more."""
    made = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "tables.py")],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    page = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    tables = made.stdout.split("\n\n")
    assert [table.count("\n") > 9 for table in tables if table] == [True, True]
    for table in tables:
        assert table in page


@pytest.mark.parametrize("name", convac.__all__)
def test_public_names_are_in_the_reference(name: str) -> None:
    text = (DOCS / "reference.md").read_text(encoding="utf-8")
    assert re.search(rf"^\.\. (auto|py:)\w+:: {name}\b", text, re.MULTILINE)
    documented = getattr(convac, name)
    first = (documented.__doc__ or "").splitlines()[:1]
    assert first, name
    assert first[0].strip(), name
    assert first[0].strip().endswith((".", ":")), first[0]
    assert not first[0].startswith(f"{name}("), name  # what a dataclass has without one


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_commands_are_in_the_reference(name: str) -> None:
    assert f"{{command-help}} {name}\n" in (DOCS / "reference.md").read_text(encoding="utf-8")
