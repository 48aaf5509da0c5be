"""Several files are loaded into variables of their own."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jupyter_agent.coder import Assignment, Task
from jupyter_agent.coder.transcript import to_write
from jupyter_agent.files import Column, FileProfile, apart, profile
from jupyter_agent.settings import Settings

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SETTINGS = Settings(data_dir=Path("unused"))
CONTENT = "df,when\n1,31.01.2024\n2,01.02.2024\n"


def profiles(folder: Path, *names: str) -> list[FileProfile]:
    found = []
    for name in names:
        (folder / name).write_text(CONTENT)
        found.append(asyncio.run(profile(folder / name, name, "text/csv")))
    return found


def codes(files: list[FileProfile]) -> list[str]:
    return [file.load for file in apart(files)]


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


def test_tables_of_two_files_that_are_called_alike_are_told_apart() -> None:
    def database(name: str) -> FileProfile:
        load = f"db = connect('{name}')\ndf = read('a', db)\npeople = read('people', db)"
        column = Column(name='people["age"]', type="integer")
        return FileProfile(name=name, kind="sqlite", description="", load=load, columns=(column,))

    one, two = apart([database("a.sqlite"), database("b.sqlite")])
    assert one.load == "db = connect('a.sqlite')\na = read('a', db)\npeople = read('people', db)"
    assert two.load == "b_db = connect('b.sqlite')\nb = read('a', b_db)\nb_people = read('people', b_db)"
    assert [column.name for column in (*one.columns, *two.columns)] == ['people["age"]', 'b_people["age"]']


def test_names_of_arguments_and_attributes_stay() -> None:
    load = "df = read('x', df=1, data=[2])\ndf.df = df['df']"
    files = [FileProfile(name=f"{name}.csv", kind="table", description="", load=load) for name in "xy"]
    assert codes(files)[1] == "y = read('x', df=1, data=[2])\ny.df = y['df']"


def test_a_file_that_nothing_loads_is_none_of_them() -> None:
    image = FileProfile(name="a.png", kind="image", description="")
    table = FileProfile(name="a.csv", kind="table", description="", load="df = read('a.csv')")
    assert codes([image, table]) == ["", "df = read('a.csv')"]


def test_the_prompt_shows_the_names(tmp_path: Path) -> None:
    known = tuple(profiles(tmp_path, "sales.csv", "costs.csv"))
    text = to_write(
        Assignment(task=Task(question="Why?", profiles=known, now=NOW), goal="Why?"), (), SETTINGS
    )[-1].text
    assert "sales = pd.read_csv('sales.csv')\nsales['when'] = pd.to_datetime(sales['when']" in text
    assert "costs = pd.read_csv('costs.csv')" in text
    assert "- df: integer" in text
