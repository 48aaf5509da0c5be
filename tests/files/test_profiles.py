"""Profiles of files of every sort, good and bad; load code is run for real, with pandas."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from jupyter_agent.files import FileProfile, profile, sample_path
from jupyter_agent.files.office import profile_excel
from jupyter_agent.files.text import SAMPLE_BYTES
from tests.files.checking import column, run


def profiled(path: Path, media_type: str = "text/csv") -> FileProfile:
    return asyncio.run(profile(path, path.name, media_type))


def written(folder: Path, content: str | bytes, name: str = "data.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def loaded(file: FileProfile, folder: Path) -> Any:
    """The table that the load code makes."""
    return run(file, folder)["df"]


def agrees(file: FileProfile, folder: Path) -> Any:
    """The loaded table, after comparing it with the profile: names, rows, missing values and types."""
    df = loaded(file, folder)
    assert [c.name for c in file.columns] == list(df.columns)
    assert file.rows == len(df)
    assert {c.name: c.missing for c in file.columns} == df.isna().sum().to_dict()
    for c in file.columns:
        kind = df[c.name].dtype
        assert {
            "integer": pd.api.types.is_numeric_dtype(kind),
            "number": pd.api.types.is_numeric_dtype(kind),
            "date": pd.api.types.is_datetime64_any_dtype(kind),
            "boolean": pd.api.types.is_bool_dtype(kind),
            "text": pd.api.types.is_string_dtype(kind) or pd.api.types.is_object_dtype(kind),
            "empty": bool(df[c.name].isna().all()),
        }[c.type], (c, kind)
    return df


def test_the_sample_is_described_as_pandas_reads_it(tmp_path: Path) -> None:
    path = written(tmp_path, sample_path().read_bytes(), "bike_sales.csv")
    file = profiled(path)
    agrees(file, tmp_path)
    assert file.kind == "table"
    assert not file.warnings
    assert column(file, "region").examples == ("East", "North", "South", "West")
    assert column(file, "region").complete
    assert column(file, "date").type == "date"
    assert column(file, "discount").missing > 0


TABLES = {
    "semicolon and decimal comma": "name;price\nA;1,50\nB;2,75\nC;1.200,10\n",
    "tab": "a\tb\n1\tx\n2\ty\n",
    "pipe": "a|b\n1|x\n2|y\n",
    "spaces after commas": "a, b, c\n1, 2.5, x\n2, 3.5, y\n",
    "quoted delimiters and line breaks": 'a,b\n1,"x, y"\n2,"two\nlines"\n3,z\n',
    "thousands": 'city,people\nBern,"134,591"\nOslo,"709,037"\n',
    "iso dates and times": "t,v\n2024-01-01 10:00,1\n2024-02-01 11:30,2\n",
    "days first": "d,v\n31/01/2024,1\n01/02/2024,2\n",
    "months first": "d,v\n01/31/2024,1\n02/01/2024,2\n",
    "codes with zeros in front": "zip,v\n01234,1\n99999,2\n",
    "missing values in all spellings": "a,b\nNA,x\n1,\nnull,y\n,N/A\n3,z\n",
    "question marks for missing numbers": "a,b\n1,x\n?,y\n3,z\n",
    "booleans": "a,ok\n1,True\n2,False\n",
    "an empty column": "a,b\n1,\n2,\n",
    "repeated and absent names": "a,a,\n1,2,3\n4,5,6\n",
    "a title above": "Sales report\nmade by hand\nregion,units,price\nN,1,2.5\nS,2,3.5\nE,3,4.5\n",
    "blank lines": "a,b\n\n1,x\n\n2,y\n",
    "one column": "value\n1\n2\n3\n",
    "windows line ends": "a,b\r\n1,x\r\n2,y\r\n",
    "short rows": "a,b,c\n1,2\n3,4,5\n6,7,8\n",
    "header only": "a,b,c\n",
}


@pytest.mark.parametrize("content", TABLES.values(), ids=TABLES)
def test_load_code_and_profile_agree(content: str, tmp_path: Path) -> None:
    agrees(profiled(written(tmp_path, content)), tmp_path)


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        ("name;price\nA;1,50\nB;2,75\nC;1.200,10\n", "price", [1.5, 2.75, 1200.1]),
        ('city,people\nBern,"134,591"\nOslo,"709,037"\n', "people", [134591, 709037]),
        ("zip,v\n01234,1\n99999,2\n", "zip", ["01234", "99999"]),
        ("d,v\n31/01/2024,1\n01/02/2024,2\n", "d", [pd.Timestamp(2024, 1, 31), pd.Timestamp(2024, 2, 1)]),
        ("d,v\n01/31/2024,1\n02/01/2024,2\n", "d", [pd.Timestamp(2024, 1, 31), pd.Timestamp(2024, 2, 1)]),
    ],
)
def test_values_are_read_as_they_were_meant(
    content: str, name: str, expected: list[object], tmp_path: Path
) -> None:
    assert loaded(profiled(written(tmp_path, content)), tmp_path)[name].tolist() == expected


def test_days_and_months_that_cannot_be_told_apart_stay_text(tmp_path: Path) -> None:
    file = profiled(written(tmp_path, "d,v\n01/02/2024,1\n03/04/2024,2\n"))
    assert column(file, "d").type == "text"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    rows = "".join(f"Zürich,{n}\nGenève,{n}\nMünchen,{n}\n" for n in range(40))
    path = tmp_path / "städte.csv"
    path.write_bytes(("stadt,wert\n" + rows).encode(encoding))
    df = agrees(profiled(path), tmp_path)
    assert set(df["stadt"]) == {"Zürich", "Genève", "München"}


@pytest.mark.parametrize("shift", [0, 1])
def test_a_large_file_of_two_bytes_a_character_is_read_in_its_encoding(shift: int, tmp_path: Path) -> None:
    line = "東京の支店では売上が前年を上回った,12\n"
    text = "x" * shift + "店,値\n" + line * (SAMPLE_BYTES // len(line.encode("shift_jis")) + 10)
    content = text.encode("shift_jis")
    file = profiled(written(tmp_path, content))
    assert column(file, "値").examples
    assert loaded(file, tmp_path)["値"].unique().tolist() == [12]


def test_a_file_without_header_gets_names(tmp_path: Path) -> None:
    file = profiled(written(tmp_path, "1,2.5,x\n2,3.5,y\n"))
    df = agrees(file, tmp_path)
    assert list(df.columns) == ["column_1", "column_2", "column_3"]
    assert "not names" in file.warnings[0]


def test_rows_with_too_many_cells_are_skipped_and_counted(tmp_path: Path) -> None:
    file = profiled(written(tmp_path, "a,b\n1,2\n3,4,5\n6,7\n"))
    assert agrees(file, tmp_path)["a"].tolist() == [1, 6]
    assert "1 rows" in " ".join(file.warnings)


def test_a_large_file_is_estimated_from_its_beginning(tmp_path: Path) -> None:
    line = "2024-01-01,North,1234.5\n"
    count = SAMPLE_BYTES * 3 // len(line)
    file = profiled(written(tmp_path, "day,region,value\n" + line * count))
    assert not file.rows_exact
    assert file.rows is not None
    assert 0.95 < file.rows / count < 1.05
    assert "beginning" in " ".join(file.warnings)


BINARY = {
    "PNG image": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "PDF document": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\0",
    "ZIP archive": b"PK\x03\x04\x14\0\0\0",
    "gzip archive": b"\x1f\x8b\x08\0\0\0\0\0",
    "unknown binary format": bytes(range(256)) * 4,
}


@pytest.mark.parametrize(("meaning", "content"), BINARY.items(), ids=BINARY)
def test_binary_content_named_csv_is_called_what_it_is(meaning: str, content: bytes, tmp_path: Path) -> None:
    file = profiled(written(tmp_path, content))
    assert file.kind in ("binary", "image")
    assert meaning in file.warnings[0]
    assert file.load == ""


def test_words_that_look_like_a_signature_are_text(tmp_path: Path) -> None:
    file = profiled(written(tmp_path, "BMI,age\n22.5,30\n27.1,41\n"))
    assert [c.name for c in file.columns] == ["BMI", "age"]


@pytest.mark.parametrize("content", ["", "\n\n  \n"])
def test_an_empty_file_says_so(content: str, tmp_path: Path) -> None:
    file = profiled(written(tmp_path, content))
    assert file.kind == "empty"
    assert "empty" in file.warnings[0]


def test_a_missing_file_and_a_folder_say_so(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for name in ("none.csv", "folder.csv"):
        file = profiled(tmp_path / name)
        assert file.kind == "missing"
        assert name in file.warnings[0]


def test_json_in_its_forms(tmp_path: Path) -> None:
    records = [{"a": 1, "b": "x"}, {"a": 2, "b": None}]
    listed = profiled(written(tmp_path, json.dumps(records), "a.json"), "application/json")
    lines = profiled(written(tmp_path, "\n".join(map(json.dumps, records)), "b.jsonl"))
    tree = profiled(written(tmp_path, '{"x": {"y": 1}}', "c.json"), "application/json")
    broken = profiled(written(tmp_path, '{"x": ', "d.json"), "application/json")
    for file in (listed, lines):
        assert file.kind == "json"
        assert file.rows == 2
        assert [(c.name, c.type, c.missing) for c in file.columns] == [("a", "integer", 0), ("b", "text", 1)]
        assert loaded(file, tmp_path)["a"].tolist() == [1, 2]
    assert tree.kind == "json"
    assert tree.preview == '{"x": {"y": 1}}'
    assert broken.kind == "text"
    assert "could not be parsed" in broken.warnings[0]


@pytest.mark.parametrize(
    "content", ["9" * 5_000, f'{{"a": {"9" * 5_000}}}', "[" * 100_000, '{"a": 1}\n{"a": ' + "9" * 5_000 + "}"]
)
def test_json_that_python_does_not_take_is_a_text(content: str, tmp_path: Path) -> None:
    file = profiled(written(tmp_path, content, "a.json"), "application/json")
    assert file.kind == "text"
    assert "could not be parsed" in file.warnings[0]


def test_parquet_and_a_cut_off_one(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pd.DataFrame({"a": [1, 2]}).to_parquet(path)
    file = profiled(path)
    assert file.kind == "parquet"
    assert loaded(file, tmp_path)["a"].tolist() == [1, 2]
    cut = profiled(written(tmp_path, path.read_bytes()[:-20], "cut.parquet"))
    assert "cut off" in cut.warnings[0]


SHEETS = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<sheets><sheet name="Jan"/><sheet name="Feb"/></sheets></workbook>'
)


def workbook(listed: str | bytes, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        archive.writestr("xl/workbook.xml", listed)
    return content.getvalue()


def test_the_names_of_sheets_that_cannot_be_read(tmp_path: Path) -> None:
    file = profiled(written(tmp_path, workbook(SHEETS), "book.xlsx"))
    assert file.kind == "excel"
    assert file.preview == "Sheets: 'Jan', 'Feb'"
    assert "damaged" in file.warnings[0]
    assert "sheet_name='Jan'" in file.load


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_workbook_is_no_error_however_it_is_damaged(compression: int, tmp_path: Path) -> None:
    whole = workbook(SHEETS * 20, compression)
    for place in range(4, len(whole)):
        damaged = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        profile_excel(written(tmp_path, damaged, "book.xlsx"), "book.xlsx")
        assert profile_excel(written(tmp_path, whole[:place], "book.xlsx"), "book.xlsx") is None


@pytest.mark.parametrize(
    "listed",
    [
        '<?xml version="1.0" encoding="no-such"?>' + SHEETS.replace("<sheets>", "<sheets"),
        f'<!DOCTYPE x [<!ENTITY a "b">]>{SHEETS}',
        f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]>{SHEETS}'.encode("utf-16"),
        f'<!DOCTYPE x [<!ENTITY a "b">]>{SHEETS}'.encode("utf-16-le"),
    ],
)
def test_a_list_of_sheets_that_declares_more_is_none(listed: str | bytes, tmp_path: Path) -> None:
    file = profiled(written(tmp_path, workbook(listed), "book.xlsx"))
    assert (file.kind, file.description) == ("binary", "ZIP archive")


def test_plain_text(tmp_path: Path) -> None:
    file = profiled(written(tmp_path, "Dear all,\nthe meeting is on Monday.\n", "note.txt"), "text/plain")
    assert (file.kind, file.rows) == ("text", 2)
    assert file.preview.startswith("Dear all")


def test_profiling_does_not_block_the_event_loop(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n" + "1,2\n" * 400_000)

    async def ticks() -> int:
        task = asyncio.create_task(profile(path, path.name, "text/csv"))
        count = 0
        while not task.done():
            await asyncio.sleep(0)
            count += 1
        return count

    assert asyncio.run(ticks()) > 5


@pytest.mark.parametrize(
    ("name", "meaning", "content"),
    [
        ("photo.png", "PNG image", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        ("array.npy", "NumPy array", b"\x93NUMPY\x01\0" + bytes(100)),
    ],
)
def test_binary_content_that_claims_nothing_else_is_no_cause_for_a_warning(
    name: str, meaning: str, content: bytes, tmp_path: Path
) -> None:
    file = profiled(written(tmp_path, content, name), "application/octet-stream")
    assert file.description == meaning
    assert file.warnings == ()
    assert file.unreadable == ""
