"""Assignments as JSON documents, as docs/assignment.md describes them. Nothing in a file is evaluated."""

from __future__ import annotations

from typing import Any

from ..errors import InputError
from ..graphs.network import Network
from .assignment import Assignment, Box, Entry, Span, WeightRow
from .rings import Ring

FORMAT = "convac-assignment/1"
KEYS = {"layer", "channels", "offsets", "locations", "weights", "bias"}


def to_json(assignment: Assignment) -> dict[str, Any]:
    """The document of an assignment over ZZ, QQ or GF(p); numbers are strings such as "-3/4".

    >>> from convac import AssignmentBuilder, select
    >>> builder = AssignmentBuilder(Network(2, 2, layers="2/2:1"))
    >>> document = to_json(builder.write(1, 0, (0, 1), select(1, bias="1/2")).assignment())
    >>> document["entries"][0]["weights"], document["entries"][0]["bias"]
    ({'1': '1'}, '1/2')
    """
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

    Examples
    --------
    >>> from convac import ZZ, sharp_assignment
    >>> network = Network(2, 4, layers="2/1:1,4/4:1")
    >>> written = sharp_assignment(network, 1, (2,), 1, shared=True).assignment
    >>> from_json(to_json(written), network, ZZ).entries == written.entries
    True
    """
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise InputError("parameters", "this file", f'its "format" must be "{FORMAT}"')
    entries = document.get("entries")
    if not isinstance(entries, list) or set(document) != {"format", "entries"}:
        raise InputError(
            "parameters", "this file", '"entries" must be a list, and nothing else is read'
        )
    return Assignment(network, [_entry(e, k) for k, e in enumerate(entries)], ring)


def _entry(value: object, index: int) -> Entry:
    where = f"entry {index}"
    if not isinstance(value, dict) or set(value) != KEYS:
        raise InputError("parameters", where, f"an entry has the keys {', '.join(sorted(KEYS))}")
    weights = value["weights"]
    if not isinstance(weights, dict) or not all(c.isascii() and c.isdigit() for c in weights):
        raise InputError("parameters", where, '"weights" maps input channels to numbers')
    if type(value["layer"]) is not int:
        raise InputError("parameters", where, '"layer" is a number, counted from 1')
    row = WeightRow(tuple((int(c), w) for c, w in weights.items()), value["bias"])
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
