"""Infers a column's type from its cells as pandas would read them, and describes what they hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from .dates import DateForm, Dates, dates_of
from .forms import commas_differ, differing_forms, forms_of, shorten
from .notation import PLAIN, Notation, notation_of, without_signs
from .values import Column, ColumnType, Form

MISSING = frozenset(
    {"", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>"}
    | {"N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"}
)
"""The spellings of a missing value that `read_csv` knows."""
_PLACEHOLDERS = (
    MISSING
    | {"-", "--", "–", "—", "?", ".", "..", "...", "*", "n.a.", "N.A.", "n.a", "n/d", "N/D", "k.A."}
    | {"none", "NONE", "unknown", "Unknown", "UNKNOWN", "missing", "Missing"}
    | {"#VALUE!", "#DIV/0!", "#REF!", "#NAME?", "#NUM!"}
)
"""Those that it does not know, at least not with blanks around them, and that turn numbers into text."""
_MOST_CATEGORIES = 12
_EXAMPLES = 3
_EXACT = 2**53
"""Whole numbers are exact up to here in a column that also has missing values."""

_CODE = re.compile(r"0\d+", re.ASCII)
_BOOLEANS = frozenset(("True", "False", "true", "false", "TRUE", "FALSE"))


class Cells:
    """A column's cells, and what they say about its type."""

    def __init__(self, cells: Sequence[str], *, commas: bool = False) -> None:
        self.counts = Counter(cell for cell in cells if cell not in MISSING)
        """The values as they are written, blanks included."""
        self.missing = len(cells) - self.counts.total()
        self.notation = Notation()
        self.dates: Dates | None = None
        self.unclear_dates: Dates | None = None
        """Those of a text column of which nothing tells if the day or the month comes first."""
        self.is_code = False
        self.placeholders: frozenset[str] = frozenset()
        self.type: ColumnType = self._infer(commas)

    @property
    def decimal_comma(self) -> bool:
        """Its numbers have decimal commas, or dots between thousands."""
        return self.notation.decimal == ","

    @property
    def thousands(self) -> str:
        """The sign between the thousands of its numbers, if there is one."""
        return self.notation.thousands

    @property
    def blanks(self) -> bool:
        """Some texts begin or end with blanks."""
        return self.type == "text" and any(value != value.strip() for value in self.counts)

    @property
    def mixed(self) -> bool:
        """A text column that pandas reads in part as something else when it reads a file piece by piece."""
        return self.type == "text" and any(map(_is_something_else, self.counts))

    def _infer(self, commas: bool) -> ColumnType:
        values = self.counts.keys()
        if not values:
            return "empty"
        if values <= _BOOLEANS:
            return "boolean"
        marks = {value for value in values if value.strip() in _PLACEHOLDERS}
        plain = values - marks
        kind = self._numeric(plain, len(marks) > 0, commas) or self._date(plain)
        if kind and marks:
            self.placeholders = frozenset(marks)
            self.missing += sum(self.counts.pop(mark) for mark in marks)
        return kind or "text"

    def _numeric(self, values: set[str], with_marks: bool, commas: bool) -> ColumnType | None:
        stripped = {value.strip() for value in values}
        notation = notation_of(stripped, commas=commas) if stripped else None
        if notation is None:
            return None
        if notation.whole:
            digits = {without_signs(value, notation) for value in stripped}
            self.is_code = any(map(_CODE.fullmatch, digits)) or _too_large(
                digits, _EXACT if with_marks or self.missing else 2**63 - 1
            )
            if self.is_code:
                return "text"
        self.notation = notation
        return "integer" if notation.whole else "number"

    def _date(self, values: set[str]) -> ColumnType | None:
        dates = dates_of(values)
        if dates and not dates.told:
            self.unclear_dates = dates
            return None
        self.dates = dates
        return "date" if dates else None

    @property
    def date_forms(self) -> list[tuple[DateForm, int]]:
        """How its dates are written, and how many of them so: the commonest form first."""
        dates = self.dates or self.unclear_dates
        written = Counter[str]()
        for value, count in self.counts.items():
            written[value.strip()] += count
        found = [
            (form, sum(written[value] for value in form.values)) for form in (dates.forms if dates else ())
        ]
        return sorted(found, key=lambda item: -item[1])


