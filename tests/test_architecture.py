"""The rooms of the package: no file needs itself in the end, and imports point down the layers.

What a file imports is read from its syntax: imports inside functions and under TYPE_CHECKING count, and so
do those by `import_module`, where an f-string stands for every name that it may become. That a module's
packages are loaded before it is no import here: an `__init__` of a room imports nothing, and that of the
package loads its names when they are first used.
"""

from __future__ import annotations

import ast
import pkgutil
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import convac
import networkx as nx
import pytest

ROOT = Path(__file__).parent.parent
ANYTHING = ".+"
BUILD = "setup"
"""A file beside the package's, for building only."""


@dataclass(frozen=True)
class Source:
    """A module: its text, and whether it is a package."""

    text: str
    is_package: bool = False


class Imports:
    """The modules that one module imports, of those known."""

    def __init__(self, name: str, source: Source, known: Mapping[str, Source]) -> None:
        self.name, self.known = name, known
        self.top = name.partition(".")[0]
        self.package = name if source.is_package else name.rpartition(".")[0]
        self.loaded: dict[str, str] = {}
        self.tree = ast.parse(source.text)

    def __iter__(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield from self._named(alias.name)
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(node.level, node.module or "")
                for alias in node.names:
                    inner = f"{base}.{alias.name}"
                    yield from self._named(inner if inner in self.known else base)
            elif isinstance(node, ast.Assign) and _loads(node.value):
                self.loaded.update(
                    {ast.unparse(t): self._pattern(node.value) for t in node.targets}
                )
            elif _loads(node):
                pattern = self._pattern(node)
                yield from (name for name in self.known if re.fullmatch(pattern, name))

    def _named(self, name: str) -> Iterator[str]:
        if name.partition(".")[0] == self.top:
            assert name in self.known, f"{self.name} imports {name}, which is not there"
            yield name

    def _absolute(self, level: int, module: str) -> str:
        if level == 0:
            return module
        parts = self.package.split(".")
        return ".".join([*parts[: len(parts) - level + 1], *([module] if module else [])])

    def _pattern(self, call: Any) -> str:
        """What `import_module` may load, as a regular expression."""
        text = self._text(call.args[0])
        dots = len(re.match(r"(\\\.)*", text)[0]) // 2  # type: ignore[index]
        if not dots:
            return text
        return re.escape(self._absolute(dots, "")) + r"\." + text[2 * dots :]

    def _text(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant):
            return re.escape(str(node.value))
        if isinstance(node, ast.JoinedStr):
            return "".join(map(self._text, node.values))
        if isinstance(node, ast.FormattedValue):
            return self._text(node.value)
        written = ast.unparse(node)
        own = {"__name__": self.name, "__package__": self.package}
        if written in own:
            return re.escape(own[written])
        return self.loaded.get(written.removesuffix(".__name__"), ANYTHING)


def _loads(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
        ("import_module", "__import__")
    )


def graph_of(sources: Mapping[str, Source]) -> nx.DiGraph:
    """An edge from every module to each one that it imports."""
    graph = nx.DiGraph()
    graph.add_nodes_from(sources)
    for name, source in sources.items():
        graph.add_edges_from((name, other) for other in Imports(name, source, sources))
    return graph


def cycles(graph: nx.DiGraph) -> list[list[str]]:
    """Modules that import each other, or themselves, in a roundabout way."""
    strong = (sorted(part) for part in nx.strongly_connected_components(graph))
    return sorted(p for p in strong if len(p) > 1 or graph.has_edge(p[0], p[0]))


@cache
def package() -> dict[str, Source]:
    """Every module of the package."""
    found = {}
    names = (module.name for module in pkgutil.walk_packages(convac.__path__, "convac."))
    for name in ("convac", *(name for name in names if name != f"convac.{BUILD}")):
        spec = find_spec(name)
        assert spec is not None
        path = Path(spec.origin or "")
        found[name] = Source(path.read_text(encoding="utf-8"), path.name == "__init__.py")
    return found


def test_no_file_imports_itself_in_the_end() -> None:
    graph = graph_of(package())
    assert cycles(graph) == []
    assert nx.is_directed_acyclic_graph(graph)


def test_imports_of_every_kind_are_edges() -> None:
    graph = graph_of(package())
    for edge in [
        ("convac.__main__", "convac.cli"),  # at the top of a file
        ("convac.algebra.witnesses.near_far", "convac.graphs.network"),  # from a room below a room
        ("convac.commands.prove", "convac.proofs.transcripts.documents"),  # inside a function
        ("convac.console", "convac.proofs.transcripts.sheet"),  # under TYPE_CHECKING
        ("convac.proofs.library", "convac.proofs.theorems.headline"),  # by name
        ("convac", "convac.graphs.partition"),  # by a table of names
    ]:
        assert graph.has_edge(*edge), edge


CLOSED = {
    "at the top": "from .a import x",
    "absolute": "import p.a",
    "of the package": "from p import a",
    "inside a function": "def f():\n    from . import a",
    "under TYPE_CHECKING": "if TYPE_CHECKING:\n    from .a import X",
    "by name": "import_module('p.a')",
    "by a relative name": "importlib.import_module('.a', __package__)",
    "by a computed name": "import_module(f'{__package__}.{name}')",
    "by a loaded package": "q = import_module(__package__)\nimport_module(f'{q.__name__}.a')",
    "by a table": "import_module(HOMES[name])",
    "by __import__": "__import__('p.a')",
}


@pytest.mark.parametrize("kind", CLOSED)
def test_a_cycle_is_found(kind: str) -> None:
    sources = {
        "p": Source('"""A room."""', True),
        "p.a": Source("import re\nfrom .q.b import y"),
        "p.q": Source("", True),
        "p.q.b": Source("from .. import c"),
        "p.c": Source("x = 1"),
    }
    assert cycles(graph_of(sources)) == []
    closed = graph_of({**sources, "p.c": Source(CLOSED[kind])})
    assert {"p.a", "p.c", "p.q.b"} <= set().union(*cycles(closed))


def test_a_file_that_imports_itself_is_found() -> None:
    assert cycles(graph_of({"p": Source("", True), "p.a": Source("from . import a")})) == [["p.a"]]


def test_rooms_load_nothing() -> None:
    for name, source in package().items():
        if source.is_package and name != "convac":
            assert list(Imports(name, source, package())) == [], name


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
(CONTRACT,) = PROJECT["tool"]["importlinter"]["contracts"]
LAYERS = [layer.split(" | ") for layer in CONTRACT["layers"]]


def test_the_contract_names_everything_at_the_top() -> None:
    top = {module.name for module in pkgutil.iter_modules(convac.__path__)} - {BUILD}
    assert sorted(name for layer in LAYERS for name in layer) == sorted(top)
    assert (CONTRACT["type"], CONTRACT["containers"]) == ("layers", ["convac"])
    assert CONTRACT["exhaustive"]


def test_imports_point_down_the_layers() -> None:
    level = {name: number for number, layer in enumerate(LAYERS) for name in layer}
    for one, other in graph_of(package()).edges:
        if one == "convac":
            continue
        a, b = one.split(".")[1], other.split(".")[1]
        assert a == b or level[a] < level[b], (one, other)


def test_every_folder_is_packaged() -> None:
    rooms = {name for name, source in package().items() if source.is_package}
    assert sorted(PROJECT["tool"]["setuptools"]["packages"]) == sorted(rooms)
