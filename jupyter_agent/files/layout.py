"""Finds how a text is divided into a table: the delimiter, where it begins, and whether it has a header."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice, pairwise

from .cells import Cells
from .dates import dates_of
from .naming import unrepeated

_DELIMITERS = (",", ";", "\t", "|")
_SNIFFED_ROWS = 200
_END = "\0end"
"""No value of a text."""
_WHOLE = re.compile(r"\d{1,15}", re.ASCII)
_YEARS = range(1500, 2200)
_LONGEST_NAME = 10_000
_FEWEST_NUMBERS = 3
"""So many whole numbers are names if they rise; fewer do so by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a text is divided into a table."""

    delimiter: str
    spaced: bool
    """A space follows each delimiter and belongs to no value."""
    width: int
    skipped: int
    """Lines before the table begins; one within quotes is counted with that in which these begin."""
    quoted: bool
    """Quotes are around values; otherwise they are signs like any other."""
    header: tuple[str, ...] | None
    """As it is written, blanks included."""


def find_layout(text: str, *, quoted: bool = True) -> Layout:
    """The delimiter that divides most lines alike, where the table begins, and whether it is headed."""
    delimiter = max(_DELIMITERS, key=lambda candidate: _fit(text, candidate, quoted))
    layout = _divided(text, delimiter, spaced=False, quoted=quoted)
    return _divided(text, delimiter, spaced=True, quoted=quoted) if layout.spaced else layout


def _divided(text: str, delimiter: str, *, spaced: bool, quoted: bool) -> Layout:
    """The layout with this delimiter; `spaced`: the space after it is no part of a value."""
    lines = _numbered(text, delimiter, spaced=spaced, quoted=quoted)
    if not lines:
        return Layout(delimiter=",", spaced=False, width=0, skipped=0, quoted=quoted, header=None)
    width = Counter(len(row) for _, row in lines[-_SNIFFED_ROWS:]).most_common(1)[0][0]
    wide = [(line, row) for line, row in lines if len(row) == width]
    start, first = next((found for found in wide if not _is_title(found[1])), wide[0])
    below = [row for line, row in lines if line > start and len(row) == width]
    spaced = spaced or (width > 1 and all(cell.startswith(" ") for cell in first[1:]))
    header = tuple(first) if is_header(first, below) else None
    return Layout(
        delimiter=delimiter, spaced=spaced, width=width, skipped=start, quoted=quoted, header=header
    )


def is_unclosed(text: str, layout: Layout) -> bool:
    """Whether a value in quotes runs to the end of the text."""
    rows = _reader(f"{text}\n{_END}", layout.delimiter, spaced=layout.spaced, quoted=True)
    try:
        return deque(rows, maxlen=1) != deque([[_END]])
    except csv.Error:
        return True


def _is_title(row: Sequence[str]) -> bool:
    """Whether a row has nothing beside its first cell, as programs for sheets write what is above a table."""
    return len(row) > 2 and not any(cell.strip() for cell in row[1:])


def rows_of(text: str, layout: Layout) -> Iterator[list[str]]:
    """The rows below the header, those of blanks only left out as pandas does."""
    reader = _reader(text, layout.delimiter, spaced=layout.spaced, quoted=layout.quoted)
    headed = layout.header is not None
    try:
        for row in islice(reader, layout.skipped, None):
            if not row or (len(row) == 1 and row[0] and not row[0].strip(" \t")):
                continue
            if headed:
                headed = False
                continue
            yield row
    except csv.Error:
        return  # an unclosed quote ran to the end: what came before is described


def column_names(layout: Layout) -> list[str]:
    """The names as pandas gives them: unnamed and repeated ones included."""
    if layout.header is None:
        return [f"column_{index + 1}" for index in range(layout.width)]
    return unrepeated(layout.header)


def tidied(names: Sequence[str]) -> list[str]:
    """The names without blanks around them, if these are all different and none is empty."""
    stripped = [name.strip() for name in names]
    return stripped if all(stripped) and len(set(stripped)) == len(names) else list(names)


def is_header(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a row holds names, which are texts, years, dates, or numbers that count."""
    named = [cell.strip() for cell in first if cell.strip()]
    others = [index for index, cell in enumerate(first) if cell.strip() and not _is_text(cell)]
    if not named or max(map(len, named)) > _LONGEST_NAME:
        return False
    if not others:
        return len(set(named)) == len(named) or not below or _has_numbers(below)
    if first[0].strip() and not _is_text(first[0]):
        return False
    return _are_names(
        [first[index].strip() for index in others], [[row[index] for index in others] for row in below]
    )


def _is_text(cell: str) -> bool:
    cells = Cells([cell])
    return cells.type == "text" and cells.unclear_dates is None


def _has_numbers(rows: Sequence[Sequence[str]]) -> bool:
    return any(Cells(column).type in ("integer", "number") for column in zip(*rows, strict=True))


def _are_names(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether cells that are no texts are names: years or dates above other things, or numbers that rise."""
    if _are_times(cells):
        return 2 * sum(map(_are_times, below)) <= len(below)
    if len(cells) < _FEWEST_NUMBERS or not all(map(_WHOLE.fullmatch, cells)):
        return False
    steps = _steps(cells)
    even = steps[0] != 0 and len(set(steps)) == 1
    return even or (_rise(cells) and not all(map(_rise, below)))


def _are_times(cells: Sequence[str]) -> bool:
    """Whether these are different years, in their order or against it, or different dates."""
    if all(_WHOLE.fullmatch(cell) and int(cell) in _YEARS for cell in cells):
        steps = _steps(cells)
        return all(step > 0 for step in steps) or all(step < 0 for step in steps)
    return len(set(cells)) == len(cells) and dates_of(cells) is not None


def _rise(cells: Sequence[str]) -> bool:
    return all(map(_WHOLE.fullmatch, cells)) and all(step > 0 for step in _steps(cells))


def _steps(cells: Sequence[str]) -> list[int]:
    return [int(after) - int(before) for before, after in pairwise(cells)]


def _fit(text: str, delimiter: str, quoted: bool) -> tuple[float, int]:
    widths = Counter(len(row) for _, row in _numbered(text, delimiter, spaced=False, quoted=quoted))
    if not widths:
        return 0.0, 0
    width, lines = widths.most_common(1)[0]
    return (lines / widths.total() if width > 1 else 0.0), width


def _numbered(text: str, delimiter: str, *, spaced: bool, quoted: bool) -> list[tuple[int, list[str]]]:
    """The first non-empty rows, each with the number of those before it, empty ones included."""
    rows: list[tuple[int, list[str]]] = []
    with suppress(csv.Error):
        for number, row in enumerate(_reader(text, delimiter, spaced=spaced, quoted=quoted)):
            if row:
                rows.append((number, row))
            if len(rows) > _SNIFFED_ROWS:
                break
    return rows


def _reader(text: str, delimiter: str, *, spaced: bool, quoted: bool) -> Iterator[list[str]]:
    return csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        skipinitialspace=spaced,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
    )
