"""Versions of this package, of Python and of the libraries that compute."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from platform import python_version

COMPUTING = ("convac", "python-flint", "numpy", "scipy", "networkx", "sympy", "z3-solver")


def versions() -> dict[str, str]:
    """The version of each, by name, or "not installed"."""
    found = {"python": python_version()}
    for name in COMPUTING:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
