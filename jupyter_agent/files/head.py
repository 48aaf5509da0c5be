"""The first rows of a table as they are written, where what is told of its columns may not be all.

Merged cells that leave gaps, units within texts, rows that are no entries: who sees rows sees such things.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from .text import shorten
from .values import Column

_BREAK = re.compile(r"[\r\n]+")
ROWS = 4
_CELL, _LINE = 40, 300
"""Characters of a cell and of a row."""


def head_of(
    rows: Sequence[Sequence[str]], columns: Sequence[Column], *, noted: bool, delimiter: str = ","
) -> str:
    """A few lines, with `delimiter` between the cells; none for a plain table. `noted`: it has warnings."""
    if not noted and not any(map(_is_doubtful, columns)):
        return ""
    return "\n".join(_line(row, delimiter) for row in rows[:ROWS])


def _line(row: Sequence[str], delimiter: str) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="").writerow(
        shorten(_BREAK.sub(" ", cell), _CELL) for cell in row
    )
    return shorten(line.getvalue(), _LINE)


def _is_doubtful(column: Column) -> bool:
    """Texts with gaps, in several forms, or with digits: they may be numbers, dates or something else."""
    digits = any(character.isdigit() for example in column.examples for character in example)
    return column.type == "text" and bool(column.missing or column.forms or digits)
