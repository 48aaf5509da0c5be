"""Finds where the table of a sheet lies: below titles, beside empty columns, above notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from .naming import unrepeated
from .workbook import Sheet

_WHOLE_NUMBER = re.compile(r"\d+")
_NOTE_ROWS = 30
"""A column of texts with as many rows may be a note."""

_TIDYING = 'lambda name: " ".join(str(name).split())'

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A sheet's table."""

    sheet: Sheet
    start: int
    """Rows above it."""
    left: int
    """Columns before it."""
    header: Row | None
    body: list[Row]
    """Its rows, all of the same width, empty ones included."""
    above: list[Row]
    below: int
    """Rows between its end and the end of the sheet."""
    narrower: bool
    """Other columns of the sheet are not of the table."""

    @staticmethod
    def of(sheet: Sheet) -> Block | None:
        """The table that most rows of a sheet belong to; None for an empty sheet."""
        rows = sheet.rows
        filled = [row for row in rows if any(cell is not None for cell in row)]
        if not filled:
            return None
        usual = sorted(map(_count, filled), reverse=True)[len(filled) // 3]
        start = next(index for index, row in enumerate(rows) if _begins(row, usual))
        below = _below(rows[start:], usual) if sheet.whole else 0
        inner = rows[start : len(rows) - below]
        used = [index for row in inner for index, cell in enumerate(row) if cell is not None]
        left, right = min(used), max(used) + 1
        table = [(*row[left:right], *(None,) * (right - max(left, len(row)))) for row in inner]
        headed = is_header(table[0], table[1:])
        return Block(
            sheet=sheet,
            start=start,
            left=left,
            header=table[0] if headed else None,
            body=table[1:] if headed else table,
            above=rows[:start],
            below=below,
            narrower=left > 0 or max(map(len, rows)) > right,
        )

    @property
    def raw_names(self) -> list[object]:
        """The names that pandas gives to the columns."""
        if self.header is None:
            return [f"column_{index + 1}" for index in range(len(self.body[0]))]
        return unrepeated(self.header, self.left)

    @property
    def names(self) -> tuple[str, ...]:
        """The same as texts; without blanks around them and line breaks within, if they differ then, too."""
        texts = [str(name) for name in self.raw_names]
        tidied = tuple(map(_tidied, texts))
        return tidied if len(set(tidied)) == len(tidied) else tuple(texts)

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """The arguments of `read_excel` that say where it lies, and their values as code."""
        return tuple(self._options())

    def _options(self) -> Iterator[tuple[str, str]]:
        if self.header is None:
            yield "header", "None"
            if self.start:
                yield "skiprows", str(self.start)
            yield "names", repr(list(self.names))
        elif self.start:
            yield "header", str(self.start)
        if self.narrower:
            yield "usecols", repr(f"{_letters(self.left)}:{_letters(self.left + len(self.names) - 1)}")
        if self.below:
            yield "skipfooter", str(self.below)

    @property
    def renaming(self) -> str:
        """The code that gives the columns these names."""
        if self.header is None or list(self.names) == self.raw_names:
            return ""
        is_tidied = any(name != str(raw) for name, raw in zip(self.names, self.raw_names, strict=True))
        return f".rename(columns={_TIDYING if is_tidied else 'str'})"

    @property
    def values(self) -> list[Row]:
        """Its rows without the empty ones."""
        return [row for row in self.body if any(cell is not None for cell in row)]

    def cells(self, index: int, *, merged: bool = False) -> list[object]:
        """A column of these rows; `merged`: each of the cells that are one has their value."""
        cells = [row[index] for row in self.body]
        above = self.start + (self.header is not None)
        for column, first, last in self.sheet.merged if merged else ():
            if column == self.left + index and first >= above:
                covered = slice(first - above, min(last - above + 1, len(cells)))
                cells[covered] = cells[covered][:1] * len(cells[covered])
        return [cell for cell, row in zip(cells, self.body, strict=True) if _count(row)]

    @property
    def rows(self) -> int:
        """How many there are; about, where the sheet was not read to its end."""
        count = len(self.values)
        return count if self.sheet.whole else max(count, round(count / self.sheet.share))


def _tidied(name: str) -> str:
    return " ".join(name.split())


def _count(row: Row) -> int:
    return sum(cell is not None for cell in row)


def _begins(row: Row, usual: int) -> bool:
    """Whether so many cells are filled as in a row of the table; the corner of a header may be empty."""
    count = _count(row)
    corner = usual > 2 and count == usual - 1 and row[0] is None
    return corner or count >= (usual if usual < 3 else usual * 0.7)


def _below(rows: Sequence[Row], usual: int) -> int:
    """The rows at the end with hardly a cell in them, if an empty one stands before them."""
    if usual < 3:
        return 0
    end = len(rows)
    while end and _count(rows[end - 1]) <= 1:
        end -= 1
    return len(rows) - end if end < len(rows) and _count(rows[end]) == 0 else 0


def is_header(first: Row, below: Sequence[Row]) -> bool:
    """Whether a row names columns: different texts, or texts and then years or days that rise."""
    named = [cell for cell in first if cell is not None]
    texts = [cell for cell in named if isinstance(cell, str) and not _WHOLE_NUMBER.fullmatch(cell.strip())]
    if len(texts) == len(named):
        values = any(not isinstance(cell, str) for row in below for cell in row if cell is not None)
        return values or not below or len(set(texts)) == len(texts)
    rising = named[len(texts) :]
    if (not texts and first[0] is not None) or len(rising) < 2 or named[: len(texts)] != texts:
        return False
    whole = [
        int(cell)
        for cell in rising
        if type(cell) is int or (isinstance(cell, str) and cell.strip().isdigit())
    ]
    days = [cell for cell in rising if isinstance(cell, date)]
    return _rises(rising, whole) or _rises(rising, days)


def _rises(cells: Sequence[object], values: Sequence[int] | Sequence[date]) -> bool:
    return len(cells) == len(values) and sorted(set(values)) == list(values)  # type: ignore[type-var]


def note_in(sheet: Sheet) -> str:
    """The text of a sheet that holds a few lines of it and no table."""
    filled = [[cell for cell in row if cell is not None] for row in sheet.rows]
    if len(filled) > _NOTE_ROWS or not all(
        len(row) < 2 and isinstance(cell, str) for row in filled for cell in row
    ):
        return ""
    return " / ".join(str(cell).strip() for row in filled for cell in row)


def _letters(index: int) -> str:
    """The name that a sheet gives to a column: A, Z, AA."""
    letters = ""
    index += 1
    while index:
        index, place = divmod(index - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters
