"""One object as a part of another, in a few words: a cell, an item of a list, the value of an attribute."""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Iterable
from typing import Any

from jupyter_agent.classes import ancestry, qualified, type_name

from .inspection import attributes, blocks, fields, identities, is_a, library, plain_array

_ITEMS = 6
_DEPTH = 2
_CHARACTERS = 200
_CELL_CHARACTERS = 40
_BITS = 1_000
_LONG_FLOAT = re.compile(r"-?\d+\.\d{7,}")

SCALARS = (
    *(("builtins", name, "scalar") for name in ("float", "complex", "bool", "Ellipsis", "NotImplemented")),
    *(("datetime", name, "scalar") for name in ("datetime", "date", "time", "timedelta", "timezone")),
    ("decimal", "Decimal", "scalar"),
    ("uuid", "UUID", "scalar"),
    *(("pathlib", name, "scalar") for name in ("PosixPath", "PurePosixPath")),
    *(("pandas", name, "scalar") for name in ("Timestamp", "Timedelta", "Period", "Interval", "NaT", "NA")),
)
"""Values of exactly these classes are shown by `str`."""

KINDS = (
    *(
        ("builtins", name, name)
        for name in (
            "str",
            "bytes",
            "bytearray",
            "list",
            "tuple",
            "dict",
            "set",
            "frozenset",
            "range",
            "type",
        )
    ),
    ("builtins", "BaseException", "exception"),
    ("collections", "deque", "deque"),
    ("enum", "Enum", "enum"),
    ("fractions", "Fraction", "fraction"),
    ("types", "FunctionType", "function"),
    ("numpy", "generic", "numpy-scalar"),
    ("numpy", "ndarray", "array"),
    ("pandas", "DataFrame", "frame"),
    ("pandas", "Series", "series"),
    ("pandas", "Index", "index"),
    ("polars", "DataFrame", "polars-frame"),
    ("polars", "Series", "polars-series"),
    ("pyarrow", "Table", "arrow-table"),
    ("pyarrow", "RecordBatch", "arrow-table"),
    ("pyarrow", "Array", "arrow-array"),
    ("pyarrow", "ChunkedArray", "arrow-array"),
    ("matplotlib.figure", "Figure", "figure"),
    ("matplotlib.axes", "Axes", "axes"),
    ("sklearn.base", "BaseEstimator", "estimator"),
)
"""Classes whose structure is known, with everything derived from them."""

FRAMES = frozenset({"frame", "polars-frame", "arrow-table"})


