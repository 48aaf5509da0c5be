"""Looks for numbers in an answer that nothing computed: the likeliest sign of an invented result."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(?<![\w.])[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?:[eE][+-]?\d+)?")
_SMALLEST = 10
"""Smaller whole numbers count things in the sentence itself: `the 3 regions`."""


def unsupported(answer: str, sources: str) -> tuple[str, ...]:
    """The numbers of `answer` that no number of `sources` rounds to, also as a percentage, in order."""
    known = [_value(text) for text in _NUMBER.findall(sources)]
    found = dict.fromkeys(_NUMBER.findall(answer))
    return tuple(text for text in found if not _is_small(text) and not _supported(text, known))


def _supported(text: str, known: list[float]) -> bool:
    value = abs(_value(text))
    tolerance = 0.5001 * 10.0 ** -len(text.partition(".")[2])
    return any(abs(abs(number) * scale - value) <= tolerance for number in known for scale in (1, 100))


def _is_small(text: str) -> bool:
    return "." not in text and abs(_value(text)) < _SMALLEST


def _value(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))
