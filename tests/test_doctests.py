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
        if module.name != "convac.__main__"  # which runs the command line
    ),
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    module = import_module(name)
    found = doctest.testmod(module)
    assert found.failed == 0
    assert found.attempted or ">>> " not in inspect.getsource(module)
