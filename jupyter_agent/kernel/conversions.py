"""What pandas' conversions lose with `errors="coerce"`, and dates in which they take the month for the day.

Lost are values that were there and are missing afterwards. Blanks, the usual words for nothing and a few
other words in a column of numbers are no loss. Of the values themselves nothing is kept but some short
examples, and a bit for each: what one conversion cannot read, another one of the same column may.
"""

from __future__ import annotations

import itertools
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypedDict

from .turned_dates import Turning, turned

_MOST = 20
"""Conversions of one execution."""
_MOST_TEXTS = 10_000
"""Different values of which it is asked what they are."""
_EXAMPLES = 3
_EXAMPLE_CHARACTERS = 40
_FEW_WORDS = 5

_NOTHING = re.compile(
    r"""n/?a|n\.a|k\.a|\#n/a|nan|nat|none|null|nil|missing|unknown|undefined|blank|empty|tb[adc]"""
    r"|no(t| data| value)( (available|applicable|known|given|set))?"
    r"|\#(value|div/0|ref|name|null|num)[!?]|9999-12-31"
)
_SIGNS = " \t\r\n\xa0-–—_.?*/:()[]<>'\""
_UNIFORM = re.compile(r"0+(?:\D0+)*\D?|9+(?:\D9+)+")
"""Dates such as 0000-00-00."""
_DIGITS, _LETTERS = re.compile(r"\d+"), re.compile(r"[^\W\d_]+")


class Conversion(TypedDict):
    """A conversion, as it crosses the wire: the fields of `steps.Conversion`.

    It is of values that are lost or of dates that are turned, and never of both.
    """

    function: str
    line: int
    column: str
    values: int
    lost: int
    turned: int
    examples: list[str]


@dataclass(slots=True)
class _Noted:
    told: Conversion
    wrong: Any
    """A bit for each value: it is lost, or turned."""

    def marked(self, count: int) -> Any:
        """Which of so many values they are, as an array of truth values."""
        return sys.modules["numpy"].unpackbits(self.wrong, count=count).astype(bool)


class Conversions:
    """Those of one execution that lost or turned anything."""

    def __init__(self) -> None:
        self._losses: dict[object, _Noted] = {}
        self._turns: dict[object, _Noted] = {}
        self._read: set[object] = set()
        """Columns of texts of which a conversion has read everything."""

    def told(self) -> list[Conversion]:
        """The first ones; what is needed to hear of more is forgotten."""
        noted = [*self._losses.values(), *self._turns.values()]
        self._losses, self._turns, self._read = {}, {}, set()
        return [each.told for each in noted if each.told["lost"] or each.told["turned"]]

    def note(
        self, function: str, line: int, values: Any, result: Any, *, coerced: bool, turning: Turning = "none"
    ) -> None:
        """Compare what came of a conversion with what there was."""
        if isinstance(values, list | tuple) and (coerced or turning != "none"):
            values = sys.modules["numpy"].fromiter(values, dtype=object, count=len(values))
        if getattr(values, "ndim", 0) != 1:
            return
        column = getattr(values, "name", None)
        key: object = (str(column), len(values)) if column is not None else object()
        if not coerced and column is not None and values.dtype.kind == "O":
            self._read.add(key)
        if not (coerced or turning != "none" or self._losses or self._turns):
            return
        told = Conversion(
            function=function,
            line=line,
            column="" if column is None else str(column)[:_EXAMPLE_CHARACTERS],
            values=0,
            lost=0,
            turned=0,
            examples=[],
        )
        if turning != "none":
            self._note_turned(key, told.copy(), values, result, turning)
        elif key in self._turns:
            _read_right(self._turns[key], values, result)
        if key in self._losses:
            _read_later(self._losses[key], line, values, result, coerced=coerced)
        elif coerced and key not in self._read and len(self._losses) < _MOST:
            self._note_lost(key, told, values, result)

    def _note_lost(self, key: object, told: Conversion, values: Any, result: Any) -> None:
        missing = _missing(result)
        if not missing.any():
            return
        there = ~_missing(values)
        lost = there & missing
        if lost.any():
            told["values"] = int(there.sum())
            self._losses[key] = _Noted(told, _packed(lost))
            _tell(told, values, lost)

    def _note_turned(self, key: object, told: Conversion, values: Any, result: Any, turning: Turning) -> None:
        if key in self._turns or len(self._turns) == _MOST:
            return
        found = turned(values, result, turning)
        if found is not None and key in self._losses:
            # What an earlier conversion of the column has read needs no other.
            found &= self._losses[key].marked(len(values))
        if found is not None and found.any():
            told["values"] = int((~_missing(values)).sum())
            self._turns[key] = _Noted(told, _packed(found))
            _tell_turned(told, values, found)


