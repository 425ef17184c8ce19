"""Rows as CSV or JSON: one column a field, the family's place of the row first."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from ..algebra.powers import Powers
from ..errors import InputError
from ..files import require_writable, write_atomically
from .families import Family, Member
from .rows import Measurement
from .store import COLUMNS, as_dict

PLACE = ("family", "panel", "group", "x")
FORMATS = (".csv", ".json")
Rows = Sequence[tuple[Member, Measurement | None]]


def check_format(path: Path) -> None:
    """Raise `InputError` unless the file's ending names a format."""
    if path.suffix not in FORMATS:
        raise InputError("export", path.name, f"it must end in {' or '.join(FORMATS)}")
    require_writable(path, "export")


def export(path: Path, family: Family, rows: Rows) -> None:
    """Write the rows that were measured, atomically."""
    check_format(path)
    write_atomically(path, as_csv(family, rows) if path.suffix == ".csv" else as_json(family, rows))


def records(
    family: Family, rows: Rows, written: Callable[[Powers], object]
) -> list[dict[str, object]]:
    """A record for each row that was measured, its numbers as they are `written`."""
    return [
        {
            **dict(zip(PLACE, (family.name, member.panel, member.group, member.x), strict=True)),
            **as_dict(row, written),
        }
        for member, row in rows
        if row is not None
    ]


def as_csv(family: Family, rows: Rows) -> str:
    """A header, and a line a row; numbers are texts such as 2^8."""
    out = io.StringIO()
    writer = csv.DictWriter(out, [*PLACE, *COLUMNS], lineterminator="\n")
    writer.writeheader()
    writer.writerows(records(family, rows, str))
    return out.getvalue()


def as_json(family: Family, rows: Rows) -> str:
    """{"family", "title", "x", "rows"}; a number is {"text", "factors", "value"}."""
    document = {
        "family": family.name,
        "title": family.title,
        "x": family.x,
        "rows": records(family, rows, Powers.to_json),
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"