def read_columns(rows: Sequence[Sequence[str]], width: int) -> list[Cells]:
    """The columns of one table, which has one way of writing numbers unless some of them contradict.

    Rows may be shorter than `width`.
    """
    cells = [Cells(_column(rows, index)) for index in range(width)]
    if any(cell.decimal_comma for cell in cells):
        alike = [Cells(_column(rows, index), commas=True) for index in range(width)]
        if not any(cell.notation.decimal == "." for cell in alike):
            return alike
    return cells


def _column(rows: Sequence[Sequence[str]], index: int) -> list[str]:
    return [row[index] if index < len(row) else "" for row in rows]


def describe(name: str, cells: Cells) -> Column:
    """The column as prompts show it: categories in full, else a range, a few examples, or all its forms."""
    values = list(cells.counts)
    complete = cells.type in ("text", "boolean") and 0 < len(values) <= _MOST_CATEGORIES
    if complete and len(values) == cells.counts.total() > 2:
        complete = False  # every value differs: names or keys of a short table, not categories
    if cells.type == "date" and cells.dates and len(cells.dates.forms) > 1:
        forms = tuple(Form(example=form.example, count=count) for form, count in cells.date_forms)
        return Column(name=name, type="date", missing=cells.missing, forms=forms)
    if cells.type == "text" and not complete and not cells.is_code:
        return _mixed(name, cells) or _plain(name, cells, complete=False)
    return _plain(name, cells, complete=complete)


def _plain(name: str, cells: Cells, *, complete: bool) -> Column:
    values = list(cells.counts)
    smallest = largest = ""
    if cells.type in ("integer", "number"):
        smallest, largest = _range([without_signs(value.strip(), cells.notation) for value in values])
    elif cells.dates and cells.dates.sortable:
        smallest, largest = min(values).strip(), max(values).strip()
    return Column(
        name=name,
        type=cells.type,
        missing=cells.missing,
        examples=tuple(map(shorten, sorted(values) if complete else values[:_EXAMPLES])),
        complete=complete,
        smallest=smallest,
        largest=largest,
        blanks=cells.blanks,
    )


def _mixed(name: str, cells: Cells) -> Column | None:
    """A text column of several forms: with numbers, or with codes, measures and dates in different forms."""
    numbers = {value: count for value, count in cells.counts.items() if PLAIN.fullmatch(value.strip())}
    smallest = largest = ""
    count = sum(numbers.values())
    if 2 * count >= cells.counts.total() and not any(_CODE.fullmatch(value.strip()) for value in numbers):
        smallest, largest = _range([value.strip() for value in numbers])
        others = {value: count for value, count in cells.counts.items() if value not in numbers}
        forms, unshown = forms_of(others)
    else:
        count = 0
        forms, unshown = differing_forms(cells.counts)
    if not forms:
        return None
    return Column(
        name=name,
        type="text",
        missing=cells.missing,
        smallest=smallest,
        largest=largest,
        numbers=count,
        forms=forms,
        unshown=unshown,
        commas=commas_differ(cells.counts),
        blanks=cells.blanks,
    )


def _range(numbers: Sequence[str]) -> tuple[str, str]:
    ordered = sorted(numbers, key=float)
    return ordered[0], ordered[-1]


def _too_large(values: set[str], largest: int) -> bool:
    return any(len(value) > 15 and abs(int(value[:40])) > largest for value in values)


def _is_something_else(value: str) -> bool:
    stripped = value.strip()
    return stripped in _BOOLEANS or bool(PLAIN.fullmatch(stripped))
