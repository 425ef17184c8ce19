"""The package as it is installed: public names, light imports, versions and documents in step."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import convac
import pytest
from convac import Outcome, Status, Step
from convac.former import RENAMED, REPLACED, not_applicable, outcome

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", convac.__all__)
def test_public_names_are_there_and_documented(name: str) -> None:
    value = getattr(convac, name)
    assert value.__doc__


def test_names_are_listed_once() -> None:
    assert sorted(convac._HOME) == sorted(convac.__all__)
    assert set(dir(convac)) == set(convac.__all__)
    with pytest.raises(AttributeError):
        convac.nothing  # noqa: B018


def test_names_are_loaded_from_where_type_checkers_look() -> None:
    (block,) = (
        node
        for node in ast.parse(Path(convac.__file__).read_text(encoding="utf-8")).body
        if isinstance(node, ast.If)
    )
    seen = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == convac._HOME


@pytest.mark.parametrize("name", RENAMED)
def test_former_names_say_what_is_better(name: str) -> None:
    better = RENAMED[name]
    assert name not in convac.__all__
    with pytest.warns(DeprecationWarning, match=rf"convac\.{name} is called convac\.{better}$"):
        assert getattr(convac, name) is getattr(convac, better)


@pytest.mark.parametrize("name", REPLACED)
def test_former_functions_work_and_say_what_is_better(name: str) -> None:
    with pytest.warns(DeprecationWarning, match=rf"convac\.{name} is replaced by"):
        assert callable(getattr(convac, name))


def test_former_functions_say_what_they_said() -> None:
    step = Step("size", "count", Status.FAILED, "3, not 4")
    assert outcome([], "yes") == (Outcome.VERIFIED, "yes")
    assert outcome([step], "yes") == (Outcome.NOT_VERIFIED, "step “size” failed: 3, not 4")
    verdict = not_applicable("Mine", "I", ["H is odd"], subject="H = 3")
    assert (verdict.outcome, verdict.reasons) == (Outcome.NOT_APPLICABLE, ("H is odd",))
    with pytest.warns(DeprecationWarning, match=r"Verdict\.numbers"):
        assert verdict.geometry == {}


@pytest.mark.parametrize(
    ("code", "heavy"),
    [
        ("import convac, convac.cli", "networkx scipy sympy numpy flint rich"),
        ("import convac; assert convac.verify_bound(M=2, H=4)", "scipy sympy z3 matplotlib rich"),
    ],
)
def test_importing_stays_light(code: str, heavy: str) -> None:
    listed = f"{code}; import sys; print(sorted(sys.modules))"
    modules = subprocess.run(
        [sys.executable, "-c", listed], capture_output=True, text=True, check=True
    ).stdout
    for name in heavy.split():
        assert f"'{name}'" not in modules


def test_versions_are_in_step() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert version("convac") == project["version"]
    assert f"version: {project['version']}\n" in (ROOT / "CITATION.cff").read_text()
    assert f"## {project['version']}" in (ROOT / "CHANGELOG.md").read_text()


def test_every_lower_bound_has_its_reason() -> None:
    for line in (ROOT / "pyproject.toml").read_text().splitlines():
        if re.match(r'\s+"[a-z-]+>=', line):
            assert "#" in line, line


def test_readme_opens_with_two_commands() -> None:
    lines = (ROOT / "README.md").read_text().splitlines()
    commands = [line for line in lines if line.startswith("python3 -m venv")]
    assert len(commands) == 2
    assert "verify-bound --M 2 --H 4" in commands[0]
    assert "[test]" in commands[1]
    assert "pytest" in commands[1]
