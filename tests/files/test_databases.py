"""Profiles of SQLite databases; the load code is run with pandas and must make what the profile says."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from tests.files.checking import agrees, column, peak_megabytes, profiled


def database(
    folder: Path,
    *statements: str,
    rows: Mapping[str, Iterable[tuple[object, ...]]] | None = None,
    name: str = "shop.db",
) -> Path:
    """A database after these statements, with rows inserted by the beginnings of their statements."""
    made = sqlite3.connect(folder / name)
    for statement in statements:
        made.execute(statement)
    for insert, values in (rows or {}).items():
        made.executemany(insert, values)
    made.commit()
    made.close()
    return folder / name


NUMBERS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT {})"
ORDERS = (
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER, day TEXT, at TEXT, price REAL, note TEXT)"
)
CUSTOMERS = "CREATE TABLE customers (id INTEGER PRIMARY KEY, zip TEXT, active BOOLEAN)"
ROWS: dict[str, list[tuple[object, ...]]] = {
    "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)": [
        (1, 1, "2024-01-31", "2024-01-31 10:00:00", 1.5, None),
        (2, None, "2024-02-01", "2024-02-01 11:30:00", 2.0, "late"),
        (3, 2, "2024-02-02", "2024-02-02 11:30:00", 2.5, "12"),
    ],
    "INSERT INTO customers VALUES (?, ?, ?)": [(1, "01234", True), (2, "99999", False)],
}


def test_tables_are_described_and_loaded(tmp_path: Path) -> None:
    file = profiled(database(tmp_path, ORDERS, CUSTOMERS, rows=ROWS))
    made = agrees(file, tmp_path)
    assert (file.kind, file.description) == ("sqlite", "SQLite database with 2 tables")
    assert len(made["df"]) == 3
    assert made["customers"]["zip"].tolist() == ["01234", "99999"]
    assert [c.type for c in file.columns[:6]] == ["integer", "integer", "date", "date", "number", "text"]
    assert column(file, 'customers["zip"]').type == "text"
    assert "# 3 rows" in file.load
    assert "# 2 rows" in file.load


CELLS: dict[str, list[object]] = {
    "whole and other numbers": [1, 2.5, None],
    "numbers and texts": [1, "x", None],
    "texts that are numbers": ["1", "2", "3"],
    "nothing": [None, None],
    "days and times": ["2024-01-31", "2024-01-31 10:00:00"],
    "days that do not exist": ["2024-01-31", "2024-02-31"],
    "times of a zone": ["2024-01-31T10:00:00Z", "2024-01-31T11:00:00Z"],
    "bytes": [b"\x89PNG\r\n\x1a\n0000", None],
    "spellings of missing": ["NA", "None", "x"],
    "large numbers": [2**62, 1],
}


@pytest.mark.parametrize("cells", CELLS.values(), ids=CELLS)
def test_load_code_and_profile_agree(cells: list[object], tmp_path: Path) -> None:
    insert = {"INSERT INTO t VALUES (?)": [(cell,) for cell in cells]}
    file = profiled(database(tmp_path, "CREATE TABLE t (c)", rows=insert))
    assert file.rows == len(cells)
    agrees(file, tmp_path)


@pytest.mark.parametrize("name", ["order", 'a "b"', "it's", "2024", "df", "Ünïcode table", "db"])
def test_tables_of_any_name_are_loaded(name: str, tmp_path: Path) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    path = database(
        tmp_path,
        f"CREATE TABLE {quoted} (a)",
        f"INSERT INTO {quoted} VALUES (1)",
        CUSTOMERS,
        rows=dict(list(ROWS.items())[1:]),
    )
    made = agrees(profiled(path), tmp_path)
    assert sorted(
        len(table) for key, table in made.items() if key not in ("db", "pd", "sqlite3", "__builtins__")
    ) == [1, 2]


@pytest.mark.parametrize("name", ["a b.db", "50%.sqlite", "what?.db", "#1.db", "it's.db"])
def test_databases_of_any_name_are_loaded(name: str, tmp_path: Path) -> None:
    agrees(profiled(database(tmp_path, CUSTOMERS, rows=dict(list(ROWS.items())[1:]), name=name)), tmp_path)


def test_views_and_searches_are_only_named(tmp_path: Path) -> None:
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
    search = "CREATE VIRTUAL TABLE found USING fts5(text)"
    file = profiled(database(tmp_path, CUSTOMERS, search, f"CREATE VIEW endless AS {endless}"))
    assert "with a table" in file.description
    assert "Views: 'endless'." in file.warnings
    assert "found" not in file.load
    agrees(file, tmp_path)


def test_computed_columns_are_described(tmp_path: Path) -> None:
    computed = "CREATE TABLE t (a, twice AS (2 * a) VIRTUAL, more AS (a + 1) STORED)"
    agrees(profiled(database(tmp_path, computed, "INSERT INTO t (a) VALUES (1), (2)")), tmp_path)


def test_a_table_that_never_ends_is_left_after_some_seconds(tmp_path: Path) -> None:
    slow = "length(printf('%.*c', 900000, 'x')) + length(replace(hex(zeroblob(900000)), '0', 'ab'))"
    path = database(
        tmp_path,
        f"CREATE TABLE slow (a, b AS ({slow}) VIRTUAL)",
        f"INSERT INTO slow (a) {NUMBERS.format(20_000)} SELECT x FROM n",
    )
    start = time.monotonic()
    profiled(path)
    assert time.monotonic() - start < 30


def test_a_large_table_is_described_from_its_beginning(tmp_path: Path) -> None:
    long = "CASE WHEN x < 100 THEN printf('%.*c', 100000, 'x') END"
    path = database(
        tmp_path,
        "CREATE TABLE big (id INTEGER PRIMARY KEY, name TEXT, long TEXT)",
        f"INSERT INTO big {NUMBERS.format(1_200_000)} SELECT x, 'customer ' || x, {long} FROM n",
    )
    file = profiled(path)
    assert (file.rows, file.rows_exact) == (1_200_000, False)
    assert file.warnings == ("'big': Columns are described from the first 20000 rows only.",)
    assert peak_megabytes(path) < 60


def test_a_journal_that_is_not_there_is_not_missed(tmp_path: Path) -> None:
    path = database(tmp_path, "PRAGMA journal_mode=WAL", CUSTOMERS, rows=dict(list(ROWS.items())[1:]))
    path.chmod(0o400)
    tmp_path.chmod(0o500)
    try:
        agrees(profiled(path), tmp_path)
        assert [found.name for found in tmp_path.iterdir()] == ["shop.db"]
    finally:
        tmp_path.chmod(0o700)


def test_damaged_databases_say_so(tmp_path: Path) -> None:
    whole = database(tmp_path, ORDERS, CUSTOMERS, rows=ROWS).read_bytes()
    (tmp_path / "empty.db").write_bytes(b"SQLite format 3\0" + bytes(100))
    assert "cannot be read" in profiled(tmp_path / "empty.db").warnings[0]
    for length in range(100, len(whole), 300):
        (tmp_path / "cut.db").write_bytes(whole[:length])
        file = profiled(tmp_path / "cut.db")
        assert file.kind == "sqlite"
        assert file.warnings or file.columns
    for place in range(0, len(whole), 37):
        (tmp_path / "bad.db").write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        profiled(tmp_path / "bad.db")


def test_a_database_without_tables(tmp_path: Path) -> None:
    file = profiled(database(tmp_path, "CREATE TABLE t (a)", "DROP TABLE t"))
    assert "no table" in file.warnings[0]
