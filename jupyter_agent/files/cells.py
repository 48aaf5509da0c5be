"""Infers a column's type from its cells as pandas would read them, and describes what they hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from .values import Column, ColumnType

MISSING = frozenset(
    {"", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>"}
    | {"N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"}
)
"""The spellings of a missing value that `read_csv` knows."""
_PLACEHOLDERS = frozenset(
    ("-", "--", "?", ".", "unknown", "Unknown", "missing", "n.a.", "#VALUE!", "#DIV/0!")
)
"""Spellings that it does not know, and that turn a column of numbers into text."""
_MOST_CATEGORIES = 12
_EXAMPLES = 3
_LONGEST_EXAMPLE = 40

_INTEGER = re.compile(r"[+-]?\d+")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_COMMA_NUMBER = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+),\d+")
_GROUPED_NUMBER = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_CODE = re.compile(r"0\d+")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?")
_SLASHED_DATE = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_BOOLEANS = frozenset(("True", "False", "true", "false", "TRUE", "FALSE"))


class Cells:
    """A column's cells, and what they say about its type."""

    def __init__(self, cells: Sequence[str]) -> None:
        stripped = [cell.strip() for cell in cells]
        self.counts = Counter(cell for cell in stripped if cell not in MISSING)
        self.missing = len(stripped) - self.counts.total()
        self.decimal_comma = False
        self.thousands = ""
        self.is_code = False
        self.day_first = False
        self.placeholders: frozenset[str] = frozenset()
        self.type: ColumnType = self._infer()

    def _infer(self) -> ColumnType:
        values = self.counts.keys()
        if not values:
            return "empty"
        if values <= _BOOLEANS:
            return "boolean"
        plain = values - _PLACEHOLDERS
        kind = self._numeric(plain)
        if kind and plain != values:
            self.placeholders = frozenset(values - plain)
            self.missing += sum(self.counts.pop(mark) for mark in self.placeholders)
        return kind or self._date() or "text"

    def _numeric(self, values: set[str]) -> ColumnType | None:
        if not values:
            return None
        if all(map(_INTEGER.fullmatch, values)):
            self.is_code = any(map(_CODE.fullmatch, values))
            return "text" if self.is_code else "integer"
        if all(map(_NUMBER.fullmatch, values)):
            return "number"
        whole_or_number = [value for value in values if not _INTEGER.fullmatch(value)]
        if all(map(_COMMA_NUMBER.fullmatch, whole_or_number)) and not all(
            map(_GROUPED_NUMBER.fullmatch, whole_or_number)
        ):
            self.decimal_comma = True
            self.thousands = "." if any("." in value for value in whole_or_number) else ""
            return "number"
        if all(_GROUPED_NUMBER.fullmatch(value) or _NUMBER.fullmatch(value) for value in values):
            self.thousands = ","
            return "number" if any("." in value for value in values) else "integer"
        return None

    def _date(self) -> ColumnType | None:
        values = self.counts.keys()
        if all(map(_ISO_DATE.fullmatch, values)):
            return "date" if all(map(_is_day, values)) else None
        parts = [_SLASHED_DATE.fullmatch(value) for value in values]
        found = [(int(part[1]), int(part[2])) for part in parts if part]
        if len(found) < len(parts):
            return None
        self.day_first = any(first > 12 for first, _ in found)
        if self.day_first:
            return "date" if all(first <= 31 and second <= 12 for first, second in found) else None
        # Without a day above 12 anywhere, day and month cannot be told apart: better text than wrong dates.
        return "date" if any(second > 12 for _, second in found) else None


def _is_day(value: str) -> bool:
    try:
        datetime.strptime(value[:10], "%Y-%m-%d")
    except ValueError:
        return False
    return True


def describe(name: str, cells: Cells) -> Column:
    """The column as prompts show it: categories in full, otherwise a range or a few examples."""
    values = list(cells.counts)
    smallest = largest = ""
    complete = cells.type in ("text", "boolean") and 0 < len(values) <= _MOST_CATEGORIES
    if complete and len(values) == cells.counts.total() > 2:
        complete = False  # every value differs: names or keys of a short table, not categories
    if cells.type in ("integer", "number"):
        ordered = sorted(values, key=lambda value: _as_float(value, cells))
        smallest, largest = (_plain(ordered[index], cells) for index in (0, -1))
    elif cells.type == "date" and not _SLASHED_DATE.fullmatch(values[0]):
        smallest, largest = min(values), max(values)
    return Column(
        name=name,
        type=cells.type,
        missing=cells.missing,
        examples=tuple(map(_shorten, sorted(values) if complete else values[:_EXAMPLES])),
        complete=complete,
        smallest=smallest,
        largest=largest,
    )


def _plain(value: str, cells: Cells) -> str:
    """A number as Python writes it."""
    if cells.decimal_comma:
        return value.replace(".", "").replace(",", ".")
    return value.replace(",", "") if cells.thousands else value


def _as_float(value: str, cells: Cells) -> float:
    return float(_plain(value, cells))


def _shorten(value: str) -> str:
    return value if len(value) <= _LONGEST_EXAMPLE else value[: _LONGEST_EXAMPLE - 1] + "…"
