"""Shows files that hold several tables: the largest is `df`, the others have names of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .naming import variables
from .values import Column

MOST_TABLES = 10
"""Tables that are loaded and described; of more, the names are told."""
_LONGEST_LIST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One of the tables of a file."""

    name: str
    """As the file calls it."""
    load: str
    """The expression that reads it."""
    columns: tuple[Column, ...]
    rows: int
    rows_exact: bool = True
    head: tuple[tuple[str, ...], ...] = ()
    """Its first rows, as texts."""
    notes: tuple[str, ...] = ()
    """What to know of its columns."""
    remark: str = ""
    """What to know beside its number of rows, in a word or two: `hidden`."""


def load_lines(tables: Sequence[Table]) -> str:
    """A line of code for each table, the first one's as `df`; with more than one, how many rows it has."""
    if len(tables) == 1:
        return f"df = {tables[0].load}"
    names = variables([table.name for table in tables[1:]])
    return "\n".join(
        f"{variable} = {table.load}  # {_comment(table)}"
        for variable, table in zip(("df", *names), tables, strict=True)
    )


def columns_of(tables: Sequence[Table]) -> tuple[Column, ...]:
    """All columns, those of other tables than `df` named as code says them: `prices["unit"]`."""
    names = variables([table.name for table in tables[1:]])
    return columns_among(("df", *names), [table.columns for table in tables])


def columns_among(names: Sequence[str], tables: Sequence[Sequence[Column]]) -> tuple[Column, ...]:
    """The same for tables in variables of these names."""
    others = [
        replace(column, name=f'{variable}["{column.name}"]')
        for variable, columns in zip(names[1:], tables[1:], strict=True)
        for column in columns
    ]
    return (*tables[0], *others)


def listed(names: Sequence[str]) -> str:
    """Names in quotes, as many as are read at a glance."""
    text = ""
    for place, name in enumerate(names):
        if len(text) + len(name) > _LONGEST_LIST:
            return f"{text} and {len(names) - place} more"
        text += f"{', ' if text else ''}{name!r}"
    return text


def _comment(table: Table) -> str:
    return ", ".join(filter(None, (rows_of(table.rows, exact=table.rows_exact), table.remark)))


def rows_of(rows: int, *, exact: bool) -> str:
    """The number of rows, for a comment."""
    return f"{'' if exact else 'about '}{rows} rows"
