"""Which variables changed, also in place, without keeping a copy of them and without running their code.

A fingerprint holds where an object is, its structure (type, lengths, columns) and a hash of its content.
Small content is hashed whole; of larger content a sample, spread over it and the same each time. A variable
that was assigned again is always noticed, unless its whole content was compared and is the same. What was
changed in place may be missed:
- a few cells or items of a large array, list or dictionary: of a numeric array a change of every hundredth
  cell is found with near certainty, one of every thousandth two times in three, one of a single cell hardly
  ever (one that adds or removes anything, or that replaces a column, always);
- what lies deeper than `_DEPTH` containers or beyond the first `_PARTS` parts;
- what an object keeps outside of its attributes, as iterators and many objects written in C do;
- in a namespace with very many large variables, the last ones: their content is not compared.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .inspection import attributes, blocks, fields, is_a, library, loaded, plain_array, positions
from .namespace import variables
from .words import Words, shape

_DEPTH = 4
_PARTS = 500
_PARTS_IN_ALL = 10_000
_SAMPLED = 1_000
_SAMPLED_ITEMS = 100
_WHOLE_BYTES = 65_536
_WHOLE_TEXT = 10_000
_BLOCKS = 200
_COLUMNS = 50
_ARRAY_PARTS = 10
_BYTES_PER_PART = 1_000
_ZONES = frozenset({"datetime", "zoneinfo", "pytz", "dateutil"})
_PASSING = frozenset({"_cache", "_id", "_references", "_flags", "_readonly"})
"""What pandas keeps beside the content of its arrays and indexes."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells an object from another one, and from itself at another time, in this process."""

    place: int
    structure: int
    content: int | None
    """Absent when it was not looked at."""
    whole: bool
    """All of the content was looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Names of variables, in the order of the namespace."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def fingerprint(namespace: Mapping[str, object], hidden: Mapping[str, object]) -> dict[str, Fingerprint]:
    """Fingerprints of the variables that `namespace.look` tells of. Takes a few milliseconds at most."""
    words = Words()
    left = _PARTS_IN_ALL
    prints = {}
    for name, value in variables(namespace, hidden):
        reading = _Reading(words, _PARTS if left >= _PARTS else 0)
        prints[name] = reading.of(value)
        left -= reading.spent
    return prints


def changes(before: Mapping[str, Fingerprint], after: Mapping[str, Fingerprint]) -> Changes:
    """What happened between two fingerprints of one namespace, taken in one process or in its forks."""
    return Changes(
        added=tuple(name for name in after if name not in before),
        removed=tuple(name for name in before if name not in after),
        changed=tuple(name for name in after if name in before and _differ(before[name], after[name])),
    )


def _differ(before: Fingerprint, after: Fingerprint) -> bool:
    if before.structure != after.structure:
        return True
    if before.whole and after.whole:
        return before.content != after.content
    if before.place != after.place:
        return True
    return None not in (before.content, after.content) and before.content != after.content


class _Reading:
    """Reads one variable, up to a number of parts."""

    def __init__(self, words: Words, parts: int) -> None:
        self._words = words
        self._parts = parts
        self._places: list[int] = []
        self._structures: list[object] = []
        self._whole = parts > 0
        self.spent = 0

    def of(self, value: object) -> Fingerprint:
        try:
            content: int | None = self._read(value, _DEPTH)
        except Exception:  # noqa: BLE001 - the object is not what its class says
            content, self._whole = None, False
            self._structures.append(id(type(value)))
        return Fingerprint(
            place=hash((id(value), *self._places)),
            structure=hash(tuple(self._structures)),
            content=content if self._parts else None,
            whole=self._whole,
        )

    def _read(self, value: Any, depth: int) -> int:
        """A hash of the content. Notes places and structure on the way."""
        self.spent += 1
        kind = self._words.kind(value)
        lengths = shape(kind, value)
        self._structures.append((id(type(value)), lengths))
        if not self._parts:
            return self._memory(kind, value)
        match kind:
            case "scalar" | "int":
                return self._scalar(value)
            case "index":
                return self._pandas(value, depth)
            case "str" | "bytes":
                return self._text(value, str if kind == "str" else bytes)
            case "bytearray":
                return self._text(value, bytearray)
            case None if library(value) == "pandas":
                return self._pandas(value, depth)
            case "range":
                return hash((value.start, value.stop, value.step))
            case "array":
                return self._array(plain_array(value), depth)
            case "frame" | "series":
                return self._blocks(value, depth)
            case "arrow-table" | "arrow-array":
                self._structures.append(
                    tuple(value.schema.names[:_BLOCKS]) if kind == "arrow-table" else None
                )
                return self._elsewhere(value)
            case "polars-frame":
                self._elsewhere(value)
                columns = itertools.islice(value.iter_columns(), _COLUMNS)
                return hash(tuple(self._polars(column) for column in columns))
            case "polars-series":
                self._elsewhere(value)
                return self._polars(value)
            case "figure":
                drawn = loaded("matplotlib.figure", "Figure").axes.fget(value)
                self._elsewhere(value)
                return hash(tuple(len(attributes(axes).get("_children", ())) for axes in drawn))
            case "axes":
                self._elsewhere(value)
                return len(attributes(value).get("_children", ()))
            case "numpy-scalar" | "function" | "type" | "exception" | "enum" | "fraction":
                return self._elsewhere(value)
        if not depth or self.spent > self._parts:
            return self._elsewhere(value)
        match kind:
            case "list" | "tuple" | "deque":
                return self._sequence(kind, value, depth)
            case "dict":
                pairs = self._some(dict.items(value), dict.__len__(value))
                return hash(
                    tuple((self._read(key, depth - 1), self._read(item, depth - 1)) for key, item in pairs)
                )
            case "set" | "frozenset":
                base: Any = set if kind == "set" else frozenset
                items = self._some(base.__iter__(value), base.__len__(value))
                return sum(self._read(item, depth - 1) for item in items)
            case _:
                self._elsewhere(value)
                return self._attributes(fields(value), depth)

    def _memory(self, kind: str | None, value: Any) -> int:
        """For what there is no time to read: where it lies, and a table's columns."""
        if kind in ("frame", "series"):
            manager = blocks(value)
            self._places += [id(manager), *(id(block.values) for block in manager.blocks[:_BLOCKS])]
        return self._elsewhere(value)

    def _elsewhere(self, value: object) -> int:
        """For what is not read: it is the same while it is the same object."""
        self._whole = False
        self._places.append(id(value))
        return 0

    def _some(self, items: Iterable[Any], length: int) -> Iterator[Any]:
        """All items if there is room for them, otherwise the first ones."""
        if length <= self._parts - self.spent:
            return iter(items)
        self._whole = False
        return itertools.islice(items, _SAMPLED_ITEMS)

    def _attributes(self, parts: Iterable[tuple[str, object]], depth: int) -> int:
        kept = list(parts)
        return hash(tuple((name, self._read(part, depth - 1)) for name, part in self._some(kept, len(kept))))

    def _scalar(self, value: Any) -> int:
        if type(value) in (float, complex):
            return hash(repr(value))  # not a number is equal to itself here
        zone = getattr(value, "tzinfo", None)
        if zone is not None and library(zone) not in _ZONES:
            return self._elsewhere(value)  # its own code would run
        return hash(value)

    def _text(self, value: Any, base: Any) -> int:
        length = base.__len__(value)
        if length <= _WHOLE_TEXT:
            return hash(bytes(value) if base is bytearray else base.__getitem__(value, slice(None)))
        self._elsewhere(value)
        middle = length // 2
        pieces = (slice(1_000), slice(middle, middle + 1_000), slice(length - 1_000, None))
        return hash(tuple(repr(base.__getitem__(value, piece)) for piece in pieces))

    def _sequence(self, kind: str, value: Any, depth: int) -> int:
        base: Any = {"list": list, "tuple": tuple, "deque": deque}[kind]
        length = base.__len__(value)
        items: Iterable[Any] = self._some(base.__iter__(value), length)
        if kind != "deque" and length > self._parts - self.spent:
            places = (i * (length - 1) // (_SAMPLED_ITEMS - 1) for i in range(_SAMPLED_ITEMS))
            items = (base.__getitem__(value, place) for place in places)
        return hash(tuple(self._read(item, depth - 1) for item in items))

    def _array(self, value: Any, depth: int) -> int:
        """Of an array of numpy: all of its bytes, or those of some of its cells."""
        self.spent += _ARRAY_PARTS
        self._structures.append((value.dtype.str, value.shape))
        self._places.append(value.__array_interface__["data"][0])
        flat = value.ravel(order="K") if value.flags.forc else value.flat
        if value.dtype.hasobject:
            self._whole &= value.size <= _SAMPLED_ITEMS
            cells = flat[positions(value.size, _SAMPLED_ITEMS)]
            return hash(tuple(self._read(cell, depth - 1) for cell in cells.tolist())) if depth else 0
        if value.nbytes <= _WHOLE_BYTES:
            content = value.tobytes()
        else:
            self._whole = False
            count = max(1, min(_SAMPLED, _WHOLE_BYTES // value.dtype.itemsize))
            content = flat[positions(value.size, count)].tobytes()
        self.spent += len(content) // _BYTES_PER_PART
        return hash(content)

    def _blocks(self, value: object, depth: int) -> int:
        """Of a frame or series of pandas: its axes, its blocks, its name and what was attached to it."""
        self.spent += 2 * _ARRAY_PARTS
        manager = blocks(value)
        own = attributes(value)
        self._places.append(id(manager))
        self._whole &= len(manager.blocks) <= _BLOCKS
        parts = [self._pandas(axis, depth) for axis in manager.axes]
        for block in manager.blocks[:_BLOCKS]:
            parts.append(hash(block.mgr_locs.as_array[:_BLOCKS].tobytes()))
            parts.append(self._pandas(block.values, depth))
        parts += [self._read(own.get(name), depth - 1) for name in ("_name", "_attrs")]
        return hash(tuple(parts))

    def _pandas(self, value: Any, depth: int) -> int:
        """Of an index or an array of pandas, which may be of numpy."""
        if self._words.kind(value) == "array":
            return self._array(plain_array(value), depth)
        if library(value) != "pandas" or not depth:
            return self._elsewhere(value)
        self._structures.append(id(type(value)))
        kept = [(name, part) for name, part in attributes(value).items() if name not in _PASSING]
        backed = loaded("pandas._libs.arrays", "NDArrayBacked")
        if is_a(value, backed):
            kept += [("_ndarray", backed._ndarray.__get__(value)), ("_dtype", backed._dtype.__get__(value))]
        return self._attributes(kept, depth) if kept else self._elsewhere(value)

    def _polars(self, column: Any) -> int:
        self.spent += 20
        self._structures.append((column.name, str(column.dtype), column.null_count()))
        step = max(1, len(column) // 20)
        return hash(tuple(repr(column[i]) for i in range(0, len(column), step)))
