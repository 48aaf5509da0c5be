"""Dates that begin with the year, 2024-01-05, in which a conversion took the month for the day.

pandas does that when it is told that the day comes first: it reads 5 January as 1 May, and says nothing.
"""

from __future__ import annotations

import re
import sys
from typing import Any, Literal

_YEAR_FIRST = re.compile(r"\s*(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?!\d)", re.ASCII)
_DAY_SECOND = re.compile(r"%Y[-/.]?%d[-/.]?%m")
_LOOKED_AT = 200
"""Values of a column: only if one of them begins with the year, the others are looked at as well."""
_SPREAD = 1_000_003
"""A prime number of places from one of them to the next, so that no pattern in the rows is missed."""
_MONTHS = 12


Turning = Literal["none", "all", "each"]
"""Which dates a conversion may turn: none, all if it turns the first, or each by itself."""


def turning(day_first: object, format: object) -> Turning:
    """Which dates `to_datetime` may turn with these arguments."""
    if isinstance(format, str) and format != "mixed":
        return "each" if _DAY_SECOND.match(format) else "none"
    if day_first is not True:
        return "none"
    return "all" if format is None else "each"


def turned(values: Any, result: Any, turning: Turning) -> Any | None:
    """Which of the values were turned, as an array of truth values; None if none were.

    A column in which the day does stand behind the year, as in 2024-25-01, was read as it is meant.
    """
    if turning == "none" or (turning == "all" and _keeps_first(values, result)):
        return None
    numpy = sys.modules["numpy"]
    count = len(values)
    some = numpy.arange(min(count, _LOOKED_AT)) * _SPREAD % max(count, 1)
    if not any(_begins_with_year(text) for text in _at(some, values)):
        return None
    places = _turned_places(values, result)
    if not places:
        return None
    found = numpy.zeros(count, dtype=bool)
    found[places] = True
    return found


def _keeps_first(values: Any, result: Any) -> bool:
    """Whether the first value is no text, or a date that begins with the year and was not turned."""
    pandas = sys.modules["pandas"]
    place, first = next(
        ((place, value) for place, value in enumerate(values) if not pandas.isna(value)), (0, 0)
    )
    if type(first) is not str:
        return True
    return _begins_with_year(first) and not _is_turned(first, getattr(result, "array", result)[place])


def _begins_with_year(text: object) -> bool:
    return type(text) is str and _YEAR_FIRST.match(text) is not None


def _is_turned(text: str, date: Any) -> bool:
    """Whether `date` was made of a text that begins with the year, and is not the one it says."""
    parts = _YEAR_FIRST.match(text)
    assert parts
    year, month, day = int(parts[1]), int(parts[3]), int(parts[4])
    return month != day and (date.year, date.month, date.day) == (year, day, month)


def _turned_places(values: Any, result: Any) -> list[int]:
    """Where dates were turned; nowhere if the day does stand behind the year in one of them."""
    numpy = sys.modules["numpy"]
    begun = [(place, text) for place, text in enumerate(values.tolist()) if _begins_with_year(text)]
    if any((parts := _YEAR_FIRST.match(text)) and int(parts[3]) > _MONTHS for _, text in begun):
        return []
    dates = _at(numpy.array([place for place, _ in begun], dtype=int), result)
    return [place for (place, text), date in zip(begun, dates, strict=True) if _is_turned(text, date)]


def _at(places: Any, column: Any) -> list[Any]:
    """The values of a column, an index or an array at these places."""
    values: list[Any] = getattr(column, "array", column)[places].tolist()
    return values
