"""Files are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from .errors import InputError


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
