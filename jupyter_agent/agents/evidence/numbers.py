"""From which source each number of an answer can be derived, if from any.

A number is derived from one that a source shows when it is that, or that rounded to the digits written
(half either way); as a percentage, from a share times 100, or a share from a percentage; in thousands or
millions, if the answer says so; or by arithmetic (`arithmetic.py`). It has the shown sign, unless its
sentence speaks of a fall. "About" rounds to the last digit that is not 0; what is shown must besides be no
less than what it is said to be over, no more than what it is under, and near it.

That is not enough where it could be chance. There are 9 · 10^(d-1) numbers with d digits. If the outputs show
at most one in twenty of them, or a single one, an invented number would hardly be found: it is derived. If
they show more, words or other numbers of the number's sentence must stand beside it (in its line), or words
above it (at the head of its column), and narrow down to so few what may be meant; or it must stand on one of
so few lines of nothing but numbers; or it must be the highest or lowest of its column, and its sentence say
so. Digits in names, dates and times, and the numbers of rows are no sources; the counts of rows and columns
below a table are for sentences about rows and columns.

The question and earlier messages are a source of what an answer repeats exactly.

Whether a number stands beside the right name in the answer is another question (`labels.py`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from threading import Event

from jupyter_agent.evidence import Derivation
from jupyter_agent.spellings import Stated

from .look import Sight, alone_in, is_extreme, look
from .parts import Part
from .scan import Hit, Scan, Target
from .sources import Source
from .words import is_id, spellings, words

CHANCE = 0.05
"""The part of all numbers with so many digits that may be shown."""
_HALF = 0.500001
_EXACT = 1e-9
_LARGEST, _SMALLEST = 1e300, 1e-300
"""What is beyond them cannot be computed with."""
_TIMES = {"same": 1.0, "times-100": 100.0, "by-100": 0.01}
_FAR = 0.1
"""How far from a number, as a part of it, may be what is over or under it; its digits may be rounded."""
_APPROXIMATE = re.compile(
    r"(?:\b(?:about|approximately|approx\.|around|roughly|some|circa|(?P<over>over|above|more than|at least)"
    r"|(?P<under>under|below|less than|fewer than|at most|up to|nearly|almost))|[~≈])[\s*_`$€£]*\Z",
    re.IGNORECASE,
)
_WORD_BEFORE = re.compile(r"\b([^\W\d_]+)(?: |(\s*[=:]\s*))\Z")
_LABEL = 50
"""Characters before a number in which a word is looked for that names it."""
_PERCENT = re.compile(r"%|\bper ?cent|\bpercentage|\bpp\b|\bpoints?\b", re.IGNORECASE)
_EXTREME = re.compile(
    r"\b(?:highest|largest|biggest|greatest|most|best|max\w*|top|peak\w*|longest|latest|lowest|smallest|least|worst"
    r"|min\w*|fewest|shortest|cheapest|earliest|oldest|youngest|up to|at least|rang(?:es?|ed|ing))\b",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"\b(?:below|behind|declin\w*|decreas\w*|defici\w*|differ\w*|down|drop\w*|fall\w*|fell|fewer|gap|less|lose[sr]?"
    r"|loss\w*|lost|low\w*|minus|negativ\w*|reduc\w*|shrank|shrink\w*|short\w*|under|worse"
    r"|gesunken|niedriger|weniger|baiss\w*|moins)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A source of a number."""

    source: Source
    how: Derivation
    value: float
    """As shown, with its sign; a percentage or share as it is written in the answer."""
    line: str
    fits: bool
    """It is hardly chance."""
    shared: int = 0
    """How many words of the sentence stand beside it."""


def most_rivals(digits: int) -> float:
    """How many numbers with so many digits may be shown before one of them is chance."""
    return max(1.0, CHANCE * 9 * 10.0 ** (digits - 1))


def is_computable(number: Stated) -> bool:
    """Whether its value and what its last digit counts are such that floating point can compare them."""
    value, unit = abs(number.value), number.unit
    return value < _LARGEST and _SMALLEST < unit < _LARGEST and value / unit < _LARGEST


def targets_of(parts: Sequence[Part]) -> list[Target]:
    """What to look for: for each number, in the order of the parts, the ranges that it may come from."""
    numbers = [(number, part) for part in parts for number in part.numbers]
    return [
        target
        for index, (number, part) in enumerate(numbers)
        if is_computable(number)
        for target in _targets(index, number, part)
    ]


