"""How a column writes its dates, in one form or in several, and how pandas is told to read them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from .forms import is_ambiguous

ISO = "ISO8601"
"""The format of a day that begins with its year, with a time or without."""
_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:([ T])\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)
_LONGEST = 40
_PART = re.compile(r"\d+|[A-Za-z]+", re.ASCII)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_WORDS = {
    **{month[:3]: "b" for month in _MONTHS},
    **dict.fromkeys(_MONTHS, "B"),
    "may": "M",
    "am": "p",
    "pm": "p",
}
"""What a word in a date is: a month in full, shortened or either, or a half of the day."""
_WITH_NAMES = ("B n, Y", "B n Y", "n B Y", "n. B Y", "n-B-Y", "n-B-y", "n B y")
_DAYS: dict[str, tuple[str, ...]] = {
    **{f"Y{sign}n{sign}n": (f"%Y{sign}%m{sign}%d",) for sign in "-/."},
    **{f"n{sign}n{sign}Y": (f"%d{sign}%m{sign}%Y", f"%m{sign}%d{sign}%Y") for sign in "-/."},
    **{f"n{sign}n{sign}n": (f"%d{sign}%m{sign}%y", f"%m{sign}%d{sign}%y") for sign in "/."},
    "n-n-n": ("%d-%m-%y", "%m-%d-%y", "%y-%m-%d"),
    **{
        shape.replace("B", kind).replace("y", "n"): tuple(
            shape.replace("n", "%d").replace("Y", "%Y").replace("y", "%y").replace("B", directive)
            for directive in directives
        )
        for shape in _WITH_NAMES
        for kind, directives in {"B": ["%B"], "b": ["%b"], "M": ["%B", "%b"]}.items()
    },
}
"""The formats of days by their shape, of which more than one may fit."""
_UNPADDED = re.compile(r"(?!\d\d([.-])\d\d\1\d\d(?!\d))\d{1,2}([.-])\d{1,2}\2\d{1,2}(?!\d)", re.ASCII)
"""1.10.12, which is a version or a number of a chapter rather than a date."""
_CLOCKS = {
    "n:n": "%H:%M",
    "n:n:n": "%H:%M:%S",
    "n:n p": "%I:%M %p",
    "n:n:n p": "%I:%M:%S %p",
    "n:np": "%I:%M%p",
    "n:n:np": "%I:%M:%S%p",
}
_TIMES = {"": "", **{sign + clock: sign + _CLOCKS[clock] for sign, clock in product((" ", ", "), _CLOCKS)}}
_SHAPES = {day + time: (_DAYS[day], _TIMES[time]) for day, time in product(_DAYS, _TIMES)}
_PARTS = {"%d": "day", "%m": "month", "%y": "year"}
_READABLE = {
    **{"%Y": "YYYY", "%y": "YY", "%m": "MM", "%d": "DD", "%B": "Month", "%b": "Mon"},
    **{"%H": "hh", "%I": "hh", "%M": "mm", "%S": "ss", "%p": "AM"},
    ISO: "YYYY-MM-DD",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DateForm:
    """One way in which dates are written."""

    formats: tuple[str, ...]
    """As `to_datetime` takes it; two where nothing tells if the day or the month comes first."""
    values: frozenset[str]
    """The different dates, without blanks around them."""

    @property
    def readable(self) -> str:
        """For a person: `DD.MM.YYYY`."""
        return " or ".join(map(_readable, self.formats))

    @property
    def beginnings(self) -> str:
        """What each of them may begin with: `its day or its month`."""
        return " or ".join(f"its {_PARTS[format[:2]]}" for format in self.formats)

    @property
    def example(self) -> str:
        """A date that shows which part is the day, if there is one."""
        return min(self.values, key=lambda value: (is_ambiguous(value), value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """How the dates of a column are written."""

    forms: tuple[DateForm, ...]
    alike: bool = False
    """They have one form that `parse_dates` reads."""
    zoned: bool = False
    """They have UTC offsets."""
    several_offsets: bool = False
    blanks: bool = False
    """Some have blanks around them."""

    @property
    def told(self) -> bool:
        """It is told of each date which part is the day."""
        return all(len(form.formats) == 1 for form in self.forms)

    @property
    def formats(self) -> list[str]:
        """Those of all forms, where that is told."""
        return [form.formats[0] for form in self.forms]

    @property
    def short_years(self) -> bool:
        """Their years have two digits."""
        return any("%y" in format for form in self.forms for format in form.formats)

    @property
    def sortable(self) -> bool:
        """The order of the texts is the order of the days."""
        return self.formats == [ISO]


def dates_of(values: Collection[str]) -> Dates | None:
    """The forms of all of these; None when some are no dates."""
    stripped = {value.strip() for value in values}
    blanks = any(value not in stripped for value in values)
    if not stripped:
        return None
    if all(map(_ISO.fullmatch, stripped)):
        return _iso(stripped, blanks)
    found: dict[str, tuple[tuple[str, ...], str]] = {}
    for value in stripped:
        days, time = _formats_of(value)
        if not days:
            return None
        found[value] = days, time
    if len({"%y" in days[0] for days, _ in found.values()}) > 1:
        return None
    shown = {days[0] for days, _ in found.values() if len(days) == 1}
    return Dates(
        forms=_forms({value: _told(*formats, shown) for value, formats in found.items()}), blanks=blanks
    )


def _formats_of(value: str) -> tuple[tuple[str, ...], str]:
    """The formats that its day may have, and that of its time; none for what is no date."""
    if _ISO.fullmatch(value):
        return ((ISO,) if is_iso(value) and datetime.fromisoformat(value).tzinfo is None else ()), ""
    if _UNPADDED.match(value):
        return (), ""
    parts = _PART.findall(value[:_LONGEST])
    days, time = _SHAPES.get(_PART.sub(_kind, value[:_LONGEST]), ((), ""))
    if len(days) == 2 and not _is_named(days):
        first, second = int(parts[0]) <= 12, int(parts[1]) <= 12
        days = days if first and second else days[:1] if second else days[1:]
    elif len(days) > 2:
        days = tuple(day for day in days if _exists(value, day + time))
    return (days if days and _exists(value, days[0] + time) else ()), time


def _is_named(days: Sequence[str]) -> bool:
    """Whether the month is a word, which is read alike in all these formats."""
    return "%B" in days[0]


def _kind(part: re.Match[str]) -> str:
    """What a number or word in a date may be."""
    text = part[0]
    if text.isdigit():
        return "Y" if len(text) == 4 else "n" if len(text) < 3 else text
    return _WORDS.get(text.lower(), text)


def _told(days: tuple[str, ...], time: str, shown: Collection[str]) -> tuple[str, ...]:
    """The formats of a date, one if other dates of the column show which; a month's name says it anyway."""
    fitting = [day for day in days if day in shown]
    if len(fitting) != 1:
        fitting = [days[0]] if _is_named(days) else list(days)
    return tuple(day + time for day in fitting)


