"""Groups a column's texts by how they are written, so that a few examples show all its forms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from .values import Form

MOST_FORMS = 8
_COVERED = 0.9
"""The share of a column's values that the shown forms must have: of free text there are too many."""
_LOOKED_AT = 60
"""Characters of a value."""
_LONGEST_EXAMPLE = 40

_CURRENCY = "[$€£¥₹]"
_MEASURE = re.compile(
    rf"\s*[+-]?([A-Z]{{3}}\s+|[A-Z]{{0,3}}{_CURRENCY}\s*)?[+-]?[\d.,]*\d(\s*[^\W\d_]{{1,7}})?(\s*{_CURRENCY})?\s*"
)
"""A number with its unit or its currency: these are part of the form."""
_DATE = re.compile(r"\s*(\d{1,2})[./-](\d{1,2})[./-]\d")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+\.\d|(?<![\d.,])\d{1,3}(?:,\d{3}){2,}(?![\d,])")
_DECIMAL = re.compile(r"\d,(?:\d{1,2}|\d{4,})(?![\d,.])")
_DIGIT = re.compile(r"\d")
_SIGN = re.compile(r"^(\s*)[+-](?=\d)")
_DIGITS = re.compile(r"\d+")
_POINTED = re.compile(r"\d+(\.\d+)?")
_LETTERS = re.compile(r"[^\W\d_]+")


def forms_of(counts: Mapping[str, int], *, covered: float = 0.0) -> tuple[tuple[Form, ...], int]:
    """The commonest forms, and how many values have another; none if they cover less than `covered`."""
    sizes: Counter[str] = Counter()
    first: dict[str, str] = {}
    for value, count in counts.items():
        form = _form(value[:_LOOKED_AT])
        sizes[form] += count
        if form not in first or (is_ambiguous(first[form]) and not is_ambiguous(value)):
            first[form] = value
    commonest = sizes.most_common(MOST_FORMS)
    others = sizes.total() - sum(count for _, count in commonest)
    if others > (1 - covered) * sizes.total():
        return (), 0
    return tuple(Form(example=shorten(first[form]), count=count) for form, count in commonest), others


def differing_forms(counts: Mapping[str, int]) -> tuple[tuple[Form, ...], int]:
    """The same for texts with digits, which are codes, measures or dates; none when all have one form."""
    with_digits = sum(count for value, count in counts.items() if _DIGIT.search(value))
    if 2 * with_digits < sum(counts.values()):
        return (), 0
    forms, others = forms_of(counts, covered=_COVERED)
    return (forms, others) if len(forms) > 1 else ((), 0)


def commas_differ(values: Iterable[str]) -> bool:
    """Whether a comma is a decimal point in some of these, and stands between thousands in others."""
    seen = [value[:_LOOKED_AT] for value in values if "," in value]
    return any(map(_THOUSANDS.search, seen)) and any(map(_DECIMAL.search, seen))


def shorten(value: str, longest: int = _LONGEST_EXAMPLE) -> str:
    """A value as an example."""
    return value if len(value) <= longest else value[: longest - 1] + "…"


def is_ambiguous(value: str) -> bool:
    """A date that does not show which part is the day."""
    date = _DATE.match(value)
    return date is not None and int(date[1]) <= 12 and int(date[2]) <= 12


def _form(value: str) -> str:
    digits = _DIGITS if "," in value else _POINTED
    form = digits.sub("9", _SIGN.sub(r"\1", value))
    return form if _MEASURE.fullmatch(value) else _LETTERS.sub(_case, form)


def _case(letters: re.Match[str]) -> str:
    return "a" if letters[0].islower() else "A" if letters[0].isupper() else "Aa"
