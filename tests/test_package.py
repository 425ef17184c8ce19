"""The package as it is installed: public names, light imports, versions and documents in step."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import convac
import pytest

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


def test_importing_stays_light() -> None:
    code = "import sys, convac, convac.cli; print(sorted(sys.modules))"
    modules = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    for heavy in ("networkx", "sympy", "numpy", "flint", "rich"):
        assert f"'{heavy}'" not in modules


def test_versions_are_in_step() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert version("convac") == project["version"]
    assert f"version: {project['version']}\n" in (ROOT / "CITATION.cff").read_text()
    assert f"## {project['version']}" in (ROOT / "CHANGELOG.md").read_text()


def test_every_lower_bound_has_its_reason() -> None:
    for line in (ROOT / "pyproject.toml").read_text().splitlines():
        if re.match(r'\s+"[a-z-]+>=', line):
            assert "#" in line, line


def test_every_package_is_listed() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    folders = {
        "convac." + ".".join(path.parent.relative_to(ROOT).parts)
        for top in ("graphs", "algebra", "proofs", "pictures", "sweeps")
        for path in (ROOT / top).rglob("__init__.py")
    }
    assert set(listed) == {"convac", *folders}


def test_readme_opens_with_two_commands() -> None:
    lines = (ROOT / "README.md").read_text().splitlines()
    commands = [line for line in lines if line.startswith("python3 -m venv")]
    assert len(commands) == 2
    assert "verify-bound --M 2 --H 4" in commands[0]
    assert "[test]" in commands[1]
    assert "pytest" in commands[1]
