"""Rows that a join found no partner for, although there is one but for capitals, blanks, or its type.

Asked only of joins that left such rows, and of the first thousands of them.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

_MOST_LEFT_OUT = 5_000
_MOST_OTHERS = 20_000
"""Rows; of more, it is at least so many that have a partner."""


def may_be_text(columns: Sequence[Any]) -> bool:
    """Whether a key has cells that may be written in several ways."""
    return any(getattr(column.dtype, "kind", "O") in "OUT" for column in columns)


def without_partner(rows: Any, others: Any, length: int) -> Any:
    """Which of a table's rows are in no pair; `rows` and `others` are the two sides of a join's result."""
    numpy = sys.modules["numpy"]
    taken = numpy.zeros(length, dtype=bool)
    places = numpy.arange(length) if rows is None else rows
    paired = places >= 0 if others is None else (places >= 0) & (others >= 0)
    taken[places[paired]] = True
    return ~taken


def alike(keys: Sequence[Any], left_out: Any, others: Sequence[Any]) -> tuple[int, bool]:
    """How many rows of `left_out` have a partner but for how keys are written, and if that is their type."""
    places = left_out.nonzero()[0][:_MOST_LEFT_OUT]
    rows = Counter(_items([column[places] for column in keys]))
    distinct = dict.fromkeys(_items([column[:_MOST_OTHERS] for column in others]))
    written = {_plain(row): row for row in distinct}
    found = [(row, written[plain]) for row in rows if (plain := _plain(row)) in written]
    return sum(rows[row] for row, _ in found), any(_types(row) != _types(other) for row, other in found)


def _items(columns: Sequence[Any]) -> Iterable[Any]:
    """The cells of the only column, or those of each row together."""
    numpy = sys.modules["numpy"]
    items = [numpy.asarray(column, dtype=object).tolist() for column in columns]
    return items[0] if len(items) == 1 else zip(*items, strict=True)


def _plain(cell: Any) -> Any:
    if type(cell) is str:
        return " ".join(cell.split()).casefold()
    if type(cell) is tuple:
        return tuple(map(_plain, cell))
    if type(cell) is float and cell.is_integer():
        return str(int(cell))
    return str(cell) if type(cell) is int else cell


def _types(cell: Any) -> list[type]:
    return list(map(type, cell)) if type(cell) is tuple else [type(cell)]
