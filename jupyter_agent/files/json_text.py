"""Profiles JSON and JSON lines: the tables in them, and the structure of the rest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Literal

from .json_tree import by_key, paths
from .naming import variables
from .several import MOST_TABLES, Table, columns_of, load_lines
from .text import Sample, profile_text, read_sample
from .typed import MOST_ROWS, described_columns, described_from, texts_are_dates, typed_column
from .values import Column, FileProfile

WHOLE_BYTES = 20_000_000
"""A larger JSON document is not parsed: nothing less than all of it is JSON."""
_MOST_DEPTH = 4
"""Of a table in a document."""
_SHORT = 600
"""A document of so few characters is shown as it is."""
_INDENTED = 20
"""How many times as long a document may be because it is indented."""
_MOST_COLUMNS = 1_000

_NOT_PARSED = (ValueError, RecursionError)
"""What is no JSON, or nested too deeply, or holds a number of more digits than Python takes."""
_BETWEEN = re.compile(r"\s*,?\s*")
_KEY = "key"
"""The column for the keys of records that are held by keys."""

Record = dict[str, object]


def profile_json(path: Path, name: str) -> FileProfile:
    """A JSON document or JSON lines; a text when it is neither, with a warning."""
    large = path.stat().st_size > WHOLE_BYTES
    if not large:
        sample = read_sample(path, WHOLE_BYTES)
        try:
            return _document(json.loads(sample.text), name, sample)
        except _NOT_PARSED:
            pass
    sample = read_sample(path)
    if found := _lines(sample, name) or (_large_list(sample, name) if large else None):
        return found
    reason = "is too large to be looked into" if large else "could not be parsed as JSON or JSON lines"
    return replace(profile_text(path, name), warnings=(f"The name says JSON, but the content {reason}.",))


def _document(document: object, name: str, sample: Sample) -> FileProfile:
    found = sorted(_tables(document, "data", "data", 0), key=lambda table: -len(table.records))[:MOST_TABLES]
    tables = [table.described() for table in found]
    kind = "value"
    if isinstance(document, dict | list):
        kind = "object" if isinstance(document, dict) else "list of records" if found else "list"
    preview = paths(document, {id(table.value) for table in found})
    if not found and len(sample.text) < _INDENTED * _SHORT:
        compact = json.dumps(document, ensure_ascii=False, separators=(", ", ": "))
        preview = compact if len(compact) <= _SHORT else preview
    return FileProfile(
        name=name,
        kind="json",
        description=f"JSON {kind}",
        load=_load("data = json.load(file)", name, sample, tables),
        columns=columns_of(tables) if tables else (),
        rows=tables[0].rows if len(tables) == 1 else None,
        preview=_printable(preview),
        warnings=tuple(note for table in tables for note in _notes(table, single=len(tables) == 1)),
    )


def _notes(table: Table, *, single: bool) -> Iterator[str]:
    """What is not described of a table; `single`: there is no other."""
    name = "" if single else table.name
    if table.rows > MOST_ROWS:
        yield described_from(MOST_ROWS, name)
    if len(table.columns) >= _MOST_COLUMNS:
        yield described_columns(len(table.columns), name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A part of a document that is a table."""

    name: str
    path: str
    """The expression that leads to it."""
    value: object
    records: list[Record]
    form: Literal["records", "by key", "columns"]

    def described(self) -> Table:
        records = self.records[:MOST_ROWS]
        load = f"pd.json_normalize({self.path})"
        if self.form == "columns":
            load = f"pd.DataFrame({self.path})"
        elif self.form == "by key":
            load = f"pd.json_normalize(list({self.path}.values())).assign(**{{{_KEY!r}: list({self.path})}})"
        columns = _columns(records)
        if self.form == "by key" and isinstance(self.value, dict):
            columns = (*columns, typed_column(_KEY, list(self.value)[:MOST_ROWS]))
        return Table(name=self.name, load=load + _typed(columns), columns=columns, rows=len(self.records))


def _tables(value: object, name: str, path: str, depth: int) -> Iterator[_Found]:
    """The tables in a document: lists of records, records by keys, and lists that are columns."""
    if _is_records(value):
        yield _Found(name=name, path=path, value=value, records=value, form="records")  # type: ignore[arg-type]
    if not isinstance(value, dict) or depth > _MOST_DEPTH:
        return
    if by_key(value) and not any(_KEY in record for record in value.values()):
        yield _Found(name=name, path=path, value=value, records=list(value.values()), form="by key")
    elif _is_columns(value):
        rows = [dict(zip(value, row, strict=True)) for row in zip(*value.values(), strict=True)]
        yield _Found(name=name, path=path, value=value, records=rows, form="columns")
    else:
        for key, inner in value.items():
            yield from _tables(inner, key, f"{path}[{key!r}]", depth + 1)


def _is_records(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value) and any(value)


