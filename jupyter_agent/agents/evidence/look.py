"""Looks closely at a number in an output: whether it is one, whose it is, and which words stand beside it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from jupyter_agent.spellings import UNIT

from .dates import covers_date
from .words import month_name, phrases, words

_WINDOW = 200
"""Characters before and after it that are read of a longer line."""
_BLOCK = 100_000
_HEAD = 2_000
"""Characters of the first line of a block; one that is longer heads no table."""
_LINE = 160
"""Characters of a line that are shown to a person."""
_ROWS = re.compile(
    r"\[?(\d+) rows x (\d+) columns\]?|\bLength: (\d+)|RangeIndex: (\d+) entries|total (\d+) columns"
)
_COUNTED = {
    "row": frozenset(("row", "record", "entry", "line", "observation", "case", "item", "sample")),
    "column": frozenset(("column", "feature", "variable", "field")),
}
_SHARES = frozenset(("percent", "percentage", "pct"))
_LABELLED = frozenset(("row", "index", "line", "record", "id", "entry", "number"))
_NUMBER = re.compile(r"(?<![\w.])(?<![^\W\d_][-‑])\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_SIGNED = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?!\w)")
_ALONE = re.compile(r"\W*+\d[\d.,]*+(?:(?:(?! {2})\W)++\d[\d.,]*+){0,2}\W*+")
_LABEL = re.compile(r"([^\W\d_]+)\W{1,4}\Z")
_BY_MONTH = re.compile(r"(?:[^\n]*\n)?\w*month\b", re.IGNORECASE)
_FIRST = re.compile(r"(\d{1,2})\s")
_AFTER = re.compile(rf"{UNIT}(?!\w)")


@dataclass(frozen=True, slots=True)
class Sight:
    """What is to be seen of a number in an output."""

    negative: bool
    first: int
    """Where its line begins."""
    beside: frozenset[str]
    """The words and phrases of its line."""
    above: frozenset[str]
    """The words above it, at the head of its column."""
    label: frozenset[str]
    """The word before it."""
    on_line: int
    """How many numbers of its magnitude the line has."""
    in_column: int
    """How many lines the block has."""
    says_percent: bool
    line: str
    alone: bool
    """Its line has nothing but a few numbers, as where a program prints just that."""
    only_if: frozenset[str] | None = None
    """It counts rows or columns, or is the label of a row: for a sentence that has one of these words."""


def look(text: str, start: int, end: int) -> Sight | None:
    """What is to be seen of the number at `start` to `end`; None if it is a part of something else."""
    if _is_part_of_a_name(text, start, end) or covers_date(text, start, end):
        return None
    first, last = _line(text, start, end)
    line = text[first:last]
    place = start - first, end - first
    block_start, head_end, block_end = _head(text, first)
    above = "" if block_start == first else _above(text[block_start:head_end], *place)
    only_if = _footer(line, *place)
    if only_if is None and _is_row_label(text, line, place, (block_start, head_end), first):
        only_if = _LABELLED
    rest = f"{line[: place[0]]}  {line[place[1] :]}"
    decade = _decade(text[start:end])
    numbers = [found for found in _NUMBER.finditer(line) if _decade(found[0]) == decade]
    return Sight(
        negative=text[start - 1 : start] in ("-", "−") and not text[start - 2 : start - 1].isalnum(),
        first=first,
        beside=words(rest) | phrases(rest) | _month(text[block_start : head_end + _HEAD], line),
        above=words(above),
        label=words(label[1]) if (label := _LABEL.search(line[: place[0]])) else frozenset(),
        on_line=max(1, len(numbers)),
        in_column=1 + text.count("\n", block_start, block_end),
        says_percent="%" in above or bool(_SHARES.intersection(words(f"{line} {above}"))),
        line=shortened(line, place[0]),
        alone=_ALONE.fullmatch(line) is not None,
        only_if=only_if,
    )


def is_extreme(text: str, start: int, end: int) -> bool:
    """Whether a number of a table is the largest or the smallest in its column."""
    first, _ = _line(text, start, end)
    block_start, _, block_end = _head(text, first)
    extremes = _extremes(text[block_start:block_end], start - first, end - first)
    return float(text[start:end].replace(",", "")) in extremes


@lru_cache(maxsize=16)
def _extremes(block: str, left: int, right: int) -> tuple[float, ...]:
    """The extremes of a column, from `left` to `right` of its lines; none of a single number."""
    column = []
    for line in block.splitlines():
        found = (
            number for number in _SIGNED.finditer(line) if left < number.end() and number.start() < right
        )
        column += [float(number[0]) for number in found]
    return (max(map(abs, column)), max(column), min(column)) if len(column) > 1 else ()


def alone_in(text: str) -> int:
    """How many lines of a text have nothing but a few numbers; of a long one, more than it has."""
    if len(text) > _BLOCK:
        return len(text)
    return sum(_ALONE.fullmatch(line) is not None for line in text.splitlines())


def line_at(text: str, place: int) -> str:
    """The line of a place, as a person is shown it."""
    first, last = _line(text, place, place)
    return shortened(text[first:last], place - first)


def shortened(line: str, place: int) -> str:
    """A line in one piece and not too long, with what stands at `place`."""
    begin = max(0, min(place - _LINE // 2, len(line) - _LINE))
    return " ".join(line[begin : begin + _LINE].split())


def _line(text: str, start: int, end: int) -> tuple[int, int]:
    first = text.rfind("\n", max(0, start - _WINDOW), start) + 1 or max(0, start - _WINDOW)
    last = text.find("\n", end, end + _WINDOW)
    return first, last if last >= 0 else min(len(text), end + _WINDOW)


def _is_part_of_a_name(text: str, start: int, end: int) -> bool:
    earlier, before = text[start - 2 : start - 1], text[start - 1 : start]
    after, later = text[end : end + 1], text[end + 1 : end + 2]
    if before.isalnum() or before == "_" or (before == "." and earlier.isalnum()):
        return True
    if before in ("-", "‑") and earlier.isalpha():
        return True
    if (after == "." and later.isalnum()) or (after == "-" and later.isalpha()):
        return True
    return (after.isalpha() or after == "_") and not _AFTER.match(text, end)


def _head(text: str, first: int) -> tuple[int, int, int]:
    """Where the block around a line begins, and where its first line and the block end."""
    begin = text.rfind("\n\n", max(0, first - _BLOCK), first)
    block_start = begin + 2 if begin >= 0 else max(0, first - _BLOCK)
    end = text.find("\n\n", first, first + _BLOCK)
    head_end = text.find("\n", block_start, block_start + _HEAD)
    block_end = end if end >= 0 else min(len(text), first + _BLOCK)
    return block_start, head_end if head_end >= 0 else block_start, block_end


def _above(head: str, start: int, end: int) -> str:
    """The words of a head that stand over a column: what reaches over it, or ends with it."""
    found = (word for word in re.finditer(r"\S+(?: \S+)*", head) if word.start() < end and start < word.end())
    return " ".join(word[0] for word in found)


def _month(head: str, line: str) -> frozenset[str]:
    """The name of the month that a row is of, where the index of its table has numbers of months."""
    first = _FIRST.match(line)
    return words(month_name(int(first[1]))) if first and _BY_MONTH.match(head) else frozenset()


def _footer(line: str, start: int, end: int) -> frozenset[str] | None:
    for found in _ROWS.finditer(line):
        for group in range(1, 6):
            if found.span(group) == (start, end):
                return _COUNTED["column" if group in (2, 5) else "row"]
    return None


def _is_row_label(text: str, line: str, place: tuple[int, int], head: tuple[int, int], first: int) -> bool:
    """Whether it numbers a row, as pandas does where a table has no index of its own."""
    start, end = place
    if line[:start].strip() or not re.match(r" {2,}\S", line[end:]) or not line[start:end].isdecimal():
        return False
    if head[0] == first:
        return line[start:end] == "0"
    title = text[head[0] : head[1]]
    if re.match(r"\s*\d+ {2,}\S", title):
        return title.split()[0] == "0"  # a series: there is no title
    following = text[head[1] + 1 : text.find("\n", head[1] + 1)]
    named = re.fullmatch(r"\S[^\d]*", following.rstrip()) is not None
    return title[:1] == " " and not title[start:end].strip() and not named


def _decade(digits: str) -> int:
    value = float(digits.replace(",", "")) if digits else 0.0
    return math.floor(math.log10(value)) if 0 < value < math.inf else -400
