"""Whether a number stands beside another name in the answer than in the outputs: `North 40` for `South 40`.

Only where both say it plainly: the answer has the number right after a name (`North has 40`) or right before
it (`40 in the North`), and an output has a line for that name on which other numbers stand, or none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from jupyter_agent.spellings import Stated

from .look import shortened
from .numbers import Found
from .parts import Part
from .sources import Source

_LONGEST = 200
"""Characters of a line."""
_GAP = re.compile(r"[ \t]{2,}|[ \t]?[|=:]")
"""What stands between a name and its numbers; other lines have no name that is certain."""
_NAME = re.compile(r"[^\W\d_][^\d,(){}\[\]]{0,40}")
_VALUE = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:[eE][+-]?\d+)?%?")
_MISSING = {"NaN", "nan", "None", "NaT", "<NA>"}
_STATISTICS = {
    *("count", "mean", "std", "min", "max", "median", "sum", "total", "average", "avg", "variance", "length"),
    *("name", "dtype", "number", "rows", "all", "other", "p"),
}
"""What a line may be named by that is no thing of its own."""
_MOST_CHARACTERS = 200_000
_MOST_NAMES = 2_000
_NEAR = 60
"""Characters between a name and its number."""
_WORD = r"(?:has|had|is|was|with|reached|averaged?|averages|totals|totalled|mean|price|value|of|at|a|an|the)"
_AFTER_NAME = re.compile(rf"[\s*_`]*[:=(|–]?(?:[\s*_`(|$€£]+{_WORD}\b){{0,4}}[\s*_`(|$€£:=]*")
_BEFORE_NAME = re.compile(r"[\s*_`%$€£)]*(?:in|for|at)\s(?:the\s)?[\s*_`]*")


@dataclass(frozen=True, slots=True)
class Names:
    """The names that begin lines of outputs, in lower case."""

    numbers: Mapping[str, Sequence[float]]
    """Those on the lines of each; a line without any has NaN."""
    lines: Mapping[str, str]
    """The first line of each, as a person is shown it."""
    named: frozenset[str]
    """All lines that begin with one."""


def names_in(sources: Sequence[Source]) -> Names:
    """The names in the outputs of steps."""
    numbers: dict[str, list[float]] = {}
    lines: dict[str, str] = {}
    named: set[str] = set()
    for source in sources:
        if source.kind != "step":
            continue
        for line in source.text[:_MOST_CHARACTERS].splitlines():
            name, values = _named(line)
            if not name or name in _STATISTICS or (name not in lines and len(lines) == _MOST_NAMES):
                continue
            numbers.setdefault(name, []).extend(values or [math.nan])
            shown = shortened(line, 0)
            lines.setdefault(name, shown)
            named.add(shown)
    return Names(numbers, lines, frozenset(named))


def _named(line: str) -> tuple[str, list[float]]:
    """The name that a line begins with, and its numbers; no name where anything else stands on it."""
    if len(line) > _LONGEST:
        return "", []
    first, *rest = _GAP.split(line.strip(" \t|"), maxsplit=1)
    values = re.split(r"[ \t|]+", rest[0].strip(" \t|")) if rest else []
    numbers = [value for value in values if value not in _MISSING]
    if not values or not _NAME.fullmatch(first) or not all(map(_VALUE.fullmatch, numbers)):
        return "", []
    return " ".join(first.casefold().split()), [
        float(value.rstrip("%").replace(",", "")) for value in numbers
    ]


def misplaced(number: Stated, part: Part, found: Found, names: Names) -> str:
    """The line of the name that the answer gives to a number of another name; empty if it is none."""
    if found.line not in names.named:
        return ""
    given = list(_names_beside(number, part, names.numbers))
    if not given or any(_begins(found.line, name) for name in given):
        return ""
    fitting = any(_fits(number, value) for name in given for value in names.numbers[name])
    return "" if fitting else names.lines[given[0]]


def _names_beside(number: Stated, part: Part, names: Iterable[str]) -> Iterator[str]:
    """The names that the answer gives to a number."""
    text = part.text.casefold()
    start, end = number.start - part.start, number.end - part.start
    for name in names:
        for place in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text) if name in text else ():
            after = 0 <= start - place.end() <= _NEAR and _AFTER_NAME.fullmatch(text, place.end(), start)
            before = 0 <= place.start() - end <= _NEAR and _BEFORE_NAME.fullmatch(text, end, place.start())
            if after or before:
                yield name


def _begins(line: str, name: str) -> bool:
    return re.match(rf"{re.escape(name)}(?!\w)", line.casefold().lstrip("| ")) is not None


def _fits(number: Stated, value: float) -> bool:
    """Whether a number may be this, rounded, or as a share or percentage of it."""
    half = 0.500001 * number.unit
    return any(abs(abs(value) * times - abs(number.value)) <= half for times in (1.0, 100.0, 0.01))
