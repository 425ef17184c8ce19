"""The examples in the docstrings of every module."""

import doctest
import inspect
import pkgutil
from importlib import import_module

import convac
import pytest

MODULES = [
    "convac",
    *(
        module.name
        for module in pkgutil.walk_packages(convac.__path__, "convac.")
        # One runs the command line, the other builds the package and is no part of it.
        if module.name not in ("convac.__main__", "convac.setup")
    ),
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    module = import_module(name)
    found = doctest.testmod(module)
    assert found.failed == 0
    assert found.attempted or ">>> " not in inspect.getsource(module)
