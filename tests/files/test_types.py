"""What a profile says of a table's columns is what pandas makes of them, whatever is mixed in one file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_agent.files import FileProfile
from tests.files.checking import column
from tests.files.test_profiles import agrees, profiled, written


def table(columns: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    """CSV with the columns a, b, c …"""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow("abcdefgh"[: len(columns)])
    writer.writerows(zip(*columns, strict=True))
    return text.getvalue()


def agrees_in_values(file: FileProfile, folder: Path) -> Any:
    """As `agrees`, and the ranges are those of the loaded columns."""
    df = agrees(file, folder)
    for c in file.columns:
        if c.smallest and c.type in ("integer", "number"):
            assert (df[c.name].min(), df[c.name].max()) == pytest.approx(
                (float(c.smallest), float(c.largest))
            )
        elif c.type == "date" and not df[c.name].dt.tz and c.smallest:
            assert df[c.name].min() == pd.Timestamp(c.smallest)
    return df


DAY = "2024-05-{:02}"
TURNED = "{:02}.05.2024"
MONTH_FIRST = "05/{:02}/2024"
COMMA, POINT, DOTTED, GROUPED = "{},5", "{}.25", "{}.101", "{},500"
DAYS = range(1, 29)


def days(form: str) -> list[str]:
    return [form.format(number) for number in DAYS]


MIXED = {
    "ISO and turned dates": ([DAY, TURNED], ["date", "date"]),
    "dates of two orders": ([MONTH_FIRST, TURNED], ["date", "date"]),
    "turned dates and dotted thousands": ([TURNED, "1.0{:02},50"], ["date", "number"]),
    "turned dates with times": ([TURNED + " 10:30", "{}/05/2024 7:05:09"], ["date", "date"]),
    "dates with hyphens": (["{}-05-2024", DAY], ["date", "date"]),
    "decimal commas and points": ([COMMA, POINT], ["number", "number"]),
    "grouped thousands and points": ([GROUPED, POINT], ["integer", "number"]),
    "decimal commas, dotted and plain thousands": (
        ["1.0{:02},5", DOTTED, "{}"],
        ["number", "integer", "integer"],
    ),
    "decimal commas and versions": ([COMMA, "0.{:03}"], ["number", "number"]),
    "decimal commas and grouped thousands": (["{},5", "{},234.5", "{}"], ["number", "number", "integer"]),
    "dotted thousands alone": ([DOTTED, DAY], ["number", "date"]),
    "lists of numbers beside grouped thousands": (["1,2,{}", GROUPED], ["text", "integer"]),
    "addresses": (["192.168.100.1{:02}", "{}"], ["text", "integer"]),
    "fractions of seconds": (["2024-05-{:02}T10:00:00.125", "{}"], ["date", "integer"]),
    "times in UTC": (["2024-05-{:02}T10:00:00Z", "{}"], ["date", "integer"]),
    "one offset": (["2024-05-{:02}T10:00:00+02:00", "{}"], ["date", "integer"]),
    "days and months that cannot be told apart": (["05/05/2024", "{}"], ["text", "integer"]),
    "no days": (["2024-05-{:02}", "2024-13-{:02}"], ["date", "text"]),
}


@pytest.mark.parametrize(("forms", "types"), MIXED.values(), ids=MIXED)
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_columns_of_different_forms(
    forms: list[str], types: list[str], delimiter: str, tmp_path: Path
) -> None:
    file = profiled(written(tmp_path, table([days(form) for form in forms], delimiter)))
    agrees_in_values(file, tmp_path)
    assert [c.type for c in file.columns] == types


def test_a_day_is_not_taken_for_a_month(tmp_path: Path) -> None:
    few = [["2024-05-01", "2024-06-02"], ["13.05.2024", "01.06.2024"]]
    df = agrees_in_values(profiled(written(tmp_path, table(few))), tmp_path)
    assert df["a"].tolist() == [pd.Timestamp(2024, 5, 1), pd.Timestamp(2024, 6, 2)]
    assert df["b"].tolist() == [pd.Timestamp(2024, 5, 13), pd.Timestamp(2024, 6, 1)]


def test_different_offsets_are_read_as_utc_and_told(tmp_path: Path) -> None:
    times = ["2024-05-01T10:00:00+02:00", "2024-01-01T10:00:00+01:00", "2024-01-01T10:00:00Z"]
    file = profiled(written(tmp_path, table([times, ["1", "2", "3"]])))
    df = agrees_in_values(file, tmp_path)
    assert [time.hour for time in df["a"]] == [8, 9, 10]
    assert "different UTC offsets" in " ".join(file.warnings)


def test_numbers_that_are_read_otherwise_in_this_file_are_told(tmp_path: Path) -> None:
    file = profiled(written(tmp_path, "a;b\n1.101;1,5\n39.139;2,5\n"))
    assert agrees_in_values(file, tmp_path)["a"].tolist() == [1101, 39139]
    assert "1.101 is 1101" in " ".join(file.warnings)


POINTS = {
    "three digits after each point": ("a;b\nx;861.273\ny;1.250\n", True),
    "whole numbers beside them": ("a;b\nx;861\ny;1.250\n", True),
    "a zero in front": ("a;b\nx;0.273\ny;1.250\n", False),
    "other digits": ("a;b\nx;861.273\ny;1.25\n", False),
    "a large number without a point": ("a;b\nx;861.273\ny;1250\n", False),
    "decimals in another column": ("a;b\n1.5;861.273\n2.5;1.250\n", False),
    "commas": ("a,b\nx,861.273\ny,1.250\n", False),
}


@pytest.mark.parametrize(("text", "told"), POINTS.values(), ids=POINTS)
def test_points_that_may_stand_between_thousands_are_told(text: str, told: bool, tmp_path: Path) -> None:
    file = profiled(written(tmp_path, text))
    agrees_in_values(file, tmp_path)
    assert ("Nothing tells: say which reading was taken." in " ".join(file.warnings)) == told


PLACEHOLDERS = ["-", "..", "n.a.", "unknown", " - ", "  ", " NA"]


@pytest.mark.parametrize("mark", PLACEHOLDERS)
@pytest.mark.parametrize("form", [DAY, TURNED, "{}", POINT, COMMA, "{}.101,5"])
def test_a_placeholder_is_told_and_no_reason_to_be_text(mark: str, form: str, tmp_path: Path) -> None:
    values = [mark, *days(form)]
    file = profiled(written(tmp_path, table([values, ["x"] * len(values)], ";")))
    agrees_in_values(file, tmp_path)
    assert column(file, "a").type != "text"
    assert column(file, "a").missing == 1
    assert repr(mark) in " ".join(file.warnings)


def test_a_mark_that_is_a_value_elsewhere_stays_one(tmp_path: Path) -> None:
    file = profiled(written(tmp_path, "a,b\n1,-\n-,x\n3,unknown\n"))
    assert agrees_in_values(file, tmp_path)["b"].tolist() == ["-", "x", "unknown"]


def test_columns_with_the_same_placeholder_share_a_note(tmp_path: Path) -> None:
    file = profiled(written(tmp_path, table([["..", "1", "2"], ["3", "..", "4"], ["?", "5", "6"]])))
    assert [note for note in file.warnings if "missing" in note] == [
        "The columns a, b write missing values as '..'.",
        "The column c writes missing values as '?'.",
    ]


LONG = "12345678901234567"


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([LONG, "1", "2"], "integer"),
        ([LONG, "", "2"], "text"),
        (["9" * 30, "1", "2"], "text"),
        (["１", "２", "３"], "text"),
        (["True", "", "False"], "boolean"),
    ],
)
def test_numbers_that_pandas_would_round_stay_as_they_are(
    values: list[str], kind: str, tmp_path: Path
) -> None:
    file = profiled(written(tmp_path, table([values, ["x"] * 3])))
    assert column(file, "a").type == kind
    assert agrees_in_values(file, tmp_path)["a"].astype("str")[0] == values[0]


def test_a_column_of_a_long_table_has_one_type(tmp_path: Path) -> None:
    """pandas reads long tables in pieces, and would make numbers of the pieces without a text."""
    count = 200_000
    file = profiled(written(tmp_path, table([[*map(str, range(count)), "n0"], ["x"] * (count + 1)])))
    assert set(map(type, agrees_in_values(file, tmp_path)["a"])) == {str}


@pytest.mark.parametrize(
    "names", ["a,a,a.1", "a,a.1,a", ",a,", "Unnamed: 0,a,", "x , y,z", "x ,x,y", "a,,a", "a,a,a"]
)
def test_names_are_those_that_pandas_gives(names: str, tmp_path: Path) -> None:
    agrees_in_values(profiled(written(tmp_path, names + "\n1,2024-05-01,x\n3,2024-06-01,y\n")), tmp_path)


def test_many_columns_without_names_are_named(tmp_path: Path) -> None:
    row = ",".join(["2024-05-01", "0123", "1.5", *["7"] * 90])
    df = agrees_in_values(profiled(written(tmp_path, f"{row}\n{row}\n")), tmp_path)
    assert df["column_2"].tolist() == ["0123", "0123"]


KINDS: dict[str, st.SearchStrategy[str]] = {
    "ISO": st.dates().map(str),
    "ISO times": st.datetimes().map(lambda time: time.isoformat(sep=" ")),
    "ISO of any form": st.sampled_from(
        ["2024-05-01", "2024-05-01T10:00", "2024-05-01 10:00:00", "2024-02-29"]
    ),
    "offsets": st.sampled_from(["2024-05-01T10:00Z", "2024-05-01T10:00+02:00", "2024-01-01T10:00:05+01:00"]),
    "offsets or none": st.sampled_from(["2024-05-01T10:00Z", "2024-05-01T10:00"]),
    "day first": st.dates().map(lambda day: f"{day.day}.{day.month}.{day.year:04}"),
    "month first": st.dates().map(lambda day: f"{day.month:02}/{day.day:02}/{day.year:04}"),
    "integers": st.integers().map(str),
    "long integers": st.integers(10**15, 10**20).map(str),
    "codes": st.from_regex(r"0?[0-9]{1,3}", fullmatch=True),
    "numbers": st.floats(allow_nan=False, allow_infinity=False).map(str),
    "commas": st.from_regex(r"-?[0-9]{1,4},[0-9]{1,3}", fullmatch=True),
    "dots and commas": st.from_regex(r"([1-9][0-9]?\.)?[0-9]{3},[0-9]{2}", fullmatch=True),
    "grouped": st.from_regex(r"[1-9][0-9]?(,[0-9]{3}){0,2}(\.[0-9])?", fullmatch=True),
    "dotted": st.from_regex(r"[1-9][0-9]?(\.[0-9]{3}){0,2}", fullmatch=True),
    "signs": st.text("0123456789.,-/ ", max_size=6),
    "words": st.text("ab XY", min_size=1, max_size=3),
    "booleans": st.sampled_from(["True", "False", "true"]),
    "placeholders": st.sampled_from(["-", "n.a.", "unknown", "NA"]),
}
COLUMN = st.sampled_from(sorted(KINDS)).flatmap(
    lambda kind: st.lists(
        st.one_of(*[KINDS[kind]] * 6, st.sampled_from(["", "NA", "-", ".."])), min_size=8, max_size=8
    )
)


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(columns=st.lists(COLUMN, min_size=2, max_size=4), delimiter=st.sampled_from(",;\t"))
def test_whatever_is_mixed_is_told_as_pandas_reads_it(
    columns: list[list[str]], delimiter: str, tmp_path: Path
) -> None:
    named = [list("12345678"), *columns]
    agrees_in_values(profiled(written(tmp_path, table(named, delimiter))), tmp_path)
