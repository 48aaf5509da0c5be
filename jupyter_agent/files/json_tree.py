"""Shows the structure of a JSON document: its paths with their types, ranges or examples, and shares."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from .text import shorten
from .typed import typed_column
from .values import Column

_MOST_LINES = 40
_LONGEST_LINE = 300
_MOST_VALUES = 1_000
"""Of a path, that are looked at."""
_MOST_DEPTH = 8
_FEWEST_KEYS = 5
"""An object with fewer of them has fields, however alike these are."""


def paths(document: object, without: Collection[int] = ()) -> str:
    """A line for each path; `without`: the identities of values that are shown elsewhere."""
    lines: list[str] = []
    for line in _lines([document], "", 1, without, 0):
        if len(lines) == _MOST_LINES:
            return "\n".join([*lines, "…"])
        lines.append(shorten(line, _LONGEST_LINE))
    return "\n".join(lines)


def by_key(value: object) -> bool:
    """Whether an object holds records by their keys: many objects with the same fields."""
    if not isinstance(value, dict) or len(value) < _FEWEST_KEYS:
        return False
    records = list(value.values())
    if not all(isinstance(record, dict) and record for record in records):
        return False
    fields = {field for record in records for field in record}
    return sum(map(len, records)) >= len(fields) * len(records) / 2


def _lines(
    values: Sequence[object], path: str, share: float, without: Collection[int], depth: int
) -> Iterator[str]:
    """The lines of everything that stands at one path; `share`: of the objects around them that have it."""
    values = [value for value in values if id(value) not in without]
    keyed = [value for value in values if isinstance(value, dict) and by_key(value)]
    objects = [value for value in values if isinstance(value, dict) and value and not by_key(value)]
    lists = [value for value in values if isinstance(value, list) and value]
    if depth == _MOST_DEPTH:
        objects, keyed, lists = [], [], []
    plain = [value for value in values if not isinstance(value, dict | list)]
    if plain or (values and not objects and not keyed and not lists):
        part = "" if share == 1 else f", in {100 * share:.0f} %"
        yield f"{path or 'value'}: {_described(typed_column(path, plain or values))}{part}"
    if keyed:
        held = list(islice((record for value in keyed for record in value.values()), _MOST_VALUES))
        yield from _lines(held, f"{path}{{{_length(keyed)}}}", 1, without, depth + 1)
    if lists:
        held = list(islice((item for value in lists for item in value), _MOST_VALUES))
        yield from _lines(held, f"{path}[{_length(lists)}]", 1, without, depth + 1)
    for key in dict.fromkeys(key for value in objects for key in value):
        found = [value[key] for value in objects if key in value]
        part_of = share * len(found) / len(objects)
        yield from _lines(found, f"{path}.{key}" if path else key, part_of, without, depth + 1)


def _length(held: Sequence[Collection[object]]) -> str:
    least, most = min(map(len, held)), max(map(len, held))
    return str(least) if least == most else f"{least} to {most}"


def _described(column: Column) -> str:
    if column.smallest and column.smallest != column.largest:
        return f"{column.type}, {column.smallest} to {column.largest}"
    examples = ", ".join(json.dumps(example, ensure_ascii=False) for example in column.examples)
    if column.smallest or not examples:
        return f"{column.type} {column.smallest}".rstrip()
    return f"{column.type}, such as {examples}"
