r"""Finds the numbers that a text states, in the spellings that people and models use.

`1,234.5`, `1 234.5` with a narrow space, `1.234,5`, `1.2e3`, `1.2 × 10^3`, `1.2 × 10³`, `1.2 \times 10^{3}`,
`3 million`, `45 %`, `−3`, `$5`, `12kg`. Digits inside words, names, dates, times and versions state no
number, nor do marks of lists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAMES = (
    ("January", "Januar", "janvier", "Jan"),
    ("February", "Februar", "février", "Feb"),
    ("March", "März", "mars", "Mar"),
    ("April", "avril", "Apr"),
    ("May", "Mai", "mai"),
    ("June", "Juni", "juin", "Jun"),
    ("July", "Juli", "juillet", "Jul"),
    ("August", "août", "Aug"),
    ("September", "septembre", "Sept", "Sep"),
    ("October", "Oktober", "octobre", "Oct", "Okt"),
    ("November", "novembre", "Nov"),
    ("December", "Dezember", "décembre", "Dec", "Dez"),
)
MONTHS = {name: number for number, names in enumerate(_NAMES, start=1) for name in names}
"""The names of months in English, German and French, as they are written, with their numbers."""
MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?"
_PROGRAM = r"(?i:version|python|pandas|numpy|scipy|matplotlib|seaborn|scikit-learn|statsmodels)"
_NO_NUMBERS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"```(?:python|py)\b[\s\S]*?(?:```|\Z)",
        r"\b\d{4}-\d{1,2}(?:-\d{1,2})?(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?(?![\w-])",
        r"\b\d{1,4}/\d{1,2}/\d{1,4}\b",
        r"\b\d{1,2}\.\s?\d{1,2}\.\s?\d{4}\b",
        r"\b\d{1,2}:\d{2}(?::\d{2})?\b",
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?\.? (?:of )?{MONTH}(?:,? \d{{4}})?\b",
        rf"\b{MONTH} (?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?:,? \d{{4}})?\b(?![.,]?\d)",
        rf"\b{MONTH} (?:19|20)\d{{2}}\b(?![.,]?\d)",
        rf"\b{_PROGRAM} \d+(?:\.\d+)+",
    )
)
_MARK = re.compile(r"^[ \t]*(\d{1,2})[.)][ \t]+(?=\S)", re.MULTILINE)
"""Of a list, if there are a first and a second."""

_GROUP = "[,_'’\u00a0\u2009\u202f]"
UNIT = (
    r"(?:[kmc]?m²?|[km]?g|t|[mc]?l|ms|min|[sh]|k?Wh?|MWh|[kMG]B|EUR|USD|GBP|px|°[CF]?"
    r"|[kK]|M|B|bn|mn|thousand|million|billion|trillion)"
)
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOWERED = str.maketrans(f"{_RAISED}⁻⁺−", "0123456789-+-")
_NUMBER = re.compile(
    rf"""
    (?<![\w.]) (?<![^\W\d_][-‐‑])
    (?P<sign>(?<![\w)\]%])[-−])? [$€£¥]? (?P<late>(?<=[$€£¥])[-−])?
    (?P<digits>
        \d{{1,3}} (?:\.\d{{3}})+ , \d+                          # 1.234,5
      | \d{{1,3}} (?:\.\d{{3}}){{2,}} (?![.,]?\d)                # 1.234.567
      | (?: \d{{1,3}} (?:{_GROUP}\d{{3}})+ (?!\d) | \d+ ) (?:\.\d+)?
      | \.\d+
    )
    (?: [eE](?P<exponent>[+-]?\d+)
      | \s?(?:[×x·*]|\\times|\\cdot)\s?10
        (?: (?:\^|\*\*)\{{?(?P<power>[-−+]?\d+)\}}? | (?P<raised>[⁻⁺]?[{_RAISED}]+) ) )?
    (?! \d | \.\w | [-‐‑][^\W\d_] )
    (?: (?={UNIT}(?!\w)) | (?!\w) )
    (?: (?P<percent>\s?\\?%|[ -]per\ ?cent(?:age(?![ -]points?\b))?\b)
        | \s?(?P<scale>thousand|millions?|billions?|trillion|bn|mn|Mio|Mrd|Millionen|Milliarden|milliards?)\b
        | (?P<short>[kKMB]|(?:(?<=\.\d)|(?<=\.\d\d))\ M)\b )?
    """,
    re.VERBOSE,
)
SCALES = {
    **{"k": 1e3, "K": 1e3, "M": 1e6, "mn": 1e6, "B": 1e9, "bn": 1e9},
    **{"thousand": 1e3, "million": 1e6, "millions": 1e6, "billion": 1e9, "billions": 1e9, "trillion": 1e12},
    **{"Mio": 1e6, "Millionen": 1e6, "Mrd": 1e9, "Milliarden": 1e9, "milliard": 1e9, "milliards": 1e9},
}


@dataclass(frozen=True, slots=True)
class Stated:
    """A number that stands at `start` to `end` in a text; a percentage is both 45 and 0.45."""

    start: int
    end: int
    value: float
    also: float | None = None
    unit: float = 1.0
    """What its last digit counts: 0.1 in 3.5, 100,000 in 1.2 million."""
    digits: int = 1
    """How many it has, without zeros before the first."""
    scale: float = 1.0
    """What it says that it counts in: a million in 1.2 million."""


def numbers_in(text: str) -> tuple[Stated, ...]:
    """The numbers that `text` states, in their order."""
    return tuple(_stated(found) for found in _NUMBER.finditer(_without_dates(text)))


def _stated(found: re.Match[str]) -> Stated:
    digits = found["digits"]
    if re.fullmatch(r"\d{1,3}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})", digits):
        digits = digits.replace(".", "").replace(",", ".")
    digits = re.sub(_GROUP, "", digits)
    power = found["exponent"] or (found["power"] or found["raised"] or "0").translate(_LOWERED)
    scale = SCALES.get(found["scale"] or (found["short"] or "").strip(), 1.0)
    value = float(f"{digits}e{power}") * scale  # what is too large is infinite
    if found["sign"] or found["late"]:
        value = -value
    decimals = len(digits.partition(".")[2])
    return Stated(
        found.start(),
        found.end(),
        value,
        value / 100 if found["percent"] else None,
        unit=float(f"1e{power}") * 10.0**-decimals * scale,
        digits=len(digits.replace(".", "").lstrip("0")) or 1,
        scale=scale,
    )


def _without_dates(text: str) -> str:
    """The text with blanks for what looks like a number and is none; everything stays in its place."""
    for pattern in _NO_NUMBERS:
        text = pattern.sub(lambda found: " " * len(found[0]), text)
    marks = [found[1] for found in _MARK.finditer(text)]
    if "1" in marks and "2" in marks:
        text = _MARK.sub(lambda found: " " * len(found[0]), text)
    return text