def _is_columns(value: Record) -> bool:
    lists = [held for held in value.values() if isinstance(held, list)]
    same = (
        len(value) > 1 and len(lists) == len(value) and len(set(map(len, lists))) == 1 and len(lists[0]) > 1
    )
    return same and not any(isinstance(item, dict | list) for held in lists for item in held)


def _lines(sample: Sample, name: str) -> FileProfile | None:
    lines = sample.text.splitlines()
    filled = [line for line in lines if line.strip()]
    try:
        records = [json.loads(line) for line in filled[:MOST_ROWS]]
    except _NOT_PARSED:
        return None
    some = " if line.strip()" if len(filled) < len(lines) else ""
    code = f"data = [json.loads(line) for line in file{some}]"
    rows = len(filled) if sample.whole else round(len(filled) / sample.share)
    whole = sample.whole and len(records) == len(filled)
    if not _is_records(records):
        return None
    return _beginning(records, name, "JSON lines", code, rows, sample, whole=whole)


def _large_list(sample: Sample, name: str) -> FileProfile | None:
    """A list of records of which only the first ones are parsed."""
    text = sample.text.lstrip()
    if not text.startswith("["):
        return None
    decoder = json.JSONDecoder()
    records: list[Record] = []
    place = 1
    try:
        while len(records) < MOST_ROWS and (between := _BETWEEN.match(text, place)):
            record, place = decoder.raw_decode(text, between.end())
            records.append(record)
    except _NOT_PARSED:
        pass  # the last one is cut
    if not _is_records(records):
        return None
    rows = round(len(records) / sample.share * len(text) / place)
    return _beginning(
        records, name, "JSON list of records", "data = json.load(file)", rows, sample, whole=False
    )


def _beginning(
    records: list[Record], name: str, description: str, code: str, rows: int, sample: Sample, *, whole: bool
) -> FileProfile:
    """The profile of a file whose first records these are; `code` reads all of them."""
    columns = _columns(records)
    table = Table(name="", load=f"pd.json_normalize(data){_typed(columns)}", columns=columns, rows=rows)
    return FileProfile(
        name=name,
        kind="json",
        description=description,
        load=_load(code, name, sample, [table]),
        columns=columns,
        rows=rows,
        rows_exact=sample.whole,
        warnings=tuple(_beginning_notes(records, columns, whole=whole)),
    )


def _beginning_notes(records: Sequence[Record], columns: Sequence[Column], *, whole: bool) -> Iterator[str]:
    if not whole:
        yield described_from(len(records))
    if len(columns) >= _MOST_COLUMNS:
        yield described_columns(len(columns))


def _load(code: str, name: str, sample: Sample, tables: Sequence[Table]) -> str:
    """The whole program; `code` reads what is in `file`."""
    encoding = "" if sample.encoding == "utf-8" else f", encoding={sample.encoding!r}"
    imports = "import json\nimport pandas as pd\n" if tables else "import json\n"
    read = f"with open({name!r}{encoding}) as file:\n    {code}"
    return f"{imports}\n{read}" + (f"\n{load_lines(tables)}{_converted(tables)}" if tables else "")


def _columns(records: Sequence[Record]) -> tuple[Column, ...]:
    """The columns that `json_normalize` makes: a field of an object in a record is one of its own."""
    flat = [_flat(record) for record in records]
    names = dict.fromkeys(name for record in flat for name in record)
    found = []
    for name in islice(names, _MOST_COLUMNS):
        values = [record.get(name) for record in flat]
        found.append(typed_column(_printable(name), values, dates=texts_are_dates(values)))
    return tuple(found)


def _flat(record: Record) -> Record:
    """A record with the fields of its objects after its own."""
    plain = {key: value for key, value in record.items() if not isinstance(value, dict)}
    for key, value in record.items():
        if isinstance(value, dict):
            plain |= _fields(value, key)
    return plain


def _fields(value: Record, path: str) -> Record:
    found: Record = {}
    for key, inner in value.items():
        found |= _fields(inner, f"{path}.{key}") if isinstance(inner, dict) else {f"{path}.{key}": inner}
    return found


def _typed(columns: Sequence[Column]) -> str:
    """What makes truth values of columns where some are missing."""
    types = {column.name: "boolean" for column in columns if column.type == "boolean" and column.missing}
    return f".astype({types!r})" if types else ""


def _converted(tables: Sequence[Table]) -> str:
    """The lines that make dates of texts."""
    names = ("df", *variables([table.name for table in tables[1:]]))
    lines = ""
    for name, table in zip(names, tables, strict=False):
        dates = [column.name for column in table.columns if column.type == "date"]
        lines += f"\n{name}[{dates!r}] = {name}[{dates!r}].apply(pd.to_datetime)" if dates else ""
    return lines


def _printable(text: str) -> str:
    """Without halves of characters, which JSON can name and nothing can print."""
    return text.encode("utf-8", "replace").decode("utf-8")
