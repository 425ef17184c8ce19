"""The store of a sweep: one SQLite file, a row committed as soon as it is measured.

Results are kept by case, families as lists of cases, so that families share what they have in common and a
sweep that was stopped, by whatever means, goes on where it was. Numbers from 10^18 on are texts such as
2^2048 and 3^4*5.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from types import TracebackType
from typing import Any

from ..algebra.powers import Powers
from ..errors import InputError, ResourceError
from .cases import Case
from .families import Family, Member
from .rows import DONE, Measurement

APPLICATION = 0x636E7663  # "cnvc", by which a file is known to be a store
VERSION = 1
WAIT_SECONDS = 60
LARGE = 10**18

_CASE = [field.name for field in fields(Case)]
_ROW = [field.name for field in fields(Measurement) if field.name != "case"]
_POWERS = ("theorem", "sharp", "lower", "upper", "rank")
COLUMNS = (*_CASE, *_ROW)
SET = ", ".join(f'"{name}" = excluded."{name}"' for name in COLUMNS)
SCHEMA = f"""
    CREATE TABLE results (key TEXT PRIMARY KEY, {", ".join(f'"{name}"' for name in COLUMNS)});
    CREATE TABLE families (name TEXT PRIMARY KEY, title TEXT NOT NULL, x TEXT NOT NULL);
    CREATE TABLE members (
        family TEXT NOT NULL, position INTEGER NOT NULL, x INTEGER, "group" TEXT NOT NULL,
        panel TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (family, position)
    );
    PRAGMA application_id = {APPLICATION};
    PRAGMA user_version = {VERSION};
"""


class Store:
    """An open store; a context manager.

    Parameters
    ----------
    path : Path
        Made if it is not there.

    Raises
    ------
    InputError
        If the file cannot be opened, is no store, or is one of another version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if str(path) == ":memory:" or (path.exists() and not path.is_file()):
            raise InputError("store", str(path), "rows are kept in a file")
        try:
            self._connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
            self._open()
        except sqlite3.Error as error:
            raise InputError("store", str(path), f"it cannot be opened: {error}") from None

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.close()

    def _open(self) -> None:
        # The schema first: whoever makes the store writes both in one transaction.
        empty = not self._pragma("schema_version")
        application = self._pragma("application_id")
        if empty:
            with self._writing("BEGIN EXCLUSIVE"):
                if not self._pragma("schema_version"):  # another process may have been first
                    for statement in SCHEMA.split(";"):
                        self._connection.execute(statement)
        elif application != APPLICATION:
            raise InputError("store", str(self.path), "it is a database of something else")
        elif self._pragma("user_version") != VERSION:
            found = self._pragma("user_version")
            raise InputError(
                "store", str(self.path), f"its version is {found}, and {VERSION} is read"
            )

    def add_family(self, family: Family) -> None:
        """Write down the members of a family, in place of those it had."""
        rows = [
            (family.name, position, member.x, member.group, member.panel, member.case.key)
            for position, member in enumerate(family.members)
        ]
        with self._writing():
            self._connection.execute("DELETE FROM members WHERE family = ?", [family.name])
            self._connection.execute(
                "INSERT OR REPLACE INTO families VALUES (?, ?, ?)",
                [family.name, family.title, family.x],
            )
            self._connection.executemany("INSERT INTO members VALUES (?, ?, ?, ?, ?, ?)", rows)

    def add(self, row: Measurement) -> None:
        """Commit a row in place of one of the same case, but nothing less than *done* in place of that."""
        values = [_to_sql(getattr(row.case, name)) for name in _CASE]
        values += [_to_sql(getattr(row, name)) for name in _ROW]
        marks = ", ".join("?" * (1 + len(values)))
        with self._writing():
            self._connection.execute(
                f"INSERT INTO results VALUES ({marks}) ON CONFLICT (key) DO UPDATE SET {SET} "
                f"WHERE status <> '{DONE}' OR excluded.status = '{DONE}'",
                [row.case.key, *values],
            )

    def pending(self, cases: Iterable[Case], *, retry: bool = False) -> list[Case]:
        """The cases without a row, in their order; with `retry` also those whose row is not done."""
        condition = f"WHERE status = '{DONE}'" if retry else ""
        known = {key for (key,) in self._read(f"SELECT key FROM results {condition}")}
        return [case for case in cases if case.key not in known]

    def rows(self, family: Family) -> Iterator[tuple[Member, Measurement | None]]:
        """The members of a family with their rows, None where a case is not measured."""
        names = ", ".join(f'"{name}"' for name in COLUMNS)
        for member in family.members:
            found = self._read(f"SELECT {names} FROM results WHERE key = ?", [member.case.key])
            yield member, _row(found[0]) if found else None

    def _read(self, query: str, values: Sequence[str] = ()) -> list[Any]:
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise ResourceError(f"the store {self.path} cannot be read: {error}") from None

    @contextmanager
    def _writing(self, begin: str = "BEGIN IMMEDIATE") -> Iterator[None]:
        """A transaction that is committed whole, or not at all.

        Raises
        ------
        ResourceError
            If the file cannot be written: no room, no permission, or another process holds it.
        """
        try:
            self._connection.execute(begin)
            with self._connection:
                yield
        except sqlite3.Error as error:
            raise ResourceError(f"the store {self.path} cannot be written: {error}") from None

    def _pragma(self, name: str) -> int:
        return int(self._connection.execute(f"PRAGMA {name}").fetchone()[0])


def show(value: Powers) -> int | str:
    """A number as it is if it has at most 18 digits, else as a product of powers: 2^2048, 3^4*5."""
    return int(value) if value < LARGE else str(value).replace(" · ", "*")


def read(value: int | str) -> Powers:
    """The number that `show` wrote."""
    if isinstance(value, int):
        return Powers([(value, 1)])
    factors = (factor.partition("^") for factor in value.split("*"))
    return Powers((int(base), int(exponent or 1)) for base, _, exponent in factors)


def _to_sql(value: object) -> object:
    if isinstance(value, str):  # SQLite has no lone surrogates
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    return show(value) if isinstance(value, Powers) else value


def _row(values: tuple[object, ...]) -> Measurement:
    named = dict(zip(COLUMNS, values, strict=True))
    case = Case(**{name: named.pop(name) for name in _CASE})  # type: ignore[arg-type]
    for name in _POWERS:
        value = named[name]
        assert value is None or isinstance(value, int | str)
        named[name] = None if value is None else read(value).spelled(case.M)
    return Measurement(case, **named)  # type: ignore[arg-type]


def as_dict(row: Measurement, written: Callable[[Powers], object] = str) -> dict[str, object]:
    """The row's columns, its numbers as they are `written`."""
    columns = {**asdict(row.case), **{name: getattr(row, name) for name in _ROW}}
    return {
        name: written(value) if isinstance(value, Powers) else _to_sql(value)
        for name, value in columns.items()
    }
