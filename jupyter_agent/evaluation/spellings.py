"""Finds the numbers that a text states, in the spellings that people and models use.

`1,234.5`, `1 234.5` with a narrow space, `1.234,5`, `1.2e3`, `1.2 × 10^3`, `3 million`, `45 %`, `−3`, `$5`,
`12kg`. Digits inside words, names, dates, times and versions state no number, nor do marks of lists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_NO_NUMBERS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"```(?:python|py)\b[\s\S]*?(?:```|\Z)",
        r"\b\d{4}-\d{1,2}(?:-\d{1,2})?(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?(?![\w-])",
        r"\b\d{1,4}/\d{1,2}/\d{1,4}\b",
        r"\b\d{1,2}\.\s?\d{1,2}\.\s?\d{4}\b",
        r"\b\d{1,2}:\d{2}(?::\d{2})?\b",
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?\.? (?:of )?{_MONTH}(?:,? \d{{4}})?\b",
        rf"\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?\b(?![.,]?\d)",
        rf"\b{_MONTH} \d{{4}}\b",
    )
)
_MARK = re.compile(r"^[ \t]*(\d{1,2})[.)][ \t]+(?=\S)", re.MULTILINE)
"""Of a list, if there are a first and a second."""

_GROUP = "[,_'’\u00a0\u2009\u202f]"
_UNIT = (
    r"(?:[kmc]?m²?|[km]?g|t|[mc]?l|ms|min|[sh]|k?Wh?|MWh|[kMG]B|EUR|USD|GBP|px|°[CF]?"
    r"|k|M|bn|thousand|million|billion|trillion)"
)
_NUMBER = re.compile(
    rf"""
    (?<![\w.]) (?<![^\W\d_][-‐‑])
    (?P<sign>(?<![\w)\]%])[-−])? [$€£¥]? (?P<late>(?<=[$€£¥])[-−])?
    (?P<digits>
        \d{{1,3}} (?:\.\d{{3}})+ , \d+                          # 1.234,5
      | (?: \d{{1,3}} (?:{_GROUP}\d{{3}})+ (?!\d) | \d+ ) (?:\.\d+)?
      | \.\d+
    )
    (?: [eE](?P<exponent>[+-]?\d+) | \s?[×x·*]\s?10(?:\^|\*\*)\{{?(?P<power>[-−+]?\d+)\}}? )?
    (?! \d | \.\w | [-‐‑][^\W\d_] )
    (?: (?={_UNIT}(?!\w)) | (?!\w) )
    (?: (?P<percent>\s?\\?%|[ -]per\ ?cent(?:age)?\b) | \s?(?P<scale>thousand|million|billion|trillion)\b
        | (?P<short>k|M|bn)\b )?
    """,
    re.VERBOSE,
)
_SCALES = {"k": 1e3, "M": 1e6, "bn": 1e9, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}


@dataclass(frozen=True, slots=True)
class Stated:
    """A number that stands at `start` to `end` in a text; a percentage is both 45 and 0.45."""

    start: int
    end: int
    value: float
    also: float | None = None


def numbers_in(text: str) -> tuple[Stated, ...]:
    """The numbers that `text` states, in their order."""
    return tuple(_stated(found) for found in _NUMBER.finditer(_without_dates(text)))


def _stated(found: re.Match[str]) -> Stated:
    digits = found["digits"]
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+", digits):
        digits = digits.replace(".", "").replace(",", ".")
    power = found["exponent"] or (found["power"] or "0").replace("−", "-")
    value = float(f"{re.sub(_GROUP, '', digits)}e{power}")  # what is too large is infinite
    value *= _SCALES.get(found["scale"] or found["short"] or "", 1.0)
    if found["sign"] or found["late"]:
        value = -value
    return Stated(found.start(), found.end(), value, value / 100 if found["percent"] else None)


def _without_dates(text: str) -> str:
    """The text with blanks for what looks like a number and is none; everything stays in its place."""
    for pattern in _NO_NUMBERS:
        text = pattern.sub(lambda found: " " * len(found[0]), text)
    marks = [found[1] for found in _MARK.finditer(text)]
    if "1" in marks and "2" in marks:
        text = _MARK.sub(lambda found: " " * len(found[0]), text)
    return text
