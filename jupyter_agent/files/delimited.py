"""Profiles CSV and TSV: how the text is divided, what the columns hold, and the code that loads them.

Looks at a bounded sample with the standard library only: the server never imports pandas.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from .cells import Cells, describe, read_columns
from .layout import Layout, column_names, find_layout, rows_of, tidied
from .notation import without_signs
from .read_csv import load_code
from .text import Sample, read_sample, shorten
from .values import Column, FileProfile

_LONGEST_CELL = 1_000_000
_RAW_LINES = 3
"""Lines that are shown where it is not sure what they are."""
_LONGEST_LINE = 200
_LISTED = 6
"""Columns that a note names."""


def profile_delimited(path: Path, name: str) -> FileProfile:
    """A table in text form.

    Raises:
        OSError: the file cannot be read.
        UnicodeError: it is no text.
    """
    sample = read_sample(path)
    csv.field_size_limit(_LONGEST_CELL)
    layout = find_layout(sample.text)
    names = column_names(layout)
    rows = list(rows_of(sample.text, layout))
    ragged = sum(len(row) > layout.width for row in rows)
    kept = [row for row in rows if len(row) <= layout.width]
    cells = read_columns(kept, layout.width)
    described = [describe(column, cell) for column, cell in zip(tidied(names), cells, strict=True)]
    copies = _copies(kept) if sample.whole and layout.width > 1 else 0
    return FileProfile(
        name=name,
        kind="table",
        description="TSV table" if layout.delimiter == "\t" else "CSV table",
        load=load_code(name, sample, layout, dict(zip(names, cells, strict=True)), ragged),
        columns=tuple(described),
        rows=len(kept) if sample.whole else round(len(kept) / sample.share),
        rows_exact=sample.whole,
        preview="" if layout.header else _raw(sample.text),
        warnings=tuple(_warnings(sample, layout, described, cells, ragged, copies)),
    )


def _copies(rows: Sequence[Sequence[str]]) -> int:
    """How many rows repeat another one; 0 where most do, since then they are no entries of something."""
    copies = len(rows) - len({hash(tuple(row)) for row in rows})
    return copies if 2 * copies <= len(rows) else 0


def _raw(text: str) -> str:
    return "\n".join(shorten(line, _LONGEST_LINE) for line in islice(text.splitlines(), _RAW_LINES))


def _warnings(
    sample: Sample,
    layout: Layout,
    columns: Sequence[Column],
    cells: Sequence[Cells],
    ragged: int,
    copies: int,
) -> Iterator[str]:
    if not columns:
        yield "The file holds no table."
    if layout.header is None and columns:
        yield "The first line holds values, not names: the columns were named column_1, column_2 and so on."
    if layout.skipped:
        yield f"The table begins after {layout.skipped} other lines, which are skipped."
    if ragged:
        yield f"{ragged} rows have more cells than the others and are skipped."
    if copies:
        yield (
            "1 row is an exact copy of another."
            if copies == 1
            else f"{copies} rows are exact copies of others."
        )
    for column, cell in zip(columns, cells, strict=True):
        if column.missing and column.type == "empty":
            yield f"The column {column.name} is empty."
        if cell.is_code:
            yield f"The column {column.name} holds codes such as {column.examples[0]}: it is read as text."
        if cell.thousands == "." and cell.type == "integer":
            yield f"The column {column.name} is read with dots between thousands: {_dotted(cell)}."
        if cell.dates and cell.dates.several_offsets:
            yield f"The column {column.name} has different UTC offsets: it is read as UTC."
        if note := _forms_of_dates(cell):
            yield f"The column {column.name} has dates {note}"
    yield from _placeholders(columns, cells)
    if sample.guessed:
        yield f"The encoding {sample.encoding} is a guess: letters with accents may be wrong."
    if not sample.whole:
        yield "The file is large: columns are described from its beginning only."


def _forms_of_dates(cell: Cells) -> str:
    """What to know of dates in several forms, or in one that does not tell the day from the month."""
    dates = cell.dates or cell.unclear_dates
    if dates is None or (dates.told and len(dates.forms) == 1):
        return ""
    forms = ", ".join(f"{count} as {form.readable}" for form, count in cell.date_forms)
    if dates.told:
        return f"in several forms, each of which is read with a format of its own: {forms}."
    unclear = next(form.example for form in dates.forms if len(form.formats) > 1)
    nothing_tells = f"nothing tells if {unclear} begins with its day or its month"
    if len(dates.forms) == 1:
        return f"which stay text, as {nothing_tells}."
    return (
        f"in several forms: {forms}. They stay text, as {nothing_tells}. Read each form with a format of its"
        " own, and say which order was taken."
    )


def _dotted(cell: Cells) -> str:
    example = next(value for value in cell.counts if "." in value)
    return f"{example} is {without_signs(example, cell.notation)}"


def _placeholders(columns: Sequence[Column], cells: Sequence[Cells]) -> Iterator[str]:
    """A note for all columns that write missing values in the same way."""
    names: dict[frozenset[str], list[str]] = {}
    for column, cell in zip(columns, cells, strict=True):
        if cell.placeholders:
            names.setdefault(cell.placeholders, []).append(column.name)
    for placeholders, same in names.items():
        marks = " and ".join(map(repr, sorted(placeholders)))
        if len(same) == 1:
            yield f"The column {same[0]} writes missing values as {marks}."
        else:
            more = f" and {len(same) - _LISTED} more" if len(same) > _LISTED else ""
            yield f"The columns {', '.join(same[:_LISTED])}{more} write missing values as {marks}."
