"""Files that are broken or odd in a way of their own: the load code runs, and makes what the profile says."""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.files.checking import agrees, profiled, run
from tests.files.test_dirty import shown

TABLES = {
    "a first row that is too long": "a,b\n1,2,3,4\n5,6\n7,8\n9,10\n",
    "rows that are too long, the first among them": "a,b\n1,2,3\n5,6\n7,8,9\n9,10\n11,12\n",
    "a later row that is too long": "a,b\n1,2\n5,6,7\n9,10\n",
    "a quote that is not closed": 'a,b\n1,"x\n2,y\n3,z\n',
    "a quote that is not closed far below": "a,b\n" + "1,x\n" * 300 + '2,"y\n' + "3,z\n" * 5,
    "quotes after blanks": 'a, "b"\n1, "x, y"\n2, "z"\n',
    "quotes with delimiters after blanks": 'a, b\n1, "x, y"\n2, "z, u"\n3, "v, w"\n',
    "a quoted title of two lines": '"Report\nof sales"\n\na,b,c\n1,2,3\n4,5,6\n',
    "infinite numbers": "a,b\ninf,1\n-inf,2\n2.5,3\n",
    "only infinite numbers": "a,b\nInfinity,1\nINF,2\n",
    "grouped numbers that are too large": 'a,b\n"99,007,199,254,740,993,000",1\n"1,000",2\n',
    "a very long cell": "a,b\n1," + "x" * 1_500_000 + "\n2,y\n",
}


