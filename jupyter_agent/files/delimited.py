"""Profiles CSV and TSV: how the text is divided, what the columns hold, and the code that loads them.

Looks at a bounded sample with the standard library only: the server never imports pandas.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from .cells import MISSING, Cells, describe, read_columns
from .copies import copies_in
from .footers import lines_below, note_on_sum
from .gaps import named_once, note_on
from .head import head_of
from .layout import Layout, column_names, find_layout, is_unclosed, rows_of, tidied
from .notation import without_signs
from .read_csv import LongRows, load_code
from .text import SAMPLE_BYTES, Sample, read_sample, shorten
from .values import Column, FileProfile

ENDINGS = (".csv", ".tsv", ".tab", ".psv")
"""Of the names of such files."""
_RAW_LINES = 3
"""Lines that are shown where it is not sure what they are."""
_LONGEST_LINE = 200
_LISTED = 6
"""Columns that a note names, and notes of a kind."""
_LONGEST_NAME = 100
_ONE_GROUP = re.compile(r"[+-]?(0|[1-9]\d{0,2}(\.\d{3})?)", re.ASCII)
"""861.273 and what stands beside it, whichever the point means."""


def profile_delimited(path: Path, name: str, most: int = SAMPLE_BYTES) -> FileProfile:
    """A table in text form, of which so many bytes are looked at.

    Raises:
        OSError: the file cannot be read.
        UnicodeError: it is no text.
    """
    sample = read_sample(path, most)
    csv.field_size_limit(SAMPLE_BYTES)
    layout = find_layout(sample.text)
    if sample.whole and '"' in sample.text and is_unclosed(sample.text, layout):
        layout = find_layout(sample.text, quoted=False)
    names = column_names(layout)
    rows = list(rows_of(sample.text, layout))
    below = rows[len(rows) - lines_below(rows, layout.width) :] if sample.whole else []
    rows = rows[: len(rows) - len(below)]
    too_long = sum(len(row) > layout.width for row in rows)
    # pandas takes the first row for as wide as all: there is no skipping it.
    long_rows: LongRows = "" if not too_long else "cut" if len(rows[0]) > layout.width else "skipped"
    if long_rows == "cut":
        rows = [row[: layout.width] for row in rows]
    kept = [row for row in rows if len(row) <= layout.width]
    cells = read_columns(kept, layout.width)
    described = [describe(column, cell) for column, cell in zip(tidied(names), cells, strict=True)]
    copies = copies_in(kept) if sample.whole and layout.width > 1 else 0
    load = load_code(
        name,
        sample,
        layout,
        dict(zip(names, cells, strict=True)),
        long_rows,
        rows=len(kept) if below else None,
    )
    warnings = tuple(
        chain(
            _notes(sample, layout, described),
            _row_notes(too_long, long_rows, copies),
            _end_notes(kept, below, whole=sample.whole),
            _column_notes(described, cells, semicolons=layout.delimiter == ";" and not _tell_points(cells)),
            _gaps(described, kept),
            _placeholders(described, cells),
        )
    )
    return FileProfile(
        name=name,
        kind="table",
        description="TSV table" if layout.delimiter == "\t" else "CSV table",
        load=load if described else "",
        columns=tuple(described),
        rows=len(kept) if sample.whole else round(len(kept) / sample.share),
        rows_exact=sample.whole,
        preview="" if layout.header else _raw(sample.text),
        head=""
        if layout.header is None
        else head_of(kept, described, noted=bool(warnings), delimiter=layout.delimiter),
        warnings=warnings,
    )


def _raw(text: str) -> str:
    return "\n".join(shorten(line, _LONGEST_LINE) for line in islice(text.splitlines(), _RAW_LINES))


def _notes(sample: Sample, layout: Layout, columns: Sequence[Column]) -> Iterator[str]:
    """What to know of the file as a whole."""
    if not columns:
        yield "The file holds no table."
    if sample.guessed:
        yield f"The encoding {sample.encoding} is a guess: letters with accents may be wrong."
    if sample.broken:
        yield "The file ends in the middle of a character: it was cut off."
    if not sample.whole:
        yield "The file is large: columns are described from its beginning only."
    if layout.header is None and columns:
        yield "The first line holds values, not names: the columns were named column_1, column_2 and so on."
    if layout.skipped:
        yield f"The table begins after {layout.skipped} other lines, which are skipped."
    if not layout.quoted:
        yield "A quote is not closed: quotes are read as any other sign."


def _row_notes(too_long: int, long_rows: LongRows, copies: int) -> Iterator[str]:
    """What to know of the rows."""
    if long_rows == "skipped":
        yield f"{too_long} rows have more cells than the others and are skipped."
    if long_rows == "cut":
        yield f"{too_long} rows have more cells than the others, which are left out."
    if copies:
        yield (
            "1 row is an exact copy of another."
            if copies == 1
            else f"{copies} rows are exact copies of others."
        )


def _end_notes(
    rows: Sequence[Sequence[str]], below: Sequence[Sequence[str]], *, whole: bool
) -> Iterator[str]:
    """What to know of the table's end."""
    if below:
        said = shorten(" / ".join(" ".join(filter(None, row)) for row in below), _LONGEST_LINE)
        lines = "line is" if len(below) == 1 else f"{len(below)} lines are"
        yield f"The last {lines} no part of the table and skipped: {said!r}."
    if whole and len(rows) > 1 and (note := note_on_sum(rows[-1])):
        yield note


