"""Words as they are compared: which of them a sentence and a line of an output have in common."""

from __future__ import annotations

import re

_WORD = re.compile(r"\d{4}-\d\d(?:-\d\d)?|[^\W_]+")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_STOP = re.compile(
    "an?|about|above|after|all|also|and|are|as|at|be|below|been|but|by|did|do|does|for|from|ha[ds]|have|if"
    "|in|into|is|its?|more|most|no|not|of|on|only|or|other|over|per|so|than|that|the|their|them|there|these|they|this"
    "|those|to|under|up|was|we|were|what|when|where|which|while|who|will|with|your?"
    "|dtype|float64|int64|int32|object|str|name|nan|none|true|false|length"
)
"""Words that say nothing of a number, and those that pandas writes below a table."""


def words(text: str) -> frozenset[str]:
    """The telling words of a text: without case and plural, years among them, other numbers not."""
    return frozenset(_plain(word) for word in _WORD.findall(text.casefold()) if _tells(word))


def month_number(word: str) -> int:
    """1 to 12 for the name of a month, 0 for another word."""
    lower = word.casefold().rstrip(".")
    return 1 + _MONTHS.index(lower[:3]) if _MONTH.fullmatch(lower) else 0


def _tells(word: str) -> bool:
    if word.isdecimal():
        return len(word) == 4 and word[:2] in ("19", "20")
    return len(word) > 1 and _STOP.fullmatch(word) is None


def _plain(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word
