"""Numbers that statistics always name, so that no output need show them: levels, and the 1.5 of 1.5 × IQR."""

from __future__ import annotations

import re

from jupyter_agent.spellings import Stated

from .parts import Part

_USUAL = (0.1, 0.05)
"""Levels of significance; a p-value below a smaller one is a result."""
_STRICT = (0.01, 0.005, 0.001, 0.0001)
_PERCENT = (90, 95, 99, 99.9, 10, 5, 1, 0.1)
_TEST = re.compile(r"(?<![^\W_])p(?![^\W_])|α|\\?\balpha\b|p[- ]?values?\b|signifi|hypothes", re.IGNORECASE)
_UNDER = re.compile(
    r"(?:[<≤]|\\leq?\b|\\lt\b|\b(?:below|under|(?:less|smaller|lower) than))[\s*_`$]*\Z", re.IGNORECASE
)
_NAMED = re.compile(
    r"(?:[>≥]|\\geq?\b|\\gt\b|\b(?:above|over|exceeds?|(?:greater|larger|higher|more) than)"
    r"|(?:α|\balpha|\b(?:level|threshold|niveau))[\s*_`$]*(?:=|:|\bof\b|\bis\b|\bvon\b|\bde\b)?)[\s*_`$]*(?:\bthe\s+)?\Z",
    re.IGNORECASE,
)
_LEVEL = re.compile(
    r"[\s*_`-]*(?:bootstrap\w*\s+)?(?:CI\b|confidence|Konfidenz|credible|prediction interval"
    r"|level|significance|Signifikanz)",
    re.IGNORECASE,
)
_CONFIDENCE = re.compile(
    r"\b(?:confiance|confidence|Konfidenz\w*|CI)(?:[\s*_`]+(?:à|at|of|von|de))?[\s*_`:]*\Z", re.IGNORECASE
)
_SPREAD = re.compile(
    r"[\s*_`$]*(?:[×x*·]|times|\\times|\\cdot)?[\s*_`$]*(?:the\s+)?(?:IQR\b|interquartile)", re.IGNORECASE
)


def is_convention(number: Stated, part: Part, smallest: float) -> bool:
    """Whether a number of `part` is one that is always named so; `smallest` is the smallest shown."""
    before, after = part.text[: number.start - part.start], part.text[number.end - part.start :]
    if number.also is not None and _LEVEL.match(after):
        return True
    if number.also is not None and number.value in _PERCENT:
        return bool(_CONFIDENCE.search(before) or (_TEST.search(part.text) and _NAMED.search(before)))
    if number.value == 1.5 and _SPREAD.match(after):
        return True
    if number.value not in (*_USUAL, *_STRICT) or not _TEST.search(part.text):
        return False
    if _UNDER.search(before):
        return number.value in _USUAL or smallest < number.value
    return bool(_NAMED.search(before) or _LEVEL.match(after))
