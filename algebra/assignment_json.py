"""Assignments as JSON documents, as docs/assignment.md describes them. Nothing in a file is evaluated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..graphs.network import Network
from .assignment import Assignment, Box, Entry, Row, Span
from .rings import Ring

FORMAT = "convac-assignment/1"
MOST_BYTES = 2**28
KEYS = {"layer", "channels", "offsets", "locations", "weights", "bias"}


def to_json(assignment: Assignment) -> dict[str, Any]:
    """The document of an assignment over ZZ, QQ or GF(p); numbers are strings such as "-3/4"."""
    return {
        "format": FORMAT,
        "entries": [
            {
                "layer": entry.layer,
                "channels": list(entry.channels),
                "offsets": [list(span) for span in entry.offsets],
                "locations": None
                if entry.locations is None
                else [list(span) for span in entry.locations],
                "weights": {str(c): str(w) for c, w in entry.row.weights},
                "bias": str(entry.row.bias),
            }
            for entry in assignment.entries
        ],
    }


def from_json(document: object, network: Network, ring: Ring) -> Assignment:
    """The assignment of a document, its numbers taken as elements of `ring`.

    Raises
    ------
    InputError
        Names the entry that does not fit.
    """
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise InputError("parameters", "this file", f'its "format" must be "{FORMAT}"')
    entries = document.get("entries")
    if not isinstance(entries, list) or set(document) != {"format", "entries"}:
        raise InputError(
            "parameters", "this file", '"entries" must be a list, and nothing else is read'
        )
    return Assignment(network, [_entry(e, k) for k, e in enumerate(entries)], ring)


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


def _entry(value: object, index: int) -> Entry:
    where = f"entry {index}"
    if not isinstance(value, dict) or set(value) != KEYS:
        raise InputError("parameters", where, f"an entry has the keys {', '.join(sorted(KEYS))}")
    weights = value["weights"]
    if not isinstance(weights, dict) or not all(c.isascii() and c.isdigit() for c in weights):
        raise InputError("parameters", where, '"weights" maps input channels to numbers')
    if type(value["layer"]) is not int:
        raise InputError("parameters", where, '"layer" is a number, counted from 1')
    row = Row(tuple((int(c), w) for c, w in weights.items()), value["bias"])
    return Entry(
        value["layer"],
        _span(value["channels"], where),
        _box(value["offsets"], where),
        row,
        None if value["locations"] is None else _box(value["locations"], where),
    )


def _box(value: object, where: str) -> Box:
    if not isinstance(value, list) or len(value) != 2:
        raise InputError("parameters", where, "a box is a pair of ranges [first, end]")
    return _span(value[0], where), _span(value[1], where)


def _span(value: object, where: str) -> Span:
    if not isinstance(value, list) or len(value) != 2 or any(type(x) is not int for x in value):
        raise InputError("parameters", where, "a range is [first, end] with whole numbers")
    return value[0], value[1]
