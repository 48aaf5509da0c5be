"""Profiles of workbooks; the load code is run with pandas and must make what the profile says."""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from datetime import time as clock
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference

from jupyter_agent.files import FileProfile
from tests.files.checking import agrees, column, peak_megabytes, profiled

Rows = Sequence[Sequence[object]]


def book(folder: Path, sheets: Mapping[str, Rows], name: str = "book.xlsx") -> Path:
    """A workbook with these sheets, which begin in their first cells."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    made.save(folder / name)
    return folder / name


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, parts: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def changed(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """The workbook with a part of its archive changed."""
    parts = parts_of(path)
    assert old in parts[part]
    return packed(path, {**parts, part: parts[part].replace(old, new, 1)})


def shared(path: Path) -> Path:
    """The workbook with its texts in a part of their own, as Excel writes them; openpyxl does not."""
    texts: list[bytes] = []

    def moved(found: re.Match[bytes]) -> bytes:
        texts.append(found[1])
        return b't="s"><v>%d</v>' % (len(texts) - 1)

    parts = parts_of(path)
    for name in parts:
        if name.startswith("xl/worksheets/"):
            parts[name] = re.sub(rb't="inlineStr"><is><t>(.*?)</t></is>', moved, parts[name])
    listed = b"".join(b"<si><t>%s</t></si>" % text for text in texts)
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % kind
    parts["xl/sharedStrings.xml"] = b'<sst xmlns="%s">%s</sst>' % (main, listed)
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", override)
    return packed(path, parts)


SALES: list[tuple[object, ...]] = [
    ("Product", "Region", "Units", "Price"),
    ("Desk", "East", 3, 9.5),
    ("Lamp", "West", 4, 2.25),
]
DAY = datetime(2024, 1, 31)

TABLES: dict[str, Rows] = {
    "plain": SALES,
    "titles above": [("Unit sales report",), ("Prepared by:", "Controlling"), (), *SALES],
    "beside empty columns": [(None, None, *row) for row in SALES],
    "a title wider than the table": [("Report", *[None] * 6, "page 1"), *SALES],
    "a note below": [*SALES, (), ("Source: shop",), ("made by hand",)],
    "a sum below": [*SALES, ("Total", None, 7, None)],
    "empty rows within": [*SALES[:2], (), *SALES[2:], ()],
    "days and times": [("d", "t", "c"), (DAY, DAY + timedelta(hours=1), clock(10)), (None, DAY, clock(11))],
    "texts that are days": [("d", "v"), ("2024-01-31", 1), ("2024-02-01", 2)],
    "texts and days": [("d", "v"), (DAY, 1), ("2024-02-01", 2)],
    "texts that are numbers": [("n", "v"), ("12", 1), ("13.5", 2)],
    "codes": [("zip", "v"), ("01234", 1), ("99999", 2)],
    "numbers and a placeholder": [("n", "v"), (1, 1), ("?", 2), (2.5, 3)],
    "numbers and words": [("n", "v"), (1, 1), ("about two", 2), (2.5, 3)],
    "texts with a decimal comma": [("n", "v"), ("1,5", 1), ("1.200,10", 2)],
    "truth values": [("a", "b"), (True, True), (False, None)],
    "errors": [("a", "b"), ("#DIV/0!", "x"), (2, "y")],
    "spellings of missing": [("a", "b"), ("NA", "x"), (2, "n/a")],
    "an empty column": [("a", "b"), (1, None), (2, None)],
    "years as names": [("country", 2015, 2016), ("Chad", 1, 2.5), ("Peru", 2, 3.5)],
    "an empty corner": [(None, 2015, 2016), ("Chad", 1, 2.5), ("Peru", 2, 3.5)],
    "days as names": [("product", DAY, DAY + timedelta(1)), ("Desk", 1, 2), ("Lamp", 3, 4)],
    "names with blanks and line breaks": [(" Unit\nprice ", "Region "), (1, "x"), (2, "y")],
    "codes below a name with blanks": [(" zip ", "v"), ("01234", 1), ("99999", 2)],
    "repeated and absent names": [("a", "a", None), (1, 2, 3), (4, 5, 6)],
    "no names": [(1, 2.5, "x"), (2, 3.5, "y")],
    "a title and no names": [("Values",), (), (1, 2.5, "x"), (2, 3.5, "y")],
    "one column": [("value",), (1,), (2,)],
    "names only": [("a", "b", "c")],
    "long durations": [("d", "v"), (timedelta(hours=30), 1), (timedelta(hours=3), 2)],
}


@pytest.mark.parametrize("rows", TABLES.values(), ids=TABLES)
def test_load_code_and_profile_agree(rows: Rows, tmp_path: Path) -> None:
    file = profiled(book(tmp_path, {"Data": rows}))
    assert file.kind == "excel"
    assert file.rows is not None
    assert file.rows_exact
    agrees(file, tmp_path)


@pytest.mark.parametrize("rows", TABLES.values(), ids=TABLES)
def test_tables_of_other_sheets_are_described_as_well(rows: Rows, tmp_path: Path) -> None:
    wide = [tuple(f"c{n}" for n in range(9)), *[tuple(range(n, n + 9)) for n in range(20)]]
    file = profiled(book(tmp_path, {"more": rows, "main": wide}))
    made = agrees(file, tmp_path)
    assert len(made["df"]) == 20
    assert "more = pd.read_excel('book.xlsx', sheet_name='more'" in file.load
    assert any(c.name.startswith('more["') for c in file.columns)
    assert f"# {len(made['more'])} rows" in file.load


@pytest.mark.parametrize(
    ("rows", "name", "kind", "value"),
    [
        ("titles above", "Units", "integer", 3),
        ("codes", "zip", "text", "01234"),
        ("codes below a name with blanks", "zip", "text", "01234"),
        ("days and times", "d", "date", DAY),
        ("texts that are days", "d", "date", DAY),
        ("numbers and a placeholder", "n", "number", 1.0),
        ("truth values", "b", "boolean", True),
        ("years as names", "2015", "integer", 1),
    ],
)
def test_values_are_read_as_they_were_meant(
    rows: str, name: str, kind: str, value: object, tmp_path: Path
) -> None:
    file = profiled(book(tmp_path, {"Data": TABLES[rows]}))
    assert column(file, name).type == kind
    assert agrees(file, tmp_path)["df"][name].tolist()[0] == value


def test_texts_that_sheets_share(tmp_path: Path) -> None:
    path = shared(book(tmp_path, {"Data": SALES, "Again": [*SALES, ("Chair", "East", 1, 2)]}))
    assert "xl/sharedStrings.xml" in parts_of(path)
    file = profiled(path)
    assert column(file, "Product").examples == ("Chair", "Desk", "Lamp")
    agrees(file, tmp_path)


def quarters(folder: Path, extra: Mapping[str, Rows] | None = None) -> FileProfile:
    title = [("Unit sales report",), (), *SALES]
    notes: Rows = [("Internal use only",), ("Returns are negative",)]
    sheets = {
        "Notes": notes,
        **{f"Q{n} 2024": [*title, *SALES[1:] * n] for n in range(1, 5)},
        **(extra or {}),
    }
    return profiled(book(folder, sheets))


def test_sheets_with_the_same_columns_are_one_table(tmp_path: Path) -> None:
    file = quarters(tmp_path)
    df = agrees(file, tmp_path)["df"]
    assert df["sheet"].value_counts().to_dict() == {"Q1 2024": 4, "Q2 2024": 6, "Q3 2024": 8, "Q4 2024": 10}
    assert column(file, "sheet").examples == ("Q1 2024", "Q2 2024", "Q3 2024", "Q4 2024")
    assert df.index.tolist() == list(range(28))
    said = " ".join(file.warnings)
    assert "Sheets with the same columns are read as one table." in said
    assert "'Notes' says: 'Internal use only / Returns are negative'" in said
    assert "begins after 2 other rows" in said


def test_sheets_with_the_same_columns_in_another_order_are_one_table(tmp_path: Path) -> None:
    turned = [tuple(reversed(row)) for row in SALES]
    file = profiled(book(tmp_path, {"2022": SALES, "2023": [("Report",), (), *SALES], "2024": turned}))
    made = agrees(file, tmp_path)
    assert made["df"].groupby("sheet")["Units"].sum().to_dict() == {"2022": 7, "2024": 7}


def test_a_sheet_that_repeats_the_others_is_not_counted_twice(tmp_path: Path) -> None:
    every = {"All": [("Unit sales report",), (), *SALES, *SALES[1:] * 13]}
    file = quarters(tmp_path, every)
    made = agrees(file, tmp_path)
    assert sorted(len(made[name]) for name in ("df", "q1_2024")) == [28, 28]


def test_a_column_that_is_called_sheet_stays(tmp_path: Path) -> None:
    rows = [("sheet", "n"), ("a", 1), ("b", 2)]
    df = agrees(profiled(book(tmp_path, {"x": rows, "y": rows})), tmp_path)["df"]
    assert df["sheet"].tolist() == ["a", "b"] * 2


def test_hidden_and_empty_sheets_come_last_and_are_told(tmp_path: Path) -> None:
    path = book(tmp_path, {"Lists": [*SALES, *SALES[1:] * 9], "Data": [("a", "b"), (1, 2)], "Nothing": []})
    made = openpyxl.load_workbook(path)
    made["Lists"].sheet_state = "veryHidden"
    made.save(path)
    file = profiled(path)
    assert list(agrees(file, tmp_path)["df"].columns) == ["a", "b"]
    assert "lists = " in file.load
    assert "# 20 rows, hidden" in file.load
    assert "Other sheets: 'Nothing'." in file.warnings


@pytest.mark.parametrize("sheets", [{"a": []}, {"a": [], "b": [()]}])
def test_a_workbook_without_a_value_says_so(sheets: Mapping[str, Rows], tmp_path: Path) -> None:
    file = profiled(book(tmp_path, sheets))
    assert file.columns == ()
    assert "All sheets are empty." in file.warnings


def test_charts_on_sheets_of_their_own_are_no_tables(tmp_path: Path) -> None:
    path = book(tmp_path, {"Data": SALES})
    made = openpyxl.load_workbook(path)
    chart = BarChart()
    chart.add_data(Reference(made["Data"], min_col=3, min_row=1, max_row=3))
    made.create_chartsheet("Chart", 0).add_chart(chart)
    made.save(path)
    agrees(profiled(path), tmp_path)


def test_merged_cells_and_two_rows_of_names(tmp_path: Path) -> None:
    rows = [
        (None, 2023, None, 2024, None),
        ("Shop", "Q1", "Q2", "Q1", "Q2"),
        ("A", 1, 2, 3, 4),
        ("B", 5, 6, 7, 8),
    ]
    path = book(tmp_path, {"Data": rows})
    made = openpyxl.load_workbook(path)
    made["Data"].merge_cells("B1:C1")
    made["Data"].merge_cells("D1:E1")
    made.save(path)
    file = profiled(path)
    assert list(agrees(file, tmp_path)["df"].columns) == ["Shop", "Q1", "Q2", "Q1.1", "Q2.1"]
    assert "2023; 2024" in " ".join(file.warnings)


def test_formulas_without_results_are_told(tmp_path: Path) -> None:
    rows = [("a", "b", "sum"), *[(n, n, f"=A{n + 1}+B{n + 1}") for n in range(1, 4)]]
    file = profiled(book(tmp_path, {"Data": rows}))
    agrees(file, tmp_path)
    assert "The column sum is empty: it may have formulas whose results are not in the file." in file.warnings


def test_many_sheets_are_named_and_some_described(tmp_path: Path) -> None:
    sheets = {f"Table {n}": [(f"a{n}", f"b{n}"), *[(i, i) for i in range(n)]] for n in range(1, 31)}
    file = profiled(book(tmp_path, sheets))
    agrees(file, tmp_path)
    assert file.load.count("read_excel") == 10
    assert "'Table 30'" in " ".join(file.warnings)


@pytest.mark.parametrize("title", ["a'b", "class", "2024", "Übersicht €", "df", "print", 'x"y', "{}"])
def test_sheets_of_any_name_are_loaded(title: str, tmp_path: Path) -> None:
    wide = [("a", "b", "c"), *[(1, 2, 3)] * 9]
    made = agrees(profiled(book(tmp_path, {"main": wide, title: SALES}, "it's.xlsx")), tmp_path)
    assert any(len(table) == 2 for name, table in made.items() if name not in ("df", "pd", "__builtins__"))


def test_a_large_sheet_is_described_from_its_beginning(tmp_path: Path) -> None:
    made = openpyxl.Workbook(write_only=True)
    sheet = made.create_sheet("Data")
    sheet.append(["n", "name", "value"])
    for number in range(60_000):
        sheet.append([number, f"customer {number}", number / 2])
    made.save(tmp_path / "large.xlsx")
    start = time.process_time()
    file = profiled(tmp_path / "large.xlsx")
    assert time.process_time() - start < 10
    assert not file.rows_exact
    assert file.rows is not None
    assert 0.9 < file.rows / 60_000 < 1.1
    assert [c.type for c in file.columns] == ["integer", "text", "number"]
    assert "beginning" in " ".join(file.warnings)
    assert peak_megabytes(tmp_path / "large.xlsx") < 60


def test_each_of_many_large_sheets_is_looked_at(tmp_path: Path) -> None:
    made = openpyxl.Workbook(write_only=True)
    for number in range(20):
        sheet = made.create_sheet(f"Table {number}")
        sheet.append([f"{letter}{number}" for letter in "abcdefghij"])
        for row in range(700 + number * 10):
            sheet.append([row] * 10)
    made.save(tmp_path / "many.xlsx")
    start = time.process_time()
    file = profiled(tmp_path / "many.xlsx")
    assert time.process_time() - start < 10
    assert file.load.splitlines()[2].startswith(
        "df = pd.read_excel('many.xlsx', sheet_name='Table 19')  # about 8"
    )


def test_a_wide_sheet_does_no_harm(tmp_path: Path) -> None:
    wide = [tuple(f"c{n}" for n in range(900)), *[tuple(range(900)) for _ in range(80)]]
    file = profiled(book(tmp_path, {"Data": wide}))
    assert len(file.columns) == 900
    assert not file.rows_exact


def test_a_cell_far_away_does_no_harm(tmp_path: Path) -> None:
    path = book(tmp_path, {"Data": SALES})
    made = openpyxl.load_workbook(path)
    made["Data"].cell(1_048_576, 16_384, "x")
    made.save(path)
    file = profiled(path)
    assert [c.name for c in file.columns] == list(SALES[0])


BOMBS: dict[str, tuple[str, bytes, bytes]] = {
    "a cell": ("xl/worksheets/sheet1.xml", b"<sheetData>", b'<sheetData><row r="1"><c t="inlineStr"><is><t>'),
    "rows": ("xl/worksheets/sheet1.xml", b"<sheetData>", b"<sheetData>" + b"<row/>" * 100),
    "before the rows": ("xl/worksheets/sheet1.xml", b"<sheetData>", b"<cols>" + b"<col/>" * 100),
    "formats": ("xl/styles.xml", b"<numFmts", b"<!--" + b"-->"),
    "texts": ("xl/sharedStrings.xml", b"<si>", b"<si><t>"),
}


@pytest.mark.parametrize(("part", "old", "new"), BOMBS.values(), ids=BOMBS)
def test_what_unpacks_to_far_too_much_ends_soon(part: str, old: bytes, new: bytes, tmp_path: Path) -> None:
    path = changed(shared(book(tmp_path, {"Data": SALES})), part, old, new + b" " * 150_000_000)
    assert path.stat().st_size < 2_000_000
    start = time.process_time()
    file = profiled(path)
    assert time.process_time() - start < 15
    assert file.kind == "excel"
    assert peak_megabytes(path) < 250


DAMAGES: dict[str, tuple[str, bytes, bytes]] = {
    "a sheet that ends early": ("xl/worksheets/sheet1.xml", b"</sheetData>", b""),
    "a text that is not there": ("xl/worksheets/sheet1.xml", b"<v>0</v>", b"<v>999999999999</v>"),
    "a text of no number": ("xl/worksheets/sheet1.xml", b"<v>0</v>", b"<v>x</v>"),
    "entities": ("xl/worksheets/sheet1.xml", b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'),
    "formats of no kind": ("xl/styles.xml", b"<styleSheet", b"<x"),
}


@pytest.mark.parametrize(("part", "old", "new"), DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_part_is_no_error(part: str, old: bytes, new: bytes, tmp_path: Path) -> None:
    file = profiled(changed(shared(book(tmp_path, {"Data": SALES})), part, old, new))
    assert file.kind == "excel"
    assert file.columns or "damaged" in file.warnings[0]


@pytest.mark.parametrize(
    ("name", "package", "content"),
    [
        ("a.ods", "odfpy", b"PK\x03\x04" + bytes(100)),
        ("a.xls", "xlrd", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)),
        ("a.xlsb", "pyxlsb", b"PK\x03\x04" + bytes(100)),
    ],
)
def test_workbooks_of_other_formats_say_what_is_missing(
    name: str, package: str, content: bytes, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    file = profiled(tmp_path / name)
    assert f"needs the package {package}, which is not installed" in file.unreadable