@pytest.mark.parametrize("content", TABLES.values(), ids=TABLES)
def test_load_code_and_profile_agree(content: str, tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text(content)
    file = profiled(tmp_path / "data.csv")
    assert [c.name for c in file.columns][:2] == ["a", "b"]
    agrees(file, tmp_path)


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf", b"\xff\xfe", b"\xef\xbb\xbf\r\n"])
def test_a_table_of_nothing_has_no_load_code(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_bytes(content)
    (tmp_path / "data.csv.gz").write_bytes(gzip.compress(content))
    for name in ("data.csv", "data.csv.gz"):
        file = profiled(tmp_path / name)
        assert file.load == ""
        assert "The file holds no table." in file.warnings


def test_a_quote_that_is_not_closed_is_told(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text(TABLES["a quote that is not closed"])
    file = profiled(tmp_path / "data.csv")
    assert "A quote is not closed: quotes are read as any other sign." in file.warnings
    assert agrees(file, tmp_path)["df"]["b"].tolist() == ['"x', "y", "z"]


def test_a_row_that_is_too_long_is_cut_where_pandas_would_take_it_for_the_width(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text(TABLES["a first row that is too long"])
    file = profiled(tmp_path / "data.csv")
    assert agrees(file, tmp_path)["df"].to_numpy().tolist() == [[1, 2], [5, 6], [7, 8], [9, 10]]
    assert "1 rows have more cells than the others, which are left out." in file.warnings


def test_of_many_columns_alike_a_few_notes_are_enough(tmp_path: Path) -> None:
    for cell in ("", "01", "03/04/2024"):
        names = [f"a rather long name of column {number}" for number in range(400)]
        lines = [
            ",".join(names),
            *[",".join([cell or f"{row}" * (not number) for number in range(400)]) for row in range(3)],
        ]
        (tmp_path / "wide.csv").write_text("\n".join(lines))
        file = profiled(tmp_path / "wide.csv")
        assert sum(map(len, file.warnings)) < 2_500
        assert " more columns." in file.warnings[-1]


def test_a_first_line_of_one_endless_text_is_no_name(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("x" * 100_000)
    file = profiled(tmp_path / "data.csv")
    assert [c.name for c in file.columns] == ["column_1"]
    agrees(file, tmp_path)
    assert len(shown(file)) < 1_000


def test_long_paths_of_a_document_are_cut(tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text(
        json.dumps({"k" * 3_000 + str(number): number for number in range(40)})
    )
    assert len(shown(profiled(tmp_path / "data.json"))) < 15_000


def test_whole_numbers_that_no_column_of_numbers_holds_are_no_numbers(tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text(json.dumps([{"a": 10**30, "b": 2**63}, {"a": 1, "b": 2}]))
    file = profiled(tmp_path / "data.json")
    agrees(file, tmp_path)
    assert [c.type for c in file.columns] == ["text", "integer"]


@pytest.mark.parametrize("names", [("a", "a", "a.1"), ("a b", "a\nb", "c"), ("a.1", "a", "a")])
def test_names_of_a_sheet_are_those_that_pandas_gives(names: tuple[object, ...], tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (names, (1, "x", 3), (4, "y", 6)):
        book.active.append(list(row))
    book.save(tmp_path / "book.xlsx")
    file = profiled(tmp_path / "book.xlsx")
    agrees(file, tmp_path)
    assert len({c.name for c in file.columns}) == 3


def test_that_only_some_of_very_many_columns_are_described_is_told(tmp_path: Path) -> None:
    names = [f"c{number}" for number in range(1_500)]
    with closing(sqlite3.connect(tmp_path / "wide.db")) as database:
        database.execute(f"CREATE TABLE wide ({' INTEGER, '.join(names)})")
    book = openpyxl.Workbook()
    book.active.append(names)
    book.active.append([1] * len(names))
    book.save(tmp_path / "wide.xlsx")
    (tmp_path / "wide.json").write_text(json.dumps([dict.fromkeys(names, 1)] * 3))
    lines = json.dumps(dict.fromkeys(names, 1)) + "\n"
    (tmp_path / "wide.jsonl").write_text(lines * 3)
    for name in ("wide.db", "wide.xlsx", "wide.json", "wide.jsonl"):
        file = profiled(tmp_path / name)
        assert f"Only the first {len(file.columns)} columns are described." in " ".join(file.warnings)


def test_a_cut_parquet_file_has_no_load_code(tmp_path: Path) -> None:
    (tmp_path / "data.parquet").write_bytes(b"PAR1" + bytes(40))
    file = profiled(tmp_path / "data.parquet")
    assert file.load == ""
    assert "cut off" in file.warnings[0]


@pytest.mark.parametrize("columns", [["a", "a"], ["a", "b"]])
def test_a_parquet_file_that_pandas_cannot_read_has_no_load_code(columns: list[str], tmp_path: Path) -> None:
    path = tmp_path / "data.parquet"
    pq.write_table(pa.table([pa.array([1, 2]), pa.array([3, 4])], names=columns), path)
    if columns == ["a", "b"]:
        content = path.read_bytes()
        path.write_bytes(content[:4] + b"\xff" * 30 + content[34:])
    file = profiled(path)
    assert file.load == ""
    assert file.warnings


def test_a_table_that_ends_in_the_middle_of_a_character(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_bytes("id,name\n1,Zoë\n2,Zoë".encode()[:-1])
    file = profiled(tmp_path / "data.csv")
    assert agrees(file, tmp_path)["df"]["name"].tolist() == ["Zoë", "Zo"]
    assert "The file ends in the middle of a character: it was cut off." in file.warnings


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_a_text_that_ends_in_the_middle_of_a_character(tmp_path: Path) -> None:
    (tmp_path / "data.txt").write_bytes("Zoë".encode()[:-1])
    assert run(profiled(tmp_path / "data.txt"), tmp_path)["text"] == "Zo"


@pytest.mark.parametrize("name", ["http:x.csv", "http:x.xlsx", "http:x.parquet"])
def test_a_name_that_looks_like_an_address(name: str, tmp_path: Path) -> None:
    table = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    path = str(tmp_path / name)
    if name.endswith("csv"):
        table.to_csv(path, index=False)
    elif name.endswith("xlsx"):
        table.to_excel(path, index=False)
    else:
        table.to_parquet(path)
    assert agrees(profiled(tmp_path / name), tmp_path)["df"].equals(table)
