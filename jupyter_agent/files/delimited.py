"""Profiles CSV and TSV: how the text is divided, what the columns hold, and the `read_csv` that fits.

Looks at a bounded sample with the standard library only: the server never imports pandas.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .cells import Cells, describe
from .text import Sample, read_sample
from .values import Column, FileProfile

_DELIMITERS = (",", ";", "\t", "|")
_SNIFFED_ROWS = 200
_NAMED_COLUMNS = 60
"""Headerless columns are named in the load code up to this many."""
_LONGEST_CELL = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a text is divided into a table."""

    delimiter: str
    spaced: bool
    """A space follows each delimiter and belongs to no value."""
    width: int
    skipped: int
    """Lines before the table begins."""
    header: tuple[str, ...] | None


def profile_delimited(path: Path, name: str) -> FileProfile:
    """A table in text form.

    Raises:
        OSError: the file cannot be read.
        UnicodeError: it is no text.
    """
    sample = read_sample(path)
    csv.field_size_limit(_LONGEST_CELL)
    layout = find_layout(sample.text)
    names = _column_names(layout)
    rows = list(_rows(sample.text, layout))
    ragged = sum(len(row) > layout.width for row in rows)
    kept = [row for row in rows if len(row) <= layout.width]
    cells = [Cells([row[index] if index < len(row) else "" for row in kept]) for index in range(layout.width)]
    described = [describe(column, cell) for column, cell in zip(names, cells, strict=True)]
    return FileProfile(
        name=name,
        kind="table",
        description="TSV table" if layout.delimiter == "\t" else "CSV table",
        load=_load_code(name, sample, layout, names, cells, ragged),
        columns=tuple(described),
        rows=len(kept) if sample.whole else round(len(kept) / sample.share),
        rows_exact=sample.whole,
        warnings=tuple(_warnings(sample, layout, described, cells, ragged)),
    )


def find_layout(text: str) -> Layout:
    """The delimiter that divides most lines alike, where the table begins, and whether it is headed."""
    delimiter = max(_DELIMITERS, key=lambda candidate: _fit(text, candidate))
    lines = _numbered(text, delimiter)
    if not lines:
        return Layout(delimiter=",", spaced=False, width=0, skipped=0, header=None)
    width = Counter(len(row) for _, row in lines[-_SNIFFED_ROWS:]).most_common(1)[0][0]
    start, first = next((line, row) for line, row in lines if len(row) == width)
    below = [row for line, row in lines if line > start and len(row) == width]
    spaced = width > 1 and all(cell.startswith(" ") for cell in first[1:])
    header = tuple(cell.strip() for cell in first) if _is_header(first, below) else None
    return Layout(delimiter=delimiter, spaced=spaced, width=width, skipped=start, header=header)


def _fit(text: str, delimiter: str) -> tuple[float, int]:
    widths = Counter(len(row) for _, row in _numbered(text, delimiter))
    if not widths:
        return 0.0, 0
    width, lines = widths.most_common(1)[0]
    return (lines / widths.total() if width > 1 else 0.0), width


def _numbered(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """The first non-empty rows, each with the number of lines before it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    before = 0
    try:
        for row in reader:
            if row:
                rows.append((before, row))
            before = reader.line_num
            if len(rows) > _SNIFFED_ROWS:
                break
    except csv.Error:
        return rows
    return rows


def _is_header(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """A row of distinct names is a header, unless it holds a number or everything below is alike."""
    named = [cell.strip() for cell in first if cell.strip()]
    if not named or any(Cells([cell]).type != "text" for cell in named):
        return False
    return len(set(named)) == len(named) or not below


def _column_names(layout: Layout) -> list[str]:
    """The names as pandas gives them: unnamed and repeated ones included."""
    if layout.header is None:
        return [f"column_{index + 1}" for index in range(layout.width)]
    seen: Counter[str] = Counter()
    names = []
    for index, name in enumerate(layout.header):
        name = name or f"Unnamed: {index}"
        names.append(f"{name}.{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return names


def _rows(text: str, layout: Layout) -> Iterator[list[str]]:
    lines = io.StringIO(text, newline="")
    for _ in range(layout.skipped):
        lines.readline()
    reader = csv.reader(lines, delimiter=layout.delimiter, skipinitialspace=layout.spaced)
    headed = layout.header is not None
    try:
        for row in reader:
            if not row:
                continue
            if headed:
                headed = False
                continue
            yield row
    except csv.Error:
        return  # an unclosed quote ran to the end: what came before is described


def _load_code(
    name: str,
    sample: Sample,
    layout: Layout,
    names: Sequence[str],
    cells: Sequence[Cells],
    ragged: int,
) -> str:
    columns = list(zip(names, cells, strict=True))
    options: dict[str, object] = {}
    if layout.delimiter != ",":
        options["sep"] = layout.delimiter
    if sample.encoding not in ("utf-8", "utf-8-sig"):
        options["encoding"] = sample.encoding
    if layout.skipped:
        options["skiprows"] = layout.skipped
    if layout.header is None and layout.width:
        options["header"] = None
        if layout.width <= _NAMED_COLUMNS:
            options["names"] = list(names)
    if layout.spaced:
        options["skipinitialspace"] = True
    if any(cell.decimal_comma for cell in cells):
        options["decimal"] = ","
    if thousands := next((cell.thousands for cell in cells if cell.thousands), ""):
        options["thousands"] = thousands
    if placeholders := sorted({mark for cell in cells for mark in cell.placeholders}):
        options["na_values"] = placeholders
    if codes := {column: "str" for column, cell in columns if cell.is_code}:
        options["dtype"] = codes
    if dates := [column for column, cell in columns if cell.type == "date"]:
        options["parse_dates"] = dates
        if any(cell.day_first for cell in cells):
            options["dayfirst"] = True
    if ragged:
        options["on_bad_lines"] = "skip"
    arguments = "".join(f", {option}={value!r}" for option, value in options.items())
    return f"import pandas as pd\n\ndf = pd.read_csv({name!r}{arguments})"


def _warnings(
    sample: Sample, layout: Layout, columns: Sequence[Column], cells: Sequence[Cells], ragged: int
) -> Iterator[str]:
    if not columns:
        yield "The file holds no table."
    if layout.header is None and columns:
        yield "The first line holds values, not names: the columns were named column_1, column_2 and so on."
    if layout.skipped:
        yield f"The table begins after {layout.skipped} other lines, which are skipped."
    if ragged:
        yield f"{ragged} rows have more cells than the others and are skipped."
    for column, cell in zip(columns, cells, strict=True):
        if column.missing and column.type == "empty":
            yield f"The column {column.name} is empty."
        if cell.placeholders:
            marks = " and ".join(repr(mark) for mark in sorted(cell.placeholders))
            yield f"The column {column.name} writes missing values as {marks}."
        if cell.is_code:
            yield f"The column {column.name} holds codes such as {column.examples[0]}: it is read as text."
    if sample.guessed:
        yield f"The encoding {sample.encoding} is a guess: letters with accents may be wrong."
    if not sample.whole:
        yield "The file is large: columns are described from its beginning only."
