"""Files are written whole or not at all, what is there is left what it is, and JSON is read with care."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from .errors import InputError

MOST_BYTES = 2**28


def require_writable(path: Path, name: str = "file") -> None:
    """Raise `InputError` unless the file can be written: before any work, and without touching it.

    `name` is the option that it was given for.
    """
    try:
        why = _why_not(path)
    except OSError as error:
        why = f"it cannot be written: {error.strerror}"
    if why:
        raise InputError(name, str(path), why)


def write_atomically(path: Path, text: str) -> None:
    """Write UTF-8 text as `write_bytes_atomically` writes bytes; lone surrogates are written as \\udc80."""
    write_bytes_atomically(path, text.encode("utf-8", "backslashreplace"))


def write_bytes_atomically(path: Path, data: bytes) -> None:
    """Write bytes beside `path` and put them in its place, so that a file is there whole or not at all.

    A file that is there is replaced and keeps its mode and owner; a symbolic link stays, and the file that
    it leads to is replaced. Devices, pipes, files with further names (hard links), standard output under a
    name such as /dev/stdout, and files in a folder that cannot be written are written in place.

    Raises
    ------
    InputError
        If it is read-only or cannot be written; nothing is left beside it then.
    """
    require_writable(path)
    try:
        found = _stat(path)
        if found is not None and not _replaceable(path, found):
            with _opened(path, found) as file:
                file.write(data)
        else:
            _replace(Path(os.path.realpath(path)), data, found)
    except OSError as error:
        raise InputError("file", str(path), f"it cannot be written: {error.strerror}") from None


def _why_not(path: Path) -> str:
    folder, found = Path(os.path.realpath(path)).parent, _stat(path)
    if not folder.is_dir():
        return f"there is no folder {folder if path.is_symlink() else path.parent}"
    if found is None:
        return "" if _is_open(folder) else f"the folder {path.parent} cannot be written"
    if stat.S_ISDIR(found.st_mode):
        return "it is a folder"
    # The superuser may write everything; a file without any such permission is meant to stay.
    closed = not found.st_mode & 0o222 or not os.access(path, os.W_OK)
    return "it is there, and read-only" if closed else ""


def _is_open(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)


def _stat(path: Path) -> os.stat_result | None:
    """What the path leads to; None where there is nothing, as at the end of a dangling link."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _replaceable(path: Path, found: os.stat_result) -> bool:
    return (
        stat.S_ISREG(found.st_mode)
        and found.st_nlink == 1
        and _stream(found) is None
        and _is_open(Path(os.path.realpath(path)).parent)
    )


def _stream(found: os.stat_result) -> int | None:
    """The standard stream that writes to this file, as under the name /dev/stdout."""
    for number in (1, 2):
        with suppress(OSError):
            if os.path.samestat(found, os.fstat(number)):
                return number
    return None


def _opened(path: Path, found: os.stat_result) -> BinaryIO:
    """The file for writing in place; a standard stream goes on where it is."""
    stream = _stream(found)
    return path.open("wb") if stream is None else os.fdopen(os.dup(stream), "wb")


def _replace(target: Path, data: bytes, found: os.stat_result | None) -> None:
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".convac-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if found is not None:
            with suppress(OSError):  # only the superuser gives files away
                os.chown(temporary, found.st_uid, found.st_gid)
        Path(temporary).chmod(0o666 & ~_umask() if found is None else stat.S_IMODE(found.st_mode))
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask


def read_json(path: str, name: str) -> object:
    """A JSON file without repeated keys and of at most 256 MiB.

    Raises
    ------
    InputError
        If it cannot be read; `name` is the option that it was given for.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)  # what is no regular file may have no end
        if len(data) > MOST_BYTES:
            raise InputError(name, path, "files of at most 256 MiB are read")
        return json.loads(data.decode("utf-8"), object_pairs_hook=_unique)
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