def _read_later(noted: _Noted, line: int, values: Any, result: Any, *, coerced: bool) -> None:
    """What no conversion of a column could read is lost."""
    before = noted.marked(len(values))
    lost = before & _missing(result)
    if (lost == before).all():
        return
    noted.wrong = _packed(lost)
    if coerced:
        noted.told["line"] = line
    _tell(noted.told, values, lost)


def _read_right(noted: _Noted, values: Any, result: Any) -> None:
    """What another conversion of the same texts reads as it is meant is not wrong."""
    numpy = sys.modules["numpy"]
    found = noted.marked(len(values))
    texts = numpy.fromiter((type(text) is str for text in values[found]), dtype=bool)
    found[found] &= ~texts | _missing(result)[found]
    noted.wrong = _packed(found)
    _tell_turned(noted.told, values, found)


def _missing(values: Any) -> Any:
    """Which of them are missing, as an array of truth values."""
    return sys.modules["numpy"].asarray(sys.modules["pandas"].isna(values))


def _packed(marks: Any) -> Any:
    """Truth values as bits."""
    return sys.modules["numpy"].packbits(marks)


def _tell_turned(told: Conversion, values: Any, found: Any) -> None:
    """Write down how many dates are turned, with examples that differ in their form."""
    told["turned"] = int(found.sum())
    told["examples"] = list(examples(values[found]))


def _tell(told: Conversion, values: Any, lost: Any) -> None:
    """Write down how many values are lost, nothings apart, with examples that differ in their form."""
    numpy = sys.modules["numpy"]
    texts = Counter(numpy.asarray(values[lost], dtype=object).tolist())
    asked = list(itertools.islice(texts, _MOST_TEXTS))
    nothings = set(filter(is_nothing, asked))
    words = [value for value in asked if value not in nothings and _is_word(value)]
    if len(words) <= _FEW_WORDS and 2 * sum(texts[word] for word in words) < told["values"]:
        nothings.update(words)
    told["lost"] = sum(count for value, count in texts.items() if value not in nothings)
    told["examples"] = list(examples(value for value in texts if value not in nothings))


def is_nothing(value: object) -> bool:
    """Whether it says that there is no value."""
    if type(value) is not str:
        return False
    text = value.strip(_SIGNS).casefold()
    return not text or _NOTHING.fullmatch(text) is not None or _UNIFORM.fullmatch(value.strip()) is not None


def _is_word(value: object) -> bool:
    return type(value) is str and not _DIGITS.search(value)


def examples(values: Iterable[object]) -> Iterator[str]:
    """A few, first of different forms."""
    forms: dict[str, str] = {}
    rest: list[str] = []
    for value in itertools.islice(values, _MOST_TEXTS):
        text = " ".join(str(value)[: 2 * _EXAMPLE_CHARACTERS].split())
        if len(text) > _EXAMPLE_CHARACTERS:
            text = f"{text[: _EXAMPLE_CHARACTERS - 1]}…"
        form = _LETTERS.sub("a", _DIGITS.sub("9", text))
        if forms.setdefault(form, text) != text and len(rest) < _EXAMPLES:
            rest.append(text)
        if len(forms) == _EXAMPLES:
            break
    yield from [*forms.values(), *rest][:_EXAMPLES]
