"""First rows are shown where the columns may not tell all of a table, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.files.test_profiles import profiled, written


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("city,price\nBern,10\nOslo,20\nRome,30\n", ""),
        ("city,price\nBern,10\nOslo,\n", ""),
        ("city,price\nBern,10\n,20\n,30\nOslo,5\nRome,7\n", "Bern,10\n,20\n,30\nOslo,5"),
        ("who;sum\nA;$53.4M\nB;$759K\nC;$1M\n", "A;$53.4M\nB;$759K\nC;$1M"),
        ('a,b\n"x, 1","two\nlines"\n', '"x, 1",two lines'),
        ("city,price\nBern,10\nBern,10\nOslo,20\n", "Bern,10\nBern,10\nOslo,20"),
    ],
    ids=["plain", "a number is missing", "gaps", "units", "quotes and breaks", "with a warning"],
)
def test_of_a_text(text: str, head: str, tmp_path: Path) -> None:
    assert profiled(written(tmp_path, text)).head == head


def test_nothing_in_it_is_long(tmp_path: Path) -> None:
    wide = ",".join(f"c{number}" for number in range(400))
    cells = ",".join(["x1 " * 100] * 400)
    lines = profiled(written(tmp_path, f"{wide}\n" + f"{cells}\n" * 9)).head.splitlines()
    assert len(lines) == 4
    assert max(map(len, lines)) < 310


def test_of_merged_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Region", "Month"])
    for row in range(6):
        sheet.append(["North" if row < 3 else "South", row + 1])
    sheet.merge_cells("A2:A4")
    sheet.merge_cells("A5:A7")
    book.save(tmp_path / "m.xlsx")
    assert profiled(tmp_path / "m.xlsx").head == "North,1\n,2\n,3\nSouth,4"
