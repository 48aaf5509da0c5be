"""Describes columns whose values have types of their own, as databases, Parquet and JSON have them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal

from .cells import Cells, describe
from .values import Column, ColumnType

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
_LONGEST_NESTED = 60
_NESTED_EXAMPLES = 2


def typed_column(name: str, values: Sequence[object]) -> Column:
    """The column as prompts show it; a text that looks like a number is a text."""
    present = [value for value in values if not is_missing(value)]
    kind = kind_of(present)
    missing = len(values) - len(present)
    if kind in ("list", "object", "empty"):
        examples = dict.fromkeys(_shorten(written(value)) for value in present[:_NESTED_EXAMPLES])
        return Column(name=name, type=kind, missing=missing, examples=tuple(examples))
    cells = Cells([written(value) for value in present])
    if kind not in (cells.type, "number"):
        cells.type = kind
    return replace(describe(name, cells), missing=missing)


def kind_of(present: Sequence[object]) -> ColumnType:
    """The type that all these values have; text for a mixture."""
    kinds = {_KINDS.get(type(value), "text") for value in present}
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
            return f"({len(value)} bytes)"
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, default=str, separators=(", ", ": "))
        case _:
            return str(value)


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST_NESTED else text[: _LONGEST_NESTED - 1] + "…"
