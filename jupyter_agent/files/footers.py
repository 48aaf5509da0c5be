"""Finds the lines below a table in text form that are none of its rows: sources, notes, sums under a line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .cells import Cells

_MOST = 20
"""Lines; more are a part of the table."""
_RULE = re.compile(r"\s*(-{3,}|={3,}|_{3,}|—{3,})\s*")
_NOTE = re.compile(
    r"\s*(#\s|"
    r"((data )?sources?|(foot)?notes?|remarks?|quellen?|hinweise?|anmerkung(en)?|notas?|fuentes?)\s*:)",
    re.IGNORECASE,
)
_SUM = re.compile(
    r"\s*((grand|overall|sub)[ -]?)?"
    r"(totals?|totale|totaux|sum|summe|gesamt(summe)?|insgesamt|somme|suma)\s*:?\s*",
    re.IGNORECASE,
)


def lines_below(rows: Sequence[Sequence[str]], width: int) -> int:
    """How many of the last lines are no rows of a table of this width."""
    if width < 2:
        return 0
    first = max(1, len(rows) - _MOST)
    start = end = next(
        (index for index in range(first, len(rows)) if _is_closing(rows[index:], width)), len(rows)
    )
    while start > first and (not _filled(rows[start - 1]) or _is_note(rows[start - 1], width)):
        start -= 1
        end = start if _filled(rows[start]) else end
    above = rows[:end]
    alike = not any(_is_note(row, width) for row in above) and not any(map(_is_rule, above))
    return len(rows) - end if alike else 0


def note_on_sum(row: Sequence[object]) -> str:
    """What to know of a table's last row that says that it is the sum of the others; empty for others."""
    if not _is_sum(row):
        return ""
    return f"The last row, {_first_text(row)!r}, may be the sum of the others: count it to none of them."


def _is_sum(row: Sequence[object]) -> bool:
    return bool(_SUM.fullmatch(_first_text(row)))


def _first_text(row: Sequence[object]) -> str:
    return next((cell for cell in row if isinstance(cell, str) and cell.strip()), "")


def _filled(row: Sequence[str]) -> list[str]:
    return [cell for cell in row if cell.strip()]


def _is_rule(row: Sequence[str]) -> bool:
    cells = _filled(row)
    return bool(cells) and all(map(_RULE.fullmatch, cells))


def _is_closing(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether a rule stands above sums and notes, and above nothing else."""
    return _is_rule(rows[0]) and all(
        _is_sum(row) or _is_rule(row) or _is_note(row, width) or not _filled(row) for row in rows
    )


def _is_note(row: Sequence[str], width: int) -> bool:
    """Whether a line says that it is a note, or has one text and not the cells of a row."""
    if not row or not row[0].strip():
        return False
    if _NOTE.match(row[0]):
        return True
    return len(row) == 1 < width and Cells(row).type == "text"
