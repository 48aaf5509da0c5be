"""Dates in an answer, and where a text shows them: a month is shown by each of its days, not the reverse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jupyter_agent.spellings import MONTH

from .words import month_number

_DATE = re.compile(
    rf"""
    (?<![\w.-]) (?:
        (?P<year>\d{{4}}) (?P<mark>[-/]) (?P<month>\d{{1,2}}) (?: (?P=mark) (?P<day>\d{{1,2}}) )?
            (?: [T\ ] \d{{1,2}}:\d{{2}} (?: :\d{{2}} (?:\.\d+)? )? )? (?![-/]?\d)
      | (?P<first>\d{{1,2}}) (?P<sep>[./]) \s? (?P<second>\d{{1,2}}) (?P=sep) \s? (?P<last>\d{{4}}) (?!\d)
      | (?P<d1>\d{{1,2}}) (?:st|nd|rd|th)? \.? \s (?:of\s)? (?P<m1>{MONTH})
            (?: ,? \s (?P<y1>\d{{4}}) )? (?!\w)
      | (?P<m2>{MONTH}) \s (?P<d2>\d{{1,2}}) (?:st|nd|rd|th)? (?: ,? \s (?P<y2>\d{{4}}) )? (?!\w|[.,]?\d)
      | (?P<m3>{MONTH}) ,? \s (?P<y3>(?:19|20)\d{{2}}) (?![\w.,]*\d)
    )
    """,
    re.VERBOSE,
)
_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WINDOW = 40
_YEAR_AFTER = re.compile(r"[a-z]*\.?(?:,?[ ]|-)((?:19|20)\d{2})(?!\d)")
"""After the rest of a month's name, or of an ordinal."""
_YEAR = re.compile(r"(?:19|20)\d{2}")
_BEFORE_YEAR = re.compile(
    r"""(?:
        \b(?:in|for|since|from|until|till|between|during|year|through|FY|[QH][1-4]|early|mid|late|seit|bis|Jahr|en|depuis)
      | \b(?:between|from)[\s*_`]+\d{4}[\s*_`]+(?:and|to)
      | \b(?:(?:half|quarter|month|week|day|season|end|start|beginning|middle|rest)s?[\s*_`]+of
          | (?:spring|summer|autumn|fall|winter)(?:[\s*_`]+of)?)
      | \bthe[\s*_`]+
          (?!(?:total|sum|mean|average|median|number|count|max|min|maximum|minimum|value|amount)s?\b)
          [^\W\d_]+[\s*_`]+of
    )[\s*_`]+\Z""",
    re.IGNORECASE | re.VERBOSE,
)
_THE = re.compile(r"\b(?:the|this|that|our|its|their)[\s*_`]+\Z", re.IGNORECASE)
_OF_A_YEAR = re.compile(r"['’]s\b|[ -][QH][1-4]\b|[*_]*:")
_ONE_THING = re.compile(r"[\s*_`]+(?:[a-z]+(?<!s)|sales)\b")
"""After a year, as in `the 2024 peak`; `the 2024 customers` may be so many."""


@dataclass(frozen=True, slots=True)
class Date:
    """A date that stands at `start` to `end`; what it does not say is 0."""

    start: int
    end: int
    year: int
    month: int
    day: int
    swapped: bool = False
    """Day and month may be the other way round."""

    @property
    def word(self) -> str:
        """As `words` has those of an output."""
        year, month, day = f"{self.year}-", f"{self.month:02}", f"-{self.day:02}"
        return f"{year if self.year else ''}{month}{day if self.day else ''}"


def dates_in(text: str) -> tuple[Date, ...]:
    """The dates of a text, in their order."""
    return tuple(date for found in _DATE.finditer(text) if (date := _date(found)))


def covers_date(text: str, start: int, end: int) -> bool:
    """Whether the digits at `start` to `end` are a part of a date or a time."""
    begin = max(0, start - _WINDOW)
    window = text[begin : end + _WINDOW]
    spans = (found.span() for pattern in (_DATE, _TIME) for found in pattern.finditer(window))
    return any(first <= start - begin and end - begin <= last for first, last in spans)


_TIME = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?!\d)|(?<!\d)\d{4}-?Q[1-4]|(?<!\d)\d{4}-W\d\d")


