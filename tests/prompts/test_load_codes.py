"""Several files are loaded into variables of their own."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from jupyter_agent.coder.beginning import ShownFile
from jupyter_agent.files import FileProfile, profile
from jupyter_agent.prompts import render
from jupyter_agent.prompts.load_codes import load_codes

CONTENT = "df,when\n1,31.01.2024\n2,01.02.2024\n"


def profiles(folder: Path, *names: str) -> list[FileProfile]:
    found = []
    for name in names:
        (folder / name).write_text(CONTENT)
        found.append(asyncio.run(profile(folder / name, name, "text/csv")))
    return found


def codes(files: list[FileProfile]) -> list[str]:
    return load_codes([file.load for file in files], [file.name for file in files])


def variables(folder: Path, *names: str) -> list[str]:
    """What the load codes assign to when they run, one after the other."""
    assigned: dict[str, Any] = {}
    before = Path.cwd()
    os.chdir(folder)
    try:
        for code in codes(profiles(folder, *names)):
            exec(code, assigned)
    finally:
        os.chdir(before)
    return [name for name in assigned if name not in ("__builtins__", "pd", "json")]


def test_one_file_is_loaded_as_usual(tmp_path: Path) -> None:
    assert variables(tmp_path, "sales.csv") == ["df"]


def test_several_files_have_their_names(tmp_path: Path) -> None:
    assert variables(tmp_path, "sales.csv", "Kosten 2024.csv") == ["sales", "kosten_2024"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("sales.csv", "Sales.csv", "sales.2.csv"), ["sales", "sales_2", "sales_3"]),
        (("list.csv", "class.csv", "pd.csv"), ["table_list", "table_class", "table_pd"]),
        (("2024.csv", "---.csv", "df.csv"), ["table_2024", "table", "table_df"]),
        (("json.csv", "städte.csv", "note.txt"), ["table_json", "städte", "note"]),
        (("x" * 99 + ".csv", "b.csv"), ["x" * 30, "b"]),
    ],
)
def test_names_are_valid_and_taken_by_nothing_else(
    names: tuple[str, ...], expected: list[str], tmp_path: Path
) -> None:
    assert variables(tmp_path, *names) == expected


def test_a_name_in_the_code_of_another_file_is_taken() -> None:
    two = FileProfile(
        name="b.xlsx", kind="excel", description="", load="df = read('b')\nprices = read('c')\n"
    )
    one = FileProfile(name="prices.csv", kind="table", description="", load="df = read('prices.csv')\n")
    assert codes([one, two]) == [
        "prices_2 = read('prices.csv')\n",
        "b = read('b')\nprices = read('c')\n",
    ]


def test_a_file_that_nothing_loads_is_none_of_them() -> None:
    image = FileProfile(name="a.png", kind="image", description="")
    table = FileProfile(name="a.csv", kind="table", description="", load="df = read('a.csv')")
    assert codes([image, table]) == ["", "df = read('a.csv')"]


def test_the_prompt_shows_the_names(tmp_path: Path) -> None:
    files = [
        ShownFile(profile=file, columns=file.columns) for file in profiles(tmp_path, "sales.csv", "costs.csv")
    ]
    text = render("_files", files=files)
    assert "sales = pd.read_csv('sales.csv')\nsales['when'] = pd.to_datetime(sales['when']" in text
    assert "costs = pd.read_csv('costs.csv')" in text
    assert "- df: integer" in text
