"""Lines below a table are no rows of it; a sum that looks like a row stays one and is told."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.files.test_profiles import agrees, profiled, written

FOOTERS = {
    "a source": "Source: the shop",
    "a source after an empty line": "\nSource: the shop",
    "a source with commas": "Source: the shop, the bank, the web, and more",
    "a source with empty cells": "Source: the shop,,",
    "a comment": "# end",
    "a line of one cell": "made by hand",
    "several": "\nNote: made by hand\n,,\n# end",
    "a sum under a line": "---,---,---\nTotal,9,12",
    "a sum under one dash line": "----------\nTotal,9,12\nSource: the shop",
}


@pytest.mark.parametrize("footer", FOOTERS.values(), ids=FOOTERS)
@pytest.mark.parametrize("names", ["xyz", "123"])
def test_lines_below_are_skipped(footer: str, names: str, tmp_path: Path) -> None:
    rows = "".join(f"{name},{number},{number}\n" for number, name in enumerate(names))
    file = profiled(written(tmp_path, f"a,b,c\n{rows}\n{footer}\n"))
    df = agrees(file, tmp_path)
    assert df["b"].tolist() == [0, 1, 2]
    assert df["a"].astype(str).tolist() == list(names)
    (note,) = file.warnings
    assert "no part of the table and skipped" in note


def test_lines_below_and_rows_with_too_many_cells(tmp_path: Path) -> None:
    file = profiled(written(tmp_path, "a,b\n1,2\n\n3,4,5\n6,7\n8,9\n# end\n"))
    assert agrees(file, tmp_path)["a"].tolist() == [1, 6, 8]


ROWS = {
    "a sum": "Total,9,12",
    "an empty row": "w,,",
    "a day without values": "2024-05-01,,",
    "a short row": "w,7",
    "a number": "7",
    "an error of a sheet": "#N/A,7,8",
    "a word with a sign": "#fun,7,8",
    "a group under a line": "---,---,---\nw,7,8",
    "dashes for missing values": "w,---,---",
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_what_may_be_a_row_stays_one(row: str, tmp_path: Path) -> None:
    file = profiled(written(tmp_path, f"a,b,c\nx,1,2\ny,3,4\nz,5,6\n{row}\n"))
    assert len(agrees(file, tmp_path)) == 3 + len(row.splitlines())


@pytest.mark.parametrize("text", ["a,b\n#1,x\n#2,y\n#3,z\n", "a,b,c\nx\ny,1,2\nz,3,4\nw\n"])
def test_rows_like_others_are_no_lines_below(text: str, tmp_path: Path) -> None:
    assert len(agrees(profiled(written(tmp_path, text)), tmp_path)) == text.count("\n") - 1


@pytest.mark.parametrize(("name", "told"), [("Total", True), ("Grand total:", True), ("Summer", False)])
def test_a_sum_that_looks_like_a_row_is_told(name: str, told: bool, tmp_path: Path) -> None:
    rows = [("a", "b"), ("x", 1), ("y", 3), (name, 4)]
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(tmp_path / "a.xlsx")
    text = written(tmp_path, "".join(f"{a},{b}\n" for a, b in rows))
    for file in (profiled(text), profiled(tmp_path / "a.xlsx")):
        assert len(agrees(file, tmp_path)) == 3
        assert ("may be the sum of the others" in " ".join(file.warnings)) == told