class Words:
    """Finds words for the objects of the libraries that are loaded now. Runs no code of theirs."""

    def __init__(self) -> None:
        self._scalars = identities(SCALARS)
        self._kinds = identities(KINDS)
        self._found: dict[int, str | None] = {}

    def kind(self, value: object) -> str | None:
        """Which of the known kinds an object is of."""
        if value is None or id(type(value)) in self._scalars:
            return "scalar"
        if type(value) is int:
            return "int"
        known = id(type(value))
        if known not in self._found:
            kinds = (self._kinds.get(id(base)) for base in ancestry(type(value)))
            self._found[known] = next(filter(None, kinds), None)
        return self._found[known]

    def short(self, value: object, depth: int = _DEPTH) -> str:
        """An object as part of another."""
        try:
            return self._short(value, depth)
        except Exception:  # noqa: BLE001 - the object is not what its class says; its neighbours are
            return f"<{type_name(value)[:_CHARACTERS]}>"

    def _short(self, value: Any, depth: int) -> str:
        match kind := self.kind(value):
            case "scalar":
                return _scalar(value)
            case "numpy-scalar" if library(value) == "numpy":
                return _scalar(value)
            case "enum":
                return f"{type_name(value)}.{attributes(value)['_name_']}"[:_CHARACTERS]
            case "fraction":
                numerator, denominator = (dict(fields(value))[f"_{n}"] for n in ("numerator", "denominator"))
                return f"{self.short(numerator)}/{self.short(denominator)}"
            case "int":
                return repr(value) if value.bit_length() <= _BITS else f"<int of {value.bit_length()} bits>"
            case "str":
                return _quoted(str.__getitem__(value, slice(_CHARACTERS)), str.__len__(value))
            case "bytes":
                return _quoted(bytes.__getitem__(value, slice(_CHARACTERS)), bytes.__len__(value))
            case "list" | "tuple" | "dict" | "set" | "frozenset" | "deque" if depth:
                return self._items(kind, value, depth - 1)
            case "range":
                return repr(value)
            case "type":
                return f"<class {qualified(value)[1][:_CHARACTERS]}>"
            case "function":
                return f"<function {value.__name__[:_CHARACTERS]}>"
            case "exception":
                return (
                    f"{type_name(value)[:_CHARACTERS]}{self.short(BaseException.args.__get__(value), depth)}"  # type: ignore[attr-defined]
                )
            case None if depth and (parts := self.parts(value, depth - 1)):
                return f"{type_name(value)[:_CHARACTERS]}({', '.join(parts)})"
        size = " x ".join(map(str, shape(kind, value) or ()))
        return f"<{type_name(value)[:_CHARACTERS]}{size and ' '}{size}>"

    def parts(self, value: object, depth: int) -> list[str]:
        """The first attributes of an object of an unknown class."""
        public = [
            f"{name[:_CELL_CHARACTERS]}={self.short(part, depth)}"
            for name, part in itertools.islice(fields(value), 50)
            if not name.startswith("_")
        ]
        return [*public[:_ITEMS], "…"] if len(public) > _ITEMS else public

    def cell(self, value: Any) -> str:
        """A cell of a table: on one line, text without quotes."""
        if is_a(value, str):
            text = str.__getitem__(value, slice(1_000))
        else:
            text = self.short(value, 1)
            if _LONG_FLOAT.fullmatch(text):
                text = f"{float(text):.8g}"
        text = " ".join(text.split())
        return text if len(text) <= _CELL_CHARACTERS else f"{text[: _CELL_CHARACTERS - 1]}…"

    def cells(self, values: Iterable[object]) -> str:
        return ", ".join(map(self.cell, values))

    def _items(self, kind: str, value: Any, depth: int) -> str:
        (length,) = shape(kind, value) or (0,)
        if kind == "dict":
            pairs = itertools.islice(dict.items(value), _ITEMS)
            items = [f"{self.short(key, depth)}: {self.short(item, depth)}" for key, item in pairs]
        else:
            base: Any = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset, "deque": deque}[
                kind
            ]
            items = [self.short(item, depth) for item in itertools.islice(base.__iter__(value), _ITEMS)]
        if length > len(items):
            items.append("…")
        inner = ", ".join(items)
        match kind:
            case "list":
                return f"[{inner}]"
            case "tuple":
                return f"({inner},)" if length == 1 else f"({inner})"
            case "dict" | "set" if items or kind == "dict":
                return f"{{{inner}}}"
            case _:
                return f"{kind}({inner})"


_LENGTHS: dict[str, Any] = {
    kind.__name__: kind.__len__
    for kind in (str, bytes, bytearray, list, tuple, dict, set, frozenset, deque, range)
}


def shape(kind: str | None, value: Any) -> tuple[int, ...] | None:
    """The lengths of an object of a known kind."""
    match kind:
        case "frame":
            columns, rows = blocks(value).shape
            return rows, columns
        case "series":
            return tuple(blocks(value).shape)
        case "array":
            return tuple(plain_array(value).shape)
        case "polars-frame" | "arrow-table":
            return tuple(value.shape)
        case "index" | "polars-series" | "arrow-array":
            return (len(value),)
        case str() if kind in _LENGTHS:
            return (_LENGTHS[kind](value),)
        case _:
            return None


def _scalar(value: object) -> str:
    # A numpy scalar may be a record or a text of any size.
    if int(getattr(value, "nbytes", 0)) > 10_000:
        return f"<{type_name(value)}>"
    text = str(value)
    return text if len(text) <= _CHARACTERS else f"{text[:_CHARACTERS]}…"


def _quoted(beginning: str | bytes, length: int) -> str:
    return repr(beginning) + ("…" if length > len(beginning) else "")
