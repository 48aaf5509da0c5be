"""An answer in its parts: sentences, list items and rows of tables, with their numbers, dates and words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jupyter_agent.spellings import UNIT, Stated, numbers_in

from .dates import Date, dates_in
from .words import phrases, words

_SENTENCE = re.compile(
    r"[^\n]+?(?:[.!?](?=\s+[^\sa-z]|\s*\Z)(?<!\bi\.e\.)(?<!\be\.g\.)(?<!\bvs\.)(?<!\bapprox\.)|(?=\n)|\Z)"
)
_FENCE = re.compile(r"^ {0,3}(```|~~~)[\s\S]*?(?:^ {0,3}\1|\Z)", re.MULTILINE)
_ITEM = re.compile(r"\s*(?:[-*+•]|\d+[.)])\s")
_LIST_MARK = re.compile(r"^[ \t]*(\d{1,9})[.)][ \t]+(?=\S)", re.MULTILINE)
_RULE = re.compile(r"[\s|:\-=]+")
_ADDRESS = re.compile(r"https?://[^\s)>\]]+|(?<=\]\()[^)\n]+")
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_BLANK = re.compile("[ \u00a0\u2009\u202f]")
_COMMA = re.compile(
    rf"""
    (?: (?<![\w.,\[(]) | (?<=\() (?=[\d\ \u00a0\u2009\u202f]+,\d+\s?(?:[€$£¥%°]|{UNIT}(?!\w))) )
    (?: 0,\d+ | (?: \d{{1,3}}(?:{_BLANK.pattern}\d{{3}})+ | \d+ ) , (?: \d{{1,2}} | \d{{4,}} ) )
    (?! \w | ,\S )
    """,
    re.VERBOSE,
)
"""After a bracket only with a unit: elsewhere it begins a list."""
_POINT = re.compile(r"\d\.(?!\d{3}(?!\d))\d")
_POINTS = re.compile(r"(?<![\w.,])[1-9]\d{0,2}(?:\.\d{3})+(?![\w.]|,\d)")
_NAMED = re.compile(r"[^\W\d]")


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence, list item or row that begins at `start` of the answer."""

    number: int
    start: int
    text: str
    lead: str
    """What it hangs on: the line before a list, the head of a table."""
    numbers: tuple[Stated, ...]
    """With their places in the answer, as those of the dates."""
    dates: tuple[Date, ...]

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def is_row(self) -> bool:
        return self.text.lstrip().startswith("|")

    def head_of(self, place: int) -> str:
        """What stands above a place of the answer, in a table; what leads to it elsewhere."""
        cells = self.lead.split("|")
        column = self.text[: place - self.start].count("|")
        return cells[column] if self.is_row and column < len(cells) else self.lead

    def words_at(self, start: int, end: int) -> frozenset[str]:
        """What is said of a number."""
        around = f"{self.text[: start - self.start]}  {self.text[end - self.start :]}"
        dates = frozenset(date.word for date in self.dates)
        return words(around) | phrases(around) | words(self.head_of(start)) | dates


def parts_of(answer: str, names: str) -> tuple[Part, ...]:
    """The parts in their order. What stands between backticks and in `names` is a name, not a number."""
    read = _ADDRESS.sub(_blank, answer)
    read = _CODE.sub(lambda code: _blank(code) if _is_name(code[1], names) else code[0], read)
    dates = dates_in(read)
    # Marks of a list, as Markdown has it, are none with a reference after the digits.
    marks = {found.start(1) for found in _LIST_MARK.finditer(read)}
    # What a date holds is no number of its own.
    numbers = [
        number
        for number in numbers_in(_with_points(read, dates))
        if number.start not in marks
        and not any(date.start < number.end and number.start < date.end for date in dates)
    ]
    shown = _ADDRESS.sub(_blank, answer)
    unread = [found.span() for found in _FENCE.finditer(answer)]
    return tuple(_parts(read, shown, numbers, dates, unread))


def _parts(
    read: str, shown: str, numbers: list[Stated], dates: tuple[Date, ...], fences: list[tuple[int, int]]
) -> Iterator[Part]:
    lead, in_table = "", False
    for count, found in enumerate(_SENTENCE.finditer(_without_dates(read, dates))):
        start, end, text = found.start(), found.end(), shown[found.start() : found.end()]
        row = text.lstrip().startswith("|")
        if row and not in_table:
            lead = text
        elif not row and not _ITEM.match(text) and not any(begin <= start < stop for begin, stop in fences):
            lead = ""
        in_table = row
        inside = tuple(number for number in numbers if start <= number.start < end)
        yield Part(count, start, text, lead, inside, tuple(d for d in dates if start <= d.start < end))
        if not row and (text.rstrip(" *_").endswith(":") or text.startswith("#")):
            lead = text


def says_something(part: Part, answer: str) -> bool:
    """Whether it is a statement, and neither a heading, what leads to a list, nor a table's frame or code."""
    text = part.text.strip()
    begins = part.is_row and part.text == part.lead
    code = any(found.start() <= part.start < found.end() for found in _FENCE.finditer(answer))
    return not (begins or code or text.startswith("#") or text.endswith(":") or _RULE.fullmatch(text))


def _with_points(text: str, dates: Sequence[Date]) -> str:
    """The text with `12.5` for `12,5`, and `8_915.5` for `8 915,5`; everything stays in its place.

    That is where no number has a decimal point, and it is in no list.
    """
    if _POINT.search(_without_dates(text, dates)) or not _COMMA.search(text):
        return text
    text = _POINTS.sub(lambda found: found[0].replace(".", "_"), text)
    return _COMMA.sub(lambda found: _BLANK.sub("_", found[0]).replace(",", "."), text)


def _without_dates(text: str, dates: Sequence[Date]) -> str:
    """The text with zeros for dates, so that no point in one ends a sentence or a whole number."""
    for date in dates:
        text = text[: date.start] + "0" * (date.end - date.start) + text[date.end :]
    return text


def _is_name(code: str, names: str) -> bool:
    return bool(_NAMED.search(code)) and code in names


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])
