"""How a column writes its numbers: with which signs for decimals and for thousands."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

PLAIN = re.compile(r"[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|(?i:inf(inity)?))", re.ASCII)
"""A number that `read_csv` reads without being told anything."""
NUMERIC = re.compile(r"\s*[+-]?[\d.,]+([eE][+-]?\d+)?\s*", re.ASCII)
"""What it may take for a number when it is told of a sign between thousands."""
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", re.ASCII)
"""1,234.5"""
_COMMA = re.compile(r"[+-]?([1-9]\d{0,2}(\.\d{3})+|\d+)(,\d+)?", re.ASCII)
"""1.234,5 and what could be meant so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notation:
    """The signs in a column's numbers."""

    decimal: Literal["", ".", ","] = ""
    """Empty when nothing in the column tells."""
    thousands: Literal["", ",", "."] = ""
    whole: bool = False


def notation_of(values: Collection[str], *, commas: bool) -> Notation | None:
    """The notation that fits all of these; None when they are not all numbers.

    `commas`: other columns of the table have decimal commas, which decides what can be read either way.
    """
    if all(map(_INTEGER.fullmatch, values)):
        return Notation(whole=True)
    comma = all(map(_COMMA.fullmatch, values))
    if all(map(PLAIN.fullmatch, values)) and not (comma and commas):
        return Notation(decimal=".")
    point = all(_GROUPED.fullmatch(value) or PLAIN.fullmatch(value) for value in values)
    if comma and (commas or not point):
        whole = not any("," in value for value in values)
        dots = {value.count(".") for value in values}
        if whole and not commas and len(dots) == 1:
            return None  # 1.101.500 in every row: a version or an address, as likely as a number
        return Notation(decimal=",", thousands="." if any(dots) else "", whole=whole)
    if point:
        pointed = any("." in value for value in values)
        return Notation(decimal="." if pointed else "", thousands=",", whole=not pointed)
    return None


def without_signs(value: str, notation: Notation) -> str:
    """A number as Python writes it."""
    if notation.decimal == ",":
        return value.replace(".", "").replace(",", ".")
    return value.replace(",", "") if notation.thousands else value