class Search:
    """Looks at what a scan has found for each number."""

    def __init__(self, scan: Scan, sources: Sequence[Source], stop: Event) -> None:
        self._scan = scan
        self._sources = sources
        self._stop = stop
        self._folded = [source.text.casefold() for source in sources]
        self._occurrences = lru_cache(maxsize=None)(self._count)
        self._lines = lru_cache(maxsize=None)(self._lines_with)
        self._is_shown = lru_cache(maxsize=None)(self._is_in_one)
        self._look = lru_cache(maxsize=10_000)(
            lambda place, start, end: look(sources[place].text, start, end)
        )

    def best(self, index: int, number: Stated, part: Part) -> Found | None:
        """The source that fits best; of those that fit equally well the last.

        None: nothing shows it, or it is to stop.
        """
        said = part.words_at(number.start, number.end)
        first = index - part.numbers.index(number)
        others = [other for other in range(first, first + len(part.numbers)) if other != index]
        found = [
            one
            for hit in self._scan.hits(index)
            if not self._stop.is_set() and (one := self._found(hit, number, part, said, others))
        ]
        return max(found, key=_worth, default=None)

    def _found(
        self, hit: Hit, number: Stated, part: Part, said: frozenset[str], others: Sequence[int]
    ) -> Found | None:
        source = self._sources[hit.source]
        sight = self._look(hit.source, hit.start, hit.end)
        if sight is None or (sight.only_if is not None and not sight.only_if & said):
            return None
        if hit.target.way == "by-100" and not (hit.percent or sight.says_percent):
            return None
        if sight.negative != (number.value < 0) and (number.value < 0 or not _DOWN.search(part.text)):
            return None
        how = _how(hit, number)
        if source.kind != "step":
            fits = how in ("shown", "scaled")
        else:
            most = most_rivals(number.digits)
            same = how == "shown" and hit.percent and number.also is not None
            sure = same or bool(sight.only_if) or _is_label(hit, number, part, source)
            fits = sure or self._narrowed(hit, sight, said, others) <= most
            extreme = not fits and _EXTREME.search(part.text) is not None
            fits = fits or (extreme and is_extreme(source.text, hit.start, hit.end))
        shared = len(said & sight.beside) + len(said & sight.above)
        value = hit.value * _TIMES[hit.target.way] * (-1 if sight.negative else 1)
        return Found(source, how, value, sight.line, fits, shared)

    def _narrowed(self, hit: Hit, sight: Sight, said: frozenset[str], others: Sequence[int]) -> int:
        """To how many numbers the words and other numbers of a sentence narrow down what may be meant.

        If it has ids, such as `St-18`, that stand on other lines only, its numbers and `St` say nothing here.
        """
        beside, above = said & sight.beside, said & sight.above
        ids = {phrase for phrase in said if is_id(phrase) and self._is_shown(phrase)}
        if ids and not ids & beside:
            beside -= {word for phrase in ids for word in words(phrase)}
            others = ()
        ways = [self._scan.rivals(hit.target.number)]
        for lines in map(self._lines, others):
            if lines.get((hit.source, sight.first), set()) - {(hit.start, hit.end)}:
                ways.append(len(lines) * sight.on_line)
        ways += [
            self._occurrences(word) * (1 if above or word in sight.label else sight.on_line)
            for word in beside
        ]
        if above:
            ways.append(sight.in_column)
        if sight.alone:
            ways.append(self._lines_of_numbers)
        return min(ways)

    @cached_property
    def _lines_of_numbers(self) -> int:
        return sum(alone_in(source.text) for source in self._sources if source.kind == "step")

    def _lines_with(self, number: int) -> dict[tuple[int, int], set[tuple[int, int]]]:
        """The lines of the outputs that show a number of the answer, and where."""
        lines: dict[tuple[int, int], set[tuple[int, int]]] = defaultdict(set)
        for hit in self._scan.hits(number):
            if self._stop.is_set():
                break
            if hit.target.way == "same" and self._sources[hit.source].kind == "step":
                sight = self._look(hit.source, hit.start, hit.end)
                if sight is not None and sight.only_if is None:
                    lines[hit.source, sight.first].add((hit.start, hit.end))
        return lines

    def _is_in_one(self, word: str) -> bool:
        return any(word in text for text in self._folded)

    def _count(self, word: str) -> int:
        """How often a word or phrase stands in the outputs, in any spelling, if only within a longer word."""
        every = spellings(word)
        if len(every) == 1 and not word[-1].isdecimal():
            return max(1, sum(text.count(word) for text in self._folded))
        exact = [re.compile(rf"{re.escape(one)}(?![^\W_])") for one in every]
        return max(1, sum(len(one.findall(text)) for text in self._folded for one in exact))


def _worth(found: Found) -> tuple[bool, bool, int, bool, int]:
    return found.fits, found.source.kind == "step", found.shared, found.how == "shown", found.source.rank


def _is_label(hit: Hit, number: Stated, part: Part, source: Source) -> bool:
    """Whether the word before it is the same in both: `Product 12`, `n = 12`."""
    said = _WORD_BEFORE.search(part.text[: number.start - part.start])
    if said is None or not (said[2] or words(said[1])):
        return False
    shown = _WORD_BEFORE.search(source.text[max(0, hit.start - _LABEL) : hit.start])
    return shown is not None and shown[1].casefold() == said[1].casefold()


def _how(hit: Hit, number: Stated) -> Derivation:
    if hit.target.way != "same":
        return "percentage"
    if number.scale != 1:
        return "scaled"
    return "shown" if abs(hit.value - abs(number.value)) <= _EXACT * abs(number.value) else "rounded"


def _targets(index: int, number: Stated, part: Part) -> Iterator[Target]:
    low, high, unit = _range(number, part)
    yield Target(index, low, high, unit, "same")
    if number.also is not None or _PERCENT.search(f"{part.text} {part.head_of(number.start)}"):
        yield Target(index, low / 100, high / 100, unit / 100, "times-100")
    if number.also is None:
        yield Target(index, low * 100, high * 100, unit * 100, "by-100")


def _range(number: Stated, part: Part) -> tuple[float, float, float]:
    """From where to where what is shown may be, without its sign, and what the last digit counts."""
    value, unit = abs(number.value), number.unit
    said = _APPROXIMATE.search(part.text[: number.start - part.start])
    if said is None:
        return value - _HALF * unit, value + _HALF * unit, unit
    unit = _last_that_is_not_0(value, unit)
    over, under = bool(said["over"]), bool(said["under"])
    if not (over or under):
        return value - _HALF * unit, value + _HALF * unit, unit
    far = min(_HALF * unit, max(_HALF * number.unit, _FAR * value))
    if over != (number.value < 0):
        return value * (1 - _EXACT), value + far, unit
    return value - far, value * (1 + _EXACT), unit


def _last_that_is_not_0(value: float, unit: float) -> float:
    """What the last digit of a value counts that is not 0."""
    whole = round(value / unit)
    while whole and whole % 10 == 0:
        whole, unit = whole // 10, unit * 10
    return unit
