"""Looks for numbers in an answer that nothing computed: the likeliest sign of an invented result."""

from __future__ import annotations

import re
from bisect import bisect

_NUMBER = re.compile(r"(?<![\w.])[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?:[eE][+-]?\d+)?")
_SMALLEST = 10
"""Smaller whole numbers count things in the sentence itself: `the 3 regions`."""


def unsupported(answer: str, sources: str) -> tuple[str, ...]:
    """The numbers of `answer` that no number of `sources` rounds to, also as a percentage, in order.

    Blocking, for seconds if `sources` are as large as outputs may be; other threads get their turns.
    """
    numbers = [text for text in dict.fromkeys(_NUMBER.findall(answer)) if not _is_small(text)]
    ranges = [_range(text) for text in numbers]
    bounds = sorted(bound for both in ranges for bound in both)
    met: set[int] = set()
    for found in _NUMBER.finditer(sources):
        value = abs(_value(found[0]))
        met |= {bisect(bounds, value), bisect(bounds, 100 * value)}
    return tuple(
        text
        for text, (low, high) in zip(numbers, ranges, strict=True)
        if met.isdisjoint(range(bisect(bounds, low), bisect(bounds, high)))
    )


def _range(text: str) -> tuple[float, float]:
    """Between which values a number rounds to what is written."""
    value = abs(_value(text))
    tolerance = 0.5001 * 10.0 ** -len(text.partition(".")[2])
    return value - tolerance, value + tolerance


def _is_small(text: str) -> bool:
    return "." not in text and abs(_value(text)) < _SMALLEST


def _value(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))