def _tell_points(cells: Sequence[Cells]) -> bool:
    """Whether some number tells what a point or a comma means."""
    return any(
        cell.thousands or cell.decimal_comma or (cell.notation.decimal == "." and not _grouped_or_not(cell))
        for cell in cells
    )


def _column_notes(columns: Sequence[Column], cells: Sequence[Cells], *, semicolons: bool) -> Iterator[str]:
    """What to know of single columns: of each kind of note a few, and of how many columns more it is true.

    `semicolons`: they divide the file, and no number tells what a point means.
    """
    notes: dict[str, list[str]] = {}
    for column, cell in zip(columns, cells, strict=True):
        for kind, note in _notes_of(column, cell, semicolons):
            notes.setdefault(kind, []).append(f"The column {shorten(column.name, _LONGEST_NAME)} {note}")
    for alike in notes.values():
        yield from alike[:_LISTED]
        if len(alike) > _LISTED:
            yield f"The same is true of {len(alike) - _LISTED} more columns."


def _gaps(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A note for each of the first columns that leaves out what is as in the row above."""
    values = (
        [None if index >= len(row) or row[index] in MISSING else row[index] for row in rows]
        if column.type == "text"
        else ()
        for index, column in enumerate(columns)
    )
    for column in columns[: named_once(values)]:
        yield note_on(shorten(column.name, _LONGEST_NAME))


def _notes_of(column: Column, cell: Cells, semicolons: bool) -> Iterator[tuple[str, str]]:
    """What to know of a column, each with the kind of note that it is."""
    if column.missing and column.type == "empty":
        yield "empty", "is empty."
    if cell.is_code:
        yield "code", f"holds codes such as {column.examples[0]}: it is read as text."
    if cell.thousands == "." and cell.type == "integer":
        yield "dots", f"is read with dots between thousands: {_dotted(cell)}."
    if cell.dates and cell.dates.several_offsets:
        yield "offsets", "has different UTC offsets: it is read as UTC."
    if semicolons and (example := _grouped_or_not(cell)):
        yield (
            "points",
            f"has three digits after each point: {example} is read as a decimal number, but a file with"
            f" semicolons may mean {example.replace('.', '')}. Nothing tells: say which reading was taken.",
        )
    if note := _forms_of_dates(cell):
        yield "dates", f"has dates {note}"
    if cell.dates and cell.dates.short_years:
        yield "short years", "has years of two digits, which are read as those from 1969 to 2068."


def _grouped_or_not(cell: Cells) -> str:
    """A number whose point may stand before decimals or thousands, if all of a column are such."""
    if cell.notation.decimal != "." or not all(_ONE_GROUP.fullmatch(value.strip()) for value in cell.counts):
        return ""
    return next(value.strip() for value in cell.counts if "." in value)


def _forms_of_dates(cell: Cells) -> str:
    """What to know of dates in several forms, or in one that does not tell the day from the month."""
    dates = cell.dates or cell.unclear_dates
    if dates is None or (dates.told and len(dates.forms) == 1):
        return ""
    forms = ", ".join(f"{count} as {form.readable}" for form, count in cell.date_forms)
    if dates.told:
        return f"in several forms, each of which is read with a format of its own: {forms}."
    unclear = next(form for form in dates.forms if len(form.formats) > 1)
    nothing_tells = f"nothing tells if {unclear.example} begins with {unclear.beginnings}"
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
        same = [shorten(name, _LONGEST_NAME) for name in same]
        if len(same) == 1:
            yield f"The column {same[0]} writes missing values as {marks}."
        else:
            more = f" and {len(same) - _LISTED} more" if len(same) > _LISTED else ""
            yield f"The columns {', '.join(same[:_LISTED])}{more} write missing values as {marks}."
