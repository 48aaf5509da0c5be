"""Values that stand in one row and are meant for several: merged cells, and names that reports write once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from jupyter_agent.files import FileProfile
from tests.files.checking import agrees, column, profiled

Rows = Sequence[Sequence[object]]


def merged(folder: Path, rows: Rows, *ranges: str, again: Rows = ()) -> FileProfile:
    """The profile of a workbook with these cells merged; `again`: the rows of a second sheet."""
    book = openpyxl.Workbook()
    for sheet in (book.worksheets[0], *([book.create_sheet("More")] if again else [])):
        for row in again if sheet.title == "More" else rows:
            sheet.append(list(row))
        for cells in ranges:
            sheet.merge_cells(cells)
    book.save(folder / "m.xlsx")
    return profiled(folder / "m.xlsx")


REGIONS = [("Region", "Month"), ("North", 1), (None, 2), (None, 3), ("South", 4), (None, 5)]


def test_merged_cells_have_their_value_in_each_row(tmp_path: Path) -> None:
    file = merged(tmp_path, REGIONS, "A2:A4", "A5:A6")
    assert agrees(file, tmp_path)["df"]["Region"].tolist() == ["North"] * 3 + ["South"] * 2
    assert column(file, "Region").missing == 0
    assert "Merged cells are read with their value in each row that they span: 'Region'." in file.warnings


@pytest.mark.parametrize("value", [7, 1.5, True, datetime(2024, 5, 1), "2024-05-01", "01234", "x"])
def test_merged_cells_of_any_type(value: object, tmp_path: Path) -> None:
    rows = [("a", "b"), (value, 1), (None, 2), (value, 3)]
    file = merged(tmp_path, rows, "A2:A3")
    assert agrees(file, tmp_path)["df"]["a"].nunique() == 1
    assert column(file, "a").missing == 0


def test_merged_cells_of_several_sheets_below_titles_and_beside_empty_rows(tmp_path: Path) -> None:
    rows = [("Report",), (), *REGIONS, (), (None, 6)]
    file = merged(tmp_path, rows, "A4:A6", "A7:A10", again=rows)
    table = agrees(file, tmp_path)["df"]
    assert table["Region"].tolist() == (["North"] * 3 + ["South"] * 3) * 2


def test_cells_that_are_empty_stay_empty_beside_merged_ones(tmp_path: Path) -> None:
    file = merged(tmp_path, [*REGIONS, (None, 6)], "A2:A4", "A5:A6")
    assert agrees(file, tmp_path)["df"]["Region"].isna().sum() == 4
    assert "other cells that are empty: fill the merged ones only" in " ".join(file.warnings)


@pytest.mark.parametrize("cells", ["A1:B1", "A1:A3", "B2:C2", "C2:C3"])
def test_other_merged_cells_fill_nothing(cells: str, tmp_path: Path) -> None:
    rows = [("a", "b", "c"), (1, None, None), (2, "x", None), (3, "y", "z")]
    file = merged(tmp_path, rows, cells)
    agrees(file, tmp_path)
    assert "ffill" not in file.load


def test_merged_cells_over_several_columns_fill_the_first(tmp_path: Path) -> None:
    file = merged(tmp_path, [("a", "b", "c"), ("x", None, 1), (None, None, 2), ("y", "z", 3)], "A2:B3")
    df = agrees(file, tmp_path)["df"]
    assert df["a"].tolist() == ["x", "x", "y"]
    assert df["b"].isna().tolist() == [True, True, False]


NOTE = "The column Region may have its value in the first row of each group only"
NAMED_ONCE = {
    "once a group": ("Region,Month\nNorth,1\n,2\n,3\nSouth,4\n,5\n,6\n", True),
    "a gap": ("Region,Month\nNorth,1\n,2\nSouth,4\nWest,5\n,6\n", False),
    "none in the first row": ("Region,Month\n,1\nNorth,2\n,3\nSouth,4\n,5\n,6\n", False),
    "the same again": ("Region,Month\nNorth,1\n,2\n,3\nNorth,4\n,5\n,6\n", False),
    "not at the left": ("Month,Region\n1,North\n2,\n3,\n4,South\n5,\n6,\n", False),
    "numbers": ("Region,Month\n7,1\n,2\n,3\n8,4\n,5\n,6\n", False),
}


@pytest.mark.parametrize(("text", "told"), NAMED_ONCE.values(), ids=NAMED_ONCE)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_names_that_may_stand_once_a_group_are_told(
    text: str, told: bool, ending: str, tmp_path: Path
) -> None:
    if ending == "csv":
        (tmp_path / "r.csv").write_text(text)
        file = profiled(tmp_path / "r.csv")
    else:
        cells = [line.split(",") for line in text.splitlines()]
        file = merged(tmp_path, [[int(c) if c.isdigit() else c or None for c in row] for row in cells])
    agrees(file, tmp_path)
    assert any(note.startswith(NOTE) for note in file.warnings) == told
