"""Columns in which a value stands in the first only of the rows that it is meant for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

_FEWEST_ROWS = 4


def filled_down(values: Iterable[object]) -> list[object]:
    """The values, each missing one replaced by the one above it."""
    last: object = None
    return [last := value if value is not None else last for value in values]


def named_once(columns: Iterable[Sequence[object]]) -> int:
    """How many of the first columns may have a name in the first row of each group only, as reports do.

    Missing values are None.
    """
    count = 0
    for values in columns:
        if not _is_named_once(values):
            break
        count += 1
    return count


def _is_named_once(values: Sequence[object]) -> bool:
    names = [value for value in values if value is not None]
    return (
        len(values) >= _FEWEST_ROWS
        and values[0] is not None
        and 2 <= len(names) <= len(values) / 2
        and all(isinstance(name, str) for name in names)
        and all(name != following for name, following in pairwise(names))
    )


def note_on(name: str) -> str:
    """What to know of such a column."""
    return (
        f"The column {name} may have its value in the first row of each group only, as reports do: if so,"
        " fill it downwards before rows are grouped or counted."
    )
