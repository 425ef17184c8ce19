"""Files are written whole or not at all, and JSON is read without surprises."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from .errors import InputError

MOST_BYTES = 2**28


def require_folder(path: Path) -> None:
    """Raise `InputError` unless there is a folder that the file can be put into: before any work."""
    if not path.parent.is_dir():
        raise InputError("file", str(path), f"there is no folder {path.parent}")


def write_atomically(path: Path, text: str) -> None:
    """Write UTF-8 text beside `path` and put it in its place; a file that is there is replaced.

    Raises
    ------
    InputError
        If it cannot be written; nothing is left behind then.
    """
    write_bytes_atomically(path, text.encode("utf-8"))


def write_bytes_atomically(path: Path, data: bytes) -> None:
    """Write bytes as `write_atomically` writes text."""
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise InputError("file", str(path), f"it cannot be written: {error.strerror}") from None


def read_json(path: str, name: str) -> object:
    """A JSON file without repeated keys and of at most 256 MiB.

    Raises
    ------
    InputError
        If it cannot be read; `name` is the option that it was given for.
    """
    try:
        file = Path(path)
        if file.stat().st_size > MOST_BYTES:
            raise InputError(name, path, "files of at most 256 MiB are read")
        return json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=_unique)
    except OSError as error:
        raise InputError(name, path, f"the file cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(name, path, f"it is no JSON document: {error}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise ValueError("a key is there twice")
    return document
