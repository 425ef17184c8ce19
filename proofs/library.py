"""The library: all theorems of `proofs/theorems/`, found by name, and those of users' modules."""

from __future__ import annotations

import os
import pkgutil
import sys
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from zlib import crc32

from ..errors import ConvacError, InputError
from .theorem import OWN, PAPER, Theorem


def theorems(*modules: Path | str) -> dict[str, Theorem]:
    """Every theorem of this package by name, those of the paper first, and then those of own modules.

    Parameters
    ----------
    modules : Path or str
        Python files that define theorems with `theorem`.

    Raises
    ------
    InputError
        If a module cannot be loaded, defines no theorem, or one of a name that is taken.
    """
    found = dict(built_in())
    for path in modules:
        for name, own in theorems_of(load_module(Path(path))).items():
            if name in found:
                raise InputError("module", str(path), f"there is a theorem {name} already")
            found[name] = own
    return found


@cache
def built_in() -> Mapping[str, Theorem]:
    """The theorems of this package."""
    package = import_module(f"{__package__}.theorems")
    found: dict[str, Theorem] = {}
    for module in pkgutil.iter_modules(package.__path__):
        found.update(theorems_of(import_module(f"{package.__name__}.{module.name}")))
    return dict(sorted(found.items(), key=lambda item: (item[1].source != PAPER, item[0])))


@cache
def load_module(path: Path) -> ModuleType:
    """Run a Python file of the user's as a module; errors as in `theorems`.

    Raises
    ------
    ConvacError
        If it ends the program, such as with sys.exit.
    """
    name = f"{OWN}{path.stem}_{crc32(os.fsencode(path.resolve())):08x}"
    spec = spec_from_file_location(name, path) if path.suffix == ".py" else None
    if not path.is_file():
        raise InputError("module", str(path), "there is no such file")
    if spec is None or spec.loader is None:
        raise InputError("module", str(path), "a Python file, something.py, is needed")
    module = module_from_spec(spec)
    sys.modules[name] = module  # annotations of its functions are looked up there
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[name]
        if isinstance(error, KeyboardInterrupt):
            raise
        if not isinstance(error, Exception):  # sys.exit(0) must not end with "all verified"
            raise ConvacError(f"the module {path} raises {describe(error, path)}") from error
        raise InputError("module", str(path), f"it raises {describe(error, path)}") from error
    if not theorems_of(module):
        del sys.modules[name]
        raise InputError("module", str(path), "it defines no theorem: see docs/own-theorem.md")
    return module


def describe(error: BaseException, path: Path | None = None) -> str:
    """An exception on one line, with the last line of a user's file that it went through."""
    frames = [
        frame
        for frame in extract_tb(error.__traceback__)
        if path is None or Path(frame.filename).resolve() == path.resolve()
    ]
    where = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{where}"


def theorems_of(module: ModuleType) -> dict[str, Theorem]:
    """The theorems that a module defines."""
    return {
        value.name: value
        for value in vars(module).values()
        if isinstance(value, Theorem) and value.check.__module__ == module.__name__
    }


def find(name: str, known: Mapping[str, Theorem]) -> Theorem:
    """The theorem of that name; the error names the nearest."""
    if name in known:
        return known[name]
    nearest = get_close_matches(name, known, 1, 0.3)
    hint = f"did you mean {nearest[0]}? " if nearest else ""
    raise InputError("theorem", name, f"{hint}known theorems: {', '.join(known)}")
