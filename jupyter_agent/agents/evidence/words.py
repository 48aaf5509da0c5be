"""Words as they are compared: which of them a sentence and a line of an output have in common."""

from __future__ import annotations

import re

from jupyter_agent.spellings import MONTHS

_WORD = re.compile(r"\d{4}-\d\d(?:-\d\d)?|\d\d?:\d\d|[^\W_]+")
_PHRASE = re.compile(r"(?<![\w.])(?=(([^\W\d_]+)[ ‑#_./-][^\W_]+)(?!\w|[.,]\d))")
_SHORT = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name.casefold(): number for name, number in MONTHS.items()}
_ID = re.compile(r"[^\W\d_]+[ ‑#_./-](?:[^\W_]*\d[^\W_]*|[^\W\d_])")
_STOP = re.compile(
    "an?|about|above|after|all|also|and|are|as|at|be|below|been|but|by|did|do|does|for|from|ha[ds]|have|if"
    "|in|into|is|its?|more|most|no|not|of|on|only|or|other|over|per|so|than|that|the|their|them|there|these|they|this"
    "|those|to|under|up|was|we|were|what|when|where|which|while|who|will|with|your?"
    "|dtype|float64|int64|int32|object|str|name|nan|none|true|false|length"
)
"""Words that say nothing of a number, and those that pandas writes below a table."""
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SAME = {
    **dict.fromkeys(("average", "avg", "mittelwert", "durchschnitt", "moyenne"), "mean"),
    **dict.fromkeys(("maximum", "highest", "largest", "biggest", "longest", "oldest", "latest"), "max"),
    **dict.fromkeys(("minimum", "lowest", "smallest", "shortest", "youngest", "earliest"), "min"),
    **dict.fromkeys(("total", "altogether", "summe", "insgesamt"), "sum"),
    **dict.fromkeys(("women", "woman", "frauen", "femme"), "female"),
    **dict.fromkeys(("men", "man", "männer", "homme"), "male"),
    **{name: _SHORT[number - 1] for name, number in _MONTHS.items() if name not in _SHORT},
    **{name: name[:3] for name in _DAYS},
}
"""What says the same as a word that outputs have."""


def words(text: str) -> frozenset[str]:
    """The telling words of a text: without case and plural, years and times among them, other numbers not.

    Of a date there are its month and what it is without its year, too.
    """
    return frozenset(part for word in _WORD.findall(text.casefold()) if _tells(word) for part in _plain(word))


def phrases(text: str) -> frozenset[str]:
    """Two words each that stand together, as in names: `st-18`, `client 25`, `team b`."""
    found = _PHRASE.findall(text.casefold())
    return frozenset(phrase for phrase, first in found if _STOP.fullmatch(first) is None)


def is_id(phrase: str) -> bool:
    """Whether it ends with a number or a letter that tells a name from others: `st-18`."""
    return _ID.fullmatch(phrase) is not None


def spellings(word: str) -> tuple[str, ...]:
    """How what `words` and `phrases` give may be written."""
    plural = (f"{word[:-1]}ies",) if word.endswith("y") else ()
    return (word, *plural, *(other for other, same in _SAME.items() if same == word))


def month_name(number: int) -> str:
    """As `words` has it: `jan` for 1; empty if there is no such month."""
    return _SHORT[number - 1] if 1 <= number <= 12 else ""


def month_number(word: str) -> int:
    """1 to 12 for the name of a month, 0 for another word."""
    return _MONTHS.get(word.casefold().rstrip("."), 0)


def _tells(word: str) -> bool:
    if word.isdecimal():
        return len(word) == 4 and word[:2] in ("19", "20")
    return len(word) > 1 and _STOP.fullmatch(word) is None


def _plain(word: str) -> tuple[str, ...]:
    if len(word) == 10 and word[4] == word[7] == "-":
        return word, word[:7], word[5:]
    if len(word) > 4 and word.endswith("ies"):
        word = f"{word[:-3]}y"
    elif len(word) > 3 and word.endswith("s"):
        word = word[:-1]
    return (_SAME.get(word, word),)