def find_date(date: Date, text: str) -> int:
    """Where a text shows it, or a day of it, last; -1 if nowhere."""
    places = [_last(form, text) for form in _forms(date)]
    places += [_last(form, text, unless_of=date.year) for form in _forms_without_year(date)]
    return max(places, default=-1)


def is_year(before: str, digits: str, after: str) -> bool:
    """Whether a sentence with `digits` between `before` and `after` says them as one says a year."""
    if _YEAR.fullmatch(digits) is None:
        return False
    if (
        not before.strip(" |*-")
        or (before[-1] == "(" and after[:1] == ")")
        or _BEFORE_YEAR.search(before)
        or _OF_A_YEAR.match(after)
    ):
        return True
    return bool(_THE.search(before) and _ONE_THING.match(after))


def find_year(year: str, text: str) -> int:
    """Where a text has a date of this year, last; -1 if nowhere."""
    return max(_last(form, text) for form in (f"{year}-", f"/{year}", f".{year}", f"{year}Q", f" {year}"))


def _date(found: re.Match[str]) -> Date | None:
    part = found.groupdict()
    swapped = False
    if part["year"]:
        year, month, day = int(part["year"]), int(part["month"]), int(part["day"] or 0)
    elif part["last"]:
        year, month, day = int(part["last"]), int(part["second"]), int(part["first"])
        swapped = part["sep"] == "/"
    else:
        year = int(part["y1"] or part["y2"] or part["y3"] or 0)
        month = month_number(part["m1"] or part["m2"] or part["m3"])
        day = int(part["d1"] or part["d2"] or 0)
    fits = (month <= 12 or swapped) and day <= 31
    return Date(found.start(), found.end(), year, month, day, swapped) if fits else None


def _forms(date: Date) -> Iterator[str]:
    """How a date may be written in an output; the beginning of it, where more may follow."""
    for month, day in _orders(date):
        for name in _spelled(month):
            if not day:
                yield from (f"{name} {date.year}", f"{name}-{date.year}", f"{name}, {date.year}")
            elif date.year:
                yield from (f"{day} {name} {date.year}", f"{day} {name}, {date.year}")
                yield from (f"{name} {day} {date.year}", f"{name} {day}, {date.year}")
                yield from (f"{day}. {name} {date.year}", f"{day}-{name}-{date.year}")
        if date.year and not day:
            yield from (f"{date.year}-{month:02}", f"{date.year}/{month:02}", f"{date.year}-{month}")
            yield f"{month:02}/{date.year}"
        elif date.year:
            yield from (f"{date.year}-{month:02}-{day:02}", f"{date.year}/{month:02}/{day:02}")
            yield from (f"{day:02}/{month:02}/{date.year}", f"{day}/{month}/{date.year}")
            yield from (f"{day:02}.{month:02}.{date.year}", f"{month:02}/{day:02}/{date.year}")
            yield f"{month}/{day}/{date.year}"
        else:
            yield f"-{month:02}-{day:02}"


def _forms_without_year(date: Date) -> Iterator[str]:
    for month, day in _orders(date):
        for name in _spelled(month):
            if day:
                yield from (f"{day} {name}", f"{name} {day}")


def _orders(date: Date) -> list[tuple[int, int]]:
    """Which month and day it may be."""
    orders = [(date.month, date.day), (date.day, date.month)][: 2 if date.swapped else 1]
    return [(month, day) for month, day in orders if 1 <= month <= 12]


def _spelled(month: int) -> tuple[str, ...]:
    name = _NAMES[month - 1]
    return tuple(dict.fromkeys((name, name[:3])))


def _last(form: str, text: str, *, unless_of: int = 0) -> int:
    """Where it stands last, no digit is cut off and no other year than `unless_of` follows, if that is given.

    A few places are looked at.
    """
    place = len(text)
    for _ in range(8):
        place = text.rfind(form, 0, place + len(form) - 1)
        if place < 0:
            return -1
        end = place + len(form)
        cut = (form[0].isdigit() and text[place - 1 : place].isdigit()) or (
            form[-1].isdigit() and text[end : end + 1].isdigit()
        )
        after = _YEAR_AFTER.match(text, end) if unless_of else None
        if not cut and (after is None or int(after[1]) == unless_of):
            return place
    return -1
