"""What a profile shows of a table whose values are written in several ways, and of one that is clean."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from jupyter_agent.coder.beginning import ShownFile
from jupyter_agent.files import FileProfile
from jupyter_agent.prompts import render
from tests.files.test_profiles import agrees, profiled, written


def shown(file: FileProfile) -> str:
    """The profile as a prompt has it."""
    return render("_files", files=[ShownFile(profile=file, columns=file.columns)])


def line(folder: Path, values: Sequence[str]) -> str:
    """What a prompt says of a column with these values, which stands beside their numbers."""
    rows = "".join(f'{number};"{value}"\n' for number, value in enumerate(values))
    file = profiled(written(folder, "id;x\n" + rows))
    agrees(file, folder)
    return next(text for text in shown(file).splitlines() if text.startswith("- x: ")).removeprefix("- x: ")


WEIGHTS = ["2,369.7", "94200 g", "81 g", "1,576.2", "1576,7 kg", "unknown", "124.4 kg", "3,100.5", "12 g"]

LINES = {
    "measures in different units": (
        [*WEIGHTS, *map("{} g".format, range(20, 24))],
        'text, such as "94200 g" (7 like it), "2,369.7" (3), "1576,7 kg", "unknown", "124.4 kg"; '
        "the comma is a decimal point in some, a sign between thousands in others",
    ),
    "numbers with others": (
        [*map(str, range(20)), "n.z.", "1.234,5", "12 kg"],
        'text, 20 numbers from 0 to 19, but also "n.z.", "1.234,5", "12 kg"',
    ),
    "numbers with codes": (
        [*map(str, range(20)), "C-1", "C-2"],
        'text, 20 numbers from 0 to 19, but also "C-1" (2 like it)',
    ),
    "numbers with very different others": (
        [*map(str, range(20)), *("." * count + "x" for count in range(1, 11))],
        'text, 20 numbers from 0 to 19, but also ".x", "..x", "...x", "....x", ".....x", "......x", '
        '".......x", "........x" and 2 in other forms',
    ),
    "dates in different forms": (
        [*(f"June {day}, 2024" for day in range(1, 9)), *(f"2024-06-{day:02}" for day in range(1, 7))],
        'date, such as "June 1, 2024" (8 like it), "2024-06-01" (6)',
    ),
    "dates that show which part is the day": (
        [f"0{month}/0{day}/2024" for month in (3, 4, 5) for day in range(1, 10)]
        + ["01/25/2024", "2024-06-01"],
        'date, such as "01/25/2024" (28 like it), "2024-06-01"',
    ),
    "numbers with a comma in one way": (
        [*map(str, range(20)), "1,5 kg", "20,25 kg", "1.234,5 kg"],
        'text, 20 numbers from 0 to 19, but also "1,5 kg" (2 like it), "1.234,5 kg"',
    ),
    "sums in millions and thousands": (
        [*(f"${number}.4M" for number in range(15)), *(f"$7{number}K" for number in range(9))],
        'text, such as "$0.4M" (15 like it), "$70K" (9)',
    ),
    "sums in millions and thousands of euros": (
        [*(f"€74{number}M" for number in range(9)), *(f"-€52{number}k" for number in range(5))],
        'text, such as "€740M" (9 like it), "-€520k" (5)',
    ),
    "currencies": (
        [
            *(f"{number},200 USD" for number in range(1, 9)),
            *(f"90{number} EUR" for number in range(5)),
            "5 €",
        ],
        'text, such as "1,200 USD" (8 like it), "900 EUR" (5), "5 €"',
    ),
    "words for millions": (
        [*(f"{number}.5 million" for number in range(9)), *(f"{number}.2 billion" for number in range(5))],
        'text, such as "0.5 million" (9 like it), "0.2 billion" (5)',
    ),
    "codes in different spellings": (
        [*(f"C{number:03}" for number in range(20)), "c021", " C022 ", "c023"],
        'text, such as "C000" (20 like it), "c021" (2), " C022 ", some with blanks around them',
    ),
    "categories with blanks": (
        ["Berlin ", "Berlin", " Bonn", "berlin"] * 2,
        'text, one of " Bonn", "Berlin", "Berlin ", "berlin", some with blanks around them',
    ),
}


@pytest.mark.parametrize(("values", "expected"), LINES.values(), ids=LINES)
def test_what_is_written_differently_is_shown(values: list[str], expected: str, tmp_path: Path) -> None:
    assert line(tmp_path, values) == expected


CLEAN = {
    "names": ([f"Ann{'a' * count} Smith" for count in range(20)], '"Ann Smith", "Anna Smith", "Annaa Smith"'),
    "codes": ([f"A-{number}" for number in range(20)], '"A-0", "A-1", "A-2"'),
    "shares": ([f"{number / 4:g}%" for number in range(-5, 20)], '"-1.25%", "-1%", "-0.75%"'),
    "months": ([f"20{number}-01" for number in range(10, 30)], '"2010-01", "2011-01", "2012-01"'),
    "hexadecimal": ([f"{number * 7919:x}q" for number in range(90)], '"0q", "1eefq", "3ddeq"'),
    "sentences": (
        [f"Room {'x ' * number}has {number} chairs." for number in range(20)],
        '"Room has 0 chairs.", "Room x has 1 chairs.", "Room x x has 2 chairs."',
    ),
}


@pytest.mark.parametrize(("values", "expected"), CLEAN.values(), ids=CLEAN)
def test_of_what_is_clean_three_examples_are_enough(values: list[str], expected: str, tmp_path: Path) -> None:
    assert line(tmp_path, values) == f"text, such as {expected}"


NAMES = {
    "years": "country,2015,2016,2018\nA,1.5,2,3\nB,2.5,3,4\n",
    "years after other texts": "country,code,2015,2016\nA,x,1,2\nB,y,3,4\n",
    "a year": "country,2020\nA,7\nB,8\n",
    "years in falling order": "country,2020,2019\nA,7,1\nB,8,1\n",
    "years and a sum": "country,2019,2020,total\nA,1,2,3\nB,3,4,7\n",
    "dates": "id,2024-01-01,2024-01-02\nx,1,2\ny,3,4\n",
    "numbers that count": "product,1,2,3\nA,1,2,3\nB,4,5,6\n",
    "numbers that rise": "product,1,5,10,50\nA,7,2,3,4\nB,4,5,1,6\n",
    "an index": ",0,1,2\n0,7,2,3\n1,4,5,6\n",
    "a repeated text": "id,value,value\n1,2,3\n2,3,4\n",
}


@pytest.mark.parametrize("content", NAMES.values(), ids=NAMES)
def test_a_first_line_of_names(content: str, tmp_path: Path) -> None:
    file = profiled(written(tmp_path, content))
    agrees(file, tmp_path)
    assert file.rows == 2
    assert not file.warnings
    assert not file.preview


def test_a_title_in_a_row_of_the_tables_width_is_skipped(tmp_path: Path) -> None:
    file = profiled(written(tmp_path, "Report 2024;;\n;;\nOrt;2023;2024\nBern;1,5;2,5\nOslo;3,5;-\n"))
    assert agrees(file, tmp_path)["2023"].tolist() == [1.5, 3.5]
    assert "after 2 other lines" in file.warnings[0]


VALUES = {
    "numbers": "1,2.5,x\n2,3.5,y\n3,4.5,z\n4,5.5,z\n",
    "a few numbers that rise": "Ann,1,2\nBob,2,1\nCem,3,9\n",
    "years like those below": "Ann,2015,2018\nBob,2016,2019\nCem,2011,2019\n",
    "dates like those below": "Ann,2024-01-01\nBob,2024-01-02\nCem,2024-01-03\n",
    "numbers that rise as those below": "Ann,1,5,7\nBob,3,4,9\nCem,1,2,8\n",
    "decimals": "Ann,1.5,2.5,3.5\nBob,2,3,4\nCem,2,3,4\n",
    "years twice": ",2023,2023,2024,2024\nregion,Q1,Q2,Q1,Q2\nNorth,1,2,3,4\nSouth,1,2,3,5\n",
    "repeated texts": "x,x\nx,y\ny,y\n",
}


@pytest.mark.parametrize("content", VALUES.values(), ids=VALUES)
def test_a_first_line_of_values_is_shown_with_those_below(content: str, tmp_path: Path) -> None:
    file = profiled(written(tmp_path, content))
    assert file.rows == content.count("\n")
    assert "not names" in file.warnings[0]
    assert file.preview == "\n".join(content.splitlines()[:3])
    assert file.preview in shown(file)


def test_a_long_first_line_is_cut(tmp_path: Path) -> None:
    file = profiled(written(tmp_path, ",".join(["1.5"] * 500) + "\n"))
    assert len(file.preview) < 210


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        (["a,1", "b,2", "c,3"], None),
        (["a,1", "b,2", "a,1"], "1 row is an exact copy of another."),
        (["a,1", "b,2", "a,1", "b,2", "c,3"], "2 rows are exact copies of others."),
        (["a,1"] * 9 + ["b,1"] * 9, None),
    ],
)
def test_copies_are_told_unless_all_are(rows: list[str], note: str | None, tmp_path: Path) -> None:
    file = profiled(written(tmp_path, "\n".join(["name,value", *rows])))
    assert file.warnings == ((note,) if note else ())


def test_copies_by_chance_are_not_told(tmp_path: Path) -> None:
    """Among a hundred rows of two columns with ten values each, many are alike."""
    rows = [f"{number * number % 97 % 10},{number * 31 % 89 % 10}" for number in range(100)]
    assert 20 < len(rows) - len(set(rows)) < 50
    assert profiled(written(tmp_path, "\n".join(["a,b", *rows]))).warnings == ()


def test_copies_are_told_where_a_column_is_nearly_unique(tmp_path: Path) -> None:
    rows = [f"{number},{number % 3}" for number in range(100)]
    file = profiled(written(tmp_path, "\n".join(["a,b", *rows, *rows[:7]])))
    assert file.warnings == ("7 rows are exact copies of others.",)


def test_values_that_repeat_are_no_copies_in_a_table_of_one_column(tmp_path: Path) -> None:
    assert profiled(written(tmp_path, "value\n1\n2\n1\n")).warnings == ()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Datum;Ort;Umsatz (€)\n" + "01.01.2023;Köln;8.546,18\n02.02.2023;Zürich;5,14\n" * 40, "cp1252"),
        ("název;město\n" + "Tomáš;Plzeň\nJiří;Děčín\n" * 30, "cp1250"),
    ],
)
def test_the_commoner_of_two_encodings_that_say_the_same(text: str, encoding: str, tmp_path: Path) -> None:
    file = profiled(written(tmp_path, text.encode(encoding)))
    assert f"encoding={encoding!r}" in file.load
