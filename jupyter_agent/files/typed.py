"""Describes columns whose values have types of their own, as databases, Parquet and JSON have them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal

from .cells import Cells, describe
from .dates import is_iso
from .forms import shorten
from .values import Column, ColumnType

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{3}|\.\d{6})?)?Z?)?")
_KINDS: dict[type, ColumnType] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    Decimal: "number",
    datetime: "date",
    date: "date",
    list: "list",
    dict: "object",
}
_WHOLE = range(-(2**63), 2**64)
"""The whole numbers that a column of numbers can hold; others stay what they are."""
MOST_ROWS = 20_000
"""Rows of a table that are looked at."""
_MOST_CELLS = 300_000
_LONGEST_NESTED = 60
_SHOWN_BYTES = 8
_NESTED_EXAMPLES = 2


def rows_within(most: int, columns: int) -> int:
    """How many rows of so many columns are looked at."""
    return max(1, min(most, _MOST_CELLS // max(1, columns)))


def described_from(rows: int, table: str = "") -> str:
    """The note that only the first rows of a table were looked at."""
    return f"{f'{table!r}: ' if table else ''}Columns are described from the first {rows} rows only."


def described_columns(columns: int, table: str = "") -> str:
    """The note that only the first columns of a table were looked at."""
    return f"{f'{table!r}: ' if table else ''}Only the first {columns} columns are described."


def typed_column(name: str, values: Sequence[object], *, dates: bool = False) -> Column:
    """The column as prompts show it; `dates`: its texts are read as dates. Other texts are texts."""
    present = [value for value in values if not is_missing(value)]
    kind: ColumnType = "date" if dates else kind_of(present)
    missing = len(values) - len(present)
    if kind in ("list", "object", "empty"):
        examples = dict.fromkeys(
            shorten(written(value), _LONGEST_NESTED) for value in present[:_NESTED_EXAMPLES]
        )
        return Column(name=name, type=kind, missing=missing, examples=tuple(examples))
    cells = Cells([written(value) for value in present])
    if kind not in (cells.type, "number"):
        cells.type = kind
    return replace(describe(name, cells), missing=missing)


def texts_are_dates(values: Sequence[object]) -> bool:
    """Whether these are days or times as texts, all written alike, which pandas reads when told to."""
    texts = [value for value in values if not is_missing(value)]
    lengths = {len(text) if isinstance(text, str) and _ISO_DATE.fullmatch(text) else 0 for text in texts}
    return len(lengths) == 1 and 0 not in lengths and all(is_iso(str(text)) for text in texts)


def kind_of(present: Sequence[object]) -> ColumnType:
    """The type that all these values have; text for a mixture."""
    kinds: set[ColumnType] = {_KINDS.get(type(value), "text") for value in present}
    if "integer" in kinds and any(type(value) is int and value not in _WHOLE for value in present):
        return "text"
    if kinds == {"integer", "number"}:
        return "number"
    return kinds.pop() if len(kinds) == 1 else "text" if kinds else "empty"


def is_missing(value: object) -> bool:
    """None and NaN."""
    return value is None or value != value


def written(value: object) -> str:
    """A value as a table in text form has it."""
    match value:
        case datetime():
            midnight = value.time() == time() and value.tzinfo is None
            return value.date().isoformat() if midnight else value.isoformat(" ")
        case bytes():
            return repr(value[:_SHOWN_BYTES]) + ("…" if len(value) > _SHOWN_BYTES else "")
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, default=str, separators=(", ", ": "))
        case _:
            return str(value)
