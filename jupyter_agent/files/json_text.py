"""Profiles JSON and JSON lines: what is at the top, and the fields of its records."""

from __future__ import annotations

import json
from pathlib import Path

from .text import Sample, profile_text, read_sample, shorten
from .values import Column, ColumnType, FileProfile

_WHOLE_BYTES = 20_000_000
"""A larger JSON document is not parsed: nothing less than all of it is JSON."""
_LOOKED_AT = 1_000
"""Records that the fields are taken from."""

_NOT_PARSED = (ValueError, RecursionError)
"""What is no JSON, or nested too deeply, or holds a number of more digits than Python takes."""

_TYPES: dict[type, ColumnType] = {bool: "boolean", int: "integer", float: "number", str: "text"}


def profile_json(path: Path, name: str) -> FileProfile:
    """A JSON document or JSON lines; a text when it is neither, with a warning."""
    if path.stat().st_size <= _WHOLE_BYTES:
        sample = read_sample(path, _WHOLE_BYTES)
        try:
            document = json.loads(sample.text)
        except _NOT_PARSED:
            pass
        else:
            return _document(document, name, sample)
    lines = _lines(path, name)
    if lines is not None:
        return lines
    plain = profile_text(path, name)
    return FileProfile(
        name=name,
        kind="text",
        description="text",
        load=plain.load,
        rows=plain.rows,
        rows_exact=plain.rows_exact,
        preview=plain.preview,
        warnings=("The name says JSON, but the content could not be parsed as JSON or JSON lines.",),
    )


def _document(document: object, name: str, sample: Sample) -> FileProfile:
    if (
        isinstance(document, list)
        and document
        and all(isinstance(item, dict) for item in document[:_LOOKED_AT])
    ):
        return FileProfile(
            name=name,
            kind="json",
            description="JSON list of records",
            load=f"import pandas as pd\n\ndf = pd.read_json({name!r})",
            columns=_columns(document[:_LOOKED_AT]),
            rows=len(document),
        )
    encoding = "" if sample.encoding == "utf-8" else f", encoding={sample.encoding!r}"
    return FileProfile(
        name=name,
        kind="json",
        description=f"JSON {'object' if isinstance(document, dict) else type(document).__name__}",
        load=f"import json\n\ndata = json.load(open({name!r}{encoding}))",
        preview=shorten(sample.text),
    )


def _lines(path: Path, name: str) -> FileProfile | None:
    sample = read_sample(path)
    lines = [line for line in sample.text.splitlines() if line.strip()]
    try:
        records = [json.loads(line) for line in lines[:_LOOKED_AT]]
    except _NOT_PARSED:
        return None
    if not records or not all(isinstance(record, dict) for record in records):
        return None
    return FileProfile(
        name=name,
        kind="json",
        description="JSON lines",
        load=f"import pandas as pd\n\ndf = pd.read_json({name!r}, lines=True)",
        columns=_columns(records),
        rows=len(lines) if sample.whole else round(len(lines) / sample.share),
        rows_exact=sample.whole,
    )


def _columns(records: list[dict[str, object]]) -> tuple[Column, ...]:
    names = dict.fromkeys(key for record in records for key in record)
    return tuple(_column(name, [record.get(name) for record in records]) for name in names)


def _column(name: str, values: list[object]) -> Column:
    present = [value for value in values if value is not None]
    types = {_TYPES.get(type(value), "text") for value in present}
    kind: ColumnType = "empty"
    if types:
        kind = types.pop() if len(types) == 1 else "number" if types == {"integer", "number"} else "text"
    examples = list(dict.fromkeys(shorten(str(value), 40) for value in present))
    return Column(name=name, type=kind, missing=len(values) - len(present), examples=tuple(examples[:4]))
