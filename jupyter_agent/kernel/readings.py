"""What `map`, `apply` and `str.extract` lose of a column: values that were there and are missing afterwards.

A dictionary loses what it has no key for. A function that makes numbers or dates of texts, and a pattern
that takes numbers out of them, lose the texts that look as if there were one in them, too. What says that
there is no value is no loss; nor is what another reading of the same column has read.
"""

from __future__ import annotations

import functools
import itertools
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import BuiltinMethodType
from typing import Any

from .conversions import Conversion, examples, is_nothing

_MOST = 20
"""Readings of one execution."""
_MOST_TEXTS = 10_000
"""Different values of which it is asked what they are; the others are lost as well."""
_SAMPLE = 1_000
_NAME_CHARACTERS = 40

_Lost = Callable[[object], bool]
"""Whether a value that is missing afterwards should not be."""

_LONGEST = 40
_READABLE = re.compile(r"(?![{\[<])(?=.*\d)\S+(?:\s+\S+){0,4}", re.DOTALL)
"""A few words with a number among them."""
_LIKE_A_NUMBER = re.compile(r"\W*(?:[^\W\d]{1,3}\W*)?\d\S*(?:\s+\S+){0,3}", re.DOTALL)
"""What begins with a number, or with a currency or `ca.` before it."""
_NUMBER = re.compile(r"[-+]?[\d.,'\s]*\d")
_NUMBERS = "iufMm"
"""The kinds of columns of numbers, dates and durations; `O` are those of objects."""
_CLASSES = frozenset({"int", "float", "Decimal", "date", "datetime", "time", "timedelta", "Timestamp"})


@dataclass(slots=True)
class _Noted:
    told: Conversion
    is_lost: _Lost
    lost: Any
    """A bit for each value that is missing afterwards."""
    most: int
    """Of more values it was not asked."""


class Readings:
    """Those of one execution that lost anything; `line` says where the code is that runs."""

    def __init__(self, line: Callable[[], int]) -> None:
        self._line = line
        self._noted: dict[object, _Noted] = {}
        self._read: set[object] = set()
        """Columns of which a reading has left nothing out."""

    def told(self) -> list[Conversion]:
        """The first ones; what is needed to hear of more is forgotten."""
        noted, self._noted, self._read = self._noted, {}, set()
        return [each.told for each in noted.values() if each.told["lost"]]

    def mapped(self, values: Any, by: object, result: Any) -> None:
        """A column went through a dictionary, or else as with `apply`."""
        mapping = _mapping(by)
        if mapping is None:
            self.applied(values, by, result, function="map")
        elif len(self._noted) < _MOST and (missing := _missing(result)).any():
            # Each dictionary asks something else of a column: none reads what another one has not.
            self._add(object(), "map", values, missing, lambda value: value not in mapping)

    def applied(self, values: Any, by: object, result: Any, *, function: str = "apply") -> None:
        """A column went through a function, from text to numbers or dates."""
        kind = getattr(getattr(result, "dtype", None), "kind", "")
        if not (callable(by) and kind in f"{_NUMBERS}O" and values.dtype.kind == "O"):
            return
        missing = _missing(result)
        if not self._is_settled(values, missing, kind in _NUMBERS):
            are_numbers = kind in _NUMBERS or _head_classes(result) <= _CLASSES
            if are_numbers and _head_classes(values) == {"str"}:
                self._add(_key(values), function, values, missing, _is_readable)

    def extracted(self, values: Any, result: Any) -> None:
        """A pattern took parts out of the texts of a column: numbers out of what begins with one, mostly."""
        first = result if result.ndim == 1 else result.iloc[:, 0]
        missing = _missing(result)
        if not self._is_settled(values, missing, len(first) > 0 and _is_number(first.iat[0])):
            texts = _head(values)
            are_numbers = 2 * sum(map(_is_like_a_number, texts)) > len(texts)
            if are_numbers and all(map(_is_number, _head(first))):
                most = len(values) // 2
                self._add(_key(values), "extract", values, missing, _is_like_a_number, most=most)

    def _is_settled(self, values: Any, missing: Any, is_number: bool) -> bool:
        """Whether there is nothing new to be told; what another reading of the column lost may be read."""
        key = _key(values)
        if key in self._noted:
            self._correct(self._noted[key], values, missing)
            return True
        if missing.any():
            return key in self._read or len(self._noted) == _MOST
        if is_number and values.name is not None:
            self._read.add(key)
        return True

    def _correct(self, noted: _Noted, values: Any, missing: Any) -> None:
        """What no reading of a column could read is lost."""
        numpy = sys.modules["numpy"]
        before = numpy.unpackbits(noted.lost, count=len(values)).astype(bool)
        lost = before & missing
        if (lost != before).any():
            noted.lost = numpy.packbits(lost)
            noted.told["line"] = self._line()
            _tell(noted, values[lost].value_counts(sort=False))

    def _add(
        self,
        key: object,
        function: str,
        values: Any,
        missing: Any,
        is_lost: _Lost,
        *,
        most: int = sys.maxsize,
    ) -> None:
        """Note what was there and is missing."""
        counts = values[missing].value_counts(sort=False)
        if not len(counts):
            return
        told = Conversion(
            function=function,
            line=self._line(),
            column="" if values.name is None else str(values.name)[:_NAME_CHARACTERS],
            values=len(values) - int(missing.sum() - counts.sum()),
            lost=0,
            turned=0,
            examples=[],
        )
        self._noted[key] = _Noted(told, is_lost, sys.modules["numpy"].packbits(missing), most)
        _tell(self._noted[key], counts)


def _tell(noted: _Noted, counts: Any) -> None:
    """Write down how many values are lost, with examples that differ in their form."""
    if counts.sum() > noted.most:
        return
    asked = itertools.islice(counts.items(), _MOST_TEXTS)
    lost = {value: int(count) for value, count in asked if not is_nothing(value) and noted.is_lost(value)}
    noted.told["lost"] = sum(lost.values()) + int(counts.iloc[_MOST_TEXTS:].sum())
    noted.told["examples"] = list(examples(value for value, count in lost.items() if count))


def _key(values: Any) -> object:
    """The same for what is the same column, probably."""
    return object() if values.name is None else (str(values.name), len(values))


def _missing(values: Any) -> Any:
    """Which values are missing, or which rows hold nothing else."""
    missing = values.isna().to_numpy()
    return missing if missing.ndim == 1 else missing.all(axis=1)


def _mapping(by: object) -> dict[object, object] | None:
    """The dictionary that values are looked up in, if it is one without a value for all others."""
    if type(by) is BuiltinMethodType and by.__name__ == "get":
        by = by.__self__
    return by if type(by) is dict else None


def _head(values: Any) -> list[Any]:
    """The first values that are there."""
    head: list[Any] = values.iloc[:_SAMPLE].dropna().tolist()
    return head


def _head_classes(values: Any) -> set[str]:
    return {type(value).__name__ for value in _head(values)}


def _fits(form: re.Pattern[str], value: object) -> bool:
    return type(value) is str and len(value) <= _LONGEST and form.fullmatch(value.strip()) is not None


_is_number = functools.partial(_fits, _NUMBER)
_is_readable = functools.partial(_fits, _READABLE)
_is_like_a_number = functools.partial(_fits, _LIKE_A_NUMBER)
