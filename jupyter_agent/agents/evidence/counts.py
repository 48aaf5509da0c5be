"""How many rows, lines and items the outputs print, for a sentence that counts them: `all 20 products`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jupyter_agent.spellings import Stated

from .numbers import most_rivals
from .parts import Part
from .sources import Source
from .words import words

_LONGEST = 1_000_000
"""Characters of an output; nobody counts the lines of a longer one."""
_FOOTER = re.compile(r"\[?\d+ rows x \d+ columns\]?$|(?:Freq|Name|dtype|Length): ")
_TOLD = re.compile(r"^\[?(\d{1,9}) rows x \d+ columns\]?$|\bLength: (\d{1,9})\b", re.MULTILINE)
_LEFT_OUT = re.compile(r"^[ \t]*(?:\.\.\.?|:)(?:\s|$)", re.MULTILINE)
_LIST = re.compile(r"^[^\[({\n]*+[\[({]([^\[\](){}\n]*+)[\])}]$", re.MULTILINE)
_ITEM = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|[^,\n]+")
_ALL = re.compile(r"\b(?:all|alle|tou(?:te)?s les)(?:[\s*_`]+of)?(?:[\s*_`]+the)?[\s*_`]+\Z", re.IGNORECASE)
_NOUN = re.compile(r"(?:[\s*_`]+[^\W\d_]+){1,2}")
_THINGS = words("rows lines items entries names values elements")


@dataclass(frozen=True, slots=True)
class Count:
    """So many are printed, of what these words say; without words, of anything."""

    number: int
    of: frozenset[str]


def counted(number: Stated, part: Part, sources: Sequence[Source]) -> Source | None:
    """The last output that prints as many as a number says, if it is of all or of what an output lists."""
    before, after = part.text[: number.start - part.start], part.text[number.end - part.start :]
    if number.unit != 1 or number.also is not None:
        return None
    every, noun = _ALL.search(before) is not None, _NOUN.match(after)
    things = words(noun[0]) if noun else frozenset()
    fit = [
        (count.number, source)
        for source in reversed(sources)
        if source.kind == "step"
        for count in _counts(source.text)
        if every or things & (count.of or _THINGS)
    ]
    if len({count for count, _ in fit}) > most_rivals(number.digits):
        return None
    return next((source for count, source in fit if count == number.value), None)


@lru_cache(maxsize=16)
def _counts(text: str) -> tuple[Count, ...]:
    if len(text) > _LONGEST:
        return ()
    lists = (len(_ITEM.findall(found[1])) for found in _LIST.finditer(text) if "," in found[1])
    return (*_rows(text), *(Count(items, frozenset()) for items in lists))


def _rows(text: str) -> Iterator[Count]:
    """How many rows or lines each block has; what a table says of itself below it counts instead."""
    index: frozenset[str] = frozenset()
    for block in text.split("\n\n"):
        lines = block.strip("\n").split("\n")
        rows = [line for line in lines if not _FOOTER.match(line)]
        head = _head(rows)
        if rows:
            index = words(" ".join(head[-1:]).strip().partition("  ")[0])
        told = [int(found[1] or found[2]) for found in _TOLD.finditer(block)]
        yield from (Count(one, index) for one in told)
        if not told and len(rows) > 1 and not _LEFT_OUT.search(block):
            yield Count(len(rows) - len(head), index)


def _head(rows: Sequence[str]) -> Sequence[str]:
    """The lines above the first with a digit: of a table two at most."""
    first = next((place for place, line in enumerate(rows[:3]) if re.search(r"\d", line)), 0)
    return rows[:first]
