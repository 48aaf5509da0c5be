"""Profiles SQLite databases: their tables, what the first rows hold, and the queries that load them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from .several import MOST_TABLES, Table, columns_of, listed, load_lines
from .typed import (
    MOST_ROWS,
    described_columns,
    described_from,
    rows_within,
    texts_are_dates,
    typed_column,
)
from .values import FileProfile

_READ_ONLY = "mode=ro&immutable=1"
"""Without a lock, a journal or any other file beside it."""
_SECONDS = 5.0
_INSTRUCTIONS = 200
"""Of SQLite, between two looks at the clock."""
_MOST_COUNTED = 1_000_000
_LONGEST_VALUE = 10_000_000
_LONGEST_SHOWN = 100
_MOST_COLUMNS = 500
_HIDDEN = 1
"""How the list of a table's columns marks those that `SELECT *` leaves out."""
_MOST_NAMES = 200
"""Tables that are counted; the largest of them are described."""


def profile_sqlite(path: Path, name: str) -> FileProfile:
    """A database; a damaged one is called so."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{_READ_ONLY}", uri=True)) as database:
            return _Database(database, name).profile()
    except (sqlite3.Error, UnicodeError) as error:
        return FileProfile(
            name=name,
            kind="sqlite",
            description="SQLite database",
            warnings=(f"The database cannot be read: {error}.",),
        )


class _Database:
    """An open database that somebody else made, looked at for a few seconds."""

    def __init__(self, database: sqlite3.Connection, file: str) -> None:
        end = time.monotonic() + _SECONDS
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
        database.set_progress_handler(lambda: time.monotonic() > end, _INSTRUCTIONS)
        database.execute("PRAGMA trusted_schema=OFF")
        database.execute("PRAGMA cell_size_check=ON")
        self._database = database
        self._file = file
        self._warnings: list[str] = []

    def profile(self) -> FileProfile:
        names, views = self._names()
        counts = {name: self._count(name) for name in names[:_MOST_NAMES]}
        ordered = sorted(counts, key=lambda name: -counts[name][0])
        tables = [table for name in ordered[:MOST_TABLES] if (table := self._table(name, *counts[name]))]
        told = {table.name for table in tables}
        if others := [name for name in (*ordered, *names[_MOST_NAMES:]) if name not in told]:
            self._warnings.append(f"Other tables: {listed(others)}.")
        if views:
            self._warnings.append(f"Views: {listed(views)}.")
        if not tables:
            self._warnings.append("The database has no table that can be read.")
        return FileProfile(
            name=self._file,
            kind="sqlite",
            description=f"SQLite database with {'a table' if len(names) == 1 else f'{len(names)} tables'}",
            load="\n".join(self._load(tables)),
            columns=columns_of(tables) if tables else (),
            rows=tables[0].rows if len(tables) == 1 else None,
            rows_exact=all(table.rows_exact for table in tables),
            warnings=tuple(self._warnings),
        )

    def _names(self) -> tuple[list[str], list[str]]:
        """The tables that hold rows of their own, and the views."""
        found = self._database.execute(
            "SELECT name, type, coalesce(sql, '') LIKE 'CREATE VIRTUAL%' FROM sqlite_master"
            " WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        ).fetchall()
        virtual = [name for name, _, is_virtual in found if is_virtual]
        tables = [
            name
            for name, kind, is_virtual in found
            if kind == "table" and not is_virtual and not any(name.startswith(f"{own}_") for own in virtual)
        ]
        return tables, [name for name, kind, _ in found if kind == "view"]

    def _count(self, table: str) -> tuple[int, bool]:
        """How many rows, and whether that is exact."""
        try:
            some = f"{_select('1', table)} LIMIT {_MOST_COUNTED}"
            counted = self._number(f"SELECT count(*) FROM ({some})")  # noqa: S608 - quoted
            if counted < _MOST_COUNTED:
                return counted, True
            return max(counted, self._number(_select("max(rowid)", table))), False
        except sqlite3.Error:
            return 0, False

    def _number(self, query: str) -> int:
        return int(self._database.execute(query).fetchone()[0] or 0)

    def _table(self, name: str, count: int, exact: bool) -> Table | None:
        try:
            listed = self._database.execute(f"PRAGMA table_xinfo({_quoted(name)})")
            every = [row[1] for row in listed if row[-1] != _HIDDEN]
            columns = every[:_MOST_COLUMNS]
            shown = ", ".join(map(_beginning, columns))
            limit = rows_within(MOST_ROWS, len(columns))
            rows = self._database.execute(f"{_select(shown, name)} LIMIT {limit}").fetchall()
        except sqlite3.Error as error:
            self._warnings.append(f"The table {name!r} cannot be read: {error}.")
            return None
        whole = exact and len(rows) == count
        if not whole:
            self._warnings.append(described_from(len(rows), name))
        if len(columns) < len(every):
            self._warnings.append(described_columns(len(columns), name))
        values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
        named = list(zip(columns, values, strict=True))
        dates = [column for column, held in named if whole and texts_are_dates(held)]
        parsed = f", parse_dates={dates!r}" if dates else ""
        return Table(
            name=name,
            load=f"pd.read_sql({_select('*', name)!r}, db{parsed})",
            columns=tuple(typed_column(column, held, dates=column in dates) for column, held in named),
            rows=max(count, len(rows)),
            rows_exact=exact,
        )

    def _load(self, tables: Sequence[Table]) -> Iterator[str]:
        address = f"file:{quote(self._file)}?{_READ_ONLY}"
        yield "import sqlite3"
        yield "import pandas as pd\n"
        yield f"db = sqlite3.connect({address!r}, uri=True)"
        if tables:
            yield load_lines(tables)


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _select(what: str, table: str) -> str:
    """A query of all rows; a name cannot be a parameter."""
    return f"SELECT {what} FROM {_quoted(table)}"  # noqa: S608 - quoted


def _beginning(column: str) -> str:
    """The expression for a column's values, long ones cut."""
    name = _quoted(column)
    cut = f"substr({name}, 1, {_LONGEST_SHOWN})"
    return f"CASE WHEN typeof({name}) IN ('text', 'blob') THEN {cut} ELSE {name} END"
