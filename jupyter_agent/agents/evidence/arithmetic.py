"""Numbers that a sentence computes from others of its own: differences, sums, ratios and changes.

The sentence must say which of them it is, both others must come from steps, and the result must be exact to
the digits written. As for numbers that are shown, it counts as chance if so many results were possible that
any number would be found among them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import permutations

from jupyter_agent.spellings import Stated

from .numbers import Found, most_rivals

_MOST = 6
"""Numbers of a sentence that are computed with."""
_UP = re.compile(
    r"\b(?:more|higher|larger|greater|increas\w*|rose|rise\w*|grew|grow\w*|gain\w*|exceed\w*|ahead|above|up)\b",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"\b(?:less|fewer|lower|smaller|decreas\w*|fell|fall\w*|drop\w*|declin\w*|behind|below|down)\b",
    re.IGNORECASE,
)
_APART = re.compile(r"\b(?:differ\w*|gap|chang\w*|spread|range)\b", re.IGNORECASE)
_SUM = re.compile(r"\b(?:total\w*|sum\w*|together|combined|altogether|overall|in all)\b", re.IGNORECASE)
_RATIO = re.compile(r"\b(?:times|ratio|fold|factor|twice|double)\b|×", re.IGNORECASE)


def calculation(number: Stated, text: str, others: Sequence[Found]) -> str:
    """How a number of a sentence follows from `others` of it: `30 − 15`; empty if it does not.

    It is one that can be computed with (`is_computable`).
    """
    values = list(dict.fromkeys(found.value for found in others))[:_MOST]
    results = [
        (value, told)
        for value, told in _results(text, values, percent=number.also is not None)
        if abs(value) / number.unit < math.inf
    ]
    exact = [told for value, told in results if abs(abs(value) - abs(number.value)) <= 0.500001 * number.unit]
    possible = len({round(abs(value) / number.unit) for value, _ in results})
    return exact[0] if exact and possible <= most_rivals(number.digits) else ""


def _results(text: str, values: Sequence[float], *, percent: bool) -> Iterator[tuple[float, str]]:
    """What the operations that a sentence names give, each with how it is written."""
    up, down, apart = (bool(words.search(text)) for words in (_UP, _DOWN, _APART))
    for first, second in permutations(sorted(values), 2):
        a, b, larger = f"{first:g}", f"{second:g}", first > second
        if percent and second:
            # A rise is a part of the smaller, a fall of the larger.
            if apart or (up if larger else down):
                yield 100 * (first - second) / second, f"({a} − {b}) / {b}"
            elif not (up or down or larger):
                yield 100 * first / second, f"{a} / {b}"
            if _SUM.search(text) and first + second:
                yield 100 * first / (first + second), f"{a} / ({a} + {b})"
        if percent:
            continue
        if larger and (up or down or apart):
            yield first - second, f"{a} − {b}"
        if larger and _SUM.search(text):
            yield first + second, f"{a} + {b}"
        if second and _RATIO.search(text):
            yield first / second, f"{a} / {b}"
    if len(values) > 2 and _SUM.search(text) and not percent:
        yield sum(values), " + ".join(f"{value:g}" for value in values)
