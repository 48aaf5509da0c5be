"""Columns with dates in several forms are read form by form, and what nothing tells is not guessed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_agent.files import FileProfile
from tests.files.checking import agrees, column, profiled


def dates(folder: Path, values: Sequence[str]) -> FileProfile:
    """The profile of a table whose column d has these values."""
    rows = "".join(f'{number},"{value}"\n' for number, value in enumerate(values))
    (folder / "visits.csv").write_text("id,d\n" + rows)
    return profiled(folder / "visits.csv", "text/csv")


FORMS: dict[str, Callable[[datetime], str]] = {
    "ISO": lambda day: day.strftime("%Y-%m-%d"),
    "ISO with a time": lambda day: day.strftime("%Y-%m-%dT%H:%M:%S"),
    "year first": lambda day: day.strftime("%Y/%m/%d"),
    "dots": lambda day: day.strftime("%d.%m.%Y"),
    "dots and a time": lambda day: day.strftime("%d.%m.%Y %H:%M"),
    "month first": lambda day: day.strftime("%m/%d/%Y"),
    "short, month first": lambda day: f"{day.month}/{day.day}/{day.year}",
    "half days": lambda day: day.strftime("%m/%d/%Y %I:%M %p"),
    "day first": lambda day: day.strftime("%d-%m-%Y"),
    "names": lambda day: day.strftime("%B %d, %Y"),
    "names without a comma": lambda day: day.strftime("%B %d %Y"),
    "names after the day": lambda day: f"{day.day} {day:%B} {day.year}",
    "short names": lambda day: day.strftime("%d-%b-%Y"),
    "short names in capitals": lambda day: day.strftime("%b %d, %Y").upper(),
}
TIMED = {"ISO with a time", "dots and a time", "half days"}
TWENTIETH = [datetime(2024, month, 20, 13, 30) for month in range(1, 13)]
DAYS = [datetime(2024, month, day, 13, 30) for month in range(1, 13) for day in (3, 5, 12, 20)]


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    days=st.lists(st.tuples(st.sampled_from(sorted(FORMS)), st.sampled_from(DAYS)), min_size=1, max_size=12)
)
def test_each_date_is_read_as_it_was_meant(days: list[tuple[str, datetime]], tmp_path: Path) -> None:
    """The twentieth of a month shows in each form which part is the day."""
    days += [
        (form, twentieth) for form, twentieth in zip(FORMS, TWENTIETH * 2, strict=False) if form in dict(days)
    ]
    file = dates(tmp_path, [FORMS[form](day) for form, day in days])
    assert column(file, "d").type == "date"
    read = agrees(file, tmp_path)["df"]["d"]
    assert read.tolist() == [
        day if form in TIMED else datetime(day.year, day.month, day.day) for form, day in days
    ]


def test_the_forms_are_told_with_their_counts(tmp_path: Path) -> None:
    file = dates(
        tmp_path,
        ["2024-03-05", "2024-03-05", "2024-03-06", "17.03.2024", "03/25/2024", "03/04/2024", "", "-"],
    )
    assert [(form.example, form.count) for form in column(file, "d").forms] == [
        ("2024-03-05", 3),
        ("03/25/2024", 2),
        ("17.03.2024", 1),
    ]
    assert (
        "The column d has dates in several forms, each of which is read with a format of its own: "
        "3 as YYYY-MM-DD, 2 as MM/DD/YYYY, 1 as DD.MM.YYYY."
    ) in file.warnings
    read = agrees(file, tmp_path)["df"]["d"]
    assert read[5] == pd.Timestamp(2024, 3, 4)
    assert read.isna().tolist() == [False] * 6 + [True] * 2


NOTHING_TELLS = "stay text, as nothing tells if 03/04/2024 begins with its day or its month."
BY_ITSELF = "Read each form with a format of its own, and say which order was taken."
UNCLEAR = {
    "one form": (["03/04/2024", "05/06/2024"], f"dates which {NOTHING_TELLS}"),
    "beside another form": (
        ["2024-03-05", "2024-03-17", "03/04/2024"],
        "dates in several forms: 2 as YYYY-MM-DD, 1 as DD/MM/YYYY or MM/DD/YYYY. "
        f"They {NOTHING_TELLS} {BY_ITSELF}",
    ),
    "both orders": (
        ["13/04/2024", "13/04/2024", "04/13/2024", "03/04/2024"],
        "dates in several forms: 2 as DD/MM/YYYY, 1 as DD/MM/YYYY or MM/DD/YYYY, 1 as MM/DD/YYYY. "
        f"They {NOTHING_TELLS} {BY_ITSELF}",
    ),
}


@pytest.mark.parametrize(("values", "note"), UNCLEAR.values(), ids=UNCLEAR)
def test_what_nothing_tells_is_said_and_not_guessed(values: list[str], note: str, tmp_path: Path) -> None:
    file = dates(tmp_path, values)
    assert column(file, "d").type == "text"
    assert f"The column d has {note}" in file.warnings
    assert agrees(file, tmp_path)["df"]["d"].tolist() == values


@pytest.mark.parametrize(
    "values",
    [
        ["2024-03-05", "2024-13-05", "17.03.2024"],
        ["2024-03-05T10:00Z", "17.03.2024"],
        ["2024-03-05", "soon"],
        ["31.02.2024", "17.03.2024"],
        ["3/5/24", "2024-03-05"],
        ["14/11/24", "15/11/2024"],
        ["1.10.12", "2.11.13"],
        ["1-10-12", "22-11-13"],
        ["１７.03.2024", "2024-03-05"],
        ["2024-03-05" + " " * 99 + "x", "17.03.2024"],
    ],
)
def test_what_is_no_date_leaves_the_column_text(values: list[str], tmp_path: Path) -> None:
    file = dates(tmp_path, values)
    assert column(file, "d").type == "text"
    assert agrees(file, tmp_path)["df"]["d"].tolist() == values
    assert not any("dates" in note for note in file.warnings)


SHORT: dict[str, tuple[list[str], list[str]]] = {
    "day first": (["14/11/24", "03/05/24"], ["2024-11-14", "2024-05-03"]),
    "month first": (["11/14/24", "3/5/24"], ["2024-11-14", "2024-03-05"]),
    "dots": (["14.11.24", "03.05.24"], ["2024-11-14", "2024-05-03"]),
    "names": (["01-Mar-24", "2-May-24"], ["2024-03-01", "2024-05-02"]),
    "names in full": (["1 March 24", "2 May 24"], ["2024-03-01", "2024-05-02"]),
    "hyphens": (["31-12-99", "01-02-24"], ["1999-12-31", "2024-02-01"]),
    "year first": (["75-01-05", "24-03-05"], ["1975-01-05", "2024-03-05"]),
    "both centuries": (["14/11/68", "14/11/69"], ["2068-11-14", "1969-11-14"]),
    "times": (["14/11/24 13:30", "03/05/24 07:05"], ["2024-11-14 13:30", "2024-05-03 07:05"]),
    "half days": (["11/14/24 1:30 PM", "3/5/24 12:05 AM"], ["2024-11-14 13:30", "2024-03-05 00:05"]),
}


@pytest.mark.parametrize(("values", "days"), SHORT.values(), ids=SHORT)
def test_years_of_two_digits(values: list[str], days: list[str], tmp_path: Path) -> None:
    file = dates(tmp_path, values)
    assert agrees(file, tmp_path)["df"]["d"].tolist() == list(map(pd.Timestamp, days))
    assert "The column d has years of two digits, which are read as those from 1969 to 2068." in file.warnings


@pytest.mark.parametrize(
    ("values", "beginnings"),
    [
        (["03/04/24", "05/06/24"], "03/04/24 begins with its day or its month"),
        (["14-11-24", "15-11-24"], "14-11-24 begins with its day or its year"),
        (["03-04-05", "03-05-05"], "03-04-05 begins with its day or its month or its year"),
    ],
)
def test_years_of_two_digits_that_nothing_tells(values: list[str], beginnings: str, tmp_path: Path) -> None:
    file = dates(tmp_path, values)
    assert agrees(file, tmp_path)["df"]["d"].tolist() == values
    assert f"The column d has dates which stay text, as nothing tells if {beginnings}." in file.warnings


TIMES = ["%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p"]


@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize("day", ["%m/%d/%Y", "%Y/%m/%d", "%d-%b-%Y", "%d.%m.%Y", "%m/%d/%Y,"])
def test_times_beside_days(day: str, time: str, tmp_path: Path) -> None:
    meant = [datetime(2024, 3, 25, 14, 15), datetime(2024, 5, 3, 0, 5)]
    file = dates(tmp_path, [moment.strftime(f"{day} {time}") for moment in meant])
    assert agrees(file, tmp_path)["df"]["d"].tolist() == meant


def test_both_orders_are_read_where_each_date_shows_its_own(tmp_path: Path) -> None:
    file = dates(tmp_path, ["13/04/2024", "04/14/2024"])
    days = agrees(file, tmp_path)["df"]["d"].tolist()
    assert days == [pd.Timestamp(2024, 4, 13), pd.Timestamp(2024, 4, 14)]


def test_blanks_around_dates_in_several_forms(tmp_path: Path) -> None:
    file = dates(tmp_path, [" 2024-03-05", "17.03.2024 "])
    days = agrees(file, tmp_path)["df"]["d"].tolist()
    assert days == [pd.Timestamp(2024, 3, 5), pd.Timestamp(2024, 3, 17)]


def test_dates_that_look_like_grouped_numbers_in_a_piece_of_a_long_table(tmp_path: Path) -> None:
    rows = "".join(f"{number % 900 + 1}.500,5;17.03.2024\n" for number in range(1, 40_000))
    (tmp_path / "long.csv").write_text("n;d\n" + rows + "1,5;2024-03-05\n")
    file = profiled(tmp_path / "long.csv", "text/csv")
    assert [c.type for c in file.columns] == ["number", "date"]
    assert agrees(file, tmp_path)["df"]["d"].iloc[[0, -1]].tolist() == [
        pd.Timestamp(2024, 3, 17),
        pd.Timestamp(2024, 3, 5),
    ]


def test_texts_that_look_like_grouped_numbers_in_a_piece_of_a_long_table(tmp_path: Path) -> None:
    rows = "".join(f'"1,{number % 1000:03}","2,{number % 1000:03}"\n' for number in range(40_000))
    (tmp_path / "long.csv").write_text("n,t\n" + rows + '"1,000",none of them\n')
    file = profiled(tmp_path / "long.csv", "text/csv")
    assert [c.type for c in file.columns] == ["integer", "text"]
    assert set(map(type, agrees(file, tmp_path)["df"]["t"])) == {str}


def test_the_first_row_of_dates_that_nothing_tells_is_no_header(tmp_path: Path) -> None:
    (tmp_path / "bare.csv").write_text("01/02/2024,Bern\n03/04/2024,Oslo\n")
    assert profiled(tmp_path / "bare.csv", "text/csv").rows == 2
