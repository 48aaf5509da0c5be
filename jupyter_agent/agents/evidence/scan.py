"""Looks through outputs once for all numbers of an answer, and counts how many others would be found, too.

Linear in the outputs, which may have millions of characters: what is asked about all numbers is cheap, and
only those that fit are looked at closely (`look.py`).
"""

from __future__ import annotations

import math
import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Literal

from jupyter_agent.spellings import SCALES

Way = Literal["same", "times-100", "by-100"]
"""A number may be what is shown, rounded; a share that is shown, as a percentage; or the reverse."""

MOST_CHARACTERS = 20_000_000
"""Of all outputs; of longer ones the middle is not read, which a model has not read either."""
_MOST_HITS = 100
"""For each number, the first and the last of them in each source."""
_MOST_VALUES = 100_000
_STOP_EVERY = 2_000
_SHOWN = re.compile(
    r"(?<!\w)(?:\d+(?:,\d{3}(?!\d))*(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?"
    r"(?:\s?(?P<word>%|thousand|million|billion|trillion|bn|mn)|(?P<short>[kKMB])(?![\w.]))?"
)


@dataclass(frozen=True, slots=True)
class Target:
    """A range of values from which a number of the answer may be derived: one way."""

    number: int
    """Which of the answer's numbers."""
    low: float
    high: float
    unit: float
    """What the last digit counts that is written in the answer."""
    way: Way


@dataclass(frozen=True, slots=True)
class Hit:
    """A number in a source that is in the range of a target."""

    target: Target
    source: int
    start: int
    end: int
    value: float
    """Without its sign."""
    percent: bool
    whole: bool = True
    """False: a part of what may also be one number with commas."""


class Scan:
    """Reads sources, one after the other; `hits` and `rivals` say what was found."""

    def __init__(self, targets: Sequence[Target], stop: Event) -> None:
        self._targets = targets
        self._stop = stop
        self._bounds = sorted({bound for target in targets for bound in (target.low, target.high)})
        cells: dict[int, list[Target]] = defaultdict(list)
        for target in targets:
            for cell in range(bisect(self._bounds, target.low), bisect(self._bounds, target.high)):
                cells[cell].append(target)
        self._cells = dict(cells)
        self._units: dict[int, dict[float, set[int]]] = defaultdict(dict)
        for target in targets:
            self._units[_decade((target.low + target.high) / 2)].setdefault(target.unit, set())
        self._first: dict[tuple[int, int], list[Hit]] = defaultdict(list)
        self._last: dict[tuple[int, int], list[Hit]] = defaultdict(list)
        self.smallest = math.inf
        """The smallest number with a fraction or an exponent that the outputs show."""

    def read(self, source: int, text: str, *, rivals: bool) -> None:
        """Look through a text, unless it is to stop; `rivals`: its numbers count as others to be found."""
        units = self._units if rivals else {}
        for count, (value, start, end, percent, whole) in enumerate(_shown(text)):
            if count % _STOP_EVERY == 0 and self._stop.is_set():
                return
            if value == math.inf:
                continue
            if rivals and value < self.smallest and not text[start:end].isdecimal():
                self.smallest = value
            for unit, values in units.get(_decade(value), {}).items():
                if len(values) < _MOST_VALUES:
                    values.add(round(value / unit))
            for target in self._cells.get(bisect(self._bounds, value), ()):
                self._keep(Hit(target, source, start, end, value, percent, whole))

    def hits(self, number: int) -> Iterator[Hit]:
        for (of, _), hits in self._first.items():
            if of == number:
                yield from hits
        for (of, _), hits in self._last.items():
            if of == number:
                yield from hits

    def rivals(self, number: int) -> int:
        """How many different numbers, as precise and of the same magnitude, would have been found as well."""
        places = {
            (_decade((target.low + target.high) / 2), target.unit)
            for target in self._targets
            if target.number == number and target.way != "by-100"
        }
        return sum(len(self._units[decade][unit]) for decade, unit in places)

    def _keep(self, hit: Hit) -> None:
        key = (hit.target.number, hit.source)
        first, last = self._first[key], self._last[key]
        if len(first) < _MOST_HITS:
            first.append(hit)
            return
        last.append(hit)
        if len(last) > 2 * _MOST_HITS:
            del last[:_MOST_HITS]


def _shown(text: str) -> Iterator[tuple[float, int, int, bool, bool]]:
    """The numbers of a text: value, place, whether it is a percentage, and whether it is certain."""
    for found in _SHOWN.finditer(text):
        start, end, word = found.start(), found.end(), found["word"] or found["short"] or ""
        digits = text[start : end - len(word)].strip()
        scale = SCALES.get(word, 1.0)
        yield _value(digits.replace(",", "")) * scale, start, start + len(digits), word == "%", True
        if "," in digits:
            # A list without spaces, as in the lines of a CSV file.
            for part in re.finditer(r"[^,]+", digits):
                yield _value(part[0]), start + part.start(), start + part.end(), False, False


def _value(digits: str) -> float:
    try:
        return float(digits)
    except ValueError:
        return math.inf


def _decade(value: float) -> int:
    """Its magnitude: the power of ten below it."""
    return math.floor(math.log10(value)) if 0 < value < math.inf else -400
