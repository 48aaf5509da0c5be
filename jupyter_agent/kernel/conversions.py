"""What `errors="coerce"` of pandas' conversions loses: values that were there and are missing afterwards.

Blanks, the usual words for nothing and a few other words in a column of numbers are no loss. Of the values
themselves nothing is kept but some short examples, and a bit for each: what one conversion cannot read, a
later one of the same column may.
"""

from __future__ import annotations

import itertools
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypedDict

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
    """A conversion, as it crosses the wire: the fields of `steps.Conversion`."""

    function: str
    line: int
    column: str
    values: int
    lost: int
    examples: list[str]


@dataclass(slots=True)
class _Noted:
    told: Conversion
    lost: Any
    """A bit for each value."""


class Conversions:
    """Those of one execution that lost anything."""

    def __init__(self) -> None:
        self._noted: dict[object, _Noted] = {}

    def told(self) -> list[Conversion]:
        """The first ones; what is needed to hear of more is forgotten."""
        noted, self._noted = self._noted, {}
        return [each.told for each in noted.values() if each.told["lost"]]

    def note(self, function: str, line: int, values: Any, result: Any, *, coerced: bool) -> None:
        """Compare what came of a conversion with what there was."""
        if not (coerced or self._noted):
            return
        pandas, numpy = sys.modules["pandas"], sys.modules["numpy"]
        if isinstance(values, list | tuple):
            values = numpy.fromiter(values, dtype=object, count=len(values))
        if getattr(values, "ndim", 0) != 1:
            return
        column = getattr(values, "name", None)
        key: object = (str(column), len(values)) if column is not None else object()
        if not coerced and key not in self._noted:
            return
        missing = numpy.asarray(pandas.isna(result))
        if key in self._noted:
            self._correct(self._noted[key], line, values, missing, coerced=coerced)
        elif len(self._noted) < _MOST and missing.any():
            there = ~numpy.asarray(pandas.isna(values))
            lost = there & missing
            if lost.any():
                told = Conversion(
                    function=function,
                    line=line,
                    column="" if column is None else str(column)[:_EXAMPLE_CHARACTERS],
                    values=int(there.sum()),
                    lost=0,
                    examples=[],
                )
                self._noted[key] = _Noted(told, numpy.packbits(lost))
                _tell(told, values, lost)

    def _correct(self, noted: _Noted, line: int, values: Any, missing: Any, *, coerced: bool) -> None:
        """What no conversion of a column could read is lost."""
        numpy = sys.modules["numpy"]
        before = numpy.unpackbits(noted.lost, count=len(values)).astype(bool)
        lost = before & missing
        if (lost == before).all():
            return
        noted.lost = numpy.packbits(lost)
        if coerced:
            noted.told["line"] = line
        _tell(noted.told, values, lost)


def _tell(told: Conversion, values: Any, lost: Any) -> None:
    """Write down how many values are lost, nothings apart, with examples that differ in their form."""
    numpy = sys.modules["numpy"]
    texts = Counter(numpy.asarray(values[lost], dtype=object).tolist())
    asked = list(itertools.islice(texts, _MOST_TEXTS))
    nothings = set(filter(_is_nothing, asked))
    words = [value for value in asked if value not in nothings and _is_word(value)]
    if len(words) <= _FEW_WORDS and 2 * sum(texts[word] for word in words) < told["values"]:
        nothings.update(words)
    told["lost"] = sum(count for value, count in texts.items() if value not in nothings)
    told["examples"] = list(_examples(value for value in texts if value not in nothings))


def _is_nothing(value: object) -> bool:
    """Whether it says that there is no value."""
    if type(value) is not str:
        return False
    text = value.strip(_SIGNS).casefold()
    return not text or _NOTHING.fullmatch(text) is not None or _UNIFORM.fullmatch(value.strip()) is not None


def _is_word(value: object) -> bool:
    return type(value) is str and not _DIGITS.search(value)


def _examples(values: Iterable[object]) -> Iterator[str]:
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