def _forms(formats: Mapping[str, tuple[str, ...]]) -> tuple[DateForm, ...]:
    """The forms of dates, whose formats are given."""
    values: dict[tuple[str, ...], set[str]] = {}
    for value, own in formats.items():
        values.setdefault(own, set()).add(value)
    unpadded, padded = values.get(("%Y-%m-%d",)), values.get((ISO,))
    if unpadded and padded and all(len(value) == len("YYYY-MM-DD") for value in padded):
        unpadded |= values.pop((ISO,))
    ordered = sorted(values.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(DateForm(formats=own, values=frozenset(dates)) for own, dates in ordered)


def _readable(format: str) -> str:
    for directive, words in _READABLE.items():
        format = format.replace(directive, words)
    return format


def _iso(values: Collection[str], blanks: bool) -> Dates | None:
    kinds = {
        (part[1], part[2] is None, part[3] is None, part[4] or "")
        for value in values
        if (part := _ISO.fullmatch(value))
    }
    offsets = {offset for *_, offset in kinds}
    if not all(map(is_iso, values)) or ("" in offsets and len(offsets) > 1):
        return None
    return Dates(
        forms=_forms(dict.fromkeys(values, (ISO,))),
        alike=len(kinds) == 1 and not blanks,
        zoned="" not in offsets,
        several_offsets=len(offsets) > 1,
        blanks=blanks,
    )


def is_iso(value: str) -> bool:
    """Whether a text that looks like an ISO date is one, of a day that exists."""
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _exists(value: str, format: str) -> bool:
    try:
        datetime.strptime(value, format)
    except ValueError:
        return False
    return True
