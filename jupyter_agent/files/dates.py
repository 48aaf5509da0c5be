"""How a column writes its dates, and how pandas is told to read them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:([ T])\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)
_PARTED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)
"""Day, month and year, in an order that only the values tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """What all dates of a column have in common."""

    format: str
    """As `to_datetime` takes it."""
    alike: bool = False
    """They have one form that `parse_dates` reads."""
    zoned: bool = False
    """They have UTC offsets."""
    several_offsets: bool = False
    blanks: bool = False
    """Some have blanks around them."""

    @property
    def sortable(self) -> bool:
        """The order of the texts is the order of the days."""
        return self.format == "ISO8601"


def dates_of(values: Collection[str]) -> Dates | None:
    """The form of all of these; None when some are no dates, or day and month cannot be told apart."""
    stripped = {value.strip() for value in values}
    blanks = any(value not in stripped for value in values)
    if not stripped:
        return None
    if all(map(_ISO.fullmatch, stripped)):
        return _iso(stripped, blanks)
    found = [_PARTED.fullmatch(value) for value in stripped]
    parts = [part for part in found if part]
    if len(parts) < len(found):
        return None
    forms = {(part[2], part[5] is None, part[7] is None) for part in parts}
    orders = [order for order in ("%d %m %Y", "%m %d %Y") if all(_exists(part, order) for part in parts)]
    # Both orders fit when no day is above 12: better text than wrong dates.
    if len(forms) > 1 or len(orders) != 1:
        return None
    sign, without_time, without_seconds = forms.pop()
    time = "" if without_time else " %H:%M" if without_seconds else " %H:%M:%S"
    return Dates(format=orders[0].replace(" ", sign) + time, blanks=blanks)


def _iso(values: Collection[str], blanks: bool) -> Dates | None:
    kinds = {
        (part[1], part[2] is None, part[3] is None, part[4] or "")
        for value in values
        if (part := _ISO.fullmatch(value))
    }
    offsets = {offset for *_, offset in kinds}
    if not all(map(_is_iso, values)) or ("" in offsets and len(offsets) > 1):
        return None
    return Dates(
        format="ISO8601",
        alike=len(kinds) == 1 and not blanks,
        zoned="" not in offsets,
        several_offsets=len(offsets) > 1,
        blanks=blanks,
    )


def _is_iso(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _exists(part: re.Match[str], order: str) -> bool:
    try:
        datetime.strptime(f"{part[1]} {part[3]} {part[4]}", order)
    except ValueError:
        return False
    return int(part[5] or 0) < 24 and int(part[6] or 0) < 60 and int(part[7] or 0) < 60
